//! The access log of Werkzeug (Flask's development server) where it is not the
//! Common Log Format: in colour, or under its logger's name.
//!
//! Without both, Werkzeug, `http.server` and gunicorn's default are read by
//! `combined` and `common`.
//!
//! Directive: none; it writes so to a terminal.
//! Specification: <https://werkzeug.palletsprojects.com/en/stable/serving/>.
//!
//! ```abnf
//! werkzeug = ["INFO:werkzeug:"] host SP "-" SP "-" SP "[" date "]" SP [colour] DQUOTE [colour]
//!            *OCTET [colour] DQUOTE SP status SP bytes [colour]
//! ```
//!
//! Its time is local, without a zone.

use memchr::memchr;

use super::clf::{answer, with_peer};
use super::plain::Plain;
use super::token::{Read, bracketed_date, colour, fault, host, request, space};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request};

/// Werkzeug, in colour or under its logger's name.
pub static WERKZEUG: Plain = Plain { card: &CARD, grammar: werkzeug, quick: None };

static CARD: Card = Card {
    name: "werkzeug",
    title: "Werkzeug and Flask, in colour or with the logger's name",
    directive: "flask run",
    reference: "https://werkzeug.palletsprojects.com/en/stable/serving/",
    grammar: r#"werkzeug = ["INFO:werkzeug:"] host SP "-" SP "-" SP "[" date "]" SP [colour] DQUOTE [colour] *OCTET [colour] DQUOTE SP status SP bytes [colour]"#,
    time: TimeMeaning::End,
    zone: "none: the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"127.0.0.1 - - [01/Jan/2024 12:00:00] \"\x1b[33mGET /x HTTP/1.1\x1b[0m\" 404 -",
            reads: "peer=127.0.0.1 time=2024-01-01T12:00:00 GET /x 404",
        },
        Sample {
            preamble: &[],
            line: b"INFO:werkzeug:203.0.113.4 - - [01/Jan/2024 12:00:00] \"GET /a.csv HTTP/1.1\" 200 -",
            reads: "peer=203.0.113.4 time=2024-01-01T12:00:00 GET /a.csv 200",
        },
    ],
    refusals: &[
        b"127.0.0.1 - - [01/Jan/2024 12:00:00] \"GET /x HTTP/1.1\" 404 -",
        b"127.0.0.1 - - [01/Jan/2024 12:00:00] \"\x1b[33mGET /x HTTP/1.1\x1b[0m",
    ],
};

/// ```abnf
/// werkzeug = ["INFO:werkzeug:"] host SP "-" SP "-" SP "[" date "]" SP [colour] DQUOTE [colour]
///            *OCTET [colour] DQUOTE SP status SP bytes [colour]
/// ```
fn werkzeug(input: &[u8]) -> Read<'_, Record<'_>> {
    let named = input.strip_prefix(b"INFO:werkzeug:");
    if named.is_none() && memchr(0x1b, input).is_none() {
        return fault(input, "the logger's name, or a colour");
    }
    let (rest, peer) = host(named.unwrap_or(input))?;
    let Some(rest) = rest.strip_prefix(b" - - ") else { return fault(rest, "two dashes") };
    let (rest, time) = bracketed_date(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, record) = answer(colour(rest))?;
    let record = match record.request {
        Request::Raw(Some(line)) => Record { request: request(uncoloured(line)), ..record },
        Request::Line { method, version, target } => Record {
            request: Request::Line {
                method: colour(method),
                target,
                version: version.map(uncoloured),
            },
            ..record
        },
        Request::Raw(None) => record,
    };
    // It writes `-` always: no count, not none.
    let record = Record { time: Some(time), no_body: record.bytes == Some(0), ..record };
    Ok((colour(rest), with_peer(record, peer)))
}

/// A text without a colour before and one behind it.
fn uncoloured(text: &[u8]) -> &[u8] {
    let text = colour(text);
    let end = memchr(0x1b, text).unwrap_or(text.len());
    &text[..end]
}
