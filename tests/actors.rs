//! Who asked: which address is the client, whose class a request is, and what
//! stands in two logs and is one request. From the case file to the report.

#[path = "actors/edges.rs"]
mod edges;
mod program;

use std::fs;
use std::path::Path;

use program::{line, run_in};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with a case about `/exports` on 5 March 2024, with `more` of it,
/// and these files.
fn place(more: &str, files: &[(&str, String)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let case = format!(
        "[[exposure]]\nname = \"x\"\ntargets = [\"/exports\"]\n\
         windows = [{{ from = \"2024-03-05T00:00:00Z\", to = \"2024-03-06T00:00:00Z\" }}]\n{more}"
    );
    fs::write(folder.path().join("case.toml"), case).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn scan(folder: &Path) -> Value {
    run_in(folder, &["scan", "case.toml", "--json"]).ended(0).json()
}

/// What is found in these files.
fn found(more: &str, files: &[(&str, String)]) -> Value {
    scan(place(more, files).path())
}

/// The actors: client, class, hits inside, and requests that sent content.
#[track_caller]
fn check_actors(report: &Value, expected: &[(&str, &str, u64, u64)]) {
    let mut actors: Vec<(String, String, u64, u64)> = report["actors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|actor| {
            let text = |key: &str| actor[key].as_str().unwrap().to_owned();
            let received = actor["received"]["requests"].as_u64().unwrap();
            (text("client"), text("class"), actor["hits"]["inside"].as_u64().unwrap(), received)
        })
        .collect();
    actors.sort();
    let mut expected: Vec<(String, String, u64, u64)> = expected
        .iter()
        .map(|(client, class, inside, sent)| {
            ((*client).to_owned(), (*class).to_owned(), *inside, *sent)
        })
        .collect();
    expected.sort();
    assert_eq!(actors, expected);
}

#[track_caller]
fn actor<'r>(report: &'r Value, client: &str, class: &str) -> &'r Value {
    let mut actors = report["actors"].as_array().unwrap().iter();
    actors.find(|actor| actor["client"] == client && actor["class"] == class).unwrap()
}

/// The results of a check, with what it says.
fn checks<'r>(report: &'r Value, id: &str) -> Vec<(&'r str, &'r str)> {
    let all = report["checks"].as_array().unwrap().iter().filter(|check| check["id"] == id);
    all.map(|check| (check["result"].as_str().unwrap(), check["because"].as_str().unwrap()))
        .collect()
}

#[track_caller]
fn check_check(report: &Value, id: &str, result: &str, part: &str) {
    let found = checks(report, id);
    let holds = |(is, says): &(&str, &str)| *is == result && says.contains(part);
    assert!(found.iter().any(holds), "{id} {result} {part}: {found:?}");
}

/// A line at a second of the day, with what stands behind it.
fn at(client: &str, second: u32, request: &str, status: u16, bytes: u64, more: &str) -> String {
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!(
        "{client} - - [05/Mar/2024:{hour:02}:{minute:02}:{second:02} +0000] \"{request} HTTP/1.1\" {status} {bytes} \"-\" \"agent/1\"{more}\n"
    )
}

const A: &str = "GET /exports/a.csv";
const B: &str = "GET /exports/b.csv";

#[test]
fn lines_of_overlapping_sources_count_once_in_all_that_a_client_did() {
    let page = |minute: u32| line("192.0.2.7", minute, "/", 200, 5);
    let hit = line("192.0.2.7", 50, "/exports/a.csv", 200, 9);
    let one = [page(1), page(2), page(2), page(3), hit.clone()].concat();
    let two = [page(2), page(3), hit, page(70)].concat();
    let check = |files: &[(&str, String)], requests: u64| {
        let report = found("[[server]]\nname = \"web\"\nlogs = [\"*.log*\"]\n", files);
        let seen = &actor(&report, "192.0.2.7", "other")["seen"];
        assert_eq!(seen["requests"], requests);
        assert_eq!(seen["last"], "2024-03-05T01:10:00Z");
        check_actors(&report, &[("192.0.2.7", "other", 1, 1)]);
    };
    check(&[("a.log", one.clone()), ("b.log", two.clone())], 6);
    check(&[("a.log", two), ("b.log", one)], 6);
}

#[test]
fn an_address_is_read_as_servers_write_it() {
    let check = |written: &str, client: &str, class: &str| {
        let report = found(
            "[[server]]\nname = \"web\"\nlogs = [\"*.log\"]\n",
            &[("a.log", at(written, 9, A, 200, 9, ""))],
        );
        check_actors(&report, &[(client, class, 1, 1)]);
        let ip = &report["actors"][0]["ip"];
        assert_eq!(ip.is_null(), client.parse::<std::net::IpAddr>().is_err(), "{written}: {ip}");
    };
    check("198.51.100.7", "198.51.100.7", "other");
    check("198.51.100.7:50123", "198.51.100.7", "other");
    check("::ffff:198.51.100.7", "198.51.100.7", "other");
    check("2001:DB8:0:0::7", "2001:db8::7", "other");
    check("[2001:db8::7]:443", "2001:db8::7", "other");
    check("crawl-7.example.net", "crawl-7.example.net", "other");
    check("198.51.100.xxx", "198.51.100.xxx", "unresolved");
    check("10.1.2.3", "10.1.2.3", "unresolved");
    check("127.0.0.1", "127.0.0.1", "unresolved");
    check("::1", "::1", "unresolved");
    check("fe80::1", "fe80::1", "unresolved");
    check("169.254.7.7", "169.254.7.7", "unresolved");
}

