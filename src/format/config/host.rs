//! Virtual hosts: what each logs, where, and what it does not.

use super::Place;
use super::scope::{Matcher, Paths, Reach, Scope};

/// A virtual host, front end, or server without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The names it answers to; `*.` and `.` at the beginning and `_` as the
    /// server has them. Empty where it answers to any.
    pub names: Vec<String>,
    /// The addresses it listens on, as written.
    pub listens: Vec<String>,
    /// Where it begins.
    pub place: Place,
    /// What it logs: first as a whole, then each part of it that is chosen by
    /// the path.
    pub rules: Vec<Rule>,
}

/// What a host, or a part of it, logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which paths it is for; `None` for the host as a whole.
    pub matcher: Option<Matcher>,
    /// The words of the configuration for that, such as
    /// `location ~* \.csv$`; empty for the host as a whole.
    pub words: String,
    /// The rule it stands in, by its place among the host's.
    pub parent: Option<usize>,
    /// The logs that are written; none where nothing is.
    pub logs: Vec<Log>,
    /// Where that is said.
    pub place: Place,
    /// Why there is no log, where there is none, in the configuration's words.
    pub why_none: String,
    /// Whether it is said here, and not inherited.
    pub is_own: bool,
}

/// A log that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Where it goes, as written.
    pub to: String,
    /// The name of its format; empty where it has none.
    pub format: String,
    /// Its format in the server's own words, to be compiled; `None` where the
    /// name is that of a format that is known without.
    pub directive: Option<String>,
    /// What keeps lines in memory for a time, as written.
    pub buffer: Option<String>,
    /// What is left out of it.
    pub omits: Vec<Omit>,
    /// Where that is said.
    pub place: Place,
}

/// Requests that are left out of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Omit {
    /// Which they are.
    pub scope: Scope,
    /// Why, in the configuration's words.
    pub says: String,
    /// Where that is said.
    pub place: Place,
}

/// Something that is not logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// What kind of silence it is.
    pub kind: Kind,
    /// The names of the host it was found in.
    pub hosts: Vec<String>,
    /// What the configuration says, quoted.
    pub says: String,
    /// The part of the host it holds for, in the configuration's words; empty
    /// for the whole host.
    pub within: String,
    /// Where it says so.
    pub place: Place,
}

/// The kinds of silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing is written.
    Off,
    /// Some requests are left out.
    Condition,
    /// Only what can be no fetch is left out.
    NoFetch,
    /// Lines are kept in memory for a time, and lost when the server is
    /// killed.
    Buffer,
}

impl Kind {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Off => "off",
            Kind::Condition => "condition",
            Kind::NoFetch => "no fetch",
            Kind::Buffer => "buffer",
        }
    }
}

/// Whether requests for some paths are logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// How many of them are *not*.
    pub silent: Reach,
    /// What says so, with its place.
    pub because: Vec<(String, Place)>,
}

impl Host {
    /// A host of which nothing is known yet.
    pub(super) fn new(place: Place) -> Host {
        Host { names: Vec::new(), listens: Vec::new(), place, rules: Vec::new() }
    }

