//! Cloudflare's HTTP requests, as Logpush and Logpull deliver them: one object a
//! line.
//!
//! Directive: a Logpush job of the dataset `http_requests`.
//! Specification:
//! <https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/>.
//!
//! ```abnf
//! cloudflare-logpush = object
//! ```
//!
//! The customer chooses the fields and how times are written: RFC 3339, seconds or
//! nanoseconds, told by their size. `ClientIP` is the true peer of Cloudflare; the
//! logs of the origin show Cloudflare instead. `EdgeStartTimestamp` is when the
//! edge received the request. `EdgeResponseBytes` counts headers too. Where a job
//! delivers only `EdgeEndTimestamp`, the lines are left to the format `json`.

use super::json::{
    self, AGENT, BYTES, FORWARDED, HOST, METHOD, OWN, PEER, PROTO, Picked, REFERER, STATUS, Shape,
    TARGET, TIME, UPSTREAM, as_it_stands, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// Cloudflare's HTTP request log.
pub static CLOUDFLARE: Shape = Shape {
    card: &CARD,
    tells: &[&["ClientRequestURI", "ClientRequestPath"], &["EdgeStartTimestamp"]],
    keys: &[
        at(PEER, &["ClientIP"]),
        at(FORWARDED, &["RequestHeaders", "x-forwarded-for"]),
        at(UPSTREAM, &["OriginIP"]),
        at(TIME, &["EdgeStartTimestamp"]),
        at(METHOD, &["ClientRequestMethod"]),
        at(TARGET, &["ClientRequestURI"]),
        at(TARGET, &["ClientRequestPath"]),
        at(PROTO, &["ClientRequestProtocol"]),
        at(STATUS, &["EdgeResponseStatus"]),
        // Alibaba's ESA, which has taken the other names over.
        at(STATUS, &["EdgeResponseStatusCode"]),
        at(BYTES, &["EdgeResponseBytes"]),
        at(HOST, &["ClientRequestHost"]),
        at(REFERER, &["ClientRequestReferer"]),
        at(AGENT, &["ClientRequestUserAgent"]),
        at(ENDED, &["EdgeEndTimestamp"]),
    ],
    unit: json::SECONDS,
    utc: true,
    before: as_it_stands,
    after: took,
};

/// When the edge finished sending.
const ENDED: usize = OWN;

static CARD: Card = Card {
    name: "cloudflare-logpush",
    title: "Cloudflare Logpush and Logpull, dataset http_requests",
    directive: r#"{"dataset": "http_requests", "output_options": {"timestamp_format": "rfc3339"}}"#,
    reference: "https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/",
    grammar: "cloudflare-logpush = object",
    time: TimeMeaning::Start,
    zone: "Z, or an epoch",
    bytes: BytesMeaning::Wire,
    client: "the peer of Cloudflare (ClientIP), and X-Forwarded-For where that header is logged",
    folds_case: false,
    best_effort: false,
    samples: &[
        // Nanoseconds.
        Sample {
            preamble: &[],
            line: br#"{"ClientIP":"198.51.100.23","ClientRequestHost":"files.example.org","ClientRequestMethod":"GET","ClientRequestURI":"/export/patients.csv?x=1","EdgeStartTimestamp":1700000000123000000,"EdgeEndTimestamp":1700000000456000000,"EdgeResponseBytes":88412,"EdgeResponseStatus":200,"RayID":"8260bd8d0e1f2a3b"}"#,
            reads: "peer=198.51.100.23 time=2023-11-14T22:13:20.123Z GET /export/patients.csv?x=1 200 88412 host=files.example.org took=333000us",
        },
        // RFC 3339, with a header of the request.
        Sample {
            preamble: &[],
            line: br#"{"CacheCacheStatus":"hit","ClientASN":64500,"ClientIP":"2001:db8::7","ClientRequestHost":"a.example","ClientRequestMethod":"GET","ClientRequestPath":"/x y","ClientRequestProtocol":"HTTP/2","ClientRequestReferer":"","ClientRequestUserAgent":"Mozilla/5.0","EdgeEndTimestamp":"2024-02-24T12:34:57Z","EdgeResponseBytes":0,"EdgeResponseStatus":499,"EdgeStartTimestamp":"2024-02-24T12:34:56Z","OriginIP":"","OriginResponseStatus":0,"RequestHeaders":{"x-forwarded-for":"203.0.113.5"}}"#,
            reads: "peer=2001:db8::7 forwarded=203.0.113.5 time=2024-02-24T12:34:56Z GET /x y 499 0 host=a.example agent=Mozilla/5.0 took=1000000us",
        },
        // Seconds.
        Sample {
            preamble: &[],
            line: br#"{"ClientIP":"198.51.100.23","ClientRequestMethod":"HEAD","ClientRequestURI":"/","EdgeStartTimestamp":1700000000,"EdgeResponseStatus":200}"#,
            reads: "peer=198.51.100.23 time=2023-11-14T22:13:20Z HEAD / 200",
        },
    ],
    refusals: &[
        br#"{"Action":"block","ClientIP":"198.51.100.23","ClientRequestHost":"a.example","ClientRequestPath":"/a","Datetime":"2024-02-24T12:34:56Z"}"#,
        br#"{"ClientIP":"198.51.100.23","ClientRequestURI":"/","EdgeStartTimestamp":"yesterday"}"#,
        br#"{"ClientIP":"198.51.100.23","EdgeStartTimestamp":1700000000,"note":"ClientRequestURI"}"#,
    ],
};

/// The duration, where both ends are logged.
fn took<'a>(picked: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    if let (Some(start), Some(end)) = (record.time, picked.time(ENDED)) {
        let nanos = i128::from(end.reading.seconds - start.reading.seconds) * 1_000_000_000
            + i128::from(end.reading.nanos)
            - i128::from(start.reading.nanos);
        record.took = u64::try_from(nanos / 1_000).ok();
    }
    Ok(())
}
