//! The documents that the program writes of itself are current.
//! `BLESS=1 cargo test --test docs` writes them anew.

mod program;

use std::fs;
use std::path::Path;

use program::run;

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
