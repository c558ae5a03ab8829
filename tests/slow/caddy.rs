//! Caddy's JSON access log, version 2 and its first releases, with a small JSON reader of its own.
//!
//! Strings are bytes, because a server may pass on what is not UTF-8. Numbers are kept as they are written.

use super::text;
use super::{Role, SlowRecord, clf};

/// No log nests this deep; a line that does is refused.
const MAXIMAL_DEPTH: usize = 64;

/// A JSON value.
#[derive(Clone, Debug)]
enum Json {
    /// `true`, `false` or `null`, none of which any field here needs.
    Word,
    Number(String),
    Text(Vec<u8>),
    List(Vec<Json>),
    Object(Vec<(Vec<u8>, Json)>),
}

impl Json {
    /// The value of a key, whose letter case does not matter as header names have none.
    fn at(&self, key: &str) -> Option<&Json> {
        let Json::Object(members) = self else {
            return None;
        };
        members
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(key.as_bytes()))
            .map(|(_, value)| value)
    }

    /// The text of a key, when it is there and says something.
    fn text_at(&self, key: &str) -> Option<Vec<u8>> {
        match self.at(key)? {
            Json::Text(text) => text::present(text).map(<[u8]>::to_vec),
            _ => None,
        }
    }

    /// The texts of a key that holds a list of them, as headers do.
    fn texts_at(&self, key: &str) -> Vec<Vec<u8>> {
        match self.at(key) {
            Some(Json::List(items)) => items.iter().filter_map(Json::text).collect(),
            Some(other) => other.text().into_iter().collect(),
            None => Vec::new(),
        }
    }

    fn text(&self) -> Option<Vec<u8>> {
        match self {
            Json::Text(text) => text::present(text).map(<[u8]>::to_vec),
            _ => None,
        }
    }
}

/// Reads one line, or `None`.
pub fn read(line: &[u8]) -> Option<SlowRecord> {
    let mut reader = Reader { text: line, at: 0 };
    let entry = reader.value(0)?;
    reader.spaces();
    if reader.at != line.len() {
        return None;
    }
    let common = entry.text_at("common_log").and_then(|copy| clf::read(&copy));
    let Some(request) = entry.at("request").filter(|request| request.at("uri").is_some()) else {
        return common;
    };

    let mut record = SlowRecord { time: entry.at("ts").and_then(instant), ..SlowRecord::default() };
    if record.time.is_none() {
        record.time = common.and_then(|copy| copy.time);
    }
    let string = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    if let Some(peer) = request.text_at("remote_ip").or_else(|| request.text_at("remote_addr")) {
        text::add_addresses(&mut record, Role::Peer, &string(peer));
    }
    let no_headers = Json::Object(Vec::new());
    let headers = request.at("headers").unwrap_or(&no_headers);
    for list in headers.texts_at("X-Forwarded-For") {
        text::add_addresses(&mut record, Role::Forwarded, &string(list));
    }
    if let Some(client) = request.text_at("client_ip").map(string) {
        // Caddy resolves it from a forwarded header when the peer is trusted; else it repeats the peer.
        let known = text::ip(&client).unwrap_or(client);
        if record.addresses.iter().all(|(_, address)| *address != known) {
            text::add_addresses(&mut record, Role::Forwarded, &known);
        }
    }
    record.method = request.text_at("method").map(string);
    record.target = request.text_at("uri");
    record.host = request.text_at("host").and_then(|name| text::host(&string(name)));
    record.user_agent = headers.texts_at("User-Agent").into_iter().next();
    record.referer = headers.texts_at("Referer").into_iter().next();
    record.user = entry.text_at("user_id");
    // Caddy logs status 0 when no handler wrote a header; that is no status.
    record.status = match entry.at("status") {
        Some(Json::Number(digits)) => {
            digits.parse().ok().filter(|status| (100..=999).contains(status))
        }
        _ => None,
    };
    record.bytes = match entry.at("size") {
        Some(Json::Number(digits)) => digits.parse().ok(),
        _ => None,
    };
    Some(record)
}

