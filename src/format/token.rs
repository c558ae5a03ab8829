//! The bricks that the formats of this room are built from: each function
//! reads one rule over the rest of a line, and carries that rule in ABNF.
//!
//! No brick knows a whole line. None allocates, recurses or panics. The leaves
//! are backed by `memchr`, because a log is mostly bytes to be stepped over.

use memchr::{memchr, memchr2};
use nom::error::{ErrorKind, ParseError};
use nom::{Err, IResult};

use super::Miss;
use crate::record::Client;

mod date;
mod exported;
mod request;

pub use date::{
    any, asctime, bracketed_date, bracketed_time, clock, date, date_without_year, epoch, epoch_of,
    iso, iso_day, numeric_date, seconds, shows_no_year, zone,
};
pub use exported::exported;
pub use request::request;

/// What a brick gives: the rest of the line and a value, or a [`Fault`].
pub type Read<'a, O> = IResult<&'a [u8], O, Fault<'a>>;

/// Where a grammar stopped, and what would have been right there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault<'a> {
    /// The rest of the line, from the place that was wrong.
    pub rest: &'a [u8],
    /// What would have been right there.
    pub wanted: &'static str,
}

impl<'a> Fault<'a> {
    /// This fault as a miss of `line`, of which `rest` is a part.
    pub fn of(self, line: &[u8]) -> Miss {
        let at = (self.rest.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
        Miss { at: at.min(line.len()), wanted: self.wanted }
    }
}

impl<'a> ParseError<&'a [u8]> for Fault<'a> {
    fn from_error_kind(rest: &'a [u8], _: ErrorKind) -> Self {
        Fault { rest, wanted: "something else" }
    }

    fn append(_: &'a [u8], _: ErrorKind, other: Self) -> Self {
        other
    }

    fn or(self, other: Self) -> Self {
        if other.rest.len() < self.rest.len() { other } else { self }
    }
}

/// A fault at `rest`, as a brick gives it.
pub fn fault<'a, O>(rest: &'a [u8], wanted: &'static str) -> Read<'a, O> {
    Err(Err::Error(Fault { rest, wanted }))
}

/// The miss that a failed reading of `line` is.
pub fn miss(line: &[u8], error: Err<Fault<'_>>) -> Miss {
    match error {
        Err::Error(fault) | Err::Failure(fault) => fault.of(line),
        Err::Incomplete(_) => Miss { at: line.len(), wanted: "more of the line" },
    }
}

/// `SP = %x20`
pub fn space(input: &[u8]) -> Read<'_, ()> {
    match input {
        [b' ', rest @ ..] => Ok((rest, ())),
        _ => fault(input, "a space"),
    }
}

/// `BLANKS = 1*(SP / HTAB)`
pub fn blanks(input: &[u8]) -> Read<'_, ()> {
    let end = input.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(input.len());
    if end == 0 { fault(input, "a space") } else { Ok((&input[end..], ())) }
}

/// `colour = %x1B "[" *(DIGIT / ";") "m"`, or nothing.
pub fn colour(input: &[u8]) -> &[u8] {
    let Some(inside) = input.strip_prefix(b"\x1b[") else { return input };
    let end = inside.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';'));
    match end {
        Some(end) if inside[end] == b'm' => &inside[end + 1..],
        _ => input,
    }
}

/// The end of the line: nothing is left.
pub fn end(input: &[u8]) -> Read<'_, ()> {
    if input.is_empty() { Ok((input, ())) } else { fault(input, "the end of the line") }
}

/// `word = 1*(%x00-1F / %x21-FF)`: everything up to a space or the end.
pub fn word(input: &[u8]) -> Read<'_, &[u8]> {
    let end = memchr(b' ', input).unwrap_or(input.len());
    if end == 0 { fault(input, "a word") } else { Ok((&input[end..], &input[..end])) }
}

