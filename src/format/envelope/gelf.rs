//! Graylog's Extended Log Format.
//!
//! ```json
//! {"version":"1.1","host":"web1","short_message":"CONTENT","timestamp":1704067200.123}
//! ```
//!
//! `short_message` may be cut; `full_message` is then the whole of it.
//! Specification: <https://go2docs.graylog.org/current/getting_in_log_data/gelf.html>.

use super::About;
use super::wrap::{CONTENT, HOST, TIME, Wrap};
use crate::format::json::at;

/// Graylog's Extended Log Format.
pub static GELF: Wrap = Wrap {
    name: "GELF",
    about: About {
        title: "Graylog's Extended Log Format",
        header: &[],
        sample:
            br#"{"version":"1.1","host":"web1","short_message":"A b","timestamp":1704067200.123}"#,
        holds: b"A b",
    },
    marks: &[&["short_message", "full_message"]],
    never: &[],
    keys: &[
        at(CONTENT, &["full_message"]),
        at(CONTENT, &["short_message"]),
        at(HOST, &["host"]),
        at(TIME, &["timestamp"]),
    ],
    object: None,
};
