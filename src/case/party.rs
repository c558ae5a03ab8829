//! Who is known: named owners of networks.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use super::DnsFile;
use super::list::List;
use super::target::Target;
use crate::record::Instant;
use crate::record::path::Forms;

/// A named owner of networks.
#[derive(Debug, Clone, Default)]
pub struct Party {
    /// Its name; unique in a case.
    pub name: String,
    /// What it is to the case.
    pub role: PartyRole,
    /// Its networks as the case states them; empty where they are not known.
    pub networks: Vec<IpNetwork>,
    /// Lists of its networks.
    pub lists: Vec<List>,
    /// Names of addresses as they were looked up.
    pub dns: Vec<DnsFile>,
    /// The domains in which its addresses have their names.
    pub domains: Vec<String>,
    /// The time that its lists and look-ups must be near to, if it is a
    /// crawler: see [`super::crawler`].
    pub span: Option<(Instant, Instant)>,
    /// When it is known to have come, half open; empty for any time.
    pub times: Vec<(Instant, Instant)>,
    /// Which paths it is known to have asked for; empty for any.
    pub paths: Vec<Target>,
    /// What it says it took.
    pub received: Option<String>,
    /// Others speak from its addresses, too, as behind one router: nobody can
    /// tell its requests from theirs.
    pub shared: bool,
}

/// What a party is to the case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PartyRole {
    /// A crawler at published networks.
    Crawler,
    /// A discoverer, a journalist, a regulator.
    #[default]
    Known,
    /// The operator's own people and machines.
    Own,
}

impl Party {
    /// The length of the longest prefix of its networks that holds an
    /// address; of one written as IPv6 only where the address is. An address
    /// with a recorded name is a network of its own.
    pub fn prefix_of(&self, ip: IpAddr) -> Option<u8> {
        let holding = self.networks.iter().filter(|network| network.contains(ip));
        let stated = holding.map(IpNetwork::prefix).max();
        let listed = self.lists.iter().filter_map(|list| Some(list.find(ip)?.prefix)).max();
        let looked_up = self.dns.iter().flat_map(|file| file.of(ip));
        let named = looked_up.filter(|lookup| lookup.confirms(ip, &self.domains).is_some());
        let named = named.map(|_| IpNetwork::from(ip).prefix()).max();
        stated.max(listed).max(named)
    }

    /// Says whether it has no network at all, so that it may be anywhere.
    pub fn is_unlocated(&self) -> bool {
        self.networks.is_empty() && self.lists.is_empty() && self.dns.is_empty()
    }

    /// Says whether it is known to have come at a time; one that is not known
    /// fits only a party of any time.
    pub fn came_at(&self, at: Option<Instant>) -> bool {
        self.times.is_empty()
            || at.is_some_and(|at| self.times.iter().any(|(from, to)| *from <= at && at < *to))
    }

    /// Says whether it is known to have asked for a path; `fold` as the forms
    /// were made.
    pub fn asked_for(&self, forms: &Forms<'_>, fold: bool) -> bool {
        self.paths.is_empty()
            || self.paths.iter().any(|path| path.pattern.is_match(forms, fold).is_some())
    }
}

/// The party that a request is of: among those whose networks, times and
/// paths fit, the one with the longest prefix, of equals the first. A crawler
/// fits only where it is verified or its networks are stated.
pub fn party_of(
    parties: &[Party],
    ip: IpAddr,
    at: Option<Instant>,
    forms: &Forms<'_>,
    fold: bool,
) -> Option<usize> {
    let fits = |party: &Party| {
        party.came_at(at) && party.asked_for(forms, fold) && party.is_credible(ip, at)
    };
    let mut best: Option<(u8, usize)> = None;
    for (place, party) in parties.iter().enumerate() {
        if let Some(prefix) = party.prefix_of(ip)
            && best.is_none_or(|(longest, _)| prefix > longest)
            && fits(party)
        {
            best = Some((prefix, place));
        }
    }
    best.map(|(_, place)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Escape;

    fn party(networks: &[&str], times: &[(i64, i64)], paths: &[&str]) -> Party {
        Party {
            name: "p".to_string(),
            networks: networks.iter().map(|text| text.parse().unwrap()).collect(),
            times: times.iter().map(|(a, b)| (Instant::at(*a), Instant::at(*b))).collect(),
            paths: paths.iter().map(|text| Target::parse(text).unwrap()).collect(),
            ..Party::default()
        }
    }

    #[test]
    fn the_longest_prefix_that_fits_wins() {
        let parties = [
            party(&["192.0.2.0/24", "2001:db8::/32"], &[], &[]),
            party(&["192.0.2.0/28"], &[(10, 20)], &[]),
            party(&["192.0.2.1/32"], &[], &["/a"]),
            party(&["198.51.100.0/24"], &[(10, 20)], &["/a/*.csv"]),
        ];
        let check = |ip: &str, at: i64, path: &str, expected: Option<usize>| {
            let forms = Forms::of(path.as_bytes(), Escape::None, false);
            let found =
                party_of(&parties, ip.parse().unwrap(), Some(Instant::at(at)), &forms, false);
            assert_eq!(found, expected, "{ip} {at} {path}");
        };
        check("192.0.2.200", 0, "/", Some(0));
        check("192.0.2.2", 10, "/", Some(1));
        check("192.0.2.2", 20, "/", Some(0));
        check("192.0.2.1", 15, "/%61/b", Some(2));
        check("192.0.2.1", 15, "/b", Some(1));
        check("198.51.100.1", 15, "/a/b.csv", Some(3));
        check("198.51.100.1", 25, "/a/b.csv", None);
        check("198.51.100.1", 15, "/b", None);
        check("2001:db8::1", 15, "/b", Some(0));
        check("203.0.113.1", 15, "/b", None);
    }
}
