//! Questions for the operator, made from what was found.
//!
//! Each names what raises it and why it matters. What raises questions is
//! independent of one another: a producer is one function and one line in
//! [`PRODUCERS`].

use serde::Serialize;

use crate::examine::Plan;
use crate::examine::survey::{Survey, Surveyed};

use super::{SeriesTriage, Triage};

mod always;
mod configured;
mod lines;
mod times;
mod whole;

/// How many names of sources a question lists.
const ABOUT: usize = 100;

/// Formats of IIS.
pub(super) const IIS: [&str; 2] = ["w3c", "iis-native"];

/// A question for the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// What kind of question it is: a word that does not change.
    pub id: &'static str,
    /// The question.
    pub text: String,
    /// The series or sources that raise it; none where all do.
    pub about: Vec<String>,
    /// How many more there are.
    pub about_left_out: u64,
    /// Why it matters.
    pub why: &'static str,
}

impl Question {
    /// A question that everything raises.
    pub fn new(id: &'static str, text: impl Into<String>, why: &'static str) -> Question {
        Question { id, text: text.into(), about: Vec::new(), about_left_out: 0, why }
    }

    /// The same, raised by these; `None` where nothing raises it.
    pub fn about(mut self, names: Vec<String>) -> Option<Question> {
        self.about_left_out = names.len().saturating_sub(ABOUT) as u64;
        self.about = names.into_iter().take(ABOUT).collect();
        (!self.about.is_empty()).then_some(self)
    }
}

/// Everything a producer may look at.
pub struct Seen<'a> {
    /// The clocks that were named.
    pub question: &'a crate::examine::Question,
    /// What was to be read.
    pub plan: &'a Plan,
    /// What was read.
    pub survey: &'a Survey,
    /// What it tells, but for questions and advice.
    pub triage: &'a Triage,
}

impl<'a> Seen<'a> {
    /// What a source is called.
    pub fn name(&self, place: usize) -> String {
        self.plan.sources[place].found.path.to_string_lossy().into_owned()
    }

    /// What a series is called: as its source, where it has one.
    pub fn series_name(&self, series: &SeriesTriage) -> String {
        match series.series.sources.as_slice() {
            [place] => self.name(*place),
            _ => series.series.name.clone(),
        }
    }

    /// The names of the series of which something is true.
    pub fn series_where(&self, is_so: impl Fn(&SeriesTriage) -> bool) -> Vec<String> {
        let each = self.read_series().filter(|series| is_so(series));
        each.map(|series| self.series_name(series)).collect()
    }

    /// The series of which lines were read.
    pub fn read_series(&self) -> impl Iterator<Item = &'a SeriesTriage> + use<'a> {
        self.triage.series.iter().filter(|series| series.tally.coverage.lines.read > 0)
    }

    /// The names of the sources of which something is true. Copies of others
    /// say nothing new.
    pub fn sources_where(&self, is_so: impl Fn(usize, &Surveyed) -> bool) -> Vec<String> {
        let each = self.survey.sources.iter().enumerate();
        each.filter(|(place, seen)| seen.duplicate_of.is_none() && is_so(*place, seen))
            .map(|(place, _)| self.name(place))
            .collect()
    }

    /// Says whether a series is read as one of these formats.
    pub fn is_format(&self, series: &SeriesTriage, names: &[&str]) -> bool {
        let first = series.formats.first();
        first.is_some_and(|format| names.contains(&self.question.formats.known(format.place).name))
    }
}

/// What raises questions: first what is not there at all, by the inputs or by
/// the configuration, then what the lines do not say, then what no line can say.
pub static PRODUCERS: &[fn(&Seen<'_>) -> Vec<Question>] = &[
    whole::damaged,
    whole::locked,
    whole::missing,
    configured::off,
    configured::elsewhere,
    configured::buffers,
    configured::believed,
    configured::parts,
    times::zone,
    lines::proxies,
    lines::shortened,
    whole::unknown,
    lines::fields,
    lines::bytes,
    times::silences,
    times::backwards,
    whole::nul,
    always::edge,
    always::conditions,
    always::stores,
    always::other_logs,
    always::in_flight,
    always::retention,
];

/// All questions, in the order of their producers.
pub fn questions(seen: &Seen<'_>) -> Vec<Question> {
    PRODUCERS.iter().flat_map(|producer| producer(seen)).collect()
}
