//! `verify`: is this the report that was written, do its figures agree, and
//! do the logs still give it?
//!
//! The seal and the sums need nothing but the folder. Where the logs are at
//! hand they are read again, by the arguments that the report keeps, into a
//! folder of its own that is thrown away, and every file is compared.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Parser;
use serde_json::Value;
use walkdir::WalkDir;

use crate::error::Error;
use crate::report::export::EXPORTS;
use crate::report::seal::{self, Manifest, Sealed};
use crate::report::verify::{Found, compare, folder, sums};
use crate::report::{run_json, safe};
use crate::source::{Digest, is_url};

use super::args::{Args, Command, Scan, Verify};
use super::exit::Exit;
use super::plan::{self, Surroundings};
use super::{print, scan};

/// Verifies a report.
///
/// # Errors
/// When there is no report that could be verified.
pub fn run(args: &Verify, around: &Surroundings) -> Result<Exit, Error> {
    let report = fs::canonicalize(&args.report).map_err(|error| Error::io(&args.report, error))?;
    let folder = read(&report)?;
    let manifest: Manifest = serde_json::from_str(&folder.manifest).map_err(|error| {
        Error::Ledger(format!("{} is no manifest of a report: {error}", seal::FILE))
    })?;
    let mut told = Told::default();
    told.found("seal", folder::check(&folder, &manifest, args.identity.as_deref()), |n| {
        format!("the seal is whole: {n} digests agree")
    });
    let own: Value = json(&report.join("report.json"))?;
    let hits = fs::read(report.join("hits.csv")).unwrap_or_default();
    match sums::check(&own, &hits) {
        Ok(found) => told.found("sums", found, |n| format!("the sums agree: {n} compared")),
        Err(error) => told.differs("sums", &format!("hits.csv cannot be read: {error}")),
    }
    let this = (env!("CARGO_PKG_VERSION"), seal::rules());
    if manifest.version != this.0 {
        let was = &manifest.version;
        told.note(&format!("the report was made by version {was}, and this is {}", this.0));
    } else if manifest.rules != this.1 {
        told.note("the report was made by other tables of rules than this program's");
    }
    if let Some(replay) = Replay::of(args, &manifest, &folder, &mut told)? {
        replay.compare(&report, &own, around, &mut told)?;
    }
    let agrees = told.agrees;
    let last = match (agrees, told.is_replayed) {
        (true, true) => "All agrees: the logs give this report.",
        (true, false) => "All agrees, as far as it can be told without the logs.",
        (false, _) => "THIS REPORT DOES NOT AGREE.",
    };
    told.out.push_str(&format!("{last}\n"));
    print(|out| out.write_all(told.out.as_bytes()))?;
    Ok(if agrees { Exit::Done } else { Exit::Fault })
}

/// What is told.
struct Told {
    out: String,
    agrees: bool,
    is_replayed: bool,
}

impl Default for Told {
    fn default() -> Told {
        Told { out: String::new(), agrees: true, is_replayed: false }
    }
}

impl Told {
    fn line(&mut self, what: &str, says: &str) {
        self.out.push_str(&format!("{what}: {}\n", safe::terminal(says.as_bytes())));
    }

    fn note(&mut self, says: &str) {
        self.line("note", says);
    }

    fn differs(&mut self, what: &str, says: &str) {
        self.agrees = false;
        self.line(what, says);
    }

    fn found(&mut self, what: &str, found: Found, says: impl FnOnce(u64) -> String) {
        if found.agrees() {
            return self.line(what, &says(found.compared));
        }
        found.told().iter().for_each(|sentence| self.differs(what, sentence));
    }
}

/// What a folder holds; large files are digested as they are read.
fn read(report: &Path) -> Result<folder::Folder, Error> {
    let manifest = report.join(seal::FILE);
    let manifest = fs::read_to_string(&manifest).map_err(|error| Error::io(&manifest, error))?;
    let run = fs::read(report.join(run_json::FILE)).ok();
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(report).sort_by_file_name() {
        let entry = entry.map_err(|error| Error::io(report, error.into()))?;
        let Ok(within) = entry.path().strip_prefix(report) else { continue };
        let within = within.to_string_lossy().into_owned();
        if entry.file_type().is_dir() || [seal::FILE, run_json::FILE].contains(&within.as_str()) {
            continue;
        }
        let sealed =
            digest(entry.path(), within.clone()).map_err(|error| Error::io(entry.path(), error))?;
        files.insert(within, sealed);
    }
    let run = run.map(|run| String::from_utf8_lossy(&run).into_owned());
    Ok(folder::Folder { files, manifest, run })
}

fn digest(path: &Path, within: String) -> io::Result<Sealed> {
    let (mut file, mut digest, mut bytes) = (File::open(path)?, Digest::default(), 0);
    let mut buffer = vec![0; 1 << 18];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok(Sealed { path: within, bytes, sha256: digest.hex() });
        }
        digest.update(&buffer[..n]);
        bytes += n as u64;
    }
}

