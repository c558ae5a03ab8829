//! The text of hits: packed when they are found, and put away until a report
//! asks for it, so that no input is opened again to quote a line.
//!
//! A little of it waits in memory. From `HELD` bytes on it goes to a file in
//! the folder for temporary files (`TMPDIR`), which has no name and is gone
//! with the process.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use zstd::bulk::Compressor;
use zstd::zstd_safe::{DCtx, compress_bound};

use super::Detail;
use super::text::{self, Part};

/// The level of zstd for the spool: one of the quickest, which are below zero,
/// because log lines shrink well at any.
const SPOOL_LEVEL: i32 = -5;

/// How many bytes wait in memory before they are written.
const HELD: usize = 1 << 18;

/// The text of the hits of a piece: [`Detail`]s as bytes, one behind the other,
/// compressed by zstd.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The offset of the first hit in it.
    pub first: u64,
    /// How many details it holds.
    pub count: u64,
    /// The bytes.
    packed: Packed,
}

/// Where the bytes of a frame are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Packed {
    /// Here.
    Here(Vec<u8>),
    /// In the spool of the process, from an offset on.
    Away { offset: u64, length: usize },
}

impl Default for Packed {
    fn default() -> Packed {
        Packed::Here(Vec::new())
    }
}

/// The text of hits that waits to be packed together; once that is done, room
/// and tools for that of others.
#[derive(Default)]
pub struct Waiting {
    /// The offset of the first hit.
    first: u64,
    count: u64,
    plain: Vec<u8>,
    packer: Packer,
}

/// What packs frames, one after the other: it is made for the first, which
/// takes longer than to pack one.
#[derive(Default)]
struct Packer {
    made: Option<Compressor<'static>>,
    /// Room for as many bytes as a frame might need.
    room: Vec<u8>,
}

impl Packer {
    fn pack(&mut self, plain: &[u8]) -> io::Result<Vec<u8>> {
        let packer = match &mut self.made {
            Some(packer) => packer,
            none => none.insert(Compressor::new(SPOOL_LEVEL)?),
        };
        self.room.clear();
        self.room.reserve(compress_bound(plain.len()));
        packer.compress_to_buffer(plain, &mut self.room)?;
        Ok(self.room.clone())
    }
}

impl Waiting {
    /// Takes the text of a hit at an offset, which has its line for its own.
    ///
    /// # Errors
    /// When it cannot be written as bytes, which none does.
    pub fn put(&mut self, offset: u64, detail: &Detail<Part<'_>>) -> io::Result<()> {
        if self.count == 0 {
            self.first = offset;
        }
        self.count += 1;
        text::put(detail, &mut self.plain)
    }

    /// How many hits wait.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Packs what waits; `None` where nothing does.
    ///
    /// # Errors
    /// When the packer fails, which only lack of memory makes it do.
    pub fn pack(&mut self) -> io::Result<Option<Frame>> {
        if self.count == 0 {
            return Ok(None);
        }
        let count = std::mem::take(&mut self.count);
        let frame = Frame::of(self.first, count, &self.plain, &mut self.packer);
        self.plain.clear();
        frame.map(Some)
    }
}

impl Frame {
    /// Packs bytes that stand for so many values.
    ///
    /// # Errors
    /// As [`Waiting::pack`].
    fn of(first: u64, count: u64, plain: &[u8], packer: &mut Packer) -> io::Result<Frame> {
        Ok(Frame { first, count, packed: Packed::Here(packer.pack(plain)?) })
    }

    /// Says whether it holds its bytes, as it does until a spool takes them.
    pub fn is_here(&self) -> bool {
        matches!(self.packed, Packed::Here(_))
    }
}

/// Where the frames of a run are kept.
#[derive(Debug, Default)]
pub struct Spool {
    /// What was not written yet.
    held: Vec<u8>,
    /// What was, in order.
    file: Option<File>,
    /// How much that is.
    written: u64,
    packer: Packer,
    unpacker: Unpacker,
}

/// What unpacks frames, one after the other: to make it anew takes longer than
/// to unpack one.
#[derive(Default)]
struct Unpacker(Mutex<Option<DCtx<'static>>>);

impl fmt::Debug for Packer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packer").finish_non_exhaustive()
    }
}

impl fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unpacker").finish_non_exhaustive()
    }
}

impl Unpacker {
    fn unpack(&self, packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut context = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let context = context.get_or_insert_with(DCtx::create);
        let mut plain = Vec::with_capacity(4 * packed.len());
        zstd::stream::read::Decoder::with_context(packed, context).read_to_end(&mut plain)?;
        Ok(plain)
    }
}

impl Spool {
    /// Packs bytes that stand for so many values, and takes them.
    ///
    /// # Errors
    /// As [`Waiting::pack`] and [`Spool::put`].
    pub(super) fn pack(&mut self, count: u64, plain: &[u8]) -> io::Result<Frame> {
        let mut frame = Frame::of(0, count, plain, &mut self.packer)?;
        self.put(&mut frame)?;
        Ok(frame)
    }

