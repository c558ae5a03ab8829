//! C2, window: the logs begin before the window and end after it, and no
//! member of a rotation is missing.

use crate::case::{Exposure, Window};
use crate::verdict::gaps::{self, Series};
use crate::verdict::place::is_sent_outside;

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
            let check = Check::of("C2", Outcome::Fail, Basis::Checked, "there is no access log");
            checks.push(check.exposure(name));
        }
        for series in &all {
            let (result, because) = enclosed(view, exposure, series);
            let check = Check::of("C2", result, Basis::Checked, because);
            checks.push(check.exposure(name).series(view, series));
        }
        if let Some((hit, _)) = view.hits().find(|(hit, judged)| {
            hit.exposures & (1 << number) != 0
                && is_sent_outside(hit, judged, view.behaviour.names(hit.client))
        }) {
            let at = hit.at().map_or_else(|| "an unknown time".to_owned(), |at| at.to_string());
            let because = format!(
                "content was sent to a client of class {} at {at}, outside the stated window",
                hit.class
            );
            checks.push(Check::of("C2", Outcome::Fail, Basis::Checked, because).exposure(name));
        }
    }
    checks
}

fn enclosed(view: &View<'_>, exposure: &Exposure, series: &Series) -> (Outcome, String) {
    let (Some(first), Some(last)) = (series.first, series.last) else {
        return (Outcome::Fail, "not one record with a time was read".to_owned());
    };
    if exposure.windows.is_empty() {
        let because = format!(
            "the case states no window, so the logs ({first} to {last}) are all that is spoken of"
        );
        return (Outcome::Unknown, because);
    }
    let missing = gaps::missing(view.plan, series);
    let mut unknown = None;
    for window in &exposure.windows {
        let Window { from: Some(from), to: Some(to), .. } = window else {
            unknown = Some("the case leaves an end of the window open".to_owned());
            continue;
        };
        let (earliest, latest) =
            (window.from_earliest.unwrap_or(*from), window.to_latest.unwrap_or(*to));
        if first > earliest {
            return (
                Outcome::Fail,
                format!("the first record is of {first}, after the window began ({earliest})"),
            );
        }
        if last < latest {
            return (
                Outcome::Fail,
                format!("the last record is of {last}, before the window ended ({latest})"),
            );
        }
        for member in &missing {
            let after = view.examined.sources[member.older].coverage.last;
            let before = view.examined.sources[member.newer].coverage.first;
            let clear = before.is_some_and(|before| before < earliest)
                || after.is_some_and(|after| after >= latest);
            if !clear {
                return (Outcome::Fail, format!("the rotation member {} is missing", member.name));
            }
        }
    }
    match unknown {
        Some(because) => (Outcome::Unknown, because),
        None => {
            (Outcome::Pass, format!("records from {first} to {last}, no rotation member missing"))
        }
    }
}
