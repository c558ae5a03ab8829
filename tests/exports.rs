//! What a report is written as besides: for other programs, and for people
//! who are told of others. tests/exports/run has the same read by the
//! programs that they are written for.
//!
//! `BLESS=1 cargo test --test exports` rewrites tests/exports/expected.

mod program;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use program::{files, run};
use serde_json::Value;
use tempfile::TempDir;
use whofetched::report::OUTPUTS;
use whofetched::report::export::{EXPORTS, names};

/// Writes the report of a story with all exports.
fn write(story: &str, out: &Path, more: &[&str]) {
    let (case, all) = (format!("sample-logs/{story}/case.toml"), names().replace(' ', ""));
    let args = ["scan", &case, "--quiet", "--export", &all, "--out", out.to_str().unwrap()];
    run(&[&args[..], more].concat()).ended(0);
}

/// The report folder of a story with all exports; each is written once.
fn written(story: &str) -> PathBuf {
    static WRITTEN: OnceLock<PathBuf> = OnceLock::new();
    let folder = WRITTEN.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exports");
        let _ = fs::remove_dir_all(&folder);
        STORIES.iter().for_each(|story| write(story, &folder.join(story), &[]));
        folder
    });
    folder.join(story)
}

fn read(out: &Path, name: &str) -> String {
    fs::read_to_string(out.join(name)).unwrap()
}

fn json(out: &Path, name: &str) -> Value {
    serde_json::from_str(&read(out, name)).unwrap()
}

