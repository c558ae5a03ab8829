//! Containers and compressions that are known by their first bytes and not read.
//!
//! Logs may well lie in one. It is told by name, as a source that could not be read, and never taken for some binary file that asks nothing.

/// First bytes, and what they begin.
const FOREIGN: [(&[u8], &str); 13] = [
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"MSCF\0\0\0\0", "a cabinet archive"),
    (b"070701", "a cpio archive"),
    (b"070702", "a cpio archive"),
    (b"070707", "a cpio archive"),
    (b"\x1f\x9d", "packed by compress (.Z)"),
    (b"\x1f\xa0", "packed by compress (LZH)"),
    (b"LZIP", "packed by lzip"),
    (b"\x89LZO\0\x0d\x0a\x1a\x0a", "packed by lzop"),
    (b"\x02\x21\x4c\x18", "packed in the legacy format of LZ4"),
    (b"\xff\x06\0\0sNaPpY", "packed by snappy"),
    (b"LPKSHHRH", "a journal of systemd"),
];

/// What a source is, of which the decoded bytes begin like something that may hold logs and is not read.
pub fn foreign(head: &[u8]) -> Option<&'static str> {
    FOREIGN.iter().find(|(first, _)| head.starts_with(first)).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_known_by_name() {
        assert_eq!(foreign(b"7z\xbc\xaf\x27\x1c\0\x04"), Some("a 7z archive"));
        assert_eq!(foreign(b"192.0.2.7 - - "), None);
        assert_eq!(foreign(b"070701"), Some("a cpio archive"));
        assert_eq!(foreign(b""), None);
    }
}
