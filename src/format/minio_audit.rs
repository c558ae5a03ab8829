//! MinIO's audit log: one object a call, sent to a webhook or Kafka.
//!
//! Directive: `MINIO_AUDIT_WEBHOOK_ENABLE_name=on`.
//! Specification:
//! <https://min.io/docs/minio/linux/operations/monitoring/minio-logging.html>.
//!
//! ```abnf
//! minio-audit = object
//! ```
//!
//! There is a call and no method, which is made of the call's name. The target is
//! `requestPath`, or in older versions bucket and object. `remotehost` is what
//! MinIO made of `X-Forwarded-For`, `X-Real-IP` and `Forwarded`, all of which a
//! client may write, so it is kept as forwarded. `time` is when the call was done;
//! `api.tx` counts what was sent.

use super::json::{
    self, AGENT, BUCKET, BYTES, CLIENT, FORWARDED, Found, HOST, KEY, METHOD, OWN, Part, REFERER,
    STATUS, Shape, TARGET, TIME, TOOK, USER, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// MinIO's audit log.
pub static MINIO_AUDIT: Shape = Shape {
    card: &CARD,
    tells: &[&["remotehost"], &["api"], &["deploymentid", "requestID"]],
    keys: &[
        at(CLIENT, &["remotehost"]),
        at(FORWARDED, &["requestHeader", "X-Forwarded-For"]),
        at(TIME, &["time"]),
        at(METHOD, &["api", "name"]),
        at(TARGET, &["requestPath"]),
        at(STATUS, &["api", "statusCode"]),
        at(BYTES, &["api", "tx"]),
        at(HOST, &["requestHost"]),
        at(HOST, &["requestHeader", "Host"]),
        at(REFERER, &["requestHeader", "Referer"]),
        at(AGENT, &["userAgent"]),
        at(AGENT, &["requestHeader", "User-Agent"]),
        at(USER, &["accessKey"]),
        at(USER, &["requestClaims", "accessKey"]),
        at(TOOK, &["api", "timeToResponseInNS"]),
        at(TOOK, &["api", "timeToResponse"]),
        at(BUCKET, &["api", "bucket"]),
        at(KEY, &["api", "object"]),
    ],
    unit: json::NANOSECONDS,
    utc: false,
    before: call,
    after: nothing_more,
};

/// The key of the object as it is written into the target.
const ENCODED: usize = OWN;

static CARD: Card = Card {
    name: "minio-audit",
    title: "MinIO audit log",
    directive: "MINIO_AUDIT_WEBHOOK_ENABLE_name=on",
    reference: "https://min.io/docs/minio/linux/operations/monitoring/minio-logging.html",
    grammar: "minio-audit = object",
    time: TimeMeaning::End,
    zone: "Z",
    bytes: BytesMeaning::Unknown,
    client: "what MinIO made of the peer and the headers (remotehost)",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"version":"1","deploymentid":"8ca2b7ad-20cf-4d07-9efb-28b2f519f4a5","time":"2024-02-24T12:34:56.744431667Z","event":"","trigger":"incoming","api":{"name":"GetObject","bucket":"data","object":"export/patients.csv","status":"OK","statusCode":200,"rx":0,"tx":88123,"timeToResponse":"2361224ns","timeToResponseInNS":"2361224"},"remotehost":"203.0.113.5","requestID":"16A0B2E5E7A1F2A5","userAgent":"MinIO (linux; amd64) minio-go/v7","requestPath":"/data/export/patients.csv","requestHost":"minio.example.org:9000","requestHeader":{"Authorization":"x","X-Forwarded-For":"203.0.113.5"},"accessKey":"bob"}"#,
            reads: "forwarded=203.0.113.5 time=2024-02-24T12:34:56.744431667Z GET /data/export/patients.csv 200 88123 user=bob host=minio.example.org agent=MinIO (linux; amd64) minio-go/v7 took=2361us bucket=data key=export/patients.csv",
        },
        // Before 2020.
        Sample {
            preamble: &[],
            line: br#"{"version":"1","deploymentid":"x","time":"2019-02-24T12:34:56Z","api":{"name":"ListObjectsV2","bucket":"data","status":"Access Denied","statusCode":403,"timeToResponse":"366333ns"},"remotehost":"[::1]:55202","requestID":"y","userAgent":"curl"}"#,
            reads: "forwarded=[::1]:55202 time=2019-02-24T12:34:56Z GET /data 403 agent=curl took=366us",
        },
    ],
    refusals: &[
        br#"{"deploymentid":"x","level":"ERROR","time":"2019-02-24T12:34:56Z","api":{"name":"GetObject"},"remotehost":"1.2.3.4","requestID":"y","error":{"message":"disk not found"}}"#,
        br#"{"deploymentid":"x","api":{"name":"GetObject","bucket":"b","object":"o","statusCode":200},"remotehost":"1.2.3.4","requestID":"y"}"#,
    ],
};

/// The call as a request.
fn call(found: &mut Found<'_>) {
    let method = match found.text(METHOD).unwrap_or_default() {
        name if name.starts_with(b"Get") || name.starts_with(b"List") => "GET",
        name if name.starts_with(b"Head") => "HEAD",
        name if name.starts_with(b"Put") || name.starts_with(b"Copy") => "PUT",
        b"DeleteMultipleObjects" => "POST",
        name if name.starts_with(b"Delete") => "DELETE",
        _ => "-",
    };
    found.set(METHOD, method);
    // Decoded: a `?` in it belongs to the key.
    found.encode(TARGET);
    found.or(ENCODED, KEY);
    found.encode(ENCODED);
    if !found.holds(TARGET) {
        found.join(TARGET, &[Part::Text("/"), Part::Of(BUCKET)]);
        found
            .join(TARGET, &[Part::Text("/"), Part::Of(BUCKET), Part::Text("/"), Part::Of(ENCODED)]);
    }
}
