//! The second step: a stretch of a source becomes evidence.
//!
//! A [`Mapper`] walks the lines of one piece in order. Lines of a layout with
//! a fast path are swept; whatever is odd, or might name a target, is read by
//! its grammar, which alone decides.

mod named;
mod recent;
mod swept;

use crate::actor;
use crate::case::target::finds::Finds;
use crate::case::target::misses::Misses;
use crate::evidence::coverage::{UNREAD_RAW, bin_of};
use crate::evidence::{ClientKey, Piece, Signs, SourceEvidence, Unread, Waiting};
use crate::format::{Reader, Reading, State};
use crate::record::path;
use crate::record::{Client, Instant, Record, WallClock, Zone};
use crate::source::index::Index;
use crate::source::{Block, Line, lines};

use super::plan::{PlannedSource, Question};
use named::Act;
use recent::Recent;
use swept::Sink;

/// What one mapper leaves to the next of a scan, because to make it takes time:
/// room for an index, and for the text of hits, with what packs it; and what
/// targets were found to name, and how many blocks more are not searched.
#[derive(Default)]
pub struct Tools {
    index: Index,
    texts: Waiting,
    finds: Finds,
    unsearched: u32,
}

/// Maps one piece of one source.
pub struct Mapper<'q> {
    question: &'q Question,
    source: &'q PlannedSource,
    number: u32,
    reader: Reader<'q>,
    evidence: SourceEvidence,
    /// What is known of the piece; nothing before its first block.
    piece: Piece,
    is_begun: bool,
    texts: Waiting,
    /// Why the text of hits could not be packed.
    fault: Option<std::io::Error>,
    index: Index,
    /// Where in the block a piece of a target begins.
    named: Vec<u32>,
    /// How many blocks more are not searched for that.
    unsearched: u32,
    misses: Misses,
    finds: Finds,
    /// The bin counted last with what was in it, so that a run of lines of one
    /// bin costs one look-up.
    recent: Option<Recent>,
    /// The format that a record was read by last, and how many lines were that
    /// are not in the evidence yet.
    alike: (usize, u64),
    /// Unread lines wait for the next record's time: those behind so many
    /// suspects and others.
    waiting: Option<(usize, usize)>,
}

