//! Where the parts of a file may begin, and how one is decoded.
//!
//! Of gzip, zstd and LZ4 a part is a run of whole members, of bzip2 one block. The place of a part is counted in bits, because blocks of
//! bzip2 begin in the middle of bytes.

use memchr::memmem;

use super::super::decode::{Codec, Encoding, MAGIC, State};
use super::super::handle::Handle;
use super::super::stored::Stored;
use super::bits::{self, Found};
use super::queue::{Event, Hand};

/// How many stored bytes a part has at least, if it has several members: some 1 MiB of log.
const STEP: u64 = 128 << 10;

/// How many stored bytes are searched in one go.
const SEARCHED: usize = 64 << 10;

/// Within how many stored bytes a second member must begin. What lies further apart is more than the memory of the helpers holds.
const APART: u64 = 4 << 20;

/// Names the parts of a file.
pub(super) struct Splitter {
    handle: Handle,
    length: u64,
    encoding: Encoding,
}

/// How far the naming of parts has come.
#[derive(Default)]
pub(super) struct Work {
    /// From where on the next part is searched: an offset; of bzip2 a place.
    at: u64,
    /// How far it was searched in vain.
    searched: u64,
    /// The bzip2 stream that is being split.
    stream: Stream,
    /// The bytes that are searched.
    bytes: Vec<u8>,
    is_over: bool,
}

/// A bzip2 stream, as far as its blocks were named.
#[derive(Clone, Copy, Default)]
struct Stream {
    level: u8,
    /// The checksum of the blocks so far.
    crc: u32,
}

/// A part to be decoded.
#[derive(Clone, Copy)]
pub(super) struct Job {
    /// Where it begins, in bits from the start of the file.
    pub(super) place: u64,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// A block of bzip2 between two places, and the end of the stream, if it is the last one.
    Block { level: u8, from: u64, to: u64, end: Option<u64> },
    /// Members from an offset on, up to the first that ends at another or behind it.
    Members { from: u64, to: u64 },
}

/// What a helper uses again for the next part.
#[derive(Default)]
pub(super) struct Tools {
    codec: Option<Codec>,
    packed: Vec<u8>,
}

impl Work {
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }
}

impl Splitter {
    /// None where a file cannot be split, or it would not pay.
    pub(super) fn new(handle: Handle, length: u64, encoding: Encoding) -> Option<Splitter> {
        let splitter = Splitter { handle, length, encoding };
        let is_worth = match encoding {
            Encoding::Bzip2 => true,
            Encoding::Gzip | Encoding::Lz4 | Encoding::Zstd => {
                let mut work = Work { at: STEP, searched: STEP, ..Work::default() };
                loop {
                    match splitter.next(&mut work) {
                        Some(_) => break true,
                        None if work.is_over => break false,
                        None => {}
                    }
                }
            }
            Encoding::Plain | Encoding::Xz => false,
        };
        is_worth.then_some(splitter)
    }

    /// Begins anew where the reader found a member.
    pub(super) fn begin(&self, work: &mut Work, offset: u64) -> Option<Job> {
        work.is_over = false;
        match self.encoding {
            Encoding::Bzip2 => self.stream(work, offset),
            _ => Some(self.members(work, offset)),
        }
    }

    /// Names the next part, or searches a little further.
    pub(super) fn next(&self, work: &mut Work) -> Option<Job> {
        match self.encoding {
            Encoding::Bzip2 => self.block(work, work.at),
            _ => self.member(work),
        }
    }

    fn members(&self, work: &mut Work, from: u64) -> Job {
        let to = from + STEP;
        (work.at, work.searched) = (to, to);
        Job { place: 8 * from, kind: Kind::Members { from, to } }
    }

    /// The next offset at which a member seems to begin.
    fn member(&self, work: &mut Work) -> Option<Job> {
        work.bytes.resize(SEARCHED, 0);
        let n = match self.handle.fill_at(&mut work.bytes, work.searched) {
            Ok(n) if n > MAGIC => n,
            _ => {
                work.is_over = true;
                return None;
            }
        };
        let bytes = &work.bytes[..n];
        let places = memmem::find_iter(bytes, self.encoding.needle());
        for at in places.take_while(|at| at + MAGIC <= n) {
            let offset = work.searched + at as u64;
            if offset < self.length && self.encoding.resumes(&bytes[at..]) {
                return Some(self.members(work, offset));
            }
        }
        // What begins at the end comes again with more behind it.
        work.searched += (n - MAGIC) as u64;
        work.is_over = n < SEARCHED || work.searched > work.at + APART;
        None
    }

