//! The globs and regular expressions of a case: which of them may match a path,
//! told without trying each.

use std::collections::{BTreeMap, HashMap};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::bytes::{RegexSet, RegexSetBuilder};

use crate::case::expression::Expression;
use crate::case::piece::Piece;

use super::ends::Ends;

/// Expressions by their targets' numbers.
#[derive(Debug, Default)]
pub(in crate::case) struct Expressions {
    fold: bool,
    /// The texts of those that have a piece, and whose each is.
    texts: Option<(AhoCorasick, Vec<Vec<Owner>>)>,
    /// Tells of most paths that hold none of them.
    ends: Option<Ends>,
    /// Those without, and all of these at once where they are few enough.
    others: Vec<u32>,
    set: Option<RegexSet>,
}

/// An expression that may match a path in which a text stands.
#[derive(Debug)]
struct Owner {
    id: u32,
    /// Of these one stands there, too, if there are any.
    also: Vec<Vec<u8>>,
}

impl Owner {
    /// Says whether it may match a path in which its text stands.
    fn may_match(&self, path: &[u8]) -> bool {
        let holds = |text: &Vec<u8>| memchr::memmem::find(path, text).is_some();
        self.also.is_empty() || self.also.iter().any(holds)
    }
}

/// Up to how many texts are looked for in a path in which another stands.
const MOST_ALSO: usize = 4;

/// How large the set of expressions may be, in bytes. Beyond that each is tried
/// alone, which is slower and no different.
const SET_BYTES: usize = 128 << 20;

/// From how many bytes of texts on the quickest search for them takes too much
/// memory.
const LONG: usize = 1 << 13;

/// By how many expressions a piece is shared before another is better.
const A_FEW: usize = 8;

/// How many expressions share each text.
struct Shared {
    fold: bool,
    by: HashMap<Vec<u8>, usize>,
}

impl Shared {
    fn of(each: &[(u32, &Expression, &[Piece])], fold: bool) -> Shared {
        let mut by = HashMap::new();
        for text in each.iter().flat_map(|(.., pieces)| *pieces).flat_map(|piece| piece.texts(fold))
        {
            *by.entry(text).or_default() += 1;
        }
        Shared { fold, by }
    }

    /// By how many a piece is, by that of its texts which most share.
    fn by(&self, piece: &Piece) -> usize {
        piece.texts(self.fold).filter_map(|text| self.by.get(&text)).max().copied().unwrap_or(0)
    }
}

impl Expressions {
    /// The expressions of targets, each with its pieces; `fold` where letter case
    /// is folded.
    pub(in crate::case) fn new(each: &[(u32, &Expression, &[Piece])], fold: bool) -> Expressions {
        let mut expressions = Expressions { fold, ..Expressions::default() };
        let mut by_text: BTreeMap<Vec<u8>, Vec<Owner>> = BTreeMap::new();
        let (mut any_case, mut set) = (false, Vec::new());
        let shared = Shared::of(each, fold);
        for (id, expression, pieces) in each {
            // Of what stands in many of them, each would have to be tried.
            let rare = |piece: &&Piece| shared.by(piece) / A_FEW;
            let Some(piece) = pieces.iter().min_by_key(rare) else {
                expressions.others.push(*id);
                set.push(expression.widest(fold));
                continue;
            };
            any_case |= piece.any_case;
            let is_other = |other: &&Piece| {
                *other != piece && !other.any_case && other.any_of.len() <= MOST_ALSO
            };
            let other = pieces.iter().filter(is_other).min_by_key(rare);
            let also: Vec<_> = other.into_iter().flat_map(|other| other.texts(fold)).collect();
            for text in piece.texts(fold) {
                by_text.entry(text).or_default().push(Owner { id: *id, also: also.clone() });
            }
        }
        if !set.is_empty() {
            let builder =
                RegexSetBuilder::new(&set).case_insensitive(fold).size_limit(SET_BYTES).build();
            expressions.set = builder.ok();
        }
        let (texts, owners): (Vec<_>, Vec<_>) = by_text.into_iter().unzip();
        if !texts.is_empty() {
            expressions.ends = Ends::of(&texts).filter(|_| !any_case);
            let length: usize = texts.iter().map(Vec::len).sum();
            let search = AhoCorasick::builder()
                .ascii_case_insensitive(any_case)
                // Paths are short, and a slash is in each.
                .prefilter(false)
                .kind((length < LONG).then_some(AhoCorasickKind::DFA))
                .build(texts);
            match search {
                Ok(search) => expressions.texts = Some((search, owners)),
                Err(_) => {
                    let ids = owners.iter().flatten().map(|owner| owner.id);
                    expressions.others.extend(ids);
                    expressions.set = None;
                }
            }
        }
        expressions
    }

    /// Whether there are none.
    pub(in crate::case) fn is_empty(&self) -> bool {
        self.texts.is_none() && self.others.is_empty()
    }

    /// Whether to look at a path costs more than to remember it.
    pub(in crate::case) fn are_slow(&self) -> bool {
        self.others.len() > 1
    }

    /// Calls `visit` for every expression that may match a path, folded where
    /// letter case is, until it says so; tells whether it did.
    pub(in crate::case) fn each(&self, path: &[u8], mut visit: impl FnMut(u32) -> bool) -> bool {
        if let Some((search, owners)) = &self.texts {
            // Some letters of other scripts stand for ASCII ones where case is folded.
            let found = match self.fold && !path.is_ascii() {
                false if self.ends.as_ref().is_some_and(|ends| !ends.may_be_in(path)) => false,
                true => owners.iter().flatten().any(|owner| visit(owner.id)),
                false => search.find_overlapping_iter(path).any(|found| {
                    let mut owners = owners[found.pattern().as_usize()].iter();
                    owners.any(|owner| owner.may_match(path) && visit(owner.id))
                }),
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

    /// The expressions of texts, numbered from 0.
    fn of(texts: &[impl AsRef<str>], fold: bool) -> Expressions {
        let texts = texts.iter().map(AsRef::as_ref);
        let each: Vec<_> =
            texts.map(|text| (Expression::of(text).unwrap(), Piece::of_expression(text))).collect();
        let each = (0u32..).zip(&each);
        let each = each.map(|(id, (expression, pieces))| (id, expression, pieces.as_slice()));
        Expressions::new(&each.collect::<Vec<_>>(), fold)
    }

    #[test]
    fn of_what_many_share_each_is_not_tried() {
        let texts: Vec<_> =
            (0..200).map(|n| format!("^/folder-of-all/[^/]*/{n}-[a-z]*x$")).collect();
        let expressions = of(&texts, false);
        let mut tried = Vec::new();
        expressions.each(b"/folder-of-all/any/123-abcx", |id| {
            tried.push(id);
            false
        });
        assert_eq!(tried, [123]);
    }

    #[test]
    fn an_expression_is_tried_where_all_that_it_holds_stands() {
        let expressions = of(&["^/folder/[0-9]+-(a|b)/photo$"], false);
        let is_tried = |path: &str| expressions.each(path.as_bytes(), |_| true);
        assert!(is_tried("/folder/12-b/photo") && is_tried("/folder/12-b/photo/"));
        assert!(!is_tried("/folder/12-b/video") && !is_tried("/folders/12-b/photo"));
    }

    #[test]
    fn what_may_match_is_told_by_what_it_holds() {
        let texts = ["^/door/[0-9]+$", "(?i)/door|/lamp[ab]", "^/[0-9]+$", "x?", "^/rest/"];
        let of = |fold: bool| of(&texts, fold);
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