fn json(path: &Path) -> Result<Value, Error> {
    // One that is missing or altered was told with the seal.
    let text = fs::read(path).map_err(|error| Error::io(path, error))?;
    serde_json::from_slice(&text)
        .map_err(|error| Error::Ledger(format!("{} is no report: {error}", path.display())))
}

/// A scan to be made again.
struct Replay<'a> {
    manifest: &'a Manifest,
    scan: Scan,
}

impl<'a> Replay<'a> {
    /// The scan that made a report, where it can be made again here: from the
    /// working directory, or else from the folder that the first one was made
    /// in.
    fn of(
        args: &Verify,
        manifest: &'a Manifest,
        folder: &folder::Folder,
        told: &mut Told,
    ) -> Result<Option<Replay<'a>>, Error> {
        let words = std::iter::once("whofetched".to_owned()).chain(manifest.arguments.clone());
        let Ok(Args { command: Command::Scan(mut scan) }) = Args::try_parse_from(words) else {
            told.differs("replay", "the arguments that the report keeps are no scan's");
            return Ok(None);
        };
        if args.inputs.is_empty() {
            let needed = needed(manifest, &scan);
            let is_any = |from: &Path| needed.iter().any(|path| is_at_hand(from, path));
            if let Some(from) =
                first_folder(folder).filter(|from| !is_any(Path::new("")) && is_any(from))
            {
                std::env::set_current_dir(&from).map_err(|error| Error::io(&from, error))?;
            }
            if !is_any(Path::new("")) {
                told.note("the logs are not at hand, so nothing was read again");
                return Ok(None);
            }
            for path in needed.iter().filter(|path| !is_at_hand(Path::new(""), path)) {
                told.differs("inputs", &format!("{} is missing", path.display()));
            }
        } else {
            let case = scan.asked.inputs.first().filter(|first| first.ends_with(".toml")).cloned();
            scan.asked.inputs = case.into_iter().chain(args.inputs.iter().cloned()).collect();
        }
        // What a case names lies by its file.
        let case = scan.asked.inputs.first().filter(|first| first.ends_with(".toml"));
        let base = case.and_then(|case| Path::new(case).parent()).unwrap_or(Path::new(""));
        let is_here = |path: &str| Path::new(path).exists() || base.join(path).exists();
        let missing: Vec<_> = manifest.case.iter().filter(|case| !is_here(&case.path)).collect();
        for case in &missing {
            let path = &case.path;
            told.differs(
                "question",
                &format!("{path} is missing: without it nothing can be read again"),
            );
        }
        if !missing.is_empty() {
            return Ok(None);
        }
        if manifest.level != "full" {
            let case = scan.asked.inputs.first().filter(|first| first.ends_with(".toml"));
            let beside = args.report.parent().unwrap_or(Path::new("")).join("whofetched.key");
            let own = case.map(|case| Path::new(case).with_extension("key"));
            let places = args.key.clone().into_iter().chain(own).chain([beside]);
            let Some(key) = places.into_iter().find(|key| key.is_file()) else {
                let says =
                    "the key of its pseudonyms is not at hand (--key), so nothing was read again";
                match args.inputs.is_empty() {
                    true => told.note(says),
                    false => told.differs("replay", says),
                }
                return Ok(None);
            };
            scan.telling.key = Some(key);
        }
        let of_report = |file: &str| manifest.outputs.iter().any(|output| output.path == file);
        let exports = EXPORTS.iter().filter(|export| of_report(export.file()));
        scan.telling.exports = exports.map(|export| export.name().to_owned()).collect();
        Ok(Some(Replay { manifest, scan }))
    }

    /// Makes it again, and compares.
    fn compare(
        mut self,
        report: &Path,
        own: &Value,
        around: &Surroundings,
        told: &mut Told,
    ) -> Result<(), Error> {
        let temporary =
            tempfile::tempdir().map_err(|error| Error::io("a temporary folder", error))?;
        let again = temporary.path().join("report");
        (self.scan.telling.out, self.scan.telling.quiet) = (Some(again.clone()), true);
        let mut plan = plan::scan(self.scan, around)?;
        plan.arguments.clone_from(&self.manifest.arguments);
        scan::carry_out(plan, around)?;
        told.is_replayed = true;
        let replayed = json(&again.join("report.json"))?;
        let moved = Moved::of(own, &replayed);
        let mut inputs = Found::default();
        for input in self.manifest.inputs.iter().filter(|input| input.sha256.is_some()) {
            let now = moved.digest(&replayed, &input.path, input.member.as_deref());
            inputs.check(now == input.sha256, || match &now {
                None => format!("{} was not read again", input.path),
                Some(now) => {
                    let was = input.sha256.as_deref().unwrap_or_default();
                    format!("{} differs: its SHA-256 is {now}, and was {was}", input.path)
                }
            });
        }
        told.found("inputs", inputs, |n| format!("the digests of {n} inputs agree"));
        let question = question(self.manifest, &again)?;
        if question.compared > 0 {
            told.found("question", question, |n| format!("the digests of its {n} files agree"));
        }
        let mut figures = Found::default();
        let mut is = moved.back(replayed);
        let mut was = own.clone();
        for value in [&mut was, &mut is] {
            if let Some(tool) = value.get_mut("tool").and_then(Value::as_object_mut) {
                tool.remove("version");
            }
        }
        compare::values("", &was, &is, &mut figures);
        told.found("figures", figures, |n| format!("read again, all {n} figures agree"));
        let mut files = Found::default();
        for output in self.manifest.outputs.iter().filter(|one| one.path != "report.json") {
            let of = |folder: &Path| fs::read(folder.join(&output.path)).ok();
            let agrees = match (of(report), of(&again)) {
                (Some(was), Some(is)) => was == moved.text_back(&is),
                _ => false,
            };
            // The drawings of a page cut long names, so that of a log may show
            // in part. The digest of the page is in the seal, too.
            if !agrees && !moved.paths.is_empty() && output.path.ends_with(".html") {
                told.note(&format!(
                    "{} shows where the logs lie, which was elsewhere, so it was not compared",
                    output.path
                ));
                continue;
            }
            files.check(agrees, || format!("{} differs from what is written again", output.path));
        }
        told.found("files", files, |n| format!("written again, all {n} other files agree"));
        Ok(())
    }
}

