//! Cases told from parts: a case file, a log and its copy, each whole unless a
//! test changes it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64};

use serde_json::Value;
use whofetched::case::load;
use whofetched::examine::plan::{self, Question, ReadingOptions};
use whofetched::examine::stream::{self, Pace};
use whofetched::examine::{Examined, Plan};
use whofetched::report::veil::Veil;
use whofetched::report::{Report, ReportJson};
use whofetched::verdict;

use super::common::Numbers;

pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 86_400;

/// 2024-03-04T00:00:00Z, a Monday: where the logs begin.
pub const BEGIN: i64 = 1_709_510_400;

/// How many days the logs have.
pub const DAYS: i64 = 15;

/// The window, in seconds since the epoch.
pub const FROM: i64 = BEGIN + 2 * DAY;
pub const TO: i64 = BEGIN + 14 * DAY;

/// When the regulator came.
pub const CONTROLS: [i64; 3] = [FROM + 30 * HOUR, FROM + 31 * HOUR, FROM + 200 * HOUR];

/// The ways out besides the server's own log.
pub const CHANNELS: [&str; 6] =
    ["database", "ftp", "backups", "other_hosts", "object_store", "server_credentials"];

/// A line of the log, with its time.
pub type Timed = (i64, String);

/// A time as a log writes it.
pub fn clf(at: i64) -> String {
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
pub fn iso(at: i64) -> String {
    let text = clf(at);
    format!("2024-03-{}T{}Z", &text[..2], &text[12..20])
}

pub fn line(at: i64, client: &str, request: &str, status: u16, bytes: u64) -> Timed {
    (
        at,
        format!(
            "{client} - - [{}] \"{request} HTTP/1.1\" {status} {bytes} \"-\" \"agent/1\"",
            clf(at)
        ),
    )
}

/// A public site with 100 visitors an hour by day and 60 by night, and the regulator's visits.
pub fn site() -> &'static [Timed] {
    static SITE: OnceLock<Vec<Timed>> = OnceLock::new();
    SITE.get_or_init(|| {
        let mut numbers = Numbers::new(2024);
        let mut lines = Vec::new();
        for hour in 0..DAYS * 24 {
            let visitors = if (7..22).contains(&(hour % 24)) { 90 } else { 50 };
            for _ in 0..visitors + numbers.below(20) {
                let client = format!(
                    "81.{}.{}.{}",
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
            lines.push(control(at));
        }
        lines.sort();
        lines
    })
}

/// A visit of the regulator.
pub fn control(at: i64) -> Timed {
    line(at, "192.0.2.10", "GET /exports/a.csv", 200, 40_000)
}

/// A case and its logs, whole unless something is changed.
#[derive(Clone)]
pub struct Told {
    /// Keys of `[case]`, each with its line.
    pub case: Vec<(&'static str, String)>,
    /// Keys of the exposure but its windows.
    pub exposure: Vec<(&'static str, String)>,
    pub window: Vec<(&'static str, String)>,
    pub server: Vec<(&'static str, String)>,
    pub parties: String,
    pub controls: usize,
    pub channels: Vec<(&'static str, String)>,
    pub more: String,
    /// A list of files beside the case.
    pub files: String,
    pub log: Vec<Timed>,
    pub copy: Option<Vec<Timed>>,
}

pub fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

impl Told {
    pub fn whole() -> Told {
        Told {
            case: vec![
                ("title", quoted("a folder that was open")),
                ("stated_by", quoted("A. Person, head of operations, 2024-04-02")),
                ("inventory_complete", "true".to_owned()),
                ("configuration_unchanged", "true".to_owned()),
            ],
            exposure: vec![
                ("name", quoted("exports")),
                ("kind", quoted("files")),
                ("targets", "[\"/exports\"]".to_owned()),
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
            files: String::new(),
            log: site().to_vec(),
            copy: Some(site().to_vec()),
        }
    }

    /// A site with a visit each hour, which shows how things are said and not
    /// what silence tells.
    pub fn quiet() -> Told {
        let visit = |hour: i64| line(BEGIN + hour * HOUR, "81.2.69.160", "GET /", 200, 512);
        let mut log: Vec<Timed> = (0..DAYS * 24).map(visit).collect();
        log.extend(CONTROLS.map(control));
        log.sort();
        Told { copy: Some(log.clone()), log, ..Told::whole() }
    }

    /// Without a key of the case, the window, the server or the channels.
    pub fn without(mut self, key: &str) -> Told {
        let before = self.n_keys();
        for keys in [
            &mut self.case,
            &mut self.exposure,
            &mut self.window,
            &mut self.server,
            &mut self.channels,
        ] {
            keys.retain(|(name, _)| *name != key);
        }
        assert_eq!(self.n_keys() + 1, before, "{key}");
        self
    }

    pub fn n_keys(&self) -> usize {
        self.case.len()
            + self.exposure.len()
            + self.window.len()
            + self.server.len()
            + self.channels.len()
    }

    pub fn with(mut self, table: &str, key: &'static str, value: String) -> Told {
        let keys = match table {
            "case" => &mut self.case,
            "exposure" => &mut self.exposure,
            "window" => &mut self.window,
            "server" => &mut self.server,
            _ => &mut self.channels,
        };
        keys.retain(|(name, _)| *name != key);
        keys.push((key, value));
        self
    }

    /// Adds a line to the log and its copy.
    pub fn add(mut self, timed: Timed) -> Told {
        for lines in [Some(&mut self.log), self.copy.as_mut()].into_iter().flatten() {
            let at = lines.partition_point(|line| line.0 <= timed.0);
            lines.insert(at, timed.clone());
        }
        self
    }

    /// Removes the lines of a time from the log, and from its copy.
    pub fn cut(mut self, from: i64, to: i64, copy: bool) -> Told {
        self.log.retain(|(at, _)| !(from..to).contains(at));
        if copy && let Some(lines) = &mut self.copy {
            lines.retain(|(at, _)| !(from..to).contains(at));
        }
        self
    }

    pub fn toml(&self) -> String {
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
        let _ = write!(text, "[[exposure]]\n{}{windows}\n", list(&self.exposure));
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
    pub fn scan(&self) -> Value {
        self.read().judge(self)
    }

    /// Writes everything down and reads the logs.
    pub fn read(&self) -> Logs {
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
    pub fn question(&self, base: &Path) -> Question {
        fs::write(base.join("case.toml"), self.toml()).unwrap();
        fs::write(base.join("files.csv"), &self.files).unwrap();
        let case = load::load(&base.join("case.toml"), None).unwrap();
        Question::new(case, ReadingOptions::default()).unwrap()
    }
}

/// Logs that were read, to be judged by one case or by several.
pub struct Logs {
    folder: tempfile::TempDir,
    plan: Plan,
    examined: Examined,
}

impl Logs {
    /// The report on a case of which these are the logs.
    pub fn judge(&self, told: &Told) -> Value {
        let question = told.question(self.folder.path());
        let judgement = verdict::judge(&question, &self.plan, &self.examined).unwrap();
        let report =
            Report::build(&question, &self.plan, &self.examined, &judgement, Vec::new()).unwrap();
        let mut text = Vec::new();
        ReportJson::print(&report, &Veil::full(), &mut text).unwrap();
        serde_json::from_slice(&text).unwrap()
    }
}

pub fn code(report: &Value) -> &str {
    report["verdict"]["code"].as_str().unwrap()
}

/// The conditions that do not pass.
pub fn lacking(report: &Value) -> BTreeSet<String> {
    let checks = report["checks"].as_array().unwrap().iter();
    let lacking = checks.filter(|check| check["result"] != "pass");
    lacking.map(|check| check["id"].as_str().unwrap().to_owned()).collect()
}

pub fn show(report: &Value) -> String {
    format!("{}\n{:#}", report["verdict"]["sentence"], report["verdict"]["reasons"])
}

/// An outsider who was sent a file.
pub fn outsider(at: i64) -> Timed {
    line(at, "203.0.113.9", "GET /exports/a.csv", 200, 40_000)
}
