//! Everyone who asked for what was exposed, in numbers: there may be millions.
//!
//! A [`Sketch`] is all that is held of each client and class. What takes more
//! memory, such as user agents and the paths that were fetched, is gathered for
//! the first ones of each class alone ([`super::actors`]).

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::actor::Class;
use crate::evidence::{ClientKey, Hit, Signs};
use crate::examine::Examined;
use crate::record::Instant;

use super::grade::Grade;
use super::place::{Judged, Where};

/// How many clients of each class are told with everything that is known of
/// them.
pub const TOLD: usize = 1_000;

/// One client in one class, as far as numbers say.
#[derive(Debug, Clone, Copy)]
pub struct Sketch {
    /// The client.
    pub key: ClientKey,
    /// Whose hits these are.
    pub class: Class,
    /// The gravest grade of its inside hits.
    pub grade: Option<Grade>,
    /// Some of its hits are lawful or not: the log cannot say.
    pub maybe_lawful: bool,
    /// Some of them came to an origin, and are not in the log of its edge.
    pub around: bool,
    /// Some of them have an address of which the end is struck out.
    pub masked: bool,
    /// The party it belongs to, by its place in the case.
    pub party: Option<u16>,
    /// Its inside hits.
    pub inside: u32,
    /// Its hits at a border.
    pub border: u32,
    /// Its hits outside.
    pub outside: u32,
    /// Its inside hits that sent content.
    pub requests: u32,
    /// The bytes of these, as the logs count them.
    pub bytes: u64,
    /// The time of its first inside hit.
    pub first: Option<Instant>,
    /// The time of its last inside hit.
    pub last: Option<Instant>,
}

impl Sketch {
    fn of(hit: &Hit) -> Sketch {
        Sketch {
            key: hit.client,
            class: hit.class,
            grade: None,
            maybe_lawful: false,
            around: false,
            masked: false,
            party: hit.party().map(|place| place as u16),
            inside: 0,
            border: 0,
            outside: 0,
            requests: 0,
            bytes: 0,
            first: None,
            last: None,
        }
    }

    /// Takes a hit that counts.
    fn take(&mut self, hit: &Hit, judged: &Judged) {
        self.party = self.party.or(hit.party().map(|place| place as u16));
        self.maybe_lawful |= hit.signs.has(Signs::MAYBE_LAWFUL);
        self.around |= hit.signs.has(Signs::AROUND);
        self.masked |= hit.signs.has(Signs::MASKED);
        match judged.place {
            Where::Inside => self.inside += 1,
            Where::Border => self.border += 1,
            Where::Outside => self.outside += 1,
        }
        if judged.place != Where::Inside {
            return;
        }
        self.grade = Some(self.grade.map_or(judged.grade, |gravest| gravest.min(judged.grade)));
        if let Some(at) = hit.at() {
            self.first = Some(self.first.map_or(at, |first| first.min(at)));
            self.last = self.last.max(Some(at));
        }
        if judged.grade.is_content() {
            self.requests += 1;
            self.bytes = self.bytes.saturating_add(hit.bytes().unwrap_or(0));
        }
    }

    /// The order of a report: class, grade, bytes received, address.
    fn order(&self) -> impl Ord + use<> {
        let grade = self.grade.map_or(Grade::ALL.len(), |grade| grade as usize);
        let ip = self.key.ip();
        (self.class, grade, Reverse(self.bytes), ip.is_none(), ip, self.key)
    }

    /// Its address; what has a name instead has none.
    pub fn client(&self) -> Vec<u8> {
        self.key.ip().map(|ip| ip.to_string().into_bytes()).unwrap_or_default()
    }
}

/// Everyone, with whose each hit is.
#[derive(Debug, Default)]
pub struct Cast {
    /// The clients: first those that are told of in full, in the order of a
    /// report, then all others in the same order.
    pub all: Vec<Sketch>,
    /// How many are told of in full.
    pub told: usize,
    /// For each hit, its place among all.
    pub of: Vec<u32>,
}

