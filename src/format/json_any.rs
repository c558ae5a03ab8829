//! JSON that no other format of the table knows: one object a line, whose names
//! say a client, a request and a time.
//!
//! Directive: a site's own, such as Apache's `LogFormat` or gunicorn's
//! `access_log_format` written as JSON, or an application's.
//! Specification: none; the synonyms are in the table below, on the outermost level or
//! one object deeper.
//!
//! ```abnf
//! json = object
//! ```
//!
//! Three things must be found, or the line is refused and says which is not: a
//! client (an address that a name such as `remote_addr` says to be the peer, or
//! one that is kept as forwarded), a request (a target, or a request line) and a
//! time. What the time means is unknown. A duration is read only where its name
//! says its unit.

use super::json::{
    self, AGENT, BYTES, CLIENT, FORWARDED, HOST, METHOD, PEER, Picked, QUERY, REFERER, REQUEST,
    STATUS, Shape, TARGET, TIME, TOOK, USER, as_it_stands, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request};
use crate::source::OUTER;

/// JSON that no other format knows, by the names it uses.
pub static JSON_ANY: Shape = Shape {
    card: &CARD,
    tells: &[],
    keys: &[
        at(PEER, &["remote_addr"]),
        at(PEER, &["remote-addr"]),
        at(PEER, &["remoteAddr"]),
        at(PEER, &["remote_address"]),
        at(PEER, &["remoteAddress"]),
        at(PEER, &["remoteIP"]),
        at(PEER, &["remote"]),
        at(PEER, &["req", "remoteAddress"]),
        at(PEER, &["request", "remote_addr"]),
        at(PEER, &["remote_host"]),
        at(PEER, &["peer"]),
        at(PEER, &["peer_addr"]),
        at(FORWARDED, &["x_forwarded_for"]),
        at(FORWARDED, &["x-forwarded-for"]),
        at(FORWARDED, &["xff"]),
        at(FORWARDED, &["http_x_forwarded_for"]),
        at(FORWARDED, &["headers", "x-forwarded-for"]),
        at(FORWARDED, &["forwarded_for"]),
        at(CLIENT, &["client_ip"]),
        at(CLIENT, &["clientip"]),
        at(CLIENT, &["client"]),
        at(CLIENT, &["ClientIP"]),
        at(CLIENT, &["source_ip"]),
        at(CLIENT, &["src_ip"]),
        at(CLIENT, &["ip"]),
        at(CLIENT, &["ip_address"]),
        at(CLIENT, &["remote_ip"]),
        at(CLIENT, &["client_addr"]),
        at(CLIENT, &["client_address"]),
        at(CLIENT, &["clientAddress"]),
        at(CLIENT, &["real_ip"]),
        at(CLIENT, &["sourceIp"]),
        at(CLIENT, &["host_ip"]),
        at(CLIENT, &["request", "ip"]),
        at(CLIENT, &["http", "client_ip"]),
        at(TIME, &["time"]),
        at(TIME, &["timestamp"]),
        at(TIME, &["ts"]),
        at(TIME, &["datetime"]),
        at(TIME, &["date"]),
        at(TIME, &["time_local"]),
        at(TIME, &["eventTime"]),
        at(TIME, &["start_time"]),
        at(TIME, &["@timestamp"]),
        at(TIME, &["time_iso8601"]),
        at(TIME, &["logtime"]),
        at(TIME, &["log_time"]),
        at(TIME, &["event_time"]),
        at(TIME, &["startTime"]),
        at(TIME, &["_time"]),
        at(REQUEST, &["request"]),
        at(REQUEST, &["req"]),
        at(REQUEST, &["request_line"]),
        at(METHOD, &["method"]),
        at(METHOD, &["request_method"]),
        at(METHOD, &["http_method"]),
        at(METHOD, &["verb"]),
        at(METHOD, &["request", "method"]),
        at(METHOD, &["http", "method"]),
        at(METHOD, &["requestMethod"]),
        at(METHOD, &["httpMethod"]),
        at(METHOD, &["req", "method"]),
        at(TARGET, &["request_uri"]),
        at(TARGET, &["uri"]),
        at(TARGET, &["url"]),
        at(TARGET, &["path"]),
        at(TARGET, &["request_path"]),
        at(TARGET, &["target"]),
        at(TARGET, &["request", "uri"]),
        at(TARGET, &["request", "url"]),
        at(TARGET, &["request", "path"]),
        at(TARGET, &["http", "url"]),
        at(TARGET, &["requestUri"]),
        at(TARGET, &["requestUrl"]),
        at(TARGET, &["request_url"]),
        at(TARGET, &["requestPath"]),
        at(TARGET, &["req", "url"]),
        at(QUERY, &["query"]),
        at(QUERY, &["query_string"]),
        at(QUERY, &["request_querystring"]),
        at(QUERY, &["queryString"]),
        at(STATUS, &["status"]),
        at(STATUS, &["status_code"]),
        at(STATUS, &["response_code"]),
        at(STATUS, &["code"]),
        at(STATUS, &["response", "status"]),
        at(STATUS, &["http", "status_code"]),
        at(STATUS, &["statusCode"]),
        at(STATUS, &["response_status"]),
        at(STATUS, &["http_status"]),
        at(STATUS, &["res", "statusCode"]),
        at(BYTES, &["bytes"]),
        at(BYTES, &["size"]),
        at(BYTES, &["body_bytes_sent"]),
        at(BYTES, &["response_length"]),
        at(BYTES, &["bytes_sent"]),
        at(BYTES, &["bytes_out"]),
        at(BYTES, &["response_size"]),
        at(BYTES, &["responseSize"]),
        at(HOST, &["host"]),
        at(HOST, &["vhost"]),
        at(HOST, &["http_host"]),
        at(REFERER, &["referer"]),
        at(REFERER, &["referrer"]),
        at(REFERER, &["http_referer"]),
        at(REFERER, &["http_referrer"]),
        at(AGENT, &["user_agent"]),
        at(AGENT, &["userAgent"]),
        at(AGENT, &["agent"]),
        at(AGENT, &["headers", "user-agent"]),
        at(AGENT, &["http_user_agent"]),
        at(AGENT, &["ua"]),
        at(USER, &["user"]),
        at(USER, &["username"]),
        at(USER, &["remote_user"]),
        at(TOOK, &["duration_ms"]),
        at(TOOK, &["durationMs"]),
        at(TOOK, &["latency_ms"]),
        at(TOOK, &["latencyMs"]),
        at(TOOK, &["response_time_ms"]),
        at(TOOK, &["request_time_ms"]),
        at(TOOK, &["elapsed_ms"]),
        at(TOOK, &["took_ms"]),
    ],
    unit: json::MILLISECONDS,
    utc: false,
    before: as_it_stands,
    after: three_things,
};

