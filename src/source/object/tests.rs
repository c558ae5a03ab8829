//! Tests of objects, in a store in memory.

use std::io::{Read, Write};
use std::sync::Arc;

use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use object_store::path::Path;

use super::super::find::{Found, Origin};
use super::super::{Blocks, LINE_CAP, ReadOptions, again, apart, head, lines, open, walk};
use super::store::{Store, Stores};
use super::*;

/// A bucket `logs` with these objects.
fn bucket(objects: &[(&str, &[u8])]) -> (Stores, Arc<Store>) {
    let (stores, store) = Stores::with("s3://logs", Arc::new(InMemory::new()));
    objects.iter().for_each(|(key, bytes)| put(&store, key, bytes));
    (stores, store)
}

fn put(store: &Store, key: &str, bytes: &[u8]) {
    store.wait(store.objects.put(&Path::from(key), bytes.to_vec().into())).unwrap();
}

fn names(found: &[Found]) -> Vec<String> {
    found.iter().map(Found::name).collect()
}

/// Bytes that are at no two offsets alike for long.
fn bytes(n: usize) -> Vec<u8> {
    (0..n).map(|at| (at * 7 + at / 251 + at / 70_001) as u8).collect()
}

#[test]
fn a_key_a_prefix_and_a_glob_are_found() {
    let keys = ["a.log", "a.log.1", "site/2024/01/a.gz", "site/2024/02/a.gz", "site/b.txt"];
    let objects: Vec<(&str, &[u8])> = keys.iter().map(|key| (*key, b"x".as_slice())).collect();
    let (mut stores, _) = bucket(&objects);
    let mut check = |url: &str, expected: &[&str]| {
        let expected: Vec<String> = expected.iter().map(|key| format!("s3://logs/{key}")).collect();
        let mut found = names(&stores.find(url).unwrap());
        found.sort();
        assert_eq!(found, expected, "{url}");
    };
    check("s3://logs", &keys);
    check("s3://logs/", &keys);
    // A key is a whole name, and never the beginning of one.
    check("s3://logs/a.log", &keys[..1]);
    check("s3://logs/site", &keys[2..]);
    check("s3://logs/site/2024/", &keys[2..4]);
    check("s3://logs/site/*/0[12]/*.gz", &keys[2..4]);
    check("s3://logs/**/*.gz", &keys[2..4]);
    check("s3://logs/a.log*", &keys[..2]);
    check("s3://logs/*", &keys);
    check("s3://logs/site/20?4", &keys[2..4]);
    let mut none = |url: &str, why: &str| {
        let told = stores.find(url).unwrap_err();
        assert!(told.contains(why), "{told}");
    };
    none("s3://logs/sit", "names no object, and none lies below it");
    none("s3://logs/none/", "has no object below it");
    none("s3://logs/*.zip", "matches no object");
    none("s3://logs/a[", "is not a pattern we understand");
    none("s3://logs/a//b", "empty segment");
    none("https://example.invalid/logs/", "are not listed");
}

#[test]
fn an_object_is_read_by_windows_and_by_parts() {
    // Larger than the windows that are asked for, and no multiple of any.
    let whole = bytes(20 * (1 << 20) + 12_345);
    let (mut stores, _) = bucket(&[("a", &whole)]);
    let found = stores.find("s3://logs/a").unwrap().remove(0);
    let Origin::Object(object) = &found.origin else { panic!("no object") };
    let reader = Reader::open(&found, object).unwrap();
    let mut read = Vec::new();
    let mut piece = vec![0; 300_000];
    loop {
        let n = reader.read_at(&mut piece, read.len() as u64).unwrap();
        if n == 0 {
            break;
        }
        read.extend_from_slice(&piece[..n]);
    }
    assert!(read == whole);
    for at in [19 << 20, 5, 20 << 20, (20 << 20) + 12_344] {
        for reader in [reader.clone(), reader.part(at as u64), reader.part(at as u64 + 9)] {
            let n = reader.read_at(&mut piece[..4], at as u64).unwrap();
            assert_eq!(piece[..n], whole[at..at + n]);
            assert!(n > 0);
        }
    }
    assert_eq!(reader.read_at(&mut piece, whole.len() as u64).unwrap(), 0);
    assert_eq!(reader.changed(), None);
}

