//! HOW DO WE SAY IT?
//!
//! A judgement becomes a [`Report`], and the report is written in as many ways
//! as there are lines in [`OUTPUTS`], told on a terminal ([`summary`]), or put
//! in a folder at one go ([`folder`]). [`explain`] tells how one line is read, [`inspect`]
//! what a first look at logs shows, and
//! [`suggest`] makes servers of a case file of it.
//! All escaping lives in [`safe`]. Nothing is concluded here, nothing is
//! opened but what is written, and there is no clock.
//!
//! ```
//! use whofetched::report::safe;
//!
//! assert_eq!(safe::terminal(b"\x1b[2Jevil\xff"), r"\x1B[2Jevil\xFF");
//! assert_eq!(safe::cell(b"=1+1"), "'=1+1");
//! ```

mod actors_csv;
pub mod asked;
pub mod configuration;
pub mod edges;
mod evidence_jsonl;
pub mod explain;
pub mod export;
mod figures;
pub mod folder;
mod hits_csv;
pub(crate) mod html;
pub mod inputs;
pub mod inspect;
pub mod lists;
pub mod model;
mod noticed;
pub mod page;
pub mod people;
mod preserve;
pub mod proof;
mod report_json;
pub mod run_json;
pub mod safe;
pub mod seal;
mod sheet;
pub mod show;
pub mod suggest;
pub mod summary;
mod table;
pub mod trail;
pub mod veil;
pub mod verify;
pub mod witnesses;

use std::io::{self, Write};

use crate::evidence::{Detail, Hit};
use crate::examine::{Examined, Plan, Question};
use crate::verdict::Judgement;

pub use model::Report;
pub use report_json::ReportJson;
pub use run_json::{Ledger, Partial, Run, Step};
use veil::{Level, Veil};

/// Everything that an output may look at.
#[derive(Clone, Copy)]
pub struct Whole<'a> {
    /// What was asked.
    pub question: &'a Question,
    /// What was to be read.
    pub plan: &'a Plan,
    /// What was read.
    pub examined: &'a Examined,
    /// What was concluded.
    pub judgement: &'a Judgement,
    /// The report.
    pub report: &'a Report<'a>,
    /// Who ran it, when, where and how.
    pub run: &'a Run,
    /// What the output that is being written does not tell.
    pub veil: &'a Veil,
}

impl Whole<'_> {
    /// Hands out every hit with its place and its text. Below level full the
    /// line and the user are not in it: nothing shows what they are once they
    /// stand in an output.
    ///
    /// # Errors
    /// When the text cannot be read back, or `take` fails.
    pub fn each_hit(
        &self,
        mut take: impl FnMut(usize, &Hit, &Detail) -> io::Result<()>,
    ) -> io::Result<()> {
        self.examined.each_hit(|at, hit, detail| {
            if self.veil.is_full() {
                return take(at, hit, detail);
            }
            take(at, hit, &self.veil.detail(detail))
        })
    }
}

/// One file of a report folder.
pub trait Output: Sync {
    /// What the file is called.
    fn file(&self) -> &'static str;

    /// How much it tells where nothing else is asked for.
    fn level(&self) -> Level {
        Level::Full
    }

    /// Writes it. What goes to `into` is veiled on its way out.
    ///
    /// # Errors
    /// When `into` cannot be written, or the text of the hits cannot be read
    /// back.
    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()>;
}

/// The files of every report folder, in the order in which they are written;
/// what is written where it is asked for is in [`export::EXPORTS`]. Behind them
/// all come the manifest ([`seal`]) and `run.json`.
pub static OUTPUTS: &[&dyn Output] = &[
    &report_json::ReportJson,
    &html::ReportHtml,
    &actors_csv::ActorsCsv,
    &hits_csv::HitsCsv,
    &evidence_jsonl::EvidenceJsonl,
];

#[cfg(test)]
mod schema;
