//! Records counted through: one number after the other, or names guessed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Card, Detector, Fetch, Finding, Trace, Weight};
use crate::case::Kind;

/// The detector.
pub struct Enumeration;

/// From how many different records on.
const RECORDS: usize = 20;

/// From which share of steps to a neighbouring number, in percent.
const STEPS: usize = 50;

/// What is near where several are asked for at once: so many numbers away, from
/// which share of steps, and from which share of the range, in percent.
const AT_ONCE: (u64, usize, u64) = (16, 80, 50);

/// From how many records on a list that only rises or falls is one counted
/// through, from which share of its steps, and from which share of the range,
/// in percent: times and cursors only rise, too, and leave far larger holes.
const RISING: (usize, usize, u64) = (50, 90, 5);

/// From how many different records on, and from which share of those that were
/// refused or do not exist, in percent, numbers are guessed.
const GUESSED: (usize, usize) = (50, 25);

/// From how many different records within an hour, and from which share of the
/// range, in percent, it is swept in whatever order.
const SWEPT: (usize, u64) = (200, 50);

/// From how many different share links on, and from which share of those that
/// do not exist, in percent, their names are guessed.
const LINKS: (usize, usize) = (20, 80);

/// Parameters whose numbers are no record's: pages of a list, times, and what
/// keeps a cache from answering.
const NO_RECORDS: [&str; 26] = [
    "_",
    "after",
    "before",
    "cb",
    "count",
    "cursor",
    "from",
    "last",
    "limit",
    "nocache",
    "offset",
    "p",
    "page",
    "page_size",
    "per_page",
    "rand",
    "rows",
    "since",
    "size",
    "skip",
    "start",
    "t",
    "time",
    "timestamp",
    "ts",
    "v",
];

static CARD: Card = Card {
    name: "enumeration",
    notices: "twenty or more records were asked for by numbers that follow one another, or many \
              that do not exist, or most of a range within an hour; twenty or more share links, \
              most of which do not exist",
    matters: "a lawful user asks for a few records of its own; numbers in a row are tried, not known",
    wrong_when: "a program of the operator, such as an export or a test, walks through all records; \
                 many users behind one address",
    source: "OWASP API Security Top 10 (2023), API1: broken object level authorization",
    weight: Weight::Client,
};

impl Detector for Enumeration {
    fn card(&self) -> &'static Card {
        &CARD
    }

    /// Whoever counts through the people asks for the records of each in
    /// between, so records and people are looked at apart.
    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        type Number = fn(&Fetch) -> Option<u64>;
        let kinds: [(String, Number); 2] = [
            (trace.says("records", "enregistrements"), record),
            (trace.says("people", "personnes"), subject),
        ];
        let walks = kinds.into_iter().filter_map(|(what, number)| {
            let steps = trace.fetches.iter().filter_map(|fetch| {
                Some(Step {
                    number: number(fetch)?,
                    at: fetch.at.map(|at| at.seconds),
                    is_sent: fetch.is_sent(),
                    is_refused: fetch.is_refused(),
                })
            });
            counted_through(trace, &what, steps.collect())
        });
        let walk = walks.max_by_key(|(distinct, _)| *distinct).map(|(_, because)| because);
        walk.or_else(|| guessed_links(trace)).map(|because| CARD.found(because))
    }
}

/// One number that was asked for.
struct Step {
    number: u64,
    at: Option<i64>,
    is_sent: bool,
    is_refused: bool,
}

/// Numbers in the order in which they were asked for: how many there are and
/// what to say of them, where they were counted through.
fn counted_through(trace: &Trace<'_>, what: &str, mut steps: Vec<Step>) -> Option<(usize, String)> {
    let sent = steps.iter().filter(|step| step.is_sent).count();
    // The same record twice in a row is one step.
    steps.dedup_by_key(|step| step.number);
    let mut refused: BTreeMap<u64, bool> = BTreeMap::new();
    for step in &steps {
        *refused.entry(step.number).or_insert(true) &= step.is_refused;
    }
    let distinct = refused.len();
    if distinct < RECORDS {
        return None;
    }
    let (first, last) = (*refused.first_key_value()?.0, *refused.last_key_value()?.0);
    let share = distinct as u64 * 100 / (last - first).saturating_add(1);
    let n_refused = refused.values().filter(|refused| **refused).count();
    let how = order(trace, &steps, distinct, share).or_else(|| {
        let is_guessed = distinct >= GUESSED.0 && n_refused * 100 >= distinct * GUESSED.1;
        is_guessed.then(|| {
            trace.says(
                format!("of which {n_refused} were refused or do not exist"),
                format!("dont {n_refused} refus ou absences"),
            )
        })
    })?;
    let (least, moins) = if trace.left_out > 0 { ("at least ", "au moins ") } else { ("", "") };
    let because = trace.says(
        format!(
            "{least}{distinct} {what} were asked for by number {how}, from {first} to {last} \
             ({share} % of that range), and {least}{sent} requests were answered with content"
        ),
        format!(
            "il a demandé {moins}{distinct} {what} par numéro, {how}, de {first} à {last} \
             ({share}\u{a0}% de cet intervalle), et {moins}{sent} requêtes ont été suivies de contenu"
        ),
    );
    Some((distinct, because))
}

