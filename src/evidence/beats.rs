//! When one client called: to the second, by bin of time.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::ClientKey;
use super::coverage::{BIN_SECONDS, bin_of};
use crate::record::Instant;

/// How many calls of a bin are kept: one every ten seconds fits.
pub const BEATS_KEPT: usize = 96;

/// The calls of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beats {
    /// Of each bin the first distinct seconds with a call.
    bins: BTreeMap<i64, Vec<u16>>,
}

/// Of the calls of clients in sources those in one of them.
pub fn of_source(
    all: &BTreeMap<(u32, ClientKey), Beats>,
    source: u32,
) -> impl Iterator<Item = (&(u32, ClientKey), &Beats)> {
    // The default key is the least of all.
    let from_there = all.range((source, ClientKey::default())..);
    from_there.take_while(move |((of, _), _)| *of == source)
}

impl Beats {
    /// Takes a call.
    pub fn see(&mut self, at: Instant) {
        let second = at.seconds.rem_euclid(BIN_SECONDS) as u16;
        keep(self.bins.entry(bin_of(at)).or_default(), second);
    }

    /// Adds the calls that another part saw.
    pub fn merge(&mut self, other: Beats) {
        for (bin, seconds) in other.bins {
            let into = self.bins.entry(bin).or_default();
            seconds.into_iter().for_each(|second| keep(into, second));
        }
    }

    /// The seconds with a call, in order.
    pub fn seconds(&self) -> impl Iterator<Item = i64> {
        let each = self.bins.iter();
        each.flat_map(|(bin, own)| own.iter().map(move |at| bin * BIN_SECONDS + i64::from(*at)))
    }

    /// Says whether all calls are of these bins.
    pub fn is_within(&self, bins: &RangeInclusive<i64>) -> bool {
        let is_second = |second: &u16| i64::from(*second) < BIN_SECONDS;
        self.bins.iter().all(|(bin, own)| bins.contains(bin) && own.iter().all(is_second))
    }

    /// Says whether there were more calls in a bin than are kept.
    pub fn is_crowded(&self) -> bool {
        self.bins.values().any(|seconds| seconds.len() >= BEATS_KEPT)
    }
}

/// Keeps the smallest few, which are the same in any order.
fn keep(seconds: &mut Vec<u16>, second: u16) {
    if let Err(place) = seconds.binary_search(&second)
        && place < BEATS_KEPT
    {
        seconds.insert(place, second);
        seconds.truncate(BEATS_KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_merge_in_any_order() {
        let part = |seconds: &[i64]| {
            let mut beats = Beats::default();
            seconds.iter().for_each(|at| beats.see(Instant::at(*at)));
            beats
        };
        let all: Vec<i64> = (0..2_000).map(|n| n * 7 % 1_900).collect();
        let (left, right) = all.split_at(700);
        let (mut one, mut two) = (part(left), part(right));
        one.merge(part(right));
        two.merge(part(left));
        assert_eq!((&one, &one), (&two, &part(&all)));
        assert!(one.is_crowded());
        assert_eq!(part(&[905, -3, 905]).seconds().collect::<Vec<_>>(), [-3, 905]);
    }
}
