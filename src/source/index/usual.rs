//! Looking at windows without vector instructions of our own: what every processor
//! can do, and what the others are held against.

use super::look::{Few, Form, Look, NOWHERE};
use super::vector::any_usually;

/// Looking on any processor.
#[derive(Clone, Copy, Debug)]
pub struct Usual;

impl Look for Usual {
    #[inline(always)]
    fn any<const N: usize>(self, window: &[u8; 32], wanted: [u8; N]) -> u32 {
        any_usually(window, wanted)
    }

    #[inline(always)]
    fn few<const N: usize>(self, window: &[u8; 32], wanted: &Few<N>) -> u32 {
        self.any(window, wanted.bytes)
    }

    #[inline(always)]
    fn same(self, window: &[u8; 32], other: &[u8; 32]) -> u32 {
        let is_same = |at: &usize| window[*at] == other[*at];
        (0..32).filter(is_same).fold(0, |mask, at| mask | 1 << at)
    }

    #[inline(always)]
    fn digits(self, window: &[u8; 32]) -> u32 {
        let is_digit = |at: &usize| window[*at].is_ascii_digit();
        (0..32).filter(is_digit).fold(0, |mask, at| mask | 1 << at)
    }

    #[inline(always)]
    fn hex(self, window: &[u8; 32]) -> u32 {
        let is_digit = |at: &usize| window[*at].is_ascii_hexdigit();
        (0..32).filter(is_digit).fold(0, |mask, at| mask | 1 << at)
    }

    #[inline(always)]
    fn high(self, window: &[u8; 32]) -> u32 {
        (0..32).filter(|at| window[*at] >= 0x80).fold(0, |mask, at| mask | 1 << at)
    }

    #[inline(always)]
    fn quartet(self, window: &[u8; 32], places: &[u8; 16], least: &[u8; 4]) -> Option<u32> {
        let (places, _) = places.as_chunks::<4>();
        places.iter().zip(least).try_fold(0, |all, (places, least)| {
            let number = decimal(window, &places[..3]);
            (number <= 255 && number >= u32::from(*least)).then_some(all << 8 | number)
        })
    }

    #[inline(always)]
    fn fits(self, window: &[u8; 32], form: &Form) -> bool {
        let is_within = |at: usize| window[at] ^ form.like[at] <= form.within[at];
        (0..32).fold(true, |fits, at| fits & is_within(at))
    }

    #[inline(always)]
    fn pair(self, window: &[u8; 16], places: &[u8; 16]) -> [u32; 2] {
        [&places[..8], &places[8..]].map(|places| decimal(window, places))
    }
}

/// The number of the digits at some places.
#[inline(always)]
fn decimal(window: &[u8], places: &[u8]) -> u32 {
    places.iter().fold(0, |number, place| {
        let digit = if *place == NOWHERE { 0 } else { window[usize::from(place & 15)] & 15 };
        number * 10 + u32::from(digit)
    })
}

/// Which bytes of a window are one of `wanted`. The comparison is a loop that becomes vector code; bits are then gathered eight at a time by a
/// multiplication that moves the lowest bit of each byte of a word into its top byte.
#[cfg_attr(target_arch = "x86_64", cfg(test))]
pub fn any_plainly<const N: usize>(window: &[u8; 32], wanted: [u8; N]) -> u32 {
    let equal = window.map(|byte| wanted.iter().fold(0, |any, one| any | u8::from(byte == *one)));
    let (words, _) = equal.as_chunks::<8>();
    words.iter().rev().fold(0, |mask, word| {
        let gathered = u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask << 8 | gathered as u32
    })
}
