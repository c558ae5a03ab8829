//! Any partition of any logs, put together in any order, gives the report of
//! the scan that was not cut.

use proptest::prelude::*;
use whofetched::examine::split::{Reads, Split, splits};
use whofetched::source::CONTENT_BLOCK;

use super::apart::Planned;
use super::logs::every_kind;
use crate::common::{Numbers, log};

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_partition_gives_the_same_report(
        seed in 1..1_000_000_u64,
        cuts in 1..12_u64,
        no_hash: bool,
        chosen in prop::collection::vec(any::<bool>(), 9),
    ) {
        let kinds = every_kind(seed);
        let logs: Vec<_> =
            kinds.into_iter().zip(chosen).filter(|(_, is_in)| *is_in).map(|(log, _)| log).collect();
        prop_assume!(!logs.is_empty());
        let planned = Planned::of(&logs, no_hash);
        let numbers = &mut Numbers::new(seed);
        let parts = cut_anywhere(&planned, cuts, numbers);
        let (report, _) = planned.reduced(&parts, numbers);
        prop_assert_eq!(report, planned.scanned());
    }
}

/// Splits of every plain source at places of no meaning.
fn cut_anywhere(planned: &Planned, cuts: u64, numbers: &mut Numbers) -> Vec<Split> {
    let mut parts = Vec::new();
    for split in splits(&planned.plan, u64::MAX, false) {
        let is_plain = planned.plan.sources[split.source as usize].plain;
        if !is_plain || split.end < 2 || split.reads != Reads::Whole {
            parts.push(split);
            continue;
        }
        let mut places: Vec<u64> = (0..cuts).map(|_| 1 + numbers.below(split.end - 1)).collect();
        places.extend([0, split.end]);
        places.sort_unstable();
        places.dedup();
        parts.push(Split { reads: Reads::Digest, ..split });
        for pair in places.windows(2) {
            parts.push(Split { reads: Reads::Lines, start: pair[0], end: pair[1], ..split });
        }
    }
    parts
}

#[test]
fn every_size_of_splits_gives_the_same_report() {
    let planned = Planned::of(&every_kind(5), false);
    let expected = planned.scanned();
    for size in [1 << 10, 5_000, 64 << 10] {
        let splits = splits(&planned.plan, size, false);
        let (report, _) = planned.reduced(&splits, &mut Numbers::new(size));
        assert_eq!(report, expected, "{size}");
    }
}

/// Columns that change in the middle are known to the splits behind after one
/// more mapping, not after one for each.
#[test]
fn a_header_reaches_all_splits_at_once() {
    let iis = every_kind(9).into_iter().find(|(name, _)| *name == "iis.log").unwrap();
    let planned = Planned::of(&[iis], false);
    let splits = splits(&planned.plan, 500, false);
    assert!(splits.len() > 20);
    let (report, rounds) = planned.reduced(&splits, &mut Numbers::new(3));
    assert_eq!(report, planned.scanned());
    // Once again for the header, and once for what the clients did.
    assert!((2..=3).contains(&rounds), "{rounds}");
}

/// Without digests no split reads all of a source: the content id is put
/// together from the splits, if they are whole blocks of it.
#[test]
fn without_digests_nobody_reads_a_large_source_alone() {
    let part = log(&mut Numbers::new(8), 500);
    let bytes = part.repeat(2 + CONTENT_BLOCK / part.len());
    let logs = [("a.log", bytes.clone()), ("b.log", bytes)];
    let planned = Planned::of(&logs, true);
    let splits = splits(&planned.plan, CONTENT_BLOCK as u64, true);
    assert!(splits.len() == 4 && splits.iter().all(|split| split.reads == Reads::Lines));
    let (report, _) = planned.reduced(&splits, &mut Numbers::new(4));
    assert_eq!(report, planned.scanned());
    assert!(report.contains("\"duplicate_of\":0"), "copies were not found");
}
