//! Hypercorn's access log, with the head of its own logger or without.
//!
//! Directive: `--access-logformat`, by default
//! `%(h)s %(l)s %(l)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"`.
//! Specification: <https://hypercorn.readthedocs.io/en/latest/how_to_guides/logging.html>.
//!
//! ```abnf
//! hypercorn = [head] ported SP "-" SP "-" SP "[" date "]" SP DQUOTE method SP target SP version
//!             DQUOTE SP status SP bytes SP quoted SP last-quoted
//! head      = "[" iso "] [" 1*DIGIT "] [" word "] "
//! version   = "1.0" / "1.1" / "2" / "3"
//! ```
//!
//! * The version has no `HTTP/`, so that `combined` would take it for the end
//!   of the target.
//! * The address has its port, which an address of version 6 is not told from
//!   by brackets.
//! * The target is the path as ASGI gives it to the application: percent-decoded
//!   and **without its query**. Nothing is escaped.
//! * The bytes are the `Content-Length` that was announced, of a `HEAD` too.
//! * A client that leaves early may leave two lines, of which the first has no
//!   status.

use super::clf::{last_headers, whole, with_peer};
use super::token::{
    Read, bare_quoted, bracketed_date, bytes, cell, fault, iso, number, ported, space, status,
};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::{Client, Record, Request};

/// Hypercorn.
pub struct Hypercorn;

static CARD: Card = Card {
    name: "hypercorn",
    title: "Hypercorn",
    directive: r#"access_log_format = "%(h)s %(l)s %(l)s %(t)s \"%(r)s\" %(s)s %(b)s \"%(f)s\" \"%(a)s\"""#,
    reference: "https://hypercorn.readthedocs.io/en/latest/how_to_guides/logging.html",
    grammar: r#"hypercorn = ["[" iso "] [" 1*DIGIT "] [" word "] "] ported SP "-" SP "-" SP "[" date "]" SP DQUOTE method SP target SP version DQUOTE SP status SP bytes SP quoted SP last-quoted"#,
    time: TimeMeaning::End,
    zone: "logged as an offset",
    bytes: BytesMeaning::Planned,
    client: "the peer",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"[2026-11-21 13:12:13 +0530] [18424] [INFO] 127.0.0.1:32774 - - [21/Nov/2026:13:12:13 +0530] "GET /data/none.csv 1.1" 404 9 "-" "curl/8.5""#,
            reads: "peer=127.0.0.1 time=2026-11-21T07:42:13Z GET /data/none.csv 404 9 agent=curl/8.5",
        },
        Sample {
            preamble: &[],
            line: br#"::1:52050 - - [21/Nov/2026:13:12:13 +0530] "GET /data/a b.csv 2" 200 14341 "http://example.test/" "-""#,
            reads: "peer=::1 time=2026-11-21T07:42:13Z GET /data/a b.csv 200 14341 referer=http://example.test/",
        },
        // The client left.
        Sample {
            preamble: &[],
            line: br#"[2026-11-21 13:12:11 +0530] [18424] [INFO] 127.0.0.1:60970 - - [21/Nov/2026:13:12:11 +0530] "GET /data/big.csv 1.1" - - "-" "curl/8.5""#,
            reads: "peer=127.0.0.1 time=2026-11-21T07:42:11Z GET /data/big.csv agent=curl/8.5",
        },
    ],
    refusals: &[
        br#"127.0.0.1 - - [21/Nov/2026:13:12:13 +0530] "GET /data/none.csv 1.1" 404 9 "-" "curl/8.5""#,
        br#"127.0.0.1:32774 - - [21/Nov/2026:13:12:13 +0530] "GET /data/none.csv HTTP/1.1" 404 9 "-" "curl/8.5""#,
        br#"127.0.0.1:32774 - - [21/Nov/2026:13:12:13 +0530] "GET /data/a"b.csv 1.1" 404 9 "-" "curl/8.5""#,
        br#"127.0.0.1:32774 - - [21/Nov/2026:13:12:13 +0530] "GET /data/none.csv 1.1" 404 9 "-" "curl"#,
    ],
};

impl Format for Hypercorn {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        whole(line, hypercorn(line))
    }
}

/// ```abnf
/// hypercorn = [head] ported SP "-" SP "-" SP "[" date "]" SP DQUOTE method SP target SP version
///             DQUOTE SP status SP bytes SP quoted SP last-quoted
/// ```
fn hypercorn(input: &[u8]) -> Read<'_, Record<'_>> {
    let (peer_at, ()) = head(input)?;
    let (rest, peer) = cell(peer_at)?;
    let address = ported(peer);
    if address.len() == peer.len() || Client::read(address).ip().is_none() {
        return fault(peer_at, "an address with its port");
    }
    let Some(rest) = rest.strip_prefix(b"- - ") else { return fault(rest, "two dashes") };
    let (rest, time) = bracketed_date(rest)?;
    let (line_at, ()) = space(rest)?;
    let (rest, line) = bare_quoted(line_at)?;
    let Some(request) = request(line) else {
        return fault(line_at, "a request whose version is a number");
    };
    let (rest, ()) = space(rest)?;
    let (rest, status) = status(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, bytes) = bytes(rest)?;
    let record = Record {
        time: Some(time),
        request,
        status,
        bytes,
        no_body: bytes == Some(0),
        ..Record::default()
    };
    last_headers(rest, with_peer(record, address))
}

/// `head = "[" iso "] [" 1*DIGIT "] [" word "] "`, or nothing.
fn head(input: &[u8]) -> Read<'_, ()> {
    let Some(inside) = input.strip_prefix(b"[") else { return Ok((input, ())) };
    let (rest, _logged) = iso(inside)?;
    let Some(rest) = rest.strip_prefix(b"] [") else { return fault(rest, "] [") };
    let (level_at, process) = cell(rest)?;
    if process.strip_suffix(b"]").and_then(number).is_none() {
        return fault(rest, "the number of a process");
    }
    let (rest, level) = cell(level_at)?;
    if !level.starts_with(b"[") || !level.ends_with(b"]") {
        return fault(level_at, "a level in brackets");
    }
    Ok((rest, ()))
}

/// `method SP target SP ("1.0" / "1.1" / "2" / "3")`
fn request(line: &[u8]) -> Option<Request<'_>> {
    let first = memchr::memchr(b' ', line)?;
    let last = memchr::memrchr(b' ', line)?;
    let (method, version) = (&line[..first], &line[last + 1..]);
    let known = matches!(version, b"1.0" | b"1.1" | b"2" | b"3");
    if !known || method.is_empty() || last <= first + 1 {
        return None;
    }
    Some(Request::Line { method, target: &line[first + 1..last], version: Some(version) })
}
