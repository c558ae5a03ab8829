//! Tables whose quoted cells hold newlines, framed so that each row is one line.
//!
//! Splunk and Excel write a cell of several lines in quotes (RFC 4180, section 2). A newline inside a cell becomes [`INNER_NEWLINE`], and
//! everything else stays as it is, so that offsets are those of the source. A quote that has no end within [`HELD`] bytes, or that more than
//! the next cell follows, was none: its newlines stay, and its lines are lines.

use super::{INNER_NEWLINE, Layer};

/// The most bytes of a cell with newlines that are held until its end is seen.
const HELD: usize = 64 << 10;

/// Names of columns that hold lines whole, whose newlines may come late in a table.
const LINES: [&str; 9] = [
    "_raw",
    "@message",
    "message",
    "AuditData",
    "textPayload",
    "LogEntry",
    "log",
    "line",
    "event.original",
];

/// A table taken apart into rows.
struct Rows {
    separator: u8,
    at: At,
    /// A cell from its first newline on.
    hold: Vec<u8>,
    n_joined: u64,
    n_given_up: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    /// At the first byte of a cell.
    Start,
    /// In a cell without quotes, or behind a quote that was none.
    Plain,
    Quoted,
    /// Behind a quote in a quoted cell: its end, or one of two.
    Quote,
}

/// Begins where the first line is a row of names and newlines stand in cells, or may, because a column holds whole lines.
pub(super) fn begin(head: &[u8]) -> Option<Box<dyn Layer>> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let end = memchr::memchr(b'\n', text)?;
    let names = text[..end].strip_suffix(b"\r").unwrap_or(&text[..end]);
    let separator = separator(names)?;
    let rows = || Rows { separator, at: At::Start, hold: Vec::new(), n_joined: 0, n_given_up: 0 };
    let mut scout = rows();
    scout.push(text, &mut Vec::new());
    let unquoted = |name: &[u8]| LINES.iter().any(|line| line.as_bytes() == bare(name));
    let has_lines = names.split(|byte| *byte == separator).any(unquoted);
    let has_quotes = memchr::memchr(b'"', &text[end..]).is_some();
    let is_wanted = scout.n_joined > 0 || has_lines && has_quotes;
    (is_wanted && scout.n_given_up == 0).then(|| Box::new(rows()) as _)
}

/// What separates the names of a row of names, if it is one.
fn separator(names: &[u8]) -> Option<u8> {
    let count = |separator: &u8| names.iter().filter(|byte| *byte == separator).count();
    let separator = [b'\t', b';', b','].into_iter().max_by_key(count)?;
    let plain = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'.' | b'@' | b'-' | b' ' | b'[' | b']' | b'(' | b')' | b':')
    };
    let is_name = |name: &[u8]| {
        let name = bare(name);
        name.len() <= 100
            && name.iter().all(plain)
            && name.first().is_none_or(|first| !first.is_ascii_digit() && *first != b'[')
    };
    let is_named = names.split(|byte| *byte == separator).all(is_name);
    let is_table = count(&separator) > 0 || LINES.iter().any(|line| line.as_bytes() == bare(names));
    (is_named && is_table).then_some(separator)
}

/// A name without its quotes.
fn bare(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name)
}

impl Layer for Rows {
    fn name(&self) -> &'static str {
        "CSV rows"
    }

    fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        for &byte in input {
            self.step(byte, out);
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.release(self.at == At::Quote, out);
        self.at = At::Plain;
    }

    fn note(&self) -> String {
        "is a table whose cells may hold newlines: each row was read as one line; offsets are those of the source".to_owned()
    }

    fn problems(&self) -> Vec<String> {
        let n = self.n_given_up;
        let sentence = || {
            format!(
                "has {n} quoted cells that do not end as they should, whose lines were read one by one"
            )
        };
        (n > 0).then(sentence).into_iter().collect()
    }
}

