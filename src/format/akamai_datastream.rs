//! Akamai DataStream 2 in JSON.
//!
//! Directive: a stream with the log format JSON.
//! Specification: <https://techdocs.akamai.com/datastream2/docs/data-set-parameters>.
//!
//! ```abnf
//! akamai-datastream2 = object
//! ```
//!
//! Every value is a text. `cliIP` is the peer of the edge, `xForwardedFor` its
//! header. `reqTimeSec` is when the edge received the request. The user agent and
//! the referer are percent-encoded, with `+` for a space, and are read with that
//! layer undone; path and query are kept as they are. `bytes` counts the content.

use super::json::{
    self, AGENT, BYTES, FORWARDED, Found, HOST, METHOD, OWN, PEER, PROTO, Part, Picked, QUERY,
    REFERER, STATUS, Shape, TARGET, TIME, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// Akamai's DataStream 2 in JSON.
pub static AKAMAI_DATASTREAM: Shape = Shape {
    card: &CARD,
    tells: &[&["cliIP"], &["reqTimeSec"]],
    keys: &[
        at(PEER, &["cliIP"]),
        at(FORWARDED, &["xForwardedFor"]),
        at(TIME, &["reqTimeSec"]),
        at(METHOD, &["reqMethod"]),
        at(TARGET, &["reqPath"]),
        at(QUERY, &["queryStr"]),
        at(PROTO, &["proto"]),
        at(STATUS, &["statusCode"]),
        at(BYTES, &["bytes"]),
        at(BYTES, &["rspContentLen"]),
        at(HOST, &["reqHost"]),
        at(REFERER, &["referer"]),
        at(AGENT, &["UA"]),
        at(TURN, &["turnAroundTimeMSec"]),
        at(TRANSFER, &["transferTimeMSec"]),
    ],
    unit: json::MILLISECONDS,
    utc: false,
    before: plain,
    after: took,
};

/// From the end of the request to the first byte of the answer.
const TURN: usize = OWN;
/// From there to the last byte.
const TRANSFER: usize = OWN + 1;

static CARD: Card = Card {
    name: "akamai-datastream2",
    title: "Akamai DataStream 2, JSON",
    directive: "deliveryConfiguration: { format: JSON }",
    reference: "https://techdocs.akamai.com/datastream2/docs/data-set-parameters",
    grammar: "akamai-datastream2 = object",
    time: TimeMeaning::Start,
    zone: "an epoch",
    bytes: BytesMeaning::Body,
    client: "the peer of the edge (cliIP), and X-Forwarded-For",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"version":1,"streamId":"10","cp":"123456","reqId":"1239f220","reqTimeSec":"1573840000.123","bytes":"4995","cliIP":"128.147.28.68","statusCode":"206","proto":"HTTPS","reqHost":"test.hostname.net","reqMethod":"GET","reqPath":"/path1/file%20a.ext","reqPort":"443","rspContentLen":"5000","UA":"Mozilla%2F5.0+%28Macintosh%3B+Intel+Mac+OS+X+10_14_3%29","queryStr":"cmp=w2","referer":"https%3A%2F%2Ftest.referrer.net%2Fen-US","xForwardedFor":"8.47.28.38","turnAroundTimeMSec":"11","transferTimeMSec":"125","totalBytes":"5227"}"#,
            reads: "peer=128.147.28.68 forwarded=8.47.28.38 time=2019-11-15T17:46:40.123Z GET /path1/file%20a.ext?cmp=w2 206 4995 host=test.hostname.net referer=https://test.referrer.net/en-US agent=Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_3) took=136000us",
        },
        // Few fields, and no slash.
        Sample {
            preamble: &[],
            line: br#"{"version":2,"reqTimeSec":"1573840000","cliIP":"2001:db8::1","statusCode":"000","reqMethod":"HEAD","reqPath":"a/b","queryStr":"-","bytes":"0","UA":"-"}"#,
            reads: "peer=2001:db8::1 time=2019-11-15T17:46:40Z HEAD /a/b 000 0",
        },
    ],
    refusals: &[
        br#"{"version":1,"reqTimeSec":"1573840000","cliIP":"128.147.28.68","cp":"1"}"#,
        br#"{"reqTimeSec":"x","cliIP":"128.147.28.68","statusCode":"200","reqMethod":"GET","reqPath":"/a"}"#,
    ],
};

/// The texts that are encoded, and the slash that some streams leave out.
fn plain(found: &mut Found<'_>) {
    found.decode(AGENT, true);
    found.decode(REFERER, true);
    found.decode(FORWARDED, true);
    if found.text(TARGET).is_some_and(|path| path.first() != Some(&b'/')) {
        found.join(TARGET, &[Part::Text("/"), Part::Of(TARGET)]);
    }
}

/// The two parts of the duration together.
fn took<'a>(picked: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    let parts = (picked.took(TURN, json::MILLISECONDS), picked.took(TRANSFER, json::MILLISECONDS));
    record.took = match parts {
        (Some(turn), Some(transfer)) => turn.checked_add(transfer),
        (one, other) => one.or(other),
    };
    Ok(())
}
