//! C11, configuration: the server's configuration did not change during the
//! window, so that what was logged at one time was logged at every time.

use super::{Check, Condition, View};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C11",
    asks: "Did the server's configuration stay the same during the window?",
    run,
};

fn run(view: &View<'_>) -> Vec<Check> {
    let said = view.question.case.configuration_unchanged;
    vec![view.stated("C11", said, "the configuration did not change during the window")]
}
