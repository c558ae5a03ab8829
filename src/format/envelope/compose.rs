//! `docker compose logs` and `docker service logs`, and pm2: a name and a bar
//! before every line.
//!
//! ```abnf
//! compose = *colour [1*DIGIT "|"] name 1*SP "|" SP *colour content *colour
//! name    = ALPHA *(ALPHA / DIGIT / "-" / "_" / "." / "@")
//! colour  = ESC "[" *(DIGIT / ";") "m"
//! ```
//!
//! Names are filled up with blanks to one width; pm2 puts its number before
//! them. The name is the container's, taken for the machine that logged; of a
//! swarm's task it is what stands behind the `@`. Specification:
//! <https://docs.docker.com/reference/cli/docker/compose/logs/>.

use super::{About, Content, Envelope, Opened};
use crate::format::{Scratch, State};

/// The prefix of `docker compose logs`.
pub struct Compose;

/// How long a prefix may be.
const LONGEST: usize = 200;

impl Envelope for Compose {
    fn name(&self) -> &'static str {
        "docker compose logs"
    }

    fn about(&self) -> About {
        About {
            title: "docker compose logs, docker service logs, and pm2",
            header: &[],
            sample: b"web-1  | A b",
            holds: b"A b",
        }
    }

    fn may_hold(&self, _state: &State, line: &[u8]) -> bool {
        parts(line).is_some()
    }

    fn open<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let (name, content) = parts(line)?;
        let node = memchr::memrchr(b'@', name).map_or(name, |at| &name[at + 1..]);
        Some(Opened { content: Content::Whole(content), logger: Some(node), sealed: None })
    }
}

/// The name and the content.
fn parts(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = after_colours(line);
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = match rest.get(digits) {
        Some(b'|') if digits > 0 => &rest[digits + 1..],
        _ => rest,
    };
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'@');
    // Most lines begin with an address.
    if !rest.first()?.is_ascii_alphabetic() {
        return None;
    }
    let end = rest.iter().take(LONGEST).position(|byte| !plain(byte))?;
    let (name, rest) = rest.split_at(end);
    let rest = after_colours(rest);
    let blanks = rest.iter().take(LONGEST).take_while(|byte| **byte == b' ').count();
    let rest = rest[blanks..].strip_prefix(b"|").filter(|_| blanks > 0)?;
    let rest = after_colours(rest).strip_prefix(b" ")?;
    let content = after_colours(rest);
    Some((name, content.strip_suffix(b"\x1b[0m").unwrap_or(content)))
}

/// The text behind the colours of a terminal that it begins with.
pub fn after_colours(mut text: &[u8]) -> &[u8] {
    while let Some(rest) = text.strip_prefix(b"\x1b[") {
        let inside = rest.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b';')).count();
        match rest.get(inside) {
            Some(b'm') => text = &rest[inside + 1..],
            _ => break,
        }
    }
    text
}
