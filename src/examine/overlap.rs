//! Lines that stand in several sources of one server, counted once.
//!
//! Rotations are copied and agents deliver twice, so sources of one server may
//! overlap in time; equal lines then count as often as in the source that has
//! them most often. What clients did in all is counted line by line, and of
//! the lines that may stand elsewhere, too, a fingerprint is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::evidence::ClientKey;
use crate::record::Instant;

use super::plan::Plan;

/// How many fingerprints are kept, the smallest: enough for every overlap that
/// is not a second copy of a large log with other bytes in between. Beyond
/// them a client may be counted to have asked too often, never too seldom.
const KEPT: usize = 250_000;

/// A stretch of time, both ends in it.
pub type Span = (Instant, Instant);

/// For each source the stretches in which another source of its server has
/// records, too. `span` gives the first and the last time of a source.
pub fn overlaps(plan: &Plan, span: impl Fn(u32) -> Option<Span>) -> BTreeMap<u32, Vec<Span>> {
    let mut servers: BTreeMap<usize, Vec<(Span, u32)>> = BTreeMap::new();
    for (number, source) in (0u32..).zip(&plan.sources) {
        if let Some(span) = span(number) {
            servers.entry(source.server).or_default().push((span, number));
        }
    }
    let mut overlaps: BTreeMap<u32, Vec<Span>> = BTreeMap::new();
    for spans in servers.values_mut() {
        spans.sort_unstable();
        for (place, (one, number)) in spans.iter().enumerate() {
            let behind = spans[place + 1..].iter();
            for (other, also) in behind.take_while(|(other, _)| other.0 <= one.1) {
                let both = (other.0, one.1.min(other.1));
                for source in [*number, *also] {
                    add(overlaps.entry(source).or_default(), both);
                }
            }
        }
    }
    overlaps
}

/// Adds a stretch, and joins it with the last one where they touch.
fn add(spans: &mut Vec<Span>, span: Span) {
    match spans.last_mut() {
        Some(last) if span.0 <= last.1 && last.0 <= span.1 => {
            *last = (last.0.min(span.0), last.1.max(span.1));
        }
        _ => spans.push(span),
    }
}

/// Says whether a line of this time may stand in another source.
pub fn is_shared(spans: &[Span], at: Option<Instant>) -> bool {
    at.is_none_or(|at| spans.iter().any(|(from, to)| *from <= at && at <= *to))
}

/// Lines that may stand in several sources: by fingerprint and source, whose
/// they are and how many. Merges in any order to the same whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared(BTreeMap<(u64, u32), (ClientKey, u64)>);

impl Shared {
    /// Counts a line.
    pub fn see(&mut self, fingerprint: u64, source: u32, client: ClientKey, lines: u64) {
        self.0.entry((fingerprint, source)).or_insert((client, 0)).1 += lines;
        if self.0.len() > KEPT {
            self.0.pop_last();
        }
    }

    /// Adds the lines of another part.
    pub fn merge(&mut self, other: Shared) {
        for ((fingerprint, source), (client, lines)) in other.0 {
            self.see(fingerprint, source, client, lines);
        }
    }

    /// Says whether all lines are of that many sources, and none is there more
    /// often than `most`.
    pub fn is_within(&self, sources: usize, most: u64) -> bool {
        let mut each = self.0.iter();
        each.all(|((_, source), (_, lines))| (*source as usize) < sources && *lines <= most)
    }

    /// How many lines of each client repeat one of another source.
    pub fn repeated(&self, plan: &Plan) -> BTreeMap<ClientKey, u64> {
        let mut alike: BTreeMap<(u64, usize), (ClientKey, u64, u64)> = BTreeMap::new();
        for ((fingerprint, source), (client, lines)) in &self.0 {
            let server = plan.sources[*source as usize].server;
            let (_, sum, most) = alike.entry((*fingerprint, server)).or_insert((*client, 0, 0));
            *sum += lines;
            *most = (*most).max(*lines);
        }
        let mut repeated = BTreeMap::new();
        for (client, sum, most) in alike.into_values().filter(|(_, sum, most)| sum > most) {
            *repeated.entry(client).or_default() += sum - most;
        }
        repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Client;

    #[test]
    fn the_smallest_fingerprints_are_kept_in_any_order() {
        let client = ClientKey::of(Client::read(b"192.0.2.7"));
        let part = |from: u64, to: u64| {
            let mut part = Shared::default();
            (from..to).rev().for_each(|fingerprint| part.see(fingerprint, 0, client, 1));
            part
        };
        let half = KEPT as u64 / 2;
        let (mut one, mut other) = (part(0, 2 * half), part(half, 3 * half));
        one.merge(part(half, 3 * half));
        other.merge(part(0, 2 * half));
        assert_eq!(one, other);
        assert_eq!(one.0.len(), KEPT);
        assert_eq!(one.0.values().map(|(_, lines)| lines).sum::<u64>(), 3 * half);
    }

    #[test]
    fn stretches_that_touch_are_one() {
        let at = |from: i64, to: i64| (Instant::at(from), Instant::at(to));
        let mut spans = Vec::new();
        [at(0, 5), at(3, 9), at(20, 30)].into_iter().for_each(|span| add(&mut spans, span));
        assert_eq!(spans, [at(0, 9), at(20, 30)]);
        assert!(is_shared(&spans, Some(Instant::at(9))));
        assert!(!is_shared(&spans, Some(Instant::at(10))));
        assert!(is_shared(&spans, None));
    }
}
