//! What of lines that could not be read is suspect.

use super::*;

/// A piece of one text.
fn piece(text: &str, begins: bool) -> Piece {
    Piece { any_of: vec![text.as_bytes().to_vec()], any_case: false, begins }
}

#[test]
fn suspects_are_seen_in_every_disguise() {
    let pieces = Pieces::new([Some(&piece("/a/b c.csv", true))].into_iter(), false);
    let check = |line: &str, cut: bool, expected: bool| {
        assert_eq!(pieces.is_suspect(line.as_bytes(), cut), expected, "{line}");
    };
    check("x GET /a/b c.csv", false, true);
    check("x GET /a/b+c.csv", false, true);
    check("x GET /a/b%20c.csv", false, true);
    check("x GET /a/b%2520c.csv", false, true);
    check("x GET /a/b%252520c.csv", false, true);
    check(r"x GET /a/\x62 c.csv", false, true);
    check(r#"{"uri":"\/a\/b\u0020c.csv"}"#, false, true);
    check("x GET /a//b%20c.csv", false, true);
    check("x GET /z/../a/./b%20c.csv", false, true);
    check("x GET /a;v=1/b%20c.csv;x y", false, true);
    check(r"x GET /a%5Cb%20c.csv", false, true);
    check("x GET /a/b.csv", false, false);
    check("x GET /A/B C.CSV", false, false);
    check("x GET /", false, false);
    check("x GET /", true, true);
    check("x GET /a/b%20c", true, true);
    check("x GET /a/b%2", true, true);
    check("x GET /a/%", true, true);
    check("x GET /other", true, false);
    check("x GET /other HTTP/1.1 20", true, false);
    check("192.0.2.7 - - [29/Jun/2021:00", true, true);
    check("192.0.2.7 - - [29/Jun/2021:00", false, false);
}

#[test]
fn pieces_in_the_midst_of_a_path_make_begun_targets_suspect() {
    let pieces = Pieces::new([Some(&piece(".csv", false))].into_iter(), true);
    assert!(pieces.is_suspect(b"x GET /other", true));
    assert!(!pieces.is_suspect(b"x GET /other HTTP/1.1", true));
    assert!(pieces.is_suspect(b"x GET /B.CSV", false));
    assert!(Pieces::new([None].into_iter(), false).is_suspect(b"", false));
    let pieces = Pieces::new([Some(&piece("///", false))].into_iter(), false);
    assert!(pieces.is_suspect(br"x GET /a/\\ HTTP/1.1", false), "each backslash is a slash");
}

#[test]
fn many_pieces_are_searched_for_by_their_folders() {
    let of = |paths: Vec<String>| {
        let mut paths: Vec<Vec<u8>> = paths.into_iter().map(String::into_bytes).collect();
        paths.sort();
        let found = few(&paths)?;
        Some(found.into_iter().map(|p| String::from_utf8_lossy(p).into_owned()).collect::<Vec<_>>())
    };
    let files = |folders: usize| (0..1_000).map(move |n| format!("/x{}/y/{n}.csv", n % folders));
    let expected = ["/x0/y/", "/x1/y/", "/x2/y/"].map(str::to_owned);
    assert_eq!(of(files(3).collect()), Some(expected.to_vec()));
    assert_eq!(of(files(17).collect()), None);
    let deep = (0..1_000).map(|n| format!("/data/{n}/{}/x.csv", n * 7));
    assert_eq!(of(deep.collect()), Some(vec!["/data/".to_owned()]));
    let mixed = (0..17).flat_map(|n| [format!("/ab/{n}"), format!("/ab/c/{n}")]);
    assert_eq!(of(mixed.collect()), Some(vec!["/ab/".to_owned()]));
    assert_eq!(of(vec!["/a/b".to_owned()]), Some(vec!["/a/b".to_owned()]));
    assert_eq!(of((0..17).map(|n| format!("/{n}")).collect()), None);
    assert_eq!(of((0..17).map(|n| format!("x{n}y")).collect()), None);
    // Where no folder is shared, by how they begin.
    let names = ["rest", "re"].map(str::to_owned);
    let named = ('a'..='z').map(|letter| format!("rest{letter}")).chain(names.clone());
    let [rest, re] = names;
    assert_eq!(of(named.collect()), Some(vec![re, rest]));
}

#[test]
fn a_piece_within_another_stands_for_both() {
    let targets = ["/a/b", "/a/b/c", "/x.csv"].map(|text| piece(text, true));
    let pieces = Pieces::new(targets.iter().map(Some), false);
    assert_eq!(pieces.each(), [b"/a/b".to_vec(), b"/x.csv".to_vec()]);
    assert!(pieces.complete());
}

#[test]
fn pieces_in_any_letter_case_are_found_in_any() {
    let dump = Piece { any_case: true, ..piece("/dump", false) };
    let pieces = Pieces::new([Some(&dump), Some(&piece("/Exports", true))].into_iter(), false);
    assert!(pieces.is_suspect(b"x GET /a/DUMP.sql", false));
    assert!(pieces.is_suspect(b"x GET /exports", false));
    assert!(pieces.is_suspect(b"x GET /a/DU", true));
    assert!(!pieces.is_suspect(b"x GET /other", false));
}

#[test]
fn a_target_that_does_not_end_in_a_head_may_go_on() {
    let pieces = Pieces::new([Some(&piece("/b.csv", true))].into_iter(), false);
    let check = |head: &str, expected: bool| {
        assert_eq!(pieces.is_suspect_head(head.as_bytes()), expected, "{head}");
    };
    check("x GET /aaaa", true);
    check("x", true);
    check("x GET /aaaa HTTP/1.1", false);
    check("x GET /b.csv HTTP/1.1", true);
}
