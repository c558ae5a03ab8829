//! Opens a source and gives its text, whatever damage it has.
//!
//! A source is opened read-only, must be the file that was found, and is read at most to the length it was found with: what a server
//! appends meanwhile is noted, not read. Its stored bytes are decoded, and where their first ones ask for a layer (UTF-16), it turns them
//! into text. An archive is told, and taken apart in `archive.rs`.

use std::io::{self, Read};
use std::sync::atomic::AtomicU64;

use serde::{Deserialize, Serialize};

use super::archive::Container;
use super::decode::Encoding;
use super::find::Found;
use super::handle::{Changes, Handle, changes, handle};
use super::layer::{LAYER_HEAD, Layers};
use super::stored::Stored;
use super::unpack::Unpacked;

/// How many decoded bytes a layer is given at once.
const DECODED_BLOCK: usize = 64 << 10;

/// How much room is taken at most for what is looked at, before it is read.
const ROOM: usize = 1 << 20;

/// What is wanted of a reading.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions {
    /// Take the SHA-256 of the stored bytes; then every stored byte is read, also those after the last member.
    pub hash: bool,
    /// How many threads may decode one file, besides the one that reads it; with 1, that one decodes. The bytes are the same.
    pub threads: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions { hash: true, threads: 1 }
    }
}

impl ReadOptions {
    /// To be read for what is in it, without a digest.
    pub fn unhashed() -> ReadOptions {
        ReadOptions { hash: false, ..ReadOptions::default() }
    }
}

/// Opens a source for one reading from its start. `progress` is added to as stored bytes are read.
///
/// A member of an archive is not opened here, because it cannot be read without those before it: see [`walk`](super::walk()).
///
/// # Errors
/// When the file cannot be opened or its first bytes cannot be read, is not a regular file, or is not the file that was found.
pub fn open<'p>(
    found: &Found,
    options: ReadOptions,
    progress: Option<&'p AtomicU64>,
) -> io::Result<Opened<'p>> {
    if found.member.is_some() {
        let why = format!("{} is read where its archive is walked", found.name());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    let (handle, length) = handle(found)?;
    let stored = Stored::new(handle, length, options.hash, progress);
    Ok(Opened::new(found.clone(), Unpacked::new(found.name(), stored, options.threads)?))
}

/// What the beginning of a source looks like.
#[derive(Clone, Debug)]
pub struct Head {
    /// How its stored bytes are encoded.
    pub encoding: Encoding,
    /// The layers between its decoded bytes and its text, such as `UTF-16LE`; none where the decoded bytes are the text. A source is
    /// read from any byte only where this is none and its encoding is plain.
    pub layer: Option<String>,
    /// What kind of archive it is, if it is one: its members are then sources of their own.
    pub container: Option<Container>,
    /// The first bytes of its text; of an archive, its decoded bytes.
    pub bytes: Vec<u8>,
    /// What was wrong with it so far, one sentence each.
    pub problems: Vec<String>,
}

/// The first `limit` bytes of the text of a source (fewer if it is shorter or torn), and how it is stored: for guessing.
///
/// # Errors
/// As for [`open()`]. Damage is not an error, but a problem.
pub fn look(found: &Found, limit: usize) -> io::Result<Head> {
    Ok(open(found, ReadOptions::unhashed(), None)?.look(limit))
}

/// Like [`look`]: the encoding, the first bytes of the text, and the problems met.
///
/// # Errors
/// As for [`look`].
pub fn head(found: &Found, limit: usize) -> io::Result<(Encoding, Vec<u8>, Vec<String>)> {
    look(found, limit).map(|head| (head.encoding, head.bytes, head.problems))
}

/// What a finished reading says of its source.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    /// The SHA-256 of the whole file as stored, in hexadecimal; none if it was not wanted or a part could not be read.
    pub sha256: Option<String>,
    /// The [`ContentId`](super::ContentId) of the decoded bytes that were read, below any layer, in hexadecimal.
    pub content_id: String,
    /// How many stored bytes were read.
    pub stored_bytes: u64,
    /// How many decoded bytes were read, below any layer.
    pub decoded_bytes: u64,
    /// How many bytes of text were given: the decoded ones, or what a layer made of all of them.
    pub text_bytes: u64,
    /// What was wrong with the bytes, one sentence each, with stored offsets.
    pub problems: Vec<String>,
    /// What is worth knowing of the source and no fault, one sentence each.
    pub notes: Vec<String>,
    /// The source became shorter, was replaced, or was rewritten since it was found: a fault.
    pub changed: Option<String>,
    /// The source became longer since it was found: no fault; what was added was not read.
    pub grew: Option<String>,
}

/// A source being read: a [`Read`] of its text.
///
/// On damage `read` returns an error once, of kind `InvalidData` or `UnexpectedEof`; the next reads give what follows the damage, if
/// [`Opened::is_resumable`], else nothing. No byte is lost by the error.
pub struct Opened<'p> {
    found: Found,
    unpacked: Unpacked<'p>,
    container: Option<Container>,
    layers: Layers,
    /// Text that was not given yet, and how much of it was. Without layers, the decoded bytes they were looked for in.
    text: Vec<u8>,
    at: usize,
    /// Decoded bytes on their way through the layers.
    decoded: Vec<u8>,
    /// Damage right behind the text that was not given yet.
    pending: Option<io::Error>,
    text_bytes: u64,
}

