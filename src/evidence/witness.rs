//! Requests that are no hits and say that they came from a target: the client
//! had it open, whether or not a request of its for that is logged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::ClientKey;
use crate::actor::Class;
use crate::record::Instant;

/// How many are kept of a source: the first of each client and path.
pub const WITNESSES_KEPT: usize = 1_000;

/// How much of one field is kept, in bytes.
pub const FIELD_KEPT: usize = 512;

/// A request whose referer names a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// The place of its line in the decoded source, in bytes.
    pub offset: u64,
    /// The number of its line; as of a hit.
    pub line: u64,
    /// When, the server's clock set right.
    pub at: Option<Instant>,
    /// Whose client.
    pub client: ClientKey,
    /// The client as logged.
    pub token: Vec<u8>,
    /// Whose request it would be, had it asked for the target.
    pub class: Class,
    /// What it asked for.
    pub asked: Vec<u8>,
    /// The status as logged.
    pub status: Option<u16>,
    /// The referer, log escapes undone.
    pub referer: Vec<u8>,
    /// The path of the referer that names the target.
    pub path: Vec<u8>,
    /// The exposures it names, a bit each in the order of the case.
    pub exposures: u64,
    /// The host of the referer is known to be the server's.
    pub is_sure: bool,
}

/// The witnesses of a source: by client and path the first one, of all of
/// these the first ones. What comes first is by place in the source, so any
/// order of merging gives the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witnesses {
    each: BTreeMap<(ClientKey, u128), Witness>,
    /// The place of the last of them, once there is no room for more.
    last: u64,
    /// There are more than are kept.
    pub is_cut: bool,
}

impl Witnesses {
    /// Takes one more.
    pub fn absorb(&mut self, witness: Witness) {
        self.put((witness.client, xxh3_128(&witness.path)), witness);
    }

    /// Says whether one of a client, from a path, at an offset would be kept: most
    /// are not the first, and need not be put together.
    pub fn wants(&mut self, client: ClientKey, path: &[u8], offset: u64) -> bool {
        self.wants_key(&(client, xxh3_128(path)), offset)
    }

    fn wants_key(&mut self, key: &(ClientKey, u128), offset: u64) -> bool {
        // What is behind all that are kept would fall out again.
        let is_full = self.each.len() == WITNESSES_KEPT && offset > self.last;
        match self.each.get(key) {
            Some(first) => offset < first.offset,
            None => {
                self.is_cut |= is_full;
                !is_full
            }
        }
    }

    /// Adds those of other pieces of the source.
    pub fn merge(&mut self, other: Witnesses) {
        self.is_cut |= other.is_cut;
        for (key, witness) in other.each {
            self.put(key, witness);
        }
    }

    /// Puts so many lines before all of them.
    pub fn shift(&mut self, lines: u64) {
        self.each.values_mut().for_each(|witness| witness.line += lines);
    }

    /// Every one that is kept, by place.
    pub fn into_each(self) -> Vec<Witness> {
        let mut each: Vec<Witness> = self.each.into_values().collect();
        each.sort_by_key(|witness| witness.offset);
        each
    }

    fn put(&mut self, key: (ClientKey, u128), witness: Witness) {
        if !self.wants_key(&key, witness.offset) {
            return;
        }
        self.each.insert(key, witness);
        if self.each.len() > WITNESSES_KEPT {
            self.is_cut = true;
            if let Some((key, _)) = self.furthest() {
                self.each.remove(&key);
            }
        }
        if self.each.len() == WITNESSES_KEPT {
            self.last = self.furthest().map_or(0, |(_, offset)| offset);
        }
    }

    /// The key of the last one by place, and its place.
    fn furthest(&self) -> Option<((ClientKey, u128), u64)> {
        let last = self.each.iter().max_by_key(|(_, witness)| witness.offset);
        last.map(|(key, witness)| (*key, witness.offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Client;

    fn witness(offset: u64, path: u64) -> Witness {
        Witness {
            offset,
            line: 0,
            at: None,
            client: ClientKey::of(Client::read(b"192.0.2.7")),
            token: Vec::new(),
            class: Class::Other,
            asked: Vec::new(),
            status: None,
            referer: Vec::new(),
            path: path.to_be_bytes().to_vec(),
            exposures: 1,
            is_sure: true,
        }
    }

    #[test]
    fn the_first_of_each_path_is_kept_in_any_order() {
        let all: Vec<Witness> =
            (0..5_000).map(|offset| witness(offset, offset * 7_919 % 1_500)).collect();
        let gather = |parts: &[&[Witness]]| {
            let mut whole = Witnesses::default();
            for part in parts {
                let mut own = Witnesses::default();
                part.iter().for_each(|witness| own.absorb(witness.clone()));
                whole.merge(own);
            }
            whole
        };
        let whole = gather(&[&all]);
        let (left, right) = all.split_at(1_234);
        assert_eq!(gather(&[left, right]), whole);
        assert_eq!(gather(&[right, left]), whole);
        assert!(whole.is_cut);
        let each = whole.into_each();
        assert_eq!(each.len(), WITNESSES_KEPT);
        assert_eq!(each.last().map(|last| last.offset), Some(WITNESSES_KEPT as u64 - 1));
    }
}
