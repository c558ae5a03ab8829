//! Cloud Audit Logs of Google Cloud Storage: data access, one entry a line.
//!
//! Directive: Data Access audit logs (`DATA_READ`, `DATA_WRITE`) of Cloud Storage.
//! Specification: <https://cloud.google.com/storage/docs/audit-logging>,
//! <https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog>.
//!
//! ```abnf
//! gcs-audit = object
//! ```
//!
//! It logs calls, not requests: the method is that of the call, the target
//! `/`, the bucket, `/` and the key. There is no status of a call that
//! succeeded, and no byte count. Reads by anyone of a public object are **not**
//! written here: only the usage log has them, so a silent audit log proves
//! nothing. `callerIp` may be `private` or `gce-internal-ip`.

use super::json::{
    self, AGENT, BUCKET, Found, KEY, METHOD, OWN, PEER, Part, Picked, Shape, TARGET, TIME, USER, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// Audit entries of Cloud Storage.
pub static GCS_AUDIT: Shape = Shape {
    card: &CARD,
    tells: &[&["protoPayload"], &["methodName"], &["resourceName"]],
    keys: &[
        at(PEER, &["protoPayload", "requestMetadata", "callerIp"]),
        at(TIME, &["timestamp"]),
        at(METHOD, &["protoPayload", "methodName"]),
        at(AGENT, &["protoPayload", "requestMetadata", "callerSuppliedUserAgent"]),
        at(USER, &["protoPayload", "authenticationInfo", "principalEmail"]),
        at(BUCKET, &["resource", "labels", "bucket_name"]),
        at(KEY, &["protoPayload", "resourceName"]),
        at(SERVICE, &["protoPayload", "serviceName"]),
        at(CODE, &["protoPayload", "status", "code"]),
    ],
    unit: json::SECONDS,
    utc: false,
    before: call,
    after: outcome,
};

/// The service that was called.
const SERVICE: usize = OWN;
/// The key of the object as it is written into the target.
const ENCODED: usize = OWN + 1;
/// Why a call failed: a code of `google.rpc.Code`.
const CODE: usize = OWN + 2;

static CARD: Card = Card {
    name: "gcs-audit",
    title: "Google Cloud Storage audit log (data access)",
    directive: "auditLogConfigs: storage.googleapis.com DATA_READ",
    reference: "https://cloud.google.com/storage/docs/audit-logging",
    grammar: "gcs-audit = object",
    time: TimeMeaning::Unknown,
    zone: "Z",
    bytes: BytesMeaning::Unknown,
    client: "the peer (callerIp), or a word for an address inside Google",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","status":{},"authenticationInfo":{"principalEmail":"bob@example.com"},"requestMetadata":{"callerIp":"203.0.113.5","callerSuppliedUserAgent":"curl/8.5.0,gzip(gfe)","requestAttributes":{"time":"2024-02-24T12:34:56.1Z"}},"serviceName":"storage.googleapis.com","methodName":"storage.objects.get","authorizationInfo":[{"resource":"projects/_/buckets/leak/objects/export/p?.csv","permission":"storage.objects.get","granted":true}],"resourceName":"projects/_/buckets/leak/objects/export/p?.csv"},"insertId":"x","resource":{"type":"gcs_bucket","labels":{"project_id":"p","bucket_name":"leak","location":"eu"}},"timestamp":"2024-02-24T12:34:56.123456789Z","severity":"INFO","logName":"projects/p/logs/cloudaudit.googleapis.com%2Fdata_access","receiveTimestamp":"2024-02-24T12:34:57Z"}"#,
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:56.123456789Z GET /leak/export/p%3F.csv user=bob@example.com agent=curl/8.5.0,gzip(gfe) bucket=leak key=export/p?.csv",
        },
        // A listing that was denied.
        Sample {
            preamble: &[],
            line: br#"{"protoPayload":{"status":{"code":7,"message":"denied"},"requestMetadata":{"callerIp":"2001:db8::5"},"serviceName":"storage.googleapis.com","methodName":"storage.objects.list","resourceName":"projects/_/buckets/leak"},"resource":{"labels":{"bucket_name":"leak"}},"timestamp":"2024-02-24T12:34:56Z"}"#,
            reads: "peer=2001:db8::5 time=2024-02-24T12:34:56Z GET /leak 403",
        },
    ],
    refusals: &[
        br#"{"protoPayload":{"serviceName":"compute.googleapis.com","methodName":"v1.compute.instances.get","resourceName":"projects/p/instances/i","requestMetadata":{"callerIp":"203.0.113.5"}},"timestamp":"2024-02-24T12:34:56Z"}"#,
        br#"{"protoPayload":{"serviceName":"storage.googleapis.com","methodName":"storage.objects.get","resourceName":"projects/_/buckets/leak/objects/a"},"resource":{"labels":{"bucket_name":"leak"}}}"#,
    ],
};

/// The call as a request.
fn call(found: &mut Found<'_>) {
    let method = match found.text(METHOD).unwrap_or_default().rsplit(|byte| *byte == b'.').next() {
        Some(b"get" | b"list" | b"getIamPolicy") => "GET",
        Some(b"create" | b"insert" | b"compose" | b"copy" | b"rewrite" | b"update" | b"patch") => {
            "PUT"
        }
        Some(b"delete") => "DELETE",
        _ => "-",
    };
    found.set(METHOD, method);
    let bucket = found.text(BUCKET).unwrap_or_default();
    let mark = [b"projects/_/buckets/", bucket, b"/objects/"].concat();
    found.behind(KEY, &mark);
    found.or(ENCODED, KEY);
    found.encode(ENCODED);
    let parts = [Part::Text("/"), Part::Of(BUCKET), Part::Text("/"), Part::Of(ENCODED)];
    found.join(TARGET, if found.holds(ENCODED) { &parts } else { &parts[..2] });
}

/// What a code says of the answer, in the mapping that Google gives for it.
fn outcome<'a>(picked: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    if picked.text(SERVICE) != Some(b"storage.googleapis.com") {
        return Err("an event of storage.googleapis.com");
    }
    record.status = match picked.whole(CODE) {
        Some(3 | 9 | 11) => Some(400),
        Some(5) => Some(404),
        Some(6 | 10) => Some(409),
        Some(7) => Some(403),
        Some(8) => Some(429),
        Some(16) => Some(401),
        Some(2 | 13 | 15) => Some(500),
        Some(14) => Some(503),
        _ => None,
    };
    Ok(())
}
