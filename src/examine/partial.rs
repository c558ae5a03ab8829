//! A partial: what mapping some splits gave, as bytes that another process
//! reads, perhaps on another machine and another day.
//!
//! One line of JSON says what it is, of which plan and question, how long the
//! rest is and its SHA-256; the rest is postcard, compressed by zstd. Partials
//! may stand one behind the other in a file. Reading refuses what is not
//! exactly what was written, and what the plan cannot have given
//! (`sound`): a partial is no log, and nothing of a damaged one is
//! used.

use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::evidence::SourceEvidence;
use crate::format::State;
use crate::source::{Digest, Finished};

use super::ask::Answers;

/// What a partial calls itself. The number changes with what is in one.
const SCHEMA: &str = "whofetched-partial/1";

/// The program that wrote it: evidence of one version is not merged with that
/// of another, which may read a line in another way.
pub const TOOL: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// The longest first line, in bytes.
const HEAD_BYTES: u64 = 4096;

/// The most bytes that one partial unpacks to: what is found in so many splits
/// that it is more, is to be mapped by several processes.
const MOST_BYTES: u64 = 4 << 30;

/// The level of zstd: the fastest, because what is packed was found, and is
/// little beside what was read.
const LEVEL: i32 = 1;

/// Which plan a partial is of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Of {
    /// The SHA-256 of the plan.
    pub plan: String,
    /// The SHA-256 of the question.
    pub question: String,
}

/// What one errand gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The split's number in the plan.
    pub split: u32,
    /// What it gave.
    pub gave: Gave,
}

/// What mapping a split gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Gave {
    /// To an ask, known by its digest.
    Answers {
        /// The digest of the ask.
        ask: String,
        /// The answers.
        answers: Box<Answers>,
    },
    /// The digests of its source.
    Digest(Box<Finished>),
    /// The evidence of its lines.
    Lines {
        /// What was carried into the first line.
        state: State,
        /// The evidence.
        evidence: Box<SourceEvidence>,
        /// The hashes of its blocks, where the content id of its source is made
        /// of them.
        content: Vec<u128>,
        /// The digests of its source, where all of it was read.
        finished: Option<Box<Finished>>,
    },
    /// The SHA-256 of the text of its source, unless that cannot be read.
    Text(Option<String>),
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    partial: String,
    tool: String,
    plan: String,
    question: String,
    parts: u64,
    bytes: u64,
    sha256: String,
}

/// Writes parts as one partial.
///
/// # Errors
/// When `into` cannot be written, or the parts are more than one partial
/// holds.
pub fn write(of: &Of, parts: &[Part], into: &mut dyn Write) -> io::Result<()> {
    let plain = postcard::to_stdvec(parts).map_err(io::Error::other)?;
    if plain.len() as u64 > MOST_BYTES {
        return Err(io::Error::other(
            "what was found is more than a partial holds: map fewer splits at a time",
        ));
    }
    let packed = zstd::bulk::compress(&plain, LEVEL)?;
    let head = Head {
        partial: SCHEMA.to_owned(),
        tool: TOOL.to_owned(),
        plan: of.plan.clone(),
        question: of.question.clone(),
        parts: parts.len() as u64,
        bytes: packed.len() as u64,
        sha256: digest(&packed),
    };
    serde_json::to_writer(&mut *into, &head)?;
    into.write_all(b"\n")?;
    into.write_all(&packed)
}

/// Reads all partials of a file that is called `name`, and hands each part to
/// `take`.
///
/// # Errors
/// When the file cannot be read, is no partial, is cut or altered, or is one
/// of another version, plan or question; and what `take` refuses.
pub fn read(
    name: &str,
    of: &Of,
    from: &mut dyn BufRead,
    take: &mut dyn FnMut(Part) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut is_empty = true;
    while let Some(head) = read_head(name, from)? {
        is_empty = false;
        check(&head, of).map_err(|why| refuse(name, &why))?;
        read_parts(name, &head, from)?.into_iter().try_for_each(&mut *take)?;
    }
    match is_empty {
        true => Err(refuse(name, "is empty: the program that was to write it did not end well")),
        false => Ok(()),
    }
}

fn read_head(name: &str, from: &mut dyn BufRead) -> Result<Option<Head>, Error> {
    let mut line = Vec::new();
    let read = from.take(HEAD_BYTES).read_until(b'\n', &mut line);
    read.map_err(|error| Error::io(name, error))?;
    if line.is_empty() {
        return Ok(None);
    }
    let head: Result<Head, _> = serde_json::from_slice(&line);
    match head {
        Ok(head) if line.ends_with(b"\n") => Ok(Some(head)),
        // Of another version it may have other keys.
        _ if line.starts_with(b"{\"partial\":") && line.ends_with(b"\n") => {
            Err(refuse(name, &format!("is no partial of this version, {TOOL}")))
        }
        _ => Err(refuse(name, "is no partial, or does not begin as one")),
    }
}

