//! Which requests name what was exposed: targets, and all targets of a case
//! tried on a request at once.
//!
//! ```
//! use whofetched::case::{self, target::Matcher};
//! use whofetched::record::Escape;
//!
//! let patterns = ["/exports".to_string()];
//! let case = case::load::quick(&patterns, None, None, None, None, &[], &[], None)?;
//! let matcher = Matcher::new(&case, false)?;
//! let found = matcher.find(b"/%65xports/a.csv?x=1", Escape::None, None);
//! assert_eq!(found.map(|found| found.spelling.word()), Some("encoded"));
//! # Ok::<(), whofetched::error::Error>(())
//! ```

mod ends;
mod expressions;
pub mod finds;
mod hints;
mod host;
pub mod literal;
pub mod misses;
mod referer;
pub(super) mod search;

use std::borrow::Cow;
use std::sync::Arc;

use smallvec::SmallVec;

use super::Case;
use super::keys::Keys;
use super::pattern::{self, PathPattern, Pattern, same_host};
use super::pieces::Pieces;
use super::query;
use super::window::Window;
use crate::error::Error;
use crate::record::path::{Form, Forms, Spelling};
use crate::record::{Escape, Record, Request};
use expressions::Expressions;
use host::is_told;
use literal::Literals;
use search::Search;

/// What was exposed: a path pattern, or a listed file with what is known of
/// it.
#[derive(Debug, Clone)]
pub struct Target {
    /// The pattern or path as the user wrote it.
    pub text: String,
    /// Which requests name it.
    pub pattern: Arc<Pattern>,
    /// What a list of files says of it.
    pub listed: Option<ListedFile>,
}

/// What a list of files says of one of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedFile {
    /// The path as listed, the prefix to strip taken off.
    pub path: String,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The SHA-256 of its content, 64 digits in lower case.
    pub sha256: Option<String>,
    /// How many records it holds.
    pub records: Option<u64>,
    /// How many people it is about.
    pub subjects: Option<u64>,
    /// Who they are, by the keys the list gives.
    pub keys: Option<Keys>,
    /// The length of its shortest record in bytes.
    pub shortest: Option<u64>,
    /// When this file was there, from `from`, `to`, `created`, `expires` and
    /// the lifetime of its exposure; `None` where the list says nothing.
    pub window: Option<Window>,
}

impl Target {
    /// A target by its pattern.
    pub fn parse(text: &str) -> Result<Target, Error> {
        let pattern = Arc::new(Pattern::parse(text)?);
        Ok(Target { text: text.to_string(), pattern, listed: None })
    }

    /// The host and path of a listed file by which it is told from others, in
    /// whatever spelling they are listed; `host` is its exposure's, which holds
    /// where it names none. `folds` where no server heeds letter case.
    pub fn place(&self, host: Option<&str>, folds: bool) -> (Option<Vec<u8>>, Vec<u8>) {
        let own = self.pattern.host().map(<[u8]>::to_vec);
        let host = own.or_else(|| host.and_then(pattern::read_host));
        let path = match &self.pattern.path {
            PathPattern::Literal { spellings, .. } => spellings.last().cloned().unwrap_or_default(),
            PathPattern::Expression(_) => self.text.clone().into_bytes(),
        };
        (host, if folds { pattern::folded(&path) } else { path })
    }

    /// When this target was open: those of its exposure, `all`, each cut to
    /// the file's own. Where neither says anything, one window without ends;
    /// none only where the file was never there while the exposure was open.
    pub fn windows(&self, all: &[Window]) -> Vec<Window> {
        let own = self.listed.as_ref().and_then(|listed| listed.window.as_ref());
        match own {
            None if all.is_empty() => vec![Window::default()],
            None => all.to_vec(),
            Some(own) if all.is_empty() => vec![own.clone()],
            Some(own) => all.iter().filter_map(|window| cut(window, own)).collect(),
        }
    }
}

/// The window of an exposure cut to that of a file.
fn cut(window: &Window, own: &Window) -> Option<Window> {
    let mut both = window.clone();
    if let Some(from) = own.from
        && window.from.is_none_or(|other| other < from)
    {
        both.from = Some(from);
        both.from_earliest = None;
        both.source_of_from.clone_from(&own.source_of_from);
    }
    if let Some(to) = own.to
        && window.to.is_none_or(|other| to < other)
    {
        both.to = Some(to);
        both.to_latest = None;
        both.source_of_to.clone_from(&own.source_of_to);
    }
    let is_open = both.from.is_none_or(|from| both.to.is_none_or(|to| from < to));
    is_open.then_some(both)
}

/// A request that names targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<'t> {
    /// The exposures it names, one bit for each by its place in the case.
    pub exposures: u64,
    /// The targets it names on the right host, by [`Matcher::place`],
    /// ascending; empty where only `other_host` is set.
    pub targets: SmallVec<[u32; 4]>,
    /// The exposures whose target it names, but on another host.
    pub other_host: u64,
    /// The nearest spelling by which it names any target.
    pub spelling: Spelling,
    /// The form of the path that matched with it.
    pub path: Cow<'t, [u8]>,
    /// What the group `subject` caught.
    pub subject: Option<Vec<u8>>,
    /// What the group `record` caught.
    pub record: Option<Vec<u8>>,
}

