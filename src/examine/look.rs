//! Looks at the beginnings of what was found: what a source is, whose it is,
//! and which series it continues; of an archive also what is in it.

use std::ops::ControlFlow;
use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};

use crate::case::Server;
use crate::error::Error;
use crate::format::guess::{self, Kind};
use crate::format::{self, Reader, Reading, State, year};
use crate::record::Instant;
use crate::record::time::civil_seconds;
use crate::source::rotation::{self, Member, Rotation};
use crate::source::{self, Encoding, Found, Head, Met, ReadOptions};

use super::plan::{PlannedSource, Question, UNNAMED};

/// Looks at the head of one source; of an archive also at the heads of its
/// members, which come behind it in the order of their names. `depth` is how
/// many bytes of each are looked at, and after how many bytes of an archive no
/// further member is.
pub(super) fn look(
    question: &Question,
    owners: &[(usize, GlobMatcher)],
    found: Found,
    depth: (usize, u64),
) -> Result<Vec<PlannedSource>, Error> {
    let mut source = unseen(question, owners, found)?;
    match source::look(&source.found, depth.0) {
        Err(error) => source.unreadable = Some(error.to_string()),
        Ok(head) if head.container.is_some() => {
            return look_inside(question, owners, source, depth);
        }
        Ok(head) => see(question, &mut source, head),
    }
    Ok(vec![source])
}

