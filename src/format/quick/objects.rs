//! The fast path of the formats whose lines are JSON: the values are found by
//! what stands between them (`json/pieces.rs`), and the format makes its record
//! of them as it does behind its own walk.
//!
//! A line is swept only if all of it is a plain object: UTF-8, no backslash, no
//! control character, spaces as the only blanks, numbers of few digits. A name
//! that may mark an envelope round the line, or that gives the format away, is
//! looked for among the names alone.

use crate::format::envelope::{self, Names};
use crate::format::json::{self, Found, Objects, Pieces, QUERY, Shown, TARGET};
use crate::format::{Quick, QuickLine, Scratch, Sweep};
use crate::record::address::elements;
use crate::record::{Client, Moment, Record, Request, Role};
use crate::source::index::{self, Index, Look, Marks, Work, chunk};

use super::Place;
use super::alb::behind_authority;
use super::clock::TextClock;
use super::{Run, fields};

impl<T: Objects> Quick for T {
    fn marks(&self) -> Marks {
        Marks::Quotes
    }

    fn sweep(&self, block: &[u8], index: &Index, sink: &mut dyn Sweep) {
        let signs = Signs::new(self.tells());
        let (_, took) = self.clocks();
        let pieces = Pieces::new(self.keys(), took, signs.list.clone());
        let (clock, scratch) = Default::default();
        index::work(Sweeping { format: self, block, index, sink, signs, pieces, clock, scratch });
    }
}

/// A sweep under way.
struct Sweeping<'a, 's> {
    format: &'a dyn Objects,
    block: &'a [u8],
    index: &'a Index,
    sink: &'s mut dyn Sweep,
    signs: Signs,
    pieces: Pieces,
    clock: TextClock,
    scratch: Scratch,
}

impl Work for Sweeping<'_, '_> {
    #[inline(always)]
    fn with<L: Look>(mut self, look: L) {
        let block = self.block;
        let mut marks = self.index.marks();
        let mut start = 0;
        let mut run = Run::default();
        while start < block.len() {
            let slots = &mut self.scratch.slots;
            let shown = self.pieces.read(look, block, start, marks, slots);
            let ended = match shown {
                Some(Shown { length, n_marks, .. }) => {
                    place(block, start, length, marks.get(n_marks)).map(|line| (line, n_marks))
                }
                None => None,
            };
            let (line, n_marks) = ended.unwrap_or_else(|| whole(block, start, marks));
            marks = marks.get(n_marks + 1..).unwrap_or_default();
            start = line.next;
            let read = match shown {
                Some(shown) if ended.is_some() && self.signs.are_right(shown.names) => {
                    self.line(look, line, run.room())
                }
                _ => None,
            };
            if read.is_some() {
                run.take(self.sink);
            } else {
                run.hand_on(self.sink);
                self.sink.odd(line.start as u32, line.end as u32, line.next as u32);
            }
        }
        run.hand_on(self.sink);
    }
}

impl Sweeping<'_, '_> {
    /// A line whose values were found and are in the scratch, as the record that they make has it.
    #[inline(always)]
    fn line(&mut self, look: impl Look, line: Place, read: &mut QuickLine) -> Option<()> {
        let text = &self.block[line.start..line.end];
        let value = |place| self.scratch.slots.text(text, place);
        let parts = (value(TARGET), value(QUERY));
        let known = match value(self.format.clocks().0) {
            Some(text) => {
                let window = within(self.block, line, text).and_then(|at| chunk(self.block, at.0));
                self.clock.read(look, text, window, json::time).map(|time| (text, time))
            }
            None => None,
        };
        self.scratch.bytes.clear();
        let found = Found::new(self.format.keys(), text, &mut self.scratch, known);
        let record = self.format.finish(found, text.len()).ok()?;
        let within = |part: &[u8]| within(self.block, line, part);
        let (target, query) = target(&record, parts, within)?;
        let path = match self.block[target.0] {
            b'/' => target.0,
            _ => target.0 + behind_authority(&self.block[target.0..target.1])?,
        };
        let spelled =
            fields::target::<b'"', false>(look, self.block, path, target.1, record.escape)?;
        let (peer, forwarded) = hops(&record)?;
        let peer = within(peer)?;
        let ip = fields::address(look, self.block, peer.0, peer.1)?;
        let time = record.time.filter(|time| !time.is_local())?;
        let referer = match record.referer {
            None => (line.end, line.end),
            Some(referer) if record.escape.touches(referer) => return None,
            Some(referer) => within(referer)?,
        };
        let forwarded = match forwarded {
            Some(list) => Some(range(within(list)?)),
            None => None,
        };
        // The forms of an object are not known.
        let status = record.status.filter(|_| record.object.is_none())?;
        *read = QuickLine {
            start: line.start as u32,
            end: line.end as u32,
            next: line.next as u32,
            peer: range(peer),
            ip,
            is_named: false,
            forwarded,
            method: record.method().and_then(within).map_or((0, 0), range),
            target: range(target),
            path: range((path, path + spelled.path)),
            query: query.map(range),
            is_plain: spelled.is_plain,
            is_lowered: spelled.is_lowered,
            object: None,
            referer: range(referer),
            time: Moment { at: time.reading, digits: time.digits },
            status,
            bytes: record.bytes,
        };
        Some(())
    }
}

