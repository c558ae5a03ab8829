//! Where the marks of a block are: its newlines, quotes and backslashes.
//!
//! Nearly all the time of a fast reading goes into finding these three bytes, so this is the one file where a version with SIMD
//! instructions (and `unsafe`) may later stand, behind the same `fill`. The portable version works on 64 bytes at a time and lets the
//! compiler make vector code of it. The index knows nothing of lines, formats or escapes.

/// The offsets in one block of the three marks a line format turns on, each list in rising order.
///
/// The lists are reused from block to block, so that filling does not allocate after the first blocks.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Index {
    /// Offsets of `\n`.
    pub newlines: Vec<u32>,
    /// Offsets of `"`.
    pub quotes: Vec<u32>,
    /// Offsets of `\`.
    pub backslashes: Vec<u32>,
}

impl Index {
    /// Lists the marks of `block`, forgetting those of the block before.
    ///
    /// Offsets are 32-bit: of a block over 4 GiB only the first 4 GiB are listed. Blocks are some 1 MiB, see [`super::Blocks`].
    pub fn fill(&mut self, block: &[u8]) {
        self.newlines.clear();
        self.quotes.clear();
        self.backslashes.clear();
        let block = &block[..block.len().min(u32::MAX as usize)];
        let (chunks, rest) = block.as_chunks::<64>();
        for (n, chunk) in chunks.iter().enumerate() {
            let base = (n * 64) as u32;
            list(&mut self.newlines, base, mask(chunk, b'\n'));
            list(&mut self.quotes, base, mask(chunk, b'"'));
            list(&mut self.backslashes, base, mask(chunk, b'\\'));
        }
        let base = chunks.len() * 64;
        for (n, byte) in rest.iter().enumerate() {
            let at = (base + n) as u32;
            match byte {
                b'\n' => self.newlines.push(at),
                b'"' => self.quotes.push(at),
                b'\\' => self.backslashes.push(at),
                _ => {}
            }
        }
    }
}

/// One bit for each byte that equals `wanted`, the first byte lowest.
///
/// The comparison is a loop that becomes vector code. Bits are then gathered eight at a time by a multiplication that moves the lowest
/// bit of each byte of a word into its top byte; most chunks hold no newline or backslash and skip that.
#[inline]
fn mask(chunk: &[u8; 64], wanted: u8) -> u64 {
    let equal = chunk.map(|byte| u8::from(byte == wanted));
    let (words, _) = equal.as_chunks::<8>();
    if words.iter().fold(0, |any, word| any | u64::from_le_bytes(*word)) == 0 {
        return 0;
    }
    words.iter().rev().fold(0, |mask, word| {
        mask << 8 | u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

#[inline]
fn list(offsets: &mut Vec<u32>, base: u32, mut mask: u64) {
    while mask != 0 {
        offsets.push(base + mask.trailing_zeros());
        mask &= mask - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(block: &[u8], wanted: u8) -> Vec<u32> {
        (0..block.len() as u32).filter(|at| block[*at as usize] == wanted).collect()
    }

    fn check(index: &mut Index, block: &[u8]) {
        index.fill(block);
        assert_eq!(index.newlines, slow(block, b'\n'));
        assert_eq!(index.quotes, slow(block, b'"'));
        assert_eq!(index.backslashes, slow(block, b'\\'));
    }

    #[test]
    fn agrees_with_the_obvious_way_at_every_length_and_shift() {
        let mut index = Index::default();
        let line = b"192.0.2.1 - - [12/Apr/2018:09:48:40 +0200] \"GET /a\\\"b\\xc3.csv HTTP/1.1\" 200 5120 \"-\" \"u\\\\a\"\r\n";
        let text = line.repeat(4);
        for start in 0..line.len() {
            for end in (start..text.len()).step_by(7) {
                check(&mut index, &text[start..end]);
            }
        }
    }

    #[test]
    fn a_block_of_nothing_but_marks() {
        let mut index = Index::default();
        check(&mut index, &b"\n\"\\".repeat(100));
        check(&mut index, b"");
    }
}
