//! Not one of the requests that every public server draws: for `/.env`,
//! `/.git`, `/wp-login.php`. The log was filtered or cleaned, something in
//! front answers such requests, or the server is not public.

use crate::verdict::words::signs as says;

use super::{Sign, Weight, textures};

/// The sign.
pub const SIGN: Sign = Sign { name: "no-noise", check: "C9", weight: Weight::Asks, seen };

/// How long a log must be, in seconds: within days every address is found.
const LEAST_SECONDS: i64 = 5 * 86_400;

/// How many requests it must have.
const LEAST_REQUESTS: u64 = 2_000;

fn seen(view: &super::View<'_>, series: &super::Series) -> Option<String> {
    let probes: u64 = textures(view, series).map(|(_, texture)| texture.probes).sum();
    let lines = series.sources.iter().map(|&at| view.examined.sources[at].coverage.lines.read);
    let length = series.last?.seconds - series.first?.seconds;
    if probes > 0 || lines.sum::<u64>() < LEAST_REQUESTS || length < LEAST_SECONDS {
        return None;
    }
    Some(view.say(&says::NO_NOISE, &[&(length / 86_400)]))
}
