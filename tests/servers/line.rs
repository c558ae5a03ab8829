//! One line of a server's log, held against what the client did.

use serde_json::Value;
use whofetched::format::{BytesMeaning, TimeMeaning};
use whofetched::record::{Client, Instant, Record, Request, Role};

/// How far a logged time may lie from the client's clock, in microseconds:
/// most logs count whole seconds, lighttpd adds the rounding of a second clock,
/// and a busy machine is late. A pause of the slow download is longer.
const SLACK: i64 = 2_000_000;

/// What times and bytes mean.
pub type Means = (TimeMeaning, BytesMeaning);

/// A field of bytes, of which each is kept as a character; `None` where it
/// is absent or null.
fn bytes_of(object: &Value, key: &str) -> Option<Vec<u8>> {
    let text = object.get(key)?.as_str()?;
    Some(text.chars().map(|byte| u8::try_from(u32::from(byte)).unwrap()).collect())
}

fn shown(field: Option<&[u8]>) -> String {
    field.map_or_else(
        || "none".to_owned(),
        |field| {
            let text = field.escape_ascii().to_string();
            if text.len() > 120 {
                format!("{}… ({} bytes)", &text[..120], field.len())
            } else {
                text
            }
        },
    )
}

/// One line of a log with all that is known of its request.
pub struct Line<'a> {
    /// What is known of the log.
    pub log: &'a Value,
    /// What was sent.
    pub request: &'a Value,
    /// What the client received, and when.
    pub truth: &'a Value,
    /// What the server is known to log otherwise.
    pub differs: &'a Value,
}

