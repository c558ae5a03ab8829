//! What follows: the finding and the coverage by exposure, window, part of a
//! window and server, the one code, and everything that is said of it.

mod claims;
mod closure;
mod cover;
mod ends;
mod needs;
mod reasons;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::actor::Class;
use crate::case::{Happening, PartyRole};
use crate::record::Instant;

use crate::evidence::ClientKey;

use super::actors::Actor;
use super::checks::{Check, Outcome, View};
use super::finding::{self, Found, gravest};
use super::hours::{self, Stretch};
use super::words::{Story, answers as says, sentence};
use super::{
    Code, Cover, ExposureVerdict, Finding, Outside, PartVerdict, Recipients, ServerVerdict,
    Verdict, WindowVerdict,
};

pub use claims::ClaimResult;
pub use closure::AfterClosure;
pub use ends::MovedEnd;
pub use needs::Need;

/// How far from a window a hit may be that reaches into it, in seconds.
const REACH: i64 = 3_600;

/// Concludes from everything at once.
pub fn conclude(view: &View<'_>, actors: &[Actor], checks: &[Check]) -> Verdict {
    let case = &view.question.case;
    let mut hours = Hours::default();
    let sighted = finding::first(view, Happening::Sighted);
    let all: Vec<Vec<Found>> =
        (0..case.exposures.len()).map(|number| finding::found(view, number, None)).collect();
    let each = (0..case.exposures.len())
        .map(|number| exposure_verdict(view, checks, number, &all[number], sighted, &mut hours));
    let exposures: Vec<ExposureVerdict> = each.collect();
    let finding = exposures.iter().map(|each| each.finding).min().unwrap_or(Finding::None);
    let coverage = exposures.iter().map(|each| each.coverage).min().unwrap_or(Cover::NotShown);
    let code = code(finding, coverage);
    let recipients = recipients(actors);
    let after_closure = closure::after_closure(view);
    let servers = server_verdicts(view, checks, &all);
    let names: Vec<String> = servers.iter().map(|server| server.name.clone()).collect();
    let windows = || case.exposures.iter().flat_map(|exposure| &exposure.windows);
    let lacking = lacking(checks);
    let story = Story {
        case,
        code,
        coverage,
        actors,
        recipients,
        sighted: sighted.is_some(),
        after_fix: after_closure.iter().map(|after| after.clients).max().unwrap_or(0),
        servers: &names,
        span: (
            windows().filter_map(|window| window.from).min(),
            windows().filter_map(|window| window.to).max(),
        ),
        lacking: &lacking,
    };
    let sentence = sentence(&story);
    let ends = ends::moved(view, checks, &exposures);
    Verdict {
        code,
        finding,
        coverage,
        speaks: hours.sentence(view),
        sentence,
        reasons: reasons::reasons(view, checks, actors, &after_closure, &ends),
        recipients,
        outside: outside(view, actors),
        window_hours: hours::rounded(hours.window),
        covered_hours: hours::rounded(hours.covered),
        shown_hours: hours::rounded(hours.shown),
        claims: claims::claims(view, checks, &all),
        exposures,
        servers,
        after_closure,
        moved_ends: ends,
        would_change: needs::needs(view, checks),
    }
}

/// The conditions that do not hold, once each, in order.
fn lacking(checks: &[Check]) -> Vec<&'static str> {
    let mut lacking: Vec<&'static str> = Vec::new();
    for check in checks.iter().filter(|check| check.result != Outcome::Pass) {
        if !lacking.contains(&check.id) {
            lacking.push(check.id);
        }
    }
    lacking
}

/// The code of a finding under a coverage.
pub(super) fn code(finding: Finding, coverage: Cover) -> Code {
    match (finding, coverage) {
        (Finding::A, _) => Code::A,
        (Finding::B1, _) => Code::B1,
        (Finding::B2, _) => Code::B2,
        (Finding::None, Cover::NotShown) => Code::D,
        (Finding::None, Cover::Conditional) => Code::CStar,
        (Finding::None, Cover::Whole) => Code::C,
    }
}

/// The hours of all windows together.
#[derive(Debug, Default)]
struct Hours {
    window: f64,
    covered: f64,
    shown: f64,
}

impl Hours {
    /// How much of the windows the logs speak for, in words.
    fn sentence(&self, view: &View<'_>) -> String {
        let case = &view.question.case;
        if case.exposures.iter().all(|exposure| exposure.windows.is_empty()) {
            return view.say(&says::SPEAK_NO_WINDOW, &[]);
        }
        if self.window <= 0.0 {
            return view.say(&says::SPEAK_UNKNOWN, &[]);
        }
        let hours = |hours| super::words::hours(case.language, hours);
        // Rounded down: 100 % is all of it.
        let share = (1000.0 * self.covered / self.window).floor() / 10.0;
        let share = super::words::hours(case.language, share);
        let (window, covered, shown) = (hours(self.window), hours(self.covered), hours(self.shown));
        view.say(&says::SPEAK, &[&covered, &window, &share, &shown])
    }
}

