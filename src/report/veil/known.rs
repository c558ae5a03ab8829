//! What nothing shows to be a name or a token but the place where it was
//! found: clients that are logged by name, and links that are their own
//! password. They are looked for everywhere else.

use std::collections::BTreeSet;
use std::io;

use crate::case::Kind;
use crate::examine::{Examined, Question};
use crate::verdict::{Actor, Judgement};

/// Names and tokens.
#[derive(Debug, Default)]
pub struct Known {
    /// Names of clients. A name of nothing but letters is a word that a report
    /// may use, and is hidden only where a client is told.
    pub names: BTreeSet<String>,
    /// Tokens of share links.
    pub tokens: BTreeSet<String>,
}

impl Known {
    /// What is known after a run.
    ///
    /// # Errors
    /// When the text of the hits cannot be read back.
    pub fn gather(
        question: &Question,
        examined: &Examined,
        judgement: &Judgement,
    ) -> io::Result<Known> {
        let mut known = Known::default();
        judgement.actors.iter().filter_map(Actor::name).for_each(|name| known.name(name));
        judgement.unexplained.iter().for_each(|one| known.name(&one.witness.token));
        let exposures = question.case.exposures.iter();
        let links: u64 = exposures
            .clone()
            .enumerate()
            .filter(|(_, exposure)| exposure.kind == Kind::ShareLink)
            .fold(0, |mask, (number, _)| mask | 1 << number);
        if links == 0 {
            return Ok(known);
        }
        for exposure in exposures.filter(|exposure| exposure.kind == Kind::ShareLink) {
            for target in exposure.targets.iter().filter(|target| !target.text.starts_with("re:")) {
                known.path(target.text.as_bytes());
            }
        }
        examined.each_hit(|_, hit, detail| {
            if hit.exposures & links != 0 {
                known.path(&detail.path);
                known.path(&detail.target);
            }
            Ok(())
        })?;
        Ok(known)
    }

    fn name(&mut self, name: &[u8]) {
        if let Ok(name) = std::str::from_utf8(name)
            && name.chars().any(|letter| !letter.is_alphabetic())
            && name.chars().filter(|letter| letter.is_alphanumeric()).count() > 2
        {
            self.names.insert(name.to_owned());
        }
    }

    /// The segments of a path that look drawn by lot, or stand where a token
    /// does: behind `s`.
    fn path(&mut self, path: &[u8]) {
        let path = path.split(|byte| matches!(byte, b'?' | b'#')).next().unwrap_or_default();
        let segments: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
        for (at, segment) in segments.iter().enumerate() {
            let is_behind_mark = at > 0 && segments[at - 1] == b"s";
            let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            if segment.len() >= 6
                && segment.iter().all(is_plain)
                && (is_behind_mark || super::looks::is_random(segment))
                && let Ok(token) = std::str::from_utf8(segment)
            {
                self.tokens.insert(token.to_owned());
            }
        }
    }
}
