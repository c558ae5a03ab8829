//! The walk over a JSON line: serde's visitors, which carry along the keys
//! that the path so far still agrees with.

use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Key, PLACES, Slot};

/// How deep objects may nest before a line is refused.
const DEEPEST: usize = 16;

/// The walk over one value: which keys may still match here, as bits.
pub struct Walk<'w, 'a> {
    /// What is looked for.
    pub keys: &'static [Key],
    /// The keys that the path so far agrees with, as bits.
    pub live: u64,
    /// How many names the path so far has.
    pub depth: usize,
    /// Where values go.
    pub slots: &'w mut [Option<Slot<'a>>; PLACES],
    /// Where unescaped texts go.
    pub scratch: &'w mut Vec<u8>,
}

impl<'a> Walk<'_, 'a> {
    /// Puts a value into the places of the keys that end here.
    fn put(&mut self, slot: Slot<'a>) {
        for (number, key) in self.keys.iter().enumerate() {
            if self.live & (1 << number) != 0 && key.path.len() == self.depth {
                if let Some(free @ None) = self.slots.get_mut(key.place) {
                    *free = Some(slot);
                }
                return;
            }
        }
    }

    /// The keys that go on with `name`.
    fn below(&self, name: &str) -> u64 {
        let goes_on =
            |key: &Key| key.path.get(self.depth).is_some_and(|one| one.eq_ignore_ascii_case(name));
        self.keys
            .iter()
            .enumerate()
            .filter(|(number, key)| self.live & (1 << number) != 0 && goes_on(key))
            .fold(0, |live, (number, _)| live | 1 << number)
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
        self.put(Slot::Line(text.as_bytes()));
        Ok(())
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        let start = self.scratch.len();
        self.scratch.extend_from_slice(text.as_bytes());
        self.put(Slot::Scratch(start..self.scratch.len()));
        Ok(())
    }

    /// A list of texts is one text with commas, as HTTP joins headers.
    fn visit_seq<A: SeqAccess<'a>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let mut joined: Option<Slot<'a>> = None;
        while let Some(next) = seq.next_element_seed(Element(&mut *self.scratch))? {
            joined = match (joined, next) {
                (None, next) => next,
                (some, None) => some,
                (Some(before), Some(next)) => {
                    let start = self.scratch.len();
                    append(&before, self.scratch);
                    self.scratch.extend_from_slice(b", ");
                    append(&next, self.scratch);
                    Some(Slot::Scratch(start..self.scratch.len()))
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
        while let Some(live) = map.next_key_seed(Name(&self))? {
            if live == 0 {
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(Walk {
                    keys: self.keys,
                    live,
                    depth: self.depth + 1,
                    slots: &mut *self.slots,
                    scratch: &mut *self.scratch,
                })?;
            }
        }
        Ok(())
    }
}

/// Appends the text of a slot to the scratch that it may lie in.
fn append(slot: &Slot<'_>, scratch: &mut Vec<u8>) {
    match slot {
        Slot::Line(text) => scratch.extend_from_slice(text),
        Slot::Scratch(range) => scratch.extend_from_within(range.clone()),
        Slot::Number(_) | Slot::Whole(_) => {}
    }
}

/// A name in an object: the keys that go on with it.
struct Name<'n, 'w, 'a>(&'n Walk<'w, 'a>);

impl<'a> DeserializeSeed<'a> for Name<'_, '_, 'a> {
    type Value = u64;

    fn deserialize<D: serde::Deserializer<'a>>(self, json: D) -> Result<u64, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Name<'_, '_, 'a> {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<u64, E> {
        Ok(self.0.below(name))
    }
}

/// One element of a list: a text, or nothing that we pick.
struct Element<'w>(&'w mut Vec<u8>);

impl<'a> DeserializeSeed<'a> for Element<'_> {
    type Value = Option<Slot<'a>>;

    fn deserialize<D: serde::Deserializer<'a>>(
        self,
        json: D,
    ) -> Result<Option<Slot<'a>>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Element<'_> {
    type Value = Option<Slot<'a>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<Slot<'a>>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Slot<'a>>, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<Slot<'a>>, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<Slot<'a>>, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<Slot<'a>>, E> {
        Ok(None)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Option<Slot<'a>>, E> {
        Ok(Some(Slot::Line(text.as_bytes())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Slot<'a>>, E> {
        let start = self.0.len();
        self.0.extend_from_slice(text.as_bytes());
        Ok(Some(Slot::Scratch(start..self.0.len())))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Option<Slot<'a>>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Option<Slot<'a>>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}
