//! Questions about times.

use crate::record::Instant;
use crate::verdict::triage::{runs_back, span};

use super::{Question, Seen};

/// How many silences, or steps back, are asked about.
const ASKED: usize = 5;

/// Times without a zone.
pub fn zone(seen: &Seen<'_>) -> Vec<Question> {
    let question = Question::new(
        "zone",
        "In which time zone are the times written, and does it change to summer time?",
        "the lines give no offset; a wrong guess moves every request by hours (then give --zone, or zone in the case file)",
    );
    question.about(seen.series_where(|series| series.zone.is_unknown())).into_iter().collect()
}

/// Long silences.
pub fn silences(seen: &Seen<'_>) -> Vec<Question> {
    let mut all: Vec<_> = seen
        .read_series()
        .flat_map(|series| series.silences.iter().map(move |silence| (series, silence)))
        .collect();
    // The longest first.
    all.sort_by_key(|(_, silence)| silence.from.seconds - silence.to.seconds);
    let each = all.into_iter().take(ASKED).filter_map(|(series, silence)| {
        let text = format!(
            "What happened between {} and {}: a restart, maintenance, a full disk, logging switched off?",
            silence.from, silence.to
        );
        let why = "no request is logged, at hours that are busy on other days";
        Question::new("silence", text, why).about(vec![seen.series_name(series)])
    });
    each.collect()
}

/// Times that run backwards.
pub fn backwards(seen: &Seen<'_>) -> Vec<Question> {
    let mut all: Vec<(i64, Instant, String)> = seen
        .survey
        .sources
        .iter()
        .enumerate()
        .filter(|(_, each)| each.duplicate_of.is_none())
        .filter_map(|(place, each)| {
            runs_back(each).map(|(back, _, at)| (back, at, seen.name(place)))
        })
        .collect();
    all.sort_by_key(|(back, at, _)| (std::cmp::Reverse(*back), *at));
    let each = all.into_iter().take(ASKED).filter_map(|(back, at, name)| {
        let text = format!(
            "Was the clock set back by {} at {at}, were files put together or lines edited?",
            span(back)
        );
        let why = "times run backwards by more than requests last (in local time also at the end of summer time)";
        Question::new("backwards", text, why).about(vec![name])
    });
    each.collect()
}
