//! HAProxy's `log-format`, and the formats that its options name.
//!
//! Specification: <https://docs.haproxy.org/3.0/configuration.html#8.2.6>.
//!
//! ```abnf
//! directive = "%" ["{" flags "}"] (1*(ALPHA / DIGIT) / "[" expression "]")
//! flags     = flag *("," flag)
//! flag      = ("+" / "-") ("Q" / "E" / "X" / "bin" / "cbor" / "json")
//! ```
//!
//! Blanks are merged, and a field that is empty leaves none. `%t` and `%tr`
//! are local and have no zone; every time is when the request began. `%B`
//! counts all that went to the client. A quote inside a field is `#22`.

use super::apache::placed;
use super::clock::{Clock, Part};
use super::ending::Mark;
use super::field::{Escaping, Kind, Moment, Pieces, answer_header, header};
use super::pattern::strftime;
use super::text::{Text, Wrong, is_wrapped, words};
use super::{Compiled, Dialect};
use crate::record::BytesMeaning;

/// What `option …` stands for; HAProxy 3.0, section 8.2.
const OPTIONS: [(&str, &str); 4] = [
    (
        "httplog clf",
        r#"%{+Q}o %{-Q}ci - - [%trg] %r %ST %B "" "" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl"#,
    ),
    (
        "httplog",
        "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r",
    ),
    (
        "httpslog",
        "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc",
    ),
    ("tcplog", "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq"),
];

/// Names of fields that no other server has, by which the dialect is told.
const TELLS: [&str; 49] = [
    "bc", "bi", "bp", "bq", "ci", "cp", "fc", "fi", "fp", "ft", "hr", "hrl", "hs", "hsl", "lc",
    "ms", "pid", "rc", "rt", "sc", "si", "sp", "sq", "sslc", "sslv", "tr", "trg", "trl", "ts",
    "tsc", "ac", "CC", "CS", "HM", "HP", "HPO", "HQ", "HU", "HV", "ID", "ST", "Ta", "Tc", "Td",
    "Th", "Ti", "Tq", "TR", "Tw",
];

/// Says whether a text is HAProxy's: it names one of its fields, or has flags
/// or an expression.
pub fn is_meant(text: &str) -> bool {
    text.match_indices('%').any(|(at, _)| {
        let rest = &text[at + 1..];
        if rest.starts_with('[') || rest.starts_with("{+") || rest.starts_with("{-") {
            return true;
        }
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
        TELLS.contains(&&rest[..end])
    })
}

/// Compiles a `log-format` line, the name of an option, or a format alone.
///
/// # Errors
/// What is wrong with it, and where.
pub fn compile(source: &str, from: usize) -> Result<Compiled, Wrong> {
    let text = format(source, from)?;
    let pieces = pieces(&text)?;
    Ok(Compiled::new(Dialect::Haproxy, pieces, Escaping::Hash))
}

/// The format string of what was given.
fn format(source: &str, from: usize) -> Result<Text, Wrong> {
    let given = source[from..].trim();
    let start = from + source[from..].len() - source[from..].trim_start().len();
    if let Some(option) = given.strip_prefix("option ") {
        let name = option.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let known = OPTIONS.iter().find(|(known, _)| *known == name);
        return known.map(|(_, format)| placed(format, start)).ok_or_else(|| {
            Wrong::at(
                start + 7,
                "the options that name a format are httplog, httplog clf, httpslog and tcplog",
            )
        });
    }
    if given.starts_with("log-format") {
        let words = words(source, start)?;
        let mut text = Text::default();
        for (number, word) in words.iter().enumerate().skip(1) {
            if number > 1 {
                text.push(b' ', word.at);
            }
            text.append(match word.quote {
                // Nothing is escaped between single quotes.
                Some(b'\'') => word.text.clone(),
                _ => word.text.unescaped(b" #"),
            });
        }
        return match text.bytes.is_empty() {
            true => Err(Wrong::at(source.len(), "here stands the format")),
            false => Ok(text),
        };
    }
    if let Some((_, format)) = OPTIONS.iter().find(|(known, _)| *known == given) {
        return Ok(placed(format, start));
    }
    let end = start + given.len();
    Ok(match is_wrapped(given, '"') || is_wrapped(given, '\'') {
        true => Text::of(source, start + 1, end - 1).unescaped(b" #"),
        false => Text::of(source, start, end).unescaped(b" #"),
    })
}

