//! How many lines each series of logs has in each hour, and the first figure of
//! section 6: these as bars, on the axis of all figures.

use std::collections::BTreeMap;

use crate::evidence::coverage::BIN_SECONDS;
use crate::report::Whole;
use crate::verdict::Gap;
use crate::verdict::gaps::{self, Series};

use super::axis::{Axis, Tick, short};
use super::logs;
use super::say::Say;
use super::timeline::{Bar, bar};
use super::words as w;

/// An hour in seconds.
pub(super) const HOUR: i64 = 3600;

/// How many series are drawn.
const SERIES: usize = 6;

/// How many bars are drawn at most.
const BARS: i64 = 240;

/// How high the bars of one series are.
const BAR_HEIGHT: f64 = 60.0;

/// The bars of every series.
pub(super) struct Rate {
    pub ticks: Vec<Tick>,
    pub height: usize,
    pub series: Vec<RateRow>,
    pub mean: Option<String>,
}

/// The bars of one series.
pub(super) struct RateRow {
    pub y: usize,
    pub base: usize,
    pub name: String,
    pub max: String,
    pub path: String,
    pub gaps: Vec<Bar>,
    pub alt: String,
}

/// One series and what its hours hold.
pub(super) struct Hours<'a> {
    /// Its server and its name.
    pub name: String,
    /// The series.
    pub series: Series,
    /// Its lines by the hour, counted from the epoch.
    pub lines: BTreeMap<i64, u64>,
    /// The stretches that it does not speak for.
    pub gaps: Vec<&'a Gap>,
}

/// The first series that have a line with a time.
pub(super) fn hours<'a>(say: &Say<'_>, whole: &Whole<'a>) -> Vec<Hours<'a>> {
    let all = gaps::series(whole.plan, whole.examined);
    let each = all.into_iter().filter(|series| series.first.is_some()).take(SERIES).map(|series| {
        let server = &whole.question.servers[series.server].name;
        let mut lines: BTreeMap<i64, u64> = BTreeMap::new();
        for &place in &series.sources {
            for (bin, seen) in &whole.examined.sources[place].coverage.bins {
                *lines.entry((bin * BIN_SECONDS).div_euclid(HOUR)).or_default() += seen.lines;
            }
        }
        let own = |gap: &&Gap| gap.series == series.name && gap.server == *server;
        Hours {
            name: logs::series(say, server, &series.name),
            lines,
            gaps: whole.report.coverage.gaps.iter().filter(own).collect(),
            series,
        }
    });
    each.collect()
}

pub(super) fn rate(say: &Say<'_>, whole: &Whole<'_>, axis: &Axis) -> Rate {
    let (from, to) = (axis.from.div_euclid(HOUR), axis.to.div_euclid(HOUR) + 1);
    let width = (to - from + BARS - 1) / BARS;
    let mut y = 20;
    let rows = hours(say, whole).into_iter().map(|one| {
        let mut sums: BTreeMap<i64, u64> = BTreeMap::new();
        for (hour, lines) in one.lines.range(from..to) {
            *sums.entry((hour - from) / width).or_default() += lines;
        }
        let mean = |sum: u64| sum as f64 / width as f64;
        let max = sums.values().copied().max().unwrap_or(0);
        let base = y + BAR_HEIGHT as usize + 14;
        let mut path = String::new();
        for (bar, sum) in sums.iter().filter(|(_, sum)| **sum > 0) {
            let left = axis.x((from + bar * width) * HOUR);
            let right = axis.x((from + (bar + 1) * width) * HOUR);
            let height = (BAR_HEIGHT * *sum as f64 / max.max(1) as f64).max(0.8);
            path.push_str(&format!(
                "M{} {base}v-{}h{}V{base}z",
                short(left),
                short(height),
                short((right - left).max(0.6))
            ));
        }
        let n_hours = (to - from) as u64;
        let with = one.lines.range(from..to).filter(|(_, lines)| **lines > 0).count() as u64;
        let row = RateRow {
            y,
            base,
            alt: say.with(
                &w::RATE_ALT,
                &[&one.name, &say.hours(mean(max)), &say.n(n_hours - with), &say.n(n_hours)],
            ),
            max: say.hours(mean(max)),
            name: one.name,
            path,
            gaps: one
                .gaps
                .iter()
                .take(super::caps::GAPS)
                .map(|gap| bar(say, axis, gap.from.seconds, gap.to.seconds))
                .collect(),
        };
        y = base + 16;
        row
    });
    let series: Vec<RateRow> = rows.collect();
    Rate {
        ticks: axis.ticks(say),
        height: y + 12,
        series,
        mean: (width > 1).then(|| say.with(&w::RATE_MEAN, &[&say.n(width)])),
    }
}
