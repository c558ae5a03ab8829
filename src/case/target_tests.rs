//! Tests of matching targets.

use proptest::prelude::*;

use super::super::load::quick;
use super::finds::Finds;
use super::*;
use crate::record::{Instant, path};

fn case_of(patterns: &[&str]) -> Case {
    let patterns: Vec<_> = patterns.iter().map(|text| text.to_string()).collect();
    quick(&patterns, None, None, None, None, &[], &[], None).unwrap()
}

fn listed(paths: &[&str]) -> Case {
    let mut case = case_of(&["/unused"]);
    case.exposures[0].targets = paths
        .iter()
        .map(|path| Target {
            text: path.to_string(),
            pattern: Arc::new(Pattern::file(path, None)),
            listed: Some(ListedFile::default()),
        })
        .collect();
    case
}

#[test]
fn all_targets_are_tried_and_the_nearest_spelling_is_told() {
    let case =
        case_of(&["/a", "/a/*.csv", r"re:^/a/(?<record>\d+)$", "/e query:id=(?<subject>.+)"]);
    let matcher = Matcher::new(&case, false).unwrap();
    let check = |target: &str, targets: &[u32], spelling: &str, path: &str| {
        let found = matcher.find(target.as_bytes(), Escape::Backslash, None).unwrap();
        assert_eq!(found.targets.as_slice(), targets, "{target}");
        assert_eq!(found.spelling.word(), spelling, "{target}");
        assert_eq!(found.path, path.as_bytes(), "{target}");
        assert_eq!(found.exposures, 1);
    };
    check("/a/b.csv", &[0, 1], "plain", "/a/b.csv");
    check("/a/", &[0], "plain", "/a/");
    check("/a", &[0], "plain", "/a");
    check("/%61/b.csv", &[0, 1], "encoded", "/a/b.csv");
    check("/z/../a/b.csv", &[0, 1], "segments", "/a/b.csv");
    check("/a/%2Fb.csv", &[0, 1], "plain", "/a/%2Fb.csv");
    check("/a/12", &[0, 2], "plain", "/a/12");
    check("/e?id=5", &[3], "plain", "/e");
    check("/e%3Fid=5", &[3], "encoded", "/e");
    assert_eq!(matcher.find(b"/ab", Escape::None, None), None);
    assert_eq!(matcher.find(b"/e?x=5", Escape::None, None), None);
    let found = matcher.find(b"/a/12", Escape::None, None).unwrap();
    assert_eq!((found.record, found.subject), (Some(b"12".to_vec()), None));
    let found = matcher.find(b"/e?id=J%C3%A9+D", Escape::None, None).unwrap();
    assert_eq!(found.subject.as_deref(), Some("Jé D".as_bytes()));
    assert_eq!(matcher.place(3), Some((0, 3)));
    assert_eq!(matcher.place(4), None);
}

#[test]
fn hosts_part_what_counts_from_what_is_only_listed() {
    let mut case = case_of(&["/a", "https://two.example/b"]);
    let mut other = case.exposures[0].clone();
    other.host = Some("One.example:443".to_string());
    case.exposures.push(other);
    let matcher = Matcher::new(&case, false).unwrap();
    let check = |target: &str, host: Option<&str>, counted: u64, listed: u64, targets: &[u32]| {
        let found = matcher.find(target.as_bytes(), Escape::None, host.map(str::as_bytes)).unwrap();
        assert_eq!((found.exposures, found.other_host), (counted, listed), "{target} {host:?}");
        assert_eq!(found.targets.as_slice(), targets, "{target} {host:?}");
    };
    check("/a", None, 3, 0, &[0, 2]);
    check("/a", Some("-"), 3, 0, &[0, 2]);
    check("/a", Some("ONE.example."), 3, 0, &[0, 2]);
    check("/a", Some("x.example"), 1, 2, &[0]);
    check("http://one.example/a", None, 3, 0, &[0, 2]);
    check("http://x.example/a", None, 1, 2, &[0]);
    check("http://one.example/a", Some("x.example"), 3, 0, &[0, 2]);
    check("/b", Some("two.example:8080"), 1, 2, &[1]);
    check("/b", Some("x.example"), 0, 3, &[]);
}

