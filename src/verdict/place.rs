//! Where a hit lies: inside a window, at its border, or outside; and what it
//! is graded.
//!
//! A logged time is the beginning or the end of a request, or one of both, so
//! a request may reach into a window that its own instant misses. Such a hit
//! is at the border: listed and counted apart, and enough to refuse a verdict
//! that nobody came.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::actor::Class;
use crate::case::server::ServerRole;
use crate::case::target::Target;
use crate::case::{Case, Exposure, Server, Window};
use crate::evidence::{ClientKey, Detail, Hit, Signs};
use crate::examine::plan::{bytes_mean, time_means};
use crate::examine::{Examined, Plan, Question};
use crate::format::{About, Formats};
use crate::record::path::Forms;
use crate::record::{BytesMeaning, Client, Escape, Instant, TimeMeaning};

use super::Meaning;
use super::grade::{self, Grade, Known};
use super::learnt::Learnt;

/// How long after its first showing a clock that is set back shows a time
/// again, in seconds; Lord Howe Island's half hour is within it.
const AGAIN: i64 = 3600;

/// The role of a peer among the addresses of a [`Detail`].
const PEER: u8 = 0;

/// Where a hit lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Where {
    /// Its instant is in a window.
    Inside,
    /// Only its duration or the doubt about clock or window carries it in.
    Border,
    /// Neither.
    Outside,
}

impl Where {
    /// The word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Where::Inside => "inside",
            Where::Border => "border",
            Where::Outside => "outside",
        }
    }
}

/// What a hit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Its grade.
    pub grade: Grade,
    /// Where it lies: the nearest over its exposures.
    pub place: Where,
    /// Which exposures' windows it lies in, by their place in [`Masks`].
    masks: u32,
    /// It is counted: not a copy of a line counted elsewhere, not the same
    /// request at a server behind the edge, and not on another host.
    pub counts: bool,
}

/// The exposures inside whose windows hits lie, and at whose borders, a bit
/// each. Few differ, so each hit has the place of its own here.
#[derive(Debug, Default)]
pub struct Masks {
    each: Vec<(u64, u64)>,
    places: HashMap<(u64, u64), u32>,
}

impl Masks {
    /// The exposures inside whose windows a hit lies.
    pub fn inside(&self, judged: &Judged) -> u64 {
        self.each[judged.masks as usize].0
    }

    /// The exposures at whose borders it lies.
    pub fn border(&self, judged: &Judged) -> u64 {
        self.each[judged.masks as usize].1
    }

    /// Both.
    pub fn any(&self, judged: &Judged) -> u64 {
        self.inside(judged) | self.border(judged)
    }

    fn put(&mut self, inside: u64, border: u64) -> u32 {
        let Masks { each, places } = self;
        *places.entry((inside, border)).or_insert_with(|| {
            each.push((inside, border));
            each.len() as u32 - 1
        })
    }
}

/// What the numbers of each source mean.
pub fn meanings(question: &Question, plan: &Plan, examined: &Examined) -> Vec<Meaning> {
    let each = plan.sources.iter().zip(&examined.sources).map(|(planned, source)| {
        let most =
            source.coverage.formats.iter().max_by_key(|(at, count)| (**count, u16::MAX - **at));
        let format =
            most.map(|(place, _)| usize::from(*place)).or(planned.formats.first().copied());
        let about = format.and_then(|place| question.formats.about(place));
        let about = about.unwrap_or(About::UNKNOWN);
        let (time, bytes) = means(&question.servers[planned.server], about);
        Meaning { time, bytes, format }
    });
    each.collect()
}

