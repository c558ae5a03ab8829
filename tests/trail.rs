//! The trail of a client, from the command line: held against the truth of a
//! story, and over generated logs against an obvious reader.

mod common;
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use common::Numbers;
use flate2::Compression;
use flate2::write::GzEncoder;
use program::{line, run, run_in, run_on};
use serde_json::Value;
use tempfile::TempDir;

const STORY: &str = "sample-logs/francetest/case.toml";

/// The rows of a trail and its summary.
fn rows(mut lines: Vec<Value>) -> (Vec<Value>, Value) {
    let last = lines.pop().unwrap();
    (lines, last["summary"].clone())
}

fn trail(args: &[&str]) -> (Vec<Value>, Value) {
    let ran = run(&[&["trail"], args, &["--json"]].concat()).ended(0);
    assert_eq!(ran.err(), "");
    rows(ran.lines())
}

#[test]
fn a_trail_tells_what_the_story_says_of_every_client() {
    let truth = fs::read("sample-logs/francetest/truth.json").unwrap();
    let truth: Value = serde_json::from_slice(&truth).unwrap();
    let report = run(&["scan", STORY, "--json"]).ended(0).json();
    let actors = report["actors"].as_array().unwrap();
    let clients = truth["clients"].as_array().unwrap().iter();
    for client in clients.filter(|client| client["inside"] != 1) {
        let name = client["client"].as_str().unwrap();
        let (rows, summary) = trail(&[name, STORY]);
        for place in ["inside", "border", "outside"] {
            assert_eq!(summary["hits"][place], client[place], "{name} {place}");
            let n = rows.iter().filter(|row| row["where"] == place).count();
            assert_eq!(Value::from(n), client[place], "{name} {place}");
        }
        // Everything it did, as a scan counts it.
        let actor = actors.iter().find(|actor| actor["client"] == name).unwrap();
        for key in ["requests", "first", "last"] {
            assert_eq!(summary[key], actor["seen"][key], "{name} {key}");
        }
        assert_eq!(rows.len() as u64, summary["requests"].as_u64().unwrap());
        assert!(rows.iter().all(|row| row["client"] == name));
        // Graded as the evidence is.
        let own = actor["id"].as_str().unwrap();
        let evidence = report["evidence"].as_array().unwrap().iter();
        let mut proofs: Vec<_> = evidence
            .filter(|proof| proof["actor"] == own)
            .map(|proof| {
                (proof["at"].to_string(), proof["line"].to_string(), proof["grade"].to_string())
            })
            .collect();
        proofs.sort();
        let mut graded: Vec<_> = rows
            .iter()
            .filter(|row| row["where"] == "inside" || row["where"] == "border")
            .map(|row| (row["time"].to_string(), row["line"].to_string(), row["grade"].to_string()))
            .collect();
        graded.sort();
        assert_eq!(graded, proofs, "{name}");
    }
}

#[test]
fn a_party_is_followed_by_its_networks() {
    let (rows, summary) = trail(&["party:discoverer", STORY]);
    assert_eq!(summary["requests"], 8);
    let first = &rows[0];
    assert_eq!((&first["class"], &first["party"]), (&"known".into(), &"discoverer".into()));
    assert_eq!((&first["grade"], &first["where"]), (&"F3".into(), &"inside".into()));
    assert_eq!(first["exposures"][0], "export folder");
    // What it did besides is told and not graded.
    assert!(rows.iter().any(|row| row["grade"].is_null() && row["referer"].is_string()));
    let ran = run(&["trail", "party:discoverer", STORY]).ended(0);
    for part in [
        "times in Europe/Paris",
        "2021-08-27 17:42:08",
        "F3    inside",
        "[sample-logs/francetest/logs/access.log.1:3860]",
        "8 requests of party:discoverer",
        "5 inside the window, 0 at its border, 1 outside",
    ] {
        let text = ran.out().replace("[logs/", "[sample-logs/francetest/logs/");
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    let refused = run(&["trail", "party:nobody", STORY]).ended(2);
    assert!(refused.err().contains("discoverer, journalist, regulator"), "{}", refused.err());
}

/// What an obvious reader finds: requests of `client` by time, file and line.
fn obvious(files: &[(String, Vec<u8>)], client: &str) -> Vec<(String, String, u64)> {
    let mut found = Vec::new();
    for (file, bytes) in files {
        let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n');
        for (number, text) in (1..).zip(lines) {
            let text = String::from_utf8_lossy(text);
            let quotes = text.matches('"').count();
            let is_read = text.contains("] \"") && quotes.is_multiple_of(2);
            if is_read && text.starts_with(&format!("{client} - - [")) {
                let time = text.split(['[', ' ']).nth(4).unwrap();
                let time = format!("2024-03-05T{}Z", &time["05/Mar/2024:".len()..]);
                found.push((time, file.clone(), number));
            }
        }
    }
    found.sort();
    found
}

/// More lines than are read at one go.
const LARGE: usize = 45_000;

/// Logs plain and packed, one of them of so many lines.
fn generated(large: usize) -> (TempDir, Vec<(String, Vec<u8>)>) {
    let folder = tempfile::tempdir().unwrap();
    let mut numbers = Numbers::new(7);
    let mut files = Vec::new();
    for (name, lines) in
        [("access.log", 3_000), ("access.log.1", large), ("access.log.2.gz", 2_000)]
    {
        let bytes = common::log(&mut numbers, lines);
        let stored = match name.ends_with(".gz") {
            false => bytes.clone(),
            true => {
                let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
                packer.write_all(&bytes).unwrap();
                packer.finish().unwrap()
            }
        };
        fs::write(folder.path().join(name), stored).unwrap();
        files.push((name.to_owned(), bytes));
    }
    (folder, files)
}

fn places(rows: &[Value]) -> Vec<(String, String, u64)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.iter()
        .map(|row| (text(&row["time"]), text(&row["source"]), row["line"].as_u64().unwrap()))
        .collect()
}

