//! Logs whose addresses have their ends struck out.
//!
//! Privacy settings and tools zero the last byte of every IPv4 address and the
//! end of every IPv6 one, which leaves addresses that look whole. Where all
//! public addresses of a series are so, each stands for its neighbours, too,
//! and cannot be told from a party's, unless the party owns them all.

use std::collections::BTreeMap;

use crate::actor::{self, Class};
use crate::case::{Case, Lawful};
use crate::evidence::coverage::Addresses;
use crate::evidence::{Hit, Signs};

use super::plan::{Plan, Question};
use super::reduce::Examined;

/// How long the prefix of a masked address is that is left.
const LEFT_OF_FOUR: u8 = 24;
const LEFT_OF_SIX: u8 = 64;

/// Marks the hits of series whose addresses are masked.
pub fn mark(question: &Question, plan: &Plan, whole: &mut Examined) {
    let mut series: BTreeMap<(usize, &str), Addresses> = BTreeMap::new();
    for (planned, source) in plan.sources.iter().zip(&whole.sources) {
        let all = series.entry((planned.server, &planned.series)).or_default();
        all.merge(source.coverage.addresses);
    }
    for hit in &mut whole.hits {
        let planned = &plan.sources[hit.source as usize];
        let all = series.get(&(planned.server, planned.series.as_str()));
        let Some(ip) = hit.client.ip() else { continue };
        if actor::ends_in_zeros(ip)
            && !actor::is_private(ip)
            && all.is_some_and(|all| all.are_masked(ip))
        {
            hit.signs = hit.signs.with(Signs::MASKED, true);
            doubt(&question.case, hit);
        }
    }
}

/// Takes the class from a hit whose address may be another's.
fn doubt(case: &Case, hit: &mut Hit) {
    let Some(ip) = hit.client.ip() else { return };
    let left = if ip.is_ipv4() { LEFT_OF_FOUR } else { LEFT_OF_SIX };
    let owns_all = hit.party().is_some_and(|place| {
        case.parties[place].prefix_of(ip).is_some_and(|prefix| prefix <= left)
    });
    let by_network = || {
        let named = case.exposures.iter().enumerate();
        let mut mixed = named
            .filter(|(number, _)| hit.exposures & (1 << number) != 0)
            .filter(|(_, exposure)| exposure.lawful == Lawful::Mixed);
        mixed.any(|(_, exposure)| {
            exposure.lawful_when.as_ref().is_some_and(|when| !when.networks.is_empty())
        })
    };
    let is_sure = match hit.class {
        Class::Crawler | Class::Known | Class::Own => owns_all || hit.signs.has(Signs::CONTROL),
        Class::Lawful => !by_network(),
        Class::Other | Class::Unresolved => false,
    };
    if !is_sure {
        let maybe_lawful = hit.class == Class::Lawful;
        hit.signs = hit.signs.with(Signs::MAYBE_LAWFUL, maybe_lawful);
        hit.class = Class::Unresolved;
    }
}
