//! The second step by itself: does errands, each apart from the others, so
//! that it does not matter which process does which.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::error::Error;
use crate::source::{Blocks, Finished, LINE_CAP, Opened, ReadOptions};

use super::answer::Answerer;
use super::asked::Asked;
use super::duplicate::text_digest;
use super::errand::{Errand, Request, Task};
use super::ledger;
use super::map::Mapper;
use super::partial::{Gave, Part};
use super::plan::{Plan, Question};
use super::room::lock;
use super::split::{self, Reads, Split, WINDOW_BYTES};
use super::stream::Pace;
use super::visit::{Stop, Trip, trips, visit};

/// Does what is wanted of the splits of a plan, and gives a part for each, in
/// the order of the splits.
///
/// # Errors
/// When the run was stopped, or a source cannot be read as the plan says: a
/// part of it is not given then, because another may have it whole.
pub fn map(
    question: &Question,
    plan: &Plan,
    splits: &[Split],
    request: &Request,
    pace: Pace<'_>,
) -> Result<Vec<Part>, Error> {
    let asked = &Asked::new(&request.ask);
    let id = ledger::id(&request.ask)?;
    let hand = Hand { question, plan, splits, asked, id, pace };
    let mut stretches = Vec::new();
    let mut whole: BTreeMap<u32, &Errand> = BTreeMap::new();
    for errand in &request.errands {
        let split = splits.get(errand.split as usize);
        let split = split.ok_or_else(|| Error::Ledger("the ask is of another plan".to_owned()))?;
        if split.reads == Reads::Lines && errand.task != Task::Text {
            stretches.push(errand);
        } else {
            whole.insert(split.source, errand);
        }
    }
    let trips = trips(plan, whole.keys().copied());
    let gathered = Mutex::new(Vec::new());
    let put = |part: Result<Part, Error>| -> Result<(), Error> {
        let part = part?;
        lock(&gathered).push(part);
        match pace.stop.load(Ordering::Relaxed) {
            true => Err(Error::Interrupted),
            false => Ok(()),
        }
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(pace.threads).build();
    let pool = pool.map_err(|error| Error::question(format!("cannot start threads: {error}")))?;
    pool.install(|| -> Result<(), Error> {
        trips.par_iter().try_for_each(|trip| hand.trip(trip, &whole, &put))?;
        stretches.into_par_iter().try_for_each(|errand| put(hand.stretch(errand)))
    })?;
    let mut parts = gathered.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    parts.sort_by_key(|part: &Part| part.split);
    Ok(parts)
}

/// What every errand looks at.
struct Hand<'a> {
    question: &'a Question,
    plan: &'a Plan,
    splits: &'a [Split],
    asked: &'a Asked<'a>,
    /// What the ask is known by.
    id: String,
    pace: Pace<'a>,
}

