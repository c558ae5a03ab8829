//! Could the logs have shown an access?
//!
//! Twelve conditions, each in a file of its own and one line in [`CHECKS`].
//! All must pass before "nobody came" may be said; what cannot be checked is
//! unknown, and unknown is not a pass.

use std::fmt::Display;

use serde::Serialize;

use crate::evidence::Hit;
use crate::examine::{Examined, Plan, Question};
use crate::record::Instant;

use super::behaviour::Behaviour;
use super::gaps::hear::Heard;
use super::gaps::{self, Series};
use super::hours::Stretch;
use super::words::{Phrase, checks as says};
use super::{Gap, Judged, Masks, Meaning};

mod c01_inventory;
mod c02_window;
mod c03_silence;
mod c04_logged;
mod c05_controls;
mod c06_edge;
mod c07_fields;
mod c08_parse;
mod c09_integrity;
mod c10_consistency;
mod c11_configuration;
mod c12_scope;

/// A completeness condition.
pub struct Condition {
    /// `C1` to `C12`.
    pub id: &'static str,
    /// What it asks, for the reader of a report.
    pub asks: &'static str,
    /// Checks it.
    run: fn(&View<'_>) -> Vec<Check>,
}

/// The conditions, in order.
pub static CHECKS: &[Condition] = &[
    c01_inventory::CONDITION,
    c02_window::CONDITION,
    c03_silence::CONDITION,
    c04_logged::CONDITION,
    c05_controls::CONDITION,
    c06_edge::CONDITION,
    c07_fields::CONDITION,
    c08_parse::CONDITION,
    c09_integrity::CONDITION,
    c10_consistency::CONDITION,
    c11_configuration::CONDITION,
    c12_scope::CONDITION,
];

/// Runs every check.
pub fn run(view: &View<'_>) -> Vec<Check> {
    CHECKS.iter().flat_map(|condition| (condition.run)(view)).collect()
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check {
    /// Which condition.
    pub id: &'static str,
    /// For which exposure; `None` for all.
    pub exposure: Option<String>,
    /// For which server; `None` for all.
    pub server: Option<String>,
    /// For which series; `None` for all.
    pub series: Option<String>,
    /// How it ended.
    pub result: Outcome,
    /// What that rests on.
    pub basis: Basis,
    /// Why.
    pub because: String,
    /// The stretches of time that it speaks of, where it does not speak of
    /// all.
    #[serde(skip)]
    pub within: Vec<Stretch>,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The condition does not hold.
    Fail,
    /// It cannot be told.
    Unknown,
    /// The condition holds.
    Pass,
}

/// What the outcome of a check rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// On the logs and on a statement.
    Both,
    /// On the logs.
    Checked,
    /// On what a named person says.
    Stated,
}

impl Check {
    /// A check of everything at once.
    fn of(id: &'static str, result: Outcome, basis: Basis, because: impl Into<String>) -> Check {
        let because = because.into();
        let (exposure, server, series, within) = (None, None, None, Vec::new());
        Check { id, exposure, server, series, result, basis, because, within }
    }

    /// Says whether it speaks of a time that lies in a stretch.
    pub fn speaks_of(&self, stretch: Stretch) -> bool {
        let touches = |own: &Stretch| own.from < stretch.to && stretch.from < own.to;
        self.within.is_empty() || self.within.iter().any(touches)
    }

    /// This check, of some stretches of time.
    fn within(mut self, stretches: Vec<Stretch>) -> Check {
        self.within = stretches;
        self
    }

    /// This check, of one exposure.
    fn exposure(mut self, name: &str) -> Check {
        self.exposure = Some(name.to_owned());
        self
    }

    /// This check, of one series.
    fn series(mut self, view: &View<'_>, series: &Series) -> Check {
        self.server = Some(view.question.servers[series.server].name.clone());
        self.series = Some(series.name.clone());
        self
    }
}

/// Everything a check may look at.
pub struct View<'a> {
    /// The question.
    pub question: &'a Question,
    /// What was to be read.
    pub plan: &'a Plan,
    /// What was read.
    pub examined: &'a Examined,
    /// What each hit is.
    pub judged: &'a [Judged],
    /// Which exposures' windows each lies in.
    pub masks: &'a Masks,
    /// Holes in the logs.
    pub gaps: &'a [Gap],
    /// What the silences of each series tell, in their order.
    pub heard: &'a [Heard],
    /// What the clients' behaviour tells of them.
    pub behaviour: &'a Behaviour,
    /// What the numbers of each source mean.
    pub meanings: &'a [Meaning],
}

impl<'a> View<'a> {
    /// The series that were examined.
    pub fn series(&self) -> Vec<Series> {
        gaps::series(self.plan, self.examined)
    }

    /// What the silences of a series tell, where it has a record near a window.
    pub fn heard(&self, series: &Series) -> Option<&'a Heard> {
        let own = (series.server, &series.name);
        let place = self.heard.binary_search_by(|heard| (heard.server, &heard.series).cmp(&own));
        place.ok().map(|place| &self.heard[place])
    }

    /// The hits that count, with what they are.
    pub fn hits(&self) -> impl Iterator<Item = (&'a Hit, Judged)> + use<'a> {
        self.examined
            .hits
            .iter()
            .zip(self.judged.iter().copied())
            .filter(|(_, judged)| judged.counts)
    }

    /// A phrase in the language of the case, filled in.
    pub(crate) fn say(&self, phrase: &Phrase, with: &[&dyn Display]) -> String {
        phrase.say(self.question.case.language, with)
    }

    /// A time as text, or that it is not known.
    pub(crate) fn time(&self, at: Option<Instant>) -> String {
        at.map_or_else(|| self.say(&says::UNKNOWN_TIME, &[]), |at| at.to_string())
    }

    /// Says whether an interval touches any window of the case, as wide as its
    /// ends may be; without a window everything does.
    pub fn touches_window(&self, from: Option<Instant>, to: Option<Instant>) -> bool {
        self.question.case.exposures.iter().any(|exposure| {
            exposure.windows.is_empty()
                || exposure.windows.iter().any(|window| {
                    let (first, last) = window.widest();
                    let ends_before = to.zip(first).is_some_and(|(to, from)| to < from);
                    let begins_after = from.zip(last).is_some_and(|(from, to)| from >= to);
                    !ends_before && !begins_after
                })
        })
    }

    /// A check that rests on a statement: passes only if it is made and
    /// somebody stands for it.
    fn stated(&self, id: &'static str, said: Option<bool>, what: &Phrase) -> Check {
        let by = self.question.case.stated_by.as_deref().filter(|by| !by.trim().is_empty());
        let what = self.say(what, &[]);
        let (result, because) = match (said, by) {
            (Some(true), Some(by)) => (Outcome::Pass, self.say(&says::STATED, &[&by, &what])),
            (Some(true), None) => (Outcome::Unknown, self.say(&says::STATED_BY_NONE, &[&what])),
            (Some(false), _) => (Outcome::Fail, self.say(&says::DENIED, &[&what])),
            (None, _) => (Outcome::Unknown, self.say(&says::NOT_STATED, &[&what])),
        };
        Check::of(id, result, Basis::Stated, because)
    }
}
