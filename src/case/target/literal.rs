//! The literal targets: which of them a path is, or lies under, told at the
//! cost of a few bits for a path that is none's.

use std::collections::{BTreeMap, BTreeSet};

use xxhash_rust::xxh3::xxh3_64;

/// The numbers of the targets of each spelling.
pub(in crate::case) type Spellings = BTreeMap<Vec<u8>, Vec<u32>>;

/// The spellings of literal targets, without a slash at the end.
#[derive(Debug, Default)]
pub(in crate::case) struct Literals {
    /// Each with its hash and the numbers of its targets, by hash. Who asks
    /// chooses what is in it, so that nobody can crowd a place of it.
    spellings: Vec<(u64, Vec<u8>, Vec<u32>)>,
    /// The lengths that spellings have, ascending.
    lengths: Vec<usize>,
    /// A bit for each hash of a spelling, of a power of two of bits.
    hashes: Vec<u64>,
    /// Some target is also what lies under it.
    any_under: bool,
}

impl Literals {
    /// The spellings with their targets' numbers; `any_under` where some target
    /// is also what lies under it.
    pub(in crate::case) fn new(targets: Spellings, any_under: bool) -> Literals {
        let lengths = targets.keys().map(Vec::len).collect::<BTreeSet<_>>().into_iter().collect();
        // One path in sixteen that is none's is looked up in vain.
        let mut hashes = vec![0; (targets.len() / 4).next_power_of_two()];
        let mut spellings = Vec::with_capacity(targets.len());
        for (spelling, ids) in targets {
            let hash = xxh3_64(&spelling);
            let (word, bit) = place(&hashes, hash);
            hashes[word] |= bit;
            spellings.push((hash, spelling, ids));
        }
        spellings.sort_unstable();
        Literals { spellings, lengths, hashes, any_under }
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
        let ends = self.lengths.iter().copied().take_while(|end| *end <= whole);
        ends.filter(|end| {
            *end == whole && !path.is_empty() || self.any_under && path.get(*end) == Some(&b'/')
        })
        .any(|end| self.of(&path[..end]).is_some_and(|ids| visit(ids, path.len() - end <= 1)))
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
        let literals = Literals::new(targets.clone(), true);
        let exact = Literals::new(targets, false);
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
