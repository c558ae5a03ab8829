//! The first step: what is to be read, as which formats, for which server.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use ipnetwork::IpNetwork;
use rayon::prelude::*;

use crate::case::target::{Matcher, Target};
use crate::case::{Case, Control, Server};
use crate::error::Error;
use crate::format::guess::Kind;
use crate::format::{Formats, State};
use crate::record::{BytesMeaning, Escape, Instant, TimeMeaning, WallClock, path};
use crate::source::rotation::Member;
use crate::source::{self, Found};

use super::configured::Configured;
use super::look::{look, owners};

/// How many decoded bytes of a source its formats are guessed from.
pub const HEAD_BYTES: usize = 1 << 20;

/// The name of the server that owns what no declared server claims.
pub const UNNAMED: &str = "unnamed";

/// The question in the form that reading lines needs: patterns compiled,
/// servers at hand. It does not change during a scan.
pub struct Question {
    /// The case.
    pub case: Case,
    /// The matcher for servers that heed letter case.
    pub exact: Matcher,
    /// The matcher for servers that fold it.
    folded: OnceLock<Matcher>,
    /// Documented accesses to something else than a target.
    pub aside: Vec<Control>,
    /// The case's servers and, at the end, the one that owns the rest.
    pub servers: Vec<Server>,
    /// How lines are read.
    pub reading: ReadingOptions,
    /// What the servers were told to log; see [`Question::configure`].
    pub configured: Vec<Configured>,
    /// The SHA-256 of each list of networks or names, by its file.
    pub digests: BTreeMap<String, String>,
    /// The formats that are known, with those that directives describe.
    pub formats: Formats,
}

/// How lines are read, apart from what is asked.
#[derive(Debug, Clone, Default)]
pub struct ReadingOptions {
    /// The format to read everything as, by its name or as a directive; `None`
    /// to guess.
    pub format: Option<String>,
    /// The clock of lines without a zone, where the server names none.
    pub zone: Option<WallClock>,
    /// Read every line by its grammar.
    pub no_fast_path: bool,
    /// Do without the digest of the inputs.
    pub no_hash: bool,
}

impl Question {
    /// Prepares a case for reading.
    ///
    /// # Errors
    /// When a pattern or a directive cannot be compiled or a format is not
    /// known.
    pub fn new(case: Case, reading: ReadingOptions) -> Result<Question, Error> {
        let mut servers = case.servers.clone();
        if !servers.iter().any(|server| server.name == UNNAMED) {
            servers.push(Server { name: UNNAMED.to_owned(), ..Server::default() });
        }
        let formats = formats(&servers, reading.format.as_deref())?;
        let exact = Matcher::new(&case, false)?;
        let names = |path: &str| exact.find(path.as_bytes(), Escape::None, None).is_some();
        let aside = case.controls.iter().filter(|control| !names(&control.path)).cloned().collect();
        Ok(Question {
            exact,
            folded: OnceLock::new(),
            aside,
            digests: digests(&case),
            case,
            servers,
            reading,
            configured: Vec::new(),
            formats,
        })
    }

    /// Says whether a request at a time may be a documented access to something
    /// else than a target, so that its path is to be looked at.
    pub fn may_be_aside(&self, at: Option<Instant>) -> bool {
        at.is_some_and(|at| self.aside.iter().any(|control| control.is_near(at)))
    }

    /// All targets, for servers that fold letter case. Made for the first line
    /// that asks for it: of most logs none does.
    pub fn folded(&self) -> &Matcher {
        self.folded.get_or_init(|| Matcher::of(&self.case, true))
    }

    /// The matcher for a record of a server and a format.
    pub fn matcher(&self, server: usize, folds_case: bool) -> &Matcher {
        match self.servers[server].case_insensitive.unwrap_or(folds_case) {
            true => self.folded(),
            false => &self.exact,
        }
    }

    /// A target by its number, in the order of the case.
    pub fn target(&self, number: u32) -> Option<&Target> {
        let (exposure, place) = self.exact.place(number)?;
        self.case.exposures.get(exposure)?.targets.get(place)
    }

    /// Whether a target, by its number, is a file of a list.
    pub fn is_listed(&self, number: u32) -> bool {
        self.target(number).is_some_and(|target| target.listed.is_some())
    }

    /// Of the targets that a request names the listed one with the longest
    /// path, which says most of what was sent.
    pub fn nearest_listed(&self, numbers: &[u32]) -> Option<u32> {
        let length = |number: &u32| {
            let listed = self.target(*number).and_then(|target| target.listed.as_ref());
            listed.map_or(0, |listed| listed.path.len())
        };
        let listed = numbers.iter().rev().filter(|number| self.is_listed(**number));
        listed.max_by_key(|number| length(number)).copied()
    }

