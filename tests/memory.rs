//! How much memory a scan takes: 32 MB, what is needed to count the clients of
//! each quarter of an hour, and so much for each hit and each client of hits,
//! whatever else is in the logs.

#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What a scan may take besides what it found, in bytes.
const BASE: u64 = 32_000_000;

/// What of that is the program's own code, where it is built to be quick. The
/// code of a build for tests is larger by half, and is left out.
const CODE: u64 = 14_000_000;

/// The most that a quarter of an hour of one series may take.
const BIN: u64 = 1_536;

/// Runs a scan with its report, and gives its largest resident set in bytes,
/// without the pages of its code.
fn peak(folder: &Path) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_whofetched"))
        .args(["scan", "-p", "/exports", "--no-hash", "--threads", "2", "--quiet"])
        .args(["--from", "2024-03-01T00:00:00Z", "--to", "2024-03-02T00:00:00Z", "--out", "report"])
        .arg("access.log")
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (mut peak, mut code) = (0, 0);
    while child.try_wait().unwrap().is_none() {
        // The kernel keeps the largest; what is read last is what counts.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let bytes = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or(0) * 1024
        };
        peak = peak.max(bytes("VmHWM:"));
        code = code.max(bytes("RssFile:"));
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success());
    assert!(peak > 0 && code > 0, "the memory of the scan could not be seen");
    peak - code
}

/// Writes a day of requests, as many as `lines` by so many clients, in order of
/// time.
fn log(folder: &Path, lines: u64, clients: u64, line: impl Fn(u64) -> String) {
    let mut out = BufWriter::new(File::create(folder.join("access.log")).unwrap());
    for number in 0..lines {
        let second = number * 86_400 / lines;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let (client, rest) = (number * 2_654_435_761 % clients, line(number));
        let (a, b, c) = (client >> 16 & 127, client >> 8 & 255, client & 255);
        writeln!(
            out,
            "{}.{a}.{b}.{c} - - [01/Mar/2024:{hour:02}:{minute:02}:{second:02} +0000] {rest}",
            20 + (client >> 23)
        )
        .unwrap();
    }
}

fn check(folder: &Path, clients: u64, hits: u64) {
    let peak = peak(folder);
    let most = BASE - CODE + 300 * clients + 120 * hits + 96 * BIN;
    assert!(peak <= most, "{peak} bytes of memory, and {most} at most");
}

#[test]
fn what_is_no_hit_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 300_000, 300_000, |number| match number % 1_000 {
        0 => {
            format!("\"GET /{} HTTP/1.1\" 404 9 \"-\" \"-\"", "a".repeat(300_000 + number as usize))
        }
        1 => "\"GET /exports/a.csv HTTP/1.1\" 200 9 \"-\" \"-\"".to_owned(),
        2 => "garbage".to_owned(),
        _ => format!("\"GET /{number} HTTP/1.1\" 200 9 \"-\" \"-\""),
    });
    check(folder.path(), 300, 300);
}

#[test]
fn what_is_found_takes_little() {
    let (clients, hits) = (3_000, 30_000);
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), hits, clients, |number| {
        let (file, agent) = (number * 7_919 % 997, number % 40);
        let bytes = 1_000 + file;
        format!("\"GET /exports/{file}.csv HTTP/1.1\" 200 {bytes} \"-\" \"Mozilla/5.0 ({agent})\"")
    });
    check(folder.path(), clients, hits);
}
