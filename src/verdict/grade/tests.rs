//! The table of docs/grades.md, row by row, and what holds for all of it.

use proptest::prelude::*;

use super::*;
use crate::evidence::hit::Facts;
use crate::record::Range;

fn hit(method: &str, status: Option<u16>, bytes: Option<u64>) -> Hit {
    let mut hit = Hit::new(Facts { status, bytes, ..Facts::default() });
    hit.method = Method::of(method.as_bytes());
    hit.signs = hit.signs.with(Signs::NO_BODY, bytes == Some(0));
    hit
}

const BODY: Known<'static> = Known {
    kind: Kind::Files,
    bytes_mean: BytesMeaning::Body,
    is_direct: true,
    size: Some(10_000),
    holds_listed: false,
    delivery: Delivery { ending: None, whole: None, range: None },
    learnt: Lesson {
        is_whole: false,
        is_whole_in_parts: false,
        is_planned_in_parts: false,
        is_shown: false,
    },
    decoy_bytes: &[77],
    path: b"/a/b.csv",
    query: b"",
};

/// The grade of a target under a kind, with a body of 500 bytes.
fn of_kind(kind: Kind, method: &str, target: &'static str, lesson: Lesson) -> Grade {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut hit = hit(method, Some(200), Some(500));
    hit.signs = hit.signs.with(Signs::FOLDER, path.ends_with('/'));
    let (path, query) = (path.as_bytes(), query.as_bytes());
    grade(&hit, Known { kind, path, query, size: None, learnt: lesson, ..BODY })
}

#[test]
fn a_request_is_graded_by_what_it_proves() {
    let check = |method, status, bytes, expected: Grade| {
        let found = grade(&hit(method, Some(status), bytes), BODY);
        assert_eq!(found, expected, "{method} {status} {bytes:?}");
    };
    check("GET", 200, Some(10_000), Grade::F1);
    check("GET", 200, Some(9_999), Grade::F3);
    check("GET", 200, None, Grade::F3);
    check("GET", 200, Some(0), Grade::M);
    check("GET", 200, Some(77), Grade::X);
    check("GET", 203, Some(10_000), Grade::F1);
    check("GET", 226, Some(5), Grade::F3);
    check("get", 200, Some(5), Grade::F3);
    check("POST", 201, Some(5), Grade::F3);
    check("BREW", 200, Some(5), Grade::F3);
    check("REPORT", 207, Some(5), Grade::F3);
    check("SEARCH", 207, Some(5), Grade::F3);
    check("GET", 207, Some(5), Grade::M);
    check("PROPFIND", 207, Some(3000), Grade::L);
    check("PROPFIND", 207, Some(0), Grade::M);
    check("GET", 206, Some(100), Grade::P);
    check("GET", 206, Some(1), Grade::M);
    check("GET", 206, Some(10_000), Grade::F2);
    for method in ["HEAD", "OPTIONS", "TRACE", "CONNECT"] {
        check(method, 200, Some(240), Grade::M);
    }
    for method in ["PUT", "PATCH", "MKCOL", "COPY", "PROPPATCH", "DELETE", "MOVE"] {
        check(method, 201, Some(0), Grade::W);
        check(method, 204, None, Grade::W);
        check(method, 207, Some(300), Grade::W);
        check(method, 403, Some(300), Grade::R);
    }
    check("GET", 204, None, Grade::M);
    check("GET", 205, None, Grade::M);
    check("GET", 304, Some(0), Grade::V);
    for status in [300, 301, 302, 303, 305, 307, 308, 401, 403, 404, 405, 410, 416, 429, 451] {
        check("GET", status, Some(162), Grade::R);
    }
    for status in [400, 408, 499, 460, 500, 502, 503, 504, 0, 600, 999] {
        check("GET", status, Some(0), Grade::E);
    }
    check("GET", 499, Some(500), Grade::P);
    check("GET", 499, Some(10_000), Grade::F3);
    check("GET", 500, Some(500), Grade::E);
    check("GET", 0, Some(500), Grade::U);
    check("GET", 100, None, Grade::U);
    check("GET", 103, Some(20), Grade::U);
    check("GET", 101, Some(500), Grade::F3);
    check("GET", 101, None, Grade::U);
    assert_eq!(grade(&hit("GET", None, Some(500)), BODY), Grade::U);
}

#[test]
fn a_redirect_or_a_failure_as_large_as_the_content_is_not_told_from_it() {
    let check = |method, status, bytes, expected: Grade| {
        assert_eq!(grade(&hit(method, Some(status), Some(bytes)), BODY), expected, "{status}");
    };
    check("GET", 302, 9_500, Grade::U);
    check("GET", 500, 10_200, Grade::U);
    check("GET", 302, 8_000, Grade::R);
    check("HEAD", 302, 9_500, Grade::R);
    // A page "not found" is as large as any page of the site.
    check("GET", 404, 9_500, Grade::R);
    let small = Known { size: Some(500), ..BODY };
    assert_eq!(grade(&hit("GET", Some(500), Some(500)), small), Grade::E);
}

