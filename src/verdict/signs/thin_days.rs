//! Days in a row with far fewer visits than such days have: one of several
//! machines stopped logging, or fewer people came. No hour need be silent, so
//! the test of silence does not see it.

use crate::evidence::coverage::BIN_SECONDS;
use crate::record::Instant;
use crate::verdict::gaps::traffic::Traffic;
use crate::verdict::hours::Stretch;
use crate::verdict::words::signs as says;

use super::{Sign, Weight};

/// The sign.
pub const SIGN: Sign = Sign { name: "thin-days", check: "C9", weight: Weight::Asks, seen };

/// How many whole days there must be, and visits on the usual day.
const LEAST: (usize, f64) = (10, 50.0);

/// Bins of a day.
const DAY: i64 = 86_400 / BIN_SECONDS;

/// How many days in a row are told: single ones are holidays.
const IN_A_ROW: usize = 2;

/// The share of the usual below which a day is thin.
const THIN: f64 = 0.7;

/// How far below what days vary by a run must be, in standard deviations of
/// its sum.
const FAR: f64 = 6.0;

/// The least that days vary by: the logarithm of their share of the usual.
const VARIES: f64 = 0.1;

/// What makes the median absolute deviation of a normal variable its standard
/// deviation.
const MAD: f64 = 1.4826;

fn seen(view: &super::View<'_>, series: &super::Series) -> Option<String> {
    let asked = Stretch { from: series.first?.seconds, to: series.last?.seconds };
    let parts = series.sources.iter().map(|&place| &view.examined.sources[place].coverage);
    let run = thin(&days(&Traffic::of(parts, asked)?))?;
    let at = |day: i64| Instant::at(day * 86_400);
    let percent = (run.share * 100.0).round() as u64;
    Some(view.say(&says::THIN_DAYS, &[&at(run.from), &at(run.to), &percent]))
}

/// Days in a row that are thin: the first and the one behind the last, from the
/// epoch, and their share of the usual visits.
#[derive(Debug, PartialEq)]
struct Run {
    from: i64,
    to: i64,
    share: f64,
}

/// The visits of each whole day, by its number from the epoch.
fn days(traffic: &Traffic) -> Vec<(i64, f64)> {
    let last = traffic.first + traffic.arrivals.len() as i64;
    let whole = (traffic.first + DAY - 1).div_euclid(DAY)..last.div_euclid(DAY);
    let visits = |day: i64| {
        let from = (day * DAY - traffic.first) as usize;
        traffic.arrivals[from..from + DAY as usize].iter().sum()
    };
    whole.map(|day| (day, visits(day))).collect()
}

/// The run of days that is thinnest for its length.
fn thin(days: &[(i64, f64)]) -> Option<Run> {
    if days.len() < LEAST.0 {
        return None;
    }
    // The epoch was a Thursday.
    let is_weekend = |day: i64| matches!((day + 3).rem_euclid(7), 5 | 6);
    let usual = |weekend: bool| {
        median(days.iter().filter(|(day, _)| is_weekend(*day) == weekend).map(|(_, n)| *n))
    };
    let usual = [usual(false)?, usual(true)?];
    if usual.iter().any(|visits| *visits < LEAST.1) {
        return None;
    }
    let share = |(day, visits): &(i64, f64)| visits / usual[usize::from(is_weekend(*day))];
    let shares: Vec<f64> = days.iter().map(share).collect();
    let below = |share: &f64| share.max(0.01).ln();
    let spread = median(shares.iter().map(|share| below(share).abs()))? * MAD;
    let spread = spread.max(VARIES);
    let runs = shares.chunk_by(|one, other| (*one < THIN) == (*other < THIN));
    let mut first = 0;
    let mut thinnest: Option<(f64, Run)> = None;
    for run in runs {
        let length = run.len();
        let score = -run.iter().map(below).sum::<f64>() / (spread * (length as f64).sqrt());
        // What fills half of the log is what is usual there.
        let told = run[0] < THIN && length >= IN_A_ROW && length * 2 < days.len() && score >= FAR;
        if told && thinnest.as_ref().is_none_or(|(most, _)| score > *most) {
            let share = run.iter().sum::<f64>() / length as f64;
            let from = days[first].0;
            thinnest = Some((score, Run { from, to: days[first + length - 1].0 + 1, share }));
        }
        first += length;
    }
    thinnest.map(|(_, run)| run)
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four weeks: busy workdays, weekends of half of that, a little uneven.
    fn month() -> Vec<(i64, f64)> {
        let visits = |day: i64| {
            let usual = if matches!((day + 3).rem_euclid(7), 5 | 6) { 400.0 } else { 800.0 };
            usual * (1.0 + 0.05 * ((day * 7 % 5) as f64 - 2.0) / 2.0)
        };
        (19_800..19_828).map(|day| (day, visits(day))).collect()
    }

    fn with(days: std::ops::Range<usize>, share: f64) -> Option<Run> {
        let mut month = month();
        month[days].iter_mut().for_each(|(_, visits)| *visits *= share);
        thin(&month)
    }

    #[test]
    fn days_with_half_of_their_visits_are_told() {
        let run = with(8..12, 0.5).unwrap();
        assert_eq!((run.from, run.to), (19_808, 19_812));
        assert!((0.45..0.55).contains(&run.share), "{run:?}");
    }

    #[test]
    fn what_days_do_of_themselves_is_not_told() {
        assert_eq!(thin(&month()), None);
        assert_eq!(with(8..9, 0.25), None, "a holiday");
        assert_eq!(with(8..12, 0.8), None, "a quiet week");
        assert_eq!(with(4..24, 0.5), None, "the usual");
        assert_eq!(thin(&month()[..9]), None, "too short");
    }
}
