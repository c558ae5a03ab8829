//! Whom a report may tell others of: clients of class other that were sent
//! content, wrote, or whose outcome the log does not show, inside a window.
//!
//! Never a party, a crawler, a lawful user, or a client that cannot be told
//! from one of these: who is put on a list that is shared or enforced must
//! have been seen to do what the list says. Even so it is an observation.

use std::net::IpAddr;

use crate::actor::Class;
use crate::record::Instant;
use crate::report::{Whole, proof};
use crate::verdict::words::{Phrase, shared as says};
use crate::verdict::{Actor, Grade, Judged, Where};

/// Says whether a grade is worth telling others of.
pub(super) fn is_shared(grade: Grade) -> bool {
    grade.is_full() || matches!(grade, Grade::U | Grade::P)
}

/// Says whether others may be told of an actor.
pub(super) fn may_be_told_of(actor: &Actor) -> bool {
    actor.class == Class::Other && actor.grade.is_some_and(is_shared)
}

/// Says whether a request is one of those that others are told of.
pub(super) fn is_told(judged: &Judged) -> bool {
    judged.counts && judged.place == Where::Inside && is_shared(judged.grade)
}

/// What was seen of one address.
#[derive(Debug)]
pub(super) struct Observed {
    /// Its actor's place.
    pub place: usize,
    /// The address.
    pub ip: IpAddr,
    /// How many of its requests others are told of.
    pub requests: u64,
    /// The first of these.
    pub first: Instant,
    /// The last.
    pub last: Instant,
}

/// The requests of one client, added up.
#[derive(Debug, Default)]
struct Sum {
    requests: u64,
    span: Option<(Instant, Instant)>,
}

/// Widens a span of time, so that it holds an instant.
pub(super) fn widen(span: &mut Option<(Instant, Instant)>, at: Instant) {
    let (first, last) = span.unwrap_or((at, at));
    *span = Some((first.min(at), last.max(at)));
}

/// What was seen of all addresses that others may be told of.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// The addresses, in the order of the report.
    pub observed: Vec<Observed>,
    /// Clients that are logged by a name and not by an address.
    pub nameless: u64,
    /// Clients none of whose requests has a time.
    pub timeless: u64,
}

impl Shared {
    /// Gathers them.
    pub(super) fn of(whole: &Whole<'_>) -> Shared {
        let judgement = whole.judgement;
        let told = judgement.actors.iter().map(may_be_told_of);
        let mut sums: Vec<Option<Sum>> = told.map(|told| told.then(Sum::default)).collect();
        for (at, hit) in whole.examined.hits.iter().enumerate() {
            let sum = &mut sums[judgement.actor_of[at] as usize];
            if let Some(sum) = sum.as_mut().filter(|_| is_told(&judgement.judged[at])) {
                sum.requests += 1;
                hit.at().into_iter().for_each(|at| widen(&mut sum.span, at));
            }
        }
        let mut shared = Shared::default();
        for (place, (actor, sum)) in judgement.actors.iter().zip(sums).enumerate() {
            let Some(Sum { requests, span }) = sum else { continue };
            match (actor.key.ip(), span) {
                (None, _) => shared.nameless += 1,
                (Some(_), None) => shared.timeless += 1,
                (Some(ip), Some((first, last))) => {
                    shared.observed.push(Observed { place, ip, requests, first, last });
                }
            }
        }
        shared
    }

    /// What whoever is told must know: what the list is, and what it leaves
    /// out. Not the verdict, which may name a party.
    pub(super) fn told(&self, whole: &Whole<'_>) -> String {
        let say = |phrase: &Phrase, n: u64| phrase.say(whole.question.case.language, &[&n]);
        let mut told = vec![say(&says::WHAT_IT_IS, 0)];
        if self.nameless > 0 {
            told.push(say(&says::NAMELESS, self.nameless));
        }
        if self.timeless > 0 {
            told.push(say(&says::TIMELESS, self.timeless));
        }
        told.join("\n\n")
    }
}

impl Observed {
    /// What was seen of it, in a line.
    pub(super) fn says(&self, whole: &Whole<'_>) -> String {
        let actors = &whole.judgement.actors;
        let id = proof::actor_id(self.place, actors.len());
        let grade = actors[self.place].grade.map(|grade| grade.to_string()).unwrap_or_default();
        says::OBSERVED.say(whole.question.case.language, &[&id, &self.requests, &grade])
    }
}

/// What the report is called where others read it.
pub(super) fn title(whole: &Whole<'_>) -> String {
    let case = &whole.question.case;
    let names = [case.id.as_deref(), case.title.as_deref()];
    let names: Vec<&str> = names.into_iter().flatten().collect();
    let title = says::TITLE.say(case.language, &[]);
    if names.is_empty() { title } else { format!("{title}: {}", names.join(", ")) }
}
