//! Who did what: one actor for each client and class.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use xxhash_rust::xxh3::xxh3_128;

use crate::actor::{self, Class};
use crate::detector::Finding;
use crate::evidence::{ClientKey, Signs};
use crate::examine::ask::Seen;
use crate::examine::{Examined, Question};
use crate::record::{Client, Instant, Moment};

use super::cast::{Cast, Sketch};
use super::grade::Grade;
use super::labels::{self, Checked, Listed};
use super::place::{Judged, Where};

/// How many different user agents of an actor are told apart; what comes
/// after them in the logs is counted together.
const AGENTS_KEPT: usize = 1_000;

/// How many distinct paths, people or records are counted exactly.
const DISTINCT_KEPT: usize = 1_000_000;

/// One client in one class, with everything its hits say.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The client.
    pub key: ClientKey,
    /// The client as logged first.
    pub client: Vec<u8>,
    /// Its group: the /64 for IPv6.
    pub group: String,
    /// Whose hits these are.
    pub class: Class,
    /// What should be known of it besides.
    pub label: Option<String>,
    /// What lists on disk say of its network.
    pub listed: Vec<Listed>,
    /// Whether it is the crawler that it, or a list, says it is.
    pub checked: Option<Checked>,
    /// The party it belongs to, by its place in the case.
    pub party: Option<usize>,
    /// The gravest grade of its inside hits.
    pub grade: Option<Grade>,
    /// The time of its first inside hit.
    pub first: Option<Instant>,
    /// The time of its last inside hit.
    pub last: Option<Instant>,
    /// What the client did in all, hits or not.
    pub seen: Seen,
    /// Its inside hits.
    pub inside: u64,
    /// Its hits at a border.
    pub border: u64,
    /// Its hits outside.
    pub outside: u64,
    /// Its inside hits by grade.
    pub by_grade: BTreeMap<Grade, u64>,
    /// Its inside hits by status; `None` where the log has none.
    pub by_status: BTreeMap<Option<u16>, u64>,
    /// Its inside hits that sent content.
    pub requests: u64,
    /// The bytes of these, as the logs count them.
    pub bytes: u64,
    /// Distinct canonical paths of which a whole or a part was sent.
    pub paths: BTreeSet<u128>,
    /// Distinct people named by what was sent.
    pub subjects: BTreeSet<u128>,
    /// Distinct records named by what was sent.
    pub records: BTreeSet<u128>,
    /// By exposure: the gravest grade and the number of inside hits.
    pub exposures: BTreeMap<usize, (Grade, u64)>,
    /// User agents of its inside and border hits, with their number.
    pub agents: BTreeMap<Vec<u8>, u64>,
    /// Hits whose user agent is not among these.
    pub agents_left_out: u64,
    /// What it did that is worth notice.
    pub findings: Vec<Finding>,
}

/// Gathers those of a cast that are told of in full, in its order.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn gather(
    question: &Question,
    examined: &Examined,
    judged: &[Judged],
    cast: &mut Cast,
) -> std::io::Result<Vec<Actor>> {
    let mut slots: Vec<Option<Actor>> = vec![None; cast.told];
    let mut missed_of = vec![Seen::default(); cast.told];
    let missed: BTreeSet<u32> =
        examined.links.iter().flat_map(|link| &link.missed).copied().collect();
    examined.each_hit(|number, hit, detail| {
        let place = cast.of[number] as usize;
        if place >= cast.told || hit.signs.has(Signs::REPEATED) {
            return Ok(());
        }
        let seen = examined.answers.seen.get(&hit.client);
        let actor = slots[place].get_or_insert_with(|| {
            Actor::of(&cast.all[place], &detail.client, seen.copied().unwrap_or_default())
        });
        let judged = judged[number];
        if !judged.counts {
            return Ok(());
        }
        if missed.contains(&(number as u32)) {
            let at = hit.at().map(|at| Moment { at, digits: detail.digits });
            missed_of[place].add(Seen { requests: 1, first: at, last: at });
        }
        if judged.place != Where::Outside {
            let agent = detail.agent.clone().unwrap_or_default();
            if actor.agents.len() < AGENTS_KEPT || actor.agents.contains_key(&agent) {
                *actor.agents.entry(agent).or_default() += 1;
            } else {
                actor.agents_left_out += 1;
            }
        }
        if judged.place != Where::Inside {
            return Ok(());
        }
        let grade = judged.grade;
        *actor.by_grade.entry(grade).or_default() += 1;
        *actor.by_status.entry(hit.status()).or_default() += 1;
        for exposure in (0..64).filter(|bit| judged.inside.get() & (1 << bit) != 0) {
            let (gravest, inside) = actor.exposures.entry(exposure).or_insert((grade, 0));
            *gravest = (*gravest).min(grade);
            *inside += 1;
        }
        if grade.is_content() {
            let distinct = |set: &mut BTreeSet<u128>, of: &Option<Vec<u8>>| {
                if let Some(of) = of
                    && set.len() < DISTINCT_KEPT
                {
                    set.insert(xxh3_128(of));
                }
            };
            distinct(&mut actor.subjects, &detail.subject);
            distinct(&mut actor.records, &detail.record);
        }
        if grade.is_content() && grade != Grade::L && actor.paths.len() < DISTINCT_KEPT {
            actor.paths.insert(xxh3_128(&detail.path));
        }
        Ok(())
    })?;
    let mut actors: Vec<Actor> = slots.into_iter().flatten().collect();
    // Lines that the edge should have logged, too, were left out of what a
    // client did in all; these it has not.
    let mut unlogged: HashMap<ClientKey, Seen> = HashMap::new();
    for ((actor, sketch), missed) in actors.iter_mut().zip(&cast.all).zip(missed_of) {
        actor.label = label(sketch).map(str::to_owned);
        unlogged.entry(actor.key).or_default().add(missed);
    }
    labels::label(question, &mut actors);
    for (actor, sketch) in actors.iter_mut().zip(&cast.all) {
        actor.seen.add(unlogged[&actor.key]);
        if sketch.around && actor.class == Class::Other {
            let label = actor.label.take().map(|label| format!("{label}; {AROUND}"));
            actor.label = label.or_else(|| Some(AROUND.to_owned()));
        }
    }
    Ok(sort(actors, cast))
}

