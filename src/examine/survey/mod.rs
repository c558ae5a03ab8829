//! A first look at logs, minutes after they arrive: not who fetched what, but
//! what these files are and what they can tell.
//!
//! A survey reads little: the head, the middle and the tail of what is stored
//! plain, the head of what is compressed, and says how much that was. With
//! [`Depth::Full`] it reads everything. It counts; what follows from the counts
//! is for the room `verdict`.

pub mod peers;
pub mod signs;
pub mod tally;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use rayon::prelude::*;

use crate::error::Error;
use crate::format::guess::Kind;
use crate::format::{Reader, State};
use crate::record::WallClock;
use crate::source::sample::{Extent, PARTS, Stretch};
use crate::source::{self, Blocks, Finished, LINE_CAP, Opened, ReadOptions, Sampled};

use super::duplicate::duplicates;
use super::plan::{self, HEAD_BYTES, Plan, PlannedSource, Question};
use super::reduce::{Examined, ExaminedSource};
use super::visit::{Stop, Trip, trips, visit};

pub use peers::Peers;
pub use signs::{BodylessBytes, EscapeStyle};
pub use tally::{Fields, Order, Tally, UnreadLine};

/// How many bytes all samples together have, as far as [`PART_LEAST`] allows:
/// a few seconds of reading.
const BUDGET_BYTES: usize = 256 << 20;

/// The least that is read at one place of a source: some hundred lines.
const PART_LEAST: usize = 16 << 10;

/// How many bytes of members one archive is gone through at most, where not
/// everything is read.
const ARCHIVE_BYTES: u64 = 512 << 20;

/// How many bytes of lines a block holds where everything is read.
const BLOCK_BYTES: usize = 512 << 10;

/// How many blocks of one source are read before they are counted together.
const BATCH: usize = 16;

/// From how many stored bytes on a source has all threads to itself.
const LARGE_BYTES: u64 = 8 << 20;

/// How much is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Every byte.
    Full,
    /// Samples.
    Sampled,
}

/// What a first look showed, in the order of the plan.
#[derive(Debug)]
pub struct Survey {
    /// How much was meant to be read.
    pub depth: Depth,
    /// The sources.
    pub sources: Vec<Surveyed>,
}

/// What a first look at one source showed.
#[derive(Debug, Default)]
pub struct Surveyed {
    /// How much of it was read.
    pub extent: Extent,
    /// Which stretches, where only parts were read.
    pub stretches: Vec<Stretch>,
    /// What its lines add up to.
    pub tally: Tally,
    /// Other formats that read the same lines, by the format that counts.
    pub ties: BTreeMap<usize, Vec<usize>>,
    /// What the reading said, where it came to the end.
    pub finished: Option<Finished>,
    /// The earlier source of which it is a copy, where both were read whole.
    pub duplicate_of: Option<u32>,
    /// The earlier source that begins with the same bytes, where not both
    /// were read whole.
    pub begins_like: Option<u32>,
    /// NUL bytes between lines.
    pub nul_bytes: u64,
    /// What seals it: encryption, or a way of packing that is not read.
    pub sealed: Option<&'static str>,
    /// The digest of its first decoded bytes.
    pub head_id: Option<String>,
    /// Why it could not be opened.
    pub unreadable: Option<String>,
    /// What was wrong with its bytes, a sentence each.
    pub problems: Vec<String>,
}

impl Surveyed {
    /// Says whether all of it was read.
    pub fn is_whole(&self) -> bool {
        self.extent == Extent::Whole
    }

    /// How many decoded bytes were read.
    pub fn bytes_read(&self) -> u64 {
        match &self.finished {
            Some(finished) => finished.decoded_bytes,
            None => self.stretches.iter().map(|stretch| stretch.length).sum(),
        }
    }

    /// Says whether it could not be opened or not be read as far as was
    /// meant, or changed meanwhile.
    pub fn is_faulty(&self) -> bool {
        self.unreadable.is_some()
            || !self.problems.is_empty()
            || self.finished.as_ref().is_some_and(|finished| finished.changed.is_some())
    }
}

