//! The key of a case's pseudonyms: a file of its own, for its owner alone.
//!
//! It lies beside the case file, so that the next report of the case takes it
//! again and pseudonyms can be compared; never in a report. Whoever has it and
//! a guess can tell who a pseudonym is; whoever destroys it makes sure that
//! nobody can.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::report::safe;
use crate::report::veil::{Key, Level};

use super::args::Telling;
use super::complain;
use super::plan::ScanPlan;

/// Read and written by the owner alone.
const MODE: u32 = 0o600;

/// What a file of a key begins with.
const HEAD: &str = "# The key of the pseudonyms of a case. Keep it apart from its reports.";

/// How much of a file is read: a key is far shorter.
const MOST_BYTES: u64 = 4096;

/// Where the key may lie, the first place that is possible.
pub fn places(args: &Telling, case_file: Option<&str>) -> Vec<PathBuf> {
    if let Some(key) = &args.key {
        return vec![key.clone()];
    }
    let beside_case = case_file.map(|case| Path::new(case).with_extension("key"));
    let beside_report = args.out.as_ref().map(|out| {
        let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty());
        parent.unwrap_or(Path::new(".")).join("whofetched.key")
    });
    beside_case.into_iter().chain(beside_report).collect()
}

/// The key, where the level asked for needs one: read, or made.
///
/// # Errors
/// When there is no place for it, or what is there is none.
pub fn key(plan: &ScanPlan, out: Option<&Path>) -> Result<Option<Key>, Error> {
    let Some(level) = plan.level.filter(|level| *level > Level::Full) else { return Ok(None) };
    for path in &plan.keys {
        if out.is_some_and(|out| path.starts_with(out)) {
            return Err(Error::question(format!(
                "the key {} would lie in the report that it opens; name another by --key",
                safe::path(path)
            )));
        }
        match File::open(path) {
            Ok(file) => return read(path, file).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io(path, error)),
        }
    }
    let mut refused = None;
    for path in &plan.keys {
        match make(path) {
            Ok(key) => {
                complain(&format!(
                    "made the key of this case's pseudonyms, {}: keep it, and apart from the report",
                    path.display()
                ));
                return Ok(Some(key));
            }
            Err(error) => refused = Some(Error::io(path, error)),
        }
    }
    Err(refused.unwrap_or_else(|| {
        Error::question(format!(
            "--level {} needs a key for its pseudonyms, and without a case file or --out there is no place for it; \
             name one by --key",
            level.word()
        ))
    }))
}

/// Reads a key that only its owner can read.
fn read(path: &Path, file: File) -> Result<Key, Error> {
    let io = |error| Error::io(path, error);
    let mode = file.metadata().map_err(io)?.mode();
    if mode & 0o077 != 0 {
        return Err(Error::question(format!(
            "the key {} can be read by others than its owner; chmod 600 it, or name another by --key",
            safe::path(path)
        )));
    }
    let mut text = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut text).map_err(io)?;
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    line.and_then(parse).map(Key).ok_or_else(|| {
        Error::question(format!(
            "{} is no key; one is 64 hexadecimal digits, and is made where there is no file",
            safe::path(path)
        ))
    })
}

fn parse(line: &str) -> Option<[u8; 32]> {
    let is_key = line.len() == 64 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut key = [0; 32];
    for (byte, at) in key.iter_mut().zip((0..64).step_by(2)).filter(|_| is_key) {
        *byte = u8::from_str_radix(&line[at..at + 2], 16).ok()?;
    }
    is_key.then_some(key)
}

/// Makes a key of the system's random numbers.
fn make(path: &Path) -> std::io::Result<Key> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(std::io::Error::other)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(path)?;
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(file, "{HEAD}\n{digits}")?;
    file.sync_all()?;
    Ok(Key(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_64_digits() {
        assert_eq!(parse(&"0f".repeat(32)), Some([15; 32]));
        for wrong in ["", "0f", &"0f".repeat(33), &"xy".repeat(32), &"é".repeat(32)] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_lies_beside_its_case() {
        let check = |args: Telling, case: Option<&str>, expected: &[&str]| {
            let expected: Vec<PathBuf> = expected.iter().map(PathBuf::from).collect();
            assert_eq!(places(&args, case), expected);
        };
        let out = |out: &str| Telling { out: Some(out.into()), ..Telling::default() };
        check(Telling::default(), None, &[]);
        check(Telling::default(), Some("a/b.toml"), &["a/b.key"]);
        check(out("r"), Some("b.toml"), &["b.key", "./whofetched.key"]);
        check(out("x/r"), None, &["x/whofetched.key"]);
        check(Telling { key: Some("k".into()), ..out("r") }, Some("b.toml"), &["k"]);
    }
}
