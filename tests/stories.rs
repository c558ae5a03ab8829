//! The stories of `sample-logs/`, from the command line to the report, held
//! against the reports that lie beside them and against the truth that their
//! generator wrote down. A new folder with a `case.toml` is a new story.
//!
//! `BLESS=1 cargo test --test stories` rewrites `report.json` and
//! `report.txt`; what changed in them is to be read before it is committed.

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use program::run;
use serde_json::Value;

/// The stories by name: every folder that holds a case.
fn stories() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().join("case.toml").is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() >= 2, "the stories were not found: {names:?}");
    names
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs")
}

fn case(story: &str) -> String {
    format!("sample-logs/{story}/case.toml")
}

/// The report of a story, as it is printed; each is scanned once.
fn printed(story: &str) -> &'static str {
    static PRINTED: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let scan = |story: String| {
        let ran = run(&["scan", &case(&story), "--json"]).ended(0);
        assert_eq!(ran.err(), "", "{story}");
        (story, ran.out().to_owned())
    };
    &PRINTED.get_or_init(|| stories().into_iter().map(scan).collect())[story]
}

fn scanned(story: &str) -> Value {
    serde_json::from_str(printed(story)).unwrap()
}

/// What is true of a story, where its generator says so.
fn truth(story: &str) -> Option<Value> {
    let path = root().join(story).join("truth.json");
    path.exists().then(|| serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
}

/// Compares with what was blessed, or blesses.
fn expect(path: &Path, found: &str) {
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        fs::write(path, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(path)
        .unwrap_or_else(|why| panic!("{}: {why}; BLESS=1 writes it", path.display()));
    let different = found.lines().zip(expected.lines()).enumerate().find(|(_, (a, b))| a != b);
    if let Some((number, (found, expected))) = different {
        let at = format!("{}:{}", path.display(), number + 1);
        panic!("{at}\nfound:    {found}\nexpected: {expected}\nBLESS=1 rewrites it");
    }
    assert_eq!(found.len(), expected.len(), "{}: one is longer", path.display());
}

#[test]
fn stories_are_told_as_they_were_blessed() {
    for story in stories() {
        let folder = root().join(&story);
        expect(&folder.join("report.json"), printed(&story));
        let text = run(&["scan", &case(&story)]).ended(0);
        assert_eq!(text.err(), "", "{story}");
        expect(&folder.join("report.txt"), text.out());
        let width = text.out().lines().map(|line| line.chars().count()).max();
        assert!(width <= Some(100), "{story}: a line of the summary has {width:?} characters");
    }
}

/// A page without its style, its script and the policy that names their
/// digests: how it looks is for people, what it says is held against what was
/// blessed.
fn said(page: &str) -> String {
    let without = |page: &str, open: &str, close: &str| {
        let (before, rest) = page.split_once(open).unwrap();
        let (_, behind) = rest.split_once(close).unwrap();
        format!("{before}{open}{close}{behind}")
    };
    let page = without(page, "<style>", "</style>");
    let page = without(&page, "<script>", "</script>");
    without(&page, "Content-Security-Policy\" content=\"", "\"")
}

#[test]
fn pages_say_in_either_language_what_was_blessed() {
    for (story, language) in [("silent-hours", "en"), ("crawler", "fr")] {
        let place = tempfile::tempdir().unwrap();
        let copied = std::process::Command::new("cp")
            .arg("-r")
            .arg(root().join(story))
            .arg(place.path().join("case"))
            .status();
        assert!(copied.unwrap().success());
        let path = place.path().join("case/case.toml");
        let case = fs::read_to_string(&path).unwrap();
        let case = case.replace("language = \"en\"\n", "");
        let spoken = format!("[case]\nlanguage = \"{language}\"\n");
        fs::write(&path, case.replacen("[case]\n", &spoken, 1)).unwrap();
        program::run_in(place.path(), &["scan", "case/case.toml", "--quiet", "--out", "out"])
            .ended(0);
        let page = fs::read_to_string(place.path().join("out/report.html")).unwrap();
        let blessed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
        expect(&blessed.join(format!("{story}.{language}.html")), &said(&page));
        let text = program::run_in(place.path(), &["scan", "case/case.toml"]).ended(0);
        expect(&blessed.join(format!("{story}.{language}.txt")), text.out());
        let is_english = [" the ", " was ", " were ", " of "].iter().find(|word| {
            // The title is the case's own.
            text.out().lines().any(|line| line.contains(**word) && !line.starts_with("Exports of"))
        });
        assert_eq!(is_english.is_some(), language == "en", "{is_english:?}");
    }
}

#[test]
fn every_client_is_found_as_it_was() {
    for story in stories() {
        let Some(truth) = truth(&story) else { continue };
        let report = scanned(&story);
        let clients = truth["clients"].as_array().unwrap();
        let actors = report["actors"].as_array().unwrap();
        let mut expected: Vec<String> = clients.iter().map(client).collect();
        let mut found: Vec<String> = actors.iter().map(actor).collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{story}");
    }
}

/// A client of the truth, with all that is asserted of it.
fn client(client: &Value) -> String {
    let [name, class] = ["client", "class"].map(|key| client[key].as_str().unwrap());
    let [inside, border, outside] = ["inside", "border", "outside"].map(|key| &client[key]);
    let [by_status, bytes] = ["by_status", "bytes"].map(|key| &client[key]);
    let [first, last] = ["first", "last"].map(|key| &client[key]);
    format!("{name} {class}: {inside} {border} {outside} {by_status} {bytes} {first} {last}")
}

/// An actor of the report in the words of the truth.
fn actor(actor: &Value) -> String {
    let hits = &actor["hits"];
    client(&serde_json::json!({
        "client": actor["client"],
        "class": actor["class"],
        "inside": hits["inside"],
        "border": hits["border"],
        "outside": hits["outside"],
        "by_status": hits["by_status"],
        "bytes": actor["received"]["bytes"],
        "first": actor["first"],
        "last": actor["last"],
    }))
}

#[test]
fn every_request_is_graded_and_every_behaviour_noticed_as_it_was_planned() {
    for story in stories() {
        let Some(truth) = truth(&story) else { continue };
        let report = scanned(&story);
        let actors = report["actors"].as_array().unwrap();
        for client in truth["clients"].as_array().unwrap() {
            let is_it =
                |actor: &&Value| ["client", "class"].iter().all(|key| actor[key] == client[key]);
            let actor = actors.iter().find(is_it).unwrap_or_else(|| panic!("{story}: {client}"));
            let of = format!("{story}: {} {}", client["client"], client["class"]);
            if !client["grades"].is_null() {
                assert_eq!(actor["hits"]["by_grade"], client["grades"], "{of}");
                for key in ["subjects", "records"] {
                    assert_eq!(actor["received"][key], client[key], "{of}: {key}");
                }
            }
            if let Some(findings) = client["findings"].as_array() {
                let found = actor["findings"].as_array().unwrap();
                let found: Vec<_> = found.iter().map(|finding| &finding["detector"]).collect();
                assert_eq!(found, findings.iter().collect::<Vec<_>>(), "{of}");
            }
        }
    }
}

#[test]
fn every_verdict_is_what_the_story_deserves() {
    for story in stories() {
        let Some(truth) = truth(&story) else { continue };
        let report = scanned(&story);
        let verdict = &report["verdict"];
        let deserved = truth["verdict"].as_object().cloned().unwrap_or_default();
        for (key, deserved) in &deserved {
            assert_eq!(&verdict[key], deserved, "{story}: {key}");
        }
        let none = Vec::new();
        let reasons = verdict["reasons"].as_array().unwrap();
        for because in truth["because"].as_array().unwrap_or(&none) {
            let because = because.as_str().unwrap();
            let told = reasons.iter().any(|reason| reason.as_str().unwrap().contains(because));
            assert!(told, "{story}: no reason says \"{because}\": {reasons:#?}");
        }
        for (claim, result) in truth["claims"].as_object().unwrap_or(&serde_json::Map::new()) {
            let claims = verdict["claims"].as_array().unwrap();
            let found = claims.iter().find(|one| one["text"] == claim.as_str());
            assert_eq!(&found.unwrap()["result"], result, "{story}: {claim}");
        }
    }
}

#[test]
fn every_line_of_every_log_is_counted() {
    for story in stories() {
        let Some(truth) = truth(&story) else { continue };
        let report = scanned(&story);
        let inputs = report["inputs"].as_array().unwrap();
        let lines = |input: &Value, key: &str| input["lines"][key].as_u64().unwrap();
        let total: u64 = inputs.iter().map(|input| lines(input, "total")).sum();
        assert_eq!(total, truth["lines"].as_u64().unwrap(), "{story}");
        let files = truth["files"].as_array().unwrap();
        assert_eq!(inputs.len(), files.len(), "{story}");
        for file in files {
            let name = file["name"].as_str().unwrap();
            let input = inputs.iter().find(|input| input["path"] == name).unwrap();
            assert_eq!(lines(input, "total"), file["lines"].as_u64().unwrap(), "{story} {name}");
            let ends = ["read", "blank", "header", "unread"].map(|key| lines(input, key));
            assert_eq!(ends.iter().sum::<u64>(), lines(input, "total"), "{story} {name}");
        }
    }
}

#[test]
fn a_missing_member_is_named_and_its_hole_is_in_no_part_whole() {
    for story in stories() {
        let Some(truth) = truth(&story) else { continue };
        let report = scanned(&story);
        let missing = truth["missing"].as_array().cloned().unwrap_or_default();
        let gaps = report["coverage"]["gaps"].as_array().unwrap();
        let reasons = report["verdict"]["reasons"].as_array().unwrap();
        for name in missing.iter().map(|name| name.as_str().unwrap()) {
            let told = reasons.iter().any(|reason| reason.as_str().unwrap().contains(name));
            assert!(told, "{story}: no reason names {name}: {reasons:?}");
            let is_it = |gap: &&Value| {
                let members = gap["members"].as_array().unwrap();
                gap["why"] == "missing" && members.iter().any(|member| member == name)
            };
            let gap = gaps.iter().find(is_it).unwrap_or_else(|| panic!("{story}: {gaps:?}"));
            let time = |value: &Value| value.as_str().unwrap().to_owned();
            assert!(time(&gap["from"]) <= time(&truth["hole"]["from"]), "{story}: {gap}");
            assert!(time(&gap["to"]) >= time(&truth["hole"]["to"]), "{story}: {gap}");
        }
        assert_eq!(missing.is_empty(), gaps.iter().all(|gap| gap["why"] != "missing"), "{story}");
    }
}

#[test]
fn the_verdict_on_the_open_export_folder_is_a_and_contradicts_the_claim() {
    let report = scanned("francetest");
    let verdict = &report["verdict"];
    assert_eq!((&verdict["code"], &verdict["finding"]), (&"A".into(), &"A".into()));
    let claims = verdict["claims"].as_array().unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0]["text"], "we have no evidence that the data leaked");
    assert_eq!(claims[0]["result"], "contradicted");
    run(&["scan", &case("francetest"), "--exit-code", "--quiet"]).ended(10);
}

