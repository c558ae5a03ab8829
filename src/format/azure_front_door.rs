//! Azure Front Door (standard, premium and classic) and Azure CDN: the categories
//! `FrontDoorAccessLog` and `FrontdoorAccessLog`, one object a line.
//!
//! Directive: a diagnostic setting of the profile.
//! Specification: <https://learn.microsoft.com/azure/frontdoor/monitor-front-door-reference>.
//!
//! ```abnf
//! azure-front-door = object
//! ```
//!
//! `socketIp` is the peer; `clientIp` is taken from `X-Forwarded-For` where a
//! request carries one, so it is kept as forwarded. `requestUri` is absolute, with
//! its port. Numbers stand in quotes. `timeTaken` is in seconds. The specification
//! does not say which moment the time is.

use super::json::{
    self, AGENT, BYTES, CLIENT, HOST, METHOD, PEER, PROTO, Picked, REFERER, STATUS, Shape, TARGET,
    TIME, TOOK, UPSTREAM, as_it_stands, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// Azure Front Door's access log.
pub static AZURE_FRONT_DOOR: Shape = Shape {
    card: &CARD,
    tells: &[&["trackingReference"], &["requestUri"]],
    keys: &[
        at(PEER, &["properties", "socketIp"]),
        at(CLIENT, &["properties", "clientIp"]),
        at(UPSTREAM, &["properties", "originIp"]),
        at(TIME, &["time"]),
        at(TIME, &["TimeGenerated"]),
        at(METHOD, &["properties", "httpMethod"]),
        at(TARGET, &["properties", "requestUri"]),
        at(PROTO, &["properties", "httpVersion"]),
        at(STATUS, &["properties", "httpStatusCode"]),
        at(STATUS, &["properties", "httpStatus"]),
        at(BYTES, &["properties", "responseBytes"]),
        at(HOST, &["properties", "hostName"]),
        at(REFERER, &["properties", "referer"]),
        at(REFERER, &["properties", "referrer"]),
        at(AGENT, &["properties", "userAgent"]),
        at(TOOK, &["properties", "timeTaken"]),
    ],
    unit: json::SECONDS,
    utc: true,
    before: as_it_stands,
    after: answered,
};

static CARD: Card = Card {
    name: "azure-front-door",
    title: "Azure Front Door and CDN access log",
    directive: "az monitor diagnostic-settings create … FrontDoorAccessLog",
    reference: "https://learn.microsoft.com/azure/frontdoor/monitor-front-door-reference",
    grammar: "azure-front-door = object",
    time: TimeMeaning::Unknown,
    zone: "Z",
    bytes: BytesMeaning::Wire,
    client: "the peer (socketIp), and clientIp, which a header may have said",
    folds_case: false,
    best_effort: false,
    samples: &[
        // Standard and premium.
        Sample {
            preamble: &[],
            line: br#"{"time":"2024-02-24T12:34:56.1234567Z","resourceId":"/SUBSCRIPTIONS/S/PROFILES/P","category":"FrontDoorAccessLog","operationName":"Microsoft.Cdn/Profiles/AccessLog/Write","properties":{"trackingReference":"0gSwaZgAAAABc","httpMethod":"GET","httpVersion":"2.0.0.0","requestUri":"https://files.example.org:443/export/patients.csv?x=1","sni":"files.example.org","requestBytes":"2160","responseBytes":"88412","userAgent":"curl/8.5.0","clientIp":"198.51.100.9","clientPort":"54321","socketIp":"203.0.113.5","timeToFirstByte":"0.117","timeTaken":"0.118","httpStatusCode":"200","referer":"","hostName":"files.example.org:443","originIp":"52.239.221.65:443","cacheStatus":"MISS"}}"#,
            reads: "peer=203.0.113.5 forwarded=198.51.100.9 upstream=52.239.221.65:443 time=2024-02-24T12:34:56.1234567Z GET https://files.example.org:443/export/patients.csv?x=1 200 88412 host=files.example.org agent=curl/8.5.0 took=118000us",
        },
        // Classic.
        Sample {
            preamble: &[],
            line: br#"{"time":"2019-08-01T20:11:05Z","category":"FrontdoorAccessLog","properties":{"trackingReference":"X","httpMethod":"HEAD","requestUri":"http://a.example/","responseBytes":"0","clientIp":"203.0.113.5","socketIp":"203.0.113.5","timeTaken":0.5,"httpStatusCode":404}}"#,
            reads: "peer=203.0.113.5 time=2019-08-01T20:11:05Z HEAD http://a.example/ 404 0 host=a.example took=500000us",
        },
    ],
    refusals: &[
        br#"{"time":"2024-02-24T12:34:56Z","category":"FrontDoorWebApplicationFirewallLog","properties":{"clientIP":"203.0.113.5","requestUri":"https://a.example/","action":"Block","trackingReference":"X"}}"#,
        br#"{"category":"FrontDoorAccessLog","properties":{"trackingReference":"X","httpMethod":"GET","requestUri":"https://a.example/","httpStatusCode":"200"}}"#,
    ],
};

/// The firewall's log names the same requests and says no status: it is not
/// what was served.
fn answered<'a>(_: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    if record.status.is_some() { Ok(()) } else { Err("a status in httpStatusCode") }
}
