//! The laws, as properties over generated logs.

mod common;

use std::fs;
use std::io::Write;

use common::{Numbers, Way, case, log, quick, scan, scan_files, without_folder, without_storage};
use serde_json::Value;
use whofetched::evidence::{Evidence, SourceEvidence};
use whofetched::examine::map::Mapper;
use whofetched::examine::plan::{self, Question, ReadingOptions};
use whofetched::examine::split::{self, Reads, Split};
use whofetched::source::{Blocks, LINE_CAP};

const DAY: (&str, &str) = ("2024-03-05T02:00:00Z", "2024-03-05T22:00:00Z");

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn code(report: &Value) -> &str {
    report["verdict"]["code"].as_str().unwrap()
}

/// Law 1: nothing is lost.
#[test]
fn every_line_and_every_byte_is_accounted_for() {
    for seed in 0..8 {
        let mut numbers = Numbers::new(seed);
        let mut bytes = log(&mut numbers, 300);
        bytes.extend_from_slice(b"no newline at the end");
        let report = scan_files(&case(DAY.0, DAY.1), &[("access.log", &bytes)], &Way::default());
        let input = &report["inputs"][0];
        let of = |key: &str| input["lines"][key].as_u64().unwrap();
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        assert_eq!(of("total"), lines);
        assert_eq!(of("read") + of("blank") + of("header") + of("unread"), lines);
        assert_eq!(input["bytes"].as_u64().unwrap(), bytes.len() as u64);
    }
}

/// Law 2: cutting does not show.
#[test]
fn the_report_is_the_same_however_the_logs_are_cut() {
    for seed in 0..4 {
        let mut numbers = Numbers::new(100 + seed);
        let (one, two) = (log(&mut numbers, 200), log(&mut numbers, 150));
        let files: [(&str, &[u8]); 2] = [("access.log", &two), ("access.log.1", &one)];
        let case = case(DAY.0, DAY.1);
        let expected = scan_files(&case, &files, &Way::default());
        assert_eq!(code(&expected), "A");
        for (threads, block_bytes) in [(1, 1), (2, 7), (3, 100), (2, 4096), (1, 1 << 20)] {
            let way = Way { threads, block_bytes, ..Way::default() };
            assert_eq!(scan_files(&case, &files, &way), expected, "{way:?}");
        }
    }
}

/// Law 2 for a source above the size from which on its blocks are spread.
#[test]
fn one_large_source_gives_the_same_report_with_any_number_of_threads() {
    let mut numbers = Numbers::new(7);
    let part = log(&mut numbers, 3_000);
    let mut bytes = Vec::new();
    while bytes.len() < 5 << 20 {
        bytes.extend_from_slice(&part);
    }
    let files: [(&str, &[u8]); 1] = [("access.log", &bytes)];
    let case = quick(&["/exports/b.csv"], DAY.0, DAY.1);
    let one = Way { threads: 1, block_bytes: 1 << 20, ..Way::default() };
    let expected = scan_files(&case, &files, &one);
    for (threads, no_fast_path) in [(2, false), (4, true)] {
        let way = Way { threads, block_bytes: 60_000, no_fast_path, ..Way::default() };
        assert_eq!(scan_files(&case, &files, &way), expected, "{way:?}");
    }
}

/// Law 2: the order of the inputs does not show.
#[test]
fn the_order_of_the_inputs_does_not_show() {
    let mut numbers = Numbers::new(11);
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = Vec::new();
    for name in ["b.log", "a.log", "c.log"] {
        let path = folder.path().join(name);
        fs::write(&path, log(&mut numbers, 60)).unwrap();
        inputs.push(path.to_string_lossy().into_owned());
    }
    let case = case(DAY.0, DAY.1);
    let expected = scan(&case, &inputs, &Way::default());
    inputs.reverse();
    assert_eq!(scan(&case, &inputs, &Way::default()), expected);
    inputs.push(inputs[0].clone());
    assert_eq!(scan(&case, &inputs, &Way::default()), expected, "given twice");
}

/// Law 2: compression does not show.
#[test]
fn plain_and_compressed_inputs_give_the_same_answer() {
    let mut numbers = Numbers::new(21);
    let bytes = log(&mut numbers, 400);
    let case = case(DAY.0, DAY.1);
    let expected = without_storage(scan_files(&case, &[("access.log", &bytes)], &Way::default()));
    let (head, tail) = bytes.split_at(bytes.len() / 3);
    let two_members = [gzip(head), gzip(tail)].concat();
    let zst = zstd::encode_all(bytes.as_slice(), 3).unwrap();
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    bz2.write_all(&bytes).unwrap();
    let bz2 = bz2.finish().unwrap();
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 6);
    xz.write_all(&bytes).unwrap();
    let xz = xz.finish().unwrap();
    for (name, packed) in [
        ("access.log.gz", gzip(&bytes)),
        ("access.log.gz", two_members),
        ("access.log.zst", zst.clone()),
        ("access.log.bz2", bz2),
        ("access.log.xz", xz),
        ("access.log", zst),
    ] {
        let report = scan_files(&case, &[(name, &packed)], &Way::default());
        common::assert_same(&without_storage(report), &expected, name);
    }
}

