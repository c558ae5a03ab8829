//! A stream of bytes that can be looked at before they are taken, and that says where it is damaged.
//!
//! Bytes before damage and behind it are never given together: at damage the stream stops, until it is told to go on.

use std::io::{self, BufRead, Read};

use memchr::memmem;

/// How many bytes are held at once.
const FEED_BLOCK: usize = 64 << 10;

/// The bytes of an archive.
pub(super) struct Feed<'a> {
    reader: &'a mut (dyn Read + Send),
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    /// The offset in the archive of `buffer[at]`.
    offset: u64,
    /// The reader said damage behind what is held.
    damage: Option<io::Error>,
    /// The last thing the reader gave was an error.
    was_error: bool,
    is_over: bool,
}

impl<'a> Feed<'a> {
    pub(super) fn new(reader: &'a mut (dyn Read + Send)) -> Feed<'a> {
        Feed {
            reader,
            buffer: vec![0; FEED_BLOCK],
            at: 0,
            filled: 0,
            offset: 0,
            damage: None,
            was_error: false,
            is_over: false,
        }
    }

    /// The offset in the archive of the next byte.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The next bytes, at least `n` (no more than a block) unless the archive ends or is damaged before.
    pub(super) fn peek(&mut self, n: usize) -> &[u8] {
        if self.filled - self.at < n {
            self.buffer.copy_within(self.at..self.filled, 0);
            self.filled -= self.at;
            self.at = 0;
            while self.filled < n && !self.is_over && self.damage.is_none() {
                match self.reader.read(&mut self.buffer[self.filled..]) {
                    Ok(0) => self.is_over = true,
                    Ok(n_read) => {
                        self.filled += n_read;
                        self.was_error = false;
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => {
                        self.damage = Some(error);
                        self.is_over = std::mem::replace(&mut self.was_error, true);
                    }
                }
            }
        }
        &self.buffer[self.at..self.filled]
    }

    /// Takes `n` of the bytes that were looked at.
    pub(super) fn advance(&mut self, n: usize) {
        let n = n.min(self.filled - self.at);
        self.at += n;
        self.offset += n as u64;
    }

    /// Passes over `n` bytes; says how many there were before the end or damage.
    pub(super) fn skip(&mut self, n: u64) -> u64 {
        let mut left = n;
        while left > 0 {
            let held = self.peek(1).len() as u64;
            if held == 0 {
                break;
            }
            let now = held.min(left);
            self.advance(now as usize);
            left -= now;
        }
        n - left
    }

    /// Takes `n` bytes to `out`; fewer, if the end or damage comes before.
    pub(super) fn take_whole(&mut self, n: u64, out: &mut Vec<u8>) {
        let mut left = usize::try_from(n).unwrap_or(usize::MAX);
        while left > 0 {
            let held = self.peek(1);
            let now = held.len().min(left);
            if now == 0 {
                return;
            }
            out.extend_from_slice(&held[..now]);
            self.advance(now);
            left -= now;
        }
    }

    /// Whether nothing is left but damage, or nothing at all.
    pub(super) fn is_stopped(&mut self) -> bool {
        self.peek(1).is_empty()
    }

    /// Whether the stream stops at damage.
    pub(super) fn is_damaged(&self) -> bool {
        self.damage.is_some()
    }

    /// Goes to the next place at which one of `needles` stands `before` bytes behind it and `accept` finds what it looks for in the
    /// bytes there (at least `enough`, unless the archive ends). Passes over damage. Says whether there is such a place.
    pub(super) fn search(
        &mut self,
        needle: &[u8],
        before: usize,
        enough: usize,
        accept: &dyn Fn(&[u8]) -> bool,
    ) -> bool {
        let finder = memmem::Finder::new(needle);
        let wanted = before + needle.len() + enough;
        loop {
            let bytes = self.peek(2 * wanted);
            let mut from = 0;
            let mut place = None;
            while let Some(found) = finder.find(&bytes[from..]) {
                let at = from + found;
                from = at + 1;
                if at >= before && accept(&bytes[at - before..]) {
                    place = Some(at - before);
                    break;
                }
            }
            let held = bytes.len();
            if let Some(place) = place {
                self.advance(place);
                return true;
            }
            if held < 2 * wanted {
                self.advance(held);
                if self.damage.take().is_none() || self.is_over {
                    return false;
                }
                continue;
            }
            // What may begin here comes again with more behind it.
            self.advance(held - wanted);
        }
    }
}

impl Read for Feed<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let held = self.fill_buf()?;
        let n = held.len().min(out.len());
        out[..n].copy_from_slice(&held[..n]);
        self.advance(n);
        Ok(n)
    }
}

impl BufRead for Feed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1);
        match &self.damage {
            Some(error) if self.at == self.filled => {
                Err(io::Error::new(error.kind(), error.to_string()))
            }
            _ => Ok(&self.buffer[self.at..self.filled]),
        }
    }

    fn consume(&mut self, n: usize) {
        self.advance(n);
    }
}
