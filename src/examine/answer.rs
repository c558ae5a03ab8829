//! The second pass over one stretch of a source: what was asked is counted,
//! and nothing else.

use std::sync::Mutex;

use ipnetwork::IpNetwork;
use xxhash_rust::xxh3::xxh3_64;

use crate::actor;
use crate::case::Server;
use crate::detector::{self, Act};
use crate::evidence::ClientKey;
use crate::evidence::marks::mark;
use crate::format::{QuickLine, Reader, Reading, State, Sweep};
use crate::record::path::{self, Forms};
use crate::record::{Escape, Instant, Moment, Object, Record, Role};
use crate::source::index::Index;
use crate::source::{Block, lines};

use super::ask::{Answers, Ask, Entered};
use super::asked::Asked;
use super::edge::{self, Stretch};
use super::hops::speaker;
use super::overlap::is_shared;
use super::plan::{PlannedSource, Question};
use super::room::lock;
use super::trail::At;

/// How much of the path and the name of a client that was let in is kept, in
/// bytes.
const ENTRY_PATH: usize = 160;

/// Of how many clients an answerer holds what it counted: what many threads
/// hold, each for itself, is no use to the others.
const CLIENTS_HELD: usize = 4_096;

/// Answers an ask from the lines of one source, block by block.
pub struct Answerer<'q> {
    question: &'q Question,
    source: &'q PlannedSource,
    number: u32,
    asked: &'q Asked<'q>,
    ask: &'q Ask,
    reader: Reader<'q>,
    index: Index,
    /// How many lines of the current block were passed.
    passed: u64,
    /// What was counted so far.
    pub answers: Answers,
}

impl<'q> Answerer<'q> {
    /// An answerer for `source`, number `number` of the plan, that has read
    /// nothing; `state` is carried into it.
    pub fn new(
        question: &'q Question,
        source: &'q PlannedSource,
        number: u32,
        asked: &'q Asked<'q>,
        state: State,
    ) -> Answerer<'q> {
        let mut reader = Reader::with(&question.formats, &source.formats, source.only);
        reader.state = state;
        let (index, answers) = (Index::default(), Answers::default());
        let ask = asked.ask;
        Answerer { question, source, number, asked, ask, reader, index, passed: 0, answers }
    }

    /// Takes the next block, and hands over what was counted where it is of many
    /// clients.
    pub fn block_into(&mut self, block: &Block, answers: &Mutex<Answers>) {
        self.block(block);
        if self.answers.seen.len() >= CLIENTS_HELD {
            lock(answers).merge(self.ask, std::mem::take(&mut self.answers));
        }
    }

    /// Takes the next block.
    pub fn block(&mut self, block: &Block) {
        self.passed = 0;
        let quick = self.reader.quick().filter(|_| !self.question.reading.no_fast_path);
        match quick {
            Some((_, quick)) if block.cut.overlong.is_none() => {
                let mut index = std::mem::take(&mut self.index);
                index.fill(&block.bytes, quick.marks());
                quick.sweep(&block.bytes, &index, &mut Sink::new(self, block));
                self.index = index;
            }
            // The first pass counts it as not read.
            _ if block.cut.overlong.is_some() => self.passed += 1,
            _ => lines(block).for_each(|line| self.line(line.bytes, line.offset)),
        }
        if self.ask.trail.is_some() {
            self.answers.trail.block(self.number, block.offset, self.passed);
        }
    }

    fn line(&mut self, line: &[u8], offset: u64) {
        let number = self.passed;
        self.passed += 1;
        let Reading::Read(_, record) = self.reader.read(line) else { return };
        let wall = self.question.wall(self.source.server);
        let at = record.time.map(|time| Moment {
            at: self.question.set_right(self.source.server, time.instant(wall)),
            digits: time.digits,
        });
        let speaker = actor::speaker(&record, self.question.trusted(self.source.server));
        let client = ClientKey::of(speaker.client);
        if let Some(at) = at {
            let of = (self.number, client);
            beat(self.question, self.source, self.ask, &mut self.answers, of, at.at);
        }
        let time = at.map(|moment| moment.at);
        // What came by way of an edge is counted in the edge's log.
        let server = &self.question.servers[self.source.server];
        let behind = self.ask.behind.get(&self.number);
        let is_counted = !behind.is_some_and(|spoken| is_at_edge(server, spoken, &record, time));
        let is_asked = self.ask.follows(client) && is_counted;
        if self.ask.clients.contains(client) && is_counted {
            self.answers.saw(client, at);
            if self.ask.overlaps.get(&self.number).is_some_and(|spans| is_shared(spans, time)) {
                self.answers.shared.see(xxh3_64(line), self.number, client, 1);
            }
        }
        if let Some(wanted) = self.ask.trail.as_ref().filter(|wanted| wanted.holds(client)) {
            let at = At { source: self.number, offset, line: number, time };
            self.answers.trail.take(wanted, at, &speaker, &record);
        }
        let entry_time = time.filter(|at| self.ask.asks_entries(*at));
        if (is_asked || entry_time.is_some() || !self.ask.unnamed.is_empty())
            && let Some(target) = record.target()
        {
            let canonical = match path::is_odd(target, record.escape, false) {
                true => Forms::of(target, record.escape, false).canonical,
                false => path::raw(target).into(),
            };
            self.answers.near(self.asked, &canonical);
            let act = act(&record, target, &canonical);
            if is_asked {
                self.answers.act(self.ask, client, time, &act);
            }
            if let Some(at) = entry_time.filter(|_| detector::is_entry(&act)) {
                let path = canonical[..canonical.len().min(ENTRY_PATH)].to_vec();
                let token = speaker.token[..speaker.token.len().min(ENTRY_PATH)].to_vec();
                self.answers.entered(client, Entered { at, path, client: token });
            }
            for path in record.object.into_iter().flat_map(Object::paths) {
                let canonical = Forms::of(&path, Escape::None, false).canonical;
                self.answers.near(self.asked, &canonical);
            }
        }
    }
}

