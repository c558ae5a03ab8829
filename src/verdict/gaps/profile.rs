//! How many clients are usual at a time: a level, the course of a week or a
//! day, and what else the same day shows.
//!
//! From four weeks of traffic on, the course is that of the week; of less, it
//! is that of the day, workdays and weekends apart, and the spread is taken to
//! be wider by a third, because weekdays differ too.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::evidence::coverage::BIN_SECONDS;
use crate::verdict::hours::Stretch;

use super::traffic::Traffic;

/// Bins of a day and of a week.
pub const DAY: i64 = 86_400 / BIN_SECONDS;
const WEEK: i64 = 7 * DAY;

/// How many days each way a level is of, and how many of them must be known.
const LEVEL_DAYS: i64 = 7;
const LEVEL_LEAST: usize = 5;

/// From how many days of traffic on the course of a week can be told.
const WEEKLY_FROM: i64 = 4 * WEEK;

/// How many neighbouring bins each way are pooled with a bin.
const SMOOTH: [i64; 3] = [2, 8, DAY / 2];

/// How few values a pool may have before its neighbours' are added.
const POOLED: usize = 8;

/// The share of a pool that is cut off at either end, in tenths.
const TRIMMED_TENTHS: usize = 1;

/// How many arrivals the usual is worth against what a day shows.
const DAY_WEIGHT: f64 = 10.0;

/// How far a quiet day may pull down what is expected.
const DAY_FLOOR: f64 = 0.25;

/// How many bins of a day must lie outside a run to say anything of the day.
const DAY_LEAST: usize = 16;

/// What is left of `k` where only the course of a day is known.
const UNSURE_SPREAD: f64 = 0.75;

/// The widest and the narrowest spread.
const SPREAD: (f64, f64) = (0.2, 1e6);

/// What is usual.
#[derive(Debug, Clone)]
pub struct Profile<'t> {
    traffic: &'t Traffic,
    /// Bins that are left out of what is usual, because they may lie in a hole.
    left_out: Vec<bool>,
    /// What is usual in each bin, the day's own course aside.
    pub base: Vec<f64>,
    /// The parameter of the negative binomial: the variance of a count of mean
    /// `m` is `m + m * m / k`.
    pub k: f64,
    /// The same for whole hours.
    pub k_hour: f64,
    /// The course is that of a week, not of a day.
    pub is_weekly: bool,
}

