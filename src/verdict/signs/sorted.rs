//! Every line of a large log in the order of its times, though the server
//! writes a line when a request ends and stamps it with when it began: the log
//! was sorted, and so went through other hands.

use crate::record::TimeMeaning;
use crate::verdict::words::signs as says;

use super::{Sign, Weight, textures};

/// The sign.
pub const SIGN: Sign = Sign { name: "sorted", check: "C9", weight: Weight::Asks, seen };

/// How many lines a log must have: among so many some requests take seconds.
const LEAST_LINES: u64 = 50_000;

fn seen(view: &super::View<'_>, series: &super::Series) -> Option<String> {
    let is_start = |place: &usize| view.meanings[*place].time == TimeMeaning::Start;
    let lines = series.sources.iter().map(|&at| view.examined.sources[at].coverage.lines.read);
    let lines: u64 = lines.sum();
    let is_sorted = textures(view, series).all(|(_, texture)| texture.disordered == 0);
    (is_sorted && lines >= LEAST_LINES && series.sources.iter().all(is_start))
        .then(|| view.say(&says::SORTED, &[&lines]))
}
