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
pub mod coverage;
pub mod hit;
pub mod marks;
pub mod texture;
pub mod witness;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use coverage::{Coverage, Lines, Unread, UnreadLines};
pub use hit::{ClientKey, Detail, Hit, Method, Signs};
pub use marks::ClientFilter;
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
        self.pieces.extend(other.pieces);
        self.coverage.merge(other.coverage);
        self.hits.extend(other.hits);
        self.spool.extend(other.spool);
        self.unread.merge(other.unread);
        self.clients.merge(&other.clients);
        self.named.extend(other.named);
        self.witnesses.merge(other.witnesses);
        self.controls.extend(other.controls);
    }

    /// Puts pieces, hits and spool in the order of the source.
    pub fn settle(&mut self) {
        self.pieces.sort_by_key(|piece| (piece.start, piece.end));
        self.hits.sort_by_key(|hit| hit.offset);
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

/// The text of the hits of a piece: [`Detail`]s one behind the other, packed
/// by postcard and compressed by zstd.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The offset of the first hit in it.
    pub first: u64,
    /// How many details it holds.
    pub count: u64,
    /// The bytes.
    pub packed: Vec<u8>,
}

/// The level of zstd for the spool: the fastest, because log lines shrink
/// well at any.
const SPOOL_LEVEL: i32 = 1;

impl Frame {
    /// Packs details; `None` where there are none.
    ///
    /// # Errors
    /// When the packer fails, which only lack of memory makes it do.
    pub fn pack(first: u64, details: &[Detail]) -> std::io::Result<Option<Frame>> {
        if details.is_empty() {
            return Ok(None);
        }
        let plain = postcard::to_stdvec(details).map_err(std::io::Error::other)?;
        let packed = zstd::bulk::compress(&plain, SPOOL_LEVEL)?;
        Ok(Some(Frame { first, count: details.len() as u64, packed }))
    }

    /// The details, in the order of the source.
    ///
    /// # Errors
    /// When the bytes are not what [`Frame::pack`] wrote.
    pub fn unpack(&self) -> std::io::Result<Vec<Detail>> {
        self.details()?.collect()
    }

    /// The details one after the other, in the order of the source.
    ///
    /// # Errors
    /// When the bytes are not what [`Frame::pack`] wrote; so does each detail.
    pub fn details(&self) -> std::io::Result<Details> {
        let plain = zstd::stream::decode_all(self.packed.as_slice())?;
        let (count, rest): (usize, _) =
            postcard::take_from_bytes(&plain).map_err(std::io::Error::other)?;
        let at = plain.len() - rest.len();
        Ok(Details { plain, at, left: count })
    }
}

/// The details of a frame, being unpacked.
pub struct Details {
    plain: Vec<u8>,
    at: usize,
    left: usize,
}

impl Iterator for Details {
    type Item = std::io::Result<Detail>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        match postcard::take_from_bytes(&self.plain[self.at..]) {
            Ok((detail, rest)) => {
                self.at = self.plain.len() - rest.len();
                Some(Ok(detail))
            }
            Err(error) => {
                self.left = 0;
                Some(Err(std::io::Error::other(error)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_gives_back_what_was_packed() {
        let details = vec![
            Detail { raw: b"a\xff\0".to_vec(), ..Detail::default() },
            Detail { agent: Some(vec![b'x'; 100_000]), ..Detail::default() },
        ];
        let frame = Frame::pack(7, &details).unwrap().unwrap();
        assert_eq!(frame.unpack().unwrap(), details);
        assert_eq!(Frame::pack(7, &[]).unwrap(), None);
        let broken = Frame { packed: vec![1, 2, 3], ..frame };
        assert!(broken.unpack().is_err());
    }
}
