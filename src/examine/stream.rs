//! A scan in one process: the three steps over all sources at once.
//!
//! Small sources are read and mapped by one rayon task each. A large one has a
//! task that reads it in order, decodes and digests it, cuts it into blocks,
//! and hands some of them at a time to tasks of their own. Where too many blocks
//! are under way, the reader maps some itself, or waits; other tasks never wait.
//! So one huge file and a thousand small ones both use every core and no more
//! threads than that, and what is in memory is bounded: a quarter of a mebibyte
//! for each reader and for each block under way, of which there are four a
//! thread and eight more, besides what was found. Where no digest is wanted,
//! large plain files are read by all workers at once: see `apart.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;
use crate::evidence::{Evidence, SourceEvidence, Spool};
use crate::source::{Finished, Opened, ReadOptions};

use super::apart::{Apart, Came, is_apart};
use super::ask::{Answers, Ask};
use super::asked::Asked;
use super::by_client::Clients;
use super::copies::compare;
use super::duplicate::duplicates;
use super::gather::Gathered;
use super::plan::{Plan, Question};
use super::read::Context;
use super::reduce::{Examined, reduce};
use super::room::{Room, lock};
use super::trail::Wanted;
use super::visit::{Stop, Trip, by_size, decoders, is_in_order, trips, visit};

/// How many bytes of lines a block holds: small enough to stay in a core's
/// cache, large enough that handing it over costs nothing.
const BLOCK_BYTES: usize = 256 * 1024;

/// How a scan runs, apart from what it answers.
#[derive(Debug, Clone, Copy)]
pub struct Pace<'a> {
    /// How many threads read and map.
    pub threads: usize,
    /// Bytes of lines in a block; [`Pace::new`] gives the usual.
    pub block_bytes: usize,
    /// Stored bytes read so far, both passes together.
    pub progress: &'a AtomicU64,
    /// Set from outside to stop the run.
    pub stop: &'a AtomicBool,
}

impl<'a> Pace<'a> {
    /// The usual pace with this many threads.
    pub fn new(threads: usize, progress: &'a AtomicU64, stop: &'a AtomicBool) -> Pace<'a> {
        Pace { threads: threads.max(1), block_bytes: BLOCK_BYTES, progress, stop }
    }
}

/// Reads everything a plan names, twice where the first pass leaves
/// something to ask, and puts the evidence together.
///
/// # Errors
/// When the run was stopped, the spool cannot be written, or the ledger does
/// not close.
pub fn scan(question: &Question, plan: &Plan, pace: Pace<'_>) -> Result<Examined, Error> {
    walk(question, plan, None, pace)
}

/// Reads everything a plan names, and again what may hold requests of the
/// clients that are wanted: their trail is among the answers.
///
/// # Errors
/// As [`scan`].
pub fn follow(
    question: &Question,
    plan: &Plan,
    wanted: Wanted,
    pace: Pace<'_>,
) -> Result<Examined, Error> {
    walk(question, plan, Some(wanted), pace)
}

/// Reads everything a plan names once: what is known before anything is asked.
///
/// # Errors
/// As [`scan`].
pub fn first(question: &Question, plan: &Plan, pace: Pace<'_>) -> Result<Evidence, Error> {
    first_pass(question, plan, pace, &pool(pace)?).map(|(gathered, _)| gathered.0)
}

fn pool(pace: Pace<'_>) -> Result<rayon::ThreadPool, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(pace.threads).build();
    pool.map_err(|error| Error::question(format!("cannot start threads: {error}")))
}

