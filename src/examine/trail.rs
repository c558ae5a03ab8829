//! The trail of a client: everything it did, in order of time.
//!
//! Nobody knows before the logs are read how much that is. So every request is
//! counted, and the first ones in order of time are kept: as each stretch of a
//! source keeps its first ones, and the first ones of all are among the first
//! ones of each, neither threads nor the size of blocks nor the order of
//! inputs show.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use crate::actor::Speaker;
use crate::evidence::{ClientFilter, ClientKey};
use crate::record::path::{self, Forms};
use crate::record::{Client, Escape, Instant, Record, Request};

/// How much of one field of a request is kept, in bytes: as much as a report
/// writes of one.
const FIELD_KEPT: usize = 2048;

/// How many distinct paths are counted exactly.
pub const PATHS_KEPT: usize = 1_000_000;

/// How many distinct clients are counted exactly.
pub const CLIENTS_KEPT: usize = 100_000;

/// The most requests that may be kept: what they hold is a few hundred bytes
/// each, and some thousands at worst.
pub const LIMIT_MOST: u64 = 1_000_000;

/// Whose requests are wanted, and of which time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Ranges of addresses that do not overlap, in order.
    ranges: Vec<(IpAddr, IpAddr)>,
    /// Names of clients.
    names: BTreeSet<ClientKey>,
    /// Only requests from here on.
    pub from: Option<Instant>,
    /// Only requests before this.
    pub to: Option<Instant>,
    /// How many requests are kept.
    pub limit: usize,
}

impl Wanted {
    /// Nobody's requests yet, of a time; at most `limit` are kept.
    pub fn new(from: Option<Instant>, to: Option<Instant>, limit: usize) -> Wanted {
        Wanted { from, to, limit, ..Wanted::default() }
    }

    /// Adds every address from `first` to `last`.
    pub fn add_range(&mut self, first: IpAddr, last: IpAddr) {
        self.ranges.push((first, last));
        self.ranges.sort_unstable();
        // Those that overlap become one.
        let mut joined: Vec<(IpAddr, IpAddr)> = Vec::with_capacity(self.ranges.len());
        for (first, last) in self.ranges.drain(..) {
            match joined.last_mut() {
                Some(before) if first <= before.1 => before.1 = before.1.max(last),
                _ => joined.push((first, last)),
            }
        }
        self.ranges = joined;
    }

    /// Adds many ranges at one go.
    pub fn add_ranges(&mut self, ranges: impl IntoIterator<Item = (IpAddr, IpAddr)>) {
        self.ranges.extend(ranges);
        if let Some((first, last)) = self.ranges.pop() {
            self.add_range(first, last);
        }
    }

    /// Adds a client that is logged by a name.
    pub fn add_name(&mut self, name: &[u8]) {
        self.names.insert(ClientKey::of(Client::Name(name)));
    }

    /// Says whether a client is one of them.
    pub fn holds(&self, key: ClientKey) -> bool {
        match key.ip() {
            None => self.names.contains(&key),
            Some(ip) => {
                let behind = self.ranges.partition_point(|(first, _)| *first <= ip);
                behind.checked_sub(1).is_some_and(|at| ip <= self.ranges[at].1)
            }
        }
    }

    /// Says whether a source may have a request of theirs, by the clients that
    /// may stand in it.
    pub fn concerns(&self, clients: &ClientFilter) -> bool {
        self.names.iter().any(|key| clients.may_hold(key.hash()))
            || self.ranges.iter().any(|(first, last)| {
                // Of a network nobody keeps which addresses came.
                first != last || clients.may_hold(ClientKey::hash_of(Client::Ip(*first)))
            })
    }

    /// Says whether a time is wanted; one that is not known only where any is.
    pub fn is_in_time(&self, at: Option<Instant>) -> bool {
        match at {
            Some(at) => self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to),
            None => self.from.is_none() && self.to.is_none(),
        }
    }
}

/// Where a request stands in the order of a trail: by time, those without one
/// at the end, then by source and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    is_timeless: bool,
    /// When.
    pub at: Instant,
    /// The source's place in the plan.
    pub source: u32,
    /// Where its line begins in the decoded source.
    pub offset: u64,
}

impl Place {
    /// When, where the line has a time.
    pub fn time(&self) -> Option<Instant> {
        (!self.is_timeless).then_some(self.at)
    }
}

/// One request of a trail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The number of its line: counted from 0 in its block while reading; in
    /// a trail that was closed, from 1 in its source.
    pub line: u64,
    /// How many digits of a fraction the logged time has.
    pub digits: u8,
    /// The client as logged.
    pub client: Vec<u8>,
    /// The method, where the request field holds a request line.
    pub method: Option<Vec<u8>>,
    /// The target with its query, or what stands in its place.
    pub target: Option<Vec<u8>>,
    /// The status as logged.
    pub status: Option<u16>,
    /// The byte count as logged.
    pub bytes: Option<u64>,
    /// The host that was asked.
    pub host: Option<Vec<u8>>,
    /// The referer.
    pub referer: Option<Vec<u8>>,
    /// The user agent.
    pub agent: Option<Vec<u8>>,
    /// The user.
    pub user: Option<Vec<u8>>,
    /// How many bytes of these fields are not kept.
    pub left_out: u64,
}

