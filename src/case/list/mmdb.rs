//! MaxMind databases (GeoLite2, IPinfo and their like), asked address by
//! address.

use std::net::IpAddr;

use maxminddb::Reader;
use serde_json::Value;

use super::{Entry, Networks, Read, Shape};
use crate::record::Instant;

/// A database.
pub(in crate::case) struct Database(Reader<Vec<u8>>);

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Database({})", self.0.metadata().database_type)
    }
}

/// Opens a database; it is of the day on which it was built.
pub(super) fn read(bytes: &[u8]) -> Result<Read, String> {
    let reader = Reader::from_source(bytes.to_vec())
        .map_err(|error| format!("the MaxMind database is damaged: {error}"))?;
    let built = i64::try_from(reader.metadata().build_epoch).ok().filter(|at| *at > 0);
    Ok(Read {
        shape: Shape::Mmdb,
        created: built.map(Instant::at),
        networks: Networks::Mmdb(Database(reader)),
        warnings: Vec::new(),
    })
}

impl Database {
    /// What it has on an address; with `asns` only where that is of one of
    /// them. A record that cannot be read says nothing.
    pub(super) fn find(&self, ip: IpAddr, asns: &[u64]) -> Option<Entry> {
        let found = self.0.lookup(ip).ok()?;
        let value: Value = found.decode().ok()??;
        let network = found.network().ok()?;
        let asn = number(&value);
        if !asns.is_empty() && !asn.is_some_and(|asn| asns.contains(&asn)) {
            return None;
        }
        let mut note: Vec<String> = asn.iter().map(|asn| format!("AS{asn}")).collect();
        let told = [
            ["/autonomous_system_organization", "/as_name"],
            ["/country/iso_code", "/country_code"],
        ];
        for paths in told {
            note.extend(
                paths.iter().find_map(|path| Some(value.pointer(path)?.as_str()?.to_owned())),
            );
        }
        let note = note.join(" ");
        Some(Entry {
            network: network.to_string(),
            prefix: network.prefix(),
            note: Some(note).filter(|note| !note.is_empty()),
        })
    }
}

/// The AS number of a record: MaxMind writes a number, IPinfo `AS2519`.
fn number(value: &Value) -> Option<u64> {
    let asn = value.get("autonomous_system_number").or_else(|| value.get("asn"))?;
    asn.as_u64().or_else(|| asn.as_str()?.trim_start_matches("AS").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field as the format writes it: type 2 text, 5, 6 and 9 numbers, 7 a
    /// map, 11 a list; types above 7 and sizes above 28 take a second byte.
    fn field(kind: u8, size: usize, body: &[u8]) -> Vec<u8> {
        let (short, long) =
            if size < 29 { (size as u8, None) } else { (29, Some(size as u8 - 29)) };
        let mut out = match kind {
            0..=7 => vec![kind << 5 | short],
            _ => vec![short, kind - 7],
        };
        out.extend(long);
        out.extend_from_slice(body);
        out
    }

    fn text(text: &str) -> Vec<u8> {
        field(2, text.len(), text.as_bytes())
    }

    fn map(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let body: Vec<u8> =
            pairs.iter().flat_map(|(key, value)| [text(key), value.clone()].concat()).collect();
        field(7, pairs.len(), &body)
    }

    /// A database of one network, 192.0.2.0/24.
    fn database() -> Vec<u8> {
        let record = map(&[
            ("autonomous_system_number", field(6, 2, &64_500u16.to_be_bytes())),
            ("autonomous_system_organization", text("Example Net")),
            ("country", map(&[("iso_code", text("FR"))])),
        ]);
        let nodes = 24u32;
        let mut out = Vec::new();
        for bit in 0..nodes {
            let next = if bit + 1 == nodes { nodes + 16 } else { bit + 1 };
            let is_set = u32::from_be_bytes([192, 0, 2, 0]) >> (31 - bit) & 1 == 1;
            let pair = if is_set { [nodes, next] } else { [next, nodes] };
            pair.iter().for_each(|to| out.extend_from_slice(&to.to_be_bytes()[1..]));
        }
        out.extend_from_slice(&[0; 16]);
        out.extend_from_slice(&record);
        out.extend_from_slice(b"\xab\xcd\xefMaxMind.com");
        out.extend(map(&[
            ("binary_format_major_version", field(5, 1, &[2])),
            ("binary_format_minor_version", field(5, 0, &[])),
            ("build_epoch", field(9, 4, &1_709_251_200u32.to_be_bytes())),
            ("database_type", text("Test-ASN")),
            ("description", map(&[])),
            ("ip_version", field(5, 1, &[4])),
            ("languages", field(11, 0, &[])),
            ("node_count", field(6, 1, &[nodes as u8])),
            ("record_size", field(5, 1, &[24])),
        ]));
        out
    }

    #[test]
    fn a_database_says_whose_an_address_is() {
        let read = super::super::read(&database(), &[]).unwrap();
        assert_eq!(read.shape, Shape::Mmdb);
        assert_eq!(read.created.unwrap().to_string(), "2024-03-01T00:00:00Z");
        let Networks::Mmdb(database) = &read.networks else { panic!() };
        let ip = "192.0.2.7".parse().unwrap();
        let entry = database.find(ip, &[]).unwrap();
        assert_eq!(entry.network, "192.0.2.0/24");
        assert_eq!(entry.note.as_deref(), Some("AS64500 Example Net FR"));
        assert_eq!(database.find(ip, &[64_501]), None);
        assert_eq!(database.find("192.0.3.7".parse().unwrap(), &[]), None);
        assert_eq!(database.find("2001:db8::1".parse().unwrap(), &[]), None);
    }

    #[test]
    fn a_damaged_database_is_refused() {
        let bytes = database();
        let start = memchr::memmem::find(&bytes, b"\xab\xcd\xef").unwrap();
        let why = super::super::read(&bytes[start..start + 20], &[]).unwrap_err();
        assert!(why.contains("the MaxMind database is damaged"), "{why}");
    }
}
