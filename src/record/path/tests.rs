//! Spellings of paths, and what each of them comes to.

use super::*;

fn spelling(target: &str, path: &str, escape: Escape, folds: bool) -> Option<&'static str> {
    let forms = Forms::of(target.as_bytes(), escape, folds);
    let found = forms.each.iter().find(|form| form.path == path.as_bytes());
    found.map(|form| form.spelling.word())
}

#[test]
fn every_spelling_of_a_path_is_found() {
    let check = |target: &str, expected: &str| {
        let found = spelling(target, "/a/b.csv", Escape::Backslash, false);
        assert_eq!(found, Some(expected), "{target}");
    };
    check("/a/b.csv", "plain");
    check("/a/b.csv?x=/y", "plain");
    check("/a/b.csv#top", "plain");
    check(r"/\x61/b.csv", "escaped");
    check("http://h.example:80/a/b.csv?q", "absolute");
    check("/a//b.csv", "segments");
    check("/x/../a/./b.csv", "segments");
    check(r"/a\x5Cb.csv", "segments");
    check("/a;v=1/b.csv;jsessionid=1", "parameters");
    check("/x/..;/a/b.csv", "parameters");
    check("/%61/b%2ecsv", "encoded");
    check("/%u0061/b.csv", "encoded");
    check("/a%2Fb.csv", "encoded");
    check("/a/b.csv%3Fx", "encoded");
    check("/%2561/b.csv", "double-encoded");
    check("/%252561/b.csv", "triple-encoded");
    assert_eq!(spelling("/%25252561/b.csv", "/a/b.csv", Escape::None, false), None);
    assert_eq!(spelling("/A/B.CSV.", "/a/b.csv", Escape::None, true), Some("folded"));
    assert_eq!(spelling("/a+b", "/a b", Escape::Plus, true), Some("escaped"));
    assert_eq!(spelling("/a+b", "/a+b", Escape::Plus, true), Some("plain"));
}

#[test]
fn a_path_may_really_hold_odd_bytes() {
    assert_eq!(spelling("/%61;b.csv", "/a;b.csv", Escape::None, false), Some("encoded"));
    assert_eq!(spelling("/100%.csv", "/100%.csv", Escape::None, false), Some("plain"));
}

#[test]
fn what_is_not_odd_has_one_form() {
    for target in ["/", "/a/b.csv", "/a/b/?x=%61//", "/a.b/c-d"] {
        assert!(!is_odd(target.as_bytes(), Escape::Backslash, false), "{target}");
        assert_eq!(Forms::of(target.as_bytes(), Escape::Backslash, false).each.len(), 1);
    }
}

#[test]
fn the_canonical_path_and_the_host() {
    let forms = Forms::of(b"HTTP://user@H.example:8080/a%20b//c;x?q=1#f", Escape::None, false);
    assert_eq!(forms.canonical, b"/a b/c");
    assert_eq!(forms.host.as_deref(), Some(&b"H.example"[..]));
    assert_eq!(forms.query.as_deref(), Some(&b"q=1"[..]));
    assert_eq!(Forms::of(b"http://h", Escape::None, false).canonical, b"/");
    assert_eq!(Forms::of(b"*", Escape::None, false).canonical, b"*");
    assert_eq!(Forms::of(b"", Escape::None, false).canonical, b"");
    assert_eq!(host_of(b"[2001:db8::1]:443"), b"[2001:db8::1]");
}
