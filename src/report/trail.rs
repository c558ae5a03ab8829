//! The trail of clients: a request a line, in order of time, and what they are
//! in all. For people, as objects for scripts, and as a sheet.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use crate::actor::Class;
use crate::evidence::{Hit, Signs};
use crate::examine::trail::{CLIENTS_KEPT, LIMIT_MOST, PATHS_KEPT, Place, Step, Trail, Wanted};
use crate::examine::{Examined, Plan, Question};
use crate::record::{Client, Instant};
use crate::verdict::behaviour::Noticed;
use crate::verdict::{Grade, Judged, Where};

use super::noticed;
use super::page::{Page, Text, count, grouped};
use super::people::Statuses;
use super::proof;
use super::safe::{self, Json};
use super::sheet::Sheet;

/// How many characters of a target, an agent or a referer stand in a line for
/// people.
const SHOWN: usize = 160;

/// How many statuses the summary tells.
const STATUSES: usize = 8;

/// Everything that a trail is told from.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// The clients as they were typed.
    pub who: &'a [String],
    /// The same as addresses and names.
    pub wanted: &'a Wanted,
    /// What is asked besides: without exposures nothing is graded.
    pub question: &'a Question,
    /// What was to be read.
    pub plan: &'a Plan,
    /// What was read.
    pub examined: &'a Examined,
    /// What each hit is, in the order of the hits.
    pub judged: &'a [Judged],
    /// What was noticed of the clients.
    pub noticed: &'a [Noticed],
}

/// One request, as an object.
#[derive(Debug, Serialize)]
struct Row {
    time: Option<String>,
    source: String,
    line: u64,
    client: String,
    method: Option<String>,
    target: Option<String>,
    status: Option<u16>,
    bytes: Option<u64>,
    host: Option<String>,
    referer: Option<String>,
    user_agent: Option<String>,
    user: Option<String>,
    /// What it proves was sent, where it names what was exposed.
    grade: Option<Grade>,
    #[serde(rename = "where")]
    place: Option<Where>,
    exposures: Vec<String>,
    class: Option<Class>,
    party: Option<String>,
    /// The same line stands in another source, where it is counted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    copy: bool,
    /// Bytes of these fields that are not told.
    #[serde(skip_serializing_if = "is_zero")]
    left_out: u64,
    /// The exact bytes of what is not UTF-8, as `<key>_b64`.
    #[serde(flatten)]
    exact: serde_json::Map<String, serde_json::Value>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What the requests are in all, as an object.
#[derive(Debug, Serialize)]
struct Whole {
    clients: u64,
    clients_are_exact: bool,
    requests: u64,
    first: Option<Instant>,
    last: Option<Instant>,
    bytes: u64,
    by_status: Statuses,
    paths: u64,
    paths_are_exact: bool,
    hits: Hits,
    /// What the clients did that is worth notice, whenever it was.
    findings: Vec<noticed::Row>,
    listed: u64,
    left_out: u64,
    timeless_left_out: u64,
    unread_lines: u64,
}

/// Requests for what was exposed, by where they lie.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Hits {
    inside: u64,
    border: u64,
    outside: u64,
}

#[derive(Serialize)]
struct Last {
    summary: Whole,
}

impl Told<'_> {
    fn trail(&self) -> &Trail {
        &self.examined.answers.trail
    }

    /// The hit that a request is, if it names what was exposed.
    fn hit(&self, place: &Place) -> Option<(&Hit, &Judged)> {
        let key = (place.source, place.offset);
        let at =
            self.examined.hits.binary_search_by_key(&key, |hit| (hit.source, hit.offset)).ok()?;
        Some((&self.examined.hits[at], self.judged.get(at)?))
    }

    fn source(&self, place: &Place) -> Cow<'_, str> {
        let source = self.plan.sources.get(place.source as usize);
        source.map_or(Cow::Borrowed("-"), |source| Cow::Owned(source.found.name()))
    }

    fn row(&self, place: &Place, step: &Step) -> Row {
        let mut exact = serde_json::Map::new();
        let mut left_out = step.left_out;
        let mut text = |key: &str, field: Option<&[u8]>| -> Option<String> {
            let text = safe::text(field?);
            if let Some(b64) = text.b64 {
                exact.insert(format!("{key}_b64"), b64.into());
            }
            left_out += text.left_out;
            Some(text.text)
        };
        let hit = self.hit(place);
        let parties = &self.question.case.parties;
        Row {
            time: place.time().map(|at| proof::time(at, step.digits)),
            source: safe::text(self.source(place).as_bytes()).text,
            line: step.line,
            client: text("client", Some(&client(step))).unwrap_or_default(),
            method: text("method", step.method.as_deref()),
            target: text("target", step.target.as_deref()),
            status: step.status,
            bytes: step.bytes,
            host: text("host", step.host.as_deref()),
            referer: text("referer", step.referer.as_deref()),
            user_agent: text("user_agent", step.agent.as_deref()),
            user: text("user", step.user.as_deref()),
            grade: hit.map(|(_, judged)| judged.grade),
            place: hit.map(|(_, judged)| judged.place),
            exposures: hit
                .map(|(hit, _)| proof::exposures(self.question, hit.exposures))
                .unwrap_or_default(),
            class: hit.map(|(hit, _)| hit.class),
            party: hit.and_then(|(hit, _)| Some(parties.get(hit.party()?)?.name.clone())),
            copy: hit.is_some_and(|(hit, _)| hit.signs.has(Signs::COPY)),
            left_out,
            exact,
        }
    }

    fn whole(&self) -> Whole {
        let trail = self.trail();
        let mut hits = Hits::default();
        for (hit, judged) in self.examined.hits.iter().zip(self.judged) {
            if judged.counts && self.wanted.holds(hit.client) && self.wanted.is_in_time(hit.at()) {
                match judged.place {
                    Where::Inside => hits.inside += 1,
                    Where::Border => hits.border += 1,
                    Where::Outside => hits.outside += 1,
                }
            }
        }
        let originals = self.examined.sources.iter().filter(|one| one.duplicate_of.is_none());
        Whole {
            clients: trail.clients.len() as u64,
            clients_are_exact: trail.clients.len() < CLIENTS_KEPT,
            requests: trail.requests,
            first: trail.first,
            last: trail.last,
            bytes: trail.bytes,
            by_status: Statuses(trail.statuses.clone().into_iter().collect()),
            paths: trail.paths.len() as u64,
            paths_are_exact: trail.paths.len() < PATHS_KEPT,
            hits,
            findings: noticed::rows(self.noticed),
            listed: trail.steps.len() as u64,
            left_out: trail.left_out(),
            timeless_left_out: trail.timeless,
            unread_lines: originals.map(|source| source.coverage.lines.unread).sum(),
        }
    }
}

