//! Lists in JSON: crawlers, clouds, delivery networks, warning lists.
//!
//! Google's shape is also that of draft-illyes-aipref-jafar: `creationTime`,
//! `prefixes`, each with one of `ipv4Prefix` and `ipv6Prefix`; keys that are
//! not known are passed over, a greater `formatVersion` is refused.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::{Map, Value};

use super::super::network;
use super::ranges::Builder;
use super::{Found, Shape, short};
use crate::record::Instant;

/// The greatest `formatVersion` that is read.
const VERSION: u64 = 1;

/// The service of Amazon that every network of Amazon is of; a network that is
/// also of another one is called by that.
const ANY_SERVICE: &str = "AMAZON";

/// The keys under which other JSON names a network.
const KEYS: [&str; 9] = [
    "ipv4Prefix",
    "ipv6Prefix",
    "ip_prefix",
    "ipv6_prefix",
    "cidr",
    "prefix",
    "network",
    "ips",
    "addresses",
];

/// Reads a list in JSON.
pub(super) fn read(text: &str, into: &mut Builder) -> Result<Found, String> {
    let json: Value = serde_json::from_str(text)
        .map_err(|error| format!("line {}: the JSON is damaged: {error}", error.line()))?;
    let mut reader = Reader { text, into, warnings: Vec::new() };
    let shape = match &json {
        Value::Object(top) => reader.object(top)?,
        _ => reader.any(&json, true)?,
    };
    let mut found = Found { warnings: reader.warnings, ..Found::of(shape) };
    if let Value::Object(top) = &json {
        found.created = created(top, shape, &mut found.warnings);
    }
    Ok(found)
}

struct Reader<'t, 'b> {
    text: &'t str,
    into: &'b mut Builder,
    warnings: Vec<String>,
}

impl Reader<'_, '_> {
    fn object(&mut self, top: &Map<String, Value>) -> Result<Shape, String> {
        let list = |key: &str| top.get(key).and_then(Value::as_array);
        if let Some(version) = top.get("formatVersion") {
            let text = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
            let major = text.split('.').next().and_then(|major| major.parse::<u64>().ok());
            if major.is_none_or(|major| major > VERSION) {
                return Err(format!("its formatVersion is {}, and only 1 is known", short(&text)));
            }
        }
        if let Some(prefixes) = list("prefixes") {
            let six = list("ipv6_prefixes");
            self.prefixes("prefixes", prefixes)?;
            self.prefixes("ipv6_prefixes", six.map_or(&[], Vec::as_slice))?;
            let is_aws = six.is_some()
                || prefixes.first().is_some_and(|first| first.get("ip_prefix").is_some());
            return Ok(if is_aws { Shape::Aws } else { Shape::Google });
        }
        if let Some(values) = list("values") {
            return self.azure(values);
        }
        if let Some(words) = list("list")
            && (top.contains_key("type") || top.contains_key("matching_attributes"))
        {
            let kind = top.get("type").and_then(Value::as_str).unwrap_or("cidr");
            if matches!(kind, "hostname" | "substring" | "regex") {
                return Err(format!(
                    "it is a warning list of type \"{kind}\", which names no networks"
                ));
            }
            words.iter().try_for_each(|word| self.word(word, None))?;
            return Ok(Shape::Misp);
        }
        if let Some(result) = top.get("result").and_then(Value::as_object)
            && result.contains_key("ipv4_cidrs")
        {
            for key in ["ipv4_cidrs", "ipv6_cidrs"] {
                self.words(result.get(key))?;
            }
            return Ok(Shape::Cloudflare);
        }
        if list("addresses").is_some() && list("ipv6_addresses").is_some() {
            self.words(top.get("addresses"))?;
            self.words(top.get("ipv6_addresses"))?;
            return Ok(Shape::Fastly);
        }
        self.any(&Value::Object(top.clone()), false)
    }

