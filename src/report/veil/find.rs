//! What must not be told, found in any text.
//!
//! The text is looked at as it stands, for the values of queries, whose ends
//! are raw letters; and with percent signs and log escapes undone, for what is
//! known by its own look. Too much is taken rather than too little.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use regex::bytes::Regex;

use super::address::{Addresses, regex};
use super::looks::{LOOKS, Sure, is_random, nir};
use super::view::View;
use super::{Known, Level};

/// What is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Email,
    Ip,
    Name,
    Network(u8),
    Nir,
    Token,
    User,
    Value,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Email => "email",
            Kind::Ip => "ip",
            Kind::Name => "name",
            Kind::Network(_) => "net",
            Kind::Nir => "nir",
            Kind::Token => "token",
            Kind::User => "user",
            Kind::Value => "value",
        }
    }

    /// What pseudonyms are told apart by: what is a token in one place is the
    /// value of a query in another.
    pub(super) fn domain(self) -> &'static str {
        match self {
            Kind::Token | Kind::Value => "secret",
            kind => kind.word(),
        }
    }
}

/// A stretch of text that is not told.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
    pub(super) value: Vec<u8>,
}

/// Finds what a level does not tell.
pub(super) struct Finder {
    /// The name of a value of a query, up to the value.
    query: Regex,
    /// A query without names.
    bare: Regex,
    looks: Vec<(Kind, Sure, &'static str, Regex)>,
    nir: Regex,
    addresses: Option<Addresses>,
    tokens: Option<AhoCorasick>,
    names: Option<AhoCorasick>,
}

impl Finder {
    pub(super) fn new(level: Level, known: &Known) -> Finder {
        let literals = |words: &std::collections::BTreeSet<String>| {
            let finder = AhoCorasick::builder()
                .match_kind(aho_corasick::MatchKind::LeftmostLongest)
                .build(words);
            finder.ok().filter(|_| !words.is_empty())
        };
        let is_public = level == Level::Public;
        Finder {
            query: regex(r"[?&;]([A-Za-z0-9_.\-\[\]%$~+@!*]{1,64})="),
            bare: regex(r#"/[A-Za-z0-9._~%!,:@/+\-]*\?([^\s"'<>&=?#\\]{2,})"#),
            looks: LOOKS
                .iter()
                .map(|look| (look.kind, look.sure, look.needs, regex(look.pattern)))
                .collect(),
            nir: regex(&nir()),
            addresses: is_public.then(Addresses::new),
            tokens: literals(&known.tokens),
            names: literals(&known.names).filter(|_| is_public),
        }
    }

    /// What is not told of a text, in order and apart.
    pub(super) fn spans(&self, text: &str, is_html: bool) -> Vec<Span> {
        let marks = Marks::of(text);
        if !marks.any() && self.tokens.is_none() && self.names.is_none() {
            return Vec::new();
        }
        let read = if is_html { View::of(text).entities() } else { View::of(text) };
        let mut spans = Vec::new();
        // The case's own expressions are not queries.
        if marks.query && !text.starts_with("re:") {
            self.queries(&read, &mut spans);
        }
        let read = read.decoded();
        self.looks(&read, &mut spans);
        if marks.encoded || marks.digits >= NIR_DIGITS {
            self.nirs(&read, &mut spans);
        }
        for (kind, words) in [(Kind::Token, &self.tokens), (Kind::Name, &self.names)] {
            for found in words.iter().flat_map(|words| words.find_iter(&read.bytes)) {
                if is_word(&read.bytes, found.range()) {
                    spans.push(read.span(kind, found.range()));
                }
            }
        }
        let addresses = self.addresses.iter().filter(|_| marks.encoded || marks.address);
        for found in addresses.flat_map(|addresses| addresses.find(&read.bytes)) {
            let range = read.raw(found.range);
            spans.push(Span { range, kind: found.kind, value: found.value });
        }
        apart(text, spans)
    }

    /// The values of queries, but for those of one letter, which identify
    /// nothing: `?C=N;O=D` orders a listing.
    fn queries(&self, read: &View, spans: &mut Vec<Span>) {
        let text = &read.bytes;
        let mut at = 0;
        while let Some(name) = self.query.find_at(text, at) {
            let ends = |byte: &u8| b"&#\"'<>\\".contains(byte) || byte.is_ascii_whitespace();
            let length = text[name.end()..].iter().position(ends);
            let end = length.map_or(text.len(), |length| name.end() + length);
            if is_listing_order(&text[name.end()..end]) {
                at = name.end() + 1;
                continue;
            }
            if end > name.end() {
                spans.push(read.span(Kind::Value, name.end()..end));
            }
            at = end.max(name.end());
        }
        for query in self.bare.captures_iter(text).filter_map(|found| found.get(1)) {
            if text.get(query.end()) != Some(&b'=') {
                spans.push(read.span(Kind::Value, query.range()));
            }
        }
    }

    fn looks(&self, read: &View, spans: &mut Vec<Span>) {
        let text = &read.bytes;
        for (kind, sure, needs, look) in &self.looks {
            if memchr::memmem::find(text, needs.as_bytes()).is_none() {
                continue;
            }
            for found in look.captures_iter(text) {
                let Some(hidden) = found.get(1).or(found.get(0)) else { continue };
                let word = hidden.as_bytes();
                let is_it = match sure {
                    Sure::Whole => true,
                    Sure::IfDigit => word.iter().any(u8::is_ascii_digit),
                    Sure::IfRandom => is_random(word) && !is_file(text, hidden.end()),
                };
                if is_it {
                    spans.push(read.span(*kind, hidden.range()));
                }
            }
        }
    }

    fn nirs(&self, read: &View, spans: &mut Vec<Span>) {
        let text = &read.bytes;
        let mut at = 0;
        while let Some(found) = self.nir.find_at(text, at) {
            let is_apart = found.start() == 0 || !text[found.start() - 1].is_ascii_digit();
            let is_whole = text.get(found.end()).is_none_or(|next| !next.is_ascii_digit());
            if is_apart && is_whole {
                // With blanks or without it is the same number.
                let letters = found.as_bytes().iter().filter(|byte| byte.is_ascii_alphanumeric());
                let value = letters.map(u8::to_ascii_uppercase).collect();
                spans.push(Span { range: read.raw(found.range()), kind: Kind::Nir, value });
                at = found.end();
            } else {
                at = found.start() + 1;
            }
        }
    }
}

/// The fewest digits of a NIR: one of Corsica has a letter.
const NIR_DIGITS: usize = 12;

/// What stands in a text at all: most of them are words of ours and numbers,
/// and need no looking.
#[derive(Default)]
struct Marks {
    query: bool,
    encoded: bool,
    address: bool,
    secret: bool,
    digits: usize,
}

impl Marks {
    fn of(text: &str) -> Marks {
        let mut marks = Marks::default();
        let (mut colons, mut joints) = (0, 0);
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => marks.digits += 1,
                b'?' | b'=' => marks.query = true,
                b'%' | b'\\' | b'&' => marks.encoded = true,
                b'/' | b'@' => marks.secret = true,
                b' ' | b'+' => marks.secret = true,
                b':' => colons += 1,
                b'.' | b'-' | b'_' => joints += 1,
                _ => {}
            }
        }
        marks.secret |= text.len() >= SHORTEST_KEY;
        marks.address = colons >= 2 || joints >= 3 && marks.digits >= 4;
        marks
    }

