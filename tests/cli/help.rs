//! What shells and `man` are told of the program.

use std::fs;

use super::program::{files, run, run_in};
use super::{place, refused};

/// Every command, as the help of the program lists them.
fn commands() -> Vec<String> {
    let help = run(&["--help"]).ended(0);
    let (_, list) = help.out().split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let first = |line: &str| line.strip_prefix("  ")?.split_once(' ').map(|(name, _)| name.into());
    let names: Vec<String> = list.lines().filter_map(first).collect();
    names.into_iter().filter(|name| !name.is_empty() && name != "help").collect()
}

#[test]
fn shells_are_told_every_command_and_flag() {
    let commands = commands();
    assert!(commands.len() >= 13, "{commands:?}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(&["completions", shell]).ended(0);
        assert_eq!(script.err(), "", "{shell}");
        for word in commands.iter().map(String::as_str).chain(["trust-proxy", "export"]) {
            assert!(script.out().contains(word), "{shell} does not know {word}");
        }
        assert_eq!(run(&["completions", shell]).out, script.out, "{shell}");
    }
    refused(place().path(), &["completions", "tcsh"], &["tcsh", "bash", "zsh"]);
}

#[test]
fn bash_completes_a_command_and_a_flag() {
    let place = place();
    let script = run(&["completions", "bash"]).ended(0);
    fs::write(place.path().join("completions"), script.out()).unwrap();
    let completed = |words: &str| {
        let ask = format!(
            ". ./completions; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _whofetched whofetched \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; \
             echo \"${{COMPREPLY[@]}}\""
        );
        let mut bash = std::process::Command::new("bash");
        let bash = bash.args(["--norc", "-c", &ask]).current_dir(place.path());
        String::from_utf8(bash.output().unwrap().stdout).unwrap()
    };
    assert_eq!(completed("whofetched insp"), "inspect\n");
    assert_eq!(completed("whofetched scan --trust"), "--trust-proxy\n");
    assert_eq!(completed("whofetched scan --level p"), "public\n");
}

#[test]
fn every_command_has_a_manual_page() {
    let place = place();
    run_in(place.path(), &["man", "--out", "man/man1"]).ended(0);
    let pages = files(&place.path().join("man/man1"));
    let mut names: Vec<String> =
        commands().iter().map(|command| format!("whofetched-{command}.1")).collect();
    names.push("whofetched.1".to_owned());
    names.sort();
    assert_eq!(pages.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(), names);
    for (name, page) in &pages {
        let text = std::str::from_utf8(page).unwrap();
        for part in [".TH whofetched", ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION"] {
            assert!(text.contains(part), "{name}: no {part}");
        }
        let command = name.trim_end_matches(".1").strip_prefix("whofetched-");
        let args: Vec<&str> = ["man"].into_iter().chain(command).collect();
        assert_eq!(&run(&args).ended(0).out, page, "{name}");
    }
    // Those of another version are replaced.
    let path = place.path().join("man/man1/whofetched.1");
    fs::write(&path, "older").unwrap();
    run_in(place.path(), &["man", "--out", "man/man1"]).ended(0);
    assert_eq!(files(&place.path().join("man/man1")), pages);
    refused(place.path(), &["man", "fetch"], &["no command \"fetch\""]);
    run_in(place.path(), &["man", "--out", "access.log"]).ended(1);
}
