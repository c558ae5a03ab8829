//! The bytes of one file, or of one member of an archive, as they are stored: digested once in order.
//!
//! A file is read by position, at most to a fixed length. That leaves its own cursor alone, so that many readers may share one handle. A
//! member is read as it comes, and the last bytes of it are kept. Both let a decoder go back a little after damage; bytes that are read
//! twice are digested and counted once. It knows nothing of encodings.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use super::digest::Digest;
use super::handle::Handle;

/// How many stored bytes are read at once: large enough that system calls do not count, small enough to stay in the second-level cache.
pub(super) const STORED_BLOCK: usize = 256 << 10;

/// How far back one can go in what is read as it comes, in bytes.
pub(super) const LOOK_BACK: usize = 64 << 10;

/// How far into its room a block is read. Large room begins just behind the beginning of a page, and what is read of a file begins a
/// page: copied from the one to the other, bytes take six times as long on some processors, because what is written hides what is read
/// next from them.
const APART: usize = 256;

/// Where stored bytes come from.
enum Origin<'p> {
    /// A file or an object, read by position.
    Handle(Handle),
    /// A member of an archive, read as it comes.
    Member(Box<dyn Read + Send + 'p>),
}

/// The stored bytes of one file from its start to the length it was opened with, or of one member.
pub(super) struct Stored<'p> {
    origin: Origin<'p>,
    length: u64,
    /// [`APART`] bytes that are left alone, and what was read.
    buffer: Vec<u8>,
    /// The part of what was read that was not consumed.
    at: usize,
    filled: usize,
    /// The offset in the file of `buffer[filled]`.
    next: u64,
    /// How many bytes from the start were seen: digested, and counted as progress.
    seen: u64,
    digest: Option<Digest>,
    progress: Option<&'p AtomicU64>,
    /// The file ended before `length`, or could not be read: the digest would not be of the whole file.
    pub(super) is_short: bool,
    pub(super) is_broken: bool,
}

impl<'p> Stored<'p> {
    pub(super) fn new(
        handle: Handle,
        length: u64,
        hash: bool,
        progress: Option<&'p AtomicU64>,
    ) -> Self {
        Stored { progress, ..Stored::from(Origin::Handle(handle), length, hash) }
    }

