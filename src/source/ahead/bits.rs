//! The blocks of a bzip2 stream, which begin at any bit.
//!
//! A block begins with 48 bits of pi, the end of a stream with as many of its square root; 32 bits of checksum follow. Such bits in the
//! middle of a block come by chance once in 2^48, and then the block does not end well.

use super::super::handle::Handle;

/// How long a magic number is, in bits.
pub(super) const MAGIC: u64 = 48;

/// How long the checksum behind it is, in bits.
pub(super) const CHECKSUM: u64 = 32;

/// The most a block can take: 900,000 symbols of 20 bits, and its tables, in bits.
pub(super) const LONGEST_BLOCK: u64 = 8 * (3 << 20);

const BLOCK: u64 = 0x3141_5926_5359;
const END: u64 = 0x1772_4538_5090;

/// How many bytes are searched at once.
const SEARCHED: usize = 16 << 10;

/// What a magic number stands before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Found {
    Block,
    End,
}

impl Found {
    fn magic(self) -> u64 {
        match self {
            Found::Block => BLOCK,
            Found::End => END,
        }
    }
}

/// The first magic number at a place or behind it, less than `within` bits away.
pub(super) fn find(handle: &Handle, from: u64, within: u64) -> Option<(Found, u64)> {
    let mut bytes = [0; SEARCHED];
    let mut at = from / 8;
    // The last eight bytes.
    let mut word = 0;
    while 8 * at < from + within {
        let n = handle.fill_at(&mut bytes, at).ok()?;
        for byte in &bytes[..n] {
            word = (word << 8) | u64::from(*byte);
            at += 1;
            for shift in (0..8).rev() {
                let found = match (word >> shift) & ((1 << MAGIC) - 1) {
                    BLOCK => Found::Block,
                    END => Found::End,
                    _ => continue,
                };
                let place = (8 * at).checked_sub(shift + MAGIC);
                if let Some(place) = place.filter(|place| *place >= from) {
                    return Some((found, place));
                }
            }
        }
        if n < bytes.len() {
            return None;
        }
    }
    None
}

/// The checksum behind a magic number at a place; none if another stands there.
pub(super) fn checksum(handle: &Handle, place: u64, expected: Found) -> Option<u32> {
    let mut bytes = [0; 16];
    // The last bytes may lie behind the end of the file.
    let n = handle.fill_at(&mut bytes, place / 8).ok()?;
    let word = u128::from_be_bytes(bytes) << (place % 8);
    let is_whole = 8 * n as u64 >= place % 8 + MAGIC + CHECKSUM;
    let magic = (word >> (128 - MAGIC)) as u64;
    (is_whole && magic == expected.magic()).then_some((word >> (128 - MAGIC - CHECKSUM)) as u32)
}

/// Makes a stream of the block between two places.
pub(super) fn stream(
    handle: &Handle,
    level: u8,
    (from, to): (u64, u64),
    out: &mut Vec<u8>,
) -> Option<()> {
    let crc = checksum(handle, from, Found::Block)?;
    let shift = (from % 8) as u32;
    let n_bits = to - from;
    let (n_whole, n_left) = ((n_bits / 8) as usize, (n_bits % 8) as u32);
    out.clear();
    out.extend_from_slice(&[b'B', b'Z', b'h', b'0' + level]);
    let head = out.len();
    // Two bytes more than whole ones: the bits left over may lie in two.
    out.resize(head + n_whole + 2, 0);
    handle.fill_at(&mut out[head..], from / 8).ok()?;
    for at in head..head + n_whole + 1 {
        let pair = u16::from_be_bytes([out[at], out[at + 1]]);
        out[at] = ((pair << shift) >> 8) as u8;
    }
    let left = u128::from(out[head + n_whole]) >> (8 - n_left);
    out.truncate(head + n_whole);
    let tail = (((left << MAGIC) | u128::from(END)) << CHECKSUM) | u128::from(crc);
    let n_tail = n_left + (MAGIC + CHECKSUM) as u32;
    out.extend_from_slice(&(tail << (128 - n_tail)).to_be_bytes()[..n_tail.div_ceil(8) as usize]);
    Some(())
}