/// `cell = word SP`: a word that is not the last of its line.
pub fn cell(input: &[u8]) -> Read<'_, &[u8]> {
    let (rest, text) = word(input)?;
    let (rest, ()) = space(rest)?;
    Ok((rest, text))
}

/// `host = 1*(%x21 / %x23-2B / %x2D-7E)`: an address or a name, with or
/// without a port. A comma belongs to a list and a quote to a quoted field,
/// so that neither is taken for a host; nor is a run of NUL, nor what holds the
/// beginning of a date, which is the rest of a torn line.
pub fn host(input: &[u8]) -> Read<'_, &[u8]> {
    let end_by = |bytes: &[bool; 256]| {
        input.iter().position(|byte| !bytes[usize::from(*byte)]).unwrap_or(input.len())
    };
    // Hardly any has a bracket, with which a date would begin.
    let mut end = end_by(const { &host_bytes(false) });
    if input.get(end) == Some(&b'[') {
        end = end_by(const { &host_bytes(true) });
        if holds_date(&input[..end]) {
            end = 0;
        }
    }
    if end == 0 {
        return fault(input, "an address or a host name");
    }
    Ok((&input[end..], &input[..end]))
}

/// The bytes of a host, with the bracket or without.
const fn host_bytes(bracket: bool) -> [bool; 256] {
    let mut bytes = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        bytes[byte] = matches!(byte as u8, b'!' | b'#'..=b'+' | b'-'..=b'~');
        byte += 1;
    }
    bytes[b'[' as usize] = bracket;
    bytes
}

/// `ident = word`, but one that begins no quoted field, which may be a list of
/// addresses, and holds no beginning of a date.
pub fn ident(input: &[u8]) -> Read<'_, &[u8]> {
    let (rest, ident) = word(input)?;
    if ident[0] == b'"' || holds_date(ident) {
        return fault(input, "an ident, which is no quoted field and no date");
    }
    Ok((rest, ident))
}

/// Says whether a word without spaces holds the beginning of a date in
/// brackets: `[10/Oct/2000:13:55:36`.
#[inline]
fn holds_date(word: &[u8]) -> bool {
    // Words are short.
    word.iter().position(|byte| *byte == b'[').is_some_and(|at| word[at..].contains(&b'/'))
}

/// `quoted = DQUOTE *(%x00-21 / %x23-5B / %x5D-FF / "\" OCTET) DQUOTE`
///
/// Apache since 2.0.46 writes a quote as `\"`, nginx as `\x22`; in both a
/// backslash takes the byte behind it along.
pub fn quoted(input: &[u8]) -> Read<'_, &[u8]> {
    let [b'"', inside @ ..] = input else { return fault(input, "an opening quote") };
    let mut from = 0;
    while let Some(at) = inside.get(from..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        let at = from + at;
        if inside[at] == b'"' {
            return Ok((&inside[at + 1..], &inside[..at]));
        }
        from = at + 2;
    }
    fault(&inside[inside.len()..], "a closing quote")
}

/// `bare-quoted = DQUOTE *(%x00-21 / %x23-FF) DQUOTE`: of a writer that
/// escapes nothing, so that a backslash is itself.
pub fn bare_quoted(input: &[u8]) -> Read<'_, &[u8]> {
    let [b'"', inside @ ..] = input else { return fault(input, "an opening quote") };
    match memchr(b'"', inside) {
        Some(at) => Ok((&inside[at + 1..], &inside[..at])),
        None => fault(&inside[inside.len()..], "a closing quote"),
    }
}

/// `status = 3DIGIT / "-" / "0"`; nginx writes `000` where nothing was sent,
/// Squid `0`, and then no bytes either.
pub fn status(input: &[u8]) -> Read<'_, Option<u16>> {
    let (rest, status) = match input {
        [b'-', rest @ ..] => (rest, None),
        [b'0', b' ', b'0'] | [b'0', b' ', b'0', b' ', ..] => (&input[1..], Some(0)),
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..] => {
            (rest, Some(u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0')))
        }
        _ => return fault(input, "a status of three digits"),
    };
    match rest.first() {
        None | Some(b' ' | b'\t') => Ok((rest, status)),
        Some(_) => fault(input, "a status of three digits"),
    }
}

