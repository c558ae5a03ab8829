//! The access log of uvicorn.
//!
//! Directive: `--access-log`.
//! Specification: <https://www.uvicorn.org/settings/#logging>.
//!
//! ```abnf
//! uvicorn = [iso] *OCTET "INFO" *OCTET ported SP "-" SP DQUOTE *OCTET DQUOTE SP [colour]
//!           3DIGIT *OCTET
//! ```
//!
//! uvicorn writes no time unless the operator's logging adds one before the
//! line, local, without a zone.

use memchr::memmem;

use super::clf::with_peer;
use super::plain::Plain;
use super::token::{Read, bare_quoted, colour, fault, iso, number, ported, request, space};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Client, Record};

/// uvicorn.
pub static UVICORN: Plain = Plain { card: &CARD, grammar: uvicorn, quick: None };

static CARD: Card = Card {
    name: "uvicorn",
    title: "uvicorn",
    directive: "uvicorn --access-log",
    reference: "https://www.uvicorn.org/settings/#logging",
    grammar: r#"uvicorn = [iso] *OCTET "INFO" *OCTET ported SP "-" SP DQUOTE *OCTET DQUOTE SP [colour] 3DIGIT *OCTET"#,
    time: TimeMeaning::End,
    zone: "no time, or the operator's: the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer; with --proxy-headers what a trusted proxy said",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"INFO:     127.0.0.1:54321 - "GET /x?y=1 HTTP/1.1" 200 OK"#,
            reads: "peer=127.0.0.1 GET /x?y=1 200",
        },
        Sample {
            preamble: &[],
            line: b"2024-01-01 12:00:00,123 - uvicorn.access - \x1b[32mINFO\x1b[0m - 2001:db8::1:54321 - \"GET /x HTTP/1.1\" \x1b[32m200 OK\x1b[0m",
            reads: "peer=2001:db8::1 time=2024-01-01T12:00:00.123 GET /x 200",
        },
    ],
    refusals: &[
        br#"INFO:     127.0.0.1:54321 - "GET /x HTTP/1"#,
        br#"INFO:     127.0.0.1:54321 - "WebSocket /ws" [accepted]"#,
        br#"127.0.0.1 - "GET /x HTTP/1.1" 200 OK"#,
    ],
};

/// ```abnf
/// uvicorn = [iso] *OCTET "INFO" *OCTET ported SP "-" SP DQUOTE *OCTET DQUOTE SP [colour]
///           3DIGIT *OCTET
/// ```
fn uvicorn(input: &[u8]) -> Read<'_, Record<'_>> {
    let Some(dash) = memmem::find(input, b" - \"") else {
        return fault(input, "an address, a dash and a request");
    };
    let head = &input[..dash];
    if dash > 200 || memmem::find(head, b"INFO").is_none() {
        return fault(input, "INFO");
    }
    let from = head.iter().rposition(|byte| *byte == b' ').map_or(0, |space| space + 1);
    let peer = &head[from..];
    if Client::read(ported(peer)).ip().is_none() {
        return fault(&input[from..], "an address with its port");
    }
    let time = iso(head.strip_prefix(b"[").unwrap_or(head)).ok().map(|(_, time)| time);
    let (rest, line) = bare_quoted(&input[dash + 3..])?;
    let (rest, ()) = space(rest)?;
    let at = colour(rest);
    let [a, b, c, rest @ ..] = at else { return fault(at, "a status of three digits") };
    let Some(status) = number(&[*a, *b, *c]) else {
        return fault(at, "a status of three digits");
    };
    if rest.first().is_some_and(u8::is_ascii_digit) || rest.contains(&b'"') {
        return fault(rest, "the words of the status");
    }
    let record =
        Record { time, request: request(line), status: Some(status as u16), ..Record::default() };
    Ok((&rest[rest.len()..], with_peer(record, ported(peer))))
}
