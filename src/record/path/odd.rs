//! Which paths have another form than their own bytes, told without making any.

#[cfg(doc)]
use super::Forms;
use super::rewrite::{decode_into, resolve_into, rewrite};
use crate::record::Escape;

/// Says whether a target may have another form than its own bytes up to the
/// query. Where this is false, [`Forms::of`] would yield that one path only.
pub fn is_odd(target: &[u8], escape: Escape, folds: bool) -> bool {
    is_odd_path(super::raw(target), escape, folds)
}

/// The same of a target's own bytes up to the query.
pub fn is_odd_path(path: &[u8], escape: Escape, folds: bool) -> bool {
    if folds || path.first() != Some(&b'/') {
        return true;
    }
    holds(path, |this, next| is_segment(this, next) | is_odd_byte(this))
        || path.last().is_some_and(|last| is_odd_byte(*last))
        || escape == Escape::Plus && memchr::memchr(b'+', path).is_some()
}

/// Says whether a text that begins with a slash is a path alone, without a query,
/// that has no other form than its own bytes on a server that heeds letter case.
pub fn is_plain(text: &[u8]) -> bool {
    let is_more = |byte: u8| is_odd_byte(byte) | (byte == b'?');
    text.first() == Some(&b'/')
        && !holds(text, |this, next| is_segment(this, next) | is_more(this))
        && text.last().is_none_or(|last| !is_more(*last))
}

/// Puts the one other form of a path into a room, and says whether it has no
/// more than that and its own bytes: then [`Forms::of`] would yield nothing
/// else, whatever its escapes are, on a server that heeds letter case; and on
/// one that folds it nothing but these in lower case, if both [`is_lowered`].
///
/// Such a path is percent-encoded, or has parameters, or spaces written as a
/// plus, or segments to resolve: one of these.
pub fn sole_other(path: &[u8], into: &mut Vec<u8>) -> bool {
    if path.first() != Some(&b'/') {
        return false;
    }
    let has = |byte: u8| memchr::memchr(byte, path).is_some();
    let is_last = |other: &[u8]| {
        !holds(other, |this, next| is_segment(this, next) | is_more(this))
            && other.last().is_none_or(|last| !is_more(*last))
    };
    match (has(b'%'), has(b';'), has(b'+')) {
        (true, false, false) => decode_into(path, into) && is_last(into),
        (false, true, false) => {
            *into = rewrite(path, false, true);
            // They may stand in what is dropped.
            memchr::memchr3(b'\\', b'#', b'?', path).is_none() && is_last(into)
        }
        (false, false, true) => {
            into.clear();
            into.extend(path.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }));
            is_last(into)
        }
        (false, false, false) => {
            resolve_into(path, into);
            !has_more(path)
        }
        _ => false,
    }
}

/// Says whether a text holds what gives a path further forms: a byte that makes
/// it odd, a space as some logs write it, or the end of a path.
fn has_more(text: &[u8]) -> bool {
    holds(text, |this, _| is_more(this)) || text.last().is_some_and(|last| is_more(*last))
}

/// Says whether a byte does, wherever it stands.
fn is_more(byte: u8) -> bool {
    is_odd_byte(byte) | (byte == b'+') | (byte == b'?')
}

/// Says whether a byte makes a path odd wherever it stands.
fn is_odd_byte(byte: u8) -> bool {
    // Every byte is compared with each, which is done with many at once.
    (byte == b'%') | (byte == b'\\') | (byte == b';') | (byte == b'#')
}

/// Says whether a path has segments that are empty or begin with a dot.
#[inline]
pub(super) fn has_segments(path: &[u8]) -> bool {
    holds(path, is_segment)
}

/// Says whether an empty segment or one that begins with a dot begins with the
/// first of two bytes.
fn is_segment(this: u8, next: u8) -> bool {
    (this == b'/') & ((next == b'/') | (next == b'.'))
}

/// How many pairs of bytes are looked at together.
const PAIRS: usize = 16;

/// Says whether a text holds two bytes, one behind the other, of a kind.
#[inline(always)]
fn holds(text: &[u8], pair: impl Fn(u8, u8) -> bool) -> bool {
    let Some(last) = text.len().checked_sub(PAIRS + 1) else {
        let mut padded = [0; PAIRS + 1];
        padded[..text.len()].copy_from_slice(text);
        let n_pairs = text.len().saturating_sub(1) as u8;
        return has_any(&padded, &|at, this, next| (at < n_pairs) & pair(this, next));
    };
    let any = |_, this, next| pair(this, next);
    // The last ones may be looked at twice.
    let mut at = 0;
    while at < last {
        if text[at..].first_chunk().is_some_and(|chunk| has_any(chunk, &any)) {
            return true;
        }
        at += PAIRS;
    }
    text.last_chunk().is_some_and(|chunk| has_any(chunk, &any))
}

/// The same of so many pairs, each with its place, without a branch, which is
/// what lets a compiler take them together.
#[inline(always)]
fn has_any(text: &[u8; PAIRS + 1], pair: &impl Fn(u8, u8, u8) -> bool) -> bool {
    let any = |any, at: u8| {
        let place = usize::from(at);
        any | u8::from(pair(at, text[place], text[place + 1]))
    };
    (0..PAIRS as u8).fold(0, any) != 0
}

/// Says whether a path that is not odd, on a server that folds case, has no
/// other form than its letters in lower case. No byte of other scripts stands
/// in it, and no segment ends with a dot or a space.
pub fn is_lowered(path: &[u8]) -> bool {
    let is_dropped = |byte: u8| (byte == b'.') | (byte == b' ');
    let is_other = |byte: u8, next: u8| (byte >= 0x80) | is_dropped(byte) & (next == b'/');
    !holds(path, is_other) && path.last().is_none_or(|last| !is_other(*last, b'/'))
}
