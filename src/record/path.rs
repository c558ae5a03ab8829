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

use serde::{Deserialize, Serialize};

use super::{Escape, Object, Record};

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
pub struct Form {
    /// How this form was reached.
    pub spelling: Spelling,
    /// The path, beginning with `/` wherever a path was asked for.
    pub path: Vec<u8>,
}

/// Every form of one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forms {
    /// The forms, nearest to the log first, each path once.
    pub each: Vec<Form>,
    /// The host of an absolute URI, without its port.
    pub host: Option<Vec<u8>>,
    /// The query behind the first `?`, log escapes undone.
    pub query: Option<Vec<u8>>,
    /// The one path that stands for all: percent-decoded once, parameters
    /// dropped, segments resolved.
    pub canonical: Vec<u8>,
}

/// How many percent-decodings are tried: a proxy, a server and an application
/// may each do one.
const DECODINGS: usize = 3;

impl Forms {
    /// Every form of `target`, as logged with `escape`; `fold` where the
    /// server is case-insensitive.
    pub fn of(target: &[u8], escape: Escape, fold: bool) -> Forms {
        if is_odd(target, escape, fold) || escape.touches(target) {
            return Forms::of_odd(target, escape, fold);
        }
        let canonical = self::raw(target).to_vec();
        let each = vec![Form { spelling: Spelling::Plain, path: canonical.clone() }];
        let query = target.get(canonical.len() + 1..).map(|query| before(query, b'#').to_vec());
        Forms { each, host: None, query, canonical }
    }

    /// The same of a target that may have another form than its own bytes.
    fn of_odd(target: &[u8], escape: Escape, fold: bool) -> Forms {
        let mut forms = Forms { each: Vec::new(), host: None, query: None, canonical: Vec::new() };
        forms.add(self::raw(target).to_vec(), Spelling::Plain, fold);
        // W3C cannot tell `+` from a space, and some writers of the other
        // layouts escape nothing, so the field as it stands is meant too.
        let plain = forms.read(target, Spelling::Plain, fold);
        forms.climb(plain, Spelling::Plain, fold);
        if escape.touches(target) {
            let mut written = Vec::new();
            escape.undo(target, &mut written);
            let undone = forms.read(&written, Spelling::Escaped, fold);
            forms.climb(undone, Spelling::Escaped, fold);
        }
        forms
    }

    /// Every form of what a record asked for: of its target, and of the object
    /// it names. `None` where its request field holds no request line.
    pub fn of_record(record: &Record<'_>, fold: bool) -> Option<Forms> {
        let mut forms = Forms::of(record.target()?, record.escape, fold);
        for path in record.object.into_iter().flat_map(Object::paths) {
            for form in Forms::of(&path, Escape::None, fold).each {
                match forms.each.iter_mut().find(|own| own.path == form.path) {
                    Some(own) => own.spelling = own.spelling.min(form.spelling),
                    None => forms.each.push(form),
                }
            }
        }
        Some(forms)
    }