    /// Whether it may answer for `name` (lower case): by a name of its own,
    /// by a pattern, or because it answers to any.
    pub fn answers(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|own| is_named(own, name))
    }

    /// Everything it does not log, in the order of its rules. What a part
    /// inherits is said again for it.
    pub fn silences(&self) -> Vec<Silence> {
        let mut all = Vec::new();
        for rule in &self.rules {
            let mut add = |kind, says: &str, place: &Place| {
                all.push(Silence {
                    kind,
                    hosts: self.names.clone(),
                    says: says.to_owned(),
                    within: rule.words.clone(),
                    place: place.clone(),
                });
            };
            if rule.logs.is_empty() {
                add(Kind::Off, &rule.why_none, &rule.place);
            }
            for log in &rule.logs {
                for omit in &log.omits {
                    let kind = match omit.scope {
                        Scope::NoFetch(_) => Kind::NoFetch,
                        _ => Kind::Condition,
                    };
                    add(kind, &omit.says, &omit.place);
                }
                if let Some(buffer) = &log.buffer {
                    add(Kind::Buffer, buffer, &log.place);
                }
            }
        }
        all
    }

    /// How many requests for `paths` it does not log, and why.
    pub fn logged(&self, paths: Paths<'_>) -> Logged {
        let mut reaches = Vec::new();
        let mut because = Vec::new();
        for rule in self.chosen(paths) {
            let (reach, mut why) = self.rules[rule].silent(paths);
            reaches.push(reach);
            because.append(&mut why);
        }
        let silent = match (reaches.iter().min(), reaches.iter().max()) {
            (Some(Reach::Whole), _) => Reach::Whole,
            (_, Some(Reach::None)) | (None, _) => Reach::None,
            _ => Reach::Part,
        };
        because.dedup();
        Logged { silent, because }
    }

    /// The rules that requests for `paths` may come to.
    fn chosen(&self, paths: Paths<'_>) -> Vec<usize> {
        match paths {
            Paths::One(path) => self.choose(path, None).into_iter().collect(),
            Paths::Any => (0..self.rules.len()).collect(),
            Paths::Under(folder) => {
                let mut rules: Vec<usize> = self.choose(folder, None).into_iter().collect();
                let inside = self.rules.iter().enumerate().filter(|(_, rule)| {
                    rule.matcher.as_ref().is_some_and(|matcher| {
                        let scope =
                            Scope::Paths { rules: vec![(matcher.clone(), true)], otherwise: false };
                        // A whole folder within a prefix was chosen above, or
                        // a closer one was.
                        scope.reach(paths) == Reach::Part
                    })
                });
                rules.extend(inside.map(|(number, _)| number));
                rules.sort_unstable();
                rules.dedup();
                rules
            }
        }
    }

    /// The rule for a path among those that stand in `parent`, chosen as nginx
    /// chooses a location: the exact one; else the longest prefix if it is
    /// firm; else the first expression; else the longest prefix; and then the
    /// same among those that stand in it.
    /// <https://nginx.org/en/docs/http/ngx_http_core_module.html#location>
    fn choose(&self, path: &str, parent: Option<usize>) -> Option<usize> {
        let inner = || {
            let rules = self.rules.iter().enumerate();
            let own = parent.unwrap_or(0);
            rules.filter(move |(number, rule)| {
                *number != own && rule.parent.unwrap_or(0) == own && rule.matcher.is_some()
            })
        };
        let takes = |rule: &Rule| rule.matcher.as_ref().and_then(|matcher| matcher.takes(path));
        let exact = inner().find(|(_, rule)| {
            matches!(rule.matcher, Some(Matcher::Exact(_))) && takes(rule) == Some(true)
        });
        let prefix = inner()
            .filter_map(|(number, rule)| match &rule.matcher {
                Some(Matcher::Prefix { text, is_firm }) if path.starts_with(text) => {
                    Some((text.len(), *is_firm, number))
                }
                _ => None,
            })
            .max_by_key(|(length, _, number)| (*length, std::cmp::Reverse(*number)));
        let regex = inner().find(|(_, rule)| {
            matches!(rule.matcher, Some(Matcher::Regex { .. })) && takes(rule) == Some(true)
        });
        let chosen = match (exact, prefix, regex) {
            (Some((number, _)), _, _)
            | (None, Some((_, true, number)), _)
            | (None, Some((_, false, number)), None)
            | (None, _, Some((number, _))) => number,
            (None, None, None) => {
                return parent.or(if self.rules.is_empty() { None } else { Some(0) });
            }
        };
        self.choose(path, Some(chosen))
    }
}

impl Rule {
    /// How many requests for `paths` that come to this rule are not logged.
    fn silent(&self, paths: Paths<'_>) -> (Reach, Vec<(String, Place)>) {
        if self.logs.is_empty() {
            return (Reach::Whole, vec![(said(&self.why_none, &self.words), self.place.clone())]);
        }
        let mut least = Reach::Whole;
        let mut because = Vec::new();
        for log in &self.logs {
            let mut most = Reach::None;
            for omit in &log.omits {
                let reach = omit.scope.reach(paths);
                if reach > Reach::None {
                    because.push((said(&omit.says, &self.words), omit.place.clone()));
                }
                most = most.max(reach);
            }
            least = least.min(most);
        }
        match least {
            Reach::None => (least, Vec::new()),
            _ => (least, because),
        }
    }
}

impl Silence {
    /// What the configuration says, and for which part of the host.
    pub fn words(&self) -> String {
        said(&self.says, &self.within)
    }
}

/// Words of the configuration, with the part of the host they stand in.
fn said(says: &str, within: &str) -> String {
    if within.is_empty() { says.to_owned() } else { format!("{says} in {within}") }
}

/// Whether a name of a configuration takes in a host name.
fn is_named(own: &str, name: &str) -> bool {
    let own = own.to_ascii_lowercase();
    let own = own.split(':').next().unwrap_or_default();
    match (own.strip_prefix("*."), own.strip_prefix('.'), own.strip_suffix(".*")) {
        (Some(rest), _, _) => name.strip_suffix(rest).is_some_and(|start| start.ends_with('.')),
        (None, Some(rest), _) => {
            name == rest || name.strip_suffix(rest).is_some_and(|start| start.ends_with('.'))
        }
        (None, None, Some(rest)) => name.strip_prefix(rest).is_some_and(|end| end.starts_with('.')),
        // A regular expression, or a name for every other host.
        _ => own == name || own.starts_with('~') || own == "_" || own.contains(['*', '?', '$']),
    }
}