/// The order in which numbers were asked for, where it is one that no lawful
/// user makes.
fn order(trace: &Trace<'_>, steps: &[Step], distinct: usize, share: u64) -> Option<String> {
    let n_steps = steps.len() - 1;
    let pairs = || steps.windows(2).map(|pair| (pair[0].number, pair[1].number));
    let near = |most: u64| pairs().filter(|(one, next)| one.abs_diff(*next) <= most).count();
    let rising = pairs().filter(|(one, next)| next > one).count();
    let turned = rising.max(n_steps - rising);
    let (far, most, range) = AT_ONCE;
    if near(1) * 100 >= n_steps * STEPS {
        Some(trace.says("one after the other", "l'un après l'autre"))
    } else if near(far) * 100 >= n_steps * most && share >= range {
        Some(trace.says(
            "one after the other, several at once",
            "l'un après l'autre, plusieurs à la fois",
        ))
    } else if distinct >= RISING.0 && turned * 100 >= n_steps * RISING.1 && share >= RISING.2 {
        Some(trace.says("in one direction", "dans un seul sens"))
    } else if share >= SWEPT.1 && in_an_hour(steps) >= SWEPT.0 {
        Some(trace.says("in no order, most within an hour", "sans ordre, la plupart en une heure"))
    } else {
        None
    }
}

/// The most different numbers of any hour.
fn in_an_hour(steps: &[Step]) -> usize {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    let mut recent: VecDeque<(i64, u64)> = VecDeque::new();
    let mut most = 0;
    for step in steps {
        let Some(at) = step.at else { continue };
        while let Some(&(before, number)) = recent.front()
            && at - before >= 3600
        {
            recent.pop_front();
            if let Some(count) = counts.get_mut(&number) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(&number);
                }
            }
        }
        recent.push_back((at, step.number));
        *counts.entry(step.number).or_default() += 1;
        most = most.max(counts.len());
    }
    most
}

/// Share links of which most do not exist: their names were guessed.
fn guessed_links(trace: &Trace<'_>) -> Option<String> {
    let links = || trace.fetches.iter().filter(|fetch| fetch.kind == Kind::ShareLink);
    let distinct: BTreeSet<&[u8]> = links().map(|fetch| fetch.path.as_slice()).collect();
    let there: BTreeSet<&[u8]> =
        links().filter(|fetch| !fetch.is_refused()).map(|fetch| fetch.path.as_slice()).collect();
    let missing = distinct.len() - there.len();
    let is_guessed = distinct.len() >= LINKS.0 && missing * 100 >= distinct.len() * LINKS.1;
    let tried = distinct.len();
    is_guessed.then(|| {
        trace.says(
            format!("{tried} links were tried, {missing} of which do not exist"),
            format!("{tried} liens ont été essayés, dont {missing} n'existent pas"),
        )
    })
}

/// The number of the person whom a path names.
fn subject(fetch: &Fetch) -> Option<u64> {
    digits(fetch.subject.as_deref()?)
}

/// The number of a record: what the pattern calls the record, else the last
/// part of the path, else the first value of the query, that is one; of a
/// path with names of its own only these.
fn record(fetch: &Fetch) -> Option<u64> {
    if let Some(record) = &fetch.record {
        return digits(record);
    }
    if fetch.subject.is_some() || !matches!(fetch.kind, Kind::Api | Kind::ShareLink) {
        return None;
    }
    let parts = fetch.path.rsplit(|byte| *byte == b'/');
    let values = fetch.query.split(|byte| *byte == b'&').filter_map(|pair| {
        let at = memchr::memchr(b'=', pair)?;
        let is_record =
            !NO_RECORDS.iter().any(|name| pair[..at].eq_ignore_ascii_case(name.as_bytes()));
        is_record.then_some(&pair[at + 1..])
    });
    parts.chain(values).find_map(digits)
}

