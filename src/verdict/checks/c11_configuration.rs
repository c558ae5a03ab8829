//! C11, configuration: the server's configuration did not change during the
//! window, so that what was logged at one time was logged at every time.
//!
//! A server that keeps lines in memory before it writes them loses them when it
//! is killed: with a restart inside the window that leaves a hole that no
//! statement fills.

use super::{Basis, Check, Condition, Outcome, View};
use crate::case::Happening;
use crate::format::config::Kind;
use crate::verdict::words::{checks as says, list};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C11",
    asks: "Did the server's configuration stay the same during the window?",
    run,
};

fn run(view: &View<'_>) -> Vec<Check> {
    let said = view.question.case.configuration_unchanged;
    let mut checks = vec![view.stated("C11", said, &says::SAME_CONFIGURATION)];
    checks.extend(buffers(view));
    checks
}

/// Lines that were in memory when a server was restarted.
fn buffers(view: &View<'_>) -> Vec<Check> {
    let restarts = view.question.case.events.iter().filter(|event| {
        event.what == Happening::Restarted && view.touches_window(Some(event.at), Some(event.at))
    });
    let restarts: Vec<String> = restarts.map(|event| event.at.to_string()).collect();
    if restarts.is_empty() {
        return Vec::new();
    }
    let each = view.question.configured.iter().filter_map(|configured| {
        let silences = configured.read.as_ref().ok()?.silences();
        let buffer = silences.into_iter().find(|silence| silence.kind == Kind::Buffer)?;
        let restarts = list(&restarts, restarts.len());
        let because = view.say(&says::C11_BUFFER, &[&buffer.place, &buffer.words(), &restarts]);
        let mut check = Check::of("C11", Outcome::Unknown, Basis::Checked, because);
        check.server = Some(view.question.servers[configured.server].name.clone());
        Some(check)
    });
    each.collect()
}
