//! tar: v7, ustar (POSIX.1-1988), pax (POSIX.1-2001) and GNU, read header by header.
//!
//! A header is believed if its checksum agrees. Behind damage the next header of the ustar kinds is looked for, at any byte. Zero blocks end
//! an archive, but what follows them is read too: archives are written one behind the other. A name or a pax header of any length is
//! passed over, but only the usual lengths are held. Of the holes of sparse members the beginnings are read (`sparse.rs`).

use std::io::{self, Read};
use std::ops::ControlFlow;

use ::tar::Header;

use super::feed::Feed;
use super::sparse::Map;
use super::{Each, Entry, Findings};

/// The unit of a tar archive, in bytes.
const BLOCK: usize = 512;

/// The longest name that is read, in bytes; Linux allows a path of 4096.
const NAME_CAP: u64 = 64 << 10;

/// The longest pax header that is read, in bytes: names, and attributes of a file.
const PAX_CAP: u64 = 1 << 20;

/// What every header but that of v7 holds, and where.
const MAGIC: &[u8] = b"ustar";
const MAGIC_AT: usize = 257;

/// Where a header says what it is of. What is not named here is a file: POSIX asks for that of every kind a program does not know.
const KIND_AT: usize = 156;

/// Whether bytes begin like a tar archive.
pub(super) fn begins(bytes: &[u8]) -> bool {
    header(bytes).is_some_and(|header| {
        let name = header.path_bytes();
        let has_magic = bytes[MAGIC_AT..].starts_with(MAGIC);
        has_magic || !name.is_empty() && !name.iter().any(u8::is_ascii_control)
    })
}

/// Walks a tar archive.
pub(super) fn walk(
    reader: &mut (dyn Read + Send),
    findings: &mut Findings,
    each: &mut Each<'_>,
) -> ControlFlow<()> {
    let mut feed = Feed::new(reader);
    let mut before = Before::default();
    // Its end was seen; what went wrong last was told.
    let (mut is_ended, mut n_told) = (false, 0);
    let mut is_told;
    loop {
        is_told = std::mem::replace(&mut n_told, findings.n_problems) < findings.n_problems;
        let block = feed.peek(BLOCK);
        let (block, n_held) = (&block[..block.len().min(BLOCK)], block.len());
        let is_zero = block.iter().all(|byte| *byte == 0);
        let header = header(block).cloned();
        if n_held == 0 && !feed.is_damaged() {
            break;
        }
        if is_zero && (n_held >= BLOCK || is_ended && n_held > 0) {
            feed.advance(BLOCK);
            (is_ended, before) = (true, Before::default());
            continue;
        }
        let Some(header) = header else {
            before = Before::default();
            resume(&mut feed, findings, "holds no header of a member");
            continue;
        };
        is_ended = false;
        feed.advance(BLOCK);
        one(&mut feed, &header, &mut before, findings, each)?;
    }
    if !is_ended && !is_told {
        let what = "ends without the mark of its end: it may be cut off, and members be missing";
        findings.problem(what.to_owned());
    }
    ControlFlow::Continue(())
}

/// What stands before a member and belongs to it.
#[derive(Default)]
struct Before {
    /// GNU's long name.
    name: Option<Vec<u8>>,
    /// pax records: the last of each key holds.
    path: Option<Vec<u8>>,
    size: Option<u64>,
    /// GNU's sparse members in pax: the name, where the data lie, and whether they begin with that.
    sparse_name: Option<Vec<u8>>,
    is_sparse: bool,
    map: Map,
    has_leading_map: bool,
}

/// Takes what follows one header.
fn one(
    feed: &mut Feed<'_>,
    header: &Header,
    before: &mut Before,
    findings: &mut Findings,
    each: &mut Each<'_>,
) -> ControlFlow<()> {
    let Ok(own_size) = header.entry_size() else {
        *before = Before::default();
        resume(feed, findings, "holds a header without a size");
        return ControlFlow::Continue(());
    };
    let kind = header.as_bytes()[KIND_AT];
    match kind {
        b'L' => {
            before.name = small(feed, own_size, NAME_CAP, "a name", findings).map(|mut name| {
                name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
                name
            });
            return ControlFlow::Continue(());
        }
        // Solaris wrote its own before there was pax.
        b'x' | b'X' => {
            if let Some(records) = small(feed, own_size, PAX_CAP, "a pax header", findings) {
                before.pax(&records);
            }
            return ControlFlow::Continue(());
        }
        // Link targets, what holds for all members, and the name of a volume.
        b'K' | b'g' | b'V' => {
            pass(feed, padded(own_size));
            return ControlFlow::Continue(());
        }
        _ => {}
    }
    let before = std::mem::take(before);
    let mut size = before.size.unwrap_or(own_size);
    let header_name = || header.path_bytes().into_owned();
    let name = before.sparse_name.or(before.path).or(before.name).unwrap_or_else(header_name);
    let shown = || String::from_utf8_lossy(&name).into_owned();
    let counted = match kind {
        // A link has no data, whatever size it has: some write that of the file.
        b'1' | b'2' => Some(&mut findings.links),
        b'3' | b'4' | b'6' => Some(&mut findings.devices),
        _ => None,
    };
    if let Some(counted) = counted {
        let target = header.link_name_bytes().unwrap_or_default();
        let target = String::from_utf8_lossy(&target);
        counted.add(if target.is_empty() { shown() } else { format!("{} -> {target}", shown()) });
        return ControlFlow::Continue(());
    }
    // A folder has no data, whatever size it has; v7 knows folders only by the end of their name. GNU's list of the names in a folder is
    // no member.
    if kind == b'D' {
        pass(feed, padded(size));
    }
    if matches!(kind, b'5' | b'D') || size == 0 && name.ends_with(b"/") {
        return ControlFlow::Continue(());
    }
    let padding = padded(size) - size;
    let mut map = None;
    if kind == b'S' || before.is_sparse {
        let mut holes = before.map;
        match header.as_gnu() {
            Some(header) if kind == b'S' => holes.gnu(header, feed),
            _ if before.has_leading_map => size -= holes.leading(feed, size),
            _ => {}
        }
        findings.sparse.add(shown());
        if holes.is_of(size) {
            map = Some(holes);
        } else {
            let what = "the map of its holes is not understood: its data were read without them";
            findings.problem(format!("{}: {what}", shown()));
        }
    }
    let mut data = Data { feed, left: size };
    let modified = header.mtime().ok().and_then(|seconds| i64::try_from(seconds).ok());
    let modified = modified.filter(|seconds| *seconds > 0);
    let entry = Entry { name: name.clone(), length: size, modified };
    match map {
        Some(map) => each(&entry, Ok(&mut map.fill(&mut data)))?,
        None => each(&entry, Ok(&mut data))?,
    }
    let left = data.left.saturating_add(padding);
    let passed = feed.skip(left);
    if passed < left.saturating_sub(padding) || feed.is_stopped() && feed.is_damaged() {
        if feed.is_damaged() {
            resume(feed, findings, &format!("is damaged within or behind {}", shown()));
        } else {
            findings.problem(format!("is cut off: it ends within {}", shown()));
        }
    }
    ControlFlow::Continue(())
}

