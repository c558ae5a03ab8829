//! Which lines that could not be read may hide a request for a target.
//!
//! A line that is no record may still show a literal piece of a target:
//! plainly, behind the log's escapes, percent-encoded up to three times, or
//! with odd segments. It may also have been cut off before it could show one.
//! Both are suspect, and a suspect line refuses a clean verdict, so whatever
//! is in doubt here is suspect.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::piece::Piece;
use super::target::search::Search;
use crate::record::{Escape, path};

/// The literal pieces of the targets of a case.
#[derive(Debug)]
pub(super) struct Pieces {
    /// The pieces: sorted, none holding another.
    each: Vec<Vec<u8>>,
    /// Whether every target has a piece.
    complete: bool,
    /// Whether every piece is where a path of its target begins.
    at_start: bool,
    /// Whether a piece holds a space, which some logs write as `+`.
    with_space: bool,
    fold: bool,
    /// They stand there in any letter case.
    any_case: bool,
    /// What finds them in lines that could not be read; made for the first of
    /// these. Where there are too many for it, nothing.
    search: OnceLock<Option<AhoCorasick>>,
}

impl Pieces {
    /// The pieces of targets; `None` for a target without one.
    pub(super) fn new<'p>(targets: impl Iterator<Item = Option<&'p Piece>>, fold: bool) -> Pieces {
        let (mut each, mut complete, mut at_start) = (Vec::new(), true, true);
        let mut any_case = fold;
        for target in targets {
            let Some(piece) = target else {
                complete = false;
                continue;
            };
            at_start &= piece.begins;
            any_case |= piece.any_case;
            each.extend(piece.texts(fold));
        }
        if any_case {
            each.iter_mut().for_each(|piece| piece.make_ascii_lowercase());
        }
        each.sort_unstable();
        each.dedup();
        // A piece that holds another is found by the other.
        if each.len() <= FEW {
            let all = each.clone();
            each.retain(|piece| {
                !all.iter().any(|other| {
                    other.len() < piece.len() && memchr::memmem::find(piece, other).is_some()
                })
            });
        }
        // A server that folds case drops a space at the end of a segment.
        let with_space = fold || each.iter().any(|piece| piece.contains(&b' '));
        Pieces { each, complete, at_start, with_space, fold, any_case, search: OnceLock::new() }
    }

    /// Whether a piece stands in a text.
    fn are_in(&self, text: &[u8]) -> bool {
        let search = self.search.get_or_init(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(self.any_case)
                .kind((self.each.len() > FEW).then_some(AhoCorasickKind::ContiguousNFA))
                .build(&self.each)
                .ok()
        });
        search.as_ref().is_none_or(|search| search.is_match(text))
    }

    pub(super) fn each(&self) -> &[Vec<u8>] {
        &self.each
    }

    /// What finds the pieces in a block of lines, in targets as they are and in
    /// referers as browsers write them; none where there are many, or some
    /// target has none. Browsers write letters of other scripts and spaces
    /// percent-encoded (the path percent-encode set of the URL standard).
    pub(super) fn search(&self) -> Option<Search> {
        let in_lines = !self.each.iter().any(|piece| memchr::memchr(b'\n', piece).is_some());
        let few = few(&self.each).filter(|few| self.complete && in_lines && !few.is_empty())?;
        let spelled = few.iter().flat_map(|piece| [piece.to_vec(), as_browsers_write(piece)]);
        let spelled: BTreeSet<Vec<u8>> = spelled.collect();
        Search::new(&Vec::from_iter(spelled), self.any_case)
    }

    /// Says whether there are more than are searched for in a block, so that the
    /// folders of them are.
    pub(super) fn are_many(&self) -> bool {
        self.each.len() > FEW_PIECES
    }

    pub(super) fn complete(&self) -> bool {
        self.complete
    }

    /// Says whether an unread line may hide a request for a target; `cut`
    /// where the line was cut off.
    pub(super) fn is_suspect(&self, line: &[u8], cut: bool) -> bool {
        if !self.complete {
            return true;
        }
        let mut tail = false;
        for reading in readings(line, cut, self.with_space) {
            let reading = match self.fold {
                true => Cow::Owned(path::fold(&reading)),
                false => reading,
            };
            if self.are_in(&reading) {
                return true;
            }
            tail |= cut && self.may_begin(&reading);
        }
        tail || (cut && self.is_lost(line))
    }

    /// The same of a line of which no more than its head was kept. A target that
    /// is longer than any server's begins like no other, and may name one by dot
    /// segments all the same: only one that ends in the head is no more than that.
    pub(super) fn is_suspect_head(&self, head: &[u8]) -> bool {
        self.is_suspect(head, true) || !matches!(target_on(head), Some(Told::Whole))
    }

    /// Says whether the end of a text is the beginning of a piece.
    fn may_begin(&self, text: &[u8]) -> bool {
        self.each.iter().any(|piece| {
            let longest = piece.len().min(text.len());
            (1..=longest).any(|length| {
                let (end, begun) = (&text[text.len() - length..], &piece[..length]);
                end == begun || self.any_case && end.eq_ignore_ascii_case(begun)
            })
        })
    }

    /// Says whether a cut line was cut before its target was told: no method
    /// with a target is on it, or the target runs to its end and the pieces
    /// may come later in it.
    fn is_lost(&self, line: &[u8]) -> bool {
        match target_on(line) {
            Some(Told::Whole) => false,
            Some(Told::Begun) => !self.at_start,
            None => true,
        }
    }
}

