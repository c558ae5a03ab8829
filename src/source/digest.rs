//! Digests of what is stored and of what is decoded, both taken while the bytes are read.
//!
//! [`Digest`] (SHA-256) is what a report prints and a court compares. [`ContentId`] (XXH3-128) is cheap and not cryptographic: it only
//! nominates sources with the same content, however they are compressed, and whoever drops a duplicate compares the bytes first. It is
//! taken of every byte of every log, so by the crate that looks at run time for what the processor has.

use sha2::{Digest as _, Sha256};
use twox_hash::XxHash3_128;

/// The length of the fixed blocks of a [`ContentId`], in bytes: the same for every program version, else equal content would differ.
pub const CONTENT_BLOCK: usize = 1 << 20;

/// The SHA-256 of a source as it is stored.
#[derive(Clone, Default)]
pub struct Digest(Sha256);

impl Digest {
    /// Takes in the next stored bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> String {
        let mut digest = Digest::default();
        digest.update(bytes);
        digest.hex()
    }

    /// The digest of all bytes taken in, as 64 lower-case hexadecimal digits.
    pub fn hex(self) -> String {
        let halves = self.0.finalize().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
        halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
    }
}

/// Identifies the decoded bytes of a source: XXH3-128 of every fixed 1 MiB block, then of the list of the block hashes in order.
///
/// The same bytes give the same id whatever the pieces they were given in, and whether they came from a plain or a compressed file.
#[derive(Clone, Default)]
pub struct ContentId {
    /// The block being filled; earlier ones are in the list.
    blocks: ContentBlocks,
    /// The hash of the list of finished blocks, little-endian.
    list: XxHash3_128,
}

impl ContentId {
    /// The id of the bytes whose blocks these are, in their order.
    pub fn of_blocks(blocks: impl IntoIterator<Item = u128>) -> ContentId {
        let mut id = ContentId::default();
        blocks.into_iter().for_each(|block| id.list.write(&block.to_le_bytes()));
        id
    }

    /// Takes in the next decoded bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.blocks.update(bytes);
        for block in self.blocks.done.drain(..) {
            self.list.write(&block.to_le_bytes());
        }
    }

    /// The id of all bytes taken in, as 32 lower-case hexadecimal digits.
    pub fn hex(mut self) -> String {
        for block in self.blocks.finish() {
            self.list.write(&block.to_le_bytes());
        }
        format!("{:032x}", self.list.finish_128())
    }
}

/// The hashes of the fixed blocks that a [`ContentId`] is made of, which can be taken apart: from the beginning of any block on.
#[derive(Clone, Default)]
pub struct ContentBlocks {
    /// The hash of the block being filled.
    block: XxHash3_128,
    /// How many bytes of that block were taken in, less than a whole block.
    filled: usize,
    done: Vec<u128>,
}

impl ContentBlocks {
    /// Takes in the next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(CONTENT_BLOCK - self.filled));
            self.block.write(now);
            self.filled += now.len();
            bytes = later;
            if self.filled == CONTENT_BLOCK {
                self.end_block();
            }
        }
    }

    /// The hashes of all blocks, the last of which may be a part of one.
    pub fn finish(mut self) -> Vec<u128> {
        if self.filled > 0 {
            self.end_block();
        }
        self.done
    }

    fn end_block(&mut self) {
        self.done.push(std::mem::take(&mut self.block).finish_128());
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content_id(bytes: &[u8], piece: usize) -> String {
        let mut id = ContentId::default();
        bytes.chunks(piece).for_each(|chunk| id.update(chunk));
        id.hex()
    }

    #[test]
    fn sha256_of_nothing_and_of_abc() {
        assert_eq!(
            Digest::default().hex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        let mut digest = Digest::default();
        digest.update(b"a");
        digest.update(b"bc");
        assert_eq!(
            digest.hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn content_id_does_not_see_the_pieces() {
        let bytes: Vec<u8> = (0..3 * CONTENT_BLOCK + 5).map(|i| (i % 251) as u8).collect();
        let whole = content_id(&bytes, bytes.len());
        for piece in [4096, 65_537, CONTENT_BLOCK - 1, CONTENT_BLOCK, CONTENT_BLOCK + 1] {
            assert_eq!(content_id(&bytes, piece), whole);
        }
    }

    #[test]
    fn content_id_depends_on_the_order_of_blocks() {
        let mut ab = vec![1; CONTENT_BLOCK];
        ab.extend(vec![2; CONTENT_BLOCK]);
        let mut ba = vec![2; CONTENT_BLOCK];
        ba.extend(vec![1; CONTENT_BLOCK]);
        assert_ne!(content_id(&ab, 4096), content_id(&ba, 4096));
        assert_ne!(content_id(b"", 1), content_id(b"\0", 1));
    }
}
