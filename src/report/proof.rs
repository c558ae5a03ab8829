//! The requests that a report cites: which of them, and what each says.
//!
//! All inside and border hits that count have a number, in the order of the
//! inputs; a report cites the gravest. The text of the hits is read back once
//! here, and that of what is cited is put away in its order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::{Serialize, Serializer};

use crate::evidence::{Detail, Hit, Roll, Shelves, Signs};
use crate::examine::{Examined, Question};
use crate::record::{Instant, Moment};
use crate::verdict::{Grade, Judged, Judgement, Masks, Where};

use super::report_json::in_turn;
use super::safe;

/// How many requests of one actor a report cites.
const ACTOR_CAP: u8 = 100;

/// How many requests a report cites in all.
const CAP: usize = 100_000;

/// A request that a report cites.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Proof {
    /// `EV-000001`.
    pub id: String,
    /// Its input's place in the list of inputs.
    pub source: u32,
    /// The number of its line there, from 1.
    pub line: u64,
    /// The place of its line in the decoded input, in bytes.
    pub offset: u64,
    /// The length of its line in bytes, line ending off.
    pub length: u32,
    /// When, the server's clock set right.
    pub at: Option<String>,
    /// Whose it is.
    pub actor: String,
    /// The method as logged.
    pub method: String,
    /// The target, log escapes undone.
    pub target: String,
    /// Its exact bytes, where they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_b64: Option<String>,
    /// How many of its bytes are left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub target_left_out: u64,
    /// The form of the path that names what was exposed.
    pub path: String,
    /// Its exact bytes, where they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_b64: Option<String>,
    /// How many of its bytes are left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub path_left_out: u64,
    /// How far the spelling is from the plain path.
    pub spelling: &'static str,
    /// The status as logged.
    pub status: Option<u16>,
    /// The byte count as logged.
    pub bytes: Option<u64>,
    /// What it proves was sent.
    pub grade: Grade,
    /// Inside a window, at a border, or outside.
    #[serde(rename = "where")]
    pub place: Where,
    /// The exposures it names, inside or at the border of their windows.
    pub exposures: Vec<String>,
    /// The request at an edge server that it repeats.
    pub same_as: Option<String>,
}

/// Says whether a count is nothing to speak of.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The requests that a report cites, the gravest first. Their text is not in
/// memory.
pub struct Proofs<'a> {
    question: &'a Question,
    examined: &'a Examined,
    judgement: &'a Judgement,
    /// The place of each among the hits, and its number.
    cited: Vec<(u32, u32)>,
    /// Which is cited where, by its place among the hits.
    ranks: Vec<(u32, u32)>,
    /// By actor, the numbers of what is cited of it, in the order of the report.
    of_actor: Vec<(u32, u32)>,
    same_as: BTreeMap<usize, String>,
    details: Roll<Detail>,
    /// How many requests could be cited.
    pub all: u64,
}

impl Proofs<'_> {
    /// How many are cited.
    pub fn len(&self) -> usize {
        self.cited.len()
    }

    /// Says whether none is.
    pub fn is_empty(&self) -> bool {
        self.cited.is_empty()
    }

    /// One of them, by its place in the list.
    ///
    /// # Errors
    /// When its text cannot be read back.
    pub fn read(&self, rank: usize) -> io::Result<Proof> {
        let (at, number) = *self.cited.get(rank).ok_or(io::ErrorKind::NotFound)?;
        let at = at as usize;
        let (hit, judged) = (&self.examined.hits[at], &self.judgement.judged[at]);
        let place = self.judgement.actor_of[at] as usize;
        let actor = actor_id(place, self.judgement.actors.len());
        let detail = self.details.read(rank)?;
        let mut proof = proof(
            self.question,
            hit,
            (judged, &self.judgement.masks),
            &detail,
            id(number.into()),
            actor,
        );
        proof.same_as = self.same_as.get(&at).cloned();
        Ok(proof)
    }

    /// The number of one of them.
    pub fn id(&self, rank: usize) -> Option<String> {
        self.cited.get(rank).map(|(_, number)| id((*number).into()))
    }

    /// The place in the list of the hit at a place, if it is cited.
    pub fn rank(&self, at: u32) -> Option<usize> {
        let at = self.ranks.binary_search_by_key(&at, |(own, _)| *own).ok()?;
        Some(self.ranks[at].1 as usize)
    }

    /// What is cited of an actor.
    pub fn of_actor(&self, place: u32) -> Vec<String> {
        let first = self.of_actor.partition_point(|(actor, _)| *actor < place);
        let own = self.of_actor[first..].iter().take_while(|(actor, _)| *actor == place);
        own.map(|(_, number)| id((*number).into())).collect()
    }
}

