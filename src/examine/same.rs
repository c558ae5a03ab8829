//! Which requests of two logs are the same: each stands for one other at most,
//! as many pairs as can be, the nearest in time first.
//!
//! Who asked tells most, so requests of the same client are paired before
//! those of which one log does not know the client; the same query tells more
//! than one that a log leaves out. What is paired stays so in later passes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, VecDeque};

use crate::evidence::ClientKey;

/// How far the times of one request may lie apart besides its duration, in
/// microseconds.
const SLACK: i64 = 2_000_000;

/// How far apart they may lie where clocks are compared, in microseconds.
const APART: i64 = 3_600_000_000;

/// How many looks at a pair are made at most: an attacker's burst shall not
/// hold the program up. What is then left over is shown as such.
const LOOKS: u64 = 50_000_000;

/// A hit as far as it tells whether it is the same as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// Its place among the hits.
    pub place: u32,
    /// When, in microseconds since the epoch.
    pub at: i64,
    /// How long it took, in microseconds.
    pub reach: i64,
    /// A hash of path, method and class of status.
    pub key: u128,
    /// A hash of its query; `None` where it has none.
    pub query: Option<u64>,
    /// The client as its own log names it.
    pub client: ClientKey,
    /// That is a client and not a proxy, a private or a masked address.
    pub is_told: bool,
    /// It came by way of the edge.
    pub by_edge: bool,
}

/// How the clients of a pair compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clients {
    /// They are the same.
    Same,
    /// The origin does not know its client.
    OriginUntold,
    /// The edge does not.
    EdgeUntold,
}

/// How the queries of a pair compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Queries {
    /// They are the same.
    Same,
    /// The origin logs none.
    OriginWithout,
    /// The edge logs none.
    EdgeWithout,
}

type Key = (u128, Option<u64>, Option<ClientKey>);

/// For each hit of an origin, the place in `edges` of the same request.
pub fn matched(origins: &[Side], edges: &[Side]) -> Vec<Option<usize>> {
    let mut pairs = Pairs {
        origins,
        edges,
        of_origin: vec![None; origins.len()],
        of_edge: vec![None; edges.len()],
        looks: 0,
    };
    for clients in [Clients::Same, Clients::OriginUntold, Clients::EdgeUntold] {
        for queries in [Queries::Same, Queries::OriginWithout, Queries::EdgeWithout] {
            pairs.pass(clients, queries);
        }
    }
    pairs.of_origin
}

/// By how much the clock of the edge is ahead, by each request that both logs
/// have once, in microseconds.
pub fn apart(origins: &[Side], edges: &[Side]) -> Vec<i64> {
    let once = |sides: &[Side], by_client: bool| {
        let mut times: BTreeMap<Key, Option<i64>> = BTreeMap::new();
        for side in sides.iter().filter(|side| side.is_told || !by_client) {
            let key = (side.key, side.query, by_client.then_some(side.client));
            times.entry(key).and_modify(|at| *at = None).or_insert(Some(side.at));
        }
        times
    };
    let by = |by_client: bool| -> Vec<i64> {
        let (own, others) = (once(origins, by_client), once(edges, by_client));
        let both = own.iter().filter_map(|(key, at)| Some((*others.get(key)?)? - (*at)?));
        both.filter(|difference| difference.abs() <= APART).collect()
    };
    let of_clients = by(true);
    if of_clients.is_empty() { by(false) } else { of_clients }
}

/// Pairs under way.
struct Pairs<'a> {
    origins: &'a [Side],
    edges: &'a [Side],
    of_origin: Vec<Option<usize>>,
    of_edge: Vec<Option<usize>>,
    looks: u64,
}

