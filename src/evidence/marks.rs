//! Which clients there are, by sixteen bits of their hashes: a list while there
//! are few of them, a bitmap from then on.
//!
//! Both are exact in merging: the same clients give the same marks in any order
//! and any grouping. Neither can name a client.

use serde::{Deserialize, Serialize};

/// Which clients may stand in a source: a filter that says "certainly not" or
/// "perhaps". At most 512 bytes of list, because a store may hold a hundred
/// thousand small objects, or 8 KiB of bitmap.
pub type ClientFilter = Marks<256, 1024>;

/// Which clients there were in one bin of time: up to 64 are listed, then a
/// bitmap of 1 KiB lets them be counted.
pub type Crowd = Marks<64, 128>;

/// Marks of clients: at most `FEW` in a list, then `WORDS` words of a bitmap.
///
/// Which of the two it is depends on what it holds alone, not on how it was
/// filled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks<const FEW: usize, const WORDS: usize> {
    few: Vec<u16>,
    bits: Vec<u64>,
}

impl<const FEW: usize, const WORDS: usize> Marks<FEW, WORDS> {
    /// Adds a client by its hash.
    #[inline(always)]
    pub fn absorb(&mut self, hash: u64) {
        self.add(mark(hash));
    }

    /// Adds clients by their hashes.
    #[inline(always)]
    pub fn absorb_all(&mut self, hashes: &[u64]) {
        // A bitmap stays one.
        match <&mut [u64; WORDS]>::try_from(self.bits.as_mut_slice()) {
            Ok(bits) => hashes.iter().for_each(|hash| {
                let (word, bit) = place::<WORDS>(mark(*hash));
                bits[word] |= bit;
            }),
            Err(_) => hashes.iter().for_each(|hash| self.absorb(*hash)),
        }
    }

    /// Says whether a client may be there.
    pub fn may_hold(&self, hash: u64) -> bool {
        self.may_hold_mark(mark(hash))
    }

    /// Says whether a client of this mark may be there.
    pub fn may_hold_mark(&self, mark: u16) -> bool {
        let (word, bit) = place::<WORDS>(mark);
        match self.bits.get(word) {
            Some(word) => word & bit != 0,
            None => self.few.binary_search(&mark).is_ok(),
        }
    }

    /// Adds another part.
    pub fn merge(&mut self, other: &Self) {
        if self.bits.is_empty() && !other.bits.is_empty() {
            self.spread();
        }
        for (into, from) in self.bits.iter_mut().zip(&other.bits) {
            *into |= from;
        }
        other.few.iter().for_each(|mark| self.add(*mark));
    }

    /// The marks, where they are listed.
    pub fn listed(&self) -> Option<&[u16]> {
        self.bits.is_empty().then_some(self.few.as_slice())
    }

    /// How many clients there are: as many as are listed, or as many as most
    /// likely set the bits of the map (Whang, Vander-Zanden and Taylor, "A
    /// linear-time probabilistic counting algorithm", 1990).
    pub fn count(&self) -> f64 {
        if self.bits.is_empty() {
            return self.few.len() as f64;
        }
        let all = (WORDS * 64) as f64;
        let set: u32 = self.bits.iter().map(|word| word.count_ones()).sum();
        // A full map counts as one with a single bit free.
        let free = (all - f64::from(set)).max(1.0);
        -all * (free / all).ln()
    }

    #[inline(always)]
    fn add(&mut self, mark: u16) {
        let (word, bit) = place::<WORDS>(mark);
        match self.bits.get_mut(word) {
            Some(word) => *word |= bit,
            None => self.add_to_few(mark),
        }
    }

    #[inline(never)]
    fn add_to_few(&mut self, mark: u16) {
        if let Err(place) = self.few.binary_search(&mark) {
            self.few.insert(place, mark);
            if self.few.len() > FEW {
                self.spread();
            }
        }
    }

