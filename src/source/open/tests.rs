use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::{Blocks, Slice, check, find, slice};
use super::*;

type Encode = fn(&[u8]) -> Vec<u8>;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(bytes, 1).unwrap()
}

/// Lines that do not compress to nothing.
fn log(n_lines: u64, seed: u64) -> Vec<u8> {
    let line = |n: u64| {
        format!(
            "192.0.2.{} GET /{:x} 200\n",
            n % 251,
            (n + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        )
    };
    (0..n_lines).flat_map(|n| line(n).into_bytes()).collect()
}

struct Place {
    _folder: tempfile::TempDir,
    path: PathBuf,
    found: Found,
}

fn place(bytes: &[u8]) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    std::fs::write(&path, bytes).unwrap();
    let found = find(&["access.log".to_string()], folder.path())
        .sources
        .remove(0);
    Place {
        _folder: folder,
        path,
        found,
    }
}

/// All decoded bytes, `|` where an error was returned, and how the reading ended.
fn read(found: &Found, step: usize) -> (Vec<u8>, usize, Finished) {
    let mut opened = open(found, ReadOptions::default(), None).unwrap();
    let (mut all, mut n_errors, mut out) = (Vec::new(), 0, vec![0; step]);
    loop {
        match opened.read(&mut out) {
            Ok(0) => break,
            Ok(n) => all.extend_from_slice(&out[..n]),
            Err(error) => {
                assert!(matches!(
                    error.kind(),
                    io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
                ));
                n_errors += 1;
                all.push(b'|');
            }
        }
    }
    assert!(!opened.is_resumable() || opened.encoding() == Encoding::Plain);
    assert_eq!(opened.read(&mut out).unwrap(), 0);
    (all, n_errors, opened.finish())
}

/// Every way of reading gives `text`, without a problem, and the same digests.
#[track_caller]
fn check_whole(stored: &[u8], encoding: Encoding, text: &[u8]) {
    let place = place(stored);
    let (first, _, problems) = head(&place.found, 100).unwrap();
    assert_eq!((first, problems.len()), (encoding, 0));
    let mut sha256 = super::super::Digest::default();
    sha256.update(stored);
    let sha256 = sha256.hex();
    let mut content = ContentId::default();
    content.update(text);
    let content = content.hex();
    for step in [1, 100, 64 << 10, 3 << 20] {
        if step == 1 && text.len() > 100_000 {
            continue;
        }
        let (all, n_errors, finished) = read(&place.found, step);
        assert!(all == text, "decoded bytes");
        assert_eq!((n_errors, &finished.problems[..]), (0, &[][..]));
        assert_eq!(finished.sha256.as_deref(), Some(sha256.as_str()));
        assert_eq!(finished.content_id, content);
        assert_eq!(
            (finished.stored_bytes, finished.decoded_bytes),
            (stored.len() as u64, text.len() as u64)
        );
        assert_eq!((finished.changed, finished.grew), (None, None));
    }
}

#[test]
fn every_encoding_and_several_members() {
    let (a, b) = (log(3000, 1), log(50, 2));
    let both = [&a[..], &b].concat();
    check_whole(b"", Encoding::Plain, b"");
    check_whole(b"\x1f", Encoding::Plain, b"\x1f");
    check_whole(&both, Encoding::Plain, &both);
    let encoders: [(Encoding, Encode); 4] = [
        (Encoding::Bzip2, bzip2),
        (Encoding::Gzip, gzip),
        (Encoding::Xz, xz),
        (Encoding::Zstd, zstd),
    ];
    for (encoding, encode) in encoders {
        check_whole(&encode(&a), encoding, &a);
        check_whole(&encode(b""), encoding, b"");
        check_whole(
            &[encode(&a), encode(b""), encode(&b)].concat(),
            encoding,
            &both,
        );
        // Padding behind a member, and between two.
        check_whole(
            &[encode(&b), vec![0; 512], encode(&a), vec![0; 4096]].concat(),
            encoding,
            &[&b[..], &a].concat(),
        );
    }
    let large = log(60_000, 3);
    check_whole(&gzip(&large), Encoding::Gzip, &large);
    check_whole(
        &[b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec(), zstd(&a)].concat(),
        Encoding::Zstd,
        &a,
    );
}

#[test]
fn gzip_headers_with_everything() {
    let mut stored = flate2::GzBuilder::new()
        .filename("access.log")
        .comment("rotated")
        .extra(vec![7; 300])
        .write(Vec::new(), Compression::fast());
    stored.write_all(b"line\n").unwrap();
    check_whole(&stored.finish().unwrap(), Encoding::Gzip, b"line\n");
    // A header checksum (flag 2), as some compressors write.
    let mut member = gzip(b"line\n");
    member[3] = 2;
    member.splice(10..10, [0xaa, 0xbb]);
    check_whole(&member, Encoding::Gzip, b"line\n");
}

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
            assert!(
                all.len() > text.len() / 2,
                "{name}: {} of {}",
                all.len(),
                text.len()
            );
            let problem = format!(
                "access.log: the {name} member at stored offset 0 is cut off: the file ends at offset {cut}; nothing after it could be read"
            );
            assert_eq!(finished.problems, [problem]);
            assert_eq!(
                (finished.stored_bytes, finished.sha256.is_some()),
                (cut as u64, true)
            );
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
            assert!(
                all.starts_with(&a) && all.ends_with(&[b"|", &c[..]].concat()),
                "{encoding:?}"
            );
            assert_eq!(n_errors, 1, "{encoding:?}: {:?}", finished.problems);
            assert!(
                all.len() > a.len() + c.len() || encoding == Encoding::Bzip2,
                "{encoding:?}: a part of the middle is readable"
            );
            assert!(
                finished.problems[0].contains(&format!(
                    "member at stored offset {} is damaged",
                    members[0].len()
                )),
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
    assert_eq!(
        (n_errors, finished.problems.len()),
        (1, 1),
        "{:?}",
        finished.problems
    );
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

    let (all, _, finished) = read(
        &place(&[&one[..], &[7; 700_000], &gzip(b"two\n")].concat()).found,
        100,
    );
    assert_eq!(all, b"one\n|two\n");
    assert_eq!(finished.problems.len(), 1);
}

