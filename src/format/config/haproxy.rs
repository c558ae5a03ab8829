//! HAProxy: front ends with their `log`, `log-format` and the options that
//! keep requests out of the log.
//!
//! A section `defaults` holds for the sections behind it, up to the next
//! `defaults`. `option dontlognull` leaves out connections on which nothing
//! was asked, `option dontlog-normal` every request that succeeded.
//! <https://docs.haproxy.org/2.8/configuration.html#8.2>

use super::directives::{Words, lines, words};
use super::host::{Host, Log, Omit, Rule};
use super::nodes::{Node, text};
use super::scope::{Matcher, Scope};
use super::{Configuration, Library, LogFormat, Place, Text};

/// Words that begin lines of an HAProxy configuration only.
pub(super) const MARKS: &[&str] = &[
    "backend",
    "defaults",
    "default_backend",
    "frontend",
    "mode http",
    "mode tcp",
    "option httplog",
    "option tcplog",
    "timeout client",
    "timeout connect",
    "use_backend",
];

/// The words that begin a section.
const SECTIONS: &[&str] = &[
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "userlist",
    "peers",
    "resolvers",
    "mailers",
    "program",
    "ring",
    "cache",
    "http-errors",
    "log-forward",
    "fcgi-app",
];

/// Reads a configuration of HAProxy. It has no includes; files of one folder
/// that are given to it in turn are one configuration, the first of which is
/// this.
pub(super) fn read(main: &Text, _library: &dyn Library, into: &mut Configuration) {
    into.files.push(main.name.clone());
    let mut defaults: Vec<Node> = Vec::new();
    for section in sections(main) {
        match section.name.as_str() {
            "defaults" => defaults = section.inner().to_vec(),
            "frontend" | "listen" => {
                let host = front_end(&section, &defaults, into);
                into.hosts.push(host);
            }
            _ => {}
        }
    }
    if into.hosts.is_empty() {
        into.problems.push(format!("{}: there is no frontend", main.name));
    }
}

/// The sections of a file, each with its lines.
fn sections(file: &Text) -> Vec<Node> {
    let text = text(&file.bytes);
    let mut sections: Vec<Node> = Vec::new();
    for (line, words_of) in lines(&text) {
        let mut args = words(&words_of, Words::Haproxy);
        if args.is_empty() {
            continue;
        }
        let name = args.remove(0);
        let trimmed = words_of.trim();
        let raw = trimmed[name.len().min(trimmed.len())..].trim().to_owned();
        let place = Place { file: file.name.clone(), line };
        let is_section = SECTIONS.contains(&name.as_str());
        let node = Node { name, args, raw, place, inner: is_section.then(Vec::new) };
        match (is_section, sections.last_mut()) {
            (true, _) => sections.push(node),
            (false, Some(section)) => section.inner.get_or_insert_default().push(node),
            (false, None) => {}
        }
    }
    sections
}

/// What a front end logs.
fn front_end(section: &Node, defaults: &[Node], into: &mut Configuration) -> Host {
    let own = section.inner();
    let mut host = Host::new(section.place.clone());
    host.names.push(format!("{} {}", section.name, section.arg(0)));
    let binds = own.iter().filter(|node| node.is("bind"));
    host.listens.extend(binds.map(|node| node.arg(0).to_owned()));
    // A `log` of its own replaces nothing of `defaults` but by `no log`.
    let stopped = own.iter().position(|node| node.is("no") && node.arg(0) == "log");
    let inherited: &[Node] = if stopped.is_some() { &[] } else { defaults };
    let is_log = |node: &&Node| node.is("log") && !node.args.is_empty();
    let logs: Vec<&Node> = own[stopped.map_or(0, |at| at + 1)..]
        .iter()
        .filter(is_log)
        .chain(inherited.iter().filter(is_log))
        .collect();
    let mut rule = Rule {
        matcher: None,
        words: host.names[0].clone(),
        parent: None,
        logs: Vec::new(),
        place: section.place.clone(),
        why_none: "no `log` line".to_owned(),
        is_own: true,
    };
    if let Some(at) = stopped
        && logs.is_empty()
    {
        rule.place = own[at].place.clone();
        rule.why_none = own[at].quoted();
    }
    let format = format(own, defaults);
    if let Some(node) = format
        && node.is("log-format")
    {
        into.formats.push(LogFormat {
            name: host.names[0].clone(),
            directive: format!("log-format {}", node.raw),
            place: node.place.clone(),
        });
    }
    let omits = omits(own, defaults);
    for node in logs {
        rule.logs.push(Log {
            to: format!("syslog {}", node.args.join(" ")),
            format: format.map_or(String::new(), |node| node.words()),
            directive: format
                .filter(|node| node.is("log-format"))
                .map(|node| format!("log-format {}", node.raw)),
            buffer: None,
            omits: omits.clone(),
            place: node.place.clone(),
        });
    }
    // Monitors are answered without a line.
    let monitors: Vec<&Node> =
        own.iter().chain(defaults).filter(|node| node.is("monitor-uri")).collect();
    host.rules.push(rule);
    for node in monitors {
        host.rules.push(Rule {
            matcher: Some(Matcher::Exact(node.arg(0).to_owned())),
            words: String::new(),
            parent: None,
            logs: Vec::new(),
            place: node.place.clone(),
            why_none: node.quoted(),
            is_own: true,
        });
    }
    host
}

/// The last word on the format: of the section, else of its defaults.
fn format<'n>(own: &'n [Node], defaults: &'n [Node]) -> Option<&'n Node> {
    let is_format = |node: &&Node| {
        node.is("log-format")
            || node.is("option") && ["httplog", "httpslog", "tcplog"].contains(&node.arg(0))
    };
    own.iter().rev().find(is_format).or_else(|| defaults.iter().rev().find(is_format))
}

/// What is left out of the log.
fn omits(own: &[Node], defaults: &[Node]) -> Vec<Omit> {
    let omit = |node: &Node, scope| Omit { scope, says: node.quoted(), place: node.place.clone() };
    let option = |name: &str| {
        let is_no = |node: &Node| node.is("no") && node.arg(0) == "option" && node.arg(1) == name;
        let above = if own.iter().any(is_no) { &[] } else { defaults };
        let mut nodes = own.iter().chain(above);
        nodes.find(|node| node.is("option") && node.arg(0) == name)
    };
    let mut omits = Vec::new();
    if let Some(node) = option("dontlognull") {
        let scope = Scope::NoFetch("connections on which nothing was asked".to_owned());
        omits.push(omit(node, scope));
    }
    if let Some(node) = option("dontlog-normal") {
        omits.push(omit(node, Scope::Everything));
    }
    for node in own.iter().chain(defaults) {
        let is_rule = node.is("http-request") || node.is("http-response");
        if is_rule && node.arg(0) == "set-log-level" && node.arg(1) == "silent" {
            let scope = match node.args.len() {
                2 => Scope::Everything,
                _ => Scope::Some("those that meet its condition".to_owned()),
            };
            omits.push(omit(node, scope));
        }
    }
    omits
}
