//! CouchDB before 2.0: its log holds the requests among everything else.
//!
//! Directive: `[log] level = info` or lower.
//! Specification: <https://docs.couchdb.org/en/1.6.1/config/logging.html>;
//! `couch_httpd:log_request`.
//!
//! ```abnf
//! couchdb-1 = "[" day ", " 2DIGIT SP month SP 4DIGIT SP clock " GMT] [info] [<" pid ">] "
//!             host " - - " method SP target SP status
//! ```
//!
//! The time is when the line was written, at the end of the request. There are
//! no bytes, and the host is the peer, or what `X-Forwarded-For` says first.

use super::clf::with_peer;
use super::plain::Plain;
use super::token::{Read, bracketed_date, cell, clock, fault, host, status};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request, Time, Zone};

/// The log of CouchDB before 2.0.
pub static COUCHDB_OLD: Plain = Plain { card: &CARD, grammar: couchdb, quick: None };

static CARD: Card = Card {
    name: "couchdb-1",
    title: "CouchDB before 2.0",
    directive: "[log] level = info",
    reference: "https://docs.couchdb.org/en/1.6.1/config/logging.html",
    grammar: r#"couchdb-1 = "[" day ", " 2DIGIT SP month SP 4DIGIT SP clock " GMT] [info] [<" pid ">] " host " - - " method SP target SP status"#,
    time: TimeMeaning::End,
    zone: "logged as GMT",
    bytes: BytesMeaning::Unknown,
    client: "the peer, or X-Forwarded-For's first where CouchDB is told to use it",
    folds_case: false,
    best_effort: false,
    samples: &[Sample {
        preamble: &[],
        line: b"[Wed, 29 Aug 2018 11:53:11 GMT] [info] [<0.404.0>] 203.0.113.4 - - GET /patients/_all_docs?limit=5 200",
        reads: "peer=203.0.113.4 time=2018-08-29T11:53:11Z GET /patients/_all_docs?limit=5 200",
    }],
    refusals: &[
        b"[Wed, 29 Aug 2018 11:53:11 GMT] [info] [<0.404.0>] Opening index for db: a",
        b"[Wed, 29 Aug 2018 11:53:11 GMT] [info] [<0.404.0>] 203.0.113.4 - - GET /patients/_all_docs 2",
    ],
};

/// ```abnf
/// couchdb-1 = "[" rfc1123 "] [info] [<" pid ">] " host " - - " method SP target SP status
/// ```
fn couchdb(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, time) = rfc1123(input)?;
    let Some(pid_at) = rest.strip_prefix(b"] [info] [<") else {
        return fault(rest, "a line of level info");
    };
    let (rest, pid) = cell(pid_at)?;
    if !pid.ends_with(b">]") {
        return fault(pid_at, "a process");
    }
    let (rest, peer) = host(rest)?;
    let Some(method_at) = rest.strip_prefix(b" - - ") else { return fault(rest, "two dashes") };
    let (rest, method) = cell(method_at)?;
    if !method.iter().all(u8::is_ascii_uppercase) {
        return fault(method_at, "a method");
    }
    let (rest, target) = cell(rest)?;
    let (rest, status) = status(rest)?;
    let record = Record {
        time: Some(time),
        request: Request::Line { method, target, version: None },
        status,
        ..Record::default()
    };
    Ok((rest, with_peer(record, peer)))
}

/// `rfc1123 = "[" 3ALPHA ", " 2DIGIT SP month SP 4DIGIT SP clock " GMT"`
fn rfc1123(input: &[u8]) -> Read<'_, Time> {
    let wanted = "a date like Wed, 29 Aug 2018 11:53:11 GMT";
    let [
        b'[',
        _,
        _,
        _,
        b',',
        b' ',
        d1,
        d2,
        b' ',
        m1,
        m2,
        m3,
        b' ',
        y1,
        y2,
        y3,
        y4,
        b' ',
        rest @ ..,
    ] = input
    else {
        return fault(input, wanted);
    };
    let (rest, ((hour, minute, second), ..)) = clock(rest)?;
    let Some(rest) = rest.strip_prefix(b" GMT") else { return fault(rest, wanted) };
    // The same date as the Common Log Format writes it.
    let two = |n: u32| [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
    let ([h1, h2], [i1, i2], [s1, s2]) = (two(hour), two(minute), two(second));
    let same = [
        b'[', *d1, *d2, b'/', *m1, *m2, *m3, b'/', *y1, *y2, *y3, *y4, b':', h1, h2, b':', i1, i2,
        b':', s1, s2, b']',
    ];
    match bracketed_date(&same) {
        Ok((_, time)) => Ok((rest, Time { zone: Zone::Implied, ..time })),
        Err(_) => fault(input, wanted),
    }
}