fn walk(
    question: &Question,
    plan: &Plan,
    wanted: Option<Wanted>,
    pace: Pace<'_>,
) -> Result<Examined, Error> {
    let pool = pool(pace)?;
    let ((mut evidence, mut spool), mut finished) = first_pass(question, plan, pace, &pool)?;
    let again = redo(question, plan, pace, (&mut evidence, &mut spool), &mut finished)?;
    let in_order =
        |number: u32| again.contains(&number) || is_in_order(&plan.sources[number as usize]);
    let duplicates = duplicates(plan, &finished);
    let ask = match wanted {
        None => Ask::whole(question, plan, &evidence, &duplicates),
        wanted => Ask { trail: wanted, ..Ask::default() },
    };
    let ask = ask.with_entries(&question.case, &evidence);
    let answer = |ask: &Ask| {
        let concerned = evidence.sources.iter().filter(|(number, seen)| {
            !ask.is_empty() && !duplicates.contains_key(number) && ask.concerns(seen)
        });
        let concerned = concerned.map(|(number, _)| (*number, in_order(*number))).collect();
        second_pass(question, plan, ask, concerned, pace, &pool)
    };
    let mut answers = answer(&ask)?;
    // Whether those who were let in had been there before is known only now.
    answers.since = answer(&answers.since_when())?.firsts();
    let mut examined = reduce(question, plan, (evidence, spool), finished, &duplicates)?;
    examined.answers = answers;
    examined.followed = ask.habits.as_ref().map(Clients::len);
    if ask.trail.is_none() {
        examined.copies = pool.install(|| compare(question, plan, &examined, pace.stop))?;
    }
    Ok(examined)
}

type Finishes = BTreeMap<u32, Result<Finished, String>>;

/// Everything that was gathered.
fn close(gathered: Mutex<Gathered>) -> Result<(Evidence, Spool), Error> {
    let gathered = gathered.into_inner().unwrap_or_else(PoisonError::into_inner);
    gathered.finish().map_err(|error| Error::io("the spool of hits", error))
}

/// Maps every source.
fn first_pass(
    question: &Question,
    plan: &Plan,
    pace: Pace<'_>,
    pool: &rayon::ThreadPool,
) -> Result<((Evidence, Spool), Finishes), Error> {
    let gathered = Mutex::new(Gathered::default());
    let finished = Mutex::new(Finishes::new());
    let end = |number: u32, end: Result<Finished, String>| {
        lock(&finished).insert(number, end);
    };
    let absorb = |number: u32, result: std::io::Result<SourceEvidence>| {
        lock(&gathered).take(number, result);
    };
    let (small, mut large) = by_size(plan);
    let is_plain =
        |trip: &Trip| question.reading.no_hash && is_apart(&plan.sources[trip.sources[0] as usize]);
    let plain: Vec<Trip> = large.extract_if(.., |trip| is_plain(trip)).collect();
    let apart = Apart::new(question, plan, pace, plain.iter().map(|trip| trip.sources[0]));
    let room = Room::new(pace.threads);
    let next = AtomicUsize::new(0);
    let context = Context { question, plan, pace };
    let came = |number: u32, came: Came| match came {
        Came::Part(part) => absorb(number, *part),
        Came::Whole(finished) => end(number, Ok(*finished)),
        Came::Again => {
            lock(&gathered).forget(number);
            let trip = Trip { sources: vec![number], is_archive: false };
            let read = &mut |number, opened: Opened<'_>| context.in_order(number, opened, &absorb);
            context.visit((&trip, 1), read, &end);
        }
    };
    pool.in_place_scope(|tasks| {
        if apart.count() > 0 {
            tasks.spawn_broadcast(|_, _| apart.map(&came));
        }
        let (absorb, end, room) = (&absorb, &end, &room);
        for _ in 0..pace.threads.min(large.len()) {
            tasks.spawn(|tasks| {
                let taken = || {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    large.get(at).map(|trip| (at, trip))
                };
                while let Some((at, trip)) = taken() {
                    // As long as there is one for each thread, each reads and
                    // maps its own, and nothing is handed over.
                    let threads = decoders(pace.threads, large.len() - at);
                    let read = &mut |number, opened: Opened<'_>| match threads == 1 {
                        true => context.in_order(number, opened, absorb),
                        false => context.spread(number, opened, tasks, room, absorb),
                    };
                    context.visit((trip, threads), read, end);
                }
            });
        }
        for trip in &small {
            tasks.spawn(move |_| {
                let read =
                    &mut |number, opened: Opened<'_>| context.in_order(number, opened, absorb);
                context.visit((trip, 1), read, end);
            });
        }
    });
    if pace.stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    let finished = finished.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((close(gathered)?, finished))
}

