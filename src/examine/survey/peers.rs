//! Which addresses the lines come from, as far as tells clients from proxies
//! and whole addresses from shortened ones.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::record::{Client, Record, Role};

/// How many addresses are counted one by one while a source is read.
const COUNTED: usize = 4_096;

/// How many of them are kept afterwards, those of most lines.
const KEPT: usize = 16;

/// From how many hexadecimal digits on a name is taken for a hash.
const HASH_DIGITS: usize = 16;

/// The addresses of the lines of a source: of the peer, the other end of the
/// connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peers {
    /// Lines with an IPv4 address.
    pub ipv4: u64,
    /// How many of those end in `.0`.
    pub ipv4_zeroed: u64,
    /// Lines with an IPv6 address.
    pub ipv6: u64,
    /// How many of those have nothing behind their /48.
    pub ipv6_zeroed: u64,
    /// Lines with a name: a host's, or what is none of the below.
    pub named: u64,
    /// Lines with digits struck out (`192.0.2.xxx`) or `unknown`.
    pub masked: u64,
    /// Lines with what looks like a hash.
    pub hashed: u64,
    /// Lines with no peer at all.
    pub absent: u64,
    /// Lines with a list of forwarded addresses.
    pub forwarded: u64,
    /// Lines by address, for those that were met first and then those that
    /// have most lines.
    pub by_address: BTreeMap<IpAddr, u64>,
    /// How many addresses there are; where `is_least`, at least as many.
    pub distinct: u64,
    /// Not all addresses were counted.
    pub is_least: bool,
}

impl Peers {
    /// Takes a record.
    pub fn see(&mut self, record: &Record<'_>) {
        self.forwarded += u64::from(record.addresses.first(Role::Forwarded).is_some());
        let Some(peer) = record.addresses.first(Role::Peer) else {
            self.absent += 1;
            return;
        };
        match Client::read(peer) {
            Client::Ip(ip) => {
                match ip {
                    IpAddr::V4(ip) => {
                        self.ipv4 += 1;
                        self.ipv4_zeroed += u64::from(ip.octets()[3] == 0);
                    }
                    IpAddr::V6(ip) => {
                        self.ipv6 += 1;
                        self.ipv6_zeroed += u64::from(ip.segments()[3..] == [0; 5]);
                    }
                }
                self.count(ip, 1);
            }
            Client::Name(name) if is_masked(name) => self.masked += 1,
            Client::Name(name) if is_hash(name) => self.hashed += 1,
            Client::Name(_) => self.named += 1,
        }
    }

    fn count(&mut self, ip: IpAddr, lines: u64) {
        if let Some(count) = self.by_address.get_mut(&ip) {
            *count += lines;
        } else if self.by_address.len() < COUNTED {
            self.by_address.insert(ip, lines);
        } else {
            self.is_least = true;
        }
    }

    /// Adds those of the part that follows.
    pub fn merge(&mut self, other: Peers) {
        if *self == Peers::default() {
            *self = other;
            return;
        }
        self.ipv4 += other.ipv4;
        self.ipv4_zeroed += other.ipv4_zeroed;
        self.ipv6 += other.ipv6;
        self.ipv6_zeroed += other.ipv6_zeroed;
        self.named += other.named;
        self.masked += other.masked;
        self.hashed += other.hashed;
        self.absent += other.absent;
        self.forwarded += other.forwarded;
        // Of a source that was closed before, not all addresses are at hand.
        let is_short = |peers: &Peers| peers.distinct > peers.by_address.len() as u64;
        self.is_least |= other.is_least || is_short(self) || is_short(&other);
        self.distinct = self.distinct.max(other.distinct);
        other.by_address.into_iter().for_each(|(ip, lines)| self.count(ip, lines));
    }

    /// Ends a source: how many addresses there were is known, and those of
    /// most lines are kept.
    pub fn close(&mut self) {
        self.distinct = self.distinct.max(self.by_address.len() as u64);
        self.by_address = self.most(KEPT).into_iter().collect();
    }

    /// The addresses of most lines, those first.
    pub fn most(&self, n: usize) -> Vec<(IpAddr, u64)> {
        let mut all: Vec<(IpAddr, u64)> =
            self.by_address.iter().map(|(ip, lines)| (*ip, *lines)).collect();
        all.sort_by_key(|(ip, lines)| (std::cmp::Reverse(*lines), *ip));
        all.truncate(n);
        all
    }

    /// Lines that have an address or something in its place.
    pub fn lines(&self) -> u64 {
        self.ipv4 + self.ipv6 + self.named + self.masked + self.hashed
    }
}

fn is_masked(name: &[u8]) -> bool {
    let is_digit = |byte: &u8| {
        byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':' | b'x' | b'X' | b'*' | b'-')
    };
    name.eq_ignore_ascii_case(b"unknown")
        || name.starts_with(b"_")
        || name.iter().all(is_digit) && name.iter().any(|byte| matches!(byte, b'x' | b'X' | b'*'))
}

fn is_hash(name: &[u8]) -> bool {
    name.len() >= HASH_DIGITS && name.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peers(addresses: &[&'static str]) -> Peers {
        let mut peers = Peers::default();
        for address in addresses {
            let mut record = Record::default();
            record.addresses.push(Role::Peer, address.as_bytes());
            peers.see(&record);
        }
        peers.close();
        peers
    }

    #[test]
    fn shortened_addresses_are_told() {
        let seen = peers(&[
            "192.0.2.0",
            "192.0.2.7",
            "2001:db8:1::",
            "2001:db8:1::7",
            "192.0.2.xxx",
            "d41d8cd98f00b204e9800998ecf8427e",
            "host.example",
            "unknown",
            "-",
        ]);
        assert_eq!((seen.ipv4, seen.ipv4_zeroed), (2, 1));
        assert_eq!((seen.ipv6, seen.ipv6_zeroed), (2, 1));
        assert_eq!((seen.masked, seen.hashed, seen.named, seen.absent), (2, 1, 1, 1));
        assert_eq!((seen.distinct, seen.is_least, seen.lines()), (4, false, 8));
    }

    #[test]
    fn those_of_most_lines_come_first() {
        let mut seen = peers(&["192.0.2.1", "192.0.2.2", "192.0.2.2"]);
        seen.merge(peers(&["192.0.2.1", "192.0.2.1", "192.0.2.9"]));
        let most: Vec<_> = seen.most(2).into_iter().map(|(ip, n)| (ip.to_string(), n)).collect();
        assert_eq!(most, [("192.0.2.1".to_owned(), 3), ("192.0.2.2".to_owned(), 2)]);
    }
}
