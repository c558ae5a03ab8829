//! Reads one source for a pass: whoever reads it maps its blocks, or hands them
//! to tasks.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use rayon::Scope;

use crate::evidence::SourceEvidence;
use crate::format::State;
use crate::source::{Block, Blocks, Finished, LINE_CAP, Opened, ReadOptions};

use super::answer::Answerer;
use super::ask::Answers;
use super::asked::Asked;
use super::map::{Mapper, Tools};
use super::piece::PieceSize;
use super::plan::{Plan, PlannedSource, Question};
use super::room::{Place, Room, lock};
use super::stream::Pace;
use super::visit::{Stop, Trip, visit};

/// What every task of a scan looks at.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub question: &'a Question,
    pub plan: &'a Plan,
    pub pace: Pace<'a>,
}

impl<'a> Context<'a> {
    fn source(&self, number: u32) -> &'a PlannedSource {
        &self.plan.sources[number as usize]
    }

    /// Makes a trip, decoded by so many threads: `read` gets what is opened, and
    /// `end` how each reading ended.
    pub(super) fn visit(
        &self,
        (trip, threads): (&Trip, usize),
        read: &mut dyn FnMut(u32, Opened<'_>) -> Finished,
        end: &dyn Fn(u32, Result<Finished, String>),
    ) {
        let options = ReadOptions { hash: !self.question.reading.no_hash, threads };
        visit(self.plan, trip, options, Some(self.pace.progress), &mut |number, stop| {
            match stop {
                Stop::Source(opened) => end(number, Ok(read(number, *opened))),
                Stop::Archive(finished) => end(number, Ok(*finished)),
                Stop::Unreadable(why) => end(number, Err(why)),
            }
            self.flow()
        });
    }

    /// Reads and maps one source from its start to its end.
    pub(super) fn in_order(
        &self,
        number: u32,
        mut opened: Opened<'_>,
        absorb: &dyn Fn(u32, io::Result<SourceEvidence>),
    ) -> Finished {
        let source = self.source(number);
        let mut state = source.begin.clone();
        let mut blocks = Blocks::new(&mut opened, self.pace.block_bytes, LINE_CAP);
        let (mut piece, mut tools) = (PieceSize::default(), Tools::default());
        let mut is_over = false;
        while !self.stopped() && !is_over {
            // What was found does not wait for the end of a long source.
            let mapper = Mapper::new(self.question, source, number, state);
            let mut mapper = mapper.with_tools(tools);
            for _ in 0..piece.blocks() {
                let Some(block) = blocks.next() else {
                    is_over = true;
                    break;
                };
                mapper.block(&block);
                blocks.recycle(block.bytes);
            }
            state = mapper.state().clone();
            tools = mapper.take_tools();
            absorb(number, piece.of(mapper.finish()));
        }
        drop(blocks);
        opened.finish()
    }

    /// Reads one source in order and spreads its blocks over the pool.
    pub(super) fn spread<'s>(
        &self,
        number: u32,
        mut opened: Opened<'_>,
        tasks: &Scope<'s>,
        room: &'s Room,
        absorb: &'s (impl Fn(u32, io::Result<SourceEvidence>) + Sync),
    ) -> Finished
    where
        'a: 's,
    {
        let source = self.source(number);
        if source.state != State::default() {
            // Headers are carried from line to line: one mapper, in order.
            return self.in_order(number, opened, absorb);
        }
        let question = self.question;
        let mut blocks = Blocks::new(&mut opened, self.pace.block_bytes, LINE_CAP);
        self.share(&mut blocks, tasks, room, move |some: &[Block]| {
            let mapper = Mapper::new(question, source, number, State::default());
            let mut mapper = mapper.with_tools(room.tools());
            some.iter().for_each(|block| mapper.block(block));
            room.take_back(mapper.take_tools());
            absorb(number, mapper.finish());
        });
        drop(blocks);
        opened.finish()
    }

    /// Hands the blocks of a stream to tasks that do this work, some together.
    fn share<'s, R: Read>(
        &self,
        blocks: &mut Blocks<R>,
        tasks: &Scope<'s>,
        room: &'s Room,
        work: impl Fn(&[Block]) + Copy + Send + 's,
    ) {
        let hand_over = |some: Vec<Block>, places: Vec<Place<'s>>| {
            tasks.spawn(move |_| {
                work(&some);
                places.into_iter().zip(some).for_each(|(place, block)| place.leave(block.bytes));
            });
        };
        let (mut some, mut places) = (Vec::new(), Vec::new());
        while !self.stopped()
            && let Some(block) = blocks.next()
        {
            places.push(room.enter());
            some.push(block);
            if let Some(bytes) = room.spare() {
                blocks.recycle(bytes);
            }
            if some.len() == room.together() {
                hand_over(std::mem::take(&mut some), std::mem::take(&mut places));
            }
        }
        hand_over(some, places);
    }

    /// Reads one source again, in order if that is wanted, and else spreads
    /// the answering over the pool.
    pub(super) fn inquire<'s>(
        &self,
        (number, in_order): (u32, bool),
        opened: Opened<'_>,
        asked: &'s Asked<'s>,
        tasks: &Scope<'s>,
        room: &'s Room,
        answers: &'s Mutex<Answers>,
    ) where
        'a: 's,
    {
        let (question, source) = (self.question, self.source(number));
        let answerer = move || Answerer::new(question, source, number, asked, source.begin.clone());
        let mut blocks = Blocks::new(opened, self.pace.block_bytes, LINE_CAP);
        if !in_order {
            return self.share(&mut blocks, tasks, room, move |some: &[Block]| {
                let mut part = answerer();
                some.iter().for_each(|block| part.block(block));
                lock(answers).merge(asked.ask, part.answers);
            });
        }
        let mut in_turn = answerer();
        while !self.stopped()
            && let Some(block) = blocks.next()
        {
            in_turn.block_into(&block, answers);
            blocks.recycle(block.bytes);
        }
        lock(answers).merge(asked.ask, in_turn.answers);
    }

    /// Whether to go on to the next source.
    pub(super) fn flow(&self) -> ControlFlow<()> {
        if self.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn stopped(&self) -> bool {
        self.pace.stop.load(Ordering::Relaxed)
    }
}
