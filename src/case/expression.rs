//! Regular expressions as patterns use them: for servers that tell letter
//! case apart and for those that do not, and what every match must hold.

use regex::bytes::{Regex, RegexBuilder};

use super::glob::Glob;
use crate::error::Error;

/// A regular expression for servers that tell letter case apart, and one for
/// those that do not.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    plain: Regex,
    folded: Regex,
    /// The same where the path is no UTF-8, if that makes a difference.
    stray: Option<Box<(Regex, Regex)>>,
}

impl Expression {
    pub(super) fn of(text: &str) -> Result<Expression, Error> {
        Ok(Expression { plain: compile(text, false)?, folded: compile(text, true)?, stray: None })
    }

    pub(super) fn of_glob(glob: &Glob) -> Result<Expression, Error> {
        let both = |bytes| {
            let plain = compile(&glob.regex(bytes, false), false)?;
            Ok::<_, Error>((plain, compile(&glob.regex(bytes, true), true)?))
        };
        let ((plain, folded), stray) = (both(false)?, both(true)?);
        let differs = plain.as_str() != stray.0.as_str();
        Ok(Expression { plain, folded, stray: differs.then(|| Box::new(stray)) })
    }

    /// The expression to try on a text.
    pub(super) fn on(&self, text: &[u8], fold: bool) -> &Regex {
        let (plain, folded) = match &self.stray {
            Some(stray) if std::str::from_utf8(text).is_err() => (&stray.0, &stray.1),
            _ => (&self.plain, &self.folded),
        };
        if fold { folded } else { plain }
    }

    /// The names of its groups.
    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        self.plain.capture_names().flatten()
    }

    /// The expression that matches wherever any of its variants does.
    pub(super) fn widest(&self, fold: bool) -> &Regex {
        let (plain, folded) = match &self.stray {
            Some(stray) => (&stray.0, &stray.1),
            None => (&self.plain, &self.folded),
        };
        if fold { folded } else { plain }
    }
}

/// How large a compiled expression may be, in bytes: enough for a page of
/// alternatives, not for a list of ten thousand files (that is `files`).
const EXPRESSION_BYTES: usize = 32 << 20;

fn compile(text: &str, fold: bool) -> Result<Regex, Error> {
    RegexBuilder::new(text).case_insensitive(fold).size_limit(EXPRESSION_BYTES).build().map_err(
        |error| {
            let why = error.to_string();
            let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Error::question(format!("the regular expression \"{text}\" cannot be read: {why}"))
        },
    )
}

/// The longest run of letters that every match of a regular expression holds,
/// as far as can be told without parsing it whole: groups, classes and what
/// a quantifier may leave out break a run, an alternation at the top leaves
/// none.
pub(super) fn literal_run(expression: &str) -> Option<Vec<u8>> {
    let bytes = expression.as_bytes();
    let (mut longest, mut run) = (Vec::new(), Vec::new());
    let mut end = |run: &mut Vec<u8>| {
        if run.len() > longest.len() {
            longest.clone_from(run);
        }
        run.clear();
    };
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'|' => return None,
            b'(' => {
                end(&mut run);
                let (flags, length) = group(&bytes[at..])?;
                if flags {
                    return None;
                }
                at += length;
            }
            b'[' => {
                end(&mut run);
                at += class(&bytes[at..])?;
            }
            b'?' | b'*' | b'{' => {
                run.pop();
                end(&mut run);
                if byte == b'{' {
                    at += bytes[at..].iter().position(|b| *b == b'}')? + 1;
                }
            }
            b'\\' => match bytes.get(at) {
                Some(letter) if letter.is_ascii_punctuation() && !matches!(letter, b'<' | b'>') => {
                    run.push(*letter);
                    at += 1;
                }
                Some(b'p' | b'P' | b'x' | b'u' | b'U' | b'b' | b'B') => return None,
                Some(_) => {
                    end(&mut run);
                    at += 1;
                }
                None => return None,
            },
            b'^' | b'$' | b'.' | b'+' => end(&mut run),
            _ if byte.is_ascii() => run.push(byte),
            _ => end(&mut run),
        }
    }
    end(&mut run);
    (!longest.is_empty()).then_some(longest)
}

/// Skips a group: whether it is one of flags, and its length.
fn group(bytes: &[u8]) -> Option<(bool, usize)> {
    if bytes.first() == Some(&b'?') {
        let end = bytes.iter().position(|b| matches!(b, b':' | b')' | b'<'))?;
        if bytes[end] == b')' || bytes[1..end].contains(&b'x') {
            return Some((true, 0));
        }
    }
    let (mut depth, mut at) = (1, 0);
    while depth > 0 {
        match bytes.get(at)? {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'\\' => at += 1,
            b'[' => at += class(&bytes[at + 1..])?,
            _ => {}
        }
        at += 1;
    }
    Some((false, at))
}

/// Skips a class, nested ones included: its length behind the `[`.
fn class(bytes: &[u8]) -> Option<usize> {
    let mut at = usize::from(bytes.first() == Some(&b'^'));
    // A bracket that stands first is a letter of the class.
    at += usize::from(bytes.get(at) == Some(&b']'));
    let mut depth = 1;
    while depth > 0 {
        match bytes.get(at)? {
            // A bracket that stands first in a nested class could be either.
            b'[' if bytes.get(at + 1) == Some(&b']') => return None,
            b'[' => depth += 1,
            b']' => depth -= 1,
            b'\\' => at += 1,
            _ => {}
        }
        at += 1;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regex_shows_what_every_match_holds() {
        let check = |text: &str, expected: Option<&str>| {
            let found = literal_run(text).map(|piece| String::from_utf8(piece).unwrap());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        check(r"^/api/(?<record>\d+)$", Some("/api/"));
        check(r"^/export\.php$", Some("/export.php"));
        check(r"^/exports?/x", Some("/export"));
        check(r"^/a{2}/longer", Some("/longer"));
        check(r"/(a|b)/cd", Some("/cd"));
        check(r"/ab|/cd", None);
        check(r"(?i)/export", None);
        check(r"(?:x/yz)?/ab", Some("/ab"));
        check(r"[a-z/]+\.csv", Some(".csv"));
        check(r"[]x]abc[^]y]", Some("abc"));
        check(r"/ab+c", Some("/ab"));
        check(r".*", None);
        check(r"\x2fabc", None);
        check(r"/é/abc", Some("/abc"));
    }
}
