//! An open folder emptied: its listing, and then file after file of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Card, Detector, Fetch, Finding, Sent, Trace, Weight, folder, shown};
use crate::case::Kind;

/// The detector.
pub struct Harvest;

/// From how many files on, where a machine's pace or sheer number shows that
/// nobody chose them.
const FILES: usize = 5;

/// How long after the listing they may be asked for, in seconds.
const WITHIN: i64 = 6 * 3600;

/// The middle pause between two files that no hand makes, in seconds.
const QUICK: i64 = 3;

/// From how many files on in the order of their names, however slowly.
const IN_ORDER: usize = 8;

/// From how many files on in any order and at any pace.
const MANY: usize = 20;

static CARD: Card = Card {
    name: "harvest",
    notices: "after the listing of a folder five or more of its files were fetched at a machine's \
              pace, eight or more in the order of their names, or twenty or more",
    matters: "the client saw what there was and took it; a partial loss is not to be assumed",
    wrong_when: "somebody meant to see the folder opened many of its files by hand",
    source: "the way of recursive downloaders (wget -r, HTTrack) and of open-directory collectors",
    weight: Weight::Client,
};

impl Detector for Harvest {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let taken = taken(trace.fetches);
        let mut folders: BTreeMap<&[u8], Vec<&Fetch>> = BTreeMap::new();
        for file in &taken {
            folders.entry(folder(&file.path).unwrap_or_default()).or_default().push(file);
        }
        // Of folders with as many files the first by name.
        let most = folders.values().map(Vec::len).max()?;
        let (listing, children) = folders.iter().find(|(_, files)| files.len() == most)?;
        let in_order = children.is_sorted_by_key(|child| &child.path);
        let is_harvest = taken.len() >= MANY
            || children.len() >= IN_ORDER && in_order
            || taken.len() >= FILES && middle_pause(&taken) <= Some(QUICK);
        if !is_harvest {
            return None;
        }
        let others = taken.len() - children.len();
        let others = match others {
            0 => String::new(),
            n => {
                let folders = folders.len() - 1;
                trace.says(
                    format!(", and {n} of {folders} other folders"),
                    format!(", et {n} de {folders} autres dossiers"),
                )
            }
        };
        let none = String::new;
        let at_least = match trace.left_out {
            0 => none(),
            _ => trace.says("at least ", "au moins "),
        };
        let order = match in_order {
            true => trace.says(", in the order of their names", ", dans l'ordre de leurs noms"),
            false => none(),
        };
        let links = match trace.fetches.iter().any(|fetch| is_sort_link(&fetch.query)) {
            true => trace.says(
                "; it followed the listing's links for sorting too",
                " ; il a suivi aussi les liens de tri de la liste",
            ),
            false => none(),
        };
        let (listing, files) = (shown(listing), children.len());
        Some(CARD.found(trace.says(
            format!("after the listing of {listing} it fetched {at_least}{files} files of it{order}{others}{links}"),
            format!("après la liste de {listing}, il en a obtenu {at_least}{files} fichiers{order}{others}{links}"),
        )))
    }
}

/// The distinct files that were sent after a listing of their folder, by time.
fn taken(fetches: &[Fetch]) -> Vec<&Fetch> {
    let mut listings: BTreeMap<&[u8], &Fetch> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut taken = Vec::new();
    for fetch in fetches {
        // A bucket is listed otherwise; its folders are pages of a site.
        if fetch.sent == Sent::Listing && fetch.kind != Kind::S3 {
            listings.insert(&fetch.path, fetch);
        } else if fetch.is_sent() {
            let listing = folder(&fetch.path).and_then(|folder| listings.get(folder));
            let is_soon = |listing: &&Fetch| {
                listing.until(fetch).is_some_and(|seconds| (0..=WITHIN).contains(&seconds))
            };
            if listing.is_some_and(is_soon) && seen.insert(fetch.path.as_slice()) {
                taken.push(fetch);
            }
        }
    }
    taken
}

/// The middle one of the pauses between requests, in seconds.
fn middle_pause(fetches: &[&Fetch]) -> Option<i64> {
    let mut pauses: Vec<i64> =
        fetches.windows(2).filter_map(|pair| pair[0].until(pair[1])).collect();
    pauses.sort_unstable();
    pauses.get(pauses.len() / 2).copied()
}

/// A link by which Apache's listing is sorted: `?C=N;O=D`, `?C=M&O=A`.
pub(super) fn is_sort_link(query: &[u8]) -> bool {
    matches!(query, [b'C', b'=', b'N' | b'M' | b'S' | b'D', b';' | b'&', b'O', b'=', b'A' | b'D'])
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, look_at};
    use super::*;

    #[test]
    fn a_folder_that_is_emptied_is_noticed() {
        let mut fetches = vec![fetch(0, "/e/"), fetch(1, "/e/?C=N;O=D")];
        fetches.extend((0..5).map(|number| fetch(number + 2, &format!("/e/{number}.csv"))));
        let said = "after the listing of /e/ it fetched 5 files of it, in the order of their names; \
                    it followed the listing's links for sorting too";
        assert_eq!(look_at(&Harvest, &fetches).as_deref(), Some(said));
        assert_eq!(look_at(&Harvest, &fetches[2..]), None, "without a listing");
        assert_eq!(look_at(&Harvest, &fetches[..6]), None, "four files");
        let late: Vec<Fetch> = (0..6).map(|n| fetch(n * 90_000, &format!("/e/{n}"))).collect();
        assert_eq!(look_at(&Harvest, &[vec![fetch(0, "/e/")], late].concat()), None);
        let elsewhere: Vec<Fetch> = (0..6).map(|n| fetch(n, &format!("/f/{n}"))).collect();
        assert_eq!(look_at(&Harvest, &[vec![fetch(0, "/e/")], elsewhere].concat()), None);
    }

    #[test]
    fn a_reader_who_chooses_is_no_harvest() {
        let each = |n: i64, pause: i64, step: i64| {
            let files =
                (0..n).map(|at| fetch(60 + at * pause, &format!("/e/{:03}.csv", at * step % n)));
            let fetches = [vec![fetch(0, "/e/")], files.collect()].concat();
            look_at(&Harvest, &fetches).is_some()
        };
        assert!(!each(7, 40, 3), "seven files with pauses, in an order of its own");
        assert!(!each(7, 40, 1), "seven files with pauses, from the top");
        assert!(each(9, 40, 1), "one by one in order, slowly");
        assert!(each(23, 40, 5), "by their number");
        assert!(each(7, 1, 3), "by their pace");
    }

    #[test]
    fn files_of_several_folders_are_one_harvest() {
        let mut fetches = Vec::new();
        for (at, folder) in ["a", "b", "c"].iter().enumerate() {
            let at = at as i64 * 5;
            fetches.push(fetch(at, &format!("/e/{folder}/")));
            fetches.extend((0..3).map(|n| fetch(at + 1 + n, &format!("/e/{folder}/{n}.csv"))));
        }
        let said = "after the listing of /e/a/ it fetched 3 files of it, in the order of their names, \
                    and 6 of 2 other folders";
        assert_eq!(look_at(&Harvest, &fetches).as_deref(), Some(said));
    }
}
