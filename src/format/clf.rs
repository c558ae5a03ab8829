//! The core that the whole family of the Common Log Format shares.
//!
//! ```abnf
//! core = host SP ident SP user SP "[" date "]" SP quoted SP status SP bytes
//! user = 1*OCTET       ; may hold spaces: it ends before the bracket of a date
//! ```
//!
//! A file of this family reads like its server's own format string: what
//! stands before the core, [`core`] itself, what stands behind it, [`end`].
//!
//! [`end`]: super::token::end

// A record is large. What gives one is part of its caller, so that it is not
// copied from brick to brick.

use memchr::memchr;

use super::Miss;
use super::token::{
    self, Read, bracketed_time, bytes, fault, host, ident, is_host_name, is_ip, present, quoted,
    request, space, status, without_port, word,
};
use crate::record::{Addresses, Escape, Record, Time};

mod user;

use user::user_and_date;

/// The core of a line, taken apart: what makes a record of it is done once,
/// at the end, because a record is large.
pub struct Core<'a> {
    peer: &'a [u8],
    user: &'a [u8],
    time: Time,
    answer: Answer<'a>,
}

impl<'a> Core<'a> {
    /// The record.
    #[inline(always)]
    pub fn record(self) -> Record<'a> {
        let Core { peer, user, time, answer } = self;
        let addresses = Addresses::of_peer(peer);
        Record { addresses, user: present(user), time: Some(time), ..answer.record() }
    }
}

/// What stands behind the date of a line, taken apart.
struct Answer<'a> {
    line: &'a [u8],
    status: Option<u16>,
    bytes: Option<u64>,
}

impl<'a> Answer<'a> {
    #[inline(always)]
    fn record(self) -> Record<'a> {
        let Answer { line, status, bytes } = self;
        Record {
            request: request(line),
            status,
            bytes,
            // Apache writes `-` where no body was sent.
            no_body: bytes.unwrap_or(0) == 0,
            escape: Escape::Backslash,
            ..Record::default()
        }
    }
}

/// ```abnf
/// core = host SP ident SP user SP "[" date "]" SP quoted SP status SP bytes
/// ```
pub fn core(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, peer) = host(input)?;
    let (rest, ()) = space(rest)?;
    let (rest, core) = core_after_host(rest, peer)?;
    Ok((rest, core.record()))
}

/// [`core`], where the field behind the host is an ident: not an address and
/// not a host name, which would make it a line with a virtual host in it.
#[inline(always)]
pub fn plain_core(input: &[u8]) -> Read<'_, Core<'_>> {
    let (rest, peer) = host(input)?;
    let (rest, ()) = space(rest)?;
    if !rest.starts_with(b"- ") {
        let (_, ident) = word(rest)?;
        if is_ip(ident) || is_host_name(ident) {
            return fault(rest, "an ident, which is no address and no host name");
        }
    }
    core_after_host(rest, peer)
}

/// `core-after-host = ident SP user SP "[" date "]" SP answer`
#[inline(always)]
fn core_after_host<'a>(input: &'a [u8], peer: &'a [u8]) -> Read<'a, Core<'a>> {
    // Hardly any server asks who somebody is.
    let rest = match input.strip_prefix(b"- ") {
        Some(rest) => rest,
        None => {
            let (rest, _ident) = ident(input)?;
            space(rest)?.0
        }
    };
    core_after_ident(rest, peer)
}

/// `core-after-ident = user SP "[" date "]" SP answer`, of a peer that stands
/// before it; `-` is none.
#[inline(always)]
pub fn core_after_ident<'a>(input: &'a [u8], peer: &'a [u8]) -> Read<'a, Core<'a>> {
    let (rest, (user, time)) = user_and_date(input)?;
    let (rest, ()) = space(rest)?;
    let (rest, answer) = taken_answer(rest)?;
    Ok((rest, Core { peer, user, time, answer }))
}

