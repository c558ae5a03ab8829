//! One test for each bug that was found once, named for it.

mod common;

use std::fs;

use common::{Way, case, scan};
use serde_json::Value;
use whofetched::case::{Case, load};

const FROM: &str = "2021-06-29T00:00:00Z";
const TO: &str = "2021-07-02T12:00:00Z";

/// Scans lines, quickly and slowly, and gives the one report.
fn report(case: &Case, lines: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    let inputs = [path.to_string_lossy().into_owned()];
    let quick = scan(case, &inputs, &Way::default());
    let slow = scan(case, &inputs, &Way { no_fast_path: true, ..Way::default() });
    assert_eq!(quick["actors"], slow["actors"]);
    assert_eq!(quick["checks"], slow["checks"]);
    quick
}

/// The clients, each with its class and hits inside.
fn clients(report: &Value) -> Vec<(String, String, u64)> {
    let actors = report["actors"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut all: Vec<_> = actors
        .map(|a| (text(&a["client"]), text(&a["class"]), a["hits"]["inside"].as_u64().unwrap()))
        .collect();
    all.sort();
    all
}

/// Checks that every line is one hit inside, of class other, by 198.51.100.7.
fn check_one_client(case: &Case, lines: &[&str]) {
    let report = report(case, lines);
    let expected = ("198.51.100.7".to_owned(), "other".to_owned(), lines.len() as u64);
    assert_eq!(clients(&report), [expected], "{lines:#?}");
}

#[test]
fn a_date_in_a_user_name_moved_the_request_out_of_the_window() {
    check_one_client(
        &case(FROM, TO),
        &[
            r#"198.51.100.7 - [01/Jan/2020:00:00:00 +0000] [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c""#,
            r#"198.51.100.7 - x [01/Jan/2020:00:00:00 +0000] y z w [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c""#,
            r#"198.51.100.7 - x [01/Jan/2020:00:00:00 +0000] [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c" 5123"#,
            r#"198.51.100.7 - x [01/Jan/2020:00:00:00 +0000] \"GET / HTTP/1.1\" 200 5 [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c""#,
        ],
    );
}

#[test]
fn an_address_in_a_user_name_was_taken_for_the_client() {
    check_one_client(
        &case(FROM, TO),
        &[
            r#"198.51.100.7 - 203.0.113.9 [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c" 5123"#,
            r#"198.51.100.7 - 203.0.113.9 - - [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c""#,
            r#"198.51.100.7 www.example.org 203.0.113.9 - - [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c""#,
        ],
    );
}

#[test]
fn a_date_in_an_agent_or_a_quote_in_a_user_kept_a_line_from_being_read() {
    check_one_client(
        &case(FROM, TO),
        &[
            r#"198.51.100.7 - - [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "x [29/Jun/2021:10:00:00 +0000] " 5123"#,
            r#"198.51.100.7 - - [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "[29/Jun/2021:10:00:00 +0000] " "c" TLSv1.2 5123"#,
            r#"198.51.100.7 - a\"b [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c" 5123"#,
            r#""-" 198.51.100.7 - a\"b [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c""#,
        ],
    );
}

#[test]
fn junk_at_the_left_of_a_forwarded_list_hid_the_address_a_proxy_appended() {
    let proxies = ["10.0.0.0/8".to_owned()];
    let patterns = ["/exports".to_owned()];
    let case =
        load::quick(&patterns, None, None, Some(FROM), Some(TO), &[], &proxies, None).unwrap();
    let line = |behind: &str| {
        format!(
            r#"10.0.0.1 - - [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c"{behind}"#
        )
    };
    let lines = [
        line(r#" "' OR 1=1, 198.51.100.7""#),
        line(r#" "x\"y, 198.51.100.7, 10.0.0.2" 5123"#),
        format!(r#""a b c, 198.51.100.7" {}"#, line("")),
        format!(r#""[::ffff:198.51.100.7]:443" {}"#, line("")),
    ];
    check_one_client(&case, &lines.each_ref().map(String::as_str));
}

#[test]
fn a_forwarded_address_that_is_unknown_or_hidden_was_taken_for_a_client() {
    let proxies = ["10.0.0.0/8".to_owned()];
    let patterns = ["/exports".to_owned()];
    let case =
        load::quick(&patterns, None, None, Some(FROM), Some(TO), &[], &proxies, None).unwrap();
    for name in ["unknown", "_hidden", "_SEVKISEK"] {
        let line = format!(
            r#"203.0.113.21, {name} - - [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c""#
        );
        let report = report(&case, &[&line]);
        assert!(clients(&report).iter().all(|(_, class, _)| class == "unresolved"), "{report:#}");
    }
}

#[test]
fn what_was_sent_before_a_client_left_was_graded_as_a_failure() {
    let line = r#"198.51.100.7 - - [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 499 5000000 "-" "c""#;
    let report = report(&case(FROM, TO), &[line]);
    assert_eq!(report["actors"][0]["grade"], "P");
    assert_eq!(report["verdict"]["finding"], "B1");
}

#[test]
fn an_address_was_broken_over_lines_in_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    let address = "2001:db8:1d1a:8e10:4c6a:95f1:b2c8:7d10";
    let line = r#"- - [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 50000000 "-" "c""#;
    fs::write(&path, format!("{address} {line}\n198.51.100.7 {line}\n")).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_whofetched"));
    command.args(["scan", "-p", "/exports", "--from", FROM, "--to", TO]);
    let output = command.arg(&path).output().unwrap();
    let summary = String::from_utf8(output.stdout).unwrap();
    assert!(summary.contains(&format!("{address}  F3")), "{summary}");
    assert!(summary.contains("first and last\n"), "{summary}");
}

#[test]
fn a_list_of_files_was_not_heard_where_a_pattern_named_them_too() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("files.csv");
    fs::write(&list, "path,size,to\n/exports/a,9,2021-06-29T12:00:00Z\n").unwrap();
    let patterns = ["/exports".to_owned()];
    let (from, to) = (Some(FROM), Some(TO));
    let case = load::quick(&patterns, Some(&list), None, from, to, &[], &[], None).unwrap();
    // The list says the size; what it says of the end does not narrow what the pattern says.
    let line = r#"{"time_iso8601":"2021-06-30T02:00:00+02:00","remote_addr":"198.51.100.7","request":"GET /exports/a HTTP/1.1","status":200,"body_bytes_sent":9}"#;
    let report = report(&case, &[line]);
    assert_eq!(report["actors"][0]["grade"], "F1");
    assert_eq!(report["verdict"]["code"], "A");
}

#[test]
fn a_documented_access_stood_for_another_that_was_missing() {
    let log = [
        r#"192.0.2.7 - - [30/Jun/2021:10:00:00 +0000] "GET /about/ HTTP/1.1" 200 9 "-" "c""#,
        r#"192.0.2.7 - - [30/Jun/2021:10:01:00 +0000] "GET /exports/a.csv HTTP/1.1" 200 9 "-" "c""#,
    ];
    let folder = tempfile::tempdir().unwrap();
    let check = |paths: &[&str]| {
        let control = |path: &&str| {
            format!(
                "[[control]]\nat = \"2021-06-30T10:00:30Z\"\npath = \"{path}\"\nip = \"192.0.2.7\"\n"
            )
        };
        let path = folder.path().join("case.toml");
        let exposure = "[[exposure]]\nname = \"x\"\ntargets = [\"/exports\"]\n".to_owned();
        fs::write(&path, exposure + &paths.iter().map(control).collect::<String>()).unwrap();
        let report = report(&load::load(&path, None).unwrap(), &log);
        let checks = report["checks"].as_array().unwrap();
        checks.iter().find(|check| check["id"] == "C5").unwrap()["result"].clone()
    };
    assert_eq!(check(&["/exports/a.csv"]), "pass");
    assert_eq!(check(&["/exports/a.csv", "/exports/b.csv"]), "fail");
    // A documented access may be to anything.
    assert_eq!(check(&["/exports/a.csv", "/about"]), "pass");
    assert_eq!(check(&["/contact"]), "fail");
}

#[test]
fn what_lies_under_a_listed_share_link_was_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let list = "path,expires\n/s/AbCdEf,2021-06-30T00:00:00Z\n/s/AbCdEf/big,2021-06-29T06:00:00Z\n";
    fs::write(folder.path().join("links.csv"), list).unwrap();
    let path = folder.path().join("case.toml");
    let case = "[[exposure]]\nname = \"x\"\nkind = \"share-link\"\nfiles = \"links.csv\"\n";
    fs::write(&path, format!("{case}windows = [{{ from = \"{FROM}\", to = \"{TO}\" }}]\n"))
        .unwrap();
    let line = |path: &str| {
        format!(
            r#"198.51.100.7 - - [29/Jun/2021:12:00:00 +0000] "GET {path} HTTP/1.1" 200 900 "-" "c""#
        )
    };
    let case = load::load(&path, None).unwrap();
    let of = |path: &str| {
        let report = report(&case, &[&line(path)]);
        report["evidence"][0]["where"].as_str().map(str::to_owned)
    };
    assert_eq!(of("/s/AbCdEf/download").as_deref(), Some("inside"));
    // The nearest link's own end holds, wherever it stands in the list.
    assert_eq!(of("/s/AbCdEf/big/download"), None);
    assert_eq!(of("/s/AbCdEfG"), None);
}

#[test]
fn a_documented_access_without_an_address_made_everybody_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    let case = "[[exposure]]\nname = \"x\"\ntargets = [\"/exports\"]\n[[control]]\nat = \"2021-06-30T10:00:30Z\"\npath = \"/exports/a.csv\"\n";
    fs::write(&path, case).unwrap();
    let case = load::load(&path, None).unwrap();
    let line = |ip: &str, second: u32| {
        format!(
            r#"{ip} - - [30/Jun/2021:10:00:{second:02} +0000] "GET /exports/a.csv HTTP/1.1" 200 9 "-" "c""#
        )
    };
    let (one, two) = (line("198.51.100.7", 10), line("203.0.113.9", 20));
    let classes = |lines: &[&str]| {
        clients(&report(&case, lines)).into_iter().map(|(_, class, _)| class).collect::<Vec<_>>()
    };
    assert_eq!(classes(&[&one]), ["known"]);
    assert_eq!(classes(&[&one, &two]), ["unresolved", "unresolved"]);
    // One client that came twice is still the one.
    assert_eq!(classes(&[&one, &line("198.51.100.7", 20)]), ["known"]);
}

#[test]
fn logs_that_promise_no_record_of_every_request_were_said_to_enclose_a_window() {
    let day = |day: u32, path: &str| {
        format!(
            r#"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef data [{day:02}/Jul/2021:10:00:00 +0000] 198.51.100.7 - 3E57427F3EXAMPLE REST.GET.OBJECT {path} "GET /data/{path} HTTP/1.1" 200 - 9 9 7 6 "-" "c" -"#
        )
    };
    let lines = [day(1, "other"), day(9, "other")];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    let case = "[[exposure]]\nname = \"x\"\nkind = \"s3\"\ntargets = [\"/exports\"]\nwindows = [{ from = \"2021-07-02\", to = \"2021-07-08\" }]\n[case]\ninput_zone = \"+00:00\"\n";
    fs::write(&path, case).unwrap();
    let report = report(&load::load(&path, None).unwrap(), &[&lines[0], &lines[1]]);
    let checks = report["checks"].as_array().unwrap();
    let window = checks.iter().find(|check| check["id"] == "C2").unwrap();
    assert_eq!(window["result"], "unknown", "{window}");
    assert!(window["because"].as_str().unwrap().contains("aws-s3"), "{window}");
}

#[test]
fn a_list_of_names_was_told_as_content_in_the_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    let case = "[[exposure]]\nname = \"x\"\nkind = \"elasticsearch\"\nlawful = \"nobody\"\ntargets = [\"/\"]\n";
    fs::write(&path, case).unwrap();
    let line = |ip: &str, path: &str| {
        format!(r#"{ip} - - [30/Jun/2021:10:00:00 +0000] "GET {path} HTTP/1.1" 200 9 "-" "c""#)
    };
    let (one, two) = (line("198.51.100.7", "/_cat/indices"), line("203.0.113.9", "/a/_search"));
    let report = report(&load::load(&path, None).unwrap(), &[&one, &two]);
    let sentence = report["verdict"]["sentence"].as_str().unwrap();
    assert!(
        sentence
            .contains("2 clients of class other were sent content, 1 of them only lists of names"),
        "{sentence}"
    );
}

/// What nginx, Apache or Python's server answers with the file.
#[test]
fn requests_with_odd_blanks_were_not_held_against_the_targets() {
    let requests = [
        "GET  /exports/a HTTP/1.1",
        "GET /exports/a  HTTP/1.1",
        "GET /exports/a HTTP/1.1 ",
        " GET /exports/a HTTP/1.1",
        "GET  /exports/a",
        "GET http://a.example/exports/a",
        "GET  http://a.example/exports/a  HTTP/1.1",
        "GET http:/exports/a HTTP/1.1",
        r"GET\x09/exports/a HTTP/1.1",
    ];
    let line = |request: &&str| {
        format!(r#"198.51.100.7 - - [30/Jun/2021:02:00:00 +0200] "{request}" 200 9 "-" "c""#)
    };
    let lines: Vec<String> = requests.iter().map(line).collect();
    check_one_client(&case(FROM, TO), &lines.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn logs_that_nobody_reads_were_taken_for_configurations() {
    for line in [
        r#"{"who":"198.51.100.7","did":"/exports/a"}"#,
        r#"<event who="198.51.100.7" did="/exports/a"/>"#,
        "server { /exports/a; }",
        "\x01\x02\x03\x04/exports/a\x05\x06",
    ] {
        let report = report(&case(FROM, TO), &[line; 30]);
        assert_eq!(report["inputs"][0]["kind"], "unknown", "{line}");
    }
}

#[test]
fn a_carriage_return_without_a_newline_was_read_by_the_sweep_alone() {
    let line =
        r#"198.51.100.7 - - [30/Jun/2021:02:00:00 +0200] "GET /exports/a HTTP/1.1" 200 9 "-" "c""#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    fs::write(&path, format!("{line}\r\n{line}\r")).unwrap();
    for no_fast_path in [false, true] {
        let way = Way { no_fast_path, ..Way::default() };
        let report = scan(&case(FROM, TO), &[path.to_string_lossy().into_owned()], &way);
        let expected = ("198.51.100.7".to_owned(), "other".to_owned(), 2);
        assert_eq!(clients(&report), [expected], "{no_fast_path}");
    }
}

#[test]
fn a_target_behind_a_mebibyte_was_not_suspected() {
    let long = "a".repeat((1 << 20) + 9);
    let line = format!(
        r#"198.51.100.7 - - [30/Jun/2021:02:00:00 +0200] "GET /{long}/../exports/a HTTP/1.1" 200 9 "-" "c""#
    );
    let report = report(&case(FROM, TO), &[&line]);
    assert_eq!(report["unread"][0]["suspect"], true);
}
