//! `show`: the raw line behind a figure, found again in `evidence.jsonl`.
//!
//! A report cites its evidence by number. Here the number leads back to the
//! line: which input, which place in it, what was made of it, and its bytes,
//! escaped. The bytes are digested again and held against the digest that
//! stands beside them.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Deserialize;

use crate::source::Digest;

use super::safe;

/// What is read of a line of `evidence.jsonl`.
#[derive(Deserialize)]
struct Entry {
    path_of_source: String,
    line: u64,
    offset: u64,
    length: u64,
    at: Option<String>,
    actor: String,
    client: String,
    class: String,
    level: String,
    grade: String,
    #[serde(rename = "where")]
    place: String,
    exposures: Vec<String>,
    same_as: Option<String>,
    raw_b64: Option<String>,
    raw_left_out: u64,
    sha256: Option<String>,
}

/// The number of an entry; lines that were not read have none.
#[derive(Deserialize)]
struct Numbered {
    id: Option<String>,
}

/// What came of a search.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The numbers that no entry has.
    pub missing: BTreeSet<String>,
    /// The numbers whose line has not the digest that stands beside it.
    pub changed: BTreeSet<String>,
}

/// Shows the entries with the numbers that are wanted, in the order of the
/// evidence: as text, or as they stand there.
///
/// # Errors
/// When the evidence cannot be read, is no evidence (`InvalidData`), or `out`
/// cannot be written.
pub fn show(
    evidence: &mut dyn BufRead,
    wanted: &BTreeSet<String>,
    is_json: bool,
    out: &mut dyn Write,
) -> io::Result<Shown> {
    let mut shown = Shown { missing: wanted.clone(), ..Shown::default() };
    let mut line = Vec::new();
    while !shown.missing.is_empty() && evidence.read_until(b'\n', &mut line)? > 0 {
        let numbered: Numbered = serde_json::from_slice(&line)?;
        if let Some(id) = numbered.id.filter(|id| shown.missing.remove(id)) {
            let entry: Entry = serde_json::from_slice(&line)?;
            let raw = entry.raw_b64.as_ref().map(|text| BASE64_STANDARD.decode(text));
            let raw = raw.transpose().map_err(io::Error::other)?;
            let agrees = raw.as_ref().and_then(|raw| entry.agrees(raw));
            match is_json {
                true => out.write_all(&line)?,
                false => entry.tell(&id, raw.as_deref(), agrees, out)?,
            }
            if agrees == Some(false) {
                shown.changed.insert(id);
            }
        }
        line.clear();
    }
    Ok(shown)
}

impl Entry {
    /// Says whether the bytes have the digest that stands beside them; nothing
    /// where not all of them were kept.
    fn agrees(&self, raw: &[u8]) -> Option<bool> {
        let mut digest = Digest::default();
        digest.update(raw);
        self.sha256.as_ref().map(|sha256| digest.hex() == *sha256)
    }

    fn tell(
        &self,
        id: &str,
        raw: Option<&[u8]>,
        agrees: Option<bool>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let safe = |text: &str| safe::terminal(text.as_bytes());
        let at = self.at.as_deref().unwrap_or("at an unknown time");
        writeln!(
            out,
            "{}: {}, {} ({})",
            safe(id),
            safe(&self.actor),
            safe(&self.client),
            safe(&self.class)
        )?;
        writeln!(
            out,
            "  graded {}, {} the window, {}: {}",
            safe(&self.grade),
            match self.place.as_str() {
                "border" => "at the border of",
                place => place,
            },
            safe(at),
            safe(&self.exposures.join(", "))
        )?;
        if let Some(same) = &self.same_as {
            writeln!(out, "  it repeats {}", safe(same))?;
        }
        writeln!(
            out,
            "  {}, line {}, byte {}, {} bytes long",
            safe(&self.path_of_source),
            self.line,
            self.offset,
            self.length
        )?;
        let Some(raw) = raw else {
            return writeln!(
                out,
                "  the line itself is in reports of level full alone; this one is of level {}",
                safe(&self.level)
            );
        };
        match (agrees, &self.sha256) {
            (Some(true), Some(sha256)) => {
                writeln!(out, "  SHA-256 {}, which it has", safe(sha256))?
            }
            (_, Some(sha256)) => {
                writeln!(
                    out,
                    "  SHA-256 {}, WHICH IT HAS NOT: the entry was altered",
                    safe(sha256)
                )?;
            }
            (_, None) => {
                writeln!(out, "  {} bytes of the line were not kept", self.raw_left_out)?;
            }
        }
        writeln!(out, "{}", safe::terminal(raw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, raw: &[u8], sha256: &str) -> String {
        format!(
            concat!(
                r#"{{"id":{},"source":0,"line":7,"offset":90,"length":{},"at":"2021-08-26T01:07:14Z","#,
                r#""actor":"P-01","client":"192.0.2.7","class":"other","level":"full","grade":"F1","where":"border","#,
                r#""exposures":["exports"],"same_as":null,"path_of_source":"a.log","raw_b64":"{}","#,
                r#""raw_left_out":0,"sha256":"{}"}}"#,
                "\n"
            ),
            id,
            raw.len(),
            safe::base64(raw),
            sha256
        )
    }

    fn digest(raw: &[u8]) -> String {
        let mut digest = Digest::default();
        digest.update(raw);
        digest.hex()
    }

    fn shown(evidence: &str, ids: &[&str]) -> (Shown, String) {
        let wanted = ids.iter().map(|&id| id.to_owned()).collect();
        let mut out = Vec::new();
        let shown = show(&mut evidence.as_bytes(), &wanted, false, &mut out).unwrap();
        (shown, String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_number_leads_to_its_line() {
        let raw = b"192.0.2.7 \x1b[2J";
        let evidence = entry("null", b"unread", "")
            + &entry("\"EV-000002\"", raw, &digest(raw))
            + &entry("\"EV-000003\"", b"x", &digest(b"x"));
        let (found, text) = shown(&evidence, &["EV-000002", "EV-000009"]);
        assert_eq!(found.missing.into_iter().collect::<Vec<_>>(), ["EV-000009"]);
        assert!(found.changed.is_empty());
        assert!(text.contains(r"192.0.2.7 \x1B[2J"), "{text}");
        assert!(text.contains("a.log, line 7, byte 90"), "{text}");
        assert!(!text.contains("EV-000003"), "{text}");
    }

    #[test]
    fn an_altered_line_is_told() {
        let evidence = entry("\"EV-000001\"", b"altered", &digest(b"original"));
        let (found, text) = shown(&evidence, &["EV-000001"]);
        assert!(found.changed.contains("EV-000001"));
        assert!(text.contains("WHICH IT HAS NOT"), "{text}");
    }

    #[test]
    fn what_is_no_evidence_is_refused() {
        let wanted = BTreeSet::from(["EV-000001".to_owned()]);
        let error = show(&mut &b"nothing\n"[..], &wanted, false, &mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
