//! C4, logging of the path: requests for the exposed paths are logged at all.
//!
//! A server may switch logging off for a folder or a kind of file. A request
//! that names a target, whenever and with whatever answer, shows that such
//! requests are written; a documented access that is found shows it best.

use super::{Basis, Check, Condition, Outcome, View};
use crate::format::config::Reach;
use crate::verdict::unlogged::{self, Unlogged};
use crate::verdict::words::{checks as says, list};

/// The condition.
pub const CONDITION: Condition =
    Condition { id: "C4", asks: "Are requests for the exposed paths written to the logs?", run };

/// How many targets, or passages of a configuration, are named.
const SHOWN: usize = 3;

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
            by_configuration(view, silent, control)
        } else if !unnamed.is_empty() {
            (Outcome::Unknown, view.say(&says::C4_UNNAMED, &[&list(&unnamed, SHOWN)]))
        } else if control {
            (Outcome::Pass, view.say(&says::C4_CONTROL, &[]))
        } else if is_whole(view) {
            (Outcome::Pass, view.say(&says::C4_CONFIGURED, &[]))
        } else {
            (Outcome::Unknown, view.say(&says::C4_PERHAPS, &[]))
        };
        Check::of("C4", result, Basis::Checked, because).exposure(&exposure.name)
    });
    each.collect()
}

/// What follows where a configuration leaves requests out.
fn by_configuration(view: &View<'_>, silent: &Unlogged, control: bool) -> (Outcome, String) {
    let passages = silent.because.iter().map(|(what, at)| view.say(&says::C4_SAYS, &[at, what]));
    let passages: Vec<String> = passages.collect();
    let (result, phrase) = match (silent.silent, control) {
        (Reach::Whole, true) => (Outcome::Unknown, &says::C4_CHANGED),
        (Reach::Whole, false) => (Outcome::Fail, &says::C4_NOT_LOGGED),
        _ => (Outcome::Unknown, &says::C4_SOME_NOT_LOGGED),
    };
    (result, view.say(phrase, &[&silent.target, &list(&passages, SHOWN)]))
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
