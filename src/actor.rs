//! WHO IS SPEAKING?
//!
//! Which of the addresses on a line is the client, and whose hit it is. Every
//! address is kept elsewhere; this room only chooses. A user agent never
//! changes a class: it is what the client says of itself.
//!
//! ```
//! use whofetched::actor;
//! use whofetched::record::{Client, Record, Role};
//!
//! let mut record = Record::default();
//! record.addresses.push(Role::Peer, b"10.0.0.7");
//! record.addresses.push(Role::Forwarded, b"6.6.6.6, 203.0.113.5");
//! let trusted = ["10.0.0.0/8".parse().unwrap()];
//! let speaker = actor::speaker(&record, &trusted);
//! assert_eq!(speaker.client, Client::Ip("203.0.113.5".parse().unwrap()));
//! ```

use std::fmt;
use std::net::IpAddr;

use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};

use crate::case::party::party_of;
use crate::case::{Case, Exposure, Lawful, PartyRole};
use crate::record::path::Forms;
use crate::record::{Client, Instant, Record, Role, address};

/// Whose hit it is, in the order in which a report lists them.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Nobody's who is known.
    #[default]
    Other,
    /// An address that cannot be told from a party's: a proxy's, a masked or
    /// private one; or a request of which the log cannot say if it was lawful.
    Unresolved,
    /// A lawful user's.
    Lawful,
    /// A declared crawler's.
    Crawler,
    /// A known party's.
    Known,
    /// The operator's own.
    #[serde(rename = "self")]
    Own,
}

impl Class {
    /// Every class, in order.
    pub const ALL: [Class; 6] =
        [Class::Other, Class::Unresolved, Class::Lawful, Class::Crawler, Class::Known, Class::Own];

    /// The word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Class::Other => "other",
            Class::Unresolved => "unresolved",
            Class::Lawful => "lawful",
            Class::Crawler => "crawler",
            Class::Known => "known",
            Class::Own => "self",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The client of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speaker<'a> {
    /// The client; the name `-` where the line has no address at all.
    pub client: Client<'a>,
    /// Its token as logged, from which its hash is made on every path.
    pub token: &'a [u8],
    /// Every hop of the line is a trusted proxy, so that this is the last
    /// proxy and not a client.
    pub is_proxy: bool,
}

/// Chooses the client of a line: the last hop, reading from the peer, that is
/// not a trusted proxy. Where every hop is trusted, the last of them.
///
/// The left end of a forwarded list is written by the client, which is why it
/// is read from the right and only as far as trust reaches.
pub fn speaker<'a>(record: &Record<'a>, trusted: &[IpNetwork]) -> Speaker<'a> {
    // Most lines have one address, and no proxy is trusted.
    if trusted.is_empty()
        && let Some(token) = record.addresses.first(Role::Peer)
        && let client @ Client::Ip(_) = Client::read(token)
    {
        return Speaker { client, token, is_proxy: false };
    }
    let peers = record.addresses.fields().filter(|(role, _)| *role == Role::Peer);
    let lists = record.addresses.fields().filter(|(role, _)| *role == Role::Forwarded);
    let hops = peers.chain(lists).flat_map(|(_, field)| address::elements(field).rev());
    let mut last = None;
    for token in hops {
        let client = Client::read(token);
        if !is_trusted(client, trusted) {
            return Speaker { client, token, is_proxy: false };
        }
        last = Some(Speaker { client, token, is_proxy: true });
    }
    last.unwrap_or(Speaker { client: Client::Name(b"-"), token: b"-", is_proxy: false })
}

/// Says whether a hop is a proxy whose word is believed: one of `trusted`, or
/// a socket of the same machine.
fn is_trusted(client: Client<'_>, trusted: &[IpNetwork]) -> bool {
    match client {
        Client::Ip(ip) => trusted.iter().any(|network| network.contains(ip)),
        Client::Name(name) => !trusted.is_empty() && name.starts_with(b"unix:"),
    }
}

/// Says why an address cannot be told from a party's, or `None` where it can.
pub fn unresolved_because(speaker: &Speaker<'_>) -> Option<Doubt> {
    match speaker.client {
        _ if speaker.is_proxy => Some(Doubt::Proxy),
        Client::Ip(ip) if is_private(ip) => Some(Doubt::Private),
        Client::Name(b"-") => Some(Doubt::NoAddress),
        Client::Name(name) if name.starts_with(b"unix:") => Some(Doubt::Socket),
        Client::Name(name) if is_masked(name) => Some(Doubt::Masked),
        _ => None,
    }
}

/// Why a speaker cannot be told from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// A part of the address is struck out.
    Masked,
    /// No address is logged.
    NoAddress,
    /// A private address of no declared party.
    Private,
    /// A trusted proxy, and no client address behind it is logged.
    Proxy,
    /// A local socket.
    Socket,
}

