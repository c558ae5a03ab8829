//! The walk over a JSON line: serde's visitors, which carry along the keys
//! that the path so far still agrees with.

use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::slots::{Slot, Slots, within};
use super::{Key, Remembered};
use crate::format::token;

/// How deep objects may nest before a line is refused.
pub const DEEPEST: usize = 16;

/// The walk over one value: which keys may still match here, as bits.
pub struct Walk<'w, 'a> {
    /// The text that is walked over.
    pub text: &'a [u8],
    /// What is looked for.
    pub keys: &'static [Key],
    /// The keys that the path so far agrees with, as bits.
    pub live: u128,
    /// How many names the path so far has.
    pub depth: usize,
    /// Where values go.
    pub slots: &'w mut Slots,
    /// Where unescaped texts go.
    pub scratch: &'w mut Vec<u8>,
    /// What is remembered of names.
    pub names: &'w mut Remembered,
}

impl<'a> Walk<'_, 'a> {
    /// Puts a value into the place of the key that ends here, unless a key
    /// that stands before it in the table has filled that place. An empty
    /// text and `-` fill none.
    fn put(&mut self, slot: Slot) {
        if self.of(slot).is_some_and(|text| token::present(text).is_none()) {
            return;
        }
        if let Some(number) = ending(self.keys, self.live, self.depth)
            && let Some(key) = self.keys.get(number)
        {
            self.slots.fill(key.place, number, slot);
        }
    }

    /// The text of a slot.
    fn of(&self, slot: Slot) -> Option<&[u8]> {
        match slot {
            Slot::Fixed(text) => Some(text.as_bytes()),
            Slot::Line(start, end) => self.text.get(start..end),
            Slot::Scratch(start, end) => self.scratch.get(start..end),
            Slot::Number(_) | Slot::Whole(_) => None,
        }
    }

    /// Where a text of the text that is walked over stands.
    fn line(&mut self, text: &str) -> Slot {
        match within(self.text, text.as_bytes()) {
            Some((start, end)) => Slot::Line(start, end),
            None => self.copied(text),
        }
    }

    /// A text that stands nowhere else, in the scratch.
    fn copied(&mut self, text: &str) -> Slot {
        let start = self.scratch.len();
        self.scratch.extend_from_slice(text.as_bytes());
        Slot::Scratch(start, self.scratch.len())
    }

    /// Appends the text of a slot to the scratch, in which it may lie.
    fn append(&mut self, slot: Slot) {
        match slot {
            Slot::Scratch(start, end) => self.scratch.extend_from_within(start..end),
            Slot::Line(start, end) => {
                let text = self.text;
                self.scratch.extend_from_slice(text.get(start..end).unwrap_or_default());
            }
            Slot::Fixed(_) | Slot::Number(_) | Slot::Whole(_) => {}
        }
    }

    /// The same walk for a part of the value.
    fn again(&mut self) -> Walk<'_, 'a> {
        Walk {
            text: self.text,
            keys: self.keys,
            live: self.live,
            depth: self.depth,
            slots: &mut *self.slots,
            scratch: &mut *self.scratch,
            names: &mut *self.names,
        }
    }
}

/// Of the `live` keys, which share `depth` names, those that go on with `name`.
pub fn below(keys: &[Key], live: u128, depth: usize, name: &[u8]) -> u128 {
    let goes_on = |key: &Key| {
        key.path.get(depth).is_some_and(|one| one.as_bytes().eq_ignore_ascii_case(name))
    };
    numbers(live)
        .filter(|number| keys.get(*number).is_some_and(goes_on))
        .fold(0, |live, number| live | 1 << number)
}

/// Of the `live` keys the first that ends with `depth` names.
pub fn ending(keys: &[Key], live: u128, depth: usize) -> Option<usize> {
    numbers(live).find(|number| keys.get(*number).is_some_and(|key| key.path.len() == depth))
}

