//! What the lines of a source, or of a part of it, add up to.

use std::collections::BTreeMap;

use crate::evidence::Coverage;
use crate::evidence::coverage::bin_of;
use crate::format::{Reader, Reading, State, TABLE};
use crate::record::{Instant, Record, Request, Time, Zone};
use crate::source::{Block, Line, lines};

use super::peers::Peers;
use super::signs::{BodylessBytes, EscapeStyle};

/// How many unread lines of a source are kept.
const UNREAD: usize = 5;

/// How many bytes of an unread line are kept.
const UNREAD_BYTES: usize = 200;

/// How many lines of a format are kept to try other formats on.
const EXAMPLES: usize = 16;

/// How long an example may be, in bytes.
const EXAMPLE_BYTES: usize = 4_096;

/// How many offsets from UTC are told apart: a server has two, for summer and
/// winter.
const OFFSETS: usize = 8;

/// A line that was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadLine {
    /// Where it begins in the decoded source.
    pub offset: u64,
    /// Its number from 1, where all lines before it were counted.
    pub line: Option<u64>,
    /// Where in the line reading stopped.
    pub at: usize,
    /// What would have been right there.
    pub wanted: &'static str,
    /// Its first bytes.
    pub raw: Vec<u8>,
}

/// How often records give their fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fields {
    /// A status.
    pub status: u64,
    /// A byte count, or the server's sign for none.
    pub bytes: u64,
    /// A referer.
    pub referer: u64,
    /// A user agent.
    pub agent: u64,
    /// The host that was asked.
    pub host: u64,
    /// A user.
    pub user: u64,
    /// How long the request took.
    pub took: u64,
    /// A request line with a method and a target.
    pub request: u64,
    /// A request by HTTP/1.0, which proxies speak and clients hardly any more.
    pub http_1_0: u64,
}

/// How times run from line to line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Order {
    /// The first time and the last, in the order of the lines.
    pub ends: Option<(Instant, Instant)>,
    /// The largest step back between two lines, in seconds, with the offset
    /// of the line that stepped back and its time.
    pub back: Option<(i64, u64, Instant)>,
    /// Steps back of more than two seconds.
    pub n_back: u64,
}

/// What the lines of a source, or of a part of it, add up to.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Lines by how they ended, formats, times and bins.
    pub coverage: Coverage,
    /// The first lines that were not read.
    pub unread: Vec<UnreadLine>,
    /// How often records give their fields.
    pub fields: Fields,
    /// Records by the offset from UTC that they give, in seconds.
    pub offsets: BTreeMap<i32, u64>,
    /// Records whose zone their format fixes.
    pub implied: u64,
    /// How times run.
    pub order: Order,
    /// The longest request, in microseconds, where that is logged.
    pub longest: Option<u64>,
    /// Addresses.
    pub peers: Peers,
    /// The bytes of answers without a body.
    pub bodyless: BodylessBytes,
    /// How lines are escaped.
    pub escapes: EscapeStyle,
    /// A few lines by the format that read them.
    examples: BTreeMap<usize, Vec<Vec<u8>>>,
    /// Lines so far.
    n_lines: u64,
    /// The number of a line is known.
    is_numbered: bool,
}

impl Tally {
    /// Nothing so far. `is_numbered` where the part begins with the first line
    /// of its source, or follows one that does.
    pub fn new(is_numbered: bool) -> Tally {
        Tally { is_numbered, ..Tally::default() }
    }

    /// What comes next does not follow the last line.
    pub fn skip(&mut self) {
        self.is_numbered = false;
    }

    /// Takes the lines of a block.
    pub fn block(&mut self, block: &Block, reader: &mut Reader) {
        self.coverage.skipped_bytes += block.cut.nul_before;
        for line in lines(block) {
            self.coverage.line_bytes += line.length;
            self.n_lines += 1;
            if block.cut.overlong.is_some() {
                self.coverage.overlong += 1;
                self.unread(&line, line.bytes.len(), "a line of at most a mebibyte");
                continue;
            }
            self.coverage.damaged += u64::from(block.cut.damaged && !line.ended);
            match reader.read(line.bytes) {
                Reading::Blank => self.coverage.lines.blank += 1,
                Reading::Header => self.coverage.lines.header += 1,
                Reading::Part => self.coverage.lines.read += 1,
                Reading::Unread(miss) => self.unread(&line, miss.at, miss.wanted),
                Reading::Read(place, record) => self.record(&line, place, &record),
            }
        }
    }

