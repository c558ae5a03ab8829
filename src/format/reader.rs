//! Reading the lines of one source: envelopes off, then the source's own
//! formats, then the whole table.

use super::envelope::{self, Content, Opened};
use super::year::dated;
use super::{Miss, Quick, Scratch, State, TABLE};
use crate::record::{Record, Time, Zone};

/// How one line ended.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a record is the usual case, and is not boxed")]
pub enum Reading<'a> {
    /// Nothing but blanks.
    Blank,
    /// A line that says how others are built.
    Header,
    /// The envelope of a part of a line that goes on in a later one; the line
    /// is read where it ends.
    Part,
    /// A record, read by the format at this place of [`TABLE`].
    Read(usize, Record<'a>),
    /// No format reads it; the miss is the one that came furthest.
    Unread(Miss),
}

/// Reads the lines of one source in order: tries the source's own formats
/// first, then the whole table.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Places in [`TABLE`], in the order in which they are tried.
    order: Vec<usize>,
    /// One scratch per format tried, so that a miss frees nothing that a
    /// later format's record borrows.
    scratches: Vec<Scratch>,
    /// The same for lines out of envelopes.
    inner: Vec<Scratch>,
    /// What the envelopes held, the outermost first.
    held: [Scratch; envelope::DEPTH],
    /// What is carried from line to line.
    pub state: State,
}

impl Reader {
    /// A reader that tries `first` (places in [`TABLE`]) and then the rest of
    /// the table, or `first` alone where `only` is set.
    pub fn new(first: &[usize], only: bool) -> Reader {
        let mut order: Vec<usize> = first.to_vec();
        if !only {
            order.extend((0..TABLE.len()).filter(|place| !first.contains(place)));
        }
        let scratches = vec![Scratch::default(); order.len()];
        let (inner, held) = (scratches.clone(), Default::default());
        Reader { order, scratches, inner, held, state: State::default() }
    }

    /// The fast path of the source's first format.
    pub fn quick(&self) -> Option<(usize, &'static dyn Quick)> {
        let first = *self.order.first()?;
        TABLE[first].quick().map(|quick| (first, quick))
    }

    /// Reads one line without its line ending: what its envelopes hold, and
    /// where that is no record, the line itself.
    pub fn read<'a>(&'a mut self, line: &'a [u8]) -> Reading<'a> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Reading::Blank;
        }
        let opened = envelopes(&mut self.held, &mut self.state, line);
        let mut inside = None;
        if let Some(opened) = opened {
            let Content::Whole(content) = opened.content else { return Reading::Part };
            match read_as(&self.order, &mut self.inner, &mut self.state, content) {
                Ok(Some((place, mut record))) => {
                    record.sealed = record.time.is_none() && opened.sealed.is_some();
                    let time = record.time.or(opened.sealed);
                    record.time = time.and_then(|time| dated(&mut self.state.year, time));
                    record.logger = opened.logger;
                    return Reading::Read(place, record);
                }
                Ok(None) => return Reading::Header,
                Err(_) if content.iter().all(u8::is_ascii_whitespace) => return Reading::Blank,
                // What was put together may be longer than the line.
                Err(miss) => {
                    let at = (within(line, content) + miss.at).min(line.len());
                    inside = Some(Miss { at, ..miss });
                }
            }
        }
        match read_as(&self.order, &mut self.scratches, &mut self.state, line) {
            Ok(Some((place, mut record))) => {
                record.time = record.time.and_then(|time| dated(&mut self.state.year, time));
                Reading::Read(place, record)
            }
            Ok(None) => Reading::Header,
            Err(miss) => Reading::Unread(inside.unwrap_or(miss)),
        }
    }
}

/// Takes the envelopes off a line.
fn envelopes<'a>(held: &'a mut [Scratch], state: &mut State, line: &'a [u8]) -> Option<Opened<'a>> {
    let mut last: Option<Opened<'a>> = None;
    for scratch in held {
        let content = match last {
            None => line,
            Some(Opened { content: Content::Whole(content), .. }) => content,
            Some(_) => break,
        };
        let Some(envelope) = envelope::TABLE.iter().find(|each| each.may_hold(content)) else {
            break;
        };
        scratch.bytes.clear();
        let Some(opened) = envelope.open(state, content, scratch) else { break };
        last = Some(Opened {
            logger: last.and_then(|outer| outer.logger).or(opened.logger),
            sealed: better(opened.sealed, last.and_then(|outer| outer.sealed)),
            ..opened
        });
    }
    last
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

/// Reads a line as the first format of `order` that can; `None` where it is a
/// header. A header is a line that the source's own format does not read; it
/// is looked for after that format has had its turn.
fn read_as<'a>(
    order: &[usize],
    scratches: &'a mut [Scratch],
    state: &mut State,
    line: &'a [u8],
) -> Result<Option<(usize, Record<'a>)>, Miss> {
    let mut furthest: Option<Miss> = None;
    for (turn, (&place, scratch)) in order.iter().zip(scratches).enumerate() {
        scratch.bytes.clear();
        match TABLE[place].read(state, line, scratch) {
            Ok(record) => return Ok(Some((place, record))),
            Err(miss) if furthest.is_none_or(|before| miss.at > before.at) => {
                furthest = Some(miss);
            }
            Err(_) => {}
        }
        if turn == 0 && order.iter().any(|&place| TABLE[place].header(state, line)) {
            return Ok(None);
        }
    }
    Err(furthest.unwrap_or(Miss { at: 0, wanted: "a line of the format asked for" }))
}
