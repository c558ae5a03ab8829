//! Regular expressions as patterns use them: for servers that tell letter
//! case apart and for those that do not.

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
