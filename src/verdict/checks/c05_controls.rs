//! C5, controls: every documented access is in the logs.
//!
//! Finding all of M documented accesses shows, at 95 %, that the logs keep at
//! least a share of 0.05^(1/M) of all accesses. A party that is known to have
//! come and is not found makes the check unknown: either it came from another
//! network, or its requests were not logged.

use crate::actor::Class;
use crate::case::PartyRole;
use crate::evidence::Signs;

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition =
    Condition { id: "C5", asks: "Is every documented access in the logs?", run };

fn run(view: &View<'_>) -> Vec<Check> {
    let case = &view.question.case;
    let found = |control: &crate::case::Control| {
        // At a server behind an edge it is one that is counted there.
        view.examined.hits.iter().any(|hit| {
            hit.signs.has(Signs::CONTROL)
                && hit
                    .at()
                    .is_some_and(|at| (at.seconds - control.at.seconds).abs() <= control.within)
                && control.ip.is_none_or(|ip| hit.client.ip() == Some(ip))
        })
    };
    let absent = case.controls.iter().find(|control| !found(control));
    if let Some(control) = absent {
        let because = format!(
            "the documented access to {} at {} is not in the logs",
            control.path, control.at
        );
        return vec![Check::of("C5", Outcome::Fail, Basis::Checked, because)];
    }
    let unseen = case.parties.iter().enumerate().find(|(place, party)| {
        party.role == PartyRole::Known
            && !view.hits().any(|(hit, _)| hit.class == Class::Known && hit.party() == Some(*place))
    });
    if let Some((_, party)) = unseen {
        let because = match party.is_unlocated() {
            true => format!(
                "{} is known to have come but no network of theirs is given: not located, \
                 perhaps among the others",
                party.name
            ),
            false if party.shared => format!(
                "{} is known to have come from an address that others share: which requests were \
                 theirs cannot be told",
                party.name
            ),
            false => format!(
                "{} is known to have come and has no request in the logs: they came from another \
                 network, or their requests were not logged",
                party.name
            ),
        };
        return vec![Check::of("C5", Outcome::Unknown, Basis::Checked, because)];
    }
    let n_controls = case.controls.len();
    if n_controls == 0 {
        let because = "no documented access was given to look for";
        return vec![Check::of("C5", Outcome::Unknown, Basis::Checked, because)];
    }
    let bound = 0.05_f64.powf(1.0 / n_controls as f64);
    let because = format!(
        "all {n_controls} documented accesses are in the logs: at least {:.0} % of accesses are \
         kept, at 95 %",
        bound * 100.0
    );
    vec![Check::of("C5", Outcome::Pass, Basis::Checked, because)]
}