/// Plans a first look at `inputs`: as [`plan::plan`], from shorter heads where
/// there are many sources, and where not all is to be read, of a large archive
/// only its first members, because the others lie behind them.
///
/// # Errors
/// When there is nothing to read at all.
pub fn plan(
    question: &Question,
    inputs: &[String],
    base: &Path,
    depth: Depth,
) -> Result<Plan, Error> {
    let archive_bytes = match depth {
        Depth::Full => u64::MAX,
        Depth::Sampled => ARCHIVE_BYTES,
    };
    plan::plan_from(question, inputs, base, |n| part(n).min(HEAD_BYTES), archive_bytes)
}

/// How many bytes are read at one place of each of `n` sources.
fn part(n: usize) -> usize {
    (BUDGET_BYTES / (PARTS * n.max(1))).clamp(PART_LEAST, HEAD_BYTES)
}

/// Takes a first look at what a plan names. `progress` counts stored bytes.
pub fn survey(question: &Question, plan: &Plan, depth: Depth, progress: &AtomicU64) -> Survey {
    let part = part(plan.sources.len());
    let unreadable = |planned: &PlannedSource| Surveyed {
        unreadable: planned.unreadable.clone(),
        ..Surveyed::default()
    };
    let mut sources: Vec<Surveyed> = plan.sources.iter().map(unreadable).collect();
    let numbers = (0u32..).zip(&plan.sources);
    let readable = numbers.filter(|(_, planned)| planned.unreadable.is_none());
    let trips = trips(plan, readable.map(|(number, _)| number));
    let look = |trip: &Trip| match (trip.is_archive, depth) {
        (false, Depth::Sampled) => {
            let number = trip.sources[0];
            vec![(number, sampled(question, &plan.sources[number as usize], part, progress))]
        }
        _ => opened(question, plan, trip, depth, part, progress),
    };
    let is_large = |trip: &&Trip| {
        let planned = &plan.sources[trip.sources[0] as usize];
        depth == Depth::Full && planned.found.length >= LARGE_BYTES
    };
    let (large, small): (Vec<&Trip>, Vec<&Trip>) = trips.iter().partition(is_large);
    let mut seen: Vec<(u32, Surveyed)> =
        small.par_iter().flat_map_iter(|trip| look(trip)).collect();
    // Large sources one after another, each with all threads.
    seen.extend(large.into_iter().flat_map(look));
    for (number, seen) in seen {
        sources[number as usize] = seen;
    }
    let mut survey = Survey { depth, sources };
    survey.find_copies(plan);
    for (planned, seen) in plan.sources.iter().zip(&mut survey.sources) {
        seen.set_clock(question.wall(planned.server));
    }
    survey
}

/// Looks at the sources of a trip, each from its start: at all of it, or at
/// its head.
fn opened(
    question: &Question,
    plan: &Plan,
    trip: &Trip,
    depth: Depth,
    part: usize,
    progress: &AtomicU64,
) -> Vec<(u32, Surveyed)> {
    let options = ReadOptions { hash: depth == Depth::Full, ..ReadOptions::default() };
    let mut seen = Vec::new();
    visit(plan, trip, options, Some(progress), &mut |number, stop| {
        let planned = &plan.sources[number as usize];
        let surveyed = match (stop, depth) {
            (Stop::Source(opened), Depth::Full) => full(question, planned, *opened),
            (Stop::Source(opened), Depth::Sampled) => {
                sampling(question, planned, |take| Ok(source::sample_opened(*opened, part, take)))
            }
            (Stop::Archive(finished), _) => Surveyed {
                extent: Extent::Whole,
                problems: finished.problems.clone(),
                finished: Some(*finished),
                ..Surveyed::default()
            },
            (Stop::Unreadable(why), _) => Surveyed { unreadable: Some(why), ..Surveyed::default() },
        };
        seen.push((number, surveyed));
        ControlFlow::Continue(())
    });
    seen
}

