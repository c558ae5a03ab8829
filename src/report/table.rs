//! The table of clients in the summary. An address is never broken over two
//! lines: somebody will copy it. So who it is, and first and last, stand below
//! one another, and where the terminal is narrow less is told.

use std::collections::BTreeSet;
use std::io;

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};

use crate::record::Instant;
use crate::verdict::words::{Phrase, number, told as says};
use crate::verdict::{Actor, Grade};

use super::html::terms::grade;
use super::page::Text;
use super::{Whole, people, safe};

/// How many clients are listed.
const ROWS: usize = 12;

/// How many characters of a name stand in a table: any address has fewer.
const NAME_WIDTH: usize = 45;

/// How many lists are told of a client.
const LISTED: usize = 2;

/// Blanks between two columns: one of padding, one where a border would be.
const BETWEEN: usize = 2;

/// The columns, in order.
static COLUMNS: [&Phrase; 7] = [
    &says::ID,
    &says::CLIENT,
    &says::GRADE,
    &says::FILES,
    &says::REQUESTS,
    &says::BYTES,
    &says::FIRST_LAST,
];

/// The column whose width gives way.
const CLIENT: usize = 1;

/// The columns of numbers.
const NUMBERS: std::ops::RangeInclusive<usize> = 3..=5;

/// The columns that a narrow terminal does without, the first to go first.
const SPARED: [usize; 2] = [3, 4];

/// Tells of the first clients of a list, and how many more there are of this
/// `what`.
pub(super) fn table(
    whole: &Whole<'_>,
    text: &mut Text<'_>,
    actors: &[(usize, &Actor)],
    what: &str,
) -> io::Result<()> {
    if actors.is_empty() {
        return Ok(());
    }
    let zone =
        whole.question.case.time_zone.map_or_else(|| "UTC".to_owned(), |zone| zone.to_string());
    let language = whole.question.case.language;
    let mut rows = vec![COLUMNS.map(|column| column.say(language, &[&zone]))];
    rows.extend(actors.iter().take(ROWS).map(|(place, actor)| row(whole, *place, actor)));
    let addresses = rows.iter().map(|row| row[CLIENT].chars().count()).max().unwrap_or(0);
    let mut shown: Vec<usize> = (0..COLUMNS.len()).collect();
    let page = usize::from(text.page.width);
    for spared in SPARED {
        // The rule below the head is as long as the padding behind the last column makes it.
        if width(&rows, &shown) + 1 > page {
            shown.retain(|column| *column != spared);
        }
    }
    // What a client is called goes below its address, as wide as there is room.
    for ((place, actor), row) in actors.iter().zip(&mut rows[1..]) {
        let portrait = whole.judgement.portraits.read(*place)?;
        let name = people::party(whole.question, actor).or(portrait.label.as_deref());
        let listed = portrait.listed.iter().filter(|one| one.is_near).map(|one| one.text.as_str());
        for name in name.into_iter().chain(listed.take(LISTED)) {
            row[CLIENT].push_str(&format!(
                "\n{}",
                safe::short(whole.veil.text(name).as_bytes(), NAME_WIDTH)
            ));
        }
    }
    let needed = width(&rows, &shown);
    let least = needed - longest(&rows, CLIENT) + addresses;
    let mut table = Table::new();
    table.force_no_tty().load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(page.min(needed + 1).max(least + 1)).unwrap_or(u16::MAX));
    let pick = |row: &[String; 7]| shown.iter().map(|&at| row[at].clone()).collect::<Vec<_>>();
    table.set_header(pick(&rows[0]));
    rows[1..].iter().for_each(|row| {
        table.add_row(pick(row));
    });
    for (column, &at) in table.column_iter_mut().zip(&shown) {
        column.set_padding((0, 1));
        if NUMBERS.contains(&at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        column.set_constraint(match at {
            CLIENT => {
                let width = u16::try_from(addresses + 1).unwrap_or(u16::MAX);
                ColumnConstraint::LowerBoundary(Width::Fixed(width))
            }
            _ => ColumnConstraint::ContentWidth,
        });
    }
    // Every cell was escaped above.
    for line in table.lines() {
        text.raw(line.trim_end());
    }
    let grades: BTreeSet<Grade> =
        actors.iter().take(ROWS).filter_map(|(_, actor)| actor.grade).collect();
    let grades: Vec<String> =
        grades.iter().map(|&at| format!("{at} {}", grade(at).say(language, &[]))).collect();
    if !grades.is_empty() {
        text.line(&format!("{}.", grades.join("; ")));
    }
    if actors.len() > ROWS {
        let more = number(language, (actors.len() - ROWS) as u64);
        text.line(&says::MORE_CLIENTS.say(language, &[&more, &what]));
    }
    Ok(())
}

/// The cells of one client.
fn row(whole: &Whole<'_>, place: usize, actor: &Actor) -> [String; 7] {
    let shown = |at: Option<Instant>| at.map_or_else(|| "-".to_owned(), |at| clock(whole, at));
    let (first, last) = (shown(actor.first), shown(actor.last));
    let n = |count: u64| number(whole.question.case.language, count);
    // What stands for it has another length, so it is put here before the
    // columns are measured.
    let client = actor.client();
    let client = match whole.veil.is_full() {
        true => safe::short(&client, NAME_WIDTH),
        false => safe::short(whole.veil.client(&safe::text(&client).text).as_bytes(), NAME_WIDTH),
    };
    [
        super::proof::actor_id(place, whole.judgement.actors.len()),
        client,
        actor.grade.map_or_else(|| "-".to_owned(), |grade| grade.to_string()),
        n(actor.paths.into()),
        says::OF.say(
            whole.question.case.language,
            &[&n(actor.requests.into()), &n(actor.inside.into())],
        ),
        n(actor.bytes),
        if first == last { first } else { format!("{first}\n{last}") },
    ]
}

/// How wide a table of these columns is with every cell on its own lines.
fn width(rows: &[[String; 7]], shown: &[usize]) -> usize {
    let columns: usize = shown.iter().map(|&column| longest(rows, column)).sum();
    columns + BETWEEN * (shown.len() - 1)
}

fn longest(rows: &[[String; 7]], column: usize) -> usize {
    let lines = rows.iter().flat_map(|row| row[column].lines());
    lines.map(|line| line.chars().count()).max().unwrap_or(0)
}

/// An instant in a column whose head names the clock.
fn clock(whole: &Whole<'_>, at: Instant) -> String {
    let text = whole.question.case.time_zone.map_or_else(|| at.text(0), |zone| zone.show(at));
    text.chars().take("2021-06-29T00:00:00".len()).collect::<String>().replace('T', " ")
}

/// A rule below the header, and nothing else.
const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('-').junction('-'));
