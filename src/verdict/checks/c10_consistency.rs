//! C10, consistency: nothing in the logs points to a request that is not in
//! them.
//!
//! A client that already holds a copy asks with a validator and is answered
//! 304; one that follows a link says in its referer where it stood. Where the
//! logs show no such earlier request of that client, it is missing from them:
//! or the client changed its address, which the logs cannot tell.

use std::collections::BTreeMap;

use crate::actor::Class;
use crate::evidence::ClientKey;
use crate::record::Instant;
use crate::verdict::Grade;
use crate::verdict::words::checks as says;

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C10",
    asks: "Does nothing in the logs point to a request that is not in them?",
    run,
};

fn run(view: &View<'_>) -> Vec<Check> {
    let check = |result, because| vec![Check::of("C10", result, Basis::Checked, because)];
    if let Some(at) = orphan(view) {
        return check(Outcome::Fail, view.say(&says::C10_ORPHAN, &[&view.time(at)]));
    }
    if let Some(client) = &view.behaviour.orphan {
        return check(Outcome::Fail, view.say(&says::C10_REFERRED, &[client]));
    }
    check(Outcome::Pass, view.say(&says::C10_NONE, &[]))
}

/// The time of the first answer 304 to a client that was sent nothing before.
/// Lawful clients and the operator's own had every reason to hold a copy.
fn orphan(view: &View<'_>) -> Option<Option<Instant>> {
    let mut content: BTreeMap<ClientKey, Instant> = BTreeMap::new();
    for (hit, judged) in view.hits() {
        if let Some(at) = hit.at()
            && (judged.grade.is_content() || judged.grade.is_full())
        {
            let first = content.entry(hit.client).or_insert(at);
            *first = (*first).min(at);
        }
    }
    let confirmed = view.hits().filter(|(hit, judged)| {
        judged.grade == Grade::V && !matches!(hit.class, Class::Lawful | Class::Own)
    });
    let orphans = confirmed.filter(|(hit, _)| {
        content.get(&hit.client).is_none_or(|first| hit.at().is_none_or(|at| at < *first))
    });
    orphans.map(|(hit, _)| hit.at()).min()
}
