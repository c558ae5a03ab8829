//! An open Elasticsearch: looked through, read out, wiped.

use super::{Card, Detector, Fetch, Finding, Sent, Trace, Weight, shown};
use crate::case::Kind;

/// The detector.
pub struct Elasticsearch;

/// From how many pages of results on a search is a dump.
const PAGES: usize = 10;

static CARD: Card = Card {
    name: "elasticsearch",
    notices: "indices were listed, documents read page by page or out to a snapshot, or indices deleted",
    matters: "it tells a look at the banner from a copy of the data, and a copy from its destruction",
    wrong_when: "an application of the operator reaches the cluster by the same way",
    source: "the endpoints of the REST API: _cat, _search with scroll, _snapshot; ransom notes as \
             indices since 2017",
    weight: Weight::Client,
};

impl Detector for Elasticsearch {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let own = || trace.fetches.iter().filter(|fetch| fetch.kind == Kind::Elasticsearch);
        let has = |fetch: &Fetch, name: &str| {
            fetch.path.split(|byte| *byte == b'/').any(|part| part == name.as_bytes())
        };
        let is_read = |fetch: &Fetch| {
            ["_search", "_msearch", "scroll", "_sql", "_mget"].iter().any(|name| has(fetch, name))
        };
        let pages = own().filter(|fetch| fetch.is_sent() && is_read(fetch)).count();
        let listed = own().any(|fetch| has(fetch, "_cat") || has(fetch, "_mapping"));
        let copied = own().find(|fetch| has(fetch, "_snapshot") && fetch.method != b"GET");
        let deleted = own().filter(|fetch| {
            fetch.method == b"DELETE" && fetch.sent == Sent::Wrote && !has(fetch, "_search")
        });
        let deleted = deleted.count();
        let note = own().find(|fetch| fetch.sent == Sent::Wrote && is_note(&fetch.path));
        let mut said = Vec::new();
        if listed && (pages > 0 || deleted > 0) {
            said.push("listed the indices".to_owned());
        }
        if pages >= PAGES {
            said.push(format!("read {pages} pages of documents"));
        }
        if let Some(fetch) = copied {
            said.push(format!("asked for a snapshot ({})", shown(&fetch.path)));
        }
        if deleted > 0 {
            let requests = if deleted == 1 { "request" } else { "requests" };
            said.push(format!("deleted by {deleted} {requests}"));
        }
        if let Some(fetch) = note {
            said.push(format!("left an index named as a ransom note ({})", shown(&fetch.path)));
        }
        let is_found = pages >= PAGES || copied.is_some() || deleted > 0 || note.is_some();
        is_found.then(|| CARD.found(format!("it {}", said.join(", "))))
    }
}

/// Whether a path names an index as ransom notes are named.
fn is_note(path: &[u8]) -> bool {
    let path = path.to_ascii_lowercase();
    ["read_me", "readme", "please_read", "warning", "how_to_restore", "meow"]
        .iter()
        .any(|name| memchr::memmem::find(&path, name.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, look_at};
    use super::*;

    fn es(at: i64, method: &str, path: &str) -> Fetch {
        let sent = if method == "GET" { Sent::Content } else { Sent::Wrote };
        Fetch { kind: Kind::Elasticsearch, method: method.into(), sent, ..fetch(at, path) }
    }

    #[test]
    fn a_dump_is_told_from_a_banner() {
        let mut fetches = vec![es(0, "GET", "/"), es(1, "GET", "/_cat/indices")];
        assert_eq!(look_at(&Elasticsearch, &fetches), None);
        fetches.extend((0..12).map(|at| es(at, "GET", "/people/_search?scroll=1m")));
        let said = "it listed the indices, read 12 pages of documents";
        assert_eq!(look_at(&Elasticsearch, &fetches).as_deref(), Some(said));
        let wiped = [es(0, "DELETE", "/people"), es(1, "PUT", "/read_me/_doc/1")];
        let said =
            "it deleted by 1 request, left an index named as a ransom note (/read_me/_doc/1)";
        assert_eq!(look_at(&Elasticsearch, &wiped).as_deref(), Some(said));
        let copied = [es(0, "PUT", "/_snapshot/x")];
        assert!(look_at(&Elasticsearch, &copied).is_some());
    }
}
