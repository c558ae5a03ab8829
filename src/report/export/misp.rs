//! `misp.json`: an event for MISP with the addresses that others may be told
//! of ([`super::shared`]), an attribute each, `to_ids` false: what is
//! exported from MISP to a sensor or a block list leaves them out.
//!
//! The event is for one's own organisation, not published, and its threat
//! level is not defined: to share it further is for a person to decide.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::record::Instant;
use crate::report::safe::{self, Json};
use crate::report::{Output, Whole};

use super::Export;
use super::ids::{self, Ids};
use super::shared::{self, Shared};

/// Threat level "undefined" (MISP data model: 1 high to 4 undefined).
const THREAT_UNDEFINED: &str = "4";

/// Analysis "ongoing".
const ANALYSIS_ONGOING: &str = "1";

/// Distribution "your organisation only".
const OWN_ORGANISATION: &str = "0";

/// Distribution "as the event".
const AS_EVENT: &str = "5";

/// The export.
pub(super) struct Misp;

impl Export for Misp {
    fn name(&self) -> &'static str {
        "misp"
    }

    fn needs_addresses(&self) -> bool {
        true
    }
}

impl Output for Misp {
    fn file(&self) -> &'static str {
        "misp.json"
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        safe::json(&event(whole)?, Json::lines(), into)
    }
}

fn event(whole: &Whole<'_>) -> io::Result<Value> {
    let ids = Ids::of(whole)?;
    let shared = Shared::of(whole);
    let time = ids::time(whole);
    let timestamp = time.seconds.to_string();
    let title = shared::title(whole);
    let mut attributes: Vec<Value> = Vec::new();
    for observed in &shared.observed {
        let value = observed.ip.to_string();
        attributes.push(json!({
            "uuid": ids.named(&value).to_string(), "type": "ip-src", "category": "Network activity",
            "value": value, "to_ids": false, "disable_correlation": false,
            "distribution": AS_EVENT, "timestamp": timestamp, "comment": observed.says(whole),
            "first_seen": seen(observed.first), "last_seen": seen(observed.last),
        }));
    }
    attributes.push(json!({
        "uuid": ids.named("note").to_string(), "type": "comment", "category": "Other",
        "value": shared.told(whole), "to_ids": false, "disable_correlation": true,
        "distribution": AS_EVENT, "timestamp": timestamp,
    }));
    Ok(json!({ "Event": {
        "uuid": ids.named("event").to_string(), "info": title,
        "date": time.text(0).get(..10).unwrap_or_default(), "timestamp": timestamp,
        "threat_level_id": THREAT_UNDEFINED, "analysis": ANALYSIS_ONGOING,
        "distribution": OWN_ORGANISATION, "published": false,
        "Tag": [{ "name": "tlp:amber" }],
        "Attribute": attributes,
    }}))
}

/// A time as MISP writes it: microseconds and an offset.
fn seen(at: Instant) -> String {
    at.text(6).replace('Z', "+00:00")
}
