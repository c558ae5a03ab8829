//! What the silences of every series tell: which are holes, which cannot be
//! told from one, and how short an interruption would have been noticed.
//!
//! An interruption of the logs leaves a silence of its length, whatever the
//! traffic. So a log without a silence longer than what the case tolerates has
//! no interruption longer than that; a longer silence is a hole where traffic
//! or a heartbeat does not explain it, and uninformative where they would.

use crate::case::Window;
use crate::evidence::beats;
use crate::evidence::coverage::{BIN_SECONDS, SLOT_SECONDS};
use crate::examine::{Examined, Plan, Question};
use crate::verdict::Gap;
use crate::verdict::hours::{self, Stretch};

use super::heartbeat::Heartbeat;
use super::silence::{self, Hole};
use super::traffic::Traffic;
use super::{Series, UNSURE};

/// What is stated as the shortest interruption that would be noticed is longer
/// than what was computed, in percent: with lines removed, what is usual comes
/// out a little otherwise.
const STATED_PERCENT: i64 = 125;

/// What the silences of a series tell.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The server's place in the question.
    pub server: usize,
    /// The name of the series.
    pub series: String,
    /// Silences that touch a window and that neither traffic nor a heartbeat
    /// explains, in order.
    pub holes: Vec<Hole>,
    /// From what score on traffic does not explain a silence.
    pub threshold: f64,
    /// Silences that touch a window, are longer than the case tolerates, and
    /// might be holes: traffic is too low to tell.
    pub untold: Vec<Stretch>,
    /// The length in seconds from which on an interruption would have been
    /// noticed wherever in the windows it began, if nothing is untold.
    pub noticed_from: i64,
    /// What is usual is known by the hour of the week, not only of the day.
    pub is_weekly: bool,
    /// The periods of clients that call at regular times, in seconds.
    pub periods: Vec<i64>,
}

/// Listens to every series that has a record near a window of the case.
pub fn hear(question: &Question, plan: &Plan, examined: &Examined) -> Vec<Heard> {
    let all = super::series(plan, examined);
    let windows: Vec<Stretch> = question
        .case
        .exposures
        .iter()
        .flat_map(hours::windows)
        .map(|window| Window {
            from: window.from_earliest.or(window.from),
            to: window.to_latest.or(window.to),
            ..window
        })
        .filter_map(|window| hours::stretch(&window, &all))
        .collect();
    let Some(asked) = hull(&windows) else { return Vec::new() };
    let each = all.iter().filter_map(|series| {
        let parts = series.sources.iter().map(|&place| &examined.sources[place].coverage);
        let traffic = Traffic::of(parts, asked)?;
        let heartbeats = heartbeats(examined, series);
        let heard = listen(&traffic, &heartbeats, &windows, question.case.tolerated_gap);
        Some(Heard { server: series.server, series: series.name.clone(), ..heard })
    });
    each.collect()
}

/// What the silences of some traffic tell inside `windows`, where a silence of
/// `tolerated` seconds is accepted; of no server and no series yet.
pub fn listen(
    traffic: &Traffic,
    heartbeats: &[Heartbeat],
    windows: &[Stretch],
    tolerated: i64,
) -> Heard {
    let tested = silence::test(traffic);
    let touches =
        |silence: &Stretch| windows.iter().any(|window| unsure(*silence).touches(*window));
    let mut holes: Vec<Hole> =
        tested.holes.iter().filter(|hole| touches(&hole.stretch)).copied().collect();
    let mut untold = Vec::new();
    for silence in traffic.silences.iter().filter(|silence| touches(silence)) {
        if holes.iter().any(|hole| hole.stretch == *silence) {
            continue;
        }
        let beat = heartbeats.iter().filter_map(|heartbeat| heartbeat.score(*silence));
        if let Some(score) = beat.max_by(f64::total_cmp) {
            holes.push(Hole { stretch: *silence, score, expected: 0.0 });
        } else if unsure(*silence).seconds() > tolerated {
            untold.push(*silence);
        }
    }
    holes.sort_by_key(|hole| hole.stretch);
    let noticed = |place: usize| {
        let begin = (traffic.first + place as i64) * BIN_SECONDS;
        let by_traffic = tested.resolution[place].map_or(i64::MAX, stated);
        let calling = heartbeats.iter().filter(|each| each.is_calling(begin + BIN_SECONDS / 2));
        let by_heartbeat = calling.map(|each| stated(each.resolution())).min();
        by_traffic.min(by_heartbeat.unwrap_or(i64::MAX)).min(tolerated)
    };
    let inside = windows.iter().flat_map(|window| traffic.bins(*window));
    let noticed_from = inside.map(|(place, _)| noticed(place)).max().unwrap_or(tolerated);
    Heard {
        server: 0,
        series: String::new(),
        holes,
        threshold: tested.threshold,
        untold,
        noticed_from,
        is_weekly: tested.is_weekly,
        periods: heartbeats.iter().map(|heartbeat| heartbeat.period).collect(),
    }
}

/// The holes of series as the report lists them, those that `known` ones lie
/// over left out.
pub fn gaps(question: &Question, heard: &[Heard], known: &[Gap]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for series in heard {
        let server = &question.servers[series.server].name;
        let is_known = |hole: &&Hole| {
            known.iter().any(|gap| {
                let gap_at = Stretch { from: gap.from.seconds, to: gap.to.seconds };
                let own = gap.server == *server && gap.series == series.series;
                own && gap_at.from <= hole.stretch.from && hole.stretch.to <= gap_at.to + UNSURE
            })
        };
        for hole in series.holes.iter().filter(|hole| !is_known(hole)) {
            let (from, to) = hours::instants(hole.stretch);
            gaps.push(Gap {
                server: server.clone(),
                series: series.series.clone(),
                from,
                to,
                why: "silent",
                score: Some(hole.score),
                members: Vec::new(),
            });
        }
    }
    gaps
}

/// The heartbeats in a series, by client.
fn heartbeats(examined: &Examined, series: &Series) -> Vec<Heartbeat> {
    let mut clients: std::collections::BTreeMap<_, Vec<_>> = std::collections::BTreeMap::new();
    for source in series.sources.iter().map(|place| *place as u32) {
        for ((_, client), beats) in beats::of_source(&examined.answers.beats, source) {
            clients.entry(*client).or_default().push(beats);
        }
    }
    clients.values().filter_map(|beats| Heartbeat::of(beats)).collect()
}

/// A silence as long as it may have been.
fn unsure(silence: Stretch) -> Stretch {
    Stretch { from: silence.from - SLOT_SECONDS, to: silence.to + SLOT_SECONDS }
}

/// A computed length as it is stated: rounded up to quarters of an hour.
fn stated(seconds: i64) -> i64 {
    let wide = seconds.saturating_mul(STATED_PERCENT) / 100;
    wide.div_euclid(BIN_SECONDS).saturating_add(1).saturating_mul(BIN_SECONDS)
}

fn hull(windows: &[Stretch]) -> Option<Stretch> {
    let from = windows.iter().map(|window| window.from).min()?;
    let to = windows.iter().map(|window| window.to).max()?;
    Some(Stretch { from, to })
}
