//! Clients that are there nearly all the time: they may be monitors, which call
//! at regular times, and then tell on a quiet site what traffic cannot.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::beats::{self, Beats};
use crate::evidence::{ClientKey, Coverage, Evidence};

/// In how many of ten bins a client must be.
const PRESENT_TENTHS: usize = 8;

/// A source of fewer bins tells nothing of what is there all the time.
const LEAST_BINS: usize = 24;

/// How many clients are asked for: those that are there most.
const ASKED: usize = 8;

/// Of how many clients of a source the calls are kept: a network that is
/// declared a monitor may be wide.
const CLIENTS_KEPT: usize = 64;

/// The marks of clients that stand in at least eight of ten bins of a source.
/// Where most bins are crowded, none: there, rates tell enough.
pub fn marks(evidence: &Evidence) -> BTreeSet<u16> {
    let mut most: BTreeMap<u16, usize> = BTreeMap::new();
    for source in evidence.sources.values() {
        for (mark, bins) in present(&source.coverage) {
            let into = most.entry(mark).or_default();
            *into = bins.max(*into);
        }
    }
    let mut most: Vec<(u16, usize)> = most.into_iter().collect();
    most.sort_by_key(|(mark, bins)| (std::cmp::Reverse(*bins), *mark));
    most.into_iter().take(ASKED).map(|(mark, _)| mark).collect()
}

/// The marks that stand in most bins of a source, and in how many.
fn present(coverage: &Coverage) -> Vec<(u16, usize)> {
    let crowds = &coverage.crowds;
    let listed = crowds.values().filter_map(|crowd| crowd.listed());
    let n_listed = listed.clone().count();
    if n_listed < LEAST_BINS || n_listed * 10 < crowds.len() * PRESENT_TENTHS {
        return Vec::new();
    }
    let mut marks: BTreeMap<u16, usize> = BTreeMap::new();
    for mark in listed.flatten() {
        *marks.entry(*mark).or_default() += 1;
    }
    let is_steady = |bins: usize| bins * 10 >= n_listed * PRESENT_TENTHS;
    marks.into_iter().filter(|(_, bins)| is_steady(*bins)).collect()
}

/// Drops the calls of what is more than the first few clients of a source. A
/// client that is among the first of the whole is so in every part.
pub fn keep_few(beats: &mut BTreeMap<(u32, ClientKey), Beats>, source: u32) {
    let beyond = beats::of_source(beats, source).nth(CLIENTS_KEPT).map(|(key, _)| *key);
    if let Some(last) = beyond {
        beats.remove(&last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::SourceEvidence;
    use crate::evidence::marks::Crowd;

    fn evidence(bins: i64, crowd: impl Fn(i64) -> Crowd) -> Evidence {
        let mut source = SourceEvidence::default();
        source.coverage.crowds = (0..bins).map(|bin| (bin, crowd(bin))).collect();
        Evidence { sources: [(0, source)].into() }
    }

    fn of(marks: impl Iterator<Item = u64>) -> Crowd {
        let mut crowd = Crowd::default();
        marks.for_each(|mark| crowd.absorb(mark));
        crowd
    }

    #[test]
    fn who_is_nearly_always_there_is_asked_for() {
        let found = marks(&evidence(100, |bin| of([7, 1_000 + bin as u64].into_iter())));
        assert_eq!(found, [7].into());
        let rare = |bin: i64| of([if bin % 2 == 0 { 7 } else { 8 }].into_iter());
        assert_eq!(marks(&evidence(100, rare)), BTreeSet::new());
        assert_eq!(marks(&evidence(10, |_| of([7].into_iter()))), BTreeSet::new());
        let crowded = |bin: i64| of((0..200).map(|n| n * 31 + bin as u64 % 2));
        assert_eq!(marks(&evidence(100, crowded)), BTreeSet::new());
    }
}
