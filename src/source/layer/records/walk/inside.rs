//! Inside an object: the grammar of JSON, as far as it tells where an object ends, and the lists that hold records.

use memchr::memmem;

use super::{Base, Expect, GAP, Lists, OUTER, TOLD, Walk};

/// How many objects may lie round a list of records in one object.
const ROUND: u32 = 3;

/// Names of lists that hold records and nothing else.
const RECORDS: [&str; 6] = ["Records", "records", "logEvents", "hits", "streams", "result"];

/// Names that such lists have too, and members of a record may have.
const OTHERS: [&str; 10] = [
    "value",
    "events",
    "entries",
    "data",
    "results",
    "items",
    "logs",
    "Events",
    "rows",
    "responses",
];

/// The name of a list of lists: Loki's pairs of time and line.
const PAIRS: &str = "values";

/// Names that say that an object is itself a record, in their quotes.
const OF_A_RECORD: [&[u8]; 21] = [
    b"\"time\"",
    b"\"timestamp\"",
    b"\"timeStamp\"",
    b"\"@timestamp\"",
    b"\"ts\"",
    b"\"date\"",
    b"\"datetime\"",
    b"\"time_local\"",
    b"\"client\"",
    b"\"client_ip\"",
    b"\"clientip\"",
    b"\"clientIp\"",
    b"\"remote_addr\"",
    b"\"remote_ip\"",
    b"\"remoteAddr\"",
    b"\"path\"",
    b"\"url\"",
    b"\"uri\"",
    b"\"request\"",
    b"\"request_uri\"",
    b"\"method\"",
];

/// Says whether a part of an object has a name that a record has.
pub(super) fn is_record(part: &[u8]) -> bool {
    OF_A_RECORD.iter().any(|name| memmem::find(part, name).is_some())
}

impl Walk {
    pub(super) fn inside(&mut self, byte: u8, out: &mut Vec<u8>) {
        if self.in_text {
            return self.text(byte, out);
        }
        if self.is_pending && !byte.is_ascii_whitespace() {
            self.is_pending = false;
            let of_lists = self.key == PAIRS.as_bytes();
            if byte == if of_lists { b'[' } else { b'{' } {
                return self.enter(of_lists, byte, out);
            }
            self.is_round |= byte == b']' && !of_lists;
        }
        // Nothing of what stands behind a list was held yet, and nothing need be as long as it only closes.
        let is_closing = self.is_behind && self.hold.is_empty();
        match (byte, self.expect) {
            (b' ' | b'\t' | b'\r' | b'\n', expect) => {
                if expect == Expect::Scalar {
                    self.expect = Expect::CommaOrEnd;
                }
                self.facts.is_laid_out |= byte == b'\n' && self.bases.len() == 1;
                match is_closing {
                    true => self.skip(out),
                    false => self.put(b' ', out),
                }
            }
            // So deep that lists and objects are not told apart.
            (b'"', _) if self.depth > TOLD => {
                (self.in_text, self.is_key) = (true, false);
                self.put(byte, out);
            }
            (b'{' | b'[', _) if self.depth > TOLD => {
                self.put(byte, out);
                self.open(byte == b'[');
            }
            (b',' | b':', _) if self.depth > TOLD => self.put(byte, out),
            (b'"', Expect::Key | Expect::KeyOrEnd) => {
                self.key.clear();
                (self.in_text, self.is_key) = (true, true);
                self.put(byte, out);
            }
            (b'"', Expect::Value) => {
                (self.in_text, self.is_key) = (true, false);
                self.put(byte, out);
            }
            (b':', Expect::Colon) => {
                self.expect = Expect::Value;
                self.put(byte, out);
            }
            // A value that a template left out is no reason to lose the object's end.
            (b',', Expect::CommaOrEnd | Expect::Scalar | Expect::Value) => {
                self.expect = if self.is_in_list() { Expect::Value } else { Expect::Key };
                if is_closing {
                    self.give_gap(out);
                    self.is_line_start = false;
                    self.put(OUTER, out);
                } else {
                    self.put(byte, out);
                }
            }
            (b'{' | b'[', Expect::Value) => {
                self.put(byte, out);
                let is_list = byte == b'[';
                self.is_pending = is_list && !self.is_in_list() && self.names_records();
                self.open(is_list);
            }
            (b'}' | b']', expect) if expect != Expect::Colon && self.ends(byte) => {
                match is_closing {
                    true => self.skip(out),
                    false => self.put(byte, out),
                }
                self.shut();
                self.expect = Expect::CommaOrEnd;
                if self.depth == self.base().depth {
                    self.finish(out);
                }
            }
            (b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'-' | b'.', expect)
                if matches!(expect, Expect::Scalar | Expect::Value) || self.depth > TOLD =>
            {
                self.expect = Expect::Scalar;
                self.put(byte, out);
            }
            _ => self.damage(byte, out),
        }
    }

    /// A byte of a text.
    fn text(&mut self, byte: u8, out: &mut Vec<u8>) {
        match byte {
            // JSON has no newline in a text: a quote is missing.
            b'\n' => return self.damage(byte, out),
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = true,
            b'"' => {
                self.in_text = false;
                self.expect = if self.is_key { Expect::Colon } else { Expect::CommaOrEnd };
            }
            _ => {}
        }
        if self.is_key && self.in_text && self.key.len() < GAP {
            self.key.push(byte);
        }
        self.put(byte, out);
    }

    /// Says whether the list that begins here may hold records, by its name and by what stands round it.
    fn names_records(&self) -> bool {
        let is_outermost = self.bases.len() == 1;
        if !self.is_held || self.lists == Lists::None || self.depth - self.base().depth > ROUND {
            return false;
        }
        let is_of = |names: &[&str]| names.iter().any(|name| name.as_bytes() == self.key);
        let holds = |name: &[u8]| memmem::find(&self.hold, name).is_some();
        if self.key == PAIRS.as_bytes() {
            return holds(b"\"stream\"");
        }
        let is_record = || is_record(&self.hold);
        match is_outermost {
            true if is_of(&RECORDS) => !is_record(),
            true if is_of(&OTHERS) => self.lists == Lists::All && !is_record(),
            // In a record of a list only what cannot be a member of it.
            _ => self.base().of_answers && self.key == b"hits" && !is_record(),
        }
    }

    /// The list that was opened last holds records: what is held stands round them.
    fn enter(&mut self, of_lists: bool, byte: u8, out: &mut Vec<u8>) {
        if self.bases.len() == 1 {
            let is_other = OTHERS.iter().any(|name| name.as_bytes() == self.key);
            self.facts.has_others |= is_other;
            self.facts.has_records |= !is_other;
        }
        let bracket = self.hold.iter().rposition(|byte| *byte == b'[').unwrap_or(self.hold.len());
        self.gap = self.hold.len() - bracket;
        self.hold.truncate(bracket);
        let of_answers = self.key == b"responses";
        self.is_round = true;
        self.release(out);
        (self.was_newline, self.column) = (false, 0);
        self.bases.push(Base { depth: self.depth, of_lists, of_answers });
        self.begin(byte, out);
    }
}
