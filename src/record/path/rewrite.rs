//! What servers make of a path: escapes decoded, parameters dropped, segments
//! resolved, letter case folded.

use smallvec::SmallVec;

/// Percent-decodes once; what is no escape stays as it is.
pub fn decode(path: &[u8]) -> Vec<u8> {
    decoded(path).unwrap_or_else(|| path.to_vec())
}

/// The same; `None` where that changes nothing.
pub(super) fn decoded(path: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr(b'%', path)?;
    let mut out = Vec::new();
    decode_into(path, &mut out).then_some(out)
}

/// The same into a room; says whether that changes anything.
pub(super) fn decode_into(path: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    out.reserve(path.len());
    let mut rest = path;
    while let Some(at) = memchr::memchr(b'%', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        // Letters of other scripts are runs of escapes.
        while let [b'%', behind @ ..] = rest {
            rest = if let [high, low, behind @ ..] = behind
                && let (high, low) = (HEX[usize::from(*high)], HEX[usize::from(*low)])
                && high | low < 16
            {
                out.push(high << 4 | low);
                behind
            } else if let [b'u' | b'U', a, b, c, d, behind @ ..] = behind
                && let (Some(a), Some(b), Some(c), Some(d)) = (hex(*a), hex(*b), hex(*c), hex(*d))
                && let Some(letter) = char::from_u32(
                    u32::from(a) << 12 | u32::from(b) << 8 | u32::from(c) << 4 | u32::from(d),
                )
            {
                out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                behind
            } else {
                out.push(b'%');
                behind
            };
        }
    }
    out.extend_from_slice(rest);
    // An escape is longer than what it stands for.
    out.len() < path.len()
}

/// The value of a hexadecimal digit.
pub fn hex(digit: u8) -> Option<u8> {
    Some(HEX[usize::from(digit)]).filter(|value| *value < 16)
}

/// The values of hexadecimal digits, and 255 for every other byte.
const HEX: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value];
        values[digit as usize] = value as u8;
        values[digit.to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    values
};

/// Turns `\` into `/`, and drops the `;parameters` of each segment.
pub(super) fn rewrite(path: &[u8], backslashes: bool, parameters: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut dropping = false;
    for &byte in path {
        let byte = if backslashes && byte == b'\\' { b'/' } else { byte };
        match byte {
            b';' if parameters => dropping = true,
            b'/' => dropping = false,
            _ => {}
        }
        if !dropping {
            out.push(byte);
        }
    }
    out
}

/// Drops empty segments and resolves dot segments.
pub(super) fn resolve(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    resolve_into(path, &mut out);
    out
}

/// The same into a room.
pub(super) fn resolve_into(path: &[u8], out: &mut Vec<u8>) {
    out.clear();
    if path.is_empty() || path == b"*" {
        return out.extend_from_slice(path);
    }
    let mut kept: SmallVec<[&[u8]; 16]> = SmallVec::new();
    let mut folder = false;
    for segment in path.split(|byte| *byte == b'/') {
        folder = matches!(segment, b"" | b"." | b"..");
        match segment {
            b"" | b"." => {}
            b".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    out.reserve(path.len() + 1);
    for segment in &kept {
        out.push(b'/');
        out.extend_from_slice(segment);
    }
    if folder || kept.is_empty() {
        out.push(b'/');
    }
}

/// Folds letter case (Unicode where the bytes are UTF-8, ASCII otherwise) and
/// drops trailing dots and spaces of each segment, as Windows file systems do.
pub fn fold(path: &[u8]) -> Vec<u8> {
    let lower = match std::str::from_utf8(path) {
        Ok(text) => text.to_lowercase().into_bytes(),
        Err(_) => path.to_ascii_lowercase(),
    };
    let mut out = Vec::with_capacity(lower.len());
    for (at, segment) in lower.split(|byte| *byte == b'/').enumerate() {
        if at > 0 {
            out.push(b'/');
        }
        let end = match segment {
            b"." | b".." => segment.len(),
            _ => segment.iter().rposition(|b| !matches!(b, b'.' | b' ')).map_or(0, |last| last + 1),
        };
        out.extend_from_slice(&segment[..end]);
    }
    out
}
