//! Directives for lines that are one JSON object: a mapping of our fields to
//! a site's names, and formats of a server whose text is JSON.
//!
//! ```abnf
//! mapping = "json:{" pair *("," pair) "}"
//! pair    = field ":" (path / DQUOTE path DQUOTE)
//! path    = name *("." name)
//! ```
//!
//! A format such as `{"ip":"$remote_addr"}` is read as an object too, so that
//! neither the order of its names nor its blanks matter.

use serde_json::Value;

use super::clock::Clock;
use super::ending::{Mark, Told};
use super::field::{Escaping, Kind, Moment, Piece, Pieces};
use super::layout::Layout;
use super::object::{PLACES, Tree};
use super::text::Wrong;
use crate::record::BytesMeaning;

/// The fields that a mapping may name.
static FIELDS: [(&str, Kind); 34] = [
    ("agent", Kind::Agent),
    ("body", Kind::Bytes(BytesMeaning::Body)),
    ("bytes", Kind::Bytes(BytesMeaning::Unknown)),
    ("client", Kind::Client),
    ("completion", Kind::Ending(Mark::Completion)),
    ("content_range", Kind::Range(Told::Sent)),
    ("end", Kind::Time(Moment::End, Clock::Any)),
    ("forwarded", Kind::Forwarded),
    ("host", Kind::Host(0)),
    ("method", Kind::Method),
    ("path", Kind::Path),
    ("peer", Kind::Connection),
    ("protocol", Kind::Protocol),
    ("query", Kind::Query),
    ("range", Kind::Range(Told::Asked)),
    ("real", Kind::Real),
    ("referer", Kind::Referer),
    ("referrer", Kind::Referer),
    ("request", Kind::Request),
    ("start", Kind::Time(Moment::Start, Clock::Any)),
    ("status", Kind::Status(0)),
    ("target", Kind::Target),
    ("termination", Kind::Ending(Mark::Termination)),
    ("time", Kind::Time(Moment::Unknown, Clock::Any)),
    ("took", Kind::Took(1_000_000_000, 0)),
    ("took_ms", Kind::Took(1_000_000, 0)),
    ("took_ns", Kind::Took(1, 0)),
    ("took_s", Kind::Took(1_000_000_000, 0)),
    ("took_us", Kind::Took(1_000, 0)),
    ("upstream", Kind::Upstream),
    ("url", Kind::Target),
    ("user", Kind::User),
    ("user_agent", Kind::Agent),
    ("wire", Kind::Bytes(BytesMeaning::Wire)),
];

/// A pair of a mapping: where its path begins, the path, and the field.
type Pair = (usize, Vec<String>, Pieces);

/// Compiles a mapping, from its brace on.
///
/// # Errors
/// What is wrong with it, and where.
pub fn mapping(source: &str, from: usize) -> Result<Vec<Pair>, Wrong> {
    let given = source[from..].trim_end();
    let start = from + given.len() - given.trim_start().len();
    let given = given.trim_start();
    let Some(inside) = given.strip_prefix('{') else {
        return Err(Wrong::at(
            start,
            "a mapping stands in braces: json:{client:ip,time:ts,request:req}",
        ));
    };
    let Some(inside) = inside.strip_suffix('}') else {
        return Err(Wrong::at(start, "this brace is never closed"));
    };
    let mut pairs = Vec::new();
    let mut at = start + 1;
    for pair in split(inside, ',') {
        let here = at + pair.len() - pair.trim_start().len();
        at += pair.len() + 1;
        if pair.trim().is_empty() {
            continue;
        }
        let Some(colon) = split(pair, ':').next().map(str::len).filter(|end| *end < pair.len())
        else {
            return Err(Wrong::at(
                here,
                "a pair is a field, a colon and a name, such as client:ip",
            ));
        };
        let name = unquoted(&pair[..colon]);
        let Some((_, kind)) = FIELDS.iter().find(|(known, _)| *known == name) else {
            let near = FIELDS
                .iter()
                .map(|(known, _)| *known)
                .max_by(|a, b| strsim::jaro(name, a).total_cmp(&strsim::jaro(name, b)));
            return Err(Wrong::at(
                here,
                format!(
                    "there is no field \"{name}\"; did you mean \"{}\"?",
                    near.unwrap_or("time")
                ),
            ));
        };
        let value = at - 1 - (pair.len() - colon - 1);
        let path = unquoted(&pair[colon + 1..]);
        if path.is_empty() || path.split('.').any(str::is_empty) {
            return Err(Wrong::at(
                value,
                "here stands a name of the log, such as ip or request.ip",
            ));
        }
        let mut pieces = Pieces::default();
        pieces.field(kind.clone(), path, value);
        pairs.push((here, path.split('.').map(str::to_owned).collect(), pieces));
    }
    Ok(pairs)
}

