//! Opens a source and gives its decoded bytes, whatever damage it has.
//!
//! A source is opened read-only, must be the file that was found, and is read at most to the length it was found with: what a server
//! appends meanwhile is noted, not read. Every member of a compressed file is decoded. Where one is torn, what is readable is given, then
//! [`Opened`] returns an error *once* (so that a half line can be ended there), looks for the next member, and goes on with it.
//! A decompression bomb costs time, never memory: nothing is held but blocks of fixed size.
//!
//! Archives (tar, zip) and text encodings (UTF-16) are not taken apart here.

use std::io::{self, Read};
use std::sync::atomic::AtomicU64;

use memchr::memmem;

use super::decode::{Codec, Encoding, MAGIC, State};
use super::digest::ContentId;
use super::find::Found;
use super::handle::{changes, handle};
use super::stored::Stored;

/// How far a decoder that met damage goes back to look for a member it may have run into, in bytes. Damage is nearly always noticed
/// within a few kilobytes; the limit keeps a file made of false starts from costing more than its length times this.
const LOOK_BACK: u64 = 64 << 10;

/// How many problems of one source are kept as sentences; a file torn in a thousand places is counted, not listed.
const PROBLEMS: usize = 100;

/// What is wanted of a reading.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions {
    /// Take the SHA-256 of the stored bytes; then every stored byte is read, also those after the last member.
    pub hash: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions { hash: true }
    }
}

/// Opens a source for one reading from its start. `progress` is added to as stored bytes are read.
///
/// # Errors
/// When the file cannot be opened or its first bytes cannot be read, is not a regular file, or is not the file that was found.
pub fn open<'p>(
    found: &Found,
    options: ReadOptions,
    progress: Option<&'p AtomicU64>,
) -> io::Result<Opened<'p>> {
    let (file, metadata) = handle(found)?;
    let mut stored = Stored::new(file, found.length.min(metadata.len()), options.hash, progress);
    let encoding = Encoding::of(stored.peek_at_least(MAGIC)?);
    Ok(Opened {
        found: found.clone(),
        stored,
        encoding,
        codec: None,
        is_in_member: false,
        member_start: 0,
        given_since_damage: true,
        pending: None,
        is_done: false,
        content: ContentId::default(),
        decoded: 0,
        problems: Vec::new(),
        n_problems: 0,
    })
}

/// The first `limit` decoded bytes of a source (fewer if it is shorter or torn), with its encoding and the problems met: for guessing.
///
/// # Errors
/// As for [`open()`]. Damage is not an error, but a problem.
pub fn head(found: &Found, limit: usize) -> io::Result<(Encoding, Vec<u8>, Vec<String>)> {
    let mut opened = open(found, ReadOptions { hash: false }, None)?;
    let mut bytes = vec![0; limit];
    let mut filled = 0;
    while filled < limit {
        match opened.read(&mut bytes[filled..]) {
            Ok(0) | Err(_) => break,
            Ok(n) => filled += n,
        }
    }
    bytes.truncate(filled);
    Ok((opened.encoding, bytes, opened.problems()))
}

/// What a finished reading says of its source.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The SHA-256 of the whole file as stored, in hexadecimal; none if it was not wanted or a part could not be read.
    pub sha256: Option<String>,
    /// The [`ContentId`] of the decoded bytes that were read, in hexadecimal.
    pub content_id: String,
    /// How many stored bytes were read.
    pub stored_bytes: u64,
    /// How many decoded bytes were read.
    pub decoded_bytes: u64,
    /// What was wrong with the stored bytes, one sentence each, with stored offsets.
    pub problems: Vec<String>,
    /// The source became shorter, was replaced, or was rewritten since it was found: a fault.
    pub changed: Option<String>,
    /// The source became longer since it was found: no fault; what was added was not read.
    pub grew: Option<String>,
}

