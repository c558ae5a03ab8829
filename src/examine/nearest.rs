//! Which paths come nearest to targets that nobody named: a slip in the case, a
//! folder under another name, and the log of another server show there.
//!
//! Of two paths that is nearer which has more leading segments in common with
//! the target; of those that have as many, the one whose bytes come first. A
//! path that has none in common is not near.
//!
//! There may be ten thousand targets in a folder that is asked for all day, so
//! that no line can be held against each. What is kept instead is, for every
//! beginning that some target has, the first few of the paths that have it, too.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;

use serde::{Deserialize, Serialize};

use crate::case::target::literal::Literals;

/// How many paths near a target are told.
const KEPT: usize = 3;

/// The beginnings of targets that nobody named, up to one of their slashes or
/// whole, each with its number.
pub struct Beginnings {
    each: Literals,
    /// The first letters behind the first slash of each.
    letters: [bool; 256],
}

impl Beginnings {
    /// Those of targets, by the paths that stand for them.
    pub fn of(targets: &BTreeMap<u32, Vec<u8>>) -> Beginnings {
        let each: BTreeSet<&[u8]> =
            targets.values().flat_map(|path| ends(path).map(|end| &path[..end])).collect();
        let mut letters = [false; 256];
        each.iter().for_each(|beginning| letters[usize::from(beginning[1])] = true);
        // In their order, so that they have the same numbers wherever they are made.
        let numbered = each.into_iter().map(<[u8]>::to_vec).zip(0..);
        Beginnings { each: Literals::new(numbered, |_| true), letters }
    }

    /// Calls `visit` with the numbers of those that a path has, the shortest first.
    #[inline]
    fn each(&self, path: &[u8], mut visit: impl FnMut(u32)) {
        if let [b'/', letter, ..] = path
            && self.letters[usize::from(*letter)]
        {
            self.each.each(path, &mut |numbers, _| {
                numbers.iter().for_each(|number| visit(*number));
                false
            });
        }
    }
}

/// Where the segments of a path end, up to the first empty one.
fn ends(path: &[u8]) -> impl Iterator<Item = usize> {
    let next = |at: usize| {
        let rest = path.get(at..)?.strip_prefix(b"/")?;
        let length = memchr::memchr(b'/', rest).unwrap_or(rest.len());
        (length > 0).then_some(at + 1 + length)
    };
    successors(next(0), move |at| next(*at))
}

/// The paths that were seen: of those that have a beginning the first few, by
/// its number and in order. Merges in any order to the same whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed(Vec<Vec<Vec<u8>>>);

impl Passed {
    /// Takes a path.
    #[inline]
    pub fn see(&mut self, beginnings: &Beginnings, path: &[u8]) {
        beginnings.each(path, |number| self.keep(number as usize, path));
    }

    /// Adds those that another part saw.
    pub fn merge(&mut self, other: Passed) {
        for (number, paths) in other.0.into_iter().enumerate() {
            paths.iter().for_each(|path| self.keep(number, path));
        }
    }

    /// Keeps a path if it is one of the first few.
    fn keep(&mut self, number: usize, path: &[u8]) {
        if self.0.len() <= number {
            self.0.resize(number + 1, Vec::new());
        }
        let kept = &mut self.0[number];
        if kept.len() >= KEPT && kept.last().is_some_and(|last| last.as_slice() <= path) {
            return;
        }
        if let Err(at) = kept.binary_search_by(|other| other.as_slice().cmp(path)) {
            kept.insert(at, path.to_vec());
            kept.truncate(KEPT);
        }
    }

    /// The paths nearest to each target, the nearest first; no entry where none is
    /// near.
    pub fn nearest(&self, targets: &BTreeMap<u32, Vec<u8>>) -> BTreeMap<u32, Vec<Vec<u8>>> {
        let beginnings = Beginnings::of(targets);
        let of = |path: &Vec<u8>| {
            let mut numbers = Vec::new();
            beginnings.each(path, |number| numbers.push(number as usize));
            let mut near: Vec<Vec<u8>> = Vec::new();
            // If the longest has fewer than are told it has no more at all. So of
            // what is kept of a shorter one enough is not its own.
            for paths in numbers.iter().rev().filter_map(|number| self.0.get(*number)) {
                for path in paths {
                    if near.len() < KEPT && !near.contains(path) {
                        near.push(path.clone());
                    }
                }
            }
            near
        };
        let each = targets.iter().map(|(target, path)| (*target, of(path)));
        each.filter(|(_, near)| !near.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use proptest::collection::vec;
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    /// The obvious way: every path is held against the target.
    fn plainly(target: &str, seen: &[String]) -> Vec<Vec<u8>> {
        let in_common = |path: &str| {
            let pairs = target.split('/').zip(path.split('/')).skip(1);
            pairs.take_while(|(one, other)| !one.is_empty() && one == other).count()
        };
        let near = seen.iter().map(|path| (Reverse(in_common(path)), path));
        let near: BTreeSet<_> = near.filter(|(in_common, _)| in_common.0 > 0).collect();
        near.into_iter().take(KEPT).map(|(_, path)| path.clone().into_bytes()).collect()
    }

    #[test]
    fn the_nearest_paths_are_those_that_share_most_segments() {
        let targets = BTreeMap::from([(0, b"/a/b/c.csv".to_vec()), (7, b"/q".to_vec())]);
        let mut passed = Passed::default();
        for path in ["/x", "/a/z", "/a/b/d.csv", "/a/b", "/a/y", "/"] {
            passed.see(&Beginnings::of(&targets), path.as_bytes());
        }
        let nearest = passed.nearest(&targets);
        let expected = ["/a/b", "/a/b/d.csv", "/a/y"].map(|path| path.as_bytes().to_vec());
        assert_eq!(nearest, BTreeMap::from([(0, expected.to_vec())]));
    }

    proptest! {
        #[test]
        fn they_are_as_if_each_was_compared(
            targets in vec("(/[ab]?[a-c]){0,4}/?", 1..6), seen in vec("(/[ab]?[a-c]){0,4}/?", 0..40),
            cut in 0..40_usize,
        ) {
            let numbered: BTreeMap<u32, Vec<u8>> =
                (0..).zip(targets.iter().map(|target| target.clone().into_bytes())).collect();
            let beginnings = Beginnings::of(&numbered);
            let (first, second) = seen.split_at(cut.min(seen.len()));
            let part = |paths: &[String]| {
                let mut part = Passed::default();
                paths.iter().for_each(|path| part.see(&beginnings, path.as_bytes()));
                part
            };
            let mut whole = part(second);
            whole.merge(part(first));
            let mut nearest = whole.nearest(&numbered);
            for (number, target) in (0..).zip(&targets) {
                let near = nearest.remove(&number).unwrap_or_default();
                prop_assert_eq!(near, plainly(target, &seen), "{}", target);
            }
        }
    }
}
