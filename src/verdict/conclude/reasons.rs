//! What the verdict rests on and what limits it, the gravest first.

use crate::actor::Class;
use crate::case::{Happening, Kind};
use crate::evidence::Hit;
use crate::verdict::actors::Actor;
use crate::verdict::checks::{Check, Outcome, View};
use crate::verdict::finding;
use crate::verdict::place::is_sent_outside;
use crate::verdict::scene;
use crate::verdict::words::{answers as says, hours, list};
use crate::verdict::{Gap, Grade, Judged, Where};

use super::{AfterClosure, End, MovedEnd};

/// How many holes are told.
const HOLES: usize = 10;

/// The reasons, a sentence each.
pub fn reasons(
    view: &View<'_>,
    checks: &[Check],
    actors: &[Actor],
    after: &[AfterClosure],
    ends: &[MovedEnd],
) -> Vec<String> {
    let mut reasons = found(view, after);
    reasons.extend(other_ways(view));
    reasons.extend(scene::publication(view));
    let maybe: u64 =
        actors.iter().filter(|actor| actor.maybe_lawful).map(|actor| u64::from(actor.inside)).sum();
    if maybe > 0 {
        reasons.push(view.say(&says::MAYBE_LAWFUL, &[&maybe]));
    }
    reasons.extend(redirected(view));
    reasons.extend(never_named(view));
    for (outcome, phrase) in
        [(Outcome::Fail, &says::CHECK_FAILED), (Outcome::Unknown, &says::CHECK_UNKNOWN)]
    {
        for check in checks.iter().filter(|check| check.result == outcome) {
            let of = check.series.as_ref().or(check.server.as_ref()).or(check.exposure.as_ref());
            let of = of.map_or_else(String::new, |of| format!(" [{of}]"));
            reasons.push(view.say(phrase, &[&check.id, &of, &check.because]));
        }
    }
    reasons.extend(holes(view));
    let matters = ends.iter().filter(|end| end.changes);
    reasons.extend(matters.map(|end| end_matters(view, end)));
    reasons
}

/// Of how many targets that no request named it is told one by one.
const NEVER_NAMED: usize = 20;

/// The targets that no request named, and the paths nearest to them.
fn never_named(view: &View<'_>) -> Vec<String> {
    let nearest = view.examined.answers.nearest.iter();
    let each = nearest.filter_map(|(id, paths)| Some((view.question.target(*id)?, paths)));
    let mut reasons = Vec::new();
    let mut left_out = 0_u64;
    for (target, paths) in each {
        if reasons.len() < NEVER_NAMED {
            let paths: Vec<_> = paths.iter().map(|path| String::from_utf8_lossy(path)).collect();
            reasons.push(view.say(&says::NEVER_NAMED, &[&target.text, &list(&paths, paths.len())]));
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        reasons.push(view.say(&says::NEVER_NAMED_MORE, &[&left_out]));
    }
    reasons
}

/// What was found besides the requests inside the windows.
fn found(view: &View<'_>, after: &[AfterClosure]) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(at) = finding::first(view, Happening::Sighted) {
        reasons.push(view.say(&says::SEEN_ELSEWHERE, &[&at]));
    }
    if view
        .hits()
        .any(|(hit, judged)| is_sent_outside(hit, &judged, view.behaviour.names(hit.client)))
    {
        reasons.push(view.say(&says::SENT_OUTSIDE, &[]));
    }
    for one in after.iter().filter(|one| one.requests > 0) {
        let (first, last) = (view.time(one.first), view.time(one.last));
        let with: [&dyn std::fmt::Display; 5] =
            [&one.fixed, &one.requests, &one.clients, &first, &last];
        reasons.push(view.say(&says::AFTER_FIX, &with));
    }
    reasons
}

/// Ways in that the logs do not show.
fn other_ways(view: &View<'_>) -> Vec<String> {
    let case = &view.question.case;
    let mut reasons = Vec::new();
    if let Some(exposure) = case.exposures.iter().find(|exposure| exposure.kind == Kind::Secret) {
        reasons.push(view.say(&says::HELD_SECRETS, &[&exposure.name]));
    } else if let Some(state) = &case.channels.server_credentials
        && state != "closed"
    {
        reasons.push(view.say(&says::CREDENTIALS, &[state]));
    }
    if let Some(used) = &view.behaviour.used {
        reasons.push(view.say(&says::WAS_USED, &[&used.client, &used.because]));
    } else if let Some(doubt) = &view.behaviour.doubt {
        reasons.push(view.say(&says::MAYBE_USED, &[&doubt.client, &doubt.because]));
    }
    reasons
}

/// Requests of others that were sent elsewhere: what a storage sent behind a
/// redirect is in the log of the storage alone.
fn redirected(view: &View<'_>) -> Option<String> {
    let is_away = |hit: &Hit, judged: &Judged| {
        judged.place == Where::Inside
            && judged.grade == Grade::R
            && matches!(hit.status(), Some(302 | 303 | 307 | 308))
            && matches!(hit.class, Class::Other | Class::Unresolved)
    };
    let count = view.hits().filter(|(hit, judged)| is_away(hit, judged)).count();
    (count > 0).then(|| view.say(&says::REDIRECTED, &[&count]))
}

/// The hours that have no log, by server.
fn holes(view: &View<'_>) -> Vec<String> {
    let language = view.question.case.language;
    let inside = view.gaps.iter().filter(|gap| view.touches_window(Some(gap.from), Some(gap.to)));
    let inside: Vec<&Gap> = inside.collect();
    let told = inside.iter().take(HOLES).map(|gap| {
        let length = hours(language, (gap.to.seconds - gap.from.seconds) as f64 / 3600.0);
        let why = match gap.why {
            "missing" => &says::HOLE_MISSING,
            "rotated" => &says::HOLE_ROTATED,
            "silent" => &says::HOLE_SILENT,
            _ => &says::HOLE_UNREADABLE,
        };
        let why = view.say(why, &[]);
        view.say(&says::HOLE, &[&gap.server, &gap.series, &gap.from, &gap.to, &length, &why])
    });
    let mut told: Vec<String> = told.collect();
    if inside.len() > HOLES {
        told.push(view.say(&says::MORE_HOLES, &[&(inside.len() - HOLES)]));
    }
    told
}

/// That a verdict hangs on an end of its window.
fn end_matters(view: &View<'_>, moved: &MovedEnd) -> String {
    let language = view.question.case.language;
    let end = match moved.end {
        End::From => view.say(&says::END_FROM, &[]),
        End::To => view.say(&says::END_TO, &[]),
    };
    let by = hours(language, moved.by_seconds.unsigned_abs() as f64 / 3600.0);
    let by = view.say(&says::HOURS, &[&by]);
    let by = view.say(if moved.by_seconds < 0 { &says::EARLIER } else { &says::LATER }, &[&by]);
    let window = view.question.case.exposures.iter().find(|one| one.name == moved.exposure);
    let window = window.and_then(|exposure| exposure.windows.get(moved.window));
    let from = view.time(window.and_then(|window| window.from));
    view.say(&says::END_MATTERS, &[&moved.exposure, &from, &end, &by, &moved.code])
}
