//! What a first look shows, as the servers of a case file.
//!
//! What was seen stands as it is: where the logs lie. What is a guess stands
//! behind a `#`, for somebody to check: the software, what numbers mean, which
//! addresses are proxies, which clock is meant.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use globset::GlobBuilder;

use crate::format::{BytesMeaning, TimeMeaning};
use crate::source::{Extent, absolute};
use crate::verdict::triage::meaning::Basis;
use crate::verdict::triage::{SeriesTriage, keep};

use super::inspect::Look;
use super::page::{count, grouped};
use super::safe;

use configured::Own;

mod configured;

/// Folders whose name says nothing of a server.
const PLAIN: [&str; 11] = [
    "log", "logs", "nginx", "apache", "apache2", "httpd", "var", "logfiles", "access", "data",
    "evidence",
];

/// How many files of a series are named one by one, where no glob names them
/// and no others.
const LISTED: usize = 100;

/// The suggestions, for the end of a case file that lies in `folder`; `None`
/// where that is not known, and paths stand as they were given.
pub fn suggestions(look: &Look<'_>, folder: Option<&Path>) -> String {
    let mut out = format!(
        "\n# ---- Suggestions from {} {}\n\n\
         # What was seen of the logs. A key behind \"#\" is a guess: check it, then remove the \"#\".\n",
        match look.plan.sources.len() as u64 {
            0 => "the configuration".to_owned(),
            inputs => count(inputs, "input", "inputs"),
        },
        "-".repeat(40),
    );
    let paths = match folder {
        Some(_) => "# Paths are whole.\n",
        None => "# Paths are relative to this file.\n",
    };
    out.push_str(paths);
    let mut names = BTreeSet::new();
    let groups = groups(look);
    for group in &groups {
        let own = Own::of(look, group, groups.len() == 1);
        server(look, group, &own, folder, &mut names, &mut out);
    }
    if groups.is_empty() {
        alone(&Own::of(look, &[], true), folder, &mut out);
    }
    let left = look.triage.series.iter().filter(|series| !has_records(series)).count();
    if left > 0 {
        out.push_str(&format!(
            "\n# Of {} no line was read: `whofetched inspect` names them.\n",
            count(left as u64, "series", "more series")
        ));
    }
    out
}

fn has_records(series: &SeriesTriage) -> bool {
    let lines = series.tally.coverage.lines;
    lines.read + lines.header > 0
}

/// The series of one server: of one folder, and of one format.
fn groups<'a>(look: &Look<'a>) -> Vec<Vec<&'a SeriesTriage>> {
    let mut groups: BTreeMap<(&Path, Option<usize>), Vec<&SeriesTriage>> = BTreeMap::new();
    for series in look.triage.series.iter().filter(|series| has_records(series)) {
        let first = series.series.sources.first();
        let path = first.map(|place| look.plan.sources[*place].found.path.as_path());
        let folder = path.and_then(Path::parent).unwrap_or(Path::new(""));
        let format = series.formats.first().map(|format| format.place);
        groups.entry((folder, format)).or_default().push(series);
    }
    groups.into_values().collect()
}

/// A server of which there is a configuration, and no log.
fn alone(own: &Own<'_>, folder: Option<&Path>, out: &mut String) {
    let keys = own.keys(folder);
    if keys.is_empty() {
        return;
    }
    out.push_str("\n[[server]]\nname = \"server\"\n");
    let logs: Vec<String> = own.logs().iter().take(LISTED).map(|log| quoted(log)).collect();
    if !logs.is_empty() {
        out.push_str("# Where the server writes its logs. Where are they here?\n");
        out.push_str(&format!("#logs = [{}]\n", logs.join(", ")));
    }
    let trusted = trusted(&BTreeSet::new(), own);
    for line in keys.iter().chain(&trusted) {
        out.push_str(line);
        out.push('\n');
    }
}