impl Line<'_> {
    /// A field as it was sent, or what the server's log says instead.
    pub fn expected(&self, key: &str) -> Option<Vec<u8>> {
        let differs = self.differs.get(key).is_some();
        bytes_of(if differs { self.differs } else { self.request }, key)
    }

    fn says(&self, field: &str) -> bool {
        self.log["fields"].as_array().unwrap().iter().any(|each| each == field)
    }

    /// Where a record differs from what the client did; `means` is what
    /// its format says of times and bytes.
    pub fn wrong(&self, means: Option<Means>, record: &Record<'_>) -> Vec<String> {
        let mut wrong = Vec::new();
        self.request(record, &mut wrong);
        self.addresses(record, &mut wrong);
        self.time(means, record, &mut wrong);
        self.bytes(means, record, &mut wrong);
        self.headers(record, &mut wrong);
        let status = match self.differs.get("status") {
            Some(said) => said.as_u64(),
            None => self.truth["status"].as_u64(),
        };
        let read = record.status.map(u64::from).filter(|status| *status > 0);
        let unseen = self.differs["status"] == "any" || self.truth["unread"] == true;
        if read != status && !unseen {
            wrong.push(format!("status {read:?}, the client was sent {status:?}"));
        }
        wrong
    }

    fn request(&self, record: &Record<'_>, wrong: &mut Vec<String>) {
        let reading = self.differs["reading"].as_str();
        if let Request::Raw(raw) = record.request {
            let raw = raw.map(<[u8]>::to_vec);
            let has_line = self.request["has_line"] == true && reading != Some("raw");
            if has_line {
                wrong.push(format!("no request line, but {}", shown(raw.as_deref())));
            }
            return;
        }
        let lineless = reading == Some("raw") || self.request["has_line"] == false;
        if lineless && self.differs.get("target").is_none() {
            wrong.push(format!("a request line where none is: {:?}", record.request));
            return;
        }
        for (name, read) in [("method", record.method()), ("target", record.target())] {
            let read = read.map(<[u8]>::to_vec);
            let wanted = self.expected(name);
            if read != wanted {
                let (read, wanted) = (shown(read.as_deref()), shown(wanted.as_deref()));
                wrong.push(format!("{name} {read}, the client sent {wanted}"));
            }
        }
    }

    fn addresses(&self, record: &Record<'_>, wrong: &mut Vec<String>) {
        let of = |role: Role| -> Vec<String> {
            record
                .addresses
                .each()
                .filter(|(each, _)| *each == role)
                .map(|(_, token)| match Client::read(token) {
                    Client::Ip(ip) => ip.to_string(),
                    Client::Name(name) => name.escape_ascii().to_string(),
                })
                .collect()
        };
        let client = self.truth["client"].as_str().unwrap_or("127.0.0.1");
        let (peers, forwarded) = (of(Role::Peer), of(Role::Forwarded));
        if self.log["peer"] == true
            && self.differs.get("peer") != Some(&Value::Null)
            && peers != [client]
        {
            wrong.push(format!("peer {peers:?}, the client was {client}"));
        }
        if self.request["id"] == "forwarded" && self.says("forwarded") {
            let wanted = bytes_of(self.request, "forwarded").unwrap();
            let wanted = String::from_utf8(wanted).unwrap();
            let wanted: Vec<&str> = wanted.split(", ").collect();
            let begins =
                forwarded.iter().map(String::as_str).take(wanted.len()).eq(wanted.iter().copied());
            // Envoy adds the peer's address, or its own where the peer is a loopback.
            let appended = self.log["appends"] == true;
            if !begins || (forwarded.len() > wanted.len() && !appended) {
                wrong.push(format!("forwarded {forwarded:?}, the client sent {wanted:?}"));
            }
        }
    }

    fn time(&self, means: Option<Means>, record: &Record<'_>, wrong: &mut Vec<String>) {
        let means = means.map_or(TimeMeaning::Unknown, |(time, _)| time);
        let wanted = match self.log["time"].as_str() {
            None => {
                if record.time.is_some() {
                    wrong.push(format!("a time, {:?}, where none is written", record.time));
                }
                return;
            }
            Some("start") => TimeMeaning::Start,
            Some("end") => TimeMeaning::End,
            other => panic!("{other:?}"),
        };
        if means != wanted && means != TimeMeaning::Unknown {
            wrong.push(format!(
                "the format says that the time is the {means:?}, it is the {wanted:?}"
            ));
        }
        let Some(time) = record.time else {
            wrong.push("no time".to_owned());
            return;
        };
        let at = micros(time.reading);
        let instant =
            |key: &str| micros(Instant::parse(self.truth[key].as_str().unwrap()).unwrap());
        let (began, ended) = (instant("from"), instant("to"));
        // The client pauses in the middle of the slow download: there the
        // beginning and the end are told from one another.
        let (least, most) = match (self.request["id"] == "slow", wanted) {
            (true, TimeMeaning::Start) => (began - SLACK, began + SLACK),
            (true, _) => (ended - SLACK, ended + SLACK),
            (false, _) => (began - SLACK, ended + SLACK),
        };
        if !(least..=most).contains(&at) {
            let shown = time.reading.text(6);
            let (after, before) = ((at - began) / 1000, (ended - at) / 1000);
            wrong.push(format!("time {shown}, {after} ms after the client began, {before} before it ended; it is the {wanted:?}"));
        }
    }

    fn bytes(&self, known: Option<Means>, record: &Record<'_>, wrong: &mut Vec<String>) {
        let Some(means) = self.log["bytes"].as_str() else {
            if record.bytes.is_some() {
                wrong.push(format!("bytes {:?} where none are written", record.bytes));
            }
            return;
        };
        let wanted = match means {
            "body" | "framed" | "proxy" => BytesMeaning::Body,
            "begun" | "near-wire" | "wire" => BytesMeaning::Wire,
            "planned" => BytesMeaning::Planned,
            "transferred" => BytesMeaning::Unknown,
            other => panic!("{other}"),
        };
        let means_read = known.map_or(BytesMeaning::Unknown, |(_, bytes)| bytes);
        if means_read != wanted && means_read != BytesMeaning::Unknown {
            wrong.push(format!(
                "the format says that bytes are {means_read:?}, they are {wanted:?}"
            ));
        }
        // Without chunks the body is what came over the wire.
        let number = |key: &str| {
            let wire = self.truth["wire"].as_u64().unwrap_or(0);
            self.truth[key].as_u64().unwrap_or(if key == "body" { wire } else { 0 })
        };
        let length = self.truth["length"].as_u64();
        if means == "proxy" || self.truth["unread"] == true {
            return;
        }
        // Error pages are not counted, and what was received is.
        if means == "transferred" && !matches!(self.truth["status"].as_u64(), Some(200 | 206)) {
            return;
        }
        let (least, most) = match self.differs.get("bytes") {
            Some(Value::String(any)) if any == "any" => return,
            Some(said) => (said.as_u64(), said.as_u64()),
            None => {
                let received = match means {
                    "body" => number("body"),
                    "framed" => number("wire"),
                    "wire" => number("head") + number("wire"),
                    "near-wire" => number("wire"),
                    _ => number("body"),
                };
                let whole = self.truth["cut"] != true;
                match means {
                    "begun" => {
                        (Some(number("head") / 2), Some(number("head") + number("wire") + 65_536))
                    }
                    // Neither headers that it adds itself nor chunk framing
                    // are counted.
                    "near-wire" if whole => {
                        (Some(number("body")), Some(number("head") + number("wire")))
                    }
                    "planned" if !whole && length.is_some() => (length, length),
                    // What the kernel took, but the client did not read.
                    _ if !whole => {
                        (Some(received), length.map(|length| length + number("head") + 16))
                    }
                    _ => (Some(received), Some(received)),
                }
            }
        };
        let read = record.bytes;
        let fits = match (least, most) {
            (Some(0), Some(0)) | (None, _) => read.unwrap_or(0) == 0,
            (Some(least), Some(most)) => read.is_some_and(|read| (least..=most).contains(&read)),
            (Some(least), None) => read.is_some_and(|read| read >= least),
        };
        if !fits {
            wrong.push(format!("bytes {read:?}, by the client {least:?} to {most:?}"));
        }
    }

    fn headers(&self, record: &Record<'_>, wrong: &mut Vec<String>) {
        let known = self.truth["status"] == 200;
        let fields = [
            ("agent", "agent", record.agent, true),
            ("referer", "referer", record.referer, true),
            ("user", "user", record.user, true),
            ("known-user", "user", record.user, known),
        ];
        for (field, name, read, holds) in fields {
            if !self.says(field) {
                continue;
            }
            let read = read.map(<[u8]>::to_vec);
            let wanted = self.expected(name).filter(|_| holds);
            if read != wanted {
                let (read, wanted) = (shown(read.as_deref()), shown(wanted.as_deref()));
                wrong.push(format!("{name} {read}, the client sent {wanted}"));
            }
        }
        let usual = bytes_of(self.request, "host").is_some_and(|host| host == b"example.test");
        if self.says("host") && usual && known && record.host != Some(b"example.test") {
            wrong.push(format!("host {}", shown(record.host)));
        }
        let names_none = !["agent", "referer"].iter().any(|field| self.says(field));
        if names_none && (record.agent.is_some() || record.referer.is_some()) {
            wrong.push(format!(
                "agent {:?} or referer {:?} of nothing",
                record.agent, record.referer
            ));
        }
    }
}

fn micros(instant: Instant) -> i64 {
    instant.seconds * 1_000_000 + i64::from(instant.nanos) / 1000
}
