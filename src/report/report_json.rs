//! `report.json`: the report as a value, for scripts. Its keys are the fields
//! of [`super::Report`]; nothing stands here that could differ between two
//! runs over the same question and inputs.

use std::io::{self, Write};

use super::safe::{self, Json};
use super::{Output, Report, Whole};

/// The output.
pub struct ReportJson;

impl ReportJson {
    /// Writes a report as it stands in `report.json`, and as `--json` prints
    /// it.
    ///
    /// # Errors
    /// When `into` cannot be written.
    pub fn print(report: &Report, into: &mut dyn Write) -> io::Result<()> {
        safe::json(report, Json::lines(), into)
    }
}

impl Output for ReportJson {
    fn file(&self) -> &'static str {
        "report.json"
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        ReportJson::print(whole.report, into)
    }
}
