//! Splunk: a row of a search exported as JSON, and an event as it is sent to
//! the HTTP Event Collector.
//!
//! ```json
//! {"preview":false,"offset":0,"result":{"_raw":"CONTENT","_time":"2024-01-01T00:00:00.000+0000","host":"web1"}}
//! {"time":1704067200.123,"host":"web1","sourcetype":"access_combined","event":"CONTENT"}
//! ```
//!
//! A result without `_raw` is a table whose columns somebody chose: the object
//! itself is then the line. Specification:
//! <https://docs.splunk.com/Documentation/Splunk/latest/RESTREF/RESTsearch>.

use super::About;
use super::wrap::{CONTENT, HOST, TIME, Wrap};
use crate::format::json::at;

/// A row of a search.
pub static SPLUNK: Wrap = Wrap {
    name: "Splunk",
    about: About {
        title: "Splunk: rows of a search exported as JSON",
        header: &[],
        sample: br#"{"preview":false,"offset":0,"result":{"_raw":"A b","_time":"2024-01-01T00:00:00.000+0000","host":"web1"}}"#,
        holds: b"A b",
    },
    marks: &[&["result"], &["preview", "lastrow", "offset", "_raw"]],
    never: &[],
    keys: &[
        at(CONTENT, &["result", "_raw"]),
        at(HOST, &["result", "host"]),
        at(TIME, &["result", "_time"]),
    ],
    object: Some("result"),
};

/// An event for the collector.
pub static EVENT: Wrap = Wrap {
    name: "Splunk HEC",
    about: About {
        title: "Events for Splunk's HTTP Event Collector",
        header: &[],
        sample:
            br#"{"time":1704067200.123,"host":"web1","sourcetype":"access_combined","event":"A b"}"#,
        holds: b"A b",
    },
    marks: &[&["event"], &["sourcetype"]],
    never: &[],
    keys: &[at(CONTENT, &["event"]), at(HOST, &["host"]), at(TIME, &["time"])],
    object: Some("event"),
};
