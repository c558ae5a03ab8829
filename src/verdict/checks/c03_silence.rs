//! C3, silence: no stretch of the window is silent without a reason.
//!
//! A quiet hour and a lost hour look alike until the usual traffic of that
//! hour is known. This check fails where traffic or a client that calls at
//! regular times does not explain a silence, and is unknown where a silence is
//! longer than the case tolerates and traffic is too low to tell. What it
//! cannot tell: whether nothing was logged, or nothing was served.

use crate::verdict::gaps::Series;
use crate::verdict::gaps::hear::Heard;
use crate::verdict::gaps::silence;
use crate::verdict::hours::{self, Stretch};

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C3",
    asks: "Is no stretch of the window silent for longer than traffic explains?",
    run,
};

/// How many silences are named.
const NAMED: usize = 3;

fn run(view: &View<'_>) -> Vec<Check> {
    let series = view.series();
    let each = series.iter().map(|series| {
        let heard = view.heard(series);
        let (result, because) = match heard {
            Some(heard) => {
                let judged = judge(heard, view.question.case.tolerated_gap);
                let restarted = restarted(view, series).filter(|_| judged.0 == Outcome::Pass);
                restarted.unwrap_or(judged)
            }
            None => (
                Outcome::Unknown,
                "there is no traffic in the window to test silence against".to_owned(),
            ),
        };
        Check::of("C3", result, Basis::Checked, because).series(view, series)
    });
    each.collect()
}

fn judge(heard: &Heard, tolerated: i64) -> (Outcome, String) {
    let holes = &heard.holes;
    if !holes.is_empty() {
        let name = |hole: &crate::verdict::gaps::silence::Hole| {
            let why = match hole.expected {
                // Told by missing calls alone.
                0.0 => "a client that calls at regular times is missing".to_owned(),
                expected => format!("{} were to be expected", visits(expected)),
            };
            let (from, to) = hours::instants(hole.stretch);
            let lasts = length(hole.stretch.seconds());
            format!("from {from} to {to} ({lasts}; {why}; score {:.1})", hole.score)
        };
        let because = format!(
            "there is no record {}: nothing was logged, or nothing was served, which silence \
             cannot tell apart",
            list(holes.iter().map(name))
        );
        return (Outcome::Fail, because);
    }
    let untold = &heard.untold;
    if let Some(longest) = untold.iter().max_by_key(|one| (one.seconds(), -one.from)) {
        let because = format!(
            "{} longer than the tolerated {}, the longest {}: traffic is too low to tell {} from \
             an interruption of the logs, so silence carries no information there",
            match untold.len() {
                1 => "one silence is".to_owned(),
                n => format!("{n} silences are"),
            },
            length(tolerated),
            named(*longest),
            if untold.len() == 1 { "it" } else { "them" },
        );
        return (Outcome::Unknown, because);
    }
    let mut because = format!(
        "no silence in the window is longer than traffic explains; an interruption shorter than \
         {} would not have been noticed",
        length(heard.noticed_from)
    );
    if let Some(period) = heard.periods.iter().min() {
        because.push_str(&format!("; a client that calls every {period} s is in the logs"));
    }
    if !heard.is_weekly {
        because.push_str(
            "; of less than four weeks, so what is usual is known by the hour of the day only",
        );
    }
    if let Some(measured) = silence::measured() {
        because.push_str(&format!(". How sure this is: {measured} (docs/validation.md)"));
    }
    (Outcome::Pass, because)
}

/// What a restart inside the window leaves open.
fn restarted(view: &View<'_>, series: &Series) -> Option<(Outcome, String)> {
    let server = &view.question.servers[series.server].name;
    let gap = view.gaps.iter().find(|gap| {
        let own = gap.server == *server && gap.series == series.name;
        own && gap.why == "restarted" && view.touches_window(Some(gap.from), Some(gap.to))
    })?;
    let seconds = gap.to.seconds - gap.from.seconds;
    let because = format!(
        "the server was restarted at {}: of what it was answering in the {} before there may be \
         no line",
        gap.to,
        length(seconds)
    );
    Some((Outcome::Unknown, because))
}

fn visits(expected: f64) -> String {
    match expected.round() as u64 {
        0 | 1 => "one visit or so".to_owned(),
        n => format!("some {n} visits"),
    }
}

fn named(silence: Stretch) -> String {
    let (from, to) = hours::instants(silence);
    format!("from {from} to {to} ({})", length(silence.seconds()))
}

fn list(each: impl ExactSizeIterator<Item = String>) -> String {
    let more = each.len().saturating_sub(NAMED);
    let mut text = each.take(NAMED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(", and {more} more times"));
    }
    text
}

/// A length of time in words: minutes up to two hours, then hours.
fn length(seconds: i64) -> String {
    if seconds < 7_200 && seconds % 3_600 != 0 {
        return format!("{} min", (seconds + 59) / 60);
    }
    let hours = format!("{:.2}", seconds as f64 / 3_600.0);
    format!("{} h", hours.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::gaps::silence::Hole;

    fn heard(holes: Vec<Hole>, untold: Vec<Stretch>) -> Heard {
        Heard {
            server: 0,
            series: "access.log".to_owned(),
            holes,
            threshold: 20.0,
            untold,
            noticed_from: 2_700,
            is_weekly: false,
            periods: vec![300, 60],
        }
    }

    #[test]
    fn the_check_says_what_it_knows() {
        let (from, to) = (1_704_067_200, 1_704_074_400);
        let stretch = Stretch { from, to };
        let hole = Hole { stretch, score: 31.4159, expected: 61.2 };
        let (result, because) = judge(&heard(vec![hole], vec![stretch]), 3_600);
        assert_eq!(result, Outcome::Fail);
        assert!(
            because.contains("from 2024-01-01T00:00:00Z to 2024-01-01T02:00:00Z (2 h; "),
            "{because}"
        );
        assert!(because.contains("some 61 visits were to be expected; score 31.4"), "{because}");
        let (result, because) = judge(&heard(Vec::new(), vec![stretch]), 3_600);
        assert_eq!(result, Outcome::Unknown);
        assert!(because.contains("one silence is longer than the tolerated 1 h"), "{because}");
        let (result, because) = judge(&heard(Vec::new(), Vec::new()), 3_600);
        assert_eq!(result, Outcome::Pass);
        assert!(
            because.contains("an interruption shorter than 45 min would not have been noticed"),
            "{because}"
        );
        assert!(because.contains("every 60 s"), "{because}");
    }

    #[test]
    fn lengths_are_told_in_minutes_and_hours() {
        let told = [59, 900, 3_600, 5_400, 8_100, 86_400].map(length);
        assert_eq!(told, ["1 min", "15 min", "1 h", "90 min", "2.25 h", "24 h"]);
    }
}
