//! What share of a window the logs speak for, as far as a first look tells.

use serde::Serialize;

use crate::examine::{Examined, Plan, Question};
use crate::record::Instant;
use crate::verdict::checks::View;
use crate::verdict::gaps::Series;
use crate::verdict::{Gap, hours};

/// How many holes are listed.
const HOLES: usize = 1_000;

/// A share of a window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Share {
    /// The window's length in hours.
    pub window_hours: f64,
    /// How many of them the logs speak for.
    pub covered_hours: f64,
    /// The stretches of which they do not speak, in order.
    pub holes: Vec<Hole>,
    /// How many more there are.
    pub holes_left_out: u64,
}

/// A stretch of which the logs do not speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hole {
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it.
    pub to: Instant,
}

/// The share of `window` that all of `series` speak for: between the first and
/// the last record of each, known holes taken off.
pub fn share(
    question: &Question,
    plan: &Plan,
    examined: &Examined,
    gaps: &[Gap],
    series: &[Series],
    window: (Instant, Instant),
) -> Share {
    let view = View { question, plan, examined, judged: &[], gaps };
    let window = hours::Stretch { from: window.0.seconds, to: window.1.seconds };
    let covered = hours::covered(&view, series, window);
    let parts = hours::parts(window, &covered);
    let all: Vec<Hole> = parts
        .into_iter()
        .filter(|(_, is_covered)| !is_covered)
        .map(|(part, _)| {
            let (from, to) = hours::instants(part);
            Hole { from, to }
        })
        .collect();
    Share {
        window_hours: hours::rounded(window.hours()),
        covered_hours: hours::rounded(covered.iter().map(|part| part.hours()).sum()),
        holes_left_out: all.len().saturating_sub(HOLES) as u64,
        holes: all.into_iter().take(HOLES).collect(),
    }
}
