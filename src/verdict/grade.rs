//! What one hit proves was sent.
//!
//! A grade comes from method, status, path and byte count, from what the byte
//! count means on its server, from marks that the transfer was cut or ended,
//! from what the case says of the target, and from sizes that the logs teach.
//! Adding log lines never lowers one: what is learnt moves a grade among F1,
//! F2 and F3, and from P to F3.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::case::Kind;
use crate::evidence::{Hit, Method, Signs};
use crate::record::{BytesMeaning, Delivery, Ending};

use super::learnt::Size;

/// What one hit proves was sent, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Grade {
    /// The whole content was sent.
    F1,
    /// The whole content was sent in parts.
    F2,
    /// Content was sent; how much the log does not say.
    F3,
    /// Something was written or deleted.
    W,
    /// The outcome is not in the log.
    U,
    /// A part of the content was sent.
    P,
    /// A list of names was sent.
    L,
    /// Nothing but existence, size or date was sent.
    M,
    /// The client held a copy already and asked if it was still good.
    V,
    /// The request was refused or sent elsewhere.
    R,
    /// The request failed.
    E,
    /// The answer's size is that of a page known not to be the content.
    X,
}

impl Grade {
    /// Every grade, the gravest first.
    pub const ALL: [Grade; 12] = [
        Grade::F1,
        Grade::F2,
        Grade::F3,
        Grade::W,
        Grade::U,
        Grade::P,
        Grade::L,
        Grade::M,
        Grade::V,
        Grade::R,
        Grade::E,
        Grade::X,
    ];

    /// What it says, in a few words.
    pub fn says(self) -> &'static str {
        match self {
            Grade::F1 => "the whole was sent",
            Grade::F2 => "the whole was sent in parts",
            Grade::F3 => "content was sent, how much the log does not say",
            Grade::W => "something was written or deleted",
            Grade::U => "the log does not say what was answered",
            Grade::P => "a part was sent",
            Grade::L => "a list of names was sent",
            Grade::M => "only existence, size or date was sent",
            Grade::V => "told that its copy is still good",
            Grade::R => "refused or sent elsewhere",
            Grade::E => "failed",
            Grade::X => "sent a page known not to be the content",
        }
    }

    /// Says whether the whole content was or may have been sent, or changed.
    pub fn is_full(self) -> bool {
        matches!(self, Grade::F1 | Grade::F2 | Grade::F3 | Grade::W)
    }

    /// Says whether content left the server: what `received` counts.
    pub fn is_content(self) -> bool {
        matches!(self, Grade::F1 | Grade::F2 | Grade::F3 | Grade::P | Grade::L)
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What is known of a target besides the hit itself.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What kind of thing was exposed.
    pub kind: Kind,
    /// What the byte count means.
    pub bytes_mean: BytesMeaning,
    /// The size of the content in bytes, where the case states it.
    pub size: Option<u64>,
    /// What the line says of how much was delivered, besides its count.
    pub delivery: Delivery,
    /// What the logs teach of the size of the path.
    pub learnt: Size,
    /// Sizes that are known not to be the content.
    pub decoy_bytes: &'a [u64],
    /// The path that was asked for.
    pub path: &'a [u8],
}

/// Grades one hit.
pub fn grade(hit: &Hit, known: Known<'_>) -> Grade {
    let Some(status) = hit.status() else { return Grade::U };
    match status {
        200..=299 if matches!(hit.method, Method::Put | Method::Delete) => Grade::W,
        200..=299 if matches!(hit.method, Method::Head | Method::Options) => Grade::M,
        204 | 205 => Grade::M,
        206 => part(hit, known),
        207 if hit.method == Method::Propfind => listing_or(hit, Grade::L),
        207 => Grade::M,
        200..=299 => served(hit, known),
        304 => Grade::V,
        // nginx writes 499 when the client went away, and nginx counts what
        // it wrote: what had been sent by then was sent.
        499 if hit.bytes().is_some_and(|sent| sent > 0) => Grade::P,
        400 | 408 | 499 => Grade::E,
        300..=499 => Grade::R,
        _ => Grade::E,
    }
}

/// Grades a request that was answered with content.
fn served(hit: &Hit, known: Known<'_>) -> Grade {
    if hit.signs.has(Signs::NO_BODY) {
        return Grade::M;
    }
    if hit.bytes().is_some_and(|bytes| known.decoy_bytes.contains(&bytes)) {
        return Grade::X;
    }
    if hit.method == Method::Propfind {
        return Grade::L;
    }
    match known.kind {
        Kind::Files | Kind::Secret | Kind::S3 if hit.signs.has(Signs::FOLDER) => Grade::L,
        Kind::Elasticsearch => elasticsearch(hit, known),
        _ => whole_or_unknown(hit, known),
    }
}

