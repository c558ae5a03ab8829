//! The figure of section 3: windows, logs and their gaps, events, and what each
//! client was sent, on one axis of time.

use crate::record::Instant;
use crate::report::Whole;
use crate::report::people::Person;
use crate::report::proof;
use crate::verdict::gaps::{self, Series};

use super::axis::{Axis, Tick, short};
use super::cited::Cited;
use super::logs;
use super::say::Say;
use super::walk::Walk;
use super::{terms, words as w};

/// Where the axis begins, how wide it is, and how high a row is.
pub(super) const LEFT: f64 = 190.0;
pub(super) const WIDTH: f64 = 790.0;
const ROW: usize = 24;

/// How many rows of each kind are drawn.
const EXPOSURES: usize = 6;
const SERIES: usize = 6;
const CLIENTS: usize = 14;
const EVENTS: usize = 20;

/// How far apart flags must be to have a number each.
const FLAG_ROOM: f64 = 20.0;

/// How many characters the name of a row may have.
const NAME: usize = 28;

/// The drawing.
pub(super) struct Timeline {
    pub height: usize,
    pub ticks: Vec<Tick>,
    pub exposures: Vec<Bars>,
    pub series: Vec<Bars>,
    pub flags: Vec<Flag>,
    pub clients: Vec<Client>,
    pub events: Vec<Event>,
    pub alt: String,
    pub more: Option<String>,
}

/// A row of bars.
pub(super) struct Bars {
    pub y: usize,
    pub name: String,
    pub title: String,
    pub bars: Vec<Bar>,
    pub gaps: Vec<Bar>,
}

/// A bar.
pub(super) struct Bar {
    pub x: String,
    pub width: String,
    pub title: String,
}

/// A line through all rows; the first of several that stand close together
/// has the numbers of their events.
pub(super) struct Flag {
    pub x: String,
    pub label: Option<Label>,
}

/// The numbers of events.
pub(super) struct Label {
    pub x: String,
    pub width: String,
    pub middle: String,
    pub text: String,
}

/// An event of the case.
pub(super) struct Event {
    pub at: String,
    pub what: &'static str,
    pub by: Option<String>,
    pub source: Option<String>,
}

/// A row of marks.
pub(super) struct Client {
    pub y: usize,
    pub id: String,
    pub name: String,
    pub marks: Vec<Dot>,
}

/// What a client did in one step of time.
pub(super) struct Dot {
    pub x: String,
    pub tone: &'static str,
    pub link: String,
    pub title: String,
}

/// The axis of everything: windows, records, events.
pub(super) fn axis(whole: &Whole<'_>) -> Option<Axis> {
    let case = &whole.question.case;
    let windows = case.exposures.iter().flat_map(|exposure| &exposure.windows);
    let ends = windows.flat_map(|window| [window.from, window.to]).flatten();
    let series = gaps::series(whole.plan, whole.examined);
    let logs = series.iter().flat_map(|one| [one.first, one.last]).flatten();
    Axis::over(ends.chain(logs).chain(case.events.iter().map(|event| event.at)), LEFT, WIDTH)
}

/// The clients that have a row: the first that asked inside or at the border,
/// half of the rows for others at least.
pub(super) fn drawn<'w>(shown: &[&'w Person]) -> Vec<&'w Person> {
    use crate::actor::Class;
    let near = |person: &&&Person| person.hits.inside + person.hits.border > 0;
    let is_other = |person: &&&Person| person.class == Class::Other;
    let n_others = shown.iter().filter(near).filter(is_other).count();
    let n_named = shown.iter().filter(near).filter(|person| !is_other(person)).count();
    let others = n_others.min(CLIENTS - n_named.min(CLIENTS / 2));
    let first = shown.iter().filter(near).filter(is_other).take(others);
    let rest = shown.iter().filter(near).filter(|person| !is_other(person));
    first.chain(rest).take(CLIENTS).copied().collect()
}

