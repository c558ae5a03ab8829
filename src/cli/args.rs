//! What was typed, exactly: no file is looked at here and nothing is decided.

mod help;
mod steps;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::report::export;

pub use help::{Completions, Man};
pub use steps::{Map, Plan, Reduce};

/// After a data leak, reads every web-server access log and answers who
/// fetched the exposed data, and whether anyone else did.
#[derive(Debug, Parser)]
#[command(name = "whofetched", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Args {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Says who fetched what was exposed, and whether the logs could have shown it.
    Scan(Scan),
    /// Takes a first look: what these logs are, what they can tell, whom to ask, what to preserve.
    Inspect(Inspect),
    /// Says everything that an address, a network or a party did, in order of time.
    Trail(Trail),
    /// Says how each line is read, field by field, or where and why it is not.
    Explain(Explain),
    /// Shows the raw line behind a figure of a report, safely escaped.
    Show(Show),
    /// Holds a report against its seal, its own sums and, where they are at hand, the logs.
    Verify(Verify),
    /// Lists the formats that are read, with a sample of each.
    Formats(Formats),
    /// Writes a commented case.toml; with inputs, fills in suggestions.
    NewCase(NewCase),
    /// First step of a scan on many machines: says what is to be read, in which splits.
    Plan(Plan),
    /// Second step: reads splits of a plan and writes what it found as a partial.
    Map(Map),
    /// Third step: puts all partials together and answers, as `scan` does.
    Reduce(Reduce),
    /// Prints what a shell needs to complete commands, flags and names of files.
    Completions(Completions),
    /// Prints the manual page of the program or of a command, or writes all of them.
    Man(Man),
}

/// `scan`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Exit status: 0 the work was completed; 1 a source could not be opened, was not read to its end or
changed, or an output could not be written; 2 the question could not be understood; 3 interrupted.

Examples:
  whofetched scan case.toml
  whofetched scan -p /exports --from 2021-06-29T00:00:00+02:00 --to 2021-08-27T22:30:00+02:00 \\
      --known Regulator=192.0.2.0/24 --out report/ logs/")]
pub struct Scan {
    /// What is asked.
    #[command(flatten)]
    pub asked: Asked,
    /// How the answer is told.
    #[command(flatten)]
    pub telling: Telling,
}

/// What is asked, and of which logs.
#[derive(Debug, Clone, Default, clap::Args, Serialize, Deserialize)]
pub struct Asked {
    /// A case file (CASE.toml) first, unless --path or --files is given; then logs: files, folders,
    /// globs, URLs, or - for standard input. Without logs, those of the case's servers.
    #[arg(value_name = "CASE.toml | INPUT")]
    pub inputs: Vec<String>,
    /// What was exposed: /folder (and all under it), a glob, a URL, or re:EXPRESSION.
    #[arg(short, long = "path", value_name = "PATTERN")]
    pub paths: Vec<String>,
    /// A list of what was exposed, with a column `path`.
    #[arg(long, value_name = "LIST.csv")]
    pub files: Option<PathBuf>,
    /// What to take off the front of every path of --files.
    #[arg(long, value_name = "PREFIX", requires = "files")]
    pub strip: Option<String>,
    /// When the exposure began.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// When it ended: the first instant after it, or its last day.
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// A party known to have come.
    #[arg(long, value_name = "NAME=NET[,NET]")]
    pub known: Vec<String>,
    /// A proxy whose forwarded addresses are believed.
    #[arg(long = "trust-proxy", value_name = "NET")]
    pub trust: Vec<String>,
    /// A configuration of the server (nginx.conf, httpd.conf, haproxy.cfg, or what `nginx -T`
    /// prints): which requests it does not log.
    #[arg(long, value_name = "FILE")]
    pub config: Vec<String>,
    /// How logs are read.
    #[command(flatten)]
    pub reading: Reading,
    /// Do without the digests of the inputs.
    #[arg(long = "no-hash")]
    pub no_hash: bool,
    /// Read every line by its grammar.
    #[arg(long = "no-fast-path")]
    pub no_fast_path: bool,
}

