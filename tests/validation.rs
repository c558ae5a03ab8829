//! How often each detector finds what it is for, and how often it accuses who
//! did nothing: behaviours generated from a seed, with their look-alikes, and
//! real logs. `BLESS=1 cargo test --test validation` rewrites the tables of
//! docs/validation.md; a rate below its floor fails whatever is written there.
//!
//! The real logs are in the folder that `WHOFETCHED_CORPUS` names; where it is
//! not set, their table is left as it is, and this says so.

mod common;
#[path = "validation/scenarios.rs"]
mod scenarios;
#[path = "validation/walk.rs"]
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Mutex, PoisonError};

use scenarios::Scenario;
use walk::Walk;
use whofetched::case::{Case, load};
use whofetched::detector::{DETECTORS, Finding, Weight};
use whofetched::examine::plan::{self, Question, ReadingOptions};
use whofetched::examine::stream::{self, Pace};
use whofetched::record::Client;
use whofetched::verdict;

/// How often each behaviour is run.
const RUNS: u64 = 20;

/// The same where each run is a scan of its own.
const ALONE: u64 = 10;

/// The least share of runs that is found, and of findings that are right, in
/// percent.
const FLOORS: (u64, u64) = (95, 98);

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/validation.md");

/// The case of a scene.
fn case(scene: &str, folder: &Path) -> Case {
    let exposure = |name: &str, kind: &str, rest: &str| {
        format!(
            "[[exposure]]\nname = \"{name}\"\nkind = \"{kind}\"\n{rest}\n\
             windows = [{{from = \"2024-03-01T00:00:00Z\", to = \"2024-04-01T00:00:00Z\"}}]\n"
        )
    };
    let text = match scene {
        "files" => exposure("folder", "files", "targets = [\"/exports\"]"),
        "api" => {
            let record = r#"targets = ["re:^/api/v1/patients/(?P<record>[0-9]+)"]"#;
            exposure("records", "api", record)
                + &exposure("own", "api", "targets = [\"/api/v1/mine\"]")
        }
        "links" => {
            let mut links = "path,created,expires\n".to_owned();
            for link in 0..40 {
                links.push_str(&format!(
                    "/s/old-{link}/download,2024-03-02T00:00:00Z,2024-03-09T00:00:00Z\n"
                ));
            }
            fs::write(folder.join("links.csv"), links).unwrap();
            exposure("links", "share-link", "files = \"links.csv\"")
                + &exposure("others", "share-link", "targets = ['re:^/s/[0-9a-ft]']")
        }
        "elastic" => exposure("cluster", "elasticsearch", "targets = [\"/\"]"),
        "s3" => exposure("bucket", "s3", "targets = [\"/bucket\"]"),
        "secret" => exposure("key", "secret", "targets = [\"/.env\"]"),
        "alone" => {
            exposure("key", "secret", "targets = [\"/.env\"]")
                + &exposure("folder", "files", "targets = [\"/exports\"]")
                + "[[event]]\nat = \"2024-03-13T00:00:00Z\"\nwhat = \"published\"\n"
        }
        other => panic!("no scene {other}"),
    };
    let path = folder.join("case.toml");
    fs::write(&path, text).unwrap();
    load::load(&path, None).unwrap()
}

/// What is found of each client of a log.
fn findings(case: Case, log: &Path) -> BTreeMap<String, Vec<Finding>> {
    let question = Question::new(case, ReadingOptions::default()).unwrap();
    let inputs = [log.to_string_lossy().into_owned()];
    let plan = plan::plan(&question, &inputs, Path::new("")).unwrap();
    let (progress, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let examined = stream::scan(&question, &plan, Pace::new(2, &progress, &stop)).unwrap();
    let judgement = verdict::judge(&question, &plan, &examined).unwrap();
    let mut found: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for place in 0..judgement.actors.len() {
        let portrait = judgement.portraits.read(place).unwrap();
        found.entry(text(&portrait.client)).or_default().extend(portrait.findings);
    }
    found
}

/// A client in the one way of writing it.
fn text(client: &[u8]) -> String {
    match Client::read(client) {
        Client::Ip(ip) => ip.to_string(),
        Client::Name(name) => String::from_utf8_lossy(name).into_owned(),
    }
}

/// What one run is expected to show of its last client, and what was found of
/// all of its clients.
struct Run<'s> {
    scenario: &'s Scenario,
    own: Vec<Finding>,
    all: Vec<Finding>,
}

