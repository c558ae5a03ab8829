//! Tests of counting records and people.

use super::*;
use crate::case::keys::Keys;
use crate::case::load;
use crate::examine::plan::ReadingOptions;

const SENT: Share = Share { sent: true, perhaps: false, part: None };
const PERHAPS: Share = Share { sent: false, perhaps: true, part: None };

fn part(bytes: u64) -> Share {
    Share { part: Some(bytes), ..Share::default() }
}

/// A file of records about these people, by their numbers.
fn file(records: Option<u64>, people: std::ops::Range<u32>) -> File {
    File { records, people: Some(people.collect()), ..File::default() }
}

/// What was sent of files, by their place.
fn obtained(files: Vec<File>, sent: &[(usize, Share)]) -> Obtained {
    let all = files.iter().filter_map(|file| file.people.as_ref()).flatten();
    let n_people = all.max().map_or(0, |last| *last as usize + 1);
    let inventory = Inventory { files, n_people, ..Inventory::default() };
    let taken = Taken { files: sent.iter().copied().collect(), ..Taken::default() };
    Unions { inventory: &inventory, known: HashMap::new() }.obtained(&taken)
}

fn bounds(records: &Records) -> (Option<u64>, Option<u64>, Option<u64>) {
    (records.min, records.max, records.estimate)
}

fn people(people: &Subjects) -> (Option<u64>, Option<u64>, &'static str) {
    (people.min, people.max, people.basis)
}

#[test]
fn records_are_summed_and_people_are_not() {
    let files = vec![file(Some(350_000), 0..300_000), file(Some(350_000), 213_030..386_970)];
    let both = obtained(files, &[(0, SENT), (1, SENT)]).confirmed;
    assert_eq!(bounds(&both.records), (Some(700_000), Some(700_000), Some(700_000)));
    assert_eq!(people(&both.people), (Some(386_970), Some(386_970), "keys"));
}

#[test]
fn without_keys_people_have_two_bounds() {
    let numbers = |subjects| File { subjects, ..File::default() };
    let check = |files: Vec<File>, expected| {
        let sent: Vec<_> = (0..files.len()).map(|place| (place, SENT)).collect();
        assert_eq!(people(&obtained(files, &sent).confirmed.people), expected);
    };
    check(vec![numbers(Some(7)), numbers(Some(5))], (Some(7), Some(12), "numbers"));
    check(vec![numbers(Some(7))], (Some(7), Some(7), "numbers"));
    check(vec![numbers(Some(7)), numbers(None)], (Some(7), None, "numbers"));
    check(vec![numbers(None)], (None, None, "not stated"));
    check(vec![numbers(Some(0))], (Some(0), Some(0), "numbers"));
    check(vec![], (Some(0), Some(0), "no file"));
    check(vec![file(None, 0..4), numbers(Some(3))], (Some(4), Some(7), "keys and numbers"));
    check(vec![file(None, 0..4), file(None, 2..6)], (Some(6), Some(6), "keys"));
    // Two of six have no key.
    let short = File { subjects: Some(6), ..file(None, 0..4) };
    check(vec![short, file(None, 0..2)], (Some(6), Some(6), "keys and numbers"));
}

#[test]
fn what_is_not_stated_is_not_nothing() {
    let of = |records: &[Option<u64>]| {
        let files = records.iter().map(|records| File { records: *records, ..File::default() });
        let sent: Vec<_> = (0..records.len()).map(|place| (place, SENT)).collect();
        obtained(files.collect(), &sent).confirmed.records
    };
    assert_eq!(bounds(&of(&[None])), (None, None, None));
    assert_eq!(bounds(&of(&[Some(5), None])), (Some(5), None, None));
    assert_eq!(of(&[Some(5), None]).not_stated, 1);
    assert_eq!(bounds(&of(&[])), (Some(0), Some(0), Some(0)));
}

