//! Squid's native access log.
//!
//! Directive: `logformat squid %ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru
//! %[un %Sh/%<a %mt`.
//! Specification: <https://wiki.squid-cache.org/Features/LogFormat>.
//!
//! ```abnf
//! squid = epoch BLANKS 1*DIGIT SP host SP action "/" status SP bytes SP method SP url SP user SP
//!         hierarchy "/" peer [SP type *(SP word)]
//! ```
//!
//! * The time is when the transaction was logged, at its end; the duration is
//!   in milliseconds, aligned to the right. Bytes are with headers.
//! * `strip_query_terms` is on by default: the query is then not logged.
//! * Status 000 is a client that left, or a tunnel. `error:…` is no URL: nothing
//!   that could be read was asked for.

use super::clf::with_peer;
use super::plain::Plain;
use super::token::{
    Read, authority, blanks, cell, epoch, fault, host, is_ip, number, present, space, without_port,
    word,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request, Role};

/// Squid's native log.
pub static SQUID: Plain = Plain { card: &CARD, grammar: squid, quick: None };

static CARD: Card = Card {
    name: "squid",
    title: "Squid, native format",
    directive: "logformat squid %ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt",
    reference: "https://wiki.squid-cache.org/Features/LogFormat",
    grammar: r#"squid = epoch BLANKS 1*DIGIT SP host SP action "/" status SP bytes SP method SP url SP user SP hierarchy "/" peer [SP type *(SP word)]"#,
    time: TimeMeaning::End,
    zone: "an epoch, UTC",
    bytes: BytesMeaning::Wire,
    client: "the peer",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"1525334330.556      3 120.65.1.1 TCP_REFRESH_MISS/200 2014 GET http://www.sample.com/hellow_world.txt public-user DIRECT/192.0.2.8 text/plain 902351708.872",
            reads: "peer=120.65.1.1 upstream=192.0.2.8 time=2018-05-03T07:58:50.556Z GET http://www.sample.com/hellow_world.txt 200 2014 user=public-user host=www.sample.com took=3000us",
        },
        Sample {
            preamble: &[],
            line: b"1525344856.899  16867 10.170.72.111 TCP_TUNNEL/200 6256 CONNECT logs.amazonaws.com:443 - HIER_DIRECT/53.140.206.134 -",
            reads: "peer=10.170.72.111 upstream=53.140.206.134 time=2018-05-03T10:54:16.899Z CONNECT logs.amazonaws.com:443 200 6256 host=logs.amazonaws.com took=16867000us",
        },
        // Whole seconds.
        Sample {
            preamble: &[],
            line: b"1726124251      0 10.10.10.10 TCP_DENIED/403 3920 CONNECT a.example:443 - HIER_NONE/- text/html",
            reads: "peer=10.10.10.10 time=2024-09-12T06:57:31Z CONNECT a.example:443 403 3920 host=a.example took=0us",
        },
        Sample {
            preamble: &[],
            line: b"1426235912.366     16 192.168.3.50 NONE/000 0 NONE error:transaction-end-before-headers - HIER_NONE/- -",
            reads: "peer=192.168.3.50 time=2015-03-13T08:38:32.366Z raw=<error:transaction-end-before-headers> 000 0 took=16000us",
        },
    ],
    refusals: &[
        b"1525334330.556      3 120.65.1.1 TCP_MISS/200 2014 GET http://www.sample.com/hellow_wor",
        b"1525334330.556      3 120.65.1.1 TCP_MISS 2014 GET http://www.sample.com/ - DIRECT/x -",
        b"1525334330.556      3 120.65.1.1 TCP_MISS/200 2014 GET http://www.sample.com/1525334330.556 3 120.65.1.1 TCP_MISS/200 2014 GET http://a/ - DIRECT/x -",
    ],
};

/// ```abnf
/// squid = epoch BLANKS 1*DIGIT SP host SP action "/" status SP bytes SP method SP url SP user SP
///         hierarchy "/" peer [SP type *(SP word)]
/// ```
fn squid(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, at) = word(input)?;
    // `%ts` alone has no milliseconds.
    let Some(time) = epoch(at).filter(|_| at.contains(&b'.') || at.len() >= 9) else {
        return fault(input, "seconds since 1970, with milliseconds");
    };
    let (took_at, ()) = blanks(rest)?;
    let (rest, took) = cell(took_at)?;
    let Some(took) = number(took) else { return fault(took_at, "milliseconds") };
    let (rest, peer) = host(rest)?;
    let (action_at, ()) = space(rest)?;
    let (rest, action) = cell(action_at)?;
    let status = match action {
        [name @ .., b'/', _, _, _] if name.iter().all(is_capital) => {
            number(&action[name.len() + 1..])
        }
        _ => None,
    };
    let Some(status) = status else { return fault(action_at, "an action and a status") };
    let (bytes_at, sent) = cell(rest)?;
    let Some(sent) = number(sent) else { return fault(rest, "a byte count") };
    let (rest, method) = cell(bytes_at)?;
    let (rest, url) = cell(rest)?;
    let (hierarchy_at, user) = cell(rest)?;
    let (rest, hierarchy) = word(hierarchy_at)?;
    let upstream = match hierarchy.iter().position(|byte| *byte == b'/') {
        Some(slash) if hierarchy[..slash].iter().all(is_capital) => &hierarchy[slash + 1..],
        _ => return fault(hierarchy_at, "a hierarchy code and a peer"),
    };
    let request = match present(url) {
        Some(url) if url.starts_with(b"error:") => Request::Raw(Some(url)),
        Some(target) => Request::Line { method, target, version: None },
        None => Request::Raw(None),
    };
    let record = Record {
        time: Some(time),
        request,
        status: Some(status as u16),
        bytes: Some(sent),
        no_body: sent == 0,
        host: asked_of(method, url),
        user: present(user),
        took: took.checked_mul(1000),
        ..Record::default()
    };
    let mut record = with_peer(record, peer);
    if is_ip(upstream) {
        record.addresses.push(Role::Upstream, upstream);
    }
    if !rest.is_empty() {
        space(rest)?;
    }
    Ok((&rest[rest.len()..], record))
}

/// The host that a proxy was asked for: of an absolute URL, or of a tunnel.
fn asked_of<'a>(method: &[u8], url: &'a [u8]) -> Option<&'a [u8]> {
    let host = if method == b"CONNECT" { Some(url) } else { authority(url) };
    host.map(without_port).and_then(present)
}

/// A byte of an action or a hierarchy code.
fn is_capital(byte: &u8) -> bool {
    byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9')
}
