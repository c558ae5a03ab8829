//! One walk over the hits, for what the report does not hold by itself: who
//! was sent which path, and when. Numbers and times come from the hits, text
//! only from what the report cites and from the lists of the case.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io;

use xxhash_rust::xxh3::xxh3_128;

use crate::actor::Class;
use crate::record::Instant;
use crate::report::{Whole, proof};
use crate::verdict::{Grade, Where};

use super::axis::Axis;

/// What was asked of one path, inside the windows and at their borders.
#[derive(Debug, Clone, Default)]
pub(super) struct File {
    /// Its requests.
    pub requests: u64,
    /// The gravest grade of a request by others.
    pub grade_others: Option<Grade>,
    /// The gravest grade of any.
    pub grade: Option<Grade>,
    /// Clients of class other that were sent content of it inside.
    pub others: u64,
    /// Clients of declared parties and lawful users that were.
    pub named: u64,
    /// The exposures it belongs to, a bit each.
    pub exposures: u64,
    /// The listed target that it is, by its number.
    pub listed: Option<u32>,
    /// The place in the report's list of the gravest request that is cited.
    pub proof: Option<usize>,
    best: Option<(bool, Grade, u64)>,
}

/// What one client was sent of one path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    /// The gravest grade.
    pub grade: Grade,
    /// Content was sent inside a window.
    pub inside: bool,
    /// The first time when it was.
    pub first: Option<Instant>,
    /// The number of that gravest request.
    pub number: u64,
}

/// What a client did in one step of the axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// The gravest grade.
    pub grade: Grade,
    /// The number of that request.
    pub number: u64,
    /// How many there were.
    pub requests: u64,
}

/// Requests of others that were answered with content, inside the windows.
#[derive(Debug, Clone, Default)]
pub(super) struct Totals {
    pub requests: u64,
    pub bytes: u64,
    pub first: Option<Instant>,
    pub last: Option<Instant>,
}

/// Everything that the walk found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The paths, those first that were sent to others.
    pub files: Vec<File>,
    /// What each client was sent of each path, by their places.
    pub sent: HashMap<(u32, u32), Sent>,
    /// By client and step of the axis, for the clients that are drawn.
    pub marks: HashMap<u32, BTreeMap<u32, Mark>>,
    /// What others were sent.
    pub others: Totals,
}

/// Walks over all hits. `drawn` says which clients have a row in the timeline.
pub(super) fn walk(
    whole: &Whole<'_>,
    axis: Option<&Axis>,
    drawn: impl Fn(u32) -> bool,
) -> io::Result<Walk> {
    let Whole { question, judgement, report, .. } = *whole;
    let cited: HashMap<&str, usize> =
        (0..).zip(&report.evidence).map(|(at, proof)| (proof.id.as_str(), at)).collect();
    let mut found = Walk::default();
    let mut places: HashMap<u128, u32> = HashMap::new();
    let mut number = 0;
    whole.each_hit(|at, hit, detail| {
        let judged = &judgement.judged[at];
        if !proof::is_numbered(hit, judged) {
            return Ok(());
        }
        number += 1;
        if !judged.counts {
            return Ok(());
        }
        let actor = judgement.actor_of[at];
        let grade = judged.grade;
        if drawn(actor)
            && let Some((axis, at)) = axis.zip(hit.at())
        {
            let steps = found.marks.entry(actor).or_default();
            let mark = steps.entry(axis.step(at)).or_insert(Mark { grade, number, requests: 0 });
            mark.requests += 1;
            if grade < mark.grade {
                (mark.grade, mark.number) = (grade, number);
            }
        }
        let next = found.files.len() as u32;
        let place = *places.entry(xxh3_128(&detail.path)).or_insert(next);
        if place == next {
            found.files.push(File::default());
        }
        let is_other = hit.class == Class::Other;
        if is_other && judged.place == Where::Inside && grade.is_content() {
            found.others.add(hit.bytes().unwrap_or(0), hit.at());
        }
        let file = &mut found.files[place as usize];
        file.see(is_other, grade, number, || cited.get(proof::id(number).as_str()).copied());
        file.exposures |= judged.inside | judged.border;
        let listed = |id: &&u32| question.target(**id).is_some_and(|it| it.listed.is_some());
        file.listed =
            file.listed.or(detail.files.first().or(Some(&hit.target)).filter(listed).copied());
        let sent = found.sent.entry((actor, place)).or_insert(Sent {
            grade,
            inside: false,
            first: None,
            number,
        });
        if grade < sent.grade {
            (sent.grade, sent.number) = (grade, number);
        }
        if is_sent(grade) && judged.place == Where::Inside {
            sent.inside = true;
            sent.first = sent.first.into_iter().chain(hit.at()).min();
        }
        Ok(())
    })?;
    for ((actor, place), sent) in &found.sent {
        let file = &mut found.files[*place as usize];
        match judgement.actors[*actor as usize].class {
            _ if !sent.inside => {}
            Class::Other => file.others += 1,
            Class::Unresolved => {}
            Class::Lawful | Class::Crawler | Class::Known | Class::Own => file.named += 1,
        }
    }
    found.settle();
    Ok(found)
}

