//! The one place where bytes of a log, of a file name or of a case become
//! text that somebody reads: on a terminal, in a sheet, in JSON.
//!
//! What an attacker writes into a user agent must never move a cursor, turn
//! the direction of a line, or be computed by a spreadsheet. Escapes are for
//! the eye and may be confused with the same letters in the log; the exact
//! bytes stand in `evidence.jsonl` and in `…_b64`.

use std::fmt::Write as _;
use std::io;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

/// How much of one string from a log is written, in bytes (the rest is in
/// `evidence.jsonl`): no server we know logs a longer field in good faith.
pub const TEXT_CAP: usize = 2048;

/// Bytes for a terminal: what could act on it, turn its direction or hide is
/// written `\xHH`, byte by byte. The result is one line.
pub fn terminal(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        match chunk.valid() {
            text if is_harmless(text) => out.push_str(text),
            text => text.chars().for_each(|letter| match acts(letter) {
                true => {
                    let mut utf8 = [0; 4];
                    letter.encode_utf8(&mut utf8).bytes().for_each(|byte| hex(&mut out, byte));
                }
                false => out.push(letter),
            }),
        }
        chunk.invalid().iter().for_each(|byte| hex(&mut out, *byte));
    }
    out
}

/// As [`terminal`], cut to `width` characters with a mark where it is longer.
pub fn short(bytes: &[u8], width: usize) -> String {
    let text = terminal(bytes);
    if text.chars().count() <= width {
        return text;
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// A path for a terminal.
pub fn path(path: &std::path::Path) -> String {
    terminal(path.as_os_str().as_encoded_bytes())
}

/// Bytes for a cell of a sheet: as for a terminal, and with an apostrophe
/// before what a spreadsheet would compute. Quotes round the cell are the
/// writer's, and would not be enough (CWE-1236).
pub fn cell(bytes: &[u8]) -> String {
    let text = terminal(bytes);
    if computes(bytes) { format!("'{text}") } else { text }
}

/// Says whether a sheet would take a cell for a formula: by its first letter
/// that is not a blank, because some drop blanks first.
fn computes(bytes: &[u8]) -> bool {
    let lossy = String::from_utf8_lossy(bytes);
    let blank = |letter: char| letter.is_whitespace() && !matches!(letter, '\t' | '\r');
    let first = lossy.chars().find(|letter| !blank(*letter) && !hides(*letter) && *letter != '\0');
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠' | '−'))
}

/// A string from a log as JSON carries it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// The text, with U+FFFD for what is not UTF-8, at most [`TEXT_CAP`]
    /// bytes.
    pub text: String,
    /// The exact bytes of `text`, where these are not UTF-8.
    pub b64: Option<String>,
    /// How many bytes behind it were left out.
    pub left_out: u64,
}

/// A string from a log for JSON. It ends between two characters.
pub fn text(bytes: &[u8]) -> Text {
    if bytes.len() <= TEXT_CAP
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Text { text: text.to_owned(), ..Text::default() };
    }
    let (mut text, mut used) = (String::new(), 0);
    'whole: for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            if text.len() + letter.len_utf8() > TEXT_CAP {
                break 'whole;
            }
            text.push(letter);
            used += letter.len_utf8();
        }
        if !chunk.invalid().is_empty() {
            if text.len() + char::REPLACEMENT_CHARACTER.len_utf8() > TEXT_CAP {
                break;
            }
            text.push(char::REPLACEMENT_CHARACTER);
            used += chunk.invalid().len();
        }
    }
    let kept = &bytes[..used];
    let b64 = std::str::from_utf8(kept).is_err().then(|| base64(kept));
    Text { text, b64, left_out: (bytes.len() - used) as u64 }
}

/// Base64 with padding (RFC 4648 section 4).
pub fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn hex(out: &mut String, byte: u8) {
    // Writing to a string does not fail.
    let _ = write!(out, "\\x{byte:02X}");
}

/// Says of a text, all of it at once, that none of it [`acts`]: what is printed of
/// ASCII does not.
fn is_harmless(text: &str) -> bool {
    text.bytes().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'))
}

/// Says whether a character may act on what shows it: controls, line ends,
/// and everything that [`hides`].
fn acts(letter: char) -> bool {
    letter.is_control() || hides(letter)
}

