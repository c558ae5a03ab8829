//! Reading the lines of one source: envelopes off, then the source's own
//! formats, then the whole table.

use super::envelope::{self, Content, DEPTH, Envelope, Opened};
use super::json::{Beginnings, has_name};
use super::json_any::is_round;
use super::token::is_ip;
use super::year::dated;
use super::{Formats, Miss, Quick, Scratch, State, TABLE};
use crate::record::{Record, Time, Zone};

/// How one line ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading<R> {
    /// Nothing but blanks.
    Blank,
    /// A line that says how others are built.
    Header,
    /// The envelope of a part of a line that goes on in a later one; the line
    /// is read where it ends.
    Part,
    /// A record, read by the format at this place of [`TABLE`], or of the
    /// [`Formats`] behind it.
    Read(usize, R),
    /// No format reads it; the miss is the one that came furthest.
    Unread(Miss),
}

/// Reads the lines of one source in order: tries the source's own formats
/// first, then the whole table.
#[derive(Debug, Clone)]
pub struct Reader<'f> {
    /// What stands at places behind the end of [`TABLE`].
    formats: Option<&'f Formats>,
    /// Places in [`TABLE`] or behind it, in the order in which they are tried.
    order: Vec<usize>,
    /// One scratch per format tried, so that a miss frees nothing that a
    /// later format's record borrows.
    scratches: Vec<Scratch>,
    /// The same for what each envelope held.
    inner: [Vec<Scratch>; DEPTH],
    /// What the envelopes held, the outermost first: one scratch per envelope
    /// tried, where any was.
    held: [Vec<Scratch>; DEPTH],
    /// The envelopes that were taken off the line read last, the outermost
    /// first.
    wrappers: ([&'static str; DEPTH], usize),
    /// What is carried from line to line.
    pub state: State,
}

impl<'f> Reader<'f> {
    /// A reader that tries `first` (places in [`TABLE`]) and then the rest of
    /// the table, or `first` alone where `only` is set.
    pub fn new(first: &[usize], only: bool) -> Reader<'f> {
        let mut order: Vec<usize> = first.to_vec();
        if !only {
            order.extend((0..TABLE.len()).filter(|place| !first.contains(place)));
        }
        let scratches = vec![Scratch::default(); order.len()];
        let inner = std::array::from_fn(|_| scratches.clone());
        let (held, wrappers, state) = Default::default();
        Reader { formats: None, order, scratches, inner, held, wrappers, state }
    }

    /// The same, where some of `first` may be formats of one question.
    pub fn with(formats: &'f Formats, first: &[usize], only: bool) -> Reader<'f> {
        Reader { formats: Some(formats), ..Reader::new(first, only) }
    }

    /// The fast path of the source's first format.
    pub fn quick(&self) -> Option<(usize, &'static dyn Quick)> {
        let first = *self.order.first()?;
        TABLE.get(first)?.quick().map(|quick| (first, quick))
    }

    /// What would have been right where the last line stopped being read; of
    /// a directive the field that failed is named.
    pub fn wanted(&self, miss: &Miss) -> String {
        let own = match (self.order.as_slice(), &self.scratches[..]) {
            ([place], [scratch]) => {
                let template = self.formats.and_then(|formats| formats.template(*place));
                let mut inner = self.inner.iter().flat_map(|scratches| scratches.first());
                template.zip(inner.find_map(|inner| inner.failed).or(scratch.failed))
            }
            _ => None,
        };
        own.and_then(|(template, failed)| template.why(miss, failed))
            .unwrap_or_else(|| miss.wanted.to_owned())
    }

    /// The names of the envelopes that were taken off the line read last, the
    /// outermost first.
    pub fn wrappers(&self) -> &[&'static str] {
        &self.wrappers.0[..self.wrappers.1]
    }

    /// Reads one line without its line ending: what its envelopes hold, the
    /// innermost first, and where that is no record, the line itself.
    pub fn read<'a>(&'a mut self, line: &'a [u8]) -> Reading<Record<'a>> {
        self.read_then(line, |_, record| *record)
    }

    /// The same, and what is made of a record by the format at a place: it is
    /// lent, because it is large and most are not kept.
    #[inline(always)]
    pub fn read_then<'a, T>(
        &'a mut self,
        line: &'a [u8],
        make: impl FnOnce(usize, &Record<'a>) -> T,
    ) -> Reading<T> {
        self.wrappers.1 = 0;
        if line.iter().all(u8::is_ascii_whitespace) {
            return Reading::Blank;
        }
        for scratch in self.inner.iter_mut().flat_map(|scratches| scratches.first_mut()) {
            scratch.failed = None;
        }
        if is_round(line) {
            return Reading::Header;
        }
        let order = (self.order.as_slice(), self.formats);
        let mut levels = [None; DEPTH];
        let mut depth = envelopes(&mut self.held, &mut self.state, line, &mut levels);
        let mut inside = None;
        let levels = &levels[..depth];
        for (level, scratches) in levels.iter().flatten().rev().zip(&mut self.inner) {
            let Content::Whole(content) = level.opened.content else { return Reading::Part };
            // Two lines in one envelope are not one record.
            let is_several = content.first() != Some(&b'{') && content.contains(&b'\n');
            let read = match is_several {
                true => Reading::Unread(Miss { at: 0, wanted: "one line in its envelope" }),
                false => {
                    read_as(order, scratches, &mut self.state, content, |_, _, record| *record)
                }
            };
            match read {
                Reading::Read(place, record)
                    if level.is_faint
                        && (is_loose(place, content)
                            || is_far(record.time, level.opened.sealed)) => {}
                Reading::Read(place, mut record) => {
                    record.sealed = record.time.is_none() && level.opened.sealed.is_some();
                    let time = record.time.or(level.opened.sealed);
                    record.time = time.and_then(|time| dated(&mut self.state.year, time));
                    record.logger = level.opened.logger;
                    self.wrappers.1 = depth;
                    for (name, level) in self.wrappers.0.iter_mut().zip(levels.iter().flatten()) {
                        *name = level.name;
                    }
                    return Reading::Read(place, make(place, &record));
                }
                Reading::Unread(_) if content.iter().all(u8::is_ascii_whitespace) => {
                    return Reading::Blank;
                }
                // What was put together may be longer than the line.
                Reading::Unread(miss) if inside.is_none() => {
                    let at = (within(line, content) + miss.at).min(line.len());
                    inside = Some(Miss { at, ..miss });
                }
                Reading::Unread(_) => {}
                Reading::Blank => return Reading::Blank,
                Reading::Header => return Reading::Header,
                Reading::Part => return Reading::Part,
            }
            depth -= 1;
        }
        let bare = |state: &mut State, place, record: &mut Record<'a>| {
            if let Some(time) = record.time.filter(|time| time.zone == Zone::Yearless) {
                record.time = dated(&mut state.year, time);
            }
            make(place, record)
        };
        let mut reading = read_as(order, &mut self.scratches, &mut self.state, line, bare);
        if let Reading::Unread(miss) = &mut reading {
            *miss = inside.unwrap_or(*miss);
        }
        reading
    }
}

