//! How one line is read: for scripts an object a line, for people field by
//! field, and for a line that is not read the place where reading stopped and
//! what would have been right there.

use std::borrow::Cow;
use std::io::{self, Write};

use ipnetwork::IpNetwork;
use serde::Serialize;

use crate::actor;
use crate::case::Language;
use crate::format::{About, Formats, Reading};
use crate::record::path::Forms;
use crate::record::{Client, Escape, Record, Request, WallClock, Zone};
use crate::verdict::labels::doubted;

use super::safe::{self, Json, Text};

/// A line, and what it was read as.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// The member of an archive it stands in.
    pub member: Option<&'a str>,
    /// Its bytes, line ending off.
    pub bytes: &'a [u8],
    /// How it ended.
    pub reading: &'a Reading<Record<'a>>,
    /// Of a line that was not read, what would have been right, where that is
    /// known better than its reading tells.
    pub wanted: Option<&'a str>,
    /// The formats it may be of.
    pub formats: &'a Formats,
    /// The proxies whose forwarded addresses are believed.
    pub trusted: &'a [IpNetwork],
    /// The clock of times without a zone.
    pub wall: Option<WallClock>,
}

/// A line that was read, as an object.
#[derive(Serialize)]
struct ReadLine {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    reading: &'static str,
    format: String,
    client: Option<String>,
    addresses: Vec<Address>,
    time: Option<String>,
    method: Option<String>,
    target: Option<String>,
    path: Option<String>,
    status: Option<u16>,
    bytes: Option<u64>,
    host: Option<String>,
    referer: Option<String>,
    user_agent: Option<String>,
    user: Option<String>,
    duration_ms: Option<f64>,
    /// What stands where a request line should.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
    /// The bucket of an object store, and the key in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// The exact bytes of what is not UTF-8, as `<key>_b64`.
    #[serde(flatten)]
    exact: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
struct Address {
    role: &'static str,
    ip: String,
}

#[derive(Serialize)]
struct UnreadLine {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    reading: &'static str,
    at: usize,
    wanted: String,
}

#[derive(Serialize)]
struct OtherLine {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    reading: &'static str,
}

/// Writes a line as an object.
///
/// # Errors
/// When `into` cannot be written.
pub fn json(line: &Line<'_>, into: &mut dyn Write) -> io::Result<()> {
    let (number, member) = (line.number, member(line));
    let other = |reading| OtherLine { line: number, member: member.clone(), reading };
    match line.reading {
        Reading::Blank => safe::json(&other("blank"), Json::line(), into),
        Reading::Header => safe::json(&other("header"), Json::line(), into),
        // A part of a line is read where the line ends.
        Reading::Part => safe::json(&other("read"), Json::line(), into),
        Reading::Read(place, record) => {
            safe::json(&object(line, *place, record), Json::line(), into)
        }
        Reading::Unread(miss) => {
            let at = miss.at;
            let wanted = safe::text(line.wanted.unwrap_or(miss.wanted).as_bytes()).text;
            let unread = UnreadLine { line: number, member, reading: "unread", at, wanted };
            safe::json(&unread, Json::line(), into)
        }
    }
}

/// Writes the name of the archive's member that the next lines stand in.
///
/// # Errors
/// When `into` cannot be written.
pub fn heading(name: &str, into: &mut dyn Write) -> io::Result<()> {
    writeln!(into, "== {}", safe::terminal(name.as_bytes()))
}

fn member(line: &Line<'_>) -> Option<String> {
    line.member.map(|name| safe::text(name.as_bytes()).text)
}

fn object(line: &Line<'_>, place: usize, record: &Record<'_>) -> ReadLine {
    let mut exact = serde_json::Map::new();
    let mut text = |key: &str, field: Option<Cow<'_, [u8]>>| -> Option<String> {
        let Text { text, b64, left_out } = safe::text(&field?);
        if let Some(b64) = b64 {
            exact.insert(format!("{key}_b64"), b64.into());
        }
        if left_out > 0 {
            exact.insert(format!("{key}_left_out"), left_out.into());
        }
        Some(text)
    };
    let speaker = actor::speaker(record, line.trusted);
    let client = (speaker.token != b"-").then(|| address(speaker.token));
    let addresses = record
        .addresses
        .each()
        .map(|(role, token)| Address { role: role.word(), ip: safe::text(&address(token)).text });
    let (method, target, request) = match record.request {
        Request::Line { method, target, .. } => (Some(method), Some(target), None),
        Request::Raw(raw) => (None, None, raw),
    };
    let duration_ms =
        record.took.map(|micros| crate::verdict::hours::rounded(micros as f64 / 1000.0));
    ReadLine {
        line: line.number,
        member: member(line),
        reading: "read",
        format: about(line, place).name.to_owned(),
        client: text("client", client.map(Cow::Owned)),
        addresses: addresses.collect(),
        time: time(line, record),
        method: text("method", method.map(Cow::Borrowed)),
        target: text("target", target.map(|target| target_of(record, target))),
        path: text("path", target.map(|target| Cow::Owned(path(record, target)))),
        status: record.status,
        bytes: record.bytes,
        host: text("host", record.host.map(Cow::Borrowed)),
        referer: text("referer", undone(record, record.referer)),
        user_agent: text("user_agent", undone(record, record.agent)),
        user: text("user", undone(record, record.user)),
        duration_ms,
        request: text("request", request.map(|raw| target_of(record, raw))),
        bucket: text("bucket", bucket_of(record).map(Cow::Borrowed)),
        key: text("key", record.object.map(|object| Cow::Borrowed(object.key))),
        exact,
    }
}

