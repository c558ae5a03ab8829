//! A JSON format as data: its card, the names that give it away, and where
//! each field of a record stands.

use memchr::memmem;

use super::{Found, Key, Objects, Part, Picked, find};
use crate::format::token::{self, authority, without_port};
use crate::format::{Card, Format, Miss, Quick, Scratch, State};
use crate::record::{Addresses, Client, Object, Record, Request, Role, Zone};

/// The direct peer of the server that logs.
pub const PEER: usize = 0;
/// A list that hops append to, such as `X-Forwarded-For`.
pub const FORWARDED: usize = 1;
/// One address that a header or the logger's own rules brought about: it is
/// kept as forwarded, behind the list, unless it repeats another address.
pub const CLIENT: usize = 2;
/// The server that was asked in turn.
pub const UPSTREAM: usize = 3;
/// The time.
pub const TIME: usize = 4;
/// A whole request line.
pub const REQUEST: usize = 5;
/// The method.
pub const METHOD: usize = 6;
/// The target, with or without its query.
pub const TARGET: usize = 7;
/// The query, where the target is without.
pub const QUERY: usize = 8;
/// The version.
pub const PROTO: usize = 9;
/// What the event was, where it is no request.
pub const RAW: usize = 10;
/// The status.
pub const STATUS: usize = 11;
/// The bytes of the response.
pub const BYTES: usize = 12;
/// The host that was asked.
pub const HOST: usize = 13;
/// The `Referer` header.
pub const REFERER: usize = 14;
/// The `User-Agent` header.
pub const AGENT: usize = 15;
/// The authenticated user.
pub const USER: usize = 16;
/// The duration, in the units of the shape.
pub const TOOK: usize = 17;
/// The bucket or container of an object store.
pub const BUCKET: usize = 18;
/// The key of the object in it, as it is kept beside the target.
pub const KEY: usize = 19;
/// The first of the places that mean what the format says.
pub const OWN: usize = 20;

/// How many microseconds a second is.
pub const SECONDS: f64 = 1e6;
/// How many microseconds a millisecond is.
pub const MILLISECONDS: f64 = 1e3;
/// How many microseconds a nanosecond is.
pub const NANOSECONDS: f64 = 1e-3;

/// A JSON format.
pub struct Shape {
    /// What it is.
    pub card: &'static Card,
    /// The names that give it away: of each group one must be in the line.
    /// They are looked for before anything is parsed.
    pub tells: &'static [&'static [&'static str]],
    /// Where the fields are.
    pub keys: &'static [Key],
    /// How many microseconds one unit of [`TOOK`] is.
    pub unit: f64,
    /// A time without a zone is UTC, because the specification says so.
    pub utc: bool,
    /// Joins or decodes what is not one plain value.
    pub before: fn(&mut Found<'_>),
    /// Looks over the record, and may refuse it by saying what is wanted.
    pub after: for<'a> fn(&Picked<'a>, &mut Record<'a>) -> Result<(), &'static str>,
}

/// For [`Shape::before`]: every value is one plain value.
pub fn as_it_stands(_: &mut Found<'_>) {}

/// For [`Shape::after`]: there is nothing more to look at.
pub fn nothing_more(_: &Picked<'_>, _: &mut Record<'_>) -> Result<(), &'static str> {
    Ok(())
}

impl Format for Shape {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        if line.first() != Some(&b'{') {
            return Err(Miss { at: 0, wanted: "an opening brace" });
        }
        if !self.tells.iter().all(|group| group.iter().any(|name| names(line, name))) {
            return Err(Miss { at: 0, wanted: "the names that give this format away" });
        }
        self.finish(find(line, self.keys, scratch)?, line.len())
    }

    fn quick(&self) -> Option<&dyn Quick> {
        Some(self)
    }
}

impl Objects for Shape {
    fn tells(&self) -> &'static [&'static [&'static str]] {
        self.tells
    }

    fn keys(&self) -> &'static [Key] {
        self.keys
    }

    fn clocks(&self) -> (usize, usize) {
        (TIME, TOOK)
    }

