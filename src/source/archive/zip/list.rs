//! A zip read by the list of members at its end.
//!
//! The list is walked, not held: its entries are read one by one, by position, and each says where its member lies.

use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;

use super::super::super::handle::Handle;
use super::super::{Each, Entry, Findings};
use super::{Checked, Described, END, LISTED, LOCAL, u16_at, u32_at, u64_at, unpack};

/// How far from the end the end of the list may begin: its fixed part and the longest comment.
const END_REACH: u64 = 22 + 65_535;

/// Where a zip can be read by position.
pub(super) enum Place<'a> {
    /// An open source, to a length.
    Stored(&'a Handle, u64),
    /// A copy in memory.
    Memory(&'a [u8]),
}

impl Place<'_> {
    fn length(&self) -> u64 {
        match self {
            Place::Stored(_, length) => *length,
            Place::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// Fills `out` from an offset, as far as there are bytes; says how many.
    fn read_at(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.length().saturating_sub(offset)).unwrap_or(usize::MAX);
        let room = out.len().min(left);
        match self {
            Place::Stored(handle, _) => handle.fill_at(&mut out[..room], offset),
            Place::Memory(bytes) => {
                bytes.get(offset as usize..).unwrap_or_default().read(&mut out[..room])
            }
        }
    }

    fn bytes(&self, offset: u64, n: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; n];
        let filled = self.read_at(&mut bytes, offset)?;
        bytes.truncate(filled);
        Ok(bytes)
    }
}

/// Where the list lies.
pub(super) struct Members {
    start: u64,
    end: u64,
    /// How many entries it should have.
    n: u64,
    /// How far every offset is off, because something was put before the archive.
    shift: u64,
}

/// Finds the list. The end of the list that lies nearest to the end of the file is the one meant.
pub(super) fn members(place: &Place<'_>) -> Result<Members, String> {
    let length = place.length();
    let from = length.saturating_sub(END_REACH);
    let tail = place.bytes(from, END_REACH as usize).map_err(|error| error.to_string())?;
    let ends = memchr::memmem::rfind_iter(&tail, END);
    let is_end = |at: &usize| {
        let comment = u16_at(&tail, at + 20).map(usize::from);
        comment.is_some_and(|comment| at + 22 + comment <= tail.len())
    };
    let Some(at) = ends.into_iter().find(is_end) else {
        return Err("the list of its members is not there: it may be cut off".to_owned());
    };
    let field = |offset: usize| u64::from(u32_at(&tail, at + offset).unwrap_or_default());
    let mut n = u64::from(u16_at(&tail, at + 10).unwrap_or_default());
    let (mut size, mut start, mut end) = (field(12), field(16), from + at as u64);
    // The locator of the wide form stands right before, and says where that is.
    let locator = place.bytes(end.saturating_sub(20), 20).unwrap_or_default();
    if locator.starts_with(b"PK\x06\x07")
        && let Some(stated) = u64_at(&locator, 8)
    {
        // What was put before the archive is not counted in the offset that is stated.
        let near = end.saturating_sub(20 + 56);
        let wide = [stated, near].into_iter().find_map(|wide_at| {
            let wide = place.bytes(wide_at, 56).ok()?;
            wide.starts_with(b"PK\x06\x06").then_some((wide_at, wide))
        });
        let Some((wide_at, wide)) = wide else {
            return Err("the list of its members has no end".to_owned());
        };
        let value = |at: usize| u64_at(&wide, at).unwrap_or_default();
        (n, size, start, end) = (value(32), value(40), value(48), wide_at);
    }
    let begins = end.checked_sub(size).filter(|begins| *begins >= start);
    let begins =
        begins.ok_or_else(|| "the list of its members is not where it should be".to_owned())?;
    Ok(Members { start: begins, end, n, shift: begins - start })
}

/// Walks the list, and each member.
pub(super) fn walk(
    place: &Place<'_>,
    members: Members,
    findings: &mut Findings,
    each: &mut Each<'_>,
) -> ControlFlow<()> {
    let mut at = members.start;
    let mut n = 0;
    while at < members.end {
        let Some((mut described, offset, is_link, next)) = entry(place, at) else {
            findings.problem(format!("the list of its members is damaged at offset {at}"));
            return ControlFlow::Continue(());
        };
        (at, n) = (next, n + 1);
        if described.is_folder() {
            continue;
        }
        let name = std::mem::take(&mut described.name);
        if is_link {
            findings.links.add(String::from_utf8_lossy(&name).into_owned());
            continue;
        }
        let entry = Entry { name, length: described.length, modified: None };
        let opened = match described.refusal() {
            Some(why) => Err(why),
            None => open(place, &described, offset.saturating_add(members.shift)),
        };
        match opened {
            Ok(mut reader) => each(&entry, Ok(&mut reader))?,
            Err(why) => each(&entry, Err(why))?,
        }
    }
    // A list in the narrow form counts no further than sixteen bits.
    if n != members.n && n & 0xffff != members.n {
        findings.problem(format!("has {} members by its own count, and {n} are listed", members.n));
    }
    ControlFlow::Continue(())
}

/// One entry of the list: what it says, where its member begins, whether that is a link, and where the next entry begins.
fn entry(place: &Place<'_>, at: u64) -> Option<(Described, u64, bool, u64)> {
    let fixed = place.bytes(at, 46).ok().filter(|fixed| fixed.starts_with(LISTED))?;
    let short = |at: usize| u16_at(&fixed, at);
    let long = |at: usize| u32_at(&fixed, at).map(u64::from);
    let lengths = [short(28)?, short(30)?, short(32)?].map(usize::from);
    let [n_name, n_extra, n_comment] = lengths;
    let rest = place.bytes(at + 46, n_name + n_extra).ok()?;
    let mut offset = long(42)?;
    let mut described = Described {
        flags: short(8)?,
        method: short(10)?,
        crc: u32_at(&fixed, 16)?,
        packed: long(20)?,
        length: long(24)?,
        name: rest.get(..n_name)?.to_vec(),
    };
    described.widen(rest.get(n_name..)?, Some(&mut offset));
    // Made on Unix, and of the type of links.
    let is_link = short(4)? >> 8 == 3 && (u32_at(&fixed, 38)? >> 16) & 0o170_000 == 0o120_000;
    let next = at + (46 + n_name + n_extra + n_comment) as u64;
    Some((described, offset, is_link, next))
}

/// Opens a member: its own header says only how long it is.
fn open<'p>(
    place: &'p Place<'p>,
    described: &Described,
    offset: u64,
) -> Result<impl Read + Send + 'p, String> {
    let header = place.bytes(offset, 30).map_err(|error| error.to_string())?;
    let lengths =
        u16_at(&header, 26).zip(u16_at(&header, 28)).filter(|_| header.starts_with(LOCAL));
    let Some((n_name, n_extra)) = lengths else {
        return Err(format!("is not at offset {offset}, where the list says it is"));
    };
    let start = offset + 30 + u64::from(n_name) + u64::from(n_extra);
    let Some(end) = start.checked_add(described.packed) else {
        return Err("is longer than a file can be".to_owned());
    };
    let packed = BufReader::new(Part { place, next: start, end });
    let unpacked = unpack(described.method, packed).map_err(|error| error.to_string())?;
    Ok(Checked::new(unpacked, Some((described.crc, described.length))))
}

/// A part of the archive.
struct Part<'p> {
    place: &'p Place<'p>,
    next: u64,
    end: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.next)).unwrap_or(usize::MAX);
        let room = out.len().min(left);
        let n = self.place.read_at(&mut out[..room], self.next)?;
        self.next += n as u64;
        Ok(n)
    }
}
