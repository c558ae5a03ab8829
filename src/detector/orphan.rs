//! Requests that show others which the log does not hold.

use super::{Card, Detector, Fetch, Finding, Sent, Trace, Weight, folder, shown};

/// The detector.
pub struct Orphan;

static CARD: Card = Card {
    name: "orphan",
    notices: "a client held a copy, or came from a listing, that no request of its explains",
    matters: "the earlier request was not logged, went to another server, or came from another \
              address: the logs do not show everything",
    wrong_when: "the copy came from a shared cache; the client changed its address in between",
    source: "RFC 9110 section 13.1: a 304 answers a client that holds a validator of the content; \
             section 14: who asks for the rest has the beginning",
    weight: Weight::Note,
};

impl Detector for Orphan {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let fetches = trace.fetches;
        let before = |place: usize, path: &[u8]| {
            fetches[..place].iter().any(|fetch| fetch.path == path && fetch.sent != Sent::Nothing)
        };
        let mut places = fetches.iter().enumerate();
        places.find_map(|(place, fetch)| {
            if fetch.sent == Sent::Confirmed && !before(place, &fetch.path) {
                let path = shown(&fetch.path);
                return Some(CARD.found(trace.says(
                    format!("it asked if its copy of {path} was still good, and no request of its for that is logged before"),
                    format!("il a demandé si sa copie de {path} était encore bonne, et aucune requête antérieure de sa part pour cela n'est journalisée"),
                )));
            }
            let rest = fetch.first_byte.filter(|first| *first > 0 && fetch.is_sent());
            if let Some(first) = rest.filter(|_| !before(place, &fetch.path)) {
                let path = shown(&fetch.path);
                return Some(CARD.found(trace.says(
                    format!("it was sent {path} from byte {first} on, and no request of its for what is before that is logged"),
                    format!("il a reçu {path} à partir de l'octet {first}, et aucune requête de sa part pour ce qui précède n'est journalisée"),
                )));
            }
            let listing = listing_in_referer(fetch)?;
            (!before(place, &listing)).then(|| {
                let (path, listing) = (shown(&fetch.path), shown(&listing));
                CARD.found(trace.says(
                    format!("it came to {path} from the listing {listing}, and no request of its for that is logged before"),
                    format!("il est venu à {path} depuis la liste {listing}, et aucune requête antérieure de sa part pour celle-ci n'est journalisée"),
                ))
            })
        })
    }
}

/// The folder of a file, where the referer says that the client came from it
/// on the same host.
fn listing_in_referer(fetch: &Fetch) -> Option<Vec<u8>> {
    let referer = fetch.referer.as_deref()?;
    let rest = &referer[memchr::memmem::find(referer, b"://")? + 3..];
    let slash = memchr::memchr(b'/', rest)?;
    let (host, path) = rest.split_at(slash);
    let path = path.split(|byte| matches!(byte, b'?' | b'#')).next()?;
    let same_host = fetch.host.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(host));
    (same_host && folder(&fetch.path) == Some(path)).then(|| path.to_vec())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, look_at};
    use super::*;

    #[test]
    fn what_no_request_explains_is_noticed() {
        let again =
            |at| Fetch { sent: Sent::Confirmed, status: Some(304), ..fetch(at, "/e/a.csv") };
        let said = "it asked if its copy of /e/a.csv was still good, and no request of its for that is logged before";
        assert_eq!(look_at(&Orphan, &[again(5)]).as_deref(), Some(said));
        assert_eq!(look_at(&Orphan, &[fetch(0, "/e/a.csv"), again(5)]), None);
        let rest = Fetch { first_byte: Some(4096), status: Some(206), ..fetch(5, "/e/a.csv") };
        let said = "it was sent /e/a.csv from byte 4096 on, and no request of its for what is before that is logged";
        assert_eq!(look_at(&Orphan, std::slice::from_ref(&rest)).as_deref(), Some(said));
        assert_eq!(look_at(&Orphan, &[fetch(0, "/e/a.csv"), rest]), None);
        let referred = |host: Option<&str>| Fetch {
            referer: Some(b"https://a.example/e/?C=N;O=D".to_vec()),
            host: host.map(|host| host.as_bytes().to_vec()),
            ..fetch(9, "/e/a.csv")
        };
        let said = "it came to /e/a.csv from the listing /e/, and no request of its for that is logged before";
        assert_eq!(look_at(&Orphan, &[referred(None)]).as_deref(), Some(said));
        assert_eq!(look_at(&Orphan, &[referred(Some("A.example"))]).as_deref(), Some(said));
        assert_eq!(look_at(&Orphan, &[referred(Some("b.example"))]), None);
        assert_eq!(look_at(&Orphan, &[fetch(0, "/e/"), referred(None)]), None);
    }
}
