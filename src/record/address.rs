//! Who is on the line: addresses with their role, as logged and as read.
//!
//! Choosing which of them is the client is for the room `actor`; this file
//! only tells what is written.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

mod ipv6;

use ipv6::bare_ipv6;

/// What an address on a line was to the server that logged it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// An element of a list that hops append to, such as `X-Forwarded-For`.
    /// Its left side is written by the client.
    Forwarded,
    /// The other end of the connection to the server that logged the line.
    Peer,
    /// The server that a proxy asked in turn; never a client.
    Upstream,
}

impl Role {
    /// The word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Role::Forwarded => "forwarded",
            Role::Peer => "peer",
            Role::Upstream => "upstream",
        }
    }
}

/// How many address fields one line may carry; what comes after is left out.
/// No format of ours writes more than four.
const FIELDS: usize = 4;

/// The address fields of one line, in the order of the line. A field may be a
/// list (`203.0.113.5, 10.0.0.7`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Addresses<'a> {
    fields: [Option<(Role, &'a [u8])>; FIELDS],
}

impl<'a> Addresses<'a> {
    /// The field of the peer alone; none where it is `-` or empty.
    #[inline]
    pub fn of_peer(field: &'a [u8]) -> Addresses<'a> {
        let peer = (!absent(field)).then_some((Role::Peer, field));
        Addresses { fields: [peer, None, None, None] }
    }

    /// Adds a field as logged; `-` and empty fields are left out.
    pub fn push(&mut self, role: Role, field: &'a [u8]) {
        if absent(field) {
            return;
        }
        if let Some(free) = self.fields.iter_mut().find(|slot| slot.is_none()) {
            *free = Some((role, field));
        }
    }

    /// The fields as logged.
    pub fn fields(&self) -> impl Iterator<Item = (Role, &'a [u8])> + use<'a> {
        self.fields.into_iter().flatten()
    }

    /// The first field of a role, as logged.
    pub fn first(&self, role: Role) -> Option<&'a [u8]> {
        self.fields().find(|(each, _)| *each == role).map(|(_, field)| field)
    }

    /// Every single address with its role, lists taken apart, left to right.
    pub fn each(&self) -> impl Iterator<Item = (Role, &'a [u8])> + use<'a> {
        self.fields().flat_map(|(role, field)| elements(field).map(move |one| (role, one)))
    }
}

/// The elements of a list as logged, blanks and quotes round them taken off;
/// absent ones are left out.
pub fn elements(field: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    field.split(|&byte| byte == b',').map(trim).filter(|one| !absent(one))
}

/// Says whether a field is a way of writing "nothing".
fn absent(field: &[u8]) -> bool {
    matches!(field, b"" | b"-" | b"\"\"" | b"\"-\"")
}

fn trim(field: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'');
    let start = field.iter().position(|byte| !blank(byte)).unwrap_or(field.len());
    let end = field.iter().rposition(|byte| !blank(byte)).map_or(start, |last| last + 1);
    &field[start..end]
}

/// One address, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Client<'a> {
    /// An IP address; an IPv4 address mapped into IPv6 is given as IPv4.
    Ip(IpAddr),
    /// Anything else (a host name, `unix:`, an anonymised address), as logged.
    Name(&'a [u8]),
}

impl<'a> Client<'a> {
    /// Reads one address as servers write it: with a port, in brackets, with
    /// a zone id, mapped into IPv6, or an IPv6 address of eight groups with
    /// its port glued on, as AWS load balancers do. What is none of these is
    /// a name.
    pub fn read(text: &'a [u8]) -> Client<'a> {
        if let Some(ip) = bare_ipv4(text) {
            return Client::Ip(IpAddr::V4(ip));
        }
        // What is neither decorated nor of IPv6 is a name.
        if text.first() != Some(&b'[') && memchr::memchr(b':', text).is_none() {
            return Client::Name(text);
        }
        if let Some(ip) = bare_ipv6(text) {
            return Client::Ip(canonical(ip));
        }
        std::str::from_utf8(text)
            .ok()
            .and_then(ip)
            .map_or(Client::Name(text), |(ip, _)| Client::Ip(ip))
    }

    /// The port that stands behind an IP address as servers write it: the
    /// client's end of the connection.
    pub fn port(text: &[u8]) -> Option<u16> {
        // Neither an address nor a name has one without.
        memchr::memchr(b':', text)?;
        let (_, port) = std::str::from_utf8(text).ok().and_then(ip)?;
        port?.parse().ok()
    }

    /// The IP address, if it is one.
    pub fn ip(self) -> Option<IpAddr> {
        match self {
            Client::Ip(ip) => Some(ip),
            Client::Name(_) => None,
        }
    }
}

/// An IP address as two words, an IPv4 address mapped into IPv6 (RFC 4291
/// section 2.5.5.2): what is handed on for each of many lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IpBits {
    high: u64,
    low: u64,
}

/// What the lower word of an IPv4 address has in front of it.
const MAPPED: u64 = 0xffff << 32;

impl IpBits {
    /// `0.0.0.0`, which is nobody's.
    pub const NOBODY: IpBits = IpBits::of_v4(0);

    /// The bits of an IPv4 address, the first number in the highest eight.
    #[inline(always)]
    pub const fn of_v4(bits: u32) -> IpBits {
        IpBits { high: 0, low: MAPPED | bits as u64 }
    }

    /// The bits of the IPv6 address without decorations that stands in a block,
    /// so many bytes from a place on, none of which is anything but a hexadecimal
    /// digit or a colon; `colons` are told, the first byte being the lowest bit.
    ///
    /// `None` where there is none, or where fewer than four bytes stand before it.
    #[inline(always)]
    pub fn of_ipv6(block: &[u8], from: usize, length: usize, colons: u64) -> Option<IpBits> {
        let bits = ipv6::spelled(block, from, length, colons)?;
        Some(IpBits { high: (bits >> 64) as u64, low: bits as u64 })
    }

    /// The address.
    #[inline(always)]
    pub fn ip(self) -> IpAddr {
        match self.v4() {
            Some(bits) => IpAddr::V4(Ipv4Addr::from_bits(bits)),
            None => {
                IpAddr::V6(Ipv6Addr::from_bits(u128::from(self.high) << 64 | u128::from(self.low)))
            }
        }
    }

    /// The bytes of the address in the order of the network, and nothing but
    /// zeros behind the four of IPv4.
    #[inline(always)]
    pub fn octets(self) -> [u8; 16] {
        let [first, second] = match self.v4() {
            Some(bits) => [u64::from(bits) << 32, 0],
            None => [self.high, self.low],
        };
        let mut octets = [0; 16];
        octets[..8].copy_from_slice(&first.to_be_bytes());
        octets[8..].copy_from_slice(&second.to_be_bytes());
        octets
    }

    /// The bits of the address, if it is of IPv4.
    #[inline(always)]
    pub fn v4(self) -> Option<u32> {
        (self.high == 0 && self.low >> 32 == 0xffff).then_some(self.low as u32)
    }
}

impl From<IpAddr> for IpBits {
    fn from(ip: IpAddr) -> IpBits {
        match ip {
            IpAddr::V4(ip) => IpBits::of_v4(ip.to_bits()),
            IpAddr::V6(ip) => {
                let bits = ip.to_bits();
                IpBits { high: (bits >> 64) as u64, low: bits as u64 }
            }
        }
    }
}

/// Reads an IPv4 address without decorations: what the standard library reads
/// as one, and in half the time.
fn bare_ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    // "1.2.3.4" and "255.255.255.255"
    if !(7..=15).contains(&text.len()) {
        return None;
    }
    let (mut bits, mut rest) = (0, text);
    for n_dots in 0..4 {
        if n_dots > 0 {
            rest = rest.strip_prefix(b".")?;
        }
        let digit = |at: usize| {
            let digit = rest.get(at)?.wrapping_sub(b'0');
            (digit < 10).then_some(u32::from(digit))
        };
        let first = digit(0)?;
        let (number, length) = match (digit(1), digit(2)) {
            (None, _) => (first, 1),
            (Some(second), None) => (first * 10 + second, 2),
            (Some(second), Some(third)) => (first * 100 + second * 10 + third, 3),
        };
        if number > 255 || length > 1 && first == 0 {
            return None;
        }
        bits = bits << 8 | number;
        rest = &rest[length..];
    }
    rest.is_empty().then(|| Ipv4Addr::from_bits(bits))
}

/// Reads an IP address with its decorations, and its port as text; `None`
/// where it is a name.
fn ip(text: &str) -> Option<(IpAddr, Option<&str>)> {
    if let Some(inside) = text.strip_prefix('[') {
        let (inside, after) = inside.split_once(']')?;
        if after.is_empty() {
            return Some((bare_ip(inside)?, None));
        }
        let port = after.strip_prefix(':').filter(|port| is_port(port))?;
        return Some((bare_ip(inside)?, Some(port)));
    }
    if let Some(ip) = bare_ip(text) {
        return Some((ip, None));
    }
    let (head, port) = text.rsplit_once(':')?;
    if !is_port(port) {
        return None;
    }
    let ip = match head.contains(':') {
        // Only a full address leaves no doubt that the ninth group is a port.
        true => (head.split(':').count() == 8).then(|| bare_ip(head)).flatten()?,
        false => IpAddr::V4(head.parse::<Ipv4Addr>().ok()?),
    };
    Some((ip, Some(port)))
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn bare_ip(text: &str) -> Option<IpAddr> {
    if let Ok(ip) = text.parse::<Ipv4Addr>() {
        return Some(IpAddr::V4(ip));
    }
    let text = match text.split_once('%') {
        // A zone id (RFC 4007 section 11) names an interface of the logger.
        Some((ip, zone)) if !zone.is_empty() => ip,
        _ => text,
    };
    text.parse::<Ipv6Addr>().ok().map(canonical)
}

/// The one way we write an address: IPv4 mapped into IPv6 becomes IPv4.
pub fn canonical(ip: Ipv6Addr) -> IpAddr {
    match ip.to_ipv4_mapped() {
        Some(ip) => IpAddr::V4(ip),
        None => IpAddr::V6(ip),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn addresses_are_read_as_servers_write_them() {
        let check = |text: &str, expected: Option<&str>| {
            let ip = Client::read(text.as_bytes()).ip().map(|ip| ip.to_string());
            assert_eq!(ip.as_deref(), expected, "{text}");
        };
        check("192.0.2.7", Some("192.0.2.7"));
        check("192.0.2.7:51234", Some("192.0.2.7"));
        check("[2001:db8::1]:443", Some("2001:db8::1"));
        check("[2001:db8::1]", Some("2001:db8::1"));
        check("::ffff:192.0.2.7", Some("192.0.2.7"));
        check("[::ffff:192.0.2.7]:80", Some("192.0.2.7"));
        check("fe80::1%eth0", Some("fe80::1"));
        check("fe80::1%25eth0", Some("fe80::1"));
        check("2001:db8:0:1:2:3:4:5:50599", Some("2001:db8:0:1:2:3:4:5"));
        check("2001:DB8::0:1", Some("2001:db8::1"));
        check("1.2.3.xxx", None);
        check("host.example", None);
        check("unix:", None);
        check("1.2.3.4.5", None);
        check("300.1.1.1", None);
        check("192.0.2.7:", None);
    }

    #[test]
    fn an_address_is_the_same_as_bits() {
        for text in
            ["192.0.2.7", "0.0.0.0", "255.255.255.255", "::", "2001:db8::ff01", "::ffff:1:2:3"]
        {
            let ip: IpAddr = text.parse().unwrap();
            let bits = IpBits::from(ip);
            assert_eq!(bits.ip(), ip);
            let octets = match ip {
                IpAddr::V4(ip) => ip.octets().to_vec(),
                IpAddr::V6(ip) => ip.octets().to_vec(),
            };
            let mut expected = [0; 16];
            expected[..octets.len()].copy_from_slice(&octets);
            assert_eq!(bits.octets(), expected);
        }
        let mapped: IpAddr = "::ffff:192.0.2.7".parse().unwrap();
        assert_eq!(IpBits::from(mapped).ip(), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)));
    }

    proptest! {
        #[test]
        fn a_bare_address_is_read_as_the_standard_library_does(text in "[0-9]{0,4}(\\.[0-29x]{0,4}){2,4}") {
            prop_assert_eq!(bare_ipv4(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn a_bare_address_with_another_byte_in_it_is_read_as_well(
            ip: [u8; 4],
            short: [bool; 4],
            at in 0_usize..16,
            byte: u8,
        ) {
            let ip: Vec<_> = ip.iter().zip(short).map(|(n, short)| if short { n % 12 } else { *n }).collect();
            let mut text = format!("{}.{}.{}.{}", ip[0], ip[1], ip[2], ip[3]).into_bytes();
            match text.get_mut(at) {
                Some(there) => *there = byte,
                None => text.push(byte),
            }
            let expected = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
            prop_assert_eq!(bare_ipv4(&text), expected);
        }

        #[test]
        fn what_is_plainly_a_name_is_no_address(text in "\\[?[0-9a-f]{0,3}([.:%\\]]{1,2}[0-9a-f]{0,3}){0,8}") {
            let expected = ip(&text).map(|(ip, _)| ip);
            prop_assert_eq!(Client::read(text.as_bytes()).ip(), expected);
        }
    }

    #[test]
    fn a_port_is_told_where_it_stands_behind_an_address() {
        let check = |text: &str, expected: Option<u16>| {
            assert_eq!(Client::port(text.as_bytes()), expected, "{text}");
        };
        check("192.0.2.7:51234", Some(51_234));
        check("[2001:db8::1]:443", Some(443));
        check("2001:db8:0:1:2:3:4:5:50599", Some(50_599));
        check("192.0.2.7", None);
        check("[2001:db8::1]", None);
        check("192.0.2.7:99999", None);
        check("host.example:80", None);
    }

    #[test]
    fn a_list_is_taken_apart_and_absent_ones_are_left_out() {
        let mut addresses = Addresses::default();
        addresses.push(Role::Forwarded, b"\"203.0.113.5,10.0.0.7 , -\"");
        addresses.push(Role::Peer, b"-");
        addresses.push(Role::Peer, b"192.0.2.1");
        let all: Vec<_> = addresses.each().collect();
        assert_eq!(
            all,
            [
                (Role::Forwarded, &b"203.0.113.5"[..]),
                (Role::Forwarded, &b"10.0.0.7"[..]),
                (Role::Peer, &b"192.0.2.1"[..]),
            ]
        );
    }
}
