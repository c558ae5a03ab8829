//! Values of a line as they stand: the slice of an object, list or text that
//! another reader takes further. Nothing is unescaped or checked here beyond
//! finding where a value ends.

use super::mend;

/// The slice of the value under `name` in the outermost object of `line`,
/// its quotes or brackets with it.
pub fn member<'a>(line: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut rest = line.trim_ascii_start().strip_prefix(b"{")?.trim_ascii_start();
    loop {
        let (key, behind) = value(rest)?;
        let key = key.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let behind = behind.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        let (found, behind) = value(behind)?;
        if key == name.as_bytes() {
            return Some(found);
        }
        rest = behind.trim_ascii_start().strip_prefix(b",")?.trim_ascii_start();
    }
}

/// Says whether `name` is the name of a member anywhere in `line`: a text of
/// the same letters has no colon behind it.
pub fn has_name(line: &[u8], name: &str) -> bool {
    memchr::memmem::find_iter(line, name.as_bytes()).any(|at| {
        let behind = line[at + name.len()..].strip_prefix(b"\"").map(<[u8]>::trim_ascii_start);
        at > 0 && line[at - 1] == b'"' && behind.is_some_and(|rest| rest.first() == Some(&b':'))
    })
}

/// What stands behind the quotes of a line, as far as three bytes of it: which
/// names it has not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beginnings([u64; 8]);

impl Beginnings {
    /// Those of a line.
    pub fn of(line: &[u8]) -> Beginnings {
        let mut all = Beginnings::default();
        for at in memchr::memchr_iter(b'"', line) {
            if let Some(&[first, second, third]) = line.get(at + 1..).and_then(<[u8]>::first_chunk)
            {
                let (word, bit) = place(first, second, third);
                all.0[word] |= bit;
            }
        }
        all
    }

    /// Says whether a line may have a name: where it says no, so does
    /// [`has_name`].
    pub fn may_have(&self, name: &str) -> bool {
        let &[first, second, ref rest @ ..] = name.as_bytes() else { return true };
        // Behind a short name stands its quote.
        let (word, bit) = place(first, second, rest.first().copied().unwrap_or(b'"'));
        self.0[word] & bit != 0
    }
}

/// The word and the bit of three bytes.
fn place(first: u8, second: u8, third: u8) -> (usize, u64) {
    let hash = u32::from_le_bytes([0, first, second, third]).wrapping_mul(0x9e37_79b1) >> 23;
    ((hash >> 6) as usize, 1 << (hash & 63))
}

/// The elements of a list as they stand.
pub fn elements(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = list.trim_ascii_start().strip_prefix(b"[");
    std::iter::from_fn(move || {
        let (found, behind) = value(rest?.trim_ascii_start())?;
        rest = behind.trim_ascii_start().strip_prefix(b",");
        Some(found)
    })
}

/// A text in quotes, without them and unescaped: a slice of the line where
/// nothing is escaped, else appended to `scratch`.
pub fn text<'a>(quoted: &'a [u8], scratch: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    let inside = quoted.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if memchr::memchr(b'\\', inside).is_none() {
        return Some(inside);
    }
    let mut mended = Vec::new();
    let was_mended = mend::mend(quoted, &mut mended);
    let plain: String = serde_json::from_slice(&mended).ok()?;
    let start = scratch.len();
    match was_mended {
        true => mend::unmend(plain.as_bytes(), scratch),
        false => scratch.extend_from_slice(plain.as_bytes()),
    }
    scratch.get(start..)
}

/// The value that `rest` begins with, and what is behind it.
fn value(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = match rest.first()? {
        b'"' => quote_end(rest)?,
        b'{' | b'[' => {
            let (mut depth, mut at) = (0_usize, 0);
            loop {
                let special = |byte: &u8| matches!(byte, b'"' | b'{' | b'[' | b'}' | b']');
                at += rest.get(at..)?.iter().position(special)?;
                match rest[at] {
                    b'"' => at += quote_end(&rest[at..])?,
                    b'{' | b'[' => (depth, at) = (depth + 1, at + 1),
                    _ => (depth, at) = (depth - 1, at + 1),
                }
                if depth == 0 {
                    break at;
                }
            }
        }
        b',' | b':' | b'}' | b']' => return None,
        _ => rest
            .iter()
            .position(|byte| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace())
            .unwrap_or(rest.len()),
    };
    Some(rest.split_at(end))
}

/// Where the text that `rest` begins with has its closing quote behind it.
fn quote_end(rest: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', rest.get(at..)?)?;
        if rest[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_cannot_be_there_is_not() {
        let line = br#"{"log":"a \"","ts":1,"request":{"id":""},"x":2,"" :3}"#;
        let beginnings = Beginnings::of(line);
        for name in ["log", "ts", "request", "id", "x", ""] {
            assert!(has_name(line, name) && beginnings.may_have(name), "{name}");
        }
        let absent = ["stream", "time", "message", "@version", "host", "textPayload", "_source"];
        assert!(absent.iter().filter(|name| beginnings.may_have(name)).count() < 2);
        assert!(!Beginnings::of(b"{").may_have("log"));
    }

    #[test]
    fn values_are_found_as_they_stand() {
        let check = |line: &str, name: &str, expected: Option<&str>| {
            let found = member(line.as_bytes(), name).map(String::from_utf8_lossy);
            assert_eq!(found.as_deref(), expected, "{line}");
        };
        check(r#"{"a":1,"b":{"c":"}"}}"#, "b", Some(r#"{"c":"}"}"#));
        check(r#"{ "a" : "\"b\":2" , "b" : [1,[2]] }"#, "b", Some("[1,[2]]"));
        check(r#"{"a":{"b":1}}"#, "b", None);
        check(r#"{"a":1.5}"#, "a", Some("1.5"));
        check(r#"{"a":"#, "a", None);
        check(r#"{"a":{"#, "a", None);
        check(r#"{"a":"x\"#, "a", None);
        check(r#"["a"]"#, "a", None);
        let list: Vec<_> = elements(br#"["1", {"a":[2]} ,3]"#).collect();
        assert_eq!(list, [&br#""1""#[..], br#"{"a":[2]}"#, b"3"]);
        assert_eq!(elements(b"[1,").count(), 1);
        let mut scratch = Vec::new();
        assert_eq!(text(br#""a\n\u00e9\xff""#, &mut scratch), Some(&b"a\n\xc3\xa9\xff"[..]));
        assert_eq!(text(br#""plain""#, &mut Vec::new()), Some(&b"plain"[..]));
        assert_eq!(text(br#""\q""#, &mut Vec::new()), None);
    }
}
