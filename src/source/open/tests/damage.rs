//! Tests of sources that are torn, cut or overwritten.

use super::*;

#[test]
fn a_truncated_source_gives_what_is_readable() {
    let text = log(20_000, 4);
    let encoders: [(&str, Encode); 4] =
        [("bzip2", bzip2), ("gzip", gzip), ("xz", xz), ("zstd", zstd)];
    for (name, encode) in encoders {
        let stored = encode(&text);
        let cut = stored.len() * 3 / 4;
        let place = place(&stored[..cut]);
        for step in [1000, 1 << 20] {
            let (all, n_errors, finished) = read(&place.found, step);
            assert_eq!((n_errors, all.last()), (1, Some(&b'|')), "{name}");
            assert!(text.starts_with(&all[..all.len() - 1]), "{name}");
            assert!(all.len() > text.len() / 2, "{name}: {} of {}", all.len(), text.len());
            let problem = format!(
                "access.log: the {name} member at stored offset 0 is cut off: the file ends at offset {cut}; nothing after it could be read"
            );
            assert_eq!(finished.problems, [problem]);
            assert_eq!((finished.stored_bytes, finished.sha256.is_some()), (cut as u64, true));
        }
    }
    // Within the header, and within the trailer.
    let whole = gzip(b"line\n");
    for cut in [5, whole.len() - 1] {
        let (all, n_errors, finished) = read(&place(&whole[..cut]).found, 100);
        assert_eq!((n_errors, finished.problems.len()), (1, 1));
        assert_eq!(all, if cut == 5 { &b"|"[..] } else { b"line\n|" });
    }
}

#[test]
fn reading_goes_on_behind_a_damaged_member() {
    let (a, b, c) = (log(2000, 5), log(20_000, 6), log(2000, 7));
    let encoders: [(Encoding, Encode); 4] = [
        (Encoding::Bzip2, bzip2),
        (Encoding::Gzip, gzip),
        (Encoding::Xz, xz),
        (Encoding::Zstd, zstd),
    ];
    for (encoding, encode) in encoders {
        let members = [encode(&a), encode(&b), encode(&c)];
        let mut torn = members.concat();
        let middle = members[0].len() + members[1].len() / 2;
        torn[middle..middle + 64].fill(0xff);
        for step in [777, 1 << 20] {
            let (all, n_errors, finished) = read(&place(&torn).found, step);
            assert!(all.starts_with(&a) && all.ends_with(&[b"|", &c[..]].concat()), "{encoding:?}");
            assert_eq!(n_errors, 1, "{encoding:?}: {:?}", finished.problems);
            assert!(
                all.len() > a.len() + c.len() || encoding == Encoding::Bzip2,
                "{encoding:?}: a part of the middle is readable"
            );
            assert!(
                finished.problems[0]
                    .contains(&format!("member at stored offset {} is damaged", members[0].len())),
                "{:?}",
                finished.problems
            );
        }
    }
}

#[test]
fn a_member_cut_off_in_the_middle_of_a_file() {
    let (a, b) = (log(5000, 8), log(500, 9));
    let first = gzip(&a);
    let stored = [&first[..first.len() / 2], &gzip(&b)].concat();
    let (all, n_errors, finished) = read(&place(&stored).found, 4096);
    assert!(all.ends_with(&[b"|", &b[..]].concat()));
    assert_eq!((n_errors, finished.problems.len()), (1, 1), "{:?}", finished.problems);
}

#[test]
fn a_wrong_checksum_costs_no_line() {
    let mut stored = gzip(b"one\n");
    let at = stored.len() - 8;
    stored[at] ^= 1;
    stored.extend(gzip(b"two\n"));
    let (all, _, finished) = read(&place(&stored).found, 100);
    assert_eq!(all, b"one\n|two\n");
    let end = at + 8;
    let problem = format!(
        "access.log: the gzip member at stored offset 0 is damaged: at its end, offset {end}, its checksum does not agree; reading goes on at offset {end}"
    );
    assert_eq!(finished.problems, [problem]);
}

#[test]
fn what_is_no_member_is_told() {
    let one = gzip(b"one\n");
    let (all, n_errors, finished) = read(&place(&[&one[..], b"garbage"].concat()).found, 100);
    assert_eq!((&all[..], n_errors), (&b"one\n"[..], 0));
    let problem = format!(
        "access.log: 7 bytes at stored offset {}, after the last gzip member, are not gzip and were not read",
        one.len()
    );
    assert_eq!(finished.problems, [problem]);
    assert_eq!(finished.stored_bytes, one.len() as u64 + 7);

    let (all, _, finished) =
        read(&place(&[&one[..], &[7; 700_000], &gzip(b"two\n")].concat()).found, 100);
    assert_eq!(all, b"one\n|two\n");
    assert_eq!(finished.problems.len(), 1);
}

#[test]
fn any_byte_may_be_wrong() {
    let stored = [gzip(&log(20, 10)), gzip(&log(20, 11))].concat();
    for encoding in [stored, zstd(&log(30, 12)), bzip2(&log(30, 13)), xz(&log(30, 14))] {
        for at in 0..encoding.len() {
            let mut torn = encoding.clone();
            torn[at] ^= 0x55;
            let (_, _, finished) = read(&place(&torn).found, 500);
            assert_eq!(finished.stored_bytes, torn.len() as u64);
        }
    }
}

#[test]
fn problems_are_counted_when_they_are_many() {
    let mut bad = gzip(b"x\n");
    let at = bad.len() - 8;
    bad[at] ^= 1;
    let (all, n_errors, finished) = read(&place(&bad.repeat(150)).found, 100);
    assert_eq!((all.len(), n_errors), (450, 150));
    assert_eq!(finished.problems.len(), 101);
    assert_eq!(finished.problems[100], "access.log: 50 more problems are not listed");
}

#[test]
fn blocks_end_a_half_line_at_damage() {
    let mut stored = gzip(b"one\ntw");
    let at = stored.len() - 8;
    stored[at] ^= 1;
    stored.extend(gzip(b"three\n"));
    let place = place(&stored);
    let mut opened = open(&place.found, ReadOptions::default(), None).unwrap();
    let blocks: Vec<_> = Blocks::new(&mut opened, 1 << 20, 1 << 20)
        .map(|block| (block.bytes, block.cut.damaged))
        .collect();
    assert_eq!(blocks, [(b"one\ntw".to_vec(), true), (b"three\n".to_vec(), false)]);
}
