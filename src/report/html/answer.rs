//! Sections 1 and 2: the answer, how sure it is, what would change it; and the
//! key figures.

use crate::actor::Class;
use crate::report::Whole;
use crate::report::inputs::Input;
use crate::verdict::people::{Figures, Obtained, Records, Subjects};
use crate::verdict::words::page as says;

use super::caps;
use super::say::{Say, When};
use super::walk::Walk;
use super::{terms, words as w};

/// Section 1.
pub(super) struct Answer {
    pub code: &'static str,
    pub tone: &'static str,
    pub label: &'static str,
    pub sentence: String,
    pub finding: (&'static str, &'static str),
    pub coverage: &'static str,
    pub windows: Vec<String>,
    pub sources: Vec<String>,
    pub outside: Option<String>,
    pub needs: Vec<String>,
    pub claims: Vec<Claim>,
    pub warnings: Vec<String>,
    pub exposures: Vec<ExposureRow>,
    pub servers: Vec<ServerRow>,
}

/// A claim and what becomes of it.
pub(super) struct Claim {
    pub tone: &'static str,
    pub result: String,
}

/// The answer for one window of an exposure.
pub(super) struct ExposureRow {
    pub name: String,
    pub kind: &'static str,
    pub window: String,
    pub code: &'static str,
    pub tone: &'static str,
    pub coverage: &'static str,
}

/// The answer for the logs of one server.
pub(super) struct ServerRow {
    pub name: String,
    pub code: &'static str,
    pub tone: &'static str,
    pub coverage: &'static str,
}

pub(super) fn answer(say: &Say<'_>, whole: &Whole<'_>) -> Answer {
    let report = whole.report;
    let verdict = &report.verdict;
    let mut exposures = Vec::new();
    for (asked, found) in report.case.exposures.iter().zip(&verdict.exposures) {
        for window in &found.windows {
            exposures.push(ExposureRow {
                name: say.cut(&asked.name),
                kind: say.it(terms::kind(asked.kind)),
                window: span(say, window.from, window.to),
                code: window.code.word(),
                tone: terms::code_tone(window.code),
                coverage: say.it(terms::cover(found.coverage)),
            });
        }
    }
    let mut windows: Vec<String> = exposures.iter().map(|row| row.window.clone()).collect();
    windows.dedup();
    let servers = verdict.servers.iter().map(|server| ServerRow {
        name: say.cut(&server.name),
        code: server.code.word(),
        tone: terms::code_tone(server.code),
        coverage: say.it(terms::cover(server.coverage)),
    });
    let needs = verdict.would_change.iter().map(|need| {
        let servers =
            need.servers.iter().take(3).map(|name| say.cut(name)).collect::<Vec<_>>().join(", ");
        match servers.is_empty() {
            true => say.with(&says::NEED_OF_ALL, &[&need.check, &need.what, &need.held_by]),
            false => say.with(&says::NEED, &[&need.check, &servers, &need.what, &need.held_by]),
        }
    });
    Answer {
        code: verdict.code.word(),
        tone: terms::code_tone(verdict.code),
        label: say.it(terms::code(verdict.code)),
        sentence: say.cut_to(&verdict.sentence, caps::SENTENCE),
        finding: (finding(verdict.finding), say.it(terms::finding(verdict.finding))),
        coverage: say.it(terms::cover(verdict.coverage)),
        windows: caps::first(say, &windows, 6),
        sources: sources(say, whole),
        outside: outside(say, whole),
        needs: needs.collect(),
        claims: verdict.claims.iter().map(|claim| claim_row(say, claim)).collect(),
        warnings: warnings(say, whole),
        exposures: exposures.into_iter().take(caps::OTHER).collect(),
        servers: servers.take(caps::OTHER).collect(),
    }
}

fn finding(finding: crate::verdict::Finding) -> &'static str {
    use crate::verdict::Finding;
    match finding {
        Finding::A => "A",
        Finding::B1 => "B1",
        Finding::B2 => "B2",
        Finding::None => "–",
    }
}

fn span(
    say: &Say<'_>,
    from: Option<crate::record::Instant>,
    to: Option<crate::record::Instant>,
) -> String {
    if from.is_none() && to.is_none() {
        return say.it(&w::NO_WINDOW).to_owned();
    }
    let end = |at: Option<crate::record::Instant>| {
        at.map_or_else(|| say.it(&w::AN_UNKNOWN_TIME).to_owned(), |at| say.time(at))
    };
    say.with(&w::FROM_TO, &[&end(from), &end(to)])
}

