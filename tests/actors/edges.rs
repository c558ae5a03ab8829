//! What stands in the logs of an edge and of its origin, and is one request.

use serde_json::{Value, json};

use super::program::run_in;
use super::*;

const SERVERS: &str = "[[server]]\nname = \"edge\"\nlogs = [\"edge*.log*\"]\nrole = \"edge\"\n\
     [[server]]\nname = \"origin\"\nlogs = [\"origin*.log*\"]\nrole = \"origin\"\nbehind = \"edge\"\n\
     trusted_proxies = [\"10.0.0.0/8\"]\n";

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
