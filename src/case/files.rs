//! A list of exposed files: `files.csv`, or whatever an inventory exports.
//!
//! A header row names the columns; only `path` must be there. It is the path
//! that a client asks for, because that is what logs show: a path on a disk is
//! refused unless the prefix to strip is known.

use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};

use super::keys::{self, Beside, Keys};
use super::pattern::{self, Pattern};
use super::section::nearest;
use super::target::{ListedFile, Target};
use super::when;
use super::window::Window;
use crate::error::Error;
use crate::record::{Instant, WallClock};

/// How a list is to be read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reading<'a> {
    /// The list as the user named it.
    pub file: &'a str,
    /// The prefix that turns a path on a disk into one that clients ask for.
    pub strip: Option<&'a str>,
    /// The clock of times without an offset.
    pub zone: Option<WallClock>,
    /// How long a file of this exposure lives, in seconds.
    pub lifetime: Option<i64>,
}

/// The columns we know.
const COLUMNS: [&str; 11] = [
    "path",
    "size",
    "shortest_record",
    "sha256",
    "records",
    "subjects",
    "subject_keys",
    "from",
    "to",
    "created",
    "expires",
];

/// Folders that web servers serve from and never show: a path that begins
/// with one is a disk's, unless it is written as a URL.
const DISK: [&str; 8] = [
    "/var/www/",
    "/var/lib/",
    "/var/opt/",
    "/srv/",
    "/usr/share/",
    "/usr/local/",
    "/opt/",
    "/mnt/",
];

impl Reading<'_> {
    /// Reads a list; what should be known besides is added to `warnings`.
    pub(super) fn read(
        &self,
        bytes: &[u8],
        warnings: &mut Vec<String>,
        beside: &mut Beside,
    ) -> Result<Vec<Target>, Error> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter(bytes))
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let header = reader.headers().map_err(|error| self.broken(&error))?.clone();
        let columns = self.columns(&header, warnings)?;
        let mut targets = Vec::new();
        let mut n_keys = 0;
        for row in reader.records() {
            let row = row.map_err(|error| self.broken(&error))?;
            if row.iter().all(str::is_empty) {
                continue;
            }
            let line = row.position().map_or(0, csv::Position::line);
            let row = Row { reading: self, columns: &columns, row: &row, line };
            if row.row.len() > header.len() {
                return Err(row.refuse("", &format!(
                    "it has {} fields and the header {}; put a path that holds a separator in quotes",
                    row.row.len(),
                    header.len()
                )));
            }
            let target = row.target(beside)?;
            let own = target.listed.as_ref().and_then(|listed| listed.keys.as_ref());
            n_keys += own.map_or(0, |keys| keys.each().len());
            if n_keys > keys::MOST {
                let why = "the list gives more than 20,000,000 keys; leave them out and state the number of people in \"subjects\"";
                return Err(row.refuse("subject_keys", why));
            }
            targets.push(target);
        }
        if targets.is_empty() {
            return Err(Error::question(format!("{}: no file is listed", self.file)));
        }
        Ok(targets)
    }

    fn columns(
        &self,
        header: &StringRecord,
        warnings: &mut Vec<String>,
    ) -> Result<Vec<String>, Error> {
        let names: Vec<String> = header.iter().map(|name| name.to_ascii_lowercase()).collect();
        for (at, name) in names.iter().enumerate() {
            if names[..at].contains(name) && COLUMNS.contains(&name.as_str()) {
                return Err(Error::question(format!(
                    "{}: the column \"{name}\" stands twice",
                    self.file
                )));
            }
            if !COLUMNS.contains(&name.as_str()) {
                let near = nearest(name, COLUMNS.into_iter())
                    .map_or(String::new(), |near| format!("; did you mean \"{near}\"?"));
                warnings.push(format!("{}: the column \"{name}\" is not used{near}", self.file));
            }
        }
        if names.iter().all(String::is_empty) {
            return Err(Error::question(format!(
                "{}: it is empty; give a header row with a column \"path\", and a row for each file",
                self.file
            )));
        }
        if !names.iter().any(|name| name == "path") {
            return Err(Error::question(format!(
                "{}: the header has no column \"path\", it has {}; name the column of URL paths \"path\"",
                self.file,
                names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
            )));
        }
        Ok(names)
    }

    fn broken(&self, error: &csv::Error) -> Error {
        let line =
            error.position().map_or(String::new(), |at| format!(", row at line {}", at.line()));
        match error.kind() {
            csv::ErrorKind::Utf8 { .. } => Error::question(format!(
                "{}{line}: the text is not UTF-8; save the list as \"CSV UTF-8\"",
                self.file
            )),
            _ => Error::question(format!("{}{line}: the list cannot be read: {error}", self.file)),
        }
    }

    /// The host and path of a listed path; the error is why it is refused.
    fn place(&self, text: &str) -> Result<(Option<Vec<u8>>, String), String> {
        let scheme =
            text.split_once("://").map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
        let (host, place) = match scheme {
            Some((scheme, rest)) if matches!(scheme.as_str(), "http" | "https") => {
                let end = rest.find('/').unwrap_or(rest.len());
                let host = pattern::read_host(&rest[..end])
                    .ok_or_else(|| format!("\"{text}\" has no plain host name behind \"://\""))?;
                (Some(host), if end == rest.len() { "/" } else { &rest[end..] }.to_string())
            }
            _ => (None, self.stripped(text)?),
        };
        if let Some((path, query)) = place.split_once('?')
            && query.contains('=')
        {
            return Err(format!(
                "\"{text}\" has a query, and a listed file is a path; write the target \"{path} query:REGEX\" in the case instead, or %3F for a question mark that belongs to the path"
            ));
        }
        Ok((host, place))
    }

    fn stripped(&self, text: &str) -> Result<String, String> {
        let letter = text.as_bytes();
        let drive = letter.len() > 1 && letter[0].is_ascii_alphabetic() && letter[1] == b':';
        let windows = drive || text.starts_with("\\\\");
        let slashes = |text: &str| if windows { text.replace('\\', "/") } else { text.to_string() };
        let Some(prefix) = self.strip else {
            if windows || !text.starts_with('/') {
                return Err(format!(
                    "\"{text}\" is no URL path but looks like a path on a disk; give the part that clients do not ask for by --strip PREFIX, or write the URL path, such as \"/exports/a.csv\""
                ));
            }
            if DISK.iter().any(|folder| text.starts_with(folder)) {
                return Err(format!(
                    "\"{text}\" looks like a path on a disk; give the part that clients do not ask for by --strip PREFIX, or, where they do ask for all of it, write it as a URL, such as \"https://www.example.org{text}\""
                ));
            }
            return Ok(text.to_string());
        };
        let (text, prefix) = (slashes(text), slashes(prefix));
        let prefix = prefix.trim_end_matches('/');
        let head = text.get(..prefix.len());
        let same = head.is_some_and(|head| {
            if windows { head.eq_ignore_ascii_case(prefix) } else { head == prefix }
        });
        let rest = text.get(prefix.len()..).unwrap_or_default();
        let whole = prefix.is_empty() || rest.starts_with('/');
        if !same || !whole || rest.is_empty() {
            return Err(format!(
                "\"{text}\" does not begin with the prefix \"{prefix}\" that --strip gives"
            ));
        }
        Ok(format!("/{}", rest.trim_start_matches('/')))
    }
}

