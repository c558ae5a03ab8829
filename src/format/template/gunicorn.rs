//! gunicorn's `access_log_format`, which hypercorn uses too.
//!
//! Specification: <https://docs.gunicorn.org/en/stable/settings.html#access-log-format>.
//!
//! ```abnf
//! directive = "%(" name ")s" / "%({" name "}" ("i" / "o" / "e") ")s"
//! ```
//!
//! The time is when the line was written, at the end of the request. A quote
//! is written with a backslash. Bytes are those of the body.

use super::clock::Clock;
use super::field::{Escaping, Kind, Moment, Pieces, answer_header, header};
use super::text::{Text, Wrong, is_wrapped};
use super::{Compiled, Dialect};
use crate::record::BytesMeaning;

/// Compiles a format, or the setting that holds it.
///
/// # Errors
/// What is wrong with it, and where.
pub fn compile(source: &str, from: usize) -> Result<Compiled, Wrong> {
    let mut start = from + source[from..].len() - source[from..].trim_start().len();
    if source[start..].starts_with("access_log_format")
        && let Some(equals) = source[start..].find('=')
    {
        start += equals + 1;
        start += source[start..].len() - source[start..].trim_start().len();
    }
    let given = source[start..].trim_end();
    let wrapped = is_wrapped(given, '"') || is_wrapped(given, '\'');
    let ends = usize::from(wrapped);
    let text = Text::of(source, start + ends, start + given.len() - ends).unescaped(b"");
    let mut pieces = Pieces::default();
    let mut at = 0;
    while let Some(&byte) = text.bytes.get(at) {
        match (byte, text.bytes.get(at + 1)) {
            (b'%', Some(b'%')) => {
                pieces.literal(b'%');
                at += 2;
            }
            (b'%', Some(b'(')) => {
                let Some(length) = memchr::memchr(b')', &text.bytes[at..]) else {
                    return Err(Wrong::at(text.place(at + 1), "this bracket is never closed"));
                };
                let end = at + length + 2;
                if text.bytes.get(end - 1) != Some(&b's') {
                    return Err(Wrong::at(text.place(end - 1), "here stands an s, as in %(h)s"));
                }
                let name = text.name(at + 2, end - 2);
                pieces.field(atom(&name), text.name(at, end), text.place(at));
                at = end;
            }
            (b'%', _) => {
                return Err(Wrong::at(
                    text.place(at),
                    "a field is written %(h)s; a percent sign itself is written %%",
                ));
            }
            _ => {
                pieces.literal(byte);
                at += 1;
            }
        }
    }
    Ok(Compiled::new(Dialect::Gunicorn, pieces, Escaping::Backslash))
}

/// What a name is.
fn atom(name: &str) -> Kind {
    match name {
        "a" => Kind::Agent,
        "b" | "B" => Kind::Bytes(BytesMeaning::Body),
        "D" => Kind::Took(1_000, 0),
        "f" => Kind::Referer,
        "h" => Kind::HostName,
        "H" => Kind::Protocol,
        "L" | "T" => Kind::Took(1_000_000_000, 0),
        "m" => Kind::Method,
        "M" => Kind::Took(1_000_000, 0),
        "q" => Kind::Query,
        "r" => Kind::Request,
        "s" => Kind::Status(0),
        "t" => Kind::Time(Moment::End, Clock::Clf),
        "u" => Kind::User,
        "U" => Kind::Path,
        _ => match name.strip_prefix('{').and_then(|name| name.split_once('}')) {
            Some((name, "i")) => header(name),
            Some((name, "o")) => answer_header(name),
            _ => Kind::Opaque,
        },
    }
}
