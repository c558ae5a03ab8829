//! What somebody may have written into a log so that its reader is hurt:
//! laws 5, 6, 9 and 12. Whatever the bytes, a run ends with a status of its
//! own, every line is accounted for, and nothing that acts on a terminal, a
//! sheet or a parser comes out.

mod program;

#[path = "hostile/inputs.rs"]
mod inputs;
#[path = "hostile/killed.rs"]
mod killed;
#[path = "hostile/nasty.rs"]
mod nasty;
#[path = "hostile/shapes.rs"]
mod shapes;
#[path = "hostile/words.rs"]
mod words;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use program::{Ran, run};
use serde_json::Value;
use tempfile::TempDir;
use whofetched::report::export::EXPORTS;

/// A folder with logs in `logs/`, and room for a report.
struct Scene {
    folder: TempDir,
}

impl Scene {
    fn new() -> Scene {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("logs")).unwrap();
        Scene { folder }
    }

    /// A scene with one log.
    fn with(name: impl AsRef<OsStr>, bytes: &[u8]) -> Scene {
        let scene = Scene::new();
        scene.log(name, bytes);
        scene
    }

    fn log(&self, name: impl AsRef<OsStr>, bytes: &[u8]) -> PathBuf {
        let path = self.logs().join(name.as_ref());
        fs::write(&path, bytes).unwrap();
        path
    }

    fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("report")
    }

    /// Scans the folder, asserts what holds for every run whatever it reads,
    /// and gives the report.
    #[track_caller]
    fn scan(&self, more: &[&str]) -> (Ran, Value) {
        let (logs, out) = (self.logs(), self.out());
        let mut args: Vec<&OsStr> = vec!["scan".as_ref(), "-p".as_ref(), "/exports".as_ref()];
        args.extend(more.iter().map(AsRef::<OsStr>::as_ref));
        args.extend([logs.as_os_str(), "--out".as_ref(), out.as_os_str()]);
        let exports = EXPORTS.iter().flat_map(|export| ["--export", export.name()]);
        args.extend(exports.map(AsRef::<OsStr>::as_ref));
        let ran = run(&args);
        ends_by_itself(&ran);
        is_calm(&ran.out);
        is_calm(&ran.err);
        let report = folder_is_calm(&out);
        accounts_for_every_line(&report, &logs);
        fs::remove_dir_all(out).unwrap();
        (ran, report)
    }

    /// Explains one log, for people and for programs.
    #[track_caller]
    fn explain(&self, path: &Path) -> Vec<Value> {
        let text = run(&["explain".as_ref(), path.as_os_str()]);
        ends_by_itself(&text);
        is_calm(&text.out);
        is_calm(&text.err);
        let json = run(&["explain".as_ref(), "--json".as_ref(), path.as_os_str()]);
        ends_by_itself(&json);
        is_calm(&json.out);
        assert_eq!(json.status, text.status);
        json.lines()
    }
}

/// Law 5: the status is the program's own, and nothing panicked.
#[track_caller]
fn ends_by_itself(ran: &Ran) {
    let err = String::from_utf8_lossy(&ran.err);
    assert!(!err.contains("panicked") && !err.contains("stack overflow"), "{err}");
    assert!(matches!(ran.status, Some(0..=3)), "{:?}: {err}", ran.status);
}

/// Law 6: text with nothing in it that acts on what shows it. Which letters
/// these are is written out here once more, not taken from the program.
#[track_caller]
fn is_calm(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).expect("what is printed is UTF-8");
    let acts = |letter: &char| {
        (letter.is_control() && *letter != '\n')
            || matches!(u32::from(*letter), 0xad | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e)
            || matches!(u32::from(*letter), 0x2060..=0x206f | 0xfeff | 0xfff9..=0xfffb)
            || matches!(u32::from(*letter), 0xe0000..=0xe007f)
    };
    if let Some(at) = text.char_indices().find(|(_, letter)| acts(letter)).map(|(at, _)| at) {
        let from = (0..=at.saturating_sub(60)).rev().find(|at| text.is_char_boundary(*at));
        let near: String = text[from.unwrap_or(0)..].chars().take(120).collect();
        panic!("an acting letter at byte {at}: {near:?}");
    }
}

/// Every file of a report is calm and parses; no cell is a formula. Gives
/// `report.json`.
#[track_caller]
fn folder_is_calm(out: &Path) -> Value {
    let mut report = Value::Null;
    let files = program::files(out);
    for name in
        ["report.json", "report.html", "actors.csv", "hits.csv", "evidence.jsonl", "run.json"]
    {
        assert!(files.iter().any(|(file, _)| file == name), "{name} is missing");
    }
    for (name, bytes) in files {
        is_calm(&bytes);
        match name.rsplit('.').next() {
            Some("json") => {
                let value: Value = serde_json::from_slice(&bytes).unwrap();
                if name == "report.json" {
                    report = value;
                }
            }
            Some("jsonl" | "ndjson") => {
                for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                    serde_json::from_slice::<Value>(line).unwrap();
                }
            }
            Some("csv") => no_cell_is_a_formula(&name, &bytes),
            _ => {}
        }
    }
    report
}

/// No cell begins, blanks off, with what a spreadsheet would compute.
#[track_caller]
fn no_cell_is_a_formula(name: &str, bytes: &[u8]) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    for (number, row) in (1..).zip(reader.records()) {
        for cell in &row.unwrap() {
            let first = cell.trim_start().chars().next();
            let computes = first.is_some_and(|first| "=+-@＝＋－＠−".contains(first));
            assert!(!computes, "{name} row {number}: {cell:?}");
        }
    }
}

/// Law 1, for whatever could be opened: lines are read, blank, headers or
/// unread, and as many as there are newlines in what was decoded.
#[track_caller]
fn accounts_for_every_line(report: &Value, logs: &Path) {
    for input in report["inputs"].as_array().unwrap() {
        let of = |key: &str| input["lines"][key].as_u64().unwrap();
        let ends: u64 = ["read", "blank", "header", "unread"].map(of).iter().sum();
        assert_eq!(ends, of("total"), "{input}");
        let path = logs.join(input["path"].as_str().unwrap_or_default());
        let Ok(bytes) = fs::read(path) else { continue };
        if input["compressed"] == false && input["problems"].as_array().unwrap().is_empty() {
            assert_eq!(of("total"), n_lines(&bytes), "{input}");
            assert_eq!(input["bytes"], bytes.len() as u64, "{input}");
        }
    }
}

/// How many lines there are: newlines, and what stands behind the last.
fn n_lines(bytes: &[u8]) -> u64 {
    let newlines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    newlines + u64::from(bytes.last().is_some_and(|last| *last != b'\n'))
}

/// How often a reading stands among explained lines.
fn count(lines: &[Value], reading: &str) -> usize {
    lines.iter().filter(|line| line["reading"] == reading).count()
}
