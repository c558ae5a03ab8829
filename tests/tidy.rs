//! The house keeps its own rules: rooms look left, every outside crate has one
//! home, files are of a size that one reads at a sitting.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, in order; each may use those before it.
const ROOMS: [&str; 12] = [
    "error", "record", "case", "source", "format", "actor", "detector", "evidence", "examine",
    "verdict", "report", "cli",
];

/// Crates that only some rooms may name, and why it is so is in
/// ARCHITECTURE.md.
const HOMES: [(&str, &[&str]); 29] = [
    ("nom", &["format"]),
    ("nginx_lint_parser", &["format"]),
    ("rayon", &["examine"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("ctrlc", &["cli"]),
    ("toml", &["case"]),
    ("csv", &["case", "report"]),
    ("maxminddb", &["case"]),
    ("flate2", &["source"]),
    ("bzip2", &["source"]),
    ("liblzma", &["source"]),
    ("encoding_rs", &["source"]),
    ("lz4_flex", &["source"]),
    ("tar", &["source"]),
    ("object_store", &["source"]),
    ("tokio", &["source"]),
    ("futures_util", &["source"]),
    ("walkdir", &["source", "cli"]),
    ("askama", &["report"]),
    ("base64", &["report"]),
    ("schemars", &["record", "case", "actor", "verdict", "report"]),
    ("comfy_table", &["report", "cli"]),
    ("sha2", &["source", "report"]),
    ("uuid", &["report"]),
    ("hmac", &["report"]),
    ("getrandom", &["cli"]),
];

/// The most lines of a file: more is a sign of two ideas.
const MOST_LINES: usize = 450;

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path.strip_prefix(&root).unwrap().to_owned(), text));
            }
        }
    }
    assert!(files.len() > 30, "the sources were not found");
    files.sort();
    files
}

/// The room of a file, or `None` for the front doors.
fn room(path: &Path) -> Option<usize> {
    let first = path.components().next()?.as_os_str().to_str()?;
    let first = first.strip_suffix(".rs").unwrap_or(first);
    ROOMS.iter().position(|room| *room == first)
}

/// The lines of code: comments off, and everything behind the first test
/// module, which may look where it likes.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate();
    lines
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn rooms_look_left() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(own) = room(&path) else { continue };
        for (number, line) in code(&text) {
            for (place, name) in ROOMS.iter().enumerate() {
                let names = line.contains(&format!("crate::{name}::"))
                    || line.contains(&format!("crate::{name};"))
                    || line.contains(&format!("crate::{{{name}"));
                if names && place > own {
                    wrong.push(format!("{}:{}: looks right to {name}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_outside_crate_is_at_home() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(own) = room(&path) else { continue };
        for (number, line) in code(&text) {
            for (name, homes) in HOMES {
                let named = line.contains(&format!("use {name}::"))
                    || line.contains(&format!("use {name};"))
                    || line.contains(&format!(" {name}::"))
                    || line.contains(&format!("({name}::"));
                if named && !homes.contains(&ROOMS[own]) {
                    let at = format!("{}:{}", path.display(), number + 1);
                    wrong.push(format!("{at}: {name} belongs to {}", homes.join(" and ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What an output says of a hit goes by its veil; only what is veiled later, on
/// its way out, is gathered past it.
#[test]
fn outputs_take_the_text_of_hits_by_their_veil() {
    for (path, text) in sources() {
        let name = path.to_string_lossy().replace('\\', "/");
        let is_home =
            ["report/mod.rs", "report/proof.rs", "report/veil/known.rs"].contains(&name.as_str());
        if name.starts_with("report/") && !is_home {
            let past = code(&text).find(|(_, line)| line.contains("examined.each_hit("));
            assert!(past.is_none(), "{name}: {past:?}; use Whole::each_hit");
        }
    }
}

#[test]
fn files_are_of_one_idea() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{} has no module doc", path.display());
    }
}

#[test]
fn nothing_is_left_open() {
    for (path, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            for mark in ["TODO", "FIXME", "todo!(", "unimplemented!(", "dbg!("] {
                assert!(!line.contains(mark), "{}:{}: {mark}", path.display(), number + 1);
            }
        }
    }
}

#[test]
fn there_is_no_clock_and_no_global_left_of_the_command_line() {
    for (path, text) in sources() {
        if room(&path) == Some(ROOMS.len() - 1) {
            continue;
        }
        for (number, line) in code(&text) {
            for mark in [
                "SystemTime::now",
                "Instant::now()",
                "Utc::now",
                "Local::now",
                "static mut",
                "thread_local!",
                "LazyLock",
                "lazy_static",
            ] {
                assert!(!line.contains(mark), "{}:{}: {mark}", path.display(), number + 1);
            }
            // In a value that somebody holds it is no global.
            let is_global = line.contains("static ") && line.contains("OnceLock");
            assert!(!is_global, "{}:{}: a global", path.display(), number + 1);
        }
    }
}
