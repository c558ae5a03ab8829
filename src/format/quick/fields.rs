//! The fields that fast paths share, read without a loop over their bytes.
//!
//! Each of them answers `None` where a field is not as plain as can be; then
//! the slower way, or the grammar, has its turn. None of them reads what the
//! bricks of `token.rs` would read otherwise.

use std::net::{IpAddr, Ipv4Addr};

use memchr::memchr;

use crate::format::token::{host, number};
use crate::record::{Client, Escape, path};
use crate::source::index::any;

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

/// `address SP`: the IP address that a text begins with, and how long it is.
#[inline(always)]
pub fn peer(text: &[u8]) -> Option<(IpAddr, usize)> {
    match text.first_chunk().and_then(ipv4) {
        Some((ip, length)) => Some((IpAddr::V4(ip), length)),
        None => {
            let (rest, token) = host(text).ok()?;
            let ip = Client::read(token).ip().filter(|_| rest.first() == Some(&b' '))?;
            Some((ip, token.len()))
        }
    }
}

/// `ipv4 SP`: the address at the beginning of a window, and how long it is.
///
/// What the dots and the space leave between them are four numbers of one to
/// three digits, without a zero in front, of at most 255.
#[inline(always)]
fn ipv4(window: &[u8; 32]) -> Option<(Ipv4Addr, usize)> {
    let space = any(window, *b" ").trailing_zeros();
    let dots = any(window, *b".") & below(space as usize);
    if space > 15 || dots.count_ones() != 3 {
        return None;
    }
    let (first, rest) = (dots.trailing_zeros(), dots & (dots - 1));
    let (second, third) = (rest.trailing_zeros(), 31 - rest.leading_zeros());
    let bytes = window.first_chunk().map(|half| u128::from_le_bytes(*half))?;
    // The four bytes before a place, the last of them on top.
    let before = |end: u32| match end {
        0..3 => (u64::from(bytes as u32) << (32 - 8 * end)) as u32,
        _ => ((bytes << 8) >> (8 * (end - 3))) as u32,
    };
    let (a, bad_a) = octet(before(first), first);
    let (b, bad_b) = octet(before(second), second - first - 1);
    let (c, bad_c) = octet(before(third), third - second - 1);
    let (d, bad_d) = octet(before(space), space - third - 1);
    let bad = bad_a | bad_b | bad_c | bad_d;
    (!bad).then(|| (Ipv4Addr::new(a as u8, b as u8, c as u8, d as u8), space as usize))
}

/// The number of so many digits that end a word, and whether it is none.
#[inline(always)]
fn octet(text: u32, length: u32) -> (u32, bool) {
    let is_long = length.wrapping_sub(1) > 2;
    let digits = (text ^ 0x3030_3030) & (u32::MAX << (32 - 8 * length.clamp(1, 3)));
    let is_other = (digits.wrapping_add(0x7676_7676) | digits) & 0x8080_8080 != 0;
    let digit = |at: u32| digits >> (8 * at) & 0xff;
    let value = digit(1) * 100 + digit(2) * 10 + digit(3);
    let least = if length == 3 { 100 } else { (length.wrapping_sub(1) & 1) * 10 };
    (value, is_long | is_other | (value > 255) | (value < least))
}

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
pub fn target(block: &[u8], start: usize, end: usize, not: u8, escape: Escape) -> Option<Spelled> {
    let length = end.checked_sub(start).filter(|length| *length > 0)?;
    let windows = (start..end).step_by(32).enumerate();
    let mut spelled = Spelled { path: length, is_plain: block.get(start) == Some(&b'/') };
    let mut carried = 0;
    let odd = if escape == Escape::Plus { *b"%\\;#+" } else { *b"%\\;##" };
    for (turn, at) in windows {
        let Some(window) = block.get(at..).and_then(<[u8]>::first_chunk) else {
            return slow_target(block.get(start..end)?, not, escape);
        };
        let inside = below(end - at);
        if any(window, [not]) & inside != 0 {
            return None;
        }
        // Of the query nothing matters.
        let query = any(window, *b"?") & inside;
        let is_over = spelled.path < length;
        if !is_over && query != 0 {
            spelled.path = 32 * turn + query.trailing_zeros() as usize;
        }
        let path = match (is_over, query) {
            (true, _) => 0,
            (false, 0) => inside,
            (false, query) => below(query.trailing_zeros() as usize),
        };
        let slashes = any(window, *b"/");
        let doubled = (slashes << 1 | carried) & (slashes | any(window, *b"."));
        carried = slashes >> 31;
        spelled.is_plain &= (any(window, odd) | doubled) & path == 0;
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
    use proptest::prelude::{prop_assert_eq, proptest};

    /// Room round a text, of bytes that are right in other places.
    fn framed(text: &[u8], room: usize) -> Vec<u8> {
        [b"1.2.3.4 ", text, b" /.%;?5 1.2.3.4 //"[..room].as_ref()].concat()
    }

    #[test]
    fn addresses_are_those_of_the_standard_library() {
        let check = |text: &str| {
            let padded = format!("{text} - - [12/Apr/2018:09:48:40 +0200]");
            let found = padded.as_bytes().first_chunk().and_then(ipv4);
            let expected = text.parse().ok().map(|ip: Ipv4Addr| (ip, text.len()));
            assert_eq!(found, expected, "{text}");
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
                let found = target(&block, 8, 8 + text.len(), b' ', escape);
                prop_assert_eq!(found, slow_target(text, b' ', escape));
            }
        }
    }
}
