//! The fast path of the AWS Application Load Balancer.
//!
//! ```abnf
//! quick-alb = type SP day "T" time ["." 1*9DIGIT] "Z" SP word SP address ":" 1*DIGIT SP word
//!             3(SP delay) SP 3DIGIT SP word SP bytes SP bytes
//!             SP DQUOTE word SP url SP "HTTP/" 3plain DQUOTE SP DQUOTE *plain DQUOTE
//!             *(SP (DQUOTE *plain DQUOTE / word))
//! url       = ("http" / "https" / "ws" / "wss") "://" authority path
//! plain     = OCTET but DQUOTE, "\", HTAB and LF
//! ```

use super::clock::{ISO, IsoClock};
use super::{Layout, Place, Row, fields, sweep};
use crate::format::token::{number, ported};
use crate::format::{Quick, QuickLine, Sweep};
use crate::record::{Escape, Instant, Moment};
use crate::source::index::{Index, Look, Marks};

/// The sweep of the Application Load Balancer's log.
#[derive(Debug)]
pub struct Alb;

impl Quick for Alb {
    fn marks(&self) -> Marks {
        Marks::Fields
    }

    fn sweep(&self, block: &[u8], index: &Index, sink: &mut dyn Sweep) {
        sweep(block, index, sink, Balancer::default());
    }
}

#[derive(Default)]
struct Balancer {
    clock: IsoClock,
}

/// How many marks stand before the tail, but for those inside the user agent.
const HEAD: usize = 18;

impl Layout for Balancer {
    #[inline(always)]
    fn line(&mut self, look: impl Look, row: Row<'_>, read: &mut QuickLine) -> Option<()> {
        let Row { block, line, marks } = row;
        let (marks, rest) = marks.split_first_chunk::<HEAD>()?;
        let marks = marks.map(|at| at as usize);
        let is = |from: usize, kinds: &[u8]| {
            marks[from..].iter().zip(kinds).all(|(at, kind)| block[*at] == *kind)
        };
        // Twelve words, then the request and the quote of the user agent.
        if !is(0, b"            \"  \" \"") || marks[11] + 1 != marks[12] {
            return None;
        }
        let [kind, time, name, client, upstream, ..] = marks;
        let is_close = marks[15] + 1 == marks[16] && marks[16] + 1 == marks[17];
        let is_kind = matches!(
            &block[line.start..kind],
            b"http" | b"https" | b"h2" | b"grpcs" | b"ws" | b"wss"
        );
        let are_words = name > time + 1 && upstream > client + 1 && marks[9] > marks[8] + 1;
        if !is_close || !is_kind || !are_words {
            return None;
        }
        let time = self.time(&block[kind + 1..time])?;
        let peer = ported(&block[name + 1..client]);
        let peer = (name + 1, name + 1 + peer.len());
        if peer.1 == client {
            return None;
        }
        let ip = fields::address(look, block, peer.0, peer.1)?;
        let delay = |place: usize| &block[marks[place - 1] + 1..marks[place]];
        if !(5..8).all(|place| is_delay(delay(place))) {
            return None;
        }
        let status = fields::status(block, marks[7]).filter(|_| marks[7] + 4 == marks[8])?;
        fields::bytes(block, marks[9] + 1, marks[10])?;
        let bytes = fields::bytes(block, marks[10] + 1, marks[11])?;
        let [quote, method, behind, close] = [12, 13, 14, 15].map(|place| marks[place]);
        let version = &block[behind + 1..close];
        if method == quote + 1 || !version.starts_with(b"HTTP/") {
            return None;
        }
        let target = (method + 1, behind);
        let path = behind_authority(&block[target.0..target.1])? + target.0;
        let spelled = fields::target::<b' ', false>(look, block, path, behind, Escape::Backslash)?;
        is_tail(block, line, marks[17], rest)?;
        *read = QuickLine {
            start: line.start as u32,
            end: line.end as u32,
            next: line.next as u32,
            peer: (peer.0 as u32, peer.1 as u32),
            ip,
            is_named: false,
            forwarded: None,
            method: (quote as u32 + 1, method as u32),
            target: (target.0 as u32, target.1 as u32),
            path: (path as u32, (path + spelled.path) as u32),
            query: None,
            is_plain: spelled.is_plain,
            is_lowered: spelled.is_lowered,
            object: None,
            referer: (line.end as u32, line.end as u32),
            time,
            status,
            bytes,
        };
        Some(())
    }
}

impl Balancer {
    /// `day "T" time ["." 1*9DIGIT] "Z"`
    #[inline(always)]
    fn time(&mut self, text: &[u8]) -> Option<Moment> {
        let (second, rest) = text.split_first_chunk::<ISO>()?;
        let rest = rest.strip_suffix(b"Z").filter(|_| second[10] == b'T')?;
        let seconds = self.clock.read(second)?;
        let Some(digits) = rest.strip_prefix(b".") else {
            return rest.is_empty().then_some(Moment { at: Instant::at(seconds), digits: 0 });
        };
        let scale = 10_u64.pow(9_u32.checked_sub(digits.len() as u32)?);
        let nanos = (number(digits)? * scale) as u32;
        Some(Moment { at: Instant { seconds, nanos }, digits: digits.len() as u8 })
    }
}

/// `delay = 1*9DIGIT ["." *9DIGIT] / "-1" / "-"`
#[inline(always)]
fn is_delay(text: &[u8]) -> bool {
    if matches!(text, b"-1" | b"-") {
        return true;
    }
    let whole = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let part = text.get(whole + 1..).unwrap_or_default();
    (1..10).contains(&whole)
        && matches!(text.get(whole), None | Some(b'.'))
        && part.len() < 10
        && part.iter().all(u8::is_ascii_digit)
}

/// Where the path of a URL begins, whose authority is a plain one.
#[inline(always)]
pub fn behind_authority(url: &[u8]) -> Option<usize> {
    let scheme = [&b"https://"[..], b"http://", b"wss://", b"ws://"];
    let start = scheme.iter().find(|scheme| url.starts_with(scheme))?.len();
    let length = memchr::memchr(b'/', &url[start..]).filter(|length| *length > 0)?;
    let is_plain = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']')
    };
    url[start..start + length].iter().all(is_plain).then_some(start + length)
}

/// `*plain DQUOTE *(SP (DQUOTE *plain DQUOTE / word))` up to the end of the line,
/// behind the quote that opens the user agent. A balancer's name in it is
/// another record.
#[inline(always)]
fn is_tail(block: &[u8], line: Place, open: usize, marks: &[u32]) -> Option<()> {
    // Where the field under way begins, if none is in quotes.
    let mut word = None;
    let mut is_quoted = true;
    let mut closed = open;
    for mark in marks {
        let at = *mark as usize;
        match block[at] {
            b'"' if is_quoted => (is_quoted, closed) = (false, at),
            b' ' if is_quoted => {}
            // A field ends, and another begins.
            b' ' => {
                is_word(block, word, closed, at)?;
                word = Some(at + 1);
            }
            b'"' if word == Some(at) => (is_quoted, word) = (true, None),
            _ => return None,
        }
    }
    if is_quoted { None } else { is_word(block, word, closed, line.end) }
}

/// A field that ends at a place: a word, or behind the quote that closed last.
#[inline(always)]
fn is_word(block: &[u8], word: Option<usize>, closed: usize, end: usize) -> Option<()> {
    let is_right = match word {
        None => closed + 1 == end,
        Some(start) => start < end && !block[start..end].starts_with(b"app/"),
    };
    is_right.then_some(())
}
