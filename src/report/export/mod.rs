//! What a report is written as besides, where somebody asks for it by name:
//! for other programs, for spreadsheets, for an operator, for an authority.
//!
//! Each export is one file of the report folder, one source file here, and
//! one line in [`EXPORTS`]. What is meant to leave the house (STIX, MISP, a
//! legal request) holds the clients of `shared` alone. Of a log it tells
//! what `requests` hands out, so that how much is told is chosen there.

mod csv;
mod ecs;
mod ids;
mod legal_request;
mod misp;
mod notification;
mod requests;
mod shared;
mod stix;
mod timesketch;

use crate::error::Error;

use super::Output;

/// A file of a report folder that is written when it is asked for.
pub trait Export: Output {
    /// What it is asked for by.
    fn name(&self) -> &'static str;

    /// Says whether it means nothing without whole addresses.
    fn needs_addresses(&self) -> bool {
        false
    }
}

/// The exports, in the order in which they are written.
pub static EXPORTS: &[&dyn Export] = &[
    &csv::Csv,
    &ecs::Ecs,
    &legal_request::LegalRequest,
    &misp::Misp,
    &notification::Notification,
    &stix::Stix,
    &timesketch::Timesketch,
];

/// The names of all exports, as they are told.
pub fn names() -> String {
    EXPORTS.iter().map(|export| export.name()).collect::<Vec<_>>().join(", ")
}

/// The exports of these names, each once, in the order of the table.
///
/// # Errors
/// When there is none of a name.
pub fn chosen(wanted: &[String]) -> Result<Vec<&'static dyn Export>, Error> {
    let is_known = |name: &&String| EXPORTS.iter().any(|export| export.name() == name.as_str());
    if let Some(name) = wanted.iter().find(|name| !is_known(name)) {
        return Err(Error::question(format!(
            "--export \"{name}\" is no export; there are {}",
            names()
        )));
    }
    let is_wanted = |export: &&&dyn Export| wanted.iter().any(|name| name == export.name());
    Ok(EXPORTS.iter().filter(is_wanted).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::super::OUTPUTS;
    use super::*;

    #[test]
    fn names_and_files_are_of_one_export_each_and_in_order() {
        let names: Vec<&str> = EXPORTS.iter().map(|export| export.name()).collect();
        assert!(names.is_sorted(), "{names:?}");
        let mut files: Vec<&str> = EXPORTS.iter().map(|export| export.file()).collect();
        files.extend(OUTPUTS.iter().map(|output| output.file()));
        let n_files = files.len();
        files.sort_unstable();
        files.dedup();
        assert_eq!(files.len(), n_files, "{files:?}");
    }

    #[test]
    fn exports_are_chosen_by_name_once_each() {
        let strings = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let chosen = |words: &[&str]| {
            let found = chosen(&strings(words)).map_err(|error| error.to_string())?;
            Ok(found.iter().map(|export| export.name()).collect::<Vec<_>>())
        };
        assert_eq!(chosen(&[]), Ok(vec![]));
        assert_eq!(chosen(&["timesketch", "ecs", "ecs"]), Ok(vec!["ecs", "timesketch"]));
        let refused: Result<_, String> = chosen(&["ecs", "pdf"]);
        let refused = refused.unwrap_err();
        assert!(refused.contains("\"pdf\"") && refused.contains(&names()), "{refused}");
    }
}
