//! Which formats a source is in, from its head: every line votes for the first
//! format of the table that reads it.
//!
//! A guess only sets the order in which formats are tried. A line that the
//! guess did not foresee is still read by the rest of the table.

use std::collections::BTreeMap;

use memchr::memchr;

use super::rivals::ties;
use super::{Quick, QuickLine, Reader, Reading, State, Sweep, TABLE};
use crate::source::index::Index;
use crate::source::split_lines;

mod decoys;

use decoys::{DECOYS, SIGNS};

/// What the head of a source looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// Whether it is an access log at all.
    pub kind: Kind,
    /// Places in [`TABLE`], by votes and then by the order of the table.
    pub formats: Vec<usize>,
    /// How many lines of the head are neither blank nor a header.
    pub n_lines: usize,
    /// How many of them were read.
    pub n_read: usize,
    /// How many voted for each of `formats`, in the same order.
    pub votes: Vec<usize>,
    /// Places in [`TABLE`] of other formats that read every line that the
    /// first of `formats` reads, of the first hundred: it was chosen because
    /// it says more of a line.
    pub ties: Vec<usize>,
    /// The envelopes round most of the lines that were read, the innermost
    /// first, such as `CRI` or `JSON message in syslog`.
    pub envelope: Option<String>,
}

/// What kind of source it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An access log, or empty.
    Access,
    /// Something else that is known by name, and holds no record.
    Other(&'static str),
    /// Neither: to be treated as an access log that was not read.
    Unknown,
}

impl Guess {
    /// The share of lines that were read, 0 to 1; 1 where there are none.
    pub fn confidence(&self) -> f64 {
        if self.n_lines == 0 { 1.0 } else { self.n_read as f64 / self.n_lines as f64 }
    }
}

/// One line in this many must be read for a source to be called an access
/// log: below that it may be any text that quotes one.
const ONE_IN: usize = 100;

/// Guesses from the first bytes of a source, decoded (1 MiB of them will do).
/// A last line that its newline was cut from does not vote unless it is read.
///
/// It is of another kind only where nothing in it was read and more than half
/// of its lines are of one decoy; a head of nothing but NUL bytes, which
/// `copytruncate` leaves, is unknown, because a log may follow.
pub fn guess(head: &[u8]) -> Guess {
    let mut poll = Poll::default();
    let mut at = 0;
    while at < head.len() {
        if let Some((place, quick)) = poll.quick() {
            let rest = &head[at..];
            let mut index = Index::default();
            index.fill(rest, quick.marks());
            quick.sweep(rest, &index, &mut Sweeping { poll: &mut poll, head: rest, place });
            break;
        }
        let newline = memchr(b'\n', &head[at..]).map(|length| at + length);
        poll.line(&head[at..newline.unwrap_or(head.len())], newline.is_some());
        at = newline.map_or(head.len(), |newline| newline + 1);
    }
    poll.counted(head)
}

/// After how many lines, all of one format, what its fast path takes is not
/// offered to others.
const ALIKE: usize = 64;

/// The votes of lines.
struct Poll {
    reader: Reader<'static>,
    votes: BTreeMap<usize, usize>,
    enveloped: BTreeMap<Vec<&'static str>, usize>,
    decoyed: [usize; DECOYS.len()],
    n_lines: usize,
    n_read: usize,
    n_headers: usize,
}

impl Default for Poll {
    fn default() -> Poll {
        let reader = Reader::new(&[], false);
        let (votes, enveloped) = Default::default();
        let decoyed = [0; DECOYS.len()];
        Poll { reader, votes, enveloped, decoyed, n_lines: 0, n_read: 0, n_headers: 0 }
    }
}

impl Poll {
    /// The fast path of the format of all lines up to here, if they are many.
    fn quick(&self) -> Option<(usize, &'static dyn Quick)> {
        let is_sure = self.n_read >= ALIKE && self.n_read == self.n_lines;
        let (place, count) = self.votes.first_key_value()?;
        let is_sure = is_sure && *count == self.n_read && self.enveloped.is_empty();
        is_sure.then(|| TABLE[*place].quick().map(|quick| (*place, quick))).flatten()
    }

