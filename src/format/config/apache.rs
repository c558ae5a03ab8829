//! Apache httpd: virtual hosts with their `CustomLog`, `TransferLog` and
//! `LogFormat`, and the variables that keep requests out of a log.
//!
//! A virtual host that has a log of its own writes none of the main server's;
//! one without writes the main server's. A log with `env=x` holds the requests
//! for which `x` was set, with `env=!x` those for which it was not.
//! <https://httpd.apache.org/docs/2.4/mod/mod_log_config.html>,
//! <https://httpd.apache.org/docs/2.4/mod/mod_setenvif.html>

use super::directives::{Words, lines, words};
use super::host::{Host, Log, Omit, Rule};
use super::nodes::{Includer, Node, text};
use super::scope::{Matcher, Scope};
use super::{Configuration, Library, LogFormat, Place, Text, Trusted};

/// Words that begin lines of an Apache configuration only.
pub(super) const MARKS: &[&str] = &[
    "<Directory",
    "<IfModule",
    "<VirtualHost",
    "CustomLog",
    "DocumentRoot",
    "ErrorLog",
    "IncludeOptional",
    "LoadModule",
    "LogFormat",
    "ServerName",
    "ServerRoot",
    "SetEnvIf",
    "TransferLog",
];

/// The format of a `TransferLog` where no nameless `LogFormat` came before.
const COMMON: &str = "%h %l %u %t \"%r\" %>s %b";

/// Reads a configuration of Apache.
pub(super) fn read(main: &Text, library: &dyn Library, into: &mut Configuration) {
    let mut includer = Includer::new(library, parse, includes);
    let nodes = includer.read(main);
    (into.files, into.problems) = (includer.files, includer.problems);
    let mut all = Vec::new();
    flatten(&nodes, &defined(&nodes), &mut all);
    let (hosts, main_server): (Vec<&Node>, Vec<&Node>) =
        all.into_iter().partition(|node| node.is("<VirtualHost"));
    // Formats may be named behind the logs that use them.
    formats(&main_server, into);
    let place = Place { file: main.name.clone(), line: 1 };
    let mut server = Host::new(place.clone());
    name(&main_server, &mut server);
    let mut own = logs(&main_server, &[], into);
    let is_on = |node: &&&Node| node.is("BufferedLogs") && node.arg(0).eq_ignore_ascii_case("on");
    let buffer = main_server.iter().find(is_on).map(|node| node.quoted());
    own.iter_mut().for_each(|log| log.buffer.clone_from(&buffer));
    for node in &hosts {
        let mut inner = Vec::new();
        flatten(node.inner(), &defined(&nodes), &mut inner);
        formats(&inner, into);
        let mut host = Host::new(node.place.clone());
        host.listens = node.args.clone();
        name(&inner, &mut host);
        let mut logs = logs(&inner, &main_server, into);
        logs.iter_mut().for_each(|log| log.buffer.clone_from(&buffer));
        let is_own = !logs.is_empty() || own.is_empty();
        let why_none =
            "no CustomLog or TransferLog, neither in the virtual host nor in the main server";
        let place = logs.first().map_or(&node.place, |log| &log.place).clone();
        let logs = if logs.is_empty() { own.clone() } else { logs };
        host.rules.push(rule(logs, place, why_none, is_own));
        into.hosts.push(host);
    }
    // The main server answers where no virtual host does; with hosts, it is
    // only told of where it logs.
    if hosts.is_empty() || !own.is_empty() {
        let place = own.first().map_or(place, |log| log.place.clone());
        server.rules.push(rule(own, place, "no CustomLog or TransferLog", true));
        match hosts.is_empty() {
            true => into.hosts.push(server),
            false => into.hosts.insert(0, main_alone(server)),
        }
    }
}

/// The main server beside virtual hosts: it answers to a name of its own only,
/// or to none.
fn main_alone(mut server: Host) -> Host {
    if server.names.is_empty() {
        server.names.push("main server".to_owned());
    }
    server
}

fn rule(logs: Vec<Log>, place: Place, why_none: &str, is_own: bool) -> Rule {
    Rule {
        matcher: None,
        words: String::new(),
        parent: None,
        why_none: why_none.to_owned(),
        logs,
        place,
        is_own,
    }
}

/// The names that are defined or whose modules are loaded.
fn defined(nodes: &[Node]) -> Vec<String> {
    let own = nodes.iter().filter(|node| node.is("Define") || node.is("LoadModule"));
    own.map(|node| node.arg(0).to_ascii_lowercase())
        .chain(nodes.iter().flat_map(|node| defined(node.inner())))
        .collect()
}

