//! Names of addresses as somebody looked them up once and wrote down: a line
//! each with the address, the name it leads to, the addresses that this name
//! leads back to, and the day.
//!
//! Nothing is looked up here: a name tells of its day only, and asking would
//! tell the owner of the name who is being looked at.

use std::collections::HashMap;
use std::net::IpAddr;

use csv::{ReaderBuilder, StringRecord};

use super::{list, network};
use crate::record::Instant;

/// Look-ups that were recorded, by address.
#[derive(Debug, Clone, Default)]
pub struct DnsFile {
    /// The file as named in the case.
    pub file: String,
    /// What was found for each address.
    records: HashMap<IpAddr, Vec<Lookup>>,
}

/// One address, looked up forth and back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// The names it leads to, lower case, without the last dot.
    pub names: Vec<String>,
    /// The addresses that these lead back to.
    pub forward: Vec<IpAddr>,
    /// When it was looked up.
    pub at: Option<Instant>,
}

impl DnsFile {
    /// What was found for an address.
    pub fn of(&self, ip: IpAddr) -> &[Lookup] {
        self.records.get(&ip).map_or(&[], Vec::as_slice)
    }

    /// How many addresses were looked up.
    pub fn count(&self) -> usize {
        self.records.len()
    }
}

impl Lookup {
    /// The name of an address that lies in one of the `domains` and leads
    /// back to it. A domain ends at a dot: `evilgooglebot.com` is not in
    /// `googlebot.com`.
    pub fn confirms(&self, ip: IpAddr, domains: &[String]) -> Option<&str> {
        let inside = |name: &String| {
            domains.iter().any(|domain| {
                name.strip_suffix(domain.as_str())
                    .is_some_and(|head| head.is_empty() || head.ends_with('.'))
            })
        };
        let name = self.names.iter().find(|name| inside(name))?;
        self.forward.contains(&ip).then_some(name.as_str())
    }
}

/// Reads look-ups: `address, name, forward addresses, date`, separated by
/// commas or tabs. Several names, or addresses, in one field are separated by
/// blanks; further fields before the date are forward addresses, too.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<DnsFile, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the text is not UTF-8".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let delimiter = if text.contains('\t') { b'\t' } else { b',' };
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut found = DnsFile { file: file.to_owned(), ..DnsFile::default() };
    let mut is_first = true;
    for row in reader.records() {
        let row = row.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            format!("line {line}: the row is damaged: {error}")
        })?;
        let line = row.position().map_or(0, csv::Position::line);
        let is_header = std::mem::take(&mut is_first)
            && row.get(0).is_some_and(|word| network::address(word).is_none())
            && row.iter().all(|field| field.parse::<IpAddr>().is_err());
        if is_header || row.iter().all(str::is_empty) {
            continue;
        }
        let (ip, lookup) = lookup(&row).map_err(|why| format!("line {line}: {why}"))?;
        found.records.entry(ip).or_default().push(lookup);
    }
    if found.records.is_empty() {
        return Err("no address is listed".to_owned());
    }
    Ok(found)
}

fn lookup(row: &StringRecord) -> Result<(IpAddr, Lookup), String> {
    let fields: Vec<&str> = row.iter().collect();
    let [address, names, forward @ .., date] = fields.as_slice() else {
        return Err(
            "write the address, its name, the addresses that this leads back to, and the date"
                .to_owned(),
        );
    };
    let one = |text: &str| {
        network::address(text).ok_or_else(|| format!("\"{}\" is no address", list::short(text)))
    };
    let words = |text: &&str| text.split([' ', ';', '|']).map(str::to_owned).collect::<Vec<_>>();
    let forward = forward.iter().flat_map(words).filter(|word| !word.is_empty());
    let names = words(names).into_iter().filter(|name| !matches!(name.as_str(), "" | "-"));
    Ok((
        one(address)?,
        Lookup {
            names: names.map(|name| name.trim_end_matches('.').to_lowercase()).collect(),
            forward: forward
                .filter(|word| word != "-")
                .map(|word| one(&word))
                .collect::<Result<_, _>>()?,
            at: match *date {
                "" | "-" => None,
                date => Some(list::as_of(date)?),
            },
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_confirms_only_in_its_domain_and_back() {
        let text = "address,name,forward,date\n\
            66.249.64.5,crawl-66-249-64-5.googlebot.com.,66.249.64.5,2021-07-01\n\
            192.0.2.1,crawl.evilgooglebot.com,192.0.2.1,2021-07-01\n\
            192.0.2.2,crawl.googlebot.com,192.0.2.9 192.0.2.8,2021-07-01T10:00:00Z\n\
            192.0.2.3,a.example b.GoogleBot.com,192.0.2.9,192.0.2.3,\n\
            192.0.2.4,,,2021-07-01\n";
        let domains = ["googlebot.com".to_owned()];
        for text in [text.to_owned(), text.replace(',', "\t")] {
            let file = read("dns.csv", text.as_bytes()).unwrap();
            let check = |ip: &str, expected: Option<&str>| {
                let ip = ip.parse().unwrap();
                let [lookup] = file.of(ip) else { panic!("{ip}") };
                assert_eq!(lookup.confirms(ip, &domains), expected, "{ip}");
            };
            assert_eq!(file.count(), 5);
            check("66.249.64.5", Some("crawl-66-249-64-5.googlebot.com"));
            check("192.0.2.1", None);
            check("192.0.2.2", None);
            check("192.0.2.3", Some("b.googlebot.com"));
            check("192.0.2.4", None);
            assert_eq!(file.of("192.0.2.9".parse().unwrap()), []);
        }
    }

    #[test]
    fn damage_is_told_with_its_line() {
        let check = |text: &str, expected: &str| {
            let why = read("dns.csv", text.as_bytes()).unwrap_err();
            assert!(why.contains(expected), "{text}: {why}");
        };
        check("", "no address is listed");
        check(
            "192.0.2.1,a.example,192.0.2.1,2021-07-01\nx,y,z,2021-07-01",
            "line 2: \"x\" is no address",
        );
        check("192.0.2.1,a.example", "line 1: write the address");
        check("192.0.2.1,a.example,192.0.2.1,yesterday", "line 1: \"yesterday\" is not a time");
    }
}
