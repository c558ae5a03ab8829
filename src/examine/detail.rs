//! The text of a hit, field by field, for the spool.

use crate::evidence::Detail;
use crate::evidence::hit::RAW_CAP;
use crate::record::{Escape, Record, Role};

/// The text of a hit.
pub(super) fn detail(
    line: &[u8],
    record: &Record<'_>,
    target: &[u8],
    token: &[u8],
    path: Vec<u8>,
) -> Detail {
    let undone = |field: &[u8]| {
        let mut out = Vec::with_capacity(field.len());
        record.escape.undo(field, &mut out);
        out
    };
    let role = |role: Role| match role {
        Role::Peer => 0,
        Role::Forwarded => 1,
        Role::Upstream => 2,
    };
    Detail {
        client: token.to_vec(),
        addresses: record.addresses.each().map(|(r, one)| (role(r), one.to_vec())).collect(),
        method: record.method().map(<[u8]>::to_vec).unwrap_or_default(),
        // A plus stays one: in a path it may be meant.
        target: match record.escape {
            Escape::Plus => target.to_vec(),
            Escape::Backslash | Escape::None => undone(target),
        },
        path,
        files: Vec::new(),
        host: record.host.map(<[u8]>::to_vec),
        referer: record.referer.map(undone),
        agent: record.agent.map(undone),
        user: record.user.map(undone),
        subject: None,
        record: None,
        digits: record.time.map_or(0, |time| time.digits),
        delivery: record.delivery,
        raw: line[..line.len().min(RAW_CAP)].to_vec(),
    }
}
