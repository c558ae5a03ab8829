//! What is told of each actor: put together from the text of its hits, one
//! actor after the other.
//!
//! The text is in the order of the logs, and there may be more of it than fits
//! into memory. So it is put on shelves first, a few actors each, and then the
//! shelves are gone through in the order of a report.

use std::collections::{BTreeSet, HashMap};
use std::io;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::actor::{self, Class};
use crate::case::vendor::Claims;
use crate::detector::{Fetch, Weight};
use crate::evidence::{ClientKey, Detail, Hit, Roll, Shelves, Signs};
use crate::examine::ask::Seen;
use crate::examine::{Examined, Question};
use crate::record::{Client, Moment};

use super::actors::{Actor, Gathered, Portrait};
use super::behaviour::{Behaviour, FETCHES_KEPT, Watch};
use super::grade::Grade;
use super::labels;
use super::place::{Judged, Masks, Where};
use super::words::{Phrase, told as says};

/// How many different user agents of an actor are told apart; what comes
/// after them in the logs is counted together.
const AGENTS_KEPT: usize = 1_000;

/// How many distinct people or records are counted exactly.
const DISTINCT_KEPT: usize = 1_000_000;

/// How many hits a shelf holds, unless that made more than [`SHELVES`]. What is
/// in memory of each takes about a kilobyte.
const ON_SHELF: usize = 2_048;

/// The most shelves: each holds a buffer.
const SHELVES: usize = 256;

/// Looks at every actor, and tells of it.
///
/// # Errors
/// When the text of the hits cannot be read back, or what is told cannot be
/// put away.
pub(super) fn paint(
    question: &Question,
    examined: &Examined,
    (judged, masks): (&[Judged], &Masks),
    mut actors: Vec<Actor>,
    actor_of: Vec<u32>,
) -> io::Result<Gathered> {
    let claims = Claims::read();
    let watch = Watch::new(question, examined, judged)?;
    let unlogged = unlogged(examined, judged)?;
    let seed = examined.seed(0..examined.sources.len());
    let firsts = firsts(&actor_of, actors.len());
    let shelf_of = |place: u32| firsts.partition_point(|first| *first <= place) - 1;
    let mut shelves = Shelves::new(firsts.len());
    examined.each_text(|number, hit, detail| {
        if hit.signs.has(Signs::REPEATED) {
            return Ok(());
        }
        let detail = Detail { raw: Vec::new(), ..detail };
        shelves.put(shelf_of(actor_of[number]), &(number as u32, detail))
    })?;
    let mut portraits = Roll::default();
    let mut behaviour = Behaviour::default();
    let mut noticed = std::collections::BTreeMap::new();
    for (shelf, &first) in firsts.iter().enumerate() {
        let end = firsts.get(shelf + 1).map_or(actors.len(), |next| *next as usize);
        let own = &mut actors[first as usize..end];
        let mut sitters: Vec<Sitter> =
            own.iter().map(|_| Sitter { seed, ..Sitter::default() }).collect();
        shelves.each(shelf, |(number, detail): (u32, Detail)| {
            let number = number as usize;
            let place = (actor_of[number] - first) as usize;
            let hit = &examined.hits[number];
            let judged = (judged[number], masks.inside(&judged[number]));
            sitters[place].see(&mut own[place], hit, judged, detail, &watch);
            Ok(())
        })?;
        for (actor, sitter) in own.iter_mut().zip(sitters) {
            let seen = examined.answers.seen.get(actor.key).copied().unwrap_or_default();
            let mut portrait = sitter.close(question, &claims, actor, seen, &watch);
            portrait.seen.add(unlogged.get(&actor.key).copied().unwrap_or_default());
            behaviour.add(actor, &portrait);
            for finding in &portrait.findings {
                *noticed.entry((actor.class, finding.detector.clone())).or_default() += 1;
            }
            portraits.push(&portrait)?;
        }
    }
    behaviour.close();
    Ok(Gathered { actors, portraits, actor_of, behaviour, noticed })
}

/// The first actor of each shelf.
fn firsts(actor_of: &[u32], n_actors: usize) -> Vec<u32> {
    let mut hits = vec![0_u32; n_actors];
    actor_of.iter().for_each(|place| hits[*place as usize] += 1);
    let most = ON_SHELF.max(actor_of.len().div_ceil(SHELVES));
    let mut firsts = Vec::new();
    let mut on_shelf = 0;
    for (place, own) in (0u32..).zip(hits) {
        if firsts.is_empty() || on_shelf + own as usize > most {
            firsts.push(place);
            on_shelf = 0;
        }
        on_shelf += own as usize;
    }
    firsts
}

/// What clients did of which only the log of an edge could have told more:
/// such lines were left out of what a client did in all, and these the edge
/// has not.
fn unlogged(examined: &Examined, judged: &[Judged]) -> io::Result<HashMap<ClientKey, Seen>> {
    let missed: BTreeSet<u32> =
        examined.links.iter().flat_map(|link| &link.missed).copied().collect();
    let mut unlogged: HashMap<ClientKey, Seen> = HashMap::new();
    if missed.is_empty() {
        return Ok(unlogged);
    }
    examined.each_hit(|number, hit, detail| {
        if judged[number].counts && missed.contains(&(number as u32)) {
            let at = hit.at().map(|at| Moment { at, digits: detail.digits });
            unlogged.entry(hit.client).or_default().add(Seen::once(at));
        }
        Ok(())
    })?;
    Ok(unlogged)
}