/// Says whether an address is private, loopback, link-local, shared by a
/// carrier (RFC 1918, 3927, 4193, 4291, 6598) or unspecified.
#[inline]
pub fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(ip) => {
            let first = ip.segments()[0];
            ip.is_loopback()
                || ip.is_unspecified()
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80
        }
    }
}

/// Says of the bits of an IPv4 address, without looking at more than its first
/// number, that it is not private; of some that are not, it does not.
#[inline(always)]
pub fn is_surely_public(bits: u32) -> bool {
    const OTHER: [u64; 4] = {
        let mut all = [0; 4];
        let some = [0, 10, 100, 127, 169, 172, 192];
        let mut at = 0;
        while at < some.len() {
            all[some[at] / 64] |= 1 << (some[at] % 64);
            at += 1;
        }
        all
    };
    let first = bits >> 24;
    OTHER[(first / 64) as usize] >> (first % 64) & 1 == 0
}

/// Says whether a name is an address with digits struck out, such as
/// `192.0.2.xxx`, or stands for one that a proxy would not tell: `unknown` and
/// names that begin with `_` (RFC 7239 section 6).
fn is_masked(name: &[u8]) -> bool {
    if name.eq_ignore_ascii_case(b"unknown") || name.starts_with(b"_") {
        return true;
    }
    let digits_and_marks =
        name.iter().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':' | b'x' | b'X' | b'*'));
    digits_and_marks && name.iter().any(|b| matches!(b, b'x' | b'X' | b'*'))
}

/// Says whether the end of an address is nothing but zeros: the last eight bits
/// of IPv4, the last 64 of IPv6. Where all addresses of a log are so, their ends
/// were struck out.
#[inline]
pub fn ends_in_zeros(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.octets()[3] == 0,
        IpAddr::V6(ip) => ip.segments()[4..].iter().all(|segment| *segment == 0),
    }
}

/// The group of a client: the /64 for IPv6, because privacy addresses (RFC
/// 8981) change within it; otherwise the client itself.
pub fn group(client: Client<'_>) -> String {
    match client {
        Client::Ip(IpAddr::V6(ip)) => {
            let mut segments = ip.segments();
            segments[4..].fill(0);
            format!("{}/64", std::net::Ipv6Addr::from(segments))
        }
        Client::Ip(ip) => ip.to_string(),
        Client::Name(name) => String::from_utf8_lossy(name).into_owned(),
    }
}

/// One request, as far as it tells whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The client.
    pub speaker: Speaker<'a>,
    /// When, the server's clock set right.
    pub at: Option<Instant>,
    /// Every form of the target.
    pub forms: &'a Forms<'a>,
    /// Letter case is folded in these forms.
    pub folds: bool,
    /// The form of the path that names a target.
    pub path: &'a [u8],
    /// The user that the server recorded.
    pub user: Option<&'a [u8]>,
    /// The exposures that are named, a bit each in the order of the case.
    pub exposures: u64,
    /// The name of the server that logged it.
    pub server: &'a str,
}

/// Whose a request is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Whose {
    /// Its class.
    pub class: Class,
    /// The party it belongs to, by its place in the case.
    pub party: Option<usize>,
    /// It might be a lawful user's: the log cannot say.
    pub maybe_lawful: bool,
    /// It is a documented control access.
    pub is_control: bool,
}

/// Says whose a request is. Known is only what the case file proves by
/// network and, where it gives them, time and path; the same address at
/// another time is another client's as far as anybody can prove.
pub fn whose(case: &Case, act: &Act<'_>) -> Whose {
    let party = match act.speaker.client {
        Client::Ip(ip) => party_of(&case.parties, ip, act.at, act.forms, act.folds),
        Client::Name(_) => None,
    };
    if controls(case, act).next().is_some() {
        let party = party.filter(|place| case.parties[*place].role == PartyRole::Known);
        return Whose { class: Class::Known, is_control: true, party, ..Whose::default() };
    }
    if party.is_some_and(|place| case.parties[place].shared) {
        return Whose { class: Class::Unresolved, ..Whose::default() };
    }
    if let Some(place) = party {
        let class = match case.parties[place].role {
            PartyRole::Crawler => Class::Crawler,
            PartyRole::Known => Class::Known,
            PartyRole::Own => Class::Own,
        };
        return Whose { class, party, ..Whose::default() };
    }
    // One exposure that nobody was meant to fetch is enough.
    let named = case.exposures.iter().enumerate();
    let named = named.filter(|(number, _)| act.exposures & (1 << number) != 0);
    let lawful = named.map(|(_, exposure)| is_lawful(exposure, act)).reduce(|one, other| {
        match (one, other) {
            (Some(true), Some(true)) => Some(true),
            (Some(false), _) | (_, Some(false)) => Some(false),
            _ => None,
        }
    });
    let is_told = unresolved_because(&act.speaker).is_none();
    match lawful {
        Some(Some(true)) => Whose { class: Class::Lawful, ..Whose::default() },
        Some(None) => Whose { class: Class::Unresolved, maybe_lawful: true, ..Whose::default() },
        Some(Some(false)) | None if is_told => Whose::default(),
        Some(Some(false)) | None => Whose { class: Class::Unresolved, ..Whose::default() },
    }
}