/// What is known of the format at a place.
fn about<'a>(line: &Line<'a>, place: usize) -> About<'a> {
    line.formats.about(place).unwrap_or(About::UNKNOWN)
}

/// An address as we write it, or a name as logged.
fn address(token: &[u8]) -> Vec<u8> {
    match Client::read(token) {
        Client::Ip(ip) => ip.to_string().into_bytes(),
        Client::Name(name) => name.to_vec(),
    }
}

/// The time in UTC with the fraction as logged.
fn time(line: &Line<'_>, record: &Record<'_>) -> Option<String> {
    let time = record.time?;
    Some(time.instant(line.wall).text(time.digits))
}

/// A field with the escapes of its log undone.
fn undone<'r>(record: &Record<'r>, field: Option<&'r [u8]>) -> Option<Cow<'r, [u8]>> {
    let field = field?;
    if !record.escape.touches(field) {
        return Some(Cow::Borrowed(field));
    }
    let mut out = Vec::with_capacity(field.len());
    record.escape.undo(field, &mut out);
    Some(Cow::Owned(out))
}

/// A target with the escapes of its log undone, but a plus left as it is: in
/// a path it may be meant.
fn target_of<'r>(record: &Record<'r>, target: &'r [u8]) -> Cow<'r, [u8]> {
    match record.escape {
        Escape::Backslash => undone(record, Some(target)).unwrap_or_default(),
        Escape::None | Escape::Plus => Cow::Borrowed(target),
    }
}

fn bucket_of<'r>(record: &Record<'r>) -> Option<&'r [u8]> {
    record.object.and_then(|object| object.bucket)
}

fn path(record: &Record<'_>, target: &[u8]) -> Vec<u8> {
    Forms::of(target, record.escape, false).canonical.into_owned()
}

/// How many characters of an unread line are shown before the place where
/// reading stopped, and behind it.
const CONTEXT: usize = 60;

