//! Whose a record is, as evidence keeps it: small, and the same in every run.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::record::{Client, IpBits};

/// A client as a key of fixed size: its address, or a hash of its name.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ClientKey {
    /// 4 or 6 for an address, 0 for a name.
    kind: u8,
    bytes: [u8; 16],
}

impl ClientKey {
    /// The key of a client. Names are compared without letter case.
    pub fn of(client: Client<'_>) -> ClientKey {
        match client {
            Client::Ip(IpAddr::V4(ip)) => {
                let mut bytes = [0; 16];
                bytes[..4].copy_from_slice(&ip.octets());
                ClientKey { kind: 4, bytes }
            }
            Client::Ip(IpAddr::V6(ip)) => ClientKey { kind: 6, bytes: ip.octets() },
            Client::Name(name) => {
                let mut lowered = SmallVec::<[u8; 64]>::from_slice(name);
                lowered.make_ascii_lowercase();
                let hash = xxh3_128(&lowered);
                ClientKey { kind: 0, bytes: hash.to_be_bytes() }
            }
        }
    }

    /// The key of an address.
    #[inline(always)]
    pub fn of_ip(ip: IpBits) -> ClientKey {
        ClientKey { kind: if ip.v4().is_some() { 4 } else { 6 }, bytes: ip.octets() }
    }

    /// The key of its group: of an IPv6 address its network of 64 bits.
    #[must_use]
    pub fn group(mut self) -> ClientKey {
        if self.kind == 6 {
            self.bytes[8..].fill(0);
        }
        self
    }

    /// The hash of the key of an address.
    #[inline(always)]
    pub fn hash_of_ip(ip: IpBits) -> u64 {
        // Most are of IPv4, and three quarters of their bytes are known.
        match ip.v4() {
            Some(bits) => ClientKey::of_ip(IpBits::of_v4(bits)).hash(),
            None => ClientKey::of_ip(ip).hash(),
        }
    }

    /// The hash of the key of a client.
    #[inline]
    pub fn hash_of(client: Client<'_>) -> u64 {
        match client {
            Client::Ip(ip) => ClientKey::hash_of_ip(ip.into()),
            Client::Name(_) => ClientKey::of(client).hash(),
        }
    }

    /// A hash of the key, the same in every run.
    #[inline]
    pub fn hash(self) -> u64 {
        xxh3_64(&self.bytes)
    }

    /// The address, if it is one.
    pub fn ip(self) -> Option<IpAddr> {
        match self.kind {
            4 => self.bytes.first_chunk::<4>().map(|bytes| IpAddr::from(*bytes)),
            6 => Some(IpAddr::from(self.bytes)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_key_gives_the_address_back() {
        for text in ["192.0.2.7", "0.0.0.0", "2001:db8::1", "::", "::c000:207"] {
            let key = ClientKey::of(Client::read(text.as_bytes()));
            assert_eq!(key.ip().map(|ip| ip.to_string()).as_deref(), Some(text));
            let ip = IpBits::from(text.parse::<IpAddr>().unwrap());
            assert_eq!((ClientKey::of_ip(ip), ClientKey::hash_of_ip(ip)), (key, key.hash()));
            assert_eq!(ClientKey::hash_of(Client::read(text.as_bytes())), key.hash());
        }
        let name = ClientKey::of(Client::read(b"Host.Example"));
        assert_eq!(name.ip(), None);
        assert_eq!(name, ClientKey::of(Client::read(b"host.example")));
    }
}
