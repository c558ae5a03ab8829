//! Cuts decoded bytes into blocks of whole lines.
//!
//! A line is what ends with `\n`, or at the end or at damage of the source. Nothing is lost: every byte is in a block, or counted by
//! its [`Cut`]. The lines are the same for any block size, any pieces the reader gives, and any cut of the source into ranges.
//! A lone `\r` ends no line; UTF-16 is text before it comes here (`layer.rs`).

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memmem, memrchr};

/// The longest line that is given whole, in bytes without its newline. Real request lines end at some 8 to 64 KiB; what is longer than
/// this is an attack or no log, and must not be able to fill the memory.
pub const LINE_CAP: usize = 1 << 20;

/// The marks of UTF-8 that editors and PowerShell put before the first line.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// How many blocks are kept for reuse.
const SPARE: usize = 8;

/// How much of a range is read first. Room for a block begins just behind the beginning of a page, and a range with a page of its
/// file, where some processors copy slowly (see `stored.rs`); behind the first cut what is read lies anyhow in its room.
const FIRST: usize = 4096;

/// How much room there is at first: many sources are short.
const LITTLE: usize = 16 << 10;

/// Whole lines that follow one another in a source.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Block {
    /// The decoded offset of `bytes[0]`.
    pub offset: u64,
    /// Whole lines, newlines included; the last line of a source, or the last before damage, may lack one. May be empty.
    pub bytes: Vec<u8>,
    /// What the cut left out, and why it was made where it was.
    pub cut: Cut,
}

/// What is special about a block. The default is nothing.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Cut {
    /// Bytes of a UTF-8 byte order mark dropped before the block: 3 at the very start of a source, else 0.
    pub bom_before: u64,
    /// NUL bytes dropped between the end of the line before and this block: what `copytruncate` leaves under a writer that does not
    /// append. They come after the byte order mark, if any.
    pub nul_before: u64,
    /// The block is the beginning of one line that is longer than the cap.
    pub overlong: Option<Overlong>,
    /// The source is damaged right behind this block (and behind the rest of its overlong line): a last line without a newline is half
    /// a line, and what comes next may begin in the middle of one.
    pub damaged: bool,
}

/// The true extent of a line of which a block holds only the first bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Overlong {
    /// The length of the whole line in bytes, with its newline if it has one.
    pub length: u64,
    /// Whether it ends with a newline.
    pub ended: bool,
}

impl Block {
    /// How many bytes of the source the block accounts for: dropped before it, in it, and left out of an overlong line. The sum over
    /// all blocks of a source is its decoded length.
    pub fn span(&self) -> u64 {
        let inside = self.cut.overlong.map_or(self.bytes.len() as u64, |overlong| overlong.length);
        self.cut.bom_before + self.cut.nul_before + inside
    }
}

/// One line of a block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Line<'a> {
    /// The decoded offset of its first byte.
    pub offset: u64,
    /// The line without its `\n`, and without one `\r` before that or at the end of the source; of an overlong line the first
    /// bytes.
    pub bytes: &'a [u8],
    /// Its length in the source, with the newline.
    pub length: u64,
    /// Whether it had a newline.
    pub ended: bool,
}

/// The lines of a block, in order.
pub fn lines(block: &Block) -> impl Iterator<Item = Line<'_>> {
    let overlong = block.cut.overlong;
    let mut at = 0;
    let mut newlines = memchr_iter(b'\n', &block.bytes);
    std::iter::from_fn(move || {
        let rest = block.bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let offset = block.offset + at as u64;
        if let Some(overlong) = overlong {
            at = block.bytes.len();
            return Some(Line {
                offset,
                bytes: rest,
                length: overlong.length,
                ended: overlong.ended,
            });
        }
        let Some(end) = newlines.next() else {
            at = block.bytes.len();
            let bytes = rest.strip_suffix(b"\r").unwrap_or(rest);
            return Some(Line { offset, bytes, length: rest.len() as u64, ended: false });
        };
        let bytes = &block.bytes[at..end];
        let length = (end + 1 - at) as u64;
        at = end + 1;
        Some(Line {
            offset,
            bytes: bytes.strip_suffix(b"\r").unwrap_or(bytes),
            length,
            ended: true,
        })
    })
}

/// Cuts what a reader gives into [`Block`]s: an iterator.
///
/// A reader says damage by an error; it is read again after that, and is taken to be over at its end, or when it gives a second error
/// with nothing between. [`super::Opened`] and [`super::Slice`] keep to this.
pub struct Blocks<R> {
    reader: R,
    size: usize,
    cap: usize,
    /// The bytes read and not given are `buffer[head..filled]`; they begin with the first byte of a line, unless `is_skipping`.
    /// Behind `filled` lies room to read into, kept as it is because clearing it again for each block would cost a pass.
    buffer: Vec<u8>,
    head: usize,
    filled: usize,
    /// The decoded offset of `buffer[head]`.
    offset: u64,
    /// Lines that begin here or later are not ours.
    end: u64,
    /// The beginning of a range lies in a line of the range before, which is skipped.
    is_skipping: bool,
    /// Nothing was given yet.
    is_first: bool,
    /// The reader gave an error behind the last byte of the buffer.
    is_damaged: bool,
    /// The last thing the reader gave was an error.
    was_error: bool,
    is_over: bool,
    error: Option<io::Error>,
    spare: Vec<Vec<u8>>,
}

