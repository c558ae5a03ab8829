//! How fast a rotation runs, and when it will delete what is at hand.
//!
//! There is no clock here: `now` is an argument. The pace is told from when
//! each file begins, because that is known also of a file of which only the
//! head was read.

use serde::Serialize;

use crate::record::Instant;
use crate::source::{Member, Rotation, time_order};

/// What a rotation does to the files of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pace {
    /// How many rotated files were seen, the current one not among them.
    pub rotated: usize,
    /// The largest number of a numbered rotation: it keeps at least so many.
    pub kept: Option<u32>,
    /// The usual time from one rotation to the next, in seconds.
    pub step_seconds: Option<i64>,
    /// When the files at hand were last rotated, as far as their times tell.
    pub last_rotation: Option<Instant>,
    /// The oldest file, by its place among those given.
    pub oldest: usize,
    /// Its first time.
    pub oldest_first: Option<Instant>,
    /// The first rotation after `now`, at that pace.
    pub next_rotation: Option<Instant>,
    /// How many rotations there were between the last time at hand and `now`,
    /// at that pace: so many of the files at hand are gone from the server
    /// where its rotation keeps no more than was seen.
    pub since: Option<u64>,
}

/// A file of a series.
pub struct File<'a> {
    /// Its place in the rotation.
    pub member: &'a Member,
    /// Its first time.
    pub first: Option<Instant>,
    /// Its last time, as far as that was read.
    pub last: Option<Instant>,
}

/// The pace of a series; `None` where nothing is rotated.
pub fn pace(files: &[File<'_>], now: Instant) -> Option<Pace> {
    let members: Vec<Member> = files.iter().map(|file| file.member.clone()).collect();
    let is_rotated = |file: &&File<'_>| file.member.rotation != Rotation::Current;
    let rotated = files.iter().filter(is_rotated).count();
    if files.len() < 2 || rotated == 0 || files.iter().any(|file| file.member.is_store) {
        return None;
    }
    let order = time_order(&members);
    let begins: Vec<i64> =
        order.iter().filter_map(|&at| files[at].first).map(|first| first.seconds).collect();
    let mut steps: Vec<i64> =
        begins.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0).collect();
    steps.sort_unstable();
    // Of two in the middle the smaller: a missing file makes a step too long.
    let middle = steps.len().saturating_sub(1) / 2;
    let step = steps.get(middle).copied().filter(|_| steps.len() > 1);
    let numbers = files.iter().filter_map(|file| match file.member.rotation {
        Rotation::Numbered(number) => Some(number),
        Rotation::Current | Rotation::Dated { .. } => None,
    });
    // The newest file begins where the last rotation was.
    let last_rotation = order.last().and_then(|&at| files[at].first).filter(|_| rotated > 0);
    let seen = files.iter().filter_map(|file| file.last.or(file.first)).max();
    let (mut next_rotation, mut since) = (None, None);
    if let (Some(step), Some(last), Some(seen)) = (step, last_rotation, seen) {
        let passed = (now.seconds - last.seconds).max(0) / step;
        next_rotation = Some(last.plus_seconds((passed + 1) * step));
        let before = (seen.seconds - last.seconds).max(0) / step;
        since = Some((passed - before).max(0) as u64);
    }
    let oldest =
        order.iter().copied().find(|&at| files[at].first.is_some()).or(order.first().copied())?;
    Some(Pace {
        rotated,
        kept: numbers.max(),
        step_seconds: step,
        last_rotation,
        oldest,
        oldest_first: files[oldest].first,
        next_rotation,
        since,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::member;

    const DAY: i64 = 86_400;

    fn told(names: &[&str], now: i64) -> Option<Pace> {
        let members: Vec<Member> = names.iter().map(|name| member(name)).collect();
        let order = time_order(&members);
        // Each file is a day, the oldest day is 10.
        let day = |at: usize| 10 + order.iter().position(|each| *each == at).unwrap() as i64;
        let files: Vec<File<'_>> = members
            .iter()
            .enumerate()
            .map(|(at, member)| File {
                member,
                first: Some(Instant::at(day(at) * DAY + 60)),
                last: Some(Instant::at(day(at) * DAY + DAY - 60)),
            })
            .collect();
        pace(&files, Instant::at(now))
    }

    #[test]
    fn a_daily_rotation_is_told_with_its_next_turn() {
        let names = ["access.log", "access.log.1", "access.log.2.gz", "access.log.3.gz"];
        let found = told(&names, 13 * DAY + 7200).unwrap();
        assert_eq!((found.rotated, found.kept, found.step_seconds), (3, Some(3), Some(DAY)));
        assert_eq!(found.oldest, 3);
        assert_eq!(found.next_rotation, Some(Instant::at(14 * DAY + 60)));
        assert_eq!(found.since, Some(0));
        // Ten days later.
        let found = told(&names, 23 * DAY + 7200).unwrap();
        assert_eq!(found.next_rotation, Some(Instant::at(24 * DAY + 60)));
        assert_eq!(found.since, Some(10));
    }

    #[test]
    fn dated_files_have_a_pace_and_no_number() {
        let names = ["access.log-20240110", "access.log-20240111", "access.log-20240112"];
        let found = told(&names, 12 * DAY).unwrap();
        assert_eq!((found.rotated, found.kept, found.step_seconds), (3, None, Some(DAY)));
        assert_eq!(found.oldest, 0);
    }

    #[test]
    fn what_is_not_rotated_has_no_pace() {
        assert_eq!(told(&["access.log"], 0), None);
        assert_eq!(told(&["access.log", "access.log"], 0), None);
        let two = told(&["access.log", "access.log.1"], 0).unwrap();
        assert_eq!((two.step_seconds, two.next_rotation), (None, None));
    }
}
