//! Azure App Service and Functions: the category `AppServiceHTTPLogs`, one object
//! a line.
//!
//! Directive: a diagnostic setting of the app.
//! Specification:
//! <https://learn.microsoft.com/azure/azure-monitor/reference/tables/appservicehttplogs>.
//!
//! ```abnf
//! azure-app-service = object          ; or an object whose `properties` is a text of one
//! ```
//!
//! The values are those of IIS. A storage account receives `properties` as a text
//! that is itself JSON; Log Analytics exports the columns on the outermost level.
//! The column `CIp` is the peer as IIS saw it, which the platform's own front end
//! sets. `TimeTaken` is in milliseconds. Servers fold the case of paths.

use super::json::{
    self, AGENT, BYTES, Found, HOST, METHOD, OWN, PEER, PROTO, QUERY, REFERER, STATUS, Shape,
    TARGET, TIME, TOOK, USER, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// Azure App Service's HTTP logs.
pub static AZURE_APP_SERVICE: Shape = Shape {
    card: &CARD,
    tells: &[&["AppServiceHTTPLogs", "CsUriStem"]],
    keys: &[
        at(INNER, &["properties"]),
        at(PEER, &["properties", "CIp"]),
        at(PEER, &["CIp"]),
        at(METHOD, &["properties", "CsMethod"]),
        at(METHOD, &["CsMethod"]),
        at(TARGET, &["properties", "CsUriStem"]),
        at(TARGET, &["CsUriStem"]),
        at(QUERY, &["properties", "CsUriQuery"]),
        at(QUERY, &["CsUriQuery"]),
        at(STATUS, &["properties", "ScStatus"]),
        at(STATUS, &["ScStatus"]),
        at(BYTES, &["properties", "ScBytes"]),
        at(BYTES, &["ScBytes"]),
        at(HOST, &["properties", "CsHost"]),
        at(HOST, &["CsHost"]),
        at(REFERER, &["properties", "Referer"]),
        at(REFERER, &["Referer"]),
        at(AGENT, &["properties", "UserAgent"]),
        at(AGENT, &["UserAgent"]),
        at(USER, &["properties", "CsUsername"]),
        at(USER, &["CsUsername"]),
        at(TOOK, &["properties", "TimeTaken"]),
        at(TOOK, &["TimeTaken"]),
        at(PROTO, &["properties", "Protocol"]),
        at(PROTO, &["Protocol"]),
        at(TIME, &["time"]),
        at(TIME, &["TimeGenerated"]),
        at(TIME, &["EventTime"]),
    ],
    unit: json::MILLISECONDS,
    utc: true,
    before: properties,
    after: nothing_more,
};

/// The properties, where they are a text.
const INNER: usize = OWN;

static CARD: Card = Card {
    name: "azure-app-service",
    title: "Azure App Service HTTP logs",
    directive: "az monitor diagnostic-settings create … AppServiceHTTPLogs",
    reference: "https://learn.microsoft.com/azure/azure-monitor/reference/tables/appservicehttplogs",
    grammar: "azure-app-service = object",
    time: TimeMeaning::Unknown,
    zone: "Z",
    bytes: BytesMeaning::Wire,
    client: "the peer (CIp)",
    folds_case: true,
    best_effort: false,
    samples: &[
        // In a storage account.
        Sample {
            preamble: &[],
            line: br#"{"time":"2024-02-24T12:34:56.5554466Z","EventTime":"2024-02-24T12:34:56.5554466Z","resourceId":"/SUBSCRIPTIONS/S/SITES/X","properties":"{\"CsMethod\":\"GET\",\"CsUriStem\":\"/export/patients.csv\",\"SPort\":\"443\",\"CIp\":\"203.0.113.5\",\"UserAgent\":\"Mozilla/5.0 (\\\"x\\\")\",\"CsHost\":\"x.azurewebsites.net\",\"ScStatus\":200,\"ScSubStatus\":\"0\",\"ScWin32Status\":\"0\",\"ScBytes\":1134,\"CsBytes\":832,\"TimeTaken\":16,\"Result\":\"Success\",\"Cookie\":\"-\",\"CsUriQuery\":\"a=1\",\"CsUsername\":\"\",\"Referer\":\"\",\"ComputerName\":\"RD0003FF6FA83F\"}","category":"AppServiceHTTPLogs","level":"Informational"}"#,
            reads: r#"peer=203.0.113.5 time=2024-02-24T12:34:56.5554466Z GET /export/patients.csv?a=1 200 1134 host=x.azurewebsites.net agent=Mozilla/5.0 ("x") took=16000us"#,
        },
        // Exported from Log Analytics.
        Sample {
            preamble: &[],
            line: br#"{"TimeGenerated":"2024-02-24T12:34:56Z","Category":"AppServiceHTTPLogs","CsMethod":"POST","CsUriStem":"/api","CsUriQuery":"","CIp":"203.0.113.5","ScStatus":500,"ScBytes":0,"TimeTaken":"1500","UserAgent":"-"}"#,
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:56Z POST /api 500 0 took=1500000us",
        },
    ],
    refusals: &[
        br#"{"time":"2024-02-24T12:34:56Z","category":"AppServiceConsoleLogs","resultDescription":"GET /a 200","level":"Informational"}"#,
        br#"{"time":"2024-02-24T12:34:56Z","properties":"{\"CsMethod\":\"GET\",\"CsUriStem\":","category":"AppServiceHTTPLogs"}"#,
    ],
};

/// The values inside the text of `properties`.
fn properties(found: &mut Found<'_>) {
    found.open(INNER);
}
