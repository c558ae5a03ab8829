//! A first look in words, for a terminal, and as JSON ([`json()`]).
//!
//! Short for one file and orderly for many: first what was read at all, then
//! each series, then what is no access log, then what the configuration says,
//! then whom to ask and what to keep.

mod configured;
mod json;
mod notes;
mod series;

use crate::examine::survey::{Depth, Survey};
use crate::examine::{Plan, Question};
use crate::format::guess::Kind;
use crate::source::Extent;
use crate::verdict::triage::Triage;
use crate::verdict::triage::window::Share;

pub use json::{SCHEMA, json};

use super::page::{Page, Text, count, hours, shell};
use super::safe;

/// How many series are told of one by one.
const SERIES: usize = 12;

/// How many more have a line of their own.
const SERIES_SHORT: usize = 40;

/// How many files that are no access log are named.
const OTHERS: usize = 12;

/// How many problems with the inputs are told.
const PROBLEMS: usize = 10;

/// How many holes of a window are listed.
const HOLES: usize = 8;

/// How many names a question lists.
const NAMES: usize = 3;

/// Everything that a first look tells of.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// What was asked: the formats that are known, and the configurations.
    pub question: &'a Question,
    /// What was to be read.
    pub plan: &'a Plan,
    /// What was read.
    pub survey: &'a Survey,
    /// What it tells.
    pub triage: &'a Triage,
}

/// A first look in words.
pub fn text(look: &Look<'_>, page: &Page) -> String {
    let mut text = Text::new(page);
    overview(look, &mut text);
    window(look, &mut text);
    all_series(look, &mut text);
    others(look, &mut text);
    configured::tell(look, &mut text);
    questions(look, &mut text);
    keep(look, &mut text);
    next(look, &mut text);
    text.out
}

/// How much there is, and how much of it was read.
fn overview(look: &Look<'_>, text: &mut Text<'_>) {
    let plan = look.plan;
    if plan.sources.is_empty() && plan.problems.is_empty() {
        return text.line("No log was given: only the configuration is told of.");
    }
    let stored: u64 = plan.sources.iter().map(|planned| planned.found.length).sum();
    let n_series = look.triage.series.len() as u64;
    let inputs = format!(
        "{} in {}, {}",
        count(plan.sources.len() as u64, "input", "inputs"),
        count(n_series, "series", "series"),
        size(stored)
    );
    let sampled = look.survey.n_sampled(plan);
    if look.survey.depth == Depth::Full || sampled == 0 {
        text.line(&format!("{inputs}; all of it was read."));
    } else {
        let read = look.survey.sources.iter().map(|seen| seen.bytes_read()).sum();
        let of_them = match plan.sources.len() {
            1 => "it was".to_owned(),
            _ => count(sampled as u64, "of them was", "of them were"),
        };
        text.line(&format!(
            "{inputs}; {of_them} read in samples, {} decoded in all. Counts are those of the samples, and silences are not looked for; --full reads everything.",
            size(read)
        ));
    }
    let unreadable = look.survey.sources.iter().flat_map(|seen| &seen.unreadable);
    let problems: Vec<&String> = plan.problems.iter().chain(unreadable).collect();
    problems.iter().take(PROBLEMS).for_each(|problem| text.warn(problem));
    if problems.len() > PROBLEMS {
        text.warn(&format!(
            "and {} more that could not be read: --json",
            problems.len() - PROBLEMS
        ));
    }
}

/// What share of the window the logs speak for.
fn window(look: &Look<'_>, text: &mut Text<'_>) {
    let Some((from, to)) = look.triage.window else { return };
    text.heading(&format!("The window from {from} to {to}"));
    let Some(share) = &look.triage.share else {
        return text.line("Not one request with a time was read, so nothing speaks for any of it.");
    };
    let timed = look.triage.series.iter().filter(|each| each.series.first.is_some()).count();
    match &look.triage.any {
        Some(any) if timed > 1 => {
            let all = if timed == 2 { "both" } else { "all" };
            text.line(&format!(
                "At least one of {timed} series speaks for {}, {all} of them together for {}.",
                spoken(any),
                hours(share.covered_hours)
            ));
            holes(any, text);
        }
        _ => {
            text.line(&format!("The logs speak for {}.", spoken(share)));
            holes(share, text);
        }
    }
    let sampled = look.survey.sources.iter().any(|seen| seen.extent == Extent::Head);
    if sampled {
        text.note(
            "a compressed file is taken to run on to the beginning of the next; --full reads where each ends",
        );
    }
    if timed > 1 {
        for each in look.triage.series.iter().take(SERIES) {
            if let Some(share) = each.share.as_ref().filter(|_| each.series.first.is_some()) {
                text.item(&format!("{}: {}", series::name(look, each), spoken(share)));
            }
        }
    }
    let silent = look.triage.series.len() - timed;
    if silent > 0 {
        text.note(&format!(
            "{} not counted: no request with a time was read",
            count(silent as u64, "series is", "series are")
        ));
    }
}

