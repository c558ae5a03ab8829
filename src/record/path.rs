//! Which path: every spelling of a request target that a server would serve
//! as the same thing.
//!
//! The servers of this world decode percent escapes, drop `;parameters`,
//! merge slashes and resolve dot segments, some once and some twice (a proxy
//! in front, a rewrite behind). Rather than know which server does what, all
//! forms are tried: a request that might have been served is shown, and none
//! that was served is missed.
//!
//! RFC 3986 sections 2.1, 5.2.4 and 6.2.2; RFC 9112 section 3.2 (absolute
//! form); `;parameters` as in Java servlet containers; `%uHHHH` and `\` as in
//! IIS.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Escape, Object, Record};

mod odd;
mod rewrite;

use odd::has_segments;
pub use odd::{is_lowered, is_odd, is_odd_path, is_plain, sole_other};
pub use rewrite::{decode, fold, hex};
use rewrite::{decoded, resolve, rewrite};

/// How far the spelling of a request is from the plain path, nearest first.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Spelling {
    /// The path as it stands in the log, query off.
    #[default]
    Plain,
    /// Letter case or trailing dots and spaces differ, on a server that folds
    /// them.
    Folded,
    /// The log's own escapes hid it.
    Escaped,
    /// An absolute URI.
    Absolute,
    /// Empty or dot segments, or backslashes for slashes.
    Segments,
    /// `;parameters` in a segment.
    Parameters,
    /// Percent-encoded once.
    Encoded,
    /// Percent-encoded twice.
    DoubleEncoded,
    /// Percent-encoded three times.
    TripleEncoded,
}

impl Spelling {
    /// The word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Spelling::Plain => "plain",
            Spelling::Folded => "folded",
            Spelling::Escaped => "escaped",
            Spelling::Absolute => "absolute",
            Spelling::Segments => "segments",
            Spelling::Parameters => "parameters",
            Spelling::Encoded => "encoded",
            Spelling::DoubleEncoded => "double-encoded",
            Spelling::TripleEncoded => "triple-encoded",
        }
    }

    /// Says whether it takes more than one percent-decoding: few servers do
    /// that, so what it proves is weaker.
    pub fn is_doubtful(self) -> bool {
        matches!(self, Spelling::DoubleEncoded | Spelling::TripleEncoded)
    }
}

/// One form of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form<'t> {
    /// How this form was reached.
    pub spelling: Spelling,
    /// The path, beginning with `/` wherever a path was asked for.
    pub path: Cow<'t, [u8]>,
}

/// Every form of one target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forms<'t> {
    /// The forms, nearest to the log first, each path once.
    pub each: Vec<Form<'t>>,
    /// The host of an absolute URI, without its port.
    pub host: Option<Vec<u8>>,
    /// The query behind the first `?`, log escapes undone.
    pub query: Option<Cow<'t, [u8]>>,
    /// The one path that stands for all: percent-decoded once, parameters
    /// dropped, segments resolved.
    pub canonical: Cow<'t, [u8]>,
}

