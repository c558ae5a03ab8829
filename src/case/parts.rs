//! The parts of a case file: each table's keys and what they mean.

use super::load::Load;
use super::parties::{LIST, PARTY};
use super::section::{Section, nearest};
use super::server::{Server, ServerRole};
use super::target::Target;
use super::{Claim, Control, Denies, Event, Happening, Language, network};
use crate::error::Error;
use crate::record::{BytesMeaning, Instant, TimeMeaning, WallClock};

/// How long a hole in the logs is accepted where the case does not say, in
/// seconds.
pub(super) const TOLERATED_GAP: i64 = 3600;

/// How far the logged time of a control may be off where the case does not
/// say, in seconds.
const WITHIN: u64 = 120;

pub(super) const CASE: [&str; 12] = [
    "title",
    "id",
    "authority",
    "examiner",
    "time_zone",
    "input_zone",
    "language",
    "tolerated_gap",
    "stated_by",
    "inventory_complete",
    "configuration_unchanged",
    "unaltered_accepted_by",
];
pub(super) const EXPOSURE: [&str; 11] = [
    "name",
    "kind",
    "host",
    "targets",
    "files",
    "windows",
    "lifetime",
    "lawful",
    "lawful_when",
    "rotated_at",
    "decoy_bytes",
];
pub(super) const SERVER: [&str; 17] = [
    "name",
    "logs",
    "copies",
    "software",
    "role",
    "behind",
    "format",
    "zone",
    "clock_offset_s",
    "clock_error_s",
    "bytes_mean",
    "time_means",
    "case_insensitive",
    "trusted_proxies",
    "independent_copy",
    "config",
    "monitors",
];
pub(super) const CONTROL: [&str; 5] = ["at", "path", "ip", "within_s", "server"];
pub(super) const CLAIM: [&str; 6] =
    ["text", "author", "date", "denies", "window", "at_most_clients"];
pub(super) const EVENT: [&str; 4] = ["at", "what", "by", "source"];
pub(super) const CHANNELS: [&str; 6] =
    ["database", "ftp", "backups", "other_hosts", "object_store", "server_credentials"];
pub(super) const INTERVAL: [&str; 2] = ["from", "to"];

pub(super) const HAPPENINGS: [(&str, Happening); 7] = [
    ("confirmed", Happening::Confirmed),
    ("fixed", Happening::Fixed),
    ("found", Happening::Found),
    ("published", Happening::Published),
    ("reopened", Happening::Reopened),
    ("restarted", Happening::Restarted),
    ("sighted", Happening::Sighted),
];
pub(super) const BYTES: [(&str, BytesMeaning); 4] = [
    ("body", BytesMeaning::Body),
    ("planned", BytesMeaning::Planned),
    ("unknown", BytesMeaning::Unknown),
    ("wire", BytesMeaning::Wire),
];
pub(super) const TIMES: [(&str, TimeMeaning); 3] =
    [("end", TimeMeaning::End), ("start", TimeMeaning::Start), ("unknown", TimeMeaning::Unknown)];

pub(super) const LANGUAGES: [(&str, Language); 2] = [("en", Language::En), ("fr", Language::Fr)];
pub(super) const ROLES: [(&str, ServerRole); 2] =
    [("edge", ServerRole::Edge), ("origin", ServerRole::Origin)];
pub(super) const DENIALS: [(&str, Denies); 3] =
    [("anyone", Denies::Anyone), ("others", Denies::Others), ("misuse", Denies::Misuse)];

/// The clock that the case file itself names, read before its times are.
pub(super) fn input_zone(top: &Section<'_>) -> Result<Option<WallClock>, Error> {
    match top.table("case", &CASE)? {
        Some(section) => zone(&section, "input_zone"),
        None => Ok(None),
    }
}

fn zone(section: &Section<'_>, key: &str) -> Result<Option<WallClock>, Error> {
    let Some(text) = section.text(key)? else { return Ok(None) };
    let wrong = || {
        section.refuse(key, &format!("\"{text}\" is no zone; write \"UTC\", \"+02:00\" or an IANA name such as \"Europe/Paris\""))
    };
    WallClock::parse(&text).map(Some).ok_or_else(wrong)
}

