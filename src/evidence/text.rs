//! The text of a hit as bytes, one hit behind the other, as the spool packs it.
//!
//! Nearly all of it stands in the line, which is kept whole: of that there is no
//! more than where, counted from the text before it, because what lies between
//! two fields hardly changes and so packs well. A number takes one byte wherever
//! that is enough. All this is done for every hit of logs that may hold many
//! millions.

use std::borrow::Cow;
use std::io;

use smallvec::SmallVec;

use super::{Detail, packed};
use crate::record::Delivery;

/// What a text begins with that is not in its line, and one that is not there.
const OWN: u8 = 254;
const NONE: u8 = 255;

/// What a number begins with that takes four bytes; a smaller one is its byte.
const FAR: u8 = 253;

/// How far in front of the end of the text before it a text may begin, for its
/// place to take one byte.
const BACK: u32 = 128;

/// Which of the parts that few lines have are there.
const PORT: u8 = 1;
const FILES: u8 = 2;
const DELIVERY: u8 = 4;

/// A text of a hit. Most stand in its line, and are told by where: what stood
/// there twice would be packed twice.
#[derive(Debug, Clone)]
pub enum Part<'a> {
    /// In the line, from a place on, so many bytes.
    At(u32, u32),
    /// Elsewhere.
    Own(Cow<'a, [u8]>),
}

impl Default for Part<'_> {
    fn default() -> Self {
        Part::Own(Cow::default())
    }
}

impl<'a> Part<'a> {
    /// A text of a hit, of which a line is kept.
    pub fn of(text: Cow<'a, [u8]>, line: &[u8]) -> Part<'a> {
        let place = (text.as_ptr() as usize).checked_sub(line.as_ptr() as usize);
        let place =
            place.filter(|at| at.checked_add(text.len()).is_some_and(|end| end <= line.len()));
        match place {
            Some(at) => Part::At(at as u32, text.len() as u32),
            None => Part::Own(text),
        }
    }

    /// The text, standing in a line if in any.
    fn text(&self, line: &[u8]) -> io::Result<Vec<u8>> {
        let text = match self {
            Part::At(at, length) => {
                line.get(*at as usize..).and_then(|text| text.get(..*length as usize))
            }
            Part::Own(text) => Some(&**text),
        };
        Ok(text.ok_or(io::ErrorKind::InvalidData)?.to_vec())
    }
}

/// Appends the text of a hit.
///
/// # Errors
/// When it is longer than four bytes can tell, which no line is.
pub fn put(detail: &Detail<Part<'_>>, into: &mut Vec<u8>) -> io::Result<()> {
    let Detail { port, addresses, files, digits, delivery, .. } = detail;
    let has_delivery = *delivery != Delivery::default();
    let flag = |flag: u8, is_there: bool| if is_there { flag } else { 0 };
    let flags =
        flag(PORT, port.is_some()) | flag(FILES, !files.is_empty()) | flag(DELIVERY, has_delivery);
    into.extend_from_slice(&[flags, *digits]);
    put_number(addresses.len(), into)?;
    let mut end = 0;
    for (role, address) in addresses {
        into.push(*role);
        put_text(Some(address), &mut end, into)?;
    }
    // About the order in which they stand in most lines.
    let Detail { client, user, method, target, path, .. } = detail;
    let Detail { host, referer, agent, subject, record, raw, .. } = detail;
    put_text(Some(client), &mut end, into)?;
    put_text(user.as_ref(), &mut end, into)?;
    for sure in [method, target, path] {
        put_text(Some(sure), &mut end, into)?;
    }
    for other in [host, referer, agent, subject, record] {
        put_text(other.as_ref(), &mut end, into)?;
    }
    if let Some(port) = port {
        into.extend_from_slice(&port.to_le_bytes());
    }
    if !files.is_empty() {
        put_number(files.len(), into)?;
        files.iter().for_each(|file| into.extend_from_slice(&file.to_le_bytes()));
    }
    if has_delivery {
        packed::put(delivery, into)?;
    }
    put_text(Some(raw), &mut end, into)
}

#[inline(always)]
fn put_number(number: usize, into: &mut Vec<u8>) -> io::Result<()> {
    match u8::try_from(number) {
        Ok(small) if small < FAR => into.push(small),
        _ => put_far(number, into)?,
    }
    Ok(())
}

#[cold]
fn put_far(number: usize, into: &mut Vec<u8>) -> io::Result<()> {
    let [a, b, c, d] = u32::try_from(number).map_err(io::Error::other)?.to_le_bytes();
    into.extend_from_slice(&[FAR, a, b, c, d]);
    Ok(())
}

/// Writes a text, and moves `end` behind it where it stands in the line.
#[inline(always)]
fn put_text(text: Option<&Part<'_>>, end: &mut u32, into: &mut Vec<u8>) -> io::Result<()> {
    match text {
        None => into.push(NONE),
        Some(Part::At(at, length)) => {
            match u8::try_from((u64::from(*at) + u64::from(BACK)).wrapping_sub(u64::from(*end))) {
                Ok(near) if near < FAR => into.push(near),
                _ => put_far(*at as usize, into)?,
            }
            put_number(*length as usize, into)?;
            *end = at + length;
        }
        Some(Part::Own(text)) => {
            into.push(OWN);
            put_number(text.len(), into)?;
            into.extend_from_slice(text);
        }
    }
    Ok(())
}

/// Takes the text of a hit from the front of bytes that [`put`] wrote.
///
/// # Errors
/// When they are not that.
pub fn take(bytes: &mut &[u8]) -> io::Result<Detail> {
    let mut taker = Taker { rest: bytes, end: 0 };
    let detail = taker.detail()?;
    *bytes = taker.rest;
    Ok(detail)
}

/// What is left of the bytes, and where the text before ended in the line.
struct Taker<'b> {
    rest: &'b [u8],
    end: u32,
}