    /// Takes the vote of one line; `whole` where its newline is there.
    fn line(&mut self, line: &[u8], whole: bool) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match self.reader.read(line) {
            Reading::Blank | Reading::Part => {}
            Reading::Header => self.n_headers += 1,
            Reading::Read(place, _) => {
                self.read(place);
                if !self.reader.wrappers().is_empty() {
                    *self.enveloped.entry(self.reader.wrappers().to_vec()).or_default() += 1;
                }
            }
            Reading::Unread(_) => {
                // A torn last line says nothing, unless it is all there is.
                if whole || self.n_lines == 0 {
                    self.n_lines += 1;
                    for (count, decoy) in self.decoyed.iter_mut().zip(&DECOYS) {
                        *count += usize::from((decoy.test)(line));
                    }
                }
            }
        }
    }

    /// Counts the vote of a line that a format reads.
    fn read(&mut self, place: usize) {
        self.n_lines += 1;
        self.n_read += 1;
        *self.votes.entry(place).or_default() += 1;
    }

    /// What the votes come to.
    fn counted(self, head: &[u8]) -> Guess {
        let Poll { votes, enveloped, decoyed, n_lines, n_read, n_headers, .. } = self;
        let sign = SIGNS.iter().find(|sign| sign.is_on(head));
        if let Some(sign) = sign.filter(|_| n_read == 0 && n_headers == 0) {
            let (formats, votes) = (Vec::new(), Vec::new());
            let ties = Vec::new();
            return Guess {
                kind: Kind::Other(sign.name),
                formats,
                n_lines,
                n_read,
                votes,
                ties,
                envelope: None,
            };
        }
        let other = DECOYS.iter().zip(decoyed).find(|(_, count)| count * 2 > n_lines);
        let kind = match other {
            Some((decoy, _)) if n_read == 0 && n_headers == 0 => Kind::Other(decoy.name),
            _ if n_lines == 0 || n_read > 0 && n_read * ONE_IN >= n_lines => Kind::Access,
            _ => Kind::Unknown,
        };
        let mut ordered: Vec<(usize, usize)> = votes.into_iter().collect();
        ordered.sort_by_key(|&(place, count)| (std::cmp::Reverse(count), place));
        let mut formats: Vec<usize> = ordered.iter().map(|&(place, _)| place).collect();
        let mut votes: Vec<usize> = ordered.iter().map(|&(_, count)| count).collect();
        if formats.is_empty() && n_headers > 0 {
            // Headers alone: a server that nobody asked anything.
            let by_headers = |&place: &usize| {
                let first = split_lines(head).find(|line| line.starts_with(b"#"));
                let line = first.unwrap_or_default().trim_ascii_end();
                TABLE[place].header(&mut State::default(), line)
            };
            formats.extend((0..TABLE.len()).find(by_headers));
            votes.resize(formats.len(), 0);
        }
        let ties = match formats.first() {
            Some(winner) if n_read > 0 => ties(head, *winner),
            _ => Vec::new(),
        };
        let envelope =
            enveloped.into_iter().find(|(_, count)| count * 2 > n_read).map(|(names, _)| {
                let innermost_first: Vec<&str> = names.into_iter().rev().collect();
                innermost_first.join(" in ")
            });
        Guess { kind, formats, n_lines, n_read, votes, ties, envelope }
    }
}

/// Takes the lines of a sweep over what is left of a head.
struct Sweeping<'p, 'h> {
    poll: &'p mut Poll,
    head: &'h [u8],
    place: usize,
}

impl Sweep for Sweeping<'_, '_> {
    fn line(&mut self, _line: &QuickLine) {
        self.poll.read(self.place);
    }

    fn odd(&mut self, start: u32, end: u32, next: u32) {
        let whole = self.head[..next as usize].ends_with(b"\n");
        self.poll.line(&self.head[start as usize..end as usize], whole);
    }