#[test]
fn a_party_is_known_by_network_time_and_path_and_comes_back_as_another() {
    let party = "[[party]]\nname = \"finder\"\nnetworks = [\"198.51.100.7\"]\npaths = [\"/exports/a.csv\"]\n\
                 times = [{ from = \"2024-03-05T00:00:00Z\", to = \"2024-03-05T01:00:00Z\" }]\n\
                 [[party]]\nname = \"office\"\nrole = \"self\"\nnetworks = [\"198.51.100.64/26\"]\n\
                 [[server]]\nname = \"web\"\nlogs = [\"*.log\"]\n";
    let log = [
        at("198.51.100.7", 100, A, 200, 9, ""),
        at("198.51.100.7", 200, B, 200, 9, ""),
        at("198.51.100.7", 3_600, A, 200, 9, ""),
        at("198.51.100.70", 200, B, 200, 9, ""),
    ];
    let report = found(party, &[("a.log", log.concat())]);
    check_actors(
        &report,
        &[
            ("198.51.100.7", "known", 1, 1),
            ("198.51.100.7", "other", 2, 2),
            ("198.51.100.70", "self", 1, 1),
        ],
    );
    let (first, later) =
        (actor(&report, "198.51.100.7", "known"), actor(&report, "198.51.100.7", "other"));
    assert_eq!(first["same_client"], json!([later["id"]]));
    assert_eq!(later["same_client"], json!([first["id"]]));
    assert_eq!(later["label"], "in a network of finder, outside its times or paths");
    // Behind one router nobody can be told from the party.
    let shared = party.replacen("paths =", "shared = true\npaths =", 1);
    let report = found(&shared, &[("a.log", log.concat())]);
    let unresolved = actor(&report, "198.51.100.7", "unresolved");
    assert_eq!(unresolved["hits"]["inside"], 1);
    assert_eq!(unresolved["label"], "an address that finder shares with others");
    check_check(&report, "C5", "unknown", "which requests were theirs cannot be told");
}

#[test]
fn masked_addresses_are_nobodys() {
    let server = "[[server]]\nname = \"web\"\nlogs = [\"*.log*\"]\n";
    let masked = [
        at("198.51.100.0", 100, A, 200, 9, ""),
        at("203.0.113.0", 200, "GET /", 200, 9, ""),
        at("2001:db8:1::", 300, B, 200, 9, ""),
    ]
    .concat();
    let report = found(server, &[("a.log", masked.clone())]);
    check_actors(
        &report,
        &[("198.51.100.0", "unresolved", 1, 1), ("2001:db8:1::", "unresolved", 1, 1)],
    );
    let label = actor(&report, "198.51.100.0", "unresolved")["label"].as_str().unwrap();
    assert!(label.starts_with("a masked address"), "{label}");
    assert_eq!(report["verdict"]["code"], "B1");
    check_check(&report, "C7", "fail", "the addresses are masked: all 2 of the IPv4 addresses");
    // One whole address, and the others are whole, too.
    let whole = format!("{masked}{}", at("192.0.2.5", 400, "GET /", 200, 9, ""));
    let report = found(server, &[("a.log", whole.clone())]);
    assert_eq!(actor(&report, "198.51.100.0", "other")["hits"]["inside"], 1);
    assert_eq!(report["verdict"]["code"], "A");
    // Each log has its own settings.
    let report = found(
        server,
        &[("a.log", masked.clone()), ("b.log", whole.replace("05/Mar/2024:00", "05/Mar/2024:01"))],
    );
    assert_eq!(actor(&report, "198.51.100.0", "other")["hits"]["inside"], 1);
    assert_eq!(actor(&report, "198.51.100.0", "unresolved")["hits"]["inside"], 1);
    // A party that owns all of what is left is still known.
    let party = |network: &str| {
        format!("{server}[[party]]\nname = \"finder\"\nnetworks = [\"{network}\"]\n")
    };
    let class = |network: &str| {
        let report = found(&party(network), &[("a.log", masked.clone())]);
        let mut actors = report["actors"].as_array().unwrap().iter();
        let own = actors.find(|actor| actor["client"] == "198.51.100.0").unwrap();
        own["class"].as_str().unwrap().to_owned()
    };
    assert_eq!(class("198.51.100.0/24"), "known");
    assert_eq!(class("198.51.100.0/28"), "unresolved");
    assert_eq!(class("198.51.100.7/32"), "unresolved");
}

