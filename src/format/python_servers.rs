//! The access logs of Python's servers where they are not the Common Log
//! Format: Werkzeug in colour, uvicorn, uWSGI.
//!
//! gunicorn's default, and Werkzeug and `http.server` without colour, are read
//! by `combined` and `common`.
//!
//! Directives: none; Werkzeug writes so to a terminal, uvicorn with
//! `--access-log`, uWSGI by default.
//! Specification: <https://www.uvicorn.org/settings/#logging>,
//! <https://uwsgi-docs.readthedocs.io/en/latest/LogFormat.html>,
//! <https://werkzeug.palletsprojects.com/en/stable/serving/>.
//!
//! ```abnf
//! werkzeug = ["INFO:werkzeug:"] host SP "-" SP "-" SP "[" date "]" SP [colour] DQUOTE [colour]
//!            *OCTET [colour] DQUOTE SP status SP bytes [colour]
//! uvicorn  = [iso] *OCTET "INFO" *OCTET ported SP "-" SP DQUOTE *OCTET DQUOTE SP [colour]
//!            3DIGIT *OCTET
//! uwsgi    = "[pid: " *OCTET "] " host SP "(" user ")" SP "{" *OCTET "}" SP "[" asctime "]" SP
//!            method SP target SP "=> generated " 1*DIGIT " bytes in " 1*DIGIT
//!            (" msecs" / " micros") *OCTET "(HTTP/" *OCTET SP status ")" *OCTET
//! colour   = %x1B "[" *(DIGIT / ";") "m"
//! ```
//!
//! * Their times are local, without a zone. uvicorn writes none at all unless
//!   the operator's logging adds one before the line: such a record has no time.
//! * uWSGI's user stands in the brackets behind the address.

use memchr::{memchr, memmem};

use super::clf::{answer, holds_anchor, whole, with_peer};
use super::token::{
    Read, asctime, bare_quoted, bracketed_date, cell, fault, host, iso, number, ported, present,
    request, space,
};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::{Client, Record, Request};

/// Werkzeug (Flask's development server), in colour or under its logger's name.
pub struct Werkzeug;
/// uvicorn.
pub struct Uvicorn;
/// uWSGI.
pub struct Uwsgi;

static WERKZEUG: Card = Card {
    name: "werkzeug",
    title: "Werkzeug and Flask, in colour or with the logger's name",
    directive: "flask run",
    reference: "https://werkzeug.palletsprojects.com/en/stable/serving/",
    grammar: r#"werkzeug = ["INFO:werkzeug:"] host SP "-" SP "-" SP "[" date "]" SP [colour] DQUOTE [colour] *OCTET [colour] DQUOTE SP status SP bytes [colour]"#,
    time: TimeMeaning::End,
    zone: "none: the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer",
    folds_case: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"127.0.0.1 - - [01/Jan/2024 12:00:00] \"\x1b[33mGET /x HTTP/1.1\x1b[0m\" 404 -",
            reads: "peer=127.0.0.1 time=2024-01-01T12:00:00 GET /x 404",
        },
        Sample {
            preamble: &[],
            line: b"INFO:werkzeug:203.0.113.4 - - [01/Jan/2024 12:00:00] \"GET /a.csv HTTP/1.1\" 200 -",
            reads: "peer=203.0.113.4 time=2024-01-01T12:00:00 GET /a.csv 200",
        },
    ],
    refusals: &[
        b"127.0.0.1 - - [01/Jan/2024 12:00:00] \"GET /x HTTP/1.1\" 404 -",
        b"127.0.0.1 - - [01/Jan/2024 12:00:00] \"\x1b[33mGET /x HTTP/1.1\x1b[0m",
    ],
};

impl Format for Werkzeug {
    fn card(&self) -> &'static Card {
        &WERKZEUG
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        whole(line, werkzeug(line))
    }
}

static UVICORN: Card = Card {
    name: "uvicorn",
    title: "uvicorn",
    directive: "uvicorn --access-log",
    reference: "https://www.uvicorn.org/settings/#logging",
    grammar: r#"uvicorn = [iso] *OCTET "INFO" *OCTET ported SP "-" SP DQUOTE *OCTET DQUOTE SP [colour] 3DIGIT *OCTET"#,
    zone: "no time, or the operator's: the server's local time",
    client: "the peer; with --proxy-headers what a trusted proxy said",
    samples: &[
        Sample {
            preamble: &[],
            line: br#"INFO:     127.0.0.1:54321 - "GET /x?y=1 HTTP/1.1" 200 OK"#,
            reads: "peer=127.0.0.1 GET /x?y=1 200",
        },
        Sample {
            preamble: &[],
            line: b"2024-01-01 12:00:00,123 - uvicorn.access - \x1b[32mINFO\x1b[0m - 2001:db8::1:54321 - \"GET /x HTTP/1.1\" \x1b[32m200 OK\x1b[0m",
            reads: "peer=2001:db8::1 time=2024-01-01T12:00:00.123 GET /x 200",
        },
    ],
    refusals: &[
        br#"INFO:     127.0.0.1:54321 - "GET /x HTTP/1"#,
        br#"INFO:     127.0.0.1:54321 - "WebSocket /ws" [accepted]"#,
        br#"127.0.0.1 - "GET /x HTTP/1.1" 200 OK"#,
    ],
    ..WERKZEUG
};

