//! nginx: `http`, `server` and `location` with their `access_log`,
//! `log_format`, `map` and `set_real_ip_from`.
//!
//! A level that has an `access_log` of its own writes those logs and none of
//! the levels above; one that has none writes what the level above does; and
//! where no level has any, nginx writes `logs/access.log` in the format
//! `combined`.
//! <https://nginx.org/en/docs/http/ngx_http_log_module.html>
//!
//! The file is taken apart by nginx-lint-parser, which keeps the place of each
//! directive and goes on behind a mistake.

use nginx_lint_parser::ast::{Argument, Config, ConfigItem};

use super::host::{Host, Log, Omit, Rule};
use super::nodes::{Includer, Node, text};
use super::scope::{Matcher, Scope};
use super::{Configuration, Library, LogFormat, Place, Text, Trusted};

/// Words that begin lines of an nginx configuration only.
pub(super) const MARKS: &[&str] = &[
    "# configuration file /",
    "access_log",
    "events {",
    "http {",
    "http{",
    "location",
    "log_format",
    "map $",
    "proxy_pass",
    "server {",
    "server{",
    "server_name",
    "set_real_ip_from",
    "worker_processes",
];

/// Reads a configuration of nginx.
pub(super) fn read(main: &Text, library: &dyn Library, into: &mut Configuration) {
    let mut includer = Includer::new(library, parse, includes);
    let nodes = includer.read(main);
    (into.files, into.problems) = (includer.files, includer.problems);
    let mut http: Vec<&Node> =
        nodes.iter().filter(|node| node.is("http")).flat_map(Node::inner).collect();
    if http.is_empty() {
        // A file of sites alone: it is what stands in `http` elsewhere.
        http = nodes.iter().collect();
        into.problems.push(format!(
            "{}: there is no `http` block; what its servers inherit is not known",
            main.name
        ));
    }
    let mut reader = Reader { http: &http, into };
    reader.formats();
    let above = reader.logs(&http).unwrap_or_else(|| {
        let place = Place { file: main.name.clone(), line: 1 };
        let to = "logs/access.log".to_owned();
        let log = Log { to, format: "combined".to_owned(), place: place.clone(), ..empty(&place) };
        Level { logs: vec![log], place, why_none: String::new() }
    });
    // What stands above all hosts is said once, by the first.
    let mut is_own = true;
    for server in http.iter().filter(|node| node.is("server")) {
        reader.server(server, &above, is_own);
        is_own = false;
    }
}

/// The logs of a level.
#[derive(Debug, Clone)]
struct Level {
    logs: Vec<Log>,
    place: Place,
    why_none: String,
}

struct Reader<'n, 'c> {
    http: &'n [&'n Node],
    into: &'c mut Configuration,
}

impl Reader<'_, '_> {
    /// The named formats, and whose addresses are believed.
    fn formats(&mut self) {
        for node in self.http.iter().filter(|node| node.is("log_format")) {
            self.into.formats.push(LogFormat {
                name: node.arg(0).to_owned(),
                directive: format!("log_format {};", node.raw),
                place: node.place.clone(),
            });
        }
        trusted(self.http.iter().copied(), self.into);
    }

    /// The logs that a level names itself.
    fn logs(&self, nodes: &[&Node]) -> Option<Level> {
        let own: Vec<&&Node> = nodes.iter().filter(|node| node.is("access_log")).collect();
        let first = own.first()?;
        let mut level =
            Level { logs: Vec::new(), place: first.place.clone(), why_none: String::new() };
        for node in &own {
            if node.arg(0) == "off" {
                level.logs.clear();
                level.place = node.place.clone();
                level.why_none = node.quoted();
                return Some(level);
            }
            level.logs.push(self.log(node));
        }
        Some(level)
    }

    /// One `access_log path [format [buffer=size] [flush=time] [if=…]]`.
    fn log(&self, node: &Node) -> Log {
        let options = &node.args[1.min(node.args.len())..];
        let format = options.iter().find(|option| !option.contains('=') && *option != "gzip");
        let format = format.map_or("combined", String::as_str);
        let option = |name: &str| options.iter().find_map(|option| option.strip_prefix(name));
        let mut log = empty(&node.place);
        log.to = node.arg(0).to_owned();
        log.format = format.to_owned();
        log.directive = self.into.format(format).map(|format| format.directive.clone());
        if option("buffer=").is_some() || option("gzip").is_some() {
            log.buffer = Some(node.quoted());
        }
        if let Some(condition) = option("if=") {
            let (scope, says) = self.condition(condition, node);
            log.omits.push(Omit { scope, says, place: node.place.clone() });
        }
        log
    }

