//! Any line with the anchor of the Common Log Format, whatever was added
//! before, inside or behind it: the usual case in real life.
//!
//! Directive: none; the operator wrote a format of their own. The fields are
//! typed by their shape, as FORMATS.md 1.4 advises.
//!
//! ```abnf
//! extended = *(field BLANKS) ("[" date "]" / "[" any "]" / any) BLANKS *(field BLANKS)
//!            quoted BLANKS status *(BLANKS field)
//!          / DQUOTE extended DQUOTE       ; a whole line wrapped in quotes, as
//!                                         ; some published data sets are
//! field    = quoted / name "=" quoted / "[" *OCTET "]" / "(" *OCTET ")" / word
//! ```
//!
//! How the fields are read:
//!
//! * Before the request, the first address with an ident (`-`) behind it, or
//!   else the last, is the peer and those before it were forwarded; a list (`203.0.113.5, 10.0.0.7`), bare, quoted or in
//!   brackets, was forwarded. A word before the first address is the host.
//! * Behind the peer stand ident and user.
//! * Right behind the status, digits are the bytes; the first two quoted
//!   fields are referer and user agent (one alone: a referer if it is a URL).
//! * Later, a quoted list of addresses and a bare address were forwarded; an
//!   address with a port is the upstream that was asked. Seconds with three,
//!   four or six decimals and milliseconds (`12ms`) are a duration, the longest of them
//!   the request's. Other numbers are left alone: 462 may be anything.
//!
//! Where a field is a bare address its role cannot be known for sure; the safe
//! reading is taken, in which no address is lost. A second anchor behind the
//! request is another record fused onto this one, and the line is refused. So
//! is a quote that ends no field, and a second date before the request: a
//! client may have written one of the two into its user name.

use memchr::memchr;

use super::clf::{begins_anchor, plain_core};
use super::quick::Clf;
use super::token::{
    self, Read, blanks, bracketed_date, bracketed_time, fault, is_forwarded, is_host_name, is_ip,
    is_ip_list, number, numeric_date, present, quoted, request, status, without_port,
};
use super::{BytesMeaning, Card, Format, Miss, Quick, Scratch, State, TimeMeaning};
use crate::record::{Escape, Record, Request, Role, Time};

mod fields;
mod samples;

use fields::{Before, Field, Shape, field};
use samples::SAMPLES;

/// Any line with a date in brackets, a quoted request and a status.
pub struct Extended;

static CARD: Card = Card {
    name: "extended",
    title: "any line with [date], \"request\" and status, and other fields round them",
    directive: r#"LogFormat "%{X-Forwarded-For}i %h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D …""#,
    reference: "https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats",
    grammar: r#"extended = *(field BLANKS) "[" date "]" BLANKS *(field BLANKS) quoted BLANKS status *(BLANKS field)"#,
    time: TimeMeaning::Unknown,
    zone: "logged as an offset; where it is missing, the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "every address on the line; the last before the request is the peer",
    folds_case: false,
    best_effort: false,
    samples: SAMPLES,
    refusals: &[
        // Envoy, an X-Forwarded-For with a quote in it.
        br#"[2026-11-21T08:16:28.236Z] "GET /data/small.csv HTTP/1.1" 200 - 0 14341 1 0 "203.0.113.9" 200 0 "-" "x,192.0.2.2" "curl" "da5b" "example.test" "127.0.0.1:44703""#,
        br#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl" 51.2.3.4 - - [10/Oct/2000:13:55:37 -0700] "GET /b HTTP/1.0" 200 2 "-" "curl""#,
        br#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl"#,
        br#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl"5 x"#,
        br#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" OK 2326 "-" "curl""#,
        br#"Nov 14 22:45:11 test haproxy[760]: 192.168.33.1:58430 [14/Nov/2015:22:45:11.608] main main/<NOSRV> -1/-1/-1/-1/0 401 248 - - PR-- 0/0/0/0/0 0/0 "GET / HTTP/1.1""#,
        br#"2024/01/31 12:00:00 [error] 12#12: *5 open() "/a" failed (2: No such file), client: 1.2.3.4, server: x, request: "GET /a HTTP/1.1", host: "x""#,
    ],
};

impl Format for Extended {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        if is_envoys(line) {
            return Err(Miss { at: 0, wanted: "a line that is not Envoy's" });
        }
        // A wrapped line: what its first quote opens holds an anchor.
        if let Ok((_, first)) = quoted(line)
            && memchr(b'[', first).is_some()
            && let Some(inside) = line.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""))
            && let Ok((_, record)) = extended(inside)
        {
            return Ok(record);
        }
        extended(line).map(|(_, record)| record).map_err(|error| token::miss(line, error))
    }

    fn quick(&self) -> Option<&dyn Quick> {
        Some(&Clf::Extended)
    }
}

