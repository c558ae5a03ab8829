//! What a line says of how much was delivered, besides the byte count.

use serde::{Deserialize, Serialize};

/// How a transfer ended, where the log has a mark for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// The connection was lost, or one side gave up, before the answer was
    /// sent: Apache `%X` = `X`, a termination state of HAProxy, Win32 status
    /// 64 or 1236 of IIS, nginx `$request_completion` left empty.
    Cut,
    /// The line was written before the transfer ended (HAProxy `logasap`, a
    /// byte count with `+`): the count is of the beginning.
    Early,
    /// The answer was sent to its end.
    Whole,
}

/// A range of a content, in bytes from its beginning, both ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// The first byte.
    pub first: u64,
    /// The last byte; `None` for "to the end".
    pub last: Option<u64>,
    /// The size of the whole content, where it is told.
    pub whole: Option<u64>,
}

impl Range {
    /// Reads one range of a header `Range` (`bytes=0-99`, `bytes=100-`) or
    /// `Content-Range` (`bytes 0-99/1234`), RFC 9110 section 14. Several
    /// ranges, and the last bytes of an unknown size, are `None`.
    pub fn read(text: &[u8]) -> Option<Range> {
        let text = std::str::from_utf8(text).ok()?.trim();
        let text = text.strip_prefix("bytes").unwrap_or(text);
        let text = text.trim_start_matches([' ', '=', ':']);
        let (range, whole) = match text.split_once('/') {
            Some((range, whole)) => (range, whole.parse().ok()),
            None => (text, None),
        };
        let (first, last) = range.split_once('-')?;
        let first = first.parse().ok()?;
        let last = match last {
            "" => None,
            last => Some(last.parse().ok()?),
        };
        let is_range = last.is_none_or(|last| first <= last);
        is_range.then_some(Range { first, last, whole })
    }
}

/// What a line says of how much was delivered, besides the byte count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// How the transfer ended.
    pub ending: Option<Ending>,
    /// The size of the whole content in bytes, where the log has it beside
    /// what was sent (S3 `Object Size`).
    pub whole: Option<u64>,
    /// The range that was asked for or sent.
    pub range: Option<Range>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_from_both_headers() {
        let check = |text: &str, expected: Option<(u64, Option<u64>, Option<u64>)>| {
            let range = Range::read(text.as_bytes());
            assert_eq!(
                range.map(|range| (range.first, range.last, range.whole)),
                expected,
                "{text}"
            );
        };
        check("bytes=0-99", Some((0, Some(99), None)));
        check("bytes 100-199/1234", Some((100, Some(199), Some(1234))));
        check("bytes 100-199/*", Some((100, Some(199), None)));
        check("bytes=500-", Some((500, None, None)));
        check("0-99", Some((0, Some(99), None)));
        for text in ["bytes=-500", "bytes=0-9,20-29", "bytes=9-3", "-", "", "x", "bytes=0-99x"] {
            check(text, None);
        }
    }
}
