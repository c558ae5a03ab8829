//! Questions that the servers' own configurations raise.

use std::collections::BTreeSet;

use crate::format::config::{Configuration, Kind, Silence};
use crate::verdict::unlogged;

use super::{Question, Seen};

/// How many rules or logs are asked about one by one; the others stand in one
/// question.
const ASKED: usize = 8;

/// The configurations that could be read, each once.
pub(super) fn read<'a>(seen: &Seen<'a>) -> Vec<&'a Configuration> {
    let mut files = BTreeSet::new();
    let all = seen.question.configured.iter();
    all.filter(|configured| files.insert(&configured.given))
        .filter_map(|configured| configured.read.as_ref().ok())
        .collect()
}

/// What they say is not logged, or not at once.
pub(super) fn silences(seen: &Seen<'_>, kinds: &[Kind]) -> Vec<Silence> {
    let each = read(seen).into_iter().flat_map(Configuration::silences);
    each.filter(|silence| kinds.contains(&silence.kind)).collect()
}

/// What is kept out of the logs.
pub fn off(seen: &Seen<'_>) -> Vec<Question> {
    let id = "not-logged";
    let why = "a request that is not logged by rule cannot be told from one that never came; the configuration says what holds now";
    let then = match seen.triage.window {
        Some((from, to)) => format!("between {from} and {to}"),
        None => "during the window".to_owned(),
    };
    let all = silences(seen, &[Kind::Off, Kind::Condition]);
    let (told, more) = all.split_at(all.len().min(ASKED));
    let mut questions: Vec<Question> = told
        .iter()
        .map(|silence| {
            let text = format!(
                "{} not logged ({}: {}): since when? Was it so {then}?",
                subject(silence),
                silence.place,
                silence.says
            );
            Question::new(id, text, why)
        })
        .collect();
    let places = more.iter().map(|silence| format!("{}: {}", silence.place, silence.words()));
    let text = format!(
        "{} more rules of the configuration keep requests out of the logs: since when does each? Was it so {then}?",
        more.len()
    );
    questions.extend(Question::new(id, text, why).about(places.collect()));
    questions
}

/// Whose requests are not logged: `Requests for location /exports/ are`.
fn subject(silence: &Silence) -> String {
    let some = if silence.kind == Kind::Off { "Requests" } else { "Some requests" };
    match (silence.within.as_str(), silence.hosts.as_slice()) {
        ("", []) => format!("{some} are"),
        ("", hosts) => format!("{some} to {} are", hosts.join(", ")),
        (within, []) => format!("{some} for {within} are"),
        (within, hosts) => format!("{some} for {within} of {} are", hosts.join(", ")),
    }
}

/// Logs that are written, and of which no input bears the name.
pub fn elsewhere(seen: &Seen<'_>) -> Vec<Question> {
    let id = "log-not-given";
    let why = "what is logged there stands in no log at hand";
    let mut all = unlogged::none_given(seen.question, seen.plan);
    let mut names = BTreeSet::new();
    all.retain(|log| names.insert(log.to.clone()));
    let (told, more) = all.split_at(all.len().min(ASKED));
    let mut questions: Vec<Question> = told
        .iter()
        .map(|log| {
            let text =
                format!("Where is {}, which {} writes, with its rotations?", log.to, log.place);
            Question::new(id, text, why)
        })
        .collect();
    let places = more.iter().map(|log| format!("{} ({})", log.to, log.place));
    let text = format!("Where are {} more logs that the configuration writes?", more.len());
    questions.extend(Question::new(id, text, why).about(places.collect()));
    questions
}

/// The logs that the configurations write in a format of which they have the
/// directive, if any.
pub(super) fn described(seen: &Seen<'_>) -> Vec<String> {
    let logs = read(seen).into_iter().flat_map(Configuration::logs).map(|(_, log)| log);
    let names = logs.filter(|log| log.directive.is_some()).map(|log| log.to.clone());
    names.collect::<BTreeSet<String>>().into_iter().collect()
}

/// Lines that wait in memory.
pub fn buffers(seen: &Seen<'_>) -> Vec<Question> {
    let all = silences(seen, &[Kind::Buffer]);
    let Some(first) = all.first() else { return Vec::new() };
    let more = match all.len() {
        1 => String::new(),
        n => format!(", and at {} more places", n - 1),
    };
    let text = format!(
        "Lines wait in memory before they are written ({}: {}{more}): when was the server restarted or killed?",
        first.place, first.says
    );
    vec![Question::new("buffer", text, "a killed server loses the lines that wait")]
}

/// Forwarded addresses that are believed of anybody.
pub fn believed(seen: &Seen<'_>) -> Vec<Question> {
    let mut places = BTreeSet::new();
    let all = seen.question.configured.iter().flat_map(|configured| configured.too_wide());
    let each = all.filter(|trusted| places.insert((&trusted.place, trusted.network)));
    each.map(|trusted| {
        let text = format!(
            "Forwarded addresses are believed of {}, which is nearly anybody ({}): which proxies stand in front, and could anybody else reach the server?",
            trusted.network, trusted.place
        );
        Question::new("believed", text, "who reaches the server past the proxies writes any address into its log")
    })
    .take(ASKED)
    .collect()
}

/// Parts of a configuration that were not found or understood.
pub fn parts(seen: &Seen<'_>) -> Vec<Question> {
    let problems: Vec<String> =
        read(seen).into_iter().flat_map(|read| read.problems.iter().cloned()).collect();
    let question = Question::new(
        "configuration-parts",
        "Please send the whole configuration (nginx -T, or its folder with every file it includes).",
        "parts of it could not be read, and may switch logging off",
    );
    question.about(problems).into_iter().collect()
}