/// One server.
fn server(
    look: &Look<'_>,
    group: &[&SeriesTriage],
    own: &Own<'_>,
    folder: Option<&Path>,
    names: &mut BTreeSet<String>,
    out: &mut String,
) {
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    let first = group.iter().filter_map(|each| each.series.first).min();
    let last = group.iter().filter_map(|each| each.series.last).max();
    let sum = |of: fn(&SeriesTriage) -> u64| group.iter().map(|each| of(each)).sum::<u64>();
    let (read, unread) =
        (sum(|each| each.tally.coverage.lines.read), sum(|each| each.tally.coverage.lines.unread));
    let places = || group.iter().flat_map(|each| each.series.sources.iter().copied());
    let is_sample = places().any(|place| look.survey.sources[place].extent != Extent::Whole);
    line("");
    if let (Some(first), Some(last)) = (first, last) {
        let sample = if is_sample { " of a sample" } else { "" };
        line(&format!(
            "# Seen: {first} to {last}; {} lines{sample} read, {} not.",
            grouped(read),
            grouped(unread)
        ));
    }
    for each in group.iter().filter(|each| !each.missing.is_empty()) {
        let names: Vec<&str> = each.missing.iter().take(3).map(|each| each.name.as_str()).collect();
        let more = if each.missing.len() > 3 { ", …" } else { "" };
        line(&format!("# Missing: {}{more}", safe::terminal(names.join(", ").as_bytes())));
    }
    let (globs, odd) = globs(look, group, folder);
    odd.iter().for_each(|odd| line(&format!("# {odd}")));
    line("[[server]]");
    line(&format!("name = {}", quoted(&name(look, group, names))));
    line(&format!("logs = [{}]", globs.join(", ")));
    own.keys(folder).iter().for_each(|key| line(key));
    guesses(look, group, own).iter().for_each(|guess| line(guess));
}

/// The keys that are guesses, or follow from the format.
fn guesses(look: &Look<'_>, group: &[&SeriesTriage], own: &Own<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    // The series of most lines speaks for the others.
    let Some(main) = group.iter().max_by_key(|each| each.tally.coverage.lines.read) else {
        return lines;
    };
    if let Some(software) = main.software.as_ref().filter(|_| own.software().is_none()) {
        lines.push(format!("# {}.", software.because));
        lines.push(format!("#software = \"{}\"", software.value.word()));
    }
    if let Some(format) = main.formats.first() {
        let card = look.question.formats.known(format.place);
        let all = main.tally.coverage.lines.read + main.tally.coverage.lines.unread;
        lines.push(format!(
            "# Read {} of {}; with the key no other format is tried.",
            grouped(format.lines),
            count(all, "line", "lines")
        ));
        match own.format() {
            Some((directive, place)) => {
                lines.push(format!("# {} logs it so:", safe::terminal(place.as_bytes())));
                lines.push(format!("#format = {}", quoted(directive)));
            }
            None => lines.push(format!("#format = \"{}\"", card.name)),
        }
        if card.folds_case {
            lines.push("# Servers that write this format fold the case of paths.".to_owned());
            lines.push("case_insensitive = true".to_owned());
        }
    }
    if group.iter().any(|each| each.zone.is_unknown()) {
        lines.push("# The lines have no zone. Which clock do they follow?".to_owned());
        lines.push("#zone = \"Europe/Paris\"".to_owned());
    }
    if let Some(bytes) = main.bytes.as_ref().filter(|known| known.basis == Basis::Inferred) {
        let word = match bytes.value {
            BytesMeaning::Body => "body",
            BytesMeaning::Planned => "planned",
            BytesMeaning::Unknown => "unknown",
            BytesMeaning::Wire => "wire",
        };
        lines.push(format!("# {}.", bytes.because));
        lines.push(format!("#bytes_mean = \"{word}\""));
    }
    if let Some(time) = main.time.as_ref().filter(|known| known.basis == Basis::Inferred) {
        let word = match time.value {
            TimeMeaning::End => "end",
            TimeMeaning::Start => "start",
            TimeMeaning::Unknown => "unknown",
        };
        lines.push(format!("#time_means = \"{word}\""));
    }
    let proxies: BTreeSet<_> = group.iter().flat_map(|each| &each.clients.proxies).collect();
    if !proxies.is_empty() {
        let proxied: u64 = group.iter().map(|each| each.clients.proxied).sum();
        let forwarded: u64 = group.iter().map(|each| each.clients.forwarded).sum();
        lines.push(format!(
            "# {} come from these; forwarded addresses stand on {}. Are they proxies of yours?",
            count(proxied, "line", "lines"),
            grouped(forwarded)
        ));
    }
    let proxies = proxies.iter().map(|ip| ip.to_string()).collect();
    lines.extend(trusted(&proxies, own));
    if let Some(pace) = group.iter().find_map(|each| each.pace.as_ref())
        && let Some(step) = pace.step_seconds
    {
        lines.push(format!(
            "# {} at hand, one {}.",
            count(pace.rotated as u64, "rotated file", "rotated files"),
            keep::every(step)
        ));
    }
    lines
}

