//! The levels of a report: what is told to whom, held against every file that
//! a scan writes and everything that it prints. What looks for addresses here
//! is not the program's own.

mod program;

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use program::{Ran, files, run, run_in};
use regex::Regex;
use serde_json::Value;

/// Everything that opens something, names a user or a person in [`place`].
const SECRETS: [&str; 16] = [
    "s3cretValue",
    "Qm7ZxT41pa",
    "hunter2",
    "alice",
    "jean.dupont",
    "claire@example.org",
    "285057511500542",
    "2 85 05 75",
    "1850599115005",
    "eyJhbGciOiJIUzI1NiJ9",
    "DUPONT",
    "sess-4711-abcd",
    "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "whoami-pw",
    "carol",
    "q9Xy77Lm02Ab",
];

/// Every client and address of [`place`] that is told to investigators.
const CLIENTS: [&str; 6] = [
    "192.0.2.7",
    "2001:db8:7::5",
    "203.0.113.77",
    "198.51.100.9",
    "pc-12.customer.example",
    "10.1.2.3",
];

const LOG: &str = r#"192.0.2.7 - alice [05/Mar/2024:01:02:03 +0000] "GET /exports/a.csv?token=s3cretValue&x=7 HTTP/1.1" 200 500 "https://bob:hunter2@ref.example/find?q=DUPONT&ip=192.0.2.7" "agent/1 (jean.dupont@example.fr)"
2001:db8:7::5 - - [05/Mar/2024:01:03:03 +0000] "GET /exports/jean.dupont%40example.fr/285057511500542.pdf HTTP/1.1" 200 500 "http://x.example/by/2001%3Adb8%3A7%3A%3A5/192%2E0%2E2%2E7" "Mozilla from 203.0.113.77"
2001:0DB8:0007:0000:0000:0000:0000:0005 - - [05/Mar/2024:01:04:03 +0000] "GET /exports/2%2085%2005%2075%20115%20005%2042.pdf HTTP/1.1" 200 500 "-" "x ::ffff:203.0.113.77"
203.0.113.77 - - [05/Mar/2024:01:05:03 +0000] "GET /exports/f/%31%39%32.0.2.7/1850599115005;jsessionid=sess-4711-abcd HTTP/1.1" 200 500 "-" "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"
pc-12.customer.example - carol [05/Mar/2024:01:06:03 +0000] "GET /exports/b.csv?9f8e7d6c5b4a39281706f5e4d3c2b1a0 HTTP/1.1" 200 500 "-" "-"
192.0.2.7 - - [05/Mar/2024:01:07:03 +0000] "GET /s/Qm7ZxT41pa/download HTTP/1.1" 200 500 "-" "-"
203.0.113.77 - - [05/Mar/2024:02:07:03 +0000] "GET /s/Qm7ZxT41pa HTTP/1.1" 200 500 "https://mail.example/?to=claire@example.org" "-"
10.1.2.3, 192.0.2.7 198.51.100.9 broken line /exports/a.csv alice whoami-pw
203.0.113.78 - - [05/Mar/2024:03:07:03 +0000] "GET /next HTTP/1.1" 200 5 "http://h.example/exports/z.csv?sid=q9Xy77Lm02Ab" "-"
"#;

const FORWARDED: &str = r#"10.1.2.3 - - [05/Mar/2024:04:02:03 +0000] "GET /exports/a.csv HTTP/1.1" 200 500 "-" "-" "198.51.100.9, 203.0.113.77"
"#;

const CASE: &str = r#"
[case]
title = "Exports of claire@example.org, seen by 192.0.2.7"
stated_by = "C. Example <claire@example.org>, 2024-03-06"

[[exposure]]
name = "exports"
kind = "files"
targets = ["/exports"]
windows = [{ from = "2024-03-05T00:00:00Z", to = "2024-03-06T00:00:00Z" }]

[[exposure]]
name = "links"
kind = "share-link"
targets = ["/s/Qm7ZxT41pa"]
windows = [{ from = "2024-03-05T00:00:00Z", to = "2024-03-06T00:00:00Z" }]

