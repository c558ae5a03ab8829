//! Law 10: the program's readers and a slow, obvious reader, written apart
//! and sharing no code, agree on every line.

mod common;
mod slow;

use std::fmt::{self, Write};
use std::sync::LazyLock;

use proptest::prelude::*;
use slow::{SlowReader, SlowReading, SlowRecord};
use whofetched::case::target::Matcher;
use whofetched::case::{Case, load};
use whofetched::format::{self, QuickLine, Reader, Reading, State, Sweep};
use whofetched::record::{Client, Escape, Record, Request, Role};
use whofetched::source::Index;

/// The formats that the slow reader was written for.
const IN_SCOPE: [&str; 4] = ["common", "combined", "nginx-main", "vhost-combined"];

fn places(names: &[&str]) -> Vec<usize> {
    let place = |name: &&str| format::TABLE.iter().position(|f| f.card().name == *name);
    names.iter().map(|name| place(name).unwrap()).collect()
}

fn undone(record: &Record<'_>, field: Option<&[u8]>) -> Option<Text> {
    field.map(|field| {
        let mut out = Vec::new();
        // Whether `+` is a space is not the slow reader's to say.
        let escape = if record.escape == Escape::Plus { Escape::None } else { record.escape };
        escape.undo(field, &mut out);
        Text(out)
    })
}

fn client(token: &[u8]) -> String {
    match Client::read(token) {
        Client::Ip(ip) => ip.to_string(),
        Client::Name(name) => String::from_utf8_lossy(name).to_lowercase(),
    }
}

/// What of a record both readers must agree on.
#[derive(Debug, PartialEq)]
struct Said {
    time: Option<i64>,
    peer: Option<String>,
    method: Option<String>,
    target: Option<Text>,
    raw: Option<Text>,
    status: Option<u16>,
    bytes: Option<u64>,
    referer: Option<Text>,
    agent: Option<Text>,
}

fn ours(record: &Record<'_>) -> Said {
    let time = record.time.filter(|time| time.zone != whofetched::record::Zone::Local);
    let peer = record.addresses.each().find(|(role, _)| *role == Role::Peer);
    let raw = match record.request {
        Request::Raw(raw) => undone(record, raw),
        Request::Line { .. } => None,
    };
    let method = undone(record, record.method());
    Said {
        time: time.map(|time| time.reading.seconds),
        peer: peer.map(|(_, token)| client(token)),
        method: method.map(|method| String::from_utf8_lossy(&method.0).into_owned()),
        target: undone(record, record.target()),
        raw,
        status: record.status,
        bytes: record.bytes,
        referer: undone(record, record.referer),
        agent: undone(record, record.agent),
    }
}

fn theirs(record: SlowRecord) -> Said {
    let peer = record.addresses.into_iter().find(|(role, _)| *role == slow::Role::Peer);
    Said {
        time: record.time,
        peer: peer.map(|(_, name)| name),
        method: record.method,
        target: record.target.map(Text),
        raw: record.raw_request.map(Text),
        status: record.status,
        bytes: record.bytes,
        referer: record.referer.map(Text),
        agent: record.user_agent.map(Text),
    }
}

/// Says where the two readers disagree on a line, if they do.
fn disagreement(reader: &mut Reader, line: &[u8]) -> Option<String> {
    match (reader.read(line), SlowReader::new().read(line)) {
        (Reading::Read(_, fast), SlowReading::Read(slow)) => {
            let (fast, slow) = (ours(&fast), theirs(slow));
            (fast != slow).then(|| format!("fast {fast:?}\nslow {slow:?}"))
        }
        (Reading::Blank, SlowReading::Blank) | (Reading::Unread(_), SlowReading::Unread) => None,
        (Reading::Read(_, fast), slow) => Some(format!("fast {:?}\nslow {slow:?}", ours(&fast))),
        (fast, SlowReading::Read(slow)) => Some(format!("fast {fast:?}\nslow {:?}", theirs(slow))),
        (fast, slow) => Some(format!("fast {fast:?}\nslow {slow:?}")),
    }
}

fn check(reader: &mut Reader, line: &[u8]) {
    if let Some(why) = disagreement(reader, line) {
        panic!("{:?}\n{why}", Text(line.to_vec()));
    }
}

/// Takes the lines of a sweep.
#[derive(Default)]
struct Taken(Vec<QuickLine>, State);

impl Sweep for Taken {
    fn line(&mut self, line: &QuickLine) {
        self.0.push(*line);
    }

    fn odd(&mut self, _start: u32, _end: u32, _next: u32) {}

    fn state(&self) -> &State {
        &self.1
    }
}

/// The formats with a fast path that the slow reader was written for.
static SWEPT: LazyLock<Vec<usize>> = LazyLock::new(|| places(&IN_SCOPE));

/// What the fast path of each of them takes, the slow reader reads to the
/// same values. Counts what was taken, or says where they disagree.
fn check_sweeps(block: &[u8]) -> Result<usize, String> {
    let mut taken = 0;
    let mut index = Index::default();
    for place in &*SWEPT {
        let Some(quick) = format::TABLE[*place].quick() else { continue };
        let mut lines = Taken::default();
        index.fill(block, quick.marks());
        quick.sweep(block, &index, &mut lines);
        for line in lines.0 {
            taken += 1;
            let cut = |(start, end): (u32, u32)| &block[start as usize..end as usize];
            let text = cut((line.start, line.end));
            let SlowReading::Read(record) = SlowReader::new().read(text) else {
                return Err(format!("{:?} is swept, and unread", Text(text.to_vec())));
            };
            let slow = theirs(record);
            let slow = (slow.time, slow.status, slow.bytes, slow.target, slow.peer);
            let (target, peer) = (Text(cut(line.target).to_vec()), client(cut(line.peer)));
            let swept = (
                Some(line.time.at.seconds),
                Some(line.status),
                line.bytes,
                Some(target),
                Some(peer),
            );
            if swept != slow {
                return Err(format!("{:?}\nswept {swept:?}\nslow {slow:?}", Text(text.to_vec())));
            }
        }
    }
    Ok(taken)
}

