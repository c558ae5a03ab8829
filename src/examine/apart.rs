//! Large plain sources, where no digest is wanted: every worker reads the next
//! stretch of any of them by position, and maps it where it was read.
//!
//! Nothing is handed over and nobody waits: one counter over the stretches of
//! all sources says which is next. Blocks of streams that wait for a worker
//! have their turn between two stretches.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::evidence::SourceEvidence;
use crate::format::State;
use crate::source::{self, Blocks, CONTENT_BLOCK, Finished, LINE_CAP, Slice};

use super::answer::Answerer;
use super::ask::Answers;
use super::asked::Asked;
use super::map::{Mapper, Tools};
use super::piece::PieceSize;
use super::plan::{Plan, PlannedSource, Question};
use super::room::lock;
use super::split::{Reads, Split, assumed};
use super::stream::Pace;

/// How many blocks of lines make a stretch, about.
const BLOCKS: usize = 16;

/// Sources that are read by stretches.
pub(super) struct Apart<'a> {
    question: &'a Question,
    plan: &'a Plan,
    pace: Pace<'a>,
    sources: Vec<Source>,
    /// How many bytes a stretch has: whole blocks of a content id.
    stretch: u64,
    /// How many stretches there are in all, and the next one.
    count: usize,
    next: AtomicUsize,
}

/// One of them.
struct Source {
    number: u32,
    /// The number of its first stretch, and how many it has.
    first: usize,
    count: usize,
    parts: Mutex<Parts>,
}

/// Room that one stretch leaves to the next on the same thread.
#[derive(Default)]
struct Lent {
    blocks: Vec<Vec<u8>>,
    tools: Tools,
}

/// What the stretches of a source that are done gave.
#[derive(Default)]
struct Parts {
    opened: Option<Arc<source::Apart>>,
    done: usize,
    /// The hashes of the blocks of each stretch, by its number.
    blocks: Vec<(usize, Vec<u128>)>,
    /// Something is wrong with its bytes: whoever reads it in order says what.
    is_faulty: bool,
}

/// What a source came to.
pub(super) enum Came {
    /// A part of it was mapped, or the spool of its hits cannot be packed.
    Part(Box<io::Result<SourceEvidence>>),
    /// So was everything.
    Whole(Box<Finished>),
    /// It is to be read in order, and what came of it until now is void.
    Again,
}

/// Says whether a source can be read from any byte by whoever does not know the
/// lines before: what is carried from line to line is told by its head, or
/// proves to have been another, and then the source is read again.
pub(super) fn is_apart(source: &PlannedSource) -> bool {
    let carried = [&source.begin, &source.state];
    let is_steady = carried.iter().all(|state| {
        state.year.is_none() && state.day.is_none() && state.parts.iter().all(Vec::is_empty)
    });
    source.plain && is_steady && source.container.is_none() && source.found.member.is_none()
}

