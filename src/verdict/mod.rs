//! WHAT MAY WE CONCLUDE?
//!
//! Pure functions from a case and from what was examined to a judgement:
//! where each hit lies ([`place`]), what it proves ([`grade`]), who did what
//! ([`actors`]), whether the logs could have shown an access ([`checks`]), what
//! was found ([`finding`]), and what follows from all of it ([`mod@conclude`]). No input is opened here, and
//! there is no clock.

pub mod actors;
pub mod behaviour;
pub mod checks;
pub mod conclude;
pub mod decoys;
pub mod finding;
pub mod gaps;
pub mod grade;
pub mod hours;
pub mod labels;
pub mod learnt;
pub mod people;
pub mod place;
mod portraits;
pub mod scene;
pub mod signs;
pub mod triage;
pub mod unlogged;
pub mod witness;
pub mod words;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use actors::Gathered;
pub use actors::{Actor, Portrait};
pub use checks::Check;
pub use conclude::{AfterClosure, ClaimResult, MovedEnd, Need};
pub use grade::Grade;
pub use place::{Judged, Masks, Where};

use crate::actor::Class;
use crate::error::Error;
use crate::evidence::Roll;
use crate::examine::{Examined, Plan, Question};
use crate::record::{BytesMeaning, Instant, TimeMeaning};

/// The verdict's code, the first that holds in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Code {
    /// Other parties were sent the data.
    A,
    /// Other parties were probably sent at least a part.
    B1,
    /// Other parties may have learned of the data or reached it.
    B2,
    /// The logs cannot say.
    D,
    /// As C, on condition that the logs are unaltered.
    #[serde(rename = "C*")]
    CStar,
    /// No access by others was found, and the logs cover the whole exposure.
    C,
}

impl Code {
    /// The code as it is written.
    pub fn word(self) -> &'static str {
        match self {
            Code::A => "A",
            Code::B1 => "B1",
            Code::B2 => "B2",
            Code::D => "D",
            Code::CStar => "C*",
            Code::C => "C",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What was found, whatever the logs cover; the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Finding {
    /// Other parties were sent the data.
    A,
    /// Other parties were probably sent at least a part.
    B1,
    /// Other parties may have learned of the data or reached it.
    B2,
    /// Nothing by others.
    #[serde(rename = "none")]
    None,
}

/// Whether the logs could have shown an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Cover {
    /// Some check failed or is unknown.
    #[serde(rename = "not shown")]
    NotShown,
    /// All checks pass but that of integrity, and a named person accepts it.
    #[serde(rename = "conditional")]
    Conditional,
    /// All checks pass.
    #[serde(rename = "whole")]
    Whole,
}

/// Everything that is concluded.
#[derive(Debug)]
pub struct Judgement {
    /// What each hit is, in the order of [`Examined::hits`].
    pub judged: Vec<Judged>,
    /// Which exposures' windows each lies in.
    pub masks: Masks,
    /// Who did what, in the order of a report.
    pub actors: Vec<Actor>,
    /// What is told of each besides, in the same order.
    pub portraits: Roll<Portrait>,
    /// How many things were noticed, by the class of the actor and the
    /// detector.
    pub noticed: BTreeMap<(Class, String), u64>,
    /// For each hit, its actor's place in `actors`.
    pub actor_of: Vec<u32>,
    /// What each source's numbers mean, in the order of the plan.
    pub meanings: Vec<Meaning>,
    /// The completeness checks.
    pub checks: Vec<Check>,
    /// Holes in the logs.
    pub gaps: Vec<Gap>,
    /// What the silences of each series tell.
    pub heard: Vec<gaps::hear::Heard>,
    /// The verdict.
    pub verdict: Verdict,
    /// Requests that named a target on another host: listed, not counted.
    pub other_host_hits: u64,
    /// The people and records of listed files; `None` where none is listed.
    pub people: Option<people::People>,
    /// What the reader should know before the verdict.
    pub warnings: Vec<String>,
    /// Requests that came from a target which their client did not ask for.
    pub unexplained: Vec<witness::Unexplained>,
}

/// What a source's numbers mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// What its times mean.
    pub time: TimeMeaning,
    /// What its byte counts mean.
    pub bytes: BytesMeaning,
    /// The place in the format table of the format that read most of it.
    pub format: Option<usize>,
}

/// A hole in the logs of one series.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Gap {
    /// The server.
    pub server: String,
    /// The series.
    pub series: String,
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it.
    pub to: Instant,
    /// `silent`, `missing`, `unreadable`, `restarted` or `rotated`.
    pub why: &'static str,
    /// How surely silence is a hole, where silence was tested.
    pub score: Option<f64>,
    /// The rotation members that are missing in it.
    pub members: Vec<String>,
}

