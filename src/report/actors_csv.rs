//! `actors.csv`: every actor, a row each, in the order of the report. Unlike
//! the list in `report.json` it is not capped; but where there are very many,
//! only the first of each class are told of in full.

use std::io::{self, Write};

use crate::actor;
use crate::record::{Client, Instant, Moment};
use crate::verdict::cast::Sketch;

use super::model::LEVEL;
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
        let cast = &whole.judgement.cast;
        let same = cast.same();
        let id = |place: usize| proof::actor_id(place, cast.all.len());
        let others = |place: usize| -> String {
            let others: Vec<String> =
                same.get(&place).into_iter().flatten().map(|other| id(*other)).collect();
            others.join(" ")
        };
        for (place, actor) in actors.iter().enumerate() {
            let marks = &whole.report.marks[place];
            let seen = |at: Option<crate::record::Moment>| {
                at.map(|moment| moment.to_string()).unwrap_or_default()
            };
            let time = |at: Option<crate::record::Instant>, digits| {
                at.map(|at| proof::time(at, digits)).unwrap_or_default()
            };
            let by_grade: Vec<String> =
                actor.by_grade.iter().map(|(grade, n)| format!("{grade}:{n}")).collect();
            let by_status =
                actor.by_status.iter().map(|(status, n)| format!("{}:{n}", Statuses::key(*status)));
            let by_status: Vec<String> = by_status.collect();
            let exposures = actor.exposures.keys().fold(0, |mask, number| mask | 1 << number);
            let agents = people::agents(actor);
            let shown: Vec<&[u8]> =
                agents.iter().take(AGENTS_CAP).map(|(agent, _)| *agent).collect();
            let left_out = agents.len().saturating_sub(AGENTS_CAP) as u64 + actor.agents_left_out;
            let listed: Vec<&str> = actor.listed.iter().map(|one| one.text.as_str()).collect();
            let verification = actor.checked.as_ref();
            let verification =
                verification.map(|it| format!("{}: {}", it.result.word(), it.because));
            let row: [Vec<u8>; 31] = [
                id(place).into(),
                actor.key.ip().map(|ip| ip.to_string()).unwrap_or_default().into(),
                people::client(actor),
                actor.group.clone().into(),
                actor.class.word().into(),
                actor.label.clone().unwrap_or_default().into(),
                people::party(whole.question, actor).unwrap_or_default().into(),
                others(place).into(),
                actor.grade.map(|grade| grade.to_string()).unwrap_or_default().into(),
                time(actor.first, marks.first_digits).into(),
                time(actor.last, marks.last_digits).into(),
                seen(actor.seen.first).into(),
                seen(actor.seen.last).into(),
                actor.seen.requests.to_string().into(),
                actor.inside.to_string().into(),
                actor.border.to_string().into(),
                actor.outside.to_string().into(),
                marks.other_host.to_string().into(),
                by_grade.join(" ").into(),
                by_status.join(" ").into(),
                actor.requests.to_string().into(),
                actor.bytes.to_string().into(),
                actor.paths.len().to_string().into(),
                actor.subjects.len().to_string().into(),
                actor.records.len().to_string().into(),
                proof::exposures(whole.question, exposures).join("; ").into(),
                shown.join(&b" | "[..]),
                left_out.to_string().into(),
                LEVEL.into(),
                listed.join("; ").into(),
                verification.unwrap_or_default().into(),
            ];
            sheet.row(row.iter().map(Vec::as_slice))?;
        }
        for (place, one) in cast.all.iter().enumerate().skip(actors.len()) {
            let row = brief(one, id(place), others(place), whole);
            sheet.row(row.iter().map(Vec::as_slice))?;
        }
        sheet.finish()
    }
}

/// The row of a client that is not told of in full: what only the text of its
/// hits says is empty.
fn brief(one: &Sketch, id: String, others: String, whole: &Whole<'_>) -> [Vec<u8>; 31] {
    let party = one.party.and_then(|at| whole.question.case.parties.get(usize::from(at)));
    let seen = whole.examined.answers.seen.get(&one.key).copied().unwrap_or_default();
    let time = |at: Option<Instant>| at.map(proof::exact).unwrap_or_default();
    let moment = |at: Option<Moment>| at.map(|at| at.to_string()).unwrap_or_default();
    let mut row: [Vec<u8>; 31] = std::array::from_fn(|_| Vec::new());
    let cells: [(&str, Vec<u8>); 19] = [
        ("id", id.into()),
        ("ip", one.client()),
        ("client", one.client()),
        ("group", actor::group(Client::read(&one.client())).into()),
        ("class", one.class.word().into()),
        ("party", party.map(|party| party.name.clone()).unwrap_or_default().into()),
        ("same_client", others.into()),
        ("grade", one.grade.map(|grade| grade.to_string()).unwrap_or_default().into()),
        ("first", time(one.first).into()),
        ("last", time(one.last).into()),
        ("seen_first", moment(seen.first).into()),
        ("seen_last", moment(seen.last).into()),
        ("seen_requests", seen.requests.to_string().into()),
        ("level", LEVEL.into()),
        ("inside", one.inside.to_string().into()),
        ("border", one.border.to_string().into()),
        ("outside", one.outside.to_string().into()),
        ("received_requests", one.requests.to_string().into()),
        ("received_bytes", one.bytes.to_string().into()),
    ];
    for (name, cell) in cells {
        if let Some(at) = COLUMNS.iter().position(|column| *column == name) {
            row[at] = cell;
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_as_many_cells_as_there_are_columns() {
        assert_eq!(COLUMNS.len(), 31);
    }
}