#[test]
fn what_was_lawful_is_told_by_what_the_server_recorded() {
    let server =
        "[[server]]\nname = \"web\"\nlogs = [\"*.log\"]\ntrusted_proxies = [\"10.9.0.0/16\"]\n";
    let maybe = "lawful or not: the log cannot say";
    let check =
        |lawful: &str, client: &str, user: &str, class: &str, label: Option<&str>, code: &str| {
            let line = at(client, 3_700, A, 200, 9, "").replace("- - [", &format!("- {user} ["));
            let report = found(&format!("{lawful}\n{server}"), &[("a.log", line)]);
            check_actors(&report, &[(client, class, 1, 1)]);
            if let Some(label) = label {
                assert_eq!(report["actors"][0]["label"], label, "{lawful} {client}");
            }
            assert_eq!(report["verdict"]["code"], code, "{lawful} {client}");
            report
        };
    let report = check("lawful = \"mixed\"", "198.51.100.7", "-", "unresolved", Some(maybe), "D");
    let reasons = report["verdict"]["reasons"].to_string();
    assert!(reasons.contains("1 request was lawful or not"), "{reasons}");
    // A private address is a lawful user's as well as another's.
    check("kind = \"api\"", "10.1.2.3", "-", "unresolved", Some(maybe), "D");
    let office =
        "lawful = \"mixed\"\nlawful_when = { networks = [\"10.1.0.0/16\", \"198.51.100.0/28\"] }";
    check(office, "10.1.2.3", "-", "lawful", None, "D");
    check(office, "198.51.100.7", "-", "lawful", None, "D");
    check(office, "198.51.100.70", "-", "other", None, "A");
    check(
        office,
        "192.168.0.7",
        "-",
        "unresolved",
        Some("a private address of no declared party"),
        "B1",
    );
    check(office, "host.example", "-", "unresolved", Some(maybe), "D");
    check(office, "10.9.0.2", "-", "unresolved", Some(maybe), "D");
    let user = "lawful = \"mixed\"\nlawful_when = { user = \"present\" }";
    check(user, "198.51.100.7", "ann", "lawful", None, "D");
    check(user, "10.9.0.2", "ann", "lawful", None, "D");
    check(user, "198.51.100.7", "-", "other", None, "A");
    let hours = |to: &str| {
        format!(
            "lawful = \"mixed\"\nlawful_when = {{ times = [{{ from = \"2024-03-05T01:00:00Z\", to = \"2024-03-05T{to}Z\" }}] }}"
        )
    };
    check(&hours("02:00:00"), "198.51.100.7", "-", "lawful", None, "D");
    check(&hours("01:01:40"), "198.51.100.7", "-", "other", None, "A");
    check("", "198.51.100.7", "ann", "other", None, "A");
}

#[test]
fn a_detector_that_names_the_client_decides_what_the_log_of_one_request_cannot() {
    let server = "kind = \"api\"\n[[server]]\nname = \"web\"\nlogs = [\"*.log\"]\n";
    let counted: String = (1..80)
        .map(|id| at("198.51.100.7", 1_000 + id, &format!("GET /exports/{id}"), 200, 9, ""))
        .collect();
    let few: String = (1..4)
        .map(|id| at("198.51.100.8", 2_000 + id, &format!("GET /exports/{}", id * 37), 200, 9, ""))
        .collect();
    let report = found(server, &[("a.log", few.clone())]);
    assert_eq!(report["verdict"]["code"], "D");
    let report = found(server, &[("a.log", counted + &few)]);
    assert_eq!(report["verdict"]["code"], "B1");
    let findings = actor(&report, "198.51.100.7", "unresolved")["findings"].to_string();
    assert!(findings.contains("enumeration"), "{findings}");
}

#[test]
fn forwarded_addresses_are_believed_as_far_as_trust_reaches() {
    let server =
        "[[server]]\nname = \"web\"\nlogs = [\"*.log\"]\ntrusted_proxies = [\"10.0.0.0/8\"]\n";
    let check = |peer: &str, forwarded: &str, client: &str, class: &str| {
        let report = found(server, &[("a.log", at(peer, 9, A, 200, 9, forwarded))]);
        check_actors(&report, &[(client, class, 1, 1)]);
    };
    check("10.0.0.2", " \"6.6.6.6, 198.51.100.7\"", "198.51.100.7", "other");
    check("10.0.0.2", " \"198.51.100.7, 10.0.0.3\"", "198.51.100.7", "other");
    check("10.0.0.2", " \"-\"", "10.0.0.2", "unresolved");
    check("10.0.0.2", " \"10.0.0.4\"", "10.0.0.4", "unresolved");
    check("203.0.113.9", " \"198.51.100.7\"", "203.0.113.9", "other");
    check("10.0.0.2", " \"192.168.1.7\"", "192.168.1.7", "unresolved");
}
