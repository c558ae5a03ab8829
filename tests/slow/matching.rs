//! The slow matcher: does a target name a path, in any spelling?
//!
//! Every spelling of the target is written out, and each is held against the pattern. Only patterns that
//! begin with `/` are known here: a literal path with all that lies under it, or a glob.

use std::collections::BTreeSet;

use super::text;

/// What one place of a glob accepts. Characters are code points; a byte that is not UTF-8 stands apart above them.
#[derive(Clone, Debug)]
enum Piece {
    /// `*`: any run without a slash.
    Run,
    /// `**`: any run.
    Deep,
    /// `?`: one character but the slash.
    One,
    /// `[…]`: one character of these ranges, or of no such range; never the slash.
    Class { negated: bool, ranges: Vec<(u32, u32)> },
    /// The character itself.
    Exact(u32),
}

/// Whether any spelling of the target is matched by a pattern that begins with `/`.
///
/// Where the server is case-insensitive, spellings and pattern are folded, and the dots and spaces at the end
/// of a segment may be dropped.
pub fn slow_match(target: &[u8], pattern: &str, case_insensitive: bool) -> bool {
    assert!(pattern.starts_with('/'), "the slow matcher knows only path patterns: {pattern}");
    let is_glob = pattern.contains(['*', '?', '[']);
    spellings(target, case_insensitive).iter().any(|spelling| {
        if is_glob {
            let mut pieces = Vec::new();
            parse_glob(pattern, case_insensitive, &mut pieces);
            matches(&pieces, &characters(spelling))
        } else {
            let mut path = decoded(pattern.as_bytes());
            if case_insensitive {
                path = folded(&path);
            }
            while path.ends_with(b"/") {
                path.pop();
            }
            let is_itself = *spelling == path;
            let is_under = spelling.starts_with(&path) && spelling.get(path.len()) == Some(&b'/');
            is_itself || is_under
        }
    })
}

/// Every spelling: each step of the canonical form is done and not done, in the order a server would.
fn spellings(target: &[u8], case_insensitive: bool) -> BTreeSet<Vec<u8>> {
    let mut all = BTreeSet::from([target.to_vec()]);
    and_also(&mut all, text::unescape);
    and_also(&mut all, without_authority);
    // The query is always off: a question mark that a decoding brings forth later belongs to the path.
    all = all.into_iter().map(|path| up_to(&path, b'?')).collect();
    and_also(&mut all, |path| up_to(path, b'#'));
    let undecoded = all.clone();
    for times in 1..=3 {
        for path in &undecoded {
            let mut path = path.clone();
            for _ in 0..times {
                path = decoded(&path);
            }
            all.insert(path);
        }
    }
    and_also(&mut all, |path| path.iter().map(|&b| if b == b'\\' { b'/' } else { b }).collect());
    and_also(&mut all, |path| each_segment(path, |segment| up_to(segment, b';')));
    if case_insensitive {
        and_also(&mut all, |path| each_segment(path, without_trailing_dots_and_spaces));
    }
    and_also(&mut all, resolved);
    if case_insensitive {
        all = all.iter().map(|path| folded(path)).collect();
    }
    all
}

/// Adds what a step makes of each spelling to the spellings that are there.
fn and_also(all: &mut BTreeSet<Vec<u8>>, step: impl Fn(&[u8]) -> Vec<u8>) {
    let made: Vec<Vec<u8>> = all.iter().map(|path| step(path)).collect();
    all.extend(made);
}

/// The path of an absolute URI, `http://example.com/a` being `/a`; anything else as it is.
fn without_authority(target: &[u8]) -> Vec<u8> {
    let Some(colon) = target.windows(3).position(|three| three == b"://") else {
        return target.to_vec();
    };
    if colon == 0
        || !target[..colon]
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    {
        return target.to_vec();
    }
    let after = &target[colon + 3..];
    match after.iter().position(|b| matches!(b, b'/' | b'?' | b'#')) {
        Some(at) if after[at] == b'/' => after[at..].to_vec(),
        Some(at) => [b"/", &after[at..]].concat(),
        None => b"/".to_vec(),
    }
}

fn up_to(path: &[u8], end: u8) -> Vec<u8> {
    path.iter().copied().take_while(|&b| b != end).collect()
}

/// Percent-decodes once. A percent sign before anything but two hexadecimal digits is itself.
fn decoded(path: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut at = 0;
    while at < path.len() {
        match text::hex_pair(path, at + 1) {
            Some(byte) if path[at] == b'%' => {
                plain.push(byte);
                at += 3;
            }
            _ => {
                plain.push(path[at]);
                at += 1;
            }
        }
    }
    plain
}

fn each_segment(path: &[u8], step: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let segments: Vec<Vec<u8>> = path.split(|&b| b == b'/').map(step).collect();
    segments.join(&b'/')
}

/// Windows drops dots and spaces at the end of a name; `.` and `..` have a meaning of their own.
fn without_trailing_dots_and_spaces(segment: &[u8]) -> Vec<u8> {
    let mut name = segment.to_vec();
    if segment != b"." && segment != b".." {
        while name.ends_with(b".") || name.ends_with(b" ") {
            name.pop();
        }
    }
    name
}

