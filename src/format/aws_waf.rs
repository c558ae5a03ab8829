//! AWS WAF: what the firewall in front of a load balancer, a CloudFront
//! distribution or an API saw.
//!
//! Directive: logging of a web ACL.
//! Specification: <https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html>.
//!
//! ```abnf
//! aws-waf = object
//! ```
//!
//! A line proves an attempt and not what was sent: there is a status only where
//! the firewall itself answered (`responseCodeSent`), and there are no bytes.
//! `timestamp` is when the request was inspected, in milliseconds. `clientIp` is
//! the peer of what the firewall protects. Headers are a list of names and values.

use super::json::{
    self, AGENT, FORWARDED, HOST, METHOD, PEER, PROTO, Picked, QUERY, REFERER, STATUS, Shape,
    TARGET, TIME, as_it_stands, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request};

/// AWS WAF's log.
pub static AWS_WAF: Shape = Shape {
    card: &CARD,
    tells: &[&["httpRequest"], &["webaclId", "terminatingRuleId"], &["clientIp"]],
    keys: &[
        at(PEER, &["httpRequest", "clientIp"]),
        at(FORWARDED, &["httpRequest", "headers", "X-Forwarded-For"]),
        at(TIME, &["timestamp"]),
        at(METHOD, &["httpRequest", "httpMethod"]),
        at(TARGET, &["httpRequest", "uri"]),
        at(QUERY, &["httpRequest", "args"]),
        at(PROTO, &["httpRequest", "httpVersion"]),
        at(STATUS, &["responseCodeSent"]),
        at(HOST, &["httpRequest", "headers", "Host"]),
        at(HOST, &["httpRequest", "host"]),
        at(REFERER, &["httpRequest", "headers", "Referer"]),
        at(AGENT, &["httpRequest", "headers", "User-Agent"]),
    ],
    unit: json::SECONDS,
    utc: false,
    before: as_it_stands,
    after: attempted,
};

static CARD: Card = Card {
    name: "aws-waf",
    title: "AWS WAF log (attempts, not answers)",
    directive: "aws wafv2 put-logging-configuration",
    reference: "https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html",
    grammar: "aws-waf = object",
    time: TimeMeaning::Start,
    zone: "an epoch",
    bytes: BytesMeaning::Unknown,
    client: "the peer (clientIp), and X-Forwarded-For",
    folds_case: false,
    best_effort: false,
    samples: &[
        // Let through: what came of it is not said.
        Sample {
            preamble: &[],
            line: br#"{"timestamp":1708778096123,"formatVersion":1,"webaclId":"arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/x/1","terminatingRuleId":"Default_Action","terminatingRuleType":"REGULAR","action":"ALLOW","terminatingRuleMatchDetails":[],"httpSourceName":"ALB","httpSourceId":"123456789012-app/x/1","responseCodeSent":null,"httpRequest":{"clientIp":"203.0.113.5","country":"FR","headers":[{"name":"Host","value":"files.example.org"},{"name":"user-agent","value":"curl/8.5 \"x\""},{"name":"X-Forwarded-For","value":"198.51.100.9"}],"uri":"/export/patients.csv","args":"x=1","httpVersion":"HTTP/1.1","httpMethod":"GET","requestId":"1-65d9e5f0"}}"#,
            reads: r#"peer=203.0.113.5 forwarded=198.51.100.9 time=2024-02-24T12:34:56.123Z GET /export/patients.csv?x=1 host=files.example.org agent=curl/8.5 "x""#,
        },
        // Answered by the firewall.
        Sample {
            preamble: &[],
            line: br#"{"timestamp":1708778096000,"webaclId":"arn","terminatingRuleId":"BlockBots","action":"BLOCK","responseCodeSent":403,"httpRequest":{"clientIp":"2001:db8::1","headers":[],"uri":"/","args":"","httpVersion":"HTTP/2.0","httpMethod":"POST"}}"#,
            reads: "peer=2001:db8::1 time=2024-02-24T12:34:56Z POST / 403",
        },
    ],
    refusals: &[
        br#"{"timestamp":1708778096000,"webaclId":"arn","action":"BLOCK","clientIp":"203.0.113.5","httpRequest":null}"#,
        br#"{"httpRequest":{"clientIp":"203.0.113.5","uri":"/a","httpMethod":"GET"},"webaclId":"arn"}"#,
    ],
};

/// A line without a request is another kind of event.
fn attempted<'a>(_: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    if record.request == Request::Raw(None) { Err("a request in httpRequest") } else { Ok(()) }
}
