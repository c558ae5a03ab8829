//! An open folder emptied: its listing, and then file after file of it.

use super::{Card, Detector, Fetch, Finding, Sent, Trace, Weight, folder, shown};

/// The detector.
pub struct Harvest;

/// From how many files of one listing on.
const FILES: usize = 5;

/// How long after the listing they may be asked for, in seconds.
const WITHIN: i64 = 6 * 3600;

static CARD: Card = Card {
    name: "harvest",
    notices: "five or more files of a folder were fetched after its listing",
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
        let listings = trace.fetches.iter().enumerate();
        let listings = listings.filter(|(_, fetch)| fetch.sent == Sent::Listing);
        let taken = listings.map(|(place, listing)| {
            let children = children(listing, &trace.fetches[place + 1..]);
            (listing, children)
        });
        let (listing, children) = taken.max_by_key(|(_, children)| children.len())?;
        if children.len() < FILES {
            return None;
        }
        let in_order = children.is_sorted_by_key(|child| &child.path);
        let order = if in_order { ", in the order of their names" } else { "" };
        let sorted = trace.fetches.iter().any(|fetch| is_sort_link(&fetch.query));
        let links = if sorted { "; it followed the listing's links for sorting too" } else { "" };
        Some(CARD.found(format!(
            "after the listing of {} it fetched {} files of it{order}{links}",
            shown(&listing.path),
            children.len()
        )))
    }
}

/// The distinct files of a listing's folder that were sent after it, by time.
fn children<'f>(listing: &Fetch, later: &'f [Fetch]) -> Vec<&'f Fetch> {
    let mut seen = std::collections::BTreeSet::new();
    let each = later.iter().filter(|fetch| {
        fetch.is_sent()
            && folder(&fetch.path) == Some(listing.path.as_slice())
            && listing.until(fetch).is_some_and(|seconds| (0..=WITHIN).contains(&seconds))
    });
    each.filter(|fetch| seen.insert(fetch.path.as_slice())).collect()
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
}
