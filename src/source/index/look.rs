//! What is asked of a window of a block, whatever the processor has to answer it.

/// A few bytes, no two of which have the same low four bits: one look-up by these tells each of them from every other byte.
#[derive(Clone, Copy, Debug)]
pub struct Few<const N: usize> {
    pub(super) bytes: [u8; N],
    /// For each value of the low four bits the one byte that has them, or a byte that has others and so is found nowhere.
    pub(super) table: [u8; 16],
}

impl<const N: usize> Few<N> {
    /// These bytes; two others with the same low bits stop the build.
    pub const fn new(bytes: [u8; N]) -> Few<N> {
        // Of the place 0 a byte with other low bits, of all others 0.
        let mut table = [0; 16];
        table[0] = 1;
        let mut at = 0;
        while at < N {
            let place = (bytes[at] & 15) as usize;
            assert!(table[place] == (place == 0) as u8 || table[place] == bytes[at]);
            table[place] = bytes[at];
            at += 1;
        }
        Few { bytes, table }
    }
}

/// How windows of 32 bytes are looked at, by what the processor has.
pub trait Look: Copy {
    /// Which bytes of a window are one of `wanted`: a bit each, the first byte lowest.
    fn any<const N: usize>(self, window: &[u8; 32], wanted: [u8; N]) -> u32;

    /// The same for bytes that one look-up tells apart.
    fn few<const N: usize>(self, window: &[u8; 32], wanted: &Few<N>) -> u32;

    /// Which bytes of a window are those of another.
    fn same(self, window: &[u8; 32], other: &[u8; 32]) -> u32;

    /// Which bytes of a window are decimal digits.
    fn digits(self, window: &[u8; 32]) -> u32;

    /// Which bytes of a window are hexadecimal digits.
    fn hex(self, window: &[u8; 32]) -> u32;

    /// Which bytes of a window are 128 or more.
    fn high(self, window: &[u8; 32]) -> u32;

    /// Four numbers of up to three digits, in one word, the first in the highest byte; `None` where one is over 255 or less than `least`.
    /// Each has four of the `places`, of its hundreds, tens, ones and nothing: which of the first 16 bytes of the window is that digit, or
    /// [`NOWHERE`]. What stands there must be digits.
    fn quartet(self, window: &[u8; 32], places: &[u8; 16], least: &[u8; 4]) -> Option<u32>;

    /// Whether each byte of a window is as a form has it.
    fn fits(self, window: &[u8; 32], form: &Form) -> bool;

    /// Two numbers of up to eight digits. Each has eight of the `places`, as a quartet's numbers have four; what stands there must be
    /// digits.
    fn pair(self, window: &[u8; 16], places: &[u8; 16]) -> [u32; 2];
}

/// What the bytes of a window may be.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub struct Form {
    /// The usual bytes.
    pub like: [u8; 32],
    /// By how much each byte may differ from the usual one, by exclusive or.
    pub within: [u8; 32],
}

/// The place of a digit that a number does not have.
pub const NOWHERE: u8 = 0x80;

/// Work that looks at windows. All of it is to be `#[inline(always)]`, so that it is compiled for each way of looking.
pub trait Work {
    /// Does it.
    fn with<L: Look>(self, look: L);
}
