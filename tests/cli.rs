//! The command line as scripts and people rely on it: statuses, refusals,
//! what is printed where, and what is written.

mod program;

#[path = "cli/commands.rs"]
mod commands;
#[path = "cli/directives.rs"]
mod directives;
#[path = "cli/help.rs"]
mod help;
#[path = "cli/written.rs"]
mod written;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use program::{Ran, finish, line, program, run_in};
use tempfile::TempDir;

/// A folder with a log of a few hits, and other requests before and behind.
fn place() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let log = [
        line("192.0.2.1", 0, "/", 200, 5),
        line("192.0.2.7", 600, "/exports/a.csv", 200, 40_000),
        line("192.0.2.8", 601, "/exports/b.csv", 403, 100),
        line("192.0.2.1", 1439, "/", 200, 5),
    ];
    fs::write(folder.path().join("access.log"), log.concat()).unwrap();
    folder
}

const FROM: &str = "2024-03-05T09:00:00Z";
const TO: &str = "2024-03-05T12:00:00Z";

/// A scan with quick flags in a folder, `more` behind them.
#[track_caller]
fn scan(folder: &Path, more: &[&str]) -> Ran {
    let args = ["scan", "-p", "/exports", "--from", FROM, "--to", TO, "access.log"];
    run_in(folder, &[&args[..], more].concat())
}

/// A command is refused with a sentence that holds all parts, and prints
/// nothing else.
#[track_caller]
fn refused(folder: &Path, args: &[&str], parts: &[&str]) {
    let ran = run_in(folder, args).ended(2);
    assert_eq!(ran.out(), "", "{args:?}");
    for part in parts {
        assert!(ran.err().contains(part), "{args:?}: no {part:?} in {}", ran.err());
    }
}

/// A case file about one exposure, with its window and more.
fn case(window: &str, more: &str) -> String {
    format!("[[exposure]]\nname = \"x\"\ntargets = [\"/exports\"]\nwindows = [{window}]\n{more}")
}

#[test]
fn a_completed_scan_is_a_success_whatever_it_found() {
    let place = place();
    let ran = scan(place.path(), &[]).ended(0);
    assert_eq!(ran.err(), "");
    assert!(ran.out().contains("Verdict A: "), "{}", ran.out());
    // Lines that cannot be read are data.
    fs::write(place.path().join("access.log"), "no log\n\n\u{1}\n").unwrap();
    scan(place.path(), &[]).ended(0);
}

#[test]
fn a_verdict_is_a_status_only_where_that_is_wanted() {
    let status = |lines: &[String], status: i32| {
        let folder = tempfile::tempdir().unwrap();
        let ends = [line("192.0.2.1", 0, "/", 200, 5), line("192.0.2.1", 1439, "/", 200, 5)];
        let log = [ends[0].clone(), lines.concat(), ends[1].clone()].concat();
        fs::write(folder.path().join("access.log"), log).unwrap();
        scan(folder.path(), &["--exit-code", "--quiet"]).ended(status);
        scan(folder.path(), &["--quiet"]).ended(0);
    };
    status(&[line("192.0.2.7", 600, "/exports/a.csv", 200, 9)], 10);
    // Named only after two decodings: at most B1.
    status(&[line("192.0.2.7", 600, "/%2565xports/a.csv", 200, 9)], 11);
    status(&[line("192.0.2.7", 600, "/exports/a.csv", 404, 9)], 13);
    status(&[], 13);
}

#[test]
fn a_fault_of_the_inputs_is_a_status_of_its_own() {
    let place = place();
    let ran = scan(place.path(), &["gone.log"]).ended(1);
    assert!(ran.out().contains("gone.log does not exist"), "{}", ran.out());
    let ran = scan(place.path(), &["gone.log", "--json"]).ended(1);
    assert_eq!(ran.json()["problems"][0], "gone.log does not exist");
    assert_eq!(ran.err(), "whofetched: gone.log does not exist\n");
    let ran = scan(place.path(), &["gone.log", "--quiet"]).ended(1);
    assert_eq!((ran.out(), ran.err()), ("", "whofetched: gone.log does not exist\n"));
    // The verdict is the status where that was wanted; the fault is told.
    scan(place.path(), &["gone.log", "--quiet", "--exit-code"]).ended(10);
    // Nothing at all to read.
    let args = ["scan", "-p", "/exports", "gone.log", "nor-this.log"];
    let ran = run_in(place.path(), &args).ended(1);
    assert!(ran.err().contains("gone.log does not exist; nor-this.log does not exist"));
    run_in(place.path(), &["explain", "gone.log"]).ended(1);
    run_in(place.path(), &["new-case", "gone.log"]).ended(1);
}