/// Runs every behaviour; those of one scene are one log, line by line in order
/// of time.
fn runs() -> Vec<Run<'static>> {
    let mut runs = Vec::new();
    let mut scenes: BTreeMap<String, Vec<(&Scenario, Walk)>> = BTreeMap::new();
    for (place, scenario) in (0u64..).zip(scenarios::all()) {
        let is_alone = scenario.scene == "alone";
        for number in 0..if is_alone { ALONE } else { RUNS } {
            let mut walk = Walk::new(place * RUNS + number + 1);
            (scenario.run)(&mut walk);
            let scene = if is_alone {
                format!("alone {place} {number}")
            } else {
                scenario.scene.to_owned()
            };
            scenes.entry(scene).or_default().push((scenario, walk));
        }
    }
    for (scene, walks) in scenes {
        let folder = tempfile::tempdir().unwrap();
        let mut lines: Vec<&(i64, String)> =
            walks.iter().flat_map(|(_, walk)| &walk.lines).collect();
        lines.sort_by_key(|(at, _)| *at);
        let log: String = lines.iter().map(|(_, line)| line.as_str()).collect();
        let path = folder.path().join("access.log");
        fs::write(&path, log).unwrap();
        let case = case(scene.split(' ').next().unwrap(), folder.path());
        let found = findings(case, &path);
        for (scenario, walk) in walks {
            let of = |line: &String| text(line.split(' ').next().unwrap().as_bytes());
            let mut clients: BTreeSet<String> =
                walk.lines.iter().map(|(_, line)| of(line)).collect();
            if let Some(own) = &walk.own {
                clients = BTreeSet::from([text(own.as_bytes())]);
            }
            let all = || clients.iter().filter_map(|client| found.get(client)).flatten().cloned();
            let mut last = walk.lines.iter().rev().map(|(_, line)| of(line));
            let own = last.find_map(|client| found.get(&client)).cloned();
            runs.push(Run { scenario, own: own.unwrap_or_default(), all: all().collect() });
        }
    }
    runs
}

/// A row of the table and what must hold of it.
#[derive(Default)]
struct Row {
    runs: u64,
    found: u64,
    lookalikes: u64,
    wrong: u64,
}

impl Row {
    fn recall(&self) -> u64 {
        self.found * 100 / self.runs.max(1)
    }

    fn precision(&self) -> u64 {
        self.found * 100 / (self.found + self.wrong).max(1)
    }
}

/// Whether a finding is one of a detector's full weight, or, of the row that
/// has it in its name, the lesser one of a new address.
fn is_of(finding: &Finding, row: &str) -> bool {
    let card = DETECTORS.iter().map(|detector| detector.card());
    let weight = card.into_iter().find(|card| card.name == finding.detector).unwrap().weight;
    match row.split_once(',') {
        Some((name, _)) => finding.detector == name && finding.weight == Weight::Doubt,
        None => finding.detector == row && finding.weight == weight,
    }
}

