//! Single steps of a scan, and the bare work that they are held against, for `run.py`:
//!
//! ```text
//! steps first [--threads N] [--hash] [--grammar] PATTERN LOG…   everything the first pass does
//! steps first [--threads N] … --patterns FILE LOG…              the same for a pattern a line
//! steps index LOG     reading and listing quotes, newlines and backslashes, two threads
//! steps decode LOG    decoding by the crates alone, into nothing
//! steps sha LOG       SHA-256 of the bytes as stored
//! ```
//!
//! What it answers goes to standard output, `name=number`.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sha2::{Digest, Sha256};
use whofetched::case::load;
use whofetched::examine::plan::{self, Question, ReadingOptions};
use whofetched::examine::stream::{self, Pace};
use whofetched::source::Index;
use whofetched::source::index::Marks;

/// How much is read at once: as much as the program does.
const BUFFER: usize = 256 << 10;

/// How far behind the beginning of a page, where large room is given, bytes are
/// read to. Next to it some processors copy from the beginning of a page six
/// times as slowly, which would make what ours is held against look slow.
const APART: usize = 256;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.split_first().map(|(step, rest)| (step.as_str(), rest)) {
        Some(("first", rest)) => first(rest),
        Some(("index", [log])) => index(log),
        Some(("decode", [log])) => decode(log),
        Some(("sha", [log])) => sha(log),
        _ => Err("usage: steps first|index|decode|sha … LOG".into()),
    }
}

/// The first pass, with everything in it, and what it found.
fn first(words: &[String]) -> Result<(), Box<dyn Error>> {
    let mut threads = 1;
    let mut reading = ReadingOptions { no_hash: true, ..ReadingOptions::default() };
    let (mut patterns, mut logs) = (Vec::new(), Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--threads" => threads = words.next().ok_or("--threads needs a number")?.parse()?,
            "--hash" => reading.no_hash = false,
            "--grammar" => reading.no_fast_path = true,
            "--patterns" => {
                let file = words.next().ok_or("--patterns needs a file")?;
                patterns = std::fs::read_to_string(file)?.lines().map(str::to_owned).collect();
            }
            _ if patterns.is_empty() => patterns.push(word.clone()),
            _ => logs.push(word.clone()),
        }
    }
    let case = load::quick(&patterns, None, None, None, None, &[], &[], None)?;
    let question = Question::new(case, reading)?;
    let plan = plan::plan(&question, &logs, Path::new(""))?;
    let (progress, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let evidence = stream::first(&question, &plan, Pace::new(threads, &progress, &stop))?;
    let sources = evidence.sources.values();
    let lines: u64 = sources.clone().map(|source| source.coverage.lines.total()).sum();
    let hits = sources.flat_map(|source| &source.hits);
    let mut clients: Vec<u64> = hits.clone().map(|hit| hit.client.hash()).collect();
    clients.sort_unstable();
    clients.dedup();
    println!("lines={lines} hits={} clients={}", hits.count(), clients.len());
    Ok(())
}

/// Reads a log by position and indexes it, half by each of two threads.
fn index(log: &str) -> Result<(), Box<dyn Error>> {
    let file = File::open(log)?;
    let length = file.metadata()?.len();
    let next = AtomicU64::new(0);
    let marks = AtomicU64::new(0);
    let walk = || -> io::Result<()> {
        let mut index = Index::default();
        let mut room = vec![0; APART + BUFFER];
        let buffer = &mut room[APART..];
        loop {
            let start = next.fetch_add(BUFFER as u64, Ordering::Relaxed);
            if start >= length {
                return Ok(());
            }
            let wanted = (length - start).min(BUFFER as u64) as usize;
            file.read_exact_at(&mut buffer[..wanted], start)?;
            index.fill(&buffer[..wanted], Marks::Quotes);
            marks.fetch_add(index.marks().len() as u64, Ordering::Relaxed);
        }
    };
    std::thread::scope(|threads| {
        let other = threads.spawn(walk);
        walk()?;
        other.join().map_err(|_| io::Error::other("the other thread ended in a panic"))?
    })?;
    println!("marks={}", marks.into_inner());
    Ok(())
}

/// Decodes a log as its crate does, and drops what comes.
fn decode(log: &str) -> Result<(), Box<dyn Error>> {
    let file = File::open(log)?;
    match Path::new(log).extension().and_then(|ending| ending.to_str()) {
        Some("gz") => drain(flate2::bufread::MultiGzDecoder::new(buffered(file))),
        Some("zst") => drain(zstd::stream::read::Decoder::with_buffer(buffered(file))?),
        Some("xz") => drain(liblzma::bufread::XzDecoder::new_multi_decoder(buffered(file))),
        Some("bz2") => drain(bzip2::bufread::MultiBzDecoder::new(buffered(file))),
        _ => Err("only .gz, .zst, .xz and .bz2 are decoded".into()),
    }
}

fn buffered(file: File) -> io::BufReader<File> {
    // Room as small as that does not begin with a page: see `APART`.
    io::BufReader::with_capacity(BUFFER / 4, file)
}

fn drain(mut decoder: impl Read) -> Result<(), Box<dyn Error>> {
    let mut buffer = vec![0; BUFFER];
    let mut bytes = 0;
    loop {
        match decoder.read(&mut buffer)? {
            0 => break,
            n => bytes += io::sink().write(&buffer[..n])?,
        }
    }
    println!("bytes={bytes}");
    Ok(())
}

/// Takes the SHA-256 of a file.
fn sha(log: &str) -> Result<(), Box<dyn Error>> {
    let mut file = File::open(log)?;
    let mut digest = Sha256::new();
    let mut room = vec![0; APART + BUFFER];
    let buffer = &mut room[APART..];
    loop {
        match file.read(buffer)? {
            0 => break,
            n => digest.update(&buffer[..n]),
        }
    }
    let first = digest.finalize()[0];
    println!("first_byte={first}");
    Ok(())
}
