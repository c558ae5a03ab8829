//! What is done by vector instructions: the one file in which `unsafe` may stand. It is there for loads into vector registers, for taking
//! several bytes after one comparison, and for calling what was compiled for a processor that was found at run time.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{
    __m128i, __m256i, __m512i, _mm_and_si128, _mm_cmpeq_epi8, _mm_cmpgt_epi32, _mm_cvtepu8_epi32,
    _mm_cvtsi32_si128, _mm_cvtsi128_si32, _mm_cvtsi128_si64, _mm_loadu_si128, _mm_madd_epi16,
    _mm_maddubs_epi16, _mm_movemask_epi8, _mm_or_si128, _mm_packus_epi16, _mm_packus_epi32,
    _mm_set1_epi8, _mm_set1_epi16, _mm_set1_epi32, _mm_setzero_si128, _mm_shuffle_epi8,
    _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256,
    _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_sub_epi8, _mm256_xor_si256, _mm512_add_epi32,
    _mm512_and_si512, _mm512_broadcast_i32x4, _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask,
    _mm512_cvtepu8_epi32, _mm512_extracti32x4_epi32, _mm512_loadu_si512,
    _mm512_maskz_compress_epi8, _mm512_permutex2var_epi8, _mm512_set1_epi32, _mm512_shuffle_epi8,
    _mm512_storeu_si512, _mm512_test_epi8_mask,
};

use super::look::Work;
#[cfg(target_arch = "x86_64")]
use super::look::{Few, Form, Look};
use super::prints::Prints;
#[cfg(target_arch = "x86_64")]
use super::prints::{SEEN, TOGETHER};
#[cfg(target_arch = "x86_64")]
use super::put;
#[cfg(not(target_arch = "x86_64"))]
use super::usual::any_plainly;
use super::{Index, Marks, Means, Usual};

/// So many bytes of a block from a place on.
#[inline(always)]
pub fn chunk<const N: usize>(block: &[u8], at: usize) -> Option<&[u8; N]> {
    // What the standard library offers compares two or three times.
    let last = block.len().checked_sub(N)?;
    // SAFETY: from a place of at most `last` on there are `N` bytes of the
    // block, which is borrowed as long as they are.
    (at <= last).then(|| unsafe { &*block.as_ptr().add(at).cast::<[u8; N]>() })
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
pub fn any_usually<const N: usize>(window: &[u8; 32], wanted: [u8; N]) -> u32 {
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

/// Lists the marks of a block by no better means than these, if it can be done by vector instructions.
pub fn fill(index: &mut Index, most: Means, block: &[u8], marks: Marks) -> bool {
    let means = most.min(Means::best());
    // SAFETY: the processor has what either was compiled for, since its means are no better than the best that it has.
    #[cfg(target_arch = "x86_64")]
    match means {
        Means::Avx512 => unsafe { fill_avx512(index, block, marks) },
        Means::Avx2 => unsafe { fill_avx2(index, block, marks) },
        Means::Usual => {}
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (index, block, marks);
    means > Means::Usual
}

/// With AVX2: the low four bits of each byte choose the mark that has them, with which the byte is then compared.
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

/// Lists where prints may stand in a block by no better means than these, if it can be done by vector instructions.
pub fn find(prints: &Prints, most: Means, block: &[u8], into: &mut Vec<u32>) -> bool {
    let means = most.min(Means::best());
    // SAFETY: as in `fill`.
    #[cfg(target_arch = "x86_64")]
    match means {
        Means::Avx512 => {
            prints.walk(block, into, |bytes, masks| unsafe { masks_avx512(prints, bytes, masks) });
        }
        Means::Avx2 => {
            prints.walk(block, into, |bytes, masks| unsafe { masks_avx2(prints, bytes, masks) });
        }
        Means::Usual => {}
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (prints, block, into);
    means > Means::Usual
}

/// Tells of every 64 places, as many as there is room for, at which of them a print may stand, and says how many times it did. With AVX2
/// the low and the high four bits of each byte choose the groups of texts that may have it.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1")]
#[inline(never)]
fn masks_avx2(prints: &Prints, bytes: &[u8], masks: &mut [u64; TOGETHER]) -> usize {
    let load = |table: &[u8; 16]| {
        // SAFETY: the load takes the 16 bytes that there are.
        _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(table.as_ptr().cast::<__m128i>()) })
    };
    // More than four would not stay in registers.
    let ([a, b, c, d, ..], [e, f, g, h, ..]) = (&prints.low, &prints.high);
    let first = (load(a), load(e));
    let second = (load(b), load(f));
    let third = (load(c), load(g));
    let fourth = (load(d), load(h));
    let nibble = _mm256_set1_epi8(15);
    let groups = |bytes: &[u8], (low, high): (__m256i, __m256i)| {
        let bytes = &bytes[..32];
        // SAFETY: the load takes the 32 bytes, at any alignment.
        let bytes = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast::<__m256i>()) };
        let by_low = _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, nibble));
        let shifted = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), nibble);
        _mm256_and_si256(by_low, _mm256_shuffle_epi8(high, shifted))
    };
    let half = |seen: &[u8]| {
        let before = _mm256_and_si256(groups(seen, first), groups(&seen[1..], second));
        let behind = _mm256_and_si256(groups(&seen[2..], third), groups(&seen[3..], fourth));
        let found = _mm256_and_si256(before, behind);
        let none = _mm256_cmpeq_epi8(found, _mm256_setzero_si256());
        u64::from(!(_mm256_movemask_epi8(none) as u32))
    };
    let mut count = 0;
    for mask in masks {
        let Some(seen) = chunk::<SEEN>(bytes, count * 64) else { break };
        *mask = half(seen) | half(&seen[32..]) << 32;
        count += 1;
    }
    count
}

/// The same with AVX-512: the low seven bits of each byte choose them.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
#[inline(never)]
fn masks_avx512(prints: &Prints, bytes: &[u8], masks: &mut [u64; TOGETHER]) -> usize {
    let load = |table: &[u8; 128]| {
        // SAFETY: each load takes 64 of the 128 bytes that there are.
        unsafe {
            let half = table.as_ptr().cast::<__m512i>();
            (_mm512_loadu_si512(half), _mm512_loadu_si512(half.add(1)))
        }
    };
    let [a, b, c, d, e, f] = &prints.tables;
    let (first, second, third) = (load(a), load(b), load(c));
    let (fourth, fifth, sixth) = (load(d), load(e), load(f));
    let groups = |bytes: &[u8], (low, high): (__m512i, __m512i)| {
        let bytes = &bytes[..64];
        // SAFETY: the load takes the 64 bytes, at any alignment.
        let bytes = unsafe { _mm512_loadu_si512(bytes.as_ptr().cast::<__m512i>()) };
        _mm512_permutex2var_epi8(low, bytes, high)
    };
    let mut count = 0;
    for mask in masks {
        let Some(seen) = chunk::<SEEN>(bytes, count * 64) else { break };
        let before = _mm512_and_si512(groups(seen, first), groups(&seen[1..], second));
        let before = _mm512_and_si512(before, groups(&seen[2..], third));
        let behind = _mm512_and_si512(groups(&seen[3..], fourth), groups(&seen[4..], fifth));
        let behind = _mm512_and_si512(behind, groups(&seen[5..], sixth));
        *mask = _mm512_test_epi8_mask(before, behind);
        count += 1;
    }
    count
}
