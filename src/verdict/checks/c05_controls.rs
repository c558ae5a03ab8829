//! C5, controls: every documented access is in the logs.
//!
//! Finding all of M documented accesses shows, at 95 %, that the logs keep at
//! least a share of 0.05^(1/M) of all accesses. A party that is known to have
//! come and is not found, or was sent less than it says it received, makes the
//! check unknown: either it came from another network, or its requests were
//! not logged.

use crate::actor::Class;
use crate::case::{Party, PartyRole};
use crate::verdict::words::checks as says;

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition =
    Condition { id: "C5", asks: "Is every documented access in the logs?", run };

fn run(view: &View<'_>) -> Vec<Check> {
    let (result, because) = judge(view);
    vec![Check::of("C5", result, Basis::Checked, because)]
}

fn judge(view: &View<'_>) -> (Outcome, String) {
    let case = &view.question.case;
    let mut each = (0u32..).zip(&case.controls);
    if let Some((_, control)) = each.find(|(place, _)| !view.examined.controls.contains(place)) {
        return (Outcome::Fail, view.say(&says::C5_ABSENT, &[&control.path, &control.at]));
    }
    let known = case.parties.iter().enumerate().filter(|(_, party)| party.role == PartyRole::Known);
    if let Some(because) = known.into_iter().find_map(|(place, party)| unseen(view, place, party)) {
        return (Outcome::Unknown, because);
    }
    let n_controls = case.controls.len();
    if n_controls == 0 {
        return (Outcome::Unknown, view.say(&says::C5_NONE_GIVEN, &[]));
    }
    let bound = 0.05_f64.powf(1.0 / n_controls as f64);
    let share = format!("{:.0}", bound * 100.0);
    (Outcome::Pass, view.say(&says::C5_FOUND, &[&n_controls, &share]))
}

/// Why it is not shown that the logs hold all that a known party asked for.
fn unseen(view: &View<'_>, place: usize, party: &Party) -> Option<String> {
    let own = || {
        let hits = view.hits();
        hits.filter(|(hit, _)| hit.class == Class::Known && hit.party() == Some(place))
    };
    if party.is_unlocated() {
        return Some(view.say(&says::C5_NOT_LOCATED, &[&party.name]));
    }
    if party.shared {
        return Some(view.say(&says::C5_SHARED, &[&party.name]));
    }
    if own().next().is_none() {
        return Some(view.say(&says::C5_NOT_SEEN, &[&party.name]));
    }
    let received = party.received.as_ref()?;
    let sent = own().filter(|(_, judged)| judged.grade.is_content()).count() as u64;
    let said = files_said(received).unwrap_or(1);
    (sent < said).then(|| view.say(&says::C5_LESS, &[&party.name, received, &sent]))
}

/// How many files somebody says to have received: the first number that stands
/// before a word for files.
fn files_said(text: &str) -> Option<u64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let each = words.windows(2).find_map(|pair| {
        let count = pair[0].replace([',', '.'], "").parse().ok()?;
        let what = pair[1].trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let files = ["file", "files", "fichier", "fichiers", "csv", "documents"];
        files.contains(&what.as_str()).then_some(count)
    });
    let none = ["nothing", "none", "rien", "aucun"];
    each.or_else(|| {
        let first = words.first()?.to_lowercase();
        none.contains(&first.trim_matches(|c: char| !c.is_alphanumeric())).then_some(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_says_to_have_received_is_counted_in_files() {
        let check =
            |text: &str, expected: Option<u64>| assert_eq!(files_said(text), expected, "{text}");
        check("3 files, deleted since", Some(3));
        check("1,200 fichiers", Some(1200));
        check("a listing and 2 CSV files", Some(2));
        check("nothing", Some(0));
        check("Rien.", Some(0));
        check("the whole export", None);
        check("700 records", None);
    }
}
