//! C11, configuration: the server's configuration did not change during the
//! window, so that what was logged at one time was logged at every time.
//!
//! A log whose lines are of another format from a time on shows that it did,
//! whatever is stated.
//!
//! A server that keeps lines in memory before it writes them loses them when it
//! is killed: with a restart inside the window that leaves a hole that no
//! statement fills.

use super::{Basis, Check, Condition, Outcome, View};
use crate::case::Happening;
use crate::evidence::Coverage;
use crate::evidence::coverage::BIN_SECONDS;
use crate::format::config::Kind;
use crate::record::Instant;
use crate::verdict::gaps::Series;
use crate::verdict::words::{checks as says, list};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C11",
    asks: "Did the server's configuration stay the same during the window?",
    run,
};

fn run(view: &View<'_>) -> Vec<Check> {
    let said = view.question.case.configuration_unchanged;
    let mut checks = vec![view.stated("C11", said, &says::SAME_CONFIGURATION)];
    checks.extend(buffers(view));
    checks.extend(view.series().iter().filter_map(|series| reformed(view, series)));
    checks
}

/// The share of the lines of a series, in hundredths, that a format must have
/// read to be one that the server wrote.
const SHARE: u64 = 100;

/// A series whose lines are of one format up to a time inside a window and of
/// another from then on.
fn reformed(view: &View<'_>, series: &Series) -> Option<Check> {
    let mut all = Coverage::default();
    for place in &series.sources {
        let own = &view.examined.sources[*place].coverage;
        for (format, (first, last)) in &own.spells {
            all.spell(*format, *first);
            all.spell(*format, *last);
            *all.formats.entry(*format).or_default() += own.formats.get(format).unwrap_or(&0);
        }
    }
    let lines: u64 = all.formats.values().sum();
    let mut spells: Vec<_> = all.spells.iter().collect();
    spells.retain(|(format, _)| all.formats[format] * SHARE >= lines);
    spells.sort_by_key(|(_, spell)| **spell);
    let (before, after) = spells.windows(2).map(|pair| (pair[0], pair[1])).find(|(one, two)| {
        let (last, first) = (one.1.1, two.1.0);
        first >= last && view.touches_window(Some(bin_time(last)), Some(bin_time(first + 1)))
    })?;
    let name = |format: &u16| view.question.formats.known(usize::from(*format)).name;
    let because = view.say(
        &says::C11_FORMAT,
        &[&series.name, &name(before.0), &name(after.0), &bin_time(after.1.0)],
    );
    Some(Check::of("C11", Outcome::Fail, Basis::Checked, because).series(view, series))
}

/// When a bin begins.
fn bin_time(bin: i64) -> Instant {
    Instant::at(bin * BIN_SECONDS)
}

/// Lines that were in memory when a server was restarted.
fn buffers(view: &View<'_>) -> Vec<Check> {
    let restarts = view.question.case.events.iter().filter(|event| {
        event.what == Happening::Restarted && view.touches_window(Some(event.at), Some(event.at))
    });
    let restarts: Vec<String> = restarts.map(|event| event.at.to_string()).collect();
    if restarts.is_empty() {
        return Vec::new();
    }
    let each = view.question.configured.iter().filter_map(|configured| {
        let silences = configured.read.as_ref().ok()?.silences();
        let buffer = silences.into_iter().find(|silence| silence.kind == Kind::Buffer)?;
        let restarts = list(&restarts, restarts.len());
        let because = view.say(&says::C11_BUFFER, &[&buffer.place, &buffer.words(), &restarts]);
        let mut check = Check::of("C11", Outcome::Unknown, Basis::Checked, because);
        check.server = Some(view.question.servers[configured.server].name.clone());
        Some(check)
    });
    each.collect()
}