/// Whether there is a file; of an object the replay tells.
fn is_at_hand(from: &Path, path: &Path) -> bool {
    path.to_str().is_some_and(is_url) || from.join(path).exists()
}

/// Holds the files of the question, the case and what it names, against what
/// was read of them now.
fn question(manifest: &Manifest, again: &Path) -> Result<Found, Error> {
    let path = again.join(seal::FILE);
    let text = fs::read_to_string(&path).map_err(|error| Error::io(&path, error))?;
    let now: Manifest = serde_json::from_str(&text)
        .map_err(|error| Error::Ledger(format!("{} is no manifest: {error}", path.display())))?;
    let mut found = Found::default();
    for was in &manifest.case {
        let of_path = || now.case.iter().filter(|now| now.path == was.path);
        found.check(of_path().any(|now| now == was), || match of_path().next() {
            None => format!("{} was not read again", was.path),
            Some(now) => {
                let (path, now, was) = (&was.path, &now.sha256, &was.sha256);
                format!("{path} differs: its SHA-256 is {now}, and was {was}")
            }
        });
    }
    Ok(found)
}

/// The files that must be at hand: the inputs, without members of archives.
/// Those that the case names lie by its file.
fn needed(manifest: &Manifest, scan: &Scan) -> Vec<PathBuf> {
    let case = scan.asked.inputs.first().filter(|first| first.ends_with(".toml"));
    let base =
        case.filter(|_| scan.asked.inputs.len() == 1).and_then(|case| Path::new(case).parent());
    let files = manifest.inputs.iter().filter(|input| input.member.is_none());
    let base = base.unwrap_or(Path::new(""));
    let place = |path: &str| if is_url(path) { path.into() } else { base.join(path) };
    files.map(|input| place(&input.path)).collect()
}

/// The folder that the report was made in.
fn first_folder(folder: &folder::Folder) -> Option<PathBuf> {
    let run: Value = serde_json::from_str(folder.run.as_deref()?).ok()?;
    Some(run["folder"].as_str()?.into())
}

/// Inputs that lie elsewhere than they did: known by their digests.
struct Moved {
    /// Where each is, and was.
    paths: Vec<(String, String)>,
}

impl Moved {
    fn of(was: &Value, is: &Value) -> Moved {
        let inputs = |report: &Value| -> Vec<(String, String)> {
            let each = report["inputs"].as_array().into_iter().flatten();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            each.map(|input| (text(&input["sha256"]), text(&input["path"]))).collect()
        };
        let old = inputs(was);
        let mut paths: Vec<(String, String)> = inputs(is)
            .into_iter()
            .filter(|(digest, path)| !digest.is_empty() && old.iter().all(|(_, old)| old != path))
            .filter_map(|(digest, path)| {
                let (_, was) = old.iter().find(|(own, _)| *own == digest)?;
                Some((path, was.clone()))
            })
            .collect();
        // The longest first, since one path may begin with another.
        paths.sort_by_key(|(is, _)| std::cmp::Reverse(is.len()));
        Moved { paths }
    }

    /// The digest of an input in the replay.
    fn digest(&self, replayed: &Value, path: &str, member: Option<&str>) -> Option<String> {
        let is = self.paths.iter().find(|(_, was)| was == path).map_or(path, |(is, _)| is);
        let mut each = replayed["inputs"].as_array()?.iter();
        let input = each.find(|one| one["path"] == is && one["member"].as_str() == member)?;
        Some(input["sha256"].as_str()?.to_owned())
    }

    /// A report as it would be if nothing had moved.
    fn back(&self, report: Value) -> Value {
        if self.paths.is_empty() {
            return report;
        }
        let text = self.text_back(report.to_string().as_bytes());
        serde_json::from_slice(&text).unwrap_or(report)
    }

    fn text_back(&self, text: &[u8]) -> Vec<u8> {
        let Ok(mut text) = String::from_utf8(text.to_vec()) else { return text.to_vec() };
        for (is, was) in &self.paths {
            text = text.replace(is, was);
        }
        text.into_bytes()
    }
}
