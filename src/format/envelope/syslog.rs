//! Syslog: RFC 3164 as daemons write it, RFC 5424, and what rsyslog writes to
//! files.
//!
//! ```abnf
//! syslog   = [octets SP] ( modern / old )
//! modern   = "<" 1*3DIGIT ">1 " (iso / "-") SP host SP app SP pid SP id SP data [SP [BOM] content]
//! old      = ["<" 1*3DIGIT ">"] (month SP day SP clock / iso) SP [host SP] tag ":" [SP] content
//! tag      = name ["[" pid "]"]
//! octets   = 1*DIGIT                        ; RFC 6587 section 3.4.1
//! ```
//!
//! The old form has no year and no zone. The web server's own time is in the
//! content; only where that has none is the envelope's taken, and its year
//! counted (`format::year`).

use super::{About, Content, Envelope, Opened};
use crate::format::token::{date_without_year, iso};
use crate::format::{Scratch, State};
use crate::record::Time;

/// Syslog.
pub struct Syslog;

const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// How long the program's name may be: RFC 3164 says 32, RFC 5424 says 48.
const TAG: usize = 64;

impl Envelope for Syslog {
    fn name(&self) -> &'static str {
        "syslog"
    }

    fn about(&self) -> About {
        About {
            title: "Syslog: RFC 3164 with or without its priority, RFC 5424, and what rsyslog writes to files",
            sample: b"<190>Jan  5 07:41:35 web1 nginx: A b",
            header: &[],
            holds: b"A b",
        }
    }

    fn may_hold(&self, _state: &State, line: &[u8]) -> bool {
        match line {
            [b'<', digit, ..] => digit.is_ascii_digit(),
            [a, b, c, b' ', ..] if MONTHS.contains(&[*a, *b, *c].as_slice()) => true,
            [y, _, _, _, b'-', _, _, b'-', _, _, b'T', ..] if y.is_ascii_digit() => {
                old(line).is_some()
            }
            [digit, ..] if digit.is_ascii_digit() => octets(line).is_some(),
            _ => false,
        }
    }

    fn open<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let line = octets(line).unwrap_or(line);
        let (had_priority, rest) = match line.strip_prefix(b"<") {
            Some(rest) => (true, after_priority(rest)?),
            None => (false, line),
        };
        match rest.strip_prefix(b"1 ") {
            Some(rest) if had_priority => modern(rest),
            _ => old(rest),
        }
    }
}

/// The line behind an octet count, where it begins with one.
fn octets(line: &[u8]) -> Option<&[u8]> {
    let digits = line.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let rest = line.get(digits..)?.strip_prefix(b" ")?;
    (digits > 0 && rest.first() == Some(&b'<')).then_some(rest)
}

fn after_priority(rest: &[u8]) -> Option<&[u8]> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (1..=3).contains(&digits).then(|| rest.get(digits..)?.strip_prefix(b">")).flatten()
}

fn modern(rest: &[u8]) -> Option<Opened<'_>> {
    let (time, rest) = word(rest)?;
    let (host, rest) = word(rest)?;
    let (_app, rest) = word(rest)?;
    let (_pid, rest) = word(rest)?;
    let (_id, rest) = word(rest)?;
    let rest = match rest {
        [b'-', rest @ ..] => rest,
        [b'[', ..] => after_data(rest)?,
        _ => return None,
    };
    let content = rest.strip_prefix(b" ").unwrap_or(rest);
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    Some(Opened { content: Content::Whole(content), logger: named(host), sealed: sealed(time) })
}

/// What comes behind the elements of structured data; `]` is escaped in them.
fn after_data(mut rest: &[u8]) -> Option<&[u8]> {
    while rest.first() == Some(&b'[') {
        let mut at = 1;
        loop {
            match rest.get(at)? {
                b'\\' => at += 2,
                b']' => break,
                _ => at += 1,
            }
        }
        rest = &rest[at + 1..];
    }
    Some(rest)
}

fn old(rest: &[u8]) -> Option<Opened<'_>> {
    let (time, rest) = match date_without_year(rest) {
        Ok((rest, time)) => (Some(time), rest.strip_prefix(b" ")?),
        Err(_) => {
            let (time, rest) = word(rest)?;
            (Some(sealed(time)?), rest)
        }
    };
    // The host may be missing; the tag ends in a colon.
    let (first, behind) = word(rest)?;
    if is_tag(first) {
        return Some(Opened { content: Content::Whole(behind), logger: None, sealed: time });
    }
    // A relay may leave the tag out of what is JSON.
    let bare = behind.trim_ascii_start();
    if bare.first() == Some(&b'{') && first[0] != b'{' {
        return Some(Opened { content: Content::Whole(bare), logger: named(first), sealed: time });
    }
    let (tag, content) = match memchr::memchr(b' ', behind) {
        Some(end) => (&behind[..end], &behind[end + 1..]),
        None => (behind, &behind[behind.len()..]),
    };
    is_tag(tag).then_some(Opened {
        content: Content::Whole(content),
        logger: named(first),
        sealed: time,
    })
}

/// Says whether a word is the name of a program with its colon.
fn is_tag(word: &[u8]) -> bool {
    let Some(name) = word.strip_suffix(b":") else { return false };
    let name = match name.strip_suffix(b"]") {
        Some(inside) => match memchr::memrchr(b'[', inside) {
            Some(at) => &inside[..at],
            None => return false,
        },
        None => name,
    };
    let plain =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b'(' | b')');
    !name.is_empty() && name.len() <= TAG && name.iter().all(plain)
}

fn word(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b' ', rest)?;
    (end > 0).then(|| (&rest[..end], &rest[end + 1..]))
}

fn named(host: &[u8]) -> Option<&[u8]> {
    (host != b"-").then_some(host)
}

/// A time by itself.
fn sealed(text: &[u8]) -> Option<Time> {
    iso(text).ok().filter(|(rest, _)| rest.is_empty()).map(|(_, time)| time)
}
