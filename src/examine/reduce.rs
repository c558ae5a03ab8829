//! The third step: the evidence of all pieces becomes one whole, or is
//! refused.
//!
//! The ledger: the pieces of every source must follow one another without a
//! gap or an overlap from its first byte to its last, and what one piece
//! carries on must be what the next one assumed. Duplicates are dropped before
//! anything is summed over sources.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use crate::error::Error;
use crate::evidence::{
    Coverage, Detail, Evidence, Frame, Hit, Piece, Signs, SourceEvidence, Spool, UnreadLines,
    Witness,
};
use crate::source::Finished;

use super::ask::Answers;
use super::controls;
use super::copies::Compared;
use super::edge::{self, Link};
use super::masked;
use super::plan::{Plan, Question};

/// Everything that was read, in the order of the plan.
#[derive(Debug, Default)]
pub struct Examined {
    /// The sources.
    pub sources: Vec<ExaminedSource>,
    /// Every hit, by source and offset, with its line number in its source.
    /// Hits of duplicate sources are not among them.
    pub hits: Vec<Hit>,
    /// Where their text is.
    pub spool: Spool,
    /// What the second pass answered.
    pub answers: Answers,
    /// Of how many clients it looked at what they did besides, where that was
    /// not everyone of them.
    pub followed: Option<usize>,
    /// Requests for something else that came from a target, with their
    /// sources, in the order of the plan.
    pub witnesses: Vec<(u32, Witness)>,
    /// There are more of these than are kept.
    pub witnesses_cut: bool,
    /// Targets that a request named, by number.
    pub named: std::collections::BTreeSet<u32>,
    /// The documented accesses that were seen, by their places in the case.
    pub controls: std::collections::BTreeSet<u32>,
    /// What comparing with the independent copies showed, by server.
    pub copies: BTreeMap<usize, Compared>,
    /// For each hit at a server behind an edge that is in the edge's log, too,
    /// the hit there, both by their place among the hits.
    pub same_as: BTreeMap<u32, u32>,
    /// What the logs of edges and origins say of each other.
    pub links: Vec<Link>,
}

/// What one source of the plan turned out to be.
#[derive(Debug, Default)]
pub struct ExaminedSource {
    /// Lines, times and formats.
    pub coverage: Coverage,
    /// Lines that were not read.
    pub unread: UnreadLines,
    /// The text of its hits, in the order of the source.
    pub spool: Vec<Frame>,
    /// What the reading of its bytes said; `None` where it could not be
    /// opened.
    pub finished: Option<Finished>,
    /// Why it could not be read.
    pub unreadable: Option<String>,
    /// The earlier source of which it is a copy.
    pub duplicate_of: Option<u32>,
    /// How many of its hit lines stand in another source too and are not
    /// counted here.
    pub copied_hits: u64,
}

impl ExaminedSource {
    /// Says whether all of its bytes were read, and are what was written as far
    /// as their own checksums tell.
    pub fn is_whole(&self) -> bool {
        let has_problem = |finished: &Finished| !finished.problems.is_empty();
        self.unreadable.is_none()
            && self.coverage.damaged == 0
            && !self.finished.as_ref().is_some_and(has_problem)
    }
}

