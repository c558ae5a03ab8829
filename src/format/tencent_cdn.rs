//! The offline log of Tencent Cloud's CDN.
//!
//! Directive: none; the files that its console gives out.
//! Specification: <https://www.tencentcloud.com/document/product/228/6316>.
//!
//! ```abnf
//! tencent-cdn = 14DIGIT SP address SP host SP target SP bytes SP province SP carrier SP status
//!               SP referer SP milliseconds SP quoted SP quoted SP method SP protocol *(SP word)
//! ```
//!
//! * The time has no zone. Province and carrier are numbers.
//! * The quoted fields are the user agent and the `Range` header; what is absent
//!   is `NULL` or `(null)`.

use super::plain::Plain;
use super::token::{
    Read, cell, fault, is_host_name, is_ip, iso, number, present, quoted, space, status,
    without_port, word,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request, Role, Time};

/// Tencent Cloud CDN's offline log.
pub static TENCENT_CDN: Plain = Plain { card: &CARD, grammar: tencent_cdn, quick: None };

static CARD: Card = Card {
    name: "tencent-cdn",
    title: "Tencent Cloud CDN, offline log",
    directive: "log downloads of the console",
    reference: "https://www.tencentcloud.com/document/product/228/6316",
    grammar: "tencent-cdn = 14DIGIT SP address SP host SP target SP bytes SP province SP carrier SP status SP referer SP milliseconds SP quoted SP quoted SP method SP protocol *(SP word)",
    time: TimeMeaning::Unknown,
    zone: "none: local time",
    bytes: BytesMeaning::Unknown,
    client: "the edge's peer",
    folds_case: false,
    best_effort: false,
    samples: &[Sample {
        preamble: &[],
        line: br#"20240930180135 203.0.113.8 www.example.com /a/favicon.ico 6969 120 2 200 https://www.example.com/ 3 "Mozilla/5.0 () Chrome/96.0" "(null)" GET HTTPS hit 32768"#,
        reads: "peer=203.0.113.8 time=2024-09-30T18:01:35 GET /a/favicon.ico 200 6969 host=www.example.com referer=https://www.example.com/ agent=Mozilla/5.0 () Chrome/96.0 took=3000us",
    }],
    refusals: &[
        br#"20241330180135 203.0.113.8 www.example.com /a/favicon.ico 6969 120 2 200 - 3 "x" "(null)" GET HTTPS hit 32768"#,
        br#"20240930180135 someone www.example.com /a/favicon.ico 6969 120 2 200 - 3 "x" "(null)" GET HTTPS hit 32768"#,
        br#"20240930180135 203.0.113.8 www.example.com /a/favicon.ico 6969 120 2 200 - 3 "x" "(null)""#,
    ],
};

/// ```abnf
/// tencent-cdn = 14DIGIT SP address SP host SP target SP bytes SP province SP carrier SP status
///               SP referer SP milliseconds SP quoted SP quoted SP method SP protocol *(SP word)
/// ```
fn tencent_cdn(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, at) = cell(input)?;
    let Some(time) = digits_as_time(at) else { return fault(input, "a time in 14 digits") };
    let (host_at, address) = cell(rest)?;
    if !is_ip(address) {
        return fault(rest, "an address");
    }
    let (target_at, host) = cell(host_at)?;
    if !is_host_name(host) {
        return fault(host_at, "a host name");
    }
    let (bytes_at, target) = cell(target_at)?;
    if !target.starts_with(b"/") {
        return fault(target_at, "a path");
    }
    let (rest, sent) = cell(bytes_at)?;
    let (rest, province) = cell(rest)?;
    let (rest, carrier) = cell(rest)?;
    let (Some(sent), Some(_), Some(_)) = (number(sent), number(province), number(carrier)) else {
        return fault(bytes_at, "three numbers");
    };
    let (rest, status) = status(rest)?;
    let (rest, ()) = space(rest)?;
    let (took_at, referer) = cell(rest)?;
    let (rest, took) = cell(took_at)?;
    let Some(took) = number(took) else { return fault(took_at, "milliseconds") };
    let (rest, agent) = quoted(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, _range) = quoted(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, method) = cell(rest)?;
    let (_, protocol) = word(rest)?;
    if !protocol.starts_with(b"HTTP") {
        return fault(rest, "a protocol");
    }
    let known = |text: &'_ &[u8]| !matches!(*text, b"NULL" | b"(null)");
    let mut record = Record {
        time: Some(time),
        request: Request::Line { method, target, version: None },
        status,
        bytes: Some(sent),
        no_body: sent == 0,
        host: Some(without_port(host)),
        referer: present(referer).filter(known),
        agent: present(agent).filter(known),
        took: took.checked_mul(1000),
        ..Record::default()
    };
    record.addresses.push(Role::Peer, address);
    Ok((&rest[rest.len()..], record))
}

/// `20240930180135`, which is ISO 8601 without its marks.
fn digits_as_time(text: &[u8]) -> Option<Time> {
    let mut marked = *b"0000-00-00T00:00:00";
    let [y1, y2, y3, y4, m1, m2, d1, d2, h1, h2, n1, n2, s1, s2] = *text else { return None };
    for (slot, byte) in [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18]
        .into_iter()
        .zip([y1, y2, y3, y4, m1, m2, d1, d2, h1, h2, n1, n2, s1, s2])
    {
        marked[slot] = byte;
    }
    iso(&marked).ok().map(|(_, time)| time)
}
