//! One hit: a record that names a target. Offsets and small numbers; the text
//! of its line waits in the spool.

use std::num::{NonZeroI64, NonZeroU16, NonZeroU32};

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::ClientKey;
use crate::actor::Class;
use crate::record::path::Spelling;
use crate::record::{Delivery, Instant};

/// A record that names a target, under 100 bytes and without text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The place of its line in the decoded source, in bytes.
    pub offset: u64,
    /// The number of its line: while mapping, counted from 0 at the beginning
    /// of its piece; once reduced, from 1 at the beginning of its source.
    pub line: u64,
    /// What the log calls the bytes of the response.
    bytes: Option<Bytes>,
    /// The exposures it names, a bit each in the order of the case.
    pub exposures: u64,
    /// A fingerprint of the line's bytes: XXH3-64.
    pub fingerprint: u64,
    /// When: see [`Hit::at`].
    seconds: i64,
    /// Whose client.
    pub client: ClientKey,
    /// The fraction of the second, in nanoseconds; [`NO_TIME`] for none.
    nanos: u32,
    /// The source's place in the plan.
    pub source: u32,
    /// The length of the line in bytes, its line ending off.
    pub length: u32,
    /// How long the request took, in milliseconds rounded up and one more;
    /// see [`Hit::took`].
    took: Option<NonZeroU32>,
    /// The first target that it names, in the order of the case.
    pub target: u32,
    /// The format that read its line, by its place in the table.
    pub format: u16,
    /// The party it belongs to, counted from one.
    party: Option<NonZeroU16>,
    /// The status as logged, and one more.
    status: Option<NonZeroU16>,
    /// The method.
    pub method: Method,
    /// How its path is spelled.
    pub spelling: Spelling,
    /// Whose hit it is.
    pub class: Class,
    /// What else is known of it.
    pub signs: Signs,
}

/// The value of `nanos` of a hit whose line has no time.
const NO_TIME: u32 = u32::MAX;

/// The rate at which a transfer of unlogged duration is assumed to have gone,
/// in bytes a second: a slow mobile line, so that borders are rather wide.
const ASSUMED_RATE: u64 = 16 * 1024;

/// The shortest and longest duration assumed, in seconds.
const ASSUMED_SECONDS: (u64, u64) = (1, 3600);

/// What a hit is made from, before it is packed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts {
    /// When, the server's clock set right; `None` where the line has no time.
    pub at: Option<Instant>,
    /// How long the request took, in microseconds.
    pub took: Option<u64>,
    /// The status as logged.
    pub status: Option<u16>,
    /// The byte count as logged.
    pub bytes: Option<u64>,
    /// The party's place in the case.
    pub party: Option<usize>,
}

impl Hit {
    /// A hit of these facts, everything else at its default.
    pub fn new(facts: Facts) -> Hit {
        let took =
            facts.took.map(|micros| u32::try_from(micros.div_ceil(1000)).unwrap_or(u32::MAX));
        Hit {
            offset: 0,
            line: 0,
            bytes: facts.bytes.and_then(Bytes::new),
            exposures: 0,
            fingerprint: 0,
            seconds: facts.at.map_or(0, |at| at.seconds),
            client: ClientKey::default(),
            nanos: facts.at.map_or(NO_TIME, |at| at.nanos),
            source: 0,
            length: 0,
            took: took.and_then(|millis| NonZeroU32::new(millis.saturating_add(1))),
            target: 0,
            format: 0,
            party: facts.party.and_then(|place| NonZeroU16::new(u16::try_from(place + 1).ok()?)),
            status: facts.status.and_then(|status| NonZeroU16::new(status.saturating_add(1))),
            method: Method::default(),
            spelling: Spelling::default(),
            class: Class::default(),
            signs: Signs::default(),
        }
    }

    /// When, the server's clock set right; `None` where the line has no time.
    pub fn at(&self) -> Option<Instant> {
        (self.nanos != NO_TIME).then_some(Instant { seconds: self.seconds, nanos: self.nanos })
    }

    /// How long the request took, in milliseconds rounded up, where logged.
    pub fn took(&self) -> Option<u32> {
        self.took.map(|millis| millis.get() - 1)
    }

