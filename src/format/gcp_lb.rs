//! Google Cloud's external and internal HTTP(S) load balancers, and what else
//! writes `httpRequest` into Cloud Logging (Cloud Run, App Engine).
//!
//! Directive: logging of a backend service; a sink to Cloud Storage.
//! Specification:
//! <https://cloud.google.com/load-balancing/docs/https/https-logging-monitoring> and
//! <https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry>.
//!
//! ```abnf
//! gcp-lb = object                     ; one LogEntry
//! ```
//!
//! `timestamp` is when the first front end received the request;
//! `receiveTimestamp` is when Cloud Logging did, and is not read. Sizes are 64-bit
//! numbers and stand in quotes. `requestUrl` is absolute. `remoteIp` is the peer
//! of the load balancer, with a port for regional ones. A site may log only a
//! sample of its requests, which no line tells.

use super::json::{
    self, AGENT, BYTES, METHOD, PEER, PROTO, REFERER, STATUS, Shape, TARGET, TIME, TOOK, UPSTREAM,
    as_it_stands, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// Google Cloud's request log.
pub static GCP_LB: Shape = Shape {
    card: &CARD,
    tells: &[&["httpRequest"], &["requestUrl"]],
    keys: &[
        at(PEER, &["httpRequest", "remoteIp"]),
        at(PEER, &["jsonPayload", "remoteIp"]),
        at(UPSTREAM, &["httpRequest", "serverIp"]),
        at(TIME, &["timestamp"]),
        at(METHOD, &["httpRequest", "requestMethod"]),
        at(TARGET, &["httpRequest", "requestUrl"]),
        at(PROTO, &["httpRequest", "protocol"]),
        at(STATUS, &["httpRequest", "status"]),
        at(BYTES, &["httpRequest", "responseSize"]),
        at(REFERER, &["httpRequest", "referer"]),
        at(AGENT, &["httpRequest", "userAgent"]),
        at(TOOK, &["httpRequest", "latency"]),
    ],
    unit: json::SECONDS,
    utc: true,
    before: as_it_stands,
    after: nothing_more,
};

static CARD: Card = Card {
    name: "gcp-lb",
    title: "Google Cloud load balancer and Cloud Run request log",
    directive: "gcloud compute backend-services update NAME --enable-logging --logging-sample-rate=1.0",
    reference: "https://cloud.google.com/load-balancing/docs/https/https-logging-monitoring",
    grammar: "gcp-lb = object",
    time: TimeMeaning::Start,
    zone: "Z",
    bytes: BytesMeaning::Wire,
    client: "the peer of the load balancer (remoteIp)",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"httpRequest":{"cacheLookup":true,"latency":"0.120345s","referer":"https://a.example/","remoteIp":"203.0.113.5","requestMethod":"GET","requestSize":"312","requestUrl":"https://files.example.org/export/patients.csv?x=1","responseSize":"88412","serverIp":"10.128.0.3","status":200,"userAgent":"curl/8.5.0"},"insertId":"1lvp7sxfgd6gwl","jsonPayload":{"@type":"type.googleapis.com/google.cloud.loadbalancing.type.LoadBalancerLogEntry","remoteIp":"203.0.113.5","statusDetails":"response_sent_by_backend"},"logName":"projects/p/logs/requests","receiveTimestamp":"2024-02-24T12:34:57.5Z","resource":{"type":"http_load_balancer"},"severity":"INFO","timestamp":"2024-02-24T12:34:56.123456789Z"}"#,
            reads: "peer=203.0.113.5 upstream=10.128.0.3 time=2024-02-24T12:34:56.123456789Z GET https://files.example.org/export/patients.csv?x=1 200 88412 host=files.example.org referer=https://a.example/ agent=curl/8.5.0 took=120345us",
        },
        // A regional load balancer, without sizes.
        Sample {
            preamble: &[],
            line: br#"{"insertId":"x","httpRequest":{"requestMethod":"HEAD","requestUrl":"http://10.0.0.9/","status":404,"remoteIp":"[2001:db8::1]:55202","latency":"1s","protocol":"HTTP/1.1"},"timestamp":"2024-02-24T12:34:56Z"}"#,
            reads: "peer=[2001:db8::1]:55202 time=2024-02-24T12:34:56Z HEAD http://10.0.0.9/ 404 host=10.0.0.9 took=1000000us",
        },
    ],
    refusals: &[
        br#"{"insertId":"x","jsonPayload":{"message":"httpRequest without requestUrl"},"timestamp":"2024-02-24T12:34:56Z"}"#,
        br#"{"httpRequest":{"requestMethod":"GET","requestUrl":"https://a.example/","status":200},"receiveTimestamp":"2024-02-24T12:34:56Z"}"#,
    ],
};
