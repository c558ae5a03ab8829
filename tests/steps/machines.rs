//! The three steps as processes, as they run on many machines.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::logs::{Log, every_kind};
use crate::common::Numbers;
use crate::program::{Ran, files, finish, run, run_in};

/// What is asked of generated logs.
pub const QUICK: [&str; 7] =
    ["-p", "/exports", "--from", "2024-03-05T02:00:00Z", "--to", "2024-03-05T22:00:00Z", "logs"];

/// A folder with logs, a plan of them, and partials.
pub struct Machines {
    pub folder: tempfile::TempDir,
    /// How many splits the plan has.
    pub splits: usize,
}

impl Machines {
    /// Writes logs and plans them with splits of a size.
    pub fn plan(logs: &[Log], size: &str, more: &[&str]) -> Machines {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("logs")).unwrap();
        for (name, bytes) in logs {
            fs::write(folder.path().join("logs").join(name), bytes).unwrap();
        }
        let asked = [&QUICK, more].concat();
        Machines::asked(folder, &asked, size)
    }

    /// Plans what is asked in a folder.
    fn asked(folder: tempfile::TempDir, asked: &[&str], size: &str) -> Machines {
        let args = [&["plan", "--split-size", size], asked].concat();
        let plan = run_in(folder.path(), &args).ended(0);
        let splits = plan.lines().len() - 1;
        fs::write(folder.path().join("plan.ndjson"), &plan.out).unwrap();
        Machines { folder, splits }
    }

    /// Maps splits into a file of partials, and gives its name.
    pub fn map(&self, splits: impl IntoIterator<Item = usize>, more: &[&str]) -> String {
        let splits: Vec<String> = splits.into_iter().map(|split| split.to_string()).collect();
        let mut args = vec!["map", "--plan", "plan.ndjson"];
        splits.iter().for_each(|split| args.extend(["--split", split]));
        args.extend(more);
        let mapped = run_in(self.folder.path(), &args).ended(0);
        let name = format!("{}.part", files(self.folder.path()).len());
        fs::write(self.folder.path().join(&name), mapped.out).unwrap();
        name
    }

    /// Maps everything in some processes, the splits dealt out by chance.
    pub fn map_all(&self, processes: u64, numbers: &mut Numbers) -> Vec<String> {
        let mut hands = vec![Vec::new(); processes as usize];
        (0..self.splits).for_each(|split| hands[numbers.below(processes) as usize].push(split));
        let hands = hands.into_iter().filter(|hand| !hand.is_empty());
        hands.map(|hand| self.map(hand, &[])).collect()
    }

    pub fn reduce(&self, partials: &[String], more: &[&str]) -> Ran {
        let mut args = vec!["reduce", "--plan", "plan.ndjson"];
        args.extend(more);
        args.extend(partials.iter().map(String::as_str));
        run_in(self.folder.path(), &args)
    }

    /// Reduces, and maps what is asked for in processes of its own, until
    /// there is a report. Gives that and how often there was none.
    fn reduce_far(&self, mut partials: Vec<String>) -> (Ran, usize) {
        for round in 0..20 {
            let ran = self.reduce(&partials, &["--json", "--ask-to", "ask.ndjson"]);
            if ran.status != Some(4) {
                return (ran, round);
            }
            assert!(ran.out.is_empty() && ran.err().contains("are to be mapped again"), "{ran:?}");
            // Half of it by one process, half by another.
            let (one, two): (Vec<usize>, Vec<usize>) =
                (0..self.splits).partition(|split| split % 2 == 0);
            partials.push(self.map(one, &["--ask", "ask.ndjson"]));
            partials.push(self.map(two, &["--ask", "ask.ndjson"]));
        }
        panic!("something is wanted for ever")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[test]
fn every_story_is_told_the_same_by_three_processes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs");
    let mut stories: Vec<PathBuf> =
        fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    stories.retain(|story| story.join("case.toml").is_file());
    stories.sort();
    assert!(stories.len() > 10);
    for (number, story) in (1..).zip(stories) {
        let name = story.file_name().unwrap().to_str().unwrap();
        let case = format!("sample-logs/{name}/case.toml");
        let numbers = &mut Numbers::new(number);
        let size = (1 + numbers.below(60)) << 10;
        let plan = run(&["plan", &case, "--split-size", &size.to_string()]).ended(0);
        let splits = plan.lines().len() - 1;
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("plan.ndjson"), &plan.out).unwrap();
        // From any folder: the plan knows where it was made.
        let machines = Machines { folder, splits };
        let partials = machines.map_all(3, numbers);
        let reduced = machines.reduce(&partials, &["--json"]).ended(0);
        assert_eq!(reduced.err(), "", "{name}");
        let expected = fs::read_to_string(story.join("report.json")).unwrap();
        assert!(reduced.out() == expected, "{name} in {splits} splits of {size} bytes");
    }
}