/// The key of the proxies: those that were seen, and those that the
/// configuration believes.
fn trusted(seen: &BTreeSet<String>, own: &Own<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if !own.trusted.is_empty() {
        let believed: Vec<&str> = own.trusted.iter().map(String::as_str).collect();
        lines.push(format!(
            "# The configuration believes forwarded addresses of {}.",
            believed.join(", ")
        ));
    }
    let list: Vec<String> = seen.union(&own.trusted).map(|each| quoted(each)).collect();
    if !list.is_empty() {
        lines.push(format!("#trusted_proxies = [{}]", list.join(", ")));
    }
    lines
}

/// What a server is called: its nearest folder whose name says something.
fn name(look: &Look<'_>, group: &[&SeriesTriage], names: &mut BTreeSet<String>) -> String {
    let place = group.first().and_then(|each| each.series.sources.first());
    let path = place.map(|place| look.plan.sources[*place].found.path.as_path());
    let folders = path.and_then(Path::parent).into_iter().flat_map(Path::ancestors);
    let told = folders
        .filter_map(|folder| folder.file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .find(|name| !PLAIN.contains(&name.to_ascii_lowercase().as_str()));
    let told = told.unwrap_or_else(|| "server".to_owned());
    let numbered = (2..).map(|number| format!("{told}-{number}"));
    let mut free = std::iter::once(told.clone()).chain(numbered);
    let name = free.find(|name| !names.contains(name)).unwrap_or(told);
    names.insert(name.clone());
    name
}

/// Globs that name the sources of a group and as little else as can be, and
/// what cannot be named.
fn globs(
    look: &Look<'_>,
    group: &[&SeriesTriage],
    folder: Option<&Path>,
) -> (Vec<String>, Vec<String>) {
    let (mut globs, mut odd) = (BTreeSet::new(), Vec::new());
    for series in group {
        let all = look.plan.sources.iter().enumerate().filter(|(place, planned)| {
            let seen = &look.survey.sources[*place];
            (planned.server, &planned.series) == (series.series.server, &series.series.name)
                && (series.series.sources.contains(place) || seen.duplicate_of.is_some())
        });
        let written = |path: &Path| match folder {
            Some(_) => absolute(Path::new(""), path).as_os_str().as_bytes().to_vec(),
            None => path.as_os_str().as_bytes().to_vec(),
        };
        let (named, streams): (Vec<_>, Vec<_>) =
            all.partition(|(_, planned)| !planned.found.is_stdin);
        if !streams.is_empty() {
            odd.push("One came by standard input: say where it lies.".to_owned());
        }
        let own: Vec<Vec<u8>> =
            named.iter().map(|(_, planned)| written(&planned.found.path)).collect();
        let others: Vec<Vec<u8>> = look
            .plan
            .sources
            .iter()
            .enumerate()
            .filter(|(place, _)| named.iter().all(|(own, _)| own != place))
            .map(|(_, planned)| written(&planned.found.path))
            .collect();
        globs.extend(glob(&own, &others));
    }
    (globs.iter().map(|glob| quoted(glob)).collect(), odd)
}

/// One glob for these paths and none of the `others`, or the paths themselves.
fn glob(own: &[Vec<u8>], others: &[Vec<u8>]) -> Vec<String> {
    let [first, rest @ ..] = own else { return Vec::new() };
    if first.starts_with(b"http://") || first.starts_with(b"https://") {
        // The files of a web server are not listed, and their URLs are no globs.
        return own.iter().map(|url| String::from_utf8_lossy(url).into_owned()).collect();
    }
    if rest.is_empty() {
        return vec![escaped(first)];
    }
    let alike = |other: &Vec<u8>| first.iter().zip(other).take_while(|(a, b)| a == b).count();
    let shared = rest.iter().map(alike).min().unwrap_or(first.len());
    // Within the last folder, and between two characters.
    let slash = first.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    let mut end = shared.max(slash).min(first.len());
    while end > slash && first.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
        end -= 1;
    }
    let glob = format!("{}*", escaped(&first[..end]));
    let matches = |path: &Vec<u8>| {
        let built = GlobBuilder::new(&glob).literal_separator(true).build();
        let path = Path::new(std::ffi::OsStr::from_bytes(path));
        built.is_ok_and(|glob| glob.compile_matcher().is_match(path))
    };
    let is_exact = own.iter().all(matches) && !others.iter().any(matches);
    match is_exact || own.len() > LISTED {
        true => vec![glob],
        false => own.iter().map(|path| escaped(path)).collect(),
    }
}

