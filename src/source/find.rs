//! Finds the files a user means by files, folders, globs, URLs and `-`.
//!
//! Nothing is skipped for its name: hidden files and unknown endings are read, because a log that was not read is the whole case.
//! What cannot be read is a problem, said in a sentence, and never stops the rest. Files are not opened here, but standard input is
//! copied, because it can be read only once.

use std::collections::HashSet;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};
use walkdir::WalkDir;

use super::object::{self, Object, Stores};

/// What the inputs of a run turned out to be.
#[derive(Debug, Default)]
pub struct Finding {
    /// The sources, sorted by the bytes of their path; each file once, whatever names it was given by.
    pub sources: Vec<Found>,
    /// What could not be read, one sentence each, in the order met.
    pub problems: Vec<String>,
}

/// One source that was found, as it was then.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its path as the user would name it: what was given, joined with the part that was walked; the URL of an object; `-` for standard
    /// input.
    pub path: PathBuf,
    /// Its absolute path, with `.` and `..` taken out by name; links are kept, so that a server's glob can match it. The URL of an object.
    pub absolute: PathBuf,
    /// What it is besides its name.
    pub origin: Origin,
    /// Its length in stored bytes.
    pub length: u64,
    /// When it was last modified: seconds since 1970 UTC, and nanoseconds (none for an object). 0 where a web server does not say.
    pub modified: (i64, u32),
    /// It is a copy of standard input.
    pub is_stdin: bool,
    /// The open file, for a source that has no name any more: standard input, or what a web server gives only as a whole.
    pub spooled: Option<Arc<File>>,
    /// The name of the member, where the source is one of the archive that `path` is; for a member of an archive in an archive the names
    /// of both, with `!` between. The rest is then the archive's. A name is only shown: nothing is opened by it.
    pub member: Option<String>,
    /// How many bytes the member has as its archive says; 0 where it says that only behind the member.
    pub member_length: u64,
    /// When the member was last modified, in seconds since 1970 UTC, where its archive says so (tar does).
    pub member_modified: Option<i64>,
    /// The number of the member in its archive, in the order in which it is met; names need not be unique. 0 for the archive itself.
    pub place: u32,
}

/// What a source is besides its name, by which it is known again.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A file: the device it is on, and its inode there.
    File {
        /// The device.
        device: u64,
        /// The inode.
        inode: u64,
    },
    /// An object in a store.
    Object(Box<Object>),
}

impl Found {
    /// What to call it where text speaks of it: its path, and `!` and the member's name where it is one.
    pub fn name(&self) -> String {
        match &self.member {
            None => self.path.display().to_string(),
            Some(member) => format!("{}!{member}", self.path.display()),
        }
    }

    /// The same in the exact bytes of the path.
    pub fn name_bytes(&self) -> Vec<u8> {
        let mut name = self.path.as_os_str().as_bytes().to_vec();
        if let Some(member) = &self.member {
            name.push(b'!');
            name.extend_from_slice(member.as_bytes());
        }
        name
    }

    /// When what it holds was last written, in seconds since 1970 UTC: the member, where its archive says so, else the file.
    pub fn written(&self) -> i64 {
        self.member_modified.unwrap_or(self.modified.0)
    }

    /// How many bytes it is stored in, as far as that is known before it is read.
    pub fn stored_length(&self) -> u64 {
        if self.member.is_some() { self.member_length } else { self.length }
    }

    /// Whether the other is of the same file.
    pub fn is_of(&self, other: &Found) -> bool {
        self.identity() == other.identity()
    }

    /// What no two sources share: device and inode of a file, the URL of an object.
    fn identity(&self) -> Result<(u64, u64), &Path> {
        match &self.origin {
            Origin::File { device, inode } => Ok((*device, *inode)),
            Origin::Object(_) => Err(&self.path),
        }
    }
}

