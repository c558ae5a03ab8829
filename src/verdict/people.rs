//! How many records and people: what lists of files say of each, held against
//! who was sent what.
//!
//! Records of different files are different records, and are summed. People
//! are not: one may be named in every file. Where a list gives their keys they
//! are counted exactly; where it gives numbers only, they are at least as many
//! as the largest file names and at most as many as all of them together.
//! What a list does not state is not stated here either: it is never nothing.
//!
//! Of a part of a file nobody knows which records it holds. At most it holds
//! all of them, or as many of the shortest as fit into its bytes, if it was
//! not compressed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use crate::actor::Class;
use crate::evidence::Hit;
use crate::examine::{Examined, Plan, Question};
use crate::record::BytesMeaning;

use super::grade::Grade;
use super::place::{self, Judged, Where};

mod inventory;

pub use inventory::{File, Inventory};

/// What was sent of one file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Content was: the whole, or how much the log does not say.
    pub sent: bool,
    /// The whole may have been: the outcome, the time or the path is in doubt.
    pub perhaps: bool,
    /// Bytes of parts; [`u64::MAX`] where they were not counted.
    pub part: Option<u64>,
}

/// Content of which no log counts how much of it was sent.
const UNCOUNTED: u64 = u64::MAX;

/// How many records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Records {
    /// At least; `None` where no list states any.
    pub min: Option<u64>,
    /// At most; `None` where a list does not state it.
    pub max: Option<u64>,
    /// Most likely, taking parts to hold records in proportion to their bytes;
    /// `None` where that cannot be said.
    pub estimate: Option<u64>,
    /// Files whose records no list states.
    pub not_stated: u64,
}

/// How many people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Subjects {
    /// At least; `None` where no list states any.
    pub min: Option<u64>,
    /// At most; `None` where a list does not state it.
    pub max: Option<u64>,
    /// What that rests on: `keys`, `numbers`, `keys and numbers`,
    /// `not stated`, or `no file`.
    pub basis: &'static str,
    /// Files whose people no list states.
    pub not_stated: u64,
}

/// What a set of files comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Figures {
    /// Listed files.
    pub files: u64,
    /// Paths that no list names; nothing is stated of these.
    pub unlisted: u64,
    /// Their records.
    pub records: Records,
    /// The people they are about.
    pub people: Subjects,
}

/// What was sent to one client or class.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Obtained {
    /// Files that were sent whole, or of which the log does not say how much.
    pub confirmed: Figures,
    /// These and all that may have been sent, in part or whole.
    pub possible: Figures,
}

/// What the lists state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stated {
    /// Rows.
    pub rows: u64,
    /// Different files.
    pub files: u64,
    /// Files of which the records are stated.
    pub records: u64,
    /// Files of which the number of people is stated.
    pub subjects: u64,
    /// Files of which the people are given by keys.
    pub keys: u64,
}

/// The people and records of a case.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct People {
    /// What the lists state.
    pub listed: Stated,
    /// All listed files, whoever asked for them.
    pub exposed: Figures,
    /// What was sent to the clients of each class, together.
    pub by_class: BTreeMap<Class, Obtained>,
    /// What was sent to each actor, in their order; `None` for nothing.
    #[serde(skip)]
    pub actors: Vec<Option<Obtained>>,
    /// What does not agree in the lists.
    #[serde(skip)]
    pub warnings: Vec<String>,
}

/// What one client or class was sent of everything.
#[derive(Debug, Clone, Default)]
struct Taken {
    files: BTreeMap<usize, Share>,
    /// Paths that no list names, by whether content was sent for certain.
    unlisted: BTreeMap<u128, bool>,
}

