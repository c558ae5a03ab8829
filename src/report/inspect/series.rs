//! One series in words.

use std::collections::BTreeSet;

use crate::format::{BytesMeaning, TimeMeaning};
use crate::report::page::{Text, count, grouped, hours};
use crate::source::Extent;
use crate::verdict::triage::SeriesTriage;
use crate::verdict::triage::meaning::{Basis, Known};

use super::{Look, notes, path, size};

/// How many formats of a series are named.
const FORMATS: usize = 4;

/// How many missing files are named.
const MISSING: usize = 6;

/// How many offsets from UTC are named.
const OFFSETS: usize = 4;

/// From which share of requests by HTTP/1.0 on that is worth telling.
const PROXY_SPEECH: f64 = 0.8;

/// How wide the column of labels is, with its margin.
const LABEL: usize = 11;

/// Says whether a series has lines to tell of.
pub(super) fn has_lines(series: &SeriesTriage) -> bool {
    let lines = series.tally.coverage.lines;
    lines.read + lines.header > 0
}

/// What a series is called: as its source, where it has one.
pub(super) fn name(look: &Look<'_>, series: &SeriesTriage) -> String {
    match series.series.sources.as_slice() {
        [place] => path(look, *place),
        _ => series.series.name.clone(),
    }
}

/// A series in one line.
pub(super) fn short(look: &Look<'_>, series: &SeriesTriage) -> String {
    let lines = series.tally.coverage.lines;
    let format = series
        .formats
        .first()
        .map_or("no format", |each| look.question.formats.known(each.place).name);
    let seen = match (series.series.first, series.series.last) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no time".to_owned(),
    };
    format!(
        "{}: {}, {} lines read, {} not, {seen}",
        name(look, series),
        format,
        grouped(lines.read),
        grouped(lines.unread)
    )
}

/// A series in full.
pub(super) fn tell(look: &Look<'_>, series: &SeriesTriage, text: &mut Text<'_>) {
    let places = &series.series.sources;
    let stored = places.iter().map(|place| look.plan.sources[*place].found.length).sum();
    let files = match places.len() {
        0 | 1 => size(stored),
        n => format!("{}, {}", count(n as u64, "file", "files"), size(stored)),
    };
    text.heading(&crate::report::safe::terminal(
        format!("{} ({files})", name(look, series)).as_bytes(),
    ));
    if let Some(read) = how_read(look, series, stored) {
        label(text, "read", &read);
    }
    label(text, "format", &format(look, series));
    label(text, "lines", &lines(look, series));
    label(text, "seen", &seen(look, series));
    label(text, "zone", &zone(series));
    if let Some(time) = &series.time {
        label(text, "times", &time_means(time));
    }
    if let Some(bytes) = &series.bytes {
        label(text, "bytes", &bytes_mean(bytes));
    }
    label(text, "clients", &clients(series));
    if !series.missing.is_empty() {
        label(text, "missing", &missing(series));
    }
    for silence in &series.silences {
        let words = format!(
            "no request from {} to {} ({} h), where other days have about {}",
            silence.from,
            silence.to,
            hours(silence.hours()),
            grouped(silence.expected)
        );
        label(text, "silent", &words);
    }
    notes::notes(look, series).iter().for_each(|note| label(text, "note", note));
}

fn label(text: &mut Text<'_>, label: &str, words: &str) {
    let first = format!("  {label:<9}");
    text.wrapped(&first, &" ".repeat(LABEL), words);
}

/// How much of it was read, where that is not all.
fn how_read(look: &Look<'_>, series: &SeriesTriage, stored: u64) -> Option<String> {
    const MIB: f64 = (1 << 20) as f64;
    let (mut ends, mut heads, mut read) = (0u64, 0u64, 0);
    for place in &series.series.sources {
        let seen = &look.survey.sources[*place];
        ends += u64::from(seen.extent == Extent::Ends);
        heads += u64::from(seen.extent == Extent::Head);
        read += seen.bytes_read();
    }
    if ends + heads == 0 {
        return None;
    }
    let all = series.series.sources.len() as u64;
    let of = |n: u64| if all == 1 { String::new() } else { format!(" of {n} files") };
    let mut parts = Vec::new();
    if ends > 0 {
        parts.push(format!("head, middle and tail{}", of(ends)));
    }
    if heads > 0 {
        let compressed = if all == 1 { " of a compressed file" } else { ", compressed" };
        parts.push(format!("the head{}{compressed}", of(heads)));
    }
    // Of compressed files what was read and what is stored do not compare.
    let of_all = match heads {
        0 => format!("{:.0} of {} MiB", read as f64 / MIB, grouped((stored as f64 / MIB) as u64)),
        _ => format!("{} decoded", size(read)),
    };
    Some(format!("sampled, {of_all}: {}", parts.join("; ")))
}

fn format(look: &Look<'_>, series: &SeriesTriage) -> String {
    let lines = series.tally.coverage.lines;
    let asked = lines.read + lines.unread;
    if series.formats.is_empty() {
        return "only headers, not one request".to_owned();
    }
    let name = |place: usize| look.question.formats.known(place).name;
    let each = series.formats.iter().take(FORMATS).map(|format| {
        // Rounded down: 100 % is all of them.
        let percent = (1000.0 * format.lines as f64 / asked.max(1) as f64).floor() / 10.0;
        let mut words = format!("{} ({percent} % of the lines)", name(format.place));
        if !format.also.is_empty() {
            let also: Vec<&str> = format.also.iter().map(|place| name(*place)).collect();
            let reads = if also.len() == 1 { "reads" } else { "read" };
            words.push_str(&format!(
                ", the narrowest that reads them; {} {reads} them too",
                also.join(", ")
            ));
        }
        words
    });
    let mut words = each.collect::<Vec<_>>().join("; ");
    if series.formats.len() > FORMATS {
        words.push_str(&format!("; and {} more formats", series.formats.len() - FORMATS));
    }
    words
}

