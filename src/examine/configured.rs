//! The servers' own words: the configurations that a case names, read before
//! the logs are.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use crate::case::ReadFile;
use crate::format::config::{self, Configuration, Library, Text};
use crate::source::{rotation, settings};

use super::plan::Question;

/// A configuration of a server, or why it could not be read.
#[derive(Debug, Clone)]
pub struct Configured {
    /// The server's place in the question.
    pub server: usize,
    /// The file, as it was given.
    pub given: String,
    /// What it says.
    pub read: Result<Configuration, String>,
    /// The formats of its logs that a directive describes, by the stem of the
    /// log's name and their place in [`Question::formats`].
    pub formats: Vec<(String, usize)>,
}

/// Networks this wide are no proxy's: who believes them believes anybody.
const WIDEST: u8 = 7;

impl Question {
    /// Reads the configurations of the case's servers, which are named
    /// relative to `base`, and `more`, relative to the working directory,
    /// which are those of every server that names none. The proxies that a
    /// server is configured to believe are believed here. Every file that was
    /// read is kept, because it is part of the question.
    pub fn configure(&mut self, base: &Path, more: &[String]) {
        for server in 0..self.servers.len() {
            let own = &self.servers[server].config;
            let given: Vec<(String, PathBuf)> = match own.is_empty() {
                true => more.iter().map(|file| (file.clone(), PathBuf::from(file))).collect(),
                false => own.iter().map(|file| (file.clone(), base.join(file))).collect(),
            };
            for (given, path) in given {
                let (mut read, files) = read(&given, &path);
                files.into_iter().for_each(|file| self.keep(file));
                let mut formats = Vec::new();
                if let Ok(configuration) = &mut read {
                    formats = self.describe(configuration);
                    let trusted = configuration.trusted.iter().map(|trusted| trusted.network);
                    let narrow = trusted.filter(|network| network.prefix() > WIDEST);
                    self.servers[server].trusted_proxies.extend(narrow);
                }
                self.configured.push(Configured { server, given, read, formats });
            }
        }
    }

    /// Keeps a file that was read, once.
    fn keep(&mut self, file: ReadFile) {
        if !self.case.read.contains(&file) {
            self.case.read.push(file);
        }
    }

    /// Compiles the directives of the logs that a configuration writes. One
    /// that cannot be is among its problems.
    fn describe(&mut self, configuration: &mut Configuration) -> Vec<(String, usize)> {
        let mut described = Vec::new();
        let mut problems = Vec::new();
        for (_, log) in configuration.logs() {
            let (Some(directive), Some(stem)) = (&log.directive, stem(&log.to)) else { continue };
            match self.formats.place(directive) {
                Ok(place) if described.contains(&(stem.clone(), place)) => {}
                Ok(place) => described.push((stem, place)),
                Err(error) => problems.push(format!("{}: {error}", log.place)),
            }
        }
        configuration.problems.append(&mut problems);
        described
    }

    /// The format in which the configuration of a server writes the log of a
    /// source, by the stem of its name.
    pub fn described(&self, server: usize, series: &str) -> Option<usize> {
        let own = series.rsplit(['/', '!', '\\']).next()?;
        let configured = self.configured.iter().filter(|one| one.server == server);
        let mut formats = configured.flat_map(|one| &one.formats);
        formats.find(|(stem, _)| stem == own).map(|(_, place)| *place)
    }
}

/// The stem of the name of a log, where it is a file of one name.
fn stem(to: &str) -> Option<String> {
    let name =
        to.rsplit('/').next().filter(|_| !to.starts_with('|') && !to.contains(['$', '%']))?;
    Some(rotation::member(name).stem)
}

impl Configured {
    /// The networks that this configuration believes though they are anybody's.
    pub fn too_wide(&self) -> impl Iterator<Item = &config::Trusted> {
        let trusted = self.read.iter().flat_map(|configuration| &configuration.trusted);
        trusted.filter(|trusted| trusted.network.prefix() <= WIDEST)
    }
}

/// Reads one configuration, and gives every file that was read of it.
fn read(given: &str, path: &Path) -> (Result<Configuration, String>, Vec<ReadFile>) {
    let bytes = match settings::setting(path) {
        Ok(bytes) => bytes,
        Err(error) => return (Err(format!("{given}: {error}")), Vec::new()),
    };
    let main = ReadFile { path: given.to_owned(), bytes: bytes.clone() };
    let shelf = Shelf { given, main: path, read: RefCell::new(vec![main]) };
    let configuration = config::read(&Text::new(given, bytes), &shelf);
    (configuration, shelf.read.into_inner())
}

/// Included files, found beside the main file.
struct Shelf<'a> {
    given: &'a str,
    main: &'a Path,
    /// What was read so far.
    read: RefCell<Vec<ReadFile>>,
}

impl Library for Shelf<'_> {
    fn include(&self, pattern: &str, _from: &str) -> Result<Vec<Text>, String> {
        let found = settings::included(self.main, pattern)?;
        let folder = Path::new(self.given).parent().unwrap_or(Path::new(""));
        // What lies beside the main file is named as that was.
        let name = |path: &Path| folder.join(path).to_string_lossy().into_owned();
        let files = found.into_iter().map(|(path, bytes)| ReadFile { path: name(&path), bytes });
        let files: Vec<ReadFile> = files.collect();
        self.read.borrow_mut().extend(files.iter().cloned());
        Ok(files.into_iter().map(|file| Text::new(file.path, file.bytes)).collect())
    }
}