/// A source being read: a [`Read`] of its decoded bytes.
///
/// On damage `read` returns an error once, of kind `InvalidData` or `UnexpectedEof`; the next reads give what follows the damage, if
/// [`Opened::is_resumable`], else nothing. No decoded byte is lost by the error.
pub struct Opened<'p> {
    found: Found,
    stored: Stored<'p>,
    encoding: Encoding,
    codec: Option<Codec>,
    is_in_member: bool,
    /// The stored offset where the member being decoded began.
    member_start: u64,
    /// Bytes were given since the last error, so that another error has a place of its own.
    given_since_damage: bool,
    /// Damage that was met in a step that also gave bytes: it is returned by the next read.
    pending: Option<State>,
    is_done: bool,
    content: ContentId,
    decoded: u64,
    problems: Vec<String>,
    n_problems: usize,
}

impl Opened<'_> {
    /// How the source is encoded.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether there may be more to read: after an error, whether the source goes on behind the damage.
    pub fn is_resumable(&self) -> bool {
        !self.is_done
    }

    /// What was wrong with the stored bytes so far, one sentence each.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = self.problems.clone();
        if self.n_problems > problems.len() {
            problems.push(format!(
                "{}: {} more problems are not listed",
                self.name(),
                self.n_problems - problems.len()
            ));
        }
        problems
    }

    /// Ends the reading: takes in the stored bytes that were not read (if a digest is wanted), and looks whether the source changed.
    pub fn finish(mut self) -> Finished {
        let sha256 = match self.stored.digest_rest() {
            Ok(sha256) => sha256,
            Err(error) => {
                self.unreadable(&error);
                None
            }
        };
        let mut changes = changes(&self.found, self.stored.file());
        if self.stored.is_short && changes.changed.is_none() {
            changes.changed = Some(format!("{} became shorter while it was read", self.name()));
        }
        Finished {
            sha256,
            stored_bytes: self.stored.seen(),
            decoded_bytes: self.decoded,
            problems: self.problems(),
            content_id: self.content.hex(),
            changed: changes.changed,
            grew: changes.grew,
        }
    }

    fn name(&self) -> String {
        self.found.path.display().to_string()
    }

    fn problem(&mut self, sentence: String) {
        self.n_problems += 1;
        if self.problems.len() < PROBLEMS {
            self.problems.push(sentence);
        }
    }

    fn unreadable(&mut self, error: &io::Error) {
        let sentence = format!(
            "{} could not be read at stored offset {}: {error}",
            self.name(),
            self.stored.offset()
        );
        self.problem(sentence);
        self.is_done = true;
    }

    fn decode(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(state) = self.pending.take()
                && let Some(error) = self.damage(state)?
            {
                return Err(error);
            }
            if self.is_done {
                return Ok(0);
            }
            if !self.is_in_member {
                if let Some(error) = self.next_member()? {
                    return Err(error);
                }
                continue;
            }
            let Some(codec) = &mut self.codec else {
                self.is_in_member = false;
                continue;
            };
            let input = self.stored.peek()?;
            let is_end = input.is_empty();
            let step = codec.step(input, out);
            self.stored.consume(step.consumed);
            match step.state {
                State::Going if step.consumed + step.produced == 0 => {
                    let reason =
                        if is_end { String::new() } else { "it makes no progress".to_string() };
                    self.pending = Some(State::Damaged(reason));
                }
                State::Going => {}
                State::End => self.is_in_member = false,
                state => self.pending = Some(state),
            }
            if step.produced > 0 {
                self.given_since_damage = true;
                return Ok(step.produced);
            }
        }
    }

    /// Notes damage, goes to where decoding can go on, and gives the error to return: none if one was returned for this place already.
    fn damage(&mut self, state: State) -> io::Result<Option<io::Error>> {
        self.is_in_member = false;
        let at = self.stored.offset();
        let is_end = self.stored.peek()?.is_empty();
        let (kind, what) = match state {
            State::Mismatch(reason) => (
                io::ErrorKind::InvalidData,
                format!("is damaged: at its end, offset {at}, {reason}"),
            ),
            State::Damaged(reason) if is_end => {
                let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
                self.resume()?;
                (
                    io::ErrorKind::UnexpectedEof,
                    format!("is cut off: the file ends at offset {at}{reason}"),
                )
            }
            State::Damaged(reason) => {
                self.resume()?;
                (io::ErrorKind::InvalidData, format!("is damaged near offset {at}: {reason}"))
            }
            State::Going | State::End => return Ok(None),
        };
        let then = match (self.is_done, self.stored.offset()) {
            (true, _) => "nothing after it could be read".to_string(),
            (false, next) => format!("reading goes on at offset {next}"),
        };
        let sentence = format!(
            "{}: the {} member at stored offset {} {what}; {then}",
            self.name(),
            self.encoding.name(),
            self.member_start
        );
        self.problem(sentence.clone());
        Ok(self.error(kind, sentence))
    }

    fn error(&mut self, kind: io::ErrorKind, sentence: String) -> Option<io::Error> {
        std::mem::take(&mut self.given_since_damage).then(|| io::Error::new(kind, sentence))
    }

    /// Looks for the next member behind damage, from a little before it: the decoder may have run into that member without noticing.
    fn resume(&mut self) -> io::Result<()> {
        let at = self.stored.offset();
        self.stored.rewind(at.saturating_sub(LOOK_BACK).max(self.member_start + 1));
        self.search()
    }

    /// Goes to the next place where a member begins, or to the end, and is done there.
    fn search(&mut self) -> io::Result<()> {
        let finder = memmem::Finder::new(self.encoding.needle());
        loop {
            let bytes = self.stored.peek_at_least(2 * MAGIC)?;
            let mut from = 0;
            while let Some(place) = finder.find(&bytes[from..]) {
                from += place;
                if bytes.len() - from < MAGIC && bytes.len() >= 2 * MAGIC {
                    // Too near the end of the block to be told; it comes again with more behind it.
                    break;
                }
                if self.encoding.resumes(&bytes[from..]) {
                    self.stored.consume(from);
                    return Ok(());
                }
                from += 1;
            }
            if bytes.len() < 2 * MAGIC {
                let n = bytes.len();
                self.stored.consume(n);
                self.is_done = true;
                return Ok(());
            }
            let n = bytes.len() - MAGIC;
            self.stored.consume(n);
        }
    }

    /// Begins the next member, if there is one. Zero bytes between members and after the last one are padding (tapes, xz streams).
    fn next_member(&mut self) -> io::Result<Option<io::Error>> {
        loop {
            let bytes = self.stored.peek_at_least(MAGIC)?;
            if bytes.is_empty() {
                self.is_done = true;
                return Ok(None);
            }
            if self.encoding.begins(bytes) {
                self.member_start = self.stored.offset();
                match Codec::new(self.encoding, self.codec.take()) {
                    Ok(codec) => self.codec = codec,
                    Err(error) => self.unreadable(&error),
                }
                self.is_in_member = true;
                return Ok(None);
            }
            let n_zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            if n_zeros == 0 {
                break;
            }
            self.stored.consume(n_zeros);
        }
        let start = self.stored.offset();
        self.search()?;
        let n = self.stored.offset() - start;
        let name = self.encoding.name();
        let sentence = if self.is_done {
            format!(
                "{}: {n} bytes at stored offset {start}, after the last {name} member, are not {name} and were not read",
                self.name()
            )
        } else {
            format!(
                "{}: {n} bytes at stored offset {start}, between two members, are not {name} and were not read",
                self.name()
            )
        };
        self.problem(sentence.clone());
        // Behind the last member nothing of a line can be missing that its missing newline does not show.
        Ok(if self.is_done { None } else { self.error(io::ErrorKind::InvalidData, sentence) })
    }
}

impl Read for Opened<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() || (self.is_done && self.pending.is_none()) {
            return Ok(0);
        }
        let read = match self.encoding {
            Encoding::Plain => self.stored.read(out),
            _ => self.decode(out),
        };
        match &read {
            Ok(n) => {
                self.content.update(&out[..*n]);
                self.decoded += *n as u64;
            }
            Err(error) if self.stored.is_broken => self.unreadable(error),
            Err(_) => {}
        }
        read
    }
}

#[cfg(test)]
mod tests;