/// Grades content by its size: whole where the log counts what was sent and
/// that is the size stated, logged or learnt, or where it marks the answer as
/// sent to its end; a part where it marks it as cut, or counts less than the
/// size it logs itself; unknown otherwise. A smaller count alone proves nothing
/// less, because it may be compressed or the file may have grown.
fn whole_or_unknown(hit: &Hit, known: Known<'_>) -> Grade {
    let Delivery { ending, whole, .. } = known.delivery;
    let sent = sent_bytes(hit, known);
    if is_all(known.size, sent) || is_all(whole, sent) {
        return Grade::F1;
    }
    match ending {
        Some(Ending::Early) => Grade::F3,
        // The mark and the count disagree: how much is not known.
        Some(Ending::Cut) if known.learnt.is_whole => Grade::F3,
        Some(Ending::Cut) => Grade::P,
        Some(Ending::Whole) => Grade::F1,
        None if whole.is_some() && sent.is_some() => Grade::P,
        None if known.learnt.is_whole => Grade::F1,
        None => Grade::F3,
    }
}

/// Whether as much was sent as the whole is.
fn is_all(size: Option<u64>, sent: Option<u64>) -> bool {
    size.zip(sent).is_some_and(|(size, sent)| size > 0 && sent >= size)
}

/// Grades one range of a content.
fn part(hit: &Hit, known: Known<'_>) -> Grade {
    if hit.signs.has(Signs::NO_BODY) || hit.bytes() == Some(1) {
        return Grade::M;
    }
    let sent = sent_bytes(hit, known);
    let is_whole = is_all(known.size, sent) || is_all(known.delivery.whole, sent);
    if is_whole || known.learnt.is_whole_in_parts { Grade::F2 } else { Grade::P }
}

/// The body bytes that were sent, where the log counts them. A count with
/// headers is one only while it says "less than": it is not used here.
fn sent_bytes(hit: &Hit, known: Known<'_>) -> Option<u64> {
    match known.bytes_mean {
        BytesMeaning::Body => hit.bytes(),
        BytesMeaning::Planned | BytesMeaning::Unknown | BytesMeaning::Wire => None,
    }
}

fn listing_or(hit: &Hit, listing: Grade) -> Grade {
    if hit.signs.has(Signs::NO_BODY) { Grade::M } else { listing }
}

