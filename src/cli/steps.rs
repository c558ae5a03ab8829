//! `plan`, `map` and `reduce`: the three steps of a scan, each a process of its
//! own, on one machine or on many. What they do is what `scan` does.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Error;
use crate::examine::copies::compare;
use crate::examine::errand::Request;
use crate::examine::ledger::{Ledger, Next};
use crate::examine::partial::{self, Of, Part};
use crate::examine::planned::{Planned, question_id};
use crate::examine::split::{SPLIT_BYTES, Split, splits};
use crate::examine::stream::Pace;
use crate::examine::{self, Plan, Question, steps};
use crate::report;
use crate::source::Digest;

use super::args::{self, Asked};
use super::exit::Exit;
use super::plan::{Meant, Surroundings, meant, scan_as, unreadable_question};
use super::scan::{Place, Read, Steps, conclude, stop_on_interrupt};
use super::{complain, print, progress};

/// First step: says what is to be read, in which splits.
///
/// # Errors
/// When the question cannot be understood, or there is nothing to read.
pub fn plan(args: args::Plan) -> Result<Exit, Error> {
    if args.asked.inputs.iter().any(|input| input == "-") {
        return Err(Error::question(
            "standard input cannot be planned: another process cannot read it again; save it to a file",
        ));
    }
    let meant = meant(&args.asked)?;
    let question = meant.question()?;
    let plan = examine::plan::plan(&question, &meant.inputs, &meant.base)?;
    let size = args.split_size.unwrap_or(SPLIT_BYTES);
    let splits = splits(&plan, size, meant.reading.no_hash);
    let folder = std::env::current_dir().map_err(|error| Error::io(".", error))?;
    let question = question_id(&question, &meant.arguments);
    let planned = Planned { asked: args.asked, folder, question, plan, splits };
    print(|into| planned.write(into))?;
    let mut problems = planned.plan.problems.clone();
    for source in &planned.plan.sources {
        let name = source.found.name();
        problems.extend(source.unreadable.iter().map(|why| format!("{name}: not read: {why}")));
    }
    problems.iter().for_each(|problem| complain(problem));
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Fault })
}

/// Second step: maps splits, and writes what was found.
///
/// # Errors
/// When the plan or the ask is not understood, a source is not what was
/// planned, or cannot be read.
pub fn map(args: &args::Map, around: &Surroundings) -> Result<Exit, Error> {
    if around.out_is_terminal {
        return Err(Error::question(
            "a partial is no text to look at: send it to a file, > N.part",
        ));
    }
    map_splits(args, around).map_err(not_understood)?;
    Ok(Exit::Done)
}

fn map_splits(args: &args::Map, around: &Surroundings) -> Result<(), Error> {
    let ask = args.ask.as_deref().map(whole_path).transpose()?;
    let Opened { planned, question, of, .. } = open(&args.plan)?;
    let Planned { mut plan, splits, .. } = planned;
    if let Some(none) = args.split.iter().find(|split| **split as usize >= splits.len()) {
        let count = splits.len();
        return Err(Error::question(format!("there is no split {none}: the plan has {count}")));
    }
    let mut request = match &ask {
        None => Request::first(&plan, &splits),
        Some(path) => Request::read(&shown(path), &of, splits.len(), &mut reader(path)?)?,
    };
    if !args.split.is_empty() {
        request.errands.retain(|errand| args.split.contains(&errand.split));
    }
    let threads = args.threads.map_or(around.cores, usize::from);
    let (read, stop) = (AtomicU64::new(0), stop_on_interrupt());
    let pace = Pace::new(threads, &read, &stop);
    let parts = map_here(&question, &mut plan, &splits, &request, pace)?;
    print(|into| partial::write(&of, &parts, into))
}

/// Maps what is wanted in this process. No source may be another than was
/// planned, before or after.
fn map_here(
    question: &Question,
    plan: &mut Plan,
    splits: &[Split],
    request: &Request,
    pace: Pace<'_>,
) -> Result<Vec<Part>, Error> {
    let sources: BTreeSet<u32> =
        request.errands.iter().map(|errand| splits[errand.split as usize].source).collect();
    plan.find_again(sources.iter().copied())?;
    let parts = steps::map(question, plan, splits, request, pace)?;
    plan.find_again(sources)?;
    Ok(parts)
}

/// Third step: puts partials together, and answers.
///
/// # Errors
/// When something is missing, doubled, altered or foreign, and as for a scan.
pub fn reduce(args: args::Reduce, around: &Surroundings) -> Result<Exit, Error> {
    reduce_all(args, around).map_err(not_understood)
}