#[test]
fn a_trail_is_what_an_obvious_reader_finds_in_any_way_of_reading() {
    let (folder, files) = generated(LARGE);
    let every: &[&[&str]] = &[&["--threads", "1"], &["--threads", "3"], &["--no-fast-path"]];
    for (client, ways) in [("192.0.2.7", every), ("2001:db8::5", &every[1..2])] {
        let expected = obvious(&files, client);
        assert!(expected.len() > 8_000, "{}", expected.len());
        for way in ways {
            let args = ["trail", client, "-p", "/exports", ".", "--json", "--limit", "1000000"];
            let ran = run_in(folder.path(), &[&args[..], way].concat()).ended(0);
            let (rows, summary) = rows(ran.lines());
            let found = places(&rows);
            let strip = |(time, file, line): &(String, String, u64)| {
                (time.clone(), file.trim_start_matches("./").to_owned(), *line)
            };
            let found: Vec<_> = found.iter().map(strip).collect();
            let different = found.iter().zip(&expected).find(|(a, b)| a != b);
            assert_eq!(different, None, "{client} {way:?}");
            assert_eq!(found.len(), expected.len(), "{client} {way:?}");
            assert_eq!(summary["left_out"], 0);
        }
    }
}

#[test]
fn what_is_not_listed_is_counted() {
    let (folder, files) = generated(4_000);
    let expected = obvious(&files, "192.0.2.7");
    let ran =
        run_in(folder.path(), &["trail", "192.0.2.7", ".", "--json", "--limit", "25"]).ended(0);
    let (rows, summary) = rows(ran.lines());
    assert_eq!(rows.len(), 25);
    let times: Vec<_> = rows.iter().map(|row| row["time"].as_str().unwrap()).collect();
    let first: Vec<_> = expected[..25].iter().map(|(time, _, _)| time.as_str()).collect();
    assert_eq!(times, first);
    assert_eq!(summary["requests"], expected.len());
    assert_eq!(summary["left_out"], expected.len() - 25);
    assert_eq!(summary["last"], expected.last().unwrap().0.as_str());
    let by_status: BTreeMap<String, u64> =
        serde_json::from_value(summary["by_status"].clone()).unwrap();
    assert_eq!(by_status.values().sum::<u64>(), expected.len() as u64);
    let ran = run_in(folder.path(), &["trail", "192.0.2.7", ".", "--limit", "25"]).ended(0);
    let advice = format!("--limit {} lists all", expected.len());
    assert!(ran.out().replace('\n', " ").contains(&advice), "{}", ran.out());
    // Of a time only.
    let times = ["--from", "2024-03-05T10:00:00Z", "--to", "2024-03-05T10:30:00Z"];
    let args = [&["trail", "192.0.2.7", ".", "--json"][..], &times].concat();
    let (_, summary) = self::rows(run_in(folder.path(), &args).ended(0).lines());
    let inside = expected.iter().filter(|(time, _, _)| {
        ("2024-03-05T10:00:00Z".."2024-03-05T10:30:00Z").contains(&time.as_str())
    });
    assert_eq!(summary["requests"], inside.count());
}

fn written(name: &str, text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    folder
}

fn requests(folder: &Path, args: &[&str]) -> u64 {
    let ran = run_in(folder, &[&["trail"], args, &["--json"]].concat()).ended(0);
    rows(ran.lines()).1["requests"].as_u64().unwrap()
}

