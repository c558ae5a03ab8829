//! What was meant: the case, the inputs and the manner of a scan, from what
//! was typed and from what is round the program.

use std::path::{Path, PathBuf};

use ipnetwork::IpNetwork;

use crate::case::{self, Case, Server};
use crate::error::Error;
use crate::examine::plan::{Question, ReadingOptions, UNNAMED};
use crate::record::WallClock;
use crate::report::export::{self, Export};
use crate::report::page::shell;
use crate::report::veil::Level;

use super::args::{self, Asked, Color, Reading, Scan, Telling};
use super::key;

/// What the program finds round it.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Standard input is a terminal.
    pub in_is_terminal: bool,
    /// Standard output is a terminal.
    pub out_is_terminal: bool,
    /// Standard error is a terminal.
    pub err_is_terminal: bool,
    /// The user wants no colours anywhere.
    pub no_color: bool,
    /// How many characters fit into a line of the terminal.
    pub width: Option<u16>,
    /// How many threads can run at once.
    pub cores: usize,
    /// The number of the process.
    pub process: u32,
    /// The command as typed.
    pub command: Vec<String>,
}

/// How wide a summary is where there is no terminal.
pub(super) const WIDTH: u16 = 100;

/// What is asked, and of which logs.
pub struct Meant {
    /// What is asked.
    pub case: Case,
    /// The case file, where there is one.
    pub case_file: Option<String>,
    /// The folder that the case's own globs start from.
    pub base: PathBuf,
    /// The logs named on the command line.
    pub inputs: Vec<String>,
    /// Configurations of the servers named on the command line.
    pub config: Vec<String>,
    /// How lines are read.
    pub reading: ReadingOptions,
    /// What can change the answer, in canonical order.
    pub arguments: Vec<String>,
}

/// A scan.
pub struct ScanPlan {
    /// What is asked.
    pub meant: Meant,
    /// How many threads read.
    pub threads: usize,
    /// Where the report goes.
    pub out: Option<PathBuf>,
    /// What the report is written as besides.
    pub exports: Vec<&'static dyn Export>,
    /// Go elsewhere where that is taken.
    pub force: bool,
    /// Print the report as JSON.
    pub json: bool,
    /// Print the summary.
    pub summary: bool,
    /// Show progress.
    pub progress: bool,
    /// Use colours.
    pub color: bool,
    /// How wide the summary is.
    pub width: u16,
    /// End with the verdict's status.
    pub exit_code: bool,
    /// How much is told, where that was asked for.
    pub level: Option<Level>,
    /// Where the key of pseudonyms lies, or shall lie: the first place where it
    /// can.
    pub keys: Vec<PathBuf>,
    /// What can change the answer and what of it is told, in canonical order.
    pub arguments: Vec<String>,
    /// The command that would write a report, as it is to be typed.
    pub retry: String,
}

impl Meant {
    /// What can change what is told at a level, in canonical order.
    pub fn arguments(&self, at: Option<Level>) -> Vec<String> {
        let mut all = self.arguments.clone();
        if let Some(level) = at {
            // Inputs stand last.
            let behind = all.len() - self.inputs.len();
            all.splice(behind..behind, ["--level".to_owned(), level.word().to_owned()]);
        }
        all
    }

    /// The question, with what the servers were told to log.
    ///
    /// # Errors
    /// As [`Question::new`].
    pub fn question(&self) -> Result<Question, Error> {
        let mut question = Question::new(self.case.clone(), self.reading.clone())?;
        question.configure(&self.base, &self.config);
        Ok(question)
    }
}

/// What a scan means.
///
/// # Errors
/// When it means nothing, or more than one thing.
pub fn scan(args: Scan, around: &Surroundings) -> Result<ScanPlan, Error> {
    scan_as(meant(&args.asked)?, args.telling, around)
}

/// How the answer to a question is told.
///
/// # Errors
/// When there is no such export, or it tells what the level does not.
pub fn scan_as(meant: Meant, telling: Telling, around: &Surroundings) -> Result<ScanPlan, Error> {
    let exports = export::chosen(&telling.exports)?;
    let is_public = telling.level == Some(args::Level::Public);
    if let Some(export) = exports.iter().find(|export| is_public && export.needs_addresses()) {
        return Err(Error::question(format!(
            "--export {} is nothing without addresses, and --level public tells none; leave one of the two out",
            export.name()
        )));
    }
    let level = telling.level.map(level);
    Ok(ScanPlan {
        arguments: meant.arguments(level),
        threads: telling.threads.map_or(around.cores, usize::from),
        exports,
        level,
        keys: key::places(&telling, meant.case_file.as_deref()),
        force: telling.force,
        json: telling.json,
        summary: !telling.json && !telling.quiet,
        progress: around.err_is_terminal && !telling.json && !telling.quiet,
        color: colored(telling.color, around),
        width: width(around),
        exit_code: telling.exit_code,
        retry: retry(&around.command),
        out: telling.out,
        meant,
    })
}

