//! A text with what is written in other letters undone, and the place in the
//! text of every byte of it.

use std::ops::Range;

use super::find::{Kind, Span};

/// How often percent signs are undone: targets are matched after three.
const DECODINGS: usize = 4;

/// A text read.
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    /// Where a byte stands behind each letter that was undone, and where it
    /// stands in the text; as many bytes on, it is as many bytes on there.
    shifts: Vec<(usize, usize)>,
}

impl View {
    /// The text as it stands.
    pub(super) fn of(text: &str) -> View {
        View { bytes: text.as_bytes().to_vec(), shifts: Vec::new() }
    }

    /// References to characters, as our pages write them, undone.
    pub(super) fn entities(self) -> View {
        self.undone(|rest| {
            let end = rest.iter().take(8).position(|byte| *byte == b';')?;
            let letter = match &rest[..=end] {
                b"&amp;" | b"&#38;" => b'&',
                b"&lt;" | b"&#60;" => b'<',
                b"&gt;" | b"&#62;" => b'>',
                b"&quot;" | b"&#34;" => b'"',
                b"&apos;" | b"&#39;" => b'\'',
                b"&#96;" => b'`',
                _ => return None,
            };
            Some((letter, end + 1))
        })
    }

    /// Percent signs and `\xHH` undone, until there are none.
    pub(super) fn decoded(mut self) -> View {
        for _ in 0..DECODINGS {
            let length = self.bytes.len();
            self = self.undone(|rest| match rest {
                [b'%', high, low, ..] => Some((pair(*high, *low)?, 3)),
                [b'\\', b'x' | b'X', high, low, ..] => Some((pair(*high, *low)?, 4)),
                _ => None,
            });
            if self.bytes.len() == length {
                break;
            }
        }
        self
    }

    /// What `read` finds at the beginning of a rest, and how long it is there,
    /// put for it.
    fn undone(self, read: impl Fn(&[u8]) -> Option<(u8, usize)>) -> View {
        let mut at = 0;
        let is_marked = |byte: &u8| matches!(byte, b'%' | b'\\' | b'&');
        if !self.bytes.iter().any(is_marked) {
            return self;
        }
        let mut bytes = Vec::with_capacity(self.bytes.len());
        let mut shifts = Vec::new();
        let mut known = self.shifts.iter().peekable();
        while at < self.bytes.len() {
            let rest = &self.bytes[at..];
            let (byte, length) =
                Some(rest[0]).filter(is_marked).and_then(|_| read(rest)).unwrap_or((rest[0], 1));
            bytes.push(byte);
            at += length;
            let mut is_shifted = length > 1;
            while known.next_if(|shift| shift.0 <= at).is_some() {
                is_shifted = true;
            }
            if is_shifted {
                shifts.push((bytes.len(), self.place(at)));
            }
        }
        View { bytes, shifts }
    }

    fn place(&self, at: usize) -> usize {
        let next = self.shifts.partition_point(|shift| shift.0 <= at);
        let last = next.checked_sub(1).map(|last| self.shifts[last]);
        last.map_or(at, |(own, raw)| raw + (at - own))
    }

    /// A range of this in the text.
    pub(super) fn raw(&self, range: Range<usize>) -> Range<usize> {
        self.place(range.start)..self.place(range.end)
    }

    /// A range of this that is hidden.
    pub(super) fn span(&self, kind: Kind, range: Range<usize>) -> Span {
        Span { value: self.bytes[range.clone()].to_vec(), range: self.raw(range), kind }
    }
}

fn pair(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_knows_its_place() {
        let text = "a%2525b&amp;c \\x2541&#39;d%e";
        let view = View::of(text).entities().decoded();
        assert_eq!(view.bytes, b"a%b&c A'd%e");
        let raw: Vec<_> = (0..view.bytes.len()).map(|at| &text[view.raw(at..at + 1)]).collect();
        let found = ["a", "%2525", "b", "&amp;", "c", " ", "\\x2541", "&#39;", "d", "%", "e"];
        assert_eq!(raw, found);
        assert_eq!(view.raw(0..view.bytes.len()), 0..text.len());
    }
}
