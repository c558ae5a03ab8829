//! One frame of a zstd file (RFC 8878), decoded block by block.
//!
//! The library forgets what it decoded in a call that ends in damage. So a call gets one block or one header and no more, and none that
//! could be damaged before all that is decoded was fetched: every block before the damaged one is given.

use ::zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

use super::decode::{State, Step};

/// The largest window for one of many decoders, as a power of two: 8 MiB, that of `zstd -19`.
const WINDOW: u32 = 23;

/// How long the header of a block is, in bytes: the library asks for it together with the block before.
const BLOCK_HEADER: usize = 3;

/// The decoder of one frame.
pub(super) struct Zstd {
    decoder: Decoder<'static>,
    /// How many stored bytes the library asks for.
    wanted: usize,
    /// The last call filled its output: there may be more without any input.
    was_full: bool,
}

impl Zstd {
    pub(super) fn new() -> std::io::Result<Zstd> {
        Ok(Zstd { decoder: Decoder::new()?, wanted: 1, was_full: false })
    }

    /// Makes ready for the next frame, with the same memory.
    pub(super) fn restart(&mut self) -> std::io::Result<()> {
        (self.wanted, self.was_full) = (1, false);
        self.decoder.reinit()
    }

    /// Refuses frames that ask for much memory.
    pub(super) fn limit_memory(&mut self) -> std::io::Result<()> {
        self.decoder.set_parameter(DParameter::WindowLogMax(WINDOW))
    }

    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        if self.was_full {
            let step = self.call(&[], output);
            if step.produced > 0 || !matches!(step.state, State::Going) {
                return step;
            }
        }
        let n = match self.wanted.checked_sub(BLOCK_HEADER) {
            None | Some(0) => self.wanted,
            Some(block) => block,
        };
        self.call(&input[..n.min(input.len())], output)
    }

    fn call(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let room = output.len();
        let mut from = InBuffer::around(input);
        let mut to = OutBuffer::around(output);
        let state = match self.decoder.run(&mut from, &mut to) {
            Ok(0) => State::End,
            Ok(wanted) => {
                self.wanted = wanted;
                State::Going
            }
            Err(error) => State::Damaged(error.to_string()),
        };
        self.was_full = to.pos() == room;
        Step { consumed: from.pos(), produced: to.pos(), state }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_before_the_damage_is_given() {
        // Three blocks of 128 KiB that do not compress, and an empty one, made one of no known kind.
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 56) as u8
        };
        let text: Vec<u8> = (0..3 << 17).map(|_| next()).collect();
        let mut stored = ::zstd::encode_all(&text[..], 1).unwrap();
        let last = stored.len() - BLOCK_HEADER;
        assert_eq!(stored[last..], [1, 0, 0], "a last block, as it is, of no bytes");
        stored[last] |= 6;
        for room in [100, 1000, 1 << 17, 1 << 20] {
            let (mut zstd, mut out, mut all, mut at) =
                (Zstd::new().unwrap(), vec![0; room], Vec::new(), 0);
            loop {
                let step = zstd.step(&stored[at..], &mut out);
                at += step.consumed;
                all.extend_from_slice(&out[..step.produced]);
                match step.state {
                    State::Going => assert!(step.consumed + step.produced > 0),
                    State::Damaged(_) => break,
                    State::End | State::Mismatch(_) => panic!("there is no such block"),
                }
            }
            assert!(all == text, "{room}: {} bytes", all.len());
            assert_eq!(at, last, "{room}");
        }
    }
}
