//! The fast path of the Common Log Format and its kin.
//!
//! ```abnf
//! quick-clf = host " - " word " [" dd/Mon/yyyy:HH:MM:SS SP ("+" / "-") 4DIGIT "] "
//!             DQUOTE method SP target SP "HTTP/" 3plain DQUOTE SP 3DIGIT SP bytes
//!             [SP DQUOTE *plain DQUOTE SP DQUOTE *plain DQUOTE]
//! plain     = OCTET but DQUOTE, "\" and LF
//! ```

use std::net::IpAddr;

use super::clock::{Clock, DATE};
use super::fields::{self, word};
use super::{Lines, Place};
use crate::format::token::is_forwarded;
use crate::format::{Quick, QuickLine, Sweep};
use crate::record::Escape;
use crate::source::index::{self, Index, Look, Marks, Work};

/// The sweep of a layout of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clf {
    /// `quick-clf SP DQUOTE *plain DQUOTE SP DQUOTE *plain DQUOTE`: referer and
    /// user agent.
    Combined,
    /// `quick-clf` alone.
    Common,
    /// Combined, and `SP DQUOTE *plain DQUOTE`: the addresses that proxies
    /// appended, a dash or nothing.
    Main,
}

impl Quick for Clf {
    fn marks(&self) -> Marks {
        Marks::Quotes
    }

    fn sweep(&self, block: &[u8], index: &Index, sink: &mut dyn Sweep) {
        match self {
            Clf::Combined => index::work(Sweeping { block, index, sink, line: Combined }),
            Clf::Common => index::work(Sweeping { block, index, sink, line: Common }),
            Clf::Main => index::work(Sweeping { block, index, sink, line: Main }),
        }
    }
}

/// How a line of a layout is checked.
trait Layout {
    /// A line, its marks and the clock, or `None` where it deviates.
    fn line(
        &self,
        look: impl Look,
        block: &[u8],
        line: Place,
        marks: &[u32],
        clock: &mut Clock,
    ) -> Option<QuickLine>;
}

/// A sweep under way.
struct Sweeping<'a, 's, L> {
    block: &'a [u8],
    index: &'a Index,
    sink: &'s mut dyn Sweep,
    line: L,
}

impl<L: Layout> Work for Sweeping<'_, '_, L> {
    #[inline(always)]
    fn with<K: Look>(self, look: K) {
        let Sweeping { block, index, sink, line: layout } = self;
        let mut clock = Clock::default();
        let mut lines = Lines::of(block, index);
        while let Some((line, marks)) = lines.next() {
            match layout.line(look, block, line, marks, &mut clock) {
                Some(read) => sink.line(&read),
                None => sink.odd(line.start as u32, line.end as u32, line.next as u32),
            }
        }
    }
}

struct Common;

impl Layout for Common {
    #[inline(always)]
    fn line(
        &self,
        look: impl Look,
        block: &[u8],
        line: Place,
        marks: &[u32],
        clock: &mut Clock,
    ) -> Option<QuickLine> {
        let &[q0, q1] = marks else { return None };
        core(look, block, line, [q0 as usize, q1 as usize], line.end, clock)
    }
}

struct Combined;

impl Layout for Combined {
    #[inline(always)]
    fn line(
        &self,
        look: impl Look,
        block: &[u8],
        line: Place,
        marks: &[u32],
        clock: &mut Clock,
    ) -> Option<QuickLine> {
        let &[q0, q1, q2, q3, q4, q5] = marks else { return None };
        let last = q5 as usize;
        if last + 1 != line.end || block[last] != b'"' {
            return None;
        }
        let read = core(look, block, line, [q0 as usize, q1 as usize], q2 as usize - 1, clock)?;
        with_referer(block, read, [q2 as usize, q3 as usize, q4 as usize])
    }
}

struct Main;