/// `answer = quoted SP status SP bytes`
#[inline(always)]
pub fn answer(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, answer) = taken_answer(input)?;
    Ok((rest, answer.record()))
}

#[inline(always)]
fn taken_answer(input: &[u8]) -> Read<'_, Answer<'_>> {
    let read = line_and_status(input);
    let (rest, (line, status)) = match read {
        Ok(read) => read,
        Err(_) => raw_line(input).map_or(read, Ok)?,
    };
    let (rest, ()) = space(rest)?;
    let (rest, bytes) = bytes(rest)?;
    Ok((rest, Answer { line, status, bytes }))
}

/// A request line and the status of its answer.
type Answered<'a> = (&'a [u8], Option<u16>);

/// `line-and-status = quoted SP status`
#[inline]
fn line_and_status(input: &[u8]) -> Read<'_, Answered<'_>> {
    let (rest, line) = quoted(input)?;
    let (rest, ()) = space(rest)?;
    let (rest, status) = status(rest)?;
    Ok((rest, (line, status)))
}

/// `raw-line = DQUOTE *OCTET " HTTP/" DIGIT "." DIGIT DQUOTE SP status`, of a
/// writer that leaves the quotes of a client as they are.
///
/// It is read only where nothing else can be meant: on the whole line one quote
/// alone has a version before it and a status behind it, and no quote before
/// it begins or ends a field; nor does an escaped quote or another record's
/// anchor stand inside.
fn raw_line(input: &[u8]) -> Option<(&[u8], Answered<'_>)> {
    let inside = input.strip_prefix(b"\"")?;
    let blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    let mut found = None;
    for at in memchr::memchr_iter(b'"', inside) {
        let (line, behind) = (&inside[..at], &inside[at + 1..]);
        let answered = behind.strip_prefix(b" ").and_then(|rest| status(rest).ok());
        let answered = answered.filter(|(_, status)| status.is_some());
        let versioned = matches!(
            line.last_chunk(),
            Some([b' ', b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9'])
        );
        match (found, answered) {
            (None, Some((rest, status))) if versioned => {
                if escapes_a_quote(line) || holds_anchor(line) {
                    return None;
                }
                found = Some((rest, (line, status)));
            }
            (None, _) if answered.is_some() || blank(behind.first()) || blank(line.last()) => {
                return None;
            }
            // A header may hold a number, but no version before its quote.
            (Some(_), Some(_)) if versioned => return None,
            _ => {}
        }
    }
    found
}

/// Says whether a text holds a quote that was escaped, as `\"` or `\x22`.
fn escapes_a_quote(text: &[u8]) -> bool {
    [&b"\\\""[..], b"\\x22"].iter().any(|quote| memchr::memmem::find(text, quote).is_some())
}

/// A referer and a user agent.
type Texts<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// `headers = SP quoted SP quoted`: referer and user agent.
#[inline(always)]
pub fn texts(input: &[u8]) -> Read<'_, Texts<'_>> {
    let (rest, ()) = space(input)?;
    let (rest, referer) = quoted(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, agent) = quoted(rest)?;
    Ok((rest, (present(referer), present(agent))))
}

/// [`last_texts`] of a record.
#[inline(always)]
pub fn last_headers<'a>(input: &'a [u8], record: Record<'a>) -> Read<'a, Record<'a>> {
    let (rest, (referer, agent)) = last_texts(input)?;
    Ok((rest, Record { referer, agent, ..record }))
}

/// `last-headers = SP quoted SP last-quoted`: the same at the end of a line.
///
/// Apache before 2.0.46, nginx with `escape=none` and many other writers put
/// a quote of the client's into the line as it is. A user agent that holds
/// one is read only where nothing else can be meant: the agent is the last
/// field, a quote that no backslash escapes ends the line, the first quote
/// inside it ends no field, and neither a field separator (`" "`), nor more
/// fields of which the last is quoted, nor a second date stands inside.
#[inline(always)]
pub fn last_texts(input: &[u8]) -> Read<'_, Texts<'_>> {
    let (rest, ()) = space(input)?;
    let (rest, referer) = quoted(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, agent) = match quoted(rest) {
        Ok((after, _)) if !matches!(after.first(), None | Some(b' ' | b'\t')) => {
            match rest.strip_prefix(b"\"").and_then(|inside| inside.strip_suffix(b"\"")) {
                Some(agent)
                    if !holds_fields(agent)
                        && !escapes_next(agent)
                        && !agent.starts_with(b"\"") =>
                {
                    (&rest[rest.len()..], agent)
                }
                _ => return fault(after, "a space or the end of the line"),
            }
        }
        read => read?,
    };
    Ok((rest, (present(referer), present(agent))))
}

/// `vhost-core = vhost SP core`, told by the shape of its first words.
pub fn vhost_core(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, vhost) = host(input)?;
    let (rest, ()) = space(rest)?;
    let (after, peer) = host(rest)?;
    let ported = without_port(vhost).len() < vhost.len();
    let first_is_host = vhost != b"-" && (ported || !is_ip(vhost));
    let dash_ident = after.starts_with(b" - ") && !after.starts_with(b" - [");
    if !first_is_host || !(is_ip(peer) || (dash_ident && peer != b"-")) {
        return fault(input, "a virtual host and then an address");
    }
    let (rest, record) = core(rest)?;
    Ok((rest, Record { host: Some(without_port(vhost)), ..record }))
}

