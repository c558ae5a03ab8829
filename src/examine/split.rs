//! Splits: the parts in which a plan can be mapped apart, on one machine or
//! on many.
//!
//! A plain source is cut at fixed offsets, and a line belongs to the split
//! that holds its first byte. What cannot be read from the middle is one
//! split. A split is mapped with an assumed state; once all splits of a source
//! are there, those whose assumption was wrong are mapped again.
//!
//! The digests of a source are those of its bytes in order, which no stretch
//! of it has: where it is cut, they are a split of their own.

use std::io;

use serde::{Deserialize, Serialize};

use crate::evidence::SourceEvidence;
use crate::format::State;
use crate::source::{self, Block, Blocks, CONTENT_BLOCK, LINE_CAP, Slice};

use super::answer::Answerer;
use super::ask::Answers;
use super::asked::Asked;
use super::map::Mapper;
use super::plan::{Plan, PlannedSource, Question};

/// How many bytes a split usually has: enough that starting one costs nothing
/// beside it, little enough that many machines find work in one log.
pub const SPLIT_BYTES: u64 = 64 << 20;

/// How many bytes of lines are mapped at a time within a split.
pub(super) const WINDOW_BYTES: usize = 256 * 1024;

/// What is read of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reads {
    /// Its bytes from the first to the last, for its digests alone.
    Digest,
    /// The lines of a stretch of it.
    Lines,
    /// All its lines, and its digests.
    Whole,
}

/// A part of a source, in stored bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The source's place in the plan.
    pub source: u32,
    /// What is read of it.
    pub reads: Reads,
    /// Its first byte.
    pub start: u64,
    /// The byte behind its last.
    pub end: u64,
}

/// The splits of a plan, in its order. Sources that cannot be read have none.
///
/// The content id of a source is made of blocks: where nothing else is wanted
/// of all its bytes, and splits are whole blocks, they see to it.
pub fn splits(plan: &Plan, size: u64, no_hash: bool) -> Vec<Split> {
    let size = size.max(1);
    let by_blocks = no_hash && size.is_multiple_of(CONTENT_BLOCK as u64);
    let mut splits = Vec::new();
    for (source, planned) in (0u32..).zip(&plan.sources) {
        if planned.unreadable.is_some() {
            continue;
        }
        let length = planned.found.stored_length();
        let of = |reads, start, end| Split { source, reads, start, end };
        if planned.container.is_some() {
            // An archive has no lines: its members have.
            splits.push(of(Reads::Digest, 0, length));
        } else if !planned.plain || planned.found.spooled.is_some() || length <= size {
            splits.push(of(Reads::Whole, 0, length));
        } else {
            // What takes longest comes first.
            if !by_blocks {
                splits.push(of(Reads::Digest, 0, length));
            }
            let mut start = 0;
            while start < length {
                let end = start.saturating_add(size).min(length);
                splits.push(of(Reads::Lines, start, end));
                start = end;
            }
        }
    }
    splits
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

/// What the lines of a stretch gave.
pub struct Mapped {
    /// The evidence.
    pub evidence: SourceEvidence,
    /// The hashes of the blocks that its content id is made of, where they see
    /// to that.
    pub content: Vec<u128>,
}

/// Maps the lines of a stretch, `state` being carried into it.
///
/// # Errors
/// When the source cannot be opened or read, or the spool cannot be packed.
pub fn map(question: &Question, plan: &Plan, split: Split, state: State) -> io::Result<Mapped> {
    let planned = source(plan, split)?;
    let mut mapper = Mapper::new(question, planned, split.source, state);
    let mut slice = source::slice(&planned.found, split.start, split.end, None)?;
    if question.reading.no_hash && split.start.is_multiple_of(CONTENT_BLOCK as u64) {
        slice = slice.with_content();
    }
    let slice = read(slice, |block| mapper.block(block))?;
    Ok(Mapped { evidence: mapper.finish()?, content: slice.into_content() })
}

/// Answers an ask from the lines of a stretch, `state` being carried into it.
///
/// # Errors
/// When the source cannot be opened or read.
pub fn answer(
    question: &Question,
    plan: &Plan,
    split: Split,
    state: State,
    asked: &Asked<'_>,
) -> io::Result<Answers> {
    let planned = source(plan, split)?;
    let mut answerer = Answerer::new(question, planned, split.source, asked, state);
    let slice = source::slice(&planned.found, split.start, split.end, None)?;
    read(slice, |block| answerer.block(block))?;
    Ok(answerer.answers)
}

fn source(plan: &Plan, split: Split) -> io::Result<&PlannedSource> {
    let planned = plan.sources.get(split.source as usize);
    planned.ok_or_else(|| io::Error::other("the split is of another plan"))
}

/// Gives the blocks of a stretch to `take`. One that cannot be read to its end
/// is no stretch of its source.
fn read<'p>(slice: Slice<'p>, mut take: impl FnMut(&Block)) -> io::Result<Slice<'p>> {
    let (start, end) = slice.range();
    let mut blocks = Blocks::of_range(slice, start, end, WINDOW_BYTES, LINE_CAP);
    while let Some(block) = blocks.next() {
        take(&block);
        blocks.recycle(block.bytes);
    }
    match blocks.error() {
        Some(error) => Err(io::Error::new(error.kind(), error.to_string())),
        None => Ok(blocks.into_parts().0),
    }
}

/// What a split would most likely carry on, had `right` been carried into it
/// and not `assumed`, with which it carried on `out`. Whether that is so shows
/// when it is mapped again; a good guess spares doing so one by one.
pub fn foreseen(assumed: &State, out: &State, right: &State) -> State {
    let mut next = out.clone();
    if (&assumed.header, &assumed.columns) == (&out.header, &out.columns) {
        next.header.clone_from(&right.header);
        next.columns.clone_from(&right.columns);
    }
    if assumed.day == out.day {
        next.day = right.day;
    }
    // A year is counted on from the one that was carried in. The halves of
    // lines are joined within a split or never.
    if assumed.year == out.year {
        next.year = right.year;
    } else if let (Some(assumed), Some(right), Some(year)) =
        (assumed.year, right.year, &mut next.year)
    {
        year.year = year.year.saturating_add(right.year.saturating_sub(assumed.year));
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::year::Year;

    #[test]
    fn what_a_split_does_not_change_goes_through_it() {
        let state = |header: &[u8], year: Option<(i32, u32)>, part: &[u8]| State {
            header: header.to_vec(),
            year: year.map(|(year, month)| Year::from(year, month)),
            parts: [part.to_vec(), Vec::new()],
            ..State::default()
        };
        let check = |assumed: &State, out: &State, right: &State, expected: &State| {
            assert_eq!(&foreseen(assumed, out, right), expected);
        };
        let (one, two) = (state(b"one", None, b""), state(b"two", None, b""));
        let three = state(b"three", None, b"");
        check(&one, &one, &two, &two);
        check(&one, &three, &two, &three);
        // A half line goes no further than the next split.
        check(&one, &one, &state(b"one", None, b"half"), &one);
        check(&one, &state(b"one", None, b"half"), &two, &state(b"two", None, b"half"));
        let year = |year, month| state(b"", Some((year, month)), b"");
        check(&year(2023, 1), &year(2023, 12), &year(2024, 5), &year(2024, 12));
    }
}