/// A path as a glob that matches it: characters of globs in brackets, and any
/// byte for one that is no text.
fn escaped(path: &[u8]) -> String {
    let mut out = String::new();
    for chunk in path.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '*' | '?' | '[' | ']' | '{' | '}' | '\\' => out.extend(['[', letter, ']']),
                _ => out.push(letter),
            }
        }
        out.extend(chunk.invalid().iter().map(|_| '?'));
    }
    out
}

/// A string of TOML. What would act on who reads it is written by its number.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        let shown = safe::terminal(letter.encode_utf8(&mut [0; 4]).as_bytes());
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            _ if shown.chars().eq([letter]) => out.push(letter),
            _ => out.push_str(&format!("\\U{:08X}", u32::from(letter))),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> Vec<Vec<u8>> {
        names.iter().map(|name| name.as_bytes().to_vec()).collect()
    }

    #[test]
    fn a_glob_names_what_it_is_for_and_no_more() {
        let check = |own: &[&str], others: &[&str], expected: &[&str]| {
            assert_eq!(glob(&paths(own), &paths(others)), expected, "{own:?}");
        };
        let rotated = ["l/access.log", "l/access.log.1", "l/access.log.2.gz"];
        check(&rotated, &["l/error.log"], &["l/access.log*"]);
        check(&rotated[..1], &[], &["l/access.log"]);
        check(&["l/u_ex240101.log", "l/u_ex240102.log"], &[], &["l/u_ex24010*"]);
        check(&["l/a-20240101.log", "l/a.log"], &["l/b.log"], &["l/a*"]);
        // Where a glob would name another one too, names stand.
        check(&["l/a.log", "l/b.log"], &["l/c.log"], &["l/a.log", "l/b.log"]);
        check(&["l/a[1].log", "l/a[1].log.1"], &[], &["l/a[[]1[]].log*"]);
        check(&["l/é.log", "l/è.log"], &[], &["l/*"]);
    }

    #[test]
    fn every_name_becomes_a_string_of_toml() {
        let hostile = "a\"b\\c\n\u{1b}[2J\u{202e}\u{e0041}é";
        let text = quoted(hostile);
        assert_eq!(text, "\"a\\\"b\\\\c\\U0000000A\\U0000001B[2J\\U0000202E\\U000E0041é\"");
    }

    #[test]
    fn a_glob_for_an_odd_name_matches_it() {
        for name in [&b"l/\xff\xfe[1].log"[..], br"l/a\b{c}].log", b"l/*?.log"] {
            let glob = escaped(name);
            let built = GlobBuilder::new(&glob).literal_separator(true).build().unwrap();
            let path = Path::new(std::ffi::OsStr::from_bytes(name));
            assert!(built.compile_matcher().is_match(path), "{glob}");
        }
    }
}
