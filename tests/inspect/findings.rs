//! What is found, and what is asked for it.

use std::fs;

use serde_json::json;

use super::program::run_in;
use super::{DAY, NOW, asked, line, log, look, look_at, question};

/// A log whose answers without a body have these bytes.
fn bodyless(bytes: &str) -> String {
    (0..40)
        .map(|minute| {
            line(
                "198.51.100.7",
                minute * 60,
                if minute.is_multiple_of(2) { 304 } else { 200 },
                bytes,
            )
        })
        .collect()
}

#[test]
fn bytes_are_told_by_answers_without_a_body() {
    let check = |bytes: &str, value: &str, basis: &str, time: &str, asked_: bool| {
        let look = look_at(bodyless(bytes), &[]);
        let series = &look["series"][0];
        assert_eq!(series["bytes_mean"]["value"], value, "{bytes}");
        assert_eq!(series["bytes_mean"]["basis"], basis, "{bytes}");
        assert_eq!(series["time_means"]["value"], time, "{bytes}");
        assert_eq!(asked(&look).contains(&"bytes"), asked_, "{bytes}");
    };
    check("-", "planned", "inferred", "start", false);
    check("0", "body", "inferred", "end", false);
    check("216", "wire", "inferred", "unknown", false);
    check("90000", "unknown", "card", "unknown", true);
}

#[test]
fn escapes_tell_the_server() {
    let check = |path: &str, name: serde_json::Value| {
        let text = log(0, 600, 60).replacen("/a", path, 3);
        assert_eq!(look_at(text, &[])["series"][0]["software"]["value"], name, "{path}");
    };
    check(r"/\x22\xC3\xA9", json!("nginx"));
    check(r#"/\"\xc3\xa9"#, json!("apache"));
    check("/b", json!(null));
}

#[test]
fn a_log_without_a_zone_needs_an_answer() {
    let text = log(0, 3600, 60).replace(" +0000]", "]");
    let unknown = look_at(&text, &[]);
    assert_eq!(unknown["series"][0]["zone"]["known"], "unknown");
    assert_eq!(question(&unknown, "zone")["about"], json!(["./access.log"]));
    let named = look_at(&text, &["--zone", "Europe/Paris"]);
    let zone = &named["series"][0]["zone"];
    assert_eq!((&zone["known"], &zone["clock"]), (&json!("stated"), &json!("Europe/Paris")));
    assert_eq!(named["series"][0]["first"], "2024-02-29T23:00:00Z");
    assert!(!asked(&named).contains(&"zone"));
    let logged = look_at(log(0, 3600, 60).replace("+0000", "-0530"), &[]);
    let zone = &logged["series"][0]["zone"];
    assert_eq!(zone["known"], "logged");
    assert_eq!(zone["offsets"], json!([{"seconds": -19_800, "lines": 60}]));
    assert!(!asked(&logged).contains(&"zone"));
}

#[test]
fn proxies_are_named_and_their_logs_asked_for() {
    let proxied: String = (0..100)
        .map(|minute| line(&format!("10.0.0.{}", 1 + minute % 2), minute * 60, 200, "512"))
        .collect();
    let hidden = look_at(&proxied, &[]);
    assert_eq!(hidden["series"][0]["clients"]["proxies"], json!(["10.0.0.1", "10.0.0.2"]));
    assert!(
        question(&hidden, "proxies")["text"].as_str().unwrap().starts_with("What are 10.0.0.1")
    );
    // The question about what stands in front is answered by it.
    assert!(!asked(&hidden).contains(&"edge"));
    assert!(hidden["preserve"].to_string().contains("the logs of the proxies"));
    let forwarding = proxied.replace("\"agent/1\"", "\"agent/1\" \"203.0.113.9\"");
    let shown = look_at(forwarding, &[]);
    assert_eq!(shown["series"][0]["clients"]["forwarded"], 100);
    assert!(question(&shown, "proxies")["why"].as_str().unwrap().contains("--trust-proxy"));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.log"), proxied.replace("HTTP/1.1", "HTTP/1.0")).unwrap();
    let text = run_in(folder.path(), &[&["inspect", "a.log"], &NOW[..]].concat()).ended(0);
    assert!(text.out().contains("HTTP/1.0, as proxies do"), "{}", text.out());
    let direct = look_at(log(0, 6000, 60), &[]);
    assert_eq!(direct["series"][0]["clients"]["proxies"], json!([]));
    assert!(asked(&direct).contains(&"edge") && !asked(&direct).contains(&"proxies"));
}

#[test]
fn shortened_addresses_are_noticed() {
    let anonymised: String = (0..100)
        .map(|minute| line(&format!("198.51.{minute}.0"), minute * 60, 200, "512"))
        .collect();
    let look = look_at(anonymised, &[]);
    assert_eq!(look["series"][0]["clients"]["shortened"], "ending in zeros");
    assert_eq!(look["series"][0]["clients"]["shortened_lines"], 100);
    assert!(asked(&look).contains(&"shortened"));
}

#[test]
fn iis_says_its_zone_and_lacks_its_bytes() {
    let head = "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip sc-status\r\n";
    let line = |minute: u64| {
        let (hour, minute) = (minute / 60, minute % 60);
        format!(
            "2024-03-01 {hour:02}:{minute:02}:00 10.0.0.1 GET /A - 443 - 198.51.100.{minute} 200\r\n"
        )
    };
    let text = head.to_owned() + &(0..300).map(line).collect::<String>();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("u_ex240301.log"), text).unwrap();
    let look = look(folder.path(), &[]);
    let series = &look["series"][0];
    assert_eq!(
        (&series["formats"][0]["format"], &series["zone"]["known"]),
        (&json!("w3c"), &json!("implied"))
    );
    assert_eq!(series["time_means"]["basis"], "card");
    assert_eq!(
        series["lines"],
        json!({"total": 302, "read": 300, "blank": 0, "header": 2, "unread": 0})
    );
    for id in ["httperr", "no-bytes", "no-agent"] {
        assert!(asked(&look).contains(&id), "{id}");
    }
    assert!(!asked(&look).contains(&"bytes"));
}