impl Serialize for Proofs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        in_turn(serializer, self.len(), |place| self.read(place))
    }
}

/// Says whether a hit has a number of its own: it is counted, or repeats one
/// at the edge that is.
pub fn is_numbered(hit: &Hit, judged: &Judged) -> bool {
    (judged.counts || hit.signs.has(Signs::REPEATED)) && judged.place != Where::Outside
}

/// The numbers of hits, by their place.
pub fn numbers(
    examined: &Examined,
    judgement: &Judgement,
    wanted: &BTreeSet<u32>,
) -> BTreeMap<u32, String> {
    let mut numbers = BTreeMap::new();
    let mut number = 0;
    for (place, (hit, judged)) in (0u32..).zip(examined.hits.iter().zip(&judgement.judged)) {
        if is_numbered(hit, judged) {
            number += 1;
            if wanted.contains(&place) {
                numbers.insert(place, id(number));
            }
        }
    }
    numbers
}

/// For each hit that repeats one at an edge server, the number of that one,
/// by the hit's place.
pub fn same_as(examined: &Examined, judgement: &Judgement) -> BTreeMap<usize, String> {
    let roots = examined.same_as.values().copied().collect();
    let numbers = numbers(examined, judgement, &roots);
    let each = examined.same_as.iter();
    each.filter_map(|(place, root)| Some((*place as usize, numbers.get(root)?.clone()))).collect()
}

/// The number of the n-th hit that has one, from 1.
pub fn id(number: u64) -> String {
    format!("EV-{number:06}")
}

/// The id of the actor at a place among so many: wide enough that all ids of
/// a report are of one width and sort by text.
pub fn actor_id(place: usize, n_actors: usize) -> String {
    let width = n_actors.max(1).ilog10() as usize + 1;
    format!("P-{:0width$}", place + 1, width = width.max(2))
}

/// Chooses what is cited, and gathers it.
///
/// # Errors
/// When the text of the hits cannot be read back, or put away.
pub fn gather<'a>(
    question: &'a Question,
    examined: &'a Examined,
    judgement: &'a Judgement,
) -> io::Result<Proofs<'a>> {
    let chosen = choose(examined, judgement);
    let mut by_place: Vec<(u32, u32)> = (0u32..).zip(&chosen).map(|(at, of)| (*of, at)).collect();
    by_place.sort_unstable();
    let mut numbers = vec![0u32; chosen.len()];
    // From the order of the logs into that of the list.
    let mut shelves = Shelves::new(chosen.len().div_ceil(ON_SHELF));
    let (mut number, mut next) = (0u32, by_place.iter().peekable());
    examined.each_text(|at, hit, detail| {
        let is_numbered = is_numbered(hit, &judgement.judged[at]);
        number += u32::from(is_numbered);
        if let Some((_, rank)) = next.next_if(|(place, _)| *place as usize == at) {
            numbers[*rank as usize] = number;
            let detail = Detail { raw: Vec::new(), ..detail };
            shelves.put(*rank as usize / ON_SHELF, &(*rank, detail))?;
        }
        Ok(())
    })?;
    let mut details = Roll::default();
    for shelf in 0..shelves.len() {
        let mut own: Vec<(u32, Detail)> = Vec::with_capacity(ON_SHELF);
        shelves.each(shelf, |one| {
            own.push(one);
            Ok(())
        })?;
        own.sort_unstable_by_key(|(rank, _)| *rank);
        own.iter().try_for_each(|(_, detail)| details.push(detail))?;
    }
    let cited: Vec<(u32, u32)> = chosen.into_iter().zip(numbers).collect();
    // What only repeats a request is cited beside it, and is none of its own.
    let own = cited.iter().filter(|(at, _)| judgement.judged[*at as usize].counts);
    let mut of_actor: Vec<(u32, u32)> =
        own.map(|(at, number)| (judgement.actor_of[*at as usize], *number)).collect();
    of_actor.sort_by_key(|(actor, _)| *actor);
    let same_as = same_as(examined, judgement);
    let all = u64::from(number);
    Ok(Proofs {
        question,
        examined,
        judgement,
        cited,
        ranks: by_place,
        of_actor,
        same_as,
        details,
        all,
    })
}

/// How many cited requests are put in order at one go.
const ON_SHELF: usize = 2_048;

