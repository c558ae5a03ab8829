//! Lines for a terminal: escaped, broken between words, coloured where that is
//! wanted. What is written on them is not for this file.

use std::borrow::Cow;

use crate::verdict::Code;
pub use crate::verdict::words::{count, grouped};

use super::safe;
use super::veil::Veil;

/// How a summary is laid out.
#[derive(Debug, Clone)]
pub struct Page {
    /// How many characters fit into a line.
    pub width: u16,
    /// Whether to use colours.
    pub color: bool,
    /// The folder the report was written to.
    pub folder: Option<String>,
    /// The identity of the report in it.
    pub identity: Option<String>,
    /// The command that would write one, as it is to be typed.
    pub retry: String,
}

/// The text so far. Everything put into it is escaped here, but for
/// [`Text::raw`], whose callers have done so.
pub(super) struct Text<'p> {
    pub(super) page: &'p Page,
    pub(super) out: String,
    /// What is not told. It is put on before lines are broken, so that they fit
    /// with what stands in its place.
    veil: Option<&'p Veil>,
}

impl<'p> Text<'p> {
    /// Nothing yet.
    pub(super) fn new(page: &'p Page) -> Text<'p> {
        Text { page, out: String::new(), veil: None }
    }

    /// Nothing yet, of which some is not told.
    pub(super) fn veiled(page: &'p Page, veil: &'p Veil) -> Text<'p> {
        Text { veil: Some(veil), ..Text::new(page) }
    }

    /// A paragraph, broken between words.
    pub(super) fn line(&mut self, words: &str) {
        self.wrapped("", "", words);
    }

    /// A line of a list.
    pub(super) fn item(&mut self, words: &str) {
        self.wrapped("- ", "  ", words);
    }

    /// A line that is to be read before the answer.
    pub(super) fn warn(&mut self, words: &str) {
        self.wrapped("! ", "  ", words);
    }

    /// A line that explains.
    pub(super) fn note(&mut self, words: &str) {
        self.wrapped("  ", "  ", words);
    }

    pub(super) fn heading(&mut self, words: &str) {
        self.gap();
        let words = self.bold(words);
        self.raw(&words);
    }

    /// An empty line, but never two.
    pub(super) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    pub(super) fn raw(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// A paragraph whose beginning stands out: `shown` is how it looks.
    pub(super) fn marked(&mut self, color: &str, mark: &str, words: &str) {
        let start = self.out.len();
        self.wrapped("", "", &format!("{mark}{words}"));
        if self.page.color && self.out[start..].starts_with(mark) {
            self.out.replace_range(start..start + mark.len(), &format!("{color}{mark}\x1b[0m"));
        }
    }

    /// A paragraph with these beginnings of its first line and of the others.
    pub(super) fn wrapped(&mut self, first: &str, rest: &str, words: &str) {
        let words = &self.veil.map_or(Cow::Borrowed(words), |veil| veil.text(words));
        let width = usize::from(self.page.width).max(20);
        let mut line = first.to_owned();
        let mut is_empty = true;
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            let word = safe::terminal(word.as_bytes());
            if !is_empty && line.chars().count() + 1 + word.chars().count() > width {
                self.raw(&line);
                line = rest.to_owned();
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(&word);
            is_empty = false;
        }
        self.raw(&line);
    }

    pub(super) fn bold(&self, words: &str) -> String {
        if self.page.color { format!("\x1b[1m{words}\x1b[0m") } else { words.to_owned() }
    }

    /// The colour of a code: red where data went to others, yellow where it
    /// may have or nobody can tell, green only for C.
    pub(super) fn coded(&self, code: Code) -> String {
        match code {
            Code::A => "\x1b[1;31m",
            Code::B1 | Code::B2 | Code::D | Code::CStar => "\x1b[1;33m",
            Code::C => "\x1b[1;32m",
        }
        .to_owned()
    }
}

/// Hours, a tenth where it matters.
pub(super) fn hours(hours: f64) -> String {
    let text = format!("{hours:.1}");
    let (whole, tenth) = text.split_once('.').unwrap_or((&text, "0"));
    let whole = grouped(whole.parse().unwrap_or(0));
    if tenth == "0" { whole } else { format!("{whole}.{tenth}") }
}

/// A word as it is typed to a shell.
pub fn shell(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@%+,".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: u16, color: bool) -> Page {
        Page { width, color, folder: None, identity: None, retry: String::new() }
    }

    #[test]
    fn numbers_are_grouped() {
        let check = |number, expected: &str| assert_eq!(grouped(number), expected);
        check(0, "0");
        check(999, "999");
        check(1_000, "1,000");
        check(1_711_060, "1,711,060");
        assert_eq!(hours(1438.5), "1,438.5");
        assert_eq!(hours(24.0), "24");
    }

    #[test]
    fn lines_are_broken_between_words_and_escaped() {
        let page = page(20, false);
        let mut text = Text::new(&page);
        text.item("one two three four \x1b[2J five");
        assert_eq!(text.out, "- one two three four\n  \\x1B[2J five\n");
    }

    #[test]
    fn colour_is_only_ours() {
        for (color, expected) in
            [(true, "\x1b[1;31mVerdict A: \x1b[0mwords\n"), (false, "Verdict A: words\n")]
        {
            let page = page(80, color);
            let mut text = Text::new(&page);
            let code = text.coded(Code::A);
            text.marked(&code, "Verdict A: ", "words");
            assert_eq!(text.out, expected);
        }
    }

    #[test]
    fn words_for_a_shell() {
        assert_eq!(shell("logs/a.log"), "logs/a.log");
        assert_eq!(shell("it's"), r"'it'\''s'");
        assert_eq!(shell(""), "''");
    }
}
