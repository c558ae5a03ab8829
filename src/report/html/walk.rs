//! One walk over the hits, for what the report does not hold by itself: who
//! was sent which path, and when. Numbers and times come from the hits, text
//! only from what the report cites and from the lists of the case.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::actor::Class;
use crate::record::Instant;
use crate::report::{Whole, proof};
use crate::verdict::{Grade, Where};

use super::axis::Axis;
use super::caps;

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
    best: Option<(bool, Grade, u32)>,
}

/// What one client was sent of one path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    /// The gravest grade.
    pub grade: Grade,
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
    /// The first paths, those that were sent to others before the rest.
    pub files: Vec<File>,
    /// How many paths there are.
    pub n_files: u64,
    /// How many of them others were sent, whole or in part.
    pub n_files_of_others: u64,
    /// What each client that is shown was sent of these paths, by their places.
    pub sent: HashMap<(u32, u32), Sent>,
    /// By client of the figure and step of the axis, how many paths it was sent
    /// for the first time.
    pub spread: BTreeMap<u32, BTreeMap<u32, u64>>,
    /// By client and step of the axis, for the clients that are drawn.
    pub marks: HashMap<u32, BTreeMap<u32, Mark>>,
    /// What others were sent.
    pub others: Totals,
}

/// The clients that something is told of one by one.
pub(super) struct Told<'t> {
    /// Those that are drawn.
    pub drawn: &'t BTreeSet<u32>,
    /// Those whose paths are counted over time.
    pub spread: &'t BTreeSet<u32>,
}

/// Walks over all hits. Of each only what its path is stands in memory, as a
/// hash; a path is put together when all its hits stand one behind the other.
pub(super) fn walk(whole: &Whole<'_>, axis: Option<&Axis>, told: &Told<'_>) -> io::Result<Walk> {
    let Whole { question, examined, judgement, .. } = *whole;
    let seed = examined.seed(0..examined.sources.len());
    let mut paths: Vec<u64> = Vec::with_capacity(examined.hits.len());
    let mut listed: HashMap<u64, u32> = HashMap::new();
    whole.each_hit(|_, hit, detail| {
        let path = xxh3_64_with_seed(&detail.path, seed);
        paths.push(path);
        let is_listed = |id: &&u32| question.target(**id).is_some_and(|it| it.listed.is_some());
        if let Some(id) = detail.files.first().or(Some(&hit.target)).filter(is_listed) {
            listed.entry(path).or_insert(*id);
        }
        Ok(())
    })?;
    let (mut found, places) = files(whole, &paths, &listed);
    let mut firsts: Vec<(u32, u64, u32)> = Vec::new();
    let mut number = 0;
    for (at, (hit, judged)) in examined.hits.iter().zip(&judgement.judged).enumerate() {
        if !proof::is_numbered(hit, judged) {
            continue;
        }
        number += 1;
        if !judged.counts {
            continue;
        }
        let (actor, grade) = (judgement.actor_of[at], judged.grade);
        let is_inside = judged.place == Where::Inside;
        if hit.class == Class::Other && is_inside && grade.is_content() {
            found.others.add(hit.bytes().unwrap_or(0), hit.at());
        }
        let is_drawn = told.drawn.contains(&actor);
        if is_drawn && let Some((axis, at)) = axis.zip(hit.at()) {
            let steps = found.marks.entry(actor).or_default();
            let mark = steps.entry(axis.step(at)).or_insert(Mark { grade, number, requests: 0 });
            mark.requests += 1;
            if grade < mark.grade {
                (mark.grade, mark.number) = (grade, number);
            }
        }
        if is_drawn && let Some(place) = places.get(&paths[at]) {
            let sent = found.sent.entry((actor, *place)).or_insert(Sent { grade, number });
            if grade < sent.grade {
                (sent.grade, sent.number) = (grade, number);
            }
        }
        if told.spread.contains(&actor)
            && is_sent(grade)
            && is_inside
            && let Some((axis, time)) = axis.zip(hit.at())
        {
            firsts.push((actor, paths[at], axis.step(time)));
        }
    }
    firsts.sort_unstable();
    firsts.dedup_by_key(|(actor, path, _)| (*actor, *path));
    for (actor, _, step) in firsts {
        *found.spread.entry(actor).or_default().entry(step).or_default() += 1;
    }
    Ok(found)
}