/// Resolves empty and dot segments (RFC 3986, 5.2.4, with empty segments merged). A slash at the end stays.
fn resolved(path: &[u8]) -> Vec<u8> {
    if !path.starts_with(b"/") {
        return path.to_vec();
    }
    let segments: Vec<&[u8]> = path.split(|&b| b == b'/').collect();
    let mut kept: Vec<&[u8]> = Vec::new();
    for segment in &segments {
        match *segment {
            b"" | b"." => {}
            b".." => {
                kept.pop();
            }
            name => kept.push(name),
        }
    }
    let is_folder = matches!(segments[segments.len() - 1], b"" | b"." | b"..");
    let mut path: Vec<u8> = kept.iter().flat_map(|name| [&b"/"[..], name].concat()).collect();
    if is_folder {
        path.push(b'/');
    }
    path
}

/// Lower case, character by character; bytes that are not UTF-8 stay.
fn folded(path: &[u8]) -> Vec<u8> {
    let mut lower = Vec::new();
    for chunk in path.utf8_chunks() {
        lower.extend_from_slice(chunk.valid().to_lowercase().as_bytes());
        lower.extend_from_slice(chunk.invalid());
    }
    lower
}

/// The code points of a path; a byte that is not UTF-8 is numbered above the last code point.
fn characters(path: &[u8]) -> Vec<u32> {
    let mut numbers = Vec::new();
    for chunk in path.utf8_chunks() {
        numbers.extend(chunk.valid().chars().map(u32::from));
        numbers.extend(chunk.invalid().iter().map(|&b| 0x11_0000 + u32::from(b)));
    }
    numbers
}

/// Cuts a glob into pieces. A percent-decoded character is itself, even where it looks like a glob's.
fn parse_glob(pattern: &str, case_insensitive: bool, pieces: &mut Vec<Piece>) {
    let Some(first) = pattern.chars().next() else {
        return;
    };
    let fold = |part: &[u8]| {
        if case_insensitive { folded(part) } else { part.to_vec() }
    };
    let rest = if pattern.starts_with("**") {
        pieces.push(Piece::Deep);
        pattern.trim_start_matches('*')
    } else if first == '*' {
        pieces.push(Piece::Run);
        &pattern[1..]
    } else if first == '?' {
        pieces.push(Piece::One);
        &pattern[1..]
    } else if let Some((negated, members, rest)) = class(pattern) {
        let members = characters(&fold(&decoded(members.as_bytes())));
        pieces.push(Piece::Class { negated, ranges: ranges(&members) });
        rest
    } else {
        // Literal text up to the next glob character, so that a character of several escapes is decoded whole.
        let glob = |&(at, c): &(usize, char)| at > 0 && matches!(c, '*' | '?' | '[');
        let end = pattern.char_indices().find(glob).map_or(pattern.len(), |(at, _)| at);
        let literal = characters(&fold(&decoded(&pattern.as_bytes()[..end])));
        pieces.extend(literal.into_iter().map(Piece::Exact));
        &pattern[end..]
    };
    parse_glob(rest, case_insensitive, pieces);
}

/// A class at the beginning: whether it is negated, its members, and what follows. Unclosed, it is none.
fn class(pattern: &str) -> Option<(bool, &str, &str)> {
    let inner = pattern.strip_prefix('[')?;
    let (negated, inner) = match inner.strip_prefix(['!', '^']) {
        Some(after) => (true, after),
        None => (false, inner),
    };
    // A bracket that closes at once would close nothing: the first one is a member.
    let close = inner.char_indices().skip(1).find(|(_, c)| *c == ']')?.0;
    Some((negated, &inner[..close], &inner[close + 1..]))
}

fn ranges(members: &[u32]) -> Vec<(u32, u32)> {
    match members {
        [] => Vec::new(),
        [low, dash, high, rest @ ..] if *dash == u32::from('-') => {
            [vec![(*low, *high)], ranges(rest)].concat()
        }
        [one, rest @ ..] => [vec![(*one, *one)], ranges(rest)].concat(),
    }
}

/// Whether the pieces match all of the text, by trying every length a run may have.
fn matches(pieces: &[Piece], text: &[u32]) -> bool {
    let slash = u32::from('/');
    let Some((piece, rest)) = pieces.split_first() else {
        return text.is_empty();
    };
    let one = |accepts: &dyn Fn(u32) -> bool| {
        text.first().is_some_and(|&c| accepts(c)) && matches(rest, &text[1..])
    };
    match piece {
        Piece::Run => {
            let longest = text.iter().position(|&c| c == slash).unwrap_or(text.len());
            (0..=longest).any(|length| matches(rest, &text[length..]))
        }
        Piece::Deep => (0..=text.len()).any(|length| matches(rest, &text[length..])),
        Piece::One => one(&|c| c != slash),
        Piece::Class { negated, ranges } => one(&|c| {
            c != slash && ranges.iter().any(|&(low, high)| low <= c && c <= high) != *negated
        }),
        Piece::Exact(wanted) => {
            // `/**/` also stands for a single slash: no folder between is a number of folders too.
            let skips = *wanted == slash
                && matches!(rest, [Piece::Deep, Piece::Exact(next), ..] if *next == slash)
                && matches(&rest[1..], text);
            skips || one(&|c| c == *wanted)
        }
    }
}
