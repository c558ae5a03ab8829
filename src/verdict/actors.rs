//! Who did what: one actor for each client and class.
//!
//! There may be millions of them. What is counted of each is in memory, in a
//! row ([`Actor`]); what is told of each besides ([`Portrait`]) is not.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU16;

use serde::{Deserialize, Serialize};

use litemap::LiteMap;

use crate::actor::Class;
use crate::detector::Finding;
use crate::evidence::{ClientKey, Hit, Roll, Signs};
use crate::examine::ask::Seen;
use crate::examine::{Examined, Question};
use crate::record::Instant;

use super::behaviour::Behaviour;
use super::grade::Grade;
use super::labels::{Checked, Listed};
use super::place::{Judged, Masks, Where};
use super::portraits;
use super::words::told as says;

/// One client in one class: what is counted of its hits.
#[derive(Debug, Clone, Default)]
pub struct Actor {
    /// The client.
    pub key: ClientKey,
    /// Whose hits these are.
    pub class: Class,
    /// The gravest grade of its inside hits.
    pub grade: Option<Grade>,
    /// One of its findings shows that it was no lawful user.
    pub is_named: bool,
    /// Of some of its hits the log cannot say whether they were lawful.
    pub maybe_lawful: bool,
    /// Something was written or deleted inside.
    pub wrote: bool,
    /// How many findings there are of it.
    pub findings: u8,
    /// Digits of the fraction of its first and last inside time, as logged.
    pub digits: (u8, u8),
    party: Option<NonZeroU16>,
    /// The client as logged first, where that is no address.
    name: Option<Box<[u8]>>,
    /// The time of its first inside hit.
    pub first: Option<Instant>,
    /// The time of its last inside hit.
    pub last: Option<Instant>,
    /// Its inside hits.
    pub inside: u32,
    /// Its hits at a border.
    pub border: u32,
    /// Its hits outside.
    pub outside: u32,
    /// Its hits that named a target on another host.
    pub other_host: u32,
    /// Its inside hits that sent content.
    pub requests: u32,
    /// The bytes of these, as the logs count them.
    pub bytes: u64,
    /// How many distinct canonical paths a whole or a part was sent of.
    pub paths: u32,
    /// How many distinct people were named by what was sent.
    pub subjects: u32,
    /// How many distinct records were named by what was sent.
    pub records: u32,
}

/// What is told of an actor besides what is counted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Portrait {
    /// The client as logged first.
    #[serde(with = "serde_bytes")]
    pub client: Vec<u8>,
    /// Its group: the /64 for IPv6.
    pub group: String,
    /// What should be known of it besides its class.
    pub label: Option<String>,
    /// What lists on disk say of its network.
    pub listed: Vec<Listed>,
    /// Whether it is the crawler that it, or a list, says it is.
    pub checked: Option<Checked>,
    /// What the client did in all, hits or not.
    pub seen: Seen,
    /// Its inside hits by grade.
    pub by_grade: LiteMap<Grade, u64>,
    /// Its inside hits by status; `None` where the log has none.
    pub by_status: LiteMap<Option<u16>, u64>,
    /// By exposure: the gravest grade and the number of inside hits.
    pub exposures: LiteMap<usize, (Grade, u64)>,
    /// User agents of its inside and border hits, with their number.
    pub agents: LiteMap<Vec<u8>, u64>,
    /// Hits whose user agent is not among these.
    pub agents_left_out: u64,
    /// What it did that is worth notice.
    pub findings: Vec<Finding>,
}

/// Everything that was gathered of the actors.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The actors, in the order of a report.
    pub actors: Vec<Actor>,
    /// What is told of each besides, in the same order.
    pub portraits: Roll<Portrait>,
    /// For each hit, its actor's place.
    pub actor_of: Vec<u32>,
    /// What the findings mean for the verdict.
    pub behaviour: Behaviour,
    /// How many findings there are, by the class of their actor and the
    /// detector.
    pub noticed: BTreeMap<(Class, String), u64>,
}

impl Actor {
    /// The party it belongs to, by its place in the case.
    pub fn party(&self) -> Option<usize> {
        self.party.map(|place| usize::from(place.get()) - 1)
    }

    /// Its address, or its name as logged first.
    pub fn client(&self) -> Vec<u8> {
        match self.key.ip() {
            Some(ip) => ip.to_string().into_bytes(),
            None => self.name.as_deref().unwrap_or_default().to_vec(),
        }
    }

    /// Its name as logged first, where it has no address.
    pub fn name(&self) -> Option<&[u8]> {
        self.name.as_deref()
    }

    /// Counts a hit.
    fn count(&mut self, hit: &Hit, judged: &Judged) {
        self.party = self.party.or(party_of(hit));
        self.maybe_lawful |= hit.signs.has(Signs::MAYBE_LAWFUL);
        match judged.place {
            Where::Inside => self.inside += 1,
            Where::Border => self.border += 1,
            Where::Outside => self.outside += 1,
        }
        if judged.place != Where::Inside {
            return;
        }
        let grade = judged.grade;
        self.grade = Some(self.grade.map_or(grade, |gravest| gravest.min(grade)));
        self.wrote |= grade == Grade::W;
        if let Some(at) = hit.at() {
            self.first = Some(self.first.map_or(at, |first| first.min(at)));
            self.last = self.last.max(Some(at));
        }
        if grade.is_content() {
            self.requests += 1;
            self.bytes = self.bytes.saturating_add(hit.bytes().unwrap_or(0));
        }
    }
}

