//! Addresses and networks in any text: dotted, defanged, with dashes as in the
//! names that providers give their customers, and IPv6 in all its spellings.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

use super::find::Kind;

/// Finds addresses.
pub(super) struct Addresses {
    v4: Regex,
    v6: Regex,
    prefix: Regex,
}

/// An address that was found.
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
    /// The address as RFC 5952 writes it, v4-mapped as IPv4.
    pub(super) value: Vec<u8>,
}

impl Addresses {
    pub(super) fn new() -> Addresses {
        let octet = "([0-9]{1,3})";
        let dot = r"(?:\.|\[\.\]|\(\.\)|-|_)";
        Addresses {
            v4: regex(&format!("{octet}{dot}{octet}{dot}{octet}{dot}{octet}")),
            v6: regex(r"[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*"),
            prefix: regex(r"^/([0-9]{1,3})"),
        }
    }

    pub(super) fn find(&self, text: &[u8]) -> Vec<Found> {
        let mut found = self.sixes(text);
        found.extend(self.fours(text));
        found
    }

    fn fours(&self, text: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(parts) = self.v4.captures_at(text, at) {
            let whole = parts.get(0).map_or(at..at, |whole| whole.range());
            let octets: Vec<u8> =
                (1..5).filter_map(|part| octet(parts.get(part)?.as_bytes())).collect();
            let is_apart = whole.start == 0 || !text[whole.start - 1].is_ascii_digit();
            let is_whole = text.get(whole.end).is_none_or(|next| !next.is_ascii_digit());
            match <[u8; 4]>::try_from(octets) {
                Ok(octets) if is_apart && is_whole => {
                    let address = IpAddr::V4(Ipv4Addr::from(octets));
                    at = whole.end;
                    found.push(self.one(text, whole, address));
                }
                _ => at = whole.start + 1,
            }
        }
        found
    }

    fn sixes(&self, text: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        for candidate in self.v6.find_iter(text) {
            let range = candidate.range();
            let is_cut = range.start > 0 && text[range.start - 1].is_ascii_alphanumeric();
            if is_cut && text[range.start] != b':' {
                continue;
            }
            if let Some((range, address)) = six(text, range) {
                found.push(self.one(text, range, IpAddr::V6(address).to_canonical()));
            }
        }
        found
    }

    /// An address, or the network where a prefix stands behind it.
    fn one(&self, text: &[u8], range: Range<usize>, address: IpAddr) -> Found {
        let value = address.to_string().into_bytes();
        let most = if text[range.clone()].contains(&b':') { 128 } else { 32 };
        let prefix = self.prefix.captures(&text[range.end..]).and_then(|prefix| {
            let digits = prefix.get(1)?;
            let bits: u8 = std::str::from_utf8(digits.as_bytes()).ok()?.parse().ok()?;
            (bits <= most).then_some((bits, range.end + digits.end()))
        });
        match prefix {
            Some((bits, end)) => {
                Found { range: range.start..end, kind: Kind::Network(bits), value }
            }
            None => Found { range, kind: Kind::Ip, value },
        }
    }
}

fn octet(digits: &[u8]) -> Option<u8> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The longest IPv6 address in a run of hexadecimal digits, colons and dots:
/// a name and a colon may stand before it, a port or the end of a sentence
/// behind it.
fn six(text: &[u8], run: Range<usize>) -> Option<(Range<usize>, Ipv6Addr)> {
    let is_colon = |at: &usize| text[at - 1] == b':';
    let starts = std::iter::once(run.start).chain((run.start + 1..run.end).filter(is_colon));
    for start in starts {
        let cut = |at: &usize| matches!(text[*at], b':' | b'.');
        let ends = std::iter::once(run.end).chain((start + 1..run.end).rev().filter(cut));
        for end in ends {
            let is_cut = text.get(end).is_some_and(|next| next.is_ascii_alphanumeric());
            let candidate = std::str::from_utf8(&text[start..end]).ok()?;
            let has_digit = candidate.bytes().any(|byte| byte.is_ascii_hexdigit());
            if has_digit
                && !is_cut
                && let Ok(address) = candidate.parse()
            {
                return Some((start..end, address));
            }
        }
    }
    None
}

/// A pattern of ours, over bytes: letters of other scripts are those above
/// ASCII, which makes it small.
pub(super) fn regex(pattern: &str) -> Regex {
    // All patterns are literals of this room, and each is compiled by a test.
    let regex = RegexBuilder::new(pattern).unicode(false).build();
    regex.unwrap_or_else(|why| unreachable!("{pattern}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_every_spelling() {
        let check = |text: &str, expected: &[(&str, &str)]| {
            let found: Vec<(String, String)> = Addresses::new()
                .find(text.as_bytes())
                .into_iter()
                .map(|one| (text[one.range].to_owned(), String::from_utf8(one.value).unwrap()))
                .collect();
            let expected: Vec<_> =
                expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("of 192.0.2.7, it", &[("192.0.2.7", "192.0.2.7")]);
        check("http://192.0.2.7:80/a", &[("192.0.2.7", "192.0.2.7")]);
        check("net 192.0.2.0/24.", &[("192.0.2.0/24", "192.0.2.0")]);
        check("192[.]0[.]2[.]7", &[("192[.]0[.]2[.]7", "192.0.2.7")]);
        check("ip-192-0-2-7.example", &[("192-0-2-7", "192.0.2.7")]);
        check("192.0.2.7.192.0.2.8", &[("192.0.2.7", "192.0.2.7"), ("192.0.2.8", "192.0.2.8")]);
        check("1.192.0.2.7", &[("1.192.0.2", "1.192.0.2")]);
        check("Chrome/91.0.4472.124", &[]);
        check("2021-08-26T01:07:14Z 999.1.1.1", &[]);
        check("[2001:db8::5]:443", &[("2001:db8::5", "2001:db8::5")]);
        check("2001:DB8:0:0:0:0:0:5", &[("2001:DB8:0:0:0:0:0:5", "2001:db8::5")]);
        check("2001:db8:1:2:3:4:5:6:443", &[("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6")]);
        check("client:2001:db8::5.", &[("2001:db8::5", "2001:db8::5")]);
        check("::ffff:192.0.2.7", &[("::ffff:192.0.2.7", "192.0.2.7"), ("192.0.2.7", "192.0.2.7")]);
        check("2001:db8:1:2::/64", &[("2001:db8:1:2::/64", "2001:db8:1:2::")]);
        check("std::string 12:34:56 aa:bb:cc:dd:ee:ff ::", &[]);
    }
}
