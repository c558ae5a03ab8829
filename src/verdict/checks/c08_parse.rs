//! C8, reading: every line was read, or could not have named a target.

use crate::verdict::gaps::Series;

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C8",
    asks: "Was every line read, or is it sure that the others name no target?",
    run,
};

/// From which share of a series' lines inside the window on unread lines make
/// the check unknown, even if none of them is suspect.
const UNREAD_SHARE: f64 = 0.001;

fn run(view: &View<'_>) -> Vec<Check> {
    let series = view.series();
    let each = series.iter().map(|series| {
        let (result, because) = judge(view, series);
        Check::of("C8", result, Basis::Checked, because).series(view, series)
    });
    each.collect()
}

fn judge(view: &View<'_>, series: &Series) -> (Outcome, String) {
    let sources = || series.sources.iter().map(|&place| (place, &view.examined.sources[place]));
    if let Some((place, source)) = sources().find(|(_, source)| source.unreadable.is_some()) {
        let name = view.plan.sources[place].found.name();
        let why = source.unreadable.as_deref().unwrap_or_default();
        return (Outcome::Fail, format!("{name} could not be read: {why}"));
    }
    let damaged = sources().find_map(|(place, source)| {
        let problem = source.finished.as_ref()?.problems.first()?;
        Some((place, problem))
    });
    if let Some((_, problem)) = damaged {
        return (Outcome::Fail, format!("a source could not be read whole: {problem}"));
    }
    let mut suspects = 0;
    for (_, source) in sources() {
        let unread = &source.unread;
        let kept = unread.suspects.iter();
        suspects += kept.filter(|line| view.touches_window(line.after, line.before)).count() as u64;
        // Of what was not kept the time is not known.
        suspects += unread.n_suspects - unread.suspects.len() as u64;
    }
    if suspects > 0 {
        let because = format!("{suspects} unread lines inside the window may name a target");
        return (Outcome::Fail, because);
    }
    let (mut lines, mut unread) = (0, 0);
    for (_, source) in sources() {
        for (bin, counts) in &source.coverage.bins {
            let from = crate::record::Instant::at(bin * crate::evidence::coverage::BIN_SECONDS);
            let to = from.plus_seconds(crate::evidence::coverage::BIN_SECONDS - 1);
            if view.touches_window(Some(from), Some(to)) {
                lines += counts.lines + counts.unread;
                unread += counts.unread;
            }
        }
        if source.coverage.bins.is_empty() {
            lines += source.coverage.lines.total();
            unread += source.coverage.lines.unread;
        }
    }
    let because = format!("{unread} of {lines} lines inside the window were not read");
    if unread as f64 > UNREAD_SHARE * lines as f64 {
        return (Outcome::Unknown, because);
    }
    (Outcome::Pass, format!("{because}; none of them could name a target"))
}