[[party]]
name = "Journal"
role = "known"
networks = ["198.51.100.0/24", "2001:db8:9::/48"]

[[server]]
name = "www"
logs = ["*.log"]
trusted_proxies = ["10.0.0.0/8"]
"#;

fn place() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = [("case.toml", CASE), ("access.log", LOG), ("forwarded.log", FORWARDED)];
    files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    folder
}

/// Everything that a level puts out: the files of the folder, the summary, and
/// what is printed as JSON.
fn told(place: &Path, level: &str, out: &str) -> Vec<(String, String)> {
    let args = ["scan", "case.toml", "--level", level];
    let mut exports = vec!["--export", "csv,ecs,timesketch"];
    if level != "public" {
        exports.extend(["--export", "misp,stix"]);
    }
    let summary = run_in(place, &[&args[..], &["--out", out], &exports].concat()).ended(0);
    let json = run_in(place, &[&args[..], &["--json"]].concat()).ended(0);
    let written = files(&place.join(out));
    assert!(written.len() >= 9, "{written:?}");
    let text = |ran: Ran| ran.out().to_owned();
    let mut told: Vec<(String, String)> = written
        .into_iter()
        .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()))
        .collect();
    told.extend([("summary".to_owned(), text(summary)), ("--json".to_owned(), text(json))]);
    told
}

/// A text as somebody reads it who undoes percent signs, and base64 wherever
/// there is some.
fn read_closely(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for run in
        text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "+/=".contains(letter)))
    {
        if run.len() >= 8
            && let Ok(plain) = BASE64_STANDARD.decode(run)
        {
            bytes.push(b' ');
            bytes.extend(plain);
        }
    }
    for _ in 0..3 {
        let mut plain = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let digits = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
            let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
            match (bytes[at], byte) {
                (b'%', Some(byte)) => {
                    plain.push(byte);
                    at += 3;
                }
                (byte, _) => {
                    plain.push(byte);
                    at += 1;
                }
            }
        }
        bytes = plain;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Every whole address in a text.
fn addresses(text: &str) -> Vec<String> {
    let candidate = Regex::new("[0-9A-Fa-f:.]{3,}").unwrap();
    let words = candidate.find_iter(text).map(|found| found.as_str().trim_matches(['.', ':']));
    let is_address = |word: &&str| {
        word.parse::<Ipv4Addr>().is_ok()
            || word.parse::<Ipv6Addr>().is_ok()
            || word.rsplit_once(':').is_some_and(|(word, _)| word.parse::<Ipv4Addr>().is_ok())
    };
    words.filter(is_address).map(str::to_owned).collect()
}

/// Whatever looks like an address to write to, or a number of social security.
fn persons(text: &str) -> Vec<String> {
    let email = Regex::new(r"[\w.+-]+@[\w-]+(\.[\w-]+)+").unwrap();
    let nir =
        Regex::new(r"\b[1278][ .]?\d\d[ .]?\d\d[ .]?\d[\dAB][ .]?\d{3}[ .]?\d{3}([ .]?\d\d)?\b")
            .unwrap();
    [email, nir]
        .iter()
        .flat_map(|look| look.find_iter(text))
        .map(|found| found.as_str().to_owned())
        .collect()
}

#[track_caller]
fn lacks(told: &[(String, String)], words: &[&str]) {
    for (name, text) in told {
        let text = read_closely(text);
        for word in words {
            if let Some(at) = text.find(word) {
                let from = text[..at].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
                panic!("{name} holds {word}: {}", &text[from..at + word.len()]);
            }
        }
    }
}