fn lines(out: &Path, name: &str) -> Vec<Value> {
    read(out, name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The addresses that others may be told of, by the report.
fn shared(report: &Value) -> BTreeSet<String> {
    let may = |actor: &&Value| {
        let grade = actor["grade"].as_str().unwrap_or("none");
        actor["class"] == "other" && ["F1", "F2", "F3", "W", "U", "P"].contains(&grade)
    };
    let actors = report["actors"].as_array().unwrap().iter().filter(may);
    actors.map(|actor| actor["ip"].as_str().unwrap().to_owned()).collect()
}

/// The stories in which every class and every kind of grade occurs.
const STORIES: [&str; 8] = [
    "api-enumeration",
    "at-least",
    "crawler",
    "edge-origin",
    "elasticsearch",
    "francetest",
    "quiet-week",
    "share-links",
];

#[test]
fn exports_are_written_as_they_were_blessed() {
    let out = written("at-least");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/expected");
    let bless = std::env::var_os("BLESS").is_some_and(|value| value == "1");
    for export in EXPORTS {
        let (found, path) = (read(&out, export.file()), folder.join(export.file()));
        if bless {
            fs::write(&path, &found).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        for (number, (found, expected)) in (1..).zip(found.lines().zip(expected.lines())) {
            assert_eq!(found, expected, "{}:{number}: BLESS=1 rewrites it", path.display());
        }
        assert_eq!(found.len(), expected.len(), "{}: one is longer", path.display());
    }
}

#[test]
fn others_are_told_of_none_but_whom_they_may_be_told_of() {
    let mut told = 0;
    for story in STORIES {
        let out = written(story);
        let report = json(&out, "report.json");
        let may = shared(&report);
        told += may.len();
        let bundle = json(&out, "stix.json");
        let objects = bundle["objects"].as_array().unwrap();
        let values = objects.iter().filter_map(|object| object["value"].as_str());
        assert_eq!(values.map(str::to_owned).collect::<BTreeSet<_>>(), may, "{story}");
        let event = json(&out, "misp.json");
        let attributes = event["Event"]["Attribute"].as_array().unwrap();
        let listed = attributes.iter().filter(|one| one["type"] == "ip-src");
        let values = listed.map(|one| one["value"].as_str().unwrap().to_owned());
        assert_eq!(values.collect::<BTreeSet<_>>(), may, "{story}");
        // Observations: nothing to block, look for or accuse by.
        assert!(attributes.iter().all(|one| one["to_ids"] == false), "{story}");
        let kinds: BTreeSet<&str> =
            objects.iter().map(|object| object["type"].as_str().unwrap()).collect();
        let expected = ["identity", "marking-definition", "note", "report"];
        let seen = ["ipv4-addr", "ipv6-addr", "observed-data"];
        assert!(expected.iter().all(|kind| kinds.contains(kind)), "{story}: {kinds:?}");
        assert!(kinds.iter().all(|kind| [&expected[..], &seen].concat().contains(kind)), "{story}");
        // Nobody else's address, and no name of a party, stands anywhere.
        for name in ["stix.json", "misp.json"] {
            let text = read(&out, name);
            for actor in report["actors"].as_array().unwrap() {
                let client = format!("\"{}\"", actor["client"].as_str().unwrap());
                let is_told = actor["ip"].as_str().is_some_and(|ip| may.contains(ip));
                assert!(is_told || !text.contains(&client), "{story}: {name} tells of {client}");
            }
            for party in report["case"]["parties"].as_array().unwrap() {
                let party = party["name"].as_str().unwrap();
                assert!(!text.contains(&format!("{party}\"")), "{story}: {name}: {party}");
            }
        }
    }
    assert!(told > 20, "{told}");
}

#[test]
fn what_others_are_told_was_counted() {
    let out = written("francetest");
    let bundle = json(&out, "stix.json");
    let objects = bundle["objects"].as_array().unwrap();
    let seen: Vec<&Value> = objects.iter().filter(|one| one["type"] == "observed-data").collect();
    // The harvest: 38 files and what lay beside them, listings left out.
    assert_eq!(seen[0]["number_observed"], 41);
    assert_eq!(seen[0]["first_observed"], "2021-08-26T01:07:21.000Z");
    assert_eq!(seen[0]["last_observed"], "2021-08-26T01:09:47.000Z");
    for one in seen {
        let address = one["object_refs"][0].as_str().unwrap();
        assert!(objects.iter().any(|object| object["id"] == address), "{address}");
    }
}

#[test]
fn timelines_hold_every_request_that_has_a_time() {
    for story in STORIES {
        let out = written(story);
        let mut hits = csv::Reader::from_path(out.join("hits.csv")).unwrap();
        let hits: Vec<csv::StringRecord> = hits.records().map(Result::unwrap).collect();
        let is_copy = |hit: &&csv::StringRecord| hit[21].starts_with("the same line");
        let hits: Vec<_> = hits.iter().filter(|hit| !is_copy(hit) && !hit[4].is_empty()).collect();
        let timeline = lines(&out, "timesketch.jsonl");
        let of_requests = timeline.iter().filter(|line| line["data_type"] == "whofetched:request");
        let of_requests: Vec<&Value> = of_requests.collect();
        let events = lines(&out, "ecs.ndjson");
        assert_eq!((of_requests.len(), events.len()), (hits.len(), hits.len()), "{story}");
        for ((line, event), hit) in of_requests.iter().zip(&events).zip(&hits) {
            for key in ["message", "datetime", "timestamp_desc"] {
                assert!(line[key].as_str().is_some_and(|text| !text.is_empty()), "{story}: {line}");
            }
            assert_eq!(line["datetime"].as_str().unwrap().replace("+00:00", "Z"), hit[4]);
            assert_eq!(event["@timestamp"], hit[4]);
            assert_eq!(line["grade"], hit[10]);
            assert_eq!(line["actor_id"], hit[1]);
            let labels = &event["labels"];
            assert_eq!(
                (&labels["grade"], &labels["class"]),
                (&line["grade"], &line["actor_class"])
            );
        }
    }
}

#[test]
fn requests_without_a_time_are_told_of_and_not_put_anywhere() {
    let timed = program::line("192.0.2.7", 600, "/exports/a.csv", 200, 9);
    let timeless = "192.0.2.8 \"GET /exports/a.csv HTTP/1.1\" 200 9\n".repeat(2);
    let case = "[[exposure]]\nname = \"x\"\ntargets = [\"/exports\"]\n\
        [[server]]\nname = \"a\"\nlogs = [\"timed.log\"]\n\
        [[server]]\nname = \"b\"\nlogs = [\"timeless.log\"]\nformat = '%h \"%r\" %>s %b'\n";
    let files = [("timed.log", timed), ("timeless.log", timeless), ("case.toml", case.to_owned())];
    let (_place, out) = scanned(&files);
    assert_eq!(read(&out, "hits.csv").lines().count(), 4);
    let told = "2 requests have no time in the log and cannot stand here: see hits.csv";
    for name in ["timesketch.jsonl", "ecs.ndjson"] {
        let lines = lines(&out, name);
        let messages: Vec<&str> =
            lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
        assert_eq!(messages.len(), 2, "{name}: {messages:?}");
        assert!(messages.contains(&told), "{name}: {messages:?}");
    }
}

#[test]
fn what_can_be_told_in_public_holds_no_address() {
    let place = tempfile::tempdir().unwrap();
    let (out, key) = (place.path().join("report"), place.path().join("key"));
    let public = ["csv", "ecs", "notification", "timesketch"];
    let more = ["--level", "public", "--key", key.to_str().unwrap(), "--export"];
    let args =
        ["scan", "sample-logs/francetest/case.toml", "--quiet", "--out", out.to_str().unwrap()];
    run(&[&args[..], &more, &[&public.join(",")]].concat()).ended(0);
    let actors = json(&written("francetest"), "report.json");
    for export in EXPORTS.iter().filter(|export| public.contains(&export.name())) {
        let text = read(&out, export.file());
        for actor in actors["actors"].as_array().unwrap() {
            let ip = actor["ip"].as_str().unwrap();
            assert!(!text.contains(ip), "{}: {ip}", export.file());
        }
    }
    for event in lines(&out, "ecs.ndjson") {
        let source = event["source"].as_object().unwrap();
        assert!(source["address"].as_str().unwrap().starts_with("ip-"), "{event}");
        assert!(!source.contains_key("ip") && event.get("related").is_none(), "{event}");
    }
}

/// Text as one line, however it was broken.
fn unbroken(text: &str) -> String {
    text.replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A report with all exports on logs and a case of one's own.
fn scanned(files: &[(&str, String)]) -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(place.path().join(name), text).unwrap();
    }
    let all = names().replace(' ', "");
    let args = ["scan", "case.toml", "--quiet", "--export", &all, "--out", "report"];
    program::run_in(place.path(), &args).ended(0);
    let out = place.path().join("report");
    (place, out)
}

#[test]
fn an_operator_is_told_addresses_seconds_and_ports_and_nothing_else() {
    let line = |client: &str, second: u32, path: &str, status: u16| {
        format!(
            "Mar  5 10:00:{second:02} lb haproxy[1]: {client} [05/Mar/2024:10:00:{second:02}.120] web \
             web/a 0/0/0/1/1 {status} 400 - - ---- 1/1/0/0/0 0/0 \"GET {path} HTTP/1.1\"\n"
        )
    };
    let log = [
        line("203.0.113.7:51234", 1, "/exports/a.csv", 200),
        line("203.0.113.7:51234", 1, "/exports/b.csv", 200),
        line("203.0.113.7:51240", 2, "/exports/c.csv", 200),
        line("198.51.100.9:40000", 3, "/exports/a.csv", 200),
        line("198.51.100.10:40001", 4, "/exports/a.csv", 403),
        line("192.0.2.1:40002", 5, "/exports/a.csv", 200),
    ];
    let case = "[case]\nlanguage = \"en\"\n[[exposure]]\nname = \"x\"\ntargets = [\"/exports\"]\n\
        windows = [{ from = \"2024-03-05T09:00:00Z\", to = \"2024-03-05T11:00:00Z\" }]\n\
        [[party]]\nname = \"finder\"\nrole = \"known\"\nnetworks = [\"192.0.2.1\"]\n\
        [[list]]\nfile = \"asn.tsv\"\nsays = \"network\"\nas_of = \"2024-03-04\"\n\
        [[server]]\nname = \"lb\"\nlogs = [\"a.log\"]\nzone = \"UTC\"\nclock_offset_s = 2\n";
    let list = "203.0.113.0\t203.0.113.255\t64500\tFR\tEXAMPLE-NET\n";
    let files = [("a.log", log.concat()), ("case.toml", case.to_owned()), ("asn.tsv", list.into())];
    let (_place, out) = scanned(&files);
    let text = read(&out, "legal-request.txt");
    let whole = unbroken(&text);
    for part in [
        "1. AS64500 EXAMPLE-NET FR (by the list asn.tsv, 2024-03-04)",
        "203.0.113.7, in 203.0.113.0/24",
        "2024-03-05T09:59:59Z, source port 51234, 2 requests, EV-000001",
        "2024-03-05T10:00:00Z, source port 51240, EV-000003",
        "2. Operator not told by any list of the case",
        "2024-03-05T10:00:01Z, source port 40000, EV-000004",
        "the clock was 2 s ahead of UTC, which is taken off",
    ] {
        assert!(whole.contains(part), "no {part:?} in\n{text}");
    }
    // Whoever was refused or is known, and what was asked for, is not told.
    for absent in ["198.51.100.10", "192.0.2.1,", "finder", "/exports", ".csv"] {
        assert!(!text.contains(absent), "{absent:?} in\n{text}");
    }
}

#[test]
fn a_notification_says_what_the_verdict_says_and_no_more() {
    for story in STORIES {
        let out = written(story);
        let (report, text) = (json(&out, "report.json"), read(&out, "notification.txt"));
        let (verdict, whole) = (&report["verdict"], unbroken(&text));
        for key in ["sentence", "speaks"] {
            let said = unbroken(verdict[key].as_str().unwrap());
            assert!(whole.contains(&said), "{story}: no {said:?} in\n{text}");
        }
        let is_final =
            verdict["coverage"] == "whole" && verdict["would_change"] == Value::Array(vec![]);
        assert_eq!(text.contains("\nCOMPLEMENTARY"), is_final, "{story}");
        assert_eq!(text.contains("\nPROVISIONAL"), !is_final, "{story}");
        for need in verdict["would_change"].as_array().unwrap() {
            assert!(whole.contains(need["what"].as_str().unwrap()), "{story}: {need}");
        }
        for article in
            ["33(1)", "33(3)(a)", "33(3)(b)", "33(3)(c)", "33(3)(d)", "33(4)", "33(5)", "34"]
        {
            assert!(text.contains(&format!("Article {article})")), "{story}: {article}");
        }
        assert!(text.matches("[to be stated:").count() >= 9, "{story}");
        // It is handed on: no client stands in it.
        for actor in report["actors"].as_array().unwrap() {
            let ip = actor["ip"].as_str();
            assert!(ip.is_none_or(|ip| !text.contains(ip)), "{story}: {ip:?}");
        }
    }
}

#[test]
fn figures_of_a_notification_are_those_of_the_report() {
    let log = [
        program::line("203.0.113.7", 600, "/exports/a.csv", 200, 900),
        program::line("203.0.113.7", 601, "/exports/other.csv", 200, 900),
    ];
    let case = |language: &str| {
        format!(
            "[case]\nlanguage = \"{language}\"\n[[exposure]]\nname = \"x\"\ntargets = [\"/exports\"]\n\
             files = \"files.csv\"\nwindows = [{{ from = \"2024-03-05T09:00:00Z\", to = \"2024-03-05T11:00:00Z\" }}]\n\
             [[event]]\nat = \"2024-03-05T12:00:00Z\"\nwhat = \"confirmed\"\nby = \"A. Example\"\n"
        )
    };
    let list = "path,size,records,subjects\n/exports/a.csv,900,10,7\n/exports/b.csv,900,20,9\n";
    let told = |language: &str| {
        let files = [
            ("a.log", log.concat()),
            ("case.toml", case(language)),
            ("files.csv", list.to_owned()),
        ];
        let place = tempfile::tempdir().unwrap();
        for (name, text) in &files {
            fs::write(place.path().join(name), text).unwrap();
        }
        let args =
            ["scan", "case.toml", "a.log", "--quiet", "--out", "r", "--export", "notification"];
        program::run_in(place.path(), &args).ended(0);
        unbroken(&read(&place.path().join("r"), "notification.txt"))
    };
    let (english, french) = (told("en"), told("fr"));
    for part in [
        "Exposed, whoever came: 2 files, records: 30, people: 9 to 16.",
        "Sent to other parties for certain: 1 file, records: at least 10, people: at least 7.",
        "1 path that no list names was sent to them besides",
        "Confirmed at 2024-03-05T12:00:00Z, by A. Example.",
        "72 hours after that: 2024-03-08T12:00:00Z.",
    ] {
        assert!(english.contains(part), "no {part:?} in {english}");
    }
    for part in [
        "PROVISOIRE, pour une notification initiale",
        "Exposé, quels que soient les visiteurs : 2 fichiers, enregistrements : 30, personnes : de 9 à 16.",
        "72 heures après : 2024-03-08T12:00:00Z.",
        "[à préciser : les catégories de personnes concernées et de données]",
    ] {
        assert!(french.contains(part), "no {part:?} in {french}");
    }
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let place = tempfile::tempdir().unwrap();
    let (one, other) = (place.path().join("one"), place.path().join("other"));
    write("francetest", &one, &["--threads", "1"]);
    write("francetest", &other, &["--threads", "3", "--no-fast-path"]);
    let compared = |out: &Path| {
        let mut all = files(out);
        all.retain(|(name, _)| name != "run.json");
        all
    };
    // Beside the outputs stand the case and its digests; run.json is off.
    assert_eq!(compared(&one).len(), OUTPUTS.len() + EXPORTS.len() + 1);
    for ((name, found), (_, expected)) in compared(&one).iter().zip(&compared(&other)) {
        assert!(found == expected, "{name} differs");
    }
}

#[test]
fn an_export_is_one_of_those_that_there_are() {
    let case = "sample-logs/quiet-week/case.toml";
    let ran = run(&["scan", case, "--out", "x", "--export", "stix,pdf"]).ended(2);
    assert!(ran.err().contains("\"pdf\" is no export") && ran.err().contains(&names()));
    assert!(!Path::new(env!("CARGO_MANIFEST_DIR")).join("x").exists());
    let ran = run(&["scan", case, "--export", "stix"]).ended(2);
    assert!(ran.err().contains("--out"), "{}", ran.err());
    for name in ["legal-request", "misp", "stix"] {
        let ran =
            run(&["scan", case, "--out", "x", "--level", "public", "--export", name]).ended(2);
        assert!(ran.err().contains(name) && ran.err().contains("--level public"), "{}", ran.err());
    }
    let help = run(&["scan", "--help"]).ended(0);
    let help = help.out().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains(&names()), "{help}");
    // Without one, no other file is written than before.
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("report");
    run(&["scan", case, "--quiet", "--out", out.to_str().unwrap()]).ended(0);
    assert!(EXPORTS.iter().all(|export| !out.join(export.file()).exists()));
}
