//! The report as a folder: everything, or nothing that looks like it.
//!
//! The files are written into a hidden folder beside the one that was asked
//! for, forced to the disk, and renamed at one go. Nothing is ever deleted but
//! what this run wrote itself. Folders and files are for their owner alone,
//! because addresses are personal data.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::Error;
use crate::source::Digest;

use super::export::Export;
use super::safe::{self, Json};
use super::seal::{self, Manifest, Sealed};
use super::veil::{Level, Veils};
use super::{OUTPUTS, Output, Whole, run_json};

/// Read and written by the owner alone.
const FILE_MODE: u32 = 0o600;

/// Entered by the owner alone.
const FOLDER_MODE: u32 = 0o700;

/// The folder of copies of what was read as the question.
const CASE_FOLDER: &str = "case";

/// What says which files were read as the question.
const DIGESTS: &str = "digests.json";

/// Says where a report can be written, before anything is read: `folder`
/// itself where it is free, with `force` else the first of `folder.2`,
/// `folder.3` and so on that is. `partial` tells this run from others.
///
/// # Errors
/// When it is taken, or cannot be written.
pub fn check(folder: &Path, force: bool, partial: &str) -> Result<PathBuf, Error> {
    if folder.file_name().is_none() {
        let name = safe::path(folder);
        return Err(Error::question(format!(
            "{name} cannot be the folder of a report; name a new one"
        )));
    }
    let folder = if is_free(folder)? {
        folder.to_owned()
    } else if force {
        next_free(folder)?
    } else {
        return Err(Error::question(format!(
            "{} is there already and not an empty folder; name another, or give --force to write to {}",
            safe::path(folder),
            safe::path(&next_free(folder)?),
        )));
    };
    // Better now than after an hour of reading.
    let probe = partial_of(&folder, partial);
    make_parents(&folder)?;
    make_folder(&probe).map_err(|error| Error::io(&folder, error))?;
    std::fs::remove_dir(&probe).map_err(|error| Error::io(&probe, error))?;
    Ok(folder)
}

/// Writes the report, and these exports of it, to a folder that [`check`]
/// gave.
///
/// It gives the identity of the report.
///
/// # Errors
/// When something cannot be written; then nothing is left of it.
pub fn write(
    folder: &Path,
    partial: &str,
    whole: &Whole<'_>,
    veils: &Veils,
    exports: &[&dyn Export],
) -> Result<String, Error> {
    let hidden = partial_of(folder, partial);
    make_parents(folder)?;
    let whole = &Whole { veil: veils.of(Level::Full), ..*whole };
    let written = fill(&hidden, whole, veils, exports).and_then(|identity| {
        // A folder that is there and empty is replaced; one that is not, is
        // refused by the system.
        std::fs::rename(&hidden, folder).map_err(|error| Error::io(folder, error))?;
        Ok(identity)
    });
    if written.is_err() {
        // What this run wrote itself; that it cannot be removed changes nothing.
        let _ = std::fs::remove_dir_all(&hidden);
        return written;
    }
    sync_folder(parent(folder))?;
    written
}

/// Writes every file, and gives the identity of the report.
fn fill(
    hidden: &Path,
    whole: &Whole<'_>,
    veils: &Veils,
    exports: &[&dyn Export],
) -> Result<String, Error> {
    make_folder(hidden).map_err(|error| Error::io(hidden, error))?;
    let mut outputs = Vec::new();
    let own = OUTPUTS.iter().map(|output| (*output, output.level()));
    // What is made for others tells no secrets unless that is asked for.
    let asked = exports.iter().map(|export| (*export as &dyn Output, Level::Investigator));
    for (output, level) in own.chain(asked) {
        let veil = veils.of(level);
        let whole = Whole { veil, ..*whole };
        let path = hidden.join(output.file());
        let write = |into: &mut dyn Write| output.write(&whole, into);
        outputs.push(write_file(&path, output.file(), |into| {
            veil.through(output.file(), into, write)
        })?);
    }
    copy_case(&hidden.join(CASE_FOLDER), whole, &mut outputs)?;
    let identity = seal(hidden, whole, outputs)?;
    sync_folder(hidden)?;
    Ok(identity)
}

/// Writes what seals the files, and what says who wrote them.
fn seal(hidden: &Path, whole: &Whole<'_>, outputs: Vec<Sealed>) -> Result<String, Error> {
    let path = hidden.join(seal::FILE);
    let mut text = Vec::new();
    let open = Manifest::of(whole, outputs).text();
    let veiled = open
        .and_then(|open| whole.veil.through(seal::FILE, &mut text, |into| into.write_all(&open)));
    veiled.map_err(|error| Error::io(&path, error))?;
    let (text, identity) = seal::close(&String::from_utf8_lossy(&text), seal::IDENTITY);
    write_file(&path, seal::FILE, |into| into.write_all(text.as_bytes()))?;
    let path = hidden.join(run_json::FILE);
    write_file(&path, run_json::FILE, |into| {
        into.write_all(run_json::text(whole.run, &identity, whole.veil)?.as_bytes())
    })?;
    Ok(identity)
}

/// Something that was read as the question; below level full without a copy,
/// because networks and secrets are what it is made of.
#[derive(Serialize)]
struct Copy {
    path: String,
    copy: Option<String>,
    bytes: u64,
    sha256: String,
}

/// What was asked: the arguments, and the files behind them.
#[derive(Serialize)]
struct Digests<'a> {
    arguments: &'a [String],
    files: Vec<Copy>,
}