#[test]
fn what_is_public_names_nobody_and_opens_nothing() {
    let place = place();
    let told = told(place.path(), "public", "report");
    lacks(&told, &SECRETS);
    lacks(&told, &CLIENTS);
    lacks(&told, &["203.0.113.78", "198.51.100.0", "2001:db8:9", "2001:0DB8", "10.0.0.0"]);
    for (name, text) in &told {
        let text = read_closely(text);
        assert_eq!(addresses(&text), [""; 0], "{name}");
        assert_eq!(persons(&text), [""; 0], "{name}");
    }
    // And yet it says the same.
    let report: Value = serde_json::from_str(&told.last().unwrap().1).unwrap();
    assert_eq!(report["level"], "public");
    let full = run_in(place.path(), &["scan", "case.toml", "--json"]).ended(0).json();
    assert_eq!(full["level"], "full");
    for key in ["code", "finding", "coverage", "recipients", "outside"] {
        assert_eq!(report["verdict"][key], full["verdict"][key], "{key}");
    }
    let actors = |report: &Value| report["actors"].as_array().unwrap().clone();
    assert_eq!(actors(&report).len(), actors(&full).len());
    for (public, full) in actors(&report).iter().zip(&actors(&full)) {
        for key in ["id", "class", "grade", "first", "last", "hits", "received", "evidence"] {
            assert_eq!(public[key], full[key], "{key}");
        }
    }
}

#[test]
fn columns_fit_what_stands_in_the_place_of_what_is_not_told() {
    let place = place();
    for level in ["full", "investigator", "public"] {
        let ran = run_in(place.path(), &["scan", "case.toml", "--level", level]).ended(0);
        let lines: Vec<&str> = ran.out().lines().collect();
        let head = lines.iter().position(|line| line.starts_with("id ")).unwrap();
        let column = |name: &str| lines[head].find(name).unwrap();
        let rule = lines[head + 2].len();
        assert!(lines[head + 2].bytes().all(|byte| byte == b'-'), "{level}: {}", ran.out());
        let rows: Vec<&&str> =
            lines[head..].iter().take_while(|line| !line.is_empty()).skip(3).collect();
        let rows = rows.iter().take_while(|line| line.starts_with("P-") || line.starts_with(' '));
        let mut clients = 0;
        for row in rows {
            assert!(row.len() <= rule, "{level}: {row}");
            let at = column("grade");
            if let Some(row) = row.strip_prefix("P-") {
                clients += 1;
                let row = format!("P-{row}");
                assert_eq!(&row[at - 2..at], "  ", "{level}: {row}");
                assert_ne!(&row[at..=at], " ", "{level}: {row}");
                assert_ne!(&row[column("client")..=column("client")], " ", "{level}: {row}");
            }
        }
        assert!(clients >= 2, "{level}: {}", ran.out());
        let long = lines.iter().find(|line| line.chars().count() > 100);
        assert!(long.is_none(), "{level}: {long:?}");
    }
}

#[test]
fn investigators_are_told_addresses_and_no_secrets() {
    let place = place();
    let told = told(place.path(), "investigator", "report");
    lacks(&told, &SECRETS);
    for (name, text) in &told {
        assert_eq!(persons(&read_closely(text)), [""; 0], "{name}");
    }
    let report = &told.last().unwrap().1;
    for client in ["192.0.2.7", "2001:db8:7::5", "203.0.113.77", "pc-12.customer.example"] {
        assert!(report.contains(client), "{client}");
    }
    let (_, hits) = told.iter().find(|(name, _)| name == "hits.csv").unwrap();
    let link = Regex::new(r"/s/(\[token:10:[0-9a-f]{16}\])").unwrap();
    let links: Vec<&str> =
        link.captures_iter(hits).map(|found| found.extract::<1>().1[0]).collect();
    assert!(links.len() >= 2 && links.iter().all(|one| *one == links[0]), "{links:?}");
    assert!(Regex::new(r"\[user:5:[0-9a-f]{16}\]").unwrap().is_match(hits), "{hits}");
}

#[test]
fn the_full_report_holds_what_the_others_leave_out() {
    let place = place();
    let told = told(place.path(), "full", "report");
    let all: String = told.iter().map(|(_, text)| read_closely(text)).collect();
    for word in SECRETS.iter().chain(&CLIENTS) {
        assert!(all.contains(word), "{word}: then the other tests cannot fail");
    }
    assert!(!place.path().join("case.key").exists(), "nothing was replaced, and no key made");
}

