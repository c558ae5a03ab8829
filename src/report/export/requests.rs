//! The requests for what was exposed, one by one, as exports tell them: every
//! text of a log that an export holds comes from here, made safe for JSON.

use std::io;

use crate::evidence::{Hit, Signs};
use crate::record::BytesMeaning;
use crate::report::veil::Level;
use crate::report::{Whole, people, proof, safe};
use crate::source::Digest;
use crate::verdict::words::count;
use crate::verdict::{Actor, Judged, Where, place};

/// A request for what was exposed.
pub(super) struct Request<'a> {
    /// Its number in the report; what is outside of every window, or on
    /// another host, has none.
    pub id: Option<String>,
    /// Why it is not counted, in words; empty where it is.
    pub not_counted: &'static str,
    /// The request at an edge server that it repeats.
    pub same_as: Option<String>,
    /// The place of its actor.
    pub actor_place: usize,
    /// The id of its actor.
    pub actor_id: String,
    /// Its actor.
    pub actor: &'a Actor,
    /// The party of its actor.
    pub party: Option<&'a str>,
    /// The numbers of it.
    pub hit: &'a Hit,
    /// What it is judged to be.
    pub judged: &'a Judged,
    /// The exposures it is about.
    pub exposures: Vec<String>,
    /// What its byte count counts.
    pub bytes_mean: BytesMeaning,
    /// The client, as an address or as a name.
    pub client: String,
    /// The client's address; `None` for a name, and where none is told.
    pub ip: Option<String>,
    /// The port at the client's end.
    pub port: Option<u16>,
    /// The method.
    pub method: String,
    /// The target with its query.
    pub target: String,
    /// The form of the path that names what was exposed.
    pub path: String,
    /// The host that was asked.
    pub host: Option<String>,
    /// The referer.
    pub referer: Option<String>,
    /// The user agent.
    pub agent: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// The name of its input.
    pub source: String,
    /// The server that logged it.
    pub server: &'a str,
    /// The SHA-256 of its line; `None` where not all of it was kept.
    pub sha256: Option<String>,
    /// How many digits of a fraction its time has.
    pub digits: u8,
}

impl Request<'_> {
    /// The path and the query of its target, as a server takes them apart.
    pub(super) fn path_and_query(&self) -> (&str, Option<&str>) {
        path_and_query(&self.target)
    }

    /// One line about it, for the eye.
    pub(super) fn message(&self) -> String {
        let status = self.hit.status().map_or_else(|| "-".to_owned(), |code| format!("{code:03}"));
        let bytes = self.hit.bytes().map_or_else(|| "-".to_owned(), |bytes| bytes.to_string());
        format!(
            "{} {} {} answered {status}, {bytes} bytes: grade {} ({}), {}, class {}",
            safe::terminal(self.client.as_bytes()),
            safe::terminal(self.method.as_bytes()),
            safe::short(self.target.as_bytes(), TARGET_SHOWN),
            self.judged.grade,
            self.judged.grade.says(),
            self.judged.place.word(),
            self.hit.class.word(),
        )
    }
}

/// The path and the query of a target; of an absolute one (RFC 9112 section
/// 3.2.2) what stands behind its authority.
fn path_and_query(target: &str) -> (&str, Option<&str>) {
    let behind = target.split_once("://").filter(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    });
    let target = match behind {
        Some((_, rest)) => rest.find(['/', '?']).map_or("/", |at| &rest[at..]),
        None => target,
    };
    match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    }
}

/// How many characters of a target stand in a message; all of it stands
/// beside it.
const TARGET_SHOWN: usize = 200;

/// Hands out every request in the order of the inputs, copies of a line that
/// is counted elsewhere left out.
///
/// # Errors
/// When the text of the hits cannot be read back, or `take` fails.
pub(super) fn each(
    whole: &Whole<'_>,
    mut take: impl FnMut(&Request<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let Whole { question, plan, examined, judgement, .. } = *whole;
    let actors = &judgement.actors;
    let same_as = proof::same_as(examined, judgement);
    // A pseudonym is no address to those who read a field of that type.
    let is_told = whole.veil.level() < Level::Public;
    let mut number = 0;
    whole.each_hit(|at, hit, detail| {
        let judged = &judgement.judged[at];
        let is_numbered = proof::is_numbered(hit, judged);
        number += u64::from(is_numbered);
        if hit.signs.has(Signs::COPY) {
            return Ok(());
        }
        let actor = judgement.actor_of[at] as usize;
        let planned = &plan.sources[hit.source as usize];
        let text = |bytes: &Vec<u8>| safe::text(bytes).text;
        let is_kept = detail.raw.len() == hit.length as usize;
        take(&Request {
            id: is_numbered.then(|| proof::id(number)),
            not_counted: proof::not_counted(hit, judged),
            same_as: same_as.get(&at).cloned(),
            actor_place: actor,
            actor_id: proof::actor_id(actor, actors.len()),
            actor: &actors[actor],
            party: people::party(question, &actors[actor]),
            hit,
            judged,
            exposures: proof::exposures(
                question,
                proof::exposures_of(hit, judged, &judgement.masks),
            ),
            bytes_mean: place::bytes_of(question, plan, hit),
            client: text(&actors[actor].client()),
            ip: actors[actor].key.ip().filter(|_| is_told).map(|ip| ip.to_string()),
            port: detail.port,
            method: text(&detail.method),
            target: text(&detail.target),
            path: text(&detail.path),
            host: detail.host.as_ref().map(text),
            referer: detail.referer.as_ref().map(text),
            agent: detail.agent.as_ref().map(text),
            user: detail.user.as_ref().map(text),
            source: text(&planned.found.name_bytes()),
            server: &question.servers[planned.server].name,
            sha256: is_kept.then(|| Digest::of(&detail.raw)),
            digits: detail.digits,
        })
    })
}

/// Requests that a timeline cannot hold, because their lines have no time:
/// how many, as a sentence; `None` where there is none.
pub(super) fn timeless(whole: &Whole<'_>) -> Option<String> {
    let hits = &whole.examined.hits;
    let is_timeless = |hit: &&Hit| hit.at().is_none() && !hit.signs.has(Signs::COPY);
    let n = hits.iter().filter(is_timeless).count() as u64;
    let n_text = count(n, "request has", "requests have");
    (n > 0).then(|| format!("{n_text} no time in the log and cannot stand here: see hits.csv"))
}

/// Words that an export may be filtered by.
pub(super) fn tags(request: &Request<'_>) -> Vec<String> {
    let judged = request.judged;
    let mut tags = vec![
        "whofetched".to_owned(),
        format!("grade:{}", judged.grade),
        format!("class:{}", request.hit.class.word()),
    ];
    if judged.place != Where::Inside {
        tags.push(judged.place.word().to_owned());
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_taken_apart() {
        let check = |target, path, query| assert_eq!(path_and_query(target), (path, query));
        check("/a/b?c=1?d", "/a/b", Some("c=1?d"));
        check("/a", "/a", None);
        check("/a?", "/a", Some(""));
        check("HTTP://example.org/a?b", "/a", Some("b"));
        check("https://example.org", "/", None);
        check("/go?to=http://example.org/x", "/go", Some("to=http://example.org/x"));
    }
}
