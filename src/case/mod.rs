//! WHAT ARE WE ASKED?
//!
//! The question of a scan: what was exposed and when ([`exposure`]), which
//! requests name it ([`target`]), who is known ([`party`]), which servers wrote
//! the logs, what was stated and by whom. Read from a `case.toml` ([`load`])
//! or made from the quick flags; everything here is plain data afterwards.
//! Nothing here has seen a log.
//!
//! ```
//! use whofetched::case::pattern::Pattern;
//!
//! let pattern = Pattern::parse("/exports/*.csv")?;
//! assert!(pattern.matches_path(b"/exports/a.csv", false));
//! # Ok::<(), whofetched::error::Error>(())
//! ```

pub mod crawler;
pub mod dns;
mod exposed;
pub mod exposure;
mod expression;
mod files;
mod glob;
pub mod keys;
pub mod list;
pub mod load;
mod network;
mod parties;
mod parts;
pub mod party;
pub mod pattern;
pub mod piece;
mod pieces;
mod query;
mod section;
pub mod server;
pub mod target;
pub mod template;
pub mod vendor;
pub mod when;
pub mod window;

use std::net::IpAddr;

use serde::Serialize;

pub use dns::{DnsFile, Lookup};
pub use exposure::{Exposure, Kind, Lawful};
pub use list::List;
pub use party::{Party, PartyRole};
pub use server::Server;
pub use window::Window;

use crate::record::{Instant, WallClock};

/// The question, whole.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// What the case is called.
    pub title: Option<String>,
    /// The examiner's reference.
    pub id: Option<String>,
    /// By whose mandate the logs are read.
    pub authority: Option<String>,
    /// Who reads them.
    pub examiner: Option<String>,
    /// The clock to show times by beside UTC.
    pub time_zone: Option<WallClock>,
    /// The clock that the case's own times without an offset follow.
    pub input_zone: Option<WallClock>,
    /// The language of the report.
    pub language: Language,
    /// How long a hole in the logs is accepted, in seconds.
    pub tolerated_gap: i64,
    /// Who stands for the statements: name, role, date.
    pub stated_by: Option<String>,
    /// Whether the list of servers is said to be whole.
    pub inventory_complete: Option<bool>,
    /// Whether the configuration is said not to have changed in the window.
    pub configuration_unchanged: Option<bool>,
    /// Who accepts that the logs are unaltered.
    pub unaltered_accepted_by: Option<String>,
    /// What was exposed.
    pub exposures: Vec<Exposure>,
    /// Who is known.
    pub parties: Vec<Party>,
    /// What is known of networks by lists on disk: a label each, which never
    /// changes a class.
    pub lists: Vec<List>,
    /// Which servers wrote the logs.
    pub servers: Vec<Server>,
    /// Documented accesses that the logs must show.
    pub controls: Vec<Control>,
    /// What was claimed in public.
    pub claims: Vec<Claim>,
    /// What happened when.
    pub events: Vec<Event>,
    /// Other ways the data could have left; `None` for each not spoken of.
    pub channels: OtherChannels,
    /// What was read as the question, besides: path as named, bytes.
    pub read: Vec<ReadFile>,
    /// What the reader of the case should know: wide parties, parties without
    /// times, dates taken as whole days.
    pub warnings: Vec<String>,
}

/// A file that is part of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFile {
    /// The path as named by the user or the case file.
    pub path: String,
    /// Its bytes as read.
    pub bytes: Vec<u8>,
}

/// The language of the report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

/// A documented access that the logs must show.
#[derive(Debug, Clone)]
pub struct Control {
    /// When it was made.
    pub at: Instant,
    /// Which path was asked for.
    pub path: String,
    /// From which address, where known.
    pub ip: Option<IpAddr>,
    /// How far the logged time may be off, in seconds.
    pub within: i64,
    /// On which server, where known.
    pub server: Option<String>,
}

impl Control {
    /// Says whether a logged time may be that of the access.
    pub fn is_near(&self, at: Instant) -> bool {
        (at.seconds - self.at.seconds).abs() <= self.within
    }

    /// Says whether a request may be the access: at this time, from an address
    /// if it has one, to a server, for a path.
    pub fn may_be(&self, at: Instant, ip: Option<IpAddr>, server: &str, path: &[u8]) -> bool {
        fn trim(path: &[u8]) -> &[u8] {
            path.strip_suffix(b"/").unwrap_or(path)
        }
        self.is_near(at)
            && self.ip.is_none_or(|own| ip == Some(own))
            && self.server.as_deref().is_none_or(|name| name == server)
            && trim(self.path.as_bytes()) == trim(path)
    }
}

/// What somebody said of the leak.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The words.
    pub text: String,
    /// Whose words.
    pub author: Option<String>,
    /// When, as given.
    pub date: Option<String>,
    /// What it denies.
    pub denies: Option<Denies>,
    /// The window it speaks of.
    pub window: Option<(Instant, Instant)>,
    /// How many clients it admits.
    pub at_most_clients: Option<u64>,
}

/// What a claim denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denies {
    /// That anyone fetched the data.
    Anyone,
    /// That the data was misused.
    Misuse,
    /// That anyone but the known parties fetched the data.
    Others,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// What.
    pub what: Happening,
    /// By whom.
    pub by: Option<String>,
    /// Where that is known from.
    pub source: Option<String>,
}

/// The kinds of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Happening {
    /// The exposure was confirmed.
    Confirmed,
    /// The exposure was closed.
    Fixed,
    /// The exposure was found.
    Found,
    /// The exposure became public.
    Published,
    /// The exposure was open again.
    Reopened,
    /// The server was restarted.
    Restarted,
    /// The data was seen elsewhere.
    Sighted,
}

/// Other ways the data could have left (check C12); what is not spoken of is
/// unknown.
#[derive(Debug, Clone, Default)]
pub struct OtherChannels {
    /// A database that could be reached directly.
    pub database: Option<String>,
    /// File transfer.
    pub ftp: Option<String>,
    /// Backups elsewhere.
    pub backups: Option<String>,
    /// Other hosts that serve the same files.
    pub other_hosts: Option<String>,
    /// Object stores.
    pub object_store: Option<String>,
    /// Credentials of the server itself.
    pub server_credentials: Option<String>,
}

impl OtherChannels {
    /// Every channel with its name and state.
    pub fn each(&self) -> [(&'static str, Option<&str>); 6] {
        [
            ("database", self.database.as_deref()),
            ("ftp", self.ftp.as_deref()),
            ("backups", self.backups.as_deref()),
            ("other_hosts", self.other_hosts.as_deref()),
            ("object_store", self.object_store.as_deref()),
            ("server_credentials", self.server_credentials.as_deref()),
        ]
    }
}

#[cfg(test)]
pub(crate) mod schema;