    /// The first block of a bzip2 stream.
    fn stream(&self, work: &mut Work, offset: u64) -> Option<Job> {
        work.is_over = true;
        let mut head = [0; 4];
        let n = self.handle.fill_at(&mut head, offset).unwrap_or_default();
        let level =
            head[3].checked_sub(b'0').filter(|_| n == head.len() && &head[..3] == b"BZh")?;
        work.stream = Stream { level, crc: 0 };
        work.is_over = false;
        let block = self.block(work, 8 * (offset + 4))?;
        Some(Job { place: 8 * offset, ..block })
    }

    /// The block that begins at a place, as far as the next magic number.
    fn block(&self, work: &mut Work, from: u64) -> Option<Job> {
        work.is_over = true;
        let crc = bits::checksum(&self.handle, from, Found::Block)?;
        let (found, to) = bits::find(&self.handle, from + bits::MAGIC + 1, bits::LONGEST_BLOCK)?;
        let Stream { level, crc: before } = work.stream;
        work.stream.crc = before.rotate_left(1) ^ crc;
        let job = |end| Job { place: from, kind: Kind::Block { level, from, to, end } };
        match found {
            Found::Block => {
                (work.at, work.is_over) = (to, false);
                Some(job(None))
            }
            Found::End => {
                let agrees = bits::checksum(&self.handle, to, Found::End)? == work.stream.crc;
                let end = (to + bits::MAGIC + bits::CHECKSUM).div_ceil(8);
                // Where it does not agree, there is no part behind this one, and the reader decodes the stream anew.
                Some(job(agrees.then_some(end).filter(|end| *end <= self.length)))
            }
        }
    }

    /// Decodes a part into the chunks of `hand`, and says how it ended.
    pub(super) fn decode(&self, job: &Job, tools: &mut Tools, hand: &mut Hand<'_>) -> Event {
        let end = match job.kind {
            Kind::Block { level, from, to, end } => self
                .decode_block(level, (from, to), tools, hand)
                .map(|()| end.map_or(Event::Joint(to), Event::End)),
            Kind::Members { from, to } => {
                self.decode_members(from, to, tools, hand).map(Event::End)
            }
        };
        end.unwrap_or(Event::Broken)
    }

    /// Where the last member ended; none where one did not end well.
    fn decode_members(
        &self,
        from: u64,
        to: u64,
        tools: &mut Tools,
        hand: &mut Hand<'_>,
    ) -> Option<u64> {
        let mut stored = Stored::behind(self.handle.clone(), self.length, from);
        loop {
            let bytes = stored.peek_at_least(MAGIC).ok()?;
            let begins = self.encoding.begins(bytes);
            let at = stored.offset();
            if at > from && (at >= to || !begins) {
                return Some(at);
            }
            let codec = Codec::new(self.encoding, tools.codec.take()).ok()??;
            let codec = tools.codec.insert(codec);
            codec.limit_memory().ok()?;
            loop {
                let step = codec.step(stored.peek().ok()?, hand.room()?);
                stored.consume(step.consumed);
                hand.filled(step.produced, stored.offset());
                match step.state {
                    State::End => break,
                    State::Going if step.consumed + step.produced > 0 => {}
                    _ => return None,
                }
            }
        }
    }

    /// Nothing where the block did not end well.
    fn decode_block(
        &self,
        level: u8,
        (from, to): (u64, u64),
        tools: &mut Tools,
        hand: &mut Hand<'_>,
    ) -> Option<()> {
        let packed = &mut tools.packed;
        bits::stream(&self.handle, level, (from, to), packed)?;
        let codec = tools.codec.insert(Codec::new(self.encoding, None).ok()??);
        let mut at = 0;
        loop {
            let step = codec.step(&packed[at..], hand.room()?);
            at += step.consumed;
            hand.filled(step.produced, to / 8);
            match step.state {
                State::End => return (at == packed.len()).then_some(()),
                State::Going if step.consumed + step.produced > 0 => {}
                _ => return None,
            }
        }
    }
}
