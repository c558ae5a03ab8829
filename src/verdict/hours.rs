//! Which hours of a window the logs can speak for.

use crate::case::{Exposure, Window};
use crate::evidence::coverage::BIN_SECONDS;
use crate::record::Instant;

use super::checks::View;
use super::gaps::Series;

/// A half-open stretch of time, in whole seconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// Its first second.
    pub from: i64,
    /// The first second after it.
    pub to: i64,
}

impl Stretch {
    /// Its length in hours.
    pub fn hours(self) -> f64 {
        (self.to - self.from).max(0) as f64 / 3600.0
    }

    /// Its length in seconds.
    pub fn seconds(self) -> i64 {
        self.to - self.from
    }

    /// Says whether it shares any time with another.
    pub fn touches(self, other: Stretch) -> bool {
        self.and(other).is_some()
    }

    fn and(self, other: Stretch) -> Option<Stretch> {
        let both = Stretch { from: self.from.max(other.from), to: self.to.min(other.to) };
        (both.from < both.to).then_some(both)
    }
}

/// The window as a stretch; an end that the case leaves open is that of the
/// logs. `None` where there is nothing to measure.
pub fn stretch(window: &Window, series: &[Series]) -> Option<Stretch> {
    let first = series.iter().filter_map(|each| each.first).min();
    let last = series.iter().filter_map(|each| each.last).max();
    let from = window.from.or(first)?.seconds;
    let to = window.to.map(|to| to.seconds).or(last.map(|last| last.seconds + 1))?;
    (from < to).then_some(Stretch { from, to })
}

/// The windows of an exposure; where it has none, the whole of the logs.
pub fn windows(exposure: &Exposure) -> Vec<Window> {
    match exposure.windows.is_empty() {
        true => vec![Window::default()],
        false => exposure.windows.clone(),
    }
}

/// The parts of a window that lie between the first and the last record of
/// every series, known holes taken off.
pub fn covered(view: &View<'_>, series: &[Series], window: Stretch) -> Vec<Stretch> {
    if series.is_empty() {
        return Vec::new();
    }
    let mut parts = vec![window];
    for each in series {
        let (Some(first), Some(last)) = (each.first, each.last) else { return Vec::new() };
        let speaks = Stretch { from: first.seconds, to: last.seconds + 1 };
        parts = parts.into_iter().filter_map(|part| part.and(speaks)).collect();
        let server = &view.question.servers[each.server].name;
        let own = |gap: &&super::Gap| gap.series == each.name && gap.server == *server;
        for gap in view.gaps.iter().filter(own) {
            parts = without(&parts, Stretch { from: gap.from.seconds, to: gap.to.seconds });
        }
    }
    parts
}

/// How many hours of the covered parts show at least one record of every
/// series in the same clock hour.
pub fn shown(view: &View<'_>, series: &[Series], covered: &[Stretch]) -> f64 {
    const HOUR: i64 = 3600;
    let seen: Vec<std::collections::BTreeSet<i64>> = series
        .iter()
        .map(|each| {
            let coverage = each.sources.iter().map(|&place| &view.examined.sources[place].coverage);
            let bins = coverage.flat_map(|coverage| &coverage.bins);
            bins.filter(|(_, bin)| bin.lines > 0)
                .map(|(bin, _)| (bin * BIN_SECONDS).div_euclid(HOUR))
                .collect()
        })
        .collect();
    let Some((fewest, others)) = seen
        .iter()
        .min_by_key(|hours| hours.len())
        .map(|fewest| (fewest, seen.iter().filter(move |hours| !std::ptr::eq(*hours, fewest))))
    else {
        return 0.0;
    };
    let others: Vec<_> = others.collect();
    let mut hours = 0.0;
    for part in covered {
        let range = part.from.div_euclid(HOUR)..=(part.to - 1).div_euclid(HOUR);
        for hour in fewest.range(range) {
            if others.iter().all(|seen| seen.contains(hour)) {
                let clock = Stretch { from: hour * HOUR, to: (hour + 1) * HOUR };
                hours += part.and(clock).map_or(0.0, Stretch::hours);
            }
        }
    }
    hours
}

/// The stretches of a window in order, each with whether it is covered.
pub fn parts(window: Stretch, covered: &[Stretch]) -> Vec<(Stretch, bool)> {
    let mut parts = Vec::new();
    let mut at = window.from;
    let mut covered = covered.to_vec();
    covered.sort_unstable();
    for part in covered {
        if at < part.from {
            parts.push((Stretch { from: at, to: part.from }, false));
        }
        parts.push((part, true));
        at = part.to;
    }
    if at < window.to {
        parts.push((Stretch { from: at, to: window.to }, false));
    }
    parts
}

fn without(parts: &[Stretch], hole: Stretch) -> Vec<Stretch> {
    let mut left = Vec::new();
    for part in parts {
        left.extend(part.and(Stretch { from: i64::MIN, to: hole.from }));
        left.extend(part.and(Stretch { from: hole.to, to: i64::MAX }));
    }
    left
}

/// The instants of a stretch.
pub fn instants(stretch: Stretch) -> (Instant, Instant) {
    (Instant::at(stretch.from), Instant::at(stretch.to))
}

/// A number as a report gives it: to four decimals, so that the same question
/// gives the same bytes on every machine.
pub fn rounded(number: f64) -> f64 {
    let scaled = (number * 1e4).round() / 1e4;
    // There is one zero, not two.
    if scaled == 0.0 { 0.0 } else { scaled }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_four_decimals() {
        let check = |number: f64, expected: &str| {
            assert_eq!(serde_json::to_string(&rounded(number)).unwrap(), expected);
        };
        check(0.123_456, "0.1235");
        check(1438.5, "1438.5");
        check(-0.000_001, "0.0");
        check(2.0, "2.0");
    }

    #[test]
    fn a_window_falls_into_covered_and_other_parts() {
        let window = Stretch { from: 0, to: 100 };
        let covered = [Stretch { from: 50, to: 60 }, Stretch { from: 10, to: 20 }];
        let found: Vec<_> =
            parts(window, &covered).into_iter().map(|(p, c)| (p.from, p.to, c)).collect();
        assert_eq!(
            found,
            [(0, 10, false), (10, 20, true), (20, 50, false), (50, 60, true), (60, 100, false)]
        );
    }

    #[test]
    fn holes_are_taken_off() {
        let left = without(&[Stretch { from: 0, to: 100 }], Stretch { from: 40, to: 60 });
        assert_eq!(left, [Stretch { from: 0, to: 40 }, Stretch { from: 60, to: 100 }]);
    }
}