    fn any(&self) -> bool {
        self.query || self.encoded || self.address || self.secret || self.digits >= NIR_DIGITS
    }
}

/// No key that is known by its look alone is shorter.
const SHORTEST_KEY: usize = 12;

/// The order of a listing, by which Apache sorts it.
fn is_listing_order(value: &[u8]) -> bool {
    let is_letter =
        |part: &[u8]| matches!(part, [letter] | [_, b'=', letter] if letter.is_ascii_alphabetic());
    value.split(|byte| *byte == b';').all(is_letter)
}

/// Says whether an ending of a file's name begins here.
fn is_file(text: &[u8], at: usize) -> bool {
    text.get(at) == Some(&b'.') && text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
}

/// Says whether a range is no part of a longer word.
fn is_word(text: &[u8], range: Range<usize>) -> bool {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let before = range.start.checked_sub(1).and_then(|at| text.get(at));
    !is_letter(before) && !is_letter(text.get(range.end))
}

/// Says whether this stands for something that is hidden already.
pub(super) fn is_veiled(text: &[u8]) -> bool {
    let Some(inner) = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]")) else {
        return false;
    };
    let mut parts = inner.split(|byte| *byte == b':');
    let is_kind = parts.next().is_some_and(|kind| kind.iter().all(u8::is_ascii_lowercase));
    let is_length = parts.next().is_some_and(|length| length.iter().all(u8::is_ascii_digit));
    let is_mac = parts.next().is_none_or(|mac| mac.iter().all(u8::is_ascii_hexdigit));
    is_kind && is_length && is_mac && parts.next().is_none()
}

/// The spans in order; of those that overlap one, which begins first.
fn apart(text: &str, mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| !span.range.is_empty() && !is_veiled(&span.value));
    spans.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end)));
    let mut kept: Vec<Span> = Vec::with_capacity(spans.len());
    for mut span in spans {
        // Looks end at letters of ASCII, and letters of other scripts stay whole.
        while !text.is_char_boundary(span.range.start) {
            span.range.start -= 1;
        }
        while !text.is_char_boundary(span.range.end) {
            span.range.end += 1;
        }
        match kept.last_mut() {
            // A password and a host look like an address to write to.
            Some(last)
                if span.range.start < last.range.end
                    && (last.kind, span.kind) == (Kind::User, Kind::Email) => {}
            Some(last) if span.range.start < last.range.end => {
                last.range.end = last.range.end.max(span.range.end);
            }
            _ => kept.push(span),
        }
    }
    kept
}
