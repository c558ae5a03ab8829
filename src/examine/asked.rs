//! An ask made ready for looking at many lines: what can be said of a line
//! without looking at all that is asked.

use crate::evidence::marks::mark;

use super::ask::Ask;
use super::nearest::Beginnings;

/// An ask with what is looked up in it for every line.
pub struct Asked<'a> {
    /// What is asked.
    pub ask: &'a Ask,
    /// The marks of every client that is asked for, a bit each.
    marks: Vec<u64>,
    /// The beginnings of the targets that nobody named.
    pub beginnings: Beginnings,
}

impl<'a> Asked<'a> {
    /// Makes an ask ready.
    pub fn new(ask: &'a Ask) -> Asked<'a> {
        let named = ask.clients.iter().map(|client| mark(client.hash()));
        let mut marks = vec![0; 1 << 10];
        for mark in named.chain(ask.steady.iter().copied()) {
            marks[usize::from(mark) / 64] |= 1 << (mark % 64);
        }
        Asked { ask, marks, beginnings: Beginnings::of(&ask.unnamed) }
    }

    /// Says whether a client, by its hash, may be asked for by its key or its
    /// mark.
    #[inline]
    pub fn may_name(&self, hash: u64) -> bool {
        let mark = mark(hash);
        self.marks[usize::from(mark) / 64] & 1 << (mark % 64) != 0
    }
}
