//! What times and byte counts mean, inferred from what the lines look like.
//!
//! Apache and nginx write the same line and mean different things by it: nginx
//! the end of a request and the bytes that left, Apache its beginning and the
//! size of the answer, whether or not it left; Debian's Apache the bytes that
//! left, headers included. What is logged for answers without a body, and how
//! quotes are escaped, tells them apart (measured on nginx 1.22 and Apache
//! 2.4). Where the lines do not tell, the format's card is all there is.
//!
//! An inference is for the first look and for questions: it is never taken
//! for what the operator says.

use serde::Serialize;

use crate::examine::survey::{BodylessBytes, EscapeStyle};
use crate::format::About;
use crate::record::{BytesMeaning, TimeMeaning};
use crate::verdict::words::{count, grouped};

/// A server that shares formats with another and means something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Software {
    /// Apache httpd.
    Apache,
    /// nginx.
    Nginx,
}

impl Software {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Software::Apache => "Apache",
            Software::Nginx => "nginx",
        }
    }
}

/// What a meaning rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// On what the format is documented to mean.
    Card,
    /// On what the lines look like.
    Inferred,
}

/// A meaning, what it rests on, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Known<T> {
    /// What it is.
    pub value: T,
    /// What that rests on.
    pub basis: Basis,
    /// Why.
    pub because: String,
}

impl<T> Known<T> {
    fn inferred(value: T, because: impl Into<String>) -> Known<T> {
        Known { value, basis: Basis::Inferred, because: because.into() }
    }

    fn card(value: T, because: impl Into<String>) -> Known<T> {
        Known { value, basis: Basis::Card, because: because.into() }
    }
}

/// From which share on one kind of sign decides.
const DECIDES: f64 = 0.9;

/// The one kind of byte count that answers without a body have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bodyless {
    Dash,
    Headers,
    Zero,
}

fn bodyless(bytes: BodylessBytes) -> Option<(Bodyless, u64)> {
    let decides = |count: u64| count as f64 >= DECIDES * bytes.total() as f64 && count > 0;
    let kinds = [
        (Bodyless::Dash, bytes.dash),
        (Bodyless::Headers, bytes.headers),
        (Bodyless::Zero, bytes.zero),
    ];
    kinds.into_iter().find(|(_, count)| decides(*count))
}

fn answers(number: u64) -> String {
    format!("{} without a body (304, HEAD)", count(number, "answer", "answers"))
}

fn lines(number: u64) -> String {
    count(number, "line", "lines")
}

/// Which server wrote lines that several could have written: by escapes, else
/// by what stands for no bytes. `None` where the signs are missing or do not
/// agree.
pub fn software(escapes: EscapeStyle, bytes: BodylessBytes) -> Option<Known<Software>> {
    let decides = |count: u64| count as f64 >= DECIDES * (escapes.apache + escapes.nginx) as f64;
    match (escapes.apache, escapes.nginx) {
        (0, 0) => match bodyless(bytes)? {
            (Bodyless::Dash, count) => {
                let because = format!("\"-\" for the bytes of {}", answers(count));
                Some(Known::inferred(Software::Apache, because))
            }
            (Bodyless::Zero, count) => {
                let because = format!("0 for the bytes of {}", answers(count));
                Some(Known::inferred(Software::Nginx, because))
            }
            // Apache's %O and nginx's $bytes_sent look alike.
            (Bodyless::Headers, _) => None,
        },
        (_, nginx) if decides(nginx) => {
            let because = format!("{} escaped as nginx does (\\x22, upper-case hex)", lines(nginx));
            Some(Known::inferred(Software::Nginx, because))
        }
        (apache, _) if decides(apache) => {
            let because =
                format!("{} escaped as Apache does (\\\", lower-case hex)", lines(apache));
            Some(Known::inferred(Software::Apache, because))
        }
        _ => None,
    }
}

