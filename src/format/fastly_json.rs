//! Fastly's real-time logs in JSON, as the form for a new endpoint fills it in.
//!
//! Directive: the log format of a logging endpoint (VCL).
//! Specification: <https://www.fastly.com/documentation/guides/integrations/logging/>.
//!
//! ```abnf
//! fastly-json = object
//! ```
//!
//! `timestamp` is when the request began. `client_ip` is the header
//! `Fastly-Client-IP`, which the edge sets but a client may bring along, so it is
//! kept as forwarded; the peer is not in the default. The edge and the shield may
//! both log one request. A header that the template does not escape can break the
//! object.

use super::json::{
    self, AGENT, BYTES, CLIENT, FORWARDED, HOST, METHOD, PROTO, REFERER, STATUS, Shape, TARGET,
    TIME, as_it_stands, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// Fastly's real-time log in JSON.
pub static FASTLY_JSON: Shape = Shape {
    card: &CARD,
    tells: &[
        &["fastly_server", "fastly_is_edge", "fastly_is_shield"],
        &["url", "request_method", "response_status"],
    ],
    keys: &[
        at(CLIENT, &["client_ip"]),
        at(FORWARDED, &["x_forwarded_for"]),
        at(FORWARDED, &["request_x_forwarded_for"]),
        at(TIME, &["timestamp"]),
        at(TIME, &["time_start"]),
        at(METHOD, &["request_method"]),
        at(TARGET, &["url"]),
        at(PROTO, &["request_protocol"]),
        at(STATUS, &["response_status"]),
        at(BYTES, &["response_body_size"]),
        at(HOST, &["request_host"]),
        at(HOST, &["host"]),
        at(REFERER, &["request_referer"]),
        at(AGENT, &["request_user_agent"]),
    ],
    unit: json::SECONDS,
    utc: false,
    before: as_it_stands,
    after: nothing_more,
};

static CARD: Card = Card {
    name: "fastly-json",
    title: "Fastly real-time log, JSON",
    directive: r#"{ "timestamp": "%{strftime(\{"%Y-%m-%dT%H:%M:%S%z"\}, time.start)}V", "client_ip": "%{req.http.Fastly-Client-IP}V", … }"#,
    reference: "https://www.fastly.com/documentation/guides/integrations/logging/",
    grammar: "fastly-json = object",
    time: TimeMeaning::Start,
    zone: "logged as an offset",
    bytes: BytesMeaning::Body,
    client: "Fastly-Client-IP (client_ip)",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"timestamp": "2024-02-24T12:34:56+0000", "client_ip": "203.0.113.5", "geo_country": "france", "geo_city": "lyon", "host": "files.example.org", "url": "/export/patients.csv?x=1", "request_method": "GET", "request_protocol": "HTTP/2", "request_referer": "", "request_user_agent": "curl/8.5", "response_state": "HIT-CLUSTER", "response_status": 200, "response_reason": "OK", "response_body_size": 88123, "fastly_server": "cache-cdg20721-CDG", "fastly_is_edge": true}"#,
            reads: "forwarded=203.0.113.5 time=2024-02-24T12:34:56Z GET /export/patients.csv?x=1 200 88123 host=files.example.org agent=curl/8.5",
        },
        // From a shield.
        Sample {
            preamble: &[],
            line: br#"{"timestamp":"2024-02-24T12:34:56Z","client_ip":"2001:db8::1","url":"/","request_method":"POST","response_status":"503","response_body_size":0,"fastly_is_edge":false}"#,
            reads: "forwarded=2001:db8::1 time=2024-02-24T12:34:56Z POST / 503 0",
        },
    ],
    refusals: &[
        br#"{"timestamp":"2024-02-24T12:34:56Z","client_ip":"203.0.113.5","url":"/","request_method":"GET","response_status":200}"#,
        br#"{"client_ip":"203.0.113.5","url":"/","request_method":"GET","response_status":200,"fastly_server":"x"}"#,
    ],
};
