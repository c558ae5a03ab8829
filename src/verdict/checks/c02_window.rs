//! C2, window: the logs begin before the window and end after it, and no
//! member of a rotation is missing.
//!
//! Some services (S3, CloudFront, the load balancers of AWS, Azure's classic
//! storage logs) promise no record of every request. Their logs may begin and
//! end where they should and still not hold what lies between.

use crate::case::Exposure;
use crate::verdict::gaps::{self, Series};
use crate::verdict::hours::Stretch;
use crate::verdict::place::is_sent_outside;
use crate::verdict::words::checks as says;

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C2",
    asks: "Do the logs enclose the window, with no member of their rotation missing?",
    run,
};

fn run(view: &View<'_>) -> Vec<Check> {
    let all = view.series();
    let mut checks = Vec::new();
    for (number, exposure) in view.question.case.exposures.iter().enumerate() {
        let name = &exposure.name;
        if all.is_empty() {
            let check =
                Check::of("C2", Outcome::Fail, Basis::Checked, view.say(&says::C2_NO_LOG, &[]));
            checks.push(check.exposure(name));
        }
        for series in &all {
            checks.push(enclosed(view, exposure, series).exposure(name).series(view, series));
        }
        if let Some((hit, _)) = view.hits().find(|(hit, judged)| {
            hit.exposures & (1 << number) != 0
                && is_sent_outside(hit, judged, view.behaviour.names(hit.client))
        }) {
            let because = view.say(&says::C2_SENT_OUTSIDE, &[&hit.class, &view.time(hit.at())]);
            checks.push(Check::of("C2", Outcome::Fail, Basis::Checked, because).exposure(name));
        }
    }
    checks
}

/// Whether a series encloses every window of an exposure. What it lacks are
/// stretches of time, and the check speaks of these alone.
fn enclosed(view: &View<'_>, exposure: &Exposure, series: &Series) -> Check {
    let check = |result, because| Check::of("C2", result, Basis::Checked, because);
    let (Some(first), Some(last)) = (series.first, series.last) else {
        return check(Outcome::Fail, view.say(&says::C2_NO_TIME, &[]));
    };
    if exposure.windows.is_empty() {
        return check(Outcome::Unknown, view.say(&says::C2_NO_WINDOW, &[&first, &last]));
    }
    let missing = gaps::missing(view.plan, series);
    let mut lacks: Vec<(String, Stretch)> = Vec::new();
    let mut is_open = false;
    for window in &exposure.windows {
        let (Some(from), Some(to)) = window.widest() else {
            is_open = true;
            continue;
        };
        if first > from {
            let because = view.say(&says::C2_BEGINS_LATE, &[&first, &from]);
            lacks.push((because, Stretch { from: i64::MIN, to: first.seconds }));
        }
        if last < to {
            let because = view.say(&says::C2_ENDS_EARLY, &[&last, &to]);
            lacks.push((because, Stretch { from: last.seconds + 1, to: i64::MAX }));
        }
        for member in &missing {
            let after = view.examined.sources[member.older].coverage.last;
            let before = view.examined.sources[member.newer].coverage.first;
            let clear = before.is_some_and(|before| before < from)
                || after.is_some_and(|after| after >= to);
            if !clear {
                let because = view.say(&says::C2_MEMBER_MISSING, &[&member.name]);
                let from = after.map_or(i64::MIN, |after| after.seconds);
                let to = before.map_or(i64::MAX, |before| before.seconds + 1);
                lacks.push((because, Stretch { from, to }));
            }
        }
    }
    let within: Vec<Stretch> = lacks.iter().map(|(_, stretch)| *stretch).collect();
    match lacks.into_iter().next() {
        Some((because, _)) if is_open => check(Outcome::Fail, because),
        Some((because, _)) => check(Outcome::Fail, because).within(within),
        None if is_open => check(Outcome::Unknown, view.say(&says::C2_OPEN_END, &[])),
        None => match best_effort(view, series) {
            Some(name) => check(Outcome::Unknown, view.say(&says::C2_BEST_EFFORT, &[&name])),
            None => check(Outcome::Pass, view.say(&says::C2_ENCLOSED, &[&first, &last])),
        },
    }
}

/// The format of a series whose service promises no record of every request.
fn best_effort<'v>(view: &View<'v>, series: &Series) -> Option<&'v str> {
    let sources = series.sources.iter().map(|&place| &view.examined.sources[place]);
    let mut formats = sources.flat_map(|source| source.coverage.formats.keys());
    formats.find_map(|place| {
        let about = view.question.formats.known(usize::from(*place));
        about.best_effort.then_some(about.name)
    })
}