/// Law 2 for text in UTF-16: but for its storage the report is that of the same text in UTF-8.
#[test]
fn text_in_utf16_gives_the_same_answer() {
    let text = String::from_utf8_lossy(&log(&mut Numbers::new(22), 4_000)).into_owned();
    let case = case(DAY.0, DAY.1);
    let bare = |report: Value| {
        let mut report = without_storage(report);
        let input = report["inputs"][0].as_object_mut().unwrap();
        ["content_id", "decoded_bytes"].iter().for_each(|key| drop(input.remove(*key)));
        (input.remove("problems").unwrap(), report)
    };
    let plain = scan_files(&case, &[("access.log", text.as_bytes())], &Way::default());
    let (problems, expected) = bare(plain);
    assert_eq!(problems, serde_json::json!([]));
    assert_eq!(code(&expected), "A");
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let marked = std::iter::once(0xfeff).chain(text.encode_utf16());
        let bytes: Vec<u8> = marked.flat_map(order).collect();
        let gz = gzip(&bytes);
        for (name, stored) in [("access.log", &bytes), ("access.log.gz", &gz)] {
            let way = Way { block_bytes: 10_000, ..Way::default() };
            let report = scan_files(&case, &[(name, stored)], &way);
            assert_eq!(report["inputs"][0]["decoded_bytes"], bytes.len());
            let (problems, report) = bare(report);
            common::assert_same(&report, &expected, name);
            assert_eq!(problems.as_array().map(Vec::len), Some(1));
            let note = problems[0].as_str().unwrap();
            assert!(note.contains("offsets and lengths are those of the UTF-8 text"), "{note}");
        }
        // The same text beside it, in other bytes, counts once, line by line.
        let files: [(&str, &[u8]); 2] = [("access.log", &bytes), ("access.log.1", text.as_bytes())];
        let both = scan_files(&case, &files, &Way::default());
        assert_eq!(both["inputs"][1]["duplicate_of"], Value::Null);
        assert_eq!(both["actors"][0]["hits"], expected["actors"][0]["hits"]);
        assert_eq!(both["actors"][0]["received"], expected["actors"][0]["received"]);
    }
}

/// Law 3: more log never softens a finding.
#[test]
fn more_log_never_softens_a_finding() {
    let rank = |report: &Value| {
        let finding = report["verdict"]["finding"].as_str().unwrap().to_owned();
        ["A", "B1", "B2", "none"].iter().position(|name| *name == finding).unwrap()
    };
    for seed in 0..12 {
        let mut numbers = Numbers::new(300 + seed);
        let case = case(DAY.0, DAY.1);
        let few = log(&mut numbers, 2);
        let mut more = few.clone();
        more.extend(log(&mut numbers, 60));
        let before = scan_files(&case, &[("access.log", &few)], &Way::default());
        let after = scan_files(&case, &[("access.log", &more)], &Way::default());
        assert!(rank(&after) <= rank(&before), "seed {seed}");
    }
}

/// Laws 3 and 4: nothing removed, damaged or unread ever yields C or C*.
#[test]
fn there_is_no_c_without_cover() {
    let quiet = |hours: std::ops::Range<u32>| -> Vec<u8> {
        let line = |hour: u32, minute: u32| {
            format!(
                "192.0.2.7 - - [05/Mar/2024:{hour:02}:{minute:02}:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"a\"\n"
            )
        };
        hours
            .flat_map(|hour| (0..60).map(move |minute| line(hour, minute)))
            .collect::<String>()
            .into()
    };
    let whole = quiet(0..24);
    let holed = [quiet(0..9), quiet(15..24)].concat();
    let suspect = [quiet(0..12), b"x /exports/a.csv\n".to_vec(), quiet(12..24)].concat();
    for bytes in [&whole, &holed, &suspect] {
        let report = scan_files(&case(DAY.0, DAY.1), &[("access.log", bytes)], &Way::default());
        assert!(!["C", "C*"].contains(&code(&report)), "{}", report["verdict"]["sentence"]);
    }
}

