//! A line as `whofetched explain --json` gives it, put back into a record.
//!
//! Text there is cut after 2,048 bytes; where what is left begins what was
//! sent, and as much was left out as is missing, it stands for all of it.

use serde_json::Value;
use whofetched::record::{Instant, Record, Request, Role, Time, Zone};

use super::line::Line;

/// The values of one line, owned.
pub struct Told {
    addresses: Vec<(Role, Vec<u8>)>,
    time: Option<Time>,
    line: Option<[Vec<u8>; 2]>,
    raw: Option<Vec<u8>>,
    status: Option<u16>,
    bytes: Option<u64>,
    /// Host, referer, agent, user.
    headers: [Option<Vec<u8>>; 4],
}

impl Told {
    /// Takes an object apart; `line` is what is known of it.
    pub fn new(object: &Value, line: &Line<'_>) -> Told {
        let text = |key: &str, sent: &str| text(object, key, line.expected(sent).as_deref());
        let address = |one: &Value| {
            let role = match one["role"].as_str().unwrap() {
                "forwarded" => Role::Forwarded,
                "peer" => Role::Peer,
                "upstream" => Role::Upstream,
                other => panic!("{other}"),
            };
            (role, one["ip"].as_str().unwrap().as_bytes().to_vec())
        };
        let target = text("target", "target");
        Told {
            addresses: object["addresses"].as_array().unwrap().iter().map(address).collect(),
            time: object["time"].as_str().map(|time| Time {
                reading: Instant::parse(time).unwrap(),
                digits: 0,
                zone: Zone::Implied,
            }),
            line: target.map(|target| [text("method", "method").unwrap_or_default(), target]),
            raw: text("request", "target"),
            status: object["status"].as_u64().map(|status| u16::try_from(status).unwrap()),
            bytes: object["bytes"].as_u64(),
            headers: [
                text("host", "host"),
                text("referer", "referer"),
                text("user_agent", "agent"),
                text("user", "user"),
            ],
        }
    }

    /// The record that they make.
    pub fn record(&self) -> Record<'_> {
        let [host, referer, agent, user] = &self.headers;
        let mut record = Record {
            time: self.time,
            request: match &self.line {
                Some([method, target]) => Request::Line { method, target, version: None },
                None => Request::Raw(self.raw.as_deref()),
            },
            status: self.status,
            bytes: self.bytes,
            no_body: self.bytes.unwrap_or(0) == 0,
            host: host.as_deref(),
            referer: referer.as_deref(),
            agent: agent.as_deref(),
            user: user.as_deref(),
            ..Record::default()
        };
        for (role, token) in &self.addresses {
            record.addresses.push(*role, token);
        }
        record
    }
}

/// A field's exact bytes, whole where `sent` shows what was left out.
fn text(object: &Value, key: &str, sent: Option<&[u8]>) -> Option<Vec<u8>> {
    let text = object[key].as_str()?;
    let exact = object[format!("{key}_b64")].as_str();
    let bytes = exact.map_or_else(|| text.as_bytes().to_vec(), base64);
    let left_out = object[format!("{key}_left_out")].as_u64().unwrap_or(0) as usize;
    match sent {
        Some(sent)
            if left_out > 0 && sent.starts_with(&bytes) && sent.len() == bytes.len() + left_out =>
        {
            Some(sent.to_vec())
        }
        _ => Some(bytes),
    }
}

/// Undoes standard base64.
fn base64(text: &str) -> Vec<u8> {
    let (mut bits, mut n_bits, mut out) = (0u32, 0, Vec::new());
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        (bits, n_bits) = (bits << 6 | u32::from(six), n_bits + 6);
        if n_bits >= 8 {
            n_bits -= 8;
            out.push((bits >> n_bits & 0xff) as u8);
        }
    }
    out
}
