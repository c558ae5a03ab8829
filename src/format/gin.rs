//! The log of gin, Go's web framework, as it prints it to a terminal.
//!
//! Directive: `gin.Default()`.
//! Specification: <https://pkg.go.dev/github.com/gin-gonic/gin#Logger>.
//!
//! ```abnf
//! gin      = "[GIN] " 4DIGIT "/" 2DIGIT "/" 2DIGIT " - " clock *SP "|" [colour] *SP status *SP
//!            [colour] "|" *SP duration *SP "|" *SP client *SP "|" [colour] *SP method *SP
//!            [colour] *SP (DQUOTE *OCTET DQUOTE / *OCTET)
//! duration = 1*DIGIT ["." 1*DIGIT] ("ns" / "µs" / "ms" / "s") / 1*DIGIT "m" seconds
//! ```
//!
//! * Its time is local, without a zone. It counts no bytes.
//! * The client is what `ClientIP()` gives, so a header of a trusted proxy.

use memchr::memchr;

use super::clf::with_peer;
use super::plain::Plain;
use super::token::{Read, bare_quoted, clock, colour, fault, is_ip, iso_day, number, seconds};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::time::civil_seconds;
use crate::record::{Instant, Record, Request, Time, Zone};

/// gin.
pub static GIN: Plain = Plain { card: &CARD, grammar: gin, quick: None };

static CARD: Card = Card {
    name: "gin",
    title: "gin, Go's web framework",
    directive: "gin.Default()",
    reference: "https://pkg.go.dev/github.com/gin-gonic/gin#Logger",
    grammar: r#"gin = "[GIN] " date " - " clock *SP "|" status "|" duration "|" client "|" method (DQUOTE *OCTET DQUOTE / *OCTET)"#,
    time: TimeMeaning::End,
    zone: "none: the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer, or what a trusted proxy said",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"[GIN] 2024/01/01 - 12:00:00 | 200 |    1.234567ms |   203.0.113.4 | GET      "/a.csv?x=1""#,
            reads: "peer=203.0.113.4 time=2024-01-01T12:00:00 GET /a.csv?x=1 200 took=1234us",
        },
        // Before 1.5, in colour.
        Sample {
            preamble: &[],
            line: "[GIN] 2018/05/06 - 01:02:03 |\x1b[97;42m 200 \x1b[0m|  1m2.5s |  2001:db8::1 |\x1b[97;44m  GET     \x1b[0m /a b".as_bytes(),
            reads: "peer=2001:db8::1 time=2018-05-06T01:02:03 GET /a b 200 took=62500000us",
        },
        Sample {
            preamble: &[],
            line: "[GIN] 2024/01/01 - 12:00:00 | 304 | 47.5µs | 203.0.113.4 | HEAD \"/\"".as_bytes(),
            reads: "peer=203.0.113.4 time=2024-01-01T12:00:00 HEAD / 304 took=47us",
        },
    ],
    refusals: &[
        b"[GIN-debug] GET    /ping                     --> main.main.func1 (3 handlers)",
        br#"[GIN] 2024/01/01 - 12:00:00 | 200 |    1.234567ms |   203.0.113.4 | GET      "/a.csv"#,
        br#"[GIN] 2024/02/31 - 12:00:00 | 200 |    1ms |   203.0.113.4 | GET      "/""#,
    ],
};

/// `gin = "[GIN] " date " - " clock *SP 3("|" column) "|" method *SP target`
fn gin(input: &[u8]) -> Read<'_, Record<'_>> {
    let Some(day_at) = input.strip_prefix(b"[GIN] ") else { return fault(input, "[GIN]") };
    let (rest, day) = iso_day(day_at)?;
    let Some(rest) = rest.strip_prefix(b" - ") else { return fault(rest, "a dash") };
    let (rest, (within, nanos, digits)) = clock(rest)?;
    let Some(seconds) = civil_seconds(day, within) else {
        return fault(day_at, "a day and time that exist");
    };
    let (rest, _) = column(rest)?;
    let (took_at, status_text) = column(rest)?;
    let Some(status) = number(status_text).filter(|status| *status < 1000) else {
        return fault(rest, "a status of three digits");
    };
    let (client_at, took) = column(took_at)?;
    let (rest, client) = column(client_at)?;
    if !is_ip(client) {
        return fault(client_at, "a client's address");
    }
    let method_at = colour(rest).trim_ascii_start();
    let end = method_at.iter().position(|byte| !byte.is_ascii_uppercase()).unwrap_or(0);
    let (method, rest) = method_at.split_at(end);
    let target_at = colour(rest.trim_ascii_start()).trim_ascii_start();
    let (rest, target) = if target_at.starts_with(b"\"") {
        bare_quoted(target_at)?
    } else {
        (&target_at[target_at.len()..], target_at)
    };
    if method.is_empty() || target.is_empty() {
        return fault(method_at, "a method and a target");
    }
    let record = Record {
        time: Some(Time { reading: Instant { seconds, nanos }, digits, zone: Zone::Local }),
        request: Request::Line { method, target, version: None },
        status: Some(status as u16),
        took: duration(took),
        ..Record::default()
    };
    Ok((rest, with_peer(record, client)))
}

/// `column = [colour] *SP *OCTET *SP [colour] "|"`
fn column(input: &[u8]) -> Read<'_, &[u8]> {
    let Some(end) = memchr(b'|', input) else { return fault(input, "a bar") };
    let text = colour(&input[..end]);
    let text = &text[..memchr(0x1b, text).unwrap_or(text.len())];
    Ok((&input[end + 1..], text.trim_ascii()))
}

/// A duration as Go prints it, in microseconds.
fn duration(text: &[u8]) -> Option<u64> {
    let scaled = |digits: &[u8], divisor: u64| seconds(digits).map(|micros| micros / divisor);
    if let Some(digits) = text.strip_suffix(b"ns") {
        return scaled(digits, 1_000_000_000);
    }
    if let Some(digits) = text.strip_suffix("µs".as_bytes()) {
        return scaled(digits, 1_000_000);
    }
    if let Some(digits) = text.strip_suffix(b"ms") {
        return scaled(digits, 1000);
    }
    let mut sum = 0_u64;
    let mut rest = text.strip_suffix(b"s")?;
    for (mark, length) in [(b'h', 3600_u64), (b'm', 60)] {
        if let Some(at) = memchr(mark, rest) {
            sum += number(&rest[..at]).filter(|n| *n < 1_000_000)? * length * 1_000_000;
            rest = &rest[at + 1..];
        }
    }
    seconds(rest)?.checked_add(sum)
}
