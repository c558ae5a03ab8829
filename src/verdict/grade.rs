//! What one hit proves was sent.
//!
//! A grade comes from method, status, path and byte count, from what the byte
//! count means on its server, from marks that the transfer was cut or ended,
//! from what the case says of the target, and from what the logs teach of its
//! path. docs/grades.md is the table of it all.
//!
//! Sizes that are learnt move a grade among F1, F2 and F3 and from P to F3,
//! never to less. One thing that is learnt makes a grade less: a page that the
//! logs show to be a list of other names is L and not F3.

pub mod elasticsearch;
pub mod object_store;
pub mod share_link;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::case::Kind;
use crate::evidence::{Hit, Method, Signs};
use crate::record::{BytesMeaning, Delivery, Ending};

use self::object_store::{Effect, effect};
use super::learnt::Lesson;

/// What one hit proves was sent, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// The log is of the server that answered the client itself: what an
    /// origin sent, it sent to a proxy.
    pub is_direct: bool,
    /// The size of the content in bytes, where the case states it.
    pub size: Option<u64>,
    /// The case lists files in the folder that was asked for.
    pub holds_listed: bool,
    /// What the line says of how much was delivered, besides its count.
    pub delivery: Delivery,
    /// What the logs teach of the path.
    pub learnt: Lesson,
    /// Sizes that are known not to be the content.
    pub decoy_bytes: &'a [u64],
    /// The path that was asked for.
    pub path: &'a [u8],
    /// The query behind it, without its question mark.
    pub query: &'a [u8],
}

/// The smallest content that the page of a redirect or of a failure is
/// compared with, in bytes: pages of servers and frameworks are smaller.
const PAGE: u64 = 4096;

/// Grades one hit.
pub fn grade(hit: &Hit, known: Known<'_>) -> Grade {
    let Some(status) = hit.status() else { return Grade::U };
    match status {
        // Written where none was sent, or none could be read.
        0 if has_body(hit) => Grade::U,
        // The connection became another protocol's: what it sent is counted.
        101 if has_body(hit) => Grade::F3,
        101 if hit.signs.has(Signs::NO_BODY) => Grade::M,
        // Another answer followed, which is not in the log.
        100..=199 => Grade::U,
        200..=299 => answered(hit, known, status),
        304 => Grade::V,
        // nginx writes 499 and AWS 460 when the client went away; what had
        // been sent by then was sent.
        460 | 499 if has_body(hit) => match is_all(known.size, hit.bytes()) {
            true => Grade::F3,
            false => Grade::P,
        },
        // A page of that size may be the content: a script that redirects, or
        // fails, and does not end there.
        300..=399 | 500..=599 if is_near(hit, known) => Grade::U,
        400 | 408 | 460 | 499 => Grade::E,
        300..=499 => Grade::R,
        _ => Grade::E,
    }
}

/// Says whether the log counts bytes that were sent.
fn has_body(hit: &Hit) -> bool {
    hit.bytes().is_some_and(|bytes| bytes > 0)
}

/// Says whether nine tenths of the content's size or more were sent.
fn is_near(hit: &Hit, known: Known<'_>) -> bool {
    if matches!(hit.method, Method::Head | Method::Options) {
        return false;
    }
    let size = known.size.or(known.delivery.whole).filter(|size| *size >= PAGE);
    size.zip(hit.bytes()).is_some_and(|(size, bytes)| bytes >= size - size / 10)
}

/// Grades an answer of success by its method.
fn answered(hit: &Hit, known: Known<'_>, status: u16) -> Grade {
    let is_post = hit.method == Method::Post;
    match (hit.method, known.kind) {
        (Method::Head | Method::Options, _) => return Grade::M,
        (Method::Propfind, _) => return properties(hit, known),
        (Method::Delete | Method::Post | Method::Put, Kind::Elasticsearch) => {
            match elasticsearch::effect(hit.method, known.path) {
                elasticsearch::Effect::Change => return Grade::W,
                elasticsearch::Effect::Nothing => return Grade::M,
                elasticsearch::Effect::Content | elasticsearch::Effect::Names => {}
            }
        }
        (Method::Delete | Method::Put, _) => return Grade::W,
        (Method::Post, Kind::S3) if object(hit, known) == Effect::Change => {
            return Grade::W;
        }
        _ => {}
    }
    let found = match status {
        204 | 205 => Grade::M,
        206 => part(hit, known),
        // A REPORT or a SEARCH sends what it found in it.
        207 if !is_post && hit.method != Method::Other => Grade::M,
        _ => served(hit, known),
    };
    match found {
        // What a proxy took is no measure of what its client was sent.
        Grade::F1 | Grade::F2 if !known.is_direct => Grade::F3,
        Grade::P if !known.is_direct && status != 206 => Grade::F3,
        // A page of a list is not the whole of it; what was searched for is in
        // the query or the body, so that answers of one path and one size are
        // not answers to one question.
        Grade::F1 if matches!(known.kind, Kind::Elasticsearch | Kind::Listing) => Grade::F3,
        found => found,
    }
}

