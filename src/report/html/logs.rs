//! Sections 6 and 7 in words: which hours the logs speak for, and the tests
//! they were put to.

use crate::report::Whole;
use crate::report::edges::Edge;
use crate::verdict::Gap;
use crate::verdict::checks::Outcome;

use super::caps;
use super::say::Say;
use super::{terms, words as w};

/// Section 6, but for its figures.
pub(super) struct Holes {
    pub heard: Vec<Heard>,
    pub gaps: Vec<GapRow>,
    pub note: Option<String>,
}

/// How short an interruption of one series would have been noticed.
pub(super) struct Heard {
    pub series: String,
    pub noticed: String,
    pub untold: String,
    pub beats: String,
}

/// A stretch that the logs do not speak for.
pub(super) struct GapRow {
    pub series: String,
    pub from: String,
    pub to: String,
    pub hours: String,
    pub why: String,
    pub score: String,
}

pub(super) fn holes(say: &Say<'_>, whole: &Whole<'_>) -> Holes {
    let gaps = &whole.report.coverage.gaps;
    let rows: Vec<GapRow> = gaps.iter().take(caps::GAPS).map(|gap| gap_row(say, gap)).collect();
    let heard = whole.judgement.heard.iter().take(caps::OTHER).map(|heard| {
        let server = &whole.question.servers[heard.server].name;
        let periods: Vec<String> =
            heard.periods.iter().take(3).map(|period| say.with(&w::EVERY, &[period])).collect();
        Heard {
            series: series(say, server, &heard.series),
            noticed: length(say, heard.noticed_from),
            untold: say.n(heard.untold.len() as u64),
            beats: if periods.is_empty() { "–".to_owned() } else { periods.join(", ") },
        }
    });
    Holes {
        heard: heard.collect(),
        note: caps::note(say, rows.len(), gaps.len() as u64, "report.json", false),
        gaps: rows,
    }
}

/// A series with its server, cut to what fits a cell.
pub(super) fn series(say: &Say<'_>, server: &str, series: &str) -> String {
    say.cut(&format!("{server} [{series}]"))
}

/// A length of time, in hours and minutes.
fn length(say: &Say<'_>, seconds: i64) -> String {
    let minutes = (seconds.max(0) + 59) / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{} h", say.n(hours)),
        (hours, minutes) => format!("{} h {minutes:02} min", say.n(hours)),
    }
}

fn gap_row(say: &Say<'_>, gap: &Gap) -> GapRow {
    let mut why =
        terms::gap(gap.why).map_or_else(|| gap.why.to_owned(), |phrase| say.it(phrase).to_owned());
    if !gap.members.is_empty() {
        let members = caps::first(say, &gap.members, 6).join(", ");
        why = format!("{why}; {}", say.with(&w::MISSING, &[&members]));
    }
    GapRow {
        series: series(say, &gap.server, &gap.series),
        from: say.time(gap.from),
        to: say.time(gap.to),
        hours: say.hours((gap.to.seconds - gap.from.seconds) as f64 / 3600.0),
        why,
        score: gap.score.map_or_else(|| "–".to_owned(), |score| say.hours(score)),
    }
}

/// Section 7.
pub(super) struct Tests {
    pub rows: Vec<Test>,
    pub note: Option<String>,
    pub edges: Vec<EdgeRow>,
}

/// The result of a check.
pub(super) struct Test {
    pub id: &'static str,
    pub asks: &'static str,
    pub of: Option<String>,
    pub result: &'static str,
    pub mark: &'static str,
    pub tone: &'static str,
    pub basis: &'static str,
    pub because: String,
}

/// What the logs of an edge and its origin say of each other.
pub(super) struct EdgeRow {
    pub edge: String,
    pub origin: String,
    pub counts: [String; 5],
}

pub(super) fn tests(say: &Say<'_>, whole: &Whole<'_>) -> Tests {
    let checks = &whole.report.checks;
    let rows: Vec<Test> = checks
        .iter()
        .take(caps::CHECKS)
        .map(|check| {
            let of = match (&check.exposure, &check.server, &check.series) {
                (Some(exposure), ..) => Some(say.cut(exposure)),
                (None, Some(server), Some(name)) => Some(series(say, server, name)),
                (None, Some(server), None) => Some(say.cut(server)),
                _ => None,
            };
            let (mark, tone) = match check.result {
                Outcome::Pass => ("✓", "good"),
                Outcome::Fail => ("✗", "bad"),
                Outcome::Unknown => ("?", "doubt"),
            };
            Test {
                id: check.id,
                asks: terms::asks(check.id).map_or("", |phrase| say.it(phrase)),
                of,
                result: say.it(terms::outcome(check.result)),
                mark,
                tone,
                basis: say.it(terms::basis(check.basis)),
                because: say.cut_to(&check.because, 600),
            }
        })
        .collect();
    Tests {
        note: caps::note(say, rows.len(), checks.len() as u64, "report.json", false),
        rows,
        edges: whole
            .report
            .edges
            .iter()
            .take(caps::OTHER)
            .map(|edge| edge_row(say, edge))
            .collect(),
    }
}

fn edge_row(say: &Say<'_>, edge: &Edge) -> EdgeRow {
    let counts = [edge.at_edge, edge.at_origin, edge.matched, edge.not_at_edge, edge.around_edge];
    EdgeRow {
        edge: say.cut(&edge.edge),
        origin: say.cut(&edge.origin),
        counts: counts.map(|count| say.n(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;
    use crate::report::veil::Veil;

    #[test]
    fn lengths_are_rounded_up_to_a_minute() {
        let veil = Veil::full();
        let say = Say::new(&Case::default(), &veil);
        let check = |seconds, expected: &str| assert_eq!(length(&say, seconds), expected);
        check(61, "2 min");
        check(3600, "1 h");
        check(7_500, "2 h 05 min");
    }
}
