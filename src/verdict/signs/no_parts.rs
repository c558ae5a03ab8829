//! Pages are fetched by following links, and no style, script or picture with
//! them: the logging of static files is off, and other files may share the
//! rule; or they lie on another server.

use crate::verdict::words::signs as says;

use super::{Sign, Weight, textures};

/// The sign.
pub const SIGN: Sign = Sign { name: "no-parts", check: "C4", weight: Weight::Asks, seen };

/// How many pages there must be.
const LEAST_PAGES: u64 = 200;

fn seen(view: &super::View<'_>, series: &super::Series) -> Option<String> {
    let sum = |of: fn(&super::Texture) -> u64| -> u64 {
        textures(view, series).map(|(_, texture)| of(texture)).sum()
    };
    let (pages, parts) = (sum(|texture| texture.pages), sum(|texture| texture.parts));
    (pages >= LEAST_PAGES && parts == 0).then(|| view.say(&says::NO_PARTS, &[&pages]))
}
