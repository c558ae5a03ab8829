//! The fast path: whole lines checked over a structural index, without nom.
//!
//! A sweep knows where the marks of a block are (see [`Marks`]), and so where
//! each field must lie if the line has the plain layout. It checks every byte
//! that the layout fixes and hands on the line; whatever deviates, however
//! slightly, goes to the grammar as odd. It never reads anything that the
//! grammar would read otherwise (law 10).
//!
//! [`Marks`]: crate::source::index::Marks

mod clf;
mod clock;
mod fields;

#[cfg(test)]
mod tests;

pub use clf::Clf;

use crate::source::index::Index;

/// Where a line of a block lies; its ending (LF or CR LF) is off.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: usize,
    end: usize,
    next: usize,
}

/// The lines of a block, in order, each with the offsets of its marks, newline
/// off.
struct Lines<'a> {
    block: &'a [u8],
    start: usize,
    marks: &'a [u32],
}

impl<'a> Lines<'a> {
    fn of(block: &'a [u8], index: &'a Index) -> Lines<'a> {
        Lines { block, start: 0, marks: index.marks() }
    }

    /// The next line. It is part of the loop of a sweep.
    #[inline(always)]
    fn next(&mut self) -> Option<(Place, &'a [u32])> {
        let (block, start) = (self.block, self.start);
        if start >= block.len() {
            return None;
        }
        let mut n_marks = 0;
        let mut newline = block.len();
        while let Some(at) = self.marks.get(n_marks) {
            if block[*at as usize] == b'\n' {
                newline = *at as usize;
                break;
            }
            n_marks += 1;
        }
        let (own, behind) = self.marks.split_at(n_marks);
        self.marks = behind.get(1..).unwrap_or_default();
        self.start = (newline + 1).min(block.len());
        let is_crlf = start < newline && block[newline - 1] == b'\r';
        Some((Place { start, end: newline - usize::from(is_crlf), next: self.start }, own))
    }
}