/// Judges every hit.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn judge_hits(
    question: &Question,
    plan: &Plan,
    examined: &Examined,
) -> std::io::Result<(Vec<Judged>, Masks)> {
    let case = &question.case;
    let server = |hit: &Hit| &question.servers[plan.sources[hit.source as usize].server];
    let learnt = Learnt::of(examined, |hit| hit_bytes(&question.formats, hit, server(hit)))?;
    let listed_in: Vec<_> = case.exposures.iter().map(Folders::of).collect();
    let mut judged = Vec::with_capacity(examined.hits.len());
    let mut masks = Masks::default();
    examined.each_hit(|_, hit, detail| {
        let server = server(hit);
        let means = hit_means(&question.formats, hit, server);
        let bytes_mean = hit_bytes(&question.formats, hit, server);
        let target = question.target(hit.target);
        let listed = target.and_then(|target| target.listed.as_ref());
        let kinds = exposures(case, hit.exposures);
        // A folder that is a target too may stand before the file in the case.
        let sizes =
            detail.files.iter().filter_map(|id| question.target(*id)?.listed.as_ref()?.size);
        let stated = listed.and_then(|file| file.size).or(sizes.max());
        let lesson = learnt.lesson(hit, detail, bytes_mean, stated);
        let query = memchr::memchr(b'?', &detail.target).map(|at| &detail.target[at + 1..]);
        // Where exposures of several kinds are named, the gravest grade holds.
        let grade = kinds
            .map(|(number, exposure)| {
                grade::grade(
                    hit,
                    Known {
                        kind: exposure.kind,
                        bytes_mean,
                        is_direct: is_direct(server, hit, detail),
                        size: stated,
                        holds_listed: listed_in[number].hold(&detail.path),
                        delivery: detail.delivery,
                        learnt: lesson,
                        decoy_bytes: &exposure.decoy_bytes,
                        path: &detail.path,
                        query: query.unwrap_or_default(),
                    },
                )
            })
            .min()
            .unwrap_or(Grade::U);
        let (mut inside, mut border) = (0, 0);
        for (number, exposure) in case.exposures.iter().enumerate() {
            let bit = 1 << number;
            if hit.exposures & bit == 0 {
                continue;
            }
            match place(hit, means, &own(hit, target, &exposure.windows), clock_error(server)) {
                Where::Inside => inside |= bit,
                Where::Border => border |= bit,
                Where::Outside => {}
            }
        }
        judged.push(Judged {
            grade,
            place: match (inside, border) {
                (0, 0) => Where::Outside,
                (0, _) => Where::Border,
                _ => Where::Inside,
            },
            masks: masks.put(inside, border),
            counts: ![Signs::COPY, Signs::OTHER_HOST, Signs::REPEATED]
                .iter()
                .any(|sign| hit.signs.has(*sign)),
        });
        Ok(())
    })?;
    Ok((judged, masks))
}

/// Where a hit on a server would lie if the windows of an exposure were these.
pub fn locate(question: &Question, hit: &Hit, server: usize, windows: &[Window]) -> Where {
    let server = &question.servers[server];
    let means = hit_means(&question.formats, hit, server);
    place(hit, means, &own(hit, question.target(hit.target), windows), clock_error(server))
}

/// The windows of a hit: a listed file may have its own besides, unless a
/// pattern names it as well.
fn own(hit: &Hit, target: Option<&Target>, windows: &[Window]) -> Vec<Window> {
    match target {
        Some(target) if target.listed.is_some() && !hit.signs.has(Signs::BY_PATTERN) => {
            target.windows(windows)
        }
        _ => windows.to_vec(),
    }
}

/// How far the clock of a server may be off, in whole seconds: one more where a
/// time that was put right no longer shows whether it was logged in these.
fn clock_error(server: &Server) -> i64 {
    server.clock_error.ceil() as i64 + i64::from(server.clock_offset.fract() != 0.0)
}

/// The exposures of a mask, each with its place in the case.
fn exposures(case: &Case, mask: u64) -> impl Iterator<Item = (usize, &Exposure)> {
    case.exposures.iter().enumerate().filter(move |(number, _)| mask & (1 << number) != 0)
}

/// The folders in which the list of an exposure names files: what they answer
/// with is none of those.
struct Folders(BTreeSet<Vec<u8>>);

impl Folders {
    fn of(exposure: &Exposure) -> Folders {
        let mut folders = BTreeSet::new();
        for listed in exposure.targets.iter().filter_map(|target| target.listed.as_ref()) {
            let path = Forms::of(listed.path.as_bytes(), Escape::None, false).canonical;
            folders.extend(memchr::memchr_iter(b'/', &path).skip(1).map(|at| path[..=at].to_vec()));
        }
        Folders(folders)
    }

    fn hold(&self, path: &[u8]) -> bool {
        self.0.contains(path)
    }
}

/// Whether a log is of the server that answered the client itself: neither is
/// it said to stand behind another, nor was it spoken to by a proxy.
fn is_direct(server: &Server, hit: &Hit, detail: &Detail) -> bool {
    let is_behind = server.role == Some(ServerRole::Origin) || server.behind.is_some();
    let mut peers = detail.addresses.iter().filter(|(role, _)| *role == PEER);
    let by_proxy = peers.any(|(_, peer)| ClientKey::of(Client::read(peer)) != hit.client);
    !is_behind && !by_proxy
}