/// The lines of a text and what a stream, its parts, and a packed copy give.
#[test]
fn an_object_gives_the_lines_of_a_file() {
    let text: Vec<u8> =
        (0..200_000).flat_map(|n| format!("line {n} of it\r\n").into_bytes()).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&text).unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("in.log", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&text).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let (mut stores, _) =
        bucket(&[("a.gz", &packed.finish().unwrap()), ("a.log", &text), ("a.zip", &zip)]);
    let all = stores.find("s3://logs/").unwrap();
    for found in &all[..2] {
        let mut opened = open(found, ReadOptions::default(), None).unwrap();
        let mut read = Vec::new();
        for block in Blocks::new(&mut opened, 1 << 16, LINE_CAP) {
            lines(&block).for_each(|line| read.extend_from_slice(line.bytes));
        }
        let finished = opened.finish();
        assert!(finished.problems.is_empty() && finished.changed.is_none(), "{finished:?}");
        assert_eq!(finished.stored_bytes, found.length);
        assert_eq!(head(found, 6).unwrap().1, b"line 0");
        let plain: Vec<u8> = text.iter().copied().filter(|byte| !b"\r\n".contains(byte)).collect();
        assert!(read == plain, "{}", found.name());
    }
    let apart = apart(&all[1]).unwrap();
    let mut joined = Vec::new();
    let cuts = [0, 1 << 20, 2_000_000, apart.length()];
    for cut in cuts.windows(2) {
        let slice = apart.slice(cut[0], cut[1], None);
        for block in Blocks::of_range(slice, cut[0], cut[1], 1 << 16, LINE_CAP) {
            lines(&block).for_each(|line| joined.push(line.offset));
        }
    }
    assert_eq!(joined.len(), 200_000);
    assert!(joined.is_sorted());
    let mut members = 0;
    walk(&all[2], ReadOptions::default(), None, &mut |met| {
        if let super::super::Met::Member(mut opened) = met {
            let mut read = Vec::new();
            opened.read_to_end(&mut read).unwrap();
            assert!(read == text);
            members += 1;
        }
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(members, 1);
}

#[test]
fn an_object_that_changed_is_not_read() {
    let (mut stores, store) = bucket(&[("a", b"some bytes"), ("b", b"x")]);
    let found = stores.find("s3://logs/a").unwrap().remove(0);
    let (mut later, _) = Stores::with("s3://logs", Arc::clone(&store.objects));
    let same = again(&found, &mut later).unwrap();
    assert_eq!(same.length, 10);

    // As many bytes, but others.
    put(&store, "a", b"other byte");
    let error = open(&found, ReadOptions::default(), None).err().unwrap();
    assert!(error.to_string().contains("it changed since it was found"), "{error}");
    let (mut later, _) = Stores::with("s3://logs", Arc::clone(&store.objects));
    let refused = again(&found, &mut later).unwrap_err();
    assert!(
        refused.contains("s3://logs/a changed since the plan was made: its tag was"),
        "{refused}"
    );
    put(&store, "a", b"more bytes than before");
    let (mut later, _) = Stores::with("s3://logs", Arc::clone(&store.objects));
    let refused = again(&found, &mut later).unwrap_err();
    assert!(refused.contains("it had 10 bytes and has 22"), "{refused}");
    store.wait(store.objects.delete(&Path::from("a"))).unwrap();
    let (mut later, _) = Stores::with("s3://logs", Arc::clone(&store.objects));
    let refused = again(&found, &mut later).unwrap_err();
    assert!(refused.contains("it is not there"), "{refused}");
}

#[test]
fn what_was_only_read_of_is_not_opened() {
    let (mut stores, _) = bucket(&[("a", b"x")]);
    let mut found = stores.find("s3://logs/a").unwrap().remove(0);
    let Origin::Object(object) = &found.origin else { panic!("no object") };
    found.origin = Origin::Object(Box::new(Object::new(object.tag.clone(), None)));
    let error = open(&found, ReadOptions::default(), None).err().unwrap();
    assert!(error.to_string().contains("was not looked up"), "{error}");
    assert!(again(&found, &mut stores).is_ok());
}
