//! The values of a line before they are a record: some logs spread one value
//! over several keys, or write it in a way of their own.

use super::slots::{Slot, Slots, within};
use super::walk::DEEPEST;
use super::{Key, Picked, Remembered, Scratch, mend, walk};
use crate::format::token;
use crate::record::Time;
use crate::record::path::hex;

/// The values of one line, by place, still to be joined or decoded.
#[derive(Debug)]
pub struct Found<'a> {
    pub(super) slots: &'a mut Slots,
    pub(super) keys: &'static [Key],
    pub(super) line: &'a [u8],
    pub(super) scratch: &'a mut Vec<u8>,
    pub(super) spare: &'a mut Vec<u8>,
    pub(super) names: &'a mut Remembered,
    /// A text of the line that was read as a time before.
    pub(super) known: Option<(&'a [u8], Time)>,
}

/// A part of a joined value.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// The text of a place.
    Of(usize),
    /// This text.
    Text(&'static str),
}

impl<'a> Found<'a> {
    /// The values that were found in a line and are in the scratch; `known` is a
    /// text that was read as a time before.
    #[inline(always)]
    pub fn new(
        keys: &'static [Key],
        line: &'a [u8],
        scratch: &'a mut Scratch,
        known: Option<(&'a [u8], Time)>,
    ) -> Found<'a> {
        let Scratch { bytes: scratch, text: spare, names, slots, .. } = scratch;
        Found { slots, keys, line, scratch, spare, names, known }
    }