/// The number of a key: digits, with letters before them (`INV-000123`) or an
/// ending behind (`123.json`). Random names with digits in them are none.
fn digits(key: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(key).ok()?;
    let name = match text.rsplit_once('.') {
        Some((name, ending)) if ending.bytes().all(|byte| byte.is_ascii_alphabetic()) => name,
        _ => text,
    };
    let number = name.trim_start_matches(|letter: char| {
        letter.is_ascii_alphabetic() || matches!(letter, '-' | '_')
    });
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    // The `v1` of a path is a version.
    let is_version = name.len() < 4 && name.starts_with(['v', 'V']);
    (is_number && !is_version).then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, look_at};
    use super::*;

    fn api(numbers: impl Iterator<Item = u64>) -> Option<String> {
        asked(numbers, |number| format!("/api/v1/patients/{number}/file"))
    }

    fn asked(numbers: impl Iterator<Item = u64>, path: impl Fn(u64) -> String) -> Option<String> {
        let each = numbers
            .enumerate()
            .map(|(at, number)| Fetch { kind: Kind::Api, ..fetch(at as i64, &path(number)) });
        look_at(&Enumeration, &each.collect::<Vec<_>>())
    }

    fn scattered(number: u64) -> u64 {
        number.wrapping_mul(2_654_435_761) % 100_000
    }

    #[test]
    fn numbers_in_a_row_are_noticed() {
        let said = "30 records were asked for by number one after the other, from 100 to 129 \
                    (100 % of that range), and 30 requests were answered with content";
        assert_eq!(api(100..130).as_deref(), Some(said));
        assert!(api((100..130).rev()).is_some());
        assert!(api((0..60).map(|number| number * 7)).is_some(), "in one direction");
        let at_once = (0..10).flat_map(|row| [3, 0, 6, 1, 4, 7, 2, 5].map(|n| row * 8 + n));
        assert!(api(at_once).is_some(), "several at once");
        assert!(api((0..300).map(|n| n * 7 % 300)).is_some(), "swept");
        assert_eq!(api(100..110), None, "a few");
        assert_eq!(api((0..60).map(scattered)), None);
        let own = [7, 8, 9].into_iter().cycle().take(300);
        assert_eq!(api(own), None, "the same few again and again");
    }

    #[test]
    fn pages_times_and_random_names_are_no_records() {
        assert_eq!(asked(1..60, |n| format!("/api/mine?page={n}&per_page=20")), None);
        assert_eq!(asked(1..90, |n| format!("/api/mine?_={}", 1_600_000_000_000 + n * 977)), None);
        assert_eq!(asked(1..90, |n| format!("/api/mine/{n}f{}", n * 7)), None);
        assert_eq!(asked(1..90, |n| format!("/api/log/{}", 1_600_000_000 + n * 977)), None);
        assert!(asked(1..40, |n| format!("/api/invoice?id=INV-{n:06}")).is_some());
        assert!(asked(1..40, |n| format!("/api/invoice/{n}.pdf")).is_some());
    }

    #[test]
    fn numbers_that_do_not_exist_are_guessed() {
        let asked = |missing: u64| {
            let each = (0..60).map(|at| Fetch {
                kind: Kind::Api,
                status: Some(if at % missing == 0 { 404 } else { 200 }),
                ..fetch(at as i64, &format!("/api/{}", scattered(at)))
            });
            look_at(&Enumeration, &each.collect::<Vec<_>>())
        };
        assert!(asked(2).unwrap().contains("30 were refused or do not exist"));
        assert_eq!(asked(10), None);
    }

    #[test]
    fn links_that_do_not_exist_are_guessed() {
        let tried = |status| {
            let each = (0..30).map(|at| Fetch {
                kind: Kind::ShareLink,
                status: Some(if at == 7 { 200 } else { status }),
                ..fetch(at, &format!("/s/x{at}y"))
            });
            look_at(&Enumeration, &each.collect::<Vec<_>>())
        };
        assert_eq!(tried(404).as_deref(), Some("30 links were tried, 29 of which do not exist"));
        assert_eq!(tried(200), None);
    }

    #[test]
    fn a_walk_through_people_is_noticed_among_their_records() {
        let asked = |subject: u64, record: Option<u64>| Fetch {
            kind: Kind::Api,
            subject: Some(subject.to_string().into()),
            record: record.map(|record| record.to_string().into()),
            ..fetch(subject as i64, "/api/people")
        };
        let walk = (100..140)
            .flat_map(|subject| [asked(subject, None), asked(subject, Some(scattered(subject)))]);
        let said = "40 people were asked for by number one after the other, from 100 to 139 \
                    (100 % of that range), and 80 requests were answered with content";
        assert_eq!(look_at(&Enumeration, &walk.collect::<Vec<_>>()).as_deref(), Some(said));
        let worklist = (100..140).map(|subject| asked(scattered(subject), None));
        assert_eq!(look_at(&Enumeration, &worklist.collect::<Vec<_>>()), None);
    }
}
