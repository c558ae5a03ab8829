//! What real servers logged of whole, broken-off and partial downloads, graded
//! and held against what the client did: `sample-logs/lab/`, of which README.md
//! says how it was made. Below that, grades end to end where several requests
//! decide one.

mod program;

use std::fs;
use std::path::Path;

use program::{line, run, run_in};
use serde_json::Value;

/// The requests in the order of every log of the lab.
const REQUESTS: [&str; 9] = [
    "full",
    "abort",
    "small-unread",
    "small",
    "head",
    "not-modified",
    "range",
    "gzip",
    "gzip-abort",
];

/// The log of a server, the keys of `[[server]]` that say what it is, and the
/// grades of its lines in the order of [`REQUESTS`]: with the sizes of the
/// files stated, and without.
const TABLE: [(&str, &str, &str, &str); 12] = [
    ("nginx/access.log", NGINX, "F1 F3 F1 F1 M V P F3 F3", "F3 F3 F3 F3 M V P F3 F3"),
    ("nginx/own.log", NGINX_OWN, "F1 P F1 F1 M V P F1 P", "F1 P F1 F1 M V P F1 P"),
    ("apache/b.log", APACHE, UNKNOWN, UNKNOWN),
    ("apache/b.log", "bytes_mean = \"planned\"", UNKNOWN, UNKNOWN),
    ("apache/o.log", "bytes_mean = \"wire\"", UNKNOWN, UNKNOWN),
    ("apache/x.log", APACHE_OWN, "F1 P F1 F1 M V P F1 P", "F1 P F1 F1 M V P F1 P"),
    ("haproxy/access.log", "", "F1 P F1 F1 M V P F1 P", "F1 P F1 F1 M V P F1 P"),
    ("haproxy-logasap/access.log", "", UNKNOWN, UNKNOWN),
    ("behind-nginx/edge.log", NGINX, "F1 F3 F1 F1 M V P F3 F3", "F3 F3 F3 F3 M V P F3 F3"),
    ("behind-nginx/origin.log", ORIGIN, UNKNOWN, UNKNOWN),
    ("haproxy/origin.log", ORIGIN, UNKNOWN, UNKNOWN),
    ("haproxy-logasap/origin.log", ORIGIN, UNKNOWN, UNKNOWN),
];

/// The grades where the log cannot tell a whole from a part.
const UNKNOWN: &str = "F3 F3 F3 F3 M V P F3 F3";

const NGINX: &str = "software = \"nginx\"";

const ORIGIN: &str = "software = \"nginx\"\nrole = \"origin\"";

const APACHE: &str = "software = \"apache\"";

const NGINX_OWN: &str = r#"format = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $bytes_sent $request_completion $request_time'"#;

const APACHE_OWN: &str =
    r#"format = '%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %O %X'"#;

fn lab() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs/lab")
}

/// The grades of the lines of a log of the lab, by line.
fn grades(log: &str, server: &str, with_sizes: bool) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let files = match with_sizes {
        true => "path,size\n/data/big.csv,20000000\n/data/small.csv,14341\n",
        false => "path\n/data/big.csv\n/data/small.csv\n",
    };
    fs::write(folder.path().join("files.csv"), files).unwrap();
    fs::copy(lab().join(log), folder.path().join("access.log")).unwrap();
    let case = format!(
        "[case]\ninput_zone = \"Asia/Kolkata\"\n[[exposure]]\nname = \"lab\"\nfiles = \"files.csv\"\n\
         [[server]]\nname = \"one\"\nlogs = [\"access.log\"]\n{server}\n"
    );
    fs::write(folder.path().join("case.toml"), case).unwrap();
    let report = run_in(folder.path(), &["scan", "case.toml", "--json"]).ended(0).json();
    by_line(&report)
}