impl<'b> Taker<'b> {
    fn detail(&mut self) -> io::Result<Detail> {
        let [flags, digits] = *self.some()?;
        let has = |flag: u8| flags & flag != 0;
        let mut addresses = SmallVec::new();
        for _ in 0..self.number()? {
            let [role] = *self.some()?;
            addresses.push((role, self.sure()?));
        }
        let (client, user) = (self.sure()?, self.text()?);
        let (method, target, path) = (self.sure()?, self.sure()?, self.sure()?);
        let (host, referer, agent) = (self.text()?, self.text()?, self.text()?);
        let (subject, record) = (self.text()?, self.text()?);
        let port = match has(PORT) {
            true => Some(u16::from_le_bytes(*self.some()?)),
            false => None,
        };
        let mut files = SmallVec::new();
        for _ in 0..if has(FILES) { self.number()? } else { 0 } {
            files.push(u32::from_le_bytes(*self.some()?));
        }
        let mut delivery = Delivery::default();
        if has(DELIVERY) {
            let end;
            (delivery, end) = packed::take(self.rest, 0)?;
            self.rest = &self.rest[end..];
        }
        let line = self.sure()?.text(&[])?;
        let parts = Detail {
            client,
            port,
            addresses,
            method,
            target,
            path,
            files,
            host,
            referer,
            agent,
            user,
            subject,
            record,
            digits,
            delivery,
            raw: Part::default(),
        };
        let detail = parts.map(|part| part.text(&line))?;
        Ok(Detail { raw: line, ..detail })
    }

