//! Mappings of random names, and objects of random shape and order written by
//! them: what was written is read back.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::super::Scratch;
use super::super::Template;
use super::random::{Values, undone, values};
use crate::record::{Request, Role};

/// What a mapping names, and how a site writes it; `way` chooses among the
/// ways in which sites do.
fn fields(values: &Values, way: usize) -> Vec<(&'static str, Value)> {
    let time = chrono::DateTime::<chrono::Utc>::from_timestamp(values.seconds, 0).unwrap();
    let line = format!("{} {} HTTP/1.1", values.method, values.target);
    let list: Vec<&str> = values.list.split(", ").collect();
    let mut fields = vec![
        ("peer", json!(values.peer)),
        ("forwarded", if way.is_multiple_of(2) { json!(values.list) } else { json!(list) }),
        ("user", json!(values.user)),
        (
            "time",
            match way % 3 {
                0 => json!(time.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
                1 => json!(time.format("%d/%b/%Y:%H:%M:%S +0000").to_string()),
                _ => json!(values.seconds),
            },
        ),
        (
            "status",
            if way.is_multiple_of(2) {
                json!(values.status)
            } else {
                json!(values.status.to_string())
            },
        ),
        ("body", json!(values.bytes)),
        match way % 3 {
            0 => ("took_us", json!(values.micros)),
            1 => ("took_ms", json!((values.micros / 1000).to_string())),
            _ => ("took_ns", json!(values.micros * 1000)),
        },
        ("host", json!(values.host)),
        ("referer", json!(values.referer)),
        ("agent", json!(values.agent)),
    ];
    match way % 2 {
        0 => fields.push(("request", json!(line))),
        _ => fields.extend([("method", json!(values.method)), ("target", json!(values.target))]),
    }
    fields
}

/// Puts a value at a path of names into an object.
fn put(object: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [name] => drop(object.insert((*name).to_owned(), value)),
        [name, rest @ ..] => {
            let below = object.entry((*name).to_owned()).or_insert_with(|| json!({}));
            put(below.as_object_mut().unwrap(), rest, value);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_mapping_is_read_back(
        values in values(),
        way in 0_usize..6,
        names in prop::collection::hash_set("[a-zA-Z@_][a-zA-Z0-9_ -]{0,6}[a-z]", 12),
        folders in prop::collection::vec(0_usize..3, 12),
        order in Just((0..12).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let names: Vec<String> = names.into_iter().collect();
        let fields = fields(&values, way);
        let path = |at: usize| {
            // An object never has the name of a value.
            let folder = ["", "request 1.", "a.b."][folders[at]];
            format!("{folder}{}{at}", names[at])
        };
        let mut pairs = Vec::new();
        let mut object = Map::new();
        for &at in order.iter().filter(|at| **at < fields.len()) {
            let (field, value) = &fields[at];
            pairs.push(format!("{field}:\"{}\"", path(at)));
            put(&mut object, &path(at).split('.').collect::<Vec<_>>(), value.clone());
        }
        put(&mut object, &["other"], json!({"deep": [1, {"peer": "198.51.100.1"}], "none": null}));
        let directive = format!("json:{{{}}}", pairs.join(", "));
        let line = Value::Object(object).to_string();
        let template = Template::compile(&directive).unwrap();
        let mut scratch = Scratch::default();
        let record = match template.read(line.as_bytes(), &mut scratch) {
            Ok(record) => record,
            Err(miss) => panic!("{directive}\n{line}\n{miss:?}"),
        };
        let first = |role| String::from_utf8_lossy(record.addresses.first(role).unwrap_or_default());
        assert_eq!(first(Role::Peer), values.peer, "{directive}\n{line}");
        assert_eq!(first(Role::Forwarded), values.list, "{directive}\n{line}");
        assert_eq!(record.time.map(|time| time.reading.seconds), Some(values.seconds));
        assert_eq!((record.status, record.bytes), (Some(values.status), Some(values.bytes)));
        assert_eq!(record.took, Some(values.micros));
        assert_eq!(undone(&record, record.user), values.user);
        assert_eq!(undone(&record, record.host), values.host);
        assert_eq!(undone(&record, record.referer), values.referer);
        assert_eq!(undone(&record, record.agent), values.agent);
        let Request::Line { method, target, .. } = record.request else {
            panic!("{directive}\n{line}\n{:?}", record.request)
        };
        assert_eq!(method, values.method.as_bytes());
        assert_eq!(undone(&record, Some(target)), values.target);
    }
}
