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

/// Calls `each` for every line of a block with its place and the offsets of
/// its marks, newline off.
#[inline(always)]
fn each_line(block: &[u8], index: &Index, mut each: impl FnMut(Place, &[u32])) {
    let is_newline = |at: u32| block.get(at as usize) == Some(&b'\n');
    let (mut start, mut rest) = (0, index.marks());
    while start < block.len() {
        let mut n_marks = 0;
        while rest.get(n_marks).is_some_and(|at| !is_newline(*at)) {
            n_marks += 1;
        }
        let (own, behind) = rest.split_at(n_marks);
        let (newline, behind) = match behind {
            [newline, behind @ ..] => (*newline as usize, behind),
            [] => (block.len(), behind),
        };
        let is_crlf = start < newline && block[newline - 1] == b'\r';
        let end = newline - usize::from(is_crlf);
        let next = (newline + 1).min(block.len());
        each(Place { start, end, next }, own);
        (start, rest) = (next, behind);
    }
}
