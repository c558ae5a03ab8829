//! C4, logging of the path: requests for the exposed paths are logged at all.
//!
//! A server may switch logging off for a folder or a kind of file. A request
//! that names a target, whenever and with whatever answer, shows that such
//! requests are written; a documented access that is found shows it best.

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition =
    Condition { id: "C4", asks: "Are requests for the exposed paths written to the logs?", run };

fn run(view: &View<'_>) -> Vec<Check> {
    let exposures = view.question.case.exposures.iter().enumerate();
    let each = exposures.map(|(number, exposure)| {
        let unnamed: Vec<&str> = view
            .question
            .targets()
            .filter(|(at, owner, _)| *owner == number && !view.examined.named.contains(at))
            .map(|(_, _, target)| target.text.as_str())
            .collect();
        let control = view.hits().any(|(hit, _)| {
            hit.signs.has(crate::evidence::Signs::CONTROL) && hit.exposures & (1 << number) != 0
        });
        let (result, because) = if !unnamed.is_empty() {
            let some = unnamed.iter().take(3).copied().collect::<Vec<_>>().join(", ");
            let more = if unnamed.len() > 3 { ", …" } else { "" };
            let because = format!("no request ever named {some}{more}: is the pattern right, and are such requests logged?");
            (Outcome::Unknown, because)
        } else if control {
            (Outcome::Pass, "a documented access to the exposed paths is in the logs".to_owned())
        } else {
            let because = "requests for the exposed paths are in the logs, but no documented \
                           access shows that all of them are, and no configuration was read";
            (Outcome::Unknown, because.to_owned())
        };
        Check::of("C4", result, Basis::Checked, because).exposure(&exposure.name)
    });
    each.collect()
}
