//! What was noticed of the clients of a trail: everything they did tells it,
//! whatever time is listed.

use serde::Serialize;

use crate::actor::Class;
use crate::detector::{DETECTORS, Weight};
use crate::examine::ask::FOLLOWED;
use crate::verdict::behaviour::Noticed;

use super::page::{Text, grouped};
use super::safe;

/// How many behaviours are told to people.
const TOLD: usize = 40;

/// A behaviour, as an object.
#[derive(Debug, Serialize)]
pub struct Row {
    client: String,
    class: Option<Class>,
    detector: String,
    because: String,
    weight: Weight,
    matters: &'static str,
    wrong_when: &'static str,
}

/// What was noticed, as objects.
pub fn rows(noticed: &[Noticed]) -> Vec<Row> {
    let each = noticed.iter().map(|one| {
        let card = DETECTORS.iter().map(|detector| detector.card());
        let card = card.into_iter().find(|card| card.name == one.finding.detector);
        Row {
            client: safe::text(&one.client).text,
            class: one.class,
            detector: one.finding.detector.clone(),
            because: one.finding.because.clone(),
            weight: one.finding.weight,
            matters: card.map_or("", |card| card.matters),
            wrong_when: card.map_or("", |card| card.wrong_when),
        }
    });
    each.collect()
}

/// What was noticed, in words; nothing where nothing was. `clients` is how
/// many the trail is of.
pub fn text(noticed: &[Noticed], clients: usize, text: &mut Text<'_>) {
    if !noticed.is_empty() {
        text.heading("Noticed, whenever it was");
    }
    for one in noticed.iter().take(TOLD) {
        let who = match clients {
            0 | 1 => String::new(),
            _ => format!("{} ", safe::terminal(&one.client)),
        };
        let because = safe::terminal(one.finding.because.as_bytes());
        text.item(&format!("{who}{}: {because}", one.finding.detector));
        let card = DETECTORS.iter().map(|detector| detector.card());
        if let Some(card) = card.into_iter().find(|card| card.name == one.finding.detector) {
            text.note(&format!("wrong where {}", card.wrong_when));
        }
    }
    if noticed.len() > TOLD {
        text.line(&format!("and {} more, see --json", grouped((noticed.len() - TOLD) as u64)));
    }
    if clients > FOLLOWED {
        text.warn(&format!(
            "what they did besides was looked at for {} of these clients only",
            grouped(FOLLOWED as u64)
        ));
    }
}
