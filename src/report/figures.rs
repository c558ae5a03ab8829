//! How many records and people, in words: what the lists of files state, and
//! what of it was sent to whom. A number that no list states is not stated,
//! and where people may stand in several files the two bounds are told.

use crate::actor::Class;
use crate::verdict::people::{Figures, Obtained, People, Records, Subjects};

use super::page::{count, grouped};

/// The paragraph of a summary, a sentence for each class that was sent
/// something, others first and in any case.
pub fn sentences(people: &People) -> Vec<String> {
    let all = &people.exposed;
    let none = Obtained::default();
    let others = people.by_class.get(&Class::Other).unwrap_or(&none);
    let files = count(all.files, "listed file", "listed files");
    let mut lines = vec![format!("Of {files} ({}) others were {}.", holds(all), sent(others))];
    for (class, obtained) in &people.by_class {
        let possible = &obtained.possible;
        if *class != Class::Other && possible.files + possible.unlisted > 0 {
            lines.push(format!("Clients of class {} were {}.", class.word(), sent(obtained)));
        }
    }
    lines
}

/// What was sent: `sent 2: 500 records about 300 people`.
fn sent(obtained: &Obtained) -> String {
    let Obtained { confirmed, possible } = obtained;
    let mut text = match confirmed.files {
        0 => "sent none for certain".to_owned(),
        n => format!("sent {}: {}", grouped(n), holds(confirmed)),
    };
    let more = possible.files - confirmed.files;
    if more > 0 {
        text.push_str(&format!(
            "; of {} more a part or perhaps the whole: in all {}",
            grouped(more),
            holds(possible)
        ));
    }
    if possible.unlisted > 0 {
        let paths = count(possible.unlisted, "path", "paths");
        text.push_str(&format!("; and {paths} that no list names, of which nothing is stated"));
    }
    text
}

/// What files hold: `700 records about 300 people`.
fn holds(figures: &Figures) -> String {
    if figures.records.min.is_none() && figures.people.min.is_none() {
        return "records and people not stated".to_owned();
    }
    format!("{} about {}", records(&figures.records), people(&figures.people))
}

fn records(records: &Records) -> String {
    let mut text = span(records.min, records.max, "record", "records");
    if let Some(estimate) = records.estimate
        && records.min != records.max
    {
        text.push_str(&format!(" (by their bytes {})", grouped(estimate)));
    }
    text
}

fn people(people: &Subjects) -> String {
    let text = span(people.min, people.max, "person", "people");
    let why = match people.basis {
        "keys" => ", counted by their keys",
        _ if people.min == people.max || people.max.is_none() => "",
        _ => ", since not all have a key by which one who stands in several files is known",
    };
    text + why
}

/// A number, its bounds, or that it is not stated.
fn span(min: Option<u64>, max: Option<u64>, one: &str, many: &str) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => count(min, one, many),
        (Some(min), Some(max)) => format!("{} to {}", grouped(min), count(max, one, many)),
        (Some(min), None) => format!("at least {}", count(min, one, many)),
        (None, _) => format!("{many} not stated"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_with_their_bounds() {
        let check = |min: Option<u64>, max: Option<u64>, expected: &str| {
            assert_eq!(span(min, max, "person", "people"), expected);
        };
        check(Some(386_970), Some(386_970), "386,970 people");
        check(Some(1), Some(1), "1 person");
        check(Some(350_000), Some(700_000), "350,000 to 700,000 people");
        check(Some(5), None, "at least 5 people");
        check(None, None, "people not stated");
    }
}
