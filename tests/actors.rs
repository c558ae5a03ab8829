//! Who asked: which address is the client, whose class a request is, and what
//! stands in two logs and is one request. From the case file to the report.

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

const SERVERS: &str = "[[server]]\nname = \"edge\"\nlogs = [\"edge*.log*\"]\nrole = \"edge\"\n\
     [[server]]\nname = \"origin\"\nlogs = [\"origin*.log*\"]\nrole = \"origin\"\nbehind = \"edge\"\n\
     trusted_proxies = [\"10.0.0.0/8\"]\n";

const A: &str = "GET /exports/a.csv";
const B: &str = "GET /exports/b.csv";

/// Two clients at the edge, one of them answered from its cache.
fn edge() -> String {
    [
        at("198.51.100.7", 100, A, 200, 9_000, ""),
        at("198.51.100.8", 200, B, 200, 9_000, ""),
        at("198.51.100.8", 300, A, 200, 9_000, ""),
        at("198.51.100.9", 400, "GET /", 200, 5, ""),
    ]
    .concat()
}

#[test]
fn a_request_in_two_logs_is_one() {
    // The origin writes the client that the proxy forwards, or does not.
    for (one, other) in [("", ""), (" \"198.51.100.7\"", " \"198.51.100.8\"")] {
        let origin =
            [at("10.0.0.2", 101, A, 200, 9_000, one), at("10.0.0.2", 200, B, 200, 9_000, other)];
        let folder = place(SERVERS, &[("edge.log", edge()), ("origin.log", origin.concat())]);
        let report = scan(folder.path());
        check_actors(&report, &[("198.51.100.7", "other", 1, 1), ("198.51.100.8", "other", 2, 2)]);
        assert_eq!(actor(&report, "198.51.100.7", "other")["seen"]["requests"], 1);
        assert_eq!(actor(&report, "198.51.100.8", "other")["seen"]["requests"], 2);
        let evidence = report["evidence"].as_array().unwrap();
        assert_eq!(evidence.len(), 5);
        let repeated: Vec<&Value> =
            evidence.iter().filter(|proof| proof["same_as"] != Value::Null).collect();
        assert_eq!(repeated.len(), 2);
        for proof in repeated {
            let same = evidence.iter().find(|other| other["id"] == proof["same_as"]).unwrap();
            assert_eq!((&same["path"], &same["actor"]), (&proof["path"], &proof["actor"]));
            assert_eq!((same["source"].as_u64(), proof["source"].as_u64()), (Some(0), Some(1)));
        }
        for client in report["actors"].as_array().unwrap() {
            let cited = client["evidence"].as_array().unwrap().len() as u64;
            assert_eq!(Some(cited), client["hits"]["inside"].as_u64());
        }
        check_check(&report, "C10", "pass", "2 of 2 hits that origin had from edge");
        check_check(&report, "C10", "pass", "1 is at the edge alone");
        check_check(&report, "C7", "pass", "");
        let link = &report["edges"][0];
        assert_eq!(
            [&link["at_edge"], &link["at_origin"], &link["matched"], &link["not_at_edge"]],
            [&json!(3), &json!(2), &json!(2), &json!(0)]
        );
        assert_eq!(link["lost_at_origin"], 0.3333);
        assert_eq!(link["skew"], json!({ "pairs": 2, "median_s": -0.5, "mad_s": 0.5 }));

        let args = ["scan", "case.toml", "--out", "report", "--quiet"];
        run_in(folder.path(), &args).ended(0);
        let read =
            |name: &str| fs::read_to_string(folder.path().join("report").join(name)).unwrap();
        let rows = read("hits.csv");
        let repeated = |text: &&str| text.contains("the same request is counted at the edge");
        assert_eq!(rows.lines().filter(repeated).count(), 2, "{rows}");
        assert!(rows.lines().filter(repeated).all(|row| row.contains("EV-00000")), "{rows}");
        let lines = read("evidence.jsonl");
        assert_eq!(lines.lines().filter(|line| line.contains("\"same_as\":\"EV-")).count(), 2);
    }
}

