//! Literal paths, such as those of targets: which of them a path is, or lies under,
//! told at the cost of a few bits for a path that is none's.

use xxhash_rust::xxh3::xxh3_64;

/// The spellings of literal targets, without a slash at the end.
#[derive(Debug, Default)]
pub struct Literals {
    /// Their bytes, one behind the other.
    bytes: Vec<u8>,
    /// Each once for each of its targets, by hash. Who asks chooses what is in
    /// it, so that nobody can crowd a place of it.
    spellings: Vec<Spelling>,
    /// The number of the target of each.
    ids: Vec<u32>,
    /// Where those begin whose hashes have the same highest bits: of as many
    /// kinds as there are spellings, or up to twice as many.
    starts: Vec<usize>,
    /// The lengths that spellings have.
    lengths: Lengths,
    /// The lengths of those whose targets are also what lies under them.
    under: Lengths,
    /// A bit for each hash of a spelling, of a power of two of bits.
    hashes: Vec<u64>,
    /// The same for each print.
    prints: Vec<u64>,
}

/// A spelling: its hash, and where its bytes are.
#[derive(Debug)]
struct Spelling {
    hash: u64,
    start: usize,
    length: usize,
}

/// Some lengths.
#[derive(Debug, Default)]
struct Lengths {
    /// A bit each.
    bits: Vec<u64>,
    /// Each, ascending.
    each: Vec<usize>,
}

/// Up to how many lengths each is tried on a path.
const FEW_LENGTHS: usize = 12;

impl Lengths {
    fn add(&mut self, length: usize) {
        if !self.has(length) {
            self.bits.resize(self.bits.len().max(length / 64 + 1), 0);
            self.bits[length / 64] |= 1 << (length % 64);
            self.each.push(length);
            self.each.sort_unstable();
        }
    }

    #[inline(always)]
    fn has(&self, length: usize) -> bool {
        self.bits.get(length / 64).is_some_and(|word| word >> (length % 64) & 1 == 1)
    }

    /// Calls `visit` with those at which a path has a slash, ascending, until it says
    /// so, and tells whether it did.
    #[inline(always)]
    fn any_at_slash(&self, path: &[u8], mut visit: impl FnMut(usize) -> bool) -> bool {
        if self.each.len() <= FEW_LENGTHS {
            return self.each.iter().any(|end| path.get(*end) == Some(&b'/') && visit(*end));
        }
        for (number, (lengths, bytes)) in self.bits.iter().zip(path.chunks(64)).enumerate() {
            let mut ends = lengths & slashes(bytes);
            while ends != 0 {
                if visit(number * 64 + ends.trailing_zeros() as usize) {
                    return true;
                }
                ends &= ends - 1;
            }
        }
        false
    }
}

impl Literals {
    /// The spellings with the numbers of their targets, and which of these are
    /// also what lies under them.
    pub fn new(
        targets: impl Iterator<Item = (Vec<u8>, u32)>,
        is_under: impl Fn(u32) -> bool,
    ) -> Literals {
        let mut each: Vec<(u64, Vec<u8>, u32)> =
            targets.map(|(spelling, id)| (xxh3_64(&spelling), spelling, id)).collect();
        each.sort_unstable();
        each.dedup();
        // One path in sixteen that is none's is looked up in vain.
        let bits = vec![0; (each.len() / 4).next_power_of_two()];
        let mut literals = Literals { hashes: bits.clone(), prints: bits, ..Literals::default() };
        for (hash, spelling, id) in each {
            let length = spelling.len();
            literals.lengths.add(length);
            if is_under(id) {
                literals.under.add(length);
            }
            let (word, bit) = place(&literals.hashes, hash);
            literals.hashes[word] |= bit;
            let (word, bit) = place(&literals.prints, print(&spelling, length));
            literals.prints[word] |= bit;
            literals.spellings.push(Spelling { hash, start: literals.bytes.len(), length });
            literals.bytes.extend_from_slice(&spelling);
            literals.ids.push(id);
        }
        literals.starts = starts(&literals.spellings);
        literals
    }

    /// Calls `visit` with the targets that have a path's beginning up to one of
    /// its slashes, or all of it, for a spelling, the shortest first, until it says
    /// so; and with whether that is all of it but for a slash. Tells whether it
    /// said so.
    pub fn each(&self, path: &[u8], visit: &mut dyn FnMut(&[u32], bool) -> bool) -> bool {
        let whole = path.len() - usize::from(path.last() == Some(&b'/'));
        let mut of =
            |end: usize| self.of(&path[..end]).is_some_and(|ids| visit(ids, path.len() - end <= 1));
        let may_be = |end: usize| {
            let (word, bit) = place(&self.prints, print(path, end));
            self.prints[word] & bit != 0
        };
        self.under.any_at_slash(&path[..whole], |end| may_be(end) && of(end))
            || !path.is_empty() && self.lengths.has(whole) && may_be(whole) && of(whole)
    }

