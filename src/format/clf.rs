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
    self, Read, bracketed_date, bracketed_time, bytes, fault, host, ident, is_host_name, is_ip,
    present, quoted, request, space, status, without_port, word,
};
use crate::record::{Addresses, Escape, Record, Role, Time};

/// ```abnf
/// core = host SP ident SP user SP "[" date "]" SP quoted SP status SP bytes
/// ```
pub fn core(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, peer) = host(input)?;
    let (rest, ()) = space(rest)?;
    let (rest, record) = core_after_host(rest)?;
    Ok((rest, with_peer(record, peer)))
}

/// [`core`], where the field behind the host is an ident: not an address and
/// not a host name, which would make it a line with a virtual host in it.
#[inline(always)]
pub fn plain_core(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, peer) = host(input)?;
    let (rest, ()) = space(rest)?;
    if !rest.starts_with(b"- ") {
        let (_, ident) = word(rest)?;
        if is_ip(ident) || is_host_name(ident) {
            return fault(rest, "an ident, which is no address and no host name");
        }
    }
    let (rest, record) = core_after_host(rest)?;
    Ok((rest, with_peer(record, peer)))
}

/// `core-after-host = ident SP user SP "[" date "]" SP answer`
#[inline(always)]
fn core_after_host(input: &[u8]) -> Read<'_, Record<'_>> {
    // Hardly any server asks who somebody is.
    if let Some(rest) = input.strip_prefix(b"- ") {
        return core_after_ident(rest);
    }
    let (rest, _ident) = ident(input)?;
    let (rest, ()) = space(rest)?;
    core_after_ident(rest)
}

/// `core-after-ident = user SP "[" date "]" SP answer`
#[inline(always)]
pub fn core_after_ident(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, (user, time)) = user_and_date(input)?;
    let (rest, ()) = space(rest)?;
    let (rest, answer) = answer(rest)?;
    Ok((rest, Record { user: present(user), time: Some(time), ..answer }))
}

/// `answer = quoted SP status SP bytes`
#[inline(always)]
pub fn answer(input: &[u8]) -> Read<'_, Record<'_>> {
    let read = line_and_status(input);
    let (rest, (line, status)) = match read {
        Ok(read) => read,
        Err(_) => raw_line(input).map_or(read, Ok)?,
    };
    let (rest, ()) = space(rest)?;
    let (rest, bytes) = bytes(rest)?;
    let record = Record {
        request: request(line),
        status,
        bytes,
        // Apache writes `-` where no body was sent.
        no_body: bytes.unwrap_or(0) == 0,
        escape: Escape::Backslash,
        ..Record::default()
    };
    Ok((rest, record))
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

/// `headers = SP quoted SP quoted`: referer and user agent.
#[inline(always)]
pub fn headers<'a>(input: &'a [u8], record: Record<'a>) -> Read<'a, Record<'a>> {
    let (rest, ()) = space(input)?;
    let (rest, referer) = quoted(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, agent) = quoted(rest)?;
    Ok((rest, Record { referer: present(referer), agent: present(agent), ..record }))
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
pub fn last_headers<'a>(input: &'a [u8], record: Record<'a>) -> Read<'a, Record<'a>> {
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
    Ok((rest, Record { referer: present(referer), agent: present(agent), ..record }))
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

/// ```abnf
/// user-and-date = user SP "[" date "]"
/// user          = 1*OCTET       ; up to the bracket of the date
/// ```
/// Neither Apache (`%u`) nor nginx (`$remote_user`, which is whatever the
/// client says) escapes a space or a bracket, but both escape a quote. So the
/// server's own date is the one before ` "`, and a date before it was written
/// by the client. A user that holds the beginning of another date, or a date
/// and an address, is the rest of a torn line, not a user; one that begins or
/// ends with a lone `-` is two fields of another format.
#[inline]
fn user_and_date(input: &[u8]) -> Read<'_, (&[u8], Time)> {
    let read = user_and_clf_date(input);
    if read.is_ok() { read } else { user_and_any_date(input).or(read) }
}

