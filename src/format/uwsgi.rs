//! The request log of uWSGI.
//!
//! Directive: none; it is the default.
//! Specification: <https://uwsgi-docs.readthedocs.io/en/latest/LogFormat.html>.
//!
//! ```abnf
//! uwsgi = "[pid: " *OCTET "] " host SP "(" user ")" SP "{" *OCTET "}" SP "[" asctime "]" SP
//!         method SP target SP "=> generated " 1*DIGIT " bytes in " 1*DIGIT
//!         (" msecs" / " micros") *OCTET "(HTTP/" *OCTET SP status ")" *OCTET
//! ```
//!
//! Its time is local, without a zone; the user stands in the brackets behind
//! the address.

use memchr::memmem;

use super::clf::{holds_anchor, with_peer};
use super::plain::Plain;
use super::token::{Read, asctime, cell, fault, host, number, present};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request};

/// uWSGI.
pub static UWSGI: Plain = Plain { card: &CARD, grammar: uwsgi, quick: None };

static CARD: Card = Card {
    name: "uwsgi",
    title: "uWSGI",
    directive: "logformat (default)",
    reference: "https://uwsgi-docs.readthedocs.io/en/latest/LogFormat.html",
    grammar: r#"uwsgi = "[pid: " *OCTET "] " host SP "(" user ")" SP "{" *OCTET "}" SP "[" asctime "]" SP method SP target SP "=> generated " 1*DIGIT " bytes in " 1*DIGIT (" msecs" / " micros") *OCTET "(HTTP/" *OCTET SP status ")" *OCTET"#,
    time: TimeMeaning::End,
    zone: "none: the server's local time",
    bytes: BytesMeaning::Body,
    client: "the peer, or what the web server in front says it is",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"[pid: 88185|app: 0|req: 1/1] 127.0.0.1 () {38 vars in 696 bytes} [Sun Mar 13 22:49:12 2016] POST /update_metrics => generated 47 bytes in 129 msecs (HTTP/1.1 200) 9 headers in 378 bytes (1 switches on core 0)",
            reads: "peer=127.0.0.1 time=2016-03-13T22:49:12 POST /update_metrics 200 47 took=129000us",
        },
        Sample {
            preamble: &[],
            line: b"[pid: 5|app: -1|req: -1/2] 203.0.113.4 (bob) {40 vars in 7 bytes} [Mon Jan  1 12:00:00 2024] GET /a b.csv => generated 0 bytes in 7 micros via sendfile() (HTTP/1.1 304) 2 headers in 3 bytes (0 switches on core 0)",
            reads: "peer=203.0.113.4 time=2024-01-01T12:00:00 GET /a b.csv 304 0 user=bob took=7us",
        },
    ],
    refusals: &[
        b"[pid: 88185|app: 0|req: 1/1] 127.0.0.1 () {38 vars in 696 bytes} [Sun Mar 13 22:49:12 2016] POST /update_metr",
        b"[pid: 88185|app: 0|req: 1/1] 127.0.0.1 () {38 vars in 696 bytes} [Sun Mar 13 22:49:12 2016] POST /u => generated 47 bytes in 129 msecs (HTTP/1.1 2",
    ],
};

/// ```abnf
/// uwsgi = "[pid: " *OCTET "] " host SP "(" user ")" SP "{" *OCTET "}" SP "[" asctime "]" SP
///         method SP target SP "=> generated " generated
/// ```
fn uwsgi(input: &[u8]) -> Read<'_, Record<'_>> {
    let Some(inside) = input.strip_prefix(b"[pid: ") else { return fault(input, "[pid: …]") };
    let Some(end) = memmem::find(inside, b"] ") else { return fault(inside, "a closing bracket") };
    let (rest, peer) = host(&inside[end + 2..])?;
    let Some(user_at) = rest.strip_prefix(b" (") else { return fault(rest, "a user in brackets") };
    let Some(end) = memmem::find(user_at, b") {") else {
        return fault(user_at, "a closing bracket");
    };
    let user = &user_at[..end];
    let Some(at) = memmem::find(&user_at[end..], b"} [") else {
        return fault(user_at, "a date in brackets");
    };
    let (rest, time) = asctime(&user_at[end + at + 3..])?;
    let Some(rest) = rest.strip_prefix(b"] ") else { return fault(rest, "a closing bracket") };
    let (target_at, method) = cell(rest)?;
    let mark = b" => generated ";
    let Some(end) = memmem::find(target_at, mark) else {
        return fault(&target_at[target_at.len()..], "=> generated");
    };
    let target = &target_at[..end];
    let (rest, sent) = cell(&target_at[end + mark.len()..])?;
    let Some(sent) = number(sent) else { return fault(rest, "a byte count") };
    let Some(took_at) = rest.strip_prefix(b"bytes in ") else { return fault(rest, "bytes in") };
    let (rest, took) = cell(took_at)?;
    let (rest, unit) = cell(rest)?;
    let unit = if unit == b"micros" { 1 } else { 1000 };
    let Some(version) = memmem::find(rest, b"(HTTP/") else { return fault(rest, "(HTTP/…)") };
    let version_at = &rest[version + 1..];
    let (status_at, version) = cell(version_at)?;
    let status = match status_at {
        [a, b, c, b')', ..] => number(&[*a, *b, *c]),
        _ => None,
    };
    let Some(status) = status else { return fault(status_at, "a status of three digits") };
    if memmem::find(status_at, b"[pid: ").is_some() || holds_anchor(target) {
        return fault(status_at, "one record, not two fused into one line");
    }
    let record = Record {
        time: Some(time),
        request: Request::Line { method, target, version: Some(version) },
        status: Some(status as u16),
        bytes: Some(sent),
        no_body: sent == 0,
        user: present(user),
        took: number(took).and_then(|took| took.checked_mul(unit)),
        ..Record::default()
    };
    Ok((&status_at[status_at.len()..], with_peer(record, peer)))
}
