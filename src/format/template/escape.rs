//! Undoing what a writer escaped, where a record cannot say how it was done.

use super::super::haproxy;
use super::field::Escaping;
use crate::record::Escape;
use crate::record::path::hex;

/// Appends `text` to `into` with its escapes undone; `false`, and nothing
/// appended, where there are none, or where the record itself says how the
/// line escapes.
pub fn undo(escaping: Escaping, text: &[u8], into: &mut Vec<u8>) -> bool {
    match escaping {
        Escaping::Hash if memchr::memchr(b'#', text).is_some() => {
            haproxy::undo(text, into);
            true
        }
        Escaping::Json | Escaping::Unicode if memchr::memchr(b'\\', text).is_some() => {
            unicode(text, escaping == Escaping::Unicode, into);
            true
        }
        _ => false,
    }
}

/// The same for addresses, in which a `+` is a blank where blanks are written
/// so, and of whose header (RFC 7239) the addresses alone are wanted.
pub fn address(rfc: bool, escaping: Escaping, text: &[u8], into: &mut Vec<u8>) -> bool {
    if rfc {
        forwarded(text, into);
        return true;
    }
    match escaping {
        Escaping::Plus if text.contains(&b'+') => {
            Escape::Plus.undo(text, into);
            true
        }
        _ => undo(escaping, text, into),
    }
}

/// The values of `for` in a `Forwarded` header, as a list.
///
/// ```abnf
/// forwarded = element *("," element)
/// element   = pair *(";" pair)
/// pair      = name "=" (token / DQUOTE *OCTET DQUOTE)
/// ```
fn forwarded(text: &[u8], into: &mut Vec<u8>) {
    let start = into.len();
    let mut plain = Vec::new();
    Escape::Backslash.undo(text, &mut plain);
    let text = plain.as_slice();
    for pair in text.split(|byte| matches!(byte, b',' | b';')) {
        let pair = pair.trim_ascii();
        let Some((name, value)) = pair.split_at_checked(4) else { continue };
        if !name.eq_ignore_ascii_case(b"for=") {
            continue;
        }
        if into.len() > start {
            into.extend_from_slice(b", ");
        }
        let bare = |byte: &u8| !matches!(byte, b'"' | b'\\');
        into.extend(value.iter().copied().filter(bare));
    }
}

/// Undoes `\"`, `\\`, the letters of C and `\u00e9`. Tomcat writes a byte
/// above 0x7E as the code point of Latin-1; JSON means the character.
fn unicode(text: &[u8], latin: bool, into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        into.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        if let Some((mut code, mut after)) = four(rest) {
            // A surrogate pair is one character.
            if let (0xD800..0xDC00, Some((low @ 0xDC00..0xE000, behind))) = (code, four(after)) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                after = behind;
            }
            match char::from_u32(code) {
                Some(_) if latin && code < 0x100 => into.push(code as u8),
                Some(letter) => {
                    into.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                }
                None => into.extend_from_slice(&rest[..6]),
            }
            rest = after;
            continue;
        }
        let byte = match rest.get(1) {
            Some(b'b') => 0x08,
            Some(b'f') => 0x0c,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
            _ => {
                into.push(b'\\');
                rest = &rest[1..];
                continue;
            }
        };
        into.push(byte);
        rest = &rest[2..];
    }
    into.extend_from_slice(rest);
}

/// The code of `\u` and four hexadecimal digits, and what is behind them.
fn four(text: &[u8]) -> Option<(u32, &[u8])> {
    let [b'\\', b'u', a, b, c, d, rest @ ..] = text else { return None };
    let mut code = 0;
    for digit in [a, b, c, d] {
        code = code << 4 | u32::from(hex(*digit)?);
    }
    Some((code, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_as_their_writers_made_them() {
        let check = |escaping, text: &str, expected: Option<&[u8]>| {
            let mut into = Vec::new();
            let changed = undo(escaping, text.as_bytes(), &mut into);
            assert_eq!(changed.then_some(into.as_slice()), expected, "{text}");
        };
        check(Escaping::Json, r#"a\"b\\c\/\n\u00e9\ud83d\ude00"#, Some("a\"b\\c/\né😀".as_bytes()));
        check(Escaping::Json, r"\ud83d \x41 \u12", Some(br"\ud83d \x41 \u12"));
        check(Escaping::Unicode, r"\u00e9\u0416\", Some(b"\xe9\xd0\x96\\"));
        check(Escaping::Hash, "a#22b#z", Some(b"a\"b#z"));
        check(Escaping::Hash, "ab", None);
        check(Escaping::Backslash, r"\x41", None);
        check(Escaping::Nothing, r"\x41", None);
    }

    #[test]
    fn forwarded_headers_are_a_list() {
        let mut into = Vec::new();
        let header =
            br#"for=192.0.2.60;proto=http;by=203.0.113.43, FOR="[2001:db8::1]:47", for=\"_x\""#;
        assert!(address(true, Escaping::Backslash, header, &mut into));
        assert_eq!(into, b"192.0.2.60, [2001:db8::1]:47, _x");
    }
}