    /// Turns the list into a bitmap.
    fn spread(&mut self) {
        self.bits.resize(WORDS, 0);
        for mark in std::mem::take(&mut self.few) {
            let (word, bit) = place::<WORDS>(mark);
            self.bits[word] |= bit;
        }
    }
}

/// The mark of a client, by its hash.
pub fn mark(hash: u64) -> u16 {
    (hash & 0xffff) as u16
}

/// The word and the bit of a mark in a bitmap of so many words.
fn place<const WORDS: usize>(mark: u16) -> (usize, u64) {
    (usize::from(mark) / 64 % WORDS, 1 << (mark % 64))
}

/// How many clients arrived in a bin: those that are in neither of the two bins
/// before. A visit of half an hour's silence begins anew.
pub fn arrivals(now: &Crowd, before: [Option<&Crowd>; 2]) -> f64 {
    let mut earlier = Crowd::default();
    before.into_iter().flatten().for_each(|crowd| earlier.merge(crowd));
    let mut all = earlier.clone();
    all.merge(now);
    // The earlier ones are counted on the same map, so that what two clients
    // share falls out.
    if !all.bits.is_empty() && earlier.bits.is_empty() {
        earlier.spread();
    }
    (all.count() - earlier.count()).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_holds_what_it_was_given_however_it_was_filled() {
        let filled = |hashes: std::ops::Range<u64>| {
            let mut filter = ClientFilter::default();
            hashes.for_each(|hash| filter.absorb(hash * 77));
            filter
        };
        for (middle, end) in [(3, 10), (100, 300), (250, 2_000), (0, 256), (200, 257)] {
            let (mut left, mut right) = (filled(0..middle), filled(middle..end));
            let (first, second) = (left.clone(), right.clone());
            left.merge(&second);
            right.merge(&first);
            assert_eq!(left, right);
            assert_eq!(left, filled(0..end));
            assert!((0..end).all(|hash| left.may_hold(hash * 77)));
            assert!(!left.may_hold(1));
        }
    }

    fn hashes(clients: std::ops::Range<u64>) -> impl Iterator<Item = u64> {
        clients.map(|client| xxhash_rust::xxh3::xxh3_64(&client.to_le_bytes()))
    }

    fn crowd(clients: std::ops::Range<u64>) -> Crowd {
        let mut crowd = Crowd::default();
        hashes(clients).for_each(|hash| crowd.absorb(hash));
        crowd
    }

    #[test]
    fn a_crowd_is_counted() {
        for n in [0_u64, 1, 64, 65, 300, 3_000, 20_000] {
            let hashes: Vec<_> = hashes(0..n).collect();
            let mut together = Crowd::default();
            hashes.chunks(50).for_each(|some| together.absorb_all(some));
            assert_eq!(together, crowd(0..n));
            let (count, n) = (together.count(), n as f64);
            assert!((count - n).abs() <= 0.03 * n, "{n}: {count}");
        }
        let size = |crowd: &Crowd| crowd.few.len() * 2 + crowd.bits.len() * 8;
        assert!(size(&crowd(0..64)) <= 128 && size(&crowd(0..9_000)) == 1024);
    }

    #[test]
    fn who_was_there_in_the_last_half_hour_does_not_arrive() {
        let check =
            |now: std::ops::Range<u64>, one: Option<Crowd>, two: Option<Crowd>, expected: f64| {
                let found = arrivals(&crowd(now), [one.as_ref(), two.as_ref()]);
                assert!((found - expected).abs() <= 0.05 * expected, "{found} is not {expected}");
            };
        check(0..10, None, None, 10.0);
        check(0..10, Some(crowd(0..4)), Some(crowd(3..7)), 3.0);
        check(0..500, Some(crowd(0..100)), None, 400.0);
        check(0..70, Some(crowd(0..40)), None, 30.0);
        check(0..5, Some(crowd(0..900)), None, 0.0);
    }
}
