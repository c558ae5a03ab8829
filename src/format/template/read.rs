//! Reading a line by a layout: where each of its fields stands.
//!
//! A text ends at the first place from which the rest of the line can be
//! read. Where a later piece does not fit, the text before it is taken to its
//! next end, and so back; a line may be looked at so often that the work stays
//! within a few times its length, and is not read where that does not do.

use std::cell::Cell;
use std::collections::HashSet;

use memchr::{memchr, memchr2, memmem};

use super::super::clf::{escapes_next, holds_fields};
use super::super::token::Fault;
use super::differing::differing;
use super::field::{Field, Kind};
use super::layout::{Layout, MOST, Part, Until};
use super::likely::{Level, fits, goes_on, is_likely, is_word};
use super::typed::{may_be_empty, typed};

/// Where each field of a line stands, by its number.
pub type Spans = [(u32, u32); MOST];

/// How often each byte of a line may be looked at again.
const LOOKS: usize = 4;

/// How often that much when it is asked whether it reads in one way only.
const AGAIN: usize = 8;

/// Why a line is not of a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// Where in the line.
    pub at: usize,
    /// At which part of the layout.
    pub part: usize,
    /// What would have been right.
    pub wanted: &'static str,
}

/// A text that may end later than it was taken to.
#[derive(Clone, Copy)]
struct Open {
    part: usize,
    field: usize,
    start: usize,
    end: usize,
    limit: usize,
    /// How often the whole line had been read before.
    wholes: usize,
}

/// Finds the fields of a line: with addresses and requests where they are due,
/// or else with whatever stands there. A line that can also be read with
/// another peer, request, status or time is not read, for a client may have
/// written it so.
///
/// # Errors
/// The place that was reached by the reading that came furthest, or the field
/// that can be read in two ways.
pub fn read(layout: &Layout, line: &[u8], spans: &mut Spans) -> Result<(), Failed> {
    let looks = line.len() * LOOKS + 1024;
    let mode = |level: Level, looks: usize| Mode {
        level,
        has_refused: Cell::new(false),
        looks: Cell::new(looks),
    };
    let mut done = Ok(());
    for level in [Level::All, Level::Requests, Level::Any] {
        let mode = mode(level, looks);
        done = attempt(layout, line, spans, None, &mode);
        if done.is_ok() || !mode.has_refused.get() {
            break;
        }
    }
    done?;
    let Some(first) = layout.weighs.iter().position(|weighs| *weighs) else { return Ok(()) };
    let mut others: Spans = [(0, 0); MOST];
    let any = mode(Level::Any, AGAIN * looks);
    let part = match attempt(layout, line, &mut others, Some(spans), &any) {
        Ok(()) => differing(layout, line, spans, &others),
        // Nobody can say.
        Err(_) if any.looks.get() == 0 => Some(first),
        Err(_) => None,
    };
    let Some(part) = part else { return Ok(()) };
    let before = layout.parts[..part].iter().filter(|part| part.field().is_some()).count();
    Err(Failed { at: spans[before].0 as usize, part, wanted: "only one way to read the line" })
}

/// How a line is read.
struct Mode {
    /// What looks like what is due, where no quote guards it.
    level: Level,
    /// That has mattered.
    has_refused: Cell<bool>,
    /// How many bytes may still be looked at again.
    looks: Cell<usize>,
}

impl Mode {
    /// Looks at so many bytes, if as many may still be looked at.
    fn look(&self, bytes: usize) -> bool {
        let left = self.looks.get().saturating_sub(bytes);
        self.looks.set(left);
        left > 0
    }
}