#[test]
fn what_is_no_command_is_refused() {
    let place = place();
    let refused = |args: &[&str], part: &str| refused(place.path(), args, &[part]);
    refused(&[], "Usage");
    refused(&["scam"], "scan");
    refused(&["scan"], "nothing is asked for");
    refused(&["scan", "access.log"], "nothing is asked for");
    refused(&["scan", "-p", "/x", "access.log", "--thread", "2"], "--threads");
    refused(&["scan", "-p", "/x", "access.log", "--threads", "0"], "--threads");
    refused(&["scan", "-p", "/x", "access.log", "--color", "blue"], "always");
    refused(&["scan", "-p", "/x", "access.log", "--format", "combimed"], "combined");
    refused(&["scan", "-p", "/x", "access.log", "--known", "x"], "NAME=NETWORK");
    refused(&["scan", "-p", "/x", "access.log", "--known", "x=1.2.3.0/33"], "1.2.3.0/33");
    refused(&["scan", "-p", "/x", "access.log", "--trust-proxy", "x"], "--trust-proxy");
    refused(&["scan", "-p", "/x"], "there is no log to read");
    refused(&["scan", "none.toml"], "none.toml");
}

#[test]
fn a_case_that_cannot_be_understood_is_refused_with_its_place() {
    let place = place();
    let refused = |text: &str, parts: &[&str]| {
        fs::write(place.path().join("case.toml"), text).unwrap();
        refused(place.path(), &["scan", "case.toml", "access.log"], parts);
    };
    let window = format!("{{ from = \"{FROM}\", to = \"{TO}\" }}");
    let turned = format!("{{ from = \"{TO}\", to = \"{FROM}\" }}");
    refused("[case]\ntitel = \"x\"\n", &["case.toml, line 2", "titel", "did you mean \"title\"?"]);
    refused(&case(&window, "kinds = \"files\"\n"), &["line 5", "did you mean \"kind\"?"]);
    refused(&case(&window, "[[partys]]\nname = \"x\"\n"), &["did you mean \"party\"?"]);
    refused(&case(&turned, ""), &["case.toml, line 4", "ends before it begins"]);
    refused(
        &case("{ from = \"2024-03-05T09:00:00\" }", ""),
        &["2024-03-05T09:00:00Z", "2024-03-05T09:00:00+02:00", "input_zone"],
    );
    refused(&case(&window, "kind = \"filez\"\n"), &["line 5", "filez", "files"]);
    refused("[[exposure]]\ntargets = [\"exports\"]\n", &["line 2", "begins with \"/\""]);
    refused("[[exposure]]\ntargets = [\"/a?id=1\"]\n", &["query:(^|&)id="]);
    refused("[case]\n", &["no [[exposure]]"]);
    refused("= [\n", &["case.toml, line 1"]);
    fs::write(place.path().join("case.toml"), b"\xff").unwrap();
    let args = ["scan", "case.toml", "access.log"];
    let ran = run_in(place.path(), &args).ended(2);
    assert!(ran.err().contains("not UTF-8"), "{}", ran.err());
}

#[test]
fn times_and_patterns_are_refused_with_what_to_write() {
    let place = place();
    let refused = |args: &[&str], parts: &[&str]| {
        let args = [&["scan", "access.log"][..], args].concat();
        refused(place.path(), &args, parts);
    };
    let both = ["2024-03-05T00:00:00Z", "2024-03-05T00:00:00+02:00", "--zone"];
    refused(&["-p", "/x", "--from", "2024-03-05"], &both);
    refused(&["-p", "/x", "--to", "2024-03-05T00:00:00"], &both);
    refused(&["-p", "/x", "--from", "5 March"], &["--from", "is not a time"]);
    refused(&["-p", "/x", "--from", TO, "--to", FROM], &["ends before it begins"]);
    refused(&["-p", "/x", "--from", TO, "--to", TO], &["holds no instant"]);
    refused(&["-p", "/a?id=1"], &["/a query:(^|&)id=", "%3F"]);
    refused(&["-p", "exports/"], &["begins with \"/\"", "re:"]);
    refused(&["-p", "re:("], &["regular expression \"(\""]);
    refused(&["-p", ""], &["pattern"]);
    // With a clock a day is all of it.
    let day = ["--from", "2024-03-05", "--to", "2024-03-05", "--zone", "Europe/Paris", "--json"];
    let args = [&["scan", "access.log", "-p", "/exports"][..], &day].concat();
    let report = run_in(place.path(), &args).ended(0).json();
    let window = &report["case"]["exposures"][0]["windows"][0];
    assert_eq!(
        (&window["from"], &window["to"]),
        (&"2024-03-04T23:00:00Z".into(), &"2024-03-05T23:00:00Z".into())
    );
}

