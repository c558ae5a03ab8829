//! Spellings of paths, and what each of them comes to.

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

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
    check("http:/a/b.csv?q", "absolute");
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
        assert_eq!(Forms::of_odd(target.as_bytes(), Escape::Backslash, false).each.len(), 1);
    }
}

#[test]
fn some_paths_have_one_other_form() {
    let check = |target: &str, expected: Option<&str>| {
        let mut other = Vec::new();
        let is_all = sole_other(target.as_bytes(), &mut other);
        assert_eq!(is_all.then_some(other.as_slice()), expected.map(str::as_bytes), "{target}");
    };
    check("/a%20b/%D8%A7%d8%aa", Some("/a b/\u{627}\u{62a}"));
    check("/%61", Some("/a"));
    check("/%u0061", Some("/a"));
    let others = ["%2F", "%2f", "%2E", "%25", "%3B", "%3F", "%23", "%5C", "%2B", "%6"];
    for other in others {
        check(&format!("/a/{other}"), None);
    }
    check("a%20b", None);
    check("/a//b%20", None);
    check("/a;v=1/b.csv;jsessionid=1", Some("/a/b.csv"));
    check("/a/;v=1/b.csv", None);
    check("/a;v=%20/b.csv", None);
    check("/a+b/+c.csv", Some("/a b/ c.csv"));
    check("/a+%20", None);
    check("/a+;v=1", None);
    check("/a;v#/b", None);
    check("/a;v\\/b", None);
    check("/a+//b", None);
    check("/a//b/../.c", Some("/a/.c"));
    check("a//b", None);
    check("/a//b\\c", None);
}

/// The forms of a path, every one tried at every level.
fn slowly(target: &[u8], nearest: Spelling) -> Vec<Form<'static>> {
    let mut forms: Vec<Form<'_>> = Vec::new();
    let mut keep = |path: Vec<u8>, spelling: Spelling| {
        if forms.iter().all(|form| form.path != path) {
            forms.push(Form { spelling, path: Cow::Owned(path) });
        }
    };
    keep(raw(target).to_vec(), nearest);
    let mut level = raw(target).to_vec();
    let levels = [Spelling::Plain, Spelling::Encoded, Spelling::DoubleEncoded];
    for (decodings, spelling) in levels.into_iter().chain([Spelling::TripleEncoded]).enumerate() {
        if decodings > 0 {
            let decoded = decode(&level);
            if decoded == level {
                break;
            }
            level = decoded;
        }
        let all = [Spelling::Plain, Spelling::Parameters, Spelling::Segments, Spelling::Parameters];
        for (which, own) in all.into_iter().enumerate() {
            let path = rewrite(&level, which / 2 == 1, which % 2 == 1);
            let resolved = resolve(&path);
            keep(path, spelling.max(own));
            keep(resolved, spelling.max(own).max(Spelling::Segments));
        }
        if decodings > 0
            && let Some(end) = level.iter().position(|byte| matches!(byte, b'?' | b'#'))
        {
            let path = resolve(&rewrite(&level[..end], true, true));
            keep(path, spelling.max(Spelling::Parameters));
        }
    }
    forms
}

proptest! {
    #[test]
    fn no_form_is_left_out(target in r"/[ab/.;%?\\23fF5cC]{0,24}") {
        let target = target.as_bytes();
        let forms = Forms::of(target, Escape::None, false);
        prop_assert_eq!(&forms, &Forms::of_odd(target, Escape::None, false));
        prop_assert_eq!(forms.each, slowly(target, Spelling::Plain));
    }
}

/// Byte by byte, what [`is_odd`] says of many at once.
fn is_odd_slowly(target: &[u8], escape: Escape) -> bool {
    let path: Vec<u8> = target.iter().copied().take_while(|byte| *byte != b'?').collect();
    let is_odd = |byte: &u8| b"%\\;#".contains(byte) || escape == Escape::Plus && *byte == b'+';
    path.first() != Some(&b'/')
        || path.iter().any(is_odd)
        || path.windows(2).any(|both| both == b"//" || both == b"/.")
}

proptest! {
    #[test]
    fn a_sole_other_form_is_the_only_one(
        text in "[a./]{0,6}(%(u(00)?)?([2356][0-9A-Fa-f]|[89a-f][0-9a-f])|[a-cAB/.?%;# +\\\\é]){1,12}",
    ) {
        let path = format!("/{text}").into_bytes();
        let mut other = Vec::new();
        if !path.contains(&b'?') && sole_other(&path, &mut other) {
            for escape in [Escape::None, Escape::Plus, Escape::Backslash] {
                for form in Forms::of(&path, escape, false).each {
                    prop_assert!(form.path == path || form.path == other);
                }
                if is_lowered(&path) && is_lowered(&other) {
                    let both = [&path, &other].map(|each| each.to_ascii_lowercase());
                    for form in Forms::of(&path, escape, true).each {
                        prop_assert!(both.contains(&form.path.into_owned()));
                    }
                }
            }
        }
    }

    #[test]
    fn an_odd_byte_is_seen_wherever_it_stands(
        plain in "/?[a-z.-]{0,70}",
        odd in r"(//|/\.|[%;\\#+?/.])?",
        at in 0..80_usize,
    ) {
        let (before, behind) = plain.split_at(at.min(plain.len()));
        let target = format!("{before}{odd}{behind}");
        for escape in [Escape::Backslash, Escape::Plus] {
            let expected = is_odd_slowly(target.as_bytes(), escape);
            prop_assert_eq!(is_odd(target.as_bytes(), escape, false), expected, "{}", target);
        }
    }
}

#[test]
fn the_canonical_path_and_the_host() {
    let forms = Forms::of(b"HTTP://user@H.example:8080/a%20b//c;x?q=1#f", Escape::None, false);
    assert_eq!(*forms.canonical, *b"/a b/c");
    assert_eq!(forms.host.as_deref(), Some(&b"H.example"[..]));
    assert_eq!(forms.query.as_deref(), Some(&b"q=1"[..]));
    assert_eq!(*Forms::of(b"http://h", Escape::None, false).canonical, *b"/");
    assert_eq!(*Forms::of(b"*", Escape::None, false).canonical, *b"*");
    assert_eq!(*Forms::of(b"", Escape::None, false).canonical, *b"");
    assert_eq!(host_of(b"[2001:db8::1]:443"), b"[2001:db8::1]");
}

#[test]
fn the_path_of_a_resource_has_no_authority() {
    let check = |target: &[u8], path: &[u8]| assert_eq!(of_resource(target), path);
    check(b"/.env?x=http://h/a", b"/.env");
    check(b"http://h.example:80/.env?x=/a", b"/.env");
    check(b"https://h.example", b"/");
    check(b"https://h.example?x", b"/");
    check(b"/http://h.example/a", b"/http://h.example/a");
    check(b"h.example:443", b"h.example:443");
    check(b"*", b"*");
    check(b"", b"");
}
