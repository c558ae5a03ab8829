//! Partials that nobody's `map` wrote, with right digests round them: they are
//! refused, or what they say is said, and nothing panics.

use whofetched::examine::errand::Request;
use whofetched::examine::ledger::{Ledger, Next};
use whofetched::examine::partial::Part;
use whofetched::examine::split::splits;

use super::apart::Planned;
use super::logs::every_kind;
use crate::common::Numbers;

#[test]
fn no_altered_part_makes_it_panic() {
    let planned = Planned::of(&every_kind(11)[4..6], true);
    let splits = splits(&planned.plan, 3_000, false);
    let first = planned.map(&splits, &Request::first(&planned.plan, &splits));
    let mut ledger = Ledger::new(&planned.question, &planned.plan, &splits);
    let mut all = first;
    let whole = loop {
        all.iter().for_each(|part| drop(ledger.take(part.clone(), "a partial")));
        match ledger.close().unwrap() {
            Next::Whole(examined) => break examined,
            Next::Wanted(request) => {
                let more = planned.map(&splits, &request);
                all.extend(more);
            }
        }
    };
    planned.report(&whole).unwrap();
    let packed = postcard::to_stdvec(&all).unwrap();
    let numbers = &mut Numbers::new(17);
    let (mut refused, mut taken) = (0, 0);
    for _ in 0..500 {
        let mut altered = packed.clone();
        for _ in 0..1 + numbers.below(3) {
            let at = numbers.below(altered.len() as u64) as usize;
            altered[at] = match numbers.below(3) {
                0 => 0xff,
                1 => altered[at] ^ (1 << numbers.below(8)),
                _ => numbers.below(256) as u8,
            };
        }
        match reduce(&planned, &splits, &altered) {
            Some(()) => taken += 1,
            None => refused += 1,
        }
    }
    assert!(refused > 50 && taken > 0, "{refused} refused, {taken} taken");
}

/// Reduces parts as they come; nothing where they are refused, or where more
/// is wanted.
fn reduce(
    planned: &Planned,
    splits: &[whofetched::examine::split::Split],
    bytes: &[u8],
) -> Option<()> {
    let parts: Vec<Part> = postcard::from_bytes(bytes).ok()?;
    let mut ledger = Ledger::new(&planned.question, &planned.plan, splits);
    for part in parts {
        ledger.take(part, "a partial").ok()?;
    }
    match ledger.close().ok()? {
        Next::Whole(examined) => planned.report(&examined).ok().map(drop),
        Next::Wanted(_) => None,
    }
}
