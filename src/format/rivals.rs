//! Which formats could have read a line: where two do, the one that stands
//! earlier in the table is right, because it says more of the line.

use memchr::memchr_iter;

use super::{Reader, Reading, TABLE};
use crate::source::split_lines;

/// Every format that reads a line by itself, by its place in [`TABLE`], the
/// one that is right first. `headers` are the lines before it that say how it
/// is built.
pub fn rivals(headers: &[&[u8]], line: &[u8]) -> Vec<usize> {
    let reads = |place: &usize| {
        let mut reader = Reader::new(&[*place], true);
        for header in headers {
            reader.read(header);
        }
        matches!(reader.read(line), Reading::Read(..))
    };
    (0..TABLE.len()).filter(reads).collect()
}

/// The formats that read any line of a family, however its operator wrote it.
/// That one of them reads a line too says nothing of it.
const ANY: [&str; 2] = ["extended", "json"];

/// Says whether a format reads any line of a family.
pub fn reads_any(place: usize) -> bool {
    TABLE.get(place).is_some_and(|format| ANY.contains(&format.card().name))
}

/// How many lines of a head are tried in every format.
const TRIED: usize = 100;

/// The formats other than `winner` that read every line of a head that it
/// reads, of the first [`TRIED`] lines. None where it reads none of them.
pub fn ties(head: &[u8], winner: usize) -> Vec<usize> {
    let ends = memchr_iter(b'\n', head).map(|end| end + 1);
    let end = ends.take(TRIED).last().unwrap_or(head.len());
    let read = |place: usize| {
        let mut reader = Reader::new(&[place], true);
        split_lines(&head[..end]).map(move |line| {
            matches!(
                reader.read(line.strip_suffix(b"\r").unwrap_or(line)),
                Reading::Read(by, _) if by == place
            )
        })
    };
    let won: Vec<bool> = read(winner).collect();
    if !won.contains(&true) {
        return Vec::new();
    }
    // Most formats are out at the first line.
    let also = |place: &usize| read(*place).zip(&won).all(|(read, won)| read || !won);
    (0..TABLE.len()).filter(|place| *place != winner).filter(also).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn name(place: usize) -> &'static str {
        TABLE[place].card().name
    }

    /// The whole matrix: of all formats that read a sample its own is the
    /// first. Which others do, besides those that read any of a family, is
    /// written out, so that a new pair is seen.
    #[test]
    fn a_sample_is_read_by_its_own_format_first() {
        let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (place, format) in TABLE.iter().enumerate() {
            let card = format.card();
            for sample in card.samples {
                let all = rivals(sample.preamble, sample.line);
                let text = String::from_utf8_lossy(sample.line);
                assert_eq!(all.first(), Some(&place), "{}: {text}", card.name);
                let others = all[1..].iter().filter(|place| !reads_any(**place));
                found.entry(card.name).or_default().extend(others.map(|place| name(*place)));
            }
        }
        found.retain(|_, others| !others.is_empty());
        let pairs = [("hypercorn", "combined"), ("kibana", "node-json"), ("werkzeug", "common")];
        let expected = pairs.map(|(own, other)| (own, BTreeSet::from([other])));
        assert_eq!(found, BTreeMap::from(expected));
    }

    #[test]
    fn those_that_read_any_of_a_family_stand_behind_it() {
        let places: Vec<usize> = (0..TABLE.len()).filter(|place| reads_any(*place)).collect();
        assert_eq!(places.len(), ANY.len());
        assert!(places.iter().all(|place| place + ANY.len() >= TABLE.len()), "{places:?}");
    }

    #[test]
    fn ties_are_of_all_lines_that_were_won() {
        let common = r#"192.0.2.7 - - [12/Apr/2018:09:48:40 +0200] "GET /a HTTP/1.1" 200 5"#;
        let extra = format!("{common} \"-\" \"x\" 12ms");
        let place = |wanted: &str| (0..TABLE.len()).find(|place| name(*place) == wanted).unwrap();
        let check = |head: &str, winner: &str, expected: &[&str]| {
            let ties = ties(head.as_bytes(), place(winner));
            assert_eq!(ties.into_iter().map(name).collect::<Vec<_>>(), expected, "{head}");
        };
        check(&format!("{common}\r\n\n{common}\n"), "common", &["extended"]);
        check(&format!("{common}\n{extra}\n"), "extended", &[]);
        check(&format!("{common}\n{extra}\n"), "common", &["extended"]);
        check("x\n", "common", &[]);
        check("", "common", &[]);
    }
}
