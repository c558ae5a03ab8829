//! What a server was told to log, and what it was told not to.
//!
//! A log cannot show what was never written to it: logging may be off for a
//! folder, for a kind of file, for every answer that succeeded, or for a whole
//! virtual host. The configuration says so. It is read here into one
//! [`Configuration`], whichever server it is of: which host writes which file
//! in which format, under which condition, and whose forwarded addresses it
//! believes. One file per server, one line each in the table `DIALECTS`.
//!
//! A configuration is taken as it is given: it says what the server does
//! *now*, and whether it did so during the window is another question.
//!
//! ```
//! use whofetched::format::config::{self, Alone, Text};
//!
//! let text = Text::new("nginx.conf", b"http { server { location /exports/ { access_log off; } } }");
//! let read = config::read(&text, &Alone).unwrap();
//! let silence = &read.silences()[0];
//! assert_eq!(silence.place.to_string(), "nginx.conf:1");
//! assert_eq!(silence.words(), "`access_log off` in location /exports/");
//! ```

use std::fmt;

mod apache;
mod directives;
mod dump;
mod haproxy;
mod host;
mod nginx;
mod nodes;
mod scope;

use ipnetwork::IpNetwork;

pub use host::{Host, Kind, Log, Logged, Omit, Rule, Silence};
pub use scope::{Matcher, Paths, Reach, Scope};

/// A file of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// What it is called in messages.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Text {
    /// A file of this name and content.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Text {
        Text { name: name.into(), bytes: bytes.into() }
    }
}

/// Where included files come from.
pub trait Library {
    /// The files that `pattern` (a path or glob, as the directive has it)
    /// stands for in the file called `from`, in the order in which a server
    /// reads them; none where the glob matches nothing.
    ///
    /// # Errors
    /// Why a file that must be there is not, as half a sentence.
    fn include(&self, pattern: &str, from: &str) -> Result<Vec<Text>, String>;
}

/// A library without a book: every include is missing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Library for Alone {
    fn include(&self, _pattern: &str, _from: &str) -> Result<Vec<Text>, String> {
        Err("it was not given".to_owned())
    }
}

/// A line of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What a configuration says of logging.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configuration {
    /// The server: `nginx`, `Apache` or `HAProxy`.
    pub software: &'static str,
    /// The files that were read, in the order of reading.
    pub files: Vec<String>,
    /// The named log formats.
    pub formats: Vec<LogFormat>,
    /// The virtual hosts or front ends.
    pub hosts: Vec<Host>,
    /// Whose forwarded addresses the server believes.
    pub trusted: Vec<Trusted>,
    /// What could not be read or followed: a sentence each.
    pub problems: Vec<String>,
}

/// A log format with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFormat {
    /// Its name.
    pub name: String,
    /// The whole directive in the server's own words, to be compiled.
    pub directive: String,
    /// Where it stands.
    pub place: Place,
}

/// A proxy whose forwarded addresses are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// Its network.
    pub network: IpNetwork,
    /// Where that is said.
    pub place: Place,
}

impl Configuration {
    /// The directive of a named format.
    pub fn format(&self, name: &str) -> Option<&LogFormat> {
        self.formats.iter().rev().find(|format| format.name == name)
    }

    /// Everything that is not logged, by the order of the files.
    pub fn silences(&self) -> Vec<Silence> {
        let mut all: Vec<Silence> = self.hosts.iter().flat_map(Host::silences).collect();
        // What is inherited is said once, where it stands.
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|silence| seen.insert((silence.place.clone(), silence.says.clone())));
        all
    }

    /// Every log that any host writes, with the host.
    pub fn logs(&self) -> impl Iterator<Item = (&Host, &Log)> {
        self.hosts.iter().flat_map(|host| {
            let logs = host.rules.iter().filter(|rule| rule.is_own).flat_map(|rule| &rule.logs);
            logs.map(move |log| (host, log))
        })
    }
}

/// A server's way of writing its configuration.
struct Dialect {
    /// The server.
    software: &'static str,
    /// Words of which one begins a line in every configuration of its kind,
    /// and in none of another.
    marks: &'static [&'static str],
    /// Reads it.
    read: fn(&Text, &dyn Library, &mut Configuration),
}

/// The servers whose configuration is read.
static DIALECTS: &[Dialect] = &[
    Dialect { software: "Apache", marks: apache::MARKS, read: apache::read },
    Dialect { software: "HAProxy", marks: haproxy::MARKS, read: haproxy::read },
    Dialect { software: "nginx", marks: nginx::MARKS, read: nginx::read },
];

/// Reads a server's configuration: its main file, and through `library` what
/// that includes. What `nginx -T` prints is taken apart into its files.
///
/// # Errors
/// When it is of no server that is known here.
pub fn read(main: &Text, library: &dyn Library) -> Result<Configuration, String> {
    let Some(dialect) = dialect(&main.bytes) else {
        let names = DIALECTS.iter().map(|dialect| dialect.software).collect::<Vec<_>>().join(", ");
        return Err(format!("{} is no configuration of {names}", main.name));
    };
    let mut configuration =
        Configuration { software: dialect.software, ..Configuration::default() };
    match dump::parts(main) {
        Some((first, dump)) => (dialect.read)(&first, &dump, &mut configuration),
        None => (dialect.read)(main, library, &mut configuration),
    }
    Ok(configuration)
}

/// The dialect whose words begin most of the lines.
fn dialect(bytes: &[u8]) -> Option<&'static Dialect> {
    let count = |dialect: &&Dialect| {
        let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.trim_ascii_start());
        lines.filter(|line| dialect.marks.iter().any(|mark| begins(line, mark.as_bytes()))).count()
    };
    // Of equals the first in the table: max_by_key takes the last.
    DIALECTS.iter().rev().filter(|dialect| count(dialect) > 0).max_by_key(count)
}

/// Whether a line begins with a word, whatever its case. A mark that ends in
/// a sign is a word already.
fn begins(line: &[u8], mark: &[u8]) -> bool {
    let Some(start) = line.get(..mark.len()) else { return false };
    let after = line.get(mark.len());
    let is_word = mark.last().is_some_and(u8::is_ascii_alphanumeric);
    start.eq_ignore_ascii_case(mark)
        && (!is_word || after.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_'))
}

#[cfg(test)]
mod tests;
