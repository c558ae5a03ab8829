//! The ledger of a plan that is mapped in parts: which split is there, what
//! does not fit, and what is to be mapped next.
//!
//! It takes parts in any order and from any process. Every split must be there
//! once; what one carries on must be what the next one assumed, else that one
//! is wanted again with what is right. When the lines join, it is asked which
//! sources are copies, then what the first reading left open, by the same
//! functions as in a scan of one process ([`super::stream`]): so both come to
//! the same report.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::evidence::{Coverage, Evidence, SourceEvidence, Spool};
use crate::format::State;
use crate::source::{CONTENT_BLOCK, ContentId, Digest, Finished};

use super::ask::{Answers, Ask};
use super::by_client::Clients;
use super::duplicate::{confirmed, nominated};
use super::errand::{Errand, Request, Task};
use super::gather::Gathered;
use super::partial::{Gave, Part};
use super::plan::{Plan, Question};
use super::reduce::{Examined, reduce};
use super::sound;
use super::split::{Reads, Split, foreseen};

/// How many missing splits are named.
const NAMED: usize = 5;

/// The parts of a plan that are there.
pub struct Ledger<'a> {
    question: &'a Question,
    plan: &'a Plan,
    splits: &'a [Split],
    /// Which partial each part came in, so that one that is there twice is
    /// told.
    whence: BTreeMap<Key, String>,
    /// What each split gave, with each state that was carried into it.
    lines: BTreeMap<u32, Vec<(State, SourceEvidence)>>,
    /// The hashes of blocks, by source and split.
    content: BTreeMap<u32, BTreeMap<u32, Vec<u128>>>,
    finished: BTreeMap<u32, Result<Finished, String>>,
    texts: BTreeMap<u32, Option<String>>,
    answers: BTreeMap<(String, u32), Answers>,
    joined: Option<Joined>,
}

/// What may be there once.
type Key = (u32, String);

/// All lines, each split having been mapped with the state that is right.
struct Joined {
    evidence: Evidence,
    /// Where the text of its hits is.
    spool: Spool,
    /// What is carried into each split, and what of its evidence says whether
    /// an ask concerns it.
    splits: BTreeMap<u32, (State, SourceEvidence)>,
}

/// What a ledger comes to.
pub enum Next {
    /// Everything is there.
    Whole(Box<Examined>),
    /// This is to be mapped first.
    Wanted(Box<Request>),
}

