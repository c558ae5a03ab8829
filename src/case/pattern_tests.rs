//! Tests of patterns.

use super::*;
use crate::record::Escape;

fn spelling(pattern: &str, target: &str, fold: bool) -> Option<&'static str> {
    let pattern = Pattern::parse(pattern).unwrap();
    let forms = Forms::of(target.as_bytes(), Escape::None, fold);
    pattern.is_match(&forms, fold).map(|form| form.spelling.word())
}

#[test]
fn patterns_name_the_requests_they_say() {
    let check = |pattern: &str, target: &str, expected: Option<&str>| {
        assert_eq!(spelling(pattern, target, false), expected, "{pattern} on {target}");
    };
    check("/a", "/a", Some("plain"));
    check("/a", "/a/", Some("plain"));
    check("/a", "/a/b?x", Some("plain"));
    check("/a", "/ab", None);
    check("/a", "/A", None);
    check("/a/", "/a", Some("plain"));
    check("/a//./x/../b", "/a/b", Some("plain"));
    check("/", "/", Some("plain"));
    check("/", "/a", Some("plain"));
    check("/a b", "/a%20b", Some("encoded"));
    check("/a%20b", "/a%20b", Some("plain"));
    check("/a%20b", "/a b", Some("plain"));
    check("/a%zz", "/a%zz", Some("plain"));
    check("/a%3Fb", "/a%3Fb", Some("plain"));
    check("/é", "/%C3%A9", Some("encoded"));
    check("/é", "/%E9", Some("encoded"));
    check("/é*", "/%E9t%E9", Some("encoded"));
    check("/a/*.csv", "/a/b.csv", Some("plain"));
    check("/a/*.csv", "/a/%2562.csv", Some("plain"));
    check("/a/?.csv", "/a/%2562.csv", Some("double-encoded"));
    check("/x?y", "/xzy?q=1", Some("plain"));
    check("http://H.example:80/a", "/a/b", Some("plain"));
    check("HTTPS://h.example/a", "http://H.EXAMPLE:8080/a", Some("absolute"));
    check("https://h.example", "http://g.example/a", None);
    check(r"re:^/api/\d+$", "/api/12?x", Some("plain"));
    check(r"re:^/api/\d+$", "/api/%31", Some("encoded"));
    check(r"re:^/api/\d+$", "/api/x", None);
    check("/e.php query:(^|&)id=", "/e.php?x=1&id=2", Some("plain"));
    check("/e.php query:(^|&)id=", "/e.php?i%64=2", Some("plain"));
    check("/e.php query:(^|&)id=", "/e.php?x=1", None);
    check("/e.php query:(^|&)id=", "/e.php", None);
    check("/e.php query:^$", "/e.php", Some("plain"));
}

#[test]
fn letter_case_is_folded_where_asked() {
    let check = |pattern: &str, target: &str| {
        assert!(spelling(pattern, target, true).is_some(), "{pattern} on {target}");
    };
    check("/A/B.csv", "/a/b.CSV.");
    check("/A/*.CSV", "/a/b.csv");
    check("re:^/API/[A-Z]+$", "/api/abc");
    check("/É", "/%C3%A9");
    assert!(Pattern::parse("/A").unwrap().matches_path(b"/a", true));
}

#[test]
fn what_is_refused_is_refused_with_a_way_to_write_it() {
    let check = |text: &str, part: &str| {
        let error = Pattern::parse(text).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    };
    check("/export.php?id=1", "\"/export.php query:(^|&)id=\"");
    check("https://h/x?a[b]=1", "query:");
    check(r"re:^/x\?id=", "behind one space");
    check("/a[bc", "character 3");
    check("https://h.example/é[bc", "character 20");
    check("exports/a.csv", "begins with \"/\"");
    check("*.csv", "begins with \"/\"");
    check("", "begins with \"/\"");
    check("ftp://h/a", "none we know");
    check("re:", "empty regular expression");
    check("re:(", "cannot be read");
    check("re:(?<name>x)", "only \"subject\" and \"record\"");
    check("/a query:", "empty query condition");
    check("/a  query:x", "one space");
    check(" /a", "blank");
    check("http://", "no plain host name");
    check("http://*.example/a", "no plain host name");
    check("http://h?a=1", "no path");
}

#[test]
fn pieces_are_in_every_plain_spelling() {
    let check = |pattern: &str, expected: Option<&str>| {
        let pattern = Pattern::parse(pattern).unwrap();
        let piece = pattern.piece().map(|piece| piece.any_of.concat());
        assert_eq!(piece.as_deref(), expected.map(str::as_bytes));
    };
    check("/a//b.csv", Some("/a/b.csv"));
    check("/a", None);
    check("/exports/*.csv", Some("/exports/"));
    check("/é/exports", Some("/exports"));
    check("re:^/api/v1/", Some("/api/v1/"));
}