#[inline]
fn user_and_clf_date(input: &[u8]) -> Read<'_, (&[u8], Time)> {
    let wanted = "a user and a date in brackets";
    let (mut from, mut dated) = (0, false);
    // Nearly every user is a dash or a word.
    while let Some(at) =
        input.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == b'['))
    {
        let at = from + at;
        if let Ok((rest, time)) = bracketed_date(&input[at..]) {
            if !rest.starts_with(b" \"") && memchr(b'[', rest).is_some() {
                dated = true;
                from = at + 1;
                continue;
            }
            if at >= 2 && input[at - 1] == b' ' {
                let user = &input[..at - 1];
                if user == b"-" {
                    return Ok((rest, (user, time)));
                }
                let torn = dated && user.split(|&byte| byte == b' ').any(is_ip);
                if torn || is_several(user) || holds_a_field(user) {
                    return fault(input, "one user");
                }
                return Ok((rest, (user, time)));
            }
        }
        let like_date = matches!(&input[at..], [_, b'0'..=b'9', b'0'..=b'9', b'/', ..]);
        if like_date && !ends_a_user(&input[at..]) {
            return fault(&input[at..], "a date like [10/Oct/2000:13:55:36 -0700]");
        }
        from = at + 1;
    }
    fault(input, wanted)
}

/// `user-and-any-date = user SP ("[" any "]" / any)`: where the operator, or the
/// language of the host, chose another writing of time. The user is then one
/// word, or holds no bracket: more than one date must not be possible.
fn user_and_any_date(input: &[u8]) -> Read<'_, (&[u8], Time)> {
    let wanted = "a user and a date in brackets";
    let Some(end) = memchr::memmem::find(input, b" \"") else { return fault(input, wanted) };
    let (head, rest) = input.split_at(end);
    let time_at = match memchr(b'[', head) {
        Some(at) => at,
        None => memchr(b' ', head).map_or(end, |space| space + 1),
    };
    let (user, text) = head.split_at(time_at);
    let Some((b' ', user)) = user.split_last() else { return fault(input, wanted) };
    let torn = bracketed_date(text).is_ok() || user.split(|&byte| byte == b' ').any(is_ip);
    match bracketed_time(text).or_else(|_| token::any(text)) {
        Ok(([], time)) if !user.is_empty() && !torn && !is_several(user) => {
            Ok((rest, (user, time)))
        }
        _ => fault(text, wanted),
    }
}

/// Says whether a user that begins or ends with a lone `-` is two fields.
fn is_several(user: &[u8]) -> bool {
    user != b"-" && (user.starts_with(b"- ") || user.ends_with(b" -"))
}

/// Says whether a user holds the beginning of a quoted field, which servers
/// escape in a name: the line is torn, or no line of theirs.
#[inline]
fn holds_a_field(user: &[u8]) -> bool {
    let opens = |pair: &[u8]| matches!(pair, [b' ' | b']', b'"']);
    user.windows(2).any(opens)
}

/// Says whether what begins like a date is the end of a user's name.
///
/// nginx logs any user that a client claims to be, so that one who calls
/// himself `x [01/Jan/1990` must not keep his line from being read. The user
/// of Basic ends before the first colon (RFC 7617), so such a date breaks off
/// before its hour; the server's own follows. In a torn line an address, an
/// ident and a user stand between.
fn ends_a_user(text: &[u8]) -> bool {
    memchr::memmem::find(text, b" [").is_some_and(|end| {
        !text[..end].iter().any(|byte| matches!(byte, b' ' | b':'))
            && matches!(bracketed_date(&text[end + 1..]), Ok(([b' ', b'"', ..], _)))
    })
}

/// A record with its peer; `-` is none.
#[inline(always)]
pub fn with_peer<'a>(mut record: Record<'a>, peer: &'a [u8]) -> Record<'a> {
    let mut addresses = Addresses::default();
    addresses.push(Role::Peer, peer);
    record.addresses = addresses;
    record
}

