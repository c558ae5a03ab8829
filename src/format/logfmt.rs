//! logfmt that says a client, a request and a time: `key=value key="a b" …`.
//!
//! Directive: none of its own; Heroku's router, Grafana, Docker's registry and
//! what else is written in Go.
//! Specification: <https://brandur.org/logfmt>;
//! <https://devcenter.heroku.com/articles/http-routing#heroku-router-log-format>.
//!
//! ```abnf
//! logfmt = [iso SP tag ":" SP] pair *(SP pair) [SP]
//! pair   = 1*(ALPHA / DIGIT / "_" / "." / "-") "=" (quoted / *%x21-FF)
//! ```
//!
//! * Every word must be a pair. Only names that can mean one thing are known, and
//!   a line must have a client's address, a method, a target and a time, which
//!   Heroku writes before the pairs.
//! * `fwd` is Heroku's `X-Forwarded-For`, the true peer last; `service` is what the
//!   dyno took.

use super::json::go_duration;
use super::plain::Plain;
use super::token::{
    Read, any, epoch, fault, is_forwarded, is_ip, iso, number, present, quoted, space, without_port,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Escape, Record, Request, Role, Time};

/// Any logfmt with a client, a request and a time.
pub static LOGFMT: Plain = Plain { card: &CARD, grammar: logfmt, quick: None };

static CARD: Card = Card {
    name: "logfmt",
    title: "logfmt with a client, a request and a time (Heroku's router, Grafana)",
    directive: "log.console, format = text (Grafana)",
    reference: "https://brandur.org/logfmt",
    grammar: r#"logfmt = [iso SP tag ":" SP] pair *(SP pair) [SP]"#,
    time: TimeMeaning::Unknown,
    zone: "as the time is written; local where nothing is said",
    bytes: BytesMeaning::Unknown,
    client: "what the names say: remote_addr, client_ip, fwd",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"2014-09-06T20:39:00.123456+00:00 heroku[router]: at=info method=GET path="/a?b=1" host=app.example.com request_id=8601b555 fwd="204.204.204.204" dyno=web.1 connect=1ms service=18ms status=200 bytes=13 protocol=https"#,
            reads: "forwarded=204.204.204.204 time=2014-09-06T20:39:00.123456Z GET /a?b=1 200 13 host=app.example.com took=18000us",
        },
        Sample {
            preamble: &[],
            line: br#"logger=context userId=0 orgId=0 uname= t=2023-01-01T00:00:00.123Z level=info msg="Request Completed" method=GET path=/ status=302 remote_addr=203.0.113.9 time_ms=1 duration=1.2ms size=29 referer= handler=/"#,
            reads: "peer=203.0.113.9 time=2023-01-01T00:00:00.123Z GET / 302 29 took=1200us",
        },
        Sample {
            preamble: &[],
            line: br#"time="2023-01-01T00:00:00Z" level=info msg="response" http.request.method=GET http.request.uri=/v2/ http.request.remoteaddr="10.0.0.1:1234" http.response.status=200 http.response.written=2"#,
            reads: "peer=10.0.0.1:1234 time=2023-01-01T00:00:00Z GET /v2/ 200 2",
        },
    ],
    refusals: &[
        b"t=2023-01-01T00:00:00.123Z level=info msg=start method=GET path=/ status=302",
        b"t=2023-01-01T00:00:00.123Z level=info request completed method=GET path=/ status=302 remote_addr=203.0.113.9",
        b"level=info method=GET path=/ status=302 remote_addr=203.0.113.9",
        b"t=2023-01-01T00:00:00.123Z method=GET path=relative status=302 remote_addr=203.0.113.9",
        br#"t=2023-01-01T00:00:00.123Z method=GET path="/a"b status=302 remote_addr=203.0.113.9"#,
    ],
};

/// What has to be put together.
#[derive(Default)]
struct Parts<'a> {
    method: Option<&'a [u8]>,
    target: Option<&'a [u8]>,
}

