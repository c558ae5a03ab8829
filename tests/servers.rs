//! Real servers as witnesses: what the program reads from each line of their
//! logs, held against what the client did.
//!
//! `tests/servers/run` starts each server on the loopback, sends it the same
//! awkward requests, and keeps its logs under `sample-logs/servers/`. Here
//! the servers are not needed: the logs are read as they were kept. The
//! environment variable `WHOFETCHED_SERVERS` names another folder of the same
//! build, such as one that was recorded a minute ago.
//!
//! Where a server logs something else than it was sent, `server.json` says
//! what and why; nothing there is taken from a log.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use whofetched::case::{Case, Server};
use whofetched::examine::plan::{self, Question, ReadingOptions};
use whofetched::format::{self, BytesMeaning, Reader, Reading, TimeMeaning};
use whofetched::record::{Client, Escape, Instant, Record, Request, Role, WallClock};
use whofetched::source::{self, Blocks, LINE_CAP, ReadOptions, lines};

/// How far a logged time may lie from the client's clock, in microseconds:
/// most logs count whole seconds, lighttpd adds the rounding of a second clock,
/// and a busy machine is late. A pause of the slow download is longer.
const SLACK: i64 = 2_000_000;

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs").join(name)
}

/// The folder of the servers that were asked the awkward requests.
fn recorded() -> PathBuf {
    std::env::var_os("WHOFETCHED_SERVERS").map_or_else(|| kept("servers"), PathBuf::from)
}

fn json_lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The requests that every server was sent, by their names.
fn requests(folder: &Path) -> BTreeMap<String, Value> {
    let all = json_lines(&folder.join("requests.jsonl"));
    all.into_iter().map(|one| (one["id"].as_str().unwrap().to_owned(), one)).collect()
}

/// The folders of the servers, each with what is known of it.
fn servers(folder: &Path) -> Vec<(PathBuf, Value)> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("server.json").is_file())
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no server was found in {}", folder.display());
    let about = |path: &Path| {
        let text = fs::read(path.join("server.json")).unwrap();
        serde_json::from_slice(&text).unwrap()
    };
    found.into_iter().map(|path| (path.clone(), about(&path))).collect()
}

/// A field of bytes, of which each is kept as a character; `None` where it
/// is absent or null.
fn bytes_of(object: &Value, key: &str) -> Option<Vec<u8>> {
    let text = object.get(key)?.as_str()?;
    Some(text.chars().map(|byte| u8::try_from(u32::from(byte)).unwrap()).collect())
}

/// The same with what a server's log says instead.
fn expected(differs: &Value, request: &Value, key: &str) -> Option<Vec<u8>> {
    if differs.get(key).is_some() { bytes_of(differs, key) } else { bytes_of(request, key) }
}

fn undone(record: &Record<'_>, field: Option<&[u8]>) -> Option<Vec<u8>> {
    field.map(|field| {
        let mut out = Vec::new();
        let escape = if record.escape == Escape::Plus { Escape::None } else { record.escape };
        escape.undo(field, &mut out);
        out
    })
}

fn shown(field: Option<&[u8]>) -> String {
    field.map_or_else(
        || "none".to_owned(),
        |field| {
            let text = field.escape_ascii().to_string();
            if text.len() > 120 {
                format!("{}… ({} bytes)", &text[..120], field.len())
            } else {
                text
            }
        },
    )
}

/// One line of a log with all that is known of its request.
struct Line<'a> {
    log: &'a Value,
    request: &'a Value,
    truth: &'a Value,
    differs: &'a Value,
}