    /// How long the request took, in seconds rounded up; assumed from its bytes
    /// where it is not logged.
    pub fn seconds_taken(&self) -> u64 {
        match self.took() {
            Some(millis) => u64::from(millis).div_ceil(1000),
            None => (self.bytes().unwrap_or(0) / ASSUMED_RATE)
                .clamp(ASSUMED_SECONDS.0, ASSUMED_SECONDS.1),
        }
    }

    /// The status as logged.
    pub fn status(&self) -> Option<u16> {
        self.status.map(|status| status.get() - 1)
    }

    /// The byte count as logged.
    pub fn bytes(&self) -> Option<u64> {
        self.bytes.map(Bytes::count)
    }

    /// This hit as one of another's client.
    #[must_use]
    pub fn of_client(mut self, other: &Hit) -> Hit {
        self.client = other.client;
        self.class = other.class;
        self.party = other.party;
        self
    }

    /// The party it belongs to, by its place in the case.
    pub fn party(&self) -> Option<usize> {
        self.party.map(|place| usize::from(place.get()) - 1)
    }
}

/// A byte count that leaves room for "none" beside it: counts above 2^63 are
/// kept as 2^63 - 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bytes(NonZeroI64);

impl Bytes {
    /// A count.
    pub fn new(count: u64) -> Option<Bytes> {
        let stored = i64::try_from(count).unwrap_or(i64::MAX - 1).min(i64::MAX - 1) + 1;
        NonZeroI64::new(stored).map(Bytes)
    }

    /// The count.
    pub fn count(self) -> u64 {
        (self.0.get() - 1).unsigned_abs()
    }
}

/// Small facts of a hit, a bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signs(pub u16);

impl Signs {
    /// The path ends in a slash.
    pub const FOLDER: Signs = Signs(1);
    /// The log says that no body was sent.
    pub const NO_BODY: Signs = Signs(2);
    /// The target is named, but on another host than the exposure's.
    pub const OTHER_HOST: Signs = Signs(4);
    /// The same line stands in another source of the server, where it counts.
    pub const COPY: Signs = Signs(8);
    /// Lawful or not: the log cannot say.
    pub const MAYBE_LAWFUL: Signs = Signs(16);
    /// It matches a documented control access.
    pub const CONTROL: Signs = Signs(32);
    /// The time was read without knowing its zone.
    pub const ZONE_ASSUMED: Signs = Signs(64);
    /// The server's clock showed the time twice, when it was set back: the
    /// hit's is the earlier of two instants an hour apart.
    pub const TWICE: Signs = Signs(128);
    /// The time is when the line was written, as its envelope says.
    pub const SEALED: Signs = Signs(256);
    /// The line gives no year: it was counted.
    pub const YEAR_ASSUMED: Signs = Signs(512);
    /// A pattern of the case names it besides the listed file that it is, so
    /// that it counts for as long as the pattern's exposure was open.
    pub const BY_PATTERN: Signs = Signs(1024);

    /// Every address of its series has its end struck out.
    pub const MASKED: Signs = Signs(0x1000);
    /// It reached a server behind an edge, and is not in the edge's log.
    pub const AROUND: Signs = Signs(0x2000);
    /// It is in the log of the edge, too, where it counts.
    pub const REPEATED: Signs = Signs(0x4000);

    /// Says whether a sign is set.
    pub fn has(self, sign: Signs) -> bool {
        self.0 & sign.0 != 0
    }

    /// These signs and one more where `holds`.
    #[must_use]
    pub fn with(self, sign: Signs, holds: bool) -> Signs {
        Signs(if holds { self.0 | sign.0 } else { self.0 })
    }
}

/// The method of a request, as far as a grade asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// DELETE, and what else removes or moves.
    Delete,
    /// GET.
    Get,
    /// HEAD.
    Head,
    /// OPTIONS and TRACE, which send no content of the target.
    Options,
    /// Any other.
    #[default]
    Other,
    /// POST.
    Post,
    /// PROPFIND, which lists.
    Propfind,
    /// PUT, PATCH and what else writes.
    Put,
}

