//! Whether what a partial holds can have come from its split.
//!
//! The digest of a partial says that it is what was written, not who wrote it.
//! So its numbers are held against the plan before anything is summed: what
//! lies outside of the split, counts more lines than there are bytes, or names
//! a target, a party or a format that there is not, is refused.

use crate::evidence::{Frame, Hit, Piece, SourceEvidence};
use crate::record::Instant;
use crate::source::Finished;

use super::ask::Answers;
use super::partial::{Gave, Part};
use super::plan::{Plan, PlannedSource, Question};
use super::split::{Reads, Split};

/// The times that a log can tell, in seconds: the years 0 to 9999, and as much
/// on either side as a clock may be set right by.
const TIMES: std::ops::RangeInclusive<i64> = -70_000_000_000..=260_000_000_000;

/// The same in quarters of an hour.
const BINS: std::ops::RangeInclusive<i64> = *TIMES.start() / 900..=*TIMES.end() / 900;

/// The most bytes of text that a source can have: more than any disk holds,
/// and few enough that the sum over all sources is a number.
const MOST_BYTES: u64 = 1 << 50;

/// Checks a part of a plan whose splits are these.
///
/// # Errors
/// What is wrong with it, in words.
pub fn check(
    question: &Question,
    plan: &Plan,
    splits: &[Split],
    part: &Part,
) -> Result<(), String> {
    let number = part.split;
    let Some(split) = splits.get(number as usize) else {
        return Err(format!("holds split {number}, and the plan has {}", splits.len()));
    };
    let fits = match (&part.gave, split.reads) {
        (Gave::Lines { finished, .. }, Reads::Whole) => finished.is_some(),
        (Gave::Lines { finished, .. }, Reads::Lines) => finished.is_none(),
        (Gave::Digest(_), reads) => reads == Reads::Digest,
        (Gave::Answers { .. }, reads) => reads != Reads::Digest,
        (Gave::Text(_), _) => true,
        (Gave::Lines { .. }, Reads::Digest) => false,
    };
    let sound = || match &part.gave {
        Gave::Lines { evidence, finished, .. } => {
            let planned = plan.sources.get(split.source as usize)?;
            let end = match finished {
                Some(finished) => Some(finished.text_bytes).filter(|_| is_finished(finished))?,
                // The last line of a split may end behind it.
                None => planned.found.length,
            };
            let scope = Scope { question, planned, split, end };
            scope.holds(evidence).then_some(())
        }
        Gave::Digest(finished) => is_finished(finished).then_some(()),
        Gave::Answers { answers, .. } => are_answers(plan, answers).then_some(()),
        Gave::Text(_) => Some(()),
    };
    match fits.then(sound).flatten() {
        Some(()) => Ok(()),
        None => Err(format!("does not hold what split {number} can have given")),
    }
}

fn is_finished(finished: &Finished) -> bool {
    [finished.stored_bytes, finished.decoded_bytes, finished.text_bytes]
        .into_iter()
        .all(|bytes| bytes <= MOST_BYTES)
}

fn is_time(at: Instant) -> bool {
    TIMES.contains(&at.seconds) && at.nanos < 1_000_000_000
}

fn are_answers(plan: &Plan, answers: &Answers) -> bool {
    let seen = answers.seen.values();
    let moments = seen.clone().flat_map(|seen| [seen.first(), seen.last()]).flatten();
    let is_source = |number: u32| (number as usize) < plan.sources.len();
    let beats = answers.beats.iter();
    moments.map(|moment| moment.at).all(is_time)
        && seen.clone().all(|seen| seen.requests <= MOST_BYTES)
        && answers.entries.values().all(|entered| is_time(entered.at))
        && answers.habits.values().all(|habits| habits.is_within(&TIMES, MOST_BYTES))
        && answers.shared.is_within(plan.sources.len(), MOST_BYTES)
        && beats
            .into_iter()
            .all(|((source, _), beats)| is_source(*source) && beats.is_within(&BINS))
}

/// What the evidence of a split may be about.
struct Scope<'a> {
    question: &'a Question,
    planned: &'a PlannedSource,
    split: &'a Split,
    /// The byte behind the last of the source.
    end: u64,
}

