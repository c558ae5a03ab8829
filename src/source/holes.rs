//! Which files of a series are absent, as far as names can tell.

use std::collections::BTreeMap;

use super::calendar::{Date, Slot};
use super::rotation::{Member, Rotation, time_order};

/// How many absent files of one hole are named one by one; a longer hole is one entry that names its ends and says how many.
const NAMED: u64 = 1000;

/// A file that is absent from its series.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Missing {
    /// How it would be called; for a hole of over a thousand files, the first and the last and their number.
    pub name: String,
    /// The index, among the members given, of the neighbour that is older.
    pub after: usize,
    /// The index of the neighbour that is newer.
    pub before: usize,
}

/// The files that are absent from one series, between its oldest and its newest.
///
/// Of numbered files, those between the smallest and the largest number, and from 1 where the current file is there. Of dated files, those
/// that the usual step (hours, days, weeks, months) between neighbours would have given; an hour that a clock change leaves out counts.
pub fn missing(members: &[Member]) -> Vec<Missing> {
    let mut missing = Vec::new();
    numbered_holes(members, &mut missing);
    let dated: Vec<(Slot, usize)> = time_order(members)
        .into_iter()
        .filter(|index| !members[*index].is_store)
        .filter_map(|index| Some((members[index].date()?.slot(members[index].style()?), index)))
        .collect();
    // Days and hours and months are counted apart: a series may have changed from one to another.
    let mut units: BTreeMap<u8, BTreeMap<i64, Vec<usize>>> = BTreeMap::new();
    for (slot, index) in dated {
        units.entry(slot.unit as u8).or_default().entry(slot.number).or_default().push(index);
    }
    for slots in units.values() {
        sequence_holes(members, slots, &mut missing);
        date_holes(members, slots, &mut missing);
    }
    missing
}

fn numbered_holes(members: &[Member], missing: &mut Vec<Missing>) {
    let mut numbers: BTreeMap<i64, usize> = BTreeMap::new();
    for (index, member) in members.iter().enumerate().rev() {
        match member.rotation {
            Rotation::Numbered(number) => drop(numbers.insert(i64::from(number), index)),
            Rotation::Current | Rotation::Dated { .. } => {}
        }
    }
    let current = members.iter().position(|member| member.rotation == Rotation::Current);
    if let Some(current) = current
        && !numbers.contains_key(&0)
        && !numbers.is_empty()
    {
        // newsyslog counts from 0, logrotate from 1: the current file stands before either.
        numbers.insert(0, current);
    }
    let places: Vec<(i64, usize)> = numbers.into_iter().rev().collect();
    for pair in places.windows(2) {
        let [(larger, after), (smaller, before)] = [pair[0], pair[1]];
        let name =
            |back: u64| members[after].sibling(None, u32::try_from(larger - 1 - back as i64).ok());
        hole((larger - smaller - 1) as u64, after, before, name, missing);
    }
}

/// Holes between the numbers of files that have the same date.
fn sequence_holes(
    members: &[Member],
    slots: &BTreeMap<i64, Vec<usize>>,
    missing: &mut Vec<Missing>,
) {
    for indices in slots.values() {
        let numbered: Vec<(u32, usize)> = indices
            .iter()
            .filter_map(|index| match members[*index].rotation {
                Rotation::Dated { sequence: Some(number), .. } => Some((number, *index)),
                _ => None,
            })
            .collect();
        for pair in numbered.windows(2) {
            let [(smaller, after), (larger, before)] = [pair[0], pair[1]];
            let name = |on: u64| {
                members[after].sibling(members[after].date(), Some(smaller + 1 + on as u32))
            };
            hole(
                u64::from(larger.saturating_sub(smaller).saturating_sub(1)),
                after,
                before,
                name,
                missing,
            );
        }
    }
}

/// Holes between dates, where the usual step is known: one unit, or what at least two neighbours have between them.
fn date_holes(members: &[Member], slots: &BTreeMap<i64, Vec<usize>>, missing: &mut Vec<Missing>) {
    let places: Vec<(i64, usize, usize)> = slots
        .iter()
        .filter_map(|(number, indices)| Some((*number, *indices.first()?, *indices.last()?)))
        .collect();
    let Some(style) = places.first().and_then(|(_, first, _)| members[*first].style()) else {
        return;
    };
    let months: Vec<i64> = places
        .iter()
        .filter_map(|(_, first, _)| members[*first].date())
        .map(Date::month_number)
        .collect();
    let days: Vec<u8> = places
        .iter()
        .filter_map(|(_, first, _)| members[*first].date())
        .map(|date| date.day)
        .collect();
    let is_monthly = !style.is_month()
        && months.windows(2).all(|pair| pair[0] < pair[1])
        && days.windows(2).all(|pair| pair[0] == pair[1]);
    let numbers: Vec<i64> =
        if is_monthly { months } else { places.iter().map(|place| place.0).collect() };

    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for pair in numbers.windows(2) {
        *counts.entry(pair[1] - pair[0]).or_default() += 1;
    }
    // The most frequent step, and of equals the smallest.
    let Some((step, count)) = counts.into_iter().max_by_key(|(step, count)| (*count, -*step))
    else {
        return;
    };
    if count < 2 && step != 1 {
        return;
    }
    for (pair, number) in places.windows(2).zip(numbers.windows(2)) {
        let (after, before) = (pair[0].2, pair[1].1);
        let name = |on: u64| {
            let number = number[0] + step * (on as i64 + 1);
            let model = members[after].date();
            let date = model.map(|model| {
                if is_monthly { model.in_month(number) } else { model.at(style, number) }
            });
            members[after].sibling(date, None)
        };
        hole(((number[1] - number[0] - 1) / step) as u64, after, before, name, missing);
    }
}

fn hole(
    count: u64,
    after: usize,
    before: usize,
    name: impl Fn(u64) -> String,
    missing: &mut Vec<Missing>,
) {
    if count > NAMED {
        let name = format!("{} to {} ({count} files)", name(0), name(count - 1));
        missing.push(Missing { name, after, before });
        return;
    }
    missing.extend((0..count).map(|n| Missing { name: name(n), after, before }));
}