/// Says whether a line begins as Envoy's text does: `[2024-03-05T09:00:00.000Z]
/// "`. It escapes nothing and writes its only address behind the request, in a
/// field that a client may break with a quote: what its own grammar refuses is
/// not to be put together by shape.
fn is_envoys(line: &[u8]) -> bool {
    let Some(inside) = line.strip_prefix(b"[") else { return false };
    token::iso(inside).is_ok_and(|(rest, _)| {
        rest.starts_with(b"] \"") && inside[..inside.len() - rest.len()].ends_with(b"Z")
    })
}

/// ```abnf
/// extended = *(field BLANKS) "[" date "]" BLANKS *(field BLANKS)
///            quoted BLANKS status *(BLANKS field) [BLANKS]
/// ```
///
/// Where the line begins as the Common Log Format does, its core is read as
/// such: a user's name, which a client chooses, may hold any number of words.
fn extended(input: &[u8]) -> Read<'_, Record<'_>> {
    if let Ok((rest, core)) = plain_core(input) {
        let mut record = core.record();
        let rest = behind(rest, 1, &mut record)?;
        return Ok((rest, record));
    }
    let read = anchored(input, false);
    if read.is_ok() { read } else { anchored(input, true).or(read) }
}

/// The line by its anchor. With `any`, the time may be in any writing, in
/// brackets or not; then nothing else may look like a date, and the request
/// must be one, because less gives the line away.
fn anchored(input: &[u8], any: bool) -> Read<'_, Record<'_>> {
    let mut before = Before::default();
    let (rest, time) = up_to_date(input, &mut before, any)?;
    let (rest, (time, line)) = up_to_request(rest, time, &mut before, any)?;
    let request = request(line);
    if any && !matches!(request, Request::Line { version: Some(_), .. }) {
        return fault(rest, "a quoted request");
    }
    let (rest, ()) = blanks(rest)?;
    let (rest, status) = status(rest)?;
    let mut record = Record {
        time: Some(time),
        request,
        status,
        escape: Escape::Backslash,
        ..Record::default()
    };
    before.fill(&mut record);
    let rest = behind(rest, 0, &mut record)?;
    Ok((rest, record))
}

/// `up-to-date = *(field BLANKS) "[" date "]"`
fn up_to_date<'a>(input: &'a [u8], before: &mut Before<'a>, any: bool) -> Read<'a, Time> {
    let mut rest = input;
    loop {
        if any && let Ok(read) = any_time(rest) {
            return Ok(read);
        }
        if let [b'[', inside @ ..] = rest {
            if let Ok((rest, time)) = bracketed_date(rest) {
                return Ok((rest, time));
            }
            if let Ok(([b']', rest @ ..], time)) = numeric_date(inside) {
                return Ok((rest, time));
            }
            if matches!(inside, [b'0'..=b'9', b'0'..=b'9', b'/', ..]) {
                return bracketed_date(rest);
            }
        }
        let (after, one) = field(rest)?;
        if !before.push(one) {
            return fault(rest, "a date in brackets");
        }
        (rest, ()) = blanks(after)?;
    }
}

/// `any-time = ("[" any "]" / any) BLANKS`: not a bare number without a point,
/// which may be anything.
fn any_time(input: &[u8]) -> Read<'_, Time> {
    let (rest, time) = bracketed_time(input).or_else(|_| token::any(input))?;
    let text = &input[..input.len() - rest.len()];
    blanks(rest)?;
    if text.iter().all(u8::is_ascii_digit) {
        return fault(input, "a date");
    }
    Ok((rest, time))
}

/// `up-to-request = BLANKS *(field BLANKS) quoted`
///
/// A client may write a date into the user's name, but no quote: the last
/// date before the request is the server's.
fn up_to_request<'a>(
    input: &'a [u8],
    mut time: Time,
    before: &mut Before<'a>,
    any: bool,
) -> Read<'a, (Time, &'a [u8])> {
    before.at_date();
    let (mut rest, ()) = blanks(input)?;
    while !rest.starts_with(b"\"") {
        let (after, one) = field(rest)?;
        if any && any_time(rest).is_ok() {
            return fault(rest, "one date");
        }
        if let Ok((_, later)) = bracketed_date(rest) {
            time = later;
            before.drop_behind_date();
        }
        if !before.push(one) {
            return fault(rest, "a quoted request");
        }
        (rest, ()) = blanks(after)?;
    }
    let (rest, line) = quoted(rest)?;
    Ok((rest, (time, line)))
}