/// How many exposures a case may have: one bit each in [`Match::exposures`].
pub const EXPOSURES: usize = 64;

/// All targets of a case, for servers that heed letter case or that fold it.
#[derive(Debug)]
pub struct Matcher {
    fold: bool,
    /// The targets in the order of the case.
    entries: Vec<Entry>,
    literals: Literals,
    expressions: Expressions,
    pieces: Pieces,
    /// The pieces as they stand in a line, where there are few and every target
    /// has one.
    search: Option<Search>,
}

#[derive(Debug)]
struct Entry {
    exposure: usize,
    target: usize,
    host: Option<Arc<[u8]>>,
    pattern: Arc<Pattern>,
}

impl Matcher {
    /// All targets of a case; `fold` for servers that fold letter case.
    pub fn new(case: &Case, fold: bool) -> Result<Matcher, Error> {
        if case.exposures.len() > EXPOSURES {
            return Err(Error::question(format!(
                "the case has {} exposures, more than {EXPOSURES}; split it into several cases",
                case.exposures.len()
            )));
        }
        Ok(Matcher::of(case, fold))
    }

    /// The same of a case that is known to have no more exposures than it may.
    pub fn of(case: &Case, fold: bool) -> Matcher {
        let mut entries = Vec::new();
        for (exposure, of) in case.exposures.iter().enumerate() {
            let host = of.host.as_ref().map(|host| Arc::from(host.as_bytes()));
            for (target, each) in of.targets.iter().enumerate() {
                let (host, pattern) = (host.clone(), Arc::clone(&each.pattern));
                entries.push(Entry { exposure, target, host, pattern });
            }
        }
        let mut literals = Vec::new();
        let mut expressions = Vec::new();
        for (id, entry) in (0u32..).zip(&entries) {
            match &entry.pattern.path {
                PathPattern::Literal { spellings, .. } => {
                    let key = |spelling: &Vec<u8>| match fold {
                        true => pattern::folded(spelling),
                        false => spelling.clone(),
                    };
                    literals.extend(spellings.iter().map(|spelling| (key(spelling), id)));
                }
                PathPattern::Expression(expression) => {
                    expressions.push((id, expression, entry.pattern.pieces()));
                }
            }
        }
        let expressions = Expressions::new(&expressions, fold);
        let pieces = Pieces::new(entries.iter().map(|entry| entry.pattern.piece()), fold);
        let is_under = |id: u32| {
            matches!(entries[id as usize].pattern.path, PathPattern::Literal { under: true, .. })
        };
        let literals = Literals::new(literals.into_iter(), is_under);
        let search = pieces.search();
        Matcher { fold, entries, literals, expressions, pieces, search }
    }

