//! CouchDB since 2.0: its log holds the requests among everything else.
//!
//! Directive: `[log] level = notice` or lower.
//! Specification: <https://docs.couchdb.org/en/stable/config/logging.html>;
//! `chttpd:log_request`.
//!
//! ```abnf
//! couchdb = "[notice] " iso SP node SP "<" pid ">" SP id SP vhost SP host SP user SP method SP
//!           target SP status SP result SP 1*DIGIT
//! ```
//!
//! * The line is written when the request was answered; the last number is its
//!   duration in milliseconds. Nobody logged in is `undefined`.
//! * Lines of other levels are of no request and are refused.

use super::clf::with_peer;
use super::plain::Plain;
use super::token::{
    Read, cell, fault, host, iso, number, present, space, status, without_port, word,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request};

/// CouchDB's log.
pub static COUCHDB: Plain = Plain { card: &CARD, grammar: couchdb, quick: None };

static CARD: Card = Card {
    name: "couchdb",
    title: "CouchDB 2 and 3",
    directive: "[log] level = notice",
    reference: "https://docs.couchdb.org/en/stable/config/logging.html",
    grammar: r#"couchdb = "[notice] " iso SP node SP "<" pid ">" SP id SP vhost SP host SP user SP method SP target SP status SP result SP 1*DIGIT"#,
    time: TimeMeaning::End,
    zone: "logged as Z",
    bytes: BytesMeaning::Unknown,
    client: "the peer, or X-Forwarded-For's first where CouchDB is told to use it",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"[notice] 2016-08-05T14:11:36.395741Z couchdb@localhost <0.1234.0> a1b2c3d4e5 localhost:5984 203.0.113.4 undefined GET /_all_dbs 200 ok 1",
            reads: "peer=203.0.113.4 time=2016-08-05T14:11:36.395741Z GET /_all_dbs 200 host=localhost took=1000us",
        },
        Sample {
            preamble: &[],
            line: b"[notice] 2022-08-05T14:11:36.395741Z nonode@nohost <0.5.0> a1b2 db.example:5984 2001:db8::4 admin GET /patients/_all_docs?include_docs=true 200 ok 250",
            reads: "peer=2001:db8::4 time=2022-08-05T14:11:36.395741Z GET /patients/_all_docs?include_docs=true 200 user=admin host=db.example took=250000us",
        },
    ],
    refusals: &[
        b"[notice] 2016-08-05T14:11:36.395741Z couchdb@localhost <0.1234.0> -------- rexi_server : started servers",
        b"[notice] 2016-08-05T14:11:36.395741Z couchdb@localhost <0.1234.0> a1b2 localhost:5984 203.0.113.4 undefined GET /_all_dbs 2",
    ],
};

/// ```abnf
/// couchdb = "[notice] " iso SP node SP "<" pid ">" SP id SP vhost SP host SP user SP method SP
///           target SP status SP result SP 1*DIGIT
/// ```
fn couchdb(input: &[u8]) -> Read<'_, Record<'_>> {
    let Some(rest) = input.strip_prefix(b"[notice] ") else { return fault(input, "[notice]") };
    let (rest, time) = iso(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, _node) = cell(rest)?;
    let (rest, _pid) = cell(rest)?;
    let (rest, _id) = cell(rest)?;
    let (rest, vhost) = cell(rest)?;
    let (rest, peer) = host(rest)?;
    let (rest, ()) = space(rest)?;
    let (method_at, user) = cell(rest)?;
    let (rest, method) = cell(method_at)?;
    if !method.iter().all(u8::is_ascii_uppercase) {
        return fault(method_at, "a method");
    }
    let (rest, target) = cell(rest)?;
    let (rest, status) = status(rest)?;
    let (rest, ()) = space(rest)?;
    let (took_at, _result) = cell(rest)?;
    let (rest, took) = word(took_at)?;
    let Some(took) = number(took) else { return fault(took_at, "milliseconds") };
    let record = Record {
        time: Some(time),
        request: Request::Line { method, target, version: None },
        status,
        host: present(vhost).filter(|vhost| *vhost != b"undefined").map(without_port),
        user: present(user).filter(|user| *user != b"undefined"),
        took: took.checked_mul(1000),
        ..Record::default()
    };
    Ok((rest, with_peer(record, peer)))
}