/// Refuses a name that stands twice.
pub(super) fn unique<'n>(
    section: &Section<'_>,
    name: &str,
    mut others: impl Iterator<Item = &'n String>,
) -> Result<(), Error> {
    match others.any(|other| other == name) {
        true => Err(section
            .refuse("name", &format!("\"{name}\" is the name of another one; each needs its own"))),
        false => Ok(()),
    }
}

pub(super) fn intervals(
    section: &Section<'_>,
    key: &str,
) -> Result<Vec<(Instant, Instant)>, Error> {
    section.tables(key, &INTERVAL)?.iter().map(Section::interval).collect()
}

pub(super) fn targets(section: &Section<'_>, key: &str) -> Result<Vec<Target>, Error> {
    let refuse = |error: Error| section.refuse(key, &error.to_string());
    section.texts(key)?.iter().map(|text| Target::parse(text).map_err(refuse)).collect()
}

impl Load<'_> {
    /// Reads every table.
    pub(super) fn read(&mut self, top: &Section<'_>) -> Result<(), Error> {
        self.case.tolerated_gap = TOLERATED_GAP;
        if let Some(section) = top.table("case", &CASE)? {
            self.case(&section)?;
        }
        for (at, section) in top.tables("exposure", &EXPOSURE)?.iter().enumerate() {
            self.exposure(section, at + 1)?;
        }
        for (at, section) in top.tables("party", &PARTY)?.iter().enumerate() {
            self.party(section, at + 1)?;
        }
        for section in top.tables("list", &LIST)? {
            self.label_list(&section)?;
        }
        self.date_crawlers();
        let servers = top.tables("server", &SERVER)?;
        for (at, section) in servers.iter().enumerate() {
            self.server(section, at + 1)?;
        }
        for (at, section) in servers.iter().enumerate() {
            let behind = self.case.servers[at].behind.clone();
            self.is_server(section, "behind", behind.as_deref())?;
            if behind.as_ref() == Some(&self.case.servers[at].name) {
                return Err(section.refuse("behind", "a server cannot stand behind itself"));
            }
        }
        for section in top.tables("control", &CONTROL)? {
            self.control(&section)?;
        }
        for section in top.tables("claim", &CLAIM)? {
            self.claim(&section)?;
        }
        for section in top.tables("event", &EVENT)? {
            let needed = section.needed("what")?;
            let Some(what) = section.word("what", &HAPPENINGS)? else {
                return Err(section.refuse("what", &format!("\"{needed}\" is none we know")));
            };
            self.case.events.push(Event {
                at: section.needed_bound("at", false)?,
                what,
                by: section.text("by")?,
                source: section.text("source")?,
            });
        }
        if let Some(section) = top.table("other_channels", &CHANNELS)? {
            self.channels(&section)?;
        }
        Ok(())
    }

    fn case(&mut self, section: &Section<'_>) -> Result<(), Error> {
        let case = &mut self.case;
        case.title = section.text("title")?;
        case.id = section.words("id")?;
        case.authority = section.text("authority")?;
        case.examiner = section.text("examiner")?;
        case.time_zone = zone(section, "time_zone")?;
        case.language = section.word("language", &LANGUAGES)?.unwrap_or_default();
        case.tolerated_gap = section.span("tolerated_gap")?.unwrap_or(TOLERATED_GAP);
        case.stated_by = section.text("stated_by")?;
        case.inventory_complete = section.truth("inventory_complete")?;
        case.configuration_unchanged = section.truth("configuration_unchanged")?;
        case.unaltered_accepted_by = section.text("unaltered_accepted_by")?;
        Ok(())
    }

    fn server(&mut self, section: &Section<'_>, number: usize) -> Result<(), Error> {
        let name = section.text("name")?.unwrap_or_else(|| format!("server {number}"));
        unique(section, &name, self.case.servers.iter().map(|other| &other.name))?;
        let clock_error = section.number("clock_error_s")?.unwrap_or(0.0);
        if clock_error < 0.0 {
            return Err(section.refuse("clock_error_s", "must not be negative"));
        }
        let server = Server {
            name,
            logs: section.texts("logs")?,
            copies: section.texts("copies")?,
            software: section.text("software")?,
            role: section.word("role", &ROLES)?,
            behind: section.text("behind")?,
            format: section.text("format")?,
            zone: zone(section, "zone")?,
            clock_offset: section.number("clock_offset_s")?.unwrap_or(0.0),
            clock_error,
            bytes_mean: section.word("bytes_mean", &BYTES)?,
            time_means: section.word("time_means", &TIMES)?,
            case_insensitive: section.truth("case_insensitive")?,
            trusted_proxies: self.networks(section, "trusted_proxies")?,
            independent_copy: section.truth("independent_copy")?,
            config: section.texts("config")?,
            monitors: self.networks(section, "monitors")?,
        };
        for file in &server.config {
            match std::fs::read(self.base.join(file)) {
                Ok(bytes) => self.keep(file, bytes),
                Err(error) => self.case.warnings.push(format!(
                    "{} config: \"{file}\" is not kept with the case: {error}",
                    section.place
                )),
            }
        }
        self.case.servers.push(server);
        Ok(())
    }

    /// Refuses the name of a server that is none of the case's.
    fn is_server(&self, section: &Section<'_>, key: &str, name: Option<&str>) -> Result<(), Error> {
        let Some(name) = name else { return Ok(()) };
        let names = || self.case.servers.iter().map(|server| server.name.as_str());
        if names().any(|other| other == name) {
            return Ok(());
        }
        let hint = match nearest(name, names()) {
            Some(near) => format!("; did you mean \"{near}\"?"),
            None => "; give it a [[server]] of that name".to_string(),
        };
        Err(section.refuse(key, &format!("there is no server \"{name}\"{hint}")))
    }

    fn control(&mut self, section: &Section<'_>) -> Result<(), Error> {
        let server = section.text("server")?;
        self.is_server(section, "server", server.as_deref())?;
        let path = section.needed("path")?;
        if !path.starts_with('/') {
            return Err(section.refuse(
                "path",
                &format!("\"{path}\" is no path; write what was asked for, beginning with \"/\""),
            ));
        }
        let ip = section.text("ip")?;
        let read = ip.as_deref().map(network::address);
        if let (Some(text), Some(None)) = (&ip, &read) {
            return Err(section.refuse(
                "ip",
                &format!("\"{text}\" is no single address; write one such as \"192.0.2.7\""),
            ));
        }
        let within = section.count("within_s")?.unwrap_or(WITHIN);
        self.case.controls.push(Control {
            at: section.needed_bound("at", false)?,
            path,
            ip: read.flatten(),
            within: i64::try_from(within).unwrap_or(i64::MAX),
            server,
        });
        Ok(())
    }

    fn claim(&mut self, section: &Section<'_>) -> Result<(), Error> {
        let window = section.table("window", &INTERVAL)?;
        self.case.claims.push(Claim {
            text: section.needed("text")?,
            author: section.text("author")?,
            date: section.words("date")?,
            denies: section.word("denies", &DENIALS)?,
            window: window.map(|window| window.interval()).transpose()?,
            at_most_clients: section.count("at_most_clients")?,
        });
        Ok(())
    }

    fn channels(&mut self, section: &Section<'_>) -> Result<(), Error> {
        let state = |key: &str| -> Result<Option<String>, Error> {
            let Some(text) = section.text(key)? else { return Ok(None) };
            let reason =
                text.strip_prefix("out of scope:").is_some_and(|why| !why.trim().is_empty());
            if reason || matches!(text.as_str(), "closed" | "not used" | "open" | "unknown") {
                return Ok(Some(text));
            }
            Err(section.refuse(key, &format!(
                "\"{text}\" is none we know; write \"closed\", \"not used\", \"out of scope: REASON\", \"open\" or \"unknown\""
            )))
        };
        let channels = &mut self.case.channels;
        channels.database = state("database")?;
        channels.ftp = state("ftp")?;
        channels.backups = state("backups")?;
        channels.other_hosts = state("other_hosts")?;
        channels.object_store = state("object_store")?;
        channels.server_credentials = state("server_credentials")?;
        Ok(())
    }
}
