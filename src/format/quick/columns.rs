//! The fast path of the layouts whose columns a header names: W3C extended as
//! IIS writes it, and CloudFront.
//!
//! ```abnf
//! quick-row = date BLANK time *(BLANK cell)      ; as many as the header names
//! date      = 4DIGIT "-" 2DIGIT "-" 2DIGIT
//! time      = 2DIGIT ":" 2DIGIT ":" 2DIGIT
//! cell      = 1*plain
//! BLANK     = SP / HTAB                          ; all of them alike
//! plain     = %x21 / %x23-FF                     ; but the first byte is no control
//! ```
//!
//! The header in force is carried from line to line; a line that changes it is
//! odd to the sweep, which then asks what the columns are now.

use super::clock::{DAY, ISO, IsoClock};
use super::fields::is_without;
use super::{Layout, Row, fields, sweep};
use crate::format::token::number;
use crate::format::{Quick, QuickLine, State, Sweep};
use crate::record::{Escape, Instant, Moment};
use crate::source::index::{Index, Look, Marks, chunk};

/// What a column holds, as far as a sweep needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The byte count.
    Bytes,
    /// The peer's address.
    Client,
    /// `date`, always first.
    Date,
    /// A list of forwarded addresses.
    Forwarded,
    /// The method.
    Method,
    /// Anything that no sweep needs to look at.
    Other,
    /// The query, without the question mark before it.
    Query,
    /// The referer.
    Referer,
    /// The status.
    Status,
    /// The path.
    Stem,
    /// `time`, always second.
    Time,
}

/// How many kinds of column there are.
const KINDS: usize = Column::Time as usize + 1;

/// A format whose header names the columns.
#[derive(Debug)]
pub struct Columns {
    /// What the columns of the header in force hold; none where it has none
    /// that a sweep can do with.
    pub of: fn(&State, &mut Vec<Column>),
    /// How text is escaped in them.
    pub escape: Escape,
}

impl Quick for Columns {
    fn marks(&self) -> Marks {
        Marks::Fields
    }

    fn sweep(&self, block: &[u8], index: &Index, sink: &mut dyn Sweep) {
        let (header, columns, clock) = Default::default();
        let places = [NOWHERE; KINDS];
        sweep(block, index, sink, Rows { format: self, header, columns, places, clock });
    }
}

/// The rows of a format under the header in force.
struct Rows<'f> {
    format: &'f Columns,
    /// What the state had of the header when it was looked at last.
    header: Vec<u8>,
    /// What its columns hold; none where no row can be swept.
    columns: Vec<Column>,
    /// The number of the column of each kind, or [`NOWHERE`].
    places: [usize; KINDS],
    clock: IsoClock,
}

/// The number of a column that there is none of.
const NOWHERE: usize = usize::MAX;

impl Layout for Rows<'_> {
    fn carry(&mut self, state: &State) {
        if self.header == state.columns {
            return;
        }
        self.header.clone_from(&state.columns);
        self.columns.clear();
        (self.format.of)(state, &mut self.columns);
        if !can_be_swept(&self.columns) {
            self.columns.clear();
        }
        self.places = [NOWHERE; KINDS];
        for (number, column) in self.columns.iter().enumerate() {
            self.places[*column as usize] = number;
        }
    }

    #[inline(always)]
    fn marks(&self) -> usize {
        self.columns.len().saturating_sub(1)
    }

    #[inline(always)]
    fn line(&mut self, look: impl Look, row: Row<'_>, read: &mut QuickLine) -> Option<()> {
        let Row { block, line, .. } = row;
        let cells = match row.marks.len() == self.marks() {
            true => self.cells(row)?,
            false => cut(row, &self.columns)?,
        };
        let cell = |column: Column| cells[column as usize];
        let day_and_time = block.get(line.start..)?.first_chunk::<ISO>()?;
        if cell(Column::Date).1 != line.start + DAY || cell(Column::Time).1 != line.start + ISO {
            return None;
        }
        let at = Instant::at(self.clock.read(day_and_time)?);
        let (peer, peer_end) = cell(Column::Client);
        let ip = fields::address(look, block, peer, peer_end)?;
        let (stem, stem_end) = cell(Column::Stem);
        let escape = self.format.escape;
        let spelled = fields::target::<b'?', true>(look, block, stem, stem_end, escape)?;
        if block[stem] != b'/' {
            return None;
        }
        let present = |column: Column| {
            let (start, end) = cell(column);
            let text = &block[start..end];
            (!matches!(text, b"" | b"-")).then_some((start, end, text))
        };
        let query = match present(Column::Query) {
            Some((.., [b'?', ..])) => return None,
            query => query.map(|(start, end, _)| (start as u32, end as u32)),
        };
        let forwarded = match present(Column::Forwarded) {
            // A list has its blanks escaped.
            Some((.., list)) if list.iter().any(|byte| matches!(byte, b'+' | b'%')) => return None,
            list => list.map(|(start, end, _)| (start as u32, end as u32)),
        };
        let referer = match present(Column::Referer) {
            None => (line.end, line.end),
            Some((start, end, _))
                if escape == Escape::Plus && !is_without(look, block, start, end, b'+') =>
            {
                return None;
            }
            Some((start, end, _)) => (start, end),
        };
        let (status, status_end) = cell(Column::Status);
        let status = number(&block[status..status_end]).filter(|_| status + 3 == status_end)?;
        let bytes = match cell(Column::Bytes) {
            (0, 0) => None,
            (start, end) => fields::bytes(block, start, end)?,
        };
        let method = present(Column::Method).map_or((0, 0), |(start, end, _)| (start, end));
        let target = (stem as u32, stem_end as u32);
        *read = QuickLine {
            start: line.start as u32,
            end: line.end as u32,
            next: line.next as u32,
            peer: (peer as u32, peer_end as u32),
            ip,
            is_named: false,
            forwarded,
            method: (method.0 as u32, method.1 as u32),
            target,
            path: target,
            query,
            is_plain: spelled.is_plain,
            is_lowered: spelled.is_lowered,
            object: None,
            referer: (referer.0 as u32, referer.1 as u32),
            time: Moment { at, digits: 0 },
            status: status as u16,
            bytes,
        };
        Some(())
    }
}

