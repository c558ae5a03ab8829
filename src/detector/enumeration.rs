//! Records counted through: one number after the other.

use super::{Card, Detector, Fetch, Finding, Trace, Weight};
use crate::case::Kind;

/// The detector.
pub struct Enumeration;

/// From how many different records on.
const RECORDS: usize = 20;

/// From which share of steps to a neighbouring number, in percent.
const STEPS: usize = 50;

/// From how many records on a list that only rises or falls is one counted
/// through, and from which share of its steps, in percent.
const RISING: (usize, usize) = (50, 90);

static CARD: Card = Card {
    name: "enumeration",
    notices: "twenty or more records were asked for by numbers that follow one another",
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
        let kinds: [(&str, Number); 2] = [("records", record), ("people", subject)];
        let walks = kinds.into_iter().filter_map(|(what, number)| {
            let numbers = trace.fetches.iter();
            let numbers = numbers.filter_map(|fetch| Some((number(fetch)?, fetch.is_sent())));
            counted_through(what, numbers.collect())
        });
        walks.max_by_key(|(distinct, _)| *distinct).map(|(_, because)| CARD.found(because))
    }
}

/// Numbers in the order in which they were asked for, and whether each was
/// answered with content: how many there are and what to say of them, where
/// they were counted through.
fn counted_through(what: &str, mut numbers: Vec<(u64, bool)>) -> Option<(usize, String)> {
    // The same record twice in a row is one step.
    numbers.dedup_by_key(|(number, _)| *number);
    let distinct: std::collections::BTreeSet<u64> = numbers.iter().map(|(n, _)| *n).collect();
    if distinct.len() < RECORDS {
        return None;
    }
    let steps = numbers.len() - 1;
    let pairs = || numbers.windows(2).map(|pair| (pair[0].0, pair[1].0));
    let near = pairs().filter(|(one, next)| one.abs_diff(*next) == 1).count();
    let rising = pairs().filter(|(one, next)| next > one).count();
    let turned = rising.max(steps - rising);
    let in_row = near * 100 >= steps * STEPS;
    let in_order = distinct.len() >= RISING.0 && turned * 100 >= steps * RISING.1;
    if !in_row && !in_order {
        return None;
    }
    let sent = numbers.iter().filter(|(_, sent)| *sent).count();
    let (first, last) = (distinct.first()?, distinct.last()?);
    let range = (last - first).saturating_add(1);
    let share = distinct.len() as u64 * 100 / range.max(1);
    let how = if in_row { "one after the other" } else { "in one direction" };
    let because = format!(
        "{} {what} were asked for by number {how}, from {first} to {last} ({share} % of that \
         range), and {sent} requests were answered with content",
        distinct.len()
    );
    Some((distinct.len(), because))
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
        Some(&pair[at + 1..])
    });
    parts.chain(values).filter(|part| !part.is_empty()).find_map(digits)
}

fn digits(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, look_at};
    use super::*;

    fn api(numbers: impl Iterator<Item = u64>) -> Option<String> {
        let each = numbers.enumerate().map(|(at, number)| Fetch {
            kind: Kind::Api,
            ..fetch(at as i64, &format!("/api/v1/patients/{number}/file"))
        });
        look_at(&Enumeration, &each.collect::<Vec<_>>())
    }

    #[test]
    fn numbers_in_a_row_are_noticed() {
        let said = "30 records were asked for by number one after the other, from 100 to 129 \
                    (100 % of that range), and 30 requests were answered with content";
        assert_eq!(api(100..130).as_deref(), Some(said));
        assert!(api((100..130).rev()).is_some());
        assert!(api((0..60).map(|number| number * 7)).is_some(), "in one direction");
        assert_eq!(api(100..110), None, "a few");
        let scattered = (0..60_u64).map(|number| number.wrapping_mul(2_654_435_761) % 100_000);
        assert_eq!(api(scattered), None);
        let own = [7, 8, 9].into_iter().cycle().take(300);
        assert_eq!(api(own), None, "the same few again and again");
    }

    #[test]
    fn a_walk_through_people_is_noticed_among_their_records() {
        let asked = |subject: u64, record: Option<u64>| Fetch {
            kind: Kind::Api,
            subject: Some(subject.to_string().into()),
            record: record.map(|record| record.to_string().into()),
            ..fetch(subject as i64, "/api/people")
        };
        let scattered = |subject: u64| subject.wrapping_mul(2_654_435_761) % 100_000;
        let walk = (100..140)
            .flat_map(|subject| [asked(subject, None), asked(subject, Some(scattered(subject)))]);
        let said = "40 people were asked for by number one after the other, from 100 to 139 \
                    (100 % of that range), and 40 requests were answered with content";
        assert_eq!(look_at(&Enumeration, &walk.collect::<Vec<_>>()).as_deref(), Some(said));
        let worklist = (100..140).map(|subject| asked(scattered(subject), None));
        assert_eq!(look_at(&Enumeration, &worklist.collect::<Vec<_>>()), None);
    }
}