#[test]
fn a_key_is_made_once_for_a_case_and_is_in_no_report() {
    let place = place();
    let first = told(place.path(), "public", "one");
    let path = place.path().join("case.key");
    let key = fs::read_to_string(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let digits = key.lines().last().unwrap();
    assert_eq!(digits.len(), 64);
    lacks(&first, &[digits]);
    let compared = |told: &[(String, String)]| {
        let is_compared = |(name, _): &&(String, String)| name != "run.json" && name != "summary";
        told.iter().filter(is_compared).cloned().collect::<Vec<_>>()
    };
    assert_eq!(compared(&told(place.path(), "public", "two")), compared(&first));
    // Another key, other pseudonyms.
    let scan = |key: &str| {
        let args = ["scan", "case.toml", "--level", "public", "--key", key, "--json"];
        run_in(place.path(), &args).ended(0).json()["actors"][0]["client"].clone()
    };
    assert_eq!(scan("case.key"), scan("case.key"));
    assert_ne!(scan("case.key"), scan("other.key"));
    // One that others can read, or that is none, is refused.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = run_in(place.path(), &["scan", "case.toml", "--level", "public"]).ended(2);
    assert!(refused.err().contains("chmod 600"), "{}", refused.err());
    let refused =
        run_in(place.path(), &["scan", "case.toml", "--level", "public", "--key", "access.log"]);
    assert!(refused.ended(2).err().contains("access.log"));
    let quick = ["scan", "-p", "/exports", "access.log", "--level", "public", "--json"];
    let refused = run_in(place.path(), &quick).ended(2);
    assert!(refused.err().contains("--key"), "{}", refused.err());
    run_in(place.path(), &[&quick[..], &["--key", "case.toml/x"]].concat()).ended(1);
    let addresses = ["scan", "case.toml", "--level", "public", "--out", "x", "--export", "stix"];
    let refused = run_in(place.path(), &addresses).ended(2);
    assert!(refused.err().contains("nothing without addresses"), "{}", refused.err());
    // Without a case it lies beside the report, never in it.
    let quick = ["scan", "-p", "/exports", "access.log", "--level", "public", "--out"];
    run_in(place.path(), &[&quick[..], &["r/one"]].concat()).ended(0);
    assert!(place.path().join("r/whofetched.key").exists());
    let inside = run_in(place.path(), &[&quick[..], &["r/two", "--key", "r/two/key"]].concat());
    assert!(inside.ended(2).err().contains("in the report that it opens"));
}

#[test]
fn a_line_that_was_left_out_is_said_to_be() {
    let place = place();
    told(place.path(), "investigator", "report");
    let shown = run_in(place.path(), &["show", "EV-000001", "--report", "report"]).ended(0);
    assert!(shown.out().contains("in reports of level full alone"), "{}", shown.out());
    assert!(shown.out().contains("access.log, line 1, byte 0"), "{}", shown.out());
}

#[test]
fn every_story_can_be_told_in_public() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key").to_string_lossy().into_owned();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs");
    let mut stories = 0;
    for entry in fs::read_dir(root).unwrap() {
        let case = entry.unwrap().path().join("case.toml");
        if !case.is_file() {
            continue;
        }
        let case = case.to_string_lossy().into_owned();
        let out = folder.path().join(format!("report-{stories}"));
        let out = out.to_string_lossy().into_owned();
        let ran = run(&["scan", &case, "--level", "public", "--key", &key, "--out", &out]).ended(0);
        let mut told = files(Path::new(&out));
        told.push(("summary".to_owned(), ran.out));
        for (name, bytes) in told {
            let text = read_closely(std::str::from_utf8(&bytes).unwrap());
            assert_eq!(addresses(&text), [""; 0], "{case}: {name}");
            assert_eq!(persons(&text), [""; 0], "{case}: {name}");
        }
        stories += 1;
    }
    assert!(stories >= 10);
}
