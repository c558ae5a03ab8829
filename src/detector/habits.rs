//! What a client does besides: counts, and the few requests that a detector
//! wants to see. Small, because there may be millions of clients, and merged
//! in any order to the same whole.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{Act, DETECTORS, noting};
use crate::record::Instant;

/// How many distinct paths are counted exactly.
pub const PATHS_KEPT: usize = 64;

/// How many distinct names that no page links to are counted exactly.
const TELLING_KEPT: usize = 16;

/// How many requests are kept for each detector.
const NOTED_KEPT: usize = 24;

/// How much of a path is kept, in bytes.
const PATH_KEPT: usize = 160;

/// How many hours with requests in vain are counted apart: the first ones.
const HOURS_KEPT: usize = 48;

/// What a client does besides asking for what was exposed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habits {
    /// Requests for what is not there or not for anybody: 400, 403, 404, 405
    /// and 410.
    pub in_vain: u64,
    /// Requests for the parts of a page: styles, scripts, pictures.
    pub assets: u64,
    /// Requests with a referer.
    pub referred: u64,
    /// All requests.
    pub requests: u64,
    /// Hashes of distinct paths in order, at most 64: the smallest, so that
    /// the set is the same in any order of requests.
    paths: Vec<u64>,
    /// What most clients have none of.
    rare: Option<Box<Rare>>,
}

/// What few clients do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Rare {
    /// Requests in vain by hour, the earliest hours.
    hours: BTreeMap<i64, u64>,
    /// Hashes of distinct names of copies, archives and settings that were
    /// asked for in vain, at most 16, kept as the paths are.
    telling: Vec<u64>,
    /// Requests that a detector wants to see, by its place: the earliest.
    noted: BTreeMap<u8, BTreeSet<Noted>>,
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
        let in_vain = matches!(act.status, Some(400 | 403 | 404 | 405 | 410));
        self.requests += 1;
        self.in_vain += u64::from(in_vain);
        self.assets += u64::from(is_asset(act.path));
        self.referred += u64::from(act.has_referer);
        if let Some(at) = at.filter(|_| in_vain) {
            let rare = self.rare.get_or_insert_default();
            *rare.hours.entry(at.seconds.div_euclid(3600)).or_default() += 1;
            first(&mut rare.hours);
        }
        let hash = xxh3_64(act.path);
        put(&mut self.paths, hash, PATHS_KEPT);
        if in_vain && is_telling(act.path) {
            put(&mut self.rare.get_or_insert_default().telling, hash, TELLING_KEPT);
        }
        for detector in noting(act) {
            let cut = |bytes: &[u8]| bytes[..bytes.len().min(PATH_KEPT)].to_vec();
            let (path, method) = (cut(act.path), cut(act.method));
            let rare = self.rare.get_or_insert_default();
            rare.keep(detector, Noted { at, path, method, status: act.status });
        }
    }

    /// Says whether all requests are of these seconds, and no count is above
    /// `most`.
    pub fn is_within(&self, seconds: &RangeInclusive<i64>, most: u64) -> bool {
        let counts = [self.in_vain, self.assets, self.referred, self.requests];
        let rare = || self.rare.iter();
        let noted = rare().flat_map(|rare| rare.noted.values()).flatten();
        let noted = noted.filter_map(|noted| noted.at);
        let hours = || rare().flat_map(|rare| &rare.hours);
        let is_hour = |hour: &i64| hour.checked_mul(3600).is_some_and(|at| seconds.contains(&at));
        counts.iter().chain(hours().map(|(_, count)| count)).all(|count| *count <= most)
            && hours().map(|(hour, _)| hour).all(is_hour)
            && { noted }.all(|at| seconds.contains(&at.seconds))
    }

    /// Adds what was seen elsewhere.
    pub fn merge(&mut self, other: Habits) {
        self.in_vain += other.in_vain;
        self.assets += other.assets;
        self.referred += other.referred;
        self.requests += other.requests;
        other.paths.into_iter().for_each(|hash| put(&mut self.paths, hash, PATHS_KEPT));
        if let Some(other) = other.rare {
            self.rare.get_or_insert_default().merge(*other);
        }
    }

    /// How many distinct paths, up to 64, which stands for that
    /// many and more.
    pub fn paths(&self) -> usize {
        self.paths.len()
    }

    /// How many names that no page links to were asked for in vain, up to 16.
    pub fn telling(&self) -> usize {
        self.rare.as_ref().map_or(0, |rare| rare.telling.len())
    }

    /// Requests in vain of the hour that had most.
    pub fn busiest(&self) -> u64 {
        self.rare.iter().flat_map(|rare| rare.hours.values()).copied().max().unwrap_or(0)
    }

    /// The requests that were kept for a detector, by time.
    pub fn noted(&self, name: &str) -> impl Iterator<Item = &Noted> {
        let place = DETECTORS.iter().position(|detector| detector.card().name == name);
        let own = place.and_then(|place| self.rare.as_ref()?.noted.get(&u8::try_from(place).ok()?));
        own.into_iter().flatten()
    }
}

