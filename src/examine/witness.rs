//! What a referer tells: which targets it names, and whether they are this
//! server's.

use std::borrow::Cow;

use crate::actor::{self, Class, Speaker};
use crate::case::target::Match;
use crate::case::target::finds::Finds;
use crate::evidence::witness::FIELD_KEPT;
use crate::evidence::{ClientKey, Witness};
use crate::record::{Instant, Record};

use super::plan::Question;

/// A referer that names targets.
pub struct Named {
    /// The form of its path that names them.
    pub path: Vec<u8>,
    /// The exposures it names, a bit each.
    exposures: u64,
    /// Its host is known to be the server's.
    is_sure: bool,
}

/// What a referer names, log escapes undone, of a line of a server and a
/// format, by their places. `host` is the one that the line logs.
pub fn of_referer(
    question: &Question,
    place: (usize, usize),
    referer: &[u8],
    host: Option<&[u8]>,
    finds: &mut Finds,
) -> Option<Named> {
    let matcher = question.matcher(place.0, folds(question, place));
    let (found, is_sure) = matcher.find_referer(referer, host, finds)?;
    Some(Named::of(found.both().0, is_sure))
}

/// What the referer of a record tells, but for where its line lies, if one of
/// this client and path is wanted. `place` is that of its server and of the
/// format that read it.
pub fn of_record(
    question: &Question,
    place: (usize, usize),
    record: &Record<'_>,
    at: Option<Instant>,
    speaker: Speaker<'_>,
    finds: &mut Finds,
    wants: impl FnOnce(ClientKey, &[u8]) -> bool,
) -> Option<Witness> {
    let logged = record.referer?;
    let referer = match record.escape.touches(logged) {
        false => Cow::Borrowed(logged),
        true => {
            let mut undone = Vec::with_capacity(logged.len());
            record.escape.undo(logged, &mut undone);
            Cow::Owned(undone)
        }
    };
    let matcher = question.matcher(place.0, folds(question, place));
    let (found, is_sure) = matcher.find_referer(&referer, record.host, finds)?;
    let (found, forms) = found.both();
    let client = ClientKey::of(speaker.client);
    if !wants(client, kept(&found.path)) {
        return None;
    }
    let whose = actor::whose(
        &question.case,
        &actor::Act {
            speaker,
            at,
            forms,
            folds: matcher.folds(),
            path: &found.path,
            user: record.user,
            exposures: found.exposures,
            server: &question.servers[place.0].name,
        },
    );
    let mut witness = Named::of(found, is_sure).witness(&referer);
    witness.at = at;
    witness.client = client;
    witness.token = kept(speaker.token).to_vec();
    witness.class = whose.class;
    witness.asked = kept(record.target().unwrap_or_default()).to_vec();
    witness.status = record.status;
    Some(witness)
}

/// Whether a server folds the letter case of paths.
fn folds(question: &Question, (server, format): (usize, usize)) -> bool {
    let by_format = question.formats.about(format).is_some_and(|about| about.folds_case);
    question.servers[server].case_insensitive.unwrap_or(by_format)
}

fn kept(field: &[u8]) -> &[u8] {
    &field[..field.len().min(FIELD_KEPT)]
}

impl Named {
    fn of(found: &Match<'_>, is_sure: bool) -> Named {
        Named { path: kept(&found.path).to_vec(), exposures: found.exposures, is_sure }
    }

    /// A witness of nobody yet.
    pub fn witness(self, referer: &[u8]) -> Witness {
        Witness {
            offset: 0,
            line: 0,
            at: None,
            client: ClientKey::default(),
            token: Vec::new(),
            class: Class::default(),
            asked: Vec::new(),
            status: None,
            referer: kept(referer).to_vec(),
            path: self.path,
            exposures: self.exposures,
            is_sure: self.is_sure,
        }
    }
}
