//! The brick of the JSON formats: a table of paths, and one walk over a line
//! that picks the values at those paths and steps over everything else.
//!
//! A JSON format is one small file: its [`Key`]s and what makes a record of
//! the [`Picked`] values. JSON itself is read by `serde_json`. A text without
//! escapes is a slice of the line; one with escapes is unescaped into the
//! scratch. A line that is no JSON, or no UTF-8, is a miss.

use std::fmt;
use std::ops::Range;

use memchr::memmem;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::token::{self, date, iso};
use super::{Miss, Scratch};
use crate::record::{Instant, Time, Zone};

/// Where a value is, and the place it is picked into. Names are compared
/// without regard to case, since headers have none.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The names from the outermost object inwards.
    pub path: &'static [&'static str],
    /// The place among the picked values. Of several keys with one place the
    /// first that the line holds is taken.
    pub place: usize,
}

/// How many values a format may pick.
pub const PLACES: usize = 24;

/// How deep objects may nest before a line is refused.
const DEEPEST: usize = 16;

/// A value as the walk left it.
#[derive(Debug, Clone, PartialEq)]
enum Slot<'a> {
    /// A text, or a number as it is written, in the line.
    Line(&'a [u8]),
    /// A number.
    Number(f64),
    /// A text in the scratch.
    Scratch(Range<usize>),
    /// A whole number.
    Whole(u64),
}

/// The values of one line, by place.
#[derive(Debug)]
pub struct Picked<'a> {
    slots: [Option<Slot<'a>>; PLACES],
    line: &'a [u8],
    scratch: &'a [u8],
}

/// Picks the values of `keys` (at most 64) from a line that is one object.
///
/// # Errors
/// A [`Miss`] where the line is not one JSON object.
pub fn pick<'a>(
    line: &'a [u8],
    keys: &'static [Key],
    scratch: &'a mut Scratch,
) -> Result<Picked<'a>, Miss> {
    let mut slots = [const { None }; PLACES];
    if line.first() != Some(&b'{') {
        return Err(Miss { at: 0, wanted: "an opening brace" });
    }
    let every = if keys.len() < 64 { (1_u64 << keys.len()) - 1 } else { u64::MAX };
    let mut json = serde_json::Deserializer::from_slice(line);
    let walk = Walk { keys, live: every, depth: 0, slots: &mut slots, scratch: &mut scratch.bytes };
    let miss = |error: serde_json::Error| Miss {
        at: error.column().saturating_sub(1).min(line.len()),
        wanted: "JSON in UTF-8",
    };
    walk.deserialize(&mut json).map_err(miss)?;
    json.end().map_err(miss)?;
    Ok(Picked { slots, line, scratch: &scratch.bytes })
}