/// Whether content of a path itself was sent, a whole or a part.
pub(super) fn is_sent(grade: Grade) -> bool {
    grade.is_content() && grade != Grade::L
}

impl Totals {
    fn add(&mut self, bytes: u64, at: Option<Instant>) {
        self.requests += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.first = self.first.into_iter().chain(at).min();
        self.last = self.last.max(at);
    }
}

impl File {
    fn see(
        &mut self,
        is_other: bool,
        grade: Grade,
        number: u64,
        cited: impl Fn() -> Option<usize>,
    ) {
        self.requests += 1;
        self.grade = self.grade.into_iter().chain([grade]).min();
        if is_other {
            self.grade_others = self.grade_others.into_iter().chain([grade]).min();
        }
        let rank = (!is_other, grade, number);
        if self.best.is_none_or(|best| rank < best)
            && let Some(proof) = cited()
        {
            (self.best, self.proof) = (Some(rank), Some(proof));
        }
    }
}

impl Walk {
    /// Puts the paths in their order: grade of others, how many of them, grade
    /// of anybody, requests, and then as they came.
    fn settle(&mut self) {
        let key = |file: &File| {
            let grade = |grade: Option<Grade>| grade.map_or(Grade::ALL.len(), |it| it as usize);
            (
                grade(file.grade_others),
                Reverse(file.others),
                grade(file.grade),
                Reverse(file.requests),
            )
        };
        let mut order: Vec<u32> = (0..self.files.len() as u32).collect();
        order.sort_by_key(|&at| (key(&self.files[at as usize]), at));
        let mut rank = vec![0u32; order.len()];
        for (now, &before) in (0u32..).zip(&order) {
            rank[before as usize] = now;
        }
        let files = order.iter().map(|&at| std::mem::take(&mut self.files[at as usize]));
        self.files = files.collect();
        let sent = std::mem::take(&mut self.sent).into_iter();
        self.sent = sent.map(|((actor, at), it)| ((actor, rank[at as usize]), it)).collect();
    }

    /// How many paths others were sent, whole or in part.
    pub(super) fn files_of_others(&self) -> u64 {
        self.files.iter().filter(|file| file.others > 0).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_cited_request_of_others_stands_for_a_path() {
        let mut file = File::default();
        file.see(false, Grade::F1, 1, || Some(10));
        file.see(true, Grade::P, 2, || Some(20));
        file.see(true, Grade::F1, 3, || None);
        file.see(true, Grade::F3, 4, || Some(40));
        assert_eq!(
            (file.proof, file.grade, file.grade_others),
            (Some(40), Some(Grade::F1), Some(Grade::F1))
        );
        assert_eq!(file.requests, 4);
    }

    #[test]
    fn paths_stand_in_the_order_of_what_others_were_sent() {
        let file = |grade_others, others, requests| File {
            grade_others,
            others,
            requests,
            ..File::default()
        };
        let mut walk = Walk {
            files: vec![file(None, 0, 9), file(Some(Grade::F1), 1, 1), file(Some(Grade::F1), 3, 1)],
            sent: HashMap::from([(
                (7, 2),
                Sent { grade: Grade::F1, inside: true, first: None, number: 1 },
            )]),
            ..Walk::default()
        };
        walk.settle();
        let others: Vec<u64> = walk.files.iter().map(|file| file.others).collect();
        assert_eq!(others, [3, 1, 0]);
        assert!(walk.sent.contains_key(&(7, 0)));
        assert_eq!(walk.files_of_others(), 2);
    }
}
