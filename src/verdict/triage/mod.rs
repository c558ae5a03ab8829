//! WHAT ARE THESE LOGS, AND WHAT CAN THEY TELL?
//!
//! From a survey, minutes after logs arrive: what each series is, what its
//! times and byte counts mean, what is missing, whom to ask ([`questions`]) and
//! what to keep before it is deleted ([`keep`]). Nothing here is a verdict, and
//! there is no clock: `now` is an argument.

pub mod clients;
pub mod keep;
pub mod meaning;
pub mod pace;
pub mod questions;
pub mod silence;
pub mod window;

use serde::Serialize;

use crate::examine::survey::{Survey, Surveyed, Tally};
use crate::examine::{Examined, Plan, Question};
use crate::format::guess::Kind;
use crate::record::{BytesMeaning, Instant, TimeMeaning, WallClock};
use crate::source::Extent;

use super::gaps::{self, Series};

use clients::Clients;
use meaning::{Known, Software};
use pace::Pace;
use silence::Silence;
use window::Share;

/// How many seconds back a time may run where the log does not tell how long
/// requests take.
const BACK_SECONDS: i64 = 300;

/// What a first look tells.
#[derive(Debug)]
pub struct Triage {
    /// The instant that was taken for now.
    pub now: Instant,
    /// The window that was asked about.
    pub window: Option<(Instant, Instant)>,
    /// The series, by name; those of which not one line was read as well.
    pub series: Vec<SeriesTriage>,
    /// What share of the window every series with a record speaks for.
    pub share: Option<Share>,
    /// What share at least one of them speaks for.
    pub any: Option<Share>,
    /// Questions for the operator, the gravest first.
    pub questions: Vec<questions::Question>,
    /// What to keep now, the most urgent first.
    pub keep: Vec<keep::Advice>,
}

/// What a first look tells of one series.
#[derive(Debug)]
pub struct SeriesTriage {
    /// The series; its sources are in the order of time.
    pub series: Series,
    /// What the lines that were read add up to.
    pub tally: Tally,
    /// Its formats, that of most lines first.
    pub formats: Vec<FormatShare>,
    /// Which server wrote it, where lines tell.
    pub software: Option<Known<Software>>,
    /// What its times mean.
    pub time: Option<Known<TimeMeaning>>,
    /// What its byte counts mean.
    pub bytes: Option<Known<BytesMeaning>>,
    /// How the zone of its times is known.
    pub zone: ZoneSeen,
    /// Its addresses.
    pub clients: Clients,
    /// Members that its rotation should have and that are not there.
    pub missing: Vec<gaps::MissingMember>,
    /// How fast it rotates.
    pub pace: Option<Pace>,
    /// Long silences, where all around them was read.
    pub silences: Vec<Silence>,
    /// Its last record was read, and not only those of the head of its newest
    /// source.
    pub last_is_read: bool,
    /// The share of the window that it speaks for.
    pub share: Option<Share>,
}

/// The part of a series that one format read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatShare {
    /// The format's place in the table.
    pub place: usize,
    /// How many lines it read.
    pub lines: u64,
    /// Other formats that read the same lines: the narrower is taken.
    pub also: Vec<usize>,
}

/// How the zone of times is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ZoneSeen {
    /// Lines by the offset from UTC that they give, in seconds; that of most
    /// lines first.
    pub offsets: Vec<(i32, u64)>,
    /// Lines whose format fixes the zone.
    pub implied: u64,
    /// Lines that give none.
    pub local: u64,
    /// The clock that was named for those.
    #[serde(skip)]
    pub wall: Option<WallClock>,
}

impl ZoneSeen {
    /// Says whether somebody must be asked.
    pub fn is_unknown(&self) -> bool {
        self.local > 0 && self.wall.is_none()
    }
}