/// The grades of a report's evidence, by line.
fn by_line(report: &Value) -> Vec<String> {
    let mut found: Vec<(u64, String)> = report["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["line"].as_u64().unwrap(), one["grade"].as_str().unwrap().to_owned()))
        .collect();
    found.sort();
    found.into_iter().map(|(_, grade)| grade).collect()
}

#[test]
fn every_request_of_the_lab_is_graded_as_the_table_says() {
    for (log, server, sized, unsized_) in TABLE {
        assert_eq!(grades(log, server, true).join(" "), sized, "{log} {server}");
        assert_eq!(grades(log, server, false).join(" "), unsized_, "{log} {server}, no sizes");
    }
}

/// The table itself, held against what each client did and not against what
/// the program says.
#[test]
fn no_grade_of_the_table_says_more_or_less_than_what_the_client_did() {
    for (log, server, sized, unsized_) in TABLE {
        let (setup, _) = log.split_once('/').unwrap();
        let truth = fs::read_to_string(lab().join(setup).join("truth.jsonl")).unwrap();
        let did: Vec<Value> =
            truth.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(did.len(), REQUESTS.len());
        let tells_no_end = server.contains("origin") || log.contains("logasap");
        for grades in [sized, unsized_] {
            for ((did, name), grade) in did.iter().zip(REQUESTS).zip(grades.split(' ')) {
                assert_eq!(did["id"], name);
                let is_unread = did["unread"] == true;
                let is_cut = did["cut"] == true && !is_unread;
                let status = did["status"].as_u64();
                let got = did["wire"].as_u64().unwrap();
                let allowed: &[&str] = match (name, status) {
                    ("head", _) => &["M"],
                    (_, Some(304)) => &["V"],
                    (_, Some(206)) => &["P"],
                    _ if is_cut => &["F3", "P"],
                    // Nothing is logged of what a client left in its buffers.
                    _ => &["F1", "F2", "F3"],
                };
                assert!(allowed.contains(&grade), "{log} {name}: {grade}");
                assert!(got == 0 || !["M", "V", "R", "E", "X"].contains(&grade), "{log} {name}");
                assert!(!tells_no_end || !["F1", "F2"].contains(&grade), "{log} {name}: {grade}");
            }
        }
    }
}

/// The report on a combined log of a case with these exposures and servers.
fn report(case: &str, log: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("case.toml"), case).unwrap();
    fs::write(folder.path().join("access.log"), log).unwrap();
    let files = "path,size\n/exports/a.csv,40000\n/exports/b.csv,5000\n";
    fs::write(folder.path().join("files.csv"), files).unwrap();
    let log = folder.path().join("access.log");
    run(&[
        "scan".as_ref(),
        folder.path().join("case.toml").as_os_str(),
        log.as_os_str(),
        "--json".as_ref(),
    ])
    .ended(0)
    .json()
}

/// A case of one exposure, on nginx.
fn case(exposure: &str) -> String {
    format!(
        "[[exposure]]\nname = \"x\"\n{exposure}\n\
         windows = [{{ from = \"2024-03-05T00:00:00Z\", to = \"2024-03-06T00:00:00Z\" }}]\n\
         [[server]]\nname = \"one\"\nsoftware = \"nginx\"\nlogs = [\"access.log\"]\n"
    )
}

fn grades_of(exposure: &str, log: &[String]) -> String {
    by_line(&report(&case(exposure), &log.concat())).join(" ")
}

/// One request, with a referer where there is one.
fn asked(
    client: &str,
    minute: u32,
    request: &str,
    status: u16,
    bytes: u64,
    referer: &str,
) -> String {
    let plain = line(client, minute, "/x", status, bytes);
    let referer = if referer.is_empty() { "-" } else { referer };
    plain.replace("GET /x", request).replacen("\"-\"", &format!("\"{referer}\""), 1)
}

const A: &str = "192.0.2.1";
const B: &str = "192.0.2.2";
const C: &str = "192.0.2.3";

#[test]
fn a_file_that_grew_was_whole_for_those_who_came_early() {
    let size = |client, minute, bytes| line(client, minute, "/exports/a.csv", 200, bytes);
    let grow = [size(A, 1, 10_000), size(B, 60, 25_000), size(C, 120, 40_000)];
    assert_eq!(grades_of("files = \"files.csv\"", &grow), "F3 F3 F1");
    // Without a stated size nothing is known of the last one either.
    assert_eq!(grades_of("targets = [\"/exports\"]", &grow), "F3 F3 F3");
}

#[test]
fn a_packed_answer_is_whole_where_several_were_sent_it() {
    let size = |client, minute, bytes| line(client, minute, "/exports/a.csv", 200, bytes);
    let packed = [size(A, 1, 9_000), size(B, 2, 9_000), size(C, 3, 9_000), size(A, 4, 3_000)];
    assert_eq!(grades_of("files = \"files.csv\"", &packed), "F1 F1 F1 F3");
}

#[test]
fn ranges_of_one_client_are_put_together_and_those_of_several_are_not() {
    let part = |client, minute, bytes| line(client, minute, "/exports/a.csv", 206, bytes);
    let one = [part(A, 1, 20_000), part(A, 2, 20_000), part(B, 3, 100)];
    assert_eq!(grades_of("files = \"files.csv\"", &one), "F2 F2 P");
    let two = [part(A, 1, 20_000), part(B, 2, 20_000)];
    assert_eq!(grades_of("files = \"files.csv\"", &two), "P P");
}

