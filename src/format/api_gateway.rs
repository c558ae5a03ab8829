//! Amazon API Gateway, REST and HTTP APIs: the JSON preset of the access log.
//!
//! Directive: the log format of a stage,
//! `{"requestId":"$context.requestId","ip":"$context.identity.sourceIp",…}`.
//! Specification:
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>.
//!
//! ```abnf
//! aws-api-gateway = object
//! ```
//!
//! The presets write `resourcePath` or `routeKey`, which is the route and not the
//! path: `/users/{id}` stands for every user. Only a site that adds
//! `$context.path` logs which. `requestTime` is when the request came in.

use super::json::{
    self, AGENT, BYTES, FORWARDED, HOST, METHOD, OWN, PEER, PROTO, Picked, STATUS, Shape, TARGET,
    TIME, TOOK, USER, as_it_stands, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use memchr::memchr;

use crate::record::{Record, Request};

/// Amazon API Gateway's access log in JSON.
pub static API_GATEWAY: Shape = Shape {
    card: &CARD,
    tells: &[
        &["requestTime", "requestTimeEpoch"],
        &["resourcePath", "routeKey"],
        &["requestId", "extendedRequestId"],
    ],
    keys: &[
        at(PEER, &["ip"]),
        at(PEER, &["sourceIp"]),
        at(PEER, &["sourceIP"]),
        at(FORWARDED, &["xForwardedFor"]),
        at(FORWARDED, &["x-forwarded-for"]),
        at(TIME, &["requestTimeEpoch"]),
        at(TIME, &["requestTime"]),
        at(METHOD, &["httpMethod"]),
        at(TARGET, &["path"]),
        at(TARGET, &["resourcePath"]),
        at(PROTO, &["protocol"]),
        at(STATUS, &["status"]),
        at(BYTES, &["responseLength"]),
        at(HOST, &["domainName"]),
        at(AGENT, &["userAgent"]),
        at(USER, &["user"]),
        at(TOOK, &["responseLatency"]),
        at(ROUTE, &["routeKey"]),
    ],
    unit: json::MILLISECONDS,
    utc: false,
    before: as_it_stands,
    after: route,
};

/// Method and route in one.
const ROUTE: usize = OWN;

static CARD: Card = Card {
    name: "aws-api-gateway",
    title: "Amazon API Gateway access log, JSON preset",
    directive: r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status","protocol":"$context.protocol","responseLength":"$context.responseLength"}"#,
    reference: "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
    grammar: "aws-api-gateway = object",
    time: TimeMeaning::Start,
    zone: "logged as an offset, or an epoch",
    bytes: BytesMeaning::Body,
    client: "the peer (sourceIp)",
    folds_case: false,
    best_effort: false,
    samples: &[
        // The preset of REST APIs.
        Sample {
            preamble: &[],
            line: br#"{ "requestId":"c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "ip":"203.0.113.5", "caller":"-", "user":"-", "requestTime":"24/Feb/2024:12:34:56 +0000", "httpMethod":"GET", "resourcePath":"/patients/{id}", "status":"200", "protocol":"HTTP/1.1", "responseLength":"345" }"#,
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:56Z GET /patients/{id} 200 345",
        },
        // The preset of HTTP APIs.
        Sample {
            preamble: &[],
            line: br#"{"requestId":"JKJaXmPLvHcESHA=","ip":"203.0.113.5","requestTime":"24/Feb/2024:12:34:56 +0000","httpMethod":"GET","routeKey":"GET /patients/{id}","status":"404","protocol":"HTTP/1.1","responseLength":"0"}"#,
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:56Z GET /patients/{id} 404 0",
        },
        // With the path added.
        Sample {
            preamble: &[],
            line: br#"{"requestId":"x","requestTimeEpoch":1708778096123,"ip":"2001:db8::1","userAgent":"curl","httpMethod":"GET","resourcePath":"/{proxy+}","path":"/prod/patients/7","domainName":"a.example","status":200,"responseLength":345,"responseLatency":12}"#,
            reads: "peer=2001:db8::1 time=2024-02-24T12:34:56.123Z GET /prod/patients/7 200 345 host=a.example agent=curl took=12000us",
        },
    ],
    refusals: &[
        br#"{"requestId":"x","ip":"203.0.113.5","httpMethod":"GET","resourcePath":"/a","status":"200"}"#,
        br#"{"requestId":"x","ip":"203.0.113.5","requestTime":"-","httpMethod":"GET","resourcePath":"/a","status":"200"}"#,
    ],
};

/// `GET /users/{id}`, where neither path nor resource is logged.
fn route<'a>(picked: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    if let (Request::Raw(None), Some(route)) = (record.request, picked.text(ROUTE)) {
        let Some(space) = memchr(b' ', route) else { return Ok(()) };
        let (method, target) = (&route[..space], &route[space + 1..]);
        let method = picked.text(METHOD).unwrap_or(method);
        record.request = Request::Line { method, target, version: picked.text(PROTO) };
    }
    Ok(())
}
