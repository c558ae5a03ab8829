//! C4, logging of the path: requests for the exposed paths are logged at all.
//!
//! A server may switch logging off for a folder or a kind of file. A request
//! that names a target, whenever and with whatever answer, shows that such
//! requests are written; a documented access that is found shows it best.

use super::{Basis, Check, Condition, Outcome, View};
use crate::format::config::Reach;
use crate::verdict::unlogged::{self, Unlogged};

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
        let configured = unlogged::unlogged(view.question, number);
        let silent = configured.iter().max_by_key(|one| one.silent);
        let (result, because) = if let Some(silent) = silent
            && silent.silent > Reach::None
        {
            by_configuration(silent, control)
        } else if !unnamed.is_empty() {
            let some = unnamed.iter().take(3).copied().collect::<Vec<_>>().join(", ");
            let more = if unnamed.len() > 3 { ", …" } else { "" };
            let because = format!("no request ever named {some}{more}: is the pattern right, and are such requests logged?");
            (Outcome::Unknown, because)
        } else if control {
            (Outcome::Pass, "a documented access to the exposed paths is in the logs".to_owned())
        } else if is_whole(view) {
            let because = "requests for the exposed paths are in the logs, and the servers' \
                           configurations leave none of them out";
            (Outcome::Pass, because.to_owned())
        } else {
            let because = "requests for the exposed paths are in the logs, but no documented \
                           access shows that all of them are, and the configuration of the \
                           servers was not read whole";
            (Outcome::Unknown, because.to_owned())
        };
        Check::of("C4", result, Basis::Checked, because).exposure(&exposure.name)
    });
    each.collect()
}

/// What follows where a configuration leaves requests out.
fn by_configuration(silent: &Unlogged, control: bool) -> (Outcome, String) {
    let says: Vec<String> =
        silent.because.iter().take(3).map(|(says, place)| format!("{place} says {says}")).collect();
    let more = if silent.because.len() > 3 { ", …" } else { "" };
    let (target, says) = (&silent.target, says.join("; "));
    match (silent.silent, control) {
        (Reach::Whole, true) => (
            Outcome::Unknown,
            format!(
                "a documented access is in the logs, but as the configuration stands requests \
                 for {target} are not logged ({says}{more}): it was changed, or is another server's"
            ),
        ),
        (Reach::Whole, false) => {
            (Outcome::Fail, format!("requests for {target} are not logged: {says}{more}"))
        }
        _ => (
            Outcome::Unknown,
            format!("some requests for {target} may not be logged: {says}{more}"),
        ),
    }
}

/// Whether the configuration of every server with a log was read, and whole.
fn is_whole(view: &View<'_>) -> bool {
    let read = |server: usize| {
        let mut own = view.question.configured.iter().filter(|one| one.server == server).peekable();
        own.peek().is_some()
            && own.all(|one| one.read.as_ref().is_ok_and(|read| read.problems.is_empty()))
    };
    view.plan.sources.iter().all(|source| read(source.server))
}