/// Counts the people and records of a case; `None` where no file is listed.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn count(
    question: &Question,
    plan: &Plan,
    examined: &Examined,
    judged: &[Judged],
    actor_of: &[u32],
    classes: &[Class],
) -> std::io::Result<Option<People>> {
    let inventory = Inventory::of(question);
    if inventory.files.is_empty() {
        return Ok(None);
    }
    let mut taken: Vec<Option<Box<Taken>>> = vec![None; classes.len()];
    examined.each_hit(|number, hit, detail| {
        let mean = place::bytes_of(question, plan, hit);
        let share = judged[number].counts.then(|| share(hit, &judged[number], mean)).flatten();
        let Some(share) = share else { return Ok(()) };
        let own = taken[actor_of[number] as usize].get_or_insert_default();
        let files: BTreeSet<usize> =
            detail.files.iter().filter_map(|id| inventory.of_target.get(id).copied()).collect();
        if files.is_empty() {
            *own.unlisted.entry(xxh3_128(&detail.path)).or_default() |= share.sent;
        }
        files.into_iter().for_each(|file| own.files.entry(file).or_default().merge(share));
        Ok(())
    })?;
    let mut together: BTreeMap<Class, Taken> =
        Class::ALL.into_iter().map(|class| (class, Taken::default())).collect();
    for (own, class) in taken.iter().zip(classes) {
        if let Some(own) = own {
            together.entry(*class).or_default().merge(own);
        }
    }
    let mut unions = Unions { inventory: &inventory, known: HashMap::new() };
    let all =
        (0..inventory.files.len()).map(|file| (file, Share { sent: true, ..Share::default() }));
    let everything = Taken { files: all.collect(), ..Taken::default() };
    Ok(Some(People {
        listed: inventory.stated(&question.case),
        exposed: unions.obtained(&everything).confirmed,
        by_class: together.iter().map(|(class, own)| (*class, unions.obtained(own))).collect(),
        actors: taken.iter().map(|own| own.as_ref().map(|own| unions.obtained(own))).collect(),
        warnings: inventory.warnings,
    }))
}

/// What a hit says of how much was sent; `None` where nothing was.
fn share(hit: &Hit, judged: &Judged, mean: BytesMeaning) -> Option<Share> {
    let is_sent = matches!(judged.grade, Grade::F1 | Grade::F2 | Grade::F3);
    let is_certain = judged.place == Where::Inside && !hit.spelling.is_doubtful();
    let perhaps = Share { perhaps: true, ..Share::default() };
    match judged.grade {
        _ if is_sent && is_certain => Some(Share { sent: true, ..Share::default() }),
        _ if is_sent => Some(perhaps),
        Grade::U if judged.place != Where::Outside => Some(perhaps),
        Grade::P => {
            // What was planned says nothing of what was sent.
            let is_counted = matches!(mean, BytesMeaning::Body | BytesMeaning::Wire);
            let part = hit.bytes().filter(|_| is_counted).unwrap_or(UNCOUNTED);
            Some(Share { part: Some(part), ..Share::default() })
        }
        _ => None,
    }
}

impl Share {
    /// Adds what was sent by another request, of which nobody knows whether
    /// it was of the same part.
    fn merge(&mut self, other: Share) {
        self.sent |= other.sent;
        self.perhaps |= other.perhaps;
        self.part = match (self.part, other.part) {
            (Some(one), Some(other)) => Some(one.saturating_add(other)),
            (one, other) => one.or(other),
        };
    }
}

impl Taken {
    fn merge(&mut self, other: &Taken) {
        for (file, share) in &other.files {
            self.files.entry(*file).or_default().merge(*share);
        }
        for (path, sent) in &other.unlisted {
            *self.unlisted.entry(*path).or_default() |= sent;
        }
    }
}

/// Counts the people of sets of files, each set once.
struct Unions<'i> {
    inventory: &'i Inventory,
    known: HashMap<Vec<usize>, u64>,
}

