//! The table `[[exposure]]` of a case file.

use std::sync::Arc;

use super::exposure::{Exposure, Kind, Lawful, LawfulWhen};
use super::files::Reading;
use super::keys::Beside;
use super::load::Load;
use super::parts::{intervals, targets, unique};
use super::pattern;
use super::section::Section;
use super::window::Window;
use crate::error::Error;

pub(super) const WINDOW: [&str; 6] =
    ["from", "to", "from_earliest", "to_latest", "source_of_from", "source_of_to"];

pub(super) const LAWFUL_WHEN: [&str; 3] = ["networks", "user", "times"];

pub(super) const LAWS: [(&str, Lawful); 2] = [("nobody", Lawful::Nobody), ("mixed", Lawful::Mixed)];

pub(super) const KINDS: [(&str, Kind); 7] = [
    ("api", Kind::Api),
    ("elasticsearch", Kind::Elasticsearch),
    ("files", Kind::Files),
    ("listing", Kind::Listing),
    ("s3", Kind::S3),
    ("secret", Kind::Secret),
    ("share-link", Kind::ShareLink),
];

impl Load<'_> {
    /// Reads one exposure.
    pub(super) fn exposure(&mut self, section: &Section<'_>, number: usize) -> Result<(), Error> {
        let name = section.text("name")?.unwrap_or_else(|| format!("exposure {number}"));
        unique(section, &name, self.case.exposures.iter().map(|other| &other.name))?;
        let kind = section.word("kind", &KINDS)?.unwrap_or_default();
        let host = section.text("host")?;
        if let Some(text) = &host
            && pattern::read_host(text).is_none()
        {
            return Err(section.refuse("host", &format!("\"{text}\" is no host name; write one such as \"www.example.org\", without scheme and path")));
        }
        let lifetime = section.span("lifetime")?;
        let mut targets = targets(section, "targets")?;
        for file in section.texts("files")? {
            let bytes = self.open(section, "files", &file)?;
            let reading = Reading { file: &file, strip: None, zone: self.source.zone, lifetime };
            let mut beside = Beside::new(self.base, &file);
            targets.extend(reading.read(&bytes, &mut self.case.warnings, &mut beside)?);
            beside.read.into_iter().for_each(|(name, bytes)| self.keep(&name, bytes));
        }
        if kind == Kind::ShareLink {
            for target in &mut targets {
                let pattern = pattern::Pattern::clone(&target.pattern);
                target.pattern = Arc::new(pattern.with_all_under());
            }
        }
        if targets.is_empty() {
            return Err(section.refuse("targets", "nothing is said to be exposed; give targets such as [\"/exports\"], or files = \"files.csv\""));
        }
        let windows = section.tables("windows", &WINDOW)?;
        let windows = windows.iter().map(window).collect::<Result<Vec<_>, _>>()?;
        let lawful = section.word("lawful", &LAWS)?.unwrap_or(Lawful::of(kind));
        let lawful_when = self.lawful_when(section)?;
        if lawful_when.is_some() && lawful == Lawful::Nobody {
            self.case.warnings.push(format!(
                "{} lawful_when is not used, because nobody was meant to fetch it (lawful = \"nobody\")",
                section.place
            ));
        }
        let exposure = Exposure {
            name,
            kind,
            host,
            targets,
            windows,
            lawful,
            lawful_when,
            lifetime,
            rotated_at: section.bound("rotated_at", false)?,
            decoy_bytes: section.counts("decoy_bytes")?,
        };
        let never =
            exposure.targets.iter().find(|target| target.windows(&exposure.windows).is_empty());
        if let Some(target) = never {
            self.case.warnings.push(format!(
                "{}: \"{}\" was by its own times never there while \"{}\" was open",
                section.place, target.text, exposure.name
            ));
        }
        self.case.exposures.push(exposure);
        Ok(())
    }

    fn lawful_when(&mut self, section: &Section<'_>) -> Result<Option<LawfulWhen>, Error> {
        let Some(section) = section.table("lawful_when", &LAWFUL_WHEN)? else {
            return Ok(None);
        };
        let when = LawfulWhen {
            networks: self.networks(&section, "networks")?,
            user_present: section.word("user", &[("present", true)])?.unwrap_or(false),
            times: intervals(&section, "times")?,
        };
        if when.networks.is_empty() && !when.user_present && when.times.is_empty() {
            return Err(section.refuse(
                "networks",
                "lawful_when says nothing; give networks, user = \"present\" or times",
            ));
        }
        Ok(Some(when))
    }
}

fn window(section: &Section<'_>) -> Result<Window, Error> {
    let window = Window {
        from: section.bound("from", false)?,
        to: section.bound("to", true)?,
        from_earliest: section.bound("from_earliest", false)?,
        to_latest: section.bound("to_latest", true)?,
        source_of_from: section.text("source_of_from")?,
        source_of_to: section.text("source_of_to")?,
    };
    section.in_order(window.from, window.to)?;
    if window.from_earliest.zip(window.from).is_some_and(|(earliest, from)| earliest > from) {
        return Err(section.refuse(
            "from_earliest",
            "is later than from; it is how early the window may have begun",
        ));
    }
    if window.to.zip(window.to_latest).is_some_and(|(to, latest)| latest < to) {
        return Err(section
            .refuse("to_latest", "is earlier than to; it is how late the window may have ended"));
    }
    let (from, to) = (window.from_earliest.or(window.from), window.to_latest.or(window.to));
    section.in_order(from, to)?;
    let said = section.has("from")
        || section.has("to")
        || section.has("from_earliest")
        || section.has("to_latest");
    if !said {
        return Err(section
            .refuse("from", "the window has no time; give from and to, or leave the window out"));
    }
    Ok(window)
}
