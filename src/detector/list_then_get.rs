//! A bucket listed, and its objects fetched.

use super::{Card, Detector, Fetch, Finding, Sent, Trace, Weight};
use crate::case::Kind;

/// The detector.
pub struct ListThenGet;

/// From how many objects on.
const OBJECTS: usize = 3;

static CARD: Card = Card {
    name: "list-then-get",
    notices: "the keys of an object store were listed and three or more objects fetched",
    matters: "whoever lists knows every name: that it did not fetch more was its choice",
    wrong_when: "the operator's own tools list before they copy: a requester whom the store knows is \
                 told and not named; declare them as a party. So is who asked for the root alone, which \
                 may be a page",
    source: "S3 operations REST.GET.BUCKET and REST.GET.OBJECT, ListObjectsV2 and GetObject",
    weight: Weight::Client,
};

impl Detector for ListThenGet {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let own: Vec<&Fetch> =
            trace.fetches.iter().filter(|fetch| fetch.kind == Kind::S3).collect();
        let listing = own.iter().position(|fetch| is_listing(fetch))?;
        let after = own[listing + 1..].iter().filter(|fetch| fetch.is_sent() && !is_listing(fetch));
        let objects: std::collections::BTreeSet<&[u8]> =
            after.map(|fetch| fetch.path.as_slice()).collect();
        let lists = own.iter().filter(|fetch| is_listing(fetch)).count();
        // Whoever signs its requests was given a key. The root alone may be
        // the page of a site that the bucket holds.
        let is_known = own.iter().all(|fetch| fetch.has_user);
        let is_sure = own.iter().any(|fetch| has_list_query(fetch));
        let weight = if is_known || !is_sure { Weight::Note } else { CARD.weight };
        let (en, fr) = if lists == 1 { ("request", "requête") } else { ("requests", "requêtes") };
        let n = objects.len();
        (n >= OBJECTS).then(|| {
            let because = trace.says(
                format!("it listed the keys ({lists} {en}) and then fetched {n} objects"),
                format!("il a listé les clés ({lists} {fr}) puis obtenu {n} objets"),
            );
            CARD.found_as(weight, because)
        })
    }
}

/// A listing: by the parameters of ListObjects, or of the root of a bucket by
/// who came from no page. Keys may end in a slash, too.
fn is_listing(fetch: &Fetch) -> bool {
    let segments = fetch.path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).count();
    has_list_query(fetch) || fetch.sent == Sent::Listing && segments <= 1 && fetch.referer.is_none()
}

/// Whether the query is one of ListObjects, and was answered.
fn has_list_query(fetch: &Fetch) -> bool {
    let names: [&[u8]; 5] = [b"list-type", b"prefix", b"delimiter", b"marker", b"max-keys"];
    let by_query = fetch.query.split(|byte| *byte == b'&').any(|pair| {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        names.contains(&name)
    });
    by_query && (fetch.is_sent() || fetch.sent == Sent::Listing)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, look_at, trace};
    use super::super::{Habits, Scene};
    use super::*;

    #[test]
    fn a_listed_bucket_that_is_read_is_noticed() {
        let s3 = |at, path: &str| Fetch { kind: Kind::S3, ..fetch(at, path) };
        let fetches = [
            s3(0, "/bucket?list-type=2&prefix=a"),
            s3(1, "/bucket/a"),
            s3(2, "/bucket/b"),
            s3(3, "/bucket/c"),
        ];
        let said = "it listed the keys (1 request) and then fetched 3 objects";
        assert_eq!(look_at(&ListThenGet, &fetches).as_deref(), Some(said));
        assert_eq!(look_at(&ListThenGet, &fetches[1..]), None);
        assert_eq!(look_at(&ListThenGet, &fetches[..3]), None);
        let root = [s3(0, "/"), s3(1, "/a"), s3(2, "/b"), s3(3, "/c")];
        let (habits, scene) = (Habits::default(), Scene::default());
        let weight = |fetches: &[Fetch]| {
            ListThenGet.look(&trace(fetches, &habits, &scene)).map(|found| found.weight)
        };
        assert_eq!(weight(&root), Some(Weight::Note));
        let visitor = root
            .clone()
            .map(|fetch| Fetch { referer: Some(b"https://a.example/".to_vec()), ..fetch });
        assert_eq!(weight(&visitor), None);
        assert_eq!(weight(&fetches), Some(Weight::Client));
        let signed = fetches.map(|fetch| Fetch { has_user: true, ..fetch });
        assert_eq!(weight(&signed), Some(Weight::Note));
    }
}
