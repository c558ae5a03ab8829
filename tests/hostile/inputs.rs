//! Inputs that are damaged, endless, no files at all, or change under us; and
//! law 9: none of them is touched.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use whofetched::source::{self, Blocks, Found, LINE_CAP, ReadOptions};

use super::program::{files, line, run};
use super::{Scene, ends_by_itself, is_calm};

/// Bytes from a seed: splitmix64.
fn random(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let each = std::iter::repeat_with(|| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as u8
    });
    each.take(length).collect()
}

fn log(lines: u32) -> Vec<u8> {
    let each = (0..lines).map(|n| {
        let path =
            if n % 50 == 0 { format!("/exports/{n}.csv") } else { format!("/page/{}", n * 7919) };
        line(&format!("192.0.2.{}", n % 250), n % 1440, &path, 200, u64::from(n))
    });
    each.collect::<String>().into_bytes()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// The same bytes in every encoding, by the ending of its name.
fn packed(bytes: &[u8]) -> [(&'static str, Vec<u8>); 4] {
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz2.write_all(bytes).unwrap();
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
    xz.write_all(bytes).unwrap();
    // As the program zstd does, with a checksum.
    let mut zst = zstd::Encoder::new(Vec::new(), 1).unwrap();
    zst.include_checksum(true).unwrap();
    zst.write_all(bytes).unwrap();
    [
        ("gz", gz(bytes)),
        ("bz2", bz2.finish().unwrap()),
        ("xz", xz.finish().unwrap()),
        ("zst", zst.finish().unwrap()),
    ]
}

const WINDOW: [&str; 4] = ["--from", "2024-03-05T01:00:00Z", "--to", "2024-03-05T23:00:00Z"];

#[test]
fn random_bytes_are_read_to_their_end() {
    for seed in 0..3 {
        let scene = Scene::with("access.log", &random(seed, 400_000));
        let (ran, report) = scene.scan(&WINDOW);
        assert_eq!(ran.status, Some(0), "{}", ran.err());
        assert_eq!(report["inputs"][0]["bytes"], 400_000);
        scene.explain(&scene.logs().join("access.log"));
    }
}

#[test]
fn what_only_begins_like_a_compressed_file_is_a_fault_that_is_told() {
    let beginnings: [(&str, &[u8]); 8] = [
        ("gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"),
        ("gz", b"\x1f\x8b\x08\x1f\xff\xff"),
        ("bz2", b"BZh9\x31\x41\x59\x26\x53\x59"),
        ("xz", b"\xfd7zXZ\x00"),
        ("xz", b"\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4\x46"),
        ("zst", b"\x28\xb5\x2f\xfd"),
        // A window of exbibytes, and a frame to be skipped that never ends.
        ("zst", b"\x28\xb5\x2f\xfd\x00\xff\x01\x00\x00"),
        ("zst", b"\x50\x2a\x4d\x18\xff\xff\xff\xff"),
    ];
    for (seed, (ending, head)) in (0..).zip(beginnings) {
        for length in [0, 5, 100_000] {
            let bytes = [head, &random(seed, length)].concat();
            let scene = Scene::with(format!("access.log.{ending}"), &bytes);
            let (ran, report) = scene.scan(&WINDOW);
            assert_eq!(ran.status, Some(1), "{ending} {length}: {}", ran.out());
            assert_eq!(report["inputs"][0]["bytes"], bytes.len() as u64);
            assert!(!report["inputs"][0]["problems"].as_array().unwrap().is_empty());
            assert_eq!(report["verdict"]["finding"], "none");
            assert_eq!(report["verdict"]["code"], "D", "{ending}: an unread log refuses C");
        }
    }
    // A name is only a name.
    let scene = Scene::with("access.log.gz", &log(20));
    assert_eq!(scene.scan(&[]).1["inputs"][0]["lines"]["read"], 20);
}

#[test]
fn a_torn_file_gives_what_is_readable_and_refuses_c() {
    let whole = log(6_000);
    for (ending, bytes) in packed(&whole) {
        let middle = bytes.len() / 2;
        let mut dented = bytes.clone();
        dented[middle..middle + 16].fill(0x55);
        // All of the text is there then, and any of it may be wrong.
        let mut missummed = bytes.clone();
        let sum = bytes.len() - if ending == "gz" { 5 } else { 1 };
        missummed[sum] ^= 0xff;
        let cut = &bytes[..bytes.len() * 2 / 3];
        let each = [("cut", cut), ("dented", &dented), ("missummed", &missummed)];
        for (how, torn) in each {
            let scene = Scene::with(format!("access.log.1.{ending}"), torn);
            scene.log("access.log", line("192.0.2.1", 1439, "/", 200, 1).as_bytes());
            let (ran, report) = scene.scan(&WINDOW);
            assert_eq!(ran.status, Some(1), "{ending} {how}");
            let input = &report["inputs"][1];
            assert!(input["lines"]["read"].as_u64() > Some(500), "{ending} {how}: {input}");
            assert!(!input["problems"].as_array().unwrap().is_empty());
            assert_eq!(report["verdict"]["finding"], "A", "{ending} {how}");
            assert_eq!(report["verdict"]["coverage"], "not shown", "{ending} {how}");
            let gaps = report["coverage"]["gaps"].as_array().unwrap();
            assert!(gaps.iter().any(|gap| gap["why"] == "unreadable"), "{ending} {how}: {gaps:?}");
            // With the verdict as its status the fault is in the report alone.
            let logs = scene.logs();
            let args = ["scan", "-p", "/exports", "--exit-code", "--quiet", logs.to_str().unwrap()];
            run(&args).ended(10);
        }
    }
}

#[test]
fn bombs_cost_time_and_no_memory() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    io::copy(&mut io::repeat(0).take(100 << 20), &mut packer).unwrap();
    let zeros = packer.finish().unwrap();
    let line = zstd::encode_all(io::repeat(b'x').take(20 << 20), 1).unwrap();
    let newlines = zstd::encode_all(io::repeat(b'\n').take(8 << 20), 1).unwrap();
    let scene = Scene::with("access.log.1.gz", &zeros);
    scene.log("access.log.2.zst", &line);
    scene.log("access.log.3.zst", &newlines);
    scene.log("access.log", &log(20));
    // A limit of the system that one gibibyte of memory would break.
    let logs = scene.logs();
    let program = env!("CARGO_BIN_EXE_whofetched");
    let script = "ulimit -v 2000000; exec \"$0\" scan -p /exports --threads 2 --json \"$1\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, program]).arg(&logs);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let ran = super::program::finish(&mut command, b"").ended(0);
    let report = ran.json();
    let lines = |place: usize| report["inputs"][place]["lines"].clone();
    // Zeros are in no line, and told.
    assert_eq!(lines(1)["total"], 0);
    assert_eq!(report["inputs"][1]["decoded_bytes"], 100 << 20);
    let told = report["inputs"][1]["problems"][0].as_str().unwrap();
    assert!(told.starts_with("104857600 bytes between lines are NUL"), "{told}");
    assert_eq!((&lines(2)["total"], &lines(2)["unread"]), (&1.into(), &1.into()));
    assert_eq!(lines(3)["blank"], 8 << 20);
}

#[test]
fn what_is_no_file_is_told_and_the_rest_is_read() {
    let scene = Scene::with("access.log", &log(50));
    scene.log("empty.log", b"");
    scene.log("newline.log", b"\n");
    let logs = scene.logs();
    fs::create_dir_all(logs.join("a/b")).unwrap();
    // Loops of links, a link to itself, to nothing, out of the folder, and in.
    symlink("..", logs.join("a/b/up")).unwrap();
    symlink(&logs, logs.join("a/round")).unwrap();
    symlink("self", logs.join("self")).unwrap();
    symlink("nowhere", logs.join("dangling")).unwrap();
    symlink("/etc/passwd", logs.join("out")).unwrap();
    symlink("access.log", logs.join("again.log")).unwrap();
    let made = Command::new("mkfifo").arg(logs.join("pipe")).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(logs.join("socket")).unwrap();
    let (ran, report) = scene.scan(&[]);
    assert_eq!(ran.status, Some(1), "{}", ran.out());
    let problems: Vec<&str> =
        report["problems"].as_array().unwrap().iter().map(|each| each.as_str().unwrap()).collect();
    for name in ["dangling", "out", "pipe", "self", "socket"] {
        assert!(
            problems.iter().any(|problem| problem.contains(&format!("logs/{name} "))),
            "{name}: {problems:?}"
        );
    }
    assert_eq!(problems.len(), 5, "{problems:?}");
    let paths =
        report["inputs"].as_array().unwrap().iter().map(|input| input["lines"]["total"].as_u64());
    assert_eq!(paths.sum::<Option<u64>>(), Some(51), "each file once");
    // Named alone, none can be opened, and no run waits for a writer.
    for name in ["pipe", "socket", "dangling", "self"] {
        let path = logs.join(name);
        for args in [
            &["scan", "-p", "/exports", path.to_str().unwrap()][..],
            &["explain", path.to_str().unwrap()],
        ] {
            let ran = run(args).ended(1);
            assert!(ran.err().contains("there is no log to read"), "{}", ran.err());
        }
    }
}

#[test]
fn a_file_that_may_not_be_read_is_told() {
    let scene = Scene::with("access.log", &log(50));
    let path = scene.log("access.log.1", &log(60));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        // The superuser may read everything.
        return;
    }
    let (ran, report) = scene.scan(&WINDOW);
    assert_eq!(ran.status, Some(1));
    assert!(report["inputs"][1]["problems"][0].as_str().unwrap().contains("denied"));
    assert_eq!(report["verdict"]["coverage"], "not shown");
}

