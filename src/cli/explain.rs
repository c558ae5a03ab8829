//! `explain`: how each line of a log is read.

use std::path::Path;

use crate::case::{Case, Server};
use crate::error::Error;
use crate::examine::plan::{
    self as examine_plan, PlannedSource, Question, ReadingOptions, UNNAMED,
};
use crate::format::{Miss, Reader, Reading};
use crate::report::explain::{self, Line};
use crate::source::{self, Blocks, LINE_CAP, ReadOptions, lines};

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
    let [source] = plan.sources.as_slice() else {
        return Err(Error::question("explain reads one file at a time; name a file, not a folder"));
    };
    if let Some(why) = &source.unreadable {
        return Err(Error::io(&source.found.path, std::io::Error::other(why.clone())));
    }
    let mut problems = Vec::new();
    print(|out| {
        problems = each_line(&question, source, |line| match args.json {
            true => explain::json(line, out),
            false => explain::text(line, out),
        })?;
        out.flush()
    })?;
    problems.iter().for_each(|problem| complain(problem));
    Ok(if problems.is_empty() && plan.problems.is_empty() { Exit::Done } else { Exit::Fault })
}

/// Gives every line to `take` with what it is read as, and what was wrong
/// with the source.
fn each_line(
    question: &Question,
    source: &PlannedSource,
    mut take: impl FnMut(&Line<'_>) -> std::io::Result<()>,
) -> std::io::Result<Vec<String>> {
    let mut opened = source::open(&source.found, ReadOptions { hash: false }, None)?;
    let mut reader = Reader::with(&question.formats, &source.formats, source.only);
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