    fn unread(&mut self, line: &Line<'_>, at: usize, wanted: &'static str) {
        self.coverage.lines.unread += 1;
        if self.unread.len() < UNREAD {
            self.unread.push(UnreadLine {
                offset: line.offset,
                line: self.is_numbered.then_some(self.n_lines),
                at,
                wanted,
                raw: line.bytes[..line.bytes.len().min(UNREAD_BYTES)].to_vec(),
            });
        }
    }

    fn record(&mut self, line: &Line<'_>, place: usize, record: &Record<'_>) {
        let coverage = &mut self.coverage;
        coverage.lines.read += 1;
        let count = coverage.formats.entry(place as u16).or_default();
        *count += 1;
        // Spread over the source: the first, second, fourth, eighth, …
        if count.is_power_of_two() && line.bytes.len() <= EXAMPLE_BYTES {
            let examples = self.examples.entry(place).or_default();
            if examples.len() < EXAMPLES {
                examples.push(line.bytes.to_vec());
            }
        }
        match record.time {
            Some(time) => self.time(line, time),
            None => self.coverage.timeless += 1,
        }
        self.longest = self.longest.max(record.took);
        self.fields.see(record);
        self.peers.see(record);
        self.bodyless.see(record);
        self.escapes.see(line.bytes, record);
    }

    fn time(&mut self, line: &Line<'_>, time: Time) {
        match time.zone {
            Zone::Local | Zone::Yearless => self.coverage.zoneless += 1,
            Zone::Implied => self.implied += 1,
            Zone::Logged(offset) => {
                if self.offsets.contains_key(&offset) || self.offsets.len() < OFFSETS {
                    *self.offsets.entry(offset).or_default() += 1;
                }
            }
        }
        // A time without a zone is kept as it reads; the wall clock is the
        // survey's to apply when all is read.
        let at = time.reading;
        let coverage = &mut self.coverage;
        coverage.first = Some(coverage.first.map_or(at, |first| first.min(at)));
        coverage.last = coverage.last.max(Some(at));
        coverage.bins.entry(bin_of(at)).or_default().lines += 1;
        self.order.see(at, line.offset);
    }

    /// Adds the part that follows.
    pub fn merge(&mut self, other: Tally) {
        self.coverage.merge(other.coverage);
        for mut line in other.unread {
            if self.unread.len() < UNREAD {
                let known = self.is_numbered && other.is_numbered;
                line.line = line.line.filter(|_| known).map(|number| number + self.n_lines);
                self.unread.push(line);
            }
        }
        self.fields.merge(other.fields);
        for (offset, count) in other.offsets {
            if self.offsets.contains_key(&offset) || self.offsets.len() < OFFSETS {
                *self.offsets.entry(offset).or_default() += count;
            }
        }
        self.implied += other.implied;
        self.order.merge(other.order);
        self.longest = self.longest.max(other.longest);
        self.peers.merge(other.peers);
        self.bodyless.merge(other.bodyless);
        self.escapes.merge(other.escapes);
        for (place, examples) in other.examples {
            let into = self.examples.entry(place).or_default();
            let room = EXAMPLES.saturating_sub(into.len());
            into.extend(examples.into_iter().take(room));
        }
        self.n_lines += other.n_lines;
        self.is_numbered &= other.is_numbered;
    }

    /// Which other formats read every example of a format, by their place in
    /// the table; the examples are then forgotten. `state` is what headers
    /// carry.
    pub fn ties(&mut self, state: &State) -> BTreeMap<usize, Vec<usize>> {
        let tie = |place: usize, examples: &[Vec<u8>]| {
            let reads_all = |other: &usize| {
                let mut reader = Reader::new(&[*other], true);
                reader.state = state.clone();
                *other != place
                    && examples.iter().all(|line| matches!(reader.read(line), Reading::Read(..)))
            };
            (0..TABLE.len()).filter(reads_all).collect::<Vec<_>>()
        };
        let examples = std::mem::take(&mut self.examples);
        examples.iter().map(|(place, examples)| (*place, tie(*place, examples))).collect()
    }
}