impl Scope<'_> {
    fn holds(&self, evidence: &SourceEvidence) -> bool {
        let piece = match evidence.pieces.as_slice() {
            [] => Piece::default(),
            [piece] if self.has(piece) => piece.clone(),
            _ => return false,
        };
        let is_line = |offset: u64, line: u64| {
            piece.start <= offset && offset < piece.end && line < piece.lines
        };
        let unread = &evidence.unread;
        let texts: u64 =
            evidence.spool.iter().map(|frame| frame.count).fold(0, u64::saturating_add);
        evidence.hits.iter().all(|hit| is_line(hit.offset, hit.line) && self.has_hit(hit))
            && texts == evidence.hits.len() as u64
            && evidence.spool.iter().all(Frame::is_here)
            && unread.suspects.iter().chain(&unread.others).all(|line| {
                is_line(line.offset, line.line)
                    && line.length <= MOST_BYTES
                    && [line.after, line.before].into_iter().flatten().all(is_time)
            })
            && unread.n_suspects <= piece.lines
            && evidence.named.iter().all(|target| self.question.target(*target).is_some())
            && evidence
                .controls
                .iter()
                .all(|place| (*place as usize) < self.question.case.controls.len())
            && evidence.witnesses.clone().into_each().iter().all(|witness| {
                is_line(witness.offset, witness.line) && witness.at.is_none_or(is_time)
            })
            && self.counts(evidence, &piece)
    }

    fn has(&self, piece: &Piece) -> bool {
        let times = [piece.first, piece.last].into_iter().flatten();
        self.split.start <= piece.start
            && piece.start <= piece.end
            && piece.end <= self.end
            && piece.lines <= piece.end - piece.start
            && piece.loose <= piece.lines
            && times.into_iter().all(is_time)
    }

    fn has_hit(&self, hit: &Hit) -> bool {
        let exposures = self.question.case.exposures.len();
        let parties = self.question.case.parties.len();
        hit.source == self.split.source
            && hit.at().is_none_or(is_time)
            && (exposures >= 64 || hit.exposures >> exposures == 0)
            && (hit.target == u32::MAX || self.question.target(hit.target).is_some())
            && self.question.formats.about(usize::from(hit.format)).is_some()
            && hit.party().is_none_or(|party| party < parties)
    }

    /// No count of lines is more than there are lines, none of bytes more than
    /// there are bytes.
    fn counts(&self, evidence: &SourceEvidence, piece: &Piece) -> bool {
        let coverage = &evidence.coverage;
        let texture = &coverage.texture;
        let lines = &coverage.lines;
        let addresses = &coverage.addresses;
        let bins = coverage.bins.values();
        let counts = [
            lines.read,
            lines.blank,
            lines.header,
            lines.unread,
            coverage.overlong,
            coverage.damaged,
            coverage.timeless,
            coverage.zoneless,
            coverage.yearless,
            coverage.twice,
            coverage.fieldless,
            coverage.private,
            addresses.four,
            addresses.four_in_zero,
            addresses.six,
            addresses.six_in_zeros,
            texture.crlf,
            texture.lf,
            texture.unended,
            texture.disordered,
            texture.pages,
            texture.parts,
            texture.probes,
        ];
        let bytes =
            [coverage.line_bytes, coverage.skipped_bytes, texture.mark_bytes, texture.nul_bytes];
        let times = [coverage.first, coverage.last, coverage.first_twice];
        let is_format = |place: &u16| self.question.formats.about(usize::from(*place)).is_some();
        let is_bin = |bin: &i64| BINS.contains(bin);
        let mut spells = coverage.spells.iter();
        counts
            .into_iter()
            .chain(coverage.formats.values().copied())
            .all(|count| count <= piece.lines)
            && bytes.into_iter().all(|count| count <= piece.end - piece.start)
            && bins.clone().all(|bin| bin.lines <= piece.lines && bin.unread <= piece.lines)
            && coverage.bins.keys().chain(coverage.crowds.keys()).all(is_bin)
            && coverage.formats.keys().all(is_format)
            && spells.all(|(place, (from, to))| is_format(place) && is_bin(from) && is_bin(to))
            && times.into_iter().flatten().all(is_time)
            && texture.most_back.is_none_or(|(back, at)| {
                is_time(at) && (0..=TIMES.end() - TIMES.start()).contains(&back)
            })
            && self.planned.unreadable.is_none()
    }
}
