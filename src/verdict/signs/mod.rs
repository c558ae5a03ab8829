//! Signs that a log was edited, filtered, merged or cut, as far as one log
//! alone can show them: one file and one line of [`TABLE`] each.
//!
//! A sign is no proof. Each says what was seen and which innocent reasons it
//! has; some refuse that the logs are taken for unaltered on somebody's word.

use super::checks::{Check, Outcome, View};
use super::gaps::Series;
use crate::evidence::texture::Texture;

mod backwards;
mod no_noise;
mod no_parts;
mod nul_runs;
mod other_endings;
mod size_cliff;
mod sorted;
mod thin_days;
mod unended;

/// What a sign weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The text is not as one server wrote it: only an agreeing copy helps.
    Altered,
    /// Something to ask about.
    Asks,
}

/// A sign.
pub struct Sign {
    /// Its name.
    pub name: &'static str,
    /// The check that it speaks of.
    pub check: &'static str,
    /// What it weighs.
    pub weight: Weight,
    /// Looks for it in a series: what was seen, in words.
    pub seen: fn(&View<'_>, &Series) -> Option<String>,
}

/// The signs, by name.
pub static TABLE: &[Sign] = &[
    backwards::SIGN,
    no_noise::SIGN,
    no_parts::SIGN,
    nul_runs::SIGN,
    other_endings::SIGN,
    size_cliff::SIGN,
    sorted::SIGN,
    thin_days::SIGN,
    unended::SIGN,
];

/// A sign that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The check that it speaks of.
    pub check: &'static str,
    /// What it weighs.
    pub weight: Weight,
    /// What was seen, and in which series.
    pub text: String,
}

/// Looks for every sign in every series.
pub fn look(view: &View<'_>) -> Vec<Seen> {
    let all = view.series();
    let each = TABLE.iter().flat_map(|sign| {
        let found = all.iter().filter_map(move |series| {
            let seen = (sign.seen)(view, series)?;
            let text = format!("{}: {seen}", series.name);
            Some(Seen { check: sign.check, weight: sign.weight, text })
        });
        found.collect::<Vec<_>>()
    });
    each.collect()
}

/// Lets signs speak in the checks that they are of. A check that passes stands:
/// what an agreeing copy or a documented access shows, no sign unsays.
pub fn weigh(seen: &[Seen], checks: &mut [Check]) {
    for check in checks.iter_mut().filter(|check| check.result != Outcome::Pass) {
        for sign in seen.iter().filter(|sign| sign.check == check.id) {
            check.because.push_str("; ");
            check.because.push_str(&sign.text);
            if sign.weight == Weight::Altered {
                check.result = Outcome::Fail;
            }
        }
    }
}

/// The sources of a series with how they are made, the oldest first.
fn textures<'a>(
    view: &View<'a>,
    series: &'a Series,
) -> impl Iterator<Item = (usize, &'a Texture)> + Clone {
    let mut places: Vec<usize> = series.sources.clone();
    let first = |place: &usize| view.examined.sources[*place].coverage.first;
    places.sort_by_key(|place| (first(place), *place));
    let examined = view.examined;
    places.into_iter().map(move |place| (place, &examined.sources[place].coverage.texture))
}

/// The name of a source.
fn name(view: &View<'_>, place: usize) -> String {
    let path = view.plan.sources[place].found.name();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}
