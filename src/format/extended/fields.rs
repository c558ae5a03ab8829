//! The fields of an `extended` line: how one is cut, and what those before the
//! request are.

use memchr::memchr;

use super::super::token::{
    Read, fault, is_forwarded, is_host_name, is_ip, present, quoted, without_port,
};
use super::{duration, is_host};
use crate::record::{Record, Role};

/// How a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `[…]`, the brackets off.
    Bracketed,
    /// `name="…"`, whole.
    Named,
    /// `"…"`, the quotes off.
    Quoted,
    /// `(…)`, the brackets off.
    Round,
    /// Anything else, up to a blank.
    Word,
}

/// A field of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// How it is written.
    pub shape: Shape,
    /// What it says.
    pub text: &'a [u8],
    /// Where it begins, for lists of several words.
    from: &'a [u8],
}

/// ```abnf
/// field = quoted / name "=" quoted / "[" *OCTET "]" / "(" *OCTET ")" / word
/// ```
/// Each must end at a blank or at the end of the line.
pub fn field(input: &[u8]) -> Read<'_, Field<'_>> {
    let (rest, shape, text) = match input {
        [b'"', ..] => {
            let (rest, text) = quoted(input)?;
            (rest, Shape::Quoted, text)
        }
        [open @ (b'[' | b'('), inside @ ..] => {
            let (close, shape) =
                if *open == b'[' { (b']', Shape::Bracketed) } else { (b')', Shape::Round) };
            match memchr(close, inside) {
                Some(at) if matches!(inside.get(at + 1), None | Some(b' ' | b'\t')) => {
                    (&inside[at + 1..], shape, &inside[..at])
                }
                _ => word(input)?,
            }
        }
        _ => word(input)?,
    };
    match rest.first() {
        None | Some(b' ' | b'\t') => Ok((rest, Field { shape, text, from: input })),
        Some(_) => fault(rest, "a space or the end of the line"),
    }
}

/// `word = 1*("\" DQUOTE / "\\" / %x21 / %x23-FF)`, or a name with a quoted
/// value behind `=`.
type Word<'a> = (&'a [u8], Shape, &'a [u8]);

/// A bare field; a quote may stand in it only behind a name and `=`.
fn word(input: &[u8]) -> Result<Word<'_>, nom::Err<super::token::Fault<'_>>> {
    let mut end = 0;
    loop {
        match &input[end..] {
            // Apache escapes a quote in the user's name, which is not quoted.
            [b'\\', b'"' | b'\\', ..] => end += 2,
            [] | [b'"' | 0..=b' ' | 0x7f, ..] => break,
            _ => end += 1,
        }
    }
    match &input[end..] {
        [] | [b' ' | b'\t', ..] if end > 0 => Ok((&input[end..], Shape::Word, &input[..end])),
        quote @ [b'"', ..] if end > 0 && input[end - 1] == b'=' => {
            let (rest, _) = quoted(quote)?;
            Ok((rest, Shape::Named, &input[..input.len() - rest.len()]))
        }
        rest => Err(nom::Err::Error(super::token::Fault { rest, wanted: "a field" })),
    }
}

/// How many fields may stand before the request. Syslog headers and the most
/// garrulous formats stay under a dozen.
const MOST: usize = 16;

/// The fields before the request, in order.
#[derive(Debug, Default)]
pub struct Before<'a> {
    fields: [Option<Field<'a>>; MOST],
    count: usize,
    /// How many stood before the date.
    dated: usize,
}

impl<'a> Before<'a> {
    /// Adds a field, and answers whether there was room. Between the date and
    /// the request of a line that begins otherwise only two may stand: where
    /// there are more, as in S3's logs, the client is not before the date.
    pub fn push(&mut self, field: Field<'a>) -> bool {
        if self.dated > 0 && self.count >= self.dated + 2 {
            return false;
        }
        let Some(slot) = self.fields.get_mut(self.count) else { return false };
        *slot = Some(field);
        self.count += 1;
        true
    }

    /// The date stands here.
    pub fn at_date(&mut self) {
        self.dated = self.count;
    }

    /// The date was the client's: what stands between it and the server's own
    /// belongs to the user's name.
    pub fn drop_behind_date(&mut self) {
        self.count = self.dated;
    }

