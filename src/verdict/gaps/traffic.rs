//! What the records of a series show of its traffic over time: how many
//! clients arrived in each quarter of an hour, and when there was no record.
//!
//! Counted are arrivals, not requests: requests come in bursts, one visit
//! drawing the next, and a test that takes them for independent finds a hole in
//! every log.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use crate::evidence::Coverage;
use crate::evidence::coverage::{BIN_SECONDS, SLOT_SECONDS};
use crate::evidence::marks::{Crowd, arrivals};
use crate::verdict::hours::Stretch;

/// A silence shorter than this is not looked at, in seconds.
pub const LEAST_SILENCE: i64 = 120;

/// How much traffic before and behind what is asked about is looked at: enough
/// to learn the course of a week, and little enough that a stray date does not
/// stretch a log over decades.
const AROUND: i64 = 8 * 7 * 86_400;

/// The most bins whose traffic is looked at at once, ten years of them: dates
/// that are no dates lie centuries apart.
const MOST_BINS: i64 = 10 * 366 * 86_400 / BIN_SECONDS;

/// The traffic of a series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Traffic {
    /// The number of the first bin.
    pub first: i64,
    /// How many clients arrived, by bin from the first to the last with a
    /// record.
    pub arrivals: Vec<f64>,
    /// The stretches without a record, as long as is certain: each began up to
    /// [`SLOT_SECONDS`] before and ended as much behind.
    pub silences: Vec<Stretch>,
}

impl Traffic {
    /// The traffic that parts of one series show near `asked`; `None` where
    /// there is no record near it.
    pub fn of<'a>(
        parts: impl Iterator<Item = &'a Coverage> + Clone,
        asked: Stretch,
    ) -> Option<Traffic> {
        let near = (asked.from - AROUND).div_euclid(BIN_SECONDS)
            ..=(asked.to + AROUND).div_euclid(BIN_SECONDS);
        let mut slots: BTreeMap<i64, u64> = BTreeMap::new();
        // A bitmap for each of many bins would be all that a scan holds again.
        let mut crowds: BTreeMap<i64, SmallVec<[&Crowd; 1]>> = BTreeMap::new();
        for part in parts {
            for (bin, seen) in part.bins.range(near.clone()).filter(|(_, seen)| seen.lines > 0) {
                *slots.entry(*bin).or_default() |= seen.slots;
            }
            for (bin, crowd) in part.crowds.range(near.clone()) {
                crowds.entry(*bin).or_default().push(crowd);
            }
        }
        let (first, last) = busiest(&slots)?;
        let crowd = |bin: i64| {
            let mut together = Crowd::default();
            crowds.get(&bin)?.iter().for_each(|crowd| together.merge(crowd));
            Some(together)
        };
        let mut before = [crowd(first - 1), crowd(first - 2)];
        let arrived = |bin: i64| {
            let now = crowd(bin);
            let arrived = now
                .as_ref()
                .map_or(0.0, |now| arrivals(now, before.each_ref().map(Option::as_ref)));
            before = [now, before[0].take()];
            arrived
        };
        let arrivals = (first..=last).map(arrived).collect();
        Some(Traffic { first, arrivals, silences: silences(&slots) })
    }

    /// The stretch from the first to the last bin.
    pub fn span(&self) -> Stretch {
        let from = self.first * BIN_SECONDS;
        Stretch { from, to: from + self.arrivals.len() as i64 * BIN_SECONDS }
    }

    /// The bins that a stretch touches, by their place, each with the share of
    /// it that lies in the stretch.
    pub fn bins(&self, stretch: Stretch) -> impl Iterator<Item = (usize, f64)> + use<> {
        let (first, n_bins) = (self.first, self.arrivals.len() as i64);
        let from = stretch.from.div_euclid(BIN_SECONDS).max(first);
        let to = (stretch.to - 1).div_euclid(BIN_SECONDS).min(first + n_bins - 1);
        (from..=to).map(move |bin| {
            let begins = (bin * BIN_SECONDS).max(stretch.from);
            let ends = ((bin + 1) * BIN_SECONDS).min(stretch.to);
            ((bin - first) as usize, (ends - begins) as f64 / BIN_SECONDS as f64)
        })
    }
}

