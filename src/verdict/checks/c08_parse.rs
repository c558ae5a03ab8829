//! C8, reading: every line was read, or could not have named a target.

use crate::verdict::gaps::Series;
use crate::verdict::hours::Stretch;
use crate::verdict::words::checks as says;

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
    series.iter().map(|series| judge(view, series).series(view, series)).collect()
}

/// How far from a window an unread line may lie and still be of a request that
/// reached into it, in seconds.
const REACH: i64 = 3_600;

fn judge(view: &View<'_>, series: &Series) -> Check {
    let check = |result, because| Check::of("C8", result, Basis::Checked, because);
    let sources = || series.sources.iter().map(|&place| (place, &view.examined.sources[place]));
    if let Some((place, source)) = sources().find(|(_, source)| source.unreadable.is_some()) {
        let name = view.plan.sources[place].found.name();
        let why = source.unreadable.as_deref().unwrap_or_default();
        return check(Outcome::Fail, view.say(&says::C8_UNREADABLE, &[&name, &why]));
    }
    let damaged = sources().find_map(|(place, source)| {
        let problem = source.finished.as_ref()?.problems.first()?;
        Some((place, problem))
    });
    if let Some((_, problem)) = damaged {
        return check(Outcome::Fail, view.say(&says::C8_NOT_WHOLE, &[problem]));
    }
    let mut suspects = 0;
    let mut within = Vec::new();
    let mut is_anywhere = false;
    for (_, source) in sources() {
        let unread = &source.unread;
        for line in &unread.suspects {
            let from = line.after.map(|after| after.plus_seconds(-REACH));
            let to = line.before.map(|before| before.plus_seconds(REACH));
            if view.touches_window(from, to) {
                suspects += 1;
                let from = from.map_or(i64::MIN, |from| from.seconds);
                within.push(Stretch { from, to: to.map_or(i64::MAX, |to| to.seconds + 1) });
            }
        }
        // Of what was not kept the time is not known.
        let more = unread.n_suspects - unread.suspects.len() as u64;
        suspects += more;
        is_anywhere |= more > 0;
    }
    if suspects > 0 {
        let within = if is_anywhere { Vec::new() } else { within };
        let because = view.say(&says::C8_SUSPECTS, &[&suspects]);
        return check(Outcome::Fail, because).within(within);
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
    if unread as f64 > UNREAD_SHARE * lines as f64 {
        return check(Outcome::Unknown, view.say(&says::C8_UNREAD, &[&unread, &lines]));
    }
    check(Outcome::Pass, view.say(&says::C8_NONE, &[&unread, &lines]))
}
