//! Tomcat's `AccessLogValve`, also in Spring Boot and JBoss, and Jetty's
//! `CustomRequestLog`.
//!
//! Specification: <https://tomcat.apache.org/tomcat-9.0-doc/config/valve.html#Access_Log_Valve>,
//! <https://jetty.org/docs/jetty/12/operations-guide/modules/standard.html#requestlog>.
//!
//! Tomcat's `%t` is when the application was done, Jetty's when the request was
//! received; both write it in brackets. What Tomcat then leaves to the kernel to
//! send (`sendfile`, from 48 KiB on) goes on after that, so that its time is the
//! beginning of some transfers and the end of others. Tomcat's `%D` is milliseconds up to
//! version 9 and microseconds from 10 on, where `tomcat10:` before the pattern
//! says so. Both count the body alone.

use super::clock::Clock;
use super::ending::Mark;
use super::field::{Escaping, Kind, Moment, answer_header, header};
use super::pattern;
use super::percent::{self, Percent};
use super::text::{Text, Wrong, is_wrapped};
use super::{Compiled, Dialect, apache};
use crate::record::BytesMeaning;

/// Compiles a pattern of Tomcat's, an attribute `pattern="…"`, or the whole
/// element that holds it; `ten` from version 10 on.
///
/// # Errors
/// What is wrong with it, and where.
pub fn compile(source: &str, from: usize, ten: bool) -> Result<Compiled, Wrong> {
    let text = attribute(source, from)?;
    let text = match text.name(0, usize::MAX).trim() {
        "common" => apache::placed(r#"%h %l %u %t "%r" %s %b"#, from),
        "combined" => {
            apache::placed(r#"%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i""#, from)
        }
        _ => text,
    };
    let pieces = percent::pieces(&text, &[], if ten { tomcat10 } else { tomcat })?;
    Ok(Compiled::new(Dialect::Tomcat, pieces, Escaping::Unicode))
}

/// Compiles a pattern of Jetty's.
///
/// # Errors
/// What is wrong with it, and where.
pub fn compile_jetty(source: &str, from: usize) -> Result<Compiled, Wrong> {
    let text = bare(source, from);
    let pieces = percent::pieces(&text, &["ti", "to"], jetty)?;
    Ok(Compiled::new(Dialect::Jetty, pieces, Escaping::Nothing))
}

/// A pattern as it stands, or in quotes.
fn bare(source: &str, from: usize) -> Text {
    let given = &source[from..];
    let start = from + given.len() - given.trim_start().len();
    let end = start + given.trim().len();
    match is_wrapped(given.trim(), '"') {
        true => Text::of(source, start + 1, end - 1).unescaped(b""),
        false => Text::of(source, start, end).unescaped(b""),
    }
}

/// The pattern, XML's entities undone.
fn attribute(source: &str, from: usize) -> Result<Text, Wrong> {
    let Some(found) = source[from..].find("pattern=") else {
        return Ok(entities(bare(source, from)));
    };
    let open = from + found + "pattern=".len();
    let Some(quote @ ('"' | '\'')) = source[open..].chars().next() else {
        return Err(Wrong::at(open, "here stands the pattern in quotes"));
    };
    let Some(length) = source[open + 1..].find(quote) else {
        return Err(Wrong::at(open, "this quote is never closed"));
    };
    Ok(entities(Text::of(source, open + 1, open + 1 + length)))
}

/// A text with XML's entities undone.
fn entities(text: Text) -> Text {
    const ENTITIES: [(&[u8], u8); 7] = [
        (b"&quot;", b'"'),
        (b"&apos;", b'\''),
        (b"&lt;", b'<'),
        (b"&gt;", b'>'),
        (b"&amp;", b'&'),
        (b"&#34;", b'"'),
        (b"&#9;", b'\t'),
    ];
    let mut plain = Text::default();
    let mut at = 0;
    while let Some(&byte) = text.bytes.get(at) {
        let entity = ENTITIES.iter().find(|(name, _)| text.bytes[at..].starts_with(name));
        plain.push(entity.map_or(byte, |(_, letter)| *letter), text.place(at));
        at += entity.map_or(1, |(name, _)| name.len());
    }
    plain
}

fn tomcat(percent: &Percent<'_>) -> Result<Kind, (usize, String)> {
    valve(percent, 1_000_000)
}

fn tomcat10(percent: &Percent<'_>) -> Result<Kind, (usize, String)> {
    valve(percent, 1_000)
}

/// What a directive of the valve is; `took` is the unit of `%D`, in
/// nanoseconds.
fn valve(percent: &Percent<'_>, took: u64) -> Result<Kind, (usize, String)> {
    let argument = percent.argument.unwrap_or_default();
    Ok(match percent.code {
        // `%{remote}a` and `%{peer}a`: what RemoteIpValve put there, and whom.
        "a" if argument == "peer" => Kind::Connection,
        "a" => Kind::Client,
        "b" | "B" => Kind::Bytes(BytesMeaning::Body),
        "D" => Kind::Took(took, 0),
        "h" => Kind::HostName,
        "H" => Kind::Protocol,
        "i" => header(argument),
        "m" => Kind::Method,
        "o" => answer_header(argument),
        "p" => Kind::Number,
        "q" => Kind::Query,
        "r" if percent.argument.is_none() => Kind::Request,
        "s" if percent.argument.is_none() => Kind::Status(0),
        "t" => return time(argument, Moment::Unknown),
        "T" => Kind::Took(
            match argument {
                "ms" => 1_000_000,
                "us" => 1_000,
                "ns" => 1,
                _ => 1_000_000_000,
            },
            0,
        ),
        "u" => Kind::User,
        "U" => Kind::Path,
        "v" => Kind::Host(2),
        "X" => Kind::Ending(Mark::Connection),
        // %A %F %I %l %S %{x}c %{x}r %{x}s %{x}L.
        _ => Kind::Opaque,
    })
}

fn jetty(percent: &Percent<'_>) -> Result<Kind, (usize, String)> {
    let argument = percent.argument.unwrap_or_default();
    Ok(match percent.code {
        "a" => match argument {
            "client" => Kind::Client,
            "remote" => Kind::Connection,
            // `server`, which is also what no argument means.
            "server" | "" => Kind::Host(1),
            _ => Kind::Opaque,
        },
        "D" => Kind::Took(1_000, 0),
        "H" => Kind::Protocol,
        "h" => Kind::HostName,
        "i" => header(argument),
        "m" => Kind::Method,
        "o" => answer_header(argument),
        "O" | "b" | "B" => Kind::Bytes(BytesMeaning::Body),
        "I" | "k" | "p" => Kind::Number,
        "q" => Kind::Query,
        "r" => Kind::Request,
        "s" => Kind::Status(0),
        "S" => Kind::Transferred,
        "t" => {
            // Zone and locale stand behind bars.
            let pattern = argument.split('|').next().unwrap_or_default();
            let (zone, mut kind) = (argument.split('|').nth(1), time(pattern, Moment::Start)?);
            if let (Some("GMT" | "UTC"), Kind::Time(_, Clock::Parts(parts))) = (zone, &mut kind)
                && !parts.contains(&super::clock::Part::Zone)
            {
                parts.push(super::clock::Part::Utc);
            }
            kind
        }
        "T" => Kind::Took(
            match argument {
                "ms" => 1_000_000,
                "us" => 1_000,
                "ns" => 1,
                _ => 1_000_000_000,
            },
            0,
        ),
        "u" => Kind::User,
        "U" => Kind::Path,
        "v" => Kind::Host(2),
        "X" => Kind::Ending(Mark::Connection),
        // %f %R %{x}C %{x}e %{x}ti %{x}to.
        _ => Kind::Opaque,
    })
}

/// `%t`, with a moment and a unit or one of Java's patterns.
fn time(argument: &str, usual: Moment) -> Result<Kind, (usize, String)> {
    let (moment, format) = apache::moment(argument, usual);
    let clock = match format {
        "" | "CLF" => Clock::Clf,
        "sec" => Clock::Epoch(1_000_000_000),
        "msec" => Clock::Epoch(1_000_000),
        "msec_frac" => Clock::Fraction(3),
        "usec" => Clock::Epoch(1_000),
        "usec_frac" => Clock::Fraction(6),
        pattern => {
            let before = argument.len() - pattern.len();
            let parts = match pattern.contains('%') {
                true => pattern::strftime(pattern.as_bytes()),
                false => pattern::java(pattern.as_bytes()),
            };
            let why =
                "this letter means nothing in a pattern for times; put texts in single quotes";
            Clock::Parts(parts.map_err(|at| (before + at, why.to_owned()))?)
        }
    };
    Ok(Kind::Time(moment, clock))
}
