//! Google Cloud Logging: an entry whose payload is the line of a container or
//! of an agent.
//!
//! ```json
//! {"textPayload":"CONTENT","timestamp":"2024-01-01T00:00:00Z","resource":{"labels":{"pod_name":"web-1"}}}
//! {"jsonPayload":{"message":"CONTENT"},"timestamp":"2024-01-01T00:00:00Z"}
//! ```
//!
//! An entry with an `httpRequest` is a record by itself and no envelope.
//! Specification: <https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry>.

use super::About;
use super::wrap::{CONTENT, HOST, TIME, Wrap};
use crate::format::json::at;

/// An entry of Google Cloud Logging.
pub static GCP: Wrap = Wrap {
    name: "Cloud Logging",
    about: About {
        title: "Google Cloud Logging: entries with a line as their payload",
        header: &[],
        sample: br#"{"textPayload":"A b","timestamp":"2024-01-01T00:00:00Z"}"#,
        holds: b"A b",
    },
    marks: &[&["textPayload", "jsonPayload"]],
    never: &["httpRequest", "protoPayload"],
    keys: &[
        at(CONTENT, &["textPayload"]),
        at(CONTENT, &["jsonPayload", "message"]),
        at(CONTENT, &["jsonPayload", "log"]),
        at(HOST, &["labels", "compute.googleapis.com/resource_name"]),
        at(HOST, &["resource", "labels", "pod_name"]),
        at(HOST, &["resource", "labels", "instance_id"]),
        at(TIME, &["timestamp"]),
        at(TIME, &["receiveTimestamp"]),
    ],
    object: Some("jsonPayload"),
};
