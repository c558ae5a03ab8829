//! A listing looked at by hand: the folder, a pause, a few files.

use super::{Act, Card, Detector, Finding, Sent, Trace, Weight, folder, shown};

/// The detector.
pub struct HumanBrowse;

/// The most files a look by hand takes.
const FILES: usize = 10;

/// The pause between two files that a hand makes, in seconds.
const PAUSE: i64 = 2;

static CARD: Card = Card {
    name: "human-browse",
    notices: "a listing was opened with its icons, then a few files with pauses between them",
    matters: "a person chose what to look at: it is worth asking who, and what for",
    wrong_when: "a program renders pages as a browser does and waits between requests",
    source: "Apache's mod_autoindex shows icons from /icons/, which browsers load and collectors do not",
    weight: Weight::Note,
};

impl Detector for HumanBrowse {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn notes(&self, act: &Act<'_>) -> bool {
        act.succeeded() && act.path.starts_with(b"/icons/") || act.path == b"/favicon.ico"
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let listing = trace.fetches.iter().position(|fetch| fetch.sent == Sent::Listing)?;
        let seen = &trace.fetches[listing];
        let has_icons = trace.habits.noted(CARD.name).next().is_some();
        let files: Vec<_> = trace.fetches[listing + 1..]
            .iter()
            .filter(|fetch| fetch.is_sent() && folder(&fetch.path) == Some(seen.path.as_slice()))
            .collect();
        let pauses = std::iter::once(seen).chain(files.iter().copied()).zip(&files);
        let paused = pauses
            .filter(|(one, next)| one.until(next).is_some_and(|seconds| seconds >= PAUSE))
            .count();
        // A viewer may ask twice for one file.
        let is_paused = paused * 4 >= files.len() * 3;
        if !has_icons || !is_paused || files.is_empty() || files.len() > FILES {
            return None;
        }
        let (listing, files) = (shown(&seen.path), files.len());
        Some(CARD.found(trace.says(
            format!(
                "it opened the listing of {listing} with its icons, and after a pause {files} of \
                 its files, one by one"
            ),
            format!(
                "il a ouvert la liste de {listing} avec ses icônes et, après une pause, {files} de \
                 ses fichiers, un par un"
            ),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Habits;
    use super::super::testing::{act, fetch, look, look_at};
    use super::*;

    #[test]
    fn a_look_by_hand_is_told_from_a_program() {
        let mut icons = Habits::default();
        icons.see(None, &act("GET", "/icons/text.gif", 200));
        let slow = [fetch(0, "/e/"), fetch(7, "/e/b.csv"), fetch(20, "/e/a.csv")];
        let said = "it opened the listing of /e/ with its icons, and after a pause 2 of its files, one by one";
        assert_eq!(look(&HumanBrowse, &slow, &icons).as_deref(), Some(said));
        assert_eq!(look_at(&HumanBrowse, &slow), None, "no icons");
        let quick = [fetch(0, "/e/"), fetch(0, "/e/b.csv"), fetch(1, "/e/a.csv")];
        assert_eq!(look(&HumanBrowse, &quick, &icons), None);
    }
}
