//! The report as a value: `report.json`, schema `whofetched-report/1`, key by
//! key. Keys are only ever added; the order of fields is the order of keys.
//!
//! It is built once and written by any number of outputs; actors and evidence
//! are read from where they were put away, one after the other, as they are written. Every list that is
//! capped says what it leaves out; the whole is in the files of `--out`.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::evidence::coverage::BIN_SECONDS;
use crate::examine::{Examined, Plan, Question};
use crate::verdict::hours::rounded;
use crate::verdict::people::People as Counted;
use crate::verdict::{Check, Gap, Judgement, Verdict};

use super::asked::{self, AskedCase, Unnamed};
use super::configuration::{self, ReadConfiguration};
use super::edges::{self, Edge};
use super::inputs::{self, Input, UnreadLine};
use super::lists::{self, ReadList};
#[cfg(test)]
use super::people;
use super::people::People;
use super::proof::{self, Proofs};
use super::veil::Level;
use super::witnesses;

/// The name of the schema.
pub const SCHEMA: &str = "whofetched-report/1";

/// How many actors `report.json` lists.
pub const ACTORS_CAP: usize = 100_000;

/// The report.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "whofetched-report/1"))]
pub struct Report<'a> {
    /// The name of the schema.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    pub schema: &'static str,
    /// How much it tells: `full`, `investigator` or `public`.
    #[cfg_attr(test, schemars(extend("enum" = ["full", "investigator", "public"])))]
    pub level: &'static str,
    /// What wrote it, and what it was told.
    pub tool: Tool,
    /// What was asked.
    pub case: AskedCase,
    /// The verdict.
    pub verdict: Verdict,
    /// Who asked for the exposed things, in the order of the verdict room.
    #[cfg_attr(test, schemars(with = "Vec<people::Person>"))]
    pub actors: People<'a>,
    /// How many actors are not listed.
    pub actors_left_out: u64,
    /// The requests, the gravest first.
    #[serde(serialize_with = "listed")]
    #[cfg_attr(test, schemars(with = "Vec<proof::Proof>"))]
    pub evidence: Arc<Proofs<'a>>,
    /// How many inside and border requests are not listed.
    pub evidence_left_out: u64,
    /// What was read.
    pub inputs: Vec<Input>,
    /// Lines that were not read, suspects first.
    pub unread: Vec<UnreadLine>,
    /// How many of those are not listed.
    pub unread_left_out: u64,
    /// Which hours the logs do not speak for.
    pub coverage: Holes,
    /// The completeness checks.
    pub checks: Vec<Check>,
    /// The records and people of listed files; `None` where none is listed.
    pub people: Option<Counted>,
    /// Targets that no request named, whenever and with whatever answer.
    pub unnamed: Vec<Unnamed>,
    /// How many of those are not listed.
    pub unnamed_left_out: u64,
    /// Requests that named a target on another host: listed, not counted.
    pub other_host: u64,
    /// What the logs of edge servers and of those behind them say of each other.
    pub edges: Vec<Edge>,
    /// What the servers' configurations say, where they were given.
    pub configuration: Vec<ReadConfiguration>,
    /// The lists of networks and names that the case gives.
    pub lists: Vec<ReadList>,
    /// What was to be read and could not be found or planned.
    pub problems: Vec<String>,
    /// Requests that came from a target which their client did not ask for.
    pub witnesses: witnesses::Witnesses,
}

/// What wrote the report.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tool {
    /// `whofetched`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What can change the answer, in canonical order.
    pub arguments: Vec<String>,
}

/// Which hours the logs do not speak for.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Holes {
    /// The width of a bin of time, in seconds.
    pub bin_seconds: i64,
    /// The holes.
    pub gaps: Vec<Gap>,
}

impl<'a> Report<'a> {
    /// Builds the report. `arguments` is what can change the answer, in
    /// canonical order. It holds everything; what a level does not tell is left
    /// out when it is written.
    ///
    /// # Errors
    /// When the text of the hits cannot be read back.
    pub fn build(
        question: &'a Question,
        plan: &Plan,
        examined: &'a Examined,
        judgement: &'a Judgement,
        arguments: Vec<String>,
    ) -> Result<Report<'a>, Error> {
        let evidence = proof::gather(question, examined, judgement)
            .map_err(|error| Error::io("the spool of hits", error))?;
        let evidence = Arc::new(evidence);
        let actors = People::of(question, judgement, Arc::clone(&evidence));
        let (unread, unread_left_out) = inputs::unread(examined);
        let (unnamed, unnamed_left_out) = asked::unnamed(question, examined);
        let mut verdict = judgement.verdict.clone();
        for hours in
            [&mut verdict.window_hours, &mut verdict.covered_hours, &mut verdict.shown_hours]
        {
            *hours = rounded(*hours);
        }
        let mut gaps = judgement.gaps.clone();
        gaps.iter_mut().for_each(|gap| gap.score = gap.score.map(rounded));
        let mut case = asked::case(&question.case);
        case.warnings.extend(judgement.warnings.iter().cloned());
        Ok(Report {
            schema: SCHEMA,
            level: Level::Full.word(),
            tool: Tool {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
                arguments,
            },
            case,
            verdict,
            actors_left_out: judgement.actors.len().saturating_sub(actors.len()) as u64,
            actors,
            evidence_left_out: evidence.all - evidence.len() as u64,
            evidence,
            inputs: inputs::inputs(question, plan, examined, judgement),
            unread,
            unread_left_out,
            coverage: Holes { bin_seconds: BIN_SECONDS, gaps },
            checks: judgement.checks.clone(),
            people: judgement.people.clone(),
            unnamed,
            unnamed_left_out,
            other_host: judgement.other_host_hits,
            edges: edges::edges(question, examined, judgement),
            problems: problems(question, plan),
            witnesses: witnesses::witnesses(question, examined, judgement),
            configuration: configuration::configurations(question),
            lists: lists::lists(question),
        })
    }
}

fn listed<S: Serializer>(proofs: &Arc<Proofs<'_>>, into: S) -> Result<S::Ok, S::Error> {
    proofs.serialize(into)
}

/// What could not be found, planned or understood at all.
fn problems(question: &Question, plan: &Plan) -> Vec<String> {
    let unread = question.configured.iter().filter_map(|one| one.read.as_ref().err());
    plan.problems.iter().chain(unread).cloned().collect()
}
