//! Formats that the user describes in the server's own words: an Apache
//! `LogFormat`, an nginx `log_format`, an HAProxy `log-format`, a pattern of
//! Tomcat or Jetty, a W3C `#Fields` line, or the names of a JSON log.
//!
//! A directive is taken apart by the file of its dialect ([`apache`],
//! [`nginx`], [`haproxy`], [`tomcat`], [`w3c`], [`json`]) into literals and
//! typed fields ([`field`], [`clock`]), put into an order that a line can be
//! read by ([`layout`]), and compiled once. A line is read by it ([`read`],
//! [`object`]) and its fields make a record ([`fill`]). What a directive has
//! that is not known is a text with a name, never a failure.
//!
//! ```
//! use whofetched::format::{Formats, Reader, Reading};
//!
//! let mut formats = Formats::default();
//! let place = formats.place(r#"$http_x_forwarded_for|$remote_addr|$time_iso8601|"$request"|$status"#)?;
//! let mut reader = Reader::with(&formats, &[place], true);
//! let line = br#"-|192.0.2.7|2024-03-05T09:00:00+00:00|"GET /a.csv HTTP/1.1"|200"#;
//! let Reading::Read(by, record) = reader.read(line) else { panic!() };
//! assert_eq!((by, record.target()), (place, Some(&b"/a.csv"[..])));
//! # Ok::<(), whofetched::error::Error>(())
//! ```

mod apache;
mod clock;
mod dialect;
mod differing;
mod ending;
mod escape;
mod field;
mod fill;
mod gunicorn;
mod haproxy;
mod json;
mod layout;
mod likely;
mod nginx;
mod object;
mod pattern;
mod percent;
mod read;
mod text;
mod tomcat;
mod typed;
mod w3c;

#[cfg(test)]
mod tests;

pub use dialect::{Dialect, is_directive};
pub use text::Wrong;

use super::{BytesMeaning, Miss, Scratch, TimeMeaning};
use crate::record::{Record, Zone};
use clock::{Clock, Part as ClockPart};
use dialect::{guess, prefix};
use field::{Escaping, Kind, Moment, Pieces};
use fill::Values;
use layout::Layout;
use object::Tree;
use read::{Failed, Spans};

/// A directive, taken apart.
pub struct Compiled {
    dialect: Dialect,
    pieces: Pieces,
    escaping: Escaping,
}

impl Compiled {
    fn new(dialect: Dialect, mut pieces: Pieces, escaping: Escaping) -> Compiled {
        // A site's own variable is the time where nothing else is.
        let is_time = |kind: &Kind| matches!(kind, Kind::Time(..));
        if !pieces.fields().any(|field| is_time(&field.kind)) {
            pieces.name_stamps();
        }
        Compiled { dialect, pieces, escaping }
    }
}

/// A directive, compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    name: String,
    dialect: Dialect,
    /// How a line is read as a text.
    layout: Option<Layout>,
    /// How a line is read as an object; tried first.
    tree: Option<Tree>,
    has_time: bool,
    /// What the times of its lines mean.
    pub time: TimeMeaning,
    /// What the byte counts of its lines mean.
    pub bytes: BytesMeaning,
    /// How the zone of its lines is known.
    pub zone: &'static str,
}

/// How many letters of a directive its name keeps.
const NAME: usize = 60;

