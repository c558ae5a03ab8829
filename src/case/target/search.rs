//! What a whole block of lines is searched for at once: the literal pieces of
//! the targets.

use std::collections::BTreeSet;
use std::iter::successors;

use aho_corasick::{AhoCorasick, Span, packed};
use memchr::arch::all::packedpair::HeuristicFrequencyRank;
use memchr::memmem;

/// A search for one or several texts, each in whatever way is quickest for as
/// many as they are.
#[derive(Debug)]
pub(in crate::case) enum Search {
    /// One text.
    One(Box<memmem::Finder<'static>>),
    /// A few, by vector instructions.
    Few(Box<Few>),
    /// Any number, or in any letter case.
    Any(AhoCorasick),
}

/// How frequent each byte is in access logs: a search for one text looks for
/// its two rarest bytes first, and a slash, rare in other text, is not here.
struct InLogs;

impl HeuristicFrequencyRank for InLogs {
    fn rank(&self, byte: u8) -> u8 {
        usize::from(byte).checked_sub(0x20).and_then(|at| FREQUENCY.get(at)).map_or(0, |rank| *rank)
    }
}

/// Texts that are searched for by what is rare of each: from its rarest six
/// bytes on, by which candidates are told.
#[derive(Debug)]
pub(in crate::case) struct Few {
    /// The texts, and where what is rare of each begins.
    texts: Vec<(Vec<u8>, usize)>,
    /// Letter case does not matter.
    fold: bool,
    search: packed::Searcher,
}

impl Few {
    /// A search for texts, in any letter case where `fold`; `None` where they
    /// are too many, or there is none.
    fn new(texts: &[Vec<u8>], fold: bool) -> Option<Few> {
        let texts: Vec<_> = texts.iter().map(|text| (text.clone(), rarest(text, fold))).collect();
        let rare = texts.iter().map(|(text, rare)| &text[*rare..]);
        let search = match fold {
            false => packed::Searcher::new(rare),
            true => {
                let prints: BTreeSet<_> =
                    rare.flat_map(|text| in_each_case(&text[..text.len().min(PRINT)])).collect();
                (prints.len() <= MOST_PRINTS).then(|| packed::Searcher::new(prints)).flatten()
            }
        };
        Some(Few { texts, fold, search: search? })
    }

    /// Where what is rare of a text begins, that stands in a block; the first
    /// such place from one on.
    fn next(&self, block: &[u8], from: usize) -> Option<usize> {
        let mut span = Span { start: from, end: block.len() };
        loop {
            let at = self.search.find_in(block, span)?.start();
            // Of those whose rare parts begin alike one was found.
            if self.stands(block, at) {
                return Some(at);
            }
            span.start = at + 1;
        }
    }

    /// Says whether what is rare of a text begins at a place of a block, in which
    /// the whole of it stands.
    fn stands(&self, block: &[u8], at: usize) -> bool {
        self.texts.iter().any(|(text, rare)| {
            let start = at.checked_sub(*rare);
            let found = start.and_then(|start| block.get(start..)?.get(..text.len()));
            // Where the end is another, hardly anything is compared.
            found.is_some_and(|found| match self.fold {
                false => found.last() == text.last() && found == text,
                true => found.eq_ignore_ascii_case(text),
            })
        })
    }
}

/// By how many bytes candidates are told by vector instructions, if there are so
/// many, and by how many at least.
const RARE: usize = 6;
const PRINT: usize = 4;

/// How many of them vector instructions search for.
const MOST_PRINTS: usize = 64;

/// Where the rarest six bytes of a text begin, or all where it has no more, in any
/// letter case where `fold`.
fn rarest(text: &[u8], fold: bool) -> usize {
    let rank = |byte: &u8| match fold {
        false => InLogs.rank(*byte),
        true => InLogs.rank(byte.to_ascii_lowercase()).max(InLogs.rank(byte.to_ascii_uppercase())),
    };
    let frequency = |print: &[u8]| -> u32 { print.iter().map(|byte| u32::from(rank(byte))).sum() };
    let prints = text.windows(RARE.min(text.len()).max(1)).enumerate();
    prints.min_by_key(|(_, print)| frequency(print)).map_or(0, |(at, _)| at)
}

/// A text with its ASCII letters in either case.
fn in_each_case(text: &[u8]) -> Vec<Vec<u8>> {
    text.iter().fold(vec![Vec::new()], |before, byte| {
        let cases = BTreeSet::from([byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]);
        let with = |text: &Vec<u8>, byte: u8| text.iter().copied().chain([byte]).collect();
        cases.iter().flat_map(|byte| before.iter().map(|text| with(text, *byte))).collect()
    })
}

/// For the bytes from the space to `~` fourteen times the binary logarithm of
/// how many there are in a million bytes, which stays below 250: the mean of three public
/// logs in the combined format.
const FREQUENCY: [u8; 95] = [
    227, 69, 207, 28, 25, 197, 136, 89, 177, 178, 77, 170, 169, 195, 219, 220, 218, 218, 216, 203,
    195, 203, 201, 192, 198, 192, 194, 175, 64, 151, 61, 138, 69, 180, 161, 181, 183, 165, 152,
    177, 178, 125, 144, 172, 166, 185, 157, 166, 176, 105, 119, 172, 196, 132, 145, 184, 139, 99,
    81, 167, 96, 167, 0, 149, 29, 201, 192, 193, 181, 211, 174, 176, 188, 206, 134, 177, 201, 188,
    194, 207, 198, 100, 195, 194, 201, 166, 149, 181, 170, 159, 169, 53, 49, 52, 27,
];

impl Search {
    /// A search for `texts`, in any letter case where `fold`.
    /// None where they are too many for any way.
    pub(in crate::case) fn new(texts: &[Vec<u8>], fold: bool) -> Option<Search> {
        if let [text] = texts
            && !fold
        {
            let finder = memmem::FinderBuilder::new().build_forward_with_ranker(InLogs, text);
            return Some(Search::One(Box::new(finder.into_owned())));
        }
        if let Some(few) = Few::new(texts, fold) {
            return Some(Search::Few(Box::new(few)));
        }
        let search = AhoCorasick::builder().ascii_case_insensitive(fold).build(texts);
        search.map(Search::Any).ok()
    }

