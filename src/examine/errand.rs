//! What is to be mapped: which splits, and what is wanted of each.
//!
//! The first time that is every split of the plan, with the state that its
//! head lets assume. Then `reduce` may want more, and writes it as an ask: a
//! first line that says what is asked, then a line for each split, like those
//! of a plan.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::format::State;

use super::ask::Ask;
use super::partial::Of;
use super::plan::Plan;
use super::split::{Split, assumed};

/// What an ask calls itself.
const SCHEMA: &str = "whofetched-ask/1";

/// What is wanted of a split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "wanted", content = "state")]
pub enum Task {
    /// Its lines again, with what is really carried into the first.
    Again(State),
    /// What it answers to the ask; this is carried into its first line.
    Answer(State),
    /// Its lines, its digests or both, for the first time.
    First(State),
    /// The digest of the text of its source, which may be a copy of another.
    Text,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// The split, by its number in the plan.
    pub split: u32,
    /// What is wanted of it.
    #[serde(flatten)]
    pub task: Task,
}

impl Errand {
    /// The digest of a text is wanted.
    pub(super) fn text(split: u32) -> Errand {
        Errand { split, task: Task::Text }
    }
}

/// What is wanted next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// What is asked; nothing where lines are to be mapped.
    pub ask: Ask,
    /// The splits, and what is wanted of each.
    pub errands: Vec<Errand>,
}

/// The first line of an ask.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    ask: String,
    plan: String,
    splits: usize,
    /// Postcard in hexadecimal: it has keys that JSON does not.
    what: String,
}

impl Request {
    /// Every split of a plan for the first time.
    pub fn first(plan: &Plan, splits: &[Split]) -> Request {
        let each = (0u32..).zip(splits);
        let errand = |(number, split): (u32, &Split)| Errand {
            split: number,
            task: Task::First(assumed(plan, *split)),
        };
        Request { ask: Ask::default(), errands: each.map(errand).collect() }
    }

    /// Writes it as an ask of a plan.
    ///
    /// # Errors
    /// When `into` cannot be written.
    pub fn write(&self, of: &Of, into: &mut dyn Write) -> io::Result<()> {
        let what = postcard::to_stdvec(&self.ask).map_err(io::Error::other)?;
        let head = Head {
            ask: SCHEMA.to_owned(),
            plan: of.plan.clone(),
            splits: self.errands.len(),
            what: what.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        serde_json::to_writer(&mut *into, &head)?;
        into.write_all(b"\n")?;
        for errand in &self.errands {
            serde_json::to_writer(&mut *into, errand)?;
            into.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Reads an ask of a plan of `n_splits`, from the file that is called
    /// `name`.
    ///
    /// # Errors
    /// When it cannot be read, is no ask, is cut, or is of another plan.
    pub fn read(
        name: &str,
        of: &Of,
        n_splits: usize,
        from: &mut dyn BufRead,
    ) -> Result<Request, Error> {
        let refuse = |why: &str| Error::Ledger(format!("{name} {why}"));
        let mut lines = from.split(b'\n');
        let mut line = || lines.next().transpose().map_err(|error| Error::io(name, error));
        let head = line()?.and_then(|line| serde_json::from_slice::<Head>(&line).ok());
        let head = head.filter(|head| head.ask == SCHEMA);
        let head = head.ok_or_else(|| refuse("is no ask that `reduce --ask-to` wrote"))?;
        if head.plan != of.plan {
            return Err(refuse("is an ask of another plan"));
        }
        let what = unhex(&head.what).and_then(|bytes| postcard::from_bytes(&bytes).ok());
        let ask = what.ok_or_else(|| refuse("does not say what is asked"))?;
        let mut errands = Vec::new();
        while let Some(line) = line()? {
            let errand: Option<Errand> = serde_json::from_slice(&line).ok();
            match errand.filter(|errand| (errand.split as usize) < n_splits) {
                Some(errand) => errands.push(errand),
                None => return Err(refuse("has a line that is no split of the plan")),
            }
        }
        match errands.len() == head.splits {
            true => Ok(Request { ask, errands }),
            false => Err(refuse("is cut off")),
        }
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    pairs.iter().map(|[high, low]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ask_is_read_as_it_was_written() {
        let of = Of { plan: "a plan".to_owned(), ..Of::default() };
        let state = State { header: b"#Fields: x".to_vec(), ..State::default() };
        let mut ask = Ask::default();
        ask.unnamed.insert(3, b"/a\xff".to_vec());
        ask.steady.insert(7);
        let errands = vec![
            Errand { split: 0, task: Task::Answer(state.clone()) },
            Errand::text(4),
            Errand { split: 5, task: Task::Again(state) },
        ];
        let request = Request { ask, errands };
        let mut bytes = Vec::new();
        request.write(&of, &mut bytes).unwrap();
        let read = |of: &Of, n_splits, mut bytes: &[u8]| {
            Request::read("ask", of, n_splits, &mut bytes).map_err(|error| error.to_string())
        };
        assert_eq!(read(&of, 6, &bytes).unwrap(), request);
        assert!(read(&Of::default(), 6, &bytes).unwrap_err().contains("another plan"));
        assert!(read(&of, 5, &bytes).unwrap_err().contains("no split of the plan"));
        for end in (0..bytes.len() - 1).step_by(3) {
            read(&of, 6, &bytes[..end]).unwrap_err();
        }
        let first = String::from_utf8(bytes).unwrap();
        assert_eq!(first.lines().nth(2), Some(r#"{"split":4,"wanted":"text"}"#));
    }
}
