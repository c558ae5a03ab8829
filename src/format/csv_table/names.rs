//! The names of columns: those that hold a line whole, and the synonyms by
//! which queries name the parts of a request.

use super::super::json::{
    self, AGENT, BYTES, CLIENT, FORWARDED, Found, HOST, METHOD, OWN, PEER, PROTO, Part, QUERY,
    REFERER, REQUEST, STATUS, Shape, TARGET, TIME, USER, at, nothing_more,
};
use super::super::{
    akamai_datastream, azure_app_service, azure_front_door, azure_gateway, azure_storage,
    cloudflare, cloudtrail, ecs, fastly_json, gcp_lb, json_any, m365_audit,
};
use super::CARD;

/// Names that no column has but one of whole lines.
pub const SURE_CONTENTS: &[&str] =
    &["_raw", "@message", "textPayload", "LogEntry", "LogMessage", "AuditData", "event.original"];

/// Names that such a column has too.
pub const CONTENTS: &[&str] =
    &["message", "log", "line", "full_message", "short_message", "raw", "event"];

/// Names of the machine that logged.
pub const HOSTS: &[&str] = &[
    "host",
    "hostname",
    "host.name",
    "host.hostname",
    "source",
    "Computer",
    "PodName",
    "@logStream",
    "kubernetes.node.name",
    "instance",
];

/// Names of the time at which the line was taken in.
pub const TIMES: &[&str] =
    &["_time", "@timestamp", "timestamp", "time", "TimeGenerated", "date", "CreationDate", "ts"];

/// The shapes whose names columns may have; of two that know as many columns,
/// the first.
pub static SHAPES: &[&Shape] = &[
    &QUERIED,
    &ecs::ECS,
    &gcp_lb::GCP_LB,
    &cloudflare::CLOUDFLARE,
    &azure_gateway::AZURE_GATEWAY,
    &azure_front_door::AZURE_FRONT_DOOR,
    &azure_storage::AZURE_STORAGE,
    &azure_app_service::AZURE_APP_SERVICE,
    &cloudtrail::CLOUDTRAIL,
    &fastly_json::FASTLY_JSON,
    &akamai_datastream::AKAMAI_DATASTREAM,
    &m365_audit::M365_AUDIT,
    &json_any::JSON_ANY,
];

/// The date, where the time is without one.
const DATE: usize = OWN;

/// What Splunk's data model, Athena's tables for the logs of AWS, Log Parser's
/// output for those of IIS, and queries by hand call things.
static QUERIED: Shape = Shape {
    card: &CARD,
    tells: &[],
    keys: &[
        at(PEER, &["c-ip"]),
        at(PEER, &["c_ip"]),
        at(PEER, &["remoteip"]),
        at(PEER, &["remote_ip"]),
        at(PEER, &["remote_addr"]),
        at(PEER, &["CIp"]),
        at(FORWARDED, &["x_forwarded_for"]),
        at(FORWARDED, &["x-forwarded-for"]),
        at(FORWARDED, &["xff"]),
        at(FORWARDED, &["http_x_forwarded_for"]),
        at(CLIENT, &["clientip"]),
        at(CLIENT, &["client_ip"]),
        at(CLIENT, &["client"]),
        at(CLIENT, &["src_ip"]),
        at(CLIENT, &["src"]),
        at(CLIENT, &["source_ip"]),
        at(CLIENT, &["request_ip"]),
        at(CLIENT, &["source.ip"]),
        at(CLIENT, &["client.ip"]),
        at(CLIENT, &["ip"]),
        at(TIME, &["_time"]),
        at(TIME, &["time"]),
        at(TIME, &["timestamp"]),
        at(TIME, &["@timestamp"]),
        at(TIME, &["requestdatetime"]),
        at(TIME, &["request_time"]),
        at(TIME, &["TimeGenerated"]),
        at(TIME, &["datetime"]),
        at(DATE, &["date"]),
        at(REQUEST, &["request"]),
        at(REQUEST, &["request_line"]),
        at(METHOD, &["method"]),
        at(METHOD, &["http_method"]),
        at(METHOD, &["request_method"]),
        at(METHOD, &["request_verb"]),
        at(METHOD, &["cs-method"]),
        at(METHOD, &["cs_method"]),
        at(METHOD, &["verb"]),
        at(TARGET, &["uri"]),
        at(TARGET, &["request_uri"]),
        at(TARGET, &["request_url"]),
        at(TARGET, &["url"]),
        at(TARGET, &["uri_path"]),
        at(TARGET, &["cs-uri-stem"]),
        at(TARGET, &["cs_uri_stem"]),
        at(TARGET, &["cs_uri"]),
        at(TARGET, &["url_path"]),
        at(TARGET, &["path"]),
        at(QUERY, &["uri_query"]),
        at(QUERY, &["query_string"]),
        at(QUERY, &["cs-uri-query"]),
        at(QUERY, &["cs_uri_query"]),
        at(QUERY, &["query"]),
        at(PROTO, &["cs-version"]),
        at(PROTO, &["protocol"]),
        at(STATUS, &["status"]),
        at(STATUS, &["sc-status"]),
        at(STATUS, &["sc_status"]),
        at(STATUS, &["httpstatus"]),
        at(STATUS, &["http_status"]),
        at(STATUS, &["status_code"]),
        at(STATUS, &["elb_status_code"]),
        at(STATUS, &["response_code"]),
        at(BYTES, &["bytes"]),
        at(BYTES, &["bytes_out"]),
        at(BYTES, &["sent_bytes"]),
        at(BYTES, &["bytessent"]),
        at(BYTES, &["bytes_sent"]),
        at(BYTES, &["body_bytes_sent"]),
        at(BYTES, &["sc-bytes"]),
        at(BYTES, &["sc_bytes"]),
        at(BYTES, &["size"]),
        at(HOST, &["site"]),
        at(HOST, &["http_host"]),
        at(HOST, &["cs-host"]),
        at(HOST, &["host_header"]),
        at(HOST, &["domain_name"]),
        at(REFERER, &["referer"]),
        at(REFERER, &["referrer"]),
        at(REFERER, &["http_referrer"]),
        at(REFERER, &["http_referer"]),
        at(REFERER, &["cs(Referer)"]),
        at(AGENT, &["useragent"]),
        at(AGENT, &["user_agent"]),
        at(AGENT, &["http_user_agent"]),
        at(AGENT, &["cs(User-Agent)"]),
        at(USER, &["user"]),
        at(USER, &["requester"]),
        at(USER, &["cs-username"]),
    ],
    unit: json::SECONDS,
    utc: false,
    before: whole_time,
    after: nothing_more,
};

/// Puts a date before a time that has none.
fn whole_time(found: &mut Found<'_>) {
    let is_clock = |text: &[u8]| matches!(text, [_, _, b':', _, _, ..] | [_, b':', _, _, b':', ..]);
    if found.holds(DATE) && found.text(TIME).is_none_or(is_clock) {
        match found.holds(TIME) {
            true => found.join(TIME, &[Part::Of(DATE), Part::Text(" "), Part::Of(TIME)]),
            false => found.or(TIME, DATE),
        }
    }
}
