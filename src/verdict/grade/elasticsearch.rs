//! What the endpoints of Elasticsearch and OpenSearch send.
//!
//! Reference: the REST APIs of Elasticsearch 1 to 8 and of OpenSearch. An
//! endpoint is the first segment of a path that begins with `_` and is not
//! `_all`, so it is found behind an index (`/people/_search`), behind an index
//! and a type (`/people/person/_search`) and behind the path of a proxy.

use crate::evidence::Method;

/// What an endpoint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It sends documents, or parts of them.
    Content,
    /// It changes what is stored, or has it copied elsewhere.
    Change,
    /// It sends names, settings, counts and states.
    Names,
    /// It sends nothing that is stored: a search is closed, a cache emptied.
    Nothing,
}

/// Documents, whatever the method: a search may be a POST.
const CONTENT: [&str; 23] = [
    "_async_search",
    "_doc",
    "_eql",
    "_esql",
    "_explain",
    "_fleet",
    "_graph",
    "_knn_search",
    "_mget",
    "_msearch",
    "_mtermvectors",
    "_mvt",
    "_percolate",
    "_ppl",
    "_query",
    "_rank_eval",
    "_search",
    "_source",
    "_sql",
    "_suggest",
    "_terms_enum",
    "_termvector",
    "_termvectors",
];

/// Changes, unless they are only looked at (GET).
const CHANGE: [&str; 18] = [
    "_aliases",
    "_bulk",
    "_clone",
    "_close",
    "_create",
    "_delete_by_query",
    "_forcemerge",
    "_open",
    "_optimize",
    "_reindex",
    "_restore",
    "_rollover",
    "_shrink",
    "_snapshot",
    "_split",
    "_update",
    "_update_by_query",
    "_upgrade",
];

/// Names, settings, counts and states.
const NAMES: [&str; 36] = [
    "_alias",
    "_analyze",
    "_cat",
    "_cluster",
    "_component_template",
    "_count",
    "_data_stream",
    "_field_caps",
    "_field_stats",
    "_ilm",
    "_index_template",
    "_ingest",
    "_license",
    "_mapping",
    "_mappings",
    "_nodes",
    "_pit",
    "_recovery",
    "_remote",
    "_render",
    "_resolve",
    "_rollup",
    "_scripts",
    "_search_shards",
    "_security",
    "_segments",
    "_settings",
    "_shard_stores",
    "_slm",
    "_stats",
    "_status",
    "_tasks",
    "_template",
    "_transform",
    "_validate",
    "_xpack",
];

/// Nothing of what is stored.
const NOTHING: [&str; 3] = ["_cache", "_flush", "_refresh"];

/// Words under which other interfaces hang their own endpoints.
const PREFIXES: [&str; 3] = ["_opendistro", "_plugins", "_xpack"];

/// What a request does that was answered with success. What is not known
/// sends content.
pub fn effect(method: Method, path: &[u8]) -> Effect {
    let segments: Vec<&[u8]> =
        path.split(|byte| *byte == b'/').filter(|segment| !segment.is_empty()).collect();
    let is_endpoint = |segment: &&[u8]| segment.starts_with(b"_") && **segment != *b"_all";
    let Some(at) = segments.iter().position(is_endpoint) else {
        return document(method, segments.len());
    };
    let next = segments.get(at + 1).copied();
    let is_in = |names: &[&str], word: &[u8]| names.iter().any(|name| name.as_bytes() == word);
    let mut endpoint = segments[at];
    if let Some(next) = next.filter(|_| is_in(&PREFIXES, endpoint)) {
        // `/_xpack/sql` and `/_plugins/_sql` are both `_sql`.
        let bare = next.strip_prefix(b"_").unwrap_or(next);
        let known = CONTENT.iter().find(|name| name.as_bytes()[1..] == *bare);
        endpoint = known.map_or(endpoint, |name| name.as_bytes());
    }
    let is_change = matches!(method, Method::Put | Method::Delete);
    let closes = method == Method::Delete
        && (is_in(&["_async_search", "_eql", "_pit", "_search", "_sql"], endpoint));
    if closes || is_in(&NOTHING, endpoint) {
        return Effect::Nothing;
    }
    if is_change {
        return Effect::Change;
    }
    let is_post = method == Method::Post;
    if is_in(&CHANGE, endpoint) {
        return if is_post { Effect::Change } else { Effect::Names };
    }
    if is_in(&CONTENT, endpoint) {
        let is_state = next.is_some_and(|next| is_in(&["close", "translate"], next));
        return match endpoint {
            // A new document, and an update of before version 7.
            b"_doc" if is_post => Effect::Change,
            b"_sql" if is_state => Effect::Names,
            _ => Effect::Content,
        };
    }
    let is_named = is_in(&NAMES, endpoint);
    if is_named && is_post && segments.iter().any(|segment| is_in(&CHANGE, segment)) {
        return Effect::Change;
    }
    if is_named { Effect::Names } else { Effect::Content }
}