/// Finds the sources `inputs` name, relative to `base` (an absolute path, else taken from the working directory).
///
/// An input is a file, a folder (with all that is in it), a glob (`*`, `?`, `[…]` within a segment, `**` across; what exists by that very
/// name is no glob; a folder it matches is read whole), or `-` for standard input. Links are followed when they are given directly, or
/// stay inside the folder being walked. A URL is an object, all that lies below it, or a glob, in a store that the environment gives access to.
pub fn find(inputs: &[String], base: &Path) -> Finding {
    let mut finding = Finding::default();
    let mut stores = Stores::default();
    for input in inputs {
        if object::is_url(input) {
            match stores.find(input) {
                Ok(found) => finding.sources.extend(found),
                Err(problem) => finding.problems.push(problem),
            }
            continue;
        }
        if input == "-" {
            // It can be read only once, however often it is named.
            if finding.sources.iter().any(|found| found.is_stdin) {
                continue;
            }
            match spool_stdin() {
                Ok(found) => finding.sources.push(found),
                Err(error) => {
                    finding.problems.push(format!("standard input could not be copied: {error}"))
                }
            }
            continue;
        }
        let search = Search { base, finding: &mut finding };
        search.input(Path::new(input), input);
    }
    finding
        .sources
        .sort_by(|a, b| a.path.as_os_str().as_bytes().cmp(b.path.as_os_str().as_bytes()));
    let mut seen = HashSet::new();
    finding.sources.retain(|found| seen.insert(found.identity().map_err(Path::to_owned)));
    finding
}

/// Copies standard input to a temporary file that has no name and goes with the process, and gives that as a source. A second reading
/// and the second pass need it.
///
/// # Errors
/// When standard input cannot be read, or the folder for temporary files is full or cannot be written.
pub fn spool_stdin() -> io::Result<Found> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    let metadata = file.metadata()?;
    let mut found = describe(PathBuf::from("-"), PathBuf::from("-"), &metadata);
    found.is_stdin = true;
    found.spooled = Some(Arc::new(file));
    Ok(found)
}

/// The absolute form of `path`, taken from `base`: `.` and `..` are taken out by name, links are not followed. A glob goes through
/// unchanged but for that, so that globs and [`Found::absolute`] can be compared. So does a URL, wholly.
pub fn absolute(base: &Path, path: &Path) -> PathBuf {
    if path.to_str().is_some_and(object::is_url) {
        return path.to_owned();
    }
    let joined = base.join(path);
    let joined = std::path::absolute(&joined).unwrap_or(joined);
    let mut clean = PathBuf::new();
    for component in joined.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

/// Whether `metadata` is of the file that was found.
pub(super) fn is_same_file(found: &Found, metadata: &Metadata) -> bool {
    found.identity() == Ok((metadata.dev(), metadata.ino()))
}

/// When a file was last modified: seconds since 1970 UTC, and nanoseconds.
pub(super) fn modified(metadata: &Metadata) -> (i64, u32) {
    (metadata.mtime(), u32::try_from(metadata.mtime_nsec()).unwrap_or(0))
}

fn describe(path: PathBuf, absolute: PathBuf, metadata: &Metadata) -> Found {
    Found {
        path,
        absolute,
        origin: Origin::File { device: metadata.dev(), inode: metadata.ino() },
        length: metadata.len(),
        modified: modified(metadata),
        is_stdin: false,
        spooled: None,
        member: None,
        member_length: 0,
        member_modified: None,
        place: 0,
    }
}

/// The search for what one input names.
struct Search<'a> {
    base: &'a Path,
    finding: &'a mut Finding,
}

