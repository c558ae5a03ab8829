//! What several tests need: a scan in one call, and a source of numbers from
//! a seed.
#![allow(dead_code)]

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};

use serde_json::Value;
use whofetched::case::{Case, load};
use whofetched::examine::plan::{self, Question, ReadingOptions};
use whofetched::examine::stream::{self, Pace};
use whofetched::report::veil::Veil;
use whofetched::report::{Report, ReportJson};
use whofetched::verdict;

/// How a scan is run; the answer must not depend on it.
#[derive(Debug, Clone)]
pub struct Way {
    pub threads: usize,
    pub block_bytes: usize,
    pub no_fast_path: bool,
    pub no_hash: bool,
}

impl Default for Way {
    fn default() -> Way {
        Way { threads: 2, block_bytes: 512 * 1024, no_fast_path: false, no_hash: false }
    }
}

/// A case about `/exports` in the given window.
pub fn case(from: &str, to: &str) -> Case {
    quick(&["/exports"], from, to)
}

/// A case about some patterns in the given window.
pub fn quick(patterns: &[&str], from: &str, to: &str) -> Case {
    let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    load::quick(&patterns, None, None, Some(from), Some(to), &[], &[], None).unwrap()
}

/// Scans inputs and gives the report as JSON.
pub fn scan(case: &Case, inputs: &[String], way: &Way) -> Value {
    let reading = ReadingOptions {
        no_fast_path: way.no_fast_path,
        no_hash: way.no_hash,
        ..ReadingOptions::default()
    };
    let question = Question::new(case.clone(), reading).unwrap();
    let plan = plan::plan(&question, inputs, Path::new("")).unwrap();
    let (progress, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let pace = Pace { block_bytes: way.block_bytes, ..Pace::new(way.threads, &progress, &stop) };
    let examined = stream::scan(&question, &plan, pace).unwrap();
    let judgement = verdict::judge(&question, &plan, &examined).unwrap();
    let report = Report::build(&question, &plan, &examined, &judgement, Vec::new()).unwrap();
    let mut text = Vec::new();
    ReportJson::print(&report, &Veil::full(), &mut text).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// Writes files into a new folder and scans it.
pub fn scan_files(case: &Case, files: &[(&str, &[u8])], way: &Way) -> Value {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let report = scan(case, &[folder.path().to_string_lossy().into_owned()], way);
    without_folder(report, folder.path())
}

/// A report in which a temporary folder's own name does not show.
pub fn without_folder(report: Value, folder: &Path) -> Value {
    let text = report.to_string().replace(&format!("{}/", folder.display()), "");
    serde_json::from_str(&text).unwrap()
}

/// The report without what may differ between plain and compressed inputs.
pub fn without_storage(mut report: Value) -> Value {
    for input in report["inputs"].as_array_mut().unwrap() {
        for key in ["path", "member", "bytes", "sha256", "series", "compressed"] {
            if let Some(object) = input.as_object_mut() {
                object.remove(key);
            }
        }
    }
    let text = report.to_string().replace(".log.gz", ".log").replace(".log.zst", ".log");
    serde_json::from_str(&text.replace(".log.bz2", ".log").replace(".log.xz", ".log")).unwrap()
}

/// Numbers from a seed, the same on every machine: xorshift64*.
#[derive(Debug, Clone)]
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Numbers {
        Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % limit
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// A combined log of one day, 2024-03-05 UTC, with every kind of line: hits
/// in many spellings, other requests, broken lines, blanks.
pub fn log(numbers: &mut Numbers, lines: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..lines {
        let second = numbers.below(86_400);
        let time = format!(
            "05/Mar/2024:{:02}:{:02}:{:02} +0000",
            second / 3600,
            second / 60 % 60,
            second % 60
        );
        let client = numbers.pick(&["192.0.2.7", "198.51.100.9", "2001:db8::5", "10.0.0.3"]);
        let path = numbers.pick(&[
            "/",
            "/index.html",
            "/exports/a.csv",
            "/exports/b.csv",
            "/%65xports/a.csv",
            "//exports/./a.csv",
            "/exports",
            "/exports/",
            "/x/../exports/a.csv?v=1",
            "/exportsx",
            "/wp-login.php",
            "/a;b/c",
            "http://h.example/exports/c.csv",
            "/%2565xports/a.csv",
        ]);
        let method = numbers.pick(&["GET", "GET", "GET", "HEAD", "POST"]);
        let status = numbers.pick(&["200", "200", "200", "206", "304", "403", "404", "500"]);
        let bytes = numbers.pick(&["0", "-", "512", "40000"]);
        match numbers.below(30) {
            0 => out.extend_from_slice(b"\n"),
            1 => out.extend_from_slice(b"\x16\x03\x01 garbage \xff\n"),
            2 => out.extend_from_slice(format!("{client} - - [{time}] \"GET {path}\n").as_bytes()),
            3 => out.extend_from_slice(
                format!("{client} - - [{time}] \"{method} {path} HTTP/1.1\" {status} {bytes}\n").as_bytes(),
            ),
            4 => out.extend_from_slice(
                format!("{client} - - [{time}] \"\\x16\\x03\" 400 157 \"-\" \"-\"\r\n").as_bytes(),
            ),
            _ => out.extend_from_slice(
                format!(
                    "{client} - - [{time}] \"{method} {path} HTTP/1.1\" {status} {bytes} \"-\" \"agent/1\"\n"
                )
                .as_bytes(),
            ),
        }
    }
    out
}

/// Asserts that two reports are the same, and says where they are not.
pub fn assert_same(one: &Value, other: &Value, what: &str) {
    fn walk(at: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
        match (one, other) {
            (Value::Object(a), Value::Object(b)) => {
                for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                    let null = Value::Null;
                    let (a, b) = (a.get(key).unwrap_or(&null), b.get(key).unwrap_or(&null));
                    walk(&format!("{at}/{key}"), a, b, found);
                }
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                for (place, (a, b)) in a.iter().zip(b).enumerate() {
                    walk(&format!("{at}/{place}"), a, b, found);
                }
            }
            (a, b) if a != b => found.push(format!("{at}: {a} is not {b}")),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk("", one, other, &mut found);
    assert!(found.is_empty(), "{what}\n{}", found.join("\n"));
}
