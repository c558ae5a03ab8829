//! Section 5: which paths were asked for, and to whom they were sent.

use crate::report::{Whole, proof};

use super::caps;
use super::cited::{Cited, Link};
use super::say::Say;
use super::terms;
use super::walk::{File, Walk};

/// Section 5.
pub(super) struct What {
    pub rows: Vec<Row>,
    pub note: Option<String>,
    pub has_lists: bool,
    pub has_several: bool,
}

/// A path.
pub(super) struct Row {
    pub id: String,
    pub path: String,
    pub exposures: String,
    pub size: String,
    pub records: String,
    pub people: String,
    pub grade: Option<(String, &'static str, &'static str)>,
    pub others: String,
    pub named: String,
    pub requests: String,
    pub link: Option<Link>,
}

/// The name of a path on the page, by its place.
pub(super) fn file_id(place: usize) -> String {
    format!("D-{:03}", place + 1)
}

pub(super) fn what(say: &Say<'_>, whole: &Whole<'_>, walk: &Walk, cited: &Cited) -> What {
    let files = walk.files.iter().enumerate().take(caps::FILES);
    // A path that is neither listed nor cited has no name here.
    let rows: Vec<Row> = files
        .filter_map(|(place, file)| Some(row(say, whole, cited, place, file, name(whole, file)?)))
        .collect();
    What {
        note: caps::note(say, rows.len(), walk.files.len() as u64, "hits.csv", true),
        rows,
        has_lists: whole.report.people.is_some(),
        has_several: whole.report.case.exposures.len() > 1,
    }
}

/// What a path is called: as the list of the case has it, else as the report
/// cites it.
pub(super) fn name(whole: &Whole<'_>, file: &File) -> Option<String> {
    let listed = file.listed.and_then(|id| whole.question.target(id));
    let listed = listed.and_then(|target| Some(target.listed.as_ref()?.path.clone()));
    listed.or_else(|| Some(whole.report.evidence.get(file.proof?)?.path.clone()))
}

fn row(
    say: &Say<'_>,
    whole: &Whole<'_>,
    cited: &Cited,
    place: usize,
    file: &File,
    name: String,
) -> Row {
    let listed = file.listed.and_then(|id| whole.question.target(id)?.listed.as_ref());
    let number = |number: Option<u64>| number.map_or_else(|| "–".to_owned(), |it| say.n(it));
    let proof = file.proof.and_then(|at| whole.report.evidence.get(at));
    Row {
        id: file_id(place),
        path: say.cut(&name),
        exposures: proof::exposures(whole.question, file.exposures).join(", "),
        size: number(listed.and_then(|file| file.size)),
        records: number(listed.and_then(|file| file.records)),
        people: number(listed.and_then(|file| file.subjects)),
        grade: file
            .grade_others
            .map(|it| (it.to_string(), say.it(terms::grade(it)), terms::tone(it))),
        others: say.n(file.others),
        named: say.n(file.named),
        requests: say.n(file.requests),
        link: proof.map(|proof| cited.link(&proof.id)),
    }
}