/// One row.
struct Row<'a> {
    reading: &'a Reading<'a>,
    columns: &'a [String],
    row: &'a StringRecord,
    line: u64,
}

impl Row<'_> {
    fn target(&self, beside: &mut Beside) -> Result<Target, Error> {
        let text = self.field("path").ok_or_else(|| self.refuse("path", "it is empty"))?;
        let (host, place) = self.reading.place(text).map_err(|why| self.refuse("path", &why))?;
        let sha256 = self.field("sha256").map(str::to_ascii_lowercase);
        if sha256
            .as_ref()
            .is_some_and(|hex| hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            return Err(self.refuse("sha256", "it must be 64 hexadecimal digits"));
        }
        let listed = ListedFile {
            path: place.clone(),
            size: self.number("size")?,
            sha256,
            records: self.number("records")?,
            subjects: self.number("subjects")?,
            keys: self.keys(beside)?,
            shortest: self.number("shortest_record")?,
            window: self.window()?,
        };
        Ok(Target {
            text: text.to_string(),
            pattern: Arc::new(Pattern::file(&place, host)),
            listed: Some(listed),
        })
    }

    fn window(&self) -> Result<Option<Window>, Error> {
        let created = self.bound("created", false)?;
        let expires = self.bound("expires", true)?;
        let from = self.bound("from", false)?.or(created);
        let lived = created.zip(self.reading.lifetime).map(|(at, life)| at.plus_seconds(life));
        let to = self.bound("to", true)?.or(expires).or(lived);
        if let (Some(from), Some(to)) = (from, to) {
            when::in_order(from, to)
                .map_err(|why| self.refuse("", &format!("its window {why}")))?;
        }
        if from.is_none() && to.is_none() {
            return Ok(None);
        }
        let source = Some(format!("{}, row at line {}", self.reading.file, self.line));
        Ok(Some(Window {
            from,
            to,
            source_of_from: source.clone().filter(|_| from.is_some()),
            source_of_to: source.filter(|_| to.is_some()),
            ..Window::default()
        }))
    }

    fn keys(&self, beside: &mut Beside) -> Result<Option<Keys>, Error> {
        let Some(cell) = self.field("subject_keys") else { return Ok(None) };
        let keys = Keys::read(cell, beside).map_err(|why| self.refuse("subject_keys", &why))?;
        Ok(Some(keys))
    }

    fn field(&self, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|name| name == column)?;
        self.row.get(at).filter(|text| !text.is_empty())
    }

    fn number(&self, column: &str) -> Result<Option<u64>, Error> {
        let Some(text) = self.field(column) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| {
            self.refuse(
                column,
                &format!("\"{text}\" is not a whole number; write digits only, such as 40000"),
            )
        })
    }

    fn bound(&self, column: &str, end: bool) -> Result<Option<Instant>, Error> {
        let Some(text) = self.field(column) else { return Ok(None) };
        when::bound(text, self.reading.zone, end).map(Some).map_err(|why| self.refuse(column, &why))
    }

    fn refuse(&self, column: &str, why: &str) -> Error {
        let column = if column.is_empty() { String::new() } else { format!(", {column}") };
        Error::question(format!("{}, row at line {}{column}: {why}", self.reading.file, self.line))
    }
}

