//! How much of a source is mapped before what was found in it is handed over.

use std::io;

use crate::evidence::SourceEvidence;

/// The most blocks that make a piece.
const MOST: usize = 16;

/// How many hits are many in one piece: they wait until the pieces before them
/// are done, and what one thread holds is no use to another.
const MANY_HITS: usize = 4_096;

/// How many blocks the next piece has: fewer where many hits are found.
#[derive(Debug)]
pub(super) struct PieceSize(usize);

impl Default for PieceSize {
    fn default() -> PieceSize {
        PieceSize(1)
    }
}

impl PieceSize {
    /// How many blocks.
    pub(super) fn blocks(&self) -> usize {
        self.0
    }

    /// Learns of what the last piece showed, and passes it on.
    pub(super) fn of(&mut self, found: io::Result<SourceEvidence>) -> io::Result<SourceEvidence> {
        let is_many = found.as_ref().is_ok_and(|found| found.hits.len() >= MANY_HITS);
        self.0 = if is_many { self.0.div_ceil(2) } else { MOST.min(self.0 * 2) };
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Hit;
    use crate::evidence::hit::Facts;

    #[test]
    fn pieces_are_small_where_much_is_found() {
        let mut size = PieceSize::default();
        let sizes = |size: &mut PieceSize, n_hits: usize| {
            let facts = Facts::default();
            let found = || SourceEvidence {
                hits: vec![Hit::new(facts); n_hits],
                ..SourceEvidence::default()
            };
            [(); 6].map(|()| {
                let before = size.blocks();
                assert_eq!(size.of(Ok(found())).unwrap(), found());
                before
            })
        };
        assert_eq!(sizes(&mut size, 10), [1, 2, 4, 8, 16, 16]);
        assert_eq!(sizes(&mut size, MANY_HITS), [16, 8, 4, 2, 1, 1]);
    }
}
