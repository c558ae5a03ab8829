//! A folder held against its manifest.

use std::collections::BTreeMap;

use crate::report::run_json;
use crate::report::seal::{self, Manifest, Sealed};

use super::Found;

/// A folder as it was found: what each file is, and the text of the two that
/// seal it.
pub struct Folder {
    /// Every file but those two, by its path within the folder.
    pub files: BTreeMap<String, Sealed>,
    /// `manifest.json`.
    pub manifest: String,
    /// `run.json`, where there is one.
    pub run: Option<String>,
}

/// The seal: the files against the manifest, the manifest and `run.json`
/// against the digests that close them, the identity against the one that was
/// noted, where it was.
pub fn check(folder: &Folder, manifest: &Manifest, noted: Option<&str>) -> Found {
    let mut found = Found::default();
    let identity = closed(&folder.manifest, seal::IDENTITY, seal::FILE, &mut found);
    if let Some(noted) = noted {
        let is_it = identity.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(noted.trim()));
        found.check(is_it, || {
            let own = identity.as_deref().unwrap_or("none");
            format!("the identity of this report is {own}, and not {noted}")
        });
    }
    for sealed in &manifest.outputs {
        let there = folder.files.get(&sealed.path);
        found.check(there == Some(sealed), || match there {
            None => format!("{} is missing", sealed.path),
            Some(there) if there.bytes != sealed.bytes => {
                let (is, was) = (there.bytes, sealed.bytes);
                format!("{} was altered: it has {is} bytes, and had {was}", sealed.path)
            }
            Some(_) => format!("{} was altered: its digest is another", sealed.path),
        });
    }
    for path in folder.files.keys() {
        let is_sealed = manifest.outputs.iter().any(|sealed| sealed.path == *path);
        found.check(is_sealed, || format!("{path} is not of this report"));
    }
    match &folder.run {
        None => found.check(false, || format!("{} is missing", run_json::FILE)),
        Some(run) => {
            closed(run, seal::SEAL, run_json::FILE, &mut found);
            let value: Option<serde_json::Value> = serde_json::from_str(run).ok();
            let named = value.and_then(|run| Some(run.get("identity")?.as_str()?.to_owned()));
            found.check(named.is_some() && named == identity, || {
                format!("{} is of another report", run_json::FILE)
            });
        }
    }
    found
}

/// The digest that closes a file, where it is that of the file.
fn closed(text: &str, member: &str, file: &str, found: &mut Found) -> Option<String> {
    let opened = seal::opened(text, member);
    let agrees = opened.as_ref().is_some_and(|(stated, reckoned)| stated == reckoned);
    found.check(agrees, || match &opened {
        None => format!("{file} is not closed by its {member}"),
        Some(_) => format!("{file} was altered: its {member} is not its own"),
    });
    opened.map(|(stated, _)| stated)
}
