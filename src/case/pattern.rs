//! Which requests name a thing: a path, a glob or a regular expression, with
//! an optional host and query condition.
//!
//! ```text
//! /exports                 that path and everything under it
//! /exports/*.csv           a glob on the path
//! https://h.example/x      the same, on one host
//! re:^/api/(?<record>\d+)$ a regular expression (bytes) on the path
//! /export.php query:(^|&)id=   with a condition on the query
//! ```
//!
//! A pattern is tried on forms of a path ([`crate::record::path::Forms`]);
//! how many patterns are tried at once is for [`super::target`].

use smallvec::SmallVec;

use super::expression::Expression;
use super::glob::{self, Glob};
use super::piece::Piece;
use crate::error::Error;
use crate::record::Escape;
use crate::record::path::{self, Form, Forms};

/// One way to name requests.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// What it says of the path.
    pub(super) path: PathPattern,
    /// The host it is about, without its port, in lower case.
    pub(super) host: Option<Vec<u8>>,
    /// What the query must match.
    pub(super) query: Option<Expression>,
    /// What every plain spelling of a match holds, what tells most first.
    pieces: SmallVec<[Piece; 1]>,
}

/// What a pattern says of the path.
#[derive(Debug, Clone)]
pub(super) enum PathPattern {
    /// A path by its spellings, none with a slash at its end (so the root is
    /// empty). `under`: everything below it as well.
    Literal { spellings: Vec<Vec<u8>>, under: bool },
    /// A glob or a regular expression.
    Expression(Expression),
}

impl Pattern {
    /// Reads a pattern; what is refused is refused with the ways to write it.
    pub fn parse(text: &str) -> Result<Pattern, Error> {
        let (place, query) = match text.split_once(" query:") {
            None => (text, None),
            Some((_, "")) => {
                return Err(refused(
                    text,
                    "has an empty query condition; write a regular expression behind \"query:\", such as \"query:(^|&)id=\"",
                ));
            }
            Some((place, query)) => (place, Some(Expression::of(query)?)),
        };
        if place.trim() != place {
            return Err(refused(
                text,
                "has a blank at its beginning or end; write exactly one space before \"query:\", and %20 for a space that belongs to the path",
            ));
        }
        if let Some(expression) = place.strip_prefix("re:") {
            return Pattern::regex(text, expression, query);
        }
        if place.starts_with('/') {
            return Pattern::on_path(text, place, None, query);
        }
        let scheme =
            place.split_once("://").map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
        if let Some((scheme, rest)) = scheme
            && matches!(scheme.as_str(), "http" | "https")
        {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let host = read_host(&rest[..end]).ok_or_else(|| {
                refused(text, "has no plain host name behind \"://\"; write \"https://HOST/path\"")
            })?;
            let place = if end == rest.len() { "/" } else { &rest[end..] };
            if !place.starts_with('/') {
                return Err(refused(
                    text,
                    "has no path behind its host; write \"https://HOST/path\", and a query as \"https://HOST/path query:(^|&)name=\"",
                ));
            }
            return Pattern::on_path(text, place, Some(host), query);
        }
        Err(refused(
            text,
            "is none we know; write a path or glob that begins with \"/\", an address \"https://HOST/path\", or a regular expression behind \"re:\"",
        ))
    }

    /// The pattern of one file that a list names: that path and nothing
    /// under it, with or without a slash at its end. No byte of it is a glob
    /// character.
    pub(super) fn file(place: &str, host: Option<Vec<u8>>) -> Pattern {
        let spellings = spellings(place);
        let resolved = spellings.last().map(Vec::as_slice).unwrap_or_default();
        let pieces = Piece::of_text(resolved).into_iter().collect();
        let path = PathPattern::Literal { spellings, under: false };
        Pattern { path, host, query: None, pieces }
    }

    /// The same, and everything under it where it is a plain path: a link's
    /// download lies under the link.
    pub(super) fn with_all_under(mut self) -> Pattern {
        if let PathPattern::Literal { under, .. } = &mut self.path {
            *under = true;
        }
        self
    }