fn lines(look: &Look<'_>, series: &SeriesTriage) -> String {
    let lines = series.tally.coverage.lines;
    let sample = if is_sample(look, series) { " of the sample" } else { "" };
    let mut words = format!("{} read{sample}", grouped(lines.read));
    for (number, what) in [(lines.header, "headers"), (lines.blank, "blank")] {
        if number > 0 {
            words.push_str(&format!(", {} {what}", grouped(number)));
        }
    }
    words.push_str(&format!(", {} not read", grouped(lines.unread)));
    words
}

fn is_sample(look: &Look<'_>, series: &SeriesTriage) -> bool {
    series
        .series
        .sources
        .iter()
        .any(|place| matches!(look.survey.sources[*place].extent, Extent::Ends | Extent::Head))
}

fn seen(look: &Look<'_>, series: &SeriesTriage) -> String {
    let (Some(first), Some(last)) = (series.series.first, series.series.last) else {
        return "no time on any line".to_owned();
    };
    let (first, last) = (first.text(0), last.text(0));
    match series.last_is_read {
        true if is_sample(look, series) => format!("{first} to {last}, in the sample"),
        true => format!("{first} to {last}"),
        false => format!("{first} to at least {last}; the last was not read (compressed)"),
    }
}

fn zone(series: &SeriesTriage) -> String {
    let zone = &series.zone;
    let mut words = Vec::new();
    if !zone.offsets.is_empty() {
        let each = zone.offsets.iter().take(OFFSETS).map(|(offset, lines)| {
            let sign = if *offset < 0 { '-' } else { '+' };
            let minutes = offset.abs() / 60;
            let offset = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
            match zone.offsets.len() {
                1 => offset,
                _ => format!("{offset} ({})", count(*lines, "line", "lines")),
            }
        });
        words.push(format!("on the line, {}", each.collect::<Vec<_>>().join(", ")));
    }
    if zone.implied > 0 {
        words.push("UTC, by the definition of the format".to_owned());
    }
    if zone.local > 0 {
        let some = match words.is_empty() {
            true => String::new(),
            false => format!(" on {}", count(zone.local, "line", "lines")),
        };
        words.push(match zone.wall {
            Some(wall) => format!("none{some}; read as {wall}, as it was named"),
            None => format!("NONE{some}: read as UTC until somebody says which it is"),
        });
    }
    if words.is_empty() { "no time, no zone".to_owned() } else { words.join("; ") }
}

fn because<T>(known: &Known<T>) -> String {
    match known.basis {
        Basis::Card => format!("from the format: {}", known.because),
        Basis::Inferred => format!("inferred: {}", known.because),
    }
}

fn time_means(known: &Known<TimeMeaning>) -> String {
    let what = match known.value {
        TimeMeaning::End => "when the request ended",
        TimeMeaning::Start => "when the request began",
        TimeMeaning::Unknown => "not known whether when the request began or ended",
    };
    format!("{what} ({})", because(known))
}

fn bytes_mean(known: &Known<BytesMeaning>) -> String {
    let what = match known.value {
        BytesMeaning::Body => "body bytes that were sent",
        BytesMeaning::Planned => "the size of the answer, whether or not it was sent",
        BytesMeaning::Unknown => "not known what they count",
        BytesMeaning::Wire => "bytes that were sent, headers included",
    };
    format!("{what} ({})", because(known))
}

fn clients(series: &SeriesTriage) -> String {
    let clients = &series.clients;
    let least = if clients.is_least { "at least " } else { "" };
    let mut words = vec![format!("{least}{}", count(clients.distinct, "address", "addresses"))];
    if clients.named > 0 {
        words.push(format!("host names on {}", count(clients.named, "line", "lines")));
    }
    if clients.absent > 0 {
        words.push(format!("none on {}", count(clients.absent, "line", "lines")));
    }
    if let Some(how) = clients.shortened {
        words.push(format!(
            "{how} on {} of {} lines: they look anonymised",
            grouped(clients.shortened_lines),
            grouped(clients.lines)
        ));
    }
    if !clients.proxies.is_empty() {
        let names: Vec<String> = clients.proxies.iter().map(ToString::to_string).collect();
        words.push(format!(
            "{} of {} lines come from {}, which looks like a proxy",
            grouped(clients.proxied),
            grouped(clients.lines),
            names.join(", ")
        ));
    }
    words.push(match clients.forwarded {
        0 => "no forwarded addresses".to_owned(),
        n => format!("forwarded addresses on {}", count(n, "line", "lines")),
    });
    let fields = &series.tally.fields;
    if fields.request > 0 && fields.http_1_0 as f64 >= PROXY_SPEECH * fields.request as f64 {
        words.push("they ask by HTTP/1.0, as proxies do and browsers do not".to_owned());
    }
    words.join("; ")
}

fn missing(series: &SeriesTriage) -> String {
    let mut told = BTreeSet::new();
    let each = series.missing.iter().map(|each| each.name.as_str());
    let mut names: Vec<&str> = each.filter(|name| told.insert(*name)).collect();
    let more = names.len().saturating_sub(MISSING);
    names.truncate(MISSING);
    let mut words = names.join(", ");
    if more > 0 {
        words.push_str(&format!(" and {more} more"));
    }
    format!(
        "{words}: the rotation should have {}",
        if more + names.len() == 1 { "it" } else { "them" }
    )
}
