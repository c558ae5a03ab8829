//! What follows: the finding by exposure and window, the coverage, the one
//! code, and what becomes of each claim.

use std::collections::{BTreeMap, BTreeSet};

use crate::actor::Class;
use crate::case::{Denies, Exposure, Happening, Kind, PartyRole};
use crate::evidence::{ClientKey, Hit, Signs};
use crate::record::Instant;

use super::actors::Actor;
use super::checks::{Check, Outcome, View};
use super::grade::Grade;
use super::hours::{self, Stretch};
use super::place::{Judged, Where, is_sent_outside};
use super::scene;
use super::words::{self, Story};
use super::{
    ClaimResult, Code, Cover, ExposureVerdict, Finding, Outside, PartVerdict, Recipients, Verdict,
    WindowVerdict,
};

/// How many distinct listed files one client must have asked for in vain
/// before that counts as reaching for the data.
const REFUSED_FILES: usize = 3;

/// Concludes from everything at once.
pub fn conclude(view: &View<'_>, actors: &[Actor], checks: &[Check]) -> Verdict {
    let case = &view.question.case;
    let series = view.series();
    let mut exposures = Vec::new();
    let (mut window_hours, mut covered_hours, mut shown_hours) = (0.0, 0.0, 0.0);
    for (number, exposure) in case.exposures.iter().enumerate() {
        let coverage = coverage(view, exposure, checks);
        let finding = finding(view, number, |_| true);
        let mut windows = Vec::new();
        for window in hours::windows(exposure) {
            let Some(whole) = hours::stretch(&window, &series) else {
                let code = code(finding, coverage);
                windows.push(WindowVerdict {
                    from: window.from,
                    to: window.to,
                    code,
                    parts: Vec::new(),
                });
                continue;
            };
            let covered = hours::covered(view, &series, whole);
            window_hours += whole.hours();
            covered_hours += covered.iter().map(|part| part.hours()).sum::<f64>();
            shown_hours += hours::shown(view, &series, &covered);
            let parts = hours::parts(whole, &covered).into_iter().map(|(part, is_covered)| {
                let (from, to) = hours::instants(part);
                let found = self::finding(view, number, |at| from <= at && at < to);
                let cover = if is_covered { coverage } else { Cover::NotShown };
                PartVerdict { from, to, code: code(found, cover) }
            });
            let parts: Vec<PartVerdict> = parts.collect();
            let found = self::finding(view, number, |at| near(whole, at));
            windows.push(WindowVerdict {
                from: window.from,
                to: window.to,
                code: code(found, coverage),
                parts,
            });
        }
        let name = exposure.name.clone();
        exposures.push(ExposureVerdict {
            name,
            code: code(finding, coverage),
            finding,
            coverage,
            windows,
        });
    }
    let finding = exposures.iter().map(|each| each.finding).min().unwrap_or(Finding::None);
    let coverage = exposures.iter().map(|each| each.coverage).min().unwrap_or(Cover::NotShown);
    let code = code(finding, coverage);
    let recipients = recipients(actors);
    let outside = outside(view, actors);
    let story = Story {
        language: case.language,
        code,
        finding,
        case,
        actors,
        recipients,
        has_parties: !case.parties.is_empty(),
        sighted: event(view, Happening::Sighted).is_some(),
    };
    Verdict {
        code,
        finding,
        coverage,
        sentence: words::sentence(&story),
        reasons: reasons(view, checks, actors),
        recipients,
        outside,
        window_hours: hours::rounded(window_hours),
        covered_hours: hours::rounded(covered_hours),
        shown_hours: hours::rounded(shown_hours),
        exposures,
        claims: claims(view, code, actors),
    }
}

/// The code of a finding under a coverage.
fn code(finding: Finding, coverage: Cover) -> Code {
    match (finding, coverage) {
        (Finding::A, _) => Code::A,
        (Finding::B1, _) => Code::B1,
        (Finding::B2, _) => Code::B2,
        (Finding::None, Cover::NotShown) => Code::D,
        (Finding::None, Cover::Conditional) => Code::CStar,
        (Finding::None, Cover::Whole) => Code::C,
    }
}

/// An instant belongs to a window's verdict if it lies in it or no further
/// from it than a border can reach.
fn near(window: Stretch, at: Instant) -> bool {
    window.from - 3_600 <= at.seconds && at.seconds < window.to + 3_600
}

/// What was found of one exposure, by the hits whose instant is `wanted`.
pub fn finding(view: &View<'_>, exposure: usize, wanted: impl Fn(Instant) -> bool) -> Finding {
    let bit = 1 << exposure;
    let fixed = event(view, Happening::Fixed);
    let mut gravest = match event(view, Happening::Sighted) {
        Some(at) if wanted(at) => Finding::A,
        _ => Finding::None,
    };
    let mut refused: BTreeMap<ClientKey, BTreeSet<u32>> = BTreeMap::new();
    for (hit, judged) in view.hits() {
        if hit.exposures & bit == 0 || hit.at().is_some_and(|at| !wanted(at)) {
            continue;
        }
        let place = if judged.inside & bit != 0 {
            Where::Inside
        } else if judged.border & bit != 0 {
            Where::Border
        } else {
            Where::Outside
        };
        let named = view.behaviour.names(hit.client);
        gravest = gravest.min(of_hit(hit, judged, place, fixed, named));
        let in_vain = matches!(judged.grade, Grade::R | Grade::E);
        if place == Where::Inside && in_vain && hit.class == Class::Other && is_listed(view, hit) {
            refused.entry(hit.client).or_default().insert(hit.target);
        }
    }
    if refused.values().any(|files| files.len() >= REFUSED_FILES) {
        gravest = gravest.min(Finding::B2);
    }
    gravest
}

