//! The formats of one question: those of the table, and behind them those
//! that its directives describe. A place is a number in that order, so that
//! evidence can name a format without holding it.

use super::template::{self, Template};
use super::{BytesMeaning, Card, TABLE, TimeMeaning};
use crate::error::Error;

/// The formats of one question. It is made once and does not change while
/// logs are read.
#[derive(Debug, Clone, Default)]
pub struct Formats {
    own: Vec<(String, Template)>,
}

/// What a reader of logs and of reports must know of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About<'f> {
    /// Its name, or the beginning of its directive.
    pub name: &'f str,
    /// What writes it.
    pub title: &'f str,
    /// How a line's zone is known, in words.
    pub zone: &'f str,
    /// What the time of a line means.
    pub time: TimeMeaning,
    /// What the byte count means.
    pub bytes: BytesMeaning,
    /// Whether servers that write it fold the case of paths.
    pub folds_case: bool,
    /// Whether some requests may be in no log of the service that writes it.
    pub best_effort: bool,
    /// A directive describes it, which knows better than any table what the
    /// server does.
    pub is_own: bool,
}

impl About<'static> {
    /// What is known of a format that there is not.
    pub const UNKNOWN: About<'static> = About {
        name: "unknown",
        title: "no format of this question",
        zone: "",
        time: TimeMeaning::Unknown,
        bytes: BytesMeaning::Unknown,
        folds_case: false,
        best_effort: false,
        is_own: false,
    };

    /// What a card says.
    pub fn of(card: &'static Card) -> About<'static> {
        About {
            name: card.name,
            title: card.title,
            zone: card.zone,
            time: card.time,
            bytes: card.bytes,
            folds_case: card.folds_case,
            best_effort: card.best_effort,
            is_own: false,
        }
    }
}

impl Formats {
    /// The place of the format that a text names or describes.
    ///
    /// # Errors
    /// When there is no format of that name, or the directive cannot be
    /// compiled.
    pub fn place(&mut self, text: &str) -> Result<usize, Error> {
        if let Some(place) = self.find(text) {
            return Ok(place);
        }
        if !template::is_directive(text) {
            let names = TABLE.iter().map(|format| format.card().name);
            let near = names.max_by(|a, b| strsim::jaro(text, a).total_cmp(&strsim::jaro(text, b)));
            return Err(Error::question(format!(
                "there is no format \"{text}\"; did you mean \"{}\"? `whofetched formats` lists all",
                near.unwrap_or("auto")
            )));
        }
        let template = Template::compile(text).map_err(|wrong| wrong.error(text))?;
        self.own.push((text.to_owned(), template));
        Ok(TABLE.len() + self.own.len() - 1)
    }

    /// The place of a format that [`Formats::place`] has seen, or that the
    /// table has.
    pub fn find(&self, text: &str) -> Option<usize> {
        let own = || self.own.iter().position(|(own, _)| own == text);
        TABLE
            .iter()
            .position(|format| format.card().name == text)
            .or_else(|| own().map(|place| TABLE.len() + place))
    }

    /// The directive at a place behind the table.
    pub fn template(&self, place: usize) -> Option<&Template> {
        self.own.get(place.checked_sub(TABLE.len())?).map(|(_, template)| template)
    }

    /// What is known of the format at a place, or that nothing is.
    pub fn known(&self, place: usize) -> About<'_> {
        self.about(place).unwrap_or(About::UNKNOWN)
    }

    /// What is known of the format at a place.
    pub fn about(&self, place: usize) -> Option<About<'_>> {
        if let Some(format) = TABLE.get(place) {
            return Some(About::of(format.card()));
        }
        self.template(place).map(|template| About {
            name: template.name(),
            title: "as its directive says",
            zone: template.zone,
            time: template.time,
            bytes: template.bytes,
            folds_case: template.folds_case(),
            best_effort: false,
            is_own: true,
        })
    }
}