/// Puts the evidence of a plan together.
///
/// # Errors
/// When the pieces of a source leave a gap, overlap, or do not join, and when
/// the text of the hits cannot be read back.
pub fn reduce(
    question: &Question,
    plan: &Plan,
    (mut evidence, spool): (Evidence, Spool),
    mut finished: BTreeMap<u32, Result<Finished, String>>,
    duplicates: &BTreeMap<u32, u32>,
) -> Result<Examined, Error> {
    evidence.sources.values_mut().for_each(SourceEvidence::close);
    let mut whole = Examined { spool, ..Examined::default() };
    for (number, planned) in (0u32..).zip(&plan.sources) {
        let seen = evidence.sources.remove(&number).unwrap_or_default();
        let (finished, unreadable) = match finished.remove(&number) {
            Some(Ok(finished)) => (Some(finished), None),
            Some(Err(why)) => (None, Some(why)),
            None => (None, planned.unreadable.clone()),
        };
        let name = planned.found.name();
        if let Some(finished) = &finished {
            let end = join(&seen.pieces)
                .map_err(|why| Error::Ledger(format!("{name}: the pieces that were read {why}")))?;
            if end != finished.text_bytes {
                let bytes = finished.text_bytes;
                return Err(Error::Ledger(format!(
                    "{name}: {bytes} bytes were decoded and {end} accounted for"
                )));
            }
        }
        let mut source = ExaminedSource {
            finished,
            unreadable,
            duplicate_of: duplicates.get(&number).copied(),
            ..ExaminedSource::default()
        };
        let numbers = LineNumbers::of(&seen.pieces);
        let mut hits = seen.hits;
        hits.iter_mut().for_each(|hit| hit.line = numbers.absolute(hit.offset, hit.line));
        let mut unread = seen.unread;
        for line in unread.suspects.iter_mut().chain(&mut unread.others) {
            let place = numbers.place(line.offset);
            line.line = numbers.absolute(line.offset, line.line);
            // A piece that begins with an unread line has its neighbour's
            // time in the piece before, and the other way round.
            let (before, behind) = seen.pieces.split_at((place + 1).min(seen.pieces.len()));
            let earlier = before[..before.len().saturating_sub(1)].iter().rev();
            line.after = line.after.or_else(|| earlier.flat_map(|piece| piece.last).next());
            line.before =
                line.before.or_else(|| behind.iter().flat_map(|piece| piece.first).next());
        }
        source.coverage = seen.coverage;
        source.unread = unread;
        if source.duplicate_of.is_none() {
            whole.named.extend(seen.named);
            whole.controls.extend(seen.controls);
            whole.witnesses_cut |= seen.witnesses.is_cut;
            whole.witnesses.extend(seen.witnesses.into_each().into_iter().map(|mut witness| {
                witness.line = numbers.absolute(witness.offset, witness.line);
                (number, witness)
            }));
            append(&mut whole.hits, hits);
            source.spool = seen.spool;
        }
        whole.sources.push(source);
    }
    mark_copies(plan, &mut whole);
    masked::mark(question, plan, &mut whole);
    edge::pair(question, plan, &mut whole)
        .and_then(|()| controls::doubt(question, &mut whole))
        .map_err(|error| Error::io("the spool of hits", error))?;
    Ok(whole)
}

/// Checks that pieces follow one another, and gives the end of the last.
fn join(pieces: &[Piece]) -> Result<u64, String> {
    let mut end = 0;
    let mut carried: Option<&crate::format::State> = None;
    for piece in pieces {
        if piece.start > end {
            return Err(format!("leave a gap from byte {end} to byte {}", piece.start));
        }
        if piece.start < end {
            return Err(format!("overlap from byte {} to byte {end}", piece.start));
        }
        if carried.is_some_and(|state| *state != piece.state_in) {
            return Err(format!(
                "do not join at byte {}: another header was in force",
                piece.start
            ));
        }
        end = piece.end;
        carried = Some(&piece.state_out);
    }
    Ok(end)
}

/// Turns line numbers of pieces into line numbers of the source.
struct LineNumbers {
    /// Where each piece begins, in bytes and in lines.
    starts: Vec<(u64, u64)>,
}

impl LineNumbers {
    fn of(pieces: &[Piece]) -> LineNumbers {
        let mut lines = 0;
        let mut starts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            starts.push((piece.start, lines));
            lines += piece.lines;
        }
        LineNumbers { starts }
    }

    /// Which piece an offset lies in.
    fn place(&self, offset: u64) -> usize {
        self.starts.partition_point(|(start, _)| *start <= offset).saturating_sub(1)
    }

    /// The number of a line in its source, from 1.
    fn absolute(&self, offset: u64, line: u64) -> u64 {
        self.starts.get(self.place(offset)).map_or(0, |(_, lines)| *lines) + line + 1
    }
}