/// Distinct values, as hashes.
#[derive(Debug, Default)]
struct Distinct {
    hashes: Vec<u64>,
    /// How many of them are in order, and no two alike.
    n_settled: usize,
}

impl Distinct {
    fn add(&mut self, hash: u64) {
        self.hashes.push(hash);
        if self.hashes.len() >= 2 * self.n_settled.max(64) {
            self.settle();
        }
    }

    fn settle(&mut self) {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        self.n_settled = self.hashes.len();
    }

    fn count(mut self) -> usize {
        self.settle();
        self.n_settled
    }
}

/// An actor whose hits are being gone through.
#[derive(Debug, Default)]
struct Sitter {
    /// Of the hashes of distinct values.
    seed: u64,
    portrait: Portrait,
    has_client: bool,
    around: bool,
    masked: bool,
    paths: Distinct,
    subjects: Distinct,
    records: Distinct,
    fetches: Vec<Fetch>,
    left_out: u64,
}

impl Sitter {
    /// Takes the next hit, in the order of the logs.
    fn see(
        &mut self,
        actor: &mut Actor,
        hit: &Hit,
        (judged, inside_of): (Judged, u64),
        detail: Detail,
        watch: &Watch<'_>,
    ) {
        if !self.has_client {
            self.has_client = true;
            self.portrait.client.clone_from(&detail.client);
        }
        if !judged.counts {
            return;
        }
        self.around |= hit.signs.has(Signs::AROUND);
        self.masked |= hit.signs.has(Signs::MASKED);
        if self.fetches.len() < FETCHES_KEPT {
            self.fetches.push(watch.fetch(hit, &detail, judged));
        } else {
            self.left_out += 1;
        }
        let portrait = &mut self.portrait;
        if judged.place != Where::Outside {
            let agent = detail.agent.clone().unwrap_or_default();
            if portrait.agents.len() < AGENTS_KEPT || portrait.agents.contains_key(&agent) {
                *portrait.agents.entry(agent).or_default() += 1;
            } else {
                portrait.agents_left_out += 1;
            }
        }
        if judged.place != Where::Inside {
            return;
        }
        if hit.at().is_some() && hit.at() == actor.first {
            actor.digits.0 = actor.digits.0.max(detail.digits);
        }
        if hit.at().is_some() && hit.at() == actor.last {
            actor.digits.1 = actor.digits.1.max(detail.digits);
        }
        let hash = |value: &[u8]| xxh3_64_with_seed(value, self.seed);
        let grade = judged.grade;
        *portrait.by_grade.entry(grade).or_default() += 1;
        *portrait.by_status.entry(hit.status()).or_default() += 1;
        for exposure in (0..64).filter(|bit| inside_of & (1 << bit) != 0) {
            let (gravest, inside) = portrait.exposures.entry(exposure).or_insert((grade, 0));
            *gravest = (*gravest).min(grade);
            *inside += 1;
        }
        if grade.is_content() {
            detail.subject.iter().for_each(|subject| self.subjects.add(hash(subject)));
            detail.record.iter().for_each(|record| self.records.add(hash(record)));
        }
        if grade.is_content() && grade != Grade::L {
            self.paths.add(hash(&detail.path));
        }
    }

    /// What is told of the actor.
    fn close(
        self,
        question: &Question,
        claims: &Claims,
        actor: &mut Actor,
        seen: Seen,
        watch: &Watch<'_>,
    ) -> Portrait {
        let language = question.case.language;
        let label = self.label(actor).map(|phrase| phrase.say(language, &[]));
        let Sitter { mut portrait, around, mut fetches, left_out, .. } = self;
        let kept = |distinct: Distinct| distinct.count().min(DISTINCT_KEPT) as u32;
        actor.paths = self.paths.count() as u32;
        (actor.subjects, actor.records) = (kept(self.subjects), kept(self.records));
        portrait.group = actor::group(Client::read(&portrait.client));
        (portrait.label, portrait.seen) = (label, seen);
        labels::label(question, claims, actor, &mut portrait);
        if around && actor.class == Class::Other {
            let around = says::AROUND.say(language, &[]);
            portrait.label = Some(match portrait.label.take() {
                Some(label) => format!("{label}; {around}"),
                None => around,
            });
        }
        portrait.findings = watch.look(actor.key, &portrait.group, &mut fetches, left_out);
        actor.findings = u8::try_from(portrait.findings.len()).unwrap_or(u8::MAX);
        actor.is_named = portrait.findings.iter().any(|one| one.weight >= Weight::Client);
        portrait
    }

    /// The label of an actor that is unresolved for one of these reasons.
    fn label(&self, actor: &Actor) -> Option<&'static Phrase> {
        match actor.class {
            _ if actor.maybe_lawful => Some(&says::MAYBE_LAWFUL),
            Class::Unresolved if self.around => Some(&says::AROUND),
            Class::Unresolved if self.masked => Some(&says::MASKED),
            _ => None,
        }
    }
}
