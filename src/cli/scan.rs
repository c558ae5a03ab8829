//! `scan`: who fetched what was exposed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant as Clock;

use crate::error::Error;
use crate::examine::stream::{self, Pace};
use crate::examine::{self, Examined, Plan, Question};
use crate::report::page::Page;
use crate::report::summary::summary;
use crate::report::veil::{Key, Known, Level, Veils};
use crate::report::{Ledger, Report, ReportJson, Run, Step, Whole, folder, inputs};
use crate::verdict;

use super::args::Scan;
use super::exit::Exit;
use super::plan::{ScanPlan, Surroundings};
use super::{complain, key, plan, print, progress};

/// Runs a scan.
///
/// # Errors
/// When the question cannot be understood, the run was stopped, or nothing
/// could be concluded at all.
pub fn run(args: Scan, around: &Surroundings) -> Result<Exit, Error> {
    carry_out(plan::scan(args, around)?, around)
}

/// Carries out what was meant.
///
/// # Errors
/// As [`run`].
pub(super) fn carry_out(plan: ScanPlan, around: &Surroundings) -> Result<Exit, Error> {
    let mut steps = Steps::begin();
    let place = Place::of(&plan, around)?;
    let question = plan.meant.question()?;
    let logs = examine::plan::plan(&question, &plan.meant.inputs, &plan.meant.base)?;
    steps.end("plan");

    let read = AtomicU64::new(0);
    let stop = stop_on_interrupt();
    let files = logs.sources.iter().filter(|source| source.found.member.is_none());
    let total = files.map(|source| source.found.length).sum();
    let pace = Pace::new(plan.threads, &read, &stop);
    let examined =
        progress::watch(plan.progress, total, &read, || stream::scan(&question, &logs, pace))?;
    steps.end("read");
    steps.bytes_read = read.load(Ordering::Relaxed);
    let read = Read { question: &question, plan: &logs, examined: &examined };
    conclude(around, &plan, place, read, steps)
}

/// What was read.
#[derive(Clone, Copy)]
pub(super) struct Read<'a> {
    /// What was asked.
    pub question: &'a Question,
    /// What was to be read.
    pub plan: &'a Plan,
    /// What was found.
    pub examined: &'a Examined,
}

/// Where a report goes, if to a folder.
pub(super) struct Place {
    out: Option<PathBuf>,
    partial: String,
    /// The key of pseudonyms, where there are to be any.
    key: Option<Key>,
}

impl Place {
    /// Where the report of a scan goes, made sure that it can.
    ///
    /// # Errors
    /// When the folder is taken or cannot be made.
    pub(super) fn of(plan: &ScanPlan, around: &Surroundings) -> Result<Place, Error> {
        let partial = around.process.to_string();
        let out = plan.out.as_deref().map(|out| folder::check(out, plan.force, &partial));
        let out = out.transpose()?;
        let key = key::key(plan, out.as_deref())?;
        Ok(Place { out, partial, key })
    }
}