impl Cast {
    /// Gathers them, `told` of each class to be told of in full.
    pub fn of(examined: &Examined, judged: &[Judged], told: usize) -> Cast {
        let mut all: Vec<Sketch> = Vec::new();
        let mut places: HashMap<(ClientKey, Class), u32> = HashMap::new();
        let mut of = Vec::with_capacity(examined.hits.len());
        for (hit, judged) in examined.hits.iter().zip(judged) {
            if hit.signs.has(Signs::REPEATED) {
                // Whose it is, is known when the edge's own was seen.
                of.push(u32::MAX);
                continue;
            }
            let place = *places.entry((hit.client, hit.class)).or_insert_with(|| {
                all.push(Sketch::of(hit));
                (all.len() - 1) as u32
            });
            if judged.counts {
                all[place as usize].take(hit, judged);
            }
            of.push(place);
        }
        drop(places);
        for (number, root) in &examined.same_as {
            of[*number as usize] = of[*root as usize];
        }
        let mut order: Vec<u32> = (0..).take(all.len()).collect();
        order.sort_unstable_by_key(|place| all[*place as usize].order());
        // The first ones of each class, then the others.
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        let mut of_class: BTreeMap<Class, usize> = BTreeMap::new();
        for place in order {
            let so_far = of_class.entry(all[place as usize].class).or_default();
            *so_far += 1;
            if *so_far <= told { first.push(place) } else { rest.push(place) }
        }
        let told = first.len();
        first.append(&mut rest);
        let mut cast = Cast { all, told, of };
        cast.arrange(&first);
        cast
    }

    /// Puts the clients in this order of their places.
    pub fn arrange(&mut self, order: &[u32]) {
        let mut rank = vec![0_u32; order.len()];
        for (at, place) in (0_u32..).zip(order) {
            rank[*place as usize] = at;
        }
        self.of.iter_mut().for_each(|place| *place = rank[*place as usize]);
        // Each goes where it belongs, and takes what stood there along.
        for at in 0..rank.len() {
            while rank[at] as usize != at {
                let to = rank[at] as usize;
                self.all.swap(at, to);
                rank.swap(at, to);
            }
        }
    }

    /// For each client that stands in several classes, the others that are it,
    /// by their places.
    pub fn same(&self) -> HashMap<usize, Vec<usize>> {
        let mut places: Vec<u32> = (0..).take(self.all.len()).collect();
        let key = |place: &u32| self.all[*place as usize].key;
        places.sort_unstable_by_key(|place| (key(place), *place));
        let mut same = HashMap::new();
        for own in places.chunk_by(|one, other| key(one) == key(other)).filter(|own| own.len() > 1)
        {
            for place in own {
                let others = own.iter().filter(|other| *other != place);
                same.insert(*place as usize, others.map(|other| *other as usize).collect());
            }
        }
        same
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::hit::Facts;
    use crate::record::Client;
    use crate::verdict::place::Bits;

    fn cast(hits: &[(&str, Class, u64)], told: usize) -> Cast {
        let mut examined = Examined::default();
        for (client, class, bytes) in hits {
            let facts = Facts { bytes: Some(*bytes), status: Some(200), ..Facts::default() };
            let mut hit = Hit::new(facts);
            (hit.client, hit.class) = (ClientKey::of(Client::read(client.as_bytes())), *class);
            examined.hits.push(hit);
        }
        let judged = Judged {
            grade: Grade::F3,
            place: Where::Inside,
            inside: Bits::of(1),
            border: Bits::of(0),
            counts: true,
        };
        Cast::of(&examined, &vec![judged; hits.len()], told)
    }

    #[test]
    fn the_first_of_each_class_are_told_and_all_are_counted() {
        let hits = [
            ("192.0.2.1", Class::Other, 10),
            ("192.0.2.2", Class::Other, 30),
            ("192.0.2.1", Class::Other, 10),
            ("192.0.2.3", Class::Other, 40),
            ("192.0.2.9", Class::Known, 1),
            ("192.0.2.3", Class::Known, 5),
        ];
        let cast = cast(&hits, 1);
        assert_eq!(cast.told, 2);
        let found: Vec<_> = cast
            .all
            .iter()
            .map(|one| {
                (String::from_utf8(one.client()).unwrap(), one.class, one.requests, one.bytes)
            })
            .collect();
        let expected = [
            ("192.0.2.3", Class::Other, 1, 40),
            ("192.0.2.3", Class::Known, 1, 5),
            ("192.0.2.2", Class::Other, 1, 30),
            ("192.0.2.1", Class::Other, 2, 20),
            ("192.0.2.9", Class::Known, 1, 1),
        ];
        let expected =
            expected.map(|(client, class, n, bytes)| (client.to_owned(), class, n, bytes));
        assert_eq!(found, expected);
        assert_eq!(cast.of, [3, 2, 3, 0, 4, 1]);
        assert_eq!(cast.same(), HashMap::from([(0, vec![1]), (1, vec![0])]));
    }

    #[test]
    fn a_sketch_stays_small() {
        assert!(size_of::<Sketch>() <= 104, "{}", size_of::<Sketch>());
        assert!(size_of::<Judged>() <= 20, "{}", size_of::<Judged>());
    }
}
