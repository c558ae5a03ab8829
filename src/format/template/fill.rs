//! From the fields of a line to its record: of several fields that say the
//! same the better one, an address for each role, a request from its parts,
//! escapes undone.

use std::ops::Range;

use super::super::token::{number, present, request, without_port};
use super::clock::{Civil, Clock};
use super::ending::Told;
use super::escape;
use super::field::{Escaping, Kind, Moment};
use crate::record::{
    Addresses, Client, Delivery, Ending, Escape, Range as ByteRange, Record, Request, Role,
};

/// Texts of which a record has one: the best rank is kept, and the first of
/// the same.
#[derive(Debug, Clone, Copy, Default)]
struct Best<'a>(Option<(u8, &'a [u8])>);

impl<'a> Best<'a> {
    fn put(&mut self, rank: u8, text: &'a [u8]) {
        if let Some(text) = present(text)
            && self.0.is_none_or(|(before, _)| rank < before)
        {
            self.0 = Some((rank, text));
        }
    }

    fn text(self) -> Option<&'a [u8]> {
        self.0.map(|(_, text)| text)
    }
}

/// How many fields with addresses a line may have; the last ones are left
/// out, as a record would.
const ADDRESSES: usize = 8;

/// What an address field is, before it is known what else the line has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Client,
    Connection,
    Forwarded,
    HostName,
    Real,
    Rfc,
    Upstream,
}