/// Draws from a survey what it tells.
pub fn triage(
    question: &Question,
    plan: &Plan,
    survey: &Survey,
    window: Option<(Instant, Instant)>,
    now: Instant,
) -> Triage {
    let mut examined = survey.examined();
    run_on(plan, survey, &mut examined);
    let all = gaps::series(plan, &examined);
    let gaps = gaps::gaps(question, plan, &examined);
    let share = |series: &[Series]| {
        let window = window.filter(|_| !series.is_empty())?;
        Some(window::share(question, plan, &examined, &gaps, series, window))
    };
    let timed: Vec<Series> = all.iter().filter(|each| each.first.is_some()).cloned().collect();
    let overall = share(&timed);
    // Where all are copies of others, there is nothing of its own.
    let own = all.into_iter().filter(|series| !series.sources.is_empty());
    let each = own.map(|series| {
        let share = share(std::slice::from_ref(&series));
        let server = &question.servers[series.server].name;
        let own = gaps.iter().filter(|gap| gap.series == series.name && gap.server == *server);
        let holes = own.map(|gap| (gap.from.seconds, gap.to.seconds)).collect();
        one(question, plan, survey, series, holes, share, now)
    });
    let series: Vec<SeriesTriage> = each.collect();
    let shares = series.iter().filter_map(|each| each.share.as_ref());
    let any = window.filter(|_| overall.is_some()).map(|window| window::any(shares, window));
    let mut triage = Triage {
        now,
        window,
        series,
        any,
        share: overall,
        questions: Vec::new(),
        keep: Vec::new(),
    };
    let seen = questions::Seen { question, plan, survey, triage: &triage };
    let questions = questions::questions(&seen);
    let keep = keep::advice(&seen);
    (triage.questions, triage.keep) = (questions, keep);
    triage
}

/// Takes a source of which only the head was read to run on to the beginning
/// of the next, unless a member is missing between them. Where it does not,
/// the whole reading of a scan will tell.
fn run_on(plan: &Plan, survey: &Survey, examined: &mut Examined) {
    for series in gaps::series(plan, examined) {
        let missing = gaps::missing(plan, &series);
        let order = series.in_order(plan);
        for pair in order.windows(2) {
            let [older, newer] = [pair[0], pair[1]];
            let is_broken = missing.iter().any(|each| each.older == older && each.newer == newer);
            if survey.sources[older].extent == Extent::Head && !is_broken {
                let next = examined.sources[newer].coverage.first;
                let coverage = &mut examined.sources[older].coverage;
                coverage.last = coverage.last.max(next);
            }
        }
    }
}

fn one(
    question: &Question,
    plan: &Plan,
    survey: &Survey,
    mut series: Series,
    holes: Vec<(i64, i64)>,
    share: Option<Share>,
    now: Instant,
) -> SeriesTriage {
    let missing = gaps::missing(plan, &series);
    series.sources = series.in_order(plan);
    let seen = |place: &usize| &survey.sources[*place];
    let mut tally = Tally::new(false);
    series.sources.iter().for_each(|place| tally.merge(seen(place).tally.clone()));
    tally.peers.close();
    // What was taken for granted of heads is not said of first and last.
    (series.first, series.last) = (tally.coverage.first, tally.coverage.last);
    let formats = formats(&tally, series.sources.iter().map(seen));
    let card = formats.first().map(|format| question.formats.known(format.place));
    // Escapes tell apart those that share a format; where the card knows what
    // wrote the lines, it knows better.
    let is_shared = card.is_some_and(|card| {
        card.bytes == BytesMeaning::Unknown || card.time == TimeMeaning::Unknown
    });
    let software = meaning::software(tally.escapes, tally.bodyless).filter(|_| is_shared);
    let files: Vec<pace::File<'_>> = series
        .sources
        .iter()
        .map(|place| {
            let coverage = &seen(place).tally.coverage;
            let member = &plan.sources[*place].member;
            pace::File { member, first: coverage.first, last: coverage.last }
        })
        .collect();
    let newest = series.sources.iter().rev().find(|place| seen(place).extent != Extent::Nothing);
    let mut offsets: Vec<(i32, u64)> =
        tally.offsets.iter().map(|(offset, count)| (*offset, *count)).collect();
    offsets.sort_by_key(|(offset, count)| (std::cmp::Reverse(*count), *offset));
    SeriesTriage {
        time: card.map(|card| meaning::time(card, software.as_ref())),
        bytes: card.map(|card| meaning::bytes(card, tally.bodyless, software.as_ref())),
        zone: ZoneSeen {
            offsets,
            implied: tally.implied,
            local: tally.coverage.zoneless,
            wall: question.wall(series.server),
        },
        clients: clients::clients(&tally.peers),
        pace: pace::pace(&files, now),
        silences: silence::silences(&tally.coverage.bins, &unread(survey, &series, holes)),
        last_is_read: newest.is_some_and(|place| seen(place).extent != Extent::Head),
        software,
        formats,
        missing,
        share,
        tally,
        series,
    }
}

