//! Lines that are JSON, changed as text: by their names, values and marks.

use proptest::prelude::*;

use super::{judge, plain, quick};
use crate::format::TABLE;

/// The names, texts, marks and bare values of a line, blanks left in front.
fn tokens(line: &[u8]) -> Vec<&[u8]> {
    let mut tokens = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
        let mut end = blanks + 1;
        match rest.get(blanks) {
            Some(b'"') => {
                while end < rest.len() && rest[end] != b'"' {
                    end += 1 + usize::from(rest[end] == b'\\');
                }
                end += 1;
            }
            Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'-' => {
                let is_mark = |byte: &u8| b",:[]{} ".contains(byte);
                end = rest.iter().skip(blanks).position(is_mark).map_or(end, |at| blanks + at);
            }
            _ => {}
        }
        let (token, behind) = rest.split_at(end.min(rest.len()));
        tokens.push(token);
        rest = behind;
    }
    tokens
}

/// What is put into lines: values of all kinds, marks, pieces of objects.
const PUT: &[&str] = &[
    "0",
    "-1",
    "-0",
    "01",
    "1.",
    ".5",
    "1e3",
    "1E-2",
    "0.5",
    "200",
    "\"200\"",
    "99999",
    "true",
    "false",
    "null",
    "nul",
    "truex",
    "\"\"",
    "\"-\"",
    "\"/\"",
    "\"/a?b=c\"",
    "\"a=b\"",
    "\"?a=b\"",
    "\"/%41//b\"",
    "\"http://h.example/x y\"",
    "\"GET /x HTTP/1.1\"",
    "\"GET /x\"",
    "\"get\"",
    "\"192.0.2.7\"",
    "\"192.0.2.7:80\"",
    "\"2001:db8::1\"",
    "\"192.0.2.7, 10.0.0.1\"",
    "\"unix:\"",
    "18446744073709551615",
    "18446744073709551616",
    "9999999999999999999",
    "12345678901234567890.5",
    "1700000000",
    "1700000000.123456",
    "1700000000123",
    "\"1700000000.5\"",
    "0.00000000000000000001",
    "\"2024-02-24T12:34:56Z\"",
    "\"2024-02-24T12:34:56.123+01:00\"",
    "\"2024-02-24T12:34:60Z\"",
    "\"2024-02-24 12:34:56\"",
    "\"24/Feb/2024:12:34:56 +0100\"",
    "\"2024-02-24T24:34:56Z\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "  ,",
    "\t",
    "\r",
    "\"",
    "\\",
    "\"\\u0041\"",
    "\"\\x41\"",
    "\"\\\"\"",
    "\"\u{e9}\"",
    "\"\u{7f}\"",
    "\"\u{1}\"",
    "[]",
    "{}",
    "[\"x\"]",
    "[\"/a\",\"/b\"]",
    "[null,\"192.0.2.7\",1]",
    "[[\"x\"]]",
    "[{\"name\":\"x\",\"value\":\"y\"}]",
    "{\"a\":{\"b\":[1]}}",
    ",\"message\":\"x\"",
    ",\"log\":\"192.0.2.7 - - [12/Apr/2018:09:48:40 +0200] \\\"GET / HTTP/1.1\\\" 200 5\"",
    ",\"line\":{\"a\":1}",
    ",\"raw\":\"y\"",
    ",\"event\":\"e\"",
    ",\"textPayload\":\"x\"",
    ",\"x\":[[],{}]",
    ",\"stream\":\"stdout\"",
    ",\"path\":\"/p\"",
    ",\"url\":\"/u\"",
    ",\"query\":\"q\"",
    ",\"xff\":\"1.2.3.4\"",
    "\"STATUS\"",
    "\"ts\"",
    "\"time\"",
    "\"request\"",
    "\"uri\"",
    "\"method\"",
    "\"host\"",
    "\"a\"",
];

/// Changes of one line: which token, by what, and how.
type Edit = (prop::sample::Index, &'static str, prop::sample::Index, u8);

fn edited(line: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut tokens = tokens(line);
    for (at, put, other, how) in edits {
        let (at, other) = (at.index(tokens.len()), other.index(tokens.len()));
        match how {
            0 => tokens.insert(at, put.as_bytes()),
            1 if tokens.len() > 1 => drop(tokens.remove(at)),
            2 => tokens.swap(at, other),
            3 => tokens.insert(at, tokens[other]),
            // Members from one comma or so to another stand twice.
            4 => {
                let (from, to) = (at.min(other), at.max(other));
                let part = tokens[from..to].to_vec();
                tokens.splice(to..to, part);
            }
            5 => tokens.truncate(at + 1),
            // A member stands elsewhere.
            6 if at + 4 <= tokens.len() => {
                let member: Vec<_> = tokens.drain(at..at + 4).collect();
                let to = other.min(tokens.len());
                tokens.splice(to..to, member);
            }
            _ => tokens[at] = put.as_bytes(),
        }
    }
    tokens.concat()
}

/// The formats whose plain lines are objects.
fn of_objects() -> Vec<usize> {
    let places = quick().map(|(place, _)| place);
    places.filter(|place| plain(*place).line.starts_with(b"{")).collect()
}

/// A place, and a block of lines that were made of its samples.
fn block() -> impl Strategy<Value = (usize, Vec<u8>)> {
    let put = prop::sample::select(PUT);
    let edit = (any::<prop::sample::Index>(), put, any::<prop::sample::Index>(), 0..12_u8);
    let line = (any::<prop::sample::Index>(), prop::collection::vec(edit, 0..4), 0..4_u8);
    let lines = prop::collection::vec(line, 1..5);
    (prop::sample::select(of_objects()), lines).prop_map(|(place, lines)| {
        let samples = TABLE[place].card().samples;
        let mut block = Vec::new();
        for (sample, edits, ending) in lines {
            block.extend(edited(samples[sample.index(samples.len())].line, &edits));
            block.extend_from_slice(if ending == 0 { b"\r\n" } else { b"\n" });
        }
        (place, block)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_objects_agree_with_the_grammar((place, block) in block()) {
        judge(place, &[], &block);
    }
}

/// What one line taught holds for the others, whatever order they come in.
#[test]
fn the_samples_of_all_formats_in_one_block_agree_with_the_grammar() {
    let samples = || TABLE.iter().flat_map(|format| format.card().samples);
    let lines: Vec<&[u8]> =
        samples().map(|sample| sample.line).filter(|line| line.starts_with(b"{")).collect();
    let there = lines.join(&b'\n');
    let back = lines.iter().rev().copied().collect::<Vec<_>>().join(&b'\n');
    for place in of_objects() {
        let taken = judge(place, &[], &there).0;
        assert_eq!(judge(place, &[], &back).0, taken);
        assert!(taken > 0, "{}", TABLE[place].card().name);
    }
}