impl Template {
    /// Compiles a directive.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn compile(source: &str) -> Result<Template, Wrong> {
        let start = source.len() - source.trim_start().len();
        let head = source[start..].split_once(':').map(|(word, _)| word);
        let named = head.and_then(|word| Some((word.len(), prefix(word)?)));
        let (from, dialect, ten) = match named {
            Some((length, (dialect, ten))) => (start + length + 1, Some(dialect), ten),
            None => (start, guess(source), false),
        };
        let compiled = match dialect {
            Some(dialect @ (Dialect::Apache | Dialect::Lighttpd | Dialect::Varnish)) => {
                apache::compile(source, from, dialect)?
            }
            Some(Dialect::Gunicorn) => gunicorn::compile(source, from)?,
            Some(Dialect::Haproxy) => haproxy::compile(source, from)?,
            Some(Dialect::Jetty) => tomcat::compile_jetty(source, from)?,
            Some(Dialect::Nginx) => nginx::compile(source, from)?,
            Some(Dialect::Tomcat) => tomcat::compile(source, from, ten)?,
            Some(Dialect::W3c) => w3c::compile(source, from)?,
            Some(Dialect::Json) => {
                let tree = json::tree(json::mapping(source, from)?)?;
                return Template::new(source, from, Dialect::Json, None, Some(tree));
            }
            None => {
                return Err(Wrong::at(
                    start,
                    "nothing in this is a directive: write the server's own, such as %h or $remote_addr",
                ));
            }
        };
        let Compiled { dialect, mut pieces, escaping } = compiled;
        if pieces.break_line() {
            let at = source[from..].find("\\n").or(source[from..].find(['\n', '\r']));
            return Err(Wrong::at(
                from + at.unwrap_or(0),
                "a line ends here, so that a record is more than one; only records of one line are read",
            ));
        }
        let tree = json::object(&pieces).map(json::tree).transpose()?;
        let layout = Layout::new(pieces, escaping);
        // An object can be read where its text could not.
        let layout = if tree.is_some() { layout.ok() } else { Some(layout?) };
        Template::new(source, from, dialect, layout, tree)
    }

    fn new(
        source: &str,
        from: usize,
        dialect: Dialect,
        layout: Option<Layout>,
        tree: Option<Tree>,
    ) -> Result<Template, Wrong> {
        let in_tree = tree.iter().flat_map(|tree| &tree.values).flat_map(Layout::fields);
        let in_line = layout.iter().flat_map(Layout::fields);
        let kinds: Vec<&Kind> = in_tree.chain(in_line).map(|field| &field.kind).collect();
        let asks = |kind: &&&Kind| matches!(kind, Kind::Path | Kind::Request | Kind::Target);
        // A proxy of connections logs no request.
        if kinds.iter().find(asks).is_none() && dialect != Dialect::Haproxy {
            return Err(Wrong::at(
                from,
                "no field says what was asked for, so that nothing could be found; see the manual of the server for one, such as %r, $request or cs-uri-stem",
            ));
        }
        let moments = [
            (Moment::Start, TimeMeaning::Start),
            (Moment::End, TimeMeaning::End),
            (Moment::Unknown, TimeMeaning::Unknown),
        ];
        let clocks = |wanted: Moment| {
            kinds.iter().filter_map(move |kind| match kind {
                Kind::Time(moment, clock) if *moment == wanted => Some(clock),
                _ => None,
            })
        };
        let meant = moments.iter().find(|(moment, _)| clocks(*moment).next().is_some());
        let zoned = |clock: &Clock| match clock {
            Clock::Clf | Clock::Iso | Clock::Any => true,
            Clock::Parts(parts) => parts.contains(&ClockPart::Zone),
            Clock::Decimal | Clock::Epoch(_) | Clock::Fraction(_) => false,
        };
        let is_logged = meant.is_some_and(|(moment, _)| clocks(*moment).any(zoned));
        let counts = kinds.iter().filter_map(|kind| match kind {
            Kind::Bytes(meaning) => Some(*meaning),
            _ => None,
        });
        let bytes = counts.min_by_key(|meaning| fill::bytes_rank(*meaning));
        Ok(Template {
            name: name(dialect, &source[from..]),
            dialect,
            has_time: meant.is_some(),
            time: meant.map_or(TimeMeaning::Unknown, |(_, meaning)| *meaning),
            bytes: bytes.unwrap_or(BytesMeaning::Unknown),
            zone: if is_logged { "logged, as the directive says" } else { "as the directive says" },
            layout,
            tree,
        })
    }

    /// Its dialect and the beginning of the directive.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its server folds the case of paths.
    pub fn folds_case(&self) -> bool {
        self.dialect == Dialect::W3c
    }

    /// Says whether a line is a header: W3C's begin with `#`.
    pub fn header(&self, line: &[u8]) -> bool {
        self.dialect == Dialect::W3c && line.starts_with(b"#")
    }

    /// Reads one line, without its line ending.
    ///
    /// # Errors
    /// Where the line stops being what the directive writes.
    pub fn read<'a>(&self, line: &'a [u8], scratch: &'a mut Scratch) -> Result<Record<'a>, Miss> {
        let Scratch { bytes, text, joined, failed, .. } = scratch;
        self.values(line, (bytes, text, joined)).map_err(|(why, of_object)| {
            *failed = Some((why.part, of_object));
            Miss { at: why.at.min(line.len()), wanted: why.wanted }
        })
    }

    /// What would have been right where a line stopped being what the directive
    /// writes, with the field that failed, as its reading left it in the
    /// scratch.
    pub fn why(&self, miss: &Miss, (part, of_object): (usize, bool)) -> Option<String> {
        let (parts, part) = match of_object {
            true => (&self.tree.as_ref()?.values.get(part)?.parts, 0),
            false => (&self.layout.as_ref()?.parts, part),
        };
        Some(match parts.get(part) {
            Some(layout::Part::Literal(text)) => {
                let text = String::from_utf8_lossy(text);
                match parts[..part].iter().rev().find_map(layout::Part::field) {
                    Some(field) => format!("\"{text}\" behind {}", field.name),
                    None => format!("\"{text}\", with which the directive begins"),
                }
            }
            Some(part) => match part.field() {
                Some(field) => format!("{} for {}", miss.wanted, field.name),
                None => miss.wanted.to_owned(),
            },
            None => miss.wanted.to_owned(),
        })
    }

    /// Reads one line; where it cannot, says whether it failed as an object.
    fn values<'a>(
        &self,
        line: &'a [u8],
        (bytes, text, joined): (&'a mut Vec<u8>, &mut Vec<u8>, &'a mut Vec<u8>),
    ) -> Result<Record<'a>, (Failed, bool)> {
        let wanted = "a line as the directive says";
        let mut failed = Failed { at: 0, part: usize::MAX, wanted };
        if let Some(tree) = &self.tree {
            match self.object(tree, line, (bytes, text)) {
                Ok(values) => return Ok(self.finish(values, Escaping::Nothing, joined)),
                // It is an object, in which one value is wrong.
                Err(why) if why.part != usize::MAX => return Err((why, true)),
                Err(why) => failed = why,
            }
        }
        let Some(layout) = &self.layout else { return Err((failed, true)) };
        let mut spans: Spans = [(0, 0); layout::MOST];
        read::read(layout, line, &mut spans).map_err(|failed| (failed, false))?;
        let mut values = Values::default();
        put(layout, line, &spans, &mut values);
        if values.has_bad_time(self.has_time) {
            let is_time = |part: &layout::Part| {
                part.field().is_some_and(|field| matches!(field.kind, Kind::Time(..)))
            };
            let part = layout.parts.iter().position(is_time).unwrap_or(0);
            let before = layout.parts[..part].iter().filter(|part| part.field().is_some()).count();
            let at = spans.get(before).map_or(0, |(start, _)| *start as usize);
            return Err((Failed { at, part, wanted: "a day and time that exist" }, false));
        }
        Ok(self.finish(values, layout.escaping, joined))
    }

    /// Reads a line as an object.
    fn object<'a>(
        &self,
        tree: &Tree,
        line: &'a [u8],
        (scratch, spare): (&'a mut Vec<u8>, &mut Vec<u8>),
    ) -> Result<Values<'a>, Failed> {
        let miss = |at: usize, part: usize, wanted: &'static str| Failed { at, part, wanted };
        let found = object::find(tree, line, (scratch, spare))
            .map_err(|at| miss(at, usize::MAX, "JSON"))?;
        let mut values = Values::default();
        for (place, layout) in tree.values.iter().enumerate() {
            let Some(text) = found.text(place) else { continue };
            let speaks_empty = layout.fields().any(|field| field.kind.speaks_empty());
            if super::token::present(text).is_none() && !speaks_empty {
                continue;
            }
            let mut spans: Spans = [(0, 0); layout::MOST];
            match read::read(layout, text, &mut spans) {
                Ok(()) => put(layout, text, &spans, &mut values),
                // A duration or a mark in words is left alone.
                Err(_) if layout.fields().all(|field| field.kind.may_be_words()) => {}
                Err(failed) => {
                    let within = (text.as_ptr() as usize).wrapping_sub(line.as_ptr() as usize);
                    let at = if within <= line.len() { within + failed.at } else { line.len() };
                    return Err(miss(at, place, failed.wanted));
                }
            }
        }
        if values.has_bad_time(self.has_time) {
            let is_time = |field: &field::Field| matches!(field.kind, Kind::Time(..));
            let place = tree.values.iter().position(|layout| layout.fields().any(is_time));
            return Err(miss(line.len(), place.unwrap_or(0), "a time"));
        }
        match values.is_request() {
            true => Ok(values),
            false => Err(miss(line.len(), usize::MAX, "a request or a status")),
        }
    }

    fn finish<'a>(
        &self,
        values: Values<'a>,
        escaping: Escaping,
        joined: &'a mut Vec<u8>,
    ) -> Record<'a> {
        let mut record = values.record(escaping, joined);
        if self.dialect == Dialect::W3c
            && let Some(time) = record.time.as_mut()
        {
            time.zone = Zone::Implied;
        }
        record
    }
}

/// Gives the fields of a line to its values.
fn put<'a>(layout: &Layout, line: &'a [u8], spans: &Spans, values: &mut Values<'a>) {
    for (field, (start, end)) in layout.fields().zip(spans) {
        values.put(&field.kind, line.get(*start as usize..*end as usize).unwrap_or_default());
    }
}

/// The name of a template: its dialect, and as much of the directive as fits
/// into a line.
fn name(dialect: Dialect, source: &str) -> String {
    let words: Vec<&str> = source.split_whitespace().collect();
    let mut letters: Vec<char> = words.join(" ").chars().collect();
    if letters.len() > NAME {
        letters.truncate(NAME - 1);
        letters.push('…');
    }
    format!("{}: {}", dialect.word(), letters.into_iter().collect::<String>())
}