    /// Whether it is done at about the speed of memory.
    pub(in crate::case) fn is_quick(&self) -> bool {
        !matches!(self, Search::Any(_))
    }

    /// Says whether any of the texts stands in another.
    pub(in crate::case) fn is_in(&self, text: &[u8]) -> bool {
        match self {
            Search::One(search) => search.find(text).is_some(),
            Search::Few(search) => search.next(text, 0).is_some(),
            Search::Any(search) => search.is_match(text),
        }
    }

    /// Lists where the texts stand in a block, a place in each: of those that
    /// overlap, one.
    ///
    /// `find` may know a quicker way where they are a few: see
    /// [`Matcher::list`](super::Matcher::list).
    pub(in crate::case) fn list(
        &self,
        block: &[u8],
        into: &mut Vec<u32>,
        find: impl FnOnce(&[&[u8]], bool, &mut Vec<u32>) -> bool,
    ) {
        match self {
            // Two bytes of one text are told sooner than several.
            Search::One(search) => into.extend(search.find_iter(block).map(|at| at as u32)),
            Search::Few(search) => {
                let rare = search.texts.iter().map(|(text, rare)| &text[*rare..]);
                if find(&rare.collect::<Vec<_>>(), search.fold, into) {
                    into.retain(|at| search.stands(block, *at as usize));
                } else {
                    let next = |from: &usize| search.next(block, *from + 1);
                    into.extend(successors(search.next(block, 0), next).map(|at| at as u32));
                }
            }
            Search::Any(search) => {
                into.extend(search.find_iter(block).map(|found| found.start() as u32));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_in_each_way() {
        let check = |texts: &[&str], fold: bool, block: &str, expected: &[u32]| {
            let texts: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
            let search = Search::new(&texts, fold).unwrap();
            let mut found = Vec::new();
            search.list(block.as_bytes(), &mut found, |_, _, _| false);
            assert_eq!(found, expected);
            // The same of every place.
            found.clear();
            search.list(block.as_bytes(), &mut found, |rare, is_folded, into| {
                assert_eq!((rare.len(), is_folded), (texts.len(), fold));
                into.extend(0..block.len() as u32);
                true
            });
            assert_eq!(found, expected);
            assert_eq!(search.is_in(block.as_bytes()), !expected.is_empty());
        };
        check(&["/ab"], false, "/ab/ab /AB", &[0, 3]);
        check(&["/ab"], true, "/ab/ab /AB", &[0, 3, 7]);
        check(&["/ab", "/cd"], false, "x/cd/ab/cd", &[1, 4, 7]);
        check(&["/ab", "/cd"], false, "x/c", &[]);
        check(&["/ab", "/cd"], true, "x/Cd", &[1]);
        check(&["/exports", "/a%20b"], true, "/EXPORT /eXpOrTs /A%20B /a%20", &[10, 17]);
        // What is rare of one may stand in the other, or without its front.
        check(&["/sho/xq7z", "/cd"], false, "/sho /sho/xq7z xq7z", &[8]);
        check(&["/aaa/xq7z", "/xq7z/eee"], false, "/eaa/xq7z/eee", &[5]);
        check(&["/aaa/xq7z", "/baa/xq7z"], false, "/caa/xq7z /baa/xq7z", &[13]);
    }
}
