//! Law 12: a run that is killed leaves nothing that looks like a report.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::program::{line, program, run};
use super::{Scene, folder_is_calm};

/// A log whose every line is a hit, so that writing takes as long as reading.
fn busy_log(lines: u32) -> Vec<u8> {
    let each = (0..lines).map(|n| {
        let client = format!("192.0.{}.{}", n / 250 % 250, n % 250);
        line(&client, n % 1440, &format!("/exports/{n}.csv"), 200, u64::from(n))
    });
    each.collect::<String>().into_bytes()
}

/// So many that a run takes long enough to be hit.
const HITS: u32 = 2_000;

fn start(scene: &Scene) -> Child {
    let (logs, out) = (scene.logs(), scene.out());
    let args = ["scan".as_ref(), "-p".as_ref(), "/exports".as_ref(), logs.as_os_str()];
    let mut command = program();
    command.args(args).arg("--out").arg(out).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Waits until a folder that is being written is seen beside the report, or
/// the run has ended.
fn wait_for_partial(child: &mut Child, beside: &Path) {
    while child.try_wait().unwrap().is_none() {
        let mut names = fs::read_dir(beside).unwrap().map(|entry| entry.unwrap().file_name());
        if names.any(|name| name.to_string_lossy().contains(".partial-")) {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_killed_run_leaves_no_report() {
    let scene = Scene::with("access.log", &busy_log(HITS));
    let started = Instant::now();
    assert!(start(&scene).wait().unwrap().success());
    let whole = started.elapsed();
    fs::remove_dir_all(scene.out()).unwrap();

    let mut n_killed = 0;
    for eighth in 0..8 {
        let mut child = start(&scene);
        if eighth % 2 == 0 {
            std::thread::sleep(whole * eighth / 8);
        } else {
            wait_for_partial(&mut child, scene.folder.path());
            // Later each time, so that the files that are there differ.
            std::thread::sleep(whole * eighth / 32);
        }
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        n_killed += u32::from(!ended.success());
        if scene.out().exists() {
            // The name was given at one go: then all of it is there.
            let report = folder_is_calm(&scene.out());
            assert_eq!(report["inputs"][0]["lines"]["read"], HITS);
            fs::remove_dir_all(scene.out()).unwrap();
        }
    }
    assert!(n_killed >= 2, "only {n_killed} runs were killed before their end");

    // What they left does not stand in the way.
    assert!(start(&scene).wait().unwrap().success());
    let report = folder_is_calm(&scene.out());
    assert_eq!(report["actors"].as_array().unwrap().len(), HITS as usize);
}

#[test]
fn an_interrupted_run_says_so_and_leaves_no_report() {
    let scene = Scene::with("access.log", &busy_log(HITS));
    let started = Instant::now();
    assert!(start(&scene).wait().unwrap().success());
    let whole = started.elapsed();
    fs::remove_dir_all(scene.out()).unwrap();
    for eighth in 1..4 {
        let mut child = start(&scene);
        std::thread::sleep(whole * eighth / 8);
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        match child.wait().unwrap().code() {
            // Before the program listens, the system ends it.
            Some(3) | None => assert!(!scene.out().exists()),
            Some(0) => {
                folder_is_calm(&scene.out());
                fs::remove_dir_all(scene.out()).unwrap();
            }
            other => panic!("{other:?}"),
        }
        let left: Vec<_> = fs::read_dir(scene.folder.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 1, "an interrupted run cleans up: {left:?}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_no_report() {
    let scene = Scene::with("access.log", &busy_log(10));
    fs::write(scene.folder.path().join("file"), "").unwrap();
    let out = scene.folder.path().join("file/report");
    let logs = scene.logs();
    let args = ["scan".as_ref(), "-p".as_ref(), "/exports".as_ref(), logs.as_os_str()];
    let ran = run(&[&args[..], &["--out".as_ref(), out.as_os_str()]].concat());
    assert_eq!(ran.status, Some(1), "{}", ran.err());
    assert!(ran.err().contains("file/report"), "{}", ran.err());
}