impl<'a> Picked<'a> {
    /// A text; `None` where it is absent, empty or `-`.
    pub fn text(&self, place: usize) -> Option<&'a [u8]> {
        let text = match self.slots.get(place)?.as_ref()? {
            Slot::Line(text) => text,
            Slot::Scratch(range) => self.scratch.get(range.clone())?,
            Slot::Number(_) | Slot::Whole(_) => return None,
        };
        token::present(text)
    }

    /// A whole number, also where it stands in quotes.
    pub fn whole(&self, place: usize) -> Option<u64> {
        match self.slots.get(place)?.as_ref()? {
            Slot::Whole(number) => Some(*number),
            Slot::Number(number) if *number >= 0.0 && number.fract() == 0.0 => Some(*number as u64),
            Slot::Number(_) => None,
            _ => token::number(self.text(place)?),
        }
    }

    /// A status: a whole number under 1000.
    pub fn status(&self, place: usize) -> Option<u16> {
        self.whole(place)
            .and_then(|number| u16::try_from(number).ok())
            .filter(|status| *status < 1000)
    }

    /// A duration in microseconds: seconds as a number, or a text such as
    /// `1.5ms` (Go) or `0.003`.
    pub fn duration(&self, place: usize) -> Option<u64> {
        match self.slots.get(place)?.as_ref()? {
            Slot::Whole(seconds) => seconds.checked_mul(1_000_000),
            Slot::Number(seconds) if *seconds >= 0.0 && *seconds < 1e12 => {
                Some((seconds * 1e6).round() as u64)
            }
            Slot::Number(_) => None,
            _ => go_duration(self.text(place)?),
        }
    }

    /// A time: seconds, milliseconds, microseconds or nanoseconds since the
    /// epoch, told by their size, or a text in ISO 8601 or the form of CLF.
    /// `name` is the key's own, under which the digits of the fraction are
    /// looked up as they were logged.
    pub fn time(&self, place: usize, name: &str) -> Option<Time> {
        match self.slots.get(place)?.as_ref()? {
            Slot::Whole(number) => epoch(*number, b""),
            Slot::Number(number) => {
                let text = self.digits(name, *number)?;
                let dot = memchr::memchr(b'.', text)?;
                epoch(token::number(&text[..dot])?, &text[dot + 1..])
            }
            _ => {
                let text = self.text(place)?;
                if let Some(dot) = memchr::memchr(b'.', text)
                    && let Some(whole) = token::number(&text[..dot])
                {
                    return epoch(whole, &text[dot + 1..]);
                }
                if let Some(whole) = token::number(text) {
                    return epoch(whole, b"");
                }
                let read = iso(text).or_else(|_| date(text));
                read.ok().filter(|(rest, _)| rest.is_empty()).map(|(_, time)| time)
            }
        }
    }

    /// The digits of a number as the line writes them: an `f64` does not hold
    /// all of an epoch with microseconds. `"name":` cannot stand inside a
    /// JSON text, where its quotes would be escaped, so it finds only keys.
    fn digits(&self, name: &str, number: f64) -> Option<&'a [u8]> {
        let name = name.as_bytes();
        memmem::find_iter(self.line, name).find_map(|at| {
            let quoted = at > 0 && self.line[at - 1] == b'"';
            let rest = self.line[at + name.len()..].strip_prefix(b"\"")?.trim_ascii_start();
            let rest = rest.strip_prefix(b":")?.trim_ascii_start();
            let end = rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'.'))?;
            let text = &rest[..end];
            let same = std::str::from_utf8(text).ok()?.parse::<f64>().ok()?;
            (quoted && (same - number).abs() < 1e-3).then_some(text)
        })
    }
}

/// An epoch and its decimals as an instant; the unit is told by the size.
fn epoch(number: u64, decimals: &[u8]) -> Option<Time> {
    let unit = match number {
        0..100_000_000_000 => 1,
        100_000_000_000..100_000_000_000_000 => 1_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000_000,
        _ => 1_000_000_000_u64,
    };
    let mut nanos = (number % unit) * (1_000_000_000 / unit);
    let mut digits: u8 = match unit {
        1 => 0,
        1_000 => 3,
        1_000_000 => 6,
        _ => 9,
    };
    let mut scale = 1_000_000_000 / unit;
    for byte in decimals {
        if !byte.is_ascii_digit() {
            return None;
        }
        scale /= 10;
        if scale == 0 {
            break;
        }
        nanos += u64::from(byte - b'0') * scale;
        digits += 1;
    }
    let seconds = i64::try_from(number / unit).ok()?;
    Some(Time { reading: Instant { seconds, nanos: nanos as u32 }, digits, zone: Zone::Implied })
}

/// A duration as Go prints it: `1h2m3.5s`, `12.3ms`, `250µs`; without a unit,
/// seconds. In microseconds.
fn go_duration(text: &[u8]) -> Option<u64> {
    let mut rest = std::str::from_utf8(text).ok()?;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..end].parse().ok()?;
        rest = &rest[end..];
        let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let micros = match &rest[..end] {
            "" | "s" => 1e6,
            "h" => 3.6e9,
            "m" => 6e7,
            "ms" => 1e3,
            "µs" | "μs" | "us" => 1.0,
            "ns" => 1e-3,
            _ => return None,
        };
        sum += number * micros;
        rest = &rest[end..];
    }
    (!text.is_empty() && sum < 1e18).then_some(sum.round() as u64)
}

/// The walk over one value: which keys may still match here, as bits.
struct Walk<'w, 'a> {
    keys: &'static [Key],
    live: u64,
    depth: usize,
    slots: &'w mut [Option<Slot<'a>>; PLACES],
    scratch: &'w mut Vec<u8>,
}

