//! A first look as one JSON object, schema `whofetched-inspect/1`. Keys are
//! only ever added; the order of fields is the order of keys.

use std::io::{self, Write};

use serde::Serialize;

use crate::examine::PlannedSource;
use crate::examine::survey::{Depth, Fields, Surveyed};
use crate::format::guess::Kind;
use crate::format::{BytesMeaning, Formats, TimeMeaning};
use crate::record::Instant;
use crate::report::configuration::{ReadConfiguration, configurations};
use crate::report::inputs::LineCounts;
use crate::report::safe::{self, Json};
use crate::source::Extent;
use crate::verdict::hours::rounded;
use crate::verdict::triage::clients::Clients;
use crate::verdict::triage::keep::Advice;
use crate::verdict::triage::meaning::{Known, Software};
use crate::verdict::triage::pace::Pace;
use crate::verdict::triage::questions::Question;
use crate::verdict::triage::silence::Silence;
use crate::verdict::triage::window::Share;
use crate::verdict::triage::{SeriesTriage, runs_back};

use super::Look;

/// The name of the schema.
pub const SCHEMA: &str = "whofetched-inspect/1";

/// A first look.
#[derive(Serialize)]
struct Inspection<'a> {
    schema: &'static str,
    tool: Tool,
    now: Instant,
    full: bool,
    window: Option<Window<'a>>,
    series: Vec<Series<'a>>,
    sources: Vec<Source<'a>>,
    configuration: Vec<ReadConfiguration>,
    questions: &'a [Question],
    preserve: &'a [Advice],
    problems: &'a [String],
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// The window that was asked about, and what the series speak for.
#[derive(Serialize)]
struct Window<'a> {
    from: Instant,
    to: Instant,
    /// What all series together speak for.
    all: Option<&'a Share>,
    /// What at least one of them speaks for.
    any: Option<&'a Share>,
}

#[derive(Serialize)]
struct Series<'a> {
    series: &'a str,
    /// Places in `sources`, in the order of time; copies are not among them.
    sources: &'a [usize],
    /// Everything in it was read.
    whole: bool,
    formats: Vec<Format>,
    software: Option<&'a Known<Software>>,
    time_means: Option<&'a Known<TimeMeaning>>,
    bytes_mean: Option<&'a Known<BytesMeaning>>,
    zone: Zone,
    first: Option<Instant>,
    last: Option<Instant>,
    last_is_read: bool,
    lines: LineCounts,
    fields: FieldCounts,
    clients: &'a Clients,
    missing: Vec<&'a str>,
    rotation: Option<&'a Pace>,
    silences: &'a [Silence],
    window: Option<&'a Share>,
}

#[derive(Serialize)]
struct Format {
    format: String,
    lines: u64,
    /// The share of the lines that are neither blank nor a header.
    share: Option<f64>,
    /// Others that read the same lines.
    also: Vec<String>,
}

#[derive(Serialize)]
struct Zone {
    /// `logged`, `implied`, `stated`, `unknown` or `none`.
    known: &'static str,
    /// The clock that was named for lines without a zone.
    clock: Option<String>,
    offsets: Vec<Offset>,
    implied: u64,
    local: u64,
}

#[derive(Serialize)]
struct Offset {
    seconds: i32,
    lines: u64,
}

#[derive(Serialize)]
struct FieldCounts {
    request: u64,
    status: u64,
    bytes: u64,
    referer: u64,
    user_agent: u64,
    host: u64,
    user: u64,
    duration: u64,
    http_1_0: u64,
}

#[derive(Serialize)]
struct Source<'a> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_b64: Option<String>,
    /// `access`, `other` or `unknown`.
    kind: &'static str,
    /// What it is, where it is no access log.
    what: Option<&'static str>,
    series: &'a str,
    /// Stored bytes.
    bytes: u64,
    compressed: bool,
    sha256: Option<&'a str>,
    /// `whole`, `sampled`, `head` or `not`.
    read: &'static str,
    /// Decoded bytes that were read.
    bytes_read: u64,
    /// Which stretches, where not all was read.
    stretches: Vec<Stretch>,
    formats: Vec<Format>,
    lines: LineCounts,
    unread: Vec<Unread>,
    first: Option<Instant>,
    last: Option<Instant>,
    last_is_read: bool,
    duplicate_of: Option<u32>,
    begins_like: Option<u32>,
    nul_bytes: u64,
    backwards: Option<Backwards>,
    problems: Vec<&'a str>,
}

#[derive(Serialize)]
struct Stretch {
    offset: u64,
    length: u64,
}

#[derive(Serialize)]
struct Unread {
    line: Option<u64>,
    offset: u64,
    at: usize,
    wanted: &'static str,
}

#[derive(Serialize)]
struct Backwards {
    seconds: i64,
    at: Instant,
}

/// Writes a first look as JSON.
///
/// # Errors
/// When `into` cannot be written.
pub fn json(look: &Look<'_>, into: &mut dyn Write) -> io::Result<()> {
    let triage = look.triage;
    let inspection = Inspection {
        schema: SCHEMA,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        now: triage.now,
        full: look.survey.depth == Depth::Full,
        window: triage.window.map(|(from, to)| Window {
            from,
            to,
            all: triage.share.as_ref(),
            any: triage.any.as_ref(),
        }),
        series: triage.series.iter().map(|series| one_series(look, series)).collect(),
        sources: look
            .plan
            .sources
            .iter()
            .zip(&look.survey.sources)
            .map(|(planned, seen)| source(&look.question.formats, planned, seen))
            .collect(),
        configuration: configurations(look.question),
        questions: &triage.questions,
        preserve: &triage.keep,
        problems: &look.plan.problems,
    };
    safe::json(&inspection, Json::lines(), into)
}