impl<R: Read> Blocks<R> {
    /// Cuts a whole source into blocks of about `size` bytes (at least 1), and lines at `cap` bytes (at least 3; see [`LINE_CAP`]).
    pub fn new(reader: R, size: usize, cap: usize) -> Self {
        Blocks::of_range(reader, 0, u64::MAX, size, cap)
    }

    /// Cuts the lines whose first byte lies in [`start`, `end`). The reader must begin at the byte before `start` (at 0 if `start` is 0)
    /// and go on behind `end` to the end of the source, so that the last line can be finished: see [`super::slice()`].
    ///
    /// Dropped bytes belong to the line they stand before.
    pub fn of_range(reader: R, start: u64, end: u64, size: usize, cap: usize) -> Self {
        // A byte order mark must fit.
        let cap = cap.max(BOM.len());
        Blocks {
            reader,
            // One byte over the cap tells whether a line is too long, and no block need be larger.
            size: size.clamp(1, cap.saturating_add(1)),
            cap,
            buffer: Vec::new(),
            head: 0,
            filled: 0,
            offset: start.saturating_sub(1),
            end,
            is_skipping: start > 0,
            is_first: true,
            is_damaged: false,
            was_error: false,
            is_over: start >= end,
            error: None,
            spare: Vec::new(),
        }
    }

    /// Takes back the bytes of a block that is done with, to save an allocation; not those of a short one.
    pub fn recycle(&mut self, bytes: Vec<u8>) {
        if self.spare.len() < SPARE && 2 * bytes.len() >= self.buffer.len() {
            self.spare.push(bytes);
        }
    }

    /// Lends room for blocks: what [`Blocks::into_parts`] of others gave back.
    pub fn lend(&mut self, room: Vec<Vec<u8>>) {
        self.spare = room;
        if self.buffer.is_empty() {
            self.buffer = self.spare.pop().unwrap_or_default();
        }
    }

    /// The first error the reader gave. A range that could not read even its beginning gives no block that says so: ask here.
    pub fn error(&self) -> Option<&io::Error> {
        self.error.as_ref()
    }

    /// The reader, once the blocks are read, and the room that they had.
    pub fn into_parts(mut self) -> (R, Vec<Vec<u8>>) {
        self.spare.push(self.buffer);
        (self.reader, self.spare)
    }

    fn pending(&self) -> &[u8] {
        &self.buffer[self.head..self.filled]
    }

    fn drop_front(&mut self, n: usize) {
        self.head += n;
        self.offset += n as u64;
    }

    /// Nothing will follow the pending bytes, or nothing before damage.
    fn is_stopped(&self) -> bool {
        self.is_over || self.is_damaged
    }