#[test]
fn any_byte_may_be_wrong() {
    let stored = [gzip(&log(20, 10)), gzip(&log(20, 11))].concat();
    for encoding in [
        stored,
        zstd(&log(30, 12)),
        bzip2(&log(30, 13)),
        xz(&log(30, 14)),
    ] {
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
    assert_eq!(
        finished.problems[100],
        "access.log: 50 more problems are not listed"
    );
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
    assert_eq!(
        blocks,
        [(b"one\ntw".to_vec(), true), (b"three\n".to_vec(), false)]
    );
}

#[test]
fn growth_is_no_fault() {
    let place = place(b"one\n");
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(&place.path)
        .unwrap();
    file.write_all(b"two\n").unwrap();
    let (all, _, finished) = read(&place.found, 100);
    assert_eq!((&all[..], finished.changed), (&b"one\n"[..], None));
    assert_eq!(
        finished.grew.unwrap(),
        "access.log grew by 4 bytes since it was found, which were not read"
    );
}

#[test]
fn changes_are_faults() {
    let check = |change: fn(&Path), sentence: &str| {
        let place = place(b"one\ntwo\n");
        let opened = open(&place.found, ReadOptions::default(), None).unwrap();
        change(&place.path);
        assert_eq!(opened.finish().changed.unwrap(), sentence);
    };
    let rewrite = |path: &Path| {
        std::fs::write(path, b"ONE\nTWO\n").unwrap();
        let later = std::fs::metadata(path).unwrap().modified().unwrap()
            + std::time::Duration::from_secs(60);
        std::fs::File::open(path)
            .unwrap()
            .set_modified(later)
            .unwrap();
    };
    check(
        rewrite,
        "access.log was rewritten since it was found: same length, another modification time",
    );
    check(
        |path| std::fs::write(path, b"x").unwrap(),
        "access.log became shorter since it was found: 8 bytes, then 1",
    );
    let replace = |path: &Path| {
        std::fs::write(path.with_extension("new"), b"one\ntwo\n").unwrap();
        std::fs::rename(path.with_extension("new"), path).unwrap();
    };
    check(
        replace,
        "access.log was replaced by another file since it was found",
    );
    check(
        |path| std::fs::remove_file(path).unwrap(),
        "access.log is no longer there: No such file or directory (os error 2)",
    );
}

#[test]
fn another_file_is_not_opened() {
    let place = place(b"one\n");
    std::fs::write(place.path.with_extension("new"), b"two\n").unwrap();
    std::fs::rename(place.path.with_extension("new"), &place.path).unwrap();
    let error = open(&place.found, ReadOptions::default(), None)
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        "access.log is another file than the one that was found: it was replaced"
    );
    assert!(check(&place.found).is_err());
}

#[test]
fn the_rest_is_digested_and_progress_counted() {
    let stored = log(50_000, 15);
    let place = place(&stored);
    let progress = AtomicU64::new(0);
    let mut opened = open(&place.found, ReadOptions::default(), Some(&progress)).unwrap();
    opened.read_exact(&mut [0; 10]).unwrap();
    let finished = opened.finish();
    assert_eq!(finished.sha256, read(&place.found, 4096).2.sha256);
    assert_eq!(
        (finished.stored_bytes, finished.decoded_bytes),
        (stored.len() as u64, 10)
    );
    assert_eq!(progress.into_inner(), stored.len() as u64);

    let opened = open(&place.found, ReadOptions { hash: false }, None).unwrap();
    assert_eq!(opened.finish().sha256, None);
}

#[test]
fn slices_give_every_line_once() {
    let stored = log(3000, 16);
    let place = place(&stored);
    for size in [1000, 4096, 40_000, 1 << 20] {
        let progress = AtomicU64::new(0);
        let mut all = Vec::new();
        for start in (0..stored.len() as u64).step_by(size) {
            let slice = slice(&place.found, start, start + size as u64, Some(&progress)).unwrap();
            let (start, end) = slice.range();
            Blocks::of_range(slice, start, end, 512, 1 << 20)
                .for_each(|block| all.extend(block.bytes));
        }
        assert!(all == stored);
        assert_eq!(progress.into_inner(), stored.len() as u64);
    }
    assert!(slice(&super::tests::place(&gzip(b"x\n")).found, 0, 5, None).is_err());
}

#[test]
fn the_head_of_a_torn_source() {
    let whole = gzip(&log(3000, 17));
    let (encoding, bytes, problems) =
        head(&place(&whole[..whole.len() / 2]).found, 1 << 20).unwrap();
    assert_eq!((encoding, problems.len()), (Encoding::Gzip, 1));
    assert!(bytes.len() > 30_000);
}

#[test]
fn a_bomb_costs_no_memory() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    io::copy(&mut io::repeat(b'x').take(20 << 20), &mut encoder).unwrap();
    let place = place(&encoder.finish().unwrap());
    let mut opened = open(&place.found, ReadOptions::default(), None).unwrap();
    let mut blocks = Blocks::new(&mut opened, 1 << 20, 1 << 20);
    assert_eq!(
        blocks.next().unwrap().cut.overlong.unwrap().length,
        20 << 20
    );
    assert!(blocks.next().is_none());
}

#[test]
fn a_source_can_be_read_by_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Opened<'static>>();
    is_send::<Slice<'static>>();
}
