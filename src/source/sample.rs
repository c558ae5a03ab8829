//! Looks at a source without reading all of it: its head, its middle and its tail.
//!
//! A source that is short enough is read whole instead. Of a compressed stream nothing behind its head can be reached without decoding what
//! lies before, so its head alone is looked at. What is given are whole lines, in the order of the source; what was left out is said.

use std::io::{self, Cursor, Read};
use std::sync::atomic::AtomicU64;

use memchr::{memchr, memrchr};

use super::cut::{Block, Blocks, LINE_CAP};
use super::find::Found;
use super::open::{Finished, Opened, ReadOptions, open};
use super::slice::slice;

/// How many bytes of lines a block of a sample holds.
const BLOCK_BYTES: usize = 512 << 10;

/// How many parts a sample of a plain source has.
pub const PARTS: usize = 3;

/// How much of a source was looked at.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Extent {
    /// Head, middle and tail.
    Ends,
    /// The head alone: what comes behind it was not read.
    Head,
    /// Nothing: it could not be opened.
    #[default]
    Nothing,
    /// All of it.
    Whole,
}

/// A stretch of decoded bytes that was looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stretch {
    /// Its first byte.
    pub offset: u64,
    /// How many bytes follow, cut lines at its ends included.
    pub length: u64,
}

/// What a sample was made of.
#[derive(Clone, Debug, Default)]
pub struct Sampled {
    /// How much of the source that is.
    pub extent: Extent,
    /// The stretches that were looked at, in order.
    pub stretches: Vec<Stretch>,
    /// What the reading said, where the source was read whole.
    pub finished: Option<Finished>,
    /// NUL bytes in the stretches of a source of which only parts were read; of others the blocks tell.
    pub nul_bytes: u64,
    /// What was wrong with the stored bytes, one sentence each.
    pub problems: Vec<String>,
}

/// Gives whole lines of a source to `take`, block by block in order; `true` with the first block of a stretch that does not follow the one
/// before. The first stretch, and each further one, is of about `part` bytes; what is at most [`PARTS`] of them long is read whole.
/// `is_plain` where the source may be read from any byte. `progress` is added to as stored bytes are read.
///
/// # Errors
/// When the source cannot be opened or its first bytes not be read. Damage is not an error, but a problem.
pub fn sample(
    found: &Found,
    is_plain: bool,
    part: usize,
    progress: Option<&AtomicU64>,
    mut take: impl FnMut(&Block, bool),
) -> io::Result<Sampled> {
    let limit = part.saturating_mul(PARTS);
    if is_plain && found.length > limit as u64 {
        match ends(found, part as u64, progress, &mut take) {
            // It cannot be read from any byte after all.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {}
            done => return done,
        }
    }
    let opened = open(found, ReadOptions::unhashed(), progress)?;
    // A block is cleared before it is filled, so it is no larger than need be.
    let stored = usize::try_from(found.length).unwrap_or(usize::MAX).saturating_add(1);
    Ok(head(opened, part, if is_plain { stored } else { usize::MAX }, take))
}

/// As [`sample`], of a source that is open already and can be read from its
/// start alone, such as a member of an archive.
pub fn sample_opened(opened: Opened<'_>, part: usize, take: impl FnMut(&Block, bool)) -> Sampled {
    head(opened, part, usize::MAX, take)
}

/// The head of a source, or all of it where it is short. A block holds at most
/// `size` bytes.
fn head(
    mut opened: Opened<'_>,
    part: usize,
    size: usize,
    mut take: impl FnMut(&Block, bool),
) -> Sampled {
    let limit = part.saturating_mul(PARTS);
    let size = BLOCK_BYTES.min(limit).min(size);
    let (is_cut, length) = whole_lines(&mut opened, limit, size, &mut take);
    let stretches = vec![Stretch { offset: 0, length }];
    if is_cut {
        let problems = opened.problems();
        return Sampled { extent: Extent::Head, stretches, problems, ..Sampled::default() };
    }
    let finished = opened.finish();
    let problems = finished.problems.clone();
    let extent = Extent::Whole;
    Sampled { extent, stretches, finished: Some(finished), problems, nul_bytes: 0 }
}

/// Cuts the first `limit` bytes into blocks of whole lines: whether there is more behind them, and how many they are.
fn whole_lines(
    opened: &mut Opened<'_>,
    limit: usize,
    size: usize,
    take: &mut impl FnMut(&Block, bool),
) -> (bool, u64) {
    // One block is held back, because the last is cut short where the limit fell into a line.
    let mut held: Option<Block> = None;
    let mut is_first = true;
    let mut length = 0;
    let mut head = Limited { opened, left: limit };
    let mut blocks = Blocks::new(&mut head, size, LINE_CAP);
    for block in &mut blocks {
        let dropped = block.cut.bom_before + block.cut.nul_before;
        length = block.offset - dropped + block.span();
        if let Some(before) = held.replace(block) {
            take(&before, std::mem::take(&mut is_first));
        }
    }
    let is_cut = head.is_cut();
    if let Some(mut last) = held {
        if is_cut && last.cut.overlong.is_none() && !last.cut.damaged {
            let end = memrchr(b'\n', &last.bytes).map_or(0, |newline| newline + 1);
            last.bytes.truncate(end);
        }
        take(&last, is_first);
    }
    (is_cut, length)
}

