//! Lists as plain text: networks or ranges a line, and Tor's list of exits.

use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::NaiveDateTime;

use super::super::network;
use super::ranges::Builder;
use super::{Found, Shape, day, short};
use crate::record::Instant;

/// Reads networks: one or more a line, each an address, a block or a range
/// `FIRST-LAST`; `#` and `;` at the start of a word begin a remark.
pub(super) fn plain(text: &str, into: &mut Builder) -> Result<Found, String> {
    let mut found = Found::of(Shape::Plain);
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let words =
            line.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';'));
        for word in words.filter(|word| !word.is_empty()) {
            let added = match ends(word) {
                Some((first, last)) => into.range(first, last, None),
                None => network::network(&short(word)).map(|(network, warning)| {
                    into.network(network, None);
                    found.warnings.extend(warning);
                }),
            };
            added.map_err(|why| format!("line {}: {why}", number + 1))?;
        }
    }
    Ok(found)
}

/// The ends of a range `192.0.2.0-192.0.2.255`.
fn ends(word: &str) -> Option<(IpAddr, IpAddr)> {
    let (first, last) = word.split_once('-')?;
    Some((network::address(first)?, network::address(last)?))
}

/// Says whether a text is a list of Tor's exits: that of the exit scanner, or
/// one out of its archive (`@type tordnsel`).
pub(super) fn is_tor(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.next().is_some_and(|line| {
        line.starts_with("ExitNode ")
            || line.starts_with("ExitAddress ")
            || line.starts_with("@type tordnsel")
            || line.starts_with("Downloaded ")
    })
}

/// Reads a list of Tor's exits (TorDNSEL exit list format, 1.0). An address is
/// noted with the days on which it was tested; several lists behind one
/// another are read as one, which is of the time of the last.
pub(super) fn tor(text: &str, into: &mut Builder) -> Result<Found, String> {
    let mut found = Found::of(Shape::Tor);
    let mut exits: BTreeMap<IpAddr, (Instant, Instant)> = BTreeMap::new();
    let (mut downloaded, mut tested) = (None, None);
    for (number, line) in text.lines().enumerate() {
        let wrong = |why: &str| Err(format!("line {}: {why}", number + 1));
        let mut words = line.split_whitespace();
        match words.next() {
            Some("ExitAddress") => {
                let Some(ip) = words.next().and_then(network::address) else {
                    return wrong("ExitAddress is not followed by an address");
                };
                let Some(at) = time(words) else {
                    return wrong("ExitAddress has no time, such as 2024-03-01 05:02:04");
                };
                tested = tested.max(Some(at));
                let days = exits.entry(ip).or_insert((at, at));
                *days = (days.0.min(at), days.1.max(at));
            }
            Some("Downloaded") => match time(words) {
                Some(at) => downloaded = downloaded.max(Some(at)),
                None => return wrong("Downloaded has no time, such as 2024-03-01 05:02:04"),
            },
            Some("ExitNode" | "Published" | "LastStatus" | "@type") | None => {}
            Some(word) if word.starts_with('#') => {}
            Some(word) => {
                return wrong(&format!("\"{}\" is no word of a list of Tor's exits", short(word)));
            }
        }
    }
    for (ip, (first, last)) in exits {
        let (first, last) = (day(first), day(last));
        let note = if first == last { first } else { format!("{first} to {last}") };
        into.network(ip.into(), Some(&note));
    }
    found.created = downloaded.or(tested);
    Ok(found)
}

/// A day and a time of day, which Tor writes in UTC.
fn time<'w>(mut words: impl Iterator<Item = &'w str>) -> Option<Instant> {
    let text = format!("{} {}", words.next()?, words.next()?);
    let at = NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S").ok()?;
    Some(Instant::at(at.and_utc().timestamp()))
}
