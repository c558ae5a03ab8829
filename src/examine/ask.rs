//! The second pass: what the first one cannot hold for all clients is asked
//! for by name, and counted exactly for those alone.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::case::{Case, Kind};
use crate::detector::{Act, Habits};
use crate::evidence::beats::Beats;
use crate::evidence::{ClientKey, Evidence, Hit, SourceEvidence};
use crate::record::{Instant, Moment};

use super::asked::Asked;
use super::by_client::{ByClient, Clients};
use super::edge::{self, Stretch};
use super::nearest::Passed;
use super::overlap::{Shared, Span, overlaps};
use super::plan::{Plan, Question};
pub use super::seen::Seen;
use super::steady;
use super::trail::{Trail, Wanted};

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Clients of hits: how often did they come in all, and when?
    pub clients: Clients,
    /// Of these the ones whose whole behaviour is wanted, where that is not
    /// everyone.
    #[serde(default)]
    pub habits: Option<Clients>,
    /// Targets that no request named, by number, with a path that stands for
    /// them: which paths come nearest to it?
    pub unnamed: BTreeMap<u32, Vec<u8>>,
    /// Clients of which every request is wanted.
    pub trail: Option<Wanted>,
    /// Marks of clients that were there nearly all the time, as monitors are:
    /// when did they call?
    pub steady: BTreeSet<u16>,
    /// The same of the monitors that the servers declare.
    pub monitors: bool,
    /// The time in which administrators who were let in are wanted, whoever
    /// they are.
    pub entries: Option<(Instant, Instant)>,
    /// Sources of servers behind an edge, with the stretches for which the
    /// edge's log speaks: what came by way of the edge is counted there.
    pub behind: BTreeMap<u32, Vec<Stretch>>,
    /// Sources that overlap others of their server, and where.
    pub overlaps: BTreeMap<u32, Vec<Span>>,
}

/// How long before an exposed secret was read, and how long after, it is asked
/// who was let in, in seconds: a week to know what is usual, three days.
const ENTRIES: (i64, i64) = (7 * 86_400, 3 * 86_400);

/// How many clients are followed by their behaviour in a trail of networks.
pub const FOLLOWED: usize = 1_000;

/// Of how many clients of hits the behaviour is looked at: those with most
/// hits. What is kept of each takes up to some kilobytes.
pub const LOOKED_AT: usize = 100_000;

/// How many days of clients that were let in are kept.
const ENTERED_KEPT: usize = 10_000;

impl Ask {
    /// What evidence leaves open. `paths` gives the path that stands for each
    /// target, where it has one.
    pub fn of(evidence: &Evidence, paths: &[Option<Vec<u8>>]) -> Ask {
        let mut ask = Ask::default();
        let mut named: BTreeSet<u32> = BTreeSet::new();
        for source in evidence.sources.values() {
            named.extend(&source.named);
        }
        let hits = evidence.sources.values().flat_map(|source| &source.hits);
        ask.clients = hits.map(|hit| hit.client).collect();
        ask.habits = most_hits(evidence, &ask.clients, LOOKED_AT);
        ask.steady = steady::marks(evidence);
        for (target, path) in (0u32..).zip(paths) {
            if let Some(path) = path
                && !named.contains(&target)
            {
                ask.unnamed.insert(target, path.clone());
            }
        }
        ask
    }

    /// What the evidence of a plan leaves open; `duplicates` are the sources
    /// that are not used.
    pub fn whole(
        question: &Question,
        plan: &Plan,
        evidence: &Evidence,
        duplicates: &BTreeMap<u32, u32>,
    ) -> Ask {
        let mut ask = Ask::of(evidence, &question.paths());
        ask.monitors = question.servers.iter().any(|server| !server.monitors.is_empty());
        let coverage = |number: u32| evidence.sources.get(&number).map(|seen| &seen.coverage);
        ask.behind = edge::covered(question, plan, &|number| {
            let bins = coverage(number as u32).map(|coverage| &coverage.bins);
            bins.into_iter().flat_map(|bins| bins.keys().copied()).collect()
        });
        ask.overlaps = overlaps(plan, |number| {
            let coverage = coverage(number).filter(|_| !duplicates.contains_key(&number))?;
            coverage.first.zip(coverage.last)
        });
        ask
    }

