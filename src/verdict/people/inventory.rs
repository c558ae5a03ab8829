//! What the lists of a case name: each file once, however often and in
//! whatever spelling it stands there.

use std::collections::{BTreeSet, HashMap};

use crate::case::Case;
use crate::examine::Question;
use crate::verdict::words::count;

use super::{Stated, UNCOUNTED};

/// What a list says of one file, however often and in whatever spelling it
/// stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// How many records it holds.
    pub records: Option<u64>,
    /// How many people it is about.
    pub subjects: Option<u64>,
    /// Who they are, by their numbers in the inventory.
    pub people: Option<Vec<u32>>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The length of its shortest record in bytes.
    pub shortest: Option<u64>,
}

/// Everything that the lists of a case name.
#[derive(Debug, Default)]
pub struct Inventory {
    /// The files, each once.
    pub files: Vec<File>,
    /// How many people have a key.
    pub n_people: usize,
    /// The file of each listed target.
    pub of_target: HashMap<u32, usize>,
    /// What does not agree in the lists: a sentence each.
    pub warnings: Vec<String>,
}

impl Inventory {
    /// The files that the lists of a question name. Two rows are of one file
    /// where they name one path of one host, in whatever spelling; of numbers
    /// that do not agree the larger is taken.
    pub fn of(question: &Question) -> Inventory {
        let mut inventory = Inventory::default();
        let rows = question.targets().filter_map(|(id, exposure, target)| {
            Some((id, exposure, target, target.listed.as_ref()?))
        });
        let rows: Vec<_> = rows.collect();
        let mut people: Vec<u128> = rows
            .iter()
            .filter_map(|(.., listed)| listed.keys.as_ref())
            .flat_map(|keys| keys.each().iter().copied())
            .collect();
        people.sort_unstable();
        people.dedup();
        inventory.n_people = people.len();
        let mut servers = question.case.servers.iter().map(|server| server.case_insensitive);
        let folds = !question.case.servers.is_empty() && servers.all(|folds| folds == Some(true));
        let mut places = HashMap::new();
        let mut disagree = BTreeSet::new();
        for (id, exposure, target, listed) in rows {
            let host = question.case.exposures[exposure].host.as_deref();
            let place = *places.entry(target.place(host, folds)).or_insert(inventory.files.len());
            let number = |key| people.binary_search(key).unwrap_or_default() as u32;
            let file = File {
                records: listed.records,
                subjects: listed.subjects,
                people: listed.keys.as_ref().map(|keys| keys.each().iter().map(number).collect()),
                size: listed.size,
                shortest: listed.shortest,
            };
            match inventory.files.get_mut(place) {
                Some(before) => {
                    if before.merge(file) {
                        disagree.insert(place);
                    }
                }
                None => inventory.files.push(file),
            }
            inventory.of_target.insert(id, place);
        }
        if !disagree.is_empty() {
            inventory.warnings.push(format!(
                "{} listed more than once with different numbers: the larger are taken",
                count(disagree.len() as u64, "file is", "files are")
            ));
        }
        let short =
            inventory.files.iter().filter(|file| file.strangers() > 0 && file.people.is_some());
        let short = short.count() as u64;
        if short > 0 {
            inventory.warnings.push(format!(
                "the lists give fewer keys than people for {}",
                count(short, "file", "files")
            ));
        }
        inventory
    }

    /// What the lists of a case state.
    pub fn stated(&self, case: &Case) -> Stated {
        let targets = case.exposures.iter().flat_map(|exposure| &exposure.targets);
        let count =
            |has: fn(&File) -> bool| self.files.iter().filter(|file| has(file)).count() as u64;
        Stated {
            rows: targets.filter(|target| target.listed.is_some()).count() as u64,
            files: self.files.len() as u64,
            records: count(|file| file.records.is_some()),
            subjects: count(|file| file.subjects.is_some()),
            keys: count(|file| file.people.is_some()),
        }
    }
}

impl File {
    /// Adds what another row says of the same file; says whether they differ.
    fn merge(&mut self, other: File) -> bool {
        let differs = |one: Option<u64>, other: Option<u64>| {
            one.zip(other).is_some_and(|(one, other)| one != other)
        };
        let is_other = differs(self.records, other.records)
            || differs(self.subjects, other.subjects)
            || differs(self.size, other.size);
        self.records = self.records.max(other.records);
        self.subjects = self.subjects.max(other.subjects);
        self.size = self.size.max(other.size);
        self.shortest = match (self.shortest, other.shortest) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        if let Some(people) = other.people {
            let all = self.people.get_or_insert_default();
            all.extend(people);
            all.sort_unstable();
            all.dedup();
        }
        is_other
    }

    /// How many people it is about whose keys are not given.
    pub fn strangers(&self) -> u64 {
        let known = self.people.as_ref().map_or(0, |people| people.len() as u64);
        self.subjects.unwrap_or(0).saturating_sub(known)
    }

    /// How many records a part of it may hold, at most and most likely.
    pub fn of_part(&self, bytes: u64) -> (Option<u64>, Option<u64>) {
        let Some(records) = self.records else { return (None, None) };
        if bytes == UNCOUNTED {
            return (Some(records), None);
        }
        let fit = self.shortest.filter(|length| *length > 0).map(|length| bytes.div_ceil(length));
        let most = fit.map_or(records, |fit| fit.min(records));
        let likely = self.size.filter(|size| *size > 0).map(|size| {
            let share = u128::from(records) * u128::from(bytes.min(size)) / u128::from(size);
            u64::try_from(share).unwrap_or(records).min(most)
        });
        (Some(most), likely)
    }
}
