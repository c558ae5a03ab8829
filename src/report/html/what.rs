//! Section 5: which paths were asked for, and to whom they were sent.

use std::io;

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

pub(super) fn what(
    say: &Say<'_>,
    whole: &Whole<'_>,
    walk: &Walk,
    names: &[Option<String>],
    cited: &Cited,
) -> What {
    let files = walk.files.iter().zip(names).enumerate();
    // A path that is neither listed nor cited has no name here.
    let rows: Vec<Row> = files
        .filter_map(|(place, (file, name))| {
            Some(row(say, whole, cited, place, file, name.as_ref()?))
        })
        .collect();
    What {
        note: caps::note(say, rows.len(), walk.n_files, "hits.csv", true),
        rows,
        has_lists: whole.report.people.is_some(),
        has_several: whole.report.case.exposures.len() > 1,
    }
}

/// What the paths of the page are called: as the list of the case has it, else
/// as the report cites it.
pub(super) fn names(whole: &Whole<'_>, walk: &Walk) -> io::Result<Vec<Option<String>>> {
    let name = |file: &File| {
        let listed = file.listed.and_then(|id| whole.question.target(id)?.listed.as_ref());
        match (listed, file.proof) {
            (Some(listed), _) => Ok(Some(listed.path.clone())),
            (None, Some(proof)) => Ok(Some(whole.report.evidence.read(proof)?.path)),
            (None, None) => Ok(None),
        }
    };
    walk.files.iter().map(name).collect()
}

fn row(
    say: &Say<'_>,
    whole: &Whole<'_>,
    cited: &Cited,
    place: usize,
    file: &File,
    name: &str,
) -> Row {
    let listed = file.listed.and_then(|id| whole.question.target(id)?.listed.as_ref());
    let number = |number: Option<u64>| number.map_or_else(|| "–".to_owned(), |it| say.n(it));
    let proof = file.proof.and_then(|at| whole.report.evidence.id(at));
    Row {
        id: file_id(place),
        path: say.cut(name),
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
        link: proof.map(|id| cited.link(&id)),
    }
}