/// The first paths in their order (grade of others, how many of them, grade of
/// anybody, requests, and then as they came), and the place of each.
fn files(
    whole: &Whole<'_>,
    paths: &[u64],
    listed: &HashMap<u64, u32>,
) -> (Walk, HashMap<u64, u32>) {
    let (examined, judgement) = (whole.examined, whole.judgement);
    let of = |at: &u32| (&examined.hits[*at as usize], &judgement.judged[*at as usize]);
    let mut order: Vec<u32> = (0..paths.len() as u32).collect();
    order.retain(|at| of(at).1.counts && of(at).1.place != Where::Outside);
    order.sort_unstable_by_key(|at| (paths[*at as usize], judgement.actor_of[*at as usize], *at));
    let mut found = Walk::default();
    let mut first: Vec<(Rank, u64, File)> = Vec::new();
    for own in order.chunk_by(|one, other| paths[*one as usize] == paths[*other as usize]) {
        let mut file = File::default();
        for at in own {
            let (hit, judged) = of(at);
            let cited = || whole.report.evidence.rank(*at);
            file.see(hit.class == Class::Other, judged.grade, *at, cited);
            file.exposures |= judgement.masks.any(judged);
        }
        let actor = |at: &u32| judgement.actor_of[*at as usize];
        for of_actor in own.chunk_by(|one, other| actor(one) == actor(other)) {
            let is_sent = |at: &u32| is_sent(of(at).1.grade) && of(at).1.place == Where::Inside;
            match judgement.actors[actor(&of_actor[0]) as usize].class {
                _ if !of_actor.iter().any(is_sent) => {}
                Class::Other => file.others += 1,
                Class::Unresolved => {}
                Class::Lawful | Class::Crawler | Class::Known | Class::Own => file.named += 1,
            }
        }
        found.n_files += 1;
        found.n_files_of_others += u64::from(file.others > 0);
        let path = paths[own[0] as usize];
        file.listed = listed.get(&path).copied();
        let came = own.iter().copied().min().unwrap_or_default();
        first.push((file.rank(came), path, file));
        if first.len() >= 4 * caps::FILES {
            keep_first(&mut first);
        }
    }
    keep_first(&mut first);
    let places = (0u32..).zip(&first).map(|(place, (_, path, _))| (*path, place)).collect();
    found.files = first.into_iter().map(|(_, _, file)| file).collect();
    (found, places)
}

/// What paths are put in order by.
type Rank = (usize, Reverse<u64>, usize, Reverse<u64>, u32);

fn keep_first(files: &mut Vec<(Rank, u64, File)>) {
    files.sort_unstable_by_key(|(rank, ..)| *rank);
    files.truncate(caps::FILES);
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
    /// Takes a request, the hit at a place.
    fn see(&mut self, is_other: bool, grade: Grade, at: u32, cited: impl Fn() -> Option<usize>) {
        self.requests += 1;
        self.grade = self.grade.into_iter().chain([grade]).min();
        if is_other {
            self.grade_others = self.grade_others.into_iter().chain([grade]).min();
        }
        let rank = (!is_other, grade, at);
        if self.best.is_none_or(|best| rank < best)
            && let Some(proof) = cited()
        {
            (self.best, self.proof) = (Some(rank), Some(proof));
        }
    }

    /// Where it stands among others, as its first hit is the one at a place.
    fn rank(&self, came: u32) -> Rank {
        let grade = |grade: Option<Grade>| grade.map_or(Grade::ALL.len(), |it| it as usize);
        let (others, requests) = (Reverse(self.others), Reverse(self.requests));
        (grade(self.grade_others), others, grade(self.grade), requests, came)
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
        let all = [file(None, 0, 9), file(Some(Grade::F1), 1, 1), file(Some(Grade::F1), 3, 1)];
        let each = (0u32..).zip(all);
        let mut files: Vec<(Rank, u64, File)> =
            each.map(|(came, file)| (file.rank(came), u64::from(came), file)).collect();
        keep_first(&mut files);
        let others: Vec<u64> = files.iter().map(|(_, _, file)| file.others).collect();
        assert_eq!(others, [3, 1, 0]);
    }
}