impl Line<'_> {
    fn says(&self, field: &str) -> bool {
        self.log["fields"].as_array().unwrap().iter().any(|each| each == field)
    }

    /// Where a record differs from what the client did.
    fn wrong(&self, place: usize, record: &Record<'_>) -> Vec<String> {
        let mut wrong = Vec::new();
        self.request(record, &mut wrong);
        self.addresses(record, &mut wrong);
        self.time(place, record, &mut wrong);
        self.bytes(place, record, &mut wrong);
        self.headers(record, &mut wrong);
        let status = match self.differs.get("status") {
            Some(said) => said.as_u64(),
            None => self.truth["status"].as_u64(),
        };
        let read = record.status.map(u64::from).filter(|status| *status > 0);
        let unseen = self.differs["status"] == "any" || self.truth["unread"] == true;
        if read != status && !unseen {
            wrong.push(format!("status {read:?}, the client was sent {status:?}"));
        }
        wrong
    }

    fn request(&self, record: &Record<'_>, wrong: &mut Vec<String>) {
        let reading = self.differs["reading"].as_str();
        if let Request::Raw(raw) = record.request {
            let raw = undone(record, raw);
            let has_line = self.request["has_line"] == true && reading != Some("raw");
            if has_line {
                wrong.push(format!("no request line, but {}", shown(raw.as_deref())));
            }
            return;
        }
        if reading == Some("raw") || self.request["has_line"] == false {
            if self.differs.get("target").is_none() {
                wrong.push(format!("a request line where none is: {:?}", record.request));
                return;
            }
        }
        for (name, read) in [("method", record.method()), ("target", record.target())] {
            let read = undone(record, read);
            let wanted = expected(self.differs, self.request, name);
            if read != wanted {
                let (read, wanted) = (shown(read.as_deref()), shown(wanted.as_deref()));
                wrong.push(format!("{name} {read}, the client sent {wanted}"));
            }
        }
    }

    fn addresses(&self, record: &Record<'_>, wrong: &mut Vec<String>) {
        let of = |role: Role| -> Vec<String> {
            record
                .addresses
                .each()
                .filter(|(each, _)| *each == role)
                .map(|(_, token)| match Client::read(token) {
                    Client::Ip(ip) => ip.to_string(),
                    Client::Name(name) => name.escape_ascii().to_string(),
                })
                .collect()
        };
        let client = self.truth["client"].as_str().unwrap_or("127.0.0.1");
        let (peers, forwarded) = (of(Role::Peer), of(Role::Forwarded));
        if self.log["peer"] == true
            && self.differs.get("peer") != Some(&Value::Null)
            && peers != [client]
        {
            wrong.push(format!("peer {peers:?}, the client was {client}"));
        }
        if self.request["id"] == "forwarded" && self.says("forwarded") {
            let wanted = bytes_of(self.request, "forwarded").unwrap();
            let wanted = String::from_utf8(wanted).unwrap();
            let wanted: Vec<&str> = wanted.split(", ").collect();
            let begins =
                forwarded.iter().map(String::as_str).take(wanted.len()).eq(wanted.iter().copied());
            // Envoy adds the peer's address, or its own where the peer is a loopback.
            let appended = self.log["appends"] == true;
            if !begins || (forwarded.len() > wanted.len() && !appended) {
                wrong.push(format!("forwarded {forwarded:?}, the client sent {wanted:?}"));
            }
        }
    }

    fn time(&self, place: usize, record: &Record<'_>, wrong: &mut Vec<String>) {
        let means = format::TABLE[place].card().time;
        let wanted = match self.log["time"].as_str() {
            None => {
                if record.time.is_some() {
                    wrong.push(format!("a time, {:?}, where none is written", record.time));
                }
                return;
            }
            Some("start") => TimeMeaning::Start,
            Some("end") => TimeMeaning::End,
            other => panic!("{other:?}"),
        };
        if means != wanted && means != TimeMeaning::Unknown {
            wrong.push(format!(
                "the card says that the time is the {means:?}, it is the {wanted:?}"
            ));
        }
        let wall = self.log["zone"].as_str().map(|zone| WallClock::parse(zone).unwrap());
        let Some(time) = record.time else {
            wrong.push("no time".to_owned());
            return;
        };
        let at = micros(time.instant(wall));
        let instant =
            |key: &str| micros(Instant::parse(self.truth[key].as_str().unwrap()).unwrap());
        let (began, ended) = (instant("from"), instant("to"));
        // The client pauses in the middle of the slow download: there the
        // beginning and the end are told from one another.
        let (least, most) = match (self.request["id"] == "slow", wanted) {
            (true, TimeMeaning::Start) => (began - SLACK, began + SLACK),
            (true, _) => (ended - SLACK, ended + SLACK),
            (false, _) => (began - SLACK, ended + SLACK),
        };
        if !(least..=most).contains(&at) {
            let shown = time.instant(wall).text(6);
            let (after, before) = ((at - began) / 1000, (ended - at) / 1000);
            wrong.push(format!("time {shown}, {after} ms after the client began, {before} before it ended; it is the {wanted:?}"));
        }
    }

    fn bytes(&self, place: usize, record: &Record<'_>, wrong: &mut Vec<String>) {
        let Some(means) = self.log["bytes"].as_str() else {
            if record.bytes.is_some() {
                wrong.push(format!("bytes {:?} where none are written", record.bytes));
            }
            return;
        };
        let wanted = match means {
            "body" | "framed" | "proxy" => BytesMeaning::Body,
            "begun" | "near-wire" | "wire" => BytesMeaning::Wire,
            "planned" => BytesMeaning::Planned,
            other => panic!("{other}"),
        };
        let card = format::TABLE[place].card().bytes;
        if card != wanted && card != BytesMeaning::Unknown {
            wrong.push(format!("the card says that bytes are {card:?}, they are {wanted:?}"));
        }
        // Without chunks the body is what came over the wire.
        let number = |key: &str| {
            let wire = self.truth["wire"].as_u64().unwrap_or(0);
            self.truth[key].as_u64().unwrap_or(if key == "body" { wire } else { 0 })
        };
        let length = self.truth["length"].as_u64();
        if means == "proxy" || self.truth["unread"] == true {
            return;
        }
        let (least, most) = match self.differs.get("bytes") {
            Some(Value::String(any)) if any == "any" => return,
            Some(said) => (said.as_u64(), said.as_u64()),
            None => {
                let received = match means {
                    "body" => number("body"),
                    "framed" => number("wire"),
                    "wire" => number("head") + number("wire"),
                    "near-wire" => number("wire"),
                    _ => number("body"),
                };
                let whole = self.truth["cut"] != true;
                match means {
                    "begun" => {
                        (Some(number("head") / 2), Some(number("head") + number("wire") + 65_536))
                    }
                    // Headers that it adds itself are not counted.
                    "near-wire" if whole => {
                        (Some(number("wire")), Some(number("head") + number("wire")))
                    }
                    "planned" if !whole => (length, length),
                    // What the kernel took, but the client did not read.
                    _ if !whole => {
                        (Some(received), length.map(|length| length + number("head") + 16))
                    }
                    _ => (Some(received), Some(received)),
                }
            }
        };
        let read = record.bytes;
        let fits = match (least, most) {
            (Some(0), Some(0)) | (None, _) => read.unwrap_or(0) == 0,
            (Some(least), Some(most)) => read.is_some_and(|read| (least..=most).contains(&read)),
            (Some(least), None) => read.is_some_and(|read| read >= least),
        };
        if !fits {
            wrong.push(format!("bytes {read:?}, by the client {least:?} to {most:?}"));
        }
        if record.no_body != (read.unwrap_or(0) == 0) {
            wrong.push(format!("no_body is {} with bytes {read:?}", record.no_body));
        }
    }

    fn headers(&self, record: &Record<'_>, wrong: &mut Vec<String>) {
        let known = self.truth["status"] == 200;
        let fields = [
            ("agent", "agent", record.agent, true),
            ("referer", "referer", record.referer, true),
            ("user", "user", record.user, true),
            ("known-user", "user", record.user, known),
        ];
        for (field, name, read, holds) in fields {
            if !self.says(field) {
                continue;
            }
            let read = undone(record, read);
            let wanted = expected(self.differs, self.request, name).filter(|_| holds);
            if read != wanted {
                let (read, wanted) = (shown(read.as_deref()), shown(wanted.as_deref()));
                wrong.push(format!("{name} {read}, the client sent {wanted}"));
            }
        }
        let usual = bytes_of(self.request, "host").is_some_and(|host| host == b"example.test");
        if self.says("host") && usual && known && record.host != Some(b"example.test") {
            wrong.push(format!("host {}", shown(record.host)));
        }
        let names_none = !["agent", "referer"].iter().any(|field| self.says(field));
        if names_none && (record.agent.is_some() || record.referer.is_some()) {
            wrong.push(format!(
                "agent {:?} or referer {:?} of nothing",
                record.agent, record.referer
            ));
        }
    }
}

