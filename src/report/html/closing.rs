//! Sections 9 to 12: what was sent after closure, what a notification can use,
//! how it was done, and what to ask for now.

use crate::actor::Class;
use crate::case::Happening;
use crate::record::Instant;
use crate::report::{Whole, preserve};
use crate::verdict::{Grade, MovedEnd};

use super::answer::{records, subjects};
use super::caps;
use super::say::Say;
use super::{terms, words as shared, words_annex as w};

/// Three days: how long a controller has to notify.
const NOTIFY_SECONDS: i64 = 72 * 3600;

/// Section 9.
pub(super) struct Closure {
    pub rows: Vec<Fix>,
    pub told: &'static str,
    pub is_open: bool,
    pub moved: Vec<Moved>,
}

/// What was sent after a declared fix.
pub(super) struct Fix {
    pub fixed: String,
    pub by: String,
    pub until: String,
    pub requests: String,
    pub clients: String,
    pub first: String,
    pub last: String,
}

/// An end of a window that matters.
pub(super) struct Moved {
    pub exposure: String,
    pub end: &'static str,
    pub by: String,
    pub code: &'static str,
}

pub(super) fn closure(say: &Say<'_>, whole: &Whole<'_>) -> Closure {
    let verdict = &whole.report.verdict;
    let dash = |at: Option<Instant>| at.map_or_else(|| "–".to_owned(), |at| say.time(at));
    let rows: Vec<Fix> = verdict
        .after_closure
        .iter()
        .take(caps::OTHER)
        .map(|after| Fix {
            fixed: say.time(after.fixed),
            by: after.by.as_deref().map_or_else(|| "–".to_owned(), |text| say.cut(text)),
            until: after
                .until
                .map_or_else(|| say.it(&w::END_OF_LOGS).to_owned(), |at| say.time(at)),
            requests: say.n(after.requests),
            clients: say.n(after.clients),
            first: dash(after.first),
            last: dash(after.last),
        })
        .collect();
    let is_open = verdict.after_closure.iter().any(|after| after.requests > 0);
    let told = match (rows.is_empty(), is_open) {
        (true, _) => &w::NO_FIX,
        (false, true) => &w::STILL_OPEN,
        (false, false) => &w::CLOSED,
    };
    let moved = verdict.moved_ends.iter().filter(|moved| moved.changes).take(caps::OTHER);
    Closure {
        rows,
        told: say.it(told),
        is_open,
        moved: moved.map(|one| moved_row(say, one)).collect(),
    }
}

fn moved_row(say: &Say<'_>, moved: &MovedEnd) -> Moved {
    let hours = moved.by_seconds as f64 / 3600.0;
    let sign = if hours < 0.0 { "−" } else { "+" };
    Moved {
        exposure: say.cut(&moved.exposure),
        end: match moved.end {
            crate::verdict::conclude::End::From => say.it(&shared::FROM),
            crate::verdict::conclude::End::To => say.it(&shared::TO),
        },
        by: format!("{sign}{} h", say.hours(hours.abs())),
        code: moved.code.word(),
    }
}

/// A line of section 10: an item, what the logs supply, and what they cannot.
pub(super) struct Item {
    pub item: &'static str,
    pub supplied: Vec<String>,
    pub yours: &'static str,
}

pub(super) fn notification(say: &Say<'_>, whole: &Whole<'_>) -> Vec<Item> {
    let report = whole.report;
    let item = |item, supplied: Vec<String>, yours| Item {
        item: say.it(item),
        supplied,
        yours: say.it(yours),
    };
    let counts = |of: &dyn Fn(&crate::verdict::people::Figures) -> String| {
        let Some(people) = &report.people else { return say.it(&w::N_NO_LIST).to_owned() };
        let none = crate::verdict::people::Obtained::default();
        let others = people.by_class.get(&Class::Other).unwrap_or(&none);
        let (sure, perhaps) = (of(&others.confirmed), of(&others.possible));
        say.with(&w::N_COUNTS, &[&sure, &perhaps, &of(&people.exposed)])
    };
    let mut nature = vec![say.with(&w::N_NATURE_IS, &[&say.it(terms::code(report.verdict.code))])];
    let writes = |actor: &crate::verdict::Actor| actor.class == Class::Other && actor.wrote;
    if whole.judgement.actors.iter().any(writes) {
        nature.push(say.it(&w::N_NATURE_WRITE).to_owned());
    }
    let outside = report.verdict.outside;
    let noticed = whole.judgement.noticed.keys();
    let deeds: Vec<&str> = noticed
        .filter(|(class, _)| *class == Class::Other)
        .map(|(_, detector)| detector.as_str())
        .collect();
    let deeds = if deeds.is_empty() { "–".to_owned() } else { deeds.join(", ") };
    let consequences =
        say.with(&w::N_CONSEQUENCES_IS, &[&say.range(outside.min, outside.max), &deeds]);
    let fixes = report.verdict.after_closure.iter().take(6).map(|after| {
        say.with(&w::N_MEASURES_FIX, &[&say.time(after.fixed), &say.n(after.requests)])
    });
    vec![
        item(&w::N_NATURE, nature, &w::N_NATURE_YOURS),
        item(&w::N_SUBJECTS, vec![counts(&|of| subjects(say, &of.people))], &w::N_SUBJECTS_YOURS),
        item(&w::N_RECORDS, vec![counts(&|of| records(say, &of.records))], &w::N_SUBJECTS_YOURS),
        item(&w::N_CONTACT, Vec::new(), &w::N_CONTACT_YOURS),
        item(&w::N_CONSEQUENCES, vec![consequences], &w::N_CONSEQUENCES_YOURS),
        item(&w::N_MEASURES, fixes.collect(), &w::N_MEASURES_YOURS),
        item(&w::N_DELAY, vec![delay(say, whole)], &w::N_DELAY_YOURS),
        item(&w::N_REGISTER, vec![say.it(&w::N_REGISTER_IS).to_owned()], &w::N_REGISTER_YOURS),
        item(&w::N_PEOPLE, vec![say.it(&w::N_PEOPLE_IS).to_owned()], &w::N_PEOPLE_YOURS),
    ]
}