impl Unions<'_> {
    /// What was sent to one client or class.
    fn obtained(&mut self, taken: &Taken) -> Obtained {
        let sent = taken.files.iter().filter(|(_, share)| share.sent);
        let sent: BTreeMap<usize, Share> = sent.map(|(file, share)| (*file, *share)).collect();
        let n_sent = taken.unlisted.values().filter(|sent| **sent).count() as u64;
        let confirmed = self.figures(&sent, n_sent);
        let all = self.figures(&taken.files, taken.unlisted.len() as u64);
        // What is certain is the least of what is possible.
        let records = Records { min: confirmed.records.min.or(all.records.min), ..all.records };
        let min = confirmed.people.min.or(all.people.min);
        let people = Subjects { min, ..all.people };
        Obtained { possible: Figures { records, people, ..all }, confirmed }
    }

    /// What a set of files comes to.
    pub fn figures(&mut self, files: &BTreeMap<usize, Share>, unlisted: u64) -> Figures {
        Figures {
            files: files.len() as u64,
            unlisted,
            records: records(&self.inventory.files, files, unlisted),
            people: self.people(files, unlisted),
        }
    }

    fn people(&mut self, files: &BTreeMap<usize, Share>, unlisted: u64) -> Subjects {
        let inventory = self.inventory;
        let each = || files.keys().map(|file| &inventory.files[*file]);
        let stated = || each().filter(|file| file.people.is_some() || file.subjects.is_some());
        let n_stated = stated().count();
        let not_stated = (files.len() - n_stated) as u64;
        let by_key =
            self.union(files.keys().copied().filter(|f| inventory.files[*f].people.is_some()));
        let all_of = |file: &File| {
            file.people.as_ref().map_or(0, |people| people.len() as u64) + file.strangers()
        };
        let least = stated().map(all_of).max().unwrap_or(0).max(by_key);
        let most = stated().map(File::strangers).fold(by_key, u64::saturating_add);
        let has_keys = stated().any(|file| file.people.is_some());
        let has_numbers = stated().any(|file| file.people.is_none() || file.strangers() > 0);
        let is_nothing = files.is_empty() && unlisted == 0;
        Subjects {
            min: (n_stated > 0 || is_nothing).then_some(least),
            max: (not_stated == 0 && unlisted == 0).then_some(most),
            basis: match (has_keys, has_numbers) {
                _ if is_nothing => "no file",
                (true, true) => "keys and numbers",
                (true, false) => "keys",
                (false, true) => "numbers",
                (false, false) => "not stated",
            },
            not_stated,
        }
    }

    /// How many people the keys of these files are.
    fn union(&mut self, files: impl Iterator<Item = usize>) -> u64 {
        let files: Vec<usize> = files.collect();
        if let Some(known) = self.known.get(&files) {
            return *known;
        }
        let mut seen = vec![0u64; self.inventory.n_people.div_ceil(64)];
        let people = files.iter().filter_map(|file| self.inventory.files[*file].people.as_ref());
        people.flatten().for_each(|one| seen[*one as usize / 64] |= 1 << (one % 64));
        let n_people = seen.iter().map(|bits| u64::from(bits.count_ones())).sum();
        self.known.insert(files, n_people);
        n_people
    }
}

/// The records of a set of files.
fn records(all: &[File], files: &BTreeMap<usize, Share>, unlisted: u64) -> Records {
    let mut sum = Records { min: Some(0), max: Some(0), estimate: Some(0), not_stated: 0 };
    let add = |sum: &mut Option<u64>, more: Option<u64>| {
        *sum = sum.zip(more).map(|(sum, more)| sum.saturating_add(more));
    };
    let mut n_stated = 0;
    for (file, share) in files {
        let file = &all[*file];
        let Some(records) = file.records else {
            sum.not_stated += 1;
            continue;
        };
        n_stated += 1;
        let (most, likely) = match share.part {
            _ if share.sent => (Some(records), Some(records)),
            // Whether it was the whole is in doubt.
            _ if share.perhaps => (Some(records), None),
            Some(bytes) => file.of_part(bytes),
            None => (Some(0), Some(0)),
        };
        add(&mut sum.min, Some(if share.sent { records } else { 0 }));
        add(&mut sum.max, most);
        add(&mut sum.estimate, likely);
    }
    let is_nothing = files.is_empty() && unlisted == 0;
    let is_all = sum.not_stated == 0 && unlisted == 0;
    Records {
        min: sum.min.filter(|_| n_stated > 0 || is_nothing),
        max: sum.max.filter(|_| is_all),
        estimate: sum.estimate.filter(|_| is_all),
        not_stated: sum.not_stated,
    }
}

#[cfg(test)]
#[path = "people_tests.rs"]
mod tests;
