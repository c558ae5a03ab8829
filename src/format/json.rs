//! The brick of the JSON formats: a table of paths, and one walk over a line
//! that picks the values at those paths and steps over everything else.
//!
//! A JSON format is one small file: its [`Key`]s and what makes a record of
//! the [`Picked`] values. JSON itself is read by `serde_json`. A text without
//! escapes is a slice of the line; one with escapes is unescaped into the
//! scratch. A line that is no JSON, or no UTF-8, is a miss.

use std::ops::Range;

use memchr::memmem;
use serde::de::DeserializeSeed;

use super::token::{self, date, iso};
use super::{Miss, Scratch};
use crate::record::{Instant, Time, Zone};

mod walk;

use walk::Walk;

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
    scratch.bytes.clear();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_time_are_told_by_size_or_name() {
        let check = |number, decimals: &[u8], expected: &str| {
            assert_eq!(epoch(number, decimals).unwrap().reading.to_string(), expected);
        };
        check(1_693_840_791, b"7564995", "2023-09-04T15:19:51.7564995Z");
        check(1_693_840_791_756, b"", "2023-09-04T15:19:51.756Z");
        check(1_693_840_791_756_499, b"", "2023-09-04T15:19:51.756499Z");
        check(1_693_840_791_756_499_500, b"1", "2023-09-04T15:19:51.7564995Z");
        let check = |text: &str, expected| assert_eq!(go_duration(text.as_bytes()), expected);
        check("1m2.5s", Some(62_500_000));
        check("250µs", Some(250));
        check("0.5", Some(500_000));
        check("x", None);
        check("", None);
    }

    #[test]
    fn values_are_picked_by_path_and_lists_are_joined() {
        static KEYS: &[Key] =
            &[Key { path: &["a", "B"], place: 0 }, Key { path: &["list"], place: 1 }];
        let check = |line: &[u8], expected: Option<(&[u8], &[u8])>| {
            let mut scratch = Scratch::default();
            let picked = pick(line, KEYS, &mut scratch).ok();
            let found = picked.as_ref().map(|picked| {
                (picked.text(0).unwrap_or_default(), picked.text(1).unwrap_or_default())
            });
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(line));
        };
        check(
            br#"{"b":"no","a":{"b":"x\"y","c":[{"d":1}]},"list":["1",null,"2\n"]}"#,
            Some((b"x\"y", b"1, 2\n")),
        );
        check(br#"{"a":[1],"list":{"a":"b"}} x"#, None);
        check(br#"{"a":"#, None);
        check(b"{\"a\":\"\xff\"}", None);
        check(br#"[1]"#, None);
        // What no key asks for is stepped over without recursion.
        let deep = [b"{\"a\":".repeat(5000), b"1".to_vec(), b"}".repeat(5000)].concat();
        check(&deep, Some((b"", b"")));
    }
}
