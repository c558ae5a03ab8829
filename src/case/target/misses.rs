//! Paths that were seen to name no target, so that what is asked for over and
//! over is matched once, and how the referer before began.

use xxhash_rust::xxh3::xxh3_64;

use super::Matcher;
use super::hints::behind_host;
use crate::record::path;

/// How many paths are remembered.
const SLOTS: usize = 1 << 10;

/// How long a path may be to be remembered, in bytes.
const LONGEST: usize = 256;

/// Paths without another form than their own bytes, that name no target of one
/// matcher: each at the place of its hash, compared byte by byte.
#[derive(Debug, Default)]
pub struct Misses {
    slots: Vec<Vec<u8>>,
    /// Scheme and host of a referer, as most that follow have them.
    site: Vec<u8>,
}

impl Misses {
    /// As [`Matcher::may_name`].
    pub fn may_name(&mut self, matcher: &Matcher, path: &[u8]) -> bool {
        if !matcher.is_slow() || path.is_empty() || path.len() > LONGEST {
            return matcher.may_name(path);
        }
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, Vec::new());
        }
        let slot = &mut self.slots[xxh3_64(path) as usize % SLOTS];
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
        if matcher.tells_by_pieces() {
            return matcher.may_be_from(referer);
        }
        let Some(path) = self.behind_site(referer) else { return false };
        if !path::is_plain(path) || matcher.folds() {
            return matcher.may_be_from(referer);
        }
        match matcher.is_slow() {
            true => self.may_name(matcher, path),
            false => matcher.may_name(path),
        }
    }

    /// What is behind the host of an absolute URI, from its path on.
    fn behind_site<'r>(&mut self, referer: &'r [u8]) -> Option<&'r [u8]> {
        if let Some(rest) = referer.strip_prefix(&*self.site)
            && rest.first() == Some(&b'/')
            && !self.site.is_empty()
        {
            return Some(rest);
        }
        let rest = behind_host(referer)?;
        self.site.clear();
        self.site.extend_from_slice(&referer[..referer.len() - rest.len()]);
        Some(rest)
    }
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
}
