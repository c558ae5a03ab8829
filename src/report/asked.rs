//! What was asked, as the report repeats it: the case, what it leaves open,
//! and the targets that no request ever named.

use serde::Serialize;

use crate::case::{Case, Exposure, Kind, PartyRole};
use crate::examine::{Examined, Question};
use crate::record::Instant;

use super::safe;

/// How many targets of one exposure are listed: a list of files may be long,
/// and a copy of it lies in `case/`.
const TARGETS_CAP: usize = 1_000;

/// How many targets that nobody named are listed.
const UNNAMED_CAP: usize = 1_000;

/// The case.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AskedCase {
    /// What it is called.
    pub title: Option<String>,
    /// The examiner's reference.
    pub id: Option<String>,
    /// By whose mandate the logs are read.
    pub authority: Option<String>,
    /// Who reads them.
    pub examiner: Option<String>,
    /// Who stands for its statements.
    pub stated_by: Option<String>,
    /// What was exposed.
    pub exposures: Vec<AskedExposure>,
    /// Who is known.
    pub parties: Vec<AskedParty>,
    /// What its reader should know.
    pub warnings: Vec<String>,
    /// Keys that it leaves out, each of which makes the answer weaker.
    pub absent: Vec<&'static str>,
}

/// An exposure.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AskedExposure {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// The host it was open on; null for any.
    pub host: Option<String>,
    /// When it was open.
    pub windows: Vec<AskedWindow>,
    /// Which requests name it.
    pub targets: Vec<String>,
    /// How many targets are not listed.
    pub targets_left_out: u64,
}

/// A window; an unknown end is null.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AskedWindow {
    /// Its first instant.
    pub from: Option<Instant>,
    /// The first instant after it.
    pub to: Option<Instant>,
    /// How early it may have begun.
    pub from_earliest: Option<Instant>,
    /// How late it may have ended.
    pub to_latest: Option<Instant>,
}

/// A party.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AskedParty {
    /// Its name.
    pub name: String,
    /// What it is to the case.
    pub role: &'static str,
    /// Its networks.
    pub networks: Vec<String>,
}

/// A target that no request named.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unnamed {
    /// Its exposure.
    pub exposure: String,
    /// The target.
    pub target: String,
    /// It stands in a list of files, of which some are often not asked for.
    pub listed: bool,
    /// The paths that come nearest to it.
    pub nearest: Vec<String>,
}

/// The case as the report repeats it.
pub fn case(case: &Case) -> AskedCase {
    let parties = case.parties.iter().map(|party| AskedParty {
        name: party.name.clone(),
        role: match party.role {
            PartyRole::Crawler => "crawler",
            PartyRole::Known => "known",
            PartyRole::Own => "self",
        },
        networks: party.networks.iter().map(ToString::to_string).collect(),
    });
    AskedCase {
        title: case.title.clone(),
        id: case.id.clone(),
        authority: case.authority.clone(),
        examiner: case.examiner.clone(),
        stated_by: case.stated_by.clone(),
        exposures: case.exposures.iter().map(exposure).collect(),
        parties: parties.collect(),
        warnings: case.warnings.clone(),
        absent: absent(case),
    }
}

fn exposure(exposure: &Exposure) -> AskedExposure {
    let windows = exposure.windows.iter().map(|window| AskedWindow {
        from: window.from,
        to: window.to,
        from_earliest: window.from_earliest,
        to_latest: window.to_latest,
    });
    AskedExposure {
        name: exposure.name.clone(),
        kind: exposure.kind,
        host: exposure.host.clone(),
        windows: windows.collect(),
        targets: exposure.targets.iter().take(TARGETS_CAP).map(|each| each.text.clone()).collect(),
        targets_left_out: exposure.targets.len().saturating_sub(TARGETS_CAP) as u64,
    }
}

/// What a case leaves out. Nothing is wrong with that; a reader must know.
fn absent(case: &Case) -> Vec<&'static str> {
    let any_exposure = |test: fn(&Exposure) -> bool| case.exposures.iter().any(test);
    let all_servers = |test: fn(&crate::case::Server) -> bool| case.servers.iter().all(test);
    let mut absent = Vec::new();
    let mut note = |missing: bool, key: &'static str| {
        if missing {
            absent.push(key);
        }
    };
    note(case.title.is_none(), "case.title");
    note(case.id.is_none(), "case.id");
    note(case.authority.is_none(), "case.authority");
    note(case.examiner.is_none(), "case.examiner");
    note(case.stated_by.is_none(), "case.stated_by");
    note(case.inventory_complete.is_none(), "case.inventory_complete");
    note(case.configuration_unchanged.is_none(), "case.configuration_unchanged");
    note(case.unaltered_accepted_by.is_none(), "case.unaltered_accepted_by");
    note(any_exposure(|each| each.windows.is_empty()), "exposure.windows");
    note(
        any_exposure(|each| each.windows.iter().any(|window| window.from.is_none())),
        "exposure.windows.from",
    );
    note(
        any_exposure(|each| each.windows.iter().any(|window| window.to.is_none())),
        "exposure.windows.to",
    );
    note(case.parties.is_empty(), "party");
    note(case.servers.is_empty(), "server");
    note(all_servers(|each| each.software.is_none()), "server.software");
    note(all_servers(|each| each.config.is_empty()), "server.config");
    note(all_servers(|each| each.copies.is_empty()), "server.copies");
    note(all_servers(|each| each.monitors.is_empty()), "server.monitors");
    note(case.controls.is_empty(), "control");
    note(case.claims.is_empty(), "claim");
    note(case.events.is_empty(), "event");
    note(case.channels.each().iter().any(|(_, state)| state.is_none()), "other_channels");
    absent
}

/// The targets that no request named, and how many are not listed.
pub fn unnamed(question: &Question, examined: &Examined) -> (Vec<Unnamed>, u64) {
    let case = &question.case;
    let targets = (0u32..).map_while(|id| Some((id, question.exact.place(id)?)));
    let (mut list, mut left_out) = (Vec::new(), 0);
    for (id, (exposure, target)) in targets.filter(|(id, _)| !examined.named.contains(id)) {
        if list.len() == UNNAMED_CAP {
            left_out += 1;
            continue;
        }
        let Some(exposure) = case.exposures.get(exposure) else { continue };
        let Some(target) = exposure.targets.get(target) else { continue };
        let nearest = examined.answers.nearest.get(&id).into_iter().flatten();
        list.push(Unnamed {
            exposure: exposure.name.clone(),
            target: target.text.clone(),
            listed: target.listed.is_some(),
            nearest: nearest.map(|path| safe::text(path).text).collect(),
        });
    }
    (list, left_out)
}