/// `bytes = 1*DIGIT / "-"`
pub fn bytes(input: &[u8]) -> Read<'_, Option<u64>> {
    // Nearly every count is short, and a space stands behind it.
    let mut count = 0;
    for (at, byte) in input.iter().take(18).enumerate() {
        match byte {
            b'0'..=b'9' => count = count * 10 + u64::from(byte - b'0'),
            b' ' if at > 0 => return Ok((&input[at..], Some(count))),
            _ => break,
        }
    }
    let (rest, text) = word(input).or_else(|_| fault(input, "a byte count or -"))?;
    if text == b"-" {
        return Ok((rest, None));
    }
    match number(text) {
        Some(bytes) => Ok((rest, Some(bytes))),
        None => fault(input, "a byte count or -"),
    }
}

/// The number that a whole text of digits says.
pub fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 20 {
        return None;
    }
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u64::from(byte - b'0'));
    // A number of nineteen digits is never too large.
    let (most, last) = text.split_at(text.len().min(19));
    let mut number = 0;
    for byte in most {
        number = number * 10 + digit(byte)?;
    }
    last.iter().try_fold(number, |sum, byte| sum.checked_mul(10)?.checked_add(digit(byte)?))
}

/// The number that eight digits say, each a byte of a word by its value, the first
/// of them lowest.
#[inline(always)]
pub fn eight_digits(values: u64) -> u64 {
    // Pairs of digits, then fours, then all eight.
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let every = 0x0000_00ff_0000_00ff;
    let high = (pairs & every).wrapping_mul(100 + (1_000_000 << 32));
    let low = (pairs >> 16 & every).wrapping_mul(1 + (10_000 << 32));
    high.wrapping_add(low) >> 32
}

/// A field, or `None` where it is empty or `-`.
pub fn present(field: &[u8]) -> Option<&[u8]> {
    if matches!(field, b"" | b"-") { None } else { Some(field) }
}

/// Says whether a text is an IP address, with or without its decorations.
pub fn is_ip(text: &[u8]) -> bool {
    // Every address has a digit, a colon or both among its first five bytes, or
    // six where a bracket opens it.
    text.iter().take(6).any(|byte| byte.is_ascii_digit() || *byte == b':')
        && Client::read(text).ip().is_some()
}

/// Says whether a text is a list of addresses, in which proxies may also have
/// written `unknown` or `-`; at least one element must be an address.
pub fn is_ip_list(text: &[u8]) -> bool {
    let mut any = false;
    let every = crate::record::address::elements(text).all(|one| {
        let ip = is_ip(one);
        any |= ip;
        ip || matches!(one, b"unknown" | b"localhost" | b"_hidden" | b"unix:")
    });
    every && any
}

/// Says whether a text is a list that proxies appended addresses to. Its left
/// end is the client's, who may have written anything there to keep the list
/// from being known for one: what the nearest proxy appended decides.
pub fn is_forwarded(text: &[u8]) -> bool {
    is_ip_list(text)
        || memchr(b',', text).is_some()
            && crate::record::address::elements(text).next_back().is_some_and(is_ip)
}