/// Says whether a request was a lawful user's, or `None` where the log cannot
/// tell: nobody says what lawful requests look like, or they came from certain
/// networks and this one's own address is not logged.
fn is_lawful(exposure: &Exposure, act: &Act<'_>) -> Option<bool> {
    if exposure.lawful == Lawful::Nobody {
        return Some(false);
    }
    let when = exposure.lawful_when.as_ref()?;
    let user = !when.user_present || act.user.is_some();
    let time = when.times.is_empty()
        || act.at.is_some_and(|at| when.times.iter().any(|(from, to)| *from <= at && at < *to));
    if !(user && time) {
        return Some(false);
    }
    let own = act.speaker.client.ip().filter(|_| !act.speaker.is_proxy);
    match own {
        _ if when.networks.is_empty() => Some(true),
        Some(ip) => Some(when.networks.iter().any(|network| network.contains(ip))),
        // A host name cannot be compared, and a proxy's address is not the client's.
        None => None,
    }
}

/// The documented accesses, by their places in the case, that a request may be.
pub fn controls<'c>(case: &'c Case, act: &Act<'c>) -> impl Iterator<Item = usize> + use<'c> {
    let (at, ip, server, path) = (act.at, act.speaker.client.ip(), act.server, act.path);
    let each = case
        .controls
        .iter()
        .enumerate()
        .filter(move |(_, control)| at.is_some_and(|at| control.may_be(at, ip, server, path)));
    each.map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(peer: &str, forwarded: &str, trusted: &[&str]) -> (String, bool) {
        let mut record = Record::default();
        record.addresses.push(Role::Peer, peer.as_bytes());
        record.addresses.push(Role::Forwarded, forwarded.as_bytes());
        let trusted: Vec<IpNetwork> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let speaker = speaker(&record, &trusted);
        (String::from_utf8_lossy(speaker.token).into_owned(), speaker.is_proxy)
    }

    #[test]
    fn the_client_is_the_last_hop_that_is_not_trusted() {
        let check = |peer, forwarded, trusted: &[&str], client: &str, is_proxy| {
            assert_eq!(choose(peer, forwarded, trusted), (client.to_owned(), is_proxy));
        };
        check("192.0.2.1", "203.0.113.9", &[], "192.0.2.1", false);
        check("10.0.0.1", "203.0.113.9", &["10.0.0.0/8"], "203.0.113.9", false);
        check("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", &["10.0.0.0/8"], "203.0.113.9", false);
        check("10.0.0.1", "10.0.0.3, 10.0.0.2", &["10.0.0.0/8"], "10.0.0.3", true);
        check("10.0.0.1", "-", &["10.0.0.0/8"], "10.0.0.1", true);
        check("-", "6.6.6.6, 203.0.113.9", &[], "203.0.113.9", false);
        check("-", "-", &[], "-", false);
        check("unix:", "203.0.113.9", &["10.0.0.0/8"], "203.0.113.9", false);
    }

    #[test]
    fn what_cannot_be_told_from_a_party() {
        let check = |token: &str, unresolved: bool| {
            let client = Client::read(token.as_bytes());
            let speaker = Speaker { client, token: token.as_bytes(), is_proxy: false };
            assert_eq!(unresolved_because(&speaker).is_some(), unresolved, "{token}");
        };
        check("192.0.2.7", false);
        check("10.1.2.3", true);
        check("172.31.255.255", true);
        check("172.32.0.0", false);
        check("100.64.0.1", true);
        check("fe80::1%eth0", true);
        check("fd00::1", true);
        check("2001:db8::1", false);
        check("192.0.2.xxx", true);
        check("crawl-1.example", false);
        check("unknown", true);
        check("_gazonk", true);
        check("-", true);
    }

    #[test]
    fn ipv6_clients_are_grouped_by_their_network() {
        assert_eq!(group(Client::read(b"2001:db8:1:2:a::1")), "2001:db8:1:2::/64");
        assert_eq!(group(Client::read(b"192.0.2.7")), "192.0.2.7");
    }

    #[test]
    fn what_is_surely_public_is_not_private() {
        for first in 0..=255_u32 {
            for second in 0..=255_u32 {
                let bits = first << 24 | second << 16 | 5;
                let is_public = is_surely_public(bits);
                assert!(!is_public || !is_private(std::net::Ipv4Addr::from_bits(bits).into()));
                assert_eq!(is_public, ![0, 10, 100, 127, 169, 172, 192].contains(&first));
            }
        }
        assert!(!is_surely_public(0));
    }
}
