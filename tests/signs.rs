//! Signs that a log was edited, filtered or cut: each is told where it is, and
//! a log as servers write it has none.

mod common;

use common::{Way, case, scan_files};
use serde_json::Value;

/// `n` lines of one day each `step` seconds, from a second of 2024-03-05 on.
fn lines(from: u32, n: u32, step: u32, ending: &str, path: &str) -> String {
    let line = |number: u32| {
        let at = from + number * step;
        format!(
            "11.0.{}.{} - - [05/Mar/2024:{:02}:{:02}:{:02} +0000] \"GET {path} HTTP/1.1\" 200 512 \
             \"https://a.example/\" \"agent/1\"{ending}",
            number / 250,
            number % 250,
            at / 3600,
            at / 60 % 60,
            at % 60
        )
    };
    (0..n).map(line).collect()
}

fn report(files: &[(&str, String)]) -> Value {
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    scan_files(&case("2024-03-05T02:00:00Z", "2024-03-05T20:00:00Z"), &files, &Way::default())
}

fn because<'a>(report: &'a Value, check: &str) -> (&'a str, &'a str) {
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|each| each["id"] == check).unwrap();
    (check["result"].as_str().unwrap(), check["because"].as_str().unwrap())
}

/// Says whether a sign is told, both in its check and before the answer.
fn tells(report: &Value, check: &str, words: &str) -> bool {
    let warnings = report["case"]["warnings"].to_string();
    let (_, because) = because(report, check);
    assert_eq!(warnings.contains(words), because.contains(words), "{warnings}\n{because}");
    because.contains(words)
}

const SIGNS: [(&str, &str); 5] = [
    ("C9", "CR LF"),
    ("C9", "byte order mark"),
    ("C9", "no newline at its end"),
    ("C9", "the time goes back"),
    ("C9", "NUL bytes"),
];

#[test]
fn what_a_server_writes_shows_no_sign() {
    let plain = report(&[
        ("access.log", lines(40_000, 500, 60, "\n", "/page")),
        ("access.log.1", lines(0, 500, 60, "\n", "/style.css")),
    ]);
    for (check, words) in SIGNS {
        assert!(!tells(&plain, check, words), "{words}");
    }
    // All in CR LF is how a server on Windows writes.
    let windows = report(&[("access.log", lines(0, 900, 60, "\r\n", "/page"))]);
    assert!(!tells(&windows, "C9", "CR LF"));
    // The newest file may end where it was copied.
    let open = report(&[("access.log", lines(0, 900, 60, "\n", "/page").trim_end().to_owned())]);
    assert!(!tells(&open, "C9", "no newline at its end"));
}

#[test]
fn endings_that_change_refuse_that_the_log_is_taken_for_unaltered() {
    let mixed = lines(0, 400, 60, "\n", "/page") + &lines(30_000, 400, 60, "\r\n", "/page");
    let mixed = report(&[("access.log", mixed)]);
    assert!(tells(&mixed, "C9", "400 lines that end in CR LF and 400 that end in LF"));
    assert_eq!(because(&mixed, "C9").0, "fail");
    let marked = report(&[
        ("access.log", lines(40_000, 500, 60, "\n", "/page")),
        ("access.log.1", format!("\u{feff}{}", lines(0, 500, 60, "\n", "/page"))),
    ]);
    assert!(tells(&marked, "C9", "byte order mark"));
    assert_eq!(because(&marked, "C9").0, "fail");
}

#[test]
fn an_older_file_without_a_last_newline_is_told() {
    let cut = report(&[
        ("access.log", lines(40_000, 500, 60, "\n", "/page")),
        ("access.log.1", lines(0, 500, 60, "\n", "/page").trim_end().to_owned()),
    ]);
    assert!(tells(&cut, "C9", "access.log.1 has no newline at its end"));
    assert_eq!(because(&cut, "C9").0, "unknown");
}

#[test]
fn time_that_goes_back_and_runs_of_nul_are_told() {
    let back = lines(30_000, 300, 60, "\n", "/page") + &lines(0, 300, 60, "\n", "/page");
    let back = report(&[("access.log", back)]);
    assert!(tells(&back, "C9", "the time goes back by 47940 s to 2024-03-05T00:00:00Z"));
    let nul = format!("{}{}", "\0".repeat(300), lines(0, 900, 60, "\n", "/page"));
    assert!(tells(&report(&[("access.log", nul)]), "C9", "access.log has 300 NUL bytes"));
}

#[test]
fn pages_without_their_parts_are_told_where_logging_is_asked_about() {
    let bare = report(&[("access.log", lines(0, 900, 60, "\n", "/page"))]);
    assert!(tells(&bare, "C4", "900 pages were fetched by following links"));
    let whole = lines(0, 900, 60, "\n", "/page") + &lines(70_000, 1, 1, "\n", "/a.png");
    assert!(!tells(&report(&[("access.log", whole)]), "C4", "pages were fetched"));
}

#[test]
fn a_format_that_changes_inside_the_window_shows_another_configuration() {
    let told = |lines: Vec<String>| {
        let report = report(&[("access.log", lines.concat())]);
        let checks = report["checks"].as_array().unwrap().iter();
        let said = "the configuration was changed inside the window";
        let mut checks = checks.filter(|check| check["id"] == "C11" && check["result"] == "fail");
        checks.any(|check| check["because"].as_str().unwrap().contains(said))
    };
    let text = lines(1, 200, 300, "\n", "/");
    let long = |line: &str| format!("{line}\n");
    let short = |line: &str| line.split(" \"https:").next().unwrap().to_owned() + "\n";
    let by = |is_short: fn(usize) -> bool| {
        let each = text.lines().enumerate();
        each.map(|(at, line)| if is_short(at) { short(line) } else { long(line) }).collect()
    };
    assert!(told(by(|at| at >= 100)));
    assert!(!told(by(|_| true)));
    // Before the window.
    assert!(!told(by(|at| at >= 10)));
    // Lines of two formats all along are of two servers, or of two kinds of requests.
    assert!(!told(by(|at| at % 2 == 0)));
}
