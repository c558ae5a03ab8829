//! What rotation calls a log file, and which file of a series is absent: pure functions on names.
//!
//! A name is only a claim: the times inside a file decide what it covers. But a hole in the names is a hole in the evidence that can be
//! seen without reading a line. Folders, and which files make a series, are the caller's: it groups members by folder and stem.

use super::calendar::{Date, Style};
use super::scan::{Scanned, scan};

/// The endings compression gives a rotated file. Only names are cut by them: how a file is encoded is told by its content.
const COMPRESSIONS: [&str; 11] =
    [".gz", ".gzip", ".bz2", ".xz", ".zst", ".zstd", ".lz4", ".lzma", ".Z", ".zip", ".7z"];

/// The endings a number or a date may stand before (`access.1.log`, logrotate's `extension`).
const ENDINGS: [&str; 5] = [".log", ".txt", ".json", ".csv", ".w3c"];

/// What the name of one file says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Member {
    /// What the series is called: `access.log` for `access.log.2.gz`, `u_ex*.log` for `u_ex240131.log`; for the objects of a store the
    /// prefix before their date.
    pub stem: String,
    /// Its place in the series.
    pub rotation: Rotation,
    /// It is an object of a store (S3, CloudFront, a load balancer) that writes none without traffic: one that is absent is unknown,
    /// not missing.
    pub is_store: bool,
    name: String,
    shape: Shape,
}

/// The place of a file in its series.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rotation {
    /// The file being written, or one that is not rotated.
    Current,
    /// The n-th before the current one: a larger number is older.
    Numbered(u32),
    /// Written on, or begun or ended on, that date: which of these differs between programs.
    Dated {
        /// The year, from 1990 to 2099.
        year: u16,
        /// The month, 1 to 12.
        month: u8,
        /// The day of the month; 1 where the name says only the month.
        day: u8,
        /// The hour, where the name says one.
        hour: Option<u8>,
        /// The number among the files of the same date (`access.log-20240131.1`).
        sequence: Option<u32>,
    },
}

/// How a name is put together, so that a neighbour's can be written.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Shape {
    before: String,
    style: Option<Style>,
    /// What stands between the date and the sequence, and how many digits either has at least.
    separator: Option<char>,
    width: usize,
    after: String,
}

/// Reads the name of a file, without its folder.
pub fn member(file_name: &str) -> Member {
    let (core, compression) = split_ending(file_name, &COMPRESSIONS);
    if let Some(date) = scan(core) {
        return dated(file_name, core, compression, &date);
    }
    let (body, ending) = split_ending(core, &ENDINGS);
    // Before an ending, more than two digits are a port or a year rather than a place in a series.
    for (text, ending, digits) in [(core, "", 5), (body, ending, 2)] {
        let Some((before, number)) = text.rsplit_once('.') else {
            continue;
        };
        let is_number = (1..=digits).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit());
        let Some(place) = number.parse().ok().filter(|_| is_number && !before.is_empty()) else {
            continue;
        };
        let shape = Shape {
            before: format!("{before}."),
            style: None,
            separator: None,
            width: if number.starts_with('0') { number.len() } else { 1 },
            after: format!("{ending}{compression}"),
        };
        let stem = format!("{before}{ending}");
        return Member {
            stem,
            rotation: Rotation::Numbered(place),
            is_store: false,
            name: file_name.to_string(),
            shape,
        };
    }
    let shape = Shape {
        before: core.to_string(),
        style: None,
        separator: None,
        width: 1,
        after: compression.to_string(),
    };
    Member {
        stem: core.to_string(),
        rotation: Rotation::Current,
        is_store: false,
        name: file_name.to_string(),
        shape,
    }
}

/// The indices of `members` in the order of time, the oldest first: dated ones, then numbered ones, then the current one.
pub fn time_order(members: &[Member]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    let key = |index: &usize| {
        let member = &members[*index];
        let place = match member.rotation {
            Rotation::Dated { year, month, day, hour, sequence } => {
                (0, (year, month, day, hour, sequence), 0)
            }
            Rotation::Numbered(number) => (1, (0, 0, 0, None, None), u32::MAX - number),
            Rotation::Current => (2, (0, 0, 0, None, None), 0),
        };
        (place, &member.name)
    };
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    order
}

impl Member {
    /// Its date, if it has one.
    pub(super) fn date(&self) -> Option<Date> {
        let Rotation::Dated { year, month, day, hour, .. } = self.rotation else {
            return None;
        };
        Some(Date { year, month, day, hour })
    }

    /// How its date is written, if it has one.
    pub(super) fn style(&self) -> Option<Style> {
        self.shape.style
    }

    /// How the file beside this one is called that has another date, or (with the same date) another number.
    pub(super) fn sibling(&self, date: Option<Date>, number: Option<u32>) -> String {
        let Shape { before, style, separator, width, after } = &self.shape;
        let date = date.zip(*style).map_or_else(String::new, |(date, style)| date.write(style));
        let number = match (number, separator) {
            (Some(number), Some(separator)) => format!("{separator}{number:0width$}"),
            (Some(number), None) if style.is_none() => format!("{number:0width$}"),
            _ => String::new(),
        };
        format!("{before}{date}{number}{after}")
    }
}

fn split_ending<'a>(name: &'a str, endings: &[&'static str]) -> (&'a str, &'a str) {
    endings
        .iter()
        .find_map(|ending| {
            name.strip_suffix(ending)
                .filter(|core| !core.is_empty())
                .map(|core| (core, &name[core.len()..]))
        })
        .unwrap_or((name, ""))
}

fn dated(name: &str, core: &str, compression: &str, found: &Scanned) -> Member {
    let (before, rest) = (&core[..found.start], &core[found.end..]);
    let bare = before.trim_end_matches(['-', '.', '_']);
    let (sequence, separator, width, tail) =
        if found.is_store { (None, None, 1, rest) } else { sequence(rest) };
    let stem = if found.is_store {
        bare.to_string()
    } else if found.is_glued || bare.is_empty() {
        format!("{before}*{tail}")
    } else {
        format!("{bare}{tail}")
    };
    let Date { year, month, day, hour } = found.date;
    Member {
        stem,
        rotation: Rotation::Dated { year, month, day, hour, sequence },
        is_store: found.is_store,
        name: name.to_string(),
        shape: Shape {
            before: before.to_string(),
            style: Some(found.style),
            separator,
            width,
            after: format!("{tail}{compression}"),
        },
    }
}

/// The number behind a date: up to five digits between a separator and the end, or an ending.
fn sequence(rest: &str) -> (Option<u32>, Option<char>, usize, &str) {
    let none = (None, None, 1, rest);
    let Some(separator) = rest.chars().next().filter(|first| matches!(first, '-' | '.' | '_'))
    else {
        return none;
    };
    let text = &rest[1..];
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, tail) = text.split_at(digits);
    match number.parse() {
        Ok(place) if digits <= 5 && (tail.is_empty() || tail.starts_with('.')) => {
            (Some(place), Some(separator), if number.starts_with('0') { digits } else { 1 }, tail)
        }
        _ => none,
    }
}

#[cfg(test)]
mod tests;