/// What the time of a hit means: that of an envelope is when the line was
/// written, any other is what the format that read the line makes it.
fn hit_means(formats: &Formats, hit: &Hit, server: &Server) -> TimeMeaning {
    match hit.signs.has(Signs::SEALED) {
        true => TimeMeaning::End,
        false => means(server, formats.known(usize::from(hit.format))).0,
    }
}

/// What the byte count of a hit means.
fn hit_bytes(formats: &Formats, hit: &Hit, server: &Server) -> BytesMeaning {
    means(server, formats.known(usize::from(hit.format))).1
}

/// What the byte count of a hit of a plan means.
pub fn bytes_of(question: &Question, plan: &Plan, hit: &Hit) -> BytesMeaning {
    let server = &question.servers[plan.sources[hit.source as usize].server];
    hit_bytes(&question.formats, hit, server)
}

/// What the numbers of a format mean on a server. A directive says what its own
/// server does; only its operator knows better.
fn means(server: &Server, about: About<'_>) -> (TimeMeaning, BytesMeaning) {
    match about.is_own {
        true => (server.time_means.unwrap_or(about.time), server.bytes_mean.unwrap_or(about.bytes)),
        false => (time_means(server, about.time), bytes_mean(server, about.bytes)),
    }
}

/// Says whether a hit contradicts the stated window: content was sent to
/// somebody else outside of it. `named`: its client was shown to be no lawful
/// user; then a request of which the log does not say what was sent does so,
/// too.
pub fn is_sent_outside(hit: &Hit, judged: &Judged, named: bool) -> bool {
    judged.place == Where::Outside
        && (judged.grade.is_full()
            || judged.grade == Grade::P
            || (named && judged.grade == Grade::U))
        && matches!(hit.class, Class::Other | Class::Unresolved)
        && (named || !hit.signs.has(Signs::MAYBE_LAWFUL))
}

/// Where a hit lies among the windows of an exposure. Without a window the
/// exposure is the whole of the logs.
pub fn place(hit: &Hit, means: TimeMeaning, windows: &[Window], clock_error: i64) -> Where {
    if windows.is_empty() {
        return Where::Inside;
    }
    let Some(at) = hit.at() else {
        // A hit without a time may lie anywhere.
        return Where::Border;
    };
    let places = windows.iter().map(|window| {
        // Of an hour that the clock showed twice either may be meant.
        let other = if hit.signs.has(Signs::TWICE) { at.plus_seconds(AGAIN) } else { at };
        if window.holds(at) && window.holds(other) {
            Where::Inside
        } else if [at, other].iter().any(|at| reaches(hit, *at, means, window, clock_error)) {
            Where::Border
        } else {
            Where::Outside
        }
    });
    places.min().unwrap_or(Where::Outside)
}

/// The earliest time at which the request of a hit on a server may have begun.
pub fn earliest(question: &Question, hit: &Hit, server: usize) -> Option<Instant> {
    let server = &question.servers[server];
    let means = hit_means(&question.formats, hit, server);
    hit.at().map(|at| span(hit, at, means, clock_error(server)).0)
}

/// Says whether a request may have been under way inside a window.
fn reaches(hit: &Hit, at: Instant, means: TimeMeaning, window: &Window, clock_error: i64) -> bool {
    let (first, last) = span(hit, at, means, clock_error);
    let (from, to) = window.widest();
    to.is_none_or(|to| first < to) && from.is_none_or(|from| last >= from)
}

