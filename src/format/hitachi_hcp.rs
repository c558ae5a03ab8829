//! Hitachi Content Platform: the native REST lines of its gateway's log.
//!
//! Directive: none; `http_gateway_request.log`, one for each node.
//! Specification: Hitachi Content Platform, "System-Level Administration",
//! appendix "HTTP access logs".
//!
//! ```abnf
//! hitachi-hcp = core SP namespace "." tenant SP 1*DIGIT   ; no version in the request
//! ```
//!
//! Lines of its S3 and Swift interfaces have a version in the request and are
//! read by `extended`, because nothing else tells them from Apache's
//! `… %b %v %D`, whose last field is in another unit. The last field is the
//! latency in milliseconds. What the time means is not documented.

use super::clf::plain_core;
use super::plain::Plain;
use super::token::{Read, fault, number, space, word};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request};

/// The gateway's log of the Hitachi Content Platform.
pub static HITACHI_HCP: Plain = Plain { card: &CARD, grammar: hcp, quick: None };

static CARD: Card = Card {
    name: "hitachi-hcp",
    title: "Hitachi Content Platform, native REST",
    directive: "http_gateway_request.log",
    reference: "Hitachi Content Platform, System-Level Administration, HTTP access logs",
    grammar: r#"hitachi-hcp = core SP namespace "." tenant SP 1*DIGIT   ; no version in the request"#,
    time: TimeMeaning::Unknown,
    zone: "logged as an offset",
    bytes: BytesMeaning::Body,
    client: "the peer",
    folds_case: false,
    best_effort: false,
    samples: &[Sample {
        preamble: &[],
        line: br#"192.168.0.110 - filesUser [08/Dec/2015:07:29:05 +0100] "GET /rest/files/testfile/1.1" 200 1024 files.aw21 9"#,
        reads: "peer=192.168.0.110 time=2015-12-08T06:29:05Z GET /rest/files/testfile/1.1 200 1024 user=filesUser took=9000us",
    }],
    refusals: &[
        br#"192.168.0.110 - u [08/Dec/2015:07:29:05 +0100] "GET /hs3/f HTTP/1.1" 200 1024 files.aw21 9"#,
        br#"192.168.0.110 - u [08/Dec/2015:07:29:05 +0100] "GET /rest/files" 200 1024 files.aw21"#,
    ],
};

/// `hitachi-hcp = core SP namespace "." tenant SP 1*DIGIT`
fn hcp(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, core) = plain_core(input)?;
    let record = core.record();
    if !matches!(record.request, Request::Line { version: None, .. }) {
        return fault(input, "a request without a version");
    }
    let (namespace_at, ()) = space(rest)?;
    let (rest, namespace) = word(namespace_at)?;
    let named = namespace.iter().any(|byte| matches!(byte, b'.' | b'@'));
    if !named || !namespace[0].is_ascii_alphabetic() {
        return fault(namespace_at, "a namespace and its tenant");
    }
    let (took_at, ()) = space(rest)?;
    let (rest, took) = word(took_at)?;
    let Some(took) = number(took) else { return fault(took_at, "milliseconds") };
    Ok((rest, Record { took: took.checked_mul(1000), ..record }))
}
