//! The second pass over one stretch of a source: what was asked is counted,
//! and nothing else.

use xxhash_rust::xxh3::xxh3_64;

use crate::actor;
use crate::case::Server;
use crate::detector::{self, Act};
use crate::evidence::ClientKey;
use crate::evidence::marks::mark;
use crate::format::{QuickLine, Reader, Reading, Sweep};
use crate::record::path::{self, Forms};
use crate::record::{Client, Escape, Instant, Moment, Object, Record, Role};
use crate::source::index::Index;
use crate::source::{Block, lines};

use super::ask::{Answers, Ask, Entered};
use super::edge::{self, Stretch};
use super::overlap::is_shared;
use super::plan::{PlannedSource, Question};
use super::trail::At;

/// How much of the path and the name of a client that was let in is kept, in
/// bytes.
const ENTRY_PATH: usize = 160;

/// Answers an ask from the lines of one source, block by block.
pub struct Answerer<'q> {
    question: &'q Question,
    source: &'q PlannedSource,
    number: u32,
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
    /// nothing.
    pub fn new(
        question: &'q Question,
        source: &'q PlannedSource,
        number: u32,
        ask: &'q Ask,
    ) -> Answerer<'q> {
        let mut reader = Reader::with(&question.formats, &source.formats, source.only);
        reader.state = source.begin.clone();
        let (index, answers) = (Index::default(), Answers::default());
        Answerer { question, source, number, ask, reader, index, passed: 0, answers }
    }

    /// Takes the next block.
    pub fn block(&mut self, block: &Block) {
        self.passed = 0;
        // Paths are compared only by their grammar, clients on both ways.
        let quick = self
            .reader
            .quick()
            .filter(|_| !self.question.reading.no_fast_path && self.ask.unnamed.is_empty());
        match quick {
            Some((_, quick)) if block.cut.overlong.is_none() => {
                let mut index = std::mem::take(&mut self.index);
                index.fill(&block.bytes);
                quick.sweep(&block.bytes, &index, &mut Sink { answerer: self, block });
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
        if self.ask.clients.contains(&client) && is_counted {
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
                false => path::raw(target).to_vec(),
            };
            self.answers.near(self.ask, &canonical);
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
                self.answers.near(self.ask, &canonical);
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
        query: memchr::memchr(b'?', target).map_or(&b""[..], |at| &target[at + 1..]),
        status: record.status,
        has_referer: record.referer.is_some(),
    }
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
}

impl Sweep for Sink<'_, '_, '_> {
    fn line(&mut self, line: &QuickLine) {
        if line.forwarded.is_some() {
            return self.odd(line.start, line.end, line.next);
        }
        let answerer = &*self.answerer;
        let peer = &self.block.bytes[line.peer.0 as usize..line.peer.1 as usize];
        // What a client did is read by the grammar; all others are passed by.
        let client = ClientKey::of(Client::read(peer));
        let target = &self.block.bytes[line.target.0 as usize..line.target.1 as usize];
        let may_enter =
            answerer.ask.entries.is_some() && detector::may_be_entry(line.status, target);
        if may_enter || answerer.ask.follows(client) {
            return self.odd(line.start, line.end, line.next);
        }
        let at = answerer.question.set_right(answerer.source.server, Instant::at(line.time));
        let of = (answerer.number, client);
        let (question, source, ask) = (answerer.question, answerer.source, answerer.ask);
        beat(question, source, ask, &mut self.answerer.answers, of, at);
        self.answerer.passed += 1;
    }

    fn odd(&mut self, start: u32, end: u32, _next: u32) {
        let offset = self.block.offset + u64::from(start);
        self.answerer.line(&self.block.bytes[start as usize..end as usize], offset);
    }
}