/// The verdict.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Verdict {
    /// The one code.
    pub code: Code,
    /// What was found.
    pub finding: Finding,
    /// Whether the logs could have shown an access.
    pub coverage: Cover,
    /// How much of the windows the logs speak for, in words.
    pub speaks: String,
    /// The verdict in words.
    pub sentence: String,
    /// What it rests on and what limits it, the gravest first.
    pub reasons: Vec<String>,
    /// How many actors of each class were sent content inside.
    pub recipients: Recipients,
    /// How many outside parties were sent content, at least and at most.
    pub outside: Outside,
    /// Hours of the windows, every exposure together.
    pub window_hours: f64,
    /// Hours of the windows that lie between the first and the last record of
    /// every series, missing members taken off.
    pub covered_hours: f64,
    /// Covered hours in which every series shows at least one record.
    pub shown_hours: f64,
    /// The verdict by exposure.
    pub exposures: Vec<ExposureVerdict>,
    /// The verdict by server.
    pub servers: Vec<ServerVerdict>,
    /// What was sent after each declared fix.
    pub after_closure: Vec<AfterClosure>,
    /// The code that follows where the end of a window is moved.
    pub moved_ends: Vec<MovedEnd>,
    /// What would change the verdict, and who holds it.
    pub would_change: Vec<Need>,
    /// What becomes of each claim.
    pub claims: Vec<ClaimResult>,
}

/// How many actors of each class were sent content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recipients {
    /// Class other.
    pub other: u64,
    /// Class unresolved.
    pub unresolved: u64,
    /// Class lawful.
    pub lawful: u64,
    /// Class crawler.
    pub crawler: u64,
    /// Class known.
    pub known: u64,
    /// Class self.
    #[serde(rename = "self")]
    pub own: u64,
}

impl Recipients {
    /// The count of a class.
    pub fn of(&mut self, class: Class) -> &mut u64 {
        match class {
            Class::Other => &mut self.other,
            Class::Unresolved => &mut self.unresolved,
            Class::Lawful => &mut self.lawful,
            Class::Crawler => &mut self.crawler,
            Class::Known => &mut self.known,
            Class::Own => &mut self.own,
        }
    }
}

/// How many outside parties were sent content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Outside {
    /// At least.
    pub min: u64,
    /// At most: their groups, in which the addresses of one IPv6 network of
    /// 64 bits are one.
    pub max: u64,
    /// Their addresses and names.
    pub clients: u64,
}

/// The verdict on one exposure.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExposureVerdict {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: Code,
    /// What was found.
    pub finding: Finding,
    /// Whether the logs could have shown an access.
    pub coverage: Cover,
    /// By window.
    pub windows: Vec<WindowVerdict>,
}

/// The verdict on the logs of one server.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ServerVerdict {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: Code,
    /// What was found in its logs.
    pub finding: Finding,
    /// Whether they could have shown an access.
    pub coverage: Cover,
}

/// The verdict on one window of an exposure.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WindowVerdict {
    /// Its first instant, where known.
    pub from: Option<Instant>,
    /// The first instant after it, where known.
    pub to: Option<Instant>,
    /// Its code.
    pub code: Code,
    /// By stretch: covered and not covered ones in turn.
    pub parts: Vec<PartVerdict>,
}

/// The verdict on a stretch of a window.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PartVerdict {
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it.
    pub to: Instant,
    /// Its code.
    pub code: Code,
}

/// Concludes.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn judge(question: &Question, plan: &Plan, examined: &Examined) -> Result<Judgement, Error> {
    let meanings = place::meanings(question, plan, examined);
    let spool = |error| Error::io("the spool of hits", error);
    let (judged, masks) = place::judge_hits(question, plan, examined).map_err(spool)?;
    let Gathered { actors, portraits, actor_of, mut behaviour, noticed } =
        actors::gather(question, examined, (&judged, &masks)).map_err(spool)?;
    behaviour.unexplained =
        witness::unexplained(question, plan, examined, &judged).map_err(spool)?;
    let heard = gaps::hear::hear(question, plan, examined);
    let mut gaps = gaps::gaps(question, plan, examined);
    gaps.extend(gaps::hear::gaps(question, &heard, &gaps));
    gaps.extend(gaps::restart::gaps(question, examined, &gaps::series(plan, examined)));
    gaps::sort(&mut gaps);
    let view = checks::View {
        question,
        plan,
        examined,
        judged: &judged,
        masks: &masks,
        gaps: &gaps,
        heard: &heard,
        behaviour: &behaviour,
        meanings: &meanings,
    };
    let mut checks = checks::run(&view);
    let signs = signs::look(&view);
    signs::weigh(&signs, &mut checks);
    let verdict = conclude::conclude(&view, &actors, &checks);
    let elsewhere = |hit: &&crate::evidence::Hit| hit.signs.has(crate::evidence::Signs::OTHER_HOST);
    let other_host_hits = examined.hits.iter().filter(elsewhere).count() as u64;
    let mut warnings = actors::crowded_parties(question, &actors);
    warnings.extend(signs.into_iter().map(|sign| sign.text));
    warnings.extend(behaviour::unfollowed(examined));
    warnings.extend(decoys::remarks(question, examined).map_err(spool)?);
    let classes: Vec<Class> = actors.iter().map(|actor| actor.class).collect();
    let people = people::count(question, plan, examined, &judged, &actor_of, &classes);
    let people = people.map_err(spool)?;
    warnings.extend(people.iter().flat_map(|people| people.warnings.iter().cloned()));
    Ok(Judgement {
        judged,
        masks,
        actors,
        portraits,
        actor_of,
        noticed,
        meanings,
        checks,
        gaps,
        heard,
        verdict,
        other_host_hits,
        people,
        warnings,
        unexplained: behaviour.unexplained,
    })
}
