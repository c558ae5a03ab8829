//! JSON of log shippers with the line as it was in one field: Filebeat,
//! Logstash, Fluent Bit, fluentd, Vector, Datadog, Loggly, elasticdump.
//!
//! ```json
//! {"@timestamp":"2024-01-01T00:00:00Z","message":"CONTENT","host":{"name":"web1"}}
//! {"date":1704067200.1,"log":"CONTENT","kubernetes":{"host":"node1"}}
//! ```
//!
//! The shipper's time is that of reading or of arrival, not of the request,
//! and serves only where the content has none.

use super::About;
use super::wrap::{CONTENT, HOST, TIME, Wrap};
use crate::format::json::at;

/// A shipper's JSON.
pub static MESSAGE: Wrap = Wrap {
    name: "JSON message",
    about: About {
        title: "JSON of log shippers with the line in one field: Filebeat, Logstash, Fluent Bit, Datadog",
        header: &[],
        sample: br#"{"@timestamp":"2024-01-01T00:00:00Z","message":"A b","host":{"name":"web1"}}"#,
        holds: b"A b",
    },
    marks: &[&["message", "original", "log", "line", "_raw", "raw"]],
    never: &[],
    keys: &[
        at(CONTENT, &["event", "original"]),
        at(CONTENT, &["message"]),
        at(CONTENT, &["log"]),
        at(CONTENT, &["_raw"]),
        at(CONTENT, &["line"]),
        at(CONTENT, &["content", "message"]),
        at(CONTENT, &["attributes", "message"]),
        at(CONTENT, &["raw"]),
        at(HOST, &["host", "name"]),
        at(HOST, &["host", "hostname"]),
        at(HOST, &["hostname"]),
        at(HOST, &["host"]),
        at(HOST, &["kubernetes", "host"]),
        at(HOST, &["kubernetes", "node", "name"]),
        at(HOST, &["content", "host"]),
        at(HOST, &["attributes", "host"]),
        at(TIME, &["@timestamp"]),
        at(TIME, &["time"]),
        at(TIME, &["timestamp"]),
        at(TIME, &["date"]),
        at(TIME, &["_time"]),
        at(TIME, &["content", "timestamp"]),
        at(TIME, &["attributes", "timestamp"]),
    ],
    object: None,
};
