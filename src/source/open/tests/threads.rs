//! Tests of a file that several threads decode: how many there are is never seen.

use super::super::super::ahead::tests::alone;
use super::super::super::lines;
use super::*;

/// A file of many parts, by each way of making one.
fn kinds(text: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("BGZF", bgzf(text)),
        ("gzip members", parts(text, 150_000).map(gzip).collect::<Vec<_>>().concat()),
        ("large gzip members", parts(text, 900_000).map(gzip).collect::<Vec<_>>().concat()),
        ("zstd frames", parts(text, 90_000).flat_map(skippable).collect()),
        ("lz4 frames", parts(text, 200_000).map(lz4).collect::<Vec<_>>().concat()),
        ("bzip2 blocks", bzip2(text)),
        ("large bzip2 blocks", bzip2_best(text)),
        ("bzip2 streams", parts(text, 230_000).map(bzip2).collect::<Vec<_>>().concat()),
        ("xz blocks", xz_blocks(text)),
        ("xz streams", parts(text, 600_000).map(xz_blocks).collect::<Vec<_>>().concat()),
    ]
}

fn parts(text: &[u8], size: usize) -> impl Iterator<Item = &[u8]> {
    text.chunks(size)
}

/// What `bgzip` writes: members of 64 KiB, each with its length in an extra field, and an empty one at the end.
fn bgzf(text: &[u8]) -> Vec<u8> {
    let member = |bytes: &[u8]| {
        let plain = gzip(bytes);
        let length = plain.len() as u16 + 8 - 1;
        let mut head = vec![0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, b'B', b'C', 2, 0];
        head.extend(length.to_le_bytes());
        head.extend(&plain[10..]);
        head
    };
    text.chunks(0xff00).chain([&b""[..]]).flat_map(member).collect()
}

/// A frame behind one to be skipped, as `pzstd` writes them.
fn skippable(bytes: &[u8]) -> Vec<u8> {
    let frame = zstd(bytes);
    let mut both = vec![0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0];
    both.extend((frame.len() as u32).to_le_bytes());
    both.extend(frame);
    both
}

