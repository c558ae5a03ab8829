//! The unified audit log of Microsoft 365: files of SharePoint and OneDrive,
//! and whatever else its services record.
//!
//! Directive: none; Purview's audit search, `Search-UnifiedAuditLog`, or the Office 365
//! Management Activity API.
//! Specification:
//! <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema>.
//!
//! ```abnf
//! m365-audit = object
//! ```
//!
//! A record is an event and no request: its method is the operation
//! (`FileDownloaded`, `FileAccessed`, `AnonymousLinkUsed`), its target the URL of the file
//! (`ObjectId`), which is logged decoded, so that a `%`, `?` or `#` of its own is percent-encoded.
//! There is no status and no size: the service writes an operation once it was carried out, but how much
//! was sent it does not say. `FileAccessed` is written once in five minutes for one user and file. Time is UTC. The
//! client is what the service saw (`ClientIP`), with or without a port, and may be a server of
//! Microsoft's own. Who used a link without signing in is named `anonymous` or `urn:spo:anon#…`.

use super::json::{self, AGENT, Found, METHOD, PEER, Picked, RAW, Shape, TARGET, TIME, USER, at};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request};

/// The unified audit log of Microsoft 365.
pub static M365_AUDIT: Shape = Shape {
    card: &CARD,
    tells: &[
        &["CreationTime", "CreationDate"],
        &["Operation"],
        &["Workload", "RecordType", "OrganizationId"],
    ],
    keys: &[
        at(PEER, &["ClientIP"]),
        at(PEER, &["ClientIPAddress"]),
        at(PEER, &["ActorIpAddress"]),
        at(TIME, &["CreationTime"]),
        at(TIME, &["CreationDate"]),
        at(METHOD, &["Operation"]),
        at(RAW, &["Operation"]),
        at(TARGET, &["ObjectId"]),
        at(AGENT, &["UserAgent"]),
        at(AGENT, &["ClientInfoString"]),
        at(USER, &["UserId"]),
        at(USER, &["UserKey"]),
    ],
    unit: json::SECONDS,
    utc: true,
    before: url,
    after: event,
};

static CARD: Card = Card {
    name: "m365-audit",
    title: "Microsoft 365 unified audit log (SharePoint, OneDrive)",
    directive: "Search-UnifiedAuditLog",
    reference: "https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema",
    grammar: "m365-audit = object",
    time: TimeMeaning::Unknown,
    zone: "UTC, often without saying so",
    bytes: BytesMeaning::Unknown,
    client: "what the service saw (ClientIP)",
    folds_case: true,
    best_effort: false,
    samples: &[
        // A link for anyone.
        Sample {
            preamble: &[],
            line: br#"{"CreationTime":"2024-02-24T12:34:56","Id":"x","Operation":"AnonymousLinkUsed","OrganizationId":"o","RecordType":14,"UserKey":"anonymous","UserType":0,"Version":1,"Workload":"OneDrive","ClientIP":"[2001:db8::5]:51234","UserId":"anonymous","EventSource":"SharePoint","ItemType":"File","ObjectId":"https://c-my.sharepoint.com/personal/bob/Documents/Export 50%/patients.csv","UserAgent":"Mozilla/5.0","SiteUrl":"https://c-my.sharepoint.com/personal/bob/"}"#,
            reads: "peer=[2001:db8::5]:51234 time=2024-02-24T12:34:56Z AnonymousLinkUsed https://c-my.sharepoint.com/personal/bob/Documents/Export 50%25/patients.csv user=anonymous host=c-my.sharepoint.com agent=Mozilla/5.0",
        },
        Sample {
            preamble: &[],
            line: br#"{"CreationTime":"2024-02-24T12:34:57","Operation":"FileDownloaded","RecordType":6,"Workload":"SharePoint","ClientIP":"203.0.113.5","UserId":"urn:spo:anon#0a1b","ObjectId":"https://c.sharepoint.com/sites/x/Shared Documents/a.csv","SourceFileName":"a.csv"}"#,
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:57Z FileDownloaded https://c.sharepoint.com/sites/x/Shared Documents/a.csv user=urn:spo:anon#0a1b host=c.sharepoint.com",
        },
        // Another service: an event without a file.
        Sample {
            preamble: &[],
            line: br#"{"CreationTime":"2024-02-24T12:34:58","Operation":"UserLoggedIn","RecordType":15,"Workload":"AzureActiveDirectory","ClientIP":"203.0.113.5:4321","UserId":"bob@c.example","ObjectId":"00000002-0000-0000-c000-000000000000"}"#,
            reads: "peer=203.0.113.5:4321 time=2024-02-24T12:34:58Z raw=<UserLoggedIn> user=bob@c.example",
        },
    ],
    refusals: &[
        br#"{"CreationTime":"2024-02-24T12:34:58","Workload":"SharePoint","ClientIP":"203.0.113.5","UserId":"bob"}"#,
        br#"{"Operation":"FileDownloaded","RecordType":6,"Workload":"SharePoint","ClientIP":"203.0.113.5","ObjectId":"https://c.example/a"}"#,
        br#"{"CreationTime":"2024-02-24T12:34:58","Operation":"FileDownloaded","RecordType":6"#,
    ],
};

/// The URL of the file; the objects of other services are no targets.
fn url(found: &mut Found<'_>) {
    let is_url = |text: &[u8]| text.starts_with(b"https://") || text.starts_with(b"http://");
    match found.text(TARGET).is_some_and(is_url) {
        true => found.encode(TARGET),
        false => found.clear(TARGET),
    }
    // Both are the operation, which stands under one key.
    found.or(RAW, METHOD);
}

/// An event is told by its operation.
fn event<'a>(_: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    match record.request {
        Request::Raw(None) => Err("an operation"),
        _ => Ok(()),
    }
}
