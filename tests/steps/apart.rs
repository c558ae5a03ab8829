//! The three steps as functions: how a plan is cut and put together again.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};

use whofetched::error::Error;
use whofetched::examine::errand::{Errand, Request};
use whofetched::examine::ledger::{Ledger, Next};
use whofetched::examine::partial::{self, Of, Part};
use whofetched::examine::plan::{self, Plan, Question, ReadingOptions};
use whofetched::examine::split::Split;
use whofetched::examine::stream::{self, Pace};
use whofetched::examine::{Examined, steps};
use whofetched::report::veil::Veil;
use whofetched::report::{Report, ReportJson};
use whofetched::verdict;

use super::logs::Log;
use crate::common::{Numbers, case};

/// Logs that were planned.
pub struct Planned {
    /// Removed when it is done with.
    _folder: tempfile::TempDir,
    pub question: Question,
    pub plan: Plan,
}

impl Planned {
    /// Writes logs and plans them.
    pub fn of(logs: &[Log], no_hash: bool) -> Planned {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in logs {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let reading = ReadingOptions { no_hash, ..ReadingOptions::default() };
        let case = case("2024-03-05T02:00:00Z", "2024-03-05T22:00:00Z");
        let question = Question::new(case, reading).unwrap();
        let inputs = [folder.path().to_string_lossy().into_owned()];
        let plan = plan::plan(&question, &inputs, Path::new("")).unwrap();
        Planned { _folder: folder, question, plan }
    }

    /// The report of a scan in one process.
    pub fn scanned(&self) -> String {
        let (progress, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let pace = Pace::new(2, &progress, &stop);
        self.report(&stream::scan(&self.question, &self.plan, pace).unwrap()).unwrap()
    }

    pub fn report(&self, examined: &Examined) -> Result<String, Error> {
        let Planned { question, plan, .. } = self;
        let judgement = verdict::judge(question, plan, examined)?;
        let report = Report::build(question, plan, examined, &judgement, Vec::new())?;
        let mut text = Vec::new();
        ReportJson::print(&report, &Veil::full(), &mut text).unwrap();
        Ok(String::from_utf8(text).unwrap())
    }

    /// Does some errands.
    pub fn map(&self, splits: &[Split], request: &Request) -> Vec<Part> {
        let (progress, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let pace = Pace::new(1, &progress, &stop);
        steps::map(&self.question, &self.plan, splits, request, pace).unwrap()
    }

    /// Maps and reduces these splits, each errand by itself and all in an
    /// order that `numbers` say; every part is written and read again. Gives
    /// the report and how often something was wanted again.
    pub fn reduced(&self, splits: &[Split], numbers: &mut Numbers) -> (String, usize) {
        let mut ledger = Ledger::new(&self.question, &self.plan, splits);
        let mut request = Request::first(&self.plan, splits);
        for round in 0..splits.len() + 4 {
            shuffle(&mut request.errands, numbers);
            for errand in &request.errands {
                let one = Request { ask: request.ask.clone(), errands: vec![errand.clone()] };
                for part in written_and_read(&self.map(splits, &one)) {
                    ledger.take(part, "a partial").unwrap();
                }
            }
            match ledger.close().unwrap() {
                Next::Whole(examined) => return (self.report(&examined).unwrap(), round),
                Next::Wanted(next) => request = *next,
            }
        }
        panic!("something is wanted for ever")
    }
}

fn shuffle(errands: &mut [Errand], numbers: &mut Numbers) {
    for at in (1..errands.len()).rev() {
        errands.swap(at, numbers.below(at as u64 + 1) as usize);
    }
}

/// Parts as another process gets them.
fn written_and_read(parts: &[Part]) -> Vec<Part> {
    let (of, mut bytes, mut back) = (Of::default(), Vec::new(), Vec::new());
    partial::write(&of, parts, &mut bytes).unwrap();
    partial::read("a partial", &of, &mut bytes.as_slice(), &mut |part| {
        back.push(part);
        Ok(())
    })
    .unwrap();
    assert_eq!(back, parts);
    back
}
