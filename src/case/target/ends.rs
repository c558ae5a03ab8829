//! A cheap look whether a path may hold one of many texts.

use super::literal::{FACTORS, place};

/// The ends of many texts, of as many bytes each: a path that holds none of them
/// in any place holds none of the texts.
#[derive(Debug)]
pub(super) struct Ends {
    /// The bytes that are looked at, of eight.
    mask: u64,
    length: usize,
    /// For each of two hashes a bit for each of its values, of a power of two.
    bits: [Vec<u64>; 2],
}

impl Ends {
    /// From how many texts on it pays to look for their ends first.
    const MANY: usize = 100;

    /// How many bytes they are, at least: fewer stand in too many paths.
    const LEAST: usize = 6;

    /// Those of texts that are many and long enough.
    pub(super) fn of(texts: &[Vec<u8>]) -> Option<Ends> {
        let length = texts.iter().map(Vec::len).min()?.min(8);
        if texts.len() < Ends::MANY || length < Ends::LEAST {
            return None;
        }
        // One place in sixteen is looked up a second time.
        let none = || vec![0; (texts.len() / 4).next_power_of_two()];
        let mut ends = Ends { mask: u64::MAX >> (64 - 8 * length), length, bits: [none(), none()] };
        for text in texts {
            let end = last(&text[text.len() - length..]);
            for which in [0, 1] {
                let (word, bit) = place(&ends.bits[which], hash(which, end));
                ends.bits[which][word] |= bit;
            }
        }
        Some(ends)
    }

    /// Says whether a path may hold a text. A cheap look.
    pub(super) fn may_be_in(&self, path: &[u8]) -> bool {
        let has = |which: usize, end: u64| {
            let (word, bit) = place(&self.bits[which], hash(which, end));
            self.bits[which][word] & bit != 0
        };
        let may_be = |bytes: u64| has(0, bytes & self.mask) && has(1, bytes & self.mask);
        let whole = |bytes: &[u8]| {
            bytes.first_chunk().is_some_and(|bytes| may_be(u64::from_le_bytes(*bytes)))
        };
        let last = last(path);
        let mut behind = (0..).zip(self.length..=path.len().min(8));
        path.windows(8).any(whole) || behind.any(|(shift, _)| may_be(last >> (8 * shift)))
    }
}

/// One of two hashes of an end.
#[inline(always)]
fn hash(which: usize, end: u64) -> u64 {
    end.wrapping_mul(FACTORS[which]) >> 32
}

/// The last eight bytes of a text, the first of them lowest, or all where it has
/// fewer.
fn last(text: &[u8]) -> u64 {
    match text.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => text.iter().rfold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::{prop_assert, proptest};

    proptest! {
        #[test]
        fn a_path_that_holds_a_text_may_hold_it(
            texts in vec("[ab/]{6,12}", Ends::MANY..120),
            before in "[a-c/]{0,9}",
            behind in "[a-c/]{0,9}",
            at in 0..Ends::MANY,
        ) {
            let texts: Vec<_> = texts.into_iter().map(String::into_bytes).collect();
            let ends = Ends::of(&texts).unwrap();
            let path = [before.as_bytes(), &texts[at], behind.as_bytes()].concat();
            prop_assert!(ends.may_be_in(&path), "{}", String::from_utf8_lossy(&path));
        }
    }

    #[test]
    fn most_paths_hold_no_end_of_many_texts() {
        let texts: Vec<_> = (0..10_000).map(|n| format!("/report-{n}.csv").into_bytes()).collect();
        let ends = Ends::of(&texts).unwrap();
        let may_be = |n: &u32| ends.may_be_in(format!("/images/{n}/picture-{n}.jpeg").as_bytes());
        let n_looked_for = (0..10_000).filter(may_be).count();
        assert!(n_looked_for < 2_000, "{n_looked_for}");
        assert!(!ends.may_be_in(b"/") && !ends.may_be_in(b""));
        assert!(Ends::of(&texts[..Ends::MANY - 1]).is_none(), "few are not worth it");
    }
}
