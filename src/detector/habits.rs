//! What a client does besides: counts, and the few requests that a detector
//! wants to see. Small, because there may be millions of clients, and merged
//! in any order to the same whole.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{Act, notes};
use crate::record::Instant;

/// How many distinct paths are counted exactly.
pub const PATHS_KEPT: usize = 64;

/// How many requests are kept for detectors.
const NOTED_KEPT: usize = 16;

/// How much of a path is kept, in bytes.
const PATH_KEPT: usize = 160;

/// What a client does besides asking for what was exposed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habits {
    /// Requests answered with 404 or 410.
    pub missing: u64,
    /// Requests for the parts of a page: styles, scripts, pictures.
    pub assets: u64,
    /// Requests with a referer.
    pub referred: u64,
    /// All requests.
    pub requests: u64,
    /// Hashes of distinct paths, at most 64: the smallest, so that
    /// the set is the same in any order.
    paths: BTreeSet<u64>,
    /// Requests that a detector wants to see, the earliest.
    noted: BTreeSet<Noted>,
}

/// A request that a detector wants to see.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Noted {
    /// When.
    pub at: Option<Instant>,
    /// The beginning of its canonical path.
    pub path: Vec<u8>,
    /// The method as logged.
    pub method: Vec<u8>,
    /// The status.
    pub status: Option<u16>,
}

impl Habits {
    /// Counts a request.
    pub fn see(&mut self, at: Option<Instant>, act: &Act<'_>) {
        self.requests += 1;
        self.missing += u64::from(matches!(act.status, Some(404 | 410)));
        self.assets += u64::from(is_asset(act.path));
        self.referred += u64::from(act.has_referer);
        let hash = xxh3_64(act.path);
        if self.paths.len() < PATHS_KEPT || self.paths.last().is_some_and(|last| hash < *last) {
            self.paths.insert(hash);
            if self.paths.len() > PATHS_KEPT {
                self.paths.pop_last();
            }
        }
        if notes(act) {
            let cut = |bytes: &[u8]| bytes[..bytes.len().min(PATH_KEPT)].to_vec();
            let (path, method) = (cut(act.path), cut(act.method));
            self.keep(Noted { at, path, method, status: act.status });
        }
    }

    fn keep(&mut self, noted: Noted) {
        self.noted.insert(noted);
        if self.noted.len() > NOTED_KEPT {
            self.noted.pop_last();
        }
    }

    /// Adds what was seen elsewhere.
    pub fn merge(&mut self, other: Habits) {
        self.missing += other.missing;
        self.assets += other.assets;
        self.referred += other.referred;
        self.requests += other.requests;
        self.paths.extend(other.paths);
        while self.paths.len() > PATHS_KEPT {
            self.paths.pop_last();
        }
        other.noted.into_iter().for_each(|noted| self.keep(noted));
    }

    /// How many distinct paths, up to 64, which stands for that
    /// many and more.
    pub fn paths(&self) -> usize {
        self.paths.len()
    }

    /// The requests that were kept, by time.
    pub fn noted(&self) -> impl Iterator<Item = &Noted> {
        self.noted.iter()
    }
}

/// Whether a path is that of a part of a page.
fn is_asset(path: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 12] = [
        b".css", b".gif", b".ico", b".jpeg", b".jpg", b".js", b".png", b".svg", b".webp", b".woff",
        b".woff2", b".ttf",
    ];
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_merge_in_any_order() {
        let see = |habits: &mut Habits, number: i64| {
            let path = format!("/a{number}/wp-login.php");
            let act = Act {
                method: b"POST",
                path: path.as_bytes(),
                status: Some(if number % 2 == 0 { 302 } else { 404 }),
                has_referer: number % 3 == 0,
            };
            habits.see(Some(Instant::at(number)), &act);
        };
        let (mut whole, mut left, mut right) =
            (Habits::default(), Habits::default(), Habits::default());
        for number in 0..200 {
            see(&mut whole, number);
            see(if number % 7 == 0 { &mut left } else { &mut right }, number);
        }
        let mut backwards = right.clone();
        backwards.merge(left.clone());
        left.merge(right);
        assert_eq!(left, whole);
        assert_eq!(backwards, whole);
        assert_eq!((whole.paths(), whole.noted().count()), (PATHS_KEPT, NOTED_KEPT));
        assert_eq!((whole.requests, whole.missing, whole.referred), (200, 100, 67));
    }
}
