//! Tests of archives that are as they should be.

use std::io::Write;

use ::zip::write::{SimpleFileOptions, ZipWriter};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::{Digest, find};
use super::*;

mod hostile;

/// A member: its name and its bytes.
type File<'a> = (&'a str, &'a [u8]);

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn tar_header(name: &str, kind: u8, length: u64) -> ::tar::Header {
    let mut header = ::tar::Header::new_gnu();
    header.set_entry_type(::tar::EntryType::new(kind));
    header.set_size(length);
    header.set_mode(0o644);
    // Written as bytes: the crate refuses the names that matter here.
    header.as_mut_bytes()[..100].fill(0);
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_cksum();
    header
}

fn tar_member(name: &str, kind: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = tar_header(name, kind, bytes.len() as u64).as_bytes().to_vec();
    out.extend_from_slice(bytes);
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

fn tar(files: &[File<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    files.iter().for_each(|(name, bytes)| out.extend(tar_member(name, b'0', bytes)));
    out.extend([0; 1024]);
    out
}

fn zip_with(files: &[File<'_>], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn zip(files: &[File<'_>]) -> Vec<u8> {
    zip_with(files, SimpleFileOptions::default())
}

/// A zip written to where one cannot go back: lengths stand behind the members.
fn zip_as_it_comes(files: &[File<'_>]) -> Vec<u8> {
    let mut writer = ZipWriter::new_stream(Vec::new());
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn log(n: u64, seed: u64) -> Vec<u8> {
    let line =
        |n: u64| format!("192.0.2.1 GET /{:x}\n", (n + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    (0..n).flat_map(|n| line(n).into_bytes()).collect()
}

fn sha256(bytes: &[u8]) -> String {
    let mut digest = Digest::default();
    digest.update(bytes);
    digest.hex()
}

/// What a walk met, in order.
#[derive(Debug, PartialEq)]
enum Seen {
    /// The name of a member, its bytes, the digest of what is stored, and its problems.
    Member(String, Vec<u8>, String, Vec<String>),
    Unreadable(String, String),
    /// The name of an archive, what it is, its problems and its notes.
    Archive(String, &'static str, Vec<String>, Vec<String>),
}

fn seen(stored: &[u8]) -> Vec<Seen> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a"), stored).unwrap();
    let found = find(&["a".to_owned()], folder.path()).sources.remove(0);
    let mut all = Vec::new();
    let mut places = Vec::new();
    walk(&found, ReadOptions::default(), None, &mut |met| {
        all.push(match met {
            Met::Member(mut opened) => {
                let (name, mut bytes, mut piece) = (opened.found().name(), Vec::new(), [0; 1000]);
                places.push(opened.found().place);
                loop {
                    match opened.read(&mut piece) {
                        Ok(0) => break,
                        Ok(n) => bytes.extend_from_slice(&piece[..n]),
                        Err(_) => bytes.push(b'|'),
                    }
                }
                let finished = opened.finish();
                assert_eq!(
                    finished.text_bytes,
                    bytes.iter().filter(|b| **b != b'|').count() as u64
                );
                Seen::Member(name, bytes, finished.sha256.unwrap_or_default(), finished.problems)
            }
            Met::Unreadable(found, why) => Seen::Unreadable(found.name(), why),
            Met::Archive(archive) => {
                let Archive { found, what, finished } = *archive;
                if found.member.is_none() {
                    assert_eq!(finished.sha256.as_deref(), Some(sha256(stored).as_str()));
                    assert_eq!(finished.stored_bytes, stored.len() as u64);
                }
                assert_eq!(finished.text_bytes, 0);
                Seen::Archive(found.name(), what, finished.problems, finished.notes)
            }
        });
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(places.is_sorted(), "{places:?}");
    all
}

fn member(name: &str, bytes: &[u8]) -> Seen {
    Seen::Member(name.to_owned(), bytes.to_vec(), sha256(bytes), Vec::new())
}

fn whole(name: &str, what: &'static str) -> Seen {
    Seen::Archive(name.to_owned(), what, Vec::new(), Vec::new())
}

#[test]
fn every_kind_gives_its_members() {
    let (one, two) = (log(9000, 1), log(3, 2));
    let files: [File<'_>; 3] = [("logs/access.log", &one), ("empty", b""), ("access.log", &two)];
    let expected = |what| {
        let names = files.iter().map(|(name, bytes)| member(&format!("a!{name}"), bytes));
        names.chain([whole("a", what)]).collect::<Vec<_>>()
    };
    assert_eq!(seen(&tar(&files)), expected("tar archive"));
    assert_eq!(seen(&gzip(&tar(&files))), expected("tar+gzip archive"));
    let zst = zstd::encode_all(&tar(&files)[..], 1).unwrap();
    assert_eq!(seen(&zst), expected("tar+zstd archive"));
    assert_eq!(seen(&zip(&files)), expected("zip archive"));
    assert_eq!(seen(&gzip(&zip(&files))), expected("zip+gzip archive"));
    assert_eq!(seen(&zip_as_it_comes(&files)), expected("zip archive"));
    assert_eq!(seen(&gzip(&zip_as_it_comes(&files))), expected("zip+gzip archive"));
    use ::zip::CompressionMethod as Method;
    for method in [Method::Stored, Method::Deflated, Method::Bzip2, Method::Zstd] {
        let options = SimpleFileOptions::default().compression_method(method);
        for options in [options, options.large_file(true)] {
            let packed = zip_with(&files, options);
            assert_eq!(seen(&packed), expected("zip archive"), "{method:?}");
            assert_eq!(as_it_comes(&packed), (3, 0, one.len() + two.len()), "{method:?}");
        }
    }
    assert_eq!(as_it_comes(&zip_as_it_comes(&files)), (3, 0, one.len() + two.len()));
}

/// Reads a zip by what stands before each member: how many members, how many problems, and how many bytes.
fn as_it_comes(packed: &[u8]) -> (usize, usize, usize) {
    let (mut n, mut n_bytes) = (0, 0);
    let mut findings = Findings::default();
    let mut each = |_: &Entry, reader: Result<&mut (dyn Read + Send), String>| {
        n += 1;
        if let Ok(reader) = reader {
            let mut bytes = Vec::new();
            // What is damaged gives what is before the damage.
            let _ = reader.read_to_end(&mut bytes);
            n_bytes += bytes.len();
        }
        ControlFlow::Continue(())
    };
    let _ = zip::stream::walk(&mut &packed[..], &mut findings, &mut each);
    (n, findings.n_problems, n_bytes)
}

#[test]
fn a_member_need_not_be_read() {
    let (one, two) = (log(9000, 1), log(9000, 2));
    let files: [File<'_>; 2] = [("one", &one), ("two", &two)];
    for stored in [tar(&files), gzip(&tar(&files)), zip(&files), gzip(&zip_as_it_comes(&files))] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), &stored).unwrap();
        let found = find(&["a".to_owned()], folder.path()).sources.remove(0);
        let mut members = Vec::new();
        walk(&found, ReadOptions::unhashed(), None, &mut |met| {
            match met {
                Met::Member(mut opened) => {
                    assert_eq!(opened.look(10).bytes.len(), 10);
                    members.push(opened.found().clone());
                }
                Met::Archive(archive) => assert_eq!(archive.finished.problems, [""; 0]),
                Met::Unreadable(_, why) => panic!("{why}"),
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        // Each can be reached alone.
        for (member, text) in members.iter().zip([&one, &two]) {
            let read = with(member, ReadOptions::default(), None, &mut |mut opened| {
                let mut bytes = Vec::new();
                opened.read_to_end(&mut bytes).unwrap();
                bytes
            });
            assert!(read.unwrap() == *text);
            assert!(open(member, ReadOptions::default(), None).is_err());
        }
        let other = Found { place: 9, ..members[0].clone() };
        let gone = with(&other, ReadOptions::default(), None, &mut |_| ()).unwrap_err();
        assert_eq!(gone.to_string(), "a!one is not in its archive any more");
    }
}

#[test]
fn archives_in_archives_and_packed_members() {
    let text = log(50, 3);
    let inner = zip(&[("u_ex1.log", &text), ("x.log.gz", &gzip(&text))]);
    let inner_gz = gzip(&tar(&[("y", &text)]));
    let outer = tar(&[("in.zip", &inner), ("in.tgz", &inner_gz), ("z.gz", &gzip(&text))]);
    let packed =
        |name: &str| Seen::Member(name.to_owned(), text.clone(), sha256(&gzip(&text)), Vec::new());
    let expected = [
        member("a!in.zip!u_ex1.log", &text),
        packed("a!in.zip!x.log.gz"),
        whole("a!in.zip", "zip archive"),
        member("a!in.tgz!y", &text),
        whole("a!in.tgz", "tar+gzip archive"),
        packed("a!z.gz"),
        whole("a", "tar archive"),
    ];
    assert_eq!(seen(&outer), expected);
    // A zip too long to be copied is read as it comes.
    let long = log(1_000_000, 9);
    let options = SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Stored);
    let large = zip_with(&[("long", &long), ("short", &text)], options);
    assert!(large.len() > ZIP_COPY);
    let all = seen(&tar(&[("in.zip", &large)]));
    let expected = [
        member("a!in.zip!long", &long),
        member("a!in.zip!short", &text),
        whole("a!in.zip", "zip archive"),
        whole("a", "tar archive"),
    ];
    assert!(all == expected);
}

#[test]
fn long_names_pax_and_what_is_no_file() {
    let text = log(5, 4);
    let long = format!("{}/access.log", "d".repeat(300));
    let pax = |records: &[(&str, &str)]| -> Vec<u8> {
        let records = records.iter().map(|(key, value)| {
            let length = key.len() + value.len() + 3;
            let length = length + (length + 2).to_string().len();
            format!("{length} {key}={value}\n")
        });
        tar_member("pax", b'x', records.collect::<String>().as_bytes())
    };
    let mut header = tar_header("big", b'0', 0);
    header.set_size(1);
    header.set_cksum();
    let mut by_pax = header.as_bytes().to_vec();
    by_pax.extend(&text);
    by_pax.resize(by_pax.len().next_multiple_of(512), 0);
    let archive = [
        tar_member("././@LongLink", b'L', format!("{long}\0").as_bytes()),
        tar_member("short", b'0', &text),
        tar_member("folder/", b'5', b""),
        tar_header("folder with a size/", b'5', 4096).as_bytes().to_vec(),
        tar_member("old folder/", b'0', b""),
        tar_member("names", b'D', b"Yfile\0\0"),
        tar_member("no folder/", b'0', &text),
        pax(&[("path", "é\nname"), ("mtime", "1.5")]),
        tar_member("plain", b'0', &text),
        pax(&[("size", &text.len().to_string())]),
        by_pax,
        tar_member("g", b'g', b"12 a=bcdefg\n"),
        tar_member("link", b'2', b""),
        tar_member("hard", b'1', b""),
        tar_member("null", b'3', b""),
        tar_member("pipe", b'6', b""),
        tar_member("contiguous", b'7', &text),
        vec![0; 10_240],
    ]
    .concat();
    let notes = vec![
        "a: 2 links in it were not followed: link, hard".to_owned(),
        "a: 2 devices, pipes and sockets in it were not opened: null, pipe".to_owned(),
    ];
    let expected = [
        member(&format!("a!{long}"), &text),
        member("a!no folder/", &text),
        member("a!é\nname", &text),
        member("a!big", &text),
        member("a!contiguous", &text),
        Seen::Archive("a".to_owned(), "tar archive", Vec::new(), notes),
    ];
    assert_eq!(seen(&archive), expected);
}

#[test]
fn of_the_holes_of_sparse_members_the_beginnings_are_read() {
    let text = log(40, 6);
    let (head, tail) = text.split_at(700);
    let pax = |records: &[(&str, String)]| {
        let record = |(key, value): &(&str, String)| {
            let length = key.len() + value.len() + 3;
            format!("{} {key}={value}\n", length + (length + 2).to_string().len())
        };
        tar_member("pax", b'x', records.iter().map(record).collect::<String>().as_bytes())
    };
    // A short hole before everything, an immense one in the middle of a line, and one behind the end.
    let (second, real) = (1_u64 << 40, (1_u64 << 40) + 10_000);
    let stretches = [(9, head.len() as u64), (second, tail.len() as u64)];
    let expected =
        [&[0; 9][..], head, &[0; sparse::HOLE_CAP as usize], tail, &[0; sparse::HOLE_CAP as usize]];
    let expected = expected.concat();
    let octal = |number: u64| format!("{number:011o}\0").into_bytes();
    let wide = |number: u64| [&[0x80, 0, 0, 0][..], &number.to_be_bytes()].concat();
    let mut old = tar_header("old", b'S', text.len() as u64);
    old.as_gnu_mut().unwrap().set_real_size(real);
    old.as_gnu_mut().unwrap().set_is_extended(true);
    old.as_mut_bytes()[386..410].copy_from_slice(&[octal(9), octal(700)].concat());
    old.set_cksum();
    let mut extension = [wide(second), octal(tail.len() as u64)].concat();
    extension.resize(512, 0);
    let list = |between: &str| {
        let numbers = stretches.iter().flat_map(|(offset, length)| [offset, length]);
        numbers.map(u64::to_string).collect::<Vec<_>>().join(between)
    };
    let mut map = format!("2\n{}\n", list("\n")).into_bytes();
    map.resize(512, 0);
    let major = |n: u64| ("GNU.sparse.major", n.to_string());
    let size = ("GNU.sparse.realsize", real.to_string());
    let name = |name: &str| ("GNU.sparse.name", name.to_owned());
    let each = |key, number: u64| (key, number.to_string());
    let archive = [
        old.as_bytes().to_vec(),
        extension,
        text.clone(),
        vec![0; text.len().next_multiple_of(512) - text.len()],
        pax(&[
            each("GNU.sparse.size", real),
            each("GNU.sparse.offset", 9),
            each("GNU.sparse.numbytes", 700),
            each("GNU.sparse.offset", second),
            each("GNU.sparse.numbytes", tail.len() as u64),
        ]),
        tar_member("0.0", b'0', &text),
        pax(&[size.clone(), name("0.1"), ("GNU.sparse.map", list(","))]),
        tar_member("GNUSparseFile.0/x", b'0', &text),
        pax(&[major(1), size.clone(), name("1.0")]),
        tar_member("GNUSparseFile.0/x", b'0', &[map, text.clone()].concat()),
        pax(&[size, name("lie"), ("GNU.sparse.map", "0,18446744073709551615".to_owned())]),
        tar_member("x", b'0', &text),
        vec![0; 1024],
    ]
    .concat();
    let all = seen(&archive);
    for (name, one) in ["old", "0.0", "0.1", "1.0"].iter().zip(&all) {
        assert!(*one == member(&format!("a!{name}"), &expected), "{name}");
    }
    assert_eq!(all[4], member("a!lie", &text));
    let Seen::Archive(_, _, problems, notes) = &all[5] else { panic!("{:?}", all[5]) };
    assert!(
        problems.len() == 1 && problems[0].contains("lie: the map of its holes"),
        "{problems:?}"
    );
    assert!(notes[0].starts_with("a: 5 members are stored sparse"), "{notes:?}");
}

#[test]
fn what_only_begins_alike_is_no_archive() {
    let mut not_tar = tar(&[("x", b"y")]);
    not_tar[0] = b'z';
    let package = zip(&[("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n"), ("a.log", b"x")]);
    let samples: [&[u8]; 7] = [
        b"",
        b"PK",
        b"PK\x03\x04",
        b"PK\x03\x04GET / HTTP/1.1 2.0 and what not",
        &[0; 1024],
        &not_tar,
        &package,
    ];
    for bytes in samples {
        assert_eq!(Container::of(bytes), None, "{:?}", &bytes[..bytes.len().min(20)]);
    }
    let not =
        |found: &Found| walk(found, ReadOptions::default(), None, &mut |_| ControlFlow::Break(()));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a"), "text\n").unwrap();
    let found = find(&["a".to_owned()], folder.path()).sources.remove(0);
    assert_eq!(not(&found).unwrap_err().to_string(), "a is no archive");
    assert_eq!(seen(&zip(&[])), [whole("a", "zip archive")]);
}
