//! How a glob becomes a regular expression over the bytes of a path.
//!
//! `?` is one character, `*` any run within a segment, `**` any run across
//! segments (also none), `[…]`, `[!…]` and `[^…]` one character of a class.
//! `{` and `}` are themselves. A character is one UTF-8 character, or one byte
//! that is none. What is percent-encoded in a glob is literal, so `%2A` is a
//! star and `%3F` a question mark.
//!
//! Our own rather than crate `globset`'s, which knows alternates, treats a
//! path as the file system's, and cannot read a byte that is no UTF-8 as one
//! character.

use crate::record::path;

/// A glob taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob {
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// `?`.
    Any,
    /// `[…]`: negated or not, with its ranges (single letters are ranges too).
    Class(bool, Vec<(char, char)>),
    /// `**` with a slash on both sides, the slash on its right included.
    Folders,
    /// Bytes that stand for themselves, percent-decoded.
    Literal(Vec<u8>),
    /// `*`.
    Run,
    /// `**` where it is not a whole segment.
    Span,
    /// `/**` at the end: the folder itself and everything under it.
    Under,
}

/// Says whether a path pattern holds a glob character.
pub(super) fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

impl Glob {
    /// Takes a glob apart; the error is the byte at which a class is opened
    /// and never closed.
    pub(super) fn parse(text: &str) -> Result<Glob, usize> {
        let mut glob = Glob { tokens: Vec::new() };
        let mut at = 0;
        while let Some(letter) = text[at..].chars().next() {
            let rest = &text[at..];
            at += match letter {
                '?' => glob.push(Token::Any, 1),
                '*' => {
                    let stars = rest.len() - rest.trim_start_matches('*').len();
                    let after = &rest[stars..];
                    let whole = glob.ends_with_slash();
                    match stars {
                        1 => glob.push(Token::Run, 1),
                        _ if whole && after.starts_with('/') => {
                            glob.push(Token::Folders, stars + 1)
                        }
                        _ if whole && after.is_empty() && glob.drop_slash() => {
                            glob.push(Token::Under, stars)
                        }
                        _ => glob.push(Token::Span, stars),
                    }
                }
                '[' => {
                    let (class, length) = class(rest).ok_or(at)?;
                    glob.push(class, length)
                }
                '/' if glob.ends_with_slash() => 1,
                '.' if glob.ends_with_slash() && rest.starts_with("./") => 2,
                _ => {
                    let length = rest.find(['*', '?', '[', '/']).unwrap_or(rest.len()).max(1);
                    glob.literal(&path::decode(&rest.as_bytes()[..length]));
                    length
                }
            };
        }
        Ok(glob)
    }

    fn push(&mut self, token: Token, length: usize) -> usize {
        self.tokens.push(token);
        length
    }

    fn literal(&mut self, bytes: &[u8]) {
        match self.tokens.last_mut() {
            Some(Token::Literal(before)) => before.extend_from_slice(bytes),
            _ => self.tokens.push(Token::Literal(bytes.to_vec())),
        }
    }

    fn ends_with_slash(&self) -> bool {
        match self.tokens.last() {
            Some(Token::Literal(bytes)) => bytes.ends_with(b"/"),
            Some(Token::Folders) => true,
            _ => false,
        }
    }

    /// Takes the slash at the end off, unless it is the root's.
    fn drop_slash(&mut self) -> bool {
        let alone = self.tokens.len() == 1;
        match self.tokens.last_mut() {
            Some(Token::Literal(bytes)) if bytes.ends_with(b"/") && (bytes.len() > 1 || !alone) => {
                bytes.pop();
                true
            }
            _ => false,
        }
    }

    /// The anchored regular expression. Where `bytes`, a byte that is no
    /// UTF-8 is one character too; where `fold`, letter case is one and the
    /// dots and spaces at the end of a segment are dropped, as
    /// [`path::fold`] does to the path.
    pub(super) fn regex(&self, bytes: bool, fold: bool) -> String {
        let mut out = String::from(if fold { "(?si)^" } else { "(?s)^" });
        let stray = if bytes { "|(?-u:[\\x80-\\xFF])" } else { "" };
        for (at, token) in self.tokens.iter().enumerate() {
            match token {
                Token::Any => out.push_str(&format!("(?:[^/]{stray})")),
                Token::Run => out.push_str("(?-u:[^/]*)"),
                Token::Span => out.push_str("(?s-u:.*)"),
                Token::Folders => out.push_str("(?:(?s-u:.*)/)?"),
                Token::Under => out.push_str("(?:/(?s-u:.*))?"),
                Token::Class(negated, ranges) => out.push_str(&class_text(*negated, ranges, stray)),
                Token::Literal(bytes) if fold => {
                    let last = at + 1 == self.tokens.len();
                    let mut folded = path::fold(bytes);
                    if !last {
                        // Only dots and spaces before a slash end a segment
                        // here; what comes next may not.
                        let end = bytes.iter().rposition(|b| !matches!(b, b'.' | b' '));
                        folded.extend_from_slice(&bytes[end.map_or(0, |end| end + 1)..]);
                    }
                    literal_text(&folded, &mut out);
                }
                Token::Literal(bytes) => literal_text(bytes, &mut out),
            }
        }
        out.push('$');
        out
    }

    /// The bytes that stand for themselves, which every matching path holds.
    pub(super) fn literals(&self) -> impl Iterator<Item = &[u8]> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Literal(bytes) => Some(bytes.as_slice()),
            _ => None,
        })
    }
}