/// Judges what was read, and tells it.
///
/// # Errors
/// When nothing can be concluded.
pub(super) fn conclude(
    around: &Surroundings,
    plan: &ScanPlan,
    place: Place,
    read: Read<'_>,
    mut steps: Steps,
) -> Result<Exit, Error> {
    let Read { question, plan: logs, examined } = read;
    let judgement = verdict::judge(question, logs, examined)?;
    steps.end("judge");
    let arguments = plan.arguments.clone();
    let mut report = Report::build(question, logs, examined, &judgement, arguments)?;
    report.level = plan.level.unwrap_or(Level::Full).word();
    let known = Known::gather(question, examined, &judgement)
        .map_err(|error| Error::io("the spool of hits", error))?;
    let veils = Veils::new(plan.level, place.key, known);
    let veil = veils.of(Level::Full);
    steps.end("report");
    let run = steps.run(around, plan);
    let whole = Whole {
        question,
        plan: logs,
        examined,
        judgement: &judgement,
        report: &report,
        run: &run,
        veil,
    };

    let out = place.out.as_deref();
    let mut is_written = true;
    let mut identity = None;
    if let Some(out) = out {
        match folder::write(out, &place.partial, &whole, &veils, &plan.exports) {
            Ok(digest) => identity = Some(digest),
            Err(error) => {
                complain(&format!("the report could not be written: {error}"));
                is_written = false;
            }
        }
    }
    if plan.json {
        print(|into| ReportJson::print(&report, veil, into))?;
    }
    if plan.summary {
        let page = page(plan, out.filter(|_| is_written), identity);
        let text = summary(&whole, &page).map_err(|error| Error::io("the spool of hits", error))?;
        print(|into| into.write_all(veil.text(&text).as_bytes()))?;
    }
    if !plan.summary {
        // The summary tells them; without it they would go unseen.
        let faults = logs.sources.iter().zip(&examined.sources).zip(&report.inputs);
        let faults = faults.filter(|((planned, source), _)| inputs::is_faulty(planned, source));
        let problems = faults.flat_map(|(_, input)| &input.problems);
        report.problems.iter().chain(problems).for_each(|problem| complain(problem));
    }
    if !is_written {
        return Ok(Exit::Fault);
    }
    if plan.exit_code {
        return Ok(Exit::of(report.verdict.code));
    }
    let is_told = question.configured.iter().all(|configured| configured.read.is_ok());
    Ok(if is_faulty(logs, examined) || !is_told { Exit::Fault } else { Exit::Done })
}

fn page(plan: &ScanPlan, out: Option<&Path>, identity: Option<String>) -> Page {
    Page {
        width: plan.width,
        color: plan.color,
        folder: out.map(|out| out.to_string_lossy().into_owned()),
        identity,
        retry: plan.retry.clone(),
    }
}

/// Says whether a source could not be found, opened or read to its end, or
/// changed.
fn is_faulty(plan: &Plan, examined: &Examined) -> bool {
    let mut each = plan.sources.iter().zip(&examined.sources);
    !plan.problems.is_empty() || each.any(|(planned, source)| inputs::is_faulty(planned, source))
}

/// A flag that an interrupt sets; a second interrupt ends the program at once.
pub(super) fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    // Where no handler can be set, an interrupt ends the program, which leaves
    // no report either.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(Exit::Interrupted as u8));
        }
    });
    stop
}

/// How a run went: when it began, how long each step took, what was read.
pub(super) struct Steps {
    started: chrono::DateTime<chrono::Utc>,
    since: Clock,
    steps: Vec<Step>,
    /// How many stored bytes were read.
    pub bytes_read: u64,
    /// The partials that were put together, if there were any.
    pub ledger: Option<Ledger>,
}

impl Steps {
    /// A run that begins now.
    pub(super) fn begin() -> Steps {
        Steps {
            started: chrono::Utc::now(),
            since: Clock::now(),
            steps: Vec::new(),
            bytes_read: 0,
            ledger: None,
        }
    }

    /// Notes that a step ended.
    pub(super) fn end(&mut self, step: &'static str) {
        let seconds = crate::verdict::hours::rounded(self.since.elapsed().as_secs_f64());
        self.steps.push(Step { step, seconds });
        self.since = Clock::now();
    }

    /// Who ran it, when, where and how.
    fn run(self, around: &Surroundings, plan: &ScanPlan) -> Run {
        let text = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname")
            .ok()
            .or_else(|| variable("HOSTNAME"));
        Run {
            tool: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
            command: around.command.clone(),
            folder: std::env::current_dir()
                .ok()
                .map(|folder| folder.to_string_lossy().into_owned()),
            user: variable("USER").or_else(|| variable("LOGNAME")),
            host: host.map(|host| host.trim().to_owned()),
            platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            started: text(self.started),
            ended: text(chrono::Utc::now()),
            seconds: self.steps,
            threads: plan.threads,
            bytes_read: self.bytes_read,
            ledger: self.ledger,
        }
    }
}
