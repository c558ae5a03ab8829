//! Directives of every dialect, and lines as their servers write them.

mod apache;
mod bad;
mod ending;
mod haproxy;
mod java;
mod json;
mod layouts;
mod nginx;
mod public;
mod random;
mod random_json;
mod w3c;

use super::super::{Formats, Reader, Reading, summary};
use super::Template;

/// Reads a line by a directive; the summary of its record, or where and why it
/// is not read.
fn read(directive: &str, line: &[u8]) -> Result<String, (usize, String)> {
    let mut formats = Formats::default();
    let place = match formats.place(directive) {
        Ok(place) => place,
        Err(error) => panic!("{error}"),
    };
    let mut reader = Reader::with(&formats, &[place], true);
    match reader.read(line) {
        Reading::Read(by, record) => {
            assert_eq!(by, place);
            Ok(summary(&record))
        }
        Reading::Unread(miss) => Err((miss.at, reader.wanted(&miss))),
        other => panic!("{other:?}"),
    }
}

/// A line reads as `expected`; and whatever is done to it, nothing panics.
#[track_caller]
fn check(directive: &str, line: &str, expected: &str) {
    match read(directive, line.as_bytes()) {
        Ok(summary) => assert_eq!(summary, expected, "{directive}\n{line}"),
        Err((at, why)) => panic!("{directive}\n{line}\nbyte {at}: {why}"),
    }
    damage(directive, line.as_bytes());
}

/// A line is not read, and the place and the reason are these.
#[track_caller]
fn check_unread(directive: &str, line: &str, at: usize, why: &str) {
    assert_eq!(read(directive, line.as_bytes()), Err((at, why.to_owned())), "{directive}\n{line}");
}

/// Every prefix and suffix, and every change of a byte, is read or not, but
/// never panics.
fn damage(directive: &str, line: &[u8]) {
    let template = Template::compile(directive).unwrap();
    let mut scratch = super::Scratch::default();
    let mut read = |line: &[u8]| {
        if let Err(miss) = template.read(line, &mut scratch) {
            assert!(miss.at <= line.len());
        }
    };
    let mut changed = Vec::new();
    for at in 0..line.len() {
        read(&line[..at]);
        read(&line[at..]);
        changed.clear();
        changed.extend_from_slice(line);
        for byte in *b"\"\\[] -,0{}\0\xff" {
            changed[at] = byte;
            read(&changed);
        }
        changed.remove(at);
        read(&changed);
    }
}

/// What a template's times and bytes mean.
fn meanings(directive: &str) -> (super::TimeMeaning, super::BytesMeaning) {
    let template = Template::compile(directive).unwrap();
    (template.time, template.bytes)
}
