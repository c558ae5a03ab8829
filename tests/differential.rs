//! Law 10: the program's readers and a slow, obvious reader, written apart
//! and sharing no code, agree on every line.

mod common;
mod slow;

use proptest::prelude::*;
use slow::{SlowReader, SlowReading, SlowRecord};
use whofetched::case::target::Matcher;
use whofetched::case::{Case, load};
use whofetched::format::{self, QuickLine, Reader, Reading, Sweep};
use whofetched::record::{Client, Escape, Record, Request, Role};
use whofetched::source::Index;

/// The formats that the slow reader was written for.
const IN_SCOPE: [&str; 4] = ["common", "combined", "nginx-main", "vhost-combined"];

fn places(names: &[&str]) -> Vec<usize> {
    let place = |name: &&str| format::TABLE.iter().position(|f| f.card().name == *name);
    names.iter().map(|name| place(name).unwrap()).collect()
}

fn undone(record: &Record<'_>, field: Option<&[u8]>) -> Option<Vec<u8>> {
    field.map(|field| {
        let mut out = Vec::new();
        // Whether `+` is a space is not the slow reader's to say.
        let escape = if record.escape == Escape::Plus { Escape::None } else { record.escape };
        escape.undo(field, &mut out);
        out
    })
}

fn client(token: &[u8]) -> String {
    match Client::read(token) {
        Client::Ip(ip) => ip.to_string(),
        Client::Name(name) => String::from_utf8_lossy(name).to_lowercase(),
    }
}

/// What of a record both readers must agree on, in words.
fn ours(record: &Record<'_>) -> String {
    let time = record.time.filter(|time| time.zone != whofetched::record::Zone::Local);
    let peer = record.addresses.each().find(|(role, _)| *role == Role::Peer);
    let raw = match record.request {
        Request::Raw(raw) => undone(record, raw),
        Request::Line { .. } => None,
    };
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        time.map(|time| time.reading.seconds),
        peer.map(|(_, token)| client(token)),
        record.method().map(|method| String::from_utf8_lossy(method).into_owned()),
        undone(record, record.target()),
        raw,
        record.status,
        record.bytes,
        undone(record, record.referer),
        undone(record, record.agent),
    )
}

fn theirs(record: &SlowRecord) -> String {
    let peer = record.addresses.iter().find(|(role, _)| *role == slow::Role::Peer);
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        record.time,
        peer.map(|(_, name)| name.clone()),
        record.method,
        record.target,
        record.raw_request,
        record.status,
        record.bytes,
        record.referer,
        record.user_agent,
    )
}

/// Says where the two readers disagree on a line, if they do.
fn disagreement(reader: &mut Reader, line: &[u8]) -> Option<String> {
    let mut slow = SlowReader::new();
    let slow = slow.read(line);
    let fast = reader.read(line);
    match (&fast, &slow) {
        (Reading::Read(_, fast), SlowReading::Read(slow)) => {
            let (fast, slow) = (ours(fast), theirs(slow));
            (fast != slow).then(|| format!("fast {fast}\nslow {slow}"))
        }
        (Reading::Blank, SlowReading::Blank) | (Reading::Unread(_), SlowReading::Unread) => None,
        _ => Some(format!("fast {fast:?}\nslow {slow:?}")),
    }
}

fn check(reader: &mut Reader, line: &[u8]) {
    if let Some(why) = disagreement(reader, line) {
        panic!("{}\n{why}", String::from_utf8_lossy(line));
    }
}

/// Takes the lines of a sweep.
#[derive(Default)]
struct Taken(Vec<QuickLine>);

impl Sweep for Taken {
    fn line(&mut self, line: &QuickLine) {
        self.0.push(*line);
    }

    fn odd(&mut self, _start: u32, _end: u32, _next: u32) {}
}