/// Says whether a character is not seen itself but changes how others are:
/// directions, zero widths, separators of lines, fillers, tags, byte order
/// marks, and what is no character at all.
fn hides(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Text for a page: what could act on it, turn its direction or hide is written
/// as for a terminal, and what means something to HTML as a reference to the
/// character. It is right between tags, in a quoted attribute, and in SVG.
/// Templates use it for everything that is filled in.
#[derive(Debug, Clone, Copy)]
pub struct Html;

impl askama::filters::Escaper for Html {
    fn write_escaped_str<W: std::fmt::Write>(&self, mut into: W, text: &str) -> std::fmt::Result {
        text.chars().try_for_each(|letter| self.write_escaped_char(&mut into, letter))
    }

    fn write_escaped_char<W: std::fmt::Write>(
        &self,
        mut into: W,
        letter: char,
    ) -> std::fmt::Result {
        match letter {
            '&' => into.write_str("&amp;"),
            '<' => into.write_str("&lt;"),
            '>' => into.write_str("&gt;"),
            '"' => into.write_str("&quot;"),
            '\'' => into.write_str("&#39;"),
            '`' => into.write_str("&#96;"),
            letter if acts(letter) => {
                let mut utf8 = [0; 4];
                letter
                    .encode_utf8(&mut utf8)
                    .bytes()
                    .try_for_each(|byte| write!(into, "\\x{byte:02X}"))
            }
            letter => into.write_char(letter),
        }
    }
}

/// Writes JSON whose strings hold nothing that acts on a terminal: beside
/// what JSON itself escapes, everything that [`terminal`] does, as `\uHHHH`.
/// The value read back is the same. With `lines`, the members of the
/// outermost object and the elements of its arrays stand on lines of their
/// own, so that a report can be searched and compared line by line.
pub struct Json {
    lines: bool,
    depth: usize,
}

impl Json {
    /// One line.
    pub fn line() -> Json {
        Json { lines: false, depth: 0 }
    }

    /// Lines for the outer two levels.
    pub fn lines() -> Json {
        Json { lines: true, depth: 0 }
    }

    fn open<W: io::Write + ?Sized>(&mut self, into: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        into.write_all(bracket)
    }

    fn next<W: io::Write + ?Sized>(&self, into: &mut W, first: bool) -> io::Result<()> {
        if !first {
            into.write_all(b",")?;
        }
        if self.lines && self.depth <= 2 {
            into.write_all(if self.depth == 1 { b"\n " } else { b"\n  " })?;
        }
        Ok(())
    }
}

impl Formatter for Json {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        into: &mut W,
        text: &str,
    ) -> io::Result<()> {
        if is_harmless(text) {
            return into.write_all(text.as_bytes());
        }
        let mut rest = text;
        while let Some((at, letter)) = rest.char_indices().find(|(_, letter)| acts(*letter)) {
            into.write_all(&rest.as_bytes()[..at])?;
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(into, "\\u{unit:04x}")?;
            }
            rest = &rest[at + letter.len_utf8()..];
        }
        into.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: io::Write + ?Sized>(
        &mut self,
        into: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        CompactFormatter.write_char_escape(into, escape)
    }

    fn begin_array<W: io::Write + ?Sized>(&mut self, into: &mut W) -> io::Result<()> {
        self.open(into, b"[")
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, into: &mut W) -> io::Result<()> {
        self.depth -= 1;
        into.write_all(b"]")
    }

    fn begin_array_value<W: io::Write + ?Sized>(
        &mut self,
        into: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(into, first)
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, into: &mut W) -> io::Result<()> {
        self.open(into, b"{")
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, into: &mut W) -> io::Result<()> {
        self.depth -= 1;
        into.write_all(if self.lines && self.depth == 0 { b"\n}" } else { b"}" })
    }

    fn begin_object_key<W: io::Write + ?Sized>(
        &mut self,
        into: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(into, first)
    }
}

