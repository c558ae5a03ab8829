//! A directive as it was given: its bytes with the places they came from, so
//! that what is wrong can be pointed at, and the quoting of configuration
//! files taken off.

use crate::error::Error;

/// What is wrong with a directive, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The offset in the directive, in bytes.
    pub at: usize,
    /// What is wrong there, and what would be right.
    pub why: String,
}

/// How much of a directive is shown before the place that is wrong, and
/// behind it, in letters.
const SHOWN: usize = 60;

impl Wrong {
    /// The error that shows the place: the line of the directive, and a mark
    /// under the letter. What could move a mark is shown as a blank.
    pub fn error(&self, source: &str) -> Error {
        let mut at = self.at.min(source.len());
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        let start = source[..at].rfind('\n').map_or(0, |found| found + 1);
        let end = source[at..].find('\n').map_or(source.len(), |found| at + found);
        let plain = |letter: char| match letter {
            ' '..='~' => letter,
            letter if letter.is_alphanumeric() => letter,
            _ => ' ',
        };
        let before: Vec<char> = source[start..at].chars().map(plain).collect();
        let skipped = before.len().saturating_sub(SHOWN);
        let mut shown: String = before[skipped..].iter().collect();
        if skipped > 0 {
            shown.insert_str(0, "...");
        }
        let column = shown.chars().count();
        let behind: Vec<char> = source[at..end].chars().map(plain).collect();
        shown.extend(behind.iter().take(SHOWN));
        if behind.len() > SHOWN {
            shown.push_str("...");
        }
        Error::Directive {
            whose: "the format".to_owned(),
            why: self.why.clone(),
            shown: shown.trim_end().to_owned(),
            column,
        }
    }

    /// What is wrong at a place.
    pub fn at(at: usize, why: impl Into<String>) -> Wrong {
        Wrong { at, why: why.into() }
    }
}

/// The bytes of a directive, each with its place in what the user gave.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// The bytes, quoting taken off.
    pub bytes: Vec<u8>,
    places: Vec<usize>,
    end: usize,
}

impl Text {
    /// The text from byte `from` to byte `to` of a directive, as it stands.
    pub fn of(source: &str, from: usize, to: usize) -> Text {
        let bytes = source.as_bytes().get(from..to).unwrap_or_default().to_vec();
        Text { places: (from..from + bytes.len()).collect(), bytes, end: to }
    }

    /// Adds a byte that stands for what is at `place`.
    pub fn push(&mut self, byte: u8, place: usize) {
        self.bytes.push(byte);
        self.places.push(place);
        self.end = place + 1;
    }

    /// Where in the directive the byte `at` comes from.
    pub fn place(&self, at: usize) -> usize {
        self.places.get(at).copied().unwrap_or(self.end)
    }

    /// The bytes between two places, as text.
    pub fn name(&self, from: usize, to: usize) -> String {
        let to = to.min(self.bytes.len());
        String::from_utf8_lossy(self.bytes.get(from..to).unwrap_or_default()).into_owned()
    }

    /// The text with the escapes of a configuration file undone: a backslash
    /// before a quote, a backslash or one of `also` stands for that byte;
    /// `\t`, `\n` and `\r` are control characters.
    pub fn unescaped(&self, also: &[u8]) -> Text {
        let mut plain = Text::default();
        let mut at = 0;
        while let Some(&byte) = self.bytes.get(at) {
            let place = self.place(at);
            let next = self.bytes.get(at + 1).copied();
            let taken = match (byte, next) {
                (b'\\', Some(b't')) => Some(b'\t'),
                (b'\\', Some(b'n')) => Some(b'\n'),
                (b'\\', Some(b'r')) => Some(b'\r'),
                (b'\\', Some(next)) if matches!(next, b'"' | b'\'' | b'\\') => Some(next),
                (b'\\', Some(next)) if also.contains(&next) => Some(next),
                _ => None,
            };
            plain.push(taken.unwrap_or(byte), place);
            at += if taken.is_some() { 2 } else { 1 };
        }
        plain.end = self.end;
        plain
    }

    /// Adds another text behind this one.
    pub fn append(&mut self, other: Text) {
        self.bytes.extend(other.bytes);
        self.places.extend(other.places);
        self.end = other.end;
    }
}

/// A word of a configuration line: what it says, where it begins, and the
/// quote that stood round it.
#[derive(Debug, Clone)]
pub struct Word {
    /// What it says, escapes still in it.
    pub text: Text,
    /// Where it begins.
    pub at: usize,
    /// The quote round it.
    pub quote: Option<u8>,
}

/// Splits a line of a configuration file into its words, which quotes of
/// either kind hold together. A backslash keeps the byte behind it from
/// ending a word. Words end at blanks and, bare ones, before a `;`.
///
/// # Errors
/// A quote that is not closed.
pub fn words(source: &str, from: usize) -> Result<Vec<Word>, Wrong> {
    let bytes = source.as_bytes();
    let mut words = Vec::new();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        if byte == b';' {
            words.push(Word { text: Text::of(source, at, at + 1), at, quote: None });
            at += 1;
            continue;
        }
        let quote = matches!(byte, b'"' | b'\'').then_some(byte);
        let start = at + usize::from(quote.is_some());
        let mut end = start;
        loop {
            match (bytes.get(end), quote) {
                (Some(b'\\'), _) => end += 2,
                (Some(byte), Some(quote)) if *byte == quote => break,
                (Some(byte), None) if byte.is_ascii_whitespace() || *byte == b';' => break,
                (Some(_), _) => end += 1,
                (None, Some(_)) => {
                    return Err(Wrong::at(at, "this quote is never closed"));
                }
                (None, None) => break,
            }
        }
        let end = end.min(bytes.len());
        words.push(Word { text: Text::of(source, start, end), at, quote });
        at = end + usize::from(quote.is_some());
    }
    Ok(words)
}

/// Says whether a text is wrapped whole in one pair of `quote`s: no bare one
/// stands inside.
pub fn is_wrapped(text: &str, quote: char) -> bool {
    let Some(inside) = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) else {
        return false;
    };
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        if letter == quote || (letter == '\\' && letters.next().is_none()) {
            return false;
        }
    }
    !inside.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_places() {
        let source = r#"log_format  x 'a\'b' "c d";"#;
        let words = words(source, 0).unwrap();
        let seen: Vec<_> = words.iter().map(|word| (word.text.name(0, 99), word.at)).collect();
        let expected = [("log_format", 0), ("x", 12), (r"a\'b", 14), ("c d", 21), (";", 26)];
        assert_eq!(seen, expected.map(|(text, at)| (text.to_owned(), at)));
        assert_eq!(words[2].text.unescaped(b"").name(0, 9), "a'b");
        assert_eq!(words[2].text.unescaped(b"").place(2), 18);
        assert_eq!(super::words("a 'b", 0).unwrap_err().at, 2);
    }

    #[test]
    fn a_wrapped_text_has_no_bare_quote_inside() {
        assert!(is_wrapped(r#""%h \"%r\"""#, '"'));
        assert!(!is_wrapped(r#""%{X}i" %h "%r""#, '"'));
        assert!(!is_wrapped(r#""""#, '"'));
        assert!(!is_wrapped(r#""a\""#, '"'));
    }
}