    /// The bytes of a file from an offset on, which count for nothing: someone else reads the file from its start.
    pub(super) fn behind(handle: Handle, length: u64, offset: u64) -> Stored<'static> {
        Stored { next: offset, seen: offset, ..Stored::from(Origin::Handle(handle), length, false) }
    }

    /// The bytes of a member, to its end. An error of the reader is where they can be read no further.
    pub(super) fn member(reader: Box<dyn Read + Send + 'p>, hash: bool) -> Self {
        Stored::from(Origin::Member(reader), u64::MAX, hash)
    }

    fn from(origin: Origin<'p>, length: u64, hash: bool) -> Self {
        Stored {
            origin,
            length,
            buffer: Vec::new(),
            at: 0,
            filled: 0,
            next: 0,
            seen: 0,
            digest: hash.then(Digest::default),
            progress: None,
            is_short: false,
            is_broken: false,
        }
    }

    /// The offset in the file of the next byte that was not consumed.
    pub(super) fn offset(&self) -> u64 {
        self.next - (self.filled - self.at) as u64
    }

    /// How many bytes from the start of the file were read.
    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// The open source; none for a member.
    pub(super) fn handle(&self) -> Option<&Handle> {
        match &self.origin {
            Origin::Handle(handle) => Some(handle),
            Origin::Member(_) => None,
        }
    }

    /// How long the file is taken to be.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The bytes that were read and not consumed; empty only at the end.
    pub(super) fn peek(&mut self) -> io::Result<&[u8]> {
        self.peek_at_least(1)
    }

    /// Like `peek`, but at least `n` bytes (no more than a block) unless the file ends before.
    pub(super) fn peek_at_least(&mut self, n: usize) -> io::Result<&[u8]> {
        if self.filled - self.at < n {
            if self.buffer.is_empty() {
                // Of a short file, and there may be many, one block is all.
                let room = match usize::try_from(self.length) {
                    Ok(length) if length <= STORED_BLOCK => length,
                    _ => STORED_BLOCK + LOOK_BACK,
                };
                self.buffer = vec![0; APART + room];
            }
            let kept = match &self.origin {
                Origin::Handle(_) => 0,
                Origin::Member(_) => self.at.min(LOOK_BACK),
            };
            self.buffer[APART..].copy_within(self.at - kept..self.filled, 0);
            self.filled -= self.at - kept;
            self.at = kept;
            while self.filled - self.at < n {
                let mut buffer = std::mem::take(&mut self.buffer);
                let read = self.fetch(&mut buffer[APART + self.filled..]);
                self.buffer = buffer;
                match read? {
                    0 => break,
                    n_read => self.filled += n_read,
                }
            }
        }
        Ok(&self.buffer[APART..][self.at..self.filled])
    }

    /// Marks `n` of the peeked bytes as used.
    pub(super) fn consume(&mut self, n: usize) {
        self.at = (self.at + n).min(self.filled);
    }

    /// Reads straight into `out`, past the buffer when that is empty.
    pub(super) fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.filled {
            (self.at, self.filled) = (0, 0);
            return self.fetch(out);
        }
        let n = out.len().min(self.filled - self.at);
        out[..n].copy_from_slice(&self.buffer[APART..][self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }

    /// Goes on to an offset of a file. What lies before it is read where a digest is wanted, and else only counted.
    pub(super) fn advance(&mut self, offset: u64) -> io::Result<()> {
        if self.digest.is_none() && offset > self.next.max(self.seen) {
            if let Some(progress) = self.progress {
                progress.fetch_add(offset - self.seen, Ordering::Relaxed);
            }
            (self.next, self.seen) = (offset, offset);
            (self.at, self.filled) = (0, 0);
        }
        while self.offset() < offset {
            match self.peek()?.len() {
                0 => break,
                n => self.consume(n.min((offset - self.offset()) as usize)),
            }
        }
        Ok(())
    }

    /// Goes back to an offset that was read before, in a member as far as its bytes are still there.
    pub(super) fn rewind(&mut self, offset: u64) {
        let first = self.next - self.filled as u64;
        match &self.origin {
            Origin::Handle(_) if !(first..=self.next).contains(&offset) => {
                self.next = offset.min(self.seen);
                self.at = 0;
                self.filled = 0;
            }
            _ => self.at = offset.clamp(first, self.next).saturating_sub(first) as usize,
        }
    }

    /// Reads what was never read, so that the digest is of the whole file, and returns the digest: none if it was not wanted,
    /// or if a part of the file could not be read.
    pub(super) fn digest_rest(&mut self) -> io::Result<Option<String>> {
        if self.digest.is_some() && !self.is_broken {
            self.rewind(self.seen);
            while !self.peek()?.is_empty() {
                self.consume(STORED_BLOCK);
            }
        }
        Ok(self.digest.take().filter(|_| !self.is_broken).map(Digest::hex))
    }

    /// Reads the next bytes of the file into `out`; zero only at the end.
    fn fetch(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.next)).unwrap_or(usize::MAX);
        let room = match &self.origin {
            // Where what is read at once ends depends on nothing that was read before: a decoder met with damage says the same of it
            // whoever decodes, and from wherever.
            Origin::Handle(_) => STORED_BLOCK - (self.next % STORED_BLOCK as u64) as usize,
            Origin::Member(_) => STORED_BLOCK,
        };
        let room = room.min(out.len()).min(left);
        if room == 0 {
            return Ok(0);
        }
        let n_read = loop {
            let read = match &mut self.origin {
                Origin::Handle(handle) => handle.read_at(&mut out[..room], self.next),
                Origin::Member(reader) => reader.read(&mut out[..room]),
            };
            match read {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.is_broken = true;
                    return Err(error);
                }
                Ok(n_read) => break n_read,
            }
        };
        if n_read == 0 {
            self.is_short = true;
            self.length = self.next;
        }
        let end = self.next + n_read as u64;
        if end > self.seen {
            // What is read again after a rewind lies before `seen`.
            let known = (self.seen - self.next) as usize;
            if let Some(digest) = &mut self.digest {
                digest.update(&out[known..n_read]);
            }
            if let Some(progress) = self.progress {
                progress.fetch_add(end - self.seen, Ordering::Relaxed);
            }
            self.seen = end;
        }
        self.next = end;
        Ok(n_read)
    }
}
