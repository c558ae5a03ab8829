//! IPv6 addresses as RFC 4291 section 2.2 writes them, forms 1 and 2.

use std::net::Ipv6Addr;

/// How long the longest is: eight groups of four digits, and colons between.
const LONGEST: usize = 39;

/// How many bytes stand before a text while it is read: every group is taken
/// together with what stands before it, as four bytes.
const MARGIN: usize = 4;

/// Reads an IPv6 address of digits and colons alone: what the standard library
/// reads as one, and in a fraction of the time.
///
/// ```abnf
/// ipv6  = group 7(":" group) / [group *(":" group)] "::" [group *(":" group)]
/// group = 1*4HEXDIG          ; at most seven of them where "::" stands
/// ```
#[inline(never)]
pub(super) fn bare_ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    let length = text.len();
    if !(2..=LONGEST).contains(&length) {
        return None;
    }
    let mut room = [b'0'; MARGIN + LONGEST + 1];
    room[MARGIN..MARGIN + length].copy_from_slice(text);
    let padded: &[u8; LONGEST + 1] = room.last_chunk()?;
    // Without a branch, so that many are looked at together.
    let is_digit = |byte: u8| byte.wrapping_sub(b'0') < 10;
    let is_letter = |byte: u8| (byte | 0x20).wrapping_sub(b'a') < 6;
    let is_right = |byte: u8| is_digit(byte) | is_letter(byte) | (byte == b':');
    if !padded.iter().fold(true, |all, byte| all & is_right(*byte)) {
        return None;
    }
    spelled(&room, MARGIN, length, colons(padded)).map(Ipv6Addr::from_bits)
}

/// The bits of the address of so many digits and colons, and nothing else, that
/// stand in a block from a place on; where the colons are is told, a bit each.
/// `None` where there is none, or where fewer than four bytes stand before it.
#[inline(never)]
pub(super) fn spelled(block: &[u8], from: usize, length: usize, colons: u64) -> Option<u128> {
    if !(2..=LONGEST).contains(&length) {
        return None;
    }
    let room = block.get(from.checked_sub(MARGIN)?..)?;
    let ends = colons | 1 << length;
    // The second of two colons that stand side by side, at most once.
    let pair = colons & colons << 1;
    let (first, last) = (1, 1 << (length - 1));
    let is_lone = colons & first & !(pair >> 1) != 0 || colons & last & !pair != 0;
    if is_lone || pair & pair.wrapping_sub(1) != 0 {
        return None;
    }
    let (mut bits, mut n_groups, mut n_before) = (0_u128, 0, 0);
    let (mut start, mut rest) = (0, ends);
    while rest != 0 {
        let end = rest.trailing_zeros() as usize;
        if end > start {
            let digits = room.get(end..end + MARGIN)?.first_chunk()?;
            bits = bits << 16 | u128::from(group(*digits, end - start)?);
            n_groups += 1;
        }
        if pair >> end & 1 == 1 {
            n_before = n_groups;
        }
        start = end + 1;
        rest &= rest - 1;
    }
    match (pair, n_groups) {
        (0, 8) => Some(bits),
        (0, _) | (_, 8..) => None,
        // What the pair stands for is zeros, of at least one group.
        (_, _) => {
            let behind = 16 * (n_groups - n_before);
            let before = (bits >> behind).checked_shl(16 * (8 - n_before)).unwrap_or(0);
            Some(before | bits & !(u128::MAX << behind))
        }
    }
}

/// Where colons are, a bit each: the lowest bit of each byte of a word is moved
/// into its top byte by a multiplication.
#[inline(always)]
fn colons(text: &[u8; LONGEST + 1]) -> u64 {
    let (words, _) = text.as_chunks::<8>();
    words.iter().rev().fold(0, |mask, word| {
        let equal = u64::from_le_bytes(word.map(|byte| u8::from(byte == b':')));
        mask << 8 | equal.wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

/// The number that the last of four bytes say, which are hexadecimal digits:
/// one to four of them.
#[inline(always)]
fn group(digits: [u8; 4], length: usize) -> Option<u16> {
    let text = u32::from_be_bytes(digits);
    let values = (text & 0x0f0f_0f0f) + 9 * (text >> 6 & 0x0101_0101);
    let values = values & u32::MAX.checked_shr(32_u32.checked_sub(8 * length as u32)?)?;
    // Digits side by side, then pairs of them.
    let pairs = (values | values >> 4) & 0x00ff_00ff;
    Some((pairs | pairs >> 8) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    fn check(text: &str) {
        let expected = text.parse().ok().filter(|_| !text.contains('.'));
        assert_eq!(bare_ipv6(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn addresses_are_those_of_the_standard_library() {
        let whole = ["1", "02b", "345", "6789", "aBc", "DEf0", "0", "ffff"];
        for n_before in 0..=8 {
            for n_behind in 0..=8 {
                let (before, behind) = (whole[..n_before].join(":"), whole[..n_behind].join(":"));
                for between in ["", ":", "::", ":::"] {
                    check(&format!("{before}{between}{behind}"));
                }
            }
        }
        for text in ["1::2::3", "12345::", "::g", "::1%eth0", "[::1]", "::1.2.3.4", ":1:2::", "@::"]
        {
            check(text);
        }
    }

    proptest! {
        #[test]
        fn what_looks_like_one_is_read_as_the_standard_library_does(
            text in "([0-9a-fA-F]{0,4}:){2,8}[0-9a-f]{0,5}", at in 0..40_usize, byte in 0..=255_u8,
        ) {
            check(&text);
            let mut bytes = text.into_bytes();
            if let Some(there) = bytes.get_mut(at) {
                *there = byte;
            }
            let expected = std::str::from_utf8(&bytes).ok();
            let expected = expected.filter(|text| !text.contains('.')).and_then(|text| text.parse().ok());
            prop_assert_eq!(bare_ipv6(&bytes), expected);
        }
    }
}
