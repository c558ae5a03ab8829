//! The answer on a terminal, in an order that does not change: the verdict,
//! what is wrong with the question, how much of the window the logs speak for,
//! who was sent what, what limits the answer, what to preserve now, and what
//! to do next. Plain words, and every number with its cover.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use crate::actor::Class;
use crate::detector::{Finding, Weight};
use crate::record::Instant;
use crate::verdict::Actor;
use crate::verdict::place::is_sent_outside;
use crate::verdict::words::{Phrase, list, page as says};

use super::page::{Page, Text, count, grouped, shell};
use super::proof::actor_id;
use super::table::table;
use super::{Whole, figures, people, preserve, safe};

/// How many limits of the answer are told.
const LIMITS: usize = 3;

/// How many networks that several clients share are told.
const NETWORKS: usize = 3;

/// How many clients are named where content was sent outside the window.
const CLIENTS: usize = 6;

/// How many warnings of each kind are told.
const WARNINGS: usize = 6;

/// How many things that clients did are told of each class.
const DEEDS: usize = 6;

/// How many characters of a path are told.
const NAME_WIDTH: usize = 45;

/// The summary of a scan.
pub fn summary(whole: &Whole<'_>, page: &Page) -> String {
    let mut text = Text::veiled(page, whole.veil);
    let code = whole.report.verdict.code;
    let mark = say(whole, &says::VERDICT, &[&code]);
    text.marked(&text.coded(code), &mark, &whole.report.verdict.sentence);
    text.gap();
    if let Some(title) = &whole.report.case.title {
        text.raw(&text.bold(&safe::terminal(title.as_bytes())));
        text.gap();
    }
    warnings(whole, &mut text);
    coverage(whole, &mut text);
    verdict(whole, &mut text);
    others(whole, &mut text);
    named(whole, &mut text);
    lawful(whole, &mut text);
    limits(whole, &mut text);
    text.heading(&say(whole, &says::PRESERVE, &[]));
    for advice in preserve::advice(whole.plan, whole.examined) {
        text.item(&advice);
    }
    next(whole, &mut text);
    text.out
}

/// A phrase in the language of the case, filled in.
fn say(whole: &Whole<'_>, phrase: &Phrase, with: &[&dyn Display]) -> String {
    phrase.say(whole.question.case.language, with)
}

/// What is wrong with the question itself.
fn warnings(whole: &Whole<'_>, text: &mut Text<'_>) {
    let report = whole.report;
    let patterns = report.unnamed.iter().filter(|target| !target.listed);
    let mut told = Vec::new();
    for target in patterns {
        let name = safe::terminal(target.target.as_bytes());
        let nearest: Vec<_> =
            target.nearest.iter().map(|path| safe::short(path.as_bytes(), NAME_WIDTH)).collect();
        told.push(match nearest.is_empty() {
            true => format!(
                "no request ever named {name}, with any status, inside or outside the window"
            ),
            false => {
                format!("no request ever named {name}; nearest paths seen: {}", nearest.join(", "))
            }
        });
    }
    let files: usize = whole.question.case.exposures.iter().map(|each| listed(each).count()).sum();
    let unnamed = report.unnamed.iter().filter(|target| target.listed).count();
    if unnamed > 0
        && unnamed + usize::try_from(report.unnamed_left_out).unwrap_or(usize::MAX) >= files
    {
        told.push(match files {
            1 => "no request ever named the listed file".to_owned(),
            n => format!("no request ever named any of the {n} listed files"),
        });
    } else if unnamed > 0 && report.unnamed_left_out == 0 {
        text.note(&format!("{unnamed} of {files} listed files were never asked for"));
    }
    for (group, more) in
        [(&told, "targets that no request named"), (&report.case.warnings, "warnings")]
    {
        group.iter().take(WARNINGS).for_each(|warning| text.warn(warning));
        if group.len() > WARNINGS {
            text.warn(&format!("and {} more {more}, see report.json", group.len() - WARNINGS));
        }
    }
    if report.other_host > 0 {
        text.warn(&format!(
            "{} named a target on another host; listed in hits.csv, not counted",
            count(report.other_host, "request", "requests")
        ));
    }
    text.gap();
}

fn listed(exposure: &crate::case::Exposure) -> impl Iterator<Item = &crate::case::target::Target> {
    exposure.targets.iter().filter(|target| target.listed.is_some())
}