#[test]
fn the_verdict_on_the_quiet_week_is_d_because_a_day_is_missing() {
    let report = scanned("quiet-week");
    let verdict = &report["verdict"];
    assert_eq!((&verdict["code"], &verdict["finding"]), (&"D".into(), &"none".into()));
    assert_eq!(verdict["coverage"], "not shown");
    assert_eq!(
        verdict["reasons"][0],
        "C2 failed [logs/access.log]: the rotation member access.log-20240516.gz is missing"
    );
    assert_eq!(report["coverage"]["gaps"][0]["members"][0], "access.log-20240516.gz");
    run(&["scan", &case("quiet-week"), "--exit-code", "--quiet"]).ended(13);
}

#[test]
fn what_stands_in_the_logs_of_edge_and_origin_counts_once() {
    let (report, truth) = (scanned("edge-origin"), truth("edge-origin").unwrap());
    let (link, planned) = (&report["edges"][0], &truth["edges"]);
    assert_eq!((&link["edge"], &link["origin"]), (&"edge".into(), &"origin".into()));
    for key in ["at_edge", "at_origin", "matched", "not_at_edge", "around_edge"] {
        assert_eq!(link[key], planned[key], "{key}");
    }
    assert!(link["skew"]["median_s"].as_f64().unwrap().abs() <= 1.0, "{link}");
    let evidence = report["evidence"].as_array().unwrap();
    let by_id = |id: &Value| evidence.iter().find(|proof| proof["id"] == *id).unwrap();
    let repeated: Vec<&Value> =
        evidence.iter().filter(|proof| proof["same_as"].is_string()).collect();
    assert_eq!(repeated.len() as u64, planned["same_as"].as_u64().unwrap());
    for proof in repeated {
        let same = by_id(&proof["same_as"]);
        for key in ["actor", "method", "path", "status", "bytes"] {
            assert_eq!(same[key], proof[key], "{key}");
        }
        let server = |proof: &Value| {
            let source = proof["source"].as_u64().unwrap() as usize;
            report["inputs"][source]["server"].as_str().unwrap().to_owned()
        };
        assert_eq!((server(same), server(proof)), ("edge".to_owned(), "origin".to_owned()));
    }
    let actors = report["actors"].as_array().unwrap();
    let of = |client: &str| -> Vec<&Value> {
        actors.iter().filter(|actor| actor["client"] == client).collect()
    };
    assert_eq!(of("10.20.0.12")[0]["label"], "at the origin but not at the edge");
    let direct = "says it is curl, a program; at the origin but not at the edge";
    assert_eq!(of("203.0.113.61")[0]["label"], direct);
    assert!(of("10.20.0.11").is_empty());
    let finder = of("192.0.2.33");
    assert_eq!(finder[0]["same_client"], serde_json::json!([finder[1]["id"]]));
    let verdict = &report["verdict"];
    assert_eq!(verdict["code"], "A");
    assert_eq!(verdict["claims"][0]["result"], "contradicted");
    let checks = report["checks"].as_array().unwrap();
    let failed = checks.iter().find(|one| one["id"] == "C10" && one["server"] == "origin").unwrap();
    assert_eq!(failed["result"], "fail");
    for id in ["C6", "C7"] {
        let own: Vec<&Value> = checks.iter().filter(|check| check["id"] == id).collect();
        assert!(own.iter().all(|check| check["result"] == "pass"), "{own:?}");
    }
}