/// Says whether a line is only what stood round records that were taken out
/// of it ([`OUTER`]): it then names no request of its own.
pub fn is_round(line: &[u8]) -> bool {
    let names_request = |key: &json::Key| {
        let name = key.path.last().copied().unwrap_or_default();
        matches!(key.place, REQUEST | TARGET) && json::has_name(line, name)
    };
    line.first() == Some(&OUTER)
        && line[1..].trim_ascii_start().first() == Some(&b'"')
        && !JSON_ANY.keys.iter().any(names_request)
}

static CARD: Card = Card {
    name: "json",
    title: "any JSON object with a client, a request and a time",
    directive: r#"LogFormat "{ \"time\":\"%t\", \"remoteIP\":\"%a\", \"request\":\"%U\", \"query\":\"%q\", \"method\":\"%m\", \"status\":\"%>s\" }""#,
    reference: "https://httpd.apache.org/docs/current/mod/mod_log_config.html",
    grammar: "json = object",
    time: TimeMeaning::Unknown,
    zone: "as the time is written; local where nothing is said",
    bytes: BytesMeaning::Unknown,
    client: "what the names say: a peer, a client, a forwarded list",
    folds_case: false,
    best_effort: false,
    samples: &[
        // Apache.
        Sample {
            preamble: &[],
            line: br#"{ "time":"[24/Feb/2024:12:34:56 +0100]", "remoteIP":"203.0.113.5", "host":"a.example", "request":"/export/patients.csv", "query":"?x=1", "method":"GET", "status":"200", "userAgent":"curl/8.5", "referer":"-" }"#,
            reads: "peer=203.0.113.5 time=2024-02-24T11:34:56Z GET /export/patients.csv?x=1 200 host=a.example agent=curl/8.5",
        },
        // gunicorn; a time without a zone is local.
        Sample {
            preamble: &[],
            line: br#"{"remote_ip":"-","ip":"2001:db8::1","response_code":"404","request_method":"GET","request_path":"/a","request_querystring":"","request_timetaken":"2000","response_length":"0","time":"2024-02-24 12:34:56"}"#,
            reads: "forwarded=2001:db8::1 time=2024-02-24T12:34:56 GET /a 404 0",
        },
        // GitLab, of its API.
        Sample {
            preamble: &[],
            line: br#"{"time":"2018-10-29T12:49:42.123Z","severity":"INFO","duration":709.08,"status":200,"method":"GET","path":"/api/v4/projects","params":[{"key":"action","value":"git-upload-pack"}],"host":"localhost","remote_ip":"::1","ua":"Ruby","route":"/api/:version/projects","user_id":1,"username":"root"}"#,
            reads: "forwarded=::1 time=2018-10-29T12:49:42.123Z GET /api/v4/projects 200 user=root host=localhost agent=Ruby",
        },
        // One object deeper.
        Sample {
            preamble: &[],
            line: br#"{"ts":1708778096.5,"request":{"method":"POST","path":"/api","ip":"203.0.113.5"},"response":{"status":201},"headers":{"x-forwarded-for":"198.51.100.9, 10.0.0.1"}}"#,
            reads: "forwarded=198.51.100.9, 10.0.0.1 forwarded=203.0.113.5 time=2024-02-24T12:34:56.5Z POST /api 201",
        },
        // morgan; and a byte that no JSON escapes so.
        Sample {
            preamble: &[],
            line: br#"{"remote-addr":"::ffff:203.0.113.5","date":"2024-02-24T12:34:56.789Z","method":"GET","url":"/\xe9.csv","status":"200","referrer":"-"}"#,
            reads: "peer=::ffff:203.0.113.5 time=2024-02-24T12:34:56.789Z GET /�.csv 200",
        },
    ],
    refusals: &[
        br#"{"time":"2024-02-24T12:34:56Z","level":"info","path":"/a","status":200,"message":"no client"}"#,
        br#"{"time":"2024-02-24T12:34:56Z","client_ip":"203.0.113.5","status":200,"message":"no request"}"#,
        br#"{"client_ip":"203.0.113.5","path":"/a","status":200,"message":"no time"}"#,
        br#"{"log":"203.0.113.5 - - [24/Feb/2024:12:34:56 +0100] \"GET /a HTTP/1.1\" 200 5\n","stream":"stdout","time":"2024-02-24T12:34:56Z"}"#,
        br#"{"client_ip":"203.0.113.5","path":"/a","time":"2024-02-24T12:34:56Z","upstream":,"status":200}"#,
    ],
};

/// A client and a request; the time was looked for already.
fn three_things<'a>(_: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    if record.addresses.fields().next().is_none() {
        return Err("a client under a name such as remote_addr or client_ip");
    }
    match record.request {
        Request::Line { target: [b'/' | b'*', ..], .. } => Ok(()),
        Request::Line { target, .. } if target.windows(3).any(|three| three == b"://") => Ok(()),
        _ => Err("a target under a name such as path, url or request"),
    }
}