/// Law 9: inputs are opened read-only.
#[test]
fn inputs_are_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    fs::write(&path, log(&mut Numbers::new(5), 50)).unwrap();
    let mut locked = fs::metadata(&path).unwrap().permissions();
    locked.set_readonly(true);
    fs::set_permissions(&path, locked).unwrap();
    let before = (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap());
    let report = scan(&case(DAY.0, DAY.1), &[path.to_string_lossy().into_owned()], &Way::default());
    let after = (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap());
    assert_eq!(before, after);
    assert_eq!(report["inputs"][0]["sha256"].as_str().unwrap().len(), 64);
}

/// Law 10, on the level of reports: the fast path changes nothing.
#[test]
fn the_fast_path_changes_nothing() {
    for seed in 0..6 {
        let bytes = log(&mut Numbers::new(500 + seed), 500);
        let case = quick(&["/exports/a.csv", "/x*", "re:/c$"], DAY.0, DAY.1);
        let files: [(&str, &[u8]); 1] = [("access.log", &bytes)];
        let plain = Way { no_fast_path: true, ..Way::default() };
        assert_eq!(scan_files(&case, &files, &Way::default()), scan_files(&case, &files, &plain));
    }
}

/// Law 11: merging is associative, order-free and has a zero, and a partial
/// survives serialisation.
#[test]
fn evidence_merges_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    let bytes = log(&mut Numbers::new(9), 120);
    fs::write(&path, &bytes).unwrap();
    let question = Question::new(case(DAY.0, DAY.1), ReadingOptions::default()).unwrap();
    let inputs = [path.to_string_lossy().into_owned()];
    let plan = plan::plan(&question, &inputs, folder.path()).unwrap();
    let mut parts = Vec::new();
    for block in Blocks::new(bytes.as_slice(), 900, LINE_CAP) {
        let source = &plan.sources[0];
        let mut mapper = Mapper::new(&question, source, 0, Default::default());
        mapper.block(&block);
        let mut part = Evidence::default();
        part.sources.insert(0, mapper.finish().unwrap());
        let packed = postcard::to_stdvec(&part).unwrap();
        assert_eq!(postcard::from_bytes::<Evidence>(&packed).unwrap(), part);
        parts.push(part);
    }
    assert!(parts.len() > 5);
    let merge = |order: &[usize]| {
        let mut whole = Evidence::default();
        order.iter().for_each(|at| whole.merge(parts[*at].clone()));
        whole.merge(Evidence::default());
        whole.settle();
        whole
    };
    let forward: Vec<usize> = (0..parts.len()).collect();
    let expected = merge(&forward);
    let mut numbers = Numbers::new(3);
    for _ in 0..20 {
        let mut order = forward.clone();
        for at in (1..order.len()).rev() {
            order.swap(at, numbers.below(at as u64 + 1) as usize);
        }
        assert_eq!(merge(&order), expected, "{order:?}");
    }
    let (left, right) = forward.split_at(3);
    let mut grouped = merge(left);
    grouped.merge(merge(right));
    grouped.settle();
    assert_eq!(grouped, expected);
}

/// Law 11: a source cut at any byte, with its state, reduces to the same.
#[test]
fn a_source_cut_anywhere_reduces_to_the_same() {
    let iis =
        |fields: &str, lines: &[&str]| format!("#Fields: {fields}\r\n{}\r\n", lines.join("\r\n"));
    let headed = [
        iis(
            "date time cs-method cs-uri-stem cs-uri-query c-ip sc-status sc-bytes",
            &[
                "2024-03-05 10:00:00 GET /exports/a.csv - 192.0.2.7 200 40",
                "2024-03-05 10:00:01 GET /index.html - 192.0.2.8 200 7",
            ],
        ),
        iis(
            "date time c-ip sc-status sc-bytes cs-method cs-uri-stem cs-uri-query",
            &[
                "2024-03-05 11:00:00 192.0.2.7 206 41 GET /EXPORTS/b.csv x=1",
                "2024-03-05 11:00:01 192.0.2.9 404 9 GET /exports/c.csv -",
            ],
        ),
    ];
    // Lines without a year, over two ends of one.
    let months = ["Nov 30", "Dec 31", "Jan  1", "Jun 30", "Sep  9", "Feb  2"];
    let yearless = months.map(|day| {
        format!("{day} 10:00:00 web1 uvicorn[5]: INFO:     192.0.2.7:5 - \"GET /exports/a HTTP/1.1\" 200 OK\n")
    });
    let logs = [log(&mut Numbers::new(77), 12), headed.concat().into_bytes()];
    for bytes in logs.into_iter().chain([yearless.concat().into_bytes()]) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("access.log");
        fs::write(&path, &bytes).unwrap();
        let question = Question::new(case(DAY.0, DAY.1), ReadingOptions::default()).unwrap();
        let inputs = [path.to_string_lossy().into_owned()];
        let plan = plan::plan(&question, &inputs, folder.path()).unwrap();
        let whole = cut_and_map(&question, &plan, bytes.len() as u64);
        assert!(!whole.hits.is_empty());
        for size in (1..bytes.len() as u64).step_by(13) {
            let cut = cut_and_map(&question, &plan, size);
            assert_eq!(cut.coverage, whole.coverage, "{size}");
            assert_eq!(absolute(&cut), absolute(&whole), "{size}");
            assert_eq!(cut.pieces.first().map(|p| p.start), Some(0));
            assert_eq!(cut.pieces.last().map(|p| p.end), Some(bytes.len() as u64));
            assert!(cut.pieces.windows(2).all(|pair| pair[0].end == pair[1].start), "{size}");
        }
    }
}