/// A trail, or what one stretch of a source adds to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// All its requests.
    pub requests: u64,
    /// Those without a time that were not counted, because a time was wanted.
    pub timeless: u64,
    /// The time of the first.
    pub first: Option<Instant>,
    /// The time of the last.
    pub last: Option<Instant>,
    /// The bytes of all, as the logs count them.
    pub bytes: u64,
    /// All by status.
    pub statuses: BTreeMap<Option<u16>, u64>,
    /// Distinct canonical paths, up to [`PATHS_KEPT`].
    pub paths: BTreeSet<u128>,
    /// Distinct clients, up to [`CLIENTS_KEPT`].
    pub clients: BTreeSet<ClientKey>,
    /// The first requests in order of time.
    pub steps: BTreeMap<Place, Step>,
    /// How many lines each block of each source has, by where it begins.
    blocks: BTreeMap<(u32, u64), u64>,
}

/// The line that a request was read from.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub source: u32,
    pub offset: u64,
    /// Counted from 0 in its block.
    pub line: u64,
    pub time: Option<Instant>,
}

impl Trail {
    /// Counts a request of a client that is wanted, and keeps it if it is
    /// among the first.
    pub(super) fn take(
        &mut self,
        wanted: &Wanted,
        at: At,
        speaker: &Speaker<'_>,
        record: &Record<'_>,
    ) {
        if !wanted.is_in_time(at.time) {
            self.timeless += u64::from(at.time.is_none());
            return;
        }
        self.requests += 1;
        self.first = match (self.first, at.time) {
            (Some(first), Some(at)) => Some(first.min(at)),
            (first, at) => first.or(at),
        };
        self.last = self.last.max(at.time);
        self.bytes = self.bytes.saturating_add(record.bytes.unwrap_or(0));
        *self.statuses.entry(record.status).or_default() += 1;
        keep(&mut self.clients, ClientKey::of(speaker.client), CLIENTS_KEPT);
        if let Some(target) = record.target() {
            let path = match path::is_odd(target, record.escape, false) {
                true => xxh3_128(&Forms::of(target, record.escape, false).canonical),
                false => xxh3_128(path::raw(target)),
            };
            keep(&mut self.paths, path, PATHS_KEPT);
        }
        let place = Place {
            is_timeless: at.time.is_none(),
            at: at.time.unwrap_or_default(),
            source: at.source,
            offset: at.offset,
        };
        let is_full = self.steps.len() >= wanted.limit;
        if is_full && self.steps.last_key_value().is_none_or(|(last, _)| *last < place) {
            return;
        }
        self.steps.insert(place, step(at.line, speaker, record));
        self.cut(wanted.limit);
    }

    /// Notes how many lines a block has.
    pub(super) fn block(&mut self, source: u32, start: u64, lines: u64) {
        self.blocks.insert((source, start), lines);
    }

    /// Adds another part.
    pub(super) fn merge(&mut self, other: Trail, limit: usize) {
        self.requests += other.requests;
        self.timeless += other.timeless;
        self.first = match (self.first, other.first) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.last = self.last.max(other.last);
        self.bytes = self.bytes.saturating_add(other.bytes);
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        other.clients.into_iter().for_each(|key| keep(&mut self.clients, key, CLIENTS_KEPT));
        other.paths.into_iter().for_each(|path| keep(&mut self.paths, path, PATHS_KEPT));
        self.steps.extend(other.steps);
        self.cut(limit);
        self.blocks.extend(other.blocks);
    }

    fn cut(&mut self, limit: usize) {
        while self.steps.len() > limit {
            self.steps.pop_last();
        }
    }

    /// Ends the gathering: lines are numbered from 1 in their source.
    pub(super) fn close(&mut self) {
        let mut before: BTreeMap<(u32, u64), u64> = BTreeMap::new();
        let (mut source, mut lines) = (None, 0);
        for ((number, start), count) in std::mem::take(&mut self.blocks) {
            if source != Some(number) {
                (source, lines) = (Some(number), 0);
            }
            before.insert((number, start), lines);
            lines += count;
        }
        for (place, step) in &mut self.steps {
            let own = before.range((place.source, 0)..=(place.source, place.offset)).next_back();
            step.line += own.map_or(0, |(_, lines)| *lines) + 1;
        }
    }

    /// How many requests are counted and not kept.
    pub fn left_out(&self) -> u64 {
        self.requests - self.steps.len() as u64
    }
}

