//! What stands between two values of a line: the end of one, names, braces and
//! brackets, and the beginning of the next.
//!
//! ```abnf
//! between = [DQUOTE] *(close / comma / open / name)   ; up to a value, or the end
//! name    = DQUOTE *plain DQUOTE *SP ":"
//! plain   = OCTET but DQUOTE and "\"
//! ```
//!
//! Blanks are spaces alone. What [`Walk`](super::walk::Walk) makes a text of that
//! stands nowhere in the line is refused: a list of several texts, or of objects,
//! under a key that is looked for.

use super::walk::{DEEPEST, below, ending};
use super::{Key, every};

/// An object or a list that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Level {
    /// An object, with the keys that lead to it and how many names they have
    /// in common.
    Object { live: u128, depth: usize },
    /// A list, with the key whose value it is, and whether it had a text.
    List { goal: Option<usize>, live: u128, had_text: bool },
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hole {
    /// A number, `true`, `false` or `null`; the number of the key that it is
    /// the value of.
    Bare(Option<usize>),
    /// The end of the line.
    End,
    /// A text, its quote being passed.
    Text(Option<usize>),
}

/// The reading of what stands between two values.
pub struct Between<'k, 't> {
    /// What is looked for.
    pub keys: &'k [Key],
    /// The line from the end of the value before on.
    pub text: &'t [u8],
    /// How far it was read.
    pub at: usize,
    /// What is open, the outermost first.
    pub levels: Vec<Level>,
    /// The names in it.
    pub names: Vec<&'t [u8]>,
}

impl Between<'_, '_> {
    /// Reads up to the next value: from the beginning of a line, or behind a
    /// text or another value.
    pub fn read(&mut self, is_first: bool, is_behind_text: bool) -> Option<Hole> {
        if is_first {
            self.text.strip_prefix(b"{")?;
            return self.value(every(self.keys), 0);
        }
        if is_behind_text {
            self.take(b'"')?;
        }
        self.behind_value()
    }

    /// What follows a value: more of the same, or the end of it.
    fn behind_value(&mut self) -> Option<Hole> {
        loop {
            let byte = self.byte();
            let Some(level) = self.levels.last() else {
                return byte.is_none().then_some(Hole::End);
            };
            match (byte?, level) {
                (b',', Level::Object { .. }) => {
                    self.at += 1;
                    return self.name();
                }
                (b',', Level::List { .. }) => {
                    self.at += 1;
                    return self.element();
                }
                (b'}', Level::Object { .. }) | (b']', Level::List { .. }) => {
                    self.at += 1;
                    self.levels.pop();
                }
                _ => return None,
            }
        }
    }

    /// A name of an object, and its value.
    fn name(&mut self) -> Option<Hole> {
        let Some(Level::Object { live, depth }) = self.levels.last() else { return None };
        let (live, depth) = (*live, *depth);
        self.byte();
        self.take(b'"')?;
        let rest = self.text.get(self.at..)?;
        let name = &rest[..memchr::memchr2(b'"', b'\\', rest)?];
        self.at += name.len();
        self.take(b'"')?;
        self.names.push(name);
        self.byte();
        self.take(b':')?;
        self.value(below(self.keys, live, depth, name), depth + 1)
    }

    /// A value, to which keys lead with so many names.
    fn value(&mut self, live: u128, depth: usize) -> Option<Hole> {
        let goal = ending(self.keys, live, depth);
        match self.byte()? {
            b'"' => {
                self.at += 1;
                Some(Hole::Text(goal))
            }
            b'{' if depth < DEEPEST && self.levels.len() < DEEPEST => {
                self.at += 1;
                self.levels.push(Level::Object { live, depth });
                match self.byte()? {
                    b'}' => self.behind_value(),
                    _ => self.name(),
                }
            }
            b'[' if depth > 0 && self.levels.len() < DEEPEST => {
                self.at += 1;
                self.levels.push(Level::List { goal, live, had_text: false });
                match self.byte()? {
                    b']' => self.behind_value(),
                    _ => self.element(),
                }
            }
            byte if depth > 0 && is_bare(byte) => Some(Hole::Bare(goal)),
            _ => None,
        }
    }

    /// An element of a list.
    fn element(&mut self) -> Option<Hole> {
        let byte = self.byte()?;
        let Some(Level::List { goal, live, had_text }) = self.levels.last_mut() else {
            return None;
        };
        match byte {
            _ if *live == 0 => self.value(0, 1),
            b'"' if !*had_text => {
                *had_text = true;
                let goal = *goal;
                self.at += 1;
                Some(Hole::Text(goal))
            }
            byte if is_bare(byte) => Some(Hole::Bare(None)),
            _ => None,
        }
    }

    /// The next byte that is no space.
    fn byte(&mut self) -> Option<u8> {
        let rest = self.text.get(self.at..)?;
        self.at += rest.iter().take_while(|byte| **byte == b' ').count();
        self.text.get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (*self.text.get(self.at)? == wanted).then(|| self.at += 1)
    }
}

/// Says whether a byte begins a number, `true`, `false` or `null`.
pub fn is_bare(byte: u8) -> bool {
    matches!(byte, b'-' | b'0'..=b'9' | b'f' | b'n' | b't')
}
