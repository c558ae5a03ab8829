//! Whose words a directive is in: said before it, or told by what only one
//! server writes.

use super::{haproxy, w3c};

/// Whose directives these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Apache, LiteSpeed.
    Apache,
    /// gunicorn, hypercorn.
    Gunicorn,
    /// HAProxy.
    Haproxy,
    /// Jetty.
    Jetty,
    /// A site's own JSON.
    Json,
    /// lighttpd: Apache's directives, of which some mean something else.
    Lighttpd,
    /// nginx, OpenResty, Tengine, Angie.
    Nginx,
    /// Tomcat.
    Tomcat,
    /// Varnish's `varnishncsa`: Apache's directives too.
    Varnish,
    /// W3C extended.
    W3c,
}

impl Dialect {
    /// The word used in names, and before a directive that must not be
    /// guessed.
    pub fn word(self) -> &'static str {
        match self {
            Dialect::Apache => "apache",
            Dialect::Gunicorn => "gunicorn",
            Dialect::Haproxy => "haproxy",
            Dialect::Jetty => "jetty",
            Dialect::Json => "json",
            Dialect::Lighttpd => "lighttpd",
            Dialect::Nginx => "nginx",
            Dialect::Tomcat => "tomcat",
            Dialect::Varnish => "varnish",
            Dialect::W3c => "w3c",
        }
    }
}

/// Says whether a text is meant to be a directive, not the name of a format.
pub fn is_directive(text: &str) -> bool {
    let text = text.trim();
    text.contains(['%', '$', '{', '#', ' ', '"', '='])
        || text.split_once(':').is_some_and(|(word, _)| prefix(word).is_some())
}

/// A dialect by the word that may stand before a directive; `true` for
/// Tomcat from version 10 on.
pub fn prefix(word: &str) -> Option<(Dialect, bool)> {
    Some(match word {
        "apache" => (Dialect::Apache, false),
        "gunicorn" => (Dialect::Gunicorn, false),
        "haproxy" => (Dialect::Haproxy, false),
        "jetty" => (Dialect::Jetty, false),
        "json" => (Dialect::Json, false),
        "lighttpd" => (Dialect::Lighttpd, false),
        "nginx" => (Dialect::Nginx, false),
        "tomcat" => (Dialect::Tomcat, false),
        "tomcat10" => (Dialect::Tomcat, true),
        "varnish" => (Dialect::Varnish, false),
        "w3c" => (Dialect::W3c, false),
        _ => return None,
    })
}

/// Which dialect a directive is in, where nothing before it says so. Apache
/// and Tomcat share most of theirs; Java's patterns for times and XML's
/// quotes tell Tomcat, the words of `%{…}a` Jetty.
pub fn guess(text: &str) -> Option<Dialect> {
    let given = text.trim();
    let begins =
        |head: &str| given.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head));
    let has = |part: &str| given.contains(part);
    Some(
        if begins("LogFormat")
            || begins("CustomLog")
            || begins("TransferLog")
            || begins("GlobalLog")
        {
            Dialect::Apache
        } else if begins("accesslog.format") {
            Dialect::Lighttpd
        } else if begins("log_format") || begins("escape=") {
            Dialect::Nginx
        } else if begins("log-format") || begins("option ") {
            Dialect::Haproxy
        } else if w3c::is_meant(given) {
            Dialect::W3c
        } else if has("%(") && has(")s") || begins("access_log_format") {
            Dialect::Gunicorn
        } else if has("pattern=\"") || has("pattern='") || has("&quot;") {
            Dialect::Tomcat
        } else if haproxy::is_meant(given) {
            Dialect::Haproxy
        } else if given.match_indices('$').any(|(at, _)| {
            given[at + 1..]
                .starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '{')
        }) {
            Dialect::Nginx
        } else if ["%{client}a", "%{server}a", "%{remote}a", "%{local}a", "%{CLF}"]
            .iter()
            .any(|each| has(each))
            || has("|GMT}t")
            || has("|UTC}t")
        {
            Dialect::Jetty
        } else if has_java_time(given) {
            Dialect::Tomcat
        } else if has("%") {
            Dialect::Apache
        } else if has("$") {
            Dialect::Nginx
        } else {
            return None;
        },
    )
}

/// Says whether a `%{…}t` holds one of Java's patterns.
fn has_java_time(text: &str) -> bool {
    text.match_indices("}t").any(|(end, _)| {
        text[..end].rfind('{').is_some_and(|start| {
            let inside = &text[start + 1..end];
            !inside.contains('%') && (inside.contains("yy") || inside.contains("HH"))
        })
    })
}
