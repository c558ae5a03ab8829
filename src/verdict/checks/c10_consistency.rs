//! C10, consistency: nothing in the logs points to a request that is not in
//! them.
//!
//! A client that already holds a copy asks with a validator and is answered
//! 304; where the logs show no earlier answer with content to that client, an
//! earlier fetch is missing from them. So it is where a client comes from an
//! exposed page that it did not ask for. What an origin logged and the edge in
//! front of it did not shows that one of the two logs is not whole, or that
//! the origin could be reached by another way.

use std::collections::BTreeMap;

use crate::actor::Class;
use crate::evidence::ClientKey;
use crate::examine::edge::Link;
use crate::record::Instant;
use crate::verdict::Grade;
use crate::verdict::words::count;

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
    let edges: Vec<Check> = view.examined.links.iter().map(|link| edge(view, link)).collect();
    let mut checks = vec![orphans(view)];
    checks.extend(edges);
    checks
}

fn orphans(view: &View<'_>) -> Check {
    let mut content: BTreeMap<ClientKey, Instant> = BTreeMap::new();
    for (hit, judged) in view.hits() {
        if let Some(at) = hit.at()
            && (judged.grade.is_content() || judged.grade.is_full())
        {
            let first = content.entry(hit.client).or_insert(at);
            *first = (*first).min(at);
        }
    }
    let orphan = view.hits().find(|(hit, judged)| {
        judged.grade == Grade::V
            && content.get(&hit.client).is_none_or(|first| hit.at().is_none_or(|at| at < *first))
    });
    if let Some((hit, _)) = orphan {
        let at = hit.at().map_or_else(|| "an unknown time".to_owned(), |at| at.to_string());
        let because = format!(
            "at {at} a client was told that its copy of a target is still good, and no earlier \
             fetch by it is in the logs"
        );
        return Check::of("C10", Outcome::Fail, Basis::Checked, because);
    }
    // A host that the logs do not tell may be another's.
    let unexplained = &view.behaviour.unexplained;
    let told = unexplained.iter().find(|one| one.witness.is_sure).or(unexplained.first());
    if let Some(one) = told {
        let outcome = if one.witness.is_sure { Outcome::Fail } else { Outcome::Unknown };
        let more = match unexplained.len() - 1 {
            0 => String::new(),
            n => format!(", and {n} more like it"),
        };
        let because = format!("{}{more}", one.because());
        return Check::of("C10", outcome, Basis::Checked, because);
    }
    let because = "no answer 304 without an earlier fetch, and no request that came from a target \
                   which its client did not ask for; the provider's traffic figures were not \
                   compared";
    Check::of("C10", Outcome::Unknown, Basis::Checked, because)
}

/// What the logs of an edge and of its origin say of each other.
fn edge(view: &View<'_>, link: &Link) -> Check {
    let name = |server: usize| view.question.servers[server].name.as_str();
    let (edge, origin) = (name(link.edge), name(link.origin));
    let mut because = format!(
        "{} of {} hits that {origin} had from {edge} are in the log of {edge}, which has {}",
        link.matched, link.at_origin, link.at_edge
    );
    let outsiders = link.direct.iter().filter(|place| {
        matches!(view.examined.hits[**place as usize].class, Class::Other | Class::Unresolved)
    });
    let outsiders = outsiders.count();
    let missed = !link.missed.is_empty();
    if link.at_origin > link.matched {
        because.push_str(&format!(
            " (about {:.0} in all by Chapman's estimate, if each lost some by chance)",
            link.estimated()
        ));
    }
    if missed {
        let n = count(link.missed.len() as u64, "is", "are");
        because.push_str(&format!("; {n} at the origin but not at the edge"));
    }
    if outsiders > 0 {
        let n = count(outsiders as u64, "request", "requests");
        because.push_str(&format!(
            "; {n} went straight to {origin}: at the origin but not at the edge"
        ));
    }
    if link.at_edge > link.matched {
        let n = count(link.at_edge - link.matched, "is", "are");
        because.push_str(&format!("; {n} at the edge alone, as answers from a cache are"));
    }
    let apart = link.apart.filter(|skew| skew.median.abs() > SKEWED);
    if let Some(skew) = apart {
        because.push_str(&format!(
            "; by {} requests that each log has once the clock of {edge} is {:.0} s ahead of that \
             of {origin}: state `clock_offset_s`",
            skew.pairs,
            skew.median as f64 / 1e6
        ));
    }
    let outcome = match missed || outsiders > 0 {
        true => Outcome::Fail,
        false => Outcome::Pass,
    };
    let mut check = Check::of("C10", outcome, Basis::Checked, because);
    check.server = Some(origin.to_owned());
    check
}
