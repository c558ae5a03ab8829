//! The values of a line before they are a record: some logs spread one value
//! over several keys, or write it in a way of their own.

use super::walk::DEEPEST;
use super::{Key, PLACES, Picked, Remembered, Scratch, Slot, Slots, mend, walk};
use crate::format::token;
use crate::record::Time;
use crate::record::path::hex;

/// The values of one line, by place, still to be joined or decoded.
#[derive(Debug)]
pub struct Found<'a> {
    pub(super) slots: Slots<'a>,
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
    /// The values that were found in a line, into whose scratch what is escaped
    /// was written; `known` is a text that was read as a time before.
    #[inline(always)]
    pub(super) fn new(
        slots: Slots<'a>,
        keys: &'static [Key],
        line: &'a [u8],
        scratch: &'a mut Scratch,
        known: Option<(&'a [u8], Time)>,
    ) -> Found<'a> {
        let Scratch { bytes: scratch, text: spare, names, .. } = scratch;
        Found { slots, keys, line, scratch, spare, names, known }
    }

    /// The values of a line that is no JSON: the cells of a table, which are
    /// put in one by one.
    pub fn of_cells(line: &'a [u8], keys: &'static [Key], scratch: &'a mut Scratch) -> Found<'a> {
        scratch.bytes.clear();
        Found::new([const { None }; PLACES], keys, line, scratch, None)
    }

    /// Puts the text of a cell, in which quotes are doubled where it was
    /// quoted, into the place of a key, unless a key that stands before it in
    /// the table has filled that place.
    pub fn fill(&mut self, number: usize, text: &'a [u8], is_doubled: bool) {
        let Some(place) = self.keys.get(number).map(|key| key.place) else { return };
        let is_free = matches!(self.slots.get(place), Some(slot)
            if slot.as_ref().is_none_or(|(before, _)| number < *before));
        if !is_free || token::present(text).is_none() {
            return;
        }
        let slot = if is_doubled {
            let start = self.scratch.len();
            undouble(text, self.scratch);
            Slot::Scratch(start..self.scratch.len())
        } else {
            Slot::Line(text)
        };
        self.slots[place] = Some((number, slot));
    }

    /// The text of a place; `None` where it is absent, empty or `-`.
    pub fn text(&self, place: usize) -> Option<&[u8]> {
        let text = match &self.slots.get(place)?.as_ref()?.1 {
            Slot::Line(text) => text,
            Slot::Scratch(range) => self.scratch.get(range.clone())?,
            Slot::Number(_) | Slot::Whole(_) => return None,
        };
        token::present(text)
    }

    /// Says whether a place holds anything.
    pub fn holds(&self, place: usize) -> bool {
        self.slots.get(place).is_some_and(Option::is_some)
    }

    /// Puts `parts` one behind the other into `place`, if each is there.
    pub fn join(&mut self, place: usize, parts: &[Part]) {
        let start = self.scratch.len();
        for part in parts {
            match part {
                Part::Text(text) => self.scratch.extend_from_slice(text.as_bytes()),
                Part::Of(from) => match self.slots.get(*from) {
                    Some(Some((_, Slot::Line(text)))) => self.scratch.extend_from_slice(text),
                    Some(Some((_, Slot::Scratch(range)))) => {
                        self.scratch.extend_from_within(range.clone());
                    }
                    _ => {
                        self.scratch.truncate(start);
                        return;
                    }
                },
            }
        }
        self.put(place, Slot::Scratch(start..self.scratch.len()));
    }

    /// Takes the value of `other` where `place` has none.
    pub fn or(&mut self, place: usize, other: usize) {
        if !self.holds(place)
            && let Some(value) = self.slots.get(other).cloned()
            && let Some(slot) = self.slots.get_mut(place)
        {
            *slot = value;
        }
    }

    /// Sets a text that the line implies.
    pub fn set(&mut self, place: usize, text: &'static str) {
        self.put(place, Slot::Line(text.as_bytes()));
    }

    /// Empties a place.
    pub fn clear(&mut self, place: usize) {
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = None;
        }
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
        let Some(Some((number, _))) = self.slots.get(place) else { return };
        let Some(outer) = self.keys.get(*number).map(|key| key.path) else { return };
        let mut inner = std::mem::take(self.spare);
        let text = self.text(place).unwrap_or_default();
        let write: fn(&[u8], &mut Vec<u8>) =
            if mend::mend(text, &mut inner) { mend::unmend } else { plainly };
        let live = (0..self.keys.len())
            .filter(|&each| self.keys[each].path.starts_with(outer))
            .fold(0, |live, each| live | 1 << each);
        if inner.first() == Some(&b'{')
            && outer.len() < DEEPEST
            && let Ok(slots) = walk(&inner, self.keys, live, outer.len(), self.scratch, self.names)
        {
            let slots = owned(slots, self.scratch, write);
            for (place, slot) in self.slots.iter_mut().zip(slots) {
                if slot.is_some() && place.is_none() {
                    *place = slot;
                }
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
        self.put(place, Slot::Scratch(start..self.scratch.len()));
    }

    fn put(&mut self, place: usize, slot: Slot<'a>) {
        if let Some(free) = self.slots.get_mut(place) {
            *free = Some((usize::MAX, slot));
        }
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

/// Values that no longer borrow the text they were found in: every text is
/// appended to `scratch` by `write`.
pub fn owned(
    slots: Slots<'_>,
    scratch: &mut Vec<u8>,
    write: fn(&[u8], &mut Vec<u8>),
) -> Slots<'static> {
    slots.map(|slot| {
        let (number, slot) = slot?;
        let slot = match slot {
            Slot::Number(number) => Slot::Number(number),
            Slot::Whole(number) => Slot::Whole(number),
            Slot::Line(text) => {
                let start = scratch.len();
                write(text, scratch);
                Slot::Scratch(start..scratch.len())
            }
            Slot::Scratch(range) => {
                let text = scratch.get(range).unwrap_or_default().to_vec();
                let start = scratch.len();
                write(&text, scratch);
                Slot::Scratch(start..scratch.len())
            }
        };
        Some((number, slot))
    })
}
