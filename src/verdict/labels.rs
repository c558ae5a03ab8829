//! What should be known of an actor besides its class: what lists on disk say
//! of its network, what it says of itself, and whether that holds.
//!
//! None of it changes a class. A list speaks near its date only, so a label
//! names the date.

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};

use crate::actor::{self, Class, Doubt};
use crate::case::crawler::{NEAR, Proof, Verification};
use crate::case::list::{self, Entry, Shape};
use crate::case::vendor::{Claim, ClaimKind, Claims};
use crate::case::{List, Party, PartyRole};
use crate::examine::Question;
use crate::record::{Client, Instant};

use super::actors::{Actor, Portrait};
use super::words::{Phrase, told as says};

/// How long a Tor exit is taken to have been one before and after it was
/// tested, in seconds: the scanner drops what is older than two days.
const TOR_NEAR: i64 = 2 * 86_400;

/// How many digits of a digest a label shows; the whole is in the report.
const DIGEST_SHOWN: usize = 12;

/// What a list says of an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The list, by its place in the case.
    pub list: usize,
    /// The network that holds the address.
    pub network: String,
    /// The part of that network that clients are grouped by: all of it, or of
    /// a wider one the /24 (/48 for IPv6) of the address. Hosting and VPN
    /// farms hand out neighbours. `None` where the list names the address
    /// alone.
    pub farm: Option<String>,
    /// What the list says of the network besides.
    pub note: Option<String>,
    /// The list is of the time of the actor's requests.
    pub is_near: bool,
    /// All of it in words.
    pub text: String,
}

/// Whether an actor is the crawler that it, or a list, says it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// What its user agent claims.
    pub claim: Option<String>,
    /// The party it was held against, by its place in the case.
    pub party: Option<usize>,
    /// The answer.
    pub result: Proof,
    /// Why.
    pub because: String,
}

/// Labels an actor.
pub(super) fn label(question: &Question, claims: &Claims, actor: &Actor, of: &mut Portrait) {
    let client = Client::read(&of.client);
    let ip = client.ip();
    let span = (
        actor.first.or(of.seen.first().map(|seen| seen.at)),
        actor.last.or(of.seen.last().map(|seen| seen.at)),
    );
    of.listed = ip.map(|ip| listed(question, span, ip)).unwrap_or_default();
    let claim = of.agents.keys().filter_map(|agent| claims.of(agent));
    let claim = claim.min_by_key(|claim| (claim.kind, claim.name));
    of.checked = ip.and_then(|ip| checked(question, (actor, span.0), ip, claim));
    if of.label.is_none() {
        let party = of.checked.as_ref().and_then(|checked| checked.party);
        of.label = describe(question, (actor, span.0), (client, &of.client), party, claim);
    }
}

/// What every list of the case says of an address.
fn listed(
    question: &Question,
    (first, last): (Option<Instant>, Option<Instant>),
    ip: IpAddr,
) -> Vec<Listed> {
    let each = question.case.lists.iter().enumerate().filter_map(|(place, list)| {
        let entry = list.find(ip)?;
        let farm = farm(ip, &entry);
        let is_near = first.zip(last).is_some_and(|times| is_near(list, &entry.note, times));
        let mut words = list.says.clone();
        let mut within = Vec::new();
        match &entry.note {
            Some(days) if list.shape == Shape::Tor => words.push_str(&format!(" on {days}")),
            note => within.extend(note.clone()),
        }
        if farm.is_some() {
            within.push(entry.network.clone());
        }
        let digest = question.digests.get(&list.file).map_or("", String::as_str);
        let digest = digest.get(..DIGEST_SHOWN).unwrap_or(digest);
        within.push(format!("list {}, {}, sha256 {digest}…", list.name, list.day()));
        if !is_near {
            within.push("not of the time of its requests".to_owned());
        }
        let text = format!("{words} ({})", within.join("; "));
        Some(Listed { list: place, network: entry.network, farm, note: entry.note, is_near, text })
    });
    each.collect()
}

/// How long the prefix is that clients of a wide network are grouped by.
const FARM_FOUR: u8 = 24;
const FARM_SIX: u8 = 48;

fn farm(ip: IpAddr, entry: &Entry) -> Option<String> {
    let (alone, limit) = if ip.is_ipv4() { (32, FARM_FOUR) } else { (128, FARM_SIX) };
    if entry.prefix >= limit {
        return (entry.prefix < alone).then(|| entry.network.clone());
    }
    let around = IpNetwork::new(ip, limit).ok()?;
    Some(format!("{}/{limit}", around.network()))
}