#[test]
fn a_missing_member_is_asked_for_and_leaves_a_hole() {
    let folder = tempfile::tempdir().unwrap();
    for (name, day) in
        [("access.log", 4), ("access.log.1", 3), ("access.log.3", 1), ("access.log.4", 0)]
    {
        fs::write(folder.path().join(name), log(day * DAY, (day + 1) * DAY, 600)).unwrap();
    }
    let window = ["--from", "2024-03-01T00:00:00Z", "--to", "2024-03-06T00:00:00Z"];
    let look_ = look(folder.path(), &window);
    assert_eq!(look_["series"][0]["missing"], json!(["access.log.2"]));
    assert_eq!(question(&look_, "missing")["text"], "Where is access.log.2?");
    let all = &look_["window"]["all"];
    assert_eq!(
        all["holes"],
        json!([
            {"from": "2024-03-02T23:50:00Z", "to": "2024-03-04T00:00:00Z"},
            {"from": "2024-03-05T23:50:01Z", "to": "2024-03-06T00:00:00Z"}
        ])
    );
    let covered = all["covered_hours"].as_f64().unwrap();
    assert!((95.0..96.0).contains(&covered), "{covered}");
    // A hole between files is no silence of a server.
    assert_eq!(look_["series"][0]["silences"], json!([]));
    // The pace is that of days.
    let rotation = &look_["series"][0]["rotation"];
    assert_eq!((&rotation["step_seconds"], &rotation["kept"]), (&json!(DAY), &json!(4)));
}