/// `behind = *(BLANKS field) [BLANKS]`, the first of them at `place` behind
/// the status.
fn behind<'a>(
    input: &'a [u8],
    mut place: usize,
    record: &mut Record<'a>,
) -> Result<&'a [u8], nom::Err<token::Fault<'a>>> {
    let mut rest = input;
    let mut headers: [Option<&[u8]>; 2] = [None, None];
    let mut n_headers = 0;
    let mut quotes_done = false;
    while !rest.is_empty() {
        (rest, ()) = blanks(rest)?;
        if rest.is_empty() {
            break;
        }
        let (after, one) = field(rest)?;
        // What a client wrote between quotes may look like an anchor.
        let quotes = matches!(one.shape, Shape::Named | Shape::Quoted);
        if !quotes && begins_anchor(rest, rest.len() - after.len()) {
            let wanted = "one record, not two fused into one line";
            return Err(nom::Err::Error(token::Fault { rest, wanted }));
        }
        rest = after;
        match one.shape {
            Shape::Quoted if n_headers < 2 && !quotes_done => {
                headers[n_headers] = Some(one.text);
                n_headers += 1;
            }
            Shape::Quoted => {
                if is_forwarded(one.text) {
                    record.addresses.push(Role::Forwarded, one.text);
                } else if let Some(took) = microseconds(one.text) {
                    record.took = Some(took);
                }
            }
            Shape::Word if place == 0 && (one.text == b"-" || number(one.text).is_some()) => {
                record.bytes = number(one.text);
                record.no_body = record.bytes.unwrap_or(0) == 0;
            }
            // Couchbase quotes the user agent alone.
            Shape::Word if place == 1 && is_url(one.text) => {
                headers[n_headers] = Some(one.text);
                n_headers += 1;
            }
            _ => {
                quotes_done |= n_headers > 0;
                later(one, record);
            }
        }
        place += 1;
    }
    match (n_headers, headers) {
        (1, [Some(alone), _]) => lone_header(alone, record),
        (_, [referer, agent]) => {
            record.referer = referer.and_then(present);
            record.agent = agent.and_then(present);
        }
    }
    Ok(rest)
}

/// One quoted field where two are usual: typed by its shape.
fn lone_header<'a>(text: &'a [u8], record: &mut Record<'a>) {
    if is_ip_list(text) {
        record.addresses.push(Role::Forwarded, text);
    } else if is_url(text) {
        record.referer = Some(text);
    } else {
        record.agent = present(text);
    }
}

/// The duration that Citrix's own web server adds: `Time: 39770 microsecs`.
fn microseconds(text: &[u8]) -> Option<u64> {
    number(text.strip_prefix(b"Time: ")?.strip_suffix(b" microsecs")?)
}

/// Says whether a text begins as the address of a page does.
fn is_url(text: &[u8]) -> bool {
    text.starts_with(b"http://") || text.starts_with(b"https://")
}

/// A field behind the headers that is not quoted: a duration, an address.
fn later<'a>(one: Field<'a>, record: &mut Record<'a>) {
    let text = one.text;
    if let Some(took) = duration(one) {
        record.took = record.took.max(Some(took));
    } else if one.shape == Shape::Word && is_ip(text.strip_suffix(b",").unwrap_or(text)) {
        let text = text.strip_suffix(b",").unwrap_or(text);
        let upstream = without_port(text).len() < text.len();
        record.addresses.push(if upstream { Role::Upstream } else { Role::Forwarded }, text);
    } else if one.shape == Shape::Bracketed && is_ip_list(text) {
        record.addresses.push(Role::Forwarded, text);
    }
}

/// A day in microseconds: no request takes as long.
const DAY: u64 = 86_400_000_000;

/// A duration in microseconds where its unit is beyond doubt: `0.050` (nginx
/// `$request_time`, three decimals; four are Rack's, six gunicorn's), `12ms`
/// (Traefik), `(2 s)` (Gandi).
fn duration(one: Field<'_>) -> Option<u64> {
    let text = one.text;
    match one.shape {
        Shape::Round => token::seconds(text.strip_suffix(b" s")?),
        Shape::Word if text.starts_with(b"**") => slashed(text),
        Shape::Word if text.ends_with(b"ms") => {
            number(&text[..text.len() - 2]).and_then(|ms| ms.checked_mul(1000))
        }
        Shape::Named | Shape::Word => {
            let text = match memchr(b'=', text) {
                Some(at) if matches!(&text[..at], b"rt" | b"request_time") => &text[at + 1..],
                Some(_) => return None,
                None => text,
            };
            let dot = memchr(b'.', text)?;
            // An epoch with decimals (`$msec`) is no duration.
            match text.len() - dot - 1 {
                3 | 4 | 6 => token::seconds(text).filter(|micros| *micros < DAY),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `**%T/%D**`, a custom on Debian: seconds, then microseconds.
fn slashed(text: &[u8]) -> Option<u64> {
    let text = text.strip_prefix(b"**")?.strip_suffix(b"**")?;
    let slash = memchr(b'/', text)?;
    let (seconds, micros) = (number(&text[..slash])?, number(&text[slash + 1..])?);
    (micros / 1_000_000 == seconds).then_some(micros)
}

/// Says whether a word can be the name of a host, first on a line.
fn is_host(text: &[u8]) -> bool {
    is_host_name(text) || text.iter().any(u8::is_ascii_alphabetic)
}