/// Parts between separators that stand outside quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_inside = false;
    text.split(move |letter| {
        is_inside ^= letter == '"';
        letter == separator && !is_inside
    })
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

/// The tree of a mapping or of a format that is JSON. Values that say nothing
/// of who fetched what are left out.
///
/// # Errors
/// Two texts between which nothing stands, or too many values.
pub fn tree(pairs: Vec<Pair>) -> Result<Tree, Wrong> {
    let mut tree = Tree::default();
    for (at, path, pieces) in pairs {
        let says = |kind: &Kind| {
            !matches!(kind, Kind::IsArgs | Kind::Listed | Kind::Number | Kind::Opaque)
        };
        if !pieces.fields().any(|field| says(&field.kind)) {
            continue;
        }
        if tree.values.len() == PLACES {
            return Err(Wrong::at(
                at,
                format!("this is more than the {PLACES} values that are read"),
            ));
        }
        let mut layout = Layout::new(pieces, Escaping::Nothing)?;
        // A value that is empty is not looked at.
        layout.empties = layout.parts.len() > 1;
        tree.add(&path, layout);
    }
    Ok(tree)
}

/// The first of the letters that stand for a field while a format is read as
/// JSON: a plane that no log and no configuration uses.
const MARKS: u32 = 0xF_0000;

/// The values of a format that is one JSON object, by their paths; `None`
/// where it is none, or has fields in names or lists.
pub fn object(pieces: &Pieces) -> Option<Vec<Pair>> {
    let mut text = String::new();
    let mut fields = Vec::new();
    let (mut is_inside, mut is_escaped) = (false, false);
    for piece in &pieces.0 {
        match piece {
            Piece::Blanks => text.push(' '),
            Piece::Literal(literal) => {
                for letter in std::str::from_utf8(literal).ok()?.chars() {
                    is_inside ^= letter == '"' && !is_escaped;
                    is_escaped = letter == '\\' && !is_escaped;
                    text.push(letter);
                }
            }
            Piece::Field(field) => {
                let mark = char::from_u32(MARKS + fields.len() as u32)?;
                fields.push(field);
                match is_inside {
                    true => text.push(mark),
                    false => text.extend(['"', mark, '"']),
                }
            }
        }
    }
    let value @ Value::Object(_) = serde_json::from_str(&text).ok()? else { return None };
    let mut pairs = Vec::new();
    let mut path = Vec::new();
    gather(&value, &mut path, &mut |path, text| {
        let mut own = Pieces::default();
        let mut at = 0;
        for letter in text.chars() {
            match number(letter).and_then(|number| fields.get(number)) {
                Some(field) => {
                    at = field.at;
                    own.0.push(Piece::Field((*field).clone()));
                }
                None => {
                    letter.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| own.literal(byte));
                }
            }
        }
        if own.fields().next().is_some() {
            pairs.push((at, path.to_vec(), own));
        }
    })
    .then_some(pairs)
}

/// The field that a letter stands for.
fn number(letter: char) -> Option<usize> {
    u32::from(letter).checked_sub(MARKS).map(|number| number as usize)
}

/// Gives every text of an object to `take` with its path; `false` where a
/// field stands in a name or in a list.
fn gather(value: &Value, path: &mut Vec<String>, take: &mut impl FnMut(&[String], &str)) -> bool {
    let marked = |text: &str| text.chars().any(|letter| number(letter).is_some());
    match value {
        Value::String(text) => {
            take(path, text);
            true
        }
        Value::Array(list) => {
            list.iter().all(|one| !one.as_str().is_some_and(marked) && !one.is_object())
        }
        Value::Object(map) => map.iter().all(|(name, value)| {
            path.push(name.clone());
            let fine = !marked(name) && gather(value, path, take);
            path.pop();
            fine
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}