/// Up to how many pieces are searched for in every block: as many as the search
/// does at the speed of memory.
const FEW_PIECES: usize = 16;

/// The pieces, or where they are many what makes them few: the folders in which
/// they lie, or else their beginnings. None where these are many, too.
fn few(pieces: &[Vec<u8>]) -> Option<Vec<&[u8]>> {
    let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    folders(pieces.clone()).or_else(|| beginnings(&pieces))
}

/// The pieces, or where they are many the folders in which they lie, as near as
/// makes them few; none where even the outermost are many, or one has none.
fn folders(mut pieces: Vec<&[u8]>) -> Option<Vec<&[u8]>> {
    while pieces.len() > FEW_PIECES {
        // Those that lie deepest are shortened, a file before its folder.
        let depth = |piece: &[u8]| {
            (piece.iter().filter(|byte| **byte == b'/').count(), !piece.ends_with(b"/"))
        };
        let deepest = pieces.iter().map(|piece| depth(piece)).max()?;
        for piece in pieces.iter_mut().filter(|piece| depth(piece) == deepest) {
            let inside = piece.strip_suffix(b"/").unwrap_or(piece);
            let end = inside.iter().rposition(|byte| *byte == b'/')? + 1;
            if end < LEAST {
                return None;
            }
            *piece = &piece[..end];
        }
        pieces.sort_unstable();
        pieces.dedup();
    }
    Some(pieces)
}

/// The beginnings of sorted pieces, as long as makes them few.
fn beginnings<'p>(pieces: &[&'p [u8]]) -> Option<Vec<&'p [u8]>> {
    let of = |length: usize| {
        let mut each: Vec<&[u8]> = Vec::new();
        for piece in pieces {
            let begun = &piece[..piece.len().min(length)];
            if each.last() != Some(&begun) {
                each.push(begun);
            }
            if each.len() > FEW_PIECES {
                return None;
            }
        }
        Some(each)
    };
    let longest = pieces.iter().map(|piece| piece.len()).max()?;
    (LEAST_BEGINNING..=longest).map_while(of).last()
}

/// How long a beginning must be to be searched for.
const LEAST_BEGINNING: usize = 4;

/// How long a folder must be to be searched for.
const LEAST: usize = 3;

/// A piece of a path as a browser writes it in a referer.
fn as_browsers_write(piece: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(piece.len());
    for &byte in piece {
        match byte {
            0..=0x20 | 0x7f.. | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'}' | b'#' | b'?' => {
                out.extend_from_slice(format!("%{byte:02X}").as_bytes());
            }
            _ => out.push(byte),
        }
    }
    out
}

/// Up to how many pieces each is compared with each.
const FEW: usize = 512;

/// How many percent-decodings are tried, as for paths.
const DECODINGS: usize = 3;

/// Every way a line may be meant, nearest first, each once.
fn readings(line: &[u8], cut: bool, plus: bool) -> Vec<Cow<'_, [u8]>> {
    let line = if cut { whole_escapes(line) } else { line };
    let mut each: Vec<Cow<'_, [u8]>> = vec![Cow::Borrowed(line)];
    let add = |each: &mut Vec<Cow<'_, [u8]>>, text: Vec<u8>| {
        if !each.iter().any(|other| **other == *text) {
            each.push(Cow::Owned(text));
        }
    };
    if Escape::Backslash.touches(line) {
        let mut undone = Vec::with_capacity(line.len());
        Escape::Backslash.undo(line, &mut undone);
        add(&mut each, undone);
        add(&mut each, undo_json(line));
    }
    if plus && line.contains(&b'+') {
        add(&mut each, line.iter().map(|&b| if b == b'+' { b' ' } else { b }).collect());
    }
    let at_root = rooted(line);
    add(&mut each, at_root);
    for at in 0..each.len() {
        let mut level = each[at].to_vec();
        for _ in 0..DECODINGS {
            let decoded = path::decode(&level);
            if decoded == level {
                break;
            }
            level = decoded;
            add(&mut each, level.clone());
        }
    }
    if cut {
        // What is decoded may end in an escape that was cut in its midst.
        for at in 0..each.len() {
            let trimmed = whole_escapes(&each[at]).to_vec();
            add(&mut each, trimmed);
        }
    }
    for at in 0..each.len() {
        // Some servers take a backslash for a slash, and keep all of them.
        let slashed = each[at].iter().map(|&b| if b == b'\\' { b'/' } else { b }).collect();
        add(&mut each, slashed);
    }
    for at in 0..each.len() {
        for thorough in [false, true] {
            let resolved = resolve(&each[at], thorough);
            add(&mut each, resolved);
        }
    }
    each
}

