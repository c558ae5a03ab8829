//! The fast path: whole lines checked over a structural index, without nom.
//!
//! A sweep knows where the newlines, quotes and backslashes of a block are,
//! and so where each field must lie if the line has the plain layout. It checks
//! every byte that the layout fixes and hands on the line; whatever deviates,
//! however slightly, goes to the grammar as odd. It never reads anything that
//! the grammar would read otherwise (law 10).
//!
//! ```abnf
//! quick-combined = host " - " word " [" dd/Mon/yyyy:HH:MM:SS SP ("+" / "-") 4DIGIT "] "
//!                  DQUOTE method SP target SP "HTTP/" 3plain DQUOTE SP 3DIGIT SP bytes SP
//!                  DQUOTE *plain DQUOTE SP DQUOTE *plain DQUOTE
//! plain          = OCTET but DQUOTE, "\" and LF
//! ```

use memchr::memchr;

use super::token::{bracketed_date, host, number};
use super::{Quick, QuickLine, Sweep};
use crate::record::Zone;
use crate::source::index::Index;

/// The sweep of `combined`.
pub struct QuickCombined;

impl Quick for QuickCombined {
    fn sweep(&self, block: &[u8], index: &Index, sink: &mut dyn Sweep) {
        let mut clock = Clock::default();
        each_line(block, index, |line, quotes, escaped| {
            let read = if escaped { None } else { combined(block, line, quotes, &mut clock) };
            match read {
                Some(read) => sink.line(&read),
                None => sink.odd(line.start, line.end, line.next),
            }
        });
    }
}

/// Where a line of a block lies; its ending (LF or CR LF) is off.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    start: u32,
    end: u32,
    next: u32,
}

/// Calls `each` for every line of a block with its place, the offsets of its
/// quotes, and whether it holds a backslash.
pub fn each_line(block: &[u8], index: &Index, mut each: impl FnMut(Place, &[u32], bool)) {
    let (mut start, mut quote, mut backslash) = (0_usize, 0_usize, 0_usize);
    let newlines = index.newlines.iter().map(|&at| at as usize);
    for newline in newlines.chain(std::iter::once(block.len())) {
        if newline >= block.len() && start >= block.len() {
            break;
        }
        let Some(line) = block.get(start..newline) else { break };
        let first_quote = quote;
        while index.quotes.get(quote).is_some_and(|&at| (at as usize) < newline) {
            quote += 1;
        }
        let first_backslash = backslash;
        while index.backslashes.get(backslash).is_some_and(|&at| (at as usize) < newline) {
            backslash += 1;
        }
        let end = if line.last() == Some(&b'\r') { newline - 1 } else { newline };
        let next = (newline + 1).min(block.len());
        let place = Place { start: start as u32, end: end as u32, next: next as u32 };
        each(place, &index.quotes[first_quote..quote], backslash > first_backslash);
        start = newline + 1;
    }
}

/// One line of the layout of `combined`, or `None` where it deviates.
fn combined(block: &[u8], line: Place, quotes: &[u32], clock: &mut Clock) -> Option<QuickLine> {
    let &[q0, q1, q2, q3, q4, q5] = quotes else { return None };
    if q5 + 1 != line.end || q4 != q3 + 2 || block[q3 as usize + 1] != b' ' {
        return None;
    }
    let (peer, time) = head(block, line.start, q0, clock)?;
    let target = request(block, q0 + 1, q1)?;
    let (status, bytes) = answer(block.get(q1 as usize + 1..q2 as usize)?)?;
    let referer = match block.get(q2 as usize + 1..q3 as usize)? {
        b"-" => (q2 + 1, q2 + 1),
        _ => (q2 + 1, q3),
    };
    Some(QuickLine {
        start: line.start,
        end: line.end,
        next: line.next,
        peer,
        forwarded: None,
        target,
        referer,
        time,
        status,
        bytes,
    })
}

/// How long `[10/Oct/2000:13:55:36 -0700] ` is.
const DATE: usize = 29;

