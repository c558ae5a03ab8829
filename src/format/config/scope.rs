//! Which requests a rule of a configuration is about.

use regex::Regex;

/// A test of a request's path.
#[derive(Debug, Clone)]
pub enum Matcher {
    /// This path and no other.
    Exact(String),
    /// Every path that begins so.
    Prefix {
        /// The beginning.
        text: String,
        /// A longer one wins over regular expressions (nginx `^~`).
        is_firm: bool,
    },
    /// Every path in which this is found; `None` where the expression is of a
    /// kind that is not understood here (look-around, back references).
    Regex {
        /// The expression as written, with its flag of case.
        text: String,
        /// The same, compiled.
        regex: Option<Regex>,
    },
}

impl Matcher {
    /// A regular expression; `folds` where it ignores letter case.
    pub(super) fn regex(text: &str, folds: bool) -> Matcher {
        let regex = regex::RegexBuilder::new(text).case_insensitive(folds).build().ok();
        Matcher::Regex { text: text.to_owned(), regex }
    }

    /// A plain prefix.
    pub(super) fn prefix(text: &str) -> Matcher {
        Matcher::Prefix { text: text.to_owned(), is_firm: false }
    }

    /// Whether it takes `path`; `None` where that cannot be told.
    pub fn takes(&self, path: &str) -> Option<bool> {
        match self {
            Matcher::Exact(text) => Some(path == text),
            Matcher::Prefix { text, .. } => Some(path.starts_with(text)),
            Matcher::Regex { regex, .. } => regex.as_ref().map(|regex| regex.is_match(path)),
        }
    }

    /// How many of the paths under the folder `folder` it takes. Of a regular
    /// expression that cannot be told, but for one that is anchored to
    /// another folder.
    fn under(&self, folder: &str) -> Reach {
        match self {
            Matcher::Exact(text) if text.starts_with(folder) => Reach::Part,
            Matcher::Exact(_) => Reach::None,
            Matcher::Prefix { text, .. } if folder.starts_with(text) => Reach::Whole,
            Matcher::Prefix { text, .. } if text.starts_with(folder) => Reach::Part,
            Matcher::Prefix { .. } => Reach::None,
            Matcher::Regex { text, .. } => match anchored(text) {
                Some(start) if !start.starts_with(folder) && !folder.starts_with(&start) => {
                    Reach::None
                }
                _ => Reach::Part,
            },
        }
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Matcher) -> bool {
        match (self, other) {
            (Matcher::Exact(one), Matcher::Exact(other)) => one == other,
            (Matcher::Prefix { text: one, .. }, Matcher::Prefix { text: other, .. })
            | (Matcher::Regex { text: one, .. }, Matcher::Regex { text: other, .. }) => {
                one == other
            }
            _ => false,
        }
    }
}

impl Eq for Matcher {}

/// The literal text that an anchored expression begins with.
fn anchored(text: &str) -> Option<String> {
    let rest = text.strip_prefix('^')?;
    // An alternative beside the anchor may begin elsewhere.
    if rest.contains('|') {
        return None;
    }
    let mut start: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "/-_".contains(*c)).collect();
    // A sign behind it may take the last character back.
    if rest[start.len()..].starts_with(['?', '*', '{']) {
        start.pop();
    }
    Some(start)
}

/// The requests that a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every request.
    Everything,
    /// Those whose path the first fitting rule says so of.
    Paths {
        /// Tests in order, with whether the request is meant.
        rules: Vec<(Matcher, bool)>,
        /// What holds where no test fits.
        otherwise: bool,
    },
    /// Some, told by something else than their path; they may be any.
    Some(String),
    /// Some that cannot be a fetch of anything: empty connections, failures.
    NoFetch(String),
}

/// How many of some requests a scope takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// None.
    None,
    /// Perhaps some.
    Part,
    /// All.
    Whole,
}

