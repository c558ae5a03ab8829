//! The figures of section 6: how many lines each series of logs has in each
//! hour, as bars on the axis of all figures, and as cells by day and hour.

use std::collections::BTreeMap;

use crate::evidence::coverage::BIN_SECONDS;
use crate::record::Instant;
use crate::report::Whole;
use crate::verdict::Gap;
use crate::verdict::gaps::{self, Series};

use super::axis::{Axis, DAY, Tick, short};
use super::logs;
use super::say::Say;
use super::timeline::{Bar, LEFT, WIDTH, bar};
use super::words as w;

const HOUR: i64 = 3600;

/// How many series are drawn.
const SERIES: usize = 6;

/// How many bars, and columns of cells, are drawn at most.
const BARS: i64 = 240;
const COLUMNS: i64 = 200;

/// How high the bars of one series, and one cell, are.
const BAR_HEIGHT: f64 = 60.0;
const CELL: f64 = 6.0;

/// How many shades there are for hours with lines.
const SHADES: usize = 4;

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

/// The cells of every series.
pub(super) struct Heat {
    pub series: Vec<HeatRow>,
    pub days: Option<String>,
}

/// The cells of one series.
pub(super) struct HeatRow {
    pub name: String,
    pub ticks: Vec<Tick>,
    /// Shades one to four, then silent, gap, absent: the outline of all cells.
    pub paths: Vec<(&'static str, String)>,
    pub alt: String,
}

/// One series and what its hours hold.
struct Hours<'a> {
    name: String,
    series: Series,
    lines: BTreeMap<i64, u64>,
    gaps: Vec<&'a Gap>,
}

fn hours<'a>(whole: &Whole<'a>) -> Vec<Hours<'a>> {
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
            name: logs::series(server, &series.name),
            lines,
            gaps: whole.report.coverage.gaps.iter().filter(own).collect(),
            series,
        }
    });
    each.collect()
}

pub(super) fn rate(say: &Say, whole: &Whole<'_>, axis: &Axis) -> Rate {
    let (from, to) = (axis.from.div_euclid(HOUR), axis.to.div_euclid(HOUR) + 1);
    let width = (to - from + BARS - 1) / BARS;
    let mut y = 20;
    let rows = hours(whole).into_iter().map(|one| {
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

/// What an hour of a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Gap,
    Absent,
    Silent,
    Lines(usize),
}

impl Cell {
    fn class(self) -> &'static str {
        match self {
            Cell::Gap => "h-gap",
            Cell::Absent => "h-absent",
            Cell::Silent => "h-silent",
            Cell::Lines(shade) => ["h1", "h2", "h3", "h4"][shade.min(SHADES - 1)],
        }
    }
}

/// The days that are drawn: those of the windows, else those of the logs.
fn days(say: &Say, whole: &Whole<'_>, axis: &Axis) -> (i64, i64) {
    let windows = whole.question.case.exposures.iter().flat_map(|exposure| &exposure.windows);
    let ends = windows.flat_map(|window| [window.from, window.to]).flatten();
    let of_windows = Axis::over(ends, 0.0, 1.0).unwrap_or(*axis);
    let day = |seconds: i64| (seconds + say.offset(Instant::at(seconds))).div_euclid(DAY);
    (day(of_windows.from), day(of_windows.to) + 1)
}

pub(super) fn heat(say: &Say, whole: &Whole<'_>, axis: &Axis) -> Heat {
    let (from, to) = days(say, whole, axis);
    let per_column = (to - from + COLUMNS - 1) / COLUMNS;
    let columns = (to - from + per_column - 1) / per_column;
    let series = hours(whole).into_iter().map(|one| cells(say, &one, from, columns, per_column));
    Heat {
        series: series.collect(),
        days: (per_column > 1).then(|| say.with(&w::HEAT_DAYS, &[&say.n(per_column)])),
    }
}

fn cells(say: &Say, one: &Hours<'_>, from: i64, columns: i64, per_column: i64) -> HeatRow {
    let most = one.lines.values().copied().max().unwrap_or(1).max(2);
    let shade = |lines: u64| {
        let share = (lines as f64).ln() / (most as f64).ln();
        ((share * SHADES as f64) as usize).min(SHADES - 1)
    };
    let cell = |hour: i64| {
        let (begins, ends) = (hour * HOUR, (hour + 1) * HOUR);
        let lines = one.lines.get(&hour).copied().unwrap_or(0);
        let overlap = |gap: &&Gap| gap.to.seconds.min(ends) - gap.from.seconds.max(begins);
        let in_gap: i64 = one.gaps.iter().map(overlap).filter(|length| *length > 0).sum();
        let is_before = one.series.first.is_none_or(|first| first.seconds >= ends);
        let is_after = one.series.last.is_none_or(|last| last.seconds < begins);
        match lines {
            _ if in_gap > BIN_SECONDS || (in_gap > 0 && lines == 0) => Cell::Gap,
            0 if is_before || is_after => Cell::Absent,
            0 => Cell::Silent,
            lines => Cell::Lines(shade(lines)),
        }
    };
    let mut counts = [0u64; 4];
    let mut paths: BTreeMap<Cell, String> = BTreeMap::new();
    let width = WIDTH / columns as f64;
    for column in 0..columns {
        let mut run: Option<(Cell, i64, i64)> = None;
        for hour in 0..=24 {
            let days = (0..per_column).map(|day| from + column * per_column + day);
            let worst = (hour < 24).then(|| {
                let each = days.map(|day| cell(at_clock(say, day, hour)));
                let each: Vec<Cell> = each.collect();
                for one in &each {
                    counts[match one {
                        Cell::Lines(_) => 0,
                        Cell::Silent => 1,
                        Cell::Gap => 2,
                        Cell::Absent => 3,
                    }] += 1;
                }
                each.into_iter().min().unwrap_or(Cell::Absent)
            });
            match (&mut run, worst) {
                (Some((kind, _, length)), Some(cell)) if *kind == cell => *length += 1,
                (before, now) => {
                    if let Some((kind, start, length)) = *before {
                        let path = paths.entry(kind).or_default();
                        path.push_str(&format!(
                            "M{} {}h{}v{}h-{}z",
                            short(LEFT + width * column as f64),
                            short(24.0 + CELL * start as f64),
                            short((width - 0.4).max(0.5)),
                            short(CELL * length as f64 - 0.4),
                            short((width - 0.4).max(0.5)),
                        ));
                    }
                    *before = now.map(|cell| (cell, hour, 1));
                }
            }
        }
    }
    let begins = at_clock(say, from, 0) * HOUR;
    let ends = at_clock(say, from + columns * per_column, 0) * HOUR;
    let axis = Axis { from: begins, to: ends, left: LEFT, width: WIDTH };
    let [with, silent, gap, absent] = counts.map(|count| say.n(count));
    let all = say.n(counts.iter().sum::<u64>());
    HeatRow {
        ticks: axis.ticks(say),
        paths: paths.into_iter().map(|(cell, path)| (cell.class(), path)).collect(),
        alt: say.with(&w::HEAT_ALT, &[&one.name, &all, &with, &silent, &gap, &absent]),
        name: one.name.clone(),
    }
}

/// The hour, counted in UTC, that the clock of the case shows on a day.
fn at_clock(say: &Say, day: i64, hour: i64) -> i64 {
    let shown = day * DAY + hour * HOUR;
    let offset = say.offset(Instant::at(shown));
    (shown - offset).div_euclid(HOUR)
}