impl Fields {
    fn see(&mut self, record: &Record<'_>) {
        self.status += u64::from(record.status.is_some());
        self.bytes += u64::from(record.bytes.is_some() || record.no_body);
        self.referer += u64::from(record.referer.is_some());
        self.agent += u64::from(record.agent.is_some());
        self.host += u64::from(record.host.is_some());
        self.user += u64::from(record.user.is_some());
        self.took += u64::from(record.took.is_some());
        if let Request::Line { version, .. } = record.request {
            self.request += 1;
            self.http_1_0 += u64::from(version == Some(b"HTTP/1.0"));
        }
    }

    /// Adds those of another part.
    pub fn merge(&mut self, other: Fields) {
        self.status += other.status;
        self.bytes += other.bytes;
        self.referer += other.referer;
        self.agent += other.agent;
        self.host += other.host;
        self.user += other.user;
        self.took += other.took;
        self.request += other.request;
        self.http_1_0 += other.http_1_0;
    }
}

/// A step back of no more is what whole seconds, several workers and buffers
/// explain.
const SLACK_SECONDS: i64 = 2;

impl Order {
    fn see(&mut self, at: Instant, offset: u64) {
        let (first, last) = self.ends.unwrap_or((at, at));
        self.step(last, at, offset);
        self.ends = Some((first, at));
    }

    fn step(&mut self, from: Instant, to: Instant, offset: u64) {
        let back = from.seconds.saturating_sub(to.seconds);
        if back > SLACK_SECONDS {
            self.n_back += 1;
            if self.back.is_none_or(|(most, ..)| back > most) {
                self.back = Some((back, offset, to));
            }
        }
    }

    fn merge(&mut self, other: Order) {
        let Some((first, last)) = other.ends else { return };
        if let Some((_, before)) = self.ends {
            // Where the part begins is not kept: 0 stands for its start.
            self.step(before, first, 0);
        }
        self.n_back += other.n_back;
        if let Some(back) = other.back
            && self.back.is_none_or(|(most, ..)| back.0 > most)
        {
            self.back = Some(back);
        }
        self.ends = Some((self.ends.map_or(first, |(first, _)| first), last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Blocks, LINE_CAP};

    fn log(minutes: &[u32]) -> String {
        let line = |minute: &u32| {
            format!(
                "192.0.2.7 - - [12/Apr/2018:09:{minute:02}:40 +0200] \"GET /a HTTP/1.0\" 304 - \"-\" \"x\"\n"
            )
        };
        minutes.iter().map(line).collect::<String>() + "no log\n\n"
    }

    fn tally(text: &str, block: usize) -> Tally {
        let mut whole = Tally::new(true);
        for block in Blocks::new(text.as_bytes(), block, LINE_CAP) {
            let mut part = Tally::new(true);
            part.block(&block, &mut Reader::new(&[], false));
            whole.merge(part);
        }
        whole
    }

    #[test]
    fn parts_add_up_to_the_same_however_they_are_cut() {
        let text = log(&[1, 2, 2, 30, 4, 5]).repeat(3);
        let whole = tally(&text, 1 << 20);
        assert_eq!((whole.coverage.lines.read, whole.coverage.lines.unread), (18, 3));
        assert_eq!(whole.coverage.lines.blank, 3);
        assert_eq!(whole.unread[1].line, Some(15));
        assert_eq!((whole.order.n_back, whole.order.back.map(|back| back.0)), (5, Some(26 * 60)));
        assert_eq!(
            (whole.offsets[&7200], whole.fields.http_1_0, whole.bodyless.dash),
            (18, 18, 18)
        );
        for size in [1, 100, 333] {
            let cut = tally(&text, size);
            assert_eq!((&cut.coverage, &cut.unread), (&whole.coverage, &whole.unread), "{size}");
            assert_eq!((cut.order.n_back, cut.fields), (whole.order.n_back, whole.fields));
            assert_eq!((cut.peers, cut.bodyless), (whole.peers.clone(), whole.bodyless));
        }
    }

    #[test]
    fn other_formats_that_read_the_same_lines_are_named() {
        let mut tally = tally(&log(&[1, 2]), 1 << 20);
        let ties = tally.ties(&State::default());
        let (place, others) = ties.first_key_value().unwrap();
        assert_eq!(TABLE[*place].card().name, "combined");
        let others: Vec<_> = others.iter().map(|other| TABLE[*other].card().name).collect();
        assert!(!others.contains(&"combined") && !others.contains(&"caddy-json"), "{others:?}");
    }
}