/// Looks at an archive and the heads of its members.
fn look_inside(
    question: &Question,
    owners: &[(usize, GlobMatcher)],
    archive: PlannedSource,
    (head_bytes, archive_bytes): (usize, u64),
) -> Result<Vec<PlannedSource>, Error> {
    let mut sources = Vec::new();
    let mut passed: u64 = 0;
    let mut fault = None;
    let walked = source::walk(&archive.found, ReadOptions::unhashed(), None, &mut |met| {
        let (found, seen) = match met {
            Met::Member(mut opened) => (opened.found().clone(), Ok(opened.look(head_bytes))),
            Met::Unreadable(found, why) => (found, Err(why)),
            Met::Archive(inner) => {
                let whole = inner.finished.problems.is_empty();
                match unseen(question, owners, inner.found) {
                    Ok(source) => sources.push(PlannedSource {
                        // What is missing of it may have been an access log.
                        kind: if whole { Kind::Other(inner.what) } else { Kind::Unknown },
                        container: Some(inner.what),
                        plain: false,
                        ..source
                    }),
                    Err(error) => fault = Some(error),
                }
                return ControlFlow::Continue(());
            }
        };
        passed = passed.saturating_add(found.member_length);
        match (unseen(question, owners, found), seen) {
            (Ok(mut source), Ok(head)) => {
                see(question, &mut source, head);
                source.plain = false;
                sources.push(source);
            }
            (Ok(source), Err(why)) => sources.push(PlannedSource {
                kind: Kind::Unknown,
                plain: false,
                unreadable: Some(why),
                ..source
            }),
            (Err(error), _) => fault = Some(error),
        }
        if passed > archive_bytes { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let unreadable = match walked {
        Err(error) => Some(error.to_string()),
        Ok(()) if passed > archive_bytes => Some(format!(
            "is a large archive, of which {} members were looked at, and what follows was not: \
             --full reads all of it",
            sources.len()
        )),
        Ok(()) => None,
    };
    if unreadable.is_some() {
        sources.push(PlannedSource { unreadable, ..archive });
    }
    sources.sort_by(|a, b| (&a.found.member, a.found.place).cmp(&(&b.found.member, b.found.place)));
    fault.map_or(Ok(sources), Err)
}

/// A source that was not looked at yet.
fn unseen(
    question: &Question,
    owners: &[(usize, GlobMatcher)],
    found: Found,
) -> Result<PlannedSource, Error> {
    let owner = owners.iter().find(|(_, glob)| glob.is_match(&found.absolute));
    let unnamed = question.servers.iter().position(|server| server.name == UNNAMED);
    let server = owner.map(|(place, _)| *place).or(unnamed).unwrap_or(0);
    let (member, series) = place(&found);
    let wanted = question.servers[server].format.as_deref().or(question.reading.format.as_deref());
    let only = match wanted {
        Some(name) if name != "auto" => question.formats.find(name),
        _ => None,
    };
    Ok(PlannedSource {
        found,
        server,
        series,
        member,
        kind: Kind::Access,
        formats: only.into_iter().collect(),
        ties: Vec::new(),
        envelope: None,
        only: only.is_some(),
        plain: true,
        compressed: false,
        container: None,
        begin: State::default(),
        year_by: None,
        state: State::default(),
        unreadable: None,
    })
}

/// The place of a source in its series, and the name of that: of a member its
/// folder and name in its archive.
pub(super) fn place(found: &Found) -> (Member, String) {
    if let Some(name) = &found.member {
        // Archives made on Windows may have its separator.
        let at = name.rfind(['/', '\\', '!']).map_or(0, |at| at + 1);
        let member = rotation::member(&name[at..]);
        let series = format!("{}!{}{}", found.path.display(), &name[..at], member.stem);
        return (member, series);
    }
    let name = found.path.file_name().map(|name| name.to_string_lossy().into_owned());
    let member = rotation::member(name.as_deref().unwrap_or("-"));
    let folder = found.path.parent().unwrap_or(Path::new(""));
    let series = folder.join(&member.stem).to_string_lossy().into_owned();
    (member, series)
}

/// Takes what the head of a source tells.
fn see(question: &Question, source: &mut PlannedSource, head: Head) {
    source.compressed = head.encoding != Encoding::Plain;
    source.plain = !source.compressed && head.layer.is_none();
    let guess = guess::guess(&head.bytes);
    source.envelope = guess.envelope;
    if !source.only {
        source.kind = guess.kind;
        source.formats = guess.formats;
        source.ties = guess.ties;
        // What the server was told to write comes first; what it wrote before
        // it was told so is read all the same.
        let told = question.described(source.server, &source.series);
        if let Some(place) = told.filter(|place| reads_some(question, *place, &head.bytes)) {
            source.formats.insert(0, place);
            source.kind = Kind::Access;
        }
        source.ties.retain(|place| !format::reads_any(*place));
    }
    count_years(question, source, &head.bytes);
    source.state = carried(question, source, &head.bytes);
    // Logs in a container that is not read are logs that were not read.
    if let Some(what) = source::foreign(&head.bytes).filter(|_| source.formats.is_empty()) {
        source.kind = Kind::Unknown;
        source.unreadable = Some(format!("is {what}, which is not read"));
    }
}

/// Whether a format reads any of the first lines of a head.
fn reads_some(question: &Question, place: usize, head: &[u8]) -> bool {
    let mut reader = Reader::with(&question.formats, &[place], true);
    let mut lines = source::split_lines(head).take(TRIED);
    lines.any(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        matches!(reader.read(line), Reading::Read(..))
    })
}

/// Where a source's lines give no year: which one its first line is of, and
/// by what that is known.
fn count_years(question: &Question, source: &mut PlannedSource, head: &[u8]) {
    let Some(head) =
        year::Head::of(head, Reader::with(&question.formats, &source.formats, source.only))
    else {
        return;
    };
    let named = match source.member.rotation {
        Rotation::Dated { year, month, day, .. } => {
            let day = (i32::from(year), u32::from(month), u32::from(day));
            civil_seconds(day, (0, 0, 0)).map(Instant::at)
        }
        Rotation::Current | Rotation::Numbered(_) => None,
    };
    let found = &source.found;
    let written = Instant::at(found.written());
    let by_writing = match (&found.member, found.member_modified) {
        (None, _) => "the time when the file was last written",
        (Some(_), Some(_)) => "the time when the member was last written",
        (Some(_), None) => "the time when its archive was last written",
    };
    let year = match (head.by_line(), named.and_then(|day| head.nearest(day))) {
        (Some(year), _) => Some((year, "a line near it")),
        (None, Some(year)) => Some((year, "the date in the name of the file")),
        (None, None) if source.found.is_stdin || found.written() == 0 => None,
        (None, None) => head.not_after(written).map(|year| (year, by_writing)),
    };
    if let Some((year, by)) = year {
        source.begin.year = Some(year);
        source.year_by = Some(by);
    }
}

/// How many lines of a head are tried in the format of a configuration.
const TRIED: usize = 100;

/// How many lines of a source may stand before the row of names of a table.
const BEFORE_NAMES: usize = 8;

/// What the headers in the head of a source carry on to the lines behind: those
/// that say so by their first byte, wherever they are, and a table's names.
fn carried(question: &Question, source: &PlannedSource, head: &[u8]) -> State {
    let mut reader = Reader::with(&question.formats, &source.formats, source.only);
    reader.state = source.begin.clone();
    for (number, line) in source::split_lines(head).enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.starts_with(b"#") {
            reader.read(line);
        } else if number < BEFORE_NAMES && !source.only {
            let state = &mut reader.state;
            format::TABLE.iter().any(|format| format.header(state, line));
        }
    }
    reader.state
}

/// The globs of the servers' logs, or of what else `of` gives, made absolute.
pub(super) fn owners(
    question: &Question,
    base: &Path,
    of: fn(&Server) -> &[String],
) -> Result<Vec<(usize, GlobMatcher)>, Error> {
    let mut owners = Vec::new();
    for (place, server) in question.servers.iter().enumerate() {
        for log in of(server) {
            let path = source::absolute(base, Path::new(log));
            let pattern = path.to_string_lossy();
            // A folder owns what is in it.
            for pattern in [pattern.to_string(), format!("{}/**", pattern.trim_end_matches('/'))] {
                let glob = GlobBuilder::new(&pattern).literal_separator(true).build();
                let glob = glob.map_err(|error| {
                    Error::question(format!("server \"{}\": logs \"{log}\": {error}", server.name))
                })?;
                owners.push((place, glob.compile_matcher()));
            }
        }
    }
    Ok(owners)
}
