//! Who did what: one actor for each client and class.

use std::collections::{BTreeSet, HashMap};

use litemap::LiteMap;
use xxhash_rust::xxh3::xxh3_128;

use crate::actor::{self, Class};
use crate::detector::Finding;
use crate::evidence::{ClientKey, Signs};
use crate::examine::ask::Seen;
use crate::examine::{Examined, Question};
use crate::record::{Client, Instant, Moment};

use super::grade::Grade;
use super::labels::{self, Checked, Listed};
use super::place::{Judged, Where};
use super::words::{Phrase, told as says};

/// How many different user agents of an actor are told apart; what comes
/// after them in the logs is counted together.
const AGENTS_KEPT: usize = 1_000;

/// How many distinct people or records are counted exactly.
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
    pub by_grade: LiteMap<Grade, u64>,
    /// Its inside hits by status; `None` where the log has none.
    pub by_status: LiteMap<Option<u16>, u64>,
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
    pub exposures: LiteMap<usize, (Grade, u64)>,
    /// User agents of its inside and border hits, with their number.
    pub agents: LiteMap<Vec<u8>, u64>,
    /// Hits whose user agent is not among these.
    pub agents_left_out: u64,
    /// What it did that is worth notice.
    pub findings: Vec<Finding>,
}

/// Gathers the actors, and says for each hit which is its own.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn gather(
    question: &Question,
    examined: &Examined,
    judged: &[Judged],
) -> std::io::Result<(Vec<Actor>, Vec<u32>)> {
    let language = question.case.language;
    let mut actors: Vec<Actor> = Vec::new();
    let mut places: HashMap<(ClientKey, Class), usize> = HashMap::new();
    let mut actor_of = Vec::with_capacity(examined.hits.len());
    let mut marks: Vec<Marks> = Vec::new();
    let missed: BTreeSet<u32> =
        examined.links.iter().flat_map(|link| &link.missed).copied().collect();
    examined.each_hit(|number, hit, detail| {
        if hit.signs.has(Signs::REPEATED) {
            // Whose it is, is known when the edge's own was seen.
            actor_of.push(u32::MAX);
            return Ok(());
        }
        let place = *places.entry((hit.client, hit.class)).or_insert_with(|| {
            let client = Client::read(&detail.client);
            actors.push(Actor {
                key: hit.client,
                client: detail.client.clone(),
                group: actor::group(client),
                class: hit.class,
                label: None,
                listed: Vec::new(),
                checked: None,
                party: hit.party(),
                grade: None,
                first: None,
                last: None,
                seen: examined.answers.seen.get(&hit.client).copied().unwrap_or_default(),
                inside: 0,
                border: 0,
                outside: 0,
                by_grade: LiteMap::new(),
                by_status: LiteMap::new(),
                requests: 0,
                bytes: 0,
                paths: BTreeSet::new(),
                subjects: BTreeSet::new(),
                records: BTreeSet::new(),
                exposures: LiteMap::new(),
                agents: LiteMap::new(),
                agents_left_out: 0,
                findings: Vec::new(),
            });
            marks.push(Marks::default());
            actors.len() - 1
        });
        actor_of.push(place as u32);
        let actor = &mut actors[place];
        let judged = judged[number];
        if !judged.counts {
            return Ok(());
        }
        actor.party = actor.party.or(hit.party());
        let marks = &mut marks[place];
        marks.maybe_lawful |= hit.signs.has(Signs::MAYBE_LAWFUL);
        marks.around |= hit.signs.has(Signs::AROUND);
        marks.masked |= hit.signs.has(Signs::MASKED);
        if missed.contains(&(number as u32)) {
            let at = hit.at().map(|at| Moment { at, digits: detail.digits });
            marks.missed.add(Seen { requests: 1, first: at, last: at });
        }
        match judged.place {
            Where::Inside => actor.inside += 1,
            Where::Border => actor.border += 1,
            Where::Outside => actor.outside += 1,
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
        actor.grade = Some(actor.grade.map_or(grade, |gravest| gravest.min(grade)));
        if let Some(at) = hit.at() {
            actor.first = Some(actor.first.map_or(at, |first| first.min(at)));
            actor.last = actor.last.max(Some(at));
        }
        *actor.by_grade.entry(grade).or_default() += 1;
        *actor.by_status.entry(hit.status()).or_default() += 1;
        for exposure in (0..64).filter(|bit| judged.inside & (1 << bit) != 0) {
            let (gravest, inside) = actor.exposures.entry(exposure).or_insert((grade, 0));
            *gravest = (*gravest).min(grade);
            *inside += 1;
        }
        if grade.is_content() {
            actor.requests += 1;
            actor.bytes = actor.bytes.saturating_add(hit.bytes().unwrap_or(0));
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
        if grade.is_content() && grade != Grade::L {
            actor.paths.insert(xxh3_128(&detail.path));
        }
        Ok(())
    })?;
    for (number, root) in &examined.same_as {
        actor_of[*number as usize] = actor_of[*root as usize];
    }
    // Lines that the edge should have logged, too, were left out of what a
    // client did in all; these it has not.
    let mut unlogged: HashMap<ClientKey, Seen> = HashMap::new();
    for (actor, marks) in actors.iter_mut().zip(&marks) {
        actor.label = marks.label(actor.class).map(|phrase| phrase.say(language, &[]));
        unlogged.entry(actor.key).or_default().add(marks.missed);
    }
    labels::label(question, &mut actors);
    for (actor, marks) in actors.iter_mut().zip(&marks) {
        actor.seen.add(unlogged[&actor.key]);
        if marks.around && actor.class == Class::Other {
            let around = says::AROUND.say(language, &[]);
            actor.label = Some(match actor.label.take() {
                Some(label) => format!("{label}; {around}"),
                None => around,
            });
        }
    }
    Ok(sort(actors, actor_of))
}

/// What the hits of an actor say of it besides its class.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    maybe_lawful: bool,
    around: bool,
    masked: bool,
    /// Its hits that the edge should have logged and has not.
    missed: Seen,
}

impl Marks {
    /// The label of an actor that is unresolved for one of these reasons.
    fn label(&self, class: Class) -> Option<&'static Phrase> {
        match class {
            _ if self.maybe_lawful => Some(&says::MAYBE_LAWFUL),
            Class::Unresolved if self.around => Some(&says::AROUND),
            Class::Unresolved if self.masked => Some(&says::MASKED),
            _ => None,
        }
    }
}

