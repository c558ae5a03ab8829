//! HAProxy's HTTP log, bare or in a line of syslog.
//!
//! Directive: `option httplog`; the TCP log (`option tcplog`) shares its file.
//! Specification: <https://docs.haproxy.org/3.0/configuration.html#8.2.3>.
//!
//! ```abnf
//! haproxy-http = [syslog] ported SP "[" date "]" SP frontend SP (http / tcp / error)
//! http     = backend "/" server SP [word SP] timers SP status SP bytes SP cookie SP cookie SP state SP
//!            counts SP counts *(SP "{" *OCTET "}") SP DQUOTE *OCTET DQUOTE *(SP word)
//! tcp      = backend "/" server SP timers SP bytes SP state SP counts SP counts
//! error    = *OCTET                        ; behind a frontend that ends with a colon
//! timers   = 4("-1" / 1*DIGIT "/") ["+"] 1*DIGIT      ; three in a TCP line
//! syslog   = *OCTET name "[" 1*DIGIT "]: " / *OCTET name SP 1*DIGIT SP word SP word SP
//! ```
//!
//! * The date is local, in milliseconds, without a zone: when the connection
//!   was accepted or, since 1.7, when the request began.
//! * The last timer is the duration; `+` before it (`option logasap`) says that
//!   the transfer was still going on, and so are the bytes to be read.
//! * `#` and two digits are a byte that HAProxy would not write; so a quote
//!   never stands inside the request. A request is cut at 1024 bytes: without
//!   its closing quote a line is refused, because its target is not whole.
//! * Captured headers stand in braces, with bars between them. What is a list
//!   of addresses among them was forwarded; nothing tells what the others are.
//! * A connection without a request (`<BADREQ>`, a failed TLS handshake, a TCP
//!   line) is a record that asks for nothing.

use memchr::{memchr, memmem};

use super::token::{
    self, Read, bare_quoted, bracketed_date, cell, fault, is_ip_list, number, ported, space, word,
};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::path::hex;
use crate::record::{Addresses, Ending, Record, Request, Role};

/// HAProxy's HTTP log.
pub struct HaproxyHttp;

static CARD: Card = Card {
    name: "haproxy-http",
    title: "HAProxy, option httplog (and tcplog)",
    directive: "option httplog",
    reference: "https://docs.haproxy.org/3.0/configuration.html#8.2.3",
    grammar: r#"haproxy-http = [syslog] ported SP "[" date "]" SP frontend SP (http / tcp / error)"#,
    time: TimeMeaning::Start,
    zone: "none: the server's local time",
    bytes: BytesMeaning::Wire,
    client: "the peer; captured lists of addresses are forwarded",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"Dec  9 13:01:26 localhost haproxy[28029]: 127.0.0.1:39759 [09/Dec/2013:12:59:46.633] loadbalancer default/instance8 0/51536/1/48082/99627 200 83285 - - ---- 87/87/87/1/0 0/67 {77.24.148.74, 10.0.0.1|a.example} {|} "GET /path/to/image HTTP/1.1""#,
            reads: "peer=127.0.0.1 forwarded=77.24.148.74, 10.0.0.1 time=2013-12-09T12:59:46.633 GET /path/to/image 200 83285 took=99627000us",
        },
        Sample {
            preamble: &[],
            line: br#"2001:db8::1:39527 [03/Nov/2015:06:25:25.105] services~ def/api 4599/0/0/428/+5027 304 +320 - - ---- 1/1/0/1/0 0/0 "GET /a#22b HTTP/1.1""#,
            reads: r#"peer=2001:db8::1 time=2015-11-03T06:25:25.105 GET /a"b 304 320 took=5027000us"#,
        },
        // An operator's own field before the timers, and the peer left out.
        Sample {
            preamble: &[],
            line: br#"-:22222 [22/May/2021:02:22:22.222] www~ app/node2 a.example.com 0/0/0/18/18 200 201 - - ---- 2/2/2/0/0 0/0 "OPTIONS /api/ HTTP/1.1""#,
            reads: "time=2021-05-22T02:22:22.222 OPTIONS /api/ 200 201 took=18000us",
        },
        // RFC 5424, and a client that sent nothing that could be read.
        Sample {
            preamble: &[],
            line: br#"<134>1 2011-07-18T17:05:30+02:00 lb haproxy 8247 - - 188.223.50.7:51940 [18/Jul/2011:17:05:24.339] ads ads/<NOSRV> -1/-1/-1/-1/6001 408 212 - - cR-- 100/89/0/0/0 0/0 "<BADREQ>""#,
            reads: "peer=188.223.50.7 time=2011-07-18T17:05:24.339 raw=<<BADREQ>> 408 212 took=6001000us",
        },
        Sample {
            preamble: &[],
            line: b"10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0",
            reads: "peer=10.0.1.2 time=2009-02-06T12:12:51.443 bytes=212 took=5007000us",
        },
        Sample {
            preamble: &[],
            line: b"127.0.0.1:47132 [19/Jun/2024:08:00:01.001] https-in/1: SSL handshake failure",
            reads: "peer=127.0.0.1 time=2024-06-19T08:00:01.001 raw=<SSL handshake failure>",
        },
    ],
    refusals: &[
        br#"203.0.113.54:59968 [31/Jul/2017:22:20:22.447] lb default/i8 135/0/1/19/156 200 1015 - - --VR 8/8/0/0/0 0/0 "GET /path/to/request/that/exc"#,
        br#"203.0.113.54:59968 [31/Jul/2017:22:20:22.447] lb default/i8 135/0/1/19/156 200 1015 - - --VR 8/8/0/0/0 0/0"#,
        br#"192.0.2.7 - - [12/Apr/2018:09:48:40 +0200] "GET /a.csv HTTP/1.1" 200 5 "-" "haproxy[1]: ""#,
    ],
};