/// When a request may have been under way, as its time is `at`.
fn span(hit: &Hit, at: Instant, means: TimeMeaning, clock_error: i64) -> (Instant, Instant) {
    let duration = hit.seconds_taken();
    // A clock that shows whole seconds is up to one behind.
    let unit = if at.nanos == 0 { 1_000_000 } else { 1_000 };
    let slack = unit + clock_error * 1_000_000;
    let micros = i64::try_from(duration).unwrap_or(i64::MAX / 2_000_000) * 1_000_000;
    let (before, behind) = match means {
        TimeMeaning::End => (micros, 0),
        TimeMeaning::Start => (0, micros),
        TimeMeaning::Unknown => (micros, micros),
    };
    (at.plus_micros(-before - slack), at.plus_micros(behind + slack))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::hit::Facts;
    use crate::format;

    fn window(from: i64, to: i64) -> Window {
        Window { from: Some(Instant::at(from)), to: Some(Instant::at(to)), ..Window::default() }
    }

    #[test]
    fn a_window_is_half_open_and_has_a_border() {
        let check = |at: i64, took: Option<u64>, means, expected: Where| {
            let facts = Facts { at: Some(Instant::at(at)), took, ..Facts::default() };
            let found = place(&Hit::new(facts), means, &[window(1000, 2000)], 0);
            assert_eq!(found, expected, "{at} {took:?} {means:?}");
        };
        use TimeMeaning::{End, Start, Unknown};
        check(1000, Some(0), End, Where::Inside);
        check(1999, Some(0), End, Where::Inside);
        check(2000, Some(0), End, Where::Border);
        check(2001, Some(0), End, Where::Outside);
        check(2010, Some(10_000_000), End, Where::Border);
        check(2010, Some(10_000_000), Start, Where::Outside);
        check(990, Some(10_000_000), Start, Where::Border);
        check(990, Some(10_000_000), End, Where::Outside);
        check(990, Some(10_000_000), Unknown, Where::Border);
        check(998, Some(0), End, Where::Outside);
    }

    #[test]
    fn a_time_that_was_shown_twice_is_border_where_one_of_the_two_is_outside() {
        let check = |at: i64, expected: Where| {
            let mut hit = Hit::new(Facts { at: Some(Instant::at(at)), ..Facts::default() });
            hit.signs = hit.signs.with(Signs::TWICE, true);
            let windows = [window(10_000, 20_000)];
            assert_eq!(place(&hit, TimeMeaning::End, &windows, 0), expected, "{at}");
        };
        check(12_000, Where::Inside);
        check(17_000, Where::Border);
        check(7_000, Where::Border);
        check(6_000, Where::Outside);
    }

    #[test]
    fn a_time_of_an_envelope_is_when_the_line_was_written() {
        let mut hit = Hit::new(Facts::default());
        let stated = Server { time_means: Some(TimeMeaning::Start), ..Server::default() };
        assert_eq!(hit_means(&Formats::default(), &hit, &stated), TimeMeaning::Start);
        hit.signs = hit.signs.with(Signs::SEALED, true);
        assert_eq!(hit_means(&Formats::default(), &hit, &stated), TimeMeaning::End);
        let named = |name| format::TABLE.iter().position(|format| format.card().name == name);
        for (name, means) in [("aws-alb", TimeMeaning::End), ("aws-s3", TimeMeaning::Start)] {
            let mut hit = Hit::new(Facts::default());
            hit.format = named(name).unwrap() as u16;
            assert_eq!(hit_means(&Formats::default(), &hit, &Server::default()), means, "{name}");
        }
    }

    #[test]
    fn a_clock_put_right_by_a_fraction_of_a_second_still_shows_whole_ones() {
        let error = |clock_offset| {
            clock_error(&Server { clock_offset, clock_error: 0.5, ..Server::default() })
        };
        assert_eq!([error(0.0), error(10.0), error(10.5), error(-0.5)], [1, 1, 2, 2]);
        let facts = |nanos| {
            let at = Some(Instant { seconds: 2000, nanos });
            Facts { at, took: Some(0), ..Facts::default() }
        };
        let check = |nanos, offset, expected: Where| {
            let server = Server { clock_offset: offset, ..Server::default() };
            let hit = Hit::new(facts(nanos));
            let found = place(&hit, TimeMeaning::End, &[window(1000, 2000)], clock_error(&server));
            assert_eq!(found, expected, "{nanos} {offset}");
        };
        check(500_000_000, 0.0, Where::Outside);
        check(500_000_000, 0.5, Where::Border);
    }

    #[test]
    fn an_unlogged_duration_is_assumed_from_the_bytes() {
        let facts =
            Facts { at: Some(Instant::at(2100)), bytes: Some(200 * 16 * 1024), ..Facts::default() };
        let hit = Hit::new(facts);
        assert_eq!(place(&hit, TimeMeaning::End, &[window(1000, 2000)], 0), Where::Border);
        assert_eq!(place(&hit, TimeMeaning::Start, &[window(1000, 2000)], 0), Where::Outside);
    }

    #[test]
    fn the_doubt_about_an_end_is_border() {
        let mut doubtful = window(1000, 2000);
        doubtful.to_latest = Some(Instant::at(3000));
        let hit = Hit::new(Facts { at: Some(Instant::at(2500)), ..Facts::default() });
        assert_eq!(place(&hit, TimeMeaning::End, &[doubtful], 0), Where::Border);
        assert_eq!(place(&hit, TimeMeaning::End, &[], 0), Where::Inside);
    }
}
