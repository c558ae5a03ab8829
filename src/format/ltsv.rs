//! Labelled tab-separated values.
//!
//! Directive: a `log_format` or `LogFormat` of `label:value` pairs.
//! Specification: <http://ltsv.org/>.
//!
//! ```abnf
//! ltsv = pair 1*(HTAB pair)
//! pair = label ":" *(%x00-08 / %x0A-FF)
//! ```
//!
//! * Labels are the operator's. Those of ltsv.org and those that nginx's
//!   variables suggest are known; a line needs a time and a request or a path.
//! * `host` is the client in ltsv.org's own set, and the server where another
//!   label gives the client.
//! * Lists such as `forwardedfor` were forwarded.

use super::token::{
    self, any, bracketed_time, epoch, number, present, request, seconds, without_port,
};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::{Escape, Record, Request, Role, Time};

/// Labelled tab-separated values.
pub struct Ltsv;

static CARD: Card = Card {
    name: "ltsv",
    title: "LTSV, labelled tab-separated values",
    directive: r"log_format ltsv 'time:$time_local\thost:$remote_addr\treq:$request\tstatus:$status\tsize:$body_bytes_sent…';",
    reference: "http://ltsv.org/",
    grammar: "ltsv = pair 1*(HTAB pair)",
    time: TimeMeaning::Unknown,
    zone: "logged as an offset; where it is missing, the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "host, remote_addr; forwardedfor is forwarded",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"time:[12/Mar/2023:10:55:36 +0000]\thost:203.0.113.4\tforwardedfor:198.51.100.2, 10.0.0.1\treq:GET /a.csv HTTP/1.1\tstatus:200\tsize:1024\treferer:-\tua:curl/8.5\treqtime:0.250\tvhost:a.example:443",
            reads: "peer=203.0.113.4 forwarded=198.51.100.2, 10.0.0.1 time=2023-03-12T10:55:36Z GET /a.csv 200 1024 host=a.example agent=curl/8.5 took=250000us",
        },
        Sample {
            preamble: &[],
            line: b"remote_addr:2001:db8::1\ttime:2023-03-12T10:55:36+09:00\tmethod:GET\turi:/a b\tprotocol:HTTP/2.0\tstatus:404\tbytes_sent:-\thost:a.example\tuser:bob",
            reads: "peer=2001:db8::1 time=2023-03-12T01:55:36Z GET /a b 404 user=bob host=a.example",
        },
    ],
    refusals: &[
        b"time:[12/Mar/2023:10:55:36 +0000]\thost:203.0.113.4\tstatus:200",
        b"time:[12/Mar/2023:10:55\thost:203.0.113.4\treq:GET /a.csv HTTP/1.1",
        b"time:[12/Mar/2023:10:55:36 +0000]\thost:203.0.113.4\treq:GET /a\tb HTTP/1.1\tstatus:200",
        b"time:[12/Mar/2023:10:55:36 +0000] host:203.0.113.4 req:GET /a.csv HTTP/1.1",
    ],
};

impl Format for Ltsv {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        if memchr::memchr(b'\t', line).is_none() {
            return Err(Miss { at: 0, wanted: "labels and tabs" });
        }
        ltsv(line)
    }
}

/// What may have to be put together.
#[derive(Default)]
struct Parts<'a> {
    host: Option<&'a [u8]>,
    peer: Option<&'a [u8]>,
    method: Option<&'a [u8]>,
    target: Option<&'a [u8]>,
    version: Option<&'a [u8]>,
    has_request: bool,
}

