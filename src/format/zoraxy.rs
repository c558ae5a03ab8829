//! Zoraxy, a reverse proxy for one box.
//!
//! Directive: none; `log/zr_*.log`.
//! Specification: <https://github.com/tobychui/zoraxy>
//! (`src/mod/info/logger/trafficlog.go`).
//!
//! ```abnf
//! zoraxy = [date SP] "[" date "]" SP "[router:" name "]" SP "[origin:" vhost "]" SP
//!          "[client: " host "]" SP "[useragent: " *OCTET "]" SP method SP target SP status
//! date   = 4DIGIT ("-" / "/") 2DIGIT ("-" / "/") 2DIGIT SP 2DIGIT ":" 2DIGIT ":" 2DIGIT ["." 1*DIGIT]
//! ```
//!
//! * Times are local, without a zone; Go's logger puts another before the line.
//! * The client is taken from `CF-Connecting-IP`, `X-Real-Ip` or
//!   `X-Forwarded-For` where a request has one, and else is the peer; the line
//!   does not tell which.
//! * No byte count. The user agent is written as it is: it ends at the last
//!   bracket that a method, a target and a status follow.

use memchr::{memchr, memmem};

use super::clf::with_peer;
use super::plain::Plain;
use super::token::{Read, cell, fault, is_ip, iso, number, present, without_port, word};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request};

/// The log of Zoraxy.
pub static ZORAXY: Plain = Plain { card: &CARD, grammar: zoraxy, quick: None };

static CARD: Card = Card {
    name: "zoraxy",
    title: "Zoraxy",
    directive: "log/zr_*.log",
    reference: "https://github.com/tobychui/zoraxy",
    grammar: r#"zoraxy = [date SP] "[" date "]" SP "[router:" name "]" SP "[origin:" vhost "]" SP "[client: " host "]" SP "[useragent: " *OCTET "]" SP method SP target SP status"#,
    time: TimeMeaning::End,
    zone: "none: the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer, or what a header said",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"2025/05/01 07:57:03 [2025-05-01 07:57:03.150624] [router:host-http] [origin:test.com] [client: 192.168.1.1] [useragent: Mozilla/5.0 [en] (X11)] POST /xmlrpc.php 404",
            reads: "peer=192.168.1.1 time=2025-05-01T07:57:03.150624 POST /xmlrpc.php 404 host=test.com agent=Mozilla/5.0 [en] (X11)",
        },
        Sample {
            preamble: &[],
            line: b"[2025-05-01 15:05:38.715607] [router:root-no_resp] [origin:10.10.10.10] [client 2001:db8::1] [useragent ] GET /?cb=1 444",
            reads: "peer=2001:db8::1 time=2025-05-01T15:05:38.715607 GET /?cb=1 444 host=10.10.10.10",
        },
    ],
    refusals: &[
        b"[2025-05-01 15:05:38.715607] [router:root-no_resp] [origin:10.10.10.10] [client: 192.168.1.1] [useragent: x] GET /?cb",
        b"[2025-05-01 15:05:38.715607] [internal] [system:info] started",
        b"[2025-05-01 15:05:38.715607] [router:r] [origin:a] [client: 192.168.1.1] [useragent: x] GET /[2025-05-01 15:05:38.715607] [router:r] [origin:a] [client: 192.168.1.1] [useragent: x] GET / 200",
    ],
};

/// ```abnf
/// zoraxy = [date SP] "[" date "]" SP "[router:" name "]" SP "[origin:" vhost "]" SP
///          "[client: " host "]" SP "[useragent: " *OCTET "]" SP method SP target SP status
/// ```
fn zoraxy(input: &[u8]) -> Read<'_, Record<'_>> {
    let rest = match iso(input) {
        Ok((rest, _)) => rest.strip_prefix(b" ").unwrap_or(rest),
        Err(_) => input,
    };
    let Some(inside) = rest.strip_prefix(b"[") else { return fault(rest, "a date in brackets") };
    let (rest, time) = iso(inside)?;
    let Some(rest) = rest.strip_prefix(b"] ") else { return fault(rest, "a closing bracket") };
    let (rest, _router) = named(rest, b"[router")?;
    let (rest, origin) = named(rest, b"[origin")?;
    let (client_at, client) = named(rest, b"[client")?;
    if !is_ip(client) {
        return fault(rest, "a client's address");
    }
    let Some(agent) = client_at.strip_prefix(b"[useragent") else {
        return fault(client_at, "[useragent: …]");
    };
    if memmem::find(agent, b" [client").is_some() {
        return fault(agent, "one record, not two fused into one line");
    }
    let ends = |at: &usize| request(&agent[at + 2..]).is_ok();
    let Some(end) = memmem::rfind_iter(agent, b"] ").find(ends) else {
        return fault(&agent[agent.len()..], "a bracket, a method, a target and a status");
    };
    let (rest, (method, target, status)) = request(&agent[end + 2..])?;
    let record = Record {
        time: Some(time),
        request: Request::Line { method, target, version: None },
        status: Some(status),
        host: present(origin).map(without_port),
        agent: present(value(&agent[..end])),
        ..Record::default()
    };
    Ok((rest, with_peer(record, client)))
}

/// `request = method SP target SP status`
fn request(input: &[u8]) -> Read<'_, (&[u8], &[u8], u16)> {
    let (target_at, method) = cell(input)?;
    if !method.iter().all(u8::is_ascii_uppercase) {
        return fault(input, "a method");
    }
    let (status_at, target) = cell(target_at)?;
    let (rest, status) = word(status_at)?;
    match number(status) {
        Some(number) if status.len() == 3 && rest.is_empty() => {
            Ok((rest, (method, target, number as u16)))
        }
        _ => fault(status_at, "a status of three digits"),
    }
}

/// `named = name [":"] [SP] *OCTET "]" SP`
fn named<'a>(input: &'a [u8], name: &'static [u8]) -> Read<'a, &'a [u8]> {
    let wanted = "[router:…], [origin:…] or [client: …]";
    let Some(inside) = input.strip_prefix(name) else { return fault(input, wanted) };
    match memchr(b']', inside) {
        Some(end) if inside.get(end + 1) == Some(&b' ') => {
            Ok((&inside[end + 2..], value(&inside[..end])))
        }
        _ => fault(inside, "a closing bracket"),
    }
}

/// A value without the colon and the space before it.
fn value(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b":").unwrap_or(text);
    text.strip_prefix(b" ").unwrap_or(text)
}