    /// Asks who was let in about the time when an exposed secret was read.
    #[must_use]
    pub fn with_entries(mut self, case: &Case, evidence: &Evidence) -> Ask {
        let secrets = (0u32..).zip(&case.exposures);
        let secrets = secrets.filter(|(_, exposure)| exposure.kind == Kind::Secret);
        let mask = secrets.fold(0_u64, |mask, (bit, _)| mask | 1 << bit);
        let reads = evidence.sources.values().flat_map(|source| &source.hits);
        let reads = reads.filter(|hit| {
            hit.exposures & mask != 0 && matches!(hit.status(), None | Some(200..=299))
        });
        let times: BTreeSet<Instant> = reads.filter_map(Hit::at).collect();
        if let (Some(first), Some(last)) = (times.first(), times.last()) {
            let (before, after) = ENTRIES;
            self.entries = Some((first.plus_seconds(-before), last.plus_seconds(after)));
        }
        self
    }

    /// Says whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
            && self.unnamed.is_empty()
            && self.trail.is_none()
            && self.steady.is_empty()
            && !self.monitors
            && self.entries.is_none()
    }

    /// Says whether what a client did besides is looked at.
    fn looks_at(&self, client: ClientKey) -> bool {
        self.habits.as_ref().is_none_or(|few| few.contains(client))
    }

    /// Says whether everything that a client did is wanted.
    pub fn follows(&self, client: ClientKey) -> bool {
        self.clients.contains(client)
            || self.trail.as_ref().is_some_and(|wanted| wanted.holds(client))
    }

    /// Says whether it is asked who was let in at a time.
    pub fn asks_entries(&self, at: Instant) -> bool {
        self.entries.is_some_and(|(from, to)| from <= at && at < to)
    }

    /// Says whether a source may have an answer, by the clients that may
    /// stand in it.
    pub fn concerns(&self, source: &SourceEvidence) -> bool {
        let clients = &source.clients;
        let is_of_time = |(from, to): (Instant, Instant)| {
            let coverage = &source.coverage;
            coverage.first.is_none_or(|first| first < to)
                && coverage.last.is_none_or(|last| from <= last)
        };
        !self.unnamed.is_empty()
            || self.monitors
            || self.steady.iter().any(|mark| clients.may_hold_mark(*mark))
            || self.entries.is_some_and(is_of_time)
            || self.clients.iter().any(|key| clients.may_hold(key.hash()))
            || self.trail.as_ref().is_some_and(|wanted| wanted.concerns(clients))
    }
}

/// The clients with most hits, so many, where there are more.
fn most_hits(evidence: &Evidence, clients: &Clients, limit: usize) -> Option<Clients> {
    if clients.len() <= limit {
        return None;
    }
    let mut hits: Vec<(Reverse<u32>, ClientKey)> =
        clients.iter().map(|client| (Reverse(0), client)).collect();
    for hit in evidence.sources.values().flat_map(|source| &source.hits) {
        if let Some(place) = clients.place(hit.client) {
            hits[place].0.0 += 1;
        }
    }
    hits.select_nth_unstable(limit);
    Some(hits.into_iter().take(limit).map(|(_, client)| client).collect())
}

/// What was asked for, counted. Merges in any order to the same whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// What each client did.
    pub seen: ByClient<Seen>,
    /// The same, as detectors look at it.
    pub habits: ByClient<Habits>,
    /// The paths that were seen of those that are near to targets which nobody
    /// named.
    pub passed: Passed,
    /// The nearest to each of these targets, the nearest first; filled when
    /// everything is merged.
    pub nearest: BTreeMap<u32, Vec<Vec<u8>>>,
    /// Every request that was wanted.
    pub trail: Trail,
    /// When clients called that were there nearly all the time, and declared
    /// monitors, by source and client.
    pub beats: BTreeMap<(u32, ClientKey), Beats>,
    /// Administrators who were let in, by client and day: the first of each.
    pub entries: BTreeMap<(ClientKey, i64), Entered>,
    /// When each of them was seen first; filled by a pass of its own.
    pub since: BTreeMap<ClientKey, Moment>,
    /// Lines of these clients that may stand in several sources.
    pub shared: Shared,
}

/// An administrator who was let in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entered {
    /// When.
    pub at: Instant,
    /// Where.
    pub path: Vec<u8>,
    /// The client as logged.
    pub client: Vec<u8>,
}

