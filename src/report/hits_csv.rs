//! `hits.csv`: every request that names what was exposed, a row each, in the
//! order of the inputs. What is not counted (outside every window, a copy of
//! a line counted elsewhere, another host) has no number and says why.

use std::io::{self, Write};

use super::sheet::Sheet;
use super::{Output, Whole, proof};

/// The output.
pub(super) struct HitsCsv;

const COLUMNS: &[&str] = &[
    "id",
    "actor",
    "class",
    "client",
    "time",
    "method",
    "target",
    "path",
    "status",
    "bytes",
    "grade",
    "where",
    "exposures",
    "spelling",
    "source",
    "line",
    "offset",
    "referer",
    "user_agent",
    "user",
    "host",
    "not_counted_because",
    "level",
    "same_as",
];

impl Output for HitsCsv {
    fn file(&self) -> &'static str {
        "hits.csv"
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        let Whole { question, plan, examined, judgement, .. } = *whole;
        let mut sheet = Sheet::new(into, COLUMNS)?;
        let same_as = proof::same_as(examined, judgement);
        let mut number = 0;
        whole.each_hit(|at, hit, detail| {
            let judged = &judgement.judged[at];
            let place = judgement.actor_of[at] as usize;
            let actor = &judgement.actors[place];
            let is_numbered = proof::is_numbered(hit, judged);
            number += u64::from(is_numbered);
            let source = plan.sources[hit.source as usize].found.name_bytes();
            let text = |field: &Option<Vec<u8>>| field.clone().unwrap_or_default();
            let row: [Vec<u8>; 24] = [
                if is_numbered { proof::id(number).into() } else { Vec::new() },
                super::proof::actor_id(place, judgement.actors.len()).into(),
                hit.class.word().into(),
                actor.client(),
                hit.at().map(|at| proof::time(at, detail.digits)).unwrap_or_default().into(),
                detail.method.clone(),
                detail.target.clone(),
                detail.path.clone(),
                hit.status().map(|status| format!("{status:03}")).unwrap_or_default().into(),
                hit.bytes().map(|bytes| bytes.to_string()).unwrap_or_default().into(),
                judged.grade.to_string().into(),
                judged.place.word().into(),
                proof::exposures(question, proof::exposures_of(hit, judged, &judgement.masks))
                    .join("; ")
                    .into(),
                hit.spelling.word().into(),
                source.to_vec(),
                hit.line.to_string().into(),
                hit.offset.to_string().into(),
                text(&detail.referer),
                text(&detail.agent),
                text(&detail.user),
                text(&detail.host),
                proof::not_counted(hit, judged).into(),
                whole.veil.level().word().into(),
                same_as.get(&at).cloned().unwrap_or_default().into_bytes(),
            ];
            sheet.row(row.iter().map(Vec::as_slice))
        })?;
        sheet.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_as_many_cells_as_there_are_columns() {
        assert_eq!(COLUMNS.len(), 24);
    }
}