#[test]
fn a_count_that_is_not_of_sent_bytes_proves_no_whole() {
    for bytes_mean in [BytesMeaning::Planned, BytesMeaning::Unknown, BytesMeaning::Wire] {
        let known = Known { bytes_mean, ..BODY };
        for status in [200, 206] {
            assert_eq!(grade(&hit("GET", Some(status), Some(10_000)), known), Grade::F3);
        }
        assert_eq!(grade(&hit("GET", Some(206), Some(400)), known), Grade::P);
    }
}

#[test]
fn what_an_origin_sent_is_no_measure_of_what_the_client_was_sent() {
    let known = Known { is_direct: false, ..BODY };
    let check = |status, bytes, delivery, expected: Grade| {
        let known = Known { delivery, ..known };
        assert_eq!(grade(&hit("GET", Some(status), Some(bytes)), known), expected, "{status}");
    };
    let ended = |ending| Delivery { ending: Some(ending), ..Delivery::default() };
    check(200, 10_000, Delivery::default(), Grade::F3);
    check(200, 500, ended(Ending::Whole), Grade::F3);
    check(200, 500, ended(Ending::Cut), Grade::F3);
    check(206, 10_000, Delivery::default(), Grade::F3);
    check(206, 100, Delivery::default(), Grade::P);
    check(404, 100, Delivery::default(), Grade::R);
}

#[test]
fn marks_of_an_end_decide_where_sizes_do_not() {
    let check = |bytes_mean, ending, whole, bytes, expected: Grade| {
        let delivery = Delivery { ending, whole, range: None };
        let known = Known { size: None, delivery, bytes_mean, ..BODY };
        assert_eq!(grade(&hit("GET", Some(200), Some(bytes)), known), expected, "{ending:?}");
    };
    use BytesMeaning::{Body, Planned, Wire};
    check(Body, Some(Ending::Whole), None, 500, Grade::F1);
    check(Body, Some(Ending::Cut), None, 500, Grade::P);
    check(Body, Some(Ending::Early), None, 500, Grade::F3);
    check(Body, None, Some(500), 500, Grade::F1);
    check(Body, None, Some(501), 500, Grade::P);
    check(Wire, None, Some(501), 500, Grade::P);
    check(Wire, None, Some(500), 700, Grade::F3);
    check(Planned, None, Some(501), 500, Grade::F3);
    // A whole that is marked as broken off: the two disagree.
    check(Body, Some(Ending::Cut), Some(500), 500, Grade::F3);
    // Apache's %b is what was planned, whatever became of it.
    check(Planned, Some(Ending::Cut), None, 10_000, Grade::P);
    check(Planned, Some(Ending::Whole), None, 10_000, Grade::F1);
}

#[test]
fn ranges_are_parts_unless_they_are_all_of_it() {
    let check = |range: &str, size, bytes, expected: Grade| {
        let delivery = Delivery { range: Range::read(range.as_bytes()), ..Delivery::default() };
        let known = Known { size, delivery, ..BODY };
        assert_eq!(grade(&hit("GET", Some(206), Some(bytes)), known), expected, "{range}");
    };
    check("bytes=0-99", None, 100, Grade::P);
    check("bytes=0-0", None, 1, Grade::M);
    check("bytes=0-", None, 500, Grade::F3);
    check("bytes=0-", Some(1000), 500, Grade::P);
    check("bytes=0-", Some(1000), 1000, Grade::F2);
    check("bytes 0-999/1000", None, 1000, Grade::F2);
    check("bytes=100-", None, 500, Grade::P);
}

#[test]
fn what_is_learnt_of_a_size_raises_a_grade_and_never_makes_it_less_than_content() {
    let check = |status, ending, learnt: Lesson, expected: Grade| {
        let delivery = Delivery { ending, ..Delivery::default() };
        let known = Known { size: None, delivery, learnt, ..BODY };
        assert_eq!(grade(&hit("GET", Some(status), Some(500)), known), expected, "{status}");
    };
    let whole = Lesson { is_whole: true, ..Lesson::default() };
    check(200, None, whole, Grade::F1);
    check(200, Some(Ending::Cut), whole, Grade::F3);
    check(206, None, whole, Grade::P);
    check(206, None, Lesson { is_whole_in_parts: true, ..Lesson::default() }, Grade::F2);
    check(206, None, Lesson { is_planned_in_parts: true, ..Lesson::default() }, Grade::F3);
}

