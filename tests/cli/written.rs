//! What a run writes: one folder, complete, private, and the same each time.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use super::program::{files, finish, line, run_in};
use super::{place, refused, scan};

/// What stands in a report, run.json off, which may differ.
fn compared(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = files(folder);
    all.retain(|(name, _)| name != "run.json");
    assert_eq!(
        all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        [
            "actors.csv",
            "case/digests.json",
            "evidence.jsonl",
            "hits.csv",
            "manifest.json",
            "report.html",
            "report.json"
        ]
    );
    all
}

#[test]
fn a_report_is_a_new_folder_or_none() {
    let place = place();
    let at = |name: &str| place.path().join(name);
    let ran = scan(place.path(), &["--out", "report"]).ended(0);
    assert!(ran.out().contains("The report is in report;"), "{}", ran.out());
    let first = files(&at("report"));
    let again = ["scan", "-p", "/exports", "access.log", "--out", "report"];
    refused(place.path(), &again, &["report", "--force", "report.2"]);
    assert_eq!(files(&at("report")), first, "nothing was written, nothing was deleted");
    for next in ["report.2", "report.3"] {
        let ran = scan(place.path(), &["--out", "report/", "--force"]).ended(0);
        assert!(ran.out().contains(&format!("The report is in {next};")), "{}", ran.out());
        assert_eq!(compared(&at(next)), compared(&at("report")));
    }
    assert_eq!(files(&at("report")), first);
    // An empty folder is as good as a new one, and folders above it are made.
    fs::create_dir(at("empty")).unwrap();
    scan(place.path(), &["--out", "empty"]).ended(0);
    scan(place.path(), &["--out", "a/b/c"]).ended(0);
    assert_eq!(compared(&at("a/b/c")), compared(&at("empty")));
    // A file, and a link to nothing, are not.
    fs::write(at("file"), "mine").unwrap();
    std::os::unix::fs::symlink("nowhere", at("link")).unwrap();
    for taken in ["file", "link"] {
        let args = ["scan", "-p", "/exports", "access.log", "--out", taken];
        refused(place.path(), &args, &[taken, "--force"]);
    }
    assert_eq!(fs::read(at("file")).unwrap(), b"mine");
    refused(place.path(), &["scan", "-p", "/exports", "access.log", "--out", "/"], &["/"]);
    let left = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let hidden: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with('.')).collect();
    assert!(hidden.is_empty(), "{hidden:?}");
}

#[test]
fn without_a_folder_nothing_is_written() {
    let place = place();
    let before = files(place.path());
    let ran = scan(place.path(), &[]).ended(0);
    assert_eq!(files(place.path()), before);
    let last = ran.out().lines().last().unwrap();
    let typed = format!(
        "For the whole report: whofetched scan -p /exports --from {} --to {} access.log --out report/",
        super::FROM,
        super::TO
    );
    assert_eq!(last, typed);
}

