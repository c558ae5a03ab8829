//! Section 4: who asked for what was exposed, and what they did.

use std::collections::HashMap;
use std::io;

use crate::actor::Class;
use crate::case::crawler::Proof;
use crate::detector::DETECTORS;
use crate::report::Whole;
use crate::report::people::Person;

use super::caps;
use super::cited::{Cited, Link};
use super::say::{Say, When};
use super::{terms, words as w};

/// How many requests stand as evidence in the row of a client.
const LINKS: usize = 3;

/// Section 4.
pub(super) struct Who {
    pub rows: Vec<Row>,
    pub note: Option<String>,
    pub deeds: Vec<Deed>,
    pub deeds_note: Option<String>,
}

/// A client.
pub(super) struct Row {
    pub id: String,
    pub client: String,
    pub about: Vec<String>,
    pub class: &'static str,
    pub class_key: &'static str,
    pub grade: Option<(String, &'static str, &'static str)>,
    pub sent: String,
    pub asked: String,
    pub apart: Vec<String>,
    pub files: String,
    pub bytes: String,
    pub first: Option<When>,
    pub last: Option<When>,
    pub deeds: Vec<String>,
    pub links: Vec<Link>,
    pub more: u64,
}

/// A behaviour that was noticed.
pub(super) struct Deed {
    pub id: String,
    pub detector: String,
    pub because: String,
    pub wrong: &'static str,
}

/// The clients that have a row: the first of each class, in the order of the
/// report.
pub(super) fn shown(whole: &Whole<'_>) -> io::Result<Vec<(u32, Person)>> {
    let mut of_class: HashMap<Class, usize> = HashMap::new();
    let mut is_shown = |class: Class| {
        let seen = of_class.entry(class).or_default();
        *seen += 1;
        *seen <= if class == Class::Other { caps::OTHERS } else { caps::OF_CLASS }
    };
    let listed = (0u32..).zip(&whole.judgement.actors).take(whole.report.actors.len());
    let shown = listed.filter(|(_, actor)| is_shown(actor.class));
    shown.map(|(place, _)| Ok((place, whole.report.actors.read(place as usize)?))).collect()
}

pub(super) fn who(say: &Say<'_>, whole: &Whole<'_>, shown: &[&Person], cited: &Cited) -> Who {
    let total = whole.judgement.actors.len() as u64;
    let deeds: Vec<Deed> = shown.iter().flat_map(|person| deeds(say, person)).collect();
    let n_deeds = deeds.len() as u64;
    let n_shown = deeds.len().min(caps::DEEDS);
    Who {
        rows: shown.iter().map(|person| row(say, person, cited)).collect(),
        note: caps::note(say, shown.len(), total, "actors.csv", true),
        deeds: deeds.into_iter().take(caps::DEEDS).collect(),
        deeds_note: caps::note(say, n_shown, n_deeds, "report.json", false),
    }
}

fn row(say: &Say<'_>, person: &Person, cited: &Cited) -> Row {
    let hits = &person.hits;
    let mut apart = Vec::new();
    for (count, phrase) in [(hits.border, &w::AT_BORDER), (hits.outside, &w::OUTSIDE)] {
        if count > 0 {
            apart.push(say.with(phrase, &[&say.n(count)]));
        }
    }
    let mut deeds: Vec<String> = Vec::new();
    for finding in &person.findings {
        if !deeds.contains(&finding.detector) {
            deeds.push(finding.detector.clone());
        }
    }
    let links: Vec<Link> = person.evidence.iter().take(LINKS).map(|id| cited.link(id)).collect();
    let all = person.evidence.len() as u64 + person.evidence_left_out;
    Row {
        id: person.id.clone(),
        client: say.client(&person.client, 60),
        about: about(say, person),
        class: say.it(terms::class(person.class).0),
        class_key: person.class.word(),
        grade: person
            .grade
            .map(|grade| (grade.to_string(), say.it(terms::grade(grade)), terms::tone(grade))),
        sent: say.n(person.received.requests),
        asked: say.n(hits.inside),
        apart,
        files: say.n(person.received.paths),
        bytes: say.n(person.received.bytes),
        first: say.written(person.first.as_deref()),
        last: say.written(person.last.as_deref()).filter(|_| person.last != person.first),
        deeds,
        more: all - links.len() as u64,
        links,
    }
}

/// What should be known of a client besides its class.
fn about(say: &Say<'_>, person: &Person) -> Vec<String> {
    let mut about: Vec<String> =
        person.party.iter().chain(&person.label).map(|text| say.cut(text)).collect();
    if let Some(verification) = &person.verification
        && let Some(claim) = verification.party.as_deref().or(verification.claim.as_deref())
    {
        match verification.result {
            Proof::Verified => about.push(say.with(&w::VERIFIED, &[&say.cut(claim)])),
            Proof::Contradicted => about.push(say.with(&w::CONTRADICTED, &[&say.cut(claim)])),
            Proof::Unknown => {}
        }
    }
    about.extend(person.listed.iter().filter(|one| one.near).take(2).map(|one| say.cut(&one.text)));
    if let Some(others) = &person.same_client {
        about.push(say.with(&w::SAME_CLIENT, &[&others.join(", ")]));
    }
    if let Some(agent) = person.user_agents.first() {
        about.push(say.with(&w::SAYS_IT_IS, &[&say.cut_to(agent, 90)]));
    }
    about
}

fn deeds(say: &Say<'_>, person: &Person) -> Vec<Deed> {
    let each = person.findings.iter().map(|finding| {
        let mut cards = DETECTORS.iter().map(|detector| detector.card());
        let card = cards.find(|card| card.name == finding.detector);
        Deed {
            id: person.id.clone(),
            detector: finding.detector.clone(),
            because: say.cut_to(&finding.because, 400),
            wrong: card.map_or("", |card| card.wrong_when),
        }
    });
    each.collect()
}