    fn at(&self, place: usize) -> Option<Field<'a>> {
        self.fields.get(place).copied().flatten()
    }

    /// Tells the record what the fields are.
    pub fn fill(&self, record: &mut Record<'a>) {
        let first_half = if self.dated > 0 { 0..self.dated } else { 0..self.count };
        let after = self.addresses(first_half.clone(), record);
        // The date stood first: `date address - user`.
        if self.dated == 0
            && after > 0
            && after + 2 == self.count
            && self.at(after).is_some_and(|ident| ident.text == b"-")
        {
            record.user = self.at(after + 1).and_then(|user| present(user.text));
        }
        if self.dated > 0 {
            self.user(after, record);
            for field in (self.dated..self.count).filter_map(|place| self.at(place)) {
                if is_ip(field.text) {
                    record.addresses.push(Role::Forwarded, field.text);
                } else if record.host.is_none() && is_host_name(field.text) {
                    record.host = Some(without_port(field.text));
                } else if let Some(took) = duration(field) {
                    record.took = Some(took);
                }
            }
        }
    }

    /// Finds the addresses in a stretch of fields, and the host before them;
    /// answers where ident and user begin.
    ///
    /// An address and an ident or a host (`192.0.2.1 -`) are the peer, and
    /// what follows is a user's name, in which a client may write the address
    /// of another.
    fn addresses(&self, stretch: std::ops::Range<usize>, record: &mut Record<'a>) -> usize {
        let (start, end) = (stretch.start, stretch.end);
        let mut found: [Option<(bool, &'a [u8])>; 4] = [None; 4];
        let mut n_found = 0;
        let mut place = start;
        let mut after = start;
        let mut settled = false;
        while place < end {
            let Some(field) = self.at(place) else { break };
            if settled {
                // Old ingress-nginx repeats the peer in brackets.
                if field.shape == Shape::Bracketed
                    && found[n_found - 1] == Some((false, field.text))
                    && n_found < found.len()
                {
                    found[n_found] = Some((true, field.text));
                    after = place + 1;
                }
                break;
            }
            let (text, next) = self.list(place, end);
            let list = next > place + 1 || field.shape != Shape::Word || text.contains(&b',');
            let address = if list { is_forwarded(text) } else { is_ip(text) };
            if address && n_found < found.len() {
                if n_found == 0
                    && place == start + 1
                    && let Some(host) = self.at(start)
                    && host.shape == Shape::Word
                    && is_host(host.text)
                {
                    record.host = Some(without_port(host.text));
                }
                found[n_found] = Some((list, text));
                n_found += 1;
                after = next;
                // Citrix: `client -> its own address`.
                if !list && self.at(next).is_some_and(|next| next.text == b"->") {
                    after = next + 2;
                    break;
                }
                settled = !list
                    && self
                        .at(next)
                        .is_some_and(|next| next.text == b"-" || is_host_name(next.text));
            }
            // The ident itself says nothing.
            place = next + usize::from(settled);
        }
        if n_found == 0 {
            return self.names(start, end, record);
        }
        // The last single address is the peer; what stands before it, and
        // every list, was forwarded.
        let peer = found.iter().rposition(|one| matches!(one, Some((false, _))));
        let bracketed = peer.is_none();
        for (which, (_, text)) in
            found.iter().enumerate().filter_map(|(i, one)| one.map(|one| (i, one)))
        {
            let role = if peer == Some(which) { Role::Peer } else { Role::Forwarded };
            record.addresses.push(role, text);
        }
        if bracketed && let Some(field) = self.at(after) {
            // A list in place of `%h`, then perhaps a socket's name.
            if field.text == b"unix:" {
                record.addresses.push(Role::Peer, field.text);
                return after + 1;
            }
        }
        if let Some(field) = self.at(after)
            && after < end
            && record.host.is_none()
            && is_host_name(field.text)
        {
            // Host second, as lighttpd and OVH write it.
            record.host = Some(without_port(field.text));
            // What follows is the user alone; step back so that the host
            // stands in the ident's place.
        }
        after
    }

    /// A line without an address: a host name in the first of three fields.
    fn names(&self, start: usize, end: usize, record: &mut Record<'a>) -> usize {
        let peer = if end - start >= 3 { end - 3 } else { start };
        match self.at(peer) {
            Some(field) if peer < end && field.shape == Shape::Word => {
                record.addresses.push(Role::Peer, field.text);
                peer + 1
            }
            _ => end,
        }
    }

    /// Ident and user: the fields from `start` to the date. Where more than
    /// two stand there the last is the user (an id was put between); a user
    /// of several words is then shown by its last.
    fn user(&self, start: usize, record: &mut Record<'a>) {
        if start >= self.dated {
            return;
        }
        if let Some(last) = self.at(self.dated - 1)
            && (self.dated - start >= 2 || !is_ip(last.text))
        {
            record.user = present(last.text);
        }
    }

    /// The words of a list from `place` on, `a, b, c`, as one stretch of the
    /// line, and the place behind it.
    fn list(&self, place: usize, end: usize) -> (&'a [u8], usize) {
        let Some(first) = self.at(place) else { return (b"", end) };
        let mut last = place;
        while last + 1 < end
            && let (Some(this), Some(next)) = (self.at(last), self.at(last + 1))
            && this.shape == Shape::Word
            && next.shape == Shape::Word
            && this.text.ends_with(b",")
        {
            last += 1;
        }
        let Some(final_word) = self.at(last) else { return (first.text, place + 1) };
        if last == place {
            return (first.text, place + 1);
        }
        let length = first.from.len() - final_word.from.len() + final_word.text.len();
        (&first.from[..length], last + 1)
    }
}