/// How much was read, and from when to when.
fn sources(say: &Say<'_>, whole: &Whole<'_>) -> Vec<String> {
    let inputs = &whole.report.inputs;
    let originals = || inputs.iter().filter(|input| input.duplicate_of.is_none());
    let sum = |of: fn(&Input) -> u64| originals().map(of).sum::<u64>();
    let n_inputs = originals().count() as u64;
    let copies = inputs.len() as u64 - n_inputs;
    let lines = say.count(&says::N_LINES, sum(|input| input.lines.total));
    let of = say.count(&says::N_INPUTS, n_inputs);
    let read = say.n(sum(|input| input.lines.read));
    let unread = say.n(sum(|input| input.lines.unread));
    let suspects = say.n(sum(|input| input.suspects));
    let mut told = say.with(&says::LINES, &[&lines, &of, &read, &unread, &suspects]);
    if copies > 0 {
        told.push_str(&say.count(&says::COPIES, copies));
    }
    let first = inputs.iter().filter_map(|input| Some(input.first?.at)).min();
    let last = inputs.iter().filter_map(|input| Some(input.last?.at)).max();
    let span = first
        .zip(last)
        .map(|(first, last)| say.with(&says::FIRST_LAST, &[&say.time(first), &say.time(last)]));
    [told].into_iter().chain(span).collect()
}

/// How many outside parties were sent content, where any was.
fn outside(say: &Say<'_>, whole: &Whole<'_>) -> Option<String> {
    let outside = whole.report.verdict.outside;
    if outside.max == 0 {
        return None;
    }
    let (max, clients) = (say.n(outside.max), say.n(outside.clients));
    let most = match outside.clients > outside.max {
        true => say.with(&says::PARTIES_IN_NETWORKS, &[&max, &clients]),
        false => say.with(&says::PARTIES, &[&max]),
    };
    Some(match outside.min == outside.max {
        true => say.with(&says::PLACE, &[&most]),
        false => say.with(&says::PLACE_BETWEEN, &[&outside.min, &most]),
    })
}

fn claim_row(say: &Say<'_>, claim: &crate::verdict::ClaimResult) -> Claim {
    let (result, tone) = match claim.result {
        "contradicted" => (&says::CONTRADICTED, "bad"),
        "not supported" => (&says::NOT_SUPPORTED, "doubt"),
        "supported within limits" => (&says::SUPPORTED, "good"),
        "not shown" => (&says::NOT_SHOWN, "doubt"),
        _ => (&says::NOT_TESTABLE, "doubt"),
    };
    let text = say.cut(&claim.text);
    Claim { result: say.with(&says::CLAIM, &[&text, &say.it(result), &claim.because]), tone }
}

/// What is wrong with the question, before anything else.
fn warnings(say: &Say<'_>, whole: &Whole<'_>) -> Vec<String> {
    let report = whole.report;
    let mut told = Vec::new();
    for target in report.unnamed.iter().filter(|target| !target.listed) {
        let mut text = say.with(&w::NEVER_NAMED, &[&say.cut(&target.target)]);
        if !target.nearest.is_empty() {
            let nearest: Vec<String> = target.nearest.iter().map(|path| say.cut(path)).collect();
            text.push(' ');
            text.push_str(&say.with(&w::NEAREST, &[&nearest.join(", ")]));
        }
        told.push(text);
    }
    let unasked = report.unnamed.iter().filter(|target| target.listed).count() as u64;
    if unasked > 0 {
        told.push(say.count(&w::LISTED_UNASKED, unasked + report.unnamed_left_out));
    }
    told.extend(report.case.warnings.iter().cloned());
    if report.other_host > 0 {
        told.push(say.count(&w::OTHER_HOST, report.other_host));
    }
    caps::first(say, &told, 20)
}

/// Section 2.
pub(super) struct KeyFigures {
    pub cards: Vec<Card>,
    pub people: Vec<PeopleRow>,
}

/// A figure, what it counts, and where its evidence is.
pub(super) struct Card {
    pub value: String,
    pub label: String,
    pub link: &'static str,
}