/// The first and the last bin with a record; where these lie too far apart,
/// those of the most records without weeks of silence between them.
fn busiest(slots: &BTreeMap<i64, u64>) -> Option<(i64, i64)> {
    let (first, last) = (*slots.keys().next()?, *slots.keys().next_back()?);
    if last - first < MOST_BINS {
        return Some((first, last));
    }
    let bins: Vec<i64> = slots.keys().copied().collect();
    let runs = bins.chunk_by(|one, next| (next - one) * BIN_SECONDS <= AROUND);
    let run = runs.max_by_key(|run| run.len())?;
    let last = *run.last()?;
    Some((run[0].max(last - MOST_BINS), last))
}

/// The stretches between records.
fn silences(slots: &BTreeMap<i64, u64>) -> Vec<Stretch> {
    let mut silences = Vec::new();
    let mut heard: Option<i64> = None;
    for (bin, slots) in slots.iter().filter(|(_, slots)| **slots != 0) {
        let mut left = *slots;
        while left != 0 {
            let from = bin * BIN_SECONDS + i64::from(left.trailing_zeros()) * SLOT_SECONDS;
            if let Some(heard) = heard.filter(|heard| from - heard >= LEAST_SILENCE) {
                silences.push(Stretch { from: heard, to: from });
            }
            heard = Some(from + SLOT_SECONDS);
            left &= left - 1;
        }
    }
    silences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Instant;

    fn coverage(times: &[i64]) -> Coverage {
        let mut coverage = Coverage::default();
        for at in times {
            coverage.see(Instant::at(*at));
            let crowd = coverage.crowds.entry(at.div_euclid(BIN_SECONDS)).or_default();
            crowd.absorb(*at as u64 % 7);
        }
        coverage
    }

    #[test]
    fn silences_lie_between_records_also_of_several_parts() {
        let (one, two) = (coverage(&[0, 100, 4_000]), coverage(&[1_000, 10_000]));
        let traffic = Traffic::of([&one, &two].into_iter(), Stretch { from: 0, to: 1 }).unwrap();
        let found: Vec<_> = traffic.silences.iter().map(|each| (each.from, each.to)).collect();
        assert_eq!(found, [(105, 990), (1_005, 3_990), (4_005, 9_990)]);
        assert_eq!(traffic.span(), Stretch { from: 0, to: 10_800 });
    }

    #[test]
    fn a_stray_date_does_not_stretch_a_log() {
        let traffic = Traffic::of(
            [&coverage(&[0, 1_700_000_000, 1_700_003_600])].into_iter(),
            Stretch { from: 1_700_000_000, to: 1_700_086_400 },
        );
        assert_eq!(traffic.unwrap().arrivals.len(), 5);
        let ages = Stretch { from: 0, to: 250_000_000_000 };
        let times = [0, 1_700_000_000, 1_700_003_600, 250_000_000_000];
        let traffic = Traffic::of([&coverage(&times)].into_iter(), ages).unwrap();
        assert_eq!((traffic.arrivals.len(), traffic.silences.len()), (5, 3));
        let far = Stretch { from: 0, to: 1 };
        assert_eq!(Traffic::of([&coverage(&[1_700_000_000])].into_iter(), far), None);
    }

    #[test]
    fn a_stretch_falls_into_shares_of_bins() {
        let traffic = Traffic { first: 10, arrivals: vec![0.0; 4], silences: Vec::new() };
        let bins: Vec<_> = traffic.bins(Stretch { from: 9_450, to: 11_250 }).collect();
        assert_eq!(bins, [(0, 0.5), (1, 1.0), (2, 0.5)]);
        assert_eq!(traffic.bins(Stretch { from: 0, to: 100 }).count(), 0);
    }
}
