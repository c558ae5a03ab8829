//! What is known of clients, of which there may be millions: sorted lists,
//! which take no more than what they hold.

use std::collections::BTreeMap;
use std::iter;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::evidence::ClientKey;

/// How many new clients wait before they are put in their places; where there
/// are more already, an eighth of these.
const NEW: usize = 1_024;

/// Clients, each once, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<ClientKey>")]
pub struct Clients(Vec<ClientKey>);

impl Clients {
    /// The place of a client, if it is one of them.
    pub fn place(&self, client: ClientKey) -> Option<usize> {
        self.0.binary_search(&client).ok()
    }

    /// Says whether a client is one of them.
    pub fn contains(&self, client: ClientKey) -> bool {
        self.place(client).is_some()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them, in order.
    pub fn iter(&self) -> iter::Copied<std::slice::Iter<'_, ClientKey>> {
        self.0.iter().copied()
    }
}

impl From<Vec<ClientKey>> for Clients {
    fn from(mut clients: Vec<ClientKey>) -> Clients {
        clients.sort_unstable();
        clients.dedup();
        clients.shrink_to_fit();
        Clients(clients)
    }
}

impl FromIterator<ClientKey> for Clients {
    /// Takes clients as often as they come, and holds few of them twice.
    fn from_iter<I: IntoIterator<Item = ClientKey>>(clients: I) -> Clients {
        let mut all: Vec<ClientKey> = Vec::new();
        let mut n_distinct = 0;
        for client in clients {
            if all.last() == Some(&client) {
                continue;
            }
            all.push(client);
            if all.len() >= NEW + n_distinct + n_distinct / 2 {
                all.sort_unstable();
                all.dedup();
                n_distinct = all.len();
            }
        }
        Clients::from(all)
    }
}

/// A value for each of some clients.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "BTreeMap<ClientKey, T>")]
pub struct ByClient<T> {
    clients: Vec<ClientKey>,
    /// The value of each.
    values: Vec<T>,
    /// Those that came last.
    new: BTreeMap<ClientKey, T>,
}

impl<T> ByClient<T> {
    /// None yet, with room for so many.
    pub fn with_capacity(count: usize) -> ByClient<T> {
        let (clients, values) = (Vec::with_capacity(count), Vec::with_capacity(count));
        ByClient { clients, values, new: BTreeMap::new() }
    }

    /// The value of a client.
    pub fn get(&self, client: ClientKey) -> Option<&T> {
        match self.clients.binary_search(&client) {
            Ok(place) => self.values.get(place),
            Err(_) => self.new.get(&client),
        }
    }

    /// The value of a client, to be changed.
    pub fn get_mut(&mut self, client: ClientKey) -> Option<&mut T> {
        match self.clients.binary_search(&client) {
            Ok(place) => self.values.get_mut(place),
            Err(_) => self.new.get_mut(&client),
        }
    }

    /// How many clients there are.
    pub fn len(&self) -> usize {
        self.clients.len() + self.new.len()
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The clients in order, each with its value.
    pub fn iter(&self) -> impl Iterator<Item = (ClientKey, &T)> + Clone {
        let mut old = self.clients.iter().zip(&self.values).peekable();
        let mut new = self.new.iter().peekable();
        let each = iter::repeat(()).map_while(move |()| match (old.peek(), new.peek()) {
            (Some((first, _)), Some((other, _))) if other < first => new.next(),
            (None, _) => new.next(),
            _ => old.next(),
        });
        each.map(|(client, value)| (*client, value))
    }

    /// The values, in the order of the clients.
    pub fn values(&self) -> impl Iterator<Item = &T> + Clone {
        self.iter().map(|(_, value)| value)
    }

    /// Drops the last client.
    pub fn pop_last(&mut self) {
        let is_new = self
            .new
            .last_key_value()
            .is_some_and(|(new, _)| self.clients.last().is_none_or(|old| old < new));
        if is_new {
            self.new.pop_last();
        } else {
            self.clients.pop();
            self.values.pop();
        }
    }
}

impl<T: Default> ByClient<T> {
    /// The value of a client, which is a new one where there was none.
    pub fn of(&mut self, client: ClientKey) -> &mut T {
        if self.new.len() >= NEW.max(self.clients.len() / 8) {
            self.settle();
        }
        match self.clients.binary_search(&client) {
            Ok(place) => &mut self.values[place],
            Err(_) => self.new.entry(client).or_default(),
        }
    }