    /// Takes the bytes of a frame, which knows then where they are.
    ///
    /// # Errors
    /// When the temporary file cannot be made or written.
    pub fn put(&mut self, frame: &mut Frame) -> io::Result<()> {
        let Packed::Here(bytes) = &mut frame.packed else { return Ok(()) };
        let bytes = std::mem::take(bytes);
        let offset = self.written + self.held.len() as u64;
        self.held.extend_from_slice(&bytes);
        frame.packed = Packed::Away { offset, length: bytes.len() };
        if self.held.len() >= HELD {
            let file = match &mut self.file {
                Some(file) => file,
                none => none.insert(tempfile::tempfile()?),
            };
            file.write_all(&self.held)?;
            self.written += self.held.len() as u64;
            self.held.clear();
        }
        Ok(())
    }

    /// The details of a frame one after the other, in the order of the source.
    ///
    /// # Errors
    /// When the bytes cannot be read back, or are not what [`Waiting::pack`]
    /// wrote; so does each detail.
    pub fn details(&self, frame: &Frame) -> io::Result<Details> {
        let left = usize::try_from(frame.count).map_err(io::Error::other)?;
        Ok(Details { plain: self.plain(frame)?, at: 0, left })
    }

    /// The bytes that were packed in a frame.
    ///
    /// # Errors
    /// When they cannot be read back.
    pub(super) fn plain(&self, frame: &Frame) -> io::Result<Vec<u8>> {
        match &frame.packed {
            Packed::Here(bytes) => self.unpacker.unpack(bytes),
            Packed::Away { offset, length } => self.unpacker.unpack(&self.bytes(*offset, *length)?),
        }
    }

    fn bytes(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        if let Some(start) = offset.checked_sub(self.written) {
            let start = usize::try_from(start).map_err(io::Error::other)?;
            let held = self.held.get(start..start + length);
            return held.map(<[u8]>::to_vec).ok_or_else(|| io::ErrorKind::UnexpectedEof.into());
        }
        let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, offset)?;
        Ok(bytes)
    }
}

/// The details of a frame, being unpacked.
pub struct Details {
    plain: Vec<u8>,
    at: usize,
    left: usize,
}

impl Iterator for Details {
    type Item = io::Result<Detail>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let next = self.read();
        if next.is_err() {
            self.left = 0;
        }
        Some(next)
    }
}

impl Details {
    fn read(&mut self) -> io::Result<Detail> {
        let mut rest = &self.plain[self.at..];
        let detail = text::take(&mut rest)?;
        self.at = self.plain.len() - rest.len();
        Ok(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn parts<B: AsRef<[u8]>>(detail: &Detail<B>) -> Detail<Part<'_>> {
        let raw = detail.raw.as_ref();
        let part = |text| Ok::<_, io::Error>(Part::of(Cow::Borrowed(text), raw));
        let parts = detail.map(|text| part(text.as_ref())).unwrap();
        Detail { raw: Part::Own(Cow::Borrowed(raw)), ..parts }
    }

    fn pack(details: &[Detail]) -> Option<Frame> {
        let mut waiting = Waiting::default();
        details.iter().zip(7..).for_each(|(detail, at)| waiting.put(at, &parts(detail)).unwrap());
        waiting.pack().unwrap()
    }

    fn all(spool: &Spool, frame: &Frame) -> io::Result<Vec<Detail>> {
        spool.details(frame)?.collect()
    }

    #[test]
    fn a_spool_gives_back_what_was_packed() {
        let details = |number: usize| {
            vec![
                Detail { raw: b"a\xff\0".to_vec(), ..Detail::default() },
                // What does not shrink fills the memory, and then the file.
                Detail {
                    agent: Some(
                        (0..100_000_u64)
                            .flat_map(|at| {
                                xxhash_rust::xxh3::xxh3_64(&(at * number as u64).to_le_bytes())
                                    .to_le_bytes()
                            })
                            .collect(),
                    ),
                    ..Detail::default()
                },
            ]
        };
        let mut spool = Spool::default();
        // The last one shrinks, and stays in memory.
        let numbers = [1, 2, 3, 4, 0];
        let mut frames: Vec<Frame> = numbers.map(|number| pack(&details(number)).unwrap()).into();
        assert_eq!(all(&spool, &frames[0]).unwrap(), details(numbers[0]), "before it is put away");
        frames.iter_mut().for_each(|frame| spool.put(frame).unwrap());
        assert!(spool.file.is_some() && !spool.held.is_empty(), "both places are tried");
        for (number, frame) in numbers.into_iter().zip(&frames) {
            assert_eq!(all(&spool, frame).unwrap(), details(number));
        }
        assert_eq!((frames[0].first, frames[0].count), (7, 2));
        assert_eq!(pack(&[]), None);
        let broken = Frame { count: 1, packed: Packed::Here(vec![1, 2, 3]), ..Frame::default() };
        assert!(all(&spool, &broken).is_err());
        let lost = Frame { packed: Packed::Away { offset: u64::MAX, length: 1 }, ..broken };
        assert!(all(&spool, &lost).is_err());
        let Packed::Here(bytes) = pack(&details(5)).unwrap().packed else { panic!("put away") };
        let cut = Packed::Here(bytes[..bytes.len() / 2].to_vec());
        assert!(all(&spool, &Frame { packed: cut, ..frames[0].clone() }).is_err());
        assert_eq!(all(&spool, &frames[0]).unwrap(), details(numbers[0]), "behind broken ones");
    }
}
