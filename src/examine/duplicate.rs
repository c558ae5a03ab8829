//! Which sources are copies of others: `.1` kept beside `.1.gz`, a folder
//! given twice under two names.
//!
//! The content id only nominates; SHA-256 of the decoded bytes decides.

use std::collections::BTreeMap;
use std::io::{self, Read};

use crate::source::{self, Digest, Finished, Found, ReadOptions};

use super::plan::Plan;

/// Each source that is a copy, with the earlier source that it is a copy of.
/// Sources of different servers are never copies: two servers may well write
/// the same line. Empty sources are not copies of each other either.
pub fn duplicates(
    plan: &Plan,
    finished: &BTreeMap<u32, Result<Finished, String>>,
) -> BTreeMap<u32, u32> {
    let mut alike: BTreeMap<(usize, &str), Vec<u32>> = BTreeMap::new();
    for (number, finished) in finished {
        if let Ok(finished) = finished
            && finished.decoded_bytes > 0
        {
            let server = plan.sources[*number as usize].server;
            alike.entry((server, &finished.content_id)).or_default().push(*number);
        }
    }
    let mut duplicates = BTreeMap::new();
    for numbers in alike.values().filter(|numbers| numbers.len() > 1) {
        let digests: Vec<Option<String>> = numbers
            .iter()
            .map(|number| decoded_digest(&plan.sources[*number as usize].found).ok())
            .collect();
        for later in 1..numbers.len() {
            let same = |earlier: &usize| {
                digests[*earlier].is_some() && digests[*earlier] == digests[later]
            };
            if let Some(first) = (0..later).find(same) {
                duplicates.insert(numbers[later], numbers[first]);
            }
        }
    }
    duplicates
}

/// The SHA-256 of a source's decoded bytes.
fn decoded_digest(found: &Found) -> io::Result<String> {
    let mut opened = source::open(found, ReadOptions { hash: false }, None)?;
    let mut digest = Digest::default();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match opened.read(&mut buffer) {
            Ok(0) => return Ok(digest.hex()),
            Ok(n) => digest.update(&buffer[..n]),
            // Both copies of damaged bytes are damaged in the same place.
            Err(_) if opened.is_resumable() => {}
            Err(_) => return Ok(digest.hex()),
        }
    }
}
