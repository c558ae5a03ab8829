//! `show`: the raw line behind a figure of a report.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;

use crate::error::Error;
use crate::report::show::{self, Shown};

use super::args::Show;
use super::exit::Exit;
use super::{complain, print};

/// Shows the lines that a report cites under some numbers.
///
/// # Errors
/// When a number is none, or the folder holds no evidence that can be read.
pub fn run(args: &Show) -> Result<Exit, Error> {
    let wanted = args.ids.iter().map(|id| number(id)).collect::<Result<BTreeSet<_>, _>>()?;
    let path = args.report.join("evidence.jsonl");
    let file = File::open(&path).map_err(|error| Error::io(&path, error))?;
    let mut evidence = BufReader::new(file);
    let mut text = Vec::new();
    let Shown { missing, changed } = show::show(&mut evidence, &wanted, args.json, &mut text)
        .map_err(|error| Error::io(&path, error))?;
    print(|out| out.write_all(&text))?;
    for id in &missing {
        complain(&format!("{id} is not in {}", path.display()));
    }
    for id in &changed {
        complain(&format!("{id}: the line has not the digest that stands beside it"));
    }
    let is_whole = missing.is_empty() && changed.is_empty();
    Ok(if is_whole { Exit::Done } else { Exit::Fault })
}

/// A number of evidence, in the letters in which reports write it.
fn number(text: &str) -> Result<String, Error> {
    let id = text.to_ascii_uppercase();
    let digits = id.strip_prefix("EV-").unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::question(format!(
            "{text:?} is no number of evidence, such as EV-000001"
        )));
    }
    Ok(id)
}
