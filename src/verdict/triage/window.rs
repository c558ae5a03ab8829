//! What share of a window the logs speak for, as far as a first look tells.

use serde::Serialize;

use crate::examine::{Examined, Plan, Question};
use crate::record::Instant;
use crate::verdict::behaviour::Behaviour;
use crate::verdict::checks::View;
use crate::verdict::gaps::Series;
use crate::verdict::{Gap, Masks, hours};

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
    /// The stretches of which they do speak.
    #[serde(skip)]
    covered: Vec<hours::Stretch>,
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
    let behaviour = &Behaviour::default();
    let view = View {
        question,
        plan,
        examined,
        judged: &[],
        masks: &Masks::default(),
        gaps,
        heard: &[],
        behaviour,
        meanings: &[],
    };
    let window = hours::Stretch { from: window.0.seconds, to: window.1.seconds };
    let covered = hours::covered(&view, series, window);
    Share::of(window, covered)
}

/// The share of `window` that at least one of these speaks for.
pub fn any<'a>(shares: impl Iterator<Item = &'a Share>, window: (Instant, Instant)) -> Share {
    let mut all: Vec<hours::Stretch> = shares.flat_map(|share| &share.covered).copied().collect();
    all.sort_unstable();
    let mut joined: Vec<hours::Stretch> = Vec::new();
    for part in all {
        match joined.last_mut().filter(|last| part.from <= last.to) {
            Some(last) => last.to = last.to.max(part.to),
            None => joined.push(part),
        }
    }
    let window = hours::Stretch { from: window.0.seconds, to: window.1.seconds };
    Share::of(window, joined)
}

impl Share {
    fn of(window: hours::Stretch, covered: Vec<hours::Stretch>) -> Share {
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
            covered,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_of_several_speaks_for_is_counted_once() {
        const HOUR: i64 = 3600;
        let window = hours::Stretch { from: 0, to: 10 * HOUR };
        let part = |from, to| hours::Stretch { from: from * HOUR, to: to * HOUR };
        let one = Share::of(window, vec![part(1, 3), part(5, 6)]);
        let other = Share::of(window, vec![part(2, 4), part(4, 5)]);
        let both = any([&one, &other].into_iter(), (Instant::at(0), Instant::at(10 * HOUR)));
        assert_eq!((one.covered_hours, both.covered_hours, both.window_hours), (3.0, 5.0, 10.0));
        let holes: Vec<_> = both.holes.iter().map(|hole| hole.from.seconds / HOUR).collect();
        assert_eq!(holes, [0, 6]);
    }
}