impl<'t> Profile<'t> {
    /// Learns what is usual from traffic outside of `holes`.
    pub fn learn(traffic: &'t Traffic, holes: &[Stretch]) -> Profile<'t> {
        let n_bins = traffic.arrivals.len();
        let mut left_out = vec![false; n_bins];
        for (place, _) in holes.iter().flat_map(|hole| traffic.bins(*hole)) {
            left_out[place] = true;
        }
        let kept = left_out.iter().filter(|out| !**out).count();
        let is_weekly = kept as i64 >= WEEKLY_FROM;
        let mut profile = Profile {
            traffic,
            left_out,
            base: vec![0.0; n_bins],
            k: SPREAD.1,
            k_hour: SPREAD.1,
            is_weekly,
        };
        profile.base = profile.course();
        let levels = profile.levels();
        for (place, usual) in profile.base.iter_mut().enumerate() {
            *usual *= levels[&(traffic.first + place as i64).div_euclid(DAY)];
        }
        let narrow = if is_weekly { 1.0 } else { UNSURE_SPREAD };
        profile.k = (profile.spread(1) * narrow).clamp(SPREAD.0, SPREAD.1);
        profile.k_hour = profile.spread(4).clamp(SPREAD.0, SPREAD.1);
        profile
    }

    /// What is usual in every bin.
    fn course(&self) -> Vec<f64> {
        let classes = if self.is_weekly { 1 } else { 2 };
        let length = if self.is_weekly { WEEK } else { DAY };
        let mut seen: Vec<Vec<Vec<f64>>> = vec![vec![Vec::new(); length as usize]; classes];
        for (place, arrived) in self.traffic.arrivals.iter().enumerate() {
            if !self.left_out[place] {
                let (class, slot) = self.slot(place);
                seen[class][slot].push(*arrived);
            }
        }
        let usual: Vec<Vec<f64>> = (0..classes)
            .map(|class| {
                let own = &seen[class];
                // Where no day of this kind was seen, those of the other serve.
                let any = own.iter().any(|values| !values.is_empty());
                let own = if any { own } else { &seen[classes - 1 - class] };
                (0..length).map(|slot| usual(own, slot)).collect()
            })
            .collect();
        let places = 0..self.traffic.arrivals.len();
        let at = |place| {
            let (class, slot) = self.slot(place);
            usual[class][slot]
        };
        places.map(at).collect()
    }

    /// How each day's fortnight compares with what is usual of all the log: the
    /// middle one of the days around it, so that a site that grew is not taken
    /// to have been busy before, and a hole of some days changes nothing. Never
    /// more than 1.
    fn levels(&self) -> BTreeMap<i64, f64> {
        let last = self.day(self.base.len().saturating_sub(1));
        let days = self.day(0)..=last;
        let ratios: BTreeMap<i64, f64> =
            days.clone().filter_map(|day| Some((day, self.ratio(day, &(0..0))?))).collect();
        let level = |day: i64| {
            let near = ratios.range(day - LEVEL_DAYS..=day + LEVEL_DAYS);
            let mut near: Vec<f64> = near.map(|(_, ratio)| *ratio).collect();
            near.sort_by(f64::total_cmp);
            let middle = near.get(near.len() / 2).copied();
            middle.filter(|_| near.len() >= LEVEL_LEAST).map_or(1.0, |level| level.min(1.0))
        };
        days.map(|day| (day, level(day))).collect()
    }

    /// Which course a bin belongs to, and where in it it lies.
    fn slot(&self, place: usize) -> (usize, usize) {
        let bin = self.traffic.first + place as i64;
        if self.is_weekly {
            return (0, bin.rem_euclid(WEEK) as usize);
        }
        // Day 0 was a Thursday.
        let weekday = (bin.div_euclid(DAY) + 3).rem_euclid(7);
        (usize::from(weekday >= 5), bin.rem_euclid(DAY) as usize)
    }

    /// By moments, over `width` bins at a time: `k` from the variance beyond
    /// that of independent arrivals. A flood of new clients says nothing of how
    /// still it may get, so it counts as four times the usual.
    fn spread(&self, width: usize) -> f64 {
        let (mut squares, mut beyond) = (0.0, 0.0);
        let n_bins = self.base.len();
        let mut day = (i64::MIN, 1.0);
        for start in (0..n_bins.saturating_sub(width - 1)).step_by(width) {
            let places = start..start + width;
            if self.left_out[places.clone()].iter().any(|out| *out) {
                continue;
            }
            let own = self.day(start);
            if day.0 != own {
                day = (own, self.factor(own, &(0..0)));
            }
            let usual = self.base[places.clone()].iter().sum::<f64>() * day.1;
            let seen: f64 = self.traffic.arrivals[places].iter().sum();
            let seen = seen.min(4.0 * usual + 8.0);
            squares += usual * usual;
            beyond += (seen - usual) * (seen - usual) - usual;
        }
        if beyond > 0.0 { squares / beyond } else { SPREAD.1 }
    }

    fn day(&self, place: usize) -> i64 {
        (self.traffic.first + place as i64).div_euclid(DAY)
    }

    /// How the bins of a day outside of `run` change what is expected: never to
    /// more, because a flood at noon says nothing of the night; not at all
    /// where too little of the day is outside.
    pub fn factor(&self, day: i64, run: &Range<usize>) -> f64 {
        self.ratio(day, run).map_or(1.0, |ratio| ratio.clamp(DAY_FLOOR, 1.0))
    }

    /// How the bins of a day outside of `run` compare with what is usual, drawn
    /// towards 1; `None` where too little of the day is outside.
    fn ratio(&self, day: i64, run: &Range<usize>) -> Option<f64> {
        let begin = (day * DAY - self.traffic.first).max(0) as usize;
        let end = ((day + 1) * DAY - self.traffic.first).clamp(0, self.base.len() as i64) as usize;
        let outside = (begin..end).filter(|at| !run.contains(at) && !self.left_out[*at]);
        let (mut n, mut seen, mut usual) = (0, 0.0, 0.0);
        for place in outside {
            n += usize::from(self.base[place] > 0.0);
            seen += self.traffic.arrivals[place];
            usual += self.base[place];
        }
        (n >= DAY_LEAST).then(|| (seen + DAY_WEIGHT) / (usual + DAY_WEIGHT))
    }

    /// How many arrivals are expected in each bin of a stretch, by what the
    /// rest of its days show.
    pub fn expected(&self, stretch: Stretch) -> Vec<f64> {
        let bins: Vec<(usize, f64)> = self.traffic.bins(stretch).collect();
        let (Some(first), Some(last)) = (bins.first(), bins.last()) else { return Vec::new() };
        let run = first.0..last.0 + 1;
        let mut day = (i64::MIN, 1.0);
        let each = bins.iter().map(|(place, share)| {
            let own = self.day(*place);
            if day.0 != own {
                day = (own, self.factor(own, &run));
            }
            self.base[*place] * day.1 * share
        });
        each.collect()
    }

    /// What is expected in every bin, by what its whole day shows.
    pub fn all_expected(&self) -> Vec<f64> {
        let mut day = (i64::MIN, 1.0);
        let each = self.base.iter().enumerate().map(|(place, usual)| {
            let own = self.day(place);
            if day.0 != own {
                day = (own, self.factor(own, &(0..0)));
            }
            usual * day.1
        });
        each.collect()
    }
}

/// The usual number in a slot: the trimmed mean of what was seen in it and its
/// neighbours.
fn usual(seen: &[Vec<f64>], slot: i64) -> f64 {
    let mut pool = Vec::new();
    for reach in SMOOTH {
        pool = (slot - reach..=slot + reach)
            .flat_map(|near| &seen[near.rem_euclid(seen.len() as i64) as usize])
            .copied()
            .collect();
        if pool.len() >= POOLED {
            break;
        }
    }
    pool.sort_by(f64::total_cmp);
    let cut = pool.len() * TRIMMED_TENTHS / 10;
    let kept = &pool[cut..pool.len() - cut];
    if kept.is_empty() { 0.0 } else { kept.iter().sum::<f64>() / kept.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days of traffic from a Monday on: by day and hour, four bins alike.
    fn traffic(days: i64, arrivals: impl Fn(i64, i64) -> f64) -> Traffic {
        // Day 4 was a Monday.
        let bins = (0..days * DAY).map(|bin| arrivals(bin / DAY, bin % DAY / 4));
        Traffic { first: 4 * DAY, arrivals: bins.collect(), silences: Vec::new() }
    }

    fn at(profile: &Profile<'_>, day: i64, hour: i64) -> f64 {
        profile.all_expected()[(day * DAY + hour * 4 + 1) as usize]
    }

    #[test]
    fn the_course_of_a_day_is_learnt_workdays_and_weekends_apart() {
        let weekend = |day: i64| day % 7 >= 5;
        let course = |day: i64, hour: i64| {
            if weekend(day) {
                5.0
            } else if (8..20).contains(&hour) {
                20.0
            } else {
                4.0
            }
        };
        let two_weeks = traffic(14, course);
        let profile = Profile::learn(&two_weeks, &[]);
        assert!(!profile.is_weekly);
        let found = [at(&profile, 2, 12), at(&profile, 2, 3), at(&profile, 6, 12)];
        assert!((found[0] - 20.0).abs() < 1.0 && (found[1] - 4.0).abs() < 0.5, "{found:?}");
        assert!((found[2] - 5.0).abs() < 0.5, "{found:?}");
        assert!(Profile::learn(&traffic(28, course), &[]).is_weekly);
    }

    #[test]
    fn a_quiet_day_is_expected_to_be_quiet_but_for_what_lies_in_the_run() {
        let busy = |day: i64, _| if day == 10 { 3.0 } else { 20.0 };
        let one_quiet = traffic(28, busy);
        let profile = Profile::learn(&one_quiet, &[]);
        assert!(at(&profile, 10, 12) < 6.0, "{}", at(&profile, 10, 12));
        // A day without anything is not quiet: nothing of it lies outside.
        let hole = traffic(28, |day, _| if day == 10 { 0.0 } else { 20.0 });
        let profile = Profile::learn(&hole, &[]);
        let from = (4 + 10) * 86_400;
        let expected = profile.expected(Stretch { from, to: from + 86_400 });
        assert!(expected.iter().sum::<f64>() > 1_000.0, "{expected:?}");
    }

    #[test]
    fn a_site_that_grew_was_not_busy_before() {
        let grown = traffic(56, |day, _| if day < 21 { 1.0 } else { 40.0 });
        let profile = Profile::learn(&grown, &[]);
        assert!(at(&profile, 7, 12) < 2.0, "{}", at(&profile, 7, 12));
        assert!(at(&profile, 50, 12) > 20.0, "{}", at(&profile, 50, 12));
    }

    #[test]
    fn the_spread_is_that_of_the_counts() {
        // Of mean 10 the variance is 10 + 100 / k: counts of 0 and 20 have 100.
        let wild = traffic(28, |day, hour| if (day + hour) % 2 == 0 { 0.0 } else { 20.0 });
        let profile = Profile::learn(&wild, &[]);
        assert!((0.5..3.0).contains(&profile.k), "{}", profile.k);
        let even = traffic(28, |_, _| 10.0);
        assert!(Profile::learn(&even, &[]).k > 1_000.0);
    }
}