/// The formats of a series and what else reads their lines.
fn formats<'a>(
    tally: &Tally,
    sources: impl Iterator<Item = &'a Surveyed> + Clone,
) -> Vec<FormatShare> {
    let counts = tally.coverage.formats.iter();
    let mut formats: Vec<FormatShare> = counts
        .map(|(place, lines)| {
            let place = usize::from(*place);
            let mut ties = sources.clone().filter_map(|seen| seen.ties.get(&place));
            // Only what reads the lines of every source.
            let first = ties.next().cloned().unwrap_or_default();
            let also = ties.fold(first, |also, ties| {
                also.into_iter().filter(|each| ties.contains(each)).collect()
            });
            FormatShare { place, lines: *lines, also }
        })
        .collect();
    formats.sort_by_key(|format| (std::cmp::Reverse(format.lines), format.place));
    formats
}

/// The stretches of time of which not everything was read: those of sampled
/// sources, and of what could not be read; besides the `holes` that are known.
fn unread(survey: &Survey, series: &Series, holes: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut unread = holes;
    for (turn, place) in series.sources.iter().enumerate() {
        let seen = &survey.sources[*place];
        if seen.is_whole() && seen.problems.is_empty() {
            continue;
        }
        let coverage = |place: &usize| &survey.sources[*place].tally.coverage;
        let before = series.sources[..turn].iter().rev().find_map(|place| coverage(place).last);
        let behind = series.sources[turn + 1..].iter().find_map(|place| coverage(place).first);
        let own = &seen.tally.coverage;
        let from = if seen.is_whole() { before } else { own.first.or(before) };
        let to = if seen.extent == Extent::Ends { own.last.or(behind) } else { behind };
        unread.push((
            from.map_or(i64::MIN, |from| from.seconds),
            to.map_or(i64::MAX, |to| to.seconds),
        ));
    }
    unread
}

/// How far times of a source run back from one line to the next, if further
/// than requests take: seconds, the offset of the line, and its time.
pub fn runs_back(seen: &Surveyed) -> Option<(i64, u64, Instant)> {
    let longest = seen.tally.longest.map_or(BACK_SECONDS, |longest| {
        i64::try_from(longest / 1_000_000).unwrap_or(i64::MAX).max(2)
    });
    seen.tally.order.back.filter(|(back, ..)| *back > longest)
}

/// A number of seconds in words.
pub fn span(seconds: i64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{:.1} h", seconds as f64 / 3600.0),
    }
}

impl Triage {
    /// The sources that no format reads, by their place in the plan.
    pub fn unknown(plan: &Plan) -> impl Iterator<Item = usize> {
        let each = plan.sources.iter().enumerate();
        each.filter(|(_, planned)| planned.kind == Kind::Unknown).map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_shortly() {
        assert_eq!(span(90), "90 s");
        assert_eq!(span(600), "10 min");
        assert_eq!(span(7200), "2.0 h");
    }
}
