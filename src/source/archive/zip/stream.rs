//! A zip read as it comes, by what stands before each member.
//!
//! Where a member's length stands behind it, its own packing says where it ends. A stored member of unknown length cannot be told from what
//! follows it, and is passed over with a problem; behind it, as behind damage, the next member is looked for by its first bytes.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use super::super::feed::Feed;
use super::super::{Each, Entry, Findings};
use super::{
    Checked, Described, END, LENGTHS_BEHIND, LISTED, LOCAL, u16_at, u32_at, u64_at, unpack,
};

/// The fixed part before a member, in bytes.
const HEADER: usize = 30;

/// Walks a zip as it comes.
pub(in super::super) fn walk(
    reader: &mut (dyn Read + Send),
    findings: &mut Findings,
    each: &mut Each<'_>,
) -> ControlFlow<()> {
    let mut feed = Feed::new(reader);
    loop {
        let bytes = feed.peek(HEADER);
        if bytes.starts_with(LISTED) || bytes.starts_with(END) {
            // The list; what follows it is none of the archive's members.
            return ControlFlow::Continue(());
        }
        let (is_empty, header) = (bytes.is_empty(), header(bytes));
        if is_empty && !feed.is_damaged() {
            findings.problem("is cut off before the list of its members".to_owned());
            return ControlFlow::Continue(());
        }
        let Some((described, n_extra)) = header else {
            let at = feed.offset();
            if !resume(&mut feed, findings, &format!("holds no member at offset {at}")) {
                return ControlFlow::Continue(());
            }
            continue;
        };
        if !one(&mut feed, described, n_extra, findings, each)? {
            return ControlFlow::Continue(());
        }
    }
}

/// What the fixed part before a member says, with the length of the name in place of the name, and that of the extra field.
fn header(bytes: &[u8]) -> Option<(Described, usize)> {
    let bytes = bytes.get(..HEADER).filter(|bytes| bytes.starts_with(LOCAL))?;
    let described = Described {
        flags: u16_at(bytes, 6)?,
        method: u16_at(bytes, 8)?,
        crc: u32_at(bytes, 14)?,
        packed: u32_at(bytes, 18)?.into(),
        length: u32_at(bytes, 22)?.into(),
        name: vec![0; u16_at(bytes, 26)?.into()],
    };
    Some((described, u16_at(bytes, 28)?.into()))
}

/// Takes one member; says whether anything can follow.
fn one(
    feed: &mut Feed<'_>,
    mut described: Described,
    n_extra: usize,
    findings: &mut Findings,
    each: &mut Each<'_>,
) -> ControlFlow<(), bool> {
    let (start, n_name) = (feed.offset(), described.name.len());
    feed.advance(HEADER);
    described.name.clear();
    feed.take_whole(n_name as u64, &mut described.name);
    let mut extra = Vec::new();
    feed.take_whole(n_extra as u64, &mut extra);
    described.widen(&extra, None);
    if described.is_folder() && described.packed == 0 {
        return ControlFlow::Continue(true);
    }
    let shown = String::from_utf8_lossy(&described.name).into_owned();
    let is_open = described.flags & LENGTHS_BEHIND != 0 && described.packed == 0;
    let entry = Entry { name: described.name.clone(), length: described.length, modified: None };
    let refusal = described.refusal().or_else(|| {
        (is_open && described.method == 0).then(|| "is stored without its length".to_owned())
    });
    if let Some(why) = refusal {
        each(&entry, Err(why))?;
        if is_open {
            return ControlFlow::Continue(resume(
                feed,
                findings,
                &format!("{shown} was passed over"),
            ));
        }
        feed.skip(described.packed);
        return ControlFlow::Continue(true);
    }
    let expected = (!is_open).then_some((described.crc, described.length));
    let left = if is_open { u64::MAX } else { described.packed };
    let mut part = Part { feed: &mut *feed, left };
    let (sums, fault) = match unpack(described.method, &mut part) {
        Ok(unpacked) => {
            let mut unpacked = Checked::new(unpacked, expected);
            each(&entry, Ok(&mut unpacked))?;
            // Where the packed bytes end is known when all of them are unpacked.
            let rest = if is_open { io::copy(&mut unpacked, &mut io::sink()) } else { Ok(0) };
            ((unpacked.crc.sum(), unpacked.n_read), rest.err())
        }
        Err(error) => {
            each(&entry, Err(error.to_string()))?;
            ((0, 0), Some(error))
        }
    };
    let left = part.left;
    if !is_open {
        feed.skip(left);
        return ControlFlow::Continue(true);
    }
    if let Some(error) = fault {
        let what = format!("{shown}, which begins at offset {start}, is damaged ({error})");
        return ControlFlow::Continue(resume(feed, findings, &what));
    }
    if !lengths_behind(feed, u64::MAX - left, sums) {
        findings.problem(format!("the length or checksum behind {shown} does not agree"));
        return ControlFlow::Continue(resume(feed, findings, "does not go on where it should"));
    }
    ControlFlow::Continue(true)
}

/// Takes the checksum and the lengths behind a member, in any of the four forms there are, and compares them.
fn lengths_behind(feed: &mut Feed<'_>, packed: u64, (crc, length): (u32, u64)) -> bool {
    let bytes = feed.peek(24);
    let sign = if bytes.starts_with(b"PK\x07\x08") { 4 } else { 0 };
    let has_crc = |at: usize| u32_at(bytes, at) == Some(crc);
    let narrow = |at: usize| u32_at(bytes, at).map(u64::from);
    let low = |value: u64| Some(value & u64::from(u32::MAX));
    for at in [sign, 0] {
        if has_crc(at)
            && u64_at(bytes, at + 4) == Some(packed)
            && u64_at(bytes, at + 12) == Some(length)
        {
            feed.advance(at + 20);
            return true;
        }
        if has_crc(at) && narrow(at + 4) == low(packed) && narrow(at + 8) == low(length) {
            feed.advance(at + 12);
            return true;
        }
    }
    false
}

/// Looks for the next member or the list, and tells. Says whether either is there.
fn resume(feed: &mut Feed<'_>, findings: &mut Findings, what: &str) -> bool {
    feed.advance(1);
    let is_next = |bytes: &[u8]| {
        let is_member = header(bytes).is_some_and(|(member, _)| {
            member.method <= 99
                && !member.name.is_empty()
                && u16_at(bytes, 4).is_some_and(|v| v & 0xff <= 63)
        });
        is_member || bytes.starts_with(LISTED) || bytes.starts_with(END)
    };
    let is_found = feed.search(b"PK", 0, HEADER, &is_next);
    let then = match is_found {
        true => format!("reading goes on at offset {}", feed.offset()),
        false => "nothing after it could be read".to_owned(),
    };
    findings.problem(format!("{what}; {then}"));
    is_found
}

/// The packed bytes of a member: at most so many.
struct Part<'f, 'a> {
    feed: &'f mut Feed<'a>,
    left: u64,
}

impl Read for Part<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let held = self.fill_buf()?;
        let n = held.len().min(out.len());
        out[..n].copy_from_slice(&held[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Part<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Ok(&[]);
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX);
        let held = self.feed.fill_buf()?;
        Ok(&held[..held.len().min(room)])
    }

    fn consume(&mut self, n: usize) {
        self.feed.consume(n);
        self.left -= n as u64;
    }
}