/// Moves hits behind others. They are taken from their end, so that the memory
/// of neither is held twice.
fn append(whole: &mut Vec<Hit>, mut own: Vec<Hit>) {
    if whole.is_empty() {
        *whole = own;
        return;
    }
    let start = whole.len();
    while let Some(hit) = own.pop() {
        whole.push(hit);
        if own.len().is_multiple_of(FREED) {
            own.shrink_to_fit();
        }
    }
    whole[start..].reverse();
}

/// After how many hits their memory is given back.
const FREED: usize = 1 << 16;

/// Marks hit lines that stand in several sources of one server: they count as
/// often as in the source that has them most often, not as the sum, because
/// rotations are copied and agents deliver twice. Equal lines of one source
/// are different requests.
fn mark_copies(plan: &Plan, whole: &mut Examined) {
    let with_hits = whole.hits.chunk_by(|one, other| one.source == other.source).count();
    if with_hits < 2 {
        return;
    }
    let server = |hit: &Hit| plan.sources[hit.source as usize].server;
    let mut places: Vec<u32> = (0..).take(whole.hits.len()).collect();
    places.sort_unstable_by_key(|place| {
        let hit = &whole.hits[*place as usize];
        (server(hit), hit.fingerprint, *place)
    });
    let mut copied: Vec<u32> = Vec::new();
    for alike in places.chunk_by(|one, other| {
        let (one, other) = (&whole.hits[*one as usize], &whole.hits[*other as usize]);
        (server(one), one.fingerprint) == (server(other), other.fingerprint)
    }) {
        // The hits are in order of their sources.
        let source = |place: &u32| whole.hits[*place as usize].source;
        let by_source: Vec<&[u32]> =
            alike.chunk_by(|one, other| source(one) == source(other)).collect();
        // The first of those that have most.
        let most = by_source.iter().map(|own| own.len()).max().unwrap_or(0);
        let keeper = by_source.iter().position(|own| own.len() == most);
        copied.extend(
            by_source
                .iter()
                .enumerate()
                .filter(|(at, _)| Some(*at) != keeper)
                .flat_map(|(_, own)| own.iter()),
        );
    }
    for place in copied {
        let hit = &mut whole.hits[place as usize];
        hit.signs = hit.signs.with(Signs::COPY, true);
        whole.sources[hit.source as usize].copied_hits += 1;
    }
}

impl Examined {
    /// A number that is of these logs alone: nobody who writes into them can
    /// foresee it, and choose two texts that have one hash under it.
    pub fn seed(&self, sources: impl IntoIterator<Item = usize>) -> u64 {
        let mut ids = Vec::new();
        let finished = sources.into_iter().filter_map(|at| self.sources[at].finished.as_ref());
        finished.for_each(|finished| ids.extend_from_slice(finished.content_id.as_bytes()));
        xxh3_64(&ids)
    }

    /// The hits with their text, in order.
    ///
    /// # Errors
    /// When the spool is not what was written.
    pub fn each_hit(
        &self,
        mut take: impl FnMut(usize, &Hit, &Detail) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        self.each_text(|place, hit, detail| take(place, hit, &detail))
    }

    /// The hits in order, and their text to be kept.
    ///
    /// # Errors
    /// As [`Examined::each_hit`].
    pub fn each_text(
        &self,
        mut take: impl FnMut(usize, &Hit, Detail) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        let mut place = 0;
        for source in &self.sources {
            for frame in &source.spool {
                for detail in self.spool.details(frame)? {
                    let detail = detail?;
                    let Some(hit) = self.hits.get(place) else {
                        return Err(std::io::Error::other("the spool holds more than the hits"));
                    };
                    take(place, hit, detail)?;
                    place += 1;
                }
            }
        }
        if place != self.hits.len() {
            return Err(std::io::Error::other("the spool holds less than the hits"));
        }
        Ok(())
    }
}
