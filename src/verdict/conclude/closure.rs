//! What the server sent after the exposure was declared fixed.
//!
//! Holes are closed twice, or not at all, more often than is said; so every
//! declared fix is tried against the logs without being asked.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::actor::Class;
use crate::case::Happening;
use crate::evidence::{ClientKey, Hit};
use crate::record::Instant;
use crate::verdict::checks::View;
use crate::verdict::grade::Grade;
use crate::verdict::place;

/// What was sent to others after one declared fix and before the case says
/// that the exposure was open again, or fixed once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AfterClosure {
    /// When it was declared fixed.
    pub fixed: Instant,
    /// By whom, where the case says so.
    pub by: Option<String>,
    /// Until when the logs were looked at: the next event, if there is one.
    pub until: Option<Instant>,
    /// Requests of class other that were answered with content, or wrote.
    pub requests: u64,
    /// Their clients.
    pub clients: u64,
    /// The first of them.
    pub first: Option<Instant>,
    /// The last of them.
    pub last: Option<Instant>,
}

/// Whether a request began after an instant for sure: one that was under way
/// then is no sign of a hole that is open again.
fn begins_after(view: &View<'_>, hit: &Hit, at: Instant) -> bool {
    let server = view.plan.sources[hit.source as usize].server;
    place::earliest(view.question, hit, server).is_some_and(|earliest| earliest >= at)
}

/// What followed each declared fix, in order of time.
pub fn after_closure(view: &View<'_>) -> Vec<AfterClosure> {
    let events = &view.question.case.events;
    let mut turns: Vec<(Instant, Option<&Option<String>>)> = events
        .iter()
        .filter_map(|event| match event.what {
            Happening::Fixed => Some((event.at, Some(&event.by))),
            Happening::Reopened => Some((event.at, None)),
            _ => None,
        })
        .collect();
    turns.sort_by_key(|(at, _)| *at);
    let each = turns.iter().enumerate().filter_map(|(place, (fixed, by))| {
        let by = (*by)?;
        let until = turns[place + 1..].iter().map(|(at, _)| *at).find(|at| at > fixed);
        let mut after = AfterClosure {
            fixed: *fixed,
            by: by.clone(),
            until,
            requests: 0,
            clients: 0,
            first: None,
            last: None,
        };
        let mut clients: BTreeSet<ClientKey> = BTreeSet::new();
        for (hit, judged) in view.hits() {
            let Some(at) = hit.at() else { continue };
            let is_sent = judged.grade.is_full() || judged.grade == Grade::P;
            if hit.class != Class::Other
                || !is_sent
                || !begins_after(view, hit, *fixed)
                || until.is_some_and(|until| at >= until)
            {
                continue;
            }
            after.requests += 1;
            clients.insert(hit.client);
            after.first = Some(after.first.map_or(at, |first| first.min(at)));
            after.last = after.last.max(Some(at));
        }
        after.clients = clients.len() as u64;
        Some(after)
    });
    each.collect()
}