/// The instant of `ts`: seconds, milliseconds or nanoseconds since 1970 by their size, or a date.
fn instant(ts: &Json) -> Option<i64> {
    match ts {
        Json::Number(digits) => {
            let whole = match digits.split_once('.') {
                Some((whole, fraction)) if fraction.bytes().all(|b| b.is_ascii_digit()) => {
                    whole.parse::<i64>().ok()?
                }
                _ => digits
                    .parse::<i64>()
                    .ok()
                    .or_else(|| Some(digits.parse::<f64>().ok()?.floor() as i64))?,
            };
            match whole {
                0..=99_999_999_999 => Some(whole),
                100_000_000_000..=99_999_999_999_999 => Some(whole / 1000),
                100_000_000_000_000.. => Some(whole / 1_000_000_000),
                _ => None,
            }
        }
        Json::Text(date) => text::instant(&String::from_utf8_lossy(date))?,
        _ => None,
    }
}

/// A place in a JSON text.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn spaces(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Steps over one byte, when it is this one and spaces may stand before it.
    fn step(&mut self, wanted: u8) -> bool {
        self.spaces();
        let found = self.peek() == Some(wanted);
        if found {
            self.at += 1;
        }
        found
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        if depth > MAXIMAL_DEPTH {
            return None;
        }
        self.spaces();
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => Some(Json::Text(self.string()?)),
            _ => self.word_or_number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut members = Vec::new();
        if self.step(b'}') {
            return Some(Json::Object(members));
        }
        loop {
            self.spaces();
            let key = self.string()?;
            if !self.step(b':') {
                return None;
            }
            members.push((key, self.value(depth + 1)?));
            if self.step(b'}') {
                return Some(Json::Object(members));
            }
            if !self.step(b',') {
                return None;
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut items = Vec::new();
        if self.step(b']') {
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.step(b']') {
                return Some(Json::List(items));
            }
            if !self.step(b',') {
                return None;
            }
        }
    }

    fn word_or_number(&mut self) -> Option<Json> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        {
            self.at += 1;
        }
        let token = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
        match token.as_str() {
            "true" | "false" | "null" => Some(Json::Word),
            _ if token.starts_with(|first: char| first.is_ascii_digit() || first == '-') => {
                token.parse::<f64>().ok()?;
                Some(Json::Number(token))
            }
            _ => None,
        }
    }

    /// A string with its escapes undone; a lone surrogate becomes the replacement character.
    fn string(&mut self) -> Option<Vec<u8>> {
        if self.peek() != Some(b'"') {
            return None;
        }
        self.at += 1;
        let mut plain = Vec::new();
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => return Some(plain),
                b'\\' => {
                    let escape = self.peek()?;
                    self.at += 1;
                    match escape {
                        b'"' | b'\\' | b'/' => plain.push(escape),
                        b'b' => plain.push(0x08),
                        b'f' => plain.push(0x0C),
                        b'n' => plain.push(b'\n'),
                        b'r' => plain.push(b'\r'),
                        b't' => plain.push(b'\t'),
                        b'u' => {
                            let character = self.unicode_escape()?;
                            plain.extend_from_slice(character.to_string().as_bytes());
                        }
                        _ => return None,
                    }
                }
                _ => plain.push(byte),
            }
        }
    }

    /// The four digits behind `\u`, and a second escape where the first is half a pair.
    fn unicode_escape(&mut self) -> Option<char> {
        let first = self.four_digits()?;
        if (0xD800..0xDC00).contains(&first) && self.text[self.at..].starts_with(b"\\u") {
            let before = self.at;
            self.at += 2;
            let second = self.four_digits()?;
            if (0xDC00..0xE000).contains(&second) {
                return char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            }
            self.at = before;
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Option<u32> {
        let high = text::hex_pair(self.text, self.at)?;
        let low = text::hex_pair(self.text, self.at + 2)?;
        self.at += 4;
        Some(u32::from(high) * 256 + u32::from(low))
    }
}