/// What a brick over the whole of `line` gives, as a format gives it.
#[inline(always)]
pub fn whole<'a>(line: &'a [u8], read: Read<'a, Record<'a>>) -> Result<Record<'a>, Miss> {
    match read {
        Ok((rest, record)) => match token::end(rest) {
            Ok(_) => Ok(record),
            Err(error) => Err(token::miss(line, error)),
        },
        Err(error) => Err(token::miss(line, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_end_before_a_date() {
        let check = |line: &[u8], expected: Option<&[u8]>| {
            assert_eq!(plain_core(line).ok().and_then(|(_, record)| record.user), expected);
        };
        let tail = r#"[10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326"#;
        check(format!("192.0.2.1 - frank {tail}").as_bytes(), Some(b"frank"));
        check(
            format!("192.0.2.1 - John Q [a] Public {tail}").as_bytes(),
            Some(b"John Q [a] Public"),
        );
        check(format!("192.0.2.1 - - {tail}").as_bytes(), None);
        let torn = "[11/Oct/2000:13:55:36 -0700] 192.0.2.9 - y";
        assert!(plain_core(format!("192.0.2.1 - x {torn} {tail}").as_bytes()).is_err());
        assert!(
            plain_core(format!("192.0.2.1 - - [10/Oct/200192.0.2.1 - - {tail}").as_bytes())
                .is_err()
        );
        assert!(plain_core(format!("192.0.2.1 - - - {tail}").as_bytes()).is_err());
        let torn = format!("192.0.2.1 [29/Feb/2024:23:59:60 +0530] {tail}");
        assert!(plain_core(torn.as_bytes()).is_err());
        let listed = format!("192.0.2.1 \"203.0.113.5, 10.0.0.7\" frank {tail}");
        assert!(plain_core(listed.as_bytes()).is_err());
        assert!(plain_core(format!("a.example 192.0.2.1 - - {tail}").as_bytes()).is_err());
    }

    #[test]
    fn half_a_date_does_not_hide_a_line() {
        let tail = r#"[21/Nov/2026:12:57:30 +0530] "GET /private/a.csv HTTP/1.1" 200 900"#;
        let read = |user: &str| {
            let line = format!("127.0.0.1 - {user} {tail}");
            plain_core(line.as_bytes()).ok().map(|(_, record)| record.user.map(<[u8]>::to_vec))
        };
        assert_eq!(read("mallory [01/Jan/1990"), Some(Some(b"mallory [01/Jan/1990".to_vec())));
        assert_eq!(read("[01/"), Some(Some(b"[01/".to_vec())));
        assert_eq!(read("- [01/Jan/1990:00:00"), None);
        assert_eq!(read("- [01/Jan/199192.0.2.9 - -"), None);
    }

    #[test]
    fn a_date_in_a_user_is_not_the_time_of_the_request() {
        for user in ["[01/Jan/1990:00:00:00 +0000]", "x [01/Jan/1990:00:00:00 +0000] y"] {
            let tail = r#"[10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326"#;
            let line = format!("192.0.2.1 - {user} {tail}");
            let (_, record) = plain_core(line.as_bytes()).unwrap();
            assert_eq!(record.user, Some(user.as_bytes()));
            assert_eq!(record.time.unwrap().reading.seconds, 971_211_336);
        }
    }

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
    fn a_user_holds_no_quoted_field() {
        for user in
            ["[1/Oct/2000:13:55:36 +0000] \"open", "- a \"b\"", "- [10/Oct/2000:13:55:36 -0700]\"-"]
        {
            let line = format!(r#"192.0.2.7 {user} [10/Oct/2000:13:55:36 -0700] "GET /" 200 9"#);
            assert!(plain_core(line.as_bytes()).is_err(), "{line}");
        }
    }

    #[test]
    fn a_second_anchor_is_seen() {
        assert!(holds_anchor(br#"x [10/Oct/2000:13:55:36 -0700] "GET"#));
        assert!(!holds_anchor(br"x [10/Oct/2000:13:55:36 -0700]"));
    }
}
