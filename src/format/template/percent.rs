//! The `%` directives that Apache, Tomcat and Jetty share:
//!
//! ```abnf
//! directive = "%" *(modifier / "{" argument "}") code
//! modifier  = "<" / ">" / "!" / "," / DIGIT
//! code      = ALPHA / "^" 2ALPHA
//! ```

use super::field::{Kind, Pieces};
use super::text::{Text, Wrong};

/// A directive, taken apart.
#[derive(Debug, Clone, Copy)]
pub struct Percent<'t> {
    /// What stands in braces.
    pub argument: Option<&'t str>,
    /// The letter, or the letters.
    pub code: &'t str,
    /// `>` stands before it: of the last of several internal requests.
    pub last: bool,
}

/// Says what a directive is, or what is wrong with it: an offset in its
/// argument, and why.
pub type Meaning = fn(&Percent<'_>) -> Result<Kind, (usize, String)>;

/// The pieces of a pattern. `two` are the codes of two letters.
///
/// # Errors
/// A `%` behind which no directive stands, or one that `meaning` refuses.
pub fn pieces(text: &Text, two: &[&str], meaning: Meaning) -> Result<Pieces, Wrong> {
    let mut pieces = Pieces::default();
    let bytes = &text.bytes;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'%' {
            pieces.literal(byte);
            at += 1;
            continue;
        }
        if bytes.get(at + 1) == Some(&b'%') {
            pieces.literal(b'%');
            at += 2;
            continue;
        }
        at = directive(text, at, two, meaning, &mut pieces)?;
    }
    Ok(pieces)
}

/// One directive that begins at `start`; where it ends.
fn directive(
    text: &Text,
    start: usize,
    two: &[&str],
    meaning: Meaning,
    pieces: &mut Pieces,
) -> Result<usize, Wrong> {
    let bytes = &text.bytes;
    let mut at = start + 1;
    let mut last = false;
    let mut argument = None;
    loop {
        match bytes.get(at) {
            Some(b'<' | b'!' | b',' | b'0'..=b'9') => at += 1,
            Some(b'>') => {
                last = true;
                at += 1;
            }
            Some(b'{') if argument.is_none() => {
                let Some(end) = memchr::memchr(b'}', &bytes[at..]) else {
                    return Err(Wrong::at(text.place(at), "this brace is never closed"));
                };
                argument = Some((at + 1, at + end));
                at += end + 1;
            }
            _ => break,
        }
    }
    let end = match &bytes[at..] {
        [b'^', a, b, ..] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => at + 3,
        rest if two.iter().any(|code| rest.starts_with(code.as_bytes())) => at + 2,
        [letter, ..] if letter.is_ascii_alphabetic() => at + 1,
        [] => {
            return Err(Wrong::at(
                text.place(start),
                "this directive has no letter; a percent sign itself is written %%",
            ));
        }
        _ => {
            return Err(Wrong::at(
                text.place(at),
                "a directive ends with a letter, such as %h or %{Referer}i; a percent sign itself is written %%",
            ));
        }
    };
    let name = text.name(start, end);
    let code = text.name(at, end);
    let (from, to) = argument.unwrap_or((at, at));
    let inside = argument.map(|(from, to)| text.name(from, to));
    let percent = Percent { argument: inside.as_deref(), code: &code, last };
    match meaning(&percent) {
        Ok(kind) => pieces.field(kind, name, text.place(start)),
        Err((offset, why)) => {
            return Err(Wrong::at(text.place((from + offset).min(to.max(from))), why));
        }
    }
    Ok(end)
}
