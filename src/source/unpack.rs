//! Gives the decoded bytes of stored ones, whatever damage they have.
//!
//! Every member of a compressed file is decoded. Where one is torn, what is readable is given, then [`Unpacked`] returns an error *once*
//! (so that a half line can be ended there), looks for the next member, and goes on with it. A decompression bomb costs time, never
//! memory: nothing is held but blocks of fixed size.
//!
//! What stands in the decoded bytes (an archive, text in UTF-16) is not asked here.

use std::io::{self, Read};

use memchr::memmem;

use super::ahead::{Ahead, Given};
use super::decode::{Codec, Encoding, MAGIC, State};
use super::digest::ContentId;
use super::handle::Handle;
use super::stored::{self, Stored};

/// How far a decoder that met damage goes back to look for a member it may have run into, in bytes. Damage is nearly always noticed
/// within a few kilobytes; the limit keeps a file made of false starts from costing more than its length times this.
const LOOK_BACK: u64 = stored::LOOK_BACK as u64;

/// How many problems of one source are kept as sentences; a file torn in a thousand places is counted, not listed.
const PROBLEMS: usize = 100;

/// Stored bytes being decoded: a [`Read`] of the decoded ones.
///
/// On damage `read` returns an error once, of kind `InvalidData` or `UnexpectedEof`; the next reads give what follows the damage, if
/// [`Unpacked::is_resumable`], else nothing. No decoded byte is lost by the error.
pub(super) struct Unpacked<'p> {
    /// What problems call it.
    name: String,
    pub(super) stored: Stored<'p>,
    encoding: Encoding,
    codec: Option<Codec>,
    /// Decodes before it is asked, if that is wanted.
    ahead: Option<Ahead>,
    /// How many threads may decode.
    threads: usize,
    /// What is given is decoded by several threads, and may yet have to be decoded again by one.
    trial: Option<Trial>,
    /// How many bytes were given already of what is decoded next.
    again: u64,
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

/// A member that several threads decode.
struct Trial {
    /// Where it began, a stored offset.
    start: u64,
    /// How many bytes of it were given.
    given: u64,
    /// Up to where the stored bytes were used for them.
    used: u64,
}

impl<'p> Unpacked<'p> {
    /// Tells the encoding of stored bytes and begins with their first member. Problems call them `name`. At most so many `threads` decode.
    ///
    /// # Errors
    /// When the first bytes cannot be read.
    pub(super) fn new(
        name: String,
        mut stored: Stored<'p>,
        threads: usize,
    ) -> io::Result<Unpacked<'p>> {
        let encoding = Encoding::of(stored.peek_at_least(MAGIC)?);
        let file = stored.handle().filter(|handle| matches!(handle, Handle::File(_)));
        // What comes once cannot be decoded again, and what comes from afar is not asked for twice.
        let threads = if file.is_some() { threads } else { 1 };
        let ahead = file.and_then(|file| Ahead::start(file, stored.length(), encoding, threads));
        Ok(Unpacked {
            name,
            stored,
            encoding,
            codec: None,
            ahead,
            threads,
            trial: None,
            again: 0,
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

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether there may be more to read: after an error, whether the source goes on behind the damage.
    pub(super) fn is_resumable(&self) -> bool {
        !self.is_done
    }

    /// What was wrong with the stored bytes so far, one sentence each.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = self.problems.clone();
        if self.n_problems > problems.len() {
            problems.push(format!(
                "{}: {} more problems are not listed",
                self.name,
                self.n_problems - problems.len()
            ));
        }
        problems
    }

    /// The content id of the decoded bytes so far, in hexadecimal, and how many they were.
    pub(super) fn content(&self) -> (String, u64) {
        (self.content.clone().hex(), self.decoded)
    }

    /// Takes in the stored bytes that were not read, and gives the digest of all, if it was wanted and could be had.
    pub(super) fn digest_rest(&mut self) -> Option<String> {
        match self.stored.digest_rest() {
            Ok(sha256) => sha256,
            Err(error) => {
                self.unreadable(&error);
                None
            }
        }
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
            self.name,
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
            if self.trial.is_some() && self.ahead.is_some() {
                match self.take(out)? {
                    0 => continue,
                    n => return Ok(n),
                }
            }
            let Some(codec) = &mut self.codec else {
                self.is_in_member = false;
                continue;
            };
            let input = self.stored.peek()?;
            let is_end = input.is_empty();
            let mut step = codec.step(input, out);
            self.stored.consume(step.consumed);
            if let Some(trial) = &mut self.trial {
                trial.given += step.produced as u64;
            }
            let known = (step.produced as u64).min(self.again) as usize;
            match step.state {
                State::Going if step.consumed + step.produced > 0 => {}
                State::End => (self.is_in_member, self.trial) = (false, None),
                _ if self.trial.is_some() => self.try_again(),
                State::Going => {
                    let reason =
                        if is_end { String::new() } else { "it makes no progress".to_string() };
                    self.pending = Some(State::Damaged(reason));
                }
                state => self.pending = Some(state),
            }
            if known > 0 {
                out.copy_within(known..step.produced, 0);
                self.again -= known as u64;
                step.produced -= known;
            }
            if step.produced > 0 {
                self.given_since_damage = true;
                return Ok(step.produced);
            }
        }
    }

    /// Takes what was decoded ahead, if all is well with it: how many bytes were written.
    fn take(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let (Some(ahead), Some(trial)) = (&mut self.ahead, &mut self.trial) else { return Ok(0) };
        self.stored.advance(trial.used)?;
        match ahead.read(out) {
            Given::Bytes(n, used) => {
                trial.given += n as u64;
                trial.used = used;
                self.given_since_damage = true;
                return Ok(n);
            }
            Given::Broken => self.try_again(),
            Given::End(offset) => {
                (self.is_in_member, self.trial) = (false, None);
                self.stored.advance(offset)?;
            }
        }
        Ok(0)
    }

    /// Goes back to where several threads began, and decodes by this one alone, but for the bytes that were given.
    fn try_again(&mut self) {
        if let Some(trial) = self.trial.take() {
            self.stored.rewind(trial.start);
            self.again = trial.given;
            self.begin_member(1);
        }
    }

    /// Has the member that begins here decoded by so many threads, if that can be.
    fn begin_member(&mut self, threads: usize) {
        let start = self.stored.offset();
        self.trial = Some(Trial { start, given: 0, used: start }).filter(|_| threads > 1);
        if self.trial.is_some() {
            if self.ahead.as_mut().is_some_and(|ahead| ahead.begin(start)) {
                return;
            }
            if self.encoding == Encoding::Xz
                && let Some(codec) = Codec::threaded(threads)
            {
                self.codec = Some(codec);
                return;
            }
        }
        self.trial = None;
        match Codec::new(self.encoding, self.codec.take()) {
            Ok(codec) => self.codec = codec,
            Err(error) => self.unreadable(&error),
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
            self.name,
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
                // Bytes to be left out are not counted by others.
                self.begin_member(if self.again == 0 { self.threads } else { 1 });
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
                self.name
            )
        } else {
            format!(
                "{}: {n} bytes at stored offset {start}, between two members, are not {name} and were not read",
                self.name
            )
        };
        self.problem(sentence.clone());
        // Behind the last member nothing of a line can be missing that its missing newline does not show.
        Ok(if self.is_done { None } else { self.error(io::ErrorKind::InvalidData, sentence) })
    }
}

impl Read for Unpacked<'_> {
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
