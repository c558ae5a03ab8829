//! What the lines do not say.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::record::BytesMeaning;
use crate::verdict::triage::SeriesTriage;

use super::{Question, Seen, configured};

/// From which share of records on a field counts as logged: tests and probes
/// leave out much.
const LOGGED: f64 = 0.01;

/// How many sets of proxies are asked about one by one.
const ALONE: usize = 3;

/// Addresses that look like a proxy's: one question for the series that share
/// them.
pub fn proxies(seen: &Seen<'_>) -> Vec<Question> {
    let mut groups: BTreeMap<(Told, &[IpAddr]), Vec<String>> = BTreeMap::new();
    for series in seen.read_series().filter(|series| !series.clients.proxies.is_empty()) {
        let clients = &series.clients;
        let trusted = seen.question.trusted(series.series.server);
        let is_trusted = |ip: &IpAddr| trusted.iter().any(|network| network.contains(*ip));
        let told = match clients.forwarded > 0 {
            false => Told::Nothing,
            true if clients.proxies.iter().all(is_trusted) => Told::Believed,
            true => Told::Forwarded,
        };
        let group = groups.entry((told, &clients.proxies)).or_default();
        group.push(seen.series_name(series));
    }
    let mut questions = Vec::new();
    let mut others = Vec::new();
    for (turn, ((told, addresses), about)) in groups.into_iter().enumerate() {
        if turn >= ALONE {
            others.extend(about);
            continue;
        }
        let names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let is = if names.len() == 1 { ["What is", "Is"] } else { ["What are", "Are"] };
        let names = names.join(", ");
        let question = match told {
            Told::Believed => Question::new(
                "proxies",
                format!(
                    "Please send the logs of {names}, which the configuration believes as a proxy."
                ),
                "what a proxy answers by itself, or refuses, never reaches these logs",
            ),
            Told::Nothing => Question::new(
                "proxies",
                format!(
                    "{} {names}: a proxy, load balancer, cache or CDN? Please send its logs, with the addresses of its clients.",
                    is[0]
                ),
                UNTOLD,
            ),
            Told::Forwarded => Question::new(
                "proxies",
                format!(
                    "{} {names} a proxy of yours, which sets the forwarded address itself and drops what clients write there? Please send its logs too.",
                    is[1]
                ),
                "only then may the forwarded addresses be believed (--trust-proxy, or trusted_proxies in the case file)",
            ),
        };
        questions.extend(question.about(about));
    }
    let text = "What stands in front of these servers? Please send its logs, with the addresses of its clients.";
    questions.extend(Question::new("proxies", text, UNTOLD).about(others));
    questions
}

/// What lines from a proxy tell of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    /// Nothing.
    Nothing,
    /// A forwarded address.
    Forwarded,
    /// A forwarded address, which the server is configured to believe.
    Believed,
}

/// Why a proxy's address is not enough.
const UNTOLD: &str = "nearly all lines come from there and give no other address: who asked cannot be told from this log";

/// Addresses that were shortened.
pub fn shortened(seen: &Seen<'_>) -> Vec<Question> {
    let question = Question::new(
        "shortened",
        "Where are addresses shortened or hashed, how, and is there a log with whole ones (of a load balancer, firewall, CDN, or before an anonymising job runs)?",
        "clients cannot be told apart, nor from known parties",
    );
    question.about(seen.series_where(|each| each.clients.shortened.is_some())).into_iter().collect()
}

/// Fields that are not logged.
pub fn fields(seen: &Seen<'_>) -> Vec<Question> {
    let lacks = |of: fn(&SeriesTriage) -> u64| {
        seen.series_where(|series| {
            let read = series.tally.coverage.lines.read;
            (of(series) as f64) < LOGGED * read as f64
        })
    };
    let mut questions = Vec::new();
    questions.extend(
        Question::new(
            "no-status",
            "Which other log has the status of the same requests?",
            "without a status nobody can tell what was answered",
        )
        .about(lacks(|series| series.tally.fields.status)),
    );
    questions.extend(
        Question::new(
            "no-client",
            "Which other log has the addresses of clients?",
            "the lines carry none",
        )
        .about(lacks(|series| series.clients.lines)),
    );
    questions.extend(
        Question::new(
            "no-time",
            "Which other log has the times of the same requests?",
            "the lines carry none",
        )
        .about(lacks(|series| {
            let coverage = &series.tally.coverage;
            coverage.lines.read - coverage.timeless.min(coverage.lines.read)
        })),
    );
    questions.extend(
        Question::new(
            "no-bytes",
            "Which other log has the bytes that were sent (a proxy, a load balancer, the provider's traffic statistics)?",
            "without them nobody can tell a whole file from its beginning",
        )
        .about(lacks(|series| series.tally.fields.bytes)),
    );
    questions.extend(
        Question::new(
            "no-agent",
            "Is there a second log with referers and user agents?",
            "without them tools, crawlers and people are harder to tell apart",
        )
        .about(lacks(|series| series.tally.fields.referer + series.tally.fields.agent)),
    );
    questions
}

/// Byte counts that may mean one thing or another.
pub fn bytes(seen: &Seen<'_>) -> Vec<Question> {
    let is_unknown = |series: &SeriesTriage| {
        let known = series.bytes.as_ref();
        series.tally.fields.bytes > 0
            && known.is_some_and(|known| known.value == BytesMeaning::Unknown)
    };
    let planned = |series: &SeriesTriage| {
        series.bytes.as_ref().is_some_and(|known| known.value == BytesMeaning::Planned)
    };
    let mut questions = Vec::new();
    let logs = configured::described(seen);
    questions.extend(match logs.is_empty() {
        false => Question::new(
            "which-log",
            format!("Which of the logs that the configuration writes is this: {}?", logs.join(", ")),
            "the configuration says what its formats mean, log by log; a byte count may show that a transfer was broken off, or not",
        ),
        true => Question::new(
            "bytes",
            "Which server software and which LogFormat or log_format wrote these lines: are the bytes those of the body, with headers, or of the whole answer whether or not it was sent?",
            "it decides whether a byte count can show that a transfer was broken off",
        ),
    }
    .about(seen.series_where(is_unknown)));
    questions.extend(
        Question::new(
            "planned-bytes",
            "Does another log count the bytes that were really sent (%O or %X of Apache, a proxy, the provider's traffic statistics)?",
            "these lines count the size of the answer, also where the client went away before its end",
        )
        .about(seen.series_where(planned)),
    );
    questions
}