#[test]
fn json_is_alone_on_standard_output() {
    let place = place();
    let ran = scan(place.path(), &["--json"]).ended(0);
    assert_eq!(ran.json()["schema"], "whofetched-report/1");
    assert_eq!(ran.err(), "");
    let keys = [
        "schema",
        "level",
        "tool",
        "case",
        "verdict",
        "actors",
        "actors_left_out",
        "evidence",
        "evidence_left_out",
        "inputs",
        "unread",
        "unread_left_out",
        "coverage",
        "checks",
    ];
    let places = keys.map(|key| ran.out().find(&format!("\n \"{key}\":")));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
    assert_eq!(scan(place.path(), &["--json", "--quiet"]).ended(0).out, ran.out);
    let quiet = scan(place.path(), &["--quiet"]).ended(0);
    assert_eq!((quiet.out(), quiet.err()), ("", ""));
}

#[test]
fn a_reader_that_has_read_enough_is_no_fault() {
    let place = place();
    let many = line("192.0.2.7", 600, "/exports/a.csv", 200, 9).repeat(5_000);
    fs::write(place.path().join("access.log"), many).unwrap();
    for args in [
        &["scan", "-p", "/exports", "access.log"][..],
        &["scan", "-p", "/exports", "access.log", "--json"],
        &["trail", "192.0.2.7", "access.log"],
        &["explain", "access.log"],
        &["explain", "access.log", "--json"],
        &["formats"],
        &["new-case"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = program();
        command.current_dir(place.path()).args(args).stdout(Stdio::from(writer));
        let ran = finish(&mut command, b"");
        assert_eq!((ran.status, ran.err()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_is_a_fault() {
    let place = place();
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        // Not every system has one.
        return;
    };
    for args in [&["scan", "-p", "/exports", "access.log", "--json"][..], &["formats"], &["--help"]]
    {
        let mut command = program();
        command.current_dir(place.path()).args(args).stdout(Stdio::from(full.try_clone().unwrap()));
        let ran = finish(&mut command, b"").ended(1);
        assert!(ran.err().contains("standard output") || args == ["--help"], "{}", ran.err());
    }
}

#[test]
fn colours_are_for_who_wants_them() {
    let place = place();
    fs::write(
        place.path().join("case.toml"),
        format!(
            "[case]\ntitle = \"A title\"\n{}",
            case(&format!("{{ from = \"{FROM}\", to = \"{TO}\" }}"), "")
        ),
    )
    .unwrap();
    let coloured = |more: &[&str], no_color: &str| {
        let mut command = program();
        command.current_dir(place.path()).args(["scan", "case.toml", "access.log"]).args(more);
        let ran = finish(command.env("NO_COLOR", no_color), b"").ended(0);
        // Whatever is escaped for the eye is not ours.
        assert!(!ran.out().contains("\\x1B"), "{}", ran.out());
        ran.out().contains('\x1b')
    };
    assert!(!coloured(&[], ""), "standard output is no terminal");
    assert!(coloured(&["--color", "always"], ""));
    assert!(coloured(&["--color", "always"], "1"), "what was typed stands before the environment");
    assert!(!coloured(&["--color", "never"], ""));
    assert!(!coloured(&["--color", "always", "--json"], ""));
    let ran = run_in(place.path(), &["scan", "case.toml", "access.log", "--color", "always"]);
    // The answer is the first line, and the title stands out below it.
    assert!(ran.out().starts_with("\x1b[1;31mVerdict A: \x1b[0m"), "{}", ran.out());
    assert!(ran.out().contains("\n\x1b[1mA title\x1b[0m\n"), "{}", ran.out());
}

#[test]
fn a_terminal_gets_colours_unless_it_is_told_not_to() {
    let place = place();
    let coloured = |variable: &str| {
        let command =
            format!("{variable} {} scan -p /exports access.log", env!("CARGO_BIN_EXE_whofetched"));
        let mut script = std::process::Command::new("script");
        script.args(["-qec", &command, "/dev/null"]).current_dir(place.path());
        script
            .env_clear()
            .env("TERM", "xterm")
            .env("PATH", "/usr/bin:/bin")
            .env("SHELL", "/bin/sh");
        script.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Only where the system can make a terminal for us.
        let ran = script.output().ok().filter(|ran| ran.status.success())?;
        Some(String::from_utf8(ran.stdout).unwrap().contains("\x1b[1;31mVerdict A: "))
    };
    for (variable, expected) in [("", true), ("NO_COLOR=1", false), ("TERM=dumb", false)] {
        assert!(coloured(variable).is_none_or(|found| found == expected), "{variable}");
    }
}