    /// Every target by its number, with its exposure's place in the case.
    pub fn targets(&self) -> impl Iterator<Item = (u32, usize, &Target)> {
        let places = (0u32..).map_while(|number| Some((number, self.exact.place(number)?.0)));
        places.filter_map(|(number, exposure)| Some((number, exposure, self.target(number)?)))
    }

    /// The path that stands for each target, where it names one, for telling
    /// what comes near to it.
    pub fn paths(&self) -> Vec<Option<Vec<u8>>> {
        let path = |target: &Target| {
            let text = match &target.listed {
                Some(listed) => listed.path.as_str(),
                None => target.text.split(" query:").next().unwrap_or_default(),
            };
            let text = text
                .split_once("://")
                .map_or(text, |(_, rest)| &rest[rest.find('/').unwrap_or(rest.len())..]);
            text.starts_with('/').then(|| path::decode(text.as_bytes()))
        };
        self.targets().map(|(_, _, target)| path(target)).collect()
    }

    /// The proxies that a server's log is to believe.
    pub fn trusted(&self, server: usize) -> &[IpNetwork] {
        &self.servers[server].trusted_proxies
    }

    /// A server's logged instant with its clock set right: seconds that the
    /// clock was ahead of UTC are subtracted.
    pub fn set_right(&self, server: usize, logged: Instant) -> Instant {
        match self.servers[server].clock_offset {
            0.0 => logged,
            ahead => logged.plus_micros(-(ahead * 1e6) as i64),
        }
    }

    /// The clock of a server's lines without a zone.
    pub fn wall(&self, server: usize) -> Option<WallClock> {
        self.servers[server].zone.or(self.reading.zone)
    }
}

/// The digests of the lists that a case names.
fn digests(case: &Case) -> BTreeMap<String, String> {
    let of_parties = case.parties.iter().flat_map(|party| &party.lists);
    let lists = case.lists.iter().chain(of_parties).map(|list| &list.file);
    let names = case.parties.iter().flat_map(|party| &party.dns).map(|names| &names.file);
    let each = lists.chain(names).filter_map(|file| {
        let read = case.read.iter().find(|read| read.path == *file)?;
        let mut digest = source::Digest::default();
        digest.update(&read.bytes);
        Some((file.clone(), digest.hex()))
    });
    each.collect()
}

/// The formats that are named or described for servers and for everything.
fn formats(servers: &[Server], all: Option<&str>) -> Result<Formats, Error> {
    let mut formats = Formats::default();
    for server in servers {
        let Some(text) = server.format.as_deref().filter(|text| *text != "auto") else { continue };
        formats.place(text).map_err(|error| match error {
            Error::Directive { why, shown, column, .. } => {
                let whose = format!("the format of server \"{}\"", server.name);
                Error::Directive { whose, why, shown, column }
            }
            other => other,
        })?;
    }
    if let Some(text) = all.filter(|text| *text != "auto") {
        formats.place(text)?;
    }
    Ok(formats)
}

/// What is to be read.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The sources, numbered by sorted path.
    pub sources: Vec<PlannedSource>,
    /// What could not be planned: a sentence each.
    pub problems: Vec<String>,
    /// The independent copies that the case names, each with the server whose
    /// logs it is a copy of: compared, never counted.
    pub copies: Option<Box<Plan>>,
}

/// One source of a plan.
#[derive(Debug, Clone)]
pub struct PlannedSource {
    /// The file.
    pub found: Found,
    /// Its place among the servers of the [`Question`].
    pub server: usize,
    /// The series it belongs to.
    pub series: String,
    /// Its place in the rotation of its series.
    pub member: Member,
    /// What kind of source it is.
    pub kind: Kind,
    /// The formats to try first, by their place in the table.
    pub formats: Vec<usize>,
    /// Formats that read its head as well as the first of these, and say less
    /// of a line; without those that read any line of a family.
    pub ties: Vec<usize>,
    /// Try no others.
    pub only: bool,
    /// Read as it is stored, so that it can be read from any byte.
    pub plain: bool,
    /// What is carried into its first line: the year, where its lines give
    /// none.
    pub begin: State,
    /// Where that year was taken from, in words.
    pub year_by: Option<&'static str>,
    /// It is stored compressed.
    pub compressed: bool,
    /// What it is, where it is an archive, such as `tar+gzip archive`: its
    /// members are sources of their own, and it has no lines.
    pub container: Option<&'static str>,
    /// The envelopes that most lines of its head lie in.
    pub envelope: Option<String>,
    /// What is carried into the second and later pieces, as its head tells.
    pub state: State,
    /// What went wrong while looking at it; it is then not read.
    pub unreadable: Option<String>,
}