/// Without an endpoint: the banner, what is told of an index, and since the
/// first version a document by index, type and id.
fn document(method: Method, depth: usize) -> Effect {
    match (method, depth) {
        (Method::Put | Method::Delete, _) => Effect::Change,
        (Method::Post, 2..) => Effect::Change,
        (Method::Get, 0 | 1) => Effect::Names,
        _ => Effect::Content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_is_told_behind_an_index_or_alone() {
        let check = |method: &str, path: &str, expected: Effect| {
            assert_eq!(
                effect(Method::of(method.as_bytes()), path.as_bytes()),
                expected,
                "{method} {path}"
            );
        };
        use Effect::{Change, Content, Names, Nothing};
        for path in [
            "/",
            "/people",
            "/_all",
            "/_cat",
            "/_cat/indices",
            "/_cat/indices/people",
            "/_cluster/health",
            "/_nodes/stats",
            "/_mapping",
            "/people/_mapping",
            "/_all/_mapping",
            "/_stats",
            "/_aliases",
            "/_snapshot",
            "/_snapshot/_all",
            "/people/_count",
            "/people/_field_caps",
            "/people/_settings",
            "/_security/user",
        ] {
            check("GET", path, Names);
        }
        for path in [
            "/_search",
            "/_all/_search",
            "/people/_search",
            "/people/person/_search",
            "/a,b*/_search",
            "/_search/scroll",
            "/_search/scroll/DXF1ZXJ5",
            "/_msearch",
            "/people/_doc/1",
            "/people/_doc/1/_source",
            "/people/_source/1",
            "/people/person/1",
            "/people/person/1/_source",
            "/es/people/_search",
            "/_mget",
            "/_async_search/FmRldE8z",
            "/people/_eql/search",
            "/_sql",
            "/_xpack/sql",
            "/_plugins/_sql",
            "/_opendistro/_ppl",
            "/people/_termvectors/1",
            "/people/_something_new",
        ] {
            check("GET", path, Content);
        }
        for path in
            ["/people/_search", "/_search/scroll", "/_msearch", "/_sql", "/people/_eql/search"]
        {
            check("POST", path, Content);
        }
        for (method, path) in [
            ("POST", "/_bulk"),
            ("POST", "/people/_bulk"),
            ("POST", "/people/_doc"),
            ("POST", "/people/_doc/1"),
            ("POST", "/people/person"),
            ("POST", "/people/person/1/_update"),
            ("POST", "/people/_update/1"),
            ("POST", "/people/_delete_by_query"),
            ("POST", "/_reindex"),
            ("PUT", "/_snapshot/mine"),
            ("POST", "/_snapshot/mine/s/_restore"),
            ("PUT", "/people"),
            ("PUT", "/people/_doc/1"),
            ("DELETE", "/people"),
            ("DELETE", "/_all"),
            ("DELETE", "/people/_doc/1"),
            ("PUT", "/people/_settings"),
        ] {
            check(method, path, Change);
        }
        for (method, path) in [
            ("DELETE", "/_search/scroll"),
            ("DELETE", "/_pit"),
            ("DELETE", "/_async_search/x"),
            ("POST", "/people/_refresh"),
        ] {
            check(method, path, Nothing);
        }
        check("POST", "/people/_pit", Names);
        check("POST", "/_sql/translate", Names);
        check("POST", "/people/_count", Names);
    }
}
