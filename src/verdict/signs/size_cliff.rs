//! A file that ends in the middle of a line at a round size: it was cut by a
//! limit, and what came behind is lost.

use crate::verdict::words::signs as says;

use super::{Sign, Weight, name, textures};

/// The sign.
pub const SIGN: Sign = Sign { name: "size-cliff", check: "C9", weight: Weight::Asks, seen };

/// The step of sizes that limits are set at: a mebibyte, and a million bytes.
const STEPS: [u64; 2] = [1 << 20, 1_000_000];

fn seen(view: &super::View<'_>, series: &super::Series) -> Option<String> {
    let cut = textures(view, series).filter(|(_, texture)| texture.unended > 0);
    let (place, bytes) = cut
        .filter_map(|(place, _)| {
            Some((place, view.examined.sources[place].finished.as_ref()?.decoded_bytes))
        })
        .find(|(_, bytes)| *bytes > 0 && STEPS.iter().any(|step| bytes.is_multiple_of(*step)))?;
    Some(view.say(&says::SIZE_CLIFF, &[&name(view, place), &bytes]))
}
