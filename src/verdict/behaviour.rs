//! What the clients' behaviour tells: the detectors look at each actor.
//!
//! What a client asked for is put in order of time from the spool, which is in
//! order of the logs. There may be more of it than fits into memory, so actors
//! are looked at in turns, each of which reads the spool once.

use std::collections::{BTreeSet, HashMap};

use xxhash_rust::xxh3::xxh3_128;

use crate::actor::{self, Class};
use crate::case::Kind;
use crate::detector::{self, Fetch, Finding, Habits, Sent, Trace, Weight};
use crate::evidence::{ClientKey, Detail, Hit};
use crate::examine::trail::Wanted;
use crate::examine::{Examined, Plan, Question};
use crate::record::{Client, Instant};

use super::actors::Actor;
use super::grade::Grade;
use super::place::{Judged, Where};
use super::scene;
use super::witness::{self, Unexplained};

/// How many requests of one actor the detectors see: its first ones in the
/// order of the logs.
const FETCHES_KEPT: u32 = 5_000;

/// How many requests are in memory in one turn, unless that made more than
/// [`TURNS`] of them.
const IN_TURN: usize = 100_000;

/// The most turns.
const TURNS: usize = 16;

/// What the findings of all actors mean for the verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Behaviour {
    /// Clients that were shown to be no lawful users.
    named: BTreeSet<ClientKey>,
    /// What shows that the exposed content was used.
    pub used: Option<Used>,
    /// What makes it possible that it was, by whom is not shown.
    pub doubt: Option<Used>,
    /// Requests that came from a target which their client did not ask for.
    pub unexplained: Vec<Unexplained>,
    /// A client whose requests point to an earlier one of its own that the
    /// logs do not hold.
    pub orphan: Option<String>,
}

/// A use of what was exposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// By which client.
    pub client: String,
    /// When it had first asked for what was exposed, where known.
    pub since: Option<Instant>,
    /// What shows it.
    pub because: String,
}

impl Behaviour {
    /// What the findings of actors mean.
    pub fn of(actors: &[Actor]) -> Behaviour {
        let mut behaviour = Behaviour::default();
        let outside =
            actors.iter().filter(|actor| matches!(actor.class, Class::Other | Class::Unresolved));
        for actor in outside {
            for finding in &actor.findings {
                if finding.weight >= Weight::Client {
                    behaviour.named.insert(actor.key);
                }
                let said = match finding.weight {
                    Weight::Used => &mut behaviour.used,
                    Weight::Doubt => &mut behaviour.doubt,
                    Weight::Client | Weight::Note => continue,
                };
                said.get_or_insert_with(|| Used {
                    client: name(actor),
                    since: actor.first,
                    because: finding.because.clone(),
                });
            }
        }
        // Lawful clients and the operator's own had every reason to hold a copy.
        let mut strangers =
            actors.iter().filter(|actor| !matches!(actor.class, Class::Lawful | Class::Own));
        let is_orphan = |actor: &&Actor| actor.findings.iter().any(|one| one.detector == "orphan");
        behaviour.orphan = strangers.find(is_orphan).map(name);
        behaviour
    }

    /// Whether a client was shown to be no lawful user.
    pub fn names(&self, client: ClientKey) -> bool {
        self.named.contains(&client)
    }
}

/// A client as logged.
fn name(actor: &Actor) -> String {
    String::from_utf8_lossy(&actor.client).into_owned()
}