fn is_listed(view: &View<'_>, hit: &Hit) -> bool {
    view.question.target(hit.target).is_some_and(|target| target.listed.is_some())
}

/// What one hit leads to: nothing where the case itself says that the answer
/// was not the content (X). `named`: what its client did shows that it was no
/// lawful user, which tells what the log of one request cannot.
fn of_hit(hit: &Hit, judged: Judged, place: Where, fixed: Option<Instant>, named: bool) -> Finding {
    let outsider = matches!(hit.class, Class::Other | Class::Crawler);
    let maybe_lawful = hit.signs.has(Signs::MAYBE_LAWFUL) && !named;
    let unresolved = hit.class == Class::Unresolved && !maybe_lawful;
    if !outsider && !unresolved {
        return Finding::None;
    }
    let grade = judged.grade;
    match place {
        Where::Inside if outsider => match grade {
            _ if grade.is_full() && hit.spelling.is_doubtful() => Finding::B1,
            _ if grade.is_full() => Finding::A,
            Grade::U | Grade::P => Finding::B1,
            Grade::L | Grade::M | Grade::V => Finding::B2,
            _ => Finding::None,
        },
        Where::Inside => match grade {
            _ if grade.is_full() => Finding::B1,
            Grade::U => Finding::B1,
            Grade::P | Grade::L | Grade::M | Grade::V => Finding::B2,
            _ => Finding::None,
        },
        Where::Border if grade.is_full() || matches!(grade, Grade::P | Grade::U) => Finding::B1,
        Where::Outside if is_sent_outside(hit, &judged, named) => {
            let reopened = fixed.is_some_and(|fixed| hit.at().is_some_and(|at| at >= fixed));
            match reopened && grade.is_full() && hit.class == Class::Other {
                true => Finding::A,
                false => Finding::B1,
            }
        }
        _ => Finding::None,
    }
}

fn event(view: &View<'_>, what: Happening) -> Option<Instant> {
    let events = view.question.case.events.iter().filter(|event| event.what == what);
    events.map(|event| event.at).min()
}

/// Whether the logs could have shown an access to one exposure.
fn coverage(view: &View<'_>, exposure: &Exposure, checks: &[Check]) -> Cover {
    let own = || {
        checks
            .iter()
            .filter(|check| check.exposure.as_ref().is_none_or(|name| *name == exposure.name))
    };
    let case = &view.question.case;
    let keys_out = exposure.kind == Kind::Secret
        || case.channels.server_credentials.as_deref().is_some_and(|state| state != "closed");
    let rotated_before = exposure.rotated_at.is_some_and(|rotated| {
        exposure.windows.iter().all(|window| window.from.is_some_and(|from| rotated <= from))
    });
    let integrity =
        own().filter(|check| check.id == "C9").all(|check| check.result == Outcome::Pass);
    let is_used = view.behaviour.used.is_some() || view.behaviour.doubt.is_some();
    if keys_out && !(rotated_before && integrity) || is_used {
        return Cover::NotShown;
    }
    if own().all(|check| check.result == Outcome::Pass) {
        return Cover::Whole;
    }
    let others = own().filter(|check| check.id != "C9").all(|check| check.result == Outcome::Pass);
    let altered = own().any(|check| check.id == "C9" && check.result == Outcome::Fail);
    if others && !altered && case.unaltered_accepted_by.is_some() {
        return Cover::Conditional;
    }
    Cover::NotShown
}

/// How many actors of each class were sent content inside.
fn recipients(actors: &[Actor]) -> Recipients {
    let mut recipients = Recipients::default();
    for actor in actors.iter().filter(|actor| actor.requests > 0) {
        *recipients.of(actor.class) += 1;
    }
    recipients
}

/// How many outside parties were sent content. At most one for each group:
/// the addresses of one IPv6 network of 64 bits change with the privacy of one
/// machine. At least one for all of them, because one party may use as many
/// addresses as it likes, at the same time, too; and for each known party that
/// was not located one less, because it may be that one.
fn outside(view: &View<'_>, actors: &[Actor]) -> Outside {
    let sent = || actors.iter().filter(|a| a.class == Class::Other && a.requests > 0);
    let groups: BTreeSet<&str> = sent().map(|actor| actor.group.as_str()).collect();
    let parties = view.question.case.parties.iter();
    let unlocated = parties.filter(|party| party.role == PartyRole::Known && party.is_unlocated());
    let max = groups.len() as u64;
    let min = max.min(1).saturating_sub(unlocated.count() as u64);
    Outside { min, max, clients: sent().count() as u64 }
}

