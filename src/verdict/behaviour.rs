//! What the clients' behaviour tells: the detectors look at each actor.
//!
//! What a client asked for is put in order of time from the spool, which is in
//! order of the logs. There may be more of it than fits into memory, so actors
//! are looked at in turns, each of which reads the spool once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use xxhash_rust::xxh3::xxh3_128;

use crate::actor::{self, Class};
use crate::case::Kind;
use crate::detector::{self, Fetch, Finding, Habits, Sent, Trace, Weight};
use crate::evidence::{ClientKey, Detail, Hit};
use crate::examine::trail::Wanted;
use crate::examine::{Examined, Plan, Question};
use crate::record::{Client, Instant};

use super::actors::Actor;
use super::cast::{Cast, Sketch, TOLD};
use super::grade::Grade;
use super::place::{Judged, Where};
use super::scene;
use super::witness::{self, Unexplained};

/// How many requests of one actor the detectors see: its first ones in the
/// order of the logs.
const FETCHES_KEPT: u32 = 5_000;

/// How many requests are in memory in one turn, unless that made more than
/// [`TURNS`] of them.
const IN_TURN: usize = 10_000;

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
    /// What the findings of everyone mean.
    pub fn of(actors: &[Actor], cast: &Cast, others: &Others) -> Behaviour {
        let mut behaviour = Behaviour::default();
        let told = actors.iter().enumerate();
        let told = told.flat_map(|(at, actor)| actor.findings.iter().map(move |one| (at, one)));
        for (place, finding) in told.chain(others.weighty.iter().map(|(at, one)| (*at, one))) {
            let client = &cast.all[place];
            let name = || match actors.get(place) {
                Some(actor) => String::from_utf8_lossy(&actor.client).into_owned(),
                None => String::from_utf8_lossy(&client.client()).into_owned(),
            };
            // Lawful clients and the operator's own had every reason to hold a copy.
            let is_stranger = !matches!(client.class, Class::Lawful | Class::Own);
            if finding.detector == "orphan" && is_stranger && behaviour.orphan.is_none() {
                behaviour.orphan = Some(name());
            }
            if !matches!(client.class, Class::Other | Class::Unresolved) {
                continue;
            }
            if finding.weight >= Weight::Client {
                behaviour.named.insert(client.key);
            }
            let said = match finding.weight {
                Weight::Used => &mut behaviour.used,
                Weight::Doubt => &mut behaviour.doubt,
                Weight::Client | Weight::Note => continue,
            };
            said.get_or_insert_with(|| Used {
                client: name(),
                since: client.first,
                because: finding.because.clone(),
            });
        }
        behaviour.named.extend(&others.named);
        behaviour
    }

    /// Whether a client was shown to be no lawful user.
    pub fn names(&self, client: ClientKey) -> bool {
        self.named.contains(&client)
    }
}

/// What was noticed of clients that are not told of in full.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Others {
    /// The first findings of each detector that weigh something or tell of an
    /// earlier visit, with the places of their clients.
    weighty: Vec<(usize, Finding)>,
    /// All that were shown to be no lawful users.
    named: Vec<ClientKey>,
    /// How many clients each detector found.
    counts: BTreeMap<String, u64>,
}

impl Others {
    /// Takes what was noticed of one client.
    fn take(&mut self, place: usize, client: &Sketch, findings: Vec<Finding>) {
        let is_outsider = matches!(client.class, Class::Other | Class::Unresolved);
        if is_outsider && findings.iter().any(|finding| finding.weight >= Weight::Client) {
            self.named.push(client.key);
        }
        for finding in findings {
            let count = self.counts.entry(finding.detector.clone()).or_default();
            *count += 1;
            if *count == 1 && (finding.weight != Weight::Note || finding.detector == "orphan") {
                self.weighty.push((place, finding));
            }
        }
    }
}

/// What a reader should know where not everyone is told of in full.
pub fn remarks(examined: &Examined, cast: &Cast, others: &Others) -> Vec<String> {
    let mut remarks = Vec::new();
    let rest = cast.all.len() - cast.told;
    if rest > 0 {
        let counts: Vec<String> =
            others.counts.iter().map(|(detector, n)| format!("{detector} {n}")).collect();
        let noticed = match counts.as_slice() {
            [] => "nothing was noticed of these".to_owned(),
            counts => format!("noticed of these: {}", counts.join(", ")),
        };
        remarks.push(format!(
            "{} clients asked for a target; the gravest {} of each class are told of in full, the \
             other {rest} by their counts (actors.csv); {noticed}",
            cast.all.len(),
            TOLD
        ));
    }
    let (asked, followed) = (examined.answers.seen.len(), examined.followed);
    if followed.is_some_and(|followed| followed < asked) {
        remarks.push(format!(
            "what clients did besides was looked at for the {} with most hits of {asked}",
            followed.unwrap_or_default()
        ));
    }
    remarks
}

/// Lets the detectors look at everyone. What they find of those who are told of
/// in full stays with these.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn notice(
    question: &Question,
    examined: &Examined,
    judged: &[Judged],
    cast: &Cast,
    actors: &mut [Actor],
) -> std::io::Result<Others> {
    let crowds = crowds(question, examined, judged)?;
    let scene = scene::scene(question, examined, judged);
    let in_turn = IN_TURN.max(examined.hits.len().div_ceil(TURNS));
    let mut counts = vec![0_u32; cast.all.len()];
    let mut left_out: HashMap<u32, u64> = HashMap::new();
    for (&place, _) in cast.of.iter().zip(judged).filter(|(_, judged)| judged.counts) {
        let count = &mut counts[place as usize];
        match *count >= FETCHES_KEPT {
            true => *left_out.entry(place).or_default() += 1,
            false => *count += 1,
        }
    }
    let none = Habits::default();
    let mut others = Others::default();
    let mut first = 0;
    while first < cast.all.len() {
        let mut last = first;
        let mut n_fetches = 0;
        while last < cast.all.len()
            && (n_fetches == 0 || n_fetches + counts[last] as usize <= in_turn)
        {
            n_fetches += counts[last] as usize;
            last += 1;
        }
        let mut fetches: Vec<Vec<Fetch>> = vec![Vec::new(); last - first];
        examined.each_hit(|number, hit, detail| {
            let place = cast.of[number] as usize;
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
            let client = &cast.all[place];
            let group = match actors.get(place) {
                Some(actor) => actor.group.clone(),
                None => actor::group(Client::read(&client.client())),
            };
            let findings = detector::look(&Trace {
                group: &group,
                fetches: own,
                left_out: left_out.get(&(place as u32)).copied().unwrap_or(0),
                habits: examined.answers.habits.get(&client.key).unwrap_or(&none),
                scene: &scene,
            });
            match actors.get_mut(place) {
                Some(actor) => actor.findings = findings,
                None => others.take(place, client, findings),
            }
            own.clear();
            own.shrink_to_fit();
        }
        first = last;
    }
    Ok(others)
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
    let mut cast = Cast::of(examined, judged, TOLD);
    let mut actors = super::actors::gather(question, examined, judged, &mut cast)?;
    notice(question, examined, judged, &cast, &mut actors)?;
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
