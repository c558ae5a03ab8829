//! Envoy's access log in JSON, and that of what is built on it: Istio, Envoy
//! Gateway, Contour, Ambassador.
//!
//! Directive: `json_format` of an access logger; in Istio
//! `meshConfig.accessLogEncoding: JSON`.
//! Specification:
//! <https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage>.
//!
//! ```abnf
//! envoy-json = object
//! ```
//!
//! The names are the site's; those read here are what Istio, Envoy Gateway and
//! Contour ship. `downstream_remote_address` may be what Envoy made of
//! `X-Forwarded-For` or of the PROXY protocol; it is the peer only where the
//! socket's own address, `downstream_direct_remote_address`, is not logged. The last element of `x_forwarded_for` is
//! the one that Envoy appended. `start_time` is when the request began, UTC.
//! Status 0 means that no answer was sent (flag `DC`: the client left).

use super::json::{
    self, AGENT, BYTES, CLIENT, FORWARDED, Found, HOST, METHOD, PEER, PROTO, REFERER, STATUS,
    Shape, TARGET, TIME, TOOK, UPSTREAM, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// Envoy's access log in JSON.
pub static ENVOY_JSON: Shape = Shape {
    card: &CARD,
    tells: &[
        &["response_code"],
        &["response_flags", "downstream_remote_address", "x_forwarded_for", "upstream_host"],
    ],
    keys: &[
        at(PEER, &["downstream_direct_remote_address"]),
        at(FORWARDED, &["x_forwarded_for"]),
        at(FORWARDED, &["x-forwarded-for"]),
        at(CLIENT, &["downstream_remote_address"]),
        at(CLIENT, &["downstream_remote_address_without_port"]),
        at(UPSTREAM, &["upstream_host"]),
        at(TIME, &["start_time"]),
        at(TIME, &["@timestamp"]),
        at(TIME, &["timestamp"]),
        at(METHOD, &["method"]),
        at(METHOD, &[":method"]),
        at(TARGET, &["x-envoy-original-path"]),
        at(TARGET, &["x-envoy-origin-path"]),
        at(TARGET, &["original_path"]),
        at(TARGET, &["path"]),
        at(TARGET, &[":path"]),
        at(PROTO, &["protocol"]),
        at(STATUS, &["response_code"]),
        at(BYTES, &["bytes_sent"]),
        at(HOST, &["authority"]),
        at(HOST, &[":authority"]),
        at(REFERER, &["referer"]),
        at(REFERER, &["referrer"]),
        at(AGENT, &["user_agent"]),
        at(AGENT, &["user-agent"]),
        at(TOOK, &["duration"]),
    ],
    unit: json::MILLISECONDS,
    utc: true,
    before: direct_first,
    after: nothing_more,
};

static CARD: Card = Card {
    name: "envoy-json",
    title: "Envoy, Istio, Envoy Gateway and Contour JSON access log",
    directive: r#"json_format: { start_time: "%START_TIME%", … }"#,
    reference: "https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage",
    grammar: "envoy-json = object",
    time: TimeMeaning::Start,
    zone: "Z",
    bytes: BytesMeaning::Body,
    client: "the peer (downstream_remote_address) and X-Forwarded-For",
    folds_case: false,
    best_effort: false,
    samples: &[
        // Istio.
        Sample {
            preamble: &[],
            line: br#"{"authority":"files.example.org","bytes_received":0,"bytes_sent":88123,"connection_termination_details":null,"downstream_local_address":"10.244.1.7:8080","downstream_remote_address":"10.244.0.1:41522","duration":11,"method":"GET","path":"/export/patients.csv?x=1","protocol":"HTTP/1.1","request_id":"6d6e08ba","requested_server_name":null,"response_code":200,"response_code_details":"via_upstream","response_flags":"-","route_name":"default","start_time":"2024-02-24T12:34:56.123Z","upstream_cluster":"inbound|8080||","upstream_host":"10.244.1.7:80","upstream_local_address":"127.0.0.6:33261","upstream_service_time":"10","user_agent":"curl/8.5","x_forwarded_for":"203.0.113.5,10.0.0.7"}"#,
            reads: "peer=10.244.0.1:41522 forwarded=203.0.113.5,10.0.0.7 upstream=10.244.1.7:80 time=2024-02-24T12:34:56.123Z GET /export/patients.csv?x=1 200 88123 host=files.example.org agent=curl/8.5 took=11000us",
        },
        // Envoy Gateway.
        Sample {
            preamble: &[],
            line: br#"{":authority":"proxy6.example.com","bytes_received":0,"bytes_sent":1024,"downstream_remote_address":"[fd00:1234:5678::1]:54321","duration":20,"method":"POST","protocol":"HTTP/1.1","response_code":201,"response_flags":"-","start_time":"2026-01-24T01:36:00.000Z","upstream_host":null,"user-agent":"curl/8.10.1","x-envoy-origin-path":"/api/create","x-forwarded-for":"fd00:1234:5678::5a24, [fd00:1234:5678::1]:54321","x-request-id":"multi-ip-v6-test-id"}"#,
            reads: "peer=[fd00:1234:5678::1]:54321 forwarded=fd00:1234:5678::5a24, [fd00:1234:5678::1]:54321 time=2026-01-24T01:36:00Z POST /api/create 201 1024 host=proxy6.example.com agent=curl/8.10.1 took=20000us",
        },
        // Contour: a client that left before it asked.
        Sample {
            preamble: &[],
            line: br#"{"@timestamp":"2020-11-06T15:22:38.501Z","authority":null,"bytes_received":0,"bytes_sent":0,"downstream_local_address":null,"downstream_remote_address":"192.0.2.4:51712","duration":0,"method":null,"path":null,"protocol":null,"response_code":0,"response_flags":"DC","upstream_cluster":null,"user_agent":null,"x_forwarded_for":null}"#,
            reads: "peer=192.0.2.4:51712 time=2020-11-06T15:22:38.501Z 000 0 took=0us",
        },
    ],
    refusals: &[
        br#"{"start_time":"2024-02-24T12:34:56.123Z","method":"GET","path":"/","bytes_sent":5,"user_agent":"curl"}"#,
        br#"{"level":"info","time":"2024-02-24T12:34:56.123456Z","scope":"xdsproxy","msg":"connected to upstream XDS server: istiod.istio-system.svc:15012"}"#,
        br#"{"start_time":null,"method":"GET","path":"/","response_code":200,"response_flags":"-","downstream_remote_address":"192.0.2.4:51712"}"#,
    ],
};

/// The address that Envoy goes by, where the socket's own is not logged.
fn direct_first(found: &mut Found<'_>) {
    found.or(PEER, CLIENT);
}
