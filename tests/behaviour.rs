//! What follows from behaviour: a client that is shown to be no lawful user,
//! a secret that was used, and a referer that witnesses what is not logged.

mod common;

use std::fs;

use common::{Way, assert_same};
use serde_json::Value;
use whofetched::case::{Case, load};

/// A case of one exposure in March 2024.
fn case(kind: &str, targets: &str, more: &str) -> Case {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    let text = format!(
        "[[exposure]]\nname = \"it\"\nkind = \"{kind}\"\ntargets = [{targets}]\n{more}\n\
         windows = [{{from = \"2024-03-01T00:00:00Z\", to = \"2024-03-20T00:00:00Z\"}}]\n"
    );
    fs::write(&path, text).unwrap();
    load::load(&path, None).unwrap()
}

/// A line of the day and minute.
fn line(client: &str, day: u32, minute: u32, request: &str, status: u16, referer: &str) -> String {
    let (hour, minute) = (minute / 60, minute % 60);
    format!(
        "{client} - - [{day:02}/Mar/2024:{hour:02}:{minute:02}:07 +0000] \"{request} HTTP/1.1\" {status} 512 \"{referer}\" \"x\"\n"
    )
}

fn get(client: &str, minute: u32, path: &str) -> String {
    line(client, 5, minute, &format!("GET {path}"), 200, "-")
}

fn scan(case: &Case, log: &str) -> Value {
    common::scan_files(case, &[("access.log", log.as_bytes())], &Way::default())
}