/// `head = host " - " word " [" date "] "`, up to the quote at `quote`: where
/// the peer is, and the time.
fn head(block: &[u8], start: u32, quote: u32, clock: &mut Clock) -> Option<((u32, u32), i64)> {
    let head = block.get(start as usize..quote as usize)?;
    let (who, date) = head.split_at_checked(head.len().checked_sub(DATE)?)?;
    let (rest, peer) = host(who).ok()?;
    let user = rest.strip_prefix(b" - ")?.strip_suffix(b" ")?;
    // A single quote round an address is no part of it, which is the grammar's to undo.
    let quoted = peer.starts_with(b"'") || peer.ends_with(b"'");
    if quoted
        || peer == b"-"
        || user.is_empty()
        || user.iter().any(|byte| matches!(byte, b' ' | b'['))
    {
        return None;
    }
    let time = clock.read(date)?;
    Some(((start, start + peer.len() as u32), time))
}

/// `request = method SP target SP "HTTP/" 3plain`: where the target is. Methods
/// are short and versions are `1.1` and the like, so only the target between
/// them is searched for spaces.
fn request(block: &[u8], start: u32, end: u32) -> Option<(u32, u32)> {
    let line = block.get(start as usize..end as usize)?;
    let first = line.iter().take(16).position(|&byte| byte == b' ')?;
    let last = line.len().checked_sub(VERSION)?;
    let [b' ', b'H', b'T', b'T', b'P', b'/', version @ ..] = &line[last..] else { return None };
    let target = line.get(first + 1..last)?;
    let plain = first > 0
        && !target.is_empty()
        && !version.contains(&b' ')
        && memchr(b' ', target).is_none();
    plain.then_some((start + first as u32 + 1, start + last as u32))
}

/// How long ` HTTP/1.1` is.
const VERSION: usize = 9;