fn micros(instant: Instant) -> i64 {
    instant.seconds * 1_000_000 + i64::from(instant.nanos) / 1000
}

/// Reads every line of a log as the program does: guessed, or as `format`
/// says.
fn read_log(path: &Path, format: Option<&str>, mut take: impl FnMut(usize, &Reading<'_>, &[u8])) {
    let server = Server { name: "unnamed".to_owned(), ..Server::default() };
    let case = Case { servers: vec![server], ..Case::default() };
    let reading = ReadingOptions { format: format.map(str::to_owned), ..ReadingOptions::default() };
    let question = Question::new(case, reading).unwrap();
    let input = path.to_string_lossy().into_owned();
    let plan = plan::plan(&question, &[input], Path::new("")).unwrap();
    let [source] = plan.sources.as_slice() else { panic!("{}", path.display()) };
    let mut opened = source::open(&source.found, ReadOptions { hash: false }, None).unwrap();
    let mut reader = Reader::new(&source.formats, source.only);
    let mut number = 0;
    for block in Blocks::new(&mut opened, 64 * 1024, LINE_CAP) {
        for line in lines(&block) {
            number += 1;
            take(number, &reader.read(line.bytes), line.bytes);
        }
    }
}

/// Everything that is wrong with the reading of one log.
fn check(
    folder: &Path,
    about: &Value,
    number: usize,
    requests: &BTreeMap<String, Value>,
) -> Vec<String> {
    let log = &about["logs"][number];
    let name = log["name"].as_str().unwrap();
    let truth = json_lines(&folder.join("truth.jsonl"));
    let differing = match format {
        Some(_) => &about["differs"][format!("{name} --format")],
        None => &about["differs"][name],
    };
    // A request may have left several lines; the first that is read is its
    // record, and the others must not look like requests of their own.
    let mut of_line: BTreeMap<usize, &Value> = BTreeMap::new();
    for one in &truth {
        for line in one["lines"][number].as_array().unwrap() {
            let line = line.as_u64().unwrap() as usize;
            assert!(of_line.insert(line, one).is_none(), "{name}: line {line} is of two requests");
        }
    }
    let none = Value::Null;
    let (mut wrong, mut n_lines) = (Vec::new(), 0);
    let mut records: BTreeMap<&str, usize> = BTreeMap::new();
    read_log(&folder.join(log["file"].as_str().unwrap()), format, |line, reading, bytes| {
        n_lines = line;
        let Some(one) = of_line.get(&line) else {
            wrong.push(format!("line {line} is of no request"));
            return;
        };
        let id = one["id"].as_str().unwrap();
        let request = &requests[id];
        let differs = differing.get(id).unwrap_or(&none);
        let known = Line { log, request, truth: one, differs };
        let found = match reading {
            Reading::Read(place, record) => {
                *records.entry(id).or_default() += 1;
                let mut found = known.wrong(*place, record);
                if !found.is_empty() {
                    found.insert(0, format!("as {}", format::TABLE[*place].card().name));
                }
                found
            }
            Reading::Unread(miss) => {
                let allowed = request["has_line"] == false
                    || differs["reading"] == "unread"
                    || one["lines"][number].as_array().unwrap().len() > 1;
                if allowed {
                    Vec::new()
                } else {
                    vec![format!("unread at byte {}: wanted {}", miss.at, miss.wanted)]
                }
            }
            other => vec![format!("{other:?}")],
        };
        if !found.is_empty() {
            let text = shown(Some(bytes));
            wrong.push(format!("{id}, line {line}: {}\n        {text}", found.join("; ")));
        }
    });
    if n_lines != of_line.len() {
        wrong.push(format!("{n_lines} lines in the log, {} of requests", of_line.len()));
    }
    for one in &truth {
        let id = one["id"].as_str().unwrap();
        let lines = one["lines"][number].as_array().unwrap().len();
        let differs = differing.get(id).unwrap_or(&none);
        let read = records.get(id).copied().unwrap_or(0);
        let most = differs["records"].as_u64().unwrap_or(1) as usize;
        if read > most {
            wrong.push(format!("{id}: {read} records of one request"));
        }
        if lines > 0
            && read == 0
            && requests[id]["has_line"] == true
            && differs["reading"] != "unread"
        {
            wrong.push(format!("{id}: {lines} lines, and none is read"));
        }
    }
    wrong
}

/// Checks the logs of all servers in a folder: those that the program finds
/// out by itself, or those whose format it is told. Gives how many there were.
fn check_all(folder: &Path, told: bool) -> usize {
    let requests = requests(folder);
    let (mut wrong, mut n_logs) = (Vec::new(), 0);
    for (path, about) in servers(folder) {
        for (number, log) in about["logs"].as_array().unwrap().iter().enumerate() {
            let format = log["format"].as_str().filter(|_| told);
            if (told && format.is_none()) || (!told && log["found"] == false) {
                continue;
            }
            n_logs += 1;
            let found = check(&path, &about, number, format, &requests);
            if !found.is_empty() {
                let name = path.file_name().unwrap().to_string_lossy();
                let log = log["name"].as_str().unwrap();
                wrong.push(format!("== {name}/{log}\n    {}", found.join("\n    ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    n_logs
}

#[test]
fn every_line_says_what_the_client_did() {
    let n_logs = check_all(&recorded(), false);
    println!("{n_logs} logs");
    assert!(n_logs > 0);
}

#[test]
fn whole_and_aborted_downloads_are_read_as_the_client_saw_them() {
    assert_eq!(check_all(&kept("lab"), false), 11);
}
