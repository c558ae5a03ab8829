//! Apache's `LogFormat` and `CustomLog`: mod_log_config, mod_logio, mod_ssl,
//! mod_remoteip.
//!
//! Specification: <https://httpd.apache.org/docs/2.4/mod/mod_log_config.html>,
//! <https://httpd.apache.org/docs/2.4/mod/mod_logio.html>.
//!
//! `%t` is when the request was received; `%a` and `%h` are the client as
//! mod_remoteip has it, `%{c}a` the peer. `%b` and `%B` are the size of the
//! body as planned, `%O` what went over the wire. Varnish's `varnishncsa` and
//! lighttpd's `accesslog.format` use the same directives; of both `%b` is what
//! was sent of the body, and of lighttpd `%t` is when the request was answered.

use super::clock::Clock;
use super::ending::Mark;
use super::field::{Escaping, Kind, Moment, answer_header, header};
use super::pattern;
use super::percent::{self, Percent};
use super::text::{Text, Word, Wrong, is_wrapped, words};
use super::{Compiled, Dialect};
use crate::record::BytesMeaning;

/// Formats that have a name in the configuration that Apache ships.
const NICKNAMES: [(&str, &str); 6] = [
    ("common", r#"%h %l %u %t "%r" %>s %b"#),
    ("combined", r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i""#),
    ("combinedio", r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %I %O"#),
    ("vhost_combined", r#"%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i""#),
    ("vhost_common", r#"%v %h %l %u %t "%r" %>s %b"#),
    ("referer", "%{Referer}i -> %U"),
];

/// Compiles a format string, or a whole line of a configuration, of Apache or
/// of a server that uses its directives.
///
/// # Errors
/// What is wrong with it, and where.
pub fn compile(source: &str, from: usize, dialect: Dialect) -> Result<Compiled, Wrong> {
    let text = format(source, from)?;
    let meaning = match dialect {
        Dialect::Lighttpd => lighttpd,
        Dialect::Varnish => varnish,
        _ => meaning,
    };
    let pieces = percent::pieces(&text, &[], meaning)?;
    Ok(Compiled::new(dialect, pieces, Escaping::Backslash))
}

/// The format string of what was given.
fn format(source: &str, mut from: usize) -> Result<Text, Wrong> {
    // `accesslog.format = "…"` of lighttpd.
    let setting = source[from..].trim_start().starts_with("accesslog.format");
    if let Some(equals) = source[from..].find('=').filter(|_| setting) {
        from += equals + 1;
    }
    let given = &source[from..];
    let first = given.split_ascii_whitespace().next().unwrap_or_default();
    let is = |name: &str| first.eq_ignore_ascii_case(name);
    if is("LogFormat") || is("TransferLog") {
        let words = words(source, from)?;
        return of_word(source, words.get(1), "a format in quotes");
    }
    if is("CustomLog") || is("GlobalLog") {
        let words = words(source, from)?;
        if let Some(word) = words.get(2).filter(|word| word.quote.is_none()) {
            let name = word.text.name(0, usize::MAX);
            let known = NICKNAMES.iter().find(|(known, _)| *known == name);
            if let Some((_, format)) = known {
                return Ok(placed(format, word.at));
            }
            if !name.contains('%') {
                return Err(Wrong::at(
                    word.at,
                    format!("\"{name}\" is the name of a format; give its LogFormat line"),
                ));
            }
        }
        return of_word(source, words.get(2), "a format in quotes behind the file");
    }
    let trimmed = given.trim();
    if let Some((_, format)) = NICKNAMES.iter().find(|(known, _)| *known == trimmed) {
        return Ok(placed(format, from));
    }
    let start = from + given.len() - given.trim_start().len();
    let end = start + trimmed.len();
    let text = if is_wrapped(trimmed, '"') {
        Text::of(source, start + 1, end - 1)
    } else {
        Text::of(source, start, end)
    };
    Ok(text.unescaped(b""))
}

fn of_word(source: &str, word: Option<&Word>, wanted: &str) -> Result<Text, Wrong> {
    match word {
        Some(word) => Ok(word.text.unescaped(b"")),
        None => Err(Wrong::at(source.len(), format!("here stands {wanted}"))),
    }
}

/// A text of ours that stands for what is at `place`.
pub fn placed(format: &str, place: usize) -> Text {
    let mut text = Text::default();
    format.bytes().for_each(|byte| text.push(byte, place));
    text
}

/// What a directive is.
fn meaning(percent: &Percent<'_>) -> Result<Kind, (usize, String)> {
    let argument = percent.argument.unwrap_or_default();
    Ok(match percent.code {
        "a" if argument == "c" => Kind::Connection,
        "a" => Kind::Client,
        "b" | "B" => Kind::Bytes(BytesMeaning::Planned),
        "D" => Kind::Took(1_000, 0),
        "e" => environment(argument),
        "h" => Kind::HostName,
        "H" => Kind::Protocol,
        "i" => header(argument),
        "I" | "S" | "k" | "p" => Kind::Number,
        "m" => Kind::Method,
        "o" => answer_header(argument),
        "O" => Kind::Bytes(BytesMeaning::Wire),
        "q" => Kind::Query,
        "r" => Kind::Request,
        "s" => Kind::Status(u8::from(!percent.last)),
        "t" => return time(argument, Moment::Start),
        "T" => Kind::Took(
            match argument {
                "ms" => 1_000_000,
                "us" => 1_000,
                _ => 1_000_000_000,
            },
            0,
        ),
        "u" => Kind::User,
        "U" => Kind::Path,
        "v" => Kind::Host(2),
        "V" => Kind::Host(1),
        "X" => Kind::Ending(Mark::Connection),
        // %A %C %E %f %F %l %L %n %P %R %^FB %^ti %^to, and what other
        // modules add: %{VARIABLE}x.
        _ => Kind::Opaque,
    })
}

/// What a directive of lighttpd is, and where that differs from Apache's.
fn lighttpd(percent: &Percent<'_>) -> Result<Kind, (usize, String)> {
    match percent.code {
        "b" | "B" => Ok(Kind::Bytes(BytesMeaning::Body)),
        "t" => time(percent.argument.unwrap_or_default(), Moment::End),
        _ => meaning(percent),
    }
}

/// What a directive of `varnishncsa` is, and where that differs from Apache's.
fn varnish(percent: &Percent<'_>) -> Result<Kind, (usize, String)> {
    match percent.code {
        "b" | "B" => Ok(Kind::Bytes(BytesMeaning::Body)),
        _ => meaning(percent),
    }
}

/// Variables that modules and rules fill with something that a line may have
/// only there.
fn environment(name: &str) -> Kind {
    match name.to_ascii_uppercase().as_str() {
        "REQUEST_URI" => Kind::Target,
        "REMOTE_USER" => Kind::User,
        "QUERY_STRING" => Kind::Query,
        "REMOTE_ADDR" => Kind::Client,
        other => match other.strip_prefix("HTTP_") {
            Some(name) => header(&name.replace('_', "-")),
            None => match header(&name.replace('_', "-")) {
                kind @ (Kind::Forwarded | Kind::Real) => kind,
                _ => Kind::Opaque,
            },
        },
    }
}

/// `%t`, with what may stand in its braces: a moment, then a unit or a
/// `strftime` pattern.
fn time(argument: &str, usual: Moment) -> Result<Kind, (usize, String)> {
    let (moment, format) = moment(argument, usual);
    let clock = match format {
        "" => Clock::Clf,
        "sec" => Clock::Epoch(1_000_000_000),
        "msec" => Clock::Epoch(1_000_000),
        "usec" => Clock::Epoch(1_000),
        "msec_frac" => Clock::Fraction(3),
        "usec_frac" => Clock::Fraction(6),
        pattern => {
            let before = argument.len() - pattern.len();
            Clock::Parts(pattern::strftime(pattern.as_bytes()).map_err(|at| {
                (before + at, "this conversion of strftime is not known".to_owned())
            })?)
        }
    };
    Ok(Kind::Time(moment, clock))
}

/// `begin` and `end`, alone or before a format.
pub fn moment(argument: &str, usual: Moment) -> (Moment, &str) {
    let of = |word: &str, moment: Moment| {
        let rest = argument.strip_prefix(word)?;
        match rest.strip_prefix(':') {
            Some(format) => Some((moment, format)),
            None => rest.is_empty().then_some((moment, "")),
        }
    };
    of("begin", Moment::Start).or(of("end", Moment::End)).unwrap_or((usual, argument))
}