/// `100 of 120 hours (83.3 %)`.
fn spoken(share: &Share) -> String {
    let percent = match share.window_hours {
        whole if whole > 0.0 => (1000.0 * share.covered_hours / whole).floor() / 10.0,
        _ => 0.0,
    };
    format!(
        "{} of {} hours ({percent:.1} %)",
        hours(share.covered_hours),
        hours(share.window_hours)
    )
}

fn holes(share: &Share, text: &mut Text<'_>) {
    for hole in share.holes.iter().take(HOLES) {
        let length = (hole.to.seconds - hole.from.seconds) as f64 / 3600.0;
        text.item(&format!("nothing from {} to {} ({} h)", hole.from, hole.to, hours(length)));
    }
    let more = share.holes.len().saturating_sub(HOLES) as u64 + share.holes_left_out;
    if more > 0 {
        text.item(&format!("and {more} more holes: --json"));
    }
}

/// The series, those that were read.
fn all_series(look: &Look<'_>, text: &mut Text<'_>) {
    let read: Vec<_> = look.triage.series.iter().filter(|each| series::has_lines(each)).collect();
    read.iter().take(SERIES).for_each(|each| series::tell(look, each, text));
    if read.len() > SERIES {
        text.heading("More series");
        for each in read.iter().skip(SERIES).take(SERIES_SHORT) {
            text.item(&series::short(look, each));
        }
        if read.len() > SERIES + SERIES_SHORT {
            let more = (read.len() - SERIES - SERIES_SHORT) as u64;
            text.item(&format!("and {} more: --json", count(more, "series", "series")));
        }
    }
}

/// What holds no record that was read.
fn others(look: &Look<'_>, text: &mut Text<'_>) {
    let all = notes::others(look);
    if all.is_empty() {
        return;
    }
    text.heading("Not read as access logs");
    all.iter().take(OTHERS).for_each(|each| text.item(each));
    if all.len() > OTHERS {
        text.item(&format!("and {} more: --json", all.len() - OTHERS));
    }
}

/// Questions for the operator.
fn questions(look: &Look<'_>, text: &mut Text<'_>) {
    if look.triage.questions.is_empty() {
        return;
    }
    text.heading("Questions for the operator");
    for (number, question) in look.triage.questions.iter().enumerate() {
        let mark = format!("{:>2}. ", number + 1);
        text.wrapped(&mark, "    ", &question.text);
        let mut names: Vec<String> =
            question.about.iter().take(NAMES).map(|name| name.to_owned()).collect();
        let more = question.about.len().saturating_sub(NAMES) as u64 + question.about_left_out;
        if more > 0 {
            names.push(format!("{more} more"));
        }
        let is_plain = match look.triage.series.as_slice() {
            [only] => names.iter().all(|name| *name == series::name(look, only)),
            _ => names.is_empty(),
        };
        let about = if is_plain { String::new() } else { format!(" ({})", names.join(", ")) };
        text.wrapped("    ", "    ", &format!("Why: {}{about}.", question.why));
    }
}

/// What to keep.
fn keep(look: &Look<'_>, text: &mut Text<'_>) {
    text.heading("To preserve now");
    for advice in &look.triage.keep {
        match &advice.about {
            Some(about) => text.item(&format!("{about}: {}", advice.text)),
            None => text.item(&advice.text),
        }
    }
}

/// The next command.
fn next(look: &Look<'_>, text: &mut Text<'_>) {
    text.heading("Next");
    let unread = |place: &usize| look.survey.sources[*place].tally.coverage.lines.unread;
    let places = 0..look.plan.sources.len();
    let is_text = |place: &usize| {
        let sealed = look.survey.sources[*place].sealed;
        sealed.is_none() && !matches!(look.plan.sources[*place].kind, Kind::Other(_))
    };
    let worst = places.filter(is_text).max_by_key(unread).filter(|place| unread(place) > 0);
    if let Some(worst) = worst {
        let path = look.plan.sources[worst].found.path.to_string_lossy().into_owned();
        text.item(&format!("why lines were not read: whofetched explain {}", shell(&path)));
    }
    text.item(&format!("a case file with these suggestions: {}", text.page.retry));
}

/// A number of bytes, as large as it is: `3.0 MiB`.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return count(bytes, "byte", "bytes");
    }
    let mut number = bytes as f64 / 1024.0;
    let mut unit = 0;
    while number >= 1024.0 && unit + 1 < UNITS.len() {
        number /= 1024.0;
        unit += 1;
    }
    format!("{number:.1} {}", UNITS[unit])
}

/// A path as it is told.
fn path(look: &Look<'_>, place: usize) -> String {
    safe::path(&look.plan.sources[place].found.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_shortly() {
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(1023), "1,023 bytes");
        assert_eq!(size(3 << 20), "3.0 MiB");
        assert_eq!(size(10 << 30), "10.0 GiB");
    }
}
