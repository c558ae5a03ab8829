//! A run of NUL bytes between lines: the file was emptied (`copytruncate`)
//! under a server that wrote on where it was, or the machine stopped. Lines
//! that were written between the copy and the emptying are lost.

use crate::verdict::words::signs as says;

use super::{Sign, Weight, name, textures};

/// The sign.
pub const SIGN: Sign = Sign { name: "nul-runs", check: "C9", weight: Weight::Asks, seen };

fn seen(view: &super::View<'_>, series: &super::Series) -> Option<String> {
    let runs = textures(view, series).filter(|(_, texture)| texture.nul_bytes > 0);
    let (place, texture) = runs.max_by_key(|(place, texture)| (texture.nul_bytes, *place))?;
    Some(view.say(&says::NUL_RUNS, &[&name(view, place), &texture.nul_bytes]))
}