/// Maps every split with its assumed state, then again those that do not join.
fn cut_and_map(question: &Question, plan: &plan::Plan, size: u64) -> SourceEvidence {
    let length = plan.sources[0].found.length;
    let starts: Vec<u64> = (0..length).step_by(size as usize).collect();
    let lines = |start: u64| {
        let end = (start + size).min(length);
        Split { source: 0, reads: Reads::Lines, start, end }
    };
    let map = |start, state| split::map(question, plan, lines(start), state).unwrap().evidence;
    let assumed = |start: &u64| map(*start, split::assumed(plan, lines(*start)));
    let mut mapped: Vec<SourceEvidence> = starts.iter().map(assumed).collect();
    let mut carried = plan.sources[0].begin.clone();
    for (start, part) in starts.iter().zip(&mut mapped) {
        if part.pieces.first().is_some_and(|piece| piece.state_in != carried) {
            *part = map(*start, carried.clone());
        }
        carried = part.pieces.last().map_or(carried, |piece| piece.state_out.clone());
    }
    let mut whole = SourceEvidence::default();
    mapped.into_iter().for_each(|part| whole.merge(part));
    whole.close();
    whole
}

/// Hits with line numbers that count from the beginning of the source.
fn absolute(evidence: &SourceEvidence) -> Vec<(u64, u64, u64, Option<u16>)> {
    let hits = evidence.hits.iter().map(|hit| {
        let before = evidence.pieces.iter().take_while(|piece| piece.end <= hit.offset);
        let lines: u64 = before.map(|piece| piece.lines).sum();
        (hit.offset, lines + hit.line, hit.fingerprint, hit.status())
    });
    hits.collect()
}

/// The same file under two names, plain and compressed, counts once.
#[test]
fn a_copy_is_not_counted_twice() {
    let bytes = log(&mut Numbers::new(31), 100);
    let case = case(DAY.0, DAY.1);
    let once = scan_files(&case, &[("access.log.1", &bytes)], &Way::default());
    let packed = gzip(&bytes);
    let files: [(&str, &[u8]); 2] = [("access.log.1", &bytes), ("access.log.1.gz", &packed)];
    let twice = scan_files(&case, &files, &Way::default());
    assert_eq!(twice["inputs"][1]["duplicate_of"], 0);
    assert_eq!(twice["actors"], once["actors"]);
    assert_eq!(twice["evidence"], once["evidence"]);
}

/// Lines that stand in two sources of one server count as often as in the one
/// that has them most often.
#[test]
fn overlapping_sources_do_not_add_up() {
    let line = |minute: u32| {
        format!(
            "192.0.2.7 - - [05/Mar/2024:10:{minute:02}:00 +0000] \"GET /exports/a.csv HTTP/1.1\" 200 10 \"-\" \"a\"\n"
        )
    };
    let one: String = [line(1), line(2), line(2), line(3)].concat();
    let two: String = [line(2), line(3), line(4)].concat();
    let files: [(&str, &[u8]); 2] =
        [("access.log", two.as_bytes()), ("access.log.1", one.as_bytes())];
    let report = scan_files(&case(DAY.0, DAY.1), &files, &Way::default());
    assert_eq!(report["actors"][0]["hits"]["inside"], 5);
    assert_eq!(report["actors"][0]["received"]["bytes"], 50);
}

/// The report does not depend on where the logs lie.
#[test]
fn a_folder_and_its_files_one_by_one_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = Vec::new();
    for (seed, name) in (40..).zip(["access.log", "access.log.1"]) {
        let path = folder.path().join(name);
        fs::write(&path, log(&mut Numbers::new(seed), 30)).unwrap();
        inputs.push(path.to_string_lossy().into_owned());
    }
    let case = case(DAY.0, DAY.1);
    let each = without_folder(scan(&case, &inputs, &Way::default()), folder.path());
    let whole = [folder.path().to_string_lossy().into_owned()];
    let whole = without_folder(scan(&case, &whole, &Way::default()), folder.path());
    assert_eq!(each, whole);
}
