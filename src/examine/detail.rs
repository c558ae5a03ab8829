//! The text of a hit, kept in the spool beside it.

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::evidence::hit::RAW_CAP;
use crate::evidence::{Detail, Part};
use crate::record::{Client, Escape, Record, Role};

/// The text of a hit, as far as it can that of the line itself.
pub fn detail<'a>(
    line: &'a [u8],
    record: &Record<'a>,
    target: &'a [u8],
    token: &'a [u8],
    path: Cow<'a, [u8]>,
) -> Detail<Part<'a>> {
    let kept = &line[..line.len().min(RAW_CAP)];
    let part = |text: &'a [u8]| Part::of(Cow::Borrowed(text), kept);
    let undone = |field: &'a [u8]| {
        if !record.escape.touches(field) {
            return part(field);
        }
        let mut out = Vec::with_capacity(field.len());
        record.escape.undo(field, &mut out);
        Part::Own(Cow::Owned(out))
    };
    let role = |role: Role| match role {
        Role::Peer => 0,
        Role::Forwarded => 1,
        Role::Upstream => 2,
    };
    Detail {
        client: part(token),
        port: Client::port(token)
            .or_else(|| port_behind(line, token))
            .filter(|port| *port >= LOWEST_PORT),
        addresses: record.addresses.each().map(|(r, one)| (role(r), part(one))).collect(),
        method: part(record.method().unwrap_or_default()),
        // A plus stays one: in a path it may be meant.
        target: match record.escape {
            Escape::Plus => part(target),
            Escape::Backslash | Escape::None => undone(target),
        },
        path: Part::of(path, kept),
        files: SmallVec::new(),
        host: record.host.map(part),
        referer: record.referer.map(undone),
        agent: record.agent.map(undone),
        user: record.user.map(undone),
        subject: None,
        record: None,
        digits: record.time.map_or(0, |time| time.digits),
        delivery: record.delivery,
        raw: Part::Own(Cow::Borrowed(kept)),
    }
}

/// Ports below belong to services (RFC 6335 section 6), and no client is given
/// one: such a number behind an address is the server's own.
const LOWEST_PORT: u16 = 1024;

/// The port that stands in a line right behind a token of it: most formats
/// take it off an address. `None` where the token is not a part of the line.
fn port_behind(line: &[u8], token: &[u8]) -> Option<u16> {
    let at = (token.as_ptr() as usize).checked_sub(line.as_ptr() as usize)?;
    let behind = line.get(at.checked_add(token.len())?..)?.strip_prefix(b":")?;
    let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let ends = behind
        .get(digits)
        .is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b".:-".contains(byte));
    let digits = std::str::from_utf8(&behind[..digits]).ok()?;
    digits.parse().ok().filter(|_| ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_found_behind_its_address_alone() {
        let check = |line: &[u8], token: std::ops::Range<usize>, expected: Option<u16>| {
            assert_eq!(port_behind(line, &line[token]), expected);
        };
        check(b"192.0.2.7:51234 [", 0..9, Some(51_234));
        check(b"x 192.0.2.7:51234", 2..11, Some(51_234));
        check(b"2001:db8::1:51234 -", 0..11, Some(51_234));
        check(b"192.0.2.7 192.0.2.7:51234", 0..9, None);
        check(b"192.0.2.7:99999 ", 0..9, None);
        check(b"192.0.2.7:10:00:00 ", 0..9, None);
        check(b"192.0.2.7:12a", 0..9, None);
        check(b"192.0.2.7:", 0..9, None);
        // A token that was put together elsewhere is not in the line.
        let elsewhere = b"192.0.2.7".to_vec();
        assert_eq!(port_behind(b"192.0.2.7:51234", &elsewhere), None);
    }
}
