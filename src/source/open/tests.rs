//! Tests of opening and decoding sources.

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::{Blocks, ContentId, Slice, check, find, slice};
use super::*;

mod damage;
mod threads;

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

fn lz4(bytes: &[u8]) -> Vec<u8> {
    use lz4_flex::frame::{BlockMode, FrameEncoder, FrameInfo};
    let info = FrameInfo::new()
        .block_mode(BlockMode::Linked)
        .block_checksums(true)
        .content_checksum(true)
        .content_size(Some(bytes.len() as u64));
    let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn lz4_bare(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
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
    let found = find(&["access.log".to_string()], folder.path()).sources.remove(0);
    Place { _folder: folder, path, found }
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
    let encoders: [(Encoding, Encode); 6] = [
        (Encoding::Bzip2, bzip2),
        (Encoding::Gzip, gzip),
        (Encoding::Lz4, lz4),
        (Encoding::Lz4, lz4_bare),
        (Encoding::Xz, xz),
        (Encoding::Zstd, zstd),
    ];
    for (encoding, encode) in encoders {
        check_whole(&encode(&a), encoding, &a);
        check_whole(&encode(b""), encoding, b"");
        check_whole(&[encode(&a), encode(b""), encode(&b)].concat(), encoding, &both);
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
fn text_in_utf16_is_given_as_utf8_and_digested_as_stored() {
    let text = String::from_utf8(log(9000, 5)).unwrap();
    let units: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
    let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let mut content = ContentId::default();
    content.update(&bytes);
    let content = content.hex();
    for stored in [bytes.clone(), gzip(&bytes)] {
        let place = place(&stored);
        for step in [100, 64 << 10, 3 << 20] {
            let (all, n_errors, finished) = read(&place.found, step);
            assert_eq!((&all[..], n_errors), (text.as_bytes(), 0));
            assert_eq!(finished.content_id, content);
            let lengths = (finished.decoded_bytes, finished.text_bytes);
            assert_eq!(lengths, (bytes.len() as u64, text.len() as u64));
            assert_eq!(finished.notes.len(), 1);
        }
        let head = look(&place.found, 10).unwrap();
        assert_eq!(head.layer.as_deref(), Some("UTF-16LE"));
        assert_eq!(head.bytes, &text.as_bytes()[..10]);
        // Its bytes are no offsets of lines.
        assert!(slice(&place.found, 0, 5, None).is_err());
    }
    // Damage ends the character it stands in, once.
    let stored = gzip(&bytes);
    let (all, n_errors, finished) = read(&place(&stored[..stored.len() / 2]).found, 1000);
    let given = String::from_utf8(all).unwrap();
    assert_eq!((n_errors, finished.problems.len() <= 2), (1, true), "{:?}", finished.problems);
    assert!(text.starts_with(given.trim_end_matches('|').trim_end_matches('\u{fffd}')));
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
fn growth_is_no_fault() {
    let place = place(b"one\n");
    let mut file = std::fs::OpenOptions::new().append(true).open(&place.path).unwrap();
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
        std::fs::File::open(path).unwrap().set_modified(later).unwrap();
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
    check(replace, "access.log was replaced by another file since it was found");
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
    let error = open(&place.found, ReadOptions::default(), None).err().unwrap();
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
    assert_eq!((finished.stored_bytes, finished.text_bytes), (stored.len() as u64, 10));
    assert_eq!(progress.into_inner(), stored.len() as u64);

    let opened = open(&place.found, ReadOptions::unhashed(), None).unwrap();
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
    assert_eq!(blocks.next().unwrap().cut.overlong.unwrap().length, 20 << 20);
    assert!(blocks.next().is_none());
}

#[test]
fn a_source_can_be_read_by_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Opened<'static>>();
    is_send::<Slice<'static>>();
}
