//! How a page says numbers, times and phrases: in the language of the case and
//! by its clock.

use std::fmt::Display;

use crate::case::{Case, Language};
use crate::record::{Instant, WallClock};
use crate::report::veil::Veil;
use crate::verdict::words::{self, Phrase, hours};

use super::caps;

/// A language and a clock.
#[derive(Clone, Copy)]
pub(super) struct Say<'v> {
    language: Language,
    zone: Option<WallClock>,
    veil: &'v Veil,
}

/// An instant, for readers and for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct When {
    /// By the clock of the case.
    pub shown: String,
    /// In UTC (RFC 3339).
    pub utc: String,
}

impl<'v> Say<'v> {
    pub(super) fn new(case: &Case, veil: &'v Veil) -> Say<'v> {
        Say { language: case.language, zone: case.time_zone, veil }
    }

    /// A text of a case or a log, no longer than is shown. What is not told is
    /// left out before it is cut: a half of it would not be known for what it
    /// is.
    pub(super) fn cut(&self, text: &str) -> String {
        self.cut_to(text, caps::TEXT)
    }

    /// As [`Say::cut`], of at most so many characters.
    pub(super) fn cut_to(&self, text: &str, most: usize) -> String {
        caps::cut_to(&self.veil.text(text), most)
    }

    /// The address or name of a client, of at most so many characters.
    pub(super) fn client(&self, client: &str, most: usize) -> String {
        caps::cut_to(&self.veil.client(client), most)
    }

    /// The language as HTML names it.
    pub(super) fn lang(&self) -> &'static str {
        match self.language {
            Language::En => "en",
            Language::Fr => "fr",
        }
    }

    /// A phrase that has nothing to fill in.
    pub(super) fn it(&self, phrase: &Phrase) -> &'static str {
        match self.language {
            Language::En => phrase.en,
            Language::Fr => phrase.fr,
        }
    }

    /// A phrase, filled in.
    pub(super) fn with(&self, phrase: &Phrase, with: &[&dyn Display]) -> String {
        phrase.say(self.language, with)
    }

    /// A phrase about a number, which is filled in twice: first as what
    /// chooses the word, then as it is written.
    pub(super) fn count(&self, phrase: &Phrase, number: u64) -> String {
        self.with(phrase, &[&number, &self.n(number)])
    }

    /// A number with its thousands set off.
    pub(super) fn n(&self, number: impl TryInto<u64>) -> String {
        words::number(self.language, number.try_into().unwrap_or(u64::MAX))
    }

    /// From one number to another, or the one where they are the same.
    pub(super) fn range(&self, min: u64, max: u64) -> String {
        match min == max {
            true => self.n(max),
            false => format!("{}–{}", self.n(min), self.n(max)),
        }
    }

    /// Hours, with a tenth where it matters.
    pub(super) fn hours(&self, amount: f64) -> String {
        hours(self.language, amount)
    }

    /// An instant by the clock of the case.
    pub(super) fn time(&self, at: Instant) -> String {
        let offset = self.zone.map_or(0, |zone| zone.offset_at(at));
        let text = at.plus_seconds(i64::from(offset)).text(0);
        text.chars().take(19).collect::<String>().replace('T', " ")
    }

    /// An instant, for readers and for machines.
    pub(super) fn when(&self, at: Instant) -> When {
        When { shown: self.time(at), utc: at.to_string() }
    }

    /// An instant that the report has as text.
    pub(super) fn written(&self, at: Option<&str>) -> Option<When> {
        let text = at?;
        let shown = Instant::parse(text).map_or_else(|| text.to_owned(), |at| self.time(at));
        Some(When { shown, utc: text.to_owned() })
    }

    /// The clock of everything shown.
    pub(super) fn zone(&self) -> String {
        self.zone.map_or_else(|| "UTC".to_owned(), |zone| zone.to_string())
    }

    /// How far that clock is from UTC at an instant, in seconds.
    pub(super) fn offset(&self, at: Instant) -> i64 {
        self.zone.map_or(0, |zone| i64::from(zone.offset_at(at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_follow_the_case() {
        let zone = WallClock::parse("Europe/Paris");
        let veil = Veil::full();
        let english = Say { language: Language::En, zone: None, veil: &veil };
        let french = Say { language: Language::Fr, zone, veil: &veil };
        assert_eq!(english.n(1_234_567u64), "1,234,567");
        assert_eq!(french.n(1_234_567u64), "1\u{202f}234\u{202f}567");
        assert_eq!(english.range(1, 8), "1–8");
        let at = Instant::parse("2021-06-29T00:00:00Z").unwrap();
        assert_eq!(english.time(at), "2021-06-29 00:00:00");
        assert_eq!(french.time(at), "2021-06-29 02:00:00");
        assert_eq!(french.written(Some("2021-06-29T00:00:00.5Z")).unwrap().shown, french.time(at));
        assert_eq!((french.zone().as_str(), english.zone().as_str()), ("Europe/Paris", "UTC"));
    }
}
