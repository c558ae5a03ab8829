//! Who speaks on a line that was swept.

use ipnetwork::IpNetwork;

use crate::actor;
use crate::format::QuickLine;
use crate::record::{Client, IpBits, Record, Role};

/// The client of a line of `block`, and whether every hop of it is a trusted
/// proxy: what [`actor::speaker`] says of the line read by its grammar.
#[inline]
pub(super) fn speaker<'b>(
    line: &QuickLine,
    block: &'b [u8],
    trusted: &[IpNetwork],
) -> (Client<'b>, bool) {
    let cut = |(start, end): (u32, u32)| &block[start as usize..end as usize];
    let Some(ip) = line.ip().map(IpBits::ip) else {
        return (Client::Name(cut(line.peer)), false);
    };
    let is_trusted = trusted.iter().any(|network| network.contains(ip));
    match line.forwarded {
        Some(forwarded) if is_trusted => {
            let mut record = Record::default();
            record.addresses.push(Role::Peer, cut(line.peer));
            record.addresses.push(Role::Forwarded, cut(forwarded));
            let speaker = actor::speaker(&record, trusted);
            (speaker.client, speaker.is_proxy)
        }
        _ => (Client::Ip(ip), is_trusted),
    }
}
