//! What the servers' configurations say, in words.

use std::collections::BTreeSet;

use crate::format::config::Configuration;
use crate::report::configuration::{ReadConfiguration, configurations};

use super::super::page::{Text, count};
use super::super::safe;
use super::Look;

/// How many logs, silences or networks of a configuration are told of.
const LISTED: usize = 20;

/// What each configuration says.
pub fn tell(look: &Look<'_>, text: &mut Text<'_>) {
    let all = configurations(look.question);
    for (told, configured) in all.iter().zip(&look.question.configured) {
        let file = safe::terminal(told.file.as_bytes());
        match &configured.read {
            Ok(read) => {
                text.heading(&format!("The configuration {file} ({})", read.software));
                one(told, read, text);
            }
            Err(_) => {
                text.heading(&format!("The configuration {file}"));
                told.problems.iter().for_each(|problem| text.warn(problem));
            }
        }
    }
}

fn one(told: &ReadConfiguration, read: &Configuration, text: &mut Text<'_>) {
    if told.files.len() > 1 {
        let more = told.files.len() as u64 - 1;
        text.line(&format!("Read with {}.", count(more, "file it includes", "files it includes")));
    }
    let hosts = |names: &[String]| match names {
        [] => String::new(),
        names => format!("{}: ", names.join(", ")),
    };
    let logs = told.logs.iter().map(|log| {
        let form = match (&log.format, &log.directive) {
            (Some(name), _) => format!(" as {name}"),
            (None, Some(directive)) => format!(" as {directive}"),
            (None, None) => String::new(),
        };
        format!("{}writes {} ({}){form}", hosts(&log.hosts), log.to, log.at)
    });
    list(logs.collect(), "log", "logs", text);
    // A format that many logs share is told once.
    let formats: BTreeSet<String> = told
        .logs
        .iter()
        .filter_map(|log| Some(format!("{} is {}", log.format.as_ref()?, log.directive.as_ref()?)))
        .collect();
    list(formats.into_iter().collect(), "format", "formats", text);
    if told.logs.is_empty() {
        text.warn("it writes no access log");
    }
    let silences = read.silences().into_iter().map(|silence| {
        let word = match silence.kind.word() {
            "off" => "not logged",
            "condition" => "not logged by condition",
            "no fetch" => "not logged, but no fetch",
            _ => "kept in memory before it is written",
        };
        format!("{}{word}: {} ({})", hosts(&silence.hosts), silence.words(), silence.place)
    });
    list(silences.collect(), "rule", "rules", text);
    let trusted = told.trusted.iter();
    let trusted = trusted
        .map(|each| format!("believes forwarded addresses of {} ({})", each.network, each.at));
    list(trusted.collect(), "network", "networks", text);
    told.problems.iter().take(LISTED).for_each(|problem| text.warn(problem));
    if told.problems.len() > LISTED {
        text.warn(&format!("and {} more problems: --json", told.problems.len() - LISTED));
    }
}

fn list(items: Vec<String>, one: &str, many: &str, text: &mut Text<'_>) {
    items.iter().take(LISTED).for_each(|item| text.item(item));
    let more = items.len().saturating_sub(LISTED) as u64;
    if more > 0 {
        text.item(&format!("and {} more: --json", count(more, one, many)));
    }
}