#[test]
fn a_report_is_for_its_owner_alone() {
    let place = place();
    let mut command = std::process::Command::new("sh");
    let script = "umask 0; exec \"$0\" scan -p /exports access.log --quiet --out report";
    command.args(["-c", script, env!("CARGO_BIN_EXE_whofetched")]).current_dir(place.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    finish(&mut command, b"").ended(0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let report = place.path().join("report");
    for folder in [report.clone(), report.join("case")] {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
    }
    for (name, _) in files(&report) {
        assert_eq!(mode(&report.join(&name)), 0o600, "{name}");
    }
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let place = place();
    let lines = (0..3_000).map(|n| {
        let client = format!("192.0.2.{}", n % 200);
        line(&client, n % 1440, &format!("/exports/{}.csv", n % 77), 200, u64::from(n % 13))
    });
    let lines: Vec<String> = lines.collect();
    fs::write(place.path().join("access.log"), lines[..2_000].concat()).unwrap();
    fs::write(place.path().join("access.log.1"), lines[2_000..].concat()).unwrap();
    let ways = [
        &["access.log.1"][..],
        &["access.log.1", "--threads", "1"],
        &["access.log.1", "--threads", "7"],
        &["access.log.1", "--no-fast-path"],
        &["access.log.1", "--exit-code", "--color", "always"],
        &["access.log.1", "--quiet"],
    ];
    let mut first = None;
    for (number, way) in ways.iter().enumerate() {
        let out = format!("report-{number}");
        scan(place.path(), &[way, &["--out", out.as_str()][..]].concat());
        let found = compared(&place.path().join(out));
        let first = first.get_or_insert_with(|| found.clone());
        for ((name, bytes), (_, expected)) in found.iter().zip(first.iter()) {
            assert!(bytes == expected, "{name} differs with {way:?}");
        }
    }
    let printed = scan(place.path(), &["access.log.1", "--json"]).ended(0);
    let written = fs::read(place.path().join("report-0/report.json")).unwrap();
    assert!(printed.out == written, "what is printed is what is written");
    // The order in which inputs are named does not show.
    let args = ["scan", "-p", "/exports", "--from", super::FROM, "--to", super::TO];
    let turned = [&args[..], &["access.log.1", "access.log", "--json"]].concat();
    assert!(run_in(place.path(), &turned).ended(0).out == written);
}

#[test]
fn a_report_keeps_what_was_asked() {
    let place = place();
    let case = super::case("", "files = \"list.csv\"\n");
    fs::write(place.path().join("case.toml"), &case).unwrap();
    fs::write(place.path().join("list.csv"), "path,size\n/exports/z.csv,9\n").unwrap();
    let args = ["scan", "case.toml", "access.log", "--out", "report"];
    run_in(place.path(), &args).ended(0);
    let copies = files(&place.path().join("report/case"));
    assert_eq!(copies[0], ("01-case.toml".to_owned(), case.into_bytes()));
    assert_eq!(copies[1].0, "02-list.csv");
    let digests: serde_json::Value = serde_json::from_slice(&copies[2].1).unwrap();
    assert_eq!(digests["files"][0]["path"], "case.toml");
    assert_eq!(digests["files"][1]["bytes"], 27);
    assert_eq!(digests["arguments"], serde_json::json!(["scan", "case.toml", "access.log"]));
    let run: serde_json::Value =
        serde_json::from_slice(&fs::read(place.path().join("report/run.json")).unwrap()).unwrap();
    assert!(run["started"].is_string() && run["threads"].is_u64());
}

#[test]
fn a_number_of_evidence_leads_to_its_line() {
    let place = place();
    scan(place.path(), &["--out", "report", "--quiet"]).ended(0);
    let shown = run_in(place.path(), &["show", "ev-000001", "--report", "report"]).ended(0);
    let log = fs::read_to_string(place.path().join("access.log")).unwrap();
    let hit = log.lines().nth(1).unwrap();
    assert!(shown.out().ends_with(&format!("\n{hit}\n")), "{}", shown.out());
    assert!(shown.out().starts_with("EV-000001: P-01, 192.0.2.7 (other)\n"), "{}", shown.out());

    let absent = ["show", "EV-000001", "EV-000099", "--report", "report", "--json"];
    let absent = run_in(place.path(), &absent).ended(1);
    assert!(absent.out().starts_with("{\"id\":\"EV-000001\""), "{}", absent.out());
    assert!(absent.err().contains("EV-000099 is not in"), "{}", absent.err());
    refused(place.path(), &["show", "P-01", "--report", "report"], &["no number of evidence"]);
    run_in(place.path(), &["show", "EV-000001", "--report", "nowhere"]).ended(1);

    let evidence = place.path().join("report/evidence.jsonl");
    let altered =
        fs::read_to_string(&evidence).unwrap().replacen("\"raw_b64\":\"", "\"raw_b64\":\"AAAA", 1);
    fs::write(&evidence, altered).unwrap();
    let altered = run_in(place.path(), &["show", "EV-000001", "--report", "report"]).ended(1);
    assert!(altered.err().contains("has not the digest"), "{}", altered.err());
}
