//! A time and a blank before every line: `kubectl logs --timestamps`, `docker
//! logs -t`, and what CloudWatch Logs exports to S3.
//!
//! ```abnf
//! timestamp = iso-with-zone SP content
//! ```
//!
//! Many a server's own line begins with a time, so that this says little: what
//! is behind it must be a line by itself.

use super::{About, Content, Envelope, Opened};
use crate::format::token::iso;
use crate::format::{Scratch, State};
use crate::record::Zone;

/// A time before the line.
pub struct Timestamp;

impl Envelope for Timestamp {
    fn name(&self) -> &'static str {
        "time-stamped lines"
    }

    fn about(&self) -> About {
        About {
            title: "A time before every line: kubectl logs --timestamps, docker logs -t, CloudWatch exports to S3",
            header: &[],
            sample: b"2024-01-01T00:00:00.123Z A b",
            holds: b"A b",
        }
    }

    fn may_hold(&self, _state: &State, line: &[u8]) -> bool {
        matches!(line, [y, _, _, _, b'-', _, _, b'-', _, _, b'T', ..] if y.is_ascii_digit())
    }

    fn is_faint(&self) -> bool {
        true
    }

    fn open<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let end = memchr::memchr(b' ', line.get(..40.min(line.len()))?)?;
        let (b"", time) = iso(&line[..end]).ok()? else { return None };
        let content = Content::Whole(&line[end + 1..]);
        (time.zone != Zone::Local).then_some(Opened { content, logger: None, sealed: Some(time) })
    }
}
