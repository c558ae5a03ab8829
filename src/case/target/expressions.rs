//! The globs and regular expressions of a case: which of them may match a path,
//! told without trying each.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::bytes::{RegexSet, RegexSetBuilder};

use crate::case::expression::Expression;
use crate::case::piece::Piece;

/// Expressions by their targets' numbers.
#[derive(Debug, Default)]
pub(in crate::case) struct Expressions {
    fold: bool,
    /// The texts of those that have a piece, and whose each is.
    texts: Option<(AhoCorasick, Vec<Vec<u32>>)>,
    /// Those without, and all of these at once where they are few enough.
    others: Vec<u32>,
    set: Option<RegexSet>,
}

/// How large the set of expressions may be, in bytes. Beyond that each is tried
/// alone, which is slower and no different.
const SET_BYTES: usize = 128 << 20;

/// From how many bytes of texts on the quickest search for them takes too much
/// memory.
const LONG: usize = 1 << 13;

impl Expressions {
    /// The expressions of targets, each with its piece; `fold` where letter case
    /// is folded.
    pub(in crate::case) fn new<'c>(
        each: impl Iterator<Item = (u32, &'c Expression, Option<&'c Piece>)>,
        fold: bool,
    ) -> Expressions {
        let mut expressions = Expressions { fold, ..Expressions::default() };
        let mut by_text: BTreeMap<Vec<u8>, Vec<u32>> = BTreeMap::new();
        let (mut any_case, mut set) = (false, Vec::new());
        for (id, expression, piece) in each {
            let Some(piece) = piece else {
                expressions.others.push(id);
                set.push(expression.widest(fold));
                continue;
            };
            any_case |= piece.any_case;
            for text in piece.texts(fold) {
                by_text.entry(text).or_default().push(id);
            }
        }
        if !set.is_empty() {
            let builder =
                RegexSetBuilder::new(&set).case_insensitive(fold).size_limit(SET_BYTES).build();
            expressions.set = builder.ok();
        }
        let (texts, ids): (Vec<_>, Vec<_>) = by_text.into_iter().unzip();
        if !texts.is_empty() {
            let length: usize = texts.iter().map(Vec::len).sum();
            let search = AhoCorasick::builder()
                .ascii_case_insensitive(any_case)
                // Paths are short, and a slash is in each.
                .prefilter(false)
                .kind((length < LONG).then_some(AhoCorasickKind::DFA))
                .build(texts);
            match search {
                Ok(search) => expressions.texts = Some((search, ids)),
                Err(_) => {
                    expressions.others.extend(ids.into_iter().flatten());
                    expressions.set = None;
                }
            }
        }
        expressions
    }

    /// Whether to look at a path costs more than to remember it.
    pub(in crate::case) fn are_slow(&self) -> bool {
        self.others.len() > 1
    }

    /// Calls `visit` for every expression that may match a path, folded where
    /// letter case is, until it says so; tells whether it did.
    pub(in crate::case) fn each(&self, path: &[u8], mut visit: impl FnMut(u32) -> bool) -> bool {
        if let Some((search, ids)) = &self.texts {
            // Some letters of other scripts stand for ASCII ones where case is folded.
            let found = match self.fold && !path.is_ascii() {
                true => ids.iter().flatten().any(|id| visit(*id)),
                false => search
                    .find_overlapping_iter(path)
                    .any(|found| ids[found.pattern().as_usize()].iter().any(|id| visit(*id))),
            };
            if found {
                return true;
            }
        }
        match &self.set {
            None => self.others.iter().any(|id| visit(*id)),
            // To ask whether any matches costs far less than which.
            Some(set) if !set.is_match(path) => false,
            Some(set) => set.matches(path).iter().any(|at| visit(self.others[at])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_match_is_told_by_what_it_holds() {
        let texts = ["^/door/[0-9]+$", "(?i)/door|/lamp[ab]", "^/[0-9]+$", "x?", "^/rest/"];
        let of = |fold: bool| {
            let each: Vec<_> = texts
                .iter()
                .map(|text| (Expression::of(text).unwrap(), Piece::of_expression(text)))
                .collect();
            Expressions::new(
                (0u32..)
                    .zip(&each)
                    .map(|(id, (expression, piece))| (id, expression, piece.as_ref())),
                fold,
            )
        };
        let check = |path: &str, fold: bool, expected: &[u32]| {
            let mut found = Vec::new();
            let stopped = of(fold).each(path.as_bytes(), |id| {
                found.push(id);
                false
            });
            found.sort_unstable();
            found.dedup();
            assert_eq!(found, expected, "{path}");
            assert!(!stopped);
            assert!(of(fold).each(path.as_bytes(), |id| id == expected[expected.len() - 1]));
        };
        check("/door/7", false, &[0, 1, 3]);
        check("/DOOR/7", false, &[0, 1, 3]);
        check("/x/lampa", false, &[1, 3]);
        check("/x/lampc", false, &[3]);
        check("/77", false, &[2, 3]);
        check("/door/7", true, &[0, 1, 3]);
        check("/77", true, &[2, 3]);
        // A long s is an s in another case.
        check("/re\u{17f}t/", true, &[0, 1, 3, 4]);
    }
}
