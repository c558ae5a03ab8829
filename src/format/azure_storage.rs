//! Azure Storage: the categories `StorageRead`, `StorageWrite` and
//! `StorageDelete`, one object a line of `PT1H.json`.
//!
//! Directive: a diagnostic setting of the blob, file, queue or table service.
//! Specification:
//! <https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference>.
//!
//! ```abnf
//! azure-storage = object
//! ```
//!
//! There is no method but an operation, whose REST method is documented; an
//! operation that is not in the list below stands for itself. `uri` is absolute;
//! the signature of a share link in it is masked. `callerIpAddress` is the peer
//! with its port; `objectKey` names container and key, which the URI of a static
//! website does not. `responseBodySize` counts the body alone. The specification does
//! not say clearly which moment the time is.

use super::json::{
    self, AGENT, BYTES, Found, METHOD, OWN, PEER, PROTO, Picked, REFERER, STATUS, Shape, TARGET,
    TIME, TOOK, USER, at,
};
use super::token::present;
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Object, Record};

/// Azure Storage's resource logs.
pub static AZURE_STORAGE: Shape = Shape {
    card: &CARD,
    tells: &[
        &["callerIpAddress", "CallerIpAddress"],
        &["uri", "Uri"],
        &["statusCode", "StatusCode"],
    ],
    keys: &[
        at(PEER, &["callerIpAddress"]),
        at(TIME, &["time"]),
        at(TIME, &["TimeGenerated"]),
        at(METHOD, &["operationName"]),
        at(TARGET, &["uri"]),
        at(PROTO, &["protocol"]),
        at(STATUS, &["statusCode"]),
        at(BYTES, &["properties", "responseBodySize"]),
        at(BYTES, &["ResponseBodySize"]),
        at(REFERER, &["properties", "referrerHeader"]),
        at(REFERER, &["ReferrerHeader"]),
        at(AGENT, &["properties", "userAgentHeader"]),
        at(AGENT, &["UserAgentHeader"]),
        at(USER, &["identity", "requester", "objectId"]),
        at(USER, &["RequesterObjectId"]),
        at(TOOK, &["durationMs"]),
        at(PLACE, &["properties", "objectKey"]),
        at(PLACE, &["ObjectKey"]),
    ],
    unit: json::MILLISECONDS,
    utc: true,
    before: method,
    after: stored,
};

/// The account, the container and the key, as `/account/container/key`.
const PLACE: usize = OWN;

static CARD: Card = Card {
    name: "azure-storage",
    title: "Azure Storage resource logs (blob, file, queue, table)",
    directive: "az monitor diagnostic-settings create … StorageRead",
    reference: "https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference",
    grammar: "azure-storage = object",
    time: TimeMeaning::Unknown,
    zone: "Z; a time without one is UTC",
    bytes: BytesMeaning::Body,
    client: "the peer (callerIpAddress)",
    folds_case: false,
    best_effort: false,
    samples: &[
        // A share link.
        Sample {
            preamble: &[],
            line: br#"{"time":"2024-02-24T12:34:56.6900118Z","resourceId":"/subscriptions/s/storageAccounts/acc/blobServices/default","category":"StorageRead","operationName":"GetBlob","operationVersion":"2019-12-12","schemaVersion":"1.0","statusCode":200,"statusText":"Success","durationMs":14,"callerIpAddress":"203.0.113.5:54321","correlationId":"c","identity":{"type":"SAS"},"location":"westeurope","properties":{"accountName":"acc","userAgentHeader":"curl/8.5.0","referrerHeader":"https://a.example/","serviceType":"blob","objectKey":"/acc/export/patients.csv","responseHeaderSize":398,"responseBodySize":88123,"tlsVersion":"TLS 1.2"},"uri":"https://acc.blob.core.windows.net:443/export/patients.csv?sv=2020-08-04&sig=XXXXX","protocol":"HTTPS"}"#,
            reads: "peer=203.0.113.5:54321 time=2024-02-24T12:34:56.6900118Z GET https://acc.blob.core.windows.net:443/export/patients.csv?sv=2020-08-04&sig=XXXXX 200 88123 host=acc.blob.core.windows.net referer=https://a.example/ agent=curl/8.5.0 took=14000us bucket=export key=patients.csv",
        },
        // As the reference writes a time.
        Sample {
            preamble: &[],
            line: br#"{"time":"2018/11/08 21:09:36.6900118","category":"StorageRead","operationName":"ListBlobs","statusCode":403,"statusText":"AuthorizationFailure","durationMs":2.5,"callerIpAddress":"[2001:db8::1]:443","properties":{"responseBodySize":0},"uri":"https://acc.blob.core.windows.net/export?restype=container&comp=list","protocol":"HTTPS"}"#,
            reads: "peer=[2001:db8::1]:443 time=2018-11-08T21:09:36.6900118Z GET https://acc.blob.core.windows.net/export?restype=container&comp=list 403 0 host=acc.blob.core.windows.net took=2500us",
        },
        // An operation that is not in the list.
        Sample {
            preamble: &[],
            line: br#"{"time":"2024-02-24T12:34:56Z","operationName":"FindBlobsByTags","statusCode":200,"callerIpAddress":"203.0.113.5:54321","properties":{},"uri":"https://acc.blob.core.windows.net/?comp=blobs"}"#,
            reads: "peer=203.0.113.5:54321 time=2024-02-24T12:34:56Z FindBlobsByTags https://acc.blob.core.windows.net/?comp=blobs 200 host=acc.blob.core.windows.net",
        },
    ],
    refusals: &[
        br#"{"time":"2024-02-24T12:34:56Z","category":"Administrative","operationName":"MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION","callerIpAddress":"203.0.113.5","resultType":"Success"}"#,
        br#"{"operationName":"GetBlob","statusCode":200,"callerIpAddress":"203.0.113.5:54321","uri":"https://acc.blob.core.windows.net/a"}"#,
    ],
};

/// Container and key of an `objectKey`, `/account/container/key`; a container
/// alone is no object.
pub fn object(place: &[u8]) -> Option<Object<'_>> {
    let mut parts = place.strip_prefix(b"/")?.splitn(3, |byte| *byte == b'/');
    let (_account, container, key) = (parts.next()?, parts.next()?, parts.next()?);
    Object::new(present(container), present(key))
}

/// The object beside its address.
fn stored<'a>(picked: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    record.object = picked.text(PLACE).and_then(object);
    Ok(())
}

/// The REST method of an operation.
fn method(found: &mut Found<'_>) {
    let method = match found.text(METHOD).unwrap_or_default() {
        b"GetBlob"
        | b"GetFile"
        | b"GetBlobTags"
        | b"ListBlobs"
        | b"ListContainers"
        | b"ListFilesAndDirectories"
        | b"ListFilesystemDir"
        | b"ReadFile"
        | b"GetBlockList" => "GET",
        b"GetBlobProperties"
        | b"GetBlobMetadata"
        | b"GetContainerProperties"
        | b"GetFileProperties"
        | b"GetFilesystemProperties"
        | b"GetPathStatus" => "HEAD",
        b"PutBlob" | b"PutBlock" | b"PutBlockList" | b"CopyBlob" | b"CreateContainer"
        | b"CreateFile" | b"PutRange" => "PUT",
        b"DeleteBlob" | b"DeleteContainer" | b"DeleteFile" => "DELETE",
        _ => return,
    };
    found.set(METHOD, method);
}
