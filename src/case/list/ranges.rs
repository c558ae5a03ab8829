//! Ranges of addresses, looked up by address: of those that hold it, the
//! narrowest.
//!
//! Published lists overlap, and a list of every network of the internet has
//! half a million lines. So they are laid out once as stretches that do not
//! overlap, each with the narrowest range there, and searched by halves.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnetwork::{IpNetwork, Ipv4Network, Ipv6Network};

use crate::record::address::canonical;

/// Ranges with what a list says of each.
#[derive(Debug, Clone, Default)]
pub struct Ranges {
    four: Family<u32>,
    six: Family<u128>,
    notes: Vec<String>,
}

/// A range that holds an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<'a> {
    /// Its first address.
    pub first: IpAddr,
    /// Its last address.
    pub last: IpAddr,
    /// What the list says of it.
    pub note: Option<&'a str>,
}

impl Range<'_> {
    /// The length of the longest prefix that all its addresses share.
    pub fn prefix(&self) -> u8 {
        match (self.first, self.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                (u32::from(first) ^ u32::from(last)).leading_zeros() as u8
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                (u128::from(first) ^ u128::from(last)).leading_zeros() as u8
            }
            _ => 0,
        }
    }

    /// The range as a network, or as its two ends where it is none.
    pub fn text(&self) -> String {
        let network = IpNetwork::new(self.first, self.prefix()).ok();
        match network {
            Some(network)
                if network.network() == self.first && network.broadcast() == self.last =>
            {
                network.to_string()
            }
            _ => format!("{}-{}", self.first, self.last),
        }
    }
}

impl Ranges {
    /// How many ranges there are.
    pub fn count(&self) -> usize {
        self.four.ranges.len() + self.six.ranges.len()
    }

    /// The narrowest range that holds an address; of equal ones the last
    /// added.
    pub fn find(&self, ip: IpAddr) -> Option<Range<'_>> {
        let ip = match ip {
            IpAddr::V6(ip) => canonical(ip),
            four => four,
        };
        let (first, last, note) = match ip {
            IpAddr::V4(ip) => {
                let &(first, last, note) = self.four.find(u32::from(ip))?;
                (Ipv4Addr::from(first).into(), Ipv4Addr::from(last).into(), note)
            }
            IpAddr::V6(ip) => {
                let &(first, last, note) = self.six.find(u128::from(ip))?;
                (Ipv6Addr::from(first).into(), Ipv6Addr::from(last).into(), note)
            }
        };
        Some(Range { first, last, note: self.notes.get(note as usize).map(String::as_str) })
    }

    /// Every range: IPv4 before IPv6, each in the order of addresses.
    pub fn each(&self) -> impl Iterator<Item = Range<'_>> {
        let note = |note: u32| self.notes.get(note as usize).map(String::as_str);
        let four = self.four.ranges.iter().map(move |&(first, last, at)| Range {
            first: Ipv4Addr::from(first).into(),
            last: Ipv4Addr::from(last).into(),
            note: note(at),
        });
        let six = self.six.ranges.iter().map(move |&(first, last, at)| Range {
            first: Ipv6Addr::from(first).into(),
            last: Ipv6Addr::from(last).into(),
            note: note(at),
        });
        four.chain(six)
    }
}

/// The ranges of one family of addresses.
#[derive(Debug, Clone)]
struct Family<T> {
    /// First, last, and the place of the note, in the order of addresses.
    ranges: Vec<(T, T, u32)>,
    /// Where each stretch begins, and which range holds there; [`NONE`] for
    /// none.
    stretches: Vec<(T, u32)>,
}

/// No range, and no note.
const NONE: u32 = u32::MAX;

impl<T> Default for Family<T> {
    fn default() -> Family<T> {
        Family { ranges: Vec::new(), stretches: Vec::new() }
    }
}

/// A number that addresses are counted by.
trait Number: Copy + Ord {
    fn next(self) -> Option<Self>;
    fn minus(self, other: Self) -> Self;
}

impl Number for u32 {
    fn next(self) -> Option<u32> {
        self.checked_add(1)
    }
    fn minus(self, other: u32) -> u32 {
        self - other
    }
}