    fn some<const N: usize>(&mut self) -> io::Result<&'b [u8; N]> {
        let (some, rest) = self.rest.split_first_chunk().ok_or(io::ErrorKind::UnexpectedEof)?;
        self.rest = rest;
        Ok(some)
    }

    fn number(&mut self) -> io::Result<u32> {
        let [first] = *self.some()?;
        match first {
            FAR => Ok(u32::from_le_bytes(*self.some()?)),
            OWN | NONE => Err(io::ErrorKind::InvalidData.into()),
            small => Ok(small.into()),
        }
    }

    fn text(&mut self) -> io::Result<Option<Part<'b>>> {
        let [first] = *self.some()?;
        let at = match first {
            NONE => return Ok(None),
            OWN => {
                let length = self.number()? as usize;
                let split = self.rest.split_at_checked(length);
                let (text, rest) = split.ok_or(io::ErrorKind::UnexpectedEof)?;
                self.rest = rest;
                return Ok(Some(Part::Own(Cow::Borrowed(text))));
            }
            FAR => Some(u32::from_le_bytes(*self.some()?)),
            near => self.end.checked_add(near.into()).and_then(|at| at.checked_sub(BACK)),
        };
        let length = self.number()?;
        let end = at.and_then(|at| at.checked_add(length));
        let (at, end) = at.zip(end).ok_or(io::ErrorKind::InvalidData)?;
        self.end = end;
        Ok(Some(Part::At(at, length)))
    }

    fn sure(&mut self) -> io::Result<Part<'b>> {
        self.text()?.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::delivery::Range;
    use proptest::prelude::*;
    use smallvec::smallvec;

    fn parts<'d, B: AsRef<[u8]>>(detail: &'d Detail<B>, line: &'d [u8]) -> Detail<Part<'d>> {
        let part = |text: &'d B| Ok::<_, io::Error>(Part::of(Cow::Borrowed(text.as_ref()), line));
        let parts = detail.map(part).unwrap();
        Detail { raw: Part::Own(Cow::Borrowed(line)), ..parts }
    }

    #[test]
    fn what_stands_in_the_line_is_written_once() {
        let line = [&b"192.0.2.7 GET "[..], &[b'x'; 50_000]].concat();
        let within = Detail {
            client: &line[..9],
            method: &line[10..13],
            agent: Some(&line[14..]),
            user: Some(b"elsewhere"),
            addresses: smallvec![(0, &line[..9])],
            raw: &line[..],
            ..Detail::default()
        };
        let mut bytes = Vec::new();
        put(&parts(&within, &line), &mut bytes).unwrap();
        assert!(bytes.len() < line.len() + 60, "{}", bytes.len());
        let own = within.map(|text| Ok::<_, io::Error>(text.to_vec())).unwrap();
        assert_eq!(take(&mut &bytes[..]).unwrap(), own);
        let beyond = Part::At(2, 3).text(b"four");
        assert_eq!(beyond.map_err(|error| error.kind()), Err(io::ErrorKind::InvalidData));
    }

    fn details() -> impl Strategy<Value = (Detail, Vec<Option<(usize, usize)>>)> {
        let text = || prop_oneof![".{0,9}", ".{250,300}"].prop_map(String::into_bytes);
        let any_text = || prop::option::of(text());
        let texts = prop::collection::vec(text(), 5);
        let others = prop::collection::vec(any_text(), 6);
        let addresses = prop::collection::vec((0..3_u8, text()), 0..3);
        let few = (any::<u8>(), prop::option::of(any::<u16>()), any::<Option<u64>>());
        let files = prop::collection::vec(any::<u32>(), 0..300);
        let places = prop::collection::vec(prop::option::of((0..600_usize, 0..600_usize)), 14);
        (texts, others, addresses, few, files, places).prop_map(
            |(mut texts, mut others, addresses, (digits, port, whole), files, places)| {
                let mut next = || texts.pop().unwrap();
                let mut other = || others.pop().unwrap();
                let detail = Detail {
                    client: next(),
                    port,
                    addresses: addresses.into(),
                    method: next(),
                    target: next(),
                    path: next(),
                    files: files.into(),
                    host: other(),
                    referer: other(),
                    agent: other(),
                    user: other(),
                    subject: other(),
                    record: other(),
                    digits,
                    delivery: Delivery { whole, range: Range::read(b"1-2"), ..Delivery::default() },
                    raw: next(),
                };
                (detail, places)
            },
        )
    }

    proptest! {
        #[test]
        fn every_text_comes_back(all in prop::collection::vec(details(), 1..4), cut in 0..5_000_usize) {
            let mut bytes = Vec::new();
            let (mut expected, mut ends) = (Vec::new(), Vec::new());
            for (detail, places) in &all {
                // Some of the texts are parts of the line instead.
                let line = &detail.raw;
                let mut places = places.iter();
                let placed = detail.map(|text| {
                    let within = places.next().copied().flatten().filter(|_| text != line);
                    let within = within.and_then(|(at, length)| line.get(at..)?.get(..length));
                    Ok::<_, io::Error>(within.unwrap_or(text))
                });
                let placed = Detail { raw: &line[..], ..placed.unwrap() };
                put(&parts(&placed, line), &mut bytes).unwrap();
                ends.push(bytes.len());
                expected.push(placed.map(|text| Ok::<_, io::Error>(text.to_vec())).unwrap());
            }
            let mut rest = &bytes[..];
            for detail in &expected {
                prop_assert_eq!(&take(&mut rest).unwrap(), detail);
            }
            prop_assert!(rest.is_empty());
            // Of what was cut off nothing is made up.
            let mut head = &bytes[..cut.min(bytes.len())];
            let whole = ends.iter().filter(|end| **end <= head.len()).count();
            let taken = std::iter::from_fn(|| take(&mut head).ok()).count();
            prop_assert_eq!(taken, whole);
        }

        #[test]
        fn other_bytes_come_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let (mut rest, mut left) = (&bytes[..], bytes.len());
            while take(&mut rest).is_ok() {
                prop_assert!(rest.len() < left);
                left = rest.len();
            }
        }
    }
}
