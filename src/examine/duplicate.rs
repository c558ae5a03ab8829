//! Which sources are copies of others: `.1` kept beside `.1.gz`, a folder
//! given twice under two names.
//!
//! The content id only nominates; SHA-256 of the text decides.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::ControlFlow;

use crate::source::{Digest, Finished, Opened, ReadOptions};

use super::plan::Plan;
use super::visit::{Stop, trips, visit};

/// Each source that is a copy, with the earlier source that it is a copy of.
/// Sources of different servers are never copies: two servers may well write
/// the same line. Empty sources are not copies of each other either.
pub fn duplicates(
    plan: &Plan,
    finished: &BTreeMap<u32, Result<Finished, String>>,
) -> BTreeMap<u32, u32> {
    let alike = nominated(plan, finished);
    let digests = digests(plan, alike.iter().flatten().copied().collect());
    confirmed(&alike, |number| digests.get(&number))
}

/// The sources that may be copies of each other, those of one content
/// together.
pub fn nominated(plan: &Plan, finished: &BTreeMap<u32, Result<Finished, String>>) -> Vec<Vec<u32>> {
    let mut alike: BTreeMap<(usize, &str), Vec<u32>> = BTreeMap::new();
    for (number, finished) in finished {
        if let Ok(finished) = finished
            && finished.decoded_bytes > 0
        {
            let server = plan.sources[*number as usize].server;
            alike.entry((server, &finished.content_id)).or_default().push(*number);
        }
    }
    alike.into_values().filter(|numbers| numbers.len() > 1).collect()
}

/// Of sources that may be copies those that are, by the digests of their text;
/// one that could not be read has none and is no copy.
pub fn confirmed<'d>(
    alike: &[Vec<u32>],
    digest: impl Fn(u32) -> Option<&'d String>,
) -> BTreeMap<u32, u32> {
    let mut duplicates = BTreeMap::new();
    for numbers in alike {
        for later in 1..numbers.len() {
            let own = digest(numbers[later]);
            let same = |earlier: &&u32| own.is_some() && digest(**earlier) == own;
            if let Some(first) = numbers[..later].iter().find(same) {
                duplicates.insert(numbers[later], *first);
            }
        }
    }
    duplicates
}

/// The SHA-256 of the text of sources; of archives that of what is stored.
fn digests(plan: &Plan, nominated: BTreeSet<u32>) -> BTreeMap<u32, String> {
    let mut digests = BTreeMap::new();
    for trip in trips(plan, nominated) {
        // Only of an archive the digest of what is stored is wanted.
        let is_container = |number: &u32| plan.sources[*number as usize].container.is_some();
        let options =
            ReadOptions { hash: trip.sources.iter().any(is_container), ..ReadOptions::default() };
        visit(plan, &trip, options, None, &mut |number, stop| {
            let digest = match stop {
                Stop::Source(opened) => Some(text_digest(*opened)),
                Stop::Archive(finished) => finished.sha256,
                Stop::Unreadable(_) => None,
            };
            digests.extend(digest.map(|digest| (number, digest)));
            ControlFlow::Continue(())
        });
    }
    digests
}

/// The SHA-256 of a source's text.
pub(super) fn text_digest(mut opened: Opened<'_>) -> String {
    let mut digest = Digest::default();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match opened.read(&mut buffer) {
            Ok(0) => return digest.hex(),
            Ok(n) => digest.update(&buffer[..n]),
            // Both copies of damaged bytes are damaged in the same place.
            Err(_) if opened.is_resumable() => {}
            Err(_) => return digest.hex(),
        }
    }
}