/// Some paths, of which a case asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paths<'a> {
    /// One path.
    One(&'a str),
    /// A folder, which ends in `/`, and everything under it.
    Under(&'a str),
    /// Paths of which nothing is known.
    Any,
}

impl Scope {
    /// How many requests for `paths` it takes in.
    pub fn reach(&self, paths: Paths<'_>) -> Reach {
        match self {
            Scope::Everything => Reach::Whole,
            Scope::Some(_) => Reach::Part,
            Scope::NoFetch(_) => Reach::None,
            Scope::Paths { rules, otherwise } => chosen(rules, *otherwise, paths),
        }
    }
}

/// How many of `paths` rules tried in order say yes to.
fn chosen(rules: &[(Matcher, bool)], otherwise: bool, paths: Paths<'_>) -> Reach {
    let whole = |yes: bool| if yes { Reach::Whole } else { Reach::None };
    let mut reaches = Vec::new();
    for (matcher, yes) in rules {
        let reach = match paths {
            Paths::One(path) => match matcher.takes(path) {
                Some(true) => Reach::Whole,
                Some(false) => Reach::None,
                None => Reach::Part,
            },
            Paths::Under(folder) => matcher.under(folder),
            Paths::Any => Reach::Part,
        };
        match reach {
            Reach::None => {}
            Reach::Part => reaches.push(*yes),
            Reach::Whole => {
                reaches.push(*yes);
                return settle(&reaches, whole);
            }
        }
    }
    reaches.push(otherwise);
    settle(&reaches, whole)
}

/// All the same, or a part.
fn settle(reaches: &[bool], whole: impl Fn(bool) -> Reach) -> Reach {
    match reaches.iter().all(|yes| *yes == reaches[0]) {
        true => whole(reaches[0]),
        false => Reach::Part,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matcher_reaches_one_path_or_a_folder() {
        let check = |matcher: Matcher, paths: Paths<'_>, expected: Reach| {
            let scope = Scope::Paths { rules: vec![(matcher.clone(), true)], otherwise: false };
            assert_eq!(scope.reach(paths), expected, "{matcher:?} {paths:?}");
        };
        let zip = || Matcher::regex(r"\.(zip|csv)$", true);
        check(zip(), Paths::One("/a/b.CSV"), Reach::Whole);
        check(zip(), Paths::One("/a/b.html"), Reach::None);
        check(zip(), Paths::Under("/a/"), Reach::Part);
        check(Matcher::regex("(?!x)y", false), Paths::One("/y"), Reach::Part);
        check(Matcher::regex("^/static/", false), Paths::Under("/exports/"), Reach::None);
        check(Matcher::regex("^/exports?/", false), Paths::Under("/export/"), Reach::Part);
        check(Matcher::regex("^/a|/b", false), Paths::Under("/b/"), Reach::Part);
        check(Matcher::prefix("/exports/"), Paths::Under("/exports/"), Reach::Whole);
        check(Matcher::prefix("/exports/2020/"), Paths::Under("/exports/"), Reach::Part);
        check(Matcher::prefix("/img/"), Paths::Under("/exports/"), Reach::None);
        check(Matcher::Exact("/exports/a".into()), Paths::Under("/exports/"), Reach::Part);
        check(Matcher::Exact("/b".into()), Paths::Any, Reach::Part);
    }

    #[test]
    fn the_first_fitting_rule_decides() {
        let rules = vec![(Matcher::prefix("/a/keep/"), false), (Matcher::prefix("/a/"), true)];
        let scope = Scope::Paths { rules, otherwise: false };
        assert_eq!(scope.reach(Paths::One("/a/keep/x")), Reach::None);
        assert_eq!(scope.reach(Paths::One("/a/x")), Reach::Whole);
        assert_eq!(scope.reach(Paths::Under("/a/")), Reach::Part);
        assert_eq!(scope.reach(Paths::Under("/a/keep/")), Reach::None);
        assert_eq!(scope.reach(Paths::Under("/b/")), Reach::None);
    }
}