/// The hits to cite, by their place, in the order in which they are cited.
fn choose(examined: &Examined, judgement: &Judgement) -> Vec<u32> {
    let order = |a: &u32, b: &u32| gravest(examined, judgement, *a as usize, *b as usize);
    let numbered =
        |at: u32| is_numbered(&examined.hits[at as usize], &judgement.judged[at as usize]);
    let repeats = |at: u32| examined.hits[at as usize].signs.has(Signs::REPEATED);
    let mut all: Vec<u32> = (0..examined.hits.len() as u32).collect();
    all.retain(|at| numbered(*at) && !repeats(*at));
    // The gravest ones are looked at first, more of them where clients have too
    // many of these, so that not all need be put in order.
    let mut of_actor = vec![0u8; judgement.actors.len()];
    let mut chosen = Vec::new();
    let (mut rest, mut more) = (all.as_mut_slice(), 2 * CAP);
    while chosen.len() < CAP && !rest.is_empty() {
        if more < rest.len() {
            rest.select_nth_unstable_by(more, order);
        }
        let (now, later) = rest.split_at_mut(more.min(rest.len()));
        now.sort_unstable_by(order);
        for &at in now.iter() {
            let own = &mut of_actor[judgement.actor_of[at as usize] as usize];
            if *own < ACTOR_CAP && chosen.len() < CAP {
                *own += 1;
                chosen.push(at);
            }
        }
        (rest, more) = (later, 2 * more);
    }
    drop(all);
    // What repeats a request is cited where that one is.
    if !examined.same_as.is_empty() {
        let cited: BTreeSet<u32> = chosen.iter().copied().collect();
        let repeated = examined.same_as.iter().filter(|(_, root)| cited.contains(root));
        chosen.extend(repeated.map(|(at, _)| *at).filter(|at| numbered(*at)));
        chosen.sort_unstable_by(order);
        chosen.truncate(CAP);
    }
    chosen
}

/// The order of what is cited: grade, inside before border, time (none last),
/// source, offset. The hits themselves are in order of source and offset.
fn gravest(examined: &Examined, judgement: &Judgement, a: usize, b: usize) -> Ordering {
    let key = |at: usize| {
        let (hit, judged) = (&examined.hits[at], &judgement.judged[at]);
        (judged.grade, judged.place, hit.at().is_none(), hit.at(), at)
    };
    key(a).cmp(&key(b))
}

/// A hit as a report cites it.
pub(super) fn proof(
    question: &Question,
    hit: &Hit,
    (judged, masks): (&Judged, &Masks),
    detail: &Detail,
    id: String,
    actor: String,
) -> Proof {
    let target = safe::text(&detail.target);
    let path = safe::text(&detail.path);
    Proof {
        id,
        source: hit.source,
        line: hit.line,
        offset: hit.offset,
        length: hit.length,
        at: hit.at().map(|at| time(at, detail.digits)),
        actor,
        method: safe::text(&detail.method).text,
        target: target.text,
        target_b64: target.b64,
        target_left_out: target.left_out,
        path: path.text,
        path_b64: path.b64,
        path_left_out: path.left_out,
        spelling: hit.spelling.word(),
        status: hit.status(),
        bytes: hit.bytes(),
        grade: judged.grade,
        place: judged.place,
        exposures: exposures(question, masks.any(judged)),
        same_as: None,
    }
}

/// The exposures a hit is told of: those whose windows it touches, or all that
/// it names where it touches none.
pub(super) fn exposures_of(hit: &Hit, judged: &Judged, masks: &Masks) -> u64 {
    match masks.any(judged) {
        0 => hit.exposures,
        mask => mask,
    }
}

/// Why a hit has no number of its own, or is not counted; empty where it is.
pub(super) fn not_counted(hit: &Hit, judged: &Judged) -> &'static str {
    if hit.signs.has(Signs::COPY) {
        "the same line is counted in another input"
    } else if hit.signs.has(Signs::OTHER_HOST) {
        "another host was asked"
    } else if hit.signs.has(Signs::REPEATED) {
        "the same request is counted at the edge"
    } else if !is_numbered(hit, judged) {
        "outside every window"
    } else {
        ""
    }
}

/// The names of the exposures of a mask.
pub fn exposures(question: &Question, mask: u64) -> Vec<String> {
    let each = question.case.exposures.iter().enumerate();
    let named = each.filter(|(number, _)| mask >> number & 1 == 1);
    named.map(|(_, exposure)| exposure.name.clone()).collect()
}

/// An instant with the fraction as logged.
pub fn time(at: Instant, digits: u8) -> String {
    Moment { at, digits }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_the_fraction_of_the_log() {
        let check = |nanos: u32, digits: u8, expected: &str| {
            assert_eq!(time(Instant { seconds: 0, nanos }, digits), expected);
        };
        check(0, 0, "1970-01-01T00:00:00Z");
        check(0, 3, "1970-01-01T00:00:00.000Z");
        check(120_000_000, 3, "1970-01-01T00:00:00.120Z");
        check(500_000_000, 0, "1970-01-01T00:00:00.5Z");
    }

    #[test]
    fn numbers_have_six_digits_or_more() {
        assert_eq!(id(1), "EV-000001");
        assert_eq!(id(1_234_567), "EV-1234567");
    }
}
