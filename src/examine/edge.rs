//! The same request in two logs: that of an edge server and that of the
//! server behind it.
//!
//! Where a case says that one server stands behind another and both were
//! read, a request that the edge handed on stands in both. At the origin it is
//! corroboration: it gets the client that the edge names, and is counted
//! nowhere. What came to the origin through a trusted proxy and is not in the
//! edge's log has nobody who could be named; what came straight to the origin
//! has, and went around the edge.
//!
//! Requests are the same where canonical path, method and class of status are,
//! and their times lie no further apart than the transfer took and two seconds.
//! Each stands for one other, the nearest in time; where that leaves some
//! over, pairs are changed until no more can be found. So the count does not
//! hang on who was first in a burst. An edge that answers another status than
//! the origin did (304 for 200 after a revalidation) leaves the origin's
//! request over: it is shown rather than passed by.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::actor::{self, Class};
use crate::case::Server;
use crate::evidence::coverage::{BIN_SECONDS, bin_of};
use crate::evidence::{ClientKey, Detail, Hit, Signs};
use crate::record::path::Forms;
use crate::record::{Client, Escape, Instant};

use super::plan::{Plan, Question};
use super::reduce::Examined;
use super::same::{Side, matched};

/// How far from a record of the edge its log is taken to speak, in seconds: a
/// day. Beyond that the edge's log was not read, as where a content network
/// keeps its own for a shorter time.
const SPEAKS: i64 = 86_400;

/// What the logs of an origin and of its edge say of each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The origin's place among the servers of the question.
    pub origin: usize,
    /// The edge's.
    pub edge: usize,
    /// Hits in the edge's log.
    pub at_edge: u64,
    /// Hits in the origin's log that came by way of the edge.
    pub at_origin: u64,
    /// Hits in both.
    pub matched: u64,
    /// Hits at the origin that its edge should have logged and has not, by
    /// their place among the hits.
    pub missed: Vec<u32>,
    /// Hits of clients that asked the origin itself.
    pub direct: Vec<u32>,
    /// By how much the edge's clock is ahead of the origin's, by the requests
    /// in both.
    pub skew: Option<Skew>,
    /// The same by requests that each log has once, an hour apart at most,
    /// where fewer than half of the origin's were found at the edge.
    pub apart: Option<Skew>,
}

impl Link {
    /// How many requests there were, if each log lost some by chance
    /// (Chapman's estimate by capture and recapture).
    pub fn estimated(&self) -> f64 {
        let [one, other, both] = [self.at_edge, self.at_origin, self.matched].map(|n| n as f64);
        (one + 1.0) * (other + 1.0) / (both + 1.0) - 1.0
    }
}

/// The difference of two clocks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skew {
    /// By how many pairs of requests.
    pub pairs: u64,
    /// Their median, in microseconds.
    pub median: i64,
    /// The median distance from it, in microseconds.
    pub spread: i64,
}

impl Skew {
    /// The skew of some differences, in microseconds.
    pub fn of(mut differences: Vec<i64>) -> Option<Skew> {
        let pairs = differences.len() as u64;
        let median = median(&mut differences)?;
        differences.iter_mut().for_each(|each| *each = (*each - median).abs());
        Some(Skew { pairs, median, spread: self::median(&mut differences)? })
    }
}

/// The median; of an even number the mean of the middle two.
fn median(values: &mut [i64]) -> Option<i64> {
    values.sort_unstable();
    let high = values.get(values.len() / 2)?;
    let low = values.get((values.len() - 1) / 2)?;
    Some(low.midpoint(*high))
}

/// The sources whose requests by way of the edge are expected in another log
/// that was read, each with the stretches of time, in bins, for which that log
/// speaks.
pub fn covered(question: &Question, plan: &Plan, whole: &Bins<'_>) -> BTreeMap<u32, Vec<Stretch>> {
    let mut covered = BTreeMap::new();
    for (origin, edge) in pairs_of_servers(question, plan, whole) {
        let stretches = spoken_for(plan, whole, edge);
        for (number, source) in (0u32..).zip(&plan.sources) {
            if source.server == origin {
                covered.insert(number, stretches.clone());
            }
        }
    }
    covered
}

/// Bins from the first to the last.
pub type Stretch = (i64, i64);

/// The bins of time in which each source has records.
pub type Bins<'a> = dyn Fn(usize) -> BTreeSet<i64> + 'a;

/// Says whether any of some stretches holds an instant.
pub fn holds(stretches: &[Stretch], at: Instant) -> bool {
    let bin = bin_of(at);
    stretches.iter().any(|(from, to)| *from <= bin && bin <= *to)
}