impl<'a> Apart<'a> {
    /// The sources of these numbers.
    pub(super) fn new(
        question: &'a Question,
        plan: &'a Plan,
        pace: Pace<'a>,
        numbers: impl IntoIterator<Item = u32>,
    ) -> Apart<'a> {
        let blocks = (pace.block_bytes * BLOCKS).div_ceil(CONTENT_BLOCK);
        let stretch = (blocks * CONTENT_BLOCK) as u64;
        let mut count_all = 0;
        let mut sources = Vec::new();
        for number in numbers {
            let length = plan.sources[number as usize].found.length;
            let count = usize::try_from(length.div_ceil(stretch)).unwrap_or(usize::MAX);
            sources.push(Source { number, first: count_all, count, parts: Mutex::default() });
            count_all += count;
        }
        Apart {
            question,
            plan,
            pace,
            sources,
            stretch,
            count: count_all,
            next: AtomicUsize::new(0),
        }
    }

    /// How many stretches there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Maps stretches until none is left; to be run once on each thread, because
    /// of two on one the first would run the second between its stretches, and
    /// other threads nothing. `came` is told what each stretch came
    /// to, and each source when its last stretch is done.
    pub(super) fn map(&self, came: &dyn Fn(u32, Came)) {
        let (mut lent, mut piece) = (Lent::default(), PieceSize::default());
        while let Some((own, number)) = self.take() {
            let mut take = |part| came(own.number, Came::Part(Box::new(part)));
            let blocks = self.map_one((own, number), &mut lent, &mut piece, &mut take);
            let mut parts = lock(&own.parts);
            parts.done += 1;
            match blocks {
                Ok(blocks) => parts.blocks.push((number, blocks)),
                Err(_) => parts.is_faulty = true,
            }
            if parts.done == own.count {
                let parts = std::mem::take(&mut *parts);
                came(own.number, parts.close());
            }
        }
    }

    /// Answers an ask from stretches until none is left.
    pub(super) fn answer(&self, asked: &Asked<'_>, answers: &Mutex<Answers>) {
        let mut room = Vec::new();
        while let Some((own, number)) = self.take() {
            let (question, source) = (self.question, &self.plan.sources[own.number as usize]);
            let split = self.split(own, number);
            let state = assumed(self.plan, split);
            let mut part = Answerer::new(question, source, own.number, asked, state);
            // What cannot be read again was told by the first pass.
            if let Ok(slice) = self.open(own).map(|opened| self.slice(&opened, split)) {
                let _ = self
                    .read(slice, split, &mut room, &mut |block| part.block_into(block, answers));
            }
            lock(answers).merge(asked.ask, part.answers);
        }
    }

    /// The next stretch: its source, and its number in that.
    fn take(&self) -> Option<(&Source, usize)> {
        // Whoever waits for a worker comes first.
        while rayon::yield_now() == Some(rayon::Yield::Executed) {}
        if self.pace.stop.load(Ordering::Relaxed) {
            return None;
        }
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        if next >= self.count {
            return None;
        }
        let place = self.sources.partition_point(|own| own.first <= next).checked_sub(1)?;
        let own = &self.sources[place];
        Some((own, next - own.first))
    }

    fn split(&self, own: &Source, number: usize) -> Split {
        let start = number as u64 * self.stretch;
        Split { source: own.number, reads: Reads::Lines, start, end: start + self.stretch }
    }

    /// Maps a stretch, gives what it shows to `came`, piece by piece, and the
    /// hashes of its blocks.
    fn map_one(
        &self,
        (own, number): (&Source, usize),
        lent: &mut Lent,
        piece: &mut PieceSize,
        came: &mut dyn FnMut(io::Result<SourceEvidence>),
    ) -> io::Result<Vec<u128>> {
        let source = &self.plan.sources[own.number as usize];
        let split = self.split(own, number);
        let state = assumed(self.plan, split);
        let begin = |state: State, tools: Tools| {
            Mapper::new(self.question, source, own.number, state).with_tools(tools)
        };
        let (mut mapper, mut n_blocks) = (begin(state, std::mem::take(&mut lent.tools)), 0);
        let slice = self.slice(&*self.open(own)?, split).with_content();
        let slice = self.read(slice, split, &mut lent.blocks, &mut |block| {
            mapper.block(block);
            n_blocks += 1;
            if n_blocks >= piece.blocks() {
                n_blocks = 0;
                let tools = mapper.take_tools();
                let next = begin(mapper.state().clone(), tools);
                came(piece.of(std::mem::replace(&mut mapper, next).finish()));
            }
        })?;
        lent.tools = mapper.take_tools();
        came(mapper.finish());
        Ok(slice.into_content())
    }

    /// Gives the blocks of a stretch to `take`.
    fn read<'p>(
        &self,
        slice: Slice<'p>,
        split: Split,
        room: &mut Vec<Vec<u8>>,
        take: &mut dyn FnMut(&source::Block),
    ) -> io::Result<Slice<'p>> {
        let (start, end) = (split.start, slice.range().1);
        let mut blocks = Blocks::of_range(slice, start, end, self.pace.block_bytes, LINE_CAP);
        blocks.lend(std::mem::take(room));
        while let Some(block) = blocks.next() {
            take(&block);
            blocks.recycle(block.bytes);
        }
        let fault = blocks.error().map(|error| io::Error::new(error.kind(), error.to_string()));
        let slice;
        (slice, *room) = blocks.into_parts();
        fault.map_or(Ok(slice), Err)
    }

    fn slice(&self, opened: &source::Apart, split: Split) -> Slice<'a> {
        opened.slice(split.start, split.end, Some(self.pace.progress))
    }

    /// The open source, for as long as any of its stretches is read.
    fn open(&self, own: &Source) -> io::Result<Arc<source::Apart>> {
        let mut parts = lock(&own.parts);
        if let Some(opened) = &parts.opened {
            return Ok(Arc::clone(opened));
        }
        let found = &self.plan.sources[own.number as usize].found;
        let opened = Arc::new(source::apart(found)?);
        if opened.length() != found.length {
            return Err(io::Error::other("the file became shorter since it was found"));
        }
        parts.opened = Some(Arc::clone(&opened));
        Ok(opened)
    }
}

impl Parts {
    /// What the source came to, all its stretches being done.
    fn close(mut self) -> Came {
        match self.opened.filter(|_| !self.is_faulty) {
            None => Came::Again,
            Some(opened) => {
                self.blocks.sort_unstable_by_key(|(number, _)| *number);
                let blocks = self.blocks.into_iter().flat_map(|(_, blocks)| blocks);
                Came::Whole(Box::new(opened.finish(blocks)))
            }
        }
    }
}
