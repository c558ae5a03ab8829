//! Takes the evidence of blocks as they are done, in any order, and puts it
//! together in the order of each source.
//!
//! What comes early waits for those before it. So a source is one piece and
//! one list of hits however long it is, and the text of hits leaves the memory
//! at once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;

use crate::evidence::{Evidence, SourceEvidence, Spool};

/// The evidence of a pass so far.
#[derive(Debug, Default)]
pub struct Gathered {
    evidence: Evidence,
    /// What begins behind a piece that is not there yet, by its beginning.
    early: BTreeMap<u32, BTreeMap<u64, SourceEvidence>>,
    spool: Spool,
    /// The first thing that went wrong.
    fault: Option<io::Error>,
}

impl Gathered {
    /// Nothing yet, the text of hits going to this spool.
    pub fn on(spool: Spool) -> Gathered {
        Gathered { spool, ..Gathered::default() }
    }

    /// Takes what a part of a source showed, or why it could not be kept.
    pub fn take(&mut self, number: u32, result: io::Result<SourceEvidence>) {
        if let Err(error) = result.and_then(|part| self.add(number, part)) {
            self.fault.get_or_insert(error);
        }
    }

    fn add(&mut self, number: u32, mut part: SourceEvidence) -> io::Result<()> {
        for frame in &mut part.spool {
            self.spool.put(frame)?;
        }
        let end = |whole: &SourceEvidence| whole.pieces.last().map_or(0, |piece| piece.end);
        let whole = self.evidence.sources.entry(number).or_default();
        // A part without a byte has no place.
        let start = part.pieces.first().map_or(0, |piece| piece.start);
        if start > end(whole) {
            self.early.entry(number).or_default().insert(start, part);
            return Ok(());
        }
        whole.append(part);
        // A map that was emptied keeps room for more, which many sources do not.
        let Entry::Occupied(mut early) = self.early.entry(number) else { return Ok(()) };
        while let Some(next) =
            early.get_mut().first_entry().filter(|next| *next.key() <= end(whole))
        {
            whole.append(next.remove());
        }
        if early.get().is_empty() {
            early.remove();
        }
        Ok(())
    }

    /// Drops what came of a source: it is read anew.
    pub fn forget(&mut self, number: u32) {
        self.evidence.sources.remove(&number);
        self.early.remove(&number);
    }

    /// Everything, and where the text of the hits is.
    ///
    /// # Errors
    /// When the text of the hits could not be kept.
    pub fn finish(mut self) -> io::Result<(Evidence, Spool)> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        // What waits in vain is for the ledger to tell.
        for (number, early) in self.early {
            let whole = self.evidence.sources.entry(number).or_default();
            early.into_values().for_each(|part| whole.merge(part));
        }
        // What grows by doubling ends with room for as much again.
        self.evidence.sources.values_mut().for_each(|source| source.hits.shrink_to_fit());
        Ok((self.evidence, self.spool))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Piece;

    #[test]
    fn parts_in_any_order_become_one_piece() {
        let part = |start: u64, end: u64| {
            let mut part = SourceEvidence::default();
            part.pieces.push(Piece { start, end, lines: 1, ..Piece::default() });
            part
        };
        let mut gathered = Gathered::default();
        for (start, end) in [(20, 30), (10, 20), (0, 10), (40, 50)] {
            gathered.take(7, Ok(part(start, end)));
        }
        assert_eq!(gathered.early[&7].len(), 1, "what has its place does not wait");
        gathered.take(8, Ok(part(0, 10)));
        assert!(!gathered.early.contains_key(&8), "nothing is kept for what is whole");
        let (mut evidence, _) = gathered.finish().unwrap();
        evidence.settle();
        let found: Vec<_> = evidence.sources[&7]
            .pieces
            .iter()
            .map(|each| (each.start, each.end, each.lines))
            .collect();
        assert_eq!(found, [(0, 30, 3), (40, 50, 1)], "a gap is left to the ledger");
    }

    #[test]
    fn the_first_fault_is_told() {
        let mut gathered = Gathered::default();
        gathered.take(0, Err(io::Error::other("full")));
        gathered.take(0, Ok(SourceEvidence::default()));
        assert_eq!(gathered.finish().unwrap_err().to_string(), "full");
    }
}
