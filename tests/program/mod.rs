//! The program as a user runs it: called by its name, in a known environment,
//! with everything it prints kept.
#![allow(dead_code)]

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

/// How long any one run may take, however nasty its input. A run that takes
/// longer hangs.
const PATIENCE: Duration = Duration::from_secs(50);

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    /// Its exit status; none where a signal ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: Vec<u8>,
}

impl Ran {
    pub fn out(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }

    pub fn err(&self) -> &str {
        std::str::from_utf8(&self.err).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|why| panic!("{why}: {self:?}"))
    }

    /// Standard output as one object a line.
    pub fn lines(&self) -> Vec<Value> {
        let lines = self.out().lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}")))
            .collect()
    }

    /// Asserts how it ended, and shows what it said where it did not.
    #[track_caller]
    pub fn ended(self, status: i32) -> Ran {
        assert_eq!(self.status, Some(status), "{}\n{}", self.out(), self.err());
        self
    }
}

/// The program, about to be run in the folder of the crate; nothing of the
/// environment of the tests reaches it.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_whofetched"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it with arguments.
#[track_caller]
pub fn run<A: AsRef<OsStr>>(args: &[A]) -> Ran {
    finish(program().args(args), b"")
}

/// Runs it with arguments in a folder.
#[track_caller]
pub fn run_in<A: AsRef<OsStr>>(folder: &Path, args: &[A]) -> Ran {
    finish(program().current_dir(folder).args(args), b"")
}

/// Runs it with arguments and something on standard input.
#[track_caller]
pub fn run_on<A: AsRef<OsStr>>(input: &[u8], args: &[A]) -> Ran {
    finish(program().stdin(Stdio::piped()).args(args), input)
}

/// Runs a command to its end, and fails where that does not come.
#[track_caller]
pub fn finish(command: &mut Command, input: &[u8]) -> Ran {
    let mut child = command.spawn().unwrap();
    let (done, ended) = mpsc::channel();
    let gather = |mut from: Box<dyn Read + Send>, done: mpsc::Sender<()>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            from.read_to_end(&mut bytes).unwrap();
            // Nobody listens any longer where patience has ended.
            let _ = done.send(());
            bytes
        })
    };
    let out = child.stdout.take().map(|out| gather(Box::new(out), done.clone()));
    let err = child.stderr.take().map(|err| gather(Box::new(err), done));
    if let Some(mut stdin) = child.stdin.take() {
        // A program that has read enough closes it.
        let _ = stdin.write_all(input);
    }
    for _ in out.iter().chain(&err) {
        if ended.recv_timeout(PATIENCE).is_err() {
            child.kill().unwrap();
            panic!("the program does not end: {command:?}");
        }
    }
    let bytes = |thread: Option<std::thread::JoinHandle<Vec<u8>>>| {
        thread.map(|thread| thread.join().unwrap()).unwrap_or_default()
    };
    let (out, err) = (bytes(out), bytes(err));
    Ran { status: child.wait().unwrap().code(), out, err }
}

/// One line of a combined log, a hit of `/exports` unless another path is
/// given.
pub fn line(client: &str, minute: u32, path: &str, status: u16, bytes: u64) -> String {
    let (hour, minute) = (minute / 60 % 24, minute % 60);
    format!(
        "{client} - - [05/Mar/2024:{hour:02}:{minute:02}:00 +0000] \"GET {path} HTTP/1.1\" {status} {bytes} \"-\" \"agent/1\"\n"
    )
}

/// Every file below a folder, by its path from there, with its bytes.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(each) = folders.pop() {
        for entry in fs::read_dir(each).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                all.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    all.sort();
    all
}
