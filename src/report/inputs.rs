//! What was read, and the lines that were not.

use serde::{Serialize, Serializer};

use crate::evidence::{Coverage, Lines, Unread};
use crate::examine::{Examined, ExaminedSource, Plan, PlannedSource, Question};
use crate::format::guess::Kind;
use crate::format::{self, BytesMeaning, TimeMeaning};
use crate::record::{Instant, Moment};
use crate::verdict::hours::rounded;
use crate::verdict::{Judgement, Meaning};

use super::safe;

/// How many unread lines of one input are listed.
const SOURCE_CAP: usize = 1_000;

/// How long a byte order mark is: dropped, and not worth telling.
const BOM_BYTES: u64 = 3;

/// How many unread lines are listed in all.
const CAP: usize = 20_000;

/// One input.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Input {
    /// Its path as the user would name it; `-` for standard input.
    pub path: String,
    /// The exact bytes of the path, where they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_b64: Option<String>,
    /// The member of an archive.
    pub member: Option<String>,
    /// `access`, `other` or `unknown`.
    pub kind: &'static str,
    /// Its server.
    pub server: String,
    /// Its series.
    pub series: String,
    /// Its length as stored, as far as it was read.
    pub bytes: u64,
    /// The SHA-256 of what is stored.
    pub sha256: Option<String>,
    /// The XXH3-128 of what is decoded.
    pub content_id: Option<String>,
    /// The place of the earlier input of which it is a copy.
    pub duplicate_of: Option<u32>,
    /// The format that read most of it; of an archive, which kind it is.
    /// Behind it stands in what most of its lines lie: `combined (in CRI)`.
    pub format: Option<String>,
    /// Formats that read its head as well, and say less of a line: that the one
    /// above was taken is a choice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_readable_as: Vec<&'static str>,
    /// How much of it that format read: of the lines that are neither blank
    /// nor a header.
    pub confidence: Option<f64>,
    /// How the zone of its times is known.
    pub zone: Option<String>,
    /// Which moment its times are.
    pub time_means: TimeMeaning,
    /// What its byte counts count.
    pub bytes_mean: BytesMeaning,
    /// Its lines by how they ended.
    pub lines: LineCounts,
    /// The time of its first record.
    #[serde(serialize_with = "as_logged")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub first: Option<Moment>,
    /// The time of its last record.
    #[serde(serialize_with = "as_logged")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub last: Option<Moment>,
    /// What was wrong with it, and what is worth knowing of it.
    pub problems: Vec<String>,
    /// What it is, where it is no access log.
    pub what: Option<&'static str>,
    /// It is stored compressed.
    pub compressed: bool,
    /// Its length decoded.
    pub decoded_bytes: Option<u64>,
    /// Records without a time.
    pub timeless: u64,
    /// Records whose time has no zone.
    pub zoneless: u64,
    /// Records whose time has no year, which was counted.
    #[serde(skip_serializing_if = "is_none")]
    pub yearless: u64,
    /// Records of an hour that the server's clock showed twice.
    #[serde(skip_serializing_if = "is_none")]
    pub twice: u64,
    /// Hit lines that stand in another input too and are counted there.
    pub copied_hits: u64,
    /// Unread lines that may name a target.
    pub suspects: u64,
}

impl Input {
    /// Says whether times without a zone were read as UTC for want of better.
    pub fn zone_is_assumed(&self) -> bool {
        self.zone.as_deref().is_some_and(|zone| zone.contains(ASSUMED))
    }
}

/// Writes a time with the fraction as logged.
fn as_logged<S: Serializer>(moment: &Option<Moment>, to: S) -> Result<S::Ok, S::Error> {
    moment.map(|moment| moment.to_string()).serialize(to)
}

/// Says whether there is nothing to tell.
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// The clock of lines that give none and of which nothing is stated.
const ASSUMED: &str = "UTC (assumed)";

/// Lines by how they ended.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LineCounts {
    /// All of them.
    pub total: u64,
    /// Read as a record.
    pub read: u64,
    /// Nothing but blanks.
    pub blank: u64,
    /// A line that says how others are built.
    pub header: u64,
    /// Not read.
    pub unread: u64,
}

impl LineCounts {
    /// The counts and their sum.
    pub fn of(lines: Lines) -> LineCounts {
        LineCounts {
            total: lines.total(),
            read: lines.read,
            blank: lines.blank,
            header: lines.header,
            unread: lines.unread,
        }
    }
}

