//! Docker's `json-file` logging driver.
//!
//! ```json
//! {"log":"CONTENT\n","stream":"stdout","time":"2024-01-01T00:00:00.123456789Z"}
//! ```
//!
//! A line of over 16 KiB is cut into several records; only the last of them
//! ends in `\n`.

use super::cri::JOINED;
use super::{About, Content, Envelope, Names, Opened};
use crate::format::json::{Key, has_name, pick};
use crate::format::{Scratch, State};

/// The `json-file` driver.
pub struct Docker;

const LOG: usize = 0;
const STREAM: usize = 1;
const TIME: usize = 2;

const KEYS: &[Key] = &[
    Key { path: &["log"], place: LOG },
    Key { path: &["stream"], place: STREAM },
    Key { path: &["time"], place: TIME },
];

/// The names that mark it.
const NAMES: Names = Names { groups: &[&["log"], &["stream"]], never: &[] };

impl Envelope for Docker {
    fn name(&self) -> &'static str {
        "docker json-file"
    }

    fn about(&self) -> About {
        About {
            title: "Docker's json-file logging driver",
            sample: br#"{"log":"A b\n","stream":"stdout","time":"2024-01-01T00:00:00.123456789Z"}"#,
            header: &[],
            holds: b"A b",
        }
    }

    fn may_hold(&self, _state: &State, line: &[u8]) -> bool {
        line.starts_with(b"{\"log\":\"") && has_name(line, "stream")
    }

    fn names(&self) -> Option<Names> {
        Some(NAMES)
    }

    fn open<'a>(
        &self,
        state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let (is_error, sealed, whole) = {
            let picked = pick(line, KEYS, scratch).ok()?;
            let stream = picked.text(STREAM)?;
            let pending = &mut state.parts[usize::from(stream == b"stderr")];
            let log = picked.text(LOG)?;
            let room = JOINED.saturating_sub(pending.len());
            pending.extend_from_slice(&log[..log.len().min(room)]);
            (stream == b"stderr", picked.time(TIME), log.ends_with(b"\n"))
        };
        if !whole {
            return Some(Opened { content: Content::Part, logger: None, sealed });
        }
        scratch.bytes.clear();
        scratch.bytes.append(&mut state.parts[usize::from(is_error)]);
        let content = scratch.bytes.strip_suffix(b"\n").unwrap_or(&scratch.bytes);
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        Some(Opened { content: Content::Whole(content), logger: None, sealed })
    }
}