/// Finds the fields of a line; where a reading of it is given, another that
/// differs from it in what matters.
fn attempt(
    layout: &Layout,
    line: &[u8],
    spans: &mut Spans,
    known: Option<&Spans>,
    mode: &Mode,
) -> Result<(), Failed> {
    let mut open = [Open { part: 0, field: 0, start: 0, end: 0, limit: 0, wholes: 0 }; MOST];
    let (mut n_open, mut part, mut field, mut at) = (0, 0, 0, 0);
    let mut furthest: Option<Failed> = None;
    let mut bare = (0, 0);
    // From where no way leads to the end of the line.
    let (mut wholes, mut dead) = (0, HashSet::new());
    loop {
        let failed = match step(layout, line, part, at) {
            Ok(Step::Whole) => {
                let Some(known) = known else { return Ok(()) };
                if differing(layout, line, known, spans).is_some() {
                    return Ok(());
                }
                wholes += 1;
                // What stands elsewhere if this text does would be the same.
                while n_open > 0 && !layout.weighs[open[n_open - 1].part] {
                    n_open -= 1;
                }
                Failed { at, part, wanted: "another reading" }
            }
            Ok(Step::Literal(end)) => {
                (part, at) = (part + 1, end);
                continue;
            }
            Ok(Step::Field(end)) => {
                spans[field] = (at as u32, end as u32);
                (part, field, at) = (part + 1, field + 1, end);
                continue;
            }
            Ok(Step::Text(_, of)) if dead.contains(&(part, at)) => {
                Failed { at, part, wanted: of.kind.wanted() }
            }
            Ok(Step::Text(until, of)) => {
                // The first bare quote is the same for every text before it.
                if !(bare.0..=bare.1).contains(&at) || at == 0 {
                    bare = (at, limit(layout, line, at));
                    mode.look(bare.1 - at);
                }
                let limit = bare.1;
                let found = end((layout, mode), line, (of, until), part, (at, at, limit));
                mode.look(found.unwrap_or(line.len()).saturating_sub(at));
                match found {
                    Some(end) => {
                        spans[field] = (at as u32, end as u32);
                        open[n_open] = Open { part, field, start: at, end, limit, wholes };
                        n_open += 1;
                        (part, field, at) = (part + 1, field + 1, end);
                        continue;
                    }
                    None => Failed { at, part, wanted: of.kind.wanted() },
                }
            }
            Err((at, wanted)) => Failed { at, part, wanted },
        };
        if furthest.is_none_or(|before| failed.part >= before.part) {
            furthest = Some(failed);
        }
        // Back to the last text that may end later.
        loop {
            let Some(last) = n_open.checked_sub(1) else { return Err(furthest.unwrap_or(failed)) };
            let Open { part: of, start, end: before, limit, .. } = open[last];
            let Some(Part::Text(text, until)) = layout.parts.get(of) else {
                return Err(furthest.unwrap_or(failed));
            };
            // The first slash begins a target.
            let next = match (known, until) {
                (Some(_), Until::Slash) => None,
                _ => end((layout, mode), line, (text, until), of, (start, before + 1, limit)),
            };
            let may_look = mode.look(next.unwrap_or(line.len()).saturating_sub(before) + 1);
            match next {
                Some(end) if may_look => {
                    open[last].end = end;
                    field = open[last].field;
                    spans[field] = (start as u32, end as u32);
                    (part, field, at) = (of + 1, field + 1, end);
                    break;
                }
                Some(_) => return Err(furthest.unwrap_or(failed)),
                None => {
                    n_open = last;
                    if known.is_some() && open[last].wholes == wholes {
                        dead.insert((of, start));
                    }
                }
            }
        }
    }
}

/// What a part takes of a line.
enum Step<'l> {
    /// A field that ends there.
    Field(usize),
    /// A literal that ends there.
    Literal(usize),
    /// A text, whose end is to be found.
    Text(&'l Until, &'l Field),
    /// Nothing is left of the layout, nor of the line.
    Whole,
}

/// One step: the part at a place of the line.
fn step<'l>(
    layout: &'l Layout,
    line: &[u8],
    part: usize,
    at: usize,
) -> Result<Step<'l>, (usize, &'static str)> {
    let rest = line.get(at..).unwrap_or_default();
    let behind = |rest: &[u8]| line.len() - rest.len();
    match layout.parts.get(part) {
        // Some writers leave a blank at the end of a line.
        None if rest.iter().all(u8::is_ascii_whitespace) => Ok(Step::Whole),
        None => Err((at, "the end of the line")),
        Some(Part::Literal(text)) => match rest.strip_prefix(text.as_slice()) {
            Some(rest) => Ok(Step::Literal(behind(rest))),
            // Others take it away.
            None if rest == text.trim_ascii_end()
                && layout.parts[part + 1..].iter().all(speaks_empty) =>
            {
                Ok(Step::Literal(line.len()))
            }
            None => Err((at + same(rest, text), "the text of the directive")),
        },
        Some(Part::Blanks) => {
            let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let before = at > 0 && matches!(line[at - 1], b' ' | b'\t');
            let last = rest.is_empty() && layout.parts[part..].iter().all(may_be_missing);
            if blanks > 0 || before || last || at == 0 {
                Ok(Step::Literal(at + blanks))
            } else {
                Err((at, "a space"))
            }
        }
        Some(Part::Text(field, until)) => Ok(Step::Text(until, field)),
        Some(Part::Typed(field)) => match typed(&field.kind, rest) {
            Ok((rest, ())) => Ok(Step::Field(behind(rest))),
            Err(_) if layout.empties && may_be_empty(&field.kind) => Ok(Step::Field(at)),
            Err(nom::Err::Error(Fault { rest, wanted })) => Err((behind(rest), wanted)),
            Err(_) => Err((at, field.kind.wanted())),
        },
    }
}