/// Looks at samples of a file.
fn sampled(
    question: &Question,
    planned: &PlannedSource,
    part: usize,
    progress: &AtomicU64,
) -> Surveyed {
    sampling(question, planned, |take| {
        source::sample(&planned.found, planned.plain, part, Some(progress), take)
    })
}

/// Looks at what `sample` gives of a source.
fn sampling(
    question: &Question,
    planned: &PlannedSource,
    sample: impl FnOnce(&mut dyn FnMut(&source::Block, bool)) -> std::io::Result<Sampled>,
) -> Surveyed {
    let mut reader = Reader::with(&question.formats, &planned.formats, planned.only);
    reader.state = planned.state.clone();
    let mut tally = Tally::new(true);
    let mut head = None;
    let mut n_stretches = 0;
    let sampled = sample(&mut |block, is_first| {
        head.get_or_insert_with(|| Head::of(block));
        n_stretches += u32::from(is_first);
        if n_stretches > 1 {
            tally.skip();
        }
        tally.block(block, &mut reader);
    });
    match sampled {
        Err(error) => Surveyed { unreadable: Some(error.to_string()), ..Surveyed::default() },
        Ok(sampled) => {
            let mut problems = sampled.problems;
            if sampled.extent != Extent::Whole {
                match source::check(&planned.found) {
                    Ok(changes) => problems.extend(changes.changed),
                    Err(error) => problems.push(error.to_string()),
                }
            }
            let nul_bytes = match sampled.extent {
                Extent::Ends => sampled.nul_bytes,
                Extent::Head | Extent::Nothing | Extent::Whole => tally.coverage.skipped_bytes,
            };
            let mut seen = Surveyed {
                extent: sampled.extent,
                stretches: sampled.stretches,
                tally,
                finished: sampled.finished,
                nul_bytes,
                problems,
                ..Surveyed::default()
            };
            seen.close(&reader, head);
            seen
        }
    }
}

/// Reads all of a source, its blocks by all threads that are free.
fn full(question: &Question, planned: &PlannedSource, mut opened: Opened<'_>) -> Surveyed {
    let mut tally = Tally::new(true);
    let mut reader = Reader::with(&question.formats, &planned.formats, planned.only);
    reader.state = planned.state.clone();
    // Headers are carried from line to line, so these are read in order.
    let mut is_ordered = planned.state != State::default();
    let mut head = None;
    let mut blocks = Blocks::new(&mut opened, BLOCK_BYTES, LINE_CAP);
    loop {
        let batch: Vec<_> = blocks.by_ref().take(BATCH).collect();
        let Some(first) = batch.first() else { break };
        head.get_or_insert_with(|| Head::of(first));
        if !is_ordered && batch.len() > 1 {
            let count = |block: &source::Block| {
                let (mut part, mut reader) = (Tally::new(true), reader.clone());
                part.block(block, &mut reader);
                (part, reader.state)
            };
            let parts: Vec<(Tally, State)> = batch.par_iter().map(count).collect();
            // A line that goes on in the next block, or a header, is carried.
            is_ordered = parts.iter().any(|(_, state)| *state != reader.state);
            if !is_ordered {
                parts.into_iter().for_each(|(part, _)| tally.merge(part));
            }
        }
        if is_ordered || batch.len() == 1 {
            batch.iter().for_each(|block| tally.block(block, &mut reader));
        }
        batch.into_iter().for_each(|block| blocks.recycle(block.bytes));
    }
    drop(blocks);
    let finished = opened.finish();
    let mut seen = Surveyed {
        extent: Extent::Whole,
        problems: finished.problems.clone(),
        nul_bytes: tally.coverage.skipped_bytes,
        stretches: vec![Stretch { offset: 0, length: finished.decoded_bytes }],
        finished: Some(finished),
        tally,
        ..Surveyed::default()
    };
    seen.close(&reader, head);
    seen
}

/// How many bytes a head is compared by: enough that two logs do not begin
/// alike by chance.
const ALIKE_BYTES: usize = PART_LEAST / 2;

/// What the first block of a source tells.
struct Head {
    id: String,
    sealed: Option<&'static str>,
}