/// The stretches for which the logs of a server speak.
fn spoken_for(plan: &Plan, bins: &Bins<'_>, server: usize) -> Vec<Stretch> {
    let reach = SPEAKS / BIN_SECONDS;
    let own = plan.sources.iter().enumerate().filter(|(_, source)| source.server == server);
    let all: BTreeSet<i64> = own.flat_map(|(number, _)| bins(number)).collect();
    let mut stretches: Vec<Stretch> = Vec::new();
    for bin in all {
        match stretches.last_mut() {
            Some((_, to)) if bin - reach <= *to + 1 => *to = bin + reach,
            _ => stretches.push((bin - reach, bin + reach)),
        }
    }
    stretches
}

/// Each server that stands behind another one, and that one, the nearest to
/// the edge first, where the logs of both have records.
fn pairs_of_servers(question: &Question, plan: &Plan, bins: &Bins<'_>) -> Vec<(usize, usize)> {
    let servers = &question.servers;
    let edge_of = |server: usize| {
        let name = servers[server].behind.as_ref()?;
        servers.iter().position(|other| other.name == *name)
    };
    let mut is_read = vec![false; servers.len()];
    for (number, source) in plan.sources.iter().enumerate() {
        is_read[source.server] |= !is_read[source.server] && !bins(number).is_empty();
    }
    // How many stand in front; a ring of servers has no front.
    let depth = |server: usize| {
        let mut steps = std::iter::successors(Some(server), |at| edge_of(*at));
        steps.by_ref().take(servers.len() + 1).count()
    };
    let mut pairs: Vec<(usize, usize, usize)> = (0..servers.len())
        .filter_map(|origin| Some((depth(origin), origin, edge_of(origin)?)))
        .filter(|(depth, origin, edge)| {
            *depth <= servers.len() && is_read[*origin] && is_read[*edge]
        })
        .collect();
    pairs.sort_unstable();
    pairs.into_iter().map(|(_, origin, edge)| (origin, edge)).collect()
}

/// Says whether a line of a server came by way of its edge: its peer is a
/// trusted proxy, or the case names none, so that nobody can be told from one.
pub fn came_by_edge(server: &Server, peer: Option<&[u8]>) -> bool {
    if server.trusted_proxies.is_empty() {
        return true;
    }
    match peer.map(Client::read) {
        Some(Client::Ip(ip)) => server.trusted_proxies.iter().any(|network| network.contains(ip)),
        Some(Client::Name(name)) => name.starts_with(b"unix:"),
        None => false,
    }
}

/// Finds what stands in the logs of an edge and of its origin, and marks it.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn pair(question: &Question, plan: &Plan, whole: &mut Examined) -> io::Result<()> {
    let sources = &whole.sources;
    let bins: &Bins<'_> = &|number| sources[number].coverage.bins.keys().copied().collect();
    let pairs = pairs_of_servers(question, plan, bins);
    let spoken: Vec<_> = pairs.iter().map(|(_, edge)| spoken_for(plan, bins, *edge)).collect();
    if pairs.is_empty() {
        return Ok(());
    }
    let concerned: BTreeSet<usize> =
        pairs.iter().flat_map(|(origin, edge)| [*origin, *edge]).collect();
    let mut sides: BTreeMap<usize, Vec<Side>> = BTreeMap::new();
    let origins: BTreeSet<usize> = pairs.iter().map(|(origin, _)| *origin).collect();
    whole.each_hit(|place, hit, detail| {
        let server = plan.sources[hit.source as usize].server;
        // An edge may ask its origin by another name than it was asked itself.
        let is_host = !hit.signs.has(Signs::OTHER_HOST) || origins.contains(&server);
        if is_host && !hit.signs.has(Signs::COPY) && concerned.contains(&server) {
            let side = side(question, &question.servers[server], place, hit, detail);
            sides.entry(server).or_default().extend(side);
        }
        Ok(())
    })?;
    for ((origin, edge), spoken) in pairs.into_iter().zip(spoken) {
        let mut at_edge = sides.get(&edge).cloned().unwrap_or_default();
        at_edge.retain(|side| !whole.hits[side.place as usize].signs.has(Signs::OTHER_HOST));
        let mut at_origin = sides.get(&origin).cloned().unwrap_or_default();
        if question.servers[origin].trusted_proxies.is_empty() {
            // An address that the edge names, too, is a client and no proxy.
            let named: BTreeSet<ClientKey> = at_edge.iter().map(|side| side.client).collect();
            at_origin.iter_mut().for_each(|side| side.is_told &= named.contains(&side.client));
        }
        let partners = matched(&at_origin, &at_edge);
        let link = mark(whole, (origin, edge), (&at_origin, &at_edge), &partners, &spoken);
        whole.links.push(link);
    }
    Ok(())
}