impl Layout for Main {
    #[inline(always)]
    fn line(
        &self,
        look: impl Look,
        block: &[u8],
        line: Place,
        marks: &[u32],
        clock: &mut Clock,
    ) -> Option<QuickLine> {
        let &[q0, q1, q2, q3, q4, q5, q6, q7] = marks else { return None };
        let (before, first, last) = (q5 as usize, q6 as usize, q7 as usize);
        let is_framed = last + 1 == line.end
            && first == before + 2
            && block[before..first + 1] == *b"\" \""
            && block[last] == b'"';
        if !is_framed {
            return None;
        }
        let read = core(look, block, line, [q0 as usize, q1 as usize], q2 as usize - 1, clock)?;
        let read = with_referer(block, read, [q2 as usize, q3 as usize, q4 as usize])?;
        match &block[first + 1..last] {
            b"" | b"-" => Some(read),
            list if is_forwarded(list) => Some(QuickLine { forwarded: Some((q6 + 1, q7)), ..read }),
            _ => None,
        }
    }
}

/// `SP DQUOTE *plain DQUOTE SP DQUOTE`: a line with its referer, which lies
/// between the first two of these quotes; the third begins the next field.
#[inline(always)]
fn with_referer(block: &[u8], read: QuickLine, quotes: [usize; 3]) -> Option<QuickLine> {
    let [start, end, next] = quotes;
    let is_framed = next == end + 2
        && block[end..next + 1] == *b"\" \""
        && block[start - 1..start + 1] == *b" \"";
    // A field of one dash stands for none.
    let is_absent = end == start + 2 && block[start + 1] == b'-';
    let referer = (start as u32 + 1, if is_absent { start + 1 } else { end } as u32);
    is_framed.then_some(QuickLine { referer, ..read })
}

/// What all layouts begin with, up to `end`, the quotes of the request given.
#[inline(always)]
fn core(
    look: impl Look,
    block: &[u8],
    line: Place,
    [q0, q1]: [usize; 2],
    end: usize,
    clock: &mut Clock,
) -> Option<QuickLine> {
    if block[q0] != b'"' || block[q1] != b'"' {
        return None;
    }
    let (peer, ip, time) = head(look, block, line.start, q0, clock)?;
    let (target, spelled) = request(look, block, q0 + 1, q1)?;
    let status = fields::status(block, q1 + 1)?;
    let bytes = fields::bytes(block, q1 + 6, end)?;
    Some(QuickLine {
        start: line.start as u32,
        end: line.end as u32,
        next: line.next as u32,
        peer: (line.start as u32, peer as u32),
        ip,
        forwarded: None,
        target: (target as u32, (q1 - VERSION) as u32),
        path: (target + spelled.path) as u32,
        is_plain: spelled.is_plain,
        referer: (line.end as u32, line.end as u32),
        time,
        status,
        bytes,
    })
}

/// `head = host " - " word " [" date "] "`, from `start` up to the quote at
/// `quote`: where the peer ends, its address, and the time.
#[inline(always)]
fn head(
    look: impl Look,
    block: &[u8],
    start: usize,
    quote: usize,
    clock: &mut Clock,
) -> Option<(usize, IpAddr, i64)> {
    let date = quote.checked_sub(DATE)?;
    let (ip, length) = fields::peer(look, block, start)?;
    let peer = start + length;
    let between = block.get(peer..date)?;
    if between != b" - - " {
        let user = between.strip_prefix(b" - ")?.strip_suffix(b" ")?;
        if user.is_empty() || user.iter().any(|byte| matches!(byte, b' ' | b'[')) {
            return None;
        }
    }
    let time = clock.read(block[date..].first_chunk()?)?;
    Some((peer, ip, time))
}

/// How long ` HTTP/1.1` is.
const VERSION: usize = 9;

/// `request = method SP target SP "HTTP/" 3plain`: where the target begins, and
/// how it is spelled. Methods are short and versions are `1.1` and the like.
#[inline(always)]
fn request(
    look: impl Look,
    block: &[u8],
    start: usize,
    end: usize,
) -> Option<(usize, fields::Spelled)> {
    let version = end.checked_sub(VERSION)?;
    if version <= start {
        return None;
    }
    let is_version = word(block, version)? & 0xffff_ffff_ffff == u64::from_le_bytes(*b" HTTP/\0\0");
    if !is_version || block[version + 6..end].contains(&b' ') {
        return None;
    }
    let method = match &block[start..version] {
        [b'G', b'E', b'T', b' ', ..] => 3,
        line => line.iter().take(16).position(|byte| *byte == b' ').filter(|at| *at > 0)?,
    };
    let target = start + method + 1;
    let spelled = fields::target(look, block, target, version, b' ', Escape::Backslash)?;
    Some((target, spelled))
}
