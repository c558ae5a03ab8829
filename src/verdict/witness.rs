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
use crate::case::target::finds::Finds;
use crate::evidence::{ClientKey, Detail, Hit, Witness};
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
    let mut finds = Finds::default();
    let mut named = |hit: &Hit, detail: &Detail| {
        let server = plan.sources[hit.source as usize].server;
        let referer = detail.referer.as_deref()?;
        let of = (server, usize::from(hit.format));
        let named = of_referer(question, of, referer, detail.host.as_deref(), &mut finds)?;
        // Links that sort a listing come from it and lead to it.
        (trim(&named.path) != trim(&detail.path)).then_some(named)
    };
    // Which pages requests came from, and which came from them. When those were
    // asked for is looked up for these alone: there may be millions of hits.
    let mut pages: HashMap<(ClientKey, u128), u32> = HashMap::new();
    let page = |pages: &mut HashMap<(ClientKey, u128), u32>, key| {
        let next = pages.len() as u32;
        *pages.entry(key).or_insert(next)
    };
    for (_, witness) in &examined.witnesses {
        page(&mut pages, key(witness.client, &witness.path));
    }
    let mut from: Vec<(u32, u32)> = Vec::new();
    examined.each_hit(|number, hit, detail| {
        if judged[number].counts
            && let Some(named) = named(hit, detail)
        {
            from.push((number as u32, page(&mut pages, key(hit.client, &named.path))));
        }
        Ok(())
    })?;
    if pages.is_empty() {
        return Ok(Vec::new());
    }
    let mut asked: Vec<Option<Option<Instant>>> = vec![None; pages.len()];
    examined.each_hit(|_, hit, detail| {
        if let Some(page) = pages.get(&key(hit.client, &detail.path)) {
            let first = asked[*page as usize].get_or_insert(hit.at());
            *first = (*first).min(hit.at());
        }
        Ok(())
    })?;
    let is_left = |page: u32, at: Option<Instant>| {
        asked[page as usize].is_none_or(|first| match (first, at) {
            (Some(first), Some(at)) => first.seconds > at.seconds + SLACK,
            _ => false,
        })
    };
    let mut came: Vec<Unexplained> = Vec::new();
    for (source, witness) in &examined.witnesses {
        if is_left(pages[&key(witness.client, &witness.path)], witness.at) {
            came.push(Unexplained { source: *source, witness: witness.clone() });
        }
    }
    // One of a client and page is enough: the first.
    let mut told = vec![false; pages.len()];
    from.retain(|(number, page)| {
        is_left(*page, examined.hits[*number as usize].at())
            && !std::mem::replace(&mut told[*page as usize], true)
    });
    let mut left = from.iter().peekable();
    if left.peek().is_some() {
        examined.each_hit(|number, hit, detail| {
            if left.next_if(|(at, _)| *at as usize == number).is_some()
                && let Some(named) = named(hit, detail)
            {
                let mut witness = named.witness(detail.referer.as_deref().unwrap_or_default());
                fill(&mut witness, hit, &detail.client, &detail.target);
                came.push(Unexplained { source: hit.source, witness });
            }
            Ok(())
        })?;
    }
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