impl<'t> Forms<'t> {
    /// Every form of `target`, as logged with `escape`; `fold` where the
    /// server is case-insensitive.
    pub fn of(target: &'t [u8], escape: Escape, fold: bool) -> Forms<'t> {
        let path = self::raw(target);
        if is_odd_path(path, escape, fold) || escape.touches(target) {
            return Forms::of_odd(target, escape, fold);
        }
        let path = Cow::Borrowed(path);
        let query = target.get(path.len() + 1..).map(|query| Cow::Borrowed(before(query, b'#')));
        let each = vec![Form { spelling: Spelling::Plain, path: path.clone() }];
        Forms { each, host: None, query, canonical: path }
    }

    /// The same of a target that may have another form than its own bytes.
    fn of_odd(target: &'t [u8], escape: Escape, fold: bool) -> Forms<'t> {
        let mut forms = Forms::default();
        forms.add(Cow::Borrowed(self::raw(target)), Spelling::Plain, fold);
        // W3C cannot tell `+` from a space, and some writers of the other
        // layouts escape nothing, so the field as it stands is meant too.
        forms.read(target, Spelling::Plain, fold);
        if escape.touches(target) {
            let mut written = Vec::new();
            escape.undo(target, &mut written);
            let mut undone = Forms { each: std::mem::take(&mut forms.each), ..Forms::default() };
            undone.read(&written, Spelling::Escaped, fold);
            forms = undone.into_owned();
        }
        forms
    }

    /// Every form of what a record asked for: of its target, and of the object
    /// it names. `None` where its request field holds no request line.
    pub fn of_record(record: &Record<'t>, fold: bool) -> Option<Forms<'t>> {
        let mut forms = Forms::of(record.target()?, record.escape, fold);
        for path in record.object.into_iter().flat_map(Object::paths) {
            for form in Forms::of(&path, Escape::None, fold).each {
                match forms.each.iter_mut().find(|own| own.path == form.path) {
                    Some(own) => own.spelling = own.spelling.min(form.spelling),
                    None => forms.each.push(form.into_owned()),
                }
            }
        }
        Some(forms)
    }

    /// The same, which no longer needs the bytes that it was made of.
    pub fn into_owned<'o>(self) -> Forms<'o> {
        Forms {
            each: self.each.into_iter().map(Form::into_owned).collect(),
            host: self.host,
            query: self.query.map(|query| Cow::Owned(query.into_owned())),
            canonical: Cow::Owned(self.canonical.into_owned()),
        }
    }

    /// Takes host and query from a target, and adds the forms of its path; and
    /// those with a `#` and what is behind it, which some servers take for a
    /// part of it.
    fn read(&mut self, target: &'t [u8], nearest: Spelling, fold: bool) {
        if memchr::memchr(b'#', target).is_some() {
            self.climb(split(target, false), nearest, fold);
        }
        let split = split(target, true);
        self.host = split.host.map(<[u8]>::to_vec);
        self.query = split.query.map(Cow::Borrowed);
        self.climb(split, nearest, fold);
    }

    /// Adds the forms of a path for every number of decodings.
    fn climb(&mut self, split: Split<'t>, nearest: Spelling, fold: bool) {
        let nearest = if split.is_absolute { nearest.max(Spelling::Absolute) } else { nearest };
        let mut next = Some(Cow::Borrowed(split.path));
        let levels =
            [Spelling::Plain, Spelling::Encoded, Spelling::DoubleEncoded, Spelling::TripleEncoded];
        for (decodings, spelling) in levels.into_iter().enumerate() {
            let Some(level) = next.take() else { break };
            let spelling = nearest.max(spelling);
            next = decoded(&level).map(Cow::Owned);
            // A decoded `?` or `#` is part of a name to one server and the
            // end of the path to the next.
            let end = memchr::memchr2(b'?', b'#', &level).filter(|_| decodings > 0);
            let cut = end.map(|end| resolve(&rewrite(&level[..end], true, true)));
            // Where there are none of them, to rewrite them changes nothing.
            let has = |byte: u8| memchr::memchr(byte, &level).is_some();
            let thorough = match (has(b'\\'), has(b';')) {
                (false, false) => self.both(level, spelling, fold),
                (backslashes, parameters) => {
                    self.rewritten(&level, (backslashes, parameters), spelling, fold)
                }
            };
            if decodings < 2 {
                self.canonical = thorough;
            }
            if let Some(cut) = cut {
                self.add(Cow::Owned(cut), spelling.max(Spelling::Parameters), fold);
            }
        }
    }

    /// Adds the forms of a path that holds backslashes or parameters, with and
    /// without each, and gives the last: without any, its segments resolved.
    fn rewritten(
        &mut self,
        level: &[u8],
        (backslashes, parameters): (bool, bool),
        spelling: Spelling,
        fold: bool,
    ) -> Cow<'t, [u8]> {
        let mut thorough = Cow::default();
        for slashed in [false, true].into_iter().take(1 + usize::from(backslashes)) {
            for dropped in [false, true].into_iter().take(1 + usize::from(parameters)) {
                let spelling = match (dropped, slashed) {
                    (true, _) => spelling.max(Spelling::Parameters),
                    (false, true) => spelling.max(Spelling::Segments),
                    (false, false) => spelling,
                };
                let path = Cow::Owned(rewrite(level, slashed, dropped));
                thorough = self.both(path, spelling, fold);
            }
        }
        thorough
    }

    /// Adds a path as it is and with its segments resolved, and gives that.
    fn both(&mut self, path: Cow<'t, [u8]>, spelling: Spelling, fold: bool) -> Cow<'t, [u8]> {
        if path.first() == Some(&b'/') && !has_segments(&path) {
            self.add(path.clone(), spelling, fold);
            return path;
        }
        let resolved: Cow<'t, [u8]> = Cow::Owned(resolve(&path));
        self.add(path, spelling, fold);
        self.add(resolved.clone(), spelling.max(Spelling::Segments), fold);
        resolved
    }

    fn add(&mut self, path: Cow<'t, [u8]>, spelling: Spelling, folds: bool) {
        if !folds {
            return self.keep(path, spelling);
        }
        let folded = fold(&path);
        let spelling = if folded == *path { spelling } else { spelling.max(Spelling::Folded) };
        // A segment of dots and spaces alone is empty once folded.
        let resolved = resolve(&folded);
        self.keep(Cow::Owned(folded), spelling);
        self.keep(Cow::Owned(resolved), spelling.max(Spelling::Segments));
    }

    fn keep(&mut self, path: Cow<'t, [u8]>, spelling: Spelling) {
        if !self.each.iter().any(|form| form.path == path) {
            self.each.push(Form { spelling, path });
        }
    }
}

impl Form<'_> {
    fn into_owned<'o>(self) -> Form<'o> {
        Form { spelling: self.spelling, path: Cow::Owned(self.path.into_owned()) }
    }
}

/// The path of a target as logged, its query off.
pub fn raw(target: &[u8]) -> &[u8] {
    before(target, b'?')
}

/// The path of a target as logged, its query off, and scheme and authority
/// where it is an absolute URI.
pub fn of_resource(target: &[u8]) -> &[u8] {
    match target.first() {
        Some(b'/') => raw(target),
        _ => split(target, false).path,
    }
}

/// What stands before the first of a byte; all where there is none.
fn before(text: &[u8], byte: u8) -> &[u8] {
    &text[..memchr::memchr(byte, text).unwrap_or(text.len())]
}

/// The pieces of a target.
#[derive(Clone, Copy)]
struct Split<'a> {
    is_absolute: bool,
    host: Option<&'a [u8]>,
    path: &'a [u8],
    query: Option<&'a [u8]>,
}

/// Takes scheme, authority and query off a target, and the fragment where
/// that is wanted. Apache httpd takes a scheme without an authority, too.
fn split(target: &[u8], fragment: bool) -> Split<'_> {
    let end = match fragment {
        true => memchr::memchr2(b'?', b'#', target),
        false => memchr::memchr(b'?', target),
    };
    let end = end.unwrap_or(target.len());
    let query = (target.get(end) == Some(&b'?')).then(|| before(&target[end + 1..], b'#'));
    let path = &target[..end];
    let relative = Split { is_absolute: false, host: None, path, query };
    // No scheme begins with a slash.
    if path.first() == Some(&b'/') {
        return relative;
    }
    let Some(rest) = behind_scheme(path) else { return relative };
    match rest.strip_prefix(b"//") {
        Some(rest) => {
            let slash = rest.iter().position(|b| matches!(b, b'/' | b'#')).unwrap_or(rest.len());
            let path = if slash == rest.len() { &b"/"[..] } else { &rest[slash..] };
            Split { is_absolute: true, host: Some(host_of(&rest[..slash])), path, query }
        }
        None if rest.first() == Some(&b'/') => Split { is_absolute: true, path: rest, ..relative },
        None => relative,
    }
}

/// What stands behind the colon of a scheme with which a text begins (RFC 3986
/// section 3.1), if it begins with one.
pub fn behind_scheme(text: &[u8]) -> Option<&[u8]> {
    let is_of_scheme = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let length = text.iter().take_while(is_of_scheme).count();
    text[length..].strip_prefix(b":").filter(|_| length > 0)
}

/// The host of an authority: user and port taken off.
pub fn host_of(authority: &[u8]) -> &[u8] {
    let host = match memchr::memrchr(b'@', authority) {
        Some(at) => &authority[at + 1..],
        None => authority,
    };
    if host.first() == Some(&b'[') {
        let end = host.iter().position(|byte| *byte == b']').map_or(host.len(), |at| at + 1);
        return &host[..end];
    }
    match memchr::memrchr(b':', host) {
        Some(colon) if host[colon + 1..].iter().all(u8::is_ascii_digit) => &host[..colon],
        _ => host,
    }
}

#[cfg(test)]
mod tests;
