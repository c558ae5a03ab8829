//! `manifest.json`: the digest of everything that a report was made of and of
//! everything that it is, and one digest over all of that, which is the
//! report's **identity**. Whoever notes it down can tell later that the folder
//! is the one that was written.
//!
//! The identity is the SHA-256 of `manifest.json` up to the line that begins
//! with ` "identity"`, and anybody can reckon it:
//! `sed '/^ "identity"/,$d' manifest.json | sha256sum`. Who ran the program and
//! when stands in `run.json`, which is not part of it, so that the same
//! question and inputs have the same identity; that file names the identity it
//! belongs to and is closed by a digest of its own.

use serde::{Deserialize, Serialize};

use crate::case::vendor;
use crate::detector::DETECTORS;
use crate::format;
use crate::source::Digest;
use crate::verdict::checks::CHECKS;

use super::Whole;
use super::safe::{self, Json};

/// What the file is called.
pub const FILE: &str = "manifest.json";

/// The name of the schema.
pub const SCHEMA: &str = "whofetched-manifest/1";

/// The member that closes a manifest.
pub const IDENTITY: &str = "identity";

/// The member that closes `run.json`.
pub const SEAL: &str = "seal";

/// Everything that a report was made of, and is.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: String,
    /// How much the report tells.
    pub level: String,
    /// The program.
    pub tool: String,
    /// Its version.
    pub version: String,
    /// What can change the answer, in canonical order.
    pub arguments: Vec<String>,
    /// The tables by which it reads and notices.
    pub rules: Vec<Rules>,
    /// What was read as the question: the case, lists, and the configurations
    /// of servers with all that they include.
    pub case: Vec<Sealed>,
    /// What was read.
    pub inputs: Vec<SealedInput>,
    /// The files of the report.
    pub outputs: Vec<Sealed>,
}

/// A table of rules that the program brings with it.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Rules {
    /// What it is of.
    pub name: String,
    /// The SHA-256 of what it says.
    pub sha256: String,
}

/// A file.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Sealed {
    /// Its path: of an output, within the report.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
}

/// An input.
#[derive(Debug, Serialize, Deserialize)]
pub struct SealedInput {
    /// Its path.
    pub path: String,
    /// The member of an archive.
    pub member: Option<String>,
    /// Its length as stored, as far as it was read.
    pub bytes: u64,
    /// The SHA-256 of what is stored; none where that was not wanted.
    pub sha256: Option<String>,
}

impl Manifest {
    /// What a report was made of, and the files that it is.
    pub fn of(whole: &Whole<'_>, outputs: Vec<Sealed>) -> Manifest {
        let report = whole.report;
        let case = whole.question.case.read.iter().map(|read| Sealed {
            path: read.path.clone(),
            bytes: read.bytes.len() as u64,
            sha256: Digest::of(&read.bytes),
        });
        let inputs = report.inputs.iter().map(|input| SealedInput {
            path: input.path.clone(),
            member: input.member.clone(),
            bytes: input.bytes,
            sha256: input.sha256.clone(),
        });
        Manifest {
            schema: SCHEMA.to_owned(),
            level: report.level.to_owned(),
            tool: report.tool.name.to_owned(),
            version: report.tool.version.to_owned(),
            arguments: report.tool.arguments.clone(),
            rules: rules(),
            case: case.collect(),
            inputs: inputs.collect(),
            outputs,
        }
    }

    /// The manifest as it is written but for its end.
    ///
    /// # Errors
    /// When it cannot be told as JSON.
    pub fn text(&self) -> std::io::Result<Vec<u8>> {
        let mut text = Vec::new();
        safe::json(self, Json::lines(), &mut text)?;
        Ok(text)
    }
}

/// The tables that this program reads and notices by.
pub fn rules() -> Vec<Rules> {
    let mut formats = String::new();
    for format in format::TABLE {
        let card = format.card();
        formats.push_str(card.name);
        card.samples.iter().for_each(|sample| formats.push_str(sample.reads));
    }
    let cards = DETECTORS.iter().map(|detector| detector.card());
    let detectors: String =
        cards.map(|card| [card.name, card.notices, card.wrong_when].concat()).collect();
    let checks: String = CHECKS.iter().map(|check| [check.id, check.asks].concat()).collect();
    let rules = [
        ("checks", checks.as_str()),
        ("detectors", &detectors),
        ("formats", &formats),
        ("user agents", vendor::TABLE),
    ];
    let each = rules
        .map(|(name, says)| Rules { name: name.to_owned(), sha256: Digest::of(says.as_bytes()) });
    each.into()
}

/// An object of JSON on lines of its own, closed by a member that holds the
/// digest of all lines before; and that digest.
pub fn close(text: &str, member: &str) -> (String, String) {
    let open = text.trim_end().trim_end_matches('}').trim_end();
    let open = format!("{open},\n");
    let digest = Digest::of(open.as_bytes());
    (format!("{open} \"{member}\":\"{digest}\"\n}}\n"), digest)
}

/// What a closed object says its digest is, and what it is.
pub fn opened(text: &str, member: &str) -> Option<(String, String)> {
    let (open, rest) = text.split_once(&format!("\n \"{member}\":\""))?;
    let stated = rest.strip_suffix("\"\n}\n")?;
    Some((stated.to_owned(), Digest::of(format!("{open}\n").as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_tells_any_change() {
        let (text, digest) = close("{\n \"a\":1,\n \"b\":[]\n}\n", "seal");
        assert_eq!(text, format!("{{\n \"a\":1,\n \"b\":[],\n \"seal\":\"{digest}\"\n}}\n"));
        assert_eq!(opened(&text, "seal"), Some((digest.clone(), digest.clone())));
        assert_eq!(Digest::of(b"{\n \"a\":1,\n \"b\":[],\n"), digest);
        let (stated, reckoned) = opened(&text.replace("1,", "2,"), "seal").unwrap();
        assert_eq!(stated, digest);
        assert_ne!(reckoned, digest);
        assert_eq!(opened(&text.replace("\n}", "}"), "seal"), None);
    }
}
