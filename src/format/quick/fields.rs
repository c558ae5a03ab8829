//! The fields that fast paths share, read without a loop over their bytes.
//!
//! Each of them answers `None` where a field is not as plain as can be; then
//! the slower way, or the grammar, has its turn. None of them reads what the
//! bricks of `token.rs` would read otherwise.

use memchr::memchr;

use crate::format::token::{host, number};
use crate::record::{Client, Escape, IpBits, path};
use crate::source::index::{Look, NOWHERE};

/// The high bit of every byte of a word.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Eight bytes of a block from a place on.
#[inline(always)]
pub fn word(block: &[u8], at: usize) -> Option<u64> {
    block.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// The bits below a place; all of them for 32 and more.
#[inline(always)]
fn below(place: usize) -> u32 {
    if place < 32 { (1 << place) - 1 } else { u32::MAX }
}

/// `address SP`: the IP address that a block has from a place on, and how long
/// it is.
#[inline(always)]
pub fn peer(look: impl Look, block: &[u8], start: usize) -> Option<(IpBits, usize)> {
    match ipv4(look, block, start) {
        Some((ip, length)) => Some((IpBits::of_v4(ip), length)),
        None => other_peer(&block[start..]),
    }
}

/// The same of what is no bare IPv4 address.
#[inline(never)]
fn other_peer(text: &[u8]) -> Option<(IpBits, usize)> {
    let (rest, token) = host(text).ok()?;
    let ip = Client::read(token).ip().filter(|_| rest.first() == Some(&b' '))?;
    Some((ip.into(), token.len()))
}

/// `address`: the IP address that is the whole text from `start` to `end`.
#[inline(always)]
pub fn address(look: impl Look, block: &[u8], start: usize, end: usize) -> Option<IpBits> {
    let length = u32::try_from(end.checked_sub(start)?).ok()?;
    match ipv4_of(look, block, start, length) {
        Some(ip) => Some(IpBits::of_v4(ip)),
        None => Client::read(block.get(start..end)?).ip().map(IpBits::from),
    }
}

/// `ipv4 SP`: the address at a place, and how long it is.
#[inline(always)]
fn ipv4(look: impl Look, block: &[u8], start: usize) -> Option<(u32, usize)> {
    let window = block.get(start..)?.first_chunk()?;
    let space = look.any(window, *b" ").trailing_zeros();
    ipv4_of(look, block, start, space).map(|ip| (ip, space as usize))
}

/// The address of a length at a place.
///
/// What the dots and the end leave between them are four numbers of one to
/// three digits, without a zero in front, of at most 255.
#[inline(always)]
fn ipv4_of(look: impl Look, block: &[u8], start: usize, space: u32) -> Option<u32> {
    let window = block.get(start..)?.first_chunk()?;
    if space > 15 {
        return None;
    }
    let text = below(space as usize);
    let dots = look.any(window, *b".") & text;
    let ends = dots | 1 << space;
    let digits = text & !dots;
    // No two of them side by side, none at the beginning, and no four digits.
    let is_wrong = ends & (ends << 1 | 1) | digits & digits >> 1 & digits >> 2 & digits >> 3;
    if dots.count_ones() != 3 || is_wrong != 0 || look.digits(window) & digits != digits {
        return None;
    }
    let (first, rest) = (dots.trailing_zeros(), dots & (dots - 1));
    let (second, third) = (rest.trailing_zeros(), 31 - rest.leading_zeros());
    let lengths = [first, second - first - 1, third - second - 1, space - third - 1];
    let which = lengths.into_iter().fold(0, |which, length| which * 3 + length - 1);
    let (places, least) = QUARTETS.get(which as usize)?;
    look.quartet(window, places, least)
}

/// For each way of writing four numbers with dots between, by their lengths:
/// where the three digits of each stand, and the least number of that length.
static QUARTETS: [([u8; 16], [u8; 4]); 81] = {
    let mut all = [([NOWHERE; 16], [0; 4]); 81];
    let mut which = 0;
    while which < 81 {
        let lengths = [which / 27, which / 9 % 3, which / 3 % 3, which % 3];
        let (mut number, mut end) = (0, 0);
        while number < 4 {
            let length = lengths[number] + 1;
            let mut digit = 0;
            while digit < length {
                all[which].0[number * 4 + 3 - length + digit] = (end + digit) as u8;
                digit += 1;
            }
            all[which].1[number] = [0, 10, 100][length - 1];
            end += length + 1;
            number += 1;
        }
        which += 1;
    }
    all
};

/// How the path of a target is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelled {
    /// How long it is, the query off.
    pub path: usize,
    /// It has no other form than its own bytes: see [`path::is_odd`].
    pub is_plain: bool,
}