#[test]
fn logs_of_every_kind_come_to_the_same_report() {
    for (seed, more) in [(21, &[] as &[&str]), (22, &["--no-hash"])] {
        let machines = Machines::plan(&every_kind(seed), "2K", more);
        let scan = [&["scan", "--json"], &QUICK as &[&str], more].concat();
        // One of the logs is damaged.
        let scanned = run_in(machines.folder.path(), &scan).ended(1);
        let partials = machines.map_all(4, &mut Numbers::new(seed));
        let near = machines.reduce(&partials, &["--json"]).ended(1);
        assert_eq!(near.out(), scanned.out());
        assert_eq!(near.err(), scanned.err());
        let (far, rounds) = machines.reduce_far(partials);
        assert_eq!(far.ended(1).out(), scanned.out());
        assert!(rounds >= 3, "{rounds}: headers, copies, clients");
    }
}

#[test]
fn a_folder_of_a_report_is_that_of_a_scan_but_for_the_run() {
    let machines = Machines::plan(&every_kind(31)[5..6], "4K", &[]);
    let scan = [&["scan", "--quiet", "--out", "scan"], &QUICK as &[&str]].concat();
    run_in(machines.folder.path(), &scan).ended(0);
    let partials = machines.map_all(2, &mut Numbers::new(1));
    let summary = machines.reduce(&partials, &["--out", "reduced"]).ended(0);
    assert!(summary.out().contains("verdict") || summary.out().contains("Verdict"));
    let of = |folder: &str| {
        let mut all = files(&machines.path(folder));
        all.retain(|(name, _)| name != "run.json");
        all
    };
    assert_eq!(of("reduced"), of("scan"));
    let run = |folder: &str| -> serde_json::Value {
        serde_json::from_slice(&fs::read(machines.path(folder).join("run.json")).unwrap()).unwrap()
    };
    let ledger = &run("reduced")["ledger"];
    assert_eq!(ledger["splits"], machines.splits);
    assert_eq!(ledger["partials"].as_array().map(Vec::len), Some(partials.len()));
    assert!(ledger["mapped_here"].as_u64() > Some(0));
    assert!(run("scan").get("ledger").is_none());
}

/// Every block of commands in the handbook is run as it stands, one behind the
/// other. The other machines are this one.
#[test]
fn the_handbook_can_be_typed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/scale.md")).unwrap();
    let machines = Machines::plan(&every_kind(41)[3..6], "1M", &[]);
    let folder = machines.folder.path();
    let case = "[[exposure]]\nname = \"exports\"\ntargets = [\"/exports\"]\n\
                windows = [{ from = 2024-03-05T02:00:00Z, to = 2024-03-05T22:00:00Z }]\n\
                [[server]]\nname = \"web\"\nlogs = [\"logs/*\"]\n";
    fs::write(folder.join("case.toml"), case).unwrap();
    let tools = folder.join("tools");
    fs::create_dir(&tools).unwrap();
    let here = Path::new(env!("CARGO_BIN_EXE_whofetched"));
    std::os::unix::fs::symlink(here, tools.join("whofetched")).unwrap();
    // What stands in for ssh runs the command here, in an empty folder, as ssh
    // does it at home.
    let ssh = "#!/bin/sh\nhost=\"$1\"; shift\necho \"$host\" >> \"$SSH_HOSTS\"\ncd / && exec sh -c \"$*\"\n";
    fs::write(tools.join("ssh"), ssh).unwrap();
    Command::new("chmod").arg("+x").arg(tools.join("ssh")).status().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", tools.display());
    let blocks: Vec<&str> = text.split("```sh\n").skip(1).collect();
    assert!(blocks.len() >= 3);
    for block in blocks {
        let commands = block.split("```").next().unwrap();
        let mut shell = Command::new("sh");
        shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        shell.current_dir(folder).env_clear();
        shell.env("PATH", &path).env("SSH_HOSTS", folder.join("hosts"));
        finish(shell.args(["-euc", commands]), b"").ended(0);
    }
    let scanned = run_in(folder, &["scan", "case.toml", "--json"]).ended(0);
    for report in ["report", "report-far"] {
        let reduced = fs::read(folder.join(report).join("report.json")).unwrap();
        assert!(reduced == scanned.out, "{report}");
    }
    let hosts = fs::read_to_string(folder.join("hosts")).unwrap();
    assert!(hosts.contains("one") && hosts.contains("two"), "{hosts}");
}
