//! Sizes that may be those of one page which a site answers with for whatever
//! is not there: a "not found" with status 200, a login page.
//!
//! This is a remark and no grade: files of one size exist, and an answer is
//! only known not to be the content where the case says so (`decoy_bytes`).

use std::collections::{BTreeMap, BTreeSet};

use xxhash_rust::xxh3::xxh3_128;

use crate::case::Kind;
use crate::evidence::{Hit, Method, Signs};
use crate::examine::{Examined, Question};

/// How many different paths must have been answered with the same size.
const PATHS: usize = 8;

/// How many sizes are looked at; more are those of real content.
const SIZES: usize = 4096;

/// The remark on each size that many unlisted paths were answered with, the
/// smallest first.
///
/// # Errors
/// When the text of the hits cannot be read back.
pub fn remarks(question: &Question, examined: &Examined) -> std::io::Result<Vec<String>> {
    let mut sizes: BTreeMap<u64, BTreeSet<u128>> = BTreeMap::new();
    examined.each_hit(|_, hit, detail| {
        if let Some(bytes) = hit.bytes().filter(|bytes| *bytes > 0)
            && is_open(question, hit)
            && (sizes.len() < SIZES || sizes.contains_key(&bytes))
        {
            let paths = sizes.entry(bytes).or_default();
            if paths.len() < PATHS {
                paths.insert(xxh3_128(&detail.path));
            }
        }
        Ok(())
    })?;
    let many = sizes.iter().filter(|(_, paths)| paths.len() >= PATHS);
    let remarks = many.map(|(bytes, _)| {
        format!(
            "{PATHS} or more different paths were answered with status 200 and the same {bytes} \
             bytes: if that is one page for whatever is not there, give its size as decoy_bytes; \
             until then it counts as content"
        )
    });
    Ok(remarks.collect())
}

/// Whether a hit may be one for something that is not there: it was answered
/// with content, and no list names its path, nor does the case call it a decoy.
/// Answers of an interface have one size as often as not.
fn is_open(question: &Question, hit: &Hit) -> bool {
    let is_listed = question.target(hit.target).is_some_and(|target| target.listed.is_some());
    let of_files = |number: usize| {
        let kind = question.case.exposures.get(number).map(|exposure| exposure.kind);
        matches!(kind, Some(Kind::Files | Kind::S3 | Kind::Secret))
    };
    let is_stated = question
        .case
        .exposures
        .iter()
        .any(|exposure| hit.bytes().is_some_and(|bytes| exposure.decoy_bytes.contains(&bytes)));
    let not_own = [Signs::COPY, Signs::OTHER_HOST, Signs::REPEATED];
    let is_copy = not_own.iter().any(|sign| hit.signs.has(*sign));
    let mut named = (0..64).filter(|number| hit.exposures & (1 << number) != 0);
    let is_file = named.all(|number| of_files(number));
    is_file
        && hit.status() == Some(200)
        && hit.method == Method::Get
        && !is_listed
        && !is_stated
        && !is_copy
}