#[test]
fn a_crawler_is_told_by_its_networks_and_not_by_its_name() {
    let report = scanned("crawler");
    let actors = report["actors"].as_array().unwrap();
    let of = |client: &str| actors.iter().find(|actor| actor["client"] == client).unwrap();
    for client in ["198.51.100.68", "198.51.100.91", "2001:db8:4801:10::7"] {
        assert_eq!(of(client)["party"], "Google");
        assert_eq!(of(client)["verification"]["result"], "verified");
    }
    let forged = of("203.0.113.88");
    assert_eq!(forged["label"], "says it is Googlebot, not verified");
    assert_eq!(forged["verification"]["result"], "contradicted");
    let sent_by = |actor: &&Value| {
        let findings = actor["findings"].as_array().unwrap();
        findings.iter().any(|finding| finding["detector"] == "search-arrival")
    };
    assert_eq!(actors.iter().filter(sent_by).count(), 5);
    let verdict = &report["verdict"];
    assert_eq!(verdict["code"], "A");
    let [other, crawler] = ["other", "crawler"].map(|class| &verdict["recipients"][class]);
    assert_eq!((other, crawler), (&5.into(), &3.into()));
    // Two addresses of one network of 64 bits are one at most.
    assert_eq!(verdict["outside"], serde_json::json!({ "min": 1, "max": 4, "clients": 5 }));
}