    /// Which targets a request names, on the host of its record or of its
    /// absolute URI. `target` is as logged, with its query.
    pub fn find<'t>(
        &self,
        target: &'t [u8],
        escape: Escape,
        host: Option<&[u8]>,
    ) -> Option<Match<'t>> {
        let request = Request::Line { method: b"-", target, version: None };
        let record = Record { request, escape, host, ..Record::default() };
        self.find_in(&record, &Forms::of(target, escape, self.fold))
    }

    /// Which targets a record names: by its request target, or by the object
    /// of a store, as `/key` and as `/bucket/key`.
    pub fn find_record<'t>(&self, record: &Record<'t>) -> Option<Match<'t>> {
        self.find_forms(record).map(|(found, _)| found)
    }

    /// The same, and every form of what the record asked for.
    pub fn find_forms<'t>(&self, record: &Record<'t>) -> Option<(Match<'t>, Forms<'t>)> {
        let may = self.may_match(record.target()?, record.escape)
            || record.object.is_some_and(|object| {
                object.paths().any(|path| self.may_match(&path, Escape::None))
            });
        may.then(|| self.find_among(record)).flatten()
    }

    /// The same without a cheap look before.
    fn find_among<'t>(&self, record: &Record<'t>) -> Option<(Match<'t>, Forms<'t>)> {
        let forms = Forms::of_record(record, self.fold)?;
        self.find_in(record, &forms).map(|found| (found, forms))
    }

    /// Which targets are named by the forms of a record.
    fn find_in<'t>(&self, record: &Record<'_>, forms: &Forms<'t>) -> Option<Match<'t>> {
        let Record { escape, host, object, .. } = *record;
        let target = record.target()?;
        let mut queries = None;
        let mut found: SmallVec<[(u32, usize); 4]> = SmallVec::new();
        for (at, form) in forms.each.iter().enumerate() {
            self.candidates(&form.path, &mut |id| {
                let nearer = found.iter_mut().find(|(other, _)| *other == id);
                if let Some((_, other)) = nearer {
                    if form.spelling < forms.each[*other].spelling {
                        *other = at;
                    }
                    return false;
                }
                if let Some(query) = &self.entries[id as usize].pattern.query {
                    let queries =
                        queries.get_or_insert_with(|| query::readings(target, escape, forms));
                    if !queries.iter().any(|text| query.on(text, self.fold).is_match(text)) {
                        return false;
                    }
                }
                found.push((id, at));
                false
            });
        }
        let hosts: SmallVec<[&[u8]; 2]> =
            host.into_iter().chain(forms.host.as_deref()).filter(|host| is_told(host)).collect();
        let is_right = |(id, at): &(u32, usize)| {
            self.entries[*id as usize].is_on(&hosts, object, &forms.each[*at].path)
        };
        let (mut right, other) = match found.iter().all(is_right) {
            true => (found, SmallVec::new()),
            false => found.into_iter().partition(is_right),
        };
        let best = if right.is_empty() { &other } else { &right };
        let nearest =
            best.iter().map(|(_, at)| &forms.each[*at]).min_by_key(|form| form.spelling)?;
        let bits = |found: &[(u32, usize)]| {
            found.iter().fold(0, |bits, (id, _)| bits | 1 << self.entries[*id as usize].exposure)
        };
        let exposures: u64 = bits(&right);
        let (mut subject, mut record) = (None, None);
        right.sort_unstable();
        for (id, at) in if right.is_empty() { &other } else { &right } {
            let pattern = &self.entries[*id as usize].pattern;
            self.captures(pattern, &forms.each[*at], queries.as_deref(), &mut subject, &mut record);
        }
        Some(Match {
            exposures,
            targets: right.into_iter().map(|(id, _)| id).collect(),
            other_host: bits(&other) & !exposures,
            spelling: nearest.spelling,
            path: nearest.path.clone(),
            subject,
            record,
        })
    }

    /// Whether it is for servers that fold letter case.
    pub fn folds(&self) -> bool {
        self.fold
    }

    /// Where a target stands in the case: its exposure, and its place there.
    pub fn place(&self, id: u32) -> Option<(usize, usize)> {
        self.entries.get(id as usize).map(|entry| (entry.exposure, entry.target))
    }

    /// Literal pieces of three bytes or more. Every request, plainly spelled,
    /// that names a target with a piece holds one of them.
    pub fn pieces(&self) -> &[Vec<u8>] {
        self.pieces.each()
    }

    /// Says whether every target has a piece. Where one has none, every
    /// unread line is suspect.
    pub fn all_have_pieces(&self) -> bool {
        self.pieces.complete()
    }

    /// Says whether a line that could not be read may hide a request for a
    /// target; `cut` where the line was cut off.
    pub fn is_suspect(&self, line: &[u8], cut: bool) -> bool {
        self.pieces.is_suspect(line, cut)
    }

    /// The same of a line of which no more than its head was kept: its target may
    /// go on behind that.
    pub fn is_suspect_head(&self, head: &[u8]) -> bool {
        self.pieces.is_suspect_head(head)
    }

    /// Calls `visit` for every target whose path pattern matches one form,
    /// until it says so; tells whether it did. A target may be visited more
    /// than once.
    fn candidates(&self, path: &[u8], visit: &mut dyn FnMut(u32) -> bool) -> bool {
        let visited = self.literals.each(path, &mut |ids, is_whole| {
            ids.iter().any(|id| {
                let entry = &self.entries[*id as usize];
                let whole_only =
                    matches!(entry.pattern.path, PathPattern::Literal { under: false, .. });
                (is_whole || !whole_only) && visit(*id)
            })
        });
        visited
            || self.expressions.each(path, |id| {
                self.entries[id as usize].pattern.path.is_match(path, self.fold) && visit(id)
            })
    }

    /// Fills what is still missing of subject and record.
    fn captures(
        &self,
        pattern: &Pattern,
        form: &Form<'_>,
        queries: Option<&[Vec<u8>]>,
        subject: &mut Option<Vec<u8>>,
        record: &mut Option<Vec<u8>>,
    ) {
        let mut fill = |regex: &regex::bytes::Regex, text: &[u8]| {
            if regex.captures_len() > 1
                && (subject.is_none() || record.is_none())
                && let Some(caught) = regex.captures(text)
            {
                let group = |name| caught.name(name).map(|group| group.as_bytes().to_vec());
                *subject = subject.take().or_else(|| group("subject"));
                *record = record.take().or_else(|| group("record"));
            }
        };
        if let PathPattern::Expression(expression) = &pattern.path {
            fill(expression.on(&form.path, self.fold), &form.path);
        }
        if let (Some(query), Some(queries)) = (&pattern.query, queries) {
            // The most decoded text first: it is what the people are called.
            queries.iter().rev().for_each(|text| fill(query.on(text, self.fold), text));
        }
    }
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
