//! Lines that are one JSON object: the values at the places that a directive
//! names, each read by a small layout of its own, wherever it stands in the
//! object and however that is spaced.

use std::fmt;
use std::io::Write;
use std::ops::Range;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::json::mend;
use super::layout::Layout;

/// How many values of an object may be read.
pub const PLACES: usize = 32;

/// How deep objects may nest.
const DEEPEST: usize = 16;

/// The values that are read, as a tree of names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tree {
    nodes: Vec<Node>,
    /// How the value at each place is read.
    pub values: Vec<Layout>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Node {
    name: String,
    place: Option<usize>,
    below: Vec<usize>,
}

impl Tree {
    /// Reads the value at `path` by `layout`.
    pub fn add(&mut self, path: &[String], layout: Layout) {
        let place = self.values.len();
        self.values.push(layout);
        self.lead(path, place);
        // Some loggers write a name with dots for an object in an object.
        if path.len() > 1 {
            self.lead(&[path.join(".")], place);
        }
    }

    fn lead(&mut self, path: &[String], place: usize) {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        let mut at = 0;
        for name in path {
            let known =
                self.nodes[at].below.iter().copied().find(|&each| self.nodes[each].name == *name);
            at = known.unwrap_or_else(|| {
                self.nodes.push(Node { name: name.clone(), ..Node::default() });
                let new = self.nodes.len() - 1;
                self.nodes[at].below.push(new);
                new
            });
        }
        self.nodes[at].place = Some(place);
    }

    fn below(&self, at: usize, name: &str) -> Option<usize> {
        let below = &self.nodes.get(at)?.below;
        let is = |each: &&usize| self.nodes[**each].name.eq_ignore_ascii_case(name);
        below.iter().find(is).copied()
    }
}

/// A value as the walk left it.
#[derive(Debug, Clone, Default)]
enum Value<'a> {
    #[default]
    None,
    Line(&'a [u8]),
    Scratch(Range<usize>),
}

/// The values of one line, by place.
pub struct Found<'a> {
    values: [Value<'a>; PLACES],
    scratch: &'a [u8],
}

impl<'a> Found<'a> {
    /// The text at a place, as it stands in the line or beside it.
    pub fn text(&self, place: usize) -> Option<&'a [u8]> {
        match self.values.get(place)? {
            Value::None => None,
            Value::Line(text) => Some(text),
            Value::Scratch(range) => self.scratch.get(range.clone()),
        }
    }
}

/// Finds the values of a line. A line that is JSON only once it is mended is
/// read so.
///
/// # Errors
/// Where the line stops being one JSON object.
pub fn find<'a>(
    tree: &Tree,
    line: &'a [u8],
    (scratch, spare): (&'a mut Vec<u8>, &mut Vec<u8>),
) -> Result<Found<'a>, usize> {
    scratch.clear();
    let values = match walk(tree, line, scratch) {
        Ok(values) => values,
        Err(at) => mended(tree, line, scratch, spare).ok_or(at)?,
    };
    Ok(Found { values, scratch })
}

type Values<'a> = [Value<'a>; PLACES];

fn walk<'a>(tree: &Tree, text: &'a [u8], scratch: &mut Vec<u8>) -> Result<Values<'a>, usize> {
    if text.trim_ascii_start().first() != Some(&b'{') {
        return Err(0);
    }
    let mut values: Values<'a> = Default::default();
    let mut json = serde_json::Deserializer::from_slice(text);
    let miss = |error: serde_json::Error| error.column().saturating_sub(1).min(text.len());
    let walk = Walk { tree, at: 0, depth: 0, values: &mut values, scratch };
    walk.deserialize(&mut json).map_err(miss)?;
    json.end().map_err(miss)?;
    Ok(values)
}

fn mended(
    tree: &Tree,
    line: &[u8],
    scratch: &mut Vec<u8>,
    spare: &mut Vec<u8>,
) -> Option<Values<'static>> {
    if !mend::mend(line, spare) {
        return None;
    }
    scratch.clear();
    let found = walk(tree, spare, scratch).ok()?;
    Some(found.map(|value| {
        let start = scratch.len();
        match value {
            Value::None => return Value::None,
            Value::Line(text) => mend::unmend(text, scratch),
            Value::Scratch(range) => {
                let text = scratch.get(range).unwrap_or_default().to_vec();
                mend::unmend(&text, scratch);
            }
        }
        Value::Scratch(start..scratch.len())
    }))
}

/// The walk over one value.
struct Walk<'w, 'a> {
    tree: &'w Tree,
    at: usize,
    depth: usize,
    values: &'w mut Values<'a>,
    scratch: &'w mut Vec<u8>,
}

impl<'a> Walk<'_, 'a> {
    /// Keeps a value, if one is wanted here; of a name that comes twice the
    /// first.
    fn put(&mut self, value: Value<'a>) {
        let place = self.tree.nodes.get(self.at).and_then(|node| node.place);
        if let Some(slot) = place.and_then(|place| self.values.get_mut(place))
            && matches!(slot, Value::None)
        {
            *slot = value;
        }
    }

    /// Keeps a number or a word as it is written.
    fn write(&mut self, what: impl fmt::Display) {
        let start = self.scratch.len();
        // Writing to a vector does not fail.
        let _ = write!(self.scratch, "{what}");
        self.put(Value::Scratch(start..self.scratch.len()));
    }
}

impl<'a> DeserializeSeed<'a> for Walk<'_, 'a> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<(), E> {
        self.write(value);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, number: i64) -> Result<(), E> {
        self.write(number);
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, number: u64) -> Result<(), E> {
        self.write(number);
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, number: f64) -> Result<(), E> {
        self.write(number);
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(mut self, text: &'a str) -> Result<(), E> {
        self.put(Value::Line(text.as_bytes()));
        Ok(())
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        self.write(text);
        Ok(())
    }

    /// A list of texts is one text with commas, as HTTP joins headers.
    fn visit_seq<A: SeqAccess<'a>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let mut joined = Vec::new();
        while let Some(text) = seq.next_element_seed(Element)? {
            if let Some(text) = text {
                if !joined.is_empty() {
                    joined.extend_from_slice(b", ");
                }
                joined.extend_from_slice(text.as_bytes());
            }
        }
        if !joined.is_empty() {
            let start = self.scratch.len();
            self.scratch.extend_from_slice(&joined);
            self.put(Value::Scratch(start..self.scratch.len()));
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        if self.depth >= DEEPEST {
            return Err(A::Error::custom("too deep"));
        }
        while let Some(at) = map.next_key_seed(Name(self.tree, self.at))? {
            let Some(at) = at else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            map.next_value_seed(Walk {
                tree: self.tree,
                at,
                depth: self.depth + 1,
                values: &mut *self.values,
                scratch: &mut *self.scratch,
            })?;
        }
        Ok(())
    }
}

/// A name in an object: the node it leads to.
struct Name<'w>(&'w Tree, usize);

impl<'a> DeserializeSeed<'a> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: serde::Deserializer<'a>>(self, json: D) -> Result<Option<usize>, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.below(self.1, name))
    }
}

/// One element of a list: a text, or nothing that is joined.
struct Element;

impl<'a> DeserializeSeed<'a> for Element {
    type Value = Option<String>;

    fn deserialize<D: serde::Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Element {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}
