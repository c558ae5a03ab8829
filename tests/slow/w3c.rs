//! IIS W3C extended logs, whose columns are what the last `#Fields` directive said.
//!
//! IIS writes UTC and no offset. A space inside a field is written `+`; that cannot be undone, as a plus is
//! written the same, so fields are left as they stand.

use super::text;
use super::{Role, SlowRecord};

/// The columns IIS 7 and later write when nobody chose others.
const DEFAULT_FIELDS: &str = "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip \
    cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";

/// The directives of the extended log file format, and the two that IIS and its relatives add.
const DIRECTIVES: [&str; 7] =
    ["#Software:", "#Version:", "#Date:", "#Fields:", "#Start-Date:", "#End-Date:", "#Remark:"];

/// Custom columns in which proxies and balancers hand on the client, in lower case.
const FORWARDED_FIELDS: [&str; 5] =
    ["x-forwarded-for", "cs(x-forwarded-for)", "originalip", "true-client-ip", "cf-connecting-ip"];

/// What the directives have said so far.
#[derive(Clone, Debug, Default)]
pub struct Directives {
    fields: Option<Vec<String>>,
    date: Option<String>,
}

impl Directives {
    /// Takes a directive in, and says whether the line is one.
    pub fn take(&mut self, line: &[u8]) -> bool {
        let line = String::from_utf8_lossy(line).into_owned();
        let Some(directive) = DIRECTIVES.iter().find(|name| line.starts_with(**name)) else {
            return false;
        };
        let value = &line[directive.len()..];
        match *directive {
            "#Fields:" => self.fields = Some(lower_case_words(value)),
            "#Date:" => self.date = value.split_whitespace().next().map(str::to_string),
            _ => {}
        }
        true
    }

    /// Whether a `#Fields` directive has been seen.
    pub fn has_fields(&self) -> bool {
        self.fields.is_some()
    }

    /// Reads a line by the running columns, or by the default ones where none were announced.
    ///
    /// Files are joined and headers get lost, so a line that does not have the announced number of columns is
    /// read by the default ones too, but only where its addresses and port stand in the right places.
    pub fn read(&self, line: &[u8]) -> Option<SlowRecord> {
        let default = lower_case_words(DEFAULT_FIELDS);
        let Some(announced) = &self.fields else {
            return self.read_by(&default, &values(line, default.len())?);
        };
        if let Some(values) = values(line, announced.len()) {
            return self.read_by(announced, &values);
        }
        let values = values(line, default.len())?;
        let word = |at: usize| String::from_utf8_lossy(&values[at]).into_owned();
        let fits = text::ip(&word(2)).is_some()
            && text::ip(&word(8)).is_some()
            && word(6).parse::<u16>().is_ok();
        if fits { self.read_by(&default, &values) } else { None }
    }

    /// Reads values under the names of their columns.
    fn read_by(&self, names: &[String], values: &[Vec<u8>]) -> Option<SlowRecord> {
        let value = |name: &str| -> Option<&[u8]> {
            let at = names.iter().position(|known| known == name)?;
            text::present(&values[at])
        };
        let word =
            |name: &str| value(name).map(|found| String::from_utf8_lossy(found).into_owned());

        let mut record = SlowRecord::default();
        if let Some(clock) = word("time") {
            let date = word("date").or_else(|| self.date.clone());
            if let Some(date) = date {
                record.time = text::instant(&format!("{date} {clock} Z"))?;
            }
        }
        if let Some(peer) = word("c-ip") {
            text::add_addresses(&mut record, Role::Peer, &peer);
        }
        for name in FORWARDED_FIELDS {
            if let Some(list) = word(name) {
                text::add_addresses(&mut record, Role::Forwarded, &list.replace('+', ""));
            }
        }
        record.status = match word("sc-status") {
            Some(digits) => Some(status(&digits)?),
            None => None,
        };
        record.bytes = match word("sc-bytes") {
            Some(digits) => Some(digits.parse().ok()?),
            None => None,
        };
        record.method = word("cs-method");
        record.target = value("cs-uri-stem").map(|stem| {
            let mut target = stem.to_vec();
            if let Some(query) = value("cs-uri-query") {
                target.push(b'?');
                target.extend_from_slice(query);
            }
            target
        });
        record.referer = value("cs(referer)").map(<[u8]>::to_vec);
        record.user_agent = value("cs(user-agent)").map(<[u8]>::to_vec);
        record.host =
            word("cs-host").or_else(|| word("cs(host)")).and_then(|name| text::host(&name));
        record.user = value("cs-username").map(<[u8]>::to_vec);
        Some(record)
    }
}

/// Whether the line begins with an ISO date, a space and a clock.
pub fn begins_with_date(line: &[u8]) -> bool {
    let Some(head) = line.get(..19).and_then(|head| std::str::from_utf8(head).ok()) else {
        return false;
    };
    head.as_bytes()[10] == b' ' && text::instant(head).is_some()
}

fn lower_case_words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

/// The three digits of a status.
fn status(digits: &str) -> Option<u16> {
    if digits.len() == 3 { digits.parse().ok() } else { None }
}

/// The values of a line, when there are as many as columns.
///
/// IIS itself writes no space into a field. Where the plain split has too many values, a module wrote a field
/// in quotes with its spaces left in, and the quotes hold it together; `None` when that does not fit either.
fn values(line: &[u8], n_columns: usize) -> Option<Vec<Vec<u8>>> {
    let plain: Vec<Vec<u8>> =
        line.split(|&b| b == b' ' || b == b'\t').map(<[u8]>::to_vec).collect();
    let plain: Vec<Vec<u8>> = plain.into_iter().filter(|value| !value.is_empty()).collect();
    if plain.len() == n_columns {
        return Some(plain);
    }
    let mut joined: Vec<Vec<u8>> = Vec::new();
    let mut open = false;
    for value in plain {
        let closes = value.ends_with(b"\"");
        if open {
            let last = joined.last_mut()?;
            last.push(b' ');
            last.extend_from_slice(&value);
            open = !closes;
        } else {
            open = value.starts_with(b"\"") && (value.len() == 1 || !closes);
            joined.push(value);
        }
    }
    let quoted = |value: Vec<u8>| match value
        .strip_prefix(b"\"")
        .and_then(|inner| inner.strip_suffix(b"\""))
    {
        Some(inner) => inner.to_vec(),
        None => value,
    };
    if open || joined.len() != n_columns {
        None
    } else {
        Some(joined.into_iter().map(quoted).collect())
    }
}
