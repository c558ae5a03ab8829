//! The fields that fast paths share, read without a loop over their bytes.
//!
//! Each of them answers `None` where a field is not as plain as can be; then
//! the slower way, or the grammar, has its turn. None of them reads what the
//! bricks of `token.rs` would read otherwise.

use memchr::memchr;

use crate::format::token::{eight_digits, host, number};
use crate::record::{Client, Escape, IpBits, path};
use crate::source::index::{Few, Look, NOWHERE, chunk};

/// The high bit of every byte of a word.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Eight bytes of a block from a place on.
#[inline(always)]
pub fn word(block: &[u8], at: usize) -> Option<u64> {
    chunk(block, at).map(|bytes| u64::from_le_bytes(*bytes))
}

/// The bits below a place; all of them for 32 and more.
#[inline(always)]
fn below(place: usize) -> u32 {
    ((1_u64 << place.min(32)) - 1) as u32
}

/// `(address / name) SP`: the IP address that a block has from a place on, or
/// none where it has a name, and how long it is.
///
/// ```abnf
/// name = ALPHA *(ALPHA / DIGIT / "." / "-" / "_")
/// ```
#[inline(always)]
pub fn peer(look: impl Look, block: &[u8], start: usize) -> Option<(Option<IpBits>, usize)> {
    let length = before_space(look, block, start)?;
    match ipv4(look, block, start, start + length) {
        Some(ip) => Some((Some(IpBits::of_v4(ip)), length)),
        None => match ipv6(look, block, start, start + length) {
            Some(ip) => Some((Some(ip), length)),
            None => other_peer(block.get(start..start + length)?).map(|ip| (ip, length)),
        },
    }
}

/// How many bytes stand from a place on before the next space.
#[inline(always)]
pub fn before_space(look: impl Look, block: &[u8], start: usize) -> Option<usize> {
    if let Some(window) = chunk(block, start) {
        let spaces = look.any(window, *b" ");
        if spaces != 0 {
            return Some(spaces.trailing_zeros() as usize);
        }
    }
    memchr(b' ', block.get(start..)?)
}

/// The address that a whole text is, which is no bare IPv4 address, or none
/// where it is a name; `None` where it is neither.
#[inline(never)]
fn other_peer(text: &[u8]) -> Option<Option<IpBits>> {
    match Client::read(text) {
        Client::Ip(ip) => matches!(host(text), Ok(([], _))).then(|| Some(ip.into())),
        Client::Name(name) => {
            // Without a branch, so that many are looked at together.
            let is_right = |byte: u8| {
                byte.is_ascii_alphanumeric() | (byte == b'.') | (byte == b'-') | (byte == b'_')
            };
            let is_name = name.iter().fold(true, |all, byte| all & is_right(*byte));
            (is_name && name.first()?.is_ascii_alphabetic()).then_some(None)
        }
    }
}

/// `address`: the IP address that is the whole text from `start` to `end`.
#[inline(always)]
pub fn address(look: impl Look, block: &[u8], start: usize, end: usize) -> Option<IpBits> {
    match ipv4(look, block, start, end) {
        Some(ip) => Some(IpBits::of_v4(ip)),
        None => match ipv6(look, block, start, end) {
            None => Client::read(block.get(start..end)?).ip().map(IpBits::from),
            ip => ip,
        },
    }
}

/// `ipv6` without decorations, the whole text from `start` to `end`; `None` near
/// the ends of a block, too.
#[inline(always)]
fn ipv6(look: impl Look, block: &[u8], start: usize, end: usize) -> Option<IpBits> {
    let (first, second) = (chunk(block, start)?, chunk(block, start + 32)?);
    let length = end.wrapping_sub(start);
    let text = (1_u64 << length.min(63)) - 1;
    let both = |first: u32, second: u32| u64::from(first) | u64::from(second) << 32;
    let colons = both(look.any(first, *b":"), look.any(second, *b":")) & text;
    if colons.count_ones() < 2 {
        return None;
    }
    let digits = both(look.hex(first), look.hex(second));
    if (digits | colons) & text != text {
        return None;
    }
    IpBits::of_ipv6(block, start, length, colons)
}

/// `ipv4`, the whole text from `start` to `end`; `None` near the end of a block,
/// too.
///
/// What the dots and the end leave between them are four numbers of one to
/// three digits, without a zero in front, of at most 255.
#[inline(always)]
pub fn ipv4(look: impl Look, block: &[u8], start: usize, end: usize) -> Option<u32> {
    let window = chunk(block, start)?;
    let length = end.wrapping_sub(start);
    if length >= 16 {
        return None;
    }
    let text = (1 << length) - 1;
    let dots = look.any(window, *b".") & text;
    let ends = dots | 1 << length;
    let quartet = &QUARTETS[place_of(ends)];
    if u32::from(quartet.ends) != ends || (look.digits(window) | dots) & text != text {
        return None;
    }
    look.quartet(window, &quartet.places, &quartet.least)
}