/// How much of the window the logs speak for.
fn coverage(whole: &Whole<'_>, text: &mut Text<'_>) {
    let report = whole.report;
    text.line(&report.verdict.speaks);
    let inputs = &report.inputs;
    let originals = || inputs.iter().filter(|input| input.duplicate_of.is_none());
    let sum = |of: fn(&super::inputs::Input) -> u64| originals().map(of).sum::<u64>();
    let (total, read, unread) =
        (sum(|i| i.lines.total), sum(|i| i.lines.read), sum(|i| i.lines.unread));
    let suspects = sum(|input| input.suspects);
    let copies = inputs.len() - originals().count();
    let n_inputs = inputs.len() - copies;
    let lines = say(whole, &says::N_LINES, &[&total, &grouped(total)]);
    let of = say(whole, &says::N_INPUTS, &[&n_inputs, &grouped(n_inputs as u64)]);
    let (read, unread, suspects) = (grouped(read), grouped(unread), grouped(suspects));
    let mut line = say(whole, &says::LINES, &[&lines, &of, &read, &unread, &suspects]);
    if copies > 0 {
        line.push_str(&say(whole, &says::COPIES, &[&copies, &grouped(copies as u64)]));
    }
    text.line(&line);
    let first = inputs.iter().filter_map(|input| Some(input.first?.at)).min();
    let last = inputs.iter().filter_map(|input| Some(input.last?.at)).max();
    if let (Some(first), Some(last)) = (first, last) {
        let (first, last) = (time(whole, first), time(whole, last));
        text.line(&say(whole, &says::FIRST_LAST, &[&first, &last]));
    }
    let assumed: u64 = originals().filter(|i| i.zone_is_assumed()).map(|i| i.zoneless).sum();
    if assumed > 0 {
        text.warn(&format!(
            "{} without a zone, read as UTC, which may be hours off; name the clock by --zone or [[server]] zone",
            count(assumed, "line has a time", "lines have a time")
        ));
    }
    let faults: Vec<&String> =
        report.problems.iter().chain(inputs.iter().flat_map(|i| &i.problems)).collect();
    for fault in faults.iter().take(WARNINGS) {
        text.warn(fault);
    }
    if faults.len() > WARNINGS {
        text.warn(&format!(
            "and {} more problems with the inputs, see report.json",
            faults.len() - WARNINGS
        ));
    }
    text.gap();
}

/// What goes with the verdict: how many parties, each exposure where there are
/// several, people and claims.
fn verdict(whole: &Whole<'_>, text: &mut Text<'_>) {
    let verdict = &whole.report.verdict;
    let outside = verdict.outside;
    if outside.max > 0 {
        let (max, clients) = (grouped(outside.max), grouped(outside.clients));
        let most = match outside.clients > outside.max {
            true => say(whole, &says::PARTIES_IN_NETWORKS, &[&max, &clients]),
            false => say(whole, &says::PARTIES, &[&max]),
        };
        text.line(&match outside.min == outside.max {
            true => say(whole, &says::PLACE, &[&most]),
            false => say(whole, &says::PLACE_BETWEEN, &[&outside.min, &most]),
        });
    }
    if verdict.exposures.len() > 1 {
        for exposure in &verdict.exposures {
            text.item(&format!("{}: {}", exposure.name, exposure.code));
        }
    }
    for sentence in whole.report.people.iter().flat_map(figures::sentences) {
        text.line(&sentence);
    }
    for claim in &verdict.claims {
        let result = match claim.result {
            "contradicted" => &says::CONTRADICTED,
            "not supported" => &says::NOT_SUPPORTED,
            "supported within limits" => &says::SUPPORTED,
            "not shown" => &says::NOT_SHOWN,
            _ => &says::NOT_TESTABLE,
        };
        let result = say(whole, result, &[]);
        text.item(&say(whole, &says::CLAIM, &[&claim.text, &result, &claim.because]));
    }
}

/// Clients of class other, then those that cannot be told from a party.
fn others(whole: &Whole<'_>, text: &mut Text<'_>) {
    for (class, what) in [(Class::Other, &says::OTHERS), (Class::Unresolved, &says::UNRESOLVED)] {
        let of_class = || {
            whole.judgement.actors.iter().enumerate().filter(move |(_, actor)| actor.class == class)
        };
        let near: Vec<(usize, &Actor)> =
            of_class().filter(|(_, actor)| actor.inside + actor.border > 0).collect();
        let away = of_class().count() - near.len();
        if of_class().next().is_none() && class == Class::Unresolved {
            continue;
        }
        let sent = near.iter().filter(|(_, actor)| actor.requests > 0).count();
        text.heading(&say(whole, what, &[]));
        let mut line = match near.len() {
            0 => "No such client asked for the exposed paths in the window or at its border."
                .to_owned(),
            1 => format!(
                "1 client asked for the exposed paths in the window or at its border; it was {}sent content.",
                if sent == 1 { "" } else { "not " },
            ),
            n => format!(
                "{} clients asked for the exposed paths in the window or at its border; {} sent content.",
                grouped(n as u64),
                count(sent as u64, "of them was", "of them were"),
            ),
        };
        if away > 0 {
            line.push_str(&format!(
                " {} asked only at other times.",
                count(away as u64, "client", "clients")
            ));
        }
        text.line(&line);
        table(whole, text, &near, class.word());
        networks(whole, text, &near);
        sent_outside(whole, text, class);
        let all: Vec<(usize, &Actor)> = of_class().collect();
        deeds(&all, whole.judgement.actors.len(), text);
    }
}

