//! How a request of the Common Log Format ends and is answered: version, status
//! and bytes, read at once.

use super::fields::{bytes, status};
use crate::source::index::{Form, Look, NOWHERE, chunk};

/// What stands round the quote that closes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Where the space before the version is.
    pub version: usize,
    pub status: u16,
    pub bytes: Option<u64>,
}

/// `SP "HTTP/" (3plain / plain) DQUOTE SP status SP bytes`, up to `end`, by the
/// place of its quote.
///
/// Nearly all have a version of three bytes and no bytes or as few as eight
/// digits can tell, and are taken at once.
#[inline(always)]
pub fn answer(look: impl Look, block: &[u8], quote: usize, end: usize) -> Option<Answer> {
    let length = end.wrapping_sub(quote + BEFORE_BYTES);
    let version = quote.wrapping_sub(VERSION);
    if let Some(window) = chunk::<32>(block, version)
        && let Some(usual) = USUAL.get(length.wrapping_sub(1))
        && let Some(behind) = window[VERSION..].first_chunk()
    {
        if look.fits(window, &usual.form) {
            let [status, bytes] = look.pair(behind, &usual.places);
            let bytes = Some(u64::from(bytes));
            return Some(Answer { version, status: status as u16, bytes });
        }
        if length == 1 && look.fits(window, &WITHOUT.form) {
            let [status, _] = look.pair(behind, &WITHOUT.places);
            return Some(Answer { version, status: status as u16, bytes: None });
        }
    }
    slow_answer(block, quote, end)
}

/// The same, one after the other.
#[inline(never)]
fn slow_answer(block: &[u8], quote: usize, end: usize) -> Option<Answer> {
    let long = quote.checked_sub(VERSION)?;
    let version = if block[long] == b' ' { long } else { long + 2 };
    let text = block[version..quote].strip_prefix(b" HTTP/")?;
    if text.contains(&b' ') {
        return None;
    }
    let status = status(block, quote + 1).filter(|_| block[quote] == b'"')?;
    Some(Answer { version, status, bytes: bytes(block, quote + BEFORE_BYTES, end)? })
}

/// How long ` HTTP/1.1` is.
const VERSION: usize = 9;

/// How long `" 200 ` is.
const BEFORE_BYTES: usize = 6;

/// A version, a status, and bytes in so many digits.
struct Usual {
    form: Form,
    /// Where the digits of the status and of the bytes stand, from the quote on.
    places: [u8; 16],
}

/// Bytes of one to eight digits.
static USUAL: [Usual; 8] =
    [usual(1), usual(2), usual(3), usual(4), usual(5), usual(6), usual(7), usual(8)];

/// No bytes: a dash.
static WITHOUT: Usual = usual(0);

const fn usual(n_digits: usize) -> Usual {
    let (mut like, mut within, mut places) = ([0; 32], [u8::MAX; 32], [NOWHERE; 16]);
    let text = b" HTTP/1.1\" 000 -";
    let mut at = 0;
    while at < text.len() {
        (like[at], within[at]) = (text[at], 0);
        at += 1;
    }
    // One, two or three, and none or one.
    (within[6], within[8]) = (3, 1);
    let mut digit = 0;
    while digit < 3 {
        within[VERSION + 2 + digit] = 9;
        places[5 + digit] = (2 + digit) as u8;
        digit += 1;
    }
    digit = 0;
    while digit < n_digits {
        let at = BEFORE_BYTES + digit;
        (like[VERSION + at], within[VERSION + at]) = (b'0', 9);
        places[16 - n_digits + digit] = at as u8;
        digit += 1;
    }
    Usual { form: Form { like, within }, places }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_its_version_its_status_and_its_bytes() {
        let mut texts = Vec::new();
        for version in ["/1.1", "/1.0", "/2.0", "/2", "/3", "/9.9", "/1. ", "/1.1 "] {
            for bytes in ["-", "--", "0", "9", "10", "807", "1024", "99999", "654321", "98765432"] {
                texts.push(format!(" HTTP{version}\" 404 {bytes}"));
                texts.push(format!(" HTTP{version}\" 999 {bytes}9"));
            }
        }
        for text in texts.clone() {
            for at in 0..text.len() {
                for byte in ['/', ':', '"', '\u{1}', ' ', '5'] {
                    let mut text = text.clone();
                    text.replace_range(at..=at, &byte.to_string());
                    texts.push(text);
                }
            }
        }
        for text in texts {
            for room in [0, 25] {
                // Of bytes that are right in other places.
                let behind = &b" \"http://a.example/1234567\""[..room];
                let block = [b"1.2.3.4 \"GET /", text.as_bytes(), behind].concat();
                let Some(quote) = block[10..].iter().position(|byte| *byte == b'"') else {
                    continue;
                };
                let (quote, end) = (10 + quote, 14 + text.len());
                let found = answer(look(), &block, quote, end);
                assert_eq!(found, slow_answer(&block, quote, end), "{text}");
            }
        }
        let block = b"\"GET / HTTP/2.0\" 301 1234567 \"-\" \"curl/8\"";
        let expected = Answer { version: 6, status: 301, bytes: Some(1_234_567) };
        assert_eq!(answer(look(), block, 15, 28), Some(expected));
    }

    fn look() -> impl Look {
        crate::source::index::Usual
    }
}