#[test]
fn what_rotation_deletes_depends_on_now() {
    let folder = tempfile::tempdir().unwrap();
    for (name, day) in
        [("access.log", 3), ("access.log.1", 2), ("access.log.2", 1), ("access.log.3", 0)]
    {
        fs::write(folder.path().join(name), log(day * DAY, (day + 1) * DAY, 600)).unwrap();
    }
    let advice = |now: &str| {
        let ran = run_in(folder.path(), &["inspect", ".", "--json", "--now", now]).ended(0).json();
        ran["preserve"][0]["text"].as_str().unwrap().to_owned()
    };
    let soon = advice("2024-03-04T12:00:00Z");
    assert!(
        soon.contains("the next rotation, about 2024-03-05T00:00:00Z, may delete ./access.log.3"),
        "{soon}"
    );
    let late = advice("2024-03-06T12:00:00Z");
    assert!(late.contains("2 rotations have passed") && late.contains("the oldest 2"), "{late}");
    let gone = advice("2024-04-06T12:00:00Z");
    assert!(gone.contains("all of these may be deleted on the server"), "{gone}");
}

#[test]
fn silences_and_steps_back_are_asked_about() {
    let quiet = log(0, 6 * DAY, 60);
    let hole = (5 * DAY / 2, 5 * DAY / 2 + 4 * 3600);
    let kept = log(0, hole.0, 60) + &log(hole.1, 6 * DAY, 60);
    assert_eq!(look_at(&quiet, &["--full"])["series"][0]["silences"], json!([]));
    let look = look_at(&kept, &["--full"]);
    let silence = &look["series"][0]["silences"][0];
    assert_eq!(silence["from"], "2024-03-03T12:00:00Z");
    assert_eq!(silence["to"], "2024-03-03T16:00:00Z");
    assert!(asked(&look).contains(&"silence"));
    // A file put together from two, the later one first.
    let mixed = log(DAY, 2 * DAY, 600) + &log(0, DAY, 600);
    let look = look_at(&mixed, &[]);
    assert_eq!(
        look["sources"][0]["backwards"],
        json!({"seconds": 2 * DAY - 600, "at": "2024-03-01T00:00:00Z"})
    );
    assert!(asked(&look).contains(&"backwards"));
    // A slow request that is logged by its beginning is no step back.
    let slow = log(0, 600, 60) + &line("198.51.100.7", 500, 200, "512") + &log(660, 1200, 60);
    assert_eq!(look_at(slow, &[])["sources"][0]["backwards"], json!(null));
}

#[test]
fn what_is_no_access_log_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    write("access.log", log(0, 3600, 60).as_bytes());
    write(
        "error.log",
        "2024/03/01 12:00:00 [error] 12#12: *1 open() failed\n".repeat(9).as_bytes(),
    );
    write("notes.txt", b"a line of notes\nand another\n");
    write("old.log.enc", b"Salted__\x01\x02\x03\x04\xff\xfe\x00\x01\n\x00\x01\x02\xff\n");
    write("empty.log", b"");
    let text = run_in(folder.path(), &[&["inspect", "."], &NOW[..]].concat()).ended(0);
    for part in [
        "- ./error.log: nginx error log, no access log\n",
        "- ./notes.txt: no format reads it; it begins: a line of notes\n",
        "- ./old.log.enc: encrypted with openssl enc: not read\n",
        "- ./empty.log: empty\n",
    ] {
        assert!(text.out().contains(part), "no {part:?} in {}", text.out());
    }
    let look = look(folder.path(), &[]);
    assert_eq!(question(&look, "unknown-format")["about"], json!(["./notes.txt"]));
    assert_eq!(question(&look, "locked")["about"], json!(["./old.log.enc"]));
}

#[test]
fn other_formats_that_read_the_lines_are_named() {
    let look = look_at(log(0, 3600, 60), &[]);
    let format = &look["series"][0]["formats"][0];
    assert_eq!((&format["format"], &format["share"]), (&json!("combined"), &json!(1.0)));
    assert_eq!(format["also"], json!(["extended"]));
    let forced = look_at(log(0, 3600, 60), &["--format", "extended"]);
    assert_eq!(forced["series"][0]["formats"][0]["format"], "extended");
}
