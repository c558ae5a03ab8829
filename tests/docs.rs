//! The documents that the program writes of itself are current.
//! `BLESS=1 cargo test --test docs` writes them anew.

mod program;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use program::run;
use whofetched::verdict::Grade;

#[test]
fn the_page_of_formats_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md");
    let ran = run(&["formats", "--markdown"]).ended(0);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, ran.out()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == ran.out(), "docs/formats.md is not current: BLESS=1 cargo test --test docs");
}

#[test]
fn the_page_names_every_format_with_its_samples() {
    let page = run(&["formats", "--markdown"]).ended(0);
    for format in whofetched::format::TABLE {
        let card = format.card();
        assert!(page.out().contains(&format!("\n### {}\n", card.name)), "{}", card.name);
        assert!(page.out().contains(card.reference), "{}", card.name);
        for sample in card.samples.iter().filter(|sample| sample.reads.is_ascii()) {
            let reads = sample.reads.escape_default().to_string();
            let plain = reads == sample.reads;
            assert!(!plain || page.out().contains(sample.reads), "{}: {}", card.name, sample.reads);
        }
    }
    let is_clean = |line: &str| !line.chars().any(char::is_control);
    assert!(page.out().lines().all(is_clean));
}

#[test]
fn the_page_of_grades_has_every_grade_in_order() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/grades.md");
    let page = fs::read_to_string(path).unwrap();
    let told: Vec<&str> = page.lines().filter(|line| line.starts_with("| **")).collect();
    let rows = Grade::ALL.map(|grade| format!("| **{grade}** | {} |", grade.says()));
    assert_eq!(told.len(), rows.len());
    for (told, row) in told.iter().zip(&rows) {
        assert!(told.starts_with(row), "{row}: {told}");
    }
}

#[test]
fn every_requirement_is_shown_by_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/validation.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| R")).collect();
    assert_eq!(rows.len(), 28);
    for (number, row) in (1..).zip(rows) {
        assert!(row.starts_with(&format!("| R{number} |")), "{row}");
        let named: Vec<(&str, &str)> =
            row.split('`').filter_map(|text| text.split_once("::")).collect();
        assert!(!named.is_empty() || row.contains("| not yet |"), "{row}");
        for (file, test) in named {
            let path = if file.starts_with("src/") {
                root.join(file)
            } else {
                root.join("tests").join(file)
            };
            let text = fs::read_to_string(&path).unwrap_or_default();
            assert!(text.contains(&format!("fn {test}(")), "R{number}: {file} has no {test}");
        }
    }
}

/// A command of a document, and the lines that are shown of what it prints.
fn shown(document: &str) -> Vec<(String, Vec<String>)> {
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    let blocks = document.split("```console\n").skip(1);
    for line in blocks.flat_map(|block| block.split("```").next().unwrap().lines()) {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), Vec::new())),
            (None, Some((_, lines))) => lines.push(line.to_owned()),
            (None, None) => panic!("a console shows no command: {line}"),
        }
    }
    commands
}

/// Says where lines are not those that were printed; `…` stands for any.
fn difference(shown: &[String], printed: &[&str]) -> Option<String> {
    let mut at = 0;
    let parts: Vec<&[String]> = shown.split(|line| line == "…").collect();
    for (number, part) in parts.iter().enumerate() {
        let fits = |at: &usize| {
            printed[*at..].len() >= part.len()
                && part.iter().zip(&printed[*at..]).all(|(a, b)| a == b)
        };
        let mut places = at..=printed.len();
        let found = match (number, number + 1 == parts.len()) {
            (0, _) => Some(at).filter(fits),
            (_, true) => {
                printed.len().checked_sub(part.len()).filter(|end| *end >= at).filter(fits)
            }
            (_, false) => places.find(fits),
        };
        let Some(found) = found else { return Some(part.join("\n")) };
        at = found + part.len();
    }
    (parts.len() == 1 && at != printed.len()).then(|| "it prints more".to_owned())
}

#[test]
fn the_handbook_shows_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = tempfile::tempdir().unwrap();
    let samples = place.path().join("sample-logs");
    std::os::unix::fs::symlink(root.join("sample-logs"), samples).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_whofetched")).parent().unwrap();
    let commands = shown(&fs::read_to_string(root.join("docs/handbook.md")).unwrap());
    assert!(commands.len() >= 8, "{commands:?}");
    for (command, lines) in commands {
        let mut shell = Command::new("sh");
        shell.args(["-c", &command]).current_dir(place.path()).env_clear();
        shell.env("PATH", format!("{}:/usr/bin:/bin", program.display()));
        shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let ran = program::finish(&mut shell, b"").ended(0);
        let printed: Vec<&str> = ran.out().lines().collect();
        let different = difference(&lines, &printed);
        assert!(different.is_none(), "$ {command}\nshown: {}\n{}", different.unwrap(), ran.out());
    }
}

#[test]
fn a_difference_is_seen() {
    let check = |shown: &[&str], is_same: bool| {
        let shown: Vec<String> = shown.iter().map(ToString::to_string).collect();
        assert_eq!(difference(&shown, &["a", "b", "c", "d"]).is_none(), is_same, "{shown:?}");
    };
    check(&["a", "b", "c", "d"], true);
    check(&["a", "…", "d"], true);
    check(&["…", "b", "…", "d"], true);
    check(&["a", "…"], true);
    check(&["a", "b"], false);
    check(&["b", "…"], false);
    check(&["a", "…", "c"], false);
    check(&["a", "…", "x", "…"], false);
    check(&["…", "c", "…", "b", "…"], false);
}
