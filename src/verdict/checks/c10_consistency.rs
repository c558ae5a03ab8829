//! C10, consistency: nothing in the logs points to a request that is not in
//! them.
//!
//! A client that already holds a copy asks with a validator and is answered
//! 304; one that follows a link says in its referer where it stood. Where the
//! logs show no such earlier request of that client, it is missing from them:
//! or the client changed its address, which the logs cannot tell. What an
//! origin logged and the edge in front of it did not shows that one of the two
//! logs is not whole, or that the origin could be reached by another way.

use std::collections::BTreeMap;

use crate::actor::Class;
use crate::evidence::ClientKey;
use crate::examine::edge::Link;
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

/// From which difference of two clocks on it is told, in microseconds.
const SKEWED: i64 = 1_000_000;

fn run(view: &View<'_>) -> Vec<Check> {
    let mut checks = vec![orphans(view)];
    checks.extend(view.examined.links.iter().map(|link| edge(view, link)));
    checks
}

fn orphans(view: &View<'_>) -> Check {
    let check = |result, because| Check::of("C10", result, Basis::Checked, because);
    if let Some(at) = orphan(view) {
        return check(Outcome::Fail, view.say(&says::C10_ORPHAN, &[&view.time(at)]));
    }
    let language = view.question.case.language;
    let unexplained = &view.behaviour.unexplained;
    if let Some(one) = unexplained.iter().find(|one| one.witness.is_sure) {
        return check(Outcome::Fail, one.because(language));
    }
    if let Some(client) = &view.behaviour.orphan {
        return check(Outcome::Fail, view.say(&says::C10_REFERRED, &[client]));
    }
    // A host that the logs do not tell may be another's.
    if let Some(one) = unexplained.first() {
        return check(Outcome::Unknown, one.because(language));
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

/// What the logs of an edge and of its origin say of each other.
fn edge(view: &View<'_>, link: &Link) -> Check {
    let name = |server: usize| view.question.servers[server].name.as_str();
    let (edge, origin) = (name(link.edge), name(link.origin));
    let mut because =
        view.say(&says::C10_EDGE, &[&link.matched, &link.at_origin, &origin, &edge, &link.at_edge]);
    let outsiders = link.direct.iter().filter(|place| {
        matches!(view.examined.hits[**place as usize].class, Class::Other | Class::Unresolved)
    });
    let outsiders = outsiders.count();
    let missed = !link.missed.is_empty();
    if link.at_origin > link.matched {
        let estimated = format!("{:.0}", link.estimated());
        because.push_str(&view.say(&says::C10_ESTIMATED, &[&estimated]));
    }
    if missed {
        because.push_str(&view.say(&says::C10_MISSED, &[&link.missed.len()]));
    }
    if outsiders > 0 {
        because.push_str(&view.say(&says::C10_STRAIGHT, &[&outsiders, &origin]));
    }
    if link.at_edge > link.matched {
        because.push_str(&view.say(&says::C10_CACHED, &[&(link.at_edge - link.matched)]));
    }
    if let Some(skew) = link.apart.filter(|skew| skew.median.abs() > SKEWED) {
        let seconds = format!("{:.0}", skew.median as f64 / 1e6);
        because.push_str(&view.say(&says::C10_SKEWED, &[&skew.pairs, &edge, &seconds, &origin]));
    }
    let outcome = match missed || outsiders > 0 {
        true => Outcome::Fail,
        false => Outcome::Pass,
    };
    let mut check = Check::of("C10", outcome, Basis::Checked, because);
    check.server = Some(origin.to_owned());
    check
}
