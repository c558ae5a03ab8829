//! Documented accesses to something else than a target: no hits, and yet the
//! logs must show them.

use crate::actor::{self, Act, Speaker};
use crate::record::path::Forms;
use crate::record::{Instant, Record};

use super::plan::Question;

/// The documented accesses, by their places in the case, that a record of no
/// target may be. `folds` where its format folds letter case.
pub fn of_record(
    question: &Question,
    (server, folds): (usize, bool),
    record: &Record<'_>,
    at: Option<Instant>,
    speaker: Speaker<'_>,
) -> Vec<u32> {
    if !question.may_be_aside(at) {
        return Vec::new();
    }
    let server = &question.servers[server];
    let folds = server.case_insensitive.unwrap_or(folds);
    let Some(forms) = Forms::of_record(record, folds) else { return Vec::new() };
    let act = Act {
        speaker,
        at,
        forms: &forms,
        folds,
        path: &forms.canonical,
        user: record.user,
        exposures: 0,
        server: &server.name,
    };
    actor::controls(&question.case, &act).map(|place| place as u32).collect()
}
