//! Azure Application Gateway, version 1 and 2: the category
//! `ApplicationGatewayAccessLog`, one object a line of `PT1H.json`.
//!
//! Directive: a diagnostic setting of the gateway.
//! Specification:
//! <https://learn.microsoft.com/azure/application-gateway/monitor-application-gateway-reference>.
//!
//! ```abnf
//! azure-app-gateway = object
//! ```
//!
//! `clientIP` is the direct peer. `originalRequestUriWithArgs` (version 2) is what
//! the client asked for, `requestUri` what rewriting made of it. Version 1 adds
//! fields of its own to `requestQuery` (`X-AzureApplicationGateway-…`,
//! `SERVER-ROUTED`): they stand in the target as logged. `timeTaken` is in
//! milliseconds in version 1 and in seconds in version 2, which is the one that
//! writes a `transactionId`. The specification does not say which moment the time is.

use super::json::{
    self, AGENT, BYTES, HOST, METHOD, OWN, PEER, PROTO, Picked, QUERY, STATUS, Shape, TARGET, TIME,
    TOOK, UPSTREAM, as_it_stands, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// Azure Application Gateway's access log.
pub static AZURE_GATEWAY: Shape = Shape {
    card: &CARD,
    tells: &[
        &["clientIP", "clientIp"],
        &["requestUri", "originalRequestUriWithArgs"],
        &["httpStatus"],
        &["receivedBytes", "sentBytes", "timeTaken"],
    ],
    keys: &[
        at(PEER, &["properties", "clientIP"]),
        at(UPSTREAM, &["properties", "serverRouted"]),
        at(TIME, &["timeStamp"]),
        at(TIME, &["time"]),
        at(TIME, &["TimeGenerated"]),
        at(METHOD, &["properties", "httpMethod"]),
        at(TARGET, &["properties", "originalRequestUriWithArgs"]),
        at(TARGET, &["properties", "requestUri"]),
        at(QUERY, &["properties", "requestQuery"]),
        at(PROTO, &["properties", "httpVersion"]),
        at(STATUS, &["properties", "httpStatus"]),
        at(BYTES, &["properties", "sentBytes"]),
        at(HOST, &["properties", "originalHost"]),
        at(HOST, &["properties", "host"]),
        at(AGENT, &["properties", "userAgent"]),
        at(TOOK, &["properties", "timeTaken"]),
        at(VERSION_2, &["properties", "transactionId"]),
    ],
    unit: json::MILLISECONDS,
    utc: true,
    before: as_it_stands,
    after: seconds_in_version_2,
};

/// What only version 2 writes.
const VERSION_2: usize = OWN;

static CARD: Card = Card {
    name: "azure-app-gateway",
    title: "Azure Application Gateway access log, v1 and v2",
    directive: "az monitor diagnostic-settings create … ApplicationGatewayAccessLog",
    reference: "https://learn.microsoft.com/azure/application-gateway/monitor-application-gateway-reference",
    grammar: "azure-app-gateway = object",
    time: TimeMeaning::Unknown,
    zone: "Z or an offset",
    bytes: BytesMeaning::Wire,
    client: "the peer (clientIP)",
    folds_case: false,
    best_effort: false,
    samples: &[
        // Version 2.
        Sample {
            preamble: &[],
            line: br#"{"timeStamp":"2021-10-14T22:17:11+00:00","resourceId":"/SUBSCRIPTIONS/S/APPLICATIONGATEWAYS/G","listenerName":"HTTP-Listener","operationName":"ApplicationGatewayAccess","category":"ApplicationGatewayAccessLog","properties":{"instanceId":"appgw_2","clientIP":"185.42.129.24","clientPort":45057,"httpMethod":"GET","originalRequestUriWithArgs":"\/a.csv?x=1","requestUri":"\/b.csv","requestQuery":"x=1","userAgent":"Mozilla\/5.0","httpStatus":200,"httpVersion":"HTTP\/1.1","receivedBytes":184,"sentBytes":466,"timeTaken":0.034,"WAFMode":"Detection","transactionId":"592d1649f75a8d480a3c4dc6a975309d","serverRouted":"52.239.221.65:443","serverStatus":"200","originalHost":"20.110.30.194","host":"storage.example"}}"#,
            reads: "peer=185.42.129.24 upstream=52.239.221.65:443 time=2021-10-14T22:17:11Z GET /a.csv?x=1 200 466 host=20.110.30.194 agent=Mozilla/5.0 took=34000us",
        },
        // Version 1.
        Sample {
            preamble: &[],
            line: br#"{"resourceId":"/SUBSCRIPTIONS/S/APPLICATIONGATEWAYS/G","operationName":"ApplicationGatewayAccess","time":"2017-04-26T19:27:38Z","category":"ApplicationGatewayAccessLog","properties":{"instanceId":"ApplicationGatewayRole_IN_0","clientIP":"191.96.249.97","clientPort":46886,"httpMethod":"GET","requestUri":"/phpmyadmin/setup.php","requestQuery":"a=1&SERVER-STATUS=404","userAgent":"-","httpStatus":"404","httpVersion":"HTTP/1.0","receivedBytes":65,"sentBytes":"553","timeTaken":205,"sslEnabled":"off","host":"www.contoso.com"}}"#,
            reads: "peer=191.96.249.97 time=2017-04-26T19:27:38Z GET /phpmyadmin/setup.php?a=1&SERVER-STATUS=404 404 553 host=www.contoso.com took=205000us",
        },
    ],
    refusals: &[
        br#"{"timeStamp":"2021-10-14T22:17:11+00:00","category":"ApplicationGatewayFirewallLog","properties":{"clientIp":"185.42.129.24","requestUri":"/a","action":"Blocked"}}"#,
        br#"{"category":"ApplicationGatewayAccessLog","properties":{"clientIP":"185.42.129.24","httpMethod":"GET","requestUri":"/a","httpStatus":200,"sentBytes":1}}"#,
    ],
};

/// The duration in the unit of the gateway's version.
fn seconds_in_version_2<'a>(
    picked: &Picked<'a>,
    record: &mut Record<'a>,
) -> Result<(), &'static str> {
    if picked.text(VERSION_2).is_some() {
        record.took = picked.took(TOOK, json::SECONDS);
    }
    Ok(())
}
