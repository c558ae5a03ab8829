//! What the logs of an edge server and of the server behind it say of each
//! other: which requests stand in both, and how far their clocks are apart.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::examine::edge::{Link, Skew};
use crate::examine::{Examined, Question};
use crate::verdict::Judgement;
use crate::verdict::hours::rounded;

use super::proof;

/// How many requests of each kind are named.
const NAMED: usize = 20;

/// Two servers, one behind the other.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Edge {
    /// The server at the edge.
    pub edge: String,
    /// The server behind it.
    pub origin: String,
    /// Requests for what was exposed in the log of the edge.
    pub at_edge: u64,
    /// Those in the log of the origin that came by way of the edge.
    pub at_origin: u64,
    /// Those in both.
    pub matched: u64,
    /// Requests that came to the origin through a trusted proxy and are not
    /// in the log of the edge.
    pub not_at_edge: u64,
    /// Requests that went straight to the origin.
    pub around_edge: u64,
    /// The numbers of the first of these two.
    pub evidence: Vec<String>,
    /// How many requests there were by Chapman's estimate, if each log lost
    /// some by chance.
    pub estimated: f64,
    /// The share of the origin's that the edge did not log.
    pub lost_at_edge: Option<f64>,
    /// The share of the edge's that the origin did not log: answers from a
    /// cache are among them.
    pub lost_at_origin: Option<f64>,
    /// By how much the clock of the edge is ahead.
    pub skew: Option<Clocks>,
    /// The same by requests that each log has once, where few were matched.
    pub skew_if_apart: Option<Clocks>,
}

/// The difference of two clocks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Clocks {
    /// By how many pairs of requests.
    pub pairs: u64,
    /// Their median, in seconds.
    pub median_s: f64,
    /// The median distance from it, in seconds.
    pub mad_s: f64,
}

/// Every pair of servers that stand one behind the other, as far as the logs
/// of both were read.
pub fn edges(question: &Question, examined: &Examined, judgement: &Judgement) -> Vec<Edge> {
    examined.links.iter().map(|link| edge(question, examined, judgement, link)).collect()
}

fn edge(question: &Question, examined: &Examined, judgement: &Judgement, link: &Link) -> Edge {
    let name = |server: usize| question.servers[server].name.clone();
    let lost = |all: u64| (all > 0).then(|| rounded(1.0 - link.matched as f64 / all as f64));
    let over: BTreeSet<u32> = link.missed.iter().chain(&link.direct).copied().collect();
    let over = over.into_iter().take(NAMED).collect();
    Edge {
        edge: name(link.edge),
        origin: name(link.origin),
        at_edge: link.at_edge,
        at_origin: link.at_origin,
        matched: link.matched,
        not_at_edge: link.missed.len() as u64,
        around_edge: link.direct.len() as u64,
        evidence: proof::numbers(examined, judgement, &over).into_values().collect(),
        estimated: rounded(link.estimated()),
        lost_at_edge: lost(link.at_origin),
        lost_at_origin: lost(link.at_edge),
        skew: link.skew.map(clocks),
        skew_if_apart: link.apart.map(clocks),
    }
}

fn clocks(skew: Skew) -> Clocks {
    Clocks {
        pairs: skew.pairs,
        median_s: rounded(skew.median as f64 / 1e6),
        mad_s: rounded(skew.spread as f64 / 1e6),
    }
}
