//! What happened around all clients: what a publication changed, and who was
//! let in where administrators log in.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Display;

use crate::actor::{self, Class};
use crate::case::{Happening, Kind};
use crate::detector::{Period, Scene, Surge};
use crate::evidence::{ClientKey, Hit};
use crate::examine::{Examined, Question};
use crate::record::{Client, Instant};

use super::checks::View;
use super::place::Judged;
use super::words::answers as says;

/// How long before a publication is compared, in seconds.
const BEFORE: i64 = 14 * 86_400;

/// How long after it, in seconds: what the press brings is over then.
const AFTER: i64 = 2 * 86_400;

/// What the detectors are told of others.
pub fn scene(question: &Question, examined: &Examined, judged: &[Judged]) -> Scene {
    Scene {
        language: question.case.language,
        surge: surge(question, examined, judged),
        entries: entries(question, examined, judged),
    }
}

/// What the first publication of the case changed, where the logs are of both
/// sides of it.
fn surge(question: &Question, examined: &Examined, judged: &[Judged]) -> Option<Surge> {
    let published = question.case.events.iter().filter(|event| event.what == Happening::Published);
    let at = published.map(|event| event.at).min()?;
    let originals = || examined.sources.iter().filter(|source| source.duplicate_of.is_none());
    let begins = originals().filter_map(|source| source.coverage.first).min()?;
    let ends = originals().filter_map(|source| source.coverage.last).max()?;
    let windows = || question.case.exposures.iter().flat_map(|exposure| &exposure.windows);
    let opened = windows().map(|window| window.from).min().flatten();
    let closed = windows().map(|window| window.to).collect::<Option<Vec<_>>>();
    let closed = closed.and_then(|ends| ends.into_iter().max());
    let from = begins.max(opened.unwrap_or(begins)).max(at.plus_seconds(-BEFORE));
    let to = ends.min(closed.unwrap_or(ends)).min(at.plus_seconds(AFTER));
    if from >= at || at >= to {
        return None;
    }
    let hits = || {
        let all = examined.hits.iter().zip(judged);
        let counted = all.filter(|(hit, judged)| judged.counts && is_outsider(hit));
        counted.filter_map(|(hit, _)| Some((hit, hit.at()?)))
    };
    Some(Surge { at, before: period(hits(), from, at), after: period(hits(), at, to) })
}

/// Whether a hit is of no declared party.
fn is_outsider(hit: &Hit) -> bool {
    matches!(hit.class, Class::Other | Class::Unresolved | Class::Lawful)
}

fn period<'h>(
    hits: impl Iterator<Item = (&'h Hit, Instant)>,
    from: Instant,
    to: Instant,
) -> Period {
    let mut clients: HashSet<ClientKey> = HashSet::new();
    let own = hits.filter(|(_, at)| from <= *at && *at < to);
    let requests = own.map(|(hit, _)| clients.insert(hit.client)).count() as u64;
    let hours = (to.seconds - from.seconds) as f64 / 3600.0;
    Period { hours, requests, clients: clients.len() as u64 }
}

/// What a publication changed, in words.
pub fn publication(view: &View<'_>) -> Option<String> {
    let surge = surge(view.question, view.examined, view.judged)?;
    let what = if surge.is_one() { &says::SURGED } else { &says::NOT_SURGED };
    let (before, after) = (&surge.before, &surge.after);
    let hours = |period: &Period| format!("{:.0}", period.hours);
    let rate = |period: &Period| format!("{:.2}", period.rate());
    let with: [&dyn Display; 10] = [
        &surge.at,
        &before.requests,
        &before.clients,
        &hours(before),
        &rate(before),
        &after.requests,
        &after.clients,
        &hours(after),
        &rate(after),
        &view.say(what, &[]),
    ];
    Some(view.say(&says::PUBLISHED, &with))
}

/// Administrators who were let in, of no declared party, by time.
fn entries(
    question: &Question,
    examined: &Examined,
    judged: &[Judged],
) -> Vec<crate::detector::Entry> {
    let parties = &question.case.parties;
    let is_party = |key: &ClientKey| {
        key.ip().is_some_and(|ip| parties.iter().any(|party| party.prefix_of(ip).is_some()))
    };
    let secrets = (0u32..).zip(&question.case.exposures);
    let secrets = secrets.filter(|(_, exposure)| exposure.kind == Kind::Secret);
    let mask = secrets.fold(0_u64, |mask, (bit, _)| mask | 1 << bit);
    let reads = examined.hits.iter().zip(judged);
    let reads =
        reads.filter(|(hit, judged)| hit.exposures & mask != 0 && judged.grade.is_content());
    let readers: BTreeSet<ClientKey> = reads.map(|(hit, _)| hit.client).collect();
    let each = examined.answers.entries.iter().filter(|((key, _), _)| !is_party(key));
    let mut entries: Vec<_> = each
        .map(|((key, _), entered)| {
            let client = Client::read(&entered.client);
            crate::detector::Entry {
                at: entered.at,
                client: match client {
                    Client::Ip(ip) => ip.to_string(),
                    Client::Name(name) => String::from_utf8_lossy(name).into_owned(),
                },
                group: actor::group(client),
                path: entered.path.clone(),
                since: examined.answers.since.get(key).map(|since| since.at),
                is_reader: readers.contains(key),
            }
        })
        .collect();
    entries.sort_by(|one, other| (one.at, &one.client).cmp(&(other.at, &other.client)));
    entries
}
