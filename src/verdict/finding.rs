//! What was found: what each hit leads to, and what a client's hits lead to
//! together.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::actor::Class;
use crate::case::{Happening, Window};
use crate::evidence::{ClientKey, Hit, Signs};
use crate::examine::ask::Seen;
use crate::record::Instant;

use super::Finding;
use super::checks::View;
use super::grade::Grade;
use super::place::{self, Judged, Where, is_sent_outside};

/// How many distinct listed files one client must have asked for in vain
/// before that counts as reaching for the data.
const REFUSED_FILES: usize = 3;

/// From which length on, and with how many digits, the name of a file is not
/// one that scanners try anywhere.
const TELLING: (usize, usize) = (12, 4);

/// The gravest of what was found of one exposure in the logs of one server, in
/// each of some seconds on end. Small, because there may be millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What it leads to.
    pub finding: Finding,
    /// The server, by its place in the question.
    pub server: u32,
    /// The first of the seconds, since 1970.
    since: i64,
    /// How many follow it.
    more: u16,
}

/// What may be of any time, because that is not known.
const ANY_TIME: i64 = i64::MIN;

impl Found {
    /// What one hit leads to.
    fn of(finding: Finding, hit: &Hit, server: u32) -> Found {
        let since = hit.at().map_or(ANY_TIME, |at| at.seconds);
        Found { finding, server, since, more: 0 }
    }

    /// Whether it may lie in a stretch of time, from one second to another.
    pub fn lies(&self, from: i64, to: i64) -> bool {
        let last = self.since + i64::from(self.more);
        self.since == ANY_TIME || from < to && self.since < to && from <= last
    }

    /// Adds what was found in one second to what was found before.
    fn add(self, all: &mut Vec<Found>) {
        let Some(last) = all.last_mut().filter(|last| last.server == self.server) else {
            return all.push(self);
        };
        let end = last.since + i64::from(last.more);
        match self.finding.cmp(&last.finding) {
            Ordering::Equal | Ordering::Greater if self.since == end => {}
            Ordering::Less if self.since == end && last.more == 0 => *last = self,
            Ordering::Equal if self.since == end + 1 && last.more < u16::MAX => last.more += 1,
            Ordering::Less if self.since == end => {
                last.more -= 1;
                all.push(self);
            }
            _ => all.push(self),
        }
    }
}

/// The gravest of what was found.
pub fn gravest<'f>(found: impl Iterator<Item = &'f Found>) -> Finding {
    found.map(|one| one.finding).min().unwrap_or(Finding::None)
}

/// What was found of one exposure, by its number, whatever was seen elsewhere.
/// With `moved` its windows are others than the case states.
pub fn found(view: &View<'_>, exposure: usize, moved: Option<&[Window]>) -> Vec<Found> {
    let bit = 1 << exposure;
    let fixed = first(view, Happening::Fixed);
    let mut all: Vec<Found> = Vec::new();
    let mut refused: BTreeMap<ClientKey, BTreeSet<u32>> = BTreeMap::new();
    let mut listings: BTreeMap<ClientKey, Instant> = BTreeMap::new();
    let mut validators: Vec<(ClientKey, Instant, Found)> = Vec::new();
    for (hit, mut judged) in view.hits() {
        if hit.exposures & bit == 0 {
            continue;
        }
        let server = view.plan.sources[hit.source as usize].server;
        let place = match moved {
            Some(windows) => place::locate(view.question, hit, server, windows),
            None if view.masks.inside(&judged) & bit != 0 => Where::Inside,
            None if view.masks.border(&judged) & bit != 0 => Where::Border,
            None => Where::Outside,
        };
        if moved.is_some() {
            judged.place = place;
        }
        let named = view.behaviour.names(hit.client);
        let finding = of_hit(hit, judged, place, fixed, named);
        let one = Found::of(finding, hit, server as u32);
        if finding != Finding::None {
            one.add(&mut all);
        }
        if place != Where::Inside || hit.class != Class::Other {
            continue;
        }
        match (judged.grade, hit.at()) {
            (Grade::L, Some(at)) => {
                let first = listings.entry(hit.client).or_insert(at);
                *first = (*first).min(at);
            }
            (Grade::V, Some(at)) => validators.push((hit.client, at, one)),
            (Grade::R | Grade::E, _) => {
                if let Some(name) = listed_name(view, hit) {
                    let files = refused.entry(hit.client).or_default();
                    files.insert(hit.target);
                    let knew = is_telling(name) && came_for_it(view, hit);
                    if files.len() >= REFUSED_FILES || knew {
                        Found { finding: Finding::B2, ..one }.add(&mut all);
                    }
                }
            }
            _ => {}
        }
    }
    // Who was sent the list and later holds a copy was sent the copy, too.
    for (client, at, one) in validators {
        if listings.get(&client).is_some_and(|listed| at >= *listed) {
            Found { finding: Finding::B1, ..one }.add(&mut all);
        }
    }
    all
}