/// A line that was not read.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UnreadLine {
    /// Its input's place in the list of inputs.
    pub source: u32,
    /// The number of the line there, from 1.
    pub line: u64,
    /// The place of the line in the decoded input, in bytes.
    pub offset: u64,
    /// Its length in bytes, line ending off.
    pub length: u64,
    /// What would have been right where reading stopped.
    pub wanted: String,
    /// It may name a target.
    pub suspect: bool,
    /// Where in the line reading stopped.
    pub at: u64,
    /// The time of the nearest record before it.
    pub after: Option<Instant>,
    /// The time of the nearest record behind it.
    pub before: Option<Instant>,
}

/// The inputs, in the order of the plan.
pub fn inputs(
    question: &Question,
    plan: &Plan,
    examined: &Examined,
    judgement: &Judgement,
) -> Vec<Input> {
    let each = plan.sources.iter().zip(&examined.sources).zip(&judgement.meanings);
    each.map(|((planned, source), meaning)| input(question, planned, source, *meaning)).collect()
}

fn input(
    question: &Question,
    planned: &PlannedSource,
    source: &ExaminedSource,
    meaning: Meaning,
) -> Input {
    let path = safe::text(planned.found.path.as_os_str().as_encoded_bytes());
    let lines = source.coverage.lines;
    let finished = source.finished.as_ref();
    // A source without a record and without a header was read as nothing.
    let format = meaning.format.filter(|_| lines.read + lines.header > 0);
    Input {
        path: path.text,
        path_b64: path.b64,
        member: planned.found.member.as_ref().map(|name| safe::text(name.as_bytes()).text),
        kind: match planned.kind {
            Kind::Access => "access",
            Kind::Other(_) => "other",
            Kind::Unknown => "unknown",
        },
        server: question.servers[planned.server].name.clone(),
        series: planned.series.clone(),
        bytes: finished.map_or(planned.found.stored_length(), |finished| finished.stored_bytes),
        sha256: finished.and_then(|finished| finished.sha256.clone()),
        content_id: finished.map(|finished| finished.content_id.clone()),
        duplicate_of: source.duplicate_of,
        format: planned
            .container
            .map(str::to_owned)
            .or(format.map(|place| named(question, planned, place))),
        also_readable_as: also(planned, format),
        confidence: format.and_then(|place| confidence(source, place)),
        zone: zone(question, planned, source, format),
        time_means: meaning.time,
        bytes_mean: meaning.bytes,
        lines: LineCounts::of(lines),
        first: source.coverage.first_logged(),
        last: source.coverage.last_logged(),
        problems: problems(planned, source),
        what: match planned.kind {
            Kind::Other(what) => Some(what),
            Kind::Access | Kind::Unknown => None,
        },
        compressed: planned.compressed,
        decoded_bytes: finished.map(|finished| finished.decoded_bytes),
        timeless: source.coverage.timeless,
        zoneless: source.coverage.zoneless,
        yearless: source.coverage.yearless,
        twice: source.coverage.twice,
        copied_hits: source.copied_hits,
        suspects: source.unread.n_suspects,
    }
}

/// A format by its name, and the envelopes of most lines.
fn named(question: &Question, planned: &PlannedSource, place: usize) -> String {
    let name = question.formats.known(place).name;
    match &planned.envelope {
        Some(envelope) => format!("{name} (in {envelope})"),
        None => name.to_owned(),
    }
}

/// The share of the lines that ask to be read which this format read.
fn confidence(source: &ExaminedSource, place: usize) -> Option<f64> {
    let lines = source.coverage.lines;
    let all = lines.read + lines.unread;
    let read = source.coverage.formats.get(&u16::try_from(place).ok()?).copied().unwrap_or(0);
    (all > 0).then(|| rounded(read as f64 / all as f64))
}

/// The formats besides `format` that read the head of a source as well.
fn also(planned: &PlannedSource, format: Option<usize>) -> Vec<&'static str> {
    let others = planned.ties.iter().filter(|place| Some(**place) != format);
    others.map(|place| format::TABLE[*place].card().name).collect()
}