#[test]
fn what_only_the_origin_logged_is_unresolved_and_fails_a_check() {
    let check = |peer: &str, more: &str, client: &str, class: &str, label: &str| {
        let origin = [at("10.0.0.2", 101, A, 200, 9_000, ""), at(peer, 900, B, 200, 9_000, more)];
        let files = [("edge.log", edge()), ("origin.log", origin.concat())];
        let report = found(SERVERS, &files);
        check_actors(
            &report,
            &[
                ("198.51.100.7", "other", 1, 1),
                ("198.51.100.8", "other", 2, 2),
                (client, class, 1, 1),
            ],
        );
        let left = actor(&report, client, class);
        assert_eq!(left["label"], label);
        assert_eq!(left["seen"]["requests"], 1);
        assert_eq!(left["seen"]["first"], "2024-03-05T00:15:00Z");
        check_check(&report, "C10", "fail", "at the origin but not at the edge");
        assert_eq!(report["edges"][0]["evidence"].as_array().unwrap().len(), 1);
    };
    let around = "at the origin but not at the edge";
    check("10.0.0.2", "", "10.0.0.2", "unresolved", around);
    // The address that is forwarded is nobody's word but that of the unknown peer.
    check("10.0.0.3", " \"203.0.113.5\"", "203.0.113.5", "unresolved", around);
    // Who goes straight to the origin shows an address of his own.
    check("203.0.113.5", "", "203.0.113.5", "other", around);
}

#[test]
fn what_only_the_origin_logged_is_no_lesser_finding_than_b1() {
    let edge = at("198.51.100.9", 400, "GET /", 200, 5, "");
    let origin = at("10.0.0.2", 900, B, 200, 9_000, "");
    let report = found(SERVERS, &[("edge.log", edge), ("origin.log", origin)]);
    check_actors(&report, &[("10.0.0.2", "unresolved", 1, 1)]);
    assert_eq!(report["verdict"]["code"], "B1");
    assert_eq!(report["verdict"]["recipients"]["other"], 0);
}

#[test]
fn a_proxy_is_nobody_where_the_edge_was_not_read() {
    let origin = [at("10.0.0.2", 101, A, 200, 9_000, ""), at("192.0.2.80", 300, B, 200, 9_000, "")];
    let servers = "[[server]]\nname = \"origin\"\nlogs = [\"origin.log\"]\n\
                   trusted_proxies = [\"10.0.0.0/8\", \"192.0.2.80\"]\n";
    let report = found(servers, &[("origin.log", origin.concat())]);
    check_actors(&report, &[("10.0.0.2", "unresolved", 1, 1), ("192.0.2.80", "unresolved", 1, 1)]);
    check_check(&report, "C6", "unknown", "proxies stand in front of origin");
    check_check(&report, "C7", "fail", "--trust-proxy 10.0.0.2 --trust-proxy 192.0.2.80");
    assert_eq!(report["edges"], json!([]));
    let report =
        found(&format!("{servers}role = \"origin\"\n"), &[("origin.log", origin.concat())]);
    check_check(&report, "C6", "fail", "what a cache answered never reached it");
}

#[test]
fn an_edge_that_speaks_for_other_days_says_nothing() {
    let origin = at("10.0.0.2", 101, A, 200, 9_000, " \"203.0.113.5\"");
    let old = edge().replace("05/Mar", "01/Mar");
    let report = found(SERVERS, &[("edge.log", old), ("origin.log", origin)]);
    let inside =
        |client: &str, class: &str| actor(&report, client, class)["hits"]["inside"].clone();
    assert_eq!(inside("203.0.113.5", "other"), 1);
    assert_eq!(report["edges"][0]["not_at_edge"], 0);
    assert_eq!(actor(&report, "203.0.113.5", "other")["seen"]["requests"], 1);
}

#[test]
fn method_status_and_time_must_agree() {
    let check = |second: u32, request: &str, status: u16, bytes: u64, is_same: bool| {
        let edge = at("198.51.100.7", 100, A, 200, 9_000, "");
        let origin = at("10.0.0.2", second, request, status, bytes, "");
        let report = found(SERVERS, &[("edge.log", edge), ("origin.log", origin)]);
        let matched = report["edges"][0]["matched"] == 1;
        assert_eq!(matched, is_same, "{second} {request} {status}");
    };
    check(100, A, 200, 9_000, true);
    check(97, A, 206, 9_000, true);
    check(103, A, 200, 9_000, true);
    check(104, A, 200, 9_000, false);
    // The longer it took, the further apart two ends may lie.
    check(104, A, 200, 200_000, true);
    check(100, "GET /exports/%61.csv?v=1", 200, 9_000, true);
    check(100, "POST /exports/a.csv", 200, 9_000, false);
    check(100, A, 404, 9_000, false);
    check(100, B, 200, 9_000, false);
}

