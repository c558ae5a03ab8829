//! `timesketch.jsonl`: a timeline for Timesketch, an object a line. Beside
//! the requests for what was exposed stand the windows and the events of the
//! case, so that both are seen on one line of time.
//!
//! Timesketch asks for `message`, `datetime` and `timestamp_desc`, takes
//! `timestamp` in microseconds, and ends its reading of a file at a line that
//! lacks one of the three (docs/guides/user/import-from-json-csv.md of its
//! repository). So what has no time is not written, and told.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::case::Happening;
use crate::record::Instant;
use crate::report::safe::{self, Json};
use crate::report::{Output, Whole};

use super::Export;
use super::requests::{self, Request};

/// The export.
pub(super) struct Timesketch;

impl Export for Timesketch {
    fn name(&self) -> &'static str {
        "timesketch"
    }
}

impl Output for Timesketch {
    fn file(&self) -> &'static str {
        "timesketch.jsonl"
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        for line in of_case(whole) {
            safe::json(&line, Json::line(), into)?;
        }
        requests::each(whole, |request| match request.hit.at() {
            Some(at) => safe::json(&of_request(request, at), Json::line(), into),
            None => Ok(()),
        })
    }
}

/// A line that is no request's.
fn line(at: Instant, what: &str, message: &str) -> Value {
    json!({
        "message": safe::terminal(message.as_bytes()),
        "datetime": datetime(at, 0),
        "timestamp": microseconds(at),
        "timestamp_desc": what,
        "data_type": "whofetched:case",
        "tag": ["whofetched", "case"],
    })
}

/// The windows and events of the case, in order of time, and what stands in
/// no line of a request.
fn of_case(whole: &Whole<'_>) -> Vec<Value> {
    let case = &whole.question.case;
    let mut marks = Vec::new();
    for exposure in &case.exposures {
        for window in &exposure.windows {
            let name = &exposure.name;
            let opened = window.from.map(|at| (at, "Exposure began", format!("{name}: exposed")));
            let closed = window.to.map(|at| (at, "Exposure ended", format!("{name}: closed")));
            marks.extend(opened.into_iter().chain(closed));
        }
    }
    marks.extend(case.events.iter().map(|event| {
        let by = event.by.as_ref().map(|by| format!(", by {by}")).unwrap_or_default();
        (event.at, "Event of the case", format!("{}{by}", happening(event.what)))
    }));
    let last = whole.examined.hits.iter().filter_map(crate::evidence::Hit::at).max();
    let last = last.or(marks.iter().map(|(at, ..)| *at).max());
    if let Some((at, told)) = last.zip(requests::timeless(whole)) {
        marks.push((at, "Note", told));
    }
    marks.sort();
    marks.iter().map(|(at, what, message)| line(*at, what, message)).collect()
}

/// What happened, in words.
fn happening(what: Happening) -> &'static str {
    match what {
        Happening::Confirmed => "the exposure was confirmed",
        Happening::Fixed => "the exposure was declared fixed",
        Happening::Found => "the exposure was found",
        Happening::Published => "the exposure was made public",
        Happening::Reopened => "the exposure was open again",
        Happening::Restarted => "the server was restarted",
        Happening::Sighted => "the data was seen elsewhere",
    }
}

fn of_request(request: &Request<'_>, at: Instant) -> Value {
    let (path, query) = request.path_and_query();
    let fields = json!({
        "message": request.message(),
        "datetime": datetime(at, request.digits),
        "timestamp": microseconds(at),
        "timestamp_desc": "HTTP request logged",
        "data_type": "whofetched:request",
        "tag": requests::tags(request),
        "source_short": "WEBLOG",
        "ip_address": request.ip,
        "client": request.client,
        "source_port": request.port,
        "http_method": request.method,
        "http_request": request.target,
        "http_request_referer": request.referer,
        "http_request_user_agent": request.agent,
        "http_response_code": request.hit.status(),
        "http_response_bytes": request.hit.bytes(),
        "server_name": request.host,
        "username": request.user,
        "url_path": path,
        "url_query": query,
        "exposed_path": request.path,
        "spelling": request.hit.spelling.word(),
        "evidence_id": request.id,
        "actor_id": request.actor_id,
        "actor_class": request.hit.class.word(),
        "party": request.party,
        "grade": request.judged.grade.to_string(),
        "where": request.judged.place.word(),
        "exposures": request.exposures,
        "not_counted_because": Some(request.not_counted).filter(|why| !why.is_empty()),
        "same_as": request.same_as,
        "server": request.server,
        "source_file": request.source,
        "source_line": request.hit.line,
        "source_offset": request.hit.offset,
        "line_sha256": request.sha256,
    });
    match fields {
        // A field that is absent is absent, as Timesketch has it.
        Value::Object(map) => map.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}

/// A time as Timesketch shows it: ISO 8601 with its offset.
fn datetime(at: Instant, digits: u8) -> String {
    at.text(digits).replace('Z', "+00:00")
}

fn microseconds(at: Instant) -> i64 {
    at.seconds.saturating_mul(1_000_000).saturating_add(i64::from(at.nanos / 1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_twice_and_agree() {
        let at = Instant { seconds: 1_629_940_034, nanos: 120_999_999 };
        assert_eq!(datetime(at, 3), "2021-08-26T01:07:14.120+00:00");
        assert_eq!(microseconds(at), 1_629_940_034_120_999);
    }
}
