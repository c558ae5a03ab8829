//! A link cut short: a file, then the folder it lies in, then the one above.

use super::{Act, Card, Detector, Finding, Trace, Weight, folder, shown};

/// The detector.
pub struct TrimmedUrl;

/// How long after the file the folder may be asked for, in seconds.
const WITHIN: i64 = 1800;

static CARD: Card = Card {
    name: "trimmed-url",
    notices: "a file was fetched and then the folders above it were tried",
    matters: "this is how an open folder is found by somebody who was given one link of it",
    wrong_when: "a page of the folder links to it, so that it was only followed",
    source: "the way in which the open exports of a testing start-up were found in 2021",
    weight: Weight::Note,
};

impl Detector for TrimmedUrl {
    fn card(&self) -> &'static Card {
        &CARD
    }

    /// Folders that were asked for without coming from a page.
    fn notes(&self, act: &Act<'_>) -> bool {
        !act.has_referer && act.path.len() > 1 && act.path.ends_with(b"/")
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let is_file = |path: &[u8]| !path.ends_with(b"/");
        let mut steps = trace.fetches.iter().enumerate().filter(|(_, fetch)| is_file(&fetch.path));
        steps.find_map(|(place, file)| {
            let above = folder(&file.path)?;
            let mut soon = trace.fetches[place + 1..]
                .iter()
                .take_while(|fetch| file.until(fetch).is_none_or(|seconds| seconds <= WITHIN));
            let listing = soon.find(|fetch| {
                fetch.path == above
                    && fetch.referer.is_none()
                    && file.until(fetch).is_some_and(|seconds| (0..=WITHIN).contains(&seconds))
            })?;
            // Whoever knew the folder before did not find it so.
            let is_known = trace.fetches[..place].iter().any(|fetch| fetch.path == above);
            if is_known {
                return None;
            }
            let higher = folder(above).filter(|higher| {
                trace
                    .habits
                    .noted(CARD.name)
                    .any(|noted| noted.path == *higher && noted.at >= listing.at)
                    || trace.fetches.iter().any(|f| f.path == *higher && f.at >= listing.at)
            });
            let and = trace.says("and", "et");
            let higher = higher.map_or_else(String::new, |path| format!(" {and} {}", shown(path)));
            let (file, above) = (shown(&file.path), shown(above));
            Some(CARD.found(trace.says(
                format!("it fetched {file} and then tried the folders above it: {above}{higher}"),
                format!("il a obtenu {file} puis essayé les dossiers au-dessus : {above}{higher}"),
            )))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Habits;
    use super::super::testing::{act, fetch, look, look_at};
    use super::*;
    use crate::record::Instant;

    #[test]
    fn a_link_that_is_cut_short_is_noticed() {
        let fetches = [fetch(0, "/x/y/result.pdf"), fetch(60, "/x/y/")];
        let said = "it fetched /x/y/result.pdf and then tried the folders above it: /x/y/";
        assert_eq!(look_at(&TrimmedUrl, &fetches).as_deref(), Some(said));
        let mut habits = Habits::default();
        habits.see(Some(Instant::at(90)), &act("GET", "/x/", 403));
        assert_eq!(look(&TrimmedUrl, &fetches, &habits), Some(format!("{said} and /x/")));
        let known = [fetch(0, "/x/y/"), fetch(1, "/x/y/a.pdf"), fetch(60, "/x/y/")];
        assert_eq!(look_at(&TrimmedUrl, &known), None);
        let mut linked = fetches;
        linked[1].referer = Some(b"https://a.example/".to_vec());
        assert_eq!(look_at(&TrimmedUrl, &linked), None);
    }
}
