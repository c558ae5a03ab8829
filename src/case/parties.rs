//! The parties and the lists of a case file: their keys and what they mean.

use std::path::Path;
use std::sync::Arc;

use super::list::{self, List};
use super::load::Load;
use super::party::{Party, PartyRole};
use super::section::Section;
use super::{crawler, dns, parts, vendor};
use crate::error::Error;
use crate::record::Instant;

pub(super) const PARTY: [&str; 12] = [
    "name",
    "role",
    "networks",
    "networks_file",
    "as_of",
    "asns",
    "dns_file",
    "domains",
    "times",
    "paths",
    "received",
    "shared",
];
pub(super) const LIST: [&str; 5] = ["name", "file", "says", "as_of", "asns"];

pub(super) const ROLES: [(&str, PartyRole); 3] =
    [("self", PartyRole::Own), ("known", PartyRole::Known), ("crawler", PartyRole::Crawler)];

impl Load<'_> {
    pub(super) fn party(&mut self, section: &Section<'_>, number: usize) -> Result<(), Error> {
        let name = section.text("name")?.unwrap_or_else(|| format!("party {number}"));
        parts::unique(section, &name, self.case.parties.iter().map(|other| &other.name))?;
        let role = section.word("role", &ROLES)?.unwrap_or_default();
        let networks = self.networks(section, "networks")?;
        let mut lists = Vec::new();
        for file in section.texts("networks_file")? {
            let list = self.list_of(section, "networks_file", &file, &name, &name)?;
            if list.shape == list::Shape::AsnTable && list.asns.is_empty() {
                return Err(section.refuse(
                    "networks_file",
                    &format!("{file}: it is a table of networks of many owners; name those of this party by their AS numbers, such as asns = [64500]"),
                ));
            }
            lists.push(list);
        }
        for key in ["as_of", "asns"] {
            if section.has(key) && lists.is_empty() {
                return Err(section.refuse(key, "is of `networks_file`, and there is none"));
            }
        }
        let mut dns = Vec::new();
        for file in section.texts("dns_file")? {
            let bytes = self.open(section, "dns_file", &file)?;
            let read = dns::read(&file, &bytes);
            dns.push(read.map_err(|why| section.refuse("dns_file", &format!("{file}: {why}")))?);
        }
        let mut domains: Vec<String> = section
            .texts("domains")?
            .iter()
            .map(|name| name.trim_matches('.').to_lowercase())
            .collect();
        if domains.is_empty() {
            domains = vendor::domains(&name);
        }
        if !dns.is_empty() && domains.is_empty() {
            return Err(section.refuse(
                "dns_file",
                "no domain is known in which its addresses have their names; give it by domains = [\"crawl.example\"]",
            ));
        }
        self.case.parties.push(Party {
            name,
            role,
            networks,
            lists,
            dns,
            domains,
            span: None,
            times: parts::intervals(section, "times")?,
            paths: parts::targets(section, "paths")?,
            received: section.words("received")?,
            shared: section.truth("shared")?.unwrap_or(false),
        });
        Ok(())
    }

    /// A list that labels.
    pub(super) fn label_list(&mut self, section: &Section<'_>) -> Result<(), Error> {
        let file = section.needed("file")?;
        let says = section.needed("says")?;
        let own = Path::new(&file).file_name().map(|name| name.to_string_lossy().into_owned());
        let name = section.text("name")?.or(own).unwrap_or_else(|| file.clone());
        parts::unique(section, &name, self.case.lists.iter().map(|other| &other.name))?;
        let list = self.list_of(section, "file", &file, &name, &says)?;
        self.case.lists.push(list);
        Ok(())
    }

    fn list_of(
        &mut self,
        section: &Section<'_>,
        key: &str,
        file: &str,
        name: &str,
        says: &str,
    ) -> Result<List, Error> {
        let asns = section.counts("asns")?;
        let as_of = match section.words("as_of")? {
            None => None,
            Some(text) => Some(list::as_of(&text).map_err(|why| section.refuse("as_of", &why))?),
        };
        let bytes = self.open(section, key, file)?;
        let read = list::read(&bytes, &asns)
            .map_err(|why| section.refuse(key, &format!("{file}: {why}")))?;
        let mut warn = |why: &str| self.case.warnings.push(format!("{file}: {why}"));
        // A list with many odd networks has one reason for all of them.
        if let Some((first, more)) = read.warnings.split_first() {
            warn(&match more.len() {
                0 => first.clone(),
                n => format!("{first}; and {n} more of this kind"),
            });
        }
        if let (Some(created), Some(said)) = (read.created, as_of)
            && (created.seconds - said.seconds).abs() > crawler::NEAR
        {
            warn(&format!(
                "by its own word it was made on {}, and `as_of` says {}; its own word counts",
                list::day(created),
                list::day(said)
            ));
        }
        Ok(List {
            name: name.to_owned(),
            file: file.to_owned(),
            says: says.to_owned(),
            created: read.created,
            as_of,
            shape: read.shape,
            asns,
            networks: Arc::new(read.networks),
        })
    }

    /// Ends the reading: what crawlers' lists must be near to, and what of
    /// them can verify nobody.
    pub(super) fn date_crawlers(&mut self) {
        let span: Option<(Instant, Instant)> = crawler::span(&self.case);
        for party in self.case.parties.iter_mut().filter(|party| party.role == PartyRole::Crawler) {
            party.span = span;
            for list in &party.lists {
                let why = match list.date() {
                    None => "has no date",
                    Some(date) if span.is_some() && !crawler::is_near(Some(date), span, None) => {
                        "is not of the time of the exposure"
                    }
                    Some(_) => continue,
                };
                self.case.warnings.push(format!(
                    "{} of the crawler \"{}\" {why}: it verifies nobody; name a list of that time, or its `as_of`",
                    list.file, party.name
                ));
            }
        }
    }
}
