//! Whether the logs could have shown an access.

use crate::case::{Exposure, Kind};
use crate::verdict::Cover;
use crate::verdict::checks::{Check, Outcome, View};
use crate::verdict::finding::is_open_question;
use crate::verdict::hours::Stretch;

/// Whether the logs could have shown an access to one exposure: in a stretch
/// of time or at all, on one server or on all.
pub fn cover(
    view: &View<'_>,
    exposure: &Exposure,
    checks: &[Check],
    within: Option<Stretch>,
    server: Option<&str>,
) -> Cover {
    let own = || {
        let of = |own: &Option<String>, wanted: Option<&str>| {
            own.as_deref().zip(wanted).is_none_or(|(own, wanted)| own == wanted)
        };
        let concerned = checks.iter().filter(move |check| {
            of(&check.exposure, Some(&exposure.name)) && of(&check.server, server)
        });
        concerned.filter(move |check| within.is_none_or(|stretch| check.speaks_of(stretch)))
    };
    if is_other_way_in(view, checks, within) || has_open_question(view, exposure) {
        return Cover::NotShown;
    }
    if own().all(|check| check.result == Outcome::Pass) {
        return Cover::Whole;
    }
    let others = own().filter(|check| check.id != "C9").all(|check| check.result == Outcome::Pass);
    let altered = own().any(|check| check.id == "C9" && check.result == Outcome::Fail);
    let accepted = view.question.case.unaltered_accepted_by.as_deref();
    match others && !altered && accepted.is_some_and(|by| !by.trim().is_empty()) {
        true => Cover::Conditional,
        false => Cover::NotShown,
    }
}

/// Whether somebody may have come by another way than the logs show, or may
/// have altered them: from the start of what gave him the keys on, unless these
/// were changed before and a copy of the logs was compared.
fn is_other_way_in(view: &View<'_>, checks: &[Check], within: Option<Stretch>) -> bool {
    let case = &view.question.case;
    let credentials = case.channels.server_credentials.as_deref();
    let is_used = view.behaviour.used.is_some() || view.behaviour.doubt.is_some();
    if is_used || credentials.is_some_and(|state| state != "closed") {
        return true;
    }
    let integrity =
        checks.iter().filter(|check| check.id == "C9").all(|check| check.result == Outcome::Pass);
    case.exposures.iter().filter(|one| one.kind == Kind::Secret).any(|secret| {
        let start = secret.windows.iter().map(|window| window.widest().0).min().flatten();
        let is_rotated = start
            .zip(secret.rotated_at)
            .is_some_and(|(start, rotated)| rotated <= start && integrity);
        let is_before = start.zip(within).is_some_and(|(start, within)| within.to <= start.seconds);
        !is_rotated && !is_before
    })
}

/// Whether a request was answered of which the log cannot say if it was
/// lawful.
fn has_open_question(view: &View<'_>, exposure: &Exposure) -> bool {
    let number = view.question.case.exposures.iter().position(|one| one.name == exposure.name);
    let bit = number.map_or(0, |number| 1 << number);
    view.hits()
        .any(|(hit, judged)| hit.exposures & bit != 0 && is_open_question(view, hit, &judged))
}
