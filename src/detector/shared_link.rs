//! A share link that went from hand to hand.

use super::{Card, Detector, Fetch, Finding, Trace, Weight, shown};
use crate::case::Kind;

/// The detector.
pub struct SharedLink;

/// From how many clients on.
const CLIENTS: u32 = 5;

static CARD: Card = Card {
    name: "shared-link",
    notices: "a share link that this client used was used by five or more clients",
    matters: "a link for one receiver that many use was passed on or published",
    wrong_when: "one receiver comes from many addresses (mobile networks, scanners of mail that \
                 open links)",
    source: "one token, many addresses: the sign that a bearer link is no secret any more",
    weight: Weight::Note,
};

impl Detector for SharedLink {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let shared = |fetch: &&Fetch| {
            fetch.kind == Kind::ShareLink && fetch.is_sent() && fetch.clients >= CLIENTS
        };
        let most = trace.fetches.iter().filter(shared).max_by_key(|fetch| fetch.clients)?;
        let (path, clients) = (shown(&most.path), most.clients);
        Some(CARD.found(trace.says(
            format!("{path} was used by {clients} clients in all"),
            format!("{path} a été utilisé par {clients} clients en tout"),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, look_at};
    use super::*;

    #[test]
    fn a_link_of_many_is_noticed() {
        let link = |clients| Fetch { kind: Kind::ShareLink, clients, ..fetch(0, "/s/AbC") };
        let said = "/s/AbC was used by 14 clients in all";
        assert_eq!(look_at(&SharedLink, &[link(2), link(14)]).as_deref(), Some(said));
        assert_eq!(look_at(&SharedLink, &[link(4)]), None);
    }
}