fn copy_case(folder: &Path, whole: &Whole<'_>, outputs: &mut Vec<Sealed>) -> Result<(), Error> {
    make_folder(folder).map_err(|error| Error::io(folder, error))?;
    let mut files = Vec::new();
    for (number, read) in (1..).zip(&whole.question.case.read) {
        let copy = whole.veil.is_full().then(|| copy_name(number, &read.path));
        if let Some(copy) = &copy {
            outputs.push(write_file(&folder.join(copy), &in_case(copy), |into| {
                into.write_all(&read.bytes)
            })?);
        }
        let mut digest = Digest::default();
        digest.update(&read.bytes);
        files.push(Copy {
            path: read.path.clone(),
            copy,
            bytes: read.bytes.len() as u64,
            sha256: digest.hex(),
        });
    }
    let digests = Digests { arguments: &whole.report.tool.arguments, files };
    let write = |into: &mut dyn Write| safe::json(&digests, Json::lines(), into);
    outputs.push(write_file(&folder.join(DIGESTS), &in_case(DIGESTS), |into| {
        whole.veil.through(DIGESTS, into, write)
    })?);
    sync_folder(folder)
}

/// What a copy is called: its number, because files of several folders may
/// share a name, and of its own name the letters that no system minds.
fn copy_name(number: usize, path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let name: String =
        name.chars().map(|letter| if plain(letter) { letter } else { '_' }).take(100).collect();
    format!("{number:02}-{name}")
}

/// The path of a copy within the report.
fn in_case(name: &str) -> String {
    format!("{CASE_FOLDER}/{name}")
}

/// How many bytes of a file are written at once.
const WRITTEN_AT_ONCE: usize = 64 << 10;

/// Writes one file, whose path within the report this is, and forces it to
/// the disk.
fn write_file(
    path: &Path,
    within: &str,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Sealed, Error> {
    let written =
        OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path).and_then(
            |file| {
                // What is written comes in small pieces: a digest is quicker of large ones.
                let into = Digesting { into: file, digest: Digest::default(), bytes: 0 };
                let mut into = BufWriter::with_capacity(WRITTEN_AT_ONCE, into);
                write(&mut into)?;
                let into = into.into_inner().map_err(io::IntoInnerError::into_error)?;
                into.into.sync_all()?;
                Ok(Sealed { path: within.to_owned(), bytes: into.bytes, sha256: into.digest.hex() })
            },
        );
    written.map_err(|error| Error::io(path, error))
}

/// A writer that digests what goes through it.
struct Digesting<W> {
    into: W,
    digest: Digest,
    bytes: u64,
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.into.write(bytes)?;
        self.digest.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(FOLDER_MODE).create(path)
}

fn make_parents(folder: &Path) -> Result<(), Error> {
    let parent = parent(folder);
    std::fs::create_dir_all(parent).map_err(|error| Error::io(parent, error))
}

/// Forces the names in a folder to the disk. Some file systems cannot, and
/// then do so by themselves.
fn sync_folder(folder: &Path) -> Result<(), Error> {
    match File::open(folder).and_then(|file| file.sync_all()) {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        done => done.map_err(|error| Error::io(folder, error)),
    }
}

fn parent(folder: &Path) -> &Path {
    match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The hidden folder beside it.
fn partial_of(folder: &Path, partial: &str) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(folder.file_name().unwrap_or_default());
    name.push(format!(".partial-{partial}"));
    parent(folder).join(name)
}

/// Says whether there is nothing, or a folder with nothing in it.
fn is_free(folder: &Path) -> Result<bool, Error> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // A link to nothing is not nothing.
            Ok(std::fs::symlink_metadata(folder).is_err())
        }
        // The path is a file; or what should hold it is one.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            match std::fs::symlink_metadata(folder) {
                Ok(_) => Ok(false),
                Err(_) => Err(Error::io(folder, error)),
            }
        }
        Err(error) => Err(Error::io(folder, error)),
    }
}

/// How many names are tried beside a taken one; so many reports of one case
/// are a script gone wrong.
const NAMES: u32 = 10_000;

fn next_free(folder: &Path) -> Result<PathBuf, Error> {
    for number in 2..NAMES {
        let mut name = folder.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{number}"));
        let next = folder.with_file_name(name);
        if is_free(&next)? {
            return Ok(next);
        }
    }
    let name = safe::path(folder);
    Err(Error::question(format!("no name is free beside {name}; name another folder")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_holds_something_is_refused_or_stepped_over() {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("report");
        let check = |force: bool| check(&folder, force, "1").map_err(|error| error.to_string());
        assert_eq!(check(false), Ok(folder.clone()));
        std::fs::create_dir(&folder).unwrap();
        assert_eq!(check(false), Ok(folder.clone()));
        std::fs::write(folder.join("x"), "").unwrap();
        assert!(check(false).unwrap_err().contains("--force to write to"));
        assert_eq!(check(true), Ok(base.path().join("report.2")));
        std::fs::write(base.path().join("report.2"), "a file").unwrap();
        assert_eq!(check(true), Ok(base.path().join("report.3")));
        let slash = base.path().join("report/");
        assert_eq!(super::check(&slash, true, "1").ok(), Some(base.path().join("report.3")));
        let left: Vec<_> = std::fs::read_dir(base.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left.len(), 2, "{left:?}");
    }

    #[test]
    fn what_cannot_be_written_is_told_before_reading() {
        let base = tempfile::tempdir().unwrap();
        let file = base.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(check(&file.join("report"), false, "1").is_err());
        assert!(check(Path::new("/"), true, "1").is_err());
    }

    #[test]
    fn copies_have_names_that_no_system_minds() {
        let check = |path: &str, expected: &str| assert_eq!(copy_name(3, path), expected);
        check("case.toml", "03-case.toml");
        check("../lists/files é.csv", "03-files__.csv");
        check("a\x1b]\\..", "03-..");
    }
}
