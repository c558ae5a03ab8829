//! A share link used after it should have died.

use super::{Card, Detector, Fetch, Finding, Sent, Trace, Weight, shown};
use crate::case::Kind;

/// The detector.
pub struct ExpiredLink;

const DAY: i64 = 86_400;

static CARD: Card = Card {
    name: "expired-link",
    notices: "content was sent, or an event logged, for a share link after the end of its life",
    matters: "the receiver it was meant for had no reason to come then; links lie in mailboxes, \
              tickets and histories of browsers",
    wrong_when: "the life of the link was prolonged, or the list of links has the wrong date; a \
                 download that began before the end is not late",
    source: "files.csv columns `created` and `expires`, or `lifetime` of the exposure",
    weight: Weight::Client,
};

impl Detector for ExpiredLink {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let late = |fetch: &&Fetch| {
            let may_be_sent = fetch.is_sent() || fetch.sent == Sent::Unknown;
            fetch.kind == Kind::ShareLink && may_be_sent && fetch.late.is_some()
        };
        let latest = trace.fetches.iter().filter(late).max_by_key(|fetch| fetch.late)?;
        let links: std::collections::BTreeSet<&[u8]> =
            trace.fetches.iter().filter(late).map(|fetch| fetch.path.as_slice()).collect();
        let days = latest.late.unwrap_or(0) / DAY;
        let when = match days {
            0 => "on the day they ended".to_owned(),
            1 => "up to a day after their end".to_owned(),
            days => format!("up to {days} days after their end"),
        };
        let links =
            if links.len() == 1 { "1 link".to_owned() } else { format!("{} links", links.len()) };
        let did = match trace.fetches.iter().filter(late).any(Fetch::is_sent) {
            true => "it was sent",
            false => "the log does not say what it was sent, and it used",
        };
        Some(CARD.found(format!("{did} {links} {when}, such as {}", shown(&latest.path))))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, look_at};
    use super::*;

    #[test]
    fn a_link_used_late_is_noticed() {
        let link = |late| Fetch { kind: Kind::ShareLink, late, ..fetch(0, "/s/AbC") };
        let said = "it was sent 1 link up to 12 days after their end, such as /s/AbC";
        let fetches = [link(None), link(Some(DAY)), link(Some(12 * DAY + 5))];
        assert_eq!(look_at(&ExpiredLink, &fetches).as_deref(), Some(said));
        assert_eq!(look_at(&ExpiredLink, &fetches[..1]), None);
        let event = Fetch { sent: Sent::Unknown, ..link(Some(DAY)) };
        let said = "the log does not say what it was sent, and it used 1 link up to a day after their end, such as /s/AbC";
        assert_eq!(look_at(&ExpiredLink, &[event]).as_deref(), Some(said));
        let file = Fetch { kind: Kind::Files, ..link(Some(DAY)) };
        assert_eq!(look_at(&ExpiredLink, &[file]), None);
    }
}
