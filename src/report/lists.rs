//! The lists that were read as part of the question: what they are, of which
//! date, and the digest by which anybody can tell that it is the same list.

use serde::Serialize;

use crate::case::List;
use crate::examine::Question;
use crate::record::Instant;

/// A list of networks, or of names of addresses.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReadList {
    /// What it is called.
    pub name: String,
    /// The file as named in the case.
    pub file: String,
    /// What it says of the addresses in it; null where it is a party's.
    pub says: Option<String>,
    /// The party whose networks or names it lists.
    pub party: Option<String>,
    /// The shape of the file, by its content.
    pub shape: &'static str,
    /// When it was made by its own word, else as the case says.
    pub date: Option<Instant>,
    /// Whether the date is the list's own word.
    pub date_is_its_own: bool,
    /// How many ranges it has, or names; null where it is only asked.
    pub ranges: Option<u64>,
    /// The SHA-256 of the file.
    pub sha256: Option<String>,
}

/// Every list of the case, those that label before those of parties.
pub fn lists(question: &Question) -> Vec<ReadList> {
    let one = |list: &List, says: Option<&str>, party: Option<&str>| ReadList {
        name: list.name.clone(),
        file: list.file.clone(),
        says: says.map(str::to_owned),
        party: party.map(str::to_owned),
        shape: list.shape.word(),
        date: list.date(),
        date_is_its_own: list.created.is_some(),
        ranges: list.ranges().map(|ranges| ranges.count() as u64),
        sha256: question.digests.get(&list.file).cloned(),
    };
    let case = &question.case;
    let mut lists: Vec<ReadList> =
        case.lists.iter().map(|list| one(list, Some(&list.says), None)).collect();
    for party in &case.parties {
        lists.extend(party.lists.iter().map(|list| one(list, None, Some(&party.name))));
        lists.extend(party.dns.iter().map(|names| ReadList {
            name: party.name.clone(),
            file: names.file.clone(),
            says: None,
            party: Some(party.name.clone()),
            shape: "names",
            date: None,
            date_is_its_own: false,
            ranges: Some(names.count() as u64),
            sha256: question.digests.get(&names.file).cloned(),
        }));
    }
    lists
}
