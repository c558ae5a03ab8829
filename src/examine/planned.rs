//! A plan as a file: what one process planned, for others to map and reduce.
//!
//! One object a line: first what was asked and what was found, then a line
//! with a key `split` for each split. What the names of files say of series
//! and rotation is not written down: it is read off the names again. The
//! digest of the whole file is what partials are held against.

use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::format::State;
use crate::format::guess::Kind;
use crate::source::{self, Digest, Found, Object, Origin, Stores};

use super::look;
use super::partial::{Of, TOOL};
use super::plan::{Plan, PlannedSource, Question};
use super::split::{Reads, Split};

/// What a plan calls itself.
const SCHEMA: &str = "whofetched-plan/1";

/// A plan with its splits, as it is written down.
pub struct Planned<A> {
    /// What was asked, as the command line understands it.
    pub asked: A,
    /// The folder from which it was asked.
    pub folder: PathBuf,
    /// The SHA-256 of the question.
    pub question: String,
    /// What is to be read.
    pub plan: Plan,
    /// In which splits.
    pub splits: Vec<Split>,
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head<A> {
    plan: String,
    tool: String,
    asked: A,
    folder: Name,
    question: String,
    splits: usize,
    sources: Vec<Source>,
    problems: Vec<String>,
    copies: Option<Copies>,
}

/// The independent copies that the case names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Copies {
    sources: Vec<Source>,
    problems: Vec<String>,
}

/// The name of a file: text, or its bytes where it is none.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Bytes(Vec<u8>),
}

/// What a source is known by besides its name.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Known {
    File { device: u64, inode: u64 },
    Object { tag: Option<String>, version: Option<String> },
}

impl Known {
    fn of(origin: &Origin) -> Known {
        match origin {
            Origin::File { device, inode } => Known::File { device: *device, inode: *inode },
            Origin::Object(object) => {
                Known::Object { tag: object.tag.clone(), version: object.version.clone() }
            }
        }
    }

    fn origin(self) -> Origin {
        match self {
            Known::File { device, inode } => Origin::File { device, inode },
            Known::Object { tag, version } => Origin::Object(Box::new(Object::new(tag, version))),
        }
    }
}

/// A source.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    path: Name,
    absolute: Name,
    origin: Known,
    size: u64,
    modified: (i64, u32),
    member: Option<String>,
    member_length: u64,
    member_modified: Option<i64>,
    place: u32,
    server: usize,
    kind: String,
    other: Option<String>,
    formats: Vec<usize>,
    ties: Vec<usize>,
    only: bool,
    plain: bool,
    compressed: bool,
    container: Option<String>,
    envelope: Option<String>,
    begin: State,
    state: State,
    year_by: Option<String>,
    unreadable: Option<String>,
}

/// The line of a split: what it is, and what of the source must not change.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    split: u32,
    source: u32,
    path: String,
    reads: Reads,
    start: u64,
    length: u64,
    size: u64,
    modified: (i64, u32),
    /// The tag of an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
}

impl<A: Serialize> Planned<A> {
    /// Writes a plan.
    ///
    /// # Errors
    /// When `into` cannot be written.
    pub fn write(&self, into: &mut dyn Write) -> io::Result<()>
    where
        A: Clone,
    {
        let plan = &self.plan;
        let copies = plan.copies.as_ref().map(|copies| Copies {
            sources: copies.sources.iter().map(Source::of).collect(),
            problems: copies.problems.clone(),
        });
        let head = Head {
            plan: SCHEMA.to_owned(),
            tool: TOOL.to_owned(),
            asked: self.asked.clone(),
            folder: Name::of(&self.folder),
            question: self.question.clone(),
            splits: self.splits.len(),
            sources: plan.sources.iter().map(Source::of).collect(),
            problems: plan.problems.clone(),
            copies,
        };
        serde_json::to_writer(&mut *into, &head)?;
        into.write_all(b"\n")?;
        for row in self.rows() {
            serde_json::to_writer(&mut *into, &row)?;
            into.write_all(b"\n")?;
        }
        Ok(())
    }
}

impl<A> Planned<A> {
    /// The lines of the splits.
    fn rows(&self) -> impl Iterator<Item = Row> {
        (0u32..).zip(&self.splits).map(|(split, at)| {
            let found = &self.plan.sources[at.source as usize].found;
            Row {
                split,
                source: at.source,
                path: found.name(),
                reads: at.reads,
                start: at.start,
                length: at.end - at.start,
                size: found.length,
                modified: found.modified,
                tag: tag(found).map(str::to_owned),
            }
        })
    }
}

