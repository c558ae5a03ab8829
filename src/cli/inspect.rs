//! `inspect`: a first look at logs, minutes after they arrive.

use std::path::Path;
use std::sync::atomic::AtomicU64;

use crate::case::{Case, when};
use crate::error::Error;
use crate::examine::plan::ReadingOptions;
use crate::examine::survey::{self, Depth};
use crate::examine::{Plan, Question};
use crate::record::{Instant, WallClock};
use crate::report::inspect::{self, Look};
use crate::report::page::{Page, shell};
use crate::verdict::triage;

use super::args::Inspect;
use super::exit::Exit;
use super::plan::{Surroundings, colored, width, zone};
use super::{complain, print, progress};

/// Takes a first look.
///
/// # Errors
/// When the question cannot be understood, or there is nothing to read.
pub fn run(args: &Inspect, around: &Surroundings) -> Result<Exit, Error> {
    let wall = zone(&args.reading)?;
    let window = window(args, wall)?;
    let now = match &args.now {
        Some(text) => bound("--now", text, wall, false)?,
        None => clock(),
    };
    let format = args.reading.format.clone();
    let reading = ReadingOptions { format, zone: wall, ..ReadingOptions::default() };
    let mut question = Question::new(Case::default(), reading)?;
    question.configure(Path::new(""), &args.config);
    let unread: Vec<&String> = unread(&question).collect();
    let is_misread = !unread.is_empty();
    if args.inputs.is_empty() && unread.len() == args.config.len() {
        unread.into_iter().for_each(|problem| complain(problem));
        return Ok(Exit::Fault);
    }
    let depth = if args.full { Depth::Full } else { Depth::Sampled };
    let plan = match args.inputs.is_empty() {
        // A configuration tells something without a log.
        true => Plan::default(),
        false => survey::plan(&question, &args.inputs, Path::new(""), depth)?,
    };

    // Nothing is written that could be left half done. Where no handler can be
    // set, an interrupt ends the program all the same.
    let _ = ctrlc::set_handler(|| std::process::exit(i32::from(Exit::Interrupted as u8)));
    let total = plan.sources.iter().map(|source| source.found.length).sum();
    let read = AtomicU64::new(0);
    // A sample is over before a bar is worth showing.
    let show = args.full && around.err_is_terminal && !args.json;
    let seen =
        progress::watch(show, total, &read, || survey::survey(&question, &plan, depth, &read));
    let triage = triage::triage(&question, &plan, &seen, window, now);
    let look = Look { question: &question, plan: &plan, survey: &seen, triage: &triage };
    if args.json {
        print(|out| inspect::json(&look, out))?;
        let unreadable = seen.sources.iter().flat_map(|source| &source.unreadable);
        plan.problems.iter().chain(unreadable).chain(unread).for_each(|problem| complain(problem));
    } else {
        let page = Page {
            width: width(around),
            color: colored(args.color, around),
            folder: None,
            identity: None,
            retry: suggest(&args.inputs, &args.config),
        };
        let text = inspect::text(&look, &page);
        print(|out| out.write_all(text.as_bytes()))?;
    }
    let is_faulty = is_misread || !plan.problems.is_empty() || seen.is_faulty();
    Ok(if is_faulty { Exit::Fault } else { Exit::Done })
}

/// Why configurations could not be read, of those that could not.
pub(super) fn unread(question: &Question) -> impl Iterator<Item = &String> {
    question.configured.iter().filter_map(|configured| configured.read.as_ref().err())
}

/// The time by the clock of this machine.
pub(super) fn clock() -> Instant {
    Instant::at(chrono::Utc::now().timestamp())
}

/// The window that is asked about.
fn window(args: &Inspect, wall: Option<WallClock>) -> Result<Option<(Instant, Instant)>, Error> {
    let (Some(from), Some(to)) = (&args.from, &args.to) else { return Ok(None) };
    let (from, to) = (bound("--from", from, wall, false)?, bound("--to", to, wall, true)?);
    if from >= to {
        return Err(Error::question(format!(
            "the window of --from and --to ends at {to}, before or where it begins ({from})"
        )));
    }
    Ok(Some((from, to)))
}

fn bound(flag: &str, text: &str, wall: Option<WallClock>, end: bool) -> Result<Instant, Error> {
    when::parse_bound(text, wall, end).map_err(|error| Error::question(format!("{flag}: {error}")))
}

/// The command that writes a case file with what was seen.
fn suggest(inputs: &[String], config: &[String]) -> String {
    let config = config.iter().map(|file| format!("--config {}", shell(file)));
    let words: Vec<String> = config.chain(inputs.iter().map(|input| shell(input))).collect();
    format!("whofetched new-case {} > case.toml", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_in_order_and_has_a_zone() {
        let check = |from: &str, to: &str, expected: Result<(i64, i64), &str>| {
            let args = Inspect {
                from: Some(from.to_owned()),
                to: Some(to.to_owned()),
                ..Inspect::default()
            };
            match (window(&args, None), expected) {
                (Ok(Some((from, to))), Ok(seconds)) => {
                    assert_eq!((from.seconds, to.seconds), seconds)
                }
                (Err(error), Err(part)) => {
                    assert!(error.to_string().contains(part), "{error}")
                }
                (found, _) => panic!("{found:?}"),
            }
        };
        check("1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z", Ok((0, 86_400)));
        check("1970-01-02T00:00:00Z", "1970-01-01T00:00:00Z", Err("--from and --to"));
        check("1970-01-01", "1970-01-02T00:00:00Z", Err("--from: "));
    }

    #[test]
    fn the_next_command_can_be_typed() {
        let inputs = ["a b.log".to_owned(), "logs/".to_owned()];
        assert_eq!(suggest(&inputs, &[]), "whofetched new-case 'a b.log' logs/ > case.toml");
        assert_eq!(
            suggest(&inputs[1..], &inputs[..1]),
            "whofetched new-case --config 'a b.log' logs/ > case.toml"
        );
    }
}