impl Head {
    fn of(block: &source::Block) -> Head {
        let mut id = source::ContentId::default();
        id.update(&block.bytes[..block.bytes.len().min(ALIKE_BYTES)]);
        Head { id: id.hex(), sealed: source::sealed(&block.bytes) }
    }
}

impl Surveyed {
    fn close(&mut self, reader: &Reader, head: Option<Head>) {
        if let Some(head) = head {
            (self.head_id, self.sealed) = (Some(head.id), head.sealed);
        }
        // A log that begins with such bytes by chance has lines all the same.
        self.sealed = self.sealed.filter(|_| self.tally.coverage.lines.read == 0);
        self.tally.peers.close();
        self.ties = self.tally.ties(&reader.state);
    }

    /// Reads local times by the clock that was named.
    fn set_clock(&mut self, wall: Option<WallClock>) {
        let Some(wall) = wall else { return };
        let coverage = &mut self.tally.coverage;
        // A source in which some lines have a zone keeps its times: which
        // bins the others fell into is not known any more.
        if coverage.zoneless == 0 || coverage.zoneless + coverage.timeless < coverage.lines.read {
            return;
        }
        let set = |at| wall.earliest(at);
        coverage.first = coverage.first.map(set);
        coverage.last = coverage.last.map(set);
        let bins = std::mem::take(&mut coverage.bins);
        for (bin, counts) in bins {
            use crate::evidence::coverage::{BIN_SECONDS, bin_of};
            let at = set(crate::record::Instant::at(bin * BIN_SECONDS));
            coverage.bins.entry(bin_of(at)).or_default().merge(counts);
        }
        let order = &mut self.tally.order;
        order.ends = order.ends.map(|(first, last)| (set(first), set(last)));
        order.back = order.back.map(|(back, offset, at)| (back, offset, set(at)));
    }
}

impl Survey {
    /// Finds sources that are copies of others, or may be.
    fn find_copies(&mut self, plan: &Plan) {
        let finished: BTreeMap<u32, Result<Finished, String>> = (0u32..)
            .zip(&self.sources)
            .filter_map(|(number, seen)| Some((number, Ok(seen.finished.clone()?))))
            .collect();
        for (copy, of) in duplicates(plan, &finished) {
            self.sources[copy as usize].duplicate_of = Some(of);
        }
        let mut heads: BTreeMap<&str, u32> = BTreeMap::new();
        let mut alike = Vec::new();
        for (number, seen) in (0u32..).zip(&self.sources) {
            let Some(id) = &seen.head_id else { continue };
            if seen.duplicate_of.is_some() || seen.tally.coverage.lines.read == 0 {
                continue;
            }
            match heads.get(id.as_str()) {
                None => drop(heads.insert(id, number)),
                Some(&first) => {
                    // Two that were read whole and are no copies differ.
                    let both = seen.is_whole() && self.sources[first as usize].is_whole();
                    alike.extend((!both).then_some((number, first)));
                }
            }
        }
        for (number, first) in alike {
            self.sources[number as usize].begins_like = Some(first);
        }
    }

    /// What was seen, in the form in which coverage and holes are judged.
    /// Nobody's hits are among it.
    pub fn examined(&self) -> Examined {
        let source = |seen: &Surveyed| ExaminedSource {
            coverage: seen.tally.coverage.clone(),
            finished: seen.finished.clone(),
            unreadable: seen.unreadable.clone(),
            duplicate_of: seen.duplicate_of,
            ..ExaminedSource::default()
        };
        Examined { sources: self.sources.iter().map(source).collect(), ..Examined::default() }
    }

    /// Says whether a source could not be opened or read, or changed.
    pub fn is_faulty(&self) -> bool {
        self.sources.iter().any(Surveyed::is_faulty)
    }

    /// How many sources are access logs of which only parts were read.
    pub fn n_sampled(&self, plan: &Plan) -> usize {
        let each = self.sources.iter().zip(&plan.sources);
        each.filter(|(seen, planned)| {
            matches!(seen.extent, Extent::Ends | Extent::Head)
                && !matches!(planned.kind, Kind::Other(_))
        })
        .count()
    }
}
