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
use crate::verdict::cast::Sketch;
use crate::verdict::words::{Phrase, shared as says};
use crate::verdict::{Grade, Judged, Where};

/// Says whether a grade is worth telling others of.
pub(super) fn is_shared(grade: Grade) -> bool {
    grade.is_full() || matches!(grade, Grade::U | Grade::P)
}

/// Says whether others may be told of an actor.
pub(super) fn may_be_told_of(client: &Sketch) -> bool {
    client.class == Class::Other && client.grade.is_some_and(is_shared)
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
        let mut spans: Vec<Option<(u64, Option<(Instant, Instant)>)>> = judgement
            .cast
            .all
            .iter()
            .map(|client| may_be_told_of(client).then_some((0, None)))
            .collect();
        for (at, hit) in whole.examined.hits.iter().enumerate() {
            let Some((requests, span)) = &mut spans[judgement.cast.of[at] as usize] else {
                continue;
            };
            if !is_told(&judgement.judged[at]) {
                continue;
            }
            *requests += 1;
            if let Some(at) = hit.at() {
                let (first, last) = span.unwrap_or((at, at));
                *span = Some((first.min(at), last.max(at)));
            }
        }
        let mut shared = Shared::default();
        for (place, (client, span)) in judgement.cast.all.iter().zip(spans).enumerate() {
            match (span, client.key.ip()) {
                (None, _) => {}
                (Some(_), None) => shared.nameless += 1,
                (Some((_, None)), _) => shared.timeless += 1,
                (Some((requests, Some((first, last)))), Some(ip)) => {
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
        let clients = &whole.judgement.cast.all;
        let id = proof::actor_id(self.place, clients.len());
        let grade = clients[self.place].grade.map(|grade| grade.to_string()).unwrap_or_default();
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