/// Grades a request to Elasticsearch by its endpoint: names and states of
/// indices are a listing, searches and documents are content, snapshots and
/// bulk writes change something.
fn elasticsearch(hit: &Hit, known: Known<'_>) -> Grade {
    let segments = || known.path.split(|byte| *byte == b'/').filter(|part| !part.is_empty());
    let has = |names: &[&str]| segments().any(|part| names.iter().any(|n| n.as_bytes() == part));
    if has(&["_snapshot", "_reindex", "_bulk"]) {
        return if hit.method == Method::Get { Grade::L } else { Grade::W };
    }
    if has(&["_search", "_msearch", "_doc", "_source", "_mget", "_sql", "scroll"]) {
        // What was searched for is in the query or the body, so that answers
        // of one path and one size are not answers to one question.
        return Grade::F3;
    }
    let names = ["_cat", "_cluster", "_nodes", "_mapping", "_mappings", "_stats", "_aliases"];
    if segments().next().is_none() || has(&names) {
        return Grade::L;
    }
    whole_or_unknown(hit, known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::hit::Facts;

    fn hit(method: Method, status: u16, bytes: Option<u64>) -> Hit {
        let facts = Facts { status: Some(status), bytes, ..Facts::default() };
        let mut hit = Hit::new(facts);
        hit.method = method;
        hit.signs = hit.signs.with(Signs::NO_BODY, bytes == Some(0));
        hit
    }

    const BODY: Known<'static> = Known {
        kind: Kind::Files,
        bytes_mean: BytesMeaning::Body,
        size: Some(1000),
        delivery: Delivery { ending: None, whole: None, range: None },
        learnt: Size { is_whole: false, is_whole_in_parts: false },
        decoy_bytes: &[77],
        path: b"/a/b.csv",
    };

    #[test]
    fn a_request_is_graded_by_what_it_proves() {
        let check = |method, status, bytes, expected: Grade| {
            assert_eq!(grade(&hit(method, status, bytes), BODY), expected, "{method:?} {status}");
        };
        check(Method::Get, 200, Some(1000), Grade::F1);
        check(Method::Get, 200, Some(999), Grade::F3);
        check(Method::Get, 200, None, Grade::F3);
        check(Method::Get, 200, Some(0), Grade::M);
        check(Method::Get, 200, Some(77), Grade::X);
        check(Method::Post, 201, Some(5), Grade::F3);
        check(Method::Get, 206, Some(100), Grade::P);
        check(Method::Get, 206, Some(1), Grade::M);
        check(Method::Get, 206, Some(1000), Grade::F2);
        check(Method::Head, 200, Some(240), Grade::M);
        check(Method::Get, 204, None, Grade::M);
        check(Method::Get, 304, Some(0), Grade::V);
        check(Method::Get, 301, Some(162), Grade::R);
        check(Method::Get, 403, Some(548), Grade::R);
        check(Method::Get, 499, Some(0), Grade::E);
        check(Method::Get, 499, Some(500), Grade::P);
        check(Method::Get, 500, Some(500), Grade::E);
        check(Method::Get, 0, Some(0), Grade::E);
        check(Method::Put, 201, Some(0), Grade::W);
        check(Method::Delete, 204, None, Grade::W);
        check(Method::Propfind, 207, Some(3000), Grade::L);
    }

    #[test]
    fn without_a_status_the_outcome_is_unknown() {
        assert_eq!(grade(&Hit::new(Facts::default()), BODY), Grade::U);
    }

    #[test]
    fn a_count_that_is_not_of_sent_bytes_proves_no_whole() {
        for bytes_mean in [BytesMeaning::Planned, BytesMeaning::Unknown, BytesMeaning::Wire] {
            let known = Known { bytes_mean, ..BODY };
            assert_eq!(grade(&hit(Method::Get, 200, Some(5000)), known), Grade::F3);
        }
    }

    #[test]
    fn marks_of_an_end_decide_where_sizes_do_not() {
        let check = |ending, whole, bytes, expected: Grade| {
            let delivery = Delivery { ending, whole, range: None };
            let known = Known { size: None, delivery, ..BODY };
            assert_eq!(grade(&hit(Method::Get, 200, Some(bytes)), known), expected, "{ending:?}");
        };
        check(Some(Ending::Whole), None, 500, Grade::F1);
        check(Some(Ending::Cut), None, 500, Grade::P);
        check(Some(Ending::Early), None, 500, Grade::F3);
        check(None, Some(500), 500, Grade::F1);
        check(None, Some(501), 500, Grade::P);
        check(Some(Ending::Cut), Some(500), 500, Grade::F1);
        // Apache's %b is what was planned, whatever became of it.
        let delivery = Delivery { ending: Some(Ending::Cut), ..Delivery::default() };
        let known = Known { bytes_mean: BytesMeaning::Planned, delivery, ..BODY };
        assert_eq!(grade(&hit(Method::Get, 200, Some(1000)), known), Grade::P);
    }

    #[test]
    fn what_is_learnt_raises_a_grade_and_never_makes_it_less_than_content() {
        let check = |status, ending, learnt: (bool, bool), expected: Grade| {
            let delivery = Delivery { ending, ..Delivery::default() };
            let learnt = Size { is_whole: learnt.0, is_whole_in_parts: learnt.1 };
            let known = Known { size: None, delivery, learnt, ..BODY };
            assert_eq!(grade(&hit(Method::Get, status, Some(500)), known), expected, "{status}");
        };
        check(200, None, (true, false), Grade::F1);
        check(200, Some(Ending::Cut), (true, false), Grade::F3);
        check(206, None, (false, true), Grade::F2);
        check(206, None, (true, false), Grade::P);
    }

    #[test]
    fn answers_of_a_search_are_never_known_to_be_whole() {
        let learnt = Size { is_whole: true, is_whole_in_parts: false };
        let known = Known { kind: Kind::Elasticsearch, path: b"/_search", learnt, ..BODY };
        assert_eq!(grade(&hit(Method::Get, 200, Some(1000)), known), Grade::F3);
    }

    #[test]
    fn a_folder_is_a_listing_only_for_files_and_secrets() {
        let check = |kind, path: &[u8], expected: Grade| {
            let mut hit = hit(Method::Get, 200, Some(500));
            hit.signs = hit.signs.with(Signs::FOLDER, path.ends_with(b"/"));
            assert_eq!(grade(&hit, Known { kind, path, size: None, ..BODY }), expected, "{kind:?}");
        };
        check(Kind::Files, b"/a/", Grade::L);
        check(Kind::Secret, b"/a/", Grade::L);
        check(Kind::S3, b"/", Grade::L);
        check(Kind::Listing, b"/a/", Grade::F3);
        check(Kind::Api, b"/a/", Grade::F3);
        check(Kind::Elasticsearch, b"/", Grade::L);
        check(Kind::Elasticsearch, b"/_cat/indices", Grade::L);
        check(Kind::Elasticsearch, b"/people/_search", Grade::F3);
        check(Kind::Elasticsearch, b"/people/_bulk", Grade::L);
    }
}
