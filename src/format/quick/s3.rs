//! The fast path of Amazon S3's server access logs.
//!
//! ```abnf
//! quick-s3 = word SP bucket SP "[" dd/Mon/yyyy:HH:MM:SS SP ("+" / "-") 4DIGIT "] " address
//!            SP word SP word SP operation SP key
//!            SP DQUOTE method SP target SP "HTTP/" 3plain DQUOTE SP 3DIGIT SP word SP bytes
//!            3(SP word) SP DQUOTE *plain DQUOTE SP DQUOTE *plain DQUOTE *(SP *plain)
//! target   = ["/" bucket] "/" key ["?" *plain]
//! plain    = OCTET but DQUOTE, "\" and LF; behind the user agent no "[" either
//! ```

use super::clock::{Clock, DATE};
use super::{Layout, Place, Row, fields, sweep};
use crate::format::{Quick, QuickLine, Sweep};
use crate::record::{Escape, Instant, Moment};
use crate::source::index::{Index, Look, Marks, chunk};

/// The sweep of the log of an S3 bucket.
#[derive(Debug)]
pub struct S3;

impl Quick for S3 {
    fn marks(&self) -> Marks {
        Marks::Fields
    }

    fn sweep(&self, block: &[u8], index: &Index, sink: &mut dyn Sweep) {
        sweep(block, index, sink, Bucket::default());
    }
}

#[derive(Default)]
struct Bucket {
    clock: Clock,
}

/// How many marks stand before the referer, its quote among them.
const HEAD: usize = 21;

impl Layout for Bucket {
    #[inline(always)]
    fn line(&mut self, look: impl Look, row: Row<'_>, read: &mut QuickLine) -> Option<()> {
        let Row { block, line, marks } = row;
        let (marks, rest) = marks.split_first_chunk::<HEAD>()?;
        let marks = marks.map(|at| at as usize);
        let is_framed =
            marks.iter().zip(b"         \"  \"       \"").all(|(at, kind)| block[*at] == *kind);
        // No word is empty, but for those beside a quote.
        let are_words = marks.windows(2).enumerate().all(|(place, pair)| match place {
            8 | 12 | 19 => pair[0] + 1 == pair[1],
            11 => true,
            _ => pair[0] + 1 < pair[1],
        });
        if !is_framed || !are_words || marks[0] == line.start {
            return None;
        }
        let [owner, name, _, dated, client, _, id, operation, key, quote, ..] = marks;
        let date = chunk(block, name + 1)?;
        if name + DATE != dated {
            return None;
        }
        let at = Instant::at(self.clock.read(look, date)?);
        let ip = fields::address(look, block, dated + 1, client)?;
        let letters = &block[id + 1..operation];
        let is_letter =
            |byte: &u8| byte.is_ascii_uppercase() || matches!(byte, b'.' | b'_' | b'0'..=b'9');
        if !letters.contains(&b'.') || !letters.iter().all(is_letter) {
            return None;
        }
        let [method, behind, close, status] = [10, 11, 12, 13].map(|place| marks[place]);
        if method == quote + 1 || !block[behind + 1..close].starts_with(b"HTTP/") {
            return None;
        }
        let target = (method + 1, behind);
        let spelled = fields::target::<b' ', false>(look, block, target.0, behind, Escape::None)?;
        let path = (target.0, target.0 + spelled.path);
        let (bucket, key) = ((owner + 1, name), (operation + 1, key));
        // The forms of bucket and key are known where the path has none but its
        // own and is made of them.
        let before = block[path.0..path.1].strip_suffix(&block[key.0..key.1])?;
        let before = before.strip_suffix(b"/")?;
        let name = &block[bucket.0..bucket.1];
        let is_of_both = before.is_empty() || before.strip_prefix(b"/")? == name;
        let is_named = is_plain_name(name) && block[key.0..key.1] != *b"-";
        let value = fields::status(block, status).filter(|_| status + 4 == marks[14])?;
        let bytes = fields::bytes(block, marks[15] + 1, marks[16])?;
        let referer = behind_referer(block, line, rest)?;
        if !is_of_both || !is_named {
            return None;
        }
        let range = |(start, end): (usize, usize)| (start as u32, end as u32);
        *read = QuickLine {
            start: line.start as u32,
            end: line.end as u32,
            next: line.next as u32,
            peer: (dated as u32 + 1, client as u32),
            ip,
            is_named: false,
            forwarded: None,
            method: (quote as u32 + 1, method as u32),
            target: range(target),
            path: range(path),
            query: None,
            is_plain: spelled.is_plain,
            is_lowered: spelled.is_lowered,
            object: Some([range(bucket), range(key)]),
            referer: fields::referer(block, marks[20] + 1, referer),
            time: Moment { at, digits: 0 },
            status: value,
            bytes,
        };
        Some(())
    }
}

/// Says whether a bucket has a name that needs no other spelling in a path.
#[inline(always)]
fn is_plain_name(name: &[u8]) -> bool {
    name[0].is_ascii_alphanumeric()
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// `*plain DQUOTE SP DQUOTE *plain DQUOTE *(SP *plain)` up to the end of the
/// line: where the referer ends.
#[inline(always)]
fn behind_referer(block: &[u8], line: Place, marks: &[u32]) -> Option<usize> {
    let mut quotes = marks.iter().map(|at| *at as usize).filter(|at| block[*at] != b' ');
    let (referer, agent, end) = (quotes.next()?, quotes.next()?, quotes.next()?);
    let are_quotes = [referer, agent, end].iter().all(|at| block[*at] == b'"');
    let is_framed = agent == referer + 2
        && block[referer + 1] == b' '
        && (end + 1 == line.end || block[end + 1] == b' ');
    let is_alone = quotes.next().is_none() && !block[agent..line.end].contains(&b'[');
    (are_quotes && is_framed && is_alone).then_some(referer)
}