fn detectors(report: &Value, client: &str) -> Vec<String> {
    let actors = report["actors"].as_array().unwrap().iter();
    let own = actors.filter(|actor| actor["client"] == client);
    own.flat_map(|actor| actor["findings"].as_array().unwrap().clone())
        .map(|finding| finding["detector"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_client_that_counts_through_lawful_records_makes_b1() {
    let case = case("api", r#"'re:^/api/patients/(?P<record>[0-9]+)'"#, "");
    let log = |first: u32, step: u32, count: u32| -> String {
        (0..count)
            .map(|at| get("192.0.2.7", at, &format!("/api/patients/{}", first + at * step)))
            .collect()
    };
    let report = scan(&case, &log(100, 1, 30));
    assert_eq!(detectors(&report, "192.0.2.7"), ["enumeration"]);
    assert_eq!(report["verdict"]["finding"], "B1");
    let report = scan(&case, &log(100, 0, 30));
    assert_eq!(
        (&report["verdict"]["finding"], &report["verdict"]["code"]),
        (&"none".into(), &"D".into())
    );
}

#[test]
fn a_link_used_after_its_end_makes_b1() {
    let case = case("share-link", "\"/s\"", "");
    let at = |day| line("192.0.2.7", day, 9, "GET /s/abc", 200, "-");
    let report = scan(&case, &at(25));
    assert_eq!(detectors(&report, "192.0.2.7"), ["expired-link"]);
    assert_eq!(report["verdict"]["finding"], "B1");
    let report = scan(&case, &at(5));
    assert_eq!(report["verdict"]["finding"], "none");
}

#[test]
fn a_folder_that_was_emptied_makes_b1_though_some_were_meant_to_see_it() {
    let case = case("files", "\"/e\"", "lawful = \"mixed\"");
    let log = |count: u32| -> String {
        let files = (0..count).map(|at| get("192.0.2.7", 10 + at, &format!("/e/{at}.csv")));
        std::iter::once(get("192.0.2.7", 9, "/e/")).chain(files).collect()
    };
    let report = scan(&case, &log(9));
    assert_eq!(detectors(&report, "192.0.2.7"), ["harvest"]);
    assert_eq!(report["verdict"]["finding"], "B1");
    assert_eq!(scan(&case, &log(3))["verdict"]["finding"], "none");
}

#[test]
fn a_stranger_who_is_let_in_after_a_key_was_read_is_a_doubt_and_named_nowhere() {
    let case = case("secret", "\"/.env\"", "");
    let login = |client: &str, day| line(client, day, 600, "POST /wp-login.php", 302, "-");
    let read = get("192.0.2.7", 60, "/.env");
    let reasons = |log: &str| scan(&case, log)["verdict"]["reasons"].to_string();
    let stranger = format!("{read}{}", login("198.51.100.9", 5));
    let report = scan(&case, &stranger);
    assert_eq!(detectors(&report, "192.0.2.7"), ["credential-pivot"]);
    let said = "what was exposed may have been used: of 192.0.2.7, it fetched the secret /.env and \
                540 minutes later 198.51.100.9, an address never seen before, was let in at /wp-login.php";
    assert!(reasons(&stranger).contains(said), "{}", reasons(&stranger));
    // Of an address that had been there before, nothing is said.
    let owner = line("198.51.100.9", 2, 5, "GET /", 200, "-");
    assert!(!reasons(&format!("{owner}{stranger}")).contains("may have been used"));
    // The same client, in the same words, shows more.
    let own = format!("{read}{}", login("192.0.2.7", 5));
    assert!(reasons(&own).contains("what was exposed was used: of 192.0.2.7"));
    // The fast path and the grammar agree.
    let slow = Way { no_fast_path: true, ..Way::default() };
    let slow = common::scan_files(&case, &[("access.log", stranger.as_bytes())], &slow);
    assert_same(&report, &slow, "fast and slow");
}

#[test]
fn what_a_publication_changed_is_told() {
    let mut case = case("files", "\"/e\"", "");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    fs::write(
        &path,
        "[[exposure]]\nname = \"x\"\ntargets = [\"/e\"]\n[[event]]\nat = \"2024-03-10T00:00:00Z\"\nwhat = \"published\"\n",
    )
    .unwrap();
    case.events = load::load(&path, None).unwrap().events;
    let mut log = line("192.0.2.1", 5, 0, "GET /", 200, "-") + &get("192.0.2.7", 60, "/e/a.csv");
    for client in 10..30 {
        log += &line(&format!("192.0.2.{client}"), 10, client, "GET /e/a.csv", 200, "-");
    }
    log += &line("192.0.2.1", 15, 0, "GET /", 200, "-");
    let report = scan(&case, &log);
    let said = "1 request of 1 client in 120 h (0.01 an hour) for what was exposed before, \
                20 requests of 20 clients in 48 h (0.42 an hour) after; a surge followed";
    let reasons = report["verdict"]["reasons"].to_string();
    assert!(reasons.contains(said), "{reasons}");
    assert_eq!(detectors(&report, "192.0.2.10"), ["surge"]);
    assert_eq!(detectors(&report, "192.0.2.7"), [""; 0]);
}

fn witnesses(report: &Value) -> Vec<(String, u64, bool)> {
    let each = report["witnesses"]["each"].as_array().unwrap().iter();
    each.map(|one| {
        let client = one["client"].as_str().unwrap().to_owned();
        (client, one["line"].as_u64().unwrap(), one["sure"].as_bool().unwrap())
    })
    .collect()
}

#[test]
fn a_referer_witnesses_a_fetch_that_is_not_logged() {
    let listing = "https://a.example/exports/?C=N;O=D";
    let from = |client: &str, path: &str, referer: &str| {
        line(client, 5, 100, &format!("GET {path}"), 200, referer)
    };
    let log = [
        get("192.0.2.9", 1, "/"),
        // Not logged: where it came from.
        from("192.0.2.7", "/logo.png", listing),
        from("192.0.2.7", "/site.css", listing),
        // Logged, by it or by its network.
        get("192.0.2.8", 90, "/exports/"),
        from("192.0.2.8", "/logo.png", listing),
        get("2001:db8::1", 90, "/exports"),
        from("2001:db8::2", "/logo.png", listing),
        // From elsewhere.
        from("192.0.2.6", "/logo.png", "https://a.example/news/"),
        from("192.0.2.6", "/logo.png", "https://a.example/?q=/exportsx"),
        // A page that is logged when it ends, behind what it holds.
        from("192.0.2.5", "/logo.png", listing),
        get("192.0.2.5", 100, "/exports/"),
        // A hit that came from another target.
        from("192.0.2.4", "/exports/b/x.csv", "https://a.example/exports/b/"),
        get("192.0.2.9", 800, "/"),
    ]
    .concat();
    let expected =
        |sure: bool| vec![("192.0.2.7".to_owned(), 2, sure), ("192.0.2.4".to_owned(), 12, sure)];
    let named = |host: &str| case("files", "\"/exports\"", host);
    let report = scan(&named(""), &log);
    assert_eq!(witnesses(&report), expected(false));
    let sure = scan(&named("host = \"a.example\""), &log);
    assert_eq!(witnesses(&sure), expected(true));
    assert_eq!(witnesses(&scan(&named("host = \"b.example\""), &log)), []);
    let check = |report: &Value| {
        let checks = report["checks"].as_array().unwrap();
        let own = checks.iter().find(|check| check["id"] == "C10").unwrap();
        (own["result"].as_str().unwrap().to_owned(), own["because"].to_string())
    };
    // Whose page it was no host tells; a request for a target itself does.
    assert_eq!(check(&report).0, "fail");
    let hit = from("192.0.2.4", "/exports/b/x.csv", "https://a.example/exports/b/");
    assert_eq!(check(&scan(&named(""), &log.replace(&hit, ""))).0, "unknown");
    let (result, because) = check(&sure);
    assert_eq!(result, "fail");
    assert!(because.contains("192.0.2.7 for /logo.png came from"), "{because}");
    for way in [
        Way { no_fast_path: true, ..Way::default() },
        Way { threads: 1, block_bytes: 300, ..Way::default() },
    ] {
        let again = common::scan_files(&named(""), &[("access.log", log.as_bytes())], &way);
        assert_same(&report, &again, &format!("{way:?}"));
    }
}
