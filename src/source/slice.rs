//! Reads a part of a plain source by position, so that many readers can share it.
//!
//! No digest is taken: parts that are read out of order, and by many threads, have none.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::decode::Encoding;
use super::find::Found;
use super::handle::handle;
use super::layer::{LAYER_HEAD, Layers};

/// Reads a plain source by position, for one split [`start`, `end`) of it: from the byte before `start` to the end of the source, because
/// the split must see whether a line begins at `start`, and finishes its last line beyond `end` (see [`super::Blocks::of_range`]).
///
/// # Errors
/// As for [`super::open()`]; also when the source is compressed or under a layer, because then offsets of lines are not offsets in the file.
pub fn slice<'p>(
    found: &Found,
    start: u64,
    end: u64,
    progress: Option<&'p AtomicU64>,
) -> io::Result<Slice<'p>> {
    let (file, metadata) = handle(found)?;
    let mut first = vec![0; LAYER_HEAD];
    let filled = read_full_at(&file, &mut first)?;
    let first = &first[..filled];
    let is_plain = Encoding::of(first) == Encoding::Plain && found.member.is_none();
    if !is_plain || !Layers::choose(first).is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{} is compressed or re-coded and cannot be split", found.path.display()),
        ));
    }
    let length = found.length.min(metadata.len());
    Ok(Slice { file, next: start.saturating_sub(1), start, end: end.min(length), length, progress })
}

/// A plain source read by position for one split: a [`Read`] from the byte before the split to the end of the source.
pub struct Slice<'p> {
    file: Arc<File>,
    next: u64,
    start: u64,
    end: u64,
    length: u64,
    progress: Option<&'p AtomicU64>,
}

impl Slice<'_> {
    /// The split, as offsets: its first byte, and the first byte behind it (at most the length of the source).
    pub fn range(&self) -> (u64, u64) {
        (self.start, self.end)
    }
}

impl Read for Slice<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.next)).unwrap_or(usize::MAX);
        let room = out.len().min(left);
        let n = self.file.read_at(&mut out[..room], self.next)?;
        if n == 0 && room > 0 {
            self.length = self.next;
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file became shorter while it was read",
            ));
        }
        // Bytes that two splits read are counted by the one they belong to.
        let mine = (self.next + n as u64).min(self.end).saturating_sub(self.next.max(self.start));
        self.next += n as u64;
        if let Some(progress) = self.progress {
            progress.fetch_add(mine, Ordering::Relaxed);
        }
        Ok(n)
    }
}

fn read_full_at(file: &File, out: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < out.len() {
        match file.read_at(&mut out[filled..], filled as u64) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
