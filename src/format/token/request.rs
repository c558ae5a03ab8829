//! Request lines, as leniently as servers read them.

use super::present;
use crate::record::{Request, path};

/// ```abnf
/// request = *SP method 1*SP target 1*SP "HTTP/" *OCTET
///         / *SP method 1*SP resource *SP     ; HTTP/0.9, or cut by the server at a NUL
///         / *OCTET                           ; no request line
/// resource = ("/" / "*" / scheme ":/") *OCTET
/// ```
/// Split at the first and the last space: clients send spaces in targets. Where
/// that gives no target, white space of other kinds separates, too (RFC 9112
/// section 3): some servers send the file then.
#[inline]
pub fn request(field: &[u8]) -> Request<'_> {
    let Some(field) = present(field) else { return Request::Raw(None) };
    match split(field) {
        Some(line @ Request::Line { version: Some(_), .. }) => line,
        other => by_any_space(field).or(other).unwrap_or(Request::Raw(Some(field))),
    }
}

#[inline(always)]
fn split(field: &[u8]) -> Option<Request<'_>> {
    // Methods and versions are short: to look at their bytes one by one is
    // quicker than to call for help.
    let is_space = |byte: &u8| *byte == b' ';
    let field = behind_blanks(before_blanks(field));
    let first = field.iter().position(is_space)?;
    let method = &field[..first];
    let rest = behind_blanks(&field[first + 1..]);
    let last = match rest.last_chunk() {
        Some([b' ', b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9']) => {
            Some(rest.len() - 9)
        }
        _ => rest.iter().rposition(is_space),
    };
    if let Some(last) = last
        && rest[last + 1..].starts_with(b"HTTP/")
    {
        let (target, version) = (before_blanks(&rest[..last]), &rest[last + 1..]);
        return Some(Request::Line { method, target, version: Some(version) });
    }
    let is_old = method.iter().all(u8::is_ascii_alphabetic) && is_resource(rest);
    is_old.then_some(Request::Line { method, target: rest, version: None })
}

/// A text without the spaces that it begins with.
#[inline(always)]
fn behind_blanks(mut text: &[u8]) -> &[u8] {
    while let Some(rest) = text.strip_prefix(b" ") {
        text = rest;
    }
    text
}

/// A text without the spaces that it ends with.
#[inline(always)]
fn before_blanks(mut text: &[u8]) -> &[u8] {
    while let Some(rest) = text.strip_suffix(b" ") {
        text = rest;
    }
    text
}

/// Says whether a text is a path, a star or an absolute URI.
fn is_resource(text: &[u8]) -> bool {
    matches!(text.first(), Some(b'/' | b'*'))
        || path::behind_scheme(text).is_some_and(|rest| rest.starts_with(b"/"))
}

/// A request line between whose words stand tabs and the like, as they are or as
/// logs escape them. None stands within a target.
fn by_any_space(field: &[u8]) -> Option<Request<'_>> {
    let field = behind_spaces(field);
    let letters = field.iter().take(LONGEST).take_while(|byte| byte.is_ascii_alphabetic());
    let (method, rest) = field.split_at(letters.count());
    space(rest).filter(|_| !method.is_empty())?;
    let rest = behind_spaces(rest);
    if !is_resource(rest) {
        return None;
    }
    let (target, rest) = rest.split_at(word(rest));
    let rest = behind_spaces(rest);
    let version = rest.starts_with(b"HTTP/").then(|| &rest[..word(rest)]);
    let rest = &rest[version.map_or(0, <[u8]>::len)..];
    behind_spaces(rest).is_empty().then_some(Request::Line { method, target, version })
}

/// How long a word is that ends at white space of any kind.
fn word(text: &[u8]) -> usize {
    (0..text.len()).find(|at| space(&text[*at..]).is_some()).unwrap_or(text.len())
}

/// How long a method may be.
const LONGEST: usize = 32;

/// How long the white space is with which a text begins, as it is or escaped.
fn space(text: &[u8]) -> Option<usize> {
    match text {
        [b' ' | b'\t' | b'\r' | 0x0b | 0x0c, ..] => Some(1),
        [b'\\', b't' | b'v' | b'f' | b'r', ..] => Some(2),
        [b'\\', b'x', b'0', b'9' | b'b' | b'B' | b'c' | b'C' | b'd' | b'D', ..] => Some(4),
        _ => None,
    }
}

fn behind_spaces(mut text: &[u8]) -> &[u8] {
    while let Some(length) = space(text) {
        text = &text[length..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line<'a>(method: &'a str, target: &'a str, version: Option<&'a str>) -> Request<'a> {
        let version = version.map(str::as_bytes);
        Request::Line { method: method.as_bytes(), target: target.as_bytes(), version }
    }

    #[test]
    fn request_lines_are_split_at_the_first_and_last_space() {
        let check = |text: &str, expected: Request<'_>| {
            assert_eq!(request(text.as_bytes()), expected, "{text}");
        };
        check("GET /a b HTTP/1.1", line("GET", "/a b", Some("HTTP/1.1")));
        check("GET /x", line("GET", "/x", None));
        check("GET /a b", line("GET", "/a b", None));
        check("GET *", line("GET", "*", None));
        check("OPTIONS * HTTP/1.0", line("OPTIONS", "*", Some("HTTP/1.0")));
        for text in
            ["GET HTTP/1.1", r"\x16\x03\x01", r"\x16\x03\x01 \x02", "HELP", "GET  ", "GET x", " "]
        {
            check(text, Request::Raw(Some(text.as_bytes())));
        }
        check("-", Request::Raw(None));
        check("", Request::Raw(None));
    }

    /// What nginx, Apache or http.server of Python answered with the file.
    #[test]
    fn what_servers_let_pass_is_a_request_line() {
        let check = |text: &str, target: &str, version: Option<&str>| {
            assert_eq!(request(text.as_bytes()), line("GET", target, version), "{text}");
        };
        let current = Some("HTTP/1.1");
        check("GET  /a HTTP/1.1", "/a", current);
        check("GET /a  HTTP/1.1", "/a", current);
        check("GET /a HTTP/1.1 ", "/a", current);
        check(" GET /a HTTP/1.1", "/a", current);
        check("GET  /a", "/a", None);
        check("GET /a ", "/a", None);
        check("GET http://h/a", "http://h/a", None);
        check("GET http:/a", "http:/a", None);
        check("GET  http://h/a  HTTP/1.1", "http://h/a", current);
        check("GET\t/a HTTP/1.1", "/a", current);
        check(r"GET\x09/a HTTP/1.1", "/a", current);
        check(r"GET\t/a\tHTTP/1.1", "/a", current);
        check(r"GET /a\x0b", "/a", None);
        check(r"GET /a\x09HTTP/1.1", "/a", current);
    }
}
