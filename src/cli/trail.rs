//! `trail`: everything that a client did, in order of time.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use ipnetwork::IpNetwork;

use crate::case::list::ranges::Ranges;
use crate::case::when::parse_bound;
use crate::case::{self, Case, Party};
use crate::error::Error;
use crate::examine::plan::ReadingOptions;
use crate::examine::stream::{self, Pace};
use crate::examine::trail::Wanted;
use crate::examine::{self, Question};
use crate::record::Client;
use crate::report::page::Page;
use crate::report::trail::{self as told, Told};
use crate::report::{inputs, safe};
use crate::verdict::{behaviour, place};

use super::args::Trail;
use super::exit::Exit;
use super::plan::{Surroundings, WIDTH, from_file, networks, unreadable_question, zone};
use super::scan::stop_on_interrupt;
use super::{complain, print, progress};

/// How many requests are listed where nobody says.
const LIMIT: usize = 1000;

/// Follows clients.
///
/// # Errors
/// When the question cannot be understood, the run was stopped, or the output
/// cannot be written.
pub fn run(args: &Trail, around: &Surroundings) -> Result<Exit, Error> {
    let meant = meant(args)?;
    let sheet = args.out.as_deref().map(|path| Ok((path, new_file(path)?))).transpose()?;
    let reading = ReadingOptions {
        format: args.reading.format.clone(),
        zone: zone(&args.reading)?,
        no_fast_path: args.no_fast_path,
        // Nothing that a trail says rests on them.
        no_hash: true,
    };
    let question = Question::new(meant.case, reading)?;
    let plan = examine::plan::plan(&question, &meant.inputs, &meant.base)?;
    let read = AtomicU64::new(0);
    let stop = stop_on_interrupt();
    let files = plan.sources.iter().filter(|source| source.found.member.is_none());
    let total = files.map(|source| source.found.length).sum();
    let threads = args.threads.map_or(around.cores, usize::from);
    let pace = Pace::new(threads, &read, &stop);
    let show = around.err_is_terminal && !args.json && !args.quiet;
    let examined = progress::watch(show, total, &read, || {
        stream::follow(&question, &plan, meant.wanted.clone(), pace)
    })?;
    let (judged, masks) = place::judge_hits(&question, &plan, &examined)
        .map_err(|error| Error::io("the spool of hits", error))?;
    let noticed = behaviour::noticed(&question, &plan, &examined, (&judged, &masks), &meant.wanted)
        .map_err(|error| Error::io("the spool of hits", error))?;
    let told = Told {
        who: &meant.who,
        wanted: &meant.wanted,
        question: &question,
        plan: &plan,
        examined: &examined,
        judged: &judged,
        noticed: &noticed,
    };
    if let Some((path, file)) = sheet {
        let mut into = BufWriter::new(file);
        let written = told::sheet(&told, &mut into).and_then(|()| into.flush());
        written.map_err(|error| Error::io(path, error))?;
    }
    if args.json {
        print(|into| told::json(&told, into))?;
    } else {
        let page = Page {
            width: around.width.unwrap_or(WIDTH),
            color: around.out_is_terminal && !around.no_color,
            folder: None,
            identity: None,
            retry: String::new(),
        };
        let list = args.out.as_deref().map(safe::path);
        let summary = told::summary(&told, &page, list.as_deref());
        print(|into| {
            if list.is_none() {
                told::text(&told, into)?;
            }
            into.write_all(summary.as_bytes())
        })?;
    }
    plan.problems.iter().for_each(|problem| complain(problem));
    let mut is_faulty = !plan.problems.is_empty();
    for (planned, source) in plan.sources.iter().zip(&examined.sources) {
        if inputs::is_faulty(planned, source) {
            is_faulty = true;
            let name = safe::terminal(&planned.found.name_bytes());
            let problems = inputs::problems(planned, source);
            problems.iter().for_each(|problem| complain(&format!("{name}: {problem}")));
        }
    }
    Ok(if is_faulty { Exit::Fault } else { Exit::Done })
}

/// What was meant.
#[derive(Debug)]
struct Meant {
    who: Vec<String>,
    wanted: Wanted,
    case: Case,
    base: PathBuf,
    inputs: Vec<String>,
}

/// Takes the words apart: clients first, then a case file, then logs.
fn meant(args: &Trail) -> Result<Meant, Error> {
    let zone = zone(&args.reading)?;
    let clients = args.words.iter().take_while(|word| is_client(word)).count();
    let (who, rest) = args.words.split_at(clients);
    if who.is_empty() {
        let found = rest.first().map_or_else(String::new, |word| format!(", not \"{word}\""));
        return Err(Error::question(format!(
            "whose trail? begin with an address, a network, name:HOST or party:NAME{found}"
        )));
    }
    let case_file = rest.first().filter(|word| word.ends_with(".toml"));
    if let Some(file) = case_file.filter(|_| !args.paths.is_empty()) {
        return Err(Error::question(format!(
            "--path and the case file {file} both say what was exposed; give one of them"
        )));
    }
    let (case, inputs) = match case_file {
        Some(file) => (from_file(Path::new(file), zone, &args.trust)?, &rest[1..]),
        None if !args.paths.is_empty() => {
            let quick =
                case::load::quick(&args.paths, None, None, None, None, &[], &args.trust, zone);
            (quick.map_err(unreadable_question)?, rest)
        }
        None => (unasked(&args.trust)?, rest),
    };
    if case_file.is_none() && inputs.is_empty() {
        return Err(Error::question(
            "there is no log to read: name files, folders or globs behind the clients, or a case file whose servers have `logs`",
        ));
    }
    let bound = |flag: &str, text: &Option<String>, end| {
        let text = text.as_deref();
        let zone = zone.or(case.input_zone);
        text.map(|text| parse_bound(text, zone, end))
            .transpose()
            .map_err(|error| Error::question(format!("{flag}: {error}")))
    };
    let (from, to) = (bound("--from", &args.from, false)?, bound("--to", &args.to, true)?);
    if from.zip(to).is_some_and(|(from, to)| from >= to) {
        return Err(Error::question("--to is not behind --from: no request can lie between"));
    }
    let limit = args.limit.map_or(LIMIT, |limit| limit as usize);
    let mut wanted = Wanted::new(from, to, limit);
    for word in who {
        want(&mut wanted, word, &case)?;
    }
    let base = case_file.and_then(|file| Path::new(file).parent()).unwrap_or(Path::new(""));
    Ok(Meant { who: who.to_vec(), wanted, base: base.to_owned(), inputs: inputs.to_vec(), case })
}

