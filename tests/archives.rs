//! Archives are read as the files in them would be: the laws, over members.

mod common;
mod program;

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use common::{Numbers, Way, assert_same, case, log, scan, scan_files, without_storage};
use serde_json::{Value, json};
use whofetched::case::Server;
use whofetched::examine::plan::{self, Question, ReadingOptions};
use whofetched::examine::split::{self, Reads};

const DAY: (&str, &str) = ("2024-03-05T02:00:00Z", "2024-03-05T22:00:00Z");

/// A file: its name and its bytes.
type File<'a> = (&'a str, &'a [u8]);

fn tar(files: &[File<'_>]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(files: &[File<'_>]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn zip_as_it_comes(files: &[File<'_>]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new_stream(Vec::new());
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut packer = liblzma::write::XzEncoder::new(Vec::new(), 1);
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut packer = lz4_flex::frame::FrameEncoder::new(Vec::new());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A report without the entries of archives and without what may differ where files lie in one: sources are numbered without archives, and
/// series are named without them.
fn without_archives(mut report: Value) -> Value {
    let inputs = report["inputs"].as_array().unwrap().clone();
    let is_archive =
        |input: &Value| input["format"].as_str().is_some_and(|format| format.ends_with("archive"));
    let before = |number: u64| inputs[..number as usize].iter().filter(|i| is_archive(i)).count();
    for list in ["evidence", "unread"] {
        for entry in report[list].as_array_mut().unwrap() {
            let number = entry["source"].as_u64().unwrap();
            entry["source"] = json!(number - before(number) as u64);
        }
    }
    let mut names = Vec::new();
    for input in &inputs {
        if is_archive(input) {
            let inner = input["member"].as_str().map(|member| format!("!{member}"));
            names.push(format!(
                "{}{}!",
                input["path"].as_str().unwrap(),
                inner.unwrap_or_default()
            ));
        }
    }
    let mut files: Vec<Value> = inputs.into_iter().filter(|input| !is_archive(input)).collect();
    for file in &mut files {
        if let Some(number) = file["duplicate_of"].as_u64() {
            file["duplicate_of"] = json!(number - before_of(&report, number));
        }
    }
    report["inputs"] = Value::Array(files);
    let report = without_storage(report);
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let text = names.iter().fold(report.to_string(), |text, name| text.replace(name, ""));
    serde_json::from_str(&text).unwrap()
}

/// How many archives stand before an input of a report.
fn before_of(report: &Value, number: u64) -> u64 {
    let inputs = &report["inputs"].as_array().unwrap()[..number as usize];
    let is_archive =
        |input: &&Value| input["format"].as_str().is_some_and(|format| format.ends_with("archive"));
    inputs.iter().filter(is_archive).count() as u64
}

fn names(report: &Value) -> Vec<(&str, Option<&str>)> {
    let inputs = report["inputs"].as_array().unwrap();
    inputs.iter().map(|input| (input["path"].as_str().unwrap(), input["member"].as_str())).collect()
}

/// Law 2: where the logs lie does not show, but in the names and digests of the inputs.
#[test]
fn files_and_members_give_the_same_report() {
    let mut numbers = Numbers::new(61);
    let (one, two, three) = (log(&mut numbers, 900), log(&mut numbers, 500), log(&mut numbers, 9));
    let packed = gzip(&two);
    let files: [File<'_>; 4] = [
        ("access.log", &one),
        ("access.log.1.gz", &packed),
        ("empty.log", b""),
        ("other.log", &three),
    ];
    let case = case(DAY.0, DAY.1);
    let expected = without_archives(scan_files(&case, &files, &Way::default()));
    assert_eq!(expected["verdict"]["code"], "A");
    let inner = zip(&files);
    for (name, bytes) in [
        ("a.tar", tar(&files)),
        ("a.tar.gz", gzip(&tar(&files))),
        ("a.tar.bz2", bzip2(&tar(&files))),
        ("a.tar.xz", xz(&tar(&files))),
        ("a.tar.zst", zstd::encode_all(&tar(&files)[..], 1).unwrap()),
        ("a.tar.lz4", lz4(&tar(&files))),
        ("a.zip", inner.clone()),
        ("a.zip", zip_as_it_comes(&files)),
        ("a", gzip(&zip_as_it_comes(&files))),
        ("a.tgz", gzip(&tar(&[("in.zip", &inner)]))),
        ("a.log", zip(&[("in.tar.gz", &gzip(&tar(&files)))])),
    ] {
        for (threads, block_bytes) in [(2, 512 * 1024), (3, 700)] {
            let way = Way { threads, block_bytes, ..Way::default() };
            let report = scan_files(&case, &[(name, &bytes)], &way);
            assert_same(&without_archives(report), &expected, name);
        }
    }
}

/// Law 1: every line of every member is accounted for, and every file given has its digest.
#[test]
fn every_member_and_every_archive_is_accounted_for() {
    let mut numbers = Numbers::new(62);
    let (one, two) =
        (log(&mut numbers, 300), [log(&mut numbers, 200), b"no newline".to_vec()].concat());
    let packed = gzip(&two);
    let inner = zip(&[("b.log.gz", &packed)]);
    let archive = gzip(&tar(&[("logs/a.log", &one), ("logs/in.zip", &inner)]));
    let report = scan_files(&case(DAY.0, DAY.1), &[("x.tgz", &archive)], &Way::default());
    let expected = [
        ("x.tgz", None),
        ("x.tgz", Some("logs/a.log")),
        ("x.tgz", Some("logs/in.zip")),
        ("x.tgz", Some("logs/in.zip!b.log.gz")),
    ];
    assert_eq!(names(&report), expected);
    let stored = [&archive, &one, &inner, &packed];
    let lines = [0, one.len(), 0, two.len()];
    for (place, (stored, text)) in stored.into_iter().zip(lines).enumerate() {
        let input = &report["inputs"][place];
        let of = |key: &str| input["lines"][key].as_u64().unwrap();
        assert_eq!(of("read") + of("blank") + of("header") + of("unread"), of("total"), "{place}");
        assert_eq!(of("total") > 0, text > 0);
        assert_eq!(input["bytes"], stored.len());
        assert_eq!(input["sha256"].as_str().map(str::len), Some(64));
        assert_eq!(input["problems"], json!([]), "{place}");
        let kind = if text > 0 { "access" } else { "other" };
        assert_eq!(input["kind"], kind);
    }
    assert_eq!(report["inputs"][0]["format"], "tar+gzip archive");
    assert_eq!(report["inputs"][3]["series"], "x.tgz!logs/in.zip!b.log");
    assert_eq!(report["inputs"][3]["decoded_bytes"], two.len());
}

/// A copy is told wherever it lies, and counts once.
#[test]
fn a_copy_in_an_archive_is_not_counted_twice() {
    let bytes = log(&mut Numbers::new(63), 200);
    let case = case(DAY.0, DAY.1);
    let once = scan_files(&case, &[("access.log.1", &bytes)], &Way::default());
    let packed = gzip(&bytes);
    let archive = tar(&[("access.log.1", &bytes), ("access.log.1.gz", &packed)]);
    let zipped = zip(&[("x", &bytes)]);
    let files: [File<'_>; 3] = [("a.tar", &archive), ("access.log.1", &bytes), ("b.zip", &zipped)];
    let report = scan_files(&case, &files, &Way::default());
    let copies: Vec<Value> =
        report["inputs"].as_array().unwrap().iter().map(|i| i["duplicate_of"].clone()).collect();
    assert_eq!(copies, [json!(null), json!(null), json!(1), json!(1), json!(null), json!(1)]);
    assert_eq!(report["actors"], once["actors"]);
    let twice: [File<'_>; 2] = [("a.tar", &archive), ("copy.tar", &archive)];
    let report = scan_files(&case, &twice, &Way::default());
    assert_eq!(report["inputs"][3]["duplicate_of"], 0);
    assert_eq!(report["actors"], once["actors"]);
}

/// A format that carries a state is read in order, also within an archive, and also where a header stands in the middle.
#[test]
fn headers_hold_within_their_member() {
    let iis = |fields: &str, lines: &str| format!("#Fields: {fields}\r\n{lines}\r\n");
    let one = iis(
        "date time cs-method cs-uri-stem cs-uri-query c-ip sc-status sc-bytes",
        "2024-03-05 10:00:00 GET /exports/a.csv - 192.0.2.7 200 40",
    );
    let two = iis(
        "date time c-ip sc-status sc-bytes cs-method cs-uri-stem cs-uri-query",
        "2024-03-05 11:00:00 192.0.2.7 206 41 GET /exports/b.csv x=1",
    );
    let plain = log(&mut Numbers::new(64), 400);
    let late = [&plain[..], one.as_bytes(), two.as_bytes()].concat();
    let both = [one.as_bytes(), two.as_bytes()].concat();
    let files: [File<'_>; 2] = [("u_ex240305.log", &both), ("late.log", &late)];
    let case = case(DAY.0, DAY.1);
    let expected = without_archives(scan_files(&case, &files, &Way::default()));
    let way = Way { block_bytes: 100, ..Way::default() };
    for archive in [gzip(&tar(&files)), zip(&files)] {
        let report = scan_files(&case, &[("a", &archive)], &way);
        assert_same(&without_archives(report), &expected, "headers");
    }
}

/// Text in UTF-16 within an archive is text.
#[test]
fn a_member_in_utf16_is_read() {
    let text = String::from_utf8_lossy(&log(&mut Numbers::new(65), 100)).into_owned();
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    let case = case(DAY.0, DAY.1);
    let plain = scan_files(&case, &[("x.log", text.as_bytes())], &Way::default());
    let report = scan_files(&case, &[("a.zip", &zip(&[("x.log", &bytes)]))], &Way::default());
    assert_eq!(report["verdict"]["code"], plain["verdict"]["code"]);
    assert_eq!(report["inputs"][1]["lines"], plain["inputs"][0]["lines"]);
    assert_eq!(report["actors"][0]["received"], plain["actors"][0]["received"]);
}

fn check<'r>(report: &'r Value, id: &str) -> Vec<&'r str> {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().filter(|one| one["id"] == id).map(|one| one["result"].as_str().unwrap()).collect()
}

/// Law 4: what is missing of an archive may have been an access log.
#[test]
fn an_archive_that_is_cut_off_refuses_cover() {
    let (one, two) = (log(&mut Numbers::new(66), 900), log(&mut Numbers::new(67), 900));
    let archive = tar(&[("one.log", &one), ("two.log", &two)]);
    let case = case(DAY.0, DAY.1);
    // Right behind the first member, where nothing of a line is missing.
    let cut = 512 + one.len().next_multiple_of(512);
    for stored in [archive[..cut].to_vec(), gzip(&archive[..cut])] {
        let report = scan_files(&case, &[("a.tar", &stored)], &Way::default());
        assert_eq!(report["inputs"].as_array().unwrap().len(), 2);
        assert_eq!(report["inputs"][0]["kind"], "unknown");
        assert!(report["inputs"][0]["problems"][0].as_str().unwrap().contains("cut off"));
        assert_eq!(report["inputs"][1]["problems"], json!([]));
        assert!(check(&report, "C8").contains(&"fail"));
    }
    // In the middle of the second, packed.
    let packed = gzip(&archive);
    let report = scan_files(&case, &[("a", &packed[..packed.len() * 3 / 4])], &Way::default());
    assert_eq!(report["inputs"].as_array().unwrap().len(), 3);
    assert!(report["inputs"][2]["lines"]["total"].as_u64().unwrap() > 100);
    for place in [0, 2] {
        assert_ne!(report["inputs"][place]["problems"], json!([]));
    }
    let whole = scan_files(&case, &[("a", &packed)], &Way::default());
    assert_eq!(
        (&whole["inputs"][0]["kind"], &whole["inputs"][0]["problems"]),
        (&json!("other"), &json!([]))
    );
}

/// What cannot be read is named, and is an access log that was not read.
#[test]
fn encrypted_members_are_told() {
    let mut archive = zip(&[("a.log", &log(&mut Numbers::new(68), 50))]);
    for at in 0..archive.len() - 4 {
        match &archive[at..at + 4] {
            b"PK\x03\x04" => archive[at + 6] |= 1,
            b"PK\x01\x02" => archive[at + 8] |= 1,
            _ => {}
        }
    }
    let report = scan_files(&case(DAY.0, DAY.1), &[("a.zip", &archive)], &Way::default());
    assert_eq!(names(&report)[1], ("a.zip", Some("a.log")));
    assert_eq!(report["inputs"][1]["kind"], "unknown");
    assert_eq!(report["inputs"][1]["problems"], json!(["not read: is encrypted"]));
    assert!(check(&report, "C8").contains(&"fail"));
}

/// A member belongs to the server whose logs its archive is among.
#[test]
fn a_member_belongs_to_the_server_of_its_archive() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("web")).unwrap();
    let archive = tar(&[("var/log/nginx/access.log", &log(&mut Numbers::new(69), 50))]);
    fs::write(folder.path().join("web/backup.tar"), &archive).unwrap();
    let mut case = case(DAY.0, DAY.1);
    let server =
        Server { name: "shop".into(), logs: vec!["web/*.tar".into()], ..Server::default() };
    case.servers = vec![server];
    let question = Question::new(case, ReadingOptions::default()).unwrap();
    let plan = plan::plan(&question, &[], folder.path()).unwrap();
    assert_eq!(plan.sources.len(), 2);
    for source in &plan.sources {
        assert_eq!(question.servers[source.server].name, "shop");
    }
    assert!(plan.sources[1].series.ends_with("web/backup.tar!var/log/nginx/access.log"));
}

/// Members are one split each; an archive has digests and no lines.
#[test]
fn a_member_is_one_split() {
    let (one, two) = (log(&mut Numbers::new(70), 200), log(&mut Numbers::new(71), 100));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tar");
    fs::write(&path, tar(&[("one.log", &one), ("two.log", &two)])).unwrap();
    let question = Question::new(case(DAY.0, DAY.1), ReadingOptions::default()).unwrap();
    let inputs = [path.to_string_lossy().into_owned()];
    let plan = plan::plan(&question, &inputs, Path::new("")).unwrap();
    let splits = split::splits(&plan, 100, false);
    let reads: Vec<(u32, Reads)> = splits.iter().map(|each| (each.source, each.reads)).collect();
    assert_eq!(reads, [(0, Reads::Digest), (1, Reads::Whole), (2, Reads::Whole)]);
    for (split, text) in splits[1..].iter().zip([&one, &two]) {
        assert_eq!(split.end, text.len() as u64);
    }
}

/// Law 9: an archive that changes while it is read is a fault, told of the archive.
#[test]
fn an_archive_that_changed_is_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tar");
    let (one, two) = (log(&mut Numbers::new(72), 100), log(&mut Numbers::new(73), 100));
    fs::write(&path, tar(&[("one.log", &one), ("two.log", &two)])).unwrap();
    let question = Question::new(case(DAY.0, DAY.1), ReadingOptions::default()).unwrap();
    let inputs = [path.to_string_lossy().into_owned()];
    let plan = plan::plan(&question, &inputs, Path::new("")).unwrap();
    // The same length, and another second member.
    let before = fs::metadata(&path).unwrap();
    let mut changed = tar(&[("one.log", &one), ("TWO.log", &two)]);
    changed.resize(before.len() as usize, 0);
    fs::write(&path, changed).unwrap();
    let later = before.modified().unwrap() + std::time::Duration::from_secs(60);
    fs::File::open(&path).unwrap().set_modified(later).unwrap();
    let (progress, stop) = Default::default();
    let pace = whofetched::examine::stream::Pace::new(2, &progress, &stop);
    let examined = whofetched::examine::stream::scan(&question, &plan, pace).unwrap();
    let archive = examined.sources[0].finished.as_ref().unwrap();
    assert!(archive.changed.as_deref().unwrap().contains("was rewritten"), "{archive:?}");
    let gone = examined.sources[2].unreadable.as_deref().unwrap();
    assert!(gone.ends_with("a.tar!two.log is not in its archive any more"), "{gone}");
    assert!(examined.sources[1].unreadable.is_none());
}

/// The same archive gives the same report, byte for byte, whatever the threads.
#[test]
fn threads_do_not_show() {
    let mut numbers = Numbers::new(74);
    let logs: Vec<(String, Vec<u8>)> =
        (0..30).map(|n| (format!("d{}/access.log.{n}", n % 3), log(&mut numbers, 40))).collect();
    let files: Vec<File<'_>> = logs.iter().map(|(name, log)| (&name[..], &log[..])).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tgz");
    fs::write(&path, gzip(&tar(&files))).unwrap();
    let inputs = [path.to_string_lossy().into_owned()];
    let case = case(DAY.0, DAY.1);
    let expected = scan(&case, &inputs, &Way::default());
    for threads in [1, 4] {
        assert_eq!(
            scan(&case, &inputs, &Way { threads, block_bytes: 99, ..Way::default() }),
            expected
        );
    }
    let hashless = scan(&case, &inputs, &Way { no_hash: true, ..Way::default() });
    assert_eq!(hashless["actors"], expected["actors"]);
    assert_eq!(hashless["inputs"][1]["sha256"], json!(null));
    assert_eq!(hashless["inputs"][1]["content_id"], expected["inputs"][1]["content_id"]);
}

/// What a user sees: the members in `inputs`, and each explained under its name.
#[test]
fn the_program_names_members() {
    let folder = tempfile::tempdir().unwrap();
    let text = program::line("192.0.2.7", 600, "/exports/a.csv", 200, 9);
    let archive = tar(&[
        ("www/\u{1b}[31maccess.log", text.as_bytes()),
        ("x.png", b"\x89PNG\r\n\x1a\n\x01\x02"),
    ]);
    fs::write(folder.path().join("a.tar"), &archive).unwrap();
    let args = ["-p", "/exports", "--from", "2024-03-05T00:00:00Z", "--to", "2024-03-06T00:00:00Z"];
    let args = ["scan"].iter().chain(&args).copied();
    let report = program::run_in(
        folder.path(),
        &args.clone().chain(["--json", "a.tar"]).collect::<Vec<_>>(),
    )
    .ended(0)
    .json();
    let names = names(&report);
    assert_eq!(names.len(), 3);
    assert_eq!(names[1], ("a.tar", Some("www/\u{1b}[31maccess.log")));
    assert_eq!(report["inputs"][2]["kind"], "other");
    // On standard input too.
    let piped = program::run_on(&archive, &args.clone().chain(["--json", "-"]).collect::<Vec<_>>())
        .ended(0);
    assert_eq!(piped.json()["actors"], report["actors"]);
    // Nothing of a name reaches a terminal.
    let out = folder.path().join("out");
    let shown = args.chain(["--out", out.to_str().unwrap(), "a.tar"]).collect::<Vec<_>>();
    assert!(!program::run_in(folder.path(), &shown).ended(0).out.contains(&0x1b));
    let hits = fs::read_to_string(out.join("hits.csv")).unwrap();
    assert!(hits.contains("a.tar!www/") && !hits.contains('\u{1b}'), "{hits}");
    let explained = program::run_in(folder.path(), &["explain", "a.tar"]).ended(0);
    assert!(explained.out().starts_with("== a.tar!www/"), "{}", explained.out());
    assert!(explained.out().contains("line 1: combined") && !explained.out.contains(&0x1b));
    let lines = program::run_in(folder.path(), &["explain", "--json", "a.tar"]).ended(0).lines();
    assert_eq!(lines[0]["member"], "www/\u{1b}[31maccess.log");
    let suggested = program::run_in(folder.path(), &["new-case", "a.tar"]).ended(0);
    assert!(suggested.out().contains("logs = [\"a.tar\"]"), "{}", suggested.out());
}