/// How many bytes two texts have in common.
fn same(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

/// Says whether a part is a field that says something by being empty.
fn speaks_empty(part: &Part) -> bool {
    part.field().is_some_and(|field| field.kind.speaks_empty())
}

/// Says whether a part may be missing at the end of a line.
fn may_be_missing(part: &Part) -> bool {
    match part {
        Part::Blanks => true,
        Part::Text(field, _) => {
            matches!(field.kind, Kind::Captured | Kind::Opaque | Kind::Range(_))
        }
        Part::Literal(_) | Part::Typed(_) => false,
    }
}

/// How far a text that begins at `at` may reach: to the first bare quote,
/// where the writer escapes them.
fn limit(layout: &Layout, line: &[u8], at: usize) -> usize {
    if !layout.escaping.guards_quotes() {
        return line.len();
    }
    let mut from = at;
    while let Some(found) = line.get(from..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        let found = from + found;
        if line[found] == b'"' {
            return found;
        }
        from = found + 2;
    }
    line.len()
}

/// The first end of a text at `from` or later, if there is one. It begins at
/// `start` and reaches to `limit` at most.
fn end(
    (layout, mode): (&Layout, &Mode),
    line: &[u8],
    (field, until): (&Field, &Until),
    part: usize,
    (start, mut from, limit): (usize, usize, usize),
) -> Option<usize> {
    if field.kind == Kind::Captured {
        return captured(line, start, from);
    }
    loop {
        let rest = line.get(from..)?;
        let end = match until {
            // A blank at the end of the line is none of a word.
            Until::End => {
                let is_word = field.kind.is_word() || field.kind == Kind::Real;
                let end = if is_word { line.trim_ascii_end().len().max(start) } else { line.len() };
                (from <= end).then_some(end)?
            }
            Until::Blank => match memchr2(b' ', b'\t', rest) {
                Some(found) => from + found,
                None => line.len(),
            },
            Until::Typed => from,
            Until::Slash => slash(line, (start, from, limit))?,
            Until::Literal(text) if guarded(layout, text) => {
                // The bare quote ends it, and nothing else does.
                let found = match line.get(limit..)?.starts_with(text) && from <= limit {
                    true => Some(limit),
                    false => raw(layout, line, part, start, text).filter(|end| *end >= from),
                };
                let is_fit = |end: &usize| {
                    let text = &line[start..*end];
                    fits(layout, &field.kind, text) && (!field.kind.is_word() || is_word(text))
                };
                return found.filter(is_fit);
            }
            Until::Literal(text) => match memmem::find(rest, text) {
                Some(found) => from + found,
                // The blank at the end of the line may have been taken away.
                None => {
                    let last = part + 2 == layout.parts.len();
                    let text = text.trim_ascii_end();
                    let end = line.len().checked_sub(text.len())?;
                    (last && end >= from && line.ends_with(text)).then_some(end)?
                }
            },
        };
        if end > limit || end > line.len() {
            return None;
        }
        // What stands before was looked at when it was taken for the whole.
        if field.kind.is_word() && !is_word(&line[from.saturating_sub(1).max(start)..end]) {
            // It does not become a word by going on.
            return None;
        }
        if !fits(layout, &field.kind, &line[start..end]) {
            // It may be one further on.
        } else if !is_likely(layout, &field.kind, &line[start..end], mode.level) {
            // It may be one further on.
            mode.has_refused.set(true);
        } else if !goes_on(&field.kind, &line[start..end], &line[end..]) {
            return Some(end);
        }
        if !mode.look(1) {
            return None;
        }
        from = end + 1;
    }
}

/// Where a target begins: at its slash, or at the `-` that stands for none.
fn slash(line: &[u8], (start, from, limit): (usize, usize, usize)) -> Option<usize> {
    let found = |from: usize| memchr2(b'/', b'*', line.get(from..limit)?).map(|at| from + at);
    match found(start) {
        Some(_) => found(from),
        None => memchr(b'-', line.get(from..limit)?).map(|at| from + at),
    }
}

/// Says whether a literal begins with a quote that no field of the layout can
/// hold bare.
fn guarded(layout: &Layout, text: &[u8]) -> bool {
    layout.escaping.guards_quotes() && text.first() == Some(&b'"')
}

/// `captured = ["{" *OCTET "}"]`
fn captured(line: &[u8], start: usize, from: usize) -> Option<usize> {
    match line.get(start) {
        Some(b'{') => memchr(b'}', line.get(from..)?).map(|at| from + at + 1),
        _ => (from <= start).then_some(start),
    }
}

/// The last field of a line with a bare quote in it, which Apache before
/// 2.0.46 wrote and other writers still do: read only where nothing else can
/// be meant (see `clf::last_headers`).
fn raw(layout: &Layout, line: &[u8], part: usize, start: usize, text: &[u8]) -> Option<usize> {
    let line = line.trim_ascii_end();
    let end = line.len().checked_sub(text.trim_ascii_end().len())?;
    let last = part + 2 == layout.parts.len();
    let inside = line.get(start..end)?;
    let whole = last && line.ends_with(text.trim_ascii_end());
    (whole && !escapes_next(inside) && !holds_fields(inside)).then_some(end)
}
