//! What configurations that were given tell of the servers of a case file.

use std::collections::BTreeSet;
use std::path::Path;

use crate::case::Case;
use crate::examine::Question;
use crate::examine::plan::ReadingOptions;
use crate::format::config::{Configuration, Log, Trusted};
use crate::report::inspect::Look;
use crate::source::absolute;
use crate::verdict::triage::SeriesTriage;
use crate::verdict::unlogged::is_named;

use super::quoted;

/// The configurations of one server.
#[derive(Default)]
pub struct Own<'a> {
    /// The files, as they were given, with what they say.
    read: Vec<(&'a str, &'a Configuration)>,
    /// Whether a log of theirs bears the name of one at hand, or no other
    /// server could be meant.
    is_sure: bool,
    /// The log that bears it.
    log: Option<&'a Log>,
    /// The networks whose forwarded addresses the server believes, but for
    /// those that are anybody's.
    pub trusted: BTreeSet<String>,
}

impl<'a> Own<'a> {
    /// The configurations of a group of series; `is_only` where there is no
    /// other group.
    pub fn of(look: &Look<'a>, group: &[&SeriesTriage], is_only: bool) -> Own<'a> {
        let mut all = Vec::new();
        for configured in &look.question.configured {
            let Ok(read) = &configured.read else { continue };
            // A log of its own format tells more than one that inherits.
            let named = read.hosts.iter().flat_map(|host| &host.rules).flat_map(|rule| &rule.logs);
            let log = named
                .filter(|log| group.iter().any(|each| is_named(log, &each.series.name)))
                .min_by_key(|log| log.directive.is_none());
            all.push((configured, read, log));
        }
        let is_named = all.iter().any(|(_, _, log)| log.is_some());
        let log = all.iter().find_map(|(_, _, log)| *log);
        // Where names tell which it is, the others are another server's.
        let mut own = Own { is_sure: is_named || is_only, log, ..Own::default() };
        for (configured, read, _) in all.iter().filter(|(_, _, log)| !is_named || log.is_some()) {
            own.read.push((configured.given.as_str(), read));
            let narrow = |one: &&Trusted| configured.too_wide().all(|wide| wide != *one);
            let believed = read.trusted.iter().filter(narrow);
            own.trusted.extend(believed.map(|trusted| trusted.network.to_string()));
        }
        own
    }

    /// The keys `config` and `software`; `folder` as for `suggestions`.
    pub fn keys(&self, folder: Option<&Path>) -> Vec<String> {
        if self.read.is_empty() {
            return Vec::new();
        }
        let mark = if self.is_sure { "" } else { "#" };
        let path = |given: &&str| match folder {
            Some(_) => absolute(Path::new(""), Path::new(given)).to_string_lossy().into_owned(),
            None => (*given).to_owned(),
        };
        let files: Vec<String> = self.read.iter().map(|(given, _)| quoted(&path(given))).collect();
        let mut lines = Vec::new();
        if !self.is_sure {
            lines.push("# No log bears a name that it writes. Is it this server's?".to_owned());
        }
        lines.push(format!("{mark}config = [{}]", files.join(", ")));
        lines.extend(self.software().map(|name| format!("{mark}software = {}", quoted(&name))));
        lines
    }

    /// The one server that they are of.
    pub fn software(&self) -> Option<String> {
        let names: BTreeSet<&str> = self.read.iter().map(|(_, read)| read.software).collect();
        let only = names.first().filter(|_| names.len() == 1);
        only.map(|name| name.to_ascii_lowercase())
    }

    /// The format of the log that bears the name, as the server has it, and
    /// where it is said; only what can be read.
    pub fn format(&self) -> Option<(&'a str, String)> {
        let log = self.log?;
        let directive = log.directive.as_deref()?;
        let format = Some(directive.to_owned());
        let reading = ReadingOptions { format, ..ReadingOptions::default() };
        let is_understood = Question::new(Case::default(), reading).is_ok();
        is_understood.then(|| (directive, log.place.to_string()))
    }

    /// Where the logs lie on the server.
    pub fn logs(&self) -> BTreeSet<&'a str> {
        self.read.iter().flat_map(|(_, read)| read.logs()).map(|(_, log)| log.to.as_str()).collect()
    }
}
