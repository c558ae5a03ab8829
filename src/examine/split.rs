//! Splits: the pieces in which a plan can be mapped apart, on one machine or
//! on many.
//!
//! A plain source is cut at fixed offsets, and a line belongs to the split
//! that holds its first byte. What cannot be read from the middle is one
//! split. A split is mapped with an assumed state; once all splits of a source
//! are there, those whose assumption was wrong are mapped again.

use std::io;

use serde::{Deserialize, Serialize};

use crate::evidence::SourceEvidence;
use crate::format::State;
use crate::source::{self, Blocks, LINE_CAP, ReadOptions};

use super::map::Mapper;
use super::plan::{Plan, Question};

/// How many bytes a split usually has: enough that starting one costs nothing
/// beside it, little enough that many machines find work in one log.
pub const SPLIT_BYTES: u64 = 64 << 20;

/// How many bytes of lines are mapped at a time within a split.
const WINDOW_BYTES: usize = 256 * 1024;

/// A stretch of a source, in stored bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The source's place in the plan.
    pub source: u32,
    /// Its first byte.
    pub start: u64,
    /// The byte behind its last.
    pub end: u64,
}

/// The splits of a plan, in its order. Sources that cannot be read have none.
pub fn splits(plan: &Plan, size: u64) -> Vec<Split> {
    let size = size.max(1);
    let mut splits = Vec::new();
    for (source, planned) in (0u32..).zip(&plan.sources) {
        let length = planned.found.stored_length();
        // An archive has no lines: its members have.
        if planned.unreadable.is_some() || planned.container.is_some() {
            continue;
        }
        if !planned.plain || planned.found.is_stdin {
            splits.push(Split { source, start: 0, end: length });
            continue;
        }
        let mut start = 0;
        while start < length {
            let end = start.saturating_add(size).min(length);
            splits.push(Split { source, start, end });
            start = end;
        }
    }
    splits
}

/// Maps one split, `state` being carried into it.
///
/// # Errors
/// When the source cannot be opened, or the spool cannot be packed.
pub fn map(
    question: &Question,
    plan: &Plan,
    split: Split,
    state: State,
) -> io::Result<SourceEvidence> {
    let planned = plan
        .sources
        .get(split.source as usize)
        .ok_or_else(|| io::Error::other("the split is of another plan"))?;
    let mut mapper = Mapper::new(question, planned, split.source, state);
    if planned.plain {
        let slice = source::slice(&planned.found, split.start, split.end, None)?;
        let (start, end) = slice.range();
        let mut blocks = Blocks::of_range(slice, start, end, WINDOW_BYTES, LINE_CAP);
        while let Some(block) = blocks.next() {
            mapper.block(&block);
            blocks.recycle(block.bytes);
        }
    } else {
        source::with(&planned.found, ReadOptions { hash: false }, None, &mut |opened| {
            for block in Blocks::new(opened, WINDOW_BYTES, LINE_CAP) {
                mapper.block(&block);
            }
        })?;
    }
    mapper.finish()
}

/// The state that is assumed at the beginning of a split: at that of its
/// source hardly anything, elsewhere what the head of the source says.
pub fn assumed(plan: &Plan, split: Split) -> State {
    match plan.sources.get(split.source as usize) {
        Some(planned) if split.start > 0 => planned.state.clone(),
        Some(planned) => planned.begin.clone(),
        None => State::default(),
    }
}

/// Of the splits of one source in order, the first whose assumption was
/// wrong, with the state that is right: it is to be mapped again.
pub fn redo(mapped: &[SourceEvidence]) -> Option<(usize, State)> {
    // What is carried into the first was not assumed.
    let mut carried: Option<State> = None;
    for (place, evidence) in mapped.iter().enumerate() {
        for piece in &evidence.pieces {
            if let Some(carried) = carried
                && piece.state_in != carried
            {
                return Some((place, carried));
            }
            carried = Some(piece.state_out.clone());
        }
    }
    None
}
