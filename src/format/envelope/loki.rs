//! Grafana Loki: lines as `logcli --output=jsonl` and Grafana's export write
//! them, and the pairs of its own streams.
//!
//! ```json
//! {"labels":{"instance":"web1"},"line":"CONTENT","timestamp":"2024-01-01T00:00:00.123Z"}
//! ["1704067200000000000","CONTENT"]
//! ```
//!
//! Pairs stand in `streams`, which are taken apart where sources are read; a
//! third element holds structured metadata. The labels of a stream, and with
//! them its host, are not on the pair. Specification:
//! <https://grafana.com/docs/loki/latest/reference/loki-http-api/>.

use super::wrap::{CONTENT, HOST, TIME, Wrap, without_ending};
use super::{About, Content, Envelope, Opened};
use crate::format::json::{at, elements, text};
use crate::format::token::number;
use crate::format::{Scratch, State};
use crate::record::{Instant, Time, Zone};

/// A line with its labels.
pub static LOKI: Wrap = Wrap {
    name: "Loki",
    about: About {
        title: "Grafana Loki: logcli --output=jsonl and exports of Grafana",
        header: &[],
        sample:
            br#"{"labels":{"instance":"web1"},"line":"A b","timestamp":"2024-01-01T00:00:00.123Z"}"#,
        holds: b"A b",
    },
    marks: &[&["line"], &["labels", "timestamp", "tsNs"]],
    never: &[],
    keys: &[
        at(CONTENT, &["line"]),
        at(HOST, &["labels", "instance"]),
        at(HOST, &["labels", "host"]),
        at(HOST, &["labels", "hostname"]),
        at(HOST, &["labels", "node_name"]),
        at(HOST, &["labels", "pod"]),
        at(TIME, &["timestamp"]),
        at(TIME, &["tsNs"]),
    ],
    object: None,
};

/// The time and the line of an entry of a stream.
pub struct Pair;

/// How many digits an epoch in nanoseconds has in our days.
const NANOSECONDS: usize = 19;

impl Envelope for Pair {
    fn name(&self) -> &'static str {
        "Loki stream"
    }

    fn about(&self) -> About {
        About {
            title: "Entries of a stream of Grafana Loki's API",
            header: &[],
            sample: br#"["1704067200000000000","A b"]"#,
            holds: b"A b",
        }
    }

    fn may_hold(&self, _state: &State, line: &[u8]) -> bool {
        line.strip_prefix(b"[").is_some_and(|rest| {
            let rest = rest.trim_ascii_start();
            rest.strip_prefix(b"\"").and_then(nanoseconds).is_some()
        })
    }

    fn open<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let mut pair = elements(line);
        let sealed = pair.next()?.strip_prefix(b"\"").and_then(nanoseconds);
        let content = text(pair.next()?, &mut scratch.bytes)?;
        Some(Opened { content: Content::Whole(without_ending(content)), logger: None, sealed })
    }
}

/// `nanoseconds = 19DIGIT DQUOTE`: since 1970.
fn nanoseconds(quoted: &[u8]) -> Option<Time> {
    let (digits, behind) = quoted.split_at_checked(NANOSECONDS)?;
    let nanos = number(digits).filter(|_| behind.first() == Some(&b'"'))?;
    let seconds = i64::try_from(nanos / 1_000_000_000).ok()?;
    let reading = Instant { seconds, nanos: (nanos % 1_000_000_000) as u32 };
    Some(Time { reading, digits: 9, zone: Zone::Implied })
}
