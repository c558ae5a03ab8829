//! AWS CloudTrail: data events of S3, one event a line.
//!
//! Directive: an event selector for `AWS::S3::Object`.
//! Specification:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html>
//! and, for the codes,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
//!
//! ```abnf
//! cloudtrail-s3 = object
//! ```
//!
//! CloudTrail logs calls, not requests: the method is that of the call, the target
//! `/` and the key, and the host that of the call or else the bucket. The key is logged
//! decoded, so that a `%`, `?` or `#` of its own is percent-encoded in the target. There is
//! no status of a call that succeeded; one that failed has the status that S3's
//! list of errors gives for its code. `sourceIPAddress` is the peer, or the name
//! of an AWS service that acted for someone. A file as AWS delivers it is one
//! object `{"Records":[…]}`, which is taken apart where sources are read.

use super::json::{
    self, AGENT, BUCKET, BYTES, Found, HOST, KEY, METHOD, OWN, PEER, Part, Picked, Shape, TARGET,
    TIME, USER, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// CloudTrail's data events of S3.
pub static CLOUDTRAIL: Shape = Shape {
    card: &CARD,
    tells: &[&["eventName"], &["eventSource"], &["requestParameters"]],
    keys: &[
        at(PEER, &["sourceIPAddress"]),
        at(TIME, &["eventTime"]),
        at(METHOD, &["eventName"]),
        at(BYTES, &["additionalEventData", "bytesTransferredOut"]),
        at(HOST, &["requestParameters", "Host"]),
        at(BUCKET, &["requestParameters", "bucketName"]),
        at(AGENT, &["userAgent"]),
        at(USER, &["userIdentity", "arn"]),
        at(USER, &["userIdentity", "userName"]),
        at(USER, &["userIdentity", "principalId"]),
        at(SOURCE, &["eventSource"]),
        at(KEY, &["requestParameters", "key"]),
        at(PREFIX, &["requestParameters", "prefix"]),
        at(ERROR, &["errorCode"]),
    ],
    unit: json::SECONDS,
    utc: false,
    before: call,
    after: outcome,
};

/// The service that was called.
const SOURCE: usize = OWN;
/// The key of the object as it is written into the target.
const ENCODED: usize = OWN + 1;
/// The beginning of the keys of a listing.
const PREFIX: usize = OWN + 2;
/// Why a call failed.
const ERROR: usize = OWN + 3;

static CARD: Card = Card {
    name: "cloudtrail-s3",
    title: "AWS CloudTrail data events of S3",
    directive: "aws cloudtrail put-event-selectors … AWS::S3::Object",
    reference: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html",
    grammar: "cloudtrail-s3 = object",
    time: TimeMeaning::Unknown,
    zone: "Z",
    bytes: BytesMeaning::Body,
    client: "the peer (sourceIPAddress), or the name of an AWS service",
    folds_case: false,
    best_effort: false,
    samples: &[
        // Anyone, through a public bucket.
        Sample {
            preamble: &[],
            line: br#"{"eventVersion":"1.09","userIdentity":{"type":"AWSAccount","principalId":"","accountId":"anonymous"},"eventTime":"2024-02-24T12:34:56Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.5","userAgent":"[curl/8.5.0]","requestParameters":{"bucketName":"leak","Host":"leak.s3.eu-west-1.amazonaws.com","key":"export/\u00e9t\u00e9 2019.csv"},"responseElements":null,"additionalEventData":{"bytesTransferredIn":0,"bytesTransferredOut":297123,"x-amz-id-2":"x"},"requestID":"A1206F460EXAMPLE","readOnly":true,"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::leak/export/\u00e9t\u00e9 2019.csv"}],"eventType":"AwsApiCall","managementEvent":false,"eventCategory":"Data"}"#,
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:56Z GET /export/été 2019.csv bytes=297123 host=leak.s3.eu-west-1.amazonaws.com agent=curl/8.5.0 bucket=leak key=export/été 2019.csv",
        },
        // A listing that was denied, by way of a service.
        Sample {
            preamble: &[],
            line: br#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/bob","userName":"bob"},"eventTime":"2024-02-24T12:34:56Z","eventSource":"s3.amazonaws.com","eventName":"ListObjects","sourceIPAddress":"athena.amazonaws.com","userAgent":"athena.amazonaws.com","errorCode":"AccessDenied","errorMessage":"Access Denied","requestParameters":{"list-type":"2","bucketName":"leak","prefix":"export 100%/"},"responseElements":null}"#,
            reads: "peer=athena.amazonaws.com time=2024-02-24T12:34:56Z GET /?prefix=export 100%25/ 403 user=arn:aws:iam::1:user/bob host=leak agent=athena.amazonaws.com",
        },
    ],
    refusals: &[
        br#"{"eventTime":"2024-02-24T12:34:56Z","eventSource":"kms.amazonaws.com","eventName":"Decrypt","sourceIPAddress":"203.0.113.5","requestParameters":{"key":"x"}}"#,
        br#"{"Records":[{"eventTime":"2024-02-24T12:34:56Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","requestParameters":{"bucketName":"b","key":"k"}}]}"#,
    ],
};

/// The call as a request.
fn call(found: &mut Found<'_>) {
    let method = match found.text(METHOD).unwrap_or_default() {
        name if name.starts_with(b"Get") || name.starts_with(b"List") => "GET",
        b"SelectObjectContent"
        | b"CreateMultipartUpload"
        | b"CompleteMultipartUpload"
        | b"DeleteObjects"
        | b"RestoreObject" => "POST",
        name if name.starts_with(b"Head") => "HEAD",
        name if name.starts_with(b"Put") => "PUT",
        b"CopyObject" | b"UploadPart" | b"UploadPartCopy" => "PUT",
        name if name.starts_with(b"Delete") || name.starts_with(b"Abort") => "DELETE",
        _ => "-",
    };
    found.set(METHOD, method);
    found.or(HOST, BUCKET);
    found.or(ENCODED, KEY);
    found.encode(ENCODED);
    found.encode(PREFIX);
    if found.holds(ENCODED) {
        found.join(TARGET, &[Part::Text("/"), Part::Of(ENCODED)]);
    } else if found.holds(PREFIX) {
        found.join(TARGET, &[Part::Text("/?prefix="), Part::Of(PREFIX)]);
    } else if found.holds(BUCKET) {
        found.set(TARGET, "/");
    }
}

/// What an error code says of the answer, and the user agent without the
/// brackets that CloudTrail puts round it.
fn outcome<'a>(picked: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    if picked.text(SOURCE) != Some(b"s3.amazonaws.com") {
        return Err("an event of s3.amazonaws.com");
    }
    record.agent = record.agent.map(|agent| {
        agent.strip_prefix(b"[").and_then(|inside| inside.strip_suffix(b"]")).unwrap_or(agent)
    });
    record.status = match picked.text(ERROR).unwrap_or_default() {
        b"AccessDenied"
        | b"AllAccessDisabled"
        | b"AccountProblem"
        | b"InvalidAccessKeyId"
        | b"InvalidObjectState"
        | b"SignatureDoesNotMatch"
        | b"RequestTimeTooSkewed" => Some(403),
        b"NoSuchKey" | b"NoSuchBucket" | b"NoSuchVersion" | b"NotFound" => Some(404),
        b"MethodNotAllowed" => Some(405),
        b"NotModified" => Some(304),
        b"PermanentRedirect" => Some(301),
        b"PreconditionFailed" => Some(412),
        b"InvalidRange" => Some(416),
        b"InternalError" => Some(500),
        b"SlowDown" | b"ServiceUnavailable" => Some(503),
        _ => None,
    };
    Ok(())
}