/// What the verdict rests on and what limits it, the gravest first.
fn reasons(view: &View<'_>, checks: &[Check], actors: &[Actor]) -> Vec<String> {
    let mut reasons = Vec::new();
    let case = &view.question.case;
    let is_outside =
        |hit: &Hit, judged: &Judged| is_sent_outside(hit, judged, view.behaviour.names(hit.client));
    if view.hits().any(|(hit, judged)| is_outside(hit, &judged)) {
        reasons.push("content was sent to others outside the stated window: the window is wrong, or was opened again".to_owned());
    }
    if let Some(exposure) = case.exposures.iter().find(|exposure| exposure.kind == Kind::Secret) {
        reasons.push(format!(
            "{} held secrets: whoever read them could come in by other ways than these logs show",
            exposure.name
        ));
    } else if let Some(state) = &case.channels.server_credentials
        && state != "closed"
    {
        reasons.push(format!("server credentials are \"{state}\": whoever had them could come in by other ways, and could alter the logs"));
    }
    if let Some(used) = &view.behaviour.used {
        reasons.push(format!("what was exposed was used: {used}"));
    } else if let Some(doubt) = &view.behaviour.doubt {
        reasons.push(format!("what was exposed may have been used: {doubt}"));
    }
    reasons.extend(scene::publication(view.question, view.examined, view.judged));
    let maybe: u64 = actors
        .iter()
        .filter(|actor| actor.label.as_deref() == Some("lawful or not: the log cannot say"))
        .map(|actor| actor.inside)
        .sum();
    if maybe > 0 {
        reasons.push(format!("{maybe} requests were lawful or not: the log cannot say"));
    }
    if let Some(sentence) = redirected(view) {
        reasons.push(sentence);
    }
    for (target, paths) in &view.examined.answers.nearest {
        if let Some(target) = view.question.target(*target) {
            let paths: Vec<_> =
                paths.iter().map(|(_, path)| String::from_utf8_lossy(path)).collect();
            reasons.push(format!(
                "no request ever named {}; nearest paths seen: {}",
                target.text,
                paths.join(", ")
            ));
        }
    }
    for outcome in [Outcome::Fail, Outcome::Unknown] {
        let label = if outcome == Outcome::Fail { "failed" } else { "unknown" };
        for check in checks.iter().filter(|check| check.result == outcome) {
            let of = check.series.as_ref().or(check.exposure.as_ref());
            let of = of.map_or_else(String::new, |of| format!(" [{of}]"));
            reasons.push(format!("{} {label}{of}: {}", check.id, check.because));
        }
    }
    reasons
}

/// Requests of others that were sent elsewhere: what a storage sent behind a
/// redirect is in the log of the storage alone.
fn redirected(view: &View<'_>) -> Option<String> {
    let is_away = |hit: &Hit, judged: &Judged| {
        judged.place == Where::Inside
            && judged.grade == Grade::R
            && matches!(hit.status(), Some(302 | 303 | 307 | 308))
            && matches!(hit.class, Class::Other | Class::Unresolved)
    };
    let count = view.hits().filter(|(hit, judged)| is_away(hit, judged)).count();
    let requests = if count == 1 { "1 request".to_owned() } else { format!("{count} requests") };
    (count > 0).then(|| {
        format!(
            "{requests} of others for the targets were answered with a redirect; where it leads \
             to a storage or another host, its own log alone says what was sent"
        )
    })
}

/// What becomes of each claim, by what it denies.
fn claims(view: &View<'_>, code: Code, actors: &[Actor]) -> Vec<ClaimResult> {
    let each = view.question.case.claims.iter().map(|claim| {
        let served = |wanted: fn(Class) -> bool| {
            actors.iter().filter(|actor| wanted(actor.class) && actor.requests > 0).count() as u64
        };
        let too_many = claim.at_most_clients.filter(|most| served(|class| class != Class::Own) > *most);
        let (result, because) = match claim.denies {
            _ if too_many.is_some() => {
                let clients = served(|class| class != Class::Own);
                ("contradicted", format!("the logs record content sent to {clients} clients"))
            }
            Some(Denies::Anyone) if served(|class| class != Class::Own) > 0 => {
                let clients = served(|class| class != Class::Own);
                let named = served(|class| class == Class::Known);
                ("contradicted", format!("the logs record content sent to {clients} clients, {named} of them known parties"))
            }
            Some(Denies::Anyone | Denies::Others) => match code {
                Code::A => ("contradicted", "the logs record content sent to other parties".to_owned()),
                Code::B1 | Code::B2 => ("not supported", "the logs record requests of others that may have been answered with content".to_owned()),
                Code::C | Code::CStar => ("supported within limits", "no such request was found, within the limits stated".to_owned()),
                Code::D => ("not shown", "no such request was found, and the logs could not have shown every one".to_owned()),
            },
            Some(Denies::Misuse) | None => ("not testable", "access logs show what was sent, not what became of it".to_owned()),
        };
        ClaimResult { text: claim.text.clone(), result, because }
    });
    each.collect()
}
