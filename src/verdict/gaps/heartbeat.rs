//! Clients that call at regular times: monitors, health checks, clockwork.
//!
//! They work on quiet sites, where rates say nothing: that one call in a
//! thousand is missed is usual, that ten in a row are is not. A monitor that
//! stands still while others are logged has itself stopped; only calls that
//! are missing where nothing at all was logged count.

use crate::evidence::beats::Beats;
use crate::verdict::hours::Stretch;

use super::silence::ALPHA;

/// How many calls make a habit.
const LEAST_CALLS: usize = 50;

/// The shortest and the longest period, in seconds.
const PERIOD: (i64, i64) = (5, 6 * 3_600);

/// Calls that follow one another faster than this are one, in seconds: a
/// monitor may ask for several pages at a time.
const TOGETHER: i64 = 3;

/// How many of ten pauses must be of the period, give or take a tenth of it.
const REGULAR_TENTHS: usize = 8;

/// Fewer missing calls in a row are never told.
const LEAST_MISSED: i64 = 3;

/// A client that calls at regular times.
#[derive(Debug, Clone, PartialEq)]
pub struct Heartbeat {
    /// The usual time from one call to the next, in seconds.
    pub period: i64,
    /// When it called.
    calls: Vec<i64>,
    /// The share of its calls that is missing.
    missed: f64,
}

impl Heartbeat {
    /// The heartbeat of a client; `None` where it has none.
    pub fn of(beats: &[&Beats]) -> Option<Heartbeat> {
        if beats.iter().any(|each| each.is_crowded()) {
            return None;
        }
        let mut calls: Vec<i64> = beats.iter().flat_map(|each| each.seconds()).collect();
        calls.sort_unstable();
        calls.dedup_by(|later, earlier| *later - *earlier < TOGETHER);
        if calls.len() < LEAST_CALLS {
            return None;
        }
        let pauses: Vec<i64> = calls.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let mut sorted = pauses.clone();
        sorted.sort_unstable();
        let period = sorted[sorted.len() / 2];
        let slack = (period / 10).max(1);
        let regular = pauses.iter().filter(|pause| (**pause - period).abs() <= slack).count();
        let is_regular = regular * 10 >= pauses.len() * REGULAR_TENTHS;
        if !is_regular || !(PERIOD.0..=PERIOD.1).contains(&period) {
            return None;
        }
        let missed: i64 = pauses.iter().map(|pause| missing(*pause, period)).sum();
        let due = calls.len() as f64 + missed as f64;
        Some(Heartbeat { period, calls, missed: (missed as f64 + 1.0) / (due + 1.0) })
    }

    /// How unlikely a silence is, by the calls that are missing in it; `None`
    /// where that says nothing: too few are missing, or the client called
    /// neither right before it nor right behind.
    pub fn score(&self, silence: Stretch) -> Option<f64> {
        let next = self.calls.partition_point(|at| *at < silence.from);
        let (before, behind) = (*self.calls.get(next.checked_sub(1)?)?, *self.calls.get(next)?);
        let is_alive = behind >= silence.to
            && behind - before <= silence.to - silence.from + 2 * self.period + super::UNSURE;
        let missed = missing(behind - before, self.period);
        let score = missed as f64 * -self.missed.ln();
        (is_alive && missed >= LEAST_MISSED && score >= self.threshold()).then_some(score)
    }

    /// From what score on missing calls are a hole.
    fn threshold(&self) -> f64 {
        (self.calls.len() as f64 / ALPHA).ln()
    }

    /// The shortest interruption that would be seen for sure while it calls, in
    /// seconds.
    pub fn resolution(&self) -> i64 {
        let missed = (self.threshold() / -self.missed.ln()).ceil() as i64;
        (missed.max(LEAST_MISSED) + 2) * self.period + super::UNSURE
    }

    /// Says whether it was calling around a time.
    pub fn is_calling(&self, at: i64) -> bool {
        let next = self.calls.partition_point(|call| *call < at);
        let pair = next.checked_sub(1).and_then(|before| Some((before, self.calls.get(next)?)));
        pair.is_some_and(|(before, behind)| behind - self.calls[before] <= self.resolution())
    }
}

/// How many calls are missing in a pause.
fn missing(pause: i64, period: i64) -> i64 {
    ((pause + period / 2) / period - 1).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Instant;

    fn beats(calls: impl Iterator<Item = i64>) -> Beats {
        let mut beats = Beats::default();
        calls.for_each(|at| beats.see(Instant::at(at)));
        beats
    }

    /// A call a minute for two days, a second late now and then, but for those
    /// that `keep` refuses.
    fn minutes(keep: impl Fn(i64) -> bool) -> Beats {
        beats((0..2_880).filter(|n| keep(*n)).map(|n| n * 60 + i64::from(n % 5 == 0)))
    }

    #[test]
    fn ten_missing_minutes_are_told() {
        let heartbeat = Heartbeat::of(&[&minutes(|n| !(1_000..1_010).contains(&n))]).unwrap();
        assert_eq!(heartbeat.period, 60);
        let hole = Stretch { from: 59_955, to: 60_600 };
        assert!(heartbeat.score(hole).is_some_and(|score| score > 40.0), "{heartbeat:?}");
        assert!(heartbeat.resolution() <= 600, "{}", heartbeat.resolution());
        assert!(heartbeat.is_calling(3_000) && !heartbeat.is_calling(60_300));
        // One call that is missing is nothing.
        let heartbeat = Heartbeat::of(&[&minutes(|n| n != 1_000)]).unwrap();
        assert_eq!(heartbeat.score(Stretch { from: 59_955, to: 60_060 }), None);
    }

    #[test]
    fn a_monitor_that_stands_still_while_others_are_logged_tells_nothing() {
        let heartbeat = Heartbeat::of(&[&minutes(|n| !(1_000..1_100).contains(&n))]).unwrap();
        assert_eq!(heartbeat.score(Stretch { from: 62_000, to: 63_000 }), None);
    }

    #[test]
    fn who_comes_as_it_likes_has_no_heartbeat() {
        assert_eq!(Heartbeat::of(&[&beats((0..500).map(|n| n * n % 86_400))]), None);
        assert_eq!(Heartbeat::of(&[&beats((0..10).map(|n| n * 60))]), None);
        // Too fast to be kept.
        assert_eq!(Heartbeat::of(&[&beats(0..5_000)]), None);
        // Several pages at a time are one call.
        let double = beats((0..500).flat_map(|n| [n * 300, n * 300 + 1]));
        assert_eq!(Heartbeat::of(&[&double]).unwrap().period, 300);
    }
}
