//! What is refused: there is no report, the status is 2, and the message says
//! what is wrong.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use super::logs::every_kind;
use super::machines::{Machines, QUICK};
use crate::program::{Ran, run_in, run_on};

fn planned() -> (Machines, Vec<String>) {
    let machines = Machines::plan(&every_kind(3)[5..6], "4K", &[]);
    assert!(machines.splits > 3);
    let partials = (0..machines.splits).map(|split| machines.map([split], &[])).collect();
    (machines, partials)
}

#[track_caller]
fn refused(ran: Ran, why: &str) {
    let ran = ran.ended(2);
    assert!(ran.out.is_empty());
    assert!(ran.err().contains(why), "{}", ran.err());
}

#[test]
fn partials_that_do_not_make_a_whole() {
    let (machines, mut partials) = planned();
    machines.reduce(&partials, &["--json"]).ended(0);
    let last = partials.pop().unwrap();
    refused(machines.reduce(&partials, &["--json"]), "no partial holds split");
    partials.extend([last.clone(), last]);
    refused(machines.reduce(&partials, &["--json"]), "which is doubled");
    refused(machines.reduce(&["none.part".to_owned()], &["--json"]), "none.part");

    // Cut otherwise, the same logs are another plan; asked otherwise, another case.
    let as_planned = fs::read(machines.path("plan.ndjson")).unwrap();
    let again = |size: &str, more: &[&str]| {
        let args = [&["plan", "--split-size", size], &QUICK as &[&str], more].concat();
        run_in(machines.folder.path(), &args).ended(0).out
    };
    fs::write(machines.path("plan.ndjson"), again("5K", &[])).unwrap();
    refused(machines.reduce(&partials, &["--json"]), "is a partial of another plan");
    fs::write(machines.path("plan.ndjson"), again("4K", &["--known", "A=192.0.2.7"])).unwrap();
    refused(machines.reduce(&partials, &["--json"]), "is a partial of another case");
    fs::write(machines.path("plan.ndjson"), as_planned).unwrap();
}

#[test]
fn partials_that_are_not_what_was_written() {
    let (machines, partials) = planned();
    let path = machines.path(&partials[1]);
    let bytes = fs::read(&path).unwrap();
    let with = |bytes: &[u8], why: &str| {
        fs::write(&path, bytes).unwrap();
        refused(machines.reduce(&partials, &["--json"]), why);
    };
    with(b"", "is empty");
    with(&bytes[..bytes.len() - 1], "is cut off");
    with(&bytes[..40], "is no partial");
    let mut altered = bytes.clone();
    *altered.last_mut().unwrap() ^= 1;
    with(&altered, "was altered");
    let version = format!("\"whofetched {}\"", env!("CARGO_PKG_VERSION"));
    let at = bytes.windows(version.len()).position(|part| part == version.as_bytes()).unwrap();
    let other = [&bytes[..at], b"\"whofetched 9.9\"", &bytes[at + version.len()..]].concat();
    with(&other, "map and reduce with one version");
    with(b"192.0.2.7 - - [05/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n", "is no partial");
}

#[test]
fn plans_that_are_not_what_was_written() {
    let (machines, partials) = planned();
    let text = fs::read_to_string(machines.path("plan.ndjson")).unwrap();
    let with = |text: &str, why: &str| {
        fs::write(machines.path("plan.ndjson"), text).unwrap();
        refused(machines.reduce(&partials, &["--json"]), why);
        let map = ["map", "--plan", "plan.ndjson", "--split", "0"];
        refused(run_in(machines.folder.path(), &map), why);
    };
    with(&text.replace("\"start\":4096,", "\"start\":4095,"), "an overlap at byte 4096");
    with(&text.replace("\"start\":4096,", "\"start\":4097,"), "a gap at byte 4096");
    let lines: Vec<&str> = text.lines().collect();
    with(&lines[..lines.len() - 1].join("\n"), "was altered");
    with("x", "is no plan");
    with(&text.replacen("\"tool\":\"whofetched ", "\"tool\":\"whofetched 9", 1), "another version");
    // With one more space it is another plan, though it says the same.
    fs::write(machines.path("plan.ndjson"), text + "\n").unwrap();
    refused(machines.reduce(&partials, &["--json"]), "of another plan");
}

