//! The second pass over one stretch of a source: what was asked is counted,
//! and nothing else.

use crate::actor;
use crate::evidence::ClientKey;
use crate::format::{QuickLine, Reader, Reading, Sweep};
use crate::record::path::{self, Forms};
use crate::record::{Client, Instant};
use crate::source::index::Index;
use crate::source::{Block, lines};

use super::ask::{Answers, Ask};
use super::plan::{PlannedSource, Question};

/// Answers an ask from the lines of one source, block by block.
pub struct Answerer<'q> {
    question: &'q Question,
    source: &'q PlannedSource,
    ask: &'q Ask,
    reader: Reader<'q>,
    index: Index,
    /// What was counted so far.
    pub answers: Answers,
}

impl<'q> Answerer<'q> {
    /// An answerer that has read nothing.
    pub fn new(question: &'q Question, source: &'q PlannedSource, ask: &'q Ask) -> Answerer<'q> {
        let reader = Reader::with(&question.formats, &source.formats, source.only);
        let (index, answers) = (Index::default(), Answers::default());
        Answerer { question, source, ask, reader, index, answers }
    }

    /// Takes the next block.
    pub fn block(&mut self, block: &Block) {
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
            _ => lines(block).for_each(|line| self.line(line.bytes)),
        }
    }

    fn line(&mut self, line: &[u8]) {
        let Reading::Read(_, record) = self.reader.read(line) else { return };
        let wall = self.question.wall(self.source.server);
        let at =
            record.time.map(|time| self.question.set_right(self.source.server, time.instant(wall)));
        let speaker = actor::speaker(&record, self.question.trusted(self.source.server));
        let client = ClientKey::of(speaker.client);
        if self.ask.clients.contains(&client) {
            self.answers.saw(client, at);
        }
        if !self.ask.unnamed.is_empty()
            && let Some(target) = record.target()
        {
            let canonical = match path::is_odd(target, record.escape, false) {
                true => Forms::of(target, record.escape, false).canonical,
                false => path::raw(target).to_vec(),
            };
            self.answers.near(self.ask, &canonical);
        }
    }
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
        let answerer = &mut *self.answerer;
        let peer = &self.block.bytes[line.peer.0 as usize..line.peer.1 as usize];
        let client = ClientKey::of(Client::read(peer));
        if answerer.ask.clients.contains(&client) {
            let server = answerer.source.server;
            let at = answerer.question.set_right(server, Instant::at(line.time));
            answerer.answers.saw(client, Some(at));
        }
    }

    fn odd(&mut self, start: u32, end: u32, _next: u32) {
        self.answerer.line(&self.block.bytes[start as usize..end as usize]);
    }
}
