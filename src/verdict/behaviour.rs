//! What the clients' behaviour tells: the detectors look at each actor.
//!
//! What a client asked for is put in order of time from the spool, which is in
//! order of the logs (`portraits`).

use std::collections::{BTreeSet, HashMap};

use xxhash_rust::xxh3::xxh3_128;

use crate::actor::{self, Class};
use crate::case::Kind;
use crate::detector::{self, Fetch, Finding, Habits, Scene, Sent, Trace, Weight};
use crate::evidence::{ClientKey, Detail, Hit};
use crate::examine::trail::Wanted;
use crate::examine::{Examined, Plan, Question};
use crate::record::{Client, Instant};

use super::actors::{Actor, Portrait};
use super::grade::Grade;
use super::place::{Judged, Masks, Where};
use super::scene;
use super::witness::{self, Unexplained};

/// How many requests of one actor the detectors see: its first ones in the
/// order of the logs.
pub const FETCHES_KEPT: usize = 5_000;

/// What the findings of all actors mean for the verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Behaviour {
    /// Clients that were shown to be no lawful users, in order.
    named: Vec<ClientKey>,
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
    /// Adds what the findings of the next actor mean, in the order of a report.
    pub fn add(&mut self, actor: &Actor, portrait: &Portrait) {
        let name = || String::from_utf8_lossy(&portrait.client).into_owned();
        // Lawful clients and the operator's own had every reason to hold a copy.
        if self.orphan.is_none()
            && !matches!(actor.class, Class::Lawful | Class::Own)
            && portrait.findings.iter().any(|one| one.detector == "orphan")
        {
            self.orphan = Some(name());
        }
        if !matches!(actor.class, Class::Other | Class::Unresolved) {
            return;
        }
        if actor.is_named {
            self.named.push(actor.key);
        }
        for finding in &portrait.findings {
            let said = match finding.weight {
                Weight::Used => &mut self.used,
                Weight::Doubt => &mut self.doubt,
                Weight::Client | Weight::Note => continue,
            };
            said.get_or_insert_with(|| Used {
                client: name(),
                since: actor.first,
                because: finding.because.clone(),
            });
        }
    }

    /// Ends the adding.
    pub fn close(&mut self) {
        self.named.sort_unstable();
        self.named.dedup();
        self.named.shrink_to_fit();
    }

    /// Whether a client was shown to be no lawful user.
    pub fn names(&self, client: ClientKey) -> bool {
        self.named.binary_search(&client).is_ok()
    }
}

/// What the detectors look at besides the requests of an actor.
pub struct Watch<'a> {
    question: &'a Question,
    examined: &'a Examined,
    crowds: Crowds,
    scene: Scene,
    none: Habits,
}

impl<'a> Watch<'a> {
    /// Gathers it.
    ///
    /// # Errors
    /// When the text of the hits cannot be read back.
    pub fn new(
        question: &'a Question,
        examined: &'a Examined,
        judged: &[Judged],
    ) -> std::io::Result<Watch<'a>> {
        let crowds = crowds(question, examined, judged)?;
        let scene = scene::scene(question, examined, judged);
        Ok(Watch { question, examined, crowds, scene, none: Habits::default() })
    }

    /// A hit as a detector sees it.
    pub fn fetch(&self, hit: &Hit, detail: &Detail, judged: Judged) -> Fetch {
        fetch(self.question, hit, detail, judged, &self.crowds)
    }

    /// Lets the detectors look at an actor: at its first requests, in the order
    /// of the logs, and at how many more there are.
    pub fn look(
        &self,
        client: ClientKey,
        group: &str,
        fetches: &mut [Fetch],
        left_out: u64,
    ) -> Vec<Finding> {
        // The order of the logs decides among requests of one instant.
        fetches.sort_by_key(|fetch| (fetch.at.is_none(), fetch.at));
        let habits = self.examined.answers.habits.get(client).unwrap_or(&self.none);
        detector::look(&Trace { group, fetches, left_out, habits, scene: &self.scene })
    }
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
    (judged, masks): (&[Judged], &Masks),
    wanted: &Wanted,
) -> std::io::Result<Vec<Noticed>> {
    let gathered = super::actors::gather(question, examined, (judged, masks))?;
    let mut noticed: Vec<Noticed> = Vec::new();
    // A client of two classes did what it did besides once.
    let mut add = |client: Vec<u8>, class: Option<Class>, finding: Finding| {
        let same = |one: &Noticed| one.client == client && one.finding == finding;
        if !noticed.iter().any(same) {
            noticed.push(Noticed { client, class, finding });
        }
    };
    let actors = &gathered.actors;
    for (place, actor) in actors.iter().enumerate().filter(|(_, one)| wanted.holds(one.key)) {
        let portrait = gathered.portraits.read(place)?;
        let client = listed_name(examined, actor.key).unwrap_or(portrait.client);
        for finding in portrait.findings {
            add(client.clone(), Some(actor.class), finding);
        }
    }
    let known: BTreeSet<ClientKey> = actors.iter().map(|actor| actor.key).collect();
    let scene = scene::scene(question, examined, judged);
    for (key, habits) in examined.answers.habits.iter().filter(|(key, _)| !known.contains(key)) {
        let client = listed_name(examined, key).unwrap_or_default();
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
