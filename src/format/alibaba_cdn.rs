//! The offline log of Alibaba Cloud's CDN, DCDN and Live.
//!
//! Directive: none; the files that its console gives out.
//! Specification: <https://www.alibabacloud.com/help/en/cdn/user-guide/download-logs>.
//!
//! ```abnf
//! alibaba-cdn = "[" date "]" SP address SP (list / "-") SP milliseconds SP quoted SP
//!               DQUOTE method SP url DQUOTE SP status SP bytes SP bytes SP cache SP quoted SP
//!               quoted *(SP word)
//! ```
//!
//! * Behind the client stand the proxies; the quoted fields are referer, request,
//!   user agent and content type.
//! * The bytes are those of the request, then those of the response.

use super::plain::Plain;
use super::token::{
    self, Read, authority, bracketed_time, cell, fault, is_ip, is_ip_list, number, present, quoted,
    space, status, without_port,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Escape, Record, Request, Role};

/// Alibaba Cloud CDN's offline log.
pub static ALIBABA_CDN: Plain = Plain { card: &CARD, grammar: alibaba_cdn, quick: None };

static CARD: Card = Card {
    name: "alibaba-cdn",
    title: "Alibaba Cloud CDN, offline log",
    directive: "log downloads of the console",
    reference: "https://www.alibabacloud.com/help/en/cdn/user-guide/download-logs",
    grammar: r#"alibaba-cdn = "[" date "]" SP address SP (list / "-") SP milliseconds SP quoted SP DQUOTE method SP url DQUOTE SP status SP bytes SP bytes SP cache SP quoted SP quoted *(SP word)"#,
    time: TimeMeaning::Unknown,
    zone: "logged as an offset",
    bytes: BytesMeaning::Unknown,
    client: "the client, then the proxies",
    folds_case: false,
    best_effort: false,
    samples: &[Sample {
        preamble: &[],
        line: br#"[9/Jun/2015:01:58:09 +0800] 203.0.113.75 - 1542 "-" "GET http://www.example.com/index.html" 200 191 2830 MISS "Mozilla/5.0 (compatible; AhrefsBot/5.0)" "text/html""#,
        reads: "peer=203.0.113.75 time=2015-06-08T17:58:09Z GET http://www.example.com/index.html 200 2830 host=www.example.com agent=Mozilla/5.0 (compatible; AhrefsBot/5.0) took=1542000us",
    }],
    refusals: &[
        br#"[9/Jun/2015:01:58:09 +0800] someone - 1542 "-" "GET http://www.example.com/" 200 191 2830 MISS "x" "text/html""#,
        br#"[9/Jun/2015:01:58:09 +0800] 203.0.113.75 - 1542 "-" "GET http://www.example.com/" 200 191 2830"#,
    ],
};

/// ```abnf
/// alibaba-cdn = "[" date "]" SP address SP (list / "-") SP milliseconds SP quoted SP
///               DQUOTE method SP url DQUOTE SP status SP bytes SP bytes SP cache SP quoted SP
///               quoted *(SP word)
/// ```
fn alibaba_cdn(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, time) = bracketed_time(input)?;
    let (rest, ()) = space(rest)?;
    let (list_at, address) = cell(rest)?;
    if !is_ip(address) {
        return fault(rest, "an address");
    }
    let (took_at, list) = cell(list_at)?;
    if list != b"-" && !is_ip_list(list) {
        return fault(list_at, "a list of proxies");
    }
    let (rest, took) = cell(took_at)?;
    let Some(took) = number(took) else { return fault(took_at, "milliseconds") };
    let (rest, referer) = quoted(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, line) = quoted(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, status) = status(rest)?;
    let (rest, ()) = space(rest)?;
    let (sent_at, received) = cell(rest)?;
    let (rest, sent) = cell(sent_at)?;
    let (Some(_), Some(sent)) = (number(received), number(sent)) else {
        return fault(sent_at, "two byte counts");
    };
    let (rest, _cache) = cell(rest)?;
    let (rest, agent) = quoted(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, _type) = quoted(rest)?;
    if !rest.is_empty() {
        space(rest)?;
    }
    // The version is left out.
    let request = match memchr::memchr(b' ', line) {
        Some(blank) if authority(&line[blank + 1..]).is_some() => {
            Request::Line { method: &line[..blank], target: &line[blank + 1..], version: None }
        }
        _ => token::request(line),
    };
    let target = if let Request::Line { target, .. } = request { target } else { b"" };
    let mut record = Record {
        time: Some(time),
        request,
        status,
        bytes: Some(sent),
        no_body: sent == 0,
        host: authority(target).map(without_port),
        referer: present(referer),
        agent: present(agent),
        took: took.checked_mul(1000),
        escape: Escape::Backslash,
        ..Record::default()
    };
    record.addresses.push(Role::Peer, address);
    if list != b"-" {
        record.addresses.push(Role::Forwarded, list);
    }
    Ok((&rest[rest.len()..], record))
}
