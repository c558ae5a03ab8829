//! An ask made ready for looking at many lines: what can be said of a line
//! without looking at all that is asked.

use std::collections::HashMap;

use crate::evidence::marks::mark;

use super::ask::Ask;

/// An ask with what is looked up in it for every line.
pub struct Asked<'a> {
    /// What is asked.
    pub ask: &'a Ask,
    /// The marks of every client that is asked for, a bit each.
    marks: Vec<u64>,
    /// The targets that nobody named, with the paths that stand for them, by
    /// the first segment of these.
    unnamed: HashMap<&'a [u8], Vec<(u32, &'a [u8])>>,
    /// The first letters of these segments.
    letters: [bool; 256],
}

impl<'a> Asked<'a> {
    /// Makes an ask ready.
    pub fn new(ask: &'a Ask) -> Asked<'a> {
        let named = ask.clients.iter().map(|client| mark(client.hash()));
        let mut marks = vec![0; 1 << 10];
        for mark in named.chain(ask.steady.iter().copied()) {
            marks[usize::from(mark) / 64] |= 1 << (mark % 64);
        }
        let mut unnamed: HashMap<&[u8], Vec<(u32, &[u8])>> = HashMap::new();
        let mut letters = [false; 256];
        for (target, path) in &ask.unnamed {
            if let Some(segment) = first_segment(path) {
                unnamed.entry(segment).or_default().push((*target, path));
                letters[usize::from(segment[0])] = true;
            }
        }
        Asked { ask, marks, unnamed, letters }
    }

    /// Says whether a client, by its hash, may be asked for by its key or its
    /// mark.
    #[inline]
    pub fn may_name(&self, hash: u64) -> bool {
        let mark = mark(hash);
        self.marks[usize::from(mark) / 64] & 1 << (mark % 64) != 0
    }

    /// The targets that nobody named with which a path has its first segment in
    /// common, with the paths that stand for them.
    #[inline]
    pub fn near(&self, path: &[u8]) -> &[(u32, &'a [u8])] {
        match path {
            [_, letter, ..] if self.letters[usize::from(*letter)] => {
                let found = first_segment(path).and_then(|segment| self.unnamed.get(segment));
                found.map_or(&[], Vec::as_slice)
            }
            _ => &[],
        }
    }
}

/// What stands between the first two slashes of a path.
fn first_segment(path: &[u8]) -> Option<&[u8]> {
    path.strip_prefix(b"/")?
        .split(|byte| *byte == b'/')
        .next()
        .filter(|segment| !segment.is_empty())
}
