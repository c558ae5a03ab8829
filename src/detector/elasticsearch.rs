//! An open Elasticsearch: looked through, read out, wiped.
//!
//! Lawful programs search, scroll, back up and delete old indices by the same
//! endpoints. So a client is named only by what they do not do: read out what
//! it has first listed, register a place of its own for a copy, delete what
//! bears no date, leave a note.

use super::{Card, Detector, Fetch, Finding, Sent, Trace, Weight, shown};
use crate::case::Kind;

/// The detector.
pub struct Elasticsearch;

/// From how many pages of results on a search is a dump.
const PAGES: usize = 10;

/// From how many documents on one page is.
const LARGE: u64 = 1_000;

static CARD: Card = Card {
    name: "elasticsearch",
    notices: "documents were read page by page after the indices were listed, copied to a snapshot, \
              or indices deleted or replaced by a note",
    matters: "it tells a look at the banner from a copy of the data, and a copy from its destruction",
    wrong_when: "an application of the operator reaches the cluster by the same way; what backs up \
                 or clears away by date is told and not named",
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
        let is_read = |fetch: &&Fetch| {
            let names = ["_search", "_msearch", "scroll", "_sql", "_mget"];
            fetch.is_sent() && names.iter().any(|name| has(fetch, name))
        };
        let pages = own().filter(is_read).count();
        let is_large = own().filter(is_read).any(|fetch| size(fetch) >= LARGE);
        let listed = own().any(|fetch| {
            ["_cat", "_mapping", "_aliases", "_stats", "_all"].iter().any(|name| has(fetch, name))
        });
        let wrote = |fetch: &&Fetch| {
            let is_answered = !matches!(fetch.sent, Sent::Nothing | Sent::Unknown);
            fetch.method != b"GET" && is_answered
        };
        let copied = own().filter(wrote).find(|fetch| has(fetch, "_snapshot"));
        let registered = own().filter(wrote).any(is_repository);
        let deleted: Vec<&Fetch> = own()
            .filter(|fetch| fetch.method == b"DELETE" && fetch.sent == Sent::Wrote)
            .filter(|fetch| !has(fetch, "_search") && !has(fetch, "scroll"))
            .collect();
        let is_wiped = deleted.iter().any(|fetch| !is_dated(&fetch.path));
        let note = own()
            .filter(|fetch| fetch.sent == Sent::Wrote && fetch.method != b"DELETE")
            .find(|fetch| is_note(&fetch.path, is_wiped));
        let is_dump = listed && (pages >= PAGES || is_large);
        let mut said = Vec::new();
        if listed && (pages > 0 || !deleted.is_empty()) {
            said.push(trace.says("listed the indices", "a listé les index"));
        }
        if pages >= PAGES || is_large {
            let noun = if pages == 1 { "page" } else { "pages" };
            said.push(trace.says(
                format!("read {pages} {noun} of documents"),
                format!("a lu {pages} {noun} de documents"),
            ));
        }
        if let Some(fetch) = copied {
            let path = shown(&fetch.path);
            said.push(trace.says(
                format!("asked for a snapshot ({path})"),
                format!("a demandé un instantané ({path})"),
            ));
        }
        if !deleted.is_empty() {
            let n = deleted.len();
            let (en, fr) = if n == 1 { ("request", "requête") } else { ("requests", "requêtes") };
            said.push(
                trace.says(format!("deleted by {n} {en}"), format!("a supprimé par {n} {fr}")),
            );
        }
        if let Some(fetch) = note {
            let path = shown(&fetch.path);
            said.push(trace.says(
                format!("left an index named as a ransom note ({path})"),
                format!("a laissé un index nommé comme une demande de rançon ({path})"),
            ));
        }
        let is_all = deleted.iter().any(|fetch| has(fetch, "_all") || fetch.path.contains(&b'*'));
        let is_named = is_dump || registered || is_all || is_wiped && listed || note.is_some();
        let is_told = is_named || pages >= PAGES || copied.is_some() || !deleted.is_empty();
        let weight = if is_named { CARD.weight } else { Weight::Note };
        let said = said.join(", ");
        let it = || trace.says(format!("it {said}"), format!("il {said}"));
        is_told.then(|| CARD.found_as(weight, it()))
    }
}

/// Whether a segment of the path is a name.
fn has(fetch: &Fetch, name: &str) -> bool {
    fetch.path.split(|byte| *byte == b'/').any(|part| part == name.as_bytes())
}