fn one_series<'a>(look: &Look<'a>, series: &'a SeriesTriage) -> Series<'a> {
    let seen = |place: &usize| &look.survey.sources[*place];
    let coverage = &series.tally.coverage;
    let asked = coverage.lines.read + coverage.lines.unread;
    let zone = &series.zone;
    let Fields { status, bytes, referer, agent, host, user, took, request, http_1_0 } =
        series.tally.fields;
    Series {
        series: &series.series.name,
        sources: &series.series.sources,
        whole: series.series.sources.iter().all(|place| seen(place).is_whole()),
        formats: series
            .formats
            .iter()
            .map(|format| {
                named(&look.question.formats, format.place, format.lines, asked, &format.also)
            })
            .collect(),
        software: series.software.as_ref(),
        time_means: series.time.as_ref(),
        bytes_mean: series.bytes.as_ref(),
        zone: Zone {
            known: match (zone.local, &zone.wall, zone.offsets.is_empty(), zone.implied) {
                (1.., None, ..) => "unknown",
                (1.., Some(_), ..) => "stated",
                (0, _, false, _) => "logged",
                (0, _, true, 1..) => "implied",
                (0, _, true, 0) => "none",
            },
            clock: zone.wall.filter(|_| zone.local > 0).map(|wall| wall.to_string()),
            offsets: zone
                .offsets
                .iter()
                .map(|(seconds, lines)| Offset { seconds: *seconds, lines: *lines })
                .collect(),
            implied: zone.implied,
            local: zone.local,
        },
        first: series.series.first,
        last: series.series.last,
        last_is_read: series.last_is_read,
        lines: LineCounts::of(coverage.lines),
        fields: FieldCounts {
            request,
            status,
            bytes,
            referer,
            user_agent: agent,
            host,
            user,
            duration: took,
            http_1_0,
        },
        clients: &series.clients,
        missing: series.missing.iter().map(|each| each.name.as_str()).collect(),
        rotation: series.pace.as_ref(),
        silences: &series.silences,
        window: series.share.as_ref(),
    }
}

fn named(formats: &Formats, place: usize, lines: u64, asked: u64, also: &[usize]) -> Format {
    let name = |place: usize| formats.known(place).name.to_owned();
    Format {
        format: name(place),
        lines,
        share: (asked > 0).then(|| rounded(lines as f64 / asked as f64)),
        also: also.iter().map(|place| name(*place)).collect(),
    }
}

fn source<'a>(known: &Formats, planned: &'a PlannedSource, seen: &'a Surveyed) -> Source<'a> {
    let path = safe::text(planned.found.path.as_os_str().as_encoded_bytes());
    let coverage = &seen.tally.coverage;
    let asked = coverage.lines.read + coverage.lines.unread;
    let mut formats: Vec<(usize, u64)> =
        coverage.formats.iter().map(|(place, lines)| (usize::from(*place), *lines)).collect();
    formats.sort_by_key(|(place, lines)| (std::cmp::Reverse(*lines), *place));
    let finished = seen.finished.as_ref();
    let changed = finished.and_then(|finished| finished.changed.as_deref());
    let grew = finished.and_then(|finished| finished.grew.as_deref());
    let problems = seen.unreadable.iter().chain(&seen.problems).map(String::as_str);
    Source {
        path: path.text,
        path_b64: path.b64,
        kind: match planned.kind {
            Kind::Access => "access",
            Kind::Other(_) => "other",
            Kind::Unknown => "unknown",
        },
        what: match planned.kind {
            Kind::Other(what) => Some(what),
            Kind::Access | Kind::Unknown => seen.sealed,
        },
        series: &planned.series,
        bytes: planned.found.length,
        compressed: !planned.plain,
        sha256: finished.and_then(|finished| finished.sha256.as_deref()),
        read: match seen.extent {
            Extent::Ends => "sampled",
            Extent::Head => "head",
            Extent::Nothing => "not",
            Extent::Whole => "whole",
        },
        bytes_read: seen.bytes_read(),
        stretches: seen
            .stretches
            .iter()
            .filter(|_| !seen.is_whole())
            .map(|each| Stretch { offset: each.offset, length: each.length })
            .collect(),
        formats: formats
            .into_iter()
            .map(|(place, lines)| {
                let also = seen.ties.get(&place).map(Vec::as_slice).unwrap_or_default();
                named(known, place, lines, asked, also)
            })
            .collect(),
        lines: LineCounts::of(coverage.lines),
        unread: seen
            .tally
            .unread
            .iter()
            .map(|line| Unread {
                line: line.line,
                offset: line.offset,
                at: line.at,
                wanted: line.wanted,
            })
            .collect(),
        first: coverage.first,
        last: coverage.last,
        last_is_read: seen.extent != Extent::Head,
        duplicate_of: seen.duplicate_of,
        begins_like: seen.begins_like,
        nul_bytes: seen.nul_bytes,
        backwards: runs_back(seen).map(|(seconds, _, at)| Backwards { seconds, at }),
        problems: problems.chain(changed).chain(grew).collect(),
    }
}
