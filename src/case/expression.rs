//! Regular expressions as patterns use them: for servers that tell letter
//! case apart and for those that do not.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use super::glob::Glob;
use crate::error::Error;

/// A regular expression for servers that tell letter case apart, and one for
/// those that do not.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    plain: Variant,
    folded: Variant,
    /// The same where the path is no UTF-8, if that makes a difference.
    stray: Option<Box<(Variant, Variant)>>,
}

/// An expression, compiled when it is needed: of thousands of globs few come to
/// be tried.
#[derive(Debug, Clone)]
struct Variant {
    text: String,
    fold: bool,
    compiled: OnceLock<Regex>,
}

impl Expression {
    pub(super) fn of(text: &str) -> Result<Expression, Error> {
        let [plain, folded] = [false, true].map(|fold| Variant::new(text.to_owned(), fold));
        plain.check()?;
        folded.check()?;
        Ok(Expression { plain, folded, stray: None })
    }

    pub(super) fn of_glob(glob: &Glob) -> Result<Expression, Error> {
        let both = |bytes| [false, true].map(|fold| Variant::new(glob.regex(bytes, fold), fold));
        let ([plain, folded], [stray, stray_folded]) = (both(false), both(true));
        for variant in [&plain, &folded, &stray, &stray_folded] {
            if variant.text.len() > SURE_BYTES {
                variant.check()?;
            }
        }
        let differs = plain.text != stray.text;
        Ok(Expression { plain, folded, stray: differs.then(|| Box::new((stray, stray_folded))) })
    }

    /// The expression to try on a text.
    pub(super) fn on(&self, text: &[u8], fold: bool) -> &Regex {
        let (plain, folded) = match &self.stray {
            Some(stray) if std::str::from_utf8(text).is_err() => (&stray.0, &stray.1),
            _ => (&self.plain, &self.folded),
        };
        if fold { folded.regex() } else { plain.regex() }
    }

    /// The names of its groups.
    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        self.plain.regex().capture_names().flatten()
    }

    /// The text of the expression that matches wherever any of its variants does.
    pub(super) fn widest(&self, fold: bool) -> &str {
        let (plain, folded) = match &self.stray {
            Some(stray) => (&stray.0, &stray.1),
            None => (&self.plain, &self.folded),
        };
        if fold { &folded.text } else { &plain.text }
    }
}

impl Variant {
    fn new(text: String, fold: bool) -> Variant {
        Variant { text, fold, compiled: OnceLock::new() }
    }

    /// Compiles it, or says why that cannot be done.
    fn check(&self) -> Result<(), Error> {
        let compiled = compile(&self.text, self.fold, EXPRESSION_BYTES)?;
        self.compiled.get_or_init(|| compiled);
        Ok(())
    }

    fn regex(&self) -> &Regex {
        self.compiled.get_or_init(|| match compile(&self.text, self.fold, usize::MAX) {
            Ok(regex) => regex,
            // What is long was checked, and what is made of a short glob is right.
            Err(_) => unreachable!("a short glob is a short expression"),
        })
    }
}

/// How large a compiled expression may be, in bytes: enough for a page of
/// alternatives, not for a list of ten thousand files (that is `files`).
const EXPRESSION_BYTES: usize = 32 << 20;

/// Up to how many bytes the expression of a glob is sure to be no larger.
const SURE_BYTES: usize = 1 << 10;

fn compile(text: &str, fold: bool, limit: usize) -> Result<Regex, Error> {
    RegexBuilder::new(text).case_insensitive(fold).size_limit(limit).build().map_err(|error| {
        let why = error.to_string();
        let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Error::question(format!("the regular expression \"{text}\" cannot be read: {why}"))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    proptest! {
        #[test]
        fn what_is_short_enough_compiles(glob in "/(\\PC|\\?|\\*|\\[!?(\\PC-)?\\PC\\]|.){0,200}") {
            let Ok(glob) = Glob::parse(&glob) else { return Ok(()) };
            for bytes in [false, true] {
                for fold in [false, true] {
                    let variant = Variant::new(glob.regex(bytes, fold), fold);
                    let is_sure = variant.text.len() <= SURE_BYTES;
                    prop_assert!(!is_sure || variant.check().is_ok(), "{}", variant.text);
                }
            }
        }
    }
}