/// The line with a slash before a target that was asked for without one.
fn rooted(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len() + 1);
    let mut letters = 0;
    let mut gap = false;
    for &byte in line {
        match byte {
            b'A'..=b'Z' if !gap => letters += 1,
            _ if is_between(byte) && letters >= 3 => gap = true,
            _ => {
                if gap && byte != b'/' {
                    out.push(b'/');
                }
                (letters, gap) = (usize::from(byte.is_ascii_uppercase()), false);
            }
        }
        out.push(byte);
    }
    out
}

/// Says whether a byte may stand between a method and its target.
fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b',' | b';' | b'|')
}

/// The line without an escape that was cut in its midst.
fn whole_escapes(line: &[u8]) -> &[u8] {
    let from = line.len().saturating_sub(5);
    match line[from..].iter().rposition(|b| matches!(b, b'%' | b'\\')).map(|at| from + at) {
        Some(at) => {
            let length = match &line[at..] {
                [b'\\', b'x' | b'X', ..] => 4,
                [_, b'u' | b'U', ..] => 6,
                [b'\\', ..] => 2,
                _ => 3,
            };
            if line.len() - at < length { &line[..at] } else { line }
        }
        None => line,
    }
}

/// Undoes `\/` and `\uHHHH`, as JSON writes them; other escapes of JSON are
/// those of [`Escape::Backslash`].
fn undo_json(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        match rest {
            [_, b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(|x| x.is_ascii_hexdigit()) => {
                // `%uHHHH` means the same letter and is undone already.
                out.extend(path::decode(&[b'%', b'u', *a, *b, *c, *d]));
                rest = &rest[6..];
            }
            [_, letter @ (b'/' | b'"' | b'\\'), ..] => {
                out.push(*letter);
                rest = &rest[2..];
            }
            _ => {
                out.push(b'\\');
                rest = &rest[1..];
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Drops empty and dot segments wherever they stand on a line; where
/// `thorough`, first turns `\` into `/` and drops `;parameters`.
fn resolve(line: &[u8], thorough: bool) -> Vec<u8> {
    let ends = |byte: u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'?' | b',');
    let mut out: Vec<u8> = Vec::with_capacity(line.len());
    let mut at = 0;
    while at < line.len() {
        let byte = match line[at] {
            b'\\' if thorough => b'/',
            byte => byte,
        };
        if byte == b';' && thorough {
            let stop = |b: &u8| ends(*b) || matches!(b, b'/' | b'\\');
            at += line[at..].iter().position(stop).unwrap_or(line.len() - at);
            continue;
        }
        out.push(byte);
        at += 1;
        let whole =
            line.get(at).is_none_or(|next| ends(*next) || matches!(next, b'/' | b'\\' | b';'));
        if byte == b'/' && out.ends_with(b"//") {
            out.pop();
        } else if whole && out.ends_with(b"/..") {
            out.truncate(out.len() - 3);
            let back = out.iter().rposition(|b| *b == b'/' || ends(*b));
            match back {
                Some(back) if out[back] == b'/' => out.truncate(back + 1),
                _ => out.push(b'/'),
            }
        } else if whole && out.ends_with(b"/.") {
            out.truncate(out.len() - 1);
        }
    }
    out
}

/// What a cut line tells of its target.
enum Told {
    /// It runs to the end of the line.
    Begun,
    /// It ends on the line.
    Whole,
}

/// Finds a target behind a method (letters in upper case, three at least).
fn target_on(line: &[u8]) -> Option<Told> {
    let mut letters = 0;
    let mut gap = false;
    for (at, &byte) in line.iter().enumerate() {
        match byte {
            b'A'..=b'Z' if !gap => letters += 1,
            _ if is_between(byte) && letters >= 3 => gap = true,
            b'/' if gap => {
                let ended = line[at..].iter().any(|b| matches!(b, b' ' | b'\t' | b'"' | b'\''));
                return Some(if ended { Told::Whole } else { Told::Begun });
            }
            b'A'..=b'Z' => (letters, gap) = (1, false),
            _ => (letters, gap) = (0, false),
        }
    }
    None
}

#[cfg(test)]
#[path = "pieces_tests.rs"]
mod tests;
