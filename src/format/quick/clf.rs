//! The fast path of the Common Log Format and its kin.
//!
//! ```abnf
//! quick-clf = (address " - " word / name " - -") " [" dd/Mon/yyyy:HH:MM:SS SP ("+" / "-") 4DIGIT "] "
//!             DQUOTE method SP target SP "HTTP/" (3plain / plain) DQUOTE SP 3DIGIT SP bytes
//!             [SP DQUOTE *plain DQUOTE SP DQUOTE *plain DQUOTE]
//! plain     = OCTET but DQUOTE, "\" and LF
//! ```

use xxhash_rust::xxh3::xxh3_64;

use super::answer::{Answer, answer};
use super::clock::{Clock, DATE};
use super::fields::{self, word};
use super::{Layout, Place, Row, sweep, tail};
use crate::format::token::{host, is_forwarded, is_host_name, is_ip, without_port};
use crate::format::{Quick, QuickLine, Sweep};
use crate::record::{Escape, Instant, IpBits, Moment};
use crate::source::index::{Index, Look, Marks, chunk};

/// The sweep of a layout of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clf {
    /// `quick-clf SP DQUOTE *plain DQUOTE SP DQUOTE *plain DQUOTE`: referer and
    /// user agent.
    Combined,
    /// `quick-clf` alone.
    Common,
    /// Either, and fields of the operator's own behind it.
    Extended,
    /// Combined, and `SP` a host name, bare or quoted.
    HostLast,
    /// Combined, and what ingress-nginx says of the upstream.
    Ingress,
    /// Combined, and `SP DQUOTE *plain DQUOTE`: the addresses that proxies
    /// appended, a dash or nothing.
    Main,
    /// Combined, and what Traefik says of the service.
    Traefik,
    /// A virtual host, `SP` and combined.
    VhostCombined,
    /// A virtual host, `SP` and `quick-clf`.
    VhostCommon,
}

impl Quick for Clf {
    fn marks(&self) -> Marks {
        Marks::Quotes
    }

    fn sweep(&self, block: &[u8], index: &Index, sink: &mut dyn Sweep) {
        match self {
            Clf::Combined => sweep(block, index, sink, Headed::<false, 6, _>::new(tail::nothing)),
            Clf::Common => sweep(block, index, sink, Bare::<false>::default()),
            Clf::Extended => sweep(block, index, sink, Extended::default()),
            Clf::HostLast => sweep(block, index, sink, Headed::<false, 0, _>::new(tail::host)),
            Clf::Ingress => sweep(block, index, sink, Headed::<false, 6, _>::new(tail::ingress)),
            Clf::Main => sweep(block, index, sink, Headed::<false, 8, _>::new(forwarded)),
            Clf::Traefik => sweep(block, index, sink, Headed::<false, 10, _>::new(tail::traefik)),
            Clf::VhostCombined => {
                sweep(block, index, sink, Headed::<true, 6, _>::new(tail::nothing))
            }
            Clf::VhostCommon => sweep(block, index, sink, Bare::<true>::default()),
        }
    }
}

/// What follows the user agent: where its closing quote is, and the marks
/// behind that.
pub struct Behind<'a> {
    pub block: &'a [u8],
    pub line: Place,
    pub quote: usize,
    pub marks: &'a [u32],
}

/// How many virtual hosts are remembered.
const HOSTS: usize = 32;

/// What lines share: the hour, and the virtual host.
#[derive(Default)]
struct Seen {
    clock: Clock,
    /// Where in the block virtual hosts stood that were found to be some, each at
    /// the place of its hash.
    hosts: [(usize, usize); HOSTS],
}

/// `quick-clf` alone, behind a virtual host or not.
#[derive(Default)]
struct Bare<const VHOST: bool>(Seen);

impl<const VHOST: bool> Layout for Bare<VHOST> {
    const MARKS: usize = 2;

    #[inline(always)]
    fn line(&mut self, look: impl Look, row: Row<'_>, read: &mut QuickLine) -> Option<()> {
        let Row { block, line, marks } = row;
        let &[q0, q1] = marks else { return None };
        let quotes = [q0 as usize, q1 as usize];
        core::<VHOST>(look, block, line, quotes, line.end, &mut self.0, read)
    }
}

