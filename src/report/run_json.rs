//! `run.json`: who ran the program, when, where and how. It is the one file of
//! a report that differs between two runs, and is not compared.

use std::io::{self, Write};

use serde::Serialize;

use super::safe::{self, Json};
use super::seal;
use super::veil::{Level, Veil};

/// What the file is called.
pub const FILE: &str = "run.json";

/// Who ran it, when, where and how: given by the command line, which alone
/// has a clock.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Run {
    /// The program and its version.
    pub tool: String,
    /// The command as typed.
    pub command: Vec<String>,
    /// The folder it was typed in.
    pub folder: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// The kind of machine.
    pub platform: String,
    /// When it began.
    pub started: String,
    /// When all was read and judged.
    pub ended: String,
    /// How long each step took, in seconds.
    pub seconds: Vec<Step>,
    /// How many threads read.
    pub threads: usize,
    /// How many stored bytes were read, both passes together.
    pub bytes_read: u64,
    /// What was put together, where the logs were mapped in splits. It stands
    /// here, because a report does not depend on how they were cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<Ledger>,
}

/// The ledger of a plan: which splits were mapped, and what they came in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Ledger {
    /// The SHA-256 of the plan.
    pub plan: String,
    /// How many splits it has, each of which was mapped.
    pub splits: usize,
    /// How many were mapped again or asked again by `reduce` itself.
    pub mapped_here: usize,
    /// The files that held the rest.
    pub partials: Vec<Partial>,
}

/// A file of partials.
#[derive(Debug, Clone, Serialize)]
pub struct Partial {
    /// The file as named.
    pub file: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
}

/// A step of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// What was done.
    pub step: &'static str,
    /// How long it took.
    pub seconds: f64,
}

/// `run.json` as it is written: with the identity of its report, and closed.
#[derive(Serialize)]
struct Closed<'a> {
    #[serde(flatten)]
    run: &'a Run,
    identity: &'a str,
}

/// What `run.json` says of a report of this identity.
///
/// # Errors
/// When it cannot be told.
pub(super) fn text(run: &Run, identity: &str, veil: &Veil) -> io::Result<String> {
    let mut run = run.clone();
    if veil.level() == Level::Public {
        // Who sat where is nobody's business in public.
        run = Run { folder: None, user: None, host: None, ..run };
    }
    let mut text = Vec::new();
    let write =
        |into: &mut dyn Write| safe::json(&Closed { run: &run, identity }, Json::lines(), into);
    veil.through(FILE, &mut text, write)?;
    Ok(seal::close(&String::from_utf8_lossy(&text), seal::SEAL).0)
}
