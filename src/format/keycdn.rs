//! The access log of KeyCDN.
//!
//! Directive: none; what its log forwarding sends.
//! Specification: <https://www.keycdn.com/support/cdn-log-format>.
//!
//! ```abnf
//! keycdn = epoch BAR pop BAR address BAR status BAR bytes BAR user BAR zone BAR host BAR cache
//!          BAR quoted BAR "[" date "]" BAR quoted BAR quoted *(BAR field)
//! BAR    = "|"
//! ```
//!
//! * The user and the zone are KeyCDN's customers, not its clients. The date is
//!   the epoch once more, without its milliseconds.
//! * The last byte of the address is zeroed today, and the field was left empty
//!   for a while; then the line has no client.

use super::plain::Plain;
use super::token::{
    self, Read, bracketed_date, epoch, fault, is_ip, number, present, quoted, without_port,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Escape, Record, Role};

/// KeyCDN's access log.
pub static KEYCDN: Plain = Plain { card: &CARD, grammar: keycdn, quick: None };

static CARD: Card = Card {
    name: "keycdn",
    title: "KeyCDN",
    directive: "log forwarding",
    reference: "https://www.keycdn.com/support/cdn-log-format",
    grammar: r#"keycdn = epoch "|" pop "|" address "|" status "|" bytes "|" user "|" zone "|" host "|" cache "|" quoted "|" "[" date "]" "|" quoted "|" quoted *("|" field)"#,
    time: TimeMeaning::Unknown,
    zone: "an epoch, UTC",
    bytes: BytesMeaning::Unknown,
    client: "the edge's peer, with its last byte zeroed",
    folds_case: false,
    best_effort: false,
    samples: &[Sample {
        preamble: &[],
        line: br#"1407961382.123|usla|111.111.111.0|200|253061|uid1234|zid4321|cdn.example.com|HIT|"GET /lorem.jpg HTTP/1.1"|[13/Aug/2014:22:23:02 +0200]|"http://www.example.com"|"Mozilla/5.0 (X11) a|b"|https|TLSv1.2|US|CA|"AS14618, Inc."|-"#,
        reads: "peer=111.111.111.0 time=2014-08-13T20:23:02.123Z GET /lorem.jpg 200 253061 host=cdn.example.com referer=http://www.example.com agent=Mozilla/5.0 (X11) a|b",
    }],
    refusals: &[
        br#"1407961382.123|usla|someone|200|253061|uid1234|zid4321|cdn.example.com|HIT|"GET /lorem.jpg HTTP/1.1"|[13/Aug/2014:22:23:02 +0200]|"-"|"x"|https"#,
        br#"1407961382.123|usla|111.111.111.0|200|253061|uid1234|zid4321|cdn.example.com|HIT|"GET /lorem.jpg HTTP/1.1""#,
    ],
};

/// ```abnf
/// keycdn = epoch BAR pop BAR address BAR status BAR bytes BAR user BAR zone BAR host BAR cache
///          BAR quoted BAR "[" date "]" BAR quoted BAR quoted *(BAR field)
/// ```
fn keycdn(input: &[u8]) -> Read<'_, Record<'_>> {
    let mut fields = [&b""[..]; 9];
    let mut rest = input;
    for field in &mut fields {
        let end = rest.iter().position(|byte| matches!(byte, b'|' | b'"'));
        let Some(end) = end.filter(|&end| rest[end] == b'|') else { return fault(rest, "a bar") };
        (*field, rest) = (&rest[..end], &rest[end + 1..]);
    }
    let [at, _pop, address, status, sent, user, zone, host, _cache] = fields;
    let Some(time) = epoch(at).filter(|_| at.contains(&b'.')) else {
        return fault(input, "seconds since 1970, with milliseconds");
    };
    let status = number(status).filter(|status| *status < 1000);
    let (Some(status), Some(sent)) = (status, number(sent)) else {
        return fault(input, "a status and a byte count");
    };
    if !(user.starts_with(b"uid") && zone.starts_with(b"zid")) {
        return fault(user, "a customer and a zone");
    }
    if !(address.is_empty() || is_ip(address)) {
        return fault(address, "an address");
    }
    let (rest, line) = quoted(rest)?;
    let (rest, ()) = bar(rest)?;
    let (rest, _date) = bracketed_date(rest)?;
    let (rest, ()) = bar(rest)?;
    let (rest, referer) = quoted(rest)?;
    let (rest, ()) = bar(rest)?;
    let (rest, agent) = quoted(rest)?;
    if !rest.is_empty() {
        bar(rest)?;
    }
    let mut record = Record {
        time: Some(time),
        request: token::request(line),
        status: Some(status as u16),
        bytes: Some(sent),
        no_body: sent == 0,
        host: present(host).map(without_port),
        referer: present(referer),
        agent: present(agent),
        escape: Escape::Backslash,
        ..Record::default()
    };
    if !address.is_empty() {
        record.addresses.push(Role::Peer, address);
    }
    Ok((&rest[rest.len()..], record))
}

/// `BAR = "|"`
fn bar(input: &[u8]) -> Read<'_, ()> {
    match input {
        [b'|', rest @ ..] => Ok((rest, ())),
        _ => fault(input, "a bar"),
    }
}