    fn finish<'a>(&self, mut found: Found<'a>, length: usize) -> Result<Record<'a>, Miss> {
        (self.before)(&mut found);
        // A `request` that is only a path is one that the site named so.
        if found.text(REQUEST).is_some_and(|path| path.first() == Some(&b'/')) {
            found.or(TARGET, REQUEST);
        }
        join_query(&mut found);
        let picked = found.done();
        // The whole object was read, and something was not in it.
        let missing = |wanted| Miss { at: length, wanted };
        let mut record = self.record(&picked).map_err(missing)?;
        (self.after)(&picked, &mut record).map_err(missing)?;
        Ok(record)
    }
}

impl Shape {
    /// The record that the picked values make.
    fn record<'a>(&self, picked: &Picked<'a>) -> Result<Record<'a>, &'static str> {
        let mut time = picked.time(TIME).ok_or("a time")?;
        if self.utc && time.zone == Zone::Local {
            time.zone = Zone::Implied;
        }
        let (request, status) = (request(picked), picked.status(STATUS));
        // A server answers even what is no request: nginx logs it empty.
        if request == Request::Raw(None) && status.is_none() {
            return Err("a request");
        }
        let bytes = picked.whole(BYTES);
        let target = if let Request::Line { target, .. } = request { target } else { b"" };
        Ok(Record {
            addresses: addresses(picked),
            time: Some(time),
            request,
            status,
            bytes,
            no_body: bytes == Some(0),
            host: picked.text(HOST).or_else(|| authority(target)).map(without_port),
            referer: picked.text(REFERER),
            agent: picked.text(AGENT),
            user: picked.text(USER),
            took: picked.took(TOOK, self.unit),
            object: Object::new(picked.text(BUCKET), picked.text(KEY)),
            ..Record::default()
        })
    }
}

/// Says whether a line has `name` in quotes: as a name of an object, unless a
/// client made it one of its texts, which the keys then decide.
fn names(line: &[u8], name: &str) -> bool {
    memmem::find_iter(line, name.as_bytes())
        .any(|at| at > 0 && line[at - 1] == b'"' && line.get(at + name.len()) == Some(&b'"'))
}

/// Puts the query behind a target that has none.
fn join_query(found: &mut Found<'_>) {
    let Some(marked) = found.text(QUERY).map(|query| query.first() == Some(&b'?')) else { return };
    if found.text(TARGET).is_some_and(|target| target.contains(&b'?')) {
        return;
    }
    if marked {
        found.join(TARGET, &[Part::Of(TARGET), Part::Of(QUERY)]);
    } else {
        found.join(TARGET, &[Part::Of(TARGET), Part::Text("?"), Part::Of(QUERY)]);
    }
}

/// The request: a whole line, or method and target, or what else the event
/// was. Where the method is left out it is not known, and written `-`.
fn request<'a>(picked: &Picked<'a>) -> Request<'a> {
    let line = picked.text(REQUEST).map(token::request);
    if let Some(Request::Line { version: Some(_), .. }) = line {
        return line.unwrap_or_default();
    }
    match (picked.text(TARGET), picked.text(METHOD)) {
        (Some(target), method) => {
            let (method, version) = (method.unwrap_or(b"-"), picked.text(PROTO));
            Request::Line { method, target, version }
        }
        _ => line.unwrap_or(Request::Raw(picked.text(RAW))),
    }
}

/// The addresses, each once: the list first, because it is read from the
/// right and only as far as trust reaches, then what else the logger made of
/// it, and the peer.
fn addresses<'a>(picked: &Picked<'a>) -> Addresses<'a> {
    let mut addresses = Addresses::default();
    if let Some(list) = picked.text(FORWARDED) {
        addresses.push(Role::Forwarded, list);
    }
    let peer = picked.text(PEER);
    if let Some(client) = picked.text(CLIENT) {
        let same = |one: &[u8]| Client::read(one) == Client::read(client);
        if !peer.is_some_and(same) && !addresses.each().any(|(_, one)| same(one)) {
            addresses.push(Role::Forwarded, client);
        }
    }
    if let Some(peer) = peer {
        addresses.push(Role::Peer, peer);
    }
    if let Some(upstream) = picked.text(UPSTREAM) {
        addresses.push(Role::Upstream, upstream);
    }
    addresses
}
