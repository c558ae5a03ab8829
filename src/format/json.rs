//! The brick of the JSON formats: a table of paths, and one walk over a line
//! that picks the values at those paths and steps over everything else.
//!
//! A JSON format is one small file: a [`Shape`], which is its card, the names
//! that give it away and its [`Key`]s. JSON itself is read by `serde_json`. A
//! text without escapes is a slice of the line; one with escapes is unescaped
//! into the scratch. A line that is no JSON is a miss; one that would be, but
//! for bytes that are no UTF-8 or for escapes like `\x22`, is mended and read
//! with those bytes as they are: nginx writes both.

use memchr::memmem;
use serde::de::DeserializeSeed;

use super::token::{self, any, bracketed_time, epoch, epoch_of, exported};
use super::{Miss, Scratch};
use crate::record::{Record, Time};

mod between;
mod found;
mod inside;
pub mod mend;
mod names;
mod pieces;
mod shape;
mod slots;
mod walk;

pub use found::{Found, Part, undouble};
pub use inside::{Beginnings, elements, has_name, member, text};
pub use names::Remembered;
pub use pieces::{Pieces, Shown};
pub use shape::{
    AGENT, BUCKET, BYTES, CLIENT, FORWARDED, HOST, KEY, METHOD, MILLISECONDS, NANOSECONDS, OWN,
    PEER, PROTO, QUERY, RAW, REFERER, REQUEST, SECONDS, STATUS, Shape, TARGET, TIME, TOOK,
    UPSTREAM, USER, as_it_stands, nothing_more,
};
use slots::Slot;
pub use slots::{Slots, within};
use walk::Walk;

/// Where a value is, and the place it is picked into. Names are compared
/// without regard to case, since headers have none.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The names from the outermost object inwards. In a list of objects
    /// `{"name": …, "value": …}` the name is such a name.
    pub path: &'static [&'static str],
    /// The place among the picked values. Of several keys with one place the
    /// one that stands first in the table is taken.
    pub place: usize,
}

/// A key in one short line of a table.
pub const fn at(place: usize, path: &'static [&'static str]) -> Key {
    Key { path, place }
}

/// How many values a format may pick.
pub const PLACES: usize = 24;

/// A format whose lines are objects, in parts: what the fast path needs of it.
pub trait Objects: Sync {
    /// The names that give it away: of each group one must be in the line.
    fn tells(&self) -> &'static [&'static [&'static str]];

    /// Where the fields are.
    fn keys(&self) -> &'static [Key];

    /// The places of the time and of the duration. A duration is kept in the
    /// record and changes nothing else, so that a sweep does without.
    fn clocks(&self) -> (usize, usize);

    /// The record of the values found in a line of `length` bytes.
    ///
    /// # Errors
    /// A [`Miss`] where something is not among them.
    fn finish<'a>(&self, found: Found<'a>, length: usize) -> Result<Record<'a>, Miss>;
}

/// The values of one line, by place.
#[derive(Debug)]
pub struct Picked<'a> {
    slots: &'a Slots,
    keys: &'static [Key],
    line: &'a [u8],
    scratch: &'a [u8],
    known: Option<(&'a [u8], Time)>,
}

/// Picks the values of `keys` (at most 128) from a line that is one object.
///
/// # Errors
/// A [`Miss`] where the line is not one JSON object.
pub fn pick<'a>(
    line: &'a [u8],
    keys: &'static [Key],
    scratch: &'a mut Scratch,
) -> Result<Picked<'a>, Miss> {
    Ok(find(line, keys, scratch)?.done())
}

/// Finds the values of `keys`, and leaves them open to be joined or decoded.
///
/// # Errors
/// A [`Miss`] where the line is not one JSON object.
pub fn find<'a>(
    line: &'a [u8],
    keys: &'static [Key],
    scratch: &'a mut Scratch,
) -> Result<Found<'a>, Miss> {
    if line.first() != Some(&b'{') {
        return Err(Miss { at: 0, wanted: "an opening brace" });
    }
    scratch.bytes.clear();
    let Scratch { bytes, names, slots, .. } = scratch;
    walk(line, keys, every(keys), 0, (bytes, names, slots))
        .or_else(|miss| mended(line, keys, scratch).ok_or(miss))?;
    Ok(Found::new(keys, line, scratch, None))
}

/// The bits of all keys.
fn every(keys: &[Key]) -> u128 {
    if keys.len() < 128 { (1_u128 << keys.len()) - 1 } else { u128::MAX }
}

/// One walk over a text that is one object; `live` are the keys that lead
/// here with `depth` names. Whatever values there were are forgotten.
fn walk(
    text: &[u8],
    keys: &'static [Key],
    live: u128,
    depth: usize,
    (scratch, names, slots): (&mut Vec<u8>, &mut Remembered, &mut Slots),
) -> Result<(), Miss> {
    names.begin();
    slots.clear();
    let mut json = serde_json::Deserializer::from_slice(text);
    let miss = |error: serde_json::Error| Miss {
        at: error.column().saturating_sub(1).min(text.len()),
        wanted: "JSON",
    };
    let walk = Walk { text, keys, live, depth, slots, scratch, names };
    walk.deserialize(&mut json).map_err(miss)?;
    json.end().map_err(miss)
}

