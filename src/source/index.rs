//! Where the marks of a block are: the few bytes that a line format turns on.
//!
//! Most of the time of a fast reading goes into finding these bytes, so this is the one file in which `unsafe` may stand: for loads into
//! vector registers, for taking several bytes after one comparison, for putting offsets into room that is known to be enough, and for
//! calling what was compiled for a processor that was found at run time. With AVX-512 or AVX2 a block is looked at 64 bytes at a time;
//! elsewhere on x86-64 by SSE2, which every such processor has; on others by loops that the compiler makes vector code of. All of them
//! give the same, which the tests compare with the obvious way.
//!
//! The index knows nothing of lines, formats or escapes.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{
    __m128i, __m256i, __m512i, _mm_and_si128, _mm_cmpeq_epi8, _mm_cmpgt_epi32, _mm_cvtepu8_epi32,
    _mm_cvtsi32_si128, _mm_cvtsi128_si32, _mm_cvtsi128_si64, _mm_loadu_si128, _mm_madd_epi16,
    _mm_maddubs_epi16, _mm_movemask_epi8, _mm_or_si128, _mm_packus_epi16, _mm_packus_epi32,
    _mm_set1_epi8, _mm_set1_epi16, _mm_set1_epi32, _mm_setzero_si128, _mm_shuffle_epi8,
    _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8,
    _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_sub_epi8, _mm256_xor_si256, _mm512_add_epi32,
    _mm512_broadcast_i32x4, _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask, _mm512_cvtepu8_epi32,
    _mm512_extracti32x4_epi32, _mm512_loadu_si512, _mm512_maskz_compress_epi8, _mm512_set1_epi32,
    _mm512_shuffle_epi8, _mm512_storeu_si512,
};

mod look;
mod usual;

pub use look::{Few, Form, Look, NOWHERE, Work};
pub use usual::Usual;
#[cfg(any(test, not(target_arch = "x86_64")))]
use usual::any_plainly;

/// Which bytes an index lists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Marks {
    /// `\n`, `"` and `\`: what quoted fields turn on.
    Quotes,
    /// These, the space and the tab: what bare fields turn on.
    Fields,
}

/// So many bytes of a block from a place on.
#[inline(always)]
pub fn chunk<const N: usize>(block: &[u8], at: usize) -> Option<&[u8; N]> {
    // What the standard library offers compares two or three times.
    let last = block.len().checked_sub(N)?;
    // SAFETY: from a place of at most `last` on there are `N` bytes of the
    // block, which is borrowed as long as they are.
    (at <= last).then(|| unsafe { &*block.as_ptr().add(at).cast::<[u8; N]>() })
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
        match most.min(Means::best()) {
            // SAFETY: the processor has what either was compiled for, since its means are no better than the best that it has.
            #[cfg(target_arch = "x86_64")]
            Means::Avx512 => unsafe { fill_avx512(self, block, marks) },
            #[cfg(target_arch = "x86_64")]
            Means::Avx2 => unsafe { fill_avx2(self, block, marks) },
            _ => fill_plainly(self, block, marks),
        }
    }

    /// Lists the marks of each 64 bytes of `block`, which `put` puts into room for as many, as offsets from the beginning of all of them
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
                // SAFETY: of the chunks before, fewer than 64, none has more
                // than 64 marks: there is room for as many again.
                let places = unsafe { &mut *room.as_mut_ptr().add(n_put).cast::<[u32; 64]>() };
                n_put += put_all(places, ((n * 64 + m) * 64) as u32, chunk);
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

/// What a processor may have to list marks by, the better later.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
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

/// Does work in the quickest way of looking that the processor has.
pub fn work(work: impl Work) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
    {
        // SAFETY: the processor has what the function was compiled for.
        unsafe { work_with_avx2(work) };
        return;
    }
    work.with(Usual);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn work_with_avx2(work: impl Work) {
    work.with(Avx2(()));
}

/// Looking on a processor with AVX2. None is made elsewhere than where that was found.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
struct Avx2(());