/// How many documents a page was asked to hold.
fn size(fetch: &Fetch) -> u64 {
    let sizes = fetch
        .query
        .split(|byte| *byte == b'&')
        .filter_map(|pair| std::str::from_utf8(pair.strip_prefix(b"size=")?).ok()?.parse().ok());
    sizes.max().unwrap_or(0)
}

/// Whether a request registers a place for snapshots: `/_snapshot/NAME`.
fn is_repository(fetch: &Fetch) -> bool {
    let mut parts = fetch.path.split(|byte| *byte == b'/').filter(|part| !part.is_empty());
    parts.next() == Some(b"_snapshot") && parts.next().is_some() && parts.next().is_none()
}

/// Whether an index is named by a date, as what is cleared away by age is:
/// four digits of a year, and two more.
fn is_dated(path: &[u8]) -> bool {
    let year = path.windows(4).position(|four| {
        four.iter().all(u8::is_ascii_digit) && (four.starts_with(b"19") || four.starts_with(b"20"))
    });
    year.is_some_and(|at| path[at + 4..].iter().filter(|byte| byte.is_ascii_digit()).count() >= 2)
}

/// Whether a path names an index as ransom notes are named. Some of the names
/// have a meaning of their own, and are notes only where others were deleted.
fn is_note(path: &[u8], is_wiped: bool) -> bool {
    let path = path.to_ascii_lowercase();
    let index = path.split(|byte| *byte == b'/').find(|part| !part.is_empty()).unwrap_or_default();
    let has = |name: &&str| memchr::memmem::find(index, name.as_bytes()).is_some();
    let notes = ["read_me", "readme", "read__me", "please_read", "pleaseread", "ransom", "how_to_"];
    notes.iter().any(has)
        || index.ends_with(b"-meow")
        || is_wiped && ["warning", "recover", "contact", "bitcoin"].iter().any(has)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, look_at, trace};
    use super::super::{Habits, Scene};
    use super::*;

    fn es(at: i64, method: &str, path: &str) -> Fetch {
        let sent = if method == "GET" { Sent::Content } else { Sent::Wrote };
        Fetch { kind: Kind::Elasticsearch, method: method.into(), sent, ..fetch(at, path) }
    }

    fn weight(fetches: &[Fetch]) -> Option<Weight> {
        let (habits, scene) = (Habits::default(), Scene::default());
        Elasticsearch.look(&trace(fetches, &habits, &scene)).map(|found| found.weight)
    }

    #[test]
    fn a_dump_is_told_from_a_banner() {
        let mut fetches = vec![es(0, "GET", "/"), es(1, "GET", "/_cat/indices")];
        assert_eq!(look_at(&Elasticsearch, &fetches), None);
        fetches.extend((0..12).map(|at| es(at, "GET", "/people/_search?scroll=1m")));
        let said = "it listed the indices, read 12 pages of documents";
        assert_eq!(look_at(&Elasticsearch, &fetches).as_deref(), Some(said));
        let at_once = [es(0, "GET", "/_cat/indices"), es(1, "GET", "/people/_search?size=10000")];
        let said = "it listed the indices, read 1 page of documents";
        assert_eq!(look_at(&Elasticsearch, &at_once).as_deref(), Some(said));
        let wiped = [es(0, "DELETE", "/people"), es(1, "PUT", "/read_me/_doc/1")];
        let said =
            "it deleted by 1 request, left an index named as a ransom note (/read_me/_doc/1)";
        assert_eq!(look_at(&Elasticsearch, &wiped).as_deref(), Some(said));
        assert_eq!(weight(&[es(0, "PUT", "/_snapshot/x")]), Some(Weight::Client));
    }

    #[test]
    fn what_lawful_programs_do_names_nobody() {
        let searches: Vec<_> =
            (0..40).map(|at| es(at, "GET", "/products/_search?size=20")).collect();
        assert_eq!(weight(&searches), Some(Weight::Note), "an application");
        let backup = [es(0, "PUT", "/_snapshot/nightly/snap-2021.06.29")];
        assert_eq!(weight(&backup), Some(Weight::Note), "a backup");
        let clears = [es(0, "GET", "/_cat/indices"), es(1, "DELETE", "/logs-2021.05.01")];
        assert_eq!(weight(&clears), Some(Weight::Note), "a job that clears away");
        assert_eq!(weight(&[es(0, "PUT", "/warnings/_doc/1")]), None);
    }
}