#[test]
fn a_folder_is_a_listing_only_where_it_is_shown_or_stated() {
    let shown = Lesson { is_shown: true, ..Lesson::default() };
    let check = |kind, target, lesson, expected: Grade| {
        assert_eq!(of_kind(kind, "GET", target, lesson), expected, "{kind:?} {target}");
    };
    for kind in [Kind::Files, Kind::Secret] {
        check(kind, "/a/", Lesson::default(), Grade::F3);
        check(kind, "/a/", shown, Grade::L);
        check(kind, "/a/?C=M;O=D", Lesson::default(), Grade::L);
        check(kind, "/a/?page=2", Lesson::default(), Grade::F3);
        check(kind, "/a/b.csv", shown, Grade::F3);
    }
    check(Kind::Listing, "/a/", shown, Grade::F3);
    check(Kind::Api, "/a/", shown, Grade::F3);
    let mut folder = hit("GET", Some(200), Some(500));
    folder.signs = folder.signs.with(Signs::FOLDER, true);
    let stated = Known { path: b"/a/", holds_listed: true, size: None, ..BODY };
    assert_eq!(grade(&folder, stated), Grade::L);
    // The folder itself is listed, with a size.
    assert_eq!(grade(&folder, Known { size: Some(500), ..stated }), Grade::F1);
}

#[test]
fn the_other_kinds_are_graded_by_what_their_paths_mean() {
    let check = |kind, method, target, expected: Grade| {
        let found = of_kind(kind, method, target, Lesson::default());
        assert_eq!(found, expected, "{method} {target}");
    };
    check(Kind::Elasticsearch, "GET", "/", Grade::L);
    check(Kind::Elasticsearch, "GET", "/_cat/indices", Grade::L);
    check(Kind::Elasticsearch, "GET", "/people/_search", Grade::F3);
    check(Kind::Elasticsearch, "POST", "/people/_search", Grade::F3);
    check(Kind::Elasticsearch, "HEAD", "/people/_doc/1", Grade::M);
    check(Kind::Elasticsearch, "POST", "/people/_bulk", Grade::W);
    check(Kind::Elasticsearch, "DELETE", "/people", Grade::W);
    check(Kind::Elasticsearch, "DELETE", "/_search/scroll", Grade::M);
    check(Kind::S3, "GET", "/?list-type=2", Grade::L);
    check(Kind::S3, "GET", "/people.csv", Grade::F3);
    check(Kind::S3, "GET", "/people.csv?acl", Grade::M);
    check(Kind::S3, "HEAD", "/people.csv", Grade::M);
    check(Kind::S3, "PUT", "/people.csv", Grade::W);
    check(Kind::S3, "POST", "/?delete", Grade::W);
    check(Kind::S3, "POST", "/people.csv?select&select-type=2", Grade::F3);
    check(Kind::ShareLink, "GET", "/s/Ab3dEf9hJk", Grade::L);
    check(Kind::ShareLink, "GET", "/s/Ab3dEf9hJk/download", Grade::F3);
    check(Kind::ShareLink, "GET", "/s/Ab3dEf9hJk?dl=1", Grade::F3);
    check(Kind::ShareLink, "POST", "/s/Ab3dEf9hJk", Grade::F3);
    check(Kind::Api, "PROPFIND", "/a/", Grade::F3);
    // Answers of a search are never known to be whole.
    let same = Lesson { is_whole: true, ..Lesson::default() };
    assert_eq!(of_kind(Kind::Elasticsearch, "GET", "/_search", same), Grade::F3);
    let part = Delivery { whole: Some(9000), ..Delivery::default() };
    let object = Known { kind: Kind::S3, size: None, delivery: part, ..BODY };
    assert_eq!(grade(&hit("GET", Some(200), Some(9000)), object), Grade::F1);
    assert_eq!(grade(&hit("GET", Some(200), Some(500)), object), Grade::P);
    // A form that was sent in stores an object, and answers nothing.
    assert_eq!(grade(&hit("POST", Some(204), None), object), Grade::W);
}

#[test]
fn a_decoy_is_one_by_the_word_of_the_case_alone() {
    let decoy = hit("GET", Some(200), Some(77));
    assert_eq!(grade(&decoy, BODY), Grade::X);
    assert_eq!(grade(&decoy, Known { size: Some(77), ..BODY }), Grade::F1);
    assert_eq!(grade(&decoy, Known { decoy_bytes: &[], ..BODY }), Grade::F3);
    assert_eq!(grade(&hit("GET", Some(404), Some(77)), BODY), Grade::R);
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![
        Kind::Api,
        Kind::Elasticsearch,
        Kind::Files,
        Kind::Listing,
        Kind::S3,
        Kind::Secret,
        Kind::ShareLink,
    ])
}

fn meanings() -> impl Strategy<Value = BytesMeaning> {
    use BytesMeaning::{Body, Planned, Unknown, Wire};
    prop::sample::select(vec![Body, Planned, Unknown, Wire])
}

