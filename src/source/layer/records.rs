//! JSON whose records are not lines, framed so that each record is one line.
//!
//! A cloud's export is one list of records, pretty-printed or not; an object with the list inside (`{"Records":[…]}` of CloudTrail,
//! `{"logEvents":[…]}` of CloudWatch, `{"hits":{"hits":[…]}}` of Elasticsearch, `{"streams":[…]}` of Loki); many such objects, one a line or
//! one behind the other; or records pretty-printed over several lines. None of it is read into memory: the walk holds the text of one
//! object until it is known whether its records are inside, at most [`HELD`] bytes.
//!
//! A frame keeps its bytes and their places: what separates records becomes blanks and one newline, and layout inside a record becomes
//! blanks, so that offsets are those of the source. Only where one record follows another without a byte between, a newline is put in; the
//! note then says so. What stands round the records in an object of its own is a line too, and begins with [`OUTER`] in place of its brace
//! or comma. JSON that is damaged is given as it stands, line by line, up to where the next record can begin.

use super::{Layer, OUTER};

mod walk;

use walk::{Facts, Lists, Walk};

/// The most bytes of an object that are held while it is not known whether it has records inside.
const HELD: usize = 64 << 10;

/// JSON taken apart into records.
struct Records {
    walk: Walk,
}

/// Begins where the records of JSON are not lines.
pub(super) fn begin(head: &[u8]) -> Option<Box<dyn Layer>> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let is_json = match text {
        [b'{', ..] => true,
        [b'[', rest @ ..] => rest.trim_ascii_start().first() == Some(&b'{'),
        _ => false,
    };
    if !is_json {
        return None;
    }
    let mut scout = Walk::new(Lists::All);
    scout.push(head, &mut Vec::new());
    let (facts, is_damaged) = scout.facts();
    let Facts { n_objects, is_list, is_laid_out, is_glued, n_records, .. } = facts;
    let has_layout = is_laid_out || is_glued;
    let lists = match n_objects {
        // A record may have any list, also one of a name that says records.
        _ if facts.is_record => Lists::None,
        0..=1 => Lists::All,
        _ if has_layout => Lists::All,
        _ => Lists::Sure,
    };
    let is_inside = match lists {
        Lists::All => facts.has_records || facts.has_others,
        Lists::Sure => facts.has_records,
        Lists::None => false,
    };
    let is_json = n_records > 0 || !is_damaged;
    let is_wanted = (is_list || has_layout || is_inside) && is_json;
    is_wanted.then(|| Box::new(Records { walk: Walk::new(lists) }) as _)
}

impl Layer for Records {
    fn name(&self) -> &'static str {
        "JSON records"
    }

    fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        self.walk.push(input, out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.walk.end(out);
    }

    fn note(&self) -> String {
        let kept = "holds records that are not lines: each was read as one line";
        match self.walk.n_inserted {
            0 => format!("{kept}; offsets are those of the source"),
            n => format!(
                "{kept}; {n} newlines were put between records that had none, and offsets are those of the text with them"
            ),
        }
    }

    fn problems(&self) -> Vec<String> {
        let n_damaged = self.walk.n_damaged;
        let sentence = || {
            format!(
                "has damaged JSON in {n_damaged} places, which is left as it stands and counted as unread lines"
            )
        };
        (n_damaged > 0).then(sentence).into_iter().collect()
    }
}

#[cfg(test)]
mod tests;