#[test]
fn clocks_are_set_right_before_requests_are_compared() {
    let origin: String =
        [at("10.0.0.2", 160, A, 200, 9_000, ""), at("10.0.0.2", 260, B, 200, 9_000, "")].concat();
    let files = [("edge.log", edge()), ("origin.log", origin)];
    let report = found(&format!("{SERVERS}clock_offset_s = 60\n"), &files);
    assert_eq!(report["edges"][0]["matched"], 2);
    // B is asked for once in either log, and tells how far the clocks are apart.
    let report = found(SERVERS, &files);
    assert_eq!(report["edges"][0]["matched"], 0);
    assert_eq!(report["edges"][0]["skew_if_apart"]["median_s"], -60.0);
    check_check(&report, "C10", "fail", "the clock of edge is -60 s ahead of that of origin");
}

#[test]
fn three_servers_in_a_row_are_one_request() {
    let servers = format!(
        "{SERVERS}[[server]]\nname = \"app\"\nlogs = [\"app.log\"]\nbehind = \"origin\"\n\
         trusted_proxies = [\"10.1.0.0/16\"]\n"
    );
    let origin = at("10.0.0.2", 100, A, 200, 9_000, "");
    let app = [at("10.1.0.2", 100, A, 200, 9_000, ""), at("10.1.0.2", 700, B, 200, 9_000, "")];
    let files = [("app.log", app.concat()), ("edge.log", edge()), ("origin.log", origin)];
    let report = found(&servers, &files);
    check_actors(
        &report,
        &[
            ("198.51.100.7", "other", 1, 1),
            ("198.51.100.8", "other", 2, 2),
            ("10.1.0.2", "unresolved", 1, 1),
        ],
    );
    let evidence = report["evidence"].as_array().unwrap();
    let same: Vec<&Value> =
        evidence.iter().map(|proof| &proof["same_as"]).filter(|same| !same.is_null()).collect();
    assert_eq!(same.len(), 2);
    assert_eq!(same[0], same[1], "both repeat what the edge logged");
}

#[test]
fn what_the_origin_knows_of_a_request_the_edge_learns() {
    // The user is logged at the origin alone.
    let servers = SERVERS.replacen(
        "[[server]]",
        "lawful = \"mixed\"\nlawful_when = { user = \"present\" }\n[[server]]",
        1,
    );
    let origin = [
        at("10.0.0.2", 100, A, 200, 9_000, "").replace("- - [", "- ann ["),
        at("10.0.0.2", 200, B, 200, 9_000, ""),
    ];
    let files = [("edge.log", edge()), ("origin.log", origin.concat())];
    let report = found(&servers, &files);
    check_actors(&report, &[("198.51.100.7", "lawful", 1, 1), ("198.51.100.8", "other", 2, 2)]);
    // A documented access is looked for at the server that it was made to.
    let control = format!(
        "{SERVERS}[[control]]\nat = \"2024-03-05T00:01:40Z\"\npath = \"/exports/a.csv\"\n\
         within_s = 5\nserver = \"origin\"\n"
    );
    let report = found(&control, &files);
    check_actors(&report, &[("198.51.100.7", "known", 1, 1), ("198.51.100.8", "other", 2, 2)]);
    check_check(&report, "C5", "pass", "all 1 documented accesses");
}

#[test]
fn without_trusted_proxies_no_peer_of_an_origin_is_a_client() {
    let servers = SERVERS.replace("trusted_proxies = [\"10.0.0.0/8\"]\n", "");
    // One origin logs the edge's own address, the other the client's.
    for (peer, class) in [("192.0.2.80", "unresolved"), ("198.51.100.7", "other")] {
        let origin = at(peer, 100, A, 200, 9_000, "");
        let report = found(&servers, &[("edge.log", edge()), ("origin.log", origin)]);
        check_actors(&report, &[("198.51.100.7", "other", 1, 1), ("198.51.100.8", "other", 2, 2)]);
        let origin = at(peer, 800, B, 200, 9_000, "");
        let report = found(&servers, &[("edge.log", edge()), ("origin.log", origin)]);
        assert_eq!(actor(&report, peer, "unresolved")["hits"]["inside"], 1, "{class}");
    }
}

