//! IIS's own log format of before W3C extended: `in*.log`, `inetsv*.log`.
//!
//! Directive: IIS Manager, Logging, format IIS (`logFormat="IIS"`).
//! Specification: <https://learn.microsoft.com/windows/win32/http/iis-logging>.
//!
//! ```abnf
//! iis = host "," SP user "," SP date "," SP clock "," SP service "," SP computer "," SP address ","
//!       SP took "," SP bytes "," SP bytes "," SP status "," SP number "," SP method "," SP target
//!       "," SP parameters ","
//! date = 1*2DIGIT "/" 1*2DIGIT "/" (2DIGIT / 4DIGIT)     ; month first
//! ```
//!
//! * The columns are fixed. Dates are local, month first whatever the server's
//!   language, and have no zone; two digits of a year below 70 are of this
//!   century. Bytes received come before bytes sent.
//! * Nothing is escaped: a comma in a path stays, so the target reaches to the
//!   last comma before the parameters, which are the query.

use memchr::memmem;

use super::clf::{whole, with_peer};
use super::token::{Read, clock, fault, host, is_ip, number, present};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::time::civil_seconds;
use crate::record::{Instant, Record, Request, Time, Zone};

/// IIS's native format.
pub struct IisNative;

static CARD: Card = Card {
    name: "iis-native",
    title: "IIS log file format, in*.log",
    directive: r#"<logFile logFormat="IIS" />"#,
    reference: "https://learn.microsoft.com/windows/win32/http/iis-logging",
    grammar: r#"iis = host "," SP user "," SP date "," SP clock "," SP service "," SP computer "," SP address "," SP took "," SP bytes "," SP bytes "," SP status "," SP number "," SP method "," SP target "," SP parameters ",""#,
    time: TimeMeaning::End,
    zone: "none: the server's local time",
    bytes: BytesMeaning::Wire,
    client: "the peer",
    folds_case: true,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"192.168.114.201, -, 03/20/01, 7:55:20, W3SVC2, SALES1, 172.21.13.45, 4502, 163, 3223, 200, 0, GET, /DeptLogo.gif, -,",
            reads: "peer=192.168.114.201 time=2001-03-20T07:55:20 GET /DeptLogo.gif 200 3223 took=4502000us",
        },
        Sample {
            preamble: &[],
            line: b"2001:db8::7, CORP\\bob, 1/9/2024, 17:05:20, W3SVC1, WEB, ::1, 15, 163, 0, 304, 0, GET, /a, b/p.csv, id=1,2,",
            reads: "peer=2001:db8::7 time=2024-01-09T17:05:20 GET /a, b/p.csv?id=1,2 304 0 user=CORP\\bob took=15000us",
        },
    ],
    refusals: &[
        b"192.168.114.201, -, 03/20/01, 7:55:20, W3SVC2, SALES1, 172.21.13.45, 4502, 163, 3223, 200, 0, GET, /DeptLo",
        b"192.168.114.201, -, 13/20/01, 7:55:20, W3SVC2, SALES1, 172.21.13.45, 4502, 163, 3223, 200, 0, GET, /DeptLogo.gif, -,",
        br#"203.0.113.5, 10.0.0.7 - - [24/Feb/2025:12:34:56 +0000] "GET / HTTP/1.1" 200 88123 "-" "curl/8.5" 90112"#,
    ],
};

impl Format for IisNative {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let mut query = None;
        let mut record = whole(line, iis(line, &mut query))?;
        if let (Request::Line { method, target, version }, Some(query)) = (record.request, query) {
            scratch.bytes.clear();
            scratch.bytes.extend_from_slice(target);
            scratch.bytes.push(b'?');
            scratch.bytes.extend_from_slice(query);
            record.request = Request::Line { method, target: &scratch.bytes, version };
        }
        Ok(record)
    }
}

/// `iis = 13(column "," SP) target "," SP parameters ","`: the query apart.
fn iis<'a>(input: &'a [u8], query: &mut Option<&'a [u8]>) -> Read<'a, Record<'a>> {
    let (rest, peer) = column(input)?;
    let (after, _) = host(peer)?;
    super::token::end(after)?;
    let (date_at, user) = column(rest)?;
    let (clock_at, date) = column(date_at)?;
    let Some(day) = day(date) else { return fault(date_at, "a date like 03/20/01") };
    let (rest, text) = column(clock_at)?;
    let Some(time) = local(day, text) else { return fault(clock_at, "a time like 7:55:20") };
    let (rest, _service) = column(rest)?;
    let (server_at, _computer) = column(rest)?;
    let (took_at, server) = column(server_at)?;
    if !is_ip(server) {
        return fault(server_at, "the server's address");
    }
    let (rest, took) = numbered(took_at)?;
    let (rest, _received) = numbered(rest)?;
    let (status_at, sent) = numbered(rest)?;
    let (rest, status) = numbered(status_at)?;
    if status > 999 {
        return fault(status_at, "a status");
    }
    let (rest, _win32) = numbered(rest)?;
    let (target_at, method) = column(rest)?;
    let Some(inside) = target_at.strip_suffix(b",") else {
        return fault(&target_at[target_at.len()..], "a comma at the end");
    };
    let Some(comma) = memmem::rfind(inside, b", ") else {
        return fault(target_at, "a target and its parameters");
    };
    let (target, parameters) = (&inside[..comma], &inside[comma + 2..]);
    *query = present(parameters);
    let request = match (present(method), present(target)) {
        (Some(method), Some(target)) => Request::Line { method, target, version: None },
        (_, target) => Request::Raw(target),
    };
    let record = Record {
        time: Some(time),
        request,
        status: Some(status as u16),
        bytes: Some(sent),
        no_body: sent == 0,
        user: present(user),
        took: took.checked_mul(1000),
        ..Record::default()
    };
    Ok((&inside[inside.len()..], with_peer(record, peer)))
}

/// `column = *OCTET "," SP`
fn column(input: &[u8]) -> Read<'_, &[u8]> {
    match memmem::find(input, b", ") {
        Some(at) => Ok((&input[at + 2..], &input[..at])),
        None => fault(input, "a column and a comma"),
    }
}

/// `numbered = 1*DIGIT "," SP`
fn numbered(input: &[u8]) -> Read<'_, u64> {
    let (rest, text) = column(input)?;
    match number(text) {
        Some(number) => Ok((rest, number)),
        None => fault(input, "a number"),
    }
}

/// `date = 1*2DIGIT "/" 1*2DIGIT "/" (2DIGIT / 4DIGIT)`
fn day(text: &[u8]) -> Option<(i32, u32, u32)> {
    let mut parts = text.split(|byte| *byte == b'/');
    let mut part = |most: usize| parts.next().filter(|part| part.len() <= most).and_then(number);
    let (month, day, year) = (part(2)?, part(2)?, part(4)?);
    let year = match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        _ => year,
    };
    Some((i32::try_from(year).ok()?, month as u32, day as u32))
}

/// A clock whose hour may have one digit, on a day.
fn local(day: (i32, u32, u32), text: &[u8]) -> Option<Time> {
    let mut padded = [b'0'; 8];
    padded.get_mut(8_usize.checked_sub(text.len())?..)?.copy_from_slice(text);
    let Ok(([], (within, nanos, digits))) = clock(&padded) else { return None };
    let seconds = civil_seconds(day, within)?;
    Some(Time { reading: Instant { seconds, nanos }, digits, zone: Zone::Local })
}
