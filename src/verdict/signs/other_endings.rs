//! Line endings, or a byte order mark, that change within a file or from one
//! file of a series to another: no server does that, an editor or a copy by way
//! of another system does.

use crate::verdict::words::signs as says;

use super::{Sign, Weight, name, textures};

/// The sign.
pub const SIGN: Sign = Sign { name: "other-endings", check: "C9", weight: Weight::Altered, seen };

fn seen(view: &super::View<'_>, series: &super::Series) -> Option<String> {
    let made = || textures(view, series).filter(|(_, texture)| texture.crlf + texture.lf > 0);
    if let Some((place, texture)) = made().find(|(_, texture)| texture.crlf.min(texture.lf) > 0) {
        let with: &[&dyn std::fmt::Display] = &[&name(view, place), &texture.crlf, &texture.lf];
        return Some(view.say(&says::MIXED_ENDINGS, with));
    }
    let (_, first) = made().next()?;
    let other = |what: fn(&super::Texture) -> bool| {
        made().find(|(_, texture)| what(texture) != what(first)).map(|(place, _)| place)
    };
    if let Some(place) = other(|texture| texture.crlf > 0) {
        return Some(view.say(&says::OTHER_ENDINGS, &[&name(view, place)]));
    }
    let place = other(|texture| texture.mark_bytes > 0)?;
    Some(view.say(&says::OTHER_MARK, &[&name(view, place)]))
}