impl Method {
    /// The method of a token as logged. Methods are case-sensitive (RFC 9110
    /// section 9.1), but servers that are not have been seen.
    pub fn of(token: &[u8]) -> Method {
        let is = |name: &str| token.eq_ignore_ascii_case(name.as_bytes());
        if is("GET") {
            Method::Get
        } else if is("HEAD") {
            Method::Head
        } else if is("POST") {
            Method::Post
        } else if ["PUT", "PATCH", "MKCOL", "COPY", "PROPPATCH"].iter().any(|name| is(name)) {
            Method::Put
        } else if is("DELETE") || is("MOVE") {
            Method::Delete
        } else if is("OPTIONS") || is("TRACE") || is("CONNECT") {
            Method::Options
        } else if is("PROPFIND") {
            Method::Propfind
        } else {
            // REPORT and SEARCH among them: a REPORT sends whole address books
            // (RFC 6352 section 8.7).
            Method::Other
        }
    }
}

/// The text of a hit's line, field by field: what the spool holds. While it is
/// put there its bytes may be those of the line itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(
    serialize = "B: Serialize + serde_bytes::Serialize",
    deserialize = "B: Deserialize<'de> + serde_bytes::Deserialize<'de>"
))]
pub struct Detail<B = Vec<u8>> {
    /// The client's token as logged.
    #[serde(with = "serde_bytes")]
    pub client: B,
    /// The port at the client's end, where it is logged beside the address.
    pub port: Option<u16>,
    /// Every address with its role, as logged: `peer`, `forwarded`, `upstream`.
    pub addresses: SmallVec<[(u8, B); 1]>,
    /// The method as logged.
    #[serde(with = "serde_bytes")]
    pub method: B,
    /// The target with its query, log escapes undone.
    #[serde(with = "serde_bytes")]
    pub target: B,
    /// The form of the path that names the target.
    #[serde(with = "serde_bytes")]
    pub path: B,
    /// Every listed file that it names, by its number among the targets of the
    /// case.
    pub files: SmallVec<[u32; 4]>,
    /// The host that was asked.
    #[serde(with = "serde_bytes")]
    pub host: Option<B>,
    /// The referer, log escapes undone.
    #[serde(with = "serde_bytes")]
    pub referer: Option<B>,
    /// The user agent, log escapes undone.
    #[serde(with = "serde_bytes")]
    pub agent: Option<B>,
    /// The user, log escapes undone.
    #[serde(with = "serde_bytes")]
    pub user: Option<B>,
    /// The person that the target names by its group `subject`.
    #[serde(with = "serde_bytes")]
    pub subject: Option<B>,
    /// The record that the target names by its group `record`.
    #[serde(with = "serde_bytes")]
    pub record: Option<B>,
    /// How many digits of a fraction the logged time has.
    pub digits: u8,
    /// What the line says of how much was delivered, besides the byte count.
    pub delivery: Delivery,
    /// The line, up to [`RAW_CAP`] bytes.
    #[serde(with = "serde_bytes")]
    pub raw: B,
}

impl<B> Detail<B> {
    /// The same with other bytes for each text, the line last.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn map<'d, C, E>(
        &'d self,
        mut change: impl FnMut(&'d B) -> Result<C, E>,
    ) -> Result<Detail<C>, E> {
        let addresses = self.addresses.iter().map(|(role, one)| Ok((*role, change(one)?)));
        Ok(Detail {
            addresses: addresses.collect::<Result<_, E>>()?,
            client: change(&self.client)?,
            port: self.port,
            method: change(&self.method)?,
            target: change(&self.target)?,
            path: change(&self.path)?,
            files: self.files.clone(),
            host: self.host.as_ref().map(&mut change).transpose()?,
            referer: self.referer.as_ref().map(&mut change).transpose()?,
            agent: self.agent.as_ref().map(&mut change).transpose()?,
            user: self.user.as_ref().map(&mut change).transpose()?,
            subject: self.subject.as_ref().map(&mut change).transpose()?,
            record: self.record.as_ref().map(&mut change).transpose()?,
            digits: self.digits,
            delivery: self.delivery,
            raw: change(&self.raw)?,
        })
    }
}

/// How much of one line the spool keeps, in bytes: no server we know writes
/// a longer line, and an attacker's shall not fill the memory.
pub const RAW_CAP: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hit_stays_small() {
        assert!(size_of::<Hit>() < 100, "{}", size_of::<Hit>());
    }

    #[test]
    fn byte_counts_survive() {
        for count in [0, 1, 40_000, u64::MAX] {
            let kept = Bytes::new(count).map(Bytes::count);
            assert_eq!(kept, Some(count.min(i64::MAX as u64 - 1)));
        }
    }
}
