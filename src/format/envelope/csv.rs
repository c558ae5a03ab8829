//! A table with a column that holds the line of a server whole: the exports of
//! Splunk (`_raw`), Kibana and Graylog (`message`), CloudWatch Insights
//! (`@message`), Google (`textPayload`), Azure (`LogEntry`) and Purview (`AuditData`).
//!
//! The row of names, the cells and their quotes are those of the format
//! `csv`; the other columns give the host and the time. A cell with newlines inside
//! holds more than one line, and is not taken for one.

use super::wrap::without_ending;
use super::{About, Content, Envelope, Opened};
use crate::format::csv_table::header::{CONTENT, Cell, LOGGER, SEALED, Table, cells};
use crate::format::json::{Found, Key, at, undouble};
use crate::format::{Scratch, State};
use crate::record::{Time, Zone};
use crate::source::INNER_NEWLINE;

/// A table of lines.
pub struct Csv;

/// For the time of a row, which is read as the JSON formats read theirs.
const KEYS: &[Key] = &[at(0, &["time"])];

impl Envelope for Csv {
    fn name(&self) -> &'static str {
        "CSV"
    }

    fn about(&self) -> About {
        About {
            title: "Tables of Splunk, Kibana, Graylog, CloudWatch, Google or Azure with a column that holds the whole line",
            header: &[br#""@timestamp",host,message"#],
            sample: b"2024-01-01T00:00:00Z,web1,A b",
            holds: b"A b",
        }
    }

    fn may_hold(&self, state: &State, line: &[u8]) -> bool {
        !matches!(line.first(), Some(b'{' | b'[' | b'<'))
            && Table::of(state).is_some_and(|table| {
                table.codes.contains(&CONTENT)
                    && cells(line, table.separator).flatten().count() == table.codes.len()
                    && cells(line, table.separator).all(|cell| cell.is_some())
            })
    }

    fn open<'a>(
        &self,
        state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let table = Table::of(state)?;
        let find = |code: u8| -> Option<Cell<'a>> {
            let place = table.codes.iter().position(|each| *each == code)?;
            cells(line, table.separator).nth(place)?
        };
        let content = find(CONTENT)?;
        let sealed = find(SEALED).and_then(|cell| time(cell.text, table.is_utc));
        let logger = find(LOGGER).map(|cell| cell.text).filter(|host| !host.is_empty());
        let text = match content.is_doubled {
            true => {
                undouble(content.text, &mut scratch.bytes);
                scratch.bytes.as_slice()
            }
            false => content.text,
        };
        let is_ending = |byte: &u8| matches!(*byte, INNER_NEWLINE | b'\r' | b' ');
        let end = text.iter().rposition(|byte| !is_ending(byte)).map_or(0, |last| last + 1);
        if end == 0 || text[..end].contains(&INNER_NEWLINE) && text[0] != b'{' {
            return None;
        }
        Some(Opened { content: Content::Whole(without_ending(&text[..end])), logger, sealed })
    }
}

/// The time of a cell; a zone is needed, since the line has its own otherwise.
fn time(text: &[u8], is_utc: bool) -> Option<Time> {
    let mut scratch = Scratch::default();
    let mut found = Found::of_cells(text, KEYS, &mut scratch);
    found.fill(0, text, false);
    let mut time = found.done().time(0)?;
    if is_utc && time.zone == Zone::Local {
        time.zone = Zone::Implied;
    }
    (time.zone != Zone::Local).then_some(time)
}
