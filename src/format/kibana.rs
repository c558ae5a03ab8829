//! Kibana's own log in JSON, until version 7; later ones write the Elastic Common
//! Schema.
//!
//! Directive: `logging.json: true`, `logging.verbose` or the default in containers.
//! Specification: <https://www.elastic.co/guide/en/kibana/7.17/settings.html>.
//!
//! ```abnf
//! kibana = object                     ; of the type `response`
//! ```
//!
//! `@timestamp` is when the request came in (hapi's `received`). The method is
//! written small. `req.remoteAddress` is the peer; `req.userAgent` repeats it in
//! versions before 7.11, so the header is read. Other types (`log`, `ops`) are no
//! requests.

use super::json::{
    self, AGENT, BYTES, CLIENT, FORWARDED, Found, HOST, METHOD, PEER, REFERER, STATUS, Shape,
    TARGET, TIME, TOOK, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// Kibana's own log.
pub static KIBANA: Shape = Shape {
    card: &CARD,
    tells: &[&["type"], &["@timestamp"], &["req"], &["res"], &["remoteAddress"]],
    keys: &[
        at(PEER, &["req", "remoteAddress"]),
        at(FORWARDED, &["req", "headers", "x-forwarded-for"]),
        at(CLIENT, &["req", "headers", "x-real-ip"]),
        at(TIME, &["@timestamp"]),
        at(METHOD, &["method"]),
        at(METHOD, &["req", "method"]),
        at(TARGET, &["req", "url"]),
        at(STATUS, &["statusCode"]),
        at(STATUS, &["res", "statusCode"]),
        at(BYTES, &["res", "contentLength"]),
        at(HOST, &["req", "headers", "host"]),
        at(REFERER, &["req", "headers", "referer"]),
        at(REFERER, &["req", "referer"]),
        at(AGENT, &["req", "headers", "user-agent"]),
        at(TOOK, &["res", "responseTime"]),
    ],
    unit: json::MILLISECONDS,
    utc: false,
    before: capitals,
    after: nothing_more,
};

static CARD: Card = Card {
    name: "kibana",
    title: "Kibana JSON log, until 7.17",
    directive: "logging.json: true",
    reference: "https://www.elastic.co/guide/en/kibana/7.17/settings.html",
    grammar: "kibana = object",
    time: TimeMeaning::Unknown,
    zone: "Z",
    bytes: BytesMeaning::Body,
    client: "the peer (req.remoteAddress), and X-Forwarded-For",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"type":"response","@timestamp":"2020-02-24T12:34:56Z","tags":["access:console"],"pid":7,"method":"post","statusCode":200,"req":{"url":"/api/console/proxy?path=patients%2F_search&method=GET","method":"post","headers":{"host":"kibana.example.org:5601","user-agent":"curl/7.64","x-forwarded-for":"203.0.113.5"},"remoteAddress":"10.0.0.7","userAgent":"10.0.0.7","referer":"https://kibana.example.org/app/kibana"},"res":{"statusCode":200,"responseTime":42,"contentLength":9000},"message":"POST /api/console/proxy 200 42ms - 8.8KB"}"#,
            reads: "peer=10.0.0.7 forwarded=203.0.113.5 time=2020-02-24T12:34:56Z POST /api/console/proxy?path=patients%2F_search&method=GET 200 9000 host=kibana.example.org referer=https://kibana.example.org/app/kibana agent=curl/7.64 took=42000us",
        },
        // 5.x
        Sample {
            preamble: &[],
            line: br#"{"type":"response","@timestamp":"2017-02-24T12:34:56Z","tags":[],"pid":1,"method":"get","statusCode":304,"req":{"url":"/","method":"get","headers":{},"remoteAddress":"::ffff:203.0.113.5"},"res":{"statusCode":304,"responseTime":1},"message":"GET / 304 1ms"}"#,
            reads: "peer=::ffff:203.0.113.5 time=2017-02-24T12:34:56Z GET / 304 took=1000us",
        },
    ],
    refusals: &[
        br#"{"type":"log","@timestamp":"2020-02-24T12:34:56Z","tags":["info","plugins-service"],"pid":7,"message":"Plugin \"req\" is disabled."}"#,
        br#"{"type":"response","@timestamp":"2020-02-24","method":"get","req":{"url":"/","remoteAddress":"1.2.3.4"},"res":{"statusCode":200}}"#,
    ],
};

/// The method in capitals.
fn capitals(found: &mut Found<'_>) {
    found.capitals(METHOD);
}
