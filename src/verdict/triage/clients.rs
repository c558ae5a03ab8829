//! Do the lines name clients? Addresses may be a proxy's, or shortened.

use std::net::IpAddr;

use serde::Serialize;

use crate::actor;
use crate::examine::survey::Peers;

/// From which share of lines on a handful of addresses is a proxy's.
const PROXY_SHARE: f64 = 0.95;

/// How many addresses are a handful.
const HANDFUL: usize = 5;

/// With fewer lines nothing is said.
const LEAST_LINES: u64 = 20;

/// From which share on addresses are taken to be shortened on purpose: one
/// address in 256 ends in `.0` by chance.
const SHORTENED_SHARE: f64 = 0.9;

/// What the addresses of a series look like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Clients {
    /// Addresses that look like a proxy's, those of most lines first.
    pub proxies: Vec<IpAddr>,
    /// Lines that come from them.
    pub proxied: u64,
    /// How addresses were made unrecognisable: `.0 at the end`, `names`, …
    pub shortened: Option<&'static str>,
    /// Lines of which that is true.
    pub shortened_lines: u64,
    /// Lines with a list of forwarded addresses.
    pub forwarded: u64,
    /// Lines without any address.
    pub absent: u64,
    /// Lines with a host name in place of an address.
    pub named: u64,
    /// Lines with an address or something in its place.
    pub lines: u64,
    /// How many addresses there are.
    pub distinct: u64,
    /// There may be more.
    pub is_least: bool,
}

/// Looks at the peers of a series.
pub fn clients(peers: &Peers) -> Clients {
    let lines = peers.lines();
    let mut clients = Clients {
        forwarded: peers.forwarded,
        absent: peers.absent,
        named: peers.named,
        lines,
        distinct: peers.distinct,
        is_least: peers.is_least,
        ..Clients::default()
    };
    if lines < LEAST_LINES {
        return clients;
    }
    let share = |part: u64, of: u64| of > 0 && part as f64 >= SHORTENED_SHARE * of as f64;
    let zeroed = peers.ipv4_zeroed + peers.ipv6_zeroed;
    // One network address that asks a lot is no sign: several must be zeroed.
    let several = peers.by_address.len() > 2;
    let shortened = [
        (peers.masked, "with digits struck out, or unknown"),
        (peers.hashed, "hashed"),
        (zeroed, "ending in zeros"),
    ];
    let found = shortened.iter().find(|(count, how)| match *how {
        "ending in zeros" => several && share(*count, peers.ipv4 + peers.ipv6),
        _ => share(*count, lines),
    });
    if let Some((count, how)) = found {
        (clients.shortened, clients.shortened_lines) = (Some(*how), *count);
        return clients;
    }
    let most = peers.most(HANDFUL);
    let is_most = |part: u64| part as f64 > PROXY_SHARE * lines as f64;
    let private: Vec<_> = most.iter().filter(|(ip, _)| actor::is_private(*ip)).collect();
    let sum: u64 = private.iter().map(|(_, lines)| lines).sum();
    if is_most(sum) {
        clients.proxies = private.iter().map(|(ip, _)| *ip).collect();
        clients.proxied = sum;
    } else if let Some((ip, count)) = most.first().filter(|(_, count)| is_most(*count)) {
        clients.proxies = vec![*ip];
        clients.proxied = *count;
    }
    clients
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Record, Role};

    fn look(addresses: &[(&'static str, usize)]) -> Clients {
        let mut peers = Peers::default();
        for (address, times) in addresses {
            let mut record = Record::default();
            record.addresses.push(Role::Peer, address.as_bytes());
            (0..*times).for_each(|_| peers.see(&record));
        }
        peers.close();
        clients(&peers)
    }

    fn proxies(addresses: &[(&'static str, usize)]) -> Vec<String> {
        look(addresses).proxies.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_handful_of_private_addresses_is_a_proxys() {
        assert_eq!(
            proxies(&[("10.0.0.7", 60), ("10.0.0.8", 38), ("192.0.2.9", 2)]),
            ["10.0.0.7", "10.0.0.8"]
        );
        assert_eq!(proxies(&[("203.0.113.5", 98), ("192.0.2.9", 2)]), ["203.0.113.5"]);
        // Two public addresses may well be two users.
        assert!(proxies(&[("203.0.113.5", 49), ("203.0.113.6", 49), ("192.0.2.9", 2)]).is_empty());
        assert!(proxies(&[("10.0.0.7", 90), ("192.0.2.9", 10)]).is_empty());
        assert!(proxies(&[("10.0.0.7", 19)]).is_empty());
    }

    #[test]
    fn shortened_addresses_are_no_proxys() {
        let check = |addresses: &[(&'static str, usize)], how: Option<&'static str>| {
            let found = look(addresses);
            assert_eq!(found.shortened, how, "{addresses:?}");
            assert!(how.is_none() || found.proxies.is_empty());
        };
        check(
            &[("192.0.2.0", 20), ("198.51.100.0", 10), ("203.0.113.0", 9)],
            Some("ending in zeros"),
        );
        check(&[("192.0.2.0", 20), ("198.51.100.7", 10), ("203.0.113.9", 9)], None);
        check(&[("192.0.2.0", 200)], None);
        check(&[("192.0.2.xxx", 30)], Some("with digits struck out, or unknown"));
        check(
            &[("2001:db8:1::", 20), ("2001:db8:2::", 9), ("2001:db8:3::", 9)],
            Some("ending in zeros"),
        );
        check(&[("d41d8cd98f00b204e9800998ecf8427e", 30)], Some("hashed"));
    }
}
