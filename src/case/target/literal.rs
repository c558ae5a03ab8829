//! The literal targets: which of them a path is, or lies under, told at the
//! cost of a few bits for a path that is none's.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

/// The numbers of the targets of each spelling.
pub(in crate::case) type Spellings = BTreeMap<Vec<u8>, Vec<u32>>;

/// The spellings of literal targets, without a slash at the end.
#[derive(Debug, Default)]
pub(in crate::case) struct Literals {
    /// Each with its hash and the numbers of its targets, by hash. Who asks
    /// chooses what is in it, so that nobody can crowd a place of it.
    spellings: Vec<(u64, Vec<u8>, Vec<u32>)>,
    /// The lengths that spellings have.
    lengths: Lengths,
    /// The lengths of those whose targets are also what lies under them.
    under: Lengths,
    /// A bit for each hash of a spelling, of a power of two of bits.
    hashes: Vec<u64>,
}

/// Some lengths, a bit each.
#[derive(Debug, Default)]
struct Lengths(Vec<u64>);

impl Lengths {
    fn add(&mut self, length: usize) {
        self.0.resize(self.0.len().max(length / 64 + 1), 0);
        self.0[length / 64] |= 1 << (length % 64);
    }

    #[inline(always)]
    fn has(&self, length: usize) -> bool {
        self.0.get(length / 64).is_some_and(|word| word >> (length % 64) & 1 == 1)
    }
}

impl Literals {
    /// The spellings with their targets' numbers, and which of these are also
    /// what lies under them.
    pub(in crate::case) fn new(targets: Spellings, is_under: impl Fn(u32) -> bool) -> Literals {
        // One path in sixteen that is none's is looked up in vain.
        let mut hashes = vec![0; (targets.len() / 4).next_power_of_two()];
        let mut spellings = Vec::with_capacity(targets.len());
        let (mut lengths, mut under) = (Lengths::default(), Lengths::default());
        for (spelling, ids) in targets {
            lengths.add(spelling.len());
            if ids.iter().any(|id| is_under(*id)) {
                under.add(spelling.len());
            }
            let hash = xxh3_64(&spelling);
            let (word, bit) = place(&hashes, hash);
            hashes[word] |= bit;
            spellings.push((hash, spelling, ids));
        }
        spellings.sort_unstable();
        Literals { spellings, lengths, under, hashes }
    }

    /// Calls `visit` with the targets that have a path's beginning up to one of
    /// its slashes, or all of it, for a spelling, until it says so; and with
    /// whether that is all of it but for a slash. Tells whether it said so.
    pub(in crate::case) fn each(
        &self,
        path: &[u8],
        visit: &mut dyn FnMut(&[u32], bool) -> bool,
    ) -> bool {
        let whole = path.len() - usize::from(path.last() == Some(&b'/'));
        let mut of =
            |end: usize| self.of(&path[..end]).is_some_and(|ids| visit(ids, path.len() - end <= 1));
        any_slash(&path[..whole], |end| self.under.has(end) && of(end))
            || !path.is_empty() && self.lengths.has(whole) && of(whole)
    }

    /// The targets of a spelling.
    fn of(&self, spelling: &[u8]) -> Option<&[u32]> {
        let hash = xxh3_64(spelling);
        let (word, bit) = place(&self.hashes, hash);
        if self.hashes[word] & bit == 0 {
            return None;
        }
        let start = self.spellings.partition_point(|(other, ..)| *other < hash);
        let same = self.spellings[start..].iter().take_while(|(other, ..)| *other == hash);
        same.filter(|(_, other, _)| other == spelling).map(|(.., ids)| ids.as_slice()).next()
    }
}

/// Calls `visit` with the place of every slash of a path until it says so, and
/// tells whether it did.
#[inline(always)]
fn any_slash(path: &[u8], mut visit: impl FnMut(usize) -> bool) -> bool {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    let (words, rest) = path.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        // A byte that is none becomes 0x80 or more, and so may one behind it.
        let other = u64::from_le_bytes(*word) ^ (EACH * b'/' as u64);
        let mut slashes = other.wrapping_sub(EACH) & !other & (EACH << 7);
        while slashes != 0 {
            let at = slashes.trailing_zeros() as usize / 8;
            slashes &= slashes - 1;
            if word[at] == b'/' && visit(number * 8 + at) {
                return true;
            }
        }
    }
    let first = words.len() * 8;
    rest.iter().enumerate().any(|(at, byte)| *byte == b'/' && visit(first + at))
}

/// The word and the bit of a hash.
fn place(hashes: &[u64], hash: u64) -> (usize, u64) {
    ((hash >> 6) as usize & (hashes.len() - 1), 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_by_its_beginnings() {
        let spellings = ["", "/a", "/a/b", "/c.csv"].map(|text| text.as_bytes().to_vec());
        let targets: Spellings =
            spellings.into_iter().zip(0..).map(|(text, id)| (text, vec![id])).collect();
        let literals = Literals::new(targets.clone(), |_| true);
        let exact = Literals::new(targets, |_| false);
        let check = |literals: &Literals, path: &str, expected: &[(u32, bool)]| {
            let mut found = Vec::new();
            literals.each(path.as_bytes(), &mut |ids, is_whole| {
                found.extend(ids.iter().map(|id| (*id, is_whole)));
                false
            });
            found.sort_unstable();
            assert_eq!(found, expected, "{path}");
        };
        check(&literals, "/a/b", &[(0, false), (1, false), (2, true)]);
        check(&literals, "/a/b/", &[(0, false), (1, false), (2, true)]);
        check(&literals, "/a/bc", &[(0, false), (1, false)]);
        check(&literals, "/", &[(0, true)]);
        check(&literals, "x", &[]);
        check(&literals, "", &[]);
        check(&exact, "/c.csv", &[(3, true)]);
        check(&exact, "/c.csv/", &[(3, true)]);
        check(&exact, "/a/b/c", &[]);
    }
}
