//! What becomes of the claims that others made.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::actor::Class;
use crate::case::{Claim, Denies, Happening};
use crate::evidence::{ClientKey, Hit};
use crate::verdict::checks::{Check, View};
use crate::verdict::finding::{self, Found, gravest};
use crate::verdict::place::{Judged, Where};
use crate::verdict::words::answers as says;
use crate::verdict::{Code, Cover, Finding};

use super::{code, cover, stretch};

/// What becomes of a claim.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ClaimResult {
    /// The words of the claim.
    pub text: String,
    /// `contradicted`, `not supported`, `supported within limits`,
    /// `not shown` or `not testable`.
    pub result: &'static str,
    /// Why.
    pub because: String,
}

/// What becomes of each claim, by what it denies. `all` is what was found, by
/// exposure.
pub fn claims(view: &View<'_>, checks: &[Check], all: &[Vec<Found>]) -> Vec<ClaimResult> {
    let each = view.question.case.claims.iter().map(|claim| {
        let (result, because) = judge(view, checks, all, claim);
        ClaimResult { text: claim.text.clone(), result, because }
    });
    each.collect()
}

fn judge(
    view: &View<'_>,
    checks: &[Check],
    all: &[Vec<Found>],
    claim: &Claim,
) -> (&'static str, String) {
    let clients = served(view, claim, |class| class != Class::Own);
    if let Some(most) = claim.at_most_clients
        && clients > most
    {
        return ("contradicted", view.say(&says::CLAIM_TOO_MANY, &[&clients, &most]));
    }
    let denies = match claim.denies {
        // Who admits a number of clients denies that there were more.
        None if claim.at_most_clients.is_some() => Denies::Others,
        None | Some(Denies::Misuse) => {
            return ("not testable", view.say(&says::CLAIM_NOT_TESTABLE, &[]));
        }
        Some(denies) => denies,
    };
    if denies == Denies::Anyone && clients > claim.at_most_clients.unwrap_or(0) {
        let known = served(view, claim, |class| class == Class::Known);
        return ("contradicted", view.say(&says::CLAIM_ANYONE, &[&clients, &known]));
    }
    let (finding, coverage) = verdict(view, checks, all, claim);
    // Of a claim that only admits a number, what was found is within it: how
    // many more there were is a question of coverage alone.
    let finding = if claim.denies.is_none() { Finding::None } else { finding };
    match code(finding, coverage) {
        Code::A if is_sighting(view, all, claim) => {
            ("contradicted", view.say(&says::CLAIM_SIGHTED, &[]))
        }
        Code::A => ("contradicted", view.say(&says::CLAIM_A, &[])),
        Code::B1 | Code::B2 => ("not supported", view.say(&says::CLAIM_B, &[])),
        Code::C | Code::CStar => ("supported within limits", view.say(&says::CLAIM_C, &[])),
        Code::D => ("not shown", view.say(&says::CLAIM_D, &[])),
    }
}

/// Whether a time lies in what a claim speaks of.
fn speaks_of(claim: &Claim, hit: &Hit, judged: &Judged) -> bool {
    match claim.window {
        Some((from, to)) => hit.at().is_none_or(|at| from <= at && at < to),
        None => judged.place == Where::Inside,
    }
}

/// How many clients of some classes were sent content in the time that a claim
/// speaks of.
fn served(view: &View<'_>, claim: &Claim, wanted: fn(Class) -> bool) -> u64 {
    let sent = view.hits().filter(|(hit, judged)| {
        wanted(hit.class) && judged.grade.is_content() && speaks_of(claim, hit, judged)
    });
    let clients: BTreeSet<ClientKey> = sent.map(|(hit, _)| hit.client).collect();
    clients.len() as u64
}

/// What was found in the time that a claim speaks of, and whether the logs
/// could have shown it.
fn verdict(
    view: &View<'_>,
    checks: &[Check],
    all: &[Vec<Found>],
    claim: &Claim,
) -> (Finding, Cover) {
    let spoken = claim.window.and_then(|(from, to)| stretch(Some(from), Some(to)));
    let own = all.iter().flatten().filter(|one| match spoken {
        Some(spoken) => one.lies(spoken.from, spoken.to),
        None => true,
    });
    let mut finding = gravest(own);
    if finding::first(view, Happening::Sighted).is_some() {
        finding = Finding::A;
    }
    let exposures = view.question.case.exposures.iter();
    let covers = exposures.map(|exposure| {
        // Of a time outside the windows no check was made.
        let inside = claim.window.is_none_or(|(from, to)| {
            exposure.windows.iter().any(|window| {
                window.from.is_some_and(|first| first <= from) && window.to >= Some(to)
            })
        });
        match inside {
            true => cover::cover(view, exposure, checks, spoken, None),
            false => Cover::NotShown,
        }
    });
    (finding, covers.min().unwrap_or(Cover::NotShown))
}

/// Whether only what the case states of a sighting contradicts a claim.
fn is_sighting(view: &View<'_>, all: &[Vec<Found>], claim: &Claim) -> bool {
    let spoken =
        |one: &&Found| claim.window.is_none_or(|(from, to)| one.lies(from.seconds, to.seconds));
    finding::first(view, Happening::Sighted).is_some()
        && gravest(all.iter().flatten().filter(spoken)) != Finding::A
}
