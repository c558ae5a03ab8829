//! The JSON Schema of `report.json`, made of the types that are written:
//! docs/schema/report.schema.json. Keys are only ever added, so a reader must
//! pass over those that it does not know, and the schema allows them.

use std::borrow::Cow;

use schemars::generate::Contract;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::Report;
use crate::case::schema::{is_current, schema};
use crate::record::Instant;

impl JsonSchema for Instant {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "pattern": "Z$" })
    }
}

#[test]
fn the_schema_of_reports_is_current() {
    is_current("report.schema.json", &schema::<Report>(Contract::Serialize));
}
