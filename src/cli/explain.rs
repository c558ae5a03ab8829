//! `explain`: how each line of a log is read.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use crate::case::{Case, Server};
use crate::error::Error;
use crate::examine::plan::{
    self as examine_plan, Plan, PlannedSource, Question, ReadingOptions, UNNAMED,
};
use crate::examine::visit::{Stop, Trip, trips, visit};
use crate::format::guess::Kind;
use crate::format::{Miss, Reader, Reading};
use crate::report::explain::{self, Line};
use crate::source::{Blocks, LINE_CAP, Opened, ReadOptions, lines};

use super::args::Explain;
use super::exit::Exit;
use super::plan::{Surroundings, networks, zone};
use super::{complain, print};

/// How many bytes of lines are read at once.
const BLOCK_BYTES: usize = 64 * 1024;

/// Explains a file, or standard input.
///
/// # Errors
/// When the file cannot be found or opened, or the output not be written.
pub fn run(args: &Explain, around: &Surroundings) -> Result<Exit, Error> {
    let trusted = networks("--trust-proxy", &args.trust)?;
    let server = Server { name: UNNAMED.to_owned(), trusted_proxies: trusted, ..Server::default() };
    let case = Case { servers: vec![server], ..Case::default() };
    let wall = zone(&args.reading)?;
    let reading = ReadingOptions {
        format: args.reading.format.clone(),
        zone: wall,
        ..ReadingOptions::default()
    };
    let question = Question::new(case, reading)?;
    let file = args.file.clone().unwrap_or_else(|| "-".to_owned());
    if file == "-" && around.in_is_terminal {
        complain("paste lines, and end them with Ctrl-D");
    }
    let plan = examine_plan::plan(&question, &[file], Path::new(""))?;
    plan.problems.iter().for_each(|problem| complain(problem));
    let is_one_file =
        |first: &PlannedSource| plan.sources.iter().all(|source| source.found.is_of(&first.found));
    let Some(first) = plan.sources.first().filter(|first| is_one_file(first)) else {
        return Err(Error::question("explain reads one file at a time; name a file, not a folder"));
    };
    if let (Some(why), 1) = (&first.unreadable, plan.sources.len()) {
        return Err(Error::io(&first.found.path, std::io::Error::other(why.clone())));
    }
    let mut problems = Vec::new();
    let all = (0u32..).zip(&plan.sources).map(|(number, _)| number);
    print(|out| {
        for trip in trips(&plan, all) {
            problems.extend(each_source(&question, &plan, &trip, args.json, out)?);
        }
        out.flush()
    })?;
    problems.iter().for_each(|problem| complain(problem));
    Ok(if problems.is_empty() && plan.problems.is_empty() { Exit::Done } else { Exit::Fault })
}

/// Explains a file, or each member of an archive that is an access log or might
/// be one, and says what was wrong with them.
fn each_source(
    question: &Question,
    plan: &Plan,
    trip: &Trip,
    is_json: bool,
    out: &mut dyn Write,
) -> io::Result<Vec<String>> {
    let (mut problems, mut result) = (Vec::new(), Ok(()));
    visit(plan, trip, ReadOptions::unhashed(), None, &mut |number, stop| {
        let source = &plan.sources[number as usize];
        let member = source.found.member.as_deref();
        match stop {
            Stop::Source(_) if member.is_some() && matches!(source.kind, Kind::Other(_)) => {}
            Stop::Source(opened) => {
                if !is_json && member.is_some() {
                    result = explain::heading(&source.found.name(), out);
                }
                let read = each_line(question, source, *opened, |line| match is_json {
                    true => explain::json(line, out),
                    false => explain::text(line, out),
                });
                match read {
                    Ok(more) => problems.extend(more),
                    Err(error) => result = Err(error),
                }
            }
            Stop::Archive(finished) => problems.extend(finished.problems),
            Stop::Unreadable(why) => problems.push(format!("{}: {why}", source.found.name())),
        }
        if result.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    result.map(|()| problems)
}

/// Gives every line to `take` with what it is read as, and what was wrong
/// with the source.
fn each_line(
    question: &Question,
    source: &PlannedSource,
    mut opened: Opened<'_>,
    mut take: impl FnMut(&Line<'_>) -> io::Result<()>,
) -> io::Result<Vec<String>> {
    let mut reader = Reader::with(&question.formats, &source.formats, source.only);
    reader.state = source.begin.clone();
    let mut number = 0;
    for block in Blocks::new(&mut opened, BLOCK_BYTES, LINE_CAP) {
        for line in lines(&block) {
            number += 1;
            let overlong = Miss { at: line.bytes.len(), wanted: "a line of at most a mebibyte" };
            let mut reading = match block.cut.overlong {
                Some(_) => Reading::Unread(overlong),
                None => reader.read(line.bytes),
            };
            let mut wanted = None;
            if let Reading::Unread(miss) = reading {
                wanted = Some(reader.wanted(&miss));
                reading = Reading::Unread(miss);
            }
            take(&Line {
                number,
                member: source.found.member.as_deref(),
                bytes: line.bytes,
                reading: &reading,
                wanted: wanted.as_deref(),
                formats: &question.formats,
                trusted: question.trusted(source.server),
                wall: question.wall(source.server),
            })?;
        }
    }
    Ok(opened.finish().problems)
}