/// Takes what is behind the user agent of a line read so far.
trait Tail: Fn(Behind<'_>, &mut QuickLine) -> Option<()> {}

impl<T: Fn(Behind<'_>, &mut QuickLine) -> Option<()>> Tail for T {}

/// Combined, behind a virtual host or not, with a tail; there are so many
/// quotes, or 0 where that differs.
struct Headed<const VHOST: bool, const QUOTES: usize, T> {
    seen: Seen,
    tail: T,
}

impl<const VHOST: bool, const QUOTES: usize, T: Tail> Headed<VHOST, QUOTES, T> {
    fn new(tail: T) -> Headed<VHOST, QUOTES, T> {
        Headed { seen: Seen::default(), tail }
    }
}

impl<const VHOST: bool, const QUOTES: usize, T: Tail> Layout for Headed<VHOST, QUOTES, T> {
    const MARKS: usize = QUOTES;

    #[inline(always)]
    fn line(&mut self, look: impl Look, row: Row<'_>, read: &mut QuickLine) -> Option<()> {
        let behind = headed::<VHOST>(look, row, &mut self.seen, read)?;
        (self.tail)(behind, read)
    }
}

/// Either of both, with fields behind it that are told by their shape.
#[derive(Default)]
struct Extended(Seen);

impl Layout for Extended {
    #[inline(always)]
    fn line(&mut self, look: impl Look, row: Row<'_>, read: &mut QuickLine) -> Option<()> {
        let Row { block, line, marks } = row;
        if let &[q0, q1] = marks {
            let bytes = (q1 as usize + 6).min(line.end);
            let end = memchr::memchr(b' ', &block[bytes..line.end]);
            let end = end.map_or(line.end, |at| bytes + at);
            let quotes = [q0 as usize, q1 as usize];
            core::<false>(look, block, line, quotes, end, &mut self.0, read)?;
            return tail::words(&block[end..line.end]).map(|_| ());
        }
        let behind = headed::<false>(look, row, &mut self.0, read)?;
        tail::fields(behind, read)
    }
}

/// `SP DQUOTE list DQUOTE`, the last field of a line.
#[inline(always)]
fn forwarded(behind: Behind<'_>, read: &mut QuickLine) -> Option<()> {
    let Behind { block, line, quote, marks } = behind;
    let &[q6, q7] = marks else { return None };
    let (first, last) = (q6 as usize, q7 as usize);
    let is_framed = last + 1 == line.end
        && first == quote + 2
        && block[quote..first + 1] == *b"\" \""
        && block[last] == b'"';
    if !is_framed {
        return None;
    }
    match &block[first + 1..last] {
        b"" | b"-" => Some(()),
        list if is_forwarded(list) => {
            read.forwarded = Some((q6 + 1, q7));
            Some(())
        }
        _ => None,
    }
}

/// `quick-clf SP DQUOTE *plain DQUOTE SP DQUOTE *plain DQUOTE`, and what is
/// left of the line.
#[inline(always)]
fn headed<'a, const VHOST: bool>(
    look: impl Look,
    row: Row<'a>,
    seen: &mut Seen,
    read: &mut QuickLine,
) -> Option<Behind<'a>> {
    let Row { block, line, marks } = row;
    let (&[q0, q1, q2, q3, q4, q5], marks) = marks.split_first_chunk()?;
    let [start, end, next, quote] = [q2, q3, q4, q5].map(|at| at as usize);
    // The byte behind the quotes between referer and user agent may be any.
    let between = u32::from_le_bytes(*chunk(block, end)?) << 8;
    let is_framed = chunk(block, start.wrapping_sub(1)) == Some(b" \"")
        && next == end + 2
        && between == u32::from_le_bytes(*b"\0\" \"")
        && block.get(quote) == Some(&b'"');
    if !is_framed {
        return None;
    }
    core::<VHOST>(look, block, line, [q0 as usize, q1 as usize], start - 1, seen, read)?;
    read.referer = fields::referer(block, start + 1, end);
    Some(Behind { block, line, quote, marks })
}

/// What all layouts begin with, up to `end`, the marks round the request given.
#[inline(always)]
fn core<const VHOST: bool>(
    look: impl Look,
    block: &[u8],
    line: Place,
    [q0, q1]: [usize; 2],
    end: usize,
    seen: &mut Seen,
    read: &mut QuickLine,
) -> Option<()> {
    read.start = line.start as u32;
    read.end = line.end as u32;
    read.next = line.next as u32;
    let start = if VHOST { behind_host(look, block, line.start, q0, seen)? } else { line.start };
    head(look, block, start, q0, &mut seen.clock, read)?;
    if VHOST && read.ip().and_then(IpBits::v4).is_none() {
        is_ip(&block[start..read.peer.1 as usize]).then_some(())?;
    }
    let Answer { version, status, bytes } = answer(look, block, q1, end)?;
    let (target, spelled) = request(look, block, q0 + 1, version)?;
    read.method = (q0 as u32 + 1, target as u32 - 1);
    read.target = (target as u32, version as u32);
    read.path = (target as u32, (target + spelled.path) as u32);
    read.is_plain = spelled.is_plain;
    (read.status, read.bytes) = (status, bytes);
    read.forwarded = None;
    read.query = None;
    read.object = None;
    read.referer = (line.end as u32, line.end as u32);
    Some(())
}

