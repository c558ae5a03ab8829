//! Gigabytes per second of a whole scan over a generated log, by number of
//! threads, with the digest and without, with the fast path and without:
//! `cargo bench --bench examine`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use whofetched::case::load;
use whofetched::examine::plan::{self, Question, ReadingOptions};
use whofetched::examine::stream::{self, Pace};

fn main() {
    divan::main();
}

/// Bytes of the generated log: large enough that starting threads does not
/// show, small enough that a bench run ends soon.
const LOG_BYTES: usize = 64 << 20;

/// A combined log from a fixed seed: one line in a thousand names the target.
fn log(folder: &Path) -> PathBuf {
    let mut text = String::with_capacity(LOG_BYTES + 4096);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut seconds = 0;
    while text.len() < LOG_BYTES {
        seconds += next(3);
        let (day, rest) = (seconds / 86_400 % 28 + 1, seconds % 86_400);
        let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
        let (a, b, page, bytes) = (next(2), next(65_536), next(5_000), next(200_000));
        let path = match next(1_000) {
            0 => format!("/exports/{}.csv", next(50)),
            _ => format!("/articles/{page}/index.html?page={}", next(9)),
        };
        let _ = writeln!(
            text,
            "198.{}.{}.{} - - [{day:02}/Mar/2024:{hour:02}:{minute:02}:{second:02} +0100] \
             \"GET {path} HTTP/1.1\" 200 {bytes} \"https://www.site.example/articles/\" \
             \"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\"",
            18 + a,
            b / 256,
            b % 256,
        );
    }
    let path = folder.join("access.log");
    if let Err(error) = std::fs::write(&path, text) {
        panic!("{}: {error}", path.display());
    }
    path
}

fn bench(bencher: Bencher, threads: usize, reading: ReadingOptions) {
    let Ok(folder) = tempfile::tempdir() else { panic!("no temporary folder") };
    let path = log(folder.path());
    let pattern = ["/exports".to_owned()];
    let case = load::quick(&pattern, None, None, None, None, &[], &[], None);
    let question = case.and_then(|case| Question::new(case, reading));
    let Ok(question) = question else { panic!("the question of the bench is refused") };
    let inputs = [path.to_string_lossy().into_owned()];
    bencher.counter(BytesCount::new(LOG_BYTES)).bench_local(|| {
        let (progress, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let plan = plan::plan(&question, &inputs, Path::new(""));
        let scan = plan
            .and_then(|plan| stream::scan(&question, &plan, Pace::new(threads, &progress, &stop)));
        black_box(scan.map(|examined| examined.hits.len()).unwrap_or_default())
    });
}

#[divan::bench(args = [1, 2], sample_count = 10)]
fn first_pass_and_second(bencher: Bencher, threads: usize) {
    bench(bencher, threads, ReadingOptions { no_hash: true, ..ReadingOptions::default() });
}

#[divan::bench(args = [1, 2], sample_count = 10)]
fn with_digest(bencher: Bencher, threads: usize) {
    bench(bencher, threads, ReadingOptions::default());
}

#[divan::bench(args = [1, 2], sample_count = 10)]
fn grammar_alone(bencher: Bencher, threads: usize) {
    let reading = ReadingOptions { no_hash: true, no_fast_path: true, ..ReadingOptions::default() };
    bench(bencher, threads, reading);
}
