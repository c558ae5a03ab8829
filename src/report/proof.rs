//! The requests that a report cites: which of them, and what each says.
//!
//! All inside and border hits that count have a number, in the order of the
//! inputs; a report cites the gravest. The text of the hits is read back once
//! here, and only what is cited stays in memory.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::evidence::{Detail, Hit, Signs};
use crate::examine::{Examined, Question};
use crate::record::{Instant, Moment};
use crate::verdict::{Grade, Judged, Judgement, Where};

use super::safe;

/// How many requests of one actor a report cites.
const ACTOR_CAP: usize = 100;

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

/// What is known of an actor only from the text of its hits.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// Digits of the fraction of its first inside time, as logged.
    pub first_digits: u8,
    /// Digits of the fraction of its last inside time, as logged.
    pub last_digits: u8,
    /// Its requests that named a target on another host.
    pub other_host: u64,
    /// The numbers of what is cited of it, in the order of the report.
    pub cited: Vec<String>,
}

/// What one walk over the hits gives.
#[derive(Debug)]
pub struct Gathered {
    /// What is cited, the gravest first.
    pub proofs: Vec<Proof>,
    /// How many could be.
    pub n_proofs: u64,
    /// By actor.
    pub marks: Vec<Marks>,
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
/// When the text of the hits cannot be read back.
pub fn gather(
    question: &Question,
    examined: &Examined,
    judgement: &Judgement,
) -> std::io::Result<Gathered> {
    let chosen = choose(examined, judgement);
    let ranks: BTreeMap<usize, usize> = (0..).zip(&chosen).map(|(rank, at)| (*at, rank)).collect();
    let mut marks = vec![Marks::default(); judgement.actors.len()];
    // By rank.
    let mut proofs: Vec<Option<Proof>> = chosen.iter().map(|_| None).collect();
    let same_as = same_as(examined, judgement);
    let mut number = 0;
    examined.each_hit(|at, hit, detail| {
        let judged = &judgement.judged[at];
        let place = judgement.actor_of[at] as usize;
        mark(&mut marks[place], judgement, place, hit, judged, detail);
        if !is_numbered(hit, judged) {
            return Ok(());
        }
        number += 1;
        if let Some(rank) = ranks.get(&at) {
            let actor = actor_id(place, judgement.actors.len());
            let mut cited = proof(question, hit, judged, detail, id(number), actor);
            cited.same_as = same_as.get(&at).cloned();
            proofs[*rank] = Some(cited);
        }
        Ok(())
    })?;
    // What only repeats a request is cited beside it, and is none of its own.
    for (at, proof) in chosen.iter().zip(&proofs).filter(|(at, _)| judgement.judged[**at].counts) {
        let ids = proof.iter().map(|proof| proof.id.clone());
        marks[judgement.actor_of[*at] as usize].cited.extend(ids);
    }
    Ok(Gathered { proofs: proofs.into_iter().flatten().collect(), n_proofs: number, marks })
}

/// Notes what only the text of a hit tells of its actor.
fn mark(
    marks: &mut Marks,
    judgement: &Judgement,
    place: usize,
    hit: &Hit,
    judged: &Judged,
    detail: &Detail,
) {
    marks.other_host += u64::from(hit.signs.has(Signs::OTHER_HOST));
    if !judged.counts || judged.place != Where::Inside || hit.at().is_none() {
        return;
    }
    let actor = &judgement.actors[place];
    if hit.at() == actor.first {
        marks.first_digits = marks.first_digits.max(detail.digits);
    }
    if hit.at() == actor.last {
        marks.last_digits = marks.last_digits.max(detail.digits);
    }
}

/// The hits to cite, by their place, in the order in which they are cited.
fn choose(examined: &Examined, judgement: &Judgement) -> Vec<usize> {
    let order = |a: &usize, b: &usize| gravest(examined, judgement, *a, *b);
    let mut by_actor: Vec<Vec<usize>> = vec![Vec::new(); judgement.actors.len()];
    let numbered = |at: usize| is_numbered(&examined.hits[at], &judgement.judged[at]);
    let repeats = |at: usize| examined.hits[at].signs.has(Signs::REPEATED);
    for at in (0..examined.hits.len()).filter(|at| numbered(*at) && !repeats(*at)) {
        let of_actor = &mut by_actor[judgement.actor_of[at] as usize];
        of_actor.push(at);
        // Cut from time to time, so that a busy actor does not fill the memory.
        if of_actor.len() >= 4 * ACTOR_CAP {
            of_actor.sort_unstable_by(order);
            of_actor.truncate(ACTOR_CAP);
        }
    }
    for of_actor in &mut by_actor {
        of_actor.sort_unstable_by(order);
        of_actor.truncate(ACTOR_CAP);
    }
    let mut all: Vec<usize> = by_actor.into_iter().flatten().collect();
    // What repeats a request is cited where that one is.
    let cited: BTreeSet<usize> = all.iter().copied().collect();
    let repeated = examined.same_as.iter().filter(|(_, root)| cited.contains(&(**root as usize)));
    all.extend(repeated.map(|(at, _)| *at as usize).filter(|at| numbered(*at)));
    all.sort_unstable_by(order);
    all.truncate(CAP);
    all
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
    judged: &Judged,
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
        exposures: exposures(question, judged.inside | judged.border),
        same_as: None,
    }
}

/// The exposures a hit is told of: those whose windows it touches, or all that
/// it names where it touches none.
pub(super) fn exposures_of(hit: &Hit, judged: &Judged) -> u64 {
    match judged.inside | judged.border {
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
