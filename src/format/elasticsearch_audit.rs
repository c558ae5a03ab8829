//! Elasticsearch's audit log in JSON, since 6.5: `*_audit.json`. Before that it
//! was text.
//!
//! Directive: `xpack.security.audit.enabled: true`.
//! Specification:
//! <https://www.elastic.co/guide/en/elasticsearch/reference/current/audit-event-types.html>.
//!
//! ```abnf
//! elasticsearch-audit = object
//! ```
//!
//! The names have dots in them and are not nested. An event of the REST layer has
//! a path; what the transport layer did for it has an action and names, which
//! stands for the request. There is no status and no byte: an event says that
//! somebody asked, and `event.action` whether they were let in. `timestamp` has a
//! comma and an offset; until 7.0 it was `@timestamp`, local, without one.
//! `origin.address` is the peer with its port.

use super::json::{
    self, FORWARDED, METHOD, PEER, QUERY, RAW, Shape, TARGET, TIME, USER, as_it_stands, at,
    nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// Elasticsearch's audit log in JSON.
pub static ELASTICSEARCH_AUDIT: Shape = Shape {
    card: &CARD,
    tells: &[
        &["event.action"],
        &["origin.address"],
        &["node.id", "node.name", "event.type", "type"],
    ],
    keys: &[
        at(PEER, &["origin.address"]),
        at(FORWARDED, &["x_forwarded_for"]),
        at(TIME, &["timestamp"]),
        at(TIME, &["@timestamp"]),
        at(METHOD, &["request.method"]),
        at(TARGET, &["url.path"]),
        at(QUERY, &["url.query"]),
        at(RAW, &["action"]),
        at(RAW, &["event.action"]),
        at(USER, &["user.name"]),
    ],
    unit: json::SECONDS,
    utc: false,
    before: as_it_stands,
    after: nothing_more,
};

static CARD: Card = Card {
    name: "elasticsearch-audit",
    title: "Elasticsearch audit log, JSON",
    directive: "xpack.security.audit.enabled: true",
    reference: "https://www.elastic.co/guide/en/elasticsearch/reference/current/audit-event-types.html",
    grammar: "elasticsearch-audit = object",
    time: TimeMeaning::Start,
    zone: "logged as an offset; local before 7.0",
    bytes: BytesMeaning::Unknown,
    client: "the peer (origin.address), and X-Forwarded-For",
    folds_case: false,
    best_effort: false,
    samples: &[
        // 7.0 and later.
        Sample {
            preamble: &[],
            line: br#"{"type":"audit", "timestamp":"2019-06-11T15:03:32,778+0000", "node.id":"Xaq2BFVcQ1OhyMrjL8gNOg", "event.type":"rest", "event.action":"authentication_failed", "user.name":"elastic", "origin.type":"rest", "origin.address":"172.17.0.1:40380", "url.path":"/_search", "url.query":"size=10000&scroll=1m", "request.method":"GET", "request.id":"KPgEINaXSbGNaIobp8OcMw", "x_forwarded_for":"203.0.113.5"}"#,
            reads: "peer=172.17.0.1:40380 forwarded=203.0.113.5 time=2019-06-11T15:03:32.778Z GET /_search?size=10000&scroll=1m user=elastic",
        },
        // 6.5, whose time is local.
        Sample {
            preamble: &[],
            line: br#"{"@timestamp":"2018-10-31T09:34:25,109", "node.id":"DSiWcTyeThWtUXLB9J0BMw", "event.type":"rest", "event.action":"anonymous_access_denied", "origin.type":"rest", "origin.address":"[::1]:61598", "url.path":"/_cat/indices"}"#,
            reads: "peer=[::1]:61598 time=2018-10-31T09:34:25.109 - /_cat/indices",
        },
        // The same request, as the transport layer saw it.
        Sample {
            preamble: &[],
            line: br#"{"type":"audit", "timestamp":"2021-06-11T15:03:32,778+0200", "node.id":"x", "event.type":"transport", "event.action":"access_granted", "user.name":"bob", "origin.type":"rest", "origin.address":"203.0.113.5:40380", "request.id":"y", "action":"indices:data/read/search", "request.name":"SearchRequest", "indices":["patients"]}"#,
            reads: "peer=203.0.113.5:40380 time=2021-06-11T13:03:32.778Z raw=<indices:data/read/search> user=bob",
        },
    ],
    refusals: &[
        br#"{"type":"audit", "timestamp":"2021-06-11T15:03:32,778+0200", "event.type":"security_config_change", "event.action":"put_user", "request.id":"y"}"#,
        br#"{"type":"server", "timestamp":"2021-06-11T15:03:32,778+0200", "level":"INFO", "component":"o.e.n.Node", "message":"started", "node.id":"x"}"#,
        br#"{"type":"audit", "node.id":"x", "event.action":"access_granted", "origin.address":"203.0.113.5:40380", "url.path":"/"}"#,
    ],
};
