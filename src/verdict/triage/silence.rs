//! Long silences, for a first look: where no request was seen for so long that
//! other days make it odd. This is a hint at where to ask, not the test of
//! silence that a verdict rests on.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::evidence::coverage::{BIN_SECONDS, Bin};
use crate::record::Instant;

/// A silence of at most this length is not told, in seconds.
const LEAST_SECONDS: i64 = 3_600;

/// How many requests the same hours of other days must lead to expect.
const LEAST_EXPECTED: f64 = 20.0;

/// How many silences of a series are told.
const TOLD: usize = 3;

/// Bins in a day.
const DAY: i64 = 86_400 / BIN_SECONDS;

/// A stretch without a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Silence {
    /// The end of the last bin with a request.
    pub from: Instant,
    /// The beginning of the next.
    pub to: Instant,
    /// How many requests the same hours of other days had.
    pub expected: u64,
}

impl Silence {
    /// Its length in hours.
    pub fn hours(&self) -> f64 {
        (self.to.seconds - self.from.seconds) as f64 / 3600.0
    }
}

/// The longest silences between the first and the last bin with a request.
/// `unread` are stretches of time of which not everything was read.
pub fn silences(bins: &BTreeMap<i64, Bin>, unread: &[(i64, i64)]) -> Vec<Silence> {
    let heard: Vec<i64> =
        bins.iter().filter(|(_, bin)| bin.lines > 0).map(|(bin, _)| *bin).collect();
    let (Some(first), Some(last)) = (heard.first(), heard.last()) else { return Vec::new() };
    let n_days = ((last - first) as f64 / DAY as f64).max(1.0);
    // Requests by time of day, an average day of which the silent ones are a
    // part: silence is then expected a little too readily, never too little.
    let mut profile = vec![0.0; DAY as usize];
    for (bin, counts) in bins {
        profile[bin.rem_euclid(DAY) as usize] += counts.lines as f64 / n_days;
    }
    let mut silences = Vec::new();
    for pair in heard.windows(2) {
        let (from, to) = ((pair[0] + 1) * BIN_SECONDS, pair[1] * BIN_SECONDS);
        let is_unread = unread.iter().any(|(begin, end)| *begin < to && *end > from);
        if to - from <= LEAST_SECONDS || is_unread {
            continue;
        }
        let run = pair[0] + 1..pair[1];
        let whole_days = (pair[1] - pair[0] - 1) / DAY;
        let rest = run.start + whole_days * DAY..run.end;
        let expected = whole_days as f64 * profile.iter().sum::<f64>()
            + rest.map(|bin| profile[bin.rem_euclid(DAY) as usize]).sum::<f64>();
        if expected >= LEAST_EXPECTED {
            silences.push(Silence {
                from: Instant::at(from),
                to: Instant::at(to),
                expected: expected.round() as u64,
            });
        }
    }
    silences.sort_by_key(|each| (each.from.seconds - each.to.seconds, each.from));
    silences.truncate(TOLD);
    silences.sort_by_key(|each| each.from);
    silences
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten requests in every bin of `days`, but for those in `hole`.
    fn bins(days: i64, hole: std::ops::Range<i64>) -> BTreeMap<i64, Bin> {
        let bins = (0..days * DAY).filter(|bin| !hole.contains(bin));
        bins.map(|bin| (bin, Bin { lines: 10, ..Bin::default() })).collect()
    }

    #[test]
    fn a_silence_is_told_where_other_days_were_loud() {
        let found = silences(&bins(7, 100..120), &[]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].from, found[0].to), (Instant::at(90_000), Instant::at(108_000)));
        assert!((160..=200).contains(&found[0].expected), "{found:?}");
        assert_eq!(silences(&bins(7, 100..104), &[]), []);
        assert_eq!(silences(&bins(7, 0..0), &[]), []);
        // Whole days too.
        assert_eq!(silences(&bins(20, 100..400), &[])[0].hours(), 75.0);
    }

    #[test]
    fn a_quiet_night_and_what_was_not_read_are_no_silence() {
        // Two requests a day, always at the same time.
        let quiet = (0..30).map(|day| (day * DAY, Bin { lines: 2, ..Bin::default() })).collect();
        assert_eq!(silences(&quiet, &[]), []);
        assert_eq!(silences(&bins(7, 100..120), &[(91_000, 92_000)]), []);
    }
}