/// Lets the detectors look at every actor.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn notice(
    question: &Question,
    examined: &Examined,
    judged: &[Judged],
    actor_of: &[u32],
    actors: &mut [Actor],
) -> std::io::Result<()> {
    let crowds = crowds(question, examined, judged)?;
    let scene = scene::scene(question, examined, judged);
    let in_turn = IN_TURN.max(examined.hits.len().div_ceil(TURNS));
    let mut counts = vec![0_u32; actors.len()];
    let mut left_out = vec![0_u64; actors.len()];
    for (&place, judged) in actor_of.iter().zip(judged) {
        let count = &mut counts[place as usize];
        match judged.counts && *count >= FETCHES_KEPT {
            true => left_out[place as usize] += 1,
            false => *count += u32::from(judged.counts),
        }
    }
    let none = Habits::default();
    let mut first = 0;
    while first < actors.len() {
        let mut last = first;
        let mut n_fetches = 0;
        while last < actors.len()
            && (n_fetches == 0 || n_fetches + counts[last] as usize <= in_turn)
        {
            n_fetches += counts[last] as usize;
            last += 1;
        }
        let mut fetches: Vec<Vec<Fetch>> = vec![Vec::new(); last - first];
        examined.each_hit(|number, hit, detail| {
            let place = actor_of[number] as usize;
            if (first..last).contains(&place) && judged[number].counts {
                let own = &mut fetches[place - first];
                if own.len() < FETCHES_KEPT as usize {
                    own.push(fetch(question, hit, detail, judged[number], &crowds));
                }
            }
            Ok(())
        })?;
        for (place, own) in (first..last).zip(&mut fetches) {
            // The order of the logs decides among requests of one instant.
            own.sort_by_key(|fetch| (fetch.at.is_none(), fetch.at));
            let actor = &mut actors[place];
            actor.findings = detector::look(&Trace {
                group: &actor.group,
                fetches: own,
                left_out: left_out[place],
                habits: examined.answers.habits.get(&actor.key).unwrap_or(&none),
                scene: &scene,
            });
        }
        first = last;
    }
    Ok(())
}

/// What a reader should know where what clients did besides was not looked at
/// for every one of them.
pub fn unfollowed(examined: &Examined) -> Option<String> {
    let all = examined.answers.seen.len();
    let followed = examined.followed.filter(|followed| *followed < all)?;
    Some(format!(
        "what clients did besides was looked at for the {followed} with most hits, of {all}"
    ))
}

/// What was noticed of a client that is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    /// The client.
    pub client: Vec<u8>,
    /// Whose its requests for what was exposed are, where it made any.
    pub class: Option<Class>,
    /// What was noticed.
    pub finding: Finding,
}

/// What the detectors notice of the clients that are followed, whatever they
/// asked for: those that asked for what was exposed first, in the order of a
/// report.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn noticed(
    question: &Question,
    plan: &Plan,
    examined: &Examined,
    judged: &[Judged],
    wanted: &Wanted,
) -> std::io::Result<Vec<Noticed>> {
    let (mut actors, actor_of) = super::actors::gather(question, examined, judged)?;
    notice(question, examined, judged, &actor_of, &mut actors)?;
    let mut noticed: Vec<Noticed> = Vec::new();
    // A client of two classes did what it did besides once.
    let mut add = |client: Vec<u8>, class: Option<Class>, finding: Finding| {
        let same = |one: &Noticed| one.client == client && one.finding == finding;
        if !noticed.iter().any(same) {
            noticed.push(Noticed { client, class, finding });
        }
    };
    for actor in actors.iter_mut().filter(|actor| wanted.holds(actor.key)) {
        let client = listed_name(examined, actor.key).unwrap_or_else(|| actor.client.clone());
        for finding in std::mem::take(&mut actor.findings) {
            add(client.clone(), Some(actor.class), finding);
        }
    }
    let known: BTreeSet<ClientKey> = actors.iter().map(|actor| actor.key).collect();
    let scene = scene::scene(question, examined, judged);
    for (key, habits) in examined.answers.habits.iter().filter(|(key, _)| !known.contains(key)) {
        let client = listed_name(examined, *key).unwrap_or_default();
        let group = actor::group(Client::read(&client));
        let trace = Trace { group: &group, fetches: &[], left_out: 0, habits, scene: &scene };
        for finding in detector::look(&trace) {
            add(client.clone(), None, finding);
        }
    }
    for one in witness::unexplained(question, plan, examined, judged)? {
        if wanted.holds(one.witness.client) {
            let client = listed_name(examined, one.witness.client);
            let client = client.unwrap_or_else(|| one.witness.token.clone());
            add(
                client,
                Some(one.witness.class),
                detector::orphan(one.because(question.case.language)),
            );
        }
    }
    Ok(noticed)
}