    /// Takes host and query from a target, adds the forms of its path with a
    /// `#` and what is behind it, which some servers take for a part of it,
    /// and gives the path without.
    fn read<'t>(&mut self, target: &'t [u8], nearest: Spelling, fold: bool) -> Split<'t> {
        if memchr::memchr(b'#', target).is_some() {
            self.climb(split(target, false), nearest, fold);
        }
        let split = split(target, true);
        self.host = split.host.map(<[u8]>::to_vec);
        self.query = split.query.map(<[u8]>::to_vec);
        split
    }

    /// Adds the forms of a path for every number of decodings.
    fn climb(&mut self, split: Split<'_>, nearest: Spelling, fold: bool) {
        let nearest = if split.host.is_some() { nearest.max(Spelling::Absolute) } else { nearest };
        let mut level = split.path.to_vec();
        for decodings in 0..=DECODINGS {
            if decodings > 0 {
                let decoded = decode(&level);
                if decoded == level {
                    break;
                }
                level = decoded;
            }
            let spelling = nearest.max(match decodings {
                0 => Spelling::Plain,
                1 => Spelling::Encoded,
                2 => Spelling::DoubleEncoded,
                _ => Spelling::TripleEncoded,
            });
            // Where there are none of them, to rewrite them changes nothing.
            let has = |byte: u8| memchr::memchr(byte, &level).is_some();
            let (has_backslashes, has_parameters) = (has(b'\\'), has(b';'));
            let mut thorough = Vec::new();
            for backslashes in [false, true].into_iter().take(1 + usize::from(has_backslashes)) {
                for parameters in [false, true].into_iter().take(1 + usize::from(has_parameters)) {
                    let rewritten = rewrite(&level, backslashes, parameters);
                    let spelling = match (parameters, backslashes) {
                        (true, _) => spelling.max(Spelling::Parameters),
                        (false, true) => spelling.max(Spelling::Segments),
                        (false, false) => spelling,
                    };
                    let resolved = resolve(&rewritten);
                    self.add(rewritten, spelling, fold);
                    thorough.clone_from(&resolved);
                    self.add(resolved, spelling.max(Spelling::Segments), fold);
                }
            }
            if decodings <= 1 {
                self.canonical = thorough;
            }
            // A decoded `?` or `#` is part of a name to one server and the
            // end of the path to the next.
            if decodings > 0
                && let Some(end) = level.iter().position(|byte| matches!(byte, b'?' | b'#'))
            {
                let cut = resolve(&rewrite(&level[..end], true, true));
                self.add(cut, spelling.max(Spelling::Parameters), fold);
            }
        }
    }

    fn add(&mut self, path: Vec<u8>, spelling: Spelling, folds: bool) {
        if !folds {
            return self.keep(path, spelling);
        }
        let folded = fold(&path);
        let spelling = if folded == path { spelling } else { spelling.max(Spelling::Folded) };
        // A segment of dots and spaces alone is empty once folded.
        let resolved = resolve(&folded);
        self.keep(folded, spelling);
        self.keep(resolved, spelling.max(Spelling::Segments));
    }

    fn keep(&mut self, path: Vec<u8>, spelling: Spelling) {
        if !self.each.iter().any(|form| form.path == path) {
            self.each.push(Form { spelling, path });
        }
    }
}

/// Says whether a target may have another form than its own bytes up to the
/// query. Where this is false, [`Forms::of`] would yield that one path only.
pub fn is_odd(target: &[u8], escape: Escape, folds: bool) -> bool {
    if folds || target.first() != Some(&b'/') {
        return true;
    }
    let mut previous = 0;
    for &byte in target {
        match byte {
            b'?' => return false,
            b'%' | b'\\' | b';' | b'#' => return true,
            b'+' if escape == Escape::Plus => return true,
            b'/' | b'.' if previous == b'/' => return true,
            _ => {}
        }
        previous = byte;
    }
    false
}

/// Says whether a path that is not odd, on a server that folds case, has no
/// other form than its letters in lower case. No byte of other scripts stands
/// in it, and no segment ends with a dot or a space.
pub fn is_lowered(path: &[u8]) -> bool {
    let is_end = |at: usize| matches!(path.get(at + 1), None | Some(b'/'));
    path.is_ascii()
        && !path.iter().enumerate().any(|(at, byte)| matches!(byte, b'.' | b' ') && is_end(at))
}

/// The path of a target as logged, its query off.
pub fn raw(target: &[u8]) -> &[u8] {
    before(target, b'?')
}

/// What stands before the first of a byte; all where there is none.
fn before(text: &[u8], byte: u8) -> &[u8] {
    &text[..memchr::memchr(byte, text).unwrap_or(text.len())]
}

/// The pieces of a target.
#[derive(Clone, Copy)]
struct Split<'a> {
    host: Option<&'a [u8]>,
    path: &'a [u8],
    query: Option<&'a [u8]>,
}

