//! `scan`: who fetched what was exposed.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant as Clock;

use crate::error::Error;
use crate::examine::stream::{self, Pace};
use crate::examine::{self, Examined, Plan, Question};
use crate::report::page::Page;
use crate::report::summary::summary;
use crate::report::veil::{Known, Level, Veils};
use crate::report::{Report, ReportJson, Run, Step, Whole, folder, inputs};
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
    let partial = around.process.to_string();
    let out =
        plan.out.as_deref().map(|out| folder::check(out, plan.force, &partial)).transpose()?;
    let key = key::key(&plan, out.as_deref())?;
    let ScanPlan { case, base, inputs, reading, .. } = &plan;
    let mut question = Question::new(case.clone(), reading.clone())?;
    question.configure(base, &plan.config);
    let logs = examine::plan::plan(&question, inputs, base)?;
    steps.end("plan");

    let read = AtomicU64::new(0);
    let stop = stop_on_interrupt();
    let files = logs.sources.iter().filter(|source| source.found.member.is_none());
    let total = files.map(|source| source.found.length).sum();
    let pace = Pace::new(plan.threads, &read, &stop);
    let examined =
        progress::watch(plan.progress, total, &read, || stream::scan(&question, &logs, pace))?;
    steps.end("read");

    let judgement = verdict::judge(&question, &logs, &examined)?;
    steps.end("judge");
    let mut report =
        Report::build(&question, &logs, &examined, &judgement, plan.arguments.clone())?;
    report.level = plan.level.unwrap_or(Level::Full).word();
    let known = Known::gather(&question, &examined, &judgement)
        .map_err(|error| Error::io("the spool of hits", error))?;
    let veils = Veils::new(plan.level, key, known);
    let veil = veils.of(Level::Full);
    steps.end("report");
    let run = steps.run(around, &plan, read.load(Ordering::Relaxed));
    let whole = Whole {
        question: &question,
        plan: &logs,
        examined: &examined,
        judgement: &judgement,
        report: &report,
        run: &run,
        veil,
    };

    let mut is_written = true;
    let mut identity = None;
    if let Some(out) = &out {
        match folder::write(out, &partial, &whole, &veils, &plan.exports) {
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
        let page = page(&plan, out.as_deref().filter(|_| is_written), identity);
        let text = summary(&whole, &page);
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
    Ok(if is_faulty(&logs, &examined) || !is_told { Exit::Fault } else { Exit::Done })
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

/// How long each step takes.
struct Steps {
    started: chrono::DateTime<chrono::Utc>,
    since: Clock,
    steps: Vec<Step>,
}

impl Steps {
    fn begin() -> Steps {
        Steps { started: chrono::Utc::now(), since: Clock::now(), steps: Vec::new() }
    }

    fn end(&mut self, step: &'static str) {
        let seconds = crate::verdict::hours::rounded(self.since.elapsed().as_secs_f64());
        self.steps.push(Step { step, seconds });
        self.since = Clock::now();
    }

    /// Who ran it, when, where and how.
    fn run(self, around: &Surroundings, plan: &ScanPlan, bytes_read: u64) -> Run {
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
            bytes_read,
        }
    }
}