fn rows(runs: &[Run<'_>]) -> BTreeMap<&'static str, Row> {
    let mut rows: BTreeMap<&'static str, Row> = BTreeMap::new();
    for scenario in scenarios::all() {
        rows.entry(scenario.detector).or_default();
    }
    for run in runs {
        for (name, row) in &mut rows {
            let is_own = run.scenario.detector == *name;
            // In one log of many runs strangers are let in all day.
            if name.contains(',') && !is_own {
                continue;
            }
            let is_found = run.own.iter().any(|finding| is_of(finding, name));
            if run.scenario.is_found {
                row.runs += u64::from(is_own);
                row.found += u64::from(is_own && is_found);
                continue;
            }
            // Whoever is like one behaviour must not be accused of another.
            let accuses = |finding: &Finding| {
                is_of(finding, name) && (is_own || finding.weight > Weight::Note)
            };
            row.lookalikes += u64::from(is_own);
            row.wrong += u64::from(run.all.iter().any(accuses));
        }
    }
    rows
}

#[test]
fn every_detector_has_behaviours_and_look_alikes() {
    for detector in DETECTORS {
        let of = |is_found| {
            scenarios::all()
                .any(|one| one.detector == detector.card().name && one.is_found == is_found)
        };
        assert!(of(true) && of(false), "{}", detector.card().name);
    }
}

#[test]
fn detectors_find_what_they_are_for_and_accuse_nobody_else() {
    let runs = runs();
    let rows = rows(&runs);
    let mut table = "| detector | runs | found | recall | look-alikes | wrongly | precision |\n\
                     | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        .to_owned();
    let mut low = Vec::new();
    for (name, row) in &rows {
        table.push_str(&format!(
            "| {name} | {} | {} | {} % | {} | {} | {} % |\n",
            row.runs,
            row.found,
            row.recall(),
            row.lookalikes,
            row.wrong,
            row.precision()
        ));
        if row.recall() < FLOORS.0 || row.precision() < FLOORS.1 {
            low.push(name);
        }
    }
    table.push_str("\n| detector | behaviour | runs | found |\n| --- | --- | ---: | ---: |\n");
    let mut each: BTreeMap<(&str, bool, &str), (u64, u64)> = BTreeMap::new();
    for run in &runs {
        let Scenario { detector, is_found, what, .. } = run.scenario;
        let (count, found) = each.entry((*detector, !is_found, *what)).or_default();
        *count += 1;
        let seen = if *is_found { &run.own } else { &run.all };
        *found += u64::from(seen.iter().any(|finding| is_of(finding, detector)));
    }
    for ((detector, is_lawful, what), (count, found)) in each {
        let what = if is_lawful { format!("*look-alike:* {what}") } else { what.to_owned() };
        table.push_str(&format!("| {detector} | {what} | {count} | {found} |\n"));
    }
    assert!(low.is_empty(), "below {FLOORS:?} %: {low:?}\n{table}");
    compare("detectors", &table);
}

/// The real logs, and what all of each is taken for.
const LOGS: [(&str, &str); 3] = [
    ("acunetix.combined.log", "a scanner's run against one site"),
    ("apache_logs.combined.log", "a public site, four days"),
    ("shop.combined.log", "a shop, minutes"),
];

#[test]
fn real_clients_are_accused_of_what_they_did() {
    let Some(corpus) = std::env::var_os("WHOFETCHED_CORPUS") else {
        println!("skipped: WHOFETCHED_CORPUS names no folder of published logs");
        return;
    };
    let mut table =
        "| log | taken as | clients | named | as |\n| --- | --- | ---: | ---: | --- |\n".to_owned();
    for (log, what) in LOGS {
        for kind in ["files", "api", "share-link", "elasticsearch", "s3", "secret"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("case.toml");
            let text =
                format!("[[exposure]]\nname = \"all\"\nkind = \"{kind}\"\ntargets = [\"/\"]\n");
            fs::write(&path, text).unwrap();
            let found = findings(load::load(&path, None).unwrap(), &Path::new(&corpus).join(log));
            let mut named: BTreeMap<&str, u64> = BTreeMap::new();
            let mut n_named = 0;
            for (client, findings) in &found {
                let heavy = findings.iter().filter(|finding| finding.weight > Weight::Note);
                let names: BTreeSet<&str> =
                    heavy.map(|finding| finding.detector.as_str()).collect();
                n_named += u64::from(!names.is_empty());
                for finding in findings.iter().filter(|finding| finding.weight > Weight::Note) {
                    println!("{log} {kind} {client}: {} {}", finding.detector, finding.because);
                }
                names.into_iter().for_each(|name| *named.entry(name).or_default() += 1);
            }
            let named: Vec<String> =
                named.iter().map(|(name, count)| format!("{name} {count}")).collect();
            let named = if named.is_empty() { "-".to_owned() } else { named.join(", ") };
            table.push_str(&format!(
                "| {what} | {kind} | {} | {n_named} | {named} |\n",
                found.len()
            ));
        }
    }
    compare("real-logs", &table);
}

/// One table is compared at a time: they stand on one page.
static PAGE_IS_READ: Mutex<()> = Mutex::new(());

/// Holds a table against the one that the page has between its marks, or
/// writes it there.
fn compare(name: &str, table: &str) {
    let _alone = PAGE_IS_READ.lock().unwrap_or_else(PoisonError::into_inner);
    let page = fs::read_to_string(PAGE).unwrap();
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let (before, rest) = page.split_once(&begin).unwrap();
    let (written, after) = rest.split_once(&end).unwrap();
    if std::env::var_os("BLESS").is_some() {
        fs::write(PAGE, format!("{before}{begin}{table}{end}{after}")).unwrap();
        return;
    }
    assert!(written == table, "docs/validation.md is not current: BLESS=1\n{table}");
}
