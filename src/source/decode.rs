//! Which encoding stored bytes are in, and one step of decoding for each.
//!
//! The crates' plain stream interfaces are used, not their readers: a reader that meets damage throws away what it had decoded in the same
//! call, and the last readable lines of a torn file are the ones an investigation wants. Members, padding and resuming are `open`'s.

use bzip2::Status as Bzip2Status;
use liblzma::stream::{Action, Status as XzStatus};
use serde::{Deserialize, Serialize};

use super::gzip::Gzip;
use super::lz4::{LZ4_MAGIC, Lz4, is_frame};
use super::zstd::Zstd;

/// The most memory an xz stream may ask for, in bytes: its largest usual dictionary is 64 MiB (`xz -9`); a header may ask for 4 GiB.
pub(super) const XZ_MEMORY: u64 = 256 << 20;

/// The most memory that each of several threads may take for the blocks of an xz stream, in bytes: what `xz -6 -T0` writes takes half.
const XZ_THREAD_MEMORY: u64 = 96 << 20;

/// The most memory that all of them may take; where a block takes more, one thread decodes it without holding it.
const XZ_THREADS_MEMORY: u64 = 1 << 30;

/// How many bytes a magic number needs to be told, in any encoding.
pub(super) const MAGIC: usize = 16;

/// How stored bytes are encoded, told by their first bytes and never by a name.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// `bzip2`: "BZh", a digit, and the magic of a block or of the end.
    Bzip2,
    /// `gzip` (RFC 1952): 1f 8b 08 and valid flags.
    Gzip,
    /// `lz4` (frame format): 04 22 4d 18.
    Lz4,
    /// Not compressed, or in no way known here.
    Plain,
    /// `xz`: fd 37 7a 58 5a 00.
    Xz,
    /// `zstd` (RFC 8878): 28 b5 2f fd, or a skippable frame.
    Zstd,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Encoding; 5] =
        [Encoding::Plain, Encoding::Bzip2, Encoding::Gzip, Encoding::Xz, Encoding::Zstd];

    /// Tells the encoding from the first bytes of a file (sixteen are enough).
    pub fn of(bytes: &[u8]) -> Encoding {
        [Encoding::Bzip2, Encoding::Gzip, Encoding::Lz4, Encoding::Xz, Encoding::Zstd]
            .into_iter()
            .find(|encoding| encoding.begins(bytes))
            .unwrap_or(Encoding::Plain)
    }

    /// The usual name: `bzip2`, `gzip`, `lz4`, `plain`, `xz` or `zstd`.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Bzip2 => "bzip2",
            Encoding::Gzip => "gzip",
            Encoding::Lz4 => "lz4",
            Encoding::Plain => "plain",
            Encoding::Xz => "xz",
            Encoding::Zstd => "zstd",
        }
    }

    /// Whether a member of this encoding begins here.
    pub(super) fn begins(self, bytes: &[u8]) -> bool {
        match self {
            Encoding::Bzip2 => {
                // The magic of a block is pi, that of an empty stream's end its square root.
                bytes.len() >= 10
                    && bytes.starts_with(b"BZh")
                    && (b'1'..=b'9').contains(&bytes[3])
                    && (bytes[4..].starts_with(&[0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
                        || bytes[4..].starts_with(&[0x17, 0x72, 0x45, 0x38, 0x50, 0x90]))
            }
            Encoding::Gzip => {
                bytes.len() >= 4 && bytes.starts_with(&[0x1f, 0x8b, 8]) && bytes[3] & 0xe0 == 0
            }
            Encoding::Lz4 => is_frame(bytes),
            Encoding::Plain => false,
            Encoding::Xz => bytes.starts_with(&[0xfd, b'7', b'z', b'X', b'Z', 0]),
            Encoding::Zstd => {
                let is_skippable = bytes.len() >= 4
                    && bytes[0] & 0xf0 == 0x50
                    && bytes[1..4] == [0x2a, 0x4d, 0x18];
                bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) || is_skippable
            }
        }
    }

    /// Like `begins`, but stricter, for a search among bytes that look random: four bytes alone occur by chance once in 4 GiB.
    pub(super) fn resumes(self, bytes: &[u8]) -> bool {
        self.begins(bytes)
            && match self {
                // The extra flags and the operating system that compressors really write.
                Encoding::Gzip => {
                    bytes.len() >= 10
                        && matches!(bytes[8], 0 | 2 | 4)
                        && matches!(bytes[9], 0..=13 | 255)
                }
                // No skippable frame, and the reserved bit of the descriptor unset.
                Encoding::Zstd => bytes.len() >= 5 && bytes[0] == 0x28 && bytes[4] & 0x08 == 0,
                _ => true,
            }
    }

    /// The first bytes of a member, for a quick search.
    pub(super) fn needle(self) -> &'static [u8] {
        match self {
            Encoding::Bzip2 => b"BZh",
            Encoding::Gzip => &[0x1f, 0x8b, 8],
            Encoding::Lz4 => LZ4_MAGIC,
            Encoding::Plain => &[],
            Encoding::Xz => &[0xfd, b'7', b'z', b'X', b'Z', 0],
            Encoding::Zstd => &[0x28, 0xb5, 0x2f, 0xfd],
        }
    }
}