#[test]
fn a_folder_is_a_list_where_anyone_went_through_it() {
    let folder = |client, minute| line(client, minute, "/exports/", 200, 900);
    let open = "targets = [\"/exports\"]";
    assert_eq!(grades_of(open, &[folder(A, 1)]), "F3");
    let walked = [
        folder(A, 1),
        folder(B, 2),
        line(B, 3, "/exports/a.csv", 200, 10),
        line(B, 4, "/exports/b.csv", 200, 10),
    ];
    assert_eq!(grades_of(open, &walked), "L L F3 F3");
    let linked = asked(B, 3, "GET /exports/a.csv", 200, 10, "https://www.example.org/exports/");
    assert_eq!(grades_of(open, &[folder(A, 1), linked]), "L F3");
    let sorted = asked(A, 2, "GET /exports/?C=M;O=D", 200, 900, "");
    assert_eq!(grades_of(open, &[folder(B, 1), sorted]), "L L");
    assert_eq!(grades_of("files = \"files.csv\"\ntargets = [\"/exports\"]", &[folder(A, 1)]), "L");
    assert_eq!(grades_of("kind = \"listing\"\ntargets = [\"/exports\"]", &walked), "F3 F3 F3 F3");
    // Two clients were sent the same, which is no list.
    assert_eq!(grades_of("kind = \"api\"\ntargets = [\"/exports\"]", &walked), "F1 F1 F3 F3");
}

#[test]
fn the_kinds_are_graded_by_their_own_paths() {
    let check = |kind: &str, request: &str, status, expected: &str| {
        let exposure = format!("kind = \"{kind}\"\ntargets = [\"/\"]");
        let found = grades_of(&exposure, &[asked(A, 1, request, status, 300, "")]);
        assert_eq!(found, expected, "{kind} {request}");
    };
    check("share-link", "GET /s/Ab3dEf9hJk", 200, "L");
    check("share-link", "POST /s/Ab3dEf9hJk", 303, "R");
    check("share-link", "GET /s/Ab3dEf9hJk/download", 200, "F3");
    check("elasticsearch", "GET /_cat/indices?v", 200, "L");
    check("elasticsearch", "POST /people/_search?scroll=1m", 200, "F3");
    check("elasticsearch", "DELETE /people", 200, "W");
    check("s3", "GET /?list-type=2", 200, "L");
    check("s3", "GET /people.csv", 200, "F3");
    check("s3", "PUT /people.csv", 200, "W");
    check("api", "GET /people/", 200, "F3");
    check("secret", "GET /.env", 200, "F3");
}

#[test]
fn the_source_of_a_copy_in_a_store_was_content() {
    let copy = "79a5be bucket [05/Mar/2024:00:01:57 +0000] 192.0.2.3 79a5be 3E57427F3EXAMPLE REST.COPY.OBJECT_GET a/p.csv - 200 - - 4406583 - - - - - 10S6= - - - - - - -\n";
    let report = report(&case("kind = \"s3\"\ntargets = [\"/a\"]"), copy);
    assert_eq!(by_line(&report).join(" "), "F3");
}

#[test]
fn a_size_that_the_case_calls_a_decoy_is_no_access_and_a_learnt_one_is() {
    let log = [line(A, 1, "/exports/z.csv", 200, 1234)];
    let open = "targets = [\"/exports\"]";
    let found = |exposure: &str| report(&case(exposure), &log.concat());
    assert_eq!(found(open)["verdict"]["finding"], "A");
    let stated = found(&format!("{open}\ndecoy_bytes = [1234]"));
    assert_eq!(by_line(&stated).join(" "), "X");
    assert_eq!(stated["verdict"]["finding"], "none");
}

#[test]
fn what_a_proxy_was_sent_is_no_measure_of_what_its_client_was() {
    let log = line("10.0.0.9", 1, "/exports/a.csv", 200, 40_000);
    let direct = case("files = \"files.csv\"");
    assert_eq!(by_line(&report(&direct, &log)).join(" "), "F1");
    let behind = format!("{direct}behind = \"edge\"\n[[server]]\nname = \"edge\"\n");
    assert_eq!(by_line(&report(&behind, &log)).join(" "), "F3");
    // The same where the line itself names a proxy that is trusted.
    let line = format!("203.0.113.5, {log}");
    let forwarded = line
        .replace("203.0.113.5, 10.0.0.9", "10.0.0.9")
        .replace("\"agent/1\"", "\"agent/1\" \"203.0.113.5\"");
    let trusted = format!("{direct}trusted_proxies = [\"10.0.0.9\"]\n");
    assert_eq!(by_line(&report(&trusted, &forwarded)).join(" "), "F3");
}

#[test]
fn one_size_on_many_paths_is_remarked_and_still_content() {
    let said = |exposure: &str, paths: u32| {
        let log: String = (0..paths)
            .map(|number| line(A, number, &format!("/exports/{number}.csv"), 200, 1234))
            .collect();
        let report = report(&case(exposure), &log);
        assert_ne!(report["actors"][0]["grade"], "L");
        report.to_string().contains("give its size as decoy_bytes")
    };
    let open = "targets = [\"/exports\"]";
    assert!(said(open, 8));
    assert!(!said(open, 7));
    assert!(!said(&format!("{open}\ndecoy_bytes = [1234]"), 8));
}
