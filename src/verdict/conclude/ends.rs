//! Whether the ends of a window matter: each is moved by the error that the
//! case states, and by an hour either way, and the verdict is drawn again.

use serde::Serialize;

use crate::case::Window;
use crate::record::Instant;
use crate::verdict::checks::{Check, View};
use crate::verdict::finding::{self, gravest};
use crate::verdict::{Code, Cover, ExposureVerdict};

use super::{End, code, cover, stretch};

/// How far each end is moved, in seconds: an hour is the usual error, that of
/// a clock or of a zone taken for another.
const HOUR: i64 = 3_600;

/// How many windows of an exposure are tried.
const WINDOWS: usize = 20;

/// The verdict with one end of a window moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MovedEnd {
    /// The exposure.
    pub exposure: String,
    /// Which of its windows, from 0.
    pub window: usize,
    /// Which end.
    pub end: End,
    /// By how many seconds; below zero is earlier.
    pub by_seconds: i64,
    /// The code that follows.
    pub code: Code,
    /// It is another than with the window as stated.
    pub changes: bool,
}

/// Every end of every window of each exposure, moved.
pub fn moved(view: &View<'_>, checks: &[Check], exposures: &[ExposureVerdict]) -> Vec<MovedEnd> {
    let mut all = Vec::new();
    for (number, (exposure, verdict)) in
        view.question.case.exposures.iter().zip(exposures).enumerate()
    {
        for (place, window) in exposure.windows.iter().take(WINDOWS).enumerate() {
            for (end, by_seconds, window) in variants(window) {
                let mut windows = exposure.windows.clone();
                windows[place] = window;
                let found = finding::found(view, number, Some(&windows));
                let is_sighted = finding::first(view, crate::case::Happening::Sighted).is_some();
                let mut finding = gravest(found.iter());
                if is_sighted {
                    finding = verdict.finding.min(finding);
                }
                let coverage = match encloses(view, &windows[place]) {
                    true => cover::cover(view, exposure, checks, None, None),
                    false => Cover::NotShown,
                };
                let code = code(finding, coverage);
                all.push(MovedEnd {
                    exposure: exposure.name.clone(),
                    window: place,
                    end,
                    by_seconds,
                    code,
                    changes: code != verdict.code,
                });
            }
        }
    }
    all
}

/// A window with one end moved, every way that is tried.
fn variants(window: &Window) -> Vec<(End, i64, Window)> {
    let mut all = Vec::new();
    let mut add = |end: End, by: i64| {
        let mut moved = window.clone();
        let shift = |at: Option<Instant>| at.map(|at| at.plus_seconds(by));
        match end {
            End::From => moved.from = shift(moved.from),
            End::To => moved.to = shift(moved.to),
        }
        let is_whole = stretch(moved.from, moved.to).is_none_or(|all| all.from < all.to);
        let is_new = !all.iter().any(|(one, other, _)| *one == end && *other == by);
        if by != 0 && is_whole && is_new {
            all.push((end, by, moved));
        }
    };
    let error = |at: Option<Instant>, other: Option<Instant>| {
        at.zip(other).map(|(at, other)| other.seconds - at.seconds)
    };
    if window.from.is_some() {
        let stated = error(window.from, window.from_earliest);
        [stated, Some(-HOUR), Some(HOUR)].into_iter().flatten().for_each(|by| add(End::From, by));
    }
    if window.to.is_some() {
        let stated = error(window.to, window.to_latest);
        [stated, Some(-HOUR), Some(HOUR)].into_iter().flatten().for_each(|by| add(End::To, by));
    }
    all
}

/// Whether the logs of every series begin before a window and end after it.
fn encloses(view: &View<'_>, window: &Window) -> bool {
    view.series().iter().all(|series| {
        let begins = window.from.zip(series.first).is_none_or(|(from, first)| first <= from);
        let ends = window.to.zip(series.last).is_none_or(|(to, last)| last >= to);
        begins && ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_is_moved_by_its_error_and_by_an_hour() {
        let window = Window {
            from: Some(Instant::at(10_000)),
            to: Some(Instant::at(13_000)),
            from_earliest: Some(Instant::at(9_000)),
            ..Window::default()
        };
        let moves: Vec<(End, i64)> =
            variants(&window).into_iter().map(|(end, by, _)| (end, by)).collect();
        // An hour from either end to the middle would turn the window round.
        let expected = [(End::From, -1_000), (End::From, -3_600), (End::To, 3_600)];
        assert_eq!(moves, expected);
    }
}