/// A way of writing four numbers with dots between, by their lengths.
#[derive(Clone, Copy)]
#[repr(align(32))]
struct Quartet {
    /// Where the three digits of each stand.
    places: [u8; 16],
    /// The least number of each length.
    least: [u8; 4],
    /// Where dots stand, and where the text ends: a bit each. None has no bits.
    ends: u16,
}

/// Every such way, each at the place that [`place_of`] gives it.
static QUARTETS: [Quartet; 256] = {
    let mut all = [Quartet { places: [NOWHERE; 16], least: [0; 4], ends: 0 }; 256];
    let mut which = 0;
    while which < 81 {
        let lengths = [which / 27, which / 9 % 3, which / 3 % 3, which % 3];
        let mut quartet = Quartet { places: [NOWHERE; 16], least: [0; 4], ends: 0 };
        let (mut number, mut end) = (0, 0);
        while number < 4 {
            let length = lengths[number] + 1;
            let mut digit = 0;
            while digit < length {
                quartet.places[number * 4 + 3 - length + digit] = (end + digit) as u8;
                digit += 1;
            }
            quartet.least[number] = [0, 10, 100][length - 1];
            quartet.ends |= 1 << (end + length);
            end += length + 1;
            number += 1;
        }
        let place = place_of(quartet.ends as u32);
        // Two at one place would stop the build.
        assert!(all[place].ends == 0);
        all[place] = quartet;
        which += 1;
    }
    all
};

/// Where in [`QUARTETS`] a way may stand, by a factor that keeps them apart.
const fn place_of(ends: u32) -> usize {
    (ends.wrapping_mul(0xa9a2_122d) >> 24) as usize
}

/// How the path of a target is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelled {
    /// How long it is, the query off.
    pub path: usize,
    /// It has no other form than its own bytes: see [`path::is_odd`].
    pub is_plain: bool,
    /// It is known to be as [`path::is_lowered`] says.
    pub is_lowered: bool,
}

/// `target = 1*plain`: how the text from `start` to `end` of a block is spelled,
/// in which no byte may be `NOT`. Whether it is lowered is told only where
/// `FOLDS`.
#[inline(always)]
pub fn target<const NOT: u8, const FOLDS: bool>(
    look: impl Look,
    block: &[u8],
    start: usize,
    end: usize,
    escape: Escape,
) -> Option<Spelled> {
    // What may give a path another form than its own bytes, or end it.
    let odd = const { &Few::new([b'%', b'\\', b';', b'#', b'?', NOT]) };
    if start >= end {
        return None;
    }
    let (mut at, mut carried) = (start, 0);
    let (mut is_lowered, mut dropped) = (FOLDS, 0);
    loop {
        let Some(window) = chunk(block, at) else {
            return slow_target(block, start, end, NOT, escape);
        };
        let slashes = look.any(window, *b"/");
        let dots = look.any(window, *b".");
        let doubled = (slashes << 1 | carried) & (slashes | dots);
        let mut found = look.few(window, odd) | doubled;
        if escape == Escape::Plus {
            found |= look.any(window, *b"+");
        }
        found &= below(end - at);
        if FOLDS {
            let ends = dots | look.any(window, *b" ");
            let other = look.high(window) | slashes & (ends << 1 | dropped);
            let path = (found & found.wrapping_neg()).wrapping_sub(1) & below(end - at);
            is_lowered &= other & path == 0;
            dropped = ends >> 31;
        }
        if found != 0 {
            let first = at + found.trailing_zeros() as usize;
            if block[first] != b'?' || NOT == b'?' {
                return slow_target(block, start, end, NOT, escape);
            }
            // Of the query nothing matters but where it ends.
            let is_whole = is_without(look, block, first, end, NOT);
            return is_whole.then_some(spelled(block, start, first, is_lowered));
        }
        if end - at <= 32 {
            return Some(spelled(block, start, end, is_lowered));
        }
        carried = slashes >> 31;
        at += 32;
    }
}

/// What a path without anything odd is, of which all bytes but the last say that
/// it is lowered, or not.
#[inline(always)]
fn spelled(block: &[u8], start: usize, end: usize, is_lowered: bool) -> Spelled {
    Spelled {
        path: end - start,
        is_plain: block.get(start) == Some(&b'/'),
        is_lowered: is_lowered && !matches!(block.get(end - 1), Some(b'.' | b' ')),
    }
}

