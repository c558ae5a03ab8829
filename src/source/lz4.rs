//! One frame of LZ4, decoded step by step: what `lz4` and log shippers write.
//!
//! The frame (lz4 Frame Format Description 1.6) is read here, because damage in a block and a checksum that does not agree are two
//! different things; the blocks are `lz4_flex`'s. A block is held whole: at most 4 MiB packed and 4 MiB unpacked, and 64 KiB before it.
//! Frames of the legacy format (`lz4 -l`) and frames that need a dictionary are not read.

use lz4_flex::block::decompress_into_with_dict;
use xxhash_rust::xxh32::{Xxh32, xxh32};

use super::decode::{State, Step};

/// How far back a block may refer, in bytes.
const WINDOW: usize = 64 << 10;

/// The first bytes of a frame.
pub(super) const LZ4_MAGIC: &[u8] = &[0x04, 0x22, 0x4d, 0x18];

/// One LZ4 frame.
pub(super) struct Lz4 {
    phase: Phase,
    /// What was collected of the part that is being read.
    part: Vec<u8>,
    flags: u8,
    block_max: usize,
    /// The last bytes before the block, that it may refer to.
    window: Vec<u8>,
    /// The unpacked block, and how much of it was given.
    block: Vec<u8>,
    given: usize,
    content: Xxh32,
}

/// The part of a frame that is being collected.
#[derive(Clone, Copy)]
enum Phase {
    /// The magic number, the flags and the block descriptor.
    Start,
    /// What the flags add to the header, and its checksum.
    Header,
    /// The size of the next block.
    Size,
    /// A block, with its checksum.
    Block { is_stored: bool, length: usize },
    /// The checksum of the content.
    Checksum,
}

const INDEPENDENT: u8 = 0x20;
const BLOCK_CHECKSUM: u8 = 0x10;
const CONTENT_SIZE: u8 = 0x08;
const CONTENT_CHECKSUM: u8 = 0x04;
const DICTIONARY: u8 = 0x01;

/// Whether bytes behind the magic number are those of a frame of this version.
pub(super) fn is_frame(bytes: &[u8]) -> bool {
    bytes.starts_with(LZ4_MAGIC)
        && bytes.get(4).is_some_and(|flags| flags & 0xc2 == 0x40)
        && bytes.get(5).is_some_and(|sizes| sizes & 0x8f == 0 && sizes >> 4 >= 4)
}

impl Lz4 {
    pub(super) fn new() -> Lz4 {
        Lz4 {
            phase: Phase::Start,
            part: Vec::new(),
            flags: 0,
            block_max: 0,
            window: Vec::new(),
            block: Vec::new(),
            given: 0,
            content: Xxh32::new(0),
        }
    }

    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let mut consumed = 0;
        loop {
            if self.given < self.block.len() {
                let produced = output.len().min(self.block.len() - self.given);
                output[..produced].copy_from_slice(&self.block[self.given..self.given + produced]);
                self.given += produced;
                return Step { consumed, produced, state: State::Going };
            }
            let wanted = self.wanted();
            let n = (wanted - self.part.len()).min(input.len() - consumed);
            self.part.extend_from_slice(&input[consumed..consumed + n]);
            consumed += n;
            if self.part.len() < wanted {
                return Step { consumed, produced: 0, state: State::Going };
            }
            let part = std::mem::take(&mut self.part);
            let state = match self.take(&part) {
                Ok(None) => State::Going,
                Ok(Some(state)) => state,
                Err(reason) => State::Damaged(reason.to_owned()),
            };
            self.keep(part);
            if !matches!(state, State::Going) {
                return Step { consumed, produced: 0, state };
            }
        }
    }

    /// How many bytes the part has that is being collected.
    fn wanted(&self) -> usize {
        let if_set = |flag: u8, n: usize| if self.flags & flag == 0 { 0 } else { n };
        match self.phase {
            Phase::Start => 6,
            Phase::Header => 6 + if_set(CONTENT_SIZE, 8) + 1,
            Phase::Size | Phase::Checksum => 4,
            Phase::Block { length, .. } => length + if_set(BLOCK_CHECKSUM, 4),
        }
    }

    /// Takes a whole part. The header goes on with what began it.
    fn take(&mut self, part: &[u8]) -> Result<Option<State>, &'static str> {
        match self.phase {
            Phase::Start => {
                if !is_frame(part) {
                    return Err("its header is not one that is known");
                }
                if part[4] & DICTIONARY != 0 {
                    return Err("it needs a dictionary, which is not there");
                }
                self.flags = part[4];
                self.block_max = 1 << (8 + 2 * (part[5] >> 4));
                self.phase = Phase::Header;
            }
            Phase::Header => {
                let (fields, sum) = part[LZ4_MAGIC.len()..].split_at(part.len() - 5);
                if sum != [(xxh32(fields, 0) >> 8) as u8] {
                    return Err("the checksum of its header does not agree");
                }
                self.phase = Phase::Size;
            }
            Phase::Size => {
                let size = little_endian(part);
                let length = (size & 0x7fff_ffff) as usize;
                if length > self.block_max {
                    return Err("a block is longer than its header allows");
                }
                let has_sum = self.flags & CONTENT_CHECKSUM != 0;
                self.phase = match (size, has_sum) {
                    (0, true) => Phase::Checksum,
                    (0, false) => return Ok(Some(State::End)),
                    _ => Phase::Block { is_stored: size >> 31 == 1, length },
                };
            }
            Phase::Block { is_stored, length } => {
                let (packed, sum) = part.split_at(length);
                if !sum.is_empty() && little_endian(sum) != xxh32(packed, 0) {
                    return Err("the checksum of a block does not agree");
                }
                self.unpack(packed, is_stored)?;
                self.phase = Phase::Size;
            }
            Phase::Checksum => {
                let agrees = little_endian(part) == self.content.digest();
                let why = || State::Mismatch("its checksum does not agree".to_owned());
                return Ok(Some(if agrees { State::End } else { why() }));
            }
        }
        Ok(None)
    }

    fn unpack(&mut self, packed: &[u8], is_stored: bool) -> Result<(), &'static str> {
        if self.flags & INDEPENDENT == 0 {
            let from = self.block.len().saturating_sub(WINDOW);
            self.window.extend_from_slice(&self.block[from..]);
            let surplus = self.window.len().saturating_sub(WINDOW);
            self.window.drain(..surplus);
        }
        self.block.clear();
        self.given = 0;
        if is_stored {
            self.block.extend_from_slice(packed);
        } else {
            self.block.resize(self.block_max, 0);
            let unpacked = decompress_into_with_dict(packed, &mut self.block, &self.window);
            self.block.truncate(*unpacked.as_ref().unwrap_or(&0));
            unpacked.map_err(|_| "a block cannot be unpacked")?;
        }
        self.content.update(&self.block);
        Ok(())
    }

    /// Keeps the memory of a part; the beginning of a header is still needed.
    fn keep(&mut self, mut part: Vec<u8>) {
        if !matches!(self.phase, Phase::Header) {
            part.clear();
        }
        self.part = part;
    }
}

fn little_endian(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}