/// `target = 1*plain`: how the text from `start` to `end` of a block is spelled,
/// in which no byte may be `not`.
#[inline(always)]
pub fn target(
    look: impl Look,
    block: &[u8],
    start: usize,
    end: usize,
    not: u8,
    escape: Escape,
) -> Option<Spelled> {
    let length = end.checked_sub(start).filter(|length| *length > 0)?;
    let mut spelled = Spelled { path: length, is_plain: block.get(start) == Some(&b'/') };
    let mut carried = 0;
    let plus = if escape == Escape::Plus { b'+' } else { b'%' };
    for at in (start..end).step_by(32) {
        let Some(window) = block.get(at..).and_then(<[u8]>::first_chunk) else {
            return slow_target(block.get(start..end)?, not, escape);
        };
        let inside = below(end - at);
        if look.any(window, [not]) & inside != 0 {
            return None;
        }
        let slashes = look.any(window, *b"/");
        let doubled = (slashes << 1 | carried) & (slashes | look.any(window, *b"."));
        let odd = look.any(window, [b'%', b'\\', b';', b'#', plus]);
        carried = slashes >> 31;
        // Of the query nothing matters.
        let query = look.any(window, *b"?") & inside;
        let is_path = spelled.path == length;
        let path = if is_path { inside & query.wrapping_sub(1) & !query } else { 0 };
        if is_path && query != 0 {
            spelled.path = at - start + query.trailing_zeros() as usize;
        }
        spelled.is_plain &= (odd | doubled) & path == 0;
    }
    Some(spelled)
}

/// The same at the end of a block, where there is no window.
#[cold]
fn slow_target(target: &[u8], not: u8, escape: Escape) -> Option<Spelled> {
    if memchr(not, target).is_some() {
        return None;
    }
    let is_plain = !path::is_odd(target, escape, false);
    Some(Spelled { path: path::raw(target).len(), is_plain })
}

/// The referer that a text is, which may be absent: a range that is empty then.
#[inline(always)]
pub fn referer(block: &[u8], start: usize, end: usize) -> (u32, u32) {
    // A field of one dash stands for none.
    let is_absent = end == start + 1 && block[start] == b'-';
    (start as u32, if is_absent { start } else { end } as u32)
}

/// `status = 3DIGIT`, `SP` on either side: its value from a place on.
#[inline(always)]
pub fn status(block: &[u8], at: usize) -> Option<u16> {
    let digits = (word(block, at)? ^ u64::from_le_bytes(*b" 000 \0\0\0")) & 0xff_ffff_ffff;
    let most = u64::from_le_bytes([0x7f, 0x76, 0x76, 0x76, 0x7f, 0, 0, 0]);
    if (digits.wrapping_add(most) | digits) & HIGH != 0 {
        return None;
    }
    let digit = |at: u32| (digits >> (8 * at) & 0xff) as u16;
    Some(digit(1) * 100 + digit(2) * 10 + digit(3))
}