/// Takes the time of a record whose client, of a source, may call at regular
/// times.
fn beat(
    question: &Question,
    source: &PlannedSource,
    ask: &Ask,
    answers: &mut Answers,
    of: (u32, ClientKey),
    at: Instant,
) {
    let monitors = &question.servers[source.server].monitors;
    let is_monitor =
        || of.1.ip().is_some_and(|ip| monitors.iter().any(|network| network.contains(ip)));
    if ask.steady.contains(&mark(of.1.hash())) || ask.monitors && is_monitor() {
        answers.beat(of.0, of.1, at);
    }
}

/// A record as detectors look at it in passing.
fn act<'a>(record: &Record<'a>, target: &'a [u8], canonical: &'a [u8]) -> Act<'a> {
    Act {
        method: record.method().unwrap_or_default(),
        path: canonical,
        query: query_of(target),
        status: record.status,
        has_referer: record.referer.is_some(),
    }
}

/// Says whether a sweep tells of a line all that detectors look at.
fn is_told(line: &QuickLine) -> bool {
    let is_absolute = line.path.0 > line.target.0;
    line.is_plain && !is_absolute && line.object.is_none() && line.method.0 < line.method.1
}

/// A line that was swept as detectors look at it in passing.
fn swept<'a>(line: &QuickLine, block: &'a [u8]) -> Act<'a> {
    let cut = |(start, end): (u32, u32)| &block[start as usize..end as usize];
    let query = match line.query {
        Some(query) => cut(query),
        None => query_of(cut(line.target)),
    };
    Act {
        method: cut(line.method),
        path: cut(line.path),
        query,
        status: Some(line.status),
        has_referer: line.referer.0 < line.referer.1,
    }
}