    fn state(&self) -> &State {
        &self.poll.reader.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMBINED: &str =
        r#"192.0.2.7 - - [12/Apr/2018:09:48:40 +0200] "GET /a.csv HTTP/1.1" 200 5 "-" "curl""#;
    const COMMON: &str =
        r#"192.0.2.7 - - [12/Apr/2018:09:48:40 +0200] "GET /a.csv HTTP/1.1" 200 5"#;

    fn check(head: &str, kind: Kind, formats: &[&str], n_lines: usize, n_read: usize) {
        let guess = guess(head.as_bytes());
        let names: Vec<_> = guess.formats.iter().map(|&place| TABLE[place].card().name).collect();
        assert_eq!((guess.kind, names.as_slice()), (kind, formats), "{head}");
        assert_eq!((guess.n_lines, guess.n_read), (n_lines, n_read), "{head}");
        assert_eq!(guess.votes.iter().sum::<usize>(), n_read);
    }

    #[test]
    fn the_envelopes_of_most_lines_are_named() {
        let check = |head: &str, expected: Option<&str>| {
            assert_eq!(guess(head.as_bytes()).envelope.as_deref(), expected, "{head}");
        };
        check(COMBINED, None);
        let wrapped = format!("2024-01-24T01:34:36.743+00:00 stdout F {COMBINED}\n");
        check(&wrapped, Some("CRI"));
        check(&format!("{wrapped}{COMBINED}\n"), None);
        check(&format!("<190>Jan  5 07:41:35 web1 nginx: {wrapped}"), Some("CRI in syslog"));
    }

    #[test]
    fn lines_vote_and_other_kinds_are_named() {
        check("", Kind::Access, &[], 0, 0);
        check("\n\r\n", Kind::Access, &[], 0, 0);
        check(
            &format!("{COMMON}\r\n{COMBINED}\n{COMBINED}\nx\n"),
            Kind::Access,
            &["combined", "common"],
            4,
            3,
        );
        check(&format!("{COMBINED}\n192.0.2.7 - - [12/A"), Kind::Access, &["combined"], 1, 1);
        check("hello\nworld\n", Kind::Unknown, &[], 2, 0);
        check(&format!("{}{COMBINED}\n", "x\n".repeat(200)), Kind::Unknown, &["combined"], 201, 1);
        check("\0\0\0\0\0\0\0\0", Kind::Unknown, &[], 1, 0);
        let double = format!("\0\x05\x16\x07\0\x02\0\0Mac OS X        {}", "\0".repeat(50));
        check(&double, Kind::Other("AppleDouble file"), &[], 1, 0);
        let error = "2024/01/31 12:00:00 [error] 12#12: *5 open() \"/a\" failed, request: \"GET /a HTTP/1.1\"\n";
        check(&error.repeat(3), Kind::Other("nginx error log"), &[], 3, 0);
        check(&format!("{}{COMBINED}\n", error.repeat(3)), Kind::Access, &["combined"], 4, 1);
        check(
            "[Wed Oct 11 14:32:52.123456 2023] [core:error] [pid 35708:tid 4328636416] [client 72.15.99.187] File does not exist\n",
            Kind::Other("Apache error log"),
            &[],
            1,
            0,
        );
        check(
            "server {\n    listen 80;\n    # x\n}\n",
            Kind::Other("nginx configuration"),
            &[],
            4,
            0,
        );
        check(
            "<VirtualHost *:80>\n  ServerName a\n  DocumentRoot /x\n</VirtualHost>\n",
            Kind::Other("Apache configuration"),
            &[],
            4,
            0,
        );
        let page = "<!DOCTYPE HTML>\n<html><head>\n<title>Apache Status</title>\n</head>\n";
        check(page, Kind::Other("Apache status page"), &[], 4, 0);
        let page = "Active connections: 291 \nserver accepts handled requests\n 7 7 9 \nReading: 6 Writing: 1 Waiting: 4 \n";
        check(page, Kind::Other("nginx status page"), &[], 4, 0);
        // What may be a log that nobody reads asks to be looked at.
        let unknown = |text: &str, n_lines| check(text, Kind::Unknown, &[], n_lines, 0);
        unknown("\x7fELF\x02\x01\x01\x03\x04\x05\x06\x0e\x0f\x10\x11\x12", 1);
        unknown("<!DOCTYPE html>\n<pre>192.0.2.7 /a</pre>\n", 2);
        unknown("{\"who\":\"192.0.2.7\",\"did\":\"/a\"}\n", 1);
        unknown("{\n  \"events\": {\n    \"who\": \"a\"\n  }\n}\n", 5);
        unknown("<log>\n<event who=\"192.0.2.7\" did=\"/a\"/>\n</log>\n", 3);
        unknown("server { location /a; }\n", 1);
        let many = format!("{COMBINED}\n").repeat(ALIKE + 9);
        let mixed = format!("{many}{COMMON}\r\nx\n\n{many}192.0.2.7 - - [12/A");
        let n_lines = 2 * (ALIKE + 9) + 2;
        check(&mixed, Kind::Access, &["combined", "common"], n_lines, n_lines - 1);
        check("#Version: 1.0\n#Fields: date time c-ip cs-uri-stem\n", Kind::Access, &["w3c"], 0, 0);
        check(
            "#Fields: time c-ip cs-uri-stem\n#Date: 2020-01-01 00:00:00\n10:00:00 192.0.2.1 /a\n",
            Kind::Access,
            &["w3c"],
            1,
            1,
        );
    }
}