impl<'a> Walk<'_, 'a> {
    /// Puts a value into the places of the keys that end here.
    fn put(&mut self, slot: Slot<'a>) {
        for (number, key) in self.keys.iter().enumerate() {
            if self.live & (1 << number) != 0 && key.path.len() == self.depth {
                if let Some(free @ None) = self.slots.get_mut(key.place) {
                    *free = Some(slot);
                }
                return;
            }
        }
    }

    /// The keys that go on with `name`.
    fn below(&self, name: &str) -> u64 {
        let goes_on =
            |key: &Key| key.path.get(self.depth).is_some_and(|one| one.eq_ignore_ascii_case(name));
        self.keys
            .iter()
            .enumerate()
            .filter(|(number, key)| self.live & (1 << number) != 0 && goes_on(key))
            .fold(0, |live, (number, _)| live | 1 << number)
    }
}

impl<'a> DeserializeSeed<'a> for Walk<'_, 'a> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, number: i64) -> Result<(), E> {
        self.put(Slot::Number(number as f64));
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, number: u64) -> Result<(), E> {
        self.put(Slot::Whole(number));
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, number: f64) -> Result<(), E> {
        self.put(Slot::Number(number));
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(mut self, text: &'a str) -> Result<(), E> {
        self.put(Slot::Line(text.as_bytes()));
        Ok(())
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        let start = self.scratch.len();
        self.scratch.extend_from_slice(text.as_bytes());
        self.put(Slot::Scratch(start..self.scratch.len()));
        Ok(())
    }

    /// A list of texts is one text with commas, as HTTP joins headers.
    fn visit_seq<A: SeqAccess<'a>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let mut joined: Option<Slot<'a>> = None;
        while let Some(next) = seq.next_element_seed(Element(&mut *self.scratch))? {
            joined = match (joined, next) {
                (None, next) => next,
                (some, None) => some,
                (Some(before), Some(next)) => {
                    let start = self.scratch.len();
                    append(&before, self.scratch);
                    self.scratch.extend_from_slice(b", ");
                    append(&next, self.scratch);
                    Some(Slot::Scratch(start..self.scratch.len()))
                }
            };
        }
        if let Some(joined) = joined {
            self.put(joined);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        if self.depth >= DEEPEST {
            return Err(A::Error::custom("too deep"));
        }
        while let Some(live) = map.next_key_seed(Name(&self))? {
            if live == 0 {
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(Walk {
                    keys: self.keys,
                    live,
                    depth: self.depth + 1,
                    slots: &mut *self.slots,
                    scratch: &mut *self.scratch,
                })?;
            }
        }
        Ok(())
    }
}

/// Appends the text of a slot to the scratch that it may lie in.
fn append(slot: &Slot<'_>, scratch: &mut Vec<u8>) {
    match slot {
        Slot::Line(text) => scratch.extend_from_slice(text),
        Slot::Scratch(range) => scratch.extend_from_within(range.clone()),
        Slot::Number(_) | Slot::Whole(_) => {}
    }
}

/// A name in an object: the keys that go on with it.
struct Name<'n, 'w, 'a>(&'n Walk<'w, 'a>);

impl<'a> DeserializeSeed<'a> for Name<'_, '_, 'a> {
    type Value = u64;

    fn deserialize<D: serde::Deserializer<'a>>(self, json: D) -> Result<u64, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Name<'_, '_, 'a> {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<u64, E> {
        Ok(self.0.below(name))
    }
}

/// One element of a list: a text, or nothing that we pick.
struct Element<'w>(&'w mut Vec<u8>);

impl<'a> DeserializeSeed<'a> for Element<'_> {
    type Value = Option<Slot<'a>>;

    fn deserialize<D: serde::Deserializer<'a>>(
        self,
        json: D,
    ) -> Result<Option<Slot<'a>>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Element<'_> {
    type Value = Option<Slot<'a>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<Slot<'a>>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Slot<'a>>, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<Slot<'a>>, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<Slot<'a>>, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<Slot<'a>>, E> {
        Ok(None)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Option<Slot<'a>>, E> {
        Ok(Some(Slot::Line(text.as_bytes())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Slot<'a>>, E> {
        let start = self.0.len();
        self.0.extend_from_slice(text.as_bytes());
        Ok(Some(Slot::Scratch(start..self.0.len())))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Option<Slot<'a>>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Option<Slot<'a>>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}
