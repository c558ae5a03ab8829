//! What a server's own configuration says of the exposed paths: whether
//! requests for them are written, and to which files.

use crate::case::Exposure;
use crate::case::target::Target;
use crate::examine::configured::Configured;
use crate::examine::{Plan, Question};
use crate::format::config::{Configuration, Host, Log, Paths, Place, Reach};
use crate::record::path;
use crate::source::rotation;

/// Requests for an exposure that a server's configuration keeps out of its
/// logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlogged {
    /// The server's place in the question.
    pub server: usize,
    /// How many of them.
    pub silent: Reach,
    /// The target that is kept out most.
    pub target: String,
    /// What says so, and where.
    pub because: Vec<(String, Place)>,
}

/// What the configurations say of an exposure, by its place in the case: an
/// entry for each server whose configuration could be read, with
/// [`Reach::None`] where all requests are written.
pub fn unlogged(question: &Question, number: usize) -> Vec<Unlogged> {
    let exposure = &question.case.exposures[number];
    let each = question.configured.iter().filter_map(|configured| {
        let read = configured.read.as_ref().ok()?;
        Some(worst(configured.server, exposure, read))
    });
    each.collect()
}

/// The target of an exposure that a configuration keeps out most.
fn worst(server: usize, exposure: &Exposure, read: &Configuration) -> Unlogged {
    let hosts = hosts(read, exposure.host.as_deref());
    let none = Unlogged { server, silent: Reach::None, target: String::new(), because: Vec::new() };
    let each = exposure.targets.iter().map(|target| {
        let paths = Named::of(target);
        let all: Vec<_> = hosts.iter().map(|host| host.logged(paths.borrow())).collect();
        let least = all.iter().map(|logged| logged.silent).min();
        let most = all.iter().map(|logged| logged.silent).max();
        let silent = match (least, most) {
            (Some(Reach::Whole), _) => Reach::Whole,
            (None, _) | (_, Some(Reach::None)) => Reach::None,
            _ => Reach::Part,
        };
        let mut because: Vec<(String, Place)> =
            all.into_iter().flat_map(|logged| logged.because).collect();
        because.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
        because.dedup();
        Unlogged { server, silent, target: target.text.clone(), because }
    });
    // Of equals the first: max_by_key takes the last.
    each.rev().max_by_key(|one| one.silent).unwrap_or(none)
}

/// The hosts of a configuration that may answer for a name; all of them where
/// none is told to, because one is the default.
fn hosts<'c>(read: &'c Configuration, name: Option<&str>) -> Vec<&'c Host> {
    let name = name.map(str::to_ascii_lowercase);
    let named: Vec<&Host> = match &name {
        Some(name) => read.hosts.iter().filter(|host| host.answers(name)).collect(),
        None => Vec::new(),
    };
    if named.is_empty() { read.hosts.iter().collect() } else { named }
}

/// The paths that a target names.
enum Named {
    One(String),
    Under(String),
    Any,
}

impl Named {
    fn of(target: &Target) -> Named {
        let text = match &target.listed {
            Some(listed) => listed.path.as_str(),
            None => target.text.split(" query:").next().unwrap_or_default(),
        };
        let text = text
            .split_once("://")
            .map_or(text, |(_, rest)| &rest[rest.find('/').unwrap_or(rest.len())..]);
        if !text.starts_with('/') {
            return Named::Any;
        }
        let decoded =
            |text: &str| String::from_utf8_lossy(&path::decode(text.as_bytes())).into_owned();
        let glob = if target.listed.is_some() { None } else { text.find(['*', '?', '[']) };
        let last = &text[text.rfind('/').unwrap_or(0)..];
        match glob {
            Some(at) => Named::Under(decoded(&text[..=text[..at].rfind('/').unwrap_or(0)])),
            // What has an ending is a file, though a folder may have one too.
            None if last.contains('.') => Named::One(decoded(text)),
            None => Named::Under(format!("{}/", decoded(text).trim_end_matches('/'))),
        }
    }

    fn borrow(&self) -> Paths<'_> {
        match self {
            Named::One(path) => Paths::One(path),
            Named::Under(folder) => Paths::Under(folder),
            Named::Any => Paths::Any,
        }
    }
}

/// A log that a configuration writes for an exposure's host, of which no
/// source was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotGiven {
    /// The server's place in the question.
    pub server: usize,
    /// Where the log is written to.
    pub to: String,
    /// Where that is said.
    pub place: Place,
}

/// The logs that the configurations write for any exposure, and of which no
/// source is in the plan.
pub fn not_given(question: &Question, plan: &Plan) -> Vec<NotGiven> {
    let exposures = &question.case.exposures;
    absent(question, plan, |read| {
        exposures.iter().flat_map(|exposure| hosts(read, exposure.host.as_deref())).collect()
    })
}

/// The logs that the configurations write for any host, and of which no source
/// is in the plan.
pub fn none_given(question: &Question, plan: &Plan) -> Vec<NotGiven> {
    absent(question, plan, |read| read.hosts.iter().collect())
}

fn absent<'q>(
    question: &'q Question,
    plan: &Plan,
    concerned: impl Fn(&'q Configuration) -> Vec<&'q Host>,
) -> Vec<NotGiven> {
    let mut missing = Vec::new();
    for configured in &question.configured {
        let Ok(read) = &configured.read else { continue };
        let concerned = concerned(read);
        for host in read.hosts.iter().filter(|host| concerned.contains(host)) {
            for log in host.rules.iter().flat_map(|rule| &rule.logs) {
                let one = NotGiven {
                    server: configured.server,
                    to: log.to.clone(),
                    place: log.place.clone(),
                };
                if is_file(log) && !is_given(configured, log, plan) && !missing.contains(&one) {
                    missing.push(one);
                }
            }
        }
    }
    missing
}

/// Whether a log is written to a file: not to a program, to syslog or to a
/// console.
fn is_file(log: &Log) -> bool {
    let to = log.to.as_str();
    !to.starts_with('|') && !to.starts_with("syslog") && !to.starts_with("/dev/") && !to.is_empty()
}

/// Whether a source of the server bears the name of a log.
fn is_given(configured: &Configured, log: &Log, plan: &Plan) -> bool {
    let mut own = plan.sources.iter().filter(|source| source.server == configured.server);
    own.any(|source| is_named(log, &source.series))
}

/// Whether a series bears the name of the file that a log is written to.
pub fn is_named(log: &Log, series: &str) -> bool {
    let name = log.to.rsplit('/').next().unwrap_or_default();
    // Of `$host.access.log` the fixed end is all that can be compared.
    let fixed = name.rsplit(['$', '}', '%']).next().unwrap_or_default();
    let is_fixed = fixed.len() == name.len();
    let tail = fixed.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let stem = rotation::member(if is_fixed { name } else { tail }).stem;
    let own = series.rsplit('/').next().unwrap_or_default();
    if is_fixed { own == stem } else { own.ends_with(&stem) }
}
