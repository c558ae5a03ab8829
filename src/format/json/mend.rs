//! Lines that are nearly JSON: bytes that are no UTF-8, and escapes that JSON
//! does not have.
//!
//! nginx with `escape=json` hands bytes above 0x7F through as they came, so
//! that one request in Latin-1 makes a line that is no UTF-8. A template that
//! looks like JSON under `escape=default` (nginx) or in an Apache `LogFormat`
//! has `\x22` for a quote. Both say exactly which byte was meant, and a client
//! can provoke both, so such a line must not be lost.
//!
//! A byte that JSON cannot hold stands, while the line is read, as a character
//! of the last private plane (U+10FF00 to U+10FFFF), and is put back behind.

use crate::record::path::hex;

/// Writes `line` into `into` with what is no JSON replaced; `false` where
/// there is nothing to mend.
pub fn mend(line: &[u8], into: &mut Vec<u8>) -> bool {
    into.clear();
    let mut changed = false;
    for chunk in line.utf8_chunks() {
        let mut rest = chunk.valid().as_bytes();
        while let Some(at) = memchr::memchr(b'\\', rest) {
            into.extend_from_slice(&rest[..at]);
            rest = &rest[at..];
            let used = match rest {
                [_, b'x', high, low, ..] => match (hex(*high), hex(*low)) {
                    (Some(high), Some(low)) => {
                        stand_in(high << 4 | low, into);
                        changed = true;
                        4
                    }
                    _ => copy(rest, 2, into),
                },
                _ => copy(rest, 2, into),
            };
            rest = &rest[used..];
        }
        into.extend_from_slice(rest);
        for byte in chunk.invalid() {
            stand_in(*byte, into);
            changed = true;
        }
    }
    changed
}

/// Copies up to `n` bytes, and says how many.
fn copy(rest: &[u8], n: usize, into: &mut Vec<u8>) -> usize {
    let n = n.min(rest.len());
    into.extend_from_slice(&rest[..n]);
    n
}

/// Appends the character that stands for a byte.
fn stand_in(byte: u8, into: &mut Vec<u8>) {
    into.extend_from_slice(&[0xf4, 0x8f, 0xbc | byte >> 6, 0x80 | byte & 0x3f]);
}

/// Appends `text` to `into` with the bytes put back.
pub fn unmend(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(0xf4, rest) {
        into.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        match rest {
            [0xf4, 0x8f, high @ 0xbc..=0xbf, low, after @ ..] => {
                into.push((high & 0x03) << 6 | low & 0x3f);
                rest = after;
            }
            _ => {
                into.push(0xf4);
                rest = &rest[1..];
            }
        }
    }
    into.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_mending() {
        let (mut text, mut back) = (Vec::new(), Vec::new());
        for byte in 0..=u8::MAX {
            let line = format!("a\\x{byte:02x}\\\\x41é");
            assert!(mend(line.as_bytes(), &mut text));
            assert!(std::str::from_utf8(&text).is_ok());
            back.clear();
            unmend(&text, &mut back);
            let expected = [b"a", &[byte][..], "\\\\x41é".as_bytes()].concat();
            assert_eq!(back, expected);
        }
        assert!(mend(b"a\xff\xfeb", &mut text));
        back.clear();
        unmend(&text, &mut back);
        assert_eq!(back, b"a\xff\xfeb");
        assert!(!mend(br#"{"a":"\n\\x41\x4"}\"#, &mut text));
    }
}