/// What byte counts mean.
pub fn bytes(
    card: About<'_>,
    bytes: BodylessBytes,
    software: Option<&Known<Software>>,
) -> Known<BytesMeaning> {
    if card.bytes != BytesMeaning::Unknown {
        return Known::card(card.bytes, format!("as {} logs them", card.name));
    }
    match bodyless(bytes) {
        Some((Bodyless::Dash, count)) => Known::inferred(
            BytesMeaning::Planned,
            format!("\"-\" for {}: Apache's %b", answers(count)),
        ),
        Some((Bodyless::Headers, count)) => Known::inferred(
            BytesMeaning::Wire,
            format!(
                "the size of headers for {}: Apache's %O (Debian's combined), or nginx's $bytes_sent",
                answers(count)
            ),
        ),
        Some((Bodyless::Zero, count)) => match software.map(|known| known.value) {
            Some(Software::Apache) => Known::inferred(
                BytesMeaning::Planned,
                format!("0 for {}, in lines escaped by Apache: %B", answers(count)),
            ),
            Some(Software::Nginx) | None => Known::inferred(
                BytesMeaning::Body,
                format!("0 for {}: nginx's $body_bytes_sent", answers(count)),
            ),
        },
        None if bytes.total() == 0 => match software.map(|known| known.value) {
            Some(Software::Nginx) => Known::inferred(
                BytesMeaning::Body,
                "the lines are escaped as nginx does, whose formats log $body_bytes_sent",
            ),
            Some(Software::Apache) => Known::card(
                BytesMeaning::Unknown,
                "Apache's %b and %O look alike, and no answer without a body was seen",
            ),
            None => Known::card(BytesMeaning::Unknown, "no answer without a body was seen"),
        },
        None => Known::card(
            BytesMeaning::Unknown,
            format!(
                "{} have mixed signs: {} \"-\", {} 0, {} the size of headers",
                answers(bytes.total()),
                grouped(bytes.dash),
                grouped(bytes.zero),
                grouped(bytes.headers)
            ),
        ),
    }
}

/// Which moment times are.
pub fn time(card: About<'_>, software: Option<&Known<Software>>) -> Known<TimeMeaning> {
    match (card.time, software) {
        (TimeMeaning::Unknown, Some(known)) => {
            let value = match known.value {
                Software::Apache => TimeMeaning::Start,
                Software::Nginx => TimeMeaning::End,
            };
            Known::inferred(value, format!("{}: {}", known.value.word(), known.because))
        }
        (TimeMeaning::Unknown, None) => {
            Known::card(TimeMeaning::Unknown, "servers that write this format differ")
        }
        (known, _) => Known::card(known, format!("as {} logs them", card.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(name: &str) -> About<'static> {
        let place = format::TABLE.iter().position(|format| format.card().name == name).unwrap();
        About::of(format::TABLE[place].card())
    }
    use crate::format;

    const NONE: EscapeStyle = EscapeStyle { apache: 0, nginx: 0 };
    const APACHE: EscapeStyle = EscapeStyle { apache: 3, nginx: 0 };
    const NGINX: EscapeStyle = EscapeStyle { apache: 0, nginx: 3 };

    fn seen(dash: u64, zero: u64, headers: u64) -> BodylessBytes {
        BodylessBytes { dash, zero, headers, other: 0 }
    }

    #[test]
    fn bytes_are_told_from_answers_without_a_body() {
        let combined = about("combined");
        let check = |escapes, signs, value, basis| {
            let software = software(escapes, signs);
            let found = bytes(combined, signs, software.as_ref());
            assert_eq!((found.value, found.basis), (value, basis), "{}", found.because);
        };
        check(NONE, seen(40, 0, 0), BytesMeaning::Planned, Basis::Inferred);
        check(NONE, seen(0, 40, 0), BytesMeaning::Body, Basis::Inferred);
        check(NONE, seen(0, 0, 40), BytesMeaning::Wire, Basis::Inferred);
        check(NGINX, seen(0, 0, 40), BytesMeaning::Wire, Basis::Inferred);
        // Apache's %B writes 0 too.
        check(APACHE, seen(0, 40, 0), BytesMeaning::Planned, Basis::Inferred);
        check(NGINX, seen(0, 0, 0), BytesMeaning::Body, Basis::Inferred);
        check(APACHE, seen(0, 0, 0), BytesMeaning::Unknown, Basis::Card);
        check(NONE, seen(0, 0, 0), BytesMeaning::Unknown, Basis::Card);
        check(NONE, seen(20, 20, 0), BytesMeaning::Unknown, Basis::Card);
    }

    #[test]
    fn a_card_that_knows_is_believed() {
        let w3c = about("w3c");
        let found = bytes(w3c, seen(40, 0, 0), None);
        assert_eq!((found.value, found.basis), (w3c.bytes, Basis::Card));
        assert_eq!(time(w3c, None).value, w3c.time);
    }

    #[test]
    fn times_follow_the_software() {
        let combined = about("combined");
        let check = |escapes, signs, software_, value| {
            let known = software(escapes, signs);
            assert_eq!(known.as_ref().map(|known| known.value), software_);
            assert_eq!(time(combined, known.as_ref()).value, value);
        };
        check(NGINX, seen(0, 0, 0), Some(Software::Nginx), TimeMeaning::End);
        check(APACHE, seen(0, 40, 0), Some(Software::Apache), TimeMeaning::Start);
        check(NONE, seen(40, 0, 0), Some(Software::Apache), TimeMeaning::Start);
        check(NONE, seen(0, 40, 0), Some(Software::Nginx), TimeMeaning::End);
        check(NONE, seen(0, 0, 40), None, TimeMeaning::Unknown);
        let both = EscapeStyle { apache: 3, nginx: 4 };
        check(both, seen(0, 40, 0), None, TimeMeaning::Unknown);
    }
}