    /// Reads until `n` bytes are pending, the source is over, or it is damaged.
    fn fill(&mut self, n: usize) {
        if self.filled - self.head >= n {
            return;
        }
        self.buffer.copy_within(self.head..self.filled, 0);
        self.filled -= self.head;
        self.head = 0;
        let mut room = if self.buffer.len() < LITTLE { n.min(LITTLE) } else { n };
        while !self.is_stopped() && self.filled < n {
            if self.buffer.len() < room {
                self.buffer.resize(room, 0);
            }
            match self.reader.read(&mut self.buffer[self.filled..room]) {
                Ok(0) => self.is_over = true,
                Ok(n_read) => {
                    self.filled += n_read;
                    self.was_error = false;
                    if self.filled == room {
                        room = n;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.error.get_or_insert(error);
                    self.is_damaged = true;
                    self.is_over = std::mem::replace(&mut self.was_error, true);
                }
            }
        }
    }

    /// Drops everything to the end of the line the range begins in; the damage in it is told by the range that holds its first byte.
    fn skip_first(&mut self) {
        self.is_skipping = false;
        self.end_line(self.end);
        self.is_damaged = false;
    }

    /// Drops everything through the next newline, but gives up behind `limit`. Says how much, and whether there was a newline.
    fn end_line(&mut self, limit: u64) -> (u64, bool) {
        let mut dropped = 0;
        loop {
            if self.pending().is_empty() {
                self.fill(self.size);
            }
            if let Some(newline) = memchr(b'\n', self.pending()) {
                self.drop_front(newline + 1);
                return (dropped + newline as u64 + 1, true);
            }
            let n = self.pending().len();
            self.drop_front(n);
            dropped += n as u64;
            if self.is_stopped() || self.offset >= limit {
                return (dropped, false);
            }
        }
    }

    /// Drops the byte order mark and the NUL bytes before a line, without holding them.
    fn drop_marks(&mut self) -> Cut {
        let mut cut = Cut::default();
        if self.offset == 0 {
            self.fill(BOM.len());
            if self.pending().starts_with(BOM) {
                self.drop_front(BOM.len());
                cut.bom_before = BOM.len() as u64;
            }
        }
        loop {
            if self.pending().is_empty() {
                self.fill(self.size);
            }
            let n_nuls = leading_zeros(self.pending());
            self.drop_front(n_nuls);
            cut.nul_before += n_nuls as u64;
            if n_nuls == 0 || !self.pending().is_empty() {
                return cut;
            }
        }
    }

    /// How many of the pending bytes make the next block, if that can be told: through the last newline; through the first that is
    /// followed by a NUL byte, or that ends the range; all, when nothing follows.
    fn whole_lines(&self) -> Option<usize> {
        let pending = self.pending();
        let last = usize::try_from(self.end.saturating_sub(1).saturating_sub(self.offset))
            .unwrap_or(usize::MAX);
        let ours = match pending.get(last..).and_then(|rest| memchr(b'\n', rest)) {
            Some(newline) => &pending[..last + newline + 1],
            None => pending,
        };
        // Hardly any log has a NUL, and one byte is found sooner than two.
        if let Some(nul) = memchr(0, ours) {
            let from = nul.saturating_sub(1);
            if let Some(newline) = memmem::find(&ours[from..], b"\n\0") {
                return Some(from + newline + 1);
            }
        }
        if ours.len() < pending.len() {
            return Some(ours.len());
        }
        if self.is_stopped() && (pending.len() <= self.cap || memchr(b'\n', pending).is_some()) {
            return Some(pending.len());
        }
        memrchr(b'\n', ours).map(|newline| newline + 1)
    }

    /// Takes the first `n` pending bytes: the buffer itself when they are most of it, else a copy.
    fn take(&mut self, n: usize) -> Vec<u8> {
        self.offset += n as u64;
        // A buffer that was given away for few bytes would be cleared again.
        if 2 * n < self.buffer.len() {
            self.head += n;
            return self.buffer[self.head - n..self.head].to_vec();
        }
        let mut other = self.spare.pop().unwrap_or_default();
        let rest = self.filled - self.head - n;
        if self.head == 0 && rest <= n {
            if other.len() < rest {
                other.resize(rest, 0);
            }
            other[..rest].copy_from_slice(&self.buffer[n..self.filled]);
            self.buffer.truncate(n);
            self.filled = rest;
            return std::mem::replace(&mut self.buffer, other);
        }
        other.clear();
        other.extend_from_slice(&self.buffer[self.head..self.head + n]);
        self.head += n;
        other
    }
}

impl<R: Read> Iterator for Blocks<R> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let mut wanted = self.size;
        if std::mem::take(&mut self.is_first) && !self.is_over {
            wanted = wanted.min(FIRST);
            self.fill(wanted);
            if self.is_skipping {
                self.skip_first();
            }
        }
        if self.offset >= self.end {
            return None;
        }
        let mut cut = self.drop_marks();
        let offset = self.offset;
        loop {
            self.fill(wanted);
            if let Some(n) = self.whole_lines() {
                cut.damaged = self.is_damaged && n == self.pending().len();
                self.is_damaged &= !cut.damaged;
                let block = Block { offset, bytes: self.take(n), cut };
                return (block.span() > 0 || cut.damaged).then_some(block);
            }
            if self.pending().len() > self.cap {
                let bytes = self.take(self.cap);
                let (rest, ended) = self.end_line(u64::MAX);
                cut.overlong = Some(Overlong { length: bytes.len() as u64 + rest, ended });
                cut.damaged = !ended && std::mem::take(&mut self.is_damaged);
                return Some(Block { offset, bytes, cut });
            }
            wanted = wanted.saturating_mul(2).min(self.cap.saturating_add(1));
        }
    }
}

/// How many NUL bytes come first; many at a time, because a sparse file may hold gigabytes of them.
fn leading_zeros(bytes: &[u8]) -> usize {
    let (chunks, _) = bytes.as_chunks::<64>();
    let whole = 64 * chunks.iter().take_while(|chunk| **chunk == [0; 64]).count();
    whole + bytes[whole..].iter().take_while(|byte| **byte == 0).count()
}

/// The lines of a text, without their newlines: what is behind the last of
/// them, too, where that is nothing.
pub fn split_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = memchr::memchr_iter(b'\n', text).chain([text.len()]);
    ends.scan(0, |start, end| Some(&text[std::mem::replace(start, end + 1)..end]))
}

#[cfg(test)]
mod tests;
