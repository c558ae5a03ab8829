//! Who came when everybody came: after the exposure had become public.

use super::{Card, Detector, Finding, Trace, Weight};

/// The detector.
pub struct AfterPublication;

static CARD: Card = Card {
    name: "surge",
    notices: "the client came for the first time after the exposure was published, and with it \
              far more clients an hour than before",
    matters: "who came before knew by other ways, and is the graver; who came after may be a \
              reader who only looked",
    wrong_when: "the press time in the case is wrong, or somebody else had published before; the \
                 address was another's then",
    source: "`[[event]] what = \"published\"` of the case; clients an hour of two weeks before and \
             two days after",
    weight: Weight::Note,
};

impl Detector for AfterPublication {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let surge = trace.scene.surge.as_ref().filter(|surge| surge.is_one())?;
        let first = trace.fetches.first()?.at?;
        let after = first.seconds - surge.at.seconds;
        if after < 0 {
            return None;
        }
        let (before, later) = (&surge.before, &surge.after);
        let (hours, at) = (after / 3600, surge.at);
        let (one, few, two, many) = (before.hours, before.clients, later.hours, later.clients);
        Some(CARD.found(trace.says(
            format!(
                "it came {hours} h after the publication of {at}; in {one:.0} h before that {few} \
                 clients asked, in {two:.0} h after it {many}"
            ),
            format!(
                "il est venu {hours} h après la publication du {at} ; dans les {one:.0} h d'avant, \
                 {few} clients ont demandé, dans les {two:.0} h d'après, {many}"
            ),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, trace};
    use super::super::{Habits, Period, Scene, Surge};
    use super::*;
    use crate::record::Instant;

    #[test]
    fn who_came_after_the_crowd_was_called_is_told() {
        let period = |hours, clients| Period { hours, requests: clients, clients };
        let check = |clients: u64, at: i64, expected: Option<&str>| {
            let surge = Surge {
                at: Instant::at(100_000),
                before: period(20.0, 1),
                after: period(48.0, clients),
            };
            let scene = Scene { surge: Some(surge), ..Scene::default() };
            let (fetches, habits) = ([fetch(at, "/e/a.csv")], Habits::default());
            let found = AfterPublication.look(&trace(&fetches, &habits, &scene));
            assert_eq!(found.map(|found| found.because).as_deref(), expected);
        };
        let said = "it came 2 h after the publication of 1970-01-02T03:46:40Z; in 20 h before that 1 \
                    clients asked, in 48 h after it 30";
        check(30, 107_200, Some(said));
        check(30, 99_000, None);
        check(3, 107_200, None);
    }
}