#[test]
fn how_the_logs_are_given_does_not_show() {
    // Many clients ask for few files, a little before or after the origin.
    let clients = ["198.51.100.7", "198.51.100.8", "2001:db8::5"];
    let (mut edge, mut origin) = (Vec::new(), Vec::new());
    let mut numbers = (1u64..).map(|at| at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40);
    let mut draw = |limit: u64| numbers.next().unwrap() % limit;
    for second in 1_000..1_300 {
        let (client, file) = (clients[draw(3) as usize], draw(3));
        let request = format!("GET /exports/{file}.csv");
        if draw(10) > 0 {
            edge.push(at(client, second + draw(3) as u32, &request, 200, 9_000, ""));
        }
        if draw(4) > 0 {
            let more = if draw(2) == 0 { String::new() } else { format!(" \"{client}\"") };
            origin.push(at("10.0.0.2", second, &request, 200, 9_000, &more));
        }
    }
    let wanted = |report: &Value| {
        let mut report = report.clone();
        // Numbers and places are those of the inputs; what they stand for is not.
        let line = |report: &Value, id: &Value| -> Value {
            let mut all = report["evidence"].as_array().unwrap().iter();
            let proof = all.find(|proof| proof["id"] == *id);
            proof.map_or(Value::Null, |proof| json!([proof["at"], proof["target"], proof["actor"]]))
        };
        let proofs = report["evidence"].as_array().unwrap().clone();
        let mut same: Vec<String> = proofs
            .iter()
            .map(|proof| {
                let own = line(&report, &proof["id"]);
                json!([own, line(&report, &proof["same_as"])]).to_string()
            })
            .collect();
        same.sort();
        for actor in report["actors"].as_array_mut().unwrap() {
            actor["evidence"] = Value::Null;
        }
        report["edges"][0]["evidence"] = Value::Null;
        json!([report["actors"], report["edges"], report["verdict"]["code"], same])
    };
    let whole = [("edge.log", edge.concat()), ("origin.log", origin.concat())];
    let folder = place(SERVERS, &whole);
    let expected = wanted(&scan(folder.path()));
    let missed = expected[1][0]["not_at_edge"].as_u64().unwrap();
    let matched = expected[1][0]["matched"].as_u64().unwrap();
    assert!(missed > 5 && matched > 100, "{missed} {matched}");
    for args in [
        &["origin.log", "edge.log", "--threads", "1"][..],
        &["edge.log", "origin.log", "edge.log", "--threads", "7", "--no-fast-path"],
    ] {
        let args = [&["scan", "case.toml", "--json"], args].concat();
        let report = run_in(folder.path(), &args).ended(0).json();
        assert_eq!(wanted(&report), expected, "{args:?}");
    }
    // Split where they were rotated.
    let (old, new) = edge.split_at(edge.len() / 2);
    let (first, last) = origin.split_at(origin.len() / 3);
    let split = [
        ("edge.log.1", old.concat()),
        ("edge.log", new.concat()),
        ("origin.log.1", first.concat()),
        ("origin.log", last.concat()),
    ];
    assert_eq!(wanted(&found(SERVERS, &split)), expected, "split");
}

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
    assert!(reasons.contains("1 requests were lawful or not"), "{reasons}");
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

#[test]
fn an_edge_may_ask_its_origin_by_another_name() {
    let servers = format!("host = \"www.example.org\"\n{SERVERS}");
    // A virtual host's name stands before the line.
    let named = |host: &str, line: String| format!("{host}:443 {line}");
    let edge = named("www.example.org", at("198.51.100.7", 100, A, 200, 9_000, ""));
    let origin = [
        named("origin.internal", at("10.0.0.2", 100, A, 200, 9_000, "")),
        named("other.example.org", at("10.0.0.2", 700, A, 200, 9_000, "")),
    ];
    let report = found(&servers, &[("edge.log", edge), ("origin.log", origin.concat())]);
    assert_eq!(report["edges"][0]["matched"], 1);
    assert_eq!(report["other_host"], 1);
    assert_eq!(actor(&report, "198.51.100.7", "other")["hits"]["inside"], 1);
    let left = actor(&report, "10.0.0.2", "unresolved");
    assert_eq!((&left["hits"]["inside"], &left["hits"]["other_host"]), (&json!(0), &json!(1)));
}