impl Format for Uvicorn {
    fn card(&self) -> &'static Card {
        &UVICORN
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        whole(line, uvicorn(line))
    }
}

static UWSGI: Card = Card {
    name: "uwsgi",
    title: "uWSGI",
    directive: "logformat (default)",
    reference: "https://uwsgi-docs.readthedocs.io/en/latest/LogFormat.html",
    grammar: r#"uwsgi = "[pid: " *OCTET "] " host SP "(" user ")" SP "{" *OCTET "}" SP "[" asctime "]" SP method SP target SP "=> generated " 1*DIGIT " bytes in " 1*DIGIT (" msecs" / " micros") *OCTET "(HTTP/" *OCTET SP status ")" *OCTET"#,
    zone: "none: the server's local time",
    bytes: BytesMeaning::Body,
    client: "the peer, or what the web server in front says it is",
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
    ..WERKZEUG
};

impl Format for Uwsgi {
    fn card(&self) -> &'static Card {
        &UWSGI
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        whole(line, uwsgi(line))
    }
}

/// `colour = %x1B "[" *(DIGIT / ";") "m"`, or nothing.
fn colour(input: &[u8]) -> &[u8] {
    let Some(inside) = input.strip_prefix(b"\x1b[") else { return input };
    let end = inside.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';'));
    match end {
        Some(end) if inside[end] == b'm' => &inside[end + 1..],
        _ => input,
    }
}

/// ```abnf
/// werkzeug = ["INFO:werkzeug:"] host SP "-" SP "-" SP "[" date "]" SP [colour] DQUOTE [colour]
///            *OCTET [colour] DQUOTE SP status SP bytes [colour]
/// ```
fn werkzeug(input: &[u8]) -> Read<'_, Record<'_>> {
    let named = input.strip_prefix(b"INFO:werkzeug:");
    if named.is_none() && memchr(0x1b, input).is_none() {
        return fault(input, "the logger's name, or a colour");
    }
    let (rest, peer) = host(named.unwrap_or(input))?;
    let Some(rest) = rest.strip_prefix(b" - - ") else { return fault(rest, "two dashes") };
    let (rest, time) = bracketed_date(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, record) = answer(colour(rest))?;
    let record = match record.request {
        Request::Raw(Some(line)) => Record { request: request(uncoloured(line)), ..record },
        Request::Line { method, version, target } => Record {
            request: Request::Line {
                method: colour(method),
                target,
                version: version.map(uncoloured),
            },
            ..record
        },
        Request::Raw(None) => record,
    };
    // It writes `-` always: no count, not none.
    let record = Record { time: Some(time), no_body: record.bytes == Some(0), ..record };
    Ok((colour(rest), with_peer(record, peer)))
}

/// A text without a colour before and one behind it.
fn uncoloured(text: &[u8]) -> &[u8] {
    let text = colour(text);
    let end = memchr(0x1b, text).unwrap_or(text.len());
    &text[..end]
}

/// ```abnf
/// uvicorn = [iso] *OCTET "INFO" *OCTET ported SP "-" SP DQUOTE *OCTET DQUOTE SP [colour]
///           3DIGIT *OCTET
/// ```
fn uvicorn(input: &[u8]) -> Read<'_, Record<'_>> {
    let Some(dash) = memmem::find(input, b" - \"") else {
        return fault(input, "an address, a dash and a request");
    };
    let head = &input[..dash];
    if dash > 200 || memmem::find(head, b"INFO").is_none() {
        return fault(input, "INFO");
    }
    let from = head.iter().rposition(|byte| *byte == b' ').map_or(0, |space| space + 1);
    let peer = &head[from..];
    if Client::read(ported(peer)).ip().is_none() {
        return fault(&input[from..], "an address with its port");
    }
    let time = iso(head.strip_prefix(b"[").unwrap_or(head)).ok().map(|(_, time)| time);
    let (rest, line) = bare_quoted(&input[dash + 3..])?;
    let (rest, ()) = space(rest)?;
    let at = colour(rest);
    let [a, b, c, rest @ ..] = at else { return fault(at, "a status of three digits") };
    let Some(status) = number(&[*a, *b, *c]) else {
        return fault(at, "a status of three digits");
    };
    if rest.first().is_some_and(u8::is_ascii_digit) || rest.contains(&b'"') {
        return fault(rest, "the words of the status");
    }
    let record =
        Record { time, request: request(line), status: Some(status as u16), ..Record::default() };
    Ok((&rest[rest.len()..], with_peer(record, ported(peer))))
}

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