/// Writes a line for people.
///
/// # Errors
/// When `into` cannot be written.
pub fn text(line: &Line<'_>, into: &mut dyn Write) -> io::Result<()> {
    let number = line.number;
    match line.reading {
        Reading::Blank => writeln!(into, "line {number}: blank"),
        Reading::Header => writeln!(into, "line {number}: a header, says how others are built"),
        Reading::Part => writeln!(into, "line {number}: a part of a line that goes on"),
        Reading::Read(place, record) => fields(line, *place, record, into),
        Reading::Unread(miss) => {
            let at = miss.at.min(line.bytes.len());
            let before = safe::terminal(&line.bytes[..at]);
            let behind = safe::terminal(&line.bytes[at..]);
            let n_before = before.chars().count();
            let (mark, skipped) = match n_before > CONTEXT {
                true => ("…", n_before - CONTEXT),
                false => ("", 0),
            };
            let before: String = before.chars().skip(skipped).collect();
            let mut shown: String = behind.chars().take(CONTEXT).collect();
            if shown.len() < behind.len() {
                shown.push('…');
            }
            let indent = mark.chars().count() + before.chars().count();
            writeln!(into, "line {number}: not read")?;
            writeln!(into, "  {mark}{before}{shown}")?;
            let wanted = safe::terminal(line.wanted.unwrap_or(miss.wanted).as_bytes());
            writeln!(into, "  {:indent$}^ byte {}: wanted {wanted}", "", miss.at)
        }
    }
}

fn fields(
    line: &Line<'_>,
    place: usize,
    record: &Record<'_>,
    into: &mut dyn Write,
) -> io::Result<()> {
    let about = about(line, place);
    let name = safe::terminal(about.name.as_bytes());
    writeln!(into, "line {}: {name} ({})", line.number, about.title)?;
    let mut field = |name: &str, value: &str| writeln!(into, "  {name:<10} {value}");
    let speaker = actor::speaker(record, line.trusted);
    let mut client = safe::terminal(&address(speaker.token));
    if let Some(why) = actor::unresolved_because(&speaker) {
        let why = doubted(why).say(Language::En, &[]);
        client.push_str(&format!("  ({why})"));
    }
    field("client", &client)?;
    for (role, token) in record.addresses.each() {
        let shown = safe::terminal(&address(token));
        let logged = safe::terminal(token);
        let logged =
            if shown == logged { String::new() } else { format!("  (logged as {logged})") };
        field(role.word(), &format!("{shown}{logged}"))?;
    }
    if let (Some(shown), Some(time)) = (time(line, record), record.time) {
        let zone = match (time.zone, line.wall) {
            (Zone::Implied, _) => "the format fixes the zone".to_owned(),
            (Zone::Logged(_), _) => "the zone is on the line".to_owned(),
            (Zone::Yearless, wall) => {
                let wall = wall.map_or("UTC".to_owned(), |wall| wall.to_string());
                format!("no year and no zone on the line, the year counted, read as {wall}")
            }
            (Zone::Local, Some(wall)) if wall.shows_twice(time.reading) => {
                format!(
                    "no zone on the line; {wall} showed it twice, this or an hour later is meant"
                )
            }
            (Zone::Local, Some(wall)) => format!("no zone on the line, read as {wall}"),
            (Zone::Local, None) => {
                "no zone on the line, read as UTC; --zone tells which it is".to_owned()
            }
        };
        field("time", &format!("{shown}  ({zone})"))?;
    }
    match record.request {
        Request::Line { method, target, version } => {
            field("method", &safe::terminal(method))?;
            field("target", &safe::terminal(&target_of(record, target)))?;
            field("path", &safe::terminal(&path(record, target)))?;
            if let Some(version) = version {
                field("version", &safe::terminal(version))?;
            }
        }
        Request::Raw(Some(raw)) => {
            field(
                "request",
                &format!("{}  (no request line)", safe::terminal(&target_of(record, raw))),
            )?;
        }
        Request::Raw(None) => field("request", "none is logged")?,
    }
    if let Some(status) = record.status {
        field("status", &format!("{status:03}"))?;
    }
    if let Some(bytes) = record.bytes {
        field("bytes", &bytes.to_string())?;
    }
    let texts = [
        ("bucket", bucket_of(record).map(Cow::Borrowed)),
        ("key", record.object.map(|object| Cow::Borrowed(object.key))),
        ("host", record.host.map(Cow::Borrowed)),
        ("referer", undone(record, record.referer)),
        ("user agent", undone(record, record.agent)),
        ("user", undone(record, record.user)),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            field(name, &safe::terminal(&value))?;
        }
    }
    if let Some(took) = record.took {
        field("duration", &format!("{} ms", crate::verdict::hours::rounded(took as f64 / 1000.0)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