/// Takes the blocks away that stand round directives under a condition of
/// their own, and those out whose condition does not hold.
fn flatten<'n>(nodes: &'n [Node], defined: &[String], into: &mut Vec<&'n Node>) {
    for node in nodes {
        let holds = match node.name.to_ascii_lowercase().as_str() {
            // Which modules are built in cannot be seen: a module is taken to
            // be there, the lack of one is not.
            "<ifmodule" => !node.arg(0).starts_with('!'),
            "<ifdefine" => {
                let (name, wanted) = match node.arg(0).strip_prefix('!') {
                    Some(name) => (name, false),
                    None => (node.arg(0), true),
                };
                defined.contains(&name.to_ascii_lowercase()) == wanted
            }
            "<ifversion" | "<iffile" | "<ifdirective" | "<ifsection" => true,
            _ => {
                into.push(node);
                continue;
            }
        };
        if holds {
            flatten(node.inner(), defined, into);
        }
    }
}

/// The names of a host, and whose addresses it believes.
fn name(nodes: &[&Node], host: &mut Host) {
    for node in nodes {
        if node.is("ServerName") || node.is("ServerAlias") {
            let names = node.args.iter().map(|name| {
                let name = name.split_once("://").map_or(name.as_str(), |(_, name)| name);
                name.split(':').next().unwrap_or_default().to_owned()
            });
            host.names.extend(names);
        }
        if node.is("Listen") {
            host.listens.push(node.args.join(" "));
        }
    }
}

/// Takes in named formats and trusted proxies.
fn formats(nodes: &[&Node], into: &mut Configuration) {
    for node in nodes {
        if node.is("LogFormat") && node.args.len() == 2 {
            into.formats.push(LogFormat {
                name: node.arg(1).to_owned(),
                directive: format!("LogFormat {}", node.raw),
                place: node.place.clone(),
            });
        }
        if node.is("RemoteIPTrustedProxy") || node.is("RemoteIPInternalProxy") {
            for text in &node.args {
                match text.parse() {
                    Ok(network) if into.trusted.iter().all(|known| known.network != network) => {
                        into.trusted.push(Trusted { network, place: node.place.clone() });
                    }
                    Ok(_) => {}
                    Err(_) => into.problems.push(format!(
                        "{}: `{text}` names no network; which addresses that is must be asked",
                        node.place
                    )),
                }
            }
        }
        if node.is("RemoteIPTrustedProxyList") || node.is("RemoteIPInternalProxyList") {
            into.problems.push(format!(
                "{}: the proxies listed in {} are needed too",
                node.place,
                node.arg(0)
            ));
        }
    }
}

/// The logs of a level; `above` may set variables for it too.
fn logs(nodes: &[&Node], above: &[&Node], config: &Configuration) -> Vec<Log> {
    let mut logs = Vec::new();
    // A nameless LogFormat is for the TransferLogs behind it.
    let mut nameless = COMMON.to_owned();
    for node in nodes {
        if node.is("LogFormat") && node.args.len() == 1 {
            node.arg(0).clone_into(&mut nameless);
        }
        let is_custom = node.is("CustomLog") || node.is("GlobalLog");
        if !is_custom && !node.is("TransferLog") {
            continue;
        }
        let mut log = Log {
            to: node.arg(0).to_owned(),
            format: String::new(),
            directive: None,
            buffer: None,
            omits: Vec::new(),
            place: node.place.clone(),
        };
        match (is_custom, node.arg(1)) {
            (true, format) if format.contains('%') => {
                log.directive = Some(format!("LogFormat {}", quoted(format)));
            }
            (true, format) => {
                format.clone_into(&mut log.format);
                log.directive = config.format(format).map(|format| format.directive.clone());
            }
            (false, _) => log.directive = Some(format!("LogFormat {}", quoted(&nameless))),
        }
        for option in node.args.iter().skip(2) {
            if let Some(variable) = option.strip_prefix("env=") {
                let (scope, says) = variable_scope(variable, node, nodes.iter().chain(above));
                log.omits.push(Omit { scope, says, place: node.place.clone() });
            } else if option.starts_with("expr=") {
                let scope = Scope::Some("those for which an expression is not true".to_owned());
                log.omits.push(Omit { scope, says: node.quoted(), place: node.place.clone() });
            }
        }
        logs.push(log);
    }
    logs
}