    /// What `if=condition` leaves out: the requests for which it is empty or
    /// `0`.
    fn condition(&self, condition: &str, node: &Node) -> (Scope, String) {
        let name = condition.trim_start_matches('$').trim_matches(['{', '}']);
        let map = self.http.iter().find(|node| {
            node.is("map") && node.arg(1).trim_start_matches('$').trim_matches(['{', '}']) == name
        });
        let Some(map) = map else {
            let scope = Scope::Some(format!("those for which {condition} is empty or 0"));
            return (scope, node.quoted());
        };
        let says = format!("{} ({} at {})", node.quoted(), map.quoted(), map.place);
        let source = map.arg(0).trim_start_matches('$').trim_matches(['{', '}']);
        let is_silent = |value: &str| value.is_empty() || value == "0";
        let mut otherwise = true;
        let mut rules = Vec::new();
        for entry in map.inner() {
            match entry.name.as_str() {
                "default" => otherwise = is_silent(entry.arg(0)),
                "hostnames" | "volatile" | "include" => {}
                pattern => rules.push((pattern, is_silent(entry.arg(0)))),
            }
        }
        let scope = match source {
            "status" => statuses(&rules, otherwise),
            "uri" | "request_uri" | "document_uri" => {
                // Exact values first, then expressions in order.
                rules.sort_by_key(|(pattern, _)| pattern.starts_with('~'));
                let rules = rules.iter().map(|(pattern, silent)| (value(pattern), *silent));
                Scope::Paths { rules: rules.collect(), otherwise }
            }
            other => Scope::Some(format!("some by ${other}")),
        };
        (scope, says)
    }

    fn server(&mut self, server: &Node, above: &Level, is_above_own: bool) {
        let inner: Vec<&Node> = server.inner().iter().collect();
        let mut host = Host::new(server.place.clone());
        for node in &inner {
            match node.name.as_str() {
                "server_name" => {
                    let names = node.args.iter().filter(|name| !name.is_empty());
                    host.names.extend(names.cloned());
                }
                "listen" => host.listens.push(node.args.join(" ")),
                _ => {}
            }
        }
        trusted(inner.iter().copied(), self.into);
        let own = self.logs(&inner);
        let level = own.as_ref().unwrap_or(above);
        let is_own = own.is_some() || is_above_own;
        host.rules.push(rule(level, None, String::new(), None, is_own));
        let level = level.clone();
        self.locations(&mut host, &inner, &level, None, "");
        self.into.hosts.push(host);
    }

    /// The locations of a server, or of a location.
    fn locations(
        &mut self,
        host: &mut Host,
        nodes: &[&Node],
        above: &Level,
        parent: Option<usize>,
        words: &str,
    ) {
        for node in nodes.iter().filter(|node| node.inner.is_some()) {
            let inner: Vec<&Node> = node.inner().iter().collect();
            let here = node.words();
            let here = if words.is_empty() { here } else { format!("{here} in {words}") };
            match node.name.as_str() {
                "location" => {
                    let own = self.logs(&inner);
                    let level = own.clone().unwrap_or_else(|| above.clone());
                    let matcher = location(node);
                    let number = host.rules.len();
                    let rule = rule(&level, Some(matcher), here.clone(), parent, own.is_some());
                    host.rules.push(rule);
                    trusted(inner.iter().copied(), self.into);
                    self.locations(host, &inner, &level, Some(number), &here);
                }
                // `if (…) { access_log off; }`: some requests of the level.
                "if" | "limit_except" => {
                    let Some(own) = self.logs(&inner) else { continue };
                    let says = match own.logs.is_empty() {
                        true => format!("{} in `{here}`", own.why_none),
                        false => continue,
                    };
                    let scope = Scope::Some(format!("those that meet {}", node.raw));
                    let omit = Omit { scope, says, place: own.place.clone() };
                    for log in &mut host.rules[parent.unwrap_or(0)].logs {
                        log.omits.push(omit.clone());
                    }
                }
                _ => {}
            }
        }
    }
}

fn rule(
    level: &Level,
    matcher: Option<Matcher>,
    words: String,
    parent: Option<usize>,
    is_own: bool,
) -> Rule {
    Rule {
        matcher,
        words,
        parent,
        logs: level.logs.clone(),
        place: level.place.clone(),
        why_none: level.why_none.clone(),
        is_own,
    }
}

fn empty(place: &Place) -> Log {
    Log {
        to: String::new(),
        format: String::new(),
        directive: None,
        buffer: None,
        omits: Vec::new(),
        place: place.clone(),
    }
}

/// What `location [=|~|~*|^~] uri` and `location @name` take. A named one is
/// come to by none of its own.
fn location(node: &Node) -> Matcher {
    let (first, second) = (node.arg(0), node.arg(1));
    match first {
        "=" => Matcher::Exact(second.to_owned()),
        "~" => Matcher::regex(second, false),
        "~*" => Matcher::regex(second, true),
        "^~" => Matcher::Prefix { text: second.to_owned(), is_firm: true },
        _ => match (first.strip_prefix('='), first.strip_prefix("^~")) {
            (Some(path), _) => Matcher::Exact(path.to_owned()),
            (_, Some(path)) => Matcher::Prefix { text: path.to_owned(), is_firm: true },
            _ => Matcher::prefix(first),
        },
    }
}