    /// The members of `prefixes`: those of the service that all are of first,
    /// because of equal networks the last added stands.
    fn prefixes(&mut self, key: &str, prefixes: &[Value]) -> Result<(), String> {
        let service = |one: &Value| one.get("service").and_then(Value::as_str).map(str::to_owned);
        let any = |one: &Value| service(one).is_some_and(|service| service == ANY_SERVICE);
        let numbered = || prefixes.iter().enumerate();
        let ordered =
            numbered().filter(|(_, one)| any(one)).chain(numbered().filter(|(_, one)| !any(one)));
        for (number, one) in ordered {
            if one.is_string() {
                self.word(one, None)?;
                continue;
            }
            let named = ["ipv4Prefix", "ipv6Prefix", "ip_prefix", "ipv6_prefix"];
            let Some(word) = named.iter().find_map(|name| one.get(name)) else {
                return Err(format!("{key}, number {}: it names no network", number + 1));
            };
            let place = ["region", "scope"].iter().find_map(|name| one.get(name)?.as_str());
            let note = [service(one).as_deref(), place].map(Option::unwrap_or_default).join(" ");
            self.word(word, Some(note.trim()))?;
        }
        Ok(())
    }

    /// Microsoft's tags: narrower ones have longer names, such as
    /// `AzureCloud.westeurope` beside `AzureCloud`.
    fn azure(&mut self, values: &[Value]) -> Result<Shape, String> {
        let name = |tag: &Value| tag.get("name").and_then(Value::as_str).unwrap_or("").to_owned();
        let mut tags: Vec<&Value> = values.iter().collect();
        tags.sort_by_key(|tag| name(tag).len());
        for tag in tags {
            let prefixes = tag.pointer("/properties/addressPrefixes").and_then(Value::as_array);
            let name = name(tag);
            let Some(prefixes) = prefixes else {
                return Err(format!("the tag \"{}\" has no addressPrefixes", short(&name)));
            };
            prefixes.iter().try_for_each(|word| self.word(word, Some(&name)))?;
        }
        Ok(Shape::Azure)
    }

    fn words(&mut self, words: Option<&Value>) -> Result<(), String> {
        let words = words.and_then(Value::as_array).into_iter().flatten();
        words.into_iter().try_for_each(|word| self.word(word, None))
    }

    /// Networks under the keys that publishers use, at any depth.
    fn any(&mut self, value: &Value, is_network: bool) -> Result<Shape, String> {
        match value {
            Value::String(_) if is_network => self.word(value, None)?,
            Value::Array(each) => {
                for one in each {
                    self.any(one, is_network)?;
                }
            }
            Value::Object(each) => {
                for (key, one) in each {
                    self.any(one, KEYS.contains(&key.as_str()))?;
                }
            }
            _ => {}
        }
        Ok(Shape::Json)
    }

    fn word(&mut self, word: &Value, note: Option<&str>) -> Result<(), String> {
        let Some(text) = word.as_str() else {
            return Err(format!("{} stands where a network should", short(&word.to_string())));
        };
        let (network, warning) =
            network::network(&short(text)).map_err(|why| format!("{}{why}", self.line(text)))?;
        self.into.network(network, note);
        self.warnings.extend(warning);
        Ok(())
    }

    /// The line on which a text stands first.
    fn line(&self, text: &str) -> String {
        let quoted = Value::from(text).to_string();
        let Some(at) = self.text.find(&quoted) else { return String::new() };
        let line = 1 + self.text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
        format!("line {line}: ")
    }
}

/// When the list was made, by its own word.
fn created(top: &Map<String, Value>, shape: Shape, warnings: &mut Vec<String>) -> Option<Instant> {
    for (key, form) in
        [("creationTime", "%Y-%m-%dT%H:%M:%S%.f"), ("createDate", "%Y-%m-%d-%H-%M-%S")]
    {
        let Some(text) = top.get(key).and_then(Value::as_str) else { continue };
        // Google writes no zone, and means UTC.
        let local = NaiveDateTime::parse_from_str(text, form).ok();
        let at = Instant::parse(text).or(local.map(|at| Instant::at(at.and_utc().timestamp())));
        if at.is_none() {
            warnings.push(format!("its {key} \"{}\" is no time", short(text)));
        }
        return at;
    }
    if let Some(token) = top.get("syncToken").and_then(Value::as_str) {
        let seconds = token.parse::<i64>().ok();
        return seconds.filter(|at| DateTime::from_timestamp(*at, 0).is_some()).map(Instant::at);
    }
    if shape == Shape::Misp {
        // The version of a warning list is the day it was made on.
        let version = top.get("version")?.to_string();
        let day = NaiveDate::parse_from_str(&version, "%Y%m%d").ok()?.and_hms_opt(0, 0, 0)?;
        return (version.len() == 8).then(|| Instant::at(day.and_utc().timestamp()));
    }
    None
}
