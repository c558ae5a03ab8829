//! Real servers as witnesses: what the program reads from each line of their
//! logs, held against what the client did.
//!
//! `tests/servers/run` starts each server on the loopback, sends it the same
//! awkward requests, and keeps its logs under `sample-logs/servers/`. Here
//! the servers are not needed: the logs are read as they were kept. The
//! environment variable `WHOFETCHED_SERVERS` names another folder of the same
//! build, such as one that was recorded a minute ago.
//!
//! Where a server logs something else than it was sent, `server.json` says
//! what and why; nothing there is taken from a log.

#[path = "servers/line.rs"]
mod line;
mod program;
#[path = "servers/told.rs"]
mod told;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use line::Line;
use program::run;
use serde_json::Value;
use told::Told;
use whofetched::format::{self, Formats};

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs").join(name)
}

/// The folder of the servers that were asked the awkward requests.
fn recorded() -> PathBuf {
    std::env::var_os("WHOFETCHED_SERVERS").map_or_else(|| kept("servers"), PathBuf::from)
}

fn json_lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The requests that every server was sent, by their names.
fn requests(folder: &Path) -> BTreeMap<String, Value> {
    let all = json_lines(&folder.join("requests.jsonl"));
    all.into_iter().map(|one| (one["id"].as_str().unwrap().to_owned(), one)).collect()
}

/// The folders of the servers, each with what is known of it.
fn servers(folder: &Path) -> Vec<(PathBuf, Value)> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("server.json").is_file())
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no server was found in {}", folder.display());
    let about = |path: &Path| {
        let text = fs::read(path.join("server.json")).unwrap();
        serde_json::from_slice(&text).unwrap()
    };
    found.into_iter().map(|path| (path.clone(), about(&path))).collect()
}

/// Every line of a log as `whofetched explain` reads it: guessed, or as a
/// format says.
fn explained(path: &Path, log: &Value, format: Option<&str>) -> Vec<Value> {
    let mut arguments = vec!["explain".to_owned(), "--json".to_owned()];
    if let Some(zone) = log["zone"].as_str() {
        arguments.extend(["--zone".to_owned(), zone.to_owned()]);
    }
    if let Some(format) = format {
        arguments.extend(["--format".to_owned(), format.to_owned()]);
    }
    arguments.push(path.to_string_lossy().into_owned());
    run(&arguments).ended(0).lines()
}

/// Everything that is wrong with the reading of one log.
fn check(
    folder: &Path,
    about: &Value,
    number: usize,
    format: Option<&str>,
    requests: &BTreeMap<String, Value>,
) -> Vec<String> {
    let log = &about["logs"][number];
    let name = log["name"].as_str().unwrap();
    let truth = json_lines(&folder.join("truth.jsonl"));
    let differing = match format {
        Some(_) => &about["differs"][format!("{name} --format")],
        None => &about["differs"][name],
    };
    // A request may have left several lines; the first that is read is its
    // record, and the others must not look like requests of their own.
    let mut of_line: BTreeMap<usize, &Value> = BTreeMap::new();
    for one in &truth {
        for line in one["lines"][number].as_array().unwrap() {
            let line = line.as_u64().unwrap() as usize;
            assert!(of_line.insert(line, one).is_none(), "{name}: line {line} is of two requests");
        }
    }
    let none = Value::Null;
    // What the directive says of times and bytes.
    let told = format.map(|format| {
        let mut formats = Formats::default();
        let place = formats.place(format).unwrap();
        let about = formats.about(place).unwrap();
        (about.time, about.bytes)
    });
    let mut wrong = Vec::new();
    let mut records: BTreeMap<&str, usize> = BTreeMap::new();
    let lines = explained(&folder.join(log["file"].as_str().unwrap()), log, format);
    for (line, object) in (1..).zip(&lines) {
        let Some(one) = of_line.get(&line) else {
            wrong.push(format!("line {line} is of no request"));
            continue;
        };
        let id = one["id"].as_str().unwrap();
        let request = &requests[id];
        let differs = differing.get(id).unwrap_or(&none);
        let known = Line { log, request, truth: one, differs };
        let found = match object["reading"].as_str().unwrap() {
            "read" => {
                *records.entry(id).or_default() += 1;
                let card = format::named(object["format"].as_str().unwrap()).map(|of| of.card());
                let means = told.or(card.map(|card| (card.time, card.bytes)));
                let mut found = known.wrong(means, &Told::new(object, &known).record());
                if !found.is_empty() {
                    found.insert(0, format!("as {}", object["format"]));
                }
                found
            }
            "unread" => {
                let allowed = request["has_line"] == false
                    || differs["reading"] == "unread"
                    || one["lines"][number].as_array().unwrap().len() > 1;
                if allowed { Vec::new() } else { vec![object.to_string()] }
            }
            other => vec![other.to_owned()],
        };
        if !found.is_empty() {
            wrong.push(format!("{id}, line {line}: {}", found.join("; ")));
        }
    }
    if lines.len() != of_line.len() {
        wrong.push(format!("{} lines in the log, {} of requests", lines.len(), of_line.len()));
    }
    for one in &truth {
        let id = one["id"].as_str().unwrap();
        let lines = one["lines"][number].as_array().unwrap().len();
        let differs = differing.get(id).unwrap_or(&none);
        let read = records.get(id).copied().unwrap_or(0);
        let most = differs["records"].as_u64().unwrap_or(1) as usize;
        if read > most {
            wrong.push(format!("{id}: {read} records of one request"));
        }
        if lines > 0
            && read == 0
            && requests[id]["has_line"] == true
            && differs["reading"] != "unread"
        {
            wrong.push(format!("{id}: {lines} lines, and none is read"));
        }
    }
    wrong
}

/// Checks the logs of all servers in a folder: those that the program finds
/// out by itself, or those whose format it is told. Gives how many there were.
fn check_all(folder: &Path, told: bool) -> usize {
    let requests = requests(folder);
    let (mut wrong, mut n_logs) = (Vec::new(), 0);
    for (path, about) in servers(folder) {
        for (number, log) in about["logs"].as_array().unwrap().iter().enumerate() {
            let format = log["format"].as_str().filter(|_| told);
            if (told && format.is_none()) || (!told && log["found"] == false) {
                continue;
            }
            n_logs += 1;
            let found = check(&path, &about, number, format, &requests);
            if !found.is_empty() {
                let name = path.file_name().unwrap().to_string_lossy();
                let log = log["name"].as_str().unwrap();
                wrong.push(format!("== {name}/{log}\n    {}", found.join("\n    ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    n_logs
}

#[test]
fn every_line_says_what_the_client_did() {
    let n_logs = check_all(&recorded(), false);
    println!("{n_logs} logs");
    assert!(n_logs > 0);
}

#[test]
fn whole_and_aborted_downloads_are_read_as_the_client_saw_them() {
    assert_eq!(check_all(&kept("lab"), false), 11);
}

#[test]
fn every_line_says_what_the_client_did_where_the_servers_directive_is_given() {
    let n_logs = check_all(&recorded(), true);
    println!("{n_logs} logs");
    assert!(n_logs > 0);
    assert_eq!(check_all(&kept("lab"), true), 2);
}