fn deliveries() -> impl Strategy<Value = Delivery> {
    let ending = prop::sample::select(vec![
        None,
        Some(Ending::Cut),
        Some(Ending::Early),
        Some(Ending::Whole),
    ]);
    let range = prop::sample::select(vec!["", "bytes=0-0", "bytes=0-", "bytes 5-99/600"]);
    (ending, prop::option::of(1..20_000u64), range).prop_map(|(ending, whole, range)| Delivery {
        ending,
        whole,
        range: Range::read(range.as_bytes()),
    })
}

const METHODS: [&str; 10] =
    ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "MOVE", "REPORT", ""];

const TARGETS: [&str; 12] = [
    "/a/b.csv",
    "/a/",
    "/",
    "",
    "/people/_search",
    "/_cat/indices",
    "/_search/scroll",
    "/s/Ab3dEf9hJk",
    "/s/Ab3dEf9hJk/download",
    "/a/?C=N;O=D",
    "/k?acl",
    "/k?list-type=2",
];

/// Everything that a grade is made of, but the byte count and what is learnt.
type Case = (&'static str, u16, Kind, BytesMeaning, Delivery, &'static str, Option<u64>, bool);

fn cases() -> impl Strategy<Value = Case> {
    (
        prop::sample::select(METHODS.to_vec()),
        prop_oneof![
            prop::sample::select(vec![200u16, 206, 207, 302, 304, 404, 499, 500, 0, 101]),
            0..1000u16
        ],
        kinds(),
        meanings(),
        deliveries(),
        prop::sample::select(TARGETS.to_vec()),
        prop::option::of(0..20_000u64),
        any::<bool>(),
    )
}

/// Grades a case without decoys, which are sizes and nothing else.
fn graded(case: &Case, bytes: Option<u64>, learnt: Lesson) -> Grade {
    let (method, status, kind, bytes_mean, delivery, target, size, is_direct) = *case;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut hit = hit(method, Some(status), bytes);
    hit.signs = hit.signs.with(Signs::FOLDER, path.ends_with('/'));
    let known = Known {
        kind,
        bytes_mean,
        is_direct,
        size,
        delivery,
        learnt,
        decoy_bytes: &[],
        path: path.as_bytes(),
        query: query.as_bytes(),
        ..BODY
    };
    grade(&hit, known)
}

proptest! {
    /// More bytes are never graded as less.
    #[test]
    fn more_bytes_never_lower_a_grade(case in cases(), one in 0..30_000u64, more in 0..30_000u64) {
        let (few, many) = (one, one + more);
        let (before, after) =
            (graded(&case, Some(few), Lesson::default()), graded(&case, Some(many), Lesson::default()));
        prop_assert!(after <= before, "{few}: {before}, {many}: {after}");
    }

    /// What is learnt of sizes never lowers a grade, but that a mark of an end
    /// may be doubted among those that are content in whole.
    #[test]
    fn learnt_sizes_never_lower_a_grade(
        case in cases(),
        bytes in prop::option::of(0..30_000u64),
        signs in any::<(bool, bool, bool)>(),
    ) {
        let (is_whole, is_whole_in_parts, is_planned_in_parts) = signs;
        let taught = Lesson { is_whole, is_whole_in_parts, is_planned_in_parts, is_shown: false };
        let before = graded(&case, bytes, Lesson::default());
        let after = graded(&case, bytes, taught);
        prop_assert!(after <= before, "{before}: {after}");
    }

    /// What is shown makes a list of a page or a folder, and of nothing else.
    #[test]
    fn what_is_shown_lowers_content_to_a_list_at_most(
        case in cases(),
        bytes in prop::option::of(0..30_000u64),
    ) {
        let before = graded(&case, bytes, Lesson::default());
        let after = graded(&case, bytes, Lesson { is_shown: true, ..Lesson::default() });
        let may = matches!(case.2, Kind::Files | Kind::Secret | Kind::ShareLink);
        prop_assert!(after == before || may && after == Grade::L, "{before}: {after}");
    }

    /// Content that left the server is content in the grade, whatever the log
    /// means by its count, and a kind never makes nothing of it.
    #[test]
    fn an_answer_with_a_body_is_at_least_a_list(
        kind in kinds(),
        bytes_mean in meanings(),
        bytes in 1..30_000u64,
        target in prop::sample::select(TARGETS.to_vec()),
    ) {
        let case = ("GET", 200, kind, bytes_mean, Delivery::default(), target, None, true);
        let found = graded(&case, Some(bytes), Lesson::default());
        let is_about = kind == Kind::S3 && target == "/k?acl";
        prop_assert!(found <= Grade::L || is_about, "{found}");
        prop_assert!(kind != Kind::Api && kind != Kind::Listing || found < Grade::L, "{found}");
    }
}
