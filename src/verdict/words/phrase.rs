//! A phrase: one thing to say, in each language.
//!
//! `{0}` stands for what is filled in first, `{1}` for the second. `{0|line|lines}` stands for one of two words, by whether the first is
//! one; French takes the first word for none as well.

use std::fmt::Display;

use crate::case::Language;

/// One thing that may be said.
#[derive(Debug)]
pub(crate) struct Phrase {
    /// In English.
    pub en: &'static str,
    /// In French.
    pub fr: &'static str,
}

impl Phrase {
    /// The phrase in a language, filled in.
    pub fn say(&self, language: Language, with: &[&dyn Display]) -> String {
        let with: Vec<String> = with.iter().map(ToString::to_string).collect();
        let (text, ones): (_, &[&str]) = match language {
            Language::En => (self.en, &["1"]),
            Language::Fr => (self.fr, &["0", "1"]),
        };
        fill(text, &with, ones)
    }
}

/// Fills a template in; `ones` are the numbers that take the first word.
fn fill(template: &str, with: &[String], ones: &[&str]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        let Some((slot, behind)) = behind.split_once('}') else { break };
        let mut parts = slot.split('|');
        let value =
            parts.next().and_then(|place| place.parse().ok()).and_then(|at: usize| with.get(at));
        let value = value.map_or("", String::as_str);
        match (parts.next(), parts.next()) {
            (Some(one), Some(many)) => out.push_str(if ones.contains(&value) { one } else { many }),
            _ => out.push_str(value),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// A table of phrases: a name, English, French.
macro_rules! phrases {
    ($($name:ident: $en:literal, $fr:literal;)+) => {
        $(pub(crate) static $name: $crate::verdict::words::Phrase =
            $crate::verdict::words::Phrase { en: $en, fr: $fr };)+

        /// Every phrase of this table, for the tests of all of them.
        #[cfg(test)]
        pub(crate) static ALL: &[(&str, &$crate::verdict::words::Phrase)] =
            &[$((stringify!($name), &$name)),+];
    };
}

pub(crate) use phrases;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::report::html;
    use crate::verdict::words::{
        answers, checks, legal, notice, page, shared, signs, silence, told,
    };

    /// What must not be said in any language: that nothing was taken, that a
    /// log proves an absence, who a person is, or a crime.
    const BANNED: [&str; 27] = [
        "no data was",
        "no data were",
        "not leaked",
        "no leak",
        "proves that",
        "proof that no",
        "proven",
        "nobody accessed",
        "nobody fetched",
        "no one",
        "hacker",
        "attacker",
        "criminal",
        "stolen",
        "theft",
        "innocent",
        "aucune donnée n'a",
        "aucune fuite",
        "prouve",
        "preuve que",
        "pirate",
        "volé",
        "vol de",
        "criminel",
        "attaquant",
        "n'ont pas fuité",
        "personne n'a eu accès",
    ];

    fn every() -> impl Iterator<Item = &'static (&'static str, &'static Phrase)> {
        let tables = [
            checks::ALL,
            answers::ALL,
            legal::ALL,
            notice::ALL,
            page::ALL,
            shared::ALL,
            signs::ALL,
            silence::ALL,
            told::ALL,
        ];
        let html = [html::words::ALL, html::words_annex::ALL, html::TERMS];
        tables.into_iter().chain(html).flatten()
    }

    #[test]
    fn no_phrase_says_more_than_a_log_can() {
        assert!(every().count() > 80);
        for (name, phrase) in every() {
            for text in [phrase.en, phrase.fr].map(str::to_lowercase) {
                for banned in BANNED {
                    assert!(!text.contains(banned), "{name} says \"{banned}\": {text}");
                }
            }
        }
    }

    #[test]
    fn both_languages_fill_in_the_same() {
        let slots = |text: &str| -> BTreeSet<String> {
            let slots = text.split('{').skip(1).map(|rest| rest.split(['}', '|']).next().unwrap());
            slots.map(str::to_owned).collect()
        };
        for (name, phrase) in every() {
            // What a detector says is English, and left out in French.
            assert!(slots(phrase.fr).is_subset(&slots(phrase.en)), "{name}");
            let is_short = phrase.en.len() < 25;
            assert!(is_short || phrase.en != phrase.fr, "{name}: is it French?");
            for text in [phrase.en, phrase.fr] {
                assert_eq!(text.matches('{').count(), text.matches('}').count(), "{name}");
                let whole = |slot: &str| {
                    matches!(slot.split('}').next().unwrap().split('|').count(), 1 | 3)
                };
                assert!(text.split('{').skip(1).all(whole), "{name}: {text}");
            }
        }
    }

    #[test]
    fn a_phrase_is_filled_in() {
        let phrase = Phrase { en: "{1}: {0} {0|line|lines}", fr: "{0} {0|ligne|lignes} ({1})" };
        let check = |language, n: u64, expected: &str| {
            assert_eq!(phrase.say(language, &[&n, &"{0}"]), expected);
        };
        check(Language::En, 1, "{0}: 1 line");
        check(Language::En, 0, "{0}: 0 lines");
        check(Language::Fr, 0, "0 ligne ({0})");
        check(Language::Fr, 2, "2 lignes ({0})");
    }
}