/// Clients of a class to whom content was sent outside the stated window,
/// which the table does not count.
fn sent_outside(whole: &Whole<'_>, text: &mut Text<'_>, class: Class) {
    let judgement = whole.judgement;
    let hits = whole.examined.hits.iter().zip(&judgement.judged).zip(&judgement.actor_of);
    let sent: BTreeSet<usize> = hits
        .filter(|((hit, judged), place)| {
            let actor = &judgement.actors[**place as usize];
            let named = actor.findings.iter().any(|finding| finding.weight >= Weight::Client);
            actor.class == class && judged.counts && is_sent_outside(hit, judged, named)
        })
        .map(|(_, place)| *place as usize)
        .collect();
    if sent.is_empty() {
        return;
    }
    let actors = &judgement.actors;
    let name = |&place: &usize| {
        let client = safe::short(&people::client(&actors[place]), NAME_WIDTH);
        format!("{} {client}", actor_id(place, actors.len()))
    };
    let shown: Vec<String> = sent.iter().take(CLIENTS).map(name).collect();
    let more = match sent.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {}", count(more as u64, "more", "more")),
    };
    text.item(&format!(
        "outside the stated window content was sent to {}: {}{more}",
        count(sent.len() as u64, "client", "clients"),
        shown.join(", ")
    ));
}

/// What was noticed of the first clients of a table.
fn deeds(near: &[(usize, &Actor)], n_actors: usize, text: &mut Text<'_>) {
    let of = |(place, actor): &(usize, &'_ Actor)| (*place, actor.findings.clone());
    let mut all: Vec<(usize, Finding)> = near
        .iter()
        .map(of)
        .flat_map(|(place, findings)| findings.into_iter().map(move |one| (place, one)))
        .collect();
    // What follows from it for the verdict first, then in the order of the table.
    all.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.weight));
    for (place, finding) in all.iter().take(DEEDS) {
        let because = safe::terminal(finding.because.as_bytes());
        text.item(&format!("{} {}: {because}", actor_id(*place, n_actors), finding.detector));
    }
    let more = all.len().saturating_sub(DEEDS);
    if more > 0 {
        text.line(&format!("and {more} more that was noticed, see report.json"));
    }
}

/// Clients that lists put into one network: they may be one party, which
/// changes its address there, or customers who never heard of one another.
fn networks(whole: &Whole<'_>, text: &mut Text<'_>, near: &[(usize, &Actor)]) {
    let mut shared: BTreeMap<(usize, &str), u64> = BTreeMap::new();
    for one in near.iter().flat_map(|(_, actor)| &actor.listed) {
        if let Some(farm) = &one.farm {
            *shared.entry((one.list, farm.as_str())).or_default() += 1;
        }
    }
    let mut shared: Vec<_> = shared.into_iter().filter(|(_, clients)| *clients > 1).collect();
    shared.sort_by_key(|(network, clients)| (std::cmp::Reverse(*clients), *network));
    for ((list, network), clients) in shared.iter().take(NETWORKS) {
        let Some(list) = whole.question.case.lists.get(*list) else { continue };
        text.item(&format!(
            "{} of them are in {network} ({}; {}, {}): these may be one party",
            grouped(*clients),
            list.says,
            list.name,
            list.day()
        ));
    }
    if shared.len() > NETWORKS {
        text.item(&format!("and {} more networks with several of them", shared.len() - NETWORKS));
    }
}

/// Declared parties that were sent content.
fn named(whole: &Whole<'_>, text: &mut Text<'_>) {
    let is_named = |actor: &Actor| {
        matches!(actor.class, Class::Crawler | Class::Known | Class::Own) && actor.requests > 0
    };
    let named: Vec<(usize, &Actor)> =
        whole.judgement.actors.iter().enumerate().filter(|(_, actor)| is_named(actor)).collect();
    text.heading(&say(whole, &says::NAMED, &[]));
    let parties = whole.question.case.parties.len();
    if named.is_empty() {
        let phrase = match parties {
            0 => &says::NO_PARTY,
            1 => &says::PARTY_NOT_SENT,
            _ => &says::PARTIES_NOT_SENT,
        };
        text.line(&say(whole, phrase, &[&parties]));
        return;
    }
    table(whole, text, &named, "known");
}

