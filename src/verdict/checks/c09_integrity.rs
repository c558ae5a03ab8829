//! C9, integrity: the logs are as the server wrote them.
//!
//! Where logs could have been altered and no independent copy was compared, a
//! missing line proves nothing. That a copy is said to exist is not enough:
//! its files must have been read and agree, request by request, in every
//! quarter of an hour of the window. That they are independent is the case's
//! own word: whoever can alter the one must not be able to alter the other.

use crate::evidence::coverage::BIN_SECONDS;
use crate::examine::copies::Compared;
use crate::record::Instant;
use crate::verdict::hours::Stretch;
use crate::verdict::words::checks as says;

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition =
    Condition { id: "C9", asks: "Do the logs agree with an independent copy?", run };

fn run(view: &View<'_>) -> Vec<Check> {
    let changed = view.examined.sources.iter().find_map(|source| {
        source.finished.as_ref().and_then(|finished| finished.changed.as_deref())
    });
    if let Some(changed) = changed {
        let because = view.say(&says::C9_CHANGED, &[&changed]);
        return vec![Check::of("C9", Outcome::Fail, Basis::Checked, because)];
    }
    let mut servers: Vec<usize> = view.series().iter().map(|series| series.server).collect();
    servers.sort_unstable();
    servers.dedup();
    let each = servers.into_iter().map(|server| {
        let mut check = match view.examined.copies.get(&server) {
            Some(compared) => agreement(view, server, compared),
            None => uncompared(view, server),
        };
        check.server = Some(view.question.servers[server].name.clone());
        check
    });
    each.collect()
}

/// What is known of a server whose logs were compared with nothing.
fn uncompared(view: &View<'_>, server: usize) -> Check {
    match view.question.servers[server].independent_copy {
        Some(true) => {
            Check::of("C9", Outcome::Unknown, Basis::Stated, view.say(&says::C9_SAID, &[]))
        }
        _ => Check::of("C9", Outcome::Unknown, Basis::Checked, view.say(&says::C9_NONE, &[])),
    }
}

/// Whether a server's logs and their copies agree in the windows.
fn agreement(view: &View<'_>, server: usize, compared: &Compared) -> Check {
    let check = |result, because| Check::of("C9", result, Basis::Checked, because);
    let all = view.series();
    let spans = || all.iter().filter(|series| series.server == server);
    // Before the first and behind the last record the logs say nothing of
    // requests, and so do not deny any.
    let speaks = |at: Instant| {
        spans()
            .any(|series| series.first.is_some_and(|first| first <= at) && series.last >= Some(at))
    };
    let lacking: Vec<_> = compared
        .lacking
        .iter()
        .filter(|one| view.touches_window(one.at, one.at) || one.at.is_none_or(speaks))
        .collect();
    if let Some(first) = lacking.first() {
        let client = String::from_utf8_lossy(&first.client);
        let because = view.say(&says::C9_LACKING, &[&lacking.len(), &client, &view.time(first.at)]);
        return check(Outcome::Fail, because);
    }
    let in_window = |bin: &Option<i64>| {
        let from = bin.map(|bin| Instant::at(bin * BIN_SECONDS));
        view.touches_window(from, from.map(|from| from.plus_seconds(BIN_SECONDS - 1)))
    };
    let start = |bin: &Option<i64>| view.time(bin.map(|bin| Instant::at(bin * BIN_SECONDS)));
    let differing = || compared.differing.iter().filter(|(bin, _)| in_window(bin));
    if let Some((bin, (own, other))) = differing().find(|(_, (_, copied))| *copied > 0) {
        let count = differing().filter(|(_, (_, copied))| *copied > 0).count();
        let because = view.say(&says::C9_DIFFERS, &[&count, &start(bin), own, other]);
        return check(Outcome::Fail, because).within(quarters(differing().map(|(bin, _)| *bin)));
    }
    if let Some(why) = compared.unreadable.first() {
        return check(Outcome::Unknown, view.say(&says::C9_UNREADABLE, &[why]));
    }
    if let Some((bin, _)) = differing().next() {
        let because = view.say(&says::C9_TOO_SHORT, &[&differing().count(), &start(bin)]);
        let within = quarters(differing().map(|(bin, _)| *bin));
        return check(Outcome::Unknown, because).within(within);
    }
    let agreeing = || compared.agreeing.iter().filter(|(bin, _)| in_window(bin));
    let lines: u64 = agreeing().map(|(_, lines)| lines).sum();
    if lines == 0 {
        return check(Outcome::Unknown, view.say(&says::C9_EMPTY, &[]));
    }
    check(Outcome::Pass, view.say(&says::C9_AGREES, &[&lines, &agreeing().count()]))
}

/// Quarters of an hour as stretches; none where one of them is not known, so
/// that all time is spoken of.
fn quarters(bins: impl Iterator<Item = Option<i64>>) -> Vec<Stretch> {
    let each = bins.map(|bin| {
        let from = bin? * BIN_SECONDS;
        Some(Stretch { from, to: from + BIN_SECONDS })
    });
    each.collect::<Option<Vec<Stretch>>>().unwrap_or_default()
}