/// The address of a request's client, or its name.
fn client(step: &Step) -> Vec<u8> {
    match Client::read(&step.client) {
        Client::Ip(ip) => ip.to_string().into_bytes(),
        Client::Name(name) => name.to_vec(),
    }
}

/// Writes an object a line: the requests, and at the end one with the key
/// `summary`.
///
/// # Errors
/// When `into` cannot be written.
pub fn json(told: &Told<'_>, into: &mut dyn Write) -> io::Result<()> {
    for (place, step) in &told.trail().steps {
        safe::json(&told.row(place, step), Json::line(), into)?;
    }
    safe::json(&Last { summary: told.whole() }, Json::line(), into)
}

const COLUMNS: &[&str] = &[
    "time",
    "source",
    "line",
    "client",
    "method",
    "target",
    "status",
    "bytes",
    "host",
    "referer",
    "user_agent",
    "user",
    "grade",
    "where",
    "exposures",
    "class",
    "party",
    "copy",
];

/// Writes a row a request.
///
/// # Errors
/// When `into` cannot be written.
pub fn sheet(told: &Told<'_>, into: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new(into, COLUMNS)?;
    for (place, step) in &told.trail().steps {
        let row = told.row(place, step);
        let raw = |field: &Option<Vec<u8>>| field.clone().unwrap_or_default();
        let number = |number: Option<u64>| number.map_or_else(Vec::new, |n| n.to_string().into());
        let cells: [Vec<u8>; 18] = [
            row.time.unwrap_or_default().into(),
            row.source.into(),
            row.line.to_string().into(),
            client(step),
            raw(&step.method),
            raw(&step.target),
            number(step.status.map(u64::from)),
            number(step.bytes),
            raw(&step.host),
            raw(&step.referer),
            raw(&step.agent),
            raw(&step.user),
            row.grade.map(|grade| grade.to_string()).unwrap_or_default().into(),
            row.place.map(Where::word).unwrap_or_default().into(),
            row.exposures.join("; ").into(),
            row.class.map(Class::word).unwrap_or_default().into(),
            row.party.unwrap_or_default().into(),
            if row.copy { "yes".into() } else { Vec::new() },
        ];
        sheet.row(cells.iter().map(Vec::as_slice))?;
    }
    sheet.finish()
}