    /// Puts the new ones in their places.
    pub fn settle(&mut self) {
        let new = std::mem::take(&mut self.new);
        let mut from = self.clients.len();
        let mut to = from + new.len();
        self.clients.reserve_exact(new.len());
        self.values.reserve_exact(new.len());
        self.clients.resize(to, ClientKey::default());
        self.values.resize_with(to, T::default);
        // From the last to the first, so that nothing is held twice.
        for (client, value) in new.into_iter().rev() {
            to -= 1;
            while from > 0 && self.clients[from - 1] > client {
                from -= 1;
                self.clients.swap(from, to);
                self.values.swap(from, to);
                to -= 1;
            }
            (self.clients[to], self.values[to]) = (client, value);
        }
    }
}

impl<T: Default> IntoIterator for ByClient<T> {
    type Item = (ClientKey, T);
    type IntoIter = iter::Zip<std::vec::IntoIter<ClientKey>, std::vec::IntoIter<T>>;

    fn into_iter(mut self) -> Self::IntoIter {
        self.settle();
        self.clients.into_iter().zip(self.values)
    }
}

impl<T> From<BTreeMap<ClientKey, T>> for ByClient<T> {
    fn from(map: BTreeMap<ClientKey, T>) -> ByClient<T> {
        let (clients, values) = map.into_iter().unzip();
        ByClient { clients, values, new: BTreeMap::new() }
    }
}

impl<T: Serialize> Serialize for ByClient<T> {
    /// As a map by client, without a copy.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (client, value) in self.iter() {
            map.serialize_entry(&client, value)?;
        }
        map.end()
    }
}

impl<T: PartialEq> PartialEq for ByClient<T> {
    fn eq(&self, other: &ByClient<T>) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for ByClient<T> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Client;

    fn client(number: u32) -> ClientKey {
        ClientKey::of(Client::Ip(std::net::Ipv4Addr::from_bits(number).into()))
    }

    #[test]
    fn values_are_kept_by_client_in_order() {
        let (mut all, mut simple) = (ByClient::<u32>::default(), BTreeMap::new());
        for number in 0..20_000_u32 {
            let client = client(number.wrapping_mul(2_654_435_761) % 7_000);
            *all.of(client) += number;
            *simple.entry(client).or_default() += number;
        }
        assert!(!all.new.is_empty() && all.clients.len() > NEW, "both are tried");
        assert!(all.iter().eq(simple.iter().map(|(client, sum)| (*client, sum))));
        assert_eq!(all.len(), simple.len());
        assert_eq!(all, ByClient::from(simple.clone()));
        let (written, expected) = (postcard::to_stdvec(&all), postcard::to_stdvec(&simple));
        assert_eq!(written, expected);
        let back =
            written.ok().and_then(|bytes| postcard::from_bytes::<ByClient<u32>>(&bytes).ok());
        assert_eq!(back.as_ref(), Some(&all));
        for number in 0..8_000 {
            let client = client(number);
            assert_eq!(all.get(client), simple.get(&client));
            assert_eq!(all.get_mut(client).copied(), simple.get(&client).copied());
        }
        let mut fewer = all.clone();
        while fewer.len() > 10 {
            fewer.pop_last();
        }
        assert!(fewer.into_iter().eq(simple.clone().into_iter().take(10)));
        assert!(all.into_iter().eq(simple));
    }

    #[test]
    fn clients_are_told_once_and_in_order() {
        let each = || (0..30_000_u32).map(|number| client(number.wrapping_mul(7_919) % 5_000));
        let (clients, simple) = (each().collect::<Clients>(), each());
        let simple: std::collections::BTreeSet<ClientKey> = simple.collect();
        assert!(clients.iter().eq(simple.iter().copied()));
        assert_eq!((clients.len(), clients.contains(client(5_000))), (simple.len(), false));
        assert!(simple.iter().enumerate().all(|(at, own)| clients.place(*own) == Some(at)));
    }
}