#[cfg(target_arch = "x86_64")]
impl Look for Avx2 {
    #[inline(always)]
    fn any<const N: usize>(self, window: &[u8; 32], wanted: [u8; N]) -> u32 {
        // SAFETY: the processor has AVX2, or there were no `Avx2`; the load takes the 32 bytes that there are, at any alignment.
        unsafe {
            let bytes = _mm256_loadu_si256(window.as_ptr().cast::<__m256i>());
            let mut found = _mm256_setzero_si256();
            for byte in &wanted {
                let equal = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(*byte as i8));
                found = _mm256_or_si256(found, equal);
            }
            _mm256_movemask_epi8(found) as u32
        }
    }

    #[inline(always)]
    fn few<const N: usize>(self, window: &[u8; 32], wanted: &Few<N>) -> u32 {
        // SAFETY: as above; the table has 16 bytes.
        unsafe {
            let bytes = _mm256_loadu_si256(window.as_ptr().cast::<__m256i>());
            let table = _mm_loadu_si128(wanted.table.as_ptr().cast::<__m128i>());
            let chosen = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table), bytes);
            // A byte of 128 or more chooses 0, which it is not.
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(chosen, bytes)) as u32
        }
    }

    #[inline(always)]
    fn same(self, window: &[u8; 32], other: &[u8; 32]) -> u32 {
        // SAFETY: as above.
        unsafe {
            let load = |bytes: &[u8; 32]| _mm256_loadu_si256(bytes.as_ptr().cast::<__m256i>());
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(load(window), load(other))) as u32
        }
    }

    #[inline(always)]
    fn digits(self, window: &[u8; 32]) -> u32 {
        // SAFETY: as above.
        unsafe {
            let bytes = _mm256_loadu_si256(window.as_ptr().cast::<__m256i>());
            let values = _mm256_sub_epi8(bytes, _mm256_set1_epi8(b'0' as i8));
            let is_digit = _mm256_cmpeq_epi8(_mm256_min_epu8(values, _mm256_set1_epi8(9)), values);
            _mm256_movemask_epi8(is_digit) as u32
        }
    }

    #[inline(always)]
    fn hex(self, window: &[u8; 32]) -> u32 {
        // SAFETY: as above.
        let is_letter = unsafe {
            let bytes = _mm256_loadu_si256(window.as_ptr().cast::<__m256i>());
            let small = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
            let values = _mm256_sub_epi8(small, _mm256_set1_epi8(b'a' as i8));
            _mm256_cmpeq_epi8(_mm256_min_epu8(values, _mm256_set1_epi8(5)), values)
        };
        // SAFETY: as above.
        let letters = unsafe { _mm256_movemask_epi8(is_letter) } as u32;
        letters | self.digits(window)
    }

    #[inline(always)]
    fn high(self, window: &[u8; 32]) -> u32 {
        // SAFETY: as above.
        unsafe {
            _mm256_movemask_epi8(_mm256_loadu_si256(window.as_ptr().cast::<__m256i>())) as u32
        }
    }

    #[inline(always)]
    fn quartet(self, window: &[u8; 32], places: &[u8; 16], least: &[u8; 4]) -> Option<u32> {
        // SAFETY: what has AVX2 has SSE4.1; the loads take 16 bytes of those that there are, at any alignment.
        unsafe {
            let bytes = _mm_loadu_si128(window.as_ptr().cast::<__m128i>());
            let values = _mm_and_si128(bytes, _mm_set1_epi8(15));
            let places = _mm_loadu_si128(places.as_ptr().cast::<__m128i>());
            let digits = _mm_shuffle_epi8(values, places);
            let weights = _mm_set1_epi32(i32::from_le_bytes([100, 10, 1, 0]));
            let numbers = _mm_madd_epi16(_mm_maddubs_epi16(digits, weights), _mm_set1_epi16(1));
            let least = _mm_cvtepu8_epi32(_mm_cvtsi32_si128(i32::from_le_bytes(*least)));
            let is_more = _mm_cmpgt_epi32(numbers, _mm_set1_epi32(255));
            let is_less = _mm_cmpgt_epi32(least, numbers);
            if _mm_movemask_epi8(_mm_or_si128(is_more, is_less)) != 0 {
                return None;
            }
            let words = _mm_packus_epi32(numbers, numbers);
            Some((_mm_cvtsi128_si32(_mm_packus_epi16(words, words)) as u32).swap_bytes())
        }
    }

    #[inline(always)]
    fn fits(self, window: &[u8; 32], form: &Form) -> bool {
        // SAFETY: as above; each load takes the 32 bytes that there are.
        unsafe {
            let load = |bytes: &[u8; 32]| _mm256_loadu_si256(bytes.as_ptr().cast::<__m256i>());
            let by = _mm256_xor_si256(load(window), load(&form.like));
            let is_within = _mm256_cmpeq_epi8(_mm256_min_epu8(by, load(&form.within)), by);
            _mm256_movemask_epi8(is_within) == -1
        }
    }

    #[inline(always)]
    fn pair(self, window: &[u8; 16], places: &[u8; 16]) -> [u32; 2] {
        // SAFETY: as in `quartet`.
        unsafe {
            let bytes = _mm_loadu_si128(window.as_ptr().cast::<__m128i>());
            let values = _mm_and_si128(bytes, _mm_set1_epi8(15));
            let places = _mm_loadu_si128(places.as_ptr().cast::<__m128i>());
            let digits = _mm_shuffle_epi8(values, places);
            let twos = _mm_maddubs_epi16(digits, _mm_set1_epi16(i16::from_le_bytes([10, 1])));
            let fours = _mm_madd_epi16(twos, _mm_set1_epi32(100 | 1 << 16));
            let fours = _mm_packus_epi32(fours, fours);
            let both = _mm_cvtsi128_si64(_mm_madd_epi16(fours, _mm_set1_epi32(10_000 | 1 << 16)));
            [both as u32, (both >> 32) as u32]
        }
    }
}