/// The party of a hit, counted from one.
fn party_of(hit: &Hit) -> Option<NonZeroU16> {
    NonZeroU16::new(u16::try_from(hit.party()? + 1).ok()?)
}

/// Gathers the actors, lets the detectors look at each, and says for each hit
/// which is its own.
///
/// # Errors
/// When the text of the hits cannot be read back, or what is told of the
/// actors cannot be put away.
pub fn gather(
    question: &Question,
    examined: &Examined,
    (judged, masks): (&[Judged], &Masks),
) -> std::io::Result<Gathered> {
    let (actors, actor_of) = rows(examined, judged)?;
    portraits::paint(question, examined, (judged, masks), actors, actor_of)
}

/// Counts the hits of every actor.
fn rows(examined: &Examined, judged: &[Judged]) -> std::io::Result<(Vec<Actor>, Vec<u32>)> {
    let n_clients = examined.answers.seen.len();
    let mut actors: Vec<Actor> = Vec::with_capacity(n_clients);
    let mut places: HashMap<(ClientKey, Class), u32> = HashMap::with_capacity(n_clients);
    let mut actor_of = Vec::with_capacity(examined.hits.len());
    for (hit, judged) in examined.hits.iter().zip(judged) {
        if hit.signs.has(Signs::REPEATED) {
            // Whose it is, is known when the edge's own was seen.
            actor_of.push(u32::MAX);
            continue;
        }
        let next = actors.len() as u32;
        let place = *places.entry((hit.client, hit.class)).or_insert(next);
        if place == next {
            let party = party_of(hit);
            actors.push(Actor { key: hit.client, class: hit.class, party, ..Actor::default() });
        }
        actor_of.push(place);
        if judged.counts {
            actors[place as usize].count(hit, judged);
        }
    }
    drop(places);
    for (number, root) in &examined.same_as {
        actor_of[*number as usize] = actor_of[*root as usize];
    }
    for (hit, place) in examined.hits.iter().zip(&actor_of) {
        actors[*place as usize].other_host += u32::from(hit.signs.has(Signs::OTHER_HOST));
    }
    if actors.iter().any(|actor| actor.key.ip().is_none()) {
        examined.each_hit(|number, hit, detail| {
            let actor = &mut actors[actor_of[number] as usize];
            let is_own = hit.client.ip().is_none() && !hit.signs.has(Signs::REPEATED);
            if is_own && actor.name.is_none() {
                actor.name = Some(detail.client.as_slice().into());
            }
            Ok(())
        })?;
    }
    Ok(sort(actors, actor_of))
}

/// From which share of all hit clients on a party's networks are suspiciously
/// wide: others may well be counted as its own.
const PARTY_SHARE: f64 = 0.05;

/// What should be said of parties that many clients belong to.
pub fn crowded_parties(question: &Question, actors: &[Actor]) -> Vec<String> {
    if question.case.parties.is_empty() {
        return Vec::new();
    }
    let distinct = |own: &mut dyn Iterator<Item = &Actor>| {
        let mut clients: Vec<ClientKey> = own.map(|actor| actor.key).collect();
        clients.sort_unstable();
        clients.dedup();
        clients.len()
    };
    let all = distinct(&mut actors.iter());
    let each = question.case.parties.iter().enumerate().filter_map(|(place, party)| {
        let own = distinct(&mut actors.iter().filter(|actor| actor.party() == Some(place)));
        // One client is what a party is expected to be.
        let crowded = own > 1 && own as f64 > PARTY_SHARE * all as f64;
        crowded.then(|| says::CROWDED.say(question.case.language, &[&own, &all, &party.name]))
    });
    each.collect()
}

/// Puts actors in the order of a report: class, grade, bytes received,
/// address.
fn sort(mut actors: Vec<Actor>, mut actor_of: Vec<u32>) -> (Vec<Actor>, Vec<u32>) {
    let key = |actor: &Actor| {
        let grade = actor.grade.map_or(Grade::ALL.len(), |grade| grade as usize);
        let ip = actor.key.ip();
        (actor.class, grade, std::cmp::Reverse(actor.bytes), ip.is_none(), ip)
    };
    // Two of one class are two clients; only names of one spelling can be equal.
    let mut order: Vec<u32> = (0..actors.len() as u32).collect();
    order.sort_by(|one, other| {
        let (one, other) = (&actors[*one as usize], &actors[*other as usize]);
        key(one).cmp(&key(other)).then_with(|| one.name.cmp(&other.name))
    });
    let mut rank = vec![0u32; actors.len()];
    for (at, &place) in (0u32..).zip(&order) {
        rank[place as usize] = at;
    }
    drop(order);
    actor_of.iter_mut().for_each(|place| *place = rank[*place as usize]);
    // Each is swapped to where it belongs, so that nothing is held twice.
    for at in 0..actors.len() {
        while rank[at] as usize != at {
            let to = rank[at] as usize;
            actors.swap(at, to);
            rank.swap(at, to);
        }
    }
    (actors, actor_of)
}

/// The places of the other actors that are the same client, of those that
/// have any.
pub fn same_clients(actors: &[Actor]) -> BTreeMap<u32, Vec<u32>> {
    let mut places: Vec<u32> = (0..actors.len() as u32).collect();
    let key = |place: u32| actors[place as usize].key;
    places.sort_unstable_by_key(|&place| (key(place), place));
    let several =
        places.chunk_by(|one, other| key(*one) == key(*other)).filter(|own| own.len() > 1);
    let each = several.flat_map(|own| {
        let others = |place: u32| own.iter().copied().filter(|other| *other != place).collect();
        own.iter().map(move |&place| (place, others(place)))
    });
    each.collect()
}