/// The address of a client, or the name by which a trail lists it.
fn listed_name(examined: &Examined, key: ClientKey) -> Option<Vec<u8>> {
    match key.ip() {
        Some(ip) => Some(ip.to_string().into_bytes()),
        None => {
            let mut steps = examined.answers.trail.steps.values();
            let own = steps.find(|step| ClientKey::of(Client::read(&step.client)) == key);
            own.map(|step| step.client.clone())
        }
    }
}

/// How many clients were sent each path of a share link.
type Crowds = HashMap<u128, BTreeSet<ClientKey>>;

/// How many clients of one link are told apart.
const CROWD: usize = 1_000;

fn crowds(question: &Question, examined: &Examined, judged: &[Judged]) -> std::io::Result<Crowds> {
    let mut crowds = Crowds::new();
    let is_link = |hit: &Hit| kind(question, hit) == Kind::ShareLink;
    if !question.case.exposures.iter().any(|exposure| exposure.kind == Kind::ShareLink) {
        return Ok(crowds);
    }
    examined.each_hit(|number, hit, detail| {
        if judged[number].counts && judged[number].grade.is_content() && is_link(hit) {
            let clients = crowds.entry(xxh3_128(&detail.path)).or_default();
            if clients.len() < CROWD {
                clients.insert(hit.client);
            }
        }
        Ok(())
    })?;
    Ok(crowds)
}

/// The kind of the first exposure that a hit names.
fn kind(question: &Question, hit: &Hit) -> Kind {
    let first = hit.exposures.trailing_zeros() as usize;
    question.case.exposures.get(first).map(|exposure| exposure.kind).unwrap_or_default()
}

/// A hit as a detector sees it.
fn fetch(
    question: &Question,
    hit: &Hit,
    detail: &Detail,
    judged: Judged,
    crowds: &Crowds,
) -> Fetch {
    let query = memchr::memchr(b'?', &detail.target).map(|at| &detail.target[at + 1..]);
    let crowd = crowds.get(&xxh3_128(&detail.path)).map_or(1, BTreeSet::len);
    Fetch {
        at: hit.at(),
        kind: kind(question, hit),
        method: detail.method.clone(),
        path: detail.path.clone(),
        query: query.unwrap_or_default().to_vec(),
        host: detail.host.clone(),
        status: hit.status(),
        sent: sent(judged.grade),
        referer: detail.referer.clone(),
        record: detail.record.clone(),
        subject: detail.subject.clone(),
        has_user: detail.user.is_some(),
        first_byte: detail.delivery.range.map(|range| range.first),
        late: late(question, hit).filter(|_| judged.place == Where::Outside),
        clients: u32::try_from(crowd).unwrap_or(u32::MAX),
    }
}

/// What a grade says was sent.
fn sent(grade: Grade) -> Sent {
    match grade {
        Grade::F1 | Grade::F2 | Grade::F3 => Sent::Content,
        Grade::P => Sent::Part,
        Grade::L => Sent::Listing,
        Grade::V => Sent::Confirmed,
        Grade::W => Sent::Wrote,
        Grade::U => Sent::Unknown,
        Grade::M | Grade::R | Grade::E | Grade::X => Sent::Nothing,
    }
}

/// How many seconds after the last window of its target a hit lies; one that
/// may have begun before its end is at the border, and not late.
fn late(question: &Question, hit: &Hit) -> Option<i64> {
    let at = hit.at()?;
    let exposure = question.case.exposures.get(hit.exposures.trailing_zeros() as usize)?;
    let windows = match question.target(hit.target) {
        Some(target) if target.listed.is_some() => target.windows(&exposure.windows),
        _ => exposure.windows.clone(),
    };
    let end =
        windows.iter().map(|window| window.to).collect::<Option<Vec<_>>>()?.into_iter().max()?;
    (at >= end).then(|| at.seconds - end.seconds)
}