/// How the zone of a source's times is known.
fn zone(
    question: &Question,
    planned: &PlannedSource,
    source: &ExaminedSource,
    format: Option<usize>,
) -> Option<String> {
    let coverage = &source.coverage;
    let timed = coverage.lines.read.saturating_sub(coverage.timeless);
    let about = format.and_then(|place| question.formats.about(place))?;
    let own = if about.zone.starts_with("logged") { "logged" } else { "implied" };
    if timed == 0 {
        return None;
    }
    if coverage.zoneless == 0 {
        return Some(own.to_owned());
    }
    let wall = question.wall(planned.server).map_or(ASSUMED.to_owned(), |wall| wall.to_string());
    Some(match coverage.zoneless {
        all if all >= timed => wall,
        some => format!("{own}; {wall} for {some} lines without one"),
    })
}

/// What was wrong with a source.
pub fn problems(planned: &PlannedSource, source: &ExaminedSource) -> Vec<String> {
    let unreadable = source.unreadable.as_ref().or(planned.unreadable.as_ref());
    let mut problems: Vec<String> =
        unreadable.into_iter().map(|why| format!("not read: {why}")).collect();
    if let Some(finished) = &source.finished {
        problems.extend(finished.problems.iter().cloned());
        problems.extend(finished.changed.iter().cloned());
        problems.extend(finished.grew.iter().cloned());
        problems.extend(finished.notes.iter().cloned());
    }
    if source.coverage.overlong > 0 {
        problems.push(format!("{} lines are longer than is read", source.coverage.overlong));
    }
    problems.extend(doubts(planned, &source.coverage));
    // Besides a byte order mark these are NULs.
    if source.coverage.skipped_bytes > BOM_BYTES {
        problems.push(format!(
            "{} bytes between lines are NUL: copytruncate leaves such a hole, or a crash that may have cost lines",
            source.coverage.skipped_bytes
        ));
    }
    problems
}

/// What had to be assumed of a source's times.
fn doubts(planned: &PlannedSource, coverage: &Coverage) -> Vec<String> {
    let mut doubts = Vec::new();
    if let (Some(year), Some(by)) = (planned.begin.year, planned.year_by)
        && coverage.yearless > 0
    {
        doubts.push(format!(
            "{} lines have a time without a year: the first is taken to be of {}, by {by}, and the years are counted on from it",
            coverage.yearless, year.year
        ));
        let written = Instant::at(planned.found.written()).plus_seconds(86_400);
        let is_known = !planned.found.is_stdin && planned.found.written() != 0;
        if is_known && coverage.last.is_some_and(|last| last > written) {
            doubts.push("the years so counted run past the time when it was last written: one of them is wrong".to_owned());
        }
    }
    if let Some(first) = coverage.first_twice {
        doubts.push(format!(
            "{} lines are of an hour that the server's clock showed twice, from {first} on: each may be an hour later",
            coverage.twice
        ));
    }
    doubts
}

/// Says whether a source could not be opened or read to its end, or changed
/// other than by growing.
pub fn is_faulty(planned: &PlannedSource, source: &ExaminedSource) -> bool {
    let unreadable = planned.unreadable.is_some() || source.unreadable.is_some();
    let finished = source.finished.as_ref();
    unreadable
        || finished
            .is_none_or(|finished| !finished.problems.is_empty() || finished.changed.is_some())
}

/// The unread lines that a report lists, and how many more there are. Copies
/// of an input say nothing new.
pub fn unread(examined: &Examined) -> (Vec<UnreadLine>, u64) {
    let mut list: Vec<UnreadLine> = Vec::new();
    let mut total = 0;
    for (number, source) in (0u32..).zip(&examined.sources) {
        if source.duplicate_of.is_some() {
            continue;
        }
        total += source.coverage.lines.unread;
        let lines = source.unread.suspects.iter().chain(&source.unread.others);
        list.extend(lines.take(SOURCE_CAP).map(|line| entry(number, line)));
    }
    list.sort_by_key(|line| (!line.suspect, line.source, line.offset));
    list.truncate(CAP);
    let left_out = total.saturating_sub(list.len() as u64);
    (list, left_out)
}

fn entry(source: u32, line: &Unread) -> UnreadLine {
    UnreadLine {
        source,
        line: line.line,
        offset: line.offset,
        length: line.length,
        wanted: line.wanted.clone(),
        suspect: line.suspect,
        at: line.at,
        after: line.after,
        before: line.before,
    }
}