#[test]
fn listed_files_are_exact() {
    let matcher = Matcher::new(&listed(&["/a/b%20c.csv", "/D.csv"]), false).unwrap();
    let check = |target: &str, expected: bool| {
        let found = matcher.find(target.as_bytes(), Escape::None, None);
        assert_eq!(found.is_some(), expected, "{target}");
        assert!(found.is_none() || matcher.may_match(target.as_bytes(), Escape::None));
    };
    check("/a/b%20c.csv", true);
    check("/a/b c.csv/", true);
    check("/a/b c.csv/x", false);
    check("/a", false);
    check("/d.csv", false);
    let folded = Matcher::new(&listed(&["/D.csv"]), true).unwrap();
    let found = folded.find(b"/d.CSV", Escape::None, None).unwrap();
    assert_eq!(found.spelling, Spelling::Folded);
}

#[test]
fn many_listed_files_are_matched_and_searched_for() {
    let paths: Vec<String> = (0..10_000).map(|at| format!("/exports/{at}/file.csv")).collect();
    let case = listed(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    let matcher = Matcher::new(&case, false).unwrap();
    let found = matcher.find(b"/exports/9876/file.csv?x", Escape::None, None).unwrap();
    assert_eq!(found.targets.as_slice(), [9876]);
    assert!(!matcher.may_match(b"/exports/10000/file.csv", Escape::None));
    assert!(matcher.all_have_pieces());
    assert!(matcher.is_suspect(b"GET /exports/77/file.csv", false));
    assert!(!matcher.is_suspect(b"GET /exports/10000/file.csv ", false));
}

#[test]
fn windows_of_listed_files_are_cut() {
    let window = |from: i64, to: i64| Window {
        from: Some(Instant::at(from)),
        to: Some(Instant::at(to)),
        ..Window::default()
    };
    let mut case = listed(&["/a"]);
    let mut check = |own: Option<Window>, windows: &[Window], expected: &[Window]| {
        case.exposures[0].windows = windows.to_vec();
        case.exposures[0].targets[0].listed =
            Some(ListedFile { window: own, ..ListedFile::default() });
        let exposure = &case.exposures[0];
        assert_eq!(exposure.targets[0].windows(&exposure.windows), expected);
    };
    check(None, &[], &[Window::default()]);
    check(None, &[window(0, 9)], &[window(0, 9)]);
    check(Some(window(5, 20)), &[], &[window(5, 20)]);
    check(Some(window(5, 20)), &[window(0, 9), window(15, 30)], &[window(5, 9), window(15, 20)]);
    check(Some(window(5, 20)), &[window(20, 30)], &[]);
}

#[test]
fn too_many_exposures_are_refused() {
    let mut case = case_of(&["/a"]);
    case.exposures = vec![case.exposures[0].clone(); 65];
    assert!(Matcher::new(&case, false).is_err());
}

fn patterns() -> impl Strategy<Value = Vec<String>> {
    let literal = r"/[ab./%; F2é+]{0,6}[abF]";
    let glob = r"/[ab./*?%2é]{0,6}[ab*]";
    let regex = r"re:(\(\?i\))?\^?/[ab.]{1,4}(\[ab\]\+|\(a\|b\)\?|b\*|\\\.|\(ab\|b/a\|[.]\))?[ab/]{0,3}\$?(\|/[abB]{2,4})?";
    let query = r"/[ab]{0,3} query:[ab]";
    let host = r"http://h/[ab]{0,3}";
    let one = prop_oneof![4 => literal, 3 => glob, 2 => regex, 1 => query, 1 => host];
    proptest::collection::vec(one, 1..5)
        .prop_map(|all| all.into_iter().filter(|text| Pattern::parse(text).is_ok()).collect())
}

fn targets() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        10 => Just("/"), 10 => Just("a"), 10 => Just("b"), 3 => Just("."), 2 => Just(".."),
        2 => Just("%61"), 2 => Just("%2F"), 1 => Just("%2561"), 1 => Just("%252E"), 1 => Just(";a"),
        1 => Just("\\"), 1 => Just("\\x61"), 1 => Just("\\\\"), 1 => Just("?"), 1 => Just("#"),
        1 => Just("+"), 1 => Just("B"), 1 => Just("é"), 1 => Just("%E9"), 1 => Just("2"),
        1 => Just("F"), 1 => Just("%3f"), 1 => Just("%u0061"), 1 => Just("%"), 1 => Just("a/"),
    ];
    let start = prop_oneof![12 => Just("/"), 1 => Just(""), 1 => Just("http://h/"), 1 => Just("http://g:80/")];
    (start, proptest::collection::vec(piece, 0..9))
        .prop_map(|(start, rest)| start.to_string() + &rest.concat())
}

