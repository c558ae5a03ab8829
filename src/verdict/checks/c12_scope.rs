//! C12, scope: the other ways in which the data could have left are closed,
//! unused, or named as out of scope.

use crate::verdict::words::{checks as says, list};

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C12",
    asks: "Are other ways out (database, backups, other hosts) closed or named as out of scope?",
    run,
};

fn run(view: &View<'_>) -> Vec<Check> {
    let case = &view.question.case;
    let channels = case.channels.each();
    let of = |wanted: fn(Option<&str>) -> bool| -> Vec<&str> {
        channels.iter().filter(|(_, state)| wanted(*state)).map(|(name, _)| *name).collect()
    };
    let open = of(|state| state == Some("open"));
    let unknown = of(|state| state.is_none_or(|state| state == "unknown"));
    let (result, because) = if !open.is_empty() {
        (Outcome::Fail, view.say(&says::C12_OPEN, &[&list(&open, open.len())]))
    } else if !unknown.is_empty() {
        (Outcome::Unknown, view.say(&says::C12_UNKNOWN, &[&list(&unknown, unknown.len())]))
    } else if let Some(by) = &case.stated_by {
        (Outcome::Pass, view.say(&says::C12_CLOSED, &[by]))
    } else {
        (Outcome::Unknown, view.say(&says::C12_BY_NONE, &[]))
    };
    vec![Check::of("C12", result, Basis::Stated, because)]
}
