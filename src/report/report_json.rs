//! `report.json`: the report as a value, for scripts. Its keys are the fields
//! of [`super::Report`]; nothing stands here that could differ between two
//! runs over the same question and inputs.

use std::io::{self, Write};

use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::safe::{self, Json};
use super::veil::Veil;
use super::{Output, Report, Whole};

/// What the file is called.
const FILE: &str = "report.json";

/// The output.
pub struct ReportJson;

impl ReportJson {
    /// Writes a report as it stands in `report.json`, and as `--json` prints
    /// it.
    ///
    /// # Errors
    /// When `into` cannot be written.
    pub fn print(report: &Report<'_>, veil: &Veil, into: &mut dyn Write) -> io::Result<()> {
        veil.through(FILE, into, |into| safe::json(report, Json::lines(), into))
    }
}

impl Output for ReportJson {
    fn file(&self) -> &'static str {
        FILE
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        safe::json(whole.report, Json::lines(), into)
    }
}

/// Writes a list of values that are not in memory, each as it is read by its
/// place.
///
/// # Errors
/// When one cannot be read or written.
pub(super) fn in_turn<S: Serializer, T: Serialize>(
    serializer: S,
    n_values: usize,
    read: impl Fn(usize) -> io::Result<T>,
) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(n_values))?;
    for place in 0..n_values {
        list.serialize_element(&read(place).map_err(S::Error::custom)?)?;
    }
    list.end()
}