impl Format for HaproxyHttp {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let (_, mut record) =
            haproxy(behind_syslog(line)).map_err(|error| token::miss(line, error))?;
        // The request still has HAProxy's own escapes.
        if let Request::Raw(Some(text)) = record.request {
            record.request = if memchr(b'#', text).is_some() {
                scratch.bytes.clear();
                undo(text, &mut scratch.bytes);
                token::request(&scratch.bytes)
            } else {
                token::request(text)
            };
        }
        Ok(record)
    }
}

/// How far into a line the header of syslog may reach.
const HEADER: usize = 256;

/// What stands behind the header of syslog, or the whole line.
fn behind_syslog(line: &[u8]) -> &[u8] {
    let head = &line[..line.len().min(HEADER)];
    for name in [&b"haproxy"[..], b"hapee-lb"] {
        let Some(at) = memmem::find(head, name) else { continue };
        match &line[at + name.len()..] {
            [b'[', rest @ ..] => {
                if let Some(end) = memmem::find(rest, b"]: ")
                    && number(&rest[..end]).is_some()
                {
                    return &rest[end + 3..];
                }
            }
            [b' ', rest @ ..] => {
                let behind = cell(rest).and_then(|(rest, _pid)| cell(rest));
                if let Ok((rest, _)) = behind.and_then(|(rest, _id)| cell(rest)) {
                    return rest;
                }
            }
            _ => {}
        }
    }
    line
}

/// `haproxy-http = ported SP "[" date "]" SP frontend SP (http / tcp / error)`:
/// the request is given raw.
fn haproxy(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, client) = cell(input)?;
    let client = if client.starts_with(b"unix:") { &client[..5] } else { ported(client) };
    let (rest, time) = bracketed_date(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, frontend) = cell(rest)?;
    let mut addresses = Addresses::default();
    addresses.push(Role::Peer, client);
    let record = Record { addresses, time: Some(time), ..Record::default() };
    if frontend.ends_with(b":") {
        let request = Request::Raw(Some(rest));
        return Ok((&rest[rest.len()..], Record { request, ..record }));
    }
    let (timers_at, server) = cell(rest)?;
    if !server.contains(&b'/') {
        return fault(rest, "a backend and its server");
    }
    let (mut rest, text) = cell(timers_at)?;
    let mut found = timers(text);
    // The name of TLS's SNI, or another field of an operator's own, before them.
    if found.is_none() && !text.contains(&b'/') {
        let (after, text) = cell(rest)?;
        found = timers(text).filter(|(count, _)| *count == 5);
        rest = after;
    }
    let Some((n_timers, took)) = found else {
        return fault(timers_at, "timers like 0/0/1/2/3");
    };
    let record = Record { took, ..record };
    match n_timers {
        5 => http(rest, record),
        3 => tcp(rest, record),
        _ => fault(timers_at, "five timers, or three in a TCP line"),
    }
}

