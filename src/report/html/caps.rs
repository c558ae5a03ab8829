//! How much of each thing a page shows. A browser must open it at once, so
//! what has no bound in a log has one here; what is left out is said beside the
//! table, with the file that has all of it.

use super::say::Say;
use super::words as w;

/// Clients of class other.
pub(super) const OTHERS: usize = 500;
/// Clients of each other class.
pub(super) const OF_CLASS: usize = 100;
/// Behaviours.
pub(super) const DEEDS: usize = 200;
/// Paths.
pub(super) const FILES: usize = 500;
/// Cited requests.
pub(super) const EVIDENCE: usize = 1_500;
/// Gaps.
pub(super) const GAPS: usize = 200;
/// Results of checks.
pub(super) const CHECKS: usize = 300;
/// Inputs.
pub(super) const INPUTS: usize = 500;
/// Lines that were not read.
pub(super) const UNREAD: usize = 200;
/// Everything else that is a list: targets, parties, problems, windows.
pub(super) const OTHER: usize = 100;
/// Characters of one text from a log.
pub(super) const TEXT: usize = 200;

/// Characters of a sentence in which texts of a case or a log stand.
pub(super) const SENTENCE: usize = 1_500;

/// What is said of a table that leaves rows out; nothing where it does not.
/// `file` has them all.
pub(super) fn note(
    say: &Say<'_>,
    shown: usize,
    total: u64,
    file: &str,
    gravest: bool,
) -> Option<String> {
    let phrase = if gravest { &w::CAPPED } else { &w::CAPPED_FIRST };
    (total > shown as u64).then(|| say.with(phrase, &[&say.n(shown as u64), &say.n(total), &file]))
}

/// A text of at most so many characters.
pub(super) fn cut_to(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// The first few of a list, and how many more there are in words.
pub(super) fn first(say: &Say<'_>, all: &[String], most: usize) -> Vec<String> {
    let mut shown: Vec<String> = all.iter().take(most).map(|text| say.cut(text)).collect();
    if all.len() > most {
        shown.push(say.with(&w::MORE, &[&say.n((all.len() - most) as u64)]));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;
    use crate::report::veil::Veil;

    #[test]
    fn what_is_left_out_is_said() {
        let veil = Veil::full();
        let say = Say::new(&Case::default(), &veil);
        assert_eq!(note(&say, 3, 3, "actors.csv", true), None);
        let told = note(&say, 500, 50_000, "actors.csv", true).unwrap();
        assert_eq!(
            told,
            "500 of 50,000 are shown here, the gravest first; all of them are in actors.csv."
        );
        let all = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(first(&say, &all, 3), ["a", "b", "c"]);
        assert_eq!(first(&say, &all, 1), ["a", "and 2 more"]);
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut_to("é".repeat(5).as_str(), 3), "éé…");
        assert_eq!(cut_to("ééé", 3), "ééé");
    }
}