/// A text of a generated case, which a failure shows as one reads it.
#[derive(Clone, PartialEq)]
struct Text(Vec<u8>);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in String::from_utf8_lossy(&self.0).chars() {
            match letter {
                letter if letter.is_control() => write!(f, "{}", letter.escape_default())?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

#[test]
fn the_readers_agree_on_the_stories() {
    let mut reader = Reader::new(&places(&["combined"]), false);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs");
    for log in ["francetest/logs/access.log", "francetest/logs/access.log.1"] {
        let bytes = std::fs::read(folder.join(log)).unwrap();
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.clone().for_each(|line| check(&mut reader, line));
        let taken = check_sweeps(&bytes).unwrap_or_else(|why| panic!("{why}"));
        assert!(taken * 10 > lines.count() * 9, "the fast path takes most of {log}");
    }
}

#[test]
fn the_readers_agree_on_the_samples_of_the_cards() {
    for place in places(&IN_SCOPE) {
        let mut reader = Reader::new(&[place], false);
        for sample in format::TABLE[place].card().samples {
            check(&mut reader, sample.line);
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
        check_sweeps(&bytes).unwrap_or_else(|why| panic!("{why}"));
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
fn mutated() -> impl Strategy<Value = Text> {
    let frame = [0usize, 3, 3, 6, 10, 19, 24, 26, 27];
    let edits = prop::collection::vec((0..9usize, 0..PIECES.len(), 0..6u8), 0..3);
    let byte = prop_oneof![any::<u8>(), prop::sample::select(&b" \"'[]\\/:,.-%xX0\r"[..])];
    let bytes = prop::collection::vec((any::<prop::sample::Index>(), byte), 0..3);
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
            if !line.is_empty() && byte != b'\n' {
                let at = at.index(line.len());
                line[at] = byte;
            }
        }
        Text(line)
    })
}

/// The layouts that generated lines are read by; of those with a virtual host
/// such a line may be either.
static STRICT: LazyLock<Vec<usize>> =
    LazyLock::new(|| places(&["common", "combined", "nginx-main"]));

/// Says where the readers disagree on a generated line.
fn judge(line: &[u8]) -> Result<(), String> {
    check_sweeps(&[line, b"\n"].concat())?;
    let mut reader = Reader::new(&STRICT, true);
    let Reading::Read(_, record) = reader.read(line) else { return Ok(()) };
    let fast = ours(&record);
    match SlowReader::new().read(line) {
        SlowReading::Read(slow) => {
            let slow = theirs(slow);
            if slow == fast { Ok(()) } else { Err(format!("fast {fast:?}\nslow {slow:?}")) }
        }
        slow => Err(format!("fast {fast:?}\nslow {slow:?}")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A hundred thousand generated and mutated lines: what the fast path
    /// takes, the slow reader reads to the same values; what the grammar of a
    /// layout reads, the slow reader reads to the same values.
    #[test]
    fn the_readers_agree_on_mutated_lines(line in mutated()) {
        if let Err(why) = judge(&line.0) {
            prop_assert!(false, "{:?}\n{}", line, why);
        }
    }
}

fn target() -> impl Strategy<Value = Text> {
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
    prop::collection::vec(piece, 1..9).prop_map(|pieces| Text(pieces.concat().into_bytes()))
}

/// The patterns that targets are held against, and whether the server folds
/// letter case, with the matcher of each.
static MATCHERS: LazyLock<Vec<(&str, bool, Matcher)>> = LazyLock::new(|| {
    let patterns =
        ["/a", "/a/b.csv", "/a/*.csv", "/a?b", "/**/b", "/a/**", "/[ab]/b", "/a b", "/é", "/[!a]b"];
    let pairs = patterns.into_iter().flat_map(|pattern| [(pattern, false), (pattern, true)]);
    let matcher = |(pattern, folds): (&'static str, bool)| {
        let patterns = [pattern.to_owned()];
        let case: Case = load::quick(&patterns, None, None, None, None, &[], &[], None).unwrap();
        (pattern, folds, Matcher::new(&case, folds).unwrap())
    };
    pairs.map(matcher).collect()
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the slow matcher finds, the program's matcher finds; where the
    /// prefilter says no, the slow matcher says no.
    #[test]
    fn no_spelling_of_a_target_is_missed(target in target()) {
        for (pattern, folds, matcher) in MATCHERS.iter() {
            if slow::slow_match(&target.0, pattern, *folds) {
                let found = matcher.find(&target.0, Escape::Backslash, None);
                let may = matcher.may_match(&target.0, Escape::Backslash);
                let case = if *folds { "in any letter case" } else { "as it is written" };
                prop_assert!(found.is_some(), "{:?} is named by {}, {}", target, pattern, case);
                prop_assert!(may, "{:?} may be named by {}, {}", target, pattern, case);
            }
        }
    }
}
