//! WHAT DID THE USER MEAN?
//!
//! The command line: what was typed ([`args`]), what that means ([`plan`]),
//! one file for each command, and how the program ends ([`exit`]). Here alone
//! are a clock, a terminal, an environment and signals; every other room is
//! handed what it needs.
//!
//! ```
//! use whofetched::cli::exit::Exit;
//! use whofetched::verdict::Code;
//!
//! assert_eq!(Exit::of(Code::B2) as u8, 12);
//! assert_eq!(Exit::Misunderstood as u8, 2);
//! ```

pub mod args;
pub mod exit;
mod explain;
mod formats;
mod help;
mod inspect;
mod key;
mod new_case;
pub mod plan;
mod progress;
mod scan;
mod show;
mod steps;
mod trail;
mod verify;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::error::Error;
use crate::report::safe;

use args::{Args, Command};
use exit::Exit;
use plan::Surroundings;

/// Runs the program as it was called, and says how it ended.
pub fn main() -> ExitCode {
    let exit = match Args::try_parse() {
        Ok(args) => run(args).unwrap_or_else(|error| {
            tell(&error);
            Exit::from(&error)
        }),
        Err(error) => usage(&error),
    };
    ExitCode::from(exit as u8)
}

fn run(args: Args) -> Result<Exit, Error> {
    let around = surroundings();
    match args.command {
        Command::Scan(args) => scan::run(args, &around),
        Command::Inspect(args) => inspect::run(&args, &around),
        Command::Trail(args) => trail::run(&args, &around),
        Command::Explain(args) => explain::run(&args, &around),
        Command::Show(args) => show::run(&args),
        Command::Verify(args) => verify::run(&args, &around),
        Command::Formats(args) => formats::run(&args),
        Command::NewCase(args) => new_case::run(&args),
        Command::Plan(args) => steps::plan(args),
        Command::Map(args) => steps::map(&args, &around),
        Command::Reduce(args) => steps::reduce(args, &around),
        Command::Completions(args) => help::completions(&args),
        Command::Man(args) => help::man(&args),
    }
}

/// What the program finds round it.
fn surroundings() -> Surroundings {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let out_is_terminal = io::stdout().is_terminal();
    Surroundings {
        in_is_terminal: io::stdin().is_terminal(),
        out_is_terminal,
        err_is_terminal: io::stderr().is_terminal(),
        no_color: set("NO_COLOR") || std::env::var_os("TERM").is_some_and(|term| term == "dumb"),
        width: columns()
            .or_else(|| out_is_terminal.then(|| comfy_table::Table::new().width()).flatten()),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        process: std::process::id(),
        command: std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect(),
    }
}

/// How wide lines may be where COLUMNS says it (POSIX, environment variables),
/// as for what is piped on to a printer or a mail.
fn columns() -> Option<u16> {
    std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0)
}

/// Says something on standard error. Names of files stand in it, so it is
/// escaped whole.
fn complain(sentence: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "whofetched: {}", safe::terminal(sentence.as_bytes()));
}

/// Says why a command ended. Only what is wrong with a directive has more than
/// one line: the mark under the letter.
fn tell(error: &Error) {
    let text = error.to_string();
    if !matches!(error, Error::Directive { .. }) {
        return complain(&text);
    }
    for (number, line) in text.lines().enumerate() {
        match number {
            0 => complain(line),
            _ => {
                let _ = writeln!(io::stderr().lock(), "{}", safe::terminal(line.as_bytes()));
            }
        }
    }
}

/// Writes to standard output. Who reads it may have read enough: a closed
/// pipe is a success.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is left in the buffer would fail again when it is dropped.
            let _ = out.into_parts();
            Ok(())
        }
        done => done.map_err(|error| Error::io("standard output", error)),
    }
}

/// Shows help, or what was wrong with the command.
fn usage(error: &clap::Error) -> Exit {
    let text = error.render().to_string();
    if !error.use_stderr() {
        return match print(|out| out.write_all(text.as_bytes())) {
            Ok(()) => Exit::Done,
            Err(_) => Exit::Fault,
        };
    }
    let (prefix, text) = match text.strip_prefix("error: ") {
        Some(text) => ("whofetched: ", text),
        None => ("", text.as_str()),
    };
    let mut err = io::stderr().lock();
    for (number, line) in text.trim_end().lines().enumerate() {
        let prefix = if number == 0 { prefix } else { "" };
        let _ = writeln!(err, "{prefix}{}", safe::terminal(line.as_bytes()));
    }
    Exit::Misunderstood
}