#[test]
fn a_part_is_bounded_by_its_bytes() {
    let whole = File {
        records: Some(1_000),
        size: Some(100_000),
        shortest: Some(50),
        ..file(None, 0..800)
    };
    let check = |file: &File, share: Share, expected| {
        let Obtained { confirmed, possible } = obtained(vec![file.clone()], &[(0, share)]);
        assert_eq!(bounds(&possible.records), expected, "{share:?}");
        assert_eq!((confirmed.files, confirmed.records.max), (0, Some(0)));
        assert_eq!(people(&possible.people), (Some(0), Some(800), "keys"));
    };
    check(&whole, part(25_001), (Some(0), Some(501), Some(250)));
    check(&whole, part(90_000), (Some(0), Some(1_000), Some(900)));
    check(&whole, part(u64::MAX - 1), (Some(0), Some(1_000), Some(1_000)));
    check(&whole, part(UNCOUNTED), (Some(0), Some(1_000), None));
    check(&whole, PERHAPS, (Some(0), Some(1_000), None));
    let unmeasured = File { size: None, shortest: None, ..whole };
    check(&unmeasured, part(25_001), (Some(0), Some(1_000), None));

    let mut twice = part(10);
    twice.merge(part(20));
    assert_eq!(twice, part(30));
    twice.merge(part(UNCOUNTED));
    assert_eq!(twice, part(UNCOUNTED));
}

#[test]
fn the_least_of_what_is_possible_is_certain() {
    let files = vec![
        File { records: Some(10), ..file(None, 0..4) },
        File { records: Some(20), size: Some(200), ..file(None, 2..9) },
    ];
    let Obtained { confirmed, possible } = obtained(files, &[(0, SENT), (1, part(100))]);
    assert_eq!((confirmed.files, possible.files), (1, 2));
    assert_eq!(bounds(&confirmed.records), (Some(10), Some(10), Some(10)));
    assert_eq!(bounds(&possible.records), (Some(10), Some(30), Some(20)));
    assert_eq!(people(&confirmed.people), (Some(4), Some(4), "keys"));
    assert_eq!(people(&possible.people), (Some(4), Some(9), "keys"));
}

#[test]
fn an_unlisted_path_leaves_no_upper_bound() {
    let inventory =
        Inventory { files: vec![file(Some(10), 0..4)], n_people: 4, ..Inventory::default() };
    let taken = Taken {
        files: BTreeMap::from([(0, SENT)]),
        unlisted: BTreeMap::from([(1, true), (2, false)]),
    };
    let obtained = Unions { inventory: &inventory, known: HashMap::new() }.obtained(&taken);
    assert_eq!((obtained.confirmed.unlisted, obtained.possible.unlisted), (1, 2));
    assert_eq!(bounds(&obtained.confirmed.records), (Some(10), None, None));
    assert_eq!(people(&obtained.confirmed.people), (Some(4), None, "keys"));
}

/// The inventory of a list of files.
fn listed(text: &str) -> Inventory {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("files.csv");
    std::fs::write(&path, text).unwrap();
    let case = load::quick(&[], Some(&path), None, None, None, &[], &[], None).unwrap();
    Inventory::of(&Question::new(case, ReadingOptions::default()).unwrap())
}

#[test]
fn a_file_is_one_however_it_is_listed() {
    let inventory = listed(
        "path,records,subjects,size,subject_keys\n\
         /exports/a b.csv,10,4,100,x y\n\
         /exports/./a%20b.csv,12,4,,y z\n\
         /exports/a b.csv,,,,\n\
         /exports/c.csv,5,,,\n\
         https://other.example/exports/c.csv,5,,,\n",
    );
    assert_eq!(inventory.files.len(), 3);
    let first = &inventory.files[0];
    assert_eq!((first.records, first.subjects, first.size), (Some(12), Some(4), Some(100)));
    assert_eq!(first.people.as_ref().map(Vec::len), Some(3));
    assert_eq!(inventory.n_people, 3);
    assert_eq!(inventory.warnings.len(), 2, "{:?}", inventory.warnings);
    assert!(
        inventory.warnings[0].starts_with("1 file is listed more than once"),
        "{:?}",
        inventory.warnings
    );
    assert!(inventory.warnings[1].contains("fewer keys than people for 1 file"));
}

#[test]
fn keys_of_one_person_are_one_person_in_every_file() {
    let digest = "0123456789abcdef0123456789ABCDEF";
    let inventory = listed(&format!(
        "path;subject_keys\n/a.csv;{digest}|k2\n/b.csv;{}|k3\n",
        digest.to_lowercase()
    ));
    assert_eq!(inventory.n_people, 3);
    assert_eq!(Keys::of([digest.as_bytes()].into_iter()).each().len(), 1);
}
