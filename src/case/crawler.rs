//! Whether an address is a crawler's, with three answers: verified,
//! contradicted, unknown.
//!
//! Verified is what the vendor's own list says of the time of the exposure, or
//! what was looked up at that time: a name in the vendor's domain that leads
//! back to the address. What was published or looked up at another time claims
//! the address and proves nothing, because networks change hands. What a
//! client says of itself is never asked.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::list::{self, List};
use super::party::{Party, PartyRole};
use super::{Case, Lookup};
use crate::record::Instant;

/// How far from the window a list or a look-up may be and still speak for it,
/// in seconds: vendors change their lists every few weeks.
pub const NEAR: i64 = 31 * 86_400;

/// Whether an address is a crawler's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Verified"))]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// What speaks for the time says that it is not.
    Contradicted,
    /// Nothing that speaks for the time says either.
    Unknown,
    /// What speaks for the time says that it is.
    Verified,
}

impl Proof {
    /// The word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Proof::Contradicted => "contradicted",
            Proof::Unknown => "unknown",
            Proof::Verified => "verified",
        }
    }
}

/// An answer with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The answer.
    pub result: Proof,
    /// A list, a look-up or the case file names the address, at whatever time.
    pub is_claimed: bool,
    /// Why.
    pub because: String,
}

/// The time that lists and look-ups must be near to: the hull of the windows,
/// where all have both ends.
pub(super) fn span(case: &Case) -> Option<(Instant, Instant)> {
    let windows = || case.exposures.iter().flat_map(|exposure| &exposure.windows);
    if case.exposures.iter().any(|exposure| exposure.windows.is_empty()) {
        return None;
    }
    let from: Option<Vec<Instant>> = windows().map(|window| window.from).collect();
    let to: Option<Vec<Instant>> = windows().map(|window| window.to).collect();
    Some((from?.into_iter().min()?, to?.into_iter().max()?))
}

/// Says whether something of a date speaks for the span, or without one for
/// an instant.
pub fn is_near(
    date: Option<Instant>,
    span: Option<(Instant, Instant)>,
    at: Option<Instant>,
) -> bool {
    let Some(date) = date else { return false };
    let Some((from, to)) = span.or(at.map(|at| (at, at))) else { return false };
    from.plus_seconds(-NEAR) <= date && date <= to.plus_seconds(NEAR)
}

impl Party {
    /// Says whether an address that came at a time is this crawler's.
    pub fn verify(&self, ip: IpAddr, at: Option<Instant>) -> Verification {
        let near = |date: Option<Instant>| is_near(date, self.span, at);
        let answer = |result, is_claimed, because| Verification { result, is_claimed, because };
        let lookups = || {
            self.dns.iter().flat_map(|file| file.of(ip).iter().map(move |lookup| (file, lookup)))
        };
        let confirmed = |lookup: &Lookup| lookup.confirms(ip, &self.domains).map(str::to_owned);
        for (file, lookup) in lookups().filter(|(_, lookup)| near(lookup.at)) {
            if let Some(name) = confirmed(lookup) {
                let because = format!(
                    "its name {name} leads back to it, as recorded on {} in {}",
                    on(lookup.at),
                    file.file
                );
                return answer(Proof::Verified, true, because);
            }
        }
        let holding = || self.lists.iter().filter(|list| list.find(ip).is_some());
        if let Some(list) = holding().find(|list| near(list.date())) {
            let because = format!("{} of {} names its network", list.file, list.day());
            return answer(Proof::Verified, true, because);
        }
        if self.networks.iter().any(|network| network.contains(ip)) {
            let because = "the case file states its network, without a dated list".to_owned();
            return answer(Proof::Unknown, true, because);
        }
        if let Some(list) = holding().next() {
            return answer(Proof::Unknown, true, claimed(list));
        }
        if let Some((file, lookup)) = lookups().find(|(_, lookup)| confirmed(lookup).is_some()) {
            let because = format!(
                "its name leads back to it, but was recorded on {} in {}, at another time",
                on(lookup.at),
                file.file
            );
            return answer(Proof::Unknown, true, because);
        }
        if let Some((file, lookup)) = lookups().find(|(_, lookup)| near(lookup.at)) {
            let because = match lookup.names.first() {
                None => format!("it had no name on {} in {}", on(lookup.at), file.file),
                Some(name) => format!(
                    "its name {name} is not in the vendor's domain or does not lead back to it, as recorded on {} in {}",
                    on(lookup.at),
                    file.file
                ),
            };
            return answer(Proof::Contradicted, false, because);
        }
        let silent: Vec<String> = self
            .lists
            .iter()
            .filter(|list| near(list.date()))
            .map(|list| format!("{} of {}", list.file, list.day()))
            .collect();
        if !silent.is_empty() {
            let because = format!("its address is not in {}", silent.join(", "));
            return answer(Proof::Contradicted, false, because);
        }
        let because = match self.lists.is_empty() && self.dns.is_empty() {
            true => "no dated list and no recorded name tells".to_owned(),
            false => "no list and no recorded name is of the time of the exposure".to_owned(),
        };
        answer(Proof::Unknown, false, because)
    }