/// The values of one line.
#[derive(Debug, Default)]
pub struct Values<'a> {
    agent: Best<'a>,
    host: Best<'a>,
    method: Best<'a>,
    path: Best<'a>,
    protocol: Best<'a>,
    query: Best<'a>,
    referer: Best<'a>,
    request: Best<'a>,
    target: Best<'a>,
    user: Best<'a>,
    status: Option<(u8, u16)>,
    bytes: Option<(u8, Option<u64>)>,
    took: Option<((u8, u64), u64)>,
    ending: Option<Ending>,
    range: Option<(Told, ByteRange)>,
    addresses: [Option<(Who, &'a [u8])>; ADDRESSES],
    civil: [Civil; 3],
}

/// How much a count of bytes is worth: one of the body can be compared with
/// a file.
pub fn bytes_rank(meaning: crate::record::BytesMeaning) -> u8 {
    use crate::record::BytesMeaning::{Body, Planned, Unknown, Wire};
    match meaning {
        Body => 0,
        Planned => 1,
        Wire => 2,
        Unknown => 3,
    }
}

impl<'a> Values<'a> {
    /// Takes the value of a field.
    pub fn put(&mut self, kind: &Kind, text: &'a [u8]) {
        match kind {
            Kind::Agent => self.agent.put(0, text),
            Kind::Bytes(meaning) => {
                self.see_plus(text);
                let rank = bytes_rank(*meaning);
                if !text.is_empty() && self.bytes.is_none_or(|(before, _)| rank < before) {
                    self.bytes = Some((rank, number(text.strip_prefix(b"+").unwrap_or(text))));
                }
            }
            Kind::Captured => {
                let inside = text.strip_prefix(b"{").and_then(|text| text.strip_suffix(b"}"));
                for one in inside.unwrap_or_default().split(|byte| *byte == b'|') {
                    if super::super::token::is_ip_list(one) {
                        self.address(Who::Forwarded, one);
                    }
                }
            }
            Kind::Client => self.address(Who::Client, text),
            Kind::Connection => self.address(Who::Connection, text),
            Kind::Ending(mark) => self.ending = self.ending.or(mark.read(text)),
            Kind::Forwarded => self.address(Who::Forwarded, text),
            Kind::ForwardedHeader => self.address(Who::Rfc, text),
            // The name of nginx's server that is no name.
            Kind::Host(_) if text == b"_" => {}
            Kind::Host(rank) => self.host.put(*rank, text),
            Kind::HostName => self.address(Who::HostName, text),
            Kind::Method => self.method.put(0, text),
            Kind::Path => self.path.put(0, text),
            Kind::Protocol => self.protocol.put(0, text),
            Kind::Query => self.query.put(0, text),
            Kind::Range(told) => {
                if let Some(range) = told.read(text)
                    && self.range.is_none_or(|(before, _)| *told < before)
                {
                    self.range = Some((*told, range));
                }
            }
            Kind::Real => self.address(Who::Real, text),
            Kind::Referer => self.referer.put(0, text),
            Kind::Request => self.request.put(0, text),
            Kind::Status(rank) => {
                if let Some(status) = number(text).and_then(|status| u16::try_from(status).ok())
                    && self.status.is_none_or(|(before, _)| *rank < before)
                {
                    self.status = Some((*rank, status));
                }
            }
            Kind::Stamp => {
                // What is none stays a text.
                let _ = Clock::Any.read(text, &mut self.civil[place(Moment::Unknown)]);
            }
            Kind::Target => self.target.put(0, text),
            Kind::Time(moment, clock) => {
                // It was read before, so that it can be read again.
                let _ = clock.read(text, &mut self.civil[place(*moment)]);
            }
            Kind::Took(unit, rank) => {
                self.see_plus(text);
                if let Some(micros) = micros(text, *unit)
                    && self.took.is_none_or(|(before, _)| (*rank, *unit) < before)
                {
                    self.took = Some(((*rank, *unit), micros));
                }
            }
            Kind::Transferred => {
                let sum = number(text).filter(|sum| *sum > 0 && self.bytes.is_none());
                self.bytes = sum.map(|sum| (u8::MAX, Some(sum))).or(self.bytes);
            }
            Kind::Upstream => self.address(Who::Upstream, text),
            Kind::User => self.user.put(0, text),
            Kind::IsArgs | Kind::Label | Kind::Listed | Kind::Number | Kind::Opaque => {}
        }
    }

    /// HAProxy writes a plus before a count or a time that was still growing
    /// (`option logasap`).
    fn see_plus(&mut self, text: &[u8]) {
        if text.starts_with(b"+") {
            self.ending = Some(Ending::Early);
        }
    }

    fn address(&mut self, who: Who, text: &'a [u8]) {
        if present(text).is_some()
            && let Some(free) = self.addresses.iter_mut().find(|slot| slot.is_none())
        {
            *free = Some((who, text));
        }
    }

    /// Says whether the line says what was asked or answered.
    pub fn is_request(&self) -> bool {
        let texts = [self.request, self.target, self.path, self.method];
        self.status.is_some() || texts.iter().any(|text| text.0.is_some())
    }

    /// The record that the values make. What has to be put together or
    /// unescaped is written to `into`.
    pub fn record(mut self, escaping: Escaping, into: &'a mut Vec<u8>) -> Record<'a> {
        into.clear();
        let parts = self.request_parts(escaping, into);
        let mut spare: [(Option<usize>, Range<usize>); ADDRESSES] = Default::default();
        for (slot, range) in self.addresses.iter().zip(&mut spare) {
            if let Some((who, text)) = slot {
                let start = into.len();
                if escape::address(*who == Who::Rfc, escaping, text, into) {
                    *range = (Some(start), start..into.len());
                }
            }
        }
        let undone = |text: Option<&'a [u8]>, into: &mut Vec<u8>| -> Written<'a> {
            let Some(text) = text else { return Written::None };
            let start = into.len();
            match escape::undo(escaping, text, into) {
                true => Written::There(start..into.len()),
                false => Written::Line(text),
            }
        };
        let agent = undone(self.agent.text(), into);
        let referer = undone(self.referer.text(), into);
        let user = undone(self.user.text(), into);
        let host = undone(self.host.text(), into);

        let into: &'a [u8] = into;
        for (slot, (start, range)) in self.addresses.iter_mut().zip(spare) {
            if let (Some((_, text)), Some(_)) = (slot.as_mut(), start) {
                *text = into.get(range).unwrap_or_default();
            }
        }
        let request = match parts {
            Asked::Whole(text) => match text.of(into) {
                Some(text) => request(text),
                None => Request::Raw(None),
            },
            Asked::Parts(method, target, version) => match target.of(into) {
                Some(target) => Request::Line {
                    method: method.of(into).unwrap_or(b"-"),
                    target,
                    version: version.of(into),
                },
                None => Request::Raw(None),
            },
        };
        let bytes = self.bytes.and_then(|(_, bytes)| bytes);
        Record {
            addresses: self.roles(),
            time: self.civil.iter().find_map(Civil::time),
            request,
            status: self.status.map(|(_, status)| status),
            bytes,
            no_body: self.bytes.is_some() && bytes.unwrap_or(0) == 0,
            delivery: Delivery {
                ending: self.ending,
                whole: None,
                range: self.range.map(|(_, range)| range),
            },
            host: host.of(into).map(without_port),
            referer: referer.of(into),
            agent: agent.of(into),
            user: user.of(into),
            took: self.took.map(|(_, micros)| micros),
            escape: match escaping {
                Escaping::Backslash => Escape::Backslash,
                Escaping::Plus => Escape::Plus,
                _ => Escape::None,
            },
            ..Record::default()
        }
    }

    /// Says whether the parts of a time are there and make none.
    pub fn has_bad_time(&self, has_time: bool) -> bool {
        has_time && self.civil.iter().all(|civil| civil.time().is_none())
    }

    /// The request: the whole line if it is one, else what its parts make.
    fn request_parts(&self, escaping: Escaping, into: &mut Vec<u8>) -> Asked<'a> {
        let undone = |text: Option<&'a [u8]>, into: &mut Vec<u8>| {
            let Some(text) = text else { return Written::None };
            let start = into.len();
            match escape::undo(escaping, text, into) {
                true => Written::There(start..into.len()),
                false => Written::Line(text),
            }
        };
        if let Some(whole) = self.request.text() {
            let is_line = matches!(request(whole), Request::Line { version: Some(_), .. });
            let parts = self.target.text().or(self.path.text());
            if is_line || parts.is_none() {
                return Asked::Whole(undone(Some(whole), into));
            }
        }
        let method = undone(self.method.text(), into);
        let version = undone(self.protocol.text(), into);
        let bare = self.target.text().or(self.path.text());
        let target = match (bare, self.query.text()) {
            (Some(target), Some(query)) if !target.contains(&b'?') => {
                let start = into.len();
                if !escape::undo(escaping, target, into) {
                    into.extend_from_slice(target);
                }
                if query.first() != Some(&b'?') {
                    into.push(b'?');
                }
                if !escape::undo(escaping, query, into) {
                    into.extend_from_slice(query);
                }
                Written::There(start..into.len())
            }
            (target, _) => undone(target, into),
        };
        Asked::Parts(method, target, version)
    }

    /// Every address with its role: the peer is the other end of the
    /// connection, or else what the server takes for it; what else it took for
    /// the client was forwarded, unless it repeats another address. Lists stand
    /// before single addresses, because they are read only as far as trust
    /// reaches, and the upstream is left out where there is no room.
    fn roles(&self) -> Addresses<'a> {
        let first = |who: Who| self.each().find(|(_, each, _)| *each == who);
        let peer = first(Who::Connection).or(first(Who::Client)).or(first(Who::HostName));
        let is_peer = |place: usize| peer.is_some_and(|(peer, ..)| peer == place);
        let mut addresses = Addresses::default();
        // The peer always has room.
        let mut room = 3;
        for (place, who, text) in self.each() {
            if is_peer(place) {
                addresses.push(Role::Peer, text);
            } else if matches!(who, Who::Forwarded | Who::Rfc) && room > 0 {
                addresses.push(Role::Forwarded, text);
                room -= 1;
            }
        }
        for (place, who, text) in self.each() {
            // A name that was looked up says nothing new beside the address.
            let single = matches!(who, Who::Client | Who::Connection | Who::Real);
            let same = |one: &[u8]| Client::read(one) == Client::read(text);
            if single && !is_peer(place) && !addresses.each().any(|(_, one)| same(one)) {
                addresses.push(Role::Forwarded, text);
            }
        }
        for (_, _, text) in self.each().filter(|(_, who, _)| *who == Who::Upstream) {
            addresses.push(Role::Upstream, text);
        }
        addresses
    }

    fn each(&self) -> impl Iterator<Item = (usize, Who, &'a [u8])> {
        self.addresses
            .iter()
            .enumerate()
            .filter_map(|(place, one)| one.map(|(who, text)| (place, who, text)))
    }
}