fn exposure_verdict(
    view: &View<'_>,
    checks: &[Check],
    number: usize,
    found: &[Found],
    sighted: Option<Instant>,
    hours: &mut Hours,
) -> ExposureVerdict {
    let exposure = &view.question.case.exposures[number];
    let series = view.series();
    let seen = if sighted.is_some() { Finding::A } else { Finding::None };
    let windows = hours::windows(exposure).into_iter().map(|window| {
        // What was seen elsewhere left at some time before.
        let seen = match window.from.zip(sighted) {
            Some((from, at)) if at < from => Finding::None,
            _ => seen,
        };
        let Some(whole) = hours::stretch(&window, &series) else {
            let code = code(seen.min(gravest(found.iter())), Cover::NotShown);
            return WindowVerdict { from: window.from, to: window.to, code, parts: Vec::new() };
        };
        let covered = hours::covered(view, &series, whole);
        hours.window += whole.hours();
        hours.covered += covered.iter().map(|part| part.hours()).sum::<f64>();
        hours.shown += hours::shown(view, &series, &covered);
        let finding = |from: i64, to: i64| gravest(found.iter().filter(|one| one.lies(from, to)));
        let parts = hours::parts(whole, &covered).into_iter().map(|(part, is_covered)| {
            let (from, to) = hours::instants(part);
            // What reaches into a window belongs to its first or last part.
            let first = if part.from == whole.from { part.from - REACH } else { part.from };
            let last = if part.to == whole.to { part.to + REACH } else { part.to };
            let cover = match is_covered {
                true => cover::cover(view, exposure, checks, Some(part), None),
                false => Cover::NotShown,
            };
            PartVerdict { from, to, code: code(finding(first, last), cover) }
        });
        let parts: Vec<PartVerdict> = parts.collect();
        let cover = cover::cover(view, exposure, checks, Some(whole), None);
        let finding = seen.min(finding(whole.from - REACH, whole.to + REACH));
        WindowVerdict { from: window.from, to: window.to, code: code(finding, cover), parts }
    });
    let windows = windows.collect();
    let finding = seen.min(gravest(found.iter()));
    let coverage = cover::cover(view, exposure, checks, None, None);
    let name = exposure.name.clone();
    ExposureVerdict { name, code: code(finding, coverage), finding, coverage, windows }
}

/// The verdict on each server: what was found in its logs, and whether these
/// could have shown an access.
fn server_verdicts(view: &View<'_>, checks: &[Check], all: &[Vec<Found>]) -> Vec<ServerVerdict> {
    let servers: BTreeSet<usize> = view.series().iter().map(|series| series.server).collect();
    let each = servers.into_iter().map(|server| {
        let name = view.question.servers[server].name.clone();
        let own = all.iter().flatten().filter(|one| one.server as usize == server);
        let finding = gravest(own);
        let exposures = view.question.case.exposures.iter();
        let covers = exposures.map(|one| cover::cover(view, one, checks, None, Some(&name)));
        let coverage = covers.min().unwrap_or(Cover::NotShown);
        ServerVerdict { name, code: code(finding, coverage), finding, coverage }
    });
    each.collect()
}

/// How many actors of each class were sent content inside.
fn recipients(actors: &[Actor]) -> Recipients {
    let mut recipients = Recipients::default();
    for actor in actors.iter().filter(|actor| actor.requests > 0) {
        *recipients.of(actor.class) += 1;
    }
    recipients
}

/// How many outside parties were sent content. At most one for each group:
/// the addresses of one IPv6 network of 64 bits change with the privacy of one
/// machine. At least one for all of them, because one party may use as many
/// addresses as it likes, at the same time, too; and for each known party that
/// was not located one less, because it may be that one.
fn outside(view: &View<'_>, actors: &[Actor]) -> Outside {
    let sent = || actors.iter().filter(|a| a.class == Class::Other && a.requests > 0);
    let mut groups: Vec<ClientKey> = sent().map(|actor| actor.key.group()).collect();
    groups.sort_unstable();
    groups.dedup();
    let parties = view.question.case.parties.iter();
    let unlocated = parties.filter(|party| party.role == PartyRole::Known && party.is_unlocated());
    let max = groups.len() as u64;
    let min = max.min(1).saturating_sub(unlocated.count() as u64);
    Outside { min, max, clients: sent().count() as u64 }
}

/// The stretch between two instants, where both are known.
fn stretch(from: Option<Instant>, to: Option<Instant>) -> Option<Stretch> {
    let (from, to) = from.zip(to)?;
    Some(Stretch { from: from.seconds, to: to.seconds })
}

/// How something is written that has an exposure, or a server and a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// The first instant of a window.
    From,
    /// The first instant after it.
    To,
}