/// From which share of all hit clients on a party's networks are suspiciously
/// wide: others may well be counted as its own.
const PARTY_SHARE: f64 = 0.05;

/// What should be said of parties that many clients belong to.
pub fn crowded_parties(question: &Question, actors: &[Actor]) -> Vec<String> {
    let clients: BTreeSet<ClientKey> = actors.iter().map(|actor| actor.key).collect();
    let each = question.case.parties.iter().enumerate().filter_map(|(place, party)| {
        let own = actors.iter().filter(|actor| actor.party == Some(place));
        let own: BTreeSet<ClientKey> = own.map(|actor| actor.key).collect();
        // One client is what a party is expected to be.
        let crowded = own.len() > 1 && own.len() as f64 > PARTY_SHARE * clients.len() as f64;
        crowded.then(|| {
            let (own, all) = (own.len(), clients.len());
            says::CROWDED.say(question.case.language, &[&own, &all, &party.name])
        })
    });
    each.collect()
}

/// Puts actors in the order of a report: class, grade, bytes received,
/// address.
fn sort(actors: Vec<Actor>, mut actor_of: Vec<u32>) -> (Vec<Actor>, Vec<u32>) {
    let mut order: Vec<usize> = (0..actors.len()).collect();
    order.sort_by_key(|&place| {
        let actor = &actors[place];
        let grade = actor.grade.map_or(Grade::ALL.len(), |grade| grade as usize);
        let ip = actor.key.ip();
        (actor.class, grade, std::cmp::Reverse(actor.bytes), ip.is_none(), ip, actor.client.clone())
    });
    let mut rank = vec![0u32; actors.len()];
    for (at, &place) in (0u32..).zip(&order) {
        rank[place] = at;
    }
    actor_of.iter_mut().for_each(|place| *place = rank[*place as usize]);
    let mut slots: Vec<Option<Actor>> = actors.into_iter().map(Some).collect();
    let sorted = order.into_iter().filter_map(|place| slots[place].take()).collect();
    (sorted, actor_of)
}
