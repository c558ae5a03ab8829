//! Small signs by which servers give themselves away: what they write for no
//! bytes, and how they escape what cannot be written as it is.
//!
//! Counts only; what follows from them is for the room `verdict`.

use crate::record::{Record, Request};

/// From how many bytes on a byte count of an answer without a body is taken
/// for that of its headers. The smallest that nginx and Apache send is about
/// 150 bytes.
const HEADERS_FROM: u64 = 100;

/// And up to how many.
const HEADERS_TO: u64 = 1_000;

/// What was logged as the bytes of answers that have no body: those with
/// status 304, and those to HEAD.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BodylessBytes {
    /// `-`.
    pub dash: u64,
    /// `0`.
    pub zero: u64,
    /// As many as headers have.
    pub headers: u64,
    /// Any other number.
    pub other: u64,
}

impl BodylessBytes {
    /// Takes a record.
    pub fn see(&mut self, record: &Record<'_>) {
        let is_bodyless =
            record.status == Some(304) || record.method().is_some_and(|method| method == b"HEAD");
        // A request that was not answered tells nothing of answers.
        if !is_bodyless || record.status.is_none_or(|status| status == 0 || status == 499) {
            return;
        }
        match record.bytes {
            None => self.dash += 1,
            Some(0) => self.zero += 1,
            Some(HEADERS_FROM..=HEADERS_TO) => self.headers += 1,
            Some(_) => self.other += 1,
        }
    }

    /// All of them.
    pub fn total(self) -> u64 {
        self.dash + self.zero + self.headers + self.other
    }

    /// Adds those of another part.
    pub fn merge(&mut self, other: BodylessBytes) {
        self.dash += other.dash;
        self.zero += other.zero;
        self.headers += other.headers;
        self.other += other.other;
    }
}

/// How lines are escaped. nginx writes `\x22`, `\x5C` and upper-case hex
/// (`ngx_http_log_escape`); Apache writes `\"`, `\\`, C letters and lower-case
/// hex (`ap_escape_logitem`), and cuts a request at a NUL byte.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EscapeStyle {
    /// Lines with an escape that only Apache writes.
    pub apache: u64,
    /// Lines with an escape that only nginx writes.
    pub nginx: u64,
}

impl EscapeStyle {
    /// Takes a line as it stands, and what it was read as.
    pub fn see(&mut self, line: &[u8], record: &Record<'_>) {
        let mut style = EscapeStyle::of(line);
        if let Request::Raw(Some(raw)) = record.request
            && raw.starts_with(br"\x16\x03")
        {
            // The beginning of TLS on a plain port: the fourth byte is the
            // high byte of a length, and nearly always NUL.
            match raw.get(8..) {
                Some(rest) if rest.len() <= 4 => style.apache = 1,
                _ => style.nginx |= u64::from(memchr::memmem::find(raw, br"\x00").is_some()),
            }
        }
        self.merge(style);
    }

    fn of(line: &[u8]) -> EscapeStyle {
        let mut style = EscapeStyle::default();
        let mut rest = line;
        while let Some(at) = memchr::memchr(b'\\', rest) {
            rest = &rest[at + 1..];
            let used = match rest {
                [b'x', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    let digits = [*high, *low];
                    let is_quote = matches!(&digits, b"22" | b"5C");
                    let lower = digits.iter().any(u8::is_ascii_lowercase);
                    let upper = digits.iter().any(u8::is_ascii_uppercase);
                    style.nginx |= u64::from(is_quote || upper && !lower);
                    style.apache |= u64::from(lower && !upper);
                    3
                }
                [b'"' | b'\\', ..] => {
                    style.apache = 1;
                    1
                }
                _ => 0,
            };
            rest = &rest[used..];
        }
        style
    }

    /// Adds those of another part.
    pub fn merge(&mut self, other: EscapeStyle) {
        self.apache += other.apache;
        self.nginx += other.nginx;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_without_a_body_are_told_by_their_bytes() {
        let check = |method: &'static [u8], status, bytes, expected: [u64; 4]| {
            let mut signs = BodylessBytes::default();
            let request = Request::Line { method, target: b"/", version: None };
            signs.see(&Record { request, status: Some(status), bytes, ..Record::default() });
            let found = [signs.dash, signs.zero, signs.headers, signs.other];
            assert_eq!(found, expected, "{status} {bytes:?}");
        };
        check(b"GET", 304, None, [1, 0, 0, 0]);
        check(b"GET", 304, Some(0), [0, 1, 0, 0]);
        check(b"GET", 304, Some(216), [0, 0, 1, 0]);
        check(b"HEAD", 200, Some(256), [0, 0, 1, 0]);
        check(b"HEAD", 200, Some(40_000), [0, 0, 0, 1]);
        check(b"GET", 200, Some(0), [0; 4]);
        check(b"HEAD", 499, Some(0), [0; 4]);
    }

    #[test]
    fn servers_are_told_by_how_they_escape() {
        let check = |line: &[u8], apache, nginx| {
            let text = String::from_utf8_lossy(line);
            assert_eq!(EscapeStyle::of(line), EscapeStyle { apache, nginx }, "{text}");
        };
        check(br#""GET /a HTTP/1.1" "curl""#, 0, 0);
        check(br#""GET /\x22 HTTP/1.1""#, 0, 1);
        check(br"\xC3\xA9", 0, 1);
        check(br"\xc3\xa9", 1, 0);
        check(br#""a \"quoted\" agent""#, 1, 0);
        check(br"\x5Cx41", 0, 1);
        // What Apache makes of a client's `\x5C`.
        check(br"\\x5C", 1, 0);
        check(br"\x16\x03\x01", 0, 0);
        let see = |raw: &'static [u8]| {
            let mut style = EscapeStyle::default();
            style.see(raw, &Record { request: Request::Raw(Some(raw)), ..Record::default() });
            (style.apache, style.nginx)
        };
        assert_eq!(see(br"\x16\x03\x01"), (1, 0));
        assert_eq!(see(br"\x16\x03\x01\x00\xEE"), (0, 1));
    }
}
