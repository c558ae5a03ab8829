//! What others did, as far as it tells something of one client: what changed
//! when the exposure became public, and who was let in where administrators
//! log in.

use crate::case::Language;
use crate::record::Instant;

/// What was seen over all clients.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scene {
    /// The language that findings are told in.
    pub language: Language,
    /// What changed with the first publication of the case.
    pub surge: Option<Surge>,
    /// Logins of administrators that succeeded, by time; of declared parties
    /// none.
    pub entries: Vec<Entry>,
}

/// Requests for what was exposed, before and after it became public.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surge {
    /// When it became public.
    pub at: Instant,
    /// From the beginning of the exposure or of the logs, two weeks at most.
    pub before: Period,
    /// Two days, or less where the exposure or the logs end before.
    pub after: Period,
}

/// What was asked for in a stretch of time, by clients of no declared party.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Period {
    /// Its length.
    pub hours: f64,
    /// Requests for what was exposed.
    pub requests: u64,
    /// The clients of these.
    pub clients: u64,
}

/// From how many clients in the stretch after a publication on.
const CLIENTS: u64 = 5;

/// How many times as many clients an hour there must be.
const TIMES: f64 = 3.0;

impl Period {
    /// Requests an hour.
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.hours.max(1.0)
    }

    /// Clients an hour.
    fn crowd(&self) -> f64 {
        self.clients as f64 / self.hours.max(1.0)
    }
}

impl Surge {
    /// Whether the publication brought clients: several, and far more an hour
    /// than before. Clients are counted, because one that reads a thousand
    /// files is no crowd.
    pub fn is_one(&self) -> bool {
        self.after.clients >= CLIENTS && self.after.crowd() >= TIMES * self.before.crowd()
    }
}

/// A login of an administrator that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// The client.
    pub client: String,
    /// Its group, as `actor::group` gives it.
    pub group: String,
    /// Where it was let in.
    pub path: Vec<u8>,
    /// The client's first request of all logs.
    pub since: Option<Instant>,
    /// The client fetched an exposed secret itself, so that its login is its
    /// own and no other's.
    pub is_reader: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_told_from_one_busy_client() {
        let check = |before: (f64, u64), after: (f64, u64), expected: bool| {
            let period = |(hours, clients)| Period { hours, requests: 1000, clients };
            let at = Instant::at(0);
            let surge = Surge { at, before: period(before), after: period(after) };
            assert_eq!(surge.is_one(), expected, "{before:?} {after:?}");
        };
        check((100.0, 2), (48.0, 9), true);
        check((100.0, 2), (48.0, 4), false);
        check((48.0, 4), (48.0, 9), false);
        check((0.0, 0), (48.0, 9), true);
    }
}
