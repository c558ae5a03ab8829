//! What would change the verdict, and who holds it.

use serde::Serialize;

use crate::verdict::checks::{Check, Outcome, View};
use crate::verdict::words::{Phrase, answers as says};

/// Something that would change the verdict, or make it sure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Need {
    /// The condition that lacks it.
    pub check: &'static str,
    /// What it is.
    pub what: String,
    /// Who holds it.
    pub held_by: String,
    /// The servers that it is needed of; empty for all.
    pub servers: Vec<String>,
}

/// What each condition lacks when it does not hold.
static NEEDS: [(&str, &Phrase, &Phrase); 12] = [
    ("C1", &says::NEED_C1, &says::HOLDER_OPERATOR),
    ("C2", &says::NEED_C2, &says::HOLDER_HOST),
    ("C3", &says::NEED_C3, &says::HOLDER_MONITOR),
    ("C4", &says::NEED_C4, &says::HOLDER_OPERATOR),
    ("C5", &says::NEED_C5, &says::HOLDER_KNOWN),
    ("C6", &says::NEED_C6, &says::HOLDER_EDGE),
    ("C7", &says::NEED_C7, &says::HOLDER_OPERATOR),
    ("C8", &says::NEED_C8, &says::HOLDER_OPERATOR),
    ("C9", &says::NEED_C9, &says::HOLDER_HOST),
    ("C10", &says::NEED_C10, &says::HOLDER_HOST),
    ("C11", &says::NEED_C11, &says::HOLDER_OPERATOR),
    ("C12", &says::NEED_C12, &says::HOLDER_CONTROLLER),
];

/// What the conditions that do not hold lack, in their order.
pub fn needs(view: &View<'_>, checks: &[Check]) -> Vec<Need> {
    let each = NEEDS.iter().filter_map(|(id, what, holder)| {
        let lacks =
            || checks.iter().filter(|check| check.id == *id && check.result != Outcome::Pass);
        lacks().next()?;
        let mut servers: Vec<String> = lacks().filter_map(|check| check.server.clone()).collect();
        servers.sort();
        servers.dedup();
        if lacks().any(|check| check.server.is_none()) {
            servers.clear();
        }
        let (what, held_by) = (view.say(what, &[]), view.say(holder, &[]));
        Some(Need { check: id, what, held_by, servers })
    });
    each.collect()
}
