//! `stix.json`: a bundle of STIX 2.1 with what was seen of the addresses that
//! others may be told of ([`super::shared`]): observed data, one for each
//! address, in a report, with a note that says what it is not.
//!
//! Never an indicator: that would say that the address is to be looked for
//! and stopped. What was asked for is not told, because paths and file names
//! are the victim's. All of it is marked TLP:AMBER.

use std::io::{self, Write};
use std::net::IpAddr;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::case::Language;
use crate::report::safe::{self, Json};
use crate::report::{Output, Whole};

use super::Export;
use super::ids::{self, Ids};
use super::shared::{self, Shared};

/// TLP:AMBER of TLP 2.0, as the OASIS committee publishes it
/// (cti-stix-common-objects, extension TLP 2.0): known by its id.
const AMBER: &str = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";

/// The extension that defines TLP 2.0.
const TLP: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// The most that `number_observed` may be (STIX 2.1 section 4.14).
const MOST_OBSERVED: u64 = 999_999_999;

/// When the identity of this program was first written: fixed, because its id
/// is.
const SINCE: &str = "2026-01-01T00:00:00.000Z";

/// The export.
pub(super) struct Stix;

impl Export for Stix {
    fn name(&self) -> &'static str {
        "stix"
    }

    fn needs_addresses(&self) -> bool {
        true
    }
}

impl Output for Stix {
    fn file(&self) -> &'static str {
        "stix.json"
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        safe::json(&bundle(whole)?, Json::lines(), into)
    }
}

fn bundle(whole: &Whole<'_>) -> io::Result<Value> {
    let ids = Ids::of(whole)?;
    let shared = Shared::of(whole);
    let tool = format!("identity--{}", ids::own("identity"));
    let maker = Maker {
        tool: &tool,
        time: ids::time(whole).text(3),
        language: match whole.question.case.language {
            Language::En => "en",
            Language::Fr => "fr",
        },
    };
    let mut objects = vec![
        json!({
            "type": "marking-definition", "spec_version": "2.1", "id": AMBER,
            "created": "2022-10-01T00:00:00.000Z", "name": "TLP:AMBER",
            "extensions": { TLP: { "extension_type": "property-extension", "tlp_2_0": "amber" } },
        }),
        json!({
            "type": "identity", "spec_version": "2.1", "id": tool, "created": SINCE,
            "modified": SINCE, "name": "whofetched", "identity_class": "system",
        }),
    ];
    let mut seen = Vec::new();
    for observed in &shared.observed {
        let value = observed.ip.to_string();
        let kind = match observed.ip {
            IpAddr::V4(_) => "ipv4-addr",
            IpAddr::V6(_) => "ipv6-addr",
        };
        let address = format!("{kind}--{}", ids::address(&value));
        objects.push(json!({
            "type": kind, "spec_version": "2.1", "id": address, "value": value,
            "object_marking_refs": [AMBER],
        }));
        let says = observed.says(whole);
        let sighting = maker.object(
            "observed-data",
            ids.named(&value),
            json!({
                "first_observed": observed.first.text(3),
                "last_observed": observed.last.text(3),
                "number_observed": observed.requests.clamp(1, MOST_OBSERVED),
                "object_refs": [address],
                "labels": [says],
            }),
        );
        seen.push(sighting["id"].clone());
        objects.push(sighting);
    }
    let title = shared::title(whole);
    // A note must be of something: of the tool, where nothing was seen.
    let about = if seen.is_empty() { vec![json!(tool)] } else { seen.clone() };
    let note = maker.object(
        "note",
        ids.named("note"),
        json!({
            "abstract": title, "content": shared.told(whole), "object_refs": about,
        }),
    );
    let mut refs = vec![note["id"].clone()];
    refs.extend(seen);
    objects.push(note);
    objects.push(maker.object(
        "report",
        ids.named("report"),
        json!({
            "name": title, "published": maker.time, "report_types": ["observed-data"],
            "object_refs": refs,
        }),
    ));
    Ok(json!({
        "type": "bundle", "id": format!("bundle--{}", ids.named("bundle")), "objects": objects,
    }))
}

/// What the objects of a bundle have in common.
struct Maker<'a> {
    tool: &'a str,
    time: String,
    language: &'static str,
}

impl Maker<'_> {
    fn object(&self, kind: &str, id: Uuid, own: Value) -> Value {
        let common = json!({
            "type": kind, "spec_version": "2.1", "id": format!("{kind}--{id}"),
            "created": self.time, "modified": self.time, "created_by_ref": self.tool,
            "lang": self.language, "object_marking_refs": [AMBER],
        });
        let each = [common, own].into_iter().flat_map(|part| match part {
            Value::Object(map) => map,
            _ => Map::new(),
        });
        Value::Object(each.collect())
    }
}
