//! How many records and people, in words: what the lists of files state, and
//! what of it was sent to whom. A number that no list states is not stated,
//! and where people may stand in several files the two bounds are told.

use crate::actor::Class;
use crate::case::Language;
use crate::verdict::people::{Figures, Obtained, People, Records, Subjects};
use crate::verdict::words::{Phrase, number, told as says};

/// The paragraph of a summary, a sentence for each class that was sent
/// something, others first and in any case.
pub fn sentences(language: Language, people: &People) -> Vec<String> {
    let all = &people.exposed;
    let none = Obtained::default();
    let others = people.by_class.get(&Class::Other).unwrap_or(&none);
    let files = number(language, all.files);
    let (held, were) = (holds(language, all), sent(language, others));
    let mut lines = vec![says::PEOPLE_OTHERS.say(language, &[&all.files, &files, &held, &were])];
    for (class, obtained) in &people.by_class {
        let possible = &obtained.possible;
        if *class != Class::Other && possible.files + possible.unlisted > 0 {
            let sent = sent(language, obtained);
            lines.push(says::PEOPLE_CLASS.say(language, &[&class.word(), &sent]));
        }
    }
    lines
}

/// What was sent: `sent 2: 500 records about 300 people`.
fn sent(language: Language, obtained: &Obtained) -> String {
    let Obtained { confirmed, possible } = obtained;
    let mut text = match confirmed.files {
        0 => says::SENT_NONE.say(language, &[]),
        n => says::SENT_FILES.say(language, &[&number(language, n), &holds(language, confirmed)]),
    };
    let more = possible.files - confirmed.files;
    if more > 0 {
        let with = (number(language, more), holds(language, possible));
        text.push_str(&says::SENT_MORE.say(language, &[&with.0, &with.1]));
    }
    if possible.unlisted > 0 {
        let paths = possible.unlisted;
        text.push_str(&says::SENT_UNLISTED.say(language, &[&paths, &number(language, paths)]));
    }
    text
}

/// What files hold: `700 records about 300 people`.
fn holds(language: Language, figures: &Figures) -> String {
    if figures.records.min.is_none() && figures.people.min.is_none() {
        return says::HOLDS_NOTHING.say(language, &[]);
    }
    let (records, people) =
        (records(language, &figures.records), people(language, &figures.people));
    says::HOLDS.say(language, &[&records, &people])
}

fn records(language: Language, records: &Records) -> String {
    let mut text = span(language, records.min, records.max, &says::RECORDS);
    if let Some(estimate) = records.estimate
        && records.min != records.max
    {
        text.push_str(&says::BY_BYTES.say(language, &[&number(language, estimate)]));
    }
    text
}

fn people(language: Language, people: &Subjects) -> String {
    let text = span(language, people.min, people.max, &says::PEOPLE);
    let why = match people.basis {
        "keys" => says::BY_KEYS.say(language, &[]),
        _ if people.min == people.max || people.max.is_none() => String::new(),
        _ => says::NO_KEYS.say(language, &[]),
    };
    text + &why
}

/// A number of something, its bounds, or that it is not stated.
fn span(language: Language, min: Option<u64>, max: Option<u64>, what: &Phrase) -> String {
    let count = |n: u64| format!("{} {}", number(language, n), what.say(language, &[&n]));
    match (min, max) {
        (Some(min), Some(max)) if min == max => count(min),
        (Some(min), Some(max)) => {
            says::BETWEEN.say(language, &[&number(language, min), &count(max)])
        }
        (Some(min), None) => says::AT_LEAST.say(language, &[&count(min)]),
        (None, _) => says::NOT_STATED.say(language, &[&what.say(language, &[&2])]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_with_their_bounds() {
        let check = |min: Option<u64>, max: Option<u64>, expected: &str| {
            assert_eq!(span(Language::En, min, max, &says::PEOPLE), expected);
        };
        check(Some(386_970), Some(386_970), "386,970 people");
        check(Some(1), Some(1), "1 person");
        check(Some(350_000), Some(700_000), "350,000 to 700,000 people");
        check(Some(5), None, "at least 5 people");
        check(None, None, "people not stated");
    }
}
