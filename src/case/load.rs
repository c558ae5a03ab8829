//! The question as it is given: a case file, or the quick flags of `scan`.
//!
//! What is wrong is refused with its place and what to write instead; what is
//! odd but allowed becomes a warning on the first screen. Every file that was
//! read is kept, because it is part of the question.

use std::path::{Path, PathBuf};

use ipnetwork::IpNetwork;
use toml::de::DeTable;

use super::exposure::{Exposure, Kind, Lawful};
use super::files::Reading;
use super::keys::Beside;
use super::list::ranges::Ranges;
use super::party::{Party, PartyRole};
use super::section::{Section, Source};
use super::target::{EXPOSURES, Target};
use super::window::Window;
use super::{Case, ReadFile, Server, network, parts, template, when};
use crate::error::Error;
use crate::record::WallClock;

/// Reads a case file. `zone` is the clock of times without an offset, and
/// stands before the file's own `input_zone`.
pub fn load(path: &Path, zone: Option<WallClock>) -> Result<Case, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
    let file = path.display().to_string();
    let base = path.parent().unwrap_or(Path::new(""));
    parse(&file, base, bytes, zone)
}

/// A commented case file. It loads once its [`template::PLACES`] are filled.
pub fn template() -> &'static str {
    template::TEXT
}

/// What the quick flags of `scan` say, as a case with one exposure.
///
/// `known` is `NAME=NET[,NET]`, `trust` the networks of trusted proxies, which
/// belong to the server `unnamed`.
#[expect(clippy::too_many_arguments, reason = "one for each flag of the command line")]
pub fn quick(
    patterns: &[String],
    files: Option<&Path>,
    strip: Option<&str>,
    from: Option<&str>,
    to: Option<&str>,
    known: &[String],
    trust: &[String],
    zone: Option<WallClock>,
) -> Result<Case, Error> {
    let mut case =
        Case { input_zone: zone, tolerated_gap: parts::TOLERATED_GAP, ..Case::default() };
    let mut targets =
        patterns.iter().map(|text| Target::parse(text)).collect::<Result<Vec<_>, _>>()?;
    if let Some(path) = files {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
        let reading = Reading { file: &name, strip, zone, lifetime: None };
        let mut beside = Beside::new(Path::new(""), &name);
        targets.extend(reading.read(&bytes, &mut case.warnings, &mut beside)?);
        case.read.push(ReadFile { path: name, bytes });
        let keys = beside.read.into_iter().map(|(path, bytes)| ReadFile { path, bytes });
        case.read.extend(keys);
    }
    if targets.is_empty() {
        return Err(Error::question(
            "nothing is asked for; give a case file, a pattern by --path or a list by --files",
        ));
    }
    let bound = |flag: &str, text: Option<&str>, end| {
        let bound = text.map(|text| when::bound(text, zone, end)).transpose();
        bound.map_err(|why| Error::question(format!("{flag}: {why}")))
    };
    let (from, to) = (bound("--from", from, false)?, bound("--to", to, true)?);
    if let (Some(from), Some(to)) = (from, to) {
        when::in_order(from, to)
            .map_err(|why| Error::question(format!("the window of --from and --to {why}")))?;
    }
    let window = Window { from, to, ..Window::default() };
    case.exposures.push(Exposure {
        name: "exposure".to_string(),
        kind: Kind::Files,
        host: None,
        targets,
        windows: if window == Window::default() { Vec::new() } else { vec![window] },
        lawful: Lawful::of(Kind::Files),
        lawful_when: None,
        lifetime: None,
        rotated_at: None,
        decoy_bytes: Vec::new(),
    });
    for text in known {
        know(&mut case, text)?;
    }
    if !trust.is_empty() {
        let trusted_proxies = networks("--trust-proxy", trust, &mut case.warnings)?;
        let name = "unnamed".to_string();
        case.servers.push(Server { name, trusted_proxies, ..Server::default() });
    }
    warn_of_parties(&mut case);
    Ok(case)
}

/// Adds a party that a flag names; the same name twice is one party.
fn know(case: &mut Case, text: &str) -> Result<(), Error> {
    let (name, list) =
        text.split_once('=').map(|(name, list)| (name.trim(), list)).unwrap_or_default();
    if name.is_empty() || list.trim().is_empty() {
        return Err(Error::question(format!(
            "--known \"{text}\" names no party; write NAME=NETWORK[,NETWORK], such as Regulator=192.0.2.0/24"
        )));
    }
    let list: Vec<_> = list.split(',').map(str::to_string).collect();
    let networks = networks(&format!("--known {name}"), &list, &mut case.warnings)?;
    match case.parties.iter_mut().find(|party| party.name == name) {
        Some(party) => party.networks.extend(networks),
        None => case.parties.push(Party { name: name.to_string(), networks, ..Party::default() }),
    }
    Ok(())
}

