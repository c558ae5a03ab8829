//! A first look at logs, as a user takes one: `inspect`, and `new-case` that
//! is built on it.

mod program;

#[path = "inspect/cases.rs"]
mod cases;
#[path = "inspect/configured.rs"]
mod configured;
#[path = "inspect/findings.rs"]
mod findings;
#[path = "inspect/reading.rs"]
mod reading;

use std::fs;
use std::path::Path;

use program::{run, run_in};
use serde_json::Value;

/// A line of a combined log: so many seconds after midnight of 1 March 2024.
fn line(client: &str, second: u64, status: u16, bytes: &str) -> String {
    let (day, second) = (1 + second / 86_400, second % 86_400);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!(
        "{client} - - [{day:02}/Mar/2024:{hour:02}:{minute:02}:{second:02} +0000] \
         \"GET /a HTTP/1.1\" {status} {bytes} \"-\" \"agent/1\"\n"
    )
}

/// A log of one request each `step` seconds from `from` to `to`, by many
/// clients.
fn log(from: u64, to: u64, step: usize) -> String {
    let each = (from..to).step_by(step);
    each.map(|second| line(&format!("198.51.100.{}", 1 + second / 60 % 250), second, 200, "512"))
        .collect()
}

const DAY: u64 = 86_400;

/// The instant that is taken for now.
const NOW: [&str; 2] = ["--now", "2024-03-20T00:00:00Z"];

/// What `inspect` says of files in a folder, as JSON.
#[track_caller]
fn look(folder: &Path, more: &[&str]) -> Value {
    run_in(folder, &[&["inspect", ".", "--json"], &NOW[..], more].concat()).ended(0).json()
}

/// The same of one file with this content.
#[track_caller]
fn look_at(content: impl AsRef<[u8]>, more: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("access.log"), content).unwrap();
    look(folder.path(), more)
}

/// The ids of the questions, in order, each once.
fn asked(look: &Value) -> Vec<&str> {
    let mut ids: Vec<&str> = Vec::new();
    for question in look["questions"].as_array().unwrap() {
        let id = question["id"].as_str().unwrap();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// The question of an id.
#[track_caller]
fn question<'a>(look: &'a Value, id: &str) -> &'a Value {
    let mut questions = look["questions"].as_array().unwrap().iter();
    questions.find(|question| question["id"] == id).unwrap_or_else(|| panic!("no {id}: {look:#}"))
}

/// Compares with what was blessed; `BLESS=1` rewrites it.
#[track_caller]
fn is_as_expected(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inspect/expected").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(&path).unwrap(), "{name}");
}

#[test]
fn a_whole_rotation_is_told_in_a_page() {
    let args = ["inspect", "sample-logs/francetest/logs", "--now", "2021-09-02T12:00:00Z"];
    let ran = run(&args).ended(0);
    is_as_expected("francetest.txt", ran.out());
    assert_eq!(ran.err(), "");
}

#[test]
fn a_rotation_with_a_hole_is_told_with_its_window() {
    let window = ["--from", "2024-05-10T00:00:00Z", "--to", "2024-05-22T00:00:00Z"];
    let args = ["inspect", "sample-logs/quiet-week/logs", "--now", "2024-05-21T12:00:00Z"];
    let args = [&args[..], &window].concat();
    is_as_expected("quiet-week.txt", run(&args).ended(0).out());
    let json = [&args[..], &["--json"]].concat();
    let look = run(&json).ended(0).json();
    assert_eq!(look["schema"], "whofetched-inspect/1");
    assert_eq!(look["window"]["all"]["window_hours"], 288.0);
    let series = &look["series"][0];
    assert_eq!(series["missing"], serde_json::json!(["access.log-20240516.gz"]));
    assert_eq!(series["window"], look["window"]["all"]);
    assert_eq!(series["window"]["holes"].as_array().unwrap().len(), 3);
    assert_eq!(series["bytes_mean"]["value"], "wire");
    assert_eq!(series["bytes_mean"]["basis"], "inferred");
    // What a sample shows of short files is what reading everything shows.
    let mut full = run(&[&json[..], &["--full"]].concat()).ended(0).json();
    let digests: Vec<Value> = full["sources"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .map(|source| std::mem::replace(&mut source["sha256"], Value::Null))
        .collect();
    assert!(digests.iter().all(|digest| digest.as_str().is_some_and(|hex| hex.len() == 64)));
    full["full"] = Value::Bool(false);
    assert_eq!(full, look);
}

#[test]
fn the_same_logs_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.log", "a.log", "a.log.1"] {
        fs::write(folder.path().join(name), log(0, 7200, 30) + name + "\n").unwrap();
    }
    let args = |inputs: &[&'static str]| [&["inspect", "--json"], &NOW[..], inputs].concat();
    let one = run_in(folder.path(), &args(&["a.log", "a.log.1", "b.log"])).ended(0);
    let other = run_in(folder.path(), &args(&["b.log", "a.log.1", "a.log"])).ended(0);
    assert_eq!(one.out(), other.out());
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, shown) = readme.split_once("$ whofetched inspect ").unwrap();
    let (args, shown) = shown.split_once('\n').unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let ran = run(&["inspect"].into_iter().chain(args.split(' ')).collect::<Vec<_>>()).ended(0);
    assert!(ran.out().starts_with(shown), "{}", ran.out());
}