/// Says whether a text with raw quotes in it could be several fields.
pub fn holds_fields(text: &[u8]) -> bool {
    let last_is_quoted = memchr::memmem::rfind(text, b" \"").is_some_and(|at| {
        let (before, last) = (&text[..=at], &text[at + 2..]);
        memchr(b'"', last).is_none() && memchr::memmem::find(before, b"\" ").is_some()
    });
    last_is_quoted || memchr::memmem::find(text, b"\" \"").is_some() || holds_anchor(text)
}

/// Says whether a text ends in a backslash that escapes the byte behind it.
pub fn escapes_next(text: &[u8]) -> bool {
    text.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Says whether `[date] "`, the anchor of a record, stands in a text: then
/// two records were fused into one line.
pub fn holds_anchor(text: &[u8]) -> bool {
    begins_anchor(text, text.len())
}

/// Says whether an anchor begins in the first `span` bytes of a text.
pub fn begins_anchor(text: &[u8], span: usize) -> bool {
    memchr::memchr_iter(b'[', &text[..span])
        .any(|at| matches!(bracketed_time(&text[at..]), Ok(([b' ', b'"', ..], _))))
}

/// A record with its peer; `-` is none.
#[inline(always)]
pub fn with_peer<'a>(mut record: Record<'a>, peer: &'a [u8]) -> Record<'a> {
    record.addresses = Addresses::of_peer(peer);
    record
}

/// What a brick over the whole of `line` gives, as a format gives it.
#[inline(always)]
pub fn whole<'a, T>(line: &'a [u8], read: Read<'a, T>) -> Result<T, Miss> {
    match read {
        Ok((rest, whole)) => match token::end(rest) {
            Ok(_) => Ok(whole),
            Err(error) => Err(token::miss(line, error)),
        },
        Err(error) => Err(token::miss(line, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_quotes_that_may_end_a_field_are_told_from_those_of_a_text() {
        for text in [r#"a "b" c"#, r#"("odd") x"#, r#"a "b" c "d" e"#, r#"a"b"#, r#"a "b"#] {
            assert!(!holds_fields(text.as_bytes()), "{text}");
        }
        for text in [r#"a"b" "c"#, r#"a"b" 0.1 "192.0.2.1"#, r#"a"b" - "-" "c"#] {
            assert!(holds_fields(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_second_anchor_is_seen() {
        assert!(holds_anchor(br#"x [10/Oct/2000:13:55:36 -0700] "GET"#));
        assert!(!holds_anchor(br"x [10/Oct/2000:13:55:36 -0700]"));
    }
}
