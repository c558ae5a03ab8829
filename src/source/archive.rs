//! Takes archives apart: tar and zip, told by content and read as streams, never extracted.
//!
//! Every member is a source of its own. An archive is walked from its start to its end, and each member is met once, in order, with those
//! of an archive in it; nothing is held but blocks of fixed size and, for a zip that lies in another stream, at most [`ZIP_COPY`] bytes.
//! Names in an archive are written by whoever made it: they are only shown, so `../` and absolute paths lead nowhere. Links, devices and
//! pipes are noted and never followed. What is damaged, encrypted or packed in an unknown way is a problem, and what is readable behind it
//! is read.
//!
//! The readers of tar and zip are our own over the crates that unpack: the usual crates hold a list of all members, or a member's long
//! name of any length, in memory; give one of two members of the same name; and stop at the first damage.

mod feed;
mod sparse;
mod tar;
mod zip;

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::atomic::AtomicU64;

use super::decode::Encoding;
use super::find::Found;
use super::open::{Finished, Opened, ReadOptions, open};
use super::stored::Stored;
use super::unpack::Unpacked;

/// How deep an archive may lie in archives, itself counted: deeper ones are told and not read. A log backup in a backup of a machine is
/// two; more than four is no backup.
pub const DEPTH: u32 = 4;

/// How many members of one file are read. What is planned of a member takes about a kilobyte.
pub const MEMBERS: u32 = 100_000;

/// The longest zip within another stream that is copied to memory, in bytes, to be read by its list of members as a file would be. A longer
/// one is read by what stands before each member.
pub const ZIP_COPY: usize = 16 << 20;

/// How many notes and problems of one kind are written out.
const EXAMPLES: usize = 3;

/// A kind of archive.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Container {
    /// tar: v7, ustar, GNU or pax.
    Tar,
    /// zip.
    Zip,
}

impl Container {
    /// Tells an archive by its first decoded bytes (512 are enough).
    pub fn of(bytes: &[u8]) -> Option<Container> {
        if zip::begins(bytes) {
            Some(Container::Zip)
        } else if tar::begins(bytes) {
            Some(Container::Tar)
        } else {
            None
        }
    }

    /// What an archive is called that is stored in this encoding, such as `tar+gzip archive`.
    pub fn describe(self, encoding: Encoding) -> &'static str {
        match (self, encoding) {
            (Container::Tar, Encoding::Bzip2) => "tar+bzip2 archive",
            (Container::Tar, Encoding::Gzip) => "tar+gzip archive",
            (Container::Tar, Encoding::Lz4) => "tar+lz4 archive",
            (Container::Tar, Encoding::Plain) => "tar archive",
            (Container::Tar, Encoding::Xz) => "tar+xz archive",
            (Container::Tar, Encoding::Zstd) => "tar+zstd archive",
            (Container::Zip, Encoding::Bzip2) => "zip+bzip2 archive",
            (Container::Zip, Encoding::Gzip) => "zip+gzip archive",
            (Container::Zip, Encoding::Lz4) => "zip+lz4 archive",
            (Container::Zip, Encoding::Plain) => "zip archive",
            (Container::Zip, Encoding::Xz) => "zip+xz archive",
            (Container::Zip, Encoding::Zstd) => "zip+zstd archive",
        }
    }
}

/// An archive that was walked to its end.
#[derive(Clone, Debug)]
pub struct Archive {
    /// The file, or the member that is an archive itself.
    pub found: Found,
    /// What it is, such as `tar+gzip archive`.
    pub what: &'static str,
    /// Its digests, and what was wrong with it. It has no text of its own.
    pub finished: Finished,
}

/// What a walk meets.
pub enum Met<'a> {
    /// A member, to be read from its start; what is not read of it is passed over.
    Member(Box<Opened<'a>>),
    /// A member that cannot be read, and why.
    Unreadable(Found, String),
    /// An archive, behind all its members: one within another, and at last the file itself.
    Archive(Box<Archive>),
}

