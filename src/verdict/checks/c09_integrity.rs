//! C9, integrity: the logs are as the server wrote them.
//!
//! Where logs could have been altered and no independent copy was compared, a
//! missing line proves nothing. That a copy is said to exist is not enough:
//! its files must have been read and agree.

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition =
    Condition { id: "C9", asks: "Do the logs agree with an independent copy?", run };

fn run(view: &View<'_>) -> Vec<Check> {
    let changed = view.examined.sources.iter().find_map(|source| {
        source.finished.as_ref().and_then(|finished| finished.changed.as_deref())
    });
    if let Some(changed) = changed {
        return vec![Check::of("C9", Outcome::Fail, Basis::Checked, changed)];
    }
    let said =
        view.question.case.servers.iter().any(|server| server.independent_copy == Some(true));
    let because = match said {
        true => "an independent copy is said to exist, but it was not compared",
        false => "no independent copy of the logs was compared",
    };
    let basis = if said { Basis::Stated } else { Basis::Checked };
    vec![Check::of("C9", Outcome::Unknown, basis, because)]
}
