//! Section 8: what limits the answer, and how else it could be explained.

use crate::report::Whole;

use super::caps;
use super::say::Say;
use super::words as w;

/// Section 8.
pub(super) struct Limits {
    pub reasons: Vec<String>,
    pub always: [&'static str; 5],
    pub channels: Vec<(&'static str, String)>,
    pub problems: Vec<String>,
    pub not_logged: Vec<String>,
    pub witnesses: Vec<Witness>,
    pub witnesses_note: Option<String>,
}

/// A request whose referer is an exposed page.
pub(super) struct Witness {
    pub at: String,
    pub client: String,
    pub asked: String,
    pub referer: String,
    pub line: String,
}

pub(super) fn limits(say: &Say<'_>, whole: &Whole<'_>) -> Limits {
    let report = whole.report;
    let of_inputs = report.inputs.iter().flat_map(|input| {
        input.problems.iter().map(move |problem| format!("{}: {problem}", input.path))
    });
    let problems: Vec<String> = report.problems.iter().cloned().chain(of_inputs).collect();
    let configured = report.configuration.iter().flat_map(|one| {
        let says =
            one.not_logged.iter().map(|not| format!("{}: {} ({})", one.server, not.says, not.at));
        says.chain(one.problems.iter().map(|problem| format!("{}: {problem}", one.server)))
    });
    let channels = whole.question.case.channels.each();
    let unknown = say.it(&w::NOT_KNOWN);
    let each = &report.witnesses.each;
    let witnesses = each.iter().take(caps::OTHER).map(|row| Witness {
        at: say.written(row.at.as_deref()).map_or_else(|| "–".to_owned(), |when| when.shown),
        client: say.client(&row.client, 60),
        asked: say.cut(&row.asked),
        referer: say.cut(&row.referer),
        line: format!("{}:{}", row.source + 1, say.n(row.line)),
    });
    let witnesses: Vec<Witness> = witnesses.collect();
    let n_witnesses = each.len() as u64 + report.witnesses.left_out;
    let reasons = report.verdict.reasons.iter();
    Limits {
        reasons: reasons.map(|reason| say.cut_to(reason, caps::SENTENCE)).collect(),
        always: [
            &w::LIMIT_PERSON,
            &w::LIMIT_RECEIVED,
            &w::LIMIT_CACHES,
            &w::LIMIT_USE,
            &w::LIMIT_CHANNELS,
        ]
        .map(|phrase| say.it(phrase)),
        channels: channels
            .into_iter()
            .map(|(name, state)| {
                (name, state.map_or_else(|| unknown.to_owned(), |text| say.cut(text)))
            })
            .collect(),
        problems: caps::first(say, &problems, caps::OTHER),
        not_logged: caps::first(say, &configured.collect::<Vec<_>>(), caps::OTHER),
        witnesses_note: caps::note(say, witnesses.len(), n_witnesses, "report.json", false),
        witnesses,
    }
}