#[test]
fn clients_are_addresses_networks_and_names() {
    let log = [
        line("192.0.2.7", 1, "/a", 200, 5),
        line("192.0.2.200", 2, "/b", 200, 5),
        line("2001:db8::7", 3, "/c", 200, 5),
        line("::ffff:192.0.2.7", 4, "/d", 200, 5),
        line("Host.Example", 5, "/e", 200, 5),
        line("198.51.100.1", 6, "/f", 200, 5),
    ];
    let folder = written("access.log", &log.concat());
    let count = |clients: &[&str]| requests(folder.path(), &[clients, &["access.log"]].concat());
    assert_eq!(count(&["192.0.2.7"]), 2);
    assert_eq!(count(&["192.0.2.0/24"]), 3);
    assert_eq!(count(&["192.0.2.0/25"]), 2);
    assert_eq!(count(&["2001:db8::/64"]), 1);
    assert_eq!(count(&["name:host.example"]), 1);
    assert_eq!(count(&["192.0.2.0/24", "192.0.2.7", "name:host.example"]), 4);
    assert_eq!(count(&["203.0.113.0/24"]), 0);
    let ran = run_in(folder.path(), &["trail", "203.0.113.1", "access.log"]).ended(0);
    assert_eq!(ran.out().trim(), "In all\nNo request of 203.0.113.1 is in these logs.");
    // Standard input is a log, too.
    let ran = run_on(log.concat().as_bytes(), &["trail", "192.0.2.7", "-", "--json"]).ended(0);
    assert_eq!(rows(ran.lines()).1["requests"], 2);
}

#[test]
fn the_client_is_chosen_as_a_scan_does() {
    let text = concat!(
        "10.0.0.1 - - [05/Mar/2024:00:01:00 +0000] \"GET /a HTTP/1.1\" 200 5 \"-\" \"x\" \"6.6.6.6, 192.0.2.7\"\n",
        "10.0.0.1 - - [05/Mar/2024:00:02:00 +0000] \"GET /b HTTP/1.1\" 200 5 \"-\" \"x\" \"192.0.2.7, 192.0.2.8\"\n",
    );
    let folder = written("access.log", text);
    let count = |args: &[&str]| requests(folder.path(), &[args, &["access.log"]].concat());
    assert_eq!(count(&["192.0.2.7"]), 0);
    assert_eq!(count(&["10.0.0.1"]), 2);
    assert_eq!(count(&["192.0.2.7", "--trust-proxy", "10.0.0.0/8"]), 1);
    assert_eq!(count(&["10.0.0.1", "--trust-proxy", "10.0.0.0/8"]), 0);
    let toml = "[[exposure]]\nname = \"x\"\ntargets = [\"/a\"]\n[[server]]\nname = \"s\"\nlogs = [\"*.log\"]\ntrusted_proxies = [\"10.0.0.0/8\"]\n";
    fs::write(folder.path().join("case.toml"), toml).unwrap();
    assert_eq!(requests(folder.path(), &["192.0.2.7", "case.toml"]), 1);
}

