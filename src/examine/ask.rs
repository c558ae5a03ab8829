//! The second pass: what the first one cannot hold for all clients is asked
//! for by name, and counted exactly for those alone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::detector::{Act, Habits};
use crate::evidence::{ClientFilter, ClientKey, Evidence};
use crate::record::{Instant, Moment};

use super::edge::Stretch;
use super::overlap::{Shared, Span};
use super::plan::Plan;
use super::trail::{Trail, Wanted};

/// How many paths near a target that nobody named are told.
const NEAREST_KEPT: usize = 3;

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Clients of hits, whose whole behaviour is wanted.
    pub clients: BTreeSet<ClientKey>,
    /// Targets that no request named, by number, with a path that stands for
    /// them: which paths come nearest to it?
    pub unnamed: BTreeMap<u32, Vec<u8>>,
    /// Clients of which every request is wanted.
    pub trail: Option<Wanted>,
    /// Sources of servers behind an edge, with the stretches for which the
    /// edge's log speaks: what came by way of the edge is counted there.
    pub behind: BTreeMap<u32, Vec<Stretch>>,
    /// Sources that overlap others of their server, and where.
    pub overlaps: BTreeMap<u32, Vec<Span>>,
}

impl Ask {
    /// What evidence leaves open. `paths` gives the path that stands for each
    /// target, where it has one.
    pub fn of(evidence: &Evidence, paths: &[Option<Vec<u8>>]) -> Ask {
        let mut ask = Ask::default();
        let mut named: BTreeSet<u32> = BTreeSet::new();
        for source in evidence.sources.values() {
            ask.clients.extend(source.hits.iter().map(|hit| hit.client));
            named.extend(&source.named);
        }
        for (target, path) in (0u32..).zip(paths) {
            if let Some(path) = path
                && !named.contains(&target)
            {
                ask.unnamed.insert(target, path.clone());
            }
        }
        ask
    }

    /// Says whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty() && self.unnamed.is_empty() && self.trail.is_none()
    }

    /// Says whether a source may have an answer, by the clients that may
    /// stand in it.
    pub fn concerns(&self, clients: &ClientFilter) -> bool {
        !self.unnamed.is_empty()
            || self.clients.iter().any(|key| clients.may_hold(key.hash()))
            || self.trail.as_ref().is_some_and(|wanted| wanted.concerns(clients))
    }
}

/// What a client did in all, hits or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its requests.
    pub requests: u64,
    /// The time of its first one.
    pub first: Option<Moment>,
    /// The time of its last one.
    pub last: Option<Moment>,
}

impl Seen {
    /// Adds other requests of the same client.
    pub fn add(&mut self, other: Seen) {
        self.requests += other.requests;
        self.first = earliest(self.first, other.first);
        self.last = self.last.max(other.last);
    }
}

/// What was asked for, counted. Merges in any order to the same whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// What each client did.
    pub seen: BTreeMap<ClientKey, Seen>,
    /// The same, as detectors look at it.
    pub habits: BTreeMap<ClientKey, Habits>,
    /// The paths nearest to each target that nobody named: how many leading
    /// segments differ, then the path.
    pub nearest: BTreeMap<u32, BTreeSet<(usize, Vec<u8>)>>,
    /// Every request that was wanted.
    pub trail: Trail,
    /// Lines of these clients that may stand in several sources.
    pub shared: Shared,
}

impl Answers {
    /// Counts a request of a client that was asked for.
    pub fn saw(&mut self, client: ClientKey, at: Option<Moment>) {
        let one = Seen { requests: 1, first: at, last: at };
        self.seen.entry(client).or_default().add(one);
    }

    /// Takes a request of a client that was asked for into its habits.
    pub fn act(&mut self, client: ClientKey, at: Option<Instant>, act: &Act<'_>) {
        self.habits.entry(client).or_default().see(at, act);
    }

    /// Takes off the requests that were counted from several sources of one
    /// server; to be called once, when everything is merged.
    pub fn close(&mut self, plan: &Plan) {
        self.trail.close();
        for (client, lines) in std::mem::take(&mut self.shared).repeated(plan) {
            if let Some(seen) = self.seen.get_mut(&client) {
                seen.requests = seen.requests.saturating_sub(lines);
            }
        }
    }

    /// Compares a path with the targets that nobody named.
    pub fn near(&mut self, ask: &Ask, path: &[u8]) {
        for (target, wanted) in &ask.unnamed {
            let same = wanted
                .split(|byte| *byte == b'/')
                .zip(path.split(|byte| *byte == b'/'))
                .skip(1)
                .take_while(|(a, b)| !a.is_empty() && a == b)
                .count();
            if same > 0 {
                let far = usize::MAX - same;
                keep(self.nearest.entry(*target).or_default(), (far, path.to_vec()));
            }
        }
    }

    /// Adds the answers of another part to what was asked.
    pub fn merge(&mut self, ask: &Ask, other: Answers) {
        if let Some(wanted) = &ask.trail {
            self.trail.merge(other.trail, wanted.limit);
        }
        for (client, seen) in other.seen {
            self.seen.entry(client).or_default().add(seen);
        }
        self.shared.merge(other.shared);
        for (client, habits) in other.habits {
            self.habits.entry(client).or_default().merge(habits);
        }
        for (target, paths) in other.nearest {
            let into = self.nearest.entry(target).or_default();
            paths.into_iter().for_each(|path| keep(into, path));
        }
    }
}

fn earliest(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Keeps the smallest few.
fn keep(set: &mut BTreeSet<(usize, Vec<u8>)>, path: (usize, Vec<u8>)) {
    let full = set.len() >= NEAREST_KEPT;
    if full && set.last().is_some_and(|last| *last <= path) {
        return;
    }
    set.insert(path);
    if set.len() > NEAREST_KEPT {
        set.pop_last();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_paths_are_those_that_share_most_segments() {
        let mut ask = Ask::default();
        ask.unnamed.insert(0, b"/a/b/c.csv".to_vec());
        let mut answers = Answers::default();
        for path in ["/x", "/a/z", "/a/b/d.csv", "/a/b", "/a/y", "/"] {
            answers.near(&ask, path.as_bytes());
        }
        let paths: Vec<_> =
            answers.nearest[&0].iter().map(|(_, p)| String::from_utf8_lossy(p)).collect();
        assert_eq!(paths, ["/a/b", "/a/b/d.csv", "/a/y"]);
    }

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
        assert_eq!(left.seen[&client].requests, 5);
        assert_eq!(left.seen[&client].first, Some(moment(3)));
    }
}
