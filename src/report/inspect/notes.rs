//! What sets single sources apart from their series, and what was not read as
//! an access log.

use crate::examine::survey::Surveyed;
use crate::format::guess::Kind;
use crate::report::page::{count, grouped};
use crate::report::safe;
use crate::verdict::triage::{SeriesTriage, runs_back, span};

use super::{Look, path, size};

/// How many notes a series has.
const NOTES: usize = 8;

/// How many lines that were not read are shown.
const UNREAD: usize = 3;

/// How much of such a line is shown, in characters.
const EXCERPT: usize = 60;

/// What is worth knowing of the sources of a series.
pub(super) fn notes(look: &Look<'_>, series: &SeriesTriage) -> Vec<String> {
    let mut notes = unread(look, series);
    let main = series.formats.first().map(|format| format.place);
    for &place in &series.series.sources {
        // What holds no line is told of apart.
        let lines = look.survey.sources[place].tally.coverage.lines;
        if lines.read + lines.header == 0 {
            continue;
        }
        let notes_of = of_source(look, place, main).into_iter();
        notes.extend(notes_of.map(|note| format!("{}{note}", prefix(look, series, place, ": "))));
    }
    // Copies are told of where what they copy is.
    for (place, seen) in look.survey.sources.iter().enumerate() {
        let original = seen.duplicate_of.map(|of| of as usize);
        if let Some(of) = original.filter(|of| series.series.sources.contains(of)) {
            let (copy, of) = (path(look, place), path(look, of));
            notes.push(format!("{copy} has the same content as {of} and counts once"));
        }
    }
    let more = notes.len().saturating_sub(NOTES);
    notes.truncate(NOTES);
    if more > 0 {
        notes.push(format!("and {more} more: --json"));
    }
    notes
}

/// The first lines that were not read, with the reason.
fn unread(look: &Look<'_>, series: &SeriesTriage) -> Vec<String> {
    let lines = series.series.sources.iter().flat_map(|&place| {
        look.survey.sources[place].tally.unread.iter().map(move |line| (place, line))
    });
    let told = lines.take(UNREAD).map(|(place, line)| {
        let number = match line.line {
            Some(number) => format!("line {}", grouped(number)),
            None => format!("the line at byte {}", grouped(line.offset)),
        };
        format!(
            "{}{number} was not read: at byte {} wanted {}: {}",
            prefix(look, series, place, ", "),
            line.at,
            line.wanted,
            safe::short(&line.raw, EXCERPT)
        )
    });
    told.collect()
}

/// The name of a source before a note, where its series has others.
fn prefix(look: &Look<'_>, series: &SeriesTriage, place: usize, mark: &str) -> String {
    match series.series.sources.len() {
        1 => String::new(),
        _ => format!("{}{mark}", path(look, place)),
    }
}

fn of_source(look: &Look<'_>, place: usize, main: Option<usize>) -> Vec<String> {
    let seen = &look.survey.sources[place];
    let lines = seen.tally.coverage.lines;
    let mut notes: Vec<String> = faults(seen).map(|fault| unnamed(&fault, look, place)).collect();
    if let Some(of) = seen.begins_like {
        notes.push(format!(
            "begins with the same bytes as {}: --full tells whether it is a copy",
            path(look, of as usize)
        ));
    }
    let own = seen.tally.coverage.formats.iter().max_by_key(|(_, lines)| **lines);
    if let Some((own, _)) =
        own.filter(|(own, _)| main.is_some_and(|main| main != usize::from(**own)))
    {
        notes.push(format!("read as {}", look.question.formats.known(usize::from(*own)).name));
    }
    if seen.nul_bytes > 0 {
        notes.push(format!(
            "{} of NUL between lines: copytruncate leaves such a hole, or a crash",
            size(seen.nul_bytes)
        ));
    }
    if let Some((back, _, at)) = runs_back(seen) {
        notes.push(format!("times run backwards, by up to {} (to {at})", span(back)));
    }
    if lines.unread * 10 > lines.read + lines.unread {
        notes.push(format!(
            "{} of {} not read",
            grouped(lines.unread),
            count(lines.read + lines.unread, "line", "lines")
        ));
    }
    notes
}

/// What was wrong with a source's bytes, and what changed.
fn faults(seen: &Surveyed) -> impl Iterator<Item = String> {
    let finished = seen.finished.as_ref();
    let changes = finished.into_iter().flat_map(|finished| [&finished.changed, &finished.grew]);
    seen.problems.iter().cloned().chain(changes.flatten().cloned())
}

/// A sentence without the name that it begins with, where it is told again.
fn unnamed(sentence: &str, look: &Look<'_>, place: usize) -> String {
    let name = look.plan.sources[place].found.path.display().to_string();
    let rest = sentence.strip_prefix(&name).unwrap_or(sentence);
    rest.trim_start_matches([':', ' ']).to_owned()
}

/// What is no access log, or not known to be one: a sentence each.
pub(super) fn others(look: &Look<'_>) -> Vec<String> {
    let each = look.plan.sources.iter().zip(&look.survey.sources).enumerate();
    each.filter_map(|(place, (planned, seen))| {
        let lines = seen.tally.coverage.lines;
        let name = path(look, place);
        if seen.unreadable.is_some() || seen.duplicate_of.is_some() {
            return None;
        }
        let what = match (planned.kind, seen.sealed) {
            (_, Some(sealed)) => format!("{sealed}: not read"),
            (Kind::Other(what), _) => format!("{what}, no access log"),
            _ if lines.read + lines.header > 0 => return None,
            (Kind::Unknown, None) => {
                let first = seen.tally.unread.first().map_or(String::new(), |line| {
                    format!("; it begins: {}", safe::short(&line.raw, EXCERPT))
                });
                format!("no format reads it{first}")
            }
            (Kind::Access, None) if lines.total() == 0 => "empty".to_owned(),
            (Kind::Access, None) => "no line was read".to_owned(),
        };
        let faults: Vec<String> = faults(seen).map(|fault| unnamed(&fault, look, place)).collect();
        let faults =
            if faults.is_empty() { String::new() } else { format!("; {}", faults.join("; ")) };
        Some(format!("{name}: {what}{faults}"))
    })
    .collect()
}