/// What is asked, and of which logs.
///
/// # Errors
/// When it means nothing, or more than one thing.
pub fn meant(args: &Asked) -> Result<Meant, Error> {
    let zone = zone(&args.reading)?;
    let quick = !args.paths.is_empty() || args.files.is_some();
    let (case_file, inputs) = if quick { (None, args.inputs.clone()) } else { case_file(args)? };
    let case = match &case_file {
        Some(path) => from_file(Path::new(path), zone, &args.trust)?,
        None => case::load::quick(
            &args.paths,
            args.files.as_deref(),
            args.strip.as_deref(),
            args.from.as_deref(),
            args.to.as_deref(),
            &args.known,
            &args.trust,
            zone,
        )
        .map_err(unreadable_question)?,
    };
    let base =
        case_file.as_deref().and_then(|path| Path::new(path).parent()).unwrap_or(Path::new(""));
    Ok(Meant {
        case,
        config: args.config.clone(),
        base: base.to_owned(),
        reading: ReadingOptions {
            format: args.reading.format.clone(),
            zone,
            no_fast_path: args.no_fast_path,
            no_hash: args.no_hash,
        },
        arguments: arguments(args, case_file.as_deref(), &inputs),
        case_file,
        inputs,
    })
}

fn level(level: args::Level) -> Level {
    match level {
        args::Level::Full => Level::Full,
        args::Level::Investigator => Level::Investigator,
        args::Level::Public => Level::Public,
    }
}

/// Whether to use colours.
pub fn colored(when: Color, around: &Surroundings) -> bool {
    match when {
        Color::Always => true,
        Color::Auto => around.out_is_terminal && !around.no_color,
        Color::Never => false,
    }
}

/// How wide text is.
pub fn width(around: &Surroundings) -> u16 {
    around.width.unwrap_or(WIDTH)
}

/// The clock of times without an offset.
///
/// # Errors
/// When it is no zone.
pub fn zone(reading: &Reading) -> Result<Option<WallClock>, Error> {
    let Some(text) = &reading.zone else { return Ok(None) };
    match WallClock::parse(text) {
        Some(zone) => Ok(Some(zone)),
        None => Err(Error::question(format!(
            "--zone \"{text}\" is no zone; write an offset such as +02:00, UTC, or a name such as Europe/Paris"
        ))),
    }
}

/// Networks as they are typed, several in one word allowed.
///
/// # Errors
/// When one is none.
pub fn networks(flag: &str, texts: &[String]) -> Result<Vec<IpNetwork>, Error> {
    let each = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
    each.map(|text| {
        text.parse().map_err(|_| {
            Error::question(format!(
                "{flag} \"{text}\" is no network; write 192.0.2.0/24, 2001:db8::/32 or an address"
            ))
        })
    })
    .collect()
}

/// Takes the case file from the front of the inputs.
fn case_file(args: &Asked) -> Result<(Option<String>, Vec<String>), Error> {
    let Some((first, rest)) =
        args.inputs.split_first().filter(|(first, _)| first.ends_with(".toml"))
    else {
        return Err(Error::question(
            "nothing is asked for: give a case file (CASE.toml, see `whofetched new-case`) before the logs, \
             or what was exposed by --path",
        ));
    };
    let quick = [
        ("--from", args.from.is_some()),
        ("--to", args.to.is_some()),
        ("--known", !args.known.is_empty()),
    ];
    if let Some((flag, _)) = quick.iter().find(|(_, given)| *given) {
        return Err(Error::question(format!(
            "{flag} belongs to --path; with a case file, write it into {first}"
        )));
    }
    Ok((Some(first.clone()), rest.to_vec()))
}

/// Reads a case file. Proxies trusted on the command line are trusted on
/// every server.
pub(super) fn from_file(
    path: &Path,
    zone: Option<WallClock>,
    trust: &[String],
) -> Result<Case, Error> {
    let mut case = case::load::load(path, zone).map_err(unreadable_question)?;
    let trusted = networks("--trust-proxy", trust)?;
    if !trusted.is_empty() {
        if !case.servers.iter().any(|server| server.name == UNNAMED) {
            case.servers.push(Server { name: UNNAMED.to_owned(), ..Server::default() });
        }
        case.servers.iter_mut().for_each(|server| server.trusted_proxies.extend(&trusted));
    }
    Ok(case)
}

/// A question that cannot be opened cannot be understood either.
pub(super) fn unreadable_question(error: Error) -> Error {
    match error {
        Error::Io { .. } => Error::question(error.to_string()),
        other => other,
    }
}