/// The separator that the header row holds most often outside of quotes.
fn delimiter(bytes: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0usize), (b';', 0), (b'\t', 0)];
    for &byte in bytes.iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')) {
        quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(each, _)| *each == byte && !quoted) {
            *count += 1;
        }
    }
    // Of equals the first: a header without a separator has one column.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(byte, _)| *byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, strip: Option<&str>) -> (Result<Vec<Target>, String>, Vec<String>) {
        let mut warnings = Vec::new();
        let reading = Reading { file: "files.csv", strip, zone: None, lifetime: Some(60) };
        let mut beside = Beside::new(std::path::Path::new(""), "files.csv");
        let targets = reading.read(text.as_bytes(), &mut warnings, &mut beside);
        (targets.map_err(|error| error.to_string()), warnings)
    }

    #[test]
    fn lists_are_read_with_any_separator() {
        for separator in [",", ";", "\t"] {
            let text = "\u{feff}Path|size|sha256|records|subjects|subject_keys|created\r\n\
                        /a/b.csv|5||2|1|x y|2021-06-29T00:00:00Z\r\n\r\n\
                        https://H.example:8443/c%20d.csv\r\n";
            let (targets, warnings) = read(&text.replace('|', separator), None);
            let targets = targets.unwrap();
            assert_eq!(warnings, [""; 0]);
            assert_eq!(targets.len(), 2);
            let listed = targets[0].listed.as_ref().unwrap();
            assert_eq!((listed.size, listed.records, listed.subjects), (Some(5), Some(2), Some(1)));
            assert_eq!(listed.keys, Some(Keys::of([&b"y"[..], b"x"].into_iter())));
            let window = listed.window.as_ref().unwrap();
            assert_eq!(window.to.unwrap().to_string(), "2021-06-29T00:01:00Z");
            assert_eq!(targets[1].pattern.host(), Some(&b"h.example"[..]));
            assert!(targets[1].pattern.matches_path(b"/c d.csv", false));
            assert!(!targets[1].pattern.matches_path(b"/c d.csv/x", false));
        }
    }

    #[test]
    fn paths_are_stripped_or_refused() {
        let check = |path: &str, strip: Option<&str>, expected: Result<&str, &str>| {
            let (targets, _) = read(&format!("path\n{path}\n"), strip);
            match (targets, expected) {
                (Ok(found), Ok(path)) => {
                    assert_eq!(found[0].listed.as_ref().unwrap().path, path);
                }
                (Err(error), Err(part)) => assert!(error.contains(part), "{error}"),
                (found, _) => panic!("{path}: {found:?}"),
            }
        };
        check("/a.csv", None, Ok("/a.csv"));
        check(r"C:\inetpub\wwwroot\x\a.csv", None, Err("--strip PREFIX"));
        check(r"C:\inetpub\wwwroot\x\a.csv", Some(r"c:\inetpub\wwwroot"), Ok("/x/a.csv"));
        check("exports/a.csv", None, Err("line 2, path"));
        check("exports/a.csv", Some("exports"), Ok("/a.csv"));
        check("/var/www/html/a.csv", Some("/var/www/html/"), Ok("/a.csv"));
        check("/var/www/html/a.csv", None, Err("--strip PREFIX"));
        check("/srv/a.csv", None, Err("looks like a path on a disk"));
        check("/srv/a.csv", Some(""), Ok("/srv/a.csv"));
        check("https://www.example.org/srv/a.csv", None, Ok("/srv/a.csv"));
        check("/srvx/a.csv", None, Ok("/srvx/a.csv"));
        check("/home/a.csv", None, Ok("/home/a.csv"));
        check("/var/wwwhtml/a.csv", Some("/var/www"), Err("does not begin"));
        check("/a.csv?id=1", None, Err("has a query"));
        check("/a?.csv", None, Ok("/a?.csv"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_row() {
        let check = |text: &str, part: &str| {
            let error = read(text, None).0.unwrap_err();
            assert!(error.contains(part), "{error}");
        };
        check("path,size\n/a,1\n/b,x\n", "row at line 3, size: \"x\" is not a whole number");
        check("path,sha256\n/a,12\n", "64 hexadecimal digits");
        check("file,size\n/a,1\n", "no column \"path\"");
        check("path,from\n/a,2021-06-29\n", "--zone");
        check("path\n/a,b.csv\n", "in quotes");
        check("path\n", "no file is listed");
        check("path,path\n/a,/b\n", "twice");
        assert_eq!(read("path,sizes\n/a,1\n", None).1.len(), 1);
    }
}
