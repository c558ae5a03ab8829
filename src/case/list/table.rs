//! Lists as tables: a network a row, or its first and last address, with its
//! AS number, owner, country or whatever else is said of it.
//!
//! Known by their header are the CSV of IPinfo, MaxMind and their like; known
//! by their rows are iptoasn's (tabs, no header: first, last, AS number,
//! country, owner) and geofeeds (RFC 8805: network, country, region, city).

use std::net::{IpAddr, Ipv4Addr};

use csv::{ReaderBuilder, StringRecord};

use super::super::network;
use super::ranges::Builder;
use super::{Found, Shape, short};

const NETWORK: &[&str] = &[
    "network",
    "cidr",
    "prefix",
    "ip_prefix",
    "range",
    "subnet",
    "ip",
    "ip_address",
    "address",
    "ip_range",
    "net",
];
const FIRST: &[&str] =
    &["start_ip", "range_start", "start", "first", "first_ip", "ip_from", "start_address"];
const LAST: &[&str] = &["end_ip", "range_end", "end", "last", "last_ip", "ip_to", "end_address"];
const ASN: &[&str] = &["asn", "as_number", "autonomous_system_number", "as"];
/// What is told of a row, in order; its AS number stands before.
const TOLD: [&[&str]; 4] = [
    &[
        "as_name",
        "as_description",
        "autonomous_system_organization",
        "asname",
        "organization",
        "org",
    ],
    &["service", "provider", "vendor", "name", "label", "description"],
    &["country_code", "country", "country_iso_code", "iso_code"],
    &["region", "city"],
];

/// A table and where its columns stand.
pub(super) struct Table {
    delimiter: u8,
    has_header: bool,
    shape: Shape,
    network: Option<usize>,
    ends: Option<(usize, usize)>,
    asn: Option<usize>,
    told: Vec<usize>,
}

impl Table {
    /// The table that a text is, if it is one.
    pub(super) fn of(text: &str) -> Option<Table> {
        let line =
            text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'))?.trim_end();
        let delimiter = [b'\t', b',', b';']
            .into_iter()
            .max_by_key(|delimiter| line.bytes().filter(|byte| byte == delimiter).count())?;
        let fields: Vec<String> = line
            .split(char::from(delimiter))
            .map(|field| field.trim().trim_matches('"').to_ascii_lowercase())
            .collect();
        by_header(&fields, delimiter).or_else(|| by_row(&fields, delimiter))
    }

    /// Reads the rows.
    pub(super) fn read(
        &self,
        text: &str,
        asns: &[u64],
        into: &mut Builder,
    ) -> Result<Found, String> {
        let mut found = Found::of(self.shape);
        // Only a header tells that quotes are meant as such.
        let mut reader = ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .quoting(self.has_header)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut is_header = self.has_header;
        let mut row = StringRecord::new();
        loop {
            let line = reader.position().line();
            let more = reader.read_record(&mut row);
            let line = row.position().map_or(line, csv::Position::line);
            let more = more.map_err(|error| format!("line {line}: the row is damaged: {error}"))?;
            if !more {
                return Ok(found);
            }
            if std::mem::take(&mut is_header) || row.iter().all(str::is_empty) {
                continue;
            }
            self.row(&row, asns, into, &mut found.warnings)
                .map_err(|why| format!("line {line}: {why}"))?;
        }
    }

    fn row(
        &self,
        row: &StringRecord,
        asns: &[u64],
        into: &mut Builder,
        warnings: &mut Vec<String>,
    ) -> Result<(), String> {
        let field = |at: usize| row.get(at).unwrap_or_default();
        let asn = match self.asn.map(field) {
            None | Some("") => None,
            Some(text) => {
                let digits = text.trim_start_matches(['A', 'a', 'S', 's']);
                let number = digits.parse::<u64>();
                Some(number.map_err(|_| format!("\"{}\" is no AS number", short(text)))?)
            }
        };
        // AS 0 stands for what nobody announces.
        let is_wanted = match asns {
            [] => asn != Some(0),
            _ => asn.is_some_and(|asn| asns.contains(&asn)),
        };
        let note = || {
            let mut note = asn.map_or_else(String::new, |asn| format!("AS{asn}"));
            for told in self.told.iter().map(|at| field(*at)) {
                if !told.is_empty() && told != "None" {
                    note.push_str(if note.is_empty() { "" } else { " " });
                    note.push_str(told);
                }
            }
            note
        };
        if let Some((first, last)) = self.ends {
            let address = |at: usize| {
                let text = field(at);
                address(text).ok_or_else(|| format!("\"{}\" is no address", short(text)))
            };
            let (first, last) = (address(first)?, address(last)?);
            if is_wanted {
                into.range(first, last, Some(&note()))?;
            }
        } else if let Some(at) = self.network {
            let (network, warning) = network::network(&short(field(at)))?;
            if is_wanted {
                into.network(network, Some(&note()));
                warnings.extend(warning);
            }
        }
        Ok(())
    }
}

/// An address, or an IPv4 address as a number.
fn address(text: &str) -> Option<IpAddr> {
    let number = || text.parse::<u32>().ok().map(|number| Ipv4Addr::from(number).into());
    text.parse().ok().or_else(number).or_else(|| network::address(text))
}

fn by_header(fields: &[String], delimiter: u8) -> Option<Table> {
    let column = |names: &[&str]| {
        names.iter().find_map(|name| fields.iter().position(|field| field == name))
    };
    let ends = column(FIRST).zip(column(LAST));
    let network = column(NETWORK);
    if ends.is_none() && network.is_none() {
        return None;
    }
    let asn = column(ASN);
    Some(Table {
        delimiter,
        has_header: true,
        shape: if asn.is_some() { Shape::AsnTable } else { Shape::Csv },
        network,
        ends,
        asn,
        told: TOLD.iter().filter_map(|names| column(names)).collect(),
    })
}

fn by_row(fields: &[String], delimiter: u8) -> Option<Table> {
    let field = |at: usize| fields.get(at).map_or("", String::as_str);
    let bare = Table {
        delimiter,
        has_header: false,
        shape: Shape::Geofeed,
        network: None,
        ends: None,
        asn: None,
        told: Vec::new(),
    };
    if address(field(0)).is_some()
        && address(field(1)).is_some()
        && field(2).parse::<u64>().is_ok()
        && fields.len() >= 4
    {
        let shape = Shape::AsnTable;
        return Some(Table { shape, ends: Some((0, 1)), asn: Some(2), told: vec![4, 3], ..bare });
    }
    let is_country = |text: &str| {
        text.is_empty() || text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic())
    };
    if delimiter == b','
        && fields.len() >= 3
        && network::network(field(0)).is_ok()
        && is_country(field(1))
    {
        return Some(Table { network: Some(0), told: vec![1, 3], ..bare });
    }
    None
}