impl Pairs<'_> {
    /// Pairs what is still alone and compares in this way.
    fn pass(&mut self, clients: Clients, queries: Queries) {
        let mut groups: BTreeMap<Key, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, side) in self.origins.iter().enumerate() {
            if self.of_origin[at].is_none()
                && (side.by_edge || clients == Clients::Same)
                && let Some(key) = key(side, true, clients, queries)
            {
                groups.entry(key).or_default().0.push(at);
            }
        }
        for (at, side) in self.edges.iter().enumerate() {
            if self.of_edge[at].is_none()
                && let Some(key) = key(side, false, clients, queries)
                && let Some((_, edges)) = groups.get_mut(&key)
            {
                edges.push(at);
            }
        }
        for (mut own, mut others) in groups.into_values() {
            if others.is_empty() {
                continue;
            }
            let order = |side: &Side| (side.at, Reverse(side.reach), side.place);
            own.sort_unstable_by_key(|at| order(&self.origins[*at]));
            others.sort_unstable_by_key(|at| order(&self.edges[*at]));
            let reaches = own.iter().map(|at| self.origins[*at].reach);
            let reaches = reaches.chain(others.iter().map(|at| self.edges[*at].reach));
            let widest = reaches.max().unwrap_or(0) + SLACK;
            self.nearest(&own, &others, widest);
            self.make_room(&own, &others, widest);
        }
    }

    /// Pairs the two that are nearest to each other, over and over.
    fn nearest(&mut self, own: &[usize], others: &[usize], widest: i64) {
        let mut free: BTreeMap<i64, VecDeque<usize>> = BTreeMap::new();
        for &edge in others {
            free.entry(self.edges[edge].at).or_default().push_back(edge);
        }
        let mut heap = BinaryHeap::new();
        for (rank, &origin) in own.iter().enumerate() {
            let near = next(&free, self.origins[origin].at, None);
            heap.extend(near.map(|(far, at)| Reverse((far, rank, at))));
        }
        while let Some(Reverse((far, rank, at))) = heap.pop() {
            self.looks += 1;
            if far > widest || self.looks > LOOKS {
                return;
            }
            let origin = own[rank];
            // Of one instant the one with the widest reach stands first.
            let first = free.get(&at).and_then(|queue| queue.front().copied());
            if let Some(edge) = first.filter(|edge| self.fits(origin, *edge)) {
                if let Some(queue) = free.get_mut(&at) {
                    queue.pop_front();
                    if queue.is_empty() {
                        free.remove(&at);
                    }
                }
                self.join(origin, edge);
            } else {
                let own_at = self.origins[origin].at;
                let near = next(&free, own_at, Some((far, at > own_at)));
                heap.extend(near.map(|(far, at)| Reverse((far, rank, at))));
            }
        }
    }

    /// Gives each that is still alone a partner whose own can take another, by
    /// the shortest chain of changes (augmenting paths, after Berge).
    fn make_room(&mut self, own: &[usize], others: &[usize], widest: i64) {
        for &alone in own {
            if self.of_origin[alone].is_some() {
                continue;
            }
            let mut from: HashMap<usize, usize> = HashMap::new();
            let mut waiting = VecDeque::from([alone]);
            let mut found = None;
            'search: while let Some(origin) = waiting.pop_front() {
                let at = self.origins[origin].at;
                let first = others.partition_point(|edge| self.edges[*edge].at < at - widest);
                for &edge in &others[first..] {
                    self.looks += 1;
                    if self.edges[edge].at > at + widest || self.looks > LOOKS {
                        break;
                    }
                    if from.contains_key(&edge) || !self.fits(origin, edge) {
                        continue;
                    }
                    from.insert(edge, origin);
                    match self.of_edge[edge] {
                        Some(taken_by) => waiting.push_back(taken_by),
                        None => {
                            found = Some(edge);
                            break 'search;
                        }
                    }
                }
            }
            while let Some(edge) = found {
                let origin = from[&edge];
                found = self.of_origin[origin];
                self.join(origin, edge);
            }
        }
    }

    fn fits(&self, origin: usize, edge: usize) -> bool {
        let (origin, edge) = (&self.origins[origin], &self.edges[edge]);
        (origin.at - edge.at).abs() <= origin.reach.max(edge.reach) + SLACK
    }

    fn join(&mut self, origin: usize, edge: usize) {
        self.of_origin[origin] = Some(edge);
        self.of_edge[edge] = Some(origin);
    }
}

/// What must be equal for two sides to be the same; `None` where one has no
/// part in this way to compare.
fn key(side: &Side, is_origin: bool, clients: Clients, queries: Queries) -> Option<Key> {
    let client = match clients {
        Clients::Same => Some(side.client),
        Clients::OriginUntold if is_origin && side.is_told => return None,
        Clients::EdgeUntold if is_origin != side.is_told => return None,
        Clients::OriginUntold | Clients::EdgeUntold => None,
    };
    let query = match queries {
        Queries::Same => side.query,
        Queries::OriginWithout if is_origin == side.query.is_some() => return None,
        Queries::EdgeWithout if is_origin != side.query.is_some() => return None,
        Queries::OriginWithout | Queries::EdgeWithout => None,
    };
    Some((side.key, query, client))
}