/// Which bytes of a window are one of `wanted`, on any processor.
#[inline(always)]
fn any_usually<const N: usize>(window: &[u8; 32], wanted: [u8; N]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        // SAFETY: every x86-64 processor has SSE2; the loads take 16 bytes each of the 32 that there are, at any alignment.
        unsafe {
            let low = _mm_loadu_si128(window.as_ptr().cast::<__m128i>());
            let high = _mm_loadu_si128(window.as_ptr().add(16).cast::<__m128i>());
            let half = |bytes: __m128i| {
                let mut found = _mm_setzero_si128();
                for byte in wanted {
                    let equal = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8));
                    found = _mm_or_si128(found, equal);
                }
                _mm_movemask_epi8(found) as u32
            };
            half(low) | half(high) << 16
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    any_plainly(window, wanted)
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

/// The same with AVX2: the low four bits of each byte choose the mark that has them, with which the byte is then compared.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn fill_avx2(index: &mut Index, block: &[u8], marks: Marks) {
    let table = marks.table();
    // SAFETY: the load takes the 16 bytes that there are.
    let table = unsafe { _mm_loadu_si128(table.as_ptr().cast::<__m128i>()) };
    let table = _mm256_broadcastsi128_si256(table);
    index.list(block, marks, |places, base, chunk| {
        let half = |at: usize| {
            // SAFETY: the load takes 32 of the 64 bytes, from 0 or 32 on, at
            // any alignment.
            let bytes = unsafe { _mm256_loadu_si256(chunk.as_ptr().add(at).cast::<__m256i>()) };
            // A byte of 128 or more chooses 0, which it is not.
            let equal = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, bytes), bytes);
            u64::from(_mm256_movemask_epi8(equal) as u32)
        };
        put(places, base, half(0) | half(32) << 32)
    });
}

/// The same with AVX-512, 64 bytes at once; the numbers of those that are marks are then moved together.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,popcnt")]
fn fill_avx512(index: &mut Index, block: &[u8], marks: Marks) {
    let table = marks.table();
    let numbers: [u8; 64] = std::array::from_fn(|number| number as u8);
    // SAFETY: the loads take the 16 and the 64 bytes that there are.
    let (table, numbers) = unsafe {
        let table = _mm_loadu_si128(table.as_ptr().cast::<__m128i>());
        (_mm512_broadcast_i32x4(table), _mm512_loadu_si512(numbers.as_ptr().cast::<__m512i>()))
    };
    index.list(block, marks, |places, base, chunk| {
        // SAFETY: the load takes the 64 bytes, at any alignment.
        let bytes = unsafe { _mm512_loadu_si512(chunk.as_ptr().cast::<__m512i>()) };
        let mask = _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(table, bytes), bytes);
        let count = mask.count_ones() as usize;
        let found = _mm512_maskz_compress_epi8(mask, numbers);
        let base = _mm512_set1_epi32(base.cast_signed());
        let mut put = |from: usize, numbers: __m128i| {
            let offsets = _mm512_add_epi32(base, _mm512_cvtepu8_epi32(numbers));
            let room = &mut places[from..from + 16];
            // SAFETY: there is room for 16 offsets of four bytes, at any alignment.
            unsafe { _mm512_storeu_si512(room.as_mut_ptr().cast::<__m512i>(), offsets) };
        };
        // As above, sixteen are written whether or not there are as many.
        put(0, _mm512_castsi512_si128(found));
        if count > 16 {
            put(16, _mm512_extracti32x4_epi32::<1>(found));
            put(32, _mm512_extracti32x4_epi32::<2>(found));
            put(48, _mm512_extracti32x4_epi32::<3>(found));
        }
        count
    });
}

#[cfg(test)]
mod tests;