#[test]
fn a_copy_of_a_log_adds_nothing_and_headers_are_heeded() {
    let folder = written("a.log", &line("192.0.2.7", 1, "/a", 200, 5));
    fs::copy(folder.path().join("a.log"), folder.path().join("b.log")).unwrap();
    assert_eq!(requests(folder.path(), &["192.0.2.7", "a.log", "b.log"]), 1);
    // The fields change in the middle, behind lines of another format.
    let mut text = line("192.0.2.9", 1, "/a", 200, 5).repeat(60_000);
    text.push_str("#Fields: date time c-ip cs-method cs-uri-stem sc-status\n");
    text.push_str("2024-03-05 09:00:00 192.0.2.7 GET /x 200\n");
    text.push_str("#Fields: date time sc-status cs-method cs-uri-stem c-ip\n");
    text.push_str("2024-03-05 09:00:01 404 GET /y 192.0.2.7\n");
    let folder = written("mixed.log", &text);
    let ran = run_in(folder.path(), &["trail", "192.0.2.7", "mixed.log", "--json"]).ended(0);
    let (rows, _) = rows(ran.lines());
    let seen: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row["line"].as_u64().unwrap(),
                row["target"].as_str().unwrap(),
                row["status"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(seen, [(60_002, "/x", 200), (60_004, "/y", 404)]);
}

#[test]
fn members_of_an_archive_are_named() {
    let text = line("192.0.2.9", 1, "/a", 200, 5) + &line("192.0.2.7", 2, "/b", 200, 5);
    let mut archive = tar::Builder::new(Vec::new());
    for name in ["logs/a.log", "logs/b.log"] {
        let text = text.replace("/b", &format!("/{name}"));
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("logs.tar"), archive.into_inner().unwrap()).unwrap();
    let ran = run_in(folder.path(), &["trail", "192.0.2.7", "logs.tar", "--json"]).ended(0);
    let found: Vec<_> = rows(ran.lines())
        .0
        .iter()
        .map(|row| format!("{}:{} {}", row["source"].as_str().unwrap(), row["line"], row["target"]))
        .collect();
    assert_eq!(
        found,
        ["logs.tar!logs/a.log:2 \"/logs/a.log\"", "logs.tar!logs/b.log:2 \"/logs/b.log\""]
    );
}

#[test]
fn what_a_client_did_is_noticed_with_and_without_a_case() {
    let mut log: Vec<String> =
        (0..60).map(|at| line("192.0.2.7", at, &format!("/{at}.bak"), 404, 5)).collect();
    log.push(line("192.0.2.8", 70, "/e/", 200, 900));
    log.extend((0..9).map(|at| line("192.0.2.8", 71 + at, &format!("/e/{at}.csv"), 200, 5)));
    let folder = written("access.log", &log.concat());
    let found = |args: &[&str]| -> Vec<String> {
        let ran = run_in(folder.path(), &[&["trail"], args, &["--json"]].concat()).ended(0);
        let findings = rows(ran.lines()).1["findings"].as_array().unwrap().clone();
        let words = |one: &Value| {
            assert!(one["wrong_when"].as_str().unwrap().len() > 20);
            format!("{} {} {}", one["client"], one["class"], one["detector"]).replace('"', "")
        };
        findings.iter().map(words).collect()
    };
    let scan = "192.0.2.7 null dictionary-scan";
    assert_eq!(found(&["192.0.2.7", "access.log"]), [scan]);
    assert_eq!(found(&["192.0.2.8", "access.log"]), [""; 0]);
    let network = ["192.0.2.0/24", "access.log", "-p", "/e"];
    assert_eq!(found(&network), ["192.0.2.8 other harvest", scan]);
    // What is listed is cut to a time, what is noticed is not.
    let late = [&network[..], &["--from", "2024-03-06T00:00:00Z"]].concat();
    assert_eq!(found(&late), ["192.0.2.8 other harvest", scan]);
    let ran = run_in(folder.path(), &[&["trail"], &network[..]].concat()).ended(0);
    let text = ran.out().split_whitespace().collect::<Vec<_>>().join(" ");
    let said = "192.0.2.8 harvest: after the listing of /e/ it fetched 9 files of it";
    assert!(text.contains(said), "{text}");
    assert!(text.contains("dictionary-scan: 60 requests for 60 paths, 60 of them in vain"));
}

#[test]
fn nothing_of_a_log_acts_on_a_terminal_or_a_sheet() {
    let hostile = "192.0.2.7 - - [05/Mar/2024:00:01:00 +0000] \"GET /\u{1b}[2J\u{202e}x HTTP/1.1\" 200 5 \"=1+1\" \"=cmd|' /C calc'!A0\"\n";
    let folder = written("access.log", hostile);
    let ran = run_in(folder.path(), &["trail", "192.0.2.7", "access.log"]).ended(0);
    assert!(!ran.out().contains(['\u{1b}', '\u{202e}']), "{}", ran.out());
    assert!(ran.out().contains(r"\x1B[2J"), "{}", ran.out());
    let args = ["trail", "192.0.2.7", "access.log", "--out", "trail.csv"];
    let ran = run_in(folder.path(), &args).ended(0);
    assert!(ran.out().contains("1 request is listed in trail.csv"), "{}", ran.out());
    let sheet = fs::read_to_string(folder.path().join("trail.csv")).unwrap();
    assert_eq!(sheet.lines().count(), 2);
    assert!(sheet.contains("\"'=cmd|") && sheet.contains("\"'=1+1\""), "{sheet}");
    assert!(!sheet.contains('\u{1b}'), "{sheet}");
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(folder.path().join("trail.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Nothing is written over.
    let again = run_in(folder.path(), &args).ended(2);
    assert!(again.err().contains("there already"), "{}", again.err());
}

#[test]
fn faults_and_refusals_are_statuses() {
    let folder = written("access.log", &line("192.0.2.7", 1, "/a", 200, 5));
    let ran =
        run_in(folder.path(), &["trail", "192.0.2.7", "access.log", "gone.log", "--json"]).ended(1);
    assert_eq!(rows(ran.lines()).1["requests"], 1);
    assert_eq!(ran.err(), "whofetched: gone.log does not exist\n");
    for (args, part) in [
        (&["trail"][..], "whose trail?"),
        (&["trail", "access.log"], "not \"access.log\""),
        (&["trail", "192.0.2.7"], "no log to read"),
        (&["trail", "192.0.2.7", "access.log", "--limit", "x"], "--limit"),
        (&["trail", "192.0.2.7", "access.log", "--from", "2024-03-05"], "--zone"),
    ] {
        let ran = run_in(folder.path(), args).ended(2);
        assert_eq!(ran.out(), "", "{args:?}");
        assert!(ran.err().contains(part), "{args:?}: {}", ran.err());
    }
}