/// Keeps the smallest of a set.
fn keep<T: Ord>(set: &mut BTreeSet<T>, one: T, limit: usize) {
    set.insert(one);
    if set.len() > limit {
        set.pop_last();
    }
}

fn step(line: u64, speaker: &Speaker<'_>, record: &Record<'_>) -> Step {
    let mut left_out = 0;
    let mut kept = |field: &[u8]| {
        left_out += field.len().saturating_sub(FIELD_KEPT) as u64;
        field[..field.len().min(FIELD_KEPT)].to_vec()
    };
    let undone = |field: &[u8]| {
        let mut out = Vec::with_capacity(field.len());
        record.escape.undo(field, &mut out);
        out
    };
    let (method, target) = match record.request {
        Request::Line { method, target, .. } => (Some(method), Some(target)),
        Request::Raw(raw) => (None, raw),
    };
    // A plus stays one: in a path it may be meant.
    let target = target.map(|target| match record.escape {
        Escape::Plus => kept(target),
        Escape::Backslash | Escape::None => kept(&undone(target)),
    });
    let mut step = Step {
        line,
        digits: record.time.map_or(0, |time| time.digits),
        client: kept(speaker.token),
        method: method.map(&mut kept),
        target,
        status: record.status,
        bytes: record.bytes,
        host: record.host.map(&mut kept),
        referer: record.referer.map(|field| kept(&undone(field))),
        agent: record.agent.map(|field| kept(&undone(field))),
        user: record.user.map(|field| kept(&undone(field))),
        left_out: 0,
    };
    step.left_out = left_out;
    step
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> ClientKey {
        ClientKey::of(Client::read(text.as_bytes()))
    }

    #[test]
    fn clients_are_wanted_by_address_network_and_name() {
        let mut wanted = Wanted::default();
        let ip = |text: &str| -> IpAddr { text.parse().unwrap() };
        wanted.add_range(ip("192.0.2.16"), ip("192.0.2.31"));
        wanted.add_ranges([
            (ip("192.0.2.24"), ip("192.0.2.40")),
            (ip("10.0.0.1"), ip("10.0.0.1")),
            (ip("2001:db8::"), ip("2001:db8::ffff")),
        ]);
        wanted.add_name(b"Host.Example");
        let check = |text: &str, expected| assert_eq!(wanted.holds(key(text)), expected, "{text}");
        check("192.0.2.15", false);
        check("192.0.2.16", true);
        check("192.0.2.40", true);
        check("192.0.2.41", false);
        check("10.0.0.1", true);
        check("10.0.0.2", false);
        check("::ffff:10.0.0.1", true);
        check("2001:db8::7", true);
        check("2001:db8:1::7", false);
        check("host.example", true);
        check("other.example", false);
    }

    fn part(times: &[i64], source: u32, limit: usize) -> Trail {
        let wanted = Wanted { limit, ..Wanted::default() };
        let mut trail = Trail::default();
        for (line, time) in (0..).zip(times) {
            let record = Record { status: Some(200), bytes: Some(5), ..Record::default() };
            let client = Client::read(b"192.0.2.7");
            let speaker = Speaker { client, token: b"192.0.2.7", is_proxy: false };
            let time = (*time >= 0).then_some(Instant::at(*time));
            trail.take(&wanted, At { source, offset: line * 100, line, time }, &speaker, &record);
        }
        trail.block(source, 0, times.len() as u64);
        trail
    }

    #[test]
    fn the_first_ones_are_kept_and_all_are_counted_in_any_order() {
        let parts = || [part(&[9, 3, -1], 0, 3), part(&[4, 1], 1, 3), part(&[2, 8, 3], 2, 3)];
        let join = |order: [usize; 3]| {
            let mut whole = Trail::default();
            let mut parts = parts().map(Some);
            order.iter().for_each(|at| whole.merge(parts[*at].take().unwrap(), 3));
            whole.close();
            whole
        };
        let whole = join([0, 1, 2]);
        assert_eq!(whole, join([2, 0, 1]));
        let kept: Vec<_> = whole
            .steps
            .iter()
            .map(|(place, step)| (place.at.seconds, place.source, step.line))
            .collect();
        assert_eq!(kept, [(1, 1, 2), (2, 2, 1), (3, 0, 2)]);
        assert_eq!((whole.requests, whole.left_out(), whole.bytes), (8, 5, 40));
        assert_eq!((whole.first, whole.last), (Some(Instant::at(1)), Some(Instant::at(9))));
        let all = {
            let mut whole = part(&[5, -1, 1], 0, 10);
            whole.close();
            whole.steps.keys().map(|place| place.time()).collect::<Vec<_>>()
        };
        assert_eq!(all, [Some(Instant::at(1)), Some(Instant::at(5)), None]);
    }
}