/// The nearest time at which something is free, with its distance: behind
/// `last` in the order of distance, earlier ones first.
fn next(
    free: &BTreeMap<i64, VecDeque<usize>>,
    at: i64,
    last: Option<(i64, bool)>,
) -> Option<(i64, i64)> {
    let (before, after) = match last {
        None => (at, at + 1),
        Some((far, false)) => (at - far - 1, at + far.max(1)),
        Some((far, true)) => (at - far - 1, at + far + 1),
    };
    let before = free.range(..=before).next_back().map(|(time, _)| (at - time, *time));
    let after = free.range(after..).next().map(|(time, _)| (time - at, *time));
    match (before, after) {
        (Some(before), Some(after)) if after.0 < before.0 => Some(after),
        (Some(before), _) => Some(before),
        (None, after) => after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Client;

    fn side(place: u32, at: f64, client: &str) -> Side {
        Side {
            place,
            at: (at * 1e6) as i64,
            reach: 1_000_000,
            key: 7,
            query: None,
            client: ClientKey::of(Client::read(client.as_bytes())),
            is_told: client != "10.0.0.1",
            by_edge: true,
        }
    }

    fn proxy(times: &[f64]) -> Vec<Side> {
        times.iter().zip(0..).map(|(at, place)| side(place, *at, "10.0.0.1")).collect()
    }

    fn clients(times: &[f64]) -> Vec<Side> {
        times.iter().zip(0..).map(|(at, place)| side(place, *at, "192.0.2.7")).collect()
    }

    #[test]
    fn the_nearest_in_time_are_one() {
        let check = |origins: &[f64], edges: &[f64], expected: &[Option<usize>]| {
            assert_eq!(
                matched(&proxy(origins), &clients(edges)),
                expected,
                "{origins:?} {edges:?}"
            );
        };
        check(&[10.0], &[8.0, 10.0, 11.0], &[Some(1)]);
        check(&[10.0], &[9.0, 11.0], &[Some(0)]);
        check(&[10.0, 11.0], &[11.0], &[None, Some(0)]);
        check(&[10.0], &[13.0], &[Some(0)]);
        check(&[10.0], &[13.1], &[None]);
        check(&[10.0, 10.0, 10.0], &[10.0, 10.0], &[Some(0), Some(1), None]);
        check(&[], &[1.0], &[]);
    }

    #[test]
    fn a_burst_with_clocks_apart_leaves_nothing_over() {
        let origins: Vec<f64> = (0..200).map(f64::from).collect();
        let edges: Vec<f64> = (0..200).map(|at| f64::from(at) + 2.0).collect();
        let pairs = matched(&proxy(&origins), &clients(&edges));
        assert!(pairs.iter().all(Option::is_some), "{pairs:?}");
        let mut each: Vec<_> = pairs.into_iter().flatten().collect();
        each.sort_unstable();
        each.dedup();
        assert_eq!(each.len(), 200);
    }

    #[test]
    fn a_client_that_both_logs_name_is_not_taken_for_another() {
        let named = [side(0, 10.0, "192.0.2.7")];
        assert_eq!(matched(&named, &[side(0, 10.0, "192.0.2.8")]), [None]);
        let edges = [side(0, 10.0, "192.0.2.8"), side(1, 12.0, "192.0.2.7")];
        assert_eq!(matched(&named, &edges), [Some(1)]);
        // An edge that does not know its client may mean any.
        assert_eq!(matched(&named, &[side(0, 10.0, "10.0.0.1")]), [Some(0)]);
    }

    #[test]
    fn a_query_tells_them_apart_where_both_logs_have_one() {
        let with = |query, side: Side| Side { query, ..side };
        let origin = [with(Some(1), side(0, 10.0, "10.0.0.1"))];
        let check = |queries: &[Option<u64>], expected: Option<usize>| {
            let edges: Vec<Side> = (0..)
                .zip(queries)
                .map(|(place, query)| with(*query, side(place, 10.0, "192.0.2.7")))
                .collect();
            assert_eq!(matched(&origin, &edges), [expected], "{queries:?}");
        };
        check(&[Some(2)], None);
        check(&[Some(2), Some(1)], Some(1));
        check(&[None, Some(1)], Some(1));
        check(&[Some(2), None], Some(1));
    }

    #[test]
    fn clocks_are_compared_by_what_each_log_has_once() {
        let origins = proxy(&[100.0]);
        assert_eq!(apart(&origins, &clients(&[130.0])), [30_000_000]);
        assert_eq!(apart(&origins, &clients(&[130.0, 140.0])), [] as [i64; 0]);
        assert_eq!(apart(&origins, &clients(&[4_000.0])), [] as [i64; 0]);
        let named = [side(0, 100.0, "192.0.2.7")];
        let edges = [side(0, 103.0, "192.0.2.7"), side(1, 50.0, "192.0.2.8")];
        assert_eq!(apart(&named, &edges), [3_000_000]);
    }
}
