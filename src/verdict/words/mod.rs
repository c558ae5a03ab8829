//! Everything that a verdict says, in English and in French.
//!
//! What may be said is ruled: the logs record, the server sent, no request was
//! found. Never that nothing was taken, never who a person is, never why. So
//! every text is a phrase of a table, in each language beside the other;
//! what differs from case to case is filled in. The tests walk the tables.

use std::fmt::Display;

use crate::case::Language;

#[macro_use]
mod phrase;
pub(crate) mod answers;
pub(crate) mod checks;
pub(crate) mod legal;
pub(crate) mod notice;
pub(crate) mod page;
mod sentence;
pub(crate) mod shared;
pub(crate) mod signs;
pub(crate) mod silence;
pub(crate) mod told;

pub(crate) use phrase::{Phrase, phrases};
pub use sentence::{Story, sentence};

/// An amount of hours as text: whole, or with one digit.
pub fn hours(language: Language, hours: f64) -> String {
    let tenths = (hours * 10.0).round() / 10.0;
    let text = match tenths.fract() == 0.0 {
        true => grouped(tenths as u64),
        false => format!("{}.{}", grouped(tenths.trunc() as u64), (tenths.fract() * 10.0).round()),
    };
    match language {
        Language::En => text,
        Language::Fr => text.replace(',', "\u{202f}").replace('.', ","),
    }
}

/// Things one behind the other, the first few of them.
pub(crate) fn list<T: Display>(all: &[T], most: usize) -> String {
    let mut text: Vec<String> = all.iter().take(most).map(ToString::to_string).collect();
    if all.len() > most {
        text.push("…".to_owned());
    }
    text.join(", ")
}

/// A text whose blanks are set as its language has them: in French a line is
/// not broken before a double mark of punctuation, or within guillemets.
pub(crate) fn set(language: Language, text: &str) -> String {
    const MARKS: [(&str, &str); 6] = [
        (" :", "\u{a0}:"),
        (" ;", "\u{a0};"),
        (" ?", "\u{a0}?"),
        (" %", "\u{a0}%"),
        ("« ", "«\u{a0}"),
        (" »", "\u{a0}»"),
    ];
    match language {
        Language::En => text.to_owned(),
        Language::Fr => {
            MARKS.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
        }
    }
}

/// A number with its thousands set off.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with its thousands set off as a language does: in French by a
/// narrow blank at which no line is broken, because a comma is a decimal point.
pub fn number(language: Language, number: u64) -> String {
    match language {
        Language::En => grouped(number),
        Language::Fr => grouped(number).replace(',', "\u{202f}"),
    }
}

/// A number and what it counts.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_said_in_either_language() {
        assert_eq!(hours(Language::En, 1439.96), "1,440");
        assert_eq!(hours(Language::En, 0.25), "0.3");
        assert_eq!(hours(Language::Fr, 1234.5), "1\u{202f}234,5");
        assert_eq!(number(Language::Fr, 1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(number(Language::En, 1_234_567), "1,234,567");
    }

    #[test]
    fn french_is_not_broken_before_a_mark() {
        let text = "« a » : 5 % ; b";
        assert_eq!(set(Language::En, text), text);
        let nbsp = '\u{a0}';
        let expected = format!("«{nbsp}a{nbsp}»{nbsp}: 5{nbsp}%{nbsp}; b");
        assert_eq!(set(Language::Fr, text), expected);
    }

    #[test]
    fn a_list_says_that_there_is_more() {
        assert_eq!(list(&["a", "b"], 2), "a, b");
        assert_eq!(list(&["a", "b", "c"], 2), "a, b, …");
    }
}