/// The numbers of the `live` keys, in order.
fn numbers(mut live: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let number = (live != 0).then_some(live.trailing_zeros() as usize)?;
        live &= live - 1;
        Some(number)
    })
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

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, number: i64) -> Result<(), E> {
        self.put(Slot::Number(number as f64));
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, number: u64) -> Result<(), E> {
        self.put(Slot::Whole(number));
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, number: f64) -> Result<(), E> {
        self.put(Slot::Number(number));
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(mut self, text: &'a str) -> Result<(), E> {
        let slot = self.line(text);
        self.put(slot);
        Ok(())
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        let slot = self.copied(text);
        self.put(slot);
        Ok(())
    }

    /// A list of texts is one text with commas, as HTTP joins headers.
    fn visit_seq<A: SeqAccess<'a>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let mut joined: Option<Slot> = None;
        while let Some(next) = seq.next_element_seed(Element(self.again()))? {
            joined = match (joined, next) {
                (None, next) => next,
                (some, None) => some,
                (Some(before), Some(next)) => {
                    let start = self.scratch.len();
                    self.append(before);
                    self.scratch.extend_from_slice(b", ");
                    self.append(next);
                    Some(Slot::Scratch(start, self.scratch.len()))
                }
            };
        }
        if let Some(joined) = joined {
            self.put(joined);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        if self.depth >= DEEPEST {
            return Err(A::Error::custom("too deep"));
        }
        while let Some(live) = map.next_key_seed(Name {
            keys: self.keys,
            live: self.live,
            depth: self.depth,
            names: &mut *self.names,
        })? {
            if live == 0 {
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(Walk {
                    text: self.text,
                    keys: self.keys,
                    live,
                    depth: self.depth + 1,
                    slots: &mut *self.slots,
                    scratch: &mut *self.scratch,
                    names: &mut *self.names,
                })?;
            }
        }
        Ok(())
    }
}

/// A name in an object: the keys that go on with it.
struct Name<'n> {
    keys: &'static [Key],
    live: u128,
    depth: usize,
    names: &'n mut Remembered,
}

impl<'a> DeserializeSeed<'a> for Name<'_> {
    type Value = u128;

    fn deserialize<D: serde::Deserializer<'a>>(self, json: D) -> Result<u128, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = u128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<u128, E> {
        Ok(self.names.below(self.keys, self.live, self.depth, name.as_bytes()))
    }
}

/// One element of a list: a text, a name with its value, or nothing that we
/// pick.
struct Element<'w, 'a>(Walk<'w, 'a>);

impl<'a> DeserializeSeed<'a> for Element<'_, 'a> {
    type Value = Option<Slot>;

    fn deserialize<D: serde::Deserializer<'a>>(self, json: D) -> Result<Option<Slot>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Element<'_, 'a> {
    type Value = Option<Slot>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<Slot>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Slot>, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<Slot>, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<Slot>, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<Slot>, E> {
        Ok(None)
    }

    fn visit_borrowed_str<E: Error>(mut self, text: &'a str) -> Result<Option<Slot>, E> {
        Ok(Some(self.0.line(text)))
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<Option<Slot>, E> {
        Ok(Some(self.0.copied(text)))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Option<Slot>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    /// `{"name": …, "value": …}`, as AWS writes headers.
    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<Option<Slot>, A::Error> {
        let (mut name, mut value) = (None, None);
        while let Some(part) = map.next_key_seed(Half)? {
            // Whatever it holds, an element of an element is no list of names.
            let inner = Walk { live: 0, ..self.0.again() };
            match part {
                Half::NAME => name = map.next_value_seed(Element(inner))?,
                Half::VALUE => value = map.next_value_seed(Element(inner))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if let (Some(name), Some(value)) = (name, value) {
            let Walk { text, keys, live, depth, scratch, names, .. } = &mut self.0;
            let name = match name {
                Slot::Line(start, end) => text.get(start..end),
                Slot::Scratch(start, end) => scratch.get(start..end),
                Slot::Fixed(_) | Slot::Number(_) | Slot::Whole(_) => None,
            };
            let live = names.below(keys, *live, *depth, name.unwrap_or_default());
            let depth = *depth + 1;
            Walk { live, depth, ..self.0 }.put(value);
        }
        Ok(None)
    }
}

/// Which half of a pair a name is.
struct Half;

impl Half {
    const NAME: u8 = 1;
    const VALUE: u8 = 2;
}

impl<'a> DeserializeSeed<'a> for Half {
    type Value = u8;

    fn deserialize<D: serde::Deserializer<'a>>(self, json: D) -> Result<u8, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Half {
    type Value = u8;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<u8, E> {
        Ok(match name {
            "name" => Half::NAME,
            "value" => Half::VALUE,
            _ => 0,
        })
    }
}