impl<'p> Opened<'p> {
    pub(super) fn new(found: Found, mut unpacked: Unpacked<'p>) -> Opened<'p> {
        let mut head = vec![0; LAYER_HEAD];
        let (mut filled, mut pending) = (0, None);
        while filled < head.len() {
            match unpacked.read(&mut head[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(error) => {
                    pending = Some(error);
                    break;
                }
            }
        }
        head.truncate(filled);
        let container = Container::of(&head);
        let mut layers = match container {
            Some(_) => Layers::default(),
            None => Layers::choose(&head),
        };
        let (mut text, mut decoded) = (head, Vec::new());
        if !layers.is_empty() {
            decoded = std::mem::take(&mut text);
            layers.push(&decoded, &mut text);
            if pending.is_some() {
                layers.end(&mut text);
            }
            decoded.resize(DECODED_BLOCK, 0);
        }
        Opened { found, unpacked, container, layers, text, at: 0, decoded, pending, text_bytes: 0 }
    }

    /// What is being read.
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// What kind of archive the source is, if it is one. Read as it is, it gives the bytes of the archive.
    pub fn container(&self) -> Option<Container> {
        self.container
    }

    /// Its first `limit` bytes, from where it stands, and how it is stored.
    pub fn look(&mut self, limit: usize) -> Head {
        // No more room than is wanted: glibc maps a block apart, which the system has back when it
        // is freed, only if it is larger than every such block that was freed before.
        let mut bytes = Vec::with_capacity(limit.min(ROOM));
        // What was read before damage stays; the damage is among the problems.
        let _ = self.by_ref().take(limit as u64).read_to_end(&mut bytes);
        Head {
            encoding: self.encoding(),
            layer: self.layer(),
            container: self.container,
            bytes,
            problems: self.problems(),
        }
    }

    /// The open source and how long it is taken to be, where the stored bytes are the decoded ones.
    pub(super) fn plain_handle(&self) -> Option<(Handle, u64)> {
        let stored = &self.unpacked.stored;
        let handle = stored.handle().filter(|_| self.encoding() == Encoding::Plain)?;
        Some((handle.clone(), stored.length()))
    }

    /// How the source is encoded.
    pub fn encoding(&self) -> Encoding {
        self.unpacked.encoding()
    }

    /// The layers between the decoded bytes and the text, such as `UTF-16LE`; none where the decoded bytes are the text.
    pub fn layer(&self) -> Option<String> {
        self.layers.name()
    }

    /// Whether there may be more to read: after an error, whether the source goes on behind the damage.
    pub fn is_resumable(&self) -> bool {
        self.unpacked.is_resumable() || self.at < self.text.len() || self.pending.is_some()
    }

    /// What was wrong with the source so far, one sentence each.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = self.unpacked.problems();
        problems.extend(self.layers.problems().map(|what| format!("{} {what}", self.name())));
        problems
    }

    /// Ends the reading: takes in the stored bytes that were not read (if a digest is wanted), and looks whether the source changed.
    pub fn finish(mut self) -> Finished {
        let sha256 = self.unpacked.digest_rest();
        let stored = &self.unpacked.stored;
        // Whether an archive changed is asked once, of the archive.
        let mut changes =
            stored.handle().map_or_else(Changes::default, |handle| changes(&self.found, handle));
        if stored.handle().is_some() && stored.is_short && changes.changed.is_none() {
            changes.changed = Some(format!("{} became shorter while it was read", self.name()));
        }
        let (content_id, decoded_bytes) = self.unpacked.content();
        Finished {
            sha256,
            stored_bytes: self.unpacked.stored.seen(),
            content_id,
            decoded_bytes,
            text_bytes: self.text_bytes,
            problems: self.problems(),
            notes: self.layers.notes().map(|note| format!("{} {note}", self.name())).collect(),
            changed: changes.changed,
            grew: changes.grew,
        }
    }

    fn name(&self) -> String {
        self.found.name()
    }

    /// Passes decoded bytes through the layers until they give text, or end, or are damaged.
    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.at = 0;
        while self.text.is_empty() && self.pending.is_none() {
            match self.unpacked.read(&mut self.decoded) {
                Ok(0) => {
                    self.layers.end(&mut self.text);
                    return Ok(());
                }
                Ok(n) => self.layers.push(&self.decoded[..n], &mut self.text),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                Err(error) => {
                    self.layers.end(&mut self.text);
                    self.pending = Some(error);
                }
            }
        }
        Ok(())
    }
}

impl Read for Opened<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.text.len() && self.pending.is_none() && !self.layers.is_empty() {
            self.refill()?;
        }
        let left = &self.text[self.at..];
        let n = if !left.is_empty() {
            let n = out.len().min(left.len());
            out[..n].copy_from_slice(&left[..n]);
            self.at += n;
            n
        } else if let Some(error) = self.pending.take() {
            return Err(error);
        } else if self.layers.is_empty() {
            self.unpacked.read(out)?
        } else {
            0
        };
        self.text_bytes += n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests;