fn reduce_all(args: args::Reduce, around: &Surroundings) -> Result<Exit, Error> {
    let args::Reduce { plan, partials, ask_to, mut telling } = args;
    let mut steps = Steps::begin();
    let from: Vec<PathBuf> =
        partials.iter().map(|path| whole_path(path)).collect::<Result<_, _>>()?;
    let ask_to = ask_to.as_deref().map(whole_path).transpose()?;
    telling.out = telling.out.as_deref().map(whole_path).transpose()?;
    telling.key = telling.key.as_deref().map(whole_path).transpose()?;
    let Opened { planned, meant, question, of } = open(&plan)?;
    let Planned { plan, splits, .. } = planned;
    let scan = scan_as(meant, telling, around)?;
    let place = Place::of(&scan, around)?;
    steps.end("plan");

    let mut told =
        report::Ledger { plan: of.plan.clone(), splits: splits.len(), ..report::Ledger::default() };
    let mut ledger = Ledger::new(&question, &plan, &splits);
    for (name, path) in partials.iter().zip(&from) {
        told.partials.push(take(&mut ledger, &shown(name), path, &of)?);
    }
    steps.end("partials");
    let (read, stop) = (AtomicU64::new(0), stop_on_interrupt());
    let pace = Pace::new(scan.threads, &read, &stop);
    // What is opened here is looked up first, and only that.
    let mut here = plan.clone();
    let mut examined = loop {
        let request = match ledger.close()? {
            Next::Whole(examined) => break *examined,
            Next::Wanted(request) => request,
        };
        if let Some(path) = &ask_to {
            return wanted(&request, path, &of);
        }
        told.mapped_here += request.errands.len();
        let total = request.errands.iter().map(|errand| splits[errand.split as usize]);
        let total =
            total.map(|split| split.end - split.start).sum::<u64>() + read.load(Ordering::Relaxed);
        let parts = progress::watch(scan.progress, total, &read, || {
            map_here(&question, &mut here, &splits, &request, pace)
        })?;
        parts.into_iter().try_for_each(|part| ledger.take(part, "this process"))?;
    };
    if let Some(copies) = &mut here.copies {
        let count = u32::try_from(copies.sources.len()).unwrap_or(u32::MAX);
        copies.find_again(0..count)?;
        let count = u32::try_from(here.sources.len()).unwrap_or(u32::MAX);
        here.find_again(0..count)?;
        examined.copies = compare(&question, &here, &examined, &stop)?;
    }
    steps.end("read");
    steps.bytes_read = read.load(Ordering::Relaxed);
    steps.ledger = Some(told);
    let read = Read { question: &question, plan: &plan, examined: &examined };
    conclude(around, &scan, place, read, steps)
}

/// Takes every part of a file of partials.
fn take(
    ledger: &mut Ledger<'_>,
    name: &str,
    path: &Path,
    of: &Of,
) -> Result<report::Partial, Error> {
    let bytes = std::fs::read(path).map_err(|error| unreadable_question(Error::io(path, error)))?;
    partial::read(name, of, &mut bytes.as_slice(), &mut |part| ledger.take(part, name))?;
    let mut digest = Digest::default();
    digest.update(&bytes);
    Ok(report::Partial { file: name.to_owned(), bytes: bytes.len() as u64, sha256: digest.hex() })
}

/// Writes what is to be mapped first.
fn wanted(request: &Request, path: &Path, of: &Of) -> Result<Exit, Error> {
    let written = File::create(path).and_then(|file| {
        let mut into = BufWriter::new(file);
        request.write(of, &mut into)?;
        into.flush()
    });
    written.map_err(|error| Error::io(path, error))?;
    complain(&format!(
        "no report yet: {} splits are to be mapped again, as {} says; then reduce with these partials, too",
        request.errands.len(),
        shown(path)
    ));
    Ok(Exit::Wanted)
}

/// A plan, and what it asks.
struct Opened {
    planned: Planned<Asked>,
    meant: Meant,
    question: Question,
    of: Of,
}

/// Opens a plan, and asks again what it asks, from the folder where it was
/// asked: the case may not have changed since.
fn open(path: &Path) -> Result<Opened, Error> {
    let bytes = std::fs::read(path).map_err(|error| unreadable_question(Error::io(path, error)))?;
    let (planned, of) = Planned::<Asked>::read(&shown(path), &bytes)?;
    let folder = &planned.folder;
    if std::env::current_dir().is_ok_and(|now| now != *folder) {
        std::env::set_current_dir(folder).map_err(|error| {
            Error::question(format!(
                "the plan was made in {}, where its case and its logs are looked for: {error}",
                shown(folder)
            ))
        })?;
    }
    let meant = meant(&planned.asked)?;
    let question = meant.question()?;
    if question_id(&question, &meant.arguments) != planned.question {
        return Err(Error::question(
            "the case, or a file that it names, is not what it was when the plan was made: make the plan anew",
        ));
    }
    Ok(Opened { planned, meant, question, of })
}

/// The same path from any folder.
fn whole_path(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|error| Error::io(path, error))
}

fn reader(path: &Path) -> Result<BufReader<File>, Error> {
    let file = File::open(path).map_err(|error| unreadable_question(Error::io(path, error)))?;
    Ok(BufReader::new(file))
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// What does not fit a plan was not understood: there is no report.
fn not_understood(error: Error) -> Error {
    match error {
        Error::Ledger(why) => Error::Question(why),
        other => other,
    }
}
