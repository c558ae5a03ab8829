//! C1, inventory: every server that could answer for the exposed paths is
//! listed and has its logs here.
//!
//! A log cannot tell which other servers there were, so the list is somebody's
//! statement. What can be checked is whether every listed server has a log,
//! and whether every log that its configuration writes is among them.

use super::{Basis, Check, Condition, Outcome, View};
use crate::verdict::unlogged;

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
        let because = format!("no log was found of {}", without.join(", "));
        return vec![Check::of("C1", Outcome::Fail, Basis::Checked, because)];
    }
    let missing = unlogged::not_given(view.question, view.plan);
    if let Some(first) = missing.first() {
        let more = match missing.len() - 1 {
            0 => String::new(),
            n => format!(", and {n} more that were not given"),
        };
        let because = format!(
            "the configuration writes {} ({}), which was not given{more}",
            first.to, first.place
        );
        let mut check = Check::of("C1", Outcome::Fail, Basis::Checked, because);
        check.server = Some(view.question.servers[first.server].name.clone());
        return vec![check];
    }
    let said = view.question.case.inventory_complete;
    vec![view.stated("C1", said, "the list of servers is whole")]
}
