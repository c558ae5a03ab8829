//! systemd's journal in its export format, framed so that each entry is one line.
//!
//! An entry is a field a line, and an empty line behind it: `NAME=value`, or, where the value is no printable text, the name alone, eight
//! bytes of length, and the value with whatever newlines it has. Every byte keeps its place, so that offsets are those of the source: a newline
//! between fields becomes [`INNER_NEWLINE`], the one of the empty line stays, and in a binary field the newline behind the name becomes `=`,
//! the length eight blanks, and newlines in the value [`OUTER`]. A byte of a value that is one of these two by itself becomes %x1A, so
//! that no value can pass for a field. What is no field is given as it stands.
//!
//! Specification: <https://systemd.io/JOURNAL_EXPORT_FORMATS/>.

use super::{INNER_NEWLINE, Layer, OUTER};

/// The longest binary value that is believed, in bytes: a longer length is damage, or a core dump.
const VALUE: u64 = 1 << 20;

/// How long the name of a field may be: the journal's own limit.
const NAME: usize = 64;

/// Stands for a separator that is in a value by itself: ASCII's substitute.
const SUBSTITUTE: u8 = 0x1a;

/// The journal's export format.
struct Journal {
    at: At,
    n_damaged: u64,
}

/// Where in a field the next byte is.
enum At {
    /// In the name, of which so many bytes were given.
    Name(usize),
    /// In a value of text.
    Text,
    /// In the length of a binary value.
    Length(Vec<u8>),
    /// In a binary value of which so many bytes are left.
    Binary(u64),
    /// Behind a binary value.
    Behind,
    /// In a line that is no field.
    Lost,
}

/// Begins where a source begins with the first field of an entry.
pub(super) fn begin(head: &[u8]) -> Option<Box<dyn Layer>> {
    let is_entry = head.starts_with(b"__CURSOR=") || head.starts_with(b"__REALTIME_TIMESTAMP=");
    is_entry.then(|| Box::new(Journal { at: At::Name(0), n_damaged: 0 }) as _)
}

impl Layer for Journal {
    fn name(&self) -> &'static str {
        "journald export"
    }

    fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        for &byte in input {
            self.step(byte, out);
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if let At::Length(held) = &self.at {
            // The newline behind a name without its length.
            out.push(b'\n');
            out.extend_from_slice(held);
        }
        self.at = At::Lost;
    }

    fn note(&self) -> String {
        "holds entries of several lines: each was read as one line; offsets are those of the source"
            .to_owned()
    }

    fn problems(&self) -> Vec<String> {
        let n_damaged = self.n_damaged;
        let sentence = || {
            format!(
                "has {n_damaged} lines that are no field of an entry, which are left as they stand and counted as unread lines"
            )
        };
        (n_damaged > 0).then(sentence).into_iter().collect()
    }
}

impl Journal {
    fn step(&mut self, byte: u8, out: &mut Vec<u8>) {
        match &mut self.at {
            At::Name(0) if byte == b'\n' => out.push(b'\n'),
            At::Name(n) if *n > 0 && byte == b'=' => {
                out.push(byte);
                self.at = At::Text;
            }
            At::Name(n) if *n > 0 && byte == b'\n' => self.at = At::Length(Vec::new()),
            At::Name(n) if *n < NAME && (byte.is_ascii_alphanumeric() || byte == b'_') => {
                out.push(byte);
                *n += 1;
            }
            At::Name(_) => self.lose(byte, out),
            At::Text if byte == b'\n' => {
                out.push(INNER_NEWLINE);
                self.at = At::Name(0);
            }
            At::Text => out.push(plain(byte)),
            At::Length(held) => {
                held.push(byte);
                if let Ok(length) = <[u8; 8]>::try_from(held.as_slice()) {
                    let held = length;
                    match u64::from_le_bytes(length) {
                        length @ 0..=VALUE => {
                            out.extend_from_slice(b"=        ");
                            self.at = if length == 0 { At::Behind } else { At::Binary(length) };
                        }
                        _ => {
                            out.push(b'\n');
                            self.n_damaged += 1;
                            self.at = At::Name(0);
                            // What was no length may be the next line.
                            held.iter().for_each(|byte| self.step_plainly(*byte, out));
                        }
                    }
                }
            }
            At::Binary(left) => {
                *left -= 1;
                if *left == 0 {
                    self.at = At::Behind;
                }
                out.push(if byte == b'\n' { OUTER } else { plain(byte) });
            }
            At::Behind if byte == b'\n' => {
                out.push(INNER_NEWLINE);
                self.at = At::Name(0);
            }
            At::Behind => self.lose(byte, out),
            At::Lost => self.step_plainly(byte, out),
        }
    }

