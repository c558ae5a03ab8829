//! Paths and referers that were seen to name no target, so that what is asked for
//! over and over, or leads to much, is matched once.

use xxhash_rust::xxh3::xxh3_64;

use super::Matcher;
use super::hints::behind_host;
use super::literal::FACTORS;
use crate::record::path;

/// How many paths are remembered.
const PATHS: usize = 1 << 10;

/// How many referers are.
const REFERERS: usize = 1 << 8;

/// How long a path or a referer may be to be remembered, in bytes.
const LONGEST: usize = 256;

/// Paths without another form than their own bytes that name no target of one
/// matcher, each at the place of its hash, compared byte by byte.
#[derive(Debug, Default)]
pub struct Misses {
    /// The matcher is for servers that fold letter case.
    folds: bool,
    paths: Vec<Vec<u8>>,
    /// Referers that are from no target, each at the place of its last bytes.
    referers: Vec<Vec<u8>>,
}

impl Misses {
    /// As [`Matcher::may_name`].
    pub fn may_name(&mut self, matcher: &Matcher, path: &[u8]) -> bool {
        if !matcher.is_slow() || path.is_empty() || path.len() > LONGEST {
            return matcher.may_name(path);
        }
        self.make_room(matcher);
        let slot = &mut self.paths[xxh3_64(path) as usize % PATHS];
        if slot == path {
            return false;
        }
        let may = matcher.may_name(path);
        if !may {
            slot.clear();
            slot.extend_from_slice(path);
        }
        may
    }

    /// As [`Matcher::may_be_from`].
    pub fn may_be_from(&mut self, matcher: &Matcher, referer: &[u8]) -> bool {
        // Where paths are searched for pieces, nearly all referers that come here
        // hold one, and of literal targets a piece is nearly all.
        if matcher.tells_by_pieces() && !matcher.tells_little() {
            return matcher.may_be_from(referer);
        }
        if referer.is_empty() {
            return false;
        }
        self.make_room(matcher);
        let at = place(referer);
        if self.referers[at] == referer {
            return false;
        }
        let may = match behind_host(referer) {
            Some(path) if matcher.is_slow() && !matcher.folds() && path::is_plain(path) => {
                self.may_name(matcher, path)
            }
            _ => matcher.may_be_from(referer),
        };
        if !may && referer.len() <= LONGEST {
            let known = &mut self.referers[at];
            known.clear();
            known.extend_from_slice(referer);
        }
        may
    }

    /// Makes room, and forgets what another matcher told.
    #[inline(always)]
    fn make_room(&mut self, matcher: &Matcher) {
        if self.paths.is_empty() || self.folds != matcher.folds() {
            self.folds = matcher.folds();
            self.paths = vec![Vec::new(); PATHS];
            self.referers = vec![Vec::new(); REFERERS];
        }
    }
}

/// The place of a referer, by its last bytes and its length.
#[inline(always)]
fn place(referer: &[u8]) -> usize {
    let last = referer.last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
    let mixed = (last ^ referer.len() as u64).wrapping_mul(FACTORS[0]);
    (mixed >> 32) as usize % REFERERS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::load;

    #[test]
    fn what_was_seen_is_told_again() {
        let patterns: Vec<String> = (0..20).map(|n| format!("re:^/[a-p]{n}/[0-9]+$")).collect();
        let case = load::quick(&patterns, None, None, None, None, &[], &[], None).unwrap();
        let matcher = Matcher::new(&case, false).unwrap();
        assert!(matcher.is_slow());
        let mut misses = Misses::default();
        for _ in 0..2 {
            for n in 0..3_000 {
                let path = format!("/p{}/{}", n % 40, if n % 3 == 0 { "x" } else { "7" });
                let expected = matcher.may_name(path.as_bytes());
                assert_eq!(misses.may_name(&matcher, path.as_bytes()), expected, "{path}");
                let referer = format!("https://h.example{path}?q");
                assert_eq!(misses.may_be_from(&matcher, referer.as_bytes()), expected, "{path}");
            }
        }
        assert!(!misses.may_be_from(&matcher, b"-"));
        assert!(misses.may_be_from(&matcher, b"https://h.example/%70"));
    }

    #[test]
    fn what_one_matcher_told_is_not_what_another_does() {
        let folders = (0..20).map(|n| format!("/F{n}/x"));
        let patterns: Vec<String> = folders.chain(["/Exports".to_owned()]).collect();
        let case = load::quick(&patterns, None, None, None, None, &[], &[], None).unwrap();
        let mut misses = Misses::default();
        for _ in 0..2 {
            for fold in [false, true] {
                let matcher = Matcher::new(&case, fold).unwrap();
                assert!(!matcher.tells_by_pieces());
                let referer = b"https://h.example/exports/a.csv";
                assert_eq!(misses.may_be_from(&matcher, referer), fold);
                assert!(!misses.may_be_from(&matcher, b"https://h.example/other"));
            }
        }
    }
}