#[test]
fn sources_that_changed_since_the_plan() {
    let (machines, partials) = planned();
    let path = machines.path("logs/plain.log");
    let bytes = fs::read(&path).unwrap();
    let changed = |why: &str| {
        let map = ["map", "--plan", "plan.ndjson", "--split", "1"];
        refused(run_in(machines.folder.path(), &map), why);
        // What is asked again is read again.
        refused(machines.reduce(&partials, &["--json"]), why);
    };
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, [bytes.as_slice(), b"more\n"].concat()).unwrap();
    changed("changed since the plan was made: it had");
    fs::write(&path, &bytes).unwrap();
    changed("it was modified at");
    File::options().write(true).open(&path).unwrap().set_modified(written).unwrap();
    machines.reduce(&partials, &["--json"]).ended(0);
    let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    File::options().write(true).open(&path).unwrap().set_modified(far).unwrap();
    changed("it was modified at");
    fs::remove_file(&path).unwrap();
    changed("any more");
}

#[test]
fn questions_that_changed_since_the_plan() {
    let machines = Machines::plan(&every_kind(3)[5..6], "4K", &[]);
    let list = machines.path("list.csv");
    fs::write(&list, "path\n/exports/a.csv\n").unwrap();
    let plan = run_in(machines.folder.path(), &["plan", "--files", "list.csv", "logs"]).ended(0);
    fs::write(machines.path("plan.ndjson"), plan.out).unwrap();
    let map = ["map", "--plan", "plan.ndjson"];
    run_in(machines.folder.path(), &map).ended(0);
    fs::write(&list, "path\n/exports/b.csv\n").unwrap();
    refused(run_in(machines.folder.path(), &map), "is not what it was when the plan was made");
}

#[test]
fn asks_and_flags_that_mean_nothing() {
    let (machines, partials) = planned();
    let folder = machines.folder.path();
    let number = machines.splits.to_string();
    let map = |more: &[&str]| run_in(folder, &[&["map", "--plan", "plan.ndjson"], more].concat());
    refused(map(&["--split", &number]), "there is no split");
    refused(map(&["--ask", "plan.ndjson"]), "is no ask");
    refused(map(&["--ask", "none"]), "none");
    refused(run_in(folder, &["map", "--plan", "none"]), "none");
    let plan = [&["plan"], &QUICK[..6], &["-"]].concat();
    refused(run_on(b"x\n", &plan), "standard input cannot be planned");
    machines.reduce(&partials, &["--ask-to", "ask"]).ended(4);
    let other = Machines::plan(&every_kind(4)[5..6], "4K", &[]);
    fs::copy(machines.path("ask"), other.path("ask")).unwrap();
    let args = ["map", "--plan", "plan.ndjson", "--ask", "ask"];
    refused(run_in(other.folder.path(), &args), "is an ask of another plan");
    // Answers to another ask are answers to nothing.
    let text = fs::read_to_string(machines.path("ask")).unwrap();
    let at = text.find("\"what\":\"").unwrap() + 8;
    let mut bytes = text.into_bytes();
    bytes[at + 5] = if bytes[at + 5] == b'0' { b'1' } else { b'0' };
    fs::write(machines.path("altered"), bytes).unwrap();
    let args = ["map", "--plan", "plan.ndjson", "--ask", "altered"];
    let answered = run_in(folder, &args).ended(0);
    fs::write(machines.path("a.part"), answered.out).unwrap();
    let all = [partials, vec!["a.part".to_owned()]].concat();
    refused(machines.reduce(&all, &["--json"]), "answers an ask that is not the one");
}
