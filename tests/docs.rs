//! The documents that the program writes of itself are current.
//! `BLESS=1 cargo test --test docs` writes them anew.

mod program;

use std::fs;
use std::path::Path;

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
