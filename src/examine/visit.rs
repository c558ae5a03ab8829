//! Opens sources of a plan in the order that costs least: files one by one,
//! the members of one archive in one walk through it.
//!
//! An archive cannot be read from the middle. Whoever wants several of its
//! members asks for them together, or reads what lies before them over and
//! over.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicU64;

use crate::format::State;
use crate::source::{self, Finished, Met, Opened, ReadOptions};

use super::plan::{Plan, PlannedSource};

/// From how many stored bytes on the blocks of a source are worth sharing.
const LARGE_BYTES: u64 = 4 << 20;

/// Sources that are read in one go: a file, or an archive with those of its
/// members that are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    /// The wanted sources, by their place in the plan, in its order. They are
    /// of one file.
    pub sources: Vec<u32>,
    /// The file is an archive.
    pub is_archive: bool,
}

/// What a trip comes to.
pub enum Stop<'a> {
    /// A source, to be read from its start.
    Source(Box<Opened<'a>>),
    /// An archive, behind all its members: it has no lines of its own.
    Archive(Box<Finished>),
    /// A source that cannot be read, and why.
    Unreadable(String),
}

/// The trips that come to every wanted source of a plan, in its order.
pub fn trips(plan: &Plan, wanted: impl IntoIterator<Item = u32>) -> Vec<Trip> {
    let mut trips: Vec<Trip> = Vec::new();
    for number in wanted {
        let source = &plan.sources[number as usize];
        let is_archive = source.container.is_some() || source.found.member.is_some();
        let same = |trip: &&mut Trip| {
            let first = &plan.sources[trip.sources[0] as usize].found;
            trip.is_archive && is_archive && first.is_of(&source.found)
        };
        match trips.last_mut().filter(same) {
            Some(trip) => trip.sources.push(number),
            None => trips.push(Trip { sources: vec![number], is_archive }),
        }
    }
    trips
}

/// Makes a trip: gives every source of it to `take` once, but for those behind
/// the one at which `take` has had enough. `progress` is added to as stored
/// bytes are read.
pub fn visit(
    plan: &Plan,
    trip: &Trip,
    options: ReadOptions,
    progress: Option<&AtomicU64>,
    take: &mut (dyn FnMut(u32, Stop<'_>) -> ControlFlow<()> + '_),
) {
    let Some(&first) = trip.sources.first() else { return };
    let found = &plan.sources[first as usize].found;
    if !trip.is_archive {
        let stop = match source::open(found, options, progress) {
            Ok(opened) => Stop::Source(Box::new(opened)),
            Err(error) => Stop::Unreadable(error.to_string()),
        };
        let _ = take(first, stop);
        return;
    }
    let by_place = |number: &u32| (plan.sources[*number as usize].found.place, *number);
    let mut left: BTreeMap<u32, u32> = trip.sources.iter().map(by_place).collect();
    let mut is_enough = false;
    let walked = source::walk(found, options, progress, &mut |met| {
        let place = match &met {
            Met::Member(opened) => opened.found(),
            Met::Unreadable(found, _) => found,
            Met::Archive(archive) => &archive.found,
        };
        let same = |number: &u32| plan.sources[*number as usize].found.member == place.member;
        let Some(number) = left.get(&place.place).copied().filter(same) else {
            return ControlFlow::Continue(());
        };
        left.remove(&place.place);
        let stop = match met {
            Met::Member(opened) => Stop::Source(opened),
            Met::Unreadable(_, why) => Stop::Unreadable(why),
            Met::Archive(archive) => Stop::Archive(Box::new(archive.finished)),
        };
        let flow = take(number, stop);
        is_enough = flow.is_break();
        if left.is_empty() { ControlFlow::Break(()) } else { flow }
    });
    let why = walked.err().as_ref().map(io::Error::to_string);
    for number in left.into_values() {
        if is_enough {
            return;
        }
        let name = plan.sources[number as usize].found.name();
        let gone = || format!("{name} is not in its archive any more");
        is_enough = take(number, Stop::Unreadable(why.clone().unwrap_or_else(gone))).is_break();
    }
}

/// The files that can be read, small ones and large ones, the largest first so
/// that none is left to the end. An archive is large: what is in it may be.
pub fn by_size(plan: &Plan) -> (Vec<Trip>, Vec<Trip>) {
    let numbers = (0u32..).zip(&plan.sources);
    let readable = numbers.filter(|(_, source)| source.unreadable.is_none());
    let mut trips = trips(plan, readable.map(|(number, _)| number));
    let length = |trip: &Trip| plan.sources[trip.sources[0] as usize].found.length;
    trips.sort_by_key(|trip| (std::cmp::Reverse(length(trip)), trip.sources[0]));
    let (large, small) =
        trips.into_iter().partition(|trip| trip.is_archive || length(trip) >= LARGE_BYTES);
    (small, large)
}

/// How many threads decode each of the files that are left. As long as there is
/// a file for each thread, they have enough to do.
pub fn decoders(threads: usize, left: usize) -> usize {
    if left >= threads { 1 } else { threads.div_ceil(left.max(1)) }
}

/// Whether the blocks of a source are mapped one after the other: it is small,
/// or headers are carried from line to line.
pub fn is_in_order(source: &PlannedSource) -> bool {
    source.state != State::default()
        || source.container.is_none()
            && source.found.member.is_none()
            && source.found.length < LARGE_BYTES
}