    fn on_path(
        text: &str,
        place: &str,
        host: Option<Vec<u8>>,
        query: Option<Expression>,
    ) -> Result<Pattern, Error> {
        if let Some(at) = query_at(place) {
            let (path, asked) = (&place[..at], &place[at + 1..]);
            let name = asked.split(['=', '&']).next().unwrap_or_default();
            return Err(refused(
                text,
                &format!(
                    "has a query; write \"{path}\" for the path with any query, \"{path} query:(^|&){name}=\" for a condition on the query, or %3F for a question mark that belongs to the path"
                ),
            ));
        }
        if !glob::is_glob(place) {
            return Ok(Pattern { query, ..Pattern::file(place, host).with_all_under() });
        }
        let glob = Glob::parse(place).map_err(|at| {
            let at = text.len() - text.find(place).map_or(0, |start| text.len() - start - at);
            let column = text[..at.min(text.len())].chars().count() + 1;
            refused(
                text,
                &format!("opens a class with \"[\" at character {column} and never closes it; add \"]\", or write %5B for a bracket that belongs to the path"),
            )
        })?;
        let pieces = Piece::of_runs(glob.literals()).into();
        let path = PathPattern::Expression(Expression::of_glob(&glob)?);
        Ok(Pattern { path, host, query, pieces })
    }

    fn regex(text: &str, expression: &str, query: Option<Expression>) -> Result<Pattern, Error> {
        if expression.is_empty() {
            return Err(refused(
                text,
                "is an empty regular expression; write one behind \"re:\", such as \"re:^/api/[0-9]+$\"",
            ));
        }
        let bytes = expression.as_bytes();
        let asks =
            |at: usize| at > 0 && bytes[at - 1] == b'\\' && names_value(&expression[at + 1..]);
        if expression.match_indices('?').any(|(at, _)| asks(at)) {
            return Err(refused(
                text,
                "asks for a query inside its path, where none ever stands; end the expression before \"\\?\" and add the condition behind one space: \"re:^/path$ query:(^|&)name=\"",
            ));
        }
        let compiled = Expression::of(expression)?;
        let pieces = Piece::of_expression(expression).into();
        for group in compiled.groups() {
            if !matches!(group, "subject" | "record") {
                return Err(refused(
                    text,
                    &format!(
                        "has a group named \"{group}\"; only \"subject\" and \"record\" are counted, write (?:…) for a group that is not"
                    ),
                ));
            }
        }
        let path = PathPattern::Expression(compiled);
        Ok(Pattern { path, host: None, query, pieces })
    }

    /// The first, nearest form that this pattern matches, its query condition
    /// met and its host not contradicted by an absolute URI. `forms` must
    /// have been made with the same `fold`.
    pub fn is_match<'f>(&self, forms: &'f Forms<'_>, fold: bool) -> Option<&'f Form<'f>> {
        if let (Some(host), Some(asked)) = (&self.host, &forms.host)
            && !same_host(host, asked)
        {
            return None;
        }
        if let Some(query) = &self.query {
            let asked = forms.query.as_deref().unwrap_or_default();
            let decoded = path::decode(asked);
            if !query.on(asked, fold).is_match(asked)
                && !query.on(&decoded, fold).is_match(&decoded)
            {
                return None;
            }
        }
        let matching = forms.each.iter().filter(|form| self.path.is_match(&form.path, fold));
        matching.min_by_key(|form| form.spelling)
    }

    /// Says whether a canonical path matches, host and query left aside.
    pub fn matches_path(&self, canonical: &[u8], fold: bool) -> bool {
        match fold {
            true => self.path.is_match(&path::fold(canonical), true),
            false => self.path.is_match(canonical, false),
        }
    }

    /// What every plain spelling of a matching request holds, where there is
    /// such; of several things what tells most.
    pub fn piece(&self) -> Option<&Piece> {
        self.pieces.first()
    }

    /// All that every plain spelling of a matching request holds.
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The host it is about.
    pub fn host(&self) -> Option<&[u8]> {
        self.host.as_deref()
    }
}

