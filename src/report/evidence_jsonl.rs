//! `evidence.jsonl`: the line behind every number, byte for byte, an object a
//! line in the order of the inputs: all inside and border hits, then the
//! unread lines that may name a target. Below level full the bytes are left
//! out, and their digest as well: who knows the rest of a line can try all
//! addresses against it.

use std::io::{self, Write};

use serde::Serialize;

use crate::evidence::Unread;
use crate::record::Instant;
use crate::source::Digest;

use super::proof::Proof;
use super::safe::{self, Json};
use super::{Output, Whole, proof};

/// The output.
pub(super) struct EvidenceJsonl;

/// A line that was read and names a target: as the report cites it, and its
/// bytes.
#[derive(Serialize)]
struct ReadLine<'a> {
    #[serde(flatten)]
    proof: Proof,
    client: String,
    class: &'static str,
    level: &'static str,
    reading: &'static str,
    path_of_source: String,
    #[serde(flatten)]
    raw: Raw<'a>,
}

/// A line that was not read and may name a target.
#[derive(Serialize)]
struct SuspectLine<'a> {
    id: Option<String>,
    level: &'static str,
    reading: &'static str,
    source: u32,
    path_of_source: String,
    line: u64,
    offset: u64,
    length: u64,
    at: u64,
    wanted: &'a str,
    suspect: bool,
    after: Option<Instant>,
    before: Option<Instant>,
    #[serde(flatten)]
    raw: Raw<'a>,
}

/// The bytes of a line.
#[derive(Serialize)]
struct Raw<'a> {
    raw_b64: Option<String>,
    raw: Option<&'a str>,
    raw_left_out: u64,
    sha256: Option<String>,
}

impl<'a> Raw<'a> {
    /// The bytes kept of a line that is `length` bytes long. Without all of
    /// them there is no digest of the line.
    fn new(whole: &Whole<'_>, kept: &'a [u8], length: u64) -> Raw<'a> {
        match whole.veil.is_full() {
            true => Raw::kept(kept, length),
            false => Raw { raw_b64: None, raw: None, raw_left_out: length, sha256: None },
        }
    }

    fn kept(kept: &'a [u8], length: u64) -> Raw<'a> {
        let raw_left_out = length.saturating_sub(kept.len() as u64);
        let sha256 = (raw_left_out == 0).then(|| {
            let mut digest = Digest::default();
            digest.update(kept);
            digest.hex()
        });
        Raw {
            raw_b64: Some(safe::base64(kept)),
            raw: std::str::from_utf8(kept).ok(),
            raw_left_out,
            sha256,
        }
    }
}

impl Output for EvidenceJsonl {
    fn file(&self) -> &'static str {
        "evidence.jsonl"
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        let Whole { examined, judgement, .. } = *whole;
        let same_as = proof::same_as(examined, judgement);
        let mut number = 0;
        whole.each_hit(|at, hit, detail| {
            let judged = &judgement.judged[at];
            if !proof::is_numbered(hit, judged) {
                return Ok(());
            }
            number += 1;
            let place = judgement.actor_of[at] as usize;
            let actors = &judgement.actors;
            let (id, actor) = (proof::id(number), super::proof::actor_id(place, actors.len()));
            let mut proof =
                proof::proof(whole.question, hit, (judged, &judgement.masks), detail, id, actor);
            proof.same_as = same_as.get(&at).cloned();
            let line = ReadLine {
                proof,
                client: safe::text(&actors[place].client()).text,
                class: hit.class.word(),
                level: whole.veil.level().word(),
                reading: "read",
                path_of_source: source_path(whole, hit.source),
                raw: Raw::new(whole, &detail.raw, u64::from(hit.length)),
            };
            safe::json(&line, Json::line(), into)
        })?;
        for (source, seen) in (0u32..).zip(&examined.sources) {
            if seen.duplicate_of.is_none() {
                for line in &seen.unread.suspects {
                    safe::json(&suspect_line(whole, source, line), Json::line(), into)?;
                }
            }
        }
        Ok(())
    }
}

fn suspect_line<'u>(whole: &Whole<'_>, source: u32, line: &'u Unread) -> SuspectLine<'u> {
    SuspectLine {
        id: None,
        level: whole.veil.level().word(),
        reading: "unread",
        source,
        path_of_source: source_path(whole, source),
        line: line.line,
        offset: line.offset,
        length: line.length,
        at: line.at,
        wanted: &line.wanted,
        suspect: line.suspect,
        after: line.after,
        before: line.before,
        raw: Raw::new(whole, &line.raw, line.length),
    }
}

fn source_path(whole: &Whole<'_>, source: u32) -> String {
    safe::text(&whole.plan.sources[source as usize].found.name_bytes()).text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_bytes() {
        let check = |kept: &[u8], length: u64, expected: &str| {
            assert_eq!(serde_json::to_string(&Raw::kept(kept, length)).unwrap(), expected);
        };
        check(
            b"abc",
            3,
            r#"{"raw_b64":"YWJj","raw":"abc","raw_left_out":0,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}"#,
        );
        check(b"\xff", 9, r#"{"raw_b64":"/w==","raw":null,"raw_left_out":8,"sha256":null}"#);
    }
}
