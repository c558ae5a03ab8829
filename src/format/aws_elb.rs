//! The bricks that the logs of AWS's load balancers share.
//!
//! ```abnf
//! exchange = elb SP pair 3(delay SP) status SP status SP sizes
//! pair     = ported SP ported SP
//! sizes    = bytes SP bytes
//! tail     = *(BLANKS (quoted / word))
//! ported   = address ":" 1*DIGIT / "-"
//! delay    = 1*DIGIT ["." 1*DIGIT] / "-1" / "-"
//! ```
//!
//! The port stands behind every address, IPv6 too, without brackets.

use memchr::memchr;

use super::token::{
    self, Read, authority, blanks, bytes, cell, fault, iso, ported, quoted, seconds, space, status,
    without_port, word,
};
use crate::record::{Addresses, Escape, Record, Request, Role, Time};

/// `exchange = elb SP pair 3(delay SP) status SP status SP sizes`
pub fn exchange(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, _elb) = cell(input)?;
    let (rest, addresses) = pair(rest)?;
    let mut took = Some(0_u64);
    let mut rest = rest;
    for _ in 0..3 {
        let at = rest;
        let text;
        (rest, text) = cell(at)?;
        let one = seconds(text);
        if one.is_none() && !matches!(text, b"-1" | b"-") {
            return fault(at, "seconds, or -1");
        }
        took = took.zip(one).and_then(|(sum, one)| sum.checked_add(one));
    }
    let (rest, status) = status(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, _of_target) = cell(rest)?;
    let (rest, sent) = sizes(rest)?;
    let record = Record {
        addresses,
        status,
        bytes: sent,
        no_body: sent == Some(0),
        took,
        escape: Escape::Backslash,
        ..Record::default()
    };
    Ok((rest, record))
}

/// `pair = ported SP ported SP`: the client, and the target that was asked.
pub fn pair(input: &[u8]) -> Read<'_, Addresses<'_>> {
    let (rest, client) = cell(input)?;
    if client != b"-" && memchr(b':', client).is_none() {
        return fault(input, "an address with its port");
    }
    let (rest, target) = cell(rest)?;
    let mut addresses = Addresses::default();
    addresses.push(Role::Peer, ported(client));
    addresses.push(Role::Upstream, ported(target));
    Ok((rest, addresses))
}

/// `sizes = bytes SP bytes`: received, and sent.
pub fn sizes(input: &[u8]) -> Read<'_, Option<u64>> {
    let (rest, _received) = bytes(input)?;
    let (rest, ()) = space(rest)?;
    bytes(rest)
}

/// `tail = *(BLANKS (quoted / word))`: the time in its eighth column, which is
/// when the request came. A balancer's name in it is another record.
pub fn tail(input: &[u8]) -> Read<'_, Option<Time>> {
    let mut rest = input;
    let mut came = None;
    let mut place = 0;
    while !rest.is_empty() {
        let (at, ()) = blanks(rest)?;
        if at.is_empty() {
            return Ok((at, came));
        }
        let text;
        (rest, text) = if at.starts_with(b"\"") { quoted(at)? } else { word(at)? };
        place += 1;
        if !at.starts_with(b"\"") && (text.starts_with(b"app/") || text.contains(&b'"')) {
            return fault(at, "one record, not two fused into one line");
        }
        if place == 8
            && let Ok(([], time)) = iso(text)
        {
            came = Some(time);
        }
    }
    Ok((rest, came))
}

/// The host of a request, whose target the balancers write as an absolute URL.
pub fn asked_of(request: Request<'_>) -> Option<&[u8]> {
    let Request::Line { target, .. } = request else { return None };
    authority(target).map(without_port)
}

/// A request as the balancers write it; `"- - - "` is none.
pub fn request(line: &[u8]) -> Request<'_> {
    if line.starts_with(b"- - -") { Request::Raw(None) } else { token::request(line) }
}
