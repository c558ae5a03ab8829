//! `new-case`: a commented case file, with what a first look at logs shows.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use crate::case::{self, Case};
use crate::error::Error;
use crate::examine::plan::ReadingOptions;
use crate::examine::survey::{self, Depth};
use crate::examine::{Plan, Question};
use crate::report::inspect::Look;
use crate::report::suggest::suggestions;
use crate::verdict::triage;

use super::args::NewCase;
use super::exit::Exit;
use super::inspect::{clock, unread};
use super::{complain, print};

/// Writes a case file.
///
/// # Errors
/// When the inputs name nothing, or the file is there already or cannot be
/// written.
pub fn run(args: &NewCase) -> Result<Exit, Error> {
    let mut text = case::load::template().to_owned();
    let mut exit = Exit::Done;
    if !args.inputs.is_empty() || !args.config.is_empty() {
        let mut question = Question::new(Case::default(), ReadingOptions::default())?;
        question.configure(Path::new(""), &args.config);
        let plan = match args.inputs.is_empty() {
            true => Plan::default(),
            false => survey::plan(&question, &args.inputs, Path::new(""), Depth::Sampled)?,
        };
        let seen = survey::survey(&question, &plan, Depth::Sampled, &AtomicU64::new(0));
        let triage = triage::triage(&question, &plan, &seen, None, clock());
        let problems =
            seen.sources.iter().flat_map(|seen| seen.unreadable.iter().chain(&seen.problems));
        for problem in unread(&question).chain(&plan.problems).chain(problems) {
            complain(problem);
            exit = Exit::Fault;
        }
        let look = Look { question: &question, plan: &plan, survey: &seen, triage: &triage };
        // Written to another folder, paths would not lead from there.
        let folder = args.output.as_deref().and_then(Path::parent);
        let elsewhere = folder.filter(|folder| !folder.as_os_str().is_empty());
        text.push_str(&suggestions(&look, elsewhere));
    }
    match &args.output {
        None => print(|out| out.write_all(text.as_bytes()))?,
        Some(path) => {
            let file = OpenOptions::new().write(true).create_new(true).open(path);
            let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
            written.map_err(|error| Error::io(path, error))?;
        }
    }
    Ok(exit)
}
