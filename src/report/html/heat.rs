//! The second figure of section 6: the hours of each series of logs as cells, a
//! column for each day, so that a silence shows where it stands in the day.

use std::collections::BTreeMap;

use crate::evidence::coverage::BIN_SECONDS;
use crate::record::Instant;
use crate::report::Whole;

use super::axis::{Axis, DAY, Tick, short};
use super::hours::{HOUR, Hours, hours};
use super::say::Say;
use super::timeline::{LEFT, WIDTH};
use super::words as w;

/// How many columns are drawn at most, and how many days stand in one.
const COLUMNS: i64 = 200;
const PER_COLUMN: i64 = 10;

/// How high a cell is, and where the first one begins.
const CELL: f64 = 6.0;
const TOP: f64 = 24.0;

/// How much of a cell is left blank at its right and below.
const BLANK: f64 = 0.4;

/// How many shades there are for hours with lines.
const SHADES: usize = 4;

/// The cells of every series.
pub(super) struct Heat {
    pub series: Vec<Row>,
    /// What is said of columns of several days, and of days that are left out.
    pub notes: Vec<String>,
}

/// The cells of one series.
pub(super) struct Row {
    pub name: String,
    pub ticks: Vec<Tick>,
    /// By what they show, the outline of all such cells.
    pub paths: Vec<(&'static str, String)>,
    pub alt: String,
}

/// What an hour of a series is, the worst first.
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

    /// Its place in the counts that are told in words.
    fn place(self) -> usize {
        match self {
            Cell::Lines(_) => 0,
            Cell::Silent => 1,
            Cell::Gap => 2,
            Cell::Absent => 3,
        }
    }
}

/// The days that are drawn, by the clock of the case.
struct Days {
    first: i64,
    columns: i64,
    per_column: i64,
}

pub(super) fn heat(say: &Say<'_>, whole: &Whole<'_>, axis: &Axis) -> Heat {
    let (first, end) = span(say, whole, axis);
    let per_column = ((end - first + COLUMNS - 1) / COLUMNS).min(PER_COLUMN);
    let columns = ((end - first + per_column - 1) / per_column).min(COLUMNS);
    let days = Days { first, columns, per_column };
    let mut notes = Vec::new();
    if per_column > 1 {
        notes.push(say.with(&w::HEAT_DAYS, &[&say.n(per_column)]));
    }
    if columns * per_column < end - first {
        notes.push(say.with(&w::HEAT_CUT, &[&say.n(columns * per_column), &say.n(end - first)]));
    }
    let each = hours(say, whole);
    Heat { series: each.iter().map(|one| row(say, one, &days)).collect(), notes }
}

/// The first day of the windows, else of the logs, and the day after the last.
fn span(say: &Say<'_>, whole: &Whole<'_>, axis: &Axis) -> (i64, i64) {
    let windows = whole.question.case.exposures.iter().flat_map(|exposure| &exposure.windows);
    let ends = windows.flat_map(|window| [window.from, window.to]).flatten();
    let of_windows = Axis::over(ends, 0.0, 1.0).unwrap_or(*axis);
    let day = |seconds: i64| (seconds + say.offset(Instant::at(seconds))).div_euclid(DAY);
    (day(of_windows.from), day(of_windows.to) + 1)
}

/// The hour, counted in UTC, that the clock of the case shows on a day.
fn at_clock(say: &Say<'_>, day: i64, hour: i64) -> i64 {
    let shown = day * DAY + hour * HOUR;
    (shown - say.offset(Instant::at(shown))).div_euclid(HOUR)
}

/// The seconds of each hour between two hours that lie in a gap.
fn in_gaps(one: &Hours<'_>, first: i64, end: i64) -> BTreeMap<i64, i64> {
    let mut seconds: BTreeMap<i64, i64> = BTreeMap::new();
    for gap in &one.gaps {
        let (from, to) = (gap.from.seconds.max(first * HOUR), gap.to.seconds.min(end * HOUR));
        let mut at = from;
        while at < to {
            let hour = at.div_euclid(HOUR);
            let next = ((hour + 1) * HOUR).min(to);
            *seconds.entry(hour).or_default() += next - at;
            at = next;
        }
    }
    seconds
}

fn row(say: &Say<'_>, one: &Hours<'_>, days: &Days) -> Row {
    let begins = at_clock(say, days.first, 0);
    let ends = at_clock(say, days.first + days.columns * days.per_column, 0);
    let gaps = in_gaps(one, begins - 1, ends + 1);
    let most = one.lines.values().copied().max().unwrap_or(1).max(1) as f64;
    let cell = |hour: i64| {
        let lines = one.lines.get(&hour).copied().unwrap_or(0);
        let in_gap = gaps.get(&hour).copied().unwrap_or(0);
        let is_before = one.series.first.is_none_or(|first| first.seconds >= (hour + 1) * HOUR);
        let is_after = one.series.last.is_none_or(|last| last.seconds < hour * HOUR);
        match lines {
            _ if in_gap > BIN_SECONDS || (in_gap > 0 && lines == 0) => Cell::Gap,
            0 if is_before || is_after => Cell::Absent,
            0 => Cell::Silent,
            lines => Cell::Lines((SHADES as f64 * (lines as f64 / most).sqrt()) as usize),
        }
    };
    let mut counts = [0u64; 4];
    let mut paths: BTreeMap<&'static str, String> = BTreeMap::new();
    for column in 0..days.columns {
        let of_hour = |hour: i64| {
            let days = (0..days.per_column).map(|day| days.first + column * days.per_column + day);
            days.map(|day| cell(at_clock(say, day, hour))).collect::<Vec<Cell>>()
        };
        let mut classes = Vec::with_capacity(24);
        for cells in (0..24).map(of_hour) {
            cells.iter().for_each(|cell| counts[cell.place()] += 1);
            classes.push(cells.into_iter().min().unwrap_or(Cell::Absent).class());
        }
        let width = WIDTH / days.columns as f64;
        let x = LEFT + width * column as f64;
        let mut hour = 0;
        // Hours of a day that show the same are one outline.
        for same in classes.chunk_by(|a, b| a == b) {
            let (y, height) = (TOP + CELL * hour as f64, CELL * same.len() as f64 - BLANK);
            let width = short((width - BLANK).max(0.5));
            let path = paths.entry(same[0]).or_default();
            path.push_str(&format!(
                "M{} {}h{width}v{}h-{width}z",
                short(x),
                short(y),
                short(height)
            ));
            hour += same.len();
        }
    }
    let axis = Axis { from: begins * HOUR, to: ends * HOUR, left: LEFT, width: WIDTH };
    let [with, silent, gap, absent] = counts.map(|count| say.n(count));
    let all = say.n(counts.iter().sum::<u64>());
    Row {
        ticks: axis.ticks(say),
        paths: paths.into_iter().collect(),
        alt: say.with(&w::HEAT_ALT, &[&one.name, &all, &with, &silent, &gap, &absent]),
        name: one.name.clone(),
    }
}