/// Reads networks; each text may be a list with commas.
fn networks(
    place: &str,
    texts: &[String],
    warnings: &mut Vec<String>,
) -> Result<Vec<IpNetwork>, Error> {
    let mut all = Vec::new();
    for text in texts.iter().flat_map(|text| text.split(',')) {
        let (network, warning) =
            network::network(text).map_err(|why| Error::question(format!("{place}: {why}")))?;
        all.push(network);
        warnings.extend(warning.map(|warning| format!("{place}: {warning}")));
    }
    Ok(all)
}

/// A case file under way.
pub(super) struct Load<'a> {
    pub source: Source<'a>,
    pub base: &'a Path,
    pub case: Case,
}

impl Load<'_> {
    /// Reads a file that the case names and keeps it.
    pub(super) fn open(
        &mut self,
        section: &Section<'_>,
        key: &str,
        name: &str,
    ) -> Result<Vec<u8>, Error> {
        let path: PathBuf = self.base.join(name);
        let bytes = std::fs::read(&path).map_err(|error| {
            section
                .refuse(key, &format!("\"{name}\" cannot be read as {}: {error}", path.display()))
        })?;
        self.keep(name, bytes.clone());
        Ok(bytes)
    }

    /// Keeps a file that was read, once.
    pub(super) fn keep(&mut self, name: &str, bytes: Vec<u8>) {
        if !self.case.read.iter().any(|read| read.path == name) {
            self.case.read.push(ReadFile { path: name.to_string(), bytes });
        }
    }

    /// The networks under a key: one or a list.
    pub(super) fn networks(
        &mut self,
        section: &Section<'_>,
        key: &str,
    ) -> Result<Vec<IpNetwork>, Error> {
        let mut all = Vec::new();
        for text in section.texts(key)? {
            let (network, warning) =
                network::network(&text).map_err(|why| section.refuse(key, &why))?;
            all.push(network);
            let place = &section.place;
            self.case.warnings.extend(warning.map(|warning| format!("{place} {key}: {warning}")));
        }
        Ok(all)
    }
}

/// The tables of a case file.
pub(super) const TABLES: [&str; 9] =
    ["case", "exposure", "party", "list", "server", "control", "claim", "event", "other_channels"];

fn parse(file: &str, base: &Path, bytes: Vec<u8>, zone: Option<WallClock>) -> Result<Case, Error> {
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Error::question(format!("{file}: the text is not UTF-8; save it as UTF-8")))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut source = Source { file, text, zone };
    let document = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        source.refuse(at, "TOML", error.message())
    })?;
    let table = document.get_ref();
    let top = Section::new(source, table, 0, String::new(), &TABLES)?;
    source.zone = zone.or(parts::input_zone(&top)?);
    let top = Section::new(source, table, 0, String::new(), &TABLES)?;
    let mut load = Load { source, base, case: Case::default() };
    load.case.input_zone = source.zone;
    load.keep(file, bytes.clone());
    if let Some(left) = template::unfilled(text) {
        return Err(Error::question(format!("{file}: {left}")));
    }
    load.read(&top)?;
    let mut case = load.case;
    if case.exposures.is_empty() {
        return Err(Error::question(format!(
            "{file}: no [[exposure]] is given; say what was exposed by its targets or files"
        )));
    }
    if case.exposures.len() > EXPOSURES {
        return Err(Error::question(format!(
            "{file}: there are {} exposures, more than {EXPOSURES}; split the case into several",
            case.exposures.len()
        )));
    }
    warn_of_parties(&mut case);
    Ok(case)
}

/// How short the prefix of a party's network may be before it is warned of.
const WIDE_FOUR: u8 = 16;
const WIDE_SIX: u8 = 40;

/// A party that was never bounded in time, or whose networks many others
/// share, may set aside somebody else's requests.
fn warn_of_parties(case: &mut Case) {
    for party in &case.parties {
        if party.role == PartyRole::Own {
            continue;
        }
        if party.times.is_empty() {
            case.warnings.push(format!(
                "the party \"{}\" has no times: every request from its networks, at any time, is taken for its own",
                party.name
            ));
        }
        let widest = |is_four: bool| if is_four { WIDE_FOUR } else { WIDE_SIX };
        for network in &party.networks {
            let widest = widest(network.is_ipv4());
            if network.prefix() < widest {
                case.warnings.push(format!(
                    "the party \"{}\" has the network {network}, wider than /{widest}: others may come from it, too",
                    party.name
                ));
            }
        }
        for list in &party.lists {
            let each = list.ranges().into_iter().flat_map(Ranges::each);
            let wide: Vec<_> =
                each.filter(|range| range.prefix() < widest(range.first.is_ipv4())).collect();
            if let Some(first) = wide.first() {
                case.warnings.push(format!(
                    "{} of the party \"{}\" has {} networks wider than /{WIDE_FOUR} or /{WIDE_SIX}, such as {}: others may come from them, too",
                    list.file,
                    party.name,
                    wide.len(),
                    first.text()
                ));
            }
        }
    }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