/// A value of a map: a text, or behind `~` an expression, behind `~*` one that
/// ignores case.
fn value(pattern: &str) -> Matcher {
    match (pattern.strip_prefix("~*"), pattern.strip_prefix('~')) {
        (Some(regex), _) => Matcher::regex(regex, true),
        (None, Some(regex)) => Matcher::regex(regex, false),
        _ => Matcher::Exact(pattern.trim_start_matches('\\').to_owned()),
    }
}

/// Which requests a map of the status leaves out: all that matters is whether
/// a fetch that succeeded is written.
fn statuses(rules: &[(&str, bool)], otherwise: bool) -> Scope {
    let silent = |status: &str| {
        let fits = |pattern: &str| value(pattern).takes(status) == Some(true);
        rules.iter().find(|(pattern, _)| fits(pattern)).map_or(otherwise, |(_, silent)| *silent)
    };
    match (silent("200"), silent("206")) {
        (true, true) => Scope::Everything,
        (false, false) => Scope::NoFetch("some that did not succeed".to_owned()),
        _ => Scope::Some("some that succeeded, by their status".to_owned()),
    }
}

/// Takes in the proxies of some directives.
fn trusted<'n>(nodes: impl Iterator<Item = &'n Node>, into: &mut Configuration) {
    for node in nodes.filter(|node| node.is("set_real_ip_from")) {
        match node.arg(0).parse() {
            Ok(network) => {
                let known = into.trusted.iter().any(|known| known.network == network);
                if !known {
                    into.trusted.push(Trusted { network, place: node.place.clone() });
                }
            }
            Err(_) if node.arg(0) == "unix:" => {}
            Err(_) => into.problems.push(format!(
                "{}: {} names no network; which addresses that is must be asked",
                node.place,
                node.quoted()
            )),
        }
    }
}

/// An include, which must be there.
fn includes(node: &Node) -> Option<bool> {
    (node.is("include") && node.inner.is_none()).then_some(true)
}

/// The directives of one file.
fn parse(file: &Text, problems: &mut Vec<String>) -> Vec<Node> {
    let text = text(&file.bytes);
    let (config, errors) = nginx_lint_parser::parse_string_with_errors(&text);
    for error in errors.iter().take(3) {
        let line = 1 + text.as_bytes()[..error.offset.min(text.len())]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        problems.push(format!("{}:{line}: {}", file.name, error.message));
    }
    let Config { items, .. } = config;
    nodes(&items, &file.name)
}

fn nodes(items: &[ConfigItem], file: &str) -> Vec<Node> {
    let directives = items.iter().filter_map(|item| match item {
        ConfigItem::Directive(directive) => Some(directive),
        ConfigItem::Comment(_) | ConfigItem::BlankLine(_) => None,
    });
    directives
        .map(|directive| {
            let (args, raw) = arguments(&directive.args);
            Node {
                name: directive.name.clone(),
                args,
                raw,
                place: Place { file: file.to_owned(), line: directive.span.start.line },
                inner: directive.block.as_ref().map(|block| nodes(&block.items, file)),
            }
        })
        .collect()
}

/// The arguments of a directive, and all of them as written. The parser takes
/// `if=$x` for two, a text and a variable; what stands together is one.
fn arguments(pieces: &[Argument]) -> (Vec<String>, String) {
    let (mut args, mut raw) = (Vec::<String>::new(), String::new());
    let mut end = None;
    for piece in pieces {
        let value = argument(piece);
        match args.last_mut() {
            Some(arg) if end == Some(piece.span.start.offset) => arg.push_str(&value),
            Some(_) => {
                raw.push(' ');
                args.push(value);
            }
            None => args.push(value),
        }
        raw.push_str(&piece.raw);
        end = Some(piece.span.end.offset);
    }
    (args, raw)
}

/// An argument with its quotes and escapes undone: `\"`, `\'`, `\\`, `\t`,
/// `\r`, `\n`; a backslash before anything else stays.
fn argument(argument: &Argument) -> String {
    let raw = argument.raw.as_str();
    let inside = ['"', '\'']
        .iter()
        .find_map(|quote| raw.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(raw);
    let mut out = String::with_capacity(inside.len());
    let mut chars = inside.chars().peekable();
    while let Some(c) = chars.next() {
        let undone = match (c, chars.peek()) {
            ('\\', Some('"')) => '"',
            ('\\', Some('\'')) => '\'',
            ('\\', Some('\\')) => '\\',
            ('\\', Some('t')) => '\t',
            ('\\', Some('r')) => '\r',
            ('\\', Some('n')) => '\n',
            _ => {
                out.push(c);
                continue;
            }
        };
        chars.next();
        out.push(undone);
    }
    out
}
