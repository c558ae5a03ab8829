//! The query of a request, each way it may be meant; query conditions of
//! patterns are tried on all of them.

use crate::record::Escape;
use crate::record::path::{self, Forms};

/// How many percent-decodings of a query are tried.
const DECODINGS: usize = 3;

/// The query of a request, each way it may be meant: as logged, log escapes
/// undone, percent-decoded, a plus as a space. One empty text where there is
/// none.
pub(super) fn readings(target: &[u8], escape: Escape, forms: &Forms<'_>) -> Vec<Vec<u8>> {
    let behind = |text: &[u8]| {
        let start = memchr::memchr(b'?', text)? + 1;
        let end = memchr::memchr(b'#', &text[start..]).map_or(text.len(), |end| start + end);
        Some(text[start..end].to_vec())
    };
    let mut each = Vec::new();
    let mut undone = Vec::new();
    escape.undo(target, &mut undone);
    each.extend(behind(target));
    each.extend(forms.query.as_deref().map(<[u8]>::to_vec));
    // What is behind an encoded question mark may be a query to one server.
    for start in [target.to_vec(), undone] {
        let mut level = start;
        for _ in 0..DECODINGS {
            let decoded = path::decode(&level);
            if decoded == level {
                break;
            }
            level = decoded;
            each.extend(behind(&level));
        }
    }
    for at in 0..each.len() {
        let mut text = each[at].clone();
        for _ in 0..DECODINGS {
            let spaced: Vec<u8> = text.iter().map(|&b| if b == b'+' { b' ' } else { b }).collect();
            let decoded = path::decode(&spaced);
            each.extend([path::decode(&text), spaced, decoded.clone()]);
            if decoded == text {
                break;
            }
            text = decoded;
        }
    }
    if each.is_empty() {
        each.push(Vec::new());
    }
    let mut kept: Vec<Vec<u8>> = Vec::new();
    for text in each {
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_each_way_it_may_be_meant() {
        let check = |target: &str, expected: &[&str]| {
            let forms = Forms::of(target.as_bytes(), Escape::Backslash, false);
            let found = readings(target.as_bytes(), Escape::Backslash, &forms);
            for text in expected {
                assert!(found.iter().any(|query| query == text.as_bytes()), "{target}: {text}");
            }
        };
        check("/a", &[""]);
        check("/a?x=1#f", &["x=1"]);
        check("/a?x=%61+b", &["x=%61+b", "x=a+b", "x=a b"]);
        check("/a?x=%2561", &["x=%61", "x=a"]);
        check(r"/a?x=\x61", &["x=a"]);
        check("/a%3Fx=1", &["x=1"]);
    }
}
