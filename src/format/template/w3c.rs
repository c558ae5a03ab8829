//! A `#Fields` line of the W3C extended log format, for a log that has lost
//! its own.
//!
//! Specification: <https://www.w3.org/TR/WD-logfile.html>,
//! <https://learn.microsoft.com/windows/win32/http/w3c-logging>.
//!
//! Columns end at blanks, a blank inside one is written `+`, and times are UTC.
//! Lines that begin with `#` are headers.

use super::clock::{Clock, Part};
use super::ending::Mark;
use super::field::{Escaping, Kind, Moment, Pieces, answer_header, header};
use super::text::{Wrong, words};
use super::{Compiled, Dialect};
use crate::record::BytesMeaning;

/// Says whether a text is a list of columns, with or without `#Fields:`.
pub fn is_meant(text: &str) -> bool {
    let text = text.trim();
    let known = |name: &str| column(name) != Kind::Opaque;
    text.starts_with("#Fields:")
        || !text.contains(['%', '$', '"', '{'])
            && text.split_ascii_whitespace().filter(|name| known(name)).count() >= 3
}

/// Compiles a `#Fields` line.
///
/// # Errors
/// Where it names no day, no time or no path.
pub fn compile(source: &str, from: usize) -> Result<Compiled, Wrong> {
    let mut pieces = Pieces::default();
    for (number, word) in words(source, from)?.into_iter().enumerate() {
        let name = word.text.name(0, usize::MAX);
        if number == 0 && name == "#Fields:" {
            continue;
        }
        if !pieces.0.is_empty() {
            pieces.blanks();
        }
        pieces.field(column(&name), name, word.at);
    }
    let has = |name: &str| pieces.fields().any(|field| field.name.eq_ignore_ascii_case(name));
    if !has("date") || !has("time") {
        return Err(Wrong::at(
            source.len(),
            "date and time are not both among the columns; --format w3c takes the day from #Date",
        ));
    }
    Ok(Compiled::new(Dialect::W3c, pieces, Escaping::Plus))
}

/// What a column is.
fn column(name: &str) -> Kind {
    let written = |parts: Vec<Part>| Kind::Time(Moment::End, Clock::Parts(parts));
    let literal = |text: &[u8]| Part::Literal(text.to_vec());
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "date" => written(vec![Part::Year, literal(b"-"), Part::Month, literal(b"-"), Part::Day]),
        "time" => written(vec![
            Part::Hour,
            literal(b":"),
            Part::Minute,
            literal(b":"),
            Part::Second,
            Part::MaybeFraction,
            Part::Utc,
        ]),
        "c-ip" => Kind::Connection,
        "cs-host" => Kind::Host(1),
        "cs-method" => Kind::Method,
        "cs-uri" => Kind::Target,
        "cs-uri-query" => Kind::Query,
        "cs-uri-stem" | "cs-uri-path" => Kind::Path,
        "cs-username" => Kind::User,
        "cs-version" => Kind::Protocol,
        "sc-bytes" | "bytes" => Kind::Bytes(BytesMeaning::Wire),
        "sc-status" => Kind::Status(0),
        "time-taken" => Kind::Took(0, 0),
        "s-port" | "c-port" | "cs-bytes" | "sc-substatus" => Kind::Number,
        "sc-win32-status" => Kind::Ending(Mark::Win32),
        "s-xff" => Kind::Forwarded,
        "originalip" => Kind::Real,
        other => match other.strip_suffix(')').and_then(|name| name.split_once('(')) {
            Some(("cs", name)) => header(name),
            Some(("sc", name)) => answer_header(name),
            Some(_) => Kind::Opaque,
            // A custom column has the name of its header.
            None => match header(other) {
                kind @ (Kind::Forwarded | Kind::Real) => kind,
                _ => Kind::Opaque,
            },
        },
    }
}