/// A hit as far as it tells whether it is the same as another.
fn side(
    question: &Question,
    server: &Server,
    place: usize,
    hit: &Hit,
    detail: &Detail,
) -> Option<Side> {
    let at = hit.at()?;
    let forms = Forms::of(&detail.path, Escape::None, false);
    // Edge and origin may differ in whether they heed letter case.
    let path = forms.canonical.to_ascii_lowercase();
    let mut key = path;
    key.push(0);
    key.extend(detail.method.to_ascii_uppercase());
    key.push(hit.status().map_or(0, |status| (status / 100) as u8));
    let query = memchr::memchr(b'?', &detail.target).map(|at| &detail.target[at + 1..]);
    let peer = detail.addresses.iter().find(|(role, _)| *role == 0);
    let trusted = question.servers.iter().flat_map(|server| &server.trusted_proxies);
    let ip = hit.client.ip();
    let is_proxy = ip.is_some_and(|ip| trusted.into_iter().any(|network| network.contains(ip)));
    Some(Side {
        place: place as u32,
        at: at.seconds.saturating_mul(1_000_000) + i64::from(at.nanos / 1_000),
        reach: i64::try_from(hit.seconds_taken()).unwrap_or(3_600) * 1_000_000,
        key: xxh3_128(&key),
        query: query.filter(|query| !query.is_empty()).map(xxh3_64),
        client: hit.client,
        is_told: !is_proxy
            && !hit.signs.has(Signs::MASKED)
            && ip.is_some_and(|ip| !actor::is_private(ip)),
        by_edge: came_by_edge(server, peer.map(|(_, text)| text.as_slice())),
    })
}

/// Marks the hits of an origin by what was found at the edge.
fn mark(
    whole: &mut Examined,
    (origin, edge): (usize, usize),
    (at_origin, at_edge): (&[Side], &[Side]),
    partners: &[Option<usize>],
    spoken: &[Stretch],
) -> Link {
    let mut link = Link {
        origin,
        edge,
        at_edge: at_edge.len() as u64,
        at_origin: 0,
        matched: 0,
        missed: Vec::new(),
        direct: Vec::new(),
        skew: None,
        apart: None,
    };
    let mut differences = Vec::new();
    for (side, partner) in at_origin.iter().zip(partners) {
        let place = side.place as usize;
        if let Some(other) = partner.map(|at| at_edge[at]) {
            link.at_origin += 1;
            link.matched += 1;
            differences.push(other.at - side.at);
            repeat(whole, place, other.place as usize);
            continue;
        }
        let hit = &mut whole.hits[place];
        let is_elsewhere = hit.signs.has(Signs::OTHER_HOST);
        if is_elsewhere || !hit.at().is_some_and(|at| holds(spoken, at)) {
            continue;
        }
        hit.signs = hit.signs.with(Signs::AROUND, true);
        if side.by_edge {
            link.at_origin += 1;
            hit.class = Class::Unresolved;
            link.missed.push(side.place);
        } else {
            link.direct.push(side.place);
        }
    }
    link.skew = Skew::of(differences);
    if 2 * link.matched < link.at_origin {
        link.apart = Skew::of(super::same::apart(at_origin, at_edge));
    }
    link
}

/// Makes one hit the repetition of another at the edge, whose client it is.
/// What only the origin can know (who had logged in, a documented access to
/// itself) the edge's hit learns from it.
fn repeat(whole: &mut Examined, place: usize, at_edge: usize) {
    let (own, mut other) = (whole.hits[place], whole.hits[at_edge]);
    let is_control = own.signs.has(Signs::CONTROL);
    let is_outsider = matches!(other.class, Class::Other | Class::Unresolved);
    if is_outsider && (is_control || own.class == Class::Lawful) {
        other.class = own.class;
        other.signs.0 &= !Signs::MAYBE_LAWFUL.0;
        other.signs = other.signs.with(Signs::CONTROL, is_control);
        whole.hits[at_edge] = other;
    }
    let mut repeated = own.of_client(&other);
    repeated.signs.0 &= !Signs::OTHER_HOST.0;
    repeated.signs = repeated.signs.with(Signs::REPEATED, true);
    whole.hits[place] = repeated;
    let root = whole.same_as.get(&(at_edge as u32)).copied().unwrap_or(at_edge as u32);
    whole.same_as.insert(place as u32, root);
}
