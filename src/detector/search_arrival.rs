//! Somebody sent by a search engine: the exposed thing was in an index.

use super::{Card, Detector, Finding, Trace, Weight, shown};

/// The detector.
pub struct SearchArrival;

/// Hosts of search engines, or their beginnings.
const ENGINES: [&str; 10] = [
    "www.google.",
    "google.",
    "www.bing.com",
    "duckduckgo.com",
    "search.yahoo.",
    "yandex.",
    "www.baidu.com",
    "www.qwant.com",
    "www.ecosia.org",
    "search.brave.com",
];

static CARD: Card = Card {
    name: "search-arrival",
    notices: "a request for something exposed came with a search engine as its referer",
    matters: "it was in an index: readers of the engine's copy never touch this server, and others \
              were shown the same result",
    wrong_when: "the referer is forged, which costs nothing; some scanners do",
    source: "RFC 9110 section 10.1.3, Referer",
    weight: Weight::Note,
};

impl Detector for SearchArrival {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        trace.fetches.iter().find_map(|fetch| {
            let referer = String::from_utf8_lossy(fetch.referer.as_deref()?).to_ascii_lowercase();
            let (_, rest) = referer.split_once("://")?;
            let host = rest.split(['/', '?', '#', ':']).next()?;
            ENGINES.iter().any(|engine| is_of(host, engine)).then(|| {
                CARD.found(format!(
                    "it came to {} from {}",
                    shown(&fetch.path),
                    shown(host.as_bytes())
                ))
            })
        })
    }
}

/// Whether a host is an engine's: its name, or a beginning that ends in a dot
/// with a country behind it (`fr`, `co.uk`).
fn is_of(host: &str, engine: &str) -> bool {
    match host.strip_prefix(engine) {
        Some("") => true,
        Some(country) => engine.ends_with('.') && country.len() <= 6,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Fetch;
    use super::super::testing::{fetch, look_at};
    use super::*;

    #[test]
    fn an_arrival_from_a_search_engine_is_noticed() {
        let check = |referer: &str, expected: Option<&str>| {
            let fetch = Fetch { referer: Some(referer.into()), ..fetch(0, "/e/a.csv") };
            assert_eq!(look_at(&SearchArrival, &[fetch]).as_deref(), expected, "{referer}");
        };
        check("https://www.google.fr/", Some("it came to /e/a.csv from www.google.fr"));
        check("https://duckduckgo.com/?q=x", Some("it came to /e/a.csv from duckduckgo.com"));
        check("https://www.google.co.uk/", Some("it came to /e/a.csv from www.google.co.uk"));
        check("https://www.google.evil.example/", None);
        check("https://evil.example/www.google.com/", None);
        check("x", None);
    }
}