/// A case that asks for nothing but believes some proxies.
fn unasked(trust: &[String]) -> Result<Case, Error> {
    let trusted_proxies = networks("--trust-proxy", trust)?;
    let name = examine::plan::UNNAMED.to_owned();
    let server = case::Server { name, trusted_proxies, ..case::Server::default() };
    Ok(Case { servers: vec![server], ..Case::default() })
}

/// The ways to name a client that is no address.
const NAME: &str = "name:";
const PARTY: &str = "party:";

fn is_client(word: &str) -> bool {
    word.starts_with(NAME) || word.starts_with(PARTY) || ends(word).is_some()
}

/// The first and last address of an address or a network.
fn ends(word: &str) -> Option<(IpAddr, IpAddr)> {
    if let Client::Ip(ip) = Client::read(word.as_bytes()) {
        return Some((ip, ip));
    }
    let network: IpNetwork = word.parse().ok()?;
    Some((network.network(), network.broadcast()))
}

fn want(wanted: &mut Wanted, word: &str, case: &Case) -> Result<(), Error> {
    if let Some(name) = word.strip_prefix(NAME).filter(|name| !name.is_empty()) {
        wanted.add_name(name.as_bytes());
        return Ok(());
    }
    if let Some((first, last)) = ends(word) {
        wanted.add_range(first, last);
        return Ok(());
    }
    let name = word.strip_prefix(PARTY).unwrap_or_default();
    let Some(party) = case.parties.iter().find(|party| party.name == name) else {
        let names: Vec<&str> = case.parties.iter().map(|party| party.name.as_str()).collect();
        return Err(Error::question(match names.as_slice() {
            [] => format!("{word}: no party is declared; give a case file with [[party]]"),
            names => format!("there is no party \"{name}\"; the case has {}", names.join(", ")),
        }));
    };
    want_party(wanted, party)
}

fn want_party(wanted: &mut Wanted, party: &Party) -> Result<(), Error> {
    let stated = party.networks.iter().map(|network| (network.network(), network.broadcast()));
    let mut ranges: Vec<(IpAddr, IpAddr)> = stated.collect();
    for list in &party.lists {
        let Some(listed) = list.ranges() else {
            return Err(Error::question(format!(
                "the networks of \"{}\" are in the database {}, which cannot be walked; name the networks",
                party.name, list.file
            )));
        };
        ranges.extend(Ranges::each(listed).map(|range| (range.first, range.last)));
    }
    if ranges.is_empty() {
        return Err(Error::question(format!(
            "the party \"{}\" has no networks in the case, so nothing can be told to be its own",
            party.name
        )));
    }
    wanted.add_ranges(ranges);
    Ok(())
}

/// A file that was not there, for its owner alone: addresses are personal
/// data.
fn new_file(path: &Path) -> Result<std::fs::File, Error> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Error::question(format!(
            "{} is there already; name a new file, nothing is written over",
            safe::path(path)
        )),
        _ => Error::io(path, error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn words_are_taken_apart() {
        let words =
            strings(&["192.0.2.7", "2001:db8::/32", "name:a.example", "logs/", "192.0.2.8"]);
        let meant = meant(&Trail { words, ..Trail::default() }).unwrap();
        assert_eq!(meant.who, ["192.0.2.7", "2001:db8::/32", "name:a.example"]);
        // What stands behind a log is a log.
        assert_eq!(meant.inputs, ["logs/", "192.0.2.8"]);
        assert_eq!(meant.wanted.limit, 1000);
    }

    #[test]
    fn what_means_nothing_is_refused() {
        let check = |args: Trail, expected: &str| {
            let why = meant(&args).unwrap_err().to_string();
            assert!(why.contains(expected), "{why}");
        };
        let words = |words: &[&str]| Trail { words: strings(words), ..Trail::default() };
        check(words(&[]), "whose trail?");
        check(words(&["access.log"]), "not \"access.log\"");
        check(words(&["192.0.2.7"]), "no log to read");
        check(words(&["party:x", "a.log"]), "no party is declared");
        check(words(&["name:", "a.log"]), "no party is declared");
        check(words(&["192.0.2.7", "none.toml"]), "none.toml");
        let both = Trail { paths: strings(&["/x"]), ..words(&["192.0.2.7", "case.toml"]) };
        check(both, "both say what was exposed");
        let day = |text: &str| Some(text.to_owned());
        check(Trail { from: day("5 March"), ..words(&["192.0.2.7", "a.log"]) }, "--from: ");
        let turned = Trail {
            from: day("2024-03-05T00:00:00Z"),
            to: day("2024-03-04T00:00:00Z"),
            ..words(&["192.0.2.7", "a.log"])
        };
        check(turned, "--to is not behind --from");
    }
}
