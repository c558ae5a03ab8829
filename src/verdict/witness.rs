//! The referer as a witness: requests that came from a target which no logged
//! request of their client fetched.
//!
//! A browser says from which page it comes. If that page is exposed and the
//! logs show no request of the client for it, then an earlier request was not
//! logged, went to another server, or came from another address. A referer is
//! written by the client and may be forged; who forges one knows the path. So
//! it never makes a finding; it says that the logs may not hold everything.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use crate::case::Language;
use crate::evidence::{ClientKey, Hit, Witness};
use crate::examine::witness::of_referer;
use crate::examine::{Examined, Plan, Question};
use crate::record::Instant;

use super::place::Judged;
use super::words::checks as says;

/// How much later than what came from it a request for a page may be logged,
/// in seconds: servers log at the end, and what a page holds is asked for
/// before that.
const SLACK: i64 = 60;

/// A request that came from a target, and no request for that explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unexplained {
    /// The source's place in the plan.
    pub source: u32,
    /// What it says.
    pub witness: Witness,
}

impl Unexplained {
    /// What it shows, as a sentence without its full stop.
    pub fn because(&self, language: Language) -> String {
        let witness = &self.witness;
        let shown =
            |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().take(120).collect::<String>();
        let unknown = || says::UNKNOWN_TIME.say(language, &[]);
        let at = witness.at.map_or_else(unknown, |at| at.to_string());
        let (client, asked) = (shown(&witness.token), shown(&witness.asked));
        says::C10_WITNESS.say(language, &[&at, &client, &asked, &shown(&witness.referer)])
    }
}

/// Requests that came from a target which their client, or one of its network,
/// did not ask for before; in the order of the logs.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn unexplained(
    question: &Question,
    plan: &Plan,
    examined: &Examined,
    judged: &[Judged],
) -> std::io::Result<Vec<Unexplained>> {
    let mut asked: HashMap<(ClientKey, u128), Option<Instant>> = HashMap::new();
    let mut came: Vec<Unexplained> = Vec::new();
    let each = examined.witnesses.iter();
    came.extend(
        each.map(|(source, witness)| Unexplained { source: *source, witness: witness.clone() }),
    );
    examined.each_hit(|number, hit, detail| {
        let first = asked.entry(key(hit.client, &detail.path)).or_insert(hit.at());
        *first = (*first).min(hit.at());
        let server = plan.sources[hit.source as usize].server;
        let place = usize::from(hit.format);
        let named =
            detail.referer.as_deref().filter(|_| judged[number].counts).and_then(|referer| {
                of_referer(question, (server, place), referer, detail.host.as_deref())
            });
        // Links that sort a listing come from it and lead to it.
        if let Some(named) = named.filter(|named| trim(&named.path) != trim(&detail.path)) {
            let mut witness = named.witness(detail.referer.as_deref().unwrap_or_default());
            fill(&mut witness, hit, &detail.client, &detail.target);
            came.push(Unexplained { source: hit.source, witness });
        }
        Ok(())
    })?;
    came.retain(|one| {
        let witness = &one.witness;
        let first = asked.get(&key(witness.client, &witness.path));
        first.is_none_or(|first| match (first, witness.at) {
            (Some(first), Some(at)) => first.seconds > at.seconds + SLACK,
            _ => false,
        })
    });
    came.sort_by_key(|one| (one.source, one.witness.offset));
    // One of a client and path is enough.
    let mut told = std::collections::HashSet::new();
    came.retain(|one| told.insert(key(one.witness.client, &one.witness.path)));
    Ok(came)
}

fn fill(witness: &mut Witness, hit: &Hit, client: &[u8], target: &[u8]) {
    witness.offset = hit.offset;
    witness.line = hit.line;
    witness.at = hit.at();
    witness.client = hit.client;
    witness.token = client.to_vec();
    witness.class = hit.class;
    witness.asked = target[..target.len().min(crate::evidence::witness::FIELD_KEPT)].to_vec();
    witness.status = hit.status();
}

/// A group and a path, with or without a slash at its end: a server that is
/// asked for a folder without one leads to the other.
fn key(client: ClientKey, path: &[u8]) -> (ClientKey, u128) {
    (client.group(), xxh3_128(trim(path)))
}

fn trim(path: &[u8]) -> &[u8] {
    path.strip_suffix(b"/").unwrap_or(path)
}
