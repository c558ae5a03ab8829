//! The answer on a terminal, in an order that does not change: the verdict,
//! what is wrong with the question, how much of the window the logs speak for,
//! who was sent what, what limits the answer, what to preserve now, and what
//! to do next. Plain words, and every number with its cover.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::io;

use crate::actor::Class;
use crate::detector::Finding;
use crate::record::Instant;
use crate::verdict::Actor;
use crate::verdict::place::is_sent_outside;
use crate::verdict::words::{self, Phrase, list, page as says, told};

use super::page::{Page, Text, shell};
use super::proof::actor_id;
use super::table::table;
use super::{Whole, figures, preserve, safe};

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
///
/// # Errors
/// When what is told of the actors cannot be read back.
pub fn summary(whole: &Whole<'_>, page: &Page) -> io::Result<String> {
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
    others(whole, &mut text)?;
    named(whole, &mut text)?;
    lawful(whole, &mut text)?;
    limits(whole, &mut text);
    text.heading(&say(whole, &says::PRESERVE, &[]));
    for advice in preserve::advice(whole.question.case.language, whole.plan, whole.examined) {
        text.item(&advice);
    }
    next(whole, &mut text);
    Ok(text.out)
}

/// A phrase in the language of the case, filled in.
fn say(whole: &Whole<'_>, phrase: &Phrase, with: &[&dyn Display]) -> String {
    phrase.say(whole.question.case.language, with)
}

/// A number as the language of the case sets it.
fn number(whole: &Whole<'_>, number: u64) -> String {
    words::number(whole.question.case.language, number)
}