impl<'a> Ledger<'a> {
    /// The ledger of a plan of which nothing is there.
    pub fn new(question: &'a Question, plan: &'a Plan, splits: &'a [Split]) -> Ledger<'a> {
        Ledger {
            question,
            plan,
            splits,
            whence: BTreeMap::new(),
            lines: BTreeMap::new(),
            content: BTreeMap::new(),
            finished: BTreeMap::new(),
            texts: BTreeMap::new(),
            answers: BTreeMap::new(),
            joined: None,
        }
    }

    /// Takes a part out of the partial that is called `from`.
    ///
    /// # Errors
    /// When it is there already, is of no split of the plan, or says that its
    /// source changed.
    pub fn take(&mut self, part: Part, from: &str) -> Result<(), Error> {
        let refuse = |why: String| Err(Error::Ledger(format!("{from} {why}")));
        if let Err(why) = sound::check(self.question, self.plan, self.splits, &part) {
            return refuse(why);
        }
        let number = part.split;
        let split = self.splits[number as usize];
        if let Some(why) = changed(&part.gave) {
            return refuse(format!("holds split {number}, whose source changed: {why}"));
        }
        if let Some(first) = self.whence.insert((number, key(&part.gave)?), from.to_owned()) {
            let name = self.name(number);
            return refuse(format!("holds {name}, which is doubled: {first} holds the same"));
        }
        match part.gave {
            Gave::Lines { state, evidence, content, finished } => {
                self.content.entry(split.source).or_default().insert(number, content);
                self.lines.entry(number).or_default().push((state, *evidence));
                self.finished.extend(finished.map(|finished| (split.source, Ok(*finished))));
            }
            Gave::Digest(finished) => {
                self.finished.insert(split.source, Ok(*finished));
            }
            Gave::Text(digest) => {
                self.texts.insert(split.source, digest);
            }
            Gave::Answers { ask, answers } => {
                self.answers.insert((ask, number), *answers);
            }
        }
        Ok(())
    }

    /// Puts everything together, or says what is to be mapped first.
    ///
    /// # Errors
    /// When a split is missing, an answer is to another ask, or what is there
    /// does not fit together.
    pub fn close(&mut self) -> Result<Next, Error> {
        self.is_complete()?;
        let again = self.join()?;
        if !again.is_empty() {
            return Ok(Next::wanted(Ask::default(), again));
        }
        self.finish()?;
        let alike = nominated(self.plan, &self.finished);
        let unknown = alike.iter().flatten().filter(|source| !self.texts.contains_key(source));
        let texts: Vec<Errand> =
            unknown.filter_map(|source| self.whole(*source)).map(Errand::text).collect();
        if !texts.is_empty() {
            return Ok(Next::wanted(Ask::default(), texts));
        }
        let duplicates =
            confirmed(&alike, |source| self.texts.get(&source).and_then(Option::as_ref));
        let Some(joined) = &self.joined else {
            return Err(Error::Ledger("the splits do not join".to_owned()));
        };
        let (question, plan, evidence) = (self.question, self.plan, &joined.evidence);
        let ask = Ask::whole(question, plan, evidence, &duplicates)
            .with_entries(&question.case, evidence);
        let missing = self.unanswered(&ask, joined, &duplicates)?;
        if !missing.is_empty() {
            return Ok(Next::wanted(ask, missing));
        }
        let mut answers = self.answered(&ask)?;
        let since = answers.since_when();
        let missing = self.unanswered(&since, joined, &duplicates)?;
        if !missing.is_empty() {
            return Ok(Next::wanted(since, missing));
        }
        answers.since = self.answered(&since)?.firsts();
        self.all_were_asked(&[&ask, &since])?;
        let gathered = self.joined.take().map(|joined| (joined.evidence, joined.spool));
        let finished = std::mem::take(&mut self.finished);
        let mut examined =
            reduce(question, plan, gathered.unwrap_or_default(), finished, &duplicates)?;
        examined.followed = ask.habits.as_ref().map(Clients::len);
        examined.answers = answers;
        Ok(Next::Whole(Box::new(examined)))
    }

    /// Checks that every split was mapped.
    fn is_complete(&self) -> Result<(), Error> {
        if self.joined.is_some() {
            return Ok(());
        }
        let is_there = |(number, split): &(u32, &Split)| match split.reads {
            Reads::Digest => self.finished.contains_key(&split.source),
            Reads::Lines | Reads::Whole => self.lines.contains_key(number),
        };
        let missing: Vec<u32> = (0u32..)
            .zip(self.splits)
            .filter(|each| !is_there(each))
            .map(|(number, _)| number)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let named: Vec<String> = missing.iter().take(NAMED).map(|n| self.name(*n)).collect();
        let more = match missing.len() - named.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        Err(Error::Ledger(format!("no partial holds {}{more}", named.join(", "))))
    }

    /// Walks the splits of every source in order, and puts the lines together
    /// where what is carried from one to the next is what was assumed. Gives
    /// those that are to be mapped again.
    fn join(&mut self) -> Result<Vec<Errand>, Error> {
        if self.joined.is_some() {
            return Ok(Vec::new());
        }
        let mut again = Vec::new();
        let mut right: BTreeMap<u32, (usize, State)> = BTreeMap::new();
        let mut carried: Option<(u32, State)> = None;
        for (number, mapped) in &self.lines {
            let source = self.splits[*number as usize].source;
            let begin = || self.plan.sources[source as usize].begin.clone();
            let state = carried.filter(|(of, _)| *of == source).map_or_else(begin, |(_, at)| at);
            let place = mapped.iter().position(|(assumed, evidence)| {
                // Where no line begins, nothing is assumed of one.
                *assumed == state || evidence.pieces.is_empty()
            });
            let out = match place {
                Some(place) => {
                    let piece = mapped[place].1.pieces.last();
                    piece.map_or_else(|| state.clone(), |piece| piece.state_out.clone())
                }
                None => {
                    again.push(Errand { split: *number, task: Task::Again(state.clone()) });
                    let (assumed, evidence) = &mapped[0];
                    let out = evidence.pieces.last().map_or(assumed, |piece| &piece.state_out);
                    foreseen(assumed, out, &state)
                }
            };
            right.insert(*number, (place.unwrap_or(0), state));
            carried = Some((source, out));
        }
        if again.is_empty() {
            self.joined = Some(self.put_together(right)?);
        }
        Ok(again)
    }

    fn put_together(&mut self, right: BTreeMap<u32, (usize, State)>) -> Result<Joined, Error> {
        let mut splits = BTreeMap::new();
        let mut gathered = Gathered::default();
        for (number, mut mapped) in std::mem::take(&mut self.lines) {
            let Some((place, state)) = right.get(&number) else { continue };
            let (_, evidence) = mapped.swap_remove(*place);
            let concerns = SourceEvidence {
                clients: evidence.clients.clone(),
                coverage: Coverage {
                    first: evidence.coverage.first,
                    last: evidence.coverage.last,
                    ..Coverage::default()
                },
                ..SourceEvidence::default()
            };
            splits.insert(number, (state.clone(), concerns));
            gathered.take(self.splits[number as usize].source, Ok(evidence));
        }
        let (mut evidence, spool) =
            gathered.finish().map_err(|error| Error::io("the spool of hits", error))?;
        evidence.settle();
        Ok(Joined { evidence, spool, splits })
    }

    /// Makes the content ids of sources of which no split reads all bytes.
    fn finish(&mut self) -> Result<(), Error> {
        for (source, content) in std::mem::take(&mut self.content) {
            if self.finished.contains_key(&source) {
                continue;
            }
            let found = &self.plan.sources[source as usize].found;
            let blocks: Vec<u128> = content.into_values().flatten().collect();
            if blocks.len() as u64 != found.length.div_ceil(CONTENT_BLOCK as u64) {
                let name = found.name();
                return Err(Error::Ledger(format!("{name}: no split has its digests")));
            }
            let finished = Finished {
                sha256: None,
                content_id: ContentId::of_blocks(blocks).hex(),
                stored_bytes: found.length,
                decoded_bytes: found.length,
                text_bytes: found.length,
                problems: Vec::new(),
                notes: Vec::new(),
                changed: None,
                grew: None,
            };
            self.finished.insert(source, Ok(finished));
        }
        Ok(())
    }

    /// The split in which all bytes of a source are read, or its first.
    fn whole(&self, source: u32) -> Option<u32> {
        let place = self.splits.partition_point(|split| split.source < source);
        u32::try_from(place).ok().filter(|_| place < self.splits.len())
    }

    /// The splits that an ask concerns and that have not answered it.
    fn unanswered(
        &self,
        ask: &Ask,
        joined: &Joined,
        duplicates: &BTreeMap<u32, u32>,
    ) -> Result<Vec<Errand>, Error> {
        if ask.is_empty() {
            return Ok(Vec::new());
        }
        let id = id(ask)?;
        let each = joined.splits.iter().filter(|(number, (_, evidence))| {
            let source = self.splits[**number as usize].source;
            !duplicates.contains_key(&source)
                && ask.concerns(evidence)
                && !self.answers.contains_key(&(id.clone(), **number))
        });
        Ok(each
            .map(|(number, (state, _))| Errand {
                split: *number,
                task: Task::Answer(state.clone()),
            })
            .collect())
    }

    /// What all splits answered to an ask.
    fn answered(&self, ask: &Ask) -> Result<Answers, Error> {
        let mut whole = Answers::default();
        if ask.is_empty() {
            return Ok(whole);
        }
        let id = id(ask)?;
        for ((_, _), answers) in self.answers.iter().filter(|((of, _), _)| *of == id) {
            whole.merge(ask, answers.clone());
        }
        whole.close(self.plan, ask);
        Ok(whole)
    }

    /// Refuses answers that nobody asked for.
    fn all_were_asked(&self, asks: &[&Ask]) -> Result<(), Error> {
        let ids: BTreeSet<String> = asks.iter().map(|ask| id(ask)).collect::<Result<_, _>>()?;
        match self.answers.keys().find(|(of, _)| !ids.contains(of)) {
            None => Ok(()),
            Some((of, number)) => {
                let from = self.whence.get(&(*number, format!("answers {of}")));
                let from = from.map_or("a partial", String::as_str);
                Err(Error::Ledger(format!(
                    "{from} answers an ask that is not the one of these partials"
                )))
            }
        }
    }

    /// What to call a split.
    fn name(&self, number: u32) -> String {
        let split = self.splits[number as usize];
        let of = self.plan.sources[split.source as usize].found.name();
        match split.reads {
            Reads::Lines => {
                format!("split {number} ({of}, bytes {} to {})", split.start, split.end)
            }
            Reads::Digest => format!("split {number} (the digests of {of})"),
            Reads::Whole => format!("split {number} ({of})"),
        }
    }
}

impl Next {
    fn wanted(ask: Ask, errands: Vec<Errand>) -> Next {
        Next::Wanted(Box::new(Request { ask, errands }))
    }
}

/// What may be there once of a split.
fn key(gave: &Gave) -> Result<String, Error> {
    Ok(match gave {
        Gave::Answers { ask, .. } => format!("answers {ask}"),
        Gave::Digest(_) => "digest".to_owned(),
        Gave::Lines { state, .. } => format!("lines {}", fingerprint(state)?),
        Gave::Text(_) => "text".to_owned(),
    })
}

/// How the source changed while it was read, if it did.
fn changed(gave: &Gave) -> Option<&str> {
    let finished = match gave {
        Gave::Lines { finished, .. } => finished.as_deref(),
        Gave::Digest(finished) => Some(&**finished),
        Gave::Answers { .. } | Gave::Text(_) => None,
    }?;
    finished.changed.as_deref().or(finished.grew.as_deref())
}

/// What an ask is known by: its digest.
///
/// # Errors
/// When it cannot be written down, which does not happen.
pub fn id(ask: &Ask) -> Result<String, Error> {
    fingerprint(ask)
}

fn fingerprint(of: &impl serde::Serialize) -> Result<String, Error> {
    let bytes = postcard::to_stdvec(of).map_err(|error| Error::Ledger(error.to_string()))?;
    let mut digest = Digest::default();
    digest.update(&bytes);
    Ok(digest.hex())
}