impl Rare {
    fn keep(&mut self, detector: u8, noted: Noted) {
        let own = self.noted.entry(detector).or_default();
        own.insert(noted);
        if own.len() > NOTED_KEPT {
            own.pop_last();
        }
    }

    fn merge(&mut self, other: Rare) {
        for (hour, count) in other.hours {
            *self.hours.entry(hour).or_default() += count;
        }
        first(&mut self.hours);
        other.telling.into_iter().for_each(|hash| put(&mut self.telling, hash, TELLING_KEPT));
        for (detector, noted) in other.noted {
            noted.into_iter().for_each(|noted| self.keep(detector, noted));
        }
    }
}

/// Keeps the smallest hashes, in order.
fn put(hashes: &mut Vec<u64>, hash: u64, limit: usize) {
    if let Err(place) = hashes.binary_search(&hash)
        && place < limit
    {
        hashes.truncate(limit - 1);
        hashes.reserve_exact(1);
        hashes.insert(place, hash);
    }
}

/// Keeps the first hours.
fn first(hours: &mut BTreeMap<i64, u64>) {
    while hours.len() > HOURS_KEPT {
        hours.pop_last();
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

/// Whether a path names what no page links to and lists of names are made of:
/// copies, archives, dumps, settings and what version control leaves behind.
fn is_telling(path: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 12] = [
        b".bak", b".old", b".orig", b".save", b".swp", b".sql", b".zip", b".tar.gz", b".tgz",
        b".rar", b".env", b"~",
    ];
    const PARTS: [&[u8]; 6] =
        [b"/.git/", b"/.svn/", b"/.env", b"/.aws/", b"/.ssh/", b"/phpinfo.php"];
    ENDINGS.iter().any(|ending| path.ends_with(ending))
        || PARTS.iter().any(|part| memchr::memmem::find(path, part).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_merge_in_any_order() {
        let see = |habits: &mut Habits, number: i64| {
            let name = if number % 4 == 0 { "wp-login.php" } else { "wp-login.php.bak" };
            let path = format!("/a{number}/{name}");
            let act = Act {
                method: b"POST",
                path: path.as_bytes(),
                query: b"",
                status: Some(if number % 2 == 0 { 302 } else { 404 }),
                has_referer: number % 3 == 0,
            };
            habits.see(Some(Instant::at(number * 1800)), &act);
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
        let kept = whole.noted("credential-pivot").count();
        assert_eq!((whole.paths(), whole.telling()), (PATHS_KEPT, TELLING_KEPT));
        assert_eq!(kept, NOTED_KEPT);
        assert_eq!((whole.requests, whole.in_vain, whole.referred), (200, 100, 67));
        let hours = whole.rare.as_ref().map(|rare| rare.hours.len());
        assert_eq!((hours, whole.busiest()), (Some(HOURS_KEPT), 1));
    }

    #[test]
    fn names_that_no_page_links_to_are_told() {
        for path in ["/index.php.bak", "/backup.zip", "/.git/HEAD", "/app/.env", "/a.php~"] {
            assert!(is_telling(path.as_bytes()), "{path}");
        }
        for path in ["/", "/index.php", "/gitlab/", "/environment.html"] {
            assert!(!is_telling(path.as_bytes()), "{path}");
        }
    }
}
