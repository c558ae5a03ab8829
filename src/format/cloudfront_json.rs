//! Amazon CloudFront's standard log, version 2, in JSON.
//!
//! Directive: a delivery of standard logs (v2) with the output format `json`.
//! Specification:
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html>.
//!
//! ```abnf
//! cloudfront-json = object
//! ```
//!
//! The names are the columns of the text log, the values are all texts, and the
//! site chooses which there are. `date` and `time`, or `timestamp(ms)`, are when
//! the edge finished answering, UTC. `c-ip` is the peer of the edge;
//! `x-forwarded-for` is its header. The user agent is percent-encoded, and read
//! with one such layer undone; path and query are kept as they are.

use super::json::{
    self, AGENT, BYTES, FORWARDED, Found, HOST, METHOD, OWN, PEER, PROTO, Part, QUERY, REFERER,
    STATUS, Shape, TARGET, TIME, TOOK, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// CloudFront's standard log (v2) in JSON.
pub static CLOUDFRONT_JSON: Shape = Shape {
    card: &CARD,
    tells: &[
        &["x-edge-location", "x-edge-request-id", "x-edge-result-type", "timestamp(ms)"],
        &["cs-uri-stem"],
    ],
    keys: &[
        at(PEER, &["c-ip"]),
        at(FORWARDED, &["x-forwarded-for"]),
        at(TIME, &["timestamp(ms)"]),
        at(METHOD, &["cs-method"]),
        at(TARGET, &["cs-uri-stem"]),
        at(QUERY, &["cs-uri-query"]),
        at(PROTO, &["cs-protocol-version"]),
        at(STATUS, &["sc-status"]),
        at(BYTES, &["sc-bytes"]),
        at(HOST, &["x-host-header"]),
        at(HOST, &["cs(Host)"]),
        at(REFERER, &["cs(Referer)"]),
        at(AGENT, &["cs(User-Agent)"]),
        at(TOOK, &["time-taken"]),
        at(DATE, &["date"]),
        at(CLOCK, &["time"]),
    ],
    unit: json::SECONDS,
    utc: true,
    before: whole_time,
    after: nothing_more,
};

/// The day of the time.
const DATE: usize = OWN;
/// The time of day.
const CLOCK: usize = OWN + 1;

static CARD: Card = Card {
    name: "cloudfront-json",
    title: "Amazon CloudFront standard log v2, JSON",
    directive: "aws logs create-delivery … outputFormat=json",
    reference: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html",
    grammar: "cloudfront-json = object",
    time: TimeMeaning::End,
    zone: "UTC, implied by the specification",
    bytes: BytesMeaning::Wire,
    client: "the peer of the edge (c-ip), and X-Forwarded-For",
    folds_case: false,
    best_effort: true,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"date":"2024-11-14","time":"22:34:06","x-edge-location":"SOF50-P2","sc-bytes":"392","c-ip":"192.0.2.100","cs-method":"GET","cs(Host)":"d111111abcdef8.cloudfront.net","cs-uri-stem":"/export/a%2520b.csv","sc-status":"200","cs(Referer)":"-","cs(User-Agent)":"Mozilla/5.0%20(Windows%20NT%2010.0)","cs-uri-query":"x=1","cs(Cookie)":"-","x-edge-result-type":"Hit","x-edge-request-id":"SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==","x-host-header":"files.example.org","cs-protocol":"https","cs-bytes":"23","time-taken":"0.001","x-forwarded-for":"203.0.113.5,%2010.0.0.7","cs-protocol-version":"HTTP/2.0"}"#,
            reads: "peer=192.0.2.100 forwarded=203.0.113.5, 10.0.0.7 time=2024-11-14T22:34:06Z GET /export/a%2520b.csv?x=1 200 392 host=files.example.org agent=Mozilla/5.0 (Windows NT 10.0) took=1000us",
        },
        // Other fields chosen; the viewer left.
        Sample {
            preamble: &[],
            line: br#"{"timestamp(ms)":"1731620046814","x-edge-location":"SOF50-P2","asn":"16509","c-ip":"2001:db8::1","cs-method":"GET","cs-uri-stem":"/","cs-uri-query":"-","sc-status":"000","sc-bytes":"0","cs(Host)":"d111111abcdef8.cloudfront.net","cs(User-Agent)":"curl/8.5.0"}"#,
            reads: "peer=2001:db8::1 time=2024-11-14T21:34:06.814Z GET / 000 0 host=d111111abcdef8.cloudfront.net agent=curl/8.5.0",
        },
    ],
    refusals: &[
        br#"{"date":"2024-11-14","time":"22:34:06","c-ip":"192.0.2.100","cs-method":"GET","cs-uri-stem":"/a","sc-status":"200"}"#,
        br#"{"time":"22:34:06","x-edge-location":"SOF50-P2","c-ip":"192.0.2.100","cs-method":"GET","cs-uri-stem":"/a","sc-status":"200"}"#,
    ],
};

/// The time in one, and the texts that are percent-encoded.
fn whole_time(found: &mut Found<'_>) {
    if !found.holds(TIME) {
        found.join(TIME, &[Part::Of(DATE), Part::Text("T"), Part::Of(CLOCK)]);
    }
    found.decode(AGENT, false);
    found.decode(FORWARDED, false);
}
