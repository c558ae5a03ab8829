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
use super::{Place, each_line};
use crate::format::{Quick, QuickLine, Sweep};
use crate::record::Escape;
use crate::source::index::{self, Index, Look, Marks, Work};

/// The sweep of a layout of the family.
#[derive(Debug, Clone, Copy)]
pub struct Clf;

impl Quick for Clf {
    fn marks(&self) -> Marks {
        Marks::Quotes
    }

    fn sweep(&self, block: &[u8], index: &Index, sink: &mut dyn Sweep) {
        index::work(Sweeping { block, index, sink });
    }
}

/// A sweep under way.
struct Sweeping<'a, 's> {
    block: &'a [u8],
    index: &'a Index,
    sink: &'s mut dyn Sweep,
}

impl Work for Sweeping<'_, '_> {
    #[inline(always)]
    fn with<L: Look>(self, look: L) {
        let Sweeping { block, index, sink } = self;
        let mut clock = Clock::default();
        each_line(block, index, |line, marks| {
            match combined(look, block, line, marks, &mut clock) {
                Some(read) => sink.line(&read),
                None => sink.odd(line.start as u32, line.end as u32, line.next as u32),
            }
        });
    }
}

/// One line of the layout of `combined`, or `None` where it deviates.
#[inline(always)]
fn combined(
    look: impl Look,
    block: &[u8],
    line: Place,
    marks: &[u32],
    clock: &mut Clock,
) -> Option<QuickLine> {
    let &[q0, q1, q2, q3, q4, q5] = marks else { return None };
    let [q0, q1, q2, q3, q4, q5] =
        [q0 as usize, q1 as usize, q2 as usize, q3 as usize, q4 as usize, q5 as usize];
    let is_quote = |at: usize| block[at] == b'"';
    let is_framed = q5 + 1 == line.end
        && q4 == q3 + 2
        && block[q3..q3 + 3] == *b"\" \""
        && is_quote(q0)
        && is_quote(q1)
        && block[q2 - 1..=q2] == *b" \""
        && is_quote(q5);
    if !is_framed {
        return None;
    }
    let (peer, ip, time) = head(look, block, line.start, q0, clock)?;
    let (target, spelled) = request(look, block, q0 + 1, q1)?;
    let status = fields::status(block, q1 + 1)?;
    let bytes = fields::bytes(block, q1 + 6, q2 - 1)?;
    // A field of one dash stands for none.
    let is_absent = q3 == q2 + 2 && block[q2 + 1] == b'-';
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
        referer: (q2 as u32 + 1, if is_absent { q2 + 1 } else { q3 } as u32),
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
