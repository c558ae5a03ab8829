//! Verdicts over generated cases whose truth is known: a busy public site, a
//! folder that was exposed there for two weeks, and a regulator who tried it.
//! Where everything is shown the verdict is C; where any one thing is not, or
//! any line or statement lacks, it is not.

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64};

use common::Numbers;
use serde_json::Value;
use whofetched::case::load;
use whofetched::examine::plan::{self, Question, ReadingOptions};
use whofetched::examine::stream::{self, Pace};
use whofetched::examine::{Examined, Plan};
use whofetched::report::{Report, ReportJson};
use whofetched::verdict;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// 2024-03-04T00:00:00Z, a Monday: where the logs begin.
const BEGIN: i64 = 1_709_510_400;

/// How many days the logs have.
const DAYS: i64 = 16;

/// The window, in seconds since the epoch.
const FROM: i64 = BEGIN + 2 * DAY;
const TO: i64 = BEGIN + 14 * DAY;

/// When the regulator came.
const CONTROLS: [i64; 3] = [FROM + 30 * HOUR, FROM + 31 * HOUR, FROM + 200 * HOUR];

/// The ways out besides the server's own log.
const CHANNELS: [&str; 6] =
    ["database", "ftp", "backups", "other_hosts", "object_store", "server_credentials"];

/// A line of the log, with its time.
type Timed = (i64, String);

/// A time as a log writes it.
fn clf(at: i64) -> String {
    let (day, second) = (at.div_euclid(DAY), at.rem_euclid(DAY));
    // Everything happens in March 2024, the first of which is day 19,783.
    let date = day - 19_782;
    format!(
        "{date:02}/Mar/2024:{:02}:{:02}:{:02} +0000",
        second / HOUR,
        second / 60 % 60,
        second % 60
    )
}

/// A time as a case writes it.
fn iso(at: i64) -> String {
    let text = clf(at);
    format!("2024-03-{}T{}Z", &text[..2], &text[12..20])
}

fn line(at: i64, client: &str, request: &str, status: u16, bytes: u64) -> Timed {
    (
        at,
        format!(
            "{client} - - [{}] \"{request} HTTP/1.1\" {status} {bytes} \"-\" \"agent/1\"",
            clf(at)
        ),
    )
}

/// A public site with 120 visitors an hour by day and 70 by night, and the regulator's visits.
fn site() -> &'static [Timed] {
    static SITE: OnceLock<Vec<Timed>> = OnceLock::new();
    SITE.get_or_init(|| {
        let mut numbers = Numbers::new(2024);
        let mut lines = Vec::new();
        for hour in 0..DAYS * 24 {
            let visitors = if (7..22).contains(&(hour % 24)) { 110 } else { 60 };
            for _ in 0..visitors + numbers.below(20) {
                let client = format!(
                    "100.{}.{}.{}",
                    64 + numbers.below(60),
                    numbers.below(250),
                    numbers.below(250)
                );
                let at = BEGIN + hour * HOUR + numbers.below(3_600) as i64;
                let path = numbers.pick(&["/", "/news", "/about", "/style.css", "/logo.png"]);
                lines.push(line(at, &client, &format!("GET {path}"), 200, 512));
            }
        }
        for at in CONTROLS {
            lines.push(line(at, "192.0.2.10", "GET /exports/a.csv", 200, 40_000));
        }
        lines.sort();
        lines
    })
}