/// Writes a value as JSON by `form`, with a newline at its end.
///
/// # Errors
/// When `into` cannot be written.
pub fn json<V, W>(value: &V, form: Json, into: &mut W) -> io::Result<()>
where
    V: serde::Serialize + ?Sized,
    W: io::Write + ?Sized,
{
    let mut serializer = serde_json::Serializer::with_formatter(&mut *into, form);
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    into.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Strings that have been seen in attacks, or could be.
    const HOSTILE: &[&[u8]] = &[
        b"\x1b]0;owned\x07",
        b"\x1b[2J\x1b[1;1H",
        b"\x1bP+q436f\x1b\\",
        b"\x9b31m",
        "\u{9b}31m\u{85}".as_bytes(),
        b"\x7f\x08\x08\x00",
        b"a\r\nb\tc\x0b\x0c",
        "\u{202e}vsc.\u{2066}x\u{2069}\u{200f}\u{200b}\u{2028}\u{2029}".as_bytes(),
        "\u{feff}\u{ad}\u{61c}\u{2060}\u{e0041}\u{3164}".as_bytes(),
        b"\xff\xfe\xc0\xaf\xed\xa0\x80\xf8",
        b"\xe2\x80",
        b"=cmd|' /C calc'!A0",
    ];

    #[test]
    fn nothing_hostile_reaches_a_terminal_a_sheet_or_json() {
        for hostile in HOSTILE {
            let mut line = Vec::new();
            json(&text(hostile).text, Json::line(), &mut line).unwrap();
            let json = String::from_utf8(line).unwrap();
            for shown in
                [terminal(hostile), cell(hostile), short(hostile, 9), json.trim_end().to_owned()]
            {
                assert!(!shown.chars().any(acts), "{shown:?}");
            }
            let back: String = serde_json::from_str(&json).unwrap();
            assert_eq!(back, text(hostile).text);
        }
    }

    #[test]
    fn nothing_hostile_reaches_a_page() {
        use askama::filters::Escaper as _;
        let page = |text: &str| {
            let mut out = String::new();
            Html.write_escaped_str(&mut out, text).unwrap();
            out
        };
        for hostile in HOSTILE {
            let shown = page(&text(hostile).text);
            assert!(!shown.chars().any(acts), "{shown:?}");
        }
        let check = |text: &str, expected: &str| assert_eq!(page(text), expected);
        check(
            "</script><img src=x onerror='a(`1`)'>",
            "&lt;/script&gt;&lt;img src=x onerror=&#39;a(&#96;1&#96;)&#39;&gt;",
        );
        check("a & \"b\"", "a &amp; &quot;b&quot;");
        check("\u{202e}cod\n", r"\xE2\x80\xAEcod\x0A");
        check("1\u{202f}234 élèves «\u{a0}x\u{a0}»", "1\u{202f}234 élèves «\u{a0}x\u{a0}»");
    }

    #[test]
    fn what_acts_is_written_byte_by_byte() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(terminal(bytes), expected);
        check("/été/日本.csv".as_bytes(), "/été/日本.csv");
        check(b"\x1b[0m", r"\x1B[0m");
        check("\u{9b}1\u{202e}".as_bytes(), r"\xC2\x9B1\xE2\x80\xAE");
        check(b"a\xffb\xe2\x80", r"a\xFFb\xE2\x80");
        check(b"a\n\tb", r"a\x0A\x09b");
        check(br"\x16\x03", r"\x16\x03");
        assert_eq!(short(b"abcdef", 4), "abc…");
        assert_eq!(short(b"abcd", 4), "abcd");
    }

    #[test]
    fn a_cell_is_never_computed() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(cell(bytes), expected);
        check(b"=1+1", "'=1+1");
        check(b"+1", "'+1");
        check(b"-", "'-");
        check(b"@SUM(A1)", "'@SUM(A1)");
        check(b"\t=1", r"'\x09=1");
        check(b"\r=1", r"'\x0D=1");
        check(b"  =1", "'  =1");
        check(b"\0=1", r"'\x00=1");
        check("\u{200b}=1".as_bytes(), r"'\xE2\x80\x8B=1");
        check("＝1".as_bytes(), "'＝1");
        check("＋1".as_bytes(), "'＋1");
        check("－1".as_bytes(), "'－1");
        check("＠1".as_bytes(), "'＠1");
        check(b"/a=b", "/a=b");
        check(b"", "");
    }

    #[test]
    fn text_is_cut_between_characters_and_keeps_its_bytes() {
        let plain = text("é".as_bytes());
        assert_eq!((plain.text.as_str(), plain.b64, plain.left_out), ("é", None, 0));
        let odd = text(b"a\xff\xe2\x80b");
        assert_eq!(odd.text, "a\u{fffd}\u{fffd}b");
        assert_eq!(odd.b64.as_deref(), Some("Yf/igGI="));
        let long = "é".repeat(TEXT_CAP);
        let cut = text(format!("a{long}").as_bytes());
        assert_eq!(
            (cut.text.len(), cut.left_out),
            (TEXT_CAP - 1, 2 * TEXT_CAP as u64 + 2 - TEXT_CAP as u64)
        );
        assert_eq!(text(&[0xff; 5000]).text.len(), TEXT_CAP / 3 * 3);
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(base64(bytes), expected);
        check(b"", "");
        check(b"f", "Zg==");
        check(b"fo", "Zm8=");
        check(b"foo", "Zm9v");
        check(b"foobar", "Zm9vYmFy");
        check(&[0xfb, 0xff], "+/8=");
    }

    #[test]
    fn the_outer_levels_of_json_have_lines() {
        let value = serde_json::json!({"a": [{"b": [1, 2]}, {"b": []}], "c": {}});
        let mut out = Vec::new();
        json(&value, Json::lines(), &mut out).unwrap();
        let expected = "{\n \"a\":[\n  {\"b\":[1,2]},\n  {\"b\":[]}],\n \"c\":{}\n}\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