/// Flags that stand before a field, or hold from `%{…}o` on.
#[derive(Clone, Copy, Default)]
struct Flags {
    quoted: bool,
    hex: bool,
}

impl Flags {
    /// Adds what stands in braces. Flags that change only how a text is
    /// escaped, or that make it no text, are left alone.
    fn with(mut self, text: &str) -> Flags {
        for flag in text.split(',').map(str::trim) {
            match flag {
                "+Q" => self.quoted = true,
                "-Q" => self.quoted = false,
                "+X" => self.hex = true,
                "-X" => self.hex = false,
                _ => {}
            }
        }
        self
    }
}

/// The pieces of a format string.
fn pieces(text: &Text) -> Result<Pieces, Wrong> {
    let mut pieces = Pieces::default();
    let bytes = &text.bytes;
    let mut always = Flags::default();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b' ', _) => {
                pieces.blanks();
                at += 1;
                continue;
            }
            (b'%', Some(b'%')) => {
                pieces.literal(b'%');
                at += 2;
                continue;
            }
            (b'%', _) => {}
            _ => {
                pieces.literal(byte);
                at += 1;
                continue;
            }
        }
        let start = at;
        at += 1;
        let mut flags = always;
        // A name may stand before the braces: `%(name){+Q}[…]` (3.0).
        for (open, close) in [(b'(', b')'), (b'{', b'}')] {
            if bytes.get(at) == Some(&open) {
                let Some(end) = memchr::memchr(close, &bytes[at..]) else {
                    return Err(Wrong::at(text.place(at), "this brace is never closed"));
                };
                if open == b'{' {
                    flags = flags.with(&text.name(at + 1, at + end));
                }
                at += end + 1;
            }
        }
        let from = at;
        let kind = if bytes.get(at) == Some(&b'[') {
            let Some(end) = closing(&bytes[at..]) else {
                return Err(Wrong::at(text.place(at), "this bracket is never closed"));
            };
            at += end + 1;
            expression(&text.name(from + 1, at - 1))
        } else {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            if at == from {
                return Err(Wrong::at(
                    text.place(start),
                    "a percent sign begins the name of a field, such as %ci or %[src]; itself it is written %%",
                ));
            }
            alias(&text.name(from, at))
        };
        if &bytes[from..at] == b"o" {
            always = flags;
            continue;
        }
        let kind = if flags.hex && kind.is_typed() { Kind::Opaque } else { kind };
        // The captured headers of the CLF log are quoted one by one, or not
        // there at all.
        let listed = matches!(&bytes[from..at], b"hr" | b"hs" | b"hrl" | b"hsl");
        let quoted = flags.quoted && !kind.is_typed() && !listed;
        if quoted {
            pieces.literal(b'"');
        }
        pieces.field(kind, text.name(start, at), text.place(start));
        if quoted {
            pieces.literal(b'"');
        }
    }
    Ok(pieces)
}

/// Where the bracket closes that a text begins with: brackets nest, and
/// quotes hold them.
fn closing(text: &[u8]) -> Option<usize> {
    let mut depth = 0;
    let mut quote = None;
    for (at, &byte) in text.iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => depth += 1,
            (None, b']') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            (None, _) => {}
        }
    }
    None
}

/// What a field of a short name is.
fn alias(name: &str) -> Kind {
    let began = |clock: Clock| Kind::Time(Moment::Start, clock);
    match name {
        "ci" => Kind::Connection,
        "si" => Kind::Upstream,
        "t" | "tr" | "T" | "Tl" | "trg" | "trl" => began(Clock::Clf),
        "Ts" => began(Clock::Epoch(1_000_000_000)),
        "ms" => began(Clock::Fraction(3)),
        "ST" => Kind::Status(0),
        "B" => Kind::Bytes(BytesMeaning::Wire),
        // The active time of the request, and of the whole session.
        "Ta" => Kind::Took(1_000_000, 0),
        "Tt" => Kind::Took(1_000_000, 1),
        "hr" | "hs" => Kind::Captured,
        "r" => Kind::Request,
        "HM" => Kind::Method,
        "HP" | "HPO" => Kind::Path,
        "HQ" => Kind::Query,
        "HU" => Kind::Target,
        "HV" => Kind::Protocol,
        "ac" | "bc" | "bp" | "bq" | "cp" | "fc" | "fp" | "lc" | "rc" | "rt" | "sc" | "sp"
        | "sq" | "Tc" | "Td" | "Th" | "Ti" | "Tq" | "TR" | "Tr" | "Tw" | "U" | "pid" => {
            Kind::Number
        }
        "b" | "bi" | "f" | "fi" | "ft" | "s" | "sslc" | "sslv" => Kind::Label,
        "ts" | "tsc" => Kind::Ending(Mark::Termination),
        _ => Kind::Opaque,
    }
}