impl<A: for<'de> Deserialize<'de>> Planned<A> {
    /// Reads the plan of the file that is called `name`, and says by what
    /// partials of it are known.
    ///
    /// # Errors
    /// When it is no plan, is one of another version, is cut or altered.
    pub fn read(name: &str, bytes: &[u8]) -> Result<(Planned<A>, Of), Error> {
        let refuse = |why: &str| Error::Ledger(format!("{name} {why}"));
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let first = lines.next().unwrap_or_default();
        if !first.starts_with(b"{\"plan\":") {
            return Err(refuse("is no plan that `whofetched plan` wrote"));
        }
        if !first.starts_with(format!("{{\"plan\":\"{SCHEMA}\",\"tool\":\"{TOOL}\"").as_bytes()) {
            return Err(refuse(&format!("is a plan of another version; this is {TOOL}")));
        }
        let altered = || refuse("is cut off or was altered: make the plan anew");
        let head: Head<A> = serde_json::from_slice(first).map_err(|_| altered())?;
        let (copies, problems) = (head.copies, head.problems);
        let plan = Plan {
            sources: planned(head.sources).ok_or_else(altered)?,
            problems,
            copies: match copies {
                None => None,
                Some(copies) => Some(Box::new(Plan {
                    sources: planned(copies.sources).ok_or_else(altered)?,
                    problems: copies.problems,
                    copies: None,
                })),
            },
        };
        let rows: Result<Vec<Row>, _> =
            lines.filter(|line| !line.is_empty()).map(serde_json::from_slice).collect();
        let splits: Option<Vec<Split>> = (0u32..)
            .zip(rows.map_err(|_| altered())?)
            .map(|(number, row)| split(&plan, number, &row))
            .collect();
        let splits = splits.filter(|splits| splits.len() == head.splits).ok_or_else(altered)?;
        are_whole(&plan, &splits).map_err(|why| refuse(&why))?;
        let mut digest = Digest::default();
        digest.update(bytes);
        let of = Of { plan: digest.hex(), question: head.question.clone() };
        let (asked, question) = (head.asked, head.question);
        let folder = head.folder.path();
        Ok((Planned { asked, folder, question, plan, splits }, of))
    }
}

/// The split of a line, if it is one of its source.
fn split(plan: &Plan, number: u32, row: &Row) -> Option<Split> {
    let source = plan.sources.get(row.source as usize)?;
    let found = &source.found;
    let end = row.start.checked_add(row.length)?;
    let fits = row.split == number
        && (row.size, row.modified) == (found.length, found.modified)
        && row.tag.as_deref() == tag(found)
        && (row.reads != Reads::Lines || source.plain && end <= found.length);
    fits.then_some(Split { source: row.source, reads: row.reads, start: row.start, end })
}

/// The tag of an object.
fn tag(found: &Found) -> Option<&str> {
    match &found.origin {
        Origin::File { .. } => None,
        Origin::Object(object) => object.tag.as_deref(),
    }
}

/// Checks that the splits of every source are all of it, once.
fn are_whole(plan: &Plan, splits: &[Split]) -> Result<(), String> {
    let is_all = |of: &[&Split], reads| matches!(of, [one] if one.reads == reads);
    let mut at = 0;
    for (number, source) in (0u32..).zip(&plan.sources) {
        let own = splits[at..].iter().take_while(|split| split.source == number).count();
        let of = &splits[at..at + own];
        at += own;
        let name = source.found.name();
        let (whole, lines): (Vec<&Split>, Vec<&Split>) =
            of.iter().partition(|split| split.reads != Reads::Lines);
        let needed = match (source.unreadable.is_none(), source.container.is_some()) {
            (false, _) => whole.is_empty() && lines.is_empty(),
            (true, true) => is_all(&whole, Reads::Digest) && lines.is_empty(),
            (true, false) if lines.is_empty() => is_all(&whole, Reads::Whole),
            (true, false) => whole.is_empty() || is_all(&whole, Reads::Digest),
        };
        if !needed {
            return Err(format!("has not the splits that {name} needs"));
        }
        let mut end = 0;
        for split in &lines {
            if split.start != end {
                let what = if split.start > end { "a gap" } else { "an overlap" };
                return Err(format!("has {what} at byte {end} of {name}"));
            }
            end = split.end;
        }
        if !lines.is_empty() && end != source.found.length {
            return Err(format!("ends at byte {end} of {name}, which has {}", source.found.length));
        }
    }
    match splits.get(at) {
        None => Ok(()),
        Some(_) => Err(format!("has split {at} out of the order of its sources")),
    }
}