/// Makes the plan for `inputs`, or for the logs of the case's servers where
/// there are none. `base` is the folder that the case's own globs start from.
///
/// # Errors
/// When there is nothing to read at all, or an input is a URL with a secret in it.
pub fn plan(question: &Question, inputs: &[String], base: &Path) -> Result<Plan, Error> {
    let mut plan = plan_from(question, inputs, base, |_| HEAD_BYTES, u64::MAX)?;
    plan.set_copies_apart(question, base)?;
    Ok(plan)
}

/// As [`plan`], from heads of as many bytes as `head_bytes` gives for the
/// number of sources, and of each archive only the members up to the one with
/// which `archive_bytes` are passed.
///
/// # Errors
/// As for [`plan`].
pub fn plan_from(
    question: &Question,
    inputs: &[String],
    base: &Path,
    head_bytes: impl Fn(usize) -> usize,
    archive_bytes: u64,
) -> Result<Plan, Error> {
    let named = question.servers.iter().flat_map(|server| server.logs.iter().chain(&server.copies));
    if let Some(why) = inputs.iter().chain(named).find_map(|input| source::secret(input)) {
        return Err(Error::question(why));
    }
    let owners = owners(question, base, |server| &server.logs)?;
    let found = if inputs.is_empty() {
        let logs: Vec<String> =
            question.servers.iter().flat_map(|server| &server.logs).cloned().collect();
        source::find(&logs, base)
    } else {
        source::find(inputs, Path::new(""))
    };
    if found.sources.is_empty() {
        return Err(match found.problems.as_slice() {
            [] => Error::question(
                "there is no log to read: name files, folders or globs, or give \
                 `logs` to a [[server]] of the case file",
            ),
            problems => Error::Nothing(problems.join("; ")),
        });
    }
    let head_bytes = head_bytes(found.sources.len());
    let depth = (head_bytes, archive_bytes);
    let each = found.sources.into_par_iter().map(|found| look(question, &owners, found, depth));
    let sources: Result<Vec<Vec<PlannedSource>>, Error> = each.collect();
    let sources = sources?.into_iter().flatten().collect();
    Ok(Plan { sources, problems: found.problems, copies: None })
}

impl Plan {
    /// Looks for the independent copies that the case names. What is named as
    /// a log as well is a log, and no copy; what was only given as an input,
    /// and is a copy by the case, is one.
    fn set_copies_apart(&mut self, question: &Question, base: &Path) -> Result<(), Error> {
        let globs: Vec<String> =
            question.servers.iter().flat_map(|server| &server.copies).cloned().collect();
        if globs.is_empty() {
            return Ok(());
        }
        let logs = owners(question, base, |server| &server.logs)?;
        let is_log = |found: &Found| logs.iter().any(|(_, glob)| glob.is_match(&found.absolute));
        let mut found = source::find(&globs, base);
        found.sources.retain(|copy| {
            let own = self.sources.iter().any(|one| one.found.is_of(copy) && is_log(&one.found));
            if own {
                let name = copy.name();
                self.problems.push(format!(
                    "{name} is named as a log and as a copy of it: it is no independent copy"
                ));
            }
            !own
        });
        self.sources.retain(|one| !found.sources.iter().any(|copy| copy.is_of(&one.found)));
        let owners = owners(question, base, |server| &server.copies)?;
        let depth = (HEAD_BYTES, u64::MAX);
        let each = found.sources.into_par_iter().map(|one| look(question, &owners, one, depth));
        let sources: Result<Vec<Vec<PlannedSource>>, Error> = each.collect();
        let sources = sources?.into_iter().flatten().collect();
        self.problems.extend(found.problems);
        self.copies = Some(Box::new(Plan { sources, ..Plan::default() }));
        Ok(())
    }
}

/// What a source's times mean: what the operator says, else what the software
/// is known to do, else what the format says.
pub fn time_means(server: &Server, card: TimeMeaning) -> TimeMeaning {
    server.time_means.unwrap_or(match software(server) {
        Some(Software::Nginx) => TimeMeaning::End,
        Some(Software::Apache) => TimeMeaning::Start,
        None => card,
    })
}

/// What a source's byte counts mean, in the same order of authority. Apache
/// alone does not tell: `%b` and `%O` look alike.
pub fn bytes_mean(server: &Server, card: BytesMeaning) -> BytesMeaning {
    server.bytes_mean.unwrap_or(match software(server) {
        Some(Software::Nginx) => BytesMeaning::Body,
        Some(Software::Apache) | None => card,
    })
}

/// Servers that share formats and differ in what these mean.
enum Software {
    Apache,
    Nginx,
}

fn software(server: &Server) -> Option<Software> {
    let name = server.software.as_deref()?.to_ascii_lowercase();
    if name.contains("nginx") {
        Some(Software::Nginx)
    } else if name.contains("apache") || name.contains("httpd") {
        Some(Software::Apache)
    } else {
        None
    }
}