/// How an answer is told.
#[derive(Debug, Default, clap::Args)]
pub struct Telling {
    /// Read with so many threads; by default one for each processor.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Write the report to this folder, which must be new or empty.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What the report is written as besides, by name.
    #[arg(
        long = "export",
        help = format!("Write it besides, into DIR, as one or more of: {}", export::names()),
        value_name = "NAME[,NAME]",
        value_delimiter = ',',
        requires = "out"
    )]
    pub exports: Vec<String>,
    /// Where DIR is not empty, write to DIR.2 instead; nothing is deleted.
    #[arg(long, requires = "out")]
    pub force: bool,
    /// How much is told: full; investigator, which leaves out secrets, users and raw lines; or
    /// public, which leaves out addresses as well. Without it each file has its own level.
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<Level>,
    /// The key of the case's pseudonyms, made where there is none [default: CASE.key beside
    /// CASE.toml, else whofetched.key beside DIR].
    #[arg(long, value_name = "FILE", requires = "level")]
    pub key: Option<PathBuf>,
    /// Print report.json on standard output and nothing else.
    #[arg(long)]
    pub json: bool,
    /// Print neither progress nor summary.
    #[arg(long)]
    pub quiet: bool,
    /// Colours.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// End with 10 for verdict A, 11 B1, 12 B2, 13 D, 14 C*, and 0 for C alone.
    #[arg(long = "exit-code")]
    pub exit_code: bool,
}

/// `inspect`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Exit status: 0 the work was completed; 1 a source could not be opened or read, or changed; 2 the
question could not be understood.

Examples:
  whofetched inspect /evidence/logs
  whofetched inspect --config nginx.conf logs/
  whofetched inspect --from 2021-06-29T00:00:00+02:00 --to 2021-08-27T22:30:00+02:00 logs/")]