impl Number for u128 {
    fn next(self) -> Option<u128> {
        self.checked_add(1)
    }
    fn minus(self, other: u128) -> u128 {
        self - other
    }
}

impl<T: Number> Family<T> {
    /// Lays ranges out; each has its first address before or at its last.
    fn of(mut ranges: Vec<(T, T, u32)>) -> Family<T> {
        // Stable, so that of equal ranges the one added last stays last.
        ranges.sort_by_key(|(first, last, _)| (*first, Reverse(*last)));
        let mut ends: Vec<T> = ranges.iter().filter_map(|(_, last, _)| last.next()).collect();
        ends.sort_unstable();
        let mut stretches: Vec<(T, u32)> = Vec::with_capacity(ranges.len());
        // The ranges that hold at the current place, the narrowest on top.
        let mut open: BinaryHeap<(Reverse<T>, u32)> = BinaryHeap::new();
        let (mut started, mut ended) = (0, 0);
        loop {
            let start = ranges.get(started).map(|range| range.0);
            let end = ends.get(ended).copied();
            let Some(place) = start.into_iter().chain(end).min() else { break };
            while ranges.get(started).is_some_and(|range| range.0 == place) {
                let (first, last, _) = ranges[started];
                open.push((Reverse(last.minus(first)), started as u32));
                started += 1;
            }
            while ends.get(ended).is_some_and(|end| *end == place) {
                ended += 1;
            }
            while open.peek().is_some_and(|(_, at)| ranges[*at as usize].1 < place) {
                open.pop();
            }
            let holds = open.peek().map_or(NONE, |(_, at)| *at);
            if stretches.last().is_none_or(|(_, before)| *before != holds) {
                stretches.push((place, holds));
            }
        }
        Family { ranges, stretches }
    }

    fn find(&self, ip: T) -> Option<&(T, T, u32)> {
        let behind = self.stretches.partition_point(|(start, _)| *start <= ip);
        let (_, holds) = self.stretches.get(behind.checked_sub(1)?)?;
        self.ranges.get(*holds as usize)
    }
}

/// Gathers ranges in any order.
#[derive(Debug, Default)]
pub(super) struct Builder {
    four: Vec<(u32, u32, u32)>,
    six: Vec<(u128, u128, u32)>,
    notes: Vec<String>,
    known: HashMap<String, u32>,
}

impl Builder {
    /// Adds a network.
    pub(super) fn network(&mut self, network: IpNetwork, note: Option<&str>) {
        let note = self.note(note);
        match network {
            IpNetwork::V4(four) => {
                let (first, last) = ends_of_four(four);
                self.four.push((first, last, note));
            }
            IpNetwork::V6(six) => {
                let (first, last) = ends_of_six(six);
                self.six.push((first, last, note));
            }
        }
    }

    /// Adds a range by its first and last address.
    pub(super) fn range(
        &mut self,
        first: IpAddr,
        last: IpAddr,
        note: Option<&str>,
    ) -> Result<(), String> {
        let wrong = |why: &str| Err(format!("the range {first} to {last} {why}"));
        match (first, last) {
            _ if first.is_ipv4() != last.is_ipv4() => wrong("is of two families of addresses"),
            _ if first > last => wrong("ends before it begins"),
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                let note = self.note(note);
                self.four.push((first.into(), last.into(), note));
                Ok(())
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                let note = self.note(note);
                self.six.push((first.into(), last.into(), note));
                Ok(())
            }
            _ => wrong("is of two families of addresses"),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.four.is_empty() && self.six.is_empty()
    }

    pub(super) fn finish(self) -> Ranges {
        Ranges { four: Family::of(self.four), six: Family::of(self.six), notes: self.notes }
    }

    fn note(&mut self, note: Option<&str>) -> u32 {
        let Some(note) = note.filter(|note| !note.is_empty()) else { return NONE };
        if let Some(at) = self.known.get(note) {
            return *at;
        }
        let at = self.notes.len() as u32;
        self.notes.push(note.to_owned());
        self.known.insert(note.to_owned(), at);
        at
    }
}

fn ends_of_four(network: Ipv4Network) -> (u32, u32) {
    (network.network().into(), network.broadcast().into())
}

