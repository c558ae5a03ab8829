//! Holes in the logs: rotation members that are not there, sources that could
//! not be read ([`gaps`]), and silences that traffic does not explain
//! ([`mod@hear`]).

pub mod bootstrap;
pub mod hear;
pub mod heartbeat;
pub mod profile;
pub mod resolution;
pub mod restart;
pub mod silence;
pub mod traffic;

use std::collections::BTreeMap;

use crate::evidence::coverage::SLOT_SECONDS;
use crate::examine::{Examined, Plan, Question};
use crate::format::guess::Kind;
use crate::record::Instant;
use crate::source::{self, Member};

use super::Gap;

/// How much longer than is certain a silence may have been, in seconds.
const UNSURE: i64 = 2 * SLOT_SECONDS;

/// One series of one server: the sources that continue one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The server's place in the question.
    pub server: usize,
    /// The name of the series.
    pub name: String,
    /// Its access logs, by their place in the plan; copies of others are not
    /// among them.
    pub sources: Vec<usize>,
    /// The time of its first record.
    pub first: Option<Instant>,
    /// The time of its last record.
    pub last: Option<Instant>,
}

impl Series {
    /// Its sources in the order of the rotation, the oldest first.
    pub fn in_order(&self, plan: &Plan) -> Vec<usize> {
        source::time_order(&self.members(plan)).into_iter().map(|at| self.sources[at]).collect()
    }

    /// What its sources are in the rotation.
    fn members(&self, plan: &Plan) -> Vec<Member> {
        self.sources.iter().map(|&place| plan.sources[place].member.clone()).collect()
    }
}

/// The series of everything that was examined, by server and name.
pub fn series(plan: &Plan, examined: &Examined) -> Vec<Series> {
    let mut all: BTreeMap<(usize, &str), Series> = BTreeMap::new();
    for (place, (planned, source)) in plan.sources.iter().zip(&examined.sources).enumerate() {
        if matches!(planned.kind, Kind::Other(_)) {
            continue;
        }
        let series = all.entry((planned.server, &planned.series)).or_insert_with(|| Series {
            server: planned.server,
            name: planned.series.clone(),
            sources: Vec::new(),
            first: None,
            last: None,
        });
        let coverage = &source.coverage;
        if source.duplicate_of.is_none() {
            series.sources.push(place);
        }
        series.first = match (series.first, coverage.first) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        series.last = series.last.max(coverage.last);
    }
    all.into_values().collect()
}

/// The holes that can be told without a test of silence.
pub fn gaps(question: &Question, plan: &Plan, examined: &Examined) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for series in series(plan, examined) {
        let server = &question.servers[series.server].name;
        let hole = |from: Instant, to: Instant, why: &'static str| Gap {
            server: server.clone(),
            series: series.name.clone(),
            from,
            to,
            why,
            score: None,
            members: Vec::new(),
        };
        // Members that are missing between the same neighbours leave one hole.
        let missing = missing(plan, &series);
        for missing in missing.chunk_by(|a, b| (a.older, a.newer) == (b.older, b.newer)) {
            let after = examined.sources[missing[0].older].coverage.last;
            let before = examined.sources[missing[0].newer].coverage.first;
            if let (Some(from), Some(to)) = (after, before)
                && from < to
            {
                let members = missing.iter().map(|member| member.name.clone()).collect();
                gaps.push(Gap { members, ..hole(from, to, "missing") });
            }
        }
        let is_broken = |place: &usize| !examined.sources[*place].is_whole();
        if !series.sources.iter().any(is_broken) {
            continue;
        }
        let order = series.in_order(plan);
        for (at, _) in order.iter().enumerate().filter(|(_, place)| is_broken(place)) {
            // What could not be read, or was read and is not what was written, may
            // lie anywhere between its neighbours.
            let (from, to) = neighbours(examined, &order, at);
            if let (Some(from), Some(to)) = (from, to)
                && from < to
            {
                gaps.push(hole(from, to, "unreadable"));
            }
        }
    }
    sort(&mut gaps);
    gaps.dedup();
    gaps
}

/// Puts holes in the order of a report.
pub fn sort(gaps: &mut [Gap]) {
    gaps.sort_by(|a, b| {
        (&a.server, &a.series, a.from, a.to).cmp(&(&b.server, &b.series, b.from, b.to))
    });
}

/// A rotation member that is not there, with its neighbours in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingMember {
    /// How the file would be called.
    pub name: String,
    /// The place of the older neighbour in the plan.
    pub older: usize,
    /// The place of the newer neighbour in the plan.
    pub newer: usize,
}

/// The members missing from the rotation of a series.
pub fn missing(plan: &Plan, series: &Series) -> Vec<MissingMember> {
    let each = source::missing(&series.members(plan)).into_iter().map(|missing| MissingMember {
        name: missing.name,
        older: series.sources[missing.after],
        newer: series.sources[missing.before],
    });
    each.collect()
}

/// The times between which an unreadable source must lie: the last record
/// that is older and the first that is newer, in the order of the rotation, in
/// which it is the one at `own`.
fn neighbours(
    examined: &Examined,
    order: &[usize],
    own: usize,
) -> (Option<Instant>, Option<Instant>) {
    let coverage = |at: &usize| &examined.sources[*at].coverage;
    let older = order[..own].iter().rev().find_map(|at| coverage(at).last);
    let newer = order[own + 1..].iter().find_map(|at| coverage(at).first);
    // Of a damaged source the records that were read are shown; its holes lie
    // between its own first record and its neighbour's.
    let own = coverage(&order[own]);
    (older.or(own.first), newer.or(own.last))
}
