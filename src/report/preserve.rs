//! What to preserve now: rotation deletes the oldest file of a series, and
//! that may be the one that shows the beginning.
//!
//! There is no clock here: the time of the next rotation is told from the
//! times of the last ones.

use std::collections::BTreeMap;

use crate::case::Language;
use crate::examine::{Examined, Plan};
use crate::record::Instant;
use crate::source::Rotation;
use crate::verdict::words::told as says;

use super::safe;

/// For how many series advice is given.
const SERIES: usize = 3;

/// What to do, a sentence each.
pub fn advice(language: Language, plan: &Plan, examined: &Examined) -> Vec<String> {
    let mut series: BTreeMap<(usize, &str), Vec<Member>> = BTreeMap::new();
    // What lies in an archive is rotated no more.
    let files = plan.sources.iter().zip(&examined.sources);
    let files = files.filter(|(planned, _)| planned.found.member.is_none());
    let n_files = files.clone().count();
    for (planned, source) in files {
        let age = match planned.member.rotation {
            Rotation::Current => 0,
            Rotation::Numbered(number) => number,
            // A date tells the order by itself; files with one are deleted by
            // age or number as well, but which is not in their names.
            Rotation::Dated { .. } => 1,
        };
        series.entry((planned.server, &planned.series)).or_default().push(Member {
            name: safe::path(&planned.found.path),
            age,
            is_dated: matches!(planned.member.rotation, Rotation::Dated { .. }),
            first: source.coverage.first,
            last: source.coverage.last,
        });
    }
    let mut advice: Vec<String> =
        series.values().filter_map(|members| rotation(language, members)).take(SERIES).collect();
    let rotated = series.values().filter(|members| members.len() > 1).count();
    if rotated > SERIES {
        advice.push(says::MORE_SERIES.say(language, &[&(rotated - SERIES)]));
    }
    advice.push(match n_files {
        1 => says::COPY_ONE.say(language, &[]),
        n => says::COPY_ALL.say(language, &[&n]),
    });
    advice
}

/// A file of a series.
struct Member {
    name: String,
    age: u32,
    is_dated: bool,
    first: Option<Instant>,
    last: Option<Instant>,
}

/// What rotation will do to a series.
fn rotation(language: Language, members: &[Member]) -> Option<String> {
    if members.len() < 2 {
        return None;
    }
    let oldest =
        members.iter().filter(|each| each.first.is_some()).min_by_key(|each| each.first)?;
    let mut rotated: Vec<&Member> =
        members.iter().filter(|each| each.age > 0 && each.last.is_some()).collect();
    rotated.sort_by_key(|each| (each.last, std::cmp::Reverse(each.age)));
    let ends: Vec<i64> =
        rotated.iter().filter_map(|each| each.last).map(|last| last.seconds).collect();
    let mut steps: Vec<i64> =
        ends.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0).collect();
    steps.sort_unstable();
    let what = if oldest.is_dated { &says::OLDEST_DATED } else { &says::OLDEST };
    let since = oldest.first.map(|first| first.text(0)).unwrap_or_default();
    let next = match (steps.get(steps.len() / 2), ends.last()) {
        (Some(step), Some(last)) => {
            let next = Instant::at(last + step).text(0);
            says::NEXT_ROTATION.say(language, &[&hours(*step), &next])
        }
        _ => String::new(),
    };
    Some(what.say(language, &[&oldest.name, &since, &next]))
}

fn hours(seconds: i64) -> i64 {
    (seconds + 1800) / 3600
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_rotation_is_told_from_the_last_ones() {
        let member = |age: u32, day: i64| Member {
            name: format!("access.log.{age}"),
            age,
            is_dated: false,
            first: Some(Instant::at((day - 1) * 86_400)),
            last: Some(Instant::at(day * 86_400 - 60)),
        };
        let members = [member(0, 4), member(1, 3), member(2, 2), member(3, 1)];
        assert_eq!(
            rotation(Language::En, &members).unwrap(),
            "access.log.3 (from 1970-01-01T00:00:00Z on) is the oldest file of its series, and the next to be \
             deleted by rotation; rotation comes about every 24 h, next about 1970-01-04T23:59:00Z: stop rotation \
             and copy it first"
        );
        assert_eq!(rotation(Language::En, &members[..1]), None);
    }
}
