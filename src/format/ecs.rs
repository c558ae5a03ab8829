//! Requests in the Elastic Common Schema: what Filebeat, Logstash and Elastic
//! Agent made of an access log, and what Kibana 8, Elastic's own servers and
//! `ecs-logging` write.
//!
//! Directive: the modules `nginx`, `apache`, `iis`, `traefik` of Filebeat; an
//! export of their index.
//! Specification: <https://www.elastic.co/guide/en/ecs/current/ecs-http.html>.
//!
//! ```abnf
//! ecs = object                        ; nested, or with dots in its names
//! ```
//!
//! What the line once was is in `event.original` or `message`, and is the better
//! evidence: `@timestamp` may be when the line was shipped, and `source.ip` is
//! what a pipeline chose, often from a header, so it is kept as forwarded.

use super::json::{
    self, AGENT, BYTES, CLIENT, FORWARDED, Found, HOST, METHOD, PROTO, Picked, QUERY, REFERER,
    STATUS, Shape, TARGET, TIME, TOOK, USER, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request};

/// Requests in the Elastic Common Schema.
pub static ECS: Shape = Shape {
    card: &CARD,
    tells: &[
        &["@timestamp"],
        &["url", "url.original", "url.path"],
        &["http", "http.request.method", "http.response.status_code"],
        &["source", "source.ip", "source.address", "client", "client.ip", "client.address"],
    ],
    keys: &[
        at(FORWARDED, &["nginx", "access", "remote_ip_list"]),
        at(FORWARDED, &["network", "forwarded_ip"]),
        at(FORWARDED, &["network.forwarded_ip"]),
        at(CLIENT, &["source", "ip"]),
        at(CLIENT, &["source.ip"]),
        at(CLIENT, &["source", "address"]),
        at(CLIENT, &["source.address"]),
        at(CLIENT, &["client", "ip"]),
        at(CLIENT, &["client.ip"]),
        at(CLIENT, &["client", "address"]),
        at(CLIENT, &["client.address"]),
        at(METHOD, &["http", "request", "method"]),
        at(METHOD, &["http.request.method"]),
        at(TARGET, &["url", "original"]),
        at(TARGET, &["url.original"]),
        at(TARGET, &["url", "path"]),
        at(TARGET, &["url.path"]),
        at(QUERY, &["url", "query"]),
        at(QUERY, &["url.query"]),
        at(PROTO, &["http", "version"]),
        at(PROTO, &["http.version"]),
        at(STATUS, &["http", "response", "status_code"]),
        at(STATUS, &["http.response.status_code"]),
        at(BYTES, &["http", "response", "body", "bytes"]),
        at(BYTES, &["http.response.body.bytes"]),
        at(BYTES, &["http", "response", "bytes"]),
        at(BYTES, &["http.response.bytes"]),
        at(HOST, &["url", "domain"]),
        at(HOST, &["url.domain"]),
        at(REFERER, &["http", "request", "referrer"]),
        at(REFERER, &["http.request.referrer"]),
        at(AGENT, &["user_agent", "original"]),
        at(AGENT, &["user_agent.original"]),
        at(USER, &["user", "name"]),
        at(USER, &["user.name"]),
        at(TOOK, &["event", "duration"]),
        at(TOOK, &["event.duration"]),
        at(TIME, &["@timestamp"]),
    ],
    unit: json::NANOSECONDS,
    utc: false,
    before: capitals,
    after: request_by_someone,
};

static CARD: Card = Card {
    name: "ecs",
    title: "Elastic Common Schema (Filebeat, Logstash, Kibana 8)",
    directive: "filebeat modules enable nginx",
    reference: "https://www.elastic.co/guide/en/ecs/current/ecs-http.html",
    grammar: "ecs = object",
    time: TimeMeaning::Unknown,
    zone: "Z or an offset",
    bytes: BytesMeaning::Unknown,
    client: "what the pipeline chose (source.ip or client.ip), and its list of addresses",
    folds_case: false,
    best_effort: false,
    samples: &[
        // Filebeat.
        Sample {
            preamble: &[],
            line: br#"{"@timestamp":"2024-02-24T12:34:56.000Z","agent":{"type":"filebeat"},"event":{"dataset":"nginx.access","duration":12000000},"http":{"request":{"method":"GET","referrer":"https://a.example/"},"response":{"body":{"bytes":571},"status_code":200},"version":"1.1"},"nginx":{"access":{"remote_ip_list":["10.0.0.2","10.0.0.1"]}},"source":{"address":"10.0.0.2","ip":"10.0.0.2","geo":{}},"url":{"original":"/ocelot?x=1","path":"/ocelot","query":"x=1"},"user":{"name":"bob"},"user_agent":{"name":"curl","original":"curl/8.5"}}"#,
            reads: "forwarded=10.0.0.2, 10.0.0.1 time=2024-02-24T12:34:56Z GET /ocelot?x=1 200 571 user=bob referer=https://a.example/ agent=curl/8.5 took=12000us",
        },
        // With dots, as a search result is exported.
        Sample {
            preamble: &[],
            line: br#"{"@timestamp":"2024-02-24T12:34:56Z","source.ip":"203.0.113.5","url.path":"/a","url.query":"b=1","url.domain":"a.example","http.request.method":"get","http.response.status_code":404,"http.response.bytes":0}"#,
            reads: "forwarded=203.0.113.5 time=2024-02-24T12:34:56Z GET /a?b=1 404 0 host=a.example",
        },
    ],
    refusals: &[
        br#"{"@timestamp":"2024-02-24T12:34:56Z","log.level":"INFO","message":"url and http","ecs.version":"1.2.0","source":{"ip":"203.0.113.5"}}"#,
        br#"{"@timestamp":"2024-02-24T12:34:56Z","source":{"ip":"203.0.113.5"},"http":{"response":{"status_code":200}},"url":{"domain":"a.example"}}"#,
        br#"{"@timestamp":"2024-02-24T12:34:56Z","http":{"response":{"status_code":200}},"url":{"path":"/"},"client":{}}"#,
    ],
};

/// The method in capitals: until ECS 1.8 it was written small.
fn capitals(found: &mut Found<'_>) {
    found.capitals(METHOD);
}

/// Other events have the same fields, empty.
fn request_by_someone<'a>(_: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    match record.request {
        Request::Raw(_) => Err("a path in url"),
        _ if record.addresses.fields().next().is_none() => Err("an address in source or client"),
        Request::Line { .. } => Ok(()),
    }
}