impl Search<'_> {
    fn input(mut self, path: &Path, text: &str) {
        match std::fs::metadata(self.base.join(path)) {
            Ok(metadata) if metadata.is_dir() => {
                if self.walk(path, None) == 0 {
                    self.problem(path, "holds no file");
                }
            }
            Ok(metadata) => self.file(path, &metadata),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                self.problem(path, &format!("could not be read: {error}"))
            }
            Err(_) if self.base.join(path).is_symlink() => {
                self.problem(path, "is a link to nothing, not read")
            }
            Err(_) if text.contains(['*', '?', '[']) => self.glob(text),
            Err(_) => self.problem(path, "does not exist"),
        }
    }

    fn glob(&mut self, text: &str) {
        // The segments before the first with a glob character are the folder to walk.
        let wild = text.find(['*', '?', '[']).unwrap_or(0);
        let (folder, pattern) = text.split_at(text[..wild].rfind('/').map_or(0, |slash| slash + 1));
        let matcher = match GlobBuilder::new(pattern).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => {
                return self.problem(
                    Path::new(text),
                    &format!("is not a pattern we understand: {}", error.kind()),
                );
            }
        };
        if !self.root(Path::new(folder)).is_dir() {
            return self.problem(
                Path::new(text),
                &format!("matches nothing: there is no folder {folder}"),
            );
        }
        if self.walk(Path::new(folder), Some(&matcher)) == 0 {
            self.problem(Path::new(text), "matches no file");
        }
    }

    /// A folder as it is opened. The empty path names the folder we are in, but cannot be opened.
    fn root(&self, folder: &Path) -> PathBuf {
        match (self.base.as_os_str().is_empty(), folder.as_os_str().is_empty()) {
            (true, true) => PathBuf::from("."),
            (false, true) => self.base.to_path_buf(),
            (_, false) => self.base.join(folder),
        }
    }

    /// Walks a folder; takes every file in it, or those that match or lie in a folder that matches. Says how many things it met that
    /// are a source or a problem.
    fn walk(&mut self, folder: &Path, matcher: Option<&GlobMatcher>) -> usize {
        let before = self.finding.sources.len() + self.finding.problems.len();
        let root = self.root(folder);
        let inside = std::fs::canonicalize(&root).unwrap_or_else(|_| root.clone());
        let mut linked = HashSet::new();
        let mut entries =
            WalkDir::new(&root).follow_links(true).min_depth(1).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.unwalked(&error, folder, &root, matcher);
                    continue;
                }
            };
            let walked = entry.path().strip_prefix(&root).unwrap_or(entry.path());
            let path = folder.join(walked);
            let is_folder = entry.file_type().is_dir();
            let is_wanted = is_wanted(matcher, walked);
            if entry.path_is_symlink() {
                let target = std::fs::canonicalize(entry.path()).ok();
                let stays = target.as_ref().is_some_and(|target| target.starts_with(&inside));
                if !stays && (is_wanted || is_folder && matcher.is_none()) {
                    self.problem(&path, "is a link that leaves the folder, not read");
                }
                // A folder is walked through one link at most: many links to one another would otherwise never end in practice.
                let again = is_folder && target.is_some_and(|target| !linked.insert(target));
                if !stays || again {
                    if is_folder {
                        entries.skip_current_dir();
                    }
                    continue;
                }
            }
            if is_folder || !is_wanted {
                continue;
            }
            match std::fs::metadata(entry.path()) {
                Ok(metadata) => self.file(&path, &metadata),
                Err(error) => self.problem(&path, &format!("could not be read: {error}")),
            }
        }
        self.finding.sources.len() + self.finding.problems.len() - before
    }

    /// What the walk could not look into. A link back to a folder it is in is no problem: that folder is being walked.
    fn unwalked(
        &mut self,
        error: &walkdir::Error,
        folder: &Path,
        root: &Path,
        matcher: Option<&GlobMatcher>,
    ) {
        let Some(path) = error.path().filter(|_| error.loop_ancestor().is_none()) else {
            return;
        };
        let walked = path.strip_prefix(root).unwrap_or(path);
        if path.is_symlink() {
            if is_wanted(matcher, walked) {
                self.problem(&folder.join(walked), "is a link to nothing, not read");
            }
            return;
        }
        let reason = error.io_error().map_or_else(|| error.to_string(), io::Error::to_string);
        self.problem(&folder.join(walked), &format!("could not be read: {reason}"));
    }

    fn file(&mut self, path: &Path, metadata: &Metadata) {
        if metadata.is_file() {
            let found = describe(path.to_path_buf(), absolute(self.base, path), metadata);
            self.finding.sources.push(found);
        } else {
            self.problem(path, "is not a regular file, not read");
        }
    }

    fn problem(&mut self, path: &Path, what: &str) {
        self.finding.problems.push(format!("{} {what}", path.display()));
    }
}

/// Whether a walked path matches, or lies in a folder that does.
pub(super) fn is_wanted(matcher: Option<&GlobMatcher>, walked: &Path) -> bool {
    matcher.is_none_or(|matcher| {
        walked.ancestors().any(|path| !path.as_os_str().is_empty() && matcher.is_match(path))
    })
}

#[cfg(test)]
mod tests;
