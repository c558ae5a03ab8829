//! Ids that are the same for the same question and inputs: UUIDs of version 5
//! (RFC 9562 section 5.5), which are digests of a name in a namespace.

use uuid::{Uuid, uuid};

use crate::record::Instant;
use crate::report::Whole;
use crate::source::Digest;

/// The namespace of STIX for objects that are nothing but their value (STIX
/// 2.1 section 2.9): an address has one id wherever it is told of.
const OBSERVABLES: Uuid = uuid!("00abedb4-aa42-466c-9c01-fed23315a9b7");

/// The namespace of this program.
const OWN: Uuid = uuid!("146c9438-0bd5-5caf-83d9-04613bc67a4a");

/// The ids of one report.
pub(super) struct Ids {
    namespace: Uuid,
}

impl Ids {
    /// The ids of a report: of the program and its version, of what it was
    /// asked, and of what it read, so that what could answer otherwise has
    /// others.
    pub(super) fn of(whole: &Whole<'_>) -> Result<Ids, serde_json::Error> {
        let read = whole.question.case.read.iter();
        let asked: Vec<String> = read.map(|file| Digest::of(&file.bytes)).collect();
        let inputs = whole.report.inputs.iter();
        let inputs: Vec<_> = inputs.map(|one| (&one.path, &one.content_id, one.bytes)).collect();
        let name = serde_json::to_vec(&(&whole.report.tool, asked, inputs))?;
        Ok(Ids { namespace: Uuid::new_v5(&OWN, &name) })
    }

    /// The id of what has a name in the report.
    pub(super) fn named(&self, name: &str) -> Uuid {
        Uuid::new_v5(&self.namespace, name.as_bytes())
    }
}

/// The id of what is the same in every report.
pub(super) fn own(name: &str) -> Uuid {
    Uuid::new_v5(&OWN, name.as_bytes())
}

/// The id of an address in STIX: of its value as canonical JSON (RFC 8785),
/// which for a text without anything to escape is JSON.
pub(super) fn address(value: &str) -> Uuid {
    Uuid::new_v5(&OBSERVABLES, format!("{{\"value\":\"{value}\"}}").as_bytes())
}

/// The time of a report. There is no clock here, and the same question must
/// give the same bytes: the time of the last record that was read.
pub(super) fn time(whole: &Whole<'_>) -> Instant {
    let last = whole.examined.sources.iter().filter_map(|source| source.coverage.last).max();
    last.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_standards() {
        // As the library of OASIS (stix2 3.0.2) makes it.
        let address = address("198.51.100.3").to_string();
        assert_eq!(address, "28bb3599-77cd-5a82-a950-b5bc3caf07c4");
        assert_eq!(own("x"), own("x"));
        assert_ne!(own("x"), own("y"));
    }
}
