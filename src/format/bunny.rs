//! The access log of Bunny, the CDN.
//!
//! Directive: none; the pull zone's logs, by download, syslog or storage.
//! Specification: <https://docs.bunny.net/docs/cdn-log-format>.
//!
//! ```abnf
//! bunny = cache "|" status "|" milliseconds "|" bytes "|" zone "|" address "|" referer "|" url
//!         "|" edge "|" agent "|" id "|" country
//! ```
//!
//! * The time is in milliseconds since 1970, UTC; the specification does not say
//!   of which moment. There is no method: the CDN mostly serves GET.
//! * The last byte of the address may be zeroed, where the zone anonymises.
//! * Nothing is escaped. A bar in the user agent would make a thirteenth field,
//!   and one in the referer or the URL too; such a line is refused.

use super::plain::Plain;
use super::token::{Read, epoch, fault, is_ip, number, present};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request, Role, Time};

/// Bunny's access log.
pub static BUNNY: Plain = Plain { card: &CARD, grammar: bunny, quick: None };

static CARD: Card = Card {
    name: "bunny",
    title: "Bunny CDN",
    directive: "pull zone, logging",
    reference: "https://docs.bunny.net/docs/cdn-log-format",
    grammar: r#"bunny = cache "|" status "|" milliseconds "|" bytes "|" zone "|" address "|" referer "|" url "|" edge "|" agent "|" id "|" country"#,
    time: TimeMeaning::Unknown,
    zone: "an epoch, UTC",
    bytes: BytesMeaning::Unknown,
    client: "the edge's peer, perhaps with its last byte zeroed",
    folds_case: false,
    best_effort: false,
    samples: &[Sample {
        preamble: &[],
        line: b"HIT|200|1507167062421|412|390|203.0.113.5|https://a.example/|http://cdn.example.com/img/a.png?x=1|WA|Mozilla/5.0 (X11)|322b688bd63fb63f2babe9de96a5d262|DE",
        reads: "peer=203.0.113.5 time=2017-10-05T01:31:02.421Z - http://cdn.example.com/img/a.png?x=1 200 412 host=cdn.example.com referer=https://a.example/ agent=Mozilla/5.0 (X11)",
    }],
    refusals: &[
        b"HIT|200|1507167062421|412|390|203.0.113.5|-|http://cdn.example.com/a.png|WA|x|y|322b688bd63fb63f2babe9de96a5d262|DE",
        b"HIT|200|1507167062421|412|390|someone|-|http://cdn.example.com/a.png|WA|x|322b688bd63fb63f2babe9de96a5d262|DE",
        b"HIT|200|1507167062421|412|390|203.0.113.5|-|http://cdn.example.com/a.png|WA|x",
    ],
};

/// ```abnf
/// bunny = cache "|" status "|" milliseconds "|" bytes "|" zone "|" address "|" referer "|" url
///         "|" edge "|" agent "|" id "|" country
/// ```
fn bunny(input: &[u8]) -> Read<'_, Record<'_>> {
    let mut fields = [&b""[..]; 12];
    let mut n_fields = 0;
    for field in input.split(|byte| *byte == b'|') {
        if let Some(slot) = fields.get_mut(n_fields) {
            *slot = field;
        }
        n_fields += 1;
    }
    let [cache, status, at, sent, zone, address, referer, url, _edge, agent, _id, _country] =
        fields;
    if n_fields != 12 || !matches!(cache, b"HIT" | b"MISS" | b"-" | b"BYPASS" | b"EXPIRED") {
        return fault(input, "a cache status and eleven fields behind it");
    }
    let Some(status) = number(status).filter(|status| *status < 1000) else {
        return fault(status, "a status of three digits");
    };
    let Some(time) = milliseconds(at) else { return fault(at, "milliseconds since 1970") };
    let (Some(sent), Some(_)) = (number(sent), number(zone)) else {
        return fault(sent, "a byte count and the number of a zone");
    };
    if !is_ip(address) {
        return fault(address, "an address");
    }
    let Some(after) = url
        .strip_prefix(b"http")
        .and_then(|url| url.strip_prefix(b"s://").or_else(|| url.strip_prefix(b"://")))
    else {
        return fault(url, "a URL");
    };
    let end = after.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(after.len());
    let mut record = Record {
        time: Some(time),
        request: Request::Line { method: b"-", target: url, version: None },
        status: Some(status as u16),
        bytes: Some(sent),
        no_body: sent == 0,
        host: present(&after[..end]),
        referer: present(referer),
        agent: present(agent),
        ..Record::default()
    };
    record.addresses.push(Role::Peer, address);
    Ok((&input[input.len()..], record))
}

/// Milliseconds since 1970.
fn milliseconds(text: &[u8]) -> Option<Time> {
    epoch(text).filter(|time| time.digits == 3)
}
