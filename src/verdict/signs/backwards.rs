//! Time goes back within a file by more than slow requests explain: the clock
//! was set, files were merged, or lines were moved.

use crate::record::TimeMeaning;
use crate::verdict::words::signs as says;

use super::{Sign, Weight, name, textures};

/// The sign.
pub const SIGN: Sign = Sign { name: "backwards", check: "C9", weight: Weight::Asks, seen };

/// How far back a line may be that is stamped with the end of its request:
/// buffers and workers.
const END_SECONDS: i64 = 120;

/// How far back one may be that is stamped with the start: a long transfer.
const START_SECONDS: i64 = 3_600;

fn seen(view: &super::View<'_>, series: &super::Series) -> Option<String> {
    // A service that delivers lines late and in no order is not asked.
    let ordered = textures(view, series).filter(|(place, _)| {
        let about =
            view.meanings[*place].format.and_then(|format| view.question.formats.about(format));
        about.is_none_or(|about| !about.best_effort)
    });
    let far = ordered.filter_map(|(place, texture)| {
        let (back, to) = texture.most_back?;
        let allowed = match view.meanings[place].time {
            TimeMeaning::End => END_SECONDS,
            TimeMeaning::Start | TimeMeaning::Unknown => START_SECONDS,
        };
        (back > allowed).then_some((back, to, place))
    });
    let (back, to, place) = far.max()?;
    Some(view.say(&says::BACKWARDS, &[&name(view, place), &back, &to]))
}
