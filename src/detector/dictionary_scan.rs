//! Names tried from a list: nearly all of what a client asks for does not
//! exist.

use super::habits::PATHS_KEPT;
use super::{Card, Detector, Finding, Trace, Weight};

/// The detector.
pub struct DictionaryScan;

/// From how many distinct paths on.
const PATHS: usize = 50;

/// From which share of requests in vain, in percent.
const IN_VAIN: u64 = 80;

/// From how many of them in one hour on, where the names do not tell: a
/// crawler that looks for pages which a site has lost takes its time.
const IN_AN_HOUR: u64 = 50;

/// From how many different names on that no page links to, all in vain.
const TELLING: usize = 5;

/// The same where the rest was answered: a site that leads all that is not
/// there to a page of its own, or a scanner that also tries what is there.
const TELLING_ALONE: usize = 10;

static CARD: Card = Card {
    name: "dictionary-scan",
    notices: "more than 50 different paths were asked for, over 80 % of the requests in vain, with \
              names of copies and settings among them or more than 50 in an hour; or ten such \
              names in vain among whatever else",
    matters: "names were tried from a list; a hit among them was no accident, and the same list \
              may have been tried elsewhere",
    wrong_when: "a site lost its pages and a crawler in haste still asks for them; a firewall \
                 refuses everything to one client",
    source: "common to directory brute-forcers (ffuf, gobuster, dirsearch) with any user agent",
    weight: Weight::Client,
};

impl Detector for DictionaryScan {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let habits = trace.habits;
        let is_in_vain = habits.in_vain * 100 > habits.requests * IN_VAIN;
        let is_marked = habits.telling() >= TELLING || habits.busiest() > IN_AN_HOUR;
        let is_scan = habits.paths() > PATHS
            && (is_in_vain && is_marked || habits.telling() >= TELLING_ALONE);
        let (more, at_least) =
            if habits.paths() >= PATHS_KEPT { ("or more ", "au moins ") } else { ("", "") };
        let (requests, paths, in_vain) = (habits.requests, habits.paths(), habits.in_vain);
        is_scan.then(|| {
            CARD.found(trace.says(
                format!("{requests} requests for {paths} {more}paths, {in_vain} of them in vain"),
                format!(
                    "{requests} requêtes vers {at_least}{paths} chemins, dont {in_vain} en vain"
                ),
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Habits;
    use super::super::testing::{self, act};
    use super::*;
    use crate::record::Instant;

    #[test]
    fn a_list_of_names_is_told_from_a_visitor() {
        let look = |ending: &str, pause: i64, n_paths: i64, n_missing: i64| {
            let mut habits = Habits::default();
            for number in 0..n_paths {
                let path = format!("/{number}{ending}");
                let status = if number < n_missing { 404 } else { 200 };
                habits.see(Some(Instant::at(number * pause)), &act("GET", &path, status));
            }
            testing::look(&DictionaryScan, &[], &habits)
        };
        let said = "60 requests for 60 paths, 55 of them in vain";
        assert_eq!(look("", 1, 60, 55).as_deref(), Some(said));
        let said = "300 requests for 64 or more paths, 299 of them in vain";
        assert_eq!(look("", 1, 300, 299).as_deref(), Some(said));
        assert!(look(".bak", 600, 60, 55).is_some(), "slow, by its names");
        assert!(look(".bak", 600, 60, 12).is_some(), "among what is there");
        assert_eq!(look(".bak", 600, 60, 8), None, "a few");
        assert_eq!(look("", 600, 60, 55), None, "a crawler that looks for lost pages");
        assert_eq!(look("", 1, 60, 40), None);
        assert_eq!(look("", 1, 30, 30), None);
    }
}