/// What the fast path of every layout takes, the slow reader reads to the
/// same values.
fn check_sweeps(block: &[u8]) -> usize {
    let mut taken = 0;
    let mut index = Index::default();
    index.fill(block);
    for format in format::TABLE {
        let Some(quick) = format.quick() else { continue };
        let mut lines = Taken::default();
        quick.sweep(block, &index, &mut lines);
        for line in lines.0 {
            taken += 1;
            let cut = |(start, end): (u32, u32)| &block[start as usize..end as usize];
            let text = cut((line.start, line.end));
            let slow = SlowReader::new().read(text);
            let SlowReading::Read(record) = slow else {
                panic!("{}: {slow:?}", String::from_utf8_lossy(text));
            };
            let peer = record.addresses.iter().find(|(role, _)| *role == slow::Role::Peer);
            assert_eq!(record.time, Some(line.time), "{}", String::from_utf8_lossy(text));
            assert_eq!(record.status, Some(line.status), "{}", String::from_utf8_lossy(text));
            assert_eq!(record.bytes, line.bytes, "{}", String::from_utf8_lossy(text));
            assert_eq!(record.target.as_deref(), Some(cut(line.target)));
            assert_eq!(peer.map(|(_, name)| name.clone()), Some(client(cut(line.peer))));
        }
    }
    taken
}

#[test]
fn the_readers_agree_on_the_stories() {
    let mut reader = Reader::new(&places(&["combined"]), false);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs");
    for log in ["francetest/logs/access.log", "francetest/logs/access.log.1"] {
        let bytes = std::fs::read(folder.join(log)).unwrap();
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.clone().for_each(|line| check(&mut reader, line));
        let taken = check_sweeps(&bytes);
        assert!(taken * 10 > lines.count() * 9, "the fast path takes most of {log}");
    }
}

#[test]
fn the_readers_agree_on_the_samples_of_the_cards() {
    for place in places(&IN_SCOPE) {
        let mut reader = Reader::new(&[place], false);
        for sample in format::TABLE[place].card().samples {
            // A date of another shape than `10/Oct/2000:13:55:36 -0700` is none
            // to the slow reader.
            if memchr::memmem::find(sample.line, b" 12:00:00]").is_none() {
                check(&mut reader, sample.line);
            }
        }
    }
}

#[test]
fn the_readers_agree_on_published_logs() {
    let Some(corpus) = std::env::var_os("WHOFETCHED_CORPUS") else {
        println!("skipped: WHOFETCHED_CORPUS names no folder of published logs");
        return;
    };
    let corpus = std::path::PathBuf::from(corpus);
    for name in ["apache_logs", "acunetix", "shop"] {
        let bytes = std::fs::read(corpus.join(format!("{name}.combined.log"))).unwrap();
        let mut reader = Reader::new(&places(&["combined"]), false);
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.for_each(|line| check(&mut reader, line));
        check_sweeps(&bytes);
    }
}

/// Pieces from which lines are built; each is right somewhere and wrong
/// elsewhere.
const PIECES: [&str; 44] = [
    "192.0.2.7",
    "2001:db8::1",
    "host.example",
    "-",
    "frank",
    "a b",
    "[10/Oct/2000:13:55:36 -0700]",
    "[29/Feb/2023:13:55:36 +0000]",
    "[29/Feb/2024:23:59:60 +0530]",
    "[1/Oct/2000:13:55:36 +0000]",
    "\"GET /a.csv HTTP/1.1\"",
    "\"GET /a%20b//c HTTP/1.0\"",
    "\"HEAD / HTTP/2.0\"",
    "\"GET /\"",
    "\"-\"",
    "\"\"",
    "\"\\x16\\x03\\x01\"",
    "\"GET /a\\\"b HTTP/1.1\"",
    "\"quit\"",
    "200",
    "404",
    "000",
    "20",
    "2000",
    "2326",
    "0",
    "\"https://h.example/\"",
    "\"curl/8.5\"",
    "\"a \\\\ b\"",
    "\"open",
    " ",
    "\t",
    "\"",
    "\\",
    "[",
    "]",
    "\u{1b}",
    "\u{fffd}",
    "\"GET /é HTTP/1.1\"",
    "vhost.example:443",
    "\"203.0.113.5, 10.0.0.7\"",
    "+",
    "\"OPTIONS * HTTP/1.0\"",
    "\"GET http://evil/ HTTP/1.1\"",
];