/// `answer = SP 3DIGIT SP (1*DIGIT / "-") SP`
fn answer(text: &[u8]) -> Option<(u16, Option<u64>)> {
    let [b' ', a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', b' ', bytes @ .., b' '] = text
    else {
        return None;
    };
    let status = u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0');
    let bytes = if bytes == b"-" { None } else { Some(number(bytes)?) };
    Some((status, bytes))
}

/// Reads dates, and remembers the last day, hour and zone: within an hour only
/// minutes and seconds are read.
#[derive(Debug, Default)]
pub struct Clock {
    /// `[dd/Mon/yyyy:HH` and ` ±hhmm] ` of the last date, or nothing.
    key: Option<([u8; 15], [u8; 8])>,
    /// The instant at which that hour began, in seconds since the epoch.
    hour: i64,
}

impl Clock {
    /// `[dd/Mon/yyyy:HH:MM:SS ±hhmm] ` in seconds since the epoch.
    pub fn read(&mut self, date: &[u8]) -> Option<i64> {
        let date: &[u8; DATE] = date.try_into().ok()?;
        let (head, rest) = date.split_first_chunk::<15>()?;
        let (middle, tail) = rest.split_first_chunk::<6>()?;
        let tail: &[u8; 8] = tail.try_into().ok()?;
        let &[b':', m1 @ b'0'..=b'5', m2 @ b'0'..=b'9', b':', s1 @ b'0'..=b'5', s2 @ b'0'..=b'9'] =
            middle
        else {
            return None;
        };
        let minute = i64::from(m1 - b'0') * 10 + i64::from(m2 - b'0');
        let second = i64::from(s1 - b'0') * 10 + i64::from(s2 - b'0');
        let within = minute * 60 + second;
        if self.key.as_ref().is_none_or(|(hour, zone)| hour != head || zone != tail) {
            let (rest, time) = bracketed_date(date).ok()?;
            let plain = rest == b" "
                && head[12] == b':'
                && tail[0] == b' '
                && matches!(tail[1], b'+' | b'-')
                && matches!(time.zone, Zone::Logged(_))
                && time.digits == 0;
            if !plain {
                return None;
            }
            self.key = Some((*head, *tail));
            self.hour = time.reading.seconds - within;
        }
        Some(self.hour + within)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Scratch, State, TABLE, named};
    use super::*;
    use crate::record::{Request, Role};
    use proptest::prelude::*;

    fn index(block: &[u8]) -> Index {
        let all = |wanted: u8| memchr::memchr_iter(wanted, block).map(|at| at as u32).collect();
        Index { newlines: all(b'\n'), quotes: all(b'"'), backslashes: all(b'\\') }
    }

    /// Checks every line of a sweep against the grammar; counts lines, odd
    /// lines and bytes.
    struct Judge<'a> {
        block: &'a [u8],
        format: &'a dyn Format,
        at: u32,
        lines: usize,
        odd: usize,
    }

    impl Sweep for Judge<'_> {
        fn line(&mut self, line: &QuickLine) {
            assert_eq!(line.start, self.at);
            self.at = line.next;
            self.lines += 1;
            let slice = |(from, to): (u32, u32)| &self.block[from as usize..to as usize];
            let (mut state, mut scratch) = (State::default(), Scratch::default());
            let text = slice((line.start, line.end));
            let record = self.format.read(&mut state, text, &mut scratch).unwrap();
            assert_eq!(record.addresses.each().next(), Some((Role::Peer, slice(line.peer))));
            assert!(
                matches!(record.request, Request::Line { target, .. } if target == slice(line.target))
            );
            assert_eq!(record.referer.unwrap_or(b""), slice(line.referer));
            assert_eq!(record.time.unwrap().reading.seconds, line.time);
            assert_eq!(record.time.unwrap().digits, 0);
            assert_eq!((record.status, record.bytes), (Some(line.status), line.bytes));
        }

        fn odd(&mut self, start: u32, _end: u32, next: u32) {
            assert_eq!(start, self.at);
            self.at = next;
            self.odd += 1;
        }
    }

    fn judge(block: &[u8]) -> (usize, usize) {
        let format = named("combined").unwrap();
        let mut judge = Judge { block, format, at: 0, lines: 0, odd: 0 };
        format.quick().unwrap().sweep(block, &index(block), &mut judge);
        assert_eq!(judge.at as usize, block.len());
        (judge.lines, judge.odd)
    }

    const PLAIN: &[u8] =
        br#"192.0.2.7 - - [12/Apr/2018:09:48:40 +0200] "GET /a.csv HTTP/1.1" 200 5 "-" "curl/8 x""#;

    #[test]
    fn a_plain_line_is_taken_and_others_are_odd() {
        assert_eq!(judge(PLAIN), (1, 0));
        let mut block = PLAIN.to_vec();
        block.extend_from_slice(b"\r\n\nx\n");
        block.extend_from_slice(PLAIN);
        assert_eq!(judge(&block), (2, 2));
        assert_eq!(judge(b""), (0, 0));
        assert_eq!(judge(b"\n"), (0, 1));
    }

    #[test]
    fn every_sample_and_every_change_of_a_byte_agrees_with_the_grammar() {
        for sample in TABLE.iter().flat_map(|format| format.card().samples) {
            judge(sample.line);
        }
        let mut line = PLAIN.to_vec();
        for at in 0..line.len() {
            let before = line[at];
            for byte in 0..=255 {
                line[at] = byte;
                judge(&line);
            }
            line[at] = before;
            judge(&line[..at]);
        }
    }

    proptest! {
        #[test]
        fn spliced_lines_agree_with_the_grammar(
            cuts in proptest::collection::vec((0..PLAIN.len(), 0..PLAIN.len(), "[ -~\n]{0,3}"), 1..4),
        ) {
            let mut block = PLAIN.to_vec();
            block.push(b'\n');
            for (from, to, between) in cuts {
                block.extend_from_slice(&PLAIN[..from]);
                block.extend_from_slice(between.as_bytes());
                block.extend_from_slice(&PLAIN[to..]);
                block.push(b'\n');
            }
            judge(&block);
        }
    }
}
