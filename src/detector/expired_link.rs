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
            0 => trace.says("on the day they ended", "le jour de leur fin"),
            1 => trace.says("up to a day after their end", "jusqu'à un jour après leur fin"),
            days => trace.says(
                format!("up to {days} days after their end"),
                format!("jusqu'à {days} jours après leur fin"),
            ),
        };
        let links = match links.len() {
            1 => trace.says("1 link", "1 lien"),
            n => trace.says(format!("{n} links"), format!("{n} liens")),
        };
        let did = match trace.fetches.iter().filter(late).any(Fetch::is_sent) {
            true => trace.says("it was sent", "il a obtenu"),
            false => trace.says(
                "the log does not say what it was sent, and it used",
                "le journal ne dit pas ce qui lui a été envoyé, et il a utilisé",
            ),
        };
        let such_as = trace.says("such as", "comme");
        Some(CARD.found(format!("{did} {links} {when}, {such_as} {}", shown(&latest.path))))
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