impl Rows {
    fn step(&mut self, byte: u8, out: &mut Vec<u8>) {
        let is_end = byte == self.separator || byte == b'\n';
        self.at = match (self.at, byte) {
            (At::Start, b'"') => At::Quoted,
            (At::Start | At::Plain, _) if is_end => At::Start,
            (At::Start | At::Plain, _) => At::Plain,
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) => At::Quoted,
            (At::Quote, b'"') => At::Quoted,
            (At::Quote, _) => {
                let is_cell = is_end || byte == b'\r';
                self.release(is_cell, out);
                if is_end { At::Start } else { At::Plain }
            }
        };
        let is_inside = matches!(self.at, At::Quoted | At::Quote);
        if is_inside && (byte == b'\n' || !self.hold.is_empty()) {
            self.hold.push(byte);
            if self.hold.len() >= HELD {
                self.release(false, out);
                self.at = At::Plain;
            }
        } else {
            out.push(byte);
        }
    }

    /// Gives what is held: as one cell, or as the lines that it is.
    fn release(&mut self, is_cell: bool, out: &mut Vec<u8>) {
        if self.hold.is_empty() {
            return;
        }
        match is_cell {
            true => {
                self.n_joined += 1;
                out.extend(self.hold.iter().map(|byte| match byte {
                    b'\n' => INNER_NEWLINE,
                    byte => *byte,
                }));
            }
            false => {
                self.n_given_up += 1;
                out.extend_from_slice(&self.hold);
            }
        }
        self.hold.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Layers;
    use super::HELD;

    fn check(text: &str, expected: Option<&str>) {
        for n in [1, 5, 1 << 20] {
            let mut layers = Layers::choose(text.as_bytes());
            assert_eq!(layers.is_empty(), expected.is_none(), "{text}");
            let mut out = Vec::new();
            text.as_bytes().chunks(n).for_each(|piece| layers.push(piece, &mut out));
            layers.end(&mut out);
            let out = String::from_utf8(out).unwrap().replace('\x1f', "^");
            assert_eq!(out, expected.unwrap_or(text));
        }
    }

    #[test]
    fn newlines_in_cells_end_no_row() {
        check("a,b\n1,\"x\ny\"\n2,\"z\"\n", Some("a,b\n1,\"x^y\"\n2,\"z\"\n"));
        check(
            "\u{feff}\"a\";\"b\"\r\n\"1\r\n\";\"say \"\"\nx\"\"\"\r\n",
            Some("\u{feff}\"a\";\"b\"\r\n\"1\r^\";\"say \"\"^x\"\"\"\r\n"),
        );
        check("_raw\n\"A \"\"b\"\"\n\"\n", Some("_raw\n\"A \"\"b\"\"^\"\n"));
        // Newlines that may come later.
        check("_time,_raw\n1,\"A\"\n", Some("_time,_raw\n1,\"A\"\n"));
    }

    #[test]
    fn what_is_no_such_table_is_left() {
        check("a,b\n1,\"x\"\n", None);
        check("_time,_raw\n1,A\n", None);
        check(
            "in24.x.com - - [01/Aug/1995:00:00:01 -0400] \"GET /a,b HTTP/1.0\" 200 5\n\"x\ny\"\n",
            None,
        );
        check("203.0.113.5, 10.0.0.1 - - \"\n\"\n", None);
        check("a,b\n\"x\ny\"z,1\n", None);
        check("", None);
    }

    #[test]
    fn a_quote_without_an_end_costs_no_line() {
        let head = "a,b\n1,\"x\ny\"\n";
        let lost = "c\n".repeat(HELD);
        let text = format!("{head}2,\"{lost}3,\"v\nw\"\n");
        let mut layers = Layers::choose(head.as_bytes());
        let mut out = Vec::new();
        layers.push(text.as_bytes(), &mut out);
        layers.end(&mut out);
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.len(), text.len());
        assert!(out.ends_with("c\n3,\"v\x1fw\"\n"), "{}", &out[out.len() - 30..]);
        assert_eq!(out.matches('\n').count(), text.matches('\n').count() - 2);
    }

    #[test]
    fn any_damage_keeps_every_length() {
        let text = "a,_raw\n1,\"x\n\"\"y\"\n2,\"z\"\n";
        for at in 7..text.len() {
            for byte in *b"\"\n,\0\xff" {
                let mut damaged = text.as_bytes().to_vec();
                damaged[at] = byte;
                let mut layers = Layers::choose(text.as_bytes());
                let mut out = Vec::new();
                damaged.chunks(2).for_each(|piece| layers.push(piece, &mut out));
                layers.end(&mut out);
                assert_eq!(out.len(), damaged.len());
            }
        }
    }
}