pub(super) fn timeline(
    say: &Say<'_>,
    whole: &Whole<'_>,
    axis: &Axis,
    drawn: &[(u32, &Person)],
    walk: &Walk,
    cited: &Cited,
) -> Timeline {
    let mut y = 46;
    let mut row = || {
        let at = y;
        y += ROW;
        at
    };
    let case = &whole.question.case;
    let exposures: Vec<Bars> = case
        .exposures
        .iter()
        .take(EXPOSURES)
        .map(|exposure| {
            let bars = exposure.windows.iter().map(|window| {
                let from = window.from.map_or(axis.from, |at| at.seconds);
                bar(say, axis, from, window.to.map_or(axis.to, |at| at.seconds))
            });
            Bars {
                y: row(),
                name: say.cut_to(&exposure.name, NAME),
                title: say.cut(&exposure.name),
                bars: bars.collect(),
                gaps: Vec::new(),
            }
        })
        .collect();
    let all_series = gaps::series(whole.plan, whole.examined);
    let series: Vec<Bars> = all_series
        .iter()
        .take(SERIES)
        .map(|one| series_row(say, whole, axis, one, row()))
        .collect();
    let clients: Vec<Client> = drawn
        .iter()
        .map(|&(place, person)| Client {
            y: row(),
            id: person.id.clone(),
            name: say.client(&person.client, NAME - person.id.len()),
            marks: dots(say, axis, person, place, walk, cited),
        })
        .collect();
    let mut events: Vec<&crate::case::Event> = case.events.iter().collect();
    events.sort_by_key(|event| event.at);
    let listed = whole.judgement.actors.iter().take(whole.report.actors.len());
    let n_near = listed.filter(|one| one.inside + one.border > 0);
    let left_out = n_near.count().saturating_sub(drawn.len())
        + case.exposures.len().saturating_sub(EXPOSURES)
        + all_series.len().saturating_sub(SERIES);
    let n_windows: usize = case.exposures.iter().map(|exposure| exposure.windows.len()).sum();
    let alt = say.with(
        &w::TIMELINE_ALT,
        &[
            &say.time(Instant::at(axis.from)),
            &say.time(Instant::at(axis.to)),
            &n_windows,
            &all_series.len(),
            &whole.report.coverage.gaps.len(),
            &case.events.len(),
            &drawn.len(),
        ],
    );
    Timeline {
        ticks: axis.ticks(say),
        flags: flags(axis, &events),
        events: events.iter().take(super::caps::OTHER).map(|event| event_row(say, event)).collect(),
        alt,
        more: (left_out > 0).then(|| say.with(&w::ROWS_LEFT_OUT, &[&say.n(left_out as u64)])),
        exposures,
        series,
        clients,
        height: y + 12,
    }
}

/// A flag for each of the first events, in order of time.
fn flags(axis: &Axis, events: &[&crate::case::Event]) -> Vec<Flag> {
    let at: Vec<f64> = events.iter().take(EVENTS).map(|event| axis.x(event.at.seconds)).collect();
    let mut flags: Vec<Flag> = at.iter().map(|x| Flag { x: short(*x), label: None }).collect();
    let mut first = 0;
    for number in 1..=at.len() {
        if number < at.len() && at[number] - at[number - 1] < FLAG_ROOM {
            continue;
        }
        let text = match number - first {
            1 => number.to_string(),
            _ => format!("{}–{number}", first + 1),
        };
        let middle = (at[first] + at[number - 1]) / 2.0;
        let width = 10.0 + 6.5 * text.chars().count() as f64;
        let x = short(middle - width / 2.0);
        flags[first].label = Some(Label { x, width: short(width), middle: short(middle), text });
        first = number;
    }
    flags
}

fn event_row(say: &Say<'_>, event: &crate::case::Event) -> Event {
    Event {
        at: say.time(event.at),
        what: say.it(terms::happening(event.what)),
        by: event.by.as_ref().map(|by| say.with(&w::EVENT_BY, &[&say.cut(by)])),
        source: event.source.as_deref().map(|text| say.cut(text)),
    }
}

fn series_row(say: &Say<'_>, whole: &Whole<'_>, axis: &Axis, series: &Series, y: usize) -> Bars {
    let server = &whole.question.servers[series.server].name;
    let span = series.first.zip(series.last);
    let own = whole.report.coverage.gaps.iter();
    let own = own.filter(|gap| gap.series == series.name && gap.server == *server);
    let title = logs::series(say, server, &series.name);
    Bars {
        y,
        name: say.cut_to(&title, NAME),
        title,
        bars: span.iter().map(|(from, to)| bar(say, axis, from.seconds, to.seconds + 1)).collect(),
        gaps: own
            .take(super::caps::GAPS)
            .map(|gap| bar(say, axis, gap.from.seconds, gap.to.seconds))
            .collect(),
    }
}

/// A bar between two times, never too narrow to be seen.
pub(super) fn bar(say: &Say<'_>, axis: &Axis, from: i64, to: i64) -> Bar {
    let (left, right) = (axis.x(from), axis.x(to));
    let (from, to) = (say.time(Instant::at(from)), say.time(Instant::at(to)));
    Bar {
        x: short(left),
        width: short((right - left).max(1.5)),
        title: say.with(&w::FROM_TO, &[&from, &to]),
    }
}

/// What a client did, a dot for each step of time.
fn dots(
    say: &Say<'_>,
    axis: &Axis,
    person: &Person,
    place: u32,
    walk: &Walk,
    cited: &Cited,
) -> Vec<Dot> {
    let Some(marks) = walk.marks.get(&place) else { return Vec::new() };
    let dot = |(step, mark): (&u32, &super::walk::Mark)| {
        let id = proof::id(mark.number);
        let is_here = cited.link(&id).is_here;
        let requests = say.n(mark.requests);
        Dot {
            x: short(axis.middle(*step)),
            tone: terms::tone(mark.grade),
            title: format!(
                "{} {}: {} × {}",
                person.id,
                say.client(&person.client, 60),
                requests,
                mark.grade
            ),
            link: if is_here { id } else { person.id.clone() },
        }
    };
    marks.iter().map(dot).collect()
}
