//! `legal-request.txt`: the annex of a request to the operators of networks,
//! for a lawyer to attach: addresses and seconds in UTC, with the source port
//! where it was logged, by operator where a list of the case names one.
//!
//! It holds the clients that others may be told of ([`super::shared`]) and
//! nothing of what they asked for. Each operator is to be sent its own part.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::io::{self, Write};
use std::net::IpAddr;

use crate::record::{Instant, TimeMeaning};
use crate::report::page::{Page, Text, grouped};
use crate::report::{Output, Whole};
use crate::verdict::Where;
use crate::verdict::labels::Listed;
use crate::verdict::words::{self, Phrase, legal as says};

use super::Export;
use super::requests::{self, Request};
use super::shared;

/// How many seconds are listed of one client, the first in order of time.
const SECONDS_LISTED: usize = 1_000;

/// How wide the text is: a page of a letter in a fixed type.
const WIDTH: u16 = 90;

/// The export.
pub(super) struct LegalRequest;

impl Export for LegalRequest {
    fn name(&self) -> &'static str {
        "legal-request"
    }

    fn needs_addresses(&self) -> bool {
        true
    }
}

impl Output for LegalRequest {
    fn file(&self) -> &'static str {
        "legal-request.txt"
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        let mut clients: BTreeMap<usize, Client> = BTreeMap::new();
        requests::each(whole, |request| {
            let judged = request.judged;
            let is_told = judged.counts
                && judged.place != Where::Outside
                && shared::is_shared(judged.grade)
                && shared::may_be_told_of(request.actor);
            if is_told {
                clients.entry(request.actor_place).or_default().add(request);
            }
            Ok(())
        })?;
        let page =
            Page { width: WIDTH, color: false, folder: None, identity: None, retry: String::new() };
        let mut text = Text::veiled(&page, whole.veil);
        head(whole, &mut text);
        let shown = Shown::of(&clients);
        clocks(whole, &clients, shown, &mut text);
        operators(whole, clients, shown, &mut text)?;
        into.write_all(text.out.as_bytes())
    }
}

/// One second of one client.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Second {
    at: i64,
    port: Option<u16>,
    server: String,
}

/// What is told of a second.
#[derive(Debug, Clone)]
struct Told {
    requests: u64,
    /// The number of its first request.
    id: String,
    is_border: bool,
}

/// What is told of one client.
#[derive(Debug, Default)]
struct Client {
    seconds: BTreeMap<Second, Told>,
    timeless: u64,
}

impl Client {
    fn add(&mut self, request: &Request<'_>) {
        let Some(at) = request.hit.at() else {
            self.timeless += 1;
            return;
        };
        let server = request.server.to_owned();
        let second = Second { at: at.seconds, port: request.port, server };
        let is_border = request.judged.place == Where::Border;
        let told = self.seconds.entry(second).or_insert_with(|| Told {
            requests: 0,
            id: request.id.clone().unwrap_or_default(),
            is_border,
        });
        told.requests += 1;
        told.is_border &= is_border;
    }
}

/// What is told of each second, because it differs.
#[derive(Debug, Clone, Copy)]
struct Shown {
    ports: bool,
    servers: bool,
}

impl Shown {
    fn of(clients: &BTreeMap<usize, Client>) -> Shown {
        let each = || clients.values().flat_map(|client| client.seconds.keys());
        let servers: BTreeSet<&str> = each().map(|second| second.server.as_str()).collect();
        Shown { ports: each().any(|second| second.port.is_some()), servers: servers.len() > 1 }
    }
}

fn say(whole: &Whole<'_>, phrase: &Phrase, with: &[&dyn Display]) -> String {
    let language = whole.question.case.language;
    words::set(language, &phrase.say(language, with))
}

/// What the annex is, and what is asked.
fn head(whole: &Whole<'_>, text: &mut Text<'_>) {
    let case = &whole.question.case;
    text.line(&say(whole, &says::HEADING, &[]));
    text.gap();
    let names: Vec<&str> =
        [case.id.as_deref(), case.title.as_deref()].into_iter().flatten().collect();
    if !names.is_empty() {
        text.line(&say(whole, &says::CASE, &[&names.join(", ")]));
    }
    for (phrase, known) in [(&says::AUTHORITY, &case.authority), (&says::EXAMINER, &case.examiner)]
    {
        known.iter().for_each(|name| text.line(&say(whole, phrase, &[name])));
    }
    let tool = &whole.report.tool;
    text.line(&say(whole, &says::MADE_BY, &[&format!("{} {}", tool.name, tool.version)]));
    for (heading, lines) in
        [(&says::ASKED, &[&says::ASK, &says::KEEP][..]), (&says::SAYS, &[&says::SAY])]
    {
        text.heading(&say(whole, heading, &[]));
        lines.iter().for_each(|line| text.line(&say(whole, line, &[])));
    }
}