/// Takes scheme, authority and query off a target, and the fragment where
/// that is wanted.
fn split(target: &[u8], fragment: bool) -> Split<'_> {
    let end = match fragment {
        true => memchr::memchr2(b'?', b'#', target),
        false => memchr::memchr(b'?', target),
    };
    let end = end.unwrap_or(target.len());
    let query = (target.get(end) == Some(&b'?')).then(|| before(&target[end + 1..], b'#'));
    let path = &target[..end];
    if let Some(colon) =
        memchr::memchr_iter(b':', path).find(|at| path[at + 1..].starts_with(b"//"))
        && colon > 0
        && path[..colon].iter().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b))
    {
        let rest = &path[colon + 3..];
        let slash = rest.iter().position(|b| matches!(b, b'/' | b'#')).unwrap_or(rest.len());
        let path = if slash == rest.len() { &b"/"[..] } else { &rest[slash..] };
        return Split { host: Some(host_of(&rest[..slash])), path, query };
    }
    Split { host: None, path, query }
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

/// Percent-decodes once; what is no escape stays as it is.
pub fn decode(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = memchr::memchr(b'%', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        if let [_, high, low, ..] = rest
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            out.push(high << 4 | low);
            rest = &rest[3..];
        } else if let [_, b'u' | b'U', a, b, c, d, ..] = rest
            && let (Some(a), Some(b), Some(c), Some(d)) = (hex(*a), hex(*b), hex(*c), hex(*d))
            && let Some(letter) = char::from_u32(
                u32::from(a) << 12 | u32::from(b) << 8 | u32::from(c) << 4 | u32::from(d),
            )
        {
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            rest = &rest[6..];
        } else {
            out.push(b'%');
            rest = &rest[1..];
        }
    }
    out.extend_from_slice(rest);
    out
}

/// The value of a hexadecimal digit.
pub fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// Turns `\` into `/`, and drops the `;parameters` of each segment.
fn rewrite(path: &[u8], backslashes: bool, parameters: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut dropping = false;
    for &byte in path {
        let byte = if backslashes && byte == b'\\' { b'/' } else { byte };
        match byte {
            b';' if parameters => dropping = true,
            b'/' => dropping = false,
            _ => {}
        }
        if !dropping {
            out.push(byte);
        }
    }
    out
}

/// Drops empty segments and resolves dot segments.
fn resolve(path: &[u8]) -> Vec<u8> {
    if path.is_empty() || path == b"*" {
        return path.to_vec();
    }
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut folder = false;
    for segment in path.split(|byte| *byte == b'/') {
        folder = matches!(segment, b"" | b"." | b"..");
        match segment {
            b"" | b"." => {}
            b".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    let mut out = Vec::with_capacity(path.len() + 1);
    for segment in &kept {
        out.push(b'/');
        out.extend_from_slice(segment);
    }
    if folder || kept.is_empty() {
        out.push(b'/');
    }
    out
}

/// Folds letter case (Unicode where the bytes are UTF-8, ASCII otherwise) and
/// drops trailing dots and spaces of each segment, as Windows file systems do.
pub fn fold(path: &[u8]) -> Vec<u8> {
    let lower = match std::str::from_utf8(path) {
        Ok(text) => text.to_lowercase().into_bytes(),
        Err(_) => path.to_ascii_lowercase(),
    };
    let mut out = Vec::with_capacity(lower.len());
    for (at, segment) in lower.split(|byte| *byte == b'/').enumerate() {
        if at > 0 {
            out.push(b'/');
        }
        let end = match segment {
            b"." | b".." => segment.len(),
            _ => segment.iter().rposition(|b| !matches!(b, b'.' | b' ')).map_or(0, |last| last + 1),
        };
        out.extend_from_slice(&segment[..end]);
    }
    out
}

#[cfg(test)]
mod tests;