impl Hand<'_> {
    /// Does an errand for some lines of a source.
    fn stretch(&self, errand: &Errand) -> Result<Part, Error> {
        let split = self.splits[errand.split as usize];
        let (question, plan) = (self.question, self.plan);
        let gave = match &errand.task {
            Task::Again(state) | Task::First(state) => {
                split::map(question, plan, split, state.clone()).map(|mapped| Gave::Lines {
                    state: state.clone(),
                    evidence: Box::new(mapped.evidence),
                    content: mapped.content,
                    finished: None,
                })
            }
            Task::Answer(state) => {
                let answers = split::answer(question, plan, split, state.clone(), self.asked);
                answers.map(|answers| Gave::Answers {
                    ask: self.id.clone(),
                    answers: Box::new(answers),
                })
            }
            Task::Text => Err(io::Error::other("a stretch has no digest")),
        };
        self.pace.progress.fetch_add(split.end - split.start, Ordering::Relaxed);
        let found = &self.plan.sources[split.source as usize].found;
        gave.map(|gave| Part { split: errand.split, gave })
            .map_err(|error| Error::io(found.path.clone(), error))
    }

    /// Does the errands for all sources of a trip.
    fn trip(
        &self,
        trip: &Trip,
        errands: &BTreeMap<u32, &Errand>,
        put: &dyn Fn(Result<Part, Error>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let own = || trip.sources.iter().filter_map(|source| errands.get(source));
        let hash = match own().next().map(|errand| &errand.task) {
            // Of an archive the text is what is stored.
            Some(Task::Text) => {
                own().any(|errand| self.splits[errand.split as usize].reads == Reads::Digest)
            }
            Some(Task::Answer(_)) => false,
            _ => !self.question.reading.no_hash,
        };
        let progress: Option<&AtomicU64> = Some(self.pace.progress);
        let mut done = Ok(());
        visit(
            self.plan,
            trip,
            ReadOptions { hash, ..ReadOptions::default() },
            progress,
            &mut |number, stop| {
                let Some(errand) = errands.get(&number) else { return ControlFlow::Continue(()) };
                done = put(self.at(number, errand, stop));
                match done {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            },
        );
        done
    }

    /// Does an errand at its source.
    fn at(&self, number: u32, errand: &Errand, stop: Stop<'_>) -> Result<Part, Error> {
        let found = &self.plan.sources[number as usize].found;
        let gave = match (stop, &errand.task) {
            (Stop::Unreadable(_), Task::Text) => Ok(Gave::Text(None)),
            (Stop::Unreadable(why), _) => Err(io::Error::other(why)),
            (Stop::Archive(finished), Task::Text) => Ok(Gave::Text(finished.sha256)),
            (Stop::Archive(finished), _) => Ok(Gave::Digest(finished)),
            (Stop::Source(opened), task) => self.read(number, errand.split, task, *opened),
        };
        gave.map(|gave| Part { split: errand.split, gave })
            .map_err(|error| Error::io(found.name(), error))
    }

    fn is_stopped(&self) -> bool {
        self.pace.stop.load(Ordering::Relaxed)
    }

    /// Reads a source from its start to its end.
    fn read(
        &self,
        number: u32,
        split: u32,
        task: &Task,
        mut opened: Opened<'_>,
    ) -> io::Result<Gave> {
        let source = &self.plan.sources[number as usize];
        match task {
            Task::Text => Ok(Gave::Text(Some(text_digest(opened)))),
            _ if self.splits[split as usize].reads == Reads::Digest => {
                Ok(Gave::Digest(Box::new(digests(opened))))
            }
            Task::Again(state) | Task::First(state) => {
                let mut mapper = Mapper::new(self.question, source, number, state.clone());
                let mut blocks = Blocks::new(&mut opened, WINDOW_BYTES, LINE_CAP);
                while !self.is_stopped()
                    && let Some(block) = blocks.next()
                {
                    mapper.block(&block);
                    blocks.recycle(block.bytes);
                }
                drop(blocks);
                Ok(Gave::Lines {
                    state: state.clone(),
                    evidence: Box::new(mapper.finish()?),
                    content: Vec::new(),
                    finished: Some(Box::new(opened.finish())),
                })
            }
            Task::Answer(state) => {
                let (question, asked) = (self.question, self.asked);
                let mut answerer = Answerer::new(question, source, number, asked, state.clone());
                let mut blocks = Blocks::new(opened, WINDOW_BYTES, LINE_CAP);
                while !self.is_stopped()
                    && let Some(block) = blocks.next()
                {
                    answerer.block(&block);
                    blocks.recycle(block.bytes);
                }
                Ok(Gave::Answers { ask: self.id.clone(), answers: Box::new(answerer.answers) })
            }
        }
    }
}

/// Reads a source for its digests alone.
fn digests(mut opened: Opened<'_>) -> Finished {
    let mut buffer = vec![0; WINDOW_BYTES];
    loop {
        match opened.read(&mut buffer) {
            Ok(0) => return opened.finish(),
            Ok(_) => {}
            Err(_) if opened.is_resumable() => {}
            Err(_) => return opened.finish(),
        }
    }
}