/// Lawful users, of whom there may be very many: how many, and what of their
/// doings is worth a look.
fn lawful(whole: &Whole<'_>, text: &mut Text<'_>) {
    let actors = &whole.judgement.actors;
    let is_lawful = |actor: &Actor| actor.class == Class::Lawful && actor.inside > 0;
    let lawful: Vec<(usize, &Actor)> =
        actors.iter().enumerate().filter(|(_, actor)| is_lawful(actor)).collect();
    if lawful.is_empty() {
        return;
    }
    let sent = lawful.iter().filter(|(_, actor)| actor.requests > 0).count();
    text.heading("Lawful users");
    text.line(&format!(
        "{} came as the case says that lawful users came (lawful_when); {} sent content. That says \
         who came, not that each was entitled to what it asked for.",
        count(lawful.len() as u64, "client", "clients"),
        count(sent as u64, "of them was", "of them were"),
    ));
    deeds(&lawful, actors.len(), text);
}

/// What most limits the answer.
fn limits(whole: &Whole<'_>, text: &mut Text<'_>) {
    let reasons = &whole.report.verdict.reasons;
    text.heading(&say(whole, &says::LIMITS, &[]));
    if reasons.is_empty() {
        text.line(&say(whole, &says::NO_LIMITS, &[]));
    }
    // What no request named was told first of all.
    let mut limits: Vec<&String> =
        reasons.iter().filter(|why| !why.starts_with("no request ever named")).collect();
    limits.extend(reasons.iter().filter(|why| why.starts_with("no request ever named")));
    for reason in limits.iter().take(LIMITS) {
        text.item(reason);
    }
    if reasons.len() > LIMITS {
        text.line(&say(whole, &says::MORE, &[&(reasons.len() - LIMITS)]));
    }
    needs(whole, text);
}

/// What would change the answer, and who holds it.
fn needs(whole: &Whole<'_>, text: &mut Text<'_>) {
    let needs = &whole.report.verdict.would_change;
    if needs.is_empty() {
        return;
    }
    text.heading(&say(whole, &says::NEEDS, &[]));
    for need in needs.iter().take(LIMITS) {
        text.item(&match need.servers.is_empty() {
            true => say(whole, &says::NEED_OF_ALL, &[&need.check, &need.what, &need.held_by]),
            false => {
                let servers = list(&need.servers, LIMITS);
                say(whole, &says::NEED, &[&need.check, &servers, &need.what, &need.held_by])
            }
        });
    }
    if needs.len() > LIMITS {
        text.line(&say(whole, &says::MORE, &[&(needs.len() - LIMITS)]));
    }
}

/// The next command, and where the report is.
fn next(whole: &Whole<'_>, text: &mut Text<'_>) {
    text.heading(&say(whole, &says::NEXT, &[]));
    let has_unread =
        |input: &&super::inputs::Input| input.lines.unread > 0 && input.duplicate_of.is_none();
    let unread = whole.report.inputs.iter().filter(has_unread);
    let is_case = whole.question.case.read.iter().any(|read| read.path.ends_with(".toml"));
    if let Some(worst) = unread.max_by_key(|input| (input.suspects, input.lines.unread)) {
        let path = shell(&worst.path);
        text.item(&say(whole, &says::EXPLAIN, &[&path]));
    } else if !is_case {
        text.item(&say(whole, &says::NEW_CASE, &[]));
    }
    match &text.page.folder {
        Some(folder) => {
            let folder = safe::terminal(folder.as_bytes());
            text.raw(&say(whole, &says::REPORT_IN, &[&folder]));
            if let Some(identity) = &text.page.identity {
                text.raw(&say(whole, &says::IDENTITY, &[identity]));
                text.raw(&say(whole, &says::VERIFY_BY, &[&shell(&folder)]));
            }
        }
        None => {
            let retry = safe::terminal(text.page.retry.as_bytes());
            text.raw(&say(whole, &says::REPORT_BY, &[&retry]));
        }
    }
}

/// An instant by the clock of the case.
pub(super) fn time(whole: &Whole<'_>, at: Instant) -> String {
    whole.question.case.time_zone.map_or_else(|| at.text(0), |zone| zone.show(at))
}
