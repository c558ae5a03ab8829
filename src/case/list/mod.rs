//! Lists of networks that the user has on disk: what crawlers, clouds, Tor,
//! and makers of tables publish, recognised by content.
//!
//! Nothing is looked up anywhere. A list is of a date, because networks change
//! hands: what it says of an address holds near that date and no further.

mod json;
#[cfg(feature = "mmdb")]
mod mmdb;
pub mod ranges;
mod table;
mod text;

use std::net::IpAddr;
use std::sync::Arc;

use ranges::{Builder, Ranges};

use super::when;
use crate::record::Instant;

/// A list of networks.
#[derive(Debug, Clone)]
pub struct List {
    /// What it is called.
    pub name: String,
    /// The file as named in the case.
    pub file: String,
    /// What it says of the addresses in it, such as `Tor exit`.
    pub says: String,
    /// When it was made, by its own word.
    pub created: Option<Instant>,
    /// When it was taken, by the user's word.
    pub as_of: Option<Instant>,
    /// Which shape the file has.
    pub shape: Shape,
    /// Only networks of these AS numbers are its own; empty for all.
    pub asns: Vec<u64>,
    /// Its networks.
    pub(super) networks: Arc<Networks>,
}

/// The networks of a list, read or as they lie in the file.
#[derive(Debug)]
pub(super) enum Networks {
    /// Ranges.
    Ranges(Ranges),
    /// A MaxMind database.
    #[cfg(feature = "mmdb")]
    Mmdb(mmdb::Database),
}

/// What a list has on an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The network or range that holds it.
    pub network: String,
    /// The length of the longest prefix that the network shares.
    pub prefix: u8,
    /// What the list says of that network besides: a service, an owner, or
    /// the days on which a Tor exit was seen.
    pub note: Option<String>,
}

/// The shapes of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Amazon's `ip-ranges.json`.
    Aws,
    /// A table of every network with its AS number (iptoasn, IPinfo).
    AsnTable,
    /// Microsoft's `ServiceTags_*.json`.
    Azure,
    /// Cloudflare's answer to `/client/v4/ips`.
    Cloudflare,
    /// Rows with a network, or a first and a last address.
    Csv,
    /// Fastly's `public-ip-list`.
    Fastly,
    /// A geofeed (RFC 8805).
    Geofeed,
    /// What Google, Microsoft, OpenAI and others publish of their crawlers:
    /// `prefixes` with `ipv4Prefix` or `ipv6Prefix`.
    Google,
    /// Other JSON that names networks.
    Json,
    /// A warning list of MISP.
    Misp,
    /// A MaxMind database.
    Mmdb,
    /// Networks, one or more a line.
    Plain,
    /// Tor's list of exits with the times at which they were tested.
    Tor,
}

impl Shape {
    /// The word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Shape::Aws => "aws",
            Shape::AsnTable => "asn-table",
            Shape::Azure => "azure",
            Shape::Cloudflare => "cloudflare",
            Shape::Csv => "csv",
            Shape::Fastly => "fastly",
            Shape::Geofeed => "geofeed",
            Shape::Google => "google",
            Shape::Json => "json",
            Shape::Misp => "misp",
            Shape::Mmdb => "mmdb",
            Shape::Plain => "plain",
            Shape::Tor => "tor",
        }
    }
}

impl List {
    /// When it holds: by its own word, else by the user's.
    pub fn date(&self) -> Option<Instant> {
        self.created.or(self.as_of)
    }

    /// The day of [`List::date`], or that it has none.
    pub fn day(&self) -> String {
        self.date().map_or_else(|| "no date".to_owned(), day)
    }

    /// What it has on an address: of several networks the narrowest.
    pub fn find(&self, ip: IpAddr) -> Option<Entry> {
        match &*self.networks {
            Networks::Ranges(ranges) => ranges.find(ip).map(|range| Entry {
                network: range.text(),
                prefix: range.prefix(),
                note: range.note.map(str::to_owned),
            }),
            #[cfg(feature = "mmdb")]
            Networks::Mmdb(database) => database.find(ip, &self.asns),
        }
    }

