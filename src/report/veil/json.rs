//! JSON on its way out: every string is taken out of it whole, veiled by the
//! name that it stands under, and put back as our own JSON is written.

use std::borrow::Cow;

use super::{Field, Veil};
use crate::report::safe::{self, Json};

/// Where in a document a line begins. Strings never reach over lines.
#[derive(Default)]
pub(super) struct Place {
    /// What is open: whether it is an object, and the name it stands under.
    open: Vec<(bool, String)>,
    /// The last name.
    name: String,
    /// A name comes next.
    is_name_next: bool,
}

impl Place {
    /// A line, veiled.
    pub(super) fn line(&mut self, veil: &Veil, line: &str) -> String {
        let mut out = String::with_capacity(line.len());
        let mut at = 0;
        while let Some(&byte) = line.as_bytes().get(at) {
            if byte == b'"' {
                let end = at + string_length(&line.as_bytes()[at..]);
                self.string(veil, &line[at..end], &mut out);
                at = end;
                continue;
            }
            let length = memchr::memchr(b'"', &line.as_bytes()[at..]);
            let next = length.map_or(line.len(), |length| at + length);
            line.as_bytes()[at..next].iter().for_each(|byte| self.mark(*byte));
            out.push_str(&line[at..next]);
            at = next;
        }
        out
    }

    fn mark(&mut self, byte: u8) {
        match byte {
            b'{' | b'[' => {
                self.open.push((byte == b'{', self.name.clone()));
                self.is_name_next = byte == b'{';
            }
            b'}' | b']' => {
                self.name = self.open.pop().map(|(_, name)| name).unwrap_or_default();
                self.is_name_next = false;
            }
            b',' => self.is_name_next = self.open.last().is_some_and(|(is_object, _)| *is_object),
            b'\n' if self.open.is_empty() => self.name.clear(),
            _ => {}
        }
    }

    fn string(&mut self, veil: &Veil, quoted: &str, out: &mut String) {
        let inner = quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let text = match inner {
            Some(text) if !text.contains('\\') => Cow::Borrowed(text),
            _ => match serde_json::from_str::<String>(quoted) {
                Ok(text) => Cow::Owned(text),
                // None of ours; as text it is veiled all the same.
                Err(_) => return out.push_str(&veil.text(quoted)),
            },
        };
        let field = if self.is_name_next { Field::Text } else { Field::named(&self.name) };
        match veil.field(field, &text) {
            None => out.push_str("null"),
            Some(Cow::Borrowed(_)) => out.push_str(quoted),
            Some(Cow::Owned(veiled)) => out.push_str(&quote(&veiled)),
        }
        if self.is_name_next {
            self.name.clear();
            self.name.push_str(&text);
            self.is_name_next = false;
        }
    }
}

/// The length of a string with its quotes.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(length) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += length;
        match bytes[at] {
            b'"' => return at + 1,
            _ => at += 2,
        }
    }
    bytes.len()
}

fn quote(text: &str) -> String {
    let mut line = Vec::new();
    // Writing to memory does not fail.
    let _ = safe::json(text, Json::line(), &mut line);
    line.pop();
    String::from_utf8(line).unwrap_or_default()
}