    /// A byte of a line that is no field.
    fn lose(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.n_damaged += 1;
        self.step_plainly(byte, out);
    }

    fn step_plainly(&mut self, byte: u8, out: &mut Vec<u8>) {
        out.push(byte);
        self.at = if byte == b'\n' { At::Name(0) } else { At::Lost };
    }
}

/// A byte of a value, unless it would pass for a separator.
fn plain(byte: u8) -> u8 {
    if matches!(byte, INNER_NEWLINE | OUTER) { SUBSTITUTE } else { byte }
}

#[cfg(test)]
mod tests {
    use super::super::Layers;

    fn frame(text: &[u8], n: usize) -> Vec<u8> {
        let mut layers = Layers::choose(text);
        let mut out = Vec::new();
        text.chunks(n).for_each(|piece| layers.push(piece, &mut out));
        layers.end(&mut out);
        assert_eq!(out.len(), text.len());
        out
    }

    fn check(text: &[u8], expected: &[u8]) {
        for n in [1, 3, 1 << 20] {
            let out = frame(text, n);
            assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(expected));
        }
    }

    #[test]
    fn entries_become_lines() {
        check(
            b"__CURSOR=a\nMESSAGE=A b\n_HOSTNAME=h\n\n__CURSOR=b\nMESSAGE=C\n\n\n",
            b"__CURSOR=a\x1fMESSAGE=A b\x1f_HOSTNAME=h\x1f\n__CURSOR=b\x1fMESSAGE=C\x1f\n\n",
        );
        check(
            b"__CURSOR=a\nMESSAGE\n\x05\0\0\0\0\0\0\0\x1b\n\x1f\x1ex\n_PID=1\n\n",
            b"__CURSOR=a\x1fMESSAGE=        \x1b\x1e\x1a\x1ax\x1f_PID=1\x1f\n",
        );
        check(
            b"__CURSOR=a\nMESSAGE\n\0\0\0\0\0\0\0\0\n\n",
            b"__CURSOR=a\x1fMESSAGE=        \x1f\n",
        );
    }

    #[test]
    fn what_is_no_field_is_given_as_it_stands() {
        check(b"__CURSOR=a\n? x\n_PID=1\n\n", b"__CURSOR=a\x1f? x\n_PID=1\x1f\n");
        check(
            b"__CURSOR=a\nMESSAGE\n_HOSTNAME=h\n__CURSOR=b\n\n",
            b"__CURSOR=a\x1fMESSAGE\n_HOSTNAME=h\n__CURSOR=b\x1f\n",
        );
        check(b"__CURSOR=a\nMESSAGE\n\x05\0\0", b"__CURSOR=a\x1fMESSAGE\n\x05\0\0");
        check(
            b"__CURSOR=a\nMESSAGE\n\x02\0\0\0\0\0\0\0abc\n",
            b"__CURSOR=a\x1fMESSAGE=        abc\n",
        );
        assert!(Layers::choose(b"MESSAGE=a\n").is_empty());
    }

    #[test]
    fn damage_anywhere_keeps_every_length() {
        let text = b"__CURSOR=a\nMESSAGE\n\x05\0\0\0\0\0\0\0ab\ncd\n_PID=1\n\n__CURSOR=b\n";
        for at in 10..text.len() {
            frame(&text[..at], 2);
            for byte in *b"\n=\0\xff_?" {
                let mut damaged = text.to_vec();
                damaged[at] = byte;
                frame(&damaged, 2);
            }
        }
    }
}