/// A combined line, and what is done to it: replaced, doubled, dropped and
/// swapped pieces, then bytes.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let frame = [0usize, 3, 3, 6, 10, 19, 24, 26, 27];
    let edits = prop::collection::vec((0..9usize, 0..PIECES.len(), 0..6u8), 0..3);
    let bytes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..2);
    (edits, bytes).prop_map(move |(edits, bytes)| {
        let mut pieces: Vec<&str> = frame.iter().map(|at| PIECES[*at]).collect();
        for (at, piece, edit) in edits {
            let at = at % pieces.len().max(1);
            match edit {
                0 | 1 if !pieces.is_empty() => pieces[at] = PIECES[piece],
                2 => pieces.insert(at.min(pieces.len()), PIECES[piece]),
                3 if !pieces.is_empty() => drop(pieces.remove(at)),
                4 => pieces.truncate(at),
                _ => {}
            }
        }
        let mut line = pieces.join(" ").into_bytes();
        for (at, byte) in bytes {
            if !line.is_empty() && byte != b'\n' && byte != b'\r' {
                let at = at.index(line.len());
                line[at] = byte;
            }
        }
        line
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A hundred thousand generated and mutated lines: what the fast path
    /// takes, the slow reader reads to the same values; what the grammar of a
    /// layout reads, the slow reader reads to the same values.
    #[test]
    fn the_readers_agree_on_mutated_lines(line in mutated()) {
        // To the slow reader a line with a NUL is damaged, and a quote in the
        // user's name opens a field.
        let head = line.iter().position(|byte| *byte == b'[').unwrap_or(0);
        if line.contains(&0) || line[..head].contains(&b'"') {
            return Ok(());
        }
        let mut block = line.clone();
        block.push(b'\n');
        check_sweeps(&block);
        // Of the virtual-host layouts a mutated line may be either.
        let mut reader = Reader::new(&places(&["common", "combined", "nginx-main"]), true);
        if let Reading::Read(_, record) = reader.read(&line) {
            let fast = ours(&record);
            match SlowReader::new().read(&line) {
                SlowReading::Read(slow) => prop_assert_eq!(fast, theirs(&slow), "{}", String::from_utf8_lossy(&line)),
                slow => prop_assert!(
                    false, "{}\nfast {}\nslow {:?}", String::from_utf8_lossy(&line), fast, slow
                ),
            }
        }
    }
}

fn target() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "/",
        "a",
        "b",
        ".csv",
        "%61",
        "%2e",
        "%2F",
        "..",
        ".",
        ";v=1",
        "?",
        "%",
        "%2561",
        "\\",
        "//",
        "A",
        "é",
        "%C3%A9",
        " ",
        "+",
        "#",
        "http://h.example",
        "{",
        "*",
    ]);
    prop::collection::vec(piece, 1..9).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the slow matcher finds, the program's matcher finds; where the
    /// prefilter says no, the slow matcher says no.
    #[test]
    fn no_spelling_of_a_target_is_missed(
        target in target(),
        pattern in prop::sample::select(vec![
            "/a", "/a/b.csv", "/a/*.csv", "/a?b", "/**/b", "/a/**", "/[ab]/b", "/a b", "/é", "/[!a]b",
        ]),
        folds in any::<bool>(),
    ) {
        let case: Case =
            load::quick(&[pattern.to_owned()], None, None, None, None, &[], &[], None).unwrap();
        let matcher = Matcher::new(&case, folds).unwrap();
        if slow::slow_match(target.as_bytes(), pattern, folds) {
            let found = matcher.find(target.as_bytes(), Escape::Backslash, None);
            prop_assert!(found.is_some(), "{} is named by {}", pattern, target);
            prop_assert!(matcher.may_match(target.as_bytes(), Escape::Backslash));
        }
    }
}
