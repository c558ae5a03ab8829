//! The lines of container runtimes that follow Kubernetes' CRI (containerd,
//! CRI-O).
//!
//! ```abnf
//! cri = iso SP ("stdout" / "stderr") SP ("F" / "P") SP content
//! ```
//!
//! A line of over 16 KiB is cut into parts, all but the last marked `P`; the
//! parts of one stream follow one another, those of two streams may mix.

use super::{About, Content, Envelope, Opened};
use crate::format::token::iso;
use crate::format::{Scratch, State};

/// The CRI logging format.
pub struct Cri;

/// How many bytes of one line are joined: no more than a plain line may have.
pub const JOINED: usize = 1 << 20;

impl Envelope for Cri {
    fn name(&self) -> &'static str {
        "CRI"
    }

    fn about(&self) -> About {
        About {
            title: "Container runtimes under Kubernetes: containerd, CRI-O",
            sample: b"2026-01-24T01:34:36.743000000+00:00 stdout F A b",
            header: &[],
            holds: b"A b",
        }
    }

    fn may_hold(&self, _state: &State, line: &[u8]) -> bool {
        let is_iso =
            matches!(line, [y, _, _, _, b'-', _, _, b'-', _, _, b'T', ..] if y.is_ascii_digit());
        is_iso && fields(line).is_some()
    }

    fn open<'a>(
        &self,
        state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let Fields { time, stream, is_last, content } = fields(line)?;
        let Ok((b"", time)) = iso(time) else { return None };
        let opened = |content| Some(Opened { content, logger: None, sealed: Some(time) });
        let pending = &mut state.parts[usize::from(stream == b"stderr")];
        if !is_last {
            let room = JOINED.saturating_sub(pending.len());
            pending.extend_from_slice(&content[..content.len().min(room)]);
            return opened(Content::Part);
        }
        if pending.is_empty() {
            return opened(Content::Whole(content));
        }
        scratch.bytes.append(pending);
        scratch.bytes.extend_from_slice(content);
        opened(Content::Whole(&scratch.bytes))
    }
}

/// The fields of one line.
struct Fields<'a> {
    time: &'a [u8],
    stream: &'a [u8],
    is_last: bool,
    content: &'a [u8],
}

fn fields(line: &[u8]) -> Option<Fields<'_>> {
    let end = memchr::memchr(b' ', line.get(..40.min(line.len()))?)?;
    let (time, rest) = (&line[..end], &line[end + 1..]);
    let stream = rest.get(..6).filter(|stream| matches!(*stream, b"stdout" | b"stderr"))?;
    let (is_last, content) = match rest.get(6..)? {
        [b' ', b'F', b' ', content @ ..] => (true, content),
        [b' ', b'P', b' ', content @ ..] => (false, content),
        [b' ', b'F'] => (true, &b""[..]),
        _ => return None,
    };
    Some(Fields { time, stream, is_last, content })
}