impl Before {
    /// Takes pax records: `length key=value` and a newline, the length being that of all of it.
    fn pax(&mut self, mut records: &[u8]) {
        while let Some(space) = records.iter().position(|byte| *byte == b' ') {
            let length = number(&records[..space]).and_then(|length| usize::try_from(length).ok());
            let Some(record) = length.and_then(|length| records.get(space + 1..length)) else {
                return;
            };
            records = &records[space + 1 + record.len()..];
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            let Some(equals) = record.iter().position(|byte| *byte == b'=') else { continue };
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            match key {
                b"path" => self.path = Some(value.to_vec()),
                b"size" => self.size = number(value),
                b"GNU.sparse.name" => self.sparse_name = Some(value.to_vec()),
                b"GNU.sparse.major" => self.has_leading_map = value == b"1",
                b"GNU.sparse.realsize" | b"GNU.sparse.size" => self.map.set_length(number(value)),
                b"GNU.sparse.offset" | b"GNU.sparse.numbytes" => self.map.number(number(value)),
                b"GNU.sparse.map" => {
                    value.split(|byte| *byte == b',').for_each(|one| self.map.number(number(one)));
                }
                _ => {}
            }
            self.is_sparse |= key.starts_with(b"GNU.sparse.");
        }
    }
}

/// The data of one member.
struct Data<'f, 'a> {
    feed: &'f mut Feed<'a>,
    left: u64,
}

impl Read for Data<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let room = out.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if room == 0 {
            return Ok(0);
        }
        let n = self.feed.read(&mut out[..room])?;
        if n == 0 {
            let why = format!("the archive ends {} bytes before the member does", self.left);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        self.left -= n as u64;
        Ok(n)
    }
}

/// Reads what is small and has a whole number of blocks; what is not small is passed over and told.
fn small(
    feed: &mut Feed<'_>,
    size: u64,
    cap: u64,
    what: &str,
    findings: &mut Findings,
) -> Option<Vec<u8>> {
    if size > cap {
        let at = feed.offset();
        findings.problem(format!("{what} of {size} bytes at offset {at} is too long to be read"));
        pass(feed, padded(size));
        return None;
    }
    let mut bytes = Vec::new();
    // What cannot be read is met again as damage.
    feed.take_whole(size, &mut bytes);
    pass(feed, padded(size) - size);
    Some(bytes)
}

/// Passes over what is no member. Where it ends before, that is met again at once.
fn pass(feed: &mut Feed<'_>, n: u64) {
    feed.skip(n);
}

/// Looks for the next header, and tells.
fn resume(feed: &mut Feed<'_>, findings: &mut Findings, what: &str) {
    let at = feed.offset();
    // Not the one that was just refused.
    feed.advance(1);
    let is_found = feed.search(MAGIC, MAGIC_AT, BLOCK, &|bytes| header(bytes).is_some());
    let then = match is_found {
        true => format!("reading goes on at offset {}", feed.offset()),
        false => "nothing after it could be read".to_owned(),
    };
    findings.problem(format!("{what} at offset {at}; {then}"));
}

/// The header that bytes begin with, if its checksum agrees: the sum of all bytes, its own taken as spaces. Some old programs took bytes
/// as signed.
fn header(bytes: &[u8]) -> Option<&Header> {
    let block = bytes.get(..BLOCK)?;
    let header = Header::from_byte_slice(block);
    let stated = i64::from(header.cksum().ok()?);
    let spaced = |at: usize, byte: u8| if (148..156).contains(&at) { b' ' } else { byte };
    let each = || block.iter().enumerate().map(|(at, byte)| spaced(at, *byte));
    let unsigned: i64 = each().map(i64::from).sum();
    let signed: i64 = each().map(|byte| i64::from(byte as i8)).sum();
    (stated == unsigned || stated == signed).then_some(header)
}

fn padded(size: u64) -> u64 {
    size.checked_next_multiple_of(BLOCK as u64).unwrap_or(size)
}

fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