/// An envelope that was taken off a line.
#[derive(Clone, Copy)]
struct Level<'a> {
    name: &'static str,
    is_faint: bool,
    opened: Opened<'a>,
}

/// Takes the envelopes off a line, the outermost first, and says how many they
/// are.
fn envelopes<'a>(
    held: &'a mut [Vec<Scratch>; DEPTH],
    state: &mut State,
    line: &'a [u8],
    levels: &mut [Option<Level<'a>>; DEPTH],
) -> usize {
    let mut depth = 0;
    let mut last: Option<Opened<'a>> = None;
    for (level, scratches) in levels.iter_mut().zip(held) {
        let content = match last {
            None => line,
            Some(Opened { content: Content::Whole(content), .. }) => content,
            Some(_) => break,
        };
        let (first, envelopes) = envelope::of(content);
        let beginnings = content.starts_with(b"{").then(|| Beginnings::of(content));
        // Of objects the names that mark them are known, and the cheaper look
        // comes first.
        let is_other = |envelope: &dyn Envelope| {
            beginnings.zip(envelope.names()).is_some_and(|(there, names)| {
                !names.mark(|name| there.may_have(name) && has_name(content, name))
            })
        };
        let may_hold = |state: &State, envelope: &dyn Envelope| {
            !is_other(envelope) && envelope.may_hold(state, content)
        };
        let Some(likely) = envelopes.iter().position(|each| may_hold(state, *each)) else { break };
        if scratches.is_empty() {
            scratches.resize_with(envelope::all().count(), Scratch::default);
        }
        let scratches = scratches.iter_mut().skip(first);
        let found = envelopes.iter().zip(scratches).skip(likely).find_map(|(envelope, scratch)| {
            if !may_hold(state, *envelope) {
                return None;
            }
            scratch.bytes.clear();
            Some((envelope, envelope.open(state, content, scratch)?))
        });
        let Some((envelope, opened)) = found else { break };
        let opened = Opened {
            logger: last.and_then(|outer| outer.logger).or(opened.logger),
            sealed: better(opened.sealed, last.and_then(|outer| outer.sealed)),
            ..opened
        };
        *level = Some(Level { name: envelope.name(), is_faint: envelope.is_faint(), opened });
        last = Some(opened);
        depth += 1;
    }
    depth
}

