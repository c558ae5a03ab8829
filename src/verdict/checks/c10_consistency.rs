//! C10, consistency: nothing in the logs points to a request that is not in
//! them.
//!
//! A client that already holds a copy asks with a validator and is answered
//! 304; where the logs show no earlier answer with content to that client, an
//! earlier fetch is missing from them. So it is where a client comes from an
//! exposed page that it did not ask for.

use std::collections::BTreeMap;

use crate::evidence::ClientKey;
use crate::record::Instant;
use crate::verdict::Grade;

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C10",
    asks: "Does nothing in the logs point to a request that is not in them?",
    run,
};

fn run(view: &View<'_>) -> Vec<Check> {
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
        return vec![Check::of("C10", Outcome::Fail, Basis::Checked, because)];
    }
    // A host that the logs do not tell may be another's.
    let unexplained = || view.behaviour.unexplained.iter();
    let told = unexplained().find(|one| one.witness.is_sure).or(unexplained().next());
    if let Some(one) = told {
        let outcome = if one.witness.is_sure { Outcome::Fail } else { Outcome::Unknown };
        let more = match view.behaviour.unexplained.len() - 1 {
            0 => String::new(),
            n => format!(", and {n} more like it"),
        };
        let because = format!("{}{more}", one.because());
        return vec![Check::of("C10", outcome, Basis::Checked, because)];
    }
    let because = "no answer 304 without an earlier fetch, and no request that came from a target \
                   which its client did not ask for; the provider's traffic figures were not \
                   compared";
    vec![Check::of("C10", Outcome::Unknown, Basis::Checked, because)]
}