/// Says whether a text is a host name of at least two labels, with or without
/// a port: `www.example.com:443`, but no address and no number.
pub fn is_host_name(text: &[u8]) -> bool {
    let name = without_port(text);
    let name = name.strip_suffix(b".").unwrap_or(name);
    let Some(dot) = memchr::memrchr(b'.', name) else { return false };
    dot > 0
        && name[dot + 1..].len() >= 2
        && name[dot + 1..].first().is_some_and(u8::is_ascii_alphabetic)
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// A host without its port: `[::1]:8080` is `[::1]`, `a.example:443` is
/// `a.example`; a bare IPv6 address stays whole.
pub fn without_port(host: &[u8]) -> &[u8] {
    let Some(colon) = memchr::memrchr(b':', host) else { return host };
    let (name, port) = (&host[..colon], &host[colon + 1..]);
    let bare_ipv6 = memchr(b':', name).is_some() && name.last() != Some(&b']');
    if bare_ipv6 || name.is_empty() || !port.iter().all(u8::is_ascii_digit) { host } else { name }
}

/// An address without the port that its writer always puts behind it, even
/// where the address is IPv6 and bare: `2001:db8::1:54321` is `2001:db8::1`.
pub fn ported(text: &[u8]) -> &[u8] {
    match memchr::memrchr(b':', text) {
        Some(colon) if colon > 0 && number(&text[colon + 1..]).is_some() => &text[..colon],
        _ => text,
    }
}

/// The authority of an absolute URI.
pub fn authority(target: &[u8]) -> Option<&[u8]> {
    let rest = target.strip_prefix(b"http://").or_else(|| target.strip_prefix(b"https://"))?;
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let host = &rest[..end.unwrap_or(rest.len())];
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_strings_end_at_the_first_bare_quote() {
        let check = |input: &[u8], expected: Option<(&[u8], &[u8])>| {
            assert_eq!(quoted(input).ok().map(|(rest, field)| (field, rest)), expected);
        };
        check(br#""a\"b" c"#, Some((br#"a\"b"#, b" c")));
        check(br#""\\" x"#, Some((br"\\", b" x")));
        check(br#""""#, Some((b"", b"")));
        check(br#""open\"#, None);
        check(br#""open\""#, None);
        check(b"x", None);
    }

    #[test]
    fn the_rest_of_a_torn_line_is_no_host_and_no_ident() {
        let read = |brick: fn(&[u8]) -> Read<'_, &[u8]>, text: &str| brick(text.as_bytes()).is_ok();
        for text in ["192.0.2.7", "a.example:80", "[2001:db8::1]:443", "unix:"] {
            assert!(read(host, text) && read(ident, text), "{text}");
        }
        for text in ["[10/Oct/2000:13:55:36", "192.0.2.7[10/Oct/2000:13:55:36", "\"203.0.113.5,"] {
            assert!(!read(host, text) && !read(ident, text), "{text}");
        }
    }

    #[test]
    fn an_address_is_one_in_brackets_and_without() {
        for text in ["192.0.2.7", "abcd::1", "::1", "[abcd::1]", "[abcd::1]:443", "192.0.2.7:80"] {
            assert!(is_ip(text.as_bytes()), "{text}");
        }
        for text in ["", "-", "abcd", "[abcd]", "h1.example", "[abcd::1"] {
            assert!(!is_ip(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_number_is_no_larger_than_it_may_be() {
        assert_eq!(number(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(number(b"18446744073709551616"), None);
        assert_eq!(number(b"99999999999999999999"), None);
        assert_eq!(number(b"00000000000000000007"), Some(7));
        assert_eq!(number(b"000000000000000000007"), None);
        for text in ["", "-1", "1a", "1234567890123456789x", "+1"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn hosts_lose_their_port_and_nothing_else() {
        let check = |host: &str, expected: &str| {
            assert_eq!(without_port(host.as_bytes()), expected.as_bytes());
        };
        check("a.example:443", "a.example");
        check("[::1]:8080", "[::1]");
        check("2001:db8::1", "2001:db8::1");
        check("a.example", "a.example");
        assert_eq!(ported(b"2001:db8::1:54321"), b"2001:db8::1");
        assert_eq!(ported(b"192.0.2.1:80"), b"192.0.2.1");
        assert_eq!(ported(b"-"), b"-");
        assert!(is_host_name(b"www.example.com:80"));
        assert!(!is_host_name(b"TLSv1.2"));
        assert!(!is_host_name(b"192.0.2.1"));
        assert!(is_ip_list(b"203.0.113.5, unknown, [2001:db8::1]:4"));
        assert!(!is_ip_list(b"unknown"));
    }
}