/// Reads again, in order and at one go, every source in which a header stands
/// where the pieces behind it could not know of it. Says which these are.
fn redo(
    question: &Question,
    plan: &Plan,
    pace: Pace<'_>,
    (evidence, spool): (&mut Evidence, &mut Spool),
    finished: &mut Finishes,
) -> Result<BTreeSet<u32>, Error> {
    let context = Context { question, plan, pace };
    let mut apart = BTreeSet::new();
    for (number, seen) in &mut evidence.sources {
        seen.settle();
        let joins = seen.pieces.windows(2).all(|pair| pair[0].state_out == pair[1].state_in);
        if !joins {
            apart.insert(*number);
        }
    }
    let again = Mutex::new(Gathered::on(std::mem::take(spool)));
    let ends = Mutex::new(Vec::new());
    let keep = |number: u32, part| lock(&again).take(number, part);
    for trip in trips(plan, apart.iter().copied()) {
        let read = &mut |number, opened: Opened<'_>| context.in_order(number, opened, &keep);
        context.visit((&trip, pace.threads), read, &|number, end| lock(&ends).push((number, end)));
    }
    let (seen, kept) = close(again)?;
    *spool = kept;
    evidence.sources.extend(seen.sources);
    finished.extend(ends.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(apart)
}

/// Answers the ask from the sources that may know, each with whether it is
/// read in order at one go.
fn second_pass(
    question: &Question,
    plan: &Plan,
    ask: &Ask,
    concerned: Vec<(u32, bool)>,
    pace: Pace<'_>,
    pool: &rayon::ThreadPool,
) -> Result<Answers, Error> {
    let answers = Mutex::new(Answers::to(ask));
    let asked = &Asked::new(ask);
    let context = Context { question, plan, pace };
    let is_plain =
        |number: u32, in_order: bool| !in_order && is_apart(&plan.sources[number as usize]);
    let plain = concerned.iter().filter(|(number, in_order)| is_plain(*number, *in_order));
    let apart = Apart::new(question, plan, pace, plain.map(|(number, _)| *number));
    let in_order: BTreeSet<u32> =
        concerned.iter().filter(|(_, in_order)| *in_order).map(|(number, _)| *number).collect();
    let others = concerned.into_iter().filter(|(number, in_order)| !is_plain(*number, *in_order));
    let concerned = trips(plan, others.map(|(number, _)| number));
    let room = Room::new(pace.threads);
    let next = AtomicUsize::new(0);
    let options = ReadOptions { hash: false, threads: decoders(pace.threads, concerned.len()) };
    pool.in_place_scope(|tasks| {
        if apart.count() > 0 {
            tasks.spawn_broadcast(|_, _| apart.answer(asked, &answers));
        }
        for _ in 0..pace.threads.min(concerned.len()) {
            tasks.spawn(|tasks| {
                while let Some(trip) = concerned.get(next.fetch_add(1, Ordering::Relaxed)) {
                    visit(plan, trip, options, Some(pace.progress), &mut |number, stop| {
                        // What cannot be read again was told by the first pass.
                        if let Stop::Source(opened) = stop {
                            let which = (number, in_order.contains(&number));
                            context.inquire(which, *opened, asked, tasks, &room, &answers);
                        }
                        context.flow()
                    });
                }
            });
        }
    });
    if pace.stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    answers.close(plan, ask);
    Ok(answers)
}