/// Head, middle and tail of a plain source.
fn ends(
    found: &Found,
    part: u64,
    progress: Option<&AtomicU64>,
    take: &mut impl FnMut(&Block, bool),
) -> io::Result<Sampled> {
    let middle = (found.length / 2).saturating_sub(part / 2);
    let starts = [0, middle, found.length - part];
    let mut sampled = Sampled { extent: Extent::Ends, ..Sampled::default() };
    for start in starts {
        // The byte before tells whether a line begins at the start.
        let before = start.saturating_sub(1);
        let mut bytes = Vec::new();
        let slice = slice(found, start, start + part, progress)?;
        if let Err(error) = slice.take(start + part - before).read_to_end(&mut bytes) {
            sampled.problems.push(format!(
                "{} could not be read behind offset {start}: {error}",
                found.path.display()
            ));
        }
        let length = (before + bytes.len() as u64).saturating_sub(start);
        sampled.stretches.push(Stretch { offset: start, length });
        sampled.nul_bytes += bytes.iter().filter(|byte| **byte == 0).count() as u64;
        let is_end = start + part == found.length;
        if !is_end {
            let end = memrchr(b'\n', &bytes).map_or(0, |newline| newline + 1);
            bytes.truncate(end);
        }
        if start > 0 && memchr(b'\n', &bytes).is_none() {
            continue;
        }
        let mut is_first = true;
        let size = BLOCK_BYTES.min(bytes.len().max(1));
        for block in Blocks::of_range(Cursor::new(bytes), start, u64::MAX, size, LINE_CAP) {
            take(&block, std::mem::take(&mut is_first));
        }
    }
    Ok(sampled)
}

/// The first bytes of a source, and whether there are more.
struct Limited<'o, 'p> {
    opened: &'o mut Opened<'p>,
    left: usize,
}

impl Limited<'_, '_> {
    /// Whether the source goes on behind what was read.
    fn is_cut(&mut self) -> bool {
        // Damage here belongs to what was not read, and says that there is more.
        self.left == 0 && !matches!(self.opened.read(&mut [0]), Ok(0))
    }
}

impl Read for Limited<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let room = out.len().min(self.left);
        let n = self.opened.read(&mut out[..room])?;
        self.left -= n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::{find, lines};
    use super::*;

    const PART: usize = 1000;

    fn look(name: &str, bytes: &[u8]) -> (Sampled, Vec<String>, Vec<u64>) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), bytes).unwrap();
        let found = find(&[name.to_owned()], folder.path()).sources.remove(0);
        let (mut read, mut starts) = (Vec::new(), Vec::new());
        let sampled = sample(&found, true, PART, None, |block, is_first| {
            if is_first {
                starts.push(block.offset);
            }
            let each = lines(block).map(|line| String::from_utf8_lossy(line.bytes).into_owned());
            read.extend(each);
        });
        (sampled.unwrap(), read, starts)
    }

    fn numbered(n: usize) -> String {
        (0..n).map(|number| format!("line {number:06} of a log\n")).collect()
    }

    #[test]
    fn what_is_short_is_read_whole() {
        let text = format!("{}last", numbered(20));
        let (sampled, read, _) = look("a.log", text.as_bytes());
        assert_eq!((sampled.extent, read.len()), (Extent::Whole, 21));
        assert_eq!(read[20], "last");
        assert_eq!(sampled.finished.unwrap().decoded_bytes, text.len() as u64);
    }

    #[test]
    fn what_is_long_is_read_at_three_places_by_whole_lines() {
        let text = numbered(10_000);
        let (sampled, read, starts) = look("a.log", text.as_bytes());
        assert_eq!(sampled.extent, Extent::Ends);
        assert_eq!(sampled.stretches.iter().map(|each| each.length).sum::<u64>(), 3 * PART as u64);
        assert_eq!(starts.len(), 3);
        assert_eq!(read.first().unwrap(), "line 000000 of a log");
        assert_eq!(read.last().unwrap(), "line 009999 of a log");
        assert!(read.iter().any(|line| line == "line 005000 of a log"), "{read:?}");
        assert!(read.iter().all(|line| line.len() == read[0].len()), "a line was cut");
        assert!(read.len() < 150);
    }

    #[test]
    fn of_a_stream_the_head_alone_is_read() {
        let packed = zstd::encode_all(numbered(10_000).as_bytes(), 1).unwrap();
        let (sampled, read, starts) = look("a.log.zst", &packed);
        assert_eq!((sampled.extent, starts), (Extent::Head, vec![0]));
        assert_eq!(sampled.stretches, [Stretch { offset: 0, length: 3 * PART as u64 }]);
        assert_eq!(read.len(), 3 * PART / read[0].len().saturating_add(1));
        assert_eq!(read.last().unwrap().len(), read[0].len());
        // A short one is read to its end.
        let packed = zstd::encode_all(numbered(20).as_bytes(), 1).unwrap();
        assert_eq!(look("a.log.zst", &packed).0.extent, Extent::Whole);
    }

    #[test]
    fn a_hole_of_nul_costs_no_more_than_a_part() {
        let mut bytes = numbered(100).into_bytes();
        bytes.resize(bytes.len() + 100_000, 0);
        bytes.extend(numbered(100).as_bytes());
        let (sampled, read, _) = look("a.log", &bytes);
        assert_eq!(sampled.extent, Extent::Ends);
        assert_eq!(read.last().unwrap(), "line 000099 of a log");
        assert!(read.len() < 100 && sampled.nul_bytes >= PART as u64);
    }
}