/// A format as a directive has it.
fn quoted(format: &str) -> String {
    format!("\"{}\"", format.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What a log leaves out by a variable of the environment.
fn variable_scope<'n>(
    variable: &str,
    log: &Node,
    nodes: impl Iterator<Item = &'n &'n Node>,
) -> (Scope, String) {
    let (name, silent_if_set) = match variable.strip_prefix('!') {
        Some(name) => (name, true),
        None => (variable, false),
    };
    let sets: Vec<(&Node, Option<Matcher>)> =
        nodes.filter_map(|node| setting(node, name)).collect();
    let mut says = log.quoted();
    for (node, _) in sets.iter().take(3) {
        says.push_str(&format!(", {} at {}", node.quoted(), node.place));
    }
    // Where everything that sets it looks at the path, the path decides.
    let by_path: Option<Vec<(Matcher, bool)>> =
        sets.iter().map(|(_, matcher)| Some((matcher.clone()?, silent_if_set))).collect();
    let scope = match by_path {
        Some(rules) if !rules.is_empty() => Scope::Paths { rules, otherwise: !silent_if_set },
        Some(_) if !silent_if_set => Scope::Some(format!("all for which nothing sets {name}")),
        _ => Scope::Some(format!("those by {name}")),
    };
    (scope, says)
}

/// Whether a directive sets a variable, and by which paths, where it is by
/// those.
fn setting<'n>(node: &'n Node, name: &str) -> Option<(&'n Node, Option<Matcher>)> {
    let sets = |args: &[String]| {
        args.iter()
            .any(|arg| arg == name || arg.split_once('=').is_some_and(|(own, _)| own == name))
    };
    let folds = node.is("SetEnvIfNoCase");
    if node.is("SetEnvIf") || folds {
        let matcher = node
            .arg(0)
            .eq_ignore_ascii_case("Request_URI")
            .then(|| Matcher::regex(node.arg(1), folds));
        return sets(node.args.get(2..)?).then_some((node, matcher));
    }
    let others = ["BrowserMatch", "BrowserMatchNoCase", "SetEnvIfExpr"];
    if others.iter().any(|other| node.is(other)) {
        return sets(node.args.get(1..)?).then_some((node, None));
    }
    if node.is("SetEnv") {
        return (node.arg(0) == name).then_some((node, None));
    }
    if node.is("RewriteRule") {
        let flag = format!("E={name}");
        return node.arg(2).contains(&flag).then_some((node, None));
    }
    None
}

/// An include, and whether it must be there.
fn includes(node: &Node) -> Option<bool> {
    match (node.is("Include"), node.is("IncludeOptional")) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// The directives of one file: a line each, blocks between `<Name …>` and
/// `</Name>`. A block's name keeps its `<`.
fn parse(file: &Text, problems: &mut Vec<String>) -> Vec<Node> {
    let text = text(&file.bytes);
    let mut open: Vec<Node> = Vec::new();
    let mut done: Vec<Node> = Vec::new();
    for (line, words_of) in lines(&text) {
        let trimmed = words_of.trim();
        let place = Place { file: file.name.clone(), line };
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix("</") {
            let name = name.trim_end_matches('>').trim();
            match open.pop() {
                Some(node) if node.name[1..].eq_ignore_ascii_case(name) => {
                    open.last_mut()
                        .map_or(&mut done, |outer| outer.inner.get_or_insert_default())
                        .push(node);
                }
                Some(node) => {
                    problems.push(format!("{place}: </{name}> ends {}>", node.name));
                    open.push(node);
                }
                None => problems.push(format!("{place}: </{name}> ends nothing")),
            }
            continue;
        }
        let is_block = trimmed.starts_with('<');
        let body = if is_block { trimmed.trim_end_matches('>') } else { trimmed };
        let name = body.split_whitespace().next().unwrap_or_default();
        let raw = body[name.len()..].trim();
        let node = Node {
            name: name.to_owned(),
            args: words(raw, Words::Apache),
            raw: raw.to_owned(),
            place,
            inner: is_block.then(Vec::new),
        };
        match is_block {
            true => open.push(node),
            false => open
                .last_mut()
                .map_or(&mut done, |outer| outer.inner.get_or_insert_default())
                .push(node),
        }
    }
    while let Some(node) = open.pop() {
        problems.push(format!("{}: {}> is not ended", node.place, node.name));
        open.last_mut().map_or(&mut done, |outer| outer.inner.get_or_insert_default()).push(node);
    }
    done
}
