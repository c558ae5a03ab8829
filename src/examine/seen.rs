//! What a client did in all, in few bytes: there may be millions of clients.

use std::num::NonZeroU8;

use serde::{Deserialize, Serialize};

use crate::record::{Instant, Moment};

/// What a client did in all, hits or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its requests.
    pub requests: u64,
    first: Option<Packed>,
    last: Option<Packed>,
}

impl Seen {
    /// One request of this time.
    pub fn once(at: Option<Moment>) -> Seen {
        let at = at.map(Packed::from);
        Seen { requests: 1, first: at, last: at }
    }

    /// The time of its first request.
    pub fn first(&self) -> Option<Moment> {
        self.first.map(Moment::from)
    }

    /// The time of its last request.
    pub fn last(&self) -> Option<Moment> {
        self.last.map(Moment::from)
    }

    /// Adds other requests of the same client.
    pub fn add(&mut self, other: Seen) {
        self.requests += other.requests;
        self.first = match (self.first, other.first) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.last = self.last.max(other.last);
    }
}

/// A moment in 16 bytes, of which one may say that there is none; in order of
/// time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "Moment", into = "Moment")]
struct Packed {
    seconds: i64,
    nanos: u32,
    /// One more than the digits.
    digits: NonZeroU8,
}

impl From<Moment> for Packed {
    fn from(moment: Moment) -> Packed {
        let Instant { seconds, nanos } = moment.at;
        Packed { seconds, nanos, digits: NonZeroU8::MIN.saturating_add(moment.digits) }
    }
}

impl From<Packed> for Moment {
    fn from(Packed { seconds, nanos, digits }: Packed) -> Moment {
        Moment { at: Instant { seconds, nanos }, digits: digits.get() - 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_small_and_adds_up_in_any_order() {
        assert_eq!(size_of::<Seen>(), 40);
        let moment = |seconds: i64, digits: u8| Moment { at: Instant::at(seconds), digits };
        let times = [None, Some(moment(7, 3)), Some(moment(-7, 0)), Some(moment(7, 9)), None];
        let (mut sum, mut back) = (Seen::default(), Seen::default());
        times.iter().for_each(|at| sum.add(Seen::once(*at)));
        times.iter().rev().for_each(|at| back.add(Seen::once(*at)));
        assert_eq!(sum, back);
        assert_eq!((sum.requests, sum.first(), sum.last()), (5, times[2], times[3]));
    }
}
