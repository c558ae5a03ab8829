//! Node.js servers that log a request and its answer as `req` and `res`: pino-http
//! and hapi-pino (Fastify, Express), Bunyan and express-bunyan-logger, Restify's
//! audit log, express-winston.
//!
//! Directive: `app.use(require('pino-http')())`.
//! Specification: <https://github.com/pinojs/pino-http> and
//! <https://github.com/trentm/node-bunyan#standard-serializers>.
//!
//! ```abnf
//! node-json = object
//! ```
//!
//! `remoteAddress` is the peer, `req.headers["x-forwarded-for"]` what proxies wrote.
//! `time` is when the line was written, at the end: an epoch in milliseconds
//! (pino) or ISO 8601 (Bunyan). `responseTime` and `latency` are milliseconds. Fastify writes two
//! lines a request, of which only the first has an address and a target, and only
//! the second a status: the second cannot be read alone. The bytes are what the header
//! `Content-Length` announced.

use super::json::{
    self, AGENT, BYTES, CLIENT, FORWARDED, Found, HOST, METHOD, PEER, PROTO, REFERER, STATUS,
    Shape, TARGET, TIME, TOOK, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// JSON logs of Node.js servers.
pub static NODE_JSON: Shape = Shape {
    card: &CARD,
    tells: &[
        &["req"],
        &["url", "originalUrl"],
        &["remoteAddress", "headers", "remoteIp", "ip"],
        &["time", "timestamp", "@timestamp"],
    ],
    keys: &[
        at(PEER, &["req", "remoteAddress"]),
        at(PEER, &["remoteAddress"]),
        at(PEER, &["req", "connection", "remoteAddress"]),
        at(FORWARDED, &["req", "headers", "x-forwarded-for"]),
        at(CLIENT, &["req", "ip"]),
        at(CLIENT, &["ip"]),
        at(CLIENT, &["remoteIp"]),
        at(CLIENT, &["remote-address"]),
        at(CLIENT, &["req", "headers", "x-real-ip"]),
        at(TIME, &["time"]),
        at(TIME, &["timestamp"]),
        at(TIME, &["@timestamp"]),
        at(METHOD, &["req", "method"]),
        at(METHOD, &["method"]),
        at(TARGET, &["req", "originalUrl"]),
        at(TARGET, &["req", "url"]),
        at(TARGET, &["url"]),
        at(PROTO, &["req", "httpVersion"]),
        at(STATUS, &["res", "statusCode"]),
        at(STATUS, &["res", "status"]),
        at(STATUS, &["statusCode"]),
        at(STATUS, &["status-code"]),
        at(BYTES, &["res", "headers", "content-length"]),
        at(BYTES, &["res", "contentLength"]),
        at(HOST, &["req", "headers", "host"]),
        at(HOST, &["req", "host"]),
        at(HOST, &["req", "hostname"]),
        at(REFERER, &["req", "headers", "referer"]),
        at(AGENT, &["req", "headers", "user-agent"]),
        at(TOOK, &["responseTime"]),
        at(TOOK, &["latency"]),
        at(TOOK, &["response-time"]),
        at(TOOK, &["res", "responseTime"]),
    ],
    unit: json::MILLISECONDS,
    utc: false,
    before: capitals,
    after: nothing_more,
};

static CARD: Card = Card {
    name: "node-json",
    title: "Node.js: pino-http, Bunyan, Restify, express-winston",
    directive: "app.use(require('pino-http')())",
    reference: "https://github.com/pinojs/pino-http",
    grammar: "node-json = object",
    time: TimeMeaning::End,
    zone: "an epoch, or Z",
    bytes: BytesMeaning::Planned,
    client: "the peer (remoteAddress), and X-Forwarded-For",
    folds_case: false,
    best_effort: false,
    samples: &[
        // pino-http.
        Sample {
            preamble: &[],
            line: br#"{"level":30,"time":1708778096123,"pid":1,"hostname":"web-1","req":{"id":1,"method":"GET","url":"/export/patients.csv?x=1","query":{"x":"1"},"params":{},"headers":{"host":"a.example:3000","user-agent":"curl/8.5","x-forwarded-for":"203.0.113.5"},"remoteAddress":"::ffff:10.0.0.7","remotePort":64778},"res":{"statusCode":200,"headers":{"x-powered-by":"Express","content-length":"88123"}},"responseTime":12,"msg":"request completed"}"#,
            reads: "peer=::ffff:10.0.0.7 forwarded=203.0.113.5 time=2024-02-24T12:34:56.123Z GET /export/patients.csv?x=1 200 88123 host=a.example agent=curl/8.5 took=12000us",
        },
        // Restify, through Bunyan.
        Sample {
            preamble: &[],
            line: br#"{"name":"audit","hostname":"h","pid":7,"audit":true,"level":30,"remoteAddress":"203.0.113.5","remotePort":51234,"req_id":"x","req":{"query":"x=1","method":"HEAD","url":"/a?x=1","headers":{"user-agent":"curl","accept":"*/*"},"httpVersion":"1.1","version":"*"},"res":{"statusCode":401,"headers":{"content-length":0}},"latency":3,"_audit":true,"msg":"handled: 401","time":"2016-02-24T12:34:56.789Z","v":0}"#,
            reads: "peer=203.0.113.5 time=2016-02-24T12:34:56.789Z HEAD /a?x=1 401 0 agent=curl took=3000us",
        },
        // Fastify, whose answer is on another line.
        Sample {
            preamble: &[],
            line: br#"{"level":30,"time":1708778096123,"pid":1,"hostname":"h","reqId":"req-1","req":{"method":"GET","url":"/a","hostname":"a.example","remoteAddress":"203.0.113.5","remotePort":1},"msg":"incoming request"}"#,
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:56.123Z GET /a host=a.example",
        },
    ],
    refusals: &[
        br#"{"level":30,"time":1708778096123,"pid":1,"hostname":"h","reqId":"req-1","res":{"statusCode":200},"responseTime":1.2,"msg":"request completed"}"#,
        br#"{"level":30,"pid":1,"req":{"method":"GET","url":"/a","remoteAddress":"203.0.113.5"},"time":null}"#,
    ],
};

/// The method in capitals: hapi writes it small.
fn capitals(found: &mut Found<'_>) {
    found.capitals(METHOD);
}
