//! Annex A: the requests that the page cites. Each has an anchor by its number,
//! and everything that counts requests leads to some of them.

use std::collections::BTreeSet;
use std::io;

use crate::report::Whole;
use crate::report::people::Person;
use crate::report::proof::Proof;

use super::caps;
use super::say::{Say, When};
use super::walk::Walk;
use super::{terms, words_annex as w};

/// Which requests are on the page.
pub(super) struct Cited {
    /// By their places in the report's list.
    chosen: BTreeSet<usize>,
    ids: BTreeSet<String>,
}

/// The number of a request, and whether it is on the page.
pub(super) struct Link {
    pub id: String,
    pub is_here: bool,
}

/// A request.
pub(super) struct Row {
    pub id: String,
    pub at: Option<When>,
    pub actor: String,
    pub actor_is_here: bool,
    pub method: String,
    pub target: String,
    pub spelling: Option<&'static str>,
    pub status: String,
    pub bytes: String,
    pub grade: String,
    pub tone: &'static str,
    pub place: &'static str,
    pub same_as: Option<String>,
    pub input: u32,
    pub line: String,
    pub offset: String,
}

impl Cited {
    /// Chooses: one request of every client that is shown, one of every path
    /// that is shown, and then the gravest.
    pub(super) fn choose(whole: &Whole<'_>, shown: &[&Person], walk: &Walk) -> Cited {
        let evidence = &whole.report.evidence;
        let first: BTreeSet<&str> =
            shown.iter().filter_map(|person| person.evidence.first()).map(String::as_str).collect();
        let is_first = |id: Option<String>| id.is_some_and(|id| first.contains(id.as_str()));
        let mut chosen: BTreeSet<usize> =
            (0..evidence.len()).filter(|at| is_first(evidence.id(*at))).collect();
        let files = walk.files.iter().filter_map(|file| file.proof);
        for at in files.chain(0..evidence.len()) {
            if chosen.len() >= caps::EVIDENCE {
                break;
            }
            chosen.insert(at);
        }
        let ids = chosen.iter().filter_map(|&at| evidence.id(at)).collect();
        Cited { chosen, ids }
    }

    /// A request by its number.
    pub(super) fn link(&self, id: &str) -> Link {
        Link { id: id.to_owned(), is_here: self.ids.contains(id) }
    }

    /// The rows of the annex, the gravest first.
    pub(super) fn rows(
        &self,
        say: &Say<'_>,
        whole: &Whole<'_>,
        shown: &[&Person],
    ) -> io::Result<Vec<Row>> {
        let here: BTreeSet<&str> = shown.iter().map(|person| person.id.as_str()).collect();
        let evidence = &whole.report.evidence;
        self.chosen.iter().map(|&at| Ok(row(say, &evidence.read(at)?, &here))).collect()
    }

    /// What is said where some are left out.
    pub(super) fn note(&self, say: &Say<'_>, whole: &Whole<'_>) -> Option<String> {
        let total = whole.report.evidence.len() as u64 + whole.report.evidence_left_out;
        caps::note(say, self.chosen.len(), total, "evidence.jsonl, hits.csv", true)
    }

    /// The first number, for an example.
    pub(super) fn example(&self) -> &str {
        self.ids.first().map_or("EV-000001", String::as_str)
    }
}

fn row(say: &Say<'_>, proof: &Proof, here: &BTreeSet<&str>) -> Row {
    Row {
        id: proof.id.clone(),
        at: say.written(proof.at.as_deref()),
        actor: proof.actor.clone(),
        actor_is_here: here.contains(proof.actor.as_str()),
        method: say.cut_to(&proof.method, 20),
        target: say.cut(&proof.target),
        spelling: (proof.spelling != "plain").then_some(proof.spelling),
        status: proof.status.map_or_else(|| "–".to_owned(), |status| format!("{status:03}")),
        bytes: proof.bytes.map_or_else(|| "–".to_owned(), |bytes| say.n(bytes)),
        grade: proof.grade.to_string(),
        tone: terms::tone(proof.grade),
        place: say.it(terms::place(proof.place)),
        same_as: proof.same_as.as_ref().map(|id| say.with(&w::SAME_AS, &[id])),
        input: proof.source + 1,
        line: say.n(proof.line),
        offset: say.n(proof.offset),
    }
}