/// What is wrong with the question itself.
fn warnings(whole: &Whole<'_>, text: &mut Text<'_>) {
    let report = whole.report;
    let patterns = report.unnamed.iter().filter(|target| !target.listed);
    let mut unnamed = Vec::new();
    for target in patterns {
        let name = safe::terminal(target.target.as_bytes());
        let nearest: Vec<_> =
            target.nearest.iter().map(|path| safe::short(path.as_bytes(), NAME_WIDTH)).collect();
        unnamed.push(match nearest.is_empty() {
            true => say(whole, &told::UNNAMED, &[&name]),
            false => say(whole, &told::UNNAMED_NEAR, &[&name, &nearest.join(", ")]),
        });
    }
    let files: usize = whole.question.case.exposures.iter().map(|each| listed(each).count()).sum();
    let never = report.unnamed.iter().filter(|target| target.listed).count();
    if never > 0 && never + usize::try_from(report.unnamed_left_out).unwrap_or(usize::MAX) >= files
    {
        unnamed.push(match files {
            1 => say(whole, &told::UNNAMED_FILE, &[]),
            n => say(whole, &told::UNNAMED_FILES, &[&n]),
        });
    } else if never > 0 && report.unnamed_left_out == 0 {
        text.note(&say(whole, &told::NEVER_ASKED, &[&never, &files]));
    }
    for (group, more) in
        [(&unnamed, &told::MORE_UNNAMED), (&report.case.warnings, &told::MORE_WARNINGS)]
    {
        group.iter().take(WARNINGS).for_each(|warning| text.warn(warning));
        if group.len() > WARNINGS {
            text.warn(&say(whole, more, &[&(group.len() - WARNINGS)]));
        }
    }
    if report.other_host > 0 {
        let n = report.other_host;
        text.warn(&say(whole, &told::OTHER_HOST, &[&n, &number(whole, n)]));
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
    let lines = say(whole, &says::N_LINES, &[&total, &number(whole, total)]);
    let of = say(whole, &says::N_INPUTS, &[&n_inputs, &number(whole, n_inputs as u64)]);
    let [read, unread, suspects] = [read, unread, suspects].map(|n| number(whole, n));
    let mut line = say(whole, &says::LINES, &[&lines, &of, &read, &unread, &suspects]);
    if copies > 0 {
        line.push_str(&say(whole, &says::COPIES, &[&copies, &number(whole, copies as u64)]));
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
        text.warn(&say(whole, &told::ASSUMED, &[&assumed, &number(whole, assumed)]));
    }
    let faults: Vec<&String> =
        report.problems.iter().chain(inputs.iter().flat_map(|i| &i.problems)).collect();
    for fault in faults.iter().take(WARNINGS) {
        text.warn(fault);
    }
    if faults.len() > WARNINGS {
        text.warn(&say(whole, &told::MORE_PROBLEMS, &[&(faults.len() - WARNINGS)]));
    }
    text.gap();
}

/// What goes with the verdict: how many parties, each exposure where there are
/// several, people and claims.
fn verdict(whole: &Whole<'_>, text: &mut Text<'_>) {
    let language = whole.question.case.language;
    let verdict = &whole.report.verdict;
    let outside = verdict.outside;
    if outside.max > 0 {
        let (max, clients) = (number(whole, outside.max), number(whole, outside.clients));
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
    for sentence in whole.report.people.iter().flat_map(|all| figures::sentences(language, all)) {
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
fn others(whole: &Whole<'_>, text: &mut Text<'_>) -> io::Result<()> {
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
        let mut line = match (near.len(), sent) {
            (0, _) => say(whole, &told::NONE_NEAR, &[]),
            (1, 0) => say(whole, &told::ONE_NEAR, &[]),
            (1, _) => say(whole, &told::ONE_SENT, &[]),
            (n, _) => {
                let (n, of_them) = (number(whole, n as u64), number(whole, sent as u64));
                say(whole, &told::NEAR, &[&n, &sent, &of_them])
            }
        };
        if away > 0 {
            line.push_str(&say(whole, &told::AWAY, &[&away, &number(whole, away as u64)]));
        }
        text.line(&line);
        table(whole, text, &near, class.word())?;
        networks(whole, text, &near)?;
        sent_outside(whole, text, class);
        drop(near);
        let noticed: Vec<(usize, &Actor)> = of_class().filter(is_noticed).collect();
        deeds(whole, &noticed, text)?;
    }
    Ok(())
}

/// Whether something was noticed of an actor.
fn is_noticed((_, actor): &(usize, &Actor)) -> bool {
    actor.findings > 0
}

/// Clients of a class to whom content was sent outside the stated window,
/// which the table does not count.
fn sent_outside(whole: &Whole<'_>, text: &mut Text<'_>, class: Class) {
    let judgement = whole.judgement;
    let hits = whole.examined.hits.iter().zip(&judgement.judged).zip(&judgement.actor_of);
    let sent: BTreeSet<usize> = hits
        .filter(|((hit, judged), place)| {
            let actor = &judgement.actors[**place as usize];
            actor.class == class && judged.counts && is_sent_outside(hit, judged, actor.is_named)
        })
        .map(|(_, place)| *place as usize)
        .collect();
    if sent.is_empty() {
        return;
    }
    let actors = &judgement.actors;
    let name = |&place: &usize| {
        let client = safe::short(&actors[place].client(), NAME_WIDTH);
        format!("{} {client}", actor_id(place, actors.len()))
    };
    let shown: Vec<String> = sent.iter().take(CLIENTS).map(name).collect();
    let shown = match sent.len() - shown.len() {
        0 => shown.join(", "),
        more => say(whole, &told::AND_MORE, &[&more, &shown.join(", ")]),
    };
    let clients = number(whole, sent.len() as u64);
    text.item(&say(whole, &told::SENT_OUTSIDE, &[&sent.len(), &clients, &shown]));
}

/// What was noticed of the first clients of a table.
fn deeds(whole: &Whole<'_>, near: &[(usize, &Actor)], text: &mut Text<'_>) -> io::Result<()> {
    let n_actors = whole.judgement.actors.len();
    let mut gravest: Vec<(usize, Finding)> = Vec::new();
    let mut all = 0;
    for (place, _) in near {
        let findings = whole.judgement.portraits.read(*place)?.findings;
        all += findings.len();
        gravest.extend(findings.into_iter().map(|one| (*place, one)));
        // What follows from it for the verdict first, then in the order of the table.
        gravest.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.weight));
        gravest.truncate(DEEDS);
    }
    for (place, finding) in &gravest {
        let because = safe::terminal(finding.because.as_bytes());
        text.item(&format!("{} {}: {because}", actor_id(*place, n_actors), finding.detector));
    }
    let more = all - gravest.len();
    if more > 0 {
        text.line(&say(whole, &told::MORE_NOTICED, &[&more]));
    }
    Ok(())
}

/// Clients that lists put into one network: they may be one party, which
/// changes its address there, or customers who never heard of one another.
fn networks(whole: &Whole<'_>, text: &mut Text<'_>, near: &[(usize, &Actor)]) -> io::Result<()> {
    if whole.question.case.lists.is_empty() {
        return Ok(());
    }
    let mut shared: BTreeMap<(usize, String), u64> = BTreeMap::new();
    for (place, _) in near {
        for one in whole.judgement.portraits.read(*place)?.listed {
            if let Some(farm) = one.farm {
                *shared.entry((one.list, farm)).or_default() += 1;
            }
        }
    }
    let mut shared: Vec<_> = shared.into_iter().filter(|(_, clients)| *clients > 1).collect();
    shared.sort_by(|(one, clients), (other, more)| more.cmp(clients).then_with(|| one.cmp(other)));
    for ((list, network), clients) in shared.iter().take(NETWORKS) {
        let Some(list) = whole.question.case.lists.get(*list) else { continue };
        let clients = number(whole, *clients);
        let with: [&dyn Display; 5] = [&clients, network, &list.says, &list.name, &list.day()];
        text.item(&say(whole, &told::IN_NETWORK, &with));
    }
    if shared.len() > NETWORKS {
        text.item(&say(whole, &told::MORE_NETWORKS, &[&(shared.len() - NETWORKS)]));
    }
    Ok(())
}

/// Declared parties that were sent content.
fn named(whole: &Whole<'_>, text: &mut Text<'_>) -> io::Result<()> {
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
        return Ok(());
    }
    table(whole, text, &named, "known")
}

/// Lawful users, of whom there may be very many: how many, and what of their
/// doings is worth a look.
fn lawful(whole: &Whole<'_>, text: &mut Text<'_>) -> io::Result<()> {
    let actors = &whole.judgement.actors;
    let is_lawful = |actor: &Actor| actor.class == Class::Lawful && actor.inside > 0;
    let lawful: Vec<(usize, &Actor)> =
        actors.iter().enumerate().filter(|(_, actor)| is_lawful(actor)).collect();
    if lawful.is_empty() {
        return Ok(());
    }
    let sent = lawful.iter().filter(|(_, actor)| actor.requests > 0).count();
    text.heading(&say(whole, &told::LAWFUL, &[]));
    let clients = number(whole, lawful.len() as u64);
    let of_them = number(whole, sent as u64);
    let with: [&dyn Display; 4] = [&lawful.len(), &clients, &sent, &of_them];
    text.line(&say(whole, &told::LAWFUL_CAME, &with));
    let noticed: Vec<(usize, &Actor)> = lawful.into_iter().filter(is_noticed).collect();
    deeds(whole, &noticed, text)
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
