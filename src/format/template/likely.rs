//! What a text must look like to be a field of its kind, and what it most
//! likely looks like: clients write the text before a field so that a part of
//! it passes for the field.

use super::super::token::{is_ip, is_ip_list, present, request};
use super::field::{Escaping, Kind};
use super::layout::Layout;
use crate::record::Request;

/// No address is longer: an IPv6 address with a zone and a port.
const LONGEST: usize = 96;

/// No name of a host is longer (RFC 1035, section 2.3.4).
const LONGEST_NAME: usize = 255;

/// How much a field must look like what is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Level {
    /// Whatever it can hold.
    Any,
    /// Requests look like requests.
    Requests,
    /// So do they, and addresses look like addresses.
    All,
}

/// Says whether a text can be a field of its kind.
pub fn fits(layout: &Layout, kind: &Kind, text: &[u8]) -> bool {
    match kind {
        // W3C's columns hold no blank.
        _ if layout.escaping == Escaping::Plus && text.contains(&b' ') => false,
        Kind::Protocol => text.starts_with(b"HTTP/") || matches!(text, b"" | b"-" | b"<BADREQ>"),
        Kind::Client | Kind::Connection | Kind::HostName => is_peer(text),
        // HAProxy writes a quote in a request as `#22`, though in a header it
        // was told to log it leaves it as it is.
        Kind::Request => layout.escaping != Escaping::Hash || !text.contains(&b'"'),
        _ => true,
    }
}

/// Says whether a text looks like an address or a request where one is due, or
/// says that there is none.
pub fn is_likely(layout: &Layout, kind: &Kind, text: &[u8], level: Level) -> bool {
    let holds_quote = || !layout.escaping.guards_quotes() && text.contains(&b'"');
    match kind {
        Kind::Client | Kind::Connection | Kind::Real if level == Level::All => {
            text.len() <= LONGEST && is_ip(text)
                || matches!(text, b"" | b"-" | b"unknown")
                || text.starts_with(b"unix")
        }
        Kind::Forwarded if level == Level::All => {
            text.ends_with(b",") || is_ip_list(text) || matches!(text, b"" | b"-" | b"unknown")
        }
        Kind::Request if level != Level::Any => is_request(text) && !holds_quote(),
        Kind::Method if level != Level::Any => {
            is_token(text) || matches!(text, b"" | b"-" | b"<BADREQ>")
        }
        Kind::Path | Kind::Query | Kind::Target if level != Level::Any => !holds_quote(),
        _ => true,
    }
}

/// Says whether a text is a request line, or says that there was none.
///
/// ```abnf
/// request-line = token SP target SP "HTTP/" version
/// ```
fn is_request(text: &[u8]) -> bool {
    match present(text).map(request) {
        Some(Request::Line { method, version, .. }) => {
            let is_version =
                version.is_some_and(|version| version[5..].first().is_some_and(u8::is_ascii_digit));
            is_version && is_token(method)
        }
        Some(Request::Raw(_)) => text == b"<BADREQ>",
        None => true,
    }
}

/// Says whether a text is a token, as methods are: `token = 1*tchar` (RFC 9110, section 5.6.2)
pub fn is_token(text: &[u8]) -> bool {
    let is_tchar = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(is_tchar)
}

/// Says whether a text can name the other end of a connection: an address, in
/// full, in hexadecimal digits or with a part of it masked; the name of a host;
/// a socket; or that it is not known. A number alone is none of these.
fn is_peer(text: &[u8]) -> bool {
    let is_mark = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-:*/%[]<>@".contains(byte);
    if text.is_empty() || text.len() > LONGEST_NAME {
        return false;
    }
    let hex = matches!(text.len(), 8 | 32) && text.iter().all(u8::is_ascii_hexdigit);
    let name = text.iter().all(is_mark) && text.iter().any(u8::is_ascii_alphabetic);
    hex || name
        || matches!(text, b"-" | b"@")
        || text.starts_with(b"unix:")
        || text.len() <= LONGEST && is_ip(text)
}

/// Says whether a text is one word.
pub fn is_word(text: &[u8]) -> bool {
    !text.iter().any(|byte| matches!(byte, b' ' | b'\t' | b'"'))
}

/// Says whether a list goes on behind what ends it elsewhere: `, ` between
/// addresses, and ` : ` between nginx's groups of upstreams.
pub fn goes_on(kind: &Kind, text: &[u8], behind: &[u8]) -> bool {
    match kind {
        Kind::Forwarded | Kind::ForwardedHeader => text.ends_with(b",") || text.ends_with(b";"),
        Kind::Listed | Kind::Upstream => {
            text.ends_with(b",") || text.ends_with(b" :") || behind.starts_with(b" : ")
        }
        _ => false,
    }
}