fn escapes() -> impl Strategy<Value = Escape> {
    prop_oneof![Just(Escape::Backslash), Just(Escape::None), Just(Escape::Plus)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Law 10: where the prefilter says no, so does the matcher; and what the
    /// set and the map find is what each pattern alone would.
    #[test]
    fn the_prefilter_never_hides_a_match(
        patterns in patterns(), wanted in proptest::collection::vec(targets(), 16), escape in escapes(), fold: bool
    ) {
        prop_assume!(!patterns.is_empty());
        let texts: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let case = case_of(&texts);
        let matcher = Matcher::new(&case, fold).unwrap();
        for target in &wanted {
            let target = target.as_bytes();
            let found = matcher.find(target, escape, None);
            if !matcher.may_match(target, escape) {
                prop_assert_eq!(&found, &None, "{:?}", target);
            }
            let is_simple = !path::is_odd(target, escape, false)
                && (!fold || path::is_lowered(path::raw(target)));
            let mut listed = Vec::new();
            let is_listed = matcher.list(target, &mut listed, |_, _, _| false);
            if is_simple && is_listed && listed.is_empty() {
                prop_assert_eq!(&found, &None, "{:?}", target);
            }
            let forms = Forms::of(target, escape, fold);
            for (id, each) in (0u32..).zip(&case.exposures[0].targets) {
                let alone = each.pattern.is_match(&forms, fold);
                let among = found.as_ref().is_some_and(|found| found.targets.contains(&id));
                prop_assert!(alone.is_none() || among, "{} on {:?}", each.text, target);
                let has_query = each.pattern.query.is_some();
                prop_assert!(alone.is_some() || !among || has_query, "{} on {:?}", each.text, target);
            }
        }
    }

    /// A line that names a target, and is not read, is suspect.
    #[test]
    fn a_line_that_names_a_target_is_suspect(
        patterns in patterns(), wanted in proptest::collection::vec(targets(), 16), escape in escapes(), fold: bool, cut: bool
    ) {
        prop_assume!(!patterns.is_empty());
        let texts: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let matcher = Matcher::new(&case_of(&texts), fold).unwrap();
        for target in &wanted {
            if matcher.find(target.as_bytes(), escape, None).is_some() {
                let line = format!("192.0.2.7 - - [x] \"GET {target} HTTP/1.1\" 2");
                prop_assert!(matcher.is_suspect(line.as_bytes(), cut), "{} {:?}", target, patterns);
                // Cut anywhere in its target, it may have been a hit.
                let start = line.find("GET ").unwrap() + 4;
                for end in start..start + target.len() {
                    prop_assert!(matcher.is_suspect(&line.as_bytes()[..end], true), "{} {}", target, end);
                }
            }
        }
    }
}

#[test]
fn a_referer_names_targets_of_its_own_host() {
    let matcher = |toml: &[&str], host: Option<&str>| {
        let patterns: Vec<String> = toml.iter().map(|text| (*text).to_owned()).collect();
        let mut case =
            crate::case::load::quick(&patterns, None, None, None, None, &[], &[], None).unwrap();
        case.exposures[0].host = host.map(str::to_owned);
        Matcher::new(&case, false).unwrap()
    };
    let many: Vec<String> = (0..20).map(|at| format!("/e{at}/x.csv")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).chain(["/exports", "/é t/"]).collect();
    for patterns in [&["/exports", "/é t/"][..], &many, &["/exports", "re:^/[a-zé ]+/"]] {
        let check = |named: Option<&str>, referer: &str, host: Option<&str>, sure: Option<bool>| {
            let found = matcher(patterns, named);
            let mut finds = Finds::default();
            let host = host.map(str::as_bytes);
            for _ in 0..3 {
                let found = found.find_referer(referer.as_bytes(), host, &mut finds);
                let found = found.map(|(_, sure)| sure);
                assert_eq!(found, sure, "{patterns:?} {referer} {host:?}");
            }
        };
        let from = "https://a.example/exports/?C=N;O=D";
        check(None, from, None, Some(false));
        check(None, from, Some("A.example:443"), Some(true));
        check(None, from, Some("b.example"), None);
        check(Some("a.example"), from, None, Some(true));
        check(Some("b.example"), from, None, None);
        check(None, "https://a.example/%C3%A9%20t/", None, Some(false));
        check(None, "https://a.example/?from=/other", None, None);
        check(None, "https://a.example/", None, None);
        check(None, "/exports/", None, None);
        check(None, "-", None, None);
    }
}