/// The path of the listed file that a hit names.
fn listed_name<'v>(view: &View<'v>, hit: &Hit) -> Option<&'v str> {
    let listed = view.question.target(hit.target)?.listed.as_ref()?;
    Some(listed.path.as_str())
}

/// Whether the name of a file is one that nobody guesses: long, with digits.
fn is_telling(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    name.len() >= TELLING.0 && digits >= TELLING.1
}

/// Whether a hit is the first request of its client, whom no logged page can
/// then have told what to ask for.
fn came_for_it(view: &View<'_>, hit: &Hit) -> bool {
    let seen = view.examined.answers.seen.get(hit.client);
    let first = seen.and_then(Seen::first).map(|first| first.at);
    first.is_some_and(|first| hit.at().is_some_and(|at| at <= first))
}

/// What one hit leads to: nothing where the case itself says that the answer
/// was not the content (X). `named`: what its client did shows that it was no
/// lawful user, which tells what the log of one request cannot.
fn of_hit(hit: &Hit, judged: Judged, place: Where, fixed: Option<Instant>, named: bool) -> Finding {
    let outsider = matches!(hit.class, Class::Other | Class::Crawler);
    let maybe_lawful = hit.signs.has(Signs::MAYBE_LAWFUL) && !named;
    let unresolved = hit.class == Class::Unresolved && !maybe_lawful;
    if !outsider && !unresolved {
        return Finding::None;
    }
    let grade = judged.grade;
    match place {
        Where::Inside if outsider => match grade {
            _ if grade.is_full() && hit.spelling.is_doubtful() => Finding::B1,
            _ if grade.is_full() => Finding::A,
            Grade::U | Grade::P => Finding::B1,
            Grade::L | Grade::M | Grade::V => Finding::B2,
            _ => Finding::None,
        },
        Where::Inside => match grade {
            _ if grade.is_full() => Finding::B1,
            Grade::U => Finding::B1,
            Grade::P | Grade::L | Grade::M | Grade::V => Finding::B2,
            _ => Finding::None,
        },
        Where::Border if grade.is_full() || matches!(grade, Grade::P | Grade::U) => Finding::B1,
        Where::Outside if is_sent_outside(hit, &judged, named) => {
            let reopened = fixed.is_some_and(|fixed| hit.at().is_some_and(|at| at >= fixed));
            match reopened && grade.is_full() && hit.class == Class::Other {
                true => Finding::A,
                false => Finding::B1,
            }
        }
        _ => Finding::None,
    }
}

/// Requests that were answered with content and were lawful or not: the log
/// cannot say, and their client's behaviour does not.
pub fn is_open_question(view: &View<'_>, hit: &Hit, judged: &Judged) -> bool {
    let grade = judged.grade;
    hit.signs.has(Signs::MAYBE_LAWFUL)
        && !view.behaviour.names(hit.client)
        && judged.place != Where::Outside
        && (grade.is_full() || grade.is_content() || grade == Grade::U)
}

/// When something first happened, by the case.
pub fn first(view: &View<'_>, what: Happening) -> Option<Instant> {
    let events = view.question.case.events.iter().filter(|event| event.what == what);
    events.map(|event| event.at).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_kept_by_the_second() {
        use Finding::{A, B1, B2};
        assert_eq!(size_of::<Found>(), 16);
        let of = |finding, server, since| Found { finding, server, since, more: 0 };
        let simple = [
            of(B1, 0, 5),
            of(B1, 0, 5),
            of(B1, 0, 6),
            of(B1, 0, 7),
            of(A, 0, 7),
            of(B2, 0, 7),
            of(A, 0, 8),
            of(B2, 0, 9),
            of(B1, 0, 9),
            of(B1, 1, 10),
            of(B1, 1, 12),
            of(B1, 1, 11),
            of(B2, 1, ANY_TIME),
            of(B1, 1, ANY_TIME),
        ];
        let mut all = Vec::new();
        simple.iter().for_each(|one| one.add(&mut all));
        assert_eq!(all.len(), 7, "{all:?}");
        for (from, to) in (0..15).flat_map(|from| (0..15).map(move |to| (from, to))) {
            let gravest = |all: &[Found]| gravest(all.iter().filter(|one| one.lies(from, to)));
            assert_eq!(gravest(&all), gravest(&simple), "{from} to {to}");
        }
    }

    #[test]
    fn a_name_is_telling_that_no_dictionary_holds() {
        let check = |path: &str, expected: bool| assert_eq!(is_telling(path), expected, "{path}");
        check("/exports/results-20210305.csv", true);
        check("/a/7f3a9c01-22d4.pdf", true);
        check("/.env", false);
        check("/backup.zip", false);
        check("/wp-config.php.bak", false);
        check("/2021/a.csv", false);
    }
}