    /// Says whether a crawler's request may be set aside as its own: it is
    /// verified, or its networks are stated in the case itself.
    pub fn is_credible(&self, ip: IpAddr, at: Option<Instant>) -> bool {
        self.role != PartyRole::Crawler
            || self.networks.iter().any(|network| network.contains(ip))
            || self.verify(ip, at).result == Proof::Verified
    }
}

fn claimed(list: &List) -> String {
    match list.date() {
        Some(_) => format!(
            "{} claims its range, but the list is of another date ({})",
            list.file,
            list.day()
        ),
        None => format!("{} claims its range, but the list has no date; give `as_of`", list.file),
    }
}

fn on(at: Option<Instant>) -> String {
    at.map_or_else(|| "no date".to_owned(), list::day)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::list::Networks;
    use super::*;

    fn list(text: &str, as_of: Option<&str>) -> List {
        let read = list::read(text.as_bytes(), &[]).unwrap();
        List {
            name: "list".to_owned(),
            file: "bot.json".to_owned(),
            says: "crawler".to_owned(),
            created: read.created,
            as_of: as_of.map(|text| list::as_of(text).unwrap()),
            shape: read.shape,
            asns: Vec::new(),
            networks: Arc::<Networks>::new(read.networks),
        }
    }

    fn party(lists: Vec<List>, dns: &str) -> Party {
        let dns = match dns {
            "" => Vec::new(),
            text => vec![super::super::dns::read("dns.csv", text.as_bytes()).unwrap()],
        };
        let day = |text: &str| list::as_of(text).unwrap();
        Party {
            role: PartyRole::Crawler,
            lists,
            dns,
            domains: vec!["googlebot.com".to_owned()],
            span: Some((day("2021-07-01"), day("2021-09-01"))),
            ..Party::default()
        }
    }

    const LIST: &str = "66.249.64.0/27\n";

    #[test]
    fn a_list_verifies_near_its_date_only() {
        let check = |as_of: Option<&str>, ip: &str, result, part: &str| {
            let party = party(vec![list(LIST, as_of)], "");
            let found = party.verify(ip.parse().unwrap(), None);
            assert_eq!(found.result, result, "{as_of:?} {ip} {}", found.because);
            assert!(found.because.contains(part), "{as_of:?} {ip} {}", found.because);
        };
        check(Some("2021-08-01"), "66.249.64.5", Proof::Verified, "bot.json of 2021-08-01");
        check(Some("2021-06-01"), "66.249.64.5", Proof::Verified, "2021-06-01");
        check(Some("2021-05-30"), "66.249.64.5", Proof::Unknown, "of another date (2021-05-30)");
        check(Some("2021-10-02"), "66.249.64.5", Proof::Verified, "2021-10-02");
        check(Some("2021-10-03"), "66.249.64.5", Proof::Unknown, "of another date");
        check(None, "66.249.64.5", Proof::Unknown, "no date; give `as_of`");
        check(
            Some("2021-08-01"),
            "192.0.2.1",
            Proof::Contradicted,
            "not in bot.json of 2021-08-01",
        );
        check(Some("2026-08-01"), "192.0.2.1", Proof::Unknown, "of the time of the exposure");
    }

    #[test]
    fn a_recorded_name_verifies_near_its_date_only() {
        let dns = "66.249.64.5,crawl.googlebot.com,66.249.64.5,2021-07-15\n\
            66.249.64.6,crawl.googlebot.com,66.249.64.6,2026-07-15\n\
            192.0.2.1,host.example,192.0.2.1,2021-07-15\n\
            192.0.2.2,,,2021-07-15\n";
        let party = party(Vec::new(), dns);
        let check = |ip: &str, result, part: &str| {
            let found = party.verify(ip.parse().unwrap(), None);
            assert_eq!(found.result, result, "{ip} {}", found.because);
            assert!(found.because.contains(part), "{ip} {}", found.because);
        };
        check("66.249.64.5", Proof::Verified, "crawl.googlebot.com leads back to it");
        check("66.249.64.6", Proof::Unknown, "at another time");
        check("192.0.2.1", Proof::Contradicted, "host.example is not in the vendor's domain");
        check("192.0.2.2", Proof::Contradicted, "it had no name");
        check("192.0.2.3", Proof::Unknown, "");
    }

    #[test]
    fn without_windows_the_time_of_the_request_counts() {
        let mut party = party(vec![list(LIST, Some("2021-08-01"))], "");
        party.span = None;
        let ip = "66.249.64.5".parse().unwrap();
        let at = |text: &str| Some(list::as_of(text).unwrap());
        assert_eq!(party.verify(ip, at("2021-08-20")).result, Proof::Verified);
        assert_eq!(party.verify(ip, at("2023-08-20")).result, Proof::Unknown);
        assert_eq!(party.verify(ip, None).result, Proof::Unknown);
        assert!(!party.is_credible(ip, at("2023-08-20")));
        party.role = PartyRole::Known;
        assert!(party.is_credible(ip, at("2023-08-20")));
    }
}