/// Walks an archive, and gives what it meets to `take`, which says whether to go on. `progress` is added to as stored bytes of the file
/// are read. A member's digest is taken if that of the file is.
///
/// # Errors
/// As for [`open()`]; also when the file is no archive. Damage is not an error, but a problem of what it is met in.
pub fn walk(
    found: &Found,
    options: ReadOptions,
    progress: Option<&AtomicU64>,
    take: &mut (dyn FnMut(Met<'_>) -> ControlFlow<()> + '_),
) -> io::Result<()> {
    let file =
        Found { member: None, member_length: 0, member_modified: None, place: 0, ..found.clone() };
    let opened = open(&file, options, progress)?;
    let Some(container) = opened.container() else {
        let why = format!("{} is no archive", file.name());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    };
    let mut walk = Walk { options, n_members: 0, take };
    // Whoever takes may have had enough.
    let _ = walk.archive(opened, container, 1);
    Ok(())
}

/// Reads one source, whether it is a file or a member of one: to reach a member its archive is walked. Where several members of one
/// archive are wanted, [`walk`] once.
///
/// # Errors
/// As for [`open()`] and [`walk`]; also when the archive has no such member any more, or it cannot be read.
pub fn with<T>(
    found: &Found,
    options: ReadOptions,
    progress: Option<&AtomicU64>,
    read: &mut (dyn FnMut(Opened<'_>) -> T + '_),
) -> io::Result<T> {
    if found.member.is_none() {
        return open(found, options, progress).map(read);
    }
    let mut done = None;
    walk(found, options, progress, &mut |met| match met {
        Met::Member(opened) if is_same(found, opened.found()) => {
            done = Some(Ok(read(*opened)));
            ControlFlow::Break(())
        }
        Met::Unreadable(other, why) if is_same(found, &other) => {
            done = Some(Err(io::Error::other(why)));
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })?;
    done.unwrap_or_else(|| {
        let why = format!("{} is not in its archive any more", found.name());
        Err(io::Error::new(io::ErrorKind::NotFound, why))
    })
}

/// Whether a member that was met is the one that was found.
fn is_same(found: &Found, met: &Found) -> bool {
    (found.place, &found.member) == (met.place, &met.member)
}

/// What is wrong with an archive or worth knowing of it, besides what its stored bytes say.
#[derive(Default)]
pub(super) struct Findings {
    problems: Vec<String>,
    n_problems: usize,
    links: Counted,
    devices: Counted,
    sparse: Counted,
    notes: Vec<String>,
}

/// How often something was met, and the first of it.
#[derive(Default)]
struct Counted {
    n: u64,
    examples: Vec<String>,
}

impl Counted {
    fn add(&mut self, name: String) {
        self.n += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(name);
        }
    }

    fn note(&self, what: &str) -> Option<String> {
        let more = if self.n > self.examples.len() as u64 { ", …" } else { "" };
        (self.n > 0).then(|| format!("{} {what}: {}{more}", self.n, self.examples.join(", ")))
    }
}

impl Findings {
    /// Most problems of one archive that are written out: an archive torn in a thousand places is counted.
    const PROBLEMS: usize = 100;

    fn problem(&mut self, sentence: String) {
        self.n_problems += 1;
        if self.problems.len() < Findings::PROBLEMS {
            self.problems.push(sentence);
        }
    }

    fn problems(&self, name: &str) -> impl Iterator<Item = String> {
        let left = self.n_problems - self.problems.len();
        let more = (left > 0).then(|| format!("{left} more problems are not listed"));
        self.problems.iter().cloned().chain(more).map(move |what| format!("{name}: {what}"))
    }

    fn notes(&self, name: &str) -> impl Iterator<Item = String> {
        let counted = [
            self.links.note("links in it were not followed"),
            self.devices.note("devices, pipes and sockets in it were not opened"),
            self.sparse
                .note("members are stored sparse; of each hole at most 4096 NUL bytes were read"),
        ];
        let notes = counted.into_iter().flatten().chain(self.notes.clone());
        notes.map(move |what| format!("{name}: {what}"))
    }
}

/// A member as its archive describes it.
pub(super) struct Entry {
    /// Its name, as it is written there.
    name: Vec<u8>,
    /// How many bytes it has; 0 where that is not known before it is read.
    length: u64,
    /// When it was last modified, in seconds since 1970 UTC.
    modified: Option<i64>,
}

/// Takes the next member, or why it cannot be read, and says whether to go on.
type Each<'e> = dyn FnMut(&Entry, Result<&mut (dyn Read + Send), String>) -> ControlFlow<()> + 'e;

/// A walk through one file.
struct Walk<'t> {
    options: ReadOptions,
    /// How many members were met.
    n_members: u32,
    take: &'t mut (dyn FnMut(Met<'_>) -> ControlFlow<()> + 't),
}

impl Walk<'_> {
    /// Walks what was opened, which lies in `depth` archives with itself.
    fn archive(
        &mut self,
        mut opened: Opened<'_>,
        container: Container,
        depth: u32,
    ) -> ControlFlow<()> {
        let found = opened.found().clone();
        let what = container.describe(opened.encoding());
        let mut findings = Findings::default();
        let mut is_full = false;
        let mut each = |entry: &Entry, reader: Result<&mut (dyn Read + Send), String>| {
            if self.n_members == MEMBERS {
                is_full = true;
                return ControlFlow::Break(());
            }
            self.member(&found, entry, reader, depth)
        };
        let flow = match container {
            Container::Tar => tar::walk(&mut opened, &mut findings, &mut each),
            Container::Zip => zip::walk(&mut opened, &mut findings, &mut each),
        };
        if is_full {
            findings.problem(format!("holds more than {MEMBERS} members; the rest was not read"));
        } else {
            flow?;
        }
        let mut finished = opened.finish();
        finished.text_bytes = 0;
        let name = found.name();
        finished.problems.extend(findings.problems(&name));
        finished.notes.extend(findings.notes(&name));
        (self.take)(Met::Archive(Box::new(Archive { found, what, finished })))
    }

    /// Gives one member to whoever takes, or walks it if it is an archive.
    fn member(
        &mut self,
        archive: &Found,
        entry: &Entry,
        reader: Result<&mut (dyn Read + Send), String>,
        depth: u32,
    ) -> ControlFlow<()> {
        self.n_members += 1;
        let name = String::from_utf8_lossy(&entry.name);
        let found = Found {
            member: Some(match &archive.member {
                None => name.into_owned(),
                Some(outer) => format!("{outer}!{name}"),
            }),
            place: self.n_members,
            member_length: entry.length,
            member_modified: entry.modified,
            ..archive.clone()
        };
        let opened = reader.and_then(|reader| {
            let stored = Stored::member(Box::new(reader), self.options.hash);
            Unpacked::new(found.name(), stored, 1).map_err(|error| error.to_string())
        });
        let opened = match opened {
            Ok(unpacked) => Opened::new(found, unpacked),
            Err(why) => return (self.take)(Met::Unreadable(found, why)),
        };
        match opened.container() {
            None => (self.take)(Met::Member(Box::new(opened))),
            Some(container) if depth < DEPTH => self.archive(opened, container, depth + 1),
            Some(_) => {
                let why = format!("is an archive within {DEPTH} others, deeper than is read");
                (self.take)(Met::Unreadable(opened.found().clone(), why))
            }
        }
    }
}

#[cfg(test)]
mod tests;
