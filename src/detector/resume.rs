//! A file fetched in pieces: a download manager, or one that was taken up
//! again.

use std::collections::BTreeMap;

use super::{Card, Detector, Fetch, Finding, Sent, Trace, Weight, shown};

/// The detector.
pub struct Resume;

/// From how many pieces on.
const PIECES: usize = 3;

static CARD: Card = Card {
    name: "resume",
    notices: "three or more pieces of one file were fetched",
    matters: "somebody wanted the whole and took trouble over it; each piece alone looks small",
    wrong_when: "a viewer of PDF or video files fetches what it shows",
    source: "RFC 9110 section 14, range requests; download managers fetch ranges in parallel",
    weight: Weight::Note,
};

impl Detector for Resume {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let mut pieces: BTreeMap<&[u8], Vec<&Fetch>> = BTreeMap::new();
        let parts = trace.fetches.iter().filter(|fetch| fetch.status == Some(206));
        for part in parts.filter(|fetch| matches!(fetch.sent, Sent::Part | Sent::Content)) {
            pieces.entry(&part.path).or_default().push(part);
        }
        let (path, most) = pieces.into_iter().max_by_key(|(_, parts)| parts.len())?;
        if most.len() < PIECES {
            return None;
        }
        let at_once = most.windows(2).filter(|pair| pair[0].until(pair[1]) == Some(0)).count();
        let how = match at_once * 2 >= most.len() {
            true => trace.says(", several at once", ", plusieurs à la fois"),
            false => String::new(),
        };
        let (path, pieces) = (shown(path), most.len());
        Some(CARD.found(trace.says(
            format!("it fetched {path} in {pieces} pieces{how}"),
            format!("il a obtenu {path} en {pieces} morceaux{how}"),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, look_at};
    use super::*;

    #[test]
    fn pieces_of_a_file_are_noticed() {
        let part = |at| Fetch { status: Some(206), sent: Sent::Part, ..fetch(at, "/a.zip") };
        let said = "it fetched /a.zip in 3 pieces";
        let slow = [part(0), part(60), part(120)];
        assert_eq!(look_at(&Resume, &slow).as_deref(), Some(said));
        let said = "it fetched /a.zip in 3 pieces, several at once";
        assert_eq!(look_at(&Resume, &[part(0), part(0), part(0)]).as_deref(), Some(said));
        assert_eq!(look_at(&Resume, &slow[..2]), None);
    }
}