fn bzip2_best(text: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// What `xz -T` writes: blocks that tell how long they are.
fn xz_blocks(text: &[u8]) -> Vec<u8> {
    let mut builder = liblzma::stream::MtStreamBuilder::new();
    let stream = builder.threads(2).preset(0).block_size(150_000).encoder().unwrap();
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// What a reading gives: the bytes, in what pieces they were torn, and how it ended.
fn reading(found: &Found, threads: usize, step: usize) -> (Vec<Vec<u8>>, Vec<String>, Finished) {
    let options = ReadOptions { threads, ..ReadOptions::default() };
    let mut opened = open(found, options, None).unwrap();
    let (mut pieces, mut errors, mut out) = (vec![Vec::new()], Vec::new(), vec![0; step]);
    loop {
        match opened.read(&mut out) {
            Ok(0) => break,
            Ok(n) => pieces.last_mut().unwrap().extend_from_slice(&out[..n]),
            Err(error) => {
                errors.push(format!("{:?}: {error}", error.kind()));
                pieces.push(Vec::new());
            }
        }
    }
    (pieces, errors, opened.finish())
}

/// Reads a file by one thread, and in the same way by several.
#[track_caller]
fn check_same(kind: &str, stored: &[u8]) -> (Vec<u8>, Finished) {
    let place = place(stored);
    let alone = reading(&place.found, 1, 100_000);
    let together = reading(&place.found, 3, 77_777);
    assert!(alone.0 == together.0, "{kind}: other bytes by several threads");
    assert_eq!((&alone.1, &alone.2), (&together.1, &together.2), "{kind}");
    (alone.0.concat(), alone.2)
}

/// Enough that a file of any kind is worth several threads: 1.6 MB of lines that hardly compress.
fn long_log() -> Vec<u8> {
    let mut seed = 1_u64;
    let mut word = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Printable, and no newline.
        seed.to_be_bytes().map(|byte| b' ' + byte % 95)
    };
    (0..40_000)
        .flat_map(|n| {
            [word(), word(), word(), word(), word(), word()].concat()[..n % 9 + 32]
                .iter()
                .chain(b"\n")
                .copied()
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_kind_of_parts_is_read_whole() {
    let text = long_log();
    for (kind, stored) in kinds(&text) {
        assert!(stored.len() > 1 << 20, "{kind}: {} are not worth threads", stored.len());
        let (all, finished) = check_same(kind, &stored);
        assert!(all == text, "{kind}");
        assert_eq!((&finished.problems[..], finished.stored_bytes), (&[][..], stored.len() as u64));
    }
}

#[test]
fn the_parts_of_a_file_need_no_other_decoder() {
    let text = long_log();
    for (kind, stored) in kinds(&text) {
        let encoding = Encoding::of(&stored);
        if encoding == Encoding::Xz || kind == "zstd frames" {
            // The library has its own threads; what is skipped is left to the reader.
            continue;
        }
        let (all, n_ends) = alone(&place(&stored).found, encoding);
        assert!(all == text, "{kind}: {} of {} bytes", all.len(), text.len());
        assert!(n_ends > 1 || encoding == Encoding::Bzip2, "{kind}: {n_ends}");
    }
}

#[test]
fn damage_is_told_in_the_same_words() {
    let text = long_log();
    for (kind, stored) in kinds(&text) {
        let n = stored.len();
        let mut torn = stored.clone();
        torn[n / 3..n / 3 + 40].iter_mut().for_each(|byte| *byte ^= 0x5a);
        let behind = [&stored[..], &[0; 512], &b"no part of it"[..]].concat();
        for file in [stored[..n / 2].to_vec(), torn, behind] {
            check_same(kind, &file);
        }
    }
}

#[test]
fn what_looks_like_a_beginning_is_none() {
    // Members that are stored as they are, and hold others.
    let mut inner = parts(&long_log(), 100_000).map(gzip).collect::<Vec<_>>().concat();
    let text = inner.clone();
    let stored = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let outer = parts(&text, 700_000).map(stored).collect::<Vec<_>>().concat();
    let (all, finished) = check_same("gzip in gzip", &outer);
    assert!(all == text && finished.problems.is_empty());
    // Half of one, and then another file.
    inner.truncate(inner.len() / 2 + 5);
    inner.extend(gzip(b"the end\n"));
    let (all, _) = check_same("two files", &inner);
    assert!(all.ends_with(b"the end\n"));
}

#[test]
fn a_line_may_lie_in_many_parts() {
    let mut text = long_log();
    let long = 100_000..1_300_000;
    text[long.clone()].iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
    for (kind, stored) in kinds(&text) {
        let place = place(&stored);
        let read = |threads| {
            let options = ReadOptions { threads, ..ReadOptions::default() };
            let opened = open(&place.found, options, None).unwrap();
            let line = |block| {
                let each = |line: super::super::super::Line<'_>| (line.offset, line.length);
                lines(&block).map(each).collect::<Vec<_>>()
            };
            Blocks::new(opened, 1 << 18, 1 << 20).flat_map(line).collect::<Vec<_>>()
        };
        let alone = read(1);
        assert!(alone.iter().any(|(_, length)| *length > 1_200_000), "{kind}");
        assert!(alone == read(3), "{kind}");
    }
}

#[test]
fn a_reader_may_go_before_the_end() {
    for (kind, stored) in kinds(&long_log()) {
        let place = place(&stored);
        let options = ReadOptions { threads: 3, ..ReadOptions::default() };
        let mut opened = open(&place.found, options, None).unwrap();
        let mut out = vec![0; 300_000];
        opened.read_exact(&mut out).unwrap();
        let finished = opened.finish();
        assert_eq!(finished.stored_bytes, stored.len() as u64, "{kind}: digested whole");
    }
}