/// What a set of files comes to.
pub(super) struct PeopleRow {
    pub of: String,
    pub files: String,
    pub unlisted: String,
    pub records: String,
    pub people: String,
    pub basis: &'static str,
}

pub(super) fn key_figures(say: &Say<'_>, whole: &Whole<'_>, walk: &Walk) -> KeyFigures {
    let verdict = &whole.report.verdict;
    let recipients = verdict.recipients;
    let named = recipients.crawler + recipients.known + recipients.own;
    let counted = |number: u64, phrase, link| Card {
        value: say.n(number),
        label: say.with(phrase, &[&number]),
        link,
    };
    let mut cards = vec![
        counted(recipients.other, &w::F_OTHERS, "who"),
        Card {
            value: say.range(verdict.outside.min, verdict.outside.max),
            label: say.it(&w::F_PARTIES).to_owned(),
            link: "who",
        },
        counted(walk.n_files_of_others, &w::F_FILES, "what"),
        counted(walk.others.requests, &w::F_REQUESTS, "evidence"),
        Card {
            value: say.n(walk.others.bytes),
            label: say.it(&w::F_BYTES).to_owned(),
            link: "who",
        },
    ];
    for (at, label) in [(walk.others.first, &w::F_FIRST), (walk.others.last, &w::F_LAST)] {
        if let Some(When { shown, .. }) = at.map(|at| say.when(at)) {
            cards.push(Card { value: shown, label: say.it(label).to_owned(), link: "timeline" });
        }
    }
    let others = whole.report.people.as_ref().and_then(|people| people.by_class.get(&Class::Other));
    if let Some(Obtained { confirmed, .. }) = others {
        let records = records(say, &confirmed.records);
        let people = subjects(say, &confirmed.people);
        cards.push(Card {
            value: records,
            label: say.it(&w::F_RECORDS).to_owned(),
            link: "people",
        });
        cards.push(Card { value: people, label: say.it(&w::F_PEOPLE).to_owned(), link: "people" });
    }
    cards.push(counted(named, &w::F_NAMED, "who"));
    if verdict.window_hours > 0.0 {
        cards.push(Card {
            value: say.hours(verdict.covered_hours),
            label: say.with(&w::F_HOURS, &[&say.hours(verdict.window_hours)]),
            link: "coverage",
        });
    }
    KeyFigures { cards, people: people(say, whole) }
}

fn people(say: &Say<'_>, whole: &Whole<'_>) -> Vec<PeopleRow> {
    let Some(people) = &whole.report.people else { return Vec::new() };
    let row = |of: String, figures: &Figures| PeopleRow {
        of,
        files: say.n(figures.files),
        unlisted: say.n(figures.unlisted),
        records: records(say, &figures.records),
        people: subjects(say, &figures.people),
        basis: figures.people.basis,
    };
    let mut rows = vec![row(say.it(&w::ALL_LISTED).to_owned(), &people.exposed)];
    for (class, obtained) in &people.by_class {
        let name = say.it(terms::class(*class).0);
        rows.push(row(say.with(&w::CONFIRMED, &[&name]), &obtained.confirmed));
        rows.push(row(say.with(&w::POSSIBLE, &[&name]), &obtained.possible));
    }
    rows
}

/// A number of records as far as it is stated.
pub(super) fn records(say: &Say<'_>, records: &Records) -> String {
    bounds(say, records.min, records.max)
}

/// A number of people as far as it is stated.
pub(super) fn subjects(say: &Say<'_>, people: &Subjects) -> String {
    bounds(say, people.min, people.max)
}

fn bounds(say: &Say<'_>, min: Option<u64>, max: Option<u64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => say.range(min, max),
        (Some(min), None) => say.with(&w::AT_LEAST, &[&say.n(min)]),
        (None, _) => say.it(&w::NOT_STATED).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Case, Language};
    use crate::report::veil::Veil;

    #[test]
    fn a_number_that_no_list_states_is_not_nothing() {
        let veil = Veil::full();
        let say = Say::new(&Case { language: Language::Fr, ..Case::default() }, &veil);
        assert_eq!(bounds(&say, None, Some(4)), "non déclaré");
        assert_eq!(bounds(&say, Some(5), None), "au moins 5");
        assert_eq!(bounds(&say, Some(350_000), Some(700_000)), "350\u{202f}000–700\u{202f}000");
    }
}
