//! WHAT DOES A LINE SAY?
//!
//! Plain values that every other room speaks in: what one line of a log
//! records ([`Record`]), when ([`time`]), by whom ([`address`]) and which path
//! ([`path`]). Everything borrows the line; nothing here reads, guesses or
//! decides. What a line *means* for a case is not for this room.
//!
//! ```
//! use whofetched::record::{Record, Request, Role};
//!
//! let mut record = Record::default();
//! record.addresses.push(Role::Peer, b"192.0.2.7");
//! record.request = Request::Line { method: b"GET", target: b"/a.csv", version: None };
//! assert_eq!(record.target(), Some(&b"/a.csv"[..]));
//! ```

pub mod address;
pub mod delivery;
pub mod meaning;
pub mod object;
pub mod path;
pub mod time;

pub use address::{Addresses, Client, IpBits, Role};
pub use delivery::{Delivery, Ending, Range};
pub use meaning::{BytesMeaning, TimeMeaning};
pub use object::Object;
pub use time::{Instant, Moment, Time, WallClock, Zone};

/// What one line of an access log says, borrowed from the line (or from the
/// reader's scratch space, where a value had to be joined or unescaped).
///
/// A field that the log leaves out, or writes as `-`, is `None`; no field is
/// ever an empty slice that stands for "absent".
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Record<'a> {
    /// Every address on the line with its role, as logged.
    pub addresses: Addresses<'a>,
    /// The line's own time, or `None` where the format writes none.
    pub time: Option<Time>,
    /// The time is not the line's own but its envelope's, which was closed
    /// when the line was written.
    pub sealed: bool,
    /// What was asked for.
    pub request: Request<'a>,
    /// What of an object store was asked for. A record that has it has a
    /// request line too, made up where the log has none.
    pub object: Option<Object<'a>>,
    /// The status code of the answer, three digits as logged.
    pub status: Option<u16>,
    /// What the log calls the bytes of the response; its meaning (body only,
    /// with headers, planned or sent) is the format's or the case's to say.
    pub bytes: Option<u64>,
    /// The log says that no body was sent: a count of 0, or `-` where the
    /// server writes that for none.
    pub no_body: bool,
    /// What else it says of how much was delivered.
    pub delivery: Delivery,
    /// The host that was asked, without its port.
    pub host: Option<&'a [u8]>,
    /// The `Referer` header.
    pub referer: Option<&'a [u8]>,
    /// The `User-Agent` header.
    pub agent: Option<&'a [u8]>,
    /// The authenticated user.
    pub user: Option<&'a [u8]>,
    /// How long the request took, in microseconds.
    pub took: Option<u64>,
    /// The machine that logged, as the envelope of the line names it; not the
    /// host that was asked.
    pub logger: Option<&'a [u8]>,
    /// How the text fields of this record are escaped in the log.
    pub escape: Escape,
}

impl<'a> Record<'a> {
    /// The request target as logged, or `None` where the request field holds
    /// no request line.
    pub fn target(&self) -> Option<&'a [u8]> {
        match self.request {
            Request::Line { target, .. } => Some(target),
            Request::Raw(_) => None,
        }
    }

    /// The method as logged, or `None` where the request field holds no
    /// request line.
    pub fn method(&self) -> Option<&'a [u8]> {
        match self.request {
            Request::Line { method, .. } => Some(method),
            Request::Raw(_) => None,
        }
    }
}

/// The request field of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request<'a> {
    /// A request line: method, target and, unless the client spoke HTTP/0.9
    /// or the log leaves it out, a version such as `HTTP/1.1`.
    Line {
        /// The method as logged.
        method: &'a [u8],
        /// The target as logged, with its query.
        target: &'a [u8],
        /// The protocol version as logged.
        version: Option<&'a [u8]>,
    },
    /// Something that is no request line (TLS bytes on a plain port, an empty
    /// request), or `None` for `-` and an empty field.
    Raw(Option<&'a [u8]>),
}

impl Default for Request<'_> {
    fn default() -> Self {
        Request::Raw(None)
    }
}

/// How a log writes the bytes that it cannot write as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Escape {
    /// `\xHH`, `\"`, `\\` and the C letters: Apache since 2.0.46, nginx.
    Backslash,
    /// Nothing is escaped, or the reader has already undone it (JSON).
    #[default]
    None,
    /// A space is written `+` and cannot be told from a plus: IIS W3C.
    Plus,
}

impl Escape {
    /// Appends `field` to `into` with the log's escapes undone.
    ///
    /// [`Escape::Plus`] turns `+` into a space: for reading a user agent this
    /// is right, for matching a path both spellings must be tried.
    pub fn undo(self, field: &[u8], into: &mut Vec<u8>) {
        match self {
            Escape::None => into.extend_from_slice(field),
            Escape::Plus => into.extend(field.iter().map(|&b| if b == b'+' { b' ' } else { b })),
            Escape::Backslash => undo_backslashes(field, into),
        }
    }

    /// Says whether undoing the escapes would change `field`.
    pub fn touches(self, field: &[u8]) -> bool {
        match self {
            Escape::None => false,
            Escape::Plus => field.contains(&b'+'),
            Escape::Backslash => memchr::memchr(b'\\', field).is_some(),
        }
    }
}

/// Undoes the escapes of Apache's `ap_escape_logitem` and nginx's
/// `escape=default`; a backslash that begins none of them stays as it is.
fn undo_backslashes(field: &[u8], into: &mut Vec<u8>) {
    let mut rest = field;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        into.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let (byte, used) = match rest {
            [_, b'x', high, low, ..] => match (path::hex(*high), path::hex(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, 4),
                _ => (b'\\', 1),
            },
            [_, b'n', ..] => (b'\n', 2),
            [_, b'r', ..] => (b'\r', 2),
            [_, b't', ..] => (b'\t', 2),
            [_, b'v', ..] => (0x0b, 2),
            [_, b'b', ..] => (0x08, 2),
            [_, b'f', ..] => (0x0c, 2),
            [_, b'"', ..] => (b'"', 2),
            [_, b'\\', ..] => (b'\\', 2),
            _ => (b'\\', 1),
        };
        into.push(byte);
        rest = &rest[used..];
    }
    into.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_as_the_servers_wrote_them() {
        let check = |escape: Escape, field: &[u8], expected: &[u8]| {
            let mut out = Vec::new();
            escape.undo(field, &mut out);
            assert_eq!(out, expected, "{}", String::from_utf8_lossy(field));
        };
        check(Escape::Backslash, br#"/a\"b\xc3\xA9.csv"#, "/a\"bé.csv".as_bytes());
        check(Escape::Backslash, br"a\\x41\x4", br"a\x41\x4");
        check(Escape::Backslash, br"end\", br"end\");
        check(Escape::Backslash, br"\X41", br"\X41");
        check(Escape::Plus, b"Mozilla/5.0+(X)", b"Mozilla/5.0 (X)");
        check(Escape::None, br"a\x41+", br"a\x41+");
    }
}
