//! Names tried from a list: nearly all of what a client asks for does not
//! exist.

use super::habits::PATHS_KEPT;
use super::{Card, Detector, Finding, Trace, Weight};

/// The detector.
pub struct DictionaryScan;

/// From how many distinct paths on.
const PATHS: usize = 50;

/// From which share of requests for what is not there, in percent.
const MISSING: u64 = 80;

static CARD: Card = Card {
    name: "dictionary-scan",
    notices: "more than 50 different paths were asked for, over 80 % of them in vain",
    matters: "names were tried from a list; a hit among them was no accident, and the same list \
              may have been tried elsewhere",
    wrong_when: "a site lost its pages and a crawler still asks for them; a gallery of broken links",
    source: "common to directory brute-forcers (ffuf, gobuster, dirsearch) with any user agent",
    weight: Weight::Client,
};

impl Detector for DictionaryScan {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let habits = trace.habits;
        let is_scan = habits.paths() > PATHS && habits.missing * 100 > habits.requests * MISSING;
        let more = if habits.paths() >= PATHS_KEPT { "or more " } else { "" };
        is_scan.then(|| {
            CARD.found(format!(
                "{} requests for {} {more}paths, {} of which did not exist",
                habits.requests,
                habits.paths(),
                habits.missing
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Act, Habits, testing};
    use super::*;

    #[test]
    fn a_list_of_names_is_told_from_a_visitor() {
        let habits = |n_paths: usize, n_missing: usize| {
            let mut habits = Habits::default();
            for number in 0..n_paths {
                let path = format!("/{number}.bak");
                let status = Some(if number < n_missing { 404 } else { 200 });
                let act = Act { method: b"GET", path: path.as_bytes(), status, has_referer: false };
                habits.see(None, &act);
            }
            testing::look(&DictionaryScan, &[], &habits)
        };
        let said = "60 requests for 60 paths, 55 of which did not exist";
        assert_eq!(habits(60, 55).as_deref(), Some(said));
        let said = "300 requests for 64 or more paths, 299 of which did not exist";
        assert_eq!(habits(300, 299).as_deref(), Some(said));
        assert_eq!(habits(60, 40), None);
        assert_eq!(habits(30, 30), None);
    }
}