/// Checks whose partial it is.
fn check(head: &Head, of: &Of) -> Result<(), String> {
    if head.partial != SCHEMA || head.tool != TOOL {
        return Err(format!(
            "was written by {} as {}, and this is {TOOL} with {SCHEMA}: map and reduce with one version",
            head.tool, head.partial
        ));
    }
    if head.question != of.question {
        return Err("is a partial of another case".to_owned());
    }
    if head.plan != of.plan {
        return Err("is a partial of another plan".to_owned());
    }
    if head.bytes > MOST_BYTES {
        return Err("is longer than any partial".to_owned());
    }
    Ok(())
}

fn read_parts(name: &str, head: &Head, from: &mut dyn BufRead) -> Result<Vec<Part>, Error> {
    let mut packed = Vec::new();
    let read = from.take(head.bytes).read_to_end(&mut packed);
    read.map_err(|error| Error::io(name, error))?;
    if (packed.len() as u64) < head.bytes {
        let (has, is) = (packed.len(), head.bytes);
        return Err(refuse(name, &format!("is cut off: it has {has} bytes of {is}")));
    }
    if digest(&packed) != head.sha256 {
        return Err(refuse(name, "was altered: its content does not have its digest"));
    }
    let no_parts = || refuse(name, "does not hold what a partial holds");
    let mut plain = Vec::new();
    let unpacked = zstd::stream::Decoder::new(packed.as_slice())
        .and_then(|packed| packed.take(MOST_BYTES + 1).read_to_end(&mut plain));
    if unpacked.is_err() || plain.len() as u64 > MOST_BYTES {
        return Err(no_parts());
    }
    match postcard::take_from_bytes::<Vec<Part>>(&plain) {
        Ok((parts, [])) if parts.len() as u64 == head.parts => Ok(parts),
        _ => Err(no_parts()),
    }
}

fn digest(bytes: &[u8]) -> String {
    let mut digest = Digest::default();
    digest.update(bytes);
    digest.hex()
}

fn refuse(name: &str, why: &str) -> Error {
    Error::Ledger(format!("{name} {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(plan: &str) -> Of {
        Of { plan: plan.to_owned(), question: "the case".to_owned() }
    }

    fn written() -> (Vec<Part>, Vec<u8>) {
        let lines = Gave::Lines {
            state: State::default(),
            evidence: Box::default(),
            content: vec![7],
            finished: None,
        };
        let text = Gave::Text(Some("0123".repeat(16)));
        let parts = vec![Part { split: 7, gave: lines }, Part { split: 300, gave: text }];
        let mut bytes = Vec::new();
        write(&of("a plan"), &parts, &mut bytes).unwrap();
        (parts, bytes)
    }

    fn back(of: &Of, mut bytes: &[u8]) -> Result<Vec<Part>, String> {
        let mut parts = Vec::new();
        let mut take = |part| {
            parts.push(part);
            Ok(())
        };
        let read = read("a.part", of, &mut bytes, &mut take);
        read.map(|()| parts).map_err(|error| error.to_string())
    }

    #[test]
    fn partials_are_read_as_they_were_written() {
        let (parts, bytes) = written();
        assert_eq!(back(&of("a plan"), &bytes).unwrap(), parts);
        let twice = [bytes.as_slice(), bytes.as_slice()].concat();
        assert_eq!(back(&of("a plan"), &twice).unwrap().len(), 4);
    }

    #[test]
    fn what_is_not_what_was_written_is_refused() {
        let (_, bytes) = written();
        let why = |of: &Of, bytes: &[u8]| back(of, bytes).unwrap_err();
        assert!(why(&of("another"), &bytes).contains("of another plan"));
        let case = Of { question: "b".to_owned(), ..of("a plan") };
        assert!(why(&case, &bytes).contains("of another case"));
        for end in 0..bytes.len() {
            back(&of("a plan"), &bytes[..end]).unwrap_err();
        }
        for at in 0..bytes.len() {
            for change in [1, 0x80, 0xff] {
                let mut altered = bytes.clone();
                altered[at] ^= change;
                back(&of("a plan"), &altered).unwrap_err();
            }
        }
        let text = String::from_utf8_lossy(&bytes).replace("partial/1", "partial/9");
        assert!(why(&of("a plan"), text.as_bytes()).contains("with one version"));
        let longer = [bytes.as_slice(), b"x"].concat();
        assert!(why(&of("a plan"), &longer).contains("is no partial"));
    }

    #[test]
    fn bytes_that_nobody_wrote_are_refused() {
        // Right digests round anything at all.
        let mut seed = 1_u64;
        for length in 0..400_usize {
            let plain: Vec<u8> = (0..length)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (seed >> 56) as u8
                })
                .collect();
            let packed = match length % 2 {
                0 => plain,
                _ => zstd::bulk::compress(&plain, LEVEL).unwrap(),
            };
            let head = Head {
                partial: SCHEMA.to_owned(),
                tool: TOOL.to_owned(),
                plan: "a plan".to_owned(),
                question: "the case".to_owned(),
                parts: 1,
                bytes: packed.len() as u64,
                sha256: digest(&packed),
            };
            let mut bytes = serde_json::to_vec(&head).unwrap();
            bytes.push(b'\n');
            bytes.extend(packed);
            back(&of("a plan"), &bytes).unwrap_err();
        }
    }
}
