//! Where the marks of a block are: the few bytes that a line format turns on; and where one of a few texts may stand in it.
//!
//! Most of the time of a fast reading goes into finding these bytes. With AVX-512 or AVX2 a block is looked at 64 bytes at a time;
//! elsewhere on x86-64 by SSE2, which every such processor has; on others by loops that the compiler makes vector code of. All of them
//! give the same, which the tests compare with the obvious way. What is done by vector instructions is in `index/vector.rs`, the one file
//! in which `unsafe` may stand.
//!
//! The index knows nothing of lines, formats or escapes.

mod look;
mod prints;
mod usual;
mod vector;

pub use look::{Few, Form, Look, NOWHERE, Work};
pub use prints::Prints;
pub use usual::Usual;
#[cfg(test)]
use usual::any_plainly;
pub use vector::{chunk, work};

/// Which bytes an index lists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Marks {
    /// `\n`, `"` and `\`: what quoted fields turn on.
    Quotes,
    /// These, the space and the tab: what bare fields turn on.
    Fields,
}

impl Marks {
    const QUOTES: Few<3> = Few::new(*b"\n\"\\");
    const FIELDS: Few<5> = Few::new(*b"\n\"\\ \t");

    const fn table(self) -> [u8; 16] {
        match self {
            Marks::Quotes => Marks::QUOTES.table,
            Marks::Fields => Marks::FIELDS.table,
        }
    }
}

/// The offsets of the marks of one block, in rising order. What stands at each is told by the block.
///
/// The list is reused from block to block, so that filling does not allocate after the first blocks.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The offsets are the first `filled` of these.
    offsets: Vec<u32>,
    filled: usize,
}

impl Index {
    /// The offsets of the marks.
    pub fn marks(&self) -> &[u32] {
        &self.offsets[..self.filled]
    }

    /// Lists the marks of `block`, forgetting those of the block before.
    ///
    /// Offsets are 32-bit: of a block over 4 GiB only the first 4 GiB are listed. Blocks are some 1 MiB, see [`super::Blocks`].
    pub fn fill(&mut self, block: &[u8], marks: Marks) {
        self.fill_by(Means::Avx512, block, marks);
    }

    /// The same by no better means than these.
    fn fill_by(&mut self, most: Means, block: &[u8], marks: Marks) {
        let block = &block[..block.len().min(u32::MAX as usize)];
        if !vector::fill(self, most, block, marks) {
            fill_plainly(self, block, marks);
        }
    }

    /// Lists the marks of each 64 bytes of `block`, which `put_all` puts into room for as many, as offsets from the beginning of all of them
    /// to which a base is added, saying how many they are.
    #[inline(always)]
    fn list(
        &mut self,
        block: &[u8],
        marks: Marks,
        put_all: impl Fn(&mut [u32; 64], u32, &[u8; 64]) -> usize,
    ) {
        let (chunks, rest) = block.as_chunks::<64>();
        // Out of its place the list is not looked up anew for every chunk.
        let mut offsets = std::mem::take(&mut self.offsets);
        let mut filled = 0;
        for (n, group) in chunks.chunks(64).enumerate() {
            let room = room(&mut offsets, filled);
            let mut n_put = 0;
            for (m, chunk) in group.iter().enumerate() {
                match room.get_mut(n_put..).and_then(<[u32]>::first_chunk_mut) {
                    Some(places) => n_put += put_all(places, ((n * 64 + m) * 64) as u32, chunk),
                    None => unreachable!("fewer than 64 chunks have at most 64 marks each"),
                }
            }
            filled += n_put;
        }
        let table = marks.table();
        let tail = rest.iter().enumerate();
        let tail = tail.filter(|(_, byte)| table[usize::from(**byte & 15)] == **byte);
        let mask = tail.fold(0, |mask, (at, _)| mask | 1 << at);
        if let Some(places) = room(&mut offsets, filled).first_chunk_mut() {
            filled += put(places, (chunks.len() * 64) as u32, mask);
        }
        (self.offsets, self.filled) = (offsets, filled);
    }
}

/// What a processor may have to look at much of a block at once, the better later.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
enum Means {
    Usual,
    Avx2,
    Avx512,
}

impl Means {
    /// The best that the processor has.
    fn best() -> Means {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") {
            let has_512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vbmi")
                && is_x86_feature_detected!("avx512vbmi2");
            return if has_512 { Means::Avx512 } else { Means::Avx2 };
        }
        Means::Usual
    }
}

/// The most marks that 64 chunks can have.
const GROUP: usize = 64 * 64;

/// Room for the offsets of 64 chunks behind so many.
#[inline(always)]
fn room(offsets: &mut Vec<u32>, filled: usize) -> &mut [u32; GROUP] {
    if offsets.len() < filled + GROUP {
        offsets.resize(offsets.len() * 2 + GROUP, 0);
    }
    match offsets.get_mut(filled..filled + GROUP).and_then(<[u32]>::first_chunk_mut) {
        Some(room) => room,
        None => unreachable!("the list has grown by more than that"),
    }
}

/// Puts the offsets of one chunk, a bit each, and says how many they are.
#[inline(always)]
fn put(room: &mut [u32; 64], base: u32, mut mask: u64) -> usize {
    let count = mask.count_ones() as usize;
    // Four are written whether or not there are as many, and then eight: a loop
    // that ends after a number of turns that nobody can foretell costs more.
    let (few, rest) = room.split_at_mut(4);
    let (more, rest) = rest.split_at_mut(8);
    let mut put_next = |place: &mut u32| {
        *place = base.wrapping_add(mask.trailing_zeros());
        mask &= mask.wrapping_sub(1);
    };
    few.iter_mut().for_each(&mut put_next);
    if count > 4 {
        more.iter_mut().for_each(&mut put_next);
        rest[..count.saturating_sub(12)].iter_mut().for_each(put_next);
    }
    count
}

fn fill_plainly(index: &mut Index, block: &[u8], marks: Marks) {
    index.list(block, marks, |places, base, chunk| {
        let (halves, _) = chunk.as_chunks::<32>();
        let mask = halves.iter().rev().fold(0, |mask, half| {
            let found = match marks {
                Marks::Quotes => Usual.any(half, *b"\n\"\\"),
                Marks::Fields => Usual.any(half, *b"\n\"\\ \t"),
            };
            mask << 32 | u64::from(found)
        });
        put(places, base, mask)
    });
}

#[cfg(test)]
mod tests;
