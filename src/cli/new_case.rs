//! `new-case`: a commented case file, with suggestions from logs.
//!
//! A suggestion is made from the beginning and, of a plain file, the end of
//! each log: reading all of it is what `scan` does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::path::Path;

use crate::actor;
use crate::case::{self, Case};
use crate::error::Error;
use crate::examine::plan::{
    self as examine_plan, HEAD_BYTES, Plan, PlannedSource, Question, ReadingOptions,
};
use crate::examine::visit::{Stop, trips, visit};
use crate::format::guess::Kind;
use crate::format::{Reader, Reading, TABLE};
use crate::record::{Client, Instant, Role, Zone};
use crate::report::safe::{self, Json};
use crate::source::{self, ReadOptions};

use super::args::NewCase;
use super::exit::Exit;
use super::{complain, print};

/// How many bytes at the end of a plain file are looked at.
const TAIL_BYTES: u64 = 64 * 1024;

/// From which share of private peers on they are taken for proxies.
const PROXY_SHARE: f64 = 0.95;

/// At most so many addresses are taken for proxies.
const PROXIES: usize = 5;

/// Writes a case file.
///
/// # Errors
/// When the inputs name nothing, or the file is there already or cannot be
/// written.
pub fn run(args: &NewCase) -> Result<Exit, Error> {
    let mut text = case::load::template().to_owned();
    let mut exit = Exit::Done;
    if !args.inputs.is_empty() {
        let question = Question::new(Case::default(), ReadingOptions::default())?;
        let plan = examine_plan::plan(&question, &args.inputs, Path::new(""))?;
        for problem in &plan.problems {
            complain(problem);
            exit = Exit::Fault;
        }
        text.push_str(&suggestions(&plan));
    }
    match &args.output {
        None => print(|out| out.write_all(text.as_bytes()))?,
        Some(path) => {
            let file = OpenOptions::new().write(true).create_new(true).open(path);
            let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
            written.map_err(|error| Error::io(path, error))?;
        }
    }
    Ok(exit)
}

/// What is seen of the logs of one folder.
#[derive(Debug, Default)]
struct Glimpse {
    logs: BTreeSet<String>,
    formats: BTreeMap<usize, u64>,
    others: Vec<String>,
    lines: u64,
    unread: u64,
    zoneless: u64,
    private: BTreeMap<IpAddr, u64>,
    first: Option<Instant>,
    last: Option<Instant>,
}

/// A commented `[[server]]` for each folder.
fn suggestions(plan: &Plan) -> String {
    let mut folders: BTreeMap<String, Glimpse> = BTreeMap::new();
    let mut access = Vec::new();
    for (number, source) in (0u32..).zip(&plan.sources) {
        let folder = source.found.path.parent().unwrap_or(Path::new(""));
        let glimpse = folders.entry(folder.to_string_lossy().into_owned()).or_default();
        let name = source.found.name();
        match source.kind {
            Kind::Other(_) if source.container.is_some() => {}
            Kind::Other(what) => glimpse.others.push(format!("{name}: {what}, no access log")),
            Kind::Unknown => glimpse.others.push(format!("{name}: no format reads it")),
            Kind::Access => {
                let stem = &source.member.stem;
                let glob = match source.found.member {
                    // A server's logs are files: of a member its archive.
                    Some(_) => source.found.path.clone(),
                    None if stem.contains('*') => folder.join(stem),
                    None => folder.join(format!("{stem}*")),
                };
                glimpse.logs.insert(glob.to_string_lossy().into_owned());
                access.push(number);
            }
        }
    }
    for trip in trips(plan, access) {
        visit(plan, &trip, ReadOptions { hash: false }, None, &mut |number, stop| {
            let source = &plan.sources[number as usize];
            let folder = source.found.path.parent().unwrap_or(Path::new(""));
            if let (Stop::Source(mut opened), Some(glimpse)) =
                (stop, folders.get_mut(&*folder.to_string_lossy()))
            {
                glimpse.look(source, &opened.look(HEAD_BYTES).bytes);
            }
            ControlFlow::Continue(())
        });
    }
    let mut out = format!(
        "\n# ---- Suggestions from {} inputs ------------------------------------------\n\
         # Made from the first mebibyte of each and, where it is stored plain, its last {} KiB.\n\
         # Check every line, then remove its \"#\". Paths are relative to this file.\n",
        plan.sources.len(),
        TAIL_BYTES / 1024,
    );
    for (folder, glimpse) in &folders {
        out.push_str(&glimpse.text(folder));
    }
    out
}