/// `ltsv = pair 1*(HTAB pair)`
fn ltsv(line: &[u8]) -> Result<Record<'_>, Miss> {
    let mut record = Record { escape: Escape::Backslash, ..Record::default() };
    let mut parts = Parts::default();
    for pair in line.split(|byte| *byte == b'\t').filter(|pair| !pair.is_empty()) {
        let at = (pair.as_ptr() as usize).saturating_sub(line.as_ptr() as usize).min(line.len());
        let colon = pair.iter().position(|byte| *byte == b':');
        let Some(colon) = colon.filter(|&colon| is_label(&pair[..colon])) else {
            return Err(Miss { at, wanted: "a label and a colon" });
        };
        let value = &pair[colon + 1..];
        if !put(&mut record, &mut parts, &pair[..colon], value) {
            return Err(Miss { at, wanted: "a time or a number that can be read" });
        }
    }
    if record.time.is_none() || !(parts.has_request || parts.target.is_some()) {
        return Err(Miss { at: line.len(), wanted: "a time, and a request or a path" });
    }
    if let Some(target) = parts.target
        && !matches!(record.request, Request::Line { .. })
    {
        let method = parts.method.unwrap_or(b"-");
        record.request = Request::Line { method, target, version: parts.version };
    }
    let peer = parts.peer.or(parts.host);
    if let Some(peer) = peer {
        record.addresses.push(Role::Peer, peer);
    }
    if parts.peer.is_some() {
        record.host = record.host.or(parts.host.map(without_port));
    }
    Ok(record)
}

/// `label = 1*(ALPHA / DIGIT / "_" / "." / "-")`
fn is_label(text: &[u8]) -> bool {
    !text.is_empty()
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte))
}

/// Puts a value where its label says; answers whether it could be read.
fn put<'a>(record: &mut Record<'a>, parts: &mut Parts<'a>, label: &[u8], value: &'a [u8]) -> bool {
    let field = present(value);
    match label {
        b"time" | b"datetime" | b"time_local" | b"time_iso8601" | b"timestamp" | b"msec"
        | b"epoch" => {
            let time = time(value);
            record.time = record.time.or(time);
            return time.is_some();
        }
        b"host" => parts.host = field,
        b"remote_addr" | b"remote_host" | b"remote" | b"client_ip" | b"clientip" | b"client"
        | b"ip" => {
            parts.peer = parts.peer.or(field);
        }
        b"forwardedfor"
        | b"xff"
        | b"x_forwarded_for"
        | b"http_x_forwarded_for"
        | b"forwarded"
        | b"realip"
        | b"x_real_ip" => record.addresses.push(Role::Forwarded, value),
        b"upstream_addr" | b"upstream" => record.addresses.push(Role::Upstream, value),
        b"req" | b"request" => {
            record.request = request(value);
            parts.has_request = true;
        }
        b"method" | b"request_method" | b"reqmethod" => parts.method = field,
        b"uri" | b"request_uri" | b"url" | b"path" => parts.target = parts.target.or(field),
        b"protocol" | b"server_protocol" => parts.version = field,
        b"status" | b"code" => match number(value) {
            Some(status) if status < 1000 => record.status = Some(status as u16),
            _ => return field.is_none(),
        },
        b"size" | b"body_bytes_sent" | b"bytes_sent" | b"bytes" | b"ressize" => {
            record.bytes = number(value);
            record.no_body = record.bytes.unwrap_or(0) == 0;
            return record.bytes.is_some() || field.is_none();
        }
        b"referer" | b"referrer" | b"http_referer" => record.referer = field,
        b"ua" | b"user_agent" | b"http_user_agent" | b"agent" => record.agent = field,
        b"user" | b"remote_user" => record.user = field,
        b"vhost" | b"server_name" | b"http_host" => record.host = field.map(without_port),
        b"reqtime" | b"request_time" | b"taken" => record.took = seconds(value),
        b"reqtime_microsec" | b"taken_usec" => record.took = number(value),
        b"reqtime_msec" | b"taken_msec" => {
            record.took = number(value).and_then(|msec| msec.checked_mul(1000));
        }
        _ => {}
    }
    true
}

/// A time in any of the ways in which the servers write it.
fn time(value: &[u8]) -> Option<Time> {
    let all = |read: token::Read<'_, Time>| {
        read.ok().and_then(|(rest, time)| rest.is_empty().then_some(time))
    };
    all(bracketed_time(value)).or(all(any(value))).or(epoch(value))
}