/// ```abnf
/// http = status SP bytes SP cookie SP cookie SP state SP counts SP counts
///        *(SP "{" *OCTET "}") SP DQUOTE *OCTET DQUOTE *(SP word)
/// ```
fn http<'a>(input: &'a [u8], mut record: Record<'a>) -> Read<'a, Record<'a>> {
    let (rest, status) = cell(input)?;
    record.status = match (status, number(status)) {
        (b"-1", _) => None,
        (_, Some(status)) if (100..1000).contains(&status) => Some(status as u16),
        _ => return fault(input, "a status of three digits, or -1"),
    };
    let (rest, (sent, is_early)) = sent(rest)?;
    let (rest, _cookie) = cell(rest)?;
    let (rest, _set) = cell(rest)?;
    let (rest, state) = cell(rest)?;
    record.delivery.ending = ending(state, is_early);
    let (rest, _connections) = cell(rest)?;
    let (mut rest, _queues) = cell(rest)?;
    while let [b'{', inside @ ..] = rest {
        let Some(end) = memmem::find(inside, b"} ") else {
            return fault(rest, "a closing brace");
        };
        for header in inside[..end].split(|byte| *byte == b'|') {
            if is_ip_list(header) {
                record.addresses.push(Role::Forwarded, header);
            }
        }
        rest = &inside[end + 2..];
    }
    let (rest, line) = bare_quoted(rest)?;
    if !rest.is_empty() {
        space(rest)?;
        if rest.contains(&b'"') {
            return fault(rest, "one record, not two fused into one line");
        }
    }
    let request = Request::Raw(token::present(line));
    let record = Record { request, bytes: Some(sent), no_body: sent == 0, ..record };
    Ok((&rest[rest.len()..], record))
}

/// `tcp = bytes SP state SP counts SP counts`
fn tcp<'a>(input: &'a [u8], mut record: Record<'a>) -> Read<'a, Record<'a>> {
    let (rest, (sent, is_early)) = sent(input)?;
    let (rest, state) = cell(rest)?;
    record.delivery.ending = ending(state, is_early);
    let (rest, _connections) = cell(rest)?;
    let (rest, _queues) = word(rest)?;
    token::end(rest)?;
    Ok((rest, Record { bytes: Some(sent), no_body: sent == 0, ..record }))
}

/// `sent = ["+"] 1*DIGIT SP`: the count, and whether it is of the beginning
/// only, because the line was written then (`option logasap`).
fn sent(input: &[u8]) -> Read<'_, (u64, bool)> {
    let (rest, text) = cell(input)?;
    let digits = text.strip_prefix(b"+");
    match number(digits.unwrap_or(text)) {
        Some(sent) => Ok((rest, (sent, digits.is_some()))),
        None => fault(input, "a byte count"),
    }
}

/// What the first sign of a termination state says: `-` a normal end, `L`
/// answered by HAProxy itself, anything else who or what ended it early.
/// <https://docs.haproxy.org/2.8/configuration.html#8.5>
pub(in crate::format) fn ending(state: &[u8], is_early: bool) -> Option<Ending> {
    match (is_early, state.first()?) {
        (true, _) => Some(Ending::Early),
        (false, b'-' | b'L') => Some(Ending::Whole),
        (false, _) => Some(Ending::Cut),
    }
}

/// How many timers there are, and the last of them in microseconds.
fn timers(text: &[u8]) -> Option<(usize, Option<u64>)> {
    let mut count = 0;
    let mut last = None;
    for timer in text.split(|byte| *byte == b'/') {
        let timer = timer.strip_prefix(b"+").unwrap_or(timer);
        last = number(timer);
        if last.is_none() && timer != b"-1" {
            return None;
        }
        count += 1;
    }
    Some((count, last.and_then(|ms| ms.checked_mul(1000))))
}

/// Undoes `#` and two hexadecimal digits.
pub fn undo(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr(b'#', rest) {
        into.extend_from_slice(&rest[..at]);
        match &rest[at..] {
            [_, high, low, after @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                into.push(hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0));
                rest = after;
            }
            other => {
                into.push(b'#');
                rest = &other[1..];
            }
        }
    }
    into.extend_from_slice(rest);
}