/// From where to where something lies in a block.
type Range = (usize, usize);

fn range((start, end): Range) -> (u32, u32) {
    (start as u32, end as u32)
}

/// The line that `length` bytes from `start` on are, if the mark behind them
/// ends it.
fn place(block: &[u8], start: usize, length: usize, mark: Option<&u32>) -> Option<Place> {
    let newline = mark.map_or(block.len(), |at| *at as usize);
    let is_ended = matches!(block.get(newline), None | Some(b'\n'));
    let line = ended(block, start, newline);
    (is_ended && start + length == line.end).then_some(line)
}

/// The line that begins at `start`, and how many marks are in it.
fn whole(block: &[u8], start: usize, marks: &[u32]) -> (Place, usize) {
    let newline = memchr::memchr(b'\n', &block[start..]).map_or(block.len(), |at| start + at);
    let n_marks = marks.iter().take_while(|at| (**at as usize) < newline).count();
    (ended(block, start, newline), n_marks)
}

/// The line from `start` to a newline.
fn ended(block: &[u8], start: usize, newline: usize) -> Place {
    let is_crlf = start < newline && block[newline - 1] == b'\r';
    let next = (newline + 1).min(block.len());
    Place { start, end: newline - usize::from(is_crlf), next }
}

/// Where in a line of a block a part of it lies; `None` of what stands
/// elsewhere.
#[inline(always)]
fn within(block: &[u8], line: Place, part: &[u8]) -> Option<Range> {
    json::within(block, part).filter(|(start, end)| *start >= line.start && *end <= line.end)
}

/// Where the target of a record lies, and its query if that is a value of its
/// own: `parts` are the values of both.
#[inline(always)]
fn target(
    record: &Record<'_>,
    parts: (Option<&[u8]>, Option<&[u8]>),
    within: impl Fn(&[u8]) -> Option<Range>,
) -> Option<(Range, Option<Range>)> {
    let Request::Line { target, .. } = record.request else { return None };
    if let Some(range) = within(target) {
        return Some((range, None));
    }
    let (Some(stem), Some(query)) = parts else { return None };
    let query = query.strip_prefix(b"?").unwrap_or(query);
    let joined = target.strip_prefix(stem)?.strip_prefix(b"?")?;
    (joined == query).then_some((within(stem)?, Some(within(query)?)))
}

/// The peer and the list of forwarded addresses; where no peer is logged, the
/// one address that is.
#[inline(always)]
fn hops<'a>(record: &Record<'a>) -> Option<(&'a [u8], Option<&'a [u8]>)> {
    let of = |role| record.addresses.fields().filter(move |(each, _)| *each == role);
    let mut hops = of(Role::Peer).chain(of(Role::Forwarded)).map(|(_, field)| field);
    let (peer, forwarded) = (hops.next()?, hops.next());
    if of(Role::Peer).nth(1).is_some() {
        return None;
    }
    // A header that was made of the list says nothing more if it is what the
    // list begins with.
    if let Some(other) = hops.next() {
        let first = elements(forwarded?).next()?;
        let is_first = Client::read(other) == Client::read(first);
        (is_first && hops.next().is_none()).then_some(())?;
    }
    Some((peer, forwarded))
}

/// The names that say whether a line is of a format and in no envelope.
struct Signs {
    list: Vec<&'static str>,
    /// Of each group one must be there, as bits.
    tells: Vec<u128>,
    /// What marks each envelope that is an object.
    envelopes: Vec<Names>,
    /// What was found of the last line's names.
    last: Option<(u128, bool)>,
}

impl Signs {
    fn new(tells: &'static [&'static [&'static str]]) -> Signs {
        let envelopes: Vec<Names> =
            envelope::OBJECTS.iter().filter_map(|envelope| envelope.names()).collect();
        let of_envelopes =
            envelopes.iter().flat_map(|names| names.groups.iter().copied().chain([names.never]));
        let mut list: Vec<&'static str> =
            tells.iter().copied().chain(of_envelopes).flatten().copied().collect();
        list.sort_unstable();
        list.dedup();
        let bit = |name: &&str| list.binary_search(name).map_or(0, |at| 1_u128 << (at & 127));
        let tells = tells.iter().map(|group| group.iter().map(bit).sum()).collect();
        Signs { list, tells, envelopes, last: None }
    }

    /// Says whether a line of these names, as bits, is of the format and in no
    /// envelope.
    #[inline(always)]
    fn are_right(&mut self, names: u128) -> bool {
        match self.last {
            Some((last, are_right)) if last == names => are_right,
            _ => self.look(names),
        }
    }

    #[cold]
    fn look(&mut self, names: u128) -> bool {
        let has = |name: &str| {
            self.list.binary_search(&name).is_ok_and(|at| names & 1_u128 << (at & 127) != 0)
        };
        let are_right = self.list.len() <= 128
            && self.tells.iter().all(|group| names & group != 0)
            && !self.envelopes.iter().any(|envelope| envelope.mark(has));
        self.last = Some((names, are_right));
        are_right
    }
}
