//! Somebody sent by a search engine: the exposed thing was in an index.

use super::{Card, Detector, Finding, Trace, Weight, shown};

/// The detector.
pub struct SearchArrival;

/// Names of search engines, without `www.` before them; one that ends in a dot
/// has a country behind it (`fr`, `co.uk`), one that begins with a dot any name
/// before it.
const ENGINES: [&str; 17] = [
    "google.",
    "images.google.",
    "cse.google.",
    "bing.com",
    "duckduckgo.com",
    ".duckduckgo.com",
    "search.yahoo.",
    ".search.yahoo.",
    "yandex.",
    "ya.ru",
    "baidu.com",
    "m.baidu.com",
    "qwant.com",
    "ecosia.org",
    "startpage.com",
    "search.brave.com",
    "com.google.android.googlequicksearchbox",
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
                let (path, host) = (shown(&fetch.path), shown(host.as_bytes()));
                CARD.found(trace.says(
                    format!("it came to {path} from {host}"),
                    format!("il est venu à {path} depuis {host}"),
                ))
            })
        })
    }
}

/// Whether a host is an engine's.
fn is_of(host: &str, engine: &str) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    let behind = match engine.strip_prefix('.') {
        None => host.strip_prefix(engine),
        Some(_) => host.find(engine).map(|at| &host[at + engine.len()..]),
    };
    match behind {
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
        check("https://fr.search.yahoo.com/", Some("it came to /e/a.csv from fr.search.yahoo.com"));
        check("https://mail.google.com/", None);
        check("https://docs.google.com/", None);
        check("https://www.google.co.uk/", Some("it came to /e/a.csv from www.google.co.uk"));
        check("https://www.google.evil.example/", None);
        check("https://evil.example/www.google.com/", None);
        check("x", None);
    }
}