/// What is behind the question mark of a target.
fn query_of(target: &[u8]) -> &[u8] {
    memchr::memchr(b'?', target).map_or(&b""[..], |at| &target[at + 1..])
}

/// Says whether a line of a server is expected in the log of its edge, which
/// speaks for these stretches.
fn is_at_edge(
    server: &Server,
    stretches: &[Stretch],
    record: &Record<'_>,
    time: Option<Instant>,
) -> bool {
    let peer = record.addresses.each().find(|(role, _)| *role == Role::Peer);
    time.is_some_and(|at| edge::holds(stretches, at))
        && edge::came_by_edge(server, peer.map(|(_, text)| text))
}

/// Takes the lines of a sweep over one block.
struct Sink<'a, 'q, 'b> {
    answerer: &'a mut Answerer<'q>,
    block: &'b Block,
    trusted: &'q [IpNetwork],
    /// Any client may be asked for.
    asks_any: bool,
    /// Of a client that is followed nothing is wanted but what a sweep tells.
    is_simple: bool,
    asks_paths: bool,
    asks_entries: bool,
}

impl<'a, 'q, 'b> Sink<'a, 'q, 'b> {
    fn new(answerer: &'a mut Answerer<'q>, block: &'b Block) -> Sink<'a, 'q, 'b> {
        let (question, ask) = (answerer.question, answerer.ask);
        let server = &question.servers[answerer.source.server];
        Sink {
            block,
            trusted: &server.trusted_proxies,
            asks_any: ask.trail.is_some() || ask.monitors && !server.monitors.is_empty(),
            is_simple: ask.trail.is_none()
                && !ask.behind.contains_key(&answerer.number)
                && !ask.overlaps.contains_key(&answerer.number),
            asks_paths: !ask.unnamed.is_empty(),
            asks_entries: ask.entries.is_some(),
            answerer,
        }
    }

    fn cut(&self, (start, end): (u32, u32)) -> &'b [u8] {
        &self.block.bytes[start as usize..end as usize]
    }
}

impl Sweep for Sink<'_, '_, '_> {
    fn line(&mut self, line: &QuickLine) {
        // Where no proxy is trusted the peer has asked.
        let key = match (self.trusted, line.ip()) {
            ([], Some(ip)) => ClientKey::of_ip(ip),
            (trusted, _) => ClientKey::of(speaker(line, &self.block.bytes, trusted).0),
        };
        let may_enter = self.asks_entries
            && [Some(line.target), line.query]
                .into_iter()
                .flatten()
                .any(|part| detector::may_be_entry(line.status, self.cut(part)));
        if self.asks_paths {
            if !line.is_plain || line.object.is_some() {
                return self.odd(line.start, line.end, line.next);
            }
            self.answerer.answers.near(self.answerer.asked, self.cut(line.path));
        }
        if may_enter || self.asks_any || self.answerer.asked.may_name(key.hash()) {
            let is_followed = self.answerer.ask.follows(key);
            // What else is not plain is read by the grammar.
            if may_enter || is_followed && !(self.is_simple && is_told(line)) {
                return self.odd(line.start, line.end, line.next);
            }
            let answerer = &mut *self.answerer;
            let at = answerer.question.set_right(answerer.source.server, line.time.at);
            let of = (answerer.number, key);
            beat(answerer.question, answerer.source, answerer.ask, &mut answerer.answers, of, at);
            if is_followed {
                let moment = Moment { at, digits: line.time.digits };
                answerer.answers.saw(key, Some(moment));
                let act = swept(line, &self.block.bytes);
                answerer.answers.act(answerer.ask, key, Some(at), &act);
            }
        }
        self.answerer.passed += 1;
    }

    fn odd(&mut self, start: u32, end: u32, _next: u32) {
        let offset = self.block.offset + u64::from(start);
        self.answerer.line(&self.block.bytes[start as usize..end as usize], offset);
    }

    fn state(&self) -> &State {
        &self.answerer.reader.state
    }
}
