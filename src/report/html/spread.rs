//! The figures of sections 4 and 5: how many different files each client had
//! been sent over time, and which client was sent which file.

use std::collections::BTreeSet;

use crate::report::Whole;
use crate::report::people::Person;
use crate::report::proof;
use crate::verdict::Grade;

use super::axis::{Axis, Tick, short};
use super::cited::Cited;
use super::say::Say;
use super::walk::{Walk, is_sent};
use super::what::file_id;
use super::{terms, words as w};

/// How many lines are drawn: as many colours as can be told apart.
const LINES: usize = 7;

/// How high the drawing is, and where its base lies.
const HEIGHT: f64 = 220.0;
const BASE: f64 = 240.0;

/// How many rows and columns the grid has at most, and how wide a cell is.
const ROWS: usize = 20;
const COLUMNS: usize = 36;
const CELL: usize = 22;
const GRID_LEFT: usize = 190;
const GRID_TOP: usize = 56;

/// The lines.
pub(super) struct Spread {
    pub ticks: Vec<Tick>,
    pub lines: Vec<Line>,
    pub levels: Vec<(String, String)>,
    pub alt: String,
}

/// The line of one client.
pub(super) struct Line {
    pub id: String,
    pub path: String,
    pub label_y: String,
    pub label: String,
}

pub(super) fn spread(
    say: &Say<'_>,
    whole: &Whole<'_>,
    axis: &Axis,
    shown: &[&Person],
    walk: &Walk,
) -> Option<Spread> {
    let times = &walk.spread;
    let most = times.values().map(|steps| steps.values().sum::<u64>()).max()?;
    let y = |count: u64| BASE - HEIGHT * count as f64 / most as f64;
    let mut told = Vec::new();
    let mut lines: Vec<(f64, Line)> = Vec::new();
    for (actor, steps) in times {
        let id = proof::actor_id(*actor as usize, whole.judgement.actors.len());
        let Some(person) = shown.iter().find(|one| one.id == id) else { continue };
        let (mut count, mut last) = (0, None);
        let mut path = format!("M{} {}", short(axis.left), short(BASE));
        for (step, more) in steps {
            count += more;
            last = Some(*step);
            path.push_str(&format!("H{}V{}", short(axis.middle(*step)), short(y(count))));
        }
        path.push_str(&format!("H{}", short(axis.left + axis.width)));
        let until = person.last.as_deref().filter(|_| last.is_some());
        let until = say.written(until).map_or_else(|| "–".to_owned(), |when| when.shown);
        told.push(say.with(&w::SPREAD_ONE, &[&person.id, &say.n(count), &until]));
        let label = format!("{} {}", person.id, say.n(count));
        lines.push((y(count), Line { id: person.id.clone(), path, label_y: String::new(), label }));
    }
    // Labels stand at the ends of the lines, and not over one another.
    lines.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.id.cmp(&a.1.id)));
    let mut lowest = BASE + 4.0;
    for (end, line) in &mut lines {
        lowest = (lowest - 14.0).min(*end + 4.0).max(12.0);
        line.label_y = short(lowest);
    }
    lines.sort_by(|a, b| a.1.id.cmp(&b.1.id));
    let half = most / 2;
    let levels = [0, half, most].into_iter().filter(|level| *level > 0 || most > 0);
    let mut levels: Vec<(String, String)> =
        levels.map(|level| (short(y(level)), say.n(level))).collect();
    levels.dedup();
    Some(Spread {
        ticks: axis.ticks(say),
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        levels,
        alt: say.with(&w::SPREAD_ALT, &[&say.n(most), &told.join("; ")]),
    })
}

/// The places of the clients that were sent the most different files.
pub(super) fn chosen(whole: &Whole<'_>, shown: &[(u32, Person)]) -> BTreeSet<u32> {
    let paths = |place: u32| whole.judgement.actors[place as usize].paths;
    let near = shown.iter().map(|(place, _)| *place);
    let near = near.take_while(|place| *place as usize <= shown.len() + super::caps::OTHERS + 1);
    let mut all: Vec<u32> = near.filter(|place| paths(*place) > 0).collect();
    all.sort_by_key(|place| (std::cmp::Reverse(paths(*place)), *place));
    all.into_iter().take(LINES).collect()
}

/// The grid.
pub(super) struct Matrix {
    pub width: usize,
    pub height: usize,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub alt: String,
    pub more: Option<String>,
}

/// The head of a file's column.
pub(super) struct Column {
    pub x: usize,
    pub id: String,
}

/// The row of a client.
pub(super) struct Row {
    pub y: usize,
    pub id: String,
    pub name: String,
    pub cells: Vec<Cell>,
}

/// What a client was sent of a file.
pub(super) struct Cell {
    pub x: usize,
    pub tone: &'static str,
    pub grade: String,
    pub link: String,
    pub title: String,
}

pub(super) fn matrix(
    say: &Say<'_>,
    drawn: &[(u32, &Person)],
    walk: &Walk,
    names: &[Option<String>],
    cited: &Cited,
) -> Option<Matrix> {
    let sent = |place: u32, file: usize| walk.sent.get(&(place, file as u32));
    let counts = |grade: Grade| is_sent(grade) || matches!(grade, Grade::L | Grade::W | Grade::U);
    let of_anybody = |file: &usize| {
        drawn.iter().any(|(place, _)| sent(*place, *file).is_some_and(|it| counts(it.grade)))
    };
    // What has no name is not in the table that columns lead to.
    let is_named = |file: &usize| names[*file].is_some();
    let all: Vec<usize> = (0..names.len()).filter(of_anybody).filter(is_named).collect();
    let files: Vec<usize> = all.iter().copied().take(COLUMNS).collect();
    if files.is_empty() {
        return None;
    }
    let x = |column: usize| GRID_LEFT + column * CELL;
    let mut rows = Vec::new();
    for &(place, person) in drawn {
        let cells = files.iter().enumerate().filter_map(|(column, &file)| {
            let sent = sent(place, file).filter(|sent| counts(sent.grade))?;
            let id = proof::id(sent.number);
            Some(Cell {
                x: x(column),
                tone: terms::tone(sent.grade),
                grade: sent.grade.to_string(),
                title: format!(
                    "{}, {}: {}",
                    person.id,
                    file_id(file),
                    say.it(terms::grade(sent.grade))
                ),
                link: if cited.link(&id).is_here { id } else { person.id.clone() },
            })
        });
        let cells: Vec<Cell> = cells.collect();
        if !cells.is_empty() && rows.len() < ROWS {
            let y = GRID_TOP + rows.len() * CELL;
            let name = say.client(&person.client, 22);
            rows.push(Row { y, id: person.id.clone(), name, cells });
        }
    }
    let left_out = all.len() - files.len();
    Some(Matrix {
        width: x(files.len()) + 10,
        height: GRID_TOP + rows.len() * CELL + 8,
        alt: say.with(&w::MATRIX_ALT, &[&rows.len(), &files.len()]),
        columns: files
            .iter()
            .enumerate()
            .map(|(column, &file)| Column { x: x(column), id: file_id(file) })
            .collect(),
        rows,
        more: (left_out > 0).then(|| say.with(&w::ROWS_LEFT_OUT, &[&say.n(left_out as u64)])),
    })
}
