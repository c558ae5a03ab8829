//! zip (PKWARE's APPNOTE 6.3): by its list of members where it can be read by position, else by what stands before each member.
//!
//! The list at the end is what every program goes by. A zip within another stream, or one that was cut off before its list, is read
//! member by member as it comes, which all but a stored member of unknown length allow. Encrypted members, and those packed by methods
//! that no common program has written for twenty years, are told by name.

mod inflate;
mod list;
pub(super) mod stream;

use std::io::{self, BufRead, Cursor, Read};
use std::ops::ControlFlow;

use flate2::Crc;
use liblzma::stream::Stream;

use super::super::decode::XZ_MEMORY;
use super::super::open::Opened;
use super::{Each, Findings, ZIP_COPY};

/// What a member begins with, and the list's entry of one.
const LOCAL: &[u8] = b"PK\x03\x04";
const LISTED: &[u8] = b"PK\x01\x02";

/// The end of the list, which is all of an empty archive.
const END: &[u8] = b"PK\x05\x06";

/// The extra field that holds what 32 bits cannot.
const ZIP64: u16 = 1;

/// Flags of a member.
const ENCRYPTED: u16 = 1;
const LENGTHS_BEHIND: u16 = 1 << 3;
const MASKED: u16 = 1 << 13;

/// What the first member is called of a zip that is one document or program: office files, Java and Android packages, books.
const PACKAGES: [&[u8]; 9] = [
    b"META-INF/",
    b"[Content_Types].xml",
    b"mimetype",
    b"AndroidManifest.xml",
    b"_rels/",
    b"docProps/",
    b"word/",
    b"xl/",
    b"ppt/",
];

/// Whether bytes begin like a zip archive, and not like one of the files that are a zip inside: those are left whole.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let is_package = |bytes: &[u8]| PACKAGES.iter().any(|name| bytes[30..].starts_with(name));
    let is_member = bytes.len() >= 31 && bytes.starts_with(LOCAL) && bytes[4] <= 63;
    is_member && !is_package(bytes) || bytes.starts_with(END) && bytes.len() >= 22
}

/// Walks a zip archive.
pub(super) fn walk(
    opened: &mut Opened<'_>,
    findings: &mut Findings,
    each: &mut Each<'_>,
) -> ControlFlow<()> {
    if let Some((handle, length)) = opened.plain_handle() {
        let bytes = list::Place::Stored(&handle, length);
        let flow = match list::members(&bytes) {
            Ok(members) => list::walk(&bytes, members, findings, each),
            Err(why) => {
                findings.problem(format!("{why}; its members are read as they come"));
                stream::walk(opened, findings, each)
            }
        };
        flow?;
        // What was read by position goes by once more, in order, to be digested.
        if let Err(error) = io::copy(opened, &mut io::sink()) {
            findings.problem(format!("could not be read to its end: {error}"));
        }
        return ControlFlow::Continue(());
    }
    let mut copy = Vec::new();
    let whole = opened.by_ref().take(ZIP_COPY as u64 + 1).read_to_end(&mut copy).is_ok();
    let bytes = list::Place::Memory(&copy);
    if whole
        && copy.len() <= ZIP_COPY
        && let Ok(members) = list::members(&bytes)
    {
        return list::walk(&bytes, members, findings, each);
    }
    stream::walk(&mut Cursor::new(copy).chain(opened), findings, each)
}

/// What is said of a member, in the list or before it.
struct Described {
    flags: u16,
    method: u16,
    crc: u32,
    /// How many bytes it has packed and unpacked.
    packed: u64,
    length: u64,
    name: Vec<u8>,
}

impl Described {
    /// Why the member cannot be read, if that is known from what is said of it.
    fn refusal(&self) -> Option<String> {
        if self.flags & (ENCRYPTED | MASKED) != 0 {
            return Some("is encrypted".to_owned());
        }
        let is_known = matches!(self.method, 0 | 8 | 9 | 12 | 93 | 95);
        (!is_known).then(|| format!("is packed by zip method {}, which is not read", self.method))
    }

    /// A folder, which has no bytes.
    fn is_folder(&self) -> bool {
        self.length == 0 && matches!(self.name.last(), Some(b'/' | b'\\'))
    }

    /// Takes the lengths that stand in the extra field because 32 bits cannot hold them; and the offset, which stands behind them.
    fn widen(&mut self, mut extra: &[u8], offset: Option<&mut u64>) {
        while let (Some(id), Some(size)) = (u16_at(extra, 0), u16_at(extra, 2)) {
            let end = (4 + usize::from(size)).min(extra.len());
            let (field, rest) = extra.split_at(end);
            extra = rest;
            if id != ZIP64 {
                continue;
            }
            let mut at = 4;
            let wide = [Some(&mut self.length), Some(&mut self.packed), offset];
            for value in wide.into_iter().flatten() {
                if *value == u64::from(u32::MAX)
                    && let Some(wide) = u64_at(field, at)
                {
                    *value = wide;
                    at += 8;
                }
            }
            return;
        }
    }
}

/// Unpacks what follows in a reader, which is left right behind the packed bytes.
fn unpack<'r>(
    method: u16,
    packed: impl BufRead + Send + 'r,
) -> io::Result<Box<dyn Read + Send + 'r>> {
    Ok(match method {
        0 => Box::new(packed),
        8 => Box::new(inflate::Inflate::new(packed)),
        9 => Box::new(deflate64::Deflate64Decoder::with_buffer(packed)),
        12 => Box::new(bzip2::bufread::BzDecoder::new(packed)),
        93 => Box::new(zstd::stream::read::Decoder::with_buffer(packed)?.single_frame()),
        95 => {
            let stream = Stream::new_stream_decoder(XZ_MEMORY, 0)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(packed, stream))
        }
        other => return Err(io::Error::other(format!("zip method {other} is not read"))),
    })
}

/// Unpacked bytes whose checksum is compared at their end.
struct Checked<R> {
    reader: R,
    crc: Crc,
    n_read: u64,
    /// The checksum and the length, where they are known before.
    expected: Option<(u32, u64)>,
    is_ended: bool,
}

impl<R: Read> Checked<R> {
    fn new(reader: R, expected: Option<(u32, u64)>) -> Checked<R> {
        Checked { reader, crc: Crc::new(), n_read: 0, expected, is_ended: false }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.is_ended || out.is_empty() {
            return Ok(0);
        }
        let n = self.reader.read(out)?;
        self.crc.update(&out[..n]);
        self.n_read += n as u64;
        if n > 0 {
            return Ok(n);
        }
        self.is_ended = true;
        let what = match self.expected {
            Some((_, length)) if length != self.n_read => "length",
            Some((crc, _)) if crc != self.crc.sum() => "checksum",
            _ => return Ok(0),
        };
        Err(io::Error::new(io::ErrorKind::InvalidData, format!("its {what} does not agree")))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}
