//! One table of a case file, read key by key, so that whatever is wrong is
//! told with its file, line, section and key.
//!
//! Not serde: its errors know neither the section nor the nearest key, and a
//! case is written by hand under pressure.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::when;
use crate::error::Error;
use crate::record::{Instant, WallClock};

/// A case file as text, with the clock its times follow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    /// The file as the user named it.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The clock of times without an offset.
    pub zone: Option<WallClock>,
}

impl Source<'_> {
    /// A refusal with its place.
    pub(super) fn refuse(&self, at: usize, place: &str, why: &str) -> Error {
        let line = 1 + self.text.as_bytes()[..at.min(self.text.len())]
            .iter()
            .filter(|b| **b == b'\n')
            .count();
        Error::question(format!("{}, line {line}, {place}: {why}", self.file))
    }
}

/// One table.
#[derive(Debug, Clone)]
pub(super) struct Section<'a> {
    source: Source<'a>,
    table: &'a DeTable<'a>,
    /// What it is called in a message, such as `[[exposure]] 2`.
    pub place: String,
    /// Where it begins in the file.
    at: usize,
}

type Value<'a> = &'a Spanned<DeValue<'a>>;

impl<'a> Section<'a> {
    /// A table whose keys must be among `known`.
    pub(super) fn new(
        source: Source<'a>,
        table: &'a DeTable<'a>,
        at: usize,
        place: String,
        known: &[&str],
    ) -> Result<Section<'a>, Error> {
        let section = Section { source, table, place, at };
        // The first in the file, not the first of the alphabet.
        let unknown = table.keys().filter(|key| !known.contains(&key.get_ref().as_ref()));
        if let Some(key) = unknown.min_by_key(|key| key.span().start) {
            let name = key.get_ref();
            let near = nearest(name, known.iter().copied());
            let why = format!("the key \"{name}\" is unknown{}", hint(near, known));
            return Err(source.refuse(key.span().start, &section.place, &why));
        }
        Ok(section)
    }

    /// A refusal of a key, or of the section where the key is absent.
    pub(super) fn refuse(&self, key: &str, why: &str) -> Error {
        let at = self.table.get(key).map_or(self.at, |value| value.span().start);
        self.source.refuse(at, &format!("{} {key}", self.place), why)
    }

    fn wrong(&self, key: &str, value: Value<'_>, wanted: &str) -> Error {
        let found = match value.get_ref() {
            DeValue::String(text) => format!("the text \"{text}\""),
            DeValue::Integer(number) => format!("the number {}", number.as_str()),
            DeValue::Float(number) => format!("the number {}", number.as_str()),
            DeValue::Boolean(truth) => format!("{truth}"),
            DeValue::Datetime(time) => format!("the time {time}"),
            DeValue::Array(_) => "a list".to_string(),
            DeValue::Table(_) => "a table".to_string(),
        };
        let place = format!("{} {key}", self.place);
        self.source.refuse(value.span().start, &place, &format!("must be {wanted}, not {found}"))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// A text.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>, Error> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        match value.get_ref() {
            DeValue::String(text) => Ok(Some(text.to_string())),
            _ => Err(self.wrong(key, value, "a text in quotes")),
        }
    }

    /// A text, or a number or date written without quotes.
    pub(super) fn words(&self, key: &str) -> Result<Option<String>, Error> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        match value.get_ref() {
            DeValue::String(text) => Ok(Some(text.to_string())),
            DeValue::Integer(number) => Ok(Some(number.as_str().to_string())),
            DeValue::Datetime(time) => Ok(Some(time.to_string())),
            _ => Err(self.wrong(key, value, "a text in quotes")),
        }
    }

    /// A text that must be there.
    pub(super) fn needed(&self, key: &str) -> Result<String, Error> {
        self.text(key)?.ok_or_else(|| {
            self.source.refuse(self.at, &self.place, &format!("the key \"{key}\" is missing"))
        })
    }

    /// One of a few words, each with its meaning.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<Option<T>, Error> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Ok(Some(*meaning));
        }
        let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        let near = nearest(&text, known.iter().copied());
        Err(self.refuse(key, &format!("\"{text}\" is none we know{}", hint(near, &known))))
    }

    /// A list of texts, or a single one.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, Error> {
        let Some(value) = self.table.get(key) else { return Ok(Vec::new()) };
        let wanted = "a text in quotes or a list of them";
        match value.get_ref() {
            DeValue::String(text) => Ok(vec![text.to_string()]),
            DeValue::Array(each) => each
                .iter()
                .map(|one| match one.get_ref() {
                    DeValue::String(text) => Ok(text.to_string()),
                    _ => Err(self.wrong(key, one, "a list of texts in quotes")),
                })
                .collect(),
            _ => Err(self.wrong(key, value, wanted)),
        }
    }

    /// True or false.
    pub(super) fn truth(&self, key: &str) -> Result<Option<bool>, Error> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        match value.get_ref() {
            DeValue::Boolean(truth) => Ok(Some(*truth)),
            _ => Err(self.wrong(key, value, "true or false, without quotes")),
        }
    }

    /// A whole number, not negative.
    pub(super) fn count(&self, key: &str) -> Result<Option<u64>, Error> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        self.as_count(key, value).map(Some)
    }

    /// Whole numbers, not negative; one or a list.
    pub(super) fn counts(&self, key: &str) -> Result<Vec<u64>, Error> {
        let Some(value) = self.table.get(key) else { return Ok(Vec::new()) };
        match value.get_ref() {
            DeValue::Array(each) => each.iter().map(|one| self.as_count(key, one)).collect(),
            _ => Ok(vec![self.as_count(key, value)?]),
        }
    }

    fn as_count(&self, key: &str, value: Value<'_>) -> Result<u64, Error> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        number.ok_or_else(|| {
            self.wrong(key, value, "a whole number that is not negative, without quotes")
        })
    }

    /// A finite number.
    pub(super) fn number(&self, key: &str) -> Result<Option<f64>, Error> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        let number: Option<f64> = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        match number.filter(|number| number.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong(key, value, "a number, without quotes")),
        }
    }

    /// A span of time, in seconds.
    pub(super) fn span(&self, key: &str) -> Result<Option<i64>, Error> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        when::span(&text).map(Some).map_err(|why| self.refuse(key, &why))
    }

    /// A bound in time; `end` where it is the end of something.
    pub(super) fn bound(&self, key: &str, end: bool) -> Result<Option<Instant>, Error> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(time) => time.to_string(),
            _ => return Err(self.wrong(key, value, "a time such as \"2021-06-29T00:00:00Z\"")),
        };
        when::bound(&text, self.source.zone, end).map(Some).map_err(|why| self.refuse(key, &why))
    }

    /// A bound in time that must be there.
    pub(super) fn needed_bound(&self, key: &str, end: bool) -> Result<Instant, Error> {
        self.bound(key, end)?.ok_or_else(|| {
            self.source.refuse(self.at, &self.place, &format!("the key \"{key}\" is missing"))
        })
    }

    /// An interval that must have both ends.
    pub(super) fn interval(&self) -> Result<(Instant, Instant), Error> {
        let (from, to) = (self.needed_bound("from", false)?, self.needed_bound("to", true)?);
        when::in_order(from, to).map_err(|why| self.source.refuse(self.at, &self.place, &why))?;
        Ok((from, to))
    }

    /// Refuses two bounds that are not in order; absent ones are.
    pub(super) fn in_order(&self, from: Option<Instant>, to: Option<Instant>) -> Result<(), Error> {
        match (from, to) {
            (Some(from), Some(to)) => when::in_order(from, to)
                .map_err(|why| self.source.refuse(self.at, &self.place, &why)),
            _ => Ok(()),
        }
    }

    /// The tables under a key: one, or a list of them.
    pub(super) fn tables(&self, key: &str, known: &[&str]) -> Result<Vec<Section<'a>>, Error> {
        let Some(value) = self.table.get(key) else { return Ok(Vec::new()) };
        let top = self.place.is_empty();
        let open = |one: Value<'a>, number: Option<usize>| match one.get_ref() {
            DeValue::Table(table) => {
                let place = match (top, number) {
                    (true, None) => format!("[{key}]"),
                    (true, Some(number)) => format!("[[{key}]] {number}"),
                    (false, None) => format!("{} {key}", self.place),
                    (false, Some(number)) => format!("{} {key} {number}", self.place),
                };
                Section::new(self.source, table, one.span().start, place, known)
            }
            _ => Err(self.wrong(key, one, "a table of keys and values")),
        };
        match value.get_ref() {
            DeValue::Array(each) => {
                each.iter().enumerate().map(|(at, one)| open(one, Some(at + 1))).collect()
            }
            _ => Ok(vec![open(value, None)?]),
        }
    }

    /// The one table under a key.
    pub(super) fn table(&self, key: &str, known: &[&str]) -> Result<Option<Section<'a>>, Error> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        match value.get_ref() {
            DeValue::Table(_) => Ok(self.tables(key, known)?.pop()),
            _ => Err(self.wrong(key, value, "one table of keys and values")),
        }
    }
}

/// The known word that is meant, where one is near enough.
pub(super) fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let folded = word.to_lowercase().replace('-', "_");
    let near = known
        .map(|other| {
            let known = other.to_lowercase().replace('-', "_");
            let score = strsim::damerau_levenshtein(&folded, &known);
            // A word that begins the other is a likely slip, too.
            let begins = known.starts_with(&folded) || folded.starts_with(&known);
            (if begins && folded.len() >= 3 { score.min(1) } else { score }, other)
        })
        .min_by_key(|(score, _)| *score)?;
    (near.0 <= 1 + word.chars().count() / 4).then_some(near.1)
}

fn hint(near: Option<&str>, known: &[&str]) -> String {
    match near {
        Some(near) => format!("; did you mean \"{near}\"?"),
        None => format!("; known are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_is_found() {
        let check = |word: &str, expected: Option<&str>| {
            let known = ["targets", "time_means", "windows", "files"];
            assert_eq!(nearest(word, known.into_iter()), expected, "{word}");
        };
        check("target", Some("targets"));
        check("Time-Means", Some("time_means"));
        check("window", Some("windows"));
        check("fiels", Some("files"));
        check("zebra", None);
    }
}