/// Says whether a reading of what a faint envelope held proves little: the
/// loosest format reads nearly anything, and only an address at its beginning
/// says that the line begins there.
fn is_loose(place: usize, content: &[u8]) -> bool {
    let word = content.split(|byte| *byte == b' ').next().unwrap_or_default();
    let word = word.strip_suffix(b",").unwrap_or(word).trim_ascii();
    place + 1 == TABLE.len() && !is_ip(word)
}

/// How far the time of a line may lie from that of a faint envelope, in
/// seconds: a long download, a clock that is off by a zone, a busy collector.
const FAR: i64 = 2 * 86_400;

/// Says whether the time of a line is not that of the envelope round it. Where
/// the envelope is hardly one, that may be a date which the client wrote.
fn is_far(own: Option<Time>, sealed: Option<Time>) -> bool {
    let both = own.zip(sealed).filter(|(own, _)| own.zone != Zone::Yearless);
    both.is_some_and(|(own, sealed)| (own.reading.seconds - sealed.reading.seconds).abs() > FAR)
}

/// Of the times of two envelopes the inner one's, unless only the outer one's
/// has a year.
fn better(inner: Option<Time>, outer: Option<Time>) -> Option<Time> {
    let dated = |time: &Time| time.zone != Zone::Yearless;
    inner.filter(dated).or(outer.filter(dated)).or(inner).or(outer)
}

/// Where in a line its content begins; 0 where it had to be put together.
fn within(line: &[u8], content: &[u8]) -> usize {
    let offset = (content.as_ptr() as usize).wrapping_sub(line.as_ptr() as usize);
    if offset <= line.len() { offset } else { 0 }
}

/// Reads a line as the first format of `order` that can, and makes something of the
/// record; a header is a line that the source's own format does not read; it is looked
/// for after that format has had its turn.
#[inline(always)]
fn read_as<'a, T>(
    (order, formats): (&[usize], Option<&Formats>),
    scratches: &'a mut [Scratch],
    state: &mut State,
    line: &'a [u8],
    make: impl FnOnce(&mut State, usize, &mut Record<'a>) -> T,
) -> Reading<T> {
    let mut furthest: Option<(Miss, usize)> = None;
    let is_object = line.starts_with(b"{");
    let own = |place: usize| formats.and_then(|formats| formats.template(place));
    let header = |state: &mut State, place: usize| match TABLE.get(place) {
        Some(format) => format.header(state, line),
        None => own(place).is_some_and(|template| template.header(line)),
    };
    for (turn, (&place, scratch)) in order.iter().zip(scratches).enumerate() {
        scratch.bytes.clear();
        let mut read = match (TABLE.get(place), own(place)) {
            (Some(format), _) => format.read(state, line, scratch),
            (None, Some(template)) => template.read(line, scratch),
            (None, None) => continue,
        };
        match &mut read {
            Ok(record) => return Reading::Read(place, make(state, place, record)),
            // An object that is read as words fails at its end and says nothing.
            Err(_) if is_object && furthest.is_some() && !is_of_objects(place) => {}
            Err(miss)
                if furthest.is_none_or(|(before, of)| {
                    miss.at > before.at || is_object && !is_of_objects(of)
                }) =>
            {
                furthest = Some((*miss, place));
            }
            Err(_) => {}
        }
        if turn == 0 && order.iter().any(|&place| header(state, place)) {
            return Reading::Header;
        }
    }
    let none = Miss { at: 0, wanted: "a line of the format asked for" };
    Reading::Unread(furthest.map_or(none, |(miss, _)| miss))
}

/// Says whether the lines of a format are JSON objects.
fn is_of_objects(place: usize) -> bool {
    let card = TABLE.get(place).map(|format| format.card());
    card.is_none_or(|card| card.samples.iter().any(|sample| sample.line.starts_with(b"{")))
}

#[cfg(test)]
mod tests;