    /// The values of a line that is no JSON: the cells of a table, which are
    /// put in one by one.
    pub fn of_cells(line: &'a [u8], keys: &'static [Key], scratch: &'a mut Scratch) -> Found<'a> {
        scratch.bytes.clear();
        scratch.slots.clear();
        Found::new(keys, line, scratch, None)
    }

    /// Puts the text of a cell, in which quotes are doubled where it was
    /// quoted, into the place of a key, unless a key that stands before it in
    /// the table has filled that place.
    pub fn fill(&mut self, number: usize, text: &'a [u8], is_doubled: bool) {
        let Some(place) = self.keys.get(number).map(|key| key.place) else { return };
        if token::present(text).is_none() {
            return;
        }
        let slot = match within(self.line, text) {
            Some((start, end)) if !is_doubled => Slot::Line(start, end),
            _ => {
                let start = self.scratch.len();
                match is_doubled {
                    true => undouble(text, self.scratch),
                    false => self.scratch.extend_from_slice(text),
                }
                Slot::Scratch(start, self.scratch.len())
            }
        };
        self.slots.fill(place, number, slot);
    }

    /// The text of a place; `None` where it is absent, empty or `-`.
    pub fn text(&self, place: usize) -> Option<&[u8]> {
        let text = match self.slots.get(place)? {
            Slot::Fixed(text) => text.as_bytes(),
            Slot::Line(start, end) => self.line.get(start..end)?,
            Slot::Scratch(start, end) => self.scratch.get(start..end)?,
            Slot::Number(_) | Slot::Whole(_) => return None,
        };
        token::present(text)
    }

    /// Says whether a place holds anything.
    pub fn holds(&self, place: usize) -> bool {
        self.slots.get(place).is_some()
    }

    /// Puts `parts` one behind the other into `place`, if each is there.
    pub fn join(&mut self, place: usize, parts: &[Part]) {
        let start = self.scratch.len();
        for part in parts {
            match part {
                Part::Text(text) => self.scratch.extend_from_slice(text.as_bytes()),
                Part::Of(from) => match self.slots.get(*from) {
                    Some(Slot::Fixed(text)) => self.scratch.extend_from_slice(text.as_bytes()),
                    Some(Slot::Line(start, end)) => {
                        self.scratch.extend_from_slice(&self.line[start..end]);
                    }
                    Some(Slot::Scratch(start, end)) => self.scratch.extend_from_within(start..end),
                    _ => {
                        self.scratch.truncate(start);
                        return;
                    }
                },
            }
        }
        self.slots.put(place, Slot::Scratch(start, self.scratch.len()));
    }

    /// Takes the value of `other` where `place` has none.
    pub fn or(&mut self, place: usize, other: usize) {
        if !self.holds(place) {
            self.slots.copy(other, place);
        }
    }

    /// Sets a text that the line implies.
    pub fn set(&mut self, place: usize, text: &'static str) {
        self.slots.put(place, Slot::Fixed(text));
    }

    /// Empties a place.
    pub fn clear(&mut self, place: usize) {
        self.slots.free(place);
    }

    /// What stands behind `mark`, without regard to case; a text that does
    /// not begin with it is taken away.
    pub fn behind(&mut self, place: usize, mark: &[u8]) {
        let Some(text) = self.text(place) else { return };
        match text.split_at_checked(mark.len()) {
            Some((head, rest)) if head.eq_ignore_ascii_case(mark) => {
                let rest = rest.to_vec();
                self.write(place, &rest);
            }
            _ => self.clear(place),
        }
    }

    /// Undoes percent-encoding once; with `plus`, a `+` is a space.
    pub fn decode(&mut self, place: usize, plus: bool) {
        let encoded = |byte: &u8| *byte == b'%' || plus && *byte == b'+';
        let Some(text) = self.text(place).filter(|text| text.iter().any(encoded)) else { return };
        let mut plain = Vec::with_capacity(text.len());
        let mut rest = text;
        while let [first, after @ ..] = rest {
            rest = after;
            match (first, rest) {
                (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                    (Some(high), Some(low)) => {
                        plain.push(high << 4 | low);
                        rest = after;
                    }
                    _ => plain.push(b'%'),
                },
                (b'+', _) if plus => plain.push(b' '),
                _ => plain.push(*first),
            }
        }
        self.write(place, &plain);
    }

    /// Percent-encodes `%`, `?` and `#`: a key of an object store is logged
    /// decoded, and in a target they would end its path.
    pub fn encode(&mut self, place: usize) {
        let special = |byte: &u8| matches!(byte, b'%' | b'?' | b'#');
        let Some(text) = self.text(place).filter(|text| text.iter().any(special)) else { return };
        let mut encoded = Vec::with_capacity(text.len() + 8);
        for byte in text {
            match byte {
                b'%' => encoded.extend_from_slice(b"%25"),
                b'?' => encoded.extend_from_slice(b"%3F"),
                b'#' => encoded.extend_from_slice(b"%23"),
                _ => encoded.push(*byte),
            }
        }
        self.write(place, &encoded);
    }

    /// Writes a method in capitals: hapi and Kibana write `get`.
    pub fn capitals(&mut self, place: usize) {
        if let Some(text) = self.text(place).filter(|text| text.iter().any(u8::is_ascii_lowercase))
        {
            let text = text.to_ascii_uppercase();
            self.write(place, &text);
        }
    }

    /// Reads the text of a place as JSON of its own, whose values belong
    /// under that key: Azure writes `properties` so.
    pub fn open(&mut self, place: usize) {
        let Some(number) = self.slots.number(place) else { return };
        let Some(outer) = self.keys.get(number).map(|key| key.path) else { return };
        let mut inner = std::mem::take(self.spare);
        let text = self.text(place).unwrap_or_default();
        let write: fn(&[u8], &mut Vec<u8>) =
            if mend::mend(text, &mut inner) { mend::unmend } else { plainly };
        let live = (0..self.keys.len())
            .filter(|&each| self.keys[each].path.starts_with(outer))
            .fold(0, |live, each| live | 1 << each);
        if inner.first() == Some(&b'{') && outer.len() < DEEPEST {
            let mut slots = Slots::default();
            let room = (&mut *self.scratch, &mut *self.names, &mut slots);
            if walk(&inner, self.keys, live, outer.len(), room).is_ok() {
                own(&mut slots, &inner, self.scratch, write);
                self.slots.fill_up(&slots);
            }
        }
        *self.spare = inner;
    }

    /// The values as they are now.
    #[inline(always)]
    pub fn done(self) -> Picked<'a> {
        let Found { slots, keys, line, scratch, known, .. } = self;
        Picked { slots, keys, line, scratch, known }
    }

    fn write(&mut self, place: usize, text: &[u8]) {
        let start = self.scratch.len();
        self.scratch.extend_from_slice(text);
        self.slots.put(place, Slot::Scratch(start, self.scratch.len()));
    }
}

/// Appends a text with each doubled quote once.
pub fn undouble(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, b"\"\"") {
        into.extend_from_slice(&rest[..=at]);
        rest = &rest[at + 2..];
    }
    into.extend_from_slice(rest);
}

/// Appends a text as it is.
fn plainly(text: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(text);
}

/// Makes values lie in `scratch` alone: every text of the text that was walked
/// over, or of the scratch, is appended to it by `write`.
pub fn own(
    slots: &mut Slots,
    walked: &[u8],
    scratch: &mut Vec<u8>,
    write: fn(&[u8], &mut Vec<u8>),
) {
    slots.map(|slot| {
        let start = scratch.len();
        match slot {
            Slot::Line(from, to) => write(walked.get(from..to).unwrap_or_default(), scratch),
            Slot::Scratch(from, to) => {
                let text = scratch.get(from..to).unwrap_or_default().to_vec();
                write(&text, scratch);
            }
            Slot::Fixed(_) | Slot::Number(_) | Slot::Whole(_) => return slot,
        }
        Slot::Scratch(start, scratch.len())
    });
}