impl PathPattern {
    /// Says whether one form of a path matches; folded already where `fold`.
    pub(super) fn is_match(&self, path: &[u8], fold: bool) -> bool {
        match self {
            PathPattern::Expression(expression) => expression.on(path, fold).is_match(path),
            PathPattern::Literal { spellings, under } => spellings.iter().any(|spelling| {
                let folded = fold.then(|| folded(spelling));
                let spelling = folded.as_deref().unwrap_or(spelling);
                match path.strip_prefix(spelling) {
                    Some(b"") => !spelling.is_empty(),
                    Some(b"/") => true,
                    Some(rest) => *under && rest.starts_with(b"/"),
                    None => false,
                }
            }),
        }
    }
}

fn refused(text: &str, why: &str) -> Error {
    Error::question(format!("the pattern \"{text}\" {why}"))
}

/// Where a `?` begins a query such as `?id=`.
fn query_at(place: &str) -> Option<usize> {
    place.match_indices('?').map(|(at, _)| at).find(|at| names_value(&place[at + 1..]))
}

/// Says whether a text begins with `name=`.
fn names_value(text: &str) -> bool {
    let name = text.split('=').next().unwrap_or_default();
    let of_a_name = |b: u8| b.is_ascii_alphanumeric() || b"_-.~%+[]$&".contains(&b) || b >= 0x80;
    text.len() > name.len() && !name.is_empty() && name.bytes().all(of_a_name)
}

/// A host as users write it: user, port and a dot at the end taken off, in
/// lower case; `None` where it is no host.
pub(super) fn read_host(text: &str) -> Option<Vec<u8>> {
    let host = bare_host(path::host_of(text.as_bytes())).to_ascii_lowercase();
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(b) || *b >= 0x80;
    let bracketed = host.first() == Some(&b'[') && host.last() == Some(&b']');
    let brackets = host.iter().any(|b| b"[]:".contains(b));
    (!host.is_empty() && host.iter().all(plain) && (bracketed || !brackets)).then_some(host)
}

/// Says whether two hosts are one: letter case, ports and a dot at the end do
/// not matter.
pub(super) fn same_host(one: &[u8], other: &[u8]) -> bool {
    bare_host(path::host_of(one)).eq_ignore_ascii_case(bare_host(path::host_of(other)))
}

fn bare_host(host: &[u8]) -> &[u8] {
    host.strip_suffix(b".").unwrap_or(host)
}

/// Every way a path may be meant: as written, percent-decoded, its segments
/// resolved, in Latin-1; the resolved one last.
fn spellings(place: &str) -> Vec<Vec<u8>> {
    let raw = place.as_bytes().to_vec();
    if place.is_ascii() && !path::is_odd_path(&raw, Escape::None, false) {
        return vec![without_end(raw)];
    }
    let decoded = path::decode(&raw);
    let mut each = vec![raw];
    if let Ok(text) = std::str::from_utf8(&decoded)
        && !text.is_ascii()
        && let Some(latin) = text.chars().map(|c| u8::try_from(c).ok()).collect::<Option<Vec<u8>>>()
    {
        each.push(resolve(&latin));
    }
    each.push(decoded.clone());
    each.push(resolve(&decoded));
    let mut kept: Vec<Vec<u8>> = Vec::new();
    for spelling in each {
        let spelling = without_end(spelling);
        kept.retain(|other| *other != spelling);
        kept.push(spelling);
    }
    kept
}

/// A spelling as a server that folds letter case takes it.
pub(super) fn folded(spelling: &[u8]) -> Vec<u8> {
    without_end(path::fold(spelling))
}

/// A path without the slashes at its end.
fn without_end(mut place: Vec<u8>) -> Vec<u8> {
    let end = place.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
    place.truncate(end);
    place
}

/// Drops empty segments and resolves dot segments.
fn resolve(place: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for segment in place.split(|byte| *byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    kept.iter().flat_map(|segment| [&b"/"[..], segment]).collect::<Vec<_>>().concat()
}

#[cfg(test)]
#[path = "pattern_tests.rs"]
mod tests;
