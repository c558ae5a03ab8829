//! C3, silence: no stretch of the window is silent without a reason.
//!
//! A quiet hour and a lost hour look alike until the usual traffic of that
//! hour is known. This check needs a model of the traffic; until one has been
//! fitted to a series it says only what it can see: the longest silence.

use crate::evidence::coverage::BIN_SECONDS;
use crate::record::Instant;
use crate::verdict::gaps::Series;

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C3",
    asks: "Is no stretch of the window silent for longer than traffic explains?",
    run,
};

fn run(view: &View<'_>) -> Vec<Check> {
    let series = view.series();
    let each = series.iter().map(|series| {
        let because = match longest_silence(view, series) {
            Some((_, 0)) => "silence was not tested against a model of the traffic; no quarter of \
                             an hour of the window is without a record"
                .to_owned(),
            Some((from, seconds)) => format!(
                "silence was not tested against a model of the traffic; the longest inside the \
                 window is {:.2} h from {from}",
                seconds as f64 / 3600.0
            ),
            None => "there is no traffic in the window to test silence against".to_owned(),
        };
        Check::of("C3", Outcome::Unknown, Basis::Checked, because).series(view, series)
    });
    each.collect()
}

/// The longest run of empty bins between two bins with records, as far as it
/// touches a window: where it begins, and its length in seconds.
fn longest_silence(view: &View<'_>, series: &Series) -> Option<(Instant, i64)> {
    let mut bins: Vec<i64> = series
        .sources
        .iter()
        .flat_map(|&place| view.examined.sources[place].coverage.bins.iter())
        .filter(|(_, bin)| bin.lines > 0)
        .map(|(bin, _)| *bin)
        .collect();
    bins.sort_unstable();
    bins.dedup();
    let silences = bins.windows(2).map(|pair| {
        let from = Instant::at((pair[0] + 1) * BIN_SECONDS);
        (from, (pair[1] - pair[0] - 1) * BIN_SECONDS)
    });
    let inside = silences.filter(|(from, seconds)| {
        view.touches_window(Some(*from), Some(from.plus_seconds(*seconds)))
    });
    inside.max_by_key(|(from, seconds)| (*seconds, std::cmp::Reverse(*from)))
}