impl Glimpse {
    /// Looks at the ends of one source.
    fn look(&mut self, source: &PlannedSource, head: &[u8]) {
        let mut reader = Reader::new(&source.formats, source.only);
        // The last line may be cut.
        let end = memchr::memrchr(b'\n', head).map_or(head.len(), |at| at + 1);
        self.read(&mut reader, &head[..end]);
        let length = source.found.length;
        if source.plain && length > HEAD_BYTES as u64 {
            let mut tail = Vec::new();
            let slice = source::slice(&source.found, length - TAIL_BYTES, length, None);
            if slice.and_then(|mut slice| slice.read_to_end(&mut tail)).is_ok() {
                let start = memchr::memchr(b'\n', &tail).map_or(tail.len(), |at| at + 1);
                self.read(&mut reader, &tail[start..]);
            }
        }
    }

    fn read(&mut self, reader: &mut Reader, bytes: &[u8]) {
        for line in bytes.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            match reader.read(line) {
                Reading::Blank | Reading::Header | Reading::Part => {}
                Reading::Unread(_) => self.unread += 1,
                Reading::Read(place, record) => {
                    self.lines += 1;
                    *self.formats.entry(place).or_default() += 1;
                    if let Some(time) = record.time {
                        let at = time.instant(None);
                        self.zoneless += u64::from(time.zone == Zone::Local);
                        self.first = Some(self.first.map_or(at, |first| first.min(at)));
                        self.last = self.last.max(Some(at));
                    }
                    let peer =
                        record.addresses.first(Role::Peer).and_then(|peer| Client::read(peer).ip());
                    if let Some(ip) = peer.filter(|ip| actor::is_private(*ip)) {
                        *self.private.entry(ip).or_default() += 1;
                    }
                }
            }
        }
    }

    fn text(&self, folder: &str) -> String {
        let name = Path::new(folder).file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| "web1".to_owned());
        let mut out = String::from("\n");
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        for other in &self.others {
            line(format!("# {}", safe::terminal(other.as_bytes())));
        }
        if self.logs.is_empty() {
            return out;
        }
        if let (Some(first), Some(last)) = (self.first, self.last) {
            line(format!(
                "# Times seen: {first} to {last}; {} lines read, {} not.",
                self.lines, self.unread
            ));
        }
        line("#[[server]]".to_owned());
        line(format!("#name = {}", quoted(&name)));
        let logs: Vec<String> = self.logs.iter().map(|log| quoted(log)).collect();
        line(format!("#logs = [{}]", logs.join(", ")));
        if let Some((place, count)) = self.formats.iter().max_by_key(|(_, count)| **count) {
            let name = quoted(TABLE[*place].card().name);
            line(format!("# read {count} of the {} lines looked at:", self.lines + self.unread));
            line(format!("#format = {name}"));
        }
        if self.zoneless > 0 {
            line(format!("# {} lines have no zone; which clock do they follow?", self.zoneless));
            line("#zone = \"Europe/Paris\"".to_owned());
        }
        let private: u64 = self.private.values().sum();
        if private as f64 > PROXY_SHARE * self.lines as f64 {
            let mut by_count: Vec<(&IpAddr, &u64)> = self.private.iter().collect();
            by_count.sort_by_key(|(ip, count)| (std::cmp::Reverse(**count), **ip));
            let proxies: Vec<String> =
                by_count.iter().take(PROXIES).map(|(ip, _)| quoted(&ip.to_string())).collect();
            line(format!(
                "# {private} of {} lines come from {} private addresses: are these proxies?",
                self.lines,
                self.private.len()
            ));
            line(format!("#trusted_proxies = [{}]", proxies.join(", ")));
        }
        out
    }
}

/// A string of TOML: what JSON writes is one.
fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    // Writing to a vector does not fail.
    let _ = safe::json(text, Json::line(), &mut out);
    String::from_utf8_lossy(&out).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_comments() {
        let mut glimpse = Glimpse::default();
        glimpse.logs.insert("logs/access\n.log*".to_owned());
        let mut reader = Reader::new(&[], false);
        let line =
            br#"10.0.0.7 - - [12/Apr/2018:09:48:40 +0200] "GET / HTTP/1.1" 200 5 "-" "curl""#;
        glimpse.read(&mut reader, line);
        glimpse.read(&mut reader, b"no log\x1b\n");
        let expected = "
# Times seen: 2018-04-12T07:48:40Z to 2018-04-12T07:48:40Z; 1 lines read, 1 not.
#[[server]]
#name = \"logs\"
#logs = [\"logs/access\\n.log*\"]
# read 1 of the 2 lines looked at:
#format = \"combined\"
# 1 of 1 lines come from 1 private addresses: are these proxies?
#trusted_proxies = [\"10.0.0.7\"]
";
        assert_eq!(glimpse.text("logs"), expected);
    }
}