/// Grades the answer to a PROPFIND: names, unless names are the data.
fn properties(hit: &Hit, known: Known<'_>) -> Grade {
    match known.kind {
        _ if hit.signs.has(Signs::NO_BODY) => Grade::M,
        Kind::Api | Kind::Listing => Grade::F3,
        _ => Grade::L,
    }
}

/// Grades a request that was answered with content.
fn served(hit: &Hit, known: Known<'_>) -> Grade {
    if hit.signs.has(Signs::NO_BODY) {
        return Grade::M;
    }
    let content = whole_or_unknown(hit, known);
    if hit.bytes().is_some_and(|bytes| known.decoy_bytes.contains(&bytes)) {
        // The content may have that very size.
        let is_size = hit.bytes() == known.size || hit.bytes() == known.delivery.whole;
        return if is_size { content } else { Grade::X };
    }
    let is_list = match known.kind {
        Kind::Api | Kind::Listing => false,
        Kind::Elasticsearch => {
            elasticsearch::effect(hit.method, known.path) == elasticsearch::Effect::Names
        }
        Kind::Files | Kind::Secret => {
            hit.signs.has(Signs::FOLDER)
                && (known.learnt.is_shown || known.holds_listed || is_sorted(known.query))
        }
        Kind::S3 => match object(hit, known) {
            Effect::Names => true,
            Effect::About if content > Grade::F1 => return Grade::M,
            Effect::Selection => return Grade::F3,
            _ => false,
        },
        Kind::ShareLink => {
            share_link::is_page(hit.method, known.path, known.query, known.learnt.is_shown)
        }
    };
    // What is as large as the content, or larger, is not the list before it.
    let is_content = known.size.is_some_and(|size| hit.bytes().is_some_and(|bytes| bytes >= size));
    if is_list && !is_content { Grade::L } else { content }
}

/// What a request to an object store does.
fn object(hit: &Hit, known: Known<'_>) -> Effect {
    effect(hit.method, known.path, known.query, known.delivery.whole.is_some())
}

/// Says whether a query is that of a link by which a listing sorts itself:
/// `?C=N;O=D` (Apache's mod_autoindex, nginx's fancyindex), `?N=A` (Apache 1).
pub fn is_sorted(query: &[u8]) -> bool {
    let mut pairs = query.split(|byte| matches!(byte, b'&' | b';'));
    let is_pair = |pair: &[u8], key: &[u8], values: &[u8]| matches!(pair, [first, b'=', value] if key.contains(first) && values.contains(value));
    match (pairs.next(), pairs.next(), pairs.next()) {
        (Some(one), None, None) => is_pair(one, b"NMSD", b"AD") || is_pair(one, b"C", b"NMSD"),
        (Some(one), Some(other), None) => {
            is_pair(one, b"C", b"NMSD") && is_pair(other, b"O", b"AD")
        }
        _ => false,
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
    let is_whole = is_all(known.size, sent) || is_all(whole, sent);
    let is_less = match known.bytes_mean {
        // With headers it is less all the more.
        BytesMeaning::Body | BytesMeaning::Wire => {
            whole.zip(hit.bytes()).is_some_and(|(whole, bytes)| bytes < whole)
        }
        BytesMeaning::Planned | BytesMeaning::Unknown => false,
    };
    match ending {
        Some(Ending::Early) => Grade::F3,
        // The mark and the count disagree: how much is not known.
        Some(Ending::Cut) if is_whole || known.learnt.is_whole => Grade::F3,
        Some(Ending::Cut) => Grade::P,
        Some(Ending::Whole) => Grade::F1,
        None if is_whole => Grade::F1,
        None if is_less => Grade::P,
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
    if hit.signs.has(Signs::NO_BODY) {
        return Grade::M;
    }
    let Delivery { ending, whole, range } = known.delivery;
    let sent = sent_bytes(hit, known);
    let size = known.size.or(whole).or(range.and_then(|range| range.whole));
    let is_broken = matches!(ending, Some(Ending::Cut | Ending::Early));
    if known.learnt.is_whole_in_parts || is_all(size, sent) && !is_broken {
        return Grade::F2;
    }
    // As much as the whole, but not surely sent; or asked for from the first
    // byte to the end, of which the size is not known.
    let asked_all = range.is_some_and(|range| range.first == 0 && range.last.is_none());
    if known.learnt.is_planned_in_parts
        || is_all(size, hit.bytes())
        || asked_all && size.is_none() && ending != Some(Ending::Cut)
    {
        return Grade::F3;
    }
    // The first byte is asked for to learn the size.
    let is_few = hit.bytes().is_none_or(|bytes| bytes < PAGE);
    let is_first = range.is_some_and(|range| range.first == 0 && range.last == Some(0)) && is_few;
    if is_first || hit.bytes() == Some(1) { Grade::M } else { Grade::P }
}

/// The body bytes that were sent, where the log counts them. A count with
/// headers is one only while it says "less than": it is not used here.
fn sent_bytes(hit: &Hit, known: Known<'_>) -> Option<u64> {
    match known.bytes_mean {
        BytesMeaning::Body => hit.bytes(),
        BytesMeaning::Planned | BytesMeaning::Unknown | BytesMeaning::Wire => None,
    }
}