/// What one step of decoding did. What was produced counts even when the step met damage.
pub(super) struct Step {
    pub(super) consumed: usize,
    pub(super) produced: usize,
    pub(super) state: State,
}

/// Where a member stands after a step.
pub(super) enum State {
    /// There is more to come, or more input is needed.
    Going,
    /// The member ended and its checksum agrees.
    End,
    /// The member ended where it should, but its checksum or length does not agree.
    Mismatch(String),
    /// The member cannot be decoded any further.
    Damaged(String),
}

/// The decoder of one member.
pub(super) enum Codec {
    Bzip2(bzip2::Decompress),
    Gzip(Box<Gzip>),
    Lz4(Box<Lz4>),
    Xz(liblzma::stream::Stream),
    Zstd(Zstd),
}

impl Codec {
    /// A decoder for the member that begins now; reuses the last one where that saves its memory.
    pub(super) fn new(encoding: Encoding, last: Option<Codec>) -> std::io::Result<Option<Codec>> {
        Ok(Some(match (encoding, last) {
            (Encoding::Plain, _) => return Ok(None),
            (Encoding::Bzip2, _) => Codec::Bzip2(bzip2::Decompress::new(false)),
            (Encoding::Gzip, Some(Codec::Gzip(mut gzip))) => {
                gzip.restart();
                Codec::Gzip(gzip)
            }
            (Encoding::Gzip, _) => Codec::Gzip(Box::new(Gzip::new())),
            (Encoding::Lz4, _) => Codec::Lz4(Box::new(Lz4::new())),
            (Encoding::Xz, _) => {
                Codec::Xz(liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, 0)?)
            }
            (Encoding::Zstd, Some(Codec::Zstd(mut zstd))) => {
                zstd.restart()?;
                Codec::Zstd(zstd)
            }
            (Encoding::Zstd, _) => Codec::Zstd(Zstd::new()?),
        }))
    }

    /// A decoder of an xz stream by several threads, if it has several blocks whose lengths are told; none where there are no threads.
    pub(super) fn threaded(threads: usize) -> Option<Codec> {
        let memory = XZ_THREAD_MEMORY * threads as u64;
        let stream = liblzma::stream::MtStreamBuilder::new()
            .threads(u32::try_from(threads).ok()?)
            .memlimit_threading(memory.min(XZ_THREADS_MEMORY))
            .memlimit_stop(XZ_MEMORY)
            .decoder();
        stream.ok().map(Codec::Xz)
    }

    /// Leaves members to others that ask for much memory: for one of many decoders.
    pub(super) fn limit_memory(&mut self) -> std::io::Result<()> {
        match self {
            Codec::Zstd(zstd) => zstd.limit_memory(),
            _ => Ok(()),
        }
    }

    /// Decodes some of `input` into `output`. An empty `input` asks for what is still held back.
    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        match self {
            Codec::Bzip2(decoder) => {
                let (before_in, before_out) = (decoder.total_in(), decoder.total_out());
                let state = match decoder.decompress(input, output) {
                    Ok(Bzip2Status::StreamEnd) => State::End,
                    Ok(Bzip2Status::MemNeeded) => {
                        State::Damaged("it asks for more memory than there is".to_string())
                    }
                    Ok(_) => State::Going,
                    Err(error) => State::Damaged(error.to_string()),
                };
                Step::since(before_in, decoder.total_in(), before_out, decoder.total_out(), state)
            }
            Codec::Gzip(gzip) => gzip.step(input, output),
            Codec::Lz4(lz4) => lz4.step(input, output),
            Codec::Xz(stream) => {
                let (before_in, before_out) = (stream.total_in(), stream.total_out());
                let state = match stream.process(input, output, Action::Run) {
                    Ok(XzStatus::StreamEnd) => State::End,
                    Ok(_) => State::Going,
                    Err(error) => State::Damaged(error.to_string()),
                };
                Step::since(before_in, stream.total_in(), before_out, stream.total_out(), state)
            }
            Codec::Zstd(zstd) => zstd.step(input, output),
        }
    }
}

impl Step {
    fn since(before_in: u64, after_in: u64, before_out: u64, after_out: u64, state: State) -> Step {
        Step {
            consumed: (after_in - before_in) as usize,
            produced: (after_out - before_out) as usize,
            state,
        }
    }
}
