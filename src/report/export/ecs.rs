//! `ecs.ndjson`: the requests for what was exposed as events of the Elastic
//! Common Schema, an object a line, for Elasticsearch, OpenSearch and what
//! reads them.
//!
//! Fields and their types are those of ECS 9.4; what has no field there is a
//! label, which is text. What has no time is no event, and told in a last
//! line of kind `state`. The raw line stands in `evidence.jsonl`, and here is
//! its digest (`event.hash`).

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::record::{BytesMeaning, Instant};
use crate::report::safe::{self, Json};
use crate::report::{Output, Whole};

use super::Export;
use super::requests::{self, Request};

/// The version of the schema whose fields these are.
const VERSION: &str = "9.4.0";

/// The export.
pub(super) struct Ecs;

impl Export for Ecs {
    fn name(&self) -> &'static str {
        "ecs"
    }
}

impl Output for Ecs {
    fn file(&self) -> &'static str {
        "ecs.ndjson"
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        let mut last = None;
        requests::each(whole, |request| {
            let Some(at) = request.hit.at() else { return Ok(()) };
            last = last.max(Some(at));
            safe::json(&event(request, at), Json::line(), into)
        })?;
        // Without any event there is no time to tell it at, and nothing to miss.
        match last.zip(requests::timeless(whole)) {
            Some((at, told)) => safe::json(&note(at, told), Json::line(), into),
            None => Ok(()),
        }
    }
}

fn event(request: &Request<'_>, at: Instant) -> Value {
    let (hit, judged) = (request.hit, request.judged);
    let (path, query) = request.path_and_query();
    let ip = &request.ip;
    let outcome = match hit.status() {
        Some(status) if status < 400 => "success",
        Some(_) => "failure",
        None => "unknown",
    };
    let bytes = |mean: BytesMeaning| hit.bytes().filter(|_| request.bytes_mean == mean);
    // What was planned, or may be with or without headers, is no count of ECS.
    let is_vague = matches!(request.bytes_mean, BytesMeaning::Planned | BytesMeaning::Unknown);
    let vague = hit.bytes().filter(|_| is_vague).map(|bytes| bytes.to_string());
    let because = Some(request.not_counted).filter(|why| !why.is_empty());
    nested([
        ("@timestamp", json!(at.text(request.digits))),
        ("ecs.version", json!(VERSION)),
        ("message", json!(request.message())),
        ("tags", json!(requests::tags(request))),
        ("event.kind", json!("event")),
        ("event.category", json!(["web"])),
        ("event.type", json!(["access"])),
        ("event.outcome", json!(outcome)),
        ("event.module", json!("whofetched")),
        ("event.dataset", json!("whofetched.request")),
        ("event.id", json!(request.id)),
        ("event.hash", json!(request.sha256)),
        ("event.duration", json!(hit.took().map(|millis| u64::from(millis) * 1_000_000))),
        ("event.reason", json!(judged.grade.says())),
        ("source.address", json!(request.client)),
        ("source.ip", json!(ip)),
        ("source.port", json!(request.port)),
        ("client.address", json!(request.client)),
        ("client.ip", json!(ip)),
        ("client.port", json!(request.port)),
        ("related.ip", json!(ip.as_ref().map(|ip| vec![ip]))),
        ("http.request.method", json!(request.method)),
        ("http.request.referrer", json!(request.referer)),
        ("http.response.status_code", json!(hit.status())),
        ("http.response.body.bytes", json!(bytes(BytesMeaning::Body))),
        ("http.response.bytes", json!(bytes(BytesMeaning::Wire))),
        ("url.original", json!(request.target)),
        ("url.path", json!(path)),
        ("url.query", json!(query)),
        ("url.domain", json!(request.host)),
        ("user.name", json!(request.user)),
        ("user_agent.original", json!(request.agent)),
        ("log.file.path", json!(request.source)),
        ("labels.actor", json!(request.actor_id)),
        ("labels.class", json!(hit.class.word())),
        ("labels.party", json!(request.party)),
        ("labels.grade", json!(judged.grade.to_string())),
        ("labels.where", json!(judged.place.word())),
        ("labels.exposures", json!(request.exposures.join("; "))),
        ("labels.exposed_path", json!(request.path)),
        ("labels.spelling", json!(hit.spelling.word())),
        ("labels.server", json!(request.server)),
        ("labels.line", json!(hit.line.to_string())),
        ("labels.offset", json!(hit.offset.to_string())),
        ("labels.bytes_as_logged", json!(vague)),
        ("labels.same_as", json!(request.same_as)),
        ("labels.not_counted_because", json!(because)),
    ])
}

fn note(at: Instant, told: String) -> Value {
    nested([
        ("@timestamp", json!(at.text(0))),
        ("ecs.version", json!(VERSION)),
        ("message", json!(told)),
        ("event.kind", json!("state")),
        ("event.module", json!("whofetched")),
        ("event.dataset", json!("whofetched.note")),
    ])
}

/// Fields by their dotted names as objects in one another; what is null is
/// left out.
fn nested<'f>(fields: impl IntoIterator<Item = (&'f str, Value)>) -> Value {
    let mut whole = Map::new();
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_null()) {
        put(&mut whole, name, value);
    }
    Value::Object(whole)
}

/// Puts a value where its dotted name says.
fn put(object: &mut Map<String, Value>, name: &str, value: Value) {
    let Some((head, tail)) = name.split_once('.') else {
        object.insert(name.to_owned(), value);
        return;
    };
    // Of the fields of the schema none is both a value and an object.
    if let Value::Object(inner) = object.entry(head).or_insert_with(|| Value::Object(Map::new())) {
        put(inner, tail, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_names_become_objects() {
        let fields =
            [("a.b.c", json!(1)), ("a.b.d", json!([2])), ("a.e", Value::Null), ("f", json!("x"))];
        assert_eq!(nested(fields), json!({"a": {"b": {"c": 1, "d": [2]}}, "f": "x"}));
    }
}