    /// The ranges, where they are read; a database is only asked.
    pub fn ranges(&self) -> Option<&Ranges> {
        match &*self.networks {
            Networks::Ranges(ranges) => Some(ranges),
            #[cfg(feature = "mmdb")]
            Networks::Mmdb(_) => None,
        }
    }
}

/// The day of an instant, in UTC.
pub fn day(at: Instant) -> String {
    at.text(0).chars().take("2024-03-01".len()).collect()
}

/// A list as a file gives it.
#[derive(Debug)]
pub(super) struct Read {
    pub shape: Shape,
    pub created: Option<Instant>,
    pub networks: Networks,
    /// What is odd but allowed.
    pub warnings: Vec<String>,
}

/// What a reader of one shape gives.
struct Found {
    shape: Shape,
    created: Option<Instant>,
    warnings: Vec<String>,
}

impl Found {
    fn of(shape: Shape) -> Found {
        Found { shape, created: None, warnings: Vec::new() }
    }
}

/// Reads a list of any shape. With `asns` only the networks of these AS
/// numbers are taken, and the file must have such numbers.
pub(super) fn read(bytes: &[u8], asns: &[u64]) -> Result<Read, String> {
    const PACKED: [(&[u8], &str); 5] = [
        (b"\x1f\x8b", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
    ];
    if let Some((_, name)) = PACKED.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(format!("it is packed by {name}; unpack it and name what was in it"));
    }
    if is_mmdb(bytes) {
        return database(bytes);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        format!("line {line}: the text is not UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::default();
    let start = text.trim_start();
    let found = if start.starts_with(['{', '[']) && !start.starts_with("[::") {
        json::read(text, &mut builder)?
    } else if text::is_tor(text) {
        text::tor(text, &mut builder)?
    } else if let Some(table) = table::Table::of(text) {
        table.read(text, asns, &mut builder)?
    } else {
        text::plain(text, &mut builder)?
    };
    if !asns.is_empty() && found.shape != Shape::AsnTable {
        return Err(format!(
            "it is a list of shape \"{}\" and has no AS numbers to choose by `asns`",
            found.shape.word()
        ));
    }
    if builder.is_empty() {
        return Err(match asns {
            [] => "no network is listed".to_owned(),
            _ => "no network of the AS numbers in `asns` is listed".to_owned(),
        });
    }
    Ok(Read {
        shape: found.shape,
        created: found.created,
        networks: Networks::Ranges(builder.finish()),
        warnings: found.warnings,
    })
}

/// How far from the end of a MaxMind database its metadata may begin, by the
/// specification of the format.
const MMDB_TAIL: usize = 128 * 1024;

fn is_mmdb(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(MMDB_TAIL)..];
    memchr::memmem::find(tail, b"\xab\xcd\xefMaxMind.com").is_some()
}

#[cfg(feature = "mmdb")]
fn database(bytes: &[u8]) -> Result<Read, String> {
    mmdb::read(bytes)
}

#[cfg(not(feature = "mmdb"))]
fn database(_bytes: &[u8]) -> Result<Read, String> {
    Err("it is a MaxMind database, which this build does not read; build with `--features mmdb`, or name the CSV of the same table".to_owned())
}

/// Reads the day or time of which a list is: `2024-03-01` is that day in UTC,
/// because lists are published by it.
pub(super) fn as_of(text: &str) -> Result<Instant, String> {
    when::bound(text, Some(crate::record::WallClock::Offset(0)), false)
}

/// The first instant of a day as [`day`] writes it.
pub fn start_of(day: &str) -> Option<Instant> {
    as_of(day).ok()
}

/// What of a word of a file is repeated in a message.
pub(super) fn short(word: &str) -> String {
    const WIDTH: usize = 60;
    match word.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", &word[..at]),
        None => word.to_owned(),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