/// Says whether a list speaks for a time; for a Tor exit its own days do.
fn is_near(list: &List, note: &Option<String>, (first, last): (Instant, Instant)) -> bool {
    let (from, to, reach) = match (list.shape, note) {
        (Shape::Tor, Some(days)) => {
            let (from, to) = days.split_once(" to ").unwrap_or((days, days));
            let (Some(from), Some(to)) = (list::start_of(from), list::start_of(to)) else {
                return false;
            };
            // A day is all of it.
            (from, to.plus_seconds(86_400), TOR_NEAR)
        }
        _ => {
            let Some(date) = list.date() else { return false };
            (date, date, NEAR)
        }
    };
    first <= to.plus_seconds(reach) && from.plus_seconds(-reach) <= last
}

/// Holds an actor against the crawlers of the case: the one it was taken for,
/// the one whose list or names claim it, or the one that it says it is.
fn checked(
    question: &Question,
    (actor, at): (&Actor, Option<Instant>),
    ip: IpAddr,
    claim: Option<Claim>,
) -> Option<Checked> {
    let claim = claim.filter(|claim| !matches!(claim.kind, ClaimKind::Scanner | ClaimKind::Tool));
    let name = claim.map(|claim| claim.name.to_owned());
    let answer = |party: Option<usize>, result, because| {
        Some(Checked { claim: name.clone(), party, result, because })
    };
    let crawlers = || {
        let parties = question.case.parties.iter().enumerate();
        parties.filter(|(_, party)| party.role == PartyRole::Crawler)
    };
    let held = |(place, party): (usize, &Party)| -> (usize, Verification) {
        (place, party.verify(ip, at))
    };
    let own = crawlers().find(|(place, _)| actor.party() == Some(*place)).map(held);
    let claimed = || crawlers().map(held).find(|(_, found)| found.is_claimed);
    let says = || crawlers().find(|(_, party)| claim.is_some_and(|it| it.is_of(&party.name)));
    if let Some((place, found)) = own.or_else(claimed).or_else(|| says().map(held)) {
        return answer(Some(place), found.result, found.because);
    }
    let claim = claim?;
    let because = format!("no list and no recorded name of {} was given", claim.vendor);
    answer(None, Proof::Unknown, because)
}

/// Why a client cannot be told from others.
pub(crate) fn doubted(doubt: Doubt) -> &'static Phrase {
    match doubt {
        Doubt::Masked => &says::ONE_MASKED,
        Doubt::NoAddress => &says::NO_ADDRESS,
        Doubt::Private => &says::PRIVATE,
        Doubt::Proxy => &says::PROXY,
        Doubt::Socket => &says::SOCKET,
    }
}

/// What a user agent claims.
fn claimed(claim: Claim) -> &'static Phrase {
    match claim.kind {
        ClaimKind::Crawler => &says::SAYS_CRAWLER,
        ClaimKind::Monitor => &says::SAYS_MONITOR,
        ClaimKind::Preview => &says::SAYS_PREVIEW,
        ClaimKind::Scanner => &says::SAYS_SCANNER,
        ClaimKind::Tool => &says::SAYS_TOOL,
    }
}

/// What should be known of an actor besides its class, in a few words.
fn describe(
    question: &Question,
    (actor, at): (&Actor, Option<Instant>),
    (client, token): (Client<'_>, &[u8]),
    party: Option<usize>,
    claim: Option<Claim>,
) -> Option<String> {
    let language = question.case.language;
    match actor.class {
        Class::Unresolved => {
            let speaker = actor::Speaker { client, token, is_proxy: true };
            let alone = actor::Speaker { is_proxy: false, ..speaker };
            let shared = question.case.parties.iter().filter(|party| party.shared);
            let owner =
                client.ip().and_then(|ip| shared.into_iter().find(|p| p.prefix_of(ip).is_some()));
            if let Some(party) = owner {
                return Some(says::SHARES.say(language, &[&party.name]));
            }
            let why = actor::unresolved_because(&alone).or(actor::unresolved_because(&speaker));
            why.map(|doubt| doubted(doubt).say(language, &[]))
        }
        Class::Other => {
            let owner = client.ip().and_then(|ip| {
                let mut parties = question.case.parties.iter();
                parties.find(|party| party.prefix_of(ip).is_some() && party.is_credible(ip, at))
            });
            if let Some(party) = owner {
                return Some(says::OUT_OF_TIME.say(language, &[&party.name]));
            }
            if let Some(claim) = claim {
                return Some(claimed(claim).say(language, &[&claim.name]));
            }
            let name = &question.case.parties.get(party?)?.name;
            Some(says::CLAIMED_FOR.say(language, &[name]))
        }
        _ => None,
    }
}
