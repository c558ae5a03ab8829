//! What the requests to an object store send: S3 and what speaks as it does.
//!
//! Reference: the Amazon S3 REST API. A store answers a query of its own
//! (`?acl`, `?select`) with something else than the object, but only where it
//! knows the query: `?prefix=` behind an object's key is passed over and the
//! object is sent. So a query makes a listing only of what is no object.

use crate::evidence::Method;

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It sends what a query selects of an object, which is less than it
    /// without being a part of it.
    Selection,
    /// It changes what is stored.
    Change,
    /// It sends names of objects, uploads or versions.
    Names,
    /// It sends what is known about an object.
    About,
    /// It sends the object.
    Object,
}

/// What a store tells about an object or bucket, asked by a word without a
/// value.
const ABOUT: [&str; 21] = [
    "accelerate",
    "acl",
    "attributes",
    "cors",
    "encryption",
    "legal-hold",
    "lifecycle",
    "location",
    "logging",
    "notification",
    "object-lock",
    "ownershipControls",
    "policy",
    "policyStatus",
    "publicAccessBlock",
    "replication",
    "requestPayment",
    "retention",
    "tagging",
    "versioning",
    "website",
];

/// What a request that was answered with success does. `is_object`: the log
/// gives the size of an object, so one was named.
pub fn effect(method: Method, path: &[u8], query: &[u8], is_object: bool) -> Effect {
    let keys = || query.split(|byte| *byte == b'&').map(key);
    let asks =
        |names: &[&str]| keys().any(|(key, _)| names.iter().any(|name| name.as_bytes() == key));
    if matches!(method, Method::Put | Method::Delete) {
        return Effect::Change;
    }
    if method == Method::Post {
        return match asks(&["select", "select-type"]) {
            true => Effect::Selection,
            // A form, `?delete`, `?uploads`, `?uploadId=…`, `?restore`.
            false => Effect::Change,
        };
    }
    let about = |(key, value): (&[u8], &[u8])| {
        value.is_empty() && ABOUT.iter().any(|name| name.as_bytes() == key)
    };
    if keys().any(about) {
        return Effect::About;
    }
    if is_object {
        return Effect::Object;
    }
    if path.ends_with(b"/") {
        return Effect::Names;
    }
    // A bucket by its path, without a slash: its name has hardly ever a dot,
    // that of an object mostly.
    let is_bucket = path.iter().filter(|byte| **byte == b'/').count() == 1 && !path.contains(&b'.');
    let lists = asks(&["list-type", "delimiter", "marker", "prefix", "uploads", "versions"]);
    if is_bucket && lists { Effect::Names } else { Effect::Object }
}

/// A key of a query and its value.
fn key(pair: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'=', pair) {
        Some(at) => (&pair[..at], &pair[at + 1..]),
        None => (pair, b""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_makes_a_listing_only_of_what_is_no_object() {
        let check = |method: &str, target: &str, is_object: bool, expected: Effect| {
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            let method = Method::of(method.as_bytes());
            let found = effect(method, path.as_bytes(), query.as_bytes(), is_object);
            assert_eq!(found, expected, "{target}");
        };
        check("GET", "/", false, Effect::Names);
        check("GET", "/?list-type=2&prefix=x", false, Effect::Names);
        check("GET", "/?versions", false, Effect::Names);
        check("GET", "/bucket?list-type=2", false, Effect::Names);
        check("GET", "/bucket/?delimiter=/", false, Effect::Names);
        check("GET", "/bucket/folder/", false, Effect::Names);
        check("GET", "/people.csv", false, Effect::Object);
        check("GET", "/people.csv?versionId=3", true, Effect::Object);
        // Whoever adds a query to an object is sent the object.
        check("GET", "/people.csv?list-type=2", false, Effect::Object);
        check("GET", "/people?list-type=2", true, Effect::Object);
        check("GET", "/bucket/people?list-type=2", false, Effect::Object);
        check("GET", "/bucket/people.csv?acl=1", false, Effect::Object);
        check("GET", "/folder/", true, Effect::Object);
        check("GET", "/people.csv?acl", false, Effect::About);
        check("GET", "/people.csv?tagging=", true, Effect::About);
        check("POST", "/people.csv?select&select-type=2", true, Effect::Selection);
        check("POST", "/?delete", false, Effect::Change);
        check("POST", "/big?uploads", false, Effect::Change);
        check("PUT", "/people.csv", false, Effect::Change);
        check("COPY", "/people.csv", false, Effect::Change);
        check("DELETE", "/people.csv", false, Effect::Change);
    }
}
