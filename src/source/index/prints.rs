//! A few texts that are looked for in a block by a few bytes of each.

// Where there are no vector instructions of ours nothing is looked for.
#![cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]

use super::{Means, vector};

/// How many bytes of each text are looked at, at most: by fewer, many a place would
/// be told at which none stands.
pub const PRINT: usize = 6;

/// How many bytes are looked at for 64 places.
pub const SEEN: usize = 64 + PRINT - 1;

/// How many times 64 places are looked at together.
pub const TOGETHER: usize = 32;

/// How many groups of texts are told apart: each has a bit of a byte.
const GROUPS: usize = 8;

/// The first six bytes of texts, or as many as they have: where they stand, one of
/// the texts may.
#[derive(Debug, Clone)]
pub struct Prints {
    /// For each place of a print and each value of the low seven bits of a byte
    /// the groups of texts that may have that byte there.
    pub(super) tables: [[u8; 128]; PRINT],
    /// The same for each value of the low four bits of a byte, and of the high.
    pub(super) low: [[u8; 16]; PRINT],
    pub(super) high: [[u8; 16]; PRINT],
}

impl Prints {
    /// Those of texts; ASCII letters are in either case where `fold`.
    pub fn new(texts: &[&[u8]], fold: bool) -> Prints {
        let mut prints =
            Prints { tables: [[0; 128]; PRINT], low: [[0; 16]; PRINT], high: [[0; 16]; PRINT] };
        for (number, text) in texts.iter().enumerate() {
            let group = 1 << (number % GROUPS);
            for at in 0..PRINT {
                match text.get(at) {
                    Some(byte) if fold => {
                        prints.add(at, byte.to_ascii_lowercase(), group);
                        prints.add(at, byte.to_ascii_uppercase(), group);
                    }
                    Some(byte) => prints.add(at, *byte, group),
                    None => (0..=u8::MAX).for_each(|byte| prints.add(at, byte, group)),
                }
            }
        }
        prints
    }

    /// Lets a group have a byte at a place of its print.
    fn add(&mut self, at: usize, byte: u8, group: u8) {
        self.tables[at][usize::from(byte & 127)] |= group;
        self.low[at][usize::from(byte & 15)] |= group;
        self.high[at][usize::from(byte >> 4)] |= group;
    }

    /// Adds the places of a block, rising, at which a print may stand, and says
    /// whether it did: where a processor has no means to do so quickly it does
    /// not. No place at which one stands is missing; what is behind the end of
    /// the block may be anything. Places are 32-bit: of a block over 4 GiB only
    /// the first 4 GiB are looked at.
    pub fn list(&self, block: &[u8], into: &mut Vec<u32>) -> bool {
        self.list_by(Means::Avx512, block, into)
    }

    /// The same by no better means than these.
    pub(super) fn list_by(&self, most: Means, block: &[u8], into: &mut Vec<u32>) -> bool {
        vector::find(self, most, &block[..block.len().min(u32::MAX as usize)], into)
    }

    /// Looks at the bytes of every 64 places of a block, many times at once: `look`
    /// puts at which of them a print may stand, a bit each, and says how many
    /// times there were bytes enough.
    pub(super) fn walk(
        &self,
        block: &[u8],
        into: &mut Vec<u32>,
        look: impl Fn(&[u8], &mut [u64; TOGETHER]) -> usize,
    ) {
        let mut add = |base: usize, mut mask: u64| {
            while mask != 0 {
                into.push(base as u32 + mask.trailing_zeros());
                mask &= mask - 1;
            }
        };
        let (mut at, mut masks) = (0, [0; TOGETHER]);
        loop {
            let count = look(&block[at..], &mut masks);
            for (number, mask) in masks[..count].iter().enumerate() {
                add(at + number * 64, *mask);
            }
            at += count * 64;
            if count < TOGETHER {
                break;
            }
        }
        // What is left is less than is looked at for 64 places.
        let rest = &block[at..];
        let mut padded = [0; 64 + SEEN];
        padded[..rest.len()].copy_from_slice(rest);
        let count = look(&padded, &mut masks);
        for (number, mask) in masks[..count].iter().enumerate() {
            let n_places = rest.len().saturating_sub(number * 64).min(64);
            let wanted = if n_places > 0 { u64::MAX >> (64 - n_places) } else { 0 };
            add(at + number * 64, mask & wanted);
        }
    }
}
