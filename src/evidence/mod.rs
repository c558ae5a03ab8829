//! WHAT HAVE WE SEEN SO FAR?
//!
//! Evidence is a value: it begins empty, absorbs lines, and merges with other
//! evidence in any order to the same whole. It is kept by source, because
//! nothing may be summed over sources before duplicates are dropped.
//!
//! ```
//! use whofetched::evidence::Evidence;
//!
//! let mut whole = Evidence::default();
//! whole.merge(Evidence::default());
//! assert!(whole.sources.is_empty());
//! ```

pub mod beats;
mod client;
pub mod coverage;
pub mod hit;
pub mod marks;
mod packed;
pub mod roll;
pub mod spool;
mod text;
pub mod texture;
pub mod witness;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use client::ClientKey;
pub use coverage::{Coverage, Lines, Unread, UnreadLines};
pub use hit::{Detail, Hit, Method, Signs};
pub use marks::ClientFilter;
pub use roll::{Roll, Shelves};
pub use spool::{Frame, Spool, Waiting};
pub use text::Part;
pub use witness::{Witness, Witnesses};

use crate::format::State;
use crate::record::Instant;

/// Everything seen, by the source's place in the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What each source showed.
    pub sources: BTreeMap<u32, SourceEvidence>,
}

impl Evidence {
    /// Adds other evidence: of other sources, or of other parts of the same.
    pub fn merge(&mut self, other: Evidence) {
        for (source, evidence) in other.sources {
            self.sources.entry(source).or_default().merge(evidence);
        }
    }

    /// Puts everything in its one order, in which two wholes made from the
    /// same parts are equal.
    pub fn settle(&mut self) {
        for source in self.sources.values_mut() {
            source.settle();
        }
    }
}

/// What one source showed, or some of its pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceEvidence {
    /// The pieces that were read, one for each stretch mapped.
    pub pieces: Vec<Piece>,
    /// Lines, times and formats.
    pub coverage: Coverage,
    /// The hits.
    pub hits: Vec<Hit>,
    /// The text of the hits: one frame for each piece that had any.
    pub spool: Vec<Frame>,
    /// Lines that were not read.
    pub unread: UnreadLines,
    /// Which clients may stand in the source.
    pub clients: ClientFilter,
    /// Targets that any request named, whenever and with whatever answer.
    pub named: BTreeSet<u32>,
    /// Requests for something else that came from a target.
    pub witnesses: Witnesses,
    /// The documented accesses that were seen, by their places in the case.
    pub controls: BTreeSet<u32>,
}

impl SourceEvidence {
    /// Adds other pieces of the same source.
    pub fn merge(&mut self, other: SourceEvidence) {
        match self.pieces.as_slice() {
            // Most sources have one, and no room for more is kept.
            [] => self.pieces = other.pieces,
            _ => self.pieces.extend(other.pieces),
        }
        self.coverage.merge(other.coverage);
        self.hits.extend(other.hits);
        self.spool.extend(other.spool);
        self.unread.merge(other.unread);
        self.clients.merge(&other.clients);
        self.named.extend(other.named);
        self.witnesses.merge(other.witnesses);
        self.controls.extend(other.controls);
    }

    /// Adds the piece behind its last one, and makes the two one: however long
    /// a source, it is a single piece in the end. Where another header was in
    /// force than the second one knew of, they stay apart.
    pub fn append(&mut self, mut next: SourceEvidence) {
        let joins =
            |last: &Piece, own: &Piece| last.end == own.start && last.state_out == own.state_in;
        let seam = self.pieces.last().zip(next.pieces.first());
        if next.pieces.len() != 1 || !seam.is_some_and(|(last, own)| joins(last, own)) {
            return self.merge(next);
        }
        let (Some(mut last), Some(own)) = (self.pieces.pop(), next.pieces.pop()) else { return };
        next.hits.iter_mut().for_each(|hit| hit.line += last.lines);
        next.witnesses.shift(last.lines);
        // Whoever stands at the seam has its neighbour's time beyond it.
        for line in next.unread.each_mut() {
            line.line += last.lines;
            line.after = line.after.or(last.last);
        }
        self.unread.end_before(own.first);
        if let Some((from, to)) = last.last.zip(own.first) {
            next.coverage.texture.step(from, to);
        }
        match last.last {
            Some(at) if own.loose > 0 => {
                next.coverage.bins.entry(coverage::bin_of(at)).or_default().unread += own.loose;
            }
            _ => last.loose += own.loose,
        }
        last.end = own.end;
        last.lines += own.lines;
        last.first = last.first.or(own.first);
        last.last = own.last.or(last.last);
        last.state_out = own.state_out;
        self.pieces.push(last);
        self.merge(next);
    }

    /// Puts pieces, hits and spool in the order of the source.
    pub fn settle(&mut self) {
        self.pieces.sort_by_key(|piece| (piece.start, piece.end));
        self.hits.sort_unstable_by_key(|hit| hit.offset);
        self.spool.sort_by_key(|frame| frame.first);
    }

    /// Ends the gathering: unread lines at the beginning of a piece are
    /// counted in the bin of the record before them, which stands in an
    /// earlier piece; those before every record, in the bin of the first. A
    /// step back in time from piece to piece is counted with those within them.
    pub fn close(&mut self) {
        self.settle();
        let first = self.pieces.iter().find_map(|piece| piece.first);
        let mut before = first;
        for piece in &mut self.pieces {
            if let Some((from, to)) = before.zip(piece.first) {
                self.coverage.texture.step(from, to);
            }
            let loose = std::mem::take(&mut piece.loose);
            if let Some(at) = before.filter(|_| loose > 0) {
                self.coverage.bins.entry(coverage::bin_of(at)).or_default().unread += loose;
            }
            before = piece.last.or(before);
        }
    }
}

/// A stretch of a source that was mapped at one go, in decoded bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Where its first line begins.
    pub start: u64,
    /// Where the line behind its last one begins.
    pub end: u64,
    /// How many lines it has.
    pub lines: u64,
    /// How many unread lines it has before its first record.
    pub loose: u64,
    /// The time of its first record.
    pub first: Option<Instant>,
    /// The time of its last record.
    pub last: Option<Instant>,
    /// What was carried into it from the lines before: assumed, until the
    /// piece before is known.
    pub state_in: State,
    /// What it carries on.
    pub state_out: State,
}

#[cfg(test)]
mod tests;
