//! C1, inventory: every server that could answer for the exposed paths is
//! listed and has its logs here.
//!
//! A log cannot tell which other servers there were, so the list is somebody's
//! statement. What can be checked is whether every listed server has a log,
//! and whether every log that its configuration writes is among them.

use super::{Basis, Check, Condition, Outcome, View};
use crate::verdict::unlogged;
use crate::verdict::words::{checks as says, list};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C1",
    asks: "Is every server that could answer for the exposed paths listed, with its logs?",
    run,
};

fn run(view: &View<'_>) -> Vec<Check> {
    let without: Vec<&str> = view
        .question
        .servers
        .iter()
        .enumerate()
        .filter(|(place, server)| {
            !server.logs.is_empty()
                && !view.plan.sources.iter().any(|source| source.server == *place)
        })
        .map(|(_, server)| server.name.as_str())
        .collect();
    if !without.is_empty() {
        let because = view.say(&says::C1_NO_LOG, &[&list(&without, without.len())]);
        return vec![Check::of("C1", Outcome::Fail, Basis::Checked, because)];
    }
    let missing = unlogged::not_given(view.question, view.plan);
    if let Some(first) = missing.first() {
        let mut because = view.say(&says::C1_NOT_GIVEN, &[&first.to, &first.place]);
        if missing.len() > 1 {
            because.push_str(&view.say(&says::C1_MORE, &[&(missing.len() - 1)]));
        }
        let mut check = Check::of("C1", Outcome::Fail, Basis::Checked, because);
        check.server = Some(view.question.servers[first.server].name.clone());
        return vec![check];
    }
    let said = view.question.case.inventory_complete;
    vec![view.stated("C1", said, &says::WHOLE_LIST)]
}
