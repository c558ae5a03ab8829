//! Which servers wrote the logs, and what their operator says of them.

use ipnetwork::IpNetwork;

use crate::record::{BytesMeaning, TimeMeaning, WallClock};

/// A server and its logs.
#[derive(Debug, Clone, Default)]
pub struct Server {
    /// Its name; unique in a case.
    pub name: String,
    /// Globs of its logs, relative to the case file.
    pub logs: Vec<String>,
    /// Globs of independent copies, compared and not counted.
    pub copies: Vec<String>,
    /// What runs there, such as `nginx 1.22`.
    pub software: Option<String>,
    /// Whether it stands at the edge or behind it.
    pub role: Option<ServerRole>,
    /// The name of the server it stands behind.
    pub behind: Option<String>,
    /// The format of its logs; `None` to guess.
    pub format: Option<String>,
    /// The clock of lines without a zone.
    pub zone: Option<WallClock>,
    /// How many seconds its clock was ahead of UTC.
    pub clock_offset: f64,
    /// How far that may be off, in seconds.
    pub clock_error: f64,
    /// What its byte counts mean, where the operator says so.
    pub bytes_mean: Option<BytesMeaning>,
    /// What its times mean, where the operator says so.
    pub time_means: Option<TimeMeaning>,
    /// Whether it folds the case of paths, where the operator says so.
    pub case_insensitive: Option<bool>,
    /// The proxies whose forwarded addresses are to be believed.
    pub trusted_proxies: Vec<IpNetwork>,
    /// Whether an independent copy of the logs is said to exist.
    pub independent_copy: Option<bool>,
    /// Its configuration files.
    pub config: Vec<String>,
    /// Addresses or networks of monitors that call at regular times.
    pub monitors: Vec<IpNetwork>,
}

/// Where a server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerRole {
    /// Clients reach it directly.
    Edge,
    /// It answers behind another server.
    Origin,
}