pub struct Inspect {
    /// Logs: files, folders, globs, URLs, or - for standard input. With --config none are needed.
    #[arg(value_name = "INPUT", required_unless_present = "config")]
    pub inputs: Vec<String>,
    /// A configuration of the server (nginx.conf, httpd.conf, haproxy.cfg, or what `nginx -T`
    /// prints): what is logged where, and which requests are not.
    #[arg(long, value_name = "FILE")]
    pub config: Vec<String>,
    /// Read everything, instead of the head, middle and tail of each log.
    #[arg(long)]
    pub full: bool,
    /// Say what share of a window the logs speak for: when it began.
    #[arg(long, value_name = "TIME", requires = "to")]
    pub from: Option<String>,
    /// When it ended: the first instant after it, or its last day.
    #[arg(long, value_name = "TIME", requires = "from")]
    pub to: Option<String>,
    /// How logs are read.
    #[command(flatten)]
    pub reading: Reading,
    /// Reckon from this time instead of the clock's, when rotation will delete what.
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Print one JSON object on standard output and nothing else.
    #[arg(long)]
    pub json: bool,
    /// Colours.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// How logs are read.
#[derive(Debug, Clone, Default, clap::Args, Serialize, Deserialize)]
pub struct Reading {
    /// The format of the logs: auto, a name that `whofetched formats` lists, or the server's own
    /// directive, such as an Apache LogFormat, an nginx log_format or json:{client:ip,time:ts,request:req}.
    #[arg(long, value_name = "NAME | DIRECTIVE")]
    pub format: Option<String>,
    /// The clock of lines and of times that have no offset: +02:00, UTC or Europe/Paris.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
}

/// `trail`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Examples:
  whofetched trail 192.0.2.7 2001:db8:1:2::/64 logs/
  whofetched trail party:regulator case.toml --json")]
pub struct Trail {
    /// Whose trail: addresses, networks, name:HOST for a client that is logged by a name,
    /// party:NAME for a party of the case. Then a case file (CASE.toml), by which requests are
    /// graded; then logs: files, folders, globs, URLs, or - for standard input. Without logs, those
    /// of the case's servers.
    #[arg(value_name = "CLIENT | CASE.toml | INPUT")]
    pub words: Vec<String>,
    /// Without a case file, what was exposed: /folder, a glob, a URL, or re:EXPRESSION.
    #[arg(short, long = "path", value_name = "PATTERN")]
    pub paths: Vec<String>,
    /// Only requests from this time on.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only requests before this time, or until the end of this day.
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// List so many requests, the first in order of time [default: 1000]; all are counted.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub limit: Option<u32>,
    /// A proxy whose forwarded addresses are believed.
    #[arg(long = "trust-proxy", value_name = "NET")]
    pub trust: Vec<String>,
    /// How logs are read.
    #[command(flatten)]
    pub reading: Reading,
    /// Read with so many threads; by default one for each processor.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Write the list to this file, which must be new, and print only the summary.
    #[arg(long, value_name = "FILE.csv")]
    pub out: Option<PathBuf>,
    /// Print one object a line; the last one is the summary.
    #[arg(long)]
    pub json: bool,
    /// Print no progress.
    #[arg(long)]
    pub quiet: bool,
    /// Read every line by its grammar.
    #[arg(long = "no-fast-path")]
    pub no_fast_path: bool,
}

/// `explain`.
#[derive(Debug, Default, clap::Args)]
pub struct Explain {
    /// A log; without it, standard input.
    #[arg(value_name = "FILE")]
    pub file: Option<String>,
    /// How it is read.
    #[command(flatten)]
    pub reading: Reading,
    /// A proxy whose forwarded addresses are believed.
    #[arg(long = "trust-proxy", value_name = "NET")]
    pub trust: Vec<String>,
    /// Print one object a line.
    #[arg(long)]
    pub json: bool,
}

/// `show`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Exit status: 0 every line was found and has the digest that stands beside it; 1 one was not found,
or differs; 2 the question could not be understood.

Example:
  whofetched show EV-000001 --report report/")]
pub struct Show {
    /// The evidence, as a report names it: EV-000001.
    #[arg(value_name = "EVIDENCE-ID", required = true)]
    pub ids: Vec<String>,
    /// The folder of the report.
    #[arg(long, value_name = "DIR")]
    pub report: PathBuf,
    /// Print the entries as they stand in evidence.jsonl, an object a line.
    #[arg(long)]
    pub json: bool,
}

/// `verify`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Exit status: 0 all agrees; 1 something differs or is missing; 2 the question could not be
understood; 3 interrupted.

Examples:
  whofetched verify report/
  whofetched verify report/ /evidence/logs --identity 4f3c2b1a...")]
pub struct Verify {
    /// The folder of the report.
    #[arg(value_name = "REPORT-DIR")]
    pub report: PathBuf,
    /// The logs, where they do not lie where they did. Without logs at hand the seal and the sums
    /// are held against themselves.
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// The identity that was noted when the report was made.
    #[arg(long, value_name = "SHA-256")]
    pub identity: Option<String>,
    /// The key of its pseudonyms, where the report is not of level full.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}

/// `formats`.
#[derive(Debug, Default, clap::Args)]
pub struct Formats {
    /// Print one object a line.
    #[arg(long)]
    pub json: bool,
    /// Print the page of reference, docs/formats.md.
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
}

/// `new-case`.
#[derive(Debug, Default, clap::Args)]
pub struct NewCase {
    /// Logs to make suggestions from, by what `inspect` sees of them.
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// A configuration of the server: what it tells of software, formats and proxies.
    #[arg(long, value_name = "FILE")]
    pub config: Vec<String>,
    /// Write to this file, which must be new.
    #[arg(short, long = "output", value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How much a report tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// Everything.
    Full,
    /// Whole addresses; no secrets, no users, no raw lines.
    Investigator,
    /// No addresses either.
    Public,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// Always.
    Always,
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Never.
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn flags_are_taken_as_typed() {
        let parse = |line: &str| Args::try_parse_from(line.split(' '));
        let line = "whofetched scan -p /a --path /b --known X=192.0.2.0/24 --known Y=::/40 --trust-proxy 10.0.0.0/8 \
                    --color never --exit-code logs/ -";
        let Ok(Args { command: Command::Scan(scan) }) = parse(line) else { panic!() };
        let Scan { asked, telling } = scan;
        assert_eq!(asked.paths, ["/a", "/b"]);
        assert_eq!(asked.known, ["X=192.0.2.0/24", "Y=::/40"]);
        assert_eq!(asked.inputs, ["logs/", "-"]);
        assert!(telling.exit_code && telling.color == Color::Never && !telling.json);
        for refused in [
            "whofetched",
            "whofetched inspect",
            "whofetched inspect --from 2024-01-01 x",
            "whofetched scan --threads 0 x",
            "whofetched scan --force x",
            "whofetched scan --strip /var x",
            "whofetched scan --unknown",
            "whofetched explain a b",
            "whofetched map --split 1",
            "whofetched plan --split-size 0 x.toml",
            "whofetched plan --split-size 99999999999G x.toml",
            "whofetched reduce --plan x",
        ] {
            assert!(parse(refused).is_err(), "{refused}");
        }
    }
}