/// `bytes = 1*DIGIT / "-"`, the whole text from `start` to `end` of a block.
#[inline(always)]
pub fn bytes(block: &[u8], start: usize, end: usize) -> Option<Option<u64>> {
    let length = end.checked_sub(start)?;
    let Some(text) = end.checked_sub(8).filter(|_| length.wrapping_sub(1) < 8) else {
        return number(block.get(start..end)?).map(Some);
    };
    let text = word(block, text)?;
    let digits = (text ^ 0x3030_3030_3030_3030) & (u64::MAX << (64 - 8 * length));
    if (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & HIGH != 0 {
        return (length == 1 && text >> 56 == u64::from(b'-')).then_some(None);
    }
    // Pairs of digits, then fours, then all eight.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let every = 0x0000_00ff_0000_00ff;
    let high = (pairs & every).wrapping_mul(100 + (1_000_000 << 32));
    let low = (pairs >> 16 & every).wrapping_mul(1 + (10_000 << 32));
    Some(Some(high.wrapping_add(low) >> 32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::index::Usual;
    use proptest::prelude::{prop_assert_eq, proptest};
    use std::net::{IpAddr, Ipv4Addr};

    /// Room round a text, of bytes that are right in other places.
    fn framed(text: &[u8], room: usize) -> Vec<u8> {
        [b"1.2.3.4 ", text, b" /.%;?5 1.2.3.4 //"[..room].as_ref()].concat()
    }

    #[test]
    fn addresses_are_those_of_the_standard_library() {
        let check = |text: &str| {
            let padded = format!("1.2.{text} - - [12/Apr/2018:09:48:40 +0200]");
            let expected = text.parse().ok().map(|ip: Ipv4Addr| (ip, text.len()));
            for (start, block) in [(4, padded.as_str()), (0, &padded[4..])] {
                let found = peer(Usual, block.as_bytes(), start);
                let found = found.map(|(ip, length)| (ip.ip(), length));
                let found = found.filter(|(ip, _)| ip.is_ipv4());
                let ported = text.contains(':');
                let expected = expected.map(|(ip, length)| (IpAddr::V4(ip), length));
                assert!(found == expected || ported, "{text}");
                if start > 0 {
                    let found = ipv4(Usual, block.as_bytes(), start);
                    assert_eq!(
                        found.map(|(ip, _)| IpBits::of_v4(ip).ip()),
                        expected.map(|(ip, _)| ip)
                    );
                }
            }
        };
        for n in 0..1_300 {
            check(&format!("{n}.2.3.4"));
            check(&format!("255.{n}.0.44"));
            check(&format!("25.25.{n}.144"));
            check(&format!("255.255.255.{n}"));
        }
        for text in ["", ".", "...", "1.2.3", "1.2.3.", "1..3.4", "01.2.3.4", "1.2.3.04", "0.0.0.0"]
        {
            check(text);
        }
        for text in ["1.2.3.4.5", "1.2.3.00", "a.2.3.4", "1.2.3.4:80", "1.2.3.\u{b4}", "1.2. 3.4"] {
            check(text);
        }
    }

    #[test]
    fn numbers_are_those_of_the_brick() {
        let check = |text: &str| {
            for room in [0, 12] {
                let block = framed(text.as_bytes(), room);
                let found = bytes(&block, 8, 8 + text.len());
                let expected = match text {
                    "-" => Some(None),
                    _ => number(text.as_bytes()).map(Some),
                };
                assert_eq!(found, expected, "{text}");
            }
        };
        let mut long = String::new();
        for digit in "1204567890123456789012".chars() {
            long.push(digit);
            check(&long);
            check(&format!("{long}x"));
            check(&format!("/{long}"));
            check(&format!("{long}:"));
        }
        ["-", "--", "-1", "0", "00000000", "99999999", "5-"].into_iter().for_each(check);
    }

    #[test]
    fn a_status_has_three_digits_between_spaces() {
        assert_eq!(status(b" 200 512", 0), Some(200));
        assert_eq!(status(b" 999 -\" ", 0), Some(999));
        for text in [b"x200 512", b" 20  512", b" 2000 12", b" 2a0 512", b" 20\xb0 512"] {
            assert_eq!(status(text, 0), None, "{}", String::from_utf8_lossy(text));
        }
    }

    proptest! {
        #[test]
        fn targets_are_spelled_as_the_record_says(
            text in "[a-c/.?%;# +\\\\é]{1,80}", slash in proptest::bool::ANY, room in 0..18_usize,
        ) {
            let text = if slash { format!("/{text}") } else { text };
            let text = text.as_bytes();
            let block = framed(text, room);
            for escape in [Escape::None, Escape::Plus] {
                let found = target(Usual, &block, 8, 8 + text.len(), b' ', escape);
                prop_assert_eq!(found, slow_target(text, b' ', escape));
            }
        }
    }
}