    /// The targets of a spelling.
    fn of(&self, spelling: &[u8]) -> Option<&[u32]> {
        let hash = xxh3_64(spelling);
        let (word, bit) = place(&self.hashes, hash);
        if self.hashes[word] & bit == 0 {
            return None;
        }
        let is_it = |each: &Spelling| {
            each.hash == hash && self.bytes[each.start..][..each.length] == *spelling
        };
        let is_before = |each: &Spelling| each.hash <= hash && !is_it(each);
        let mut start = self.starts[highest(hash, self.starts.len())];
        while self.spellings.get(start).is_some_and(is_before) {
            start += 1;
        }
        let count = self.spellings[start..].iter().take_while(|each| is_it(each)).count();
        (count > 0).then(|| &self.ids[start..start + count])
    }
}

/// Which of up to 64 bytes are a slash: a bit each, the first byte lowest.
#[inline(always)]
fn slashes(bytes: &[u8]) -> u64 {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    let of = |word: &[u8; 8]| {
        let other = u64::from_le_bytes(*word) ^ (EACH * b'/' as u64);
        // The high bit of each byte that is none, and none else.
        let slashes = !(((other & !(EACH << 7)) + (EACH << 7) - EACH) | other) & (EACH << 7);
        // Brought together in the highest byte.
        (slashes >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let each = words.iter().enumerate().fold(0, |each, (at, word)| each | of(word) << (8 * at));
    match bytes.last_chunk() {
        _ if rest.is_empty() => each,
        Some(last) => each | of(last) << (bytes.len() - 8),
        None => (0..).zip(rest).fold(0, |each, (at, byte)| each | u64::from(*byte == b'/') << at),
    }
}

/// A hash of a path's beginning of a length: of that and of its last sixteen bytes
/// only, so that it costs little to know what none of them is.
#[inline(always)]
fn print(path: &[u8], length: usize) -> u64 {
    let word = |end: usize| match end.checked_sub(8) {
        Some(start) => path[start..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word)),
        None => match path.first_chunk() {
            Some(word) if end > 0 => u64::from_le_bytes(*word) << (64 - 8 * end),
            _ => path[..end].iter().fold(0, |word, byte| word >> 8 | u64::from(*byte) << 56),
        },
    };
    let (last, before) = (word(length), word(length.saturating_sub(8)));
    let mixed = (last ^ length as u64).wrapping_mul(FACTORS[0]) ^ before.wrapping_mul(FACTORS[1]);
    mixed.wrapping_mul(FACTORS[0]) >> 32
}

/// For every value of the highest bits of a hash, where those begin that have it
/// or a higher one.
fn starts(spellings: &[Spelling]) -> Vec<usize> {
    let n_kinds = spellings.len().next_power_of_two();
    let mut starts = Vec::with_capacity(n_kinds);
    for (at, spelling) in spellings.iter().enumerate() {
        starts.resize(starts.len().max(highest(spelling.hash, n_kinds) + 1), at);
    }
    starts.resize(n_kinds, spellings.len());
    starts
}

/// The highest bits of a hash, of a power of two of kinds.
#[inline(always)]
fn highest(hash: u64, n_kinds: usize) -> usize {
    ((u128::from(hash) * n_kinds as u128) >> 64) as usize
}

/// Factors of no meaning, whose bits are well mixed.
pub(super) const FACTORS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f];

/// The word and the bit of a hash.
#[inline(always)]
pub(super) fn place(hashes: &[u64], hash: u64) -> (usize, u64) {
    ((hash >> 6) as usize & (hashes.len() - 1), 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn a_path_is_found_by_its_beginnings() {
        let spellings = ["", "/a", "/a/b", "/c.csv"].map(|text| text.as_bytes().to_vec());
        let targets = || spellings.clone().into_iter().zip(0..);
        let literals = Literals::new(targets(), |_| true);
        let exact = Literals::new(targets(), |_| false);
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

    proptest! {
        #[test]
        fn they_are_found_as_if_each_was_compared(
            spellings in vec("(/[ab/]{0,3}|/longer-[ab]{1,12}){0,4}[ab]", 0..40),
            paths in vec("(/[ab/]{0,3}|/longer-[ab]{1,12}){0,5}/?", 1..20),
        ) {
            let is_under = |id: u32| id > 7;
            let each = || spellings.iter().zip(0_u32..);
            let targets = each().map(|(text, id)| (text.clone().into_bytes(), id / 2));
            let literals = Literals::new(targets, is_under);
            for path in paths.iter().chain(&spellings) {
                let mut found = BTreeSet::new();
                literals.each(path.as_bytes(), &mut |ids, is_whole| {
                    found.extend(ids.iter().filter(|id| is_whole || is_under(**id)).copied());
                    false
                });
                let is_named = |text: &str, id: u32| match path.strip_prefix(text) {
                    Some(rest) => rest.is_empty() || rest == "/" || is_under(id) && rest.starts_with('/'),
                    None => false,
                };
                let named = each().filter(|(text, id)| is_named(text, id / 2));
                let expected: BTreeSet<u32> = named.map(|(_, id)| id / 2).collect();
                prop_assert_eq!(found, expected, "{}", path);
            }
        }
    }
}
