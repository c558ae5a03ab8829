//! `actors.csv`: every actor, a row each, in the order of the report. Unlike
//! the list in `report.json` it is not capped.

use std::io::{self, Write};

use super::people::{self, Statuses};
use super::sheet::Sheet;
use super::{Output, Whole, proof};

/// The output.
pub(super) struct ActorsCsv;

const COLUMNS: &[&str] = &[
    "id",
    "ip",
    "client",
    "group",
    "class",
    "label",
    "party",
    "same_client",
    "grade",
    "first",
    "last",
    "seen_first",
    "seen_last",
    "seen_requests",
    "inside",
    "border",
    "outside",
    "other_host",
    "by_grade",
    "by_status",
    "received_requests",
    "received_bytes",
    "received_paths",
    "received_subjects",
    "received_records",
    "exposures",
    "user_agents",
    "user_agents_left_out",
    "level",
    "listed",
    "verification",
];

/// How many user agents of an actor stand in its row.
const AGENTS_CAP: usize = 10;

impl Output for ActorsCsv {
    fn file(&self) -> &'static str {
        "actors.csv"
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        let mut sheet = Sheet::new(into, COLUMNS)?;
        let actors = &whole.judgement.actors;
        let id = |place: usize| super::proof::actor_id(place, actors.len());
        for (place, actor) in actors.iter().enumerate() {
            let portrait = whole.judgement.portraits.read(place)?;
            let seen = |at: Option<crate::record::Moment>| {
                at.map(|moment| moment.to_string()).unwrap_or_default()
            };
            let time = |at: Option<crate::record::Instant>, digits| {
                at.map(|at| proof::time(at, digits)).unwrap_or_default()
            };
            let others = whole.report.actors.others(place);
            let by_grade: Vec<String> =
                portrait.by_grade.iter().map(|(grade, n)| format!("{grade}:{n}")).collect();
            let by_status = portrait
                .by_status
                .iter()
                .map(|(status, n)| format!("{}:{n}", Statuses::key(*status)));
            let by_status: Vec<String> = by_status.collect();
            let exposures = portrait.exposures.keys().fold(0, |mask, number| mask | 1 << number);
            let agents = people::agents(&portrait);
            let shown: Vec<&[u8]> =
                agents.iter().take(AGENTS_CAP).map(|(agent, _)| *agent).collect();
            let left_out =
                agents.len().saturating_sub(AGENTS_CAP) as u64 + portrait.agents_left_out;
            let listed: Vec<&str> = portrait.listed.iter().map(|one| one.text.as_str()).collect();
            let verification = portrait.checked.as_ref();
            let verification =
                verification.map(|it| format!("{}: {}", it.result.word(), it.because));
            let row: [Vec<u8>; 31] = [
                id(place).into(),
                actor.key.ip().map(|ip| ip.to_string()).unwrap_or_default().into(),
                actor.client(),
                portrait.group.clone().into(),
                actor.class.word().into(),
                portrait.label.clone().unwrap_or_default().into(),
                people::party(whole.question, actor).unwrap_or_default().into(),
                others.join(" ").into(),
                actor.grade.map(|grade| grade.to_string()).unwrap_or_default().into(),
                time(actor.first, actor.digits.0).into(),
                time(actor.last, actor.digits.1).into(),
                seen(portrait.seen.first()).into(),
                seen(portrait.seen.last()).into(),
                portrait.seen.requests.to_string().into(),
                actor.inside.to_string().into(),
                actor.border.to_string().into(),
                actor.outside.to_string().into(),
                actor.other_host.to_string().into(),
                by_grade.join(" ").into(),
                by_status.join(" ").into(),
                actor.requests.to_string().into(),
                actor.bytes.to_string().into(),
                actor.paths.to_string().into(),
                actor.subjects.to_string().into(),
                actor.records.to_string().into(),
                proof::exposures(whole.question, exposures).join("; ").into(),
                shown.join(&b" | "[..]),
                left_out.to_string().into(),
                whole.veil.level().word().into(),
                listed.join("; ").into(),
                verification.unwrap_or_default().into(),
            ];
            sheet.row(row.iter().map(Vec::as_slice))?;
        }
        sheet.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_as_many_cells_as_there_are_columns() {
        assert_eq!(COLUMNS.len(), 31);
    }
}