/// `vhost SP`: where the peer begins, behind a host name, or an address with a
/// port. Most lines name the host of one of the lines before.
#[inline(always)]
fn behind_host(
    look: impl Look,
    block: &[u8],
    start: usize,
    quote: usize,
    seen: &mut Seen,
) -> Option<usize> {
    let length = fields::before_space(look, block, start)?;
    let name = block.get(start..start + length).filter(|_| start + length < quote)?;
    let known = &mut seen.hosts[xxh3_64(name) as usize % HOSTS];
    if block[known.0..known.1] != *name || length == 0 {
        is_vhost(name).then_some(())?;
        *known = (start, start + length);
    }
    Some(start + length + 1)
}

/// Says whether a word is a host name, or an address with a port.
#[inline(never)]
fn is_vhost(name: &[u8]) -> bool {
    let bare = without_port(name);
    let is_host = is_host_name(name) || bare.len() < name.len() && is_ip(bare);
    is_host && host(name).is_ok()
}

/// `head = (address " - " word / name " - -") " [" date "] " DQUOTE`, from `start`
/// up to the mark at `quote`: the peer, its address, and the time.
#[inline(always)]
fn head(
    look: impl Look,
    block: &[u8],
    start: usize,
    quote: usize,
    clock: &mut Clock,
    read: &mut QuickLine,
) -> Option<()> {
    if block.get(quote) != Some(&b'"') {
        return None;
    }
    // Nearly every line names nobody.
    let nobody = quote.checked_sub(b" - - ".len() + DATE)?;
    let date = nobody + b" - - ".len();
    let is_nobody = word(block, nobody)? << 24 == u64::from_le_bytes(*b"\0\0\0 - - ");
    let known = if is_nobody { fields::ipv4(look, block, start, nobody) } else { None };
    // Put where they belong at once: of two ways of knowing them neither waits
    // for the other.
    let peer = if let Some(ip) = known {
        (read.ip, read.is_named) = (IpBits::of_v4(ip), false);
        nobody
    } else {
        let (peer, ip) = named_head(look, block, start, date)?;
        (read.ip, read.is_named) = (ip.unwrap_or(IpBits::NOBODY), ip.is_none());
        peer
    };
    read.peer = (start as u32, peer as u32);
    read.time = Moment { at: Instant::at(clock.read(look, chunk(block, date)?)?), digits: 0 };
    Some(())
}

/// `(address " - " word / name " - -") " "`, up to the date: where the peer ends,
/// and its address.
#[inline(always)]
fn named_head(
    look: impl Look,
    block: &[u8],
    start: usize,
    date: usize,
) -> Option<(usize, Option<IpBits>)> {
    let (ip, length) = fields::peer(look, block, start)?;
    let peer = start + length;
    let user = block.get(peer..date)?.strip_prefix(b" - ")?.strip_suffix(b" ")?;
    let is_word = !user.is_empty() && !user.iter().any(|byte| matches!(byte, b' ' | b'['));
    // Behind a name something else might make it that of an envelope.
    (is_word && (ip.is_some() || user == b"-")).then_some((peer, ip))
}

/// `method SP target`, from `start` to `end`: where the target begins, and how it
/// is spelled. Methods are short.
#[inline(always)]
fn request(
    look: impl Look,
    block: &[u8],
    start: usize,
    end: usize,
) -> Option<(usize, fields::Spelled)> {
    if end <= start {
        return None;
    }
    let target = start + method(block, start, end)? + 1;
    let spelled = fields::target::<b' ', false>(look, block, target, end, Escape::Backslash)?;
    Some((target, spelled))
}

/// How long a method is, before the first space from `start` to `end`.
#[inline(always)]
fn method(block: &[u8], start: usize, end: usize) -> Option<usize> {
    let text = word(block, start)?;
    if text as u32 == u32::from_le_bytes(*b"GET ") {
        return (start + 3 < end).then_some(3);
    }
    let other = text ^ 0x2020_2020_2020_2020;
    // The lowest of the high bits is of the first space.
    let spaces = other.wrapping_sub(0x0101_0101_0101_0101) & !other & 0x8080_8080_8080_8080;
    let length = match spaces {
        0 => block[start..end].iter().take(16).position(|byte| *byte == b' ')?,
        _ => spaces.trailing_zeros() as usize / 8,
    };
    (length > 0 && start + length < end).then_some(length)
}
