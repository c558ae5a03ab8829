//! A file that ends without a newline, and is not the newest of its series: the
//! server ended every line, so its last one was cut, or an editor wrote it.

use crate::verdict::words::signs as says;

use super::{Sign, Weight, name, textures};

/// The sign.
pub const SIGN: Sign = Sign { name: "unended", check: "C9", weight: Weight::Asks, seen };

fn seen(view: &super::View<'_>, series: &super::Series) -> Option<String> {
    let newest = textures(view, series).last()?.0;
    let mut older = textures(view, series).filter(|(place, texture)| {
        let is_store = view.plan.sources[*place].member.is_store;
        *place != newest && texture.unended > 0 && !is_store
    });
    let (place, _) = older.next()?;
    Some(view.say(&says::UNENDED, &[&name(view, place)]))
}