fn ends_of_six(network: Ipv6Network) -> (u128, u128) {
    (network.network().into(), network.broadcast().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(list: &[(&str, &str)]) -> Ranges {
        let mut builder = Builder::default();
        for (text, note) in list {
            match text.split_once('-') {
                Some((first, last)) => {
                    builder
                        .range(first.parse().unwrap(), last.parse().unwrap(), Some(note))
                        .unwrap();
                }
                None => builder.network(text.parse().unwrap(), Some(note)),
            }
        }
        builder.finish()
    }

    #[test]
    fn the_narrowest_range_holds_an_address() {
        let ranges = ranges(&[
            ("10.0.0.0/8", "wide"),
            ("10.1.0.0/16", "middle"),
            ("10.1.2.0/24", "first"),
            ("10.1.2.0/24", "second"),
            ("10.1.255.250-10.2.0.5", "across"),
            ("255.255.255.255/32", "last"),
            ("2001:db8::/32", "six"),
            ("2001:db8:1::/48", "narrow six"),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "last six"),
        ]);
        let check = |ip: &str, expected: Option<(&str, &str)>| {
            let found = ranges.find(ip.parse().unwrap());
            let found = found.map(|range| (range.note.unwrap(), range.text()));
            assert_eq!(found.as_ref().map(|(note, text)| (*note, text.as_str())), expected, "{ip}");
        };
        check("9.255.255.255", None);
        check("10.0.0.0", Some(("wide", "10.0.0.0/8")));
        check("10.1.1.255", Some(("middle", "10.1.0.0/16")));
        check("10.1.2.7", Some(("second", "10.1.2.0/24")));
        check("10.1.3.0", Some(("middle", "10.1.0.0/16")));
        check("10.1.255.255", Some(("across", "10.1.255.250-10.2.0.5")));
        check("10.2.0.5", Some(("across", "10.1.255.250-10.2.0.5")));
        check("10.2.0.6", Some(("wide", "10.0.0.0/8")));
        check("11.0.0.0", None);
        check("255.255.255.254", None);
        check("255.255.255.255", Some(("last", "255.255.255.255/32")));
        check("::ffff:10.1.2.7", Some(("second", "10.1.2.0/24")));
        check("2001:db8:1::5", Some(("narrow six", "2001:db8:1::/48")));
        check("2001:db8:2::5", Some(("six", "2001:db8::/32")));
        check("2001:db9::", None);
        check(
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            Some(("last six", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128")),
        );
        assert_eq!(ranges.find("10.1.255.255".parse().unwrap()).unwrap().prefix(), 14);
    }

    #[test]
    fn lookup_agrees_with_asking_every_range() {
        let mut seed = 7u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed >> 22
        };
        for _ in 0..50 {
            let mut builder = Builder::default();
            let mut plain = Vec::new();
            for number in 0..30 {
                let (one, other) = (next(), next());
                let (first, last) = (one.min(other), one.max(other));
                plain.push((first, last, number.to_string()));
                let ip = |number: u32| IpAddr::V4(Ipv4Addr::from(number));
                builder.range(ip(first), ip(last), Some(&number.to_string())).unwrap();
            }
            let ranges = builder.finish();
            for ip in 0..1024 {
                let holding =
                    plain.iter().filter(|(first, last, _)| (*first..=*last).contains(&ip));
                let width = holding.clone().map(|(first, last, _)| last - first).min();
                let found = ranges.find(Ipv4Addr::from(ip).into());
                let found = found.map(|range| range.note.unwrap().to_owned());
                let narrow: Vec<_> = holding
                    .filter(|(first, last, _)| Some(last - first) == width)
                    .map(|(_, _, note)| note.clone())
                    .collect();
                match found {
                    None => assert!(narrow.is_empty()),
                    Some(note) => assert!(narrow.contains(&note), "{ip}: {note} {narrow:?}"),
                }
            }
        }
    }

    #[test]
    fn ranges_that_are_none_are_refused() {
        let mut builder = Builder::default();
        let mut check = |first: &str, last: &str, expected: &str| {
            let why = builder.range(first.parse().unwrap(), last.parse().unwrap(), None);
            assert!(why.unwrap_err().contains(expected));
        };
        check("10.0.0.2", "10.0.0.1", "ends before it begins");
        check("10.0.0.2", "::1", "two families");
    }
}