/// Opens a source, changes it when its first block was read, and reads on.
fn read_while(change: impl FnOnce(&Path)) -> (u64, source::Finished) {
    let scene = Scene::with("access.log", &log(60_000));
    let logs = scene.logs();
    let found: Found = source::find(&["access.log".to_owned()], &logs).sources.remove(0);
    let mut opened = source::open(&found, ReadOptions::default(), None).unwrap();
    let mut read = 0;
    let mut change = Some(change);
    for block in Blocks::new(&mut opened, 64 << 10, LINE_CAP) {
        read += block.bytes.len() as u64;
        if let Some(change) = change.take() {
            change(&logs.join("access.log"));
        }
    }
    (read, opened.finish())
}

#[test]
fn a_log_that_changes_while_it_is_read_is_told() {
    let length = log(60_000).len() as u64;
    let (read, finished) = read_while(|path| {
        let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(b"more\n").unwrap();
    });
    assert_eq!((read, finished.changed), (length, None));
    assert!(finished.grew.unwrap().contains("grew by 5 bytes"));

    let (read, finished) = read_while(|path| {
        fs::OpenOptions::new().write(true).open(path).unwrap().set_len(70_000).unwrap();
    });
    assert!(read < length);
    assert!(finished.changed.unwrap().contains("became shorter"));

    let (read, finished) = read_while(|path| fs::remove_file(path).unwrap());
    assert_eq!(read, length, "an open file is read to its end");
    assert!(finished.changed.unwrap().contains("is no longer there"));

    let (read, finished) = read_while(|path| {
        fs::rename(path, path.with_extension("1")).unwrap();
        fs::write(path, "new\n").unwrap();
    });
    assert_eq!(read, length, "the file that was found is read, not its successor");
    assert!(finished.changed.unwrap().contains("was replaced"));
}

