//! Kong Gateway's log plugins: `file-log`, `http-log`, `tcp-log` and their kin.
//!
//! Directive: the plugin `file-log` on a service, a route or all.
//! Specification: <https://developer.konghq.com/plugins/file-log/>.
//!
//! ```abnf
//! kong-json = object
//! ```
//!
//! `started_at` is when the request came in, in milliseconds. `client_ip` is
//! nginx's `$remote_addr`: the peer, or what `trusted_ips` and `real_ip_header`
//! made of it. `request.uri` has the query. `response.size` counts headers too.
//! Numbers may stand in quotes.

use super::json::{
    self, AGENT, BYTES, FORWARDED, HOST, METHOD, PEER, REFERER, STATUS, Shape, TARGET, TIME, TOOK,
    USER, as_it_stands, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// Kong's log plugins.
pub static KONG_JSON: Shape = Shape {
    card: &CARD,
    tells: &[&["client_ip"], &["started_at"], &["request"]],
    keys: &[
        at(PEER, &["client_ip"]),
        at(FORWARDED, &["request", "headers", "x-forwarded-for"]),
        at(TIME, &["started_at"]),
        at(METHOD, &["request", "method"]),
        at(TARGET, &["request", "uri"]),
        at(TARGET, &["request", "url"]),
        at(STATUS, &["response", "status"]),
        at(BYTES, &["response", "size"]),
        at(HOST, &["request", "headers", "host"]),
        at(REFERER, &["request", "headers", "referer"]),
        at(AGENT, &["request", "headers", "user-agent"]),
        at(USER, &["consumer", "username"]),
        at(USER, &["authenticated_entity", "id"]),
        at(TOOK, &["latencies", "request"]),
    ],
    unit: json::MILLISECONDS,
    utc: false,
    before: as_it_stands,
    after: nothing_more,
};

static CARD: Card = Card {
    name: "kong-json",
    title: "Kong Gateway log plugins",
    directive: "plugins: [{ name: file-log, config: { path: /var/log/kong.json } }]",
    reference: "https://developer.konghq.com/plugins/file-log/",
    grammar: "kong-json = object",
    time: TimeMeaning::Start,
    zone: "an epoch",
    bytes: BytesMeaning::Wire,
    client: "the peer, or what the real-IP settings made of it (client_ip), and X-Forwarded-For",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"latencies":{"request":515,"kong":58,"proxy":457},"service":{"host":"httpbin.org","port":80},"request":{"querystring":{"x":"1"},"size":138,"uri":"/get?x=1","url":"http://a.example:8000/get?x=1","headers":{"host":"a.example:8000","accept-encoding":"gzip","user-agent":"HTTPie/2.4.0","x-forwarded-for":"198.51.100.9"},"method":"GET"},"tries":[{"balancer_latency":0,"port":80,"ip":"18.211.130.98"}],"client_ip":"203.0.113.5","workspace":"x","upstream_uri":"/get","response":{"headers":{"content-type":"application/json"},"status":200,"size":941},"consumer":{"username":"bob"},"started_at":1614232642123}"#,
            reads: "peer=203.0.113.5 forwarded=198.51.100.9 time=2021-02-25T05:57:22.123Z GET /get?x=1 200 941 user=bob host=a.example agent=HTTPie/2.4.0 took=515000us",
        },
        // 0.x, with sizes as texts.
        Sample {
            preamble: &[],
            line: br#"{"request":{"method":"POST","uri":"/","size":"75"},"response":{"status":404,"size":"234"},"latencies":{"request":1},"client_ip":"172.18.0.1","started_at":1433209822425}"#,
            reads: "peer=172.18.0.1 time=2015-06-02T01:50:22.425Z POST / 404 234 took=1000us",
        },
    ],
    refusals: &[
        br#"{"client_ip":"203.0.113.5","started_at":1614232642123,"request":{"size":1},"latencies":{}}"#,
        br#"{"client_ip":"203.0.113.5","started_at":"soon","request":{"method":"GET","uri":"/"},"response":{"status":200}}"#,
    ],
};
