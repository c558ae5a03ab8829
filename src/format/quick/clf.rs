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
use crate::source::index::{Index, Marks};

/// The sweep of a layout of the family.
#[derive(Debug, Clone, Copy)]
pub struct Clf;

impl Quick for Clf {
    fn marks(&self) -> Marks {
        Marks::Quotes
    }

    fn sweep(&self, block: &[u8], index: &Index, sink: &mut dyn Sweep) {
        let mut clock = Clock::default();
        each_line(block, index, 6, |line, marks| match combined(block, line, marks, &mut clock) {
            Some(read) => sink.line(&read),
            None => sink.odd(line.start as u32, line.end as u32, line.next as u32),
        });
    }
}

/// One line of the layout of `combined`, or `None` where it deviates.
#[inline(always)]
fn combined(block: &[u8], line: Place, marks: &[u32], clock: &mut Clock) -> Option<QuickLine> {
    let &[q0, q1, q2, q3, q4, q5] = marks else { return None };
    let [q0, q1, q2, q3, q4, q5] = [q0, q1, q2, q3, q4, q5].map(|at| at as usize);
    let is_framed = q5 + 1 == line.end && q4 == q3 + 2 && block[q3 + 1] == b' ';
    let quotes = [q0, q1, q2, q3, q4, q5].iter().fold(0, |other, at| other | block[*at] ^ b'"');
    if !is_framed || quotes != 0 {
        return None;
    }
    let (peer, ip, time) = head(block, line.start, q0, clock)?;
    let (target, spelled) = request(block, q0 + 1, q1)?;
    let status = fields::status(block, q1 + 1)?;
    let bytes = fields::bytes(block, q1 + 6, q2 - 1).filter(|_| block[q2 - 1] == b' ')?;
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
    block: &[u8],
    start: usize,
    quote: usize,
    clock: &mut Clock,
) -> Option<(usize, IpAddr, i64)> {
    let date = quote.checked_sub(DATE).filter(|date| *date > start)?;
    let (ip, length) = fields::peer(&block[start..])?;
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
fn request(block: &[u8], start: usize, end: usize) -> Option<(usize, fields::Spelled)> {
    let version = end.checked_sub(VERSION).filter(|version| *version > start)?;
    let is_version = word(block, version)? & 0xffff_ffff_ffff == u64::from_le_bytes(*b" HTTP/\0\0");
    if !is_version || block[version + 6..end].contains(&b' ') {
        return None;
    }
    let method = match &block[start..version] {
        [b'G', b'E', b'T', b' ', ..] => 3,
        line => line.iter().take(16).position(|byte| *byte == b' ').filter(|at| *at > 0)?,
    };
    let target = start + method + 1;
    let spelled = fields::target(block, target, version, b' ', Escape::Backslash)?;
    Some((target, spelled))
}