#[test]
fn a_run_leaves_its_inputs_as_they_are() {
    let scene = Scene::with("access.log", &log(500));
    for (number, (ending, bytes)) in (1..).zip(packed(&log(400))) {
        scene.log(format!("access.log.{number}.{ending}"), &bytes);
    }
    let case = scene.folder.path().join("case.toml");
    fs::write(&case, "[[exposure]]\ntargets = [\"/exports\"]\nfiles = \"files.csv\"\n").unwrap();
    fs::write(scene.folder.path().join("files.csv"), "path\n/exports/10.csv\n").unwrap();
    let state = || {
        let times = |folder: &Path| {
            let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
            let mut all: Vec<_> = entries
                .filter(|entry| entry.file_name() != "report")
                .map(|entry| {
                    let now = entry.metadata().unwrap();
                    (entry.file_name(), now.modified().unwrap(), now.permissions().mode())
                })
                .collect();
            all.sort();
            all
        };
        (files(&scene.logs()), times(&scene.logs()), times(scene.folder.path()))
    };
    let before = state();
    let (logs, out) = (scene.logs(), scene.out());
    let ran = run(&[
        "scan".as_ref(),
        case.as_os_str(),
        logs.as_os_str(),
        "--out".as_ref(),
        out.as_os_str(),
    ]);
    ends_by_itself(&ran);
    is_calm(&ran.out);
    assert_eq!(ran.status, Some(0), "{}", ran.err());
    assert_eq!(state(), before);
    let copy = fs::read(out.join("case/01-case.toml")).unwrap();
    assert_eq!(copy, fs::read(&case).unwrap());
}