impl Rows<'_> {
    /// `quick-row` where the marks are the blanks: the same as [`cut`] gives.
    #[inline(always)]
    fn cells(&self, row: Row<'_>) -> Option<[(usize, usize); KINDS]> {
        let Row { block, line, marks } = row;
        let begins = |start: usize| block.get(start).is_some_and(|byte| *byte > b' ');
        let blank = *block.get(line.start + DAY)?;
        // Each is a blank, and the byte behind it begins a cell: no control
        // character. All of them are looked at before the first is judged.
        let ends = u16::from_be_bytes([blank, 0]);
        let least = u16::from(b' ') + 1;
        let mut most = 0;
        for mark in marks {
            let pair = u16::from_be_bytes(*chunk(block, *mark as usize)?);
            most = most.max((pair ^ ends).wrapping_sub(least));
        }
        if most > u16::from(u8::MAX) - least || !begins(line.start) {
            return None;
        }
        let mut cells = [(0, 0); KINDS];
        for (cell, place) in cells.iter_mut().zip(self.places) {
            if place <= marks.len() {
                let before = place.checked_sub(1).and_then(|before| marks.get(before));
                let start = before.map_or(line.start, |mark| *mark as usize + 1);
                *cell = (start, marks.get(place).map_or(line.end, |mark| *mark as usize));
            }
        }
        Some(cells)
    }
}

/// Says whether rows of these columns have what a sweep needs, and nothing
/// twice.
fn can_be_swept(columns: &[Column]) -> bool {
    let count = |column: Column| columns.iter().filter(|each| **each == column).count();
    let once = [Column::Client, Column::Date, Column::Status, Column::Stem, Column::Time];
    let at_most =
        [Column::Bytes, Column::Forwarded, Column::Method, Column::Query, Column::Referer];
    columns.starts_with(&[Column::Date, Column::Time])
        && once.into_iter().all(|column| count(column) == 1)
        && at_most.into_iter().all(|column| count(column) <= 1)
}

/// `quick-row`: where the cell of each kind lies; nowhere for a kind that the
/// header does not name.
#[inline(always)]
fn cut(row: Row<'_>, columns: &[Column]) -> Option<[(usize, usize); KINDS]> {
    let Row { block, line, marks } = row;
    let mut cells = [(0, 0); KINDS];
    let mut columns = columns.iter();
    let mut start = line.start;
    let blank = *block.get(line.start + DAY)?;
    for mark in marks {
        let end = *mark as usize;
        match block[end] {
            b'\\' => continue,
            byte if byte == blank => {}
            _ => return None,
        }
        // A cell is not empty, and begins with no control character.
        let column = columns.next().filter(|_| block[start] > b' ')?;
        cells[*column as usize] = (start, end);
        start = end + 1;
    }
    let column = columns.next().filter(|_| start < line.end && block[start] > b' ')?;
    cells[*column as usize] = (start, line.end);
    columns.next().is_none().then_some(cells)
}
