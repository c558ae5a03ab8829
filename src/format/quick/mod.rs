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
    /// Every mark is known to be a quote.
    are_quotes: bool,
}

/// How a line of a layout is checked; it may remember what many lines share.
trait Layout {
    /// How many marks most lines have, if these are quotes; 0 where they are
    /// not.
    const USUAL: usize = 0;

    /// A line read, or `None` where it deviates.
    fn line(&mut self, look: impl Look, row: Row<'_>) -> Option<QuickLine>;

    /// Takes what is carried into the next line, which a line that was odd may
    /// have changed.
    fn carry(&mut self, _state: &State) {}
}

/// Sweeps a block in a layout.
fn sweep(block: &[u8], index: &Index, sink: &mut dyn Sweep, layout: impl Layout) {
    index::work(Sweeping { block, index, sink, layout });
}

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
        while let Some(row) = lines.next(L::USUAL) {
            let line = row.line;
            match layout.line(look, row) {
                Some(read) => sink.line(&read),
                None => {
                    sink.odd(line.start as u32, line.end as u32, line.next as u32);
                    layout.carry(sink.state());
                }
            }
        }
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

    /// The next line, of which so many quotes are tried first. It is part of
    /// the loop of a sweep.
    #[inline(always)]
    fn next(&mut self, usual: usize) -> Option<Row<'a>> {
        let (block, start) = (self.block, self.start);
        if start >= block.len() {
            return None;
        }
        let mut n_marks = usual;
        let mut newline = self.marks.get(usual).map_or(block.len(), |at| *at as usize);
        let is_usual = usual > 0
            && block.get(newline) == Some(&b'\n')
            && fields::are_quotes(block, &self.marks[..usual]);
        if !is_usual {
            n_marks = self.to_newline();
            newline = self.marks.get(n_marks).map_or(block.len(), |at| *at as usize);
        }
        let own = &self.marks[..n_marks];
        self.marks = self.marks.get(n_marks + 1..).unwrap_or_default();
        self.start = (newline + 1).min(block.len());
        let is_crlf = start < newline && block[newline - 1] == b'\r';
        let line = Place { start, end: newline - usize::from(is_crlf), next: self.start };
        Some(Row { block, line, marks: own, are_quotes: is_usual })
    }

    /// How many marks stand before the next newline.
    #[inline(always)]
    fn to_newline(&self) -> usize {
        let is_newline = |at: &u32| self.block[*at as usize] == b'\n';
        self.marks.iter().position(is_newline).unwrap_or(self.marks.len())
    }
}
