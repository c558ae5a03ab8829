//! What a restart may have taken: a server writes a line when a request ends,
//! so one that is killed writes none for what it was answering just then.

use crate::case::Happening;
use crate::examine::{Examined, Question};
use crate::verdict::Gap;

use super::Series;

/// The longest transfer where no duration is logged, in seconds: what a border
/// is taken to reach at most.
const ASSUMED_SECONDS: u64 = 3_600;

/// A hole before each restart that the case tells of: as long as the longest
/// transfer of an exposed thing that a series logs, within an hour.
pub fn gaps(question: &Question, examined: &Examined, all: &[Series]) -> Vec<Gap> {
    let events = &question.case.events;
    let restarts = events.iter().filter(|event| event.what == Happening::Restarted);
    let mut by_source: Vec<Option<u32>> = vec![None; examined.sources.len()];
    for hit in examined.hits.iter().filter(|_| !events.is_empty()) {
        let longest = &mut by_source[hit.source as usize];
        *longest = hit.took().max(*longest);
    }
    let of_series = |series: &Series| {
        let longest = series.sources.iter().filter_map(|place| by_source[*place]).max();
        longest.map_or(ASSUMED_SECONDS, |millis| {
            u64::from(millis).div_ceil(1_000).clamp(1, ASSUMED_SECONDS)
        })
    };
    let each = restarts.flat_map(|restart| {
        all.iter().map(|series| Gap {
            server: question.servers[series.server].name.clone(),
            series: series.name.clone(),
            from: restart.at.plus_seconds(-(of_series(series) as i64)),
            to: restart.at,
            why: "restarted",
            score: None,
            members: Vec::new(),
        })
    });
    each.collect()
}