fn planned(sources: Vec<Source>) -> Option<Vec<PlannedSource>> {
    sources.into_iter().map(Source::planned).collect()
}

impl Name {
    fn of(path: &Path) -> Name {
        match path.to_str() {
            Some(text) => Name::Text(text.to_owned()),
            None => Name::Bytes(path.as_os_str().as_bytes().to_vec()),
        }
    }

    fn path(self) -> PathBuf {
        match self {
            Name::Text(text) => PathBuf::from(text),
            Name::Bytes(bytes) => PathBuf::from(std::ffi::OsString::from_vec(bytes)),
        }
    }
}

impl Source {
    fn of(source: &PlannedSource) -> Source {
        let found = &source.found;
        let (kind, other) = match source.kind {
            Kind::Access => ("access", None),
            Kind::Other(what) => ("other", Some(what.to_owned())),
            Kind::Unknown => ("unknown", None),
        };
        Source {
            path: Name::of(&found.path),
            absolute: Name::of(&found.absolute),
            origin: Known::of(&found.origin),
            size: found.length,
            modified: found.modified,
            member: found.member.clone(),
            member_length: found.member_length,
            member_modified: found.member_modified,
            place: found.place,
            server: source.server,
            kind: kind.to_owned(),
            other,
            formats: source.formats.clone(),
            ties: source.ties.clone(),
            only: source.only,
            plain: source.plain,
            compressed: source.compressed,
            container: source.container.map(str::to_owned),
            envelope: source.envelope.clone(),
            begin: source.begin.clone(),
            state: source.state.clone(),
            year_by: source.year_by.map(str::to_owned),
            unreadable: source.unreadable.clone(),
        }
    }

    fn planned(self) -> Option<PlannedSource> {
        let kind = match (self.kind.as_str(), self.other) {
            ("access", None) => Kind::Access,
            ("other", Some(what)) => Kind::Other(lasting(what)),
            ("unknown", None) => Kind::Unknown,
            _ => return None,
        };
        let found = Found {
            path: self.path.path(),
            absolute: self.absolute.path(),
            origin: self.origin.origin(),
            length: self.size,
            modified: self.modified,
            is_stdin: false,
            spooled: None,
            member: self.member,
            member_length: self.member_length,
            member_modified: self.member_modified,
            place: self.place,
        };
        let (member, series) = look::place(&found);
        Some(PlannedSource {
            found,
            server: self.server,
            series,
            member,
            kind,
            formats: self.formats,
            ties: self.ties,
            only: self.only,
            plain: self.plain,
            begin: self.begin,
            year_by: self.year_by.map(lasting),
            compressed: self.compressed,
            container: self.container.map(lasting),
            envelope: self.envelope,
            state: self.state,
            unreadable: self.unreadable,
        })
    }
}

/// A word of our own that came by way of a file. A process reads one plan, and
/// needs its words to its end.
fn lasting(word: String) -> &'static str {
    word.leak()
}

/// What a question is known by: the digest of the arguments, of every file
/// that was read as a part of it, and of what the servers were told to log.
pub fn question_id(question: &Question, arguments: &[String]) -> String {
    let mut digest = Digest::default();
    let mut take = |bytes: &[u8]| {
        digest.update(&(bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    };
    arguments.iter().for_each(|argument| take(argument.as_bytes()));
    for read in &question.case.read {
        take(read.path.as_bytes());
        take(&read.bytes);
    }
    question.configured.iter().for_each(|one| take(format!("{one:?}").as_bytes()));
    digest.hex()
}

impl Plan {
    /// Finds sources again, and refuses those that changed: what was planned
    /// on one machine may be mapped on another.
    ///
    /// # Errors
    /// When one is not what was planned, by length, tag or time of modification.
    pub fn find_again(&mut self, numbers: impl IntoIterator<Item = u32>) -> Result<(), Error> {
        let mut stores = Stores::default();
        for number in numbers {
            if let Some(source) = self.sources.get_mut(number as usize) {
                source.found = source::again(&source.found, &mut stores).map_err(Error::Ledger)?;
            }
        }
        Ok(())
    }
}
