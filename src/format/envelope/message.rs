//! JSON of log shippers with the line as it was in one field: Filebeat,
//! Logstash, Fluent Bit, Graylog's GELF, journald's `-o json`.
//!
//! ```json
//! {"@timestamp":"2024-01-01T00:00:00Z","message":"CONTENT","host":{"name":"web1"}}
//! {"__REALTIME_TIMESTAMP":"1700000000000000","_HOSTNAME":"web1","MESSAGE":"CONTENT"}
//! ```
//!
//! The shipper's time is that of reading or of arrival, not of the request,
//! and serves only where the content has none.

use super::{About, Content, Envelope, Opened};
use crate::format::json::{Key, pick};
use crate::format::{Scratch, State};

/// A shipper's JSON.
pub struct Message;

const CONTENT: usize = 0;
const HOST: usize = 1;
const TIME: usize = 2;

/// The key of the content; the names stand in the order in which they are
/// believed.
const KEYS: &[Key] = &[
    Key { path: &["event", "original"], place: CONTENT },
    Key { path: &["message"], place: CONTENT },
    Key { path: &["_source", "message"], place: CONTENT },
    Key { path: &["result", "_raw"], place: CONTENT },
    Key { path: &["_raw"], place: CONTENT },
    Key { path: &["full_message"], place: CONTENT },
    Key { path: &["short_message"], place: CONTENT },
    Key { path: &["log"], place: CONTENT },
    Key { path: &["host", "name"], place: HOST },
    Key { path: &["host", "hostname"], place: HOST },
    Key { path: &["_HOSTNAME"], place: HOST },
    Key { path: &["host"], place: HOST },
    Key { path: &["@timestamp"], place: TIME },
    Key { path: &["_source", "@timestamp"], place: TIME },
];

/// What must stand in a line for it to be looked at: the keys with which such
/// JSON says what it is.
const MARKS: [&[u8]; 9] = [
    b"\"message\":",
    b"\"MESSAGE\":",
    b"\"original\":",
    b"\"_raw\":",
    b"\"short_message\":",
    b"\"full_message\":",
    b"\"log\":",
    b"\"message\" :",
    b"\"log\" :",
];

impl Envelope for Message {
    fn name(&self) -> &'static str {
        "message"
    }

    fn about(&self) -> About {
        About {
            title: "JSON of log shippers with the line in one field: Filebeat, Logstash, Fluent Bit, GELF, Splunk, journald",
            sample:
                br#"{"@timestamp":"2024-01-01T00:00:00Z","message":"A b","host":{"name":"web1"}}"#,
        }
    }

    fn may_hold(&self, line: &[u8]) -> bool {
        line.first() == Some(&b'{')
            && MARKS.iter().any(|mark| memchr::memmem::find(line, mark).is_some())
    }

    fn open<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let picked = pick(line, KEYS, scratch).ok()?;
        let content = picked.text(CONTENT)?;
        let content = content.strip_suffix(b"\n").unwrap_or(content);
        Some(Opened {
            content: Content::Whole(content),
            logger: picked.text(HOST),
            sealed: picked.time(TIME),
        })
    }
}