/// The values of a line that is JSON only once it is mended.
fn mended(line: &[u8], keys: &'static [Key], scratch: &mut Scratch) -> Option<()> {
    let Scratch { text, bytes, names, slots, .. } = scratch;
    if !mend::mend(line, text) {
        return None;
    }
    bytes.clear();
    walk(text, keys, every(keys), 0, (bytes, names, slots)).ok()?;
    found::own(slots, text, bytes, mend::unmend);
    Some(())
}

impl<'a> Picked<'a> {
    /// A text; `None` where it is absent, empty or `-`.
    pub fn text(&self, place: usize) -> Option<&'a [u8]> {
        let text = match self.slots.get(place)? {
            Slot::Fixed(text) => text.as_bytes(),
            Slot::Line(start, end) => self.line.get(start..end)?,
            Slot::Scratch(start, end) => self.scratch.get(start..end)?,
            Slot::Number(_) | Slot::Whole(_) => return None,
        };
        token::present(text)
    }

    /// A whole number, also where it stands in quotes.
    pub fn whole(&self, place: usize) -> Option<u64> {
        match self.slots.get(place)? {
            Slot::Whole(number) => Some(number),
            Slot::Number(number) if number >= 0.0 && number.fract() == 0.0 => Some(number as u64),
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
        self.took(place, 1e6)
    }

    /// A duration in microseconds: a number of units, which are `unit`
    /// microseconds each, or a text that names its unit (`1.5ms`, `0.12s`).
    pub fn took(&self, place: usize, unit: f64) -> Option<u64> {
        let number = match self.slots.get(place)? {
            Slot::Whole(number) => number as f64,
            Slot::Number(number) => number,
            _ => {
                let text = self.text(place)?;
                if !text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.')) {
                    return go_duration(text);
                }
                std::str::from_utf8(text).ok()?.parse().ok()?
            }
        };
        let micros = number * unit;
        (0.0..1e18).contains(&micros).then_some(micros.round() as u64)
    }

    /// A time: seconds, milliseconds, microseconds or nanoseconds since the
    /// epoch, told by their size, or a text in ISO 8601 or the form of CLF.
    pub fn time(&self, place: usize) -> Option<Time> {
        match self.slots.get(place)? {
            Slot::Whole(number) => epoch_of(number, b""),
            Slot::Number(number) => {
                let name = self.keys.get(self.slots.number(place)?)?.path.last()?;
                match self.digits(name, number) {
                    Some(text) => epoch(text),
                    None if (0.0..1e17).contains(&number) => {
                        epoch(format!("{number:.3}").as_bytes())
                    }
                    None => None,
                }
            }
            _ => {
                let text = self.text(place)?;
                match self.known {
                    Some((known, time)) if std::ptr::eq(known, text) => Some(time),
                    _ => time(text),
                }
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

/// A time that stands in a text: a number of units since the epoch, ISO 8601,
/// the form of CLF and others.
pub fn time(text: &[u8]) -> Option<Time> {
    epoch(text).or_else(|| {
        let read = bracketed_time(text).or_else(|_| any(text));
        let read = read.ok().filter(|(rest, _)| rest.is_empty());
        read.map(|(_, time)| time).or_else(|| exported(text))
    })
}

/// A duration as Go prints it: `1h2m3.5s`, `12.3ms`, `250µs`; without a unit,
/// seconds. In microseconds.
pub fn go_duration(text: &[u8]) -> Option<u64> {
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
            assert_eq!(epoch_of(number, decimals).unwrap().reading.to_string(), expected);
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
        static KEYS: &[Key] = &[at(0, &["a", "B"]), at(1, &["list"]), at(1, &["other"])];
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
        // Bytes that are no UTF-8, and escapes that are no JSON, stay as they are.
        check(b"{\"list\":\"\xe9 \\x22\\xE9\\u00e9\"}", Some((b"", b"\xe9 \"\xe9\xc3\xa9")));
        check(b"{\"list\":\"\\x2\"}", None);
        check(b"{\"list\":,\"a\":\"\xff\"}", None);
        // Of two keys for one place the first of the table, wherever it stands.
        check(br#"{"other":"2","list":"1"}"#, Some((b"", b"1")));
        check(br#"{"other":"2","list":"-"}"#, Some((b"", b"2")));
        // A list of names and values.
        check(br#"{"a":[{"name":"b","value":"3"},{"value":"4"}]}"#, Some((b"3", b"")));
        check(br#"[1]"#, None);
        // What no key asks for is stepped over without recursion.
        let deep = [b"{\"a\":".repeat(5000), b"1".to_vec(), b"}".repeat(5000)].concat();
        check(&deep, Some((b"", b"")));
    }
}
