//! Compares the logs with the independent copies that the case names: a line
//! that was taken out of one stands in the other.
//!
//! What is compared are requests, not bytes, because a copy is cut elsewhere
//! and often carries an envelope: a syslog server's, a store's. For every
//! quarter of an hour the digests of its requests are added up on both sides;
//! sums do not depend on order, nor on how files were cut, and take no more
//! memory than there are quarters. Requests for a target are compared one by
//! one besides. What stands in a copy is never counted as evidence.
//!
//! A sum of digests could be met by somebody who chooses the lines; but the
//! digests are seeded by what the logs are, so that whoever changes a line
//! changes them all.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use crate::actor;
use crate::error::Error;
use crate::evidence::ClientKey;
use crate::evidence::coverage::bin_of;
use crate::format::guess::Kind;
use crate::format::{QuickLine, Reader, Reading, State, Sweep};
use crate::record::{Instant, Record};
use crate::source::index::Index;
use crate::source::{Block, Blocks, LINE_CAP, Opened, ReadOptions, lines};

use super::hops::speaker;
use super::plan::{Plan, PlannedSource, Question};
use super::reduce::Examined;
use super::visit::{Stop, Trip, trips, visit};

/// How many requests for a target that the logs do not hold are kept.
const LACKING_KEPT: usize = 1_000;

/// How much of a client and of a target is kept, in bytes.
const TEXT_KEPT: usize = 2_048;

/// How many bytes of lines are read at a time.
const BLOCK_BYTES: usize = 512 * 1024;

/// What comparing a server's logs with their copies showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// The quarters of an hour that differ, with how many requests the logs
    /// and the copies hold of each. `None` stands for requests without a time.
    pub differing: BTreeMap<Option<i64>, (u64, u64)>,
    /// The quarters of an hour that agree, with how many requests both hold.
    pub agreeing: BTreeMap<Option<i64>, u64>,
    /// Requests for a target that stand in the copies and not in the logs: the
    /// first of them, by time.
    pub lacking: Vec<Lacking>,
    /// Copies that could not be read, or not whole: a sentence each.
    pub unreadable: Vec<String>,
}

/// A request for a target that stands in a copy and not in the logs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lacking {
    /// When.
    pub at: Option<Instant>,
    /// The client as logged.
    pub client: Vec<u8>,
    /// What was asked for.
    pub target: Vec<u8>,
}

/// Compares every server's logs with its copies, by the server's place in the
/// question. Servers without a copy are not among them.
///
/// # Errors
/// When the run was stopped.
pub fn compare(
    question: &Question,
    plan: &Plan,
    examined: &Examined,
    stop: &AtomicBool,
) -> Result<BTreeMap<usize, Compared>, Error> {
    let Some(copies) = &plan.copies else { return Ok(BTreeMap::new()) };
    let mut servers: Vec<usize> = copies.sources.iter().map(|source| source.server).collect();
    servers.sort_unstable();
    servers.dedup();
    let each = servers.into_iter().map(|server| {
        let is_single = |number: &u32| examined.sources[*number as usize].duplicate_of.is_none();
        let own: Vec<u32> = of_server(plan, server).filter(is_single).collect();
        let seed = examined.seed(own.iter().map(|number| *number as usize));
        let walk = Walk { question, seed, stop };
        let logs = walk.sum(plan, own, &BTreeMap::new());
        let copies = walk.sum(copies, of_server(copies, server).collect(), &logs.named);
        (server, compared(&logs, copies))
    });
    let all = each.collect();
    match stop.load(Ordering::Relaxed) {
        true => Err(Error::Interrupted),
        false => Ok(all),
    }
}

/// The access logs of a server, by their place in a plan.
fn of_server(plan: &Plan, server: usize) -> impl Iterator<Item = u32> {
    let is_own = move |source: &PlannedSource| {
        source.server == server && !matches!(source.kind, Kind::Other(_))
    };
    (0u32..).zip(&plan.sources).filter(move |(_, source)| is_own(source)).map(|(number, _)| number)
}

/// What two sides come to.
fn compared(logs: &Sums, copies: Sums) -> Compared {
    let mut found = Compared { unreadable: copies.unreadable, ..Compared::default() };
    let bins = logs.bins.keys().chain(copies.bins.keys());
    for bin in bins {
        let own = logs.bins.get(bin).copied().unwrap_or_default();
        let other = copies.bins.get(bin).copied().unwrap_or_default();
        if own == other {
            found.agreeing.insert(*bin, own.lines);
        } else {
            found.differing.insert(*bin, (own.lines, other.lines));
        }
    }
    found.lacking = copies.lacking;
    found
}

