//! Azure Monitor: the lines of containers, as its tables and diagnostic
//! settings export them.
//!
//! ```json
//! {"TimeGenerated":"2024-01-01T00:00:00Z","Computer":"node1","LogEntry":"CONTENT"}
//! {"time":"2024-01-01T00:00:00Z","properties":{"log":"CONTENT","stream":"stdout","pod":"web-1"}}
//! ```
//!
//! `ContainerLog` has `LogEntry`, `ContainerLogV2` has `LogMessage`; Container
//! Apps write `Log`. Specification:
//! <https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerlogv2>.

use super::About;
use super::wrap::{CONTENT, HOST, TIME, Wrap};
use crate::format::json::at;

/// A container's line in Azure Monitor.
pub static AZURE: Wrap = Wrap {
    name: "Azure Monitor",
    about: About {
        title: "Azure Monitor: the lines of containers, from its tables and diagnostic settings",
        header: &[],
        sample: br#"{"TimeGenerated":"2024-01-01T00:00:00Z","Computer":"node1","LogEntry":"A b"}"#,
        holds: b"A b",
    },
    marks: &[&["LogEntry", "LogMessage", "Log_s", "log"], &["TimeGenerated", "properties"]],
    never: &[],
    keys: &[
        at(CONTENT, &["LogEntry"]),
        at(CONTENT, &["LogMessage"]),
        at(CONTENT, &["Log_s"]),
        at(CONTENT, &["properties", "log"]),
        at(CONTENT, &["properties", "Log"]),
        at(HOST, &["Computer"]),
        at(HOST, &["PodName"]),
        at(HOST, &["properties", "pod"]),
        at(HOST, &["properties", "ContainerAppName"]),
        at(HOST, &["ContainerAppName_s"]),
        at(TIME, &["TimeGenerated"]),
        at(TIME, &["time"]),
    ],
    object: None,
};
