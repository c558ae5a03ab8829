//! systemd's journal in its export format, one entry a frame.
//!
//! ```abnf
//! entry = field *(%x1F field)            ; a newline, where it is stored
//! field = name "=" *OCTET
//! name  = 1*(%x41-5A / DIGIT / "_")
//! ```
//!
//! An entry is several lines, of which a binary one may hold newlines of its
//! own: it is made one line where sources are read. Of a binary field the
//! eight bytes of its length stand before the value as blanks, and %x1E for
//! each newline in it. Specification:
//! <https://systemd.io/JOURNAL_EXPORT_FORMATS/>.

use super::journald::microseconds;
use super::wrap::without_ending;
use super::{About, Content, Envelope, Opened};
use crate::format::{Scratch, State};
use crate::source::{INNER_NEWLINE, OUTER};

/// An entry of the journal's export format.
pub struct JournaldExport;

/// How many blanks stand for the length of a binary field.
const LENGTH: &[u8] = b"        ";

impl Envelope for JournaldExport {
    fn name(&self) -> &'static str {
        "journald export"
    }

    fn about(&self) -> About {
        About {
            title: "systemd's journal in its export format, made one line where sources are read",
            header: &[],
            sample: b"__CURSOR=s\x1fMESSAGE=A b\x1f_HOSTNAME=web1",
            holds: b"A b",
        }
    }

    fn may_hold(&self, _state: &State, line: &[u8]) -> bool {
        line.starts_with(b"__") && memchr::memchr(INNER_NEWLINE, line).is_some()
    }

    fn open<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let fields = || line.split(|byte| *byte == INNER_NEWLINE);
        let value =
            |name: &[u8]| fields().find_map(|field| field.strip_prefix(name)?.strip_prefix(b"="));
        let message = value(b"MESSAGE")?;
        let message = message.strip_prefix(LENGTH).unwrap_or(message);
        let message = message.strip_suffix(&[OUTER]).unwrap_or(message);
        if message.contains(&OUTER) {
            // More than one line.
            return None;
        }
        Some(Opened {
            content: Content::Whole(without_ending(message)),
            logger: value(b"_HOSTNAME"),
            sealed: value(b"__REALTIME_TIMESTAMP").and_then(microseconds),
        })
    }
}