/// The requests of one quarter of an hour: how many, and the sum of their
/// digests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    lines: u64,
    digest: u128,
}

impl Sum {
    fn add(&mut self, lines: u64, digest: u128) {
        self.lines += lines;
        self.digest = self.digest.wrapping_add(digest);
    }
}

/// What one side, or a source of it, holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sums {
    bins: BTreeMap<Option<i64>, Sum>,
    /// Requests for a target, by digest.
    named: BTreeMap<u128, u64>,
    /// Those that the other side does not hold.
    lacking: Vec<Lacking>,
    unreadable: Vec<String>,
}

impl Sums {
    fn merge(&mut self, other: Sums) {
        for (bin, sum) in other.bins {
            self.bins.entry(bin).or_default().add(sum.lines, sum.digest);
        }
        for (digest, count) in other.named {
            *self.named.entry(digest).or_default() += count;
        }
        self.lacking.extend(other.lacking);
        self.lacking.sort();
        self.lacking.truncate(LACKING_KEPT);
        self.unreadable.extend(other.unreadable);
    }
}

/// A walk through sources for their sums.
struct Walk<'a> {
    question: &'a Question,
    seed: u64,
    stop: &'a AtomicBool,
}

impl Walk<'_> {
    /// The sums of some sources of a plan. A source that holds the very same
    /// requests as another is a copy of it and counts once. `known` are the
    /// requests for a target that the other side holds.
    fn sum(&self, plan: &Plan, sources: Vec<u32>, known: &BTreeMap<u128, u64>) -> Sums {
        let trips = trips(plan, sources);
        let each = trips.par_iter().map(|trip| self.trip(plan, trip, known));
        let parts: Vec<Vec<Sums>> = each.collect();
        let mut whole = Sums::default();
        let mut seen: Vec<BTreeMap<Option<i64>, Sum>> = Vec::new();
        for part in parts.into_iter().flatten() {
            if !part.bins.is_empty() && seen.contains(&part.bins) {
                continue;
            }
            seen.push(part.bins.clone());
            whole.merge(part);
        }
        whole
    }

    /// The sums of each source of a trip.
    fn trip(&self, plan: &Plan, trip: &Trip, known: &BTreeMap<u128, u64>) -> Vec<Sums> {
        let mut parts = Vec::new();
        visit(plan, trip, ReadOptions::unhashed(), None, &mut |number, stop| {
            let source = &plan.sources[number as usize];
            let fault = |why: &str| format!("{}: {why}", source.found.name());
            match stop {
                Stop::Source(opened) => parts.push(self.source(source, *opened, known)),
                Stop::Archive(finished) => {
                    let unreadable = finished.problems.iter().map(|why| fault(why)).collect();
                    parts.push(Sums { unreadable, ..Sums::default() });
                }
                Stop::Unreadable(why) => {
                    parts.push(Sums { unreadable: vec![fault(&why)], ..Sums::default() });
                }
            }
            match self.stop.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        parts
    }

    /// The sums of one source.
    fn source(
        &self,
        source: &PlannedSource,
        mut opened: Opened<'_>,
        known: &BTreeMap<u128, u64>,
    ) -> Sums {
        let mut reader = Reader::with(&self.question.formats, &source.formats, source.only);
        reader.state = source.begin.clone();
        let mut adder =
            Adder { walk: self, source, known, reader, sums: Sums::default(), key: Vec::new() };
        let mut index = Index::default();
        let mut blocks = Blocks::new(&mut opened, BLOCK_BYTES, LINE_CAP);
        while let Some(block) = blocks.next() {
            adder.block(&block, &mut index);
            blocks.recycle(block.bytes);
        }
        drop(blocks);
        let name = source.found.name();
        let finished = opened.finish();
        let faults = finished.problems.iter().chain(&finished.changed);
        adder.sums.unreadable.extend(faults.map(|why| format!("{name}: {why}")));
        adder.sums
    }
}

/// Adds up the requests of one source.
struct Adder<'a, 'q> {
    walk: &'a Walk<'q>,
    source: &'a PlannedSource,
    known: &'a BTreeMap<u128, u64>,
    reader: Reader<'a>,
    sums: Sums,
    /// Room for what a digest is made of.
    key: Vec<u8>,
}

impl Adder<'_, '_> {
    fn block(&mut self, block: &Block, index: &mut Index) {
        let quick = self.reader.quick().filter(|_| !self.walk.question.reading.no_fast_path);
        match quick {
            // Of a line that is too long no request is read.
            _ if block.cut.overlong.is_some() => {}
            Some((place, quick)) => {
                index.fill(&block.bytes, quick.marks());
                let about = self.walk.question.formats.about(place);
                let folds = about.is_some_and(|about| about.folds_case);
                quick.sweep(&block.bytes, index, &mut Sink { adder: self, block, folds });
            }
            None => lines(block).for_each(|line| self.line(line.bytes)),
        }
    }

    fn line(&mut self, line: &[u8]) {
        // The reader is taken out, because a record borrows it.
        let mut reader = std::mem::replace(&mut self.reader, Reader::new(&[], true));
        if let Reading::Read(place, record) = reader.read(line) {
            self.record(place, &record);
        }
        self.reader = reader;
    }

    fn record(&mut self, place: usize, record: &Record<'_>) {
        let (question, server) = (self.walk.question, self.source.server);
        let at =
            record.time.map(|time| question.set_right(server, time.instant(question.wall(server))));
        let speaker = actor::speaker(record, question.trusted(server));
        let client = ClientKey::of(speaker.client);
        let target = record.target().unwrap_or_default();
        self.add(client, at, record.status, record.bytes, target);
        let folds = question.formats.about(place).is_some_and(|about| about.folds_case);
        if question.matcher(server, folds).find_record(record).is_none() {
            return;
        }
        // Whether it was GET or HEAD decides what a request for a target means.
        self.key.extend_from_slice(record.method().unwrap_or_default());
        let digest = self.digest();
        let count = self.sums.named.entry(digest).or_default();
        *count += 1;
        if self.known.get(&digest).is_none_or(|known| known < count) {
            let kept = |text: &[u8]| text[..text.len().min(TEXT_KEPT)].to_vec();
            let lacking = Lacking { at, client: kept(speaker.token), target: kept(target) };
            self.sums.lacking.push(lacking);
            if self.sums.lacking.len() > 2 * LACKING_KEPT {
                self.sums.lacking.sort();
                self.sums.lacking.truncate(LACKING_KEPT);
            }
        }
    }

    /// Adds one request to its quarter of an hour; its digest stands in `key`.
    fn add(
        &mut self,
        client: ClientKey,
        at: Option<Instant>,
        status: Option<u16>,
        bytes: Option<u64>,
        target: &[u8],
    ) {
        self.key.clear();
        self.key.extend_from_slice(&client.hash().to_le_bytes());
        self.key.extend_from_slice(&at.map_or(i64::MIN, |at| at.seconds).to_le_bytes());
        self.key.extend_from_slice(&status.unwrap_or(u16::MAX).to_le_bytes());
        self.key.extend_from_slice(&bytes.unwrap_or(u64::MAX).to_le_bytes());
        self.key.extend_from_slice(target);
        let digest = self.digest();
        self.sums.bins.entry(at.map(bin_of)).or_default().add(1, digest);
    }

    fn digest(&self) -> u128 {
        xxh3_128_with_seed(&self.key, self.walk.seed)
    }
}

/// Takes the lines of a sweep over one block.
struct Sink<'s, 'a, 'q, 'b> {
    adder: &'s mut Adder<'a, 'q>,
    block: &'b Block,
    folds: bool,
}

impl Sweep for Sink<'_, '_, '_, '_> {
    fn line(&mut self, line: &QuickLine) {
        let cut = |(start, end): (u32, u32)| &self.block.bytes[start as usize..end as usize];
        let (question, server) = (self.adder.walk.question, self.adder.source.server);
        let (client, _) = speaker(line, &self.block.bytes, question.trusted(server));
        let target = cut(line.target);
        let matcher = question.matcher(server, self.folds);
        // A target is added up as it is put together.
        let is_whole =
            line.query.is_none() && line.object.is_none() && line.path.0 == line.target.0;
        let is_simple = line.is_plain && is_whole && !matcher.folds();
        if !is_simple || matcher.may_name(cut(line.path)) {
            return self.odd(line.start, line.end, line.next);
        }
        let at = question.set_right(server, line.time.at);
        self.adder.add(ClientKey::of(client), Some(at), Some(line.status), line.bytes, target);
    }

    fn odd(&mut self, start: u32, end: u32, _next: u32) {
        self.adder.line(&self.block.bytes[start as usize..end as usize]);
    }

    fn state(&self) -> &State {
        &self.adder.reader.state
    }
}