/// A text of the line, or of what was written beside it.
#[derive(Debug, Clone)]
enum Written<'a> {
    None,
    Line(&'a [u8]),
    There(Range<usize>),
}

impl<'a> Written<'a> {
    fn of(&self, into: &'a [u8]) -> Option<&'a [u8]> {
        present(match self {
            Written::None => return None,
            Written::Line(text) => text,
            Written::There(range) => into.get(range.clone()).unwrap_or_default(),
        })
    }
}

/// What was asked.
enum Asked<'a> {
    Whole(Written<'a>),
    Parts(Written<'a>, Written<'a>, Written<'a>),
}

/// Where the parts of a moment are gathered.
pub fn place(moment: Moment) -> usize {
    match moment {
        Moment::Start => 0,
        Moment::End => 1,
        Moment::Unknown => 2,
    }
}

/// A decimal number of units of so many nanoseconds, in microseconds. Without
/// a unit it is W3C's: seconds where it has decimals, else IIS's milliseconds.
fn micros(text: &[u8], unit: u64) -> Option<u64> {
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let dot = memchr::memchr(b'.', text);
    let unit = match (unit, dot) {
        (0, Some(_)) => 1_000_000_000,
        (0, None) => 1_000_000,
        (unit, _) => unit,
    };
    let (whole, part) = dot.map_or((text, &b""[..]), |at| (&text[..at], &text[at + 1..]));
    let mut nanos = u128::from(number(whole)?) * u128::from(unit);
    let mut scale = u128::from(unit);
    for byte in part {
        if !byte.is_ascii_digit() {
            return None;
        }
        scale /= 10;
        nanos += scale * u128::from(byte - b'0');
    }
    u64::try_from(nanos / 1000).ok()
}
