//! Reads a part of a plain source by position, so that many readers can share it.
//!
//! No SHA-256 is taken: parts that are read out of order, and by many threads, have none. The content id is made of blocks, which can be
//! hashed apart.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use super::decode::Encoding;
use super::digest::{ContentBlocks, ContentId};
use super::find::Found;
use super::handle::{Handle, changes, handle};
use super::layer::{LAYER_HEAD, Layers};
use super::open::Finished;

/// A plain source whose parts are read apart.
pub struct Apart {
    found: Found,
    handle: Handle,
    length: u64,
}

/// Opens a plain source of which parts are read apart.
///
/// # Errors
/// As for [`super::open()`]; also when the source is compressed or under a layer, because then offsets of lines are not offsets in the file.
pub fn apart(found: &Found) -> io::Result<Apart> {
    let (handle, length) = handle(found)?;
    let mut first = vec![0; LAYER_HEAD];
    let filled = handle.part(LAYER_HEAD as u64).fill_at(&mut first, 0)?;
    let first = &first[..filled];
    let is_plain = Encoding::of(first) == Encoding::Plain && found.member.is_none();
    if !is_plain || !Layers::choose(first).is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{} is compressed or re-coded and cannot be split", found.path.display()),
        ));
    }
    Ok(Apart { length, found: found.clone(), handle })
}

impl Apart {
    /// How many bytes there are to read.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Reads one split [`start`, `end`): from the byte before `start` to the end of the source, because the split must see whether a line
    /// begins at `start`, and finishes its last line beyond `end` (see [`super::Blocks::of_range`]).
    pub fn slice<'p>(&self, start: u64, end: u64, progress: Option<&'p AtomicU64>) -> Slice<'p> {
        let end = end.min(self.length);
        let next = start.saturating_sub(1);
        let content = None;
        Slice {
            handle: self.handle.part(end),
            next,
            start,
            end,
            length: self.length,
            progress,
            content,
        }
    }

    /// What the finished reading of all parts says of the source; `blocks` are those of the parts in their order. Every part was read to
    /// its end without an error.
    pub fn finish(&self, blocks: impl IntoIterator<Item = u128>) -> Finished {
        let changes = changes(&self.found, &self.handle);
        Finished {
            sha256: None,
            content_id: ContentId::of_blocks(blocks).hex(),
            stored_bytes: self.length,
            decoded_bytes: self.length,
            text_bytes: self.length,
            problems: Vec::new(),
            notes: Vec::new(),
            changed: changes.changed,
            grew: changes.grew,
        }
    }
}

/// Reads one split of a plain source: see [`Apart::slice`].
///
/// # Errors
/// As for [`apart`].
pub fn slice<'p>(
    found: &Found,
    start: u64,
    end: u64,
    progress: Option<&'p AtomicU64>,
) -> io::Result<Slice<'p>> {
    Ok(apart(found)?.slice(start, end, progress))
}

/// A plain source read by position for one split: a [`Read`] from the byte before the split to the end of the source.
pub struct Slice<'p> {
    handle: Handle,
    next: u64,
    start: u64,
    end: u64,
    length: u64,
    progress: Option<&'p AtomicU64>,
    content: Option<ContentBlocks>,
}

impl Slice<'_> {
    /// The split, as offsets: its first byte, and the first byte behind it (at most the length of the source).
    pub fn range(&self) -> (u64, u64) {
        (self.start, self.end)
    }

    /// The same reading, which takes the hashes of the blocks of the split. It begins at the beginning of a block.
    #[must_use]
    pub fn with_content(self) -> Self {
        Slice { content: Some(ContentBlocks::default()), ..self }
    }

    /// The hashes of the blocks of the split, once it was read to its end.
    pub fn into_content(self) -> Vec<u128> {
        self.content.map(ContentBlocks::finish).unwrap_or_default()
    }
}

impl Read for Slice<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.next)).unwrap_or(usize::MAX);
        let room = out.len().min(left);
        let n = self.handle.read_at(&mut out[..room], self.next)?;
        if n == 0 && room > 0 {
            self.length = self.next;
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the source became shorter while it was read",
            ));
        }
        // Bytes that two splits read are counted by the one they belong to.
        let first = self.next.max(self.start);
        let mine = (self.next + n as u64).min(self.end).saturating_sub(first);
        let before = (first - self.next) as usize;
        self.next += n as u64;
        if let Some(content) = self.content.as_mut().filter(|_| mine > 0) {
            content.update(&out[before..before + mine as usize]);
        }
        if let Some(progress) = self.progress {
            progress.fetch_add(mine, Ordering::Relaxed);
        }
        Ok(n)
    }
}