/// A case and its logs, whole unless something is changed.
#[derive(Clone)]
struct Told {
    /// Keys of `[case]`, each with its line.
    case: Vec<(&'static str, String)>,
    window: Vec<(&'static str, String)>,
    server: Vec<(&'static str, String)>,
    parties: String,
    controls: usize,
    channels: Vec<(&'static str, String)>,
    more: String,
    log: Vec<Timed>,
    copy: Option<Vec<Timed>>,
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

impl Told {
    fn whole() -> Told {
        Told {
            case: vec![
                ("title", quoted("a folder that was open")),
                ("stated_by", quoted("A. Person, head of operations, 2024-04-02")),
                ("inventory_complete", "true".to_owned()),
                ("configuration_unchanged", "true".to_owned()),
            ],
            window: vec![("from", quoted(&iso(FROM))), ("to", quoted(&iso(TO)))],
            server: vec![
                ("logs", "[\"log/*\"]".to_owned()),
                ("copies", "[\"copy/*\"]".to_owned()),
                ("role", quoted("edge")),
                ("software", quoted("nginx 1.22")),
            ],
            parties: format!(
                "[[party]]\nname = \"Regulator\"\nrole = \"known\"\nnetworks = [\"192.0.2.10/32\"]\ntimes = [{{ from = \"{}\", to = \"{}\" }}]\n",
                iso(FROM),
                iso(TO)
            ),
            controls: CONTROLS.len(),
            channels: CHANNELS.map(|name| (name, quoted("closed"))).to_vec(),
            more: String::new(),
            log: site().to_vec(),
            copy: Some(site().to_vec()),
        }
    }

    /// Without a key of the case, the window, the server or the channels.
    fn without(mut self, key: &str) -> Told {
        let before = self.n_keys();
        for keys in [&mut self.case, &mut self.window, &mut self.server, &mut self.channels] {
            keys.retain(|(name, _)| *name != key);
        }
        assert_eq!(self.n_keys() + 1, before, "{key}");
        self
    }

    fn n_keys(&self) -> usize {
        self.case.len() + self.window.len() + self.server.len() + self.channels.len()
    }

    fn with(mut self, table: &str, key: &'static str, value: String) -> Told {
        let keys = match table {
            "case" => &mut self.case,
            "window" => &mut self.window,
            "server" => &mut self.server,
            _ => &mut self.channels,
        };
        keys.retain(|(name, _)| *name != key);
        keys.push((key, value));
        self
    }

    /// Adds a line to the log and its copy.
    fn add(mut self, timed: Timed) -> Told {
        for lines in [Some(&mut self.log), self.copy.as_mut()].into_iter().flatten() {
            let at = lines.partition_point(|line| line.0 <= timed.0);
            lines.insert(at, timed.clone());
        }
        self
    }

    /// Removes the lines of a time from the log, and from its copy.
    fn cut(mut self, from: i64, to: i64, copy: bool) -> Told {
        self.log.retain(|(at, _)| !(from..to).contains(at));
        if copy && let Some(lines) = &mut self.copy {
            lines.retain(|(at, _)| !(from..to).contains(at));
        }
        self
    }

    fn toml(&self) -> String {
        let list = |keys: &[(&str, String)]| -> String {
            keys.iter().map(|(name, value)| format!("{name} = {value}\n")).collect()
        };
        let window: Vec<String> =
            self.window.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let windows = match window.is_empty() {
            true => String::new(),
            false => format!("windows = [{{ {} }}]\n", window.join(", ")),
        };
        let mut text = format!("[case]\n{}\n", list(&self.case));
        let _ = write!(
            text,
            "[[exposure]]\nname = \"exports\"\nkind = \"files\"\ntargets = [\"/exports\"]\n{windows}\n"
        );
        let _ =
            write!(text, "{}\n[[server]]\nname = \"www\"\n{}\n", self.parties, list(&self.server));
        for at in &CONTROLS[..self.controls] {
            let _ = write!(
                text,
                "[[control]]\nat = \"{}\"\npath = \"/exports/a.csv\"\nip = \"192.0.2.10\"\n\n",
                iso(*at)
            );
        }
        let _ = write!(text, "[other_channels]\n{}\n{}", list(&self.channels), self.more);
        text
    }

    /// Writes everything down, reads it and judges it.
    fn scan(&self) -> Value {
        self.read().judge(self)
    }

    /// Writes everything down and reads the logs.
    fn read(&self) -> Logs {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path();
        let text = |lines: &[Timed]| -> String {
            lines.iter().flat_map(|(_, line)| [line.as_str(), "\n"]).collect()
        };
        // A log that is rotated once, and a copy that is cut elsewhere.
        let write = |name: &str, lines: &[Timed], at: usize| {
            let path = base.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let (old, new) = lines.split_at(lines.len() * at / 100);
            fs::write(base.join(format!("{name}.1")), text(old)).unwrap();
            fs::write(path, text(new)).unwrap();
        };
        write("log/access.log", &self.log, 60);
        if let Some(copy) = &self.copy {
            write("copy/www.log", copy, 35);
        }
        let question = self.question(base);
        let plan = plan::plan(&question, &[], base).unwrap();
        let (progress, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let examined = stream::scan(&question, &plan, Pace::new(2, &progress, &stop)).unwrap();
        Logs { folder, plan, examined }
    }

    /// The question, by way of a case file in a folder.
    fn question(&self, base: &Path) -> Question {
        fs::write(base.join("case.toml"), self.toml()).unwrap();
        let case = load::load(&base.join("case.toml"), None).unwrap();
        Question::new(case, ReadingOptions::default()).unwrap()
    }
}

/// Logs that were read, to be judged by one case or by several.
struct Logs {
    folder: tempfile::TempDir,
    plan: Plan,
    examined: Examined,
}

impl Logs {
    /// The report on a case of which these are the logs.
    fn judge(&self, told: &Told) -> Value {
        let question = told.question(self.folder.path());
        let judgement = verdict::judge(&question, &self.plan, &self.examined).unwrap();
        let report =
            Report::build(&question, &self.plan, &self.examined, &judgement, Vec::new()).unwrap();
        let mut text = Vec::new();
        ReportJson::print(&report, &mut text).unwrap();
        serde_json::from_slice(&text).unwrap()
    }
}

fn code(report: &Value) -> &str {
    report["verdict"]["code"].as_str().unwrap()
}

/// The conditions that do not pass.
fn lacking(report: &Value) -> BTreeSet<String> {
    let checks = report["checks"].as_array().unwrap().iter();
    let lacking = checks.filter(|check| check["result"] != "pass");
    lacking.map(|check| check["id"].as_str().unwrap().to_owned()).collect()
}

fn show(report: &Value) -> String {
    format!("{}\n{:#}", report["verdict"]["sentence"], report["verdict"]["reasons"])
}

/// An outsider who was sent a file.
fn outsider(at: i64) -> Timed {
    line(at, "203.0.113.9", "GET /exports/a.csv", 200, 40_000)
}

#[test]
fn where_everything_is_shown_the_verdict_is_c() {
    let report = Told::whole().scan();
    // Silence is not tested yet: until it is, that alone is lacking.
    if lacking(&report) == BTreeSet::from(["C3".to_owned()]) {
        assert_eq!(code(&report), "D");
        return;
    }
    assert_eq!(lacking(&report), BTreeSet::new(), "{}", show(&report));
    assert_eq!(code(&report), "C", "{}", show(&report));
    let verdict = &report["verdict"];
    assert!(verdict["sentence"].as_str().unwrap().starts_with("Sent content: Regulator. "));
    assert_eq!(verdict["coverage"], "whole");
    assert_eq!(verdict["servers"][0]["code"], "C");
    assert_eq!(verdict["exposures"][0]["windows"][0]["code"], "C");
    assert_eq!(verdict["would_change"], serde_json::json!([]));
    assert_eq!(verdict["covered_hours"], 288.0);
}

#[test]
fn without_a_compared_copy_somebody_must_accept_that_the_logs_are_unaltered() {
    let mut told = Told::whole().without("copies");
    told.copy = None;
    let report = told.scan();
    assert_eq!(code(&report), "D");
    let lacks = lacking(&report);
    assert!(lacks.contains("C9"), "{lacks:?}");
    if lacks.contains("C3") {
        return;
    }
    let told = told.with("case", "unaltered_accepted_by", quoted("B. Person, controller"));
    let report = told.scan();
    assert_eq!(code(&report), "C*", "{}", show(&report));
    let sentence = report["verdict"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("C (if the logs are unaltered)"), "{sentence}");
    assert!(sentence.contains("B. Person, controller accepts"), "{sentence}");
    // A copy that is only said to exist changes nothing.
    let told = told.with("server", "independent_copy", "true".to_owned());
    assert_eq!(code(&told.scan()), "C*");
}

/// Cases that lack one statement, over logs that lack nothing.
fn one_statement_short() -> Vec<(String, Told)> {
    let mut cases: Vec<(String, Told)> = Vec::new();
    for key in ["stated_by", "inventory_complete", "configuration_unchanged", "from", "to", "role"]
    {
        cases.push((key.to_owned(), Told::whole().without(key)));
    }
    for (key, value) in [
        ("stated_by", "\" \""),
        ("inventory_complete", "false"),
        ("configuration_unchanged", "false"),
    ] {
        let told = Told::whole().with("case", key, value.to_owned());
        cases.push((format!("{key} = {value}"), told));
    }
    for key in CHANNELS {
        cases.push((key.to_owned(), Told::whole().without(key)));
        cases.push((format!("{key} open"), Told::whole().with("channels", key, quoted("open"))));
    }
    let mut add = |name: &str, change: &dyn Fn(&mut Told)| {
        let mut told = Told::whole();
        change(&mut told);
        cases.push((name.to_owned(), told));
    };
    add("no window", &|told| told.window.clear());
    add("no control", &|told| told.controls = 0);
    add("a party that is not located", &|told| {
        told.parties.push_str("[[party]]\nname = \"Journalist\"\nrole = \"known\"\n");
    });
    add("a party that received more", &|told| {
        told.parties.push_str("received = \"40 files\"\n");
    });
    add("seen elsewhere", &|told| {
        told.more = format!("[[event]]\nat = \"{}\"\nwhat = \"sighted\"\n", iso(TO + DAY));
    });
    add("a secret beside it", &|told| {
        told.more = format!(
            "[[exposure]]\nname = \"keys\"\nkind = \"secret\"\ntargets = [\"/.env\"]\nwindows = [{{ from = \"{}\", to = \"{}\" }}]\n",
            iso(FROM),
            iso(TO)
        );
    });
    let origin = Told::whole().with("server", "role", quoted("origin"));
    cases.push(("an origin without its edge".to_owned(), origin));
    cases
}

#[test]
fn with_any_one_statement_removed_the_verdict_is_not_c() {
    let logs = Told::whole().read();
    let cases = one_statement_short();
    assert!(cases.len() > 25);
    for (name, told) in cases {
        let accepted = told.clone().with("case", "unaltered_accepted_by", quoted("B. Person"));
        for told in [told, accepted] {
            let report = logs.judge(&told);
            assert!(!["C", "C*"].contains(&code(&report)), "{name}: {}", show(&report));
            let is_a = code(&report) == "A";
            assert_eq!(is_a, name == "seen elsewhere", "{name}: {}", show(&report));
        }
    }
}

#[test]
fn with_any_one_line_less_or_unread_the_verdict_is_not_c() {
    let mut unseen = Told::whole();
    unseen.log.retain(|(_, line)| !line.contains("192.0.2.10"));
    unseen.copy = Some(unseen.log.clone());
    let mut suspect = Told::whole();
    let at = suspect.log.partition_point(|line| line.0 < FROM + 5 * DAY);
    suspect.log.insert(at, (FROM + 5 * DAY, "x /exports/a.csv".to_owned()));
    for (name, told, check) in [("no control", unseen, "C5"), ("suspect", suspect, "C8")] {
        let report = told.scan();
        assert!(lacking(&report).contains(check), "{name}: {}", show(&report));
        assert!(!["C", "C*"].contains(&code(&report)), "{name}: {}", show(&report));
    }
}

#[test]
fn a_copy_that_does_not_agree_is_no_copy() {
    // A line was taken out of the log and stands in the copy: the worst sign.
    let removed =
        Told::whole().add(outsider(FROM + 9 * DAY)).cut(FROM + 9 * DAY, FROM + 9 * DAY + 1, false);
    let report = removed.scan();
    let check =
        report["checks"].as_array().unwrap().iter().find(|check| check["id"] == "C9").unwrap();
    assert_eq!(check["result"], "fail");
    let because = check["because"].as_str().unwrap();
    assert!(because.contains("203.0.113.9"), "{because}");
    assert_eq!(report["actors"].as_array().unwrap().len(), 1, "copies are not counted");
    // An hour that the copy lacks, and one line that was altered.
    let mut short = Told::whole();
    short.copy.as_mut().unwrap().retain(|(at, _)| !(FROM + DAY..FROM + DAY + HOUR).contains(at));
    let mut altered = Told::whole();
    let place = altered.log.partition_point(|line| line.0 < FROM + 2 * DAY);
    altered.log[place].1 = altered.log[place].1.replace(" 512 ", " 513 ");
    // Outside the window a copy may lack what it likes.
    let mut rotated = Told::whole();
    rotated.copy.as_mut().unwrap().retain(|(at, _)| *at > FROM - 2 * HOUR);
    for (name, told, expected) in
        [("short", short, "unknown"), ("altered", altered, "fail"), ("rotated", rotated, "pass")]
    {
        let report = told.scan();
        let check =
            report["checks"].as_array().unwrap().iter().find(|check| check["id"] == "C9").unwrap();
        assert_eq!(check["result"], expected, "{name}: {check}");
    }
    // A log named as its own copy is none.
    let own = Told::whole().with("server", "copies", "[\"log/*\"]".to_owned());
    let report = own.scan();
    assert!(lacking(&report).contains("C9"), "{}", show(&report));
    let problems = report["problems"].to_string();
    assert!(problems.contains("it is no independent copy"), "{problems}");
}

#[test]
fn a_copy_in_the_envelope_of_a_syslog_server_agrees() {
    let mut told = Told::whole();
    for (at, line) in told.copy.as_mut().unwrap() {
        let text = clf(*at);
        *line = format!(
            "<190>Mar {:>2} {} www nginx: {line}",
            text[..2].trim_start_matches('0'),
            &text[12..20]
        );
    }
    let report = told.scan();
    assert!(!lacking(&report).contains("C9"), "{}", show(&report));
}

/// Whatever is done to a case in which everything is shown: where lines are
/// missing or an outsider was served the verdict is never C, and never A unless
/// an outsider was.
#[test]
fn no_generated_case_is_judged_better_than_it_is() {
    for seed in 0..30 {
        let mut numbers = Numbers::new(9_000 + seed);
        let at = FROM + numbers.below((TO - FROM) as u64) as i64;
        let mut told = Told::whole();
        if numbers.below(2) == 0 {
            told = told.with("case", "unaltered_accepted_by", quoted("B. Person"));
        }
        let (what, is_served) = match numbers.below(6) {
            // Longer than the hour that the case accepts.
            0 => {
                let length = numbers.pick(&[90 * 60, 2 * HOUR, 5 * HOUR, DAY, 3 * DAY]);
                let from = at.min(TO - length);
                told = told.cut(from, from + length, true);
                (format!("cut of {length} s at {}", iso(from)), false)
            }
            1 => {
                let length = numbers.pick(&[600, HOUR, DAY]);
                told = told.cut(at, at + length, false);
                (format!("cut of {length} s from the log alone at {}", iso(at)), false)
            }
            2 => {
                told = told.add(outsider(at));
                (format!("an outsider at {}", iso(at)), true)
            }
            3 => {
                let near = numbers.pick(&[FROM - 1, FROM, TO - 1, TO, TO + 1, TO + 2]);
                told = told.add(outsider(near));
                (format!("an outsider at {}", iso(near)), true)
            }
            4 => {
                let near = numbers.pick(&[FROM - DAY, FROM - 60, TO + 60, TO + DAY]);
                told = told.add(outsider(near));
                (format!("an outsider at {}", iso(near)), true)
            }
            _ => {
                let status = numbers.pick(&[403, 404, 301, 500]);
                told = told.add(line(at, "203.0.113.9", "GET /exports/a.csv", status, 150));
                told = told.without(numbers.pick(&["stated_by", "from", "to", "role", "ftp"]));
                (format!("an outsider refused at {}", iso(at)), false)
            }
        };
        let report = told.scan();
        let code = code(&report);
        assert!(!["C", "C*"].contains(&code), "seed {seed}: {what}: {}", show(&report));
        assert!(is_served || code != "A", "seed {seed}: {what}: {}", show(&report));
        if what.starts_with("an outsider at") {
            assert!(["A", "B1"].contains(&code), "seed {seed}: {what}: {}", show(&report));
        }
    }
}