/// Reads a class that begins `text`: the class and its length.
fn class(text: &str) -> Option<(Token, usize)> {
    let mut letters = text.char_indices().skip(1).peekable();
    let negated = letters.next_if(|(_, letter)| matches!(letter, '!' | '^')).is_some();
    let mut ranges = Vec::new();
    let mut first = true;
    while let Some((at, from)) = letters.next() {
        if from == ']' && !first {
            return Some((Token::Class(negated, ranges), at + 1));
        }
        first = false;
        let mut ahead = letters.clone();
        let to = match (ahead.next(), ahead.next()) {
            (Some((_, '-')), Some((_, to))) if to != ']' => {
                letters = ahead;
                to
            }
            _ => from,
        };
        ranges.push((from.min(to), from.max(to)));
    }
    None
}

fn class_text(negated: bool, ranges: &[(char, char)], stray: &str) -> String {
    let hex = |letter: char| format!("\\x{{{:X}}}", u32::from(letter));
    let mut inside = String::new();
    for (from, to) in ranges {
        inside.push_str(&format!("{}-{}", hex(*from), hex(*to)));
    }
    match negated {
        true => format!("(?:[^/{inside}]{stray})"),
        false => format!("[{inside}&&[^/]]"),
    }
}

/// A literal as a regular expression. A letter that has its place in Latin-1
/// also matches as that one byte, because old servers and clients send it so.
pub(super) fn literal_text(bytes: &[u8], out: &mut String) {
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match u8::try_from(letter) {
                Ok(byte) if byte >= 0x80 => {
                    out.push_str(&format!("(?:{letter}|(?-u:\\x{byte:02X}))"));
                }
                _ => out.push_str(&regex::escape(letter.encode_utf8(&mut [0; 4]))),
            }
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("(?-u:\\x{byte:02X})"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::piece::Piece;

    fn matches(glob: &str, path: &[u8], fold: bool) -> bool {
        let glob = Glob::parse(glob).unwrap();
        let bytes = std::str::from_utf8(path).is_err();
        let regex = regex::bytes::Regex::new(&glob.regex(bytes, fold)).unwrap();
        regex.is_match(path)
    }

    #[test]
    fn globs_match_what_they_say() {
        let check = |glob: &str, path: &str, expected: bool| {
            assert_eq!(matches(glob, path.as_bytes(), false), expected, "{glob} on {path}");
        };
        check("/a/*.csv", "/a/b.csv", true);
        check("/a/*.csv", "/a/.csv", true);
        check("/a/*.csv", "/a/b/c.csv", false);
        check("/a/*.csv", "/a/b.csv.gz", false);
        check("/a/**/b", "/a/b", true);
        check("/a/**/b", "/a/x/y/b", true);
        check("/a/**/b", "/a/xb", false);
        check("/a/**", "/a", true);
        check("/a/**", "/a/", true);
        check("/a/**", "/a/b/c", true);
        check("/a/**", "/ab", false);
        check("/**", "/", true);
        check("/**", "/a/b", true);
        check("/**.csv", "/a/b.csv", true);
        check("/**/x.csv", "/x.csv", true);
        check("/a?c", "/abc", true);
        check("/a?c", "/aéc", true);
        check("/a??c", "/aéc", false);
        check("/a?c", "/a/c", false);
        check("/[a-c]x", "/bx", true);
        check("/[!a-c]x", "/bx", false);
        check("/[^a-c]x", "/dx", true);
        check("/[!a]x", "//x", false);
        check("/[.-0]x", "//x", false);
        check("/[]]x", "/]x", true);
        check("/[a-]x", "/-x", true);
        check("/{a,b}*", "/{a,b}c", true);
        check("/{a,b}*", "/ac", false);
        check("/%2A*", "/*x", true);
        check("/%2A*", "/xx", false);
        check("/a//./b*", "/a/bc", true);
        check("/a.b*", "/axb", false);
        check("/a\n*", "/a\nb\nc", true);
    }

    #[test]
    fn a_byte_that_is_no_utf8_is_one_character() {
        assert!(matches("/a?c", b"/a\xE9c", false));
        assert!(!matches("/a??c", b"/a\xE9c", false));
        assert!(matches("/[!x]*", b"/\xE9t\xE9", false));
        assert!(matches("/é*", b"/\xE9t", false));
        assert!(matches("/%E9*", b"/\xE9t", false));
    }

    #[test]
    fn case_is_folded_where_asked() {
        assert!(matches("/A./B*.CSV", b"/a/bx.csv", true));
        assert!(matches("/A.*", b"/a.b", true));
        assert!(matches("/[A-C]x", b"/bx", true));
        assert!(!matches("/A*", b"/ab", false));
    }

    #[test]
    fn a_class_that_is_not_closed_is_refused_with_its_place() {
        assert_eq!(Glob::parse("/a[b"), Err(2));
        assert_eq!(Glob::parse("/a[]"), Err(2));
        assert_eq!(Glob::parse("/a[!]"), Err(2));
    }

    #[test]
    fn what_stands_for_itself_is_in_every_match() {
        let check = |glob: &str, expected: &[&str]| {
            let glob = Glob::parse(glob).unwrap();
            let pieces = Piece::of_runs(glob.literals());
            let texts: Vec<_> = pieces.iter().flat_map(|piece| &piece.any_of).collect();
            let expected: Vec<_> = expected.iter().map(|text| text.as_bytes().to_vec()).collect();
            assert_eq!(texts, expected.iter().collect::<Vec<_>>());
        };
        check("/exports/*.csv", &["/exports/", ".csv"]);
        check("/a/**", &[]);
        check("/a/**/bcd", &["bcd", "/a/"]);
        check("/été-2021*", &["-2021"]);
        check("/ab*/é/cde*/12", &["/cde", "/12", "/ab"]);
    }
}