/// What an expression is, by its first call; converters stand behind commas.
fn expression(text: &str) -> Kind {
    let (call, converters) = split(text);
    let (name, argument) = match call.split_once('(') {
        Some((name, rest)) => (name, rest.strip_suffix(')').unwrap_or(rest)),
        None => (call, ""),
    };
    let argument = argument.split(',').next().unwrap_or_default().trim_matches(['"', '\'']);
    let changes = converters.split(',').any(|each| {
        let each = each.split('(').next().unwrap_or_default();
        !matches!(each, "" | "json" | "lower" | "upper" | "url_dec" | "utf8" | "ltrim" | "rtrim")
    });
    let kind = match name {
        "src" | "fc_src" => Kind::Connection,
        "capture.req.method" | "method" => Kind::Method,
        "capture.req.uri" | "url" | "pathq" | "baseq" => Kind::Target,
        "path" => Kind::Path,
        "query" => Kind::Query,
        "capture.req.ver" | "req.ver" => Kind::Protocol,
        "status" | "txn.status" | "capture.res.status" => Kind::Status(0),
        "bytes_out" | "res.bytes" => Kind::Bytes(BytesMeaning::Wire),
        "req.hdr" | "req.fhdr" | "hdr" | "fhdr" | "req.hdr_ip" | "hdr_ip" => header(argument),
        "res.hdr" | "res.fhdr" | "shdr" => answer_header(argument),
        "ssl_fc_sni" => Kind::Host(2),
        "txn.timer.total" | "fc.timer.total" => Kind::Took(1_000_000, 0),
        "var" => variable(argument),
        "date" | "accept_date" | "request_date" | "date_us" => {
            return date(name, argument, converters);
        }
        _ => Kind::Opaque,
    };
    if changes { Kind::Opaque } else { kind }
}

/// A variable that was set from a header, by its name.
fn variable(name: &str) -> Kind {
    let name = name.rsplit('.').next().unwrap_or(name).replace('_', "-");
    match name.as_str() {
        "xff" | "forwarded-for" => Kind::Forwarded,
        "ua" => Kind::Agent,
        "real-ip" | "realip" | "client-ip" => Kind::Real,
        "path" => Kind::Path,
        "method" => Kind::Method,
        "uri" | "url" => Kind::Target,
        other => header(other),
    }
}

/// A call and its converters: the first comma outside brackets parts them.
fn split(text: &str) -> (&str, &str) {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

/// A date: an epoch in some unit, or what `ltime` and `utime` make of it.
fn date(name: &str, argument: &str, converters: &str) -> Kind {
    let unit = match argument {
        "ms" => 1_000_000,
        "us" => 1_000,
        _ => 1_000_000_000,
    };
    let began = |clock: Clock| Kind::Time(Moment::Start, clock);
    if converters.is_empty() {
        return if name == "date_us" { Kind::Number } else { began(Clock::Epoch(unit)) };
    }
    for (converter, utc) in
        [("ltime(", false), ("utime(", true), ("ms_ltime(", false), ("ms_utime(", true)]
    {
        let Some(rest) = converters.strip_prefix(converter) else { continue };
        let pattern = rest.strip_suffix(')').unwrap_or(rest).trim_matches(['"', '\'']);
        if let Ok(mut parts) = strftime(pattern.as_bytes()) {
            if utc {
                parts.push(Part::Utc);
            }
            return began(Clock::Parts(parts));
        }
    }
    Kind::Opaque
}