/// Says whether a byte stands nowhere from `start` to `end`.
#[inline(always)]
pub fn is_without(look: impl Look, block: &[u8], start: usize, end: usize, not: u8) -> bool {
    let mut at = start;
    while at < end {
        let Some(window) = chunk(block, at) else { return !block[at..end].contains(&not) };
        if look.any(window, [not]) & below(end - at) != 0 {
            return false;
        }
        at += 32;
    }
    true
}

/// The same byte by byte.
#[cold]
fn slow_target(block: &[u8], start: usize, end: usize, not: u8, escape: Escape) -> Option<Spelled> {
    let target = block.get(start..end)?;
    if memchr(not, target).is_some() {
        return None;
    }
    let is_plain = !path::is_odd(target, escape, false);
    Some(Spelled { path: path::raw(target).len(), is_plain, is_lowered: false })
}

/// The referer that a text is, which may be absent: a range that is empty then.
#[inline(always)]
pub fn referer(block: &[u8], start: usize, end: usize) -> (u32, u32) {
    // A field of one dash stands for none. Many are that, and no branch knows
    // which.
    let is_absent = (end == start + 1) & (block[start] == b'-');
    (start as u32, (end - usize::from(is_absent)) as u32)
}

/// `status = 3DIGIT`, `SP` on either side: its value from a place on.
#[inline(always)]
pub fn status(block: &[u8], at: usize) -> Option<u16> {
    status_in(word(block, at)?)
}

/// The same of the lowest five bytes of a word.
#[inline(always)]
fn status_in(text: u64) -> Option<u16> {
    let digits = (text ^ u64::from_le_bytes(*b" 000 \0\0\0")) & 0xff_ffff_ffff;
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
    let length = end.wrapping_sub(start);
    if length.wrapping_sub(1) >= 8 {
        return number(block.get(start..end)?).map(Some);
    }
    let Some(text) = word(block, end.wrapping_sub(8)) else {
        return number(block.get(start..end)?).map(Some);
    };
    let digits = (text ^ 0x3030_3030_3030_3030) & (u64::MAX << (64 - 8 * length));
    if (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & HIGH != 0 {
        return (length == 1 && text >> 56 == u64::from(b'-')).then_some(None);
    }
    Some(Some(eight_digits(digits)))
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
            let expected = text.parse::<Ipv4Addr>().ok();
            for (start, block) in [(4, padded.as_str()), (0, &padded[4..])] {
                let block = block.as_bytes();
                let found = ipv4(Usual, block, start, start + text.len());
                let found = found.map(|ip| IpBits::of_v4(ip).ip());
                assert_eq!(found, expected.map(IpAddr::V4), "{text}");
                let found = peer(Usual, block, start).and_then(|(ip, length)| Some((ip?, length)));
                let found = found.filter(|(ip, _)| ip.v4().is_some());
                let found = found.map(|(ip, length)| (ip.ip(), length));
                let expected = expected.map(|ip| (IpAddr::V4(ip), text.len()));
                assert!(found == expected || text.contains(':'), "{text}");
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
        let ipv6 = |text: &str| {
            for block in
                [format!("1.2.{text} - - [12/Apr/2018:09:48:40 +0200] \"GET /\""), text.into()]
            {
                let start = block.find(text).unwrap();
                let found = address(Usual, block.as_bytes(), start, start + text.len());
                let expected = Client::read(text.as_bytes()).ip().map(IpBits::from);
                assert_eq!(found, expected, "{text}");
            }
        };
        for text in ["2001:db8::7", "::", "::ffff:c000:201", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8"]
        {
            ipv6(text);
            ipv6(&text.replace('7', "fEdC"));
            ipv6(&text.replace("::", ":::"));
            ipv6(&text.replace("2", "g"));
            ipv6(&format!("{text}:"));
            ipv6(&format!("[{text}]:443"));
        }
        ipv6("2001:0db8:85a3:08d3:1319:8a2e:0370:7344");
        ipv6("2001:0db8:85a3:08d3:1319:8a2e:0370:73440");
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
                let found = target::<b' ', false>(Usual, &block, 8, 8 + text.len(), escape);
                let expected = slow_target(text, 0, text.len(), b' ', escape);
                prop_assert_eq!(found, expected);
                // Whether it is lowered is told where there are windows to the end.
                let block = [&block, &[b'.'; 32][..]].concat();
                let found = target::<b' ', true>(Usual, &block, 8, 8 + text.len(), escape);
                prop_assert_eq!(found.map(|found| found.is_plain), expected.map(|it| it.is_plain));
                if let Some(found) = found.filter(|found| found.is_plain || found.is_lowered) {
                    prop_assert_eq!(found.is_lowered, path::is_lowered(&text[..found.path]));
                }
            }
        }
    }
}
