//! Documented accesses: those to something else than a target, which are no
//! hits and must be in the logs all the same; and those whose address nobody
//! noted.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::actor::{self, Act, Class, Speaker};
use crate::evidence::{ClientKey, Detail, Hit, Signs};
use crate::record::path::Forms;
use crate::record::{Instant, Record};

use super::plan::Question;
use super::reduce::Examined;

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

/// Takes the class from hits that may be a documented access without an
/// address where several clients made such requests: which of them it was
/// cannot be told.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn doubt(question: &Question, whole: &mut Examined) -> io::Result<()> {
    let case = &question.case;
    if case.controls.iter().all(|control| control.ip.is_some()) {
        return Ok(());
    }
    // What an edge learnt of its origin was the origin's to find, so the server
    // is not asked about again.
    let of = |hit: &Hit, detail: &Detail| {
        let each = case.controls.iter().enumerate().filter(|(_, control)| {
            let server = control.server.as_deref().unwrap_or_default();
            hit.at().is_some_and(|at| control.may_be(at, hit.client.ip(), server, &detail.path))
        });
        each.map(|(place, _)| place).collect::<Vec<_>>()
    };
    let is_one = |hit: &Hit| hit.signs.has(Signs::CONTROL) && !hit.signs.has(Signs::REPEATED);
    let mut clients: BTreeMap<usize, BTreeSet<ClientKey>> = BTreeMap::new();
    whole.each_hit(|_, hit, detail| {
        for place in of(hit, detail).into_iter().filter(|_| is_one(hit)) {
            clients.entry(place).or_default().insert(hit.client);
        }
        Ok(())
    })?;
    let is_plain = |place: &usize| clients.get(place).is_none_or(|clients| clients.len() < 2);
    let mut doubtful = Vec::new();
    whole.each_hit(|number, hit, detail| {
        let places = of(hit, detail);
        let is_doubtful = !places.is_empty() && !places.iter().any(is_plain);
        if is_one(hit) && hit.party().is_none() && is_doubtful {
            doubtful.push(number);
        }
        Ok(())
    })?;
    for number in doubtful {
        whole.hits[number].class = Class::Unresolved;
    }
    Ok(())
}
