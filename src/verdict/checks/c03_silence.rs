//! C3, silence: no stretch of the window is silent without a reason.
//!
//! A quiet hour and a lost hour look alike until the usual traffic of that
//! hour is known. This check fails where traffic or a client that calls at
//! regular times does not explain a silence, and is unknown where a silence is
//! longer than the case tolerates and traffic is too low to tell. What it
//! cannot tell: whether nothing was logged, or nothing was served.

use std::fmt::Display;

use crate::case::Language;
use crate::verdict::gaps::Series;
use crate::verdict::gaps::hear::Heard;
use crate::verdict::gaps::silence::{self, Hole};
use crate::verdict::hours;
use crate::verdict::words::{Phrase, silence as says};

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
    let language = view.question.case.language;
    let each = series.iter().map(|series| {
        let heard = view.heard(series);
        let (result, because) = match heard {
            Some(heard) => {
                let judged = judge(heard, view.question.case.tolerated_gap, language);
                let restarted = restarted(view, series).filter(|_| judged.0 == Outcome::Pass);
                restarted.unwrap_or(judged)
            }
            None => (Outcome::Unknown, view.say(&says::NO_TRAFFIC, &[])),
        };
        Check::of("C3", result, Basis::Checked, because).series(view, series)
    });
    each.collect()
}

fn judge(heard: &Heard, tolerated: i64, language: Language) -> (Outcome, String) {
    let say = |phrase: &Phrase, with: &[&dyn Display]| phrase.say(language, with);
    let holes = &heard.holes;
    if !holes.is_empty() {
        let name = |hole: &Hole| {
            let why = match hole.expected {
                // Told by missing calls alone.
                0.0 => say(&says::MISSING_CALLS, &[]),
                expected => say(&says::EXPECTED, &[&(expected.round() as u64).max(1)]),
            };
            let (from, to) = hours::instants(hole.stretch);
            let score = format!("{:.1}", hole.score);
            say(&says::HOLE, &[&from, &to, &length(hole.stretch.seconds()), &why, &score])
        };
        let named = holes.iter().take(NAMED).map(name).collect::<Vec<_>>().join(", ");
        let named = match holes.len().saturating_sub(NAMED) {
            0 => named,
            more => say(&says::AND_MORE, &[&named, &more]),
        };
        return (Outcome::Fail, say(&says::HOLES, &[&named]));
    }
    let untold = &heard.untold;
    if let Some(longest) = untold.iter().max_by_key(|one| (one.seconds(), -one.from)) {
        let (from, to) = hours::instants(*longest);
        let longest = say(&says::BETWEEN, &[&from, &to, &length(longest.seconds())]);
        let tolerated = length(tolerated);
        let because = match untold.len() {
            1 => say(&says::UNTOLD_ONE, &[&tolerated, &longest]),
            n => say(&says::UNTOLD, &[&n, &tolerated, &longest]),
        };
        return (Outcome::Unknown, because);
    }
    let mut because = say(&says::EXPLAINED, &[&length(heard.noticed_from)]);
    if let Some(period) = heard.periods.iter().min() {
        because.push_str(&say(&says::CALLING, &[period]));
    }
    if !heard.is_weekly {
        because.push_str(&say(&says::DAILY, &[]));
    }
    if let Some(measured) = silence::measured() {
        because.push_str(&say(&says::MEASURED, &[&measured]));
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
    let because = view.say(&says::RESTARTED, &[&gap.to, &length(seconds)]);
    Some((Outcome::Unknown, because))
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
    use crate::verdict::hours::Stretch;

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
        let (result, because) = judge(&heard(vec![hole], vec![stretch]), 3_600, Language::En);
        assert_eq!(result, Outcome::Fail);
        assert!(
            because.contains("from 2024-01-01T00:00:00Z to 2024-01-01T02:00:00Z (2 h; "),
            "{because}"
        );
        assert!(because.contains("some 61 visits were to be expected; score 31.4"), "{because}");
        let (result, because) = judge(&heard(Vec::new(), vec![stretch]), 3_600, Language::En);
        assert_eq!(result, Outcome::Unknown);
        assert!(because.contains("one silence is longer than the tolerated 1 h"), "{because}");
        let (result, because) = judge(&heard(Vec::new(), Vec::new()), 3_600, Language::En);
        assert_eq!(result, Outcome::Pass);
        assert!(
            because.contains("an interruption shorter than 45 min would not have been noticed"),
            "{because}"
        );
        assert!(because.contains("every 60 s"), "{because}");
        let (_, because) = judge(&heard(Vec::new(), vec![stretch, stretch]), 3_600, Language::Fr);
        assert!(because.starts_with("2 silences dépassent la durée tolérée de 1 h"), "{because}");
    }

    #[test]
    fn lengths_are_told_in_minutes_and_hours() {
        let told = [59, 900, 3_600, 5_400, 8_100, 86_400].map(length);
        assert_eq!(told, ["1 min", "15 min", "1 h", "90 min", "2.25 h", "24 h"]);
    }
}