/// What can change the answer, in an order that does not depend on how it was
/// typed: but patterns keep theirs, because targets are numbered by it.
fn arguments(args: &Asked, case_file: Option<&str>, inputs: &[String]) -> Vec<String> {
    let mut list = vec!["scan".to_owned()];
    list.extend(case_file.map(str::to_owned));
    let mut flag = |name: &str, value: &str| list.extend([name.to_owned(), value.to_owned()]);
    args.paths.iter().for_each(|path| flag("--path", path));
    args.files.iter().for_each(|path| flag("--files", &path.to_string_lossy()));
    args.strip.iter().for_each(|strip| flag("--strip", strip));
    args.from.iter().for_each(|from| flag("--from", from));
    args.to.iter().for_each(|to| flag("--to", to));
    args.known.iter().for_each(|known| flag("--known", known));
    sorted(&args.trust).iter().for_each(|network| flag("--trust-proxy", network));
    args.config.iter().for_each(|file| flag("--config", file));
    args.reading.format.iter().for_each(|format| flag("--format", format));
    args.reading.zone.iter().for_each(|zone| flag("--zone", zone));
    if args.no_hash {
        list.push("--no-hash".to_owned());
    }
    list.extend(sorted(inputs));
    list
}

fn sorted(texts: &[String]) -> Vec<String> {
    let mut texts = texts.to_vec();
    texts.sort();
    texts
}

/// The command as typed, with a folder for the report.
fn retry(command: &[String]) -> String {
    let mut words: Vec<String> = vec!["whofetched".to_owned()];
    words.extend(command.iter().skip(1).map(|word| shell(word)));
    words.extend(["--out".to_owned(), "report/".to_owned()]);
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    fn quick() -> Asked {
        Asked {
            paths: strings(&["/b", "/a"]),
            inputs: strings(&["z.log", "a.log"]),
            ..Asked::default()
        }
    }

    #[test]
    fn arguments_are_canonical() {
        let mut asked = quick();
        asked.trust = strings(&["10.0.0.2", "10.0.0.1"]);
        let telling = Telling {
            json: true,
            quiet: true,
            threads: Some(4),
            out: Some(PathBuf::from("x")),
            ..Telling::default()
        };
        let plan = scan(Scan { asked, telling }, &Surroundings::default()).unwrap();
        let expected = [
            "scan",
            "--path",
            "/b",
            "--path",
            "/a",
            "--trust-proxy",
            "10.0.0.1",
            "--trust-proxy",
            "10.0.0.2",
            "a.log",
            "z.log",
        ];
        assert_eq!(plan.arguments, expected);
        assert!(plan.json && !plan.summary && !plan.progress);
    }

    #[test]
    fn what_means_nothing_is_refused() {
        let check = |args: Asked, expected: &str| {
            let error = meant(&args).err().map(|error| error.to_string());
            assert!(error.as_deref().is_some_and(|error| error.contains(expected)), "{error:?}");
        };
        check(Asked { inputs: strings(&["a.log"]), ..Asked::default() }, "nothing is asked for");
        check(Asked::default(), "nothing is asked for");
        let case = || Asked { inputs: strings(&["none.toml"]), ..Asked::default() };
        check(case(), "none.toml");
        check(Asked { from: Some("2021-01-01".to_owned()), ..case() }, "--from belongs to --path");
        let zone = Some("Nowhere".to_owned());
        check(
            Asked { reading: Reading { format: None, zone }, ..quick() },
            "--zone \"Nowhere\" is no zone",
        );
        assert!(
            networks("--trust-proxy", &strings(&["10.0.0.0/8,::1"]))
                .is_ok_and(|list| list.len() == 2)
        );
        assert!(networks("--trust-proxy", &strings(&["proxy"])).is_err());
    }

    #[test]
    fn colours_are_for_terminals() {
        let check = |color, out_is_terminal, no_color, expected| {
            let around = Surroundings { out_is_terminal, no_color, ..Surroundings::default() };
            let telling = Telling { color, ..Telling::default() };
            let plan = scan(Scan { asked: quick(), telling }, &around).unwrap();
            assert_eq!(plan.color, expected, "{color:?} {out_is_terminal} {no_color}");
        };
        check(Color::Auto, true, false, true);
        check(Color::Auto, true, true, false);
        check(Color::Auto, false, false, false);
        check(Color::Always, false, true, true);
        check(Color::Never, true, false, false);
    }

    #[test]
    fn the_command_can_be_typed_again() {
        let command = strings(&["target/whofetched", "scan", "-p", "re:^/a b$", "logs"]);
        assert_eq!(retry(&command), "whofetched scan -p 're:^/a b$' logs --out report/");
    }
}
