//! systemd's journal as `journalctl -o json` writes it.
//!
//! ```json
//! {"__REALTIME_TIMESTAMP":"1704067200000000","_HOSTNAME":"web1","SYSLOG_IDENTIFIER":"nginx","MESSAGE":"CONTENT"}
//! {"MESSAGE":[49,46,50],"_HOSTNAME":"web1","__REALTIME_TIMESTAMP":"1704067200000000"}
//! ```
//!
//! A message that is no printable UTF-8, such as one with an ESC in it, is a
//! list of its bytes; one that is longer than 4096 bytes is `null` unless
//! `--all` was given, and cannot be read. Specification:
//! <https://systemd.io/JOURNAL_EXPORT_FORMATS/>.

use super::wrap::{CONTENT, HOST, TIME, without_ending};
use super::{About, Content, Envelope, Names, Opened};
use crate::format::json::{Key, at, elements, has_name, member, pick};
use crate::format::token::number;
use crate::format::{Scratch, State};
use crate::record::{Instant, Time, Zone};

/// An entry of the journal in JSON.
pub struct Journald;

const KEYS: &[Key] =
    &[at(CONTENT, &["MESSAGE"]), at(HOST, &["_HOSTNAME"]), at(TIME, &["__REALTIME_TIMESTAMP"])];

/// The names that mark it.
const NAMES: Names = Names { groups: &[&["MESSAGE"], &["__REALTIME_TIMESTAMP"]], never: &[] };

impl Envelope for Journald {
    fn name(&self) -> &'static str {
        "journald"
    }

    fn about(&self) -> About {
        About {
            title: "systemd's journal: journalctl -o json",
            header: &[],
            sample:
                br#"{"__REALTIME_TIMESTAMP":"1704067200000000","_HOSTNAME":"web1","MESSAGE":"A b"}"#,
            holds: b"A b",
        }
    }

    fn may_hold(&self, _state: &State, line: &[u8]) -> bool {
        line.first() == Some(&b'{') && NAMES.mark(|name| has_name(line, name))
    }

    fn names(&self) -> Option<Names> {
        Some(NAMES)
    }

    fn open<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        if let Some(list) = member(line, "MESSAGE").filter(|value| value.first() == Some(&b'[')) {
            for element in elements(list) {
                scratch.bytes.push(u8::try_from(number(element)?).ok()?);
            }
            let plain = |name| member(line, name)?.strip_prefix(b"\"")?.strip_suffix(b"\"");
            return Some(Opened {
                content: Content::Whole(without_ending(&scratch.bytes)),
                logger: plain("_HOSTNAME"),
                sealed: plain("__REALTIME_TIMESTAMP").and_then(microseconds),
            });
        }
        let picked = pick(line, KEYS, scratch).ok()?;
        Some(Opened {
            content: Content::Whole(without_ending(picked.text(CONTENT)?)),
            logger: picked.text(HOST),
            sealed: picked.text(TIME).and_then(microseconds),
        })
    }
}

/// Microseconds since 1970, as `__REALTIME_TIMESTAMP` counts.
pub fn microseconds(digits: &[u8]) -> Option<Time> {
    let micros = number(digits)?;
    let seconds = i64::try_from(micros / 1_000_000).ok()?;
    let reading = Instant { seconds, nanos: (micros % 1_000_000) as u32 * 1000 };
    // Year 9999: beyond it no journal is.
    (seconds < 253_402_300_800).then_some(Time { reading, digits: 6, zone: Zone::Implied })
}
