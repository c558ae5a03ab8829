//! The fast path: whole lines checked over a structural index, without nom.
//!
//! A sweep knows where the marks of a block are (see [`Marks`]), and so where
//! each field must lie if the line has the plain layout. It checks every byte
//! that the layout fixes and hands on the line; whatever deviates, however
//! slightly, goes to the grammar as odd. It never reads anything that the
//! grammar would read otherwise (law 10).
//!
//! One file per family of layouts: [`Clf`] (with what its kin write behind
//! it), [`Alb`], [`S3`], [`Columns`], whose order a header gives, and the
//! formats whose lines are JSON ([`Objects`]). What they share is in `fields.rs`
//! and `clock.rs`.
//!
//! [`Marks`]: crate::source::index::Marks
//! [`Objects`]: super::json::Objects

mod alb;
mod answer;
mod clf;
mod clock;
mod columns;
mod fields;
mod objects;
mod s3;
mod tail;

#[cfg(test)]
mod tests;

pub use alb::Alb;
pub use clf::Clf;
pub use columns::{Column, Columns};
pub use s3::S3;

use super::{QuickLine, State, Sweep};
use crate::source::index::{self, Index, Look, Work};

/// Where a line of a block lies; its ending (LF or CR LF) is off.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: usize,
    end: usize,
    next: usize,
}

/// A line of a block, with the offsets of its marks, newline off.
#[derive(Debug, Clone, Copy)]
struct Row<'a> {
    block: &'a [u8],
    line: Place,
    marks: &'a [u32],
}

/// How a line of a layout is checked; it may remember what many lines share.
trait Layout {
    /// How many marks each line has that does not deviate; 0 where that
    /// differs from line to line.
    const MARKS: usize = 0;

    /// How many most lines have where it differs; 0 where nothing is known.
    #[inline(always)]
    fn marks(&self) -> usize {
        0
    }

    /// Reads a line into room for one, or answers `None` where it deviates: the
    /// room then holds nothing of use. What stands at any mark of a row is for
    /// the layout to check: where their number is given, some may be newlines.
    fn line(&mut self, look: impl Look, row: Row<'_>, read: &mut QuickLine) -> Option<()>;

    /// Takes what is carried into the next line, which a line that was odd may
    /// have changed.
    fn carry(&mut self, _state: &State) {}
}

/// Sweeps a block in a layout.
fn sweep(block: &[u8], index: &Index, sink: &mut dyn Sweep, layout: impl Layout) {
    index::work(Sweeping { block, index, sink, layout });
}

/// How many lines are handed on together: few enough to stay near at hand.
const RUN: usize = 32;

/// A sweep under way.
struct Sweeping<'a, 's, L> {
    block: &'a [u8],
    index: &'a Index,
    sink: &'s mut dyn Sweep,
    layout: L,
}

impl<L: Layout> Work for Sweeping<'_, '_, L> {
    #[inline(always)]
    fn with<K: Look>(self, look: K) {
        let Sweeping { block, index, sink, mut layout } = self;
        layout.carry(sink.state());
        let mut lines = Lines::of(block, index);
        let mut run = Run::default();
        while lines.start < block.len() {
            let row = match L::MARKS {
                0 => Some(lines.likely(layout.marks())),
                n_marks => lines.presumed(n_marks),
            };
            if let Some(row) = row
                && layout.line(look, row, run.room()).is_some()
            {
                lines.pass(row);
                run.take(sink);
            } else {
                run.hand_on(sink);
                let row = lines.first();
                lines.pass(row);
                let line = row.line;
                sink.odd(line.start as u32, line.end as u32, line.next as u32);
                layout.carry(sink.state());
            }
        }
        run.hand_on(sink);
    }
}

/// Lines that were read and are handed on together: they are put where they are
/// handed on from, field by field.
struct Run {
    lines: [QuickLine; RUN],
    /// How many there are: fewer than there is room for, whenever one is read.
    count: usize,
}

impl Default for Run {
    fn default() -> Run {
        Run { lines: [QuickLine::EMPTY; RUN], count: 0 }
    }
}

impl Run {
    /// Room for the next line.
    #[inline(always)]
    fn room(&mut self) -> &mut QuickLine {
        &mut self.lines[self.count % RUN]
    }

    /// Takes the line that was read into the room.
    #[inline(always)]
    fn take(&mut self, sink: &mut dyn Sweep) {
        let line = self.room();
        if line.is_plain && line.object.is_none() {
            self.count += 1;
            if self.count == RUN {
                self.hand_on(sink);
            }
        } else {
            let line = *line;
            self.hand_on(sink);
            sink.line(&line);
        }
    }

    /// Hands on what was taken.
    #[inline(always)]
    fn hand_on(&mut self, sink: &mut dyn Sweep) {
        sink.lines(&self.lines[..self.count.min(RUN)]);
        self.count = 0;
    }
}

/// The lines of a block, in order.
struct Lines<'a> {
    block: &'a [u8],
    start: usize,
    marks: &'a [u32],
}

impl<'a> Lines<'a> {
    fn of(block: &'a [u8], index: &'a Index) -> Lines<'a> {
        Lines { block, start: 0, marks: index.marks() }
    }

    /// What is the first line that was not passed if it has so many marks: up
    /// to the newline behind them, or to the end of the block.
    #[inline(always)]
    fn presumed(&self, n_marks: usize) -> Option<Row<'a>> {
        match self.marks.get(n_marks) {
            Some(at) if self.block.get(*at as usize) == Some(&b'\n') => {
                Some(self.row(&self.marks[..n_marks], *at as usize))
            }
            None if self.marks.len() == n_marks => Some(self.row(self.marks, self.block.len())),
            _ => None,
        }
    }

    /// What [`Lines::presumed`] takes for the first line, or else that line.
    #[inline(always)]
    fn likely(&self, n_marks: usize) -> Row<'a> {
        match n_marks {
            0 => self.first(),
            _ => self.presumed(n_marks).unwrap_or_else(|| self.first()),
        }
    }

    /// The first line that was not passed.
    #[inline(always)]
    fn first(&self) -> Row<'a> {
        let is_newline = |at: &u32| self.block[*at as usize] == b'\n';
        let n_marks = self.marks.iter().position(is_newline).unwrap_or(self.marks.len());
        let newline = self.marks.get(n_marks).map_or(self.block.len(), |at| *at as usize);
        self.row(&self.marks[..n_marks], newline)
    }

    /// The marks up to where a newline is, or the block ends.
    #[inline(always)]
    fn row(&self, marks: &'a [u32], newline: usize) -> Row<'a> {
        let (block, start) = (self.block, self.start);
        let is_crlf = start < newline && block[newline - 1] == b'\r';
        let next = (newline + 1).min(block.len());
        let line = Place { start, end: newline - usize::from(is_crlf), next };
        Row { block, line, marks }
    }

    /// Passes a line.
    #[inline(always)]
    fn pass(&mut self, row: Row<'a>) {
        self.marks = self.marks.get(row.marks.len() + 1..).unwrap_or_default();
        self.start = row.line.next;
    }
}
