//! AWS CloudWatch Logs: events as subscriptions, `filter-log-events` and
//! `get-log-events` give them, and rows of Logs Insights.
//!
//! ```json
//! {"id":"3195310660696698337880902507980421114328961542429","timestamp":1704067200000,"message":"CONTENT"}
//! {"logStreamName":"i-0abc","timestamp":1704067200000,"message":"CONTENT","ingestionTime":1704067201000,"eventId":"3"}
//! {"@timestamp":"2024-01-01 00:00:00.000","@message":"CONTENT","@logStream":"i-0abc"}
//! ```
//!
//! The stream is usually the instance or the container. The files that a
//! subscription delivers hold many events in one object and are taken apart
//! where sources are read. Specification:
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilteredLogEvent.html>.

use super::About;
use super::wrap::{CONTENT, HOST, TIME, Wrap};
use crate::format::json::at;

/// An event of CloudWatch Logs.
pub static CLOUDWATCH: Wrap = Wrap {
    name: "CloudWatch",
    about: About {
        title: "AWS CloudWatch Logs: events of subscriptions and of filter-log-events",
        header: &[],
        sample: br#"{"id":"3195","timestamp":1704067200000,"message":"A b"}"#,
        holds: b"A b",
    },
    marks: &[&["message"], &["timestamp"], &["id", "eventId", "ingestionTime"]],
    never: &[],
    keys: &[at(CONTENT, &["message"]), at(HOST, &["logStreamName"]), at(TIME, &["timestamp"])],
    object: None,
};

/// A row of CloudWatch Logs Insights.
pub static INSIGHTS: Wrap = Wrap {
    name: "CloudWatch Insights",
    about: About {
        title: "Rows of AWS CloudWatch Logs Insights",
        header: &[],
        sample:
            br#"{"@timestamp":"2024-01-01 00:00:00.000","@message":"A b","@logStream":"i-0abc"}"#,
        holds: b"A b",
    },
    marks: &[&["@message"]],
    never: &[],
    keys: &[at(CONTENT, &["@message"]), at(HOST, &["@logStream"]), at(TIME, &["@timestamp"])],
    object: None,
};