/// Writes the requests for people. What changes seldom, the client, its agent
/// and where it came from, stands on a line of its own where it changes.
///
/// # Errors
/// When `into` cannot be written.
pub fn text(told: &Told<'_>, into: &mut dyn Write) -> io::Result<()> {
    let zone = told.question.case.time_zone;
    let clock = zone.map_or_else(|| "UTC".to_owned(), |zone| zone.to_string());
    let graded = !told.question.case.exposures.is_empty();
    let shown = |field: &[u8]| safe::short(field, SHOWN);
    let (mut before, mut agent, mut referer) = (None, None, None);
    if !told.trail().steps.is_empty() {
        let grade = if graded { "grade where    " } else { "" };
        writeln!(into, "{:<19}  status      bytes  {grade}request  (times in {clock})", "time")?;
    }
    for (place, step) in &told.trail().steps {
        let own = client(step);
        if before.as_ref() != Some(&own) {
            writeln!(into, "{}", shown(&own))?;
            (agent, referer) = (None, None);
            before = Some(own);
        }
        if agent != Some(&step.agent) {
            let text = step.agent.as_deref().map_or_else(|| "-".to_owned(), shown);
            writeln!(into, "    agent {text}")?;
            agent = Some(&step.agent);
        }
        if referer != Some(&step.referer) && (referer.is_some() || step.referer.is_some()) {
            let text = step.referer.as_deref().map_or_else(|| "-".to_owned(), shown);
            writeln!(into, "    referer {text}")?;
        }
        referer = Some(&step.referer);
        let at = place.time().map(|at| zone.map_or_else(|| at.text(0), |zone| zone.show(at)));
        let at = at.unwrap_or_else(|| "-".to_owned());
        let at: String = at.chars().take(19).collect::<String>().replace('T', " ");
        let grade = match (graded, told.hit(place)) {
            (false, _) => String::new(),
            (true, None) => format!("{:<15}", "-"),
            (true, Some((hit, judged))) => {
                let place = match hit.signs {
                    signs if signs.has(Signs::COPY) => "copy",
                    signs if signs.has(Signs::OTHER_HOST) => "host",
                    _ => judged.place.word(),
                };
                format!("{:<5} {place:<9}", judged.grade.to_string())
            }
        };
        let request = match (&step.method, &step.target) {
            (Some(method), Some(target)) => format!("{} {}", shown(method), shown(target)),
            (_, Some(raw)) => format!("no request: {}", shown(raw)),
            (_, None) => "no request".to_owned(),
        };
        writeln!(
            into,
            "{at:<19}  {:>6} {:>10}  {grade}{request}  [{}:{}]",
            Statuses::key(step.status),
            step.bytes.map_or_else(|| "-".to_owned(), grouped),
            shown(told.source(place).as_bytes()),
            step.line,
        )?;
    }
    if !told.trail().steps.is_empty() {
        writeln!(into)?;
    }
    Ok(())
}

/// What the requests are in all, in words. `list` says where they are listed,
/// where that is not before it.
pub fn summary(told: &Told<'_>, page: &Page, list: Option<&str>) -> String {
    let whole = told.whole();
    let mut text = Text::new(page);
    let zone = told.question.case.time_zone;
    let clock = |at: Instant| zone.map_or_else(|| at.text(0), |zone| zone.show(at));
    let who = told.who.join(", ");
    text.heading("In all");
    if whole.requests == 0 {
        text.line(&format!("No request of {who} is in these logs."));
    } else {
        let at_least = |exact: bool| if exact { "" } else { "at least " };
        let mut line = format!("{} of {who}", count(whole.requests, "request", "requests"));
        if whole.clients > 1 {
            let exact = at_least(whole.clients_are_exact);
            line.push_str(&format!(" ({exact}{} clients)", grouped(whole.clients)));
        }
        if let (Some(first), Some(last)) = (whole.first, whole.last) {
            line.push_str(&format!(", first {}, last {}", clock(first), clock(last)));
        }
        text.line(&format!("{line}."));
        let mut statuses: Vec<_> = whole.by_status.0.iter().collect();
        statuses.sort_by_key(|(status, count)| (std::cmp::Reverse(**count), **status));
        let more = statuses.len().saturating_sub(STATUSES);
        let each = statuses
            .iter()
            .take(STATUSES)
            .map(|(status, count)| format!("{} {}", Statuses::key(**status), grouped(**count)));
        let mut each: Vec<String> = each.collect();
        if more > 0 {
            each.push(format!("and {more} more"));
        }
        text.line(&format!(
            "By status: {}. {}{}; {} by the logs' count.",
            each.join(", "),
            at_least(whole.paths_are_exact),
            count(whole.paths, "distinct path", "distinct paths"),
            count(whole.bytes, "byte", "bytes"),
        ));
        if !told.question.case.exposures.is_empty() {
            let Hits { inside, border, outside } = whole.hits;
            text.line(&format!(
                "{} named what was exposed: {} inside the window, {} at its border, {} outside.",
                grouped(inside + border + outside),
                grouped(inside),
                grouped(border),
                grouped(outside),
            ));
        }
    }
    noticed::text(told.noticed, told.trail().clients.len(), &mut text);
    if let Some(list) = list {
        text.line(&format!(
            "{} listed in {list}.",
            count(whole.listed, "request is", "requests are")
        ));
    }
    if whole.left_out > 0 {
        let advice = match whole.requests {
            all if all <= LIMIT_MOST => format!("--limit {all} lists all"),
            _ => "--from and --to choose a time".to_owned(),
        };
        text.warn(&format!(
            "the first {} in order of time are listed, {} later ones are not; {advice}",
            grouped(whole.listed),
            grouped(whole.left_out),
        ));
    }
    if whole.timeless_left_out > 0 {
        text.warn(&format!(
            "{} without a time may be of the time that is asked for, and are not counted",
            count(whole.timeless_left_out, "request", "requests")
        ));
    }
    if whole.unread_lines > 0 {
        text.note(&format!(
            "{} of these logs could not be read and may be of any client: whofetched explain LOG",
            count(whole.unread_lines, "line", "lines")
        ));
    }
    text.out
}