/// `logfmt = [iso SP tag ":" SP] pair *(SP pair) [SP]`
fn logfmt(input: &[u8]) -> Read<'_, Record<'_>> {
    let mut record = Record { escape: Escape::Backslash, ..Record::default() };
    let mut rest = input;
    if let Ok((after, time)) = iso(input)
        && let Ok((after, ())) = space(after)
        && let Some(end) = memchr::memmem::find(after, b": ")
    {
        record.time = Some(time);
        rest = &after[end + 2..];
    }
    let mut parts = Parts::default();
    while !rest.is_empty() {
        let (after, (name, value)) = pair(rest)?;
        if !put(&mut record, &mut parts, name, value) {
            return fault(rest, "a time, an address or a number that can be read");
        }
        rest = match after {
            [] => after,
            _ => space(after)?.0,
        };
    }
    let (Some(method), Some(target)) = (parts.method, parts.target) else {
        return fault(rest, "a method and a target");
    };
    if record.time.is_none() || record.addresses.each().next().is_none() {
        return fault(rest, "a time and a client");
    }
    record.request = Request::Line { method, target, version: None };
    Ok((rest, record))
}

/// A name and its value.
type Pair<'a> = (&'a [u8], &'a [u8]);

/// `pair = 1*(ALPHA / DIGIT / "_" / "." / "-") "=" (quoted / *%x21-FF)`
fn pair(input: &[u8]) -> Read<'_, Pair<'_>> {
    let end = input
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"_.-".contains(byte)))
        .unwrap_or(input.len());
    let (name, rest) = input.split_at(end);
    let ([b'=', rest @ ..], false) = (rest, name.is_empty()) else {
        return fault(input, "a name and an equals sign");
    };
    if rest.starts_with(b"\"") {
        let (rest, value) = quoted(rest)?;
        return Ok((rest, (name, value)));
    }
    let end = rest.iter().position(|byte| matches!(byte, 0..=b' ' | b'"')).unwrap_or(rest.len());
    let (value, rest) = rest.split_at(end);
    Ok((rest, (name, value)))
}

/// Puts a value where its name says; answers whether it could be read.
fn put<'a>(record: &mut Record<'a>, parts: &mut Parts<'a>, name: &[u8], value: &'a [u8]) -> bool {
    let Some(value) = present(value) else { return true };
    match name {
        b"t" | b"ts" | b"time" | b"timestamp" => {
            let read = any(value).ok().filter(|(rest, _)| rest.is_empty());
            let time: Option<Time> = read.map(|(_, time)| time).or_else(|| epoch(value));
            record.time = record.time.or(time);
            return time.is_some();
        }
        b"remote_addr" | b"remoteaddr" | b"http.request.remoteaddr" => {
            record.addresses.push(Role::Peer, value);
            return is_ip(value);
        }
        b"fwd" | b"x_forwarded_for" | b"client_ip" | b"clientip" | b"remote_ip" => {
            record.addresses.push(Role::Forwarded, value);
            return is_ip(value) || is_forwarded(value);
        }
        b"method" | b"http.request.method" | b"http_method" => parts.method = Some(value),
        b"path" | b"uri" | b"url" | b"request_uri" | b"http.request.uri" => {
            parts.target = Some(value);
            let absolute = value.windows(3).any(|three| three == b"://");
            return value.starts_with(b"/") || value == b"*" || absolute;
        }
        b"status" | b"status_code" | b"http.response.status" => {
            record.status =
                number(value).filter(|status| *status < 1000).map(|status| status as u16);
            return record.status.is_some();
        }
        b"bytes" | b"size" | b"http.response.written" => {
            record.bytes = number(value);
            record.no_body = record.bytes == Some(0);
        }
        b"host" | b"http.request.host" => record.host = Some(without_port(value)),
        b"referer" | b"referrer" | b"http.request.referer" => record.referer = Some(value),
        b"user_agent" | b"useragent" | b"http.request.useragent" => record.agent = Some(value),
        b"user" | b"uname" | b"username" => record.user = Some(value),
        // A number without a unit may be anything.
        b"service" | b"duration" if value.ends_with(b"s") => record.took = go_duration(value),
        _ => {}
    }
    true
}