/// What the times of each server that is named mean.
fn clocks(whole: &Whole<'_>, clients: &BTreeMap<usize, Client>, shown: Shown, text: &mut Text<'_>) {
    text.heading(&say(whole, &says::CLOCKS, &[]));
    text.line(&say(whole, &says::TIMES_ARE, &[]));
    if !clients.is_empty() && !shown.ports {
        text.line(&say(whole, &says::NO_PORTS, &[]));
    }
    let is_named = |name: &str| {
        clients.values().flat_map(|client| client.seconds.keys()).any(|one| one.server == name)
    };
    for (place, server) in whole.question.servers.iter().enumerate() {
        if !is_named(&server.name) {
            continue;
        }
        let sources = whole.plan.sources.iter().zip(&whole.judgement.meanings);
        let mut means = sources.filter(|(planned, _)| planned.server == place);
        let first = means.next().map_or(TimeMeaning::Unknown, |(_, mean)| mean.time);
        let all = means.all(|(_, mean)| mean.time == first);
        let meaning = match first {
            TimeMeaning::End if all => &says::AT_END,
            TimeMeaning::Start if all => &says::AT_START,
            _ => &says::AT_EITHER,
        };
        let set = match server.clock_offset {
            0.0 => say(whole, &says::CLOCK_NOT_SET, &[]),
            offset => say(whole, &says::CLOCK_SET, &[&offset]),
        };
        let error = match server.clock_error {
            0.0 => String::new(),
            error => say(whole, &says::CLOCK_ERROR, &[&error]),
        };
        let meaning = say(whole, meaning, &[]);
        text.item(&say(whole, &says::CLOCK, &[&server.name, &meaning, &set, &error]));
    }
}

/// Who holds the network of an actor, by the lists of the case: a heading, and
/// the network. A list of AS numbers names an operator and goes first.
fn operator(whole: &Whole<'_>, listed: &[Listed]) -> Option<(String, String)> {
    let is_numbered = |note: &str| {
        note.strip_prefix("AS").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let is_as = |one: &&Listed| one.note.as_deref().is_some_and(is_numbered);
    let one = listed.iter().find(is_as).or(listed.first())?;
    let list = whole.question.case.lists.get(one.list)?;
    let holder = match &one.note {
        Some(note) if is_as(&one) => note.clone(),
        Some(note) => format!("{}, {note}", list.says),
        None => list.says.clone(),
    };
    let mut source = say(whole, &says::BY_LIST, &[&list.name, &list.day()]);
    if !one.is_near {
        source.push_str(&say(whole, &says::NOT_NEAR, &[]));
    }
    Some((format!("{holder} ({source})"), one.network.clone()))
}

/// The clients, by operator, those of none last.
fn operators(
    whole: &Whole<'_>,
    clients: BTreeMap<usize, Client>,
    shown: Shown,
    text: &mut Text<'_>,
) -> io::Result<()> {
    if clients.is_empty() {
        text.gap();
        text.line(&say(whole, &says::NONE, &[]));
        return Ok(());
    }
    text.gap();
    text.line(&say(whole, &says::APART, &[]));
    type Own = BTreeMap<(Option<IpAddr>, usize), (Option<String>, Client)>;
    let mut parts: BTreeMap<(bool, String), Own> = BTreeMap::new();
    for (place, client) in clients {
        let actor = &whole.judgement.actors[place];
        let (heading, network) =
            operator(whole, &whole.judgement.portraits.read(place)?.listed).unzip();
        let key = (heading.is_none(), heading.unwrap_or_default());
        parts.entry(key).or_default().insert((actor.key.ip(), place), (network, client));
    }
    for (number, ((is_unknown, heading), listed)) in (1..).zip(&parts) {
        let heading = match is_unknown {
            true => say(whole, &says::NO_LIST, &[]),
            false => heading.clone(),
        };
        text.gap();
        text.line(&format!("{number}. {heading}"));
        if *is_unknown {
            text.line(&say(whole, &says::LOOK_UP, &[]));
        }
        for ((_, place), (network, client)) in listed {
            let name = whole.judgement.actors[*place].client();
            let name = crate::report::safe::text(&name).text;
            text.gap();
            text.line(&match network {
                Some(network) => say(whole, &says::ADDRESS_IN, &[&name, network]),
                None => name,
            });
            seconds(whole, client, shown, text);
        }
    }
    Ok(())
}

/// The seconds of one client.
fn seconds(whole: &Whole<'_>, client: &Client, shown: Shown, text: &mut Text<'_>) {
    let mut row = |words: &str| text.wrapped("  ", "      ", words);
    for (second, told) in client.seconds.iter().take(SECONDS_LISTED) {
        let mut parts = vec![Instant::at(second.at).text(0)];
        if shown.ports {
            parts.push(match second.port {
                Some(port) => say(whole, &says::PORT, &[&port]),
                None => say(whole, &says::NO_PORT, &[]),
            });
        }
        if told.requests > 1 {
            parts.push(say(whole, &says::REQUESTS, &[&told.requests, &grouped(told.requests)]));
        }
        parts.push(told.id.clone());
        parts.extend(Some(second.server.clone()).filter(|_| shown.servers));
        parts.extend(told.is_border.then(|| say(whole, &says::BORDER, &[])));
        row(&parts.join(", "));
    }
    let more = client.seconds.len().saturating_sub(SECONDS_LISTED) as u64;
    if let Some((last, _)) = client.seconds.last_key_value().filter(|_| more > 0) {
        let last = Instant::at(last.at).text(0);
        row(&say(whole, &says::MORE, &[&more, &grouped(more), &last]));
    }
    if client.timeless > 0 {
        row(&say(whole, &says::TIMELESS_LINES, &[&client.timeless, &grouped(client.timeless)]));
    }
}
