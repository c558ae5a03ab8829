//! The map of a sparse member of a tar: where its data lie, and the holes between them.
//!
//! A hole is NUL bytes. In a log it is what `copytruncate` or a crash leaves, and it may stand in the middle of a line: were it left out,
//! two halves would become a line that nobody wrote. So a hole is read, but no more than [`HOLE_CAP`] bytes of it, because a map may speak
//! of exabytes.

use std::collections::VecDeque;
use std::io::{self, Read};

use ::tar::{GnuHeader, GnuSparseHeader};

use super::feed::Feed;

/// How many NUL bytes are read of a hole.
pub(super) const HOLE_CAP: u64 = 4096;

/// How many stretches of data a map may have; a file of one hole every page would have a gigabyte of them.
const STRETCHES: usize = 1 << 18;

/// The unit of a tar archive, in bytes.
const BLOCK: usize = 512;

/// Where the data of a member lie in it: offset and length of each stretch, and how long the member is with its holes.
#[derive(Default)]
pub(super) struct Map {
    stretches: VecDeque<(u64, u64)>,
    /// An offset whose length was not yet seen.
    offset: Option<u64>,
    length: u64,
    is_too_long: bool,
}

impl Map {
    /// Takes the next number: offsets and lengths in turn.
    pub(super) fn number(&mut self, number: Option<u64>) {
        let number = number.unwrap_or(u64::MAX);
        match self.offset.take() {
            None => self.offset = Some(number),
            Some(_) if self.stretches.len() == STRETCHES => self.is_too_long = true,
            Some(offset) => self.stretches.push_back((offset, number)),
        }
    }

    /// Says how long the member is with its holes.
    pub(super) fn set_length(&mut self, length: Option<u64>) {
        self.length = length.unwrap_or(0);
    }

    /// Takes the map of GNU's own kind: four stretches in the header, and more in blocks behind it.
    pub(super) fn gnu(&mut self, header: &GnuHeader, feed: &mut Feed<'_>) {
        header.sparse.iter().for_each(|stretch| self.stretch(stretch));
        self.set_length(header.real_size().ok());
        let mut is_extended = header.is_extended();
        while is_extended && feed.peek(BLOCK).len() >= BLOCK {
            let block = &feed.peek(BLOCK)[..BLOCK];
            is_extended = block[504] == 1;
            for at in (0..504).step_by(24) {
                let mut stretch = GnuSparseHeader { offset: [0; 12], numbytes: [0; 12] };
                stretch.offset.copy_from_slice(&block[at..at + 12]);
                stretch.numbytes.copy_from_slice(&block[at + 12..at + 24]);
                self.stretch(&stretch);
            }
            feed.advance(BLOCK);
        }
    }

    fn stretch(&mut self, stretch: &GnuSparseHeader) {
        // What is not used is NUL or empty.
        if stretch.offset.iter().any(|byte| *byte != 0) {
            self.number(stretch.offset().ok());
            self.number(stretch.length().ok());
        }
    }

    /// Takes the map that the data of a member begin with: decimal numbers on lines of their own, how many stretches and each of them,
    /// filled up to a whole block. Gives its length.
    pub(super) fn leading(&mut self, feed: &mut Feed<'_>, size: u64) -> u64 {
        let (mut passed, mut n_left, mut number) = (0, None, 0_u64);
        while passed + BLOCK as u64 <= size && n_left != Some(0) {
            let block = feed.peek(BLOCK);
            if block.len() < BLOCK {
                break;
            }
            for byte in &block[..BLOCK] {
                match (byte, n_left) {
                    (_, Some(0)) => break,
                    (b'0'..=b'9', _) => {
                        number = number.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                    }
                    (_, None) => n_left = Some(std::mem::take(&mut number).saturating_mul(2)),
                    (_, Some(n)) => {
                        self.number(Some(std::mem::take(&mut number)));
                        n_left = Some(n - 1);
                    }
                }
            }
            feed.advance(BLOCK);
            passed += BLOCK as u64;
        }
        passed
    }

    /// Whether the map is one of `size` bytes of data.
    pub(super) fn is_of(&self, size: u64) -> bool {
        let mut end = Some(0_u64);
        let mut sum = Some(0_u64);
        for (offset, length) in &self.stretches {
            end = end.filter(|end| end <= offset).and_then(|_| offset.checked_add(*length));
            sum = sum.and_then(|sum| sum.checked_add(*length));
        }
        end.is_some() && sum == Some(size) && self.offset.is_none() && !self.is_too_long
    }

    /// The data of a member, with the beginnings of its holes.
    pub(super) fn fill<R: Read>(self, data: R) -> Filled<R> {
        Filled { map: self, data, at: 0, n_nuls: 0, n_data: 0 }
    }
}

/// Data with the beginnings of the holes between them.
pub(super) struct Filled<R> {
    map: Map,
    data: R,
    /// The offset in the member with its holes.
    at: u64,
    /// How many bytes of the hole, and of the stretch behind it, are still to be given.
    n_nuls: u64,
    n_data: u64,
}

impl<R: Read> Read for Filled<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.n_nuls + self.n_data == 0 {
            let next = self.map.stretches.pop_front();
            let end = self.map.length.max(self.at);
            let Some((offset, length)) = next.or((end > self.at).then_some((end, 0))) else {
                // Whatever the map says, no byte of data is left out.
                return self.data.read(out);
            };
            self.n_nuls = (offset - self.at).min(HOLE_CAP);
            self.n_data = length;
            self.at = offset + length;
        }
        let wanted = if self.n_nuls > 0 { self.n_nuls } else { self.n_data };
        let room = out.len().min(usize::try_from(wanted).unwrap_or(usize::MAX));
        if self.n_nuls > 0 {
            out[..room].fill(0);
            self.n_nuls -= room as u64;
            return Ok(room);
        }
        let n = self.data.read(&mut out[..room])?;
        self.n_data -= n as u64;
        Ok(n)
    }
}