impl Answers {
    /// No answers yet, with room for those to an ask.
    pub fn to(ask: &Ask) -> Answers {
        let n_looked_at = ask.habits.as_ref().unwrap_or(&ask.clients).len();
        Answers {
            seen: ByClient::with_capacity(ask.clients.len()),
            habits: ByClient::with_capacity(n_looked_at),
            ..Answers::default()
        }
    }

    /// Counts a request of a client that was asked for.
    pub fn saw(&mut self, client: ClientKey, at: Option<Moment>) {
        self.seen.of(client).add(Seen::once(at));
    }

    /// Takes a request of a client that was asked for into its habits.
    pub fn act(&mut self, ask: &Ask, client: ClientKey, at: Option<Instant>, act: &Act<'_>) {
        if ask.looks_at(client) {
            self.habits.of(client).see(at, act);
            self.cut(ask);
        }
    }

    /// Counts that a client was let in.
    pub fn entered(&mut self, client: ClientKey, entered: Entered) {
        let day = entered.at.seconds.div_euclid(86_400);
        let first = self.entries.entry((client, day)).or_insert_with(|| entered.clone());
        if entered < *first {
            *first = entered;
        }
        while self.entries.len() > ENTERED_KEPT {
            self.entries.pop_last();
        }
    }

    /// Asks when those who were let in were seen first.
    pub fn since_when(&self) -> Ask {
        let clients = self.entries.keys().map(|(client, _)| *client).collect();
        Ask { clients, ..Ask::default() }
    }

    /// When each client was seen first.
    pub fn firsts(self) -> BTreeMap<ClientKey, Moment> {
        self.seen.into_iter().filter_map(|(client, seen)| Some((client, seen.first()?))).collect()
    }

    /// Of the clients of a trail, which may be those of whole networks, the
    /// first ones are followed.
    fn cut(&mut self, ask: &Ask) {
        while ask.trail.is_some() && self.habits.len() > FOLLOWED {
            self.habits.pop_last();
        }
    }

    /// Takes a call of a client whose times are wanted.
    pub fn beat(&mut self, source: u32, client: ClientKey, at: Instant) {
        self.beats.entry((source, client)).or_default().see(at);
        steady::keep_few(&mut self.beats, source);
    }

    /// Takes off the requests that were counted from several sources of one
    /// server, and tells what is nearest to targets; to be called once, when
    /// everything is merged.
    pub fn close(&mut self, plan: &Plan, ask: &Ask) {
        self.nearest = std::mem::take(&mut self.passed).nearest(&ask.unnamed);
        self.trail.close();
        self.seen.settle();
        self.habits.settle();
        for (client, lines) in std::mem::take(&mut self.shared).repeated(plan) {
            if let Some(seen) = self.seen.get_mut(client) {
                seen.requests = seen.requests.saturating_sub(lines);
            }
        }
    }

    /// Compares a path with the targets that nobody named.
    #[inline]
    pub fn near(&mut self, asked: &Asked<'_>, path: &[u8]) {
        self.passed.see(&asked.beginnings, path);
    }

    /// Adds the answers of another part to what was asked.
    pub fn merge(&mut self, ask: &Ask, other: Answers) {
        if let Some(wanted) = &ask.trail {
            self.trail.merge(other.trail, wanted.limit);
        }
        for (client, seen) in other.seen {
            self.seen.of(client).add(seen);
        }
        self.shared.merge(other.shared);
        for (client, habits) in other.habits {
            self.habits.of(client).merge(habits);
        }
        for ((source, client), beats) in other.beats {
            self.beats.entry((source, client)).or_default().merge(beats);
            steady::keep_few(&mut self.beats, source);
        }
        self.cut(ask);
        for ((client, _), entered) in other.entries {
            self.entered(client, entered);
        }
        self.passed.merge(other.passed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_merge_in_any_order() {
        let client = ClientKey::of(crate::record::Client::read(b"192.0.2.7"));
        let moment = |at: i64| Moment { at: crate::record::Instant::at(at), digits: 3 };
        let part = |times: &[i64]| {
            let mut part = Answers::default();
            times.iter().for_each(|at| part.saw(client, Some(moment(*at))));
            part.saw(client, None);
            part
        };
        let (mut left, mut right) = (part(&[5, 3]), part(&[9]));
        left.merge(&Ask::default(), part(&[9]));
        right.merge(&Ask::default(), part(&[5, 3]));
        assert_eq!(left, right);
        let seen = left.seen.get(client).unwrap();
        assert_eq!((seen.requests, seen.first()), (5, Some(moment(3))));
    }
}