impl<'q> Mapper<'q> {
    /// A mapper for a piece of `source`, number `number` of the plan, into
    /// which `state` is carried.
    pub fn new(
        question: &'q Question,
        source: &'q PlannedSource,
        number: u32,
        state: State,
    ) -> Mapper<'q> {
        let mut reader = Reader::with(&question.formats, &source.formats, source.only);
        reader.state = state;
        Mapper {
            question,
            source,
            number,
            reader,
            evidence: SourceEvidence::default(),
            piece: Piece::default(),
            is_begun: false,
            texts: Waiting::default(),
            fault: None,
            index: Index::default(),
            named: Vec::new(),
            unsearched: 0,
            misses: Misses::default(),
            finds: Finds::default(),
            recent: None,
            alike: (0, 0),
            waiting: None,
        }
    }

    /// The same with tools that [`Mapper::take_tools`] of another gave back.
    #[must_use]
    pub fn with_tools(self, Tools { index, texts, finds, unsearched }: Tools) -> Mapper<'q> {
        Mapper { index, texts, finds, unsearched, ..self }
    }

    /// Gives back its tools, the last block being mapped.
    pub fn take_tools(&mut self) -> Tools {
        self.pack();
        Tools {
            index: std::mem::take(&mut self.index),
            texts: std::mem::take(&mut self.texts),
            finds: std::mem::take(&mut self.finds),
            unsearched: self.unsearched,
        }
    }

    /// Takes the next block of the piece.
    pub fn block(&mut self, block: &Block) {
        let dropped = block.cut.bom_before + block.cut.nul_before;
        let start = block.offset - dropped;
        if !self.is_begun {
            self.is_begun = true;
            self.piece.start = start;
            self.piece.state_in = self.reader.state.clone();
        }
        self.piece.end = start + block.span();
        let coverage = &mut self.evidence.coverage;
        coverage.skipped_bytes += dropped;
        coverage.texture.mark_bytes += block.cut.bom_before;
        coverage.texture.nul_bytes += block.cut.nul_before;
        // The reader is taken out, because a record borrows it while the rest
        // of the mapper counts.
        let mut reader = std::mem::replace(&mut self.reader, Reader::new(&[], true));
        let quick = reader.quick().filter(|_| {
            !self.question.reading.no_fast_path
                && !block.cut.damaged
                && block.cut.overlong.is_none()
        });
        match quick {
            Some((place, quick)) => {
                let mut index = std::mem::take(&mut self.index);
                let mut named = std::mem::take(&mut self.named);
                index.fill(&block.bytes, quick.marks());
                let mut sink = Sink::new(self, &mut reader, block, place, &mut named);
                quick.sweep(&block.bytes, &index, &mut sink);
                sink.finish();
                (self.index, self.named) = (index, named);
            }
            None => lines(block).for_each(|line| self.line(&mut reader, &line, block)),
        }
        self.reader = reader;
    }

    /// Ends the piece.
    ///
    /// # Errors
    /// When the spool cannot be packed.
    pub fn finish(mut self) -> std::io::Result<SourceEvidence> {
        self.flush_bin();
        self.flush_alike(0, 0);
        self.pack();
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if self.is_begun {
            self.piece.state_out = self.reader.state;
            self.evidence.pieces = vec![self.piece];
        }
        Ok(self.evidence)
    }

    /// Packs the text of the hits since the last time.
    fn pack(&mut self) {
        match self.texts.pack() {
            Ok(frame) => self.evidence.spool.extend(frame),
            Err(error) => self.fault = self.fault.take().or(Some(error)),
        }
    }

    /// What is carried on at this point.
    pub fn state(&self) -> &State {
        &self.reader.state
    }

    /// Reads one line by its grammar.
    fn line(&mut self, reader: &mut Reader<'q>, line: &Line<'_>, block: &Block) {
        self.evidence.coverage.line_bytes += line.length;
        let overlong = block.cut.overlong.is_some();
        // Of an overlong line there is no more than a head.
        let ending =
            if overlong { u64::from(line.ended) } else { line.length - line.bytes.len() as u64 };
        self.evidence.coverage.texture.ended(ending);
        let broken = block.cut.damaged && !line.ended;
        self.evidence.coverage.overlong += u64::from(overlong);
        self.evidence.coverage.damaged += u64::from(broken);
        if overlong {
            let wanted = "a line of at most a mebibyte";
            let suspect = self.question.folded().is_suspect_head(line.bytes);
            self.unread(line, line.bytes.len(), wanted.to_owned(), suspect);
        } else {
            let record = |place, record: &Record<'_>| self.record(line, place, record);
            match reader.read_then(line.bytes, record) {
                Reading::Blank => self.evidence.coverage.lines.blank += 1,
                Reading::Header => self.evidence.coverage.lines.header += 1,
                // A part is read where its line ends.
                Reading::Part => self.evidence.coverage.lines.read += 1,
                Reading::Read(..) => {}
                Reading::Unread(miss) => {
                    let cut = broken
                        || !line.ended
                        || line.bytes.contains(&0)
                        || line.bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
                    let wanted = reader.wanted(&miss);
                    let suspect = self.question.folded().is_suspect(line.bytes, cut);
                    self.unread(line, miss.at, wanted, suspect);
                }
            }
        }
        self.piece.lines += 1;
    }

    /// Counts a line that was not read.
    fn unread(&mut self, line: &Line<'_>, at: usize, wanted: String, suspect: bool) {
        self.evidence.coverage.lines.unread += 1;
        let after = self.piece.last;
        if let Some(after) = after {
            self.flush_bin();
            self.evidence.coverage.bins.entry(bin_of(after)).or_default().unread += 1;
        } else {
            self.piece.loose += 1;
        }
        let unread = &self.evidence.unread;
        self.waiting.get_or_insert((unread.suspects.len(), unread.others.len()));
        self.evidence.unread.absorb(Unread {
            offset: line.offset,
            line: self.piece.lines,
            length: line.bytes.len() as u64,
            at: at as u64,
            wanted,
            suspect,
            after,
            before: None,
            raw: line.bytes[..line.bytes.len().min(UNREAD_RAW)].to_vec(),
        });
    }

    /// Counts a record, and keeps it if it is a hit.
    fn record(&mut self, line: &Line<'_>, place: usize, record: &Record<'_>) {
        let coverage = &mut self.evidence.coverage;
        coverage.lines.read += 1;
        match &mut self.alike {
            (same, count) if *same == place => *count += 1,
            _ => self.flush_alike(place, 1),
        }
        let wall = self.wall();
        let at = record.time.map(|time| self.instant(time.instant(wall)));
        let speaker = actor::speaker(record, self.question.trusted(self.source.server));
        let client = ClientKey::hash_of(speaker.client);
        match at {
            Some(at) => self.see(at, record.time.map_or(0, |time| time.digits), client, place),
            None => self.evidence.coverage.timeless += 1,
        }
        let doubts = self.doubts(record, at, wall);
        if record.status.is_none() || speaker.token == b"-" {
            self.evidence.coverage.fieldless += 1;
        }
        self.client(speaker.client, client, speaker.is_proxy);
        if let Some(target) = record.target() {
            let texture = &mut self.evidence.coverage.texture;
            texture.request(path::of_resource(target), record.status, record.referer.is_some());
            let act = Act { place, target, at, speaker, doubts };
            self.target(line, record, act);
        }
    }

    /// Counts the lines of one format that were read one after the other, and
    /// begins with so many of another.
    #[cold]
    fn flush_alike(&mut self, place: usize, count: u64) {
        let (before, n_lines) = std::mem::replace(&mut self.alike, (place, count));
        if n_lines > 0 {
            *self.evidence.coverage.formats.entry(before as u16).or_default() += n_lines;
        }
    }

    /// What is not sure of a record's time, counted.
    fn doubts(
        &mut self,
        record: &Record<'_>,
        at: Option<Instant>,
        wall: Option<WallClock>,
    ) -> Signs {
        let Some(time) = record.time else { return Signs::default() };
        let zoneless = time.is_local();
        let yearless = time.zone == Zone::Yearless;
        let twice = zoneless && wall.is_some_and(|wall| wall.shows_twice(time.reading));
        let coverage = &mut self.evidence.coverage;
        coverage.zoneless += u64::from(zoneless);
        coverage.yearless += u64::from(yearless);
        if twice {
            coverage.twice += 1;
            coverage.first_twice =
                coverage.first_twice.map_or(at, |first| at.map(|at| at.min(first)));
        }
        Signs::default()
            .with(Signs::ZONE_ASSUMED, zoneless && wall.is_none())
            .with(Signs::YEAR_ASSUMED, yearless)
            .with(Signs::TWICE, twice)
            .with(Signs::SEALED, record.sealed)
    }

    fn wall(&self) -> Option<WallClock> {
        self.question.wall(self.source.server)
    }

    /// Whether servers that write a format fold the case of paths.
    fn folds_case(&self, place: usize) -> bool {
        self.question.formats.about(place).is_some_and(|about| about.folds_case)
    }

    /// A server's time with its clock set right.
    #[inline]
    fn instant(&self, logged: Instant) -> Instant {
        self.question.set_right(self.source.server, logged)
    }

    /// Notes the client of a record, and its hash.
    fn client(&mut self, client: Client<'_>, hash: u64, is_proxy: bool) {
        self.evidence.clients.absorb(hash);
        self.origin(client, is_proxy);
    }

    /// Notes what kind of address a client of a record has.
    fn origin(&mut self, client: Client<'_>, is_proxy: bool) {
        let ip = client.ip();
        if is_proxy || ip.is_some_and(actor::is_private) {
            self.evidence.coverage.see_private(ip);
        } else if let Some(ip) = ip {
            self.evidence.coverage.addresses.see(ip, actor::ends_in_zeros(ip));
        }
    }
}