impl Actor {
    /// An actor of whose hits no text was seen yet.
    fn of(sketch: &Sketch, client: &[u8], seen: Seen) -> Actor {
        Actor {
            key: sketch.key,
            client: client.to_vec(),
            group: actor::group(Client::read(client)),
            class: sketch.class,
            label: None,
            listed: Vec::new(),
            checked: None,
            party: sketch.party.map(usize::from),
            grade: sketch.grade,
            first: sketch.first,
            last: sketch.last,
            seen,
            inside: u64::from(sketch.inside),
            border: u64::from(sketch.border),
            outside: u64::from(sketch.outside),
            by_grade: BTreeMap::new(),
            by_status: BTreeMap::new(),
            requests: u64::from(sketch.requests),
            bytes: sketch.bytes,
            paths: BTreeSet::new(),
            subjects: BTreeSet::new(),
            records: BTreeSet::new(),
            exposures: BTreeMap::new(),
            agents: BTreeMap::new(),
            agents_left_out: 0,
            findings: Vec::new(),
        }
    }
}

/// What is said of requests that came to a server behind an edge, and are not
/// in the edge's log.
pub const AROUND: &str = "at the origin but not at the edge";

/// The label of a client that is unresolved for one of these reasons.
fn label(sketch: &Sketch) -> Option<&'static str> {
    match sketch.class {
        _ if sketch.maybe_lawful => Some("lawful or not: the log cannot say"),
        Class::Unresolved if sketch.around => Some(AROUND),
        Class::Unresolved if sketch.masked => {
            Some("a masked address: the ends of all addresses in this log are struck out")
        }
        _ => None,
    }
}

/// From which share of all hit clients on a party's networks are suspiciously
/// wide: others may well be counted as its own.
const PARTY_SHARE: f64 = 0.05;

/// What should be said of parties that many clients belong to.
pub fn crowded_parties(question: &Question, clients: &[Sketch]) -> Vec<String> {
    let count = |of: &dyn Fn(&Sketch) -> bool| {
        let mut keys: Vec<ClientKey> =
            clients.iter().filter(|one| of(one)).map(|one| one.key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.len()
    };
    let all = count(&|_| true);
    let each = question.case.parties.iter().enumerate().filter_map(|(place, party)| {
        let own = count(&|one| one.party.map(usize::from) == Some(place));
        // One client is what a party is expected to be.
        let crowded = own > 1 && own as f64 > PARTY_SHARE * all as f64;
        crowded.then(|| {
            format!(
                "{own} of {all} clients that asked for a target belong to the party \"{}\": are \
                 its networks too wide?",
                party.name
            )
        })
    });
    each.collect()
}

/// Puts actors in the order of a report: class, grade, bytes received, address
/// or name as logged. A cast knows names by their hashes only.
fn sort(actors: Vec<Actor>, cast: &mut Cast) -> Vec<Actor> {
    let mut order: Vec<u32> = (0..).take(actors.len()).collect();
    order.sort_by_key(|&place| {
        let actor = &actors[place as usize];
        let grade = actor.grade.map_or(Grade::ALL.len(), |grade| grade as usize);
        let ip = actor.key.ip();
        (actor.class, grade, std::cmp::Reverse(actor.bytes), ip.is_none(), ip, &actor.client)
    });
    let mut slots: Vec<Option<Actor>> = actors.into_iter().map(Some).collect();
    let sorted = order.iter().filter_map(|place| slots[*place as usize].take()).collect();
    order.extend((0..).take(cast.all.len()).skip(cast.told));
    cast.arrange(&order);
    sorted
}