/// When it was found and confirmed, and when three days after that end.
fn delay(say: &Say<'_>, whole: &Whole<'_>) -> String {
    let first = |what: Happening| {
        let events = whole.question.case.events.iter().filter(|event| event.what == what);
        events.map(|event| event.at).min()
    };
    let told = |at: Option<Instant>| {
        at.map_or_else(|| say.it(&shared::NOT_STATED).to_owned(), |at| say.time(at))
    };
    let confirmed = first(Happening::Confirmed);
    let ends = confirmed.map(|at| at.plus_seconds(NOTIFY_SECONDS));
    say.with(&w::N_DELAY_IS, &[&told(first(Happening::Found)), &told(confirmed), &told(ends)])
}

/// Section 11.
pub(super) struct Method {
    pub grades: Vec<(String, &'static str, &'static str)>,
    pub classes: Vec<(&'static str, &'static str)>,
    pub rules: [&'static str; 4],
    pub clocks: Vec<Clock>,
}

/// How the times and bytes of a server were read.
pub(super) struct Clock {
    pub server: String,
    pub zone: String,
    pub time: &'static str,
    pub bytes: &'static str,
    pub ahead: String,
}

pub(super) fn method(say: &Say<'_>, whole: &Whole<'_>) -> Method {
    let mut clocks: Vec<Clock> = Vec::new();
    let mut seen = Vec::new();
    for (input, planned) in whole.report.inputs.iter().zip(&whole.plan.sources) {
        let Some(zone) = &input.zone else { continue };
        let key = (&input.server, zone, input.time_means, input.bytes_mean);
        if seen.contains(&key) || seen.len() == caps::OTHER {
            continue;
        }
        seen.push(key);
        let server = &whole.question.servers[planned.server];
        clocks.push(Clock {
            server: say.cut(&input.server),
            zone: zone.clone(),
            time: say.it(terms::time(input.time_means)),
            bytes: say.it(terms::bytes(input.bytes_mean)),
            ahead: say.with(&w::SECONDS, &[&server.clock_offset, &server.clock_error]),
        });
    }
    let grade = |grade: Grade| (grade.to_string(), terms::tone(grade), say.it(terms::grade(grade)));
    let class = |class: Class| {
        let (name, is) = terms::class(class);
        (say.it(name), say.it(is))
    };
    Method {
        grades: Grade::ALL.map(grade).into(),
        classes: Class::ALL.map(class).into(),
        rules: [&w::RULE_PATH, &w::RULE_WINDOW, &w::RULE_CLIENT, &w::RULE_SILENCE]
            .map(|phrase| say.it(phrase)),
        clocks,
    }
}

/// Section 12.
pub(super) struct Questions {
    pub needs: Vec<Need>,
    pub preserve: Vec<String>,
}

/// What to ask for, and of whom.
pub(super) struct Need {
    pub check: &'static str,
    pub what: String,
    pub held_by: String,
    pub servers: String,
}

pub(super) fn questions(say: &Say<'_>, whole: &Whole<'_>) -> Questions {
    let needs = whole.report.verdict.would_change.iter().map(|need| Need {
        check: need.check,
        what: need.what.clone(),
        held_by: need.held_by.clone(),
        servers: match need.servers.is_empty() {
            true => "–".to_owned(),
            false => say.cut(&need.servers.join(", ")),
        },
    });
    Questions {
        needs: needs.collect(),
        preserve: preserve::advice(whole.question.case.language, whole.plan, whole.examined),
    }
}
