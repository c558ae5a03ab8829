//! Requests that came from a target which their client did not ask for, as
//! far as the logs show: the referer is the witness.

use serde::Serialize;

use crate::actor::Class;
use crate::examine::{Examined, Question};
use crate::verdict::Judgement;

use super::{proof, safe};

/// How many are listed.
const LISTED: usize = 1_000;

/// One such request.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Witness"))]
pub struct Row {
    /// The input, by its place.
    pub source: u32,
    /// The number of its line.
    pub line: u64,
    /// Where its line begins in the decoded input.
    pub offset: u64,
    /// When.
    pub at: Option<String>,
    /// The client.
    pub client: String,
    /// Whose the target's request would have been.
    pub class: Class,
    /// What it asked for.
    pub asked: String,
    /// The status.
    pub status: Option<u16>,
    /// Where it came from.
    pub referer: String,
    /// The exposures that names.
    pub exposures: Vec<String>,
    /// The host of the referer is known to be the server's.
    pub sure: bool,
}

/// All of them, up to a number.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Witnesses {
    /// In the order of the logs.
    pub each: Vec<Row>,
    /// How many are not listed.
    pub left_out: u64,
    /// Whether every one was held against the requests of its client; else
    /// there were more in an input than are kept.
    pub complete: bool,
}

/// What referers witness.
pub fn witnesses(question: &Question, examined: &Examined, judgement: &Judgement) -> Witnesses {
    let each = judgement.unexplained.iter().take(LISTED).map(|one| {
        let witness = &one.witness;
        Row {
            source: one.source,
            line: witness.line,
            offset: witness.offset,
            at: witness.at.map(|at| at.to_string()),
            client: match witness.client.ip() {
                Some(ip) => ip.to_string(),
                None => safe::text(&witness.token).text,
            },
            class: witness.class,
            asked: safe::text(&witness.asked).text,
            status: witness.status,
            referer: safe::text(&witness.referer).text,
            exposures: proof::exposures(question, witness.exposures),
            sure: witness.is_sure,
        }
    });
    Witnesses {
        each: each.collect(),
        left_out: judgement.unexplained.len().saturating_sub(LISTED) as u64,
        complete: !examined.witnesses_cut,
    }
}
